"""What looks wrong: each sentence, each repair, and what is left alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from indicators import sets
from reports import doubts, entries, oddities
from reports.models import Report
from reports.oddities import Expected, Kind, Last
from tests import builders


def found(value: str | None, **expected: Any) -> list[tuple[Kind, Decimal | None]]:
    last = expected.pop("last", None)
    known = Expected(last=None if last is None else Last(Decimal(last), "TW I 2026"), **expected)
    figure = None if value is None else Decimal(value)
    return [(oddity.kind, oddity.repair) for oddity in oddities.of_figure(figure, known)]


# --- far from the last figure -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "last", "repair"),
    [
        ("550", "52", "55"),
        ("5500", "52", "55"),
        ("52000", "52", "52"),
        ("5.2", "52", "52"),
        ("0.55", "52", "55"),
        ("0.052", "52", "52"),
        ("-550", "-52", "-55"),
        ("156", "52", None),
        ("17", "52", None),
        ("1000000", "52", None),
    ],
)
def test_a_figure_three_times_the_last_is_far_and_a_power_of_ten_repairs_it(
    value: str, last: str, repair: str | None
) -> None:
    assert found(value, last=last) == [(Kind.FAR, None if repair is None else Decimal(repair))]


@pytest.mark.parametrize(
    ("value", "last"),
    [("155.99", "52"), ("17.34", "52"), ("52", "52"), ("0", "52"), ("52", "0"), ("-52", "52"), (None, "52")],
)
def test_what_is_near_or_has_no_factor_is_not_odd(value: str | None, last: str) -> None:
    assert found(value, last=last) == []


def test_without_a_last_figure_nothing_is_far() -> None:
    assert found("550") == []


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("550", "Nilai 550 sekitar 10 kali nilai TW I 2026 (52)."),
        ("182", "Nilai 182 sekitar 3,5 kali nilai TW I 2026 (52)."),
        ("52000", "Nilai 52.000 sekitar 1.000 kali nilai TW I 2026 (52)."),
        ("5.5", "Nilai 5,5 sekitar sepersepuluh nilai TW I 2026 (52)."),
        ("0.052", "Nilai 0,052 sekitar seperseribu nilai TW I 2026 (52)."),
        ("16", "Nilai 16 sekitar 3,3 kali lebih kecil dari nilai TW I 2026 (52)."),
    ],
)
def test_the_sentence_of_a_far_figure(value: str, sentence: str) -> None:
    (oddity,) = oddities.of_figure(Decimal(value), Expected(last=Last(Decimal(52), "TW I 2026")))
    advice = " Kalau memang benar, tulis alasannya; kalau tidak, ubah nilainya."
    assert oddity.sentence == sentence + advice


def test_no_factor_is_said_that_nobody_could_picture() -> None:
    turnover = Last(Decimal(296_700_000_000), "TW I 2026")
    (small,) = oddities.of_figure(Decimal(77), Expected(last=turnover))
    assert small.sentence.startswith("Nilai 77 jauh di bawah nilai TW I 2026 (296.700.000.000).")
    (big,) = oddities.of_figure(Decimal(296_700_000_000), Expected(last=Last(Decimal(77), "TW I 2026")))
    assert big.sentence.startswith("Nilai 296.700.000.000 jauh di atas nilai TW I 2026 (77).")


# --- a fraction for percent ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "repair"), [("0.875", "87.5"), ("1", "100"), ("0.000001", "0.0001")])
@pytest.mark.parametrize("unit", ["Persen", "persen", "%"])
def test_a_fraction_typed_for_percent_is_asked_about(value: str, repair: str, unit: str) -> None:
    assert found(value, unit=unit) == [(Kind.FRACTION, Decimal(repair))]


@pytest.mark.parametrize(("value", "unit"), [("0", "%"), ("1.01", "%"), ("-0.5", "%"), ("0.5", "ton")])
def test_what_is_no_fraction_for_percent_is_left_alone(value: str, unit: str) -> None:
    assert found(value, unit=unit) == []


def test_small_percentages_are_not_odd_where_the_last_was_one() -> None:
    assert found("0.9", unit="%", last="0.8") == []


def test_a_fraction_is_one_oddity_though_it_is_far_too() -> None:
    assert found("0.875", unit="%", last="87") == [(Kind.FRACTION, Decimal("87.5"))]


def test_the_sentence_of_a_fraction_and_its_button() -> None:
    (oddity,) = oddities.of_figure(Decimal("0.875"), Expected(unit="Persen"))
    assert oddity.sentence == "Satuannya persen. Anda mengetik 0,875; maksudnya 87,5%?"
    assert oddity.repair_label == "Ubah menjadi 87,5"


# --- limits -------------------------------------------------------------------------------------------------

LIMITS: dict[str, Any] = {"minimum": Decimal(0), "maximum": Decimal(100)}


@pytest.mark.parametrize("value", ["0", "100", "50"])
def test_limits_are_inside(value: str) -> None:
    assert found(value, **LIMITS) == []


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("-0.000001", "Nilai -0,000001 di bawah batas bawah data ini (0)."),
        ("100.5", "Nilai 100,5 di atas batas atas data ini (100)."),
    ],
)
def test_outside_its_limits_a_figure_is_odd(value: str, sentence: str) -> None:
    (oddity,) = oddities.of_figure(Decimal(value), Expected(**LIMITS))
    assert (oddity.kind, oddity.repair, oddity.repair_label) == (Kind.LIMITS, None, "")
    assert oddity.sentence.startswith(sentence)


def test_a_figure_may_be_odd_in_two_ways() -> None:
    assert found("550", last="52", **LIMITS) == [(Kind.LIMITS, None), (Kind.FAR, Decimal(55))]


# --- part and whole -----------------------------------------------------------------------------------------


def ratio(formula: str, a: object = 312, b: object = 260, unit: str = "Persen") -> list[str]:
    figures = {name: None if x is None else Decimal(str(x)) for name, x in (("a", a), ("b", b))}
    return [oddity.sentence for oddity in oddities.of_ratio({"formula": formula, "unit": unit}, figures)]


@pytest.mark.parametrize(
    "formula", ["a / b * 100%", "a / b * 100", "100% * a / b", "a / b", "a / (b + 0)", "(a + 0) / b * 100%"]
)
def test_a_part_above_its_whole_is_odd(formula: str) -> None:
    (sentence,) = ratio(formula)
    assert sentence == (
        "Pembilang (312) lebih besar dari penyebut (260), sehingga hasilnya di atas 100%. "
        "Periksa apakah tertukar."
    )


@pytest.mark.parametrize(
    ("formula", "figures"),
    [
        ("a / b * 100%", {"a": 260, "b": 260}),
        ("a / b * 100%", {"a": None}),
        ("a / b * 100%", {"b": None}),
        ("a / b * 100%", {"b": 0}),
        ("a / b * 100%", {"b": -1}),
        ("a / b", {"unit": "unit"}),
        ("(a - previous(b)) / previous(b) * 100%", {}),
        ("a / previous(a) * 100%", {}),
        ("a + b", {}),
        ("a", {}),
        ("", {}),
        ("a * b / a", {}),
        ("max(a, b) / b * 100%", {}),
        ("a / b / b", {}),
    ],
)
def test_other_ratios_are_left_alone(formula: str, figures: dict[str, Any]) -> None:
    assert ratio(formula, **figures) == []


# --- in a report --------------------------------------------------------------------------------------------


def agency_with(formula: str, **fields: Any) -> Any:
    set_ = builders.indicator_set(last_year=2019)
    for code in ("a", "b"):
        builders.element(set_.agency, code, minimum=Decimal(0))
    builders.indicator(builders.goal(set_), formula=formula, unit="unit", **fields)
    sets.put_in_force(set_, by=builders.user(is_superuser=True))
    return set_


def put(report: Report, code: str, number: str, reason: str = "") -> list[dict[str, Any]]:
    value = report.values.select_related("element").get(element__code=code)
    by = builders.user(is_superuser=True)
    key = f"{report.pk}{code}{value.version}"
    change = entries.Change(value, {"number": Decimal(number), "reason": reason}, value.version, key)
    with entries.at_desk(report.pk, {value.pk}, set(), by=by) as desk:
        assert desk.take([change]) == [{"version": value.version + 1}]
    found = doubts.of_rows(report, desk.entries, desk.values, desk.touched)
    assert found == doubts.of_report(report)  # all rows of these reports use the figure
    return [doubt.plain() for doubt in found]


@pytest.mark.django_db
def test_a_write_answers_what_is_odd_now_and_a_reason_silences_it() -> None:
    set_ = agency_with("a + b")
    put(builders.report(set_, 1), "a", "52")
    second = builders.report(set_, 2)
    (odd,) = put(second, "a", "550")
    assert odd["value"] == second.values.get(element__code="a").pk
    assert (odd["kind"], odd["repair"], odd["silenced"]) == ("far", "55", False)
    assert "TW I 2018 (52)" in odd["sentence"]
    (odd,) = put(second, "a", "550", "Ada sensus.")
    assert odd["silenced"]
    assert put(second, "a", "55") == []


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "is_odd"), [("sum", True), ("year_to_date", False)])
def test_what_adds_up_since_january_begins_anew(method: str, is_odd: bool) -> None:
    set_ = agency_with("a", quarter_method=method)
    put(builders.report(set_, 4), "a", "400")
    assert bool(put(builders.report(set_, 1, year=2019), "a", "100")) is is_odd


@pytest.mark.django_db
def test_a_year_from_quarters_has_no_figures_to_doubt() -> None:
    set_ = agency_with("a")
    year = builders.report(set_, 5)
    put(year, "a", "-1")
    assert len(doubts.of_report(year)) == 1
    builders.report(set_, 1)
    assert doubts.of_report(year) == []


@pytest.mark.django_db
def test_what_does_not_apply_is_not_odd() -> None:
    report = builders.report(agency_with("a"))
    put(report, "a", "-1")
    report.entries.update(not_applicable="Ditiadakan.", state="not_applicable", result="", result_text="")
    assert doubts.of_report(report) == []
