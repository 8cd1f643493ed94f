"""XML workbooks of Excel 2003, often named .xls by the applications that export them."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.spreadsheets.guard import Attributes, parse_xml
from indicators.spreadsheets.readers import values
from indicators.spreadsheets.readers.collecting import MAX_COLUMNS, MAX_ROWS, Book, Page

_SS = "urn:schemas-microsoft-com:office:spreadsheet "
_NAMED = {
    "percent": "0.00%", "short date": "yyyy-mm-dd", "general date": "yyyy-mm-dd h:mm", "long date": "d "
        "mmmm yyyy",
    "medium date": "d-mmm-yy", "short time": "h:mm", "long time": "h:mm:ss", "medium time": "h:mm AM/PM",
    "fixed": "0.00", "standard": "#,##0.00", "currency": "#,##0.00", "general": "", "scientific": "0.00E+00",
}  # fmt: skip


def read(data: bytes, book: Book) -> None:
    """Read every sheet of an XML workbook into the book."""
    reader = _Reader(book)
    starts = {
        "Style": reader.start_style,
        "NumberFormat": reader.number_format,
        "Worksheet": reader.start_sheet,
        "Column": reader.start_column,
        "Row": reader.start_row,
        "Cell": reader.start_cell,
        "Data": reader.start_data,
        "Comment": lambda _: reader.end_data(""),
    }
    ends = {"Data": reader.end_data, "Row": reader.end_row, "Cell": reader.end_cell}
    parse_xml(_pieces(data), book.budget, starts=starts, ends=ends, text=reader.add)


def _pieces(data: bytes) -> Iterator[bytes]:
    data = data.lstrip()
    for start in range(0, len(data), 1 << 16):
        yield data[start : start + (1 << 16)]


def _count(attributes: Attributes, name: str, default: int) -> int:
    text = attributes.get(_SS + name, "")
    return min(int(text[:9]), 1 << 24) if text.isascii() and text.isdigit() else default


class _Reader:
    """Keeps where the pass through the file is."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._page: Page | None = None
        self._row = self._column = self._width = self._span = 0
        self._style = ""
        self._codes: dict[str, str] = {}
        self._cell: Attributes = {}
        self._kind = ""
        self._pieces: list[str] | None = None
        self._had_data = False

    def start_style(self, attributes: Attributes) -> None:
        self._style = attributes.get(_SS + "ID", "")

    def number_format(self, attributes: Attributes) -> None:
        code = attributes.get(_SS + "Format", "")[:255]
        self._codes[self._style] = _NAMED.get(code.lower(), code)

    def start_sheet(self, attributes: Attributes) -> None:
        self._page = self._book.page(attributes.get(_SS + "Name", ""))
        self._row = self._width = 0

    def start_column(self, attributes: Attributes) -> None:
        first = _count(attributes, "Index", self._width + 1)
        self._width = first + _count(attributes, "Span", 0)
        if self._page and attributes.get(_SS + "Hidden") == "1":
            self._page.hide_columns(first, self._width)

    def start_row(self, attributes: Attributes) -> None:
        self._row = _count(attributes, "Index", self._row + 1)
        self._column = 0
        self._cell = attributes
        if self._page and attributes.get(_SS + "Hidden") == "1":
            self._page.hide_row(self._row)
        self._span = min(_count(attributes, "Span", 0), MAX_ROWS)

    def end_row(self, _: str) -> None:
        self._row += self._span

    def start_cell(self, attributes: Attributes) -> None:
        self._column = _count(attributes, "Index", self._column + 1)
        self._cell = attributes
        self._had_data = False
        down, right = _count(attributes, "MergeDown", 0), _count(attributes, "MergeAcross", 0)
        if self._page and (down or right):
            self._page.merge(self._row, self._column, self._row + down, self._column + right)

    def start_data(self, attributes: Attributes) -> None:
        self._kind = attributes.get(_SS + "Type", "String")
        if not self._had_data:  # the text of a note is a second Data
            self._pieces = []

    def add(self, piece: str) -> None:
        if self._pieces is not None:
            self._pieces.append(piece)

    def end_data(self, _: str) -> None:
        pieces, self._pieces = self._pieces, None
        self._had_data = True
        if self._page is not None and pieces:
            self._put(self._page, "".join(pieces))

    def end_cell(self, _: str) -> None:
        if self._page and not self._had_data and _SS + "Formula" in self._cell:
            self._page.put_error(self._row, self._column, "formula", "formula")
        self._column += min(_count(self._cell, "MergeAcross", 0), 2 * MAX_COLUMNS)

    def _put(self, page: Page, text: str) -> None:
        row, column = self._row, self._column
        code = self._codes.get(self._cell.get(_SS + "StyleID", "Default"), "")
        if self._kind == "Number":
            shape = values.shape_of(code)
            page.put_number(row, column, self._book.number(text.strip()), code, shape, since_1904=False)
        elif self._kind == "DateTime":
            moment = values.from_iso(text.strip())
            if moment is None:
                page.put_error(row, column, "date", "date")
            else:
                page.put(row, column, moment, code)
        elif self._kind == "Boolean":
            page.put(row, column, text.strip() == "1")
        elif self._kind == "Error":
            page.put_error(row, column, text.strip()[:40], "error-cell")
        else:
            page.put(row, column, text)
