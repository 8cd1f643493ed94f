"""From frozen data to the bytes of a document of any kind, with what belongs inside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reports import pdf
from reports.documents import measurement, tables, workbook
from reports.documents.canonical import canonical

# How the data of a kind become what its templates print; what is not here is printed as it is.
ARRANGED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {measurement.KIND: tables.arrange}
DATA, TABLES = "data.json", "tabel.xlsx"


def arrange(content: dict[str, Any]) -> dict[str, Any]:
    """Return frozen data as the templates of its kind expect them."""
    arranged = ARRANGED.get(content["kind"])
    return arranged(content) if arranged else content


def to_pdf(content: dict[str, Any]) -> bytes:
    """Return frozen data as PDF, the data themselves inside. Raises pdf.MissingGlyphs."""
    return pdf.render(arrange(content), attached(content))


def attached(content: dict[str, Any]) -> list[pdf.Attached]:
    """Return the files inside the PDF, for readers who compute again: the data it was made of, its tables."""
    data, book = canonical(content).encode(), workbook.to_workbook(arrange(content))
    return [
        pdf.Attached(DATA, "Data yang menjadi sumber dokumen ini", "Source", data),
        pdf.Attached(TABLES, "Tabel dokumen ini sebagai lembar kerja", "Alternative", book),
    ]
