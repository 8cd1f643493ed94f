"""The gate: signing in is the default, and a session that ends under an open form loses nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse, reverse_lazy

from agencies.models import Region
from agencies.roles import Role
from tests.builders import agency, user

pytestmark = pytest.mark.django_db


def test_a_form_that_comes_in_after_the_session_ended_is_kept_on_the_answer(client: Client) -> None:
    typed = {"name": ["Bidang “Koperasi” <dua>"], "units": ["1", "2"], "password": ["rahasia"]}
    response = client.post("/perangkat-daerah/dkupp/bidang/tambah/?asal=iku", typed)
    assert response.status_code == 403
    assert "session_ended" in str([template.name for template in response.templates])
    html = response.content.decode()
    assert 'action="/perangkat-daerah/dkupp/bidang/tambah/?asal=iku"' in html
    assert '<input type="hidden" name="name" value="Bidang “Koperasi” &lt;dua&gt;">' in html
    assert html.count('name="units"') == 2
    assert "rahasia" not in html


def test_files_are_named_and_chosen_again_on_the_answer(client: Client) -> None:
    files = [SimpleUploadedFile(name, b"%PDF-1.7") for name in ("rekap.pdf", "foto <1>.pdf")]
    html = client.post("/bukti/1/ganti/", {"title": "Rekap TW I", "files": files}).content.decode()
    assert "Yang Anda ketik masih dibawa halaman ini, tetapi berkasnya harus dipilih lagi" in html
    assert '<input type="hidden" name="title" value="Rekap TW I">' in html
    assert "Pilih lagi: rekap.pdf, foto &lt;1&gt;.pdf</label>" in html
    assert '<input type="file" id="berkas-1" name="files" multiple required>' in html
    assert 'enctype="multipart/form-data"' in html


def test_what_the_answer_kept_is_saved_once_somebody_signs_in(client: Client) -> None:
    dinas = agency()
    url = reverse("unit-add", args=[dinas.code])
    typed = dict(client.post(url, {"name": "Bidang Koperasi", "active": "on"}).context["typed"])
    client.force_login(user(Role.AGENCY_ADMIN, dinas))
    client.post(url, typed)
    assert [unit.name for unit in dinas.units.all()] == ["Bidang Koperasi"]


def test_a_form_without_the_token_of_the_portal_is_not_carried_along() -> None:
    response = Client(enforce_csrf_checks=True).post("/perangkat-daerah/tambah/", {"name": "Dari luar"})
    assert response.status_code == 403
    assert "Dari luar" not in response.content.decode()
    assert not Region.objects.exists()


def test_htmx_is_told_instead_of_sent_to_the_sign_in_page(client: Client) -> None:
    response = client.post("/sasaran/1/rumus/", {"formula": "a"}, headers={"HX-Request": "true"})
    assert (response.status_code, response.content) == (403, b"")


@pytest.mark.parametrize(
    ("method", "address", "allowed", "sentence"),
    [
        ("get", reverse_lazy("goal-move", args=[1, "naik"]), "POST", "hanya menerima kiriman formulir"),
        ("put", reverse_lazy("formula-check", args=[1]), "POST", "hanya menerima kiriman formulir"),
        ("post", reverse_lazy("indicator-set-detail", args=[1]), "GET, HEAD", "tidak menerima kiriman"),
    ],
)
def test_a_method_an_address_does_not_take_is_answered_with_a_page(
    client: Client, method: str, address: str, allowed: str, sentence: str
) -> None:
    client.force_login(user())
    response = getattr(client, method)(address)
    assert (response.status_code, response.headers["Allow"]) == (405, allowed)
    html = response.content.decode()
    assert sentence in html
    assert 'href="/">Ke beranda' in html


@pytest.mark.parametrize(
    ("method", "address", "sent"),
    [
        ("get", "/laporan/?q=a%00b", {}),
        ("get", "/perangkat-daerah/?a%00=b", {}),
        ("get", "/daerah/%00/", {}),
        ("post", "/akun/masuk/", {"login": "a\x00", "password": "x"}),
        ("post", "/laporan/1/catatan/", {"text": "a\x00b"}),
    ],
)
def test_a_character_that_no_database_keeps_is_refused_with_a_page(
    client: Client, method: str, address: str, sent: dict[str, str]
) -> None:
    client.force_login(user(is_superuser=True))
    response = getattr(client, method)(address, **({"data": sent} if sent else {}))
    assert response.status_code == 400
    assert "Alamat atau isian yang dikirim rusak" in response.content.decode()
