"""Kinds of files taken as evidence, told by their bytes, and names fit to be kept. A leaf.

The libraries at hand (filetype, puremagic) call a .docm, or any ZIP, a .docx; so the table stands here.
"""

from __future__ import annotations

import lzma
import unicodedata
import zlib
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"


class Unfit(Exception):  # noqa: N818 - an answer, not a failure
    """Why a file is not taken and what to do about it, as an Indonesian sentence."""


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is taken: its name for people, its media type, the endings its names may have."""

    label: str
    content_type: str
    endings: tuple[str, ...]


PDF = FileKind("PDF", "application/pdf", ("pdf",))
JPEG = FileKind("foto JPEG", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"))
PNG = FileKind("gambar PNG", "image/png", ("png",))
WEBP = FileKind("gambar WebP", "image/webp", ("webp",))
HEIC = FileKind("foto HEIC", "image/heic", ("heic", "heif"))
DOCX = FileKind("dokumen Word", f"{_OFFICE}.wordprocessingml.document", ("docx",))
XLSX = FileKind("lembar kerja Excel", f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",))
PPTX = FileKind("salindia PowerPoint", f"{_OFFICE}.presentationml.presentation", ("pptx",))
ODT = FileKind("dokumen LibreOffice", f"{_ODF}.text", ("odt",))
ODS = FileKind("lembar kerja LibreOffice", f"{_ODF}.spreadsheet", ("ods",))

KINDS = (PDF, JPEG, PNG, WEBP, HEIC, DOCX, XLSX, PPTX, ODT, ODS)
BY_TYPE = {kind.content_type: kind for kind in KINDS}
# What a file input offers. Media types too: on a phone they bring up the photos.
ACCEPT = ",".join([*(f".{ending}" for kind in KINDS for ending in kind.endings), "image/*"])
TAKEN = "PDF, foto (JPG, PNG, WebP, HEIC), Word, Excel, PowerPoint (.docx, .xlsx, .pptx), .odt, atau .ods"

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
# The part that makes a package of Office what it is.
_MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_ODF_TYPES = {kind.content_type: kind for kind in (ODT, ODS)}
_MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?php")
_HEAD, _TAIL = 4096, 2048
# What a package that is damaged, locked, or made so on purpose brings about while it is read.
_BROKEN = (
    BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
)

_MACROS = (
    "Berkas ini memuat makro. Simpan ulang tanpa makro, misalnya sebagai .docx, .xlsx, atau PDF, "
    "lalu unggah hasilnya."
)
_UNKNOWN = f"Jenis berkas ini tidak diterima. Unggah {TAKEN}."
_HIDDEN = "Berkas ini memuat isi lain yang tersembunyi di dalamnya. Cetak atau simpan ulang sebagai PDF."
_CUT = "Berkas {} ini rusak atau terpotong. Buka aslinya, simpan ulang, lalu unggah lagi."
_OLD = (
    "Berkas Office ini berformat lama (.doc, .xls, .ppt) atau terkunci kata sandi. Buka kuncinya, simpan "
    "sebagai .docx, .xlsx, .pptx, atau PDF, lalu unggah hasilnya."
)
# What is often sent instead: the first bytes, and how to repair it.
_REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD),
    (b"Rar!", "Arsip tidak diterima. Unggah isinya satu per satu."),
    (b"7z\xbc\xaf", "Arsip tidak diterima. Unggah isinya satu per satu."),
    (b"MZ", "Berkas ini program, bukan bukti dukung. Unggah dokumennya sebagai PDF."),
    (b"{\\rtf", "Berkas RTF tidak diterima. Simpan sebagai .docx atau PDF, lalu unggah hasilnya."),
    (b"II*\x00", "Gambar TIFF tidak diterima. Simpan sebagai PDF atau JPG, lalu unggah hasilnya."),
    (b"MM\x00*", "Gambar TIFF tidak diterima. Simpan sebagai PDF atau JPG, lalu unggah hasilnya."),
)  # fmt: skip


def kind_of(content: BinaryIO, name: str) -> FileKind:
    """Return the kind of the bytes of `content`, which the ending of `name` must agree with. Raises Unfit."""
    content.seek(0)
    head = content.read(_HEAD)
    if not head:
        raise Unfit("Berkas ini kosong. Periksa aslinya, lalu unggah lagi.")
    kind = _by_bytes(content, head)
    ending = _ending(name)
    if ending and ending not in kind.endings:
        raise Unfit(
            f"Nama berkas berakhiran .{ending}, tetapi isinya {kind.label}. "
            f"Ganti akhiran nama menjadi .{kind.endings[0]}, atau pilih berkas yang benar."
        )
    return kind


def clean_name(name: str, kind: FileKind | None = None, *, longest: int = 200) -> str:
    """Return `name` without folders and what is not seen in it; with an ending of `kind` if it has none."""
    cleaned = clean_text(name.replace("\\", "/").rpartition("/")[2]).strip(". ") or "bukti"
    ending = _ending(cleaned)
    if kind and ending not in kind.endings:
        ending = kind.endings[0]
        cleaned = f"{cleaned}.{ending}"
    if len(cleaned) <= longest:
        return cleaned
    tail = f".{ending}" if ending else ""
    return cleaned[: longest - len(tail)].rstrip(". ") + tail


def clean_text(text: str) -> str:
    """Return `text` as one line, without characters that are not seen or turn the direction of others."""
    kept = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    return " ".join(kept.split())


def _ending(name: str) -> str:
    """Return the ending of a name in lower case without its dot, empty where it has none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem and ending.isalnum() and len(ending) <= 5 else ""


