"""Files as programs write them once in a while: macros, odd attributes, nesting, limits, odd days."""

import gc
import io
import resource
import runpy
import sys
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import xlwt

from indicators.spreadsheets import __main__ as child
from indicators.spreadsheets import files as reading
from indicators.spreadsheets import wire
from indicators.spreadsheets.files import read
from indicators.spreadsheets.grid import Note, Sheet, Workbook
from indicators.spreadsheets.problems import Unreadable
from indicators.spreadsheets.readers import collecting, html, values, xls, xlsx
from tests.indicators.spreadsheets import files

SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"


def codes(data: bytes, name: str) -> list[str]:
    return [problem.code for problem in read(data, name).problems]


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read(data, name)
    return caught.value.code


def cells(data: bytes, name: str) -> dict[str, object]:
    (sheet,) = read(data, name).sheets
    return {cell.address: cell.value or cell.error for cell in sheet.cells.values()}


def with_part(data: bytes, name: str, content: bytes = b"x") -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        parts: files.Parts = {part: container.read(part) for part in container.namelist()}
    return files.zipped(parts | {name: content}, stored=("mimetype",))


# Macros -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (with_part(files.docx(files.docx_table(["a", "b"])), "word/vbaProject.bin"), "a.docm"),
        (with_part(files.ods(files.ods_table([["a"]])), "Basic/script-lc.xml"), "a.ods"),
        (files.xls([["_VBA_PROJECT"]]) + "_VBA_PROJECT".encode("utf-16-le"), "a.xls"),
    ],
    ids=["docm", "ods", "xls"],
)
def test_macros_are_said_in_every_kind_of_file(data: bytes, name: str) -> None:
    assert "macros" in codes(data, name)


def test_a_bare_stream_of_an_early_excel_is_known_as_one() -> None:
    assert refusal(b"\x09\x08\x08\x00\x00\x05\x05\x00" + b"\0" * 40, "a.xls") == "broken"


# Old workbooks ----------------------------------------------------------------------------------------------


def test_an_old_workbook_may_have_as_many_sheets_as_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    workbook = xlwt.Workbook()
    for name in "ab":
        workbook.add_sheet(name).write(0, 0, name)
    data = files.saved_xls(workbook)
    assert len(read(data, "a.xls").sheets) == 2
    monkeypatch.setattr(xls, "MAX_SHEETS", 1)
    assert refusal(data, "a.xls") == "too-many-sheets"


def test_rows_with_a_height_of_their_own_are_not_hidden() -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("a")
    sheet.write(0, 0, "x")
    sheet.row(0).height = 600
    sheet.row(0).height_mismatch = True
    sheet.col(0).width = 9_000
    assert codes(files.saved_xls(workbook), "a.xls") == []


# OpenDocument -----------------------------------------------------------------------------------------------


def ods(cell: str, *, around: str = "") -> bytes:
    row = f"<table:table-row>{cell}</table:table-row>"
    return files.ods(f'<table:table table:name="a">{around}{row}</table:table>')


def test_odd_numbers_of_repetition_count_as_one() -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{}"/>'
    for count in ("²", "-3", "", "0"):
        assert cells(ods(cell.format(count)), "a.ods") == {"A1": Decimal(1)}


def test_a_table_within_a_cell_of_a_workbook_is_refused() -> None:
    assert refusal(ods("<table:table-cell><table:table/></table:table-cell>"), "a.ods") == "too-deep"


def test_money_keeps_its_worth_and_looks() -> None:
    cell = '<table:table-cell office:value-type="currency" office:currency="IDR" office:value="1250.5"/>'
    (sheet,) = read(ods(cell), "a.ods").sheets
    assert (sheet.cells[1, 1].value, sheet.cells[1, 1].number_format) == (
        Decimal("1250.5"),
        "[$IDR] #,##0.00",
    )


@pytest.mark.parametrize(
    ("value", "stored"),
    [("PT26H", "1.08333333333333"), ("PT9H40M", "09:40:00"), ("sejam", "date"), ("", "date")],
)
def test_times_are_times_of_day_or_elapsed_hours(value: str, stored: str) -> None:
    cell = f'<table:table-cell office:value-type="time" office:time-value="{value}"/>'
    assert str(cells(ods(cell), "a.ods")["A1"]) == stored


def test_a_day_that_is_none_is_an_error_at_its_cell() -> None:
    cell = '<table:table-cell office:value-type="date" office:date-value="2026-02-30"/>'
    assert codes(ods(cell), "a.ods") == ["date"]


def test_styles_shapes_and_cells_outside_a_table_are_nothing() -> None:
    shapes = "<table:shapes><table:table-cell/><text:p>gambar</text:p></table:shapes>"
    style = '<style:style style:name="t"><style:table-properties table:display="true"/></style:style>'
    table = files.ods_table([["a"]]).replace(">", f">{shapes}", 1)
    assert cells(files.ods(f"<table:table-cell/>{table}", styles=style), "a.ods") == {"A1": "a"}


