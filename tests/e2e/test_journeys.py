"""A whole year in Chromium, from signing in to the approved report, each quarter as another operator works.

The four indicators of Probolinggo and the eleven of Kaltim (years.py): TW I by keyboard alone, TW II pasted
with the line cut, TW III without script, TW IV on a phone with a session that ends and a second writer, then
the year. A journey run alone begins with the quarters before it filled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Error, FilePayload, Locator, Page, expect

from tests.e2e import years
from tests.e2e.conftest import Portal
from tests.e2e.years import Office, Quarter

SAVED = "#simpan[data-kind=ok]"
CUT = "Luring: tersimpan di perangkat ini"
REPAIR = "Dicocokkan dengan rekap (data contoh)"
EVIDENCE = FilePayload(name="rekap.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7\ndata contoh\n%%EOF\n")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TABS = 150  # no way is longer by keyboard

# Where the focus is: at the target, before it, or (once scrolling rests) under something that sticks.
FOCUS = """async target => {
    const now = document.activeElement;
    const covered = () => {
        if (now === document.body) return false;
        const { left, top, width, height } = now.getBoundingClientRect();
        const over = document.elementFromPoint(left + Math.min(width, 8) / 2, top + height / 2);
        return Boolean(over?.closest(".save-bar, .panel-head")) && !now.contains(over) && !over.contains(now);
    };
    for (let frame = 0; covered() && frame < 60; frame += 1) await new Promise(requestAnimationFrame);
    return {
        there: now === target,
        before: Boolean(now.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING),
        hidden: covered() ? now.outerHTML.slice(0, 200) : "",
    };
}"""

Axe = Callable[[Page], list[str]]


class Mouse:
    """Somebody who points and types."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def unfold(self, summary: Locator) -> None:
        self.press(summary)

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def choose(self, target: Locator) -> None:
        target.set_input_files(EVIDENCE)


class Finger(Mouse):
    """Somebody who taps."""

    def press(self, target: Locator) -> None:
        target.tap()

    def write(self, target: Locator, text: str) -> None:
        target.tap()
        target.fill(text)


