"""Filling a report: changes to its rows, each taken or refused by itself, computed once for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from agencies.models import User
from agencies.prepared import Prepared
from indicators.models import DataElement, Indicator, YearInForce
from reports import outcomes
from reports.entries.computing import compute, compute_later, outdated
from reports.entries.holding import hold, hold_visible
from reports.entries.opening import adopt
from reports.entries.plans import definitions, plan
from reports.entries.refusals import Conflict, KeyReused, Locked, NotYours, Refused
from reports.entries.summing import sum_up
from reports.entries.writing import TYPED, Writing, write_new
from reports.models import Entry, Receipt, Report, Value
from reports.status import FILLERS

KEPT = dt.timedelta(days=30)  # how long a write is known again by its key
_FIGURE = {"number", "not_applicable"}

Answer = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One write to one row: typed columns, the version its sender saw, and the key that names this write."""

    row: Value | Entry
    columns: Mapping[str, Any]
    based_on: int
    key: str

    @property
    def about(self) -> str:
        """What the key stands for."""
        return f"{'value' if isinstance(self.row, Value) else 'entry'}:{self.row.pk}"


Answers = list[Answer | Refused | ValidationError]


def fill_value(
    report: Report,
    element: DataElement,
    number: Decimal | None,
    *,
    based_on: int,
    by: User,
    key: str,
    reason: str = "",
) -> Answer:
    """Store the figure of a data element and compute what depends on it; return {"version": …}.

    `based_on` is the version the sender saw, `key` names this write: sent again, it answers the same and does
    nothing. Raises Locked, NotYours, Conflict, KeyReused, and ValidationError for a figure no column holds.
    """
    value = report.values.get(element=element)
    change = Change(value, {"number": number, "reason": reason}, based_on, key)
    return _only(fill_many(report, [change], by=by))


def fill_entry(entry: Entry, changes: Mapping[str, Any], *, based_on: int, by: User, key: str) -> Answer:
    """Store typed columns of an entry (see TYPED) and compute it; return {"version": …}.

    Raises as fill_value does, and ValueError for a column that is not typed.
    """
    return _only(fill_many(entry.report, [Change(entry, changes, based_on, key)], by=by))


def _only(answers: Answers) -> Answer:
    (answer,) = answers
    if isinstance(answer, Exception):
        raise answer
    return answer


def fill_many(report: Report, changes: Sequence[Change], *, by: User) -> Answers:
    """Store changes to rows of one report; return an answer {"version": …} or a refusal for each.

    What is taken is stored, whatever is refused beside it. Raises ValueError for a column that nobody types.
    """
    values = {change.row.pk for change in changes if isinstance(change.row, Value)}
    rows = {change.row.pk for change in changes if isinstance(change.row, Entry)}
    with transaction.atomic():
        desk = Desk(hold(report), values, rows, by)
        answers = desk.take(changes)
        desk.close()
    return answers


@contextmanager
def at_desk(report: int, values: Collection[int], rows: Collection[int], *, by: User) -> Iterator[Desk]:
    """Hold a report that `by` may see, by its key, and hand out the desk where changes to it come in.

    `values` and `rows` are the keys of the values and entries that will come. What was taken is stored and
    computed at the end. Raises Report.DoesNotExist.
    """
    with transaction.atomic():
        desk = Desk(hold_visible(report, by), values, rows, by)
        yield desk
        desk.close()


