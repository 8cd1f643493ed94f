"""What importing master data needs of this app: files read in a child process, and figures in cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from agencies.exchange.cells import Cell, quoted
from agencies.exchange.tables import BadCell, FileRefused, Row, Table, Value
from indicators.fields import DECIMAL_PLACES
from indicators.numbers import NumberError, format_number, read_number, round_half_up
from indicators.spreadsheets import grid
from indicators.spreadsheets.guard import MAX_FILE
from indicators.spreadsheets.problems import Unreadable, shown_name
from indicators.spreadsheets.readers.collecting import SENTENCES
from indicators.spreadsheets.sandbox import read_safely

KINDS = ("xlsx", "csv")
# What the reader says of a whole file; what it says of single cells, their rows say.
_GENERAL = {"macros", "other-extension", "encoding", "delimiter", "quotes"}
_ABOUT_SHEET = {"hidden-rows", "hidden-columns", "hidden-sheet"}
_ABOUT_CELL = {"unseen", "digits-lost", "lookalike-digits"}


def read_table(upload: UploadedFile[Any], sheet: str) -> Table:
    """Read an uploaded .xlsx or .csv in a child process: the sheet of that name, or the first to be seen.

    Which sheet was open when the file was saved says nothing. Raises agencies.exchange.tables.FileRefused.
    """
    name, size = str(upload.name), upload.size or 0
    if size > MAX_FILE:  # of such a file nothing was kept
        problem = Unreadable("too-large", file=name, size=-(-size >> 20), limit=MAX_FILE >> 20)
        raise FileRefused(problem.message)
    try:
        workbook = read_safely(upload.read(), name)
    except Unreadable as error:
        raise FileRefused(error.message) from error
    if workbook.kind not in KINDS:
        raise FileRefused(
            f"Berkas “{shown_name(name)}” berjenis {workbook.kind.upper()}. Simpan sebagai .xlsx atau .csv, "
            "lalu unggah lagi."
        )
    found = _chosen(workbook.sheets, sheet)
    return Table(found.name, list(_rows(found)), list(_notes(workbook, found)))


def _chosen(sheets: list[grid.Sheet], wanted: str) -> grid.Sheet:
    named = [sheet for sheet in sheets if sheet.name.casefold() == wanted.casefold()]
    return next(iter((*named, *(sheet for sheet in sheets if not sheet.hidden), *sheets)))


def _rows(sheet: grid.Sheet) -> Iterator[Row]:
    rows: dict[int, dict[int, Value]] = {}
    for cell in sheet.cells.values():
        rows.setdefault(cell.row, {})[cell.column] = _value(cell, sheet.name)
    for number in sorted(rows):
        yield Row(number, rows[number])


def _value(cell: grid.Cell, sheet: str) -> Value:
    if not cell.error:
        return cell.value
    code = cell.error if cell.error in SENTENCES else "error-cell"
    return BadCell(SENTENCES[code].format(cell=cell.address, sheet=sheet, detail=cell.error))


def _notes(workbook: grid.Workbook, sheet: grid.Sheet) -> Iterable[str]:
    others = [other.name for other in workbook.sheets if other is not sheet and other.cells]
    if others:
        yield f"Yang dibaca lembar “{sheet.name}”; {len(others)} lembar lain tidak dibaca."
    for problem in workbook.problems:
        of_sheet = problem.code in _ABOUT_SHEET and f'"{sheet.name}"' in problem.message
        of_cell = problem.code in _ABOUT_CELL and problem.cell.rpartition("!")[0] == sheet.name
        if problem.code in _GENERAL or of_sheet or of_cell:
            yield problem.message


class FigureCell(Cell):
    """An exact figure as the portal's own forms read it; what could mean two numbers is refused."""

    def read(self, value: Any) -> Decimal:
        """Return the figure, rounded half up to what a column keeps, alike on every database."""
        if isinstance(value, Decimal):
            return round_half_up(value, DECIMAL_PLACES).normalize() + 0
        if not isinstance(value, str):
            raise ValueError(f"{quoted(value)} bukan angka. Ketik angka saja, misalnya 12,50.")  # noqa: TRY004
        try:
            reading = read_number(value)
        except NumberError as error:
            raise ValueError(error.message) from error
        if reading.value is None or reading.unit:
            raise ValueError(
                f"{quoted(value)} bukan angka saja. Ketik angkanya tanpa satuan, misalnya 12,50."
            )
        if reading.echo and "." in value:
            plain, other = format_number(reading.value, grouping=False), value.replace(".", ",")
            raise ValueError(f"{quoted(value)} dapat dibaca dua cara. Tulis {plain} atau {other}.")
        return round_half_up(reading.value, DECIMAL_PLACES)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Decimal | None:
        """Return the figure: a number in a workbook."""
        return None if value is None else Decimal(value)

    def show(self, value: Any) -> str:
        """Return the figure as pages print it."""
        return "" if value is None else format_number(value)
