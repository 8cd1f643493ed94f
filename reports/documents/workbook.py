"""The tables of a document as a workbook: figures as numbers that read as they are printed, text as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from indicators.layouts import FIELDS
from reports.exports import Column, Table, as_workbook
from reports.exports.contents import printed
from reports.exports.writing import Cell

_CHARACTERS = Decimal("1.8")  # of a column, for each percent of the table's width
_NARROWEST = 8
PERCENT = "%"


def to_workbook(document: Mapping[str, Any]) -> bytes:
    """Return an arranged document (printing.arrange) as .xlsx, a sheet for each table; the same bytes always.

    Percentages are numbers of percent: a column that holds any says so in its heading.
    """
    tables = document.get("tables", [document])
    return as_workbook(*(_table(table, document, first=table is tables[0]) for table in tables))


def _table(table: Mapping[str, Any], document: Mapping[str, Any], *, first: bool) -> Table:
    rows = list(_rows(table))
    percents = {
        place
        for row in rows
        for place, block in enumerate(row)
        if block and block["text"].endswith(PERCENT) and block.get("value") is not None
    }
    title = [" ".join(document["title"]), *([] if first else [table["caption"]])]
    notes = [f"{note['about']}. {note['text']}" for note in document.get("notes", []) if first]
    columns = list(_columns(table, percents))
    cells = [[_cell(block) for block in row] for row in rows]
    return Table(table.get("caption", "IKU"), columns, cells, title, notes, document["paper"])


def _columns(table: Mapping[str, Any], percents: set[int]) -> Iterator[Column]:
    merged = {
        cell["column"] for group in table["groups"] for cell in group["rows"][0]["cells"] if cell["merged"]
    }
    for place, (column, above) in enumerate(zip(table["columns"], _headings(table), strict=True)):
        group, heading = (above[0], above[-1]) if len(above) > 1 else ("", above[0])
        if place in percents:
            heading = f"{heading} ({PERCENT})"
        width = max(int(Decimal(column["width"]) * _CHARACTERS), _NARROWEST)
        yield Column(heading or FIELDS[column["field"]].capitalize(), width, group, merges=place in merged)


def _headings(table: Mapping[str, Any]) -> list[list[str]]:
    """Return the headings above each column, from the top, counting both spans."""
    rows = [row["headings"] for row in table["header"] if not row["numbers"]]
    above: list[list[str]] = [[] for _ in table["columns"]]
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(rows):
        x = 0
        for heading in row:
            while (y, x) in taken:
                x += 1
            for over in range(x, x + heading["colspan"]):
                above[over].append(heading["text"])
                taken |= {(y + down, over) for down in range(heading["rowspan"])}
            x += heading["colspan"]
    return above


def _rows(table: Mapping[str, Any]) -> Iterator[list[dict[str, Any] | None]]:
    """Yield the cells of each row, each as one block; what a merged cell says stands in every row."""
    for group in table["groups"]:
        merged: dict[int, dict[str, Any]] = {}
        for row in group["rows"]:
            own = {cell["column"]: _joined(cell["blocks"]) for cell in row["cells"] if cell["blocks"]}
            merged |= {c["column"]: own[c["column"]] for c in row["cells"] if c["merged"] and c["blocks"]}
            both = merged | own
            yield [both.get(place) for place in range(len(table["columns"]))]


def _joined(blocks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A cell with one block is that block; several are a text of so many lines."""
    return blocks[0] if len(blocks) == 1 else {"text": "\n".join(block["text"] for block in blocks)}


def _cell(block: Mapping[str, Any] | None) -> Cell:
    if block is None:
        return None
    text: str = block["text"]
    if block.get("value") is None:
        return text
    figure = printed(Decimal(block["value"]), text.removesuffix(PERCENT))
    # A level ("WTP") stays the word that is printed.
    return text if isinstance(figure, str) else figure
