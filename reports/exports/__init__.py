"""Tables that leave the portal as .xlsx and .csv: `contents` says what stands in them, `writing` makes the
files. Figures are those of the page, as numbers; text stays text and runs nowhere."""

from reports.exports.writing import Column, Figure, Table, as_text, as_workbook

__all__ = ["Column", "Figure", "Table", "as_text", "as_workbook"]
