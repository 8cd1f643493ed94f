"""Headings: what they name, when, in which unit, and how surely."""

import tomllib
from pathlib import Path

import pytest

from indicators.spreadsheets import headings
from indicators.spreadsheets.headings import LABELS, find_span, normalise, read_heading

FIELDS = (
    "indicator",
    "goal",
    "number",
    "code",
    "unit",
    "formulation",
    "definition",
    "reason",
    "source",
    "responsible_unit",
    "target",
    "realization",
    "achievement",
    "baseline",
    "note",
    "budget",
)
WORDS = tomllib.loads(Path(headings.__file__).with_name("headings.toml").read_text(encoding="utf-8"))[
    "fields"
]


def test_every_field_has_eight_names_or_more():
    assert {
        name for name in FIELDS if len([*WORDS[name]["words"], *WORDS[name].get("exact", ())]) < 8
    } == set()


def test_no_name_stands_for_two_fields():
    seen: dict[str, str] = {}
    for name, content in WORDS.items():
        for word in [*content["words"], *content.get("exact", ())]:
            assert seen.setdefault(word, name) == name, word


@pytest.mark.parametrize(
    ("field", "word"), [(name, word) for name in FIELDS for word in WORDS[name]["words"]]
)
def test_every_name_is_read_in_capitals_and_over_lines(field, word):
    assert read_heading((word.upper().replace(" ", "\n"),)).field in {field, "period"}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("KINERJA UTAMA/ SASARAN/ OUTCOME",), "goal"),
        (("PENJELASAN/FORMULASI PENGHITUNGAN",), "formulation"),
        (("Tujuan/Sasaran",), "goal"),
        (("Indi-\nkator Kinerja\nUtama*)",), "indicator"),
        (("Indikator Kinerja Utama (IKU) Dinas",), "indicator"),
        (("S A S A R A N",), "goal"),
        (("Penangung Jawab",), "responsible_unit"),
        (("PENANGGUNG-JAWAB",), "responsible_unit"),
        (("Sasaran Strategsi",), "goal"),
        (("SATUAN\n4",), "unit"),
        (("Indikator", "Kinerja Utama"), "indicator"),
        (("Sumber", "Data"), "source"),
        (("Indikator Kinerja Utama", "Satuan"), "unit"),
        (("Indikator Kinerja Utama", "Uraian"), "indicator"),
        (("Target", "Sumber Data"), "source"),
        (("Anggaran", "Realisasi"), "budget"),
        (("Kinerja", "Realisasi"), "realization"),
        (("Target 2024", "K"), "target"),
        (("Target 2024", "Rp"), "budget"),
        (("Capaian Kinerja", "%"), "achievement"),
        (("TW I", "T"), "target"),
        (("TW I", "R"), "realization"),
        (("Target dan Realisasi", "TW I", "Target"), "target"),
        (("Persentase Koperasi Sehat",), None),
        (("Bidang Koperasi",), None),
        (("Bidang I",), None),
        (("Data Koperasi",), None),
        (("Capaian 2023 terhadap 2026",), None),
    ],
)
def test_a_heading_names_its_field(path, field):
    assert read_heading(path).field == field


@pytest.mark.parametrize(
    ("path", "period"),
    [
        (("Target", "2021"), {"year": 2021}),
        (("Target\nTahun\n2024",), {"year": 2024}),
        (("TARGET (2024)",), {"year": 2024}),
        (("Tahun 2024", "Triwulan I", "Target"), {"year": 2024, "quarter": 1}),
        (("Target Triwulan", "II"), {"quarter": 2}),
        (("Realisasi", "IV"), {"quarter": 4}),
        (("Realisasi TW-3",), {"quarter": 3}),
        (("Realisasi Triwulan\n2",), {"quarter": 2}),
        (("Q3 2024", "Actual"), {"year": 2024, "quarter": 3}),
        (("Realisasi s.d. Juni",), {"month": 6, "cumulative": True}),
        (("Realisasi", "B03"), {"month": 3}),
        (("Realisasi Bulan", "10"), {"month": 10}),
        (("Realisasi", "Nop"), {"month": 11}),
        (("Realisasi Semester I",), {"semester": 1}),
        (("Target Tahun ke-", "3"), {"ordinal": 3}),
        (("Target 2021-2026",), {}),
        (("Baseline (2020)",), {"year": 2020}),
        (("2023 (n-1)", "Realisasi"), {"year": 2023}),
    ],
)
def test_a_heading_names_its_period(path, period):
    read = read_heading(path).period
    assert {name: value for name, value in vars(read).items() if value} == period


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Target (%)", "%"),
        ("Target (Rp)", "rp"),
        ("Target dalam persen", "persen"),
        ("Target (1)", ""),
        ("Target", ""),
    ],
)
def test_a_heading_may_name_the_unit(text, unit):
    assert read_heading((text,)).unit == unit


def test_confidence_falls_with_likeness_and_the_reason_names_both():
    exact, near = read_heading(("Sumber Data",)), read_heading(("Sumbr Data",))
    assert exact.confidence == 1.0
    assert headings.ACCEPTED <= near.confidence < 1.0
    assert near.reason == 'judul "Sumbr Data" mirip "sumber data" (sumber data)'


def test_a_column_of_goals_and_indicators_says_so():
    heading = read_heading(("Sasaran Strategis / Indikator Kinerja",))
    assert (heading.field, heading.also) == ("indicator", "goal")


def test_a_long_text_is_no_heading():
    assert read_heading(("Indikator " * 30,)).field is None


def test_spans_and_marks():
    assert find_span("RENSTRA TAHUN 2021 – 2026") == (2021, 2026)
    assert find_span("TAHUN 2024") is None
    assert normalise("Sumber\u00ad Data ²)") == "sumber data 2)"
    assert LABELS["unit"] == "satuan"
