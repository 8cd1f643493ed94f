"""Profile cards of a "Manual IKU": a block of labelled rows for each indicator, read into a record each."""

from decimal import Decimal
from typing import Any

import pytest

from indicators.spreadsheets import cards
from indicators.spreadsheets.headings import Period
from indicators.spreadsheets.recognised import Table, Understanding
from indicators.spreadsheets.tables import understand
from tests.indicators.spreadsheets.layouts import Sketch, all_layouts, percent

FACTS = (
    ("Sasaran Strategis", "Meningkatnya kualitas koperasi"),
    ("Nama Indikator", "Persentase Koperasi Sehat"),
    ("Definisi", "Koperasi yang dinilai sehat oleh pengawas."),
    ("Formula", "Jumlah koperasi sehat / Jumlah seluruh koperasi x 100%"),
    ("Satuan", "Persen"),
    ("Sumber data", "Bidang Koperasi"),
    ("Penanggung jawab", "Kepala Bidang Koperasi"),
)
EXPECTED = {
    "goal": "Meningkatnya kualitas koperasi",
    "indicator": "Persentase Koperasi Sehat",
    "definition": "Koperasi yang dinilai sehat oleh pengawas.",
    "formulation": "Jumlah koperasi sehat / Jumlah seluruh koperasi x 100%",
    "unit": "Persen",
    "source": "Bidang Koperasi",
    "responsible_unit": "Kepala Bidang Koperasi",
}


def tables(sketch: Sketch) -> list[Table]:
    return understand(sketch.workbook).sheets[0].tables


def table_of(sketch: Sketch) -> Table:
    (table,) = tables(sketch)
    return table


def card(*rows: Any, at: int = 1) -> Sketch:
    sketch = Sketch("Manual IKU")
    for row in rows:
        sketch.line(*row, at=at)
    return sketch


def codes(understanding: Understanding) -> list[tuple[str, str]]:
    return [(problem.cell, problem.code) for problem in understanding.problems]


@pytest.mark.parametrize(
    "rows",
    [
        FACTS,
        [(label, ":", text) for label, text in FACTS],
        [(f"{label} :", text) for label, text in FACTS],
        [(f"{label}: {text}",) for label, text in FACTS],
        [(f"{number}.", label, ":", text) for number, (label, text) in enumerate(FACTS, 1)],
        [(f"{number}. {label}", text) for number, (label, text) in enumerate(FACTS, 1)],
        [(label.upper(), None, f": {text}") for label, text in FACTS],
    ],
    ids=[
        "two cells",
        "colon apart",
        "colon behind",
        "one cell",
        "number apart",
        "number before",
        "colon first",
    ],
)
def test_a_card_is_a_record_however_its_rows_are_written(rows: list[Any]):
    table = table_of(card(("MANUAL IKU TAHUN 2026",), (), *rows))
    assert (table.kind, table.shape, str(table.area).split(":")[0]) == ("definitions", "cards", "A3")
    (record,) = table.records
    assert {name: record.texts[name] for name in EXPECTED} == EXPECTED
    assert record.formula["numerator"] == "Jumlah koperasi sehat"
    assert table.caption.title == ("MANUAL IKU TAHUN 2026",)


def test_each_block_is_a_record_of_its_own():
    sketch = card(("INDIKATOR 1",), *FACTS, (), ("INDIKATOR 2",))
    for label, text in FACTS:
        sketch.line(label, text.replace("Sehat", "Aktif"))
    table = table_of(sketch)
    assert [record.texts["indicator"] for record in table.records] == [
        "Persentase Koperasi Sehat",
        "Persentase Koperasi Aktif",
    ]
    assert [(record.row, record.last_row) for record in table.records] == [(2, 8), (11, 17)]
    assert {record.texts["goal"] for record in table.records} == {"Meningkatnya kualitas koperasi"}
    assert table.skipped == [(10, "di luar kartu")]


def test_the_cells_of_a_fact_are_known():
    (record,) = table_of(card(*FACTS, at=2)).records
    assert (record.cells["indicator"], record.cells["source"]) == ("C2", "C6")
    (record,) = table_of(card(*[(f"{label}: {text}",) for label, text in FACTS])).records
    assert record.cells["indicator"] == "A2"


def test_a_text_goes_on_in_the_rows_below_it():
    rows = [*FACTS[:3], (None, "Penilaian setiap tahun."), (None, "Hasilnya diumumkan."), *FACTS[3:]]
    (record,) = table_of(card(*rows)).records
    assert record.texts["definition"].split("\n") == [
        FACTS[2][1],
        "Penilaian setiap tahun.",
        "Hasilnya diumumkan.",
    ]


