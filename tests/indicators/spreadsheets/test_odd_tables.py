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


def test_two_years_in_the_title_are_none():
    rows = (
        ("TARGET TAHUN 2023",),
        ("PERUBAHAN TAHUN 2024",),
        ("No", "Indikator", "Target"),
        (1, "Persentase", 80),
    )
    table = read(sketched(*rows))
    assert (table["head"]["year"], table["columns"]["C"]["year"]) == (None, None)


def test_a_row_beside_the_table_is_skipped_with_its_reason():
    sketch = sketched(("No", "Indikator", "Target 2024"), (1, "Persentase jalan mantap", 80))
    sketch.line(None, None, None, None, None, "catatan rapat")
    sketch.line(2, "Jumlah jembatan", 9)
    assert {"row": 3, "reason": "di luar kolom tabel"} in read(sketch)["skipped"]


def test_of_two_goal_columns_the_one_beside_the_indicator_counts():
    header = ("Sasaran", "Kode", "Sasaran Strategis", "Indikator", "Target 2024")
    columns = fields(header, ("a", "1", "Meningkatnya mutu jalan", "Persentase jalan mantap", 80))
    assert (columns["A"], columns["C"]) == (None, "goal")


def test_of_two_number_columns_before_the_indicator_the_nearer_counts():
    rows = ((1, 1, "Persentase jalan", 80), (2, 2, "Jumlah", 9))
    columns = fields(("No", "Nomor IKU", "Indikator", "Target 2024"), *rows)
    assert (columns["A"], columns["B"]) == (None, "number")


# Rows of a table with few columns ---------------------------------------------------------------------------

HEADER = ("No", "Indikator", "Satuan", "Target 2024")
JALAN, JEMBATAN = (1, "Persentase jalan mantap", "%", 80), (2, "Jumlah jembatan layak", "unit", 9)
GOALS = ("No", "Sasaran", "Indikator", "Satuan", "Target 2024")
MUTU = (1, "Meningkatnya mutu jalan", "Persentase jalan mantap", "%", 80)


