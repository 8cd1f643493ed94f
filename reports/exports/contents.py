"""What exported tables say: the IKU table of a set, the figures of a report, the list of reports.

A figure is the number that its page prints: same rounding, same decimals. What has none says why.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from agencies.models import Agency
from indicators import achievement as rules
from indicators.layouts import FIELDS, GOAL_FIELDS, Layout
from indicators.numbers import format_number
from reports.exports.writing import Cell, Column, Figure, Table
from reports.models import Entry, Report, Value
from reports.printed import target_texts
from reports.years import Part, Years

_DECIMALS = re.compile(r",([0-9]+)")
_CHARACTERS = Decimal("1.8")  # of a column, for each percent of the table's width
_NARROWEST = 8

REPORT_COLUMNS = (
    Column("No. Sasaran", 8, merges=True),
    Column("Sasaran Strategis", 32, merges=True),
    Column("Kode Indikator", 18),
    Column("No. IKU", 8),
    Column("Indikator Kinerja Utama", 40),
    Column("Satuan", 12),
    Column("Target", 14),
    Column("Realisasi", 16),
    Column("Capaian (%)", 12),
    Column("Predikat", 14),
    Column("Keadaan", 20),
    Column("Cara Hitung", 36),
    Column("Sumber", 24),
    Column("Kendala", 30),
    Column("Faktor Pendorong", 30),
    Column("Tindak Lanjut", 30),
)
ELEMENT_COLUMNS = (
    Column("Kode Data", 20),
    Column("Data Dasar", 44),
    Column("Satuan", 14),
    Column("Nilai", 18),
    Column("Alasan Nilai Janggal", 40),
)
YEAR_COLUMNS = (
    Column("Periode", 16),
    Column("Satuan", 12),
    Column("Target", 14),
    Column("Realisasi", 16),
    Column("Capaian (%)", 12),
    Column("Predikat", 14),
    Column("Keadaan", 20),
    Column("Definisi", 20),
    Column("Cara Hitung", 36),
)
LIST_COLUMNS = (
    Column("Tahun", 8),
    Column("Periode", 14),
    Column("Kode Instansi", 20),
    Column("Perangkat Daerah", 48),
    Column("Daerah", 28),
    Column("Status", 16),
    Column("Isian Terisi", 10),
    Column("Isian Seluruhnya", 12),
)


def printed(exact: Decimal, text: str) -> Cell:
    """Return the figure that was printed as `text`; the text where that is a word ("WTP") or more."""
    decimals = _DECIMALS.search(text)
    digits = len(decimals[1]) if decimals else 0
    return Figure(exact, digits) if format_number(exact, digits) == text else text


# The figures of a report


def figures_of(
    report: Report, entries: Iterable[Entry], scale: rules.Scale | None, now: dt.datetime, *, merged: bool
) -> Table:
    """Return target, realization and achievement of each row of a report; `merged` makes goals one cell."""
    rows = [_row(entry, scale, now) for entry in entries]
    columns = [column if merged else Column(column.heading, column.width) for column in REPORT_COLUMNS]
    title = (f"Target, realisasi, dan capaian {report.period}", report.agency.name)
    notes = (f"Status laporan: {report.get_status_display()}.",)
    return Table(str(report.period), columns, rows, title, notes, report.agency.paper)


def _row(entry: Entry, scale: rules.Scale | None, now: dt.datetime) -> list[Cell]:
    d, goal = entry.definition, entry.definition["goal"]
    reached = Decimal(entry.achievement) if entry.achievement else None
    source = ", ".join(filter(None, (entry.source, entry.document)))
    state = entry.state_at(now)
    why = (
        ""
        if entry.result or state == Entry.State.NOT_DUE
        else entry.state_reason.removesuffix("Belum diisi.")
    )
    return [
        goal["number"],
        goal["text"],
        d["code"],
        d["number"],
        d["name"],
        d["unit"],
        _target(d),
        printed(Decimal(entry.result), entry.result_text) if entry.result else None,
        printed(reached, entry.achievement_text) if reached is not None else None,
        (scale.classify(reached, d["digits"]) or "") if scale and reached is not None else "",
        ": ".join(filter(None, (state.label, why))),
        entry.explanation,
        source,
        entry.obstacle,
        entry.driver,
        entry.follow_up,
    ]


def _target(d: Mapping[str, Any]) -> Cell:
    text, note = target_texts(d)
    target = d["target"]
    if note or target is None:
        return f"{text} ({note})" if note else text
    return printed(Decimal(target["value"]), text)


def elements_of(report: Report, values: Iterable[Value]) -> Table:
    """Return the figures of the data elements of a report."""
    rows = [
        [value.element.code, value.element.label, value.element.unit, _typed(value.number), value.reason]
        for value in values
    ]
    title = (f"Data dasar {report.period}", report.agency.name)
    return Table("Data dasar", ELEMENT_COLUMNS, rows, title, (), report.agency.paper)


def _typed(number: Decimal | None) -> Cell:
    if number is None:
        return "Belum diisi"
    return printed(number, format_number(number))


# An indicator over the years


def years_of(agency: Agency, known: Years, scale: rules.Scale | None, now: dt.datetime) -> Table:
    """Return a row for each year and quarter, with the numbers behind it, each in a column of its own."""
    parts = [*known.years, *known.quarters]
    labels = list(dict.fromkeys(label for part in parts for label in part.figures))
    columns = [*YEAR_COLUMNS, *(Column(label, 18) for label in labels)]
    rows = [[*_part(part, scale, now), *(_behind(part, label) for label in labels)] for part in parts]
    notes = ("Angka tahun berasal dari laporan tahunan; tahun tanpa laporan tahunan dibiarkan kosong.",)
    return Table("Antartahun", columns, rows, (known.name, agency.name), notes, agency.paper)


def _part(part: Part, scale: rules.Scale | None, now: dt.datetime) -> list[Cell]:
    period, entry = str(part.period), part.entry
    if entry is None:
        target = _target(part.definition) if part.definition else ""
        return [period, "", target, None, None, "", "Tidak ada laporan", "", ""]
    row = dict(zip((column.heading for column in REPORT_COLUMNS), _row(entry, scale, now), strict=True))
    same = ("Satuan", "Target", "Realisasi", "Capaian (%)", "Predikat", "Keadaan")
    changed = "Definisi berubah mulai di sini" if part.new_definition else ""
    return [period, *(row[name] for name in same), changed, row["Cara Hitung"]]


def _behind(part: Part, label: str) -> Cell:
    return _typed(part.figures[label]) if label in part.figures else None


# The list of reports


def list_of(reports: Iterable[Report]) -> Table:
    """Return a line for each report; `done_count` and `entry_count` are annotated."""
    rows: list[list[Cell]] = [
        [
            report.period.year,
            report.period.get_part_display(),
            report.agency.code,
            report.agency.name,
            str(report.agency.region),
            report.get_status_display(),
            report.done_count,  # type: ignore[attr-defined]
            report.entry_count,  # type: ignore[attr-defined]
        ]
        for report in reports
    ]
    return Table("Laporan", LIST_COLUMNS, rows, ("Laporan kinerja",))


# The IKU table


def iku_of(
    description: Mapping[str, Any], document: Mapping[str, Any], layout: Layout, *, merged: bool
) -> Table:
    """Return the table of an IKU set in a layout; `document` is what documents.iku builds of it."""
    years = range(description["set"]["first_year"], description["set"]["last_year"] + 1)
    widths = [Decimal(column["width"]) for column in document["columns"]]
    columns = list(_iku_columns(layout, years, widths, merged=merged))
    indicators = [indicator for goal in description["goals"] for indicator in goal["indicators"] or [None]]
    rows: list[list[Cell]] = []
    for group in document["groups"]:
        goal: dict[int, Cell] = {}
        for row in group["rows"]:
            cells: dict[int, Cell] = {cell["column"]: _words(cell) for cell in row["cells"]}
            goal |= {cell["column"]: cells[cell["column"]] for cell in row["cells"] if cell["merged"]}
            cells |= _targets(indicators[len(rows)], document["columns"], years)
            rows.append([{**goal, **cells}.get(place) for place in range(len(columns))])
    title = [*document["title"], *_head(document)]
    return Table("IKU", columns, rows, title, (), document["paper"])


def _iku_columns(
    layout: Layout, years: range, widths: Sequence[Decimal], *, merged: bool
) -> Iterator[Column]:
    at = iter(widths)
    for column in layout.columns:
        for year in years if column.field == "targets" else years[:1]:
            width = max(int(next(at) * _CHARACTERS), _NARROWEST)
            if column.field == "targets":
                yield Column(str(year), width, group=column.heading)
            else:
                # A heading over two columns is that of the second; the number beside it is named.
                heading = FIELDS[column.field].capitalize() if column.join else column.heading
                yield Column(
                    heading or FIELDS[column.field].capitalize(),
                    width,
                    merges=merged and column.field in GOAL_FIELDS,
                )


def _words(cell: Mapping[str, Any]) -> str:
    return "\n".join(block["text"] for block in cell["blocks"])


def _targets(
    indicator: Mapping[str, Any] | None, columns: Sequence[Mapping[str, str]], years: range
) -> dict[int, Cell]:
    """Return the targets that are plain numbers, by the place of their column."""
    found: dict[int, Cell] = {}
    known = {target["year"]: target for target in (indicator["targets"] if indicator else [])}
    places = [place for place, column in enumerate(columns) if column["field"] == "targets"]
    for year, place in zip(years, places, strict=False):
        target = known.get(year)
        plain = target and not (target["label"] or target["upper"] or target["revised_value"])
        if target and plain and target["value"] is not None:
            value = Decimal(target["value"])
            found[place] = printed(value, format_number(value))
    return found


def _head(document: Mapping[str, Any]) -> list[str]:
    return [
        f"{line['label']}: {line['text'] or '; '.join(line['items'])}" for line in document["header_block"]
    ]
