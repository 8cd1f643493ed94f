"""Start page and help: what each role needs first, and that nobody is left before an empty page."""

import datetime as dt
import html
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from agencies.models import User
from agencies.roles import Role
from indicators import formula
from indicators.models import YearInForce
from indicators.numbers import format_number
from reports.status import Status
from tests import builders
from tests.reports.arranged import bring, office

pytestmark = pytest.mark.django_db

THIS_YEAR = timezone.localdate().year


def start_page(client: Client, user: User) -> str:
    client.force_login(user)
    answer = client.get(reverse("home"))
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("page", ["home", "help"])
def test_who_is_not_signed_in_is_sent_to_the_login(client: Client, page: str) -> None:
    assert client.get(reverse(page)).headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("role", Role)
def test_every_role_finds_its_table_its_pdf_and_what_it_is_there_for(client: Client, role: Role) -> None:
    agency = builders.agency()
    in_force = builders.set_in_force(agency, first_year=THIS_YEAR)
    user = builders.user(role, agency.region if role.is_regional else agency)
    page = start_page(client, user)
    assert in_force.get_absolute_url() in page
    assert reverse("indicator-set-pdf", args=[in_force.pk]) in page
    assert role.rule.task in page
    assert "belum ada IKU untuk tahun ini" not in page
    assert "1 sumber data belum diisi" in page


@pytest.mark.parametrize("role", Role)
def test_drafts_wait_for_those_who_may_go_on_with_them(client: Client, role: Role) -> None:
    agency = builders.agency()
    draft, foreign = builders.indicator_set(agency), builders.indicator_set()
    page = start_page(client, builders.user(role, agency.region if role.is_regional else agency))
    assert (reverse("indicator-set-compose", args=[draft.pk]) in page) is role.rule.edits_master
    reaches_both = role is Role.REGION_ADMIN
    assert (reverse("indicator-set-compose", args=[foreign.pk]) in page) is reaches_both


def test_gaps_and_indicators_of_a_draft_are_counted(client: Client) -> None:
    agency = builders.agency()
    goal = builders.goal(builders.indicator_set(agency))
    builders.indicator(goal, sources="Laporan bidang")
    builders.indicator(goal)
    builders.indicator(goal)
    page = start_page(client, builders.user(Role.AGENCY_ADMIN, agency))
    assert '<td class="num" data-label="Indikator">3</td>' in page
    assert "2 sumber data belum diisi" in page


@pytest.mark.parametrize(
    ("years", "shown"),
    [
        ([THIS_YEAR - 1, THIS_YEAR], THIS_YEAR),
        ([THIS_YEAR - 1, THIS_YEAR, THIS_YEAR + 1], THIS_YEAR),
        ([2018, 2019], 2019),
        ([THIS_YEAR + 1, THIS_YEAR + 2], THIS_YEAR + 1),
    ],
)
def test_the_set_of_this_year_is_shown_else_the_nearest_one(
    client: Client, years: list[int], shown: int
) -> None:
    agency = builders.agency()
    for year in years:
        builders.set_in_force(agency, first_year=year)
    page = start_page(client, builders.user(Role.HEAD, agency))
    expected = YearInForce.objects.get(agency=agency, year=shown).indicator_set
    others = agency.indicator_sets.exclude(pk=expected.pk)
    assert expected.get_absolute_url() in page
    assert not any(f'"{other.get_absolute_url()}"' in page for other in others)
    assert ("belum ada IKU untuk tahun ini" in page) is (shown < THIS_YEAR)
    assert ("Berlaku nanti" in page) is (shown > THIS_YEAR)


def test_an_agency_without_a_set_in_force_says_so(client: Client) -> None:
    agency = builders.agency()
    assert "belum ada IKU yang berlaku" in start_page(client, builders.user(Role.OPERATOR, agency))


def test_the_admin_of_one_agency_has_shortcuts_to_its_work(client: Client) -> None:
    agency = builders.agency()
    page = start_page(client, builders.user(Role.AGENCY_ADMIN, agency))
    for name in ("indicator-set-add", "data-element-list", "agency-edit"):
        assert reverse(name, args=[agency.code]) in page
        assert reverse(name, args=[agency.code]) not in start_page(client, builders.user(Role.HEAD, agency))


@pytest.mark.parametrize(
    ("role", "offered"), [(Role.REGION_ADMIN, True), (Role.INSPECTOR, False), (Role.AGENCY_ADMIN, False)]
)
def test_only_a_region_admin_is_offered_to_add_agencies(client: Client, role: Role, offered: bool) -> None:
    agency = builders.agency()
    page = start_page(client, builders.user(role, agency.region if role.is_regional else agency))
    assert (reverse("agency-add") in page) is offered


