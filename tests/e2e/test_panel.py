"""The side panel in Chromium: by mouse and by keyboard, beside the grid or over it, and without script."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Portal

# Quarters of three years of the published Probolinggo indicators (2018 is in force), all figures data contoh.
ARRANGE = """
import datetime as dt, json
from decimal import Decimal
from agencies.models import Region, User
from indicators.models import Target
from reports import entries
from reports.models import Value
region, today = Region.objects.get(code="35.74"), dt.date.today()
admin = User.objects.get(username="admin-sistem")
found = {}
for part in range(1, 5):
    opened = entries.open_period(
        region, year=2018, part=part, opens=today, closes=today + dt.timedelta(days=7), by=admin
    )
    report = next(r for r in opened.reports if r.agency.code == "dkupp-probolinggo")
    found[part] = report.pk
    if part in (1, 3):
        for value in report.values.select_related("element"):
            number = Decimal(100 + value.pk * part)
            entries.fill_value(
                report, value.element, number, based_on=0, by=admin, key=f"contoh-{value.pk}"
            )
print(json.dumps(found))
"""
AGENCY = "dkupp-probolinggo"
PHONE = {"width": 390, "height": 844}
Open = Callable[..., Page]
Axe = Callable[[Page], list[str]]


@pytest.fixture(scope="module")
def reports(portal: Portal) -> dict[str, int]:
    """The reports of the quarters of 2018 by quarter; the first and third are filled."""
    found: dict[str, int] = json.loads(portal.manage("shell", "--command", ARRANGE).splitlines()[-1])
    return found


@pytest.fixture
def grid(new_page: Callable[..., Page], sign_in: Callable[..., None], reports: dict[str, int]) -> Open:
    """Open the grid of a quarter for the operator, or somebody else's `role`, in a new browser."""

    def open_grid(part: int, role: str = "operator", **options: Any) -> Page:
        page = new_page(**options)
        sign_in(page, role, "35.74" if role == "inspektorat" else AGENCY)
        page.goto(reverse("report-fill", args=[reports[str(part)]]))
        return page

    return open_grid


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog")


def detail(page: Page, row: int = 0) -> Locator:
    return page.locator("[data-panel]").nth(row)


def open_part(page: Page, name: str) -> Locator:
    summary = panel(page).locator("summary", has_text=name)
    summary.click()
    return panel(page).locator("details.panel-part", has=page.locator(f"summary:has-text('{name}')"))


