"""Import and export of master data: each trap of the stock library once, by its name, and the whole way."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import importlib.util
import re
import threading
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tablib import Dataset

from agencies.admin import OfficialResource, RegionResource, UnitResource
from agencies.exchange import staging
from agencies.exchange.pages import MasterDataMixin
from agencies.exchange.resources import KEPT
from agencies.exchange.tables import SheetDataset
from agencies.models import Agency, AuditRecord, Official, Region, ResponsibleUnit, StagedImport, User
from tests import builders
from tests.agencies import spreadsheets
from tests.agencies.spreadsheets import confirm, export, text_of, upload, workbook

pytestmark = pytest.mark.django_db

UNIT_COLUMNS = ["kode_perangkat_daerah", "nama_bidang", "masih_ada"]
OFFICIAL_COLUMNS = ["kode_perangkat_daerah", "nama_tanpa_gelar", "nip", "jabatan", "menjabat_sejak", "sampai"]
USER_COLUMNS = ["nama_pengguna", "nama", "alamat_surel", "aktif"]
PAYLOADS = ("=1+1", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1")
BOTH = pytest.mark.parametrize("format_", ["xlsx", "csv"])


@pytest.fixture
def superuser(client: Client) -> Client:
    client.force_login(builders.user(is_superuser=True, is_staff=True, username="admin-uji"))
    return client


def units(agency: Agency, *names: str) -> Any:
    """Return a file with units of an agency."""
    return workbook(UNIT_COLUMNS, *([agency.code, name, "ya"] for name in names))


def unit_names(agency: Agency) -> list[str]:
    return sorted(agency.units.values_list("name", flat=True))


def faults(page: Any) -> list[tuple[int, str, str]]:
    """Return what a preview says is wrong: row, column, sentence."""
    return [(number, column, message) for number, column, _, _, message in page.context["plan"]["faults"]]


def edited(content: bytes, change: Callable[[Any], None]) -> Any:
    """Return an exported workbook after somebody changed its sheet."""
    book = openpyxl.load_workbook(BytesIO(content))
    change(spreadsheets.first(book))
    return spreadsheets.saved(book)


# Who may, and what is bound to whom


def test_trap_import_permission_is_open_to_all_staff(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = builders.user(is_staff=True)
    pages = [page for page in admin.site._registry.values() if isinstance(page, MasterDataMixin)]
    assert len(pages) == 6
    assert not any(
        page.has_import_permission(request) or page.has_export_permission(request) for page in pages
    )


def test_trap_anybody_confirms_the_upload_of_another_user(superuser: Client) -> None:
    agency = builders.agency()
    page = upload(superuser, "agencies_responsibleunit", units(agency, "Sekretariat"))
    other = Client()
    other.force_login(builders.user(is_superuser=True, is_staff=True))
    assert confirm(other, "agencies_responsibleunit", page).status_code == 404
    assert other.get(page.request["PATH_INFO"]).status_code == 404
    assert unit_names(agency) == []


def test_trap_an_upload_outlives_its_session(superuser: Client) -> None:
    agency = builders.agency()
    page = upload(superuser, "agencies_responsibleunit", units(agency, "Sekretariat"))
    again = Client()
    again.force_login(User.objects.get(username="admin-uji"))
    assert confirm(again, "agencies_responsibleunit", page).status_code == 404
    assert unit_names(agency) == []


def test_trap_an_upload_is_confirmed_as_data_of_another_kind(superuser: Client) -> None:
    page = upload(superuser, "agencies_responsibleunit", units(builders.agency(), "Sekretariat"))
    assert confirm(superuser, "agencies_official", page).status_code == 404


def test_trap_the_form_names_what_is_imported(superuser: Client) -> None:
    agency = builders.agency()
    page = upload(superuser, "agencies_responsibleunit", units(agency, "Sekretariat"))
    url = reverse("admin:agencies_responsibleunit_process_import")
    for posted in (
        {"import_file_name": "/etc/passwd", "format": "0", "resource": "0"},
        {**spreadsheets.confirmation(page), "fingerprint": "0" * 64},
        {**spreadsheets.confirmation(page), "staged": "٣"},
    ):
        assert superuser.post(url, posted).status_code in (302, 404)
    assert unit_names(agency) == []


# Confirming


def test_trap_confirming_never_looks_at_errors(superuser: Client) -> None:
    agency = builders.agency()
    page = upload(superuser, "agencies_responsibleunit", units(agency, "Sekretariat", "Bidang Industri"))
    Agency.objects.filter(pk=agency.pk).update(code="kode-baru")
    answer = confirm(superuser, "agencies_responsibleunit", page)
    assert "Tidak ada yang dimasukkan" in text_of(answer)
    assert "Sudah dimasukkan" not in text_of(answer)
    assert len(faults(answer)) == 2
    assert unit_names(agency) == []


def test_trap_rows_that_fail_at_the_confirmation_are_dropped_in_silence(superuser: Client) -> None:
    agency = builders.agency()
    page = upload(
        superuser,
        "agencies_agency",
        workbook(
            ["kode", "kode_wilayah", "nama", "nama_singkat"],
            ["satu", "64", "Dinas Satu", "Satu"],
            ["dua", "64", "Dinas Dua", "Dua"],
        ),
    )
    builders.agency(name="Dinas Dua", region=agency.region)
    answer = confirm(superuser, "agencies_agency", page)
    assert faults(answer) == [(3, "nama", "Daerah ini sudah punya perangkat daerah dengan nama tersebut.")]
    assert not Agency.objects.filter(code="satu").exists()


def test_what_only_the_database_refuses_is_no_crash(superuser: Client) -> None:
    one, two = builders.agency(name="Dinas Satu"), builders.agency(name="Dinas Dua")
    rows = [[one.code, two.name], [two.code, one.name]]
    answer = confirm(
        superuser, "agencies_agency", upload(superuser, "agencies_agency", workbook(["kode", "nama"], *rows))
    )
    assert "Tidak ada yang dimasukkan: basis data menolak salah satu baris" in text_of(answer)
    assert "Masukkan 2 baris" in text_of(answer)
    assert set(Agency.objects.values_list("code", "name")) == {(one.code, one.name), (two.code, two.name)}


def test_trap_a_second_click_crashes_or_does_it_again(superuser: Client) -> None:
    agency = builders.agency()
    page = upload(superuser, "agencies_responsibleunit", units(agency, "Sekretariat"))
    first, second = (confirm(superuser, "agencies_responsibleunit", page) for _ in range(2))
    assert "Sudah dimasukkan: 1 baris baru, 0 diubah, 0 tetap." in text_of(first)
    assert "sudah dimasukkan pada" in text_of(second)
    assert "tidak diulang" in text_of(second)
    assert unit_names(agency) == ["Sekretariat"]
    assert AuditRecord.objects.filter(kind="created", subject="Sekretariat").count() == 1
    assert StagedImport.objects.get().table == {}


def test_trap_an_edit_between_preview_and_confirmation_is_lost(superuser: Client) -> None:
    agency = builders.agency()
    unit = builders.unit(agency, name="Bidang Industri", active=True)
    builders.unit(agency, name="Sekretariat", active=True)
    rows = [[agency.code, "Sekretariat", "tidak"], [agency.code, "Bidang Industri", "tidak"]]
    page = upload(superuser, "agencies_responsibleunit", workbook(UNIT_COLUMNS, *rows))
    unit.name = "BIDANG INDUSTRI"  # by somebody else
    unit.save()
    answer = confirm(superuser, "agencies_responsibleunit", page)
    assert "data di portal berubah sejak pratinjau (baris 3)" in text_of(answer)
    assert set(agency.units.values_list("active", flat=True)) == {True}
    assert "BIDANG INDUSTRI" in text_of(answer), "the new preview shows what would be overwritten"
    assert "1 baris baru" not in text_of(confirm(superuser, "agencies_responsibleunit", answer))
    assert set(agency.units.values_list("active", flat=True)) == {False}


def test_without_the_fingerprints_that_edit_would_be_lost() -> None:
    agency = builders.agency()
    builders.unit(agency, name="BIDANG INDUSTRI")
    dataset = SheetDataset(UNIT_COLUMNS)
    dataset.add(2, [agency.code, "Bidang Industri", "tidak"])
    UnitResource().import_data(dataset)
    assert unit_names(agency) == ["Bidang Industri"]


def test_an_old_tab_does_not_confirm_what_it_never_showed(superuser: Client) -> None:
    agency = builders.agency()
    unit = builders.unit(agency, name="Sekretariat")
    page = upload(
        superuser, "agencies_responsibleunit", workbook(UNIT_COLUMNS, [agency.code, "Sekretariat", "tidak"])
    )
    old = spreadsheets.confirmation(page)
    ResponsibleUnit.objects.filter(pk=unit.pk).update(name="sekretariat")
    url = reverse("admin:agencies_responsibleunit_process_import")
    superuser.post(url, old)
    assert "sudah diperbarui" in text_of(superuser.post(url, old, follow=True))
    assert unit_names(agency) == ["sekretariat"]


@pytest.mark.django_db(transaction=True)
def test_confirming_twice_at_once_imports_once() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection")
    agency, by = builders.agency(), builders.user(is_superuser=True)
    dataset = SheetDataset(OFFICIAL_COLUMNS[:5])
    dataset.add(2, [agency.code, "Pejabat", None, "Kepala Dinas", dt.date(2024, 1, 2)])
    resource = OfficialResource()
    staged = staging.stage(resource, dataset, by=by, session_key="s", file_name="a.xlsx", sha256="0")
    answers: list[str] = []
    gate = threading.Barrier(4)

    def press() -> None:
        gate.wait()
        try:
            staging.confirm(
                StagedImport.objects.get(pk=staged.pk), OfficialResource(), fingerprint=staged.fingerprint
            )
            answers.append("in")
        except staging.ImportRefused as refusal:
            answers.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("in") == 1
    # Nothing in the table of officials itself would keep the other three out.
    assert Official.objects.filter(agency=agency).count() == 1


# By set


@pytest.mark.parametrize("step", ["preview", "confirm"])
def test_trap_three_queries_and_a_savepoint_for_every_row(step: str) -> None:
    counts = {}
    for size in (10, 1_000):
        agency = builders.agency()
        for n in range(0, size, 2):
            builders.unit(agency, name=f"Bidang {n}", active=False)
        dataset = SheetDataset(UNIT_COLUMNS)
        for n in range(size):
            dataset.add(n + 2, [agency.code, f"Bidang {n}", "ya"])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            result = UnitResource().import_data(dataset, dry_run=step == "preview")
        assert (result.totals["new"], result.totals["update"]) == (size // 2, size // 2)
        counts[size] = len(queries)
    assert counts[10] == counts[1_000]
    assert counts[1_000] <= 6


def test_a_thousand_wrong_rows_ask_no_more_than_ten(superuser: Client) -> None:
    counts = []
    for size in (10, 1_000):
        dataset = SheetDataset(["kode_wilayah", "nama", "tingkat", "kode_induk"])
        for n in range(size):
            dataset.add(n + 2, [f"99.{n % 90 + 10}", "", "Desa", "98"])
        with CaptureQueriesContext(connection) as queries:
            result = RegionResource().import_data(dataset, dry_run=True)
        assert result.totals["invalid"] == size
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_trap_a_loader_that_knows_one_key_column_only(superuser: Client) -> None:
    agency = builders.agency()
    for position in ("Kepala Dinas", "Sekretaris"):
        for year in (2018, 2022):
            builders.official(agency, name="Pejabat", position=position, starts=dt.date(year, 1, 2))
    page = upload(
        superuser,
        "agencies_official",
        workbook(
            OFFICIAL_COLUMNS,
            [agency.code, "Pejabat", None, "Sekretaris", dt.date(2018, 1, 2), dt.date(2021, 12, 31)],
        ),
    )
    confirm(superuser, "agencies_official", page)
    changed = Official.objects.get(ends=dt.date(2021, 12, 31))
    assert (changed.position, changed.starts.year) == ("Sekretaris", 2018)
    assert Official.objects.filter(ends=None).count() == 3


def test_trap_bulk_errors_have_no_row_number_and_say_one_fault_of_a_row(superuser: Client) -> None:
    agency = builders.agency()
    page = upload(
        superuser,
        "agencies_official",
        workbook(
            OFFICIAL_COLUMNS,
            [agency.code, "Pejabat Satu", None, "Kepala Dinas", dt.date(2018, 1, 2), None],
            [],
            ["tidak-ada", "", "1975", "Kepala Dinas", "31-02-2018", "kapan-kapan"],
        ),
    )
    assert {(number, column): message.partition(".")[0] for number, column, message in faults(page)} == {
        (4, "kode_perangkat_daerah"): "Tidak ada perangkat daerah dengan kode “tidak-ada”",
        (4, "nama_tanpa_gelar"): "Kosong",
        (4, "nip"): "NIP terdiri atas 18 angka, yang diketik 4",
        (4, "menjabat_sejak"): "“31-02-2018” bukan tanggal",
        (4, "sampai"): "“kapan-kapan” bukan tanggal",
    }
    assert "C4" in text_of(page), "the cell is named too"
    assert not Official.objects.exists()


def test_trap_two_equal_new_rows_fail_the_whole_batch_without_a_word(superuser: Client) -> None:
    agency = builders.agency()
    page = upload(
        superuser, "agencies_responsibleunit", units(agency, "Sekretariat", "Bidang Industri", "SEKRETARIAT")
    )
    assert faults(page) == [
        (4, "", "Sama dengan baris 2: kode_perangkat_daerah, nama_bidang. Hapus salah satunya.")
    ]


def test_trap_a_preview_writes_and_rolls_back() -> None:
    agency = builders.agency()
    dataset = SheetDataset(UNIT_COLUMNS)
    dataset.add(2, [agency.code, "Sekretariat", "ya"])
    with CaptureQueriesContext(connection) as queries:
        assert UnitResource().import_data(dataset, dry_run=True).totals["new"] == 1
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
    assert not any("FOR " in query["sql"] and "UPDATE" in query["sql"] for query in queries)


def test_trap_the_first_import_changes_how_later_ones_work(superuser: Client) -> None:
    before = dict(vars(UnitResource._meta))
    agency = builders.agency()
    page = upload(superuser, "agencies_responsibleunit", units(agency, "Sekretariat"))
    confirm(superuser, "agencies_responsibleunit", page)
    assert dict(vars(UnitResource._meta)) == before


def test_trap_every_row_stays_in_memory_and_the_preview_grows_without_end(superuser: Client) -> None:
    agency = builders.agency()
    names = [f"Bidang {n:04}" for n in range(KEPT + 500)]
    page = upload(superuser, "agencies_responsibleunit", units(agency, *names))
    assert len(page.content) < 300_000
    assert f"Masukkan {KEPT + 500} baris" in text_of(page)
    assert f"Ditampilkan {KEPT} baris yang pertama; semuanya dimasukkan." in text_of(page)
    assert "Bidang 0099" in text_of(page)
    assert "Bidang 0100" not in text_of(page)
    assert "Bidang 0100" in text_of(superuser.get(page.request["PATH_INFO"], {"halaman": "2"}))
    confirm(superuser, "agencies_responsibleunit", page)
    assert agency.units.count() == KEPT + 500


def test_a_preview_shows_the_new_or_the_changed_alone(superuser: Client) -> None:
    agency = builders.agency()
    builders.unit(agency, name="Sekretariat")
    page = upload(
        superuser,
        "agencies_responsibleunit",
        workbook(UNIT_COLUMNS, [agency.code, "Sekretariat", "tidak"], [agency.code, "Bidang Industri", "ya"]),
    )
    path = page.request["PATH_INFO"]
    assert "<del>ya</del> <ins>tidak</ins>" in page.text
    only_new = text_of(superuser.get(path, {"tampil": "new"}))
    assert "Bidang Industri" in only_new
    assert "<ins>tidak</ins>" not in only_new


# Workbooks as they are


def test_trap_the_active_sheet_is_read(superuser: Client) -> None:
    agency = builders.agency()
    book = openpyxl.Workbook()
    spreadsheets.first(book).append(UNIT_COLUMNS)
    spreadsheets.first(book).append([agency.code, "Sekretariat", "ya"])
    notes = book.create_sheet("Catatan")
    notes.append(UNIT_COLUMNS)
    notes.append([agency.code, "Konsep", "ya"])
    book.active = 1
    page = upload(superuser, "agencies_responsibleunit", spreadsheets.saved(book))
    assert "Yang dibaca lembar “Sheet”; 1 lembar lain tidak dibaca." in text_of(page)
    confirm(superuser, "agencies_responsibleunit", page)
    assert unit_names(agency) == ["Sekretariat"]


def test_the_sheet_named_as_the_data_comes_before_the_first(superuser: Client) -> None:
    agency = builders.agency()
    book = openpyxl.Workbook()
    spreadsheets.first(book).append(["Petunjuk"])
    named = book.create_sheet("bidang")
    named.append(UNIT_COLUMNS)
    named.append([agency.code, "Sekretariat", "ya"])
    confirm(
        superuser,
        "agencies_responsibleunit",
        upload(superuser, "agencies_responsibleunit", spreadsheets.saved(book)),
    )
    assert unit_names(agency) == ["Sekretariat"]


def test_trap_ragged_and_blank_rows_and_a_title_above_are_refused(superuser: Client) -> None:
    agency = builders.agency()
    page = upload(
        superuser,
        "agencies_responsibleunit",
        workbook(
            ["DAFTAR BIDANG"],
            [],
            ["No", "Kode Perangkat Daerah", "NAMA BIDANG", "masih ada", "catatan"],
            [1, agency.code, "Sekretariat"],
            [],
            [2, agency.code, "Bidang Industri", "tidak", "dilebur", "lagi"],
            [None, None, None, None, "jumlah 2"],
        ),
    )
    assert "Kolom yang tidak dikenal tidak dibaca: A “No”, E “catatan”." in text_of(page)
    confirm(superuser, "agencies_responsibleunit", page)
    assert dict(agency.units.values_list("name", "active")) == {"Sekretariat": True, "Bidang Industri": False}


@pytest.mark.parametrize("declared", ["A1", "A1:XFD1048576"])
def test_trap_the_declared_range_is_believed(superuser: Client, declared: str) -> None:
    agency = builders.agency()
    file = units(agency, "Sekretariat")
    page = upload(superuser, "agencies_responsibleunit", with_range(file, declared))
    confirm(superuser, "agencies_responsibleunit", page)
    assert unit_names(agency) == ["Sekretariat"]


def with_range(file: Any, declared: str) -> Any:
    """Return a workbook whose sheet declares another range than it has."""
    source, content = zipfile.ZipFile(BytesIO(file.read())), BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/"):
                part, count = re.subn(
                    rb'<dimension ref="[^"]*"', f'<dimension ref="{declared}"'.encode(), part
                )
                assert count == 1
            target.writestr(name, part)
    return SimpleUploadedFile("data.xlsx", content.getvalue())


def test_trap_the_web_process_opens_the_file_of_a_stranger(
    superuser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = builders.agency()
    file = units(agency, "Sekretariat")

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the web process reads the file itself")

    for name in ("openpyxl.load_workbook", "zipfile.ZipFile.__init__", "tablib.import_set", "csv.reader"):
        monkeypatch.setattr(name, refuse)
    monkeypatch.setattr("xml.parsers.expat.ParserCreate", refuse)
    page = upload(superuser, "agencies_responsibleunit", file)
    monkeypatch.undo()
    assert "Masukkan 1 baris" in text_of(page)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data.json", b'[{"nama": "x"}]'),
        ("data.yaml", b"- nama: x"),
        ("data.html", b"<html><table><tr><td>nama</td></tr></table></html>"),
        ("data.pdf", b"%PDF-1.7"),
        ("data.xlsx", b"PK\x03\x04rusak"),
        ("data.csv", b""),
        ("data.csv", b"nama;kode\n"),
    ],
)
def test_trap_eight_formats_are_offered(superuser: Client, name: str, content: bytes) -> None:
    page = upload(superuser, "agencies_responsibleunit", SimpleUploadedFile(name, content))
    (message,) = page.context["form"].errors["import_file"]
    assert message.endswith(".")
    assert not StagedImport.objects.exists()


def test_a_file_without_data_or_with_a_column_twice_says_so(superuser: Client) -> None:
    for rows, message in (
        ([UNIT_COLUMNS], "Di bawah baris judul (baris 1) lembar “Sheet” tidak ada data."),
        ([[*UNIT_COLUMNS, "Nama Bidang"], ["a", "b", "ya", "c"]], "di kolom B dan D. Hapus salah satunya."),
        ([["nama_bidang"], ["b"]], "(baris 1) tidak memuat kolom “kode_perangkat_daerah”."),
        ([["satu"], ["dua"]], "tidak memuat kolom “kode_perangkat_daerah”, “nama_bidang”."),
    ):
        assert message in text_of(upload(superuser, "agencies_responsibleunit", workbook(*rows)))


def test_an_error_cell_is_named_and_never_taken_for_an_empty_one(superuser: Client) -> None:
    agency = builders.agency()
    book = openpyxl.Workbook()
    page_ = spreadsheets.first(book)
    page_.append(UNIT_COLUMNS)
    page_.append([agency.code, "=A1&A2", "ya"])
    page = upload(superuser, "agencies_responsibleunit", spreadsheets.saved(book))
    ((number, column, message),) = faults(page)
    assert (number, column) == (2, "nama_bidang")
    assert "Sel B2" in message
    assert "rumus tanpa hasil tersimpan" in message


def test_columns_that_are_missing_leave_what_is_there(superuser: Client) -> None:
    agency = builders.agency(address="Jalan Lama", short_name="Lama")
    page = upload(superuser, "agencies_agency", workbook(["kode", "nama_singkat"], [agency.code, "Baru"]))
    confirm(superuser, "agencies_agency", page)
    agency.refresh_from_db()
    assert (agency.short_name, agency.address) == ("Baru", "Jalan Lama")


def test_an_empty_cell_empties_what_may_be_empty_only(superuser: Client) -> None:
    agency = builders.agency(address="Jalan Lama")
    file = workbook(["kode", "nama", "alamat_kop_surat"], [agency.code, agency.name, None])
    page = upload(superuser, "agencies_agency", file)
    assert "dikosongkan" in text_of(page)
    page = upload(superuser, "agencies_agency", workbook(["kode", "nama"], [agency.code, None]))
    assert faults(page) == [(2, "nama", "Kosong. Kolom ini harus diisi.")]


def test_a_province_and_its_cities_come_in_one_file(superuser: Client) -> None:
    page = upload(
        superuser,
        "agencies_region",
        workbook(
            ["kode_wilayah", "nama", "tingkat", "kode_induk"],
            ["35.74", "Probolinggo", "kota", "35"],
            ["35", "Jawa Timur", "Provinsi", None],
            ["35.13", "Probolinggo", "Kabupaten", "35"],
        ),
    )
    confirm(superuser, "agencies_region", page)
    assert Region.objects.filter(parent__code="35").count() == 2


def test_constraints_are_told_before_anything_is_written(superuser: Client) -> None:
    builders.region("35")
    page = upload(
        superuser,
        "agencies_region",
        workbook(
            ["kode_wilayah", "nama", "tingkat", "kode_induk"],
            ["35.74", "Probolinggo", "Provinsi", None],
            ["35.73", "Malang", "Kota", None],
            ["36.71", "Tangerang", "Kota", "35"],
        ),
    )
    assert {(number, message) for number, _, message in faults(page)} == {
        (2, "Kode provinsi 2 angka (64), kode kabupaten/kota 5 tanda (35.74)."),
        (3, "Kabupaten/kota punya provinsi induk; provinsi tidak."),
        (4, "Kode ini tidak berada di Provinsi Daerah 35; kodenya harus diawali 35."),
    }


# What cells hold


def test_codes_and_nip_keep_their_zeros(superuser: Client) -> None:
    nip = "197512291999022001"
    agency = builders.agency(code="007")
    builders.official(agency, nip=nip)
    content = export(superuser, "agencies_official")
    sheet = spreadsheets.first(openpyxl.load_workbook(BytesIO(content)))
    kept = {cell.value: cell for row in sheet.iter_rows(min_row=2) for cell in row}
    for code in ("007", nip):
        assert (kept[code].data_type, kept[code].number_format) == ("s", "@")
    # Also what is typed below the exported rows is text.
    assert sheet.column_dimensions["A"].number_format == "@"
    page = upload(superuser, "agencies_official", SimpleUploadedFile("a.xlsx", content))
    assert page.context["plan"]["counts"] == {"new": 0, "update": 0, "skip": 1, "invalid": 0}


def test_a_nip_that_lost_its_digits_to_a_number_cell_is_refused(superuser: Client) -> None:
    agency = builders.agency()
    row = [agency.code, "Pejabat", 197512291999022001, "Kepala Dinas", dt.date(2018, 1, 2), None]
    page = upload(superuser, "agencies_official", workbook(OFFICIAL_COLUMNS, row))
    ((_, column, message),) = faults(page)
    assert column == "nip"
    assert "jadikan selnya teks" in message


def test_trap_the_id_in_a_file_overwrites_another_row(superuser: Client) -> None:
    agency = builders.agency()
    mine = builders.unit(agency, name="Sekretariat")
    page = upload(
        superuser,
        "agencies_responsibleunit",
        workbook(["id", *UNIT_COLUMNS], [mine.pk, agency.code, "Bidang Industri", "ya"]),
    )
    assert "tidak dibaca: A “id”" in text_of(page)
    confirm(superuser, "agencies_responsibleunit", page)
    assert unit_names(agency) == ["Bidang Industri", "Sekretariat"]
    version = tuple(map(int, importlib.metadata.version("django-import-export").split(".")[:3]))
    assert version >= (4, 4, 3)


def test_trap_a_huge_exponent_stalls_a_whole_number_column(superuser: Client) -> None:
    agency = builders.agency()
    for cell in ("1e1000000", "2,5", 2.5, True, "２"):
        page = upload(
            superuser, "agencies_agency", workbook(["kode", "angka_di_belakang_koma"], [agency.code, cell])
        )
        assert faults(page)[0][1] == "angka_di_belakang_koma", cell
        assert "bukan bilangan bulat" in faults(page)[0][2]


def test_trap_two_drivers_of_postgresql(superuser: Client) -> None:
    assert importlib.util.find_spec("psycopg") is None, "Django would take it in place of psycopg2"


def test_trap_thousands_are_grouped_where_text_is_read() -> None:
    assert not settings.USE_THOUSAND_SEPARATOR


# Export


@BOTH
def test_trap_what_is_exported_runs_as_a_formula(superuser: Client, format_: str) -> None:
    agencies = [builders.agency(address=payload) for payload in PAYLOADS]
    content = export(superuser, "agencies_agency", format_)
    if format_ == "xlsx":
        sheet = spreadsheets.first(openpyxl.load_workbook(BytesIO(content)))
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert not any(cell.data_type == "f" for cell in cells)
        texts = [str(cell.value) for cell in cells if cell.data_type == "s"]
    else:
        texts = re.split(r"[;\n]", content.decode("utf-8-sig").replace('"', "").replace("'\r", "'"))
    assert not [text for text in texts if text.lstrip().startswith(("=", "+", "-", "@"))]
    assert sum(text.startswith("'") for text in texts) == len(PAYLOADS)
    page = upload(superuser, "agencies_agency", SimpleUploadedFile(f"a.{format_}", content))
    assert page.context["plan"]["counts"] == {"new": 0, "update": 0, "skip": len(agencies), "invalid": 0}
    for agency, payload in zip(agencies, PAYLOADS, strict=True):
        agency.refresh_from_db()
        assert agency.address == payload


@BOTH
def test_a_formula_that_is_imported_is_text_that_is_sent_harmless(superuser: Client, format_: str) -> None:
    agency = builders.agency()
    rows = [["kode", "alamat_kop_surat"], [agency.code, "'=cmd|' /C calc'!A0"]]
    file = workbook(*rows) if format_ == "xlsx" else spreadsheets.text(*rows)
    confirm(superuser, "agencies_agency", upload(superuser, "agencies_agency", file))
    agency.refresh_from_db()
    assert agency.address == "=cmd|' /C calc'!A0"
    assert b"\"'=cmd" in (sent := export(superuser, "agencies_agency", "csv")) or b";'=cmd" in sent


@BOTH
@pytest.mark.parametrize("model", ["region", "agency", "responsibleunit", "official", "user"])
def test_what_is_exported_goes_back_in_without_a_change(superuser: Client, model: str, format_: str) -> None:
    agency = builders.agency(address="Jalan Satu\r\nLantai 2 ", region=builders.region("35.74"), digits=3)
    builders.unit(agency, name='Bidang; "Perdagangan", dan _x0041_', active=False)
    builders.official(
        agency, nip="197512291999022001", rank="IV/a", capacity="plt", ends=dt.date(2020, 2, 29)
    )
    builders.user(email="Pengguna@example.go.id", is_active=False)
    content = export(superuser, f"agencies_{model}", format_)
    page = upload(superuser, f"agencies_{model}", SimpleUploadedFile(f"a.{format_}", content))
    counts = page.context["plan"]["counts"]
    assert (counts["new"], counts["update"], counts["invalid"]) == (0, 0, 0)
    assert counts["skip"] >= 1
    assert "tidak ada yang perlu dimasukkan" in text_of(page)


def test_one_changed_cell_is_one_change(superuser: Client) -> None:
    agency = builders.agency(address="Jalan Satu\r\nLantai 2 ")
    for n in range(5):
        builders.unit(agency, name=f"Bidang {n}")

    def change(sheet: Any) -> None:
        sheet["C4"] = "tidak"

    page = upload(
        superuser, "agencies_responsibleunit", edited(export(superuser, "agencies_responsibleunit"), change)
    )
    assert page.context["plan"]["counts"] == {"new": 0, "update": 1, "skip": 4, "invalid": 0}
    confirm(superuser, "agencies_responsibleunit", page)
    record = AuditRecord.objects.get(kind="changed", table="agencies_responsibleunit")
    assert record.by is not None
    assert record.by.username == "admin-uji"
    assert list(record.after) == ["active"]


def test_an_export_asks_no_more_for_many_rows(superuser: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            export(superuser, "agencies_responsibleunit")
        return len(captured)

    builders.unit(builders.agency())
    few = queries()
    for _ in range(20):
        builders.unit(builders.agency())
    assert queries() == few


# Users


def test_users_come_without_password_and_rights(superuser: Client) -> None:
    page = upload(
        superuser,
        "agencies_user",
        workbook(
            [*USER_COLUMNS, "password", "is_superuser", "is_staff", "status superuser"],
            ["operator-baru", "Operator", "operator@example.go.id", "ya", "rahasia", "ya", "ya", "ya"],
        ),
    )
    confirm(superuser, "agencies_user", page)
    user = User.objects.get(username="operator-baru")
    assert not user.has_usable_password()
    assert (user.is_superuser, user.is_staff, user.is_active) == (False, False, True)
    assert not user.memberships.exists()


def test_a_file_changes_no_superuser_and_opens_no_closed_account(superuser: Client) -> None:
    builders.user(username="tutup", is_active=False)
    page = upload(
        superuser,
        "agencies_user",
        workbook(
            USER_COLUMNS,
            ["admin-uji", "Admin", "penyerang@example.com", "ya"],
            ["tutup", "Pengguna", None, "ya"],
        ),
    )
    assert [(number, column) for number, column, _ in faults(page)] == [(2, ""), (3, "aktif")]
    assert User.objects.get(username="admin-uji").email == ""


def test_names_and_addresses_of_users_differ_by_more_than_case(superuser: Client) -> None:
    builders.user(username="operator-satu", email="satu@example.go.id")
    page = upload(
        superuser,
        "agencies_user",
        workbook(
            USER_COLUMNS,
            ["Operator-Satu", "Operator", None, None],
            ["operator-dua", "Operator", "SATU@example.go.id", None],
            ["operator-tiga", "Operator", "tiga@example.go.id", None],
            ["operator-empat", "Operator", "Tiga@example.go.id", None],
        ),
    )
    assert faults(page) == [
        (2, "nama_pengguna", "Nama pengguna ini sudah ada; huruf besar dan kecil dianggap sama."),
        (3, "alamat_surel", "Alamat surel ini sudah dipakai pengguna lain."),
        (5, "alamat_surel", "Alamat surel ini sudah dipakai pengguna lain. Lihat baris 4."),
    ]


def test_the_page_of_a_preview_that_is_applied_leads_back(superuser: Client) -> None:
    page = upload(superuser, "agencies_responsibleunit", units(builders.agency(), "Sekretariat"))
    confirm(superuser, "agencies_responsibleunit", page)
    again = superuser.get(page.request["PATH_INFO"], follow=True)
    assert "Berkas ini sudah dimasukkan." in text_of(again)


def test_old_previews_go(superuser: Client) -> None:
    agency = builders.agency()
    for name in ("Satu", "Dua"):
        upload(superuser, "agencies_responsibleunit", units(agency, name))
    assert StagedImport.objects.count() == 1
    StagedImport.objects.update(created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC), user=builders.user())
    upload(
        superuser,
        "agencies_official",
        workbook(OFFICIAL_COLUMNS, [agency.code, "a", None, "b", "02-01-2018"]),
    )
    assert [staged.model for staged in StagedImport.objects.all()] == ["agencies.official"]


def test_new_rows_that_name_each_other_go_in_beside_changed_ones(superuser: Client) -> None:
    builders.region("36.71")
    page = upload(
        superuser,
        "agencies_region",
        workbook(
            ["kode_wilayah", "nama", "tingkat", "kode_induk"],
            ["64.72", "Samarinda", "Kota", "64"],
            ["64", "Kalimantan Timur", "Provinsi", None],
            ["36.71", "Tangerang", "Kota", "36"],
        ),
    )
    answer = confirm(superuser, "agencies_region", page)
    assert "Sudah dimasukkan: 2 baris baru, 1 diubah, 0 tetap." in text_of(answer)
    assert Region.objects.get(code="64.72").parent == Region.objects.get(code="64")


def test_a_row_that_could_mean_two_is_left_to_its_page(superuser: Client) -> None:
    agency = builders.agency()
    for _ in range(2):
        builders.official(agency, name="Pejabat")
    row = [agency.code, "Pejabat", None, "Kepala Dinas", "02-01-2018", "31-12-2020"]
    page = upload(superuser, "agencies_official", workbook(OFFICIAL_COLUMNS, row))
    ((number, _, message),) = faults(page)
    assert number == 2
    assert message.startswith("Portal berisi lebih dari satu baris dengan kode_perangkat_daerah, ")


def test_wrong_rows_beyond_those_that_are_shown_are_counted(superuser: Client) -> None:
    page = upload(
        superuser,
        "agencies_responsibleunit",
        workbook(UNIT_COLUMNS, *(["tidak-ada", f"Bidang {n}", "ya"] for n in range(KEPT + 5))),
    )
    assert f"Perbaiki {KEPT + 5} baris di bawah ini" in text_of(page)
    assert f"Ditampilkan {KEPT} baris bermasalah yang pertama." in text_of(page)
    assert len(page.content) < 300_000


def test_a_resource_takes_the_datasets_of_the_library() -> None:
    agency = builders.agency()
    dataset = Dataset([agency.code, "Sekretariat", "ya"], [agency.code, "", "ya"], headers=UNIT_COLUMNS)
    result = UnitResource().import_data(dataset)
    assert [(fault.number, fault.column) for fault in result.faults] == [(3, "nama_bidang")]
    assert not agency.units.exists()
    del dataset[1]
    assert UnitResource().import_data(dataset).totals["new"] == 1
    assert unit_names(agency) == ["Sekretariat"]
