"""Evidence: what is taken and what is not, who may, what is kept, and that nothing is lost or doubled."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import stat
import threading
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from agencies.models import AuditRecord, User
from agencies.roles import Role
from indicators import sets
from indicators.models import Indicator
from reports import entries, evidence, filekinds
from reports.models import Entry, Event, Evidence, Receipt
from reports.status import Status
from tests import builders
from tests.reports.arranged import MANAGERS, MEMBERS, OUTSIDERS, Office, bring, office, visitor

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def _on_disk(settings: Settings, tmp_path: Path) -> None:
    """Keep the files of a test on a disk, by the storage of the portal."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "reports.storage.DurableStorage"}}


@pytest.fixture
def there() -> Office:
    return office()


@pytest.fixture
def operator(client: Client, there: Office) -> User:
    """Sign an operator of the whole agency in."""
    user = builders.user(Role.OPERATOR, there.agency, name="Operator Satu")
    client.force_login(user)
    return user


# --- files --------------------------------------------------------------------------------------------------


def package(**parts: str | bytes) -> bytes:
    """Return a ZIP; in the names of its parts `__` is a slash and `_dot_` a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def office_file(main: str, types: str = "document.main+xml", **more: str) -> bytes:
    return package(**{"[Content_Types]_dot_xml": types, main: "<x/>", **more})


def damaged_file() -> bytes:
    """Return a document whose list of parts does not unpack."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>" * 50)
        made.writestr("word/document.xml", "<x/>")
    start = 30 + len("[Content_Types].xml")
    return out.getvalue()[:start] + b"\xff" * 8 + out.getvalue()[start + 8 :]


def newer_archive() -> bytes:
    """Return an archive that asks for a later version of ZIP than there is."""
    made = package(a_dot_txt="x")
    place = made.index(b"PK\x01\x02") + 6
    return made[:place] + b"\xc8" + made[place + 1 :]


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 40 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 30 + b"\x00\x00\x00\x00IEND\xaeB`\x82"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 24
HEIC = b"\x00\x00\x00\x1cftypheic\x00\x00\x00\x00mif1heicmiaf" + b"\x00" * 30
AVIF = b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1avifmiaf" + b"\x00" * 30
DOCX = office_file("word__document_dot_xml")
XLSX = office_file("xl__workbook_dot_xml")
PPTX = office_file("ppt__presentation_dot_xml")
ODT = package(mimetype="application/vnd.oasis.opendocument.text", content_dot_xml="<x/>")
ODS = package(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_dot_xml="<x/>")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"

