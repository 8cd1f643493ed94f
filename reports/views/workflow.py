"""The page of a report and its steps. What a step asks and allows is said by reports.workflow alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agencies.accounts import UserRequest
from reports import doubts, evidence, workflow
from reports.models import Entry, Event, Report
from reports.outcomes import by_goal
from reports.status import EDITABLE, TURN, Status, Step
from reports.views.history import told
from reports.views.rows import mean, predicate_scale, shown
from reports.views.tasks import STATUS_PILLS

PATH = (Status.OPEN, Status.SUBMITTED, Status.VERIFIED, Status.APPROVED)
HISTORY = 30  # events shown until all are asked for


@require_safe
def report_detail(request: UserRequest, pk: int) -> HttpResponse:
    """Show a report: where it stands, its table, what is missing, what may be done, what has happened."""
    report = _visible_report(request, pk)
    entries = list(evidence.counted(report.entries.all()))
    scale = predicate_scale()
    steps = workflow.steps_for(report, request.user)
    events = report.events.select_related("by", "entry")
    shown_events = events if "riwayat" in request.GET else events[:HISTORY]
    context = {
        "report": report,
        "availability": report.availability(timezone.now()),
        "status_pill": STATUS_PILLS[Status(report.status)],
        "path": _path(report),
        "groups": [(goal, [shown(entry, scale) for entry in rows]) for goal, rows in by_goal(entries)],
        "mean": mean(report, entries, scale),
        "scale": scale,
        "missing": workflow.shortcomings(report) if report.status in EDITABLE else [],
        "explained": [doubt for doubt in doubts.of_report(report) if doubt.silenced],
        "steps": [(step, CONSEQUENCES[step.target]) for step in steps],
        "fills": any(step.source in EDITABLE for step in steps),
        "note": next((e.note for e in events.filter(kind=Event.Kind.MOVED)[:1]), ""),
        "marked": [entry for entry in entries if entry.returned_note],
        "history": [told(event, report) for event in shown_events],
        "event_count": events.count(),
        "done": sum(entry.state != Entry.State.NOT_FILLED for entry in entries),
        "total": len(entries),
    }
    return render(request, "reports/report_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_move(request: UserRequest, pk: int, to: str) -> HttpResponse:
    """Ask, then take a step; a report that goes back may carry a note on each row."""
    report = _visible_report(request, pk)
    step = _step(workflow.steps_for(report, request.user), to)
    if request.method != "POST":
        if step is None:
            messages.error(request, "Langkah ini tidak tersedia lagi. Lihat status laporan di bawah.")
            return redirect(report)
        return render(request, "reports/report_move.html", _question(report, step, "", {}))
    note = request.POST.get("note", "")
    row_notes = {
        entry.pk: text
        for entry in report.entries.all()
        if (text := request.POST.get(f"catatan-{entry.pk}", "").strip())
    }
    try:
        moved = workflow.move(report, _status(to), by=request.user, note=note, row_notes=row_notes)
    except workflow.StepRefused as refusal:
        if step is not None and (note or row_notes or step.needs_note):
            context = _question(report, step, note, row_notes) | {"refused": str(refusal)}
            return render(request, "reports/report_move.html", context)
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{moved}: {moved.get_status_display().lower()}. {_next(moved)}")
    return redirect(report)


def _visible_report(request: UserRequest, pk: int) -> Report:
    rows = Report.objects.visible_to(request.user).select_related(
        "agency__region", "period", "indicator_set__agency"
    )
    return get_object_or_404(rows, pk=pk)


def _status(name: str) -> Status:
    try:
        return Status(name)
    except ValueError:
        raise Http404("Langkah tidak dikenal.") from None


def _step(steps: list[Step], to: str) -> Step | None:
    target = _status(to)
    return next((step for step in steps if step.target == target), None)


def _question(report: Report, step: Step, note: str, row_notes: dict[int, str]) -> dict[str, Any]:
    rows = report.entries.all() if step.target == Status.RETURNED and not step.new_version else []
    return {
        "report": report,
        "step": step,
        "consequence": CONSEQUENCES[step.target],
        "note": note,
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
    """Say whose turn it is now."""
    roles = TURN.get(Status(report.status))
    if roles is None:
        return "Tidak ada langkah berikutnya."
    names = " atau ".join(role.label.lower() for role in roles)
    return f"Berikutnya: {names}."


def _path(report: Report) -> list[dict[str, str]]:
    """Return the stations of the report for components/steps.html."""
    status = Status.OPEN if report.status == Status.RETURNED else Status(report.status)
    here = PATH.index(status)
    finished = report.status == Status.APPROVED
    return [
        {
            "label": "Dikembalikan"
            if report.status == Status.RETURNED and place == here
            else str(station.label),
            "state": "done" if place < here or finished else "now" if place == here else "",
        }
        for place, station in enumerate(PATH)
    ]
