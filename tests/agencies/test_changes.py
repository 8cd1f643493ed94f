"""Two people, or two tabs, with the same form open: nobody's words are overwritten unseen."""

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from agencies.roles import Role
from tests import builders

pytestmark = pytest.mark.django_db


def sent(client: Client, url: str, **changed: str) -> QueryDict:
    """Return what the browser would send from the form at `url`, with some fields changed."""
    form = client.get(url).context["form"]
    data = QueryDict(mutable=True)
    for field in form:
        if (value := field.value()) not in (None, False):
            data.setlist(field.html_name, value if isinstance(value, list) else [str(value)])
    data.update(changed)
    return data


def test_the_second_of_two_open_forms_says_what_the_first_changed_and_then_saves(client: Client) -> None:
    goal = builders.goal(builders.indicator_set(), text="Semula", number="1.")
    client.force_login(builders.user(Role.AGENCY_ADMIN, goal.indicator_set.agency))
    url = reverse("goal-edit", args=[goal.pk])
    first, second = sent(client, url, text="Dari tab pertama"), sent(client, url, number="2.")

    assert client.post(url, first).status_code == 302
    refused = client.post(url, second)
    assert "Belum disimpan: sejak formulir ini Anda buka, Sasaran strategis sudah diubah" in (
        refused.content.decode()
    )
    goal.refresh_from_db()
    assert goal.text == "Dari tab pertama"

    again = second.copy()
    again["seen"] = refused.context["form"]["seen"].value()
    assert client.post(url, again).status_code == 302
    goal.refresh_from_db()
    assert (goal.text, goal.number) == ("Semula", "2.")


def test_units_of_an_indicator_changed_elsewhere_are_noticed(client: Client) -> None:
    indicator = builders.indicator(builders.goal(builders.indicator_set()))
    agency = indicator.goal.indicator_set.agency
    client.force_login(builders.user(Role.AGENCY_ADMIN, agency))
    url = reverse("indicator-edit", args=[indicator.pk])
    data = sent(client, url, reason="Alasan baru")
    indicator.units.add(builders.unit(agency))
    assert "Penanggung jawab sudah diubah" in client.post(url, data).content.decode()


def test_a_form_nobody_else_touched_is_saved_at_once(client: Client) -> None:
    indicator = builders.indicator(builders.goal(builders.indicator_set()), sources="BPS\nLaporan")
    client.force_login(builders.user(Role.AGENCY_ADMIN, indicator.goal.indicator_set.agency))
    url = reverse("indicator-edit", args=[indicator.pk])
    response = client.post(url, sent(client, url, reason="Alasan baru"))
    assert response.status_code == 302, response.context["form"].errors