TAKEN = [
    ("rekap.pdf", PDF, "PDF"),
    ("FOTO.JPG", JPEG, "foto JPEG"),
    ("foto.jpeg", JPEG, "foto JPEG"),
    ("layar.png", PNG, "gambar PNG"),
    ("wa.webp", WEBP, "gambar WebP"),
    ("IMG_0001.HEIC", HEIC, "foto HEIC"),
    ("surat.docx", DOCX, "dokumen Word"),
    ("data.xlsx", XLSX, "lembar kerja Excel"),
    ("paparan.pptx", PPTX, "salindia PowerPoint"),
    ("surat.odt", ODT, "dokumen LibreOffice"),
    ("data.ods", ODS, "lembar kerja LibreOffice"),
    ("tanpa akhiran", PDF, "PDF"),
]
REFUSED = [
    ("kosong.pdf", b"", "Berkas ini kosong"),
    ("foto.pdf", JPEG, "berakhiran .pdf, tetapi isinya foto JPEG. Ganti akhiran nama menjadi .jpg"),
    ("rekap.exe", PDF, "berakhiran .exe, tetapi isinya PDF"),
    ("rekap.pdf.html", PDF, "berakhiran .html, tetapi isinya PDF"),
    ("program.pdf", b"MZ\x90\x00" + b"\x00" * 60, "program, bukan bukti"),
    ("laman.html", HTML, "Halaman web dan gambar SVG"),
    ("laman.pdf", HTML, "Halaman web dan gambar SVG"),
    ("gambar.svg", b'<?xml version="1.0"?><svg onload="x"/>', "Halaman web dan gambar SVG"),
    ("makro.docm", office_file("word__document_dot_xml", word__vbaProject_dot_bin="x"), "memuat makro"),
    ("makro.docx", office_file("word__document_dot_xml", word__vbaProject_dot_bin="x"), "memuat makro"),
    ("makro.xlsx", office_file("xl__workbook_dot_xml", "sheet.macroEnabled.main+xml"), "memuat makro"),
    ("makro.ods", package(mimetype="application/vnd.oasis.opendocument.spreadsheet", Basic__x="x"), "makro"),
    ("arsip.zip", package(a_dot_txt="x"), "Arsip ZIP tidak diterima"),
    ("arsip.docx", package(a_dot_txt="x"), "Arsip ZIP tidak diterima"),
    ("arsip.rar", b"Rar!\x1a\x07\x01\x00", "Arsip tidak diterima"),
    ("biner.xlsb", office_file("xl__workbook_dot_bin"), "tidak diterima. Unggah PDF"),
    ("lama.doc", OLD_OFFICE, "berformat lama"),
    ("terkunci.xlsx", OLD_OFFICE, "terkunci kata sandi"),
    ("avif.heic", AVIF, "tidak diterima. Unggah PDF"),
    ("catatan.txt", b"catatan", "tidak diterima. Unggah PDF"),
    ("terpotong.pdf", PDF[:-8], "rusak atau terpotong"),
    ("terpotong.png", PNG[:-12], "rusak atau terpotong"),
    ("terpotong.docx", DOCX[:-30], "rusak atau terpotong"),
    ("rusak.docx", damaged_file(), "rusak atau terpotong"),
    ("baru.zip", newer_archive(), "rusak atau terpotong"),
    ("ganda-baru.pdf", PDF + newer_archive(), "isi lain yang tersembunyi"),
    ("ganda.pdf", PDF + package(a_dot_txt="x"), "isi lain yang tersembunyi"),
    ("ganda.jpg", JPEG + DOCX, "isi lain yang tersembunyi"),
    ("ganda.png", PNG[:8] + HTML + PNG[8:], "isi lain yang tersembunyi"),
    ("bersisip.docx", HTML + DOCX, "Halaman web dan gambar SVG"),
    ("besar.pdf", b"%PDF-1.7" + b"\x00" * 28 * MIB, "Bukti 28,1 MB melebihi batas 10 MB. Perkecil foto atau"),
    ("lebih.pdf", PDF + b"\x00" * (10 * MIB), "Bukti 10,1 MB melebihi batas 10 MB"),
]


def upload(name: str = "rekap.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/x-what-the-browser-says")


def attach(
    entry: Entry, by: User, content: bytes = PDF, *, name: str = "rekap.pdf", key: str = ""
) -> Evidence:
    key = key or hashlib.sha256(content + name.encode() + str(entry.pk).encode()).hexdigest()
    return evidence.attach_file(entry, upload(name, content), by=by, key=key).evidence


def stored() -> list[Path]:
    """Return all files of evidence on the disk; documents lie elsewhere."""
    return [path for path in Path(default_storage.path("evidence")).rglob("*") if path.is_file()]


def downloaded(client: Client, row: Evidence) -> bytes:
    answer = client.get(reverse("evidence-download", args=[row.pk]))
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "content", "label"), TAKEN, ids=[name for name, *_ in TAKEN])
def test_a_file_is_what_its_bytes_are(
    there: Office, operator: User, name: str, content: bytes, label: str
) -> None:
    row = attach(there.entry("ksp"), operator, content, name=name)
    assert filekinds.BY_TYPE[row.content_type].label == label
    assert (row.size, row.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert [path.read_bytes() for path in stored()] == [content]


@pytest.mark.parametrize(("name", "content", "why"), REFUSED, ids=[name for name, *_ in REFUSED])
def test_a_file_that_is_not_taken_says_why_and_leaves_nothing(
    client: Client, there: Office, operator: User, name: str, content: bytes, why: str
) -> None:
    page = client.post(address(there), {"files": upload(name, content), "key": "x"}).content.decode()
    assert why in page
    assert not Evidence.objects.exists()
    assert not Event.objects.filter(kind="evidence").exists()
    assert stored() == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Users\\x\\rekap.pdf", "rekap.pdf"),
        ("../../etc/rekap.pdf", "rekap.pdf"),
        ("rekap\u202efdp.pdf", "rekapfdp.pdf"),
        ("re\x00kap\r\nX-Header: 1.pdf", "rekap X-Header: 1.pdf"),
        ("  .rekap  akhir.pdf. ", "rekap akhir.pdf"),
        ("rekap", "rekap.pdf"),
        ("Rekap TW. III", "Rekap TW. III.pdf"),
        ("\u200b", "bukti.pdf"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
        ("Perda №1 – “baru”.pdf", "Perda №1 – “baru”.pdf"),
    ],
)
def test_a_name_is_cleaned(sent: str, kept: str) -> None:
    assert filekinds.clean_name(sent, filekinds.PDF) == kept


