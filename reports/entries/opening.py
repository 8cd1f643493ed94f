"""Opening reports, giving them the rows their set asks for, and following the set that is in force today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction

from agencies.models import Agency, Membership, Region, User
from indicators.models import DataElement, Indicator, IndicatorSet
from reports import outcomes
from reports.entries.computing import compute_later, compute_rows, keep_columns
from reports.entries.holding import hold_all
from reports.entries.plans import definitions
from reports.entries.refusals import NotYours
from reports.entries.summing import sum_up
from reports.entries.writing import Writing
from reports.models import Entry, Event, Period, Report, Value
from reports.status import GRANTERS

DROPPED = "Indikator ini tidak ada lagi dalam penetapan IKU yang berlaku."


@dataclass(frozen=True)
class Opened:
    """What opening a period made, and the agencies left out because no IKU set is in force for them."""

    period: Period
    reports: list[Report]
    without_set: list[Agency] = field(default_factory=list)


@transaction.atomic
def open_period(region: Region, *, year: int, part: int, opens: dt.date, closes: dt.date, by: User) -> Opened:
    """Open a period for all agencies of `region`: a report each, with an empty entry for every indicator.

    Raises NotYours, and ValidationError for a period that is there already or ends before it begins.
    """
    _refuse_other_grantors(region, by)
    period = Period(region=region, year=year, part=part, opens=opens, closes=closes)
    period.full_clean()
    period.save()
    opened = Opened(period, [])
    for agency in region.agencies.all():
        report = open_report(period, agency, by=by)
        if report is None:
            opened.without_set.append(agency)
        else:
            opened.reports.append(report)
    return opened


@transaction.atomic
def open_report(period: Period, agency: Agency, *, by: User) -> Report | None:
    """Open the report of one agency, say because its set came into force late; None without a set in force.

    Raises NotYours.
    """
    _refuse_other_grantors(agency.region, by)
    indicator_set = IndicatorSet.objects.in_force(agency, period.year)
    if indicator_set is None:
        return None
    # What is being written to the agency's other reports is finished first: the new one computes with it.
    hold_all(Report.objects.filter(agency=agency))
    report = Report.objects.create(agency=agency, period=period, indicator_set=indicator_set)
    _make_rows(report, by)
    compute_rows(report)
    sum_up([report])
    Event.objects.create(
        report=report, by=by, kind=Event.Kind.OPENED, after={"closes": period.closes.isoformat()}
    )
    compute_later(report)
    return report


def _refuse_other_grantors(region: Region, by: User) -> None:
    if not may_grant(region, by):
        raise NotYours(f"Periode laporan di {region} hanya dibuka dan diperpanjang oleh admin daerahnya.")


def may_grant(region: Region, user: User) -> bool:
    """Whether `user` opens and extends periods of `region`."""
    return (
        user.is_superuser or Membership.objects.filter(user=user, region=region, role__in=GRANTERS).exists()
    )


def _make_rows(report: Report, by: User) -> None:
    """Give a report the rows its set asks for: an entry per indicator, a value per data element in a formula.

    Rows that are there stay. An entry whose indicator has left the set goes, unless somebody wrote in it.
    """
    asked, writing = definitions(report), Writing(report, by)
    rows = Indicator.objects.filter(goal__indicator_set=report.indicator_set_id).select_related("thread")
    by_code = {indicator.code: indicator for indicator in rows}
    there = {entry.definition["code"]: entry for entry in report.entries.all()}
    new, kept = [], []
    for place, (code, definition) in enumerate(asked.items(), 1):
        if entry := there.pop(code, None):
            if entry.not_applicable == DROPPED:
                writing.store(entry, {"not_applicable": ""}, based_on=entry.version)
            entry.indicator, entry.position = by_code[code], place
            kept.append(entry)
            continue
        is_external = definition["kind"] == Indicator.Kind.EXTERNAL
        source = "; ".join(definition["sources"])[:250] if is_external else ""
        row = {"indicator": by_code[code], "position": place, "definition": definition, "source": source}
        new.append(Entry(report=report, **row))
    Entry.objects.bulk_update(kept, ["indicator", "position"])
    # A row that nobody wrote in may still have evidence or notes.
    told = set(report.events.exclude(entry=None).order_by().values_list("entry", flat=True)) if there else ()
    for entry in there.values():
        if entry.pk in told:
            _drop(entry, writing, place=len(asked) + entry.position)
        else:
            entry.delete()
    writing.flush()
    Entry.objects.bulk_create(new)
    used = {name for d in asked.values() for name in outcomes.names(d)}
    elements = DataElement.objects.filter(agency=report.agency, code__in=used).exclude(values__report=report)
    Value.objects.bulk_create(Value(report=report, element=element) for element in elements)


def _drop(entry: Entry, writing: Writing, *, place: int) -> None:
    entry.position = place
    writing.store(entry, {"not_applicable": DROPPED}, based_on=entry.version)
    keep_columns(entry, outcomes.columns(entry, outcomes.Figures({}, {}, {})))
    writing.touch(entry, "position", *outcomes.COMPUTED)


def adopt(report: Report, *, by: User) -> bool:
    """Let an editable, held report go by the set in force today where another has taken its place.

    What was typed stays with the codes that stay. Returns whether anything changed.
    """
    before, current = report.indicator_set_id, report.set_in_force
    if current is None or current == before:
        return False
    report.indicator_set = IndicatorSet.objects.defer("published").get(pk=current)
    report.save(update_fields=["indicator_set"])
    _make_rows(report, by)
    Event.objects.create(
        report=report,
        by=by,
        kind=Event.Kind.ADOPTED,
        before={"indicator_set": before},
        after={"indicator_set": current},
    )
    compute_rows(report)
    sum_up([report])
    compute_later(report)
    return True
