"""Layout profiles: how a government prints its IKU table, as data. Pure: standard library only.

A profile names its columns in order. `read_columns` turns its JSON into columns and refuses what no table can
be made of with an Indonesian sentence. `reports.documents` decides what stands in the cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_COLUMNS = 20
MAX_WIDTH = 100
MAX_HEADING = 120

# What a column can hold, with the words a reader knows it by.
FIELDS = {
    "goal_number": "nomor sasaran",
    "goal": "sasaran strategis",
    "code": "kode indikator",
    "indicator_number": "nomor indikator",
    "indicator": "indikator kinerja utama",
    "unit": "satuan",
    "reason": "alasan",
    "definition": "definisi operasional",
    "formulation": "cara perhitungan",  # the drawn formula, then the prose
    "explanation": "penjelasan",  # definition, reason, formula and prose in one cell, as PER/9 has it
    "targets": "target",  # one column for each year of validity, under one heading
    "sources": "sumber data",
    "responsible": "penanggung jawab",
}
GOAL_FIELDS = frozenset({"goal_number", "goal"})  # one cell for all indicators of a goal
ALIGNMENTS = {"left": "kiri", "center": "tengah", "right": "kanan"}
ORIENTATIONS = ("portrait", "landscape")
FORMULA_STYLES = ("stacked", "inline")
KEYS = ("field", "heading", "width", "align", "join")


@dataclass(frozen=True)
class Column:
    """One column. `width` is a weight: a column of 20 is twice as wide as one of 10.

    The width of `targets` is that of one year. With `join` the heading also covers the next column, which has
    none of its own.
    """

    field: str
    heading: str
    width: int
    align: str = "left"
    join: bool = False


@dataclass(frozen=True)
class Layout:
    """A whole profile. Lines of `title` may hold {year}, {agency} and {AGENCY}."""

    code: str
    name: str
    title: tuple[str, ...]
    orientation: str
    header_block: bool
    column_numbers: bool
    formula_style: str
    columns: tuple[Column, ...]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Layout:
        """Return the layout of `data`, the fields of a profile. Raises ValueError, in Indonesian."""
        if data["orientation"] not in ORIENTATIONS:
            raise ValueError(f"Arah kertas tidak dikenal. Pilih {' atau '.join(ORIENTATIONS)}.")
        if data["formula_style"] not in FORMULA_STYLES:
            raise ValueError(f"Gaya rumus tidak dikenal. Pilih {' atau '.join(FORMULA_STYLES)}.")
        return cls(
            code=data["code"],
            name=data["name"],
            title=tuple(line.strip() for line in data["title"].splitlines() if line.strip()),
            orientation=data["orientation"],
            header_block=bool(data["header_block"]),
            column_numbers=bool(data["column_numbers"]),
            formula_style=data["formula_style"],
            columns=read_columns(data["columns"]),
        )

    def title_for(self, *, years: str, agency: str) -> list[str]:
        """Return the title lines with the placeholders filled."""
        # Plain replacement: str.format would let a title reach into the objects it is given.
        values = {"{year}": years, "{agency}": agency, "{AGENCY}": agency.upper()}
        lines = []
        for title_line in self.title:
            line = title_line
            for placeholder, value in values.items():
                line = line.replace(placeholder, value)
            lines.append(line)
        return lines


def read_columns(data: object) -> tuple[Column, ...]:
    """Return the columns of a profile. Raises ValueError that says which column is wrong and why."""
    if not isinstance(data, list) or not data:
        raise ValueError("Kolom harus berupa daftar dengan sedikitnya satu kolom.")
    if len(data) > MAX_COLUMNS:
        raise ValueError(f"Tabel memuat paling banyak {MAX_COLUMNS} kolom; daftar ini memuat {len(data)}.")
    columns = tuple(_read_column(number, entry) for number, entry in enumerate(data, 1))
    fields = [column.field for column in columns]
    for field in fields:
        if fields.count(field) > 1:
            raise ValueError(f"Isi “{field}” dipakai lebih dari satu kali. Hapus salah satu kolomnya.")
    if "indicator" not in fields:
        raise ValueError("Kolom “indicator” (nama indikator) belum ada. Tambahkan kolom itu.")
    _check_headings(columns)
    return columns


def _read_column(number: int, entry: object) -> Column:
    if not isinstance(entry, dict):
        raise ValueError(f"Kolom {number}: harus berupa objek dengan field, heading, dan width.")  # noqa: TRY004
    where = f"Kolom {number}"
    unknown = sorted(set(entry) - set(KEYS))
    if unknown:
        raise ValueError(f"{where}: kunci “{unknown[0]}” tidak dikenal. Pakai {', '.join(KEYS)}.")
    field, heading, width = entry.get("field"), entry.get("heading", ""), entry.get("width")
    align, join = entry.get("align", "left"), entry.get("join", False)
    if not isinstance(field, str) or field not in FIELDS:
        raise ValueError(f"{where}: isi “{field}” tidak dikenal. Pilih salah satu: {', '.join(FIELDS)}.")
    if not isinstance(heading, str) or len(heading) > MAX_HEADING:
        raise ValueError(f"{where}: judul kolom harus berupa teks, paling panjang {MAX_HEADING} huruf.")
    if isinstance(width, bool) or not isinstance(width, int) or not 1 <= width <= MAX_WIDTH:
        raise ValueError(f"{where}: lebar harus berupa bilangan bulat dari 1 sampai {MAX_WIDTH}.")
    if align not in ALIGNMENTS:
        raise ValueError(f"{where}: perataan “{align}” tidak dikenal. Pilih left, center, atau right.")
    if join not in (True, False):
        raise ValueError(f"{where}: join harus true atau false.")
    return Column(field, heading.strip(), width, align, join)


def _check_headings(columns: tuple[Column, ...]) -> None:
    """Every column stands under exactly one heading: its own, or that of the column before which joins it."""
    covered = False
    for number, column in enumerate(columns, 1):
        if covered and column.heading:
            raise ValueError(f"Kolom {number}: judulnya sudah tercakup kolom sebelumnya. Kosongkan heading.")
        if not covered and not column.heading:
            raise ValueError(f"Kolom {number}: judul kolom belum diisi.")
        if column.field == "targets" and (covered or column.join):
            raise ValueError(f"Kolom {number}: kolom target punya judul sendiri dan tidak dapat digabung.")
        if column.join and (covered or number == len(columns)):
            raise ValueError(f"Kolom {number}: join menggabung tepat dua kolom. Hapus join di sini.")
        covered = column.join