def no_wider(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_the_mouse_opens_the_panel_beside_a_grid_that_stays_usable(grid: Open, axe: Axe) -> None:
    page = grid(3)
    name = page.locator(".fill-row th").first.inner_text().split("\n")[0]
    detail(page).click()
    expect(panel(page).get_by_role("heading").first).to_be_focused()
    expect(panel(page)).to_contain_text(re.sub(r"^[\d.]+ ", "", name))
    table, beside = page.locator("table.fill").bounding_box(), panel(page).bounding_box()
    assert table is not None
    assert beside is not None
    assert table["x"] + table["width"] <= beside["x"]
    chart = open_part(page, "Periode sebelumnya")
    expect(chart.get_by_role("img")).to_have_attribute(
        "aria-label", re.compile(r"dari .+ \(TW I 2018\) menjadi .+ \(TW III 2018\)")
    )
    chart.get_by_text("Tabel 3 periode").click()
    expect(chart.get_by_role("row").nth(2)).to_contain_text("TW II 2018")
    expect(open_part(page, "Riwayat isian")).to_contain_text("kosong →")
    assert axe(page) == []
    assert no_wider(page)
    first = page.locator("input[name$='-number']:not([type=hidden])").first
    first.fill("133")
    first.press("Enter")
    expect(page.locator("#simpan[data-kind=ok]")).to_be_visible()
    # What the panel says follows what is saved.
    expect(panel(page).locator("#rincian-hasil")).to_contain_text("133")
    expect(panel(page).locator("#riwayat")).to_contain_text("→ 133")


def test_the_keyboard_leads_into_the_panel_and_escape_back_to_the_cell(grid: Open) -> None:
    page = grid(4)
    second = page.locator("input[name$='-number']:not([type=hidden])").nth(1)
    second.focus()
    page.keyboard.press("Alt+r")
    expect(panel(page).get_by_role("heading").first).to_be_focused()
    page.keyboard.press("Alt+r")
    expect(second).to_be_focused()
    expect(panel(page)).to_be_visible()
    page.keyboard.press("Alt+r")
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)
    expect(second).to_be_focused()
    detail(page).focus()
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("button", name="Tutup")).to_be_visible()
    expect(detail(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(detail(page)).to_be_focused()
    expect(detail(page)).to_have_attribute("aria-expanded", "false")


def test_a_note_of_the_inspector_is_read_by_the_operator_who_answers(grid: Open, axe: Axe) -> None:
    page = grid(1, "inspektorat")
    detail(page).click()
    board = open_part(page, "Catatan")
    board.get_by_label("Catatan baru").fill("Dari mana angka ini?")
    board.get_by_role("button", name="Kirim catatan").click()
    expect(board.get_by_role("listitem")).to_contain_text("Dari mana angka ini?")
    expect(board.get_by_role("status")).to_have_text("Catatan terkirim.")
    assert board.get_by_label("Catatan baru").input_value() == ""
    assert axe(page) == []
    other = grid(1)
    detail(other).click()
    expect(panel(other).locator("#catatan summary")).to_contain_text("1")
    board = open_part(other, "Catatan")
    expect(board.get_by_role("listitem")).to_contain_text("Inspektorat")
    board.get_by_role("button", name="Kirim catatan").click()
    expect(board.get_by_role("alert")).to_contain_text("Tulis catatannya dahulu")
    assert axe(other) == []
    board.get_by_label("Catatan baru").fill("Dari rekap bulanan.")
    board.get_by_role("button", name="Kirim catatan").click()
    expect(board.get_by_role("listitem")).to_have_count(2)


def test_a_note_not_sent_yet_outlives_another_row_and_a_reload(grid: Open) -> None:
    page = grid(1)
    detail(page).click()
    open_part(page, "Catatan").get_by_label("Catatan baru").fill("Belum selesai menulis")
    detail(page, 1).click()
    assert open_part(page, "Catatan").get_by_label("Catatan baru").input_value() == ""
    page.reload()
    detail(page).click()
    expect(open_part(page, "Catatan").get_by_label("Catatan baru")).to_have_value("Belum selesai menulis")


def test_on_a_phone_the_panel_covers_the_grid_and_gives_it_back(grid: Open, axe: Axe) -> None:
    page = grid(3, viewport=PHONE)
    detail(page).click()
    expect(panel(page).get_by_role("button", name="Tutup")).to_be_visible()
    box = panel(page).bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    open_part(page, "Periode sebelumnya")
    expect(panel(page).get_by_role("img").last).to_be_visible()
    open_part(page, "Riwayat isian")
    board = open_part(page, "Catatan")
    expect(board.get_by_role("button", name="Kirim catatan")).to_be_visible()
    assert axe(page) == []
    assert no_wider(page)
    assert panel(page).evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    for control in panel(page).locator("summary:visible, button:visible, .btn:visible").all():
        size = control.bounding_box()
        assert size is not None
        assert size["height"] >= 44
    panel(page).get_by_role("button", name="Tutup").click()
    expect(panel(page)).to_have_count(0)
    expect(detail(page)).to_be_focused()


def test_a_narrowed_window_keeps_the_panel_open(grid: Open) -> None:
    page = grid(3)
    detail(page).click()
    expect(panel(page).get_by_role("button", name="Tutup")).to_be_visible()
    page.set_viewport_size({"width": 800, "height": 700})
    expect(panel(page).get_by_role("button", name="Tutup")).to_be_visible()
    box = panel(page).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] == 800
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)


def test_a_cut_line_is_said_and_the_next_try_works(grid: Open, complaints: list[str]) -> None:
    page = grid(3)
    page.context.set_offline(True)
    detail(page).click()
    expect(panel(page)).to_contain_text("Rincian tidak dapat dimuat.")
    panel(page).get_by_role("button", name="Tutup").click()
    page.context.set_offline(False)
    detail(page).click()
    expect(panel(page)).to_contain_text("Indikator 1 dari")
    complaints.clear()  # the line was cut on purpose


def test_without_script_every_part_is_a_page(grid: Open) -> None:
    page = grid(3, java_script_enabled=False)
    detail(page).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("summary", has_text="Periode sebelumnya").click()
    page.get_by_role("link", name="Tampilkan periode sebelumnya").click()
    expect(page.locator("svg.chart-line")).to_be_visible()
    page.locator("summary", has_text="Catatan").click()
    page.get_by_role("link", name="Tampilkan catatan").click()
    page.get_by_label("Catatan baru").fill("Tanpa skrip")
    page.get_by_role("button", name="Kirim catatan").click()
    expect(page.get_by_text("Catatan terkirim.")).to_be_visible()
    expect(page.locator(".note-list")).to_contain_text("Tanpa skrip")
    page.get_by_role("link", name="Kembali ke isian").click()
    expect(page).to_have_url(re.compile(r"/isi/#isian-\d+$"))
