"""The flat layout: one value a row, told by codes that stay what they are."""

from decimal import Decimal
from typing import Any

import pytest

from indicators.spreadsheets.grid import Cell, Workbook
from indicators.spreadsheets.headings import Period
from indicators.spreadsheets.recognised import Table, Understanding
from indicators.spreadsheets.records import Record
from indicators.spreadsheets.sandbox import read_safely
from indicators.spreadsheets.tables import understand
from tests.indicators.spreadsheets import files
from tests.indicators.spreadsheets.layouts import Sketch, percent

HEADINGS = ("kode_instansi", "kode_indikator", "tahun", "periode", "nilai", "catatan")
ROW = ("0217", "001.jalan", 2026, "TW II", 80, "dari dinas")


def sketched(*rows: Any) -> Workbook:
    sketch = Sketch()
    for row in rows:
        sketch.line(*row)
    return sketch.workbook


def table_of(understanding: Understanding) -> Table:
    (table,) = understanding.sheets[0].tables
    return table


def read(*rows: Any) -> list[Record]:
    return table_of(understand(sketched(HEADINGS, *rows))).records


def value_of(record: Record) -> tuple[str, Decimal | None, Period]:
    (figure,) = record.figures
    return figure.value.text, figure.value.value, figure.period


def codes(understanding: Understanding) -> list[tuple[str, str]]:
    return [(problem.cell, problem.code) for problem in understanding.problems]


def test_each_row_is_a_record_with_its_codes_value_and_time():
    table = table_of(understand(sketched(HEADINGS, ROW, ("0217", "002", 2026, "Tahun", "1.250,5", None))))
    assert (table.kind, str(table.area), table.key) == ("flat", "A1:F3", "Sheet1!A1:F3")
    first, second = table.records
    assert first.texts == {"agency_code": "0217", "code": "001.jalan", "note": "dari dinas"}
    assert first.cells == {"agency_code": "A2", "code": "B2", "note": "F2"}
    assert value_of(first) == ("80", Decimal(80), Period(year=2026, quarter=2))
    assert first.figures[0].cell == "E2"
    assert value_of(second) == ("1.250,5", Decimal("1250.5"), Period(year=2026, annual=True))


def test_a_text_file_keeps_leading_zeros():
    data = b"kode_instansi;kode_data;tahun;periode;nilai;catatan\n0217;00042;2026;1;87,5;\n"
    (record,) = table_of(understand(read_safely(data, "isian.csv"))).records
    assert record.texts == {"agency_code": "0217", "data_code": "00042"}
    assert value_of(record) == ("87,5", Decimal("87.5"), Period(year=2026, quarter=1))


@pytest.mark.parametrize(
    ("stored", "shown", "text"),
    [
        ("217", "0000", "0217"),
        ("217", "", "217"),
        ("1.1", "0.00", "1.10"),
        ("5", "00.00", "05.00"),
        ("-5", "000", "-5"),
        ("123456", "#,##0", "123456"),
    ],
)
def test_a_code_stored_as_a_number_is_what_its_format_shows(stored: str, shown: str, text: str):
    (record,) = read((("x", ""), (Decimal(stored), shown), 2026, "TW I", 1, None))
    assert record.texts["code"] == text


def test_a_civil_servant_number_stays_whole():
    data = files.xlsx([HEADINGS, ("199902 2 001", "197512291999022001", 2026, "I", 5, None)])
    (record,) = table_of(understand(read_safely(data, "isian.xlsx"))).records
    assert record.texts["code"] == "197512291999022001"


@pytest.mark.parametrize(
    ("year", "part", "period"),
    [
        (2026, "TW IV", Period(year=2026, quarter=4)),
        ("2026", "Triwulan 3", Period(year=2026, quarter=3)),
        (2026, 2, Period(year=2026, quarter=2)),
        (2026, "iii", Period(year=2026, quarter=3)),
        (2026, "Tahunan", Period(year=2026, annual=True)),
        (2026, 5, Period(year=2026, annual=True)),
        (None, "TW I 2025", Period(year=2025, quarter=1)),
        (2026, None, Period(year=2026)),
        (None, None, Period()),
    ],
    ids=str,
)
def test_the_time_of_a_row(year: Any, part: Any, period: Period):
    (record,) = read(("0217", "001", year, part, 1, None))
    assert value_of(record)[2] == period


