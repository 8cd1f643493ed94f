"""Every page in Chromium: accessible, silent under the strict policy, no wider than a phone, light.

A new address fails test_no_address_is_forgotten until it stands in PAGES, SIGNED_OUT or NOT_A_PAGE.
"""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Page, Response, ViewportSize, expect

from tests.e2e.conftest import ROOT, Portal

DESKTOP = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)

# URL name → its parameters, each by the name that arrange.py gives the value.
PAGES: dict[str, dict[str, str]] = {
    "home": {},
    "help": {},
    "gallery": {},
    "account_logout": {},
    "account_change_password": {},
    "region-list": {},
    "region-detail": {"code": "region"},
    "agency-list": {},
    "agency-detail": {"code": "agency"},
    "agency-add": {},
    "agency-edit": {"code": "agency"},
    "unit-add": {"code": "agency"},
    "unit-edit": {"code": "agency", "pk": "unit"},
    "unit-delete": {"code": "agency", "pk": "unit"},
    "official-add": {"code": "agency"},
    "official-edit": {"code": "agency", "pk": "official"},
    "official-delete": {"code": "agency", "pk": "official"},
    "indicator-set-list": {},
    "indicator-set-detail": {"pk": "set"},
    "indicator-set-add": {"code": "agency"},
    "indicator-set-edit": {"pk": "draft"},
    "indicator-set-compose": {"pk": "draft"},
    "indicator-set-delete": {"pk": "draft"},
    "indicator-set-revise": {"pk": "other_set"},
    "indicator-set-put-in-force": {"pk": "draft"},
    "indicator-set-changes": {"pk": "draft"},
    "indicator-set-issue": {"pk": "other_set"},
    "goal-add": {"pk": "draft"},
    "goal-edit": {"pk": "draft_goal"},
    "goal-delete": {"pk": "draft_goal"},
    "indicator-add": {"pk": "draft_goal"},
    "indicator-detail": {"pk": "indicator"},
    "indicator-edit": {"pk": "draft_indicator"},
    "indicator-delete": {"pk": "draft_indicator"},
    "target-edit": {"pk": "draft_indicator"},
    "target-revise": {"pk": "indicator", "year": "year"},
    "data-element-list": {"code": "agency"},
    "data-element-add": {"code": "agency"},
    "data-element-edit": {"code": "agency", "pk": "element"},
    "data-element-delete": {"code": "agency", "pk": "element"},
    "task-list": {},
    "notice-list": {},
    "report-list": {},
    "report-detail": {"pk": "report"},
    "report-fill": {"pk": "report"},
    "report-notes": {"pk": "report"},
    "report-document": {"pk": "report"},
    "issued-document": {"pk": "document"},
    "entry-panel": {"pk": "report", "entry": "entry"},
    "entry-trend": {"pk": "report", "entry": "entry"},
    "entry-history": {"pk": "report", "entry": "entry"},
    "entry-notes": {"pk": "report", "entry": "entry"},
    "report-extend": {"pk": "report"},
    "evidence-list": {"pk": "report", "entry": "entry"},
    "evidence-replace": {"pk": "evidence"},
    "evidence-remove": {"pk": "evidence"},
    "import-list": {},
    "import-add": {},
    "import-detail": {"pk": "applied_import"},
    "import-mapping": {"pk": "import"},
    "import-questions": {"pk": "import"},
    "import-review": {"pk": "import"},
    "import-undo": {"pk": "applied_import"},
    "import-drop": {"pk": "import"},
    "audit-log": {},
    "indicator-years": {"pk": "thread"},
    "region-dashboard": {"code": "region"},
    "period-list": {},
    "period-open": {"code": "region"},
    "period-detail": {"pk": "period"},
}
SIGNED_OUT = [
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
]
NOT_A_PAGE = {
    "notice-open": "redirects to the report of the notice; test_notices.py",
    "notice-read": "POST",
    "account_signup": "closed: accounts are made by an admin",
    "account_set_password": "redirects: every account has a password",
    "account_reauthenticate": "redirects unless a sign-in is too old",
    "account_reset_password_from_key": "needs a link from a mail; tests/portal/test_accounts.py",
    "indicator-years-export": "file",
    "national-dashboard": "for superusers; test_dashboards.py",
    "goal-move": "POST",
    "indicator-move": "POST",
    "formula-check": "fragment of the formula editor",
    "audit-log-download": "file",
    "import-repair": "POST",
    "import-confirm": "POST",
    "import-again": "POST",
    "import-annotated": "file",
    "indicator-set-pdf": "file",
    "indicator-set-export": "file",
    "report-export": "file",
    "report-document-pdf": "file",
    "issued-document-file": "file",
    "report-issue": "POST",
    "report-list-export": "file",
    "report-template": "file",
    "evidence-download": "file",
    "report-move": "asks only those whose step it is; test_journeys.py",
    "cells-fill": "POST",
}
READ_BY_ALL = [
    "home",
    "help",
    "region-list",
    "region-detail",
    "agency-list",
    "agency-detail",
    "indicator-set-list",
    "indicator-set-detail",
    "indicator-detail",
    "task-list",
    "notice-list",
    "report-list",
]
VISITORS = [
    ("operator", "dkupp-probolinggo"),
    ("verifikator", "dkupp-probolinggo"),
    ("kepala", "dkupp-probolinggo"),
    ("admin", "dkupp-probolinggo"),
    ("inspektorat", "64"),
    ("admin-sistem", ""),
]

Axe = Callable[[Page], list[str]]
SignIn = Callable[..., None]


