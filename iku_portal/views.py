"""Pages that belong to no app: the gallery of components."""

from typing import Any, ClassVar

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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

    field_order: ClassVar[list[str]] = ["name", "email", "year", "day", "unit"]


GALLERY_STEPS = [
    {"label": "Draf", "state": "done", "note": "3 Januari 2018"},
    {"label": "Diperiksa", "state": "done"},
    {"label": "Tanda tangan", "state": "now"},
    {"label": "Berlaku", "state": ""},
]
GALLERY_ICONS = (
    "check plus pencil trash up down left right download file print search copy lock eye history gear key "
    "logout user building target formula help warning error info send clock swap"
).split()


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
