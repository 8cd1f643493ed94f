"""What an agency reports: periods, reports with entries and values, and the log of all that happened."""

from reports.models.documents import IssuedDocument
from reports.models.entries import Entry, Evidence, Value
from reports.models.events import Event, Look, Notice, Receipt
from reports.models.imports import ImportBatch, ImportLayout, ImportRecord, ImportRow
from reports.models.reports import YEARS, Availability, Extension, Period, Report
from reports.models.summaries import Summary

__all__ = [
    "YEARS",
    "Availability",
    "Entry",
    "Event",
    "Evidence",
    "Extension",
    "ImportBatch",
    "ImportLayout",
    "ImportRecord",
    "ImportRow",
    "IssuedDocument",
    "Look",
    "Notice",
    "Period",
    "Receipt",
    "Report",
    "Summary",
    "Value",
]
