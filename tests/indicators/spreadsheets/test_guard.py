"""Hostile and broken files: refused by name, before any parser believes them."""

import io
import zipfile

import pytest

from indicators.spreadsheets import guard
from indicators.spreadsheets.files import read
from indicators.spreadsheets.guard import Budget, Container, parse_xml, sniff
from indicators.spreadsheets.problems import REFUSALS, Unreadable, shown_name
from tests.indicators.spreadsheets import files

ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
GOOD = files.raw_xlsx(ONE_CELL)
PDF_INSIDE: files.Parts = {"a.pdf": "%PDF-1.4", **files.xlsx_parts(files.sheet_xml(ONE_CELL))}


def refusal(data: bytes, name: str = "rekap.xlsx") -> str:
    with pytest.raises(Unreadable) as caught:
        read(data, name)
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (GOOD, "xlsx"),
        (files.ods(files.ods_table([["a"]])), "ods"),
        (files.xls([["a"]]), "xls"),
        (files.docx(files.docx_table(["a"])), "docx"),
        (b"a;b\n1;2\n", "csv"),
        ("a;b\n1;2\n".encode("utf-16"), "csv"),
        (b"\xef\xbb\xbf<html><table><tr><td>a</td></tr></table></html>", "html"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "xml"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_kind_of_a_file_is_told_by_its_content(data: bytes, kind: str) -> None:
    assert sniff(data, "berkas.xls") == kind


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.xlsx", "empty"),
        (b" \r\n\0\0", "a.csv", "empty"),
        (b"%PDF-1.7\n", "a.xlsx", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "a.xlsx", "picture"),
        (b"\xff\xd8\xff\xe0", "a.xls", "picture"),
        (b"Rar!\x1a\x07", "a.xlsx", "archive"),
        (b"\x1f\x8b\x08", "a.csv", "archive"),
        (b"MZ\x90\0", "a.xls", "not-a-table"),
        (b"{\\rtf1 a}", "a.docx", "old-text"),
        (files.ole("WordDocument"), "a.doc", "old-text"),
        (files.ole("EncryptionInfo", "EncryptedPackage"), "a.xlsx", "encrypted"),
        (files.ole("EncryptedPackage", "Workbook"), "a.xlsx", "encrypted"),
        (files.ole("PowerPoint Document"), "a.ppt", "unsupported"),
        (files.zipped({"a.txt": "a"}), "a.zip", "archive"),
        (
            files.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
            "a",
            "unsupported",
        ),
        (files.zipped({"[Content_Types].xml": "<a/>", "xl/workbook.bin": "a"}), "rekap.xlsb", "unsupported"),
        (files.zipped({"[Content_Types].xml": "<a/>", "ppt/presentation.xml": "a"}), "a.pptx", "unsupported"),
        (b"a;b\n1;2\n", "a.xlsx", "wrong-extension"),
        (b"a;b\n1;2\n", "a.docx", "wrong-extension"),
        (b"a\0b\0c\0d\0" * 50, "a.csv", "not-a-table"),
        (b"\x81\x8d\x8f" * 50, "a.csv", "not-a-table"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.xls", "not-a-table"),
        (b"MIME-Version: 1.0\r\n", "a.xls", "unsupported"),
        (b"catatan\n%PDF-1.4\n", "a.csv", "not-a-table"),
    ],
)
def test_what_is_no_table_is_named(data: bytes, name: str, code: str) -> None:
    assert refusal(data, name) == code


def test_a_file_may_be_as_large_as_the_limit_and_not_one_byte_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_FILE", len(GOOD))
    assert read(GOOD, "a.xlsx").sheets
    monkeypatch.setattr(guard, "MAX_FILE", len(GOOD) - 1)
    assert refusal(GOOD) == "too-large"


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../a.xml", "xl\\worksheets\\a.xml", "XL/WORKBOOK.XML", "x" * 256]
)
def test_parts_with_odd_names_are_refused(name: str) -> None:
    assert refusal(files.zipped(files.xlsx_parts(files.sheet_xml(ONE_CELL)) | {name: "a"})) == "odd-names"


