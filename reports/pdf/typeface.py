"""Typeface and style sheets of printed documents: our own files, parsed once per process, nothing else."""

from __future__ import annotations

import contextlib
import os
import tempfile
import unicodedata
import warnings
from collections.abc import Iterator
from email.message import EmailMessage
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools.ttLib import TTFont

with warnings.catch_warnings():
    # On a server without any font WeasyPrint warns at import; we bring our own.
    warnings.simplefilter("ignore")
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

STATIC = Path(settings.BASE_DIR) / "static"
STYLE_SHEETS = tuple(STATIC / name for name in ("css/drawing.css", "print/document.css", "print/table.css"))
FACES = tuple(sorted((STATIC / "vendor").glob("liberation-fonts-*/LiberationSans-*.ttf")))
NAME = "Liberation Sans"


class MissingGlyphs(ValueError):  # noqa: N818 - named for what is the case
    """A text holds characters the typeface does not have; `characters` names them."""

    def __init__(self, characters: str, context: str) -> None:
        self.characters = characters
        named = ", ".join(f"“{c}” (U+{ord(c):04X})" for c in characters)
        super().__init__(
            f"Huruf {named} tidak ada dalam huruf dokumen ({NAME}), pertama kali pada “{context}”. "
            "Ganti dengan huruf Latin atau lambang yang lazim, lalu cetak lagi."
        )


class OwnFiles(URLFetcher):  # type: ignore[misc]
    """Answers inlined data and exactly the given files; refuses every other address, file and redirect."""

    def __init__(self, *files: Path) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self._files = {path.as_uri(): path for path in files}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the file or inlined data `url` names. Raises ValueError for anything else."""
        if url in self._files:
            return URLFetcherResponse(url, self._files[url].read_bytes(), EmailMessage())
        return super().fetch(url, headers)


@cache
def shared() -> dict[str, Any]:
    """Return font configuration and style sheets: made once, for parsing them costs more than a page."""
    with _no_system_fonts():
        fonts = FontConfiguration()
    fetcher = OwnFiles(*FACES)
    sheets = [
        CSS(string=path.read_text(), base_url=path.as_uri(), url_fetcher=fetcher, font_config=fonts)
        for path in STYLE_SHEETS
    ]
    return {"font_config": fonts, "stylesheets": sheets}


@contextlib.contextmanager
def _no_system_fonts() -> Iterator[None]:
    """Hide the fonts of the server: a document must not look different, or get other bytes, elsewhere."""
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as empty:
        empty.write('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>')
        empty.flush()
        os.environ["FONTCONFIG_FILE"] = empty.name
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


@cache
def characters() -> frozenset[str]:
    """Return the characters every face of the typeface has, and the white space text is wrapped with."""
    faces = []
    for path in FACES:
        with TTFont(path, lazy=True) as face:
            faces.append(set(face.getBestCmap()))
    return frozenset(map(chr, set.intersection(*faces))) | frozenset("\n\r\t")


def check(text: str) -> None:
    """Raise MissingGlyphs when `text` (plain, or HTML) holds a character that could not be drawn."""
    missing = {c for c in set(text) - characters() if unicodedata.category(c) != "Cf"}
    if missing:
        first = min(map(text.index, missing))
        # Only the words it stands in: a reader of the message knows no tags.
        words = unescape(text[text.rfind(">", 0, first) + 1 :].partition("<")[0])
        start = max(0, words.index(text[first]) - 30)
        raise MissingGlyphs("".join(sorted(missing)), " ".join(words[start : start + 60].split()))
