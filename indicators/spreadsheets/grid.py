"""Cells as a file stores them: what every reader gives and the recognition of tables takes. A leaf."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

# What a cell may hold: a number is never text, and text that looks like a number stays text.
Stored = str | Decimal | bool | dt.date | dt.datetime | dt.time | None


@dataclass(frozen=True)
class Problem:
    """What is wrong at a place of a file: `cell` as "Data 2025!G14" or empty, a stable code, a sentence."""

    cell: str
    code: str
    message: str


AUTHOR = "Portal IKU"  # of the comments that notes become; what the portal wrote is not read back


@dataclass(frozen=True)
class Note:
    """What to say at a cell ("C8") or a row ("8") of a sheet; `blocks` where its row cannot be taken."""

    sheet: str
    cell: str
    text: str
    blocks: bool = False


@dataclass(frozen=True)
class Area:
    """A rectangle of cells, 1-based, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def __str__(self) -> str:
        first = address(self.first_row, self.first_column)
        last = address(self.last_row, self.last_column)
        return first if first == last else f"{first}:{last}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds something. `row` and `column` are 1-based.

    `number_format` is the format code of a number or date ("0.0%"), empty where the file has none. A number
    formatted as percent keeps the stored worth: 0.875. `error` is the code of an error cell ("#REF!"),
    "formula" for a formula without a stored result, "number" or "date" for one that has no meaning (NaN).
    """

    row: int
    column: int
    value: Stored
    number_format: str = ""
    error: str = ""

    @property
    def address(self) -> str:
        """The address within the sheet: "C8"."""
        return address(self.row, self.column)

    @property
    def is_percent(self) -> bool:
        """Whether the number is shown as percent."""
        return "%" in self.number_format


@dataclass
class Sheet:
    """A sheet, or one table of a text document; `cells` has only those that hold something."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    preface: list[str] = field(default_factory=list)  # paragraphs of a text document right above its table
    comments: dict[tuple[int, int], str] = field(default_factory=dict)  # notes people stuck to cells


@dataclass
class Workbook:
    """A file as it was read: its sheets in order, and what was wrong or left out on the way."""

    kind: str  # "xlsx", "ods", "xls", "csv", "docx", "html", "xml"
    sheets: list[Sheet] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def address(row: int, column: int) -> str:
    """Return the address of a cell: "C8"."""
    return f"{letters(column)}{row}"
