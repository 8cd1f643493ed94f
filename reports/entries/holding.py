"""Reports held for a transaction: whoever writes waits for whoever is writing."""

from __future__ import annotations

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from agencies.models import User
from agencies.prepared import Prepared
from indicators.models import YearInForce
from reports.models import Extension, Report
from reports.status import EDITABLE


def hold(report: Report) -> Report:
    """Return the report as it is now, held for this transaction."""
    if connection.features.has_select_for_update:
        _LOCKED(pk=report.pk)
    held = _READ(pk=report.pk)
    if not held:
        raise Report.DoesNotExist
    return held[0]


def hold_visible(pk: int, by: User) -> Report:
    """Return a report that `by` may see as it is now, held for this transaction.

    Raises Report.DoesNotExist.
    """
    held = hold(Report(pk=pk))
    if not by.belongs_to(held.agency):
        raise Report.DoesNotExist
    return held


def hold_all(reports: QuerySet[Report]) -> list[Report]:
    """Hold reports for this transaction, always in the order of time, so that two writers never cross."""
    keys = locked(reports.order_by("period__year", "period__part", "pk"))
    found = read(Report.objects.order_by()).in_bulk(keys) if keys else {}
    return [found[key] for key in keys if key in found]


def later(report: Report) -> QuerySet[Report]:
    """Return the editable reports that can use figures of this one: later in the year, or in a later year."""
    period = report.period
    this_year = Q(period__year=period.year, period__part__gt=period.part)
    next_years = Q(period__year__gt=period.year, period__part__gte=period.part)
    return Report.objects.filter(this_year | next_years, agency=report.agency_id, status__in=EDITABLE)


def locked(reports: QuerySet[Report]) -> list[int]:
    """Lock the rows and return their keys; SQLite, whose one writer holds everything, returns the keys.

    Locked before anything is read with them: what is joined to a row while waiting may be older than the row.
    """
    return list(_locking(reports))


def _locking(reports: QuerySet[Report]) -> QuerySet[Report, int]:
    return reports.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True)


def read(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Have reports come with what whoever holds them asks first, but for what their sets say: see plans."""
    rows = reports.select_related("agency", "period", "indicator_set").defer("indicator_set__published")
    extensions = Extension.objects.filter(report=OuterRef("pk")).order_by("-closes")
    in_force = YearInForce.objects.filter(agency=OuterRef("agency"), year=OuterRef("period__year"))
    return rows.annotate(  # type: ignore[no-redef] # read here, so that nobody asks for them again
        extended_to=Subquery(extensions.values("closes")[:1]),
        set_in_force=Subquery(in_force.values("indicator_set")[:1]),
    )


_LOCKED = Prepared(lambda pk: _locking(Report.objects.filter(pk=pk).order_by()))
_READ = Prepared(lambda pk: read(Report.objects.filter(pk=pk).order_by()))
