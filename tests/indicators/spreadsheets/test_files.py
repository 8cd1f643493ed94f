"""What a file says arrives in the grid: the same values, at the same addresses, of the same types."""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal

import openpyxl
import pytest
import python_calamine
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from indicators.spreadsheets.files import read
from indicators.spreadsheets.grid import Cell, Sheet, Workbook
from indicators.spreadsheets.problems import Unreadable
from indicators.spreadsheets.readers import collecting, values
from indicators.spreadsheets.sandbox import read_safely
from tests.indicators.spreadsheets import files


def only_sheet(data: bytes, name: str = "rekap.xlsx") -> Sheet:
    (sheet,) = read(data, name).sheets
    return sheet


def stored(sheet: Sheet) -> dict[str, object]:
    return {cell.address: cell.value for cell in sheet.cells.values()}


def said(workbook: Workbook) -> list[tuple[str, str]]:
    return [(problem.code, problem.cell) for problem in workbook.problems]


def refusal(data: bytes, name: str = "rekap.xlsx") -> str:
    with pytest.raises(Unreadable) as caught:
        read(data, name)
    return caught.value.code


# Values

ROWS: list[list[object]] = [
    ["Indikator", "Target", None, True],
    [Decimal("12.5"), 7, "007", "0,125"],
    [dt.date(2026, 7, 10), dt.datetime.fromisoformat("2026-07-10T09:40"), dt.time(9, 40), None],
]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_text_stays_text_numbers_stay_numbers_and_dates_are_dates(kind: str) -> None:
    if kind == "xlsx":
        data = files.xlsx(ROWS)
    elif kind == "xls":
        formats = {(2, 0): "yyyy-mm-dd", (2, 1): "yyyy-mm-dd hh:mm", (2, 2): "hh:mm"}
        data = files.xls(ROWS, formats=formats)
    else:
        time = '<table:table-cell office:value-type="time" office:time-value="PT09H40M00S"/>'
        data = files.ods(files.ods_table(ROWS).replace(files.ods_cell(dt.time(9, 40)), time))
    sheet = only_sheet(data, f"rekap.{kind}")
    assert sheet.name == "Data 2025"
    assert stored(sheet) == {
        "A1": "Indikator",
        "B1": "Target",
        "D1": True,
        "A2": Decimal("12.5"),
        "B2": Decimal(7),
        "C2": "007",
        "D2": "0,125",
        "A3": dt.date(2026, 7, 10),
        "B3": dt.datetime.fromisoformat("2026-07-10T09:40"),
        "C3": dt.time(9, 40),
    }
    assert all(not isinstance(cell.value, float | int) or cell.value is True for cell in sheet.cells.values())


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_number_shown_as_percent_keeps_its_worth_and_its_format(kind: str) -> None:
    if kind == "xlsx":
        data = files.xlsx([[0.875]], formats={"A1": "0.0%"})
    elif kind == "xls":
        data = files.xls([[0.875]], formats={(0, 0): "0.0%"})
    else:
        cell = (
            '<table:table-cell office:value-type="percentage" '
            'office:value="0.875"><text:p>87,5%</text:p></table:table-cell>'
        )
        data = files.ods(
            f'<table:table table:name="a"><table:table-row>{cell}</table:table-row></table:table>'
        )
    (found,) = only_sheet(data, f"a.{kind}").cells.values()
    assert (found.value, found.number_format, found.is_percent) == (Decimal("0.875"), "0.0%", True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.30000000000000004", "0.3"),
        ("0.1", "0.1"),
        ("87.5", "87.5"),
        ("1.0", "1"),
        ("-0", "0"),
        ("61.239999999999995", "61.24"),
        ("0.12345678901234566", "0.123456789012346"),
        ("123456789012345", "123456789012345"),
        ("196812312005011001", "196812312005011000"),
        ("1e3", "1000"),
        ("1.5E-3", "0.0015"),
        ("1E+20", "100000000000000000000"),
        ("9" * 400, None),
        ("0." + "3" * 400, "0.333333333333333"),
        ("1e400", None),
        ("NaN", None),
        ("INF", None),
        ("-Infinity", None),
        ("1_000", None),
        ("0x10", None),
        ("１２", None),
        ("٣", None),
        ("1,5", None),
        ("", None),
    ],
)
def test_a_stored_number_is_what_excel_shows_of_it(text: str, expected: str | None) -> None:
    found = values.number(text)
    assert (found if found is None else str(found)) == expected


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_fifteen_digits_of_any_number_survive(value: float) -> None:
    found = values.from_float(value)
    assert found is not None
    assert found == Decimal(format(value, ".15g"))