@pytest.fixture(scope="module")
def places(portal: Portal) -> dict[str, Any]:
    """Put one row of everything into the portal and return where it is."""
    command = [sys.executable, "-m", "tests.e2e.arrange"]
    result = subprocess.run(
        command, cwd=ROOT, env=portal.environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def address(name: str, places: dict[str, Any]) -> str:
    return reverse(name, kwargs={parameter: places[place] for parameter, place in PAGES[name].items()})


def is_in_order(page: Page, path: str, axe: Axe) -> None:
    """Open `path` on a desktop, look, narrow the window to a phone, look again, and weigh."""
    loaded: list[Response] = []
    page.on("response", lambda response: loaded.append(response))
    page.set_viewport_size(DESKTOP)
    response = page.goto(path)
    assert response is not None
    assert response.status == 200
    assert page.url.endswith(path), "redirected"
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    code = [r for r in loaded if r.request.resource_type in ("stylesheet", "script")]
    assert sum(len(gzip.compress(r.body())) for r in code) <= 70 * 1024
    assert len(loaded) <= 8


def names(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name
            yield pattern.name
        elif pattern.namespace != "admin":
            yield from names(pattern)


def test_no_address_is_forgotten() -> None:
    assert set(names(get_resolver())) == PAGES.keys() | set(SIGNED_OUT) | NOT_A_PAGE.keys()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_light_and_fits_a_phone(
    page: Page, sign_in: SignIn, axe: Axe, places: dict[str, Any], name: str
) -> None:
    sign_in(page, "admin-daerah", "35.74")
    is_in_order(page, address(name, places), axe)


def test_every_dialog_is_accessible_on_a_desk_and_on_a_phone(
    page: Page, sign_in: SignIn, axe: Axe, places: dict[str, Any]
) -> None:
    sign_in(page, "admin-sistem")
    asked: set[str] = set()
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for name in PAGES:
            page.goto(address(name, places))
            for opener in page.locator("[data-dialog]:visible").all():
                opener.click()
                expect(page.get_by_role("dialog")).to_have_count(1)
                assert axe(page) == [], name
                page.keyboard.press("Escape")
                expect(page.get_by_role("dialog")).to_have_count(0)
                asked.add(name)
    assert {"report-detail", "evidence-list"} <= asked


def test_every_part_of_the_panel_and_the_evidence_beside_the_grid_are_accessible(
    page: Page, sign_in: SignIn, axe: Axe, places: dict[str, Any]
) -> None:
    sign_in(page, "admin-sistem")
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        page.goto(address("report-fill", places))
        page.locator("[data-panel]").first.click()
        panel = page.get_by_role("dialog")
        for part in ("tren", "riwayat", "catatan"):
            panel.locator(f"#{part} > summary").click()
            expect(panel.locator(f"#{part} .part-link")).to_have_count(0)
            assert axe(page) == [], part
        panel.get_by_role("button", name="Tutup").click()
        page.locator(".evidence-open").first.click()
        expect(page.get_by_role("dialog").get_by_label("Pilih berkas")).to_be_visible()
        assert axe(page) == []


@pytest.mark.parametrize("name", SIGNED_OUT)
def test_a_page_before_signing_in_is_accessible_light_and_fits_a_phone(
    page: Page, axe: Axe, name: str
) -> None:
    is_in_order(page, reverse(name), axe)


@pytest.mark.parametrize("visitor", VISITORS, ids=" ".join)
def test_what_everybody_reads_is_in_order_for_every_role(
    page: Page, sign_in: SignIn, axe: Axe, places: dict[str, Any], visitor: tuple[str, str]
) -> None:
    sign_in(page, *visitor)
    for name in READ_BY_ALL:
        is_in_order(page, address(name, places), axe)


@pytest.mark.parametrize(
    ("path", "status"), [("/tidak-ada/", 404), ("/iku/999999/", 404), ("/sasaran/1/pindah/naik/", 405)]
)
def test_an_error_page_is_accessible_and_fits_a_phone(
    page: Page, sign_in: SignIn, axe: Axe, path: str, status: int
) -> None:
    sign_in(page, "operator", "dkupp-probolinggo")
    response = page.goto(path)
    assert response is not None
    assert response.status == status
    assert axe(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_stock_admin_works_under_the_strict_policy(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "admin-sistem")
    models = [model._meta for model in admin.site._registry]
    lists = [reverse(f"admin:{m.app_label}_{m.model_name}_changelist") for m in models]
    for path in [reverse("admin:index"), *lists, *(f"{path}add/" for path in lists)]:
        response = page.goto(path)
        assert response is not None
        # 403: what only the portal's own forms may add.
        assert response.status in (200, 403), path


def test_spreadsheets_go_in_and_out_of_the_stock_admin_under_the_strict_policy(
    page: Page, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in(page, "admin-sistem")
    page.goto(reverse("admin:agencies_region_export"))
    page.select_option("[name=format]", label="csv")
    with page.expect_download() as download:
        page.click("input[type=submit]")
    table = download.value.path().read_text(encoding="utf-8-sig")
    sheet = tmp_path / "daerah.csv"
    sheet.write_text(table.replace("Kalimantan Timur", "Kaltim"), encoding="utf-8")
    page.goto(reverse("admin:agencies_region_import"))
    page.set_input_files("input[type=file]", sheet)
    page.click("input[type=submit]")
    # The preview says what changes; nothing is confirmed.
    page.wait_for_selector("table.import-preview tr.update del")
