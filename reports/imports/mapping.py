"""The form of columns: what each table and column holds, the year where none is named, where definitions go.

It reads what was typed into corrections (indicators.spreadsheets.corrections) and choices
(indicators.imports.planned); it decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms import BoundField

from agencies.models import User
from indicators.imports.planned import Choices, Into
from indicators.numbers import MONTHS, roman_quarter
from indicators.spreadsheets.corrections import FLAT_LABELS, KINDS
from indicators.spreadsheets.headings import LABELS, MEASURES
from reports.imports import drafts
from reports.models import YEARS, ImportBatch

NOT_TAKEN = "Tidak diimpor"
MOST_COLUMNS = 70  # that are edited on one page; the tables beyond are edited one at a time
_FIELDS = [
    ("", NOT_TAKEN),
    *sorted(
        ((name, label[:1].upper() + label[1:]) for name, label in {**LABELS, **FLAT_LABELS}.items()),
        key=lambda pair: pair[1],
    ),
]
_WHEN = [
    ("", "Setahun"),
    *((f"q{quarter}", roman_quarter(quarter)) for quarter in range(1, 5)),
    *((f"m{number}", name) for number, name in enumerate(MONTHS, 1)),
]
_YEAR_ERROR = {"invalid": "Tulis tahun dengan empat angka, misalnya 2026."}


@dataclass
class ColumnRow:
    """One column on the page: what was read of it, and its inputs, None where it cannot be changed here."""

    read: Mapping[str, Any]
    field: BoundField | None
    year: BoundField | None
    when: BoundField | None

    @property
    def label(self) -> str:
        """What it holds, in words."""
        return dict(_FIELDS).get(self.read["field"], NOT_TAKEN)

    @property
    def is_sure(self) -> bool:
        """Whether the reader had little doubt."""
        return bool(self.read["confidence"] >= 0.75) or not self.read["field"]


@dataclass
class TableRow:
    """One table on the page."""

    number: int
    read: Mapping[str, Any]
    use: BoundField | None
    kind: BoundField | None
    columns: list[ColumnRow]

    @property
    def label(self) -> str:
        """What kind of table it is, in words."""
        return KINDS.get(self.read["kind"], "")


class MappingForm(forms.Form):
    """The columns of the tables of a batch; where they are too many, those of the table `only` are edited."""

    def __init__(self, batch: ImportBatch, by: User, data: Any = None, only: int = 0) -> None:
        self.batch, self.by = batch, by
        self.sheets: list[dict[str, Any]] = batch.reading.get("sheets", [])
        self.tables = [table for sheet in self.sheets for table in sheet["tables"]]
        self.is_split = sum(len(table["columns"]) for table in self.tables) > MOST_COLUMNS
        self.edited = [number for number in range(len(self.tables)) if not self.is_split or number == only]
        super().__init__(data)
        for number in self.edited:
            self._add_table(number, self.tables[number])
        for number, sheet in enumerate(self.sheets):
            if not sheet["tables"] and sheet["rows"]:
                self.fields[f"s{number}-header"] = forms.IntegerField(
                    label=f"Baris judul pada lembar “{sheet['name']}”",
                    required=False,
                    min_value=1,
                    max_value=1_000_000,
                    help_text="Nomor baris yang berisi Indikator dan Target; kosongkan bila tidak diimpor.",
                )
        self._add_time()
        self._add_into()

    # Making ---------------------------------------------------------------------------------------------

    def _add_table(self, number: int, table: Mapping[str, Any]) -> None:
        self.fields[f"t{number}-use"] = forms.BooleanField(
            label="Impor tabel ini", required=False, initial=table["used"]
        )
        self.fields[f"t{number}-kind"] = forms.ChoiceField(
            label="Jenis tabel", choices=list(KINDS.items()), initial=table["kind"]
        )
        for column in table["columns"]:
            name = f"t{number}-{column['letters']}"
            about = f"kolom {column['letters']} {column['heading']}".strip()
            self.fields[f"{name}-field"] = forms.ChoiceField(
                label=f"Isi {about}", choices=_FIELDS, required=False, initial=column["field"]
            )
            self.fields[f"{name}-year"] = forms.IntegerField(
                label=f"Tahun {about}",
                required=False,
                validators=YEARS,
                error_messages=_YEAR_ERROR,
                initial=column["year"],
                widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 5, "placeholder": "Tahun"}),
            )
            self.fields[f"{name}-when"] = forms.ChoiceField(
                label=f"Periode {about}", choices=_WHEN, required=False, initial=_when(column)
            )
            for part in ("field", "year", "when"):
                widget = self.fields[f"{name}-{part}"].widget
                widget.attrs["aria-label"] = self.fields[f"{name}-{part}"].label

    def _add_time(self) -> None:
        choices = self.batch.chosen
        if self.batch.reading.get("needs_year") or choices.year:
            self.fields["year"] = forms.IntegerField(
                label="Tahun nilai yang tidak menyebut tahun",
                required=False,
                validators=YEARS,
                error_messages=_YEAR_ERROR,
                initial=choices.year,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                help_text="Kosongkan bila tahunnya sudah diisi pada kolomnya.",
            )
        if self.batch.reading.get("needs_part") or choices.part:
            parts = [("", "Setahun"), *((str(quarter), roman_quarter(quarter)) for quarter in range(1, 5))]
            self.fields["part"] = forms.TypedChoiceField(
                label="Periode realisasi yang tidak menyebut periode",
                choices=parts,
                coerce=int,
                empty_value=None,
                required=False,
                initial=choices.part or "",
            )

    def _add_into(self) -> None:
        options = drafts.options(self.batch, self.by)
        # A table of targets may be taken for definitions on this very page.
        if not options or not {"definitions", "targets"} & {table["kind"] for table in self.tables}:
            return
        into = self.batch.chosen.into if self.batch.choices else drafts.likely(self.batch, self.by)
        self.fields["into"] = forms.ChoiceField(
            label="Masukkan definisi IKU ke",
            choices=options,
            initial=into.how if into.how == "new" else f"{into.how}:{into.set}",
            widget=forms.RadioSelect,
            help_text="Definisi masuk ke draf; yang berlaku tidak berubah sebelum draf itu diberlakukan.",
            error_messages={"required": "Pilih ke mana definisi IKU dimasukkan."},
        )
        for name, label, year in (
            ("first_year", "Draf baru berlaku mulai tahun", into.first_year),
            ("last_year", "Sampai tahun", into.last_year),
        ):
            self.fields[name] = forms.IntegerField(
                label=label,
                required=False,
                validators=YEARS,
                error_messages=_YEAR_ERROR,
                initial=year,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            )
        if any(value.startswith("revise:") for value, _ in options):
            self.fields["reason"] = forms.CharField(
                label="Alasan perubahan",
                required=False,
                initial=into.reason,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text="Wajib bila mengubah penetapan yang berlaku.",
            )

    # Showing --------------------------------------------------------------------------------------------

    def table_rows(self) -> Iterator[tuple[Mapping[str, Any], BoundField | None, list[TableRow]]]:
        """Yield each sheet with the input for its header row, where it has no table, and its tables."""
        number = 0
        for place, sheet in enumerate(self.sheets):
            rows = []
            for table in sheet["tables"]:
                rows.append(self._table_row(number, table))
                number += 1
            header = f"s{place}-header"
            yield sheet, (self[header] if header in self.fields else None), rows

    def _table_row(self, number: int, table: Mapping[str, Any]) -> TableRow:
        def bound(name: str) -> BoundField | None:
            return self[name] if name in self.fields else None

        columns = [
            ColumnRow(
                column,
                bound(f"t{number}-{column['letters']}-field"),
                bound(f"t{number}-{column['letters']}-year"),
                bound(f"t{number}-{column['letters']}-when"),
            )
            for column in table["columns"]
        ]
        return TableRow(number, table, bound(f"t{number}-use"), bound(f"t{number}-kind"), columns)

    # Reading --------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Ask for the years of a new draft and the reason of a revision at their fields."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        into = cleaned.get("into", "") if self.defines() else ""
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if into == "new":
            for name, year in (("first_year", first), ("last_year", last)):
                if year is None and name not in self.errors:
                    self.add_error(name, "Isi tahun draf baru, misalnya 2026.")
            if first and last and last < first:
                self.add_error("last_year", f"Tahun akhir ({last}) mendahului tahun mulai ({first}).")
        if into.startswith("revise:") and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Tulis alasan perubahan penetapan ini.")
        return cleaned

    def defines(self) -> bool:
        """Whether some table that is used is taken for definitions."""
        cleaned = getattr(self, "cleaned_data", {})
        return any(
            cleaned.get(f"t{number}-kind", table["kind"]) == "definitions"
            for number, table in enumerate(self.tables)
            if cleaned.get(f"t{number}-use", table["used"])
        )

    def corrections(self) -> dict[str, dict[str, Any]]:
        """Return what was said of the tables; those not on this page stay as they were said."""
        said: dict[str, dict[str, Any]] = dict(self.batch.corrections)
        for number in self.edited:
            table = self.tables[number]
            said[table["key"]] = self._correction(number, table, said.get(table["key"], {}))
        for number, sheet in enumerate(self.sheets):
            if row := self.cleaned_data.get(f"s{number}-header"):
                said[f"{sheet['name']}!A{row}"] = {"header_rows": [row, row]}
        return {key: content for key, content in said.items() if content}

    def _correction(self, number: int, table: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
        cleaned, columns = self.cleaned_data, dict[str, Any]()
        for column in table["columns"]:
            name, was = f"t{number}-{column['letters']}", column["recognised"]
            field = cleaned[f"{name}-field"]
            period = {"year": cleaned[f"{name}-year"], **_of_when(cleaned[f"{name}-when"])}
            said = {"field": field} if field != was["field"] else {}
            if field in MEASURES and any(period[key] != was[key] for key in period):
                said = {"field": field, **period}
            if said:
                columns[column["letters"]] = said
        content = {key: before[key] for key in ("header_rows", "year") if key in before}
        if not cleaned[f"t{number}-use"]:
            content["use"] = False
        if cleaned[f"t{number}-kind"] != table["kind"] or "kind" in before:
            content["kind"] = cleaned[f"t{number}-kind"]
        return content | ({"columns": columns} if columns else {})

    def choices(self) -> Choices:
        """Return the choices with what this page says."""
        cleaned, choices = self.cleaned_data, self.batch.chosen
        if "year" in self.fields:
            choices = replace(choices, year=cleaned["year"])
        if "part" in self.fields:
            choices = replace(choices, part=cleaned["part"])
        if "into" in self.fields and self.defines():
            how, _, pk = cleaned["into"].partition(":")
            choices = replace(
                choices,
                into=Into(
                    how,
                    int(pk) if pk else None,
                    cleaned.get("reason", "").strip() if how == "revise" else "",
                    cleaned["first_year"] if how == "new" else None,
                    cleaned["last_year"] if how == "new" else None,
                ),
            )
        return choices


def _when(column: Mapping[str, Any]) -> str:
    if column["month"]:
        return f"m{column['month']}"
    return f"q{column['quarter']}" if column["quarter"] else ""


def _of_when(text: str) -> dict[str, int | None]:
    number = int(text[1:]) if text else None
    is_month = text.startswith("m")
    return {"quarter": None if is_month else number, "month": number if is_month else None}
