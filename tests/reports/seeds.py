"""What `indicators.sets.describe` gives for the two published IKU tables, word for word, and variations."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from indicators.layouts import Layout

ROOT = Path(__file__).resolve().parents[2]
LAYOUTS = {
    row["fields"]["code"]: Layout.from_data(row["fields"])
    for row in json.loads((ROOT / "fixtures" / "layout_profiles.json").read_text())
}

DINAS = "Dinas Perindagkop dan UMKM Kabupaten/Kota dan Provinsi"


def indicator(number: str, name: str, **facts: Any) -> dict[str, Any]:
    """Return one described indicator; what `facts` does not say is empty."""
    empty = {
        "unit": "",
        "definition": "",
        "reason": "",
        "formulation": "",
        "formula": "",
        "printed_formula": "",
        "draws_formula": bool(facts.get("formula")),
        "operands": {},
        "sources": [],
        "responsible": [],
        "polarity": "higher",
        "kind": "computed",
        "digits": 2,
        "targets": [],
    }
    return {"code": f"iku_{number.strip('.')}", "number": number, "name": name} | empty | facts


def operands(**labels: str) -> dict[str, dict[str, str]]:
    """Return the operands of a formula by name and label."""
    return {name: {"label": label, "unit": ""} for name, label in labels.items()}


def official(**facts: str) -> dict[str, str]:
    """Return a signatory of whom only the position is known, unless `facts` says more."""
    return {
        "position": "Kepala Dinas",
        "capacity": "definitif",
        "name": "",
        "name_with_titles": "",
        "rank": "",
        "nip": "",
    } | facts


def a_set(**facts: Any) -> dict[str, Any]:
    """Return what is said of the set itself: a plain table of 2018 in force, unless `facts` says more."""
    return {
        "title": [],
        "instrument": "table",
        "number": "",
        "date": None,
        "date_precision": "day",
        "about": "",
        "first_year": 2018,
        "last_year": 2018,
        "place": "",
        "status": "in_force",
    } | facts


def probolinggo() -> dict[str, Any]:
    """Return the table of Kota Probolinggo: 2 goals, 4 indicators, unsigned."""
    field = "di bidang koperasi, usaha mikro, perdagangan dan perindustrian;"
    return {
        "schema": 1,
        "agency": {
            "code": "dkumpp",
            "name": "Dinas Koperasi, Usaha Mikro, Perdagangan dan Perindustrian Kota Probolinggo",
            "short_name": "DKUMPP",
            "address": "",
            "region": {"code": "35.74", "name": "Kota Probolinggo", "level": "kota"},
        },
        "objectives": [
            "Meningkatkan daya saing koperasi dan usaha mikro",
            "Meningkatkan pertumbuhan ekonomi sektor perdagangan dan perindustrian",
        ],
        "functions": [
            f"Perumusan kebijakan daerah {field}",
            f"Pelaksanaan kebijakan daerah {field}",
            f"Pelaksanaan evaluasi dan pelaporan daerah {field}",
            f"Pelaksanaan administrasi dinas daerah {field}",
            "Pelaksanaan fungsi dinas lain yang diberikan oleh Wali Kota sesuai dengan tugas dan fungsinya.",
        ],
        "set": a_set(),
        "signatory": None,
        "goals": [
            {
                "number": "1.",
                "text": "Meningkatnya Daya Saing Koperasi dan Usaha Mikro",
                "indicators": [
                    indicator(
                        "1",
                        "Persentase Koperasi Sehat",
                        unit="persen",
                        formula="koperasi_sehat / koperasi * 100%",
                        operands=operands(
                            koperasi="Jumlah Seluruh Koperasi", koperasi_sehat="Jumlah Koperasi Sehat"
                        ),
                        formulation=(
                            "Koperasi berkualitas adalah koperasi yang memiliki kinerja aktif dalam bidang "
                            "kelembagaan, kinerja usaha meningkat dan keuangan sehat serta partisipasi "
                            "anggota kuat\nKoperasi Sehat adalah koperasi yang mampu memberikan pelayanan "
                            "kepada "
                            "anggotanya serta memenuhi kewajiban sesuai AD/ART, memenuhi kualifikasi yang "
                            "baik "
                            "dalam aspek permodalan, kualitas aktiva produktif, manajemen, efisiensi, "
                            "likuiditas, kemandirian dan jati diri"
                        ),
                        sources=["Data Koperasi"],
                        responsible=["Bidang Koperasi"],
                    ),
                    indicator(
                        "2",
                        "Persentase Pelaku Usaha Mikro yang Mandiri",
                        unit="persen",
                        formula="usaha_mikro_mandiri / usaha_mikro * 100%",
                        printed_formula="usaha_mikro_mandiri / usaha_mikro",
                        operands=operands(
                            usaha_mikro="Jumlah Pelaku Usaha Mikro",
                            usaha_mikro_mandiri="Jumlah Pelaku Usaha Mikro yang Mandiri",
                        ),
                        formulation=(
                            "Aspek usaha mikro yang mandiri adalah aspek legalitas usaha (IUMK), aspek "
                            "keuangan "
                            "(Laporan Keuangan Sederhana), Aspek pasar (Sebaran Pemasaran mencapai tingkat "
                            "kota), Aspek Pelaku Usaha yang kompeten (Jumlah peserta pelatihan dengan "
                            "predikat "
                            "baik)"
                        ),
                        sources=["Laporan/Data"],
                        responsible=["Bidang Usaha Mikro"],
                    ),
                ],
            },
            {
                "number": "2.",
                "text": "Meningkatnya Pertumbuhan Ekonomi Sektor Perdagangan dan Perindustrian",
                "indicators": [
                    indicator(
                        "3",
                        "Nilai Produksi Sektor Industri",
                        unit="rupiah",
                        formulation="Jumlah Nilai Produksi Sektor Industri",
                        sources=["Laporan/Data"],
                        responsible=["Bidang Perindustrian"],
                    ),
                    indicator(
                        "4",
                        "Nilai Ekspor Perdagangan non Migas (PLN)",
                        unit="rupiah",
                        formulation="Jumlah Nilai Ekpor Perdagangan Non Migas (PLN)",
                        sources=["Laporan/Data"],
                        responsible=["Bidang Perdagangan"],
                    ),
                ],
            },
        ],
    }


def kaltim() -> dict[str, Any]:
    """Return the table of Kalimantan Timur 2018: 6 goals, 11 indicators, row 7 put back in order."""
    both = "BPS, Dinas Perindagkop dan UMKM"
    goals: list[tuple[str, str, list[dict[str, Any]]]] = [
        (
            "1.",
            "Meningkatnya daya saing produk unggulan daerah",
            [
                indicator(
                    "1.",
                    "Peningkatan jumlah produk unggulan daerah yang berkualitas",
                    unit="Persen",
                    reason=(
                        "untuk mengetahui jumlah produk kabupaten/kota yang diunggulkan untuk dikembangkan"
                    ),
                    sources=["Kabupaten Kota Se Kaltim"],
                    formulation="Berdasarkan laporan dinas kab/kota",
                )
            ],
        ),
        (
            "2",
            "Meningkatnya kontribusi sektor industri terhadap perekonomian daerah.",
            [
                indicator(
                    "2",
                    "Persentase kontribusi sektor industri terhadap PDRB",
                    unit="Persen",
                    reason="untuk mengetahui seberapa besar peran sektor industri terhadap PDRB di Kaltim",
                    formulation="Berdasarkan laporan dinas dan perhitungan BPS",
                ),
                indicator(
                    "3",
                    "Nilai ekspor non migas.",
                    unit="dolar",
                    reason="untuk mengetahui perkembangan ekspor non migas Kaltim",
                    sources=["BPS dan Bank Indonesia"],
                    formulation="BPS dan Bank Indonesia",
                ),
            ],
        ),
        (
            "3",
            "Terwujudnya sistem distribusi yang efisien",
            [
                indicator(
                    "4",
                    "Disparitas harga antarwilayah",
                    unit="Persen",
                    reason="untuk mengukur perbandingan harga antara Provinsi dengan Kabupaten/Kota",
                    sources=[DINAS],
                    formula="harga_provinsi / harga_kab_kota * 100%",
                    printed_formula="harga_provinsi / harga_kab_kota",
                    operands=operands(harga_kab_kota="harga Kab Kota", harga_provinsi="Harga di Provinsi"),
                    polarity="lower",
                )
            ],
        ),
        (
            "4",
            "Menurunnya peredaran barang yang tidak sesuai standar",
            [
                indicator(
                    "5",
                    "Jumlah barang yang tidak sesuai standar per tahun",
                    unit="item",
                    reason="untuk mengawasi peredaran barang yang tidak sesuai standar",
                    sources=[DINAS],
                    formulation="Berdasarkan hasil pengawasan",
                    polarity="lower",
                )
            ],
        ),
        (
            "5",
            "Meningkatnya Kinerja Kelembagaan dan Usaha Koperasi dan UKM",
            [
                indicator(
                    "6",
                    "Jumlah koperasi unggulan",
                    unit="unit",
                    reason="untuk mengetahui perkembangan koperasi dengan kinerja baik",
                    formulation=(
                        "Berdasarkan laporan data pemeringkatan, penilaian kesehatan dan RAT Koperasi"
                    ),
                ),
                indicator(
                    "7",
                    "Persentase Sumbangan PDRB sektor Koperasi dan UKM",
                    unit="persen",
                    reason="untuk mengetahui kontribusi sektor Koperasi dan UKM terhadap PDRB Kaltim",
                    sources=[f"{both} Provinsi dan Kabupaten/Kota"],
                    formulation="Berdasarkan data BPS",
                    kind="external",
                ),
                indicator(
                    "8",
                    "Persentase penyerapan tenaga kerja dan investasi sektor Koperasi dan UKM",
                    unit="persen",
                    reason=(
                        "untuk mengetahui jumlah penyerapan tenaga kerja dan investasi di sektor "
                        "Koperasi dan UMKM"
                    ),
                    sources=[f"{both} Prov dan Kabupaten/ Kota"],
                    formulation="Berdasarkan data BPS",
                    kind="external",
                ),
                indicator(
                    "9",
                    "Jumlah koperasi/ UKM yang melakukan kontak dagang",
                    unit="unit usaha",
                    reason=(
                        "untuk mengetahui jumlah kontak yang melibatkan koperasi dan UKM yang diikutkan "
                        "pameran/ "
                        "misi dagang"
                    ),
                    formulation="Berdasarkan jumlah kontak dagang yang terjadi",
                ),
                indicator(
                    "10",
                    "Jumlah koperasi/ UKM yang melakukan kemitraan",
                    unit="unit usaha",
                    reason=(
                        "untuk mengetahui jumlah kemitraan usaha yang melibatkan koperasi dan UKM dengan "
                        "perusahaan/koperasi lain"
                    ),
                    formulation="Berdasarkan jumlah kemitraan yang terjadi",
                ),
            ],
        ),
        (
            "6",
            "Meningkatnya jumlah wirausaha baru",
            [
                indicator(
                    "11",
                    "Penumbuhan jumlah WUB",
                    unit="WUB",
                    reason="untuk mengetahui realisasi jumlah WUB yang tumbuh",
                    formulation="Berdasarkan jumlah WUB yang dilatih dan didampingi.",
                )
            ],
        ),
    ]
    return {
        "schema": 1,
        "agency": {
            "code": "disperindagkop",
            "name": "Dinas Perindustrian, Perdagangan, Koperasi dan UKM Provinsi Kalimantan Timur",
            "short_name": "Disperindagkop UKM",
            "address": "",
            "region": {"code": "64", "name": "Provinsi Kalimantan Timur", "level": "province"},
        },
        "objectives": [],
        "functions": [],
        "set": a_set(
            title=[
                "INDIKATOR KINERJA UTAMA 2018",
                "DINAS PERINDUSTRIAN PERDAGANGAN KOPERASI DAN UKM PROVINSI KALIMANTAN TIMUR",
            ],
            date="2018-01-01",
            date_precision="month",
            place="Samarinda",
        ),
        "signatory": official(),
        "goals": [
            {"number": number, "text": text, "indicators": indicators} for number, text, indicators in goals
        ],
    }


SEEDS = {"probolinggo": probolinggo, "kaltim": kaltim}


def enlarged(description: dict[str, Any], rows: int) -> dict[str, Any]:
    """Return `description` with its goals repeated until it has `rows` indicators."""
    goals: list[dict[str, Any]] = []
    left, place = rows, 0
    while left > 0:
        goal = copy.deepcopy(description["goals"][place % len(description["goals"])])
        goal["number"] = f"{place + 1}."
        goal["indicators"] = goal["indicators"][:left]
        left -= len(goal["indicators"])
        goals.append(goal)
        place += 1
    return {**description, "goals": goals}


def in_one_goal(description: dict[str, Any], rows: int) -> dict[str, Any]:
    """Return `description` with one goal that holds `rows` indicators."""
    every = [one for goal in description["goals"] for one in goal["indicators"]]
    several = [copy.deepcopy(every[place % len(every)]) for place in range(rows)]
    return {**description, "goals": [{**description["goals"][0], "indicators": several}]}
