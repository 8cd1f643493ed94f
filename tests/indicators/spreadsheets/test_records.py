"""Rows made into records: what is filled down, joined, skipped, repaired and told."""

from typing import Any

import pytest

from indicators.spreadsheets.cells import Notation
from indicators.spreadsheets.description import describe
from indicators.spreadsheets.tables import understand
from tests.indicators.spreadsheets.layouts import Sketch, kaltim, quarters
from tests.indicators.spreadsheets.test_tables import read, read_first, sketched

HEADER = ("No", "Sasaran", "Indikator", "Satuan", "Target 2024")
FIRST = (1, "Meningkatnya mutu jalan", "Persentase jalan mantap", "%", 80)


def problems(sketch: Sketch) -> list[tuple[str, str]]:
    """Return place and code of each problem."""
    return [
        (p["cell"].rpartition("!")[2], p["code"]) for p in describe(understand(sketch.workbook))["problems"]
    ]


def indicators(table: dict[str, Any]) -> list[str]:
    return [record["indicator"] for record in table["records"]]


@pytest.mark.parametrize(
    "words",
    [
        "Jumlah",
        "TOTAL",
        "Sub Total",
        "Rata-rata",
        "Rata - rata capaian",
        "Rata-rata Capaian Sasaran 1",
        "Jumlah keseluruhan",
        "Capaian Sasaran Strategis",
        "Nilai rata-rata",
        "Predikat Kinerja",
        "Average",
        "Capaian kinerja perangkat daerah",
    ],
)
@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_totals_and_averages_are_no_indicators(words, column):
    row = [None] * 4 + [80]
    row[column] = words
    table = read(sketched(HEADER, FIRST, row, (2, "Terwujudnya tertib", "Nilai AKIP", "Nilai", 70)))
    assert indicators(table) == ["Persentase jalan mantap", "Nilai AKIP"]
    assert table["skipped"] == [{"row": 3, "reason": "baris jumlah atau rata-rata"}]


@pytest.mark.parametrize(
    "name",
    [
        "Rata-rata lama sekolah",
        "Jumlah koperasi aktif",
        "Capaian SPM bidang jalan",
        "Total nilai investasi",
        "Rata-rata nilai ujian",
        "Predikat SAKIP",
        "Jumlah Indikator Program",
    ],
)
def test_indicators_that_sound_like_totals_stay(name):
    table = read(sketched(HEADER, FIRST, (2, None, name, "angka", 7)))
    assert indicators(table) == ["Persentase jalan mantap", name]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("*) angka sementara",)], "catatan di bawah tabel"),
        ([("Keterangan:",)], "catatan di bawah tabel"),
        ([("Sumber: BPS, 2024",)], "catatan di bawah tabel"),
        ([("Data diolah oleh bagian perencanaan",)], "teks di bawah tabel"),
        ([(None, None, None, "Contoh, 2 Januari 2024")], "blok tanda tangan"),
        ([(None, None, "Mengetahui,")], "blok tanda tangan"),
        ([(None, None, "Plt. Kepala Dinas Contoh,")], "blok tanda tangan"),
        ([(None, None, None, None, "NIP. 19700101 199001 1 001")], "blok tanda tangan"),
        ([("Ditetapkan di Contoh",)], "blok tanda tangan"),
    ],
)
def test_what_stands_below_a_table_is_skipped_with_its_reason(rows, reason):
    table = read(sketched(HEADER, FIRST, (), *rows))
    assert indicators(table) == ["Persentase jalan mantap"]
    assert table["range"] == "A1:E2"
    assert [skipped["reason"] for skipped in table["skipped"]] == [reason]


def test_everything_after_the_first_signature_belongs_to_it():
    table = read_first(quarters(levels=3, roman="TW {number}", merged=True).workbook)
    reasons = {each["row"]: each["reason"] for each in table["skipped"]}
    assert [row for row, reason in reasons.items() if reason == "blok tanda tangan"] == [16, 17, 21, 22, 23]


@pytest.mark.parametrize("merges", [(), ("B2:B4", "A2:A4")])
def test_goals_are_filled_down_until_the_next(merges):
    table = read(
        sketched(
            HEADER,
            FIRST,
            (None, None, "Jumlah jembatan", "unit", 9),
            (None, None, "Jumlah rambu", "unit", 5),
            (2, "Terwujudnya tertib", "Nilai AKIP", "Nilai", 70),
            merges=merges,
        )
    )
    assert [record["goal"] for record in table["records"]] == ["Meningkatnya mutu jalan"] * 3 + [
        "Terwujudnya tertib"
    ]
    assert [record["goal_number"] for record in table["records"]] == ["1", "1", "1", "2"]
    assert [record["cells"]["goal"] for record in table["records"]] == ["B2", "B2", "B2", "B5"]
    assert [record["number"] for record in table["records"]] == [None] * 4