@pytest.mark.parametrize("text", ["NaN", "1e400", "１２", "9" * 400, "1_000"])
def test_a_number_cell_without_a_number_is_an_error_at_its_cell(text: str) -> None:
    workbook = read(files.cells_xlsx(f'<c r="A1"><v>{text}</v></c><c r="B1"><v>2</v></c>'), "a.xlsx")
    assert workbook.sheets[0].cells[1, 1] == Cell(1, 1, None, error="number")
    assert workbook.sheets[0].cells[1, 2].value == Decimal(2)
    assert said(workbook) == [("number", "Data 1!A1")]


def test_a_number_beyond_fifteen_digits_is_said_to_have_lost_some() -> None:
    workbook = read(
        files.cells_xlsx('<c r="A1"><v>196812312005011001</v></c><c r="B1"><v>123456789012345</v></c>'), "a"
    )
    assert said(workbook) == [("digits-lost", "Data 1!A1")]


STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="[$-421]dd\\ mmmm\\ yyyy"/><numFmt numFmtId="165" '
    'formatCode="&quot;hari&quot;\\ 0"/><numFmt numFmtId="166" formatCode="[h]:mm"/><numFmt numFmtId="167" '
    'formatCode="General"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf '
    'numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="22"/>'
    '<xf numFmtId="20"/><xf numFmtId="167"/><xf numFmtId="10"/></cellXfs>'
)


@pytest.mark.parametrize(
    ("style", "number", "expected"),
    [
        (0, "45848", Decimal(45848)),
        (1, "45848", dt.date(2025, 7, 10)),
        (2, "45848", dt.date(2025, 7, 10)),
        (3, "45848", Decimal(45848)),
        (4, "1.5", Decimal("1.5")),
        (5, "45848.402777777781", dt.datetime.fromisoformat("2025-07-10T09:40")),
        (6, "0.40277777777777779", dt.time(9, 40)),
        (7, "45848", Decimal(45848)),
        (8, "0.5", Decimal("0.5")),
        (1, "1", dt.date(1900, 1, 1)),
        (1, "59", dt.date(1900, 2, 28)),
        (1, "61", dt.date(1900, 3, 1)),
        (1, "2958465", dt.date(9999, 12, 31)),
        (99, "45848", Decimal(45848)),
    ],
)
def test_a_number_is_a_date_when_its_format_shows_one(style: int, number: str, expected: object) -> None:
    data = files.cells_xlsx(f'<c r="A1" s="{style}"><v>{number}</v></c>', styles=STYLES)
    assert stored(only_sheet(data)) == {"A1": expected}


@pytest.mark.parametrize("number", ["60", "-1", "2958466", "1e300", "2958465.9999999999"])
def test_a_day_that_no_calendar_has_is_an_error_at_its_cell(number: str) -> None:
    workbook = read(files.cells_xlsx(f'<c r="A1" s="1"><v>{number}</v></c>', styles=STYLES), "a.xlsx")
    assert said(workbook) == [("date", "Data 1!A1")]
    assert workbook.sheets[0].cells[1, 1].error == "date"


@pytest.mark.parametrize("flag", ["1", "true"])
def test_dates_of_the_epoch_of_1904_are_four_years_later(flag: str) -> None:
    cells = '<c r="A1" s="1"><v>44386</v></c><c r="B1" s="1"><v>0</v></c>'
    data = files.cells_xlsx(cells, styles=STYLES, workbook=f'<workbookPr date1904="{flag}"/>')
    assert stored(only_sheet(data)) == {"A1": dt.date(2025, 7, 10), "B1": dt.date(1904, 1, 1)}


def test_old_workbooks_may_count_from_1904_too() -> None:
    workbook = xlwt.Workbook()
    workbook.dates_1904 = True
    sheet = workbook.add_sheet("a")
    sheet.write(0, 0, 44386, xlwt.easyxf(num_format_str="dd/mm/yyyy"))
    assert stored(only_sheet(files.saved_xls(workbook), "a.xls")) == {"A1": dt.date(2025, 7, 10)}


def test_every_way_to_store_text_in_a_workbook_is_read() -> None:
    texts = (
        "<si><t>biasa</t></si><si><r><t xml:space='preserve'>kaya </t></r><r><rPr><b/></rPr><t>rupa</t></r>"
        "<rPh><t>bunyi</t></rPh></si><si/><si><t>baris_x000D_\nbaru _x005F_x0041_</t></si>"
    )
    cells = (
        '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="s"><v>3</v></c><c r="E1" t="inlineStr"><is><r><t>da</t></r><r><t>lam</t></r></is></c>'
        '<c r="F1" t="str"><f>A1</f><v>hasil</v></c><c r="G1" t="inlineStr"><is><t>  </t></is></c>'
        '<c r="H1" t="d"><v>2026-07-10</v></c><c t="b"><v>0</v></c>'
    )
    assert stored(only_sheet(files.cells_xlsx(cells, texts=texts))) == {
        "A1": "biasa",
        "B1": "kaya rupa",
        "D1": "baris\nbaru _x0041_",
        "E1": "dalam",
        "F1": "hasil",
        "H1": dt.date(2026, 7, 10),
        "I1": False,
    }


