"""Pages of the data elements of an agency. Its members read them; who manages the agency changes them."""

from __future__ import annotations

from django.contrib import messages
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from agencies.accounts import UserRequest
from agencies.models import Agency
from indicators.forms.elements import DataElementForm
from indicators.forms.fields import echoes
from indicators.models import DataElement
from indicators.usage import usage
from indicators.views.drafts import saved


def data_element_list(request: UserRequest, code: str) -> HttpResponse:
    """List the data elements of an agency with the formulas that name them."""
    agency = get_object_or_404(Agency.objects.of(request.user), code=code)
    used = usage(agency)
    context = {
        "agency": agency,
        "rows": [
            (element, uses := used.get(element.code, []), len({indicator.thread_id for indicator in uses}))
            for element in agency.data_elements.order_by(Lower("label"), "pk")
        ],
        "may_manage": Agency.objects.managed_by(request.user).filter(pk=agency.pk).exists(),
    }
    return render(request, "indicators/data_element_list.html", context)


def data_element_add(request: UserRequest, code: str) -> HttpResponse:
    """Add a data element to an agency."""
    return _form(request, DataElement(agency=_managed(request, code)), "indicators/data_element_add.html")


def data_element_edit(request: UserRequest, code: str, pk: int) -> HttpResponse:
    """Change a data element; its code only while no formula names it."""
    element = get_object_or_404(_managed(request, code).data_elements, pk=pk)
    return _form(request, element, "indicators/data_element_edit.html")


def data_element_delete(request: UserRequest, code: str, pk: int) -> HttpResponse:
    """Ask, then delete a data element; one that a formula names stays, and the page says which."""
    element = get_object_or_404(_managed(request, code).data_elements, pk=pk)
    used_by = usage(element.agency).get(element.code, [])
    context = {"element": element, "agency": element.agency, "used_by": used_by}
    if request.method != "POST":
        return render(request, "indicators/data_element_delete.html", context)
    if used_by:
        return render(request, "indicators/data_element_delete.html", context, status=409)
    element.delete()
    messages.success(request, f"Data dasar “{element.label}” dihapus.")
    return redirect("data-element-list", code=code)


def _managed(request: UserRequest, code: str) -> Agency:
    return get_object_or_404(Agency.objects.managed_by(request.user), code=code)


def _form(request: UserRequest, element: DataElement, template: str) -> HttpResponse:
    used_by = usage(element.agency).get(element.code, []) if element.pk else []
    title = element.label  # a rejected form has put what was typed into its instance
    form = DataElementForm(request.POST or None, instance=element, used_by=used_by)
    if request.method == "POST" and form.is_valid() and saved(form):
        messages.success(request, f"Data dasar “{element.label}” tersimpan. {echoes(form)}".strip())
        return redirect("data-element-list", code=element.agency.code)
    context = {"form": form, "agency": element.agency, "title": title, "used_by": used_by}
    return render(request, template, context)
