"""What was read beside what should have been: differences in words, and hits for precision and recall."""

from __future__ import annotations

from typing import Any

from tests.indicators.spreadsheets.layouts import Layout


def records_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the records of all tables, values keyed by (field, year, quarter, month)."""
    found = []
    for sheet in content["sheets"]:
        for table in sheet["tables"]:
            for record in table["records"]:
                values = {
                    (v["field"], v["year"], v["quarter"], v["month"]): v["value"] for v in record["values"]
                }
                found.append({**record, "values": values})
    return found


def differences(layout: Layout, content: dict[str, Any]) -> list[str]:
    """Return what is wrong, in words; nothing when all was read."""
    wrong = []
    tables = [table for sheet in content["sheets"] for table in sheet["tables"]]
    if len(tables) != layout.tables:
        wrong.append(f"{len(tables)} tables, not {layout.tables}")
    if layout.kind and {table["kind"] for table in tables} != {layout.kind}:
        wrong.append(f"kinds {[table['kind'] for table in tables]}, not {layout.kind}")
    codes = {problem["code"] for problem in content["problems"]}
    if layout.codes - codes:
        wrong.append(f"not told: {layout.codes - codes}; told: {codes}")
    records = records_of(content)
    names = [record["indicator"] for record in records]
    if len(records) != len(layout.expected):
        wrong.append(f"{len(records)} records, not {len(layout.expected)}: {names}")
    for record, expected in zip(records, layout.expected, strict=False):
        wrong += [
            f"row {record['row']} {name}: {record.get(name)!r}, not {value!r}"
            for name, value in expected.items()
            if record.get(name) != value
        ]
    return wrong


def count(layout: Layout, content: dict[str, Any], counts: dict[str, tuple[int, int, int]]) -> None:
    """Add hits, expected and read facts of each field; records are matched by their indicator."""
    records = records_of(content)
    for name in {name for expected in layout.expected for name in expected}:
        wanted = [fact for expected in layout.expected for fact in _facts(expected, name)]
        # A record nobody expected counts; what nobody wrote down of an expected one does not.
        silent = {each["indicator"] for each in layout.expected if name not in each}
        got = [
            fact for record in records if record["indicator"] not in silent for fact in _facts(record, name)
        ]
        left = list(got)
        hits = 0
        for fact in wanted:
            if fact in left:
                left.remove(fact)
                hits += 1
        before = counts.get(name, (0, 0, 0))
        counts[name] = (before[0] + hits, before[1] + len(wanted), before[2] + len(got))


def _facts(record: dict[str, Any], name: str) -> list[tuple[Any, ...]]:
    content = record.get(name)
    if name == "values":
        return [(record["indicator"], *key, value) for key, value in (content or {}).items()]
    return [(record["indicator"], content)] if content is not None else []
