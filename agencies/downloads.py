"""Downloads in the log: who was sent which document."""

from __future__ import annotations

from django.db.models import Model

from agencies.models import Agency, AuditRecord, Region, User


def downloaded(
    what: str,
    *,
    by: User,
    row: Model | None = None,
    agency: Agency | None = None,
    region: Region | None = None,
    sha256: str = "",
    note: str = "",
) -> AuditRecord:
    """Log that `by` was sent the document `what`, made from `row`; the region is by default the agency's.

    For the view that sends the bytes, in the same request. An answer without them, to HEAD or because the
    reader has them already (304), is no download. `sha256` is that of the bytes.
    """
    return AuditRecord.objects.create(
        kind=AuditRecord.Kind.DOWNLOADED,
        by=by,
        agency=agency,
        region=region or (agency.region if agency else None),
        table=row._meta.db_table if row else "",  # noqa: SLF001 - public in Django
        row=row.pk if row else None,
        subject=what,
        after={"sha256": sha256} if sha256 else {},
        note=note,
    )
