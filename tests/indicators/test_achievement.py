"""Achievement against every vector found in regulations, published reports and other systems."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.achievement import (
    METHODS,
    AchievementRule,
    Average,
    Levels,
    Method,
    Outcome,
    Polarity,
    QuarterMethod,
    QuarterOutcome,
    Scale,
    Status,
    TargetRange,
    ZeroRealization,
    ZeroTarget,
    achievement,
    average,
    average_of_goals,
    combine_quarters,
    combine_targets,
    ordinal_achievement,
    yes_no_achievement,
)
from indicators.numbers import format_number, round_half_up

F1 = AchievementRule(Polarity.HIGHER, Method.F1)
F2 = AchievementRule(Polarity.LOWER, Method.F2)
F3 = AchievementRule(Polarity.LOWER, Method.F3)
RANGE_F1 = AchievementRule(Polarity.RANGE, Method.F1)
RANGE_F2 = AchievementRule(Polarity.RANGE, Method.F2)
RANGE_F3 = AchievementRule(Polarity.RANGE, Method.F3)

FIXTURE = Path(__file__).parents[2] / "fixtures" / "predicate_scales.json"
SCALES = [Scale.from_data(row["fields"]) for row in json.loads(FIXTURE.read_text(encoding="utf-8"))]
PERMENDAGRI, PERMENDAGRI_BAIK, AKIP, MALUKU_TENGAH, LAN = SCALES


def d(text: str) -> Decimal:
    return Decimal(text)


def printed(outcome: Outcome) -> str | None:
    return None if outcome.printed is None else format_number(outcome.printed, 2)


# --- one indicator ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("realization", "f2", "f3"),
    [
        ("80", "120,00", "125,00"),
        ("100", "100,00", "100,00"),
        ("150", "50,00", "66,67"),
        ("200", "0,00", "50,00"),
        ("300", "-100,00", "33,33"),
        ("0", "200,00", None),
    ],
)
def test_the_two_formulas_for_lower_is_better_are_not_interchangeable(
    realization: str, f2: str, f3: str | None
) -> None:
    assert printed(achievement(d("100"), d(realization), F2)) == f2
    assert printed(achievement(d("100"), d(realization), F3)) == f3


MET = ZeroTarget.MET


@pytest.mark.parametrize(
    ("target", "realization", "rule", "answer"),
    [
        ("10", "8", F2, "120,00"),
        ("10", "8", F3, "125,00"),
        ("10", "10", F2, "100,00"),
        ("10", "10", F3, "100,00"),
        ("10", "25", F2, "-50,00"),
        ("10", "25", F3, "40,00"),
        ("10", "0", F2, "200,00"),
        ("10", "0", F3, "Realisasi 0, jadi target ÷ realisasi tidak dapat dihitung."),
        ("10", "0", replace(F3, cap=d("120")), "120,00"),
        ("0", "0", F2, "Target indikator ini 0, jadi capaian tidak dapat dihitung."),
        ("0", "0", F3, "Target indikator ini 0, jadi capaian tidak dapat dihitung."),
        ("0", "0", replace(F2, zero_target=MET), "100,00"),
        ("0", "0", replace(F3, zero_target=MET), "100,00"),
        ("0", "5", F1, "Target indikator ini 0, jadi capaian tidak dapat dihitung."),
        ("0", "5", replace(F1, zero_target=MET), "100,00"),
        ("80", "100", F1, "125,00"),
    ],
)
def test_inputs_on_which_other_systems_disagree_have_one_answer(
    target: str, realization: str, rule: AchievementRule, answer: str
) -> None:
    outcome = achievement(d(target), d(realization), rule)
    assert printed(outcome) == answer or (outcome.reason or "").startswith(answer)


@pytest.mark.parametrize(
    ("realization", "rule", "answer"),
    [
        ("0", F1, "100,00"),
        ("3", F1, "100,00"),
        ("-3", F1, "0,00"),
        ("0", F2, "100,00"),
        ("3", F2, "0,00"),
        ("-3", F2, "100,00"),
        ("3", F3, "0,00"),
    ],
)
def test_a_zero_target_that_counts_is_met_or_not(
    realization: str, rule: AchievementRule, answer: str
) -> None:
    outcome = achievement(d("0"), d(realization), replace(rule, zero_target=MET))
    assert printed(outcome) == answer
    word = "tercapai" if answer == "100,00" else "tidak tercapai"
    assert outcome.explain() == f"Target 0 {word} dengan realisasi {realization} = {answer}%"


@pytest.mark.parametrize("rule", [F1, F2, F3])
def test_a_zero_target_is_not_computable_unless_a_policy_says_so(rule: AchievementRule) -> None:
    assert achievement(d("0.00"), d("7"), rule) == Outcome(
        Status.NOT_COMPUTABLE,
        reason=(
            "Target indikator ini 0, jadi capaian tidak dapat dihitung. "
            "Minta admin memilih cara menilai target 0."
        ),
    )


@pytest.mark.parametrize("rule", [F1, F2, F3, replace(F1, zero_target=MET)])
def test_a_negative_target_is_not_computable(rule: AchievementRule) -> None:
    outcome = achievement(d("-10"), d("-5"), rule)
    assert outcome.status is Status.NOT_COMPUTABLE
    assert outcome.reason is not None
    assert outcome.reason.startswith("Target -10 kurang dari 0, jadi persentase capaian tidak bermakna.")


def test_a_negative_realization_is_computed_or_refused_never_an_accident() -> None:
    assert achievement(d("10"), d("-5"), F1).value == -50
    assert achievement(d("10"), d("-5"), replace(F1, floor=d("0"))).printed == 0
    assert achievement(d("10"), d("-5"), F2).value == 250
    refused = achievement(d("10"), d("-5"), replace(F3, cap=d("120")))
    assert refused.reason == "Realisasi -5 kurang dari 0, jadi target ÷ realisasi tidak bermakna."


def test_a_zero_realization_under_f3_is_the_cap_only_if_there_is_one_and_it_may_stand_in() -> None:
    capped = replace(F3, cap=d("150"))
    outcome = achievement(d("10"), d("0"), capped)
    assert outcome.value == outcome.averaged == 150
    assert outcome.explain() == "Realisasi 0, dinilai sama dengan batas atas capaian = 150,00%"
    strict = replace(capped, zero_realization=ZeroRealization.NOT_COMPUTABLE)
    for rule in (F3, strict):
        assert achievement(d("10"), d("0"), rule).status is Status.NOT_COMPUTABLE


@pytest.mark.parametrize(
    ("lower", "upper", "realization", "rule", "answer"),
    [
        ("80", "90", "70", RANGE_F1, "87,50"),  # PermenPANRB 8/2021, p. 110
        ("80", "90", "92", RANGE_F1, "102,22"),  # printed there as 113, which is 90/80
        ("7", "8", "6.5", RANGE_F2, "107,14"),
        ("7", "8", "9", RANGE_F2, "87,50"),
        ("7", "8", "10", RANGE_F3, "80,00"),
        ("7", "8", "7", RANGE_F2, "100,00"),
        ("7", "8", "7.4", RANGE_F2, "100,00"),
        ("7", "8", "8", RANGE_F1, "100,00"),
        ("7", "7", "7", RANGE_F1, "100,00"),
        ("0", "5", "0", RANGE_F2, "100,00"),
    ],
)
def test_a_range_target_is_judged_against_the_nearest_bound(
    lower: str, upper: str, realization: str, rule: AchievementRule, answer: str
) -> None:
    assert printed(achievement(TargetRange(d(lower), d(upper)), d(realization), rule)) == answer


def test_the_bound_of_a_range_may_be_zero_and_then_follows_the_policy() -> None:
    assert achievement(TargetRange(d("0"), d("5")), d("-1"), RANGE_F2).status is Status.NOT_COMPUTABLE


def test_a_range_without_extent_equals_a_plain_target() -> None:
    point = achievement(d("100"), d("80"), RANGE_F2)
    assert achievement(TargetRange(d("100"), d("100")), d("80"), RANGE_F2).value == point.value == 120


@pytest.mark.parametrize("bounds", [("8", "7"), ("NaN", "7")])
def test_a_range_that_ends_before_it_starts_is_refused(bounds: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="Batas bawah target harus lebih kecil"):
        TargetRange(d(bounds[0]), d(bounds[1]))


def test_what_is_not_filled_is_not_zero() -> None:
    assert achievement(d("10"), None, F1) == Outcome(Status.NOT_FILLED, reason="Realisasi belum diisi.")
    assert achievement(None, d("0"), F1) == Outcome(Status.NOT_FILLED, reason="Target belum diisi.")
    assert achievement(d("10"), d("0"), F1).status is Status.COMPUTED
    assert achievement(d("10"), d("0"), F1).value == 0


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_raises(figure: str) -> None:
    for target, realization in ((d(figure), d("1")), (d("1"), d(figure))):
        with pytest.raises(ValueError, match="harus berupa angka"):
            achievement(target, realization, F1)


@pytest.mark.parametrize(
    ("cap", "averages_only", "shown", "averaged"),
    [
        (None, False, "900,00", "900,00"),
        ("100", False, "100,00", "100,00"),
        ("120", False, "120,00", "120,00"),
        ("150", False, "150,00", "150,00"),
        ("200", False, "200,00", "200,00"),
        ("120", True, "900,00", "120,00"),
    ],
)
def test_a_cap_holds_for_the_figure_or_for_averages_only(
    cap: str | None, averages_only: bool, shown: str, averaged: str
) -> None:
    rule = replace(F1, cap=None if cap is None else d(cap), cap_in_averages_only=averages_only)
    outcome = achievement(d("10"), d("90"), rule)
    assert outcome.value == 900
    assert printed(outcome) == shown
    assert outcome.averaged is not None
    assert format_number(outcome.averaged, 2) == averaged


@pytest.mark.parametrize(
    ("polarity", "method"),
    [(polarity, method) for polarity in Polarity for method in Method if method not in METHODS[polarity]],
)
def test_a_formula_that_does_not_fit_the_polarity_is_refused(polarity: Polarity, method: Method) -> None:
    with pytest.raises(ValueError, match="tidak cocok dengan arah"):
        AchievementRule(polarity, method)


@pytest.mark.parametrize(("floor", "cap"), [(None, "0"), (None, "-1"), ("120", "120"), ("-50", "0")])
def test_limits_that_contradict_each_other_are_refused(floor: str | None, cap: str) -> None:
    with pytest.raises(ValueError, match="Batas atas capaian harus lebih besar"):
        replace(F1, floor=None if floor is None else d(floor), cap=d(cap))


@pytest.mark.parametrize(
    ("target", "realization", "rule", "sentence"),
    [
        (d("100"), "80", F2, "(2 × 100 − 80) ÷ 100 × 100% = 120,00%"),
        (d("62"), "64.5", F1, "64,5 ÷ 62 × 100% = 104,03%"),
        (d("100"), "80", F3, "100 ÷ 80 × 100% = 125,00%"),
        (d("50"), "33.333333333333333333", F1, "33,333333… ÷ 50 × 100% = 66,67%"),
        (d("10"), "-5", F2, "(2 × 10 − (-5)) ÷ 10 × 100% = 250,00%"),
        (
            d("100"),
            "80",
            replace(F3, cap=d("120")),
            "100 ÷ 80 × 100% = 125,00%, dibatasi menjadi 120,00%",
        ),
        (
            d("100"),
            "300",
            replace(F2, floor=d("0")),
            "(2 × 100 − 300) ÷ 100 × 100% = -100,00%, dibatasi menjadi 0,00%",
        ),
        (
            TargetRange(d("7"), d("8")),
            "6.5",
            RANGE_F2,
            "Di luar rentang 7 s.d. 8, dinilai terhadap batas terdekat 7: (2 × 7 − 6,5) ÷ 7 × 100% = 107,14%",
        ),
        (
            TargetRange(d("7"), d("8")),
            "7.5",
            RANGE_F2,
            "Realisasi 7,5 berada di dalam rentang 7 s.d. 8 = 100,00%",
        ),
    ],
)
def test_the_working_is_shown_with_its_numbers(
    target: Decimal | TargetRange, realization: str, rule: AchievementRule, sentence: str
) -> None:
    assert achievement(target, d(realization), rule).explain() == sentence


def test_an_outcome_without_a_figure_explains_itself_by_its_reason() -> None:
    assert achievement(d("10"), None, F1).explain() == "Realisasi belum diisi."
    assert Outcome(Status.NOT_DUE).explain() == ""


def test_the_result_is_unrounded_and_the_digits_are_chosen_when_it_is_printed() -> None:
    outcome = achievement(d("3"), d("2"), F1)
    assert outcome.value == d("66." + "6" * 47 + "7")
    assert outcome.explain(0) == "2 ÷ 3 × 100% = 67%"
    assert outcome.explain(4) == "2 ÷ 3 × 100% = 66,6667%"


amounts = st.decimals(min_value=d("0.01"), max_value=10**12, places=2)
realizations = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@given(amounts, realizations, realizations)
def test_more_is_better_under_f1_and_worse_under_f2(target: Decimal, one: Decimal, other: Decimal) -> None:
    less, more = sorted((one, other))
    for rule, best, worst in ((F1, more, less), (F2, less, more)):
        better, worse = achievement(target, best, rule).value, achievement(target, worst, rule).value
        assert better is not None
        assert worse is not None
        assert better >= worse
        assert (better == worse) == (less == more)


@given(amounts, amounts, amounts)
def test_more_is_worse_under_f3_and_target_met_is_100_under_all(
    target: Decimal, one: Decimal, other: Decimal
) -> None:
    better, worse = (achievement(target, figure, F3).value for figure in sorted((one, other)))
    assert better is not None
    assert worse is not None
    assert better >= worse
    assert {achievement(target, target, rule).value for rule in (F1, F2, F3, RANGE_F1)} == {Decimal(100)}


@given(amounts, realizations, st.integers(-200, 100), st.integers(101, 300))
def test_limits_hold_and_applying_them_twice_changes_nothing(
    target: Decimal, realization: Decimal, floor: int, cap: int
) -> None:
    rule = replace(F1, floor=Decimal(floor), cap=Decimal(cap))
    once = achievement(target, realization, rule).printed
    assert once is not None
    assert floor <= once <= cap
    assert achievement(Decimal(100), once, rule).printed == once


@given(amounts, amounts, realizations)
def test_a_range_gives_100_inside_and_never_more_than_its_nearer_bound_would(
    one: Decimal, other: Decimal, realization: Decimal
) -> None:
    lower, upper = sorted((one, other))
    value = achievement(TargetRange(lower, upper), realization, RANGE_F1).value
    if lower <= realization <= upper:
        assert value == 100
    else:
        assert value == achievement(lower if realization < lower else upper, realization, F1).value


# --- ordinal and yes/no -------------------------------------------------------------------------------------

OPINIONS = Levels.from_data(
    [{"label": "WTP", "value": "4"}, {"label": "WDP", "value": 3}, {"label": "TW", "value": "2"}]
)


def test_levels_are_compared_by_their_worth() -> None:
    outcome = ordinal_achievement("WTP", "WDP", OPINIONS, F1)
    assert outcome.value == 75
    assert outcome.explain() == "WTP = 4, WDP = 3: 3 ÷ 4 × 100% = 75,00%"
    assert ordinal_achievement("WDP", "WDP", OPINIONS, F1).explain() == "WDP = 3: 3 ÷ 3 × 100% = 100,00%"


def test_a_level_that_is_not_filled_has_no_achievement() -> None:
    assert ordinal_achievement("WTP", None, OPINIONS, F1).reason == "Realisasi belum diisi."
    assert ordinal_achievement(None, "WTP", OPINIONS, F1).reason == "Target belum diisi."


def test_an_unknown_level_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r'Jenjang "TMP" tidak dikenal\. Pilih salah satu: WTP, WDP, TW\.'):
        ordinal_achievement("WTP", "TMP", OPINIONS, F1)


def test_yes_is_100_and_no_is_0_and_silence_is_neither() -> None:
    assert yes_no_achievement(True).explain() == "Terlaksana = 100,00%"
    assert yes_no_achievement(False).explain() == "Tidak terlaksana = 0,00%"
    assert yes_no_achievement(None) == Outcome(Status.NOT_FILLED, reason="Realisasi belum diisi.")


# --- quarters -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "method", "value", "quarters", "label"),
    [
        ("1 2 3 .", "sum", "6", (1, 2, 3), "jumlah TW I–III"),
        ("1 . 3 .", "sum", "4", (1, 3), "jumlah TW I, TW III"),
        ("1 2 . 4", "sum", "7", (1, 2, 4), "jumlah TW I–II, TW IV"),
        ("0 . . .", "sum", "0", (1,), "jumlah TW I"),
        ("5 . 7 .", "last", "7", (3,), "nilai terakhir terisi: TW III"),
        ("5 6 . .", "last", "6", (2,), "nilai terakhir terisi: TW II"),
        ("5 6 . 0", "last", "0", (4,), "nilai terakhir terisi: TW IV"),
        ("1 . 4 .", "mean", "2.5", (1, 3), "rata-rata TW I, TW III"),
        ("0 1 . .", "mean", "0.5", (1, 2), "rata-rata TW I–II"),
        ("1 3 6 .", "year_to_date", "6", (3,), "s.d. TW III"),
        (". . . .", "sum", None, (), "belum ada triwulan yang terisi"),
        ("", "mean", None, (), "belum ada triwulan yang terisi"),
    ],
)
def test_quarters_make_the_year_by_the_arithmetic_the_label_spells(
    values: str, method: str, value: str | None, quarters: tuple[int, ...], label: str
) -> None:
    figures = [None if figure == "." else d(figure) for figure in values.split()]
    expected = QuarterOutcome(None if value is None else d(value), quarters, label)
    assert combine_quarters(figures, QuarterMethod(method)) == expected


def test_levels_are_never_summed() -> None:
    with pytest.raises(ValueError, match="Jenjang tidak dapat dijumlahkan; pilih nilai terakhir"):
        combine_quarters([d("4")], QuarterMethod.SUM, ordinal=True)
    assert combine_quarters([d("4")], QuarterMethod.LAST, ordinal=True).value == 4


def test_a_year_has_four_quarters() -> None:
    with pytest.raises(ValueError, match="hanya punya empat triwulan"):
        combine_quarters([d("1")] * 5, QuarterMethod.SUM)


@pytest.mark.parametrize(
    ("method", "value", "quarters"),
    [("sum", "40", (1, 3)), ("mean", "20", (1, 3)), ("last", "30", (3,)), ("year_to_date", "30", (3,))],
)
def test_only_targets_of_quarters_with_a_realization_are_combined(
    method: str, value: str, quarters: tuple[int, ...]
) -> None:
    targets = [d("10"), d("20"), d("30"), d("40")]
    outcome = combine_targets(targets, [d("9"), None, d("31"), None], QuarterMethod(method))
    assert (outcome.value, outcome.quarters) == (d(value), quarters)


def test_a_realized_quarter_without_target_leaves_no_value_and_says_which() -> None:
    outcome = combine_targets([d("10"), None, None], [d("9"), d("8"), d("7")], QuarterMethod.SUM)
    assert outcome == QuarterOutcome(None, (1, 2, 3), "target TW II–III belum diisi")
    last = combine_targets([d("10"), None, d("30")], [d("9"), d("8"), None], QuarterMethod.LAST)
    assert last == QuarterOutcome(None, (2,), "target TW II belum diisi")


def test_targets_and_realizations_belong_together() -> None:
    assert combine_targets([d("10")], [None], QuarterMethod.SUM).label == "belum ada triwulan yang terisi"
    with pytest.raises(ValueError, match="Jenjang"):
        combine_targets([d("4")], [d("4")], QuarterMethod.SUM, ordinal=True)
    with pytest.raises(ValueError, match="zip"):
        combine_targets([d("4")], [d("4"), d("3")], QuarterMethod.LAST)


# --- averages -----------------------------------------------------------------------------------------------


def percent(text: str, rule: AchievementRule = F1) -> Outcome:
    return achievement(d("100"), d(text), rule)


NONE = achievement(d("0"), d("0"), F1)


def test_the_mean_over_indicators_differs_from_the_mean_over_goals() -> None:
    goals = [[percent("100")] * 3, [percent("50")]]
    every = average([outcome for goal in goals for outcome in goal])
    assert every == Average(d("87.5"), 4, 4, "per indikator")
    assert average_of_goals([average(goal) for goal in goals]) == Average(d("75"), 4, 4, "per sasaran")


def test_an_average_says_how_many_it_counts_and_never_drops_a_true_zero() -> None:
    mean = average([percent("100"), percent("0"), percent("80"), NONE])
    assert mean.value == 60
    assert mean.label == "rata-rata per indikator, 3 dihitung / 4 total"


def test_an_average_of_nothing_is_nothing_and_not_zero() -> None:
    assert average([]) == Average(None, 0, 0, "per indikator")
    assert average([NONE, NONE]) == Average(None, 0, 2, "per indikator")
    assert average_of_goals([average([NONE])]) == Average(None, 0, 1, "per sasaran")
    assert average_of_goals([average([NONE]), average([percent("50")])]) == Average(
        d("50"), 1, 2, "per sasaran"
    )


def test_weights_are_relative_to_the_indicators_that_count() -> None:
    outcomes = [percent("100"), percent("50"), NONE]
    mean = average(outcomes, [d("3"), d("1"), d("6")])
    assert mean == Average(d("87.5"), 2, 3, "per indikator berbobot")
    assert mean.label == "rata-rata per indikator berbobot, 2 dihitung / 3 total"


@pytest.mark.parametrize("weights", [["1"], ["1", "0"], ["1", "-1"], ["1", "1", "1"]])
def test_weights_are_one_per_indicator_and_above_zero(weights: list[str]) -> None:
    with pytest.raises(ValueError, match="Isi bobot setiap indikator"):
        average([percent("100"), percent("50")], [d(weight) for weight in weights])


def test_an_average_uses_the_capped_figure() -> None:
    rule = replace(F1, cap=d("120"), cap_in_averages_only=True)
    assert average([percent("900", rule), percent("100", rule)]).value == 110


def test_a_mean_of_fractions_that_is_a_tie_is_rounded_half_up() -> None:
    third = achievement(d("3"), d("1"), F1)
    mean = average([third, third, third, percent("0.02")]).value
    assert mean == d("25.005")
    assert round_half_up(mean, 2) == d("25.01")


@given(st.lists(realizations, min_size=1, max_size=30))
def test_an_average_lies_between_the_worst_and_the_best(figures: list[Decimal]) -> None:
    outcomes = [achievement(Decimal(7), figure, F1) for figure in figures]
    mean = average(outcomes).value
    assert mean is not None
    averaged = [outcome.averaged for outcome in outcomes if outcome.averaged is not None]
    worst, best = round_half_up(min(averaged), 20), round_half_up(max(averaged), 20)
    assert worst <= round_half_up(mean, 20) <= best


# --- predicate scales ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.code)
def test_every_value_from_0_to_200_has_exactly_one_class_and_more_is_never_worse(scale: Scale) -> None:
    order = [known.label for known in scale.classes]
    ranks = []
    for hundredths in range(20001):
        value = Decimal(hundredths).scaleb(-2)
        above = None
        holders = []
        for known in scale.classes:
            # A class is what reaches its own bound but not the bound of the class above.
            if known.holds(value) and not (above is not None and above.holds(value)):
                holders.append(known.label)
            above = known
        assert holders == [scale.classify(value)]
        ranks.append(order.index(holders[0]))
    assert ranks == sorted(ranks, reverse=True)
    assert set(ranks) == set(range(len(order)))


@pytest.mark.parametrize(
    ("scale", "value", "label"),
    [
        (PERMENDAGRI, "100", "Sangat Tinggi"),
        (PERMENDAGRI, "120", "Sangat Tinggi"),
        (PERMENDAGRI, "91", "Sangat Tinggi"),
        (PERMENDAGRI, "90.5", "Sangat Tinggi"),
        (PERMENDAGRI, "90.01", "Sangat Tinggi"),
        (PERMENDAGRI, "90", "Tinggi"),
        (PERMENDAGRI, "75.5", "Tinggi"),
        (PERMENDAGRI, "75", "Sedang"),
        (PERMENDAGRI, "65.5", "Sedang"),
        (PERMENDAGRI, "65", "Rendah"),
        (PERMENDAGRI, "50.5", "Rendah"),
        (PERMENDAGRI, "50", "Sangat Rendah"),
        (PERMENDAGRI, "0", "Sangat Rendah"),
        (PERMENDAGRI, "-100", "Sangat Rendah"),
        (PERMENDAGRI_BAIK, "95", "Sangat Baik"),
        (PERMENDAGRI_BAIK, "90", "Baik"),
        (AKIP, "90.01", "AA (Sangat Memuaskan)"),
        (AKIP, "80", "BB (Sangat Baik)"),
        (AKIP, "80.01", "A (Memuaskan)"),
        (AKIP, "30", "D (Sangat Kurang)"),
        (MALUKU_TENGAH, "85", "Sangat Baik"),
        (MALUKU_TENGAH, "85.01", "Memuaskan"),
        (LAN, "85", "Sangat Berhasil"),
        (LAN, "84.99", "Berhasil"),
        (LAN, "54.99", "Tidak Berhasil"),
    ],
)
def test_bounds_of_the_shipped_scales(scale: Scale, value: str, label: str) -> None:
    assert scale.classify(d(value)) == label


def test_the_class_is_that_of_the_printed_figure() -> None:
    assert PERMENDAGRI.classify(d("90.004")) == "Tinggi"
    assert PERMENDAGRI.classify(d("90.005")) == "Sangat Tinggi"
    assert PERMENDAGRI.classify(d("90.004"), 3) == "Sangat Tinggi"
    assert PERMENDAGRI.classify(d("90.4"), 0) == "Tinggi"


def test_no_figure_has_no_class() -> None:
    assert PERMENDAGRI.classify(None) is None


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.code)
def test_the_footnote_names_every_bound_and_the_printed_figure(scale: Scale) -> None:
    for known in scale.classes:
        assert known.label.split(" (")[0] in scale.footnote
        assert known.bound is None or format_number(known.bound) in scale.footnote
    assert scale.footnote.endswith("Predikat ditentukan dari angka yang tercetak.")


def test_codes_and_versions_of_shipped_scales_are_unique() -> None:
    assert len({(scale.code, scale.version) for scale in SCALES}) == len(SCALES) == 5


def with_classes(classes: Any) -> dict[str, Any]:
    return {"code": "x", "name": "X", "version": 1, "source": "", "footnote": "", "classes": classes}


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (None, "Isi sedikitnya dua kelas"),
        ([], "Isi sedikitnya dua kelas"),
        ([{"label": "A"}], "Isi sedikitnya dua kelas"),
        (["A", "B"], "Isi sedikitnya dua kelas"),
        ([{"above": "1"}, {"label": "B"}], "Setiap kelas harus punya nama"),
        ([{"label": " ", "above": "1"}, {"label": "B"}], "Setiap kelas harus punya nama"),
        ([{"label": "A", "above": "1"}, {"label": "A"}], 'Nama kelas "A" dipakai dua kali'),
        ([{"label": "A"}, {"label": "B"}], 'Kelas "A" harus punya satu batas'),
        ([{"label": "A", "above": "2", "from": "2"}, {"label": "B"}], 'Kelas "A" harus punya satu batas'),
        ([{"label": "A", "above": "2"}, {"label": "B", "above": "1"}], "hanya kelas terakhir tanpa batas"),
        (
            [{"label": "A", "above": "2"}, {"label": "B", "above": "2"}, {"label": "C"}],
            'Batas kelas "B" harus lebih kecil',
        ),
        (
            [{"label": "A", "above": "2"}, {"label": "B", "from": "3"}, {"label": "C"}],
            'Batas kelas "B" harus lebih kecil',
        ),
        ([{"label": "A", "above": "dua"}, {"label": "B"}], 'Angka pada "A" harus ditulis sebagai teks'),
        ([{"label": "A", "above": "NaN"}, {"label": "B"}], 'Angka pada "A" harus ditulis sebagai teks'),
        ([{"label": "A", "above": 90.5}, {"label": "B"}], 'Angka pada "A" harus ditulis sebagai teks'),
        ([{"label": "A", "above": True}, {"label": "B"}], 'Angka pada "A" harus ditulis sebagai teks'),
        ([{"label": "A", "above": None}, {"label": "B"}], 'Angka pada "A" harus ditulis sebagai teks'),
    ],
)
def test_a_scale_with_a_gap_or_an_overlap_is_refused(classes: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Scale.from_data(with_classes(classes))


@given(st.lists(st.integers(0, 150), min_size=1, max_size=8, unique=True), st.data())
def test_any_accepted_scale_holds_any_value(bounds: list[int], data: st.DataObject) -> None:
    rows: list[dict[str, Any]] = [
        {"label": f"K{bound}", data.draw(st.sampled_from(["above", "from"])): str(bound)}
        for bound in sorted(bounds, reverse=True)
    ]
    scale = Scale.from_data(with_classes([*rows, {"label": "sisa"}]))
    assert scale.classify(data.draw(realizations)) in {known.label for known in scale.classes}
