"""What was understood, as plain data for JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from indicators.spreadsheets.captions import Caption
from indicators.spreadsheets.cells import plain
from indicators.spreadsheets.columns import Column
from indicators.spreadsheets.grid import letters
from indicators.spreadsheets.headings import Period
from indicators.spreadsheets.records import Figure, Record
from indicators.spreadsheets.tables import Table, Understanding

# Always there in a record, null when the table has nothing; further fields follow when they hold something.
_USUAL = (
    "goal",
    "number",
    "code",
    "indicator",
    "unit",
    "formulation",
    "definition",
    "reason",
    "source",
    "responsible_unit",
    "note",
)


def describe(understanding: Understanding) -> dict[str, Any]:
    """Return sheets, tables, records and problems as dictionaries of text, numbers and null."""
    return {
        "sheets": [
            {"name": sheet.name, "tables": [_table(table) for table in sheet.tables]}
            for sheet in understanding.sheets
        ],
        "problems": [
            {"cell": problem.cell, "code": problem.code, "message": problem.message}
            for problem in understanding.problems
        ],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": table.kind,
        "range": str(table.area),
        "header_rows": [list(rows) for rows in table.header_rows],
        "head": _caption(table.caption),
        "columns": {letters(index): _column(column) for index, column in sorted(table.columns.items())},
        "records": [_record(record) for record in table.records],
        "skipped": [{"row": row, "reason": reason} for row, reason in sorted(table.skipped)],
    }


def _caption(caption: Caption) -> dict[str, Any]:
    return {
        "title": list(caption.title),
        "agency": caption.agency or None,
        "objectives": list(caption.objectives),
        "functions": list(caption.functions),
        "others": caption.others,
        "year": caption.period.year,
        "span": list(caption.span) if caption.span else None,
    }


def _period(period: Period) -> dict[str, Any]:
    content: dict[str, Any] = {"year": period.year, "quarter": period.quarter, "month": period.month}
    if period.semester:
        content["semester"] = period.semester
    if period.ordinal and not period.year:
        content["year_ordinal"] = period.ordinal
    if period.cumulative:
        content["cumulative"] = True
    return content


def _column(column: Column) -> dict[str, Any]:
    content: dict[str, Any] = {
        "field": column.field or None,
        **_period(column.period),
        "confidence": column.confidence,
        "reason": column.reason,
    }
    if column.unit:
        content["unit"] = column.unit
    if column.of:
        content["of"] = column.of
    if column.also:
        content["also"] = column.also
    return content


def _record(record: Record) -> dict[str, Any]:
    content: dict[str, Any] = {"row": record.row}
    content |= {name: record.texts.get(name) for name in _USUAL}
    content |= {name: text for name, text in record.texts.items() if name not in content}
    if record.formula:
        content["formula"] = record.formula
    content["values"] = [_figure(figure) for figure in record.figures]
    content["cells"] = record.cells
    if record.comments:
        content["comments"] = record.comments
    if record.repair:
        content["proposal"] = {
            "certain": record.repair.certain,
            "original": record.repair.original,
            "message": record.repair.message,
        }
    return content


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "field": figure.field,
        **_period(figure.period),
        "cell": figure.cell,
        "text": figure.value.text,
        "value": _number(figure.value.value),
        "value_to": _number(figure.value.value_to),
        "unit": figure.value.unit or None,
    }
