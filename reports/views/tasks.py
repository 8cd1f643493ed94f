"""What waits for the reader, and all reports the reader may see."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.accounts import UserRequest
from agencies.models import User
from reports.models import Availability, Entry, Event, Report
from reports.status import EDITABLE, GRANTERS, Status

PAGE_SIZE = 25
STATUS_PILLS = {
    Status.OPEN: "none",
    Status.SUBMITTED: "info",
    Status.RETURNED: "warn",
    Status.VERIFIED: "info",
    Status.APPROVED: "ok",
}


@dataclass
class Task:
    """A report somebody must do something about: until when, how far it is, what came back with it."""

    report: Report
    availability: Availability
    days_left: int
    done: int
    total: int
    note: str = ""
    rows: list[Entry] = field(default_factory=list)


@require_safe
def task_list(request: UserRequest) -> HttpResponse:
    """Show what the user must fill by its due date, what came back, and what waits for a decision."""
    tasks = _tasks(request.user)
    editable = [task for task in tasks if task.report.status in EDITABLE]
    today = timezone.localdate()
    upcoming = [task for task in editable if task.report.period.opens > today]
    context = {
        "returned": [task for task in editable if task.report.status == Status.RETURNED],
        "to_fill": [task for task in editable if task.report.status == Status.OPEN and task not in upcoming],
        "waiting": [task for task in tasks if task.report.status not in EDITABLE],
        "next": min(upcoming, key=lambda task: task.report.period.opens, default=None),
    }
    return render(request, "reports/task_list.html", context)


@require_safe
def report_list(request: UserRequest) -> HttpResponse:
    """List the reports the user may see, newest period first, filtered by year, status and agency."""
    visible = Report.objects.visible_to(request.user)
    years = visible.values_list("period__year", flat=True).distinct().order_by("-period__year")
    year, status, query = (request.GET.get(name, "") for name in ("tahun", "status", "q"))
    rows = _counted(visible)
    if year.isdecimal() and len(year) == 4:
        rows = rows.filter(period__year=year)
    if status in Status:
        rows = rows.filter(status=status)
    if query:
        rows = rows.filter(Q(agency__name__icontains=query) | Q(agency__short_name__icontains=query))
    ordered = rows.order_by("-period__year", "-period__part", "agency__name")
    context = {
        "page_obj": Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page")),
        "years": [str(known) for known in years],
        "year": year,
        "statuses": Status.choices,
        "status": status,
        "query": query,
        "keeps_periods": request.user.is_superuser
        or request.user.memberships.filter(role__in=GRANTERS).exists(),
    }
    return render(request, "reports/report_list.html", context)


def _counted(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Add to each report how many entries it has and how many of them are filled."""
    return reports.select_related("agency__region", "period").annotate(
        entry_count=Count("entries"),
        done_count=Count("entries", filter=~Q(entries__state=Entry.State.NOT_FILLED)),
    )


def _tasks(user: User) -> list[Task]:
    """Return the reports whose next step is the user's, the earliest due first."""
    now = timezone.now()
    reports = list(_counted(Report.objects.waiting_for(user)).prefetch_related("extensions"))
    notes = _notes([report for report in reports if report.status == Status.RETURNED])
    tasks = []
    for report in reports:
        availability = report.availability(now)
        note, rows = notes.get(report.pk, ("", []))
        tasks.append(
            Task(
                report,
                availability,
                (availability.closes - now).days,
                report.done_count,  # type: ignore[attr-defined]  # annotated
                report.entry_count,  # type: ignore[attr-defined]  # annotated
                note,
                rows,
            )
        )
    return sorted(tasks, key=lambda task: (task.availability.closes, task.report.agency.name))


def _notes(reports: list[Report]) -> dict[int, tuple[str, list[Entry]]]:
    """Return why each report came back, and its rows that carry a note."""
    found: dict[int, tuple[str, list[Entry]]] = {}
    moves = Event.objects.filter(report__in=reports, kind=Event.Kind.MOVED).order_by("pk")
    for event in moves:
        found[event.report_id] = (event.note, [])
    for entry in Entry.objects.filter(report__in=reports).exclude(returned_note=""):
        found.setdefault(entry.report_id, ("", []))[1].append(entry)
    return found