def test_formulas_give_their_stored_results_and_are_named_where_they_have_none() -> None:
    rows = (
        '<row r="13"><c r="A13"><f>1+1</f><v>2</v></c><c r="B13" t="str"><f>""</f><v></v></c></row>'
        '<row r="14"><c r="G14"><f>SUM(A1:A9)</f></c><c r="H14"><f>A1</f><v/></c></row>'
    )
    workbook = read(files.zipped(files.xlsx_parts(files.sheet_xml(rows), names=["Data 2025"])), "a.xlsx")
    assert workbook.sheets[0].cells[14, 7] == Cell(14, 7, None, error="formula")
    assert workbook.sheets[0].cells[13, 1].value == Decimal(2)
    assert (13, 2) not in workbook.sheets[0].cells
    assert said(workbook) == [("formula", "Data 2025!G14"), ("formula", "Data 2025!H14")]
    assert workbook.problems[0].message == (
        'Sel G14 pada lembar "Data 2025" berisi rumus tanpa hasil tersimpan. Buka di Excel, simpan, lalu '
        "unggah lagi."
    )


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_error_cells_are_named(kind: str) -> None:
    if kind == "xlsx":
        data = files.cells_xlsx('<c r="A1"><v>1</v></c><c r="B1" t="e"><f>X</f><v>#REF!</v></c>')
    elif kind == "xls":
        workbook = xlwt.Workbook()
        sheet = workbook.add_sheet("Data 1")
        sheet.write(0, 0, 1)
        sheet.row(0).set_cell_error(1, 0x17)
        data = files.saved_xls(workbook)
    else:
        cell = (
            '<table:table-cell table:formula="of:=X" '
            'office:value-type="string"><text:p>#REF!</text:p></table:table-cell>'
        )
        row = files.ods_cell(1) + cell
        data = files.ods(
            f'<table:table table:name="Data 1"><table:table-row>{row}</table:table-row></table:table>'
        )
    workbook_read = read(data, f"a.{kind}")
    assert workbook_read.sheets[0].cells[1, 2] == Cell(1, 2, None, error="#REF!")
    assert said(workbook_read) == [("error-cell", "Data 1!B1")]


def test_a_thousand_errors_are_counted_not_listed() -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}" t="e"><v>#N/A</v></c></row>' for r in range(1, 1_001))
    workbook = read(files.raw_xlsx(rows), "a.xlsx")
    assert len(workbook.problems) == collecting.MAX_PROBLEMS + 1
    assert "Masih ada 950 hal serupa" in workbook.problems[-1].message
    assert len(workbook.sheets[0].cells) == 1_000


# Characters nobody sees


def test_unseen_characters_go_and_are_said_while_lookalike_digits_stay_and_are_said() -> None:
    workbook = read("\ufeffa;\u202e12;b\0c;１２;٣;é\n".encode(), "a.csv")
    assert stored(workbook.sheets[0]) == {
        "A1": "a",
        "B1": "12",
        "C1": "bc",
        "D1": "１２",
        "E1": "٣",
        "F1": "é",
    }
    assert said(workbook) == [
        ("unseen", "Lembar 1!B1"),
        ("unseen", "Lembar 1!C1"),
        ("lookalike-digits", "Lembar 1!D1"),
        ("lookalike-digits", "Lembar 1!E1"),
    ]


# Merges, hidden parts, order


def test_merged_ranges_hidden_parts_and_addresses_of_a_workbook_are_kept() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Terbuka"
    sheet["C8"] = "isi"
    sheet["D9"] = "tersembunyi"
    sheet.merge_cells("C8:C10")
    sheet.row_dimensions[9].hidden = True
    sheet.row_dimensions[99].hidden = True
    sheet.column_dimensions["D"].hidden = True
    other = workbook.create_sheet("Rahasia")
    other["A1"] = 1
    other.sheet_state = "veryHidden"
    read_workbook = read(files.saved(workbook), "a.xlsx")
    first, second = read_workbook.sheets
    assert stored(first) == {"C8": "isi", "D9": "tersembunyi"}
    assert [str(area) for area in first.merges] == ["C8:C10"]
    assert (first.hidden, first.hidden_rows, first.hidden_columns) == (False, {9}, {4})
    assert (second.name, second.hidden) == ("Rahasia", True)
    assert [problem.message for problem in read_workbook.problems] == [
        'Baris tersembunyi pada lembar "Terbuka" tetap dibaca: 9.',
        'Kolom tersembunyi pada lembar "Terbuka" tetap dibaca: D.',
        'Lembar "Rahasia" tersembunyi dan tetap dibaca.',
    ]


