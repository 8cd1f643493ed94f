"""Pages of documents: the draft, the paper to be signed, what was issued, and the bytes that are sent."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from agencies.models import AuditRecord
from agencies.roles import Role
from indicators import sets
from reports import issuing, workflow
from reports.documents.canonical import fingerprint
from reports.models import IssuedDocument, Report
from reports.status import Status
from tests import builders
from tests.reports import arranged
from tests.reports.arranged import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Office:
    return arranged.office()


def reader(at: Office, role: Role = Role.HEAD) -> Client:
    client = Client()
    client.force_login(builders.user(role, at.agency.region if role.is_regional else at.agency))
    return client


def issued(of: Office) -> IssuedDocument:
    return IssuedDocument.objects.get(report=of.report)


def test_an_open_report_shows_its_draft(there: Office) -> None:
    page = reader(there).get(reverse("report-document", args=[there.report.pk])).content.decode()
    assert "bertanda DRAF" in page
    assert "Cetak draf (PDF)" in page
    assert "Koperasi sehat" in page


def test_a_verified_report_shows_the_paper_to_be_signed(there: Office) -> None:
    arranged.bring(there, Status.VERIFIED)
    page = reader(there).get(reverse("report-document", args=[there.report.pk])).content.decode()
    assert "Cetak untuk ditandatangani (PDF)" in page
    assert "Kepala Dinas," in page


def test_the_draft_is_sent_by_its_hash_and_logged_once(there: Office) -> None:
    client, url = reader(there), reverse("report-document-pdf", args=[there.report.pk])
    first = client.get(url)
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.headers["Content-Disposition"].endswith('-2026-3-draf.pdf"')
    assert first.headers["ETag"] == f'"{fingerprint(first.content)}"'
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    (record,) = AuditRecord.objects.filter(kind="downloaded")
    assert record.after["sha256"] == fingerprint(first.content)


def test_an_approved_report_leads_to_what_was_issued(there: Office) -> None:
    arranged.bring(there, Status.APPROVED)
    answer = reader(there).get(reverse("report-document", args=[there.report.pk]))
    assert answer.headers["Location"] == issued(there).get_absolute_url()


def test_an_issued_document_says_what_it_is_and_shows_what_it_says(there: Office) -> None:
    arranged.bring(there, Status.APPROVED)
    page = reader(there).get(issued(there).get_absolute_url()).content.decode()
    for text in (
        "Berlaku",
        issued(there).pdf_sha256,
        "Penanda tangan uji",
        "Koperasi sehat",
        "Naskah aslinya",
    ):
        assert text in page


def test_the_page_says_what_is_frozen_and_not_what_is_so_today(there: Office) -> None:
    arranged.bring(there, Status.APPROVED)
    before = reader(there).get(issued(there).get_absolute_url()).content.decode()
    there.agency.name = "Nama yang baru"
    there.agency.save()
    after = reader(there).get(issued(there).get_absolute_url()).content.decode()
    assert "Dinas Koperasi" in before
    assert after.count("Nama yang baru") == 1  # whose document it is today


@pytest.mark.parametrize("kind", ["pdf", "json", "xlsx"])
def test_every_file_of_an_issued_document_is_the_same_each_time(there: Office, kind: str) -> None:
    arranged.bring(there, Status.APPROVED)
    client, url = reader(there), reverse("issued-document-file", args=[issued(there).pk, kind])
    first, second = client.get(url), client.get(url)
    assert first.content == second.content
    assert first.headers["ETag"] == second.headers["ETag"] == f'"{fingerprint(first.content)}"'
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_the_files_hold_what_was_issued(there: Office) -> None:
    arranged.bring(there, Status.APPROVED)
    client, of = reader(there), issued(there)

    def sent(kind: str) -> bytes:
        content: bytes = client.get(reverse("issued-document-file", args=[of.pk, kind])).content
        return content

    assert fingerprint(sent("pdf")) == of.pdf_sha256
    assert json.loads(sent("json")) == of.data
    book = load_workbook(io.BytesIO(sent("xlsx")))
    assert book.sheetnames[0] == "Target, realisasi, dan capaian"
    assert client.get(reverse("issued-document-file", args=[of.pk, "docx"])).status_code == 404


def test_a_damaged_file_is_not_sent_and_the_page_says_so(there: Office) -> None:
    arranged.bring(there, Status.APPROVED)
    default_storage.delete(str(issued(there).file.name))
    url = reverse("issued-document-file", args=[issued(there).pk, "pdf"])
    answer = reader(there).get(url, follow=True)
    assert answer.redirect_chain == [(issued(there).get_absolute_url(), 302)]
    assert "rusak atau hilang" in answer.content.decode()


def test_a_report_under_repair_says_so_and_its_document_still_counts(there: Office) -> None:
    arranged.bring(there, Status.APPROVED)
    admin = builders.user(Role.AGENCY_ADMIN, there.agency)
    workflow.move(there.report, Status.RETURNED, by=admin, note="Angka keliru.")
    page = reader(there).get(issued(there).get_absolute_url()).content.decode()
    assert "Sedang diperbaiki" in page
    assert "tetap berlaku sampai penggantinya terbit" in page
    page = reader(there).get(reverse("report-document", args=[there.report.pk])).content.decode()
    assert "Sudah terbit" in page


def test_old_and_new_documents_lead_to_each_other(there: Office) -> None:
    the_set, by = builders.set_in_force(there.agency, first_year=2020), builders.user(is_superuser=True)
    old = issuing.issue_set(the_set, by=by)
    new = issuing.issue_set(the_set, by=by, reason="Salah nomor.")
    client = reader(there)
    of_old = client.get(old.get_absolute_url()).content.decode()
    assert f'href="{new.get_absolute_url()}"' in of_old
    assert "Alasan: Salah nomor." in of_old
    assert f'href="{old.get_absolute_url()}"' in client.get(new.get_absolute_url()).content.decode()


def test_a_set_is_issued_by_whoever_manages_it(there: Office) -> None:
    the_set = there.report.indicator_set
    client, url = reader(there, Role.AGENCY_ADMIN), reverse("indicator-set-issue", args=[the_set.pk])
    assert "Terbitkan dokumen" in client.get(the_set.get_absolute_url()).content.decode()
    answer = client.post(url)
    (first,) = IssuedDocument.objects.filter(indicator_set=the_set)
    assert answer.headers["Location"] == first.get_absolute_url()
    page = client.get(the_set.get_absolute_url()).content.decode()
    assert f'href="{first.get_absolute_url()}"' in page
    refused = client.post(url)
    assert refused.status_code == 422
    assert "Tulis alasan dokumen yang sudah terbit digantikan." in refused.content.decode()
    client.post(url, {"alasan": "Target berubah."})
    assert IssuedDocument.objects.filter(indicator_set=the_set).count() == 2


def test_a_report_approved_before_documents_were_issued_is_issued_later(
    there: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.setattr("reports.workflow._issue", lambda *args, **facts: None)
        arranged.bring(there, Status.APPROVED)
    client = reader(there, Role.AGENCY_ADMIN)
    page = client.get(reverse("report-document", args=[there.report.pk])).content.decode()
    assert "dokumennya belum diterbitkan" in page
    for _ in range(2):  # pressed twice
        client.post(reverse("report-issue", args=[there.report.pk]))
    approval = issuing.approval(Report.objects.get(pk=there.report.pk))
    assert approval is not None
    assert (issued(there).issued_by, issued(there).issued_at) == (approval.by, approval.at)


def test_the_pages_ask_as_often_for_many_rows_as_for_few() -> None:
    counts = []
    for rows in (2, 40):
        report = with_rows(rows)
        client = Client()
        client.force_login(builders.user(Role.HEAD, report.agency))
        asked = {}
        for name in ("report-document", "report-document-pdf"):
            url = reverse(name, args=[report.pk])
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            asked[name] = len(queries)
        counts.append(asked)
    assert counts[0] == counts[1]


def with_rows(rows: int) -> Report:
    agency = builders.agency()
    draft = builders.indicator_set(agency, first_year=2026)
    goal = builders.goal(draft)
    for number in range(rows):
        builders.target(builders.indicator(goal, code=f"iku_{number}"), 2026, value=50)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    return builders.report(agency, 1, year=2026)


def test_outsiders_find_nothing(there: Office) -> None:
    arranged.bring(there, Status.APPROVED)
    stranger = Client()
    stranger.force_login(builders.user())
    urls: list[Any] = [issued(there).get_absolute_url(), reverse("report-document", args=[there.report.pk])]
    urls.append(reverse("issued-document-file", args=[issued(there).pk, "pdf"]))
    assert [stranger.get(url).status_code for url in urls] == [404, 404, 404]
