"""The place of a signature: an empty field on the box the layout leaves for it, tagged as a form control.

Called while WeasyPrint finishes the file (`finisher`), after `reports.pdf.archive.finish`. The box is the
element of the class `signature-space`; its `data-field` names the field where a document has several.
"""

from __future__ import annotations

from typing import Any

import pydyf
from weasyprint.document import Document as Pages

from reports.signing.protocol import SIGNATURE_FIELD

_POINT = 0.75  # of a CSS pixel
_SPACE = "signature-space"
_PRINTED = 4  # annotation flag


def declare(pages: Pages, pdf: pydyf.PDF) -> int:
    """Add an empty signature field for every box of the class in `pages` to `pdf`; return how many."""
    objects = {item.reference: item for item in pdf.objects}
    fields = [
        _field(page, reference, box, pdf, objects)
        for page, reference in zip(pages.pages, pdf.page_references, strict=True)
        for box in page._page_box.descendants()  # noqa: SLF001 - no public face
        if box.element is not None and _SPACE in (box.element.get("class") or "").split()
    ]
    if fields:
        form = pydyf.Dictionary({"Fields": pydyf.Array(fields), "SigFlags": 1})
        pdf.add_object(form)
        pdf.catalog["AcroForm"] = form.reference
    return len(fields)


def _field(page: Any, reference: bytes, box: Any, pdf: pydyf.PDF, objects: dict[bytes, Any]) -> bytes:
    left, top = box.border_box_x() * _POINT, page.height * _POINT - box.border_box_y() * _POINT
    width, height = box.border_width() * _POINT, box.border_height() * _POINT
    # PDF/A wants an appearance even where nothing is to be seen yet.
    blank = pydyf.Stream(
        [],
        {
            "Type": "/XObject",
            "Subtype": "/Form",
            "BBox": pydyf.Array([0, 0, round(width, 2), round(height, 2)]),
            "Resources": pydyf.Dictionary(),
        },
    )
    pdf.add_object(blank)
    name = box.element.get("data-field") or SIGNATURE_FIELD
    label = pydyf.String("Tanda tangan elektronik")
    corners = (left, top - height, left + width, top)
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(name),
            "TU": label,
            "F": _PRINTED,
            "P": reference,
            "Rect": pydyf.Array([round(edge, 2) for edge in corners]),
            "AP": pydyf.Dictionary({"N": blank.reference}),
        }
    )
    pdf.add_object(widget)
    _tag(widget, label, reference, pdf, objects)
    objects[reference].setdefault("Annots", pydyf.Array()).append(widget.reference)
    return bytes(widget.reference)


def _tag(widget: Any, label: Any, page: bytes, pdf: pydyf.PDF, objects: dict[bytes, Any]) -> None:
    """Hang the field into the tag tree (PDF/UA 7.18), as the last of the document."""
    root = objects[pdf.catalog["StructTreeRoot"]]
    document, parents = objects[root["K"][0]], objects[root["ParentTree"]]["Nums"]
    number = max(parents[::2]) + 1
    shown = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page})
    element = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "P": document.reference,
            "Alt": label,
            "K": pydyf.Array([shown]),
        }
    )
    pdf.add_object(element)
    widget["StructParent"] = number
    parents += [number, element.reference]
    document["K"].append(element.reference)