def test_merged_ranges_and_hidden_parts_of_an_old_workbook_are_kept() -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Data")
    sheet.write_merge(7, 9, 2, 2, "isi")
    sheet.write(8, 3, "b")
    sheet.row(8).hidden = True
    sheet.col(3).hidden = True
    hidden = workbook.add_sheet("Rahasia")
    hidden.write(0, 0, 1)
    hidden.visibility = 1
    first, second = read(files.saved_xls(workbook), "a.xls").sheets
    assert [str(area) for area in first.merges] == ["C8:C10"]
    assert (first.hidden_rows, first.hidden_columns, second.hidden) == ({9}, {4}, True)


def test_repeats_spans_notes_and_hidden_parts_of_an_opendocument_workbook_are_understood() -> None:
    note = "<office:annotation><text:p>catatan</text:p></office:annotation>"
    table = (
        '<table:table table:name="Data" table:style-name="ta1"><table:table-column '
        'table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="16382"/>'
        '<table:table-row table:number-rows-repeated="6"><table:table-cell '
        'table:number-columns-repeated="16384"/>'
        "</table:table-row><table:table-row table:number-rows-repeated='2' table:visibility='filter'>"
        f'<table:table-cell/><table:table-cell table:number-columns-repeated="2" '
        f'office:value-type="string">{note}'
        "<text:p>a<text:s "
        "text:c='2'/>b<text:span>c</text:span>d</text:p><text:p>e</text:p></table:table-cell>"
        '</table:table-row><table:table-row><table:table-cell table:number-columns-spanned="2" '
        'table:number-rows-spanned="3" office:value-type="string"><text:p>gabung</text:p></table:table-cell>'
        "<table:covered-table-cell/></table:table-row>"
        "<table:table-row "
        'table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>'
    )
    styles = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
    sheet = only_sheet(files.ods(table, styles=styles), "a.ods")
    text = "a  bcd\ne"
    assert stored(sheet) == {"B7": text, "C7": text, "B8": text, "C8": text, "A9": "gabung"}
    assert [str(area) for area in sheet.merges] == ["A9:B11"]
    assert (sheet.hidden, sheet.hidden_rows, sheet.hidden_columns) == (True, {7, 8}, {3})


def test_rows_and_cells_without_addresses_follow_each_other() -> None:
    sheet = only_sheet(
        files.raw_xlsx("<row><c><v>1</v></c><c><v>2</v></c></row><row r='5'><c><v>3</v></c></row>")
    )
    assert stored(sheet) == {"A1": Decimal(1), "B1": Decimal(2), "A5": Decimal(3)}


