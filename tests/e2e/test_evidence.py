"""Evidence in Chromium: dropped, chosen, photographed, linked; what fails stays and keeps no other back."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Portal
from tests.reports.test_evidence import HTML, JPEG, PDF, PNG

# An agency of its own with four rows in four quarters, far from what other browser tests fill.
ARRANGE = """
import datetime as dt, json
from agencies.models import Region, User
from agencies.roles import Role
from indicators import sets
from reports import entries
from tests import builders
region, today = Region.objects.get(code="64"), dt.date.today()
agency = builders.agency(region=region, code="dinas-bukti", name="Dinas Bukti", short_name="Dinas Bukti")
draft = builders.indicator_set(agency, first_year=2031, last_year=2031)
goal = builders.goal(draft)
for name in ("Koperasi sehat", "Usaha mandiri", "Kontribusi PDRB", "Nilai SAKIP"):
    builders.target(builders.indicator(goal, name=name), 2031)
admin = User.objects.get(username="admin-daerah-64")
sets.put_in_force(draft, by=User.objects.get(username="admin-sistem"))
for name, role in (("operator", Role.OPERATOR), ("verifikator", Role.VERIFIER)):
    user = builders.user(role, agency, username=f"{name}-dinas-bukti", name=f"{role.label} Dinas Bukti")
    user.set_password("PASSWORD")
    user.save()
found = {}
for part in range(1, 5):
    opened = entries.open_period(
        region, year=2031, part=part, opens=today, closes=today + dt.timedelta(days=7), by=admin
    )
    report = next(report for report in opened.reports if report.agency == agency)
    found[part] = [report.pk, *report.entries.values_list("pk", flat=True)]
