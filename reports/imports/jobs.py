"""The queue of imports: a job is queued in the transaction that moves a batch, and run by `run_jobs`.

A worker that is killed leaves its job claimed and its batch where it was. `resume` queues such jobs again;
since every stage ends by moving its batch in one transaction (see stages), a job that runs twice takes
effect once.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from reports.imports import stages
from reports.imports.states import WORKING
from reports.models import ImportBatch

LOST = dt.timedelta(minutes=15)  # no stage takes that long
KEPT = dt.timedelta(days=14)  # what is known of jobs that ended


@task(takes_context=True)
def work(context: TaskContext, batch: int) -> None:
    """Do what the batch waits for, unless it was given to another job meanwhile."""
    stages.finish(batch, job=uuid.UUID(str(context.task_result.id)))


def enqueue(batch: ImportBatch) -> None:
    """Queue the work of a batch, in the transaction that moved it to where work is due."""
    batch.job, batch.attempts = uuid.UUID(str(work.enqueue(batch.pk).id)), 0
    batch.save(update_fields=["job", "attempts"])


def keep(batch: ImportBatch) -> None:
    """Give the work of a batch to the caller, who goes on with `finish`."""
    batch.job, batch.attempts = uuid.uuid4(), 0
    batch.save(update_fields=["job", "attempts"])


def finish(batch: ImportBatch) -> None:
    """Do the work that was kept, here and now; `batch` is afterwards as it was left."""
    stages.finish(batch.pk, job=batch.job)
    batch.refresh_from_db()


def resume(worker: str) -> None:
    """Queue again what `worker` left when it was killed, and what anybody has not finished for long.

    No two workers of one name run at a time: `run_jobs` sees to it.
    """
    now = timezone.now()
    for job in DBTaskResult.objects.running():
        is_own = job.worker_ids[-1:] == [worker]
        if is_own or (job.started_at and job.started_at < now - LOST):
            same = DBTaskResult.objects.running().filter(pk=job.pk, started_at=job.started_at)
            same.update(status=TaskResultStatus.READY)
    for pk in ImportBatch.objects.filter(state__in=WORKING).values_list("pk", flat=True):
        _requeue(pk)
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).delete()


def _requeue(pk: int) -> None:
    """Queue a batch whose job ended without moving it: a worker told twice to stop gives its job up.

    What was given to a caller (`keep`) is left to it for as long as a stage may take.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().filter(pk=pk, state__in=WORKING).first()
        if batch and not _is_in_hand(batch):
            attempts = batch.attempts
            enqueue(batch)
            ImportBatch.objects.filter(pk=pk).update(attempts=attempts)


def _is_in_hand(batch: ImportBatch) -> bool:
    job = DBTaskResult.objects.filter(pk=batch.job).first() if batch.job else None
    if job is None:
        return batch.since > timezone.now() - LOST
    return job.status in (TaskResultStatus.READY, TaskResultStatus.RUNNING)
