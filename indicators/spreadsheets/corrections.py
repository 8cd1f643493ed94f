"""What a person says of a recognised table: it wins over what was recognised, also in files laid out alike.

A correction travels as JSON, all keys optional: {"use": bool, "kind": str, "year": int, "header_rows":
[first, last], "columns": {"D": {"field": str, "year": int, "quarter": int, "month": int, "unit": str}}}. A
field "" leaves the column unread; a period is what is said once any of its keys is there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from indicators.spreadsheets.bands import MOST_ROWS, Band
from indicators.spreadsheets.columns import Column, Said
from indicators.spreadsheets.grid import Area, letters
from indicators.spreadsheets.headings import LABELS, NO_PERIOD, Period, normalise

# What a table may be taken for, and how that is called.
KINDS = {
    "definitions": "Definisi IKU",
    "targets": "Target",
    "measurement": "Pengukuran",
    "flat": "Tabel datar",
}
# What a column of a flat table may hold beside what other tables have.
FLAT_LABELS = {
    "agency_code": "kode instansi",
    "data_code": "kode data dasar",
    "year": "tahun",
    "value": "nilai",
}
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_AREA = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?")
_LIMITS = {"year": (1900, 2200), "quarter": (1, 4), "month": (1, 12)}


@dataclass(frozen=True)
class Correction:
    """What was said of one table. `header` holds the first and the last row of its headings."""

    used: bool = True
    kind: str = ""
    year: int | None = None
    header: tuple[int, int] | None = None
    columns: Mapping[int, Said] = field(default_factory=dict)


def corrections_of(forced: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, str], Correction]:
    """Return the corrections by sheet and range, from JSON keyed by "<sheet>!<range>".

    Raises ValueError for what no table can be: an unknown field or kind, a year out of all reach.
    """
    found = {}
    for key, content in forced.items():
        sheet, _, area = key.rpartition("!")
        found[sheet, str(area_of(area))] = _correction(content)
    return found


def _correction(content: Mapping[str, Any]) -> Correction:
    kind = content.get("kind") or ""
    if kind and kind not in KINDS:
        raise ValueError(f"unknown kind of table: {kind!r}")
    columns = {
        area_of(f"{name}1").first_column: _said(said) for name, said in content.get("columns", {}).items()
    }
    return Correction(
        content.get("use", True) is not False,
        kind,
        _whole(content, "year"),
        _header(content.get("header_rows")),
        columns,
    )


def _said(content: Mapping[str, Any]) -> Said:
    name = content.get("field") or ""
    if name and name not in LABELS and name not in FLAT_LABELS:
        raise ValueError(f"unknown field of a column: {name!r}")
    period = None
    if _LIMITS.keys() & content.keys():
        year, quarter, month = (_whole(content, key) for key in ("year", "quarter", "month"))
        period = Period(year, quarter, month)
    return Said(name, period, str(content.get("unit") or "")[:60])


def _whole(content: Mapping[str, Any], key: str) -> int | None:
    value = content.get(key)
    low, high = _LIMITS[key]
    if value is not None and (type(value) is not int or not low <= value <= high):
        raise ValueError(f"{key} of a table or column out of reach: {value!r}")
    return value


def _header(rows: Any) -> tuple[int, int] | None:
    if rows is None:
        return None
    first, last = rows
    if not (type(first) is type(last) is int and 1 <= first <= last < first + MOST_ROWS):
        raise ValueError(f"no rows of a header: {rows!r}")
    return first, last


def area_of(text: str) -> Area:
    """Return the area "A5:F20" says. Raises ValueError."""
    match = _AREA.fullmatch(text)
    if match is None:
        raise ValueError(f"no range of cells: {text!r}")
    column, row, last_column, last_row = match.groups()
    first = (int(row), _column(column))
    return Area(*first, int(last_row or row), _column(last_column or column))


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


# Remembering a layout ---------------------------------------------------------------------------------------


def fingerprint(band: Band) -> str:
    """Return what tables of one layout have in common: their headings in order, whatever year they name and
    wherever the table stands."""
    first = min(band.paths, default=0)
    headings = [
        [column - first, _YEAR.sub("#", normalise(" › ".join(path)))]
        for column, path in sorted(band.paths.items())
        if any(text.strip() for text in path)
    ]
    return hashlib.sha256(json.dumps(headings).encode()).hexdigest()


def remembered(
    content: Mapping[str, Any], origin: tuple[int, int], columns: Mapping[int, Column]
) -> dict[str, Any]:
    """Return what of a correction holds for every file laid out like this one, with this fingerprint.

    Years never do. Rows and columns are counted from the first heading at `origin`, and of the `columns` that
    were recognised only those that were read otherwise are kept.
    """
    kept: dict[str, Any] = {}
    for name in ("use", "kind"):
        if name in content:
            kept[name] = content[name]
    if content.get("header_rows"):
        kept["header_rows"] = [row - origin[0] for row in content["header_rows"]]
    changed = {}
    for name, said in content.get("columns", {}).items():
        index = area_of(f"{name}1").first_column
        timeless = {key: value for key, value in said.items() if key != "year"}
        before = columns.get(index, Column(index, ""))
        if _differs(timeless, before):
            changed[str(index - origin[1])] = timeless
    return kept | ({"columns": changed} if changed else {})


def _differs(said: Mapping[str, Any], before: Column) -> bool:
    known = {
        "field": before.field,
        "quarter": before.period.quarter,
        "month": before.period.month,
        "unit": before.unit,
    }
    return any((value or None) != (known[key] or None) for key, value in said.items() if key in known)


def recalled(
    kept: Mapping[str, Any], origin: tuple[int, int], columns: Mapping[int, Column]
) -> dict[str, Any]:
    """Return what was remembered as a correction of the table with `origin`; recognised years stay."""
    content: dict[str, Any] = {name: kept[name] for name in ("use", "kind") if name in kept}
    if "header_rows" in kept:
        content["header_rows"] = [row + origin[0] for row in kept["header_rows"]]
    for offset, timeless in kept.get("columns", {}).items():
        index = origin[1] + int(offset)
        before = columns.get(index, Column(index, "")).period
        said = dict(timeless)
        if {"quarter", "month"} & said.keys() and before != NO_PERIOD:
            said["year"] = before.year
        content.setdefault("columns", {})[letters(index)] = said
    return content
