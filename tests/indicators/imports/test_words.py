"""Names that are alike, words that tell a polarity, formulas as they are printed, lists in a cell."""

from decimal import Decimal

import pytest

from indicators.imports import fractions, guesses
from indicators.imports.fractions import Printed
from indicators.imports.goals import Goals
from indicators.imports.names import Match, Names, free_code, likeness, normalised
from indicators.imports.rows import items, parts
from indicators.imports.standing import GoalNow
from indicators.imports.weights import read_weight

# Names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nilai ekspor non migas.", "NILAI EKSPOR NON-MIGAS"),
        ("Persentase  koperasi\nsehat", "% Koperasi Sehat"),
        ("Koperasi & UKM", "Koperasi dan UKM"),
        ("Jml. rambu", "Jumlah rambu"),
        ("ｋoperasi", "koperasi"),
    ],
)
def test_spelling_makes_no_other_name(one, other):
    assert normalised(one) == normalised(other)


def test_a_name_is_found_as_it_is_or_nearly():
    names = Names(
        [
            ("a", "Persentase koperasi sehat"),
            ("b", "Jumlah rambu"),
            ("c", "IPM"),
            ("d", "persentase KOPERASI sehat"),
            ("e", "!"),
        ]
    )
    assert names.find("Persentase Koperasi Sehat.") == Match("a", "name")
    assert names.find("Persentase koperasi yang sehat") == Match("a", "near", 90)
    shuffled = names.find("Sehat koperasi persentase")
    assert shuffled is not None
    assert shuffled.how == "near"
    assert names.find("IPN") is None
    assert names.find("Panjang jalan mantap") is None
    assert names.same("jumlah rambu!") == "b"
    assert names.same("jumlah marka") == ""


def test_a_single_misspelt_word_is_near():
    assert Names([("a", "Penganguran"), ("b", "Angka melek huruf")]).find("Pengangguran") == Match(
        "a", "near", 95
    )


def test_words_in_another_order_are_alike():
    assert likeness("jalan mantap persentase", "persentase jalan mantap") == 100


def test_a_code_that_is_taken_gets_a_number_and_keeps_to_its_length():
    assert free_code("rambu", {"rambu", "rambu_2"}, length=60) == "rambu_3"
    assert free_code("x" * 70, {"x" * 60}, length=60) == "x" * 58 + "_2"


def test_goals_are_the_same_reworded_or_new():
    goals = Goals(
        [GoalNow("Meningkatnya mutu jalan", "1."), GoalNow("Tertibnya arsip", "2.")],
        [
            ("Meningkatnya mutu jalan.", ""),
            ("Tertibnya arsip daerah", "2"),
            ("Terangnya kota", "x" * 13),
            ("", "9"),
        ],
    )
    same, reworded, new = (
        goals.of(text) for text in ("Meningkatnya mutu jalan.", "tertibnya arsip daerah", "Terangnya kota")
    )
    assert (same.was, same.number, same.changes) == ("Meningkatnya mutu jalan", "1.", True)
    assert (reworded.was, reworded.text, reworded.number) == (
        "Tertibnya arsip",
        "Tertibnya arsip daerah",
        "2",
    )
    assert (new.was, new.number, new.changes) == ("", "", False)


def test_two_goals_are_not_rewordings_of_one():
    goals = Goals(
        [GoalNow("Meningkatnya mutu jalan", "1")],
        [("Meningkatnya mutu jalan kota", ""), ("Meningkatnya mutu jalan desa", "")],
    )
    assert goals.of("Meningkatnya mutu jalan kota").was == "Meningkatnya mutu jalan"
    assert goals.of("Meningkatnya mutu jalan desa").was == ""


# Which way is better ----------------------------------------------------------------------------------------

LOWER = """\
Disparitas harga antarwilayah|Angka Kemiskinan|Persentase penduduk miskin|Tingkat Pengangguran
Prevalensi stunting pada balita|Angka Kematian Bayi|Jumlah pelanggaran Perda
Waktu tunggu pasien rawat jalan|Rata-rata waktu penyelesaian perizinan
Jumlah barang yang tidak sesuai standar per tahun|Indeks Gini|Laju inflasi|Jumlah kasus DBD
Luas kawasan kumuh|Jumlah pengaduan masyarakat|Persentase jalan rusak|Angka putus sekolah
Jumlah temuan BPK|Angka kecelakaan lalu lintas|Lama waktu pelayanan KTP|Rasio ketergantungan"""
HIGHER = """\
Persentase penurunan angka kemiskinan|Persentase kasus yang tertangani|Penurunan prevalensi stunting
Persentase pengaduan yang ditindaklanjuti|Persentase penyelesaian pelanggaran K3
Jumlah desa bebas stunting|Persentase korban bencana yang memperoleh bantuan
Persentase koperasi sehat|Nilai AKIP|Indeks Kepuasan Masyarakat|Cakupan penanganan kebakaran
Persentase penanganan kawasan kumuh|Persentase temuan yang diselesaikan|Jumlah wisatawan
Persentase permohonan yang selesai tepat waktu|Opini BPK|Indeks Pembangunan Manusia
Persentase pencegahan tindak pidana|Persentase rehabilitasi jalan rusak
Persentase tunggakan tertagih"""


