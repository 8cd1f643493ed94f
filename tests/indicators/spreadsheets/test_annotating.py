"""The file somebody sent, given back with notes in its cells: what stays, what goes, what is said."""

import io
import sys
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from indicators.spreadsheets import annotating, sandbox, wire
from indicators.spreadsheets.annotating import annotate
from indicators.spreadsheets.files import read
from indicators.spreadsheets.grid import Note
from indicators.spreadsheets.problems import Unreadable
from indicators.spreadsheets.sandbox import annotate_safely
from tests.indicators.spreadsheets import files
from tests.indicators.spreadsheets.test_sandbox import HOSTILE

NOTE = Note(
    "Data 2025", "C2", 'Realisasi "12,5o" bukan angka. Ketik angka saja, misalnya 12,50.', blocks=True
)
ROWS = (("No", "Indikator", "Realisasi"), (1, "Persentase jalan mantap", "12,5o"))


def opened(data: bytes) -> Worksheet:
    """Return the first sheet of a workbook."""
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def said(sheet: Worksheet) -> dict[str, str]:
    """Return the comments of a sheet by address."""
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


def test_a_note_stands_in_its_cell_in_colour():
    sheet = opened(annotate(files.xlsx(ROWS), "a.xlsx", [NOTE, Note("Data 2025", "B2", "Periksa namanya.")]))
    assert said(sheet) == {"C2": NOTE.text, "B2": "Periksa namanya."}
    assert sheet["C2"].fill.fgColor.rgb != sheet["B2"].fill.fgColor.rgb
    assert (sheet["C2"].fill.fill_type, sheet["A2"].fill.fill_type) == ("solid", None)


def test_what_a_workbook_looks_like_stays():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data 2025"
    for row in ROWS:
        sheet.append(row)
    sheet["A1"].font = Font(bold=True)
    sheet["D2"], sheet["D2"].number_format = 0.875, "0.0%"
    sheet["E2"] = date(2026, 7, 10)
    sheet.merge_cells("F1:G2")
    sheet["F1"] = "gabung"
    sheet.column_dimensions["B"].width = 44
    sheet.freeze_panes = "A2"
    book.create_sheet("Tersembunyi").sheet_state = "hidden"
    data = files.saved(book)
    after = annotate(data, "a.xlsx", [NOTE, Note("Data 2025", "G2", "Gabungan.")])
    assert read(after, "a.xlsx").sheets == read(data, "a.xlsx").sheets
    shown = opened(after)
    assert (shown["A1"].font.b, shown.column_dimensions["B"].width, shown.freeze_panes) == (True, 44, "A2")
    assert said(shown) == {"C2": NOTE.text, "F1": "Gabungan."}


def test_notes_of_one_cell_stand_together_with_the_comment_that_was_there():
    book = openpyxl.load_workbook(io.BytesIO(files.xlsx(ROWS)))
    book.active["C2"].comment = Comment("Angka dari bidang.", "Bidang")
    notes = [NOTE, NOTE, Note("Data 2025", "C2", "Juga\u202e ini.")]
    sheet = opened(annotate(files.saved(book), "a.xlsx", notes))
    assert said(sheet) == {"C2": f"Angka dari bidang.\n\n{NOTE.text}\n\nJuga ini."}


@pytest.mark.parametrize(("place", "cell"), [("2", "A2"), ("", "A1"), ("bukan sel", "A1"), ("Z9", "Z9")])
def test_a_note_about_a_row_or_the_sheet_stands_at_its_beginning(place: str, cell: str):
    assert said(opened(annotate(files.xlsx(ROWS), "a.xlsx", [Note("Data 2025", place, "x")]))) == {cell: "x"}


