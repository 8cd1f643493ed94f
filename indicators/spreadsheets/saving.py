"""Workbooks of openpyxl as bytes: without files on disk, and the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.workbook import Workbook
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

# A zip file knows no earlier day; the moment of saving is no part of the content.
_DAY = (1980, 1, 1, 0, 0, 0)


class _Archive(zipfile.ZipFile):
    """A zip file whose parts all carry one day."""

    def writestr(  # type: ignore[override]  # openpyxl passes names and contents only
        self, name: str, content: str | bytes
    ) -> None:
        part = zipfile.ZipInfo(name, _DAY)
        part.compress_type = zipfile.ZIP_DEFLATED
        part.external_attr = 0o600 << 16
        super().writestr(part, content)


class _Writer(ExcelWriter):  # type: ignore[misc]
    def write_worksheet(self, ws: Worksheet) -> None:
        """Write a sheet as ExcelWriter does, into memory in place of a temporary file."""
        ws._drawing = SpreadsheetDrawing()  # noqa: SLF001
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images  # noqa: SLF001
        out = io.BytesIO()
        writer = WorksheetWriter(ws, out)
        writer.write()
        ws._rels = writer._rels  # noqa: SLF001
        self._archive.writestr(ws.path[1:], out.getvalue())
        self.manifest.append(ws)


def saved(workbook: Workbook) -> bytes:
    """Return the .xlsx file of a workbook; the same workbook made anew gives the same bytes."""
    workbook.properties.created = workbook.properties.modified = dt.datetime(*_DAY)  # noqa: DTZ001
    file = io.BytesIO()
    _Writer(workbook, _Archive(file, "w")).save()
    return file.getvalue()
