"""What formulas give: exact results, percents, and reasons instead of results."""

from decimal import Decimal

import pytest

from indicators.formula import Operand, evaluate, parse

KNOWN = {
    "sehat": Operand("Jumlah koperasi sehat", "koperasi"),
    "seluruh": Operand("Jumlah seluruh koperasi", "koperasi"),
    "nilai": Operand("Nilai produksi", "Rupiah"),
    "p": Operand("Persentase pasar", "Persen"),
    "q": Operand("Persentase industri", " % "),
}
VALUES = {
    "a": Decimal(3),
    "b": Decimal(4),
    "nol": Decimal(0),
    "sehat": Decimal(130),
    "seluruh": Decimal(200),
    "nilai": Decimal(1000),
    "p": Decimal(75),
    "q": Decimal(50),
    "kosong": None,
}
LAST_YEAR = {"a": Decimal(2), "seluruh": None}


def outcome_of(text: str, unit: str = ""):
    return evaluate(parse(text), VALUES, previous=LAST_YEAR, known=KNOWN, unit=unit)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + b * 2", "11"),
        ("(a + b) * 2", "14"),
        ("a - b - 1", "-2"),
        ("a - (b - 1)", "0"),
        ("a / b / 2", "0.375"),
        ("a / b * 2", "1.5"),
        ("-a * b", "-12"),
        ("--a", "3"),
        ("1 / 3 * 3", "1"),
        ("a / 7 * 7 - a", "0"),
        ("0.1 + 0.2", "0.3"),
        ("sum(a, b, 1)", "8"),
        ("sum(a)", "3"),
        ("avg(a, b)", "3.5"),
        ("min(a, b, 5)", "3"),
        ("max(a, b, -5)", "4"),
        ("abs(a - b)", "1"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(2.4999)", "2"),
        ("round(a / 7, 3)", "0.429"),
        ("round(0.125, 2)", "0.13"),
        ("previous(a)", "2"),
        ("(a - previous(a)) / previous(a) * 100", "50"),
        ("if_missing(kosong, 7)", "7"),
        ("if_missing(a, kosong)", "3"),
        ("if_missing(tidak_ada / b, a)", "3"),
        ("if_missing(previous(seluruh), 1)", "1"),
        ("if_missing(if_missing(kosong, kosong), 2)", "2"),
        ("nol / a", "0"),
    ],
)
def test_arithmetic_is_exact(text, value):
    outcome = outcome_of(text)
    assert (outcome.status, outcome.value, outcome.reason, outcome.code) == (
        "computed",
        Decimal(value),
        "",
        "",
    )
    assert outcome.exact


@pytest.mark.parametrize(
    ("text", "stated_unit", "value", "is_percent"),
    [
        ("a / b * 100%", "", "75", True),
        ("a / b * 100%", "Persen", "75", True),
        ("a / b * 100%", " persen", "75", True),
        ("a / b * 100%", "%", "75", True),
        ("a / b x 100%", "", "75", True),
        ("a / b * 100", "Persen", "75", True),
        ("a / b * 100", "", "75", False),
        ("a / b * 100%", "Rasio", "0.75", False),
        ("100% * a / b", "", "75", True),
        ("10% * nilai", "Rupiah", "100", False),
        ("10% * nilai", "", "10000", True),
        ("50% / 2", "", "25", True),
        ("-5%", "", "-5", True),
        ("5% + 2.5%", "", "7.5", True),
        ("5% - 7%", "", "-2", True),
        ("50% * 50%", "", "25", True),
        ("a / 50%", "", "6", False),
        ("75% / 50%", "", "1.5", False),
        ("a + 50%", "", "3.5", False),
        ("50% + a", "", "3.5", False),
        ("nilai * (1 + 5%)", "", "1050", False),
        ("avg(50%, 75%)", "", "62.5", True),
        ("max(50%, a)", "", "3", False),
        ("abs(-5%)", "", "5", True),
        ("round(a / 7 * 100%, 1)", "", "42.9", True),
        ("round(66.666%)", "Persen", "67", True),
        ("p", "Persen", "75", True),
        ("p", "", "75", True),
        ("p + q", "Persen", "125", True),
        ("100% - p", "Persen", "25", True),
        ("40% * p + 60% * q", "Persen", "60", True),
        ("p * nilai", "Rupiah", "750", False),
        ("p / q * 100%", "Persen", "150", True),
        ("p / q * 100", "Persen", "150", True),
        ("(p + q) / 2 / 1%", "Indeks", "62.5", False),
        ("previous(a) / a * 150%", "persen", "100", True),
    ],
)
def test_percents_mean_what_the_reader_of_a_table_means(text, stated_unit, value, is_percent):
    outcome = outcome_of(text, stated_unit)
    assert (outcome.value, outcome.percent) == (Decimal(value), is_percent)


