"""How a grid travels from the child process to the parent: lines of JSON, never pickle.

A line for the workbook, one for each sheet, one for some thousand cells, one at the end. Numbers travel as
the text of their Decimal and dates as ISO 8601, so nothing is rounded. The parent believes nothing it has
not checked.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from indicators.spreadsheets.grid import Area, Cell, Note, Problem, Sheet, Stored, Workbook
from indicators.spreadsheets.problems import REFUSALS, Unreadable

CELLS_OF_LINE = 2_000
MAX_KEPT = 50_000

_KINDS: dict[type, str] = {
    str: "s",
    Decimal: "n",
    bool: "b",
    dt.date: "d",
    dt.datetime: "m",
    dt.time: "t",
    type(None): "-",
}


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _decimal(value: object) -> Decimal:
    number = Decimal(_text(value))
    if not number.is_finite():
        raise ValueError("an answer with a number that is none")
    return number


def _truth(value: object) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value


_READ: dict[str, Callable[[Any], Stored]] = {
    "s": _text,
    "n": _decimal,
    "b": _truth,
    "d": dt.date.fromisoformat,
    "m": dt.datetime.fromisoformat,
    "t": dt.time.fromisoformat,
    "-": lambda _: None,
}


def lines_of(workbook: Workbook) -> Iterator[str]:
    """Yield the lines that say a workbook."""
    problems = [[problem.cell, problem.code, problem.message] for problem in workbook.problems]
    yield _line({"kind": workbook.kind, "problems": problems})
    for sheet in workbook.sheets:
        yield _line(
            {
                "sheet": sheet.name,
                "hidden": sheet.hidden,
                "hidden_rows": sorted(sheet.hidden_rows),
                "hidden_columns": sorted(sheet.hidden_columns),
                "merges": [[a.first_row, a.first_column, a.last_row, a.last_column] for a in sheet.merges],
                "preface": sheet.preface,
                "comments": [[*place, text] for place, text in sheet.comments.items()],
            }
        )
        cells = iter(sheet.cells.values())
        while chunk := list(itertools.islice(cells, CELLS_OF_LINE)):
            yield _line(
                {
                    "kinds": "".join([_KINDS[type(cell.value)] for cell in chunk]),
                    "rows": [cell.row for cell in chunk],
                    "columns": [cell.column for cell in chunk],
                    "values": [_plain(cell.value) for cell in chunk],
                    "formats": [cell.number_format for cell in chunk],
                    "errors": [cell.error for cell in chunk],
                }
            )
    yield _line({"end": True})


def refusal_of(error: Unreadable) -> str:
    """Return the line that says why a file cannot be read."""
    return _line({"refused": error.code, "details": error.details})


def line_of(notes: Iterable[Note]) -> bytes:
    """Return the line that says notes."""
    return _line([[note.sheet, note.cell, note.text, note.blocks] for note in notes]).encode()


def notes_of(line: bytes) -> list[Note]:
    """Return the notes that a line says."""
    return [Note(*note) for note in json.loads(line)]


def _line(content: Any) -> str:
    return json.dumps(content, ensure_ascii=True, separators=(",", ":")) + "\n"


def _plain(value: Stored) -> str | bool | None:
    if isinstance(value, str | bool) or value is None:
        return value
    return str(value) if isinstance(value, Decimal) else value.isoformat()


def file_of(answer: bytes, name: str) -> bytes:
    """Return the workbook that a child answered. Raises as workbook_of does."""
    if answer.startswith(b"{"):
        workbook_of([answer], name)
    if not answer.startswith(b"PK\x03\x04"):
        raise EOFError
    return answer


def workbook_of(lines: Iterable[bytes], name: str) -> Workbook:
    """Return the workbook that lines say. Raises Unreadable as the child said, ValueError where they make
    no sense, EOFError where they stop short."""
    contents = (json.loads(line) for line in lines)
    try:
        first = next(contents, None)
        if first is None:
            raise EOFError
        if "refused" in first:
            raise _refusal(first, name)
        workbook = Workbook(_text(first["kind"]))
        workbook.problems = [Problem(_text(a), _text(b), _text(c)) for a, b, c in first["problems"]]
        _fill(workbook, contents)
    except (KeyError, TypeError, AttributeError, ArithmeticError, IndexError, RecursionError) as error:
        raise ValueError("an answer that makes no sense") from error
    return workbook


def _refusal(content: dict[str, Any], name: str) -> Unreadable:
    code = content["refused"]
    if code not in REFUSALS:
        raise ValueError("an unknown refusal")
    details = {_text(key): _text(value) for key, value in content["details"].items() if key != "file"}
    refusal = Unreadable(code, file=name, **details)
    refusal.message  # noqa: B018 - a sentence with all it needs, or KeyError
    return refusal


def _fill(workbook: Workbook, contents: Iterator[dict[str, Any]]) -> None:
    kept: dict[Any, Any] = {}
    for content in contents:
        if "sheet" in content:
            sheet = Sheet(
                name=_text(content["sheet"]),
                hidden=_truth(content["hidden"]),
                hidden_rows={_whole(row) for row in content["hidden_rows"]},
                hidden_columns={_whole(column) for column in content["hidden_columns"]},
                merges=[Area(*(_whole(edge) for edge in edges)) for edges in content["merges"]],
                preface=[_text(text) for text in content["preface"]],
                comments={(_whole(row), _whole(c)): _text(text) for row, c, text in content["comments"]},
            )
            workbook.sheets.append(sheet)
        elif content.get("end") is True:
            return
        else:
            _fill_cells(workbook.sheets[-1].cells, content, kept)
    raise EOFError


def _whole(value: object) -> int:
    if type(value) is not int or value < 1:
        raise TypeError
    return value


def _fill_cells(cells: dict[tuple[int, int], Cell], content: dict[str, Any], kept: dict[Any, Any]) -> None:
    """Put the cells of a line. Values, formats and row numbers that repeat are one object: half the
    memory."""
    rows, columns, formats, errors = (content[name] for name in ("rows", "columns", "formats", "errors"))
    if {*map(type, rows), *map(type, columns)} != {int} or min(rows) < 1 or min(columns) < 1:
        raise TypeError
    if {*map(type, formats), *map(type, errors)} != {str}:
        raise TypeError
    last = 0
    told = zip(content["kinds"], rows, columns, content["values"], formats, errors, strict=True)
    for kind, row, column, plain, number_format, error in told:
        if row != last:
            last = row
        value = kept.get((kind, plain))
        if value is None:
            value = _READ[kind](plain)
            if len(kept) < MAX_KEPT:
                kept[kind, plain] = value
        code = kept.setdefault(number_format, number_format) if number_format else ""
        cells[last, column] = Cell(last, column, value, code, error)
