"""Tables of text documents: .docx. Each table that is not inside another becomes a sheet "Tabel 1"; every
cell is text.

Paragraphs between tables are kept as the preface of the next table: titles and header blocks stand there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from indicators.spreadsheets.guard import Attributes, Container, parse_xml
from indicators.spreadsheets.readers.collecting import MAX_COLUMNS, Book, Page

_MAX_PREFACE = 60  # paragraphs kept above a table, the last ones


@dataclass
class _Span:
    """A cell of the last rows that the next row may continue: where it began and how far it reaches."""

    first_row: int
    last_row: int
    width: int


@dataclass
class _TableCell:
    column: int
    width: int = 1
    vertical: str = ""  # "restart", "continue" or nothing
    paragraphs: list[str] = field(default_factory=list)


def read(data: bytes, book: Book) -> None:
    """Read every table of a text document into the book."""
    container = Container(data)
    if any(name.endswith("vbaproject.bin") for name in container.names):
        book.say("macros")
    _Document(book).read(container)


def _value(attributes: Attributes) -> str:
    return next((value for name, value in attributes.items() if name.endswith(" val")), "")


def _number(attributes: Attributes) -> int:
    text = _value(attributes)
    return min(max(int(text[:6]), 0), MAX_COLUMNS + 1) if text.isascii() and text.isdigit() else 0


class _Document:
    """Reads word/document.xml."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._page: Page | None = None
        self._depth = 0  # tables within tables
        self._row = 0
        self._column = 1
        self._cell: _TableCell | None = None
        self._spans: dict[int, _Span] = {}
        self._paragraph: list[str] = []
        self._preface: list[str] = []
        self._fallback = 0
        self._hidden_row = False

    def read(self, container: Container) -> None:
        starts = {
            "tbl": self._start_table,
            "tr": self._start_row,
            "gridBefore": self._grid_before,
            "tc": self._start_cell,
            "gridSpan": self._grid_span,
            "vMerge": self._vertical_merge,
            "p": lambda _: self._paragraph.clear(),
            "tab": lambda _: self._add("\t"),
            "br": lambda _: self._add("\n"),
            "cr": lambda _: self._add("\n"),
            "noBreakHyphen": lambda _: self._add("-"),
            "Fallback": lambda _: self._step_fallback(1),
        }
        ends = {
            "t": self._add,
            "p": self._end_paragraph,
            "tc": self._end_cell,
            "tr": self._end_row,
            "tbl": self._end_table,
            "Fallback": lambda _: self._step_fallback(-1),
        }
        budget = self._book.budget
        parse_xml(container.chunks("word/document.xml", budget), budget, starts=starts, ends=ends)

    # Text

    def _add(self, text: str) -> None:
        if not self._fallback:  # a copy for old programs of what was read already
            self._paragraph.append(text)

    def _step_fallback(self, step: int) -> None:
        self._fallback += step

    def _end_paragraph(self, _: str) -> None:
        text = "".join(self._paragraph).strip("\n")
        self._paragraph.clear()
        if self._cell is not None:
            self._cell.paragraphs.append(text)
        elif not self._depth and text.strip():
            self._preface.append(text.strip())
            del self._preface[:-_MAX_PREFACE]

    # Tables; what is nested is text of the cell around it

    def _start_table(self, _: Attributes) -> None:
        self._depth += 1
        if self._depth == 1:
            self._page = self._book.page(f"Tabel {len(self._book.workbook.sheets) + 1}")
            self._page.sheet.preface = [self._book.text(text, self._page, 1, 1) for text in self._preface]
            self._preface.clear()
            self._spans.clear()
            self._row = 0

    def _end_table(self, _: str) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._close_spans(set(self._spans))
            self._page = None

    def _start_row(self, _: Attributes) -> None:
        if self._depth == 1:
            self._row += 1
            self._column = 1

    def _grid_before(self, attributes: Attributes) -> None:
        if self._depth == 1 and self._cell is None:
            self._column += _number(attributes)

    def _start_cell(self, _: Attributes) -> None:
        if self._depth == 1:
            self._cell = _TableCell(self._column)

    def _grid_span(self, attributes: Attributes) -> None:
        if self._depth == 1 and self._cell is not None:
            self._cell.width = max(_number(attributes), 1)

    def _vertical_merge(self, attributes: Attributes) -> None:
        if self._depth == 1 and self._cell is not None:
            self._cell.vertical = "restart" if _value(attributes) == "restart" else "continue"

    def _end_cell(self, _: str) -> None:
        cell = self._cell
        if self._depth != 1 or cell is None or self._page is None:
            return
        self._cell = None
        self._column = cell.column + cell.width
        span = self._spans.get(cell.column)
        if (
            cell.vertical == "continue"
            and span
            and span.last_row == self._row - 1
            and span.width == cell.width
        ):
            span.last_row = self._row
        else:
            self._close_spans({cell.column} if span else set())
            if cell.vertical or cell.width > 1:
                self._spans[cell.column] = _Span(self._row, self._row, cell.width)
        self._page.put(self._row, cell.column, "\n".join(cell.paragraphs).strip("\n"))

    def _end_row(self, _: str) -> None:
        if self._depth == 1:
            self._close_spans({column for column, span in self._spans.items() if span.last_row < self._row})

    def _close_spans(self, columns: set[int]) -> None:
        for column in sorted(columns):
            span = self._spans.pop(column)
            assert self._page is not None  # noqa: S101 - spans are of a table
            self._page.merge(span.first_row, column, span.last_row, column + span.width - 1)
