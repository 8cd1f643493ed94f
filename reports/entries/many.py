"""Many reports filled at once: what a desk does for one (see filling), done for all with few statements.

The rules are the same and in the same order. What is read, held and written is read, held and written for all
reports together, so the number of statements does not grow with the rows. Reports are held agency by agency,
as `open_period` takes agencies, and in each in the order of time, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from agencies.keys import Among
from agencies.models import User
from indicators.achievement import Scale
from reports import outcomes
from reports.entries import bulk
from reports.entries.filling import refuse_impossible
from reports.entries.hall import Hall, uses
from reports.entries.holding import locked, read
from reports.entries.opening import adopt
from reports.entries.refusals import Conflict, Locked, NotYours, Refused
from reports.entries.summing import COLUMNS, SAYS, summed_up
from reports.entries.writing import Writing, kind_of, plain, subject_of
from reports.models import Availability, Entry, Event, Report, Summary, Value
from reports.printed import predicate_scale
from reports.status import EDITABLE, FILLERS

ORDER = ("agency__region__code", "agency__name", "period__year", "period__part", "pk")
_EVENT = ("at", "by", "report", "value", "entry", "kind", "subject", "before", "after", "note")
_FIGURE = {"number", "not_applicable"}
Kind = Literal["value", "entry"]
OwnCodes = dict[int, set[str] | None]


@dataclass(frozen=True, slots=True)
class Fill:
    """One write to the figure of a data element ("value") or of an indicator ("entry"), by report and code.

    `columns` are typed ones, `based_on` is the version its sender saw.
    """

    report: int
    kind: Kind
    code: str
    columns: Mapping[str, Any]
    based_on: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A write that was taken: the version there is now, and what the columns said before, as plain data."""

    version: int
    before: Mapping[str, Any]


Answers = list[Filled | Refused | ValidationError]


class Filling:
    """Writes to any number of reports in one transaction, in one turn or several.

    `note` goes into the history of every row.
    """

    def __init__(self, *, by: User, note: str = "") -> None:
        self.by, self.note = by, note

    def fill(self, fills: Sequence[Fill]) -> Answers:
        """Store writes; return what came of each.

        What is taken is stored, logged and computed, whatever is refused beside it.
        """
        counter = Counter({fill.report for fill in fills}, self.by)
        answers = [counter.take(fill) for fill in fills]
        counter.close(self)
        _say_who([answer.row for answer in answers if isinstance(answer, Conflict)])
        return answers

    @cached_property
    def scale(self) -> Scale | None:
        """The scale of predicates that summaries go by."""
        return predicate_scale()


def _say_who(rows: Sequence[Value | Entry]) -> None:
    """Complete rows with who changed them and when, which only conflicts ask."""
    for kind in (Value, Entry):
        own = {row.pk: row for row in rows if isinstance(row, kind)}
        known = kind.objects.filter(pk__in=Among(own)).select_related("changed_by") if own else ()
        for now in known:
            own[now.pk].changed_by, own[now.pk].changed_at = now.changed_by, now.changed_at


class _Gathered(Writing):
    """What is to be written to one report, for whoever writes for several; `told` is the log, as its rows."""

    def __init__(self, report: Report, by: User) -> None:
        super().__init__(report, by)
        self.told: list[tuple[Any, ...]] = []

    @property
    def dirty(self) -> Iterable[tuple[Value | Entry, set[str]]]:
        """The rows to be written with the columns that changed."""
        return self._dirty.values()

    def _tell(self, row: Value | Entry, before: dict[str, Any], after: dict[str, Any]) -> None:
        which = (row.pk, None) if isinstance(row, Value) else (None, row.pk)
        about = (self.report.pk, *which, kind_of(row), subject_of(row))
        self.told.append((row.changed_at, self.by.pk, *about, before, after))


