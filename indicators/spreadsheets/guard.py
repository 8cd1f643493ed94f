"""What stands before every parser: bytes, containers and XML are judged here before anything believes them.

Three gates. `sniff` tells the kind of a file by its content, never by its name. `Container` opens a zip file
only after its directory made sense. `parse_xml` is the one way XML is read: a stream, no document type,
bounded depth, number of elements and length of text. Limits are published constants, each tested at the
limit and one beyond.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar
from xml.parsers import expat

from indicators.spreadsheets.problems import Unreadable, extension

MAX_FILE = 10 << 20  # bytes of a file
MAX_MEMBERS = 2_000  # parts of a container; a workbook full of photos has hundreds
MAX_INFLATED = 100 << 20  # bytes of all parts together
MAX_RATIO = 150  # inflated to packed bytes of a large part; honest sheets have 10, sheets of empty rows 60
SMALL_PART = 2 << 20  # bytes up to which the ratio says nothing
MAX_DEPTH = 100  # elements within elements; text documents nest 40
MAX_ELEMENTS = 2_500_000  # of all parts together; 100,000 rows of 6 columns have 1.3 million
MAX_TEXT = 40_000  # characters of one element; Excel keeps 32,767 in a cell

_CHUNK = 1 << 16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x05\x06", b"PK\x07\x08")
_PROGRAMS = (b"MZ", b"\x7fELF", b"SQLite format 3\0")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Extensions under which plain text is read as a table: systems export tab-separated text as .xls.
_TEXT_NAMES = {".csv", ".txt", ".tsv", ".tab", ".xls", ""}


def _u16(text: str) -> bytes:
    return text.encode("utf-16-le")


def sniff(data: bytes, name: str) -> str:
    """Return the kind of a file by its content: xlsx, ods, docx, xls, html, xml or csv.

    "xlsx" is any Excel workbook in a zip file, macros included; what it is exactly, its container tells. The
    name only decides whether plain text is welcome. Raises Unreadable for everything else.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("empty")
    if len(data) > MAX_FILE:
        raise Unreadable("too-large", size=-(-len(data) >> 20), limit=MAX_FILE >> 20)
    if data.startswith(_ZIP):
        return _kind_of_container(data)
    if data.startswith(_OLE):
        return _kind_of_ole(data)
    if data[0] == 9 and data[1:2] in (b"\0", b"\2", b"\4", b"\x08") and b"\0" in data[:8]:
        return "xls"  # a bare stream, as Excel 2 to 5 wrote it
    _refuse_known(data)
    return _kind_of_text(data, name)


def _refuse_known(data: bytes) -> None:
    """Name what the first bytes give away, so that the sentence helps."""
    for starts, code in (
        ((b"%PDF-",), "pdf"),
        (_PICTURES, "picture"),
        (_ARCHIVES, "archive"),
        (_PROGRAMS, "not-a-table"),
        ((b"{\\rtf",), "old-text"),
    ):
        if data.startswith(starts):
            raise Unreadable(code, what="RTF")


def _kind_of_ole(data: bytes) -> str:
    """Tell a workbook from a locked one and from a document: by the names in the directory of the OLE file.

    Directory entries are 128 bytes long and aligned, so a name inside the text of a cell does not count.
    """
    if _has_stream(data, "EncryptedPackage") or _has_stream(data, "EncryptionInfo"):
        raise Unreadable("encrypted")
    if _has_stream(data, "Workbook") or _has_stream(data, "Book"):
        return "xls"
    if _has_stream(data, "WordDocument"):
        raise Unreadable("old-text", what="Word lama (.doc)")
    raise Unreadable("unsupported")


def _has_stream(data: bytes, name: str) -> bool:
    wanted = _u16(name + "\0")
    place = data.find(wanted)
    while place >= 0:
        if place % 128 == 0:
            return True
        place = data.find(wanted, place + 1)
    return False


def _kind_of_container(data: bytes) -> str:
    """Tell workbooks and documents apart by the parts a container must have."""
    container = Container(data)
    names = container.names
    if "[content_types].xml" in names:
        if any(name.endswith("/workbook.bin") for name in names):
            raise Unreadable("unsupported")  # .xlsb
        if any(name.endswith("workbook.xml") for name in names):
            return "xlsx"
        if "word/document.xml" in names:
            return "docx"
        raise Unreadable("unsupported")
    if "mimetype" in names and "content.xml" in names:
        mime = container.read("mimetype", 200).strip()
        if mime.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return "ods"
        raise Unreadable("unsupported")
    raise Unreadable("archive")


def _kind_of_text(data: bytes, name: str) -> str:
    if data.startswith(_UTF16):
        return "csv"
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"mime-version:"):
        raise Unreadable("unsupported")  # a web archive named .xls
    if head.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "xml"
    if head.startswith(b"<") and (
        b"<html" in head or b"<table" in head or head.startswith(b"<!doctype html")
    ):
        return "html"
    if head.startswith(b"<"):
        raise Unreadable("not-a-table")
    if b"%pdf-" in head[:1024] or _looks_binary(data):
        raise Unreadable("not-a-table")
    if extension(name) not in _TEXT_NAMES:
        raise Unreadable("wrong-extension", extension=extension(name))
    return "csv"


def _looks_binary(data: bytes) -> bool:
    """Whether control characters make up more than a stray byte or two in ten thousand."""
    controls = bytes(set(range(32)) - {9, 10, 12, 13})
    return len(data) - len(data.translate(None, controls)) > 2 + len(data) // 10_000


