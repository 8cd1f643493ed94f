"""What was read of a file, as plain data for the page of columns: tables, their columns, three values each.

{"sheets": [{"name", "rows", "tables": [{"key", "range", "kind", "title", "header_rows", "used", "known",
"fingerprint", "origin", "records", "columns": [{"letters", "heading", "field", "year", "quarter", "month",
"unit", "confidence", "reason", "samples", "recognised"}], "skipped": [[row, reason]]}]}], "problems":
[{"cell", "code", "message"}], "needs_year": bool, "needs_part": bool, "kinds": […],
"years": [first, last] that targets name, or null}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from indicators.spreadsheets.board import Board
from indicators.spreadsheets.columns import Column
from indicators.spreadsheets.corrections import area_of
from indicators.spreadsheets.grid import Sheet, Workbook, letters
from indicators.spreadsheets.headings import Period
from indicators.spreadsheets.recognised import SheetReading, Table, Understanding
from indicators.spreadsheets.tables import understand
from reports.imports.progress import Progress

SAMPLES = 3
MOST_SKIPPED, MOST_PROBLEMS = 60, 300
_MOST_TEXT = 90


def understand_by_sheet(
    workbook: Workbook, corrections: Mapping[str, Mapping[str, Any]], progress: Progress
) -> Understanding:
    """Recognise the tables of a workbook sheet by sheet, telling which one is read."""
    whole, nothing = Understanding(problems=list(workbook.problems)), []
    for number, sheet in enumerate(workbook.sheets, 1):
        progress.sheet(number, len(workbook.sheets), len({row for row, _ in sheet.cells}))
        part = understand(replace(workbook, sheets=[sheet], problems=[]), corrections)
        whole.sheets += part.sheets
        nothing += [problem for problem in part.problems if problem.code == "no_table"]
        whole.problems += [problem for problem in part.problems if problem.code != "no_table"]
    if not any(reading.tables for reading in whole.sheets):
        whole.problems += nothing[:1]
    return whole


def tables_of(understanding: Understanding) -> Iterator[Table]:
    """Yield all tables in the order of the file."""
    for sheet in understanding.sheets:
        yield from sheet.tables


def described(
    workbook: Workbook, understanding: Understanding, recognised: Understanding, known: set[str]
) -> dict[str, Any]:
    """Return the data of the page; `recognised` is what was understood before anybody's corrections, `known`
    holds the keys of tables whose layout was confirmed before."""
    before = {table.key: table for table in tables_of(recognised)}
    used = [table for table in tables_of(understanding) if table.used]
    return {
        "sheets": [
            _sheet(sheet, reading, before, known)
            for sheet, reading in zip(workbook.sheets, understanding.sheets, strict=True)
        ],
        "problems": [
            {"cell": problem.cell, "code": problem.code, "message": problem.message}
            for problem in understanding.problems[:MOST_PROBLEMS]
        ],
        "needs_year": any(_without_year(table) for table in used),
        "needs_part": any(_without_part(table) for table in used),
        "kinds": sorted({table.kind for table in used}),
        "years": _years(used),
    }


def recognised_columns(table: Mapping[str, Any]) -> dict[int, Column]:
    """Return the columns of a described table as they were recognised, for the memory of layouts."""
    found = {}
    for column in table["columns"]:
        was, index = column["recognised"], area_of(f"{column['letters']}1").first_column
        period = Period(was["year"], was["quarter"], was["month"])
        found[index] = Column(index, was["field"], period, was["unit"])
    return found


def _sheet(
    sheet: Sheet, reading: SheetReading, before: Mapping[str, Table], known: set[str]
) -> dict[str, Any]:
    board = Board(sheet)
    return {
        "name": sheet.name,
        "rows": len({row for row, _ in sheet.cells}),
        "tables": [
            _table(board, table, before.get(table.key, table), is_known=table.key in known)
            for table in reading.tables
        ],
    }


def _table(board: Board, table: Table, before: Table, *, is_known: bool) -> dict[str, Any]:
    columns = {**before.columns, **table.columns}
    return {
        "key": table.key,
        "range": str(table.area),
        "kind": table.kind,
        "title": " ".join(table.caption.title)[:200],
        "header_rows": [list(rows) for rows in table.header_rows],
        "used": table.used,
        "known": is_known,
        "fingerprint": table.fingerprint,
        "origin": list(table.origin),
        "records": len(table.records),
        "columns": [
            {
                "letters": letters(index),
                "heading": _heading(board, table, index),
                **_said(column),
                "confidence": float(column.confidence),
                "reason": column.reason,
                "samples": _samples(board, table, index),
                "recognised": _said(before.columns.get(index, Column(index, ""))),
            }
            for index, column in sorted(columns.items())
        ],
        "skipped": [list(skipped) for skipped in sorted(table.skipped)[:MOST_SKIPPED]],
    }


def _said(column: Column) -> dict[str, Any]:
    period = column.period
    return {
        "field": column.field,
        "year": period.year,
        "quarter": period.quarter,
        "month": period.month,
        "unit": column.unit,
    }


def _heading(board: Board, table: Table, index: int) -> str:
    """Return the words above a column from top to bottom, each once: "Target › 2023"."""
    first, last = table.header_rows[0]
    texts = [" ".join(board.text(row, index).split()) for row in range(first, last + 1)]
    return " › ".join(dict.fromkeys(text for text in texts if text))[:_MOST_TEXT]


def _samples(board: Board, table: Table, index: int) -> list[str]:
    """Return the first different values of a column, as the sheet shows them."""
    found: dict[str, None] = {}
    for record in table.records:
        text = " ".join(board.text(record.row, index).split())
        if text:
            found.setdefault(text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…")
        if len(found) == SAMPLES:
            break
    return list(found)


def _years(tables: list[Table]) -> list[int] | None:
    """Return the first and the last year for which something is aimed at, else those of the titles."""
    figures = (figure for table in tables for record in table.records for figure in record.figures)
    years = {f.period.year for f in figures if f.field == "target" and f.period.year}
    if not years:
        for table in tables:
            years |= {year for year in (*(table.caption.span or ()), table.caption.period.year) if year}
    return [min(years), max(years)] if years else None


def _without_year(table: Table) -> bool:
    return any(not figure.period.year for record in table.records for figure in record.figures)


def _without_part(table: Table) -> bool:
    return any(
        figure.field == "realization" and not (figure.period.quarter or figure.period.month)
        for record in table.records
        for figure in record.figures
    )