def records(*rows: Any, merges: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(sketched(*rows, merges=merges))["records"]
    return found


def skipped(*rows: Any, merges: tuple[str, ...] = ()) -> list[tuple[int, str]]:
    return [(row["row"], row["reason"]) for row in read(sketched(*rows, merges=merges))["skipped"]]


def test_a_number_that_counts_on_and_swallowed_its_name_is_a_proposal():
    rows = (HEADER, JALAN, JEMBATAN, ("3 Persentase trotoar yang baik",), (4, "Jumlah rambu", "unit", 3))
    found = records(*rows)
    assert [record["number"] for record in found] == ["1", "2", "3", "4"]
    assert (found[2]["indicator"], found[2]["proposal"]["certain"]) == ("Persentase trotoar yang baik", True)


@pytest.mark.parametrize(
    "row",
    [(None, None, None, "kali", None), (None, "Meningkatnya jembatan", None, None, 70)],
    ids=["a unit alone", "figures of a goal"],
)
def test_a_row_that_fits_nowhere_is_said_and_not_read(row: tuple[Any, ...]):
    sketch = sketched(GOALS, MUTU, row, (2, None, "Jumlah jembatan", "unit", 9))
    assert "unread_row" in codes(sketch)
    assert [record["row"] for record in read(sketch)["records"]] == [2, 4]


def test_figures_before_any_indicator_are_said_and_not_read():
    sketch = sketched(HEADER, (None, None, None, 5), JALAN)
    assert codes(sketch) == {"unread_row"}
    assert [record["row"] for record in read(sketch)["records"]] == [3]


def test_three_texts_in_a_row_are_no_label_in_parts():
    rows = (GOALS, MUTU, ("Sasaran 3", "kata", "lain sekali"), (2, None, "Jumlah jembatan", "unit", 9))
    assert [record["indicator"] for record in records(*rows)][1] == "lain sekali"


def test_lines_over_all_columns_are_told_by_their_first_word():
    rows = (
        HEADER,
        ("Tujuan pembangunan daerah",),
        JALAN,
        ("Program peningkatan jalan",),
        JEMBATAN,
        ("Bidang Bina Marga",),
        (3, "Jumlah rambu", "unit", 3),
    )
    merges = ("A2:D2", "A4:D4", "A6:D6")
    assert skipped(*rows, merges=merges) == [
        (2, "baris tujuan"),
        (4, "baris program"),
        (6, "baris judul bagian"),
    ]
    assert [(r.get("objective"), r.get("program")) for r in records(*rows, merges=merges)] == [
        ("Tujuan pembangunan daerah", None),
        ("Tujuan pembangunan daerah", "Program peningkatan jalan"),
        ("Tujuan pembangunan daerah", "Program peningkatan jalan"),
    ]


def test_a_numbered_line_above_a_numbered_line_is_its_objective():
    rows = (HEADER, ("1 Meningkatnya layanan",), ("1.1 Meningkatnya mutu jalan",), ("a", *JALAN[1:]))
    (record,) = records(*rows, merges=("A2:D2", "A3:D3"))
    assert (record["objective"], record["goal"], record["goal_number"]) == (
        "Meningkatnya layanan",
        "Meningkatnya mutu jalan",
        "1.1",
    )


def test_a_code_above_longer_codes_is_that_of_a_goal():
    header = ("Kode", "Indikator", "Satuan", "Target 2024")
    found = records(header, ("1", "Layanan jalan daerah"), ("1.1", *JALAN[1:]), ("1.2", *JEMBATAN[1:]))
    assert {record["goal"] for record in found} == {"Layanan jalan daerah"}
    assert [record["code"] for record in found] == ["1.1", "1.2"]


def test_a_number_of_its_own_wins_over_one_within_the_name():
    rows = ((1, "IKU 7: Persentase jalan mantap", "%", 80), (2, "3. Jumlah jembatan layak", "unit", 9))
    assert [(record["number"], record["indicator"]) for record in records(HEADER, *rows)] == [
        ("1", "IKU 7: Persentase jalan mantap"),
        ("2", "3. Jumlah jembatan layak"),
    ]


def test_a_label_within_the_name_is_the_number_where_there_is_no_other():
    (record,) = records(HEADER, (None, "IKU 7: Persentase jalan mantap", "%", 80))
    assert (record["number"], record["indicator"]) == ("7", "Persentase jalan mantap")


def test_objectives_of_a_column_are_filled_down_without_their_numbers():
    header = ("Tujuan", "Sasaran", "Indikator", "Target 2024")
    rows = (("1. Mewujudkan layanan", "Meningkatnya mutu", "Persentase jalan", 80), (None, None, "Jumlah", 9))
    assert {record["objective"] for record in records(header, *rows)} == {"Mewujudkan layanan"}


def test_a_tujuan_in_the_column_of_sasaran_has_no_sasaran():
    rows = (
        (1, "Tujuan 1: Mewujudkan layanan", "Indeks layanan", "indeks", 70),
        (2, "Sasaran 1: Meningkatnya mutu", "Persentase jalan mantap", "%", 80),
    )
    assert [(record.get("objective"), record["goal"]) for record in records(GOALS, *rows)] == [
        ("Mewujudkan layanan", None),
        ("Mewujudkan layanan", "Meningkatnya mutu"),
    ]


def test_another_number_without_a_goal_is_said_and_belongs_above():
    header = ("No", "Sasaran", "No", "Indikator", "Target 2024")
    sketch = sketched(
        header,
        (1, "Meningkatnya mutu jalan", 1, "Persentase jalan mantap", 80),
        (2, None, 2, "Jumlah jembatan layak", 9),
        (3, "Meningkatnya rambu", 3, "Jumlah rambu", 4),
    )
    assert codes(sketch) == {"number_without_goal"}
    assert [record["goal_number"] for record in read(sketch)["records"]] == ["1", "1", "3"]


def test_budgets_among_kinds_in_rows_are_passed_over():
    rows = (
        (1, "Persentase jalan", "Target", 80),
        (None, None, "Realisasi", 81),
        (None, None, "Anggaran", 1000),
    )
    (record,) = records(("No", "Indikator", "Jenis", "2024"), *rows)
    assert [(v["field"], v["value"]) for v in record["values"]] == [("target", "80"), ("realization", "81")]


def test_labels_of_a_cell_fill_what_has_no_column_and_leave_no_formula_behind():
    header = ("No", "Indikator", "Formulasi", "Sumber Data")
    (record,) = records(header, (1, "Persentase jalan", "Alasan: untuk tahu\nSumber data: Dinas PU", "BPS"))
    assert (record["formulation"], record["reason"], record["source"]) == (None, "untuk tahu", "BPS")


def test_a_definition_of_its_own_keeps_the_cell_of_the_formula_whole():
    header = ("No", "Indikator", "Formulasi", "Definisi")
    text = "A / B x 100%\nJalan adalah baik."
    (record,) = records(header, (1, "Persentase jalan", text, "sudah ada"))
    assert (record["formulation"], record["definition"]) == (text, "sudah ada")
    assert record["formula"]["denominator"] == "B"


def test_a_number_merged_over_two_rows_and_columns_is_no_unit_of_the_second():
    rows = (
        ("a", None, "Persentase jalan mantap", 80),
        (None, None, "Jumlah jembatan layak", 9),
        ("b", "unit", "Jumlah rambu", 3),
    )
    found = records(("No", "Satuan", "Indikator", "Target 2024"), *rows, merges=("A2:B3",))
    assert [record["unit"] for record in found] == ["a", None, "unit"]
