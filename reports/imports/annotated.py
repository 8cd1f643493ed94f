"""The uploaded file given back as a workbook, with what is said about its cells as comments in them."""

from __future__ import annotations

from pathlib import PurePath

from indicators.spreadsheets.grid import Note
from indicators.spreadsheets.sandbox import annotate_safely
from reports.imports import staging
from reports.models import ImportBatch

MOST_NOTES = 20_000


def workbook(batch: ImportBatch) -> tuple[str, bytes]:
    """Return name and bytes of the annotated workbook. Raises Unreadable, as reading does."""
    with batch.file.open("rb") as file:
        content = annotate_safely(file.read(), batch.name, _notes(batch))
    return f"{PurePath(batch.name).stem} - dengan catatan.xlsx", content


def _notes(batch: ImportBatch) -> list[Note]:
    notes = []
    for problem in batch.reading.get("problems", []):
        sheet, _, cell = problem["cell"].rpartition("!")
        if sheet:
            notes.append(Note(sheet, cell, problem["message"]))
    for chunk in staging.chunks(batch.rows.filter(noted=True)):
        for row in chunk:
            notes += [Note(row.sheet, m.cell or str(row.row), m.text, m.blocks) for m in row.messages]
        if len(notes) > MOST_NOTES:
            break
    return notes[:MOST_NOTES]