# Days and numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("serial", "since_1904"), [("2958465.9999999999", False), ("2958400", True), ("-1", False), ("60", False)]
)
def test_days_beyond_the_calendar_are_none(serial: str, since_1904: bool) -> None:
    assert values.from_serial(Decimal(serial), "date", since_1904=since_1904) is None


def test_a_moment_that_is_none_is_an_error_at_its_cell() -> None:
    cell = '<c r="A1" t="d"><v>kemarin</v></c><c r="B1" t="d"><v>2026-07-10T09:40:00</v></c>'
    found = cells(files.cells_xlsx(cell), "a.xlsx")
    assert (found["A1"], str(found["B1"])) == ("date", "2026-07-10 09:40:00")


def test_hints_of_pronunciation_are_no_text() -> None:
    cell = '<c r="A1" t="inlineStr"><is><t>satu</t><rPh sb="0" eb="1"><t>dua</t></rPh></is></c>'
    assert cells(files.cells_xlsx(cell), "a.xlsx") == {"A1": "satu"}


def test_a_sheet_without_a_part_is_a_broken_file() -> None:
    parts = files.xlsx_parts(files.sheet_xml(""), names=["Data", "Grafik"])
    links = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = links.replace('Id="rId2"', 'Id="lain"')
    assert refusal(files.zipped(parts), "a.xlsx") == "broken"


def test_a_sheet_of_a_chart_is_said() -> None:
    parts = files.xlsx_parts(
        files.sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'), names=["Data", "Grafik"]
    )
    links = str(parts["xl/_rels/workbook.xml.rels"])
    last = files.relationship("rId2", "worksheet", "worksheets/sheet1.xml")
    parts["xl/_rels/workbook.xml.rels"] = links.replace(
        last, files.relationship("rId2", "chartsheet", "c.xml")
    )
    assert codes(files.zipped(parts), "a.xlsx") == ["chart-sheet"]


# Limits of a file -------------------------------------------------------------------------------------------


def test_what_repeats_is_kept_once_up_to_a_limit_and_read_beyond_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["a", 1.5], ["b", 2.5], ["a", 1.5]]
    before = read(files.xlsx(rows), "a.xlsx")
    monkeypatch.setattr(collecting, "MAX_KEPT", 1)
    monkeypatch.setattr(wire, "MAX_KEPT", 1)
    assert read(files.xlsx(rows), "a.xlsx") == before
    assert wire.workbook_of((line.encode() for line in wire.lines_of(before)), "a") == before


def test_a_text_beyond_the_limit_is_refused_in_every_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MAX_TEXT", 3)
    assert refusal(files.xls([["lebih panjang"]]), "a.xls") == "text-too-long"


def test_all_texts_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_CHARACTERS", 5)
    data = files.cells_xlsx('<c t="s"><v>0</v></c>', texts="<si><t>satu</t></si><si><t>dua</t></si>")
    assert refusal(data, "a.xlsx") == "too-much-text"


def test_a_hidden_row_beyond_the_limit_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MAX_ROWS", 1)
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9" hidden="1"/>'
    assert read(files.raw_xlsx(rows), "a.xlsx").sheets[0].hidden_rows == set()


# Text files and pages ---------------------------------------------------------------------------------------


def test_half_a_sign_of_utf_16_is_a_broken_file() -> None:
    assert refusal("a;b".encode("utf-16") + b"\xd8", "a.csv") == "broken"


def test_a_text_too_long_behind_a_stray_quote_is_refused_too() -> None:
    assert refusal(b'"a"b;c\n' + b"x" * 41_000, "a.csv") == "broken"


def test_a_page_has_a_size_a_charset_and_tags_with_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    page = b"<html><table><tr><td>caf\xe9</td></tr></table></html>"
    assert cells(page, "a.html") == {"A1": "café"}
    assert codes(page, "a.html") == ["encoding"]
    assert refusal(b"<table><td>a" + b"<b " + b"x" * 20_001 + b">", "a.html") == "broken"
    monkeypatch.setattr(html, "_MAX_PAGE", 10)
    assert refusal(page, "a.html") == "too-large"


def test_scripts_and_comments_of_a_page_are_no_text_with_or_without_an_end() -> None:
    page = b"<html><table><tr><td>a<script>b</script>c<!-- d --></td><td>e</td></tr></table><script>f"
    assert cells(page, "a.html") == {"A1": "ac", "B1": "e"}


def test_a_long_cell_of_a_page_is_refused() -> None:
    assert refusal(b"<table><td>" + b"kata " * 9_000, "a.html") == "text-too-long"


def test_tables_within_cells_of_a_page_are_text_of_the_cell() -> None:
    page = b"<table><tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr></table>x</table>"
    assert cells(page, "a.html") == {"A1": "a\nb", "B1": "c"}


