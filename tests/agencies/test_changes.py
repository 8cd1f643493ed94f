"""Two people, or two tabs, with the same form open: nobody's words are overwritten unseen."""

from collections.abc import Callable

import pytest
from django.db.models import Model
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from agencies.models import Agency
from agencies.roles import Role
from indicators import sets
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


def test_targets_saved_in_another_tab_are_named_before_they_are_written_over(client: Client) -> None:
    indicator = builders.indicator(builders.goal(builders.indicator_set()))
    builders.target(indicator, value=10)
    client.force_login(builders.user(Role.AGENCY_ADMIN, indicator.goal.indicator_set.agency))
    url = reverse("target-edit", args=[indicator.pk])
    first, second = sent(client, url, **{"value-2018": "20"}), sent(client, url, **{"value-2018": "30"})

    assert client.post(url, first).status_code == 302
    refused = client.post(url, second)
    assert "sejak formulir ini Anda buka, Target 2018 sudah diubah" in refused.content.decode()
    assert indicator.targets.get().value == 20

    second["seen"] = refused.context["form"]["seen"].value()
    assert client.post(url, second).status_code == 302
    assert indicator.targets.get().value == 30


def test_a_decision_entered_in_another_tab_is_named_before_it_is_written_over(client: Client) -> None:
    draft = builders.indicator_set()
    indicator = builders.indicator(builders.goal(draft))
    builders.target(indicator, value=10)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    client.force_login(builders.user(Role.AGENCY_ADMIN, draft.agency))
    url = reverse("target-revise", args=[indicator.pk, 2018])
    decided = {"decision": "SK 1", "decision_date": "2 Juli 2018"}
    first = sent(client, url, revised_value="20", **decided)
    second = sent(client, url, revised_value="30", **decided)

    assert client.post(url, first).status_code == 302
    page = client.post(url, second).content.decode()
    assert "Target perubahan, Dasar perubahan, Tanggal keputusan sudah diubah" in page
    assert indicator.targets.get().revised_value == 20


@pytest.mark.parametrize(
    ("part", "field", "label"),
    [
        ("unit", "name", "Nama bidang"),
        ("official", "position", "Jabatan"),
        ("data-element", "label", "Nama data"),
    ],
)
def test_the_parts_of_an_agency_notice_changes_too(client: Client, part: str, field: str, label: str) -> None:
    agency = builders.agency()
    make: dict[str, Callable[[Agency], Model]] = {
        "unit": builders.unit,
        "official": builders.official,
        "data-element": builders.element,
    }
    row = make[part](agency)
    client.force_login(builders.user(Role.AGENCY_ADMIN, agency))
    url = reverse(f"{part}-edit", args=[agency.code, row.pk])
    first, second = sent(client, url, **{field: "Pertama"}), sent(client, url, **{field: "Kedua"})

    assert client.post(url, first).status_code == 302
    assert f"{label} sudah diubah" in client.post(url, second).content.decode()
    row.refresh_from_db()
    assert getattr(row, field) == "Pertama"