def _by_bytes(content: BinaryIO, head: bytes) -> FileKind:
    if head.startswith(b"PK\x03\x04"):
        return _package(content)
    kind = _by_signature(head)
    if kind is None:
        raise Unfit(_why_refused(head))
    content.seek(0, 2)
    content.seek(max(0, content.tell() - _TAIL))
    tail = content.read()
    if (kind is PDF and b"%%EOF" not in tail) or (kind is PNG and b"IEND" not in tail):
        raise Unfit(_CUT.format(kind.label))
    # Nothing of two kinds at once: whoever opens it by another name would run what nobody has looked at.
    if any(mark in head.lower() for mark in _MARKUP) or _opens_as_zip(content):
        raise Unfit(_HIDDEN)
    return kind


def _by_signature(head: bytes) -> FileKind | None:
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        box = head[8 : min(int.from_bytes(head[:4], "big"), 256)]
        brands = {box[place : place + 4] for place in range(0, len(box), 4)}
        return HEIC if brands & _HEIC_BRANDS else None
    return None


def _why_refused(head: bytes) -> str:
    for start, sentence in _REFUSED:
        if head.startswith(start):
            return sentence
    if any(mark in head.lower() for mark in (*_MARKUP, b"<?xml")):
        return "Halaman web dan gambar SVG tidak diterima. Cetak sebagai PDF, lalu unggah PDF-nya."
    return _UNKNOWN


def _package(content: BinaryIO) -> FileKind:
    """Tell what stands in a ZIP by its directory; nothing is unpacked but two small known parts."""
    try:
        with ZipFile(content) as package:
            names = package.namelist()
            if any(_is_macro(name) for name in names):
                raise Unfit(_MACROS)
            if "mimetype" in names:
                declared = _part(package, "mimetype").decode("ascii", "replace").strip()
                kind = _ODF_TYPES.get(declared)
            elif "[Content_Types].xml" in names:
                if b"macroenabled" in _part(package, "[Content_Types].xml").lower():
                    raise Unfit(_MACROS)
                kind = next((kind for part, kind in _MAIN_PARTS.items() if part in names), None)
            else:
                raise Unfit("Arsip ZIP tidak diterima. Unggah isinya satu per satu.")
    except _BROKEN as broken:
        raise Unfit(_CUT.format("Office")) from broken
    if kind is None:
        raise Unfit(_UNKNOWN)
    return kind


def _is_macro(name: str) -> bool:
    lowered = name.lower()
    return lowered.endswith("vbaproject.bin") or lowered.startswith(("basic/", "scripts/", "xl/macrosheets/"))


def _part(package: ZipFile, name: str) -> bytes:
    """Return the beginning of a part: whatever it claims to unpack to, this is enough of it."""
    with package.open(name) as part:
        return part.read(1024 * 1024)


def _opens_as_zip(content: BinaryIO) -> bool:
    try:
        with ZipFile(content) as package:
            return bool(package.namelist())
    except NotImplementedError:
        return True  # of a newer kind than can be read here
    except _BROKEN:
        return False
