"""The flat layout: one value a row, told by codes. What a program exports, and what our own template is.

Columns kode_instansi, kode_indikator or kode_data, tahun, periode, nilai, catatan, in any order; names and
units beside them are for people. Codes stay text: leading zeros of a number are those its format shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from indicators.spreadsheets.bands import Band
from indicators.spreadsheets.board import Board
from indicators.spreadsheets.captions import Caption
from indicators.spreadsheets.cells import Notation, Value, one_line, plain, read_value
from indicators.spreadsheets.columns import Column, Said, row_period, samples
from indicators.spreadsheets.corrections import fingerprint
from indicators.spreadsheets.grid import Area, Cell, Problem, address, letters
from indicators.spreadsheets.headings import Period, normalise
from indicators.spreadsheets.recognised import Table
from indicators.spreadsheets.records import Figure, Record

_HEADINGS = {
    "agency_code": "kodeinstansi kodeperangkatdaerah kodeopd kodeskpd kodepd agencycode",
    "code": "kodeindikator kodeiku kodeindikatorkinerja kodeindikatorkinerjautama indicatorcode",
    "data_code": "kodedata kodedatadasar kodeelemen kodeelemendata elementcode datacode",
    "agency": "namainstansi namaperangkatdaerah namaopd instansi",
    "indicator": "namaindikator namaiku indikator namadata namadatadasar nama",
    "unit": "satuan unit",
    "year": "tahun year",
    "period": "periode triwulan period quarter",
    "value": "nilai angka realisasi value",
    "note": "catatan keterangan note",
}
_FIELDS = {word: name for name, words in _HEADINGS.items() for word in words.split()}
_TEXTS = ("agency_code", "code", "data_code", "agency", "indicator", "unit", "note")
_CODES = frozenset({"agency_code", "code", "data_code"})
_EXACT = _CODES | {"note"}  # kept sign for sign
_WHOLE_YEAR = frozenset({"tahun", "tahunan", "setahun", "1 tahun", "satu tahun", "5"})
_YEAR = re.compile(r"(?:19|20)\d\d")
_PADDED = re.compile(r"(0+)(?:\.(0+))?")
# An ordinal figure is a word: whether it suits is judged where the indicator is known.
_WORDS_WELCOME = frozenset({"predicate", "ordinal", "ratio"})


def find_header(board: Board) -> int | None:
    """Return the row of the headings of a flat table, None where there is none."""
    for row in board.rows:
        columns = board.columns_of(row)
        if len(columns) >= 4 and _is_flat({_field(board.own(row, column)) for column in columns}):
            return row
    return None


def _is_flat(fields: set[str]) -> bool:
    keys = fields & {"agency_code", "year", "period"}
    return "value" in fields and bool(fields & {"code", "data_code"}) and len(keys) >= 2


def _field(text: str) -> str:
    if len(text) > 40:
        return ""
    return _FIELDS.get("".join(re.findall(r"[^\W_]+", normalise(text))), "")


def read(
    board: Board, band: Band, caption: Caption, last: int, said: Mapping[int, Said]
) -> tuple[Table, list[Problem]]:
    """Read the rows below `band` down to `last`, one record each; `said` are a person's words on columns."""
    rows = [row for row in board.rows if band.last < row <= last]
    columns = {index: _column(board, band, rows, index, said.get(index)) for index in band.paths}
    reader = _Rows(board, columns, caption.period)
    for row in rows:
        reader.take(row)
    read = [record.row for record in reader.records]
    table = Table(
        "flat",
        Area(band.first, min(columns), max([band.last, *read[-1:]]), max(columns)),
        [(band.first, band.last)],
        columns,
        caption,
        reader.records,
        reader.skipped,
        origin=(band.first, min(columns)),
        fingerprint=fingerprint(band),
    )
    return table, reader.problems


def _column(board: Board, band: Band, rows: list[int], index: int, said: Said | None) -> Column:
    heading = " › ".join(" ".join(text.split()) for text in band.paths[index])
    shown = samples(board, rows, index)
    if said is not None:
        reason = "ditetapkan oleh Anda"
        return Column(index, said.field, confidence=1.0, reason=reason, heading=heading, samples=shown)
    name = _field(band.paths[index][-1]) if band.paths[index] else ""
    reason = f'judul "{heading}"' if name else f'judul "{heading}" tidak dikenali'
    return Column(index, name, confidence=float(bool(name)), reason=reason, heading=heading, samples=shown)


