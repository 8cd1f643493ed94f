"""How a result is explained to the person who checks it."""

from decimal import Decimal

import pytest

from indicators.formula import Operand, evaluate, explain, parse

KNOWN = {
    "sehat": Operand("Jumlah koperasi sehat", "koperasi"),
    "seluruh": Operand("Jumlah seluruh koperasi", "koperasi"),
    "nilai": Operand("Nilai ekspor", "Rupiah"),
    "p": Operand("Tingkat hunian", "Persen"),
    "rugi": Operand("Laba", "Rupiah"),
}
VALUES = {
    "sehat": Decimal(130),
    "seluruh": Decimal("200.00"),
    "nilai": Decimal("1234567.50"),
    "p": Decimal("62.5"),
    "rugi": Decimal(-5),
    "tiga": Decimal(3),
    "nol": Decimal(0),
}
LAST_YEAR = {"sehat": Decimal(100)}


def explained(text: str, unit: str = "", digits: int = 2):
    formula = parse(text)
    outcome = evaluate(formula, VALUES, previous=LAST_YEAR, known=KNOWN, unit=unit)
    return explain(formula, outcome, VALUES, previous=LAST_YEAR, known=KNOWN, digits=digits)


def test_a_formula_is_explained_in_words_numbers_and_result():
    explanation = explained("sehat / seluruh * 100%", "Persen")
    assert explanation.words == "Jumlah koperasi sehat ÷ Jumlah seluruh koperasi × 100%"
    assert explanation.numbers == "130 ÷ 200 × 100%"
    assert explanation.unrounded == "65%"
    assert explanation.rounded == "65,00%"
    assert explanation.sentence == (
        "Jumlah koperasi sehat (130) ÷ Jumlah seluruh koperasi (200) × 100% = 65,00%"
    )


@pytest.mark.parametrize(
    ("text", "unit", "digits", "end"),
    [
        ("2 / 3 * 100%", "", 2, "= 66,666666…% ≈ 66,67%"),
        ("-2 / 3 * 100%", "", 2, "= -66,666666…% ≈ -66,67%"),
        ("2 / 3", "", 0, "= 0,666666… ≈ 1"),
        ("2 / 3", "", 8, "= 0,66666666… ≈ 0,66666667"),
        ("1 / 8", "", 2, "= 0,125 ≈ 0,13"),
        ("1 / 8", "", 3, "= 0,125"),
        ("1 / 128", "", 2, "= 0,007812… ≈ 0,01"),
        ("1 / 300000000", "", 2, "= 0,000000… ≈ 0,00"),
        ("-1 / 300", "", 2, "= -0,003333… ≈ 0,00"),
        ("nilai * 1000", "Rupiah", 0, "= 1.234.567.500"),
        ("65 * 1", "", 0, "= 65"),
        ("p", "Persen", 1, "Tingkat hunian (62,5%) = 62,5%"),
    ],
)
def test_the_unrounded_result_is_shown_where_rounding_matters(text, unit, digits, end):
    assert explained(text, unit, digits).sentence.endswith(end)


@pytest.mark.parametrize(
    ("text", "words", "numbers"),
    [
        ("(sehat - seluruh) / 2", "(Jumlah koperasi sehat − Jumlah seluruh koperasi) ÷ 2", "(130 − 200) ÷ 2"),
        ("sehat / (seluruh / 2)", "Jumlah koperasi sehat ÷ (Jumlah seluruh koperasi ÷ 2)", "130 ÷ (200 ÷ 2)"),
        ("sehat - (seluruh + 2)", "Jumlah koperasi sehat − (Jumlah seluruh koperasi + 2)", "130 − (200 + 2)"),
        ("sehat - rugi", "Jumlah koperasi sehat − Laba", "130 − (-5)"),
        ("sehat * -rugi", "Jumlah koperasi sehat × (−Laba)", "130 × (−(-5))"),
        ("-(sehat * 2)", "−(Jumlah koperasi sehat × 2)", "−(130 × 2)"),
        ("previous(sehat) * 1.50", "Jumlah koperasi sehat (tahun sebelumnya) × 1,50", "100 × 1,50"),
        (
            "sum(sehat, 1) * 1000",
            "jumlah dari (Jumlah koperasi sehat; 1) × 1.000",
            "jumlah dari (130; 1) × 1.000",
        ),
        ("avg(tiga, 1)", "rata-rata dari (tiga; 1)", "rata-rata dari (3; 1)"),
        ("min(tiga, 1)", "nilai terkecil dari (tiga; 1)", "nilai terkecil dari (3; 1)"),
        ("max(tiga, 1)", "nilai terbesar dari (tiga; 1)", "nilai terbesar dari (3; 1)"),
        ("abs(tiga)", "nilai mutlak dari (tiga)", "nilai mutlak dari (3)"),
        ("round(tiga)", "pembulatan dari (tiga)", "pembulatan dari (3)"),
        ("round(tiga, 1)", "pembulatan dari (tiga; 1 desimal)", "pembulatan dari (3; 1 desimal)"),
        ("if_missing(tiga, 0) + 1", "tiga (0 bila kosong) + 1", "3 + 1"),
        ("if_missing(empat, 0) + 1", "empat (0 bila kosong) + 1", "0 + 1"),
        ("-if_missing(empat, 1 + 1) * 2", "−empat (1 + 1 bila kosong) × 2", "−(1 + 1) × 2"),
        ("if_missing(tiga + 1, 0) / 2", "(tiga + 1) (0 bila kosong) ÷ 2", "(3 + 1) ÷ 2"),
    ],
)
def test_words_and_numbers_of_every_construct(text, words, numbers):
    explanation = explained(text)
    assert (explanation.words, explanation.numbers) == (words, numbers)


def test_a_replaced_value_is_told_in_the_sentence():
    assert explained("if_missing(empat, 1) + if_missing(tiga, 0)").sentence == (
        "empat (1 bila kosong) + tiga (3) = 4,00"
    )


def test_an_incomplete_formula_shows_what_is_there_and_what_is_missing():
    explanation = explained("sehat / empat * previous(tiga)")
    assert explanation.numbers == "130 ÷ … × …"
    assert (explanation.unrounded, explanation.rounded) == ("", "")
    assert explanation.sentence == (
        "Jumlah koperasi sehat (130) ÷ empat (belum diisi) × tiga (tahun sebelumnya) (belum diisi). "
        "Belum lengkap: empat dan tiga (tahun sebelumnya) belum diisi."
    )


def test_a_zero_divisor_is_explained():
    assert explained("sehat / nol").sentence == (
        "Jumlah koperasi sehat (130) ÷ nol (0). Tidak dapat dihitung: nol (penyebut) bernilai 0."
    )


@pytest.mark.parametrize(("value", "shown"), [("NaN", "NaN"), ("1E+999999", "1E+999999")])
def test_a_value_that_is_no_usable_number_is_shown_as_it_is(value, shown):
    formula, values = parse("a"), {"a": Decimal(value)}
    explanation = explain(formula, evaluate(formula, values), values)
    assert explanation.numbers == shown
    assert explanation.sentence.startswith(f"a ({shown}). Tidak dapat dihitung: nilai a")
