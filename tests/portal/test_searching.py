"""The search boxes of the lists."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from agencies.searching import LONGEST
from tests import builders

LISTS = ("agency-list", "indicator-set-list", "report-list")


@pytest.mark.parametrize("name", LISTS)
def test_a_text_longer_than_the_box_is_cut_as_the_box_would(client: Client, db: None, name: str) -> None:
    long_name = "Dinas " + "Koperasi dan Usaha Kecil " * 5
    agency, other = builders.agency(name=long_name.strip()), builders.agency(name="Dinas Lain")
    for one in (agency, other):
        builders.report(builders.set_in_force(one))
    client.force_login(builders.user(is_superuser=True))
    answer = client.get(reverse(name), {"q": long_name + "x" * 60_000})
    assert answer.status_code == 200
    [box] = re.findall(r'<input type="search"[^>]*>', answer.text)
    assert f'maxlength="{LONGEST}"' in box
    assert f'value="{long_name[:LONGEST].strip()}"' in box
    shown = answer.text.replace(box, "")
    assert agency.name in shown or agency.short_name in shown
    assert other.name not in shown


@pytest.mark.parametrize("name", LISTS)
def test_a_search_passes_over_blanks(client: Client, db: None, name: str) -> None:
    client.force_login(builders.user(is_superuser=True))
    assert 'value="Dinas Koperasi"' in client.get(reverse(name), {"q": "  Dinas \t Koperasi "}).text
