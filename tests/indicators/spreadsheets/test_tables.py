"""Tables recognised in sheets: the corpus of layouts, and what is told of each."""

from typing import Any

import pytest

from indicators.spreadsheets.description import describe
from indicators.spreadsheets.grid import Workbook
from indicators.spreadsheets.tables import understand
from tests.indicators.spreadsheets.comparing import count, differences, records_of
from tests.indicators.spreadsheets.layouts import Sketch, all_layouts, kaltim, percent, probolinggo, published

LAYOUTS = all_layouts()


def read(sketch: Sketch) -> dict[str, Any]:
    """Return the only table of a sketch."""
    content = describe(understand(sketch.workbook))
    tables: list[dict[str, Any]] = content["sheets"][0]["tables"]
    assert len(tables) == 1
    return tables[0]


def sketched(*rows: Any, merges: tuple[str, ...] = (), name: str = "Sheet1") -> Sketch:
    """Draw rows and merge areas."""
    sketch = Sketch(name)
    for row in rows:
        sketch.line(*row)
    for area in merges:
        sketch.merge(area)
    return sketch


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_layout_is_read_as_somebody_would_read_it(layout):
    assert differences(layout, describe(understand(layout.workbook))) == []


def test_the_corpus_is_read_without_a_miss_and_without_an_invention():
    counts: dict[str, tuple[int, int, int]] = {}
    for layout in LAYOUTS:
        count(layout, describe(understand(layout.workbook)), counts)
    assert len({layout.name.split()[0] for layout in LAYOUTS}) >= 20
    assert {name: hits for name, hits in counts.items() if len(set(hits)) > 1} == {}


def test_the_head_of_probolinggo_has_two_objectives_and_five_functions():
    for split in (True, False):
        table = read_first(probolinggo(split_head=split).workbook)
        agency = published("kota-probolinggo")["agency"]
        assert table["head"]["agency"] == agency["name"]
        assert table["head"]["objectives"] == agency["objectives"]
        assert table["head"]["functions"] == agency["functions"]


def read_first(workbook: Workbook) -> dict[str, Any]:
    """Return the first table of a workbook."""
    table: dict[str, Any] = describe(understand(workbook))["sheets"][0]["tables"][0]
    return table


def test_the_published_fraction_is_taken_apart():
    record = read_first(probolinggo().workbook)["records"][0]
    assert record["formula"] == {
        "numerator": "Jumlah Koperasi Sehat",
        "denominator": "Jumlah Seluruh Koperasi",
        "factor": "x 100%",
    }
    assert record["definition"].startswith("Koperasi berkualitas adalah koperasi")


def test_row_seven_of_kaltim_is_a_proposal_with_its_original_beside_it():
    content = describe(understand(kaltim().workbook))
    records = content["sheets"][0]["tables"][0]["records"]
    proposals = [record for record in records if "proposal" in record]
    assert [record["number"] for record in proposals] == ["7"]
    original = proposals[0]["proposal"]["original"]
    assert list(original) == ["C10", "E10", "F10", "G10"]
    assert original["E10"] == proposals[0]["reason"]
    assert proposals[0]["cells"]["source"] == "F10"
    assert [p["cell"] for p in content["problems"] if p["code"] == "collapsed_row"] == ["IKU 2018!C10"]


def test_the_five_missing_sources_of_kaltim_are_reported():
    problems = describe(understand(kaltim().workbook))["problems"]
    gaps = [problem["cell"] for problem in problems if problem["code"] == "gap"]
    assert gaps == [f"IKU 2018!G{row}" for row in (5, 9, 12, 13, 14)]


def test_columns_say_field_period_confidence_and_reason():
    table = read(
        sketched(
            ("No", "Indikator Kinerja", "Target Tahun 2024", None, "Ket"),
            (None, None, "TW I", "TW II", None),
            (1, "Persentase jalan mantap", 80, 85, "x"),
            merges=("C1:D1",),
        )
    )
    assert table["range"] == "A1:E3"
    assert table["header_rows"] == [[1, 2]]
    assert table["columns"]["D"] | {"reason": ""} == {
        "field": "target",
        "year": 2024,
        "quarter": 2,
        "month": None,
        "confidence": 1.0,
        "reason": "",
    }
    assert (
        table["columns"]["B"]["reason"]
        == 'judul "Indikator Kinerja" sama dengan "indikator kinerja" (indikator)'
    )
    assert table["columns"]["A"]["of"] == "indicator"


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (("Sasaran", "Indikator", "Formulasi", "Sumber Data"), "definitions"),
        (("Sasaran", "Indikator", "Satuan", "Target 2024"), "targets"),
        (("Indikator", "2022", "2023", "2024"), "targets"),
        (("Sasaran", "Indikator", "Formulasi", "Sumber Data", "Target 2024"), "definitions"),
        (("Indikator", "Target 2024", "Realisasi 2024"), "measurement"),
        (("Indikator", "Satuan", "Capaian"), "measurement"),
    ],
)
def test_the_kind_follows_from_the_columns(headings, kind):
    values = ["Persentase jalan mantap", "80", "81", "82", "83"]
    row = ["Meningkatnya mutu jalan", *values] if headings[0] == "Sasaran" else values
    assert read(sketched(headings, row[: len(headings)]))["kind"] == kind


def test_what_is_no_table_of_indicators_is_left_alone():
    content = describe(
        understand(
            sketched(
                ("No", "Program", "Pagu Anggaran"), (1, "Program jalan", 1000), (2, "Program air", 2000)
            ).workbook
        )
    )
    assert content["sheets"][0]["tables"] == []
    assert [problem["code"] for problem in content["problems"]] == ["no_table"]


