"""What pages show of the rows of a report: target, outcome, predicate, and the average of what counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from agencies.models import Agency
from indicators import achievement as rules
from indicators.models import Indicator, PredicateScale
from indicators.numbers import format_number
from reports import outcomes
from reports.models import Entry, Report

SCALE = "permendagri-86-2017"
HUNDRED = Decimal(100)
# From the best class down; a scale with more classes than shapes ends in the last.
PREDICATE_PILLS = ("ok", "info", "warn", "warn", "bad")
STATE_PILLS = {
    Entry.State.NOT_FILLED: "none",
    Entry.State.NOT_DUE: "none",
    Entry.State.NOT_APPLICABLE: "info",
    Entry.State.NOT_COMPUTABLE: "warn",
    Entry.State.COMPUTED: "ok",
}


@dataclass(frozen=True)
class Shown:
    """An entry with what is derived for reading: texts only, empty where there is nothing."""

    entry: Entry
    target: str
    target_note: str
    predicate: str
    predicate_pill: str
    state_pill: str
    below: bool


@dataclass(frozen=True)
class Mean:
    """An average of achievements as text, its label ("… 3 dihitung / 4 total") and predicate."""

    text: str
    label: str
    predicate: str
    pill: str


def predicate_scale() -> rules.Scale | None:
    """Return the newest version of the scale of the Ministry of Home Affairs, None where it is not loaded."""
    row = PredicateScale.objects.filter(code=SCALE).order_by("-version").first()
    return row.scale() if row else None


def shown(entry: Entry, scale: rules.Scale | None) -> Shown:
    """Return what pages show of `entry`."""
    d = entry.definition
    reached = Decimal(entry.achievement) if entry.achievement else None
    predicate, pill = _predicate(scale, reached, d["digits"])
    target, note = target_texts(d)
    return Shown(
        entry=entry,
        target=target,
        target_note=note,
        predicate=predicate,
        predicate_pill=pill,
        state_pill=STATE_PILLS[Entry.State(entry.state)],
        below=reached is not None and reached < HUNDRED,
    )


def by_goal(entries: Iterable[Entry]) -> list[tuple[dict[str, str], list[Entry]]]:
    """Group entries, which stand in order, by their goal (its number and text)."""
    return [(goal, list(rows)) for goal, rows in groupby(entries, key=lambda e: e.definition["goal"])]


def target_texts(d: Mapping[str, Any]) -> tuple[str, str]:
    """Return the target in effect, and a note on the decision that changed it; empty without one."""
    target = d["target"]
    if d["kind"] == Indicator.Kind.YES_NO:
        return "Ya", ""
    if target is None:
        return "", ""
    text = _target(d, target, "" if target["revised_value"] is None else "revised_")
    if target["revised_value"] is None:
        return text, ""
    return text, f"semula {_target(d, target, '')}, diubah dengan {target['decision']}"


def _target(d: Mapping[str, Any], target: Mapping[str, Any], prefix: str) -> str:
    low, high = Decimal(target[f"{prefix}value"]), outcomes.figure(target[f"{prefix}upper"])
    first = outcomes.level_of(d, low) or format_number(low)
    return first if high is None else f"{first}–{format_number(high)}"


def _predicate(scale: rules.Scale | None, value: Decimal | None, digits: int) -> tuple[str, str]:
    label = scale.classify(value, digits) if scale else None
    if scale is None or label is None:
        return "", "none"
    place = next(place for place, known in enumerate(scale.classes) if known.label == label)
    return label, PREDICATE_PILLS[min(place, len(PREDICATE_PILLS) - 1)]


def mean(report: Report, entries: list[Entry], scale: rules.Scale | None) -> Mean:
    """Return the average of the report as its agency averages."""
    outcomes = [_outcome(entry) for entry in entries]
    agency, weights = report.agency, [entry.definition["weight"] for entry in entries]
    if agency.averaging == Agency.Averaging.PER_GOAL:
        found = rules.average_of_goals(
            [rules.average([_outcome(entry) for entry in rows]) for _, rows in by_goal(entries)]
        )
    elif agency.averaging == Agency.Averaging.WEIGHTED and all(weights):
        found = rules.average(outcomes, [Decimal(weight) for weight in weights])
    else:
        found = rules.average(outcomes)
    predicate, pill = _predicate(scale, found.value, agency.digits)
    text = "" if found.value is None else f"{format_number(found.value, agency.digits)}%"
    return Mean(text, found.label, predicate, pill)


def _outcome(entry: Entry) -> rules.Outcome:
    """Return the stored achievement as the core of averages takes it: the cap counts there."""
    if not entry.achievement:
        return rules.Outcome(rules.Status.NOT_COMPUTABLE)
    printed, cap = Decimal(entry.achievement), entry.definition["cap"]
    averaged = printed if cap is None else min(printed, Decimal(cap))
    return rules.Outcome(rules.Status.COMPUTED, printed, printed, averaged)
