"""Where readers put what they find: one place counts cells and text, cleans text and says what was odd."""

from __future__ import annotations

import re
from decimal import Decimal

from indicators.spreadsheets.grid import Area, Cell, Problem, Sheet, Stored, Workbook, address, letters
from indicators.spreadsheets.guard import MAX_TEXT, Budget
from indicators.spreadsheets.problems import Unreadable, shown_name
from indicators.spreadsheets.readers import values

MAX_SHEETS = 200
MAX_ROWS = 200_000  # the last row that may hold something
MAX_COLUMNS = 1_000
MAX_CELLS = 750_000
MAX_CHARACTERS = 16_000_000  # of all cells together
MAX_MERGES = 20_000
MAX_COMMENTS = 5_000
MAX_COMMENT = 2_000  # characters; the rest is cut
MAX_PROBLEMS = 50  # of one code; the rest is counted
MAX_KEPT = 50_000  # texts and numbers that are kept once however often they stand in a file

# {cell} and {sheet} are named, {detail} is the error or the lines.
SENTENCES = {
    "formula": 'Sel {cell} pada lembar "{sheet}" berisi rumus tanpa hasil tersimpan. Buka di Excel, simpan, '
    "lalu unggah lagi.",
    "error-cell": 'Sel {cell} pada lembar "{sheet}" berisi kesalahan {detail}. Perbaiki rumusnya di Excel, '
    "simpan, lalu unggah lagi.",
    "number": 'Sel {cell} pada lembar "{sheet}" berisi angka yang tidak sah. Ketik ulang angkanya, simpan, '
    "lalu unggah lagi.",
    "date": 'Sel {cell} pada lembar "{sheet}" berisi tanggal yang tidak ada di kalender. Ketik ulang '
    "tanggalnya, simpan, lalu unggah lagi.",
    "digits-lost": 'Sel {cell} pada lembar "{sheet}" berisi angka lebih dari 15 digit; Excel hanya '
    "menyimpan 15 digit pertama. Simpan nomor sebagai teks bila setiap digitnya penting.",
    "unseen": 'Sel {cell} pada lembar "{sheet}" berisi karakter tak terlihat; karakter itu dibuang.',
    "lookalike-digits": 'Sel {cell} pada lembar "{sheet}" berisi angka dari aksara lain yang mirip 0–9. '
    "Ketik ulang dengan angka biasa.",
    "hidden-sheet": 'Lembar "{sheet}" tersembunyi dan tetap dibaca.',
    "hidden-rows": 'Baris tersembunyi pada lembar "{sheet}" tetap dibaca: {detail}.',
    "hidden-columns": 'Kolom tersembunyi pada lembar "{sheet}" tetap dibaca: {detail}.',
    "chart-sheet": 'Lembar "{sheet}" hanya berisi grafik atau makro dan tidak dibaca.',
    "macros": "Makro di dalam berkas ini diabaikan dan tidak dijalankan.",
    "other-extension": "Isi berkas ini berjenis {detail}, tidak sesuai dengan akhiran namanya; dibaca "
    "sesuai isinya.",
    "encoding": "Berkas teks ini tidak memakai UTF-8; dibaca sebagai Windows-1252. Periksa huruf beraksen "
    "dan tanda kutip.",
    "delimiter": "Pemisah kolom tidak dapat dikenali; setiap baris dibaca sebagai satu kolom. Simpan "
    "dengan pemisah titik koma (;).",
    "quotes": "Tanda kutip di dalam berkas ini tidak berpasangan. Periksa baris yang kolomnya tampak "
    "tergabung.",
}
# What Excel writes into a comment that began a conversation, for editions that know none.
_THREAD = re.compile(r"\[[^\]\n]{1,60}\]\n.{1,600}?\n(?:Comment|Komentar):\s*", re.DOTALL)
_MORE = "Masih ada {count} hal serupa: {message}"