def test_a_workbook_of_strict_or_prefixed_xml_reads_like_any_other() -> None:
    parts = files.xlsx_parts(files.sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'))
    for name, part in parts.items():
        strict = str(part).replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        if "sheet1" in name:
            strict = (
                re.sub(r"<(/?)(\w)", r"<\1x:\2", strict)
                .replace("xmlns=", "xmlns:x=")
                .replace("<?x:xml", "<?xml")
            )
        parts[name] = strict
    assert stored(only_sheet(files.zipped(parts))) == {"A1": Decimal(1)}


# Odd, and still good


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (
            files.raw_xlsx(
                '<row r="1"><c r="A1"><v>1</v></c></row>', before='<dimension ref="A1:XFD1048576"/>'
            ),
            "a.xlsx",
            [],
        ),
        (
            files.raw_xlsx(
                '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
            ),
            "a.xlsx",
            [],
        ),
        (
            files.raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>', after="<sheetProtection sheet='1'/>"),
            "a.xlsx",
            [],
        ),
        (files.raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>'), "a.csv", [("other-extension", "")]),
        (files.xls([[1]]), "a.xlsx", [("other-extension", "")]),
        (b"<table><tr><td>1</td></tr></table>", "rekap.xls", [("other-extension", "")]),
        (b"a\tb\n1\t2\n", "rekap.xls", [("other-extension", "")]),
        (
            files.zipped(
                files.xlsx_parts(files.sheet_xml("<row><c><v>1</v></c></row>")) | {"xl/vbaProject.bin": b"x"}
            ),
            "a.xlsm",
            [("macros", "")],
        ),
    ],
    ids=[
        "declared",
        "empty far",
        "protected",
        "as csv",
        "xls as xlsx",
        "html as xls",
        "text as xls",
        "macros",
    ],
)
def test_odd_files_with_honest_content_are_read(
    data: bytes, name: str, expected: list[tuple[str, str]]
) -> None:
    workbook = read(data, name)
    assert workbook.sheets[0].cells
    assert said(workbook) == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (files.raw_xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "too-far"),
        (files.raw_xlsx('<row r="1"><c r="AAAAAAA1"><v>1</v></c></row>'), "broken"),
        (files.raw_xlsx('<row r="1"><c r="A2"><v>1</v></c></row>'), "broken"),
        (files.raw_xlsx('<row r="１"><c r="A１"><v>1</v></c></row>'), "broken"),
        (files.raw_xlsx('<row r="0"><c r="A0"><v>1</v></c></row>'), "too-far"),
        (files.cells_xlsx('<c r="A1" t="s"><v>-1</v></c>', texts="<si><t>a</t></si>"), "broken"),
        (files.cells_xlsx('<c r="A1" t="s"><v>１</v></c>', texts="<si><t>a</t></si><si/>"), "broken"),
        (files.cells_xlsx('<c r="A1" t="s"><v>1</v></c>', texts="<si><t>a</t></si>"), "broken"),
        (
            files.zipped(files.xlsx_parts(files.sheet_xml(""), names=[f"L{i}" for i in range(10_000)])),
            "too-many-sheets",
        ),
        (files.raw_xlsx(""), "no-table"),
        (files.ods(""), "no-table"),
        (files.docx(files.paragraph("tanpa tabel")), "no-table"),
    ],
    ids=[
        "far",
        "column",
        "row",
        "look-alike row",
        "row 0",
        "-1",
        "look-alike",
        "no text",
        "sheets",
        "1",
        "2",
        "3",
    ],
)
def test_sheets_that_make_no_sense_are_refused(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_relationship_out_of_the_container_is_refused() -> None:
    parts = files.xlsx_parts(files.sheet_xml("<row><c><v>1</v></c></row>"))
    links = str(parts["xl/_rels/workbook.xml.rels"])
    for target in ("../../../etc/passwd", "file:///etc/passwd", "/etc/passwd"):
        changed = links.replace("worksheets/sheet1.xml", target)
        assert refusal(files.zipped(parts | {"xl/_rels/workbook.xml.rels": changed})) == "broken"


@pytest.mark.parametrize("limit", ["MAX_CELLS", "MAX_ROWS", "MAX_COLUMNS", "MAX_SHEETS", "MAX_CHARACTERS"])
def test_limits_hold_at_the_limit_and_one_beyond(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = {
        "MAX_CELLS": "too-many-cells",
        "MAX_SHEETS": "too-many-sheets",
        "MAX_CHARACTERS": "too-much-text",
    }
    row = "<row><c t='inlineStr'><is><t>a</t></is></c></row>"
    sheets = {"MAX_CELLS": 1, "MAX_ROWS": 1, "MAX_COLUMNS": 1, "MAX_SHEETS": 3, "MAX_CHARACTERS": 1}[limit]
    rows = (
        "<row>" + "<c t='inlineStr'><is><t>a</t></is></c>" * 3 + "</row>"
        if limit == "MAX_COLUMNS"
        else row * 3
    )
    data = files.zipped(files.xlsx_parts(*[files.sheet_xml(rows)] * sheets))
    monkeypatch.setattr(collecting, limit, 3)
    assert read(data, "a.xlsx").sheets
    monkeypatch.setattr(collecting, limit, 2)
    assert refusal(data) == codes.get(limit, "too-far")


def test_merged_ranges_are_cut_at_the_limits_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    after = (
        '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="A1"/><mergeCell '
        'ref="B2:B3"/></mergeCells>'
    )
    data = files.raw_xlsx("<row><c><v>1</v></c></row>", after=after)
    edge = f"A1:ALL{collecting.MAX_ROWS}"
    assert [str(area) for area in only_sheet(data).merges] == [edge, "B2:B3"]
    monkeypatch.setattr(collecting, "MAX_MERGES", 1)
    assert [str(area) for area in only_sheet(data).merges] == [edge]


# Text files


@pytest.mark.parametrize(
    ("data", "expected", "codes"),
    [
        (b"a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]], []),
        (
            b"nama;t;r\nx;12,5;13,2\ny;1,5;3,2\n",
            [["nama", "t", "r"], ["x", "12,5", "13,2"], ["y", "1,5", "3,2"]],
            [],
        ),
        (b"a,b\n1.5,2\n", [["a", "b"], ["1.5", "2"]], []),
        (b"a\tb\n1,5\t2\n", [["a", "b"], ["1,5", "2"]], []),
        (b"sep=;\r\na;b\r\n", [[], ["a", "b"]], []),
        (b'"sep=,"\r\na,b;c\r\n', [[], ["a", "b;c"]], []),
        (b'a;b\n"satu\ndua";"kata ""x"""\n', [["a", "b"], ["satu\ndua", 'kata "x"']], []),
        (b"\xef\xbb\xbfa;\xc3\xa9\n1;2\n", [["a", "é"], ["1", "2"]], []),
        (b"a;\xe9 \x93x\x94\n1;2\n", [["a", "é “x”"], ["1", "2"]], ["encoding"]),
        ("a\té\n1\t2\n".encode("utf-16"), [["a", "é"], ["1", "2"]], []),
        (b"a\r\nb\r\n", [["a"], ["b"]], ["delimiter"]),
        (
            b"judul, tahun 2025\n\na;b;c\n1;2;3\n4;5;6\n",
            [["judul, tahun 2025"], [], list("abc"), list("123"), list("456")],
            [],
        ),
        (b'a;b\n"satu" dua;3\n', [["a", "b"], ["satu dua", "3"]], ["quotes"]),
    ],
)
def test_text_files_are_read_as_they_were_meant(
    data: bytes, expected: list[list[str]], codes: list[str]
) -> None:
    workbook = read(data, "a.csv")
    grid = {(r, c): text for r, row in enumerate(expected, 1) for c, text in enumerate(row, 1)}
    assert {place: cell.value for place, cell in workbook.sheets[0].cells.items()} == grid
    assert [problem.code for problem in workbook.problems] == codes


def test_a_field_beyond_the_limit_of_text_is_refused() -> None:
    assert refusal(b"a;" + b"x" * 1_000_000, "a.csv") == "text-too-long"
    assert refusal(b'a;"' + b"x\n" * 500_000, "a.csv") == "text-too-long"


# Text documents, web pages, XML workbooks


def test_tables_of_a_text_document_keep_spans_and_what_stands_above_them() -> None:
    nested = f"<w:tc>{files.paragraph('luar')}{files.docx_table(['dalam'])}{files.paragraph('')}</w:tc>"
    body = (
        files.paragraph("INDIKATOR KINERJA UTAMA")
        + files.paragraph("TAHUN 2018")
        + files.docx_table(
            ["No", files.docx_cell("Sasaran", '<w:gridSpan w:val="2"/>'), "IKU"],
            ["1", files.docx_cell("kiri", '<w:vMerge w:val="restart"/>'), "b", "87,5"],
            ["2", files.docx_cell("", "<w:vMerge/>"), "c", nested],
            ["3", files.docx_cell("baru", '<w:vMerge w:val="restart"/>'), "d", "e"],
        )
        + files.paragraph("Samarinda, Januari 2018")
        + files.docx_table(["x"])
    )
    first, second = read(files.docx(body), "iku.docx").sheets
    assert (first.name, first.preface) == ("Tabel 1", ["INDIKATOR KINERJA UTAMA", "TAHUN 2018"])
    assert (second.name, second.preface) == ("Tabel 2", ["Samarinda, Januari 2018"])
    assert [str(area) for area in first.merges] == ["B1:C1", "B2:B3"]
    assert stored(first) == {
        "A1": "No",
        "B1": "Sasaran",
        "D1": "IKU",
        "A2": "1",
        "B2": "kiri",
        "C2": "b",
        "D2": "87,5",
        "A3": "2",
        "C3": "c",
        "D3": "luar\ndalam",
        "A4": "3",
        "B4": "baru",
        "C4": "d",
        "D4": "e",
    }


def test_rows_of_a_text_document_may_begin_later_and_hold_breaks_and_copies_for_old_programs() -> None:
    row = (
        "<w:tr><w:trPr><w:gridBefore "
        'w:val="2"/></w:trPr><w:tc><w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/>'
        "<w:t>c</w:t></w:r><mc:AlternateContent xmlns:mc='urn:mc'><mc:Fallback><w:r><w:t>salinan</w:t></w:r>"
        "</mc:Fallback></mc:AlternateContent><w:del><w:r><w:delText>dihapus</w:delText></w:r></w:del></w:p></w:tc></w:tr>"
    )
    assert stored(only_sheet(files.docx(f"<w:tbl>{row}</w:tbl>"), "a.docx")) == {"C1": "a\nb\tc"}


def test_web_pages_named_xls_are_read_with_their_spans_and_nothing_of_their_scripts() -> None:
    page = (
        "<html><head><meta "
        "charset='utf-8'><style>td{color:red}</style></head><body><script>alert('x')</script>"
        "<table border=1><tr><th rowspan=2>No<th colspan='2'>Target &amp; realisasi</th></tr>"
        "<tr><td>TW&nbsp;I</td><td>TW II<br>2025</td></tr>"
        "<tr><td>1</td><td>87,5</td><td><table><tr><td>dalam</td></tr></table></td></tr></table></body></html>"
    )
    sheet = only_sheet(page.encode(), "rekap.xls")
    assert stored(sheet) == {
        "A1": "No",
        "B1": "Target & realisasi",
        "B2": "TW I",
        "C2": "TW II\n2025",
        "A3": "1",
        "B3": "87,5",
        "C3": "dalam",
    }
    assert [str(area) for area in sheet.merges] == ["A1:A2", "B1:C1"]


@pytest.mark.parametrize(
    "page", ["<table><tr><td rowspan=99999999 colspan=99999999>a", "<table><td>a</table></td><table>"]
)
def test_broken_web_pages_give_what_they_have(page: str) -> None:
    assert stored(read(page.encode(), "a.xls").sheets[0]) == {"A1": "a"}


def test_xml_workbooks_of_excel_2003_are_read() -> None:
    xml = (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="p"><NumberFormat '
        'ss:Format="Percent"/></Style></Styles><Worksheet ss:Name="Data"><Table><Row ss:Index="3">'
        '<Cell ss:Index="2" ss:MergeAcross="1"><Data '
        'ss:Type="String">judul</Data><Comment><ss:Data>catatan</ss:Data>'
        '</Comment></Cell><Cell ss:StyleID="p"><Data ss:Type="Number">0.875</Data></Cell></Row><Row><Cell>'
        '<Data ss:Type="DateTime">2026-07-10T00:00:00.000</Data></Cell><Cell ss:Formula="=A1"/></Row></Table>'
        "</Worksheet></Workbook>"
    )
    workbook = read(xml.encode(), "rekap.xls")
    (sheet,) = workbook.sheets
    assert stored(sheet) == {"B3": "judul", "D3": Decimal("0.875"), "A4": dt.date(2026, 7, 10), "B4": None}
    assert sheet.cells[3, 4].is_percent
    assert [str(area) for area in sheet.merges] == ["B3:C3"]
    assert ("formula", "Data!B4") in said(workbook)


# Whole grids, and a second opinion

# Texts that every format can hold as they are.
plain_text = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Cf", "Zl", "Zp"]), max_size=30
).filter(lambda text: text == "" or (text == text.strip() and text.strip() != ""))
number = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4)
value = st.one_of(
    st.none(),
    plain_text.filter(lambda text: not text.startswith("=") and text not in openpyxl.cell.cell.ERROR_CODES),
    number,
    st.booleans(),
    st.dates(dt.date(1901, 1, 1), dt.date(2100, 12, 31)),
)
grids = st.lists(st.lists(value, min_size=1, max_size=6), min_size=1, max_size=6)


def filled(rows: Sequence[Sequence[object]]) -> dict[tuple[int, int], object]:
    return {
        (r, c): item
        for r, row in enumerate(rows, 1)
        for c, item in enumerate(row, 1)
        if item is not None and item != ""
    }


def read_back(data: bytes, name: str) -> dict[tuple[int, int], object]:
    try:
        return {place: cell.value for place, cell in only_sheet(data, name).cells.items()}
    except Unreadable as error:
        return {} if error.code in ("no-table", "empty") else {(0, 0): error.code}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(grids)
def test_any_grid_comes_back_from_a_workbook_as_it_was_written(rows: list[list[object]]) -> None:
    assert read_back(files.xlsx(rows), "a.xlsx") == filled(rows)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(grids)
def test_any_grid_comes_back_from_an_opendocument_workbook(rows: list[list[object]]) -> None:
    assert read_back(files.ods(files.ods_table(rows)), "a.ods") == filled(rows)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(plain_text, min_size=2, max_size=6), min_size=1, max_size=6), st.sampled_from(";,\t")
)
def test_any_grid_of_text_comes_back_from_a_text_file(rows: list[list[str]], delimiter: str) -> None:
    file = io.StringIO(newline="")
    file.write(f"sep={delimiter}\r\n")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    assert read_back(file.getvalue().encode(), "a.csv") == {
        (r + 1, c): v for (r, c), v in filled(rows).items()
    }


