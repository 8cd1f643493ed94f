"""Verbs on IKU sets: describe as plain data, revise, put in force, compare.

The only writer of a set's status. Whoever calls has checked that `by` may manage the agency.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from agencies.models import Agency, Official, User
from indicators import formula as formulas
from indicators.models import DataElement, Indicator, IndicatorSet, StrategicGoal, Target, YearInForce
from indicators.numbers import format_number

SCHEMA = 1
Row = TypeVar("Row", IndicatorSet, StrategicGoal, Indicator, Target)


class NotReady(Exception):
    """Why a set cannot be put in force; `reasons` are Indonesian sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def operands(agency: Agency, indicator_set: IndicatorSet | None = None) -> dict[str, formulas.Operand]:
    """Return all names a formula of `agency` may use: its data elements, and the indicators of `indicator_set`."""
    known = {
        element.code: formulas.Operand(label=element.label, unit=element.unit)
        for element in DataElement.objects.filter(agency=agency)
    }
    if indicator_set:
        for indicator in Indicator.objects.filter(goal__indicator_set=indicator_set).select_related("thread"):
            known.setdefault(indicator.code, formulas.Operand(label=indicator.name, unit=indicator.unit))
    return known


def describe(indicator_set: IndicatorSet) -> dict[str, Any]:
    """Return everything the set says as plain data: text, numbers as text, lists and dicts only.

    A set that is or was in force answers with what it said the day it came into force; its status and the targets
    changed since by a decision are added, for these live on beside it. Schema: see SCHEMA and _describe_now.
    """
    if indicator_set.published is None:
        return _describe_now(indicator_set)
    frozen: dict[str, Any] = {**indicator_set.published}
    frozen["set"] = {**frozen["set"], "status": indicator_set.status}
    targets = _targets(indicator_set)
    frozen["goals"] = [
        {**goal, "indicators": [{**i, "targets": targets.get(i["code"], [])} for i in goal["indicators"]]}
        for goal in frozen["goals"]
    ]
    return frozen


def _describe_now(indicator_set: IndicatorSet) -> dict[str, Any]:
    agency = Agency.objects.select_related("region").get(pk=indicator_set.agency_id)
    known = operands(agency, indicator_set)
    targets = _targets(indicator_set)
    goals = indicator_set.goals.prefetch_related("indicators__thread", "indicators__units")
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
        "signatory": _signatory(agency, indicator_set.signatory) if indicator_set.has_signature_block else None,
        "goals": [
            {
                "number": goal.number,
                "text": goal.text,
                "indicators": [
                    _indicator(indicator, known, targets.get(indicator.code, []))
                    for indicator in goal.indicators.all()
                ],
            }
            for goal in goals
        ],
    }


def _signatory(agency: Agency, official: Official | None) -> dict[str, str]:
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
            name: {"label": known[name].label, "unit": known[name].unit} for name in sorted(used) if name in known
        },
        "sources": [line for line in indicator.sources.splitlines() if line.strip()],
        "responsible": [unit.name for unit in indicator.units.all()],
        "polarity": indicator.polarity,
        "method": indicator.method,
        "zero_target": indicator.zero_target,
        "kind": indicator.kind,
        "digits": indicator.digits,
        "levels": indicator.levels,
        "targets": targets,
    }


def _targets(indicator_set: IndicatorSet) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    rows = Target.objects.filter(indicator__goal__indicator_set=indicator_set)
    for target in rows.select_related("indicator__thread").order_by("year"):
        figures = {
            name: None if (value := getattr(target, name)) is None else format(value.normalize(), "f")
            for name in ("value", "upper", "revised_value", "revised_upper")
        }
        found.setdefault(target.indicator.code, []).append(
            {"year": target.year, **figures, "label": _level(target), "decision": target.decision}
        )
    return found


def _level(target: Target) -> str:
    """The word of an ordinal target ("WTP"), empty for figures."""
    levels = target.indicator.levels
    return next((str(level["label"]) for level in levels if Decimal(str(level["value"])) == target.value), "")


@transaction.atomic
def revise(indicator_set: IndicatorSet, *, by: User, reason: str) -> IndicatorSet:
    """Copy a set in force into a new draft that revises it; every indicator keeps its thread.

    Raises NotReady when the set is not in force or a draft revision is already there.
    """
    if indicator_set.status != IndicatorSet.Status.IN_FORCE:
        raise NotReady(["Hanya penetapan yang sedang berlaku yang dapat diubah."])
    if indicator_set.revisions.filter(status=IndicatorSet.Status.DRAFT).exists():
        raise NotReady(["Sudah ada draf perubahan atas penetapan ini. Lanjutkan draf itu, atau hapus dulu."])
    draft = _copy(
        indicator_set,
        revises=indicator_set,
        reason=reason,
        status=IndicatorSet.Status.DRAFT,
        published=None,
        published_at=None,
        published_by=None,
        number="",
        date=None,
    )
    for goal in indicator_set.goals.all():
        new_goal = _copy(goal, indicator_set=draft)
        for indicator in goal.indicators.all():
            new_indicator = _copy(indicator, goal=new_goal)
            new_indicator.units.set(indicator.units.all())
            Target.objects.bulk_create(
                _unsaved_copy(target, indicator=new_indicator) for target in indicator.targets.all()
            )
    return draft


def _unsaved_copy(row: Row, **changes: Any) -> Row:
    values = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if not field.primary_key}
    return type(row)(**(values | changes))


def _copy(row: Row, **changes: Any) -> Row:
    new = _unsaved_copy(row, **changes)
    new.save(force_insert=True)
    return new