class Book:
    """A workbook being read: its limits, its sheets, what was odd. Texts and numbers that repeat are kept
    once."""

    def __init__(self, kind: str) -> None:
        self.workbook = Workbook(kind)
        self.budget = Budget()
        self.cells_left = MAX_CELLS
        self.characters_left = MAX_CHARACTERS
        self._merges_left = MAX_MERGES
        self._comments_left = MAX_COMMENTS
        self._texts: dict[str, str] = {}
        self._numbers: dict[str, Decimal | None] = {}
        self._said: dict[str, int] = {}

    def page(self, name: str, *, hidden: bool = False) -> Page:
        """Begin a sheet."""
        if len(self.workbook.sheets) >= MAX_SHEETS:
            raise Unreadable("too-many-sheets", limit=MAX_SHEETS)
        sheet = Sheet(
            shown_name(values.clean(name)) or f"Lembar {len(self.workbook.sheets) + 1}", hidden=hidden
        )
        self.workbook.sheets.append(sheet)
        return Page(self, sheet)

    def say(self, code: str, *, sheet: str = "", cell: str = "", detail: str = "") -> None:
        """Add a Problem; after MAX_PROBLEMS of one code they are only counted."""
        self._said[code] = self._said.get(code, 0) + 1
        if self._said[code] > MAX_PROBLEMS:
            return
        message = SENTENCES[code].format(cell=cell, sheet=sheet, detail=detail)
        self.workbook.problems.append(Problem(f"{sheet}!{cell}" if cell else "", code, message))

    def number(self, text: str) -> Decimal | None:
        """Return the number of a stored text, see values.number."""
        if text in self._numbers:
            return self._numbers[text]
        found = values.number(text)
        if len(self._numbers) < MAX_KEPT:
            self._numbers[text] = found
        return found

    def text(self, raw: str, page: Page, row: int, column: int) -> str:
        """Return a text as it is kept; says at its cell what nobody would see."""
        kept = self._texts.get(raw)
        if kept is None:
            if len(raw) > MAX_TEXT:
                raise Unreadable("text-too-long", limit=MAX_TEXT)
            kept = values.clean(raw)
            if not raw.isascii() or kept != raw:
                self._say_odd(raw, page, row, column)
            if len(self._texts) < MAX_KEPT:
                self._texts[raw] = kept
        self.characters_left -= len(kept)
        if self.characters_left < 0:
            raise Unreadable("too-much-text")
        return kept

    def _say_odd(self, raw: str, page: Page, row: int, column: int) -> None:
        where = address(row, column)
        if values.has_unseen(raw):
            self.say("unseen", sheet=page.sheet.name, cell=where)
        if values.has_lookalike_digits(raw):
            self.say("lookalike-digits", sheet=page.sheet.name, cell=where)

    def count_merge(self) -> bool:
        """Whether one more merged range may be kept."""
        self._merges_left -= 1
        return self._merges_left >= 0

    def count_comment(self) -> bool:
        """Whether one more comment may be kept."""
        self._comments_left -= 1
        return self._comments_left >= 0

    def finish(self) -> Workbook:
        """Return the workbook with everything said."""
        for sheet in self.workbook.sheets:
            self._say_hidden(sheet)
        for code, count in self._said.items():
            if count > MAX_PROBLEMS:
                last = next(p for p in reversed(self.workbook.problems) if p.code == code)
                message = _MORE.format(count=count - MAX_PROBLEMS, message=last.message)
                self.workbook.problems.append(Problem("", code, message))
        if not any(sheet.cells for sheet in self.workbook.sheets):
            raise Unreadable("no-table")
        return self.workbook

    def _say_hidden(self, sheet: Sheet) -> None:
        if not sheet.cells:
            sheet.hidden_rows.clear()
            sheet.hidden_columns.clear()
            return
        if sheet.hidden:
            self.say("hidden-sheet", sheet=sheet.name)
        if sheet.hidden_rows:
            sheet.hidden_rows &= {row for row, _ in sheet.cells}
        if sheet.hidden_columns:
            sheet.hidden_columns &= {column for _, column in sheet.cells}
        if sheet.hidden_rows:
            self.say("hidden-rows", sheet=sheet.name, detail=_runs(sheet.hidden_rows, str))
        if sheet.hidden_columns:
            self.say("hidden-columns", sheet=sheet.name, detail=_runs(sheet.hidden_columns, letters))


