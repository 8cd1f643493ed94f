"""Verbs on IKU sets: describe as plain data, revise, put in force, compare.

The only writer of a set's status. Whoever calls has checked that `by` may manage the agency.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from agencies.keys import Among
from agencies.models import Agency, Official, User
from agencies.prepared import Prepared
from indicators import formula as formulas
from indicators.models import (
    DataElement,
    Indicator,
    IndicatorSet,
    IndicatorThread,
    StrategicGoal,
    Target,
    YearInForce,
)

SCHEMA = 1
Row = TypeVar("Row", IndicatorSet, StrategicGoal, Indicator, Target)


class NotReady(Exception):  # noqa: N818 - a state of the set, not a failure
    """Why a set cannot be put in force; `reasons` are Indonesian sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def operands(agency: Agency, indicator_set: IndicatorSet | None = None) -> dict[str, formulas.Operand]:
    """Return all names a formula of `agency` may use: its data elements and the indicators of the set."""
    known = {
        element.code: formulas.Operand(label=element.label, unit=element.unit)
        for element in DataElement.objects.filter(agency=agency)
    }
    if indicator_set:
        for indicator in Indicator.objects.filter(goal__indicator_set=indicator_set).select_related("thread"):
            known.setdefault(indicator.code, formulas.Operand(label=indicator.name, unit=indicator.unit))
    return known


# Joined, not asked by key: SQLite refuses a condition on 1,000 keys.
WITH_THREADS = Prefetch("indicators", Indicator.objects.select_related("thread"))


def describe(indicator_set: IndicatorSet) -> dict[str, Any]:
    """Return everything the set says as plain data: text, numbers as text, lists and dicts only.

    A set that is or was in force answers with what it said the day it came into force; its status and the
    targets changed since by a decision are added, for these live on beside it. Schema: SCHEMA, _describe_now.
    """
    if indicator_set.published is None:
        return _describe_now(indicator_set)
    frozen: dict[str, Any] = {**indicator_set.published}
    frozen["set"] = {**frozen["set"], "status": indicator_set.status}
    now = _targets(indicator_set)
    frozen["goals"] = [
        {**goal, "indicators": [{**i, "targets": now.get(i["code"], [])} for i in goal["indicators"]]}
        for goal in frozen["goals"]
    ]
    return frozen


def _describe_now(indicator_set: IndicatorSet) -> dict[str, Any]:
    agency = Agency.objects.select_related("region").get(pk=indicator_set.agency_id)
    known = operands(agency, indicator_set)
    now = _targets(indicator_set)
    goals = indicator_set.goals.prefetch_related(WITH_THREADS, "indicators__units")
    return {
        "schema": SCHEMA,
        "agency": {
            "code": agency.code,
            "name": agency.name,
            "short_name": agency.short_name,
            "address": agency.address,
            "region": {"code": agency.region.code, "name": agency.region.name, "level": agency.region.level},
        },
        "objectives": [objective.text for objective in agency.objectives.all()],
        "functions": [function.text for function in agency.functions.all()],
        "set": {
            "title": indicator_set.title.splitlines(),
            "instrument": indicator_set.instrument,
            "number": indicator_set.number,
            "date": indicator_set.date.isoformat() if indicator_set.date else None,
            "date_precision": indicator_set.date_precision,
            "about": indicator_set.about,
            "first_year": indicator_set.first_year,
            "last_year": indicator_set.last_year,
            "place": indicator_set.place,
            "status": indicator_set.status,
        },
        "signatory": signatory(agency, indicator_set.signatory)
        if indicator_set.has_signature_block
        else None,
        "goals": [
            {
                "number": goal.number,
                "text": goal.text,
                "indicators": [
                    _indicator(indicator, known, now.get(indicator.code, []))
                    for indicator in goal.indicators.all()
                ],
            }
            for goal in goals
        ],
    }


