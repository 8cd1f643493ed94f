"""What holds for every text and every formula, tried on generated ones."""

from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from typing import ClassVar

from hypothesis import example, given
from hypothesis import strategies as st

from indicators.formula import (
    FormulaError,
    Operand,
    check,
    draw,
    evaluate,
    explain,
    limits,
    parse,
    to_html,
    to_text,
)

NAMES = ["a", "b", "c", "koperasi_sehat", "x", "sum"]
UNITS = ["", "Persen", "%", "Rupiah", "orang"]

# Text that comes near to formulas, and text that does not.
NEARLY = st.text(alphabet="abx_019.,%+-*/() \n×÷−–:=^'ß٣\0")
WORDS = [
    *NAMES,
    *"()+-*/,%x1A ",
    "sum(",
    "round(",
    "if_missing(",
    "previous(",
    "12,5",
    "100%",
    "1.000.000",
    "kali",
]
PIECES = st.lists(st.sampled_from(WORDS)).map("".join)

NUMBERS = st.one_of(
    st.integers(0, 999).map(str),
    st.decimals(0, 999, places=2).map(str),
    st.integers(0, 200).map(lambda number: f"{number}%"),
)


SIGNS = st.sampled_from("+-*/")
CHOOSERS = st.sampled_from(["sum", "avg", "min", "max"])


def _bracketed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    return st.one_of(
        st.tuples(inner, SIGNS, inner).map(lambda part: f"({part[0]}) {part[1]} ({part[2]})"),
        st.tuples(inner, SIGNS, inner).map(" ".join),
        inner.map(lambda text: f"-({text})"),
        st.tuples(st.sampled_from(["sum", "avg", "min", "max"]), arguments).map(
            lambda part: f"{part[0]}({part[1]})"
        ),
        inner.map(lambda text: f"abs({text})"),
        st.tuples(inner, st.integers(0, 4)).map(lambda part: f"round({part[0]}, {part[1]})"),
        st.tuples(inner, inner).map(lambda part: f"if_missing({part[0]}, {part[1]})"),
    )


LEAVES = st.one_of(
    NUMBERS, st.sampled_from(NAMES), st.sampled_from(NAMES).map(lambda name: f"previous({name})")
)
FORMULAS = st.recursive(LEAVES, _bracketed, max_leaves=12).filter(lambda text: len(text) <= limits.CHARACTERS)

ANY_VALUES = st.dictionaries(st.sampled_from(NAMES), st.one_of(st.none(), st.decimals()))
KNOWN = st.fixed_dictionaries(
    {name: st.sampled_from(UNITS).map(lambda unit: Operand("Data", unit)) for name in NAMES}
)


def refusal_of(text: str) -> FormulaError | None:
    try:
        parse(text)
    except FormulaError as error:
        return error
    return None


@given(st.one_of(st.text(), NEARLY, PIECES))
@example("\ud800")
@example("")
def test_any_text_is_a_formula_or_an_error_within_the_text(text):
    error = refusal_of(text)
    if error is None:
        assert all(text[leaf.name_position :].startswith(leaf.name) for leaf in parse(text).leaves())
        return
    assert 0 <= error.position <= error.position + error.length <= len(text)
    assert error.length or not text
    assert error.message.endswith(".")
    line, carets = error.caret(text).split("\n")
    assert carets.strip(" ^") == ""
    assert carets.endswith("^")
    assert len(carets) <= max(1, len(line))


@given(FORMULAS, ANY_VALUES, ANY_VALUES, KNOWN, st.sampled_from(UNITS), st.integers(0, 10))
def test_whatever_the_values_there_is_an_outcome_and_an_explanation(
    text, values, previous, known, unit, digits
):
    formula = parse(text)
    outcome = evaluate(formula, values, previous=previous, known=known, unit=unit)
    explanation = explain(formula, outcome, values, previous=previous, known=known, digits=digits)
    if outcome.status == "computed":
        assert outcome.value is not None
        assert outcome.reason == outcome.code == ""
        assert explanation.sentence.endswith(explanation.rounded)
        assert explanation.rounded.endswith("%") == outcome.percent
    else:
        assert outcome.value is None
        assert outcome.position in range(len(text))
        assert explanation.sentence.endswith(outcome.reason)
        opening = "Belum lengkap: " if outcome.status == "incomplete" else "Tidak dapat dihitung: "
        assert outcome.reason.startswith(opening)


@given(FORMULAS, KNOWN, st.sampled_from(UNITS))
def test_warnings_stay_within_the_text(text, known, unit):
    for warning in check(parse(text), known, unit=unit):
        assert 0 <= warning.position < warning.position + warning.length <= len(text)
        assert warning.message.endswith(".")


class Exact:
    """An amount and whether it is percent, computed by Python's own operators: the rules a second time."""

    def __init__(self, amount: Fraction, percent: bool = False) -> None:
        self.amount, self.percent = amount, percent

    def __add__(self, other: "Exact") -> "Exact":
        return Exact(self.amount + other.amount, self.percent and other.percent)

    def __sub__(self, other: "Exact") -> "Exact":
        return Exact(self.amount - other.amount, self.percent and other.percent)

    def __mul__(self, other: "Exact") -> "Exact":
        return Exact(self.amount * other.amount, self.percent or other.percent)

    def __truediv__(self, other: "Exact") -> "Exact":
        return Exact(self.amount / other.amount, self.percent and not other.percent)

    def __neg__(self) -> "Exact":
        return Exact(-self.amount, self.percent)


