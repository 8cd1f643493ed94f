"""Excel workbooks in a zip file: .xlsx, .xlsm, .xltx.

One streaming pass per sheet. The quick library readers tell values only: neither number formats nor formulas
without a result nor hidden rows. Asking for those takes a second pass over the same XML, so this pass takes
the values too; benchmarks/reading.py compares.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from indicators.spreadsheets.grid import AUTHOR
from indicators.spreadsheets.guard import Attributes, Container, parse_xml
from indicators.spreadsheets.problems import Unreadable
from indicators.spreadsheets.readers import values
from indicators.spreadsheets.readers.collecting import MAX_CHARACTERS, MAX_SHEETS, Book, Page

_MAX_STYLES = 70_000  # Excel has 65,490


@dataclass
class _Listed:
    """A sheet as the workbook lists it."""

    name: str
    link: str
    hidden: bool


@dataclass
class _Shared:
    """What all sheets of a workbook look up."""

    texts: list[str] = field(default_factory=list)
    styles: list[tuple[str, values.Shape]] = field(default_factory=list)
    since_1904: bool = False


def read(data: bytes, book: Book) -> None:
    """Read every sheet of a workbook into the book."""
    container = Container(data)
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in container.names):
        book.say("macros")
    start = _start_part(container, book)
    listed, since_1904 = _read_workbook(container, start, book)
    links = _read_links(container, start, book)
    shared = _Shared(since_1904=since_1904)
    for kind, target in links.values():
        if kind == "sharedStrings":
            shared.texts = _read_texts(container, target, book)
        elif kind == "styles":
            shared.styles = _read_styles(container, target, book)
    for sheet in listed:
        kind, target = links.get(sheet.link, ("", ""))
        page = book.page(sheet.name, hidden=sheet.hidden)
        if kind == "worksheet":
            _SheetReader(page, shared).read(container, target)
            _read_comments(container, target, page)
        elif kind:
            book.say("chart-sheet", sheet=page.sheet.name)
        else:
            raise Unreadable("broken")


def _named(attributes: Attributes) -> Attributes:
    """Return attributes by local name."""
    return {name.rpartition(" ")[2]: value for name, value in attributes.items()}


def _is_on(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _start_part(container: Container, book: Book) -> str:
    found: list[str] = []

    def relationship(attributes: Attributes) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    if "_rels/.rels" in container.names:
        chunks = container.chunks("_rels/.rels", book.budget)
        parse_xml(chunks, book.budget, starts={"Relationship": relationship}, ends={})
    return found[0] if found else "xl/workbook.xml"


def _read_workbook(container: Container, part: str, book: Book) -> tuple[list[_Listed], bool]:
    listed: list[_Listed] = []
    since_1904: list[bool] = []

    def sheet(attributes: Attributes) -> None:
        if len(listed) >= MAX_SHEETS:
            raise Unreadable("too-many-sheets", limit=MAX_SHEETS)
        own = _named(attributes)
        hidden = own.get("state", "visible") != "visible"
        listed.append(_Listed(own.get("name", ""), own.get("id", ""), hidden))

    def properties(attributes: Attributes) -> None:
        since_1904.append(_is_on(attributes.get("date1904")))

    starts = {"sheet": sheet, "workbookPr": properties}
    parse_xml(container.chunks(part, book.budget), book.budget, starts=starts, ends={})
    return listed, any(since_1904)


def _read_comments(container: Container, part: str, page: Page) -> None:
    """Keep the comments of a sheet, which stand in a part of their own."""
    if _links_of(part).lower() not in container.names:
        return
    for kind, target in _read_links(container, part, page.book).values():
        if kind == "comments" and target.lower() in container.names:
            _read_comment_part(container, target, page)


def _read_comment_part(container: Container, part: str, page: Page) -> None:
    place: list[tuple[int, int]] = []
    runs: list[str] = []
    authors: list[str] = []

    def start(attributes: Attributes) -> None:
        by = _index(attributes.get("authorId", ""))
        ours = 0 <= by < len(authors) and authors[by] == AUTHOR
        place[:] = [] if ours else [_place(attributes.get("ref", ""))]
        runs.clear()

    def end(_: str) -> None:
        if place:
            page.comment(*place.pop(), values.unescape("".join(runs)))

    parse_xml(
        container.chunks(part, page.book.budget),
        page.book.budget,
        starts={"comment": start},
        ends={"author": authors.append, "t": runs.append, "comment": end},
    )


def _links_of(part: str) -> str:
    """Return the part that holds the relationships of a part."""
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def _read_links(container: Container, part: str, book: Book) -> dict[str, tuple[str, str]]:
    """Return the kind and the part of each relationship of a part, by its id."""
    folder = posixpath.dirname(part)
    links: dict[str, tuple[str, str]] = {}

    def relationship(attributes: Attributes) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        if attributes.get("TargetMode") != "External" and len(links) < 10 * MAX_SHEETS:
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            links[attributes.get("Id", "")] = (kind, target.lstrip("/"))

    chunks = container.chunks(_links_of(part), book.budget)
    parse_xml(chunks, book.budget, starts={"Relationship": relationship}, ends={})
    return links


def _read_texts(container: Container, part: str, book: Book) -> list[str]:
    """Return the shared texts; runs of rich text are joined, hints of pronunciation left out."""
    texts: list[str] = []
    runs: list[str] = []
    state = {"hints": 0, "left": MAX_CHARACTERS}

    def hint(step: int) -> None:
        state["hints"] += step

    def run(text: str) -> None:
        if not state["hints"]:
            runs.append(text)

    def item(_: str) -> None:
        text = values.unescape("".join(runs))
        runs.clear()
        state["left"] -= len(text) + 1
        if state["left"] < 0:
            raise Unreadable("too-much-text")
        texts.append(text)

    parse_xml(
        container.chunks(part, book.budget),
        book.budget,
        starts={"rPh": lambda _: hint(1)},
        ends={"rPh": lambda _: hint(-1), "t": run, "si": item},
    )
    return texts


def _read_styles(container: Container, part: str, book: Book) -> list[tuple[str, values.Shape]]:
    """Return the format code and what it shows, for every cell style by its number."""
    codes = dict(values.BUILT_IN)
    styles: list[tuple[str, values.Shape]] = []
    inside: list[str] = []

    def number_format(attributes: Attributes) -> None:
        code = attributes.get("formatCode", "")[:255]
        codes[_index(attributes.get("numFmtId", ""))] = "" if code.lower() == "general" else code

    def style(attributes: Attributes) -> None:
        if inside and len(styles) < _MAX_STYLES:
            code = codes.get(_index(attributes.get("numFmtId", "0")), "")
            styles.append((code, values.shape_of(code)))

    parse_xml(
        container.chunks(part, book.budget),
        book.budget,
        starts={"numFmt": number_format, "cellXfs": lambda _: inside.append("cellXfs"), "xf": style},
        ends={"cellXfs": lambda _: inside.clear()},
    )
    return styles


def _index(text: str) -> int:
    """Return a whole number of a file, -1 for what is none: digits of other scripts never count."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class _SheetReader:
    """Reads one sheet. Cells without an address follow the one before, as the format says."""

    def __init__(self, page: Page, shared: _Shared) -> None:
        self._page = page
        self._shared = shared
        self._row = 0
        self._row_text = "0"
        self._column = 0
        self._kind = ""
        self._style: tuple[str, values.Shape] = ("", "")
        self._stored: str | None = None
        self._has_formula = False
        self._runs: list[str] = []
        self._hints = 0
        self._columns: dict[str, int] = {}
        self._styles: dict[str | None, tuple[str, values.Shape]] = {}

    def read(self, container: Container, part: str) -> None:
        parse_xml(
            container.chunks(part, self._page.book.budget),
            self._page.book.budget,
            starts={
                "row": self._start_row,
                "c": self._start_cell,
                "f": self._start_formula,
                "rPh": lambda _: self._hint(1),
                "col": self._column_widths,
                "mergeCell": self._merge,
            },
            ends={
                "v": self._end_value,
                "t": self._end_text,
                "rPh": lambda _: self._hint(-1),
                "c": self._end_cell,
            },
        )

    def _hint(self, step: int) -> None:
        self._hints += step

    def _start_row(self, attributes: Attributes) -> None:
        row = attributes.get("r")
        self._row = self._row + 1 if row is None else _index(row)
        self._row_text = str(self._row)
        self._column = 0
        if attributes.get("hidden") is not None and _is_on(attributes["hidden"]):
            self._page.hide_row(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            letters = reference.rstrip("0123456789")
            column = self._columns.get(letters)
            if column is None:
                column = self._columns[letters] = column_of(letters)
            self._column = column
            if reference[len(letters) :] != self._row_text:
                raise Unreadable("broken")
        self._kind = attributes.get("t", "n")
        index = attributes.get("s")
        style = self._styles.get(index)
        if style is None:
            style = self._styles[index] = self._style_of(index)
        self._style = style
        self._stored = None
        self._has_formula = False
        if self._runs:
            self._runs.clear()

    def _style_of(self, index: str | None) -> tuple[str, values.Shape]:
        styles = self._shared.styles
        if index is None:
            return styles[0] if styles else ("", "")
        place = _index(index)
        return styles[place] if 0 <= place < len(styles) else ("", "")

    def _start_formula(self, _: Attributes) -> None:
        self._has_formula = True

    def _end_value(self, text: str) -> None:
        self._stored = text

    def _end_text(self, text: str) -> None:
        if not self._hints:
            self._runs.append(text)

    def _end_cell(self, _: str) -> None:
        stored = self._stored
        if self._kind == "inlineStr":
            self._page.put(self._row, self._column, values.unescape("".join(self._runs)))
        elif not stored:
            if self._has_formula and self._kind != "str":
                self._page.put_error(self._row, self._column, "formula", "formula")
        elif self._kind == "s":
            self._page.put(self._row, self._column, self._shared_text(stored))
        elif self._kind == "n":
            found = self._page.book.number(stored.strip())
            code, shape = self._style
            since_1904 = self._shared.since_1904
            self._page.put_number(self._row, self._column, found, code, shape, since_1904=since_1904)
        else:
            self._put_rare(stored)

    def _put_rare(self, stored: str) -> None:
        row, column = self._row, self._column
        if self._kind == "str":
            self._page.put(row, column, values.unescape(stored))
        elif self._kind == "b":
            self._page.put(row, column, _is_on(stored))
        elif self._kind == "e":
            self._page.put_error(row, column, stored[:40], "error-cell")
        elif self._kind == "d" and (moment := values.from_iso(stored)) is not None:
            self._page.put(row, column, moment, self._style[0])
        else:
            self._page.put_error(row, column, "date" if self._kind == "d" else "number", "date")

    def _shared_text(self, stored: str) -> str:
        place = _index(stored.strip())
        if not 0 <= place < len(self._shared.texts):
            raise Unreadable("broken")
        return self._shared.texts[place]

    def _column_widths(self, attributes: Attributes) -> None:
        if _is_on(attributes.get("hidden")):
            self._page.hide_columns(_index(attributes.get("min", "")), _index(attributes.get("max", "")))

    def _merge(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        self._page.merge(*_place(first), *_place(last or first))


def column_of(letters: str) -> int:
    """Return the number of a column: A is 1. Raises Unreadable("broken") for what no sheet has."""
    column = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or column > 16_384:
            raise Unreadable("broken")
        column = column * 26 + ord(letter) - 64
    return column


def _place(reference: str) -> tuple[int, int]:
    reference = reference.replace("$", "")
    letters = reference.rstrip("0123456789")
    return _index(reference[len(letters) :]), column_of(letters)
