"""What waits for the reader, and all reports the reader may see."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.accounts import UserRequest
from agencies.models import User
from agencies.searching import words_sought
from indicators.models import Indicator
from reports.models import Availability, Entry, Event, Period, Report
from reports.status import EDITABLE, FILLERS, GRANTERS, TURN, Status

PAGE_SIZE = 25
LATE = (
    "Isian yang sudah tersimpan tetap aman. Minta perpanjangan kepada admin daerah supaya dapat dilengkapi."
)
PERIOD = re.compile(r"(?P<year>[0-9]{4})(-(?P<part>[1-5]))?")  # how the address names a year or one period


@dataclass(frozen=True)
class Share:
    """How far the rows are for which one unit of the reader answers."""

    unit: str
    done: int
    total: int


@dataclass
class Task:
    """A report somebody must do something about: until when, how far it is, what came back with it.

    `rows` carry a note, those of the reader's own units first; without a unit all are the reader's own.
    """

    report: Report
    availability: Availability
    days_left: int
    done: int
    total: int
    shares: list[Share] = field(default_factory=list)
    note: str = ""
    rows: list[Entry] = field(default_factory=list)

    @property
    def is_late(self) -> bool:
        """Whether it could have been filled and can no more."""
        return self.report.status in EDITABLE and self.days_left < 0

    @property
    def action(self) -> str:
        """The verb of its button."""
        if self.is_late:
            return "Lihat"
        return {Status.RETURNED: "Perbaiki", Status.OPEN: "Isi"}.get(Status(self.report.status), "Periksa")


@dataclass(frozen=True)
class Tasks:
    """The tasks of one user: what can be done now, what could have been filled, and what opens next."""

    now: list[Task]
    late: list[Task]
    next: Task | None

    def of(self, *statuses: Status) -> list[Task]:
        """Return what can be done now about reports of these statuses."""
        return [task for task in self.now if task.report.status in statuses]


def tasks_of(user: User) -> Tasks:
    """Return the tasks of `user`, the earliest due first; the number of queries is fixed."""
    now = timezone.now()
    tasks = _tasks(user, now)
    upcoming = [task for task in tasks if task.report.status in EDITABLE and task.report.opens > now]
    late = [task for task in tasks if task.is_late]
    return Tasks(
        now=[task for task in tasks if task not in upcoming and task not in late],
        late=late,
        next=min(upcoming, key=lambda task: task.report.period.opens, default=None),
    )


@require_safe
def task_list(request: UserRequest) -> HttpResponse:
    """Show what the user must fill by its due date, what came back, and what waits for a decision."""
    tasks = tasks_of(request.user)
    sections = [
        ("kembali", "Dikembalikan dengan catatan", "", tasks.of(Status.RETURNED)),
        ("isi-tugas", "Harus diisi", "", tasks.of(Status.OPEN)),
        ("tunggu", "Menunggu keputusan Anda", "", tasks.of(Status.SUBMITTED, Status.VERIFIED)),
        ("lewat", "Batas pengisian sudah lewat", LATE, tasks.late),
    ]
    context = {
        "sections": [section for section in sections if section[-1]],
        "tasks": tasks,
        "only_reads": not _takes_turns(request.user),
        "keeps_periods": _keeps_periods(request.user),
    }
    return render(request, "reports/task_list.html", context)


@require_safe
def report_list(request: UserRequest) -> HttpResponse:
    """List the reports the user may see, newest period first, by period, status and agency, with counts."""
    visible = Report.objects.visible_to(request.user)
    years: dict[str, list[tuple[str, str]]] = {}
    periods = Period.objects.filter(reports__in=visible).values_list("year", "part").distinct()
    for year, part in periods.order_by("-year", "-part"):
        years.setdefault(str(year), []).append((f"{year}-{part}", str(Period(year=year, part=part))))
    asked = asked_of(request)
    rows = found(request.user, asked)
    numbers = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    context = {
        "page_obj": Paginator(listed(rows, asked), PAGE_SIZE).get_page(request.GET.get("page")),
        "years": years,
        "asked": asked,
        "counts": [
            (status, numbers.get(status, 0), _address(asked | {"status": status.value})) for status in Status
        ],
        "all_count": sum(numbers.values()),
        "all_address": _address(asked | {"status": ""}),
        "here": _address(asked),
        "keeps_periods": _keeps_periods(request.user),
    }
    return render(request, "reports/report_list.html", context)


def asked_of(request: HttpRequest) -> dict[str, str]:
    """Return what of the list of reports is asked for: periode, status and q, empty where nothing is said."""
    asked = {name: request.GET.get(name, "").strip() for name in ("periode", "status")}
    return asked | {"q": words_sought(request)}


def found(user: User, asked: Mapping[str, str]) -> QuerySet[Report]:
    """Return the reports `user` may see of the period and the agencies that are asked for."""
    rows = Report.objects.visible_to(user)
    if period := PERIOD.fullmatch(asked["periode"]):
        named = {f"period__{name}": value for name, value in period.groupdict().items() if value}
        rows = rows.filter(**named)
    if query := asked["q"]:
        rows = rows.filter(Q(agency__name__icontains=query) | Q(agency__short_name__icontains=query))
    return rows


def listed(reports: QuerySet[Report], asked: Mapping[str, str]) -> QuerySet[Report]:
    """Return the reports of the status that is asked for as the list has them, counted and in order."""
    if asked["status"] in Status:
        reports = reports.filter(status=asked["status"])
    return _counted(reports).order_by("-period__year", "-period__part", "agency__name")


def _address(asked: dict[str, str]) -> str:
    """Return the query of the address that asks for this."""
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"


def _counted(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Add to each report how many entries it has and how many of them are filled."""
    return reports.select_related("agency__region", "period").annotate(
        entry_count=Count("entries"),
        done_count=Count("entries", filter=~Q(entries__state=Entry.State.NOT_FILLED)),
    )


