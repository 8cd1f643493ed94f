"""Groups of table rows that run over a page: the merged cell is divided there and named again, "(lanjutan)".

WeasyPrint leaves a merged cell blank on the next page. So a document is laid out, the pages on which its rows
landed are read, its groups are divided there, and it is laid out again, until the division is the one the
pages show. Most documents need one pass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weasyprint.document import Document as Pages

SIGNATURE = "tanda-tangan"  # the anchor of the signature block in the templates
CONTINUED = " (lanjutan)"
PATIENCE = 6  # passes after which breaks are forced rather than awaited


def lay_out(document: dict[str, Any], lay: Callable[[dict[str, Any]], Pages]) -> Pages:
    """Return the pages of `document`, every page naming the group it begins with and the last holding a row.

    `lay` makes pages of a document. Dividing a group can move rows, so that two divisions may lead to each
    other forever; then the breaks of both are forced, and as forced breaks only grow in number this ends.
    """
    follows = {
        row["id"]: before["id"]
        for table in _tables(document)
        for group in table["groups"]
        for before, row in zip(group["rows"], group["rows"][1:], strict=False)
    }
    # Where notes stand between the table and the signature, they go with it.
    alone = document if "groups" in document else {"groups": []}
    last = alone["groups"][-1]["rows"][-1]["id"] if alone["groups"] else None
    starts: frozenset[int] = frozenset()
    forced: frozenset[int] = frozenset()
    tried = {starts}
    while True:
        pages = lay(divide(document, starts, forced) if starts or forced else document)
        lies = where(pages)
        signed = max(
            (number for number, page in enumerate(pages.pages) if SIGNATURE in page.anchors), default=0
        )
        # A row taller than a page lies on several: it begins on the first and ends on the last of them.
        found = frozenset(i for i, j in follows.items() if lies[i][0] != lies[j][0])
        if last is not None and last not in forced and signed > lies[last][-1]:
            # The block for the signature stands alone on its page: the last row joins it there.
            forced |= {last}
            found |= {last} & follows.keys()
        elif found == starts:
            return pages
        elif found in tried or len(tried) > PATIENCE:
            found |= starts
            forced |= found
        tried.add(found)
        starts = found


def _tables(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tables of a document: several, or the document itself is one."""
    tables: list[dict[str, Any]] = document.get("tables", [document])
    return tables


def where(pages: Pages) -> dict[int, list[int]]:
    """Return the pages on which each row lies, by the number the template gives it."""
    found: dict[int, list[int]] = {}
    for number, page in enumerate(pages.pages):
        # No anchors: an id on every row would cost a twelfth of the whole time.
        for box in page._page_box.descendants():  # noqa: SLF001 - the layout has no public face
            if box.element_tag == "tr" and box.element.get("data-row"):
                found.setdefault(int(box.element.get("data-row")), []).append(number)
    return found


def divide(document: dict[str, Any], starts: frozenset[int], forced: frozenset[int]) -> dict[str, Any]:
    """Return `document`, or a table of it, with its groups divided before the rows `starts`.

    Those in `forced` begin a page.
    """
    if "tables" in document:
        return {**document, "tables": [divide(table, starts, forced) for table in document["tables"]]}
    groups = []
    for group in document["groups"]:
        parts: list[list[dict[str, Any]]] = [[]]
        for row in group["rows"]:
            if row["id"] in starts and parts[-1]:
                parts.append([])
            parts[-1].append(row)
        merged = [cell for cell in group["rows"][0]["cells"] if cell["merged"]]
        groups += [
            {
                "rows": _with_merged(part, merged, continued=number > 0),
                "divided": len(parts) > 1,
                "new_page": part[0]["id"] in forced,
            }
            for number, part in enumerate(parts)
        ]
    return {**document, "groups": groups}


def _with_merged(
    rows: list[dict[str, Any]], merged: list[dict[str, Any]], *, continued: bool
) -> list[dict[str, Any]]:
    """Give the first of `rows` the merged cells, as high as the part and marked when it continues."""
    heads = [{**cell, "rowspan": len(rows)} for cell in merged]
    if continued:
        heads = [{**cell, "blocks": _continued(cell)} if cell["field"] == "goal" else cell for cell in heads]
    own = [cell for cell in rows[0]["cells"] if not cell["merged"]]
    first = {**rows[0], "cells": sorted(heads + own, key=lambda cell: cell["column"])}
    return [first, *rows[1:]]


def _continued(cell: dict[str, Any]) -> list[dict[str, Any]]:
    *before, final = cell["blocks"] or [{"kind": "text", "text": ""}]
    return [*before, {**final, "text": (final["text"] + CONTINUED).strip()}]
