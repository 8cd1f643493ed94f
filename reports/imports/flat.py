"""The workbook in which a report is filled away from the portal: one row for each figure that is typed.

Codes, names, units and headings are locked; the value and its note are open, with a list where only certain
words fit. Uploaded as it was sent it changes nothing. Read by indicators.spreadsheets.flat.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from agencies.models import User
from indicators.models import Indicator
from indicators.numbers import format_date, roman_quarter
from indicators.spreadsheets.headings import is_counted
from indicators.spreadsheets.saving import saved
from reports.entries import own_codes
from reports.exports.writing import Cell, Figure, dress_heading, print_on, write
from reports.models import Entry, Period, Report, Value
from reports.outcomes import level_of

INDICATORS, ELEMENTS, GUIDE = "Indikator", "Data dasar", "Petunjuk"
_SHARED = (("satuan", 14), ("tahun", 8), ("periode", 10), ("nilai", 18), ("catatan", 40))
HEADINGS = {
    INDICATORS: (("kode_instansi", 20), ("kode_indikator", 22), ("nama_indikator", 48), *_SHARED),
    ELEMENTS: (("kode_instansi", 20), ("kode_data", 22), ("nama_data", 48), *_SHARED),
}
_YEAR, _PERIOD, _VALUE, _NOTE = 5, 6, 7, 8  # columns
_HEAD = 4  # the row of headings
PERIODS = (*(roman_quarter(part) for part in range(1, 5)), "Tahun")
_LEAST_ROWS = 2  # of a list of words
_OPEN = PatternFill("solid", fgColor="FFF9DB")
_LINE = Side("thin", color="BFBFBF")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_GUIDE = (
    "Isi kolom nilai pada lembar Indikator dan Data dasar; kolom lain terkunci dan dipakai saat diunggah.",
    "Ketik angka saja, misalnya 12,50. Persen ditulis 87,5, bukan 0,875. Nol ditulis 0.",
    "Kosongkan nilai yang belum ada. Nilai yang sudah tersimpan tidak terhapus oleh sel kosong.",
    "Kolom catatan untuk alasan bila sebuah nilai memang lain dari biasanya.",
    "Indikator yang dihitung dengan rumus tidak ada di sini: hasilnya dihitung dari data dasar.",
    "Simpan sebagai .xlsx, lalu unggah di portal lewat menu Impor. Semua perubahan ditampilkan dahulu.",
)


@dataclass(frozen=True)
class Row:
    """One figure to fill: its code and name, what it is counted in, what is there, the words it may be."""

    code: str
    name: str
    unit: str
    value: Decimal | str | None
    note: str
    words: tuple[str, ...] = ()


def template(report: Report, *, by: User) -> bytes:
    """Return the workbook for the figures of a report that `by` fills; all of them for who fills none."""
    own = own_codes(report, by) or None
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "Portal IKU"
    sheets = {
        INDICATORS: [row for row in _indicators(report) if own is None or row.code in own],
        ELEMENTS: [row for row in _elements(report) if own is None or row.code in own],
    }
    lists = _Lists({row.words for rows in sheets.values() for row in rows if row.words} | {PERIODS})
    for name, rows in sheets.items():
        if rows:
            _fill(book.create_sheet(name), report, rows, lists)
    lists.write(book.create_sheet(GUIDE))
    return saved(book)


def _indicators(report: Report) -> Iterator[Row]:
    """Yield the indicators whose figure is typed."""
    from_quarters = report.codes_from_quarters()
    for entry in report.entries.all():
        d = entry.definition
        if d["kind"] != Indicator.Kind.COMPUTED and d["code"] not in from_quarters:
            yield Row(d["code"], d["name"], d["unit"], _shown(entry), entry.reason, _words(entry))


def _words(entry: Entry) -> tuple[str, ...]:
    d = entry.definition
    if d["kind"] == Indicator.Kind.YES_NO:
        return ("Ya", "Tidak")
    return tuple(str(level["label"]) for level in d["levels"]) if d["kind"] == Indicator.Kind.ORDINAL else ()


def _shown(entry: Entry) -> Decimal | str | None:
    number: Decimal | None = entry.number
    if number is None or not _words(entry):
        return number
    if entry.definition["kind"] == Indicator.Kind.YES_NO:
        return "Tidak" if entry.number.is_zero() else "Ya"
    return level_of(entry.definition, entry.number) or entry.number


def _elements(report: Report) -> Iterator[Row]:
    values = report.values.select_related("element").order_by("element__label", "element__code")
    value: Value
    for value in values:
        element = value.element
        yield Row(element.code, element.label, element.unit, value.number, value.reason)


def part_word(period: Period) -> str:
    """Return the period as the column periode has it: "TW II", "Tahun"."""
    return PERIODS[period.part - 1]


class _Lists:
    """The words that certain cells may hold, one below the other on the sheet of the guide."""

    def __init__(self, lists: Iterable[tuple[str, ...]]) -> None:
        self._lists = sorted(lists)
        self._first = len(_GUIDE) + 4

    def validation(self, words: tuple[str, ...]) -> DataValidation:
        """Return the rule that lets a cell hold one of `words`."""
        start = self._first
        for each in self._lists[: self._lists.index(words)]:
            start += len(each) + _LEAST_ROWS
        rule = DataValidation(
            "list", formula1=f"{GUIDE}!$A${start}:$A${start + len(words) - 1}", allow_blank=True
        )
        rule.errorTitle, rule.error = "Bukan pilihan", "Pilih salah satu dari daftar."
        rule.showErrorMessage = True
        return rule

    def write(self, sheet: Worksheet) -> None:
        """Write the guide, and below it the lists."""
        sheet.column_dimensions["A"].width = 110
        write(sheet["A1"], "Cara mengisi")
        sheet["A1"].font = Font(bold=True, size=13)
        for row, line in enumerate(_GUIDE, 2):
            write(sheet.cell(row, 1), line)
            sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
        row = self._first
        for words in self._lists:
            write(sheet.cell(row - 1, 1), "Pilihan:")
            sheet.cell(row - 1, 1).font = Font(italic=True)
            for word in words:
                write(sheet.cell(row, 1), word)
                row += 1
            row += _LEAST_ROWS
        sheet.protection.sheet = True


def _fill(sheet: Worksheet, report: Report, rows: Sequence[Row], lists: _Lists) -> None:
    write(sheet["A1"], f"Isian {report.period} – {report.agency.name}")
    sheet["A1"].font = Font(bold=True, size=13)
    write(sheet["A2"], f"Isi kolom kuning saja, paling lambat {format_date(report.last_day)}. Lihat {GUIDE}.")
    for column, (heading, width) in enumerate(HEADINGS[sheet.title], 1):
        write(sheet.cell(_HEAD, column), heading)
        dress_heading(sheet.cell(_HEAD, column))
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, _HEAD + 1):
        _write_row(sheet, number, report, row)
    _guard(sheet, rows, lists)
    sheet.freeze_panes = sheet.cell(_HEAD + 1, 4)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False  # both stay allowed
    print_on(sheet, report.agency.paper, rows=(_HEAD, _HEAD))


def _write_row(sheet: Worksheet, number: int, report: Report, row: Row) -> None:
    period = report.period
    cells: tuple[Cell, ...] = (
        report.agency.code,
        row.code,
        row.name,
        row.unit,
        period.year,
        part_word(period),
    )
    for column, cell in enumerate(cells, 1):
        target = sheet.cell(number, column)
        write(target, cell)
        if column < 3:
            target.number_format = "@"
    target = sheet.cell(number, _VALUE)
    if isinstance(row.value, Decimal):
        write(target, Figure(row.value, _decimals(row.value)))
    else:
        write(target, row.value)
        target.number_format = "@" if row.words else ("#,##0" if is_counted(row.unit) else "#,##0.00")
    write(sheet.cell(number, _NOTE), row.note)
    for column in range(1, _NOTE + 1):
        target = sheet.cell(number, column)
        target.border = _BOX
        target.alignment = Alignment(vertical="top", wrap_text=column not in {1, 2, _VALUE})
        if column in {_VALUE, _NOTE}:
            target.fill, target.protection = _OPEN, Protection(locked=False)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _guard(sheet: Worksheet, rows: Sequence[Row], lists: _Lists) -> None:
    """Let cells hold what fits: a number, a word of a list, a period."""
    number = DataValidation(
        "decimal", operator="between", formula1="-1E+18", formula2="1E+18", allow_blank=True
    )
    number.errorTitle, number.error = "Bukan angka", "Ketik angka saja, misalnya 12,50."
    number.showErrorMessage = True
    rules = {PERIODS: lists.validation(PERIODS)}
    for place, row in enumerate(rows, _HEAD + 1):
        if row.words not in rules:
            rules[row.words] = lists.validation(row.words) if row.words else number
        rules[row.words].add(sheet.cell(place, _VALUE))
        rules[PERIODS].add(sheet.cell(place, _PERIOD))
    for rule in rules.values():
        sheet.add_data_validation(rule)
