"""Notices: who is told what about a report, each thing once, in the portal and by mail.

A step writes its notices within its own transaction. What is due is written, and all mail is sent, by
`manage.py send_notices` alone, so that no page ever waits for a mail server.

A notice counts as mailed only once the mail server has taken it. A crash between the two may repeat one
mail; it never loses one.
"""

from __future__ import annotations

import datetime as dt
import fcntl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership, User
from agencies.roles import Role
from indicators.numbers import format_date
from reports import entries
from reports.models import Entry, Event, Notice, Report
from reports.status import EDITABLE, FILLERS, TURN, Status, Step

# Reminders, in days before the last day: H-1, H-3, H-7.
AHEAD = (1, 3, 7)
DECISIONS = {Status.SUBMITTED: "pemeriksaan", Status.VERIFIED: "persetujuan"}


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
    """Return how many notices `user` has not read, by one query."""
    return Notice.objects.filter(user=user, read_at=None, report__in=Report.objects.visible_to(user)).count()


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


# Mailing


@dataclass(frozen=True)
class Item:
    """One thing in a mail: the paragraphs to read, and the address to open."""

    lines: list[str]
    url: str


@dataclass(frozen=True)
class Digest:
    """One mail to one user: its items by heading, and the notices it makes known."""

    user: User
    sections: list[tuple[str, list[Item]]]
    tasks: int
    notices: list[Notice]

    @property
    def message(self) -> EmailMessage:
        """The mail as it is sent."""
        context = {
            "digest": self,
            "count": sum(len(items) for _, items in self.sections),
            "list_url": f"{settings.PORTAL_URL}{reverse('notice-list')}",
        }
        subject, body = (
            render_to_string(f"reports/mail/digest_{part}.txt", context).strip()
            for part in ("subject", "message")
        )
        return EmailMessage(subject, f"{body}\n", to=[self.user.email])


HEADINGS = {
    Notice.Kind.RETURNED: "Dikembalikan",
    Notice.Kind.DUE: "Batas pengisian",
    Notice.Kind.WAITING: "Menunggu keputusan Anda",
    Notice.Kind.NOTED: "Untuk diketahui",
}


def addressees() -> QuerySet[User]:
    """Return the users to whom something may have to be mailed: active, with an address."""
    waiting = Notice.objects.filter(mailed_at=None, read_at=None)
    return User.objects.filter(pk__in=waiting.values("user"), is_active=True).exclude(email="").order_by("pk")


def digest(user: User, now: dt.datetime) -> Digest | None:
    """Return the mail that tells `user` everything unread, unmailed and unsettled; None when that is nothing.

    Of several reminders about one report only the last stands in it, and it makes the others known too.
    """
    waiting = of(user).filter(mailed_at=None, read_at=None)
    fresh = [notice for notice in waiting if not settled(notice, now)]
    shown: dict[object, Notice] = {}
    for notice in fresh:  # the newest first
        shown.setdefault(notice.report_id if notice.kind == Notice.Kind.DUE else notice, notice)
    by_kind = [
        (kind, heading, [_item(notice, now) for notice in shown.values() if notice.kind == kind])
        for kind, heading in HEADINGS.items()
    ]
    tasks = sum(len(items) for kind, _, items in by_kind if kind != Notice.Kind.NOTED)
    sections = [(heading, items) for _, heading, items in by_kind if items]
    return Digest(user, sections, tasks, fresh) if fresh else None


def _item(notice: Notice, now: dt.datetime) -> Item:
    lines = notice.sentence.splitlines()
    if notice.kind == Notice.Kind.DUE:
        left = days_left(notice.report, now)
        lines[0] += f" Tinggal {left} hari." if left else " Hari ini hari terakhir."
    return Item(lines, f"{settings.PORTAL_URL}{reverse('notice-open', args=[notice.pk])}")


def mail(user: User, now: dt.datetime) -> Digest | None:
    """Mail `user` what is to be told, and return it; None when that is nothing or another process is at it.

    Raises what the mail server brings about (OSError, of which SMTPException is one, or ValueError for an
    address no mail can have); then nothing counts as mailed.
    """
    with _alone_with(user) as alone:
        told = digest(user, now) if alone else None
        if told is None:
            return None
        if told.message.send() != 1:
            raise SMTPException("Server surel tidak menerima surel ini.")
        sent = Notice.objects.filter(pk__in=[notice.pk for notice in told.notices])
        sent.update(mailed_at=timezone.now())
    return told


@contextmanager
def _alone_with(user: User) -> Iterator[bool]:
    """Say whether this process is the only one that mails `user`, and keep it so.

    The lock stands beside the rows: held as long as a mail server likes, a lock on rows, or the one on the
    whole of SQLite, would make pages wait for that server. Both locks end with the process, however it ends.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"notices:{user.pk}"]
            )
            yield cursor.fetchone()[0]
        return
    with (settings.VAR_DIR / "notices.lock").open("w") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, user.pk)  # the byte at the user's key
        except OSError:
            yield False
        else:
            yield True
