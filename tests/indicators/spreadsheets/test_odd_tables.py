"""Headings and rows seldom seen: what a column then holds, and what is said."""

from typing import Any

import pytest

from indicators.spreadsheets.description import describe
from indicators.spreadsheets.grid import Cell
from indicators.spreadsheets.headings import Period, find_period, read_heading
from indicators.spreadsheets.tables import understand
from tests.indicators.spreadsheets.layouts import Sketch
from tests.indicators.spreadsheets.test_tables import read, sketched

ROWS = ((1, "Persentase jalan mantap", 80, 81), (2, "Jumlah jembatan", 9, 8))


def fields(*rows: Any, merges: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the field of each column of the only table."""
    table = read(sketched(*rows, merges=merges))
    return {letters: column["field"] for letters, column in table["columns"].items()}


def codes(sketch: Sketch) -> set[str]:
    return {problem["code"] for problem in describe(understand(sketch.workbook))["problems"]}


# Headings ---------------------------------------------------------------------------------------------------


def test_the_years_of_a_plan_counted_from_one_are_no_year():
    assert find_period("Target Tahun ke-3") == Period(ordinal=3)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("Kinerja", "K"), None),
        (("Kondisi Akhir Renstra", "Target"), "end_target"),
        (("Target", "K"), "target"),
        (("Realisasi", "%"), "achievement"),
        (("Target", "i"), "target"),
    ],
)
def test_a_heading_in_a_group_is_read_with_it(path: tuple[str, ...], field: str | None):
    assert read_heading(path).field == field


def test_letters_may_number_the_columns():
    rows = (("No", "Indikator", "Target 2024"), ("a", "b", "c"), (1, "Persentase jalan mantap", 80))
    table = read(sketched(*rows))
    assert [record["row"] for record in table["records"]] == [3]


# Columns ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "field"),
    [("REALISASI KINERJA", "realization"), ("CAPAIAN KINERJA", "realization"), ("TARGET KINERJA", "target")],
)
def test_bare_years_hold_what_the_title_says(title: str, field: str):
    columns = fields((title,), ("No", "Indikator", 2023, 2024), *ROWS)
    assert (columns["C"], columns["D"]) == (field, field)


def test_two_formula_columns_are_formula_and_definition():
    columns = fields(
        ("No", "Indikator", "Penjelasan", "Formulasi"),
        (1, "Persentase jalan mantap", "Jalan yang baik.", "A / B x 100%"),
    )
    assert (columns["C"], columns["D"]) == ("definition", "formulation")


def test_a_table_of_uraian_has_indicators():
    columns = fields(("No", "Uraian", "Rincian", "Target 2024"), (1, "Persentase jalan", "mantap", 80))
    assert (columns["B"], columns["C"]) == ("indicator", None)


def test_beside_a_column_of_indicators_uraian_is_left_out():
    columns = fields(("No", "Uraian", "Indikator", "Target 2024"), (1, "x", "Persentase jalan", 80))
    assert (columns["B"], columns["C"]) == (None, "indicator")


def test_a_column_named_target_dan_realisasi_without_such_words_is_left_out():
    columns = fields(
        ("No", "Indikator", "Target dan Realisasi", "Target 2024"), (1, "Persentase jalan", "baik", 80)
    )
    assert columns["C"] is None


def test_a_heading_of_several_columns_leaves_the_empty_ones_out():
    columns = fields(
        ("No", "Indikator", None, "Target 2024"), (1, "Persentase jalan", None, 80), merges=("B1:C1",)
    )
    assert columns == {"A": "number", "B": "indicator", "D": "target"}


def test_a_column_beside_the_table_without_a_heading_is_said():
    sketch = sketched(
        ("No", "Indikator", "Target 2024"),
        (1, "Persentase jalan mantap", 80, "dari dinas"),
        (2, "Jumlah jembatan", 9, "dari balai"),
    )
    assert codes(sketch) == {"unnamed_column"}


def test_figures_after_the_baseline_have_no_time_of_it():
    table = read(
        sketched(
            ("No", "Indikator", "Kondisi Awal 2020", "Realisasi"), (1, "Persentase jalan mantap", 70, 81)
        )
    )
    assert [(v["field"], v["year"]) for v in table["records"][0]["values"]] == [
        ("baseline", 2020),
        ("realization", None),
    ]


def test_the_code_beside_the_indicator_is_its_own():
    columns = fields(
        ("Kode", "Sasaran", "Kode", "Indikator", "Target 2024"),
        ("S1", "Meningkatnya mutu jalan", "I1", "Persentase jalan mantap", 80),
    )
    assert (columns["A"], columns["C"]) == (None, "code")


def test_years_counted_from_one_stay_so_without_a_span():
    rows = (
        ("No", "Indikator", "Target Tahun ke-1", "Target Tahun ke-2"),
        (1, "Persentase jalan mantap", 80, 81),
    )
    values = read(sketched(*rows))["records"][0]["values"]
    assert [value["year_ordinal"] for value in values] == [1, 2]


# Words above a table ----------------------------------------------------------------------------------------


def test_lists_above_a_table_are_told_apart_by_their_beginnings():
    rows = (
        ("Tujuan : Meningkatkan mutu",),
        ("jalan daerah",),
        ("Menjaga jembatan",),
        (),
        ("No", "Indikator", "Target 2024"),
        (1, "Persentase jalan mantap", 80),
    )
    assert read(sketched(*rows))["head"]["objectives"] == [
        "Meningkatkan mutu jalan daerah",
        "Menjaga jembatan",
    ]


# Rows -------------------------------------------------------------------------------------------------------


def test_a_merge_over_two_columns_says_nothing_of_the_second():
    sketch = sketched(
        ("No", "Indikator", "Satuan", "Sumber Data"),
        (1, "Persentase jalan mantap", "Dinas PU", None),
        (2, "Jumlah jembatan", "unit", "Balai"),
        merges=("C2:D2",),
    )
    records = read(sketch)["records"]
    assert [record["source"] for record in records] == [None, "Balai"]


def test_a_sentence_in_the_column_of_units_is_said():
    sentence = "untuk mengetahui seberapa besar peran jalan daerah"
    sketch = sketched(
        ("No", "Indikator", "Satuan", "Target 2024"),
        (1, "Persentase jalan mantap", sentence, 80),
        (2, "Jumlah jembatan", "unit", 9),
    )
    assert "odd_unit" in codes(sketch)


def test_figures_that_slipped_with_a_collapsed_row_go_along():
    header = ("Sasaran", "No", "Indikator", "Satuan", "Target 2024", "Sumber Data")
    sketch = sketched(
        header,
        ("Meningkatnya mutu", 1, "Persentase jalan mantap", "persen", 80, "Dinas Pekerjaan Umum"),
        (None, 2, "Jumlah jembatan layak", "unit", 9, "Dinas Pekerjaan Umum"),
        (None, "3 Persentase trotoar yang baik persen", None, None, 70, "Dinas Pekerjaan Umum"),
        (None, 4, "Jumlah rambu terpasang", "unit", 12, "Dinas Perhubungan"),
    )
    (record,) = [record for record in read(sketch)["records"] if "proposal" in record]
    assert (record["indicator"], record["unit"], record["number"]) == (
        "Persentase trotoar yang baik",
        "persen",
        "3",
    )
    assert [value["value"] for value in record["values"]] == ["70"]


def test_an_error_in_a_column_of_texts_stays_visible():
    sketch = sketched(("No", "Indikator", "Sumber Data"), (1, "Persentase jalan mantap", "x"))
    sketch.sheet.cells[2, 3] = Cell(2, 3, None, error="#REF!")
    assert read(sketch)["records"][0]["source"] == "#REF!"
