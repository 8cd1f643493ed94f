"""The stock admin: superusers only, and spreadsheets that go in whole or not at all."""

import hashlib
from io import BytesIO

import openpyxl
import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst

from agencies.exchange.pages import MasterDataMixin
from agencies.models import Agency, AuditRecord, Region
from agencies.roles import Role
from indicators.models import DataElement, PredicateScale
from tests import builders
from tests.agencies import spreadsheets

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser(client: Client) -> Client:
    client.force_login(builders.user(is_superuser=True, is_staff=True))
    return client


def upload(client: Client, model: str, *rows: list[object]) -> tuple[str, dict[str, str]]:
    """Drop a workbook on the import page of `model`; return the preview and the confirm form's fields."""
    page = client.post(
        reverse(f"admin:{model}_import"), {"import_file": spreadsheets.workbook(*rows)}, follow=True
    )
    return spreadsheets.text_of(page), spreadsheets.confirmation(page)


@pytest.mark.parametrize("role", list(Role))
def test_no_role_opens_the_admin_not_even_with_the_staff_flag(client: Client, role: Role) -> None:
    place = builders.region() if role.is_regional else builders.agency()
    client.force_login(builders.user(role, place, is_staff=True))
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_a_visitor_signs_in_on_the_page_of_the_portal(client: Client) -> None:
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_every_page_of_the_admin_names_the_icon_of_the_portal(superuser: Client) -> None:
    for name in ("index", "agencies_user_changelist", "agencies_user_add"):
        assert '<link rel="icon" href="/static/img/icon' in superuser.get(reverse(f"admin:{name}")).text


def test_deleting_a_user_speaks_of_surel_only(superuser: Client) -> None:
    user = builders.user()
    EmailAddress.objects.create(user=user, email="pengguna@example.go.id")
    page = superuser.get(reverse("admin:agencies_user_delete", args=[user.pk])).text
    assert "Alamat surel: " in page
    assert "e-mail" not in page.lower()


def test_units_regions_and_agencies_go_in_by_code_after_a_preview(superuser: Client) -> None:
    builders.region("35")
    preview, confirm = upload(
        superuser,
        "agencies_region",
        ["kode_wilayah", "nama", "tingkat", "kode_induk"],
        ["35.74", "Probolinggo", "Kota", "35"],
        ["35.73", "Malang", "Kota", "35"],
    )
    assert "Masukkan 2 baris" in preview
    assert not Region.objects.filter(code="35.74").exists()
    superuser.post(reverse("admin:agencies_region_process_import"), confirm)
    assert Region.objects.get(code="35.74").parent == Region.objects.get(code="35")


def test_one_wrong_row_keeps_all_rows_out(superuser: Client) -> None:
    builders.region("35")
    preview, confirm = upload(
        superuser,
        "agencies_region",
        ["kode_wilayah", "nama", "tingkat", "kode_induk"],
        ["35.74", "Probolinggo", "Kota", "35"],
        ["3573", "Malang", "Kota", "35"],
    )
    assert "Tulis kode wilayah dua angka untuk provinsi" in preview
    assert not confirm
    assert not Region.objects.filter(code="35.74").exists()


def test_a_row_that_became_wrong_after_the_preview_is_called_a_failure(superuser: Client) -> None:
    region = builders.region("35")
    _, confirm = upload(
        superuser,
        "agencies_region",
        ["kode_wilayah", "nama", "tingkat", "kode_induk"],
        ["35.74", "Probolinggo", "Kota", "35"],
        ["35.73", "Malang", "Kota", "35"],
    )
    Region.objects.filter(pk=region.pk).update(code="36")
    answer = superuser.post(reverse("admin:agencies_region_process_import"), confirm, follow=True)
    assert (
        "Tidak ada yang dimasukkan: data di portal berubah sejak pratinjau (baris 2, 3)."
        in answer.content.decode()
    )
    assert Region.objects.filter(code__startswith="35.").count() == 0


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("NaN", '"NaN" bukan angka.'),
        ("1e400", '"1e400" memakai pangkat.'),
        ("1.234", "“1.234” dapat dibaca dua cara. Tulis 1234 atau 1,234."),
        ("１２", '"１２" memakai angka selain 0–9.'),
    ],
)
def test_a_limit_that_is_no_plain_number_is_refused(superuser: Client, cell: str, message: str) -> None:
    agency = builders.agency()
    preview, confirm = upload(
        superuser,
        "indicators_dataelement",
        ["kode_perangkat_daerah", "kode", "nama_data", "satuan", "batas_bawah"],
        [agency.code, "koperasi", "Jumlah koperasi", "koperasi", cell],
    )
    assert message in preview
    assert not confirm
    assert not DataElement.objects.exists()


