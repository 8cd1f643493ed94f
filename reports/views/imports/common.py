"""What the pages of an import share: the batch the reader may see, its path, its times in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from agencies.accounts import UserRequest
from agencies.models import Agency
from indicators.numbers import format_date
from reports.imports import batches
from reports.imports.moving import Passed
from reports.imports.states import State
from reports.models import ImportBatch

_PATH = ("Berkas", "Kolom", "Periksa", "Selesai")
_AT = {
    State.READING: 0,
    State.REFUSED: 0,
    State.ASKED: 1,
    State.PLANNING: 2,
    State.QUESTIONED: 2,
    State.PLANNED: 2,
    State.FAILED: 2,
    State.APPLYING: 3,
    State.APPLIED: 4,
    State.UNDOING: 4,
    State.UNDONE: 4,
    State.DROPPED: 2,
}


def visible_batch(request: UserRequest, pk: int) -> ImportBatch:
    """Return the import with its places, or answer 404 to who may not see it."""
    rows = ImportBatch.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("agency__region", "region", "uploaded_by", "applied_by", "undone_by"), pk=pk
    )


def context_of(batch: ImportBatch, request: UserRequest, at: int | None = None) -> dict[str, Any]:
    """Return what every page of a batch shows; `at` is the place in the path that the page is about."""
    here = _AT[State(batch.state)] if at is None else at
    return {
        "batch": batch,
        "path": [
            {"label": label, "state": "done" if place < here else "now" if place == here else ""}
            for place, label in enumerate(_PATH)
        ],
        "uploaded_at": moment(batch, batch.uploaded_at),
        "may_act": may_act(request, batch),
    }


def may_act(request: UserRequest, batch: ImportBatch) -> bool:
    """Whether the reader may go on with the batch: whoever may import into its place."""
    return batches.may_import(request.user, batch.place)


def moment(batch: ImportBatch, at: dt.datetime) -> str:
    """Return a time as people of the place read it: "10 Juli 2026, 09.40 WIB"."""
    agency = batch.agency or Agency()
    local = timezone.localtime(at, agency.zone)
    return f"{format_date(local.date())}, {local:%H.%M} {agency.get_time_zone_display()}"


def passed(request: UserRequest, batch: ImportBatch, why: Passed | batches.Refused) -> HttpResponse:
    """Lead back to the import and say why nothing was done."""
    messages.warning(request, str(why))
    return redirect(batch)


def refused(request: UserRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Show a form again with what was typed and what is wrong with it."""
    return render(request, template, context, status=422)