def test_units_are_not_filled_down_but_their_gap_is_told():
    sketch = sketched(HEADER, FIRST, (2, None, "Jumlah jembatan", None, 9))
    assert read(sketch)["records"][1]["unit"] is None
    assert problems(sketch) == [("D3", "gap")]


def test_a_merged_unit_is_the_unit_of_every_row_it_covers():
    sketch = sketched(HEADER, FIRST, (2, None, "Persentase air bersih", None, 9), merges=("D2:D3",))
    assert [record["unit"] for record in read(sketch)["records"]] == ["%", "%"]
    assert problems(sketch) == []


def test_a_text_that_goes_on_below_in_small_letters_is_joined():
    table = read(
        sketched(
            HEADER,
            (1, "Meningkatnya kualitas", "Persentase sekolah yang", "%", 80),
            (None, "layanan pendidikan", "memenuhi standar"),
            (None, None, "Jumlah guru", "orang", 9),
            (2, "Meningkatnya tata", "Nilai AKIP", "Nilai", 70),
            (None, "kelola"),
        )
    )
    assert indicators(table) == ["Persentase sekolah yang memenuhi standar", "Jumlah guru", "Nilai AKIP"]
    assert [record["goal"] for record in table["records"]] == [
        "Meningkatnya kualitas layanan pendidikan",
        "Meningkatnya kualitas layanan pendidikan",
        "Meningkatnya tata kelola",
    ]


def test_a_text_in_capitals_is_joined_only_where_every_indicator_has_a_number_and_told():
    sketch = sketched(
        ("No", "Indikator", "Satuan", "Target"),
        (1, "Persentase Koperasi", "%", 80),
        (None, "Aktif"),
        (2, "Jumlah jembatan", "unit", 5),
    )
    assert indicators(read(sketch)) == ["Persentase Koperasi Aktif", "Jumlah jembatan"]
    assert problems(sketch) == [("B3", "joined_line")]


def test_a_doubtful_line_stays_a_record_and_is_told():
    sketch = sketched(
        ("Indikator", "Satuan", "Target"),
        ("Persentase Koperasi", "%", 80),
        ("Persentase Aktif",),
        ("Jumlah jembatan", "unit", 5),
    )
    assert indicators(read(sketch)) == ["Persentase Koperasi", "Persentase Aktif", "Jumlah jembatan"]
    assert ("A3", "maybe_continuation") in problems(sketch)


def test_names_in_small_letters_are_not_joined():
    table = read(
        sketched(("Indikator", "Formulasi"), ("persentase jalan", "a / b"), ("persentase air", "c / d"))
    )
    assert indicators(table) == ["persentase jalan", "persentase air"]


def test_lines_of_a_formula_below_each_other_are_one_formula():
    table = read(
        sketched(
            ("No", "Indikator", "Formulasi", "Sumber Data"),
            (1, "Persentase jalan mantap", "Panjang jalan mantap", "Bidang Jalan"),
            (None, None, "Panjang seluruh jalan x 100%"),
            (2, "Jumlah jembatan", "Jumlah jembatan", "Bidang Jalan"),
            merges=("A2:A3", "B2:B3"),
        )
    )
    assert table["records"][0]["formula"]["denominator"] == "Panjang seluruh jalan"
    assert {"row": 3, "reason": "lanjutan baris 2"} in table["skipped"]


def test_labels_in_one_cell_become_fields():
    text = (
        "Alasan: mengukur mutu\nFormulasi: A / B x 100%\nTipe Penghitungan: Non kumulatif\nSumber Data: BPS"
    )
    (record,) = read(
        sketched(("Sasaran", "Indikator", "Penjelasan"), ("Meningkatnya mutu", "Persentase jalan", text))
    )["records"]
    assert (record["reason"], record["formulation"], record["source"]) == (
        "mengukur mutu",
        "A / B x 100%",
        "BPS",
    )
    assert record["calculation"] == "Non kumulatif"


