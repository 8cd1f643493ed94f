"""Reports of many agencies side by side, from their stored summaries: late, sent, filled, reached, ranked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from agencies.models import Agency
from indicators.numbers import round_half_up
from reports.models import Report, Summary
from reports.status import EDITABLE, Status

# What is still to be done first.
_URGENCY = (Status.RETURNED, Status.OPEN, Status.SUBMITTED, Status.VERIFIED, Status.APPROVED)
# What is counted: reports, and their rows by the columns of summaries.
OF_REPORTS = ("reports", "sent", "approved", "late")
OF_ROWS = ("total", "not_filled", "reached", "close", "far")


@dataclass
class Standing:
    """One report among others; `average` is as printed, None without one. `rank` counts from 1, 0: none.

    `late`: it could be filled and can no more. `due`: it can be filled now.
    """

    report: Report
    summary: Summary
    late: bool
    due: bool
    average: Decimal | None
    rank: int = 0

    @property
    def urgency(self) -> tuple[bool, int, dt.date]:
        """What sorts the late ones first, then what is still to be done, by its last day."""
        return not self.late, _URGENCY.index(Status(self.report.status)), self.report.last_day


def of(reports: QuerySet[Report], now: dt.datetime) -> list[Standing]:
    """Return reports whose summaries are settled, by name, ranked among each other; one query.

    The highest average is the first; averages that print the same share a rank.
    """
    found = []
    for report in reports.select_related("agency", "period", "summary").order_by("agency__name"):
        summary = report.summary
        report.extended_to = summary.extended_to
        editable, closes = report.status in EDITABLE, report.closes
        average = round_half_up(Decimal(summary.average), report.agency.digits) if summary.average else None
        found.append(
            Standing(
                report,
                summary,
                late=editable and now >= closes,
                due=editable and report.opens <= now < closes,
                average=average,
            )
        )
    averages = sorted((s.average for s in found if s.average is not None), reverse=True)
    for standing in found:
        if standing.average is not None:
            standing.rank = averages.index(standing.average) + 1
    return found


# Counted


def late(now: dt.datetime) -> Q:
    """Return the condition that a report could be filled and can no more, on the clock of its agency."""
    over = Q(pk__in=[])
    for zone in Agency.Zone:
        today = timezone.localdate(now, Agency(time_zone=zone).zone)
        ended = Q(summary__extended_to=None) | Q(summary__extended_to__lt=today)
        over |= Q(agency__time_zone=zone, period__closes__lt=today) & ended
    return over & Q(status__in=EDITABLE)


def by_region(reports: QuerySet[Report], now: dt.datetime) -> list[dict[str, Any]]:
    """Return one row a region, by its code: its reports counted, and their rows from summaries; one query.

    There are some five hundred regions at most, so whoever asks sorts, cuts and adds up the rows.
    """
    rows: QuerySet[Report, Any] = reports.order_by("period__region__code").values(
        "period__region", "period__region__code"
    )
    return list(
        rows.annotate(
            reports=Count("pk"),
            sent=Count("pk", filter=~Q(status__in=EDITABLE)),
            approved=Count("pk", filter=Q(status=Status.APPROVED)),
            late=Count("pk", filter=late(now)),
            **{name: Sum(f"summary__{name}", default=0) for name in OF_ROWS},
        )
    )


def added_up(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the counts of `by_region` over all regions."""
    rows = list(rows)
    return {name: sum(row[name] for row in rows) for name in (*OF_REPORTS, *OF_ROWS)}


def counted(standings: Sequence[Standing]) -> dict[str, int]:
    """Return the counts of `by_region` for reports at hand."""
    statuses = [standing.report.status for standing in standings]
    return {
        "reports": len(standings),
        "sent": sum(1 for status in statuses if status not in EDITABLE),
        "approved": statuses.count(Status.APPROVED),
        "late": sum(standing.late for standing in standings),
        **{name: sum(getattr(standing.summary, name) for standing in standings) for name in OF_ROWS},
    }
