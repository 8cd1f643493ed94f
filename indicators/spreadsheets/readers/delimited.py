"""Text with separated columns: .csv, and .txt or .xls that are such text. Every cell stays text: a file
without types has no numbers, and what "1.250" means is judged where the column is known."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from indicators.spreadsheets.guard import MAX_TEXT
from indicators.spreadsheets.problems import Unreadable
from indicators.spreadsheets.readers.collecting import Book

_DELIMITERS = ";\t,"  # the likeliest first: Excel in Indonesian writes the semicolon
_SAMPLE = 100  # records that decide the delimiter


def read(data: bytes, book: Book) -> None:
    """Read a text file into the one sheet of the book."""
    text = _decode(data, book)
    text, delimiter = _declared(text)
    if not delimiter:
        delimiter = _delimiter_of(text)
        if not delimiter:
            book.say("delimiter")
    page = book.page("Lembar 1")
    csv.field_size_limit(MAX_TEXT)
    strict = _is_well_quoted(text, delimiter or ";")
    if not strict:
        book.say("quotes")
    try:
        for row, record in enumerate(_records(text, delimiter or ";", strict=strict), start=1):
            for column, value in enumerate(record, start=1):
                page.put(row, column, value)
    except csv.Error as error:
        raise Unreadable("broken") from error


def _is_well_quoted(text: str, delimiter: str) -> bool:
    try:
        for _ in _records(text, delimiter, strict=True):
            pass
    except csv.Error as error:
        if "field larger" in str(error):
            raise Unreadable("text-too-long", limit=MAX_TEXT) from error
        return False
    return True


def _decode(data: bytes, book: Book) -> str:
    """Return the text: UTF-8 with or without a mark, UTF-16 with one, Windows-1252 otherwise, which is
    said."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Unreadable("broken") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Unreadable("not-a-table") from error
    book.say("encoding")
    return text


def _declared(text: str) -> tuple[str, str]:
    """Return the text without the "sep=;" line that Excel reads and writes, and the delimiter it names."""
    first, _, rest = text.partition("\n")
    first = first.strip("\r").strip('"')
    if len(first) <= 5 and first.lower().startswith("sep=") and first[4:5] in (*_DELIMITERS, "|"):
        # The line stays as an empty one, so that rows keep their numbers.
        return "\n" + rest, first[4:5]
    return text, ""


def _records(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def _delimiter_of(text: str) -> str:
    """Return the delimiter under which most of the first records have the same number of columns; "" if
    none."""
    best, best_share = "", 0.0
    for delimiter in _DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            for record in _records(text[:200_000], delimiter, strict=False):
                widths[len(record)] += bool("".join(record).strip())
                if widths.total() >= _SAMPLE:
                    break
        except csv.Error:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        share = count / max(widths.total(), 1)
        if width > 1 and share > best_share + 0.1:
            best, best_share = delimiter, share
    return best or _only_delimiter(text)


def _only_delimiter(text: str) -> str:
    """Return the one delimiter a file without a usual width has: a title above a table, ragged lines."""
    found = [delimiter for delimiter in _DELIMITERS if delimiter in text[:200_000]]
    return found[0] if len(found) == 1 and found[0] != "," else ""
