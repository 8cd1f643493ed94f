"""What jobs do with a batch: read, compare, write, take back. Each ends by moving it, in one transaction.

A stage that is killed has changed nothing and is run again; of two that run at once one moves the batch, the
other finds it moved and writes nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import cached_property
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from agencies import audit
from agencies.models import User
from indicators.imports.planned import Edited, Planned, Stale
from indicators.spreadsheets.cells import text_of
from indicators.spreadsheets.corrections import area_of
from indicators.spreadsheets.grid import Sheet, Workbook
from indicators.spreadsheets.problems import Unreadable
from indicators.spreadsheets.recognised import Understanding
from indicators.spreadsheets.sandbox import read_safely
from reports.imports import layouts, planners, reading, staging
from reports.imports.moving import Passed, move
from reports.imports.progress import Progress
from reports.imports.states import State
from reports.models import ImportBatch, ImportRecord

TRIES = 4
FAILED = "Terjadi kesalahan yang tidak terduga, jadi tidak ada data yang berubah."
KILLED = "Pekerjaan ini beberapa kali terhenti di tengah jalan. Tidak ada data yang berubah."
TRY_AGAIN = "Coba lagi; bila terulang, beri tahu admin sistem dengan menyebut impor nomor {}."

MOST_WRITTEN = 40  # characters of a figure in the file
_FIGURE = re.compile(r"[-−]?\d[\d.,]*(?:$|[–% ])")

logger = logging.getLogger(__name__)


def finish(pk: int, *, job: UUID | None) -> None:
    """Do what the batch waits for, stage after stage, until a person has to go on.

    Nothing where the batch was given to another job than `job` meanwhile.
    """
    run: Run | None = None
    while True:
        batch = ImportBatch.objects.select_related("agency__region", "region", "uploaded_by").get(pk=pk)
        stage = STAGES.get(State(batch.state))
        if stage is None or batch.job != job:
            return
        run = run or Run(batch)
        run.batch = batch
        with audit.acting(run.by):
            if not run.attempt(stage):
                return


class Run:
    """One run of a job: the batch, and the file once it was read."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch
        self.progress = Progress(batch)

    @property
    def by(self) -> User:
        """Who asked for what is done."""
        batch = self.batch
        doer = {State.APPLYING: batch.applied_by, State.UNDOING: batch.undone_by}.get(State(batch.state))
        return doer or batch.uploaded_by

    @cached_property
    def workbook(self) -> Workbook:
        """The cells of the file. Raises Unreadable."""
        self.progress.say("Membuka berkas")
        with self.batch.file.open("rb") as file:
            return read_safely(file.read(), self.batch.name)

    @cached_property
    def understanding(self) -> Understanding:
        """What is understood of the file with what people said of it."""
        return reading.understand_by_sheet(self.workbook, self.batch.corrections, self.progress)

    @cached_property
    def _sheets(self) -> dict[str, Sheet]:
        return {sheet.name: sheet for sheet in self.workbook.sheets}

    def written(self, row: Planned) -> dict[str, str]:
        """Return how the file writes the figures that a planned row shows otherwise, by label."""
        sheet, found = self._sheets.get(row.sheet), dict[str, str]()
        if sheet is None:
            return found
        for label, place in row.cells.items():
            text, after = _text_at(sheet, place), row.after.get(label, "")
            if text and text != after and len(text) <= MOST_WRITTEN and _FIGURE.match(after):
                found[label] = text
        return found

    def attempt(self, stage: Callable[[Run], None]) -> bool:
        """Run a stage; return whether it moved the batch. What goes wrong is said, and changes nothing."""
        ImportBatch.objects.filter(pk=self.batch.pk).update(attempts=F("attempts") + 1)
        try:
            if self.batch.attempts >= TRIES:
                self.give_up(KILLED)
            else:
                stage(self)
        except Passed:
            return False
        except Unreadable as refusal:
            is_new = self.batch.state == State.READING
            move(self.batch, State.REFUSED if is_new else State.FAILED, said=[refusal.message])
        except Exception:
            logger.exception("Import %s failed while %s", self.batch.pk, self.batch.state)
            self.give_up(FAILED)
        else:
            ImportBatch.objects.filter(pk=self.batch.pk).update(attempts=0)
        return True

    def give_up(self, sentence: str) -> None:
        """Leave the stage; what went in before stays in."""
        said = [f"{sentence} {TRY_AGAIN.format(self.batch.pk)}"]
        if self.batch.state == State.UNDOING:
            move(self.batch, State.APPLIED, said=said, undone_by=None)
        else:
            move(self.batch, State.FAILED, said=said)


