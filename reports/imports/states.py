"""Where an import stands and which steps lead on, as a table; what is not in it does not happen. A leaf."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    """Where an import stands."""

    READING = "reading", "Dibaca"
    ASKED = "asked", "Menunggu kolom diperiksa"
    PLANNING = "planning", "Dibandingkan"
    QUESTIONED = "questioned", "Menunggu jawaban"
    PLANNED = "planned", "Siap dimasukkan"
    APPLYING = "applying", "Dimasukkan"
    APPLIED = "applied", "Masuk"
    UNDOING = "undoing", "Diurungkan"
    UNDONE = "undone", "Sudah diurungkan"
    REFUSED = "refused", "Berkas ditolak"
    FAILED = "failed", "Gagal"
    DROPPED = "dropped", "Ditinggalkan"


@dataclass(frozen=True)
class Step:
    """One step. `by_worker`: a job takes it, at its end; the others are taken by a person."""

    source: State
    target: State
    by_worker: bool = False


STEPS: tuple[Step, ...] = (
    Step(State.READING, State.ASKED, by_worker=True),
    Step(State.READING, State.PLANNING, by_worker=True),  # a layout known from before
    Step(State.READING, State.REFUSED, by_worker=True),
    Step(State.ASKED, State.PLANNING),
    Step(State.PLANNING, State.QUESTIONED, by_worker=True),
    Step(State.PLANNING, State.PLANNED, by_worker=True),
    Step(State.QUESTIONED, State.PLANNING),
    Step(State.PLANNED, State.PLANNING),  # other columns, answers or repairs
    Step(State.PLANNED, State.APPLYING),
    Step(State.APPLYING, State.APPLIED, by_worker=True),
    Step(State.APPLYING, State.PLANNING, by_worker=True),  # something changed since it was planned
    Step(State.APPLIED, State.UNDOING),
    Step(State.UNDOING, State.UNDONE, by_worker=True),
    Step(State.UNDOING, State.APPLIED, by_worker=True),  # somebody edited since, or it went wrong
    Step(State.READING, State.FAILED, by_worker=True),
    Step(State.PLANNING, State.FAILED, by_worker=True),
    Step(State.APPLYING, State.FAILED, by_worker=True),
    Step(State.FAILED, State.READING),
    Step(State.ASKED, State.DROPPED),
    Step(State.QUESTIONED, State.DROPPED),
    Step(State.PLANNED, State.DROPPED),
    Step(State.FAILED, State.DROPPED),
)

# A job is due. Where a person has to go on. Where it ended.
WORKING = tuple(dict.fromkeys(step.source for step in STEPS if step.by_worker))
WAITING = (State.ASKED, State.QUESTIONED, State.PLANNED, State.FAILED)
ENDED = (State.APPLIED, State.UNDONE, State.REFUSED, State.DROPPED)


def may_go(source: str, target: str) -> bool:
    """Whether the table has a step from `source` to `target`."""
    return any((step.source, step.target) == (source, target) for step in STEPS)
