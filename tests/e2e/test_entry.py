"""The keys of the grid in Chromium; how whole reports are filled is in test_journeys.py."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Portal

ARRANGE = """
import datetime as dt
from agencies.models import Region, User
from reports import entries
region, today = Region.objects.get(code="64"), dt.date.today()
admin = User.objects.get(username="admin-daerah-64")
opened = entries.open_period(
    region, year=2018, part=2, opens=today, closes=today + dt.timedelta(days=7), by=admin
)
print(next(report.pk for report in opened.reports if report.agency.code == "disperindagkop-kaltim"))
"""
SAVED = "#simpan[data-kind=ok]"


@pytest.fixture(scope="module")
def report(portal: Portal) -> int:
    """The key of an open report."""
    return int(portal.manage("shell", "--command", ARRANGE).splitlines()[-1])


def test_keys_move_restore_and_undo(page: Page, sign_in: Callable[..., None], report: int) -> None:
    sign_in(page, "operator", "disperindagkop-kaltim")
    page.goto(reverse("report-fill", args=[report]))
    cells = page.locator("input[name$='-number']:not([type=hidden])")
    first, second = cells.nth(0), cells.nth(1)
    expect(first).to_be_focused()
    page.keyboard.type("75")
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(first).to_be_focused()
    page.keyboard.type("99")
    page.keyboard.press("Escape")
    expect(first).to_have_value("75")
    page.keyboard.type("80")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+z")
    expect(first).to_have_value("75")
    expect(page.locator(SAVED)).to_be_visible()
    page.reload()
    expect(first).to_have_value("75")


def test_on_a_phone_what_is_written_below_a_row_stands_on_one_line(
    new_page: Callable[..., Page], sign_in: Callable[..., None], report: int
) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    sign_in(page, "operator", "disperindagkop-kaltim")
    page.goto(reverse("report-fill", args=[report]))
    more = page.locator(".fill-more").nth(3)
    summary = more.locator("summary")
    expect(summary).to_have_text(re.compile("^Kendala, tindak lanjut …"))
    summary.tap()
    more.get_by_label("Kendala").fill("Data dari kabupaten dan kota terlambat masuk\nsetiap awal triwulan")
    more.get_by_label("Tindak lanjut").fill("Cepat")
    more.get_by_label("Tindak lanjut").press("Tab")
    expect(page.locator(SAVED)).to_be_visible()
    said = "Kendala: Data dari kabupaten dan kota terlambat masuk setiap awal triwulan · Tindak lanjut: Cepat"
    summary.tap()
    for _ in ("folded", "loaded again"):
        expect(more.locator(".more-said")).to_have_text(said)
        expect(more.get_by_text("Ubah")).to_be_visible()
        expect(more.get_by_label("Kendala")).to_be_hidden()
        box = summary.bounding_box()
        assert box is not None
        assert 44 <= box["height"] < 60
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.reload()