def test_what_a_row_does_not_say_the_title_may():
    rows = (("ISIAN TRIWULAN III TAHUN 2025",), (), HEADINGS, ("0217", "001", None, None, 7, None))
    (record,) = table_of(understand(sketched(*rows))).records
    assert value_of(record)[2] == Period(year=2025, quarter=3)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("0217", "001", 2026, "Semester I", 1, None), ("Sheet1!D2", "unknown_period")),
        (("0217", "001", "dua ribu", "TW I", 1, None), ("Sheet1!C2", "unknown_year")),
        (("0217", "001", 20260, "TW I", 1, None), ("Sheet1!C2", "unknown_year")),
        (("0217", None, 2026, "TW I", 1, None), ("Sheet1!E2", "no_code")),
        (("0217", "001", 2026, "TW I", "1.250", None), ("Sheet1!E2", "ambiguous")),
        (("0217", "001", 2026, "TW I", "12,5o", None), ("Sheet1!E2", "not_numeric")),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_said_at_its_cell(row: tuple[Any, ...], problem: tuple[str, str]):
    good = ("0217", "002", 2026, "TW I", 5, None)
    assert codes(understand(sketched(HEADINGS, row, good))) == [problem]


def test_an_error_cell_is_said():
    workbook = sketched(HEADINGS, ROW)
    workbook.sheets[0].cells[2, 5] = Cell(2, 5, None, error="#REF!")
    assert codes(understand(workbook)) == [("Sheet1!E2", "error_cell")]


def test_what_repeats_is_read_alike():
    records = read(*(("0217", code, 2026, "TW I", "1.250,5", None) for code in ("001", "002")))
    assert [value_of(record)[1] for record in records] == [Decimal("1250.5")] * 2
    assert [record.figures[0].cell for record in records] == ["E2", "E3"]


def test_words_are_values_where_an_indicator_may_be_a_grade():
    records = read(*(("0217", "001", 2026, "TW I", word, None) for word in ("WTP", "Level 3", "Ya", "1:32")))
    assert [value_of(record)[:2] for record in records] == [
        ("WTP", None),
        ("Level 3", None),
        ("Ya", None),
        ("1:32", None),
    ]
    assert codes(understand(sketched(HEADINGS, ("0217", "001", 2026, "TW I", "WTP", None)))) == []


def test_a_note_is_kept_sign_for_sign():
    (record,) = read(("0217", "001", 2026, "TW I", 5, " dua  spasi\ndan baris baru "))
    assert record.texts["note"] == "dua  spasi\ndan baris baru"


def test_a_percent_cell_is_a_hundred_times_what_is_stored():
    (record,) = read(("0217", "001", 2026, "TW I", percent("0.875"), None))
    assert value_of(record)[1] == Decimal("87.5")


def test_an_empty_value_is_no_value():
    (record,) = read(("0217", "001", 2026, "TW I", None, "belum ada"))
    assert (record.figures, record.texts["note"]) == ([], "belum ada")


def test_a_dot_is_decided_by_the_rest_of_the_column():
    records = read(*(("0217", "001", 2026, "TW I", text, None) for text in ("1.250", "7,25")))
    assert [value_of(record)[1] for record in records] == [Decimal(1250), Decimal("7.25")]


def test_rows_that_are_none_are_skipped_with_a_reason():
    rows = (ROW, HEADINGS, (), ("Catatan: isi kolom nilai saja",), (None, None, None, None, 7))
    table = table_of(understand(sketched(HEADINGS, *rows)))
    assert [record.row for record in table.records] == [2]
    assert table.skipped == [(3, "judul kolom berulang"), (5, "teks di luar tabel"), (6, "tanpa kode")]


