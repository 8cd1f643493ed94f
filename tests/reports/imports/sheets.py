"""Workbooks for tests as a reader would give them, from rows of Python values."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agencies.models import Agency, User
from indicators.imports.asking import Asked
from indicators.imports.planned import Choices
from indicators.spreadsheets.grid import Cell, Sheet, Workbook
from indicators.spreadsheets.recognised import Understanding
from indicators.spreadsheets.tables import understand

FLAT = ["kode_instansi", "kode_indikator", "tahun", "periode", "nilai", "catatan"]
DATA = ["kode_instansi", "kode_data", "tahun", "periode", "nilai", "catatan"]


def understood(*sheets: Sequence[Sequence[Any]]) -> Understanding:
    """Return what is understood of sheets "Lembar 1", …; "87,5%!" is the number 0.875 shown as percent."""
    made = []
    for number, rows in enumerate(sheets, 1):
        sheet = Sheet(f"Lembar {number}")
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                if value is not None and value != "":
                    sheet.cells[r, c] = _cell(r, c, value)
        made.append(sheet)
    return understand(Workbook("xlsx", made))


def _cell(row: int, column: int, value: Any) -> Cell:
    if isinstance(value, str) and value.endswith("%!"):
        return Cell(row, column, Decimal(value[:-2].replace(",", ".")) / 100, "0.0%")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Cell(row, column, Decimal(str(value)), "General")
    return Cell(row, column, value)


def asked(
    rows: Sequence[Sequence[Any]], by: User, agency: Agency | None, choices: Choices | None = None
) -> Asked:
    """Return the import of one sheet."""
    return Asked(understood(rows), agency, by, choices or Choices())  # type: ignore[arg-type]
