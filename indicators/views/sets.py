"""Pages of IKU sets: the list, and everything a manager does with a draft until it is in force and after."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Model, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from agencies.accounts import UserRequest
from agencies.models import Agency
from agencies.searching import words_sought
from indicators import ordering, sets
from indicators.changes import Change, differences
from indicators.forms.sets import GoalForm, IndicatorSetForm, ReviseForm, next_number
from indicators.models import Indicator, IndicatorSet, StrategicGoal, Target
from indicators.views.drafts import edits_draft, locked, saved

PER_PAGE = 50
MENU_LENGTH = 12
DIRECTIONS = {"naik": True, "turun": False}
Status = IndicatorSet.Status


def indicator_set_list(request: UserRequest) -> HttpResponse:
    """List the sets a user may see under their agencies; `q` and `status` narrow it down."""
    query = words_sought(request)
    status = request.GET.get("status", "")
    found = IndicatorSet.objects.visible_to(request.user).select_related("agency__region")
    for word in query.split():
        found = found.filter(
            Q(agency__name__icontains=word)
            | Q(agency__short_name__icontains=word)
            | Q(agency__region__name__icontains=word)
            | Q(number__icontains=word)
            | Q(about__icontains=word)
        )
    found = found.annotate(indicator_count=Count("goals__indicators")).prefetch_related("years")
    found = found.order_by("agency__region__code", "agency__name", "-first_year", "-pk")
    listed = found.exclude(status=Status.DRAFT)
    drafts = found.filter(status=Status.DRAFT)
    if status in Status.values:
        listed, drafts = listed.filter(status=status), drafts.filter(status=status)
    managed = Agency.objects.managed_by(request.user)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "groups": [
            (agency, [(indicator_set, _years_left(indicator_set)) for indicator_set in group])
            for agency, group in groupby(page, key=lambda indicator_set: indicator_set.agency)
        ],
        "drafts": drafts,
        "query": query,
        "status": status,
        "statuses": Status.choices,
        "managed": managed.select_related("region")[:MENU_LENGTH],
        "managed_more": managed.count() > MENU_LENGTH,
        "editable": set(managed.filter(indicator_sets__status=Status.DRAFT).values_list("pk", flat=True)),
    }
    return render(request, "indicators/indicator_set_list.html", context)


def _years_left(indicator_set: IndicatorSet) -> str:
    """The years a set in force still rules, "2018–2019, 2021", when a revision took others; else ""."""
    years = sorted(row.year for row in indicator_set.years.all())
    return "" if years == list(indicator_set.span) else _years_text(years)


def _years_text(years: list[int]) -> str:
    runs = groupby(enumerate(years), key=lambda pair: pair[1] - pair[0])
    ends = [(run[0][1], run[-1][1]) for run in (list(group) for _, group in runs)]
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ends)


def indicator_set_add(request: UserRequest, code: str) -> HttpResponse:
    """Begin a draft; what the agency's last set said of layout and place is proposed again."""
    agency = get_object_or_404(Agency.objects.managed_by(request.user), code=code)
    last = agency.indicator_sets.first()
    year = timezone.localdate(timezone=agency.zone).year
    initial = {
        "first_year": year,
        "last_year": year,
        "place": agency.place,
        "instrument": last.instrument if last else IndicatorSet.Instrument.DECREE,
        "layout": last.layout_id if last else None,
    }
    form = IndicatorSetForm(request.POST or None, instance=IndicatorSet(agency=agency), initial=initial)
    if request.method == "POST" and form.is_valid() and saved(form):
        messages.success(request, "Draf tersimpan. Tambahkan sasaran strategis dan indikatornya.")
        return redirect("indicator-set-compose", pk=form.instance.pk)
    return render(request, "indicators/indicator_set_add.html", {"form": form, "agency": agency})


@edits_draft(IndicatorSet)
def indicator_set_edit(request: UserRequest, indicator_set: IndicatorSet) -> HttpResponse:
    """Change what a draft says of itself."""
    title = str(indicator_set)  # a rejected form has put what was typed into its instance
    form = IndicatorSetForm(request.POST or None, instance=indicator_set)
    if request.method == "POST" and form.is_valid() and saved(form):
        messages.success(request, f"Keterangan {indicator_set} tersimpan.")
        return redirect("indicator-set-compose", pk=indicator_set.pk)
    context = {"form": form, "indicator_set": indicator_set, "title": title}
    return render(request, "indicators/indicator_set_edit.html", context)


@dataclass
class Row:
    """An indicator on the working page: what is missing, and whether it can go up or down."""

    indicator: Indicator
    missing: list[str] = field(default_factory=list)
    goes_up: bool = True
    goes_down: bool = True

    @property
    def missing_text(self) -> str:
        """ "belum diisi: satuan, target"."""
        return f"belum diisi: {', '.join(self.missing)}"


