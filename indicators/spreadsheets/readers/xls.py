"""Workbooks of Excel 97 to 2003: .xls, by xlrd, the one reader that tells their number formats."""

from __future__ import annotations

import io

import xlrd

from indicators.spreadsheets.problems import Unreadable
from indicators.spreadsheets.readers import values
from indicators.spreadsheets.readers.collecting import MAX_SHEETS, Book, Page


def read(data: bytes, book: Book) -> None:
    """Read every sheet of an old workbook into the book."""
    try:
        workbook = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, on_demand=True, logfile=io.StringIO()
        )
    except xlrd.XLRDError as error:
        raise Unreadable("encrypted" if "encrypted" in str(error) else "broken") from error
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        book.say("macros")
    if workbook.nsheets > MAX_SHEETS:
        raise Unreadable("too-many-sheets", limit=MAX_SHEETS)
    codes = [_code(workbook, style.format_key) for style in workbook.xf_list]
    styles = [(code, values.shape_of(code)) for code in codes]
    for index in range(workbook.nsheets):
        sheet = workbook.sheet_by_index(index)
        page = book.page(sheet.name, hidden=bool(sheet.visibility))
        _read_sheet(sheet, page, styles, since_1904=workbook.datemode == 1)
        workbook.unload_sheet(index)


def _code(workbook: xlrd.book.Book, key: int) -> str:
    found = workbook.format_map.get(key)
    code = found.format_str if found else values.BUILT_IN.get(key, "")
    return "" if code.lower() == "general" else code


def _read_sheet(
    sheet: xlrd.sheet.Sheet, page: Page, styles: list[tuple[str, values.Shape]], *, since_1904: bool
) -> None:
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row), start=1):
            if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                code, shape = styles[cell.xf_index]
                found = values.from_float(cell.value)
                page.put_number(row + 1, column, found, code, shape, since_1904=since_1904)
            else:
                _put(page, row + 1, column, cell)
    for first_row, end_row, first_column, end_column in sheet.merged_cells:
        page.merge(first_row + 1, first_column + 1, end_row, end_column)
    for row, layout in sheet.rowinfo_map.items():
        if layout.hidden:
            page.hide_row(row + 1)
    for column, layout in sheet.colinfo_map.items():
        if layout.hidden:
            page.hide_columns(column + 1, column + 1)


def _put(page: Page, row: int, column: int, cell: xlrd.sheet.Cell) -> None:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        page.put(row, column, cell.value)
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        page.put(row, column, bool(cell.value))
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        page.put_error(row, column, xlrd.error_text_from_code.get(cell.value, "#N/A"), "error-cell")
