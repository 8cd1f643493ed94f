"""The page of a report and its steps. What a step asks and allows is said by reports.workflow alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agencies.accounts import UserRequest
from indicators.numbers import roman_quarter
from reports import doubts, evidence, looks, notices, outcomes, signatures, workflow
from reports.models import Entry, Event, Report
from reports.outcomes import by_goal
from reports.printed import moment, predicate_scale
from reports.status import EDITABLE, TURN, Status, Step
from reports.views import notes
from reports.views.history import differences, told
from reports.views.rows import mean, shown, tally
from reports.views.signing import SignatureForm

STATIONS = (Event.Kind.OPENED, Event.Kind.MOVED)  # events that brought a report where it stood
PATH = (Status.OPEN, Status.SUBMITTED, Status.VERIFIED, Status.APPROVED)
HISTORY = 30  # events shown until all are asked for


@dataclass(frozen=True)
class Changed:
    """Something others changed, in words: `entry` is the row to jump to, `why` what was said about it."""

    title: str
    at: str
    by: str
    lines: list[tuple[str, str, str]]
    why: str
    entry: int | None


@require_safe
def report_detail(request: UserRequest, pk: int) -> HttpResponse:
    """Show a report: where it stands, what changed since the last visit, its table, what may be done."""
    report = _visible_report(request, pk)
    entries = list(evidence.counted(report.entries.all()))
    scale = predicate_scale()
    groups = [(goal, [shown(entry, scale) for entry in rows]) for goal, rows in by_goal(entries)]
    rows = [row for _, part in groups for row in part]
    steps = workflow.steps_for(report, request.user)
    is_read = notes.is_read(request)
    visit = looks.visit(report, request.user, timezone.now(), counts=is_read)
    if is_read:
        notices.looked_at(report, request.user)
    changes = [] if visit.baseline is None else looks.changes_since(report, visit.baseline, request.user)
    events = report.events.select_related("by", "entry")
    shown_events = events if "riwayat" in request.GET else events[:HISTORY]
    moves = list(events.filter(kind__in=STATIONS).defer("before"))
    context = {
        "report": report,
        "siblings": _siblings(report),
        "availability": report.availability(timezone.now()),
        "turn": _turn(report),
        "path": _path(report, moves),
        "groups": groups,
        "mean": mean(report, entries, scale),
        "tally": tally(rows, scale),
        "scale": scale,
        "missing": workflow.shortcomings(report) if report.status in EDITABLE else [],
        "explained": [doubt for doubt in doubts.of_report(report) if doubt.silenced],
        # What leads on comes first.
        "steps": [(s, CONSEQUENCES[s.target]) for s in sorted(steps, key=lambda step: step.needs_note)],
        "fills": any(step.source in EDITABLE for step in steps),
        "came_back": moves[0].note if moves else "",
        "here": f"?sejak={moves[0].pk if moves else 0}",
        "since": moment(visit.since, report) if visit.since else "",
        "changes": _in_words(changes, report, entries),
        "pause": looks.PAUSE.seconds // 60,
        "notes": notes.board(report),
        "history": [told(event, report) for event in shown_events],
        "event_count": events.count(),
    }
    return render(request, "reports/report_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_move(request: UserRequest, pk: int, to: str) -> HttpResponse:
    """Ask, then take a step; a report that goes back may carry a note on each row, one approved is signed."""
    report = _visible_report(request, pk)
    step = _step(workflow.steps_for(report, request.user), to)
    if request.method != "POST":
        if step is None:
            messages.error(request, "Langkah ini tidak tersedia lagi. Lihat status laporan di bawah.")
            return redirect(report)
        question = _question(report, step) | {"seen": _seen(request) or workflow.last_move(report)}
        return render(request, "reports/report_move.html", question)
    form = SignatureForm(report, request.POST) if step and step.records_signature else None
    note = request.POST.get("note", "")
    row_notes = {
        entry.pk: text
        for entry in report.entries.all()
        if (text := request.POST.get(f"catatan-{entry.pk}", "").strip())
    }
    if step and form and not form.is_valid():
        question = _question(report, step, form=form) | {"seen": _seen(request) or workflow.last_move(report)}
        return render(request, "reports/report_move.html", question)
    try:
        moved = workflow.move(
            report,
            _status(to),
            by=request.user,
            note=note,
            row_notes=row_notes,
            seen=_seen(request),
            signature=form.signature() if form else None,
        )
    except workflow.StepRefused as refusal:
        if step is not None and (note or row_notes or form or step.needs_note):
            context = _question(report, step, note, row_notes, form) | {
                "note_error" if refusal.field == "note" else "refused": str(refusal),
                "seen": workflow.last_move(report),
            }
            return render(request, "reports/report_move.html", context)
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{moved}: {moved.get_status_display().lower()}. {_next(moved)}")
    return redirect(report)


def _visible_report(request: UserRequest, pk: int) -> Report:
    rows = Report.objects.visible_to(request.user).select_related(
        "agency__region", "period", "indicator_set__agency"
    )
    return get_object_or_404(rows.defer("indicator_set__published"), pk=pk)


def _seen(request: UserRequest) -> int | None:
    """Return the step after which the page was opened: its form says so, and so does the address to it."""
    text = request.POST.get("sejak") or request.GET.get("sejak", "")
    return int(text) if re.fullmatch(r"\d{1,18}", text) else None


def _status(name: str) -> Status:
    try:
        return Status(name)
    except ValueError:
        raise Http404("Langkah tidak dikenal.") from None


def _step(steps: list[Step], to: str) -> Step | None:
    target = _status(to)
    return next((step for step in steps if step.target == target), None)


def _question(
    report: Report,
    step: Step,
    note: str = "",
    row_notes: Mapping[int, str] = MappingProxyType({}),
    form: SignatureForm | None = None,
) -> dict[str, Any]:
    """Return what the page of a step asks, with what was typed."""
    rows = report.entries.all() if step.target == Status.RETURNED and not step.new_version else []
    return {
        "report": report,
        "step": step,
        "consequence": CONSEQUENCES[step.target],
        "note": note,
        "form": form or (SignatureForm(report) if step.records_signature else None),
        "rows": [(entry, row_notes.get(entry.pk, "")) for entry in rows],
    }


CONSEQUENCES = {
    Status.OPEN: "Laporan kembali dapat diisi, dan verifikator tidak lagi melihatnya sebagai tugas.",
    Status.SUBMITTED: "Isian terkunci dan diperiksa verifikator. Sebelum itu Anda dapat menariknya.",
    Status.RETURNED: "Laporan kembali dapat diisi bidang; catatan Anda tampil pada barisnya.",
    Status.VERIFIED: "Laporan diteruskan kepada kepala perangkat daerah untuk disetujui.",
    Status.APPROVED: "Angkanya menjadi resmi dan berubah hanya bila laporan dibuka kembali.",
}


def _next(report: Report) -> str:
    """Say whose turn it is now, as a sentence."""
    turn = _turn(report)
    return f"Berikutnya: {turn}." if turn else "Tidak ada langkah berikutnya."


def _turn(report: Report) -> str:
    """Return whose turn it is, empty at the end of the path."""
    return " atau ".join(role.label.lower() for role in TURN.get(Status(report.status), ()))


def _siblings(report: Report) -> list[tuple[Report, str]]:
    """Return the reports of the agency in the same year, with the short name of their period."""
    found = Report.objects.filter(agency=report.agency_id, period__year=report.period.year)
    ordered = found.select_related("period").order_by("period__part")
    return [
        (other, "Tahun" if other.period.is_year else roman_quarter(other.period.part)) for other in ordered
    ]


def _path(report: Report, moves: list[Event]) -> list[dict[str, str]]:
    """Return the stations of the report for components/steps.html, with who brought it there and when.

    `moves` are the events that did, the newest first.
    """
    came_back = report.status == Status.RETURNED
    here = 0 if came_back else PATH.index(Status(report.status))
    last: dict[str, Event] = {}
    for move in moves:
        last.setdefault(move.after.get("status", Status.OPEN), move)
    stations = [Status.RETURNED if came_back else Status.OPEN, *PATH[1:]]
    path = []
    for place, station in enumerate(stations):
        passed = place < here or report.status == Status.APPROVED
        event = last.get(station) if place <= here else None
        path.append(
            {
                "label": str(station.label),
                "state": "done" if passed else "now" if place == here else "",
                "note": _taken(event, report) if event else "",
            }
        )
    return path


def _taken(event: Event, report: Report) -> str:
    """Say who took a step and when, and whose signature in ink was recorded with it."""
    taken = f"{event.by} · {moment(event.at, report)}"
    signed = event.after.get("signature")
    return f"{taken} · ditandatangani basah oleh {signatures.words(signed)}" if signed else taken


# Changes in words


def _in_words(changes: list[looks.Change], report: Report, entries: list[Entry]) -> list[Changed]:
    rows = {entry.pk: entry for entry in entries}
    # A figure of a data element is shown at the first row whose formula uses it.
    places: dict[str, int] = {}
    if any(change.event.value_id for change in changes):
        for entry in reversed(entries):
            places |= dict.fromkeys(outcomes.names(entry.definition), entry.pk)
    words = []
    for change in changes:
        event = change.event
        value = event.value
        place = event.entry_id if value is None else places.get(value.element.code)
        in_words = told(event, report)
        # Why an odd figure is right is no change of its own beside the figure.
        before = {name: old for name, old, _ in change.columns if name != "reason"}
        after = {name: new for name, _, new in change.columns}
        reason = after.pop("reason", "")
        words.append(
            Changed(
                title=in_words.title,
                at=in_words.at,
                by=str(event.by),
                lines=differences(before, after, event.entry) if change.columns else in_words.changes,
                why=reason or event.note,
                entry=place if place in rows else None,
            )
        )
    return words
