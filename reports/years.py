"""An indicator over the years, through all sets that measured it: years from annual reports, quarters beside.

A year without an annual report is a gap, whatever its quarters say; its target is known all the same. What
another definition measured stands beside it and is not joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators import sets
from indicators.models import Indicator, IndicatorThread, YearInForce
from indicators.numbers import roman
from reports import charts, outcomes, trends
from reports.bands import HUNDRED, reached
from reports.models import Entry, Period, Value

LENGTH = 10  # years


@dataclass(frozen=True)
class Part:
    """A year or quarter of an indicator: its entry, None where nothing was asked, and its definition.

    The definition is that of the entry, or what the set in force in that year says; None without a set.
    `figures` are those of the data elements of its formula, by their labels; None is not filled.
    """

    period: Period
    entry: Entry | None
    definition: Mapping[str, Any] | None
    figures: dict[str, Decimal | None]
    new_definition: bool = False

    @property
    def target_text(self) -> str:
        """The target in effect as it is read, empty where there is none."""
        return trends.target_text(self.definition) if self.definition else ""


@dataclass(frozen=True)
class Years:
    """What is known of an indicator up to a year: `quarters` of the last year that has some, else none.

    `earlier` is the last year before, None where nothing is known of one; `later` likewise the last known.
    """

    name: str
    unit: str
    years: list[Part]
    quarters: list[Part]
    earlier: int | None
    later: int | None


def of(thread: IndicatorThread, until: int | None = None) -> Years | None:
    """Return the LENGTH years up to `until`, by default the last known; None where nothing is known.

    Five queries, however many years.
    """
    defined = _defined(thread)
    entries = list(
        Entry.objects.filter(indicator__thread=thread)
        .select_related("report__period", "report__agency")
        .order_by("report__period__year", "report__period__part")
    )
    known = {*defined, *(entry.report.period.year for entry in entries)}
    if not known:
        return None
    last = min(max(until or max(known), min(known)), max(known))
    first = max(last - LENGTH + 1, min(known))
    by_place = {
        (e.report.period.year, e.report.period.part): e
        for e in entries
        if first <= e.report.period.year <= last
    }
    figures = _figures(by_place.values())
    years = _parts(
        [(year, int(Period.Part.YEAR)) for year in range(first, last + 1)], by_place, defined, figures
    )
    with_quarters = [year for year, part in by_place if part != Period.Part.YEAR]
    quarters = (
        _parts([(max(with_quarters), part) for part in range(1, 5)], by_place, defined, figures)
        if with_quarters
        else []
    )
    newest = next(p.definition for p in reversed([*years, *quarters]) if p.definition)
    return Years(
        name=str(newest["name"]),
        unit=str(newest["unit"]),
        years=years,
        quarters=quarters,
        earlier=first - 1 if first > min(known) else None,
        later=max(known) if last < max(known) else None,
    )


def _defined(thread: IndicatorThread) -> dict[int, dict[str, Any]]:
    """Return by year what the set in force says of the indicator, as far as a target needs it."""
    rows = YearInForce.objects.filter(indicator_set__goals__indicators__thread=thread)
    by_year = dict(rows.order_by().values_list("year", "indicator_set__goals__indicators"))
    known = Indicator.objects.in_bulk(set(by_year.values()))
    targets = sets.targets_of_years({pk: row.levels for pk, row in known.items()}, by_year)
    return {
        year: {
            "name": known[pk].name,
            "unit": known[pk].unit,
            "kind": known[pk].kind,
            "levels": known[pk].levels,
            "target": targets.get((pk, year)),
        }
        for year, pk in by_year.items()
    }


def _parts(
    places: Iterable[tuple[int, int]],
    entries: Mapping[tuple[int, int], Entry],
    defined: Mapping[int, dict[str, Any]],
    figures: Mapping[int, Mapping[str, Value]],
) -> list[Part]:
    found: list[Part] = []
    before: Entry | None = None
    for year, part in places:
        entry = entries.get((year, part))
        changed = entry is not None and before is not None and trends.measure(entry) != trends.measure(before)
        own = _named(entry, figures.get(entry.report_id, {})) if entry else {}
        definition = entry.definition if entry else defined.get(year)
        found.append(Part(Period(year=year, part=part), entry, definition, own, changed))
        before = entry or before
    return found


def _named(entry: Entry, values: Mapping[str, Value]) -> dict[str, Decimal | None]:
    """Return the figures of the data elements in the formula of a row, in its order, by their labels."""
    named = (values[name] for name in outcomes.names(entry.definition) if name in values)
    return {value.element.label: value.number for value in named}


def _figures(entries: Iterable[Entry]) -> dict[int, dict[str, Value]]:
    """Return the figures that the formulas of these rows name, by key of the report and code."""
    entries = list(entries)
    names = {name for entry in entries for name in outcomes.names(entry.definition)}
    rows = Value.objects.filter(report__in=[e.report_id for e in entries], element__code__in=names)
    found: dict[int, dict[str, Value]] = {}
    for value in rows.select_related("element").order_by():
        found.setdefault(value.report_id, {})[value.element.code] = value
    return found


# Drawn


def chart(name: str, parts: list[Part], *, wide: bool) -> charts.LineChart | None:
    """Return the chart of years or quarters; None where there is no figure."""
    kinds = [part.definition for part in parts if part.definition]
    d: Mapping[str, Any] = kinds[-1] if kinds else {"levels": [], "kind": ""}
    levels = [(Decimal(str(level["value"])), str(level["label"])) for level in d["levels"]]
    if d["kind"] == Indicator.Kind.YES_NO:
        levels = [(Decimal(0), "Tidak"), (Decimal(1), "Ya")]
    return charts.line(name, points(parts), levels=levels, wide=wide)


def points(parts: Iterable[Part]) -> list[charts.Point]:
    """Return what a chart draws of these."""
    found = []
    for part in parts:
        low, high = trends.target(part.definition) if part.definition else (None, None)
        entry, period = part.entry, part.period
        value = reached(entry.achievement, entry.definition["digits"]) if entry else None
        found.append(
            charts.Point(
                period=period.short,
                tick=str(period.year) if period.is_year else roman(period.part),
                group="" if period.is_year else str(period.year),
                value=outcomes.figure(entry.result) if entry else None,
                text=entry.result_text if entry else "",
                target=low,
                upper=high,
                target_text=part.target_text,
                new_definition=part.new_definition,
                reached=None if value is None else value >= HUNDRED,
            )
        )
    return found
