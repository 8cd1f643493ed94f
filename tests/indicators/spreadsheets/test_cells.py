"""Cells with several facts: values, units, ranges, numbers before texts, formulas with prose."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.spreadsheets.cells import (
    Notation,
    one_line,
    plain,
    read_value,
    split_formulation,
    split_label,
    split_number,
)
from indicators.spreadsheets.grid import Cell


def value_of(
    content: Any, unit: str = "", *, shown: str = "", column: Any = (), row: Any = ()
) -> tuple[str | None, str | None, str, str]:
    """Read a value; return number, upper number, unit, code."""
    notation = Notation.of(Cell(1, 1, text) for text in column).beside(Cell(1, 1, text) for text in row)
    value = read_value(Cell(1, 1, content, shown), unit=unit, notation=notation)
    return (
        None if value.value is None else plain(value.value),
        None if value.value_to is None else plain(value.value_to),
        value.unit,
        value.code,
    )


@pytest.mark.parametrize(
    ("content", "unit", "expected"),
    [
        ("60 kali", "", ("60", None, "kali", "")),
        ("1.500bh", "", ("1500", None, "bh", "")),
        ("2 hari", "", ("2", None, "hari", "")),
        ("85 %", "", ("85", None, "%", "")),
        ("87,5%", "", ("87.5", None, "%", "")),
        ("Rp 1.250.000,00", "", ("1250000.00".rstrip("0").rstrip("."), None, "Rp", "")),
        ("85,5*)", "", ("85.5", None, "", "")),
        ("85,5 (sementara)", "", ("85.5", None, "", "")),
        ("80 - 90%", "", ("80", "90", "%", "")),
        ("80% - 90%", "", ("80", "90", "%", "")),
        ("7 - 8 bulan", "", ("7", "8", "bulan", "")),
        ("7 – 8", "", ("7", "8", "", "")),
        ("85 s.d. 90", "", ("85", "90", "", "")),
        ("60 sampai dengan 70 orang", "", ("60", "70", "orang", "")),
        ("90 - 80", "", (None, None, "", "range")),
        ("Rangking 6", "", (None, None, "", "ordinal")),
        ("Peringkat ke-3", "", (None, None, "", "ordinal")),
        ("10 besar", "", (None, None, "", "ordinal")),
        ("1:32", "", (None, None, "", "ratio")),
        ("1 : 32", "", (None, None, "", "ratio")),
        ("WTP", "", (None, None, "", "predicate")),
        ("BB", "", (None, None, "", "predicate")),
        ("A (81,25)", "", (None, None, "", "predicate")),
        ("≥ 90%", "", ("90", None, "%", "compared")),
        ("min. 75", "", ("75", None, "", "compared")),
        ("1,5 juta", "", ("1500000", None, "", "word_size")),
        ("N/A", "", (None, None, "", "")),
        ("-", "", (None, None, "", "")),
        ("(5)", "", (None, None, "", "ambiguous")),
        ("12 34", "", (None, None, "", "two_numbers")),
        ("12.5", "", ("12.5", None, "", "dot_decimal")),
        ("0.75", "", ("0.75", None, "", "dot_decimal")),
        ("80\n%", "", ("80", None, "%", "")),
        (Decimal("0.1"), "", ("0.1", None, "", "")),
        (Decimal("12345678901234567890.5"), "", ("12345678901234567890.5", None, "", "")),
        (True, "", (None, None, "", "predicate")),
        (False, "", (None, None, "", "predicate")),
        ("80 (delapan puluh)", "", (None, None, "", "not_numeric")),
        ("≥ 1.2.3", "", (None, None, "", "not_numeric")),
        ("1..2 - 3", "", (None, None, "", "two_numbers")),
        ("1.250 - 1.300", "", (None, None, "", "ambiguous")),
        ("10-12-2024", "", (None, None, "", "two_numbers")),
        ("– 5", "", (None, None, "", "ambiguous")),
        ("–1.250", "", (None, None, "", "ambiguous")),
        ("1.5juta", "", (None, None, "", "ambiguous")),
        ("–0juta", "", (None, None, "", "word_size")),
        ("0juta ribu", "", (None, None, "", "word_size")),
        ("12.50 %", "", ("12.5", None, "%", "dot_decimal")),
        (dt.date(2024, 8, 7), "", (None, None, "", "date")),
    ],
)
def test_a_value_is_read_with_its_unit_or_kept_and_told(content, unit, expected):
    assert value_of(content, unit) == expected


def test_a_number_shown_as_percent_is_a_hundred_times_what_is_stored():
    assert value_of(Decimal("0.875"), shown="0.0%") == ("87.5", None, "%", "")
    assert value_of(Decimal("0.875"), shown="0.0") == ("0.875", None, "", "")


@pytest.mark.parametrize(
    ("text", "unit", "column", "row", "expected"),
    [
        ("1.250", "", [], [], (None, "ambiguous")),
        ("1.250 ton", "", [], [], (None, "ambiguous")),
        ("1,250", "", [], [], (None, "ambiguous")),
        ("1.250", "Orang", [], [], ("1250", "")),
        ("1.250", "", ["1.234,5"], [], ("1250", "")),
        ("1.250", "", ["2.500.000"], [], ("1250", "")),
        ("1.250", "", ["12,5"], [], ("1250", "")),
        ("1.250", "", ["12.5"], [], ("1.25", "")),
        ("1.250", "", ["12.5", "12,5"], [], (None, "ambiguous")),
        ("1.250", "", [], [Decimal(1100), Decimal(1300)], ("1250", "")),
        ("1.250", "", [], [Decimal("1.1"), Decimal("1.3")], ("1.25", "")),
        ("1.250", "", ["12.5"], [Decimal(1100)], (None, "ambiguous")),
        ("1,250", "", ["12,5"], [], ("1.25", "")),
        ("12.5", "", ["13.5"], [], ("12.5", "")),
        ("1.250", "", [], [Decimal(10) ** 9], (None, "ambiguous")),
        ("1.250", "", [], [Decimal(0)], (None, "ambiguous")),
    ],
)
def test_a_dot_with_three_digits_is_decided_by_its_neighbours_or_not_at_all(
    text, unit, column, row, expected
):
    number, _, _, code = value_of(text, unit, column=column, row=row)
    assert (number, code) == expected


def test_an_error_is_told_and_its_text_kept():
    value = read_value(Cell(1, 1, None, error="#REF!"))
    assert (value.text, value.value, value.code) == ("#REF!", None, "error_cell")


@pytest.mark.parametrize("text", ["60 kali", "1.250", "80 - 90%", "WTP", "85,5*)", "≥ 90%"])
def test_the_text_stays_as_the_file_has_it(text):
    assert read_value(Cell(1, 1, text)).text == text


@pytest.mark.parametrize(
    ("text", "bare", "expected"),
    [
        ("1. Persentase jalan", False, ("1.", "Persentase jalan")),
        ("1) Persentase jalan", False, ("1)", "Persentase jalan")),
        ("(1) Persentase jalan", False, ("(1)", "Persentase jalan")),
        ("1.1.1 Persentase jalan", False, ("1.1.1", "Persentase jalan")),
        ("a. Persentase jalan", False, ("a.", "Persentase jalan")),
        ("IV. Persentase jalan", False, ("IV.", "Persentase jalan")),
        ("IKU 3. Persentase jalan", False, ("IKU 3.", "Persentase jalan")),
        ("7 Persentase jalan", True, ("7", "Persentase jalan")),
        ("7 Persentase jalan", False, ("", "7 Persentase jalan")),
        ("100 desa mandiri", True, ("", "100 desa mandiri")),
        ("Persentase jalan", True, ("", "Persentase jalan")),
        ("1.500 bh", False, ("1.500", "bh")),
    ],
)
def test_a_number_before_a_text_is_split_off(text, bare, expected):
    assert split_number(text, bare=bare) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sasaran Strategis 1: Meningkatnya mutu", ("goal", "1", "Meningkatnya mutu")),
        ("SASARAN II - Terwujudnya tertib", ("goal", "II", "Terwujudnya tertib")),
        ("Tujuan : Sejahtera", ("objective", "", "Sejahtera")),
        ("Program kesehatan", ("", "", "Program kesehatan")),
        ("Sasaran tercapai", ("", "", "Sasaran tercapai")),
    ],
)
def test_a_label_says_what_a_row_is(text, expected):
    assert split_label(text) == expected


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Jumlah A / Jumlah B x 100%", ("Jumlah A", "Jumlah B", "x 100%", "")),
        ("(Jumlah A : Jumlah B) × 100 %", ("Jumlah A", "Jumlah B", "× 100 %", "")),
        ("Jumlah A dibagi jumlah B dikali 100", ("Jumlah A", "jumlah B", "dikali 100", "")),
        ("Persentase = Jumlah A / Jumlah B x 100%", ("Jumlah A", "Jumlah B", "x 100%", "")),
        ("Jumlah A\n------\nJumlah B x 100%", ("Jumlah A", "Jumlah B", "x 100%", "")),
        ("Jumlah A\nJumlah B x 100%", ("Jumlah A", "Jumlah B", "x 100%", "")),
        ("A / B x 100%\nA adalah banyaknya", ("A", "B", "x 100%", "A adalah banyaknya")),
        ("A / B x 100% A adalah banyaknya", ("A", "B", "x 100%", "A adalah banyaknya")),
        ("X adalah mutu\nA / B x 100%", ("A", "B", "x 100%", "X adalah mutu")),
        ("Berdasarkan laporan kab/kota", ("", "", "", "")),
        ("Hasil survei", ("", "", "", "")),
    ],
)
def test_a_formula_is_taken_from_its_prose(text, parts):
    split = split_formulation(text)
    assert (split.numerator, split.denominator, split.factor, split.prose) == parts
    assert split.code == ""


def test_a_fraction_without_a_sign_between_its_parts_is_told():
    split = split_formulation("Jumlah A Jumlah B x 100% A adalah banyaknya")
    assert (split.formula, split.prose) == ("Jumlah A Jumlah B x 100%", "A adalah banyaknya")
    assert split.code == "fraction_unclear"


def test_what_cannot_be_split_safely_is_kept_whole_and_told():
    text = (
        "Jumlah pelaku usaha mandiri\nJumlah pelaku usaha\nAspek usaha mandiri adalah aspek legalitas usaha"
    )
    split = split_formulation(text)
    assert (split.formula, split.code) == (text, "kept_whole")


def test_words_broken_over_lines_are_joined_and_doubled_words_keep_their_hyphen():
    assert one_line("Persentase pe-\nlayanan\npublik") == "Persentase pelayanan publik"
    assert one_line("Rata-\nrata lama sekolah") == "Rata-rata lama sekolah"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Jumlah A x 100%\nJumlah B", "fraction_unclear"),
        ("A / B x 100% dari jumlah semuanya", "formula_unclear"),
    ],
)
def test_a_factor_that_may_belong_to_its_prose_leaves_the_cell_whole(text, code):
    split = split_formulation(text)
    assert (split.formula, split.code) == (text, code)


def test_a_denominator_may_follow_the_factor_beside_the_rule():
    split = split_formulation("Jumlah A\n------- x 100%\nJumlah B\nCatatan kaki.")
    assert (split.numerator, split.denominator, split.prose) == ("Jumlah A", "Jumlah B", "Catatan kaki.")


def test_a_fraction_on_a_line_of_its_own_is_the_formula_and_the_rest_defines():
    split = split_formulation("Jumlah A / Jumlah B\nadalah rasio koperasi.")
    assert (split.numerator, split.denominator) == ("Jumlah A", "Jumlah B")
    assert split.prose == "adalah rasio koperasi."


def test_words_before_the_labels_define():
    split = split_formulation("Koperasi yang dinilai.\nFormulasi: A / B x 100%")
    assert split.labelled == {"formulation": "A / B x 100%", "definition": "Koperasi yang dinilai."}


@given(
    st.text(alphabet="0123456789.,%-–()/ RpjutaribuWTP≥s.d:", max_size=14),
    st.sampled_from(["", "%", "orang"]),
)
def test_whatever_stands_in_a_cell_is_read_or_told(text, unit):
    value = read_value(Cell(1, 1, text), unit=unit)
    assert value.text == " ".join(text.split())
    assert bool(value.code) == bool(value.message)