def test_openpyxl_and_calamine_say_the_same_about_a_workbook() -> None:
    rows: list[Sequence[object]] = [
        ["teks", "  jarak  ", "é –", None],
        *[[i, i / 7, dt.date(2025, 1, 1 + i % 28), i % 2 == 0] for i in range(200)],
    ]
    data = files.xlsx(rows)
    ours = read_back(data, "a.xlsx")
    theirs = openpyxl.load_workbook(io.BytesIO(data)).active
    for cell in (cell for row in theirs.iter_rows() for cell in row if cell.value is not None):
        assert same(ours[cell.row, cell.column], cell.value), cell.coordinate
    lines = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    for r, line in enumerate(lines, 1):
        for c, item in enumerate(line, 1):
            assert item == "" or same(ours[r, c], item)


def same(ours: object, theirs: object) -> bool:
    if isinstance(ours, Decimal):
        return isinstance(theirs, int | float) and ours == Decimal(format(theirs, ".15g"))
    if isinstance(theirs, dt.datetime):
        return ours == theirs.date()
    return ours == theirs


# Damage

GOOD = {
    "a.xlsx": files.xlsx(
        [*ROWS, *[[i, f"baris {i}", i / 3, i % 2 == 0] for i in range(30)]], formats={"B2": "0.0%"}
    ),
    "a.ods": files.ods(files.ods_table([[f"baris {i}", i, dt.date(2025, 1, 1)] for i in range(30)])),
    "a.xls": files.xls([[i, f"baris {i}", i / 3] for i in range(30)]),
    "a.docx": files.docx(files.docx_table(*[[f"baris {i}", "b"] for i in range(30)])),
    "a.csv": b"Indikator;Target\n" + b'"satu\ndua";12,5\n' * 30,
}


