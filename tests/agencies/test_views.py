"""Pages of regions and agencies: every page × visitor, what managers change, and what outsiders never do."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, Objective, Official, User
from agencies.roles import Role
from tests import builders

pytestmark = pytest.mark.django_db

ALL = [
    *("operator", "verifier", "head", "admin", "region_admin", "inspector"),
    *("other_admin", "other_region_admin", "stranger", "superuser"),
]
MANAGERS = {"admin", "region_admin", "superuser"}
REGION_MANAGERS = {"region_admin", "other_region_admin", "superuser"}
READING = ["region-list", "region-detail", "agency-list", "agency-detail"]
CHANGING = [
    "agency-edit",
    "unit-add",
    "unit-edit",
    "unit-delete",
    "official-add",
    "official-edit",
    "official-delete",
]
NIP = "19751229 199902 2 001"


@pytest.fixture
def agency() -> Agency:
    """Give an agency with a unit and an official."""
    new = builders.agency(code="dinas", name="Dinas Perdagangan", short_name="Disdag")
    builders.unit(new, name="Bidang Koperasi")
    builders.official(new, nip="197512291999022001")
    return new


def visitor(name: str, agency: Agency) -> User:
    match name:
        case "operator" | "verifier" | "head" | "inspector" | "region_admin":
            role = Role(name)
            return builders.user(role, agency.region if role.is_regional else agency)
        case "admin":
            return builders.user(Role.AGENCY_ADMIN, agency)
        case "other_admin":
            return builders.user(Role.AGENCY_ADMIN, builders.agency())
        case "other_region_admin":
            return builders.user(Role.REGION_ADMIN, builders.region("35"))
        case _:
            return builders.user(is_superuser=name == "superuser")


def address(page: str, agency: Agency) -> str:
    if page == "region-detail":
        return agency.region.get_absolute_url()
    if page in ("region-list", "agency-list", "agency-add"):
        return reverse(page)
    if page in ("agency-detail", "agency-edit", "unit-add", "official-add"):
        return reverse(page, args=[agency.code])
    part = agency.units.get() if page.startswith("unit") else agency.officials.get()
    return reverse(page, args=[agency.code, part.pk])


def sign_in(client: Client, name: str, agency: Agency) -> Client:
    client.force_login(visitor(name, agency))
    return client


@pytest.mark.parametrize("page", [*READING, *CHANGING, "agency-add"])
def test_who_is_not_signed_in_is_sent_to_the_login(client: Client, agency: Agency, page: str) -> None:
    url = address(page, agency)
    assert client.get(url).headers["Location"] == f"{reverse('account_login')}?next={url}"
    assert client.post(url).status_code == 403


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("page", READING)
def test_everybody_signed_in_reads_regions_and_agencies(
    client: Client, agency: Agency, page: str, name: str
) -> None:
    assert sign_in(client, name, agency).get(address(page, agency)).status_code == 200


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("page", CHANGING)
def test_only_managers_of_the_agency_open_its_forms(
    client: Client, agency: Agency, page: str, name: str
) -> None:
    expected = 200 if name in MANAGERS else 404
    assert sign_in(client, name, agency).get(address(page, agency)).status_code == expected


@pytest.mark.parametrize("name", sorted(set(ALL) - MANAGERS))
@pytest.mark.parametrize("page", CHANGING)
def test_what_an_outsider_sends_changes_nothing(client: Client, agency: Agency, page: str, name: str) -> None:
    sent = {"name": "Diubah", "nonaktifkan": "1", "position": "Lain", "starts": "2018-01-01"}
    assert sign_in(client, name, agency).post(address(page, agency), sent).status_code == 404
    assert agency.units.filter(name="Bidang Koperasi", active=True).count() == agency.units.count() == 1
    assert agency.officials.filter(position="Kepala Dinas").count() == agency.officials.count() == 1


@pytest.mark.parametrize("name", ALL)
def test_only_region_admins_and_superusers_add_agencies(client: Client, agency: Agency, name: str) -> None:
    expected = 200 if name in REGION_MANAGERS else 404
    url = reverse("agency-add")
    assert sign_in(client, name, agency).get(url).status_code == expected
    assert client.post(url).status_code == expected
    shown = "Tambah perangkat daerah" in client.get(reverse("agency-list")).text
    assert shown is (name in REGION_MANAGERS)


@pytest.mark.parametrize("name", ALL)
def test_the_nip_is_for_members_and_the_buttons_for_managers(
    client: Client, agency: Agency, name: str
) -> None:
    page = sign_in(client, name, agency).get(agency.get_absolute_url()).text
    outside = {"other_admin", "other_region_admin", "stranger"}
    assert (NIP in page) is (name not in outside)
    assert (reverse("agency-edit", args=[agency.code]) in page) is (name in MANAGERS)
    assert (reverse("indicator-set-add", args=[agency.code]) in page) is (name in MANAGERS)
    assert (reverse("unit-edit", args=[agency.code, agency.units.get().pk]) in page) is (name in MANAGERS)


@pytest.mark.parametrize("name", ALL)
def test_drafts_are_listed_for_members_and_what_is_in_force_for_all(
    client: Client, agency: Agency, name: str
) -> None:
    in_force = builders.set_in_force(agency)
    draft = builders.indicator_set(agency, first_year=2019)
    page = sign_in(client, name, agency).get(agency.get_absolute_url()).text
    assert in_force.get_absolute_url() in page
    assert (draft.get_absolute_url() in page) is (
        name not in {"other_admin", "other_region_admin", "stranger"}
    )


@pytest.mark.parametrize("page", ["region-detail", "agency-detail", "agency-edit", "unit-add"])
def test_what_does_not_exist_is_not_found(client: Client, agency: Agency, page: str) -> None:
    sign_in(client, "superuser", agency)
    assert client.get(reverse(page, args=["99"])).status_code == 404


def test_a_part_is_reached_through_its_own_agency_only(client: Client, agency: Agency) -> None:
    other = builders.agency()
    sign_in(client, "superuser", agency)
    for page, part in (("unit", agency.units.get()), ("official", agency.officials.get())):
        for step in ("edit", "delete"):
            assert client.get(reverse(f"{page}-{step}", args=[other.code, part.pk])).status_code == 404


def test_regions_stand_under_their_province_with_the_number_of_agencies(
    client: Client, agency: Agency
) -> None:
    city = builders.region("35.74", name="Contoh")
    builders.agency(region=city)
    page = sign_in(client, "stranger", agency).get(reverse("region-list")).text
    assert page.index("Provinsi Daerah 35") < page.index("Kota Contoh") < page.index("Provinsi Daerah 64")
    assert page.count("belum ada perangkat daerah") == 1
    province = client.get(city.parent.get_absolute_url()).text if city.parent else ""
    assert "Kota Contoh" in province
    assert "Belum ada perangkat daerah di sini." in province


def test_a_fresh_portal_says_what_comes_first(client: Client) -> None:
    client.force_login(builders.user())
    assert "Belum ada daerah." in client.get(reverse("region-list")).text
    assert "Belum ada perangkat daerah." in client.get(reverse("agency-list")).text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Dinas Perdagangan", "Badan Pendapatan"]),
        ("perdagangan", ["Dinas Perdagangan"]),
        ("  DISDAG ", ["Dinas Perdagangan"]),
        ("badan contoh", ["Badan Pendapatan"]),
        ("tidak ada", []),
        ("%", []),
    ],
)
def test_agencies_are_found_by_words_of_name_and_region(
    client: Client, agency: Agency, query: str, found: list[str]
) -> None:
    builders.agency(region=builders.region("35.74", name="Contoh"), name="Badan Pendapatan")
    page = sign_in(client, "stranger", agency).get(reverse("agency-list"), {"q": query}).text
    assert [name for name in ("Dinas Perdagangan", "Badan Pendapatan") if name in page] == found
    assert ("Tidak ada perangkat daerah yang cocok." in page) is (not found)


def test_a_long_list_of_agencies_has_pages(client: Client, agency: Agency) -> None:
    for number in range(40):
        builders.agency(name=f"Kecamatan {number:02}")
    sign_in(client, "stranger", agency)
    assert "Kecamatan 39" not in client.get(reverse("agency-list"), {"q": ""}).text
    assert "Kecamatan 39" in client.get(reverse("agency-list"), {"page": "2"}).text
    assert "Kecamatan 39" in client.get(reverse("agency-list"), {"page": "999"}).text


def test_lists_cost_the_same_number_of_queries_however_long(
    client: Client, agency: Agency, django_assert_max_num_queries: Any
) -> None:
    for code in ("35.01", "35.02", "35.03"):
        builders.agency(region=builders.region(code))
    sign_in(client, "stranger", agency)
    for page in ("region-list", "agency-list"):
        with django_assert_max_num_queries(7):
            client.get(reverse(page))


def test_tujuan_and_fungsi_stand_in_their_order_and_their_lack_is_a_gap(
    client: Client, agency: Agency
) -> None:
    Objective.objects.create(agency=agency, position=2, text="Tujuan kedua")
    Objective.objects.create(agency=agency, position=1, text="Tujuan pertama")
    page = sign_in(client, "stranger", agency).get(agency.get_absolute_url()).text
    assert page.index("Tujuan pertama") < page.index("Tujuan kedua")
    assert "fungsi belum diisi" in page
    assert "tujuan belum diisi" not in page


def test_who_is_in_office_today_stands_first_with_the_acting_form(client: Client, agency: Agency) -> None:
    agency.officials.all().delete()
    builders.official(agency, name="Dulu", ends=dt.date(2019, 1, 1))
    builders.official(agency, name="Kini", starts=dt.date(2019, 1, 2), capacity="plt")
    page = sign_in(client, "stranger", agency).get(agency.get_absolute_url()).text
    headings = (
        "Sedang menjabat",
        "Kini",
        "Plt. Kepala Dinas",
        "Di luar masa jabatan",
        "Dulu",
        "1 Januari 2019",
    )
    places = [page.index(text) for text in headings]
    assert places == sorted(places)


# Changing.

AGENCY = {
    "name": "Dinas Baru",
    "short_name": "Disbar",
    "head_position": "Kepala Dinas",
    "place": "Samarinda",
    "address": "",
    "paper": "F4",
    "time_zone": "Asia/Makassar",
    "averaging": "per_indicator",
    "digits": "2",
    "objectives-TOTAL_FORMS": "1",
    "objectives-INITIAL_FORMS": "0",
    "objectives-0-text": "Tujuan baru",
    "functions-TOTAL_FORMS": "0",
    "functions-INITIAL_FORMS": "0",
}


def test_an_agency_is_added_with_its_lists(client: Client, agency: Agency) -> None:
    sign_in(client, "region_admin", agency)
    region = agency.region
    form = client.get(reverse("agency-add"), {"daerah": region.pk}).text
    assert f'<option value="{region.pk}" selected' in form
    sent = AGENCY | {"region": str(region.pk), "code": "disbar"}
    answer = client.post(reverse("agency-add"), sent, follow=True)
    assert "Data Disbar tersimpan." in answer.text
    assert "Tujuan baru" in answer.text
    assert Agency.objects.get(code="disbar").region == region


def test_an_agency_is_not_added_to_a_region_of_others(client: Client, agency: Agency) -> None:
    sign_in(client, "region_admin", agency)
    sent = AGENCY | {"region": str(builders.region("35").pk), "code": "disbar"}
    assert client.post(reverse("agency-add"), sent).status_code == 200
    assert not Agency.objects.filter(code="disbar").exists()


def test_an_agency_is_changed_but_never_moved(client: Client, agency: Agency) -> None:
    sign_in(client, "admin", agency)
    sent = AGENCY | {"region": str(builders.region("35").pk), "code": "lain"}
    client.post(reverse("agency-edit", args=["dinas"]), sent)
    agency.refresh_from_db()
    assert (agency.name, agency.paper, agency.code, agency.region.code) == ("Dinas Baru", "F4", "dinas", "64")


def test_a_rejected_form_keeps_what_was_typed_and_saves_no_part_of_it(client: Client, agency: Agency) -> None:
    sign_in(client, "admin", agency)
    answer = client.post(
        reverse("agency-edit", args=["dinas"]), AGENCY | {"short_name": "", "place": "Bontang"}
    )
    assert "Perbaiki dahulu" in answer.text
    assert "Bontang" in answer.text
    assert "Tujuan baru" in answer.text
    assert not agency.objectives.exists()
    agency.refresh_from_db()
    assert agency.name == "Dinas Perdagangan"


@pytest.mark.parametrize("prefix", ["objectives", "functions"])
def test_a_row_is_added_without_saving_and_without_losing_input(
    client: Client, agency: Agency, prefix: str
) -> None:
    sign_in(client, "admin", agency)
    answer = client.post(reverse("agency-edit", args=["dinas"]), AGENCY | {f"tambah_{prefix}": "1"})
    total = int(AGENCY[f"{prefix}-TOTAL_FORMS"]) + 1
    assert f'name="{prefix}-TOTAL_FORMS" value="{total}"' in answer.text
    assert f'name="{prefix}-{total - 1}-text"' in answer.text
    assert "Tujuan baru" in answer.text
    assert "Satu baris kosong ditambahkan. Perubahan belum disimpan." in answer.text
    assert not agency.objectives.exists()


@pytest.mark.parametrize("total", ["", "x", "-1", "9999999", "9" * 5000])
def test_a_tampered_number_of_rows_is_no_crash(client: Client, agency: Agency, total: str) -> None:
    sign_in(client, "admin", agency)
    sent = AGENCY | {"objectives-TOTAL_FORMS": total}
    url = reverse("agency-edit", args=["dinas"])
    assert client.post(url, sent).status_code in (200, 302)
    assert client.post(url, sent | {"tambah_objectives": "1"}).status_code == 200
    assert client.post(url, {"tambah_objectives": "1"}).status_code == 200


def test_a_unit_is_added_renamed_and_deleted(client: Client, agency: Agency) -> None:
    sign_in(client, "admin", agency)
    answer = client.post(
        reverse("unit-add", args=["dinas"]), {"name": "Bidang Pasar", "active": "on"}, follow=True
    )
    assert "Bidang Pasar tersimpan." in answer.text
    unit = agency.units.get(name="Bidang Pasar")
    client.post(reverse("unit-edit", args=["dinas", unit.pk]), {"name": "Bidang Pangan", "active": "on"})
    unit.refresh_from_db()
    assert unit.name == "Bidang Pangan"
    delete = reverse("unit-delete", args=["dinas", unit.pk])
    assert "Hapus Bidang Pangan?" in client.get(delete).text
    assert agency.units.filter(pk=unit.pk).exists()
    assert "Bidang Pangan dihapus." in client.post(delete, follow=True).text
    assert not agency.units.filter(pk=unit.pk).exists()


def test_what_is_pasted_is_never_cut_but_said_to_be_too_long(client: Client, agency: Agency) -> None:
    client.force_login(builders.user(Role.AGENCY_ADMIN, agency))
    url = reverse("unit-add", args=[agency.code])
    assert "maxlength" not in client.get(url).content.decode()
    pasted = "a" * 5000
    page = client.post(url, {"name": pasted, "active": "on"}).content.decode()
    assert "Paling banyak 200 karakter, sedangkan isian ini 5000 karakter. Persingkat isiannya." in page
    assert pasted in page
    assert not agency.units.filter(name__startswith="aa").exists()


def test_a_rejected_unit_keeps_what_was_typed(client: Client, agency: Agency) -> None:
    sign_in(client, "admin", agency)
    answer = client.post(reverse("unit-add", args=["dinas"]), {"name": "Bidang Koperasi", "active": "on"})
    assert "Perangkat daerah ini sudah punya bidang dengan nama tersebut;" in answer.text
    assert 'value="Bidang Koperasi"' in answer.text


@pytest.mark.parametrize("used_by", ["indicator", "membership"])
def test_a_unit_in_use_stays_and_may_be_marked_instead(client: Client, agency: Agency, used_by: str) -> None:
    unit = agency.units.get()
    if used_by == "indicator":
        builders.indicator(builders.goal(builders.indicator_set(agency))).units.add(unit)
        reason = "1 indikator"
    else:
        builders.user(Role.OPERATOR, agency, unit=unit)
        reason = "1 keanggotaan pengguna"
    sign_in(client, "admin", agency)
    url = reverse("unit-delete", args=["dinas", unit.pk])
    for answer in (client.get(url), client.post(url)):
        assert "Bidang Koperasi tidak dapat dihapus" in answer.text
        assert f"Bidang ini masih dipakai oleh {reason}. Riwayatnya tidak boleh hilang." in answer.text
    assert agency.units.get().active
    answer = client.post(url, {"nonaktifkan": "1"}, follow=True)
    assert "Bidang Koperasi ditandai sudah tidak ada. Riwayatnya tetap tersimpan." in answer.text
    assert "Sudah tidak ada" in answer.text
    assert "Bidang ini sudah ditandai tidak ada lagi." in client.get(url).text


def test_an_official_is_added_changed_and_deleted(client: Client, agency: Agency) -> None:
    sign_in(client, "admin", agency)
    add = reverse("official-add", args=["dinas"])
    assert 'value="Kepala Dinas"' in client.get(add).text
    sent = {
        "name": "Pejabat Baru",
        "nip": NIP,
        "position": "Sekretaris",
        "capacity": "plh",
        "starts": "02-01-2019",
    }
    assert "tersimpan." in client.post(add, sent, follow=True).text
    official = agency.officials.get(position="Sekretaris")
    assert (official.nip, official.starts) == ("197512291999022001", dt.date(2019, 1, 2))
    edit = reverse("official-edit", args=["dinas", official.pk])
    form = client.get(edit).text
    assert NIP in form
    assert 'value="2019-01-02"' in form
    client.post(edit, sent | {"ends": "2020-01-01"})
    official.refresh_from_db()
    assert official.ends == dt.date(2020, 1, 1)
    delete = reverse("official-delete", args=["dinas", official.pk])
    assert "Hapus Pejabat Baru?" in client.get(delete).text
    assert "dihapus." in client.post(delete, follow=True).text
    assert not Official.objects.filter(pk=official.pk).exists()


def test_a_rejected_official_keeps_what_was_typed(client: Client, agency: Agency) -> None:
    sign_in(client, "admin", agency)
    sent = {
        "name": "Pejabat Baru",
        "nip": "1975 1229",
        "position": "Sekretaris",
        "capacity": "plh",
        "starts": "",
    }
    answer = client.post(reverse("official-add", args=["dinas"]), sent)
    assert "NIP terdiri atas 18 angka, yang diketik 8." in answer.text
    assert "1975 1229" in answer.text


def test_an_official_who_signed_stays(client: Client, agency: Agency) -> None:
    official = agency.officials.get()
    builders.indicator_set(agency, signatory=official)
    sign_in(client, "admin", agency)
    answer = client.post(reverse("official-delete", args=["dinas", official.pk]))
    assert "Pejabat ini menandatangani 1 penetapan IKU. Riwayatnya tidak boleh hilang." in answer.text
    assert reverse("official-edit", args=["dinas", official.pk]) in answer.text
    assert agency.officials.exists()
