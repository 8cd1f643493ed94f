"""Files that are sent: workbooks and .csv in which text stays text and nothing runs."""

from __future__ import annotations

import csv
import datetime as dt
import re
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from import_export.formats import base_formats
from tablib import Dataset

from agencies.harmless import harmless

_EXACT_DIGITS = 15  # of a number in a workbook
_TEXT, _DATE = "@", "dd-mm-yyyy"
_WIDEST, _NARROWEST = 60, 12  # characters of a column
# Signs a workbook cannot hold, and text that looks as if it stood for one.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|_(?=x[0-9A-Fa-f]{4}_)")


class Workbook(base_formats.Format):  # type: ignore[misc]
    """An .xlsx with one sheet: codes as text also where rows are added, numbers as numbers."""

    def get_title(self) -> str:
        """Return what the choice of formats calls it."""
        return "xlsx"

    def get_extension(self) -> str:
        """Return the extension of the file."""
        return "xlsx"

    def get_content_type(self) -> str:
        """Return the type of the file."""
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def can_export(self) -> bool:
        """Files are sent in this format."""
        return True

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """Return the bytes of the file."""
        from openpyxl import Workbook as Book
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        book = Book(write_only=True)
        sheet = book.create_sheet(dataset.title[:31])
        sheet.freeze_panes = "A2"
        texts = getattr(dataset, "text_columns", [True] * len(dataset.headers))
        for place, (header, is_text) in enumerate(zip(dataset.headers, texts, strict=True)):
            column = sheet.column_dimensions[get_column_letter(place + 1)]
            longest = max((len(str(row[place] or "")) for row in dataset[:200]), default=0)
            column.width = min(_WIDEST, max(_NARROWEST, len(header) + 2, longest + 2))
            if is_text:
                column.number_format = _TEXT

        def cell(value: Any) -> WriteOnlyCell:
            made = WriteOnlyCell(sheet)
            if isinstance(value, Decimal | int) and not _is_too_long(value):
                made.value = value
            elif isinstance(value, dt.date):
                made.value, made.number_format = value, _DATE
            elif value not in (None, ""):
                # The kind is said, or a text like "#N/A" would become an error.
                made.value, made.number_format = _writable(harmless(_text(value))), _TEXT
                made.data_type = "s"
            return made

        heads = [cell(header) for header in dataset.headers]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        for row in dataset:
            sheet.append([cell(value) for value in row])
        content = BytesIO()
        book.save(content)
        return content.getvalue()


class Text(base_formats.Format):  # type: ignore[misc]
    """.csv as Indonesian spreadsheets open it: byte order mark, semicolons, decimal comma."""

    def get_title(self) -> str:
        """Return what the choice of formats calls it."""
        return "csv"

    def get_extension(self) -> str:
        """Return the extension of the file."""
        return "csv"

    def get_content_type(self) -> str:
        """Return the type of the file."""
        return "text/csv; charset=utf-8"

    def can_export(self) -> bool:
        """Files are sent in this format."""
        return True

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """Return the bytes of the file."""
        file = StringIO(newline="")
        writer = csv.writer(file, delimiter=";")
        writer.writerow(dataset.headers)
        for row in dataset:
            writer.writerow([_text(v) if isinstance(v, Decimal | int) else harmless(_text(v)) for v in row])
        return file.getvalue().encode("utf-8-sig")


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


def _is_too_long(value: Decimal | int) -> bool:
    return len(Decimal(value).normalize().as_tuple().digits) > _EXACT_DIGITS


def _writable(text: str) -> str:
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