@pytest.mark.parametrize("name", [name for line in LOWER.splitlines() for name in line.split("|")])
def test_lower_is_better_is_marked_with_its_reason_and_asked(name):
    guess = guesses.polarity(name, "Meningkatnya mutu", [])
    assert (guess.value, guess.sure) == ("lower", False)
    assert guess.reason.startswith("Namanya memuat “")


@pytest.mark.parametrize("name", [name for line in HIGHER.splitlines() for name in line.split("|")])
def test_doing_something_against_it_is_higher_is_better(name):
    assert guesses.polarity(name, "Meningkatnya mutu", []).value == "higher"
    assert guesses.polarity(name, "Meningkatnya mutu", []).sure


def test_other_signs_of_lower_is_better():
    falling = guesses.polarity("Angka X", "", [Decimal(9), Decimal("8.5"), Decimal(8)])
    assert (falling.value, falling.reason) == ("lower", "Targetnya turun tiap tahun, dari 9 menjadi 8.")
    assert guesses.polarity("Angka X", "", [Decimal(9), Decimal(8)]).value == "higher"
    assert guesses.polarity("Angka X", "", [], ["≤ 5"]).value == "lower"
    goal = guesses.polarity("Peredaran barang", "Menurunnya peredaran barang", [])
    assert (goal.value, goal.reason) == ("lower", "Sasarannya berbunyi “Menurunnya …”.")
    assert guesses.polarity("Persentase penurunan barang", "Menurunnya peredaran", []).value == "higher"


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Maximize", "higher"),
        ("Minimize", "lower"),
        ("semakin rendah semakin baik", "lower"),
        ("Stabilize", "range"),
        ("?", ""),
        ("", ""),
    ],
)
def test_a_column_of_polarity_is_read(text, polarity):
    assert guesses.said_polarity(text) == polarity


@pytest.mark.parametrize(
    ("text", "method", "sure"),
    [
        ("", "last", True),
        ("Non-Kumulatif", "last", True),
        ("Posisi akhir", "last", True),
        ("Rata-rata", "mean", True),
        ("Akumulasi", "sum", True),
        ("Kumulatif", "sum", False),
    ],
)
def test_quarters_by_the_type_of_counting(text, method, sure):
    guess = guesses.quarter_method(text)
    assert (guess.value, guess.sure) == (method, sure)


def test_units_and_kinds():
    assert guesses.unit("Persentase koperasi", "").value == "Persen"
    assert guesses.unit("Koperasi sehat", "100%").value == "Persen"
    assert guesses.unit("Nilai ekspor", "1000").value == ""
    assert guesses.kind("A / B", [], formula=True).value == "computed"
    assert (
        guesses.kind("Berdasarkan data BPS", [], formula=False).reason
        == "Cara perhitungan: “Berdasarkan data BPS”."
    )
    assert guesses.kind("", [], formula=False).value == "external"
    assert guesses.kind("", ["Ada", "ya"], formula=False).value == "yes_no"
    assert guesses.kind("", ["WTP"], formula=True).reason == "Targetnya “WTP” (opini BPK), bukan angka."
    assert guesses.kind("", ["Pratama"], formula=False).reason == "Targetnya “Pratama”, bukan angka."


# Formulas ---------------------------------------------------------------------------------------------------


def read(
    formulation: str,
    *,
    parts: tuple[str, str, str] | None = None,
    definition: str = "",
    own_cell: bool = False,
):
    texts = {"formulation": formulation} | ({"definition": definition} if definition else {})
    cells = {"formulation": "D4", "definition": "E4" if own_cell else "D4"}
    names = ("numerator", "denominator", "factor")
    return fractions.read(texts, cells, dict(zip(names, parts, strict=True)) if parts else {})


@pytest.mark.parametrize(
    ("factor", "read_as"),
    [
        ("x 100%", "100%"),
        ("x 100", "100"),
        ("dikali 100 persen", "100%"),
        ("x 1.000", "1000"),
        ("x 100,00 %", "100%"),
        ("", ""),
    ],
)
def test_a_fraction_keeps_its_factor(factor, read_as):
    assert read("…", parts=("Jumlah A", "Jumlah B", factor)) == Printed(("Jumlah A", "Jumlah B"), read_as, "")


