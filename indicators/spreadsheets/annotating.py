"""The workbook somebody sent, given back with a note in each cell that needs a look.

Runs in the child process of sandbox.py. What it gives back holds cells and their looks only: no macros, no
links, validations or charts, and no formula that could run: a formula becomes its stored result, or text
where it has none.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping

import openpyxl
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.packaging.core import DocumentProperties
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.styles import Alignment, PatternFill
from openpyxl.worksheet.datavalidation import DataValidationList
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.scenario import ScenarioList
from openpyxl.worksheet.table import TableList
from openpyxl.worksheet.worksheet import Worksheet

from indicators.spreadsheets import files
from indicators.spreadsheets.cells import text_of
from indicators.spreadsheets.grid import AUTHOR, Cell, Note, Sheet, Stored, Workbook, letters
from indicators.spreadsheets.problems import UNSEEN, shown_name
from indicators.spreadsheets.readers import values
from indicators.spreadsheets.saving import saved

MAX_CELLS = 60_000  # a larger workbook gives back the rows with notes, and the first ones of their sheets
FIRST_ROWS = 20
MAX_NOTE = 1_000  # characters
MAX_MERGES = 2_000
_BLOCKS = PatternFill("solid", fgColor="FFC7CE")
_ASKS = PatternFill("solid", fgColor="FFEB9C")
_PLACE = re.compile(r"([A-Z]{1,3})?([1-9][0-9]{0,6})")


def annotate(data: bytes, name: str, notes: Iterable[Note]) -> bytes:
    """Return the file as .xlsx with the notes in its cells. Raises Unreadable as reading does."""
    workbook = files.read(data, name)
    by_sheet: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        by_sheet[note.sheet].append(note)
    small = sum(len(sheet.cells) for sheet in workbook.sheets) <= MAX_CELLS
    if workbook.kind == "xlsx" and small:
        try:
            return _same(data, workbook, by_sheet)
        except Exception:  # noqa: S110 - whatever openpyxl cannot open, its cells were read
            pass
    return _anew(workbook, by_sheet, whole=small)


def warm_up() -> None:
    """Load all that openpyxl loads late, while files still open."""
    book = openpyxl.Workbook()
    book.active["A1"].comment = Comment("a", AUTHOR)
    openpyxl.load_workbook(io.BytesIO(saved(book)))


# The workbook itself ----------------------------------------------------------------------------------------


def _same(data: bytes, workbook: Workbook, notes: Mapping[str, list[Note]]) -> bytes:
    """Return the workbook as it looks, with notes; raises whatever openpyxl does about a file it dislikes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that are not kept anyway
        book = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    grids = {sheet.name: sheet for sheet in workbook.sheets}
    sheets = {shown_name(values.clean(sheet.title)): sheet for sheet in book.worksheets}
    if notes.keys() - sheets.keys():
        raise LookupError("a sheet goes by another name here")
    _strip(book)
    for name, sheet in sheets.items():
        _settle(sheet, grids[name])
        _put(sheet, notes.get(name, []))
    return saved(book)


def _strip(book: openpyxl.Workbook) -> None:
    """Take out of a workbook what is neither a cell nor how it looks."""
    for sheet in book.chartsheets:
        book.remove(sheet)
    book.active = 0
    book.defined_names.clear()
    book.custom_doc_props = CustomPropertyList()
    book.properties = DocumentProperties(creator=AUTHOR)
    book.loaded_theme = None
    book.code_name = None
    for sheet in book.worksheets:
        sheet.defined_names.clear()
        sheet.sheet_properties.codeName = None
        sheet.conditional_formatting = ConditionalFormattingList()
        sheet.data_validations = DataValidationList()
        sheet.scenarios = ScenarioList()
        sheet._tables = TableList()  # noqa: SLF001
        sheet._charts, sheet._images, sheet._pivots = [], [], []  # noqa: SLF001


