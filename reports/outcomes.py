"""From what was typed to realization, achievement and their average: no queries, no clock, nothing stored.

A realization comes from the quarters (in a report for a year), from the figure typed for the indicator, or
from its formula. What has no figure says which of the kinds of empty it is, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any, Protocol, TypeVar

from agencies.models import Agency
from indicators import achievement as rules
from indicators import formula as formulas
from indicators.formula.tree import Node, Number, Product, children
from indicators.models import Indicator
from indicators.numbers import format_number, round_half_up
from reports.models import Entry

# The columns of an entry that `columns` fills.
COMPUTED = (
    "state",
    "state_reason",
    "result",
    "result_text",
    "explanation",
    "achievement",
    "achievement_text",
    "achievement_explanation",
)


@dataclass
class Figures:
    """What formulas see, by code: figures of the period, of the same period a year ago, of earlier quarters.

    `reasons` says of indicators of this report why they have no figure and will not get one by filling.
    """

    now: dict[str, Decimal | None]
    before: Mapping[str, Decimal | None]
    quarters: Mapping[str, Mapping[int, Entry]]
    reasons: dict[str, str] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Let later formulas use what came out of `entry`."""
        code = entry.definition["code"]
        self.now[code] = figure(entry.result)
        if entry.state == Entry.State.NOT_APPLICABLE:
            self.reasons[code] = f"{entry} tidak berlaku"
        elif entry.state == Entry.State.NOT_COMPUTABLE:
            self.reasons[code] = f"{entry} tidak dapat dihitung"


@dataclass(frozen=True)
class _Realization:
    """A realization, or the kind of empty and the reason; `text` explains either."""

    state: Entry.State
    text: str
    value: Decimal | None = None


def columns(entry: Entry, figures: Figures) -> dict[str, str]:
    """Return the computed columns of `entry` (see COMPUTED) by its definition and the figures."""
    d = entry.definition
    quarters = figures.quarters.get(d["code"], {})
    found = _realization(entry, figures, quarters)
    filled = dict.fromkeys(COMPUTED, "") | {"state": found.state.value}
    if found.value is None:
        return filled | {"state_reason": found.text}
    filled |= {
        "result": plain(found.value),
        "result_text": named(d, found.value),
        "explanation": found.text,
    }
    reached, label = to_date(entry, found.value, quarters)
    outcome = _judged(d, reached)
    if outcome.printed is None:
        return filled | {"achievement_explanation": outcome.reason or ""}
    against = f" terhadap target tahun {entry.report.period.year}"
    return filled | {
        "achievement": plain(outcome.printed),
        "achievement_text": format_number(outcome.printed, d["digits"]),
        "achievement_explanation": f"{label}{outcome.explain(d['digits'])}{against}",
    }


def _realization(entry: Entry, figures: Figures, quarters: Mapping[int, Entry]) -> _Realization:
    d, state = entry.definition, Entry.State
    if entry.not_applicable:
        return _Realization(state.NOT_APPLICABLE, entry.not_applicable)
    if entry.report.period.is_year and quarters:
        return _from_quarters(d, quarters)
    if d["kind"] != Indicator.Kind.COMPUTED:
        if entry.number is None:
            return _Realization(state.NOT_FILLED, "Belum diisi.")
        return _Realization(state.COMPUTED, named(d, entry.number), entry.number)
    known = {name: formulas.Operand(**operand) for name, operand in d["operands"].items()}
    formula = formulas.parse(d["formula"])
    given: dict[str, Any] = {"previous": figures.before, "known": known}
    outcome = formulas.evaluate(formula, figures.now, unit=d["unit"], **given)
    if outcome.value is not None:
        digits = _digits(d, outcome.value)
        words = formulas.explain(formula, outcome, figures.now, digits=digits, **given)
        return _Realization(state.COMPUTED, words.sentence, outcome.value)
    if outcome.status == "not_computable":
        return _Realization(state.NOT_COMPUTABLE, outcome.reason)
    if all(name in figures.reasons for name in outcome.missing):
        reasons = ", ".join(figures.reasons[name] for name in outcome.missing)
        return _Realization(state.NOT_COMPUTABLE, f"Tidak dapat dihitung: {reasons}.")
    return _Realization(state.NOT_FILLED, outcome.reason)


def _from_quarters(d: Mapping[str, Any], quarters: Mapping[int, Entry]) -> _Realization:
    results = [figure(quarters[q].result) if q in quarters else None for q in range(1, 5)]
    year = rules.combine_quarters(results, _method(d), ordinal=d["kind"] == Indicator.Kind.ORDINAL)
    if year.value is None:
        label = f"{year.label[0].upper()}{year.label[1:]}."
        return _Realization(Entry.State.NOT_FILLED, label)
    return _Realization(Entry.State.COMPUTED, f"{year.label} = {named(d, year.value)}", year.value)


def _method(d: Mapping[str, Any]) -> rules.QuarterMethod:
    """How the quarters make the year; a yes or no has no sum and no mean."""
    if d["kind"] == Indicator.Kind.YES_NO:
        return rules.QuarterMethod.LAST
    return rules.QuarterMethod(d["quarter_method"])


def adds_up(d: Mapping[str, Any]) -> bool:
    """Say whether the quarters so far make the figure that is held against the target of the year."""
    summed = _method(d) in {rules.QuarterMethod.SUM, rules.QuarterMethod.MEAN}
    return summed and d["kind"] != Indicator.Kind.ORDINAL


