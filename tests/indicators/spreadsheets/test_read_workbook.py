"""`manage.py read_workbook`: what is understood of a file, for a person and for a script."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from indicators.spreadsheets.grid import Workbook
from tests.indicators.spreadsheets.comparing import differences
from tests.indicators.spreadsheets.layouts import kaltim, noise, probolinggo, quarters


def run(*arguments: Any) -> tuple[int, str, str]:
    """Return the exit status, and what was written to stdout and stderr."""
    out, err = StringIO(), StringIO()
    try:
        call_command("read_workbook", *map(str, arguments), stdout=out, stderr=err, no_color=True)
    except SystemExit as stop:
        return int(str(stop.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def save(workbook: Workbook, path: Path) -> Path:
    """Write a grid as .xlsx."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in workbook.sheets:
        target = book.create_sheet(sheet.name)
        for cell in sheet.cells.values():
            written = target.cell(cell.row, cell.column, cell.value)
            if cell.number_format:
                written.number_format = cell.number_format
        for area in sheet.merges:
            target.merge_cells(str(area))
        for row in sheet.hidden_rows:
            target.row_dimensions[row].hidden = True
    book.save(path)
    return path


@pytest.mark.parametrize(
    "layout",
    [
        probolinggo(),
        probolinggo(merged=False, split_head=True, start=4),
        kaltim(),
        kaltim(merged=False, number_cells=True),
        quarters(levels=3, roman="Triwulan {number}", merged=True),
        noise(),
    ],
    ids=lambda layout: layout.name,
)
def test_a_file_is_read_as_its_grid_is(layout, tmp_path):
    status, out, err = run(save(layout.workbook, tmp_path / "iku.xlsx"), "--json")
    assert (status, err) == (0, "")
    assert differences(layout, json.loads(out)) == []


def test_the_shape_of_the_answer(tmp_path):
    status, out, _ = run(save(kaltim().workbook, tmp_path / "iku.xlsx"), "--json")
    content = json.loads(out)
    assert status == 0
    assert set(content) == {"sheets", "problems"}
    (sheet,) = content["sheets"]
    assert set(sheet) == {"name", "tables"}
    (table,) = sheet["tables"]
    assert set(table) == {"kind", "range", "header_rows", "head", "columns", "records", "skipped"}
    assert {"field", "year", "quarter", "month", "confidence"} <= set(table["columns"]["D"])
    assert {"row", "goal", "number", "indicator", "unit", "values", "cells"} <= set(table["records"][0])
    assert table["records"][0]["cells"]["indicator"] == "D4"
    assert set(content["problems"][0]) == {"cell", "code", "message"}


def test_values_have_place_text_number_and_unit(tmp_path):
    layout = quarters(levels=2, roman="TW {number}", merged=True)
    _, out, _ = run(save(layout.workbook, tmp_path / "iku.xlsx"), "--json")
    values = json.loads(out)["sheets"][0]["tables"][0]["records"][0]["values"]
    assert values[1] == {
        "field": "target",
        "year": 2024,
        "quarter": 1,
        "month": None,
        "cell": "F6",
        "text": "80",
        "value": "80",
        "value_to": None,
        "unit": None,
    }


def test_a_person_sees_tables_records_and_problems(tmp_path):
    status, out, _ = run(save(kaltim().workbook, tmp_path / "iku.xlsx"))
    assert status == 0
    assert "Tabel definisi IKU A3:H14, judul kolom di baris 3" in out
    assert "Sasaran: 5 Meningkatnya Kinerja Kelembagaan dan Usaha Koperasi dan UKM" in out
    assert "Baris 10: 7 Persentase Sumbangan PDRB sektor Koperasi dan UKM" in out
    assert "USULAN: Isi beberapa kolom menumpuk dalam satu sel" in out
    assert "Kolom C: nomor (80%: tanpa judul sendiri, berisi nomor pendek)" in out
    assert "Perlu diperiksa (6):" in out
    assert 'IKU 2018!G5: Sumber data "Persentase kontribusi sektor industri terhadap PDRB" kosong.' in out
    assert "Baris 16 dilewati: blok tanda tangan" in out


def test_a_person_sees_values_and_skipped_columns(tmp_path):
    layout = quarters(levels=2, roman="TW {number}", merged=True)
    _, out, _ = run(save(layout.workbook, tmp_path / "iku.xlsx"))
    assert "target TW 1 2024 = 80; realisasi TW 1 2024 = 82,5; capaian TW 1 2024 = 80 %" in out


@pytest.mark.parametrize(
    ("content", "code"), [(b"%PDF-1.7 ...", "pdf"), (b"", "empty")], ids=["pdf", "empty"]
)
def test_a_file_that_cannot_be_read_ends_with_status_one_and_the_reason(content, code, tmp_path):
    path = tmp_path / "iku.xlsx"
    path.write_bytes(content)
    status, out, _ = run(path, "--json")
    assert (status, [problem["code"] for problem in json.loads(out)["problems"]]) == (1, [code])
    status, out, err = run(path)
    assert (status, out) == (1, "")
    assert "iku.xlsx" in err


def test_a_file_that_is_not_there(tmp_path):
    status, _, err = run(tmp_path / "tiada.xlsx")
    assert status == 1
    assert "tidak ada atau tidak dapat dibuka" in err


def test_a_file_without_a_table_ends_with_status_one(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Catatan rapat"])
    book.save(tmp_path / "catatan.xlsx")
    status, out, _ = run(tmp_path / "catatan.xlsx", "--json")
    assert status == 1
    assert [problem["code"] for problem in json.loads(out)["problems"]] == ["no_table"]