def test_two_columns_that_claim_one_field_are_told_apart_and_told():
    sketch = sketched(
        ("Tujuan", "Indikator Tujuan", "Sasaran", "Indikator Sasaran", "Target 2024"),
        ("Sejahtera", "Indeks pembangunan manusia", "Meningkatnya mutu", "Persentase jalan mantap", 80),
    )
    content = describe(understand(sketch.workbook))
    table = content["sheets"][0]["tables"][0]
    assert (table["columns"]["B"]["field"], table["columns"]["D"]["field"]) == (None, "indicator")
    assert [(p["cell"], p["code"]) for p in content["problems"]] == [("Sheet1!B1", "double_column")]


def test_a_column_without_a_heading_that_cannot_be_told_is_told():
    sketch = sketched(
        ("No", "Indikator", None, "Target 2024"),
        (1, "Persentase jalan mantap", "catatan yang panjang", 80),
        (2, "Persentase air bersih", "catatan lain yang panjang", 90),
    )
    content = describe(understand(sketch.workbook))
    assert [(p["cell"], p["code"]) for p in content["problems"]] == [("Sheet1!C1", "unnamed_column")]


def test_units_and_numbers_without_headings_are_known_by_what_they_are():
    table = read(
        sketched(
            (None, "Indikator", None, "Target 2024"),
            (1, "Persentase jalan mantap", "persen", 80),
            (2, "Jumlah jembatan", "unit", 9),
        )
    )
    assert [(r["number"], r["unit"]) for r in table["records"]] == [("1", "persen"), ("2", "unit")]


def test_hidden_sheets_rows_and_columns_are_read_and_told():
    sketch = sketched(("No", "Indikator", "Target 2024"), (1, "Persentase jalan mantap", 80))
    sketch.sheet.hidden, sketch.sheet.hidden_rows, sketch.sheet.hidden_columns = True, {2, 90}, {3}
    content = describe(understand(sketch.workbook))
    assert len(content["sheets"][0]["tables"][0]["records"]) == 1
    assert [(p["cell"], p["code"]) for p in content["problems"]] == [
        ("Sheet1", "hidden_sheet"),
        ("Sheet1!A2", "hidden_row"),
        ("Sheet1!C1", "hidden_column"),
    ]


def test_paragraphs_above_a_table_of_a_text_document_are_its_title():
    sketch = sketched(("No", "Indikator", "Target"), (1, "Persentase jalan mantap", 80))
    sketch.sheet.preface = ["PERJANJIAN KINERJA TAHUN 2023", "Instansi : Dinas Contoh"]
    table = read(sketch)
    assert table["head"]["agency"] == "Dinas Contoh"
    assert table["columns"]["C"]["year"] == 2023


def test_the_year_comes_from_the_nearest_place_that_has_one():
    rows = (("No", "Indikator", "Target", "Realisasi", "%"), (1, "Persentase jalan mantap", 80, 81, 101))
    for title, name, period in (
        ("LAPORAN TAHUN 2023", "Sheet1", (2023, None)),
        ("LAPORAN TRIWULAN II TAHUN 2023", "Sheet1", (2023, 2)),
        ("LAPORAN", "TW III 2022", (2022, 3)),
        ("RENSTRA 2021-2026", "2020", (None, None)),
        ("KEPUTUSAN NOMOR 5 TAHUN 2019", "Sheet1", (None, None)),
    ):
        table = read(sketched((title,), *rows, name=name))
        assert {(table["columns"][c]["year"], table["columns"][c]["quarter"]) for c in "CDE"} == {period}, (
            title
        )


def test_a_table_started_lower_beside_another_is_its_own():
    sketch = sketched(
        ("No", "Indikator", "Target 2023"),
        (1, "Persentase jalan mantap", 80),
        (2, "Persentase air bersih", 80, None, None, "No", "Indikator", "Target 2024"),
        (None, None, None, None, None, 1, "Jumlah jembatan", 9),
    )
    content = describe(understand(sketch.workbook))
    tables = content["sheets"][0]["tables"]
    assert [table["range"] for table in tables] == ["A1:C3", "F3:H4"]
    assert [record["indicator"] for record in records_of(content)][-1] == "Jumlah jembatan"


def test_equal_headers_under_titles_of_their_own_are_tables_of_their_own():
    header = ("No", "Indikator", "Target", "Realisasi")
    content = describe(
        understand(
            sketched(
                ("TRIWULAN I",),
                header,
                (1, "Persentase jalan mantap", 20, 21),
                (),
                ("TRIWULAN II",),
                header,
                (1, "Persentase jalan mantap", 40, 41),
                name="2024",
            ).workbook
        )
    )
    quarters = [
        [v["quarter"] for v in record["values"]]
        for table in content["sheets"][0]["tables"]
        for record in table["records"]
    ]
    assert quarters == [[1, 1], [2, 2]]


def test_one_figure_merged_over_years_is_the_figure_of_each():
    table = read(
        sketched(
            ("No", "Indikator", "2022", "2023"),
            (1, "Persentase jalan mantap", percent("1"), None),
            (2, "Jumlah jembatan", 1, 2),
            merges=("C2:D2",),
        )
    )
    values = [(v["year"], v["cell"], v["value"], v["unit"]) for v in table["records"][0]["values"]]
    assert values == [(2022, "C2", "100", "%"), (2023, "C2", "100", "%")]


def test_an_enormous_merge_costs_nothing():
    sketch = sketched(
        ("INDIKATOR KINERJA UTAMA",), ("No", "Indikator", "Target 2024"), (1, "Persentase jalan", 80)
    )
    sketch.merge("A1:XFD1048576")
    sketch.merge("A1:XFD1")
    assert len(read(sketch)["records"]) == 1
