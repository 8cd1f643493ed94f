"""Documents as archive-grade PDF: plain data in, bytes out. The only place that imports WeasyPrint and pydyf.

The file is PDF/A-3a and PDF/UA-1 at once. The same content gives the same bytes, whatever the process, hash
seed, day or time zone, as long as the version of the library and the typeface stay: hence a document that has
been issued is stored, never rendered again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import io
import logging
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from weasyprint import HTML, Attachment
from weasyprint.document import Document as Pages

from reports.pdf import archive, continuation, typeface
from reports.pdf.typeface import MissingGlyphs

__all__ = ["Attached", "MissingGlyphs", "render"]

VARIANT = "pdf/a-3a"

# The font configuration and the parsed style sheets are shared by all renders of the process, and
# neither is thread-safe.
_lock = threading.Lock()

# Otherwise each step of each page is a line in the log of the server.
for _chatty in ("weasyprint.progress", "fontTools"):
    logging.getLogger(_chatty).setLevel(logging.WARNING)


@dataclass(frozen=True)
class Attached:
    """A file inside a PDF: `relationship` is "Source" (what it was made of) or "Alternative" (the same)."""

    name: str
    description: str
    relationship: str
    data: bytes


def render(document: dict[str, Any], attached: Sequence[Attached] = ()) -> bytes:
    """Return `document` as PDF; its kind names the template (`reports/documents/<kind>.html`).

    `document` is what the module of that kind in `reports.documents` builds. Attached files get its date.
    Raises MissingGlyphs when its text holds a character that the typeface does not have.
    """
    files = [_file(one, document) for one in sorted(attached, key=lambda one: one.name)]
    with _lock, _collector_paused():
        pages = continuation.lay_out(document, _lay_out)
        with warnings.catch_warnings():
            # WeasyPrint leaves the file of its colour profile to the collector.
            warnings.filterwarnings("ignore", "unclosed file .*sRGB2014", ResourceWarning)
            data: bytes = pages.write_pdf(
                finisher=archive.finish, pdf_variant=VARIANT, uncompressed_pdf=True, attachments=files
            )
    return archive.repack(data)


def _file(one: Attached, document: dict[str, Any]) -> Attachment:
    # The library writes the moment as it is and calls it UTC.
    dated = dt.datetime.fromisoformat(document["dated"]).astimezone(dt.UTC)
    return Attachment(
        file_obj=io.BytesIO(one.data),
        name=one.name,
        description=one.description,
        relationship=one.relationship,
        created=dated,
        modified=dated,
    )


def lay_out_html(html: str) -> Pages:
    """Return the pages of `html`, which may draw on nothing but itself: no file, no address is ever read."""
    typeface.check(html)
    # Presentational hints make <col width> count: that is how the table says its widths without inline style.
    return HTML(string=html, url_fetcher=typeface.OwnFiles()).render(
        pdf_variant=VARIANT, presentational_hints=True, **typeface.shared()
    )


def _lay_out(document: dict[str, Any]) -> Pages:
    template = f"reports/documents/{document['kind']}.html"
    return lay_out_html(render_to_string(template, {"document": document}))


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking millions of live layout boxes: up to a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
