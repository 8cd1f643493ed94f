"""Issued documents: one act with the approval, the same bytes for ever, corrections that name the old."""

from __future__ import annotations

import io
import json
from typing import Any

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from agencies.models import Agency, AuditRecord, Official
from agencies.roles import Role
from indicators import sets
from indicators.models import Target
from reports import entries, issuing, workflow
from reports.documents import printing
from reports.documents.canonical import fingerprint
from reports.models import IssuedDocument
from reports.status import Status
from tests import builders
from tests.reports import arranged, selfcheck
from tests.reports.arranged import Office
from tests.reports.reading import pages

pytestmark = pytest.mark.django_db
State = IssuedDocument.State


@pytest.fixture
def there() -> Office:
    call_command("loaddata", "predicate_scales", verbosity=0)
    new = arranged.office()
    Agency.objects.filter(pk=new.agency.pk).update(place="Samarinda")
    return new


@pytest.fixture
def approved(there: Office) -> Office:
    arranged.bring(there, Status.APPROVED)
    return there


def document(of: Office) -> IssuedDocument:
    return IssuedDocument.objects.current().get(report=of.report)


def approve_again(there: Office, reason: str = "Angka koperasi keliru.") -> None:
    admin = builders.user(Role.AGENCY_ADMIN, there.agency)
    workflow.move(there.report, Status.RETURNED, by=admin, note=reason)
    for to, role in arranged.WAYS[Status.APPROVED]:
        signature = arranged.signature(there.report, number="2") if to == Status.APPROVED else None
        workflow.move(there.report, to, by=builders.user(role, there.agency), signature=signature)


# One act


def test_approving_issues_the_document_with_the_signature_that_was_recorded(there: Office) -> None:
    official = builders.official(there.agency, name="Nama", name_with_titles="Dr. Nama, M.M.", rank="IV/c")
    arranged.bring(there, Status.VERIFIED)
    head = builders.user(Role.HEAD, there.agency, name="Kepala Dinkop")
    signature = arranged.signature(there.report, official=official, number="800/12/2026")
    workflow.move(there.report, Status.APPROVED, by=head, signature=signature)
    issued = document(there)
    assert (issued.kind, issued.version, issued.number) == ("measurement", 1, "800/12/2026")
    assert (issued.issued_by, issued.agency, issued.state) == (head, there.agency, State.IN_FORCE)
    assert issued.signatory["name"] == "Dr. Nama, M.M."
    assert issued.signatory["rank"] == "Pembina Utama Muda (IV/c)"
    assert issued.data["state"] == "issued"
    assert [step["step"] for step in issued.data["steps"]] == ["Dikirim", "Diverifikasi", "Disetujui"]
    assert issued.data["steps"][-1]["by"] == "Kepala Dinkop"
    text = " ".join(pages(issuing.read(issued)))
    assert "800/12/2026" in text
    assert "Naskah aslinya ditandatangani basah oleh Dr. Nama, M.M., Kepala Dinas, tanggal" in text
    assert "elektronik" not in text
    assert "draf" not in text


def test_the_file_holds_its_own_data_and_passes_the_gate(approved: Office) -> None:
    issued = document(approved)
    data = issuing.read(issued)
    assert (len(data), fingerprint(data)) == (issued.size, issued.pdf_sha256)
    assert fingerprint(issued.content) == issued.content_sha256
    assert issued.file.name == f"documents/{issued.pdf_sha256[:2]}/{issued.pdf_sha256}.pdf"
    with pikepdf.open(io.BytesIO(data)) as file:
        assert file.attachments["data.json"].get_file().read_bytes().decode() == issued.content
        tables = [kind for kind, _ in selfcheck.elements(file) if selfcheck.kind(kind) == "Table"]
    assert selfcheck.check(data, len(tables)) == []


