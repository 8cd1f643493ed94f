"""The one bridge between rows and formulas: open, fill, compute; what comes too late or stale is refused.

Every write goes through `fill_value` or `fill_entry`: one transaction that holds the report, asks its
availability, compares versions, logs before and after, computes what depends on the figure (in later reports
too), and remembers the sender's key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from agencies.models import Agency, Membership, Region, User
from indicators import formula as formulas
from indicators import sets
from indicators.models import DataElement, Indicator, IndicatorSet
from reports import doubts, outcomes
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
        who = row.changed_by.name if row.changed_by else "Seseorang"
        super().__init__(f"{who} sudah mengubah isian ini. Pilih nilai mana yang dipakai.")
        self.row, self.theirs, self.mine = row, theirs, mine


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
    definitions = _definitions(report)
    rows = Indicator.objects.filter(goal__indicator_set=report.indicator_set).select_related("thread")
    by_code = {indicator.code: indicator for indicator in rows}
    there = {entry.definition["code"]: entry for entry in report.entries.all()}
    new, kept = [], []
    for place, (code, definition) in enumerate(definitions.items(), 1):
        if entry := there.pop(code, None):
            if entry.not_applicable == DROPPED:
                _store(entry, {"not_applicable": ""}, based_on=entry.version, by=by)
            entry.indicator, entry.position = by_code[code], place
            kept.append(entry)
            continue
        is_external = definition["kind"] == Indicator.Kind.EXTERNAL
        source = "; ".join(definition["sources"])[:250] if is_external else ""
        row = {"indicator": by_code[code], "position": place, "definition": definition, "source": source}
        new.append(Entry(report=report, **row))
    Entry.objects.bulk_update(kept, ["indicator", "position"])
    for entry in there.values():
        _drop(entry, by, place=len(definitions) + entry.position)
    Entry.objects.bulk_create(new)
    used = {name for d in definitions.values() for name in outcomes.names(d)}
    elements = DataElement.objects.filter(agency=report.agency, code__in=used).exclude(values__report=report)
    Value.objects.bulk_create(Value(report=report, element=element) for element in elements)


def _drop(entry: Entry, by: User, *, place: int) -> None:
    if entry.version == 0:
        entry.delete()
        return
    entry.position = place
    entry.save(update_fields=["position"])
    _store(entry, {"not_applicable": DROPPED}, based_on=entry.version, by=by)
    _keep_columns(entry, outcomes.columns(entry, outcomes.Figures({}, {}, {})))
    entry.save(update_fields=outcomes.COMPUTED)


def _definitions(report: Report) -> dict[str, dict[str, Any]]:
    """Return what the set says of each indicator, in its order, with its goal and the target of the year."""
    described = sets.describe(report.indicator_set)
    return {
        indicator["code"]: {
            **{name: value for name, value in indicator.items() if name != "targets"},
            "goal": {"number": goal["number"], "text": goal["text"]},
            "target": next((t for t in indicator["targets"] if t["year"] == report.period.year), None),
        }
        for goal in described["goals"]
        for indicator in goal["indicators"]
    }


# Filling


def fill_value(
    report: Report,
    element: DataElement,
    number: Decimal | None,
    *,
    based_on: int,
    by: User,
    key: str,
    reason: str = "",
) -> dict[str, Any]:
    """Store the figure of a data element and compute what depends on it; return what changed, as plain data.

    `based_on` is the version the sender saw, `key` names this write: sent again, it answers the same and does
    nothing. Raises Locked, NotYours, Conflict, KeyReused, and ValidationError for a figure no column holds.
    """

    def write(held: Report) -> dict[str, Any]:
        value = held.values.select_related("changed_by", "element").get(element=element)
        if not _may_fill(held, by, element.code):
            raise NotYours("Data ini tanggung jawab bidang lain, jadi Anda hanya dapat membacanya.")
        changed = _store(value, {"number": number, "reason": reason}, based_on=based_on, by=by)
        return _answer(held, value, computes="number" in changed)

    return _once(report, by, key, f"value:{report.pk}:{element.pk}", write)


def fill_entry(
    entry: Entry, changes: Mapping[str, Any], *, based_on: int, by: User, key: str
) -> dict[str, Any]:
    """Store typed columns of an entry (see TYPED) and compute it; return what changed, as plain data.

    Raises as fill_value does, and ValueError for a column that is not typed.
    """
    if unknown := set(changes) - set(TYPED):
        raise ValueError(f"Kolom ini tidak diisi orang: {', '.join(sorted(unknown))}.")

    def write(held: Report) -> dict[str, Any]:
        row = held.entries.select_related("changed_by").filter(pk=entry.pk).first()
        if row is None or not _may_fill(held, by, row.definition["code"]):
            raise NotYours("Isian ini tanggung jawab bidang lain, jadi Anda hanya dapat membacanya.")
        if changes.get("number") is not None:
            _refuse_impossible(row, changes["number"])
        changed = _store(row, changes, based_on=based_on, by=by)
        return _answer(held, row, computes=bool(_FIGURE & changed))

    return _once(entry.report, by, key, f"entry:{entry.pk}", write)


def _answer(report: Report, row: Value | Entry, *, computes: bool) -> dict[str, Any]:
    """Return what a write answers: the version now, the entries that changed, what looks odd now."""
    changed = _compute_all(report) if computes else []
    return {
        "version": row.version,
        "entries": changed,
        "odd": [doubt.plain() for doubt in doubts.of_report(report)],
    }


def hold(report: Report) -> Report:
    """Return the report as it is now, held for this transaction."""
    return _held(Report.objects.all()).get(pk=report.pk)


def _held(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Hold reports for this transaction, always in the order of time, so that two writers never cross."""
    return (
        reports.select_for_update(of=("self",), no_key=True)
        .select_related("agency__region", "period", "indicator_set")
        .order_by("period__year", "period__part", "pk")
    )


