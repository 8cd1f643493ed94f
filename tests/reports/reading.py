"""Reading a printed document back: the words on its pages and the cells of its table, with pikepdf alone."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf

from tests.reports import selfcheck


def _characters(font: Any) -> dict[int, str]:
    """Return what each code of a font means, from its ToUnicode map."""
    known: dict[int, str] = {}
    for code, text in re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", font.ToUnicode.read_bytes()):
        known[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return known


def _runs(page: pikepdf.Page) -> list[tuple[int | None, str]]:
    """Return the drawn texts of a page with the mark each belongs to (None: artifact)."""
    fonts = {name: _characters(font) for name, font in page.obj.Resources.get("/Font", {}).items()}
    mark: int | None = None
    known: dict[int, str] = {}
    runs = []
    operations: Any = pikepdf.parse_content_stream(page)
    for operands, operator in operations:
        match str(operator):
            case "BDC":
                number = operands[1].get("/MCID")
                mark = None if number is None else int(number)
            case "Tf":
                known = fonts[str(operands[0])]
            case "TJ" | "Tj":
                parts = operands[0] if str(operator) == "TJ" else operands
                codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
                pairs = (int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2))
                runs.append((mark, "".join(known[pair] for pair in pairs)))
    return runs


def pages(data: bytes) -> list[str]:
    """Return the text of every page, runs joined by spaces."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [" ".join(text for _, text in _runs(page)) for page in pdf.pages]


class Table:
    """The one table of a printed document, as the tag tree tells it."""

    def __init__(self, data: bytes) -> None:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            marked = {
                (page.obj.objgen, mark): text
                for page in pdf.pages
                for mark, text in _runs(page)
                if mark is not None
            }
            (table,) = [e for e, _ in selfcheck.elements(pdf) if selfcheck.kind(e) == "Table"]

            def words(element: Any) -> str:
                own = [
                    marked.get((element.Pg.objgen, int(kid)), "")
                    for kid in element.get("/K", [])
                    if isinstance(kid, int)
                ]
                return " ".join(filter(None, own + [words(kid) for kid in selfcheck.kids(element)]))

            cells = [(cell, row, columns, words(cell)) for cell, row, columns in selfcheck.grid(table)]
            names = {str(cell.get("/ID")): text for cell, _, _, text in cells if selfcheck.kind(cell) == "TH"}
            self.headings = [text for cell, _, _, text in cells if selfcheck.kind(cell) == "TH"]
            # Of each data cell: its first column, its text, the texts of the headers it names.
            self.cells = [
                (
                    columns[0],
                    text,
                    [names[str(name)] for name in selfcheck.attributes(cell).get("/Headers", [])],
                )
                for cell, _, columns, text in cells
                if selfcheck.kind(cell) == "TD"
            ]
