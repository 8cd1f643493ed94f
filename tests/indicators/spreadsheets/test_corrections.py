"""A person's corrections of a table: they win over what was recognised and are remembered for a layout."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from indicators.spreadsheets.corrections import area_of, recalled, remembered
from indicators.spreadsheets.grid import Workbook
from indicators.spreadsheets.recognised import Table, Understanding
from indicators.spreadsheets.tables import understand
from tests.indicators.spreadsheets.layouts import Sketch, all_layouts, percent

KEY = "Sheet1!A1:E3"


def sketched(*rows: Any, name: str = "Sheet1") -> Workbook:
    sketch = Sketch(name)
    for row in rows:
        sketch.line(*row)
    return sketch.workbook


def measured(year: int = 2024, *, below: int = 0, right: int = 0) -> Workbook:
    """Return a table of a year whose last column nobody can know, anywhere on the sheet."""
    sketch = Sketch()
    sketch.skip(below)
    for row in (
        ("No", "Indikator", f"Target {year}", "Hasil Kerja Kita", "Tambahan"),
        (1, "Persentase jalan mantap", 80, 82, "jalan provinsi"),
        (2, "Jumlah jembatan", 10, 9, "jembatan gantung"),
    ):
        sketch.line(*row, at=1 + right)
    return sketch.workbook


def table_of(understanding: Understanding) -> Table:
    (sheet,) = understanding.sheets
    (table,) = sheet.tables
    return table


def read(workbook: Workbook, **said: Any) -> Table:
    """Return the only table, corrected if something is said."""
    first = table_of(understand(workbook))
    return table_of(understand(workbook, {first.key: said})) if said else first


def figures(table: Table) -> list[tuple[str, int | None, int | None, Decimal | None]]:
    return [
        (f.field, f.period.year, f.period.quarter, f.value.value) for r in table.records for f in r.figures
    ]


def codes(understanding: Understanding) -> list[tuple[str, str]]:
    return [(problem.cell, problem.code) for problem in understanding.problems]


def test_a_table_is_known_by_its_sheet_and_range():
    assert read(measured()).key == KEY
    assert read(measured(below=3, right=1)).key == "Sheet1!B4:F6"


def test_a_column_holds_what_a_person_says():
    table = read(
        measured(),
        columns={"D": {"field": "realization", "year": 2024, "quarter": 2}, "E": {"field": "note"}},
    )
    assert figures(table) == [
        ("target", 2024, None, Decimal(80)),
        ("realization", 2024, 2, Decimal(82)),
        ("target", 2024, None, Decimal(10)),
        ("realization", 2024, 2, Decimal(9)),
    ]
    assert [record.texts["note"] for record in table.records] == ["jalan provinsi", "jembatan gantung"]
    assert table.kind == "measurement"
    assert (table.columns[4].confidence, table.columns[4].reason) == (1.0, "ditetapkan oleh Anda")


def test_a_column_a_person_leaves_out_is_not_read():
    table = read(measured(), columns={"C": {"field": ""}, "D": {"field": ""}})
    assert figures(table) == []
    assert table.columns[3].field == ""


def test_what_is_not_said_stays_as_recognised():
    table = read(measured(), columns={"C": {"field": "revised_target"}})
    assert figures(table)[0] == ("revised_target", 2024, None, Decimal(80))
    assert read(measured(), columns={"C": {"field": "target", "unit": "%"}}).columns[3].unit == "%"


def test_a_person_may_say_that_a_column_has_no_quarter():
    workbook = sketched(("No", "Indikator", "Target TW I 2024"), (1, "Persentase jalan mantap", 80))
    said = {"field": "target", "year": 2024, "quarter": None}
    assert figures(read(workbook)) == [("target", 2024, 1, Decimal(80))]
    assert figures(read(workbook, columns={"C": said})) == [("target", 2024, None, Decimal(80))]


def test_the_column_a_person_named_wins_over_the_one_that_was_recognised():
    workbook = sketched(
        ("No", "Indikator", "Target 2024", "Rencana Baru"), (1, "Persentase jalan mantap", 80, 85)
    )
    forced = {"Sheet1!A1:D2": {"columns": {"D": {"field": "target", "year": 2024}}}}
    understanding = understand(workbook, forced)
    assert figures(table_of(understanding)) == [("target", 2024, None, Decimal(85))]
    assert ("Sheet1!C1", "double_column") in codes(understanding)


def test_the_kind_is_what_a_person_says():
    assert read(measured()).kind == "targets"
    assert read(measured(), kind="measurement").kind == "measurement"


def test_the_year_a_person_gives_dates_figures_without_one():
    workbook = sketched(("No", "Indikator", "Target", "Realisasi"), (1, "Persentase jalan mantap", 80, 82))
    assert figures(read(workbook)) == [
        ("target", None, None, Decimal(80)),
        ("realization", None, None, Decimal(82)),
    ]
    assert {year for _, year, _, _ in figures(read(workbook, year=2025))} == {2025}


def test_the_year_a_person_gives_wins_over_the_title_and_not_over_a_heading():
    rows = (("No", "Indikator", "Target", "Target 2026"), (1, "Persentase jalan mantap", 80, 82))
    workbook = sketched(("TARGET TAHUN 2023",), *rows)
    assert [year for _, year, _, _ in figures(read(workbook, year=2025))] == [2025, 2026]


def test_a_person_may_point_at_other_header_rows():
    workbook = sketched(
        ("No", "Uraian", "Sasaran Mutu"),
        ("No", "Indikator", "Target 2024"),
        (1, "Persentase jalan mantap", 80),
    )
    key = read(workbook).key
    table = table_of(understand(workbook, {key: {"header_rows": [2, 2]}}))
    assert (table.header_rows, table.key) == ([(2, 2)], key)
    assert [record.texts["indicator"] for record in table.records] == ["Persentase jalan mantap"]


def test_headers_repeated_on_later_pages_stay_headers():
    header = ("No", "Indikator", "Target 2024")
    workbook = sketched(header, (1, "Persentase jalan mantap", 80), (), header, (2, "Jumlah jembatan", 9))
    table = read(workbook, header_rows=[1, 1])
    assert (table.header_rows, len(table.records)) == ([(1, 1), (4, 4)], 2)


def test_an_empty_header_row_is_said_with_the_way_out():
    workbook = measured(below=2)
    understanding = understand(workbook, {"Sheet1!A3:E5": {"header_rows": [1, 2]}})
    assert table_of(understanding).records == []
    (problem,) = [problem for problem in understanding.problems if problem.code == "empty_header"]
    assert problem.cell == "Sheet1!A1"
    assert problem.message.startswith("Baris 1 kosong, jadi bukan judul kolom.")


def test_a_table_without_a_column_of_indicators_is_shown_and_said():
    understanding = understand(measured(), {KEY: {"columns": {"B": {"field": ""}}}})
    table = table_of(understanding)
    assert (table.records, table.columns[2].samples) == ([], ("Persentase jalan mantap", "Jumlah jembatan"))
    assert ("Sheet1!A1", "no_indicator") in codes(understanding)


def test_a_table_that_nobody_recognised_is_read_where_a_person_points():
    workbook = sketched(
        ("Kegiatan rutin",),
        ("Butir", "Ukuran Kita", "Angka"),
        ("x", "Persentase jalan mantap", 80),
        ("y", "Jumlah jembatan", 9),
    )
    assert understand(workbook).sheets[0].tables == []
    said = {
        "header_rows": [2, 2],
        "year": 2024,
        "columns": {"B": {"field": "indicator"}, "C": {"field": "target"}},
    }
    table = table_of(understand(workbook, {"Sheet1!A2:C2": said}))
    assert table.key == "Sheet1!A2:C2"
    assert [value for _, year, _, value in figures(table) if year == 2024] == [Decimal(80), Decimal(9)]
    assert understand(workbook, {"Sheet1!A2:C2": said | {"use": False}}).sheets[0].tables == []


def test_a_column_without_a_heading_may_be_named():
    workbook = sketched(
        ("No", "Indikator", "Target 2024"), (1, "Persentase jalan mantap", 80, None, "rahasia")
    )
    table = table_of(understand(workbook, {"Sheet1!A1:C2": {"columns": {"E": {"field": "note"}}}}))
    assert table.records[0].texts["note"] == "rahasia"


def test_a_table_that_is_not_used_is_shown_without_its_problems():
    workbook = sketched(
        ("No", "Indikator", "Satuan"), (1, "Persentase jalan mantap", None), (2, "Jumlah", "unit")
    )
    key = read(workbook).key
    assert [code for _, code in codes(understand(workbook))] == ["gap"]
    understanding = understand(workbook, {key: {"use": False}})
    assert (table_of(understanding).used, understanding.problems) == (False, [])


def test_corrections_of_another_sheet_or_range_change_nothing():
    plain = understand(measured())
    for key in ("Lain!A1:E3", "Sheet1!A1:E4"):
        assert understand(measured(), {key: {"columns": {"C": {"field": ""}}}}) == plain


def test_saying_what_was_recognised_changes_no_record():
    for layout in all_layouts():
        plain = understand(layout.workbook)
        forced = {
            table.key: {
                "kind": table.kind,
                "columns": {
                    area_letters(index): {
                        "field": column.field,
                        "year": column.period.year,
                        "quarter": column.period.quarter,
                        "month": column.period.month,
                    }
                    for index, column in table.columns.items()
                    if column.period.ordinal is None and not column.period.semester
                },
            }
            for sheet in plain.sheets
            for table in sheet.tables
        }
        again = understand(layout.workbook, json.loads(json.dumps(forced)))
        assert texts(again) == texts(plain), layout.name


def area_letters(index: int) -> str:
    return chr(64 + index) if index <= 26 else f"A{chr(64 + index - 26)}"


def texts(understanding: Understanding) -> list[Any]:
    return [
        (
            record.row,
            record.texts,
            [(f.field, f.period.year, f.period.quarter, f.cell, f.value) for f in record.figures],
        )
        for sheet in understanding.sheets
        for table in sheet.tables
        for record in table.records
    ]


@pytest.mark.parametrize(
    "forced",
    [
        {"Sheet1": {}},
        {"Sheet1!": {}},
        {"Sheet1!A0:B2": {}},
        {KEY: {"kind": "rahasia"}},
        {KEY: {"year": "2024"}},
        {KEY: {"year": 99999}},
        {KEY: {"year": True}},
        {KEY: {"header_rows": [3, 2]}},
        {KEY: {"header_rows": [0, 1]}},
        {KEY: {"header_rows": [1, 9]}},
        {KEY: {"header_rows": [1, "2"]}},
        {KEY: {"columns": {"D": {"field": "rahasia"}}}},
        {KEY: {"columns": {"4": {"field": "target"}}}},
        {KEY: {"columns": {"D": {"field": "target", "quarter": 5}}}},
    ],
    ids=str,
)
def test_corrections_that_make_no_sense_are_refused(forced: dict[str, Any]):
    with pytest.raises(ValueError, match=r"range|kind|year|quarter|header|field|unpack"):
        understand(measured(), forced)


def test_ranges_are_read_as_they_are_written():
    assert [str(area_of(text)) for text in ("A1", "B2:AA30")] == ["A1", "B2:AA30"]


# Samples ----------------------------------------------------------------------------------------------------


def test_three_different_samples_show_what_a_column_holds():
    sketch = Sketch()
    sketch.line("No", "Indikator", "Target 2024", "Sumber Data")
    for number, (figure, source) in enumerate(
        [(80, "BPS"), (80, "BPS"), (Decimal("1250.5"), "x" * 90), (percent("0.875"), "a\nb"), (9, "c")], 1
    ):
        sketch.line(number, f"Indikator ke-{number} kita", figure, source)
    columns = table_of(understand(sketch.workbook)).columns
    assert columns[3].samples == ("80", "1250,5", "87,5%")
    assert columns[4].samples == ("BPS", "x" * 79 + "…", "a b")
    assert (columns[3].heading, columns[4].heading) == ("Target 2024", "Sumber Data")


def test_samples_show_dates_and_errors_as_people_know_them():
    sketch = Sketch()
    sketch.line("No", "Indikator", "Target 2024")
    sketch.line(1, "Persentase jalan mantap", date(2026, 7, 10))
    sketch.line(2, "Jumlah jembatan", Decimal(1_250_000))
    assert table_of(understand(sketch.workbook)).columns[3].samples == ("10 Juli 2026", "1.250.000")


# Remembering ------------------------------------------------------------------------------------------------

CORRECTION = {
    "use": True,
    "kind": "measurement",
    "year": 2024,
    "columns": {
        "B": {"field": "indicator", "year": None, "quarter": None},
        "C": {"field": "target", "year": 2024, "quarter": None},
        "D": {"field": "realization", "year": 2024, "quarter": 2},
        "E": {"field": "note", "year": None, "quarter": None},
    },
}


def test_the_fingerprint_is_that_of_the_layout_in_any_year_and_place():
    marks = {
        read(measured(year, below=below, right=right)).fingerprint
        for year, below, right in ((2024, 0, 0), (2025, 3, 0), (2026, 1, 2))
    }
    assert len(marks) == 1
    others = sketched(("No", "Indikator", "Target 2024", "Hasil"), (1, "Persentase jalan mantap", 80, 82))
    assert read(others).fingerprint not in marks


def test_a_remembered_correction_serves_the_file_of_the_next_year():
    first = read(measured(2024))
    kept = json.loads(json.dumps(remembered(CORRECTION, first.origin, first.columns)))
    assert kept == {
        "use": True,
        "kind": "measurement",
        "columns": {"3": {"field": "realization", "quarter": 2}, "4": {"field": "note", "quarter": None}},
    }
    workbook = measured(2025, below=4, right=1)
    later = read(workbook)
    content = recalled(kept, later.origin, later.columns)
    table = table_of(understand(workbook, {later.key: content}))
    assert table.kind == "measurement"
    assert figures(table)[:2] == [("target", 2025, None, Decimal(80)), ("realization", 2025, 2, Decimal(82))]
    assert table.records[0].texts["note"] == "jalan provinsi"


def test_a_remembered_quarter_keeps_the_year_of_the_new_heading():
    first = read(measured(2024))
    said = {"columns": {"C": {"field": "target", "year": 2024, "quarter": 3}}}
    kept = remembered(said, first.origin, first.columns)
    later = read(measured(2026))
    table = read(measured(2026), **recalled(kept, later.origin, later.columns))
    assert figures(table)[0] == ("target", 2026, 3, Decimal(80))


def test_header_rows_are_remembered_from_the_first_heading():
    first = read(measured(below=2))
    kept = remembered({"header_rows": [3, 4]}, first.origin, first.columns)
    assert kept == {"header_rows": [0, 1]}
    assert recalled(kept, (9, 1), {}) == {"header_rows": [9, 10]}


def test_nothing_is_remembered_of_a_table_that_was_read_right():
    first = read(measured())
    said = {"columns": {"C": {"field": "target", "year": 2024, "quarter": None}}}
    assert remembered(said, first.origin, first.columns) == {}
    assert recalled({}, first.origin, first.columns) == {}