class Keys(Mouse):
    """Somebody without a mouse: Tab leads to everything, and nothing that sticks hides where one is."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        page.on("filechooser", lambda chooser: chooser.set_files(EVIDENCE))

    def reach(self, target: Locator) -> None:
        element = target.element_handle()
        for _ in range(TABS):
            focus = element.evaluate(FOCUS)
            assert focus["hidden"] == ""
            if focus["there"]:
                return
            self.page.keyboard.press("Tab" if focus["before"] else "Shift+Tab")
        pytest.fail(f"Tab does not lead to {target}")

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def unfold(self, summary: Locator) -> None:
        self.reach(summary)
        self.page.keyboard.press("Space")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, target: Locator) -> None:
        self.press(target)


@dataclass
class Journey:
    """One report on its way: the operator's page, and how the others open theirs."""

    portal: Portal
    office: Office
    part: int
    report: int
    hand: Mouse
    open_for: Callable[[str], Page]
    axe: Axe
    gone: set[tuple[str, int]]
    script: bool

    @property
    def page(self) -> Page:
        return self.hand.page

    @property
    def told(self) -> Quarter:
        return self.office.quarters[self.part - 1]

    @property
    def cells(self) -> Locator:
        return self.page.locator("input[name$='-number']:not([type=hidden])")

    def more(self, row: int) -> Locator:
        """What lies below the nth row: sources, explanations, why it does not apply."""
        return self.page.locator(".fill-more").nth(row)

    def is_accessible(self, page: Page | None = None) -> None:
        """Ask axe, which is a script itself; without script the same pages come from the same templates."""
        if self.script:
            assert self.axe(page or self.page) == []

    # Steps of the operator

    def signs_in(self) -> None:
        name = f"operator-{self.office.code}"
        self.hand.write(self.page.get_by_label("Nama pengguna"), name)
        self.hand.write(self.page.get_by_label("Kata sandi"), self.portal.passwords[name])
        self.hand.press(self.page.get_by_role("button", name="Masuk"))
        self.page.wait_for_url(lambda url: reverse("account_login") not in url)

    def opens_the_grid(self, action: str = "Isi") -> None:
        """From anywhere by "Tugas saya": this report by its period, the grid by one press."""
        menu = self.page.get_by_role("navigation", name="Menu utama")
        self.hand.press(menu.get_by_role("link", name="Tugas saya"))
        task = self.page.locator(".task").filter(has=self.page.locator(f"a[href='{self.address}']"))
        self.hand.press(task.get_by_role("link", name=re.compile(f"^{action}")))
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Isi realisasi")

    @property
    def address(self) -> str:
        return reverse("report-detail", args=[self.report])

    def types(self, cell: int, text: str) -> None:
        self.hand.write(self.cells.nth(cell), text)

    def completes(self, row: int) -> None:
        """Write below a row what it owes: its source, why it is below target, or why it does not apply."""
        owes: dict[str, str] = {}
        if self.told.not_applicable == row:
            owes = {"Alasan tidak berlaku": "Tidak ada kegiatan pada periode ini (data contoh)"}
        elif row in self.office.external:
            owes = {
                "Sumber": "Rekap dinas (data contoh)",
                "Dokumen sumber": f"Rekap TW {self.part} (data contoh)",
                "Tanggal dokumen": "31 Desember 2018",
            }
        if row in self.told.below:
            owes |= {"Kendala": "Target setahun (data contoh)", "Tindak lanjut": "Dilanjutkan (data contoh)"}
        self.writes_below(row, owes)

    def writes_below(self, row: int, owes: dict[str, str]) -> None:
        more = self.more(row)
        if owes and more.locator("details").get_attribute("open") is None:
            self.hand.unfold(more.locator("summary"))
        for label, text in owes.items():
            self.hand.write(more.get_by_label(label, exact=True), text)

    def attaches_evidence(self) -> None:
        """Attach a file to the first row, where one fills or, without script, on a page of its own."""
        self.hand.press(self.page.locator(".evidence-open").first)
        self.hand.choose(self.page.get_by_label("Pilih berkas"))
        if self.script:
            expect(self.page.locator(".upload[data-kind=ok]")).to_have_count(1)
            self.is_accessible()
            self.page.keyboard.press("Escape")
            expect(self.page.get_by_role("dialog")).to_have_count(0)
        else:
            self.hand.press(self.page.get_by_role("button", name="Unggah"))
            expect(self.page.locator(".evidence-item")).to_have_count(1)
            self.hand.press(self.page.get_by_role("link", name="Kembali mengisi"))
        expect(self.page.locator(".evidence-open").first).to_contain_text("Bukti dukung: 1")

    def checks(self) -> None:
        self.hand.press(self.page.get_by_role("button", name="Periksa dan kirim"))
        expect(self.page.get_by_role("heading", name="Status laporan")).to_be_visible()

    def is_told_and_jumps(self, row: int, sentence: str) -> None:
        """The check names one row, what it lacks, and leads there."""
        self.is_accessible()
        missing = self.page.locator("section[aria-labelledby=kurang] li")
        expect(missing).to_have_count(1)
        expect(missing).to_contain_text(sentence)
        self.hand.press(missing.get_by_role("link"))
        expect(self.page.locator(".fill-row").nth(row)).to_be_in_viewport()

    def takes_step(self, label: str) -> None:
        """Press a step on the page of the report and confirm it."""
        takes_step(self.hand, label, script=self.script)

    # The way of the report through the others

    def is_decided(self) -> None:
        """Sent, returned with a note on one row, repaired, sent again, verified, read and approved."""
        told, row = self.told, self.office.cells[self.told.slip[0]]
        self.takes_step("Kirim ke verifikator")
        expect(self.page.locator(".notice-ok")).to_contain_text("dikirim. Berikutnya: verifikator.")
        self.is_returned(row)
        self.opens_the_grid("Perbaiki")
        marked = self.page.locator(".fill-row.is-marked")
        expect(marked).to_have_count(1)
        expect(marked).to_contain_text(REPAIR)
        expect(marked).to_be_in_viewport()
        self.types(told.slip[0], told.typed[told.slip[0]])
        self.checks()
        expect(self.page.locator("section[aria-labelledby=kurang]")).to_have_count(0)
        self.takes_step("Kirim lagi")
        expect(self.page.locator(".report-side .pill")).to_have_text("Dikirim")
        self.is_approved()
        assert outcomes(self.page, self.address) == list(told.outcomes)
        self.gone.add((self.office.code, self.part))

    def is_returned(self, row: int) -> None:
        page = self.open_for("verifikator")
        hand = type(self.hand)(page)
        page.goto(self.address)
        hand.press(page.get_by_role("link", name="Kembalikan"))
        hand.write(page.get_by_label("Alasan wajib"), "Satu baris perlu dicocokkan (data contoh)")
        hand.write(page.locator("textarea[name^=catatan-]").nth(row), REPAIR)
        self.is_accessible(page)
        hand.press(page.get_by_role("button", name="Kembalikan"))
        expect(page.locator(".report-side .pill")).to_have_text("Dikembalikan")

    def is_approved(self) -> None:
        """Verified, then approved by a head who reads first what changed."""
        page = self.open_for("verifikator")
        page.goto(self.address)
        takes_step(type(self.hand)(page), "Verifikasi", script=self.script)
        page = self.open_for("kepala")
        hand = type(self.hand)(page)
        page.goto(reverse("task-list"))
        hand.press(page.locator(f".task a.btn[href='{self.address}']"))
        expect(page.get_by_role("heading", name=re.compile("^Berubah sejak"))).to_be_visible()
        self.is_accessible(page)
        hand.press(page.get_by_role("link", name="Setujui", exact=True))
        expect(page.get_by_role("heading", name="Setujui?")).to_be_visible()
        self.is_accessible(page)
        hand.write(page.get_by_label("Nama penanda tangan"), "Penanda tangan uji")
        hand.write(page.get_by_label("Jabatan"), "Kepala Dinas")
        hand.press(page.get_by_role("button", name="Setujui", exact=True))
        expect(page.locator(".report-side .pill")).to_have_text("Disetujui")


