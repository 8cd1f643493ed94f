"""The look of a signature: a QR code and some lines, drawn by WeasyPrint in the typeface of the documents."""

from __future__ import annotations

import functools
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import segno
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.stamp import StaticStampStyle
from weasyprint import CSS, HTML

from reports import pdf
from reports.pdf import typeface
from reports.signing.protocol import Appearance

_PLAIN = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins.uniform(0)
)


@contextmanager
def style(appearance: Appearance, width: float, height: float) -> Iterator[StaticStampStyle]:
    """Give the stamp of `appearance` for a field of `width` by `height` points.

    Raises pdf.MissingGlyphs when a line holds a character that the typeface does not have.
    """
    # pyHanko reads the page from a file, while it signs.
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(draw(appearance, width, height))
        file.flush()
        yield StaticStampStyle.from_pdf_file(
            file.name, border_width=0, background_opacity=1, background_layout=_PLAIN
        )


def draw(appearance: Appearance, width: float, height: float) -> bytes:
    """Return the stamp as a PDF of one page of that many points; tags belong to the document."""
    html = _html(appearance)
    typeface.check(html)
    with pdf._lock:  # noqa: SLF001 - one lock for all that the typeface is shared with
        shared = typeface.shared()
        page = _paper(round(width, 2), round(height, 2))
        drawn = HTML(string=html, url_fetcher=typeface.OwnFiles()).render(
            font_config=shared["font_config"], stylesheets=[*shared["stylesheets"], page]
        )
        data: bytes = drawn.write_pdf()
    if len(drawn.pages) != 1:
        raise ValueError("the stamp does not fit into its field")
    return data


def _html(appearance: Appearance) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in appearance.lines)
    return f"<html lang=id><title>.</title><body>{_qr(appearance.address)}<div>{lines}</div></body></html>"


@functools.cache
def _paper(width: float, height: float) -> CSS:
    """Return the style of a stamp. The code is square, as high as the field; the lines take what is left."""
    rules = f"""
@page {{ size: {width}pt {height}pt; margin: 0;
  @bottom-left {{ content: none }} @bottom-right {{ content: none }} }}
html {{ font: 7pt/1.25 "Liberation Sans"; }}
body {{ display: flex; align-items: center; gap: 5pt; min-height: {height}pt; text-align: left; }}
svg {{ flex: none; width: {height}pt; height: {height}pt; }}
div {{ flex: 1; }}
p:first-child {{ font-weight: bold; }}
"""
    return CSS(string=rules, font_config=typeface.shared()["font_config"])


def _qr(address: str) -> str:
    code = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        code, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, lineclass=None, svgclass=None
    )
    return code.getvalue().decode()
