"""Notices: who is told what about a report, each thing once, in the portal and by mail.

A step and a note write their notices within their own transaction. What is due is written, and all mail is
sent (reports.mailing), by `manage.py send_notices` alone, so that no page ever waits for a mail server.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from agencies.models import Membership, User
from agencies.roles import Role
from indicators.numbers import format_date
from reports import entries, outcomes
from reports.models import Entry, Event, Notice, Report
from reports.status import EDITABLE, FILLERS, TURN, Status, Step

# Reminders, in days before the last day: H-1, H-3, H-7.
AHEAD = (1, 3, 7)
DECISIONS = {Status.SUBMITTED: "pemeriksaan", Status.VERIFIED: "persetujuan"}
_OF_KIND = {
    Notice.Kind.RETURNED: "Dikembalikan",
    Notice.Kind.DUE: "Batas pengisian",
    Notice.Kind.WAITING: "Menunggu keputusan Anda",
    Notice.Kind.NOTED: "Untuk diketahui",
}
_NOTE, _NOTE_HEADING = "note:", "Catatan baru"  # how the occasion of what tells of a note begins
HEADINGS = (*list(_OF_KIND.values())[:3], _NOTE_HEADING, _OF_KIND[Notice.Kind.NOTED])
SAID = 300  # characters of a note that its notice repeats


def tell(notices: Iterable[Notice]) -> None:
    """Write notices; whoever has been told the same already is not told again."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


# After a step


def moved(event: Event, step: Step, row_notes: Mapping[int, str]) -> None:
    """Tell about the step that `event` logs, within its transaction, everybody but who took it.

    `row_notes` are the notes on rows, by the key of the entry.
    """
    report, to = event.report, step.target
    kind, told = Notice.Kind.NOTED, {}
    if to == Status.RETURNED:
        what = "dibuka kembali" if step.new_version else "dikembalikan"
        kind = Notice.Kind.RETURNED
        told = _with_notes(report, f"{report} {what} oleh {event.by}: {event.note}", row_notes)
    elif to in DECISIONS:
        what = f"{to.label.lower()} oleh {event.by} dan menunggu {DECISIONS[to]} Anda"
        kind = Notice.Kind.WAITING
        told = dict.fromkeys(_staff(report, TURN[to]), f"{report} {what}.")
    elif to == Status.OPEN:
        what = f"ditarik kembali oleh {event.by}, jadi belum perlu diperiksa. Alasannya: {event.note}"
        told = dict.fromkeys(_staff(report, TURN[step.source]), f"{report} {what}")
    else:
        what = f"disetujui oleh {event.by}. Angkanya kini resmi"
        told = dict.fromkeys(_staff(report, FILLERS), f"{report} {what}.")
    tell(
        Notice(user=user, report=report, kind=kind, occasion=f"moved:{event.pk}", sentence=text)
        for user, text in told.items()
        if user != event.by
    )


def _with_notes(report: Report, sentence: str, row_notes: Mapping[int, str]) -> dict[User, str]:
    """Return who repairs a report that came back, each with the notes on the rows that are theirs.

    Notes on rows are for the units of these rows; without any, or where nobody fills them, all are told.
    """
    rows = list(report.entries.filter(pk__in=row_notes))
    noted, everybody = {}, {}
    for user in _staff(report, FILLERS):
        own = entries.own_codes(report, user)
        if own is not None and not own:
            continue  # the unit answers for nothing here
        everybody[user] = sentence
        mine = [row for row in rows if own is None or row.definition["code"] in own]
        if mine:
            noted[user] = "\n".join([sentence, *(f"{row}: {row_notes[row.pk]}" for row in mine)])
    return noted or everybody


def _staff(report: Report, roles: Iterable[Role]) -> list[User]:
    """Return the active users who hold one of `roles` in the agency of the report."""
    seats = Membership.objects.filter(agency=report.agency_id, role__in=roles)
    return list(User.objects.filter(pk__in=seats.values("user"), is_active=True).order_by("pk"))


# After a note


def noted(event: Event) -> None:
    """Tell about the note that `event` logs, within its transaction, everybody concerned but its writer.

    Concerned are those whose turn it is (of the operators those of the row's unit), those who filled the row,
    and those who wrote a note there before.
    """
    report, entry = event.report, event.entry
    people = {*_whose_turn(report, entry), *_took_part(report, entry)} - {event.by}
    place = f"“{entry}”, {report}" if entry else str(report)
    said = Truncator(" ".join(event.note.split())).chars(SAID)
    tell(
        Notice(
            user=user,
            report=report,
            kind=Notice.Kind.NOTED,
            occasion=f"{_occasion(entry)}{event.pk}",
            sentence=f"{event.by} memberi catatan pada {place}:\n{said}",
        )
        for user in sorted(people, key=lambda user: user.pk)
    )


def looked_at(report: Report, user: User, entry: Entry | None = None) -> None:
    """Settle what tells `user` of notes on a row, or of all notes of a report: they stand on the page."""
    rows = Notice.objects.filter(user=user, report=report)
    mark_read(rows.filter(occasion__startswith=_occasion(entry) if entry else _NOTE))


def place(notice: Notice) -> str:
    """Return the address of what a notice is about: the report, its notes, or those of one row."""
    report = notice.report.get_absolute_url()
    if not notice.occasion.startswith(_NOTE):
        return report
    row = int(notice.occasion.split(":")[1])
    return reverse("entry-notes", args=[notice.report_id, row]) if row else f"{report}#catatan"