def test_a_file_lies_under_a_name_nobody_guesses_readable_by_the_portal_alone(
    there: Office, operator: User
) -> None:
    attach(there.entry("ksp"), operator, name="rahasia.pdf")
    (path,) = stored()
    assert "rahasia" not in str(path)
    assert len(path.name) == 40
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


# --- links --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("http://contoh.go.id/a", "harus diawali https://"),
        ("javascript:alert(1)", "harus diawali https://"),
        ("data:text/html,x", "harus diawali https://"),
        ("contoh.go.id/a", "harus diawali https://"),
        ("https://", "belum lengkap"),
        ("https://a b/", "belum lengkap"),
        ("https://bps.go.id@jahat.example/", "tidak boleh memuat nama pengguna"),
        ("https://contoh.go.id/" + "a" * 1000, "lebih dari 1000 huruf"),
        ("", "Tempel alamat tautan"),
    ],
)
def test_a_link_that_is_not_taken_says_why_and_stays_typed(
    client: Client, there: Office, operator: User, link: str, why: str
) -> None:
    page = client.post(address(there), {"link": link, "title": "Rekap", "key": "x"}).content.decode()
    assert why in page
    assert 'value="Rekap"' in page
    assert not Evidence.objects.exists()


def test_a_link_is_shown_as_one_to_another_site(client: Client, there: Office, operator: User) -> None:
    sent = {"link": "https://drive.example.go.id/d/1", "title": "LKPJ 2025/2026", "key": "x"}
    page = client.post(address(there), sent, follow=True).content.decode()
    assert "“LKPJ 2025/2026” ditambahkan." in page
    assert 'href="https://drive.example.go.id/d/1" target="_blank" rel="noopener noreferrer nofollow"' in page
    assert "Situs lain, dibuka di tab baru: drive.example.go.id" in page
    again = client.post(address(there), sent | {"key": "y"}).content.decode()
    assert "Tautan ini sudah ada sebagai “LKPJ 2025/2026”, ditambahkan Operator Satu" in again


# --- the page -----------------------------------------------------------------------------------------------


def address(there: Office, code: str = "ksp") -> str:
    return reverse("evidence-list", args=[there.report.pk, there.entry(code).pk])


def test_several_files_are_taken_and_one_refused_keeps_no_other_back(
    client: Client, there: Office, operator: User
) -> None:
    files = [upload(), upload("laman.html", HTML), upload("foto.jpg", JPEG)]
    page = client.post(address(there), {"files": files, "photo": upload("b.png", PNG), "key": "x"})
    text = page.content.decode()
    assert "<b>laman.html</b>: Halaman web dan gambar SVG tidak diterima." in text
    for title in ("rekap.pdf", "foto.jpg", "b.png"):
        assert f"“{title}” ditambahkan." in text
    assert "Bukti yang ada: <span" in text
    assert Evidence.objects.count() == 3


def test_a_page_sent_four_times_attaches_once(client: Client, there: Office, operator: User) -> None:
    for _ in range(4):
        page = client.post(address(there), {"files": upload(), "key": "x"}, follow=True).content.decode()
        assert "“rekap.pdf” ditambahkan." in page
    assert Evidence.objects.count() == 1
    assert Event.objects.filter(kind="evidence").count() == 1
    assert len(stored()) == 1


