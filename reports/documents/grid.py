"""Columns, rows and cells of a measurement's tables, in the shape of those of the IKU table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Block = dict[str, Any]
GOAL = "goal"  # the merged column; a group that runs over a page has it again
KINDS_OF_EMPTY = ("not_filled", "not_due", "not_applicable", "not_computable")


# Columns


def column(field: str, heading: str, width: float, align: str = "left") -> dict[str, str]:
    """Return a column; `width` is in percent of the table."""
    return {"field": field, "heading": heading, "width": f"{width:.3f}", "align": align}


def heads(columns: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Return a heading for each column."""
    return [head(column["heading"], down=1) for column in columns]


def head(text: str, *, across: int = 1, down: int = 1) -> dict[str, Any]:
    """Return a heading over so many columns and rows."""
    return {"text": text, "colspan": across, "rowspan": down}


def header(*rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of headings."""
    return [{"numbers": False, "headings": list(row)} for row in rows]


def table(
    code: str,
    caption: str,
    columns: list[dict[str, str]],
    groups: list[dict[str, Any]],
    headings: list[dict[str, Any]] | None = None,
    *,
    fine: bool = False,
) -> dict[str, Any]:
    """Return a table; where `fine`, many narrow columns stand side by side."""
    return {
        "code": code,
        "caption": caption,
        "fine": fine,
        "columns": columns,
        "header": headings or header(heads(columns)),
        "groups": groups,
    }


# Cells


def _cell(
    at: int, column: Mapping[str, str], blocks: list[Block], *, rowspan: int = 1, merged: bool = False
) -> dict[str, Any]:
    return {
        "column": at,
        "field": column["field"],
        "align": column["align"],
        "blocks": blocks,
        "gap": "",
        "rowspan": rowspan,
        "merged": merged,
    }


def text(*paragraphs: str) -> list[Block]:
    """Return a block for each line that says something."""
    lines = (line.strip() for text in paragraphs for line in text.splitlines())
    return [{"kind": "text", "text": line} for line in lines if line]


def figure(figure: Mapping[str, Any], *notes: str) -> list[Block]:
    """Return a figure, or in words which kind of empty it is."""
    if figure["state"] in KINDS_OF_EMPTY:
        return [{"kind": "empty", "text": figure["text"]}, *text(*notes)]
    return [{"kind": "figure", "text": figure["text"], "value": figure["value"]}, *text(*notes)]


def group(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return rows that a page break divides only if it must."""
    return {"rows": rows, "divided": False, "new_page": False}


def row(
    ids: Iterator[int], columns: Sequence[Mapping[str, str]], blocks: Mapping[str, list[Block]], **merged: int
) -> dict[str, Any]:
    """Return a row; `merged` says of fields how many rows their cell is high, 0 where another row has it."""
    cells = [
        _cell(
            at, column, blocks[column["field"]], rowspan=merged.get(column["field"], 1), merged=field_merged
        )
        for at, column in enumerate(columns)
        for field_merged in [column["field"] in merged]
        if merged.get(column["field"], 1)
    ]
    return {"id": next(ids), "cells": cells}


def by_goal(
    content: Mapping[str, Any],
    ids: Iterator[int],
    columns: list[dict[str, str]],
    blocks: Callable[[Row], dict[str, list[Block]]],
) -> list[dict[str, Any]]:
    """Return the rows of all indicators, a group for each goal whose cell covers them."""
    groups = []
    for goal in content["goals"]:
        rows = []
        for place, indicator in enumerate(goal["indicators"]):
            height = 0 if place else len(goal["indicators"])
            cells = {GOAL: text(goal["text"]), **blocks(indicator)}
            rows.append(row(ids, columns, cells, **{GOAL: height}))
        groups.append(group(rows))
    return groups


def flat(
    content: Mapping[str, Any],
    ids: Iterator[int],
    columns: list[dict[str, str]],
    blocks: Callable[[Row], dict[str, list[Block]]],
    keep: Callable[[Row], bool] = lambda indicator: True,
) -> list[dict[str, Any]]:
    """Return the rows of the indicators that `keep` keeps, each a group of its own."""
    indicators = (indicator for goal in content["goals"] for indicator in goal["indicators"])
    return [group([row(ids, columns, blocks(one))]) for one in indicators if keep(one)]


def named(indicator: Row) -> dict[str, list[Block]]:
    """Return the cells that say which indicator a row is about."""
    return {
        "no": text(str(indicator["no"])),
        "indicator": text(indicator["name"]),
        "unit": text(indicator["unit"]),
    }