def signatory(agency: Agency, official: Official | None) -> dict[str, str]:
    if official is None:
        blank = dict.fromkeys(("name", "name_with_titles", "rank", "nip"), "")
        return {"position": agency.head_position, "capacity": Official.Capacity.DEFINITIVE.value, **blank}
    return {
        "position": official.position,
        "capacity": official.capacity,
        "name": official.name,
        "name_with_titles": official.name_with_titles,
        "rank": official.get_rank_display(),
        "nip": official.nip,
    }


def _indicator(
    indicator: Indicator, known: Mapping[str, formulas.Operand], targets: list[dict[str, Any]]
) -> dict[str, Any]:
    used: set[str] = set()
    for text in filter(None, (indicator.formula, indicator.printed_formula)):
        try:
            used.update(formulas.parse(text).names)
        except formulas.FormulaError:
            continue  # a draft may hold a formula that is not right yet; its page says so
    return {
        "code": indicator.code,
        "number": indicator.number,
        "name": indicator.name,
        "unit": indicator.unit,
        "definition": indicator.definition,
        "reason": indicator.reason,
        "formulation": indicator.formulation,
        "formula": indicator.formula,
        "printed_formula": indicator.printed_formula,
        "draws_formula": indicator.draws_formula,
        "operands": {
            name: {"label": known[name].label, "unit": known[name].unit}
            for name in sorted(used)
            if name in known
        },
        "sources": [line for line in indicator.sources.splitlines() if line.strip()],
        "responsible": [unit.name for unit in indicator.units.all()],
        "polarity": indicator.polarity,
        "method": indicator.method,
        "zero_target": indicator.zero_target,
        "floor": _plain(indicator.floor),
        "cap": _plain(indicator.cap),
        "cap_in_averages_only": indicator.cap_in_averages_only,
        "quarter_method": indicator.quarter_method,
        "weight": _plain(indicator.weight),
        "kind": indicator.kind,
        "digits": indicator.digits,
        "levels": indicator.levels,
        "targets": targets,
    }


# Long columns that say nothing of a target.
_TEXTS = [f"indicator__{name}" for name in ("definition", "reason", "formulation", "sources")]


def _targets(indicator_set: IndicatorSet) -> dict[str, list[dict[str, Any]]]:
    """Return the targets of a set as they are today, by code of the indicator and in the order of years."""
    found: dict[str, list[dict[str, Any]]] = {}
    rows = Target.objects.filter(indicator__goal__indicator_set=indicator_set)
    rows = rows.select_related("indicator__thread").defer(*_TEXTS)
    for target in rows.order_by("year"):
        found.setdefault(target.indicator.code, []).append(_target(target, target.indicator.levels))
    return found


def targets_of_year(levels: Mapping[int, list[dict[str, Any]]], year: int) -> dict[int, dict[str, Any]]:
    """Return the targets of a year as they are today, by key of the indicator; `levels` are those of each."""
    rows = _TARGETS_OF_YEAR(indicators=sorted(levels), year=year)
    return {target.indicator_id: _target(target, levels[target.indicator_id]) for target in rows}


_TARGETS_OF_YEAR = Prepared(
    lambda indicators, year: Target.objects.filter(indicator__in=indicators, year=year).order_by()
)


def targets_of_years(
    levels: Mapping[int, list[dict[str, Any]]], years: Collection[int]
) -> dict[tuple[int, int], dict[str, Any]]:
    """Return the targets of years as they are today, by key of the indicator and year; there may be many."""
    rows = Target.objects.filter(indicator__in=Among(levels), year__in=years).order_by()
    return {(row.indicator_id, row.year): _target(row, levels[row.indicator_id]) for row in rows}


def _target(target: Target, levels: list[dict[str, Any]]) -> dict[str, Any]:
    figures = {
        name: _plain(getattr(target, name)) for name in ("value", "upper", "revised_value", "revised_upper")
    }
    # The word of an ordinal target ("WTP"), empty for figures.
    words = (str(level["label"]) for level in levels if Decimal(str(level["value"])) == target.value)
    return {
        "year": target.year,
        **figures,
        "label": next(words, ""),
        "decision": target.decision,
        "decision_date": target.decision_date.isoformat() if target.decision_date else None,
    }


def _plain(value: Decimal | None) -> str | None:
    """A figure as text that says the same whatever the database stores behind the comma; None stays None."""
    return None if value is None else format(value.normalize(), "f")


