"""An indicator over the years: gaps stay gaps, definitions are not joined, every number can be checked."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Agency, User
from agencies.roles import Role
from indicators import sets
from indicators.models import IndicatorThread
from reports import entries, years
from reports.models import Report
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scale(db: None) -> None:
    call_command("loaddata", "predicate_scales", verbosity=0)


def agency(first: int = 2020, last: int = 2023) -> Agency:
    """Return an agency that measures the share of healthy cooperatives in these years."""
    new = builders.agency()
    for code in ("sehat", "aktif", "seluruh"):
        builders.element(new, code, label=f"Koperasi {code}")
    put_in_force(new, "sehat / seluruh * 100%", first, last)
    return new


def put_in_force(of: Agency, formula: str, first: int, last: int, **fields: Any) -> None:
    draft = builders.indicator_set(of, first_year=first, last_year=last)
    row = {"code": "ksp", "name": "Persentase koperasi sehat", "formula": formula}
    indicator = builders.indicator(builders.goal(draft), **(row | fields))
    for year in range(first, last + 1):
        builders.target(indicator, year, value=60 + year - first)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))


def filled(of: Agency, year: int, part: int = 5, **figures: int) -> Report:
    report = builders.report(of, part, year=year)
    by = builders.user(Role.OPERATOR, of)
    for code, number in figures.items():
        value = report.values.select_related("element").get(element__code=code)
        entries.fill_value(
            report, value.element, Decimal(number), based_on=0, by=by, key=f"{report.pk}{code}"
        )
    return report


def of(agency: Agency, until: int | None = None) -> years.Years:
    known = years.of(IndicatorThread.objects.get(agency=agency, code="ksp"), until)
    assert known is not None
    return known


def page(client: Client, by: User, of: Agency, **asked: str) -> str:
    client.force_login(by)
    response = client.get(address(of), asked)
    assert response.status_code == 200
    return response.content.decode()


def address(of: Agency, name: str = "indicator-years", *more: str) -> str:
    return reverse(name, args=[IndicatorThread.objects.get(agency=of, code="ksp").pk, *more])


def rows_of(html: str) -> dict[str, str]:
    """Return the text of each row of the tables by its first word or two."""
    rows = [
        " ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    ]
    return {" ".join(row.split()[:2]): row for row in rows}


def test_a_year_without_an_annual_report_is_a_gap_with_its_target() -> None:
    here = agency()
    filled(here, 2020, sehat=50, seluruh=100)
    filled(here, 2022, sehat=70, seluruh=100)
    known = of(here)
    assert [part.period.year for part in known.years] == [2020, 2021, 2022, 2023]
    points = years.points(known.years)
    assert [point.value for point in points] == [50, None, 70, None]
    assert [point.target for point in points] == [60, 61, 62, 63]
    assert [point.reached for point in points] == [False, None, True, None]
    chart = years.chart(known.name, known.years, wide=True)
    assert chart is not None
    assert chart.lines == [], "nothing joins 2020 with 2022"
    assert (len(chart.dots), len(chart.hollow)) == (1, 1)
    assert chart.label.endswith("2 dari 4 periode tanpa nilai.")


def test_what_another_definition_measured_is_not_joined() -> None:
    here = agency(2020, 2021)
    put_in_force(here, "aktif / seluruh * 100%", 2022, 2023)
    for year in (2020, 2021):
        filled(here, year, sehat=50, seluruh=100)
    for year in (2022, 2023):
        filled(here, year, aktif=90, seluruh=100)
    known = of(here)
    assert [part.new_definition for part in known.years] == [False, False, True, False]
    chart = years.chart(known.name, known.years, wide=True)
    assert chart is not None
    assert (len(chart.lines), len(chart.breaks)) == (2, 1)
    html = page(Client(), builders.user(Role.OPERATOR, here), here)
    assert "definisi berubah mulai di sini" in rows_of(html)["Tahun 2022"]


def test_the_table_says_what_stands_behind_every_ratio() -> None:
    here = agency()
    filled(here, 2020, sehat=1234, seluruh=2000)
    row = rows_of(page(Client(), builders.user(Role.HEAD, here), here))["Tahun 2020"]
    assert "Koperasi sehat 1.234 Koperasi seluruh 2.000" in row
    assert "61,70" in row
    assert "102,83%" in row
    assert "Sangat Tinggi" in row
    assert "diisi, belum disetujui" in row


def test_the_quarters_of_the_last_year_stand_below_the_years() -> None:
    here = agency()
    filled(here, 2021, 2, sehat=10, seluruh=20)
    filled(here, 2022, 1, sehat=30, seluruh=50)
    filled(here, 2022, 3)
    known = of(here)
    assert [part.period.short for part in known.quarters] == [
        f"TW {q} 2022" for q in ("I", "II", "III", "IV")
    ]
    rows = rows_of(page(Client(), builders.user(Role.HEAD, here), here))
    assert "60,00" in rows["TW I"]
    assert "belum ada laporan" in rows["TW II"]
    assert "Belum diisi" in rows["TW III"]
    assert all("belum ada laporan tahunan" in rows[f"Tahun {year}"] for year in range(2020, 2024))


def test_ten_years_are_shown_and_a_link_goes_back() -> None:
    here = agency(2012, 2019)
    put_in_force(here, "sehat / seluruh * 100%", 2020, 2026)
    filled(here, 2013, sehat=1, seluruh=2)
    known = of(here)
    assert (known.years[0].period.year, known.years[-1].period.year) == (2017, 2026)
    assert (known.earlier, known.later) == (2016, None)
    html = page(Client(), builders.user(Role.HEAD, here), here)
    assert 'href="?sampai=2016"' in html
    back = of(here, 2016)
    assert [part.period.year for part in back.years] == [2012, 2013, 2014, 2015, 2016]
    assert (back.earlier, back.later) == (None, 2026)
    assert [of(here, year).years[-1].period.year for year in (1900, 9999)] == [2012, 2026]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_tables_leave_as_files(kind: str) -> None:
    here = agency()
    filled(here, 2020, sehat=1234, seluruh=2000)
    filled(here, 2022, 1, sehat=30, seluruh=50)
    client = Client()
    client.force_login(builders.user(Role.OPERATOR, here))
    response = client.get(address(here, "indicator-years-export", kind))
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="{here.code}-ksp.{kind}"'
    if kind == "csv":
        lines = list(csv.DictReader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
        assert [line["Periode"] for line in lines][:4] == [f"Tahun {year}" for year in range(2020, 2024)]
        assert (lines[0]["Realisasi"], lines[0]["Koperasi sehat"], lines[0]["Target"]) == (
            "61,70",
            "1234",
            "60",
        )
        assert (lines[1]["Realisasi"], lines[1]["Target"], lines[1]["Keadaan"]) == (
            "",
            "61",
            "Tidak ada laporan",
        )
        assert lines[4]["Periode"] == "Triwulan I 2022"
    assert client.get(address(here, "indicator-years-export", "exe")).status_code == 404


def test_whoever_belongs_elsewhere_is_not_shown_unfinished_figures() -> None:
    here = agency()
    filled(here, 2020, sehat=1, seluruh=2)
    client = Client()
    for outsider in (builders.user(), builders.user(Role.HEAD, builders.agency(region=here.region))):
        client.force_login(outsider)
        assert client.get(address(here)).status_code == 404
        assert client.get(address(here, "indicator-years-export", "csv")).status_code == 404


def test_an_indicator_that_was_never_in_force_has_no_years() -> None:
    draft = builders.indicator_set()
    builders.indicator(builders.goal(draft), code="ksp")
    client = Client()
    client.force_login(builders.user(is_superuser=True))
    assert client.get(address(draft.agency)).status_code == 404


@pytest.mark.parametrize("kind", ["ordinal", "yes_no", "external"])
def test_other_kinds_are_drawn_and_told(kind: str) -> None:
    levels = [{"label": "WTP", "value": "4"}, {"label": "WDP", "value": "3"}] if kind == "ordinal" else []
    here = builders.agency()
    put_in_force(here, "", 2020, 2021, kind=kind, levels=levels)
    report = builders.report(here, 5, year=2020)
    number = {"ordinal": 3, "yes_no": 1, "external": 33}[kind]
    entries.fill_entry(
        report.entries.get(),
        {"number": Decimal(number)},
        based_on=0,
        by=builders.user(is_superuser=True),
        key="k",
    )
    html = page(Client(), builders.user(Role.HEAD, here), here)
    assert {"ordinal": "WDP", "yes_no": "Ya", "external": "33"}[kind] in rows_of(html)["Tahun 2020"]


def test_more_years_are_not_more_queries() -> None:
    few, many = agency(2020, 2021), agency(2017, 2026)
    filled(few, 2020, sehat=1, seluruh=2)
    filled(few, 2020, 1, sehat=1, seluruh=2)
    for year in range(2017, 2027):
        filled(many, year, sehat=1, seluruh=2)
        filled(many, year, 1, sehat=1, seluruh=2)
    client, asked = Client(), []
    client.force_login(builders.user(is_superuser=True))
    for here in (few, many):
        client.get(address(here))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(here)).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
