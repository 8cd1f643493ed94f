"""The evidence of a row: its page, which the grid opens in place, and the way out for its files."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agencies.accounts import UserRequest
from agencies.downloads import downloaded
from reports import entries, evidence, filekinds
from reports.models import Entry, Evidence, Report
from reports.printed import moment

logger = logging.getLogger(__name__)

METHODS = ["GET", "HEAD", "POST"]
HOW = (
    f"Paling besar {evidence.size_text(evidence.MAX_BYTES)} tiap berkas, "
    f"{evidence.MAX_CURRENT} bukti tiap indikator: {filekinds.TAKEN}."
)


@dataclass(frozen=True)
class Shown:
    """A piece of evidence as the list shows it: its kind, size, time and site in words."""

    row: Evidence
    kind: str
    size: str
    at: str
    site: str


@dataclass(frozen=True)
class Failed:
    """A file that was not taken, and why."""

    name: str
    why: str


class LinkForm(forms.Form):
    """A link to a file that others keep; reports.evidence decides which are taken."""

    link = forms.CharField(
        label="Alamat tautan",
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
        help_text="Pastikan verifikator dapat membukanya.",
        error_messages={"required": "Tempel alamat tautan, diawali https://."},
    )
    title = forms.CharField(
        label="Nama", required=False, max_length=200, help_text="Misalnya: Rekap PDRB BPS."
    )


@require_http_methods(METHODS)
def evidence_list(request: UserRequest, pk: int, entry: int) -> HttpResponse:
    """Show the evidence of a row; take files or a link. Script asks for the part, and sends file by file."""
    row = _visible_entry(request, pk, entry)
    link_form, failed = LinkForm(), list[Failed]()
    if request.method == "POST":
        if "link" in request.POST:
            link_form = LinkForm(request.POST)
            answer = _take_link(request, row, link_form)
        else:
            answer, failed = _take_files(request, row)
        if answer is not None:
            return answer
    context = _context(request, row) | {"link_form": link_form, "failed": failed}
    part = "reports/_evidence_panel.html" if request.htmx else "reports/evidence_list.html"  # type: ignore[attr-defined]
    return render(request, part, context)


@require_safe
def evidence_download(request: UserRequest, pk: int) -> HttpResponseBase:
    """Send a file to keep, never to show: whatever it holds, it does not run here."""
    found = _visible_evidence(request, pk)
    if found.link:
        return redirect(_page_of(found))
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        logger.exception("The file of evidence %s is missing", found.pk)
        why = f"Berkas “{found.title}” tidak ada di penyimpanan. Beri tahu admin sistem: bukti {found.pk}."
        messages.error(request, why)
        return redirect(_page_of(found))
    if request.method == "GET":
        downloaded(
            f"Bukti dukung “{found.title}”",
            by=request.user,
            row=found,
            agency=found.entry.report.agency,
            sha256=found.sha256,
        )
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return FileResponse(
        content, as_attachment=True, filename=found.title, content_type=found.content_type, headers=headers
    )


@require_http_methods(METHODS)
def evidence_replace(request: UserRequest, pk: int) -> HttpResponse:
    """Ask for what comes in the place of a file or a link, and put it there."""
    found = _visible_evidence(request, pk)
    why, form = "", LinkForm(initial={"link": found.link, "title": found.title})
    if request.method == "POST":
        source: UploadedFile[Any] | evidence.Link | None
        if found.link:
            form = LinkForm(request.POST)
            source = _link(form)
        else:
            source = next(iter(_uploads(request)), None)
            why = "" if source else "Pilih berkas penggantinya."
        if source:
            try:
                kept = evidence.replace(found, source, by=request.user, key=_key(request, "ganti", source))
            except entries.Refused as refusal:
                why = str(refusal)
                if found.link:
                    form.add_error("link", why)
            else:
                messages.success(request, f"“{found.title}” diganti dengan “{kept.evidence.title}”.")
                return redirect(_page_of(found))
    context = _context(request, found.entry) | {"evidence": found, "why": why, "link_form": form}
    return render(request, "reports/evidence_replace.html", context)


@require_http_methods(METHODS)
def evidence_remove(request: UserRequest, pk: int) -> HttpResponse:
    """Ask, then let evidence count no longer."""
    found = _visible_evidence(request, pk)
    if request.method == "POST":
        try:
            evidence.remove(found, by=request.user, key=_key(request, "hapus", found.pk))
        except entries.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"“{found.title}” dihapus dari bukti. Versinya tetap tersimpan.")
        return redirect(_page_of(found))
    context = _context(request, found.entry) | {"evidence": found}
    return render(request, "reports/evidence_remove.html", context)


def _visible_entry(request: UserRequest, report: int, entry: int) -> Entry:
    rows = Entry.objects.filter(report__in=Report.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("report__agency", "report__period"), report=report, pk=entry)


def _visible_evidence(request: UserRequest, pk: int) -> Evidence:
    rows = Evidence.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("entry__report__agency", "entry__report__period"), pk=pk)


def _page_of(found: Evidence) -> str:
    return reverse("evidence-list", args=[found.entry.report_id, found.entry_id])


# Reading


def _context(request: UserRequest, entry: Entry) -> dict[str, Any]:
    rows = list(entry.evidence.select_related("added_by"))
    replaced = {row.replaces_id for row in rows}
    is_current = {row.pk: row.removed_at is None and row.pk not in replaced for row in rows}
    return {
        "entry": entry,
        "report": entry.report,
        "current": [_shown(row, entry) for row in rows if is_current[row.pk]],
        "older": [_shown(row, entry) for row in reversed(rows) if not is_current[row.pk]],
        "may_attach": evidence.may_attach(entry, request.user),
        "availability": entry.report.availability(timezone.now()),
        "accept": filekinds.ACCEPT,
        "how": HOW,
        "limits": evidence.LIMITS,
        "key": secrets.token_hex(16),
    }


def _shown(row: Evidence, entry: Entry) -> Shown:
    kind = filekinds.BY_TYPE.get(row.content_type)
    return Shown(
        row,
        kind=kind.label if kind else "",
        size=evidence.size_text(row.size),
        at=moment(row.added_at, entry.report),
        site=evidence.site(row.link),
    )


# Taking


def _take_files(request: UserRequest, entry: Entry) -> tuple[HttpResponse | None, list[Failed]]:
    """Take every file that was sent; those refused keep no other back."""
    uploads = _uploads(request)
    if not uploads:
        why = "Pilih sedikitnya satu berkas."
        return (_refusal(why, 422), []) if _asks_json(request) else (None, [Failed("", why)])
    failed: list[Failed] = []
    for place, upload in enumerate(uploads):
        try:
            kept = evidence.attach_file(entry, upload, by=request.user, key=_key(request, str(place), upload))
        except entries.Refused as refusal:
            if _asks_json(request):
                return _refusal(str(refusal), _status(refusal)), []
            failed.append(Failed(filekinds.clean_name(upload.name or ""), str(refusal)))
            continue
        if _asks_json(request):
            return _answer(kept), []
        messages.success(request, _sentence(kept))
    return (None if failed else redirect(request.path)), failed


def _take_link(request: UserRequest, entry: Entry, form: LinkForm) -> HttpResponse | None:
    source = _link(form)
    if source is None:
        return None
    try:
        kept = evidence.attach_link(entry, source, by=request.user, key=_key(request, "tautan", source))
    except entries.Refused as refusal:
        form.add_error("link", str(refusal))
        return None
    messages.success(request, _sentence(kept))
    return redirect(request.path)


def _uploads(request: UserRequest) -> list[UploadedFile[Any]]:
    return [*request.FILES.getlist("files"), *request.FILES.getlist("photo")]


def _link(form: LinkForm) -> evidence.Link | None:
    if not form.is_valid():
        return None
    return evidence.Link(form.cleaned_data["link"], form.cleaned_data["title"])


def _key(request: UserRequest, act: str, said: object) -> str:
    """Name a write by the key of its page, its place there and what it says: sent twice, it is one write."""
    if isinstance(said, UploadedFile):
        digest = hashlib.file_digest(said, "sha256").hexdigest()
        said.seek(0)
        said = f"{said.name} {digest}"
    return hashlib.sha256(f"{request.POST.get('key')} {act} {said!r}".encode()).hexdigest()


def _asks_json(request: UserRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _sentence(kept: evidence.Kept) -> str:
    added = f"“{kept.evidence.title}” ditambahkan."
    if not kept.elsewhere:
        return added
    return f"{added} Berkas yang sama juga ada pada: {'; '.join(kept.elsewhere)}."


def _answer(kept: evidence.Kept) -> JsonResponse:
    number = Evidence.objects.current().filter(entry=kept.evidence.entry_id).count()
    return JsonResponse({"sentence": _sentence(kept), "count": number})


def _status(refusal: entries.Refused) -> int:
    match refusal:
        case entries.Locked():
            return 423
        case entries.NotYours():
            return 403
        case evidence.Duplicate():
            return 409
        case _:
            return 422


def _refusal(why: str, status: int) -> JsonResponse:
    return JsonResponse({"error": why}, status=status)
