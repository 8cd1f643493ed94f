"""What imports need no longer: staged rows once nothing can be taken back, files that no import names."""

from __future__ import annotations

import datetime as dt

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef
from django.utils import timezone

from reports.imports.states import ENDED
from reports.models import ImportBatch, ImportRecord, ImportRow
from reports.models.imports import UNDO_DAYS

FOLDER = "imports"
DAY = dt.timedelta(days=1)


def forget() -> tuple[int, int]:
    """Drop rows and records of imports that ended long ago, and the rest of uploads that were interrupted.

    The imports themselves, with their files, receipts and counts, are kept. Returns how many imports were
    emptied and how many files were removed.
    """
    long_ago = timezone.now() - dt.timedelta(days=UNDO_DAYS + 1)
    staged = ImportRow.objects.filter(batch=OuterRef("pk"))
    old = ImportBatch.objects.filter(Exists(staged), state__in=ENDED, since__lt=long_ago)
    keys = list(old.values_list("pk", flat=True))
    for key in keys:
        ImportRow.objects.filter(batch=key).delete()
        ImportRecord.objects.filter(batch=key).delete()
    return len(keys), _sweep()


def _sweep() -> int:
    """Remove files that no import names and nobody can be about to name."""
    # The disk is read first: what is uploaded meanwhile is in the table by the time it is asked.
    there = [
        f"{FOLDER}/{folder}/{name}"
        for folder in _folders()
        for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]
    ]
    known = set(ImportBatch.objects.values_list("file", flat=True))
    lost = [
        name
        for name in there
        if name not in known and timezone.now() - default_storage.get_modified_time(name) > DAY
    ]
    for name in lost:
        default_storage.delete(name)
    return len(lost)


def _folders() -> list[str]:
    return default_storage.listdir(FOLDER)[0] if default_storage.exists(FOLDER) else []
