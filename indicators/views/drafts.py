"""What every page that edits a draft shares: only its managers come in, and nobody edits what is in force."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from agencies.accounts import UserRequest
from indicators.models import Indicator, IndicatorSet, StrategicGoal

Row = IndicatorSet | StrategicGoal | Indicator
View = Callable[..., HttpResponse]

_SET = {IndicatorSet: "pk", StrategicGoal: "indicator_set", Indicator: "goal__indicator_set"}


def edits_draft(model: type[Row]) -> Callable[[View], View]:
    """Give a view the row of `model` in place of its pk, when the user manages its set and that is a draft.

    Whoever does not manage it gets 404; for a set in force the answer is the page that says how to revise it.
    A POST runs in one transaction that holds the set, so that it cannot come into force in the middle.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: UserRequest, pk: int, **kwargs: str) -> HttpResponse:
            changes = request.method == "POST"
            with transaction.atomic() if changes else nullcontext():
                managed = IndicatorSet.objects.managed_by(request.user)
                row = get_object_or_404(model.objects.filter(**{f"{_SET[model]}__in": managed}), pk=pk)
                if changes:
                    list(IndicatorSet.objects.select_for_update(no_key=True).filter(pk=_set_of(row).pk))
                    row.refresh_from_db()
                if _set_of(row).is_draft:
                    return view(request, row, **kwargs)
            return locked(request, _set_of(row))

        return guarded

    return decorate


def _set_of(row: Row) -> IndicatorSet:
    if isinstance(row, IndicatorSet):
        return row
    return row.indicator_set if isinstance(row, StrategicGoal) else row.goal.indicator_set


def locked(request: UserRequest, indicator_set: IndicatorSet) -> HttpResponse:
    """Say that a set in force is only revisable, and offer to."""
    draft = indicator_set.revisions.filter(status=IndicatorSet.Status.DRAFT).first()
    context = {"indicator_set": indicator_set, "draft": draft}
    return render(request, "indicators/indicator_set_locked.html", context, status=409)


def saved(form: ModelForm[Any]) -> bool:
    """Save a valid form; False, with the sentence of the constraint in it, when somebody else was faster."""
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        form.full_clean()
        if form.is_valid():
            form.add_error(None, "Data ini baru saja berubah. Muat ulang halaman ini, lalu coba lagi.")
        return False
    return True