print(json.dumps(found))
"""
AGENCY = "dinas-bukti"
PASSWORD = "bukti-uji-peramban"
PHONE = {"width": 390, "height": 844}

DROP = """([selector, names]) => {
    const data = new DataTransfer();
    for (const name of names) {
        const text = "%PDF-1.7\\n" + name + "\\n%%EOF\\n";
        data.items.add(new File([text], name, { type: "application/pdf" }));
    }
    const target = document.querySelector(selector);
    for (const kind of ["dragover", "drop"]) {
        target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
}"""

Open = Callable[..., Page]
Axe = Callable[[Page], list[str]]


@pytest.fixture(scope="module")
def rows(portal: Portal) -> dict[str, list[int]]:
    """Return the key of the report and of its entries, by quarter: a quarter for each kind of test."""
    told = portal.manage("shell", "--command", ARRANGE.replace("PASSWORD", PASSWORD))
    portal.passwords |= {f"{name}-{AGENCY}": PASSWORD for name in ("operator", "verifikator")}
    found: dict[str, list[int]] = json.loads(told.splitlines()[-1])
    return found


@pytest.fixture
def opened(new_page: Callable[..., Page], sign_in: Callable[..., None], rows: dict[str, list[int]]) -> Open:
    """Open the evidence of the nth row of a quarter for its operator, or the grid of the quarter (row 0)."""

    def opened(quarter: int, row: int, **options: Any) -> Page:
        page = new_page(**options)
        sign_in(page, "operator", AGENCY)
        report = rows[str(quarter)][0]
        grid = reverse("report-fill", args=[report])
        page.goto(reverse("evidence-list", args=[report, rows[str(quarter)][row]]) if row else grid)
        return page

    return opened


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., list[Path]]:
    """Write files by name and content."""

    def write(**contents: bytes) -> list[Path]:
        made = []
        for name, content in contents.items():
            stem, _, ending = name.rpartition("_")
            path = tmp_path / f"{stem}.{ending}"
            path.write_bytes(content)
            made.append(path)
        return made

    return write


def lists(page: Page, *titles: str) -> None:
    """Wait until the current evidence is this and no other."""
    current = page.locator("[data-evidence-rows] > .card-body > .evidence-list .evidence-what > a")
    expect(current).to_have_text(list(titles))


def upload_of(page: Page, name: str) -> Locator:
    return page.locator(".upload").filter(has=page.get_by_text(name, exact=True))


def slow_down(page: Page, bytes_per_second: int) -> None:
    session = page.context.new_cdp_session(page)
    speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, **speed})


def test_several_are_chosen_each_with_its_progress(
    opened: Open, axe: Axe, files: Callable[..., list[Path]]
) -> None:
    page = opened(1, 1)
    expect(page.get_by_text("Belum ada bukti untuk indikator ini.")).to_be_visible()
    slow_down(page, 400_000)
    big = PDF[:-6] + b"%" * 1_500_000 + b"\n%%EOF\n"
    page.get_by_label("Pilih berkas").set_input_files(files(besar_pdf=big, foto_jpg=JPEG, layar_png=PNG))
    bar = upload_of(page, "besar.pdf").locator("progress")
    expect(bar).to_be_visible()
    page.wait_for_function("value => document.querySelector('.upload progress').value > value", arg=5)
    assert float(bar.evaluate("bar => bar.value")) < 100
    expect(upload_of(page, "foto.jpg")).to_contain_text("Menunggu giliran")
    assert axe(page) == []
    expect(page.locator(".upload[data-kind=ok]")).to_have_count(3, timeout=20_000)
    lists(page, "besar.pdf", "foto.jpg", "layar.png")
    expect(page.locator(".uploads [role=status]")).to_have_text("layar.png: “layar.png” ditambahkan.")
    assert axe(page) == []


def test_one_that_fails_says_why_and_keeps_no_other_back(
    opened: Open, files: Callable[..., list[Path]], complaints: list[str]
) -> None:
    page = opened(1, 2)
    over = PDF + b"%" * (10 * 1024 * 1024)
    page.get_by_label("Pilih berkas").set_input_files(files(lebih_pdf=over, laman_html=HTML, baik_pdf=PDF))
    expect(upload_of(page, "baik.pdf")).to_have_attribute("data-kind", "ok")
    expect(upload_of(page, "lebih.pdf")).to_contain_text("Bukti 10,1 MB melebihi batas 10 MB. Perkecil foto")
    expect(upload_of(page, "laman.html")).to_contain_text("Halaman web dan gambar SVG tidak diterima.")
    lists(page, "baik.pdf")
    upload_of(page, "laman.html").get_by_role("button", name="Buang").click()
    expect(upload_of(page, "laman.html")).to_have_count(0)
    assert [line for line in complaints if not line.startswith("422")] == []
    complaints.clear()


def test_files_are_dropped_on_a_row_while_it_is_filled(opened: Open, axe: Axe) -> None:
    page = opened(2, 0)
    first = page.locator("input[name$='-number']:not([type=hidden])").first
    first.focus()
    page.keyboard.type("12")
    page.evaluate(DROP, [".fill-row", ["satu.pdf", "dua.pdf"]])
    cell = page.locator(".evidence-cell").first
    expect(cell.locator(".upload[data-kind=ok]")).to_have_count(2)
    expect(cell.locator("[data-count]")).to_have_text("2")
    expect(first).to_be_focused()
    expect(first).to_have_value("12")
    expect(page.locator("#simpan[data-kind=ok]")).to_contain_text("Tersimpan")
    page.evaluate(DROP, [".footer", ["luar.pdf"]])
    assert page.url.endswith("/isi/")
    assert axe(page) == []
    page.reload()
    expect(page.locator(".evidence-cell [data-count]").first).to_have_text("2")


def test_in_the_grid_it_opens_in_place_and_goes_by_keyboard(
    opened: Open, axe: Axe, files: Callable[..., list[Path]]
) -> None:
    page = opened(3, 0)
    opener = page.locator(".evidence-open").first
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Bukti dukung:")
    assert axe(page) == []
    dialog.get_by_label("Pilih berkas").set_input_files(files(rekap_pdf=PDF))
    expect(dialog.locator(".evidence-what > a")).to_have_text(["rekap.pdf"])
    dialog.get_by_text("Tambah tautan ke berkas bersama").press("Enter")
    dialog.get_by_label("Alamat tautan").fill("http://contoh.go.id/a")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Tautan harus diawali https://")).to_be_visible()
    dialog.get_by_label("Alamat tautan").fill("https://contoh.go.id/a")
    page.keyboard.press("Enter")
    expect(dialog.locator(".evidence-what > a")).to_have_text(["rekap.pdf", "contoh.go.id"])
    dialog.get_by_role("link", name="Hapus rekap.pdf").press("Enter")
    page.get_by_role("button", name="Hapus bukti").press("Enter")
    expect(dialog.get_by_text("“rekap.pdf” dihapus dari bukti.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(opener.locator("[data-count]")).to_have_text("1")


def test_the_dialog_shows_the_file_that_was_refused_with_cause_and_repair(
    opened: Open, files: Callable[..., list[Path]], complaints: list[str]
) -> None:
    page = opened(3, 0, viewport=PHONE)
    page.locator(".evidence-open").nth(2).click()
    dialog = page.get_by_role("dialog")
    many = {f"rekap{n}_pdf": PDF[:-6] + b"%" * n + b"\n%%EOF\n" for n in range(1, 7)}
    dialog.get_by_label("Pilih berkas").set_input_files(files(**many, laman_html=HTML))
    refused = upload_of(page, "laman.html")
    expect(refused).to_contain_text("Belum diunggah. Halaman web dan gambar SVG tidak diterima.")
    expect(refused).to_contain_text("Cetak sebagai PDF, lalu unggah PDF-nya.")
    expect(refused).to_be_in_viewport(ratio=1)
    complaints.clear()  # 422 is the answer asked for


def test_an_upload_goes_on_when_the_dialog_is_closed(opened: Open, files: Callable[..., list[Path]]) -> None:
    page = opened(3, 0)
    page.locator(".evidence-open").nth(1).click()
    slow_down(page, 600_000)
    big = PDF[:-6] + b"%" * 1_500_000 + b"\n%%EOF\n"
    page.get_by_label("Pilih berkas").set_input_files(files(besar_pdf=big))
    expect(upload_of(page, "besar.pdf").locator("progress")).to_be_visible()
    page.keyboard.press("Escape")
    cell = page.locator(".evidence-cell").nth(1)
    expect(cell.locator(".upload progress")).to_be_visible()
    expect(cell.locator(".upload[data-kind=ok]")).to_have_count(1, timeout=20_000)
    expect(cell.locator("[data-count]")).to_have_text("1")


def test_a_session_that_ends_is_said_and_the_choice_is_kept(
    opened: Open, files: Callable[..., list[Path]], complaints: list[str], portal: Portal
) -> None:
    page = opened(1, 3)
    cookies: Any = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_label("Pilih berkas").set_input_files(files(rekap_pdf=PDF))
    item = upload_of(page, "rekap.pdf")
    expect(item).to_contain_text("Sesi berakhir. Berkas masih dipilih di halaman ini")
    expect(item.get_by_role("link", name="Masuk lagi")).to_be_visible()
    page.context.add_cookies(cookies)  # as signing in again in another tab does
    item.get_by_role("button", name="Coba lagi").click()
    expect(item).to_have_attribute("data-kind", "ok")
    lists(page, "rekap.pdf")
    assert [line for line in complaints if not line.startswith("403")] == []
    complaints.clear()


def test_a_cut_line_goes_on_by_itself(
    opened: Open, files: Callable[..., list[Path]], complaints: list[str]
) -> None:
    page = opened(1, 4)
    page.context.set_offline(True)
    page.get_by_label("Pilih berkas").set_input_files(files(rekap_pdf=PDF))
    expect(upload_of(page, "rekap.pdf")).to_contain_text("Sambungan terputus.")
    page.context.set_offline(False)
    expect(upload_of(page, "rekap.pdf")).to_have_attribute("data-kind", "ok")
    lists(page, "rekap.pdf")
    complaints.clear()


def test_without_script_the_same_is_said(opened: Open, files: Callable[..., list[Path]]) -> None:
    page = opened(4, 1, java_script_enabled=False)
    page.get_by_label("Pilih berkas").set_input_files(files(rekap_pdf=PDF, laman_html=HTML))
    page.get_by_role("button", name="Unggah").click()
    expect(page.get_by_text("Halaman web dan gambar SVG tidak diterima.")).to_be_visible()
    lists(page, "rekap.pdf")
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh rekap.pdf").click()
    assert download.value.suggested_filename == "rekap.pdf"
    assert download.value.path().read_bytes() == PDF
    page.get_by_role("link", name="Ganti rekap.pdf").click()
    page.get_by_label("Berkas pengganti").set_input_files(files(baru_png=PNG))
    page.get_by_role("button", name="Ganti bukti").click()
    expect(page.get_by_text("“rekap.pdf” diganti dengan “baru.png”.")).to_be_visible()
    lists(page, "baru.png")
    page.get_by_role("link", name="Hapus baru.png").click()
    page.get_by_role("button", name="Hapus bukti").click()
    expect(page.get_by_text("Versi lama dan yang dihapus: 2")).to_be_visible()


def test_a_phone_offers_its_camera(opened: Open, axe: Axe, files: Callable[..., list[Path]]) -> None:
    page = opened(4, 2, viewport=PHONE, has_touch=True, is_mobile=True)
    camera = page.get_by_label("Ambil foto")
    expect(camera).to_be_visible()
    expect(camera).to_have_attribute("capture", "environment")
    camera.set_input_files(files(IMG_jpg=JPEG))
    expect(page.locator(".upload[data-kind=ok]")).to_have_count(1)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    small = page.locator("main a.btn:visible, main button:visible, main summary:visible").evaluate_all(
        "found => found.filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
    )
    assert small == []


def test_a_desk_offers_no_camera(opened: Open) -> None:
    expect(opened(4, 2).get_by_label("Ambil foto")).to_be_hidden()


def test_who_checks_reads_and_downloads(
    new_page: Callable[..., Page], sign_in: Callable[..., None], rows: dict[str, list[int]], axe: Axe
) -> None:
    page = new_page()
    sign_in(page, "verifikator", AGENCY)
    page.goto(reverse("report-detail", args=[rows["1"][0]]))
    page.get_by_role("link", name=re.compile(r"Bukti dukung: \d untuk Koperasi sehat")).click()
    expect(page.get_by_text("Anda membaca bukti ini.")).to_be_visible()
    expect(page.get_by_label("Pilih berkas")).to_have_count(0)
    assert axe(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh foto.jpg").click()
    assert download.value.path().read_bytes() == JPEG
