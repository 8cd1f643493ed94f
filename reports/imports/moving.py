"""The one writer of a batch's state: by the table of steps, and only from where the batch was seen."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from reports.imports.states import State, may_go
from reports.models import ImportBatch


class Passed(Exception):  # noqa: N818 - an answer, not a failure
    """The batch is not where it was any more: somebody else, or the same click, came first."""

    def __init__(self) -> None:
        super().__init__("Impor ini sudah berubah sejak halaman dibuka. Periksa lagi keadaannya di bawah.")


def move(batch: ImportBatch, to: State, *, unless: dict[str, Any] | None = None, **fields: Any) -> None:
    """Move a batch and set `fields` with it, in one statement that finds it as `batch` says it is.

    `unless` adds what else must still be so. Raises Passed, and has done nothing, where it is not.
    """
    if not may_go(batch.state, to):
        raise Passed
    fields |= {"state": to, "since": timezone.now()}
    seen = {"pk": batch.pk, "state": batch.state, "job": batch.job} | (unless or {})
    if not ImportBatch.objects.filter(**seen).update(**fields):
        raise Passed
    for name, value in fields.items():
        setattr(batch, name, value)
