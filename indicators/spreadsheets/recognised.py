"""What is understood of a workbook: its tables, their columns and records, and what is wrong. A leaf."""

from __future__ import annotations

from dataclasses import dataclass, field

from indicators.spreadsheets.captions import Caption
from indicators.spreadsheets.columns import Column
from indicators.spreadsheets.grid import Area, Problem
from indicators.spreadsheets.records import Record


@dataclass
class Table:
    """One recognised table. `kind` is one of corrections.KINDS.

    `key` names it to a person's corrections: the sheet and the range as recognised, which a correction does
    not change. `origin` is the row and the column of its first heading, `fingerprint` is what tables laid out
    alike have in common. A table that is not `used` is shown and not taken.
    """

    kind: str
    area: Area
    header_rows: list[tuple[int, int]]
    columns: dict[int, Column]
    caption: Caption
    records: list[Record] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    key: str = ""
    origin: tuple[int, int] = (1, 1)
    fingerprint: str = ""
    used: bool = True
    shape: str = "rows"  # or "cards": a block of labelled rows for each indicator


@dataclass
class SheetReading:
    """The tables of one sheet."""

    name: str
    tables: list[Table] = field(default_factory=list)


@dataclass
class Understanding:
    """What was understood of a workbook; cells of `problems` carry the name of their sheet."""

    sheets: list[SheetReading] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