class Page:
    """A sheet being read."""

    def __init__(self, book: Book, sheet: Sheet) -> None:
        self.book = book
        self.sheet = sheet
        self._cells = sheet.cells

    def put(self, row: int, column: int, value: Stored, number_format: str = "", error: str = "") -> None:
        """Keep a cell that holds something; an empty text is nothing.

        Raises Unreadable: "too-far", "too-many-cells", "text-too-long", "too-much-text".
        """
        if type(value) is str:
            value = self.book.text(value, self, row, column)
        if not error and (value is None or value == ""):
            return
        if not (0 < row <= MAX_ROWS and 0 < column <= MAX_COLUMNS):
            raise self._too_far(row, column)
        self.book.cells_left -= 1
        if self.book.cells_left < 0:
            raise Unreadable("too-many-cells", limit=f"{MAX_CELLS:,}".replace(",", "."))
        self._cells[row, column] = Cell(row, column, value, number_format, error)

    def _too_far(self, row: int, column: int) -> Unreadable:
        where = address(row, column) if row > 0 and 0 < column < 20_000 else "?"
        rows = f"{MAX_ROWS:,}".replace(",", ".")
        columns = f"{MAX_COLUMNS:,}".replace(",", ".")
        return Unreadable("too-far", cell=where, sheet=self.sheet.name, rows=rows, columns=columns)

    def put_number(
        self,
        row: int,
        column: int,
        found: Decimal | None,
        number_format: str,
        shape: values.Shape,
        *,
        since_1904: bool,
    ) -> None:
        """Keep a number, or the date it stands for; what is neither becomes an error cell that is said."""
        if found is None:
            self.put_error(row, column, "number", "number")
        elif shape:
            moment = values.from_serial(found, shape, since_1904=since_1904)
            if moment is None:
                self.put_error(row, column, "date", "date")
            else:
                self.put(row, column, moment, number_format)
        else:
            self.put(row, column, found, number_format)
            if found.adjusted() >= 15 and found == found.to_integral_value():
                self.say("digits-lost", row, column)

    def put_error(self, row: int, column: int, error: str, code: str) -> None:
        """Keep a cell whose worth cannot be told, and say so."""
        self.put(row, column, None, error=error)
        self.say(code, row, column, detail=error)

    def say(self, code: str, row: int, column: int, detail: str = "") -> None:
        """Add a Problem about a cell of this sheet."""
        self.book.say(code, sheet=self.sheet.name, cell=address(row, column), detail=detail)

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Keep a merged range, cut at the limits; one of a single cell is none."""
        last_row, last_column = min(last_row, MAX_ROWS), min(last_column, MAX_COLUMNS)
        proper = 0 < first_row <= last_row and 0 < first_column <= last_column
        if proper and (first_row, first_column) != (last_row, last_column) and self.book.count_merge():
            self.sheet.merges.append(Area(first_row, first_column, last_row, last_column))

    def comment(self, row: int, column: int, text: str) -> None:
        """Keep a comment; those beyond the limits are left out."""
        words = _THREAD.sub("", values.clean(text)).strip()[:MAX_COMMENT]
        within = 0 < row <= MAX_ROWS and 0 < column <= MAX_COLUMNS
        if words and within and self.book.count_comment():
            self.sheet.comments[row, column] = words

    def hide_columns(self, first: int, last: int) -> None:
        """Note columns, both ends included, that the file hides."""
        self.sheet.hidden_columns.update(range(max(first, 1), min(last, MAX_COLUMNS) + 1))

    def hide_row(self, row: int) -> None:
        """Note a row that the file hides."""
        if row <= MAX_ROWS:
            self.sheet.hidden_rows.add(row)


def _runs(numbers: set[int], name: object) -> str:
    """Return numbers as runs: "5–7, 9"; no more than ten of them."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    show = name if callable(name) else str
    texts = [show(a) if a == b else f"{show(a)}–{show(b)}" for a, b in runs[:10]]
    return ", ".join(texts) + (", …" if len(runs) > 10 else "")
