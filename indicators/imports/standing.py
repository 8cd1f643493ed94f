"""What is there already, as plain data: the agency and the set that rows are held against. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

# What of an indicator a table can say or a person adds; texts, levels as rows, figures as text.
FIELDS = (
    "number",
    "name",
    "unit",
    "definition",
    "reason",
    "formulation",
    "kind",
    "formula",
    "printed_formula",
    "levels",
    "sources",
    "polarity",
    "method",
    "quarter_method",
    "weight",
)


@dataclass(frozen=True)
class IndicatorNow:
    """An indicator as it stands: `fields` are FIELDS, `targets` its years with value, upper and changes."""

    code: str
    goal: str
    goal_number: str
    fields: dict[str, Any]
    units: tuple[str, ...] = ()
    targets: dict[int, dict[str, str | None]] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """A digest of the definition."""
        return digest([self.goal, self.goal_number, self.fields, sorted(self.units)])

    @property
    def targets_seen(self) -> str:
        """A digest of the targets."""
        return digest(sorted(self.targets.items()))


@dataclass(frozen=True)
class GoalNow:
    """A goal as it stands."""

    text: str
    number: str


@dataclass(frozen=True)
class Standing:
    """What rows are held against.

    how        "new": a draft yet to be made; "draft": the draft `set`; "revise": a draft yet to be made of
               the set in force `set`; "in_force": that set, of which only the targets may change
    problem    why there is no set to put definitions into, "" when there is
    earlier    indicators of other sets of the agency by code, the newest of each
    elements   code → label of the agency's data; units: key → name of its parts
    """

    how: Literal["new", "draft", "revise", "in_force"]
    first_year: int
    last_year: int
    set: int | None = None
    title: str = ""
    problem: str = ""
    agency: tuple[str, ...] = ()  # its names
    goals: tuple[GoalNow, ...] = ()
    indicators: dict[str, IndicatorNow] = field(default_factory=dict)
    earlier: dict[str, IndicatorNow] = field(default_factory=dict)
    codes: frozenset[str] = frozenset()  # of all its indicators, ever
    elements: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    header: dict[str, tuple[str, ...]] = field(default_factory=dict)  # objectives, functions

    @property
    def place(self) -> dict[str, Any]:
        """Where rows go, as plain data."""
        years = {"first_year": self.first_year, "last_year": self.last_year}
        return {"how": self.how, "set": self.set, **years}

    @property
    def takes_definitions(self) -> bool:
        """Whether definitions may be written."""
        return self.how != "in_force" and not self.problem


def digest(content: Any) -> str:
    """Return a short digest of plain data."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:16]
