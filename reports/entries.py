"""The one bridge between rows and formulas: open, fill, compute; what comes too late or stale is refused.

Every write goes through `fill_many`: one transaction that holds the report, asks its availability, compares
versions, logs before and after, computes what depends on the figures (in later reports too), and remembers
the senders' keys.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from agencies.models import Agency, Membership, Region, User
from indicators import formula as formulas
from indicators import sets
from indicators.models import DataElement, Indicator, IndicatorSet, YearInForce
from reports import outcomes
from reports.models import Availability, Entry, Event, Period, Receipt, Report, Value
from reports.status import EDITABLE, FILLERS, GRANTERS

# Columns of an entry that are typed; all others are computed. The first two make its figure.
TYPED = (
    "number",
    "not_applicable",
    "reason",
    "source",
    "document",
    "document_date",
    "obstacle",
    "driver",
    "follow_up",
    "ready",
)
_FIGURE = {"number", "not_applicable"}

KEPT = dt.timedelta(days=30)  # how long a write is known again by its key

DROPPED = "Indikator ini tidak ada lagi dalam penetapan IKU yang berlaku."


class Refused(Exception):  # noqa: N818 - an answer, not a failure
    """Why a write was not taken, as an Indonesian sentence; nothing was changed."""


class Locked(Refused):
    """The report may not be filled now; `availability` says why and until when it could."""

    def __init__(self, availability: Availability) -> None:
        super().__init__(availability.why)
        self.availability = availability


class NotYours(Refused):
    """Somebody else answers for this."""


class KeyReused(Refused):
    """The key of this write named another one before."""


class Conflict(Refused):
    """Somebody wrote after the copy this write is based on: both figures, and the row as it is now."""

    def __init__(self, row: Value | Entry, theirs: dict[str, Any], mine: dict[str, Any]) -> None:
        super().__init__()
        self.row, self.theirs, self.mine = row, theirs, mine

    def __str__(self) -> str:
        who = self.row.changed_by.name if self.row.changed_by else "Seseorang"
        return f"{who} sudah mengubah isian ini. Pilih nilai mana yang dipakai."


# Opening


@dataclass(frozen=True)
class Opened:
    """What opening a period made, and the agencies left out because no IKU set is in force for them."""

    period: Period
    reports: list[Report]
    without_set: list[Agency] = field(default_factory=list)


@transaction.atomic
def open_period(region: Region, *, year: int, part: int, opens: dt.date, closes: dt.date, by: User) -> Opened:
    """Open a period for all agencies of `region`: a report each, with an empty entry for every indicator.

    Raises NotYours, and ValidationError for a period that is there already or ends before it begins.
    """
    _refuse_other_grantors(region, by)
    period = Period(region=region, year=year, part=part, opens=opens, closes=closes)
    period.full_clean()
    period.save()
    opened = Opened(period, [])
    for agency in region.agencies.all():
        report = open_report(period, agency, by=by)
        if report is None:
            opened.without_set.append(agency)
        else:
            opened.reports.append(report)
    return opened


@transaction.atomic
def open_report(period: Period, agency: Agency, *, by: User) -> Report | None:
    """Open the report of one agency, say because its set came into force late; None without a set in force.

    Raises NotYours.
    """
    _refuse_other_grantors(agency.region, by)
    indicator_set = IndicatorSet.objects.in_force(agency, period.year)
    if indicator_set is None:
        return None
    # What is being written to the agency's other reports is finished first: the new one computes with it.
    list(_held(Report.objects.filter(agency=agency)))
    report = Report.objects.create(agency=agency, period=period, indicator_set=indicator_set)
    _make_rows(report, by)
    compute(report)
    Event.objects.create(
        report=report, by=by, kind=Event.Kind.OPENED, after={"closes": period.closes.isoformat()}
    )
    for later in _later(report):
        compute(later)
    return report


def _refuse_other_grantors(region: Region, by: User) -> None:
    if not may_grant(region, by):
        raise NotYours(f"Periode laporan di {region} hanya dibuka dan diperpanjang oleh admin daerahnya.")


def may_grant(region: Region, user: User) -> bool:
    """Whether `user` opens and extends periods of `region`."""
    return (
        user.is_superuser or Membership.objects.filter(user=user, region=region, role__in=GRANTERS).exists()
    )


def _make_rows(report: Report, by: User) -> None:
    """Give a report the rows its set asks for: an entry per indicator, a value per data element in a formula.

    Rows that are there stay. An entry whose indicator has left the set goes, unless somebody wrote in it.
    """
    definitions, writing = _definitions(report), _Writing(report, by)
    rows = Indicator.objects.filter(goal__indicator_set=report.indicator_set_id).select_related("thread")
    by_code = {indicator.code: indicator for indicator in rows}
    there = {entry.definition["code"]: entry for entry in report.entries.all()}
    new, kept = [], []
    for place, (code, definition) in enumerate(definitions.items(), 1):
        if entry := there.pop(code, None):
            if entry.not_applicable == DROPPED:
                writing.store(entry, {"not_applicable": ""}, based_on=entry.version)
            entry.indicator, entry.position = by_code[code], place
            kept.append(entry)
            continue
        is_external = definition["kind"] == Indicator.Kind.EXTERNAL
        source = "; ".join(definition["sources"])[:250] if is_external else ""
        row = {"indicator": by_code[code], "position": place, "definition": definition, "source": source}
        new.append(Entry(report=report, **row))
    Entry.objects.bulk_update(kept, ["indicator", "position"])
    for entry in there.values():
        _drop(entry, writing, place=len(definitions) + entry.position)
    writing.flush()
    Entry.objects.bulk_create(new)
    used = {name for d in definitions.values() for name in outcomes.names(d)}
    elements = DataElement.objects.filter(agency=report.agency, code__in=used).exclude(values__report=report)
    Value.objects.bulk_create(Value(report=report, element=element) for element in elements)


def _drop(entry: Entry, writing: _Writing, *, place: int) -> None:
    # A row that nobody wrote in may still have evidence or notes.
    if not entry.events.exists():
        entry.delete()
        return
    entry.position = place
    writing.store(entry, {"not_applicable": DROPPED}, based_on=entry.version)
    _keep_columns(entry, outcomes.columns(entry, outcomes.Figures({}, {}, {})))
    writing.touch(entry, "position", *outcomes.COMPUTED)


@dataclass(frozen=True)
class _Plan:
    """What a set in force says for good: its indicators in order, without targets, and how they are tied."""

    indicators: dict[str, dict[str, Any]]
    order: list[str]
    uses: dict[str, frozenset[str]]
    look_back: frozenset[str]


def _plan(report: Report) -> _Plan:
    indicator_set = report.indicator_set
    return _plan_of(indicator_set.pk, indicator_set.published_at)


@lru_cache(maxsize=256)
def _plan_of(pk: int, published_at: dt.datetime | None) -> _Plan:
    """Read it once in a process: a set in force is never changed, and triggers hold that; targets live on."""
    described = sets.describe(IndicatorSet.objects.get(pk=pk))
    indicators = {
        indicator["code"]: {
            **{name: value for name, value in indicator.items() if name != "targets"},
            "goal": {"number": goal["number"], "text": goal["text"]},
        }
        for goal in described["goals"]
        for indicator in goal["indicators"]
    }
    parsed = {code: formulas.parse(d["formula"]) for code, d in indicators.items() if d["formula"]}
    typed_first = [code for code in indicators if code not in parsed]
    return _Plan(
        indicators,
        typed_first + [code for code in formulas.order(parsed) if code in indicators],
        {code: frozenset(formula.names) for code, formula in parsed.items()},
        frozenset(code for code, formula in parsed.items() if formula.previous_names),
    )


def _definitions(report: Report) -> dict[str, dict[str, Any]]:
    """Return what the set says of each indicator, in its order, with its goal and the target of the year."""
    targets = sets.targets(report.indicator_set, report.period.year)
    return {
        code: {**indicator, "target": next(iter(targets.get(code, [])), None)}
        for code, indicator in _plan(report).indicators.items()
    }


# Filling


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


Answer = dict[str, Any]


@dataclass(frozen=True)
class Filled:
    """What came of some changes: an answer or a refusal for each, and all rows of the report as they are now.

    An answer is {"version": version of the row}. `touched` are the codes whose figures may have changed.
    """

    answers: list[Answer | Refused | ValidationError]
    entries: list[Entry]
    values: list[Value]
    touched: set[str]


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
    return _only(
        fill_many(report, [Change(value, {"number": number, "reason": reason}, based_on, key)], by=by)
    )


def fill_entry(entry: Entry, changes: Mapping[str, Any], *, based_on: int, by: User, key: str) -> Answer:
    """Store typed columns of an entry (see TYPED) and compute it; return {"version": …}.

    Raises as fill_value does, and ValueError for a column that is not typed.
    """
    return _only(fill_many(entry.report, [Change(entry, changes, based_on, key)], by=by))


def _only(filled: Filled) -> Answer:
    (answer,) = filled.answers
    if isinstance(answer, Exception):
        raise answer
    return answer


def fill_many(report: Report, changes: Sequence[Change], *, by: User) -> Filled:
    """Store changes to rows of one report, each taken or refused by itself, and compute once for all of them.

    A refusal (Locked, NotYours, Conflict, KeyReused, ValidationError) stands in the place of its answer; what
    was taken is stored. Raises ValueError for a column that nobody types.
    """
    for change in changes:
        if isinstance(change.row, Entry) and (unknown := set(change.columns) - set(TYPED)):
            raise ValueError(f"Kolom ini tidak diisi orang: {', '.join(sorted(unknown))}.")
    with transaction.atomic():
        held = hold(report)
        keys = {change.key for change in changes}
        receipts = {receipt.key: receipt for receipt in Receipt.objects.filter(user=by, key__in=keys)}
        availability = held.availability(timezone.now())
        own = own_codes(held, by)
        if availability.editable and own != set() and keys - set(receipts) and adopt(held, by=by):
            own = own_codes(held, by)
        desk = _Desk(_Writing(held, by), receipts, availability, own)
        answers = [desk.take(change) for change in changes]
        touched = _users(_plan(held).uses, desk.codes_sent)
        if desk.codes_changed:
            _compute_all(desk)
        desk.writing.flush()
        Receipt.objects.bulk_create(desk.new_receipts)
    conflicts = [answer.row for answer in answers if isinstance(answer, Conflict)]
    for kind in (Value, Entry):
        prefetch_related_objects([row for row in conflicts if isinstance(row, kind)], "changed_by")
    return Filled(answers, desk.entries, desk.values, touched)


class _Desk:
    """Where changes to one held report come in: what it has, what is allowed, what was taken."""

    def __init__(
        self,
        writing: _Writing,
        receipts: dict[str, Receipt],
        availability: Availability,
        own: set[str] | None,
    ) -> None:
        self.writing, self.receipts, self.availability, self.own = writing, receipts, availability, own
        report = writing.report
        self.entries = list(report.entries.all())
        self.values = list(report.values.select_related("element"))
        rows: list[Value | Entry] = [*self.entries, *self.values]
        self._rows = {(type(row), row.pk): row for row in rows}
        self.new_receipts: list[Receipt] = []
        self.codes_sent: set[str] = set()
        self.codes_changed: set[str] = set()

    def take(self, change: Change) -> Answer | Refused | ValidationError:
        """Take one change, or return why not."""
        try:
            return self._take(change)
        except (Refused, ValidationError) as refusal:
            return refusal

    def _take(self, change: Change) -> Answer:
        row = self._rows.get((type(change.row), change.row.pk))
        if known := self.receipts.get(change.key):
            answer = _answer_of(known, change.about)
            if row:
                self.codes_sent.add(_code(row))
            return answer
        if not self.availability.editable:
            raise Locked(self.availability)
        if row is None or not (self.own is None or _code(row) in self.own):
            raise NotYours("Isian ini tanggung jawab bidang lain, jadi Anda hanya dapat membacanya.")
        if isinstance(row, Entry) and change.columns.get("number") is not None:
            _refuse_impossible(row, change.columns["number"])
        changed = self.writing.store(row, change.columns, based_on=change.based_on)
        self.codes_sent.add(_code(row))
        if _FIGURE & changed:
            self.codes_changed.add(_code(row))
        answer = {"version": row.version}
        receipt = Receipt(user=self.writing.by, key=change.key, about=change.about, answer=answer)
        self.receipts[change.key] = receipt
        self.new_receipts.append(receipt)
        return answer


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


def hold(report: Report) -> Report:
    """Return the report as it is now, held for this transaction."""
    return _held(Report.objects.all()).get(pk=report.pk)


def _held(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Hold reports for this transaction, always in the order of time, so that two writers never cross."""
    return (
        reports.select_for_update(of=("self",), no_key=True)
        .select_related("agency__region", "period", "indicator_set")
        .defer("indicator_set__published")  # large, and read once: see _plan_of
        .order_by("period__year", "period__part", "pk")
    )