def _number(text: str) -> str:
    return f"Exact(Fraction('{text.removesuffix('%')}') / {100 if '%' in text else 1}, {'%' in text})"


def _both(pattern: str, *parts: tuple[str, str]) -> tuple[str, str]:
    return pattern.format(*(text for text, _ in parts)), pattern.format(*(python for _, python in parts))


# Formula text, and Python that says the same. Where there are no parentheses, precedence and direction
# are Python's own.
ARITHMETIC = st.recursive(
    st.one_of(
        NUMBERS.map(lambda text: (text, _number(text))),
        st.sampled_from("abc").map(lambda name: (name, f"Exact(Fraction({name}))")),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, SIGNS, inner).map(lambda x: _both(f"({{}}) {x[1]} ({{}})", x[0], x[2])),
        st.tuples(inner, SIGNS, inner).map(lambda x: _both(f"{{}} {x[1]} {{}}", x[0], x[2])),
        inner.map(lambda part: _both("-({})", part)),
    ),
    max_leaves=15,
)


@given(ARITHMETIC, st.tuples(*[st.decimals(-(10**9), 10**9, places=2)] * 3))
def test_results_agree_with_fraction_arithmetic(pair, numbers):
    text, python = pair
    values = dict(zip("abc", numbers, strict=True))
    outcome = evaluate(parse(text), values)
    try:
        expected = eval(python, {"Exact": Exact, "Fraction": Fraction, **values})  # noqa: S307
    except ZeroDivisionError:
        assert outcome.code == "division_by_zero"
        return
    exact = expected.amount * 100 if expected.percent else expected.amount
    if outcome.value is None:
        assert outcome.code in {"too_large", "too_small"}
        assert abs(exact) >= 10**limits.RESULT_DIGITS or 0 < abs(exact) < Fraction(
            1, 10**limits.SMALLEST_POWER
        )
    else:
        assert outcome.percent == expected.percent
        assert abs(Fraction(outcome.value) - exact) <= abs(exact) / 10 ** (limits.PRECISION - 1)
        assert outcome.exact == (Fraction(outcome.value) == exact)


@given(st.fractions(-1000, 1000, max_denominator=10**6), st.integers(0, 6))
def test_rounding_what_is_handed_out_is_rounding_the_exact_result(exact, digits):
    outcome = evaluate(parse("a / b"), {"a": Decimal(exact.numerator), "b": Decimal(exact.denominator)})
    formula = parse("a")
    shown = explain(formula, outcome, {}, digits=digits).rounded
    scaled = abs(exact) * 10**digits + Fraction(1, 2)
    whole = scaled.numerator // scaled.denominator
    assert Decimal(shown.replace(".", "").replace(",", ".")) * 10**digits == (whole if exact >= 0 else -whole)


PLAIN = st.recursive(
    st.one_of(
        st.integers(0, 999).map(str), st.sampled_from(NAMES), st.integers(0, 100).map(lambda n: f"{n}%")
    ),
    lambda inner: st.one_of(
        st.tuples(inner, SIGNS, inner).map(lambda part: f"({part[0]}) {part[1]} ({part[2]})"),
        st.tuples(inner, SIGNS, inner).map(" ".join),
        inner.map(lambda text: f"-({text})"),
    ),
    max_leaves=15,
)


@given(PLAIN)
def test_plain_text_reads_back_as_the_same_formula(text):
    formula = parse(text)
    plain = to_text(draw(formula, {}))
    assert parse(plain) == formula
    assert plain.count("(") <= text.count("(") + text.count("-")


@given(FORMULAS, st.dictionaries(st.sampled_from(NAMES), st.text()))
def test_drawn_html_is_well_formed_and_has_a_line_for_every_division(text, labels):
    formula = parse(text)
    html = to_html(draw(formula, labels))
    assert html.count("<span") == html.count("</span>")
    assert html.count('class="fraction"') == text.count("/")
    assert html.replace("<span", "").replace("</span>", "").count("<") == 0


class DrawingReader(HTMLParser):
    """Reads a drawing as people do: a fraction line parts and groups what is above and below it."""

    GROUPS: ClassVar = {"fraction": ("(", ")"), "numerator": ("(", ") / "), "denominator": ("(", ")")}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.closing: list[str] = []
        self.feed(html.split('<span class="visually-hidden">')[0])

    def handle_starttag(self, tag, attrs):
        before, after = self.GROUPS.get(dict(attrs)["class"], ("", ""))
        self.text += before
        self.closing.append(after)

    def handle_endtag(self, tag):
        self.text += self.closing.pop()

    def handle_data(self, data):
        self.text += data


@given(PLAIN, st.tuples(*[st.integers(1, 99).map(Decimal)] * len(NAMES)))
def test_a_drawing_computes_what_its_formula_computes(text, numbers):
    formula, values = parse(text), dict(zip(NAMES, numbers, strict=True))
    drawn = evaluate(parse(DrawingReader(to_html(draw(formula, {}))).text), values, unit="Rasio")
    written = evaluate(formula, values, unit="Rasio")
    assert (drawn.value, drawn.code) == (written.value, written.code)
