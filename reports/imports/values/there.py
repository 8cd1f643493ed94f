"""What the portal has for a batch of lines: reports, their rows, who may fill them, what came before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from django.utils import timezone

from agencies.keys import Among
from agencies.models import Agency, User
from indicators.imports.names import Names
from indicators.models import DataElement, Indicator
from reports import oddities, outcomes
from reports.entries.hall import Hall
from reports.entries.holding import read
from reports.entries.many import ORDER, own_codes_of
from reports.entries.plans import definitions, plan
from reports.imports.values.figures import Measure
from reports.imports.values.lines import Line
from reports.lasts import year_to_date_codes
from reports.models import Availability, Entry, Period, Report, Value

Row = Value | Entry


@dataclass(frozen=True)
class Known:
    """Who lines are about: the agencies of `by` by their codes, in their order, and the one of the file."""

    by: User
    own: Agency | None
    agencies: Mapping[str, Agency]

    def agency_of(self, line: Line) -> Agency | None:
        """Return the agency a line is about, None where `by` has none of this code."""
        return self.agencies.get(line.agency.strip().casefold()) if line.agency else self.own

    def in_order(self, lines: Iterable[Line]) -> list[Line]:
        """Return lines in the order in which reports are held: two files written in parts never cross."""
        rank = {code: place for place, code in enumerate(self.agencies)}

        def place(line: Line) -> tuple[int, int, int]:
            return rank.get(line.agency.strip().casefold(), -1), line.year or 0, line.part or 0

        return sorted(lines, key=place)


def known(by: User, own: Agency | None, lines: Iterable[Line]) -> Known:
    """Read the agencies that lines name. One statement."""
    codes = {line.agency.strip().casefold() for line in lines if line.agency}
    agencies = {own.code: own} if own else {}
    if codes - agencies.keys():
        agencies |= {agency.code: agency for agency in Agency.objects.of(by).filter(code__in=codes)}
    return Known(by, own, agencies)


class There:
    """The reports a batch of lines is about. Nothing is locked; the statements do not grow with the lines."""

    def __init__(self, known: Known, lines: Collection[Line]) -> None:
        self.known = known
        asked = {(a.pk, line.year, line.part) for line in lines if (a := known.agency_of(line))}
        self._reports = {key: r for r in _reports(asked) if (key := _key(r)) in asked}
        reports = list(self._reports.values())
        now = timezone.now()
        self.availability: dict[int, Availability] = {r.pk: r.availability(now) for r in reports}
        self.own = own_codes_of(reports, known.by)
        self.hall = Hall(reports)
        for report in reports:
            if self.availability[report.pk].editable and report.set_in_force not in (
                None,
                report.indicator_set_id,
            ):
                self._adopt(report)
        self._names: dict[int, Names] = {}

    def report(self, line: Line) -> Report | None:
        """Return the report a line is about."""
        agency = self.known.agency_of(line)
        return self._reports.get((agency.pk, line.year, line.part)) if agency else None  # type: ignore[arg-type]

    def names(self, report: Report) -> Names:
        """Return the names of the indicators a report measures."""
        if report.indicator_set_id not in self._names:
            entries = self.hall.entries[report.pk].items()
            self._names[report.indicator_set_id] = Names(
                (code, entry.definition["name"]) for code, entry in entries
            )
        return self._names[report.indicator_set_id]

    def measure(self, report: Report, row: Row) -> Measure:
        """Return what a figure of a row is measured by."""
        if isinstance(row, Value):
            e = row.element
            expected = oddities.Expected(e.unit, e.minimum, e.maximum, self._last(report, e.code))
            return Measure("", e.unit, (), expected)
        d = row.definition
        last = self._last(report, d["code"]) if d["kind"] == Indicator.Kind.EXTERNAL else None
        return Measure(d["kind"], d["unit"], tuple(d["levels"]), oddities.Expected(d["unit"], last=last))

    def from_quarters(self, report: Report) -> Collection[str]:
        """Return the codes of the indicators of a year whose figure comes from its quarters."""
        return self.hall.quarters(report) if report.period.is_year else ()

    def _adopt(self, report: Report) -> None:
        """See a report as it will be once it goes by the set in force today (see opening.adopt)."""
        report.indicator_set_id = report.set_in_force  # type: ignore[assignment]
        asked, there = definitions(report), self.hall.entries[report.pk]
        keys, position = plan(report).keys, len(there)
        entries = {}
        for code, definition in asked.items():
            entry = there.get(code) or Entry(report=report, position=(position := position + 1))
            entry.definition, entry.indicator_id = definition, keys[code]
            entry.set = report.indicator_set_id  # type: ignore[attr-defined]
            entries[code] = entry
        self.hall.entries[report.pk] = entries
        values = self.hall.values[report.pk]
        used = {name for d in asked.values() for name in outcomes.names(d)} - values.keys()
        for element in DataElement.objects.filter(agency=report.agency_id, code__in=used):
            values[element.code] = Value(report=report, element=element)

    # What came before

    def _last(self, report: Report, code: str) -> oddities.Last | None:
        """Return the figure before this one: see lasts, which says it of one report."""
        year = report.period.year
        for before in _before(year, report.period.part):
            number = self._number((report.agency_id, *before), code)
            if number is not None:
                counts = before[0] == year or code not in self._year_to_date.get(report.indicator_set_id, ())
                return oddities.Last(number, _short(*before)) if counts else None
        return None

    def _number(self, when: tuple[int, int, int], code: str) -> Decimal | None:
        if there := self._reports.get(when):
            row: Row | None = self.hall.values[there.pk].get(code)
            row = row or self.hall.entries[there.pk].get(code)
            return row.number if row else None
        return self._typed_elsewhere.get(when, {}).get(code)

    @cached_property
    def _year_to_date(self) -> dict[int, set[str]]:
        """The codes whose figures begin anew in January, by set."""
        found: dict[int, set[str]] = {}
        for report in self._reports.values():
            if report.indicator_set_id not in found:
                found[report.indicator_set_id] = year_to_date_codes(self.hall.entries[report.pk].values())
        return found

    @cached_property
    def _typed_elsewhere(self) -> dict[tuple[int, int, int], dict[str, Decimal]]:
        """The typed figures of other reports of these agencies, in these years and the years before."""
        years = {year for _, year, _ in self._reports}
        where = {
            "report__agency__in": Among(agency for agency, _, _ in self._reports),
            "report__period__year__in": years | {year - 1 for year in years},
            "number__isnull": False,
        }
        place = ("report__agency", "report__period__year", "report__period__part")
        held = Among(report.pk for report in self._reports.values())
        found: dict[tuple[int, int, int], dict[str, Decimal]] = {}
        for kind, code in ((Entry, "indicator__thread__code"), (Value, "element__code")):
            rows = kind.objects.filter(**where).exclude(report__in=held).order_by()
            for agency, year, part, name, number in rows.values_list(*place, code, "number"):
                found.setdefault((agency, year, part), {})[name] = number
        return found


def _key(report: Report) -> tuple[int, int, int]:
    return report.agency_id, report.period.year, report.period.part


def _reports(asked: Collection[tuple[int, int | None, int | None]]) -> Iterable[Report]:
    found = Report.objects.filter(
        agency__in=Among({agency for agency, _, _ in asked}),
        period__year__in={year for _, year, _ in asked if year},
        period__part__in={part for _, _, part in asked if part},
    )
    return read(found.order_by(*ORDER))


@lru_cache
def _before(year: int, part: int) -> list[tuple[int, int]]:
    """Return the periods of the same kind before one, year and part, the latest first, back to a year ago."""
    if part == Period.Part.YEAR:
        return [(year - 1, part)]
    quarters = range(Period.Part.QUARTER_4.value, 0, -1)
    return [(year, q) for q in quarters if q < part] + [(year - 1, q) for q in quarters]


@lru_cache
def _short(year: int, part: int) -> str:
    return Period(year=year, part=part).short
