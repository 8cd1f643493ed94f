"""Issuing documents: freeze what is said, store the bytes that say it, never change either.

The file is stored under its own hash before the row that names it, so a row never lacks its file. What a
failure in between leaves is a file that nobody names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from agencies.models import Agency, User
from indicators import sets
from indicators.models import IndicatorSet
from reports.documents import iku, measurement, printing
from reports.documents.canonical import canonical, fingerprint
from reports.models import Event, IssuedDocument, Report
from reports.pdf import MissingGlyphs
from reports.status import Status

Kind = IssuedDocument.Kind


class IssueRefused(Exception):  # noqa: N818 - an answer, not a failure
    """Why a document cannot be issued, as an Indonesian sentence; nothing was changed."""


class DamagedFile(Exception):  # noqa: N818 - a state of the storage
    """The stored bytes are missing or are not those that were issued."""


@dataclass(frozen=True)
class Rendered:
    """Frozen data as canonical text, and the PDF made of it."""

    content: str
    pdf: bytes


# Reports


def ahead(report: Report, signed: Mapping[str, Any], *, by: User, at: dt.datetime) -> Rendered | None:
    """Make the document of a report that `by` is about to approve at `at`, before the transaction begins.

    Printing takes seconds, in which nobody could write. None where it cannot be printed: issuing says why.
    """
    try:
        return _rendered(measurement.build(report, at=at, signed=signed, approved_by=str(by)))
    except MissingGlyphs:
        return None


@transaction.atomic
def issue_report(
    report: Report, signed: Mapping[str, Any], *, by: User, at: dt.datetime, ready: Rendered | None = None
) -> IssuedDocument:
    """Issue the measurement of an approved report that carries the signature `signed` (Signature.record).

    `ready` is what `ahead` made; it counts if the report still says the same. The document before it, of an
    earlier version of the report, is superseded for the reason the report was opened again. Raises
    IssueRefused.
    """
    content = measurement.build(report, at=at, signed=signed, approved_by=str(by))
    before = IssuedDocument.objects.current().filter(report=report).first()
    reason = _why_opened_again(report) if before else ""
    place = {"kind": Kind.MEASUREMENT, "report": report, "agency": report.agency}
    return _issue(content, place, by=by, at=at, before=before, reason=reason, ready=ready)


def approval(report: Report) -> Event | None:
    """Return the event that approved a report as it stands, None where it is not approved."""
    if report.status != Status.APPROVED:
        return None
    moves = report.events.filter(kind=Event.Kind.MOVED).select_related("by").order_by("-pk")
    return next((move for move in moves[:1] if move.after.get("signature")), None)


def _why_opened_again(report: Report) -> str:
    moves = report.events.filter(kind=Event.Kind.MOVED).order_by("-pk")
    notes = (m.note for m in moves if m.before.get("status") == Status.APPROVED)
    return next(notes, "") or "Laporan dibuka kembali dan disetujui lagi."


# IKU sets


@transaction.atomic
def issue_set(indicator_set: IndicatorSet, *, by: User, reason: str = "") -> IssuedDocument:
    """Issue the table of a set that is in force, in its own layout, on the paper of its agency.

    It takes the place of the set's document before it, for which `reason` is asked; else of the document of
    the set it revises, once that has no year left. Raises IssueRefused.
    """
    Agency.objects.select_for_update(no_key=True).get(pk=indicator_set.agency_id)
    rows = IndicatorSet.objects.select_related("agency__region", "layout", "revises")
    held = rows.get(pk=indicator_set.pk)
    if held.status != IndicatorSet.Status.IN_FORCE:
        raise IssueRefused("Hanya penetapan yang sedang berlaku yang dapat diterbitkan.")
    before = IssuedDocument.objects.current().filter(indicator_set=held).first()
    if before and not reason.strip():
        raise IssueRefused("Tulis alasan dokumen yang sudah terbit digantikan.")
    if before is None and held.revises and held.revises.status == IndicatorSet.Status.SUPERSEDED:
        before, reason = _of_revised(held.revises), held.reason
    content = iku.build(sets.describe(held), held.layout.layout(), paper=held.agency.paper)
    content["number"] = held.number
    place = {"kind": Kind.IKU, "indicator_set": held, "agency": held.agency}
    return _issue(content, place, by=by, at=timezone.now(), before=before, reason=reason.strip())


def _of_revised(revised: IndicatorSet) -> IssuedDocument | None:
    return IssuedDocument.objects.current().filter(indicator_set=revised).first()


# Every kind


def read(document: IssuedDocument) -> bytes:
    """Return the stored bytes. Raises DamagedFile unless they are those that were issued."""
    name = str(document.file.name)
    try:
        with default_storage.open(name) as file:
            data: bytes = file.read()
    except FileNotFoundError as missing:
        raise DamagedFile(name) from missing
    if fingerprint(data) != document.pdf_sha256:
        raise DamagedFile(document.file.name)
    return data


def _rendered(content: dict[str, Any]) -> Rendered:
    return Rendered(canonical(content), printing.to_pdf(content))


def _issue(
    content: dict[str, Any],
    place: dict[str, Any],
    *,
    by: User,
    at: dt.datetime,
    before: IssuedDocument | None,
    reason: str,
    ready: Rendered | None = None,
) -> IssuedDocument:
    if ready is None or ready.content != canonical(content):
        try:
            ready = _rendered(content)
        except MissingGlyphs as missing:
            raise IssueRefused(f"Dokumennya belum dapat dicetak. {missing}") from missing
    of = {name: place[name] for name in ("report", "indicator_set") if name in place}
    latest = (
        IssuedDocument.objects.filter(**of).order_by("-version").values_list("version", flat=True).first()
    )
    return IssuedDocument.objects.create(
        **place,
        version=(latest or 0) + 1,
        title=content["name"],
        number=content["number"],
        signatory=content["signature"] or {},
        content=ready.content,
        content_sha256=fingerprint(ready.content),
        file=_store(ready.pdf),
        pdf_sha256=fingerprint(ready.pdf),
        size=len(ready.pdf),
        supersedes=before,
        reason=reason if before else "",
        issued_by=by,
        issued_at=at,
    )


def _store(data: bytes) -> str:
    """Keep `data` under its hash and return the name; what is there already is not written again."""
    sha256 = fingerprint(data)
    name = f"documents/{sha256[:2]}/{sha256}.pdf"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(data))