class Counter:
    """Where writes to many reports come in: they are held, and what is asked of them is read."""

    def __init__(self, keys: Collection[int], by: User) -> None:
        held = hold_with_later(keys)
        self._by = by
        self._availability = {report.pk: report.availability(timezone.now()) for report in held}
        self._own = own_codes_of(held, by)
        self._adopt([report for report in held if report.pk in keys])
        touched = [report for report in held if report.pk in keys]
        reports = [
            r for r in held if r.pk in keys or any(uses(r, t) for t in touched if t.agency_id == r.agency_id)
        ]
        self._hall = Hall(reports)
        self._writings = {report.pk: _Gathered(report, by) for report in reports}
        self._changed: dict[int, set[str]] = {}

    def _adopt(self, reports: Iterable[Report]) -> None:
        behind = [report for report in reports if report.set_in_force not in (None, report.indicator_set_id)]
        for report in behind:
            if self._availability[report.pk].editable and self._own[report.pk] != set():
                adopt(report, by=self._by)
        if behind:
            self._own |= own_codes_of(behind, self._by)

    def take(self, fill: Fill) -> Filled | Refused | ValidationError:
        try:
            return self._take(fill)
        except (Refused, ValidationError) as refusal:
            return refusal

    def _take(self, fill: Fill) -> Filled:
        availability = self._availability.get(fill.report)
        if availability is None:
            raise Refused("Laporan ini tidak ada lagi.")
        row = self._hall.row(fill.report, fill.kind, fill.code)
        row = allowed(row, fill.code, fill.columns, availability, self._own[fill.report])
        before = {name: plain(getattr(row, name)) for name in fill.columns}
        changed = self._writings[fill.report].store(row, fill.columns, based_on=fill.based_on)
        if _FIGURE & changed:
            self._changed.setdefault(fill.report, set()).add(fill.code)
        return Filled(row.version, before)

    def close(self, filling: Filling) -> None:
        """Compute what uses the figures that changed, and write everything."""
        for entry, columns in self._hall.compute(self._changed):
            self._writings[entry.report_id].touch(entry, *columns)
        dirty = [each for writing in self._writings.values() for each in writing.dirty]
        rows = [(row, columns) for row, columns in dirty if isinstance(row, Entry)]
        _write(Value, [(row, columns) for row, columns in dirty if isinstance(row, Value)])
        _write(Entry, rows)
        self._sum_up(rows, filling)
        told = [(*event, filling.note) for writing in self._writings.values() for event in writing.told]
        bulk.insert(Event, _EVENT, told)

    def _sum_up(self, dirty: Iterable[tuple[Any, Collection[str]]], filling: Filling) -> None:
        """Store the summaries of the reports whose rows say something else now."""
        moved = {row.report_id for row, columns in dirty if not SAYS.isdisjoint(columns)}
        if moved:
            entries = self._hall.entries
            reports = [report for report in self._hall.reports if report.pk in moved]
            found = [summed_up(report, [*entries[report.pk].values()], filling.scale) for report in reports]
            bulk.upsert(Summary, COLUMNS, map(attrgetter(*COLUMNS, "pk"), found))


def allowed(
    row: Value | Entry | None,
    code: str,
    columns: Mapping[str, Any],
    availability: Availability,
    own: Collection[str] | None,
) -> Value | Entry:
    """Return the row of `code` if these columns may be written to it now by who answers for `own`.

    Raises Locked, NotYours, and ValidationError for a figure such an indicator cannot have.
    """
    if not availability.editable:
        raise Locked(availability)
    if row is None or not (own is None or code in own):
        raise NotYours("Isian ini tanggung jawab bidang lain, jadi Anda hanya dapat membacanya.")
    if isinstance(row, Entry) and columns.get("number") is not None:
        refuse_impossible(row, columns["number"])
    return row


def hold_with_later(keys: Collection[int]) -> list[Report]:
    """Hold reports for this transaction, and what of the same agencies may still be filled; in ORDER."""
    asked = Report.objects.filter(pk__in=Among(keys))
    same_agency = Q(agency__in=asked.order_by().values("agency"), status__in=EDITABLE)
    held = locked(Report.objects.filter(Q(pk__in=Among(keys)) | same_agency).order_by(*ORDER))
    found = {report.pk: report for report in read_reports(held)}
    return [found[key] for key in held if key in found]


def read_reports(keys: Collection[int]) -> list[Report]:
    """Return reports with all that is asked of them here, in ORDER."""
    return list(read(Report.objects.filter(pk__in=Among(keys)).order_by(*ORDER)))


def own_codes_of(reports: Collection[Report], by: User) -> OwnCodes:
    """Return for each report what own_codes returns for one: the codes that `by` fills, None for all."""
    seats = [] if by.is_superuser else [seat for seat in by.seats if seat.role in FILLERS]
    units: dict[int | None, set[int | None]] = {}
    for seat in seats:
        units.setdefault(seat.agency_id, set()).add(seat.unit_id)
    own: OwnCodes = {}
    for report in reports:
        here = units.get(report.agency_id, set())
        own[report.pk] = None if by.is_superuser or None in here else set()
    narrow = {r.pk: units[r.agency_id] for r in reports if own[r.pk] is not None and r.agency_id in units}
    if narrow:
        rows = Entry.objects.filter(report__in=Among(narrow), indicator__units__in={*chain(*narrow.values())})
        for key, code, formula in rows.order_by().values_list(
            "report", "definition__code", "definition__formula"
        ):
            codes = own[key]
            if codes is not None:
                codes.update((code, *outcomes.names({"formula": formula or ""})))
    return own


def _write(kind: type[Value] | type[Entry], dirty: Sequence[tuple[Any, Collection[str]]]) -> None:
    """Write the columns that changed; definitions, which are long and seldom change, by themselves."""
    renewed = [row for row, columns in dirty if "definition" in columns]
    if renewed:
        bulk.update(kind, ["definition"], [(row.definition, row.pk) for row in renewed])
    names = sorted({name for _, columns in dirty for name in columns} - {"definition"})
    if names:
        take = attrgetter(*(f"{name}_id" if name == "changed_by" else name for name in names), "pk")
        bulk.update(kind, names, [take(row) for row, _ in dirty])
