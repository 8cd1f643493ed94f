"""How many decimals a reader sees: those of the indicator for a quotient, else only those that were typed."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import User
from indicators import sets
from reports import entries
from reports.models import Entry, Report
from tests import builders

pytestmark = pytest.mark.django_db

MONEY = "296.700.000.000"


@pytest.fixture
def admin() -> User:
    return builders.user(is_superuser=True)


@pytest.fixture
def report(admin: User) -> Report:
    """A report with an indicator in rupiah that is typed, its sum, and a share in percent."""
    draft = builders.indicator_set(first_year=2018)
    builders.element(draft.agency, "ekspor", label="Nilai ekspor", unit="Rupiah")
    builders.element(draft.agency, "impor", label="Nilai impor", unit="Rupiah")
    goal = builders.goal(draft)
    for code, fields in {
        "ekspor_total": {"formula": "ekspor", "unit": "Rupiah"},
        "porsi": {"formula": "ekspor / (ekspor + impor) * 100%"},
        "dana": {"unit": "Rupiah"},
    }.items():
        builders.target(builders.indicator(goal, code=code, quarter_method="sum", **fields), 2018, value=50)
    sets.put_in_force(draft, by=admin)
    made = builders.report(draft)
    for number, value in zip(("296700000000", "98900000000"), made.values.order_by("pk"), strict=True):
        entries.fill_value(made, value.element, Decimal(number), based_on=0, by=admin, key=f"k{value.pk}")
    dana = made.entries.get(indicator__thread__code="dana")
    entries.fill_entry(dana, {"number": Decimal(296700000000)}, based_on=dana.version, by=admin, key="dana")
    return made


def row(report: Report, code: str) -> Entry:
    return report.entries.get(indicator__thread__code=code)


def test_money_that_was_typed_or_added_up_has_no_decimals_that_nobody_typed(
    client: Client, report: Report, admin: User
) -> None:
    client.force_login(admin)
    total, dana = row(report, "ekspor_total"), row(report, "dana")
    pages = [
        reverse("report-detail", args=[report.pk]),
        reverse("report-fill", args=[report.pk]),
        reverse("audit-log"),
        *(
            reverse(name, args=[report.pk, entry.pk])
            for name in ("entry-panel", "entry-trend", "entry-history")
            for entry in (total, dana)
        ),
    ]
    for url in pages:
        page = html.unescape(client.get(url).content.decode())
        assert MONEY in page, url
        assert f"{MONEY},0" not in page, url
    chart = client.get(reverse("entry-trend", args=[report.pk, dana.pk])).content.decode()
    assert f"Baru satu nilai, {MONEY} pada TW I 2018" in re.sub(r"\s+", " ", chart)


def test_a_quotient_keeps_the_decimals_of_its_indicator(report: Report) -> None:
    assert row(report, "porsi").result_text == "75,00"


@pytest.mark.parametrize(
    ("typed", "digits", "printed"),
    [
        ("10.8", 2, "10,8"),
        ("62", 2, "62"),
        ("4.567", 2, "4,57"),
        ("0", 2, "0"),
        ("7.996", 2, "8"),
        ("1350", 0, "1.350"),
    ],
)
def test_what_was_typed_is_printed_as_it_was_up_to_the_decimals_of_its_indicator(
    admin: User, typed: str, digits: int, printed: str
) -> None:
    draft = builders.indicator_set(first_year=2018)
    builders.indicator(builders.goal(draft), digits=digits)
    sets.put_in_force(draft, by=admin)
    entry = builders.report(draft).entries.get()
    entries.fill_entry(entry, {"number": Decimal(typed)}, based_on=0, by=admin, key="angka")
    assert row(entry.report, entry.definition["code"]).result_text == printed


def test_a_sum_of_quarters_in_rupiah_is_said_without_decimals(report: Report, admin: User) -> None:
    second = builders.report(report.indicator_set, 2)
    value = second.values.get(element__code="ekspor")
    entries.fill_value(second, value.element, Decimal(3300000000), based_on=0, by=admin, key="kedua")
    said = row(second, "ekspor_total").achievement_explanation
    assert said.startswith("jumlah TW I–II = 300.000.000.000; ")
