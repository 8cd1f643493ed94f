"""From preview to confirmation: what was shown goes in, once, as a whole, for who saw it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.exchange.resources import KEPT, PlanResult, PortalResource
from agencies.exchange.tables import SheetDataset, pack, unpack
from agencies.models import StagedImport

if TYPE_CHECKING:
    from agencies.models import User

_COUNTED = ("new", "update", "skip", "invalid")


class ImportRefused(Exception):  # noqa: N818 - it says what happened
    """An import that was not applied, with everything as it was; the message is Indonesian."""


def session_mark(session_key: str | None) -> str:
    """Return what a staged import keeps of a session: enough to know it again, nothing to enter it with."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()


def stage(
    resource: PortalResource,
    dataset: SheetDataset,
    *,
    by: User,
    session_key: str | None,
    file_name: str,
    sha256: str,
) -> StagedImport:
    """Keep the rows of a file with what they would do; writes nothing else.

    Earlier previews of the same user for the same data go, and those of anybody that are a day old.
    """
    model = resource.model._meta.label_lower  # noqa: SLF001 - public in Django
    StagedImport.objects.stale().delete()
    StagedImport.objects.of(by).filter(model=model).delete()
    staged = StagedImport(
        user=by,
        session=session_mark(session_key),
        model=model,
        file_name=file_name[-255:],
        sha256=sha256,
        table=pack(dataset),
    )
    return _preview(staged, resource, dataset)


def _preview(staged: StagedImport, resource: PortalResource, dataset: SheetDataset) -> StagedImport:
    result = resource.import_data(dataset, dry_run=True)
    staged.plan = told(result) | {"notes": dataset.notes}
    staged.fingerprint = hashlib.sha256(json.dumps([staged.table, staged.plan]).encode()).hexdigest()
    staged.save()
    return staged


def told(result: PlanResult) -> dict[str, Any]:
    """Return what a preview shows of a result, as JSON keeps it.

    `rows`: number, kind, and for each of `columns` what is and what would be; `faults`: number, column, cell,
    what was found, sentence; both up to KEPT rows. `counts` are of all rows.
    """
    return {
        "columns": list(result.diff_headers),
        "counts": {kind: result.totals[kind] for kind in _COUNTED},
        "rows": [[row.number, row.import_type, row.diff] for row in result.rows],
        "faults": [[f.number, f.column, f.cell, f.found[:80], f.message] for f in result.faults],
        "seen": result.seen,
        "kept": KEPT,
    }


def confirm(staged: StagedImport, resource: PortalResource, *, fingerprint: str) -> dict[str, int]:
    """Put in what was shown, in one transaction; return the counts. A second time changes nothing.

    Raises ImportRefused where the rows that it meets, or the rules, are no longer those of the preview; the
    preview is then made anew.
    """
    try:
        _apply(staged, resource, fingerprint)
    except IntegrityError as error:
        _preview(staged, resource, unpack(staged.table))
        raise ImportRefused(
            "Tidak ada yang dimasukkan: basis data menolak salah satu baris, misalnya karena dua baris "
            "bertukar nama atau orang lain menyimpan pada saat yang sama. Periksa pratinjau yang baru di "
            "bawah ini, dan pecah pertukaran menjadi dua berkas."
        ) from error
    except ImportRefused:
        staged.refresh_from_db()
        if staged.applied_at is None and staged.fingerprint == fingerprint:
            _preview(staged, resource, unpack(staged.table))
        raise
    return dict(staged.plan["counts"])


@transaction.atomic
def _apply(staged: StagedImport, resource: PortalResource, fingerprint: str) -> None:
    taken = StagedImport.objects.filter(pk=staged.pk, fingerprint=fingerprint, applied_at=None)
    # Whoever comes second waits here for the first, and then finds nothing.
    if not taken.update(applied_at=timezone.now(), table={}, plan={"counts": staged.plan["counts"]}):
        raise ImportRefused(_why_not(staged))
    result = resource.import_data(unpack(staged.table), seen=staged.plan["seen"])
    if result.faults or result.moved:
        raise ImportRefused(_changed(result))


def _why_not(staged: StagedImport) -> str:
    now = StagedImport.objects.get(pk=staged.pk)
    if now.applied_at:
        at = timezone.localtime(now.applied_at)
        return f"Berkas ini sudah dimasukkan pada {at:%d-%m-%Y %H.%M}; tidak diulang."
    return "Tidak ada yang dimasukkan: pratinjau ini sudah diperbarui. Periksa yang baru di bawah ini."


def _changed(result: PlanResult) -> str:
    numbers = result.moved or sorted({fault.number for fault in result.faults})
    listed = ", ".join(map(str, numbers[:10])) + (
        f", dan {len(numbers) - 10} lagi" if len(numbers) > 10 else ""
    )
    return (
        f"Tidak ada yang dimasukkan: data di portal berubah sejak pratinjau (baris {listed}). Pratinjau di "
        "bawah ini sudah diperbarui; periksa lalu masukkan lagi."
    )
