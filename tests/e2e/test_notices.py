"""Notices in Chromium: the bell on every page, the list, marked read one by one and all at once."""

import json
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import Portal

SIZES = [ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)]
ARRANGE = """
import datetime as dt, json
from decimal import Decimal
from agencies.models import User
from agencies.roles import Role
from reports import entries, notices, workflow
from reports.models import Notice
from reports.status import Status
from tests import builders

agency = builders.agency(region=builders.region("11"), short_name="Dinas Contoh")
names = ("operator", "verifikator")
operator, verifier = (User.objects.get(username=f"{name}-dkupp-probolinggo") for name in names)
Notice.objects.filter(user__in=(operator, verifier)).delete()
builders.membership(operator, Role.OPERATOR, agency)
builders.membership(verifier, Role.VERIFIER, agency)
today = dt.datetime.now(agency.zone).date()
set_ = builders.set_in_force(agency, first_year=2026)
report = builders.report(set_, 3, year=2026, opens=today, closes=today + dt.timedelta(days=3))
notices.tell(notices.due(dt.datetime.now(agency.zone)))
Notice.objects.exclude(report=report).delete()
proof = {"source": "BPS", "document": "Rilis", "document_date": today}
entry = report.entries.get()
changes = {"number": Decimal(50), **proof}
entries.fill_entry(entry, changes, based_on=0, by=operator, key="isi")
workflow.move(report, Status.SUBMITTED, by=operator)
notes = {entry.pk: "Pakai rilis September."}
workflow.move(report, Status.RETURNED, by=verifier, note="Sumbernya keliru.", row_notes=notes)
print(json.dumps(report.get_absolute_url()))
"""


@pytest.fixture
def report(portal: Portal) -> str:
    """The address of a report that is due and came back to the operator, who has read nothing yet."""
    found: str = json.loads(portal.manage("shell", "--command", ARRANGE).splitlines()[-1])
    return found


def test_an_operator_reads_what_came_back_and_marks_the_rest(
    page: Page,
    sign_in: Callable[..., None],
    axe: Callable[[Page], list[str]],
    report: str,
) -> None:
    sign_in(page, "operator", "dkupp-probolinggo")
    page.goto(reverse("task-list"))
    bell = page.get_by_role("link", name="Pemberitahuan 2 belum dibaca")
    for size in SIZES:
        page.set_viewport_size(size)
        box = bell.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        assert axe(page) == []
    bell.click()
    expect(page.locator("h1")).to_have_text("Pemberitahuan")
    for size in SIZES:
        page.set_viewport_size(size)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    unread = page.locator(".told > .is-unread")
    expect(unread).to_have_count(2)
    expect(unread.first).to_contain_text("Belum dibaca")
    expect(unread.first).to_contain_text("Pakai rilis September.")
    unread.first.get_by_role("link").click()
    assert page.url.endswith(report)
    page.get_by_role("link", name="Pemberitahuan 1 belum dibaca").click()
    page.get_by_role("button", name="Tandai semua sudah dibaca").click()
    expect(unread).to_have_count(0)
    expect(page.get_by_role("link", name="Pemberitahuan", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Tandai semua sudah dibaca")).to_have_count(0)
    assert axe(page) == []