def test_a_page_without_a_file_says_so(client: Client, there: Office, operator: User) -> None:
    assert "Pilih sedikitnya satu berkas." in client.post(address(there), {"key": "x"}).content.decode()


def test_script_gets_an_answer_for_each_file(client: Client, there: Office, operator: User) -> None:
    def send(name: str, content: bytes, key: str) -> tuple[int, dict[str, Any]]:
        sent = {"files": upload(name, content), "key": key}
        answer = client.post(address(there), sent, headers={"accept": "application/json"})
        return answer.status_code, answer.json()

    assert send("rekap.pdf", PDF, "1") == (200, {"sentence": "“rekap.pdf” ditambahkan.", "count": 1})
    assert send("rekap.pdf", PDF, "1") == (200, {"sentence": "“rekap.pdf” ditambahkan.", "count": 1})
    status, answer = send("salinan.pdf", PDF, "2")
    assert status == 409
    assert "sudah ada sebagai “rekap.pdf”, ditambahkan Operator Satu" in answer["error"]
    assert send("a.txt", b"x", "3")[0] == 422


def test_the_grid_gets_the_part_alone(client: Client, there: Office, operator: User) -> None:
    part = client.get(address(there), headers={"hx-request": "true"}).content.decode()
    assert "data-evidence-rows" in part
    assert "<html" not in part
    client.logout()
    assert client.get(address(there), headers={"hx-request": "true"}).status_code == 403


@pytest.mark.parametrize("name", ["report-fill", "report-detail"])
def test_every_row_says_how_much_it_has(client: Client, there: Office, operator: User, name: str) -> None:
    first = attach(there.entry("ksp"), operator)
    attach(there.entry("ksp"), operator, PNG, name="a.png")
    evidence.remove(first, by=operator, key="hapus")
    page = client.get(reverse(name, args=[there.report.pk])).content.decode()
    counts = [part.split("<")[0] for part in page.split("<span data-count>")[1:]]
    assert counts == ["1", "belum ada", "belum ada", "belum ada", "belum ada"]


def test_a_list_costs_the_same_with_few_and_many(client: Client, there: Office, operator: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address(there))
        return len(queries)

    attach(there.entry("ksp"), operator)
    client.get(address(there))
    few = cost()
    for place in range(15):
        other = builders.user(Role.OPERATOR, there.agency)
        attach(there.entry("ksp"), other, PDF + b"%" + str(place).encode())
    assert cost() == few


def test_counting_costs_a_report_no_query(there: Office) -> None:
    with CaptureQueriesContext(connection) as queries:
        rows = list(evidence.counted(there.report.entries.all()))
    assert len(queries) == 1
    assert len(rows) == 5


# --- who ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*MEMBERS, *MANAGERS])
def test_who_sees_the_report_may_keep_a_copy_as_an_attachment(
    client: Client, there: Office, operator: User, name: str
) -> None:
    row = attach(there.entry("ksp"), operator, name="Rekap “TW III”.pdf")
    client.force_login(visitor(name, there.agency))
    answer = client.get(reverse("evidence-download", args=[row.pk]))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Rekap%20%E2%80%9CTW%20III%E2%80%9D.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("name", OUTSIDERS)
def test_an_outsider_finds_nothing(client: Client, there: Office, operator: User, name: str) -> None:
    row = attach(there.entry("ksp"), operator)
    client.force_login(visitor(name, there.agency))
    for url in ("evidence-download", "evidence-replace", "evidence-remove"):
        assert client.get(reverse(url, args=[row.pk])).status_code == 404
        assert client.post(reverse(url, args=[row.pk]), {"files": upload()}).status_code in (404, 405)
    assert client.get(address(there)).status_code == 404
    assert client.post(address(there), {"files": upload("b.png", PNG), "key": "x"}).status_code == 404
    assert Evidence.objects.count() == 1


def test_a_row_is_found_under_its_own_report_alone(client: Client, there: Office, operator: User) -> None:
    other = builders.report(there.agency, 4, year=2026)
    client.force_login(builders.user(is_superuser=True))
    assert client.get(reverse("evidence-list", args=[other.pk, there.entry("ksp").pk])).status_code == 404


