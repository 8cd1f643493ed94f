"""Periods: opened for all agencies of a region by one act, and extended report by report."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agencies.accounts import UserRequest
from agencies.models import Agency, Region, User
from reports import entries, workflow
from reports.forms import ExtensionForm, PeriodForm
from reports.models import Period, Report
from reports.status import GRANTERS, Status

CLOSES_AFTER = dt.timedelta(days=14)  # proposed, from the day a period opens


@require_safe
def period_list(request: UserRequest) -> HttpResponse:
    """List the periods of the regions the user keeps, with how many agencies have sent their report."""
    regions = list(_kept(request.user))
    if not regions:
        raise Http404
    sent = Q(reports__status__in=[Status.SUBMITTED, Status.VERIFIED, Status.APPROVED])
    periods = Period.objects.filter(region__in=regions).select_related("region")
    context = {
        "regions": regions,
        "periods": periods.annotate(
            report_count=Count("reports"), sent_count=Count("reports", filter=sent)
        ).order_by("-year", "-part", "region__code"),
        "today": timezone.localdate(),
    }
    return render(request, "reports/period_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def period_open(request: UserRequest, code: str) -> HttpResponse:
    """Open a period for all agencies of a region; the page of the period names those left out."""
    region = get_object_or_404(_kept(request.user), code=code)
    form = PeriodForm(request.POST or None, initial=_proposal())
    if request.method == "POST" and form.is_valid():
        try:
            opened = entries.open_period(region, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, f"{opened.period} dibuka untuk {len(opened.reports)} perangkat daerah di {region}."
            )
            return redirect("period-detail", pk=opened.period.pk)
    return render(request, "reports/period_open.html", {"form": form, "region": region})


@require_http_methods(["GET", "HEAD", "POST"])
def period_detail(request: UserRequest, pk: int) -> HttpResponse:
    """Show the reports of a period, and open those of agencies whose IKU set came late."""
    period = get_object_or_404(Period.objects.select_related("region"), pk=pk, region__in=_kept(request.user))
    if request.method == "POST":
        agency = get_object_or_404(period.region.agencies, code=request.POST.get("perangkat", ""))
        _open_late(request, period, agency)
        return redirect("period-detail", pk=period.pk)
    now = timezone.now()
    reports = period.reports.select_related("agency", "period").prefetch_related("extensions")
    context = {
        "period": period,
        "reports": [(report, report.availability(now)) for report in reports.order_by("agency__name")],
        "left_out": Agency.objects.filter(region=period.region).exclude(reports__period=period),
    }
    return render(request, "reports/period_detail.html", context)


def _open_late(request: UserRequest, period: Period, agency: Agency) -> None:
    """Open the report of an agency whose IKU set came into force after the period was opened, and say so."""
    try:
        report = entries.open_report(period, agency, by=request.user)
    except IntegrityError:  # pressed twice
        messages.success(request, f"Laporan {agency.short_name} sudah dibuka.")
        return
    if report:
        messages.success(request, f"Laporan {agency.short_name} untuk {period} dibuka.")
    else:
        messages.error(
            request,
            f"{agency.short_name} belum punya IKU yang berlaku pada {period.year}. "
            "Berlakukan IKU-nya dahulu, lalu buka laporannya.",
        )


@require_http_methods(["GET", "HEAD", "POST"])
def report_extend(request: UserRequest, pk: int) -> HttpResponse:
    """Let one report be filled longer, with a reason that is kept."""
    reports = Report.objects.filter(period__region__in=_kept(request.user))
    report = get_object_or_404(reports.select_related("agency", "period__region"), pk=pk)
    form = ExtensionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            extension = workflow.extend(report, **form.cleaned_data, by=request.user)
        except workflow.StepRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, f"Pengisian {extension.report} diperpanjang. Alasannya tercatat.")
            return redirect("period-detail", pk=report.period_id)
    context = {
        "form": form,
        "report": report,
        "availability": report.availability(timezone.now()),
        "extensions": report.extensions.select_related("granted_by"),
    }
    return render(request, "reports/report_extend.html", context)


def _kept(user: User) -> QuerySet[Region]:
    """Keep the regions whose periods `user` opens; for a superuser those with agencies."""
    if user.is_superuser:
        return Region.objects.filter(agencies__isnull=False).distinct()
    return Region.objects.filter(memberships__user=user, memberships__role__in=GRANTERS).distinct()


def _proposal() -> dict[str, object]:
    """Return the quarter that ended last and two weeks from today, as the form proposes them."""
    today = timezone.localdate()
    quarter = (today.month - 1) // 3 or 4
    year = today.year - 1 if today.month < 4 else today.year
    return {"year": year, "part": quarter, "opens": today, "closes": today + CLOSES_AFTER}
