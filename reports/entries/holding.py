"""Reports held for a transaction: whoever writes waits for whoever is writing."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q, QuerySet

from reports.models import Report
from reports.status import EDITABLE


def hold(report: Report) -> Report:
    """Return the report as it is now, held for this transaction."""
    return hold_among(Report.objects.all(), report.pk)


def hold_among(reports: QuerySet[Report], pk: int) -> Report:
    """Return one of `reports` as it is now, held for this transaction. Raises Report.DoesNotExist."""
    if connection.features.has_select_for_update:
        _locked(Report.objects.filter(pk=pk).order_by())
    return _read(reports.order_by()).get(pk=pk)


def hold_all(reports: QuerySet[Report]) -> list[Report]:
    """Hold reports for this transaction, always in the order of time, so that two writers never cross."""
    keys = _locked(reports.order_by("period__year", "period__part", "pk"))
    found = _read(Report.objects.order_by()).in_bulk(keys) if keys else {}
    return [found[key] for key in keys if key in found]


def later(report: Report) -> QuerySet[Report]:
    """Return the editable reports that can use figures of this one: later in the year, or in a later year."""
    period = report.period
    this_year = Q(period__year=period.year, period__part__gt=period.part)
    next_years = Q(period__year__gt=period.year, period__part__gte=period.part)
    return Report.objects.filter(this_year | next_years, agency=report.agency_id, status__in=EDITABLE)


def _locked(reports: QuerySet[Report]) -> list[int]:
    """Lock the rows and return their keys; SQLite, whose one writer holds everything, returns the keys.

    Locked before anything is read with them: what is joined to a row while waiting may be older than the row.
    """
    return list(reports.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def _read(reports: QuerySet[Report]) -> QuerySet[Report]:
    # What a set says is large, and read once: see plans.
    return reports.select_related("agency", "period", "indicator_set").defer("indicator_set__published")