def _once(
    report: Report, by: User, key: str, about: str, write: Callable[[Report], dict[str, Any]]
) -> dict[str, Any]:
    """Run `write` on the report, held for this transaction, unless its key has been answered before."""
    with transaction.atomic():
        held = hold(report)
        known = Receipt.objects.filter(user=by, key=key).first()
        if known:
            if known.about != about:
                raise KeyReused("Kunci kiriman ini sudah dipakai untuk isian lain. Muat ulang halaman ini.")
            return dict(known.answer)
        availability = held.availability(timezone.now())
        if not availability.editable:
            raise Locked(availability)
        adopt(held, by=by)
        answer = write(held)
        Receipt.objects.create(user=by, key=key, about=about, answer=answer)
        return answer


def _store(row: Value | Entry, columns: Mapping[str, Any], *, based_on: int, by: User) -> set[str]:
    """Write the columns and log it; return those that changed. To say what the row says is no conflict."""
    _refuse_unfit(row, columns)
    before = {name: _plain(getattr(row, name)) for name in columns}
    after = {name: _plain(value) for name, value in columns.items()}
    changed = {name for name in columns if before[name] != after[name]}
    if not changed:
        return changed
    if row.version != based_on:
        raise Conflict(row, theirs=before, mine=after)
    for name, value in columns.items():
        setattr(row, name, value)
    row.version += 1
    row.changed_by, row.changed_at = by, timezone.now()
    also = ["version", "changed_by", "changed_at"]
    if isinstance(row, Entry) and row.state == Entry.State.NOT_APPLICABLE and not row.not_applicable:
        row.state = Entry.State.NOT_FILLED  # until it is computed, in a moment
        also.append("state")
    row.save(update_fields=[*columns, *also])
    if isinstance(row, Value):
        about: dict[str, Any] = {"kind": Event.Kind.VALUE, "value": row, "subject": row.element.label[:120]}
    else:
        about = {"kind": Event.Kind.ENTRY, "entry": row, "subject": str(row)[:120]}
    Event.objects.create(
        report=row.report,
        by=by,
        **about,
        before={name: before[name] for name in sorted(changed)},
        after={name: after[name] for name in sorted(changed)},
    )
    return changed


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


def _may_fill(report: Report, by: User, code: str) -> bool:
    own = own_codes(report, by)
    return own is None or code in own


# Computing


