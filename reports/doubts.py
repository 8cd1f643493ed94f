"""What looks wrong in a report as it is stored: oddities, with the row where a reason silences them."""

from __future__ import annotations

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
    rows, derived = list(report.entries.all()), report.codes_from_quarters()
    rows = [row for row in rows if not row.not_applicable and row.definition["code"] not in derived]
    values = {value.element.code: value for value in report.values.select_related("element")}
    figures = {code: value.number for code, value in values.items()}
    last = _last_figures(report)
    found = []
    for entry in rows:
        d = entry.definition
        used = [values.pop(name) for name in outcomes.names(d) if name in values]
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


def _last_figures(report: Report) -> dict[str, oddities.Last]:
    """Return the last figure typed before this period, by code: for a quarter of a quarter, else of a year.

    Figures that add up since January are compared within the year only: in TW I they begin anew.
    """
    period = report.period
    kind = Q(period__part=period.part) if period.is_year else Q(period__part__lt=Period.Part.YEAR)
    before = Q(period__year__lt=period.year) | Q(period__year=period.year, period__part__lt=period.part)
    recent = Q(period__year__gte=period.year - 1)
    earlier = list(
        Report.objects.filter(kind, before, recent, agency=report.agency_id)
        .select_related("period")
        .order_by("period__year", "period__part")
    )
    periods = {r.pk: r.period for r in earlier}
    grows = _year_to_date_codes(report)
    rows = [
        *Value.objects.filter(report__in=earlier).values_list("report", "element__code", "number"),
        *Entry.objects.filter(report__in=earlier).values_list("report", "indicator__thread__code", "number"),
    ]
    rows.sort(key=lambda row: (periods[row[0]].year, periods[row[0]].part))
    return {
        code: oddities.Last(number, periods[pk].short)
        for pk, code, number in rows
        if number is not None and (periods[pk].year == period.year or code not in grows)
    }


def _year_to_date_codes(report: Report) -> set[str]:
    definitions = [entry.definition for entry in report.entries.all()]
    return {
        code
        for d in definitions
        if d["quarter_method"] == Indicator.QuarterMethod.YEAR_TO_DATE
        for code in (d["code"], *outcomes.names(d))
    }
