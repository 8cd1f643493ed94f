"""The form of a data element."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify

from agencies.changes import ChangeNoticingForm
from indicators.forms.fields import NumberField
from indicators.models import DataElement, Indicator, IndicatorThread
from indicators.models.indicators import CODE_TAKEN


class DataElementForm(ChangeNoticingForm):
    """A figure the agency of the instance collects; `used_by` are the indicators whose formula names it."""

    minimum = NumberField(label="Batas bawah", required=False, help_text="Isian di bawahnya ditandai.")
    maximum = NumberField(label="Batas atas", required=False, help_text="Isian di atasnya ditandai.")

    class Meta:
        model = DataElement
        fields = ["label", "code", "unit", "source", "minimum", "maximum"]
        help_texts = {
            "label": "Seperti dibaca orang, misalnya Jumlah koperasi sehat.",
            "code": "Dipakai di rumus, misalnya koperasi_sehat. Kosongkan untuk dibuat dari nama.",
            "unit": "Misalnya unit, orang, atau Rp.",
            "source": "Dari mana angkanya diperoleh.",
        }

    def __init__(self, *args: Any, used_by: list[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.used_by = used_by
        self.fields["code"].required = False
        self.fields["code"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def clean_code(self) -> str:
        """Refuse a code that is taken, or another one while formulas name the present one."""
        instance, label = self.instance, str(self.cleaned_data.get("label") or "")
        code = str(self.cleaned_data["code"]) or instance.code or slugify(label).replace("-", "_")[:60]
        if not code and label:
            raise forms.ValidationError(
                "Kode tidak dapat dibuat dari nama ini. Tulis kodenya, misalnya data_1."
            )
        if code[:1].isdigit():
            code = f"_{code}"[:60]
        if self.used_by and code != instance.code:
            names = ", ".join(f"“{indicator.name}”" for indicator in self.used_by[:3])
            raise forms.ValidationError(
                f"Kode {instance.code} dipakai rumus {names}, jadi tidak dapat diganti. "
                "Ganti namanya saja, atau buat data dasar baru."
            )
        same = DataElement.objects.filter(agency=instance.agency_id, code=code).exclude(pk=instance.pk)
        if other := same.first():
            raise forms.ValidationError(
                f"Kode {code} sudah dipakai data dasar “{other.label}”. Pilih kode lain."
            )
        if IndicatorThread.objects.filter(agency=instance.agency_id, code=code).exists():
            raise forms.ValidationError(CODE_TAKEN.format(code=code))
        return code

    def clean(self) -> dict[str, Any]:
        """Say at the field that the limits are swapped."""
        cleaned = super().clean() or self.cleaned_data
        minimum, maximum = cleaned.get("minimum"), cleaned.get("maximum")
        if minimum is not None and maximum is not None and maximum < minimum:
            self.add_error("maximum", "Batas atas lebih kecil daripada batas bawah. Periksa apakah tertukar.")
        return cleaned
