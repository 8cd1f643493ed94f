"""Forms of IKU sets and their goals: they convert and validate, nothing else."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from agencies.changes import ChangeNoticingForm
from agencies.models import Official
from indicators.forms.fields import MonthOrDayField
from indicators.models import IndicatorSet, LayoutProfile, StrategicGoal
from indicators.numbers import DateReading, Precision, format_date

YEAR_ERROR = {"invalid": "Tulis tahun dengan empat angka, misalnya 2018."}


class SignatoryField(forms.ModelChoiceField):
    """An official of the agency, told apart by term."""

    def label_from_instance(self, obj: Official) -> str:
        """Name, position and term in office."""
        ends = format_date(obj.ends) if obj.ends else "sekarang"
        return f"{obj} ({format_date(obj.starts)} – {ends})"


class IndicatorSetForm(ChangeNoticingForm):
    """What a draft says of itself: instrument, years, layout, signature. Its agency is the instance's."""

    date = MonthOrDayField(
        label="Tanggal",
        required=False,
        help_text="Misalnya 2 Januari 2018 atau Januari 2018.",
    )
    layout = forms.ModelChoiceField(
        LayoutProfile.objects.all(), label="Tata letak tabel", empty_label="Pilih tata letak"
    )

    class Meta:
        model = IndicatorSet
        fields = [
            "reason",
            "instrument",
            "number",
            "date",
            "about",
            "first_year",
            "last_year",
            "layout",
            "title",
            "has_signature_block",
            "place",
            "signatory",
            "notes",
        ]
        widgets = {
            "reason": forms.Textarea(attrs={"rows": 2}),
            "title": forms.Textarea(attrs={"rows": 3}),
            "notes": forms.Textarea(attrs={"rows": 2}),
            "first_year": forms.TextInput(attrs={"inputmode": "numeric"}),
            "last_year": forms.TextInput(attrs={"inputmode": "numeric"}),
        }
        help_texts = {
            "number": "Kosongkan bila belum ada.",
            "first_year": "Empat angka, misalnya 2018.",
            "about": "Bunyi judul peraturan atau keputusan setelah kata “tentang”.",
            "last_year": "Boleh sama dengan tahun mulai.",
            "has_signature_block": "Tempat, tanggal, jabatan, dan nama di bawah tabel.",
            "place": "Tertulis di depan tanggal, misalnya Samarinda.",
        }
        error_messages = {"first_year": YEAR_ERROR, "last_year": YEAR_ERROR}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.revises_id:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = "Tulis alasan perubahan penetapan ini."
        else:
            del self.fields["reason"]
        if self.instance.date:
            precision: Precision = "month" if self.instance.date_precision == "month" else "day"
            self.initial["date"] = DateReading(self.instance.date, precision)
        self.fields["signatory"] = SignatoryField(
            Official.objects.filter(agency=self.instance.agency_id).order_by("-starts"),
            label="Penanda tangan",
            required=False,
            empty_label="Belum ada; ruang namanya dikosongkan",
        )

    def clean(self) -> dict[str, Any]:
        """Take the date apart, and say at the field that the years are swapped."""
        cleaned = super().clean() or self.cleaned_data
        reading = cleaned.get("date")
        if isinstance(reading, DateReading):
            cleaned["date"], self.instance.date_precision = reading.date, reading.precision
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            self.add_error("last_year", f"Tahun akhir ({last}) mendahului tahun mulai ({first}).")
        return cleaned


class GoalForm(ChangeNoticingForm):
    """A strategic goal as the document prints it."""

    class Meta:
        model = StrategicGoal
        fields = ["number", "text"]
        labels = {"number": "Nomor", "text": "Sasaran strategis"}
        help_texts = {"number": "Seperti yang dicetak, misalnya 1 atau 1."}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class ReviseForm(forms.Form):
    """Why a set in force is revised."""

    reason = forms.CharField(
        label="Alasan perubahan",
        help_text="Misalnya hasil evaluasi, perubahan rencana strategis, atau perubahan susunan organisasi.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Tulis alasan perubahan penetapan ini."},
    )


def next_number(last: str) -> str:
    """Return the printed number after `last`, spelled like it: "2." → "3.", "1.4" → "1.5"; "" if no digit."""
    match = re.fullmatch(r"(.*?)([0-9]+)(\D*)", last)
    return f"{match[1]}{int(match[2]) + 1}{match[3]}" if match else ""