def to_date(entry: Entry, value: Decimal, quarters: Mapping[int, Entry]) -> tuple[Decimal, str]:
    """Return what is held against the year's target, and the words for it if it is more than the figure."""
    d, period = entry.definition, entry.report.period
    if period.is_year or not adds_up(d):
        return value, ""
    until = [figure(quarters[q].result) if q in quarters else None for q in range(1, period.part)]
    combined = rules.combine_quarters([*until, value], _method(d))
    if combined.value is None or len(combined.quarters) < 2:
        return value, ""
    return combined.value, f"{combined.label} = {named(d, combined.value)}; "


def _judged(d: Mapping[str, Any], value: Decimal) -> rules.Outcome:
    if d["kind"] == Indicator.Kind.YES_NO:
        return rules.yes_no_achievement(not value.is_zero())
    aim = None if d["target"] is None else target_in_effect(d["target"])
    try:
        rule = rules.AchievementRule(
            rules.Polarity(d["polarity"]),
            rules.Method(d["method"]),
            rules.ZeroTarget(d["zero_target"]),
            floor=figure(d["floor"]),
            cap=figure(d["cap"]),
            cap_in_averages_only=d["cap_in_averages_only"],
        )
    except ValueError as contradiction:
        # A set may have come into force with a cap that no rule allows; filling goes on, and says so.
        return rules.Outcome(rules.Status.NOT_COMPUTABLE, reason=str(contradiction))
    level, aimed = level_of(d, value), level_of(d, aim) if isinstance(aim, Decimal) else ""
    if level and aimed:
        return rules.ordinal_achievement(aimed, level, rules.Levels.from_data(d["levels"]), rule)
    return rules.achievement(aim, value, rule)


class Averaged(Protocol):
    """What averages ask of an entry."""

    @property
    def achievement(self) -> str:
        """As Entry has it."""

    @property
    def definition(self) -> Any:
        """As Entry has it."""


Grouped = TypeVar("Grouped", bound=Averaged)


def by_goal(entries: Iterable[Grouped]) -> list[tuple[dict[str, str], list[Grouped]]]:
    """Group entries, which stand in order, by their goal (its number and text)."""
    return [(goal, list(rows)) for goal, rows in groupby(entries, key=lambda e: e.definition["goal"])]


def average(agency: Agency, entries: Sequence[Averaged]) -> rules.Average:
    """Return the average of achievements, in percent, as `agency` averages; entries stand in order.

    An agency that weighs indicators is averaged without weights while one of them has none.
    """
    reached, weights = [_averaged(entry) for entry in entries], [e.definition["weight"] for e in entries]
    if agency.averaging == Agency.Averaging.PER_GOAL:
        goals = [rules.average([_averaged(entry) for entry in rows]) for _, rows in by_goal(entries)]
        return rules.average_of_goals(goals)
    if agency.averaging == Agency.Averaging.WEIGHTED and all(weights):
        return rules.average(reached, [Decimal(weight) for weight in weights])
    return rules.average(reached)


def _averaged(entry: Averaged) -> rules.Outcome:
    """Return the stored achievement as the core of averages takes it: the cap counts there."""
    if not entry.achievement:
        return rules.Outcome(rules.Status.NOT_COMPUTABLE)
    printed, cap = Decimal(entry.achievement), figure(entry.definition["cap"])
    return rules.Outcome(
        rules.Status.COMPUTED, printed, printed, printed if cap is None else min(printed, cap)
    )


def target_in_effect(target: Mapping[str, Any]) -> Decimal | rules.TargetRange:
    """Return the target that counts, in the unit of the indicator: the revised one where there is one."""
    prefix = "" if target["revised_value"] is None else "revised_"
    low, high = Decimal(target[f"{prefix}value"]), figure(target[f"{prefix}upper"])
    return low if high is None else rules.TargetRange(low, high)


def level_of(d: Mapping[str, Any], value: Decimal) -> str:
    """Return the word of an ordinal figure, empty where there is none."""
    return next((str(lv["label"]) for lv in d["levels"] if Decimal(str(lv["value"])) == value), "")


def named(d: Mapping[str, Any], value: Decimal) -> str:
    """Return the figure as it is printed: the word of a level, ya or tidak, or the rounded number."""
    if d["kind"] == Indicator.Kind.YES_NO:
        return "Tidak" if value.is_zero() else "Ya"
    return level_of(d, value) or format_number(value, _digits(d, value))


def _digits(d: Mapping[str, Any], value: Decimal) -> int:
    """Return how many decimals of a figure are printed.

    Of a quotient those the indicator asks for, so that its periods compare: 18,00 beside 65,50. What was
    typed, or only added up, has none that nobody typed: 296.700.000.000.
    """
    most = int(d["digits"])
    if d["formula"] and _divides(formulas.parse(d["formula"]).root):
        return most
    own = round_half_up(value, most).normalize().as_tuple().exponent
    return min(most, max(0, -own)) if isinstance(own, int) else most


def _divides(node: Node) -> bool:
    """Whether a quotient or a percentage is part of what is computed."""
    if isinstance(node, Product) and any(sign == "/" for sign, _ in node.rest):
        return True
    return (isinstance(node, Number) and node.percent) or any(map(_divides, children(node)))


def names(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names in the formula of an indicator, none without a formula."""
    return formulas.parse(definition["formula"]).names if definition["formula"] else ()


def figure(text: str | None) -> Decimal | None:
    """Read a figure stored as text; empty is none."""
    return Decimal(text) if text else None


def plain(value: Decimal) -> str:
    """Write a figure with all its digits and no zeros that say nothing: one text for one figure."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