def _occasion(entry: Entry | None) -> str:
    return f"{_NOTE}{entry.pk if entry else 0}:"


def _whose_turn(report: Report, entry: Entry | None) -> list[User]:
    people = _staff(report, TURN.get(Status(report.status), ()))
    if entry is None or report.status not in EDITABLE:
        return people
    codes = {user: entries.own_codes(report, user) for user in people}
    return [user for user, own in codes.items() if own is None or entry.definition["code"] in own]


def _took_part(report: Report, entry: Entry | None) -> QuerySet[User]:
    """Return who wrote notes there before and, of a row, who wrote its figures and texts."""
    here = Q(kind=Event.Kind.NOTED, entry=entry)
    if entry is not None:
        used = outcomes.names(entry.definition)
        here |= Q(kind=Event.Kind.ENTRY, entry=entry)
        here |= Q(kind=Event.Kind.VALUE, value__element__code__in=used)
    writers = report.events.filter(here).order_by().values("by")
    return User.objects.filter(pk__in=writers, is_active=True)


# Before the last day


def due(now: dt.datetime) -> list[Notice]:
    """Return the reminders that are to be given at `now`, not yet written.

    Only the nearest of H-7, H-3 and H-1 that has been reached, by the calendar of the agency; whoever had it
    gets none. Told are those who fill the whole report, and the operators of units with a row that is empty
    or not ready. The occasion names the last day, so that an extension begins anew.
    """
    yesterday = now.date() - dt.timedelta(days=1)  # today has not begun everywhere
    near = Q(period__closes__gte=yesterday) | Q(extensions__closes__gte=yesterday)
    reports = (
        Report.objects.filter(near, status__in=EDITABLE)
        .select_related("agency__region", "period")
        .prefetch_related("extensions")
        .distinct()
    )
    found = []
    for report in reports:
        reached = [ahead for ahead in AHEAD if days_left(report, now) <= ahead]
        if reached and report.availability(now).editable:
            found += _reminders(report, f"due:{reached[0]}:{report.last_day.isoformat()}")
    return found


def days_left(report: Report, now: dt.datetime) -> int:
    """Return the days until the last day on the calendar of the agency: 0 on the day itself."""
    return (report.last_day - timezone.localdate(now, report.agency.zone)).days


def _reminders(report: Report, occasion: str) -> list[Notice]:
    had = set(report.notices.filter(occasion=occasion).values_list("user", flat=True))
    untold = [user for user in _staff(report, FILLERS) if user.pk not in had]
    if not untold:
        return []
    admins = set(_staff(report, [Role.AGENCY_ADMIN]))
    rows, end = list(report.entries.all()), format_date(report.last_day)
    until = f"{report} dapat diisi sampai {end} pukul 23.59 {report.agency.get_time_zone_display()}."
    found = []
    for user in untold:
        own = entries.own_codes(report, user)
        mine = [row for row in rows if own is None or row.definition["code"] in own]
        # Who fills the whole report marks no rows: sending does.
        lacking = sum(
            row.state == Entry.State.NOT_FILLED
            or (not row.ready and (own is not None or row.returned_note != ""))
            for row in mine
        )
        if not lacking and own is not None and user not in admins:
            continue
        rest = f"{lacking} dari {len(mine)} isian Anda belum siap." if lacking else "Tinggal dikirim."
        found.append(
            Notice(
                user=user,
                report=report,
                kind=Notice.Kind.DUE,
                occasion=occasion,
                sentence=f"{until} {rest}",
            )
        )
    return found


# Reading


def of(user: User) -> QuerySet[Notice]:
    """Return the notices of `user` about reports the user may still see, the newest first."""
    moves = Event.objects.filter(report=OuterRef("report"), kind=Event.Kind.MOVED).order_by("-pk")
    return (
        Notice.objects.filter(user=user, report__in=Report.objects.visible_to(user))
        .select_related("report__agency__region", "report__period")
        .prefetch_related("report__extensions")
        .annotate(last_move=Subquery(moves.values("pk")[:1]))
    )


def unread_count(user: User) -> int:
    """Return how many notices still ask something of `user`: unread, and not settled meanwhile."""
    now = timezone.now()
    return sum(not settled(notice, now) for notice in of(user).filter(read_at=None))


def heading(notice: Notice) -> str:
    """Return what a notice is about in two or three words, one of HEADINGS."""
    return _NOTE_HEADING if notice.occasion.startswith(_NOTE) else _OF_KIND[Notice.Kind(notice.kind)]


def mark_read(notices: QuerySet[Notice]) -> None:
    """Mark notices as read now; what has been read keeps its time."""
    notices.filter(read_at=None).update(read_at=timezone.now())


def settled(notice: Notice, now: dt.datetime) -> str:
    """Say why nothing is left to do about a notice, as a few words; "" while there is. Takes rows of `of`."""
    report = notice.report
    if notice.kind == Notice.Kind.DUE:
        if report.status not in EDITABLE:
            return "sudah dikirim"
        if not notice.occasion.endswith(report.last_day.isoformat()):
            return "batasnya diperpanjang"
        return "batasnya sudah lewat" if now >= report.closes else ""
    moved_on = notice.occasion != f"moved:{notice.last_move}"  # type: ignore[attr-defined]  # annotated
    if notice.kind == Notice.Kind.RETURNED and moved_on:
        return "sudah dikirim lagi"
    return "tidak menunggu lagi" if notice.kind == Notice.Kind.WAITING and moved_on else ""
