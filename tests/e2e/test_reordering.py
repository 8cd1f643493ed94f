"""Goals and indicators of a draft are put in order by keyboard alone, with script and without."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Portal

ARRANGE = """
from agencies.models import Region
from tests import builders
agency = builders.agency(
    region=Region.objects.get(code="35.74"), code="dinas-urut-{n}", name="Dinas Urut {n}", short_name="Urut"
)
goal = builders.goal(builders.indicator_set(agency))
for name in ("Pertama", "Kedua", "Ketiga"):
    builders.indicator(goal, name=name)
print(goal.indicator_set.pk)
"""


@pytest.mark.parametrize("script", [True, False])
def test_enter_moves_a_row_again_and_again(
    portal: Portal, new_page: Callable[..., Page], sign_in: Callable[..., None], script: bool
) -> None:
    draft = portal.manage("shell", "--command", ARRANGE.replace("{n}", str(int(script)))).split()[-1]
    page = new_page(java_script_enabled=script)
    sign_in(page, "admin-daerah", "35.74")
    page.goto(reverse("indicator-set-compose", args=[draft]))
    page.get_by_role("button", name="Naikkan Ketiga").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".reorder > li a:not(.btn)")).to_have_text(["Pertama", "Ketiga", "Kedua"])
    expect(page.get_by_role("button", name="Naikkan Ketiga")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".reorder > li a:not(.btn)")).to_have_text(["Ketiga", "Pertama", "Kedua"])
    expect(page.get_by_role("button", name="Turunkan Ketiga")).to_be_focused()
