"""A head opens a report in Chromium: what changed stands first, the decision is one press away."""

import json
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import Portal

DESKTOP, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)
ARRANGE = """
import datetime as dt, json
from decimal import Decimal
from agencies.models import Region, User
from agencies.roles import Role
from indicators import sets
from reports import entries
from tests import builders
region = Region.objects.get(code="35.74")
agency = builders.agency(region=region, code="kunjungan", name="Dinas Kunjungan", short_name="Kunjungan")
goal = builders.goal(builders.indicator_set(agency, first_year=2019))
element = builders.element(agency, "sehat", label="Jumlah koperasi sehat")
builders.target(builders.indicator(goal, name="Koperasi sehat", formula="sehat * 100%"), 2019, value=60)
admin = User.objects.get(username="admin-daerah-35-74")
sets.put_in_force(goal.indicator_set, by=admin)
today = dt.date.today()
period = builders.period(region, 2, year=2019)
report = entries.open_report(period, agency, by=admin)
operator = builders.user(Role.OPERATOR, agency, name="Operator", username="kunjungan-operator")
verifier = builders.user(Role.VERIFIER, agency, name="Verifikator", username="kunjungan-verifikator")
builders.membership(User.objects.get(username="kepala-dkupp-probolinggo"), Role.HEAD, agency)
print(json.dumps({"report": report.pk, "operator": operator.pk, "verifier": verifier.pk}))
"""
CHANGE = """
import datetime as dt
from decimal import Decimal
from agencies.models import User
from reports import entries, workflow
from reports.models import Look, Report
from reports.status import Status
report = Report.objects.get(pk={report})
Look.objects.filter(report=report).update(at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=2))
operator, verifier = User.objects.get(pk={operator}), User.objects.get(pk={verifier})
value = report.values.get()
entries.fill_value(report, value.element, Decimal("57"), based_on=value.version, by=operator, key="kunjungan")
entry = report.entries.get()
texts = {{"obstacle": "Data contoh", "follow_up": "Data contoh"}}
entries.fill_entry(entry, texts, based_on=entry.version, by=operator, key="kunjungan-teks")
workflow.move(report, Status.SUBMITTED, by=operator)
workflow.move(report, Status.VERIFIED, by=verifier)
"""


@pytest.fixture(scope="module")
def made(portal: Portal) -> dict[str, int]:
    """A report whose head has looked at it before its figure was filled and verified."""
    found: dict[str, int] = json.loads(portal.manage("shell", "--command", ARRANGE).splitlines()[-1])
    return found


def top(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"]


def test_a_head_sees_what_changed_and_decides(
    portal: Portal,
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], list[str]],
    made: dict[str, int],
) -> None:
    page = new_page(viewport=DESKTOP)
    sign_in(page, "kepala", "dkupp-probolinggo")
    url = reverse("report-detail", args=[made["report"]])
    page.goto(url)
    expect(page.get_by_text("Anda baru pertama kali membuka laporan ini")).to_be_visible()
    portal.manage("shell", "--command", CHANGE.format(**made))
    for width in (DESKTOP, PHONE, DESKTOP):  # loaded again, nothing is swallowed
        page.set_viewport_size(width)
        page.goto(url)
        changes = page.locator("section[aria-labelledby=berubah]")
        expect(changes.get_by_role("heading")).to_contain_text("Berubah sejak")
        expect(changes.locator("li").first).to_contain_text("Verifikasi")
        expect(changes.locator("li", has_text="Jumlah koperasi sehat")).to_contain_text("kosong → 57")
        expect(page.get_by_role("list", name="Tahapan laporan")).to_contain_text("Verifikator")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width["width"]
    page.set_viewport_size(PHONE)
    assert top(page, "#status-laporan") < top(page, "#berubah") < top(page, ".counts") < top(page, "#capaian")
    page.get_by_role("link", name="Jumlah koperasi sehat").click()
    expect(page.locator("tr:target")).to_contain_text("Koperasi sehat")
    page.set_viewport_size(DESKTOP)
    page.emulate_media(media="print")
    expect(page.get_by_text("Jumlah koperasi sehat (57) × 100%").first).to_be_visible()
    expect(page.locator(".counts")).to_be_visible()
    assert [
        pressed.inner_text()
        for pressed in page.locator(".btn, button, textarea").all()
        if pressed.is_visible()
    ] == []
    page.emulate_media(media="screen")
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Setujui").click()
    expect(page.get_by_label("Tanggal tanda tangan")).not_to_have_value("")
    for width in (DESKTOP, PHONE):
        page.set_viewport_size(width)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width["width"]
    page.get_by_label("Nama penanda tangan").fill("Penanda tangan uji")
    page.get_by_label("Jabatan").fill("Kepala Dinas")
    page.get_by_role("button", name="Setujui").click()
    expect(page.get_by_role("list", name="Tahapan laporan")).to_contain_text(
        "ditandatangani basah oleh Penanda tangan uji, Kepala Dinas, tanggal"
    )
    expect(page.locator(".report-side .pill")).to_have_text("Disetujui")