@pytest.mark.parametrize("name", ["verifier", "head", "inspector", "region_admin"])
def test_who_reads_does_not_attach(client: Client, there: Office, operator: User, name: str) -> None:
    row = attach(there.entry("ksp"), operator)
    client.force_login(visitor(name, there.agency))
    page = client.get(address(there)).content.decode()
    assert "Anda membaca bukti ini." in page
    assert "Tambah bukti" not in page
    assert "Hapus" not in page
    refused = client.post(address(there), {"files": upload("b.png", PNG), "key": "x"}).content.decode()
    assert "Anda hanya dapat membacanya" in refused
    client.post(reverse("evidence-remove", args=[row.pk]), {"key": "x"})
    assert list(Evidence.objects.current()) == [row]
    assert len(stored()) == 1


def test_an_operator_of_a_unit_attaches_to_rows_of_the_unit(there: Office) -> None:
    by = builders.user(Role.OPERATOR, there.agency)
    by.memberships.update(unit=there.unit)
    attach(there.entry("ksp"), by)
    with pytest.raises(entries.NotYours):
        attach(there.entry("um"), by)


def test_no_address_serves_the_folder(client: Client, there: Office, operator: User) -> None:
    row = attach(there.entry("ksp"), operator)
    for path in (
        f"/{row.file.name}",
        f"/files/{row.file.name}",
        f"/media/{row.file.name}",
        f"/static/{row.file.name}",
    ):
        assert client.get(path).status_code == 404


# --- what is kept -------------------------------------------------------------------------------------------


def test_what_is_replaced_is_kept_and_can_be_downloaded(
    client: Client, there: Office, operator: User
) -> None:
    old = attach(there.entry("ksp"), operator, name="lama.pdf")
    page = client.post(
        reverse("evidence-replace", args=[old.pk]),
        {"files": upload("baru.png", PNG), "key": "x"},
        follow=True,
    ).content.decode()
    assert "“lama.pdf” diganti dengan “baru.png”." in page
    assert "Versi lama dan yang dihapus: 1" in page
    new = Evidence.objects.current().get()
    assert (new.replaces, new.title) == (old, "baru.png")
    assert downloaded(client, old) == PDF
    event = Event.objects.filter(kind="evidence").latest("pk")
    assert (event.before["evidence"], event.after["evidence"]) == (
        f"lama.pdf ({len(PDF)} bita)",
        f"baru.png ({len(PNG)} bita)",
    )


def test_what_was_replaced_is_not_replaced_again(client: Client, there: Office, operator: User) -> None:
    old = attach(there.entry("ksp"), operator)
    url = reverse("evidence-replace", args=[old.pk])
    client.post(url, {"files": upload("b.png", PNG), "key": "x"})
    page = client.post(url, {"files": upload("c.jpg", JPEG), "key": "y"}).content.decode()
    assert "“rekap.pdf” sudah diganti oleh Operator Satu dengan “b.png”." in page
    assert len(stored()) == 2


def test_a_link_is_replaced_by_a_link(client: Client, there: Office, operator: User) -> None:
    old = evidence.attach_link(
        there.entry("ksp"), evidence.Link("https://a.example.go.id/1"), by=operator, key="x"
    ).evidence
    assert old.title == "a.example.go.id"
    url = reverse("evidence-replace", args=[old.pk])
    wrong = client.post(url, {"link": "http://a.example.go.id/2", "title": "", "key": "y"}).content.decode()
    assert "harus diawali https://" in wrong
    client.post(url, {"link": "https://a.example.go.id/2", "title": "Baru", "key": "y"})
    assert [row.title for row in Evidence.objects.current()] == ["Baru"]


