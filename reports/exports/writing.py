"""Tables as files: .xlsx ready to print and to compute with, .csv as Indonesian spreadsheets open it.

The same table gives the same bytes. In a workbook text is typed as text and stays text when somebody edits
the cell; in a .csv, where nothing has a type, what a program would run gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from itertools import groupby
from typing import TypeVar

from openpyxl import Workbook
from openpyxl.cell import Cell as BookCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from agencies.harmless import harmless
from indicators.numbers import format_number, round_half_up
from indicators.spreadsheets.saving import saved

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
EXACT_DIGITS = 15  # of a number in a workbook; a longer one is kept as text
MAX_TEXT = 32_767  # characters of a cell
_A4, _FOLIO = 9, 14
_LINE = Side("thin", color="BFBFBF")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="DCE6F5")
_TOP = Alignment(vertical="top", wrap_text=True)
_RIGHT = Alignment(vertical="top", horizontal="right")
_CENTRE = Alignment(vertical="center", horizontal="center", wrap_text=True)
# Signs XML cannot hold, and text that looks as if it stood for one.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Figure:
    """A number with the decimals that page and paper print of it."""

    value: Decimal
    digits: int

    @property
    def printed(self) -> Decimal:
        """The number as it is printed."""
        return round_half_up(self.value, self.digits)


Cell = str | Figure | int | dt.date | None
Run = TypeVar("Run")


@dataclass(frozen=True)
class Column:
    """A column of a table: `width` in characters, `group` a heading over it and its neighbours.

    Where `merges`, equal cells below each other are one cell of a workbook.
    """

    heading: str
    width: int = 14
    group: str = ""
    merges: bool = False


@dataclass(frozen=True)
class Table:
    """What a file says: `title` above and `notes` below stand in workbooks only."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    title: Sequence[str] = ()
    notes: Sequence[str] = ()
    paper: str = "A4"

    @property
    def has_groups(self) -> bool:
        """Whether there is a second row of headings."""
        return any(column.group for column in self.columns)


# .csv


def as_text(table: Table) -> bytes:
    """Return a table as .csv: UTF-8 with its mark, semicolons, decimal comma, one row of headings."""
    file = StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerow([harmless(_heading(column)) for column in table.columns])
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return file.getvalue().encode("utf-8-sig", "replace")


def _heading(column: Column) -> str:
    return " ".join(filter(None, (column.group, column.heading)))


def _plain(cell: Cell) -> str:
    if isinstance(cell, Figure):
        return format_number(cell.printed, cell.digits, grouping=False)
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return harmless(cell) if isinstance(cell, str) else str("" if cell is None else cell)


# .xlsx


def as_workbook(*tables: Table) -> bytes:
    """Return tables as the sheets of an .xlsx, each with its headings frozen and set up to print."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "Portal IKU"
    for table in tables:
        _fill(book.create_sheet(sheet_name(table.name)), table)
    return saved(book)


def sheet_name(name: str) -> str:
    """Return a name as a sheet may bear it."""
    return " ".join(_SHEET_NAME.sub(" ", name).split())[:31].strip("' ") or "Tabel"


def _fill(sheet: Worksheet, table: Table) -> None:
    for row, line in enumerate(table.title, 1):
        write(sheet.cell(row, 1), line)
        sheet.cell(row, 1).font = Font(bold=True, size=13 if row == 1 else 11)
    head = len(table.title) + (2 if table.title else 1)
    body = head + (2 if table.has_groups else 1)
    _write_headings(sheet, table, head)
    for row, cells in enumerate(table.rows, body):
        for column, cell in enumerate(cells, 1):
            target = sheet.cell(row, column)
            write(target, cell)
            target.border = _BOX
            target.alignment = _TOP if isinstance(cell, str) else _RIGHT
    if table.rows:
        _merge(sheet, table, body)
    for row, note in enumerate(table.notes, body + len(table.rows) + 1):
        write(sheet.cell(row, 1), note)
        sheet.cell(row, 1).font = Font(italic=True)
    _set_up(sheet, table, head, body)


def write(target: BookCell, cell: Cell) -> None:
    """Put a value into a cell of a workbook: numbers as numbers with their decimals, text as text."""
    if isinstance(cell, Figure):
        if len(cell.printed.as_tuple().digits) > EXACT_DIGITS:
            write(target, format_number(cell.printed, cell.digits))
            return
        target.value = cell.printed
        target.number_format = f"#,##0.{'0' * cell.digits}" if cell.digits else "#,##0"
    elif isinstance(cell, dt.date):
        target.value, target.number_format = cell, "dd-mm-yyyy"
    elif isinstance(cell, str) and cell:
        text = _ESCAPE.sub("_x005F_", _UNWRITABLE.sub("", cell))[:MAX_TEXT]
        target.value = text
        target.data_type = "s"  # or a text like "=1+1" would be a formula and "#N/A" an error
        if text.lstrip().startswith(_FORMULA_SIGNS[:4]) or text.startswith(_FORMULA_SIGNS):
            target.quotePrefix = True
    elif isinstance(cell, int):
        target.value = cell


def _write_headings(sheet: Worksheet, table: Table, row: int) -> None:
    last = row + 1 if table.has_groups else row
    for index, column in enumerate(table.columns, 1):
        if not column.group:
            write(sheet.cell(row, index), column.heading)
            if last > row:
                sheet.merge_cells(start_row=row, end_row=last, start_column=index, end_column=index)
        else:
            write(sheet.cell(last, index), column.heading)
    for group, first, count in _runs([column.group for column in table.columns]):
        if group:
            write(sheet.cell(row, first + 1), group)
            if count > 1:
                sheet.merge_cells(
                    start_row=row, end_row=row, start_column=first + 1, end_column=first + count
                )
    for line in range(row, last + 1):
        for index in range(1, len(table.columns) + 1):
            dress_heading(sheet.cell(line, index))


def dress_heading(cell: BookCell) -> None:
    """Give a cell the looks of a heading."""
    cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), _HEAD, _BOX, _CENTRE


def _runs(values: Iterable[Run]) -> Iterator[tuple[Run, int, int]]:
    """Yield each run of equal values with its start, from 0, and its length."""
    start = 0
    for value, group in groupby(values):
        count = len(list(group))
        yield value, start, count
        start += count


def _merge(sheet: Worksheet, table: Table, first: int) -> None:
    """Make one cell of equal ones below each other; columns further right keep to the runs on their left."""
    merging = [index for index, column in enumerate(table.columns) if column.merges]
    for place, index in enumerate(merging):
        keys = [tuple(row[left] for left in merging[: place + 1]) for row in table.rows]
        for _, start, count in _runs(keys):
            if count > 1:
                rows = {"start_row": first + start, "end_row": first + start + count - 1}
                sheet.merge_cells(**rows, start_column=index + 1, end_column=index + 1)


def _set_up(sheet: Worksheet, table: Table, head: int, body: int) -> None:
    """Freeze and repeat the headings, set widths and paper."""
    for index, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    sheet.freeze_panes = f"A{body}"
    print_on(sheet, table.paper, rows=(head, body - 1))


def print_on(sheet: Worksheet, paper: str, *, rows: tuple[int, int]) -> None:
    """Set up a sheet for wide paper: one page wide, `rows` repeated on each, the pages numbered."""
    sheet.print_title_rows = f"{rows[0]}:{rows[1]}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _FOLIO if paper.upper() == "F4" else _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "Halaman &P dari &N"