def problems(indicator_set: IndicatorSet) -> list[str]:
    """Return what stands in the way of putting the set in force, each as a sentence that says where."""
    goals = list(indicator_set.goals.prefetch_related("indicators__thread"))
    if not goals:
        return ["Penetapan ini belum punya sasaran strategis."]
    found = [f"Sasaran “{goal.text}” belum punya indikator." for goal in goals if not goal.indicators.all()]
    known = operands(indicator_set.agency, indicator_set)
    graph: dict[str, formulas.Formula] = {}
    for indicator in (i for goal in goals for i in goal.indicators.all()):
        for text in filter(None, (indicator.formula, indicator.printed_formula)):
            try:
                parsed = formulas.parse(text)
                formulas.check(parsed, known, unit=indicator.unit)
            except formulas.FormulaError as error:
                found.append(f"Rumus indikator “{indicator.name}”: {error.message}")
            else:
                if text == indicator.formula:
                    graph[indicator.code] = parsed
    circle = formulas.cycle(graph)
    if circle:
        found.append(f"Rumus saling menunjuk tanpa akhir: {' → '.join(circle)}. Hapus salah satu penunjukannya.")
    return found


@transaction.atomic
def put_in_force(indicator_set: IndicatorSet, *, by: User) -> None:
    """Freeze the draft and let the agency go by it in all its years; what ruled those years before is superseded.

    Only a revision takes years over from another set. Raises NotReady.
    """
    # One at a time for each agency, so that two drafts cannot both take a year.
    Agency.objects.select_for_update().get(pk=indicator_set.agency_id)
    indicator_set.refresh_from_db()
    if not indicator_set.is_draft:
        raise NotReady(["Penetapan ini sudah diberlakukan."])
    found = problems(indicator_set)
    taken = YearInForce.objects.filter(agency=indicator_set.agency, year__in=indicator_set.span)
    previous = IndicatorSet.objects.filter(years__in=taken).distinct()
    found += [
        f"Tahun {_years(taken.filter(indicator_set=other))} sudah diatur oleh {other}. "
        "Buat perubahan dari penetapan itu, atau ubah tahun berlaku draf ini."
        for other in previous
        if other.pk != indicator_set.revises_id
    ]
    if found:
        raise NotReady(found)
    taken.delete()
    indicator_set.status = IndicatorSet.Status.IN_FORCE
    indicator_set.published_at = timezone.now()
    indicator_set.published_by = by
    indicator_set.published = _describe_now(indicator_set)
    indicator_set.save()
    YearInForce.objects.bulk_create(
        YearInForce(agency=indicator_set.agency, year=year, indicator_set=indicator_set) for year in indicator_set.span
    )
    if indicator_set.revises_id:
        IndicatorSet.objects.filter(pk=indicator_set.revises_id).update(status=IndicatorSet.Status.SUPERSEDED)


def _years(rows: QuerySet[YearInForce]) -> str:
    return ", ".join(str(year) for year in rows.values_list("year", flat=True))


@dataclass(frozen=True)
class Change:
    """One difference between two descriptions. `kind` is added, removed or changed; texts are ready to be shown."""

    kind: str
    where: str
    field: str
    before: str
    after: str


FIELDS = {
    "number": "Nomor",
    "name": "Indikator",
    "unit": "Satuan",
    "definition": "Definisi operasional",
    "reason": "Alasan",
    "formulation": "Penjelasan/cara perhitungan",
    "formula": "Rumus",
    "printed_formula": "Rumus tercetak",
    "kind": "Cara memperoleh angka",
    "polarity": "Arah",
    "method": "Rumus capaian",
    "digits": "Angka di belakang koma",
    "sources": "Sumber data",
    "responsible": "Penanggung jawab",
    "goal": "Sasaran strategis",
    "targets": "Target",
}
WORDS = {
    "kind": dict(Indicator.Kind.choices),
    "polarity": dict(Indicator.Polarity.choices),
    "method": dict(Indicator.Method.choices),
}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return what changed between two descriptions of an agency's IKU, indicator by indicator along their codes."""
    changes = []
    for name, label in (("objectives", "Tujuan"), ("functions", "Fungsi")):
        if before[name] != after[name]:
            changes.append(Change("changed", "Instansi", label, "; ".join(before[name]), "; ".join(after[name])))
    old, new = dict(_by_code(before)), dict(_by_code(after))
    changes += [Change("removed", old[code]["name"], "", old[code]["name"], "") for code in old if code not in new]
    changes += [Change("added", new[code]["name"], "", "", new[code]["name"]) for code in new if code not in old]
    for code in (code for code in new if code in old):
        changes += [
            Change("changed", new[code]["name"], label, was, now)
            for field, label in FIELDS.items()
            if (was := _text(field, old[code][field])) != (now := _text(field, new[code][field]))
        ]
    return changes


def _by_code(description: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for goal in description["goals"]:
        for indicator in goal["indicators"]:
            yield indicator["code"], {**indicator, "goal": goal["text"]}


def _text(field: str, value: Any) -> str:
    if field == "targets":
        return ", ".join(f"{t['year']}: {_figure(t)}" for t in value)
    if isinstance(value, list):
        return "; ".join(value)
    return str(WORDS.get(field, {}).get(value, value))


def _figure(target: Mapping[str, Any]) -> str:
    if target["label"]:
        return str(target["label"])
    ends = [format_number(Decimal(target[name])) for name in ("value", "upper") if target[name] is not None]
    return "–".join(ends)