def test_what_is_removed_is_asked_for_and_kept(client: Client, there: Office, operator: User) -> None:
    row = attach(there.entry("ksp"), operator)
    url = reverse("evidence-remove", args=[row.pk])
    assert "Hapus bukti ini?" in client.get(url).content.decode()
    page = client.post(url, {"key": "x"}, follow=True).content.decode()
    assert "“rekap.pdf” dihapus dari bukti. Versinya tetap tersimpan." in page
    assert not Evidence.objects.current().exists()
    assert len(stored()) == 1
    assert downloaded(client, row) == PDF
    assert attach(there.entry("ksp"), operator, key="lagi").pk != row.pk  # taken again after all
    page = client.post(url, {"key": "y"}, follow=True).content.decode()
    assert "“rekap.pdf” sudah dihapus." in page


def test_two_files_of_one_name_are_removed_one_after_the_other(
    client: Client, there: Office, operator: User
) -> None:
    for code, address in (("ksp", "https://a.example.go.id/1"), ("um", "https://a.example.go.id/2")):
        link = evidence.Link(address, "image.jpg")
        kept = evidence.attach_link(there.entry(code), link, by=operator, key=code).evidence
        page = client.post(reverse("evidence-remove", args=[kept.pk]), follow=True).content.decode()
        assert "dihapus dari bukti" in page
        kept.refresh_from_db()
        assert kept.removed_at


def test_the_same_file_elsewhere_is_taken_and_said(client: Client, there: Office, operator: User) -> None:
    attach(there.entry("ksp"), operator)
    page = client.post(address(there, "um"), {"files": upload(), "key": "x"}, follow=True).content.decode()
    assert "Berkas yang sama juga ada pada: Koperasi sehat, Triwulan III 2026." in page
    names = set(Evidence.objects.values_list("file", flat=True))
    assert len(names) == 2


def test_the_same_file_of_another_agency_is_not_told(client: Client, there: Office, operator: User) -> None:
    other = builders.report(builders.set_in_force(builders.agency(region=builders.region("35"))))
    goal_entry = other.entries.first()
    if goal_entry is None:
        pytest.fail("the other agency has no row")
    attach(goal_entry, builders.user(is_superuser=True))
    page = client.post(address(there), {"files": upload(), "key": "x"}, follow=True).content.decode()
    assert "“rekap.pdf” ditambahkan." in page
    assert "juga ada" not in page


def test_a_row_takes_twenty(there: Office, operator: User) -> None:
    for place in range(evidence.MAX_CURRENT):
        attach(there.entry("ksp"), operator, PDF + str(place).encode())
    with pytest.raises(entries.Refused, match="paling banyak 20 bukti"):
        attach(there.entry("ksp"), operator, PNG, name="a.png")
    last = Evidence.objects.latest("pk")
    evidence.replace(last, upload("a.png", PNG), by=operator, key="ganti")
    assert Evidence.objects.current().count() == evidence.MAX_CURRENT


def test_a_key_names_one_write(there: Office, operator: User) -> None:
    attach(there.entry("ksp"), operator, key="sama")
    with pytest.raises(entries.KeyReused):
        attach(there.entry("um"), operator, PNG, name="a.png", key="sama")
    assert len(stored()) == 1


def test_every_change_is_an_event_with_its_row(there: Office, operator: User) -> None:
    row = attach(there.entry("ksp"), operator)
    evidence.remove(row, by=operator, key="hapus")
    added, removed = Event.objects.filter(kind="evidence").order_by("pk")
    assert added.entry == removed.entry == there.entry("ksp")
    assert (added.by, added.subject) == (operator, "Koperasi sehat")
    assert added.before == removed.after == {"evidence": ""}
    assert added.after == removed.before
    assert added.after["sha256"] == row.sha256


