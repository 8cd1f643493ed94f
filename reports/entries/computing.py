"""From figures to outcomes, for one held report or for what uses some of its figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F

from reports import outcomes
from reports.entries.holding import hold_all, later
from reports.entries.plans import definitions, plan
from reports.entries.summing import matters, sum_up
from reports.entries.writing import write_rows
from reports.models import Entry, Period, Report, Value

Changed = list[tuple[Entry, set[str]]]


def compute(report: Report) -> bool:
    """Compute every entry of a held, editable report; return whether any changed.

    The definition is renewed first: a target changed by a decision counts from now on.
    """
    changed = compute_rows(report)
    if matters(changed):
        sum_up([report])
    return bool(changed)


def compute_rows(report: Report) -> Changed:
    """Compute as `compute` does, for whoever sums up by itself."""
    changed = outdated(report, report.entries.all(), report.values.select_related("element"))
    write_rows(Entry, changed)
    return changed


def compute_later(report: Report, codes: Collection[str] | None = None) -> None:
    """Compute the later reports that use figures of a held one: what uses one of `codes`, or everything."""
    if not any(sibling.comes_after(report.period) for sibling in report.siblings):
        return
    reach = None if codes is None else plan(report).reach(codes)
    moved = []
    for follower in hold_all(later(report)):
        rows, values = follower.entries.all(), follower.values.select_related("element")
        changed = outdated(follower, rows, values, reach)
        write_rows(Entry, changed)
        if matters(changed):
            moved.append(follower)
    sum_up(moved)


def outdated(
    report: Report, entries: Iterable[Entry], values: Iterable[Value], codes: Collection[str] | None = None
) -> Changed:
    """Compute entries in the order of the formulas; return those that changed, with the columns to write.

    With `codes` only what uses one of them; then entries and values need only be those, and what their
    formulas name.
    """
    its = plan(report)
    by_code = {entry.definition["code"]: entry for entry in entries}
    stale = set(its.order) if codes is None else its.reach(codes) & set(by_code) & set(its.order)
    now = definitions(report, stale)
    figures = outcomes.Figures(
        now={value.element.code: value.number for value in values},
        before=_year_before(report) if stale & its.look_back else {},
        quarters=_quarters(report) if asks_quarters(report, now.values()) else {},
    )
    return renew(its.order, by_code, now, figures)


def renew(
    order: Iterable[str],
    by_code: Mapping[str, Entry],
    now: Mapping[str, dict[str, Any]],
    figures: outcomes.Figures,
) -> Changed:
    """Compute the entries that `now` defines from `figures`; return those that changed, with the columns.

    `order` is that of the formulas. Entries that `now` leaves out only give their figures. No queries.
    """
    changed = []
    for code in order:
        if code not in by_code:
            continue
        entry = by_code[code]
        if code in now:
            columns = {"definition"} if entry.definition != now[code] else set()
            entry.definition = now[code]
            if keep_columns(entry, outcomes.columns(entry, figures)):
                columns.update(outcomes.COMPUTED)
            if columns:
                changed.append((entry, columns))
        figures.add(entry)
    return changed


def keep_columns(entry: Entry, columns: Mapping[str, str]) -> bool:
    """Set computed columns; return whether one of them changed."""
    differs = any(getattr(entry, name) != value for name, value in columns.items())
    for name, value in columns.items():
        setattr(entry, name, value)
    return differs


def asks_quarters(report: Report, asked: Iterable[Mapping[str, object]]) -> bool:
    """Say whether earlier quarters matter to any of these: to a year, and to what adds up over it."""
    return report.period.is_year or any(outcomes.adds_up(definition) for definition in asked)


def _year_before(report: Report) -> dict[str, Decimal | None]:
    """Return the figures of the same period a year ago, by code of data element and indicator."""
    earlier = {
        "report__agency": report.agency_id,
        "report__period__year": report.period.year - 1,
        "report__period__part": report.period.part,
    }
    found: dict[str, Decimal | None] = dict(
        Value.objects.filter(**earlier).values_list("element__code", "number")
    )
    results = Entry.objects.filter(**earlier).values_list("indicator__thread__code", "result")
    return found | {code: outcomes.figure(result) for code, result in results}


def _quarters(report: Report) -> dict[str, dict[int, Entry]]:
    """Return the results of the year's earlier quarters, by code of the indicator and quarter (1–4)."""
    period = report.period
    found: dict[str, dict[int, Entry]] = {}
    if period.part == Period.Part.QUARTER_1:
        return found
    earlier = Entry.objects.filter(
        report__agency=report.agency_id,
        report__period__year=period.year,
        report__period__part__lt=period.part,
    )
    rows = earlier.only("result").annotate(
        code=F("indicator__thread__code"), quarter=F("report__period__part")
    )
    for entry in rows:
        found.setdefault(entry.code, {})[entry.quarter] = entry
    return found
