"""How the agencies of a region, and the regions of the country, stand in a period: from stored summaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.accounts import UserRequest
from agencies.models import Region
from agencies.searching import words_sought
from indicators import achievement as rules
from indicators.numbers import format_number
from reports import charts, standings, summaries
from reports.models import Period, Report
from reports.printed import predicate_scale
from reports.standings import Standing
from reports.status import Status
from reports.views.rows import PREDICATE_PILLS, predicate_of
from reports.views.sorting import Column, Sorting, within

PAGE_SIZE = 50
LATE, NONE = "terlambat", "tanpa"  # asked for like a status, and like a predicate
_WHOLE = 10_000
Counts = Mapping[str, Any]


def _judged(counts: Counts) -> int:
    return int(counts["reached"] + counts["close"] + counts["far"])


def _share(part: int, whole: int) -> int | None:
    """Return a share to sort by, None of nothing."""
    return part * _WHOLE // whole if whole else None


AGENCY_COLUMNS = (
    Column("nama", "Perangkat daerah", lambda s: s.report.agency.name.casefold()),
    Column("mendesak", "Status", lambda s: s.urgency),
    Column("isian", "Isian", lambda s: _share(s.summary.done, s.summary.total)),
    Column(
        "tercapai", "Indikator", lambda s: _share(s.summary.reached, s.summary.judged), largest_first=True
    ),
    Column("capaian", "Rata-rata capaian", lambda s: s.average, largest_first=True),
)
REGION_COLUMNS = (
    Column("nama", "Daerah", lambda row: row["period__region__code"]),
    Column("terkirim", "Terkirim", lambda row: _share(row["sent"], row["reports"])),
    Column("terlambat", "Terlambat", lambda row: row["late"], largest_first=True),
    Column("isian", "Isian", lambda row: _share(row["total"] - row["not_filled"], row["total"])),
    Column("tercapai", "Indikator", lambda row: _share(row["reached"], _judged(row)), largest_first=True),
)


@dataclass(frozen=True)
class Line:
    """A report of the dashboard with what is derived for reading."""

    standing: Standing
    average: str
    pill: str
    bullet: charts.Bullet | None
    shares: charts.Shares


@dataclass(frozen=True)
class RegionLine:
    """A region of the overview: its counts, and how many of its reports have which predicate."""

    region: Region
    counts: Counts
    done: int
    shares: charts.Shares
    predicates: list[tuple[str, str, int]]


@dataclass(frozen=True)
class Segment:
    """A status by which a table can be narrowed: how many there are, and the address."""

    label: str
    number: int
    url: str
    is_chosen: bool


@require_safe
def region_dashboard(request: UserRequest, code: str) -> HttpResponse:
    """Show how the agencies of a region stand in a period, the late ones first."""
    region = get_object_or_404(Region.objects.overseen_by(request.user).select_related("parent"), code=code)
    asked = _asked(request, "periode", "status", "predikat", "urut")
    periods = {_name(period): period for period in region.periods.all()}
    period = periods.get(asked["periode"]) or _latest(periods.values())
    context: dict[str, Any] = {"region": region, "periods": periods, "period": period, "asked": asked}
    if period is None:
        return render(request, "reports/dashboard_region.html", context)
    reports = Report.objects.visible_to(request.user).filter(period=period)
    summaries.settle(reports, None)
    everything, scale = standings.of(reports, timezone.now()), predicate_scale()
    found = [standing for standing in everything if _matches(standing, asked)]
    sorting = Sorting.asked(asked["urut"], AGENCY_COLUMNS, "mendesak")
    rows = sorting.rows(standing for standing in found if _is_asked(standing, asked["status"]))
    context |= {
        "lines": [_line(standing, scale) for standing in rows],
        "ranked": sum(1 for standing in everything if standing.rank),
        **_summed(standings.counted(everything)),
        "segments": _segments(found, asked),
        "headings": sorting.headings(asked),
        "predicates": [known.label for known in scale.classes] if scale else [],
        "none": NONE,
        "is_filtered": any(asked[name] for name in ("status", "predikat", "q")),
        "all_url": within({"periode": asked["periode"], "urut": asked["urut"]}),
        "scale": scale,
        "left_out": list(region.agencies.exclude(reports__period=period).values_list("name", flat=True)),
    }
    return render(request, "reports/dashboard_region.html", context)


@require_safe
def national_dashboard(request: UserRequest) -> HttpResponse:
    """Show how the regions stand in a period, for who sees them all."""
    if not request.user.is_superuser:
        raise Http404
    asked = _asked(request, "periode", "urut")
    known = Period.objects.order_by("-year", "-part").values_list("year", "part").distinct()
    periods = {_name(period): period for period in (Period(year=year, part=part) for year, part in known)}
    opened = Period.objects.filter(opens__lte=timezone.localdate()).order_by("-opens", "-year", "-part")
    period = periods.get(asked["periode"]) or opened.first() or next(iter(periods.values()), None)
    context: dict[str, Any] = {"periods": periods, "period": period, "asked": asked}
    if period is None:
        return render(request, "reports/dashboard_national.html", context)
    reports = Report.objects.visible_to(request.user).filter(
        period__year=period.year, period__part=period.part
    )
    unsettled = summaries.settle(reports)
    if asked["q"]:
        reports = reports.filter(period__region__name__icontains=asked["q"])
    sorting = Sorting.asked(asked["urut"], REGION_COLUMNS, "terlambat")
    rows = standings.by_region(reports, timezone.now())
    page = Paginator(sorting.rows(rows), PAGE_SIZE).get_page(request.GET.get("page"))
    context |= {
        "page_obj": page,
        "lines": _region_lines(list(page), reports, predicate_scale()),
        **_summed(standings.added_up(rows)),
        "all_url": within({"periode": asked["periode"], "urut": asked["urut"]}),
        "headings": sorting.headings(asked),
        "unsettled": unsettled,
        "here": _name(period),
    }
    return render(request, "reports/dashboard_national.html", context)


# What is asked for


def _asked(request: UserRequest, *names: str) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip() for name in names} | {"q": words_sought(request)}


def _name(period: Period) -> str:
    """Return how the address names a period: "2026-2"."""
    return f"{period.year}-{period.part}"


def _latest(periods: Iterable[Period]) -> Period | None:
    """Return the period that was opened last; where none is open yet, the first that will be."""
    periods, today = list(periods), timezone.localdate()
    opened = [period for period in periods if period.opens <= today]
    if opened:
        return max(opened, key=lambda period: (period.opens, period.year, period.part))
    return min(periods, key=lambda period: period.opens, default=None)


def _matches(standing: Standing, asked: Mapping[str, str]) -> bool:
    """Say whether the report is asked for, whatever its status."""
    agency, words = standing.report.agency, asked["q"].casefold()
    if words not in agency.name.casefold() and words not in agency.short_name.casefold():
        return False
    if asked["predikat"] == NONE:
        return standing.summary.predicate == ""
    return asked["predikat"] in ("", standing.summary.predicate)


def _is_asked(standing: Standing, status: str) -> bool:
    if status == LATE:
        return standing.late
    return status not in Status or standing.report.status == status


def _segments(found: Sequence[Standing], asked: Mapping[str, str]) -> list[Segment]:
    """Return all, the late ones and every status, with how many of `found` each has."""
    known = [("", "Semua"), (LATE, "Terlambat"), *((status.value, status.label) for status in Status)]
    chosen = asked["status"] if asked["status"] in dict(known) else ""
    return [
        Segment(
            label,
            sum(1 for standing in found if _is_asked(standing, name)),
            within(asked, status=name),
            name == chosen,
        )
        for name, label in known
    ]


# For reading


def _line(standing: Standing, scale: rules.Scale | None) -> Line:
    average, digits = standing.average, standing.report.agency.digits
    if average is None:
        return Line(standing, "", "none", None, _shares(vars(standing.summary)))
    text = format_number(average, digits)
    _, pill = predicate_of(scale, average, digits)
    return Line(standing, f"{text}%", pill, charts.bullet(average, text), _shares(vars(standing.summary)))


def _summed(counts: Counts) -> dict[str, Any]:
    """Return counts with what _dashboard_counts.html shows of them."""
    return {"counts": counts, "done": counts["total"] - counts["not_filled"], "judged": _judged(counts)}


def _shares(counts: Counts) -> charts.Shares:
    reached, close, far = counts["reached"], counts["close"], counts["far"]
    kinds = [(reached, "tercapai"), (close, "hampir tercapai"), (far, "jauh dari target")]
    return charts.shares([*kinds, (counts["total"] - reached - close - far, "tanpa capaian")])


def _region_lines(
    rows: Sequence[Counts], reports: QuerySet[Report], scale: rules.Scale | None
) -> list[RegionLine]:
    """Return the regions of a page with the predicates of their reports; two queries."""
    keys = [row["period__region"] for row in rows]
    regions = Region.objects.in_bulk(keys)
    classes = [known.label for known in scale.classes] if scale else []
    pills = dict(zip(classes, (*PREDICATE_PILLS, *(PREDICATE_PILLS[-1:] * len(classes))), strict=False))
    found: dict[int, dict[str, int]] = {}
    named = reports.filter(period__region__in=keys).exclude(summary__predicate="").order_by()
    for region, predicate, number in named.values_list("period__region", "summary__predicate").annotate(
        Count("pk")
    ):
        found.setdefault(region, {})[predicate] = number
    return [
        RegionLine(
            regions[key],
            row,
            row["total"] - row["not_filled"],
            _shares(row),
            [(label, pills[label], there[label]) for label in classes if label in there],
        )
        for key, row in zip(keys, rows, strict=True)
        for there in (found.get(key, {}),)
    ]
