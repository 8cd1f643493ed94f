"""From the bytes of a file to a grid of cells. Runs in the child process of sandbox.py, never in a web
process."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from indicators.spreadsheets import guard
from indicators.spreadsheets.grid import Workbook
from indicators.spreadsheets.problems import Unreadable, extension
from indicators.spreadsheets.readers.collecting import Book

# Kind by content → the module that reads it; loaded when needed, a child process reads one file.
_READERS = {
    "xlsx": "xlsx",
    "ods": "ods",
    "xls": "xls",
    "csv": "delimited",
    "docx": "docx",
    "html": "html",
    "xml": "xml2003",
}
# Extensions that promise each kind; another one is said, not refused. HTML and XML tables have no name of
# their own.
_PROMISED = {
    "xlsx": {".xlsx", ".xlsm", ".xltx", ".xltm"},
    "ods": {".ods", ".ots"},
    "xls": {".xls", ".xlt"},
    "csv": {".csv", ".txt", ".tsv", ".tab"},
    "docx": {".docx", ".docm", ".dotx"},
    "html": {".html", ".htm"},
    "xml": {".xml"},
}
_SHOWN = {"csv": "teks (CSV)", "html": "HTML", "xml": "XML Excel 2003"}


def reader_of(kind: str) -> Any:
    """Return the module that reads a kind of files."""
    return import_module(f"indicators.spreadsheets.readers.{_READERS[kind]}")


def read(source: Path | bytes, name: str) -> Workbook:
    """Read a file into a grid; `name` is the name as uploaded and only serves sentences.

    Raises Unreadable and nothing else: whatever a broken file makes a parser do, it is a broken file.
    """
    try:
        data = source if isinstance(source, bytes) else _bytes_of(source)
        kind = guard.sniff(data, name)
        book = Book(kind)
        if extension(name) and extension(name) not in _PROMISED[kind]:
            book.say("other-extension", detail=_SHOWN.get(kind, f".{kind}"))
        reader_of(kind).read(data, book)
        return book.finish()
    except Unreadable as error:
        error.file = name
        raise
    except MemoryError as error:
        raise Unreadable("too-heavy", file=name) from error
    except Exception as error:
        raise Unreadable("broken", file=name) from error


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(guard.MAX_FILE + 1)