def _settle(sheet: Worksheet, grid: Sheet) -> None:
    """Put results in place of formulas, and keep text that begins like one from becoming one."""
    for place, cell in sheet._cells.items():  # noqa: SLF001
        if isinstance(cell, MergedCell):
            continue
        cell._hyperlink = None  # noqa: SLF001
        if cell.data_type == "f":
            stored = grid.cells.get(place)
            if stored is None or stored.value is None:
                _write_text(cell, _formula(cell.value))
            else:
                _write(cell, stored.value)
        elif cell.data_type == "s":
            _write_text(cell, str(cell.value))


def _formula(stored: object) -> str:
    if isinstance(stored, ArrayFormula):
        return str(stored.text)
    return "=TABLE()" if isinstance(stored, DataTableFormula) else str(stored)


def _write(cell: BookCell, value: Stored) -> None:
    if isinstance(value, str):
        _write_text(cell, value)
    else:
        cell.value = value


def _write_text(cell: BookCell, text: str) -> None:
    cell.value = text
    cell.data_type = "s"
    if text[:1] in "=+-@":
        cell.quotePrefix = True


def _put(sheet: Worksheet, notes: Iterable[Note]) -> None:
    """Write notes as comments and colour their cells; a cell within a merged range speaks through its
    first."""
    by_cell: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        match = _PLACE.fullmatch(note.cell)
        by_cell[f"{match[1] or 'A'}{match[2]}" if match else "A1"].append(note)
    for place, said in by_cell.items():
        cell = sheet[place]
        if isinstance(cell, MergedCell):
            area = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
            cell = area.start_cell
        _comment(cell, said)


def _comment(cell: BookCell, notes: list[Note]) -> None:
    texts = [cell.comment.text] if cell.comment else []
    texts += [note.text for note in notes]
    text = "\n\n".join(dict.fromkeys(UNSEEN.sub("", text) for text in texts))[:MAX_NOTE]
    lines = sum(-(-len(line) // 45) for line in text.split("\n")) + 1
    cell.comment = Comment(text, AUTHOR, height=20 * max(lines, 3), width=320)
    cell.fill = _BLOCKS if any(note.blocks for note in notes) else _ASKS


# A new one --------------------------------------------------------------------------------------------------


def _anew(workbook: Workbook, notes: Mapping[str, list[Note]], *, whole: bool) -> bytes:
    """Return a new workbook of the same cells at the same places, with notes."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = AUTHOR
    left = MAX_CELLS
    for grid in workbook.sheets:
        sheet = book.create_sheet(_title(grid.name))
        said = notes.get(grid.name, [])
        kept = None if whole else _rows_worth(said)
        widths: dict[int, int] = {}
        for (row, column), cell in grid.cells.items():
            if left == 0 or (kept is not None and row not in kept):
                continue
            left -= 1
            _copy(sheet.cell(row, column), cell)
            widths[column] = max(widths.get(column, 8), min(len(text_of(cell)) + 2, 50))
        for column, width in widths.items():
            sheet.column_dimensions[letters(column)].width = width
        if whole:
            for area in grid.merges[:MAX_MERGES]:
                sheet.merge_cells(str(area))
        _put(sheet, said)
    return saved(book)


def _title(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31].strip("' ") or "Lembar"


def _rows_worth(notes: Iterable[Note]) -> set[int]:
    """Return the rows of notes, and those where headings may stand."""
    found = {int(match[2]) for note in notes if (match := _PLACE.fullmatch(note.cell))}
    return found | set(range(1, FIRST_ROWS + 1))


def _copy(target: BookCell, cell: Cell) -> None:
    if cell.error == "formula":
        return
    _write(target, cell.error or cell.value)
    if cell.number_format:
        target.number_format = cell.number_format
    if isinstance(cell.value, str) and len(cell.value) > 48:
        target.alignment = Alignment(wrap_text=True, vertical="top")
