"""Tables as agencies lay them out, with the records somebody reading them would write down."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from indicators.spreadsheets.grid import Area, Cell, Sheet, Stored, Workbook

PUBLISHED = Path(__file__).parents[3] / "fixtures" / "published"


def percent(text: str) -> tuple[Decimal, str]:
    """Return a number cell shown as percent, stored as a spreadsheet stores it."""
    return Decimal(text), "0.00%"


class Sketch:
    """A sheet drawn row by row."""

    def __init__(self, name: str = "Sheet1") -> None:
        self.sheet = Sheet(name)
        self.row = 0

    def put(self, row: int, column: int, value: Any) -> None:
        shown = ""
        if isinstance(value, tuple):
            value, shown = value
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        if value is not None and value != "":
            stored: Stored = value
            self.sheet.cells[row, column] = Cell(row, column, stored, shown)

    def line(self, *values: Any, at: int = 1) -> int:
        """Write the next row from column `at`; None and "" leave cells empty. Returns its number."""
        self.row += 1
        for offset, value in enumerate(values):
            self.put(self.row, at + offset, value)
        return self.row

    def skip(self, rows: int = 1) -> None:
        self.row += rows

    def merge(self, reference: str) -> None:
        """Merge "B3:B5"."""
        first, last = reference.split(":")
        self.sheet.merges.append(Area(*_place(first), *_place(last)))

    @property
    def workbook(self) -> Workbook:
        return Workbook("xlsx", [self.sheet])


def _place(text: str) -> tuple[int, int]:
    letters = text.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(text[len(letters) :]), column


@dataclass
class Layout:
    """A laid out table; `expected` has what must be read, `values` as {(field, year, …): value}."""

    name: str
    workbook: Workbook
    expected: list[dict[str, Any]]
    kind: str = ""
    codes: set[str] = field(default_factory=set)  # problems that must be told
    tables: int = 1


def published(code: str) -> dict[str, Any]:
    """Return a published document as the repository keeps it."""
    content: dict[str, Any] = json.loads((PUBLISHED / f"{code}.json").read_text(encoding="utf-8"))
    return content


# --- the published documents --------------------------------------------------------------------------------

PROBOLINGGO_HEADINGS = (
    "NO",
    "KINERJA UTAMA/ SASARAN/ OUTCOME",
    "INDIKATOR KINERJA UTAMA",
    "PENJELASAN/FORMULASI PENGHITUNGAN",
    "SUMBER DATA",
    "PENANGGUNG JAWAB",
)
_PROBOLINGGO_FORMULAS = (
    "Jumlah Koperasi Sehat\n──────────────────\nJumlah Seluruh Koperasi x 100%",
    "Jumlah Pelaku Usaha Mikro yang Mandiri\nJumlah Pelaku Usaha Mikro",
    "Jumlah Nilai Produksi Sektor Industri",
    "Jumlah Nilai Ekpor Perdagangan Non Migas (PLN)",
)


def probolinggo(
    *, merged: bool = True, repeated: bool = True, split_head: bool = False, start: int = 1
) -> Layout:
    """Lay out the document of Probolinggo: sasaran merged or blank, header repeated, blocks in one cell."""
    document = published("kota-probolinggo")
    agency = document["agency"]
    sketch = Sketch("IKU")
    sketch.skip(start - 1)
    sketch.line("INDIKATOR KINERJA UTAMA (IKU)")
    sketch.merge(f"A{sketch.row}:F{sketch.row}")
    sketch.skip()
    _probolinggo_head(sketch, agency, split_head=split_head)
    sketch.skip()
    sketch.line(*PROBOLINGGO_HEADINGS)
    formulas = iter(_PROBOLINGGO_FORMULAS)
    expected = []
    for position, goal in enumerate(document["goals"]):
        if position and repeated:
            sketch.skip()
            sketch.line(*PROBOLINGGO_HEADINGS)
        first = sketch.row + 1
        for line, indicator in enumerate(goal["indicators"]):
            # "2." is printed on the second indicator of its sasaran.
            number = goal["number"] if line == position else None
            formula = next(formulas)
            prose = indicator.get("formulation", "")
            sketch.line(
                number,
                goal["text"] if line == 0 else None,
                indicator["name"],
                "\n".join(filter(None, (formula, prose))),
                indicator["sources"],
                indicator["units"][0],
            )
            expected.append(
                {
                    "goal": goal["text"],
                    "goal_number": goal["number"],
                    "indicator": indicator["name"],
                    "source": indicator["sources"],
                    "responsible_unit": indicator["units"][0],
                }
            )
        if merged:
            sketch.merge(f"B{first}:B{sketch.row}")
            if position == 0:
                sketch.merge(f"A{first}:A{sketch.row}")
    name = f"Probolinggo merged={merged} repeated={repeated} split_head={split_head} start={start}"
    return Layout(name, sketch.workbook, expected, "definitions", {"misplaced_number"})


def _probolinggo_head(sketch: Sketch, agency: dict[str, Any], *, split_head: bool) -> None:
    for label, items in (
        ("Instansi", [agency["name"]]),
        ("Tujuan", agency["objectives"]),
        ("Fungsi", agency["functions"]),
    ):
        numbered = [f"{number}. {item}" for number, item in enumerate(items, 1)] if len(items) > 1 else items
        if split_head:
            sketch.line(label, ":", numbered[0])
            for item in numbered[1:]:
                sketch.line(None, None, item)
        else:
            sketch.line(f"{label} : " + "\n".join(numbered))


KALTIM_HEADINGS = (
    "No.",
    "Sasaran Strategis",
    "Indikator Kinerja Utama",
    "",
    "Satuan",
    "Alasan",
    "Sumber Data",
    "Cara Perhitungan",
)
_COLLAPSED = (
    "7 Persentase Sumbangan PDRB sektor Koperasi dan UKM persen untuk mengetahui kontribusi sektor Ko"
)


def kaltim(
    *, merged: bool = True, heading_over: str = "both", number_cells: bool = False, start: int = 1
) -> Layout:
    """Lay out the document of Kaltim with its row 7 collapsed, as published."""
    document = published("prov-kaltim")
    sketch = Sketch("IKU 2018")
    sketch.skip(start - 1)
    sketch.line(document["set"]["title"])
    sketch.merge(f"A{sketch.row}:H{sketch.row}")
    sketch.skip()
    headings = list(KALTIM_HEADINGS)
    if heading_over == "right":
        headings[2:4] = ["", headings[2]]
    sketch.line(*headings)
    if heading_over == "both":
        sketch.merge(f"C{sketch.row}:D{sketch.row}")
    expected = []
    for goal in document["goals"]:
        first = sketch.row + 1
        for line, indicator in enumerate(goal["indicators"]):
            number: Any = indicator["number"]
            formulation = indicator["formulation"] or "Harga di Provinsi / harga Kab Kota"
            head = (goal["number"], goal["text"]) if line == 0 else (None, None)
            if number == "7":
                sketch.line(*head, _COLLAPSED, None, indicator["reason"], indicator["sources"], formulation)
            else:
                if number_cells and number.isdigit():
                    number = int(number)
                sketch.line(
                    *head,
                    number,
                    indicator["name"],
                    indicator["unit"],
                    indicator["reason"],
                    indicator["sources"],
                    formulation,
                )
            expected.append(
                {
                    "goal": goal["text"],
                    "goal_number": goal["number"],
                    "number": indicator["number"],
                    "indicator": indicator["name"],
                    "unit": indicator["unit"],
                    "reason": indicator["reason"],
                    "source": indicator["sources"] or None,
                    "formulation": formulation,
                }
            )
        if merged and sketch.row > first:
            sketch.merge(f"A{first}:A{sketch.row}")
            sketch.merge(f"B{first}:B{sketch.row}")
    sketch.skip()
    sketch.line(None, None, None, None, None, None, "Samarinda, Januari 2018")
    sketch.line(None, None, None, None, None, None, "Kepala Dinas,")
    name = f"Kaltim merged={merged} heading={heading_over} numbers={number_cells} start={start}"
    return Layout(name, sketch.workbook, expected, "definitions", {"collapsed_row", "gap"})


# --- layouts of our own (data contoh) -----------------------------------------------------------------------

GOALS: list[tuple[str, list[dict[str, Any]]]] = [
    (
        "Meningkatnya kualitas layanan kesehatan",
        [
            {
                "indicator": "Persentase puskesmas terakreditasi",
                "unit": "Persen",
                "source": "Dinas Kesehatan",
                "responsible_unit": "Bidang Pelayanan",
                "formulation": "Jumlah puskesmas terakreditasi / Jumlah puskesmas x 100%",
                "reason": "Menggambarkan mutu layanan",
                "targets": ["80", "82,5", "85", "87,5", "90", "92"],
            },
            {
                "indicator": "Angka kematian bayi",
                "unit": "per 1.000 kelahiran hidup",
                "source": "Profil Kesehatan",
                "responsible_unit": "Bidang Kesehatan Masyarakat",
                "formulation": "Jumlah bayi meninggal / Jumlah kelahiran hidup x 1000",
                "reason": "Indikator global",
                "targets": ["9", "8,5", "8", "7,5", "7", "6,5"],
            },
        ],
    ),
    (
        "Terwujudnya tata kelola pemerintahan yang baik",
        [
            {
                "indicator": "Nilai AKIP perangkat daerah",
                "unit": "Nilai",
                "source": "LHE Inspektorat",
                "responsible_unit": "Sekretariat",
                "formulation": "Hasil evaluasi Inspektorat",
                "reason": "Akuntabilitas",
                "targets": ["70,1", "72", "74,25", "76", "78", "80"],
            },
            {
                "indicator": "Jumlah inovasi pelayanan publik",
                "unit": "inovasi",
                "source": "Laporan Sekretariat",
                "responsible_unit": "Sekretariat",
                "formulation": "Jumlah inovasi yang diterapkan",
                "reason": "Mendorong inovasi",
                "targets": ["2", "3", "4", "5", "6", "7"],
            },
            {
                "indicator": "Indeks Kepuasan Masyarakat",
                "unit": "Indeks",
                "source": "Survei Kepuasan Masyarakat",
                "responsible_unit": "Bidang Pelayanan",
                "formulation": "Total nilai persepsi / Total unsur terisi x nilai penimbang",
                "reason": "Mutu layanan",
                "targets": ["81", "82", "83", "84", "85", "86"],
            },
        ],
    ),
    (
        "Berkembangnya usaha mikro",
        [
            {
                "indicator": "Rata-rata omzet usaha mikro binaan",
                "unit": "Juta Rupiah",
                "source": "Pendataan",
                "responsible_unit": "Bidang Usaha",
                "formulation": "Total omzet / Jumlah usaha mikro binaan",
                "reason": "Kemajuan usaha",
                "targets": ["12", "13", "14", "15", "16", "17"],
            },
        ],
    ),
]
YEARS = (2021, 2022, 2023, 2024, 2025, 2026)


def number_cell(text: str) -> Decimal:
    """Return a figure as a number cell."""
    return Decimal(text.replace(",", "."))


def expect(
    *fields: str, values: dict[tuple[Any, ...], int] | None = None, numbered: str = ""
) -> list[dict[str, Any]]:
    """Return what must be read of GOALS; `values` maps (field, year, quarter, month) to places in targets."""
    records = []
    count = 0
    for goal, indicators in GOALS:
        for place, indicator in enumerate(indicators, 1):
            count += 1
            record: dict[str, Any] = {"goal": goal, "indicator": indicator["indicator"]}
            record |= {name: indicator[name] for name in fields}
            if numbered == "continuous":
                record["number"] = str(count)
            elif numbered == "per goal":
                record["number"] = str(place)
            if values is not None:
                record["values"] = {
                    key: str(number_cell(indicator["targets"][at])) for key, at in values.items()
                }
            records.append(record)
    return records


def flat() -> list[tuple[int, int, str, dict[str, Any]]]:
    """Return (number of the goal, number within it, goal, indicator) of every indicator."""
    return [
        (number, place, goal, indicator)
        for number, (goal, indicators) in enumerate(GOALS, 1)
        for place, indicator in enumerate(indicators, 1)
    ]


def per9(*, hierarchical: bool, column_numbers: bool) -> Layout:
    """The official form: Tujuan/Sasaran, PJ before sources, "(1) (2) …", numbers 1.1.1."""
    sketch = Sketch()
    sketch.line("LAMPIRAN")
    sketch.line("PERATURAN BUPATI CONTOH NOMOR 3 TAHUN 2022")
    sketch.line("1. Nama Unit Organisasi : Dinas Contoh")
    sketch.line("2. Tugas : Melaksanakan urusan pemerintahan")
    sketch.line("3. Fungsi : a. perumusan kebijakan;")
    sketch.line("4. Indikator Kinerja Utama")
    sketch.line(
        "No",
        "Tujuan/Sasaran",
        "Indikator Kinerja Utama (IKU)",
        "Penanggung Jawab",
        "Sumber Data",
        "Penjelasan",
    )
    if column_numbers:
        sketch.line("(1)", "(2)", "(3)", "(4)", "(5)", "(6)")
    for number, place, goal, indicator in flat():
        shown = (
            f"1.{number}.{place}"
            if hierarchical
            else str(sum(len(each) for _, each in GOALS[: number - 1]) + place)
        )
        sketch.line(
            shown,
            goal,
            indicator["indicator"],
            indicator["responsible_unit"],
            indicator["source"],
            indicator["formulation"],
        )
    expected = expect(
        "responsible_unit", "source", "formulation", numbered="" if hierarchical else "continuous"
    )
    return Layout(
        f"per9 hierarchical={hierarchical} numbers={column_numbers}", sketch.workbook, expected, "definitions"
    )


def pringsewu(*, years_as_text: bool, merged_header: bool, repeated_goal: bool) -> Layout:
    """Two header rows with a group of years."""
    sketch = Sketch()
    sketch.line("INDIKATOR KINERJA UTAMA PERANGKAT DAERAH")
    sketch.skip()
    top = sketch.line(
        "No",
        "Sasaran",
        "Indikator",
        "Definisi Operasional",
        "Formula",
        "Satuan",
        "Target per Tahun",
        None,
        None,
        None,
        None,
        "Sumber Data",
        "Penanggung Jawab",
    )
    years = [str(year) if years_as_text else year for year in YEARS[:5]]
    sketch.line(*[None] * 6, *years)
    if merged_header:
        sketch.merge(f"G{top}:K{top}")
        for letter in "ABCDEFLM":
            sketch.merge(f"{letter}{top}:{letter}{top + 1}")
    for count, (_, place, goal, indicator) in enumerate(flat(), 1):
        sketch.line(
            count,
            goal if repeated_goal or place == 1 else None,
            indicator["indicator"],
            f"Ukuran {indicator['indicator']}",
            indicator["formulation"],
            indicator["unit"],
            *map(number_cell, indicator["targets"][:5]),
            indicator["source"],
            indicator["responsible_unit"],
        )
    values = {("target", year, None, None): at for at, year in enumerate(YEARS[:5])}
    expected = expect(
        "unit", "formulation", "source", "responsible_unit", values=values, numbered="continuous"
    )
    return Layout(
        f"pringsewu text={years_as_text} merged={merged_header} repeated={repeated_goal}",
        sketch.workbook,
        expected,
        "definitions",
    )


def quarters(*, levels: int, roman: str, merged: bool) -> Layout:
    """Measurement by quarter: year over quarter over measure, or one row of long headings."""
    sketch = Sketch("TW 2024")
    sketch.line("PENGUKURAN KINERJA TAHUN 2024")
    sketch.line("DINAS CONTOH")
    sketch.skip()
    names = [
        roman.format(number=number)
        for number in (("I", "II", "III", "IV") if "TW" in roman.upper() or "wulan" in roman else "1234")
    ]
    fixed = ["No", "Sasaran Strategis", "Indikator Kinerja", "Satuan", "Target 2024"]
    if levels == 1:
        sketch.line(
            *fixed,
            *[f"{what} {name}" for name in names for what in ("Target", "Realisasi", "Capaian (%)")],
            "Kendala",
        )
    else:
        top = sketch.line(
            *fixed,
            *(
                ["Capaian Tahun 2024", *[None] * 11]
                if levels == 3
                else [text for name in names for text in (name, None, None)]
            ),
            "Kendala",
        )
        if levels == 3:
            sketch.line(*[None] * 5, *[text for name in names for text in (name, None, None)])
        sketch.line(*[None] * 5, *["Target", "Realisasi", "%"] * 4)
        if merged:
            for letter in "ABCDER":
                sketch.merge(f"{letter}{top}:{letter}{sketch.row}")
            if levels == 3:
                sketch.merge(f"F{top}:Q{top}")
            for first, last in ("FH", "IK", "LN", "OQ"):
                sketch.merge(f"{first}{sketch.row - 1}:{last}{sketch.row - 1}")
    for count, (_, place, goal, indicator) in enumerate(flat(), 1):
        targets = [number_cell(text) for text in indicator["targets"]]
        sketch.line(
            count,
            goal if place == 1 else None,
            indicator["indicator"],
            indicator["unit"],
            targets[5],
            *[
                value
                for quarter in range(4)
                for value in (targets[quarter], targets[quarter + 1], targets[0])
            ],
            "Tenaga terbatas" if count == 2 else None,
        )
    sketch.line(None, None, "Rata-rata capaian", None, None, None, None, Decimal("85.5"))
    sketch.line("Keterangan: *) angka sementara")
    sketch.skip()
    sketch.line("Contoh, 10 Januari 2025", at=12)
    sketch.line("Kepala Dinas Contoh,", at=12)
    sketch.skip(3)
    sketch.line("NAMA PEJABAT", at=12)
    sketch.line("Pembina Utama Muda", at=12)
    sketch.line("NIP. 19700101 199001 1 001", at=12)
    values: dict[tuple[Any, ...], int] = {("target", 2024, None, None): 5}
    for quarter in range(4):
        values |= {
            ("target", 2024, quarter + 1, None): quarter,
            ("realization", 2024, quarter + 1, None): quarter + 1,
            ("achievement", 2024, quarter + 1, None): 0,
        }
    expected = expect("unit", values=values, numbered="continuous")
    return Layout(
        f"quarters levels={levels} {roman} merged={merged}", sketch.workbook, expected, "measurement"
    )


def months() -> Layout:
    """Measurement by month, "s.d.", B03, month names."""
    sketch = Sketch()
    sketch.line("Realisasi Kinerja Tahun 2025")
    sketch.line(
        "No.",
        "Indikator Kinerja Utama",
        "Sat.",
        "Realisasi s.d. Januari",
        "Realisasi s.d. Feb",
        "Realisasi B03",
        "Realisasi Bulan 4",
    )
    for count, (_, _, _, indicator) in enumerate(flat(), 1):
        sketch.line(
            count,
            indicator["indicator"],
            indicator["unit"],
            *[number_cell(text) for text in indicator["targets"][:4]],
        )
    values = {("realization", 2025, None, month): month - 1 for month in range(1, 5)}
    expected = [{**record, "goal": None} for record in expect("unit", values=values, numbered="continuous")]
    return Layout("months", sketch.workbook, expected, "measurement")


def bands(*, merged: bool, labelled: bool, numbered: bool) -> Layout:
    """No column of goals: they stand on rows of their own."""
    sketch = Sketch()
    sketch.line("TARGET KINERJA TAHUN 2021 - 2023")
    sketch.line("No", "Indikator Kinerja", "Satuan", "2021", "2022", "2023")
    for number, (goal, indicators) in enumerate(GOALS, 1):
        text = f"Sasaran {number}: {goal}" if labelled else goal
        if merged:
            sketch.line(text)
            sketch.merge(f"A{sketch.row}:F{sketch.row}")
        else:
            sketch.line("ABC"[number - 1] if numbered else None, text)
        for place, indicator in enumerate(indicators, 1):
            sketch.line(place, indicator["indicator"], indicator["unit"], *indicator["targets"][:3])
    values = {("target", year, None, None): at for at, year in enumerate(YEARS[:3])}
    return Layout(
        f"bands merged={merged} labelled={labelled} numbered={numbered}",
        sketch.workbook,
        expect("unit", values=values, numbered="per goal"),
        "targets",
    )


def mixed_column(*, style: str) -> Layout:
    """Goals and indicators on alternating rows of one column, told apart by number, letter or figures."""
    sketch = Sketch()
    sketch.line("No", "Sasaran Strategis / Indikator Kinerja", "Satuan", "Target 2024")
    for number, (goal, indicators) in enumerate(GOALS, 1):
        sketch.line(
            {"inside": None}.get(style, f"{number}"), f"{number}. {goal}" if style == "inside" else goal
        )
        for place, indicator in enumerate(indicators, 1):
            mark = {
                "dotted": f"{number}.{place}",
                "letters": f"{'abc'[place - 1]}.",
                "none": None,
                "inside": None,
            }[style]
            name = indicator["indicator"]
            sketch.line(
                mark,
                f"{number}.{place} {name}" if style == "inside" else name,
                indicator["unit"],
                indicator["targets"][3],
            )
    return Layout(
        f"mixed {style}", sketch.workbook, expect("unit", values={("target", 2024, None, None): 3}), "targets"
    )


def alternating() -> Layout:
    """The goal on its own row, in its own column; indicators below."""
    sketch = Sketch()
    sketch.skip(2)
    sketch.line("SASARAN", "INDIKATOR SASARAN", "SATUAN", "TARGET (2024)", at=2)
    for goal, indicators in GOALS:
        sketch.line(goal, at=2)
        for indicator in indicators:
            sketch.line(None, indicator["indicator"], indicator["unit"], indicator["targets"][3], at=2)
        sketch.skip()
    return Layout(
        "alternating", sketch.workbook, expect("unit", values={("target", 2024, None, None): 3}), "targets"
    )


def inside_text(*, mark: str) -> Layout:
    """Numbers inside the texts, no number column."""
    sketch = Sketch()
    sketch.line("Sasaran Strategis", "Indikator Kinerja Utama", "Formulasi", "Sumber Data", "PJ")
    expected = expect("source", "responsible_unit", "formulation")
    for record, (number, place, goal, indicator) in zip(expected, flat(), strict=True):
        label = mark.format(n=number, p=place)
        sketch.line(
            f"{number}. {goal}" if place == 1 else None,
            f"{label} {indicator['indicator']}",
            indicator["formulation"],
            indicator["source"],
            indicator["responsible_unit"],
        )
        record["number"] = label.removeprefix("IKU ").removesuffix(":")
        record["goal_number"] = f"{number}."
    return Layout(f"inside {mark}", sketch.workbook, expected, "definitions")


def page_breaks(*, title_again: bool) -> Layout:
    """Header and column numbers again every two records, with page marks between."""
    sketch = Sketch()

    def header() -> None:
        if title_again or sketch.row == 0:
            sketch.line("INDIKATOR KINERJA UTAMA")
            sketch.line("DINAS CONTOH")
        sketch.line("NO.", "SASARAN", "INDIKATOR", "SATUAN", "SUMBER", "KET.")
        sketch.line(1, 2, 3, 4, 5, 6)

    header()
    for count, (_, place, goal, indicator) in enumerate(flat()):
        if count and count % 2 == 0:
            sketch.skip()
            sketch.line(f"Halaman {count // 2 + 1}", at=6)
            header()
        sketch.line(
            count + 1,
            goal if place == 1 else None,
            indicator["indicator"],
            indicator["unit"],
            indicator["source"],
        )
    return Layout(
        f"page breaks title={title_again}",
        sketch.workbook,
        expect("unit", "source", numbered="continuous"),
        "definitions",
    )


def side_by_side() -> Layout:
    """Two tables beside each other, one year each."""
    sketch = Sketch()
    sketch.line("TARGET KINERJA")
    sketch.merge("A1:I1")
    sketch.line("No", "Indikator", "Satuan", "Target 2023", None, "No", "Indikator", "Satuan", "Target 2024")
    for count, (_, _, _, indicator) in enumerate(flat(), 1):
        sketch.line(
            count,
            indicator["indicator"],
            indicator["unit"],
            indicator["targets"][2],
            None,
            count,
            indicator["indicator"],
            indicator["unit"],
            indicator["targets"][3],
        )
    left = expect("unit", values={("target", 2023, None, None): 2}, numbered="continuous")
    right = expect("unit", values={("target", 2024, None, None): 3}, numbered="continuous")
    return Layout(
        "side by side",
        sketch.workbook,
        [{**record, "goal": None} for record in left + right],
        "targets",
        tables=2,
    )


def below_each_other() -> Layout:
    """A table of each sasaran under its own title, then the budget, which is no table of indicators."""
    sketch = Sketch()
    for number, (goal, indicators) in enumerate(GOALS, 1):
        sketch.line(f"TABEL {number}")
        sketch.line(f"Sasaran Strategis {number} : {goal}")
        sketch.line("No", "Indikator Kinerja", "Satuan", "Target 2024", "Realisasi 2024", "% Capaian")
        for place, indicator in enumerate(indicators, 1):
            sketch.line(
                place, indicator["indicator"], indicator["unit"], *indicator["targets"][2:4], percent("0.9")
            )
        sketch.skip(2)
    sketch.line("No", "Program/Kegiatan", "Pagu Anggaran (Rp)", "Realisasi Anggaran (Rp)", "%")
    sketch.line(1, "Program penunjang urusan", 1000000, 900000, 90)
    sketch.line(2, "Program pelayanan", 2000000, 1900000, 95)
    expected = expect(
        "unit",
        values={("target", 2024, None, None): 2, ("realization", 2024, None, None): 3},
        numbered="per goal",
    )
    for record in expected:
        record["values"]["achievement", 2024, None, None] = "90"
    return Layout("below each other", sketch.workbook, expected, "measurement", tables=3)


def budget_columns() -> Layout:
    """Kinerja and anggaran groups with the same names below."""
    sketch = Sketch()
    sketch.line(
        "No",
        "Sasaran",
        "Indikator Kinerja",
        "Satuan",
        "Kinerja 2024",
        None,
        None,
        "Anggaran 2024 (Rp)",
        None,
        None,
    )
    sketch.merge("E1:G1")
    sketch.merge("H1:J1")
    sketch.line(*[None] * 4, "Target", "Realisasi", "Capaian", "Pagu", "Realisasi", "%")
    for count, (_, _, goal, indicator) in enumerate(flat(), 1):
        sketch.line(
            count,
            goal,
            indicator["indicator"],
            indicator["unit"],
            *indicator["targets"][:2],
            "100,5",
            500000000,
            450000000,
            90,
        )
    expected = expect(
        "unit",
        values={("target", 2024, None, None): 0, ("realization", 2024, None, None): 1},
        numbered="continuous",
    )
    for record in expected:
        record["values"]["achievement", 2024, None, None] = "100.5"
    return Layout("budget columns", sketch.workbook, expected, "measurement")


def kinerja_rupiah() -> Layout:
    """Pairs K and Rp under each year, as in Permendagri 86."""
    sketch = Sketch()
    sketch.line(
        "Tujuan",
        "Sasaran",
        "Indikator Sasaran",
        "Kondisi Awal",
        "Target Kinerja dan Pendanaan",
        None,
        None,
        None,
        "Unit Kerja Penanggung Jawab",
    )
    sketch.merge("E1:H1")
    sketch.line(*[None] * 4, "2023", None, "2024")
    sketch.merge("E2:F2")
    sketch.merge("G2:H2")
    sketch.line(*[None] * 4, "K", "Rp", "K", "Rp")
    for letter in "ABCDI":
        sketch.merge(f"{letter}1:{letter}3")
    for _, place, goal, indicator in flat():
        sketch.line(
            "Meningkatnya derajat hidup masyarakat" if sketch.row == 3 else None,
            goal if place == 1 else None,
            indicator["indicator"],
            indicator["targets"][0],
            indicator["targets"][1],
            1000000,
            indicator["targets"][2],
            2000000,
            indicator["responsible_unit"],
        )
    values = {
        ("baseline", None, None, None): 0,
        ("target", 2023, None, None): 1,
        ("target", 2024, None, None): 2,
    }
    return Layout("K and Rp", sketch.workbook, expect("responsible_unit", values=values), "targets")


def west_sumatra() -> Layout:
    """Perspektif, codes, baseline, targets as texts with units."""
    sketch = Sketch()
    sketch.line("MANUAL IKU BIRO CONTOH 2016")
    sketch.line(
        "No",
        "Perspektif",
        "Sasaran",
        "Kode",
        "Nama IKU",
        "Baseline 2015",
        "Target",
        None,
        "Unit in Charge",
        "Jenis Cascading",
    )
    sketch.line(*[None] * 6, 2016, 2017)
    rows: list[tuple[str, str, str, list[tuple[str, str | None, str | None]]]] = [
        (
            "1.1",
            "Jumlah rapat koordinasi",
            "kali",
            [("60 kali", "60", "kali"), ("65 kali", "65", "kali"), ("70 kali", "70", "kali")],
        ),
        (
            "1.2",
            "Jumlah naskah dinas tertata",
            "bh",
            [("1.500bh", "1500", "bh"), ("1.750bh", "1750", "bh"), ("2.000 bh", "2000", "bh")],
        ),
        (
            "2.1",
            "Waktu penyelesaian surat",
            "hari",
            [("3 hari", "3", "hari"), ("2 hari", "2", "hari"), ("N/A", None, None)],
        ),
    ]
    expected = []
    for number, (code, name, unit, values) in enumerate(rows, 1):
        sketch.line(
            number,
            "Internal Process" if number == 1 else None,
            "Tertibnya administrasi" if number == 1 else None,
            code,
            name,
            *[text for text, _, _ in values],
            "Bagian Umum",
            "Non Cascading",
        )
        keys = [("baseline", 2015, None, None), ("target", 2016, None, None), ("target", 2017, None, None)]
        expected.append(
            {
                "goal": "Tertibnya administrasi",
                "code": code,
                "indicator": name,
                "unit": unit,
                "number": str(number),
                "responsible_unit": "Bagian Umum",
                "perspective": "Internal Process",
                "values": {key: value for key, (_, value, _) in zip(keys, values, strict=True)},
            }
        )
    return Layout("west sumatra", sketch.workbook, expected, "targets")


def english() -> Layout:
    """English headings."""
    sketch = Sketch("KPI")
    sketch.line(
        "No",
        "Strategic Objective",
        "Key Performance Indicator",
        "Unit of Measurement",
        "Baseline (2020)",
        "Target 2021",
        "Actual 2021",
        "Data Source",
        "PIC",
    )
    for count, (_, _, goal, indicator) in enumerate(flat(), 1):
        sketch.line(
            count,
            goal,
            indicator["indicator"],
            indicator["unit"],
            *[number_cell(text) for text in indicator["targets"][:3]],
            indicator["source"],
            indicator["responsible_unit"],
        )
    values = {
        ("baseline", 2020, None, None): 0,
        ("target", 2021, None, None): 1,
        ("realization", 2021, None, None): 2,
    }
    return Layout(
        "english",
        sketch.workbook,
        expect("unit", "source", "responsible_unit", values=values, numbered="continuous"),
        "measurement",
    )


def misspelt(*, variant: int) -> Layout:
    """Headings with slips, breaks, marks and notes."""
    headings = [
        ("N o", "SASARAN\nSTRATEGIS *)", "INDI-\nKATOR KINERJA", "SAT", "Penangung Jawab", "Sumber\nData"),
        (
            "Nomor Urut",
            "Sasaran Strategsi",
            "Indikator Kinerja Utma",
            "Satuan Ukur",
            "Unit Penanggungjawab",
            "SUMBER DATA 1)",
        ),
        (
            "#",
            "S A S A R A N",
            "Indikator  Kinerja   Utama ( IKU )",
            "Satuan/Unit",
            "Bidang Pengampu",
            "Sumber data/informasi",
        ),
        (
            "No. Urut",
            "Kinerja Utama",
            "Indikator Kinerja Utama Perangkat Daerah",
            "Satuan Pengukuran",
            "PENANGGUNG-JAWAB",
            "Asal Data",
        ),
    ][variant]
    sketch = Sketch()
    sketch.line(*headings)
    for count, (_, _, goal, indicator) in enumerate(flat(), 1):
        sketch.line(
            count,
            goal,
            indicator["indicator"],
            indicator["unit"],
            indicator["responsible_unit"],
            indicator["source"],
        )
    return Layout(
        f"misspelt {variant}",
        sketch.workbook,
        expect("unit", "source", "responsible_unit", numbered="continuous"),
        "definitions",
    )


def split_heading() -> Layout:
    """Headings typed over two rows without merging."""
    sketch = Sketch()
    sketch.line("No", "Sasaran", "Indikator", "Satuan", "Sumber", "Penanggung", "Cara")
    sketch.line(None, "Strategis", "Kinerja Utama", None, "Data", "Jawab", "Perhitungan")
    for count, (_, _, goal, indicator) in enumerate(flat(), 1):
        sketch.line(
            count,
            goal,
            indicator["indicator"],
            indicator["unit"],
            indicator["source"],
            indicator["responsible_unit"],
            indicator["formulation"],
        )
    return Layout(
        "split heading",
        sketch.workbook,
        expect("unit", "source", "responsible_unit", "formulation", numbered="continuous"),
        "definitions",
    )


def group_below_titles(*, centred: bool) -> Layout:
    """Titles at the bottom row, the group above them, unmerged, over its first or middle year."""
    sketch = Sketch()
    sketch.line("RENCANA STRATEGIS")
    sketch.skip()
    sketch.line(*[None] * 4, *([None, "Target Kinerja Tahun"] if centred else ["Target Kinerja Tahun"]))
    sketch.line("No", "Sasaran", "Indikator", "Satuan", 2022, 2023, 2024)
    for count, (_, place, goal, indicator) in enumerate(flat(), 1):
        sketch.line(
            count,
            goal if place == 1 else None,
            indicator["indicator"],
            indicator["unit"],
            *map(number_cell, indicator["targets"][1:4]),
        )
    values = {("target", year, None, None): at for at, year in ((1, 2022), (2, 2023), (3, 2024))}
    return Layout(
        f"group above titles centred={centred}",
        sketch.workbook,
        expect("unit", values=values, numbered="continuous"),
        "targets",
    )


def kinds_in_rows() -> Layout:
    """Target and realisasi as rows of each indicator, quarters as columns."""
    sketch = Sketch()
    sketch.line("MONITORING TAHUN 2024")
    sketch.line("No", "Indikator", "Satuan", "Uraian", "TW I", "TW II", "TW III", "TW IV")
    for count, (_, _, _, indicator) in enumerate(flat(), 1):
        sketch.line(
            count,
            indicator["indicator"],
            indicator["unit"],
            "Target",
            *map(number_cell, indicator["targets"][:4]),
        )
        sketch.line(None, None, None, "Realisasi", *map(number_cell, indicator["targets"][1:5]))
        for letter in "ABC":
            sketch.merge(f"{letter}{sketch.row - 1}:{letter}{sketch.row}")
    values = {("target", 2024, quarter, None): quarter - 1 for quarter in range(1, 5)}
    values |= {("realization", 2024, quarter, None): quarter for quarter in range(1, 5)}
    expected = [{**record, "goal": None} for record in expect("unit", values=values, numbered="continuous")]
    return Layout("kinds in rows", sketch.workbook, expected, "measurement")


def periods_in_rows() -> Layout:
    """One line for each quarter of each indicator, everything repeated."""
    sketch = Sketch()
    sketch.line("Indikator", "Satuan", "Tahun", "Triwulan", "Target", "Realisasi")
    for _, _, _, indicator in flat():
        for quarter in range(1, 5):
            sketch.line(
                indicator["indicator"],
                indicator["unit"],
                2024,
                quarter,
                *map(number_cell, indicator["targets"][quarter - 1 : quarter + 1]),
            )
    values = {("target", 2024, quarter, None): quarter - 1 for quarter in range(1, 5)}
    values |= {("realization", 2024, quarter, None): quarter for quarter in range(1, 5)}
    return Layout(
        "periods in rows",
        sketch.workbook,
        [{**record, "goal": None} for record in expect("unit", values=values)],
        "measurement",
    )


def noise() -> Layout:
    """Blank rows, sub-totals, section rows, notes, hidden rows; indicators that sound like totals stay."""
    sketch = Sketch()
    sketch.line("LAPORAN KINERJA TAHUN 2024")
    sketch.skip(2)
    sketch.line("No", "Sasaran", "Indikator", "Satuan", "Target", "Realisasi", "Capaian")
    for count, (_, place, goal, indicator) in enumerate(flat(), 1):
        if place == 1 and count > 1:
            sketch.line("Rata-rata capaian sasaran", None, None, None, None, None, Decimal("97.5"))
            sketch.merge(f"A{sketch.row}:F{sketch.row}")
            sketch.skip()
        sketch.line(
            count,
            goal if place == 1 else None,
            indicator["indicator"],
            indicator["unit"],
            *map(number_cell, indicator["targets"][:2]),
            100,
        )
    sketch.line(None, "JUMLAH", None, None, None, None, 600)
    sketch.line(None, "Rata - rata", None, None, None, None, 100)
    sketch.line("*) Data sementara")
    sketch.line("Sumber: Bagian Organisasi")
    sketch.line("Mengetahui,", None, None, None, "Contoh,      Januari 2025")
    sketch.line("Sekretaris Daerah", None, None, None, "Plt. Kepala Dinas Contoh")
    sketch.skip(3)
    sketch.line("NAMA SATU", None, None, None, "NAMA DUA, S.E., M.M.")
    sketch.line("NIP 19700101 199001 1 001", None, None, None, "NIP 19710101 199101 1 001")
    expected = expect(
        "unit",
        values={("target", 2024, None, None): 0, ("realization", 2024, None, None): 1},
        numbered="continuous",
    )
    for record in expected:
        record["values"]["achievement", 2024, None, None] = "100"
    sketch.sheet.hidden_rows.add(6)
    return Layout("noise", sketch.workbook, expected, "measurement", {"hidden_row"})


def wrapped() -> Layout:
    """Texts that go on in the next row without merging."""
    sketch = Sketch()
    sketch.line("No", "Sasaran", "Indikator", "Satuan", "Alasan")
    for count, (_, place, goal, indicator) in enumerate(flat(), 1):
        head, _, tail = indicator["indicator"].rpartition(" ")
        breaks = tail[0].islower()
        sketch.line(
            count,
            goal if place == 1 else None,
            head if breaks else indicator["indicator"],
            indicator["unit"],
            indicator["reason"],
        )
        if breaks:
            sketch.line(None, None, tail)
    return Layout("wrapped", sketch.workbook, expect("unit", "reason", numbered="continuous"), "definitions")


def renstra_objectives() -> Layout:
    """Tujuan, sasaran and their indicators; five ordinal years under a validity in the title."""
    sketch = Sketch()
    sketch.line("TUJUAN DAN SASARAN JANGKA MENENGAH TAHUN 2021-2025")
    sketch.line(
        "NO.",
        "TUJUAN",
        "SASARAN",
        "INDIKATOR SASARAN",
        "TARGET KINERJA PADA TAHUN KE-",
        None,
        None,
        None,
        None,
    )
    sketch.merge("E2:I2")
    sketch.line(*[None] * 4, 1, 2, 3, 4, 5)
    sketch.line("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)")
    for number, place, goal, indicator in flat():
        sketch.line(
            number if place == 1 else None,
            "Meningkatnya derajat hidup" if number == place == 1 else None,
            goal if place == 1 else None,
            indicator["indicator"],
            *map(number_cell, indicator["targets"][:5]),
        )
    values = {("target", 2020 + year, None, None): year - 1 for year in range(1, 6)}
    expected = [{**record, "objective": "Meningkatnya derajat hidup"} for record in expect(values=values)]
    return Layout("renstra objectives", sketch.workbook, expected, "targets")


# --- shapes seen in reports and exports, drawn row by row (data contoh) -------------------------------------


def drawn(
    name: str,
    kind: str,
    rows: list[tuple[Any, ...]],
    merges: tuple[str, ...],
    expected: list[dict[str, Any]],
    sheet: str = "Sheet1",
) -> Layout:
    """Draw a layout that occurs once."""
    sketch = Sketch(sheet)
    for row in rows:
        sketch.line(*row)
    for area in merges:
        sketch.merge(area)
    return Layout(name, sketch.workbook, expected, kind)


def read_values(
    field_name: str, year: int | None, *pairs: tuple[int | None, str | None]
) -> dict[tuple[Any, ...], str | None]:
    """Return expected values of one field: (quarter, value) pairs."""
    return {(field_name, year, quarter, None): value for quarter, value in pairs}


def seen_shapes() -> list[Layout]:
    """Return shapes that stand for whole families of documents."""
    nothing = (None,) * 4
    return [
        drawn(
            "evaluation of the renja",
            "measurement",
            [
                ("Evaluasi Hasil terhadap RENJA PD",),
                ("Tahun 2019",),
                (),
                (
                    "No",
                    "Sasaran",
                    "Program/Kegiatan",
                    "Indikator Kinerja Program (outcome)/Kegiatan (output)",
                    "Target Renstra PD pada Tahun 2021 (akhir periode Renstra PD)",
                    None,
                    "Target Kinerja dan Anggaran Renja PD Tahun Berjalan (2019)",
                    None,
                    "Realisasi Kinerja Pada Triwulan",
                    None,
                    None,
                    None,
                    "Unit PD Penanggung Jawab",
                ),
                (*nothing, None, None, None, None, "I", None, "II", None, None),
                ("1", "2", "3", "4", "5", None, "6", None, "7", None, "8", None, "9"),
                (*nothing, "K", "Rp", "K", "Rp", "K", "Rp", "K", "Rp"),
                (
                    1,
                    "Meningkatnya mutu jalan",
                    "Program jalan",
                    "Persentase jalan mantap",
                    "90%",
                    1000,
                    "75%",
                    300,
                    "20%",
                    10,
                    "40%",
                    20,
                    "Bidang Jalan",
                ),
            ],
            ("A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:F5", "G4:H5", "I4:L4", "M4:M5", "I5:J5", "K5:L5"),
            [
                {
                    "goal": "Meningkatnya mutu jalan",
                    "indicator": "Persentase jalan mantap",
                    "responsible_unit": "Bidang Jalan",
                    "values": read_values("target", 2021, (None, "90"))
                    | read_values("target", 2019, (None, "75"))
                    | read_values("realization", 2019, (1, "20"), (2, "40")),
                }
            ],
        ),
        drawn(
            "performance agreement",
            "targets",
            [
                ("PERJANJIAN KINERJA TAHUN 2024",),
                (),
                ("NO", "SASARAN STRATEGIS", "INDIKATOR KINERJA", "TARGET"),
                ("(1)", "(2)", "(3)", "(4)"),
                (1, "Meningkatnya mutu layanan", "Nilai SAKIP", "BB"),
                (None, None, "Persentase aset tertib", "85 %"),
                (2, "Terwujudnya tertib", "Jumlah dokumen", "100 Dokumen"),
                (),
                (None, "Program", "Anggaran", "Keterangan"),
                ("1.", "Program Penunjang", "Rp 1.000.000.000", "APBD"),
                (None, "Jumlah", "Rp 1.000.000.000"),
                (),
                ("PIHAK KEDUA,", None, None, "PIHAK PERTAMA,"),
                ("BUPATI CONTOH", None, None, "KEPALA DINAS"),
                ("NAMA A", None, None, "NAMA B"),
            ],
            (),
            [
                {
                    "goal": "Meningkatnya mutu layanan",
                    "goal_number": "1",
                    "indicator": "Nilai SAKIP",
                    "unit": None,
                    "values": read_values("target", 2024, (None, None)),
                },
                {
                    "goal": "Meningkatnya mutu layanan",
                    "goal_number": "1",
                    "indicator": "Persentase aset tertib",
                    "unit": "%",
                    "values": read_values("target", 2024, (None, "85")),
                },
                {
                    "goal": "Terwujudnya tertib",
                    "goal_number": "2",
                    "indicator": "Jumlah dokumen",
                    "unit": "Dokumen",
                    "values": read_values("target", 2024, (None, "100")),
                },
            ],
        ),
        drawn(
            "export with two codes",
            "targets",
            [
                (
                    "#",
                    "Kode",
                    "Sasaran",
                    "Bobot",
                    "#",
                    "Kode",
                    "IKU",
                    "Bobot",
                    "Target",
                    "Satuan",
                    "Polarisasi",
                    "Unit Kerja",
                ),
                (
                    1,
                    "SS-1",
                    "Meningkatnya mutu",
                    "25%",
                    1,
                    "IKU-11",
                    "Indeks layanan",
                    "50%",
                    4,
                    "Indeks",
                    "Maximize",
                    "Inspektorat",
                ),
                (*nothing, 2, "IKU-12", "Jumlah titik layanan", "50%", 7, "Titik", "Maximize", "Sekretariat"),
            ],
            ("A2:A3", "B2:B3", "C2:C3", "D2:D3"),
            [
                {
                    "goal": "Meningkatnya mutu",
                    "goal_number": "1",
                    "number": "1",
                    "code": "IKU-11",
                    "indicator": "Indeks layanan",
                    "unit": "Indeks",
                    "responsible_unit": "Inspektorat",
                    "polarity": "Maximize",
                    "weight": "50%",
                },
                {
                    "goal": "Meningkatnya mutu",
                    "goal_number": "1",
                    "number": "2",
                    "code": "IKU-12",
                    "indicator": "Jumlah titik layanan",
                    "unit": "Titik",
                    "responsible_unit": "Sekretariat",
                },
            ],
        ),
        drawn(
            "goal bands in a report",
            "measurement",
            [
                ("Tabel 3.1 Pencapaian Kinerja",),
                ("N0", "Indikator Kinerja Utama", "Satuan", "Target", "Realisasi", "Capaian"),
                ("Sasaran Strategis 1. Meningkatnya Akuntabilitas",),
                (1, "Persentase penurunan temuan\nyang bersifat materil", "%", "55%", "n/a", "n/a"),
                ("Sasaran Strategis 2. Meningkatnya Kapabilitas",),
                (1, "Level APIP", "Level", "3", "3", "100%"),
            ],
            ("A3:F3", "A5:F5"),
            [
                {
                    "goal": "Meningkatnya Akuntabilitas",
                    "goal_number": "1",
                    "indicator": "Persentase penurunan temuan yang bersifat materil",
                    "values": {
                        ("target", 2019, None, None): "55",
                        ("realization", 2019, None, None): None,
                        ("achievement", 2019, None, None): None,
                    },
                },
                {
                    "goal": "Meningkatnya Kapabilitas",
                    "goal_number": "2",
                    "indicator": "Level APIP",
                    "values": {
                        ("target", 2019, None, None): "3",
                        ("realization", 2019, None, None): "3",
                        ("achievement", 2019, None, None): "100",
                    },
                },
            ],
            sheet="2019",
        ),
        drawn(
            "regional plan",
            "targets",
            [
                (
                    "NO",
                    "MISI/TUJUAN/SASARAN",
                    "INDIKATOR",
                    "SATUAN",
                    "KONDISI AWAL",
                    "TARGET CAPAIAN",
                    None,
                    "KONDISI AKHIR RPJMD",
                ),
                (*nothing, "2020", "2021", "2022", None),
                ("I", "Misi 1: Mewujudkan SDM unggul"),
                ("1", "Tujuan: Meningkatkan kualitas SDM", "IPM", "Poin", "70,1", "70,5", "71", "72"),
                ("1.1", "Meningkatnya pendidikan", "Rata-rata Lama Sekolah", "Tahun", "7", "7,2", "7,4", "8"),
            ],
            ("F1:G1",),
            [
                {
                    "objective": "Meningkatkan kualitas SDM",
                    "goal": None,
                    "indicator": "IPM",
                    "number": "1",
                    "values": {
                        ("baseline", 2020, None, None): "70.1",
                        ("target", 2021, None, None): "70.5",
                        ("target", 2022, None, None): "71",
                        ("end_target", None, None, None): "72",
                    },
                },
                {
                    "objective": "Meningkatkan kualitas SDM",
                    "goal": "Meningkatnya pendidikan",
                    "indicator": "Rata-rata Lama Sekolah",
                    "number": "1.1",
                },
            ],
        ),
        drawn(
            "units below the headings",
            "measurement",
            [
                ("No", "Indikator Kinerja", "Tahun 2023", None),
                (None, None, "Target", "Realisasi"),
                (None, None, "(%)", "(%)"),
                (1, "Persentase jalan mantap", 80, 81),
            ],
            ("C1:D1",),
            [
                {
                    "indicator": "Persentase jalan mantap",
                    "unit": "%",
                    "values": read_values("target", 2023, (None, "80"))
                    | read_values("realization", 2023, (None, "81")),
                }
            ],
        ),
        drawn(
            "every cell wraps",
            "definitions",
            [
                ("No", "Sasaran", "Indikator", "Formulasi", "Sumber Data", "Penanggung Jawab"),
                ("1.", "Meningkatnya", "Persentase", "Jumlah jalan mantap", "Dinas", "Bidang"),
                (None, "kualitas jalan", "jalan mantap", "dibagi jumlah jalan", "PU", "Jalan"),
                (None, None, None, "dikali 100%"),
                ("2.", "Terwujudnya", "Jumlah", "Jumlah jembatan", "Dinas", "Bidang"),
                (None, "jembatan baik", "jembatan", None, "PU", "Jembatan"),
            ],
            (),
            [
                {
                    "goal": "Meningkatnya kualitas jalan",
                    "indicator": "Persentase jalan mantap",
                    "source": "Dinas PU",
                    "responsible_unit": "Bidang Jalan",
                    "formulation": "Jumlah jalan mantap dibagi jumlah jalan dikali 100%",
                },
                {
                    "goal": "Terwujudnya jembatan baik",
                    "indicator": "Jumlah jembatan",
                    "source": "Dinas PU",
                    "responsible_unit": "Bidang Jembatan",
                },
            ],
        ),
        drawn(
            "several years of a report",
            "measurement",
            [
                (
                    "Sasaran Strategis",
                    "Indikator Kinerja",
                    "Tahun 2023",
                    None,
                    None,
                    "Capaian Tahun 2022",
                    "Target Akhir Renstra 2026",
                    "Capaian s.d 2023 terhadap 2026",
                ),
                (None, None, "Target", "Realisasi", "%"),
                (
                    "Meningkatnya mutu jalan",
                    "Persentase jalan mantap",
                    "80",
                    "82",
                    "102,5",
                    "78",
                    "90",
                    "91,1",
                ),
            ],
            ("C1:E1",),
            [
                {
                    "goal": "Meningkatnya mutu jalan",
                    "indicator": "Persentase jalan mantap",
                    "values": {
                        ("target", 2023, None, None): "80",
                        ("realization", 2023, None, None): "82",
                        ("achievement", 2023, None, None): "102.5",
                        ("realization", 2022, None, None): "78",
                        ("end_target", 2026, None, None): "90",
                    },
                }
            ],
        ),
        drawn(
            "codes tell goals",
            "targets",
            [
                ("KODE", "SASARAN / INDIKATOR", "SATUAN", "TARGET 2024", "PENANGGUNG JAWAB"),
                ("S1", "Meningkatnya mutu layanan"),
                ("S1.1", "Persentase jalan mantap", "%", "80", "Bidang A"),
                ("S2", "Terwujudnya tertib"),
                ("S2.1", "Nilai AKIP", "nilai", "70", "Bidang C"),
            ],
            (),
            [
                {
                    "goal": "Meningkatnya mutu layanan",
                    "code": "S1.1",
                    "indicator": "Persentase jalan mantap",
                    "responsible_unit": "Bidang A",
                },
                {
                    "goal": "Terwujudnya tertib",
                    "code": "S2.1",
                    "indicator": "Nilai AKIP",
                    "responsible_unit": "Bidang C",
                },
            ],
        ),
        drawn(
            "labels and texts of bands in cells of their own",
            "targets",
            [
                ("No", "Indikator", "Satuan", "Target 2024"),
                ("Sasaran 1", ":", "Meningkatnya mutu"),
                (1, "Persentase jalan mantap", "%", 80),
                ("Sasaran 2", ":", "Terwujudnya tertib"),
                (1, "Jumlah rambu", "unit", 5),
            ],
            (),
            [
                {"goal": "Meningkatnya mutu", "goal_number": "1", "indicator": "Persentase jalan mantap"},
                {"goal": "Terwujudnya tertib", "goal_number": "2", "indicator": "Jumlah rambu"},
            ],
        ),
        drawn(
            "four rows of headings",
            "measurement",
            [
                ("No", "Indikator", "Satuan", "Tahun 2024", None, None, None, None, None),
                (None, None, None, "Semester I"),
                (None, None, None, "TW I", None, None, "TW II"),
                (None, None, None, "T", "R", "%", "T", "R", "%"),
                (1, "Persentase jalan mantap", "%", 20, 21, 105, 40, 41, 102),
            ],
            ("D1:I1", "D2:I2", "D3:F3", "G3:I3", "A1:A4", "B1:B4", "C1:C4"),
            [
                {
                    "indicator": "Persentase jalan mantap",
                    "values": read_values("target", 2024, (1, "20"), (2, "40"))
                    | read_values("realization", 2024, (1, "21"), (2, "41"))
                    | read_values("achievement", 2024, (1, "105"), (2, "102")),
                }
            ],
        ),
        drawn(
            "figures after the period of the first",
            "measurement",
            [
                ("LAPORAN TAHUN 2024",),
                (
                    "No",
                    "Indikator",
                    "Satuan",
                    "Target TW I",
                    "Realisasi",
                    "Capaian",
                    "Target TW II",
                    "Realisasi",
                    "Capaian",
                ),
                (1, "Persentase jalan mantap", "%", 20, 21, 105, 40, 41, 102),
            ],
            (),
            [
                {
                    "indicator": "Persentase jalan mantap",
                    "values": read_values("target", 2024, (1, "20"), (2, "40"))
                    | read_values("realization", 2024, (1, "21"), (2, "41"))
                    | read_values("achievement", 2024, (1, "105"), (2, "102")),
                }
            ],
        ),
    ]


def all_layouts() -> list[Layout]:
    """Return the whole corpus."""
    return [
        *(
            probolinggo(merged=m, repeated=r, split_head=s, start=at)
            for m, r, s, at in (
                (True, True, False, 1),
                (False, True, True, 3),
                (True, False, False, 2),
                (False, False, True, 7),
            )
        ),
        *(
            kaltim(merged=m, heading_over=h, number_cells=n, start=at)
            for m, h, n, at in (
                (True, "both", False, 1),
                (False, "right", True, 4),
                (True, "left", True, 2),
                (False, "both", False, 6),
            )
        ),
        *(per9(hierarchical=h, column_numbers=c) for h in (True, False) for c in (True, False)),
        *(
            pringsewu(years_as_text=t, merged_header=m, repeated_goal=r)
            for t in (True, False)
            for m in (True, False)
            for r in (True, False)
        ),
        *(
            quarters(levels=n, roman=r, merged=m)
            for n in (1, 2, 3)
            for r in ("TW {number}", "Triwulan {number}", "Q{number}")
            for m in (True, False)
        ),
        months(),
        *(
            bands(merged=m, labelled=n, numbered=k)
            for m, n, k in (
                (True, True, False),
                (True, False, False),
                (False, True, False),
                (False, False, True),
                (False, False, False),
            )
        ),
        *(mixed_column(style=s) for s in ("dotted", "letters", "none", "inside")),
        alternating(),
        *(inside_text(mark=m) for m in ("{p}.", "{n}.{p}", "{p})", "IKU {n}.{p}:")),
        page_breaks(title_again=True),
        page_breaks(title_again=False),
        side_by_side(),
        below_each_other(),
        budget_columns(),
        kinerja_rupiah(),
        west_sumatra(),
        english(),
        *(misspelt(variant=n) for n in range(4)),
        split_heading(),
        group_below_titles(centred=False),
        group_below_titles(centred=True),
        kinds_in_rows(),
        periods_in_rows(),
        noise(),
        wrapped(),
        renstra_objectives(),
        *seen_shapes(),
    ]
