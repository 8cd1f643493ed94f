"""Pages of an indicator: read it, write it with the formula editor, set targets, change one by a decision."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from agencies.accounts import UserRequest
from indicators import achievement, sets, worked_examples
from indicators import formula as formulas
from indicators.changes import Change, differences
from indicators.forms.fields import echoes
from indicators.forms.indicators import (
    QUARTER_METHODS,
    IndicatorForm,
    TargetRevisionForm,
    TargetsForm,
    level_choices,
)
from indicators.models import DataElement, Indicator, IndicatorSet, StrategicGoal, Target
from indicators.numbers import format_number
from indicators.views.drafts import edits_draft, locked, saved
from indicators.worked_examples import Sample, Scope, Trial

_RELATED = ("thread", "goal__indicator_set__agency__region")


# --- reading ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Appearance:
    """The indicator as one set of its thread has it, and what changed there since the set before."""

    indicator: Indicator
    changes: list[Change]
    is_this: bool


@dataclass(frozen=True)
class Example:
    """The worked example of an indicator: the numbers put in, the result, the achievement with a target."""

    trial: Trial | None
    realization: Sample | None
    target: Sample
    upper: Sample | None
    levels: list[tuple[str, str]] | None
    outcome: achievement.Outcome | None

    @property
    def typed(self) -> list[Sample]:
        """The numbers beside those of the formula: realization, target and the other end of a range."""
        return [sample for sample in (self.realization, self.target, self.upper) if sample]

    @property
    def working(self) -> str:
        """The achievement written out, or the reason why there is none."""
        return self.outcome.explain() if self.outcome else ""


def indicator_detail(request: UserRequest, pk: int) -> HttpResponse:
    """Show everything known of an indicator, as its set says it; `?sample-…` computes a worked example."""
    indicator = get_object_or_404(
        Indicator.objects.select_related(*_RELATED).filter(
            goal__indicator_set__in=IndicatorSet.objects.visible_to(request.user)
        ),
        pk=pk,
    )
    indicator_set = indicator.goal.indicator_set
    described = _described(indicator_set, indicator.code)
    known = {name: formulas.Operand(**operand) for name, operand in described["operands"].items()}
    scope = Scope(known, described["unit"])
    is_manager = IndicatorSet.objects.managed_by(request.user).filter(pk=indicator_set.pk).exists()
    context = {
        "indicator": indicator,
        "indicator_set": indicator_set,
        "described": described,
        "formula": _drawn(described["formula"], known),
        "printed": _drawn(described["printed_formula"], known),
        "lacks_percent": _lacks_percent(described["formula"], described["printed_formula"]),
        "problem": _problem(described["formula"], scope),
        "elements": _elements(indicator, described),
        "targets": list(indicator.targets.all()),
        "level_names": dict(level_choices(indicator) or []),
        "quarter_words": dict(QUARTER_METHODS)[Indicator.QuarterMethod(indicator.quarter_method)],
        "thread": _thread(indicator, request),
        "example": _example(indicator, scope, request.GET.dict()),
        "may_look_back": request.user.belongs_to(indicator_set.agency) and not indicator_set.is_draft,
        "may_edit": is_manager and indicator_set.is_draft,
        "may_revise_targets": is_manager and indicator_set.status == IndicatorSet.Status.IN_FORCE,
    }
    return render(request, "indicators/indicator_detail.html", context)


def _described(indicator_set: IndicatorSet, code: str) -> dict[str, Any]:
    description = _only(sets.describe(indicator_set), code)
    goal = next(goal for goal in description["goals"] if goal["indicators"])
    return {**goal["indicators"][0], "goal": goal["text"]}


def _only(description: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Return the description with nothing in it but the indicator `code`."""
    goals = [
        {**goal, "indicators": [i for i in goal["indicators"] if i["code"] == code]}
        for goal in description["goals"]
    ]
    return {**description, "objectives": [], "functions": [], "goals": goals}


