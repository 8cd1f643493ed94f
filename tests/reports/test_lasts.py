"""What came before a period: which figure is the last one, and how a result moved since."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators import sets
from indicators.models import IndicatorSet
from reports import entries, lasts, outcomes
from reports.models import Entry, Report
from tests import builders

pytestmark = pytest.mark.django_db


def made(**fields: Any) -> IndicatorSet:
    """Return a set in force whose one indicator, "ekspor", is typed."""
    draft = builders.indicator_set(first_year=2025, last_year=2027)
    builders.indicator(builders.goal(draft), code="ekspor", **fields)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    return draft


def reported(there: IndicatorSet, part: int, number: str | None, year: int = 2026) -> Report:
    """Return the report of a period with this figure of the indicator."""
    report = builders.report(there, part, year=year)
    if number is not None:
        entry = report.entries.get()
        change = entries.Change(entry, {"number": Decimal(number)}, 0, f"{year}-{part}")
        (answer,) = entries.fill_many(report, [change], by=builders.user(is_superuser=True))
        assert answer == {"version": 1}
    return report


def before(report: Report) -> lasts.Lasts:
    return lasts.of(report, report.entries.all())


def moved(report: Report) -> str:
    """Return how the result of the one row moved, "" where nothing is said."""
    entry: Entry = report.entries.get()
    change = lasts.change(entry, before(report).results.get("ekspor"))
    return "" if change is None else f"{change.shape} {change.text}".strip()


@pytest.mark.parametrize(
    ("earlier", "part", "said"),
    [
        ([], 2, ""),
        ([(2026, 1, "53")], 2, "TW I 2026: 53"),
        ([(2026, 1, "53"), (2026, 2, None)], 3, "TW I 2026: 53"),  # a gap is passed over
        ([(2025, 4, "40"), (2026, 1, "53")], 2, "TW I 2026: 53"),
        ([(2025, 3, "30"), (2025, 4, "40")], 1, "TW IV 2025: 40"),
        ([(2026, 3, "70")], 2, ""),  # what comes after is not before
        ([(2026, 1, "0")], 2, "TW I 2026: 0"),
        ([(2025, 5, "90")], 1, ""),  # a year is no quarter
        ([(2025, 5, "90"), (2025, 4, "40")], 5, "Tahun 2025: 90"),
        ([(2026, 1, "1234567.5")], 2, "TW I 2026: 1.234.567,5"),
    ],
)
def test_the_last_figure_is_the_newest_one_before(
    earlier: list[tuple[int, int, str | None]], part: int, said: str
) -> None:
    there = made(unit="dolar")
    for year, quarter, number in earlier:
        reported(there, quarter, number, year)
    assert before(builders.report(there, part, year=2026)).text("ekspor") == said


def test_what_adds_up_since_january_has_no_figure_of_last_year() -> None:
    there = made(quarter_method="year_to_date")
    reported(there, 4, "400", 2025)
    assert before(reported(there, 1, "100")).text("ekspor") == ""
    assert moved(builders.report(there, 2, year=2026)) == ""
    assert before(Report.objects.latest("pk")).text("ekspor") == "TW I 2026: 100"


@pytest.mark.parametrize(
    ("unit", "was", "now", "words"),
    [
        ("dolar", "200", "219", "▲ naik 9,5% dari TW I 2026"),
        ("dolar", "219", "200", "▼ turun 8,7% dari TW I 2026"),
        ("dolar", "200", "200", "= tetap dari TW I 2026"),
        ("dolar", "200.001", "200.002", "= tetap dari TW I 2026"),  # printed the same
        ("dolar", "100000", "100001", "▲ naik kurang dari 0,1% dari TW I 2026"),
        ("dolar", "1000000", "1", "▼ turun lebih dari 99,9% dari TW I 2026"),
        ("dolar", "5", "0", "▼ turun 100% dari TW I 2026"),
        ("dolar", "0", "5", "▲ naik dari TW I 2026 (0)"),
        ("dolar", "-5", "5", "▲ naik dari TW I 2026 (-5)"),
        ("dolar", "-5", "-4", "▲ naik 20% dari TW I 2026"),
        ("Persen", "60.5", "61.7", "▲ naik 1,2 poin dari TW I 2026"),
        ("%", "0", "1.25", "▲ naik 1,25 poin dari TW I 2026"),
    ],
)
def test_a_result_moves_by_points_or_by_a_part(unit: str, was: str, now: str, words: str) -> None:
    there = made(unit=unit)
    reported(there, 1, was)
    assert moved(reported(there, 2, now)) == words


@pytest.mark.parametrize("column", ["unit", "kind", "levels", "formula"])
def test_what_was_measured_otherwise_is_not_compared(column: str) -> None:
    there = made(unit="dolar")
    earlier = reported(there, 1, "200")
    entry = earlier.entries.get()
    other = {"unit": "rupiah", "kind": "ordinal", "levels": [{"label": "WTP", "value": "4"}], "formula": "a"}
    entry.definition[column] = other[column]
    entry.save(update_fields=["definition"])
    assert moved(reported(there, 2, "219")) == ""


def test_what_did_not_apply_is_no_last_figure() -> None:
    there = made(unit="dolar")
    reported(there, 1, "200")
    second = reported(there, 2, "300")
    change = entries.Change(second.entries.get(), {"not_applicable": "Tidak ada ekspor."}, 1, "tidak")
    entries.fill_many(second, [change], by=builders.user(is_superuser=True))
    assert before(builders.report(there, 3, year=2026)).text("ekspor") == "TW I 2026: 200"


def test_the_last_figures_of_many_rows_are_four_questions_at_most() -> None:
    draft = builders.indicator_set(first_year=2026)
    goal = builders.goal(draft)
    for code in ("a", "b", "c"):
        builders.element(draft.agency, code)
        builders.indicator(goal, formula=f"{code} * 2")
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    earlier, report = (builders.report(draft, part, year=2026) for part in (1, 2))
    earlier.values.update(number=7)
    rows = list(report.entries.all())
    assert {name for row in rows for name in outcomes.names(row.definition)} == {"a", "b", "c"}
    with CaptureQueriesContext(connection) as queries:
        found = lasts.of(report, rows)
    assert len(queries) <= 4
    assert {code: last.value for code, last in found.figures.items()} == dict.fromkeys("abc", Decimal(7))
    assert set(lasts.of(report, rows, {"b"}).figures) == {"b"}
