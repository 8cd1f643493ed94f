"""Forms that notice when somebody else stored a change after they were opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from zlib import crc32

from django import forms
from django.db.models import Model
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils.text import capfirst


class ChangeNotice(forms.Form):
    """Refuses once to write over what was changed elsewhere since the form was opened; saving again insists.

    `seen` carries a checksum of every field as it was then, "name:9ae0daaf …". A template that leaves it out
    leaves the check out. A form says with `remember` what is stored now.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    stored = ""

    def remember(self, values: Mapping[str, Any]) -> None:
        """Take down what is stored for each field of the form, before anything typed is put into a row."""
        self.stored = _checksums(values)
        self.initial.setdefault("seen", self.stored)

    def clean(self) -> dict[str, Any]:
        """Name the fields that were changed elsewhere, and take them as seen from now on."""
        data = super().clean() or self.cleaned_data
        seen = set(str(data.pop("seen", "")).split())
        if seen and self.stored:
            names = {pair.partition(":")[0] for pair in set(self.stored.split()) - seen}
            labels = [str(capfirst(field.label)) for name, field in self.fields.items() if name in names]
            if labels:
                self.data = cast("QueryDict", self.data).copy()
                self.data[self.add_prefix("seen")] = self.stored
                self.add_error(
                    None,
                    f"Belum disimpan: sejak formulir ini Anda buka, {', '.join(labels)} sudah diubah di tab "
                    "lain atau oleh orang lain. Buka halaman ini di tab baru untuk melihatnya, sesuaikan "
                    "isian Anda, lalu simpan sekali lagi.",
                )
        return data


class ChangeNoticingForm(ChangeNotice, forms.ModelForm):
    """The form of a row that notices changes; a new row has nothing to notice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remember(model_to_dict(self.instance, self._meta.fields) if self.instance.pk else {})


def _checksums(stored: Mapping[str, Any]) -> str:
    values = {
        name: sorted(part.pk for part in value) if isinstance(value, list) and _are_rows(value) else value
        for name, value in stored.items()
    }
    return " ".join(f"{name}:{crc32(str(value).encode()):08x}" for name, value in values.items())


def _are_rows(values: list[Any]) -> bool:
    return all(isinstance(value, Model) for value in values)