def test_a_row_with_two_codes_is_said():
    headings = ("kode_instansi", "kode_indikator", "kode_data", "tahun", "periode", "nilai")
    understanding = understand(sketched(headings, ("0217", "001", "koperasi", 2026, "TW I", 5)))
    assert codes(understanding) == [("Sheet1!C2", "two_codes")]


@pytest.mark.parametrize(
    "headings",
    [
        ("KODE INSTANSI", "KODE INDIKATOR", "TAHUN", "PERIODE", "NILAI", "CATATAN"),
        ("Kode OPD", "Kode IKU", "Tahun", "Triwulan", "Realisasi", "Keterangan"),
        ("agency_code", "indicator_code", "year", "period", "value", "note"),
    ],
)
def test_headings_may_be_written_in_other_ways(headings: tuple[str, ...]):
    (record,) = table_of(understand(sketched(headings, ROW))).records
    assert record.texts == {"agency_code": "0217", "code": "001.jalan", "note": "dari dinas"}


def test_names_units_and_further_columns_may_stand_beside_the_codes():
    headings = (
        "catatan",
        "nilai",
        "satuan",
        "nama_indikator",
        "kode_indikator",
        "periode",
        "tahun",
        "x" * 50,
        "diisi oleh",
    )
    row = (None, "1.250", "orang", "Jumlah pelatihan", "001", "TW I", 2026, "a", "bidang")
    table = table_of(understand(sketched(headings, row)))
    (record,) = table.records
    assert record.texts == {"code": "001", "indicator": "Jumlah pelatihan", "unit": "orang"}
    assert value_of(record)[1] == Decimal(1250)
    assert [column.field for column in table.columns.values()][-2:] == ["", ""]
    assert table.columns[9].reason == 'judul "diisi oleh" tidak dikenali'
    assert table.columns[5].samples == ("001",)


def test_a_wide_table_with_codes_is_not_flat():
    rows = (("Kode Indikator", "Indikator", "Target 2026", "Nilai"), ("001", "Persentase jalan", 80, 81))
    assert table_of(understand(sketched(*rows))).kind != "flat"


def test_a_person_may_say_that_a_table_is_flat_and_which_column_is_what():
    headings = ("Instansi", "Indikator", "Tahun", "Masa", "Target")
    workbook = sketched(headings, ("0217", "Persentase jalan", 2026, "TW I", 80))
    first = table_of(understand(workbook))
    said = {
        "kind": "flat",
        "columns": {"A": {"field": "agency_code"}, "B": {"field": "code"}, "D": {"field": "period"}}
        | {"C": {"field": "year"}, "E": {"field": "value"}},
    }
    table = table_of(understand(workbook, {first.key: said}))
    assert table.kind == "flat"
    (record,) = table.records
    assert record.texts == {"agency_code": "0217", "code": "Persentase jalan"}
    assert value_of(record) == ("80", Decimal(80), Period(year=2026, quarter=1))


def test_without_a_column_of_values_there_are_records_without_any():
    workbook = sketched(HEADINGS, ROW)
    table = table_of(understand(workbook, {"Sheet1!A1:F2": {"columns": {"E": {"field": ""}}}}))
    assert [record.figures for record in table.records] == [[]]


def test_a_flat_table_may_be_read_the_usual_way():
    headings = ("kode_instansi", "kode_indikator", "nama_indikator", "tahun", "periode", "nilai")
    workbook = sketched(headings, ("0217", "001", "Persentase jalan", 2026, "TW I", 80))
    key = table_of(understand(workbook)).key
    table = table_of(
        understand(workbook, {key: {"kind": "measurement", "columns": {"F": {"field": "realization"}}}})
    )
    assert table.kind == "measurement"
    assert [record.texts["indicator"] for record in table.records] == ["Persentase jalan"]


def test_layouts_in_other_order_have_another_fingerprint():
    one = table_of(understand(sketched(HEADINGS, ROW)))
    other = table_of(understand(sketched(HEADINGS[::-1], ROW[::-1])))
    assert (
        one.fingerprint == table_of(understand(sketched((), HEADINGS, ROW))).fingerprint != other.fingerprint
    )