@pytest.mark.parametrize("name", GOOD)
def test_five_hundred_damaged_copies_of_a_good_file_are_read_or_refused(name: str) -> None:
    outcomes: set[str | bool] = set()
    for seed in range(500):
        damage = files.repacked if seed % 2 and name.endswith(("xlsx", "ods", "docx")) else files.flipped
        try:
            outcomes.add(bool(read(damage(GOOD[name], seed), name).sheets))
        except Unreadable as error:
            outcomes.add(error.message and error.code)
    assert True in outcomes
    assert name == "a.csv" or "broken" in outcomes


# Comments ---------------------------------------------------------------------------------------------------

THREADED = (
    "[Threaded comment]\n\nYour version of Excel allows you to read this.\n\nComment:\n    Sudah benar."
)


def commented_xlsx(comments: dict[str, str]) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(files.xlsx([("a", "b"), (1, 2)])))
    for place, text in comments.items():
        workbook.active[place].comment = Comment(text, "Bidang")
    return files.saved(workbook)


def test_comments_of_a_workbook_are_kept_beside_its_cells() -> None:
    data = commented_xlsx({"B2": "Angka\u202e sementara.\r\nDari BPS.", "A1": THREADED, "D9": "Sel kosong."})
    (sheet,) = read(data, "a.xlsx").sheets
    assert sheet.comments == {
        (2, 2): "Angka sementara.\nDari BPS.",
        (1, 1): "Sudah benar.",
        (9, 4): "Sel kosong.",
    }
    assert sorted(sheet.cells) == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert read_safely(data, "a.xlsx") == read(data, "a.xlsx")


