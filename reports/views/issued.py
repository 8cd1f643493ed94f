"""Documents of reports: the draft, the paper to be signed, and what was issued, with the bytes themselves."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies.accounts import UserRequest
from agencies.models import Agency
from indicators.models import IndicatorSet
from reports import issuing, pdf
from reports.documents import measurement, printing, workbook
from reports.models import IssuedDocument, Report
from reports.status import Status
from reports.views.log_words import moment
from reports.views.sending import TYPES, sent

logger = logging.getLogger(__name__)

State = IssuedDocument.State
PILLS = {State.IN_FORCE: "ok", State.UNDER_REPAIR: "warn", State.SUPERSEDED: "none"}
DAMAGED = (
    "Berkas dokumen ini rusak atau hilang dari penyimpanan, jadi tidak dikirim. "
    "Beri tahu admin sistem agar memulihkannya dari cadangan."
)


# What is not issued yet


@require_safe
def report_document(request: UserRequest, pk: int) -> HttpResponse:
    """Show the document a report makes today; of an approved report, the one that was issued."""
    report = _visible_report(request, pk)
    issued = list(_issued(request).filter(report=report))
    if report.status == Status.APPROVED and issued:
        return redirect(issued[0])
    content = _content(report)
    context = {
        "report": report,
        "document": printing.arrange(content),
        "issued": issued,
        "state": content["state"],
        "lacks_document": report.status == Status.APPROVED,
    }
    return render(request, "reports/report_document.html", context)


@require_safe
def report_document_pdf(request: UserRequest, pk: int) -> HttpResponse:
    """Send the document a report makes today: a draft, or the paper to be signed."""
    report = _visible_report(request, pk)
    content = _content(report)
    try:
        data = printing.to_pdf(content)
    except pdf.MissingGlyphs as missing:
        messages.error(request, str(missing))
        return redirect("report-document", pk=pk)
    name = _name(report, draft=content["state"] == "draft")
    return sent(request, data, "pdf", name=name, what=content["name"], row=report, agency=report.agency)


@require_http_methods(["GET", "HEAD", "POST"])
def report_issue(request: UserRequest, pk: int) -> HttpResponse:
    """Issue the document of a report that was approved before documents were issued with the approval."""
    reports = Report.objects.visible_to(request.user).filter(
        agency__in=Agency.objects.managed_by(request.user)
    )
    report = get_object_or_404(reports.select_related("agency__region", "period", "indicator_set"), pk=pk)
    approved = issuing.approval(report)
    if approved is None or report.documents.filter(superseded_by=None).exists() or request.method != "POST":
        return redirect("report-document", pk=pk)
    try:
        signed = approved.after["signature"]
        issued = issuing.issue_report(report, signed, by=approved.by, at=approved.at)
    except issuing.IssueRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("report-document", pk=pk)
    messages.success(request, f"{issued}: sudah terbit.")
    return redirect(issued)


def _content(report: Report) -> dict[str, Any]:
    approved = issuing.approval(report)
    if approved is None:
        return measurement.build(report)
    signed = approved.after["signature"]
    return measurement.build(report, at=approved.at, signed=signed, approved_by=str(approved.by))


def _visible_report(request: UserRequest, pk: int) -> Report:
    rows = Report.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("agency__region", "period", "indicator_set"), pk=pk)


# What was issued


@require_safe
def issued_document(request: UserRequest, pk: int) -> HttpResponse:
    """Show an issued document from its frozen data, with its facts and what it replaces or is replaced by."""
    issued = _one(request, pk)
    state = issued.state
    context = {
        "issued": issued,
        "document": printing.arrange(issued.data),
        "state": state,
        "pill": PILLS[state],
        "at": moment(issued.issued_at, issued.agency),
        "successor": issued.successor,
        "may_replace": issued.indicator_set is not None
        and issued.indicator_set.status == IndicatorSet.Status.IN_FORCE
        and IndicatorSet.objects.managed_by(request.user).filter(pk=issued.indicator_set.pk).exists(),
    }
    return render(request, "reports/issued_document.html", context)


@require_safe
def issued_document_file(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    """Send an issued document: the very bytes of the PDF, the data inside it, or its tables."""
    issued = _one(request, pk)
    if kind not in TYPES:
        raise Http404("Jenis berkas tidak dikenal.")
    if kind == "pdf":
        try:
            data = issuing.read(issued)
        except issuing.DamagedFile:
            logger.exception("The file of issued document %s is damaged.", issued.pk)
            messages.error(request, DAMAGED)
            return redirect(issued)
    elif kind == "json":
        data = issued.content.encode()
    else:
        data = workbook.to_workbook(printing.arrange(issued.data))
    name = f"{issued.kind}-{issued.agency.code}-{issued.pk}-v{issued.version}"
    return sent(request, data, kind, name=name, what=str(issued), row=issued, agency=issued.agency)


# IKU sets


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_set_issue(request: UserRequest, pk: int) -> HttpResponse:
    """Ask, then issue the document of a set in force; of one that is issued already, for a reason."""
    rows = IndicatorSet.objects.managed_by(request.user).select_related("agency__region")
    indicator_set = get_object_or_404(rows, pk=pk)
    before = IssuedDocument.objects.current().filter(indicator_set=indicator_set).first()
    reason, refused = request.POST.get("alasan", ""), ""
    if request.method == "POST":
        try:
            issued = issuing.issue_set(indicator_set, by=request.user, reason=reason)
        except issuing.IssueRefused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, f"{issued}: sudah terbit.")
            return redirect(issued)
    context = {"indicator_set": indicator_set, "before": before, "reason": reason, "refused": refused}
    return render(request, "reports/indicator_set_issue.html", context, status=422 if refused else 200)


# Rows


def _issued(request: UserRequest) -> QuerySet[IssuedDocument]:
    rows = IssuedDocument.objects.visible_to(request.user)
    joined = ("agency__region", "report__period", "report__agency", "indicator_set__agency", "issued_by")
    return rows.select_related(*joined, "supersedes")


def _one(request: UserRequest, pk: int) -> IssuedDocument:
    return get_object_or_404(_issued(request), pk=pk)


def _name(report: Report, *, draft: bool) -> str:
    period = report.period
    name = f"pengukuran-{report.agency.code}-{period.year}-{period.part}"
    return f"{name}-draf" if draft else name