class _Writing:
    """What one transaction writes to the rows of a held report, with its log, in few statements."""

    def __init__(self, report: Report, by: User) -> None:
        self.report, self.by = report, by
        self._dirty: dict[tuple[type, int], tuple[Value | Entry, set[str]]] = {}
        self._events: list[Event] = []

    def store(self, row: Value | Entry, columns: Mapping[str, Any], *, based_on: int) -> set[str]:
        """Set typed columns and log it; return those that changed. To say what the row says is no conflict.

        Raises Conflict, and ValidationError by column; then the row is as it was.
        """
        _refuse_unfit(row, columns)
        before = {name: _plain(getattr(row, name)) for name in columns}
        after = {name: _plain(value) for name, value in columns.items()}
        changed = {name for name in columns if before[name] != after[name]}
        if not changed:
            return changed
        if row.version != based_on:
            raise Conflict(row, theirs=before, mine=after)
        for name in changed:
            setattr(row, name, columns[name])
        row.version += 1
        row.changed_by, row.changed_at = self.by, timezone.now()
        self.touch(row, *changed, "version", "changed_by", "changed_at")
        if isinstance(row, Entry) and row.state == Entry.State.NOT_APPLICABLE and not row.not_applicable:
            row.state = Entry.State.NOT_FILLED  # of a row that has left the set; all others are computed
            self.touch(row, "state")
        if isinstance(row, Value):
            about: dict[str, Any] = {"kind": Event.Kind.VALUE, "value": row, "subject": row.element.label}
        else:
            about = {"kind": Event.Kind.ENTRY, "entry": row, "subject": str(row)}
        about["subject"] = about["subject"][:120]
        self._events.append(
            Event(
                report=self.report,
                by=self.by,
                **about,
                before={name: before[name] for name in sorted(changed)},
                after={name: after[name] for name in sorted(changed)},
            )
        )
        return changed

    def touch(self, row: Value | Entry, *columns: str) -> None:
        """Remember that these columns of the row are to be written."""
        self._dirty.setdefault((type(row), row.pk), (row, set()))[1].update(columns)

    def flush(self) -> None:
        """Write the rows and the log, in as many statements for many rows as for two."""
        for kind in (Value, Entry):
            _write(kind, [dirty for dirty in self._dirty.values() if isinstance(dirty[0], kind)])
        Event.objects.bulk_create(self._events)
        self._dirty, self._events = {}, []


