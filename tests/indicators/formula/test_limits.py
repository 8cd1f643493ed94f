"""Every published limit, at the limit and one beyond."""

from decimal import Decimal

import pytest

from indicators.formula import FormulaError, evaluate, explain, limits, parse


def refusal(text: str) -> str:
    with pytest.raises(FormulaError) as raised:
        parse(text)
    return raised.value.code


def padded(length: int) -> str:
    return "a" + " " * (length - 1)


@pytest.mark.parametrize(
    ("write", "limit", "code"),
    [
        (padded, limits.CHARACTERS, "too_long"),
        # A chain counts once, each of its operands once.
        (lambda nodes: "+".join(["a"] * (nodes - 1)), limits.NODES, "too_many_nodes"),
        (lambda nodes: "*".join(["a"] * (nodes - 1)), limits.NODES, "too_many_nodes"),
        (lambda nodes: f"sum({','.join(['1'] * (nodes - 1))})", limits.NODES, "too_many_nodes"),
        (lambda depth: "(" * depth + "a" + ")" * depth, limits.DEPTH, "too_deep"),
        (lambda depth: "-" * depth + "a", limits.DEPTH, "too_deep"),
        (lambda depth: "abs(" * depth + "a" + ")" * depth, limits.DEPTH, "too_deep"),
        (lambda depth: "-" + "(" * (depth - 1) + "a" + ")" * (depth - 1), limits.DEPTH, "too_deep"),
        (lambda length: "a" * length, limits.NAME_CHARACTERS, "name_too_long"),
        (lambda digits: "9" * digits, limits.NUMBER_DIGITS, "number_too_long"),
        (lambda digits: "0." + "9" * (digits - 1), limits.NUMBER_DIGITS, "number_too_long"),
        (lambda digits: f"round(a, {digits})", limits.ROUND_DIGITS, "round_digits"),
    ],
)
def test_a_text_is_read_up_to_the_limit_and_refused_beyond(write, limit, code):
    assert parse(write(limit))
    assert refusal(write(limit + 1)) == code


def test_the_caret_of_a_text_that_is_too_long_marks_what_is_too_much():
    text = "a" * (limits.CHARACTERS + 7)
    with pytest.raises(FormulaError) as raised:
        parse(text)
    assert (raised.value.position, raised.value.length) == (limits.CHARACTERS, 7)
    assert "1007 karakter, paling banyak 1000" in raised.value.message


def outcome_of(value: str, formula: str = "a / 1") -> str:
    outcome = evaluate(parse(formula), {"a": Decimal(value)})
    return outcome.code or outcome.status


@pytest.mark.parametrize(
    ("formula", "value", "code"),
    [
        ("a * 0", "9" * limits.VALUE_DIGITS, "computed"),
        ("a * 0", "9" * (limits.VALUE_DIGITS + 1), "too_large"),
        ("a * 0", f"1E+{limits.VALUE_DIGITS}", "computed"),
        ("a * 0", f"1E+{limits.VALUE_DIGITS + 1}", "too_large"),
        ("a * 0", f"1E-{limits.VALUE_DIGITS}", "computed"),
        ("a * 0", f"1E-{limits.VALUE_DIGITS + 1}", "too_large"),
        ("a * 0", "1E+999999", "too_large"),
        ("a", "9" * limits.RESULT_DIGITS, "computed"),
        ("a", "-" + "9" * limits.RESULT_DIGITS, "computed"),
        ("a", "1" + "0" * limits.RESULT_DIGITS, "too_large"),
        ("a", f"1E-{limits.SMALLEST_POWER}", "computed"),
        ("a", f"-9E-{limits.SMALLEST_POWER + 1}", "too_small"),
    ],
)
def test_a_value_or_result_is_taken_up_to_the_limit_and_refused_beyond(formula, value, code):
    assert outcome_of(value, formula) == code


def test_exact_intermediate_results_stay_within_the_published_size():
    # 2^100 has 101 bits; 40 factors make 4,001 bits, 41 make 4,101.
    large = str(2**100)
    assert outcome_of(large, " * ".join(["a"] * 40 + ["0"])) == "computed"
    assert outcome_of(large, " * ".join(["a"] * 41 + ["0"])) == "too_large"
    assert outcome_of(large, "1 / " + " / ".join(["a"] * 41)) == "too_large"


def test_a_result_has_the_published_precision():
    outcome = evaluate(parse("2 / 3"), {})
    assert outcome.value == Decimal("0." + "6" * limits.PRECISION)
    assert not outcome.exact
    assert evaluate(parse("1 / 8"), {}).exact


@pytest.mark.parametrize("digits", [-1, limits.ROUND_DIGITS + 1])
def test_a_result_is_shown_with_published_digits_only(digits):
    formula = parse("1 / 3")
    with pytest.raises(ValueError, match="0 sampai 10"):
        explain(formula, evaluate(formula, {}), {}, digits=digits)
    assert explain(formula, evaluate(formula, {}), {}, digits=limits.ROUND_DIGITS).rounded == "0,3333333333"
