"""What WeasyPrint 70 leaves to be done for PDF/A-3a and PDF/UA-1 at once, with a tag tree that is true.

* The identification as PDF/UA, with its extension schema, joins the PDF/A metadata.
* A table that runs over pages is one Table in the tag tree; the library writes one per page (issue 2903).
* Every header cell has a Scope and an ID, every data cell the headers of its true columns; the library
  miscounts after merged cells.
* A list of terms has its terms as labels.
* A drawn formula is a Formula with the words it is read with.
* What is drawn but is no content (repeated header rows, page numbers) is an artifact.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pydyf
from weasyprint.document import Document as Pages
from weasyprint.formatting_structure import boxes

_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""
_ARTIFACT = [b"/Artifact", b"<</Type /Pagination>>", b"BDC"]


def repack(data: bytes) -> bytes:
    """Return the file compressed, in object streams of a hundred, for some readers are quadratic in them."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def finish(pages: Pages, pdf: pydyf.PDF) -> None:
    """Repair `pdf`, the file WeasyPrint made of `pages`, before it is written."""
    tree = _Tree(pdf)
    _identify(pdf)
    _tidy_names(pdf)
    _label_terms(tree)
    drawn = [box for page in pages.pages for box in page._page_box.descendants()]  # noqa: SLF001 - no public face
    _describe_formulas(drawn, tree)
    _join_cells(drawn, tree)
    _join_tables(drawn, tree)
    _name_headers(tree)
    _make_artifacts(pdf, tree)


class _Tree:
    """The tag tree of a file being written."""

    def __init__(self, pdf: pydyf.PDF) -> None:
        self._objects = {item.reference: item for item in pdf.objects}
        self.root = self.get(pdf.catalog["StructTreeRoot"])
        self.document = self.get(self.root["K"][0])

    def get(self, reference: bytes) -> Any:
        return self._objects[reference]

    def kids(self, element: Any) -> Iterator[Any]:
        """Yield the elements right below `element`, leaving out marked content."""
        for kid in element.get("K", ()):
            if isinstance(kid, bytes) and (found := self._objects[kid]).get("S"):
                yield found

    def walk(self, element: Any) -> Iterator[Any]:
        """Yield `element` and all below it, in reading order."""
        waiting = [element]
        while waiting:
            yield (one := waiting.pop())
            waiting += reversed(list(self.kids(one)))

    def rows(self, table: Any) -> Iterator[Any]:
        for kid in self.kids(table):
            if kid["S"] == "/TR":
                yield kid
            elif kid["S"] in ("/THead", "/TBody", "/TFoot"):
                yield from self.rows(kid)


def _identify(pdf: pydyf.PDF) -> None:
    metadata = next(
        o for o in pdf.objects if isinstance(o, pydyf.Stream) and o.extra.get("Type") == "/Metadata"
    )
    metadata.stream = [metadata.stream[0].replace(b"</rdf:RDF>", _UA)]


def _tidy_names(pdf: pydyf.PDF) -> None:
    """Drop anchors, which served the layout, and name every attached file once: the library does twice."""
    names = pdf.catalog.pop("Names", {})
    if "EmbeddedFiles" in names:
        pdf.catalog["Names"] = pydyf.Dictionary({"EmbeddedFiles": names["EmbeddedFiles"]})
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def _label_terms(tree: _Tree) -> None:
    """Put each term of a <dl>, which the library makes an item of its own, before what is said of it."""
    for element in list(tree.walk(tree.document)):
        items = [list(tree.kids(item)) for item in tree.kids(element)] if element["S"] == "/L" else []
        if not items or any([part["S"] for part in item] != ["/LBody"] for item in items):
            continue
        for place, ((term,), (meaning,)) in enumerate(zip(items[::2], items[1::2], strict=True)):
            item = tree.get(term["P"])
            term["S"], meaning["P"] = "/Lbl", item.reference
            item["K"].append(meaning.reference)
            element["K"].remove(element["K"][place + 1])


def _describe_formulas(drawn: list[Any], tree: _Tree) -> None:
    """Turn the element of every drawn formula into a Formula that is read as its plain text."""
    for box in drawn:
        # The library leaves on each cell's box the element it wrote for it.
        if (
            box.element_tag in ("td", "th")
            and hasattr(box, "mark")
            and _formula_text(box.element, below=True)
        ):
            _describe_below(box, box.mark, tree)


def _formula_text(source: Any, *, below: bool = False) -> str | None:
    """Return what the HTML element `source`, a formula or (`below`) around one, says to a screen reader."""
    if below:
        return next(filter(None, map(_formula_text, source.iter("span"))), None)
    text: str | None = (
        source.findtext("*[@class='visually-hidden']") if source.get("class") == "formula" else None
    )
    return text


