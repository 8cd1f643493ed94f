"""Pages that belong to no app: the start page, the help and the gallery of components."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agencies.accounts import UserRequest
from agencies.models import Agency, Region
from agencies.roles import MASTER_ROLES, Role
from indicators.models import IndicatorSet, YearInForce
from reports.views.tasks import tasks_of


class GalleryForm(forms.Form):
    """One field of every kind the portal uses, to look at; nothing of it is kept."""

    NAME_HINT = "Tulis lengkap, seperti pada peraturan pembentukannya."

    name = forms.CharField(label="Nama perangkat daerah", help_text=NAME_HINT)
    email = forms.EmailField(label="Alamat surel", required=False)
    year = forms.IntegerField(label="Tahun", min_value=2000, max_value=2100)
    unit = forms.ChoiceField(label="Satuan", choices=[("", "Pilih satuan"), ("%", "Persen"), ("u", "Unit")])
    reason = forms.CharField(label="Alasan", widget=forms.Textarea, required=False)
    polarity = forms.ChoiceField(
        label="Arah",
        help_text="Menentukan rumus capaian.",
        widget=forms.RadioSelect,
        choices=[("higher", "Makin besar makin baik"), ("lower", "Makin kecil makin baik")],
    )
    responsible = forms.MultipleChoiceField(
        label="Penanggung jawab",
        widget=forms.CheckboxSelectMultiple,
        choices=[("k", "Bidang Koperasi"), ("p", "Bidang Perdagangan"), ("i", "Bidang Perindustrian")],
    )
    document = forms.FileField(label="Berkas keputusan", required=False, help_text="PDF, paling besar 10 MB.")
    day = forms.DateField(
        label="Tanggal penetapan",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    public = forms.BooleanField(
        label="Tampilkan kepada umum", required=False, help_text="Siapa pun boleh membaca tabel ini."
    )

    field_order = ["name", "email", "year", "day", "unit"]


GALLERY_STEPS = [
    {"label": "Draf", "state": "done", "note": "3 Januari 2018"},
    {"label": "Diperiksa", "state": "done"},
    {"label": "Tanda tangan", "state": "now"},
    {"label": "Berlaku", "state": ""},
]
GALLERY_ICONS = [
    "check", "plus", "pencil", "trash", "up", "down", "left", "right",
    "download", "file", "print", "search", "copy", "lock", "eye", "history",
    "gear", "key", "logout", "user", "building", "target", "formula", "help",
    "warning", "error", "info", "send", "clock", "chevron", "swap",
    "bell", "clip",
]  # fmt: skip


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state; sending the form changes nothing."""
    wrong = {"name": "", "email": "bukan surel", "year": "1899", "polarity": "higher", "responsible": []}
    rejected = GalleryForm(wrong, auto_id="id_salah_%s")
    rejected.add_error(None, "Kode ini sudah dipakai perangkat daerah lain. Pilih kode lain.")
    context: dict[str, Any] = {
        "form": GalleryForm(),
        "rejected": rejected,
        "steps": GALLERY_STEPS,
        "icons": GALLERY_ICONS,
        "page_obj": Paginator(range(60), 10).get_page(request.GET.get("page")),
    }
    return render(request, "portal/gallery.html", context)


# On the start page; a region may have forty agencies, and the list of agencies has them all.
HOME_AGENCIES = 12


def home(request: UserRequest) -> HttpResponse:
    """Show what the user needs first: what waits, drafts to go on with, the IKU in force of own agencies."""
    user, this_year = request.user, timezone.localdate().year
    agencies = Agency.objects.of(user).select_related("region")
    managed = Agency.objects.managed_by(user)
    shown = list(agencies[:HOME_AGENCIES])
    in_force = _in_force(shown, this_year)
    drafts = IndicatorSet.objects.managed_by(user).filter(status=IndicatorSet.Status.DRAFT)
    context: dict[str, Any] = {
        "this_year": this_year,
        "tasks": tasks_of(user).now,
        "roles": [
            (m, Role(m.role).rule.task) for m in user.memberships.select_related("agency", "region", "unit")
        ],
        "drafts": _counted(drafts.select_related("agency")).order_by("-pk"),
        "rows": [(agency, in_force.get(agency.pk)) for agency in shown],
        "agency_count": agencies.count(),
        "managed_agency": managed.first() if managed.count() == 1 else None,
        "may_add_agency": user.is_superuser
        or Region.objects.filter(memberships__user=user, memberships__role__in=MASTER_ROLES).exists(),
    }
    return render(request, "portal/home.html", context)


def _counted(sets: QuerySet[IndicatorSet]) -> QuerySet[IndicatorSet]:
    """Add to each set how many indicators it has and how many of them name no source."""
    return sets.defer("published").annotate(
        indicator_count=Count("goals__indicators"),
        gap_count=Count("goals__indicators", filter=Q(goals__indicators__sources="")),
    )


def _in_force(agencies: list[Agency], year: int) -> dict[int, IndicatorSet]:
    """Return the set each agency goes by in `year`, else the latest one before, else the first one after."""
    chosen: dict[int, int] = {}
    for row in YearInForce.objects.filter(agency__in=agencies).order_by("year"):
        if row.year <= year or row.agency_id not in chosen:
            chosen[row.agency_id] = row.indicator_set_id
    found = _counted(IndicatorSet.objects.filter(pk__in=chosen.values()).select_related("agency"))
    return {indicator_set.agency_id: indicator_set for indicator_set in found}


def help_page(request: HttpRequest) -> HttpResponse:
    """Answer the questions of staff, heads and admins on one page."""
    return render(request, "portal/help.html")
