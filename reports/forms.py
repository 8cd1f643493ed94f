"""Forms of periods, extensions and rows of a report. They read what was typed; reports.entries decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from indicators.forms.fields import DayField, NumberField
from indicators.models import Indicator
from reports.models import YEARS, Entry, Period, Value


class PeriodForm(forms.Form):
    """Which period, and from which to which day agencies fill it."""

    year = forms.IntegerField(
        label="Tahun", validators=YEARS, error_messages={"required": "Isi tahun, misalnya 2026."}
    )
    part = forms.TypedChoiceField(label="Periode", choices=Period.Part.choices, coerce=int)
    opens = DayField(
        label="Dibuka tanggal", help_text="Sejak pukul 00.00 waktu setempat tiap perangkat daerah."
    )
    closes = DayField(label="Ditutup tanggal", help_text="Pengisian berakhir pukul 23.59 waktu setempat.")

    def clean(self) -> dict[str, Any]:
        """Say at the field that the days are swapped."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes < opens:
            self.add_error("closes", "Tanggal tutup mendahului tanggal buka. Periksa apakah tertukar.")
        return cleaned


class ExtensionForm(forms.Form):
    """A later last day for one report, and why."""

    closes = DayField(label="Diperpanjang sampai", help_text="Berakhir pukul 23.59 waktu setempat.")
    reason = forms.CharField(
        label="Alasan",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Tercatat di riwayat laporan.",
        error_messages={"required": "Tulis alasan perpanjangan."},
    )


@dataclass(frozen=True)
class Conflict:
    """Somebody wrote first: the question with both figures, and each of them for its button."""

    sentence: str
    mine: str
    theirs: str


class RowForm(forms.Form):
    """The inputs of one row with the version they are based on.

    Every field carries what it showed (a hidden initial), so that what nobody touched is never written over
    what somebody else wrote meanwhile. `choice` answers a conflict: whose figure counts.
    """

    MINE, THEIRS = "mine", "theirs"

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    asked = forms.BooleanField(widget=forms.HiddenInput, required=False)
    choice = forms.ChoiceField(label="Pilihan", choices=[(MINE, ""), (THEIRS, "")], required=False)

    reason = forms.CharField(
        label="Alasan nilai ini benar",
        widget=forms.Textarea(attrs={"rows": 1}),
        required=False,
        show_hidden_initial=True,
    )

    conflict: Conflict | None = None
    doubts: Sequence[Any] = ()  # what looks odd about the stored figure, see reports.doubts

    def clean(self) -> dict[str, Any]:
        """Ask again while a conflict has no answer."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("asked") and not cleaned.get("choice"):
            self.add_error("choice", "Pilih nilai mana yang dipakai.")
        return cleaned

    def typed(self) -> list[forms.BoundField]:
        """Return the fields of figures and texts, without version, question and choice."""
        return [self[name] for name in self.fields if name not in {"version", "asked", "choice"}]

    def said(self, name: str) -> str:
        """Return what stands in the field `name`, in words a sentence can hold."""
        value = self[name].value()
        choices = dict(getattr(self.fields[name], "choices", ()))
        return str(choices.get(value, value) or "kosong")

    def changes(self) -> dict[str, Any]:
        """Return what was typed over what the page showed; nothing where the other figure was chosen."""
        if self.cleaned_data.get("choice") == self.THEIRS:
            return {}
        return {
            bound.name: self.cleaned_data[bound.name]
            for bound in self.typed()
            if bound.name in self.changed_data
        }


class ValueForm(RowForm):
    """The figure of a data element. `row` is the stored value."""

    number = NumberField(label="", required=False, show_hidden_initial=True)

    def __init__(self, row: Value, data: Mapping[str, Any] | None = None) -> None:
        self.row = row
        initial = {"number": row.number, "reason": row.reason, "version": row.version}
        super().__init__(data, prefix=f"v{row.pk}", initial=initial)
        self.fields["number"].label = row.element.label


class EntryForm(RowForm):
    """What is typed for an indicator itself, a figure only where no formula gives it; `row` is the entry."""

    number = NumberField(label="Realisasi", required=False, show_hidden_initial=True)
    source = forms.CharField(label="Sumber", max_length=250, required=False, show_hidden_initial=True)
    document = forms.CharField(
        label="Dokumen sumber", max_length=250, required=False, show_hidden_initial=True
    )
    document_date = DayField(label="Tanggal dokumen", required=False, show_hidden_initial=True)
    obstacle = forms.CharField(
        label="Kendala", widget=forms.Textarea(attrs={"rows": 2}), required=False, show_hidden_initial=True
    )
    follow_up = forms.CharField(
        label="Tindak lanjut",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        show_hidden_initial=True,
    )
    not_applicable = forms.CharField(
        label="Alasan tidak berlaku",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        show_hidden_initial=True,
        help_text="Hanya bila tidak berlaku pada periode ini; tidak ikut dirata-rata.",
    )
    ready = forms.BooleanField(label="Siap dikirim", required=False, show_hidden_initial=True)

    def __init__(self, row: Entry, data: Mapping[str, Any] | None = None) -> None:
        self.row = row
        initial = {name: getattr(row, name) for name in self.base_fields if hasattr(row, name)}
        super().__init__(data, prefix=f"e{row.pk}", initial=initial)
        kind = row.definition["kind"]
        if kind != Indicator.Kind.EXTERNAL:
            for name in ("source", "document", "document_date"):
                del self.fields[name]
        if kind == Indicator.Kind.COMPUTED:
            del self.fields["number"]
        elif kind != Indicator.Kind.EXTERNAL:
            self.fields["number"] = LevelField(_levels(row.definition))

    @property
    def number_field(self) -> forms.BoundField | None:
        """The input of the figure, None where a formula or the quarters give it."""
        return self["number"] if "number" in self.fields else None

    @property
    def texts(self) -> list[forms.BoundField]:
        """The inputs that explain the figure."""
        return [bound for bound in self.typed() if bound.name not in {"number", "reason", "ready"}]

    def without_figure(self) -> None:
        """Leave out the figure of a row that the quarters give."""
        for name in ("number", "source", "document", "document_date"):
            self.fields.pop(name, None)


class LevelField(forms.TypedChoiceField):
    """A level of an ordinal indicator, or yes or no; cleans to its worth or None."""

    def __init__(self, levels: list[tuple[str, str]]) -> None:
        super().__init__(
            label="Realisasi",
            choices=[("", "Belum diisi"), *levels],
            coerce=Decimal,
            empty_value=None,
            required=False,
            show_hidden_initial=True,
        )

    def prepare_value(self, value: Any) -> Any:
        """Write the stored worth as the choices do."""
        return format(value.normalize(), "f") if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare worths: "4" is Decimal(4)."""
        return (self.prepare_value(initial) or "") != (data or "")


def _levels(definition: Mapping[str, Any]) -> list[tuple[str, str]]:
    if definition["kind"] == Indicator.Kind.YES_NO:
        return [("1", "Ya"), ("0", "Tidak")]
    return [
        (format(Decimal(str(level["value"])).normalize(), "f"), str(level["label"]))
        for level in definition["levels"]
    ]