def _describe_below(box: Any, element: Any, tree: _Tree) -> None:
    """Walk the box and its element together: each box has one element, the boxes of lines have none."""
    below = [
        inner for kid in box.children for inner in (kid.children if isinstance(kid, boxes.LineBox) else [kid])
    ]
    for kid, reference in zip(below, element["K"], strict=True):
        if isinstance(kid, boxes.TextBox):
            continue
        if kid.element is not None and (text := _formula_text(kid.element)):
            tree.get(reference).update({"S": "/Formula", "Alt": pydyf.String(text)})
        else:
            _describe_below(kid, tree.get(reference), tree)


def _join_cells(drawn: list[Any], tree: _Tree) -> None:
    """Make a row that is taller than a page one row, and each of its cells one cell."""
    first: dict[int, Any] = {}
    for box in drawn:
        if box.element_tag != "td" or not hasattr(box, "mark"):
            continue
        cell, whole = box.mark, first.setdefault(id(box.element), box.mark)
        if whole is cell:
            continue
        for kid in tree.kids(cell):
            kid["P"] = whole.reference
        whole["K"] += cell["K"]
        # The cell falls away, and its row and row group with their last cell.
        while cell is box.mark or (cell["S"] != "/Table" and not cell["K"]):
            parent = tree.get(cell["P"])
            parent["K"].remove(cell.reference)
            cell = parent


def _join_tables(drawn: list[Any], tree: _Tree) -> None:
    """Put the row groups of a table's later pages below its first; repeated header rows fall away."""
    sources = [box.element for box in drawn if box.is_table_wrapper]
    written = [element for element in tree.walk(tree.document) if element["S"] == "/Table"]
    first: dict[int, Any] = {}
    for source, table in zip(sources, written, strict=True):
        whole = first.setdefault(id(source), table)
        if whole is table:
            continue
        for kid in tree.kids(table):
            # A page without room for the head beside a tall row has none; then a later one counts.
            if kid["S"] != "/THead":
                whole["K"].append(kid.reference)
            elif all(part["S"] != "/THead" for part in tree.kids(whole)):
                whole["K"].insert(0, kid.reference)
            kid["P"] = whole.reference
        tree.get(table["P"])["K"].remove(table.reference)


def _name_headers(tree: _Tree) -> None:
    """Write Scope, ID and Headers of every cell anew, from a grid that counts both spans, and their index."""
    index: dict[bytes, bytes] = {}
    for number, table in enumerate(
        element for element in tree.walk(tree.document) if element["S"] == "/Table"
    ):
        taken: set[tuple[int, int]] = set()
        heads: dict[int, list[pydyf.String]] = {}
        for y, row in enumerate(tree.rows(table)):
            x = 0
            for cell in tree.kids(row):
                while (y, x) in taken:
                    x += 1
                attributes = cell.setdefault("A", pydyf.Dictionary({"O": "/Table"}))
                columns = range(x, x + int(attributes.get("ColSpan", 1)))
                taken |= {
                    (y + down, over) for down in range(int(attributes.get("RowSpan", 1))) for over in columns
                }
                above = list({head.data: head for over in columns for head in heads.get(over, ())}.values())
                attributes.pop("Headers", None)
                if above:
                    attributes["Headers"] = pydyf.Array(above)
                if cell["S"] == "/TH":
                    name = f"kolom-{number}-{y}-{x}"
                    cell["ID"], attributes["Scope"] = pydyf.String(name), "/Column"
                    index[name.encode()] = cell.reference
                    for over in columns:
                        heads.setdefault(over, []).append(cell["ID"])
    names = pydyf.Array(part for name in sorted(index) for part in (pydyf.String(name.decode()), index[name]))
    if names:
        tree.root["IDTree"] = pydyf.Dictionary({"Names": names})


def _make_artifacts(pdf: pydyf.PDF, tree: _Tree) -> None:
    """Mark as artifact whatever text is drawn but does not hang in the tag tree."""
    hanging = {
        (element["Pg"], kid)
        for element in tree.walk(tree.document)
        for kid in element.get("K", ())
        if type(kid) is int
    }
    parents = tree.get(tree.root["ParentTree"])["Nums"]
    by_number = dict(zip(parents[::2], parents[1::2], strict=True))
    for number, reference in enumerate(pdf.page_references):
        owners = by_number[number]
        loose = {mark for mark in range(len(owners)) if (reference, mark) not in hanging}
        operators = tree.get(tree.get(reference)["Contents"]).stream
        for at, operator in enumerate(operators):
            if operator == b"BDC" and operators[at - 1].get("MCID") in loose:
                operators[at - 2 : at + 1] = _ARTIFACT
        for mark in loose:
            owners[mark] = "null"
