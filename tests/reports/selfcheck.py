"""The gate for printed documents: what a PDF breaks of PDF/A-3a, PDF/UA-1 and of our own rules, read with
pikepdf.

It covers what the library, the finisher or a later hand can get wrong, not the whole of the standards;
veraPDF stays the referee where it can be had. From a shell: `python -m tests.reports.selfcheck FILE.pdf ...`.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pikepdf
from pikepdf import Array, Dictionary, Name

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
LI = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"

# Which elements may stand right below which; a name that is not here may hold anything.
CHILDREN = {
    "Table": {"THead", "TBody", "TFoot", "TR", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"LI", "L", "Caption"},
    "LI": {"Lbl", "LBody"},
}
PARENTS = {
    "THead": {"Table"},
    "TBody": {"Table"},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "LI": {"L"},
    "LBody": {"LI"},
}


def check(data: bytes, tables: int = 1) -> list[str]:
    """Return the rules that the file of so many `tables` breaks, each once; an empty list is a pass."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        broken = [rule for part in PARTS for rule in part(pdf)]
        found = [kind(element) for element, _ in elements(pdf)].count("Table")
    if found != tables:
        broken.append(
            "own: one table is several in the tag tree" if found > tables else "own: a table is missing"
        )
    return list(dict.fromkeys(broken))


