"""Stored summaries, read: which go by what counts today, and whether they say what the rows say.

They are written with the rows (see entries.summing). What rows do not tell, how an agency averages and which
scale gives predicates, may change beside them: such summaries are known by their basis and made anew before
they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from agencies.keys import Among
from reports.entries.holding import hold_all, read
from reports.entries.summing import COLUMNS, scale_key, sum_up, summed_up
from reports.models import Entry, Report, Summary
from reports.printed import predicate_scale

AT_ONCE = 500  # summaries that a page makes anew before it is shown
_CHUNK = 200  # reports compared at a time


def stale(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Keep the reports without a summary, or with one on another basis than today's."""
    basis = Concat(
        F("agency__averaging"),
        Value(" "),
        Cast("agency__digits", models.TextField()),
        Value(f" {scale_key(predicate_scale())}"),
        output_field=models.TextField(),
    )
    return reports.filter(Q(summary=None) | ~Q(summary__basis=basis))


def settle(reports: QuerySet[Report], at_once: int | None = AT_ONCE) -> int:
    """Make stale summaries of these reports anew, some at once (None: all); return how many were left.

    Two queries where none is stale. Each agency is a transaction, its reports held in the order of time.
    """
    rows = list(stale(reports).order_by("agency", "pk").values_list("agency", "pk"))
    now = rows[:at_once]
    for _, group in groupby(now, key=lambda row: row[0]):
        with transaction.atomic():
            sum_up(hold_all(Report.objects.filter(pk__in=Among(pk for _, pk in group))))
    return len(rows) - len(now)


# Held against the rows


@dataclass(frozen=True)
class Difference:
    """What a summary says otherwise than the rows: the column with both values; all empty: it is missing."""

    report: Report
    column: str = ""
    stored: Any = None
    right: Any = None

    def __str__(self) -> str:
        if not self.column:
            return f"{self.report}: belum ada ringkasannya"
        label = Summary._meta.get_field(self.column).verbose_name  # type: ignore[union-attr]  # noqa: SLF001
        return f"{self.report}: {label} tersimpan “{self.stored}”, seharusnya “{self.right}”"


def reconcile(*, repair: bool = False) -> Iterator[Difference]:
    """Yield all differences between summaries and rows; with `repair`, write what the rows say as well.

    A report that differs is held and asked again before it is told, for somebody may be filling it.
    """
    keys = list(Report.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), _CHUNK):
        chunk = Report.objects.filter(pk__in=Among(keys[first : first + _CHUNK]))
        doubtful = {difference.report.pk for difference in differences(read(chunk.order_by()))}
        for pk in sorted(doubtful):
            with transaction.atomic():
                held = hold_all(Report.objects.filter(pk=pk))
                found = list(differences(held))
                if found and repair:
                    sum_up(held)
            yield from found


def differences(reports: Iterable[Report]) -> Iterator[Difference]:
    """Yield where the summaries of these reports differ from their rows, each as it is stored by itself."""
    reports, scale = list(reports), predicate_scale()
    rows: dict[int, list[Entry]] = {report.pk: [] for report in reports}
    entries = Entry.objects.filter(report__in=Among(rows)).order_by("report", "position")
    for entry in entries.only("report", "state", "achievement", "definition"):
        rows[entry.report_id].append(entry)
    stored = Summary.objects.in_bulk([report.pk for report in reports])
    for report in reports:
        there, right = stored.get(report.pk), summed_up(report, rows[report.pk], scale)
        if there is None:
            yield Difference(report)
            continue
        for name in COLUMNS:
            if getattr(there, name) != getattr(right, name):
                yield Difference(report, name, getattr(there, name), getattr(right, name))
