"""Moving a report from state to state: the only writer of a status, by the rows of reports.status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from agencies.models import Membership, User
from indicators.models import Indicator
from indicators.numbers import format_date
from reports import doubts, entries, issuing, notices, outcomes, signatures
from reports.models import Entry, Event, Extension, Report
from reports.signatures import Signature
from reports.status import EDITABLE, STEPS, Status, Step, step_between


class StepRefused(Exception):  # noqa: N818 - an answer, not a failure
    """Why a step cannot be taken, as an Indonesian sentence; nothing was changed.

    `field` names what was typed and is to be mended ("note", "closes", "reason"), "" where it is none of it.
    """

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


def steps_for(report: Report, user: User) -> list[Step]:
    """Return the steps `user` may take from where the report stands: its buttons."""
    roles = _roles(report, user)
    return [
        step
        for step in STEPS
        if step.source == report.status and (user.is_superuser or roles & set(step.roles))
    ]


def last_move(report: Report) -> int:
    """Return the key of the event that brought the report where it stands, 0 where nothing tells."""
    return _moves(report).values_list("pk", flat=True).first() or 0


def move(
    report: Report,
    to: Status,
    *,
    by: User,
    note: str = "",
    row_notes: Mapping[int, str] | None = None,
    seen: int | None = None,
    signature: Signature | None = None,
) -> Report:
    """Take the step to `to`; `row_notes` are notes on entries, by their key, for a report that goes back.

    `seen` is the last_move that `by` decided upon: nobody verifies or approves what was sent anew meanwhile,
    and the same step sent twice is taken once. Sending counts the sender's own rows as ready. `signature`
    is the one in ink that a step records; that step issues the document of the report. Raises StepRefused;
    then nothing has changed.
    """
    at = timezone.now()
    ready = _printed_ahead(report, to, by, signature, at)
    with transaction.atomic():
        held = entries.hold(report)
        if seen is not None and _is_taken(held, to, by, seen):
            return held
        _take(held, to, by=by, note=note, row_notes=row_notes, signature=signature)
        if signature is not None:
            _issue(held, signature, by=by, at=at, ready=ready)
        return held


def _printed_ahead(
    report: Report, to: Status, by: User, signature: Signature | None, at: dt.datetime
) -> issuing.Rendered | None:
    """Print what is about to be issued, while nobody waits for the report; None where it will be refused."""
    if signature is None or not any(s.target == to and s.records_signature for s in steps_for(report, by)):
        return None
    return issuing.ahead(report, signature.record(), by=by, at=at)


def _issue(
    report: Report, signature: Signature, *, by: User, at: dt.datetime, ready: issuing.Rendered | None
) -> None:
    try:
        issuing.issue_report(report, signature.record(), by=by, at=at, ready=ready)
    except issuing.IssueRefused as refusal:
        raise StepRefused(str(refusal)) from refusal


def _take(
    held: Report,
    to: Status,
    *,
    by: User,
    note: str,
    row_notes: Mapping[int, str] | None,
    signature: Signature | None,
) -> None:
    """Take a step of a held report, and log it."""
    note, notes = note.strip(), {pk: text.strip() for pk, text in (row_notes or {}).items() if text.strip()}
    step = _step(held, to, by)
    _refuse_notes(held, step, note, notes)
    _refuse_signature(held, step, signature)
    verifies_own = step.own_rows_bar and _entered_by(held, by)
    if verifies_own and not held.agency.allows_self_verification:
        raise StepRefused("Anda ikut mengisi laporan ini, jadi pemeriksaannya dilakukan verifikator lain.")
    if to == Status.OPEN:
        _refuse_dead_end(held)
    readied = _make_ready(held, by) if to == Status.SUBMITTED else []
    noted = list(held.entries.filter(pk__in=notes, ready=True).values_list("pk", flat=True))
    before: dict[str, Any] = {"status": held.status, "version": held.version}
    if step.new_version:
        before |= {"entries": _kept(held), "values": _figures(held)}
    held.status = to
    held.version += step.new_version
    held.save(update_fields=["status", "version"])
    # Only now, and only a report that is open again, lets its rows change.
    for pk, text in notes.items():
        held.entries.filter(pk=pk).update(returned_note=text, ready=False)
    after: dict[str, Any] = {"status": held.status, "version": held.version}
    if notes:
        after["row_notes"] = {str(pk): text for pk, text in notes.items()}
    if changed := dict.fromkeys(map(str, readied), True) | dict.fromkeys(map(str, noted), False):
        after["ready"] = changed
    if verifies_own:
        after["verified_own_rows"] = True
    if signature is not None:
        after["signature"] = signature.record()
    event = Event.objects.create(
        report=held, by=by, kind=Event.Kind.MOVED, subject=step.label, before=before, after=after, note=note
    )
    notices.moved(event, step, notes)


def shortcomings(report: Report) -> list[tuple[Entry, str]]:
    """Return what keeps the report from being sent: entries with the sentence that says what is missing."""
    found: list[tuple[Entry, str]] = []
    derived = report.codes_from_quarters()
    for entry in report.entries.all():
        if entry.state == Entry.State.NOT_FILLED:
            found.append((entry, entry.state_reason))
        elif _lacks_source(entry) and entry.definition["code"] not in derived:
            found.append((entry, "Lengkapi sumber, dokumen, dan tanggal dokumennya."))
        if _lacks_explanation(report, entry):
            found.append((entry, "Capaian di bawah target: tulis kendala dan tindak lanjutnya."))
    found += [
        (doubt.entry, doubt.oddity.sentence) for doubt in doubts.of_report(report) if not doubt.silenced
    ]
    return found


@transaction.atomic
def extend(report: Report, *, closes: dt.date, reason: str, by: User) -> Extension:
    """Let a report be filled until `closes`, after its period if need be. Raises StepRefused."""
    held = entries.hold(report)
    if not entries.may_grant(held.agency.region, by):
        raise StepRefused("Perpanjangan hanya diberikan oleh admin daerah.")
    if not reason.strip():
        raise StepRefused("Tulis alasan perpanjangan.", "reason")
    if held.status not in EDITABLE:
        raise StepRefused(held.availability(timezone.now()).why)
    if closes < timezone.localdate(timezone=held.agency.zone):
        raise StepRefused("Tanggal perpanjangan sudah lewat. Pilih hari ini atau sesudahnya.", "closes")
    before = held.last_day
    if closes <= before:
        raise StepRefused(
            f"Laporan ini sudah dapat diisi sampai {format_date(before)}. Pilih hari sesudahnya.", "closes"
        )
    extension = Extension(report=held, closes=closes, reason=reason.strip(), granted_by=by)
    try:
        extension.validate_constraints()
    except ValidationError as error:
        raise StepRefused(" ".join(error.messages), "closes") from error
    extension.save()
    held.extended_to = max(closes, held.extended_to or closes)
    entries.sum_up([held])
    Event.objects.create(
        report=held,
        by=by,
        kind=Event.Kind.EXTENDED,
        before={"closes": before.isoformat()},
        after={"closes": closes.isoformat()},
        note=reason.strip(),
    )
    return extension


def _moves(report: Report) -> QuerySet[Event]:
    """Return the events that brought the report where it stands, the newest first."""
    return report.events.filter(kind__in=(Event.Kind.OPENED, Event.Kind.MOVED)).order_by("-pk")


def _is_taken(report: Report, to: Status, by: User, seen: int) -> bool:
    """Say whether `by` took this very step after `seen`. Raises StepRefused when another step was taken."""
    moves = list(_moves(report).select_related("by").defer("before")[:2])
    if not moves or moves[0].pk == seen:
        return False
    last, *before = moves
    if last.by_id == by.pk and last.after.get("status") == to and [move.pk for move in before] == [seen]:
        return True
    raise StepRefused(
        f"Sejak Anda membuka halaman ini, {last.by} sudah menekan “{last.subject}”. "
        f"Laporan ini sekarang {report.get_status_display().lower()}. Periksa lagi, lalu putuskan."
    )


def _roles(report: Report, user: User) -> set[str]:
    here = Q(agency=report.agency) | Q(region=report.agency.region_id)
    return set(Membership.objects.filter(here, user=user).values_list("role", flat=True))


def _entered_by(report: Report, user: User) -> bool:
    # The log, not who wrote last: what somebody else writes beside a figure does not make it theirs.
    return report.events.filter(kind__in=(Event.Kind.VALUE, Event.Kind.ENTRY), by=user).exists()


def _step(report: Report, to: Status, by: User) -> Step:
    step = step_between(Status(report.status), to)
    if step is None or step not in steps_for(report, by):
        status = report.get_status_display().lower()
        raise StepRefused(f"Laporan yang {status} tidak dapat Anda ubah menjadi {to.label.lower()}.")
    return step


def _refuse_notes(report: Report, step: Step, note: str, row_notes: Mapping[int, str]) -> None:
    if step.needs_note and not note:
        raise StepRefused(f"Tulis alasannya sebelum menekan “{step.label}”.", "note")
    if row_notes and step.target != Status.RETURNED:
        raise StepRefused("Catatan per indikator hanya untuk laporan yang dikembalikan.")
    if report.entries.filter(pk__in=row_notes).count() != len(row_notes):
        raise StepRefused("Ada catatan untuk indikator yang bukan isi laporan ini. Muat ulang halaman ini.")


def _refuse_signature(report: Report, step: Step, signature: Signature | None) -> None:
    if not step.records_signature:
        if signature is not None:
            raise StepRefused("Tanda tangan hanya dicatat saat laporan disetujui.")
    elif signature is None:
        raise StepRefused("Catat tanda tangan basahnya: siapa yang menandatangani dan pada tanggal berapa.")
    elif why := signatures.refusal(report, signature):
        raise StepRefused(why)


def _refuse_dead_end(report: Report) -> None:
    """Refuse to take back what could not be sent again."""
    if timezone.now() >= report.closes:
        raise StepRefused(
            "Batas pengisian sudah lewat, jadi laporan yang ditarik tidak dapat dikirim lagi. "
            "Minta verifikator mengembalikannya bila perlu diperbaiki."
        )


def _make_ready(report: Report, by: User) -> list[int]:
    """Bring the report up to date for sending, or refuse; return the keys of the rows that became ready."""
    availability = report.availability(timezone.now())
    if not availability.editable:
        raise StepRefused(availability.why)
    entries.adopt(report, by=by)
    entries.compute(report)
    own = entries.own_codes(report, by)
    waiting = [
        e for e in report.entries.all() if not e.ready and own is not None and e.definition["code"] not in own
    ]
    missing = [*shortcomings(report), *((e, "Belum ditandai siap oleh bidangnya.") for e in waiting)]
    if missing:
        names = "; ".join(f"{row}: {sentence}" for row, sentence in missing[:3])
        more = f" Dan {len(missing) - 3} lagi." if len(missing) > 3 else ""
        raise StepRefused(f"Belum dapat dikirim. {names}{more}")
    readied = list(report.entries.filter(ready=False).order_by("pk").values_list("pk", flat=True))
    report.entries.exclude(returned_note="", ready=True).update(returned_note="", ready=True)
    return readied


def _lacks_source(entry: Entry) -> bool:
    is_external = entry.definition["kind"] == Indicator.Kind.EXTERNAL and not entry.not_applicable
    return is_external and not (entry.source and entry.document and entry.document_date)


def _lacks_explanation(report: Report, entry: Entry) -> bool:
    below = entry.achievement != "" and Decimal(entry.achievement) < 100
    return below and report.agency.requires_explanation and not (entry.obstacle and entry.follow_up)


def _kept(report: Report) -> list[dict[str, Any]]:
    """Return the rows of a version as it was, before the next one begins."""
    return [
        {"definition": entry.definition, **entries.typed(entry)}
        | {name: getattr(entry, name) for name in outcomes.COMPUTED}
        for entry in report.entries.all()
    ]


def _figures(report: Report) -> dict[str, str | None]:
    rows = report.values.values_list("element__code", "number")
    return {code: None if number is None else outcomes.plain(number) for code, number in rows}
