"""What a set in force says for good, read once in a process, and the targets, which live on beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from indicators import formula as formulas
from indicators import sets
from indicators.models import Indicator, IndicatorSet
from reports.models import Report


@dataclass(frozen=True)
class Plan:
    """A set in force: its indicators in order, without targets, and how their formulas are tied together.

    `keys` are the primary keys of the indicators, `order` the order of computing, `uses` the names in the
    formula of each, `look_back` the indicators whose formulas name figures of a year ago.
    """

    indicators: dict[str, dict[str, Any]]
    keys: dict[str, int]
    order: list[str]
    uses: dict[str, frozenset[str]]
    look_back: frozenset[str]

    def reach(self, codes: Collection[str]) -> set[str]:
        """Return the codes and all indicators whose formulas use them, directly or through others."""
        return users(self.uses, codes)

    def needs(self, codes: Collection[str]) -> set[str]:
        """Return the codes and all that their formulas name."""
        return set(codes).union(*(self.uses.get(code, ()) for code in codes))


def plan(report: Report) -> Plan:
    """Return the plan of the set a report goes by."""
    return _plan_of(report.indicator_set.pk, report.indicator_set.published_at)


@lru_cache(maxsize=256)
def _plan_of(pk: int, published_at: dt.datetime | None) -> Plan:
    """Read it once in a process: a set in force is never changed, and triggers hold that."""
    indicators = indicators_of(sets.describe(IndicatorSet.objects.get(pk=pk)))
    rows = Indicator.objects.filter(goal__indicator_set=pk).values_list("thread__code", "pk")
    return tie(indicators, dict(rows.order_by()))


def indicators_of(described: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the indicators of a described set by code, in order, each with its goal and without targets."""
    return {
        indicator["code"]: {
            **{name: value for name, value in indicator.items() if name != "targets"},
            "goal": {"number": goal["number"], "text": goal["text"]},
        }
        for goal in described["goals"]
        for indicator in goal["indicators"]
    }


def tie(indicators: dict[str, dict[str, Any]], keys: dict[str, int]) -> Plan:
    """Return the plan of indicators by code, in the order of their set, and of their primary keys."""
    parsed = {code: formulas.parse(d["formula"]) for code, d in indicators.items() if d["formula"]}
    typed_first = [code for code in indicators if code not in parsed]
    return Plan(
        indicators,
        keys,
        typed_first + [code for code in formulas.order(parsed) if code in indicators],
        {code: frozenset(formula.names) for code, formula in parsed.items()},
        frozenset(code for code, formula in parsed.items() if formula.previous_names),
    )


def definitions(report: Report, codes: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """Return what the set says of each indicator (of `codes` only), in its order, with the year's target."""
    its = plan(report)
    wanted = {code: d for code, d in its.indicators.items() if codes is None or code in codes}
    levels = {its.keys[code]: d["levels"] for code, d in wanted.items()}
    targets = sets.targets_of_year(levels, report.period.year)
    return {code: {**d, "target": targets.get(its.keys[code])} for code, d in wanted.items()}


def users(uses: Mapping[str, Collection[str]], codes: Collection[str]) -> set[str]:
    """Return the codes and all whose formulas, by `uses`, name them, directly or through others."""
    reach = set(codes)
    while more := {code for code, names in uses.items() if code not in reach and not reach.isdisjoint(names)}:
        reach |= more
    return reach
