"""The page of an IKU set and its PDF, as readers of every kind meet them."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from agencies.models import Agency
from agencies.roles import Role
from indicators import sets
from indicators.models import Indicator, IndicatorSet
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(client: Client) -> IndicatorSet:
    """Both documents are loaded, and somebody from elsewhere reads."""
    call_command("load_published", verbosity=0)
    client.force_login(builders.user(Role.OPERATOR, builders.agency()))
    return IndicatorSet.objects.get(agency__code="disperindagkop-kaltim")


def page(client: Client, indicator_set: IndicatorSet, **query: str) -> str:
    answer = client.get(reverse("indicator-set-detail", args=[indicator_set.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_and_prints_both_documents(
    client: Client, published: IndicatorSet, role: Role
) -> None:
    agency = Agency.objects.get(code="dkupp-probolinggo")
    client.force_login(builders.user(role, agency.region if role.is_regional else agency))
    for indicator_set in IndicatorSet.objects.all():
        assert "Tabel IKU" in page(client, indicator_set)
        printed = client.get(reverse("indicator-set-pdf", args=[indicator_set.pk]))
        assert printed["Content-Type"] == "application/pdf"
        assert printed.content.startswith(b"%PDF-")


def test_the_page_shows_the_gaps_that_the_paper_leaves_blank(client: Client, published: IndicatorSet) -> None:
    assert (
        page(client, published).count("sumber data belum diisi") == 10
    )  # in the table, and in the list beside


def test_a_pdf_that_has_not_changed_is_not_sent_again(client: Client, published: IndicatorSet) -> None:
    address = reverse("indicator-set-pdf", args=[published.pk])
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(address, {"kertas": "F4"}, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("query", [{"tata-letak": "tidak-ada"}, {"kertas": "A3"}])
def test_what_cannot_be_printed_is_not_found(
    client: Client, published: IndicatorSet, query: dict[str, str]
) -> None:
    for name in ("indicator-set-detail", "indicator-set-pdf"):
        assert client.get(reverse(name, args=[published.pk]), query).status_code == 404


def test_a_page_is_sent_compressed_and_a_compressed_pdf_is_still_known(
    client: Client, published: IndicatorSet
) -> None:
    zipped = {"Accept-Encoding": "gzip"}
    whole = client.get(reverse("indicator-set-detail", args=[published.pk]))
    small = client.get(reverse("indicator-set-detail", args=[published.pk]), headers=zipped)
    assert len(small.content) < len(whole.content) / 2
    address = reverse("indicator-set-pdf", args=[published.pk])
    first = client.get(address, headers=zipped)
    again = client.get(address, headers=zipped | {"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_another_layout_prints_other_headings(client: Client, published: IndicatorSet) -> None:
    assert "Cara Perhitungan" in page(client, published)
    assert "Penanggung Jawab" in page(client, published, **{"tata-letak": "per9-resmi"})


def test_a_draft_is_for_its_agency_alone(client: Client, published: IndicatorSet) -> None:
    draft = sets.revise(published, by=builders.user(is_superuser=True), reason="Renstra baru")
    for name in ("indicator-set-detail", "indicator-set-pdf"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 404
    client.force_login(builders.user(Role.OPERATOR, published.agency))
    assert "(draf)" in page(client, draft)


def test_a_set_that_was_replaced_names_the_one_that_did(client: Client, published: IndicatorSet) -> None:
    by = builders.user(is_superuser=True)
    successor = sets.revise(published, by=by, reason="Renstra baru")
    sets.put_in_force(successor, by=by)
    assert f'href="{successor.get_absolute_url()}"' in page(client, published)
    assert "sudah digantikan oleh" in page(client, published)
    assert "sudah digantikan oleh" not in page(client, successor)


def test_a_sign_the_typeface_lacks_is_named_instead_of_printed(
    client: Client, published: IndicatorSet
) -> None:
    draft = sets.revise(published, by=builders.user(is_superuser=True), reason="Renstra baru")
    Indicator.objects.filter(goal__indicator_set=draft).update(name="Jumlah 🚀 roket")
    client.force_login(builders.user(Role.AGENCY_ADMIN, published.agency))
    answer = client.get(reverse("indicator-set-pdf", args=[draft.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == draft.get_absolute_url()
    assert "🚀" in " ".join(str(message) for message in answer.context["messages"])
