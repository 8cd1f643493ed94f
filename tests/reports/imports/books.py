"""Drawn sheets as the files people upload."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl

from indicators.spreadsheets.grid import Workbook
from tests.indicators.spreadsheets import layouts


def xlsx(workbook: Workbook) -> bytes:
    """Return a workbook as an .xlsx file, merges and number formats as drawn."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in workbook.sheets:
        page = book.create_sheet(sheet.name)
        for cell in sheet.cells.values():
            value = float(cell.value) if isinstance(cell.value, Decimal) else cell.value
            written = page.cell(cell.row, cell.column, value)
            if cell.number_format:
                written.number_format = cell.number_format
        for area in sheet.merges:
            page.merge_cells(str(area))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def kaltim() -> bytes:
    """Return the published table of Kaltim the way an agency keeps it: merged, its row 7 collapsed."""
    return xlsx(layouts.kaltim().workbook)