def test_a_container_may_have_as_many_parts_as_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = len(zipfile.ZipFile(io.BytesIO(GOOD)).namelist())
    monkeypatch.setattr(guard, "MAX_MEMBERS", parts)
    assert read(GOOD, "a.xlsx").sheets
    monkeypatch.setattr(guard, "MAX_MEMBERS", parts - 1)
    assert refusal(GOOD) == "too-many-parts"


def test_a_container_may_declare_as_many_bytes_as_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    total = sum(info.file_size for info in zipfile.ZipFile(io.BytesIO(GOOD)).infolist())
    monkeypatch.setattr(guard, "MAX_INFLATED", total)
    assert read(GOOD, "a.xlsx").sheets
    monkeypatch.setattr(guard, "MAX_INFLATED", total - 1)
    assert refusal(GOOD) == "inflates"


def test_all_parts_together_may_not_inflate_beyond_what_is_left() -> None:
    budget = Budget(inflated=10)
    with pytest.raises(Unreadable, match="mengembang"):
        list(Container(GOOD).chunks("xl/workbook.xml", budget))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (files.raw_xlsx(" " * (3 << 20)), "inflates"),
        (files.lying_zip(), "broken"),
        (files.overlapping_zip(), "inflates"),
        (files.gapped_zip(), "polyglot"),
        (files.interleaved_zip(), "polyglot"),
        (GOOD + b"<html><script>alert(1)</script>", "polyglot"),
        (GOOD[:-2] + b"\x03\0abc", "polyglot"),
        (b"%PDF-1.7\n" + GOOD, "pdf"),
        (
            files.zipped(PDF_INSIDE, stored=["a.pdf"]),
            "polyglot",
        ),
        (files.locked_member(), "encrypted"),
        (GOOD[:-30], "broken"),
        (files.cut(GOOD), "broken"),
        (b"PK\x03\x04" + b"a" * 100, "broken"),
        (files.locked_xls(), "encrypted"),
        (files.ods(files.ods_table([["a"]]), manifest="<manifest:encryption-data/>"), "encrypted"),
    ],
    ids=[
        "ratio",
        "more than declared",
        "shared bytes",
        "gap behind",
        "gap within",
        "html behind",
        "comment",
        "pdf before",
        "pdf inside",
        "locked part",
        "no directory",
        "half",
        "zip in name only",
        "locked xls",
        "locked ods",
    ],
)
def test_bombs_locks_polyglots_and_truncated_files_are_refused(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_packing_of_an_unheard_kind_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as container:
        for name, content in files.xlsx_parts(files.sheet_xml(ONE_CELL)).items():
            container.writestr(name, content)
    assert refusal(file.getvalue()) == "broken"


@pytest.mark.parametrize("doctype", [files.LAUGHS, files.EXTERNAL, files.QUADRATIC, "<!DOCTYPE l>"])
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_document_types_are_refused_in_every_encoding(doctype: str, encoding: str) -> None:
    assert (
        refusal(files.with_doctype(doctype, "&h;" if doctype == files.LAUGHS else "&a;", encoding))
        == "doctype"
    )


@pytest.mark.parametrize(
    "part",
    ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml"],
)
def test_document_types_are_refused_in_every_part(part: str) -> None:
    parts = files.xlsx_parts(files.sheet_xml(ONE_CELL))
    parts[part] = str(parts[part]).replace(files.HEAD, files.HEAD + files.EXTERNAL)
    assert refusal(files.zipped(parts)) == "doctype"


def test_document_types_are_refused_in_every_kind_of_file() -> None:
    table = files.ods_table([["a"]])
    xml = (
        f'<?xml version="1.0"?>{files.LAUGHS}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    )
    assert refusal(files.ods(table, doctype=files.LAUGHS)) == "doctype"
    assert refusal(files.docx(files.docx_table(["a"]), before=files.LAUGHS)) == "doctype"
    assert refusal(xml.encode(), "a.xls") == "doctype"


def parse(xml: str, **left: int) -> None:
    parse_xml([xml.encode()], Budget(**left), starts={}, ends={})


def test_xml_may_be_as_deep_as_the_limit() -> None:
    deep = guard.MAX_DEPTH
    parse("<a>" * deep + "</a>" * deep)
    with pytest.raises(Unreadable) as caught:
        parse("<a>" * (deep + 1) + "</a>" * (deep + 1))
    assert caught.value.code == "too-deep"


def test_a_text_may_be_as_long_as_the_limit() -> None:
    parse(f"<a>{'x' * guard.MAX_TEXT}</a>")
    with pytest.raises(Unreadable) as caught:
        parse(f"<a>{'x' * (guard.MAX_TEXT + 1)}</a>")
    assert caught.value.code == "text-too-long"


def test_all_parts_together_have_no_more_elements_than_the_limit() -> None:
    parse("<a><b/><b/></a>", elements=3)
    budget = Budget(elements=5)
    parse_xml([b"<a><b/><b/></a>"], budget, starts={}, ends={})
    with pytest.raises(Unreadable, match="mengembang"):
        parse_xml([b"<a><b/><b/></a>"], budget, starts={}, ends={})


@pytest.mark.parametrize(
    "xml", ["", "<a>", "<a></b>", "<a>&b;</a>", "<a>\0</a>", "<a b='1' b='2'/>", "<a/>x"]
)
def test_broken_xml_is_called_broken(xml: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(xml)
    assert caught.value.code == "broken"


def test_handlers_are_found_by_local_name_even_among_thousands_of_invented_names() -> None:
    seen: list[str] = []
    xml = "<a>" + "".join(f"<n{i}/>" for i in range(3_000)) + '<p:c xmlns:p="urn:x">satu</p:c></a>'
    parse_xml([xml.encode()], Budget(), starts={}, ends={"c": seen.append})
    assert seen == ["satu"]


def test_invented_names_of_elements_do_not_fill_the_memory() -> None:
    handlers = guard._ByName({"c": print})
    assert [handlers[f"urn:x n{i}"] for i in range(3_000)] == [None] * 3_000
    assert len(handlers) < 1_100
    assert handlers["urn:x c"] is print


def test_the_name_of_a_locked_stream_in_the_text_of_a_cell_locks_nothing() -> None:
    text = "EncryptedPackage\0".encode("utf-16-le")
    assert sniff(files.ole("Workbook") + b"x" + text, "a.xls") == "xls"
    assert refusal(files.ole("Workbook") + text) == "encrypted"


def test_every_refusal_is_a_sentence_that_names_the_file_and_says_what_to_do() -> None:
    details = {"size": "12", "limit": "10", "what": "RTF", "extension": ".xlsx", "count": "3", "cell": "A1"}
    for code in REFUSALS:
        error = Unreadable(code, file="C:\\data\\rekap.xlsb", **details, sheet="Data", rows="9", columns="9")
        assert "rekap.xlsb" in error.message or code == "too-far"
        assert error.message.endswith(".")
        assert "{" not in error.message


def test_an_xlsb_file_is_refused_with_the_way_out() -> None:
    with pytest.raises(Unreadable) as caught:
        read(files.zipped({"[Content_Types].xml": "<a/>", "xl/workbook.bin": "a"}), "rekap.xlsb")
    assert (
        caught.value.message
        == 'Berkas "rekap.xlsb" tidak dapat dibaca. Simpan sebagai .xlsx lalu unggah lagi.'
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/rekap.xlsx", "rekap.xlsx"),
        ("a\u202excod.xlsx", "axcod.xlsx"),
        ('re"k"ap\0.xlsx', "re'k'ap.xlsx"),
        ("x" * 300 + ".xlsx", "x" * 68 + "…" + "x" * 6 + ".xlsx"),
    ],
)
def test_names_are_shown_without_folders_tricks_or_great_length(name: str, shown: str) -> None:
    assert shown_name(name) == shown