def test_a_collapsed_row_that_cannot_be_told_stays_whole_and_is_told():
    sketch = sketched(
        ("No", "Indikator", "Alasan", "Sumber Data", "Keterangan"),
        (1, "Persentase jalan mantap", "penting", "bidang", "baik"),
        ("2 Jumlah jembatan yang dibangun", None, "lain sekali", "entah", None),
        (3, "Jumlah rambu", "perlu", "seksi", "cukup"),
    )
    table = read(sketch)
    record = table["records"][1]
    assert (record["number"], record["indicator"]) == ("2", "Jumlah jembatan yang dibangun")
    assert record["proposal"]["original"]["A3"] == "2 Jumlah jembatan yang dibangun"
    assert ("A3", "collapsed_row") in problems(sketch)


def test_the_repair_of_row_seven_works_wherever_the_cell_collapsed():
    layout = kaltim()
    cell = layout.workbook.sheets[0].cells
    moved = cell.pop((10, 3))
    cell[10, 4] = type(moved)(10, 4, moved.value)
    record = read_first(layout.workbook)["records"][6]
    assert {name: record[name] for name in layout.expected[6]} == layout.expected[6]


def test_a_number_of_a_goal_on_a_later_row_is_its_own_and_told():
    sketch = sketched(
        HEADER,
        FIRST,
        (None, None, "Jumlah jembatan", "unit", 9),
        (None, "Terwujudnya tertib", "Nilai AKIP", "Nilai", 70),
        (2, None, "Indeks kepuasan", "Indeks", 80),
    )
    assert [record["goal_number"] for record in read(sketch)["records"]] == ["1", "1", "2", "2"]
    assert problems(sketch) == [("A5", "misplaced_number")]


def test_bands_may_hold_objectives_above_goals():
    table = read(
        sketched(
            ("No", "Indikator", "Satuan", "Target 2024"),
            ("TUJUAN 1 : SEJAHTERA",),
            ("SASARAN STRATEGIS 1 : MENINGKATNYA MUTU",),
            (1, "Persentase jalan mantap", "%", 80),
            ("SASARAN STRATEGIS 2 : TERTIBNYA JALAN",),
            (1, "Jumlah rambu", "unit", 80),
            merges=("A2:D2", "A3:D3", "A5:D5"),
        )
    )
    assert [(r["objective"], r["goal"], r["goal_number"]) for r in table["records"]] == [
        ("SEJAHTERA", "MENINGKATNYA MUTU", "1"),
        ("SEJAHTERA", "TERTIBNYA JALAN", "2"),
    ]


def test_section_rows_beside_a_goal_column_are_no_goals():
    table = read(sketched(HEADER, ("A. BIDANG JALAN",), FIRST, merges=("A2:E2",)))
    assert table["records"][0]["goal"] == "Meningkatnya mutu jalan"
    assert table["skipped"] == [{"row": 2, "reason": "baris judul bagian"}]


def test_the_work_grows_with_the_rows_and_not_with_their_square(monkeypatch):
    """Each cell of a column is looked at once for its notation, however many rows ask for it."""
    looked: list[Any] = []
    of = Notation.of

    def counted(column):
        cells = list(column)
        looked.extend(cells)
        return of(cells)

    monkeypatch.setattr(Notation, "of", counted)
    rows = [(row, f"Jumlah layanan {row}", "ton", "12,5" if row % 2 else "1.250") for row in range(1, 201)]
    table = read(sketched(("No", "Indikator", "Satuan", "Target 2024"), *rows))
    assert len(looked) == 200
    assert {record["values"][0]["value"] for record in table["records"]} == {"12.5", "1250"}


def test_every_row_of_the_body_is_a_record_or_skipped_with_a_reason():
    for layout in (kaltim(), quarters(levels=2, roman="Triwulan {number}", merged=False)):
        table = read_first(layout.workbook)
        rows = [record["row"] for record in table["records"]] + [each["row"] for each in table["skipped"]]
        filled = {row for row, _ in layout.workbook.sheets[0].cells if row > table["header_rows"][0][1]}
        assert len(rows) == len(set(rows))
        assert filled <= set(rows)


def test_comments_on_the_cells_of_a_record_are_its_own():
    sketch = sketched(
        ("No", "Indikator", "Target 2024"),
        (1, "Persentase jalan mantap", 80),
        (2, "Persentase jembatan", 90),
    )
    sketch.sheet.comments = {(2, 3): "Target dari RPJMD.", (1, 2): "Judul.", (3, 9): "Di luar tabel."}
    records = describe(understand(sketch.workbook))["sheets"][0]["tables"][0]["records"]
    assert [record.get("comments") for record in records] == [{"C2": "Target dari RPJMD."}, None]
