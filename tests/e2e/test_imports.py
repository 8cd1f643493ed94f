"""A messy workbook becomes a draft set: by mouse, by keyboard, without JavaScript, on a phone."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Portal
from tests.reports.imports import books

Axe = Callable[[Page], list[str]]
SignIn = Callable[..., None]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAKE = """
import django; django.setup()
from agencies.models import Region
from tests import builders
region = Region.objects.get(code="64")
builders.agency(region=region, code="{code}", name="Dinas {code}", short_name="{code}")
"""
DROP = """([target, name, type, content]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type }));
    for (const kind of ["dragover", "drop"]) {
        const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data });
        document.querySelector(target).dispatchEvent(event);
    }
}"""


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published table of Kaltim as an agency keeps it: merged cells, its row 7 collapsed."""
    path = tmp_path_factory.mktemp("berkas") / "IKU 2018.xlsx"
    path.write_bytes(books.kaltim())
    return path


@pytest.fixture
def agency(portal: Portal, request: pytest.FixtureRequest) -> str:
    """An agency of 64 for this test alone, without any set."""
    code = f"impor-{request.node.name.removeprefix('test_').replace('_', '-')[:40].strip('-')}"
    environment = {"DJANGO_SETTINGS_MODULE": "iku_portal.settings"}
    portal.environment.update(environment)
    portal.run("-c", MAKE.format(code=code))
    return code


def begin(page: Page, sign_in: SignIn, agency: str) -> None:
    sign_in(page, "admin-daerah", "64")
    page.goto(f"/perangkat-daerah/{agency}/")
    page.get_by_role("link", name="Impor berkas").click()
    expect(page.get_by_label("Untuk")).to_have_value(f"agency:{agency}")


def look_at_columns(page: Page) -> None:
    expect(page.get_by_role("heading", name="Periksa kolomnya")).to_be_visible()
    expect(page.get_by_label("Isi kolom D")).to_have_value("indicator")
    expect(page.get_by_label("Draf baru", exact=True)).to_be_checked()
    page.get_by_label("Draf baru berlaku mulai tahun").fill("2018")
    page.get_by_label("Sampai tahun").fill("2018")


def look_at_questions(page: Page) -> None:
    expect(page.get_by_role("heading", name="Lengkapi yang tidak tertulis")).to_be_visible()
    price = page.get_by_role("group", name="Disparitas harga antarwilayah")
    expect(price.get_by_label("Arah mana yang lebih baik?").locator(":checked")).to_have_text(
        "Makin kecil makin baik"
    )


def look_at_differences(page: Page) -> None:
    expect(page.get_by_role("heading", name="Periksa perubahannya")).to_be_visible()
    expect(page.locator(".import-sentence")).to_have_text("11 baris baru, 0 diubah")


def look_at_the_draft(page: Page) -> None:
    expect(page.get_by_text("11 baris baru, 0 diubah, 0 dilewati.")).to_be_visible()
    page.get_by_role("link", name="(draf)").click()
    expect(page.get_by_text("Persentase Sumbangan PDRB sektor Koperasi dan UKM").first).to_be_visible()
    expect(page.get_by_text("Disparitas harga antarwilayah").first).to_be_visible()


