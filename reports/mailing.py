"""Mailing notices: one digest to each user, of everything unread, unmailed and unsettled.

A notice counts as mailed only once the mail server has taken it. A crash between the two may repeat one
mail; it never loses one.
"""

from __future__ import annotations

import datetime as dt
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from agencies.models import User
from reports import notices
from reports.models import Notice


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


def addressees() -> QuerySet[User]:
    """Return the users to whom something may have to be mailed: active, with an address."""
    waiting = Notice.objects.filter(mailed_at=None, read_at=None)
    return User.objects.filter(pk__in=waiting.values("user"), is_active=True).exclude(email="").order_by("pk")


def digest(user: User, now: dt.datetime) -> Digest | None:
    """Return the mail that tells `user` everything unread, unmailed and unsettled; None when that is nothing.

    Of several reminders about one report only the last stands in it, and it makes the others known too.
    """
    waiting = notices.of(user).filter(mailed_at=None, read_at=None)
    fresh = [notice for notice in waiting if not notices.settled(notice, now)]
    shown: dict[object, Notice] = {}
    for notice in fresh:  # the newest first
        shown.setdefault(notice.report_id if notice.kind == Notice.Kind.DUE else notice, notice)
    by_heading: dict[str, list[Item]] = {heading: [] for heading in notices.HEADINGS}
    for notice in shown.values():
        by_heading[notices.heading(notice)].append(_item(notice, now))
    tasks = sum(notice.kind != Notice.Kind.NOTED for notice in shown.values())
    sections = [(heading, items) for heading, items in by_heading.items() if items]
    return Digest(user, sections, tasks, fresh) if fresh else None


def _item(notice: Notice, now: dt.datetime) -> Item:
    lines = notice.sentence.splitlines()
    if notice.kind == Notice.Kind.DUE:
        left = notices.days_left(notice.report, now)
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