class Desk:
    """Where changes to one held report come in.

    `entries` and `values` are the rows that come, all that use their figures, and what these use in turn.
    """

    def __init__(self, report: Report, values: Collection[int], rows: Collection[int], by: User) -> None:
        self.report, self._writing = report, Writing(report, by)
        self._availability = report.availability(timezone.now())
        self._own = own_codes(report, by)
        if self._availability.editable and self._own != set() and adopt(report, by=by):
            self._own = own_codes(report, by)
        self._read(values, rows)
        rows_here: list[Value | Entry] = [*self.values, *self.entries]
        self._rows = {(type(row), row.pk): row for row in rows_here}
        self._said = {entry.pk: (entry.state, entry.achievement) for entry in self.entries}
        self._receipts: dict[str, Receipt] = {}
        self._new_receipts: list[Receipt] = []
        self._sent: set[str] = set()
        self._changed: set[str] = set()

    def _read(self, values: Collection[int], rows: Collection[int]) -> None:
        """Read the rows that come, all that use their figures, and all that these use in turn."""
        report, its = self.report.pk, plan(self.report)
        codes = set(_CODES_OF_VALUES(report=report, values=sorted(values)))
        codes.update(_CODES_OF_ENTRIES(report=report, entries=sorted(rows)))
        needed = its.needs(its.reach(codes))
        self.values = _VALUES(report=report, codes=sorted(needed))
        indicators = sorted(its.keys[code] for code in needed if code in its.keys)
        self.entries = _ENTRIES(report=report, entries=sorted(rows), indicators=indicators)
        for value in self.values:
            value.report = self.report
        for entry in self.entries:
            entry.report = self.report

    def row(self, kind: type[Value] | type[Entry], pk: int) -> Value | Entry | None:
        """Return a row of the report, None where it has no such row."""
        return self._rows.get((kind, pk))

    def take(self, changes: Sequence[Change]) -> Answers:
        """Take changes; return an answer or a refusal for each. Raises ValueError as fill_many does."""
        for change in changes:
            if isinstance(change.row, Entry) and (unknown := set(change.columns) - set(TYPED)):
                raise ValueError(f"Kolom ini tidak diisi orang: {', '.join(sorted(unknown))}.")
        keys = {change.key for change in changes}
        known = _RECEIPTS(user=self._writing.by.pk, keys=sorted(keys))
        self._receipts |= {receipt.key: receipt for receipt in known}
        answers = [self._answer(change) for change in changes]
        conflicts = [answer.row for answer in answers if isinstance(answer, Conflict)]
        for kind in (Value, Entry):
            prefetch_related_objects([row for row in conflicts if isinstance(row, kind)], "changed_by")
        return answers

    def _answer(self, change: Change) -> Answer | Refused | ValidationError:
        try:
            return self._take(change)
        except Conflict as conflict:
            self._sent.add(_code(conflict.row))  # whoever is asked sees what came of the other figure
            return conflict
        except (Refused, ValidationError) as refusal:
            return refusal

    def _take(self, change: Change) -> Answer:
        row = self.row(type(change.row), change.row.pk)
        if known := self._receipts.get(change.key):
            answer = _answer_of(known, change.about)
            if row:
                self._sent.add(_code(row))
            return answer
        if not self._availability.editable:
            raise Locked(self._availability)
        if row is None or not (self._own is None or _code(row) in self._own):
            raise NotYours("Isian ini tanggung jawab bidang lain, jadi Anda hanya dapat membacanya.")
        if isinstance(row, Entry) and change.columns.get("number") is not None:
            refuse_impossible(row, change.columns["number"])
        changed = self._writing.store(row, change.columns, based_on=change.based_on)
        self._sent.add(_code(row))
        if _FIGURE & changed:
            self._changed.add(_code(row))
        answer = {"version": row.version}
        receipt = Receipt(user=self._writing.by, key=change.key, about=change.about, answer=answer)
        self._receipts[change.key] = receipt
        self._new_receipts.append(receipt)
        return answer

    def close(self) -> None:
        """Compute what uses the figures that changed, here and in later reports, and write everything."""
        if self._changed:
            for entry, columns in outdated(self.report, self.entries, self.values, self._changed):
                self._writing.touch(entry, *columns)
        self._writing.flush()
        if any(self._said[entry.pk] != (entry.state, entry.achievement) for entry in self.entries):
            sum_up([self.report])
        if self._changed:
            compute_later(self.report, self._changed)
        write_new(Receipt, self._new_receipts)

    @property
    def touched(self) -> set[str]:
        """The codes that were sent, and of what uses them."""
        return plan(self.report).reach(self._sent)

    @property
    def progress(self) -> dict[str, int]:
        """How many entries are done and how many there are, once a change has moved it; else nothing."""
        if all(self._said[entry.pk][0] == entry.state for entry in self.entries):
            return {}
        states = list(self.report.entries.order_by().values_list("state", flat=True))
        return {"done": len(states) - states.count(Entry.State.NOT_FILLED), "total": len(states)}


