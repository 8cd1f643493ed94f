"""Sending tables as files: IKU tables, the figures of a report, the list of reports. All go into the log."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.accounts import UserRequest
from agencies.downloads import downloaded
from agencies.models import Agency, Region
from indicators import sets
from reports import exports
from reports.documents import iku
from reports.exports import contents
from reports.exports.writing import CONTENT_TYPES
from reports.imports import flat
from reports.models import Report
from reports.printed import predicate_scale
from reports.views.documents import asked_layout, visible_set
from reports.views.tasks import asked_of, found, listed

MAX_REPORTS = 20_000  # lines of the list in one file


@require_safe
def indicator_set_export(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    """Send the IKU table of a set as .xlsx, goals as merged cells, or as .csv with the goal in each row."""
    indicator_set = visible_set(request, pk)
    profile, paper = asked_layout(request, indicator_set)
    description, layout = sets.describe(indicator_set), profile.layout()
    document = iku.build(description, layout, paper=paper)
    table = contents.iku_of(description, document, layout, merged=_merged(request))
    name = f"iku-{indicator_set.agency.code}-{indicator_set.first_year}"
    return sent(request, kind, name, table, what=str(indicator_set), agency=indicator_set.agency)


@require_safe
def report_export(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    """Send the figures of a report, in .xlsx with those of its data elements."""
    report = _visible_report(request, pk)
    entries = report.entries.select_related("report__period", "report__agency")
    table = contents.figures_of(report, entries, predicate_scale(), timezone.now(), merged=_merged(request))
    values = report.values.select_related("element").order_by("element__label", "element__code")
    tables = [table] if kind == "csv" else [table, contents.elements_of(report, values)]
    name = f"laporan-{report.agency.code}-{report.period.year}-{report.period.part}"
    return sent(request, kind, name, *tables, what=str(report), agency=report.agency)


@require_safe
def report_list_export(request: UserRequest, kind: str) -> HttpResponse:
    """Send the list of reports as the page filters it."""
    asked = asked_of(request)
    rows = list(listed(found(request.user, asked), asked)[:MAX_REPORTS])
    regions = {report.agency.region for report in rows}
    place = regions.pop() if len(regions) == 1 else None
    return sent(request, kind, "daftar-laporan", contents.list_of(rows), what="Daftar laporan", region=place)


@require_safe
def report_template(request: UserRequest, pk: int) -> HttpResponse:
    """Send the workbook in which a report is filled away from the portal."""
    report = _visible_report(request, pk)
    content = flat.template(report, by=request.user)
    name = f"isian-{report.agency.code}-{report.period.year}-{report.period.part}"
    return _answer(request, "xlsx", name, content, what=f"Isian {report}", agency=report.agency)


def _visible_report(request: UserRequest, pk: int) -> Report:
    rows = Report.objects.visible_to(request.user).select_related("agency__region", "period")
    return get_object_or_404(rows, pk=pk)


def _merged(request: UserRequest) -> bool:
    """Whether goals of several rows are one cell: unless the address asks for them in each row."""
    return request.GET.get("sasaran") != "ulang"


def sent(
    request: UserRequest,
    kind: str,
    name: str,
    *tables: exports.Table,
    what: str,
    agency: Agency | None = None,
    region: Region | None = None,
) -> HttpResponse:
    """Send tables as a file of this kind, the first alone as .csv, and log it. Raises Http404."""
    if kind not in CONTENT_TYPES:
        raise Http404("Jenis berkas tidak dikenal.")
    content = exports.as_text(tables[0]) if kind == "csv" else exports.as_workbook(*tables)
    return _answer(request, kind, name, content, what=what, agency=agency, region=region)


def _answer(
    request: UserRequest,
    kind: str,
    name: str,
    content: bytes,
    *,
    what: str,
    agency: Agency | None = None,
    region: Region | None = None,
) -> HttpResponse:
    """Send a file, and log that it was sent."""
    if request.method == "GET":
        fingerprint = hashlib.sha256(content).hexdigest()
        downloaded(
            f"{what} ({kind.upper()})", by=request.user, agency=agency, region=region, sha256=fingerprint
        )
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=CONTENT_TYPES[kind], headers=headers)