def test_the_document_is_printed_once_before_the_transaction_of_the_approval(
    there: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    arranged.bring(there, Status.VERIFIED)
    there.report.refresh_from_db()
    outside, to_pdf, inside_at = len(connection.savepoint_ids), printing.to_pdf, []

    def watched(content: dict[str, Any]) -> bytes:
        inside_at.append(len(connection.savepoint_ids))
        data: bytes = to_pdf(content)
        return data

    monkeypatch.setattr(printing, "to_pdf", watched)
    head = builders.user(Role.HEAD, there.agency)
    workflow.move(there.report, Status.APPROVED, by=head, signature=arranged.signature(there.report))
    assert inside_at == [outside]


def test_a_report_that_changed_while_it_was_printed_is_printed_again(there: Office) -> None:
    arranged.bring(there, Status.APPROVED)
    issued = document(there)
    moment = issued.issued_at
    stale = issuing.Rendered('{"kind":"measurement"}', b"%PDF-")
    there.report.refresh_from_db()
    approval = issuing.approval(there.report)
    assert approval is not None
    signed = approval.after["signature"]
    again = issuing.issue_report(there.report, signed, by=issued.issued_by, at=moment, ready=stale)
    assert again.content == issued.content
    assert issuing.read(again) == issuing.read(issued)


def test_a_refused_approval_issues_nothing(there: Office) -> None:
    builders.official(there.agency)
    arranged.bring(there, Status.VERIFIED)
    head = builders.user(Role.HEAD, there.agency)
    with pytest.raises(workflow.StepRefused):
        workflow.move(there.report, Status.APPROVED, by=head, signature=arranged.signature(there.report))
    assert not IssuedDocument.objects.exists()


def test_a_document_that_cannot_be_printed_leaves_the_report_where_it_was(there: Office) -> None:
    arranged.fill(there, builders.user(Role.OPERATOR, there.agency))
    entry = there.entry("opini")
    by = builders.user(Role.OPERATOR, there.agency)
    entries.fill_entry(entry, {"obstacle": "雨 deras"}, based_on=entry.version, by=by, key="huruf")
    for to, role in arranged.WAYS[Status.VERIFIED]:
        workflow.move(there.report, to, by=builders.user(role, there.agency))
    head = builders.user(Role.HEAD, there.agency)
    with pytest.raises(workflow.StepRefused, match=r"Dokumennya belum dapat dicetak\. Huruf “雨”"):
        workflow.move(there.report, Status.APPROVED, by=head, signature=arranged.signature(there.report))
    there.report.refresh_from_db()
    assert there.report.status == Status.VERIFIED
    assert not IssuedDocument.objects.exists()


def test_an_approval_sent_twice_issues_one_document(there: Office) -> None:
    arranged.bring(there, Status.VERIFIED)
    head, seen = builders.user(Role.HEAD, there.agency), workflow.last_move(there.report)
    for _ in range(2):
        signature = arranged.signature(there.report)
        workflow.move(there.report, Status.APPROVED, by=head, signature=signature, seen=seen)
    assert IssuedDocument.objects.filter(report=there.report).count() == 1


# For ever


def test_no_later_change_reaches_what_was_issued(approved: Office) -> None:
    issued = document(approved)
    before = (issuing.read(issued), issued.content)
    decision = {"decision": "SK 9/2026", "decision_date": "2026-10-01", "revised_value": 99}
    Target.objects.filter(indicator__thread__agency=approved.agency).update(**decision)
    Agency.objects.filter(pk=approved.agency.pk).update(name="Nama baru", paper="F4", digits=0)
    Official.objects.filter(agency=approved.agency).delete()
    issued = IssuedDocument.objects.get(pk=issued.pk)
    assert (issuing.read(issued), issued.content) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_issueddocument SET title = 'lain'",
        "UPDATE reports_issueddocument SET reason = 'x', supersedes_id = id",
        "DELETE FROM reports_issueddocument",
        "INSERT OR REPLACE INTO reports_issueddocument SELECT * FROM reports_issueddocument",
        "TRUNCATE reports_issueddocument CASCADE",
    ],
)
def test_the_database_refuses_to_change_or_delete_it(approved: Office, statement: str) -> None:
    only = {"INSERT OR REPLACE": "sqlite", "TRUNCATE": "postgresql"}
    if any(statement.startswith(words) and connection.vendor != vendor for words, vendor in only.items()):
        pytest.skip(f"not spoken by {connection.vendor}")
    connection.check_constraints()  # what is pending would be refused first
    with pytest.raises(DatabaseError, match="sudah terbit"), transaction.atomic():
        connection.cursor().execute(statement)
    assert document(approved).version == 1


