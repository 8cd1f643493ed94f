"""Forms of periods, extensions and rows of a report. They read what was typed; reports.entries decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from indicators.forms.fields import DayField, NumberField
from indicators.models import Indicator
from reports.doubts import Doubt
from reports.inputs import Input, Kind
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

    reason = forms.CharField(label="Alasan nilai ini benar", required=False, show_hidden_initial=True)

    conflict: Conflict | None = None

    def clean(self) -> dict[str, Any]:
        """Ask again while a conflict has no answer; who says by now what the other says has answered."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        differs = any(bound.name in self.changed_data for bound in self.typed())
        if cleaned.get("asked") and differs and not cleaned.get("choice"):
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
    obstacle = forms.CharField(label="Kendala", required=False, show_hidden_initial=True)
    driver = forms.CharField(label="Faktor pendorong", required=False, show_hidden_initial=True)
    follow_up = forms.CharField(label="Tindak lanjut", required=False, show_hidden_initial=True)
    not_applicable = forms.CharField(
        label="Alasan tidak berlaku",
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
        return _worth(value) if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare worths: "4" is Decimal(4)."""
        return (self.prepare_value(initial) or "") != (data or "")


def _levels(definition: Mapping[str, Any]) -> list[tuple[str, str]]:
    if definition["kind"] == Indicator.Kind.YES_NO:
        return [("1", "Ya"), ("0", "Tidak")]
    return [(_worth(Decimal(str(level["value"]))), str(level["label"])) for level in definition["levels"]]


def _worth(value: Decimal) -> str:
    return format(value.normalize(), "f")


_REPAIR = re.compile(r"([ve][0-9]{1,18}):(\S{1,80})")


def repaired(data: QueryDict) -> QueryDict:
    """Return what was sent as if the figure of the pressed button "Ubah menjadi …" had been typed.

    The button says `repair=v12:54,5`: prefix of the row and figure. Version and question stay as they are.
    """
    found = _REPAIR.fullmatch(data.get("repair", ""))
    if found is None:
        return data
    typed = data.copy()
    typed[f"{found[1]}-number"] = found[2]
    return typed


def repaired_place(data: QueryDict) -> str:
    """Return where on the page the repaired figure stands ("#id_v12-number"), "" without a repair."""
    found = _REPAIR.fullmatch(data.get("repair", ""))
    return f"#id_{found[1]}-number" if found else ""


# Drawing


@dataclass(frozen=True)
class Drawn:
    """The inputs of one row as the grid draws them: from what is stored, or as they were sent and refused.

    `doubts` is what looks odd about the stored figure (reports.doubts); `reason` silences it.
    """

    prefix: str
    version: str
    number: Input | None = None
    reason: Input | None = None
    texts: Sequence[Input] = ()
    ready: Input | None = None
    errors: str = ""
    conflict: Conflict | None = None
    doubts: Sequence[Doubt] = ()
    may_fill: bool = False
    was_refused: bool = False

    @property
    def said(self) -> str:
        """What is written below the row, on one line; "" where nothing is."""
        return " · ".join(f"{text.label}: {' '.join(text.text.split())}" for text in self.texts if text.text)


TEXTS = ("obstacle", "driver", "follow_up", "not_applicable")
SOURCES = ("source", "document", "document_date")
_AREAS = {"reason", *TEXTS}


class Pen:
    """Draws the inputs of one row; `sent` is its form where it was sent and refused."""

    def __init__(
        self, kind: type[RowForm], prefix: str, row: Any, sent: RowForm | None, *, may_fill: bool
    ) -> None:
        self.fields, self.prefix, self.row = kind.base_fields, prefix, row
        self.sent, self.may_fill = sent, may_fill

    def input(self, name: str, kind: Kind = "text", **more: Any) -> Input:
        """Return the input of one column; what is stored stands in it, or what was typed and refused."""
        text = initial = self._stored(name, is_level=kind == "level")
        label, hint, errors = more.pop("label", None), str(self.fields[name].help_text), ""
        if self.sent is not None and name in self.sent.fields:
            bound = self.sent[name]
            text, errors = _text(bound.value()), str(bound.errors)
            initial = self.sent.data.get(bound.html_initial_name, "")
        return Input(
            "area" if name in _AREAS else kind,
            f"{self.prefix}-{name}",
            str(self.fields[name].label) if label is None else label,
            text,
            initial,
            self.may_fill,
            hint=hint,
            errors=errors,
            **more,
        )

    def drawn(self, doubts: Sequence[Doubt], **inputs: Any) -> Drawn:
        """Return the row with these inputs, and the reason where it is asked for or given."""
        sent = self.sent
        says = doubts or self.row.reason or (sent is not None and "reason" in sent.changed_data)
        return Drawn(
            self.prefix,
            str(self.row.version) if sent is None else _text(sent["version"].value()),
            reason=self.input("reason", rows=1) if says else None,
            errors="" if sent is None else str(sent.non_field_errors()),
            conflict=None if sent is None else sent.conflict,
            doubts=doubts,
            may_fill=self.may_fill,
            was_refused=sent is not None and bool(sent.errors),
            **inputs,
        )

    def _stored(self, name: str, *, is_level: bool) -> str:
        value = getattr(self.row, name)
        if value is None or isinstance(value, str):
            return value or ""
        return _worth(value) if is_level else _text(self.fields[name].prepare_value(value))


def _text(value: Any) -> str:
    """Return what stands in an input; a box that is ticked says "True"."""
    return "" if value is None or value is False else str(value)


def draw_value(
    row: Value,
    sent: RowForm | None,
    *,
    may_fill: bool,
    doubts: Sequence[Doubt] = (),
    last: str = "",
) -> Drawn:
    """Return the figure of a data element as the grid draws it."""
    pen = Pen(ValueForm, f"v{row.pk}", row, sent, may_fill=may_fill)
    element = row.element
    number = pen.input("number", "number", label=element.label, unit=element.unit, last=last)
    return pen.drawn(doubts, number=number)


def draw_entry(
    row: Entry,
    sent: RowForm | None,
    *,
    may_fill: bool,
    by_quarters: bool,
    asks_ready: bool,
    doubts: Sequence[Doubt] = (),
    last: str = "",
) -> Drawn:
    """Return what is typed for an indicator itself as the grid draws it; see EntryForm for what that is."""
    pen = Pen(EntryForm, f"e{row.pk}", row, sent, may_fill=may_fill)
    kind, number, names = row.definition["kind"], None, list(TEXTS)
    if not by_quarters and kind == Indicator.Kind.EXTERNAL:
        number, names = pen.input("number", "number", last=last), [*SOURCES, *TEXTS]
    elif not by_quarters and kind != Indicator.Kind.COMPUTED:
        levels = [("", "Belum diisi"), *_levels(row.definition)]
        number = pen.input("number", "level", last=last, levels=levels)
    ready = pen.input("ready", "box", whose=str(row)) if asks_ready else None
    return pen.drawn(doubts, number=number, texts=[pen.input(name) for name in names], ready=ready)


def draw_reason(prefix: str) -> Drawn:
    """Return an empty reason, for a script that asks for one."""
    name, field = f"{prefix}-reason", RowForm.base_fields["reason"]
    reason = Input("area", name, str(field.label), "", "", may_fill=True, rows=1)
    return Drawn(prefix, "", reason=reason, may_fill=True)
