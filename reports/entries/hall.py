"""The reports of some agencies read at once, and computed as each would be by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

from django.db.models import Case, F, Q, When

from agencies.keys import Among
from indicators import sets
from indicators.models import DataElement, IndicatorSet
from reports import outcomes
from reports.entries.computing import Changed, asks_quarters, renew
from reports.entries.plans import Plan, indicators_of, plan, tie
from reports.models import Entry, Report, Value
from reports.status import EDITABLE

Place = tuple[int, int, int]  # agency, year, part
Numbers = dict[str, Decimal | None]
_NOT_READ = ("source", "document", "document_date", "obstacle", "driver", "follow_up", "returned_note")
# In the order in which the models take them.
_VALUE = ("pk", "report", "element", "number", "reason", "version")
_ELEMENT = tuple(f"element__{name}" for name in ("agency", "code", "label", "unit", "minimum", "maximum"))


class Hall:
    """Reports, agency by agency and in the order of time, with their rows and what these look back at."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self.reports = reports
        self._by_key = {report.pk: report for report in reports}
        self._plans: dict[int, Plan] = {}

    @cached_property
    def values(self) -> dict[int, dict[str, Value]]:
        """The figures of data elements, by report and code; who changed them is left out."""
        found: dict[int, dict[str, Value]] = {key: {} for key in self._by_key}
        elements: dict[int, DataElement] = {}
        of_report, of_element = (Value._meta.get_field(name) for name in ("report", "element"))  # noqa: SLF001
        rows = Value.objects.filter(report__in=Among(self._by_key)).order_by()
        for *own, agency, code, label, unit, low, high in rows.values_list(*_VALUE, *_ELEMENT):
            value = Value(*own)
            if (element := elements.get(value.element_id)) is None:
                element = DataElement(value.element_id, agency, code, label, unit, low, high)
                elements[value.element_id] = element
            of_element.set_cached_value(value, element)  # type: ignore[union-attr]
            of_report.set_cached_value(value, self._by_key[value.report_id])  # type: ignore[union-attr]
            found[value.report_id][code] = value
        return found

    @cached_property
    def entries(self) -> dict[int, dict[str, Entry]]:
        """The entries by report and code, in their order, without what is not typed in bulk or computed.

        Definitions are large, and the same as in the set but for the target: only what differs is read.
        """
        found: dict[int, dict[str, Entry]] = {key: {} for key in self._by_key}
        of_report = Entry._meta.get_field("report")  # noqa: SLF001 - public in Django
        rows = Entry.objects.filter(report__in=Among(self._by_key)).order_by("report", "position")
        rows = rows.defer("definition", *_NOT_READ).annotate(
            code=F("indicator__thread__code"),
            set=F("indicator__goal__indicator_set"),
            target=F("definition__target"),
            left=Case(When(~Q(indicator__goal__indicator_set=F("report__indicator_set")), then="definition")),
        )
        for entry in rows:
            report = self._by_key[entry.report_id]
            of_report.set_cached_value(entry, report)
            said = self._published[report.indicator_set_id].get(entry.code)
            entry.definition = entry.left if said is None else {**said, "target": entry.target}
            found[entry.report_id][entry.code] = entry
        return found

    @cached_property
    def _published(self) -> dict[int, dict[str, dict[str, Any]]]:
        """What the sets of the reports say of their indicators, by set and code."""
        found = IndicatorSet.objects.filter(pk__in=Among({r.indicator_set_id for r in self.reports}))
        rows = found.order_by().values_list("pk", "published")
        return {pk: indicators_of(said) for pk, said in rows if said is not None}

    def row(self, report: int, kind: Literal["value", "entry"], code: str) -> Value | Entry | None:
        """Return the row of a code in a report, None where it has none."""
        return (self.values if kind == "value" else self.entries).get(report, {}).get(code)

    def plan(self, report: Report) -> Plan:
        """Return the plan of the set a report goes by."""
        pk = report.indicator_set_id
        if pk not in self._plans:
            keys = {code: e.indicator_id for code, e in self.entries[report.pk].items() if e.set == pk}  # type: ignore[attr-defined]
            known = self._published.get(pk)
            self._plans[pk] = plan(report) if known is None else tie(known, keys)
        return self._plans[pk]

    # Computing

    def compute(self, changed: Mapping[int, Collection[str]]) -> Changed:
        """Compute what uses the figures of these codes, by report, there and in later reports.

        Returns the entries that changed with the columns to write, as `outdated` does.
        """
        found: Changed = []
        for _, group in groupby(self.reports, key=lambda report: report.agency_id):
            earlier: list[tuple[Report, set[str]]] = []
            for report in group:
                own = changed.get(report.pk, ())
                codes = set(own).union(*(reach for other, reach in earlier if uses(report, other)))
                if codes:
                    found += self._outdated(report, codes)
                if own:
                    earlier.append((report, self.plan(report).reach(own)))
        return found

    def _outdated(self, report: Report, codes: Collection[str]) -> Changed:
        its, entries = self.plan(report), self.entries[report.pk]
        stale = its.reach(codes) & entries.keys() & set(its.order)
        now = {
            code: {**its.indicators[code], "target": self._targets.get((its.keys[code], report.period.year))}
            for code in its.indicators
            if code in stale
        }
        figures = outcomes.Figures(
            now={code: value.number for code, value in self.values[report.pk].items()},
            before=self._year_before(report) if stale & its.look_back else {},
            quarters=self.quarters(report) if asks_quarters(report, now.values()) else {},
        )
        return renew(its.order, entries, now, figures)

    def _year_before(self, report: Report) -> Numbers:
        place = (report.agency_id, report.period.year - 1, report.period.part)
        if (there := self._by_place.get(place)) is None:
            return self._figures_elsewhere.get(place, {})
        numbers = {code: value.number for code, value in self.values[there.pk].items()}
        return numbers | {code: outcomes.figure(e.result) for code, e in self.entries[there.pk].items()}

    def quarters(self, report: Report) -> dict[str, dict[int, Entry]]:
        found: dict[str, dict[int, Entry]] = {}
        for part in range(1, report.period.part):
            place = (report.agency_id, report.period.year, part)
            there = self._by_place.get(place)
            rows = self.entries[there.pk] if there else self._results_elsewhere.get(place, {})
            for code, entry in rows.items():
                found.setdefault(code, {})[part] = entry
        return found

    # What is read once, when it is asked for

    @cached_property
    def _by_place(self) -> dict[Place, Report]:
        return {_place(report): report for report in self.reports}

    @cached_property
    def _targets(self) -> dict[tuple[int, int], dict[str, Any]]:
        levels = {
            entry.indicator_id: entry.definition["levels"]
            for entries in self.entries.values()
            for entry in entries.values()
        }
        return sets.targets_of_years(levels, {report.period.year for report in self.reports})

    @cached_property
    def _results_elsewhere(self) -> dict[Place, dict[str, Entry]]:
        """The results of other reports of these agencies, in these years and the years before."""
        found: dict[Place, dict[str, Entry]] = {}
        rows = Entry.objects.filter(**self._elsewhere).exclude(report__in=Among(self._by_key))
        for *place, code, result in rows.order_by().values_list(*_PLACE, "indicator__thread__code", "result"):
            found.setdefault(tuple(place), {})[code] = Entry(result=result)
        return found

    @cached_property
    def _figures_elsewhere(self) -> dict[Place, Numbers]:
        """The figures of these reports: those of data elements, and over them those of indicators."""
        found: dict[Place, Numbers] = {}
        rows = Value.objects.filter(**self._elsewhere).exclude(report__in=Among(self._by_key))
        for *place, code, number in rows.order_by().values_list(*_PLACE, "element__code", "number"):
            found.setdefault(tuple(place), {})[code] = number
        for there, entries in self._results_elsewhere.items():
            own = {code: outcomes.figure(entry.result) for code, entry in entries.items()}
            found[there] = found.get(there, {}) | own
        return found

    @property
    def _elsewhere(self) -> dict[str, Any]:
        years = {report.period.year for report in self.reports}
        return {
            "report__agency__in": Among(report.agency_id for report in self.reports),
            "report__period__year__in": years | {year - 1 for year in years},
        }


_PLACE = ("report__agency", "report__period__year", "report__period__part")


def _place(report: Report) -> Place:
    return report.agency_id, report.period.year, report.period.part


def uses(report: Report, other: Report) -> bool:
    """Whether a report may still be filled and can use figures of `other`; see holding.later."""
    if report.status not in EDITABLE:
        return False
    mine, its = report.period, other.period
    return (mine.year == its.year and mine.part > its.part) or (
        mine.year > its.year and mine.part >= its.part
    )
