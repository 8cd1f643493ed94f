"""OpenDocument sheets: .ods. One streaming pass over content.xml; repeated cells and rows count as often
as they hold something, and cost nothing where they are empty."""

from __future__ import annotations

import re
from decimal import Decimal

from indicators.spreadsheets.grid import Stored
from indicators.spreadsheets.guard import Attributes, Container, parse_xml
from indicators.spreadsheets.problems import Unreadable
from indicators.spreadsheets.readers import values
from indicators.spreadsheets.readers.collecting import MAX_ROWS, Book, Page

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_EXTRA = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_FAR = 1 << 24  # beyond every sheet
_DURATION = re.compile(r"PT(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})(?:[.,]([0-9]{1,9}))?S)?")
# Text inside these belongs to notes and drawings, not to the cell.
_ASIDE = (
    "frame",
    "custom-shape",
    "line",
    "rect",
    "ellipse",
    "control",
    "connector",
    "shapes",
    "g",
)


def read(data: bytes, book: Book) -> None:
    """Read every sheet of an OpenDocument workbook into the book."""
    container = Container(data)
    if any(name.startswith(("basic/", "scripts/")) for name in container.names):
        book.say("macros")
    if "meta-inf/manifest.xml" in container.names:
        _refuse_locked(container, book)
    _Content(book).read(container)


def _refuse_locked(container: Container, book: Book) -> None:
    def encryption(_: Attributes) -> None:
        raise Unreadable("encrypted")

    chunks = container.chunks("META-INF/manifest.xml", book.budget)
    # LibreOffice writes no DOCTYPE any more; OpenOffice before 3.0 did, and is asked to save anew.
    parse_xml(chunks, book.budget, starts={"encryption-data": encryption}, ends={})


def _count(attributes: Attributes, name: str) -> int:
    """Return how often something repeats or how far it spans, at least 1."""
    text = attributes.get(_TABLE + name, "1")
    if not (text.isascii() and text.isdigit()):
        return 1
    return min(max(int(text[:9]), 1), _FAR)


