"""What looks wrong in a report as it is stored: oddities, with the row where a reason silences them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from indicators.models import Indicator
from reports import oddities, outcomes
from reports.models import Entry, Period, Report, Value


@dataclass(frozen=True)
class Doubt:
    """What is odd about one row, and the entry that shows it; `silenced` where a reason was given for it."""

    row: Value | Entry
    entry: Entry
    oddity: oddities.Oddity
    silenced: bool

    def plain(self) -> dict[str, Any]:
        """Return it as plain data, for the grid."""
        o, kind = self.oddity, "value" if isinstance(self.row, Value) else "entry"
        repair = None if o.repair is None else outcomes.plain(o.repair)
        return {
            kind: self.row.pk,
            "kind": o.kind.value,
            "sentence": o.sentence,
            "repair": repair,
            "repair_label": o.repair_label,
            "silenced": self.silenced,
        }


def of_report(report: Report) -> list[Doubt]:
    """Return what looks wrong in a report, in the order of its rows; the number of queries is fixed."""
    return of_rows(report, list(report.entries.all()), list(report.values.select_related("element")))


def of_rows(
    report: Report, entries: list[Entry], values: list[Value], about: Collection[str] | None = None
) -> list[Doubt]:
    """Return what looks wrong in a report whose rows are at hand; `about` keeps rows of these codes only."""
    derived = report.codes_from_quarters()
    unused = {value.element.code: value for value in values}
    figures = {code: value.number for code, value in unused.items()}
    grows = _year_to_date_codes(entries)
    rows = [row for row in entries if not row.not_applicable and row.definition["code"] not in derived]
    asked: list[tuple[Entry, list[Value]]] = []
    for entry in rows:
        used = [unused.pop(name) for name in outcomes.names(entry.definition) if name in unused]
        used = [value for value in used if about is None or value.element.code in about]
        if used or about is None or entry.definition["code"] in about:
            asked.append((entry, used))
    last = _last_figures(report, grows, about)
    found = []
    for entry, used in asked:
        d = entry.definition
        for value in used:
            e = value.element
            expected = oddities.Expected(e.unit, e.minimum, e.maximum, last.get(e.code))
            strange = oddities.of_figure(value.number, expected)
            found += [Doubt(value, entry, o, bool(value.reason)) for o in strange]
        if d["kind"] == Indicator.Kind.EXTERNAL:
            strange = oddities.of_figure(entry.number, oddities.Expected(d["unit"], last=last.get(d["code"])))
        else:
            strange = oddities.of_ratio(d, figures)
        found += [Doubt(entry, entry, o, bool(entry.reason)) for o in strange]
    return found


def _last_figures(report: Report, grows: set[str], about: Collection[str] | None) -> dict[str, oddities.Last]:
    """Return the last figure typed before this period, by code: for a quarter of a quarter, else of a year.

    Figures that add up since January (`grows`) are compared within the year only: in TW I they begin anew.
    """
    year, part = report.period.year, report.period.part
    kind = (
        Q(report__period__part=part)
        if report.period.is_year
        else Q(report__period__part__lt=Period.Part.YEAR)
    )
    before = Q(report__period__year=year - 1) | Q(report__period__year=year, report__period__part__lt=part)
    of = {"report__agency": report.agency_id, "number__isnull": False}
    values, entries = Value.objects.filter(kind, before, **of), Entry.objects.filter(kind, before, **of)
    if about is not None:
        values = values.filter(element__code__in=about)
        entries = entries.filter(indicator__thread__code__in=about)
    period = ("report__period__year", "report__period__part")
    rows = [
        *values.values_list(*period, "element__code", "number"),
        *entries.values_list(*period, "indicator__thread__code", "number"),
    ]
    rows.sort(key=lambda row: row[:2])
    return {
        code: oddities.Last(number, Period(year=row_year, part=row_part).short)
        for row_year, row_part, code, number in rows
        if number is not None and (row_year == year or code not in grows)
    }


def _year_to_date_codes(entries: list[Entry]) -> set[str]:
    return {
        code
        for d in (entry.definition for entry in entries)
        if d["quarter_method"] == Indicator.QuarterMethod.YEAR_TO_DATE
        for code in (d["code"], *outcomes.names(d))
    }
