"""Formulas that refer to other indicators: circles, and an order to compute them in."""

import pytest

from indicators.formula import cycle, order, parse


@pytest.mark.parametrize(
    ("formulas", "circle"),
    [
        ({}, None),
        ({"a": ["b"], "b": ["data"]}, None),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, None),
        ({"a": ["a"]}, ["a", "a"]),
        ({"a": ["b"], "b": ["a"]}, ["a", "b", "a"]),
        ({"a": ["b"], "b": ["c"], "c": ["d"], "d": ["b"]}, ["b", "c", "d", "b"]),
        ({"z": ["data"], "a": ["z", "b"], "b": ["z", "a"]}, ["a", "b", "a"]),
        ({"a": parse("b / c * 100%"), "b": parse("if_missing(a, 0)")}, ["a", "b", "a"]),
    ],
)
def test_a_circle_is_named(formulas, circle):
    assert cycle(formulas) == circle


def test_the_value_of_the_year_before_makes_no_circle():
    assert cycle({"a": parse("b + previous(a)"), "b": parse("previous(a) * 2")}) is None
    assert cycle({"a": parse("a + previous(a)")}) == ["a", "a"]


def test_what_is_used_comes_first():
    formulas = {
        "a": parse("c + data"),
        "b": parse("a * c"),
        "c": parse("d"),
        "d": parse("data"),
        "e": parse("1"),
    }
    assert order(formulas) == ["d", "c", "a", "b", "e"]


def test_there_is_no_order_in_a_circle():
    with pytest.raises(ValueError, match=r"^Rumus saling merujuk: a → b → a\.$"):
        order({"a": ["b"], "b": ["a"]})


def test_a_long_chain_needs_no_recursion():
    chain = {f"n{i}": [f"n{i + 1}"] for i in range(20_000)}
    assert cycle(chain) is None
    assert order(chain)[0] == "n19999"
    assert cycle(chain | {"n20000": ["n0"]}) == [*(f"n{i}" for i in range(20_001)), "n0"]