class _Rows:
    """Takes row after row; the first column of a field counts. What repeats is read once."""

    def __init__(self, board: Board, columns: Mapping[int, Column], period: Period) -> None:
        self.board, self.period = board, period
        self.by_field: dict[str, int] = {}
        for index, column in columns.items():
            self.by_field.setdefault(column.field, index)
        self.by_field.pop("", None)
        self.texts = [
            (name, self.by_field[name], letters(self.by_field[name]))
            for name in _TEXTS
            if name in self.by_field
        ]
        self.records: list[Record] = []
        self.skipped: list[tuple[int, str]] = []
        self.problems: list[Problem] = []
        self._notation: Notation | None = None
        self._lines: dict[str, str] = {}
        self._times: dict[tuple[str, str], _Time] = {}
        self._values: dict[tuple[Cell, str], Value] = {}

    def take(self, row: int) -> None:
        """Read a row into a record, or skip it with a reason."""
        texts: dict[str, str] = {}
        cells: dict[str, str] = {}
        for name, index, column in self.texts:
            text = self._text(row, index, exact=name in _EXACT)
            if text:
                texts[name], cells[name] = text, f"{column}{row}"
        code, data_code = texts.get("code", ""), texts.get("data_code", "")
        if not code and not data_code:
            self._leave(row)
        elif _says_code(code) or _says_code(data_code):
            self.skipped.append((row, "judul kolom berulang"))
        else:
            if code and data_code:
                message = "Baris ini memuat kode indikator dan kode data dasar. Sisakan satu."
                self._say(row, "data_code", "two_codes", message)
            self.records.append(
                Record(row, texts, cells, self._figures(row, texts.get("unit", "")), last_row=row)
            )

    def _leave(self, row: int) -> None:
        """Skip a row without a code; a value nobody can place is said."""
        if self._text(row, self.by_field.get("value", 0)):
            self.skipped.append((row, "tanpa kode"))
            message = "Baris ini berisi nilai tanpa kode indikator atau kode data. Isi kodenya."
            self._say(row, "value", "no_code", message)
        else:
            self.skipped.append((row, "teks di luar tabel"))

    def _text(self, row: int, index: int, *, exact: bool = False) -> str:
        cell = self.board.sheet.cells.get((row, index))
        if cell is None:
            return ""
        if exact and isinstance(cell.value, Decimal):
            return _shown_code(cell)
        if exact and isinstance(cell.value, str):
            return cell.value.strip()
        text = self.board.own(row, index)
        line = self._lines.get(text)
        if line is None:
            line = self._lines[text] = one_line(text)
        return line

    def _say(self, row: int, name: str, code: str, message: str) -> None:
        self.problems.append(Problem(address(row, self.by_field[name]), code, message))

    def _figures(self, row: int, unit: str) -> list[Figure]:
        """Return the value of a row with the time it is of; an empty value is none."""
        time = self._time(row)
        index = self.by_field.get("value", 0)
        cell = self.board.sheet.cells.get((row, index))
        if cell is None:
            return []
        value = self._value(cell, unit)
        if value.code:
            self._say(row, "value", value.code, value.message)
        return [Figure("realization", time, address(row, index), value)]

    def _value(self, cell: Cell, unit: str) -> Value:
        known = (replace(cell, row=1, column=1), unit)
        value = self._values.get(known)
        if value is None:
            value = read_value(cell, unit=unit, notation=self._beside(cell))
            if value.code in _WORDS_WELCOME:
                value = Value(value.text)
            self._values[known] = value
        return value

    def _beside(self, cell: Cell) -> Notation | None:
        if not isinstance(cell.value, str):
            return None
        if self._notation is None:
            self._notation = Notation.of(self.board.cell(row, cell.column) for row in self.board.rows)
        return self._notation

    def _time(self, row: int) -> Period:
        """Return the time of a row; what a row does not say, the title may."""
        year = self._text(row, self.by_field.get("year", 0))
        part = self._text(row, self.by_field.get("period", 0))
        time = self._times.get((year, part))
        if time is None:
            time = self._times[year, part] = _time_of(year, part, self.period)
        for name, code, message in time.problems:
            self._say(row, name, code, message)
        return time.period


def _says_code(text: str) -> bool:
    return text[:1] in "kKaAiIeEdD" and _field(text) in _CODES


def _shown_code(cell: Cell) -> str:
    """Return a code that was stored as a number, with the zeros its format shows."""
    assert isinstance(cell.value, Decimal)  # noqa: S101
    shape = _PADDED.fullmatch(cell.number_format)
    if shape is None or cell.value < 0:
        return plain(cell.value)
    whole, _, decimals = f"{cell.value:.{len(shape[2] or '')}f}".partition(".")
    return f"{whole.zfill(len(shape[1]))}.{decimals}" if decimals else whole.zfill(len(shape[1]))


@dataclass(frozen=True)
class _Time:
    """What year and period of a row mean, and what is wrong with them: field, code, sentence."""

    period: Period
    problems: tuple[tuple[str, str, str], ...] = ()


def _time_of(year: str, part: str, title: Period) -> _Time:
    problems = []
    found = _part_of(part) if part else Period(quarter=title.quarter)
    if found is None:
        message = f'Periode "{part[:40]}" tidak dikenal. Tulis TW I, TW II, TW III, TW IV, atau Tahun.'
        problems.append(("period", "unknown_period", message))
    found = found or Period()
    if year and not _YEAR.fullmatch(year):
        message = f'"{year[:40]}" bukan tahun. Tulis empat angka, misalnya 2026.'
        problems.append(("year", "unknown_year", message))
    elif year:
        found = replace(found, year=int(year))
    elif not found.year:
        found = replace(found, year=title.year)
    return _Time(found, tuple(problems))


def _part_of(text: str) -> Period | None:
    if normalise(text) in _WHOLE_YEAR:
        return Period(annual=True)
    period = row_period(text, "quarter")
    return Period(year=period.year, quarter=period.quarter) if period.quarter else None