def test_bytes_that_are_not_those_that_were_issued_are_not_handed_out(approved: Office) -> None:
    issued = document(approved)
    default_storage.delete(str(issued.file.name))
    with pytest.raises(issuing.DamagedFile):
        issuing.read(issued)
    default_storage.save(issued.file.name, io.BytesIO(b"%PDF-1.7 lain"))
    with pytest.raises(issuing.DamagedFile):
        issuing.read(issued)


def test_issuing_stands_in_the_log(approved: Office) -> None:
    record = AuditRecord.objects.get(table="reports_issueddocument")
    assert (record.kind, record.agency) == ("created", approved.agency)
    assert record.after["pdf_sha256"] == document(approved).pdf_sha256
    assert "content" not in record.after


# Corrections


def test_a_report_opened_again_keeps_its_document_until_the_next_is_issued(approved: Office) -> None:
    first = document(approved)
    admin = builders.user(Role.AGENCY_ADMIN, approved.agency)
    workflow.move(approved.report, Status.RETURNED, by=admin, note="Angka koperasi keliru.")
    first = IssuedDocument.objects.get(pk=first.pk)
    assert (first.state, first.successor) == (State.UNDER_REPAIR, None)


def test_a_correction_names_what_it_replaces_and_why_and_is_named_by_it(approved: Office) -> None:
    first = document(approved)
    approve_again(approved)
    second = document(approved)
    assert (second.version, second.supersedes, second.reason) == (2, first, "Angka koperasi keliru.")
    assert second.data["report"]["version"] == 2
    first = IssuedDocument.objects.get(pk=first.pk)
    assert (first.state, first.successor) == (State.SUPERSEDED, second)
    assert second.state == State.IN_FORCE
    assert "versi 2" in " ".join(pages(issuing.read(second)))


# IKU sets


def test_a_set_in_force_is_issued_and_issued_again_for_a_reason() -> None:
    the_set, by = builders.set_in_force(number="12 Tahun 2018"), builders.user(is_superuser=True)
    first = issuing.issue_set(the_set, by=by)
    assert (first.kind, first.number, first.version, first.reason) == ("iku", "12 Tahun 2018", 1, "")
    assert selfcheck.check(issuing.read(first)) == []
    assert json.loads(first.content)["kind"] == "iku"
    with pytest.raises(issuing.IssueRefused, match="Tulis alasan"):
        issuing.issue_set(the_set, by=by)
    second = issuing.issue_set(the_set, by=by, reason="Target berubah.")
    assert (second.version, second.supersedes, second.reason) == (2, first, "Target berubah.")


def test_a_draft_is_not_issued() -> None:
    with pytest.raises(issuing.IssueRefused, match="sedang berlaku"):
        issuing.issue_set(builders.indicator_set(), by=builders.user(is_superuser=True))


def test_the_document_of_a_revision_replaces_that_of_the_set_it_revises() -> None:
    the_set, by = builders.set_in_force(), builders.user(is_superuser=True)
    first = issuing.issue_set(the_set, by=by)
    draft = sets.revise(the_set, by=by, reason="Perubahan Renstra.")
    sets.put_in_force(draft, by=by)
    second = issuing.issue_set(draft, by=by)
    assert (second.version, second.supersedes, second.reason) == (1, first, "Perubahan Renstra.")


def test_documents_are_seen_by_those_who_see_what_they_are_about(approved: Office) -> None:
    of_set = issuing.issue_set(approved.report.indicator_set, by=builders.user(is_superuser=True))
    of_report = document(approved)
    member, stranger = builders.user(Role.OPERATOR, approved.agency), builders.user()
    assert set(IssuedDocument.objects.visible_to(member)) == {of_set, of_report}
    # What was put in force is public to all who sign in.
    assert set(IssuedDocument.objects.visible_to(stranger)) == {of_set}
