"""Pages of regions and agencies. Everybody signed in reads them; who manages an agency changes it."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from agencies.accounts import UserRequest
from agencies.forms import (
    AgencyAddForm,
    AgencyForm,
    FunctionFormSet,
    ObjectiveFormSet,
    OfficialForm,
    StatementFormSet,
    UnitForm,
)
from agencies.models import Agency, Official, Region, ResponsibleUnit
from agencies.roles import MASTER_ROLES
from agencies.searching import words_sought

PER_PAGE = 40


def region_list(request: UserRequest) -> HttpResponse:
    """List the provinces, each with its regencies and cities."""
    counted = Region.objects.annotate(agency_count=Count("agencies")).order_by("code")
    provinces = counted.filter(parent=None).prefetch_related(Prefetch("children", counted))
    return render(request, "agencies/region_list.html", {"provinces": provinces})


def region_detail(request: UserRequest, code: str) -> HttpResponse:
    """Show a region: its agencies and, of a province, its regencies and cities."""
    region = get_object_or_404(Region.objects.select_related("parent"), code=code)
    context = {
        "region": region,
        "agencies": region.agencies.all(),
        "children": region.children.annotate(agency_count=Count("agencies")).order_by("code"),
        "may_add": _regions_managed_by(request).filter(pk=region.pk).exists(),
        "oversees": Region.objects.overseen_by(request.user).filter(pk=region.pk).exists(),
    }
    return render(request, "agencies/region_detail.html", context)


def agency_list(request: UserRequest) -> HttpResponse:
    """List the agencies under their regions; `q` keeps those with these words in their name or region."""
    query = words_sought(request)
    agencies = Agency.objects.select_related("region")
    for word in query.split():
        agencies = agencies.filter(
            Q(name__icontains=word) | Q(short_name__icontains=word) | Q(region__name__icontains=word)
        )
    page = Paginator(agencies, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "query": query, "may_add": _regions_managed_by(request).exists()}
    return render(request, "agencies/agency_list.html", context)


def agency_detail(request: UserRequest, code: str) -> HttpResponse:
    """Show an agency: what it is for, its units, officials and IKU sets."""
    agency = get_object_or_404(Agency.objects.select_related("region"), code=code)
    today = timezone.localdate(timezone=agency.zone)
    in_office = agency.officials.in_office(today)
    context = {
        "agency": agency,
        "objectives": agency.objectives.all(),
        "functions": agency.functions.all(),
        "units": agency.units.order_by("-active", "name"),
        "in_office": in_office,
        "out_of_office": agency.officials.exclude(pk__in=in_office).order_by("-starts"),
        "indicator_sets": agency.indicator_sets.visible_to(request.user)
        .defer("published")
        .annotate(indicator_count=Count("goals__indicators"))
        .order_by("-first_year", "-pk"),
        "is_member": Agency.objects.of(request.user).filter(pk=agency.pk).exists(),
        "may_manage": Agency.objects.managed_by(request.user).filter(pk=agency.pk).exists(),
    }
    return render(request, "agencies/agency_detail.html", context)


def agency_add(request: UserRequest) -> HttpResponse:
    """Make an agency in a region the user manages."""
    regions = _regions_managed_by(request)
    if not regions.exists():
        raise Http404
    initial = {"region": request.GET.get("daerah") or None}
    form = AgencyAddForm(request.POST or None, regions=regions, initial=initial)
    return _agency_form(request, form, "agencies/agency_add.html")


def agency_edit(request: UserRequest, code: str) -> HttpResponse:
    """Change an agency with its objectives and functions."""
    agency = get_object_or_404(Agency.objects.managed_by(request.user), code=code)
    return _agency_form(
        request, AgencyForm(request.POST or None, instance=agency), "agencies/agency_edit.html"
    )


def _agency_form(request: UserRequest, form: AgencyForm, template: str) -> HttpResponse:
    """Show or save the form and its two lists; "Tambah baris" only gives a list one more row."""
    title = str(form.instance)  # a rejected form has put what was typed into its instance
    classes: dict[str, type[StatementFormSet]] = {
        "objectives": ObjectiveFormSet,
        "functions": FunctionFormSet,
    }
    data = request.POST.copy() if request.method == "POST" else None
    lengthened = next((prefix for prefix in classes if f"tambah_{prefix}" in request.POST), None)
    if data is not None and lengthened:
        total = data.get(f"{lengthened}-TOTAL_FORMS", "")
        data[f"{lengthened}-TOTAL_FORMS"] = str(int(total) + 1 if re.fullmatch(r"\d{1,3}", total) else 1)
    lists = [cls(data, instance=form.instance, prefix=prefix) for prefix, cls in classes.items()]
    if lengthened:
        for new_row in next(rows for rows in lists if rows.prefix == lengthened).forms[-1:]:
            new_row.fields["text"].widget.attrs["autofocus"] = True
    elif data is not None and all([form.is_valid(), *(rows.is_valid() for rows in lists)]):
        with transaction.atomic():
            agency = form.save()
            for rows in lists:
                rows.save_in_order(agency)
        messages.success(request, f"Data {agency.short_name} tersimpan.")
        return redirect(agency)
    context = {
        "form": form,
        "agency": form.instance,
        "title": title,
        "lists": lists,
        "lengthened": lengthened,
    }
    return render(request, template, context)


def unit_add(request: UserRequest, code: str) -> HttpResponse:
    """Add a unit to an agency."""
    return _part_form(
        request, UnitForm, ResponsibleUnit(agency=_managed(request, code)), "agencies/unit_add.html"
    )


def unit_edit(request: UserRequest, code: str, pk: int) -> HttpResponse:
    """Rename a unit, or mark that it no longer exists."""
    unit = get_object_or_404(_managed(request, code).units, pk=pk)
    return _part_form(request, UnitForm, unit, "agencies/unit_edit.html")


def unit_delete(request: UserRequest, code: str, pk: int) -> HttpResponse:
    """Ask, then delete a unit; one that is used stays and may be marked inactive instead (`nonaktifkan`)."""
    unit = get_object_or_404(_managed(request, code).units, pk=pk)
    if request.method == "POST" and "nonaktifkan" in request.POST:
        unit.active = False
        unit.save(update_fields=["active"])
        messages.success(request, f"{unit} ditandai sudah tidak ada. Riwayatnya tetap tersimpan.")
        return redirect(unit.agency)
    # Its join rows with indicators would go silently with the unit, so PROTECT alone does not keep it.
    uses = _uses((unit.indicators.count(), "indikator"), (unit.memberships.count(), "keanggotaan pengguna"))
    return _part_delete(request, unit, uses, "agencies/unit_delete.html")


def official_add(request: UserRequest, code: str) -> HttpResponse:
    """Add an official to an agency; the position of its head is filled in."""
    agency = _managed(request, code)
    official = Official(agency=agency, position=agency.head_position)
    return _part_form(request, OfficialForm, official, "agencies/official_add.html")


def official_edit(request: UserRequest, code: str, pk: int) -> HttpResponse:
    """Change an official, or end the term."""
    official = get_object_or_404(_managed(request, code).officials, pk=pk)
    return _part_form(request, OfficialForm, official, "agencies/official_edit.html")


def official_delete(request: UserRequest, code: str, pk: int) -> HttpResponse:
    """Ask, then delete an official; one who signed stays."""
    official = get_object_or_404(_managed(request, code).officials, pk=pk)
    uses = _uses((official.indicator_sets.count(), "penetapan IKU"))
    return _part_delete(request, official, uses, "agencies/official_delete.html")


def _regions_managed_by(request: UserRequest) -> QuerySet[Region]:
    """Return the regions in which the user may make agencies."""
    if request.user.is_superuser:
        return Region.objects.all()
    return Region.objects.filter(
        memberships__user=request.user, memberships__role__in=MASTER_ROLES
    ).distinct()


def _managed(request: UserRequest, code: str) -> Agency:
    return get_object_or_404(Agency.objects.managed_by(request.user), code=code)


def _uses(*counts: tuple[int, str]) -> str:
    """Return "3 indikator dan 1 keanggotaan pengguna", empty when nothing is counted."""
    return " dan ".join(f"{number} {what}" for number, what in counts if number > 0)


def _part_form(
    request: UserRequest,
    form_class: type[UnitForm | OfficialForm],
    part: ResponsibleUnit | Official,
    template: str,
) -> HttpResponse:
    """Show or save the form of a unit or official."""
    title = str(part)  # a rejected form has put what was typed into its instance
    form = form_class(request.POST or None, instance=part)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"{part} tersimpan.")
        return redirect(part.agency)
    return render(request, template, {"form": form, "part": part, "title": title, "agency": part.agency})


def _part_delete(
    request: UserRequest, part: ResponsibleUnit | Official, uses: str, template: str
) -> HttpResponse:
    """Ask, then delete a unit or official that nothing refers to; `uses` says what does."""
    if request.method == "POST" and not uses:
        name = str(part)
        part.delete()
        messages.success(request, f"{name} dihapus.")
        return redirect(part.agency)
    context = {"part": part, "agency": part.agency, "uses": uses}
    return render(request, template, context, status=409 if request.method == "POST" else 200)
