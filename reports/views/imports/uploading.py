"""Imports as a list, a new file, and the page of one import: what its job does, or what came of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.accounts import UserRequest
from agencies.models import Agency, Region, User
from agencies.roles import MASTER_ROLES
from indicators.spreadsheets.guard import MAX_FILE
from indicators.spreadsheets.problems import REFUSALS
from reports.evidence import size_text
from reports.imports import batches, words
from reports.imports.states import State
from reports.models import ImportBatch
from reports.views.imports.common import context_of, may_act, moment, visible_batch

PAGE_SIZE = 25
MOST_PLACES = 150  # in one drop-down; beyond, an import begins at the page of its agency
ACCEPT = ".xlsx,.xlsm,.ods,.xls,.csv,.tsv,.txt,.docx"
HOW = (
    f"Excel (.xlsx, .xls), LibreOffice (.ods), Word (.docx), atau CSV; paling besar {size_text(MAX_FILE)}. "
    "Susunannya boleh apa adanya, seperti dokumen yang diterbitkan."
)


@dataclass(frozen=True)
class Line:
    """One import in the list: its state as a pill, its time and rows in words."""

    batch: ImportBatch
    pill: str
    at: str
    rows: str


class UploadForm(forms.Form):
    """A file and the place it is for."""

    place = forms.ChoiceField(
        label="Untuk", error_messages={"required": "Pilih perangkat daerah pemilik berkas ini."}
    )
    file = forms.FileField(
        label="Berkas",
        help_text=HOW,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        max_length=255,
        error_messages={
            "required": "Pilih berkas yang akan diimpor.",
            "missing": "Pilih berkas yang akan diimpor.",
            "empty": "Berkas ini kosong. Pilih berkas yang berisi tabel.",
            "max_length": "Nama berkas ini terlalu panjang. Pendekkan, lalu unggah lagi.",
        },
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)


@require_safe
def import_list(request: UserRequest) -> HttpResponse:
    """List the imports the reader may see, the newest first."""
    visible = ImportBatch.objects.visible_to(request.user)
    heavy = ("reading", "corrections", "choices", "questions", "asked_before", "receipt", "said")
    rows = visible.select_related("agency", "region", "uploaded_by").defer(*heavy)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "lines": [
            Line(
                batch,
                words.PILLS[State(batch.state)],
                moment(batch, batch.uploaded_at),
                words.rows(batch.counts),
            )
            for batch in page
        ],
        "may_add": bool(places(request.user)),
    }
    return render(request, "reports/imports/import_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_add(request: UserRequest) -> HttpResponse:
    """Take a file; script sends it in the background and is answered where the import is."""
    found = places(request.user, request.GET.get("untuk", ""))
    if not found:
        raise Http404
    form = UploadForm(request.POST or None, request.FILES or None, initial={"key": secrets.token_hex(16)})
    form.fields["place"].choices = [(value, label) for value, (label, _) in found.items()]  # type: ignore[attr-defined]
    form.initial["place"] = next(iter(found)) if len(found) == 1 else request.GET.get("untuk", "")
    if request.method == "POST" and form.is_valid():
        upload, (_, place) = form.cleaned_data["file"], found[form.cleaned_data["place"]]
        try:
            batch = batches.upload(upload, upload.name, place, by=request.user, key=form.cleaned_data["key"])
        except batches.Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if _asks_json(request):
                return JsonResponse({"url": batch.get_absolute_url()})
            return redirect(batch)
    if _asks_json(request) and form.errors:
        return JsonResponse(
            {"error": " ".join(str(e) for errors in form.errors.values() for e in errors)}, status=422
        )
    context = {
        "form": form,
        "is_only": len(found) == 1,
        "limits": {"bytes": MAX_FILE, "sentence": too_large()},
    }
    return render(request, "reports/imports/import_add.html", context, status=422 if form.errors else 200)


def too_large() -> str:
    """Return the sentence for a file beyond the limit, with places for its name and size."""
    return REFUSALS["too-large"].format(file="{file}", size="{size}", limit=MAX_FILE >> 20)


def _asks_json(request: UserRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def places(user: User, preferred: str = "") -> dict[str, tuple[str, Agency | Region]]:
    """Return label and place for each "agency:<code>" and "region:<code>" into which `user` may import."""
    found: dict[str, tuple[str, Agency | Region]] = {}
    kind, _, code = preferred.partition(":")
    if user.is_superuser:
        # All agencies there are would not fit a drop-down.
        agencies = (
            Agency.objects.filter(code=code) if kind == "agency" else Agency.objects.all()[:MOST_PLACES]
        )
        regions = Region.objects.filter(code=code) if kind == "region" else Region.objects.none()
    else:
        agencies = batches.agencies_to_import(user)  # type: ignore[assignment]
        held = {seat.region_id for seat in user.seats if seat.region_id and seat.role in MASTER_ROLES}
        regions = Region.objects.filter(pk__in=held)
    for agency in agencies:
        found[f"agency:{agency.code}"] = (agency.name, agency)
    for region in regions:
        found[f"region:{region.code}"] = (f"Beberapa perangkat daerah di {region} (tabel datar)", region)
    return found


@require_safe
def import_detail(request: UserRequest, pk: int) -> HttpResponse:
    """Show what the job of an import does, or what came of it; else lead to the step that is due."""
    batch = visible_batch(request, pk)
    if not batch.is_working:
        if request.htmx:  # type: ignore[attr-defined]  # the waiting page: go where the job led
            return HttpResponse(headers={"HX-Redirect": batch.get_absolute_url()})
        due = {
            State.ASKED: "import-mapping",
            State.QUESTIONED: "import-questions",
            State.PLANNED: "import-review",
        }
        if name := due.get(State(batch.state)):
            return redirect(name, pk=batch.pk)
    context = context_of(batch, request) | _outcome(request, batch)
    return render(request, "reports/imports/import_detail.html", context)


def _outcome(request: UserRequest, batch: ImportBatch) -> dict[str, Any]:
    until = batch.undo_until
    return {
        "rows": words.rows(batch.counts),
        "waiting_for": words.WORK.get(State(batch.state), ""),
        "applied_at": moment(batch, batch.applied_at) if batch.applied_at else "",
        "undone_at": moment(batch, batch.undone_at) if batch.undone_at else "",
        "undo_until": moment(batch, until) if until else "",
        "may_undo": may_act(request, batch) and not batches.why_not_undone(batch),
        "why_not": batches.why_not_undone(batch) if batch.state == State.APPLIED else "",
        "add_url": f"{reverse('import-add')}?untuk={place_key(batch)}",
    }


def place_key(batch: ImportBatch) -> str:
    """Return how the address of a new import names the place of a batch."""
    return f"agency:{batch.agency.code}" if batch.agency else f"region:{batch.place.code}"