def test_tables_within_cells_of_a_document_are_text_of_the_cell() -> None:
    inner = files.docx_table([files.docx_cell("b", '<w:gridSpan w:val="2"/><w:vMerge/>')])
    row = f"<w:tc>{files.paragraph('a')}{inner}<w:trPr><w:gridBefore w:val='1'/></w:trPr></w:tc>"
    assert cells(files.docx(files.docx_table([row, "c"])), "a.docx") == {"A1": "a\nb", "B1": "c"}


# XML of Excel 2003 ------------------------------------------------------------------------------------------


def xml(rows: str, *, before: str = "") -> bytes:
    sheet = f'<Worksheet ss:Name="a"><Table>{before}{rows}</Table></Worksheet>'
    spaces = f'xmlns="{SPREADSHEET}" xmlns:ss="{SPREADSHEET}"'
    return f'<?xml version="1.0"?><Workbook {spaces}>{sheet}</Workbook>'.encode()


def test_hidden_rows_and_columns_of_an_xml_workbook_are_said() -> None:
    column = '<Column ss:Hidden="1"/><Column ss:Width="90"/>'
    row = '<Row ss:Hidden="1"><Cell><Data ss:Type="String">a</Data></Cell></Row>'
    (sheet,) = read(xml(row, before=column), "a.xml").sheets
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {1})


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("Boolean", "1", True),
        ("Boolean", "0", "False"),
        ("DateTime", "kemarin", "date"),
        ("Error", "#REF!", "#REF!"),
    ],
)
def test_kinds_of_cells_of_an_xml_workbook(kind: str, text: str, value: object) -> None:
    row = f'<Row><Cell><Data ss:Type="{kind}">{text}</Data></Cell></Row>'
    (sheet,) = read(xml(row), "a.xml").sheets
    cell = sheet.cells[1, 1]
    assert (str(cell.value) if cell.value is False else cell.value or cell.error) == value


# The reading itself -----------------------------------------------------------------------------------------


def test_a_path_is_read_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n1;2\n")
    assert read(path, "a.csv") == read(b"a;b\n1;2\n", "a.csv")


@pytest.mark.parametrize(("fault", "code"), [(MemoryError, "too-heavy"), (RecursionError, "broken")])
def test_whatever_happens_to_a_parser_the_file_is_refused(
    fault: type[BaseException], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        raise fault

    monkeypatch.setattr(reading, "reader_of", fail)
    assert refusal(b"a;b\n", "a.csv") == code


class _Streams:
    """Standard streams of a child, in memory."""

    def __init__(self, question: bytes) -> None:
        self.stdin = io.TextIOWrapper(io.BytesIO(question))
        self.answer = io.BytesIO()
        self.stdout = io.TextIOWrapper(self.answer, encoding="utf-8")


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[..., bytes]:
    """Run what the child runs, here: its limits are told, not taken. What they do, test_sandbox.py tries."""
    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    monkeypatch.setattr(gc, "disable", lambda: None)

    def run(question: bytes, *arguments: str) -> bytes:
        streams = _Streams(question)
        monkeypatch.setattr(sys, "stdin", streams.stdin)
        monkeypatch.setattr(sys, "stdout", streams.stdout)
        monkeypatch.setattr(sys, "argv", ["child", *arguments])
        with pytest.raises(SystemExit) as end:
            runpy.run_path(str(child.__file__), run_name="__main__")
        assert end.value.code == 0
        streams.stdout.flush()
        assert limits[resource.RLIMIT_AS] == (child.MEMORY, child.MEMORY)
        assert limits[resource.RLIMIT_NOFILE] == (3, 3)
        assert limits[resource.RLIMIT_FSIZE] == limits[resource.RLIMIT_NPROC] == (0, 0)
        return streams.answer.getvalue()

    return run


def test_the_child_answers_a_file_with_its_grid(ask: Callable[..., bytes]) -> None:
    answer = ask(b"a;b\n1;2\n", "a.csv")
    assert wire.workbook_of(answer.splitlines(keepends=True), "a.csv") == read(b"a;b\n1;2\n", "a.csv")


def test_the_child_answers_a_file_with_its_notes(ask: Callable[..., bytes]) -> None:
    notes = wire.line_of([Note("Lembar 1", "B2", "Periksa.")])
    answer = ask(notes + b"a;b\n1;2\n", "a.csv", str(len(notes)))
    assert list(read(wire.file_of(answer, "a.csv"), "a.xlsx").sheets[0].cells) == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    ]


def test_the_child_answers_why_a_file_cannot_be_read(ask: Callable[..., bytes]) -> None:
    none = wire.line_of([])
    for answer in (ask(b"%PDF-1.7", "a.xlsx"), ask(none + b"%PDF-1.7", "a.xlsx", str(len(none)))):
        with pytest.raises(Unreadable) as caught:
            wire.file_of(answer, "a.xlsx")
        assert caught.value.code == "pdf"


def test_an_empty_sheet_is_said_too() -> None:
    workbook = Workbook("csv", [Sheet("a")])
    assert wire.workbook_of((line.encode() for line in wire.lines_of(workbook)), "a") == workbook