class _Content:
    """Reads content.xml."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._page: Page | None = None
        self._row = 0
        self._column = 0
        self._row_repeat = 1
        self._attributes: Attributes | None = None  # of the cell being read
        self._paragraphs: list[list[str]] = []
        self._in_paragraph = 0
        self._aside = 0
        self._note: list[list[str]] = []  # paragraphs of the note on the cell
        self._in_note = False
        self._filled: list[tuple[int, int, Attributes, str]] = []
        self._first_column = 1
        self._style = ""
        self._hidden_styles: set[str] = set()

    def read(self, container: Container) -> None:
        starts = {
            "style": self._start_style,
            "table-properties": self._table_properties,
            "table": self._start_table,
            "table-column": self._start_column,
            "table-row": self._start_row,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
            "p": self._start_paragraph,
            "s": self._spaces,
            "tab": lambda _: self._add("\t"),
            "line-break": lambda _: self._add("\n"),
            "annotation": self._start_note,
            **dict.fromkeys(_ASIDE, lambda _: self._step_aside(1)),
        }
        ends = {
            "table": self._end_table,
            "table-row": self._end_row,
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "p": self._end_paragraph,
            "annotation": self._end_note,
            **dict.fromkeys(_ASIDE, lambda _: self._step_aside(-1)),
        }
        budget = self._book.budget
        parse_xml(container.chunks("content.xml", budget), budget, starts=starts, ends=ends, text=self._add)

    # Sheets, columns, rows

    def _start_style(self, attributes: Attributes) -> None:
        self._style = attributes.get(_STYLE + "name", "")

    def _table_properties(self, attributes: Attributes) -> None:
        if attributes.get(_TABLE + "display") == "false":
            self._hidden_styles.add(self._style)

    def _start_table(self, attributes: Attributes) -> None:
        if self._page is not None:
            raise Unreadable("too-deep")  # a table within a cell: no program writes it
        hidden = attributes.get(_TABLE + "style-name") in self._hidden_styles
        self._page = self._book.page(attributes.get(_TABLE + "name", ""), hidden=hidden)
        self._row, self._first_column = 0, 1

    def _end_table(self, _: str) -> None:
        self._page = None

    def _start_column(self, attributes: Attributes) -> None:
        count = _count(attributes, "number-columns-repeated")
        if self._page and attributes.get(_TABLE + "visibility", "visible") != "visible":
            self._page.hide_columns(self._first_column, self._first_column + count - 1)
        self._first_column = min(self._first_column + count, _FAR)

    def _start_row(self, attributes: Attributes) -> None:
        self._row_repeat = _count(attributes, "number-rows-repeated")
        self._row += 1
        self._column = 0
        if self._page and attributes.get(_TABLE + "visibility", "visible") != "visible":
            for row in range(self._row, min(self._row + self._row_repeat, MAX_ROWS + 1)):
                self._page.hide_row(row)

    def _end_row(self, _: str) -> None:
        page, self._page = self._page, self._page
        if page and self._filled:
            for row in range(self._row, self._row + self._row_repeat):
                for first, count, attributes, text in self._filled:
                    for column in range(first, first + count):
                        _put(page, row, column, attributes, text)
        self._filled.clear()
        self._row = min(self._row + self._row_repeat - 1, _FAR)

    # Cells

    def _start_cell(self, attributes: Attributes) -> None:
        self._attributes = attributes
        self._paragraphs.clear()
        self._note.clear()
        self._in_paragraph = 0

    def _end_cell(self, _: str) -> None:
        attributes, self._attributes = self._attributes, None
        if attributes is None or self._page is None:
            return
        first = self._column + 1
        count = _count(attributes, "number-columns-repeated")
        self._column = min(self._column + count, _FAR)
        text = "\n".join("".join(paragraph) for paragraph in self._paragraphs)
        if _OFFICE + "value-type" in attributes or _TABLE + "formula" in attributes or text.strip():
            self._filled.append((first, count, attributes, text))
        if self._note:
            self._page.comment(self._row, first, "\n".join("".join(lines) for lines in self._note))
        down, right = _count(attributes, "number-rows-spanned"), _count(attributes, "number-columns-spanned")
        if down > 1 or right > 1:
            self._page.merge(self._row, first, self._row + down - 1, first + right - 1)

    def _start_note(self, _: Attributes) -> None:
        self._in_note = self._attributes is not None
        self._step_aside(1)

    def _end_note(self, _: str) -> None:
        self._in_note = False
        self._step_aside(-1)

    def _start_paragraph(self, _: Attributes) -> None:
        if self._in_note:
            self._note.append([])
        if self._attributes is not None and not self._aside:
            self._in_paragraph += 1
            self._paragraphs.append([])

    def _end_paragraph(self, _: str) -> None:
        if self._in_paragraph and not self._aside:
            self._in_paragraph -= 1

    def _add(self, piece: str) -> None:
        if self._in_note and self._note:
            self._note[-1].append(piece)
        if self._in_paragraph and not self._aside:
            self._paragraphs[-1].append(piece)

    def _spaces(self, attributes: Attributes) -> None:
        count = attributes.get(_TEXT + "c", "1")
        self._add(" " * (min(int(count[:4]), 1_000) if count.isascii() and count.isdigit() else 1))

    def _step_aside(self, step: int) -> None:
        if self._attributes is not None:
            self._aside += step


def _put(page: Page, row: int, column: int, attributes: Attributes, text: str) -> None:
    kind = attributes.get(_OFFICE + "value-type", "")
    if attributes.get(_EXTRA + "value-type") == "error" or (
        kind == "string"
        and _TABLE + "formula" in attributes
        and text.startswith(("#REF!", "#N/A", "Err:", "#DIV/0!"))
    ):
        page.put_error(row, column, text.strip()[:40] or "#N/A", "error-cell")
    elif kind in ("float", "percentage", "currency"):
        _put_number(page, row, column, kind, attributes, text)
    elif kind in ("date", "time", "boolean"):
        _put_moment(page, row, column, kind, attributes)
    elif not kind and _TABLE + "formula" in attributes:
        page.put_error(row, column, "formula", "formula")
    else:
        page.put(row, column, attributes.get(_OFFICE + "string-value", text))


def _put_number(page: Page, row: int, column: int, kind: str, attributes: Attributes, text: str) -> None:
    found = page.book.number(attributes.get(_OFFICE + "value", ""))
    code = ""
    if kind == "percentage":
        # The style of the cell is elsewhere; as many decimals as are shown say the same.
        decimals = (
            len(re.sub(r"[^0-9]", "", text.replace(".", ",").rpartition(",")[2]))
            if re.search("[.,]", text)
            else 0
        )
        code = "0." + "0" * min(decimals, 15) + "%" if decimals else "0%"
    elif kind == "currency":
        code = f"[${attributes.get(_OFFICE + 'currency', '')[:3]}] #,##0.00"
    page.put_number(row, column, found, code, "", since_1904=False)


def _put_moment(page: Page, row: int, column: int, kind: str, attributes: Attributes) -> None:
    value: Stored
    if kind == "boolean":
        value, code = attributes.get(_OFFICE + "boolean-value") == "true", ""
    elif kind == "date":
        value, code = values.from_iso(attributes.get(_OFFICE + "date-value", "")), "yyyy-mm-dd"
    else:
        value, code = _duration(attributes.get(_OFFICE + "time-value", ""))
    if value is None:
        page.put_error(row, column, "date", "date")
    else:
        page.put(row, column, value, code)


def _duration(text: str) -> tuple[Stored, str]:
    """Return a time of day, or from 24 hours on the days as a number, like any elapsed time; None for
    neither."""
    found = _DURATION.fullmatch(text)
    if not found:
        return None, ""
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[:3])
    days = Decimal(hours * 3600 + minutes * 60 + seconds) / 86_400
    if days >= 1:
        return values.from_float(float(days)), "[h]:mm:ss"
    return values.from_serial(days, "time", since_1904=False), "h:mm:ss"