def test_prose_of_the_same_cell_stays_beside_the_formula():
    parted = ("Jumlah A", "Jumlah B", "x 100%")
    assert read("…", parts=parted, definition="A adalah a.").rest == "A adalah a."
    assert read("…", parts=parted, definition="A adalah a.", own_cell=True).rest == ""


@pytest.mark.parametrize(
    "parted",
    [
        ("Jumlah A - Jumlah C", "Jumlah B", "x 100%"),
        ("Nilai tahun n", "Nilai tahun n-1", "x 100%"),
        ("Jumlah A", "Jumlah B x nilai penimbang", ""),
        ("Jumlah (A", "Jumlah B", ""),
        ("Jumlah A", "B", ""),
        ("Jumlah A", "Jumlah B", "x seratus"),
    ],
)
def test_what_computes_itself_is_not_taken_for_a_figure(parted):
    assert read("…", parts=parted) is None


def test_a_quantity_is_a_formula_of_one_figure():
    assert read("Jumlah Nilai Produksi Sektor Industri") == Printed(
        ("Jumlah Nilai Produksi Sektor Industri",), "", ""
    )
    for text in (
        "BPS dan Bank Indonesia",
        "Berdasarkan laporan",
        "Jumlah A. Diambil dari B",
        "Jumlah A adalah B",
        "",
    ):
        assert read(text) is None


def test_two_lines_are_a_proposal():
    found = read("Jumlah A mandiri\nJumlah A\nA adalah a.")
    assert found == Printed(("Jumlah A mandiri", "Jumlah A"), "", "A adalah a.", certain=False)
    assert read("Jumlah A\nNilai B\nlain") is None
    assert read("Hasil survei\ntahunan") is None


@pytest.mark.parametrize(
    ("codes", "factor", "unit", "formula", "printed"),
    [
        (("a", "b"), "100%", "Persen", "a / b * 100%", ""),
        (("a", "b"), "", "%", "a / b * 100%", "a / b"),
        (("a", "b"), "", "rasio", "a / b", ""),
        (("a", "b"), "1000", "per mil", "a / b * 1000", ""),
        (("a",), "", "Persen", "a", ""),
    ],
)
def test_a_percentage_is_computed_with_100_percent(codes, factor, unit, formula, printed):
    assert fractions.written(codes, factor, unit) == (formula, printed)


def test_prose_is_the_whole_cell():
    texts, cells = (
        {"formulation": "A / B", "definition": "A adalah a."},
        {"formulation": "D4", "definition": "D4"},
    )
    assert fractions.prose_of(texts, cells) == "A / B\nA adalah a."
    assert fractions.definition_of(texts, cells) == ""
    assert fractions.prose_of({}, {}) == ""
    assert fractions.definition_of(texts, {**cells, "definition": "E4"}) == "A adalah a."


# Lists in a cell --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("BPS dan Bank Indonesia", ["BPS dan Bank Indonesia"]),
        ("1. BPS\n2. Dinas", ["BPS", "Dinas"]),
        ("- BPS; - Dinas", ["BPS", "Dinas"]),
        ("Laporan\ntahunan dinas", ["Laporan tahunan dinas"]),
        ("Laporan/\nData", ["Laporan/Data"]),
        ("BPS dan\nDinas", ["BPS dan Dinas"]),
        ("a. BPS\nb. dinas", ["BPS", "dinas"]),
        ("1.5 juta", ["1.5 juta"]),
        ("", []),
    ],
)
def test_sources_stand_one_to_a_line(text, found):
    assert items(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bidang Koperasi dan UKM", ["Bidang Koperasi dan UKM"]),
        ("Bidang Koperasi dan Bidang UKM", ["Bidang Koperasi", "Bidang UKM"]),
        ("Sekretariat, Bidang Jalan/Bidang Jembatan", ["Sekretariat", "Bidang Jalan", "Bidang Jembatan"]),
        ("1. Bidang Jalan\n2. Bidang Jalan", ["Bidang Jalan"]),
        ("-", []),
        ("", []),
    ],
)
def test_parts_of_the_agency_are_told_apart(text, found):
    assert parts(text) == found


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("25", "25"),
        ("25%", "25"),
        ("0,25", "0.25"),
        ("0", None),
        ("-5", None),
        ("banyak", None),
        ("", None),
        ("0,12345", None),
        ("100000", None),
    ],
)
def test_weights(text, weight):
    assert read_weight(text) == weight
