"""What people do with imports: upload, say how tables are read, answer, repair, confirm, take back, leave.

Whoever calls has checked that the batch is visible to `by`. Every verb moves the batch and gives its work out
in one transaction: to the queue, or to the caller (`Hand`). A second click raises `Passed` or, where it asks
for what is done already, does nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.models import Agency, Region, User
from agencies.roles import MASTER_ROLES
from indicators.imports.planned import Choices, Question
from indicators.spreadsheets.guard import MAX_FILE
from indicators.spreadsheets.problems import Unreadable, shown_name
from reports.imports import jobs, layouts
from reports.imports.moving import Passed, move
from reports.imports.states import State
from reports.models import ImportBatch
from reports.models.imports import import_name
from reports.status import FILLERS

Hand = Callable[[ImportBatch], None]  # gives the work of a batch out; jobs.enqueue or jobs.keep


class Refused(Exception):  # noqa: N818 - an answer, not a failure
    """Why nothing was done, as an Indonesian sentence."""


# Who


def agencies_to_import(user: User) -> list[Agency]:
    """Return the agencies `user` may import into: those they manage or fill."""
    filled = {seat.agency_id for seat in user.seats if seat.agency_id and seat.role in FILLERS}
    agencies = Agency.objects.select_related("region")
    return list(agencies.managed_by(user) | agencies.filter(pk__in=filled))


def may_import(user: User, place: Agency | Region) -> bool:
    """Whether `user` may upload for an agency, or a file of many agencies for a region."""
    if user.is_superuser:
        return True
    if isinstance(place, Region):
        return any(seat.region_id == place.pk and seat.role in MASTER_ROLES for seat in user.seats)
    if Agency.objects.managed_by(user).filter(pk=place.pk).exists():
        return True
    return any(seat.agency_id == place.pk and seat.role in FILLERS for seat in user.seats)


# Uploading


def upload(
    file: File[Any], name: str, place: Agency | Region, *, by: User, key: str = "", hand: Hand = jobs.enqueue
) -> ImportBatch:
    """Keep an uploaded file and have it read. `key` names this upload: sent again, it is the same batch.

    Raises Refused for what is empty or too large; everything else about the file the reading says.
    """
    batch = _kept(file, name, place, by=by, key=key or secrets.token_hex(16))
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
            hand(batch)
    except IntegrityError:
        default_storage.delete(str(batch.file.name))
        return ImportBatch.objects.get(uploaded_by=by, key=batch.key)
    except BaseException:
        default_storage.delete(str(batch.file.name))
        raise
    return batch


def _kept(file: File[Any], name: str, place: Agency | Region, *, by: User, key: str) -> ImportBatch:
    size = file.size or 0
    if not size:
        raise Refused(Unreadable("empty", file=name).message)
    if size > MAX_FILE:
        raise Refused(Unreadable("too-large", file=name, size=-(-size >> 20), limit=MAX_FILE >> 20).message)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    batch = ImportBatch(
        agency=place if isinstance(place, Agency) else None,
        region=place if isinstance(place, Region) else None,
        uploaded_by=by,
        key=key,
        name=shown_name(name),
        size=size,
        sha256=digest.hexdigest(),
    )
    file.seek(0)
    batch.file.name = default_storage.save(import_name(batch, ""), file)
    return batch


def earlier(batch: ImportBatch) -> ImportBatch | None:
    """Return the newest other import of the same file into the same place that is in."""
    same = ImportBatch.objects.filter(sha256=batch.sha256, agency=batch.agency, region=batch.region)
    return same.filter(state=State.APPLIED).exclude(pk=batch.pk).first()


# Deciding


def choose(
    batch: ImportBatch, choices: Choices, corrections: Mapping[str, Mapping[str, Any]], *, by: User
) -> None:
    """Take how the tables are read and where they go, remember it, and compare anew. Raises Passed."""
    with transaction.atomic():
        compare(batch, choices, corrections=dict(corrections))
        layouts.remember(batch, by=by)


def compare(batch: ImportBatch, choices: Choices, *, hand: Hand = jobs.enqueue, **fields: Any) -> None:
    """Compare the file with the portal, with these choices. Raises Passed."""
    with transaction.atomic():
        move(batch, State.PLANNING, choices=choices.as_json(), said=[], progress={}, **fields)
        hand(batch)


def answer(
    batch: ImportBatch,
    answers: Mapping[tuple[str, str], str],
    *,
    seen: str,
    all_seen: bool = False,
    hand: Hand = jobs.enqueue,
) -> None:
    """Take answers by topic and key of the questions asked, and compare anew; "" takes an answer back.

    `seen` is the `plan_stamp` of the page. What is answered is not asked first again; with `all_seen`
    nothing is. Raises Passed.
    """
    if seen != plan_stamp(batch):
        raise Passed
    choices = batch.chosen
    for question in asked(batch):
        if (question.topic, question.key) in answers:
            choices = choices.answer(question, answers[question.topic, question.key])
    known = {(topic, key) for topic, key in batch.asked_before} | set(answers)
    if all_seen:
        known |= {(question.topic, question.key) for question in asked(batch)}
    compare(batch, choices, hand=hand, asked_before=sorted(known))


def asked(batch: ImportBatch) -> list[Question]:
    """Return the questions of the last comparison."""
    return [Question.from_json(question) for question in batch.questions]


def again(batch: ImportBatch) -> None:
    """Read the file once more after something went wrong. Raises Passed."""
    with transaction.atomic():
        move(batch, State.READING, said=[], progress={})
        jobs.enqueue(batch)


# Ending


def confirm(batch: ImportBatch, *, seen: str, partial: bool, by: User, hand: Hand = jobs.enqueue) -> None:
    """Let the planned rows in. `seen` is the `plan_stamp` of the page: another plan is not confirmed unseen.

    Done or under way already, nothing happens. Raises Passed, and Refused where rows have problems and not
    `partial`, or where nothing would change.
    """
    if batch.state in (State.APPLYING, State.APPLIED):
        return
    if seen != plan_stamp(batch):
        raise Passed
    if batch.counts.get("problem") and not partial:
        raise Refused(
            f"{batch.counts['problem']} baris masih bermasalah. Perbaiki barisnya, atau pilih "
            "“Masukkan baris yang benar saja”."
        )
    if not writes(batch.counts):
        raise Refused("Tidak ada yang berubah, jadi tidak ada yang perlu dimasukkan.")
    choices = replace(batch.chosen, partial=partial)
    with transaction.atomic():
        move(
            batch,
            State.APPLYING,
            unless={"planned_at": batch.planned_at},
            applied_by=by,
            choices=choices.as_json(),
            said=[],
            progress={},
        )
        hand(batch)


def plan_stamp(batch: ImportBatch) -> str:
    """Return what tells one comparison of a batch from another."""
    return batch.planned_at.isoformat() if batch.planned_at else ""


def writes(counts: Mapping[str, int]) -> int:
    """Return how many rows would change anything."""
    return counts.get("new", 0) + counts.get("changed", 0)


def why_not_undone(batch: ImportBatch) -> str:
    """Return why a batch cannot be taken back now, as a sentence; "" where it can."""
    if batch.state != State.APPLIED:
        return "Hanya impor yang sudah masuk yang dapat diurungkan."
    if batch.undo_until is None or timezone.now() > batch.undo_until:
        return "Batas 30 hari untuk mengurungkan impor ini sudah lewat."
    return ""


def undo(batch: ImportBatch, *, by: User) -> None:
    """Take back what went in; who edited since is told by the job. Raises Refused, Passed."""
    if batch.state in (State.UNDOING, State.UNDONE):
        return
    if why := why_not_undone(batch):
        raise Refused(why)
    with transaction.atomic():
        move(batch, State.UNDOING, undone_by=by, said=[], progress={})
        jobs.enqueue(batch)


def drop(batch: ImportBatch) -> None:
    """Leave an import for good; nothing went in. Raises Passed."""
    if batch.state == State.DROPPED:
        return
    with transaction.atomic():
        move(batch, State.DROPPED)
        batch.rows.all().delete()
