"""Definitions and targets of a file: planned, asked about, applied to a draft, and taken back.

study(asked)                     rows and questions, and what they were planned against; writes nothing
apply(agency, rows, choices, by) inside the caller's transaction; Stale when something changed since
undo(record, by)                 inside the caller's transaction; Edited when somebody changed it since
"""

from __future__ import annotations

from dataclasses import dataclass

from indicators.imports import planning
from indicators.imports.asking import Asked
from indicators.imports.loading import load
from indicators.imports.planned import Planned, Question
from indicators.imports.rows import kind_of, tables_of
from indicators.imports.standing import Standing
from indicators.imports.undoing import undo
from indicators.imports.writing import apply
from indicators.imports.years import years_of

__all__ = ["Study", "apply", "study", "undo"]


@dataclass(frozen=True)
class Study:
    """Rows, questions, and the set they were planned against; `standing.problem` says why there is none."""

    rows: list[Planned]
    questions: list[Question]
    standing: Standing


def study(asked: Asked) -> Study:
    """Plan all rows; statements do not grow with them. PermissionDenied where the user may not manage IKU."""
    choices = asked.choices
    tables = tables_of(asked.understanding, choices)
    defines = any(kind_of(sheet, table, choices) == "definitions" for sheet, table in tables)
    years = years_of(asked.understanding, choices)
    standing = load(asked.agency, asked.by, choices.into, years, defines=defines)
    found = planning.plan(asked.understanding, standing, choices)
    for row in found.rows:
        row.write["into"] = standing.place
    return Study(found.rows, found.questions, standing)