@transaction.atomic
def revise(indicator_set: IndicatorSet, *, by: User, reason: str) -> IndicatorSet:
    """Copy a set in force into a new draft that revises it; every indicator keeps its thread.

    The draft proposes the years its original still rules. Raises NotReady when the set is not in force or has
    a draft revision already.
    """
    original = IndicatorSet.objects.select_for_update(no_key=True).get(pk=indicator_set.pk)
    if original.status != IndicatorSet.Status.IN_FORCE:
        raise NotReady(["Hanya penetapan yang sedang berlaku yang dapat diubah."])
    if original.revisions.filter(status=IndicatorSet.Status.DRAFT).exists():
        raise NotReady(["Sudah ada draf perubahan atas penetapan ini. Lanjutkan draf itu, atau hapus dulu."])
    years = list(original.years.values_list("year", flat=True))
    draft = _unsaved_copy(
        original,
        revises=original,
        reason=reason,
        status=IndicatorSet.Status.DRAFT,
        published=None,
        published_at=None,
        published_by=None,
        number="",
        date=None,
        first_year=min(years),
        last_year=max(years),
    )
    draft.save(force_insert=True)
    goals = _copies(original.goals.all(), "indicator_set", {original.pk: draft})
    rows = _copies(Indicator.objects.filter(goal__indicator_set=original), "goal", goals)
    _copies(Target.objects.filter(indicator__goal__indicator_set=original), "indicator", rows)
    link = Indicator.units.through
    links = link.objects.filter(indicator__goal__indicator_set=original)
    link.objects.bulk_create(
        link(indicator=rows[old], responsibleunit_id=unit)
        for old, unit in links.values_list("indicator_id", "responsibleunit_id")
    )
    return draft