def test_a_formula_becomes_its_result_and_without_one_a_text():
    cells = (
        '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>A1&amp;""</f><v>=2</v></c>'
        '<c r="C1"><f>cmd|\'/C calc\'!A0</f></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    )
    with zipfile.ZipFile(io.BytesIO(files.xlsx(ROWS))) as container:
        parts: files.Parts = {name: container.read(name) for name in container.namelist()}
    parts["xl/worksheets/sheet1.xml"] = files.sheet_xml(f'<row r="1">{cells}</row>')
    sheet = opened(annotate(files.zipped(parts), "a.xlsx", []))
    assert [(cell.value, cell.data_type) for cell in sheet[1]] == [
        (2, "n"),
        ("=2", "s"),
        ("=cmd|'/C calc'!A0", "s"),
        ("=1/0", "s"),
    ]
    assert [cell.quotePrefix for cell in sheet[1]] == [False, True, True, True]


def test_formulas_of_several_cells_become_text_too():
    book = openpyxl.load_workbook(io.BytesIO(files.xlsx(ROWS)))
    book.active["A4"] = ArrayFormula("A4:A5", "=SUM(A1:A2*1)")
    book.active["B4"] = DataTableFormula("B4:B5")
    sheet = opened(annotate(files.saved(book), "a.xlsx", []))
    assert (sheet["A4"].value, sheet["A4"].data_type) == ("=SUM(A1:A2*1)", "s")
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("=TABLE()", "s")


def test_text_that_begins_like_a_formula_stays_text_when_somebody_edits_it():
    rows = [("x", "=1+1", "+1", "-1", "@a", "a")]
    book = openpyxl.load_workbook(io.BytesIO(files.xlsx(rows)))
    book.active["B1"].data_type = "s"
    sheet = opened(annotate(files.saved(book), "a.xlsx", []))
    assert [cell.quotePrefix for cell in sheet[1]] == [False, True, True, True, True, False]
    assert {cell.data_type for cell in sheet[1]} == {"s"}


def test_nothing_that_could_run_or_call_home_comes_back():
    book = openpyxl.load_workbook(io.BytesIO(files.xlsx(ROWS)))
    sheet = book.active
    sheet["B2"].hyperlink = "https://contoh.invalid/"
    choice = DataValidation("list", formula1="cmd|'/C calc'!A0")
    choice.add("C2")
    sheet.add_data_validation(choice)
    sheet.conditional_formatting.add("A1:A9", FormulaRule(["cmd|'/C calc'!A0"]))
    sheet.add_table(Table(displayName="Tabel", ref="A1:C2"))
    book.defined_names["Rahasia"] = DefinedName("Rahasia", attr_text="cmd|'/C calc'!A0")
    book.create_chartsheet("Grafik").add_chart(BarChart())
    with zipfile.ZipFile(io.BytesIO(files.saved(book))) as container:
        parts: files.Parts = {name: container.read(name) for name in container.namelist()}
    parts["xl/vbaProject.bin"] = b"makro"
    parts["xl/media/image1.png"] = b"gambar"
    after = annotate(files.zipped(parts), "a.xlsm", [NOTE])
    with zipfile.ZipFile(io.BytesIO(after)) as container:
        everything = b"".join(container.read(name) for name in container.namelist())
        names = container.namelist()
    assert not [
        name for name in names if any(w in name for w in ("vba", "media", "chart", "tables", "external"))
    ]
    for word in (b"cmd|", b"contoh.invalid", b"makro", b"Rahasia"):
        assert word not in everything
    assert said(opened(after)) == {"C2": NOTE.text}
    assert opened(after)["C2"].fill.fill_type == "solid"


@pytest.mark.parametrize(
    ("data", "name", "sheet"),
    [
        (files.ods(files.ods_table(ROWS)), "a.ods", "Data 2025"),
        (files.xls([[*row] for row in ROWS]), "a.xls", "Data 2025"),
        (b"No;Indikator;Realisasi\n1;Persentase jalan mantap;12,5o\n", "a.csv", "Lembar 1"),
        (files.docx(files.docx_table(*[[str(cell) for cell in row] for row in ROWS])), "a.docx", "Tabel 1"),
    ],
    ids=["ods", "xls", "csv", "docx"],
)
def test_other_kinds_come_back_as_a_workbook_of_the_same_cells(data: bytes, name: str, sheet: str):
    after = annotate(data, name, [Note(sheet, "C2", NOTE.text, blocks=True)])
    before, now = read(data, name).sheets, read(after, "a.xlsx").sheets
    assert [part.name for part in now] == [part.name for part in before] == [sheet]
    assert [(c.address, c.value) for c in now[0].cells.values()] == [
        (c.address, c.value) for c in before[0].cells.values()
    ]
    assert said(opened(after)) == {"C2": NOTE.text}


def test_a_new_workbook_keeps_formats_merges_errors_and_long_texts_readable():
    cell = '<table:table-cell office:value-type="{}" office:{}="{}"/>'
    table = (
        '<table:table table:name="Data 2025: [akhir] dan sebuah nama yang amat panjang"><table:table-row>'
        + cell.format("percentage", "value", "0.5")
        + '<table:table-cell table:formula="of:=1+1"/>'
        + '<table:table-cell table:number-columns-spanned="2" office:value-type="string">'
        + f"<text:p>{'kata ' * 30}</text:p></table:table-cell><table:covered-table-cell/>"
        + '<table:table-cell office:value-type="string"><text:p>=1+1</text:p></table:table-cell>'
        + "</table:table-row></table:table>"
    )
    data = files.ods(table)
    (before,) = read(data, "a.ods").sheets
    sheet = opened(annotate(data, "a.ods", []))
    assert sheet.title == "Data 2025   akhir  dan sebuah n"
    assert (sheet["A1"].value, "%" in sheet["A1"].number_format) == (0.5, True)
    assert (sheet["B1"].value, sheet["C1"].alignment.wrap_text) == (None, True)
    assert (
        [str(area) for area in sheet.merged_cells.ranges]
        == [str(area) for area in before.merges]
        == ["C1:D1"]
    )
    assert (sheet["E1"].value, sheet["E1"].data_type, sheet["E1"].quotePrefix) == ("=1+1", "s", True)


def test_an_error_cell_of_a_new_workbook_says_its_error():
    page = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    page += (
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table><Row><Cell>'
    )
    page += '<Data ss:Type="Error">#REF!</Data></Cell></Row></Table></Worksheet></Workbook>'
    assert opened(annotate(page.encode(), "a.xls", []))["A1"].value == "#REF!"


def test_a_sheet_named_only_by_signs_gets_a_name():
    data = files.ods(files.ods_table([["a"]], name="[:]"))
    assert opened(annotate(data, "a.ods", [])).title == "Lembar"


def test_a_large_file_gives_back_its_first_rows_and_those_with_notes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(annotating, "MAX_CELLS", 90)
    rows = [ROWS[0], *((number, f"Indikator {number}", Decimal(number)) for number in range(1, 1_000))]
    notes = [Note("Data 2025", f"C{row}", "x") for row in (500, 700)]
    sheet = opened(annotate(files.xlsx(rows), "a.xlsx", notes))
    assert [cell.value for cell in sheet[1]] == list(ROWS[0])
    assert [cell.value for cell in sheet[500]] == [499, "Indikator 499", 499]
    assert sheet["B21"].value is None
    assert said(sheet) == {"C500": "x", "C700": "x"}


def test_cells_beyond_the_limit_are_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(annotating, "MAX_CELLS", 4)
    sheet = opened(annotate(files.xlsx(ROWS), "a.xlsx", [NOTE]))
    assert [cell.value for row in sheet.iter_rows() for cell in row if cell.value] == [
        "No",
        "Indikator",
        "Realisasi",
        1,
    ]


def test_a_workbook_that_openpyxl_cannot_open_is_made_anew():
    data = files.raw_xlsx('<row r="1"><c t="inlineStr"><is><t>a</t></is></c></row>', styles="<bukan/>")
    sheet = opened(annotate(data, "a.xlsx", [Note("Data 1", "A1", "x")]))
    assert (sheet["A1"].value, said(sheet)) == ("a", {"A1": "x"})


def test_a_note_on_a_sheet_that_is_not_there_costs_no_other_note():
    notes = [Note("tiada", "A1", "x"), Note("Data 2025", "A1", "y")]
    assert said(opened(annotate(files.xlsx(ROWS), "a.xlsx", notes))) == {"A1": "y"}


def test_what_openpyxl_loads_late_is_loaded_before_the_doors_close():
    loaded = set(sys.modules)
    annotating.warm_up()
    annotate(files.xlsx(ROWS), "a.xlsx", [NOTE])
    assert not {name for name in set(sys.modules) - loaded if name.startswith("openpyxl")}


def test_the_same_file_and_notes_give_the_same_bytes():
    assert annotate(files.xlsx(ROWS), "a.xlsx", [NOTE]) == annotate(files.xlsx(ROWS), "a.xlsx", [NOTE])


def test_a_noted_file_is_read_again_as_it_was():
    data = files.xlsx(ROWS)
    after = annotate_safely(data, "a.xlsx", [NOTE])
    assert read(after, "a.xlsx").sheets == read(data, "a.xlsx").sheets
    assert after == annotate(data, "a.xlsx", [NOTE])


def test_a_file_that_cannot_be_read_is_refused_in_the_same_words():
    for data, code in ((b"", "empty"), (b"%PDF-1.7", "pdf"), (files.cut(files.xlsx(ROWS)), "broken")):
        with pytest.raises(Unreadable) as caught:
            annotate_safely(data, "rekap.xlsx", [NOTE])
        assert caught.value.code == code
        assert "rekap.xlsx" in caught.value.message


@pytest.mark.parametrize("case", [case for case, (_, _, code) in HOSTILE.items() if code])
def test_no_hostile_file_is_noted(case: str):
    build, name, code = HOSTILE[case]
    with pytest.raises(Unreadable) as caught:
        annotate_safely(build(), name, [NOTE])
    assert caught.value.code == code


def test_an_answer_that_is_no_workbook_is_not_believed(monkeypatch: pytest.MonkeyPatch):
    for answer in (b"", b"bukan", b"PK"):
        with pytest.raises(EOFError):
            wire.file_of(answer, "a.xlsx")
    monkeypatch.setattr(sandbox, "MAX_ANSWER", 100)
    with pytest.raises(Unreadable) as caught:
        annotate_safely(files.xlsx(ROWS), "a.xlsx", [NOTE])
    assert caught.value.code == "too-heavy"


def test_ten_thousand_rows_are_noted_within_the_limits_of_reading():
    rows = [ROWS[0], *((number, f"Indikator {number}", Decimal("1.5")) for number in range(1, 10_001))]
    sheet = opened(annotate_safely(files.xlsx(rows), "a.xlsx", [Note("Data 2025", "C9000", "x")]))
    assert (sheet.max_row, sheet["C9000"].comment.text) == (10_001, "x")
