"""The IKU table of one agency as a document: `build` freezes what it says, the templates only print it.

The same data make the page and the paper: `templates/reports/documents/_iku_table.html` is the table of both.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from indicators import formula as formulas
from indicators.layouts import FIELDS, GOAL_FIELDS, Layout
from indicators.numbers import format_date, format_number
from reports.documents import signatories

SCHEMA = 1
PAPERS = ("A4", "F4")
# Instruments that lay down a rule.
DECREES = {
    "sk": "Keputusan",
    "perbup": "Peraturan Bupati",
    "perwal": "Peraturan Wali Kota",
    "pergub": "Peraturan Gubernur",
}

_LEVEL_OF_REGION = re.compile("^(kota|kabupaten|provinsi) ", re.IGNORECASE)

Block = dict[str, Any]
Column = dict[str, str]  # field, align, width


def build(description: Mapping[str, Any], layout: Layout, *, paper: str) -> dict[str, Any]:
    """Return the document of an IKU set as plain data: text, whole numbers, lists and dicts only.

    `description` is what `indicators.sets.describe` returns, `paper` is A4 or F4 (215 x 330 mm). Keys: title,
    front (annex heading), header_block, columns (width in percent), header (rows of headings), groups of rows
    of cells, gaps (what a complete table would have), signature. A cell holds blocks: text, or a formula with
    its drawing.
    """
    if paper not in PAPERS:
        raise ValueError(f"Ukuran kertas “{paper}” tidak dikenal. Pilih {' atau '.join(PAPERS)}.")
    agency, the_set = description["agency"], description["set"]
    years = range(the_set["first_year"], the_set["last_year"] + 1)
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
    title = list(the_set["title"]) or layout.title_for(years=span, agency=agency["name"])
    name = " ".join(title)
    if agency["name"].casefold() not in name.casefold():
        name += f" – {agency['name']}"
    columns = _columns(layout, years)
    groups, gaps = _groups(description, layout, columns, years)
    return {
        "schema": SCHEMA,
        "kind": "iku",
        "layout": layout.code,
        "paper": paper.lower(),
        "orientation": layout.orientation,
        "draft": the_set["status"] == "draft",
        "agency": agency["name"],
        "name": name,
        # A date of the content: the day of rendering must not change the bytes.
        "dated": f"{the_set['date'] or f'{years[0]}-01-01'}T00:00:00Z",
        "front": _front(description),
        "title": title,
        "header_block": _header_block(description) if layout.header_block else [],
        "columns": columns,
        "header": _header(layout, years),
        "groups": groups,
        "gaps": gaps,
        "signature": _signature(description),
    }


def _front(description: Mapping[str, Any]) -> list[dict[str, str]]:
    """The heading of an annex; a plain table has none."""
    the_set = description["set"]
    if the_set["instrument"] not in DECREES:
        return []
    if the_set["instrument"] == "sk":
        issuer = (description["signatory"] or {}).get("position", "")
    else:
        issuer = re.sub(_LEVEL_OF_REGION, "", description["agency"]["region"]["name"])
    lines = {
        "LAMPIRAN": f"{DECREES[the_set['instrument']]} {issuer}".strip().upper(),
        "NOMOR": the_set["number"],
        "TANGGAL": _date(the_set).upper(),
        "TENTANG": the_set["about"].upper(),
    }
    return [{"label": label, "text": text} for label, text in lines.items() if text]


def _date(the_set: Mapping[str, Any]) -> str:
    if not the_set["date"]:
        return ""
    return format_date(dt.date.fromisoformat(the_set["date"]), the_set["date_precision"])


def _header_block(description: Mapping[str, Any]) -> list[dict[str, Any]]:
    lists = {"Tujuan": description["objectives"], "Fungsi": description["functions"]}
    return [
        {"label": "Instansi", "text": description["agency"]["name"], "items": []},
        *({"label": label, "text": "", "items": list(items)} for label, items in lists.items() if items),
    ]


# Columns and headings


def _columns(layout: Layout, years: Sequence[int]) -> list[Column]:
    """The columns side by side, `targets` once for each year; widths in percent of the table."""
    side_by_side = [
        column for column in layout.columns for _ in (years if column.field == "targets" else years[:1])
    ]
    total = Decimal(sum(column.width for column in side_by_side))
    return [
        {"field": column.field, "align": column.align, "width": f"{column.width * 100 / total:.3f}"}
        for column in side_by_side
    ]


def _header(layout: Layout, years: Sequence[int]) -> list[dict[str, Any]]:
    """The rows of headings: one, or two with targets; then the numbers of the columns, if wanted."""
    deep = 2 if any(column.field == "targets" for column in layout.columns) else 1
    first: list[dict[str, Any]] = []
    second: list[dict[str, Any]] = []
    for column in layout.columns:
        if column.field == "targets":
            first.append(_heading(column.heading, across=len(years)))
            second += [_heading(str(year)) for year in years]
        elif column.heading:
            first.append(_heading(column.heading, across=2 if column.join else 1, down=deep))
    rows = [{"numbers": False, "headings": row} for row in (first, second) if row]
    if layout.column_numbers:
        numbers = range(1, len(_columns(layout, years)) + 1)
        rows.append({"numbers": True, "headings": [_heading(f"({n})") for n in numbers]})
    return rows


def _heading(text: str, *, across: int = 1, down: int = 1) -> dict[str, Any]:
    return {"text": text, "colspan": across, "rowspan": down}


# Cells


def _groups(
    description: Mapping[str, Any], layout: Layout, columns: list[Column], years: Sequence[int]
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    groups: list[dict[str, Any]] = []
    gaps: list[dict[str, str]] = []
    number = 0
    for goal in description["goals"]:
        rows = []
        # A goal without indicators, as in a draft, still has its row.
        for place, indicator in enumerate(goal["indicators"] or [None]):
            cells = _goal_cells(goal, columns) if place == 0 else []
            cells += _indicator_cells(indicator, layout, columns, years)
            if indicator:
                gaps += [
                    {"indicator": indicator["name"], "code": indicator["code"], "what": what}
                    for what in dict.fromkeys(cell["gap"] for cell in cells)
                    if what
                ]
            rows.append({"id": number, "cells": sorted(cells, key=lambda cell: cell["column"])})
            number += 1
        groups.append({"rows": rows, "divided": False, "new_page": False})
    return groups, gaps


def _goal_cells(goal: Mapping[str, Any], columns: list[Column]) -> list[dict[str, Any]]:
    texts = {"goal_number": goal["number"], "goal": goal["text"]}
    height = len(goal["indicators"]) or 1
    return [
        _cell(at, column, _text(texts[column["field"]]), rowspan=height, merged=True)
        for at, column in enumerate(columns)
        if column["field"] in GOAL_FIELDS
    ]


def _indicator_cells(
    indicator: Mapping[str, Any] | None, layout: Layout, columns: list[Column], years: Sequence[int]
) -> list[dict[str, Any]]:
    cells = []
    targets = iter(years)
    for at, column in enumerate(columns):
        field = column["field"]
        if field in GOAL_FIELDS:
            continue
        if indicator is None:
            blocks = []
        elif field == "targets":
            blocks = _target(indicator, next(targets))
        else:
            blocks = _CONTENT[field](indicator, layout)
        gap = FIELDS[field] if indicator and not blocks else ""
        cells.append(_cell(at, column, blocks, gap=gap))
    return cells


def _cell(
    at: int, column: Column, blocks: list[Block], *, gap: str = "", rowspan: int = 1, merged: bool = False
) -> dict[str, Any]:
    return {
        "column": at,
        "field": column["field"],
        "align": column["align"],
        "blocks": blocks,
        "gap": gap,
        "rowspan": rowspan,
        "merged": merged,
    }


def _text(*paragraphs: str) -> list[Block]:
    """One block for each paragraph that says something; a text may hold several, a line each."""
    lines = (line.strip() for text in paragraphs for line in text.splitlines())
    return [{"kind": "text", "text": line} for line in lines if line]


def _formula(indicator: Mapping[str, Any], layout: Layout) -> list[Block]:
    """The formula as the table draws it: as stacked fractions, or in one line."""
    text = indicator["printed_formula"] or indicator["formula"]
    if not indicator["draws_formula"] or not text:
        return []
    labels = {name: operand["label"] for name, operand in indicator["operands"].items()}
    try:
        drawn = formulas.draw(formulas.parse(text), labels)
    except formulas.FormulaError:
        return _text(text)  # a draft may hold a formula that is not right yet
    if layout.formula_style == "inline":
        return _text(formulas.to_text(drawn))
    return [{"kind": "formula", "text": formulas.to_text(drawn), "html": formulas.to_html(drawn)}]


def _formulation(indicator: Mapping[str, Any], layout: Layout) -> list[Block]:
    return _formula(indicator, layout) + _text(indicator["formulation"])


def _explanation(indicator: Mapping[str, Any], layout: Layout) -> list[Block]:
    return _text(indicator["definition"]) + _formulation(indicator, layout) + _text(indicator["reason"])


_CONTENT: dict[str, Callable[[Mapping[str, Any], Layout], list[Block]]] = {
    "code": lambda indicator, _: _text(indicator["code"]),
    "indicator_number": lambda indicator, _: _text(indicator["number"]),
    "indicator": lambda indicator, _: _text(indicator["name"]),
    "unit": lambda indicator, _: _text(indicator["unit"]),
    "reason": lambda indicator, _: _text(indicator["reason"]),
    "definition": lambda indicator, _: _text(indicator["definition"]),
    "sources": lambda indicator, _: _text(*indicator["sources"]),
    "responsible": lambda indicator, _: _text(*indicator["responsible"]),
    "formulation": _formulation,
    "explanation": _explanation,
}


def _target(indicator: Mapping[str, Any], year: int) -> list[Block]:
    """The target of a year; one that a decision has changed since is named with what it was before."""
    for target in indicator["targets"]:
        if target["year"] == year:
            original = target["label"] or _figure(target["value"], target["upper"])
            revised = _figure(target["revised_value"], target["revised_upper"])
            both = (revised, f"semula {original}") if revised and original else (revised or original,)
            return [{**block, "kind": "figure"} for block in _text(*both)]
    return []


def _figure(value: str | None, upper: str | None) -> str:
    return "–".join(format_number(Decimal(part)) for part in (value, upper) if part is not None)


# Signature


def _signature(description: Mapping[str, Any]) -> dict[str, str] | None:
    """The block of the signer. Never a date of printing."""
    signatory, the_set = description["signatory"], description["set"]
    if signatory is None:
        return None
    place_and_date = ", ".join(filter(None, (the_set["place"], _date(the_set))))
    return signatories.block(signatory, place_and_date, decree=the_set["instrument"] in DECREES)
