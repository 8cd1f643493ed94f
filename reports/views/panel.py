"""All about one row of a report: what it measures, how it came out, the periods before, what happened, notes.

Every part has an address of its own: htmx gets the part alone, everybody else the page with that part open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from agencies.accounts import UserRequest
from indicators import formula as formulas
from indicators import worked_examples
from indicators.models import Indicator
from indicators.numbers import format_date
from reports import charts, notes, notices, outcomes, trends
from reports.models import Entry, Event, Report, Value
from reports.printed import predicate_scale
from reports.views import history
from reports.views.notes import asks_for_a_part, board, is_read, part_or_page, take, visible_report
from reports.views.rows import shown

EVENTS = 10  # events shown at a time


@dataclass(frozen=True)
class Told:
    """An event of the row in words, the row's own name left out; `note` is what was said with it."""

    told: history.Told
    title: str
    note: str


@require_safe
def entry_panel(request: UserRequest, pk: int, entry: int) -> HttpResponse:
    """Show what a row measures and how it came out; the heavy parts load when they are opened."""
    report, row = _visible_row(request, pk, entry)
    return _answer(request, report, row, "", {})


@require_safe
def entry_trend(request: UserRequest, pk: int, entry: int) -> HttpResponse:
    """Show the row in the periods before, as a chart and a table."""
    report, row = _visible_row(request, pk, entry)
    steps = trends.of(report, [row])[row.pk]
    return _answer(
        request,
        report,
        row,
        "tren",
        {"chart": trends.chart(row, steps), "finding": trends.finding(steps), "steps": steps[::-1]},
    )


@require_safe
def entry_history(request: UserRequest, pk: int, entry: int) -> HttpResponse:
    """Show who changed the figures of the row, from what to what, and why; `?sebelum=` goes on."""
    report, row = _visible_row(request, pk, entry)
    before = request.GET.get("sebelum", "")
    events = _events(report, row)
    if before.isdecimal() and len(before) < 19:
        events = events.filter(pk__lt=int(before))
    found = list(events[: EVENTS + 1])
    context = {
        "history": [_told(event, report, row) for event in found[:EVENTS]],
        "more": found[EVENTS - 1].pk if len(found) > EVENTS else None,
        "goes_on": before != "",
        "from_quarters": row.definition["code"] in report.codes_from_quarters(),
    }
    return _answer(request, report, row, "riwayat", context)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_notes(request: UserRequest, pk: int, entry: int) -> HttpResponse:
    """Show the notes on the row and take one."""
    report, row = _visible_row(request, pk, entry)
    if request.method == "POST":
        shown_notes = take(request, report, row)
        if shown_notes.sent and not asks_for_a_part(request):
            messages.success(request, "Catatan terkirim.")
            return redirect("entry-notes", pk, entry)
    else:
        shown_notes = board(report, row, everything="semua" in request.GET)
    if is_read(request):
        notices.looked_at(report, request.user, row)
    return _answer(request, report, row, "catatan", {"notes": shown_notes})


PARTS = {
    "": "reports/_panel.html",
    "tren": "reports/_panel_trend.html",
    "riwayat": "reports/_panel_history.html",
    "catatan": "reports/_notes.html",
}


def _visible_row(request: UserRequest, pk: int, entry: int) -> tuple[Report, Entry]:
    report = visible_report(request, pk)
    row = get_object_or_404(report.entries.select_related("indicator"), pk=entry)
    row.report = report
    return report, row


def _answer(
    request: UserRequest, report: Report, row: Entry, opened: str, part: Mapping[str, Any]
) -> HttpResponse:
    """Render one part for htmx, else the page with that part open."""
    context = {"report": report, "entry": row, **part}
    if asks_for_a_part(request) and opened:
        return part_or_page(request, PARTS[opened], context)
    template = PARTS[""] if asks_for_a_part(request) else "reports/entry_panel.html"
    return part_or_page(request, template, context | {"opened": opened} | _about(report, row))


def _about(report: Report, row: Entry) -> dict[str, Any]:
    """Return what _panel_body.html shows of the row itself."""
    d = row.definition
    known = {name: formulas.Operand(**operand) for name, operand in d["operands"].items()}
    target = d["target"] or {}
    decided = target.get("decision_date")
    return {
        "row": shown(row, predicate_scale()),
        "count": report.entries.count(),
        "formula": worked_examples.drawn(formulas.parse(d["formula"]), known) if d["formula"] else "",
        "figures": _figures(report, d),
        "polarity": Indicator.Polarity(d["polarity"]),
        "quarter_method": Indicator.QuarterMethod(d["quarter_method"]).label,
        "decided": format_date(dt.date.fromisoformat(decided)) if decided else "",
        "bullet": charts.bullet(Decimal(row.achievement) if row.achievement else None, row.achievement_text),
        "note_count": notes.of(report, row).count(),
    }


def _figures(report: Report, d: Mapping[str, Any]) -> list[Value]:
    """Return the figures its formula uses, in the order of the formula."""
    order = {name: place for place, name in enumerate(outcomes.names(d))}
    rows = report.values.filter(element__code__in=order).select_related("element")
    return sorted(rows, key=lambda value: order[value.element.code])


def _events(report: Report, row: Entry) -> QuerySet[Event]:
    """Return what happened to the row and to the figures its formula uses; notes stand by themselves."""
    used = Q(value__element__code__in=outcomes.names(row.definition))
    returned = Q(kind=Event.Kind.MOVED, after__row_notes__has_key=str(row.pk))
    adopted = Q(kind=Event.Kind.ADOPTED)
    found = report.events.filter(Q(entry=row) | used | returned | adopted)
    return found.exclude(kind=Event.Kind.NOTED).select_related("by", "entry")


def _told(event: Event, report: Report, row: Entry) -> Told:
    told = history.told(event, report)
    title = event.get_kind_display() if event.kind == Event.Kind.ENTRY else told.title
    note = (event.after.get("row_notes") or {}).get(str(row.pk)) or event.note
    return Told(told, title, note)