def test_targets_stand_under_their_years():
    rows = [*FACTS, ("Target", 2026, 2027, 2028), (None, 80, percent("0.825"), "n/a")]
    (record,) = table_of(card(*rows)).records
    assert [(f.field, f.period, f.cell, f.value.value) for f in record.figures] == [
        ("target", Period(year=2026), "B9", Decimal(80)),
        ("target", Period(year=2027), "C9", Decimal("82.5")),
        ("target", Period(year=2028), "D9", None),
    ]


def test_years_may_have_a_row_of_their_own():
    rows = [*FACTS, ("Tahun", 2026, 2027), ("Target", 80, 85), ("Realisasi", 81, None)]
    (record,) = table_of(card(*rows)).records
    assert [(f.field, f.period.year, f.value.value) for f in record.figures] == [
        ("target", 2026, Decimal(80)),
        ("target", 2027, Decimal(85)),
        ("realization", 2026, Decimal(81)),
    ]


def test_a_label_may_name_the_year_of_its_figure():
    rows = [
        *FACTS,
        ("Target 2026", ":", "80 %"),
        ("Baseline 2025", "1.250"),
        ("Target Akhir Renstra", ":", ""),
    ]
    understanding = understand(card(*rows).workbook)
    (record,) = understanding.sheets[0].tables[0].records
    assert [(f.field, f.period.year, f.value.value) for f in record.figures] == [
        ("target", 2026, Decimal(80)),
        ("baseline", 2025, None),
    ]
    assert codes(understanding) == [("Manual IKU!B9", "ambiguous")]


def test_what_a_card_leaves_empty_is_said():
    rows = [*FACTS[:5], ("Sumber data", None), ("Penanggung jawab", ":")]
    understanding = understand(card(*rows).workbook)
    assert codes(understanding) == [("Manual IKU!A6", "gap"), ("Manual IKU!A7", "gap")]
    assert understanding.problems[0].message == 'Sumber data "Persentase Koperasi Sehat" kosong.'


def test_labels_nobody_knows_are_passed_over():
    (record,) = table_of(card(*FACTS[:4], ("Warna map", "hijau"), *FACTS[4:])).records
    assert "hijau" not in record.texts.values()
    assert record.texts["unit"] == "Persen"


def test_a_number_before_the_name_is_the_number():
    rows = [("Nama Indikator", "1.2 Persentase Koperasi Sehat"), *FACTS[2:]]
    (record,) = table_of(card(*rows)).records
    assert (record.texts["number"], record.texts["indicator"]) == ("1.2", "Persentase Koperasi Sehat")


def test_an_unsure_formula_is_said():
    text = "Jumlah koperasi sehat dan jumlah seluruh koperasi x 100%"
    understanding = understand(card(*FACTS[:3], ("Formula", text), *FACTS[4:]).workbook)
    assert codes(understanding) == [("Manual IKU!B4", "fraction_unclear")]


def test_a_table_below_the_cards_is_a_table_of_its_own():
    sketch = card(*FACTS)
    sketch.skip(2)
    sketch.line("No", "Indikator", "Target 2026")
    sketch.line(1, "Nilai ekspor", 90)
    first, second = tables(sketch)
    assert (first.shape, second.shape) == ("cards", "rows")
    assert [record.texts["indicator"] for record in second.records] == ["Nilai ekspor"]


def test_few_facts_are_no_card():
    sketch = card(("Nama Indikator", "Persentase"), ("Satuan", "Persen"))
    assert tables(sketch) == []


def test_an_ordinary_table_is_never_taken_for_cards():
    for layout in all_layouts():
        for sheet in understand(layout.workbook).sheets:
            assert {table.shape for table in sheet.tables} <= {"rows"}, layout.name


def test_a_long_sheet_is_not_searched_for_cards(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cards, "MAX_ROWS", 6)
    assert tables(card(*FACTS)) == []


def test_a_person_may_leave_the_cards_out_or_read_them_otherwise():
    sketch = card(*FACTS)
    key = table_of(sketch).key
    assert not understand(sketch.workbook, {key: {"use": False}}).sheets[0].tables[0].used
    read = understand(sketch.workbook, {key: {"kind": "targets"}}).sheets[0].tables[0]
    assert (read.kind, len(read.records)) == ("targets", 1)
    again = understand(sketch.workbook, {key: {"header_rows": [2, 2]}})
    assert again.sheets[0].tables[0].shape == "rows"


def test_cards_of_one_layout_have_one_fingerprint():
    other = [(label, text.lower()) for label, text in FACTS]
    assert table_of(card(*FACTS)).fingerprint == table_of(card((), *other, at=2)).fingerprint
    assert table_of(card(*FACTS)).fingerprint != table_of(card(*FACTS[::-1])).fingerprint