@pytest.mark.parametrize(
    ("text", "reason", "missing", "position"),
    [
        ("a / kosong", "Belum lengkap: kosong belum diisi.", ("kosong",), 4),
        ("x_1 + kosong", "Belum lengkap: x_1 dan kosong belum diisi.", ("x_1", "kosong"), 0),
        (
            "a + x_1 + x_2 + x_1 + x_3",
            "Belum lengkap: x_1, x_2, dan x_3 belum diisi.",
            ("x_1", "x_2", "x_3"),
            4,
        ),
        (
            "previous(seluruh)",
            "Belum lengkap: Jumlah seluruh koperasi (tahun sebelumnya) belum diisi.",
            ("previous(seluruh)",),
            0,
        ),
        ("if_missing(kosong, x_1)", "Belum lengkap: x_1 belum diisi.", ("x_1",), 19),
        # What is missing comes first: with it, the divisor may change.
        ("a / (kosong - kosong) / nol", "Belum lengkap: kosong belum diisi.", ("kosong",), 5),
        ("sum(-kosong, 1)", "Belum lengkap: kosong belum diisi.", ("kosong",), 5),
    ],
)
def test_a_missing_value_is_named_never_taken_as_zero(text, reason, missing, position):
    outcome = outcome_of(text)
    assert (outcome.status, outcome.value, outcome.code) == ("incomplete", None, "missing_value")
    assert (outcome.reason, outcome.missing, outcome.position) == (reason, missing, position)


def test_a_missing_value_is_named_by_its_label():
    outcome = evaluate(parse("sehat / seluruh * 100%"), {"sehat": Decimal(1), "seluruh": None}, known=KNOWN)
    assert outcome.reason == "Belum lengkap: Jumlah seluruh koperasi belum diisi."


def test_values_replaced_through_if_missing_are_recorded():
    outcome = outcome_of("if_missing(kosong, 0) + if_missing(previous(seluruh), 1) + if_missing(kosong, 2)")
    assert outcome.value == 3
    assert outcome.defaulted == ("kosong", "previous(seluruh)")
    assert outcome.missing == ()


@pytest.mark.parametrize(
    ("text", "code", "reason", "position"),
    [
        ("a / nol", "division_by_zero", "nol (penyebut) bernilai 0.", 4),
        ("a / (sehat - 130)", "division_by_zero", "“Jumlah koperasi sehat − 130” (penyebut) bernilai 0.", 4),
        ("a / b / (nol * nilai)", "division_by_zero", "“nol × Nilai produksi” (penyebut) bernilai 0.", 8),
        ("a / 0", "division_by_zero", "penyebut dalam rumus adalah angka 0.", 4),
        ("a / 0%", "division_by_zero", "penyebut dalam rumus adalah angka 0%.", 4),
        ("0 / 0", "division_by_zero", "penyebut dalam rumus adalah angka 0.", 4),
        ("nol * (a / nol)", "division_by_zero", "nol (penyebut) bernilai 0.", 11),
        ("if_missing(a / nol, 1)", "division_by_zero", "nol (penyebut) bernilai 0.", 15),
        ("9999999999 * 9999999999", "too_large", "hasilnya lebih dari 18 digit di depan koma.", 0),
        (
            " / ".join(["1", *["9999999999"] * 4]),
            "too_small",
            "hasilnya terlalu dekat dengan 0, tetapi bukan 0.",
            0,
        ),
    ],
)
def test_what_cannot_be_computed_says_why(text, code, reason, position):
    outcome = outcome_of(text)
    assert (outcome.status, outcome.value, outcome.code) == ("not_computable", None, code)
    assert (outcome.reason, outcome.position) == (f"Tidak dapat dihitung: {reason}", position)


def test_a_zero_divisor_is_named_by_its_label():
    outcome = evaluate(
        parse("sehat / seluruh"), {"sehat": Decimal(1), "seluruh": Decimal("-0.00")}, known=KNOWN
    )
    assert outcome.reason == "Tidak dapat dihitung: Jumlah seluruh koperasi (penyebut) bernilai 0."


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_gives_no_result(value):
    outcome = evaluate(parse("sehat * 0"), {"sehat": Decimal(value)}, known=KNOWN)
    assert (outcome.status, outcome.code) == ("not_computable", "not_a_number")
    assert outcome.reason == "Tidak dapat dihitung: nilai Jumlah koperasi sehat bukan angka."


def test_a_value_beyond_the_limits_is_named():
    outcome = evaluate(parse("sehat"), {"sehat": Decimal("1E+99")}, known=KNOWN)
    assert outcome.reason == "Tidak dapat dihitung: nilai Jumlah koperasi sehat lebih panjang dari 34 digit."


def test_a_result_of_zero_is_a_result():
    outcome = outcome_of("nol")
    assert (outcome.status, outcome.value) == ("computed", Decimal(0))
