"""An operator fills a report in Chromium: by keyboard, by paste, with the line cut, with a second writer."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Portal

ARRANGE = """
import datetime as dt, json
from agencies.models import Region, User
from reports import entries
found = {}
for code in ("35.74", "64"):
    region, today = Region.objects.get(code=code), dt.date.today()
    admin = User.objects.get(username=f"admin-daerah-{code.replace('.', '-')}")
    for part in range(1, 5):
        opened = entries.open_period(
            region, year=2018, part=part, opens=today, closes=today + dt.timedelta(days=7), by=admin
        )
        for report in opened.reports:
            found[f"{report.agency.code} {part}"] = report.pk
print(json.dumps(found))
"""
PROBOLINGGO, KALTIM = "dkupp-probolinggo", "disperindagkop-kaltim"
SAVED = "#simpan[data-kind=ok]"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def reports(portal: Portal) -> dict[str, int]:
    """The open reports by code of the agency and quarter: a quarter for each test."""
    found: dict[str, int] = json.loads(portal.manage("shell", "--command", ARRANGE).splitlines()[-1])
    return found


@pytest.fixture
def grid(new_page: Callable[..., Page], sign_in: Callable[..., None], reports: dict[str, int]) -> Open:
    """Open the grid of an agency's quarter for its operator, or somebody else's `role`, in a new browser."""

    def open_grid(agency: str, part: int, role: str = "operator", **options: Any) -> Page:
        page = new_page(**options)
        sign_in(page, role, agency)
        page.goto(reverse("report-fill", args=[reports[f"{agency} {part}"]]))
        return page

    return open_grid


def figures(page: Page) -> list[str]:
    inputs = page.locator("input[name$='-number']:not([type=hidden])")
    return [field.input_value() for field in inputs.all()]


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def test_the_four_of_probolinggo_are_filled_and_sent_by_keyboard(
    grid: Open, axe: Callable[[Page], list[str]], reports: dict[str, int]
) -> None:
    page = grid(PROBOLINGGO, 1)
    count = len(figures(page))
    for number in range(count):
        page.keyboard.type(str(100 + number))
        page.keyboard.press("Enter")
    expect(page.locator(SAVED)).to_contain_text("Tersimpan")
    expect(page.locator("#terisi")).to_have_text("4")
    assert axe(page) == []
    page.reload()
    assert figures(page) == [str(100 + number) for number in range(count)]
    page.get_by_role("button", name="Periksa dan kirim").press("Enter")
    page.wait_for_url(f"**{reverse('report-detail', args=[reports[f'{PROBOLINGGO} 1']])}")
    expect(page.get_by_role("row").filter(has_text="Terisi")).to_have_count(0)
    assert axe(page) == []


def test_the_eleven_of_kaltim_take_a_pasted_column(grid: Open) -> None:
    page = grid(KALTIM, 1)
    count = len(figures(page))
    paste(page, "\n".join(["Nilai", *(f"{n + 1},5" for n in range(count)), "lebih 1"]))
    expect(page.locator("#live")).to_contain_text(f"{count} nilai ditempel, 2 dilewati")
    expect(page.locator(SAVED)).to_be_visible(timeout=30_000)
    assert figures(page)[:2] == ["1,5", "2,5"]
    page.reload()
    assert figures(page) == [f"{n + 1},5" for n in range(count)]


def test_keys_move_restore_and_undo(grid: Open) -> None:
    page = grid(PROBOLINGGO, 2)
    first, second = page.locator("input[name$='-number']:not([type=hidden])").all()[:2]
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
    assert figures(page)[0] == "75"


def test_a_cut_line_and_a_closed_tab_lose_and_double_nothing(grid: Open, complaints: list[str]) -> None:
    page = grid(PROBOLINGGO, 3)
    page.context.set_offline(True)
    page.keyboard.type("61,8")
    page.keyboard.press("Enter")
    page.keyboard.type("200")
    page.keyboard.press("Enter")
    expect(page.locator("#simpan")).to_have_text("Luring: tersimpan di perangkat ini")
    address, context = page.url, page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator(SAVED)).to_be_visible()
    page.reload()
    assert figures(page)[:2] == ["61,8", "200"]
    page.goto(address.removesuffix("isi/"))
    expect(page.locator(".history > li")).to_have_count(3)  # opened, and two figures once each
    complaints.clear()  # the line was cut on purpose


def test_an_expired_session_keeps_what_is_typed(
    grid: Open, sign_in: Callable[..., None], complaints: list[str]
) -> None:
    page = grid(PROBOLINGGO, 4)
    page.context.clear_cookies()
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Masuk lagi")).to_be_visible()
    expect(page.locator("#simpan")).to_contain_text("Isian Anda tersimpan di perangkat ini")
    address = page.url
    sign_in(page, "operator", PROBOLINGGO)
    page.goto(address)
    expect(page.locator(SAVED)).to_be_visible()
    page.reload()
    assert figures(page)[0] == "42"
    complaints.clear()  # the session was dropped on purpose


@pytest.mark.parametrize(
    ("button", "figure"), [("Pakai nilai Anda: 150", "150"), ("Pakai yang tersimpan", "140")]
)
def test_two_browsers_on_one_cell_are_asked(
    grid: Open, complaints: list[str], axe: Callable[[Page], list[str]], button: str, figure: str
) -> None:
    part = 2 if figure == "150" else 3
    one, two = grid(KALTIM, part), grid(KALTIM, part, "admin")
    two.keyboard.type("140")
    two.keyboard.press("Enter")
    expect(two.locator(SAVED)).to_be_visible()
    one.keyboard.type("150")
    one.keyboard.press("Enter")
    note = one.locator(".cell-note[data-kind=bad]")
    expect(note).to_contain_text("menjadi 140. Nilai Anda 150. Mana yang dipakai?")
    assert axe(one) == []
    one.reload()
    expect(note).to_contain_text("Nilai Anda 150")  # asked until it is answered
    note.get_by_role("button", name=button).click()
    expect(note).to_have_count(0)
    expect(one.locator("#simpan")).to_have_text(re.compile(r"ersimpan (\d\d\.\d\d|sendiri)"))
    one.reload()
    assert figures(one)[0] == figure
    complaints.clear()  # 409 is the answer asked for


def test_a_phone_shows_cards_with_large_inputs(grid: Open, axe: Callable[[Page], list[str]]) -> None:
    page = grid(KALTIM, 4, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("input[name$='-number']:not([type=hidden])").first.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.keyboard.type("12,5")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text("Semua isian sudah tersimpan.")).to_be_visible()
    assert axe(page) == []


def test_without_script_the_same_page_is_a_form(grid: Open) -> None:
    page = grid(KALTIM, 4, java_script_enabled=False)
    second = page.locator("input[name$='-number']:not([type=hidden])").nth(1)
    second.fill("12,5o")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("bukan angka")
    expect(second).to_have_value("12,5o")
    second.fill("12,5")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text("1 isian tersimpan pukul")).to_be_visible()


def test_a_step_asks_before_it_is_taken(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], list[str]],
    reports: dict[str, int],
) -> None:
    page = new_page()
    sign_in(page, "operator", PROBOLINGGO)
    pk = reports[f"{PROBOLINGGO} 4"]
    page.goto(reverse("report-move", args=[pk, "submitted"]))
    assert axe(page) == []
    page.goto(reverse("report-detail", args=[pk]))
    page.get_by_role("link", name="Kirim ke verifikator").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Kirim ke verifikator").click()
    expect(page.get_by_role("alert")).to_contain_text("Belum dapat dikirim")
