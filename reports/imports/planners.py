"""The two planners of a batch behind one door: definitions and targets, and realizations.

Whoever applies or undoes gives the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from agencies.models import Agency, User
from indicators.imports import definitions
from indicators.imports.asking import Asked
from indicators.imports.planned import Planned, Question
from indicators.models import IndicatorSet
from indicators.spreadsheets.recognised import Understanding
from reports.imports import staging, values, words
from reports.models import ImportBatch, ImportRecord, Report

DEFINED = ("definition", "target")
MOST_LINKS = 12
NOT_YOURS = (
    "Definisi dan target IKU hanya dapat diimpor admin perangkat daerah, jadi dari berkas ini hanya "
    "realisasinya yang dibandingkan."
)


@dataclass(frozen=True)
class Study:
    """What was found on comparing: rows in the order of the file, what to ask, sentences for the reader."""

    rows: Iterable[Planned]
    questions: list[Question]
    said: list[str]


@dataclass(frozen=True)
class Written:
    """What applying leaves: records for taking it back, and the receipt (see ImportBatch)."""

    records: list[ImportRecord]
    receipt: dict[str, Any]


def study(batch: ImportBatch, understanding: Understanding, by: User) -> Study:
    """Compare a file with the portal. Nothing is written or locked."""
    # A flat table of many agencies names them in its rows; its realizations need no agency of their own.
    asked = Asked(_used(understanding), batch.agency, by, batch.chosen)  # type: ignore[arg-type]
    questions, said, defined = list[Question](), list[str](), list[Planned]()
    if _defines(understanding):
        if batch.agency and Agency.objects.managed_by(by).filter(pk=batch.agency.pk).exists():
            found = definitions.study(asked)
            defined, questions = found.rows, found.questions
            said += [found.standing.problem] if found.standing.problem else []
        else:
            said.append(NOT_YOURS)
    questions = [*questions, *values.questions(asked)]
    realized = values.plan(asked)
    if not defined:
        return Study(realized, questions, said)
    order = {sheet.name: place for place, sheet in enumerate(understanding.sheets)}
    rows = sorted([*defined, *realized], key=lambda row: (order.get(row.sheet, 0), row.row))
    return Study(rows, questions, said)


def _used(understanding: Understanding) -> Understanding:
    """Leave out the tables a person does not want."""
    sheets = [
        replace(sheet, tables=[table for table in sheet.tables if table.used])
        for sheet in understanding.sheets
    ]
    return replace(understanding, sheets=sheets)


def _defines(understanding: Understanding) -> bool:
    return any(
        table.kind in ("definitions", "targets")
        or any(c.field.endswith("target") for c in table.columns.values())
        for sheet in understanding.sheets
        for table in sheet.tables
        if table.used
    )


def apply(batch: ImportBatch, *, by: User) -> Written:
    """Write the staged rows that change anything. Raises Stale where something changed since."""
    rows = batch.rows.filter(status__in=("new", "changed"))
    contents: list[tuple[str, dict[str, Any]]] = []
    defined = [row for chunk in staging.chunks(rows.filter(kind__in=DEFINED)) for row in chunk]
    if defined:
        assert batch.agency is not None  # noqa: S101 - study plans none for a region
        contents.append(("definitions", definitions.apply(batch.agency, defined, batch.chosen, by=by)))
    reports: set[int] = set()
    for chunk in staging.chunks(rows.exclude(kind__in=DEFINED)):
        contents.append(("values", values.apply(chunk, by=by, note=f"Impor “{batch.name}”")))
        reports |= {row.write["report"] for row in chunk}
    records = [
        ImportRecord(batch=batch, position=place, writer=writer, content=content)
        for place, (writer, content) in enumerate(contents)
    ]
    receipt = {
        "sentence": f"{words.written(batch.counts)}.",
        "links": [*_set_links(contents), *_report_links(reports)],
    }
    return Written(records, receipt)


def undo(batch: ImportBatch, *, by: User) -> None:
    """Take back what `apply` wrote, the last first. Raises Edited where somebody changed it since."""
    for place in batch.records.order_by("-position").values_list("pk", flat=True):
        record = ImportRecord.objects.get(pk=place)  # one at a time: they are large
        if record.writer == "definitions":
            definitions.undo(record.content, by=by)
        else:
            values.undo(record.content, by=by)


def _set_links(contents: Iterable[tuple[str, Mapping[str, Any]]]) -> list[dict[str, str]]:
    keys = [content["set"] for writer, content in contents if writer == "definitions" and content.get("set")]
    return [
        {"text": f"{found}", "url": reverse("indicator-set-detail", args=[found.pk])}
        for found in IndicatorSet.objects.filter(pk__in=keys).select_related("agency").defer("published")
    ]


def _report_links(reports: set[int]) -> list[dict[str, str]]:
    if len(reports) > MOST_LINKS:
        return [{"text": f"{len(reports)} laporan", "url": reverse("report-list")}]
    found = Report.objects.filter(pk__in=reports).select_related("agency", "period")
    return [{"text": f"Laporan {report}", "url": report.get_absolute_url()} for report in found]