def test_a_superuser_finds_the_admin_and_what_to_do_on_a_fresh_portal(client: Client) -> None:
    page = start_page(client, builders.user(is_superuser=True, is_staff=True))
    assert reverse("admin:index") in page
    assert "Tambahkan yang pertama, lalu beri penggunanya peran lewat Admin sistem." in page
    builders.agency()
    assert "Belum ada perangkat daerah." not in start_page(client, User.objects.get())


def test_who_belongs_nowhere_is_told_what_why_and_next(client: Client) -> None:
    builders.set_in_force()
    page = start_page(client, builders.user())
    assert "Akun Anda belum terhubung dengan perangkat daerah." in page
    assert "hubungi mereka" in page
    assert f'href="{reverse("indicator-set-list")}"' in page
    assert "IKU yang berlaku</h2>" not in page


@pytest.mark.parametrize(
    ("role", "next_step"),
    [(Role.REGION_ADMIN, "Tambahkan yang pertama"), (Role.INSPECTOR, "Admin daerah menambahkannya")],
)
def test_a_region_without_agencies_says_what_comes_next(client: Client, role: Role, next_step: str) -> None:
    assert next_step in start_page(client, builders.user(role, builders.region()))


def test_a_whole_region_costs_as_many_queries_as_one_agency(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(14):
        builders.set_in_force(builders.agency())
    user = builders.user(Role.REGION_ADMIN, builders.region())
    client.force_login(user)
    with django_assert_max_num_queries(14):
        page = client.get(reverse("home")).text
    assert page.count("Cetak PDF") == 12
    assert 'Lihat semua <span class="num">14</span> perangkat daerah' in page


def test_the_help_answers_behind_every_entry_of_its_contents(client: Client) -> None:
    client.force_login(builders.user())
    page = client.get(reverse("help")).text
    entries = [part.split('"')[0] for part in page.split('href="#')[1:]]
    assert len(entries) > 8
    assert all(f'id="{entry}"' in page for entry in entries)


def test_every_example_of_the_help_computes_to_what_it_says(client: Client) -> None:
    client.force_login(builders.user())
    page = client.get(reverse("help")).text
    examples = re.findall(r'<td data-label="Contoh"><code>(.+?)</code> = (.+?)</td>', page)
    assert len(examples) == 13
    values, last_year = {"a": Decimal(3), "b": Decimal(4)}, {"a": Decimal(2)}
    for text, result in examples:
        outcome = formula.evaluate(formula.parse(html.unescape(text)), values, previous=last_year)
        assert outcome.value is not None, text
        assert format_number(outcome.value, 2) + ("%" if outcome.percent else "") == result, text


# --- what waits ---------------------------------------------------------------------------------------------


def waits(page: str) -> str:
    """Return the words of the section of what waits, "" without one."""
    found = re.search(r'<section class="card" aria-labelledby="menunggu">.*?</section>', page, re.DOTALL)
    return " ".join(strip_tags(found[0]).split()) if found else ""


def test_who_fills_sees_the_first_three_reports_by_their_due_date_and_how_many_wait(client: Client) -> None:
    agency = builders.set_in_force(builders.agency(), first_year=THIS_YEAR).agency
    today = timezone.localdate()
    for part, days in ((1, 9), (2, 3), (3, 6), (4, 12)):
        builders.report(agency, part, year=THIS_YEAR, closes=today + dt.timedelta(days=days))
    page = start_page(client, builders.user(Role.OPERATOR, agency))
    assert "4 laporan menunggu Anda." in page
    said = waits(page)
    places = [said.index(f"Triwulan {number} {THIS_YEAR}") for number in ("II", "III", "I")]
    assert places == sorted(places)
    assert f"Triwulan IV {THIS_YEAR}" not in said
    assert "3 hari lagi" in said
    assert "Dan 1 laporan lain di Tugas saya." in said
    assert reverse("task-list") in page


def test_a_head_sees_the_report_that_awaits_approval_and_a_reader_nothing(client: Client) -> None:
    there = office()
    bring(there, Status.VERIFIED)
    said = waits(start_page(client, builders.user(Role.HEAD, there.agency)))
    assert "Triwulan III 2026 Dinas Koperasi" in said
    assert "Diverifikasi" in said
    assert f"Periksa {there.report}" in said
    for role in (Role.OPERATOR, Role.INSPECTOR):
        at = there.agency.region if role.is_regional else there.agency
        assert waits(start_page(client, builders.user(role, at))) == ""
