"""Data elements in spreadsheets, and files that are no good."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.exchange.tables import SheetDataset
from agencies.models import Agency, StagedImport
from indicators.admin import DataElementResource
from indicators.exchange import FigureCell
from indicators.models import DataElement
from indicators.spreadsheets.guard import MAX_FILE
from tests import builders
from tests.agencies import spreadsheets
from tests.agencies.spreadsheets import confirm, export, text_of, upload, workbook

pytestmark = pytest.mark.django_db

MODEL = "indicators_dataelement"
COLUMNS = ["kode_perangkat_daerah", "kode", "nama_data", "satuan", "batas_bawah", "batas_atas", "sumber_data"]


@pytest.fixture
def superuser(client: Client) -> Client:
    client.force_login(builders.user(is_superuser=True, is_staff=True))
    return client


def elements(agency: Agency, *limits: Any) -> Any:
    """Return a file with a data element for each limit."""
    return workbook(
        COLUMNS[:5], *([agency.code, f"data_{n}", f"Data {n}", "unit", v] for n, v in enumerate(limits))
    )


@pytest.mark.parametrize(
    ("found", "figure"),
    [
        ("12,5", "12.5"),
        ("0,125", "0.125"),
        ("1.234.567", "1234567"),
        ("-5", "-5"),
        (Decimal("0.125"), "0.125"),
        (Decimal("1.234"), "1.234"),
        (Decimal("1E+3"), "1000"),
    ],
)
def test_a_figure_is_read_exactly(found: Any, figure: str) -> None:
    assert FigureCell().clean(found) == Decimal(figure)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ("NaN", "bukan angka"),
        ("Infinity", "bukan angka"),
        ("1e400", "memakai pangkat"),
        ("1_000", "bukan angka"),
        ("１２", "selain 0–9"),
        ("٣", "selain 0–9"),
        ("12,5 kali", "tanpa satuan"),
        ("-", "tanpa satuan"),
        (True, "bukan angka"),
    ],
)
def test_trap_a_decimal_widget_takes_what_is_no_number(found: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FigureCell().clean(found)


@pytest.mark.parametrize("found", ["0.125", "1.234", "12.345", "12.5"])
def test_trap_a_dot_is_read_as_thousands_or_not_as_a_setting_says(found: str) -> None:
    with pytest.raises(ValueError, match=r"dua cara|Maksud Anda"):
        FigureCell().clean(found)


@pytest.mark.parametrize(
    ("found", "kept"), [("2,0000005", "2.000001"), (Decimal("2.0000004"), "2"), ("-2,0000005", "-2.000001")]
)
def test_trap_each_database_rounds_in_its_own_way(superuser: Client, found: Any, kept: str) -> None:
    agency = builders.agency()
    confirm(superuser, MODEL, upload(superuser, MODEL, elements(agency, found)))
    assert DataElement.objects.get().minimum == Decimal(kept)


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
def test_figures_are_sent_as_numbers_and_come_back_unchanged(superuser: Client, format_: str) -> None:
    agency = builders.agency()
    figures = ["-5", "0.125", "1234.5", "1.234", "123456789012345678.123456", "0", "1000000"]
    for figure in figures:
        builders.element(agency, minimum=Decimal(figure), source="=1+1")
    content = export(superuser, MODEL, format_)
    if format_ == "csv":
        lines = [line.split(";") for line in content.decode("utf-8-sig").splitlines()[1:]]
        assert {line[4] for line in lines} == {f.replace(".", ",") for f in figures}
    else:
        sheet = spreadsheets.first(openpyxl.load_workbook(io.BytesIO(content)))
        kinds = {
            str(cell.value): cell.data_type
            for row in sheet.iter_rows(min_row=2, min_col=5, max_col=5)
            for cell in row
        }
        assert kinds["-5"] == kinds["0.125"] == "n"
        assert kinds["123456789012345678,123456"] == "s", "a number would lose digits"
    page = upload(superuser, MODEL, SimpleUploadedFile(f"a.{format_}", content))
    assert page.context["plan"]["counts"] == {"new": 0, "update": 0, "skip": len(figures), "invalid": 0}


def test_a_changed_figure_shows_what_was_and_what_would_be(superuser: Client) -> None:
    agency = builders.agency()
    builders.element(agency, "data_0", label="Data 0", unit="unit", minimum=Decimal("1234.5"))
    page = upload(superuser, MODEL, elements(agency, Decimal("1234.75")))
    assert "<del>1.234,5</del> <ins>1.234,75</ins>" in page.text
    confirm(superuser, MODEL, page)
    assert DataElement.objects.get().minimum == Decimal("1234.75")


def test_limits_that_are_swapped_are_told_at_their_row(superuser: Client) -> None:
    agency = builders.agency()
    page = upload(
        superuser, MODEL, workbook(COLUMNS, [agency.code, "koperasi", "Koperasi", "unit", "10", "9", None])
    )
    assert "Batas atas lebih kecil daripada batas bawah." in text_of(page)


def test_codes_of_indicators_are_looked_up_once(superuser: Client) -> None:
    agency = builders.indicator(code="iku_7").goal.indicator_set.agency
    counts = []
    for size in (10, 1_000):
        dataset = SheetDataset(COLUMNS[:3])
        for n in range(size):
            dataset.add(n + 2, [agency.code, f"iku_{n}", f"Data {n}"])
        with CaptureQueriesContext(connection) as queries:
            result = DataElementResource().import_data(dataset, dry_run=True)
        counts.append(len(queries))
        assert [(f.number, f.column) for f in result.faults] == [(9, "kode")]
    assert counts[0] == counts[1]


def test_trap_ods_is_read_as_text(superuser: Client) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr(
            "content.xml",
            '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
            ' xmlns:x="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><o:spreadsheet>'
            '<t:table t:name="a">'
            "<t:table-row><t:table-cell><x:p>kode</x:p></t:table-cell></t:table-row></t:table></o:spreadsheet>"
            "</o:body></o:document-content>",
        )
    page = upload(superuser, MODEL, SimpleUploadedFile("data.ods", content.getvalue()))
    assert "Berkas “data.ods” berjenis ODS. Simpan sebagai .xlsx atau .csv, lalu unggah lagi." in text_of(
        page
    )


def test_a_file_beyond_the_limit_is_told_its_size(superuser: Client) -> None:
    page = upload(superuser, MODEL, SimpleUploadedFile("data.csv", b"a" * (MAX_FILE + 1)))
    assert 'Berkas "data.csv" 11 MB melebihi batas 10 MB.' in text_of(page)


def test_a_bomb_is_refused_and_leaves_nothing(superuser: Client) -> None:
    file = elements(builders.agency(), 1)
    content = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(file.read()))
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/"):
                part = part.replace(b"<sheetData>", b"<sheetData>" + b" " * (64 << 20))
            target.writestr(name, part)
    page = upload(superuser, MODEL, SimpleUploadedFile("data.xlsx", content.getvalue()))
    assert 'Isi berkas "data.xlsx" mengembang jauh melebihi ukuran yang wajar.' in text_of(page)
    assert not StagedImport.objects.exists()


def test_what_was_odd_about_a_file_is_said_above_the_preview(superuser: Client) -> None:
    agency = builders.agency()
    file = elements(agency, 1)
    book = openpyxl.load_workbook(file)
    sheet = spreadsheets.first(book)
    sheet.row_dimensions[2].hidden = True
    sheet["C2"] = "Data\u200b satu"
    page = upload(superuser, MODEL, spreadsheets.saved(book))
    assert 'Baris tersembunyi pada lembar "Sheet" tetap dibaca: 2.' in text_of(page)
    assert "karakter tak terlihat" in text_of(page)
