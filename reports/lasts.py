"""What came before a period: the last figure of each data element and the last result of each indicator.

For a quarter the last quarter of this year or the year before that has one, for a year the year before. What
adds up since January begins anew in TW I: it is compared within its year only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from agencies.prepared import Prepared
from indicators.formula.units import is_percent
from indicators.models import Indicator
from indicators.numbers import format_number, round_half_up
from reports import outcomes, trends
from reports.models import Entry, Period, Report, Value
from reports.oddities import Last

_LEVELS = (Indicator.Kind.ORDINAL, Indicator.Kind.YES_NO)
UP, DOWN, SAME = "▲", "▼", "="


@dataclass(frozen=True)
class Reached:
    """The last result of an indicator, as its row says it, and its period ("TW I 2026")."""

    entry: Entry
    period: str


@dataclass(frozen=True)
class Lasts:
    """What came before a report: typed figures by code of data element or indicator, results by indicator."""

    figures: dict[str, Last] = field(default_factory=dict)
    results: dict[str, Reached] = field(default_factory=dict)

    def text(self, code: str) -> str:
        """Return the last figure typed under a code as it is read, "TW I 2026: 53"; "" without one."""
        if (last := self.figures.get(code)) is None:
            return ""
        reached = self.results.get(code)
        if reached is not None and reached.entry.definition["kind"] in _LEVELS:
            return f"{last.period}: {reached.entry.result_text}"
        return f"{last.period}: {format_number(last.value)}"


@dataclass(frozen=True)
class Change:
    """How a result compares with the last one: a shape, and the words that say it without the shape."""

    shape: str
    text: str


def of(report: Report, entries: Iterable[Entry], about: Collection[str] | None = None) -> Lasts:
    """Return what came before `report`, whose rows are `entries`; `about` keeps these codes. Four queries."""
    year, within_year = report.period.year, year_to_date_codes(entries)
    # By the keys of the few reports before this one: that many rows are quicker than one clever query.
    before = _before(report)
    asked: dict[str, Any] = {"reports": sorted(before)}
    if about is not None:
        asked["codes"] = sorted(about)

    def counts(key: int, code: str) -> bool:
        return before[key].year == year or code not in within_year

    found = Lasts()
    for key, code, number in sorted(_FIGURES(**asked), key=lambda row: _place(before[row[0]])):
        if counts(key, code):
            found.figures[code] = Last(number, before[key].short)
    newest = {
        code: (before[key].short, pk)
        for key, code, pk in sorted(_REACHED(**asked), key=lambda row: _place(before[row[0]]))
        if counts(key, code)
    }
    by_key = {row.pk: row for row in _RESULTS(keys=sorted(pk for _, pk in newest.values()))}
    for code, (period, pk) in newest.items():
        row = by_key[pk]
        found.results[code] = Reached(row, period)
        if row.number is not None:
            found.figures[code] = Last(row.number, period)
    return found


def _figures(reports: list[int], **about: list[str]) -> QuerySet[Value, Any]:
    rows = Value.objects.filter(report__in=reports, number__isnull=False)
    rows = rows.filter(element__code__in=about["codes"]) if about else rows
    return rows.order_by().values_list("report", "element__code", "number")


def _reached(reports: list[int], **about: list[str]) -> QuerySet[Entry, Any]:
    rows = Entry.objects.filter(report__in=reports).exclude(result="")
    rows = rows.filter(indicator__thread__code__in=about["codes"]) if about else rows
    return rows.order_by().values_list("report", "indicator__thread__code", "pk")


_FIGURES, _REACHED = Prepared(_figures), Prepared(_reached)
_RESULTS = Prepared(
    lambda keys: (
        Entry.objects.filter(pk__in=keys).only("number", "definition", "result", "result_text").order_by()
    )
)


def _before(report: Report) -> dict[int, Period]:
    """Return the reports of earlier periods of the same kind, at most a year ago: their periods by key."""
    year, part = report.period.year, report.period.part
    periods = {
        sibling.pk: Period(year=sibling.year, part=sibling.part)
        for sibling in report.siblings
        if sibling.year <= year
    }
    if report.period.is_year:
        return {key: p for key, p in periods.items() if p.is_year and p.year == year - 1}
    return {key: p for key, p in periods.items() if not p.is_year and _place(p) < (year, part)}


def _place(period: Period) -> tuple[int, int]:
    return period.year, period.part


def year_to_date_codes(entries: Iterable[Entry]) -> set[str]:
    """Return the codes of what adds up since January: indicators, and the figures they are computed from."""
    return {
        code
        for d in (entry.definition for entry in entries)
        if d["quarter_method"] == Indicator.QuarterMethod.YEAR_TO_DATE
        for code in (d["code"], *outcomes.names(d))
    }


def change(entry: Entry, last: Reached | None) -> Change | None:
    """Return how the result of `entry` compares with the last one; None where they do not compare.

    They do not where one is missing or was measured otherwise. Compared is what is printed. A rise is said
    to be a rise, not to be good: that depends.
    """
    now, before = outcomes.figure(entry.result), outcomes.figure(last.entry.result) if last else None
    if last is None or now is None or before is None or not _is_comparable(entry, last.entry):
        return None
    d = entry.definition
    now, before = (round_half_up(value, d["digits"]) for value in (now, before))
    since = f"dari {last.period}"
    if now == before:
        return Change(SAME, f"tetap {since}")
    if d["kind"] == Indicator.Kind.YES_NO:
        return Change("", f"berubah {since} ({last.entry.result_text})")
    shape, word = (UP, "naik") if now > before else (DOWN, "turun")
    is_level = d["kind"] == Indicator.Kind.ORDINAL
    by = "" if is_level else _difference(now, before, percent=is_percent(d["unit"]))
    if not by:  # no figure says how far: levels, and from nothing or across zero
        return Change(shape, f"{word} {since} ({last.entry.result_text})")
    return Change(shape, f"{word} {by} {since}")


def _is_comparable(entry: Entry, last: Entry) -> bool:
    """Whether two periods measured the same; a definition written the same is not parsed."""
    now, before = entry.definition, last.definition
    written = ("kind", "unit", "levels", "formula")
    return all(now[name] == before[name] for name in written) or trends.measure(entry) == trends.measure(last)


def _difference(now: Decimal, before: Decimal, *, percent: bool) -> str:
    """Return how far a figure moved: percents by points, other figures by a part of the last one."""
    if percent:
        return f"{format_number(abs(now - before))} poin"
    if before.is_zero() or now.is_signed() != before.is_signed():
        return ""
    part = round_half_up(abs(now - before) / abs(before) * 100, 1)
    if part == 100 and now < before and not now.is_zero():
        return "lebih dari 99,9%"
    return f"{format_number(part)}%" if part else "kurang dari 0,1%"
