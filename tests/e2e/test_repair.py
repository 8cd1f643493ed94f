"""A figure that looks wrong in Chromium: repaired by one press, or kept with its reason."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Portal

# A quarter that no other test opens; all figures data contoh.
ARRANGE = """
import datetime as dt
from agencies.models import Region, User
from reports import entries
region, today = Region.objects.get(code="64"), dt.date.today()
admin = User.objects.get(username="admin-daerah-64")
opened = entries.open_period(
    region, year=2018, part=4, opens=today, closes=today + dt.timedelta(days=7), by=admin
)
print(next(report.pk for report in opened.reports if report.agency.code == "disperindagkop-kaltim"))
"""
SAVED = "#simpan[data-kind=ok]"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def report(portal: Portal) -> int:
    """The key of an open report."""
    return int(portal.manage("shell", "--command", ARRANGE).splitlines()[-1])


@pytest.fixture
def grid(new_page: Callable[..., Page], sign_in: Callable[..., None], report: int) -> Open:
    """Open the grid for the operator in a new browser."""

    def open_grid(**options: Any) -> Page:
        page = new_page(**options)
        sign_in(page, "operator", "disperindagkop-kaltim")
        page.goto(reverse("report-fill", args=[report]))
        return page

    return open_grid


def percent(page: Page, place: int) -> tuple[Locator, Locator]:
    """Return one of the rows in percent that are typed, and its input."""
    row = page.locator(".fill-row").filter(has_text="Realisasi").filter(has_text="ersen").nth(place)
    return row, row.locator("input[name$='-number']:not([type=hidden])")


def test_a_doubt_offers_its_repair_at_once_and_after_a_reload(
    grid: Open, axe: Callable[[Page], list[str]]
) -> None:
    page = grid()
    row, figure = percent(page, 0)
    figure.fill("0,41")
    figure.press("Enter")
    repair = row.get_by_role("button", name="Ubah menjadi 41")
    expect(repair).to_be_visible()
    assert axe(page) == []
    page.reload()
    expect(repair).to_be_visible()
    assert axe(page) == []
    repair.click()
    expect(figure).to_have_value("41")
    expect(figure).to_be_focused()
    expect(row.locator(".doubt")).to_be_hidden()
    page.keyboard.press("Control+z")
    expect(repair).to_be_visible()
    reason = row.get_by_label("Alasan nilai ini benar")
    reason.fill("Sesuai rekap (data contoh)")
    reason.blur()
    expect(page.locator(SAVED)).to_be_visible()
    page.reload()
    expect(figure).to_have_value("0,41")
    expect(reason).to_have_value("Sesuai rekap (data contoh)")


def test_a_reason_written_off_the_line_outlives_the_tab(grid: Open, complaints: list[str]) -> None:
    page = grid()
    row, figure = percent(page, 2)
    figure.fill("0,52")
    figure.press("Enter")
    reason = row.get_by_label("Alasan nilai ini benar")
    expect(reason).to_be_visible()
    expect(page.locator(SAVED)).to_be_visible()
    page.context.set_offline(True)
    reason.fill("Benar, 0,52 persen (data contoh)")
    reason.blur()
    expect(page.locator("#simpan")).to_have_text("Luring: tersimpan di perangkat ini")
    address, context = page.url, page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator(SAVED)).to_be_visible()
    page.reload()
    reason = percent(page, 2)[0].get_by_label("Alasan nilai ini benar")
    expect(reason).to_have_value("Benar, 0,52 persen (data contoh)")
    complaints.clear()  # the line was cut on purpose


def test_without_script_one_press_repairs_and_enter_only_saves(grid: Open) -> None:
    page = grid(java_script_enabled=False)
    row, figure = percent(page, 1)
    figure.fill("0,62")
    figure.press("Enter")
    repair = row.get_by_role("button", name="Ubah menjadi 62")
    expect(repair).to_be_visible()
    figure.press("Enter")
    expect(page.get_by_text("Semua isian sudah tersimpan.")).to_be_visible()
    expect(figure).to_have_value("0,62")
    repair.click()
    expect(figure).to_have_value("62")
    expect(repair).to_have_count(0)
    assert page.url.endswith("-number")