def test_by_mouse_a_dropped_file_becomes_a_draft_and_goes_back(
    page: Page, sign_in: SignIn, axe: Axe, agency: str, messy: Path
) -> None:
    begin(page, sign_in, agency)
    content = base64.b64encode(messy.read_bytes()).decode()
    page.evaluate(DROP, ["[data-import-drop]", messy.name, XLSX, content])
    look_at_columns(page)
    assert axe(page) == []
    page.get_by_role("button", name="Lanjut: periksa perubahan").click()
    look_at_questions(page)
    assert axe(page) == []
    page.get_by_role("button", name="Lanjut: periksa perubahan").click()
    look_at_differences(page)
    assert axe(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh dengan catatan").click()
    assert download.value.suggested_filename == "IKU 2018 - dengan catatan.xlsx"
    page.get_by_role("button", name="Masukkan 11 baris").dblclick()
    expect(page.get_by_role("heading", name="Tanda terima")).to_be_visible()
    assert axe(page) == []
    receipt = page.url
    look_at_the_draft(page)
    page.goto(receipt)
    page.get_by_role("link", name="Urungkan impor ini").click()
    page.get_by_role("dialog").get_by_role("button", name="Urungkan").click()
    expect(page.get_by_text("Sudah diurungkan")).to_be_visible()
    page.goto(f"/perangkat-daerah/{agency}/")
    expect(page.get_by_text("Belum ada penetapan IKU.")).to_be_visible()


def test_by_keyboard_a_chosen_file_becomes_a_draft(
    page: Page, sign_in: SignIn, agency: str, messy: Path
) -> None:
    begin(page, sign_in, agency)
    field = page.locator("input[type=file]")
    page.wait_for_load_state()
    with page.expect_file_chooser() as chooser:
        field.press("Enter")
    chooser.value.set_files(messy)
    field.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Unggah dan baca")).to_be_focused()
    page.keyboard.press("Enter")
    look_at_columns(page)
    page.keyboard.press("Enter")  # in the field of the year
    look_at_questions(page)
    page.get_by_role("button", name="Lanjut: periksa perubahan").press("Enter")
    look_at_differences(page)
    page.get_by_role("button", name="Masukkan 11 baris").press("Enter")
    look_at_the_draft(page)


def test_without_javascript_a_chosen_file_becomes_a_draft(
    new_page: Callable[..., Page], page: Page, sign_in: SignIn, agency: str, messy: Path
) -> None:
    sign_in(page, "admin-daerah", "64")  # the form of the account needs no script either
    plain = new_page(java_script_enabled=False)
    begin(plain, sign_in, agency)
    plain.locator("input[type=file]").set_input_files(messy)
    plain.get_by_role("button", name="Unggah dan baca").click()
    look_at_columns(plain)
    plain.get_by_role("button", name="Lanjut: periksa perubahan").click()
    look_at_questions(plain)
    plain.get_by_role("button", name="Lanjut: periksa perubahan").click()
    look_at_differences(plain)
    plain.get_by_role("button", name="Masukkan 11 baris").click()
    look_at_the_draft(plain)


def test_on_a_phone_a_chosen_file_becomes_a_draft(
    new_page: Callable[..., Page], sign_in: SignIn, axe: Axe, agency: str, messy: Path
) -> None:
    phone = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    begin(phone, sign_in, agency)

    def fits() -> None:
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        assert axe(phone) == []

    fits()
    phone.locator("input[type=file]").set_input_files(messy)
    phone.get_by_role("button", name="Unggah dan baca").click()
    look_at_columns(phone)
    fits()
    phone.get_by_role("button", name="Lanjut: periksa perubahan").click()
    look_at_questions(phone)
    fits()
    phone.get_by_role("button", name="Lanjut: periksa perubahan").click()
    look_at_differences(phone)
    fits()
    phone.get_by_role("button", name="Masukkan 11 baris").click()
    look_at_the_draft(phone)


def test_a_file_that_is_refused_says_why_and_what_to_do(
    page: Page, sign_in: SignIn, axe: Axe, agency: str, tmp_path: Path
) -> None:
    begin(page, sign_in, agency)
    wrong = tmp_path / "rekap.pdf"
    wrong.write_bytes(b"%PDF-1.7\n%%EOF\n")
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_role("button", name="Unggah dan baca").click()
    expect(page.get_by_text("adalah PDF. Unggah berkas asalnya")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Impor berkas lain").click()
    expect(page.get_by_label("Untuk")).to_have_value(f"agency:{agency}")


def test_a_file_beyond_the_limit_is_refused_before_it_is_sent(
    page: Page, sign_in: SignIn, agency: str, tmp_path: Path
) -> None:
    begin(page, sign_in, agency)
    large = tmp_path / "besar.csv"
    large.write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    page.locator("input[type=file]").set_input_files(large)
    expect(page.get_by_text("melebihi batas 10 MB")).to_be_visible()
    page.get_by_role("button", name="Unggah dan baca").click()
    assert "/impor/baru/" in page.url


def test_a_lost_connection_keeps_the_file_chosen(
    page: Page, sign_in: SignIn, agency: str, messy: Path, complaints: list[str]
) -> None:
    begin(page, sign_in, agency)
    page.locator("input[type=file]").set_input_files(messy)
    page.context.set_offline(offline=True)
    page.get_by_role("button", name="Unggah dan baca").click()
    expect(page.get_by_text("Sambungan terputus")).to_be_visible()
    page.context.set_offline(offline=False)
    complaints[:] = [each for each in complaints if "ERR_INTERNET_DISCONNECTED" not in each]
    page.get_by_role("button", name="Unggah dan baca").click()
    look_at_columns(page)
