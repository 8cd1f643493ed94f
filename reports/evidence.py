"""Evidence for the rows of a report: attach, replace and remove files and links; nothing of it is lost.

Bytes go to the disk first, then the row in its transaction. What is refused leaves no file; a crash in
between leaves one that no row names, which `manage.py check_evidence` finds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO, TypeAlias, cast
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from agencies.models import User
from indicators.numbers import format_date, format_number
from reports import entries, filekinds
from reports.models import Entry, Event, Evidence, Receipt, Report
from reports.models.entries import unguessable_name

MAX_BYTES = 10 * 1024 * 1024
MAX_CURRENT = 20  # pieces that count, for one indicator
MAX_ADDRESS = 1000  # as the column
# With the size of the file: said here, and by the browser before it sends in vain.
TOO_BIG = "Bukti {} melebihi batas 10 MB. Perkecil foto atau unggah tautan berkas bersama."
LIMITS = {"bytes": MAX_BYTES, "sentence": TOO_BIG}

_is_address = URLValidator(schemes=["https"])


class Unfit(entries.Refused):
    """The file or the link is not one that is taken; the sentence says how to repair it."""


class Duplicate(entries.Refused):
    """The row has the same file or link already."""


@dataclass(frozen=True)
class Link:
    """A link to a file that others keep. Without a title it is called by the site it leads to."""

    address: str
    title: str = ""


@dataclass(frozen=True)
class Kept:
    """What a write kept, where else the same file is, and whether this very write had come before."""

    evidence: Evidence
    elsewhere: tuple[str, ...] = ()
    again: bool = False


Source: TypeAlias = "UploadedFile[Any] | Link"


# Reading


def counted(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Give each entry its `evidence_count`, the evidence that counts, within the query that reads it."""
    current = Evidence.objects.current().filter(entry=OuterRef("pk")).order_by()
    number = current.values("entry").annotate(number=Count("pk")).values("number")
    return rows.annotate(evidence_count=Coalesce(Subquery(number, output_field=IntegerField()), 0))


def may_attach(entry: Entry, user: User) -> bool:
    """Whether `user` gives this row evidence: whoever fills its figure, while the report may be filled."""
    report = entry.report
    return report.availability(timezone.now()).editable and _is_own(report, entry, user)


def described(evidence: Evidence) -> str:
    """Return the name with the size, or the address: "foto.jpg (1,2 MB)"."""
    if evidence.link:
        return f"{evidence.title} ({site(evidence.link)})"
    return f"{evidence.title} ({size_text(evidence.size)})"


def site(link: str) -> str:
    """Return the site a link leads to."""
    return urlsplit(link).hostname or ""


def size_text(size: int) -> str:
    """Return a size in bytes as people say it, rounded up: "640 bita", "14 KB", "1,2 MB"."""
    if size < 1024:
        return f"{size} bita"
    if size < 1024 * 1024:
        return f"{-(-size // 1024)} KB"
    return f"{format_number(Decimal(-(-size * 10 // (1024 * 1024))) / 10)} MB"


# Writing


def attach_file(entry: Entry, upload: UploadedFile[Any], *, by: User, key: str) -> Kept:
    """Attach a file to a row. `key` names this write: sent again, it answers the same and does nothing.

    Raises Unfit, Duplicate, Locked, NotYours, KeyReused, and Refused when the row is full.
    """
    return _attach(entry, upload, replaces=None, by=by, key=key)


def attach_link(entry: Entry, link: Link, *, by: User, key: str) -> Kept:
    """Attach a link to a row; raises as attach_file does."""
    return _attach(entry, link, replaces=None, by=by, key=key)


def replace(evidence: Evidence, source: Source, *, by: User, key: str) -> Kept:
    """Put another file or link in the place of one that counts, which is kept; raises as attach_file does."""
    return _attach(evidence.entry, source, replaces=evidence, by=by, key=key)


def remove(evidence: Evidence, *, by: User, key: str) -> Kept:
    """Let evidence count no longer. It is kept, and so is its file. Raises as attach_file does."""

    def write(entry: Entry) -> Kept:
        held = _current(evidence)
        held.removed_at = timezone.now()
        held.save(update_fields=["removed_at"])
        _log(entry, by, before=held, after=None)
        return Kept(held)

    return _once(evidence.entry, f"evidence-remove:{evidence.pk}", write, by=by, key=key)


def _attach(entry: Entry, source: Source, *, replaces: Evidence | None, by: User, key: str) -> Kept:
    """Store the bytes, then the row; whatever goes wrong takes the bytes away again."""
    new = _described_link(source) if isinstance(source, Link) else _described_file(source)
    if isinstance(source, UploadedFile):
        source.seek(0)
        new.file = default_storage.save(unguessable_name(new, ""), source)

    def write(row: Entry) -> Kept:
        old = _current(replaces) if replaces else None
        _refuse_another(row, new, old)
        new.entry, new.replaces, new.added_by = row, old, by
        new.save(force_insert=True)
        _log(row, by, before=old, after=new)
        return Kept(new, tuple(_elsewhere(row, new)))

    about = f"evidence-replace:{replaces.pk}" if replaces else f"evidence:{entry.pk}"
    try:
        kept = _once(entry, about, write, by=by, key=key)
    except BaseException:
        _discard(new)
        raise
    if kept.again:
        _discard(new)
    return kept


def _discard(evidence: Evidence) -> None:
    if evidence.file.name:
        default_storage.delete(evidence.file.name)


