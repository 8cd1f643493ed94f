"""Reading and printing what agencies publish."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from agencies.accounts import UserRequest
from agencies.models import Agency
from indicators import sets
from indicators.models import Indicator, IndicatorSet, LayoutProfile
from reports import pdf
from reports.documents import iku
from reports.views.sending import sent


@require_safe
def indicator_set_detail(request: UserRequest, pk: int) -> HttpResponse:
    """Show an IKU set as its table, in its own layout or the one asked for."""
    indicator_set = visible_set(request, pk)
    layout, paper = asked_layout(request, indicator_set)
    description = sets.describe(indicator_set)
    context = {
        "indicator_set": indicator_set,
        "description": description,
        "document": iku.build(description, layout.layout(), paper=paper),
        "layout": layout,
        "layouts": LayoutProfile.objects.all(),
        "paper": paper,
        "papers": Agency.Paper.choices,
        "issued": indicator_set.documents.only("version"),
        "indicators": Indicator.objects.filter(goal__indicator_set=indicator_set).select_related(
            "goal", "thread"
        ),
        "history": IndicatorSet.objects.visible_to(request.user)
        .filter(agency=indicator_set.agency)
        .exclude(pk=pk),
        "years": indicator_set.years.values_list("year", flat=True),
        "successors": indicator_set.revisions.exclude(status=IndicatorSet.Status.DRAFT),
        "may_manage": IndicatorSet.objects.managed_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "reports/indicator_set_detail.html", context)


@require_safe
def indicator_set_pdf(request: UserRequest, pk: int) -> HttpResponse:
    """Send the table as PDF. The same content is the same bytes, so their hash is the ETag."""
    indicator_set = visible_set(request, pk)
    layout, paper = asked_layout(request, indicator_set)
    document = iku.build(sets.describe(indicator_set), layout.layout(), paper=paper)
    try:
        content = pdf.render(document)
    except pdf.MissingGlyphs as missing:
        messages.error(request, str(missing))
        return redirect(indicator_set)
    name = f"iku-{indicator_set.agency.code}-{indicator_set.first_year}"
    return sent(
        request,
        content,
        "pdf",
        name=name,
        what=str(indicator_set),
        row=indicator_set,
        agency=indicator_set.agency,
    )


def visible_set(request: UserRequest, pk: int) -> IndicatorSet:
    """Return a set the user may see, with what its table needs. Raises Http404."""
    rows = IndicatorSet.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("agency__region", "layout", "revises", "published_by"), pk=pk
    )


def asked_layout(request: UserRequest, indicator_set: IndicatorSet) -> tuple[LayoutProfile, str]:
    """Return the layout and paper asked for, by default those of the set and its agency. Raises Http404."""
    asked: dict[str, Any] = request.GET.dict()
    paper = asked.get("kertas", indicator_set.agency.paper)
    if paper not in Agency.Paper.values:
        raise Http404("Ukuran kertas tidak dikenal.")
    if "tata-letak" not in asked:
        return indicator_set.layout, paper
    return get_object_or_404(LayoutProfile, code=asked["tata-letak"]), paper
