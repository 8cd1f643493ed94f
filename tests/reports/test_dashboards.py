"""How agencies and regions stand in a period, told from summaries: late first, ranked, narrowed, sorted."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, Region, User
from agencies.roles import Role
from indicators import sets
from reports import charts, entries, standings, workflow
from reports.models import Period, Report
from reports.status import Status
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scale(db: None) -> None:
    call_command("loaddata", "predicate_scales", verbosity=0)


def reporting(region: Region, name: str, *figures: int | None, part: int = 1, **fields: Any) -> Report:
    """Return the report of a new agency with an indicator a figure, each with the target 100."""
    agency = builders.agency(region=region, name=name, short_name=name, **fields)
    draft = builders.indicator_set(agency, first_year=2026)
    goal = builders.goal(draft)
    for _ in figures:
        builders.target(builders.indicator(goal), 2026)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    report = builders.report(agency, part, year=2026)
    by = builders.user(Role.OPERATOR, agency)
    source = {"source": "BPS", "document": "Berita", "document_date": dt.date(2026, 1, 2)}
    for row, figure in zip(report.entries.all(), figures, strict=True):
        if figure is not None:
            entries.fill_entry(
                row, {"number": Decimal(figure), **source}, based_on=0, by=by, key=f"k{row.pk}"
            )
    return report


def ended(region: Region) -> None:
    """Let the days of all periods of a region be over."""
    today = timezone.localdate()
    region.periods.update(opens=today - dt.timedelta(60), closes=today - dt.timedelta(5))


def send(report: Report, to: Status = Status.SUBMITTED) -> None:
    workflow.move(report, Status.SUBMITTED, by=builders.user(Role.OPERATOR, report.agency))
    if to == Status.VERIFIED:
        workflow.move(report, to, by=builders.user(Role.VERIFIER, report.agency))


def page(client: Client, by: User, region: Region, **asked: str) -> str:
    client.force_login(by)
    response = client.get(reverse("region-dashboard", args=[region.code]), asked)
    assert response.status_code == 200
    return response.content.decode()


def names(html: str) -> list[str]:
    """Return the agencies in the order of the table."""
    return re.findall(r'<th scope="row"><a href="/laporan/\d+/">([^<]+)</a>', html)


def row_of(html: str, name: str) -> str:
    """Return the text of the row of an agency."""
    (row,) = (row for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL) if f">{name}</a>" in row)
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def inspector(region: Region) -> User:
    return builders.user(Role.INSPECTOR, region)


# What stands there


def test_the_late_come_first_then_what_is_still_to_be_done() -> None:
    region = builders.region("64")
    reporting(region, "Dinas A", 90)
    late = reporting(region, "Dinas B", None)
    returned = reporting(region, "Dinas C", 90)
    sent = reporting(region, "Dinas D", 90)
    for report in (returned, sent):
        send(report)
    workflow.move(returned, Status.RETURNED, by=builders.user(Role.VERIFIER, returned.agency), note="Salah")
    ended(region)
    for report in Report.objects.exclude(pk__in=(late.pk, sent.pk)):
        until = timezone.localdate() + dt.timedelta(3)
        workflow.extend(report, closes=until, reason="Banjir", by=builders.user(is_superuser=True))
    html = page(Client(), inspector(region), region)
    assert names(html) == ["Dinas B", "Dinas C", "Dinas A", "Dinas D"]
    assert "Terlambat" in row_of(html, "Dinas B")
    assert "(diperpanjang)" in row_of(html, "Dinas A")
    assert "Terlambat" not in row_of(html, "Dinas D")


def test_a_row_says_what_the_page_of_the_report_says() -> None:
    region = builders.region("64")
    report = reporting(region, "Dinas A", 104, 95, 20, None)
    by = inspector(region)
    row = row_of(page(Client(), by, region), "Dinas A")
    assert "3 dari 4 terisi" in row
    assert "1 tercapai · 1 hampir · 1 jauh" in row
    assert "73,00%" in row
    assert "3 dihitung / 4 total" in row
    assert "Sedang" in row
    client = Client()
    client.force_login(by)
    own_page = client.get(report.get_absolute_url()).content.decode()
    assert "73,00%" in own_page
    assert "Predikat <b>Sedang</b>" in own_page


def test_the_highest_average_is_first_and_equal_ones_share_their_place() -> None:
    region = builders.region("64")
    for name, figure in (
        ("Dinas A", 80),
        ("Dinas B", 90),
        ("Dinas C", 90),
        ("Dinas D", None),
        ("Dinas E", 9),
    ):
        reporting(region, name, figure)
    html = page(Client(), inspector(region), region, urut="capaian")
    assert names(html) == ["Dinas B", "Dinas C", "Dinas A", "Dinas E", "Dinas D"]
    places = [row_of(html, name).split("%")[-1] for name in names(html)]
    assert [re.findall(r"(\d) dari 4", place) for place in places] == [["1"], ["1"], ["3"], ["4"], []]
    assert "sementara" in row_of(html, "Dinas B")
    assert names(page(Client(), inspector(region), region, urut="-capaian"))[:2] == ["Dinas E", "Dinas A"]
    assert names(page(Client(), inspector(region), region, urut="-capaian"))[-1] == "Dinas D"


def test_a_rank_stays_when_the_list_is_narrowed() -> None:
    region = builders.region("64")
    reporting(region, "Dinas A", 80)
    reporting(region, "Dinas B", 90)
    html = page(Client(), inspector(region), region, q="dinas a")
    assert names(html) == ["Dinas A"]
    assert "2 dari 2" in row_of(html, "Dinas A")


def test_filters_narrow_the_list_and_count_each_other() -> None:
    region, by = builders.region("64"), None
    high, low, empty = (
        reporting(region, n, f) for n, f in (("Tinggi", 99), ("Rendah", 55), ("Kosong", None))
    )
    send(high)
    by = inspector(region)
    assert names(page(Client(), by, region, predikat="Rendah")) == ["Rendah"]
    assert names(page(Client(), by, region, predikat="tanpa")) == ["Kosong"]
    assert names(page(Client(), by, region, status="submitted")) == ["Tinggi"]
    assert names(page(Client(), by, region, status="terlambat")) == []
    html = page(Client(), by, region, q="tinggi")
    assert 'Dikirim <b class="num">1</b>' in html
    assert 'Diisi <b class="num">0</b>' in html
    ended(region)
    assert set(names(page(Client(), by, region, status="terlambat"))) == {"Rendah", "Kosong"}
    assert low.agency_id != empty.agency_id


def test_what_is_asked_stays_in_the_addresses_of_the_page() -> None:
    region = builders.region("64")
    reporting(region, "Dinas A", 80)
    html = page(
        Client(), inspector(region), region, q="dinas", periode="2026-1", urut="capaian", predikat="Tinggi"
    )
    kept = "periode=2026-1&amp;predikat=Tinggi&amp;urut=capaian&amp;q=dinas"
    assert "?periode=2026-1&amp;status=open&amp;predikat=Tinggi&amp;urut=capaian&amp;q=dinas" in html
    assert kept.replace("urut=capaian", "urut=-capaian") in html
    assert '<th scope="col" aria-sort="descending">' in html


def test_the_period_that_was_opened_last_is_shown_unless_another_is_asked_for() -> None:
    region = builders.region("64")
    report = reporting(region, "Dinas A", 80)
    today = timezone.localdate()
    older = builders.period(region, 4, year=2025, opens=today - dt.timedelta(200), closes=today)
    builders.period(region, 2, year=2026, opens=today + dt.timedelta(5), closes=today + dt.timedelta(9))
    assert f'<p class="subtitle">{report.period} ' in page(Client(), inspector(region), region)
    html = page(Client(), inspector(region), region, periode="2025-4")
    assert f'<p class="subtitle">{older} ' in html
    assert "Belum punya laporan" in html


def test_a_region_without_periods_says_what_will_stand_there() -> None:
    region = builders.region("64")
    assert "Belum ada periode yang dibuka." in page(Client(), inspector(region), region)


def test_another_way_of_averaging_counts_at_once() -> None:
    region = builders.region("64")
    report = reporting(region, "Dinas A", 100, 81)
    by = inspector(region)
    assert "90,50%" in row_of(page(Client(), by, region), "Dinas A")
    Agency.objects.filter(pk=report.agency_id).update(digits=0)
    row = row_of(page(Client(), by, region), "Dinas A")
    assert "91%" in row
    assert "Sangat Tinggi" in row


# Who sees it


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VERIFIER, Role.HEAD, Role.AGENCY_ADMIN])
def test_whoever_belongs_to_one_agency_does_not_see_how_the_others_stand(role: Role) -> None:
    region = builders.region("64")
    report = reporting(region, "Dinas A", 80)
    client = Client()
    client.force_login(builders.user(role, report.agency))
    assert client.get(reverse("region-dashboard", args=["64"])).status_code == 404
    assert "/kinerja/" not in client.get(region.get_absolute_url()).content.decode()


def test_a_province_does_not_look_into_its_cities() -> None:
    city = builders.region("35.74")
    reporting(city, "Dinas Kota", 80)
    client = Client()
    client.force_login(inspector(builders.region("35")))
    assert client.get(reverse("region-dashboard", args=["35.74"])).status_code == 404


@pytest.mark.parametrize("role", [Role.REGION_ADMIN, Role.INSPECTOR])
def test_only_a_superuser_sees_all_regions(role: Role) -> None:
    client = Client()
    client.force_login(builders.user(role, builders.region("64")))
    assert client.get(reverse("national-dashboard")).status_code == 404


# All regions


def overview(client: Client, **asked: str) -> str:
    client.force_login(builders.user(is_superuser=True))
    response = client.get(reverse("national-dashboard"), asked)
    assert response.status_code == 200
    return response.content.decode()


def regions_in(html: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/daerah/([\d.]+)/kinerja/', html)


def test_the_overview_counts_each_region_and_puts_the_late_first() -> None:
    here, there = builders.region("64"), builders.region("35.74")
    send(reporting(here, "Dinas A", 104, 95))
    reporting(here, "Dinas B", 20, None)
    late = reporting(there, "Dinas C", 91)
    ended(there)
    html = overview(Client())
    assert regions_in(html) == ["35.74", "64"]
    row = re.findall(r"<tr.*?</tr>", html, re.DOTALL)[2]
    said = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert "1 dari 2 laporan" in said
    assert "3 dari 4 terisi" in said
    assert "1 tercapai · 1 hampir · 1 jauh" in said
    assert "Sangat Tinggi 1" in said
    assert "Sangat Rendah 1" in said
    assert regions_in(overview(Client(), urut="nama")) == ["35.74", "64"]
    assert regions_in(overview(Client(), urut="-nama")) == ["64", "35.74"]
    assert regions_in(overview(Client(), q=here.name)) == ["64"]
    assert late.period.part == 1


@pytest.mark.parametrize("zone", Agency.Zone.values)
def test_late_in_sql_is_late_on_the_clock_of_the_agency(zone: str) -> None:
    report = reporting(builders.region("64"), "Dinas A", None, time_zone=zone)
    report = Report.objects.select_related("agency", "period").get(pk=report.pk)
    midnight = report.closes
    for now, is_late in ((midnight - dt.timedelta(seconds=1), False), (midnight, True)):
        assert Report.objects.filter(standings.late(now)).exists() is is_late
        (standing,) = standings.of(Report.objects.all(), now)
        assert standing.late is is_late
    workflow.extend(
        report, closes=report.last_day + dt.timedelta(2), reason="x", by=builders.user(is_superuser=True)
    )
    assert not Report.objects.filter(standings.late(midnight)).exists()


# How much is asked


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_5_and_60_agencies_are_asked_for_alike() -> None:
    few, many = builders.region("64"), builders.region("35.74")
    for number in range(5):
        reporting(few, f"Dinas {number}", 80)
    for number in range(60):
        reporting(many, f"Dinas {number}", 80 + number % 30)
    client = Client()
    client.force_login(builders.user(is_superuser=True))
    paths = [reverse("region-dashboard", args=[region.code]) for region in (few, many)]
    assert queries(client, paths[0]) == queries(client, paths[1])


def test_1_and_20_regions_are_asked_for_alike() -> None:
    reporting(builders.region("64"), "Dinas A", 80)
    client = Client()
    client.force_login(builders.user(is_superuser=True))
    one = queries(client, reverse("national-dashboard"))
    for number in range(10, 30):
        reporting(builders.region(f"35.{number}"), "Dinas A", 80)
    assert queries(client, reverse("national-dashboard")) == one
    assert Period.objects.count() == 21


def test_a_bar_of_indicators_says_itself_and_fills_as_much_as_there_is() -> None:
    counts = [(2, "tercapai"), (0, "hampir tercapai"), (1, "jauh dari target"), (1, "tanpa capaian")]
    bar = charts.shares(counts)
    assert bar.label == "Dari 4 indikator: 2 tercapai, 1 jauh dari target, 1 tanpa capaian."
    assert [(part.x, part.width, part.look) for part in bar.parts] == [("0.5", "70", 0), ("70.5", "35", 2)]
    assert charts.shares([(0, "tercapai"), (0, "tanpa capaian")]).label == "Belum ada indikator."