def test_a_write_that_is_undone_leaves_neither_row_nor_file(
    there: Office, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise OSError("penuh")

    monkeypatch.setattr(Receipt.objects, "create", broken)
    with pytest.raises(OSError, match="penuh"):
        attach(there.entry("ksp"), operator)
    assert not Evidence.objects.exists()
    assert not Event.objects.filter(kind="evidence").exists()
    assert stored() == []


def test_a_disk_that_fails_half_way_leaves_no_part(
    there: Office, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError("penuh")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="penuh"):
        attach(there.entry("ksp"), operator)
    assert stored() == []


def test_a_missing_file_is_said(client: Client, there: Office, operator: User) -> None:
    row = attach(there.entry("ksp"), operator)
    stored()[0].unlink()
    page = client.get(reverse("evidence-download", args=[row.pk]), follow=True).content.decode()
    assert "Berkas “rekap.pdf” tidak ada di penyimpanan." in page


# --- locked -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.VERIFIED, Status.APPROVED])
def test_a_sent_report_takes_no_evidence_on_any_road(client: Client, there: Office, status: Status) -> None:
    by = builders.user(Role.OPERATOR, there.agency)
    row = attach(there.entry("ksp"), by)
    bring(there, status)
    client.force_login(by)
    page = client.post(address(there), {"files": upload("b.png", PNG), "key": "x"}).content.decode()
    assert "jadi isiannya terkunci" in page
    client.post(reverse("evidence-remove", args=[row.pk]), {"key": "x"})
    client.post(reverse("evidence-replace", args=[row.pk]), {"files": upload("b.png", PNG), "key": "x"})
    for road in ROADS.values():
        with pytest.raises(IntegrityError, match=r"sudah dikirim|atau dihapus"), transaction.atomic():
            road(row)
    assert list(Evidence.objects.current()) == [row]
    assert len(stored()) == 1


def copy_of(row: Evidence, **fields: Any) -> Evidence:
    link = {"link": "https://a.example.go.id/", "title": "x", "entry": row.entry, "added_by": row.added_by}
    return Evidence(**link | fields)


def sql(statement: str, *params: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def mark_removed(row: Evidence) -> None:
    row.removed_at = dt.datetime.now(dt.UTC)
    row.save()


ROADS: dict[str, Callable[[Evidence], object]] = {
    "insert": lambda row: copy_of(row).save(),
    "bulk": lambda row: Evidence.objects.bulk_create([copy_of(row)]),
    "save": mark_removed,
    "raw update": lambda row: sql(
        "UPDATE reports_evidence SET removed_at = '2026-01-01' WHERE id = %s", row.pk
    ),
    "raw delete": lambda row: sql("DELETE FROM reports_evidence WHERE id = %s", row.pk),
}
CHANGES: dict[str, Callable[[Evidence], object]] = {
    "title": lambda row: Evidence.objects.filter(pk=row.pk).update(title="x"),
    "file": lambda row: Evidence.objects.filter(pk=row.pk).update(file="evidence/x"),
    "hash": lambda row: Evidence.objects.filter(pk=row.pk).update(sha256="0" * 64),
    "entry": lambda row: Evidence.objects.filter(pk=row.pk).update(
        entry=row.entry.report.entries.exclude(pk=row.entry_id)[0]
    ),
    "raw title": lambda row: sql("UPDATE reports_evidence SET title = 'x' WHERE id = %s", row.pk),
    "delete": lambda row: row.delete(),
    "raw delete": lambda row: sql("DELETE FROM reports_evidence WHERE id = %s", row.pk),
}


@pytest.mark.parametrize("name", CHANGES)
def test_evidence_is_never_rewritten(there: Office, operator: User, name: str) -> None:
    row = attach(there.entry("ksp"), operator)
    with pytest.raises(IntegrityError, match="tidak dapat diubah atau dihapus"), transaction.atomic():
        CHANGES[name](row)


def test_what_is_removed_stays_removed(there: Office, operator: User) -> None:
    row = attach(there.entry("ksp"), operator)
    evidence.remove(row, by=operator, key="hapus")
    with pytest.raises(IntegrityError, match="tidak dapat diubah"), transaction.atomic():
        Evidence.objects.filter(pk=row.pk).update(removed_at=None)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL does not know REPLACE")
def test_replacing_by_sql_is_refused_too(there: Office, operator: User) -> None:
    row = attach(there.entry("ksp"), operator)
    with pytest.raises(IntegrityError, match="tidak dapat diubah"), transaction.atomic():
        sql("INSERT OR REPLACE INTO reports_evidence SELECT * FROM reports_evidence WHERE id = %s", row.pk)


def test_after_the_last_day_nothing_is_attached(there: Office, operator: User) -> None:
    there.report.period.opens -= dt.timedelta(days=9)
    there.report.period.closes -= dt.timedelta(days=6)
    there.report.period.save()
    with pytest.raises(entries.Locked, match="Batas pengisian sudah lewat"):
        attach(there.entry("ksp"), operator)
    assert stored() == []


# --- two at once --------------------------------------------------------------------------------------------


@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads share the one connection of SQLite")
@pytest.mark.django_db(transaction=True)
def test_the_same_file_from_two_at_once_is_taken_once() -> None:
    there = office()
    entry = there.entry("ksp")
    people = [builders.user(Role.OPERATOR, there.agency) for _ in range(4)]
    gate, said = threading.Barrier(len(people)), []

    def send(by: User) -> None:
        gate.wait()
        try:
            attach(Entry.objects.get(pk=entry.pk), by, key=f"k{by.pk}")
        except evidence.Duplicate as refusal:
            said.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=[by]) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Evidence.objects.count() == 1
    assert len(said) == len(people) - 1
    assert len(stored()) == 1


# --- the command --------------------------------------------------------------------------------------------


def check(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("check_evidence", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_says_that_all_is_there(there: Office, operator: User) -> None:
    attach(there.entry("ksp"), operator)
    assert check() == ("1 berkas bukti utuh.\n", "")


@pytest.mark.parametrize(
    ("harm", "word"),
    [(lambda path: path.unlink(), "Hilang"), (lambda path: path.write_bytes(b"lain"), "Berubah")],
)
def test_the_command_fails_on_a_file_that_is_missing_or_changed(
    there: Office, operator: User, harm: Callable[[Path], object], word: str
) -> None:
    attach(there.entry("ksp"), operator)
    harm(stored()[0])
    err = io.StringIO()
    with pytest.raises(CommandError, match="1 dari 1 berkas bukti"):
        call_command("check_evidence", stderr=err)
    assert f"{word}: bukti" in err.getvalue()


def test_the_command_cleans_what_no_row_names_after_a_day(there: Office, operator: User) -> None:
    attach(there.entry("ksp"), operator)
    old, new = "evidence/aa/lama", "evidence/aa/baru"
    for name in (old, new):
        default_storage.save(name, ContentFile(b"x"))
    os.utime(default_storage.path(old), (0, 0))
    assert "Tidak tercatat: evidence/aa/lama" in check()[0]
    assert len(stored()) == 3
    out, _ = check("--clean")
    assert "Tidak tercatat, dihapus: evidence/aa/lama" in out
    assert "Tidak tercatat (belum sehari): evidence/aa/baru" in out
    assert len(stored()) == 2


# --- sets that change ---------------------------------------------------------------------------------------


def test_evidence_does_not_change_what_the_grid_is_based_on(there: Office, operator: User) -> None:
    before = there.entry("ksp").version
    attach(there.entry("ksp"), operator)
    assert there.entry("ksp").version == before


def test_evidence_stays_when_its_indicator_leaves_the_set(there: Office, operator: User) -> None:
    kept = evidence.attach_file(there.entry("sop"), upload(), by=operator, key="k").evidence
    draft = sets.revise(there.report.indicator_set, by=operator, reason="Perubahan")
    sets.discard(Indicator.objects.get(goal__indicator_set=draft, thread__code="sop"))
    sets.put_in_force(draft, by=operator)
    entries.fill_value(there.report, there.elements["sehat"], Decimal(7), based_on=0, by=operator, key="v")
    kept.refresh_from_db()
    assert kept.entry.not_applicable == entries.DROPPED
    assert default_storage.exists(str(kept.file.name))


def test_a_download_is_logged_and_a_question_about_it_is_not(
    client: Client, there: Office, operator: User
) -> None:
    kept = evidence.attach_file(there.entry("ksp"), upload(), by=operator, key="k").evidence
    # Read to its end: closed by itself it would close the connection of the test too.
    list(client.head(reverse("evidence-download", args=[kept.pk])))
    assert not AuditRecord.objects.filter(kind="downloaded").exists()
    downloaded(client, kept)
    record = AuditRecord.objects.get(kind="downloaded")
    assert (record.by, record.agency, record.after) == (operator, there.agency, {"sha256": kept.sha256})
    assert "rekap.pdf" in record.subject
