"""Layout profiles: what is refused, and that those shipped print the headings of the originals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from indicators.layouts import FIELDS, MAX_COLUMNS, MAX_HEADING, Layout, read_columns

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "layout_profiles.json"
SHIPPED = {row["fields"]["code"]: row["fields"] for row in json.loads(FIXTURE.read_text())}


def column(**changes: Any) -> dict[str, Any]:
    return {"field": "indicator", "heading": "IKU", "width": 10} | changes


@pytest.mark.parametrize(
    ("code", "headings"),
    [
        (
            "probolinggo-6-kolom",
            [
                "NO",
                "KINERJA UTAMA/ SASARAN/ OUTCOME",
                "INDIKATOR KINERJA UTAMA",
                "PENJELASAN/FORMULASI PENGHITUNGAN",
                "SUMBER DATA",
                "PENANGGUNG JAWAB",
            ],
        ),
        (
            "kaltim-8-kolom",
            [
                "No.",
                "Sasaran Strategis",
                "Indikator Kinerja Utama",
                "",
                "Satuan",
                "Alasan",
                "Sumber Data",
                "Cara Perhitungan",
            ],
        ),
    ],
)
def test_shipped_profiles_have_the_headings_of_the_published_tables(code: str, headings: list[str]) -> None:
    assert [column.heading for column in Layout.from_data(SHIPPED[code]).columns] == headings


@pytest.mark.parametrize("code", SHIPPED)
def test_every_shipped_profile_is_a_layout(code: str) -> None:
    layout = Layout.from_data(SHIPPED[code])
    assert layout.code == code
    assert {column.field for column in layout.columns} <= set(FIELDS)


def test_a_title_fills_its_placeholders_and_nothing_else() -> None:
    title = "IKU {year}\n\n {agency} \n{AGENCY} {0.__class__}"
    layout = Layout.from_data({**SHIPPED["per9-resmi"], "title": title})
    assert layout.title_for(years="2018–2022", agency="Dinas Contoh") == [
        "IKU 2018–2022",
        "Dinas Contoh",
        "DINAS CONTOH {0.__class__}",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("bukan daftar", "harus berupa daftar"),
        ([], "sedikitnya satu kolom"),
        ([column()] * (MAX_COLUMNS + 1), f"paling banyak {MAX_COLUMNS} kolom"),
        (["indicator"], "Kolom 1: harus berupa objek"),
        ([column(lebar=3)], "Kolom 1: kunci “lebar” tidak dikenal"),
        ([column(field="target")], "Kolom 1: isi “target” tidak dikenal"),
        ([column(field=["indicator"])], "Kolom 1: isi"),
        ([column(heading=7)], "Kolom 1: judul kolom harus berupa teks"),
        ([column(heading="x" * (MAX_HEADING + 1))], "paling panjang"),
        ([column(heading=" ")], "Kolom 1: judul kolom belum diisi"),
        ([column(width=0)], "Kolom 1: lebar harus berupa bilangan bulat"),
        ([column(width=101)], "Kolom 1: lebar"),
        ([column(width=True)], "Kolom 1: lebar"),
        ([column(width=1.5)], "Kolom 1: lebar"),
        ([column(align="tengah")], "Kolom 1: perataan “tengah” tidak dikenal"),
        ([column(join="ya")], "Kolom 1: join harus true atau false"),
        ([column(), column()], "“indicator” dipakai lebih dari satu kali"),
        ([column(field="goal")], "(nama indikator) belum ada"),
        ([column(join=True)], "Kolom 1: join menggabung tepat dua kolom"),
        ([column(join=True), column(field="unit")], "Kolom 2: judulnya sudah tercakup"),
        (
            [
                column(join=True),
                column(field="unit", heading="", join=True),
                column(field="goal", heading=""),
            ],
            "Kolom 2: join",
        ),
        ([column(join=True), column(field="targets", heading="")], "Kolom 2: kolom target"),
        ([column(), column(field="targets", join=True)], "Kolom 2: kolom target"),
    ],
)
def test_columns_no_table_can_be_made_of_are_refused(data: object, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_columns(data)
    assert message in str(refused.value)


@pytest.mark.parametrize(("key", "value"), [("orientation", "miring"), ("formula_style", "pecahan")])
def test_an_unknown_orientation_or_style_is_refused_with_the_choices(key: str, value: str) -> None:
    with pytest.raises(ValueError, match="Pilih"):
        Layout.from_data({**SHIPPED["per9-resmi"], key: value})