def read(run: Run) -> None:
    """Read the file; a layout that was confirmed before needs no look at its columns."""
    batch = run.batch
    recognised = reading.understand_by_sheet(run.workbook, {}, run.progress)
    known = layouts.known(batch, recognised)
    corrections = {key: said for key, said in known.items() if said} | batch.corrections
    understanding = recognised
    if corrections:
        understanding = reading.understand_by_sheet(run.workbook, corrections, run.progress)
    run.__dict__["understanding"] = understanding
    described = reading.described(run.workbook, understanding, recognised, set(known))
    tables = list(reading.tables_of(understanding))
    is_settled = bool(batch.choices) or (
        bool(tables)
        and all(table.key in known for table in tables)
        and not (described["needs_year"] or "definitions" in described["kinds"])
    )
    batch.corrections = corrections
    move(
        batch,
        State.PLANNING if is_settled else State.ASKED,
        reading=described,
        corrections=corrections,
        progress={},
    )


def plan(run: Run) -> None:
    """Compare the file with the portal and stage the rows; where answers are missing, ask first."""
    batch = run.batch
    understanding = run.understanding
    run.progress.say("Membandingkan dengan isi portal")
    found = planners.study(batch, understanding, run.by)
    before = {(topic, key) for topic, key in batch.asked_before}
    is_asking = any(not q.chosen and (q.topic, q.key) not in before for q in found.questions)
    with transaction.atomic():
        # First: it holds the batch, so that nobody else stages its rows too.
        move(
            batch,
            State.QUESTIONED if is_asking else State.PLANNED,
            questions=[question.as_json() for question in found.questions],
            said=[*batch.said, *found.said],
            planned_at=timezone.now(),
            progress={},
        )
        counts = staging.restage(batch, found.rows, run.written)
        ImportBatch.objects.filter(pk=batch.pk).update(counts=counts)


def apply(run: Run) -> None:
    """Write the good rows in one transaction; what changed since the comparison leads back to it."""
    batch = run.batch
    run.progress.say("Memasukkan baris")
    try:
        with transaction.atomic():
            # First: it holds the batch, so that nobody else writes its rows too.
            move(batch, State.APPLIED, applied_at=timezone.now(), progress={})
            written = planners.apply(batch, by=run.by)
            ImportRecord.objects.bulk_create(written.records, batch_size=100)
            ImportBatch.objects.filter(pk=batch.pk).update(receipt=written.receipt)
    except Stale as stale:
        batch.state = State.APPLYING
        move(batch, State.PLANNING, said=stale.sentences, progress={})
        return
    except BaseException:
        batch.state = State.APPLYING
        raise


def undo(run: Run) -> None:
    """Take back all that went in, in one transaction, or nothing where somebody edited since."""
    batch = run.batch
    run.progress.say("Mengurungkan")
    try:
        with transaction.atomic():
            move(batch, State.UNDONE, undone_at=timezone.now(), progress={})
            planners.undo(batch, by=run.by)
            batch.records.all().delete()
    except Edited as edited:
        batch.state = State.UNDOING
        move(batch, State.APPLIED, said=edited.sentences, undone_by=None, undone_at=None, progress={})
    except BaseException:
        batch.state = State.UNDOING
        raise


def _text_at(sheet: Sheet, place: str) -> str:
    area = area_of(place)
    cell = sheet.cells.get((area.first_row, area.first_column))
    return " ".join(text_of(cell).split()) if cell else ""


STAGES: dict[State, Callable[[Run], None]] = {
    State.READING: read,
    State.PLANNING: plan,
    State.APPLYING: apply,
    State.UNDOING: undo,
}
