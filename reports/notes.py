"""Notes on a report or on one of its rows: whoever may read it may say something, and nothing said is unsaid.

A note changes no figure, so it is taken in every state of the report; it is an event, so it stays as written.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from agencies.models import Membership, User
from agencies.roles import Role
from reports import entries, notices
from reports.models import Entry, Event, Receipt, Report

MAX_NOTE = 2000  # characters


class NoteRefused(entries.Refused):
    """The text cannot be a note."""


def note(report: Report, text: str, *, by: User, key: str, entry: Entry | None = None) -> Event:
    """Keep what `by` says about the report, or about one `entry` of it, and tell those concerned of it.

    Returns it as the event it is.

    `key` names this note: sent again, it is answered with the same event. The roles of the writer there are
    kept with it. Raises NoteRefused for no text or too much, NotYours for who may not see the report and for
    the row of another report, KeyReused.
    """
    text = text.strip()
    if not text:
        raise NoteRefused("Tulis catatannya dahulu, lalu kirim.")
    if len(text) > MAX_NOTE:
        raise NoteRefused(
            f"Catatan ini {len(text)} karakter, paling banyak {MAX_NOTE}. Pendekkan, atau kirim sebagai "
            "dua catatan."
        )
    with transaction.atomic():
        held = entries.hold(report)
        roles = _roles(held, by)
        if entry is not None and entry.report_id != held.pk:
            raise entries.NotYours("Isian ini bukan bagian dari laporan tersebut.")
        about = f"note:{held.pk}:{entry.pk if entry else ''}"
        if known := entries.answered(about, by=by, key=key):
            return Event.objects.get(pk=known["event"])
        event = Event.objects.create(
            report=held,
            by=by,
            entry=entry,
            kind=Event.Kind.NOTED,
            subject=str(entry)[:120] if entry else "",
            after={"roles": roles},
            note=text,
        )
        Receipt.objects.create(user=by, key=key, about=about, answer={"event": event.pk})
        notices.noted(event)
    return event


def of(report: Report, entry: Entry | None = None) -> QuerySet[Event]:
    """Return the notes on a row, or all of a report with those on its rows; the newest first."""
    found = Event.objects.filter(report=report, kind=Event.Kind.NOTED).select_related("by", "entry")
    return found if entry is None else found.filter(entry=entry)


def _roles(report: Report, by: User) -> list[str]:
    """Return what `by` is there, in the order of the roles; a superuser needs no role. Raises NotYours."""
    here = Q(agency=report.agency_id) | Q(region=report.agency.region_id)
    held = set(Membership.objects.filter(here, user=by).values_list("role", flat=True))
    if not held and not by.is_superuser:
        raise entries.NotYours("Hanya yang dapat membaca laporan ini yang dapat memberi catatan.")
    return [role.value for role in Role if role in held]