def _drawn(text: str, known: Mapping[str, formulas.Operand]) -> str:
    """Return the drawing of a stored formula; one that is not right yet is shown as it was typed."""
    try:
        return worked_examples.drawn(formulas.parse(text), known) if text else ""
    except formulas.FormulaError:
        return text


def _problem(text: str, scope: Scope) -> str:
    """Return what is wrong with a stored formula, say because a data element has been removed since."""
    try:
        if text:
            scope.read(text)
    except formulas.FormulaError as error:
        return error.message
    return ""


def _lacks_percent(formula: str, printed: str) -> bool:
    """Tell whether the decree prints the formula but for its "× 100%"."""
    try:
        return bool(printed) and formulas.parse(f"({printed}) * 100%") == formulas.parse(formula)
    except formulas.FormulaError:
        return False


def _elements(indicator: Indicator, described: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the operands in the order of the formula, with their labels as the set says them."""
    try:
        names = formulas.parse(described["formula"] or described["printed_formula"] or "0").names
    except formulas.FormulaError:
        names = tuple(described["operands"])
    agency = indicator.goal.indicator_set.agency
    sources = dict(DataElement.objects.filter(agency=agency, code__in=names).values_list("code", "source"))
    neighbours = dict(
        Indicator.objects.filter(goal__indicator_set=indicator.goal.indicator_set, thread__code__in=names)
        .exclude(thread__code__in=sources)
        .values_list("thread__code", "pk")
    )
    rows = []
    for name in names:
        operand = described["operands"].get(name, {"label": "", "unit": ""})
        url = reverse("indicator-detail", args=[neighbours[name]]) if name in neighbours else ""
        rows.append({"code": name, **operand, "source": sources.get(name, ""), "url": url})
    return rows


def _thread(indicator: Indicator, request: UserRequest) -> list[Appearance]:
    """Return the indicator in every set the user may see, the newest first."""
    rows = Indicator.objects.filter(
        thread=indicator.thread, goal__indicator_set__in=IndicatorSet.objects.visible_to(request.user)
    ).select_related("goal__indicator_set__agency", "thread")
    found: list[Appearance] = []
    before: dict[str, Any] | None = None
    for row in rows.order_by("goal__indicator_set__first_year", "goal__indicator_set__pk"):
        now = _only(sets.describe(row.goal.indicator_set), indicator.code)
        changes = differences(before, now) if before else []
        found.append(Appearance(row, changes, row.pk == indicator.pk))
        before = now
    return found[::-1]


def _example(indicator: Indicator, scope: Scope, typed: Mapping[str, str]) -> Example:
    """Compute the example on the numbers in `typed`, the query of the page."""
    text = indicator.formula
    trial = worked_examples.attempt(text, scope, typed, digits=indicator.digits) if text else None
    levels = level_choices(indicator)
    first = indicator.targets.first()
    if first and "target" not in typed:
        # The page opens with the first target of the indicator itself, as a decision may have changed it.
        ends = dict(zip(("target", "upper"), first.in_effect, strict=True))
        typed = {
            **{end: _written(value, levels) for end, value in ends.items() if value is not None},
            **typed,
        }
    if indicator.kind == Indicator.Kind.YES_NO:
        levels = [("1", "Ya"), ("0", "Tidak")]
    realization = None
    if trial is None:
        realization = _typed_sample("realization", "Realisasi", scope.unit, typed, levels)
    target = _typed_sample("target", "Target", scope.unit, typed, levels)
    has_range = indicator.polarity == Indicator.Polarity.RANGE and levels is None
    upper = _typed_sample("upper", "Target sampai", scope.unit, typed, levels) if has_range else None
    reached = trial.outcome.value if trial and trial.outcome else realization.value if realization else None
    return Example(trial, realization, target, upper, levels, _achieved(indicator, reached, target, upper))


def _written(value: Decimal, levels: list[tuple[str, str]] | None) -> str:
    """Return a stored figure as its input holds it."""
    return format_number(value) if levels is None else format(value.normalize(), "f")


def _typed_sample(
    name: str, label: str, unit: str, typed: Mapping[str, str], levels: list[tuple[str, str]] | None
) -> Sample:
    text = typed.get(name, "")
    if levels is None:
        return worked_examples.read_sample(Sample(name, label, unit, text))
    return Sample(name, label, "", text, Decimal(text) if text in dict(levels) else None)


def _achieved(
    indicator: Indicator, reached: Decimal | None, target: Sample, upper: Sample | None
) -> achievement.Outcome | None:
    """Return the achievement, or None while there is nothing to judge."""
    if reached is None:
        return None
    if indicator.kind == Indicator.Kind.YES_NO:
        return achievement.yes_no_achievement(done=reached == 1)
    if target.value is None:
        return None
    aim: Decimal | achievement.TargetRange = target.value
    if upper and upper.value is not None:
        try:
            aim = achievement.TargetRange(target.value, upper.value)
        except ValueError as error:
            return achievement.Outcome(achievement.Status.NOT_COMPUTABLE, reason=str(error))
    return achievement.achievement(aim, reached, worked_examples.rule_of(indicator))


# --- writing ------------------------------------------------------------------------------------------------


@edits_draft(StrategicGoal)
def indicator_add(request: UserRequest, goal: StrategicGoal) -> HttpResponse:
    """Add an indicator to a goal of a draft."""
    return _indicator_form(request, goal, Indicator(goal=goal, digits=goal.indicator_set.agency.digits))


@edits_draft(Indicator)
def indicator_edit(request: UserRequest, indicator: Indicator) -> HttpResponse:
    """Change an indicator of a draft."""
    return _indicator_form(request, indicator.goal, indicator)


def _indicator_form(request: UserRequest, goal: StrategicGoal, indicator: Indicator) -> HttpResponse:
    is_new = indicator.pk is None
    form = IndicatorForm(request.POST or None, instance=indicator, goal=goal)
    if request.method == "POST" and "check" in request.POST:
        # "Periksa rumus" without script: what was typed comes back as it is, with what the formula means.
        typed = {name: form[name].value() for name in form.fields}
        form = IndicatorForm(instance=indicator, initial=typed, goal=goal)
    elif request.method == "POST" and form.is_valid() and saved(form):
        messages.success(request, f"Indikator “{indicator.name}” {'ditambahkan' if is_new else 'disimpan'}.")
        if is_new and (earlier := form.continued()):
            messages.info(
                request,
                f"Indikator ini melanjutkan riwayat kode {indicator.code}, “{earlier.name}”. Bila "
                "maksud Anda indikator lain, hapus dan tambahkan lagi dengan kode lain.",
            )
        for warning in form.warnings:
            messages.warning(request, f"Periksa rumusnya: {warning}")
        if read := echoes(form):
            messages.info(request, read)
        return (
            redirect("target-edit", indicator.pk) if "then_targets" in request.POST else redirect(indicator)
        )
    scope = form.scope()
    elements = DataElement.objects.filter(agency=form.agency)
    context = {
        "form": form,
        "goal": goal,
        "indicator_set": goal.indicator_set,
        "indicator": None if is_new else indicator,
        "trial": _trial(form, scope, request),
        "printed_error": _caret_of(str(form["printed_formula"].value() or ""), scope),
        "elements": elements,
        "neighbours": {
            code: operand
            for code, operand in scope.known.items()
            if code in scope.neighbours and code != form.code_of
        },
        "check_url": _check_url(goal, None if is_new else indicator),
    }
    return render(request, "indicators/indicator_form.html", context)


def _check_url(goal: StrategicGoal, indicator: Indicator | None) -> str:
    url = reverse("formula-check", args=[goal.pk])
    return f"{url}?indicator={indicator.pk}" if indicator else url


def _trial(form: IndicatorForm, scope: Scope, request: UserRequest) -> Trial:
    digits = str(form["digits"].value())
    return worked_examples.attempt(
        str(form["formula"].value() or ""),
        scope,
        request.POST.dict(),
        digits=int(digits) if digits in {"0", "1", "2", "3", "4", "5", "6"} else 2,
    )


def _caret_of(text: str, scope: Scope) -> Trial | None:
    """Return the error of the printed formula with its place, None where it is right or left out."""
    trial = worked_examples.attempt(text, Scope(scope.known), {}, digits=2)
    return trial if trial.error and not trial.is_blank else None


@require_POST
def formula_check(request: UserRequest, pk: int) -> HttpResponse:
    """Say what the formula that is being typed means: the part of the editor that follows the typing."""
    managed = IndicatorSet.objects.managed_by(request.user)
    goal = get_object_or_404(StrategicGoal.objects.filter(indicator_set__in=managed), pk=pk)
    own = Indicator.objects.filter(goal__indicator_set=goal.indicator_set).select_related("thread")
    number = request.GET.get("indicator", "")
    indicator = get_object_or_404(own, pk=number) if number.isdecimal() else Indicator(goal=goal)
    form = IndicatorForm(request.POST, instance=indicator, goal=goal)
    context = {
        "trial": _trial(form, form.scope(), request),
        "check_url": _check_url(goal, indicator if indicator.pk else None),
    }
    return render(request, "indicators/_formula_check.html", context)


@edits_draft(Indicator)
def indicator_delete(request: UserRequest, indicator: Indicator) -> HttpResponse:
    """Ask, then remove an indicator from a draft; its thread goes with it when no other set has it."""
    indicator_set, thread = indicator.goal.indicator_set, indicator.thread
    if request.method == "POST":
        sets.discard(indicator)
        messages.success(request, f"Indikator “{indicator.name}” dihapus dari draf ini.")
        return redirect("indicator-set-compose", indicator_set.pk)
    neighbours = worked_examples.scope_of(indicator_set, code=indicator.code).neighbours
    users = [code for code, formula in neighbours.items() if indicator.code in formula.names]
    context = {
        "indicator": indicator,
        "indicator_set": indicator_set,
        "lives_on": thread.indicators.exclude(pk=indicator.pk).exists(),
        "used_by": Indicator.objects.filter(goal__indicator_set=indicator_set, thread__code__in=users),
    }
    return render(request, "indicators/indicator_delete.html", context)


@edits_draft(Indicator)
def target_edit(request: UserRequest, indicator: Indicator) -> HttpResponse:
    """Set the targets of all years of a draft in one table."""
    form = TargetsForm(request.POST or None, indicator=indicator)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"Target “{indicator.name}” disimpan.")
        if read := echoes(form):
            messages.info(request, read)
        return redirect(indicator)
    context = {"form": form, "indicator": indicator, "indicator_set": indicator.goal.indicator_set}
    return render(request, "indicators/target_edit.html", context)


def target_revise(request: UserRequest, pk: int, year: int) -> HttpResponse:
    """Put a changed target with its decision beside the original one of a set in force."""
    managed = IndicatorSet.objects.managed_by(request.user)
    rows = Indicator.objects.select_related(*_RELATED).filter(goal__indicator_set__in=managed)
    indicator = get_object_or_404(rows, pk=pk)
    indicator_set = indicator.goal.indicator_set
    if indicator_set.is_draft:
        messages.info(request, "Penetapan ini masih draf. Ubah targetnya langsung di tabel ini.")
        return redirect("target-edit", indicator.pk)
    if indicator_set.status != IndicatorSet.Status.IN_FORCE:
        return locked(request, indicator_set)
    changes = request.method == "POST"
    targets = Target.objects.filter(indicator=indicator, year=year)
    with transaction.atomic() if changes else nullcontext():
        # Held until it is saved: of two who save at once the second is told what the first has changed.
        target = get_object_or_404(targets.select_for_update() if changes else targets)
        target.indicator = indicator
        form = TargetRevisionForm(request.POST or None, target=target)
        if changes and form.is_valid():
            form.save()
            messages.success(request, f"Target {year} “{indicator.name}” diubah; target awal tetap tercatat.")
            if read := echoes(form):
                messages.info(request, read)
            return redirect(indicator)
    context = {
        "form": form,
        "target": target,
        "indicator": indicator,
        "indicator_set": indicator_set,
        "level_names": dict(level_choices(indicator) or []),
    }
    return render(request, "indicators/target_revise.html", context)
