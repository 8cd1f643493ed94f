"""Pages over many reports and years in Chromium: without a script, at both widths, from the click on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_every_page import is_in_order

pytestmark = pytest.mark.e2e
Axe = Callable[[Page], list[str]]
SignIn = Callable[..., None]


def test_the_overview_of_all_regions_is_in_order_and_leads_to_each(
    page: Page, sign_in: SignIn, axe: Axe
) -> None:
    sign_in(page, "admin-sistem", "")
    is_in_order(page, "/kinerja/", axe)
    page.goto("/kinerja/?periode=2026-2")
    page.get_by_role("link", name="Provinsi Kalimantan Timur").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kinerja Provinsi Kalimantan Timur")


def test_a_region_is_narrowed_sorted_and_left_for_a_report_by_links_and_a_form_alone(
    new_page: Callable[..., Page], sign_in: SignIn
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, "inspektorat", "64")
    page.goto("/daerah/64/")
    page.get_by_role("link", name="Kinerja", exact=True).click()
    page.get_by_role("searchbox", name="Perangkat daerah").fill("perindustrian")
    page.get_by_role("button", name="Tampilkan").click()
    page.get_by_role("link", name="Rata-rata capaian").click()
    assert re.search(r"urut=capaian.*q=perindustrian", page.url)
    expect(page.get_by_role("columnheader", name="Rata-rata capaian")).to_have_attribute(
        "aria-sort", "descending"
    )
    table = page.get_by_role("table")
    table.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Status laporan")).to_be_visible()


def test_the_years_of_an_indicator_are_a_click_from_it_and_fit_a_phone(
    page: Page, sign_in: SignIn, axe: Axe
) -> None:
    sign_in(page, "kepala", "disperindagkop-kaltim")
    page.goto("/perangkat-daerah/disperindagkop-kaltim/")
    page.goto(str(page.locator("main a[href^='/iku/']").last.get_attribute("href")))
    page.goto(str(page.locator("a[href^='/indikator/']").first.get_attribute("href")))
    page.get_by_role("link", name="Antartahun").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Per tahun")
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.get_by_role("img", name=re.compile("^Grafik ")).count() <= 2
        assert axe(page) == []