def takes_step(hand: Mouse, label: str, *, script: bool) -> None:
    hand.press(hand.page.get_by_role("link", name=label, exact=True))
    asked: Page | Locator = hand.page.get_by_role("dialog") if script else hand.page
    hand.press(asked.get_by_role("button", name=label, exact=True))
    expect(hand.page.get_by_role("dialog")).to_have_count(0)


def figures(page: Page) -> list[str]:
    inputs = page.locator("input[name$='-number']:not([type=hidden])")
    return [field.input_value() for field in inputs.all()]


def outcomes(page: Page, address: str) -> list[tuple[str, str]]:
    """Return result and achievement of each row as the page of the report prints them."""
    page.goto(address)
    printed = []
    for row in page.locator("tr[id^=baris-]").all():
        result = row.locator("td[data-label=Realisasi]").locator("b, .pill").first.inner_text()
        achievement = row.locator("td[data-label=Capaian]").all_inner_texts()
        printed.append((result.strip(), re.findall(r"[\d.,]+%", achievement[0])[0] if achievement else ""))
    return printed


def paste(page: Page, text: str) -> None:
    """Paste as from a spreadsheet, through the clipboard of the browser."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


# Arranging


@pytest.fixture(scope="module")
def reports(portal: Portal) -> dict[str, list[int]]:
    """The keys of the reports by code of the agency: four quarters and the year."""
    found: dict[str, list[int]] = json.loads(portal.run("-m", "tests.e2e.arrange_years"))
    portal.learn_passwords()
    return found


@pytest.fixture(scope="module")
def gone() -> set[tuple[str, int]]:
    """Quarters that journeys of this run have brought to their end."""
    return set()


@pytest.fixture
def begin(
    portal: Portal,
    reports: dict[str, list[int]],
    gone: set[tuple[str, int]],
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Axe,
) -> Callable[..., Journey]:
    """Begin the journey of an office in a quarter (5: the year) with a kind of hand and a kind of browser."""

    def begin(office: Office, part: int, hand: type[Mouse] = Mouse, **options: Any) -> Journey:
        before = [(office.code, quarter) for quarter in range(1, part)]
        if not gone.issuperset(before):
            portal.run("-m", "tests.e2e.arrange_years", office.code, str(part - 1))
            gone.update(before)

        def open_for(role: str) -> Page:
            page = new_page(**options)
            sign_in(page, role, office.code)
            return page

        report = reports[office.code][part - 1]
        script = options.get("java_script_enabled", True)
        page = new_page(**options)
        page.goto(reverse("account_login"))
        return Journey(portal, office, part, report, hand(page), open_for, axe, gone, script)

    return begin


each_office = pytest.mark.parametrize("office", years.OFFICES, ids=lambda office: office.code)


# The journeys


@each_office
def test_the_first_quarter_by_keyboard_alone(begin: Callable[..., Journey], office: Office) -> None:
    journey = begin(office, 1, Keys)
    page, told = journey.page, journey.told
    journey.signs_in()
    journey.opens_the_grid()
    expect(journey.cells.first).to_be_focused()  # nothing to press before typing
    slip, wrong = told.slip
    typed = [*told.typed[:slip], wrong, *told.typed[slip + 1 :]]
    if office is years.PROBOLINGGO:
        for text in ("172", "104"):
            page.keyboard.type(text)
            page.keyboard.press("Enter")
        expect(page.get_by_text("Pembilang (172) lebih besar dari penyebut (104)")).to_be_visible()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
    else:
        page.keyboard.type("0,108")
        page.keyboard.press("Enter")
        repair = page.get_by_role("button", name="Ubah menjadi 10,8")
        expect(repair).to_be_visible()
        journey.hand.press(repair)
        expect(journey.cells.first).to_be_focused()
    for text in typed:
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(page.locator(SAVED)).to_contain_text("Tersimpan")
    expect(page.locator(".doubt p:visible")).to_have_count(0)
    journey.is_accessible()
    page.keyboard.press("Alt+r")  # all about this row, and back to its cell
    expect(page.locator("#rincian-judul")).to_be_focused()
    journey.is_accessible()
    page.keyboard.press("Escape")
    expect(journey.cells.last).to_be_focused()
    forgotten = max(told.below)
    for row in range(len(told.outcomes)):
        if row != forgotten:
            journey.completes(row)
    journey.attaches_evidence()
    expect(page.locator(".evidence-open").first).to_be_focused()
    journey.checks()
    journey.takes_step("Kirim ke verifikator")
    expect(page.get_by_role("alert")).to_contain_text("Belum dapat dikirim")
    journey.is_told_and_jumps(forgotten, "Capaian di bawah target: tulis kendala dan tindak lanjutnya.")
    missing = journey.more(forgotten).get_by_label("Kendala")
    expect(missing).to_be_focused()
    assert missing.evaluate(FOCUS)["hidden"] == ""
    journey.completes(forgotten)
    assert figures(page) == typed
    journey.checks()
    journey.is_decided()


@each_office
def test_the_second_quarter_pasted_with_the_line_cut(
    begin: Callable[..., Journey], office: Office, complaints: list[str]
) -> None:
    journey = begin(office, 2, permissions=["clipboard-read", "clipboard-write"])
    told, slip, wrong = journey.told, *journey.told.slip
    typed = [*told.typed[:slip], wrong, *told.typed[slip + 1 :]]
    journey.signs_in()
    journey.opens_the_grid()
    # A column of Excel under its heading with a gap; then two columns of LibreOffice, one figure tenfold.
    empty, half = 2, 4
    excel = ["Realisasi", *typed[:empty], "", *typed[empty + 1 : half]]
    far = {"tahun-probolinggo": (4, "2.967.000.000.000"), "tahun-kaltim": (6, "530")}[office.code]
    tenfold = [far[1] if cell == far[0] else typed[cell] for cell in range(half, len(typed))]
    expect(journey.cells.first).to_be_focused()
    paste(journey.page, "\r\n".join(excel) + "\r\n")
    expect(journey.page.locator("#live")).to_contain_text(f"{half - 1} nilai ditempel, 1 dilewati")
    expect(journey.page.locator(SAVED)).to_be_visible()
    journey.page.context.set_offline(True)
    journey.cells.nth(half).focus()
    paste(journey.page, "".join(f"data\t{text}\n" for text in tenfold))
    count = len(tenfold)
    expect(journey.page.locator("#live")).to_contain_text(f"{count} nilai ditempel, {count} dilewati")
    expect(journey.page.locator("#simpan")).to_have_text(CUT)
    journey.is_accessible()
    address, context = journey.page.url, journey.page.context
    journey.page.close()
    journey.hand = Mouse(context.new_page())
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        journey.page.goto(address)
    context.set_offline(False)
    journey.page.goto(address)
    expect(journey.page.locator(SAVED)).to_be_visible()
    complaints.clear()  # the line was cut on purpose
    journey.page.goto(journey.address)
    written = journey.page.locator(".history > li")
    expect(written).to_have_count(len(typed))  # opened, and every figure but the empty one exactly once
    journey.page.goto(address)
    doubt = journey.page.locator(".doubt:visible")
    expect(doubt).to_contain_text("sekitar 10 kali nilai TW I 2018")
    doubt.get_by_role("button", name=f"Ubah menjadi {told.typed[far[0]]}").click()
    expect(doubt).to_have_count(0)
    for row in range(len(told.outcomes)):
        if row != office.cells[empty]:
            journey.completes(row)
    journey.attaches_evidence()
    journey.checks()
    journey.is_told_and_jumps(office.cells[empty], "elum diisi")
    expect(journey.cells.nth(empty)).to_be_focused()
    journey.page.keyboard.type(typed[empty])
    expect(journey.page.locator(SAVED)).to_be_visible()
    journey.completes(office.cells[empty])
    assert figures(journey.page) == typed
    journey.checks()
    journey.is_decided()


@each_office
def test_the_third_quarter_without_script(begin: Callable[..., Journey], office: Office) -> None:
    journey = begin(office, 3, java_script_enabled=False)
    page, told = journey.page, journey.told
    slip, wrong = told.slip
    typed = [*told.typed[:slip], wrong, *told.typed[slip + 1 :]]
    journey.signs_in()
    journey.opens_the_grid()
    for cell, text in enumerate(typed):
        journey.types(cell, "12,5o" if cell == 3 else text)
    journey.completes(0)
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("bukan angka")
    journey.is_accessible()
    assert figures(page) == [*typed[:3], "12,5o", *typed[4:]]
    page.locator(".error-summary a").click()
    expect(journey.cells.nth(3)).to_be_in_viewport()
    journey.types(3, typed[3])
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text("1 isian tersimpan pukul")).to_be_visible()
    for row in range(len(told.outcomes)):
        journey.completes(row)
    page.get_by_role("button", name="Simpan", exact=True).click()
    journey.attaches_evidence()
    journey.checks()
    assert told.odd is not None
    row = office.cells[told.odd]
    journey.is_told_and_jumps(row, "Kalau memang benar, tulis alasannya")
    page.locator(".fill-row").nth(row).get_by_label("Alasan nilai ini benar").fill(
        "Sesuai rekap (data contoh)"
    )
    journey.checks()
    expect(page.locator("section[aria-labelledby=janggal]")).to_contain_text("Sesuai rekap (data contoh)")
    journey.is_decided()


@each_office
def test_the_fourth_quarter_on_a_phone_beside_another_writer(
    begin: Callable[..., Journey],
    office: Office,
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    complaints: list[str],
) -> None:
    journey = begin(office, 4, Finger, **PHONE)
    page, told = journey.page, journey.told
    slip, wrong = told.slip
    typed = [*told.typed[:slip], wrong, *told.typed[slip + 1 :]]
    journey.signs_in()
    journey.opens_the_grid()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert min(box["height"] for cell in journey.cells.all() if (box := cell.bounding_box())) >= 44
    # Two on one cell: once the own figure counts, once that of the other.
    mine, theirs = (typed[0], "140") if office is years.PROBOLINGGO else ("14,5", typed[0])
    other = new_page()
    sign_in(other, "admin", office.code)
    other.goto(page.url)
    other.keyboard.type(theirs)
    other.keyboard.press("Enter")
    expect(other.locator(SAVED)).to_be_visible()
    journey.types(0, mine)
    journey.types(1, typed[1])
    note = page.locator(".cell-note[data-kind=bad]")
    expect(note).to_contain_text(f"menjadi {theirs}. Nilai Anda {mine}. Mana yang dipakai?")
    journey.is_accessible()
    page.reload()
    expect(note).to_contain_text(f"Nilai Anda {mine}")  # asked until it is answered
    kept = f"Pakai nilai Anda: {mine}" if mine == typed[0] else f"Pakai yang tersimpan: {theirs}"
    journey.hand.press(note.get_by_role("button", name=kept))
    expect(note).to_have_count(0)
    expect(page.locator("#simpan")).to_have_text(re.compile(r"ersimpan (\d\d\.\d\d|sendiri)"))
    # The session ends while one types.
    page.context.clear_cookies(name="sessionid")
    for cell in range(2, len(typed)):
        journey.types(cell, typed[cell])
    again = page.get_by_role("link", name="Masuk lagi")
    expect(again).to_be_visible()
    expect(page.locator("#simpan")).to_contain_text("Isian Anda tersimpan di perangkat ini")
    journey.is_accessible()
    journey.hand.press(again)
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
    journey.signs_in()
    expect(page.locator(SAVED)).to_be_visible()
    assert figures(page) == typed
    complaints.clear()  # 409 is the answer asked for, the session was dropped on purpose
    assert told.odd is not None
    odd = page.locator(".fill-row").nth(office.cells[told.odd])
    journey.hand.write(odd.get_by_label("Alasan nilai ini benar"), "Sesuai rekap (data contoh)")
    forgotten = max(told.below)
    for row in range(len(told.outcomes)):
        if row != forgotten:
            journey.completes(row)
    journey.attaches_evidence()
    journey.checks()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    journey.is_told_and_jumps(forgotten, "Capaian di bawah target: tulis kendala dan tindak lanjutnya.")
    expect(journey.more(forgotten).get_by_label("Kendala")).to_be_focused()
    journey.completes(forgotten)
    journey.checks()
    journey.is_decided()


@each_office
def test_the_year_comes_from_its_quarters(begin: Callable[..., Journey], office: Office) -> None:
    journey = begin(office, 5)
    page = journey.page
    journey.signs_in()
    journey.opens_the_grid()
    expect(journey.cells).to_have_count(0)
    shown = page.locator(".fill-row .outcome")
    for row, (result, achievement, label) in enumerate(office.year):
        expect(shown.nth(row).locator(".outcome-result b")).to_have_text(result)
        expect(shown.nth(row)).to_contain_text(f"{label} = {result}")
        expect(shown.nth(row).locator(".outcome-reached b")).to_have_text(achievement)
    journey.is_accessible()
    explanation = {"Kendala": "Target setahun (data contoh)", "Tindak lanjut": "Dilanjutkan (data contoh)"}
    journey.writes_below(office.below_in_year, explanation)
    journey.checks()
    journey.takes_step("Kirim ke verifikator")
    journey.is_approved()
    expected = [(result, achievement) for result, achievement, _ in office.year]
    assert outcomes(page, journey.address) == expected