def _keeps_periods(user: User) -> bool:
    """Whether `user` opens periods of some region and grants more time."""
    return user.is_superuser or user.memberships.filter(role__in=GRANTERS).exists()


def _takes_turns(user: User) -> bool:
    """Whether any step of a report is ever up to `user`."""
    roles = {role for takers in TURN.values() for role in takers}
    return user.is_superuser or user.memberships.filter(role__in=roles).exists()


def _tasks(user: User, now: dt.datetime) -> list[Task]:
    """Return the reports whose next step is the user's, the earliest due first; the queries are fixed."""
    reports = list(_counted(Report.objects.waiting_for(user)).prefetch_related("extensions"))
    seats = user.memberships.filter(role__in=FILLERS).values_list("agency", "unit")
    whole = {agency for agency, unit in seats if unit is None}
    units = [unit for agency, unit in seats if agency not in whole]
    shares = _shares(reports, units)
    notes = _notes([report for report in reports if report.status == Status.RETURNED], units)
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
                shares.get(report.pk, []),
                note,
                rows,
            )
        )
    return sorted(tasks, key=lambda task: (task.availability.closes, task.report.agency.name))


def _shares(reports: list[Report], units: list[int]) -> dict[int, list[Share]]:
    """Return how far the rows of each of `units` are, by report."""
    rows = Entry.objects.filter(report__in=reports, indicator__units__in=units)
    counted = (
        rows.order_by()
        .values_list("report", "indicator__units", "indicator__units__name")
        .annotate(done=Count("pk", filter=~Q(state=Entry.State.NOT_FILLED)), total=Count("pk"))
        .order_by("indicator__units__name")
    )
    found: dict[int, list[Share]] = {}
    for report, unit, name, done, total in counted:
        if unit in units:
            found.setdefault(report, []).append(Share(name, done, total))
    return found


def _notes(reports: list[Report], units: list[int]) -> dict[int, tuple[str, list[Entry]]]:
    """Return why each report came back, and its rows that carry a note, those of `units` first."""
    found: dict[int, tuple[str, list[Entry]]] = {}
    moves = Event.objects.filter(report__in=reports, kind=Event.Kind.MOVED).order_by("pk")
    for report, note in moves.values_list("report", "note"):
        found[report] = (note, [])
    own = Indicator.objects.filter(pk=OuterRef("indicator"), units__in=units)
    marked = Entry.objects.filter(report__in=reports).exclude(returned_note="")
    for entry in marked.annotate(is_own=Exists(own)).order_by("-is_own", "position"):
        found.setdefault(entry.report_id, ("", []))[1].append(entry)
    return found