@edits_draft(IndicatorSet)
def indicator_set_compose(request: UserRequest, indicator_set: IndicatorSet) -> HttpResponse:
    """The working page of a draft: goals and indicators in order, and what is still missing."""
    goals = list(indicator_set.goals.prefetch_related(sets.WITH_THREADS, "indicators__units"))
    gaps = sets.gaps(indicator_set)
    missing: dict[int, list[str]] = {}
    for name, indicators in gaps.items():
        for indicator in indicators:
            missing.setdefault(indicator.pk, []).append(name)
    blocks = [
        (goal, [Row(indicator, missing.get(indicator.pk, [])) for indicator in goal.indicators.all()])
        for goal in goals
    ]
    if blocks and blocks[0][1]:
        blocks[0][1][0].goes_up = False
    if blocks and blocks[-1][1]:
        blocks[-1][1][-1].goes_down = False
    context = {
        "indicator_set": indicator_set,
        "blocks": blocks,
        "indicator_count": sum(len(rows) for _, rows in blocks),
        **_shortcomings(indicator_set),
    }
    return render(request, "indicators/indicator_set_compose.html", context)


def _shortcomings(indicator_set: IndicatorSet) -> dict[str, object]:
    """What `_shortcomings.html` expects: problems and gaps, each with the address of its repair."""
    return {
        "problems": [(p.text, _place(indicator_set, p.row)) for p in sets.problems(indicator_set)],
        "gaps": [
            (name, [(indicator, _gap_place(name, indicator)) for indicator in rows])
            for name, rows in sets.gaps(indicator_set).items()
        ],
    }


def _place(indicator_set: IndicatorSet, row: IndicatorSet | StrategicGoal | Indicator | None) -> str:
    if isinstance(row, Indicator):
        return reverse("indicator-edit", args=[row.pk])
    if isinstance(row, StrategicGoal):
        return reverse("indicator-add", args=[row.pk])
    return reverse("indicator-set-edit" if row else "goal-add", args=[indicator_set.pk])


def _gap_place(name: str, indicator: Indicator) -> str:
    return reverse("target-edit" if name == "target" else "indicator-edit", args=[indicator.pk])


@edits_draft(IndicatorSet)
def indicator_set_delete(request: UserRequest, indicator_set: IndicatorSet) -> HttpResponse:
    """Ask, then delete a draft with everything in it."""
    if request.method == "POST":
        name, original = str(indicator_set), indicator_set.revises
        sets.discard(indicator_set)
        messages.success(request, f"{name} dihapus.")
        return redirect(original or "indicator-set-list")
    indicators = Indicator.objects.filter(goal__indicator_set=indicator_set)
    context = {
        "indicator_set": indicator_set,
        "goal_count": indicator_set.goals.count(),
        "indicator_count": indicators.count(),
        "target_count": Target.objects.filter(indicator__in=indicators).count(),
    }
    return render(request, "indicators/indicator_set_delete.html", context)


def indicator_set_revise(request: UserRequest, pk: int) -> HttpResponse:
    """Ask why, then make the draft that revises a set in force."""
    managed = IndicatorSet.objects.managed_by(request.user).select_related("agency")
    indicator_set = get_object_or_404(managed, pk=pk)
    if indicator_set.is_draft:
        return redirect("indicator-set-compose", pk=pk)
    form = ReviseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = sets.revise(indicator_set, by=request.user, reason=form.cleaned_data["reason"])
        except sets.NotReady:
            return locked(request, indicator_set)
        messages.success(request, "Draf perubahan dibuat. Ubah seperlunya, lalu berlakukan.")
        return redirect("indicator-set-compose", pk=draft.pk)
    if (
        indicator_set.status != Status.IN_FORCE
        or indicator_set.revisions.filter(status=Status.DRAFT).exists()
    ):
        return locked(request, indicator_set)
    context = {"form": form, "indicator_set": indicator_set}
    return render(request, "indicators/indicator_set_revise.html", context)


def indicator_set_changes(request: UserRequest, pk: int) -> HttpResponse:
    """Show what a revision changes in the set it revises."""
    visible = IndicatorSet.objects.visible_to(request.user).select_related("agency", "revises__agency")
    indicator_set = get_object_or_404(visible, pk=pk)
    managed = IndicatorSet.objects.managed_by(request.user).filter(pk=pk).exists()
    context = {
        "indicator_set": indicator_set,
        "changes": _changes(indicator_set),
        "may_edit": managed and indicator_set.is_draft,
    }
    return render(request, "indicators/indicator_set_changes.html", context)


def _changes(indicator_set: IndicatorSet) -> list[tuple[str, list[Change]]]:
    """What a revision changes, gathered by the indicator or part it is about; [] when it revises nothing."""
    if indicator_set.revises is None:
        return []
    found = differences(sets.describe(indicator_set.revises), sets.describe(indicator_set))
    gathered: dict[tuple[str, str], list[Change]] = {}
    for change in found:
        gathered.setdefault((change.where, change.kind), []).append(change)
    return [(where, changes) for (where, _), changes in gathered.items()]


