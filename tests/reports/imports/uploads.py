"""Imports in tests: files as people type them, and their jobs worked off from the real queue."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from agencies.models import Agency, Region, User
from indicators import sets
from indicators.imports.planned import Choices, Into
from reports.imports import batches
from reports.imports.states import State
from reports.models import Entry, ImportBatch, Report
from tests import builders

NEW = Choices(into=Into("new", first_year=2030, last_year=2030))


def csv(*rows: tuple[Any, ...]) -> bytes:
    """Return rows as a file with semicolons."""
    return "\n".join(";".join(map(str, row)) for row in rows).encode()


def iku(*names: str) -> bytes:
    """Return a table of indicators under one goal."""
    head = ("Sasaran Strategis", "Indikator Kinerja Utama", "Satuan")
    return csv(head, *(("Meningkatnya mutu layanan", name, "Nilai") for name in names))


def figures(report: Report, **values: Any) -> bytes:
    """Return a flat table of typed figures, by code of the indicator."""
    head = ("kode_instansi", "kode_indikator", "tahun", "periode", "nilai", "catatan")
    place, period = report.agency.code, report.period
    when = (period.year, f"TW {'I' * period.part}")
    rows = [(place, code, *when, value, "") for code, value in values.items()]
    return csv(head, *rows)


def filled(*codes: str) -> Report:
    """Return an open report with typed figures under these codes, none of them filled."""
    set_ = builders.indicator_set()
    goal = builders.goal(set_)
    for code in codes:
        builders.indicator(goal, code=code)
    sets.put_in_force(set_, by=builders.user(is_superuser=True))
    return builders.report(set_)


def upload(
    content: bytes, place: Agency | Region, by: User, *, name: str = "mutu.csv", key: str = ""
) -> ImportBatch:
    """Upload a file and let the queue read it."""
    batch = batches.upload(ContentFile(content), name, place, by=by, key=key)
    return worked_off(batch)


def sent(report: Report, by: User) -> ImportBatch:
    """Upload a figure, whose file nobody has read yet."""
    content = figures(report, **{report.entries.earliest("pk").indicator.code: 5})
    return batches.upload(ContentFile(content), "mutu.csv", report.agency, by=by)


def worked_off(batch: ImportBatch, name: str = "uji") -> ImportBatch:
    """Work the queue off, and return the batch as it is then.

    As the worker of the library does, which between two jobs closes connections that a test still needs.
    """
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )
    with transaction.atomic():
        while job := DBTaskResult.objects.ready().get_locked():
            job.claim(name)
            worker.run_task(job)
    return ImportBatch.objects.get(pk=batch.pk)


def compared(content: bytes, place: Agency, by: User, choices: Choices = NEW, **more: Any) -> ImportBatch:
    """Upload, take the columns as recognised and every proposal, up to the differences."""
    batch = upload(content, place, by, **more)
    if batch.state == State.ASKED:
        batches.choose(batch, choices, batch.corrections, by=by)
        batch = worked_off(batch)
    if batch.state == State.QUESTIONED:
        answers = {(str(q.topic), q.key): q.chosen or q.proposed for q in batches.asked(batch)}
        batches.answer(batch, answers, seen=batches.plan_stamp(batch))
        batch = worked_off(batch)
    assert batch.state == State.PLANNED, (batch.state, batch.said)
    return batch


def applied(batch: ImportBatch, by: User, *, partial: bool = False) -> ImportBatch:
    """Let the planned rows in."""
    batches.confirm(batch, seen=batches.plan_stamp(batch), partial=partial, by=by)
    return worked_off(batch)


def undone(batch: ImportBatch, by: User) -> ImportBatch:
    """Take an import back."""
    batches.undo(batch, by=by)
    return worked_off(batch)


def numbers(report: Report) -> dict[str, str | None]:
    """Return the typed figures of a report by code."""
    entries = Entry.objects.filter(report=report).select_related("indicator__thread")
    return {
        entry.indicator.code: None if entry.number is None else f"{entry.number.normalize():f}"
        for entry in entries
    }
