"""How far a job is, for the page that waits: written now and then, outside of any transaction."""

from __future__ import annotations

import time

from reports.imports import words
from reports.models import ImportBatch

EVERY = 0.4  # seconds between two writes


class Progress:
    """Tells the page of a batch what its job is doing."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch, self.told_at = batch, 0.0

    def say(self, words: str, done: int = 0, total: int = 0) -> None:
        """Tell in words, and as a bar where `total` is known; what comes too soon is left out."""
        now = time.monotonic()
        if now - self.told_at < EVERY:
            return
        self.told_at = now
        told = {"words": words, "done": done, "total": total}
        ImportBatch.objects.filter(pk=self.batch.pk, job=self.batch.job).update(progress=told)

    def sheet(self, number: int, sheets: int, rows: int) -> None:
        """Tell which sheet is read: "Membaca lembar 2 dari 4, 128 baris"."""
        self.say(f"Membaca lembar {number} dari {sheets}, {words.whole(rows)} baris", number - 1, sheets)