def test_comments_of_an_opendocument_workbook_are_kept_beside_its_cells() -> None:
    note = (
        '<office:annotation><dc:creator xmlns:dc="urn:x">Bidang</dc:creator>'
        "<text:p>Angka sementara.</text:p><text:p>Dari <text:span>BPS</text:span>.</text:p>"
        "</office:annotation>"
    )
    table = (
        '<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string">'
        f"{note}<text:p>isi</text:p></table:table-cell><table:table-cell>{note}</table:table-cell>"
        "</table:table-row></table:table>"
    )
    (sheet,) = read(files.ods(table), "a.ods").sheets
    assert sheet.comments == dict.fromkeys([(1, 1), (1, 2)], "Angka sementara.\nDari BPS.")
    assert {place: cell.value for place, cell in sheet.cells.items()} == {(1, 1): "isi"}


@pytest.mark.parametrize(
    ("ref", "code"),
    [("", ""), ("A", ""), ("A0", ""), ("XFD1048576", ""), ("a1", "broken"), ("A1:B2:C3", "broken")],
)
def test_a_comment_of_no_cell_is_left_out_or_the_file_is_refused(ref: str, code: str) -> None:
    with zipfile.ZipFile(io.BytesIO(commented_xlsx({"B2": "x"}))) as container:
        parts: files.Parts = {name: container.read(name) for name in container.namelist()}
    (name,) = (name for name in parts if "comments" in name.lower() and name.endswith(".xml"))
    parts[name] = bytes(parts[name]).replace(b'ref="B2"', f'ref="{ref}"'.encode())  # type: ignore[arg-type]
    if code:
        assert refusal(files.zipped(parts)) == code
    else:
        assert only_sheet(files.zipped(parts)).comments == {}


def test_a_link_to_comments_that_are_not_there_is_nothing() -> None:
    with zipfile.ZipFile(io.BytesIO(commented_xlsx({"B2": "x"}))) as container:
        parts: files.Parts = {
            name: container.read(name)
            for name in container.namelist()
            if "comments" not in name.lower() or name.endswith(".vml")
        }
    assert read(files.zipped(parts), "a.xlsx").sheets[0].comments == {}


def test_comments_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MAX_COMMENTS", 2)
    monkeypatch.setattr(collecting, "MAX_COMMENT", 3)
    (sheet,) = read(commented_xlsx({"A1": "12345", "A2": "  ", "B1": "b", "B2": "c"}), "a.xlsx").sheets
    assert sheet.comments == {(1, 1): "123", (1, 2): "b"}
