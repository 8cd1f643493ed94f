"""The log: what changed and who downloaded what, of the agencies and of the reports, in one list by time.

Agencies, targets, sets and accounts have records (agencies.audit), reports have events. Each kind is read in
the order of its own keys and the two are merged by time, so that a page costs the same however long they are.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.accounts import UserRequest
from agencies.downloads import downloaded
from agencies.harmless import harmless
from agencies.models import Agency, AuditRecord, Region, User
from agencies.roles import LOG_ROLES
from indicators.forms.fields import DayField
from reports import printed
from reports.models import Event
from reports.views import history
from reports.views.log_words import Change, Words, moment, tables

PER_PAGE = 50
PER_BATCH = 500
SYSTEM = "Sistem"
COLUMNS = ("Waktu", "Siapa", "Kejadian", "Tentang", "Perangkat daerah", "Perubahan", "Catatan")


class LogFilter(forms.Form):
    """What of the log is shown."""

    q = forms.CharField(label="Cari kata", required=False, max_length=100)
    perangkat = forms.ModelChoiceField(
        Agency.objects.none(), label="Perangkat daerah", required=False, empty_label="Semua"
    )
    siapa = forms.CharField(label="Nama atau akun", required=False, max_length=100)
    jenis = forms.ChoiceField(
        label="Kejadian",
        required=False,
        choices=[
            ("", "Semua"),
            ("Data dan akun", list(AuditRecord.Kind.choices)),
            ("Laporan", list(Event.Kind.choices)),
        ],
    )
    dari = DayField(label="Dari tanggal", required=False)
    sampai = DayField(label="Sampai tanggal", required=False)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.fields["perangkat"].queryset = Agency.objects.logged_for(reader)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say at the field that the days are swapped."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("dari"), data.get("sampai")
        if since and until and until < since:
            self.add_error("sampai", "Tanggal akhir mendahului tanggal awal. Periksa apakah tertukar.")
        return data

    def records(self) -> QuerySet[AuditRecord]:
        """Return the records that are asked for, the last first; none while the form is wrong."""
        rows = AuditRecord.objects.visible_to(self.reader).select_related("by", "agency", "region")
        named = [
            (str(model._meta.verbose_name), table)  # noqa: SLF001 - public in Django
            for table, model in tables().items()
        ]
        for word in self._words():
            of = [table for name, table in named if word.casefold() in name.casefold()]
            rows = rows.annotate(was=Cast("before", TextField()), now=Cast("after", TextField())).filter(
                Q(subject__icontains=word)
                | Q(note__icontains=word)
                | Q(was__icontains=word)
                | Q(now__icontains=word)
                | Q(table__in=of)
            )
        return self._narrowed(rows, "agency", AuditRecord.Kind.values)

    def events(self) -> QuerySet[Event]:
        """Return the events of reports that are asked for, the last first; none while the form is wrong."""
        rows = Event.objects.select_related("by", "entry", "report__agency", "report__period")
        rows = rows.filter(report__agency__in=Agency.objects.logged_for(self.reader))
        for word in self._words():
            rows = rows.annotate(was=Cast("before", TextField()), now=Cast("after", TextField())).filter(
                Q(subject__icontains=word)
                | Q(note__icontains=word)
                | Q(was__icontains=word)
                | Q(now__icontains=word)
            )
        return self._narrowed(rows, "report__agency", Event.Kind.values)

    def _words(self) -> list[str]:
        return str(self.cleaned_data.get("q", "")).split() if self.is_valid() else []

    def _narrowed(self, rows: QuerySet[Any], agency: str, kinds: list[str]) -> QuerySet[Any]:
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if asked["jenis"]:
            rows = rows.filter(kind=asked["jenis"]) if asked["jenis"] in kinds else rows.none()
        if asked["perangkat"]:
            rows = rows.filter(**{agency: asked["perangkat"]})
        if asked["siapa"].casefold() == SYSTEM.casefold():
            rows = rows.filter(by=None)
        for word in [] if asked["siapa"].casefold() == SYSTEM.casefold() else asked["siapa"].split():
            rows = rows.filter(Q(by__name__icontains=word) | Q(by__username__icontains=word))
        if asked["dari"]:
            rows = rows.filter(at__gte=self._midnight(asked["dari"]))
        if asked["sampai"]:
            rows = rows.filter(at__lt=self._midnight(asked["sampai"] + dt.timedelta(days=1)))
        return rows.order_by("-pk")

    def _midnight(self, day: dt.date) -> dt.datetime:
        agency = self.cleaned_data["perangkat"]
        zone = agency.zone if agency else timezone.get_default_timezone()
        return dt.datetime.combine(day, dt.time(), zone)


@dataclass(frozen=True)
class Place:
    """How far the list was read: the keys of the last record and the last event shown; None: none yet."""

    record: int | None = None
    event: int | None = None

    @classmethod
    def read(cls, text: str) -> Place:
        """Read "12-34" as `str` writes it; anything else is the beginning."""
        found = re.fullmatch(r"(\d{1,18})?-(\d{1,18})?", text)
        return cls(*(int(key) if key else None for key in found.groups())) if found else cls()

    def __str__(self) -> str:
        return f"{'' if self.record is None else self.record}-{'' if self.event is None else self.event}"


@dataclass(frozen=True)
class Line:
    """A record or an event in words. `whole` says that the changes are those of a row made or deleted."""

    at: str
    who: str
    title: str
    about: str
    url: str
    place: str
    changes: list[Change]
    note: str
    whole: bool = False


@require_safe
def audit_log(request: UserRequest) -> HttpResponse:
    """List what happened, the last first; older pages go on where the last one ended."""
    form = _filter(request)
    here = Place.read(request.GET.get("sebelum", ""))
    lines, older = _page(form, here, PER_PAGE)
    context = {
        "form": form,
        "lines": lines,
        "older": older,
        "is_first": here == Place(),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "system": SYSTEM,
    }
    return render(request, "reports/audit_log.html", context)


@require_safe
def audit_log_download(request: UserRequest) -> HttpResponseBase:
    """Send what the filter leaves of the log as CSV, row by row, and log that too."""
    form = _filter(request)
    headers = {
        "Content-Disposition": f'attachment; filename="catatan-{timezone.localdate():%Y-%m-%d}.csv"',
        "Cache-Control": "private, no-store",
    }
    if not form.is_valid():
        return render(
            request, "reports/audit_log.html", {"form": form, "is_filtered": True, "is_first": True}
        )
    if request.method == "HEAD":
        return HttpResponse(content_type="text/csv; charset=utf-8", headers=headers)
    asked = [f"{form.fields[name].label}: {form.data[name]}" for name in form.fields if form.data.get(name)]
    records = [
        downloaded("Catatan (CSV)", by=request.user, agency=agency, region=region, note=", ".join(asked))
        for agency, region in _places(request.user, form.cleaned_data["perangkat"])
    ]
    return StreamingHttpResponse(
        _csv(form, Place(records[0].pk)), content_type="text/csv; charset=utf-8", headers=headers
    )


def _places(reader: User, asked: Agency | None) -> list[tuple[Agency | None, Region | None]]:
    """Return whose log is sent: each of them is told so; of the whole portal nobody but its superusers."""
    if asked:
        return [(asked, None)]
    if reader.is_superuser:
        return [(None, None)]
    held = reader.memberships.filter(role__in=LOG_ROLES).select_related("agency__region", "region")
    return list({(seat.agency_id, seat.region_id): (seat.agency, seat.region) for seat in held}.values())


def _filter(request: UserRequest) -> LogFilter:
    if not request.user.reads_log:
        raise Http404
    return LogFilter(request.GET, reader=request.user)


def _page(form: LogFilter, here: Place, size: int) -> tuple[list[Line], Place | None]:
    """Return up to `size` lines that are older than `here`, and where the next page begins, if one does."""
    records, events = form.records(), form.events()
    if here.record is not None:
        records = records.filter(pk__lt=here.record)
    if here.event is not None:
        events = events.filter(pk__lt=here.event)
    rows = _merged(list(records[: size + 1]), list(events[: size + 1]))
    shown, more = rows[:size], rows[size:]
    words = Words.of(row for row in shown if isinstance(row, AuditRecord))
    last: dict[type[Model], int] = {type(row): row.pk for row in shown}
    older = Place(last.get(AuditRecord, here.record), last.get(Event, here.event))
    lines = [_of_event(row) if isinstance(row, Event) else _of_record(row, words) for row in shown]
    return lines, older if more else None


def _merged(records: list[AuditRecord], events: list[Event]) -> list[AuditRecord | Event]:
    """Merge by time; each list keeps its own order, so that no page skips a row written out of time."""
    merged: list[AuditRecord | Event] = []
    while records or events:
        takes_record = bool(records) and (not events or records[0].at >= events[0].at)
        merged.append(records.pop(0) if takes_record else events.pop(0))
    return merged


def _of_event(event: Event) -> Line:
    report = event.report
    return Line(
        at=printed.moment(event.at, report),
        who=str(event.by),
        title=history.title(event),
        about=f"Laporan {report.period}",
        url=report.get_absolute_url(),
        place=report.agency.short_name,
        changes=history.differences(event.before or {}, event.after or {}, event.entry),
        note=event.note,
    )


def _of_record(record: AuditRecord, words: Words) -> Line:
    place = record.agency.short_name if record.agency else str(record.region) if record.region else ""
    return Line(
        at=moment(record.at, record.agency),
        who=str(record.by) if record.by else SYSTEM,
        title=words.title(record),
        about=record.subject,
        url="",
        place=place,
        changes=words.changes(record),
        note=record.note,
        whole=record.kind in (AuditRecord.Kind.CREATED, AuditRecord.Kind.DELETED),
    )


class _Echo:
    """A file that hands back what is written into it."""

    def write(self, text: str) -> str:
        return text


def _csv(form: LogFilter, here: Place | None) -> Iterator[str]:
    """Yield what is older than `here` as a CSV file that Indonesian spreadsheets open: mark, semicolons."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(COLUMNS)
    while here is not None:
        lines, here = _page(form, here, PER_BATCH)
        for line in lines:
            changes = "; ".join(f"{label}: {_change(old, new)}" for label, old, new in line.changes)
            cells = (line.at, line.who, line.title, line.about, line.place, changes, line.note)
            yield writer.writerow([harmless(cell) for cell in cells])


def _change(old: str, new: str) -> str:
    return f"{old} → {new}" if old and new else old or new
