"""Files drawn in tests, brought into the database the way the pages do it."""

from typing import Any

import openpyxl
from django.db import transaction

from agencies.models import Agency, User
from indicators.imports import definitions
from indicators.imports.asking import Asked
from indicators.imports.definitions import Study
from indicators.imports.planned import Choices, Into, Planned
from indicators.spreadsheets.grid import Workbook
from indicators.spreadsheets.tables import understand
from tests.indicators.spreadsheets.files import saved
from tests.indicators.spreadsheets.layouts import Sketch

HEADINGS = (
    "No",
    "Sasaran Strategis",
    "Indikator Kinerja Utama",
    "Satuan",
    "Formulasi",
    "Sumber Data",
    "Penanggung Jawab",
)
NEW = Choices(into=Into("new", first_year=2018))


def table(*rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> Workbook:
    """Draw a table of IKU; without headings of their own the columns are HEADINGS."""
    sketch = Sketch("IKU")
    sketch.line("INDIKATOR KINERJA UTAMA")
    sketch.line(*headings)
    for row in rows:
        sketch.line(*row)
    return sketch.workbook


def as_file(workbook: Workbook) -> bytes:
    """Return a drawn workbook as an .xlsx file."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in workbook.sheets:
        page = book.create_sheet(sheet.name)
        for (row, column), cell in sheet.cells.items():
            page.cell(row, column, cell.value)
        for area in sheet.merges:
            page.merge_cells(str(area))
    return saved(book)


def study(workbook: Workbook, agency: Agency, by: User, choices: Choices = NEW) -> Study:
    """Plan a file."""
    return definitions.study(Asked(understand(workbook), agency, by, choices))


def settled(workbook: Workbook, agency: Agency, by: User, choices: Choices = NEW) -> tuple[Study, Choices]:
    """Plan a file with every proposal taken, as somebody who presses on does."""
    for question in study(workbook, agency, by, choices).questions:
        if question.proposed and not question.chosen:
            choices = choices.answer(question, question.proposed)
    return study(workbook, agency, by, choices), choices


def applied(rows: list[Planned], agency: Agency, by: User, choices: Choices = NEW) -> dict[str, Any]:
    """Write planned rows; each of them travels through JSON, as in a batch."""
    with transaction.atomic():
        staged = [Planned.from_json(row.as_json()) for row in rows]
        return definitions.apply(agency, staged, choices, by=by)


def imported(workbook: Workbook, agency: Agency, by: User, choices: Choices = NEW) -> dict[str, Any]:
    """Plan a file, take every proposal, write it; return what undoing needs."""
    found, choices = settled(workbook, agency, by, choices)
    assert [row for row in found.rows if row.status == "problem"] == []
    return applied(found.rows, agency, by, choices)


def undone(record: dict[str, Any], by: User) -> None:
    """Take an import back."""
    with transaction.atomic():
        definitions.undo(record, by=by)


def statuses(found: Study) -> list[str]:
    """Return the statuses of the rows in order."""
    return [row.status for row in found.rows]
