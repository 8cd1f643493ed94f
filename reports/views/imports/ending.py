"""The end of an import: let it in, take it back, leave it, try again, and what to show for it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.accounts import UserRequest
from agencies.downloads import downloaded
from indicators.spreadsheets.problems import Unreadable
from reports.imports import annotated, batches
from reports.imports.moving import Passed
from reports.imports.states import State
from reports.models import ImportBatch
from reports.views.imports.common import context_of, may_act, moment, passed, visible_batch

METHODS = ["GET", "HEAD", "POST"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
def import_confirm(request: UserRequest, pk: int) -> HttpResponse:
    """Let the planned rows in: all of them, or the good ones where the reader says so."""
    return _act(
        request,
        pk,
        lambda batch: batches.confirm(
            batch,
            seen=request.POST.get("plan", ""),
            partial=request.POST.get("partial") == "1",
            by=request.user,
        ),
    )


@require_http_methods(METHODS)
def import_undo(request: UserRequest, pk: int) -> HttpResponse:
    """Ask, then take back what went in."""
    if request.method == "POST":
        return _act(request, pk, lambda batch: batches.undo(batch, by=request.user))
    batch = visible_batch(request, pk)
    if not may_act(request, batch) or batches.why_not_undone(batch):
        return redirect(batch)
    until = batch.undo_until
    context = context_of(batch, request) | {"undo_until": moment(batch, until) if until else ""}
    return render(request, "reports/imports/import_undo.html", context)


@require_http_methods(METHODS)
def import_drop(request: UserRequest, pk: int) -> HttpResponse:
    """Ask, then leave an import for good."""
    if request.method == "POST":
        return _act(request, pk, batches.drop)
    batch = visible_batch(request, pk)
    if not may_act(request, batch):
        return redirect(batch)
    return render(request, "reports/imports/import_drop.html", context_of(batch, request))


@require_POST
def import_again(request: UserRequest, pk: int) -> HttpResponse:
    """Read the file once more after something went wrong."""
    return _act(request, pk, batches.again)


@require_safe
def import_annotated(request: UserRequest, pk: int) -> HttpResponse:
    """Send the uploaded workbook with what is said about its cells as comments in them."""
    batch = visible_batch(request, pk)
    if batch.state not in (State.PLANNED, State.APPLIED, State.UNDONE):
        return redirect(batch)
    try:
        name, content = annotated.workbook(batch)
    except Unreadable as refusal:
        messages.error(request, refusal.message)
        return redirect(batch)
    if request.method == "GET":
        downloaded(
            f"Impor “{batch.name}” dengan catatan",
            by=request.user,
            row=batch,
            agency=batch.agency,
            region=batch.region,
        )
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response


def _act(request: UserRequest, pk: int, verb: Callable[[ImportBatch], None]) -> HttpResponse:
    """Do something with a batch and show it; why nothing was done is said there."""
    batch = visible_batch(request, pk)
    if not may_act(request, batch):
        messages.error(request, "Anda membaca impor ini. Yang memutuskannya admin perangkat daerah.")
        return redirect(batch)
    try:
        verb(batch)
    except (Passed, batches.Refused) as why:
        return passed(request, batch, why)
    return redirect(batch)
