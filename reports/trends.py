"""What an indicator reached in earlier periods, through all sets that measured it: for charts and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators import formula as formulas
from indicators.achievement import TargetRange
from indicators.models import Indicator
from indicators.numbers import format_number, roman
from reports import charts, outcomes
from reports.models import Entry, Period, Report

LENGTH = 12  # periods


@dataclass(frozen=True)
class Step:
    """One period of a trend; `entry` None: nothing was asked then. `new_definition`: other than before."""

    year: int
    part: int
    entry: Entry | None
    new_definition: bool = False

    @property
    def period(self) -> Period:
        """The period, for its names only."""
        return Period(year=self.year, part=self.part)

    @property
    def target_text(self) -> str:
        """The target in effect as it is read, empty where there is none."""
        return target_text(self.entry.definition) if self.entry else ""


def of(report: Report, rows: Iterable[Entry]) -> dict[int, list[Step]]:
    """Return the last LENGTH periods up to the report's by key of its `rows`: quarters, or years for a year.

    What lies before the first entry is left out, what is missing between two is not. One query, whatever the
    number of rows; give rows with their indicator.
    """
    rows = list(rows)
    window = _window(report.period)
    past = Entry.objects.filter(
        indicator__thread__in={row.indicator.thread_id for row in rows},
        report__period__year__range=(window[0][0], window[-1][0]),
        report__period__part__in={part for _, part in window},
    )
    found: dict[int, dict[tuple[int, int], Entry]] = {}
    for entry in past.select_related("report__period", "indicator"):
        period = entry.report.period
        found.setdefault(entry.indicator.thread_id, {})[period.year, period.part] = entry
    return {row.pk: _steps(window, found.get(row.indicator.thread_id, {})) for row in rows}


def chart(entry: Entry, steps: list[Step]) -> charts.LineChart | None:
    """Return the chart of a trend; None where it has no figure."""
    d = entry.definition
    levels = [(Decimal(str(level["value"])), str(level["label"])) for level in d["levels"]]
    if d["kind"] == Indicator.Kind.YES_NO:
        levels = [(Decimal(0), "Tidak"), (Decimal(1), "Ya")]
    return charts.line(str(entry), [_point(step) for step in steps], levels=levels)


def finding(steps: list[Step]) -> str:
    """Say in one sentence what a trend shows."""
    said = charts.finding([_point(step) for step in steps])
    return said[:1].upper() + said[1:]


def _window(period: Period) -> list[tuple[int, int]]:
    """Return year and part of the last LENGTH periods of the kind, the oldest first."""
    if period.is_year:
        return [(period.year - back, period.part) for back in reversed(range(LENGTH))]
    last = period.year * 4 + period.part - 1
    return [(number // 4, number % 4 + 1) for number in range(last - LENGTH + 1, last + 1)]


def _steps(window: list[tuple[int, int]], found: Mapping[tuple[int, int], Entry]) -> list[Step]:
    steps: list[Step] = []
    before: Entry | None = None
    for year, part in window:
        entry = found.get((year, part))
        if entry is None and before is None:
            continue
        changed = entry is not None and before is not None and measure(entry) != measure(before)
        steps.append(Step(year, part, entry, changed))
        before = entry or before
    return steps


def measure(entry: Entry) -> tuple[Any, ...]:
    """Return what makes two figures comparable."""
    d = entry.definition
    return d["kind"], d["unit"], d["levels"], formulas.parse(d["formula"]) if d["formula"] else None


def _point(step: Step) -> charts.Point:
    tick, group = (str(step.year), "") if step.period.is_year else (roman(step.part), str(step.year))
    names: dict[str, Any] = {"period": step.period.short, "tick": tick, "group": group}
    if step.entry is None:
        return charts.Point(**names)
    d = step.entry.definition
    low, high = target(d)
    return charts.Point(
        **names,
        value=outcomes.figure(step.entry.result),
        text=step.entry.result_text,
        target=low,
        upper=high,
        target_text=step.target_text,
        new_definition=step.new_definition,
    )


def target(d: Mapping[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    """Return the target in effect and, for a range, its other end."""
    if d["kind"] == Indicator.Kind.YES_NO:
        return Decimal(1), None
    if d["target"] is None:
        return None, None
    aim = outcomes.target_in_effect(d["target"])
    return (aim.lower, aim.upper) if isinstance(aim, TargetRange) else (aim, None)


def target_text(d: Mapping[str, Any]) -> str:
    """Return the target in effect as it is read, empty where there is none."""
    if d["kind"] == Indicator.Kind.YES_NO:
        return "Ya"
    ends = (end for end in target(d) if end is not None)
    return "–".join(outcomes.level_of(d, end) or format_number(end) for end in ends)
