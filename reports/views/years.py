"""The page of an indicator over the years: charts, the tables beside them, and the tables as files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.accounts import UserRequest
from agencies.models import Agency
from indicators import achievement as rules
from indicators.models import IndicatorThread
from reports import charts, years
from reports.exports import contents
from reports.printed import predicate_scale
from reports.views.exports import sent
from reports.views.rows import Shown, shown


@dataclass(frozen=True)
class Row:
    """A year or quarter as its table shows it: `shown` None where there is no entry."""

    part: years.Part
    shown: Shown | None


@dataclass(frozen=True)
class Block:
    """A chart, for a page and for a phone, with the table beside it."""

    id: str
    title: str
    note: str
    chart: charts.LineChart | None
    narrow: charts.LineChart | None
    finding: str
    rows: list[Row]


@require_safe
def indicator_years(request: UserRequest, pk: int) -> HttpResponse:
    """Show an indicator through all sets that measured it, up to ten years; `?sampai=` goes back."""
    thread, known = _known(request, pk)
    scale = predicate_scale()
    blocks = [
        _block("tahun", "Per tahun", "Dari laporan tahunan.", known.name, known.years, scale),
    ]
    if known.quarters:
        title = f"Triwulan {known.quarters[0].period.year}"
        note = "Capaian triwulan dihitung terhadap target tahun."
        blocks.append(_block("triwulan", title, note, known.name, known.quarters, scale))
    context = {
        "thread": thread,
        "known": known,
        "indicator": thread.indicators.order_by("-goal__indicator_set__first_year", "-pk").first(),
        "blocks": blocks,
        "scale": scale,
        "until": known.years[-1].period.year,
    }
    return render(request, "reports/years.html", context)


@require_safe
def indicator_years_export(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    """Send the years and quarters of the page as one table."""
    thread, known = _known(request, pk)
    table = contents.years_of(thread.agency, known, predicate_scale(), timezone.now())
    name = f"{thread.agency.code}-{thread.code}"
    return sent(request, kind, name, table, what=f"{known.name}, antartahun", agency=thread.agency)


def _known(request: UserRequest, pk: int) -> tuple[IndicatorThread, years.Years]:
    """Return an indicator of an agency the user belongs to, and its years. Raises Http404."""
    rows = IndicatorThread.objects.filter(agency__in=Agency.objects.of(request.user))
    thread = get_object_or_404(rows.select_related("agency__region"), pk=pk)
    asked = request.GET.get("sampai", "")
    known = years.of(thread, int(asked) if re.fullmatch(r"[0-9]{4}", asked) else None)
    if known is None:
        raise Http404("Indikator ini belum pernah berlaku.")
    return thread, known


def _block(
    id_: str, title: str, note: str, name: str, parts: Iterable[years.Part], scale: rules.Scale | None
) -> Block:
    parts = list(parts)
    # What lies after the last report is not missing: it is to come.
    last = max((place for place, part in enumerate(parts, 1) if part.entry), default=len(parts))
    said = charts.finding(years.points(parts[:last]))
    rows = [Row(part, shown(part.entry, scale) if part.entry else None) for part in reversed(parts)]
    wide, narrow = (years.chart(name, parts, wide=wide) for wide in (True, False))
    return Block(id_, title, note, wide, narrow, said[:1].upper() + said[1:], rows)