@edits_draft(IndicatorSet)
def indicator_set_put_in_force(request: UserRequest, indicator_set: IndicatorSet) -> HttpResponse:
    """Show once more what will be in force, then put it in force."""
    refused: list[str] = []
    if request.method == "POST":
        try:
            sets.put_in_force(indicator_set, by=request.user)
        except sets.NotReady as error:
            refused = error.reasons
        else:
            messages.success(request, f"{indicator_set} berlaku. Isinya sekarang hanya dapat dibaca.")
            return redirect(indicator_set)
    taken = sets.years_taken(indicator_set).filter(indicator_set=indicator_set.revises_id).order_by("year")
    context = {
        "indicator_set": indicator_set,
        "refused": refused,
        "years_text": _years_text([row.year for row in taken]),
        "goal_count": indicator_set.goals.count(),
        "indicator_count": Indicator.objects.filter(goal__indicator_set=indicator_set).count(),
        "changes": _changes(indicator_set),
        **_shortcomings(indicator_set),
    }
    status = 409 if refused else 200
    return render(request, "indicators/indicator_set_put_in_force.html", context, status=status)


@edits_draft(IndicatorSet)
def goal_add(request: UserRequest, indicator_set: IndicatorSet) -> HttpResponse:
    """Add a goal at the end of a draft."""
    last = indicator_set.goals.last()
    goal = StrategicGoal(indicator_set=indicator_set, position=last.position + 1 if last else 1)
    initial = {"number": next_number(last.number) if last else "1."}
    return _goal_form(request, GoalForm(request.POST or None, instance=goal, initial=initial), "goal_add")


@edits_draft(StrategicGoal)
def goal_edit(request: UserRequest, goal: StrategicGoal) -> HttpResponse:
    """Change number or text of a goal."""
    return _goal_form(request, GoalForm(request.POST or None, instance=goal), "goal_edit")


def _goal_form(request: UserRequest, form: GoalForm, name: str) -> HttpResponse:
    goal = form.instance
    if request.method == "POST" and form.is_valid() and saved(form):
        if "indikator" in request.POST:
            return redirect("indicator-add", pk=goal.pk)
        messages.success(request, "Sasaran tersimpan.")
        return _to_row(goal.indicator_set, goal)
    context = {"form": form, "indicator_set": goal.indicator_set}
    return render(request, f"indicators/{name}.html", context)


@edits_draft(StrategicGoal)
def goal_delete(request: UserRequest, goal: StrategicGoal) -> HttpResponse:
    """Ask, then delete a goal with its indicators."""
    if request.method == "POST":
        sets.discard(goal)
        messages.success(request, "Sasaran beserta indikatornya dihapus dari draf ini.")
        return redirect("indicator-set-compose", pk=goal.indicator_set_id)
    context = {"goal": goal, "indicator_set": goal.indicator_set, "indicators": goal.indicators.all()}
    return render(request, "indicators/goal_delete.html", context)


@require_POST
@edits_draft(StrategicGoal)
def goal_move(request: UserRequest, goal: StrategicGoal, direction: str) -> HttpResponse:
    """Move a goal one place up ("naik") or down ("turun")."""
    ordering.move_goal(goal, up=_up(direction))
    goals = list(goal.indicator_set.goals.all())
    return _to_row(goal.indicator_set, goal, _button(direction, goal, goals[0], goals[-1]))


@require_POST
@edits_draft(Indicator)
def indicator_move(request: UserRequest, indicator: Indicator, direction: str) -> HttpResponse:
    """Move an indicator one place up or down, at the edge of its goal into the next one."""
    ordering.move_indicator(indicator, up=_up(direction))
    indicator_set = indicator.goal.indicator_set
    goals = list(indicator_set.goals.all())
    first, last = goals[0].indicators.first(), goals[-1].indicators.last()
    return _to_row(indicator_set, indicator, _button(direction, indicator, first, last))


def _up(direction: str) -> bool:
    if direction not in DIRECTIONS:
        raise Http404
    return DIRECTIONS[direction]


def _button(direction: str, row: Model, first: Model | None, last: Model | None) -> str:
    """Return how the button to go on with is called: "naik-", at the end of the list the opposite."""
    ends = {"naik": first, "turun": last}
    return next((f"{way}-" for way in sorted(ends, key=lambda way: way != direction) if ends[way] != row), "")


def _to_row(indicator_set: IndicatorSet, row: StrategicGoal | Indicator, button: str = "") -> HttpResponse:
    """Back to the working page, where the browser puts the focus on the row or one of its buttons."""
    anchor = f"{button}{'sasaran' if isinstance(row, StrategicGoal) else 'indikator'}-{row.pk}"
    return redirect(f"{reverse('indicator-set-compose', args=[indicator_set.pk])}#{anchor}")
