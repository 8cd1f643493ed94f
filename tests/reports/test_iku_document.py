"""The IKU document as plain data: headings, merging, gaps, targets, heading of an annex, signature."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.template.loader import render_to_string

from reports.documents import iku
from tests.reports import seeds


def built(description: dict[str, Any], layout: str = "kaltim-8-kolom", paper: str = "A4") -> dict[str, Any]:
    return iku.build(description, seeds.LAYOUTS[layout], paper=paper)


def texts(document: dict[str, Any]) -> list[list[str]]:
    """Return the text of every cell, row by row."""
    return [
        ["\n".join(block["text"] for block in cell["blocks"]) for cell in row["cells"]]
        for group in document["groups"]
        for row in group["rows"]
    ]


def test_a_document_is_plain_data_and_the_same_for_the_same_set() -> None:
    document = built(seeds.kaltim())
    assert json.loads(json.dumps(document)) == document == built(seeds.kaltim())


def test_the_table_of_kaltim_reads_as_published() -> None:
    document = built(seeds.kaltim())
    assert [heading["text"] for heading in document["header"][0]["headings"]] == [
        "No.",
        "Sasaran Strategis",
        "Indikator Kinerja Utama",
        "Satuan",
        "Alasan",
        "Sumber Data",
        "Cara Perhitungan",
    ]
    assert [heading["colspan"] for heading in document["header"][0]["headings"]] == [1, 1, 2, 1, 1, 1, 1]
    rows = texts(document)
    assert [row[-6] for row in rows] == ["1.", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]
    assert rows[0][:2] == ["1.", "Meningkatnya daya saing produk unggulan daerah"]
    assert rows[4][-1] == "Berdasarkan hasil pengawasan"
    assert rows[3][-1] == "Harga di Provinsi / harga Kab Kota"
    merged = [row["cells"][0]["rowspan"] for group in document["groups"] for row in group["rows"][:1]]
    assert merged == [1, 2, 1, 1, 5, 1]


def test_the_table_of_probolinggo_draws_its_fractions_and_keeps_its_spellings() -> None:
    rows = texts(built(seeds.probolinggo(), "probolinggo-6-kolom"))
    assert rows[0][3].startswith(
        "Jumlah Koperasi Sehat / Jumlah Seluruh Koperasi × 100%\nKoperasi berkualitas"
    )
    assert rows[1][1].startswith("Jumlah Pelaku Usaha Mikro yang Mandiri / Jumlah Pelaku Usaha Mikro\nAspek")
    assert rows[3][1] == "Jumlah Nilai Ekpor Perdagangan Non Migas (PLN)"


def test_gaps_are_listed_marked_on_the_page_and_empty_on_paper() -> None:
    document = built(seeds.kaltim())
    assert [gap["what"] for gap in document["gaps"]] == ["sumber data"] * 5
    assert [gap["code"] for gap in document["gaps"]] == ["iku_2", "iku_6", "iku_9", "iku_10", "iku_11"]
    page = render_to_string("reports/documents/_iku_table.html", {"document": document, "show_gaps": True})
    paper = render_to_string("reports/documents/_iku_table.html", {"document": document})
    assert page.count("sumber data belum diisi") == 5
    assert "belum diisi" not in paper
    assert "style=" not in page


def test_an_indicator_without_targets_is_one_gap_however_many_years() -> None:
    description = seeds.kaltim()
    description["set"] |= {"first_year": 2019, "last_year": 2023}
    document = built(description, "target-5-tahun")
    codes = [gap["code"] for gap in document["gaps"] if gap["what"] == "target"]
    assert len(codes) == len(set(codes)) == 11


def test_targets_stand_under_one_heading_a_year_each() -> None:
    description = seeds.probolinggo()
    description["set"].update(first_year=2018, last_year=2022)
    facts = {"upper": None, "label": "", "revised_value": None, "revised_upper": None, "decision": ""}
    description["goals"][0]["indicators"][0]["targets"] = [
        {"year": 2018, **facts, "value": "62.5"},
        {"year": 2019, **facts, "value": "1250000"},
        {"year": 2020, **facts, "value": "4", "label": "WTP"},
        {"year": 2021, **facts, "value": "7", "upper": "8"},
        {"year": 2022, **facts, "value": "0", "revised_value": "65.25", "decision": "SK 1/2021"},
    ]
    document = built(description, "target-5-tahun")
    first, second = document["header"]
    assert [(h["text"], h["colspan"], h["rowspan"]) for h in first["headings"][5:8]] == [
        ("Satuan", 1, 2),
        ("Target per Tahun", 5, 1),
        ("Sumber Data", 1, 2),
    ]
    assert [h["text"] for h in second["headings"]] == ["2018", "2019", "2020", "2021", "2022"]
    assert texts(document)[0][6:11] == ["62,5", "1.250.000", "WTP", "7–8", "65,25\nsemula 0"]
    assert document["title"][-1] == "TAHUN 2018–2022"


def test_the_official_form_numbers_its_columns() -> None:
    numbers = built(seeds.probolinggo(), "per9-resmi")["header"][-1]
    assert numbers["numbers"]
    assert [heading["text"] for heading in numbers["headings"]] == ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"]


@pytest.mark.parametrize("layout", seeds.LAYOUTS)
def test_widths_make_up_the_table(layout: str) -> None:
    widths = [float(column["width"]) for column in built(seeds.kaltim(), layout)["columns"]]
    assert abs(sum(widths) - 100) < 0.01


def test_the_header_block_names_agency_objectives_and_functions() -> None:
    block = built(seeds.probolinggo(), "probolinggo-6-kolom")["header_block"]
    assert [(line["label"], len(line["items"])) for line in block] == [
        ("Instansi", 0),
        ("Tujuan", 2),
        ("Fungsi", 5),
    ]


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="Pilih A4 atau F4"):
        built(seeds.kaltim(), paper="A5")


def test_a_formula_that_cannot_be_read_is_printed_as_typed() -> None:
    description = seeds.kaltim()
    description["goals"][2]["indicators"][0]["printed_formula"] = "harga /"
    assert texts(built(description))[3][-1] == "harga /"


FULL = {
    "name": "Nama Pejabat",
    "name_with_titles": "Drs. Nama Pejabat, M.M.",
    "rank": "Pembina Utama Muda (IV/c)",
    "nip": "197512291999022001",
}
NIP = "NIP 19751229 199902 2 001"


@pytest.mark.parametrize(
    ("instrument", "position", "capacity", "printed"),
    [
        # Permendagri 1/2023, Ps 44: who lays down a rule is named without titles, rank and NIP.
        ("sk", "Kepala Dinas", "definitif", ("Kepala Dinas,", "Nama Pejabat", "", "")),
        ("perbup", "Bupati Contoh", "definitif", ("Bupati Contoh,", "Nama Pejabat", "", "")),
        ("perwal", "Wali Kota Contoh", "pj", ("Pj. Wali Kota Contoh,", "Nama Pejabat", "", "")),
        ("pergub", "Gubernur Contoh", "definitif", ("Gubernur Contoh,", "Nama Pejabat", "", "")),
        # Other documents: with titles, and officials with rank and NIP.
        (
            "table",
            "Kepala Dinas",
            "definitif",
            ("Kepala Dinas,", FULL["name_with_titles"], FULL["rank"], NIP),
        ),
        ("table", "Kepala Dinas", "plt", ("Plt. Kepala Dinas,", FULL["name_with_titles"], FULL["rank"], NIP)),
        ("table", "Kepala Dinas", "plh", ("Plh. Kepala Dinas,", FULL["name_with_titles"], FULL["rank"], NIP)),
        # Heads of region and secretaries: no rank and NIP; acting ones no titles either.
        ("table", "Bupati Contoh", "definitif", ("Bupati Contoh,", FULL["name_with_titles"], "", "")),
        ("table", "Bupati Contoh", "plt", ("Plt. Bupati Contoh,", "Nama Pejabat", "", "")),
        ("table", "Sekretaris Daerah", "pj", ("Pj. Sekretaris Daerah,", "Nama Pejabat", "", "")),
    ],
)
def test_the_signer_is_named_as_the_regulation_says(
    instrument: str, position: str, capacity: str, printed: tuple[str, str, str, str]
) -> None:
    description = seeds.kaltim()
    description["set"]["instrument"] = instrument
    description["signatory"] = seeds.official(position=position, capacity=capacity, **FULL)
    signature = built(description)["signature"]
    assert (signature["position"], signature["name"], signature["rank"], signature["nip"]) == printed


def test_a_signer_known_by_position_only_leaves_room_for_ink_and_no_signer_leaves_nothing() -> None:
    assert built(seeds.kaltim())["signature"] == {
        "place_and_date": "Samarinda, Januari 2018",
        "position": "Kepala Dinas,",
        "name": "",
        "rank": "",
        "nip": "",
    }
    assert built(seeds.probolinggo())["signature"] is None


@pytest.mark.parametrize(
    ("date", "precision", "place", "printed"),
    [
        ("2018-01-02", "day", "Samarinda", "Samarinda, 2 Januari 2018"),
        ("2018-01-01", "month", "Samarinda", "Samarinda, Januari 2018"),
        ("2018-01-01", "month", "", "Januari 2018"),
        (None, "day", "Samarinda", "Samarinda"),
        (None, "day", "", ""),
    ],
)
def test_place_and_date_are_those_of_the_set_and_never_today(
    date: str | None, precision: str, place: str, printed: str
) -> None:
    description = seeds.kaltim()
    description["set"].update(date=date, date_precision=precision, place=place)
    assert built(description)["signature"]["place_and_date"] == printed


@pytest.mark.parametrize(
    ("instrument", "region", "first"),
    [
        ("sk", "Kota Contoh", "KEPUTUSAN KEPALA DINAS"),
        ("perwal", "Kota Contoh", "PERATURAN WALI KOTA CONTOH"),
        ("perbup", "Kabupaten Contoh", "PERATURAN BUPATI CONTOH"),
        ("pergub", "Kalimantan Timur", "PERATURAN GUBERNUR KALIMANTAN TIMUR"),
    ],
)
def test_the_annex_of_a_decree_says_of_which(instrument: str, region: str, first: str) -> None:
    description = seeds.kaltim()
    description["agency"]["region"]["name"] = region
    description["set"].update(
        instrument=instrument, number="12 Tahun 2018", date_precision="day", about="Penetapan IKU"
    )
    assert [tuple(line.values()) for line in built(description)["front"]] == [
        ("LAMPIRAN", first),
        ("NOMOR", "12 Tahun 2018"),
        ("TANGGAL", "1 JANUARI 2018"),
        ("TENTANG", "PENETAPAN IKU"),
    ]


def test_a_plain_table_is_no_annex() -> None:
    assert built(seeds.kaltim())["front"] == []