def typed(entry: Entry) -> dict[str, Any]:
    """Return the typed columns of an entry as plain data."""
    return {name: _plain(getattr(entry, name)) for name in TYPED}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return outcomes.plain(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _refuse_unfit(row: Value | Entry, columns: Mapping[str, Any]) -> None:
    """Refuse what the columns cannot hold exactly. Raises ValidationError by column."""
    errors = {}
    for name, value in columns.items():
        try:
            row._meta.get_field(name).clean(value, row)  # type: ignore[union-attr]  # noqa: SLF001 - public
        except ValidationError as error:
            errors[name] = error.messages
    if errors:
        raise ValidationError(errors)


def _refuse_impossible(entry: Entry, number: Decimal) -> None:
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
    seats = Membership.objects.filter(user=user, agency=report.agency_id, role__in=FILLERS)
    units = list(seats.values_list("unit", flat=True))
    if None in units:
        return None
    own = report.entries.filter(indicator__units__in=units) if units else Entry.objects.none()
    return {code for entry in own for code in (entry.definition["code"], *outcomes.names(entry.definition))}


# Computing


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
    if _set_today(report) not in (None, report.indicator_set_id):
        return True
    definitions = _definitions(report)
    known = report.entries.filter(indicator__goal__indicator_set=report.indicator_set_id)
    return any(
        code in definitions and definitions[code]["target"] != target
        for code, target in known.values_list("indicator__thread__code", "definition__target")
    )


def _set_today(report: Report) -> int | None:
    """Return the key of the set the agency goes by today."""
    rows = YearInForce.objects.filter(agency=report.agency_id, year=report.period.year)
    return rows.values_list("indicator_set", flat=True).first()


def adopt(report: Report, *, by: User) -> bool:
    """Let an editable, held report go by the set in force today where another has taken its place.

    What was typed stays with the codes that stay. Returns whether anything changed.
    """
    before, current = report.indicator_set_id, _set_today(report)
    if current is None or current == before:
        return False
    report.indicator_set = IndicatorSet.objects.defer("published").get(pk=current)
    report.save(update_fields=["indicator_set"])
    _make_rows(report, by)
    Event.objects.create(
        report=report,
        by=by,
        kind=Event.Kind.ADOPTED,
        before={"indicator_set": before},
        after={"indicator_set": current},
    )
    compute(report)
    for later in _later(report):
        compute(later)
    return True


def compute(report: Report) -> bool:
    """Compute every entry of a held, editable report; return whether any changed.

    The definition is renewed first: a target changed by a decision counts from now on.
    """
    rows, values = list(report.entries.all()), list(report.values.select_related("element"))
    changed = _compute(report, rows, values)
    _write(Entry, changed)
    return bool(changed)


def _compute_all(desk: _Desk) -> None:
    """Compute what uses the figures that changed, in the held report and in the later ones that use them."""
    report, codes = desk.writing.report, desk.codes_changed
    for entry, columns in _compute(report, desk.entries, desk.values, codes):
        desk.writing.touch(entry, *columns)
    desk.writing.flush()  # the later reports read it
    reach = _users(_plan(report).uses, codes)
    for later in _later(report):
        rows, values = list(later.entries.all()), list(later.values.select_related("element"))
        _write(Entry, _compute(later, rows, values, reach))


def _compute(
    report: Report, entries: list[Entry], values: list[Value], codes: Collection[str] | None = None
) -> list[tuple[Entry, set[str]]]:
    """Compute entries in the order of the formulas; return those that changed, with the columns to write.

    With `codes` only what uses one of them, and what the set or a decision on a target has changed since.
    """
    plan, definitions = _plan(report), _definitions(report)
    by_code = {entry.definition["code"]: entry for entry in entries}
    renewed = {code for code, definition in definitions.items() if by_code[code].definition != definition}
    stale = set(definitions) if codes is None else _users(plan.uses, {*codes, *renewed}) & set(definitions)
    figures = outcomes.Figures(
        now={value.element.code: value.number for value in values},
        before=_year_before(report) if stale & plan.look_back else {},
        quarters=_quarters(report) if stale else {},
    )
    changed = []
    for code in plan.order:
        entry = by_code[code]
        if code in stale:
            entry.definition = definitions[code]
            columns = {"definition"} if code in renewed else set()
            if _keep_columns(entry, outcomes.columns(entry, figures)):
                columns.update(outcomes.COMPUTED)
            if columns:
                changed.append((entry, columns))
        figures.add(entry)
    return changed


def _keep_columns(entry: Entry, columns: Mapping[str, str]) -> bool:
    """Set computed columns; return whether one of them changed."""
    differs = any(getattr(entry, name) != value for name, value in columns.items())
    for name, value in columns.items():
        setattr(entry, name, value)
    return differs


def _write(kind: type[Value] | type[Entry], changed: Sequence[tuple[Any, Collection[str]]]) -> None:
    """Write columns of rows in one statement (a few, where SQLite takes no more at once)."""
    if len(changed) == 1:
        row, columns = changed[0]
        row.save(update_fields=columns)
    elif changed:
        names = set[str]().union(*(columns for _, columns in changed))
        kind.objects.bulk_update([row for row, _ in changed], sorted(names))


def _later(report: Report) -> QuerySet[Report]:
    """Hold the editable reports that can use figures of this one: later in the year, or in a later year."""
    period = report.period
    this_year = Q(period__year=period.year, period__part__gt=period.part)
    next_years = Q(period__year__gt=period.year, period__part__gte=period.part)
    return _held(Report.objects.filter(this_year | next_years, agency=report.agency_id, status__in=EDITABLE))


def _users(uses: Mapping[str, Collection[str]], codes: Collection[str]) -> set[str]:
    """Return the codes and all indicators whose formulas use them, directly or through others."""
    reach = set(codes)
    while more := {code for code, names in uses.items() if code not in reach and not reach.isdisjoint(names)}:
        reach |= more
    return reach


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