def _unsaved_copy(row: Row, **changes: Any) -> Row:
    own = [field for field in row._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 - public in Django
    kept = {field.attname: getattr(row, field.attname) for field in own if field.name not in changes}
    return type(row)(**(kept | changes))


def _copies(rows: QuerySet[Row], parent: str, new: Mapping[int, Any]) -> dict[int, Row]:
    """Copy rows at once, each under the copy of its parent in `new`; return the copies by the old keys."""
    copies = {row.pk: _unsaved_copy(row, **{parent: new[getattr(row, f"{parent}_id")]}) for row in rows}
    rows.model._default_manager.bulk_create(copies.values())  # noqa: SLF001 - public in Django
    return copies


@transaction.atomic
def discard(row: IndicatorSet | StrategicGoal | Indicator) -> None:
    """Delete a draft, or a goal or indicator of one, with all that hangs on it.

    A thread nobody uses any more goes too: its code is free again.
    """
    threads = IndicatorThread.objects.filter(**{f"indicators__{_PATHS[type(row)]}": row.pk})
    left = list(threads.values_list("pk", flat=True))
    row.delete()
    IndicatorThread.objects.filter(pk__in=left, indicators=None).delete()


_PATHS = {IndicatorSet: "goal__indicator_set", StrategicGoal: "goal", Indicator: "pk"}


@dataclass(frozen=True)
class Problem:
    """What stands in the way of putting a set in force, and the row to repair (None: a goal is missing)."""

    text: str
    row: IndicatorSet | StrategicGoal | Indicator | None = None


def problems(indicator_set: IndicatorSet) -> list[Problem]:
    """Return what stands in the way of putting the draft in force, each as a sentence that says where."""
    goals = list(indicator_set.goals.prefetch_related(WITH_THREADS))
    found = [] if goals else [Problem("Penetapan ini belum punya sasaran strategis.")]
    found += [
        Problem(f"Sasaran “{goal.text}” belum punya indikator.", goal)
        for goal in goals
        if not goal.indicators.all()
    ]
    found += _formula_problems(indicator_set, [i for goal in goals for i in goal.indicators.all()])
    taken = years_taken(indicator_set).exclude(indicator_set=indicator_set.revises_id)
    for other in IndicatorSet.objects.filter(years__in=taken).select_related("agency").distinct():
        found.append(
            Problem(
                f"Tahun {_years(taken.filter(indicator_set=other))} sudah diatur oleh {other}. "
                "Buat perubahan dari penetapan itu, atau ubah tahun berlaku draf ini.",
                indicator_set,
            )
        )
    return found


def _formula_problems(indicator_set: IndicatorSet, indicators: list[Indicator]) -> list[Problem]:
    known = operands(indicator_set.agency, indicator_set)
    graph: dict[str, formulas.Formula] = {}
    found = []
    for indicator in indicators:
        for text in filter(None, (indicator.formula, indicator.printed_formula)):
            try:
                parsed = formulas.parse(text)
                formulas.check(parsed, known, unit=indicator.unit)
            except formulas.FormulaError as error:
                found.append(Problem(f"Rumus indikator “{indicator.name}”: {error.message}", indicator))
            else:
                if text == indicator.formula:
                    graph[indicator.code] = parsed
    if circle := formulas.cycle(graph):
        first = next((indicator for indicator in indicators if indicator.code == circle[0]), None)
        names = " → ".join(circle)
        found.append(
            Problem(f"Rumus saling menunjuk tanpa akhir: {names}. Hapus salah satu penunjukannya.", first)
        )
    return found


def gaps(indicator_set: IndicatorSet) -> dict[str, list[Indicator]]:
    """Return what may stay empty but shows as a gap: "sumber data" → the indicators without it, in order."""
    found: dict[str, list[Indicator]] = {
        "satuan": [],
        "sumber data": [],
        "penanggung jawab": [],
        "target": [],
    }
    rows = Indicator.objects.filter(goal__indicator_set=indicator_set).prefetch_related("units", "targets")
    for indicator in rows:
        years = {target.year for target in indicator.targets.all()}
        for name, filled in (
            ("satuan", bool(indicator.unit.strip())),
            ("sumber data", bool(indicator.sources.strip())),
            ("penanggung jawab", bool(indicator.units.all())),
            ("target", years.issuperset(indicator_set.span)),
        ):
            if not filled:
                found[name].append(indicator)
    return {name: rows for name, rows in found.items() if rows}


def years_taken(indicator_set: IndicatorSet) -> QuerySet[YearInForce]:
    """Return the years of the draft that another set rules today."""
    return YearInForce.objects.filter(agency=indicator_set.agency_id, year__in=indicator_set.span)


@transaction.atomic
def put_in_force(indicator_set: IndicatorSet, *, by: User) -> None:
    """Freeze the draft and let the agency go by it in all its years.

    A revision takes these years over from the set it revises, which is superseded when no year is left to it;
    from any other set nothing is taken. Raises NotReady.
    """
    # One at a time for each agency, so that two drafts cannot take the same year; nobody edits this one now.
    Agency.objects.select_for_update(no_key=True).get(pk=indicator_set.agency_id)
    indicator_set.refresh_from_db(from_queryset=IndicatorSet.objects.select_for_update(no_key=True))
    if not indicator_set.is_draft:
        raise NotReady(["Penetapan ini sudah diberlakukan."])
    if found := problems(indicator_set):
        raise NotReady([problem.text for problem in found])
    indicator_set.status = IndicatorSet.Status.IN_FORCE
    indicator_set.published_at = timezone.now()
    indicator_set.published_by = by
    indicator_set.published = _describe_now(indicator_set)
    indicator_set.save()
    taken = years_taken(indicator_set)
    free = set(indicator_set.span).difference(taken.values_list("year", flat=True))
    taken.update(indicator_set=indicator_set)
    YearInForce.objects.bulk_create(
        YearInForce(agency=indicator_set.agency, year=year, indicator_set=indicator_set)
        for year in sorted(free)
    )
    if indicator_set.revises_id:
        IndicatorSet.objects.filter(pk=indicator_set.revises_id, years=None).update(
            status=IndicatorSet.Status.SUPERSEDED
        )


def _years(rows: QuerySet[YearInForce]) -> str:
    return ", ".join(str(year) for year in rows.values_list("year", flat=True))