_CODES_OF_VALUES = Prepared(
    lambda report, values: (
        Value.objects.filter(report=report, pk__in=values).order_by().values_list("element__code", flat=True)
    )
)
_CODES_OF_ENTRIES = Prepared(
    lambda report, entries: (
        Entry.objects.filter(report=report, pk__in=entries)
        .order_by()
        .values_list("indicator__thread__code", flat=True)
    )
)
_VALUES = Prepared(
    lambda report, codes: Value.objects.filter(report=report, element__code__in=codes).select_related(
        "element"
    )
)
_ENTRIES = Prepared(
    lambda report, entries, indicators: Entry.objects.filter(
        Q(pk__in=entries) | Q(indicator__in=indicators), report=report
    )
)
_RECEIPTS = Prepared(lambda user, keys: Receipt.objects.filter(user=user, key__in=keys))


def answered(about: str, *, by: User, key: str) -> Answer | None:
    """Return what the write `key` of `by` was answered before, None where it is new. Raises KeyReused."""
    known = Receipt.objects.filter(user=by, key=key).first()
    return None if known is None else _answer_of(known, about)


def _answer_of(receipt: Receipt, about: str) -> Answer:
    if receipt.about != about:
        raise KeyReused("Kunci kiriman ini sudah dipakai untuk isian lain. Muat ulang halaman ini.")
    return dict(receipt.answer)


def prune_receipts() -> int:
    """Forget receipts nobody will ask for again (see KEPT); return how many went.

    A device that sends a write still later is answered by its version: a conflict, or what is stored already.
    """
    return Receipt.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def _code(row: Value | Entry) -> str:
    return row.element.code if isinstance(row, Value) else str(row.definition["code"])


def refuse_impossible(entry: Entry, number: Decimal) -> None:
    """Refuse a figure that an indicator of this kind cannot have. Raises ValidationError."""
    d, kinds = entry.definition, Indicator.Kind
    if d["kind"] == kinds.COMPUTED:
        sentence = "Angka indikator ini dihitung dengan rumus. Isi data dasarnya."
    elif d["kind"] == kinds.YES_NO and number not in (0, 1):
        sentence = "Pilih ya atau tidak."
    elif d["kind"] == kinds.ORDINAL and not outcomes.level_of(d, number):
        sentence = f"Pilih salah satu jenjang: {', '.join(str(level['label']) for level in d['levels'])}."
    else:
        return
    raise ValidationError({"number": sentence})


def own_codes(report: Report, user: User) -> set[str] | None:
    """Return the codes of data elements and indicators whose figures `user` fills; None is all of them.

    An operator of a unit fills what the unit answers for, and the data its formulas name.
    """
    if user.is_superuser:
        return None
    seats = (seat for seat in user.seats if seat.agency_id == report.agency_id and seat.role in FILLERS)
    units = [seat.unit_id for seat in seats]
    if None in units:
        return None
    own = report.entries.filter(indicator__units__in=units).order_by() if units else Entry.objects.none()
    rows = own.values_list("definition__code", "definition__formula")
    return {name for code, formula in rows for name in (code, *outcomes.names({"formula": formula or ""}))}


@transaction.atomic
def bring_up_to_date(report: Report, *, by: User) -> bool:
    """Let a report that `by` may fill now go by what counts today: another set, or a target that was changed.

    Returns whether anything changed. Called when the grid is opened; asked again it does nothing.
    """
    if not _is_behind(report):
        return False
    held = hold(report)
    if not held.availability(timezone.now()).editable or own_codes(held, by) == set():
        return False
    return adopt(held, by=by) or compute(held)


def _is_behind(report: Report) -> bool:
    """Say whether another set is in force, or the entries say other than the set and its targets."""
    in_force = YearInForce.objects.filter(agency=report.agency_id, year=report.period.year)
    if in_force.exclude(indicator_set=report.indicator_set_id).exists():
        return True
    today = definitions(report)
    known = report.entries.filter(indicator__goal__indicator_set=report.indicator_set_id)
    return any(
        code in today and today[code]["target"] != target
        for code, target in known.values_list("indicator__thread__code", "definition__target")
    )
