"""Pages of data elements: every page × visitor, and that what a formula names is never lost."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Agency
from indicators.forms.elements import DataElementForm
from indicators.models import DataElement, Indicator
from indicators.usage import usage
from indicators.views import drafts
from tests import builders
from tests.indicators.test_set_pages import MANAGERS, MEMBERS, OUTSIDERS, VISITORS, visitor

pytestmark = pytest.mark.django_db

PAGES = ["data-element-list", "data-element-add", "data-element-edit", "data-element-delete"]


@pytest.fixture
def agency() -> Agency:
    return builders.agency(code="dinas", short_name="Disdag")


@pytest.fixture
def element(agency: Agency) -> DataElement:
    return builders.element(agency, "koperasi_sehat", label="Jumlah koperasi sehat", minimum=Decimal(0))


@pytest.fixture
def admin(client: Client, agency: Agency) -> Client:
    client.force_login(visitor("admin", agency))
    return client


def address(page: str, element: DataElement) -> str:
    return reverse(page, args=["dinas", element.pk] if page.endswith(("edit", "delete")) else ["dinas"])


def named(agency: Agency, formula: str = "koperasi_sehat * 100%", **fields: str) -> Indicator:
    """Return an indicator of a draft whose formula names the element."""
    draft = builders.indicator_set(agency)
    return builders.indicator(builders.goal(draft), name="Koperasi sehat", formula=formula, **fields)


@pytest.mark.parametrize("name", VISITORS)
@pytest.mark.parametrize("page", PAGES)
def test_members_read_and_managers_change(client: Client, element: DataElement, page: str, name: str) -> None:
    url = address(page, element)
    if name == "anonymous":
        assert client.get(url).headers["Location"] == f"{reverse('account_login')}?next={url}"
        return
    client.force_login(visitor(name, element.agency))
    allowed = {*MANAGERS, *MEMBERS} if page == "data-element-list" else {*MANAGERS}
    assert client.get(url).status_code == (200 if name in allowed else 404)


@pytest.mark.parametrize("name", [*MEMBERS, *OUTSIDERS])
@pytest.mark.parametrize("page", PAGES[1:])
def test_what_others_send_changes_nothing(client: Client, element: DataElement, page: str, name: str) -> None:
    client.force_login(visitor(name, element.agency))
    assert client.post(address(page, element), {"label": "Lain", "code": "lain"}).status_code == 404
    assert DataElement.objects.get().label == "Jumlah koperasi sehat"


def test_an_element_of_another_agency_is_not_found_under_this_one(
    admin: Client, element: DataElement
) -> None:
    other = builders.element(builders.agency())
    assert admin.get(address("data-element-edit", other)).status_code == 404


def test_the_list_says_where_an_element_is_used(admin: Client, element: DataElement) -> None:
    builders.element(element.agency, "belum", label="Belum dipakai")
    named(element.agency)
    page = admin.get(address("data-element-list", element)).content.decode()
    assert "1 indikator" in page
    assert "IKU Disdag 2018 (draf)" in page
    assert "belum dipakai" in page
    assert "paling kecil 0" in page


def test_an_agency_without_elements_says_what_they_are_for(client: Client, agency: Agency) -> None:
    for name, words in (("admin", "Tambah data dasar"), ("operator", "Admin perangkat daerah mendaftarkan")):
        client.force_login(visitor(name, agency))
        assert words in client.get(reverse("data-element-list", args=["dinas"])).content.decode()


def test_the_list_asks_the_database_as_often_for_many_uses_as_for_one(
    admin: Client, element: DataElement
) -> None:
    counts = []
    for _ in range(2):
        named(element.agency)
        with CaptureQueriesContext(connection) as queries:
            admin.get(address("data-element-list", element))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("formula", "printed", "uses"),
    [
        ("koperasi_sehat / 2", "", True),
        ("1", "koperasi_sehat × 2", True),
        ("(koperasi_sehat", "", True),  # not right yet, but it names it
        ("koperasi_sehat_lain", "", False),
    ],
)
def test_a_formula_uses_what_it_names_even_when_it_is_not_right_yet(
    agency: Agency, formula: str, printed: str, uses: bool
) -> None:
    indicator = named(agency, formula, printed_formula=printed)
    assert usage(agency).get("koperasi_sehat", []) == ([indicator] if uses else [])
    assert usage(builders.agency()) == {}


def test_a_new_element_is_read_the_indonesian_way_and_echoed(admin: Client, agency: Agency) -> None:
    sent = {"label": "Jumlah koperasi", "code": "", "unit": "unit", "minimum": "1.250", "maximum": "2.500,5"}
    response = admin.post(reverse("data-element-add", args=["dinas"]), sent, follow=True)
    element = agency.data_elements.get()
    assert element.code == "jumlah_koperasi"
    assert (element.minimum, element.maximum) == (Decimal(1250), Decimal("2500.5"))
    page = response.content.decode()
    assert "Batas bawah dibaca 1.250 (seribu dua ratus lima puluh)." in page
    assert "1.250 – 2.500,5" in page


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"minimum": "tujuh"}, "minimum", "bukan angka"),
        ({"minimum": "4.25"}, "minimum", "Maksud Anda"),
        ({"minimum": "0,1234567"}, "minimum", "Paling banyak 6 angka di belakang koma"),
        ({"minimum": "5", "maximum": "4"}, "maximum", "tertukar"),
        ({"code": "Koperasi Sehat"}, "code", "huruf kecil"),
        ({"code": "koperasi_sehat"}, "code", "sudah dipakai data dasar “Jumlah koperasi sehat”"),
        ({"code": "iku_satu"}, "code", "sudah dipakai sebuah indikator"),
        ({"label": "%", "code": ""}, "code", "tidak dapat dibuat"),
        ({"label": ""}, "label", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_stays_typed(
    admin: Client, element: DataElement, changes: dict[str, str], field: str, sentence: str
) -> None:
    builders.indicator(builders.goal(builders.indicator_set(element.agency)), code="iku_satu")
    sent = {"label": "Data", "code": "data", "minimum": "", "maximum": ""} | changes
    response = admin.post(reverse("data-element-add", args=["dinas"]), sent)
    form = response.context["form"]
    assert sentence in " ".join(form.errors[field])
    assert {name: form[name].value() for name in sent} == sent
    assert DataElement.objects.count() == 1


def test_a_code_that_begins_with_a_digit_gets_an_underscore(admin: Client, agency: Agency) -> None:
    admin.post(reverse("data-element-add", args=["dinas"]), {"label": "5 besar"})
    assert agency.data_elements.get().code == "_5_besar"


def test_an_element_keeps_its_code_when_it_is_left_blank(admin: Client, element: DataElement) -> None:
    admin.post(address("data-element-edit", element), {"label": "Nama baru", "code": "", "minimum": "-"})
    element.refresh_from_db()
    assert (element.code, element.label, element.minimum) == ("koperasi_sehat", "Nama baru", None)


def test_an_unused_code_may_change_and_a_used_one_may_not(admin: Client, element: DataElement) -> None:
    url = address("data-element-edit", element)
    admin.post(url, {"label": "Nama", "code": "kode_baru"})
    element.refresh_from_db()
    assert element.code == "kode_baru"
    named(element.agency, "kode_baru + 1")
    form = admin.post(url, {"label": "Nama", "code": "kode_lain"}).context["form"]
    assert form.errors["code"][0].startswith("Kode kode_baru dipakai rumus “Koperasi sehat”")
    admin.post(url, {"label": "Nama lain", "code": "kode_baru"})
    element.refresh_from_db()
    assert element.label == "Nama lain"


def test_an_unused_element_is_deleted_after_asking(admin: Client, element: DataElement) -> None:
    url = address("data-element-delete", element)
    assert "Hapus Jumlah koperasi sehat?" in admin.get(url).content.decode()
    admin.post(url)
    assert not DataElement.objects.exists()


def test_an_element_that_a_formula_names_stays(admin: Client, element: DataElement) -> None:
    named(element.agency)
    response = admin.post(address("data-element-delete", element))
    assert response.status_code == 409
    assert "Koperasi sehat" in response.content.decode()
    assert DataElement.objects.exists()


def test_who_is_slower_reads_the_sentence_of_the_constraint(element: DataElement) -> None:
    typed = {"label": "Lain", "code": "baru"}
    form = DataElementForm(typed, instance=DataElement(agency=element.agency), used_by=[])
    assert form.is_valid()
    builders.element(element.agency, "baru", label="Yang lebih cepat")
    assert not drafts.saved(form)
    assert form.errors["code"] == ["Kode baru sudah dipakai data dasar “Yang lebih cepat”. Pilih kode lain."]


def test_a_refusal_that_no_field_explains_is_said_of_the_form(element: DataElement) -> None:
    class Refused(DataElementForm):
        def save(self, commit: bool = True) -> DataElement:
            raise IntegrityError

    form = Refused({"label": "Lain", "code": "baru"}, instance=DataElement(agency=element.agency), used_by=[])
    assert form.is_valid()
    assert not drafts.saved(form)
    assert "baru saja berubah" in form.non_field_errors()[0]
