"""What stands in the database, as the plain data rows are planned against; a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from agencies.models import Agency, User
from indicators.imports.planned import Into
from indicators.imports.standing import FIELDS, GoalNow, IndicatorNow, Standing
from indicators.models import DataElement, Indicator, IndicatorSet, IndicatorThread, Target

MOST_YEARS = 10
Status = IndicatorSet.Status


def load(
    agency: Agency, by: User, into: Into, years: tuple[int, int] | None, *, defines: bool = True
) -> Standing:
    """Return what stands for an import into `agency`; PermissionDenied where `by` may not manage it.

    `years` are those of the file, None if it names none; `defines` says that it has definitions, which go
    into a draft first, while a file of figures is held against the set in force first.
    """
    if not Agency.objects.managed_by(by).filter(pk=agency.pk).exists():
        raise PermissionDenied
    found = _destination(agency, into, years, defines=defines)
    return replace(found, **_of_agency(agency), **_of_set(agency, found.set))


def lock(agency: Agency, own: int | None) -> None:
    """Hold the agency and its set `own`: one import at a time, and nobody edits or publishes meanwhile."""
    list(Agency.objects.select_for_update(no_key=True).filter(pk=agency.pk))
    list(IndicatorSet.objects.select_for_update(no_key=True).filter(agency=agency, pk=own or 0))


# Where definitions go ---------------------------------------------------------------------------------------


def _destination(agency: Agency, into: Into, years: tuple[int, int] | None, *, defines: bool) -> Standing:
    if into.how == "draft":
        return _draft(agency, into)
    if into.how == "revise":
        return _revision(agency, into)
    if into.how == "new":
        return _new(years)
    drafts = list(IndicatorSet.objects.filter(agency=agency, status=Status.DRAFT))
    fitting = [draft for draft in drafts if years is None or years[0] in draft.span]
    ruling = IndicatorSet.objects.in_force(agency, years[0]) if years else None
    draft = fitting[0] if len(fitting) == 1 else None
    chosen = (draft or ruling) if defines else (ruling or draft)
    return _standing(chosen) if chosen else _new(years)


def _standing(chosen: IndicatorSet, how: str = "", problem: str = "") -> Standing:
    stands = "draft" if chosen.is_draft else "in_force"
    return Standing(
        how or stands,  # type: ignore[arg-type]
        chosen.first_year,
        chosen.last_year,
        chosen.pk,
        str(chosen),
        problem,
    )


def _draft(agency: Agency, into: Into) -> Standing:
    draft = IndicatorSet.objects.filter(agency=agency, pk=into.set or 0, status=Status.DRAFT).first()
    if draft is None:
        return Standing(
            "new", 0, 0, problem="Draf yang dipilih sudah tidak ada atau sudah berlaku. Pilih lagi."
        )
    return _standing(draft)


def _revision(agency: Agency, into: Into) -> Standing:
    ruling = IndicatorSet.objects.filter(agency=agency, pk=into.set or 0, status=Status.IN_FORCE).first()
    if ruling is None:
        return Standing("new", 0, 0, problem="Penetapan yang akan diubah tidak berlaku lagi. Pilih lagi.")
    problem = ""
    if not into.reason.strip():
        problem = "Tulis alasan perubahan penetapan."
    elif ruling.revisions.filter(status=Status.DRAFT).exists():
        problem = f"Sudah ada draf perubahan atas {ruling}. Impor ke draf itu, atau hapus dulu."
    return _standing(ruling, "revise", problem)


def _new(years: tuple[int, int] | None) -> Standing:
    if years is None:
        return Standing("new", 0, 0, problem="Tahun berlaku tidak tertulis di berkas. Pilih tahunnya.")
    first, last = years
    if last < first or last - first >= MOST_YEARS or not 2000 <= first <= last <= 2100:
        text = f"Tahun berlaku {first}–{last} tidak wajar. Pilih paling banyak {MOST_YEARS} tahun, 2000–2100."
        return Standing("new", 0, 0, problem=text)
    return Standing("new", first, last)


# What is there ----------------------------------------------------------------------------------------------


def _of_agency(agency: Agency) -> dict[str, Any]:
    return {
        "agency": (agency.name, agency.short_name, agency.code),
        "codes": frozenset(IndicatorThread.objects.filter(agency=agency).values_list("code", flat=True)),
        "elements": dict(DataElement.objects.filter(agency=agency).values_list("code", "label")),
        "units": {str(key): name for key, name in agency.units.values_list("pk", "name")},
        "header": {
            "objectives": tuple(agency.objectives.values_list("text", flat=True)),
            "functions": tuple(agency.functions.values_list("text", flat=True)),
        },
    }


def _of_set(agency: Agency, own: int | None) -> dict[str, Any]:
    rows = Indicator.objects.filter(goal__indicator_set__agency=agency).select_related("goal", "thread")
    rows = rows.order_by(
        "goal__indicator_set__first_year", "goal__indicator_set_id", "goal__position", "position"
    )
    mine = [row for row in rows if row.goal.indicator_set_id == own]
    others = [row for row in rows if row.goal.indicator_set_id != own]
    goals = IndicatorSet.objects.get(pk=own).goals.all() if own else []
    return {
        "goals": tuple(GoalNow(goal.text, goal.number) for goal in goals),
        "indicators": indicators_now(mine, own),
        # The newest of each code comes last, and stays.
        "earlier": {row.code: as_now(row) for row in others},
    }


def indicators_now(rows: Iterable[Indicator], own: int | None) -> dict[str, IndicatorNow]:
    """Return the indicators of the set `own` by code, with parts of the agency and targets."""
    units: dict[int, list[str]] = {}
    targets: dict[int, dict[int, dict[str, str | None]]] = {}
    rows = list(rows)
    if rows:
        levels = {row.pk: row.levels for row in rows}
        named = Indicator.objects.filter(goal__indicator_set=own, units__isnull=False)
        for key, name in named.order_by("units__name").values_list("pk", "units__name"):
            units.setdefault(key, []).append(name)
        for target in Target.objects.filter(indicator__goal__indicator_set=own).order_by("year"):
            stored = targets_now(target, levels[target.indicator_id])
            targets.setdefault(target.indicator_id, {})[target.year] = stored
    return {row.code: as_now(row, units.get(row.pk, []), targets.get(row.pk, {})) for row in rows}


def as_now(
    row: Indicator, units: Iterable[str] = (), targets: dict[int, dict[str, str | None]] | None = None
) -> IndicatorNow:
    """Return an indicator as plain data."""
    fields = {name: getattr(row, name) for name in FIELDS}
    fields["weight"] = _plain(row.weight)
    return IndicatorNow(row.code, row.goal.text, row.goal.number, fields, tuple(units), targets or {})


def targets_now(target: Target, levels: list[dict[str, str]]) -> dict[str, str | None]:
    """Return a target as plain data; the labels are words of an ordinal one, "" for figures."""
    words = {Decimal(level["value"]): level["label"] for level in levels}
    return {
        "value": _plain(target.value),
        "upper": _plain(target.upper),
        "label": words.get(target.value, ""),
        "revised_value": _plain(target.revised_value),
        "revised_upper": _plain(target.revised_upper),
        "revised_label": words.get(target.revised_value, "") if target.revised_value is not None else "",
        "decision": target.decision,
        "decision_date": target.decision_date.isoformat() if target.decision_date else None,
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def rows_of_set(own: int) -> QuerySet[Indicator]:
    """Return the indicators of a set with what `indicators_now` reads."""
    return Indicator.objects.filter(goal__indicator_set=own).select_related("goal", "thread")
