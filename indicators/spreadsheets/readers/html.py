"""HTML tables named .xls: what many government applications export under the name of Excel. Every cell is
text.

html.parser is of the standard library, takes any markup, and runs no script and loads nothing.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from indicators.spreadsheets.guard import MAX_TEXT
from indicators.spreadsheets.problems import Unreadable
from indicators.spreadsheets.readers.collecting import MAX_COLUMNS, MAX_ROWS, Book, Page

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_KNOWN = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "windows-1252": "cp1252",
    "iso-8859-1": "cp1252",
    "us-ascii": "cp1252",
}
_MAX_TAG = (
    20_000  # characters of one tag; also keeps the parser from searching far for an end that is not there
)
_PIECE = 1 << 16
_MAX_PAGE = 4 << 20  # bytes; markup is the slowest of all kinds to read
_NOT_SHOWN = re.compile(r"<!--|<script\b|<style\b", re.IGNORECASE)
_ENDS = {
    "<!--": re.compile("-->"),
    "<script": re.compile(r"</script\s*>", re.IGNORECASE),
    "<style": re.compile(r"</style\s*>", re.IGNORECASE),
}
_BREAKS = {"br", "p", "div", "li", "tr"}


def read(data: bytes, book: Book) -> None:
    """Read every table of a page into the book: a table within a cell is text of that cell."""
    if len(data) > _MAX_PAGE:
        raise Unreadable("too-large", size=-(-len(data) >> 20), limit=_MAX_PAGE >> 20)
    text = _shown(_decode(data, book))
    if any(len(piece) - start > _MAX_TAG for piece in text.split(">") if (start := piece.find("<")) >= 0):
        raise Unreadable("broken")
    reader = _Tables(book)
    for start in range(0, len(text), _PIECE):  # in pieces, so that a limit stops the parser early
        reader.feed(text[start : start + _PIECE])
    reader.close()


def _decode(data: bytes, book: Book) -> str:
    declared = _CHARSET.search(data[:2048])
    name = _KNOWN.get(declared[1].decode("ascii").lower(), "utf-8") if declared else "utf-8"
    try:
        return data.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeDecodeError:
        book.say("encoding")
        return data.decode("cp1252", errors="replace")


def _shown(text: str) -> str:
    """Return a page without comments, scripts and styles; one without an end takes the rest of the page
    with it.

    The parser would search the whole page for the end of each; this looks at every character once.
    """
    shown: list[str] = []
    position = 0
    while found := _NOT_SHOWN.search(text, position):
        shown.append(text[position : found.start()])
        end = _ENDS[found[0].lower()].search(text, found.end())
        if end is None:
            return "".join(shown)
        position = end.end()
    return "".join([*shown, text[position:]])


class _Tables(HTMLParser):
    """Puts the cells of tables into pages, with rowspan and colspan as merged ranges."""

    def __init__(self, book: Book) -> None:
        super().__init__(convert_charrefs=True)
        self._book = book
        self._page: Page | None = None
        self._depth = 0
        self._row = self._column = 0
        self._taken: dict[int, int] = {}  # column → last row that a cell above reaches
        self._pieces: list[str] | None = None
        self._length = 0
        self._size = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._start_table()
        elif self._depth == 1 and tag == "tr":
            self._end_cell()
            self._row += 1
            self._column = 0
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
            self._start_cell(dict(attrs))
        elif tag in _BREAKS and self._pieces:
            self._pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            if self._depth == 1:
                self._end_cell()
                self._page = None
            self._depth -= 1
        elif self._depth == 1 and tag in ("td", "th", "tr"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._pieces is not None:
            self._length += len(data)
            if self._length > MAX_TEXT:
                raise Unreadable("text-too-long", limit=MAX_TEXT)
            self._pieces.append(data)

    def close(self) -> None:
        super().close()
        if self._depth == 1:
            self._end_cell()

    def _start_table(self) -> None:
        self._depth += 1
        if self._depth == 1:
            self._page = self._book.page(f"Tabel {len(self._book.workbook.sheets) + 1}")
            self._row = self._column = 0
            self._taken.clear()

    def _start_cell(self, attributes: dict[str, str | None]) -> None:
        self._row = max(self._row, 1)
        self._column += 1
        while self._taken.get(self._column, 0) >= self._row:
            self._column += 1
        down, right = (_span(attributes.get(name)) for name in ("rowspan", "colspan"))
        self._size = (down, right)
        if self._page and (down > 1 or right > 1):
            self._page.merge(self._row, self._column, self._row + down - 1, self._column + right - 1)
        if down > 1:
            for column in range(self._column, min(self._column + right, MAX_COLUMNS + 1)):
                self._taken[column] = self._row + down - 1
        self._pieces, self._length = [], 0

    def _end_cell(self) -> None:
        if self._pieces is None or self._page is None:
            return
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        self._pieces = None
        self._page.put(self._row, self._column, "\n".join(line for line in lines if line))
        self._column = min(self._column + self._size[1] - 1, 2 * MAX_COLUMNS)


def _span(text: str | None) -> int:
    text = (text or "1").strip()
    return min(max(int(text[:6]), 1), MAX_ROWS) if text.isascii() and text.isdigit() else 1
