"""Figures of a file: one line for each indicator or data element and period, however it is laid out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators.imports.asking import Asked
from indicators.imports.planned import Choices, place
from indicators.imports.rows import kind_of, tables_of
from indicators.models import Indicator
from indicators.numbers import roman_quarter
from indicators.spreadsheets.cells import Value, one_line
from indicators.spreadsheets.headings import Period as Time
from indicators.spreadsheets.recognised import Table
from indicators.spreadsheets.records import Figure, Record
from reports.models import Period

KINDS = ("measurement", "flat")
_METHOD = Indicator.QuarterMethod


@dataclass(slots=True)
class Line:
    """What a file says of one indicator or data element in one period.

    `figures` are its realizations: one, or those of the months of the quarter; `achievement` and `target`
    what is typed beside them. `agency`, `code` and `data_code` are as typed, "" where the row has none;
    `part` is None where nothing tells the period.
    """

    sheet: str
    row: int
    agency: str
    code: str
    data_code: str
    name: str
    year: int | None
    part: int | None
    figures: list[Figure]
    achievement: Figure | None
    target: Figure | None
    note: str
    note_cell: str
    proposal: str
    cells: dict[str, str]
    has_code: bool  # of a flat table, where the code alone counts

    @property
    def key(self) -> str:
        """The name of its row in `Choices`."""
        return place(self.sheet, self.row)

    @property
    def cell(self) -> str:
        """Where its figure stands, or the row's first cell."""
        stands = self.figures[0].cell if self.figures else self.achievement and self.achievement.cell
        return stands or next(iter(self.cells.values()), f"A{self.row}")


def lines_of(asked: Asked) -> Iterator[Line]:
    """Yield the figures of all tables in use that hold realizations, in the order of the file."""
    for sheet, table in tables_of(asked.understanding, asked.choices):
        if table.used and kind_of(sheet, table, asked.choices) in KINDS:
            for record in table.records:
                yield from _of_record(sheet, table, record, asked.choices)


def _of_record(sheet: str, table: Table, record: Record, choices: Choices) -> Iterator[Line]:
    texts, cells = record.texts, record.cells
    proposal = record.repair.message if record.repair and not record.repair.certain else ""
    own: dict[str, Any] = {
        "agency": texts.get("agency_code", ""),
        "code": texts.get("code", ""),
        "data_code": texts.get("data_code", ""),
        "name": one_line(texts.get("indicator", "")),
        "note": texts.get("note", "") if table.kind == "flat" else "",
        "note_cell": cells.get("note", ""),
        "proposal": proposal,
        "cells": cells,
        "has_code": table.kind == "flat",
    }
    title = table.caption.period
    by_time: dict[tuple[int | None, int | None], dict[str, list[Figure]]] = {}
    for figure in record.figures:
        if figure.field in {"realization", "achievement", "target"}:
            when = _when(figure.period, title, choices)
            by_time.setdefault(when, {}).setdefault(figure.field, []).append(figure)
    annual = {
        year: found.get("target", []) for (year, part), found in by_time.items() if part == Period.Part.YEAR
    }
    for (year, part), found in by_time.items():
        figures, achievements = found.get("realization", []), found.get("achievement", [])
        if figures or achievements:
            targets = found.get("target", []) or annual.get(year, [])
            reached, aimed = next(iter(achievements), None), next(iter(targets), None)
            yield Line(
                sheet,
                record.row,
                year=year,
                part=part,
                figures=figures,
                achievement=reached,
                target=aimed,
                **own,
            )
    if not by_time and table.kind == "flat":
        yield Line(sheet, record.row, year=None, part=None, figures=[], achievement=None, target=None, **own)


def _when(time: Time, title: Time, choices: Choices) -> tuple[int | None, int | None]:
    """Return year and part of the report a figure belongs to; a month belongs to its quarter."""
    year = time.year or title.year or choices.year
    quarter = time.quarter or (time.month and (time.month + 2) // 3) or (time.semester and 2 * time.semester)
    if quarter:
        return year, quarter
    if time.annual:
        return year, Period.Part.YEAR.value
    return year, title.quarter or choices.part or Period.Part.YEAR.value


@dataclass(frozen=True)
class Unfit:
    """Why a figure is not the figure of a quarter: a stable code and a sentence."""

    code: str
    text: str


def settle(line: Line, method: str) -> Value | Unfit | None:
    """Return the figure of the line's period for an indicator whose quarters make the year by `method`.

    Months and figures since January are taken where they are what the quarter is to hold. None where there is
    no figure at all.
    """
    figures = [figure for figure in line.figures if not figure.value.is_blank and figure.value.text]
    if not figures:
        return None
    since_january = [f for f in figures if f.period.cumulative or f.period.semester]
    plain = [f for f in figures if not (f.period.cumulative or f.period.semester or f.period.month)]
    holds_state = method in {_METHOD.LAST, _METHOD.YEAR_TO_DATE}
    if holds_state and method == _METHOD.YEAR_TO_DATE and since_january:
        return _until_quarter(since_january, line)
    if plain:
        return plain[0].value
    months = [f for f in figures if f.period.month and not f.period.cumulative]
    if since_january and (holds_state or line.part == 1):
        return _until_quarter(since_january, line)
    if since_january and not months:
        return _unfit_sum(line, method)
    return _of_months(months, line, method)


def _until_quarter(figures: list[Figure], line: Line) -> Value | Unfit:
    """Return the figure until the end of the quarter, not until a month before it."""
    ends = [f for f in figures if f.period.month in {None, 3 * (line.part or 0)}]
    return ends[0].value if ends else _ends_early(line)


def _ends_early(line: Line) -> Unfit:
    quarter = roman_quarter(line.part or 0)
    return Unfit(
        "month", f"Angka bulan ini belum menutup {quarter}. Isi angka pada bulan terakhir {quarter}."
    )


def _unfit_sum(line: Line, method: str) -> Unfit:
    how = "dijumlahkan" if method == _METHOD.SUM else "dirata-ratakan"
    quarter = roman_quarter(line.part or 0)
    return Unfit(
        "cumulative",
        f"Angka ini dihitung sejak Januari, sedangkan triwulan indikator ini {how} menjadi angka tahun. "
        f"Isi angka {quarter} saja.",
    )


def _of_months(months: list[Figure], line: Line, method: str) -> Value | Unfit:
    by_month = {figure.period.month: figure.value for figure in months}
    last = 3 * (line.part or 0)
    if method == _METHOD.LAST:
        return by_month[last] if last in by_month else _ends_early(line)
    quarter = roman_quarter(line.part or 0)
    if method != _METHOD.SUM:
        return Unfit("months", f"Angka bulanan tidak dapat dijadikan angka {quarter}. Isi angka {quarter}.")
    values = [by_month.get(month) for month in (last - 2, last - 1, last)]
    numbers = [value.value for value in values if value is not None and value.value is not None]
    if len(numbers) < 3:
        return Unfit("months", f"Angka {quarter} adalah jumlah tiga bulan, dan belum semuanya terisi.")
    return Value(
        " + ".join(value.text for value in values if value),
        sum(numbers, Decimal(0)),
        unit=months[0].value.unit,
    )