def elements(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    """Yield every structure element below the Document with its parent."""

    def walk(parent: Any) -> Iterator[tuple[Any, Any]]:
        for kid in kids(parent):
            yield kid, parent
            yield from walk(kid)

    if "/StructTreeRoot" in pdf.Root:
        yield from walk(pdf.Root.StructTreeRoot.K[0])


def kids(element: Any) -> list[Any]:
    """Return the structure elements right below `element`."""
    below = element.get("/K", [])
    every = below if isinstance(below, Array) else [below]
    return [kid for kid in every if isinstance(kid, Dictionary) and "/S" in kid]


def kind(element: Any) -> str:
    """Return the type of a structure element, without its slash."""
    return str(element.S).removeprefix("/")


def attributes(element: Any) -> Any:
    """Return the table attributes of a cell."""
    return element.get("/A", Dictionary())


def grid(table: Any) -> Iterator[tuple[Any, int, range]]:
    """Yield the cells of a table with their row and columns, counting both spans."""
    taken: set[tuple[int, int]] = set()
    rows = [row for part in kids(table) for row in ([part] if kind(part) == "TR" else kids(part))]
    for y, row in enumerate(rows):
        x = 0
        for cell in kids(row):
            while (y, x) in taken:
                x += 1
            columns = range(x, x + int(attributes(cell).get("/ColSpan", 1)))
            deep = int(attributes(cell).get("/RowSpan", 1))
            taken |= {(y + down, over) for down in range(deep) for over in columns}
            yield cell, y, columns


def _file(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if "/ID" not in pdf.trailer:
        yield "A: no file identifier"
    if pdf.is_encrypted:
        yield "A: encrypted"
    if not any(
        intent.S == Name.GTS_PDFA1 and "/DestOutputProfile" in intent
        for intent in root.get("/OutputIntents", [])
    ):
        yield "A: no output intent"
    if "/AA" in root or "/OpenAction" in root or "/AcroForm" in root:
        yield "A: actions or forms"
    if not root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        yield "UA: not marked"
    if str(root.get("/Lang", "")) != "id":
        yield "UA: language is not id"
    if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
        yield "UA: title not displayed"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/Metadata" not in pdf.Root:
        yield "A: no metadata"
        return
    text = re.sub(r"<\?xpacket.*?\?>", "", pdf.Root.Metadata.read_bytes().decode())
    every = list(ET.fromstring(text).iter())  # noqa: S314 - our own file

    def values(name: str) -> set[str]:
        written = {e.attrib[name] for e in every if name in e.attrib}
        return written | {(e.text or "").strip() for e in every if e.tag == name}

    if values(f"{PDFA}part") != {"3"} or values(f"{PDFA}conformance") != {"A"}:
        yield "A: not labelled PDF/A-3a"
    if values(f"{PDFUA}part") != {"1"} or PDFUA.strip("{}") not in values(f"{SCHEMA}namespaceURI"):
        yield "UA: not labelled PDF/UA-1 with its schema"
    titles = [e.text for title in every if title.tag == TITLE for e in title.iter(LI)]
    if titles != [str(pdf.docinfo.get("/Title", ""))] or not titles[0]:
        yield "UA: no title, or two"
    for key, name in (("/CreationDate", "CreateDate"), ("/ModDate", "ModifyDate")):
        (written,) = values(f"{{http://ns.adobe.com/xap/1.0/}}{name}") or {""}
        if re.sub(r"\D", "", written) != re.sub(r"\D", "", str(pdf.docinfo.get(key, ""))):
            yield "A: dates of information and metadata differ"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        for font in page.obj.Resources.get("/Font", {}).values():
            drawn = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(
                drawn.get("/FontDescriptor", Dictionary()).keys()
            ):
                yield "A: font not embedded"
            if "/ToUnicode" not in font:
                yield "UA: font without ToUnicode"
            if "Liberation-Sans" not in str(font.BaseFont):
                yield f"own: a foreign font, {font.BaseFont}"


def _attached(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Every file inside is named once, says what it is, of when, and how it belongs to the document."""
    names: Any = pdf.Root.get("/Names", Dictionary()).get("/EmbeddedFiles", Dictionary()).get("/Names", [])
    files = [names[at] for at in range(1, len(names), 2)]
    if [str(names[at]) for at in range(0, len(names), 2)] != sorted(str(file.UF) for file in files):
        yield "A: attached files out of order"
    if [file.objgen for file in pdf.Root.get("/AF", [])] != [file.objgen for file in files]:
        yield "A: an attached file is not associated, or twice"
    for file in files:
        if file.get("/AFRelationship") not in (Name.Source, Name.Alternative) or file.F != file.UF:
            yield "A: an attached file without its relationship or name"
        stream = file.EF.F
        if "/" not in str(stream.get("/Subtype", "")).lstrip("/") or "/ModDate" not in stream.get(
            "/Params", {}
        ):
            yield "A: an attached file without type or date"
        elif str(stream.Params.ModDate) != str(pdf.docinfo["/ModDate"]):
            yield "own: an attached file has another date than the document"
        if not str(file.get("/Desc", "")):
            yield "UA: an attached file without description"


def _content(pdf: pikepdf.Pdf) -> Iterator[str]:
    """All that is drawn is a piece of the tag tree or an artifact; each piece hangs where it says."""
    numbers: Any = pdf.Root.StructTreeRoot.ParentTree.Nums if "/StructTreeRoot" in pdf.Root else []
    owners = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
    hanging = {
        (element.Pg.objgen, int(mark), element.objgen)
        for element, _ in elements(pdf)
        for mark in element.get("/K", [])
        if isinstance(mark, int)
    }
    for page in pdf.pages:
        stack: list[int | None] = []
        operations: Any = pikepdf.parse_content_stream(page)
        for operands, operator in operations:
            if str(operator) in ("BMC", "BDC"):
                mark = operands[1].get("/MCID") if len(operands) > 1 else None
                if (operands[0] == Name.Artifact) != (mark is None) or stack:
                    yield "UA: marked content is neither artifact nor content, or nested"
                stack.append(mark)
                if mark is not None:
                    owner = owners[int(page.obj.StructParents)][int(mark)]
                    if (
                        not isinstance(owner, Dictionary)
                        or (page.obj.objgen, int(mark), owner.objgen) not in hanging
                    ):
                        yield "UA: content outside the tag tree"
            elif str(operator) == "EMC":
                stack.pop()
            elif str(operator) in ("Tj", "TJ", "f", "f*", "S", "s", "B", "Do", "sh") and not stack:
                yield "UA: something is drawn unmarked"


def _structure(pdf: pikepdf.Pdf) -> Iterator[str]:
    tree = list(elements(pdf))
    if not tree:
        yield "UA: no tag tree"
    for element, parent in tree:
        held, holder = kind(element), kind(parent)
        if held not in CHILDREN.get(holder, {held}) or holder not in PARENTS.get(held, {holder}):
            yield f"UA: {held} below {holder}"
        if element.P.objgen != parent.objgen:
            yield "UA: an element names another parent"
        if kind(element) in ("Figure", "Formula") and not str(element.get("/Alt", "")):
            yield f"UA: {kind(element)} without words"
    if [kind(element) for element, _ in tree].count("H1") != 1:
        yield "own: not exactly one H1"


def _pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        if page.obj.get("/Annots"):
            yield "own: a printed document has links or fields"
        if page.obj.get("/Tabs") != Name.S:
            yield "UA: tab order"


def _tables(pdf: pikepdf.Pdf) -> Iterator[str]:
    tables = [element for element, _ in elements(pdf) if kind(element) == "Table"]
    index: Any = pdf.Root.StructTreeRoot.get("/IDTree", Dictionary()).get("/Names", [])
    by_id = {str(index[i]): index[i + 1].objgen for i in range(0, len(index), 2)}
    if list(by_id) != sorted(by_id):
        yield "A: IDs out of order"
    for table in tables:
        if [kind(part) for part in kids(table)].count("THead") != 1:
            yield "own: a table without exactly one head"
        for cell, _, _ in grid(table):
            if kind(cell) == "TH" and attributes(cell).get("/Scope") != Name.Column:
                yield "UA: TH without Scope"
            if kind(cell) == "TH" and by_id.get(str(cell.get("/ID"))) != cell.objgen:
                yield "A: ID not in the index"


def _heads(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Every cell names the header cells above it, counted on the grid, and no other."""
    for table in [element for element, _ in elements(pdf) if kind(element) == "Table"]:
        heads: dict[int, list[str]] = {}
        for cell, _, columns in grid(table):
            wanted = {name for column in columns for name in heads.get(column, [])}
            if {str(name) for name in attributes(cell).get("/Headers", [])} != wanted:
                yield "own: a cell names the wrong headers"
            if kind(cell) == "TH":
                for column in columns:
                    heads.setdefault(column, []).append(str(cell.get("/ID")))
            elif not wanted:
                yield "own: a data cell under no header"


PARTS = (_file, _metadata, _fonts, _attached, _content, _structure, _pages, _tables, _heads)


if __name__ == "__main__":
    failed = False
    for name in sys.argv[1:]:
        broken = check(Path(name).read_bytes())
        failed |= bool(broken)
        print(name, "; ".join(broken) or "ok")
    sys.exit(failed)