def test_an_export_goes_back_in_without_a_change(superuser: Client) -> None:
    agency = builders.agency(address="=1+1")
    answer = superuser.post(reverse("admin:agencies_agency_export"), {"format": "0", "resource": ""})
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert book.active is not None
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert not any(cell.data_type == "f" for row in book.active.iter_rows() for cell in row)
    assert agency.code in {value for row in cells for value in row}


EXPORTED = [model for model, page in admin.site._registry.items() if isinstance(page, MasterDataMixin)]


@pytest.mark.parametrize("model", EXPORTED, ids=lambda model: model._meta.label)
@pytest.mark.parametrize(("format_", "extension"), [("0", "XLSX"), ("1", "CSV")])
def test_an_export_is_in_the_log_with_the_fingerprint_of_its_bytes(
    superuser: Client, model: type[Model], format_: str, extension: str
) -> None:
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_export")
    assert superuser.get(url).status_code == 200
    assert not AuditRecord.objects.filter(kind="downloaded").exists(), "asking is no download"
    answer = superuser.post(url, {"format": format_, "resource": ""})
    record = AuditRecord.objects.get(kind="downloaded")
    assert record.subject == f"{capfirst(str(model._meta.verbose_name))} ({extension})"
    assert record.by is not None
    assert str(record.by.pk) == superuser.session["_auth_user_id"]
    assert record.after == {"sha256": hashlib.sha256(answer.content).hexdigest()}
    assert (record.agency, record.region) == (None, None)


def test_the_admin_has_no_road_to_a_set_in_force(superuser: Client) -> None:
    draft = builders.indicator_set()
    for action in ("change", "delete"):
        answer = superuser.post(
            reverse(f"admin:indicators_indicatorset_{action}", args=[draft.pk]), {"post": "yes"}
        )
        assert answer.status_code == 403
    assert Agency.objects.filter(pk=draft.agency_id).exists()


def test_the_admin_keeps_what_sets_name(superuser: Client) -> None:
    agency, other = builders.agency(), builders.agency()
    unit, element = builders.unit(agency, name="Bidang Lama"), builders.element(agency, "koperasi")
    builders.indicator(builders.goal(builders.indicator_set(agency)), formula="koperasi").units.add(unit)
    for model, row in (("agencies_responsibleunit", unit), ("indicators_dataelement", element)):
        delete = superuser.post(reverse(f"admin:{model}_delete", args=[row.pk]), {"post": "yes"})
        assert delete.status_code == 403
        changes = {"agency": other.pk, "code": "lain", "name": "Bidang Baru", "label": "Label Baru"}
        answer = superuser.post(reverse(f"admin:{model}_change", args=[row.pk]), changes)
        assert answer.status_code == 302
        row.refresh_from_db()
    assert (unit.agency, unit.name) == (agency, "Bidang Baru")
    assert (element.agency, element.code, element.label) == (agency, "koperasi", "Label Baru")


def test_a_scale_is_never_changed_only_followed_by_another_version(superuser: Client) -> None:
    scale = PredicateScale.objects.create(code="skala", name="Skala", source="s", footnote="f", classes=[])
    for action in ("change", "delete"):
        url = reverse(f"admin:indicators_predicatescale_{action}", args=[scale.pk])
        assert superuser.post(url, {"post": "yes"}).status_code == 403
    assert superuser.get(reverse("admin:indicators_predicatescale_add")).status_code == 200


def test_an_imported_data_element_does_not_take_the_code_of_an_indicator(superuser: Client) -> None:
    agency = builders.indicator(code="ekspor").goal.indicator_set.agency
    preview, confirm = upload(
        superuser,
        "indicators_dataelement",
        ["kode_perangkat_daerah", "kode", "nama_data"],
        [agency.code, "ekspor", "Nilai ekspor"],
    )
    assert "Kode ekspor sudah dipakai sebuah indikator" in preview
    assert not confirm


@pytest.mark.parametrize("page", ["import", "process_import", "export"])
def test_spreadsheets_are_for_superusers_only(client: Client, page: str) -> None:
    client.force_login(builders.user(Role.REGION_ADMIN, builders.region(), is_staff=True))
    url = reverse(f"admin:agencies_region_{page}")
    assert client.get(url, follow=True).status_code == 403
    assert client.post(url, follow=True).status_code == 403