@dataclass
class Budget:
    """What is left for a file; shared by all its parts."""

    elements: int = MAX_ELEMENTS
    inflated: int = MAX_INFLATED


class Container:
    """A zip file whose directory made sense: few parts, sane names, no overlaps, nothing before, between
    or after.

    Part names are looked up without regard to case, as OPC says. Nothing is inflated before it is asked for,
    and never more than the directory declares.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
            raise Unreadable("broken") from error
        infos = self._zip.infolist()
        if len(infos) > MAX_MEMBERS:
            raise Unreadable("too-many-parts", count=len(infos), limit=MAX_MEMBERS)
        self._parts = {info.filename.lower(): info for info in infos}
        if len(self._parts) != len(infos) or any(_is_odd(info.filename) for info in infos):
            raise Unreadable("odd-names")
        _check_sizes(infos)
        _check_layout(data, infos, self._zip.start_dir)

    @property
    def names(self) -> set[str]:
        """The names of all parts in small letters."""
        return set(self._parts)

    def chunks(self, name: str, budget: Budget) -> Iterator[bytes]:
        """Yield a part piece by piece. Raises Unreadable("broken") where it is missing or damaged."""
        info = self._parts.get(name.lower())
        if info is None:
            raise Unreadable("broken")
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(_CHUNK):
                    budget.inflated -= len(chunk)
                    if budget.inflated < 0:
                        raise Unreadable("inflates")
                    yield chunk
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
        ) as error:
            raise Unreadable("broken") from error

    def read(self, name: str, limit: int) -> bytes:
        """Return the first `limit` bytes of a part."""
        return next(self.chunks(name, Budget()), b"")[:limit]


def _is_odd(name: str) -> bool:
    return name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/") or len(name) > 255


def _check_sizes(infos: list[zipfile.ZipInfo]) -> None:
    """Refuse what the directory itself declares to be a bomb, a locked part or an unheard-of packing."""
    if sum(info.file_size for info in infos) > MAX_INFLATED:
        raise Unreadable("inflates")
    for info in infos:
        if info.flag_bits & 1:
            raise Unreadable("encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("broken")
        if info.file_size > SMALL_PART and info.file_size > MAX_RATIO * info.compress_size:
            raise Unreadable("inflates")


def _check_layout(data: bytes, infos: list[zipfile.ZipInfo], directory: int) -> None:
    """Refuse parts that share bytes (a bomb that declares itself small) and room where another file may
    hide."""
    position = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        start = info.header_offset
        if start < position:
            raise Unreadable("inflates")
        if start - position > 64:  # after a part there may stand a descriptor of 12 to 24 bytes, no more
            raise Unreadable("polyglot")
        head = data[start : start + 30]
        if len(head) < 30 or not head.startswith(_ZIP):
            raise Unreadable("broken")
        lengths = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        position = start + 30 + lengths + info.compress_size
    if directory < position:
        raise Unreadable("inflates")
    end = data.rfind(b"PK\x05\x06")
    if directory - position > 64 or end < 0 or len(data) - end != 22:
        raise Unreadable("polyglot")
    if b"%PDF-" in data[:1024]:
        raise Unreadable("polyglot")


Attributes = dict[str, str]
StartHandler = Callable[[Attributes], object]
EndHandler = Callable[[str], object]
Handler = TypeVar("Handler")


class _ByName(dict[str, Handler | None]):
    """Handlers by the local name of their element, whatever prefix and name space the writer chose."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        super().__init__()
        self._handlers = handlers

    def __missing__(self, name: str) -> Handler | None:
        if len(self) > 1_000:  # invented names must not fill the memory
            self.clear()
        handler = self[name] = self._handlers.get(name.rpartition(" ")[2])
        return handler


def parse_xml(  # noqa: C901 - closures: methods would cost a fifth more for each of a million cells
    chunks: Iterable[bytes],
    budget: Budget,
    *,
    starts: Mapping[str, StartHandler],
    ends: Mapping[str, EndHandler],
    text: Callable[[str], object] | None = None,
) -> None:
    """Read XML as a stream. Handlers are keyed by local names; names of attributes come as "namespace local".

    A handler of `ends` gets the text that stood directly before the end. `text` gets every piece of text
    instead, for mixed content. Raises Unreadable: "doctype", "too-deep", "inflates", "text-too-long",
    "broken".
    """
    on_start: dict[str, StartHandler | None] = _ByName(starts)
    on_end: dict[str, EndHandler | None] = _ByName(ends)
    depth = length = 0
    left = budget.elements
    pieces: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth, length, left
        depth += 1
        left -= 1
        if depth > MAX_DEPTH:
            raise Unreadable("too-deep")
        if left < 0:
            raise Unreadable("inflates")
        length = 0
        if pieces:
            pieces.clear()
        handler = on_start[name]
        if handler is not None:
            handler(attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler = on_end[name]
        if handler is not None:
            handler("".join(pieces))
        if pieces:
            pieces.clear()

    def data(piece: str) -> None:
        nonlocal length
        length += len(piece)
        if length > MAX_TEXT:
            raise Unreadable("text-too-long", limit=MAX_TEXT)
        pieces.append(piece)
        if text is not None:
            text(piece)

    def doctype(*_: object) -> None:
        raise Unreadable("doctype")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = doctype
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Unreadable("broken") from error
    finally:
        budget.elements = left
