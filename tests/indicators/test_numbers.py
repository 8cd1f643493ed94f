"""Reading and writing of Indonesian numbers, dates and official codes."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.numbers import (
    MAX_DIGITS,
    MAX_TEXT,
    MAX_WRITTEN_DIGITS,
    DateReading,
    NumberError,
    Precision,
    Reading,
    format_date,
    format_number,
    read_date,
    read_number,
    roman,
    roman_quarter,
    round_half_up,
    spell,
)

typed_numbers = st.decimals(
    min_value=-(10**17), max_value=10**17, places=6, allow_nan=False, allow_infinity=False
)


# --- writing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("1234.56", 2, "1.234,56"),
        ("1234.565", 2, "1.234,57"),
        ("-1234.565", 2, "-1.234,57"),
        ("2.5", 0, "3"),
        ("0.005", 2, "0,01"),
        ("-0.004", 2, "0,00"),
        ("-0", 0, "0"),
        ("120", 2, "120,00"),
        ("1E+3", 2, "1.000,00"),
        ("1234567.100", None, "1.234.567,1"),
        ("1E+3", None, "1.000"),
        ("1E-7", None, "0,0000001"),
        ("65.00", None, "65"),
        ("-0.00", None, "0"),
        ("999.995", 2, "1.000,00"),
    ],
)
def test_a_number_is_written_as_documents_do(value: str, digits: int | None, text: str) -> None:
    assert format_number(Decimal(value), digits) == text


def test_grouping_can_be_left_out_for_form_fields() -> None:
    assert format_number(Decimal("-1234567.5"), grouping=False) == "-1234567,5"


def test_rounding_is_done_once_on_more_digits_than_the_default_precision() -> None:
    value = Decimal("12345678901234567890123456789012345678.445")
    assert format_number(value, 2, grouping=False) == "12345678901234567890123456789012345678,45"
    assert round_half_up(Decimal("1.449"), 1) == Decimal("1.4")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", f"1E+{MAX_WRITTEN_DIGITS}", "1E+999999"])
def test_what_cannot_be_written_raises(value: str) -> None:
    with pytest.raises(ValueError, match="tidak dapat ditulis"):
        format_number(Decimal(value), 2)


def test_the_limits_of_writing_hold_at_the_limit_and_not_beyond() -> None:
    assert len(format_number(Decimal(f"9E+{MAX_WRITTEN_DIGITS - 1}"), grouping=False)) == MAX_WRITTEN_DIGITS
    assert format_number(Decimal(1), MAX_WRITTEN_DIGITS).startswith("1,00")
    with pytest.raises(ValueError, match="tidak dapat ditulis"):
        format_number(Decimal(1), MAX_WRITTEN_DIGITS + 1)


@given(typed_numbers)
def test_what_is_written_is_read_back_unchanged(value: Decimal) -> None:
    assert read_number(format_number(value)).value == value
    assert read_number(format_number(value, 6)).value == value
    assert read_number(format_number(value, grouping=False)).value == value


@given(typed_numbers, st.integers(0, 6))
def test_rounding_twice_changes_nothing_and_moves_at_most_half_a_unit(value: Decimal, digits: int) -> None:
    rounded = round_half_up(value, digits)
    assert round_half_up(rounded, digits) == rounded
    assert abs(rounded - value) <= Decimal(5).scaleb(-digits - 1)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "nol"),
        ("10", "sepuluh"),
        ("11", "sebelas"),
        ("17", "tujuh belas"),
        ("20", "dua puluh"),
        ("100", "seratus"),
        ("111", "seratus sebelas"),
        ("1000", "seribu"),
        ("1234", "seribu dua ratus tiga puluh empat"),
        ("21000", "dua puluh satu ribu"),
        ("1001000", "satu juta seribu"),
        ("100000000", "seratus juta"),
        ("-4.25", "minus empat koma dua lima"),
        ("1.230", "satu koma dua tiga nol"),
        ("1E+21", "satu sekstiliun"),
    ],
)
def test_numbers_are_spelled_in_words(value: str, words: str) -> None:
    assert spell(Decimal(value)) == words


@pytest.mark.parametrize("value", ["1E+24", "NaN"])
def test_a_number_without_a_common_name_is_not_spelled(value: str) -> None:
    with pytest.raises(ValueError, match="terlalu besar"):
        spell(Decimal(value))


# --- reading ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("0", "0", None),
        ("-0", "0", None),
        ("007", "7", None),
        ("1.234,56", "1234.56", None),
        ("1234,5", "1234.5", None),
        ("0,125", "0.125", None),
        ("12,50", "12.50", None),
        ("1.500.000", "1500000", None),
        ("  42\u00a0", "42", None),
        ("Rp 1.500.000,00", "1500000.00", "Rp"),
        ("Rp1.500.000", "1500000", "Rp"),
        ("Rp. 1.500", "1500", "Rp"),
        ("rp\u00a01.250.000,-", "1250000", "Rp"),
        ("1.250.000,--", "1250000", "Rp"),
        ("-Rp 5.000", "-5000", "Rp"),
        ("Rp −5.000", "-5000", "Rp"),
        ("12,5%", "12.5", "%"),
        ("12,5 %", "12.5", "%"),
        ("−5", "-5", None),
        ("-5", "-5", None),
        ("+5", "5", None),
        ("60 kali", "60", "kali"),
        ("60kali", "60", "kali"),
        ("2 hari", "2", "hari"),
        ("5 m", "5", "m"),
        ("5 m²", "5", "m²"),
        ("5 unit usaha", "5", "unit usaha"),
        ("40 km/jam", "40", "km/jam"),
        ("5 /tahun", "5", "/tahun"),
        ("7,2 per 100.000 penduduk", "7.2", "per 100.000 penduduk"),
    ],
)
def test_what_has_one_meaning_is_read(text: str, value: str, unit: str | None) -> None:
    assert read_number(text) == Reading("number", Decimal(value), unit, None)


@pytest.mark.parametrize("text", ["", "   ", "\t\n", "-", " - ", "−", "–", "—", "n/a", "N/A"])
def test_ways_to_say_nothing_are_blank_and_not_zero(text: str) -> None:
    assert read_number(text) == Reading("blank")


@pytest.mark.parametrize(
    ("text", "value", "unit", "echo"),
    [
        ("1.234", "1234", None, "dibaca 1.234 (seribu dua ratus tiga puluh empat)"),
        ("−1.250", "-1250", None, "dibaca -1.250 (minus seribu dua ratus lima puluh)"),
        ("1.500bh", "1500", "bh", "dibaca 1.500 (seribu lima ratus)"),
        ("1,234", "1.234", None, "dibaca 1,234 (satu koma dua tiga empat)"),
        ("1,230", "1.230", None, "dibaca 1,230 (satu koma dua tiga nol)"),
        ("Rp 1,500", "1.500", "Rp", "dibaca 1,500 (satu koma lima nol nol)"),
    ],
)
def test_what_is_often_meant_otherwise_is_echoed(text: str, value: str, unit: str | None, echo: str) -> None:
    assert read_number(text) == Reading("number", Decimal(value), unit, echo)


RULE = "Titik memisahkan ribuan, koma memisahkan desimal."
NUMBER_PLEASE = "bukan angka. Ketik angka saja, misalnya 12,50."


@pytest.mark.parametrize(
    ("text", "code", "message", "readings"),
    [
        (
            "4.25",
            "ambiguous",
            (
                '"4.25" memakai titik. Maksud Anda 4,25 (empat koma dua lima) '
                f"atau 425 (empat ratus dua puluh lima)? {RULE}"
            ),
            ("4,25", "425"),
        ),
        (
            "0.125",
            "ambiguous",
            f'"0.125" memakai titik. Maksud Anda 0,125 (nol koma satu dua lima)? {RULE}',
            ("0,125",),
        ),
        (
            "1,234.56",
            "ambiguous",
            (
                '"1,234.56" memakai koma untuk ribuan. '
                f"Maksud Anda 1.234,56 (seribu dua ratus tiga puluh empat koma lima enam)? {RULE}"
            ),
            ("1.234,56",),
        ),
        ("1,234,567", "ambiguous", None, ("1.234.567",)),
        ("1234.567", "ambiguous", None, ("1234,567", "1234567")),
        ("4.25% ", "ambiguous", None, ("4,25%", "425%")),
        ("-4.25", "ambiguous", None, ("-4,25", "-425")),
        ("4.25 per 4.25 orang", "ambiguous", None, ("4,25 per 4.25 orang", "425 per 4.25 orang")),
        ("(5)", "ambiguous", '"(5)" memakai kurung. Maksud Anda -5 (kurang dari nol) atau 5?', ("-5", "5")),
        ("(Rp 5.000)", "ambiguous", None, ("-Rp 5.000", "Rp 5.000")),
        ("- 5", "ambiguous", '"- 5" diawali garis. Maksud Anda -5 (kurang dari nol) atau 5?', ("-5", "5")),
        ("–5 kali", "ambiguous", None, ("-5 kali", "5 kali")),
        (
            "1.23.456",
            "separators",
            (
                '"1.23.456" memakai titik atau koma yang tidak pada tempatnya. '
                "Titik memisahkan tiap tiga angka, koma hanya satu di depan desimal, misalnya 1.234.567,89."
            ),
            (),
        ),
        ("1,2,3", "separators", None, ()),
        ("12.345,678.9", "separators", None, ()),
        ("0.123.456", "separators", None, ()),
        (
            "1,5 juta",
            "word_size",
            '"1,5 juta" memakai kata "juta". Tulis angkanya penuh: 1.500.000.',
            ("1.500.000",),
        ),
        ("Rp 2 Miliar", "word_size", None, ("Rp 2.000.000.000",)),
        ("2 juta orang", "word_size", None, ("2.000.000 orang",)),
        ("2 juta.", "not_a_number", None, ()),
        ("Rp 5.000 orang", "not_a_number", None, ()),
        ("Rp 2 juta rupiah", "not_a_number", None, ()),
        ("1.5 juta", "ambiguous", None, ("1,5 juta", "15 juta")),
        ("1e5", "exponent", '"1e5" memakai pangkat. Tulis angkanya penuh, misalnya 100.000.', ()),
        ("1,5 x 10^3", "exponent", None, ()),
        (
            "80 - 90%",
            "two_numbers",
            (
                '"80 - 90%" berisi lebih dari satu angka. Ketik satu angka, misalnya 12,50; '
                "target rentang diisi sebagai batas bawah dan batas atas."
            ),
            (),
        ),
        ("7–8 bulan", "two_numbers", None, ()),
        ("1:32", "two_numbers", None, ()),
        ("1 234", "two_numbers", None, ()),
        ("5 s.d. 7", "two_numbers", None, ()),
        ("5 s/d7", "two_numbers", None, ()),
        ("10 dari 20", "two_numbers", None, ()),
        ("12-05-2018", "two_numbers", None, ()),
        ("12,5o", "not_a_number", f'"12,5o" {NUMBER_PLEASE}', ()),
        ("1OO", "not_a_number", None, ()),
        ("5m", "not_a_number", None, ()),
        ("tujuh", "not_a_number", None, ()),
        ("NaN", "not_a_number", None, ()),
        ("Infinity", "not_a_number", None, ()),
        (",5", "not_a_number", None, ()),
        ("5,", "not_a_number", None, ()),
        ("--5", "not_a_number", None, ()),
        ("-Rp -5", "not_a_number", None, ()),
        ("(-5)", "not_a_number", None, ()),
        ("(n/a)", "not_a_number", None, ()),
        ("Rp -", "not_a_number", None, ()),
        (
            "Rp 5 M",
            "word_size",
            '"Rp 5 M" memakai kata "M". Tulis angkanya penuh: 5.000.000.000.',
            ("Rp 5.000.000.000",),
        ),
        ("1,5M", "word_size", None, ("1.500.000.000",)),
        ("2 T", "word_size", None, ("2.000.000.000.000",)),
        ("$5", "not_a_number", None, ()),
        ("5\x00", "not_a_number", f'"5\ufffd" {NUMBER_PLEASE}', ()),
        (
            "\uff11\uff12",
            "foreign_digits",
            '"\uff11\uff12" memakai angka selain 0–9. Ketik dengan angka 0–9, misalnya 12,50.',
            (),
        ),
        ("٣", "foreign_digits", None, ()),
        ("1½", "foreign_digits", None, ()),
    ],
)
def test_what_is_not_clear_is_refused_with_its_readings(
    text: str, code: str, message: str | None, readings: tuple[str, ...]
) -> None:
    with pytest.raises(NumberError) as refusal:
        read_number(text)
    assert (refusal.value.code, refusal.value.readings) == (code, readings)
    assert str(refusal.value) == refusal.value.message
    if message is not None:
        assert refusal.value.message == message


def test_the_limits_of_reading_hold_at_the_limit_and_not_beyond() -> None:
    assert read_number("9" * MAX_DIGITS).value == Decimal(10**MAX_DIGITS - 1)
    assert read_number("5 " + "x" * (MAX_TEXT - 2)).value == 5
    for text in (
        "9" * (MAX_DIGITS + 1),
        "5 " + "x" * (MAX_TEXT - 1),
        "9" * MAX_DIGITS + " juta",
        "1" * 10**6,
    ):
        with pytest.raises(NumberError) as refusal:
            read_number(text)
        assert refusal.value.code == "too_long"
        assert len(refusal.value.message) < 160


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("12,5%", "persen"),
        ("12,5 Persen", "%"),
        ("12,5", "persen"),
        ("Rp 5", "rupiah"),
        ("5 WUB", "wub"),
        ("5 ha", ""),
    ],
)
def test_the_expected_unit_may_be_typed_or_left_out(text: str, unit: str) -> None:
    assert read_number(text, unit=unit).kind == "number"


def test_another_unit_than_the_expected_one_is_refused() -> None:
    with pytest.raises(NumberError) as refusal:
        read_number("60 kali", unit="persen")
    assert refusal.value.code == "unit"
    assert refusal.value.message == (
        '"60 kali" memakai satuan "kali", padahal satuannya "persen". '
        "Hitung dahulu dalam persen, lalu ketik angkanya saja."
    )


@given(st.text(alphabet="0123456789.,-−–+%() Rpekajutx\u00a0", max_size=MAX_TEXT + 2) | st.text())
def test_any_text_is_read_or_refused_and_every_reading_offered_is_one(text: str) -> None:
    try:
        reading = read_number(text)
    except NumberError as caught:
        refusal = caught
    else:
        assert (reading.value is None) == (reading.kind == "blank")
        assert reading.value is None or reading.value.is_finite()
        return
    assert refusal.message.startswith('"')
    assert len(refusal.message) < 500
    for offered in refusal.readings:
        try:
            assert read_number(offered).kind == "number"
        except NumberError as second_slip:  # two slips in one text are repaired one after the other
            second = second_slip.code
            assert second in {"word_size", "ambiguous"}


# --- dates and Roman numerals -------------------------------------------------------------------------------


def test_a_letter_that_shortens_a_sum_of_money_is_a_unit_elsewhere() -> None:
    assert read_number("5 M", unit="M").value == read_number("5 m").value == 5
    with pytest.raises(NumberError, match=r"5\.000\.000\.000"):
        read_number("5 M", unit="Rupiah")


def test_a_text_far_too_long_is_quoted_short() -> None:
    for read, text in ((read_number, "5" * 10_000), (read_date, "a" * 10_000 + " 2018")):
        with pytest.raises(NumberError) as refusal:
            read(text)
        assert len(refusal.value.message) < 200
    with pytest.raises(NumberError) as refusal:
        read_date("a" * (MAX_TEXT - 5) + " 2018")
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize(
    ("text", "date", "precision"),
    [
        ("2 Januari 2018", dt.date(2018, 1, 2), "day"),
        ("02 januari  2018", dt.date(2018, 1, 2), "day"),
        ("02-01-2018", dt.date(2018, 1, 2), "day"),
        ("2/1/2018", dt.date(2018, 1, 2), "day"),
        ("31.12.2018", dt.date(2018, 12, 31), "day"),
        ("2018-01-02", dt.date(2018, 1, 2), "day"),
        ("29 Februari 2020", dt.date(2020, 2, 29), "day"),
        ("10 Nopember 2018", dt.date(2018, 11, 10), "day"),
        ("17 Agt 1945", dt.date(1945, 8, 17), "day"),
        ("Januari 2018", dt.date(2018, 1, 1), "month"),
    ],
)
def test_dates_are_read(text: str, date: dt.date, precision: Precision) -> None:
    assert read_date(text) == DateReading(date, precision)


@pytest.mark.parametrize(
    ("text", "message", "readings"),
    [
        (
            "2 Jauari 2018",
            (
                '"2 Jauari 2018" memuat bulan "Jauari" yang tidak dikenal. Maksud Anda "Januari"? '
                "Tulis misalnya 2 Januari 2018."
            ),
            ("2 Januari 2018",),
        ),
        (
            "2 Xyz 2018",
            '"2 Xyz 2018" memuat bulan "Xyz" yang tidak dikenal. Tulis misalnya 2 Januari 2018.',
            (),
        ),
        (
            "31-02-2018",
            '"31-02-2018" tidak ada di kalender. Tulis tanggal, bulan, tahun, misalnya 02-01-2018.',
            (),
        ),
        ("01/13/2018", None, ()),
        ("0 Januari 2018", None, ()),
        ("2 Januari 0208", '"2 Januari 0208" memuat tahun di luar 1900–2100. Periksa tahunnya.', ()),
        ("2 Januari 2101", None, ()),
        ("02-01/2018", None, ()),
        ("02-01-18", None, ()),
        (
            "besok",
            '"besok" bukan tanggal. Tulis misalnya 2 Januari 2018, 02-01-2018, atau Januari 2018.',
            (),
        ),
    ],
)
def test_what_is_no_date_is_refused(text: str, message: str | None, readings: tuple[str, ...]) -> None:
    with pytest.raises(NumberError) as refusal:
        read_date(text)
    assert (refusal.value.code, refusal.value.readings) == ("date", readings)
    if message is not None:
        assert refusal.value.message == message


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.sampled_from(["day", "month"]))
def test_a_written_date_is_read_back(date: dt.date, precision: Precision) -> None:
    expected = date if precision == "day" else date.replace(day=1)
    assert read_date(format_date(date, precision)) == DateReading(expected, precision)


def test_dates_are_written_with_day_or_month_precision() -> None:
    assert format_date(dt.date(2018, 1, 2)) == "2 Januari 2018"
    assert format_date(dt.date(2018, 1, 2), "month") == "Januari 2018"
    with pytest.raises(ValueError, match="tidak dikenal"):
        format_date(dt.date(2018, 1, 2), "year")


@pytest.mark.parametrize(
    ("number", "letters"),
    [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (2018, "MMXVIII"), (3999, "MMMCMXCIX")],
)
def test_roman_numerals(number: int, letters: str) -> None:
    assert roman(number) == letters


@pytest.mark.parametrize("number", [0, -1, 4000])
def test_roman_numerals_have_bounds(number: int) -> None:
    with pytest.raises(ValueError, match="1 sampai 3999"):
        roman(number)


def test_quarters_are_written_in_roman_numerals() -> None:
    assert [roman_quarter(quarter) for quarter in (1, 2, 3, 4)] == ["TW I", "TW II", "TW III", "TW IV"]
    for quarter in (0, 5):
        with pytest.raises(ValueError, match="1 sampai 4"):
            roman_quarter(quarter)
