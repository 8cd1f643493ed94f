"""Imports from the upload to the receipt and back, through the real queue."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from agencies.models import User
from agencies.roles import Role
from indicators.imports.planned import Choices
from indicators.models import Indicator
from indicators.spreadsheets.guard import MAX_FILE
from reports import entries
from reports.imports import batches, jobs, planners, stages, staging, values
from reports.imports.moving import Passed, move
from reports.imports.states import ENDED, STEPS, WAITING, WORKING, State, may_go
from reports.models import Event, ImportBatch, ImportLayout, ImportRow, Report
from tests import builders
from tests.reports.imports.uploads import (
    NEW,
    applied,
    compared,
    csv,
    figures,
    filled,
    iku,
    numbers,
    sent,
    undone,
    upload,
    worked_off,
)

pytestmark = pytest.mark.django_db


def admin_of(report: Report) -> User:
    return builders.user(Role.AGENCY_ADMIN, report.agency)


def manager() -> tuple[Any, User]:
    agency = builders.agency()
    builders.layout()
    return agency, builders.user(Role.AGENCY_ADMIN, agency)


# The table of steps


def test_every_state_waits_for_somebody_or_is_an_end() -> None:
    assert {*WORKING, *WAITING, *ENDED} == set(State)
    assert set(stages.STAGES) == set(WORKING)


def test_every_state_is_reached_and_only_ends_lead_nowhere() -> None:
    assert {step.target for step in STEPS} | {State.READING} == set(State)
    assert set(State) - {step.source for step in STEPS} == {State.UNDONE, State.REFUSED, State.DROPPED}


def test_a_step_the_table_does_not_have_is_not_taken() -> None:
    agency, admin = manager()
    batch = upload(iku("Nilai layanan"), agency, admin)
    assert not may_go(batch.state, State.APPLIED)
    with pytest.raises(Passed):
        move(batch, State.APPLIED)
    assert ImportBatch.objects.get(pk=batch.pk).state == State.ASKED


# Uploading


def test_a_file_is_kept_read_and_waits_for_a_look_at_its_columns() -> None:
    agency, admin = manager()
    content = iku("Nilai layanan", "Nilai mutu")
    batch = upload(content, agency, admin)
    assert batch.state == State.ASKED
    assert batch.sha256 == hashlib.sha256(content).hexdigest()
    with batch.file.open("rb") as file:
        assert file.read() == content
    (table,) = batch.reading["sheets"][0]["tables"]
    assert table["records"] == 2
    assert [column["field"] for column in table["columns"]] == ["goal", "indicator", "unit"]
    assert table["columns"][1]["heading"] == "Indikator Kinerja Utama"
    assert table["columns"][1]["samples"] == ["Nilai layanan", "Nilai mutu"]


def test_the_same_upload_sent_twice_is_one_import() -> None:
    agency, admin = manager()
    first = upload(iku("Nilai layanan"), agency, admin, key="sekali")
    again = upload(iku("Nilai layanan"), agency, admin, key="sekali")
    assert first.pk == again.pk
    assert ImportBatch.objects.count() == 1
    folders = default_storage.listdir("imports")[0]
    names = [name for folder in folders for name in default_storage.listdir(f"imports/{folder}")[1]]
    assert sum(str(first.file.name).endswith(name) for name in names) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", 'Berkas "mutu.csv" kosong. Pilih berkas yang berisi tabel.'),
        (b"x" * (MAX_FILE + 1), "melebihi batas 10 MB"),
    ],
)
def test_a_file_without_content_or_beyond_the_limit_is_not_kept(content: bytes, sentence: str) -> None:
    agency, admin = manager()
    with pytest.raises(batches.Refused, match=sentence.replace("(", r"\(")):
        batches.upload(ContentFile(content), "mutu.csv", agency, by=admin)
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_no_table_is_refused_with_one_sentence() -> None:
    agency, admin = manager()
    batch = upload(b"%PDF-1.7\n%%EOF\n", agency, admin, name="rekap.pdf")
    assert batch.state == State.REFUSED
    assert batch.said == [
        'Berkas "rekap.pdf" adalah PDF. Unggah berkas asalnya (.xlsx, .ods, .xls, .csv, atau .docx).'
    ]


# Columns, and the memory of layouts


def test_a_layout_somebody_confirmed_needs_no_second_look() -> None:
    report = filled("satu", "dua")
    admin = admin_of(report)
    first = upload(figures(report, satu=5), report.agency, admin)
    assert first.state == State.ASKED
    batches.choose(first, Choices(), {}, by=admin)
    second = upload(figures(report, satu=6, dua=7), report.agency, admin)
    assert second.state == State.PLANNED
    assert second.reading["sheets"][0]["tables"][0]["known"]


def test_what_a_person_says_of_a_column_holds_for_the_next_file_laid_out_alike() -> None:
    agency, admin = manager()
    head = ("Sasaran Strategis", "Indikator Kinerja Utama", "Satuan", "Uraian Sumber")
    first = upload(csv(head, ("Naiknya mutu", "Nilai layanan", "Nilai", "Survei")), agency, admin)
    key = first.reading["sheets"][0]["tables"][0]["key"]
    batches.choose(first, NEW, {key: {"columns": {"D": {"field": "reason"}}}}, by=admin)
    first = worked_off(first)
    assert first.rows.get().content.count('"Alasan":"Survei"') == 1
    second = upload(csv(head, ("Naiknya mutu", "Nilai lain", "Nilai", "Kuesioner")), agency, admin)
    (table,) = second.reading["sheets"][0]["tables"]
    assert [column["field"] for column in table["columns"]][3] == "reason"
    assert ImportLayout.objects.filter(agency=agency).count() == 1


def test_other_agencies_do_not_share_what_is_remembered() -> None:
    report, other = filled("satu"), filled("satu")
    first = upload(figures(report, satu=5), report.agency, admin_of(report))
    batches.choose(first, Choices(), {}, by=first.uploaded_by)
    assert upload(figures(other, satu=5), other.agency, admin_of(other)).state == State.ASKED


# In, and in once


def test_definitions_go_into_a_draft_with_a_receipt() -> None:
    agency, admin = manager()
    batch = applied(compared(iku("Nilai layanan", "Nilai mutu"), agency, admin), admin)
    assert batch.state == State.APPLIED
    draft = agency.indicator_sets.get()
    assert (draft.status, draft.first_year) == ("draft", 2030)
    assert set(Indicator.objects.values_list("name", flat=True)) == {"Nilai layanan", "Nilai mutu"}
    assert batch.receipt["sentence"] == "2 baris baru, 0 diubah, 0 dilewati."
    assert [link["url"] for link in batch.receipt["links"]] == [draft.get_absolute_url()]


def test_realizations_go_into_the_report_and_its_history_names_the_file() -> None:
    report = filled("satu", "dua")
    admin = admin_of(report)
    batch = applied(compared(figures(report, satu="1.500", dua="2,5"), report.agency, admin), admin)
    assert numbers(report) == {"satu": "1500", "dua": "2.5"}
    events = Event.objects.filter(report=report, kind="entry")
    assert {(event.by, event.note) for event in events} == {(admin, "Impor “mutu.csv”")}
    assert [link["url"] for link in batch.receipt["links"]] == [report.get_absolute_url()]


def test_the_same_file_twice_changes_nothing_the_second_time() -> None:
    report = filled("satu", "dua")
    admin = admin_of(report)
    applied(compared(figures(report, satu=5, dua=6), report.agency, admin), admin)
    second = compared(figures(report, satu=5, dua=6), report.agency, admin)
    assert (second.counts["new"], second.counts["changed"], second.counts["same"]) == (0, 0, 2)
    with pytest.raises(batches.Refused, match="Tidak ada yang berubah"):
        applied(second, admin)
    assert batches.earlier(second) is not None


def test_one_changed_cell_is_one_change() -> None:
    report = filled("satu", "dua")
    admin = admin_of(report)
    applied(compared(figures(report, satu=5, dua=6), report.agency, admin), admin)
    second = compared(figures(report, satu=5, dua=7), report.agency, admin)
    assert (second.counts["new"], second.counts["changed"], second.counts["same"]) == (0, 1, 1)


def test_a_double_click_on_confirm_takes_effect_once() -> None:
    report = filled("satu")
    admin = admin_of(report)
    batch = compared(figures(report, satu=5), report.agency, admin)
    seen, stale = batches.plan_stamp(batch), ImportBatch.objects.get(pk=batch.pk)
    batches.confirm(batch, seen=seen, partial=False, by=admin)
    with pytest.raises(Passed):
        batches.confirm(stale, seen=seen, partial=False, by=admin)
    batch = worked_off(batch)
    batches.confirm(batch, seen=seen, partial=False, by=admin)  # the back button
    worked_off(batch)
    assert Event.objects.filter(report=report, kind="entry").count() == 1


def test_a_plan_that_was_made_anew_is_not_confirmed_unseen() -> None:
    report = filled("satu")
    admin = admin_of(report)
    batch = compared(figures(report, satu=5), report.agency, admin)
    seen = batches.plan_stamp(batch)
    batches.compare(batch, batch.chosen)
    batch = worked_off(batch)
    with pytest.raises(Passed, match="sudah berubah"):
        batches.confirm(batch, seen=seen, partial=False, by=admin)
    assert numbers(report) == {"satu": None}


def test_rows_with_problems_hold_all_back_unless_the_good_ones_are_asked_for() -> None:
    report = filled("satu", "dua")
    admin = admin_of(report)
    batch = compared(figures(report, satu=5, dua="12,5o"), report.agency, admin)
    assert batch.counts["problem"] == 1
    with pytest.raises(batches.Refused, match="1 baris masih bermasalah"):
        applied(batch, admin)
    assert numbers(report) == {"satu": None, "dua": None}
    batch = applied(batch, admin, partial=True)
    assert numbers(report) == {"satu": "5", "dua": None}
    assert batch.receipt["sentence"] == "1 baris baru, 0 diubah, 1 dilewati."


def test_who_only_fills_imports_figures_but_no_definitions() -> None:
    agency, _ = manager()
    operator = builders.user(Role.OPERATOR, agency)
    batch = compared(iku("Nilai layanan"), agency, operator)
    assert sum(batch.counts.values()) == 0
    assert batch.said == [planners.NOT_YOURS]


# Something changed meanwhile


def test_a_figure_edited_after_the_comparison_is_not_overwritten() -> None:
    report = filled("satu", "dua")
    admin, other = admin_of(report), builders.user(Role.OPERATOR, report.agency, name="Pengisi lain")
    batch = compared(figures(report, satu=5, dua=6), report.agency, admin)
    entry = report.entries.get(indicator__thread__code="dua")
    entries.fill_entry(entry, {"number": Decimal(9)}, based_on=0, by=other, key="sel")
    batch = applied(batch, admin)
    assert batch.state == State.PLANNED
    assert batch.said
    assert numbers(report) == {"satu": None, "dua": "9"}
    assert (batch.counts["new"], batch.counts["changed"]) == (1, 1)
    assert applied(batch, admin).state == State.APPLIED
    assert numbers(report) == {"satu": "5", "dua": "6"}


def test_of_two_overlapping_imports_the_second_sees_what_the_first_wrote() -> None:
    report = filled("satu", "dua")
    one, two = admin_of(report), admin_of(report)
    first = compared(figures(report, satu=1, dua=1), report.agency, one)
    second = compared(figures(report, satu=2, dua=2), report.agency, two)
    assert applied(first, one).state == State.APPLIED
    second = applied(second, two)
    assert second.state == State.PLANNED
    assert second.counts["changed"] == 2
    assert numbers(report) == {"satu": "1", "dua": "1"}


# Back


def test_an_import_is_taken_back_exactly() -> None:
    report = filled("satu", "dua")
    admin = admin_of(report)
    entry = report.entries.get(indicator__thread__code="satu")
    entries.fill_entry(entry, {"number": Decimal(3)}, based_on=0, by=admin, key="sel")
    batch = applied(compared(figures(report, satu=5, dua=6), report.agency, admin), admin)
    batch = undone(batch, admin)
    assert batch.state == State.UNDONE
    assert batch.undone_by == admin
    assert numbers(report) == {"satu": "3", "dua": None}


def test_a_draft_made_by_an_import_goes_with_it() -> None:
    agency, admin = manager()
    batch = undone(applied(compared(iku("Nilai layanan"), agency, admin), admin), admin)
    assert batch.state == State.UNDONE
    assert not agency.indicator_sets.exists()
    assert compared(iku("Nilai layanan"), agency, admin).counts["new"] == 1


def test_what_somebody_edited_since_is_not_taken_back_and_who_is_named() -> None:
    report = filled("satu", "dua")
    admin, other = admin_of(report), builders.user(Role.OPERATOR, report.agency, name="Pengisi lain")
    batch = applied(compared(figures(report, satu=5, dua=6), report.agency, admin), admin)
    entry = report.entries.get(indicator__thread__code="dua")
    entries.fill_entry(entry, {"number": Decimal(9)}, based_on=entry.version, by=other, key="sel")
    batch = undone(batch, admin)
    assert batch.state == State.APPLIED
    assert batch.undone_by is None
    assert any("Pengisi lain" in sentence for sentence in batch.said)
    assert numbers(report) == {"satu": "5", "dua": "9"}


def test_after_30_days_an_import_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    report = filled("satu")
    admin = admin_of(report)
    batch = applied(compared(figures(report, satu=5), report.agency, admin), admin)
    late = timezone.now() + dt.timedelta(days=30, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: late)
    with pytest.raises(batches.Refused, match="Batas 30 hari"):
        batches.undo(batch, by=admin)
    assert numbers(report) == {"satu": "5"}


def test_an_import_that_is_left_writes_nothing_and_is_not_taken_up_again() -> None:
    report = filled("satu")
    admin = admin_of(report)
    batch = compared(figures(report, satu=5), report.agency, admin)
    batches.drop(batch)
    batches.drop(batch)
    assert not ImportRow.objects.filter(batch=batch).exists()
    with pytest.raises(Passed):
        batches.confirm(batch, seen=batches.plan_stamp(batch), partial=False, by=admin)


# Trouble


def test_what_goes_wrong_is_said_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    report = filled("satu")
    admin = admin_of(report)
    batch = compared(figures(report, satu=5), report.agency, admin)
    with monkeypatch.context() as broken:
        broken.setattr(values, "apply", lambda *_, **__: 1 / 0)
        batch = applied(batch, admin)
    assert batch.state == State.FAILED
    assert f"impor nomor {batch.pk}" in batch.said[0]
    assert numbers(report) == {"satu": None}
    batches.again(batch)
    batch = worked_off(batch)
    assert batch.state == State.PLANNED
    assert applied(batch, admin).state == State.APPLIED


def test_the_job_of_a_dead_worker_is_done_by_the_next_of_its_name() -> None:
    report = filled("satu")
    batch = sent(report, admin_of(report))
    DBTaskResult.objects.get().claim("uji")  # and dies
    assert worked_off(batch).state == State.READING
    jobs.resume("lain")
    assert worked_off(batch).state == State.READING
    jobs.resume("uji")
    assert worked_off(batch).state == State.ASKED


def test_a_job_nobody_finishes_for_long_is_done_by_any_worker() -> None:
    report = filled("satu")
    batch = sent(report, admin_of(report))
    DBTaskResult.objects.get().claim("mati")
    DBTaskResult.objects.update(started_at=timezone.now() - jobs.LOST - dt.timedelta(seconds=1))
    jobs.resume("lain")
    assert worked_off(batch).state == State.ASKED


def test_a_job_that_was_given_up_is_queued_anew() -> None:
    report = filled("satu")
    batch = sent(report, admin_of(report))
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
    jobs.resume("uji")
    assert worked_off(batch).state == State.ASKED


def test_what_a_command_works_on_is_left_to_it_until_it_must_be_dead() -> None:
    report = filled("satu")
    batch = sent(report, admin_of(report))
    jobs.keep(batch)
    jobs.resume("uji")
    assert ImportBatch.objects.get(pk=batch.pk).job == batch.job
    ImportBatch.objects.update(since=timezone.now() - jobs.LOST - dt.timedelta(seconds=1))
    jobs.resume("uji")
    assert worked_off(batch).state == State.ASKED


def test_a_file_that_kills_every_worker_is_given_up() -> None:
    report = filled("satu")
    batch = sent(report, admin_of(report))
    ImportBatch.objects.update(attempts=stages.TRIES)
    batch = worked_off(batch)
    assert batch.state == State.FAILED
    assert "beberapa kali terhenti" in batch.said[0]


def test_an_older_job_of_a_batch_does_nothing() -> None:
    report = filled("satu")
    batch = sent(report, admin_of(report))
    jobs.keep(batch)
    assert worked_off(batch).state == State.READING
    jobs.finish(batch)
    assert batch.state == State.ASKED


# Staging


def test_staging_needs_one_statement_for_thousands_of_rows(
    django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indicators.imports.planned import Message, Planned

    agency, admin = manager()
    batch = upload(iku("Nilai layanan"), agency, admin)
    said = [Message("C8", "odd", 'Tab\tdan\nbaris, "kutip" dan \\', blocks=False)]
    rows = [
        Planned("IKU", n, "realization", "new", f"Baris {n}", {}, {"Nilai": "1"}, {}, said, {"n": n})
        for n in range(6_001)
    ]
    with django_assert_max_num_queries(4):
        assert staging.restage(batch, rows, lambda _: {"Nilai": "1,0"})["new"] == 6_001
    assert [row for chunk in staging.chunks(batch.rows.all()) for row in chunk] == rows
    monkeypatch.setattr(staging, "CHUNK", 4_000)
    assert [len(chunk) for chunk in staging.chunks(batch.rows.all())] == [4_000, 2_001]


def test_rows_of_old_imports_are_forgotten_and_lost_files_removed() -> None:
    report = filled("satu")
    admin = admin_of(report)
    batch = applied(compared(figures(report, satu=5), report.agency, admin), admin)
    call_command("prune_imports")
    assert batch.rows.exists()
    ImportBatch.objects.update(since=timezone.now() - dt.timedelta(days=32))
    call_command("prune_imports")
    assert not batch.rows.exists()
    assert batch.receipt
    assert default_storage.exists(str(batch.file.name))