def _once(entry: Entry, about: str, write: Callable[[Entry], Kept], *, by: User, key: str) -> Kept:
    """Run `write` on the row of the report, held for this transaction, unless its key was answered before."""
    with transaction.atomic():
        report = entries.hold(entry.report)
        if known := entries.answered(about, by=by, key=key):
            evidence = Evidence.objects.get(pk=known["evidence"])
            return Kept(evidence, tuple(known["elsewhere"]), again=True)
        row = report.entries.filter(pk=entry.pk).first()
        if row is None or not _is_own(report, row, by):
            raise entries.NotYours(
                "Bukti indikator ini ditambahkan bidang yang mengisinya. Anda hanya dapat membacanya."
            )
        availability = report.availability(timezone.now())
        if not availability.editable:
            raise entries.Locked(availability)
        kept = write(row)
        answer = {"evidence": kept.evidence.pk, "elsewhere": list(kept.elsewhere)}
        Receipt.objects.create(user=by, key=key, about=about, answer=answer)
        return kept


def _is_own(report: Report, entry: Entry, user: User) -> bool:
    own = entries.own_codes(report, user)
    return own is None or entry.definition["code"] in own


def _log(entry: Entry, by: User, *, before: Evidence | None, after: Evidence | None) -> None:
    Event.objects.create(
        report=entry.report,
        by=by,
        kind=Event.Kind.EVIDENCE,
        entry=entry,
        subject=str(entry)[:120],
        before=_logged(before),
        after=_logged(after),
    )


def _logged(evidence: Evidence | None) -> dict[str, object]:
    if evidence is None:
        return {"evidence": ""}
    return {"evidence": described(evidence), "id": evidence.pk, "sha256": evidence.sha256}


def _current(evidence: Evidence) -> Evidence:
    """Return the evidence as it is now. Raises Refused where it does not count any more."""
    held = Evidence.objects.filter(pk=evidence.pk).select_related("replaced_by__added_by").get()
    if held.removed_at:
        raise entries.Refused(f"“{held.title}” sudah dihapus. Muat ulang halaman ini.")
    if newer := Evidence.objects.filter(replaces=held).select_related("added_by").first():
        raise entries.Refused(
            f"“{held.title}” sudah diganti oleh {newer.added_by.name} dengan “{newer.title}”. "
            "Muat ulang halaman ini, lalu ganti yang terbaru bila perlu."
        )
    return held


def _described_file(upload: UploadedFile[Any]) -> Evidence:
    """Return a piece of evidence that says what the bytes are. Raises Unfit."""
    name = filekinds.clean_name(upload.name or "")
    size = upload.size or 0
    if size > MAX_BYTES:
        raise Unfit(TOO_BIG.format(size_text(size)))
    try:
        kind = filekinds.kind_of(cast(BinaryIO, upload), name)
    except filekinds.Unfit as unfit:
        raise Unfit(str(unfit)) from unfit
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return Evidence(
        title=filekinds.clean_name(name, kind),
        content_type=kind.content_type,
        size=size,
        sha256=digest.hexdigest(),
    )


def _described_link(link: Link) -> Evidence:
    """Return a piece of evidence for a link to another site. Raises Unfit."""
    address = link.address.strip()
    try:
        parts = urlsplit(address)
        if parts.scheme.lower() != "https":
            raise Unfit("Tautan harus diawali https://. Salin alamatnya utuh dari peramban.")
        _is_address(address)
        if parts.username or parts.password:
            raise Unfit(
                "Tautan tidak boleh memuat nama pengguna atau kata sandi. Bagikan lewat izin berkasnya."
            )
    except (ValidationError, ValueError) as unfit:
        raise Unfit("Alamat ini belum lengkap. Contoh: https://drive.google.com/file/d/…") from unfit
    if len(address) > MAX_ADDRESS:
        raise Unfit(f"Tautan ini lebih dari {MAX_ADDRESS} huruf. Salin dari tombol Bagikan.")
    return Evidence(title=filekinds.clean_text(link.title)[:200] or site(address), link=address)


def _refuse_another(entry: Entry, new: Evidence, old: Evidence | None) -> None:
    """Refuse what the row has already, and more than it takes."""
    there = Evidence.objects.current().filter(entry=entry)
    same = there.filter(sha256=new.sha256) if new.sha256 else there.filter(link=new.link)
    if known := same.select_related("added_by").first():
        what = "Berkas" if new.sha256 else "Tautan"
        zone = entry.report.agency.zone
        raise Duplicate(
            f"{what} ini sudah ada sebagai “{known.title}”, ditambahkan {known.added_by.name} "
            f"{format_date(timezone.localdate(known.added_at, zone))}. Tidak perlu ditambahkan lagi."
        )
    if old is None and there.count() >= MAX_CURRENT:
        raise entries.Refused(
            f"Satu indikator memuat paling banyak {MAX_CURRENT} bukti. Hapus atau ganti bukti yang ada."
        )


def _elsewhere(entry: Entry, new: Evidence) -> list[str]:
    """Return the other rows of the agency that have the same file: "Koperasi sehat, Triwulan I 2026"."""
    if not new.sha256:
        return []
    same = Evidence.objects.current().filter(sha256=new.sha256, entry__report__agency=entry.report.agency_id)
    rows = same.exclude(entry=entry).select_related("entry__report__period").order_by("-pk")[:3]
    return [f"{row.entry}, {row.entry.report.period}" for row in rows]
