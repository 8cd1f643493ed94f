"""Notes as pages show and take them: on a report, and on one row of it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from agencies.accounts import UserRequest
from agencies.models import User
from agencies.roles import Role
from reports import entries, notes, notices
from reports.models import Entry, Event, Report
from reports.printed import moment

SHOWN = 20  # notes shown until all are asked for


@dataclass(frozen=True)
class Note:
    """A note in words: when, by whom and as what; `entry` where it is about a row and that needs saying."""

    event: Event
    at: str
    roles: str
    entry: Entry | None


@dataclass(frozen=True)
class Board:
    """What _notes.html shows: the newest notes, how many there are, and the form with what was typed.

    `place` tells the fields of several boards on one page apart. `sent`: one was just taken.
    """

    report: Report
    entry: Entry | None
    rows: list[Note]
    count: int
    url: str
    key: str
    text: str = ""
    error: str = ""
    sent: bool = False

    @property
    def place(self) -> str:
        """What the identifiers of this board end in."""
        return f"isian-{self.entry.pk}" if self.entry else "laporan"

    @property
    def draft(self) -> str:
        """The name under which the browser keeps what is typed and not sent."""
        return f"catatan-{self.report.pk}-{self.entry.pk if self.entry else ''}"


def board(
    report: Report,
    entry: Entry | None = None,
    *,
    everything: bool = False,
    text: str = "",
    error: str = "",
    sent: bool = False,
) -> Board:
    """Return the notes on `entry`, or all of the report, for _notes.html; two queries."""
    found = notes.of(report, entry)
    rows = [_shown(event, report, entry) for event in (found if everything else found[:SHOWN])]
    return Board(
        report=report,
        entry=entry,
        rows=rows,
        count=len(rows) if len(rows) < SHOWN else found.count(),
        url=reverse("entry-notes", args=[report.pk, entry.pk])
        if entry
        else reverse("report-notes", args=[report.pk]),
        key=secrets.token_hex(16),
        text=text,
        error=error,
        sent=sent,
    )


def _shown(event: Event, report: Report, entry: Entry | None) -> Note:
    roles = ", ".join(str(Role(role).label) for role in event.after.get("roles", []))
    return Note(event, moment(event.at, report), roles, None if entry else event.entry)


@require_http_methods(["GET", "HEAD", "POST"])
def report_notes(request: UserRequest, pk: int) -> HttpResponse:
    """Show all notes of a report and take one; a fragment for htmx."""
    report = visible_report(request, pk)
    if request.method == "POST":
        shown = take(request, report)
        if shown.sent and not asks_for_a_part(request):
            messages.success(request, "Catatan terkirim.")
            return redirect(f"{report.get_absolute_url()}#catatan")
    else:
        shown = board(report, everything="semua" in request.GET)
    if is_read(request):
        notices.looked_at(report, request.user)
    template = "reports/_notes.html" if asks_for_a_part(request) else "reports/report_notes.html"
    return part_or_page(request, template, {"report": report, "notes": shown})


def take(request: UserRequest, report: Report, entry: Entry | None = None) -> Board:
    """Keep the note that was sent; return the board with it, or with what was typed and why it stays."""
    text = request.POST.get("text", "")
    # Of the page and of what it says: sent twice it is one note, and another text after "back" is another.
    said = f"{request.POST.get('key')} {report.pk} {entry and entry.pk} {text}"
    try:
        notes.note(report, text, by=request.user, key=hashlib.sha256(said.encode()).hexdigest(), entry=entry)
    except entries.Refused as refusal:
        return board(report, entry, text=text, error=str(refusal))
    return board(report, entry, sent=True)


def is_read(request: UserRequest) -> bool:
    """Whether somebody looks at the page, and no browser fetches it in advance."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in purpose


def asks_for_a_part(request: UserRequest) -> bool:
    """Whether htmx asks, which wants a part of the page that everybody else gets whole."""
    return "HX-Request" in request.headers


def part_or_page(request: UserRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render what differs by who asks, so that no browser shows a part it kept where the page belongs."""
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def visible_report(request: UserRequest, pk: int) -> Report:
    """Return the report, with what its pages read. Raises Http404."""
    user: User = request.user
    rows = Report.objects.visible_to(user).select_related("agency__region", "period", "indicator_set")
    return get_object_or_404(rows.defer("indicator_set__published"), pk=pk)