def adopt(report: Report, *, by: User) -> bool:
    """Let an editable, held report go by the set in force today where another has taken its place.

    What was typed stays with the codes that stay. Returns whether anything changed.
    """
    current = IndicatorSet.objects.in_force(report.agency, report.period.year)
    if current is None or current.pk == report.indicator_set_id:
        return False
    before, report.indicator_set = report.indicator_set, current
    report.save(update_fields=["indicator_set"])
    _make_rows(report, by)
    Event.objects.create(
        report=report,
        by=by,
        kind=Event.Kind.ADOPTED,
        before={"indicator_set": before.pk},
        after={"indicator_set": current.pk},
    )
    _compute_all(report)
    return True


def _compute_all(report: Report) -> list[dict[str, Any]]:
    """Compute a held report and the later ones that use its figures; return what changed in the first."""
    changed = compute(report)
    for later in _later(report):
        compute(later)
    return changed


def _later(report: Report) -> QuerySet[Report]:
    """Hold the editable reports that can use figures of this one: later in the year, or in a later year."""
    period = report.period
    this_year = Q(period__year=period.year, period__part__gt=period.part)
    next_years = Q(period__year__gt=period.year, period__part__gte=period.part)
    return _held(Report.objects.filter(this_year | next_years, agency=report.agency_id, status__in=EDITABLE))


def compute(report: Report) -> list[dict[str, Any]]:
    """Compute every entry of a held, editable report in the order of the formulas; return those that changed.

    The definition is renewed first: a target changed by a decision counts from now on.
    """
    definitions = _definitions(report)
    entries = {entry.definition["code"]: entry for entry in report.entries.all()}
    figures = outcomes.Figures(
        now=dict(report.values.values_list("element__code", "number")),
        before=_year_before(report) if _looks_back(definitions) else {},
        quarters=_quarters(report),
    )
    changed = []
    for code in _in_order(definitions):
        entry = entries[code]
        renewed = entry.definition != definitions[code]
        entry.definition = definitions[code]
        if _keep_columns(entry, outcomes.columns(entry, figures)) or renewed:
            changed.append(entry)
        figures.add(entry)
    Entry.objects.bulk_update(changed, ["definition", *outcomes.COMPUTED])
    return [{"entry": e.pk, **{name: getattr(e, name) for name in outcomes.COMPUTED}} for e in changed]


def _keep_columns(entry: Entry, columns: Mapping[str, str]) -> bool:
    """Set computed columns; return whether one of them changed."""
    differs = any(getattr(entry, name) != value for name, value in columns.items())
    for name, value in columns.items():
        setattr(entry, name, value)
    return differs


def _looks_back(definitions: Mapping[str, Mapping[str, Any]]) -> bool:
    return any(d["formula"] and formulas.parse(d["formula"]).previous_names for d in definitions.values())


def _in_order(definitions: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    parsed = {code: formulas.parse(d["formula"]) for code, d in definitions.items() if d["formula"]}
    computed = formulas.order(parsed)
    return [code for code in definitions if code not in parsed] + [c for c in computed if c in definitions]


def _year_before(report: Report) -> dict[str, Decimal | None]:
    """Return the figures of the same period a year ago, by code of data element and indicator."""
    earlier = Report.objects.filter(
        agency=report.agency, period__year=report.period.year - 1, period__part=report.period.part
    ).first()
    if earlier is None:
        return {}
    found: dict[str, Decimal | None] = dict(earlier.values.values_list("element__code", "number"))
    for entry in earlier.entries.all():
        found[entry.definition["code"]] = outcomes.figure(entry.result)
    return found


def _quarters(report: Report) -> dict[str, dict[int, Entry]]:
    """Return the entries of the year's earlier quarters, by code of the indicator and quarter (1–4)."""
    period = report.period
    earlier = Entry.objects.filter(
        report__agency=report.agency_id,
        report__period__year=period.year,
        report__period__part__lt=period.part,
    )
    found: dict[str, dict[int, Entry]] = {}
    for entry in earlier.select_related("report__period"):
        found.setdefault(entry.definition["code"], {})[entry.report.period.part] = entry
    return found
