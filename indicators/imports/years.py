"""The years a file is about. Pure."""

from __future__ import annotations

from indicators.imports.planned import Choices
from indicators.imports.rows import tables_of
from indicators.spreadsheets.tables import Understanding


def years_of(understanding: Understanding, choices: Choices) -> tuple[int, int] | None:
    """Return first and last year: as answered, else of the title or the targets; None if unknown."""
    into = choices.into
    if into.first_year:
        return into.first_year, into.last_year or into.first_year
    tables = [table for _, table in tables_of(understanding, choices)]
    if span := next((table.caption.span for table in tables if table.caption.span), None):
        return span
    targets = {
        figure.period.year
        for table in tables
        for record in table.records
        for figure in record.figures
        if figure.field == "target" and figure.period.year
    }
    if targets:
        return min(targets), max(targets)
    titled = next((table.caption.period.year for table in tables if table.caption.period.year), None)
    year = titled or choices.year
    return (year, year) if year else None
