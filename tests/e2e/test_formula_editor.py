"""The formula editor in Chromium, by keyboard: names from a part of them, errors, repair, worked example."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Portal

ARRANGE = """
from agencies.models import Region
from tests import builders
agency = builders.agency(
    region=Region.objects.get(code="35.74"), code="dinas-rumus", name="Dinas Rumus", short_name="Dinas Rumus"
)
for code in ("koperasi_sehat", "seluruh_koperasi"):
    builders.element(agency, code, label=f"Jumlah {code.replace('_', ' ')}")
print(builders.goal(builders.indicator_set(agency)).pk)
"""


@pytest.fixture(scope="module")
def address(portal: Portal) -> str:
    """Where an indicator is added to a draft with two data elements."""
    goal = portal.manage("shell", "--command", ARRANGE).split()[-1]
    return reverse("indicator-add", args=[goal])


@pytest.fixture
def editor(page: Page, sign_in: Callable[..., None], address: str) -> Page:
    """The form of a new indicator, the cursor in its formula."""
    sign_in(page, "admin-daerah", "35.74")
    page.goto(address)
    page.fill("#id_unit", "Persen")
    page.focus("#id_formula")
    return page


def test_names_are_found_by_a_part_of_their_label(editor: Page, axe: Callable[[Page], list[str]]) -> None:
    editor.keyboard.type("sehat")
    expect(editor.get_by_role("option", name="Jumlah koperasi sehat")).to_have_attribute(
        "aria-selected", "true"
    )
    assert axe(editor) == []
    editor.keyboard.press("Enter")
    editor.keyboard.type(" / seluruh")
    editor.keyboard.press("Enter")
    editor.keyboard.type(" * 100%")
    expect(editor.locator("#id_formula")).to_have_value("koperasi_sehat / seluruh_koperasi * 100%")
    expect(editor.locator("#rumus-hasil")).to_contain_text("Rumus dapat dihitung")
    expect(editor.locator("#rumus-status")).to_contain_text("= 65,00%")


def test_an_error_is_shown_jumped_to_and_repaired(editor: Page, axe: Callable[[Page], list[str]]) -> None:
    editor.keyboard.type("1 + koperasi_seht")
    expect(editor.locator("#rumus-hasil .caret-error")).to_have_text(
        f"1 + koperasi_seht\n    {'^' * 13}", use_inner_text=True
    )
    assert axe(editor) == []
    editor.keyboard.press("Control+Enter")
    selected = "() => getSelection().toString() === 'koperasi_seht'"
    editor.wait_for_function(selected)
    editor.get_by_role("button", name="Ganti jadi koperasi_sehat").press("Enter")
    expect(editor.locator("#id_formula")).to_have_value("1 + koperasi_sehat")
    expect(editor.locator("#id_formula")).to_be_focused()
    editor.keyboard.press("Control+z")
    expect(editor.locator("#id_formula")).to_have_value("1 + koperasi_seht")


def test_the_example_follows_its_numbers_and_keeps_the_cursor(editor: Page) -> None:
    editor.keyboard.type("koperasi_sehat / seluruh_koperasi * 100%")
    number = editor.locator("#sample-koperasi_sehat")
    number.fill("45")
    expect(editor.locator("#contoh-hasil .result")).to_have_text("22,50%")
    expect(number).to_be_focused()
    expect(editor.locator("#rumus-status")).to_contain_text("= 22,50%")


def test_each_row_of_buttons_is_one_stop_and_arrows_move_in_it(editor: Page) -> None:
    editor.keyboard.press("Tab")
    expect(editor.get_by_role("button", name="tambah", exact=True)).to_be_focused()
    editor.keyboard.press("ArrowRight")
    expect(editor.get_by_role("button", name="kurang", exact=True)).to_be_focused()
    editor.keyboard.press("Tab")
    expect(editor.get_by_role("button", name="Periksa rumus")).to_be_focused()
    editor.keyboard.press("Tab")
    expect(editor.get_by_role("button", name="Jumlah koperasi sehat")).to_be_focused()
    editor.keyboard.press("End")
    editor.keyboard.press("Enter")
    expect(editor.locator("#id_formula")).to_have_value("seluruh_koperasi")
    expect(editor.locator("#id_formula")).to_be_focused()


def test_fields_that_do_not_matter_step_aside(editor: Page) -> None:
    expect(editor.locator("#id_levels")).to_be_hidden()
    editor.get_by_label("Jenjang (predikat, opini, peringkat)").check()
    expect(editor.locator("#id_levels")).to_be_visible()
    expect(editor.locator("#id_formula")).to_be_hidden()
    editor.get_by_label("Makin kecil makin baik").check()
    expect(editor.locator("#id_method")).to_have_value("F2")


def test_a_code_follows_the_name_until_one_is_written(editor: Page) -> None:
    editor.fill("#id_name", "Persentase Koperasi Sehat")
    expect(editor.locator("#id_code")).to_have_value("persentase_koperasi_sehat")
    editor.fill("#id_code", "sehat")
    editor.fill("#id_name", "Nama lain")
    expect(editor.locator("#id_code")).to_have_value("sehat")


def test_without_script_a_button_checks_and_nothing_is_lost(
    new_page: Callable[..., Page], sign_in: Callable[..., None], address: str
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, "admin-daerah", "35.74")
    page.goto(address)
    page.fill("#id_reason", "Alasan yang panjang")
    page.fill("#id_formula", "koperasi_sehat / seluruh_koperasi * 100%")
    page.get_by_role("button", name="Periksa rumus").click()
    expect(page.locator("#rumus-hasil")).to_contain_text("Rumus dapat dihitung")
    expect(page.locator("#id_reason")).to_have_value("Alasan yang panjang")
    expect(page.locator("#id_levels")).to_be_visible()
    expect(page.get_by_role("button", name="Ganti jadi")).to_have_count(0)
