"""Forms of agencies, their units and officials: they convert and validate, nothing else."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from agencies.changes import ChangeNoticingForm
from agencies.models import Agency, Function, Objective, Official, Region, ResponsibleUnit


class TermDateField(forms.DateField):
    """A day, chosen in the browser's calendar or, where it has none, typed with digits."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
    default_error_messages = {
        "invalid": "Tanggal ini tidak terbaca. Tulis tanggal, bulan, dan tahun, misalnya 02-01-2018."
    }


class AgencyForm(ChangeNoticingForm):
    """What documents need to know of an agency. Its region and code stay as they were made."""

    class Meta:
        model = Agency
        fields = [
            "name",
            "short_name",
            "head_position",
            "place",
            "address",
            "paper",
            "time_zone",
            "averaging",
            "digits",
            "requires_explanation",
            "allows_self_verification",
        ]
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}


class AgencyAddForm(AgencyForm):
    """A new agency, in one of `regions`."""

    class Meta(AgencyForm.Meta):
        fields = ["region", "code", *AgencyForm.Meta.fields]
        error_messages = {
            "code": {
                "invalid": "Tulis kode dengan huruf kecil, angka, dan tanda hubung; misalnya dinas-kominfo."
            }
        }

    def __init__(self, *args: Any, regions: QuerySet[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = forms.ModelChoiceField(regions, label="Daerah", empty_label="Pilih daerah")

    def clean_code(self) -> str:
        """Write the code small, and keep the one word that is an address of its own."""
        code = str(self.cleaned_data["code"]).lower()
        if code == "tambah":
            raise forms.ValidationError("“tambah” sudah menjadi alamat halaman. Pilih kode lain.")
        return code


class StatementForm(forms.ModelForm):
    """One sentence. A new row may stay empty, so no row is marked as required; a row once kept may not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False

    def clean_text(self) -> str:
        """Refuse a kept row without words."""
        text = str(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError("Tulis uraiannya, atau centang “Hapus baris ini”.")
        return text


class StatementFormSet(forms.BaseInlineFormSet):
    """The ordered sentences of an agency: each row has a text, a place in the order, a mark to delete it."""

    def add_fields(self, form: forms.ModelForm[Any], index: int | None) -> None:
        """Say place and deletion in the words of the page."""
        super().add_fields(form, index)
        form.fields["ORDER"].label = "Urutan"
        form.fields["ORDER"].error_messages["invalid"] = "Tulis urutan dengan angka, misalnya 2."
        form.fields["DELETE"].label = "Hapus baris ini"

    def save_in_order(self, agency: Agency) -> None:
        """Write the rows in the order asked for, numbered from 1; rows without a place come last."""
        self.instance = agency
        for form in self.deleted_forms:
            if form.instance.pk:
                form.instance.delete()
        for position, form in enumerate(self.ordered_forms, 1):
            form.instance.agency = agency
            form.instance.position = position
            form.instance.save()


def _statements(model: type[Objective | Function]) -> type[StatementFormSet]:
    made = forms.inlineformset_factory(
        Agency,
        model,
        form=StatementForm,
        formset=StatementFormSet,
        fields=["text"],
        widgets={"text": forms.Textarea(attrs={"rows": 2})},
        extra=2,
        max_num=60,
        absolute_max=60,
        can_order=True,
        can_delete=True,
    )
    return cast("type[StatementFormSet]", made)


ObjectiveFormSet = _statements(Objective)
FunctionFormSet = _statements(Function)


class UnitForm(ChangeNoticingForm):
    """A unit of the agency that the instance names."""

    class Meta:
        model = ResponsibleUnit
        fields = ["name", "active"]
        help_texts = {
            "active": "Hilangkan centang bila bidang ini sudah dibubarkan atau digabung; riwayatnya tetap."
        }

    def validate_unique(self) -> None:
        """Also say that the name is taken in the agency, which Django leaves out as it is no field here."""
        super().validate_unique()
        try:
            self.instance.validate_constraints(exclude=set(self.errors))
        except forms.ValidationError as error:
            self.add_error(None, error)


class OfficialForm(ChangeNoticingForm):
    """An official of the agency that the instance names, with the term of office."""

    class Meta:
        model = Official
        fields = ["name", "name_with_titles", "nip", "rank", "position", "capacity", "starts", "ends"]
        field_classes = {"starts": TermDateField, "ends": TermDateField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rank = cast("forms.ChoiceField", self.fields["rank"])
        rank.choices = [("", "Tidak dicantumkan"), *Official.Rank.choices]
        if self.instance.nip:
            self.initial["nip"] = self.instance.nip_grouped
