"""Who is told what about a report: at every step, before the last day, in the portal, and once by mail."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from agencies.models import Agency, Membership, User
from agencies.roles import Role
from indicators.numbers import format_date
from reports import entries, notes, notices, workflow
from reports.models import Event, Notice, Report
from reports.status import STEPS, Status, Step
from tests import builders
from tests.reports.arranged import Office, bring, fill, office, signature
from tests.reports.mailserver import MailServer, mail_server

ROOT = Path(__file__).resolve().parents[2]

database = pytest.mark.django_db


@pytest.fixture
def there() -> Office:
    """An office whose report is open for twenty more days, so that nothing is due today."""
    return office(days=20)


def person(role: Role, there: Office, username: str = "", **fields: Any) -> User:
    """Return a new user with an address, called by the role unless `username` says otherwise."""
    username = username or role.value
    at = there.agency.region if role.is_regional else there.agency
    return builders.user(role, at, username=username, email=f"{username}@contoh.go.id", **fields)


def people(there: Office) -> dict[str, User]:
    """Return somebody of every role, and an operator of the unit that answers for the first indicator."""
    found = {role.value: person(role, there) for role in Role}
    return found | {"unit": person(Role.OPERATOR, there, "unit", unit=there.unit)}


def before_end(there: Office, days: int, hour: int = 9) -> dt.datetime:
    """Return a moment `days` before the last day of the period, by the clock of the agency."""
    day = there.report.period.closes - dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(hour), there.agency.zone)


def run(now: dt.datetime | None = None, **options: Any) -> str:
    """Run the command at `now` and return what it prints."""
    output = io.StringIO()
    call_command("send_notices", now=now, stdout=output, stderr=output, **options)
    return output.getvalue()


def told(kind: str | None = None) -> set[str]:
    """Return the usernames of those who have a notice."""
    rows = Notice.objects.filter(kind=kind) if kind else Notice.objects.all()
    return set(rows.values_list("user__username", flat=True))


def read(client: Client, user: User, page: str = "notice-list") -> str:
    """Return the words of a page as `user` reads it."""
    client.force_login(user)
    return re.sub(r"\s+", " ", strip_tags(client.get(reverse(page)).text))


# --- steps --------------------------------------------------------------------------------------------------

FILLERS = {"operator", "unit", "agency_admin"}
# Step → who is told, and what the sentence says.
TOLD: dict[tuple[Status, Status], tuple[set[str], str, str]] = {
    (Status.OPEN, Status.SUBMITTED): ({"verifier"}, "waiting", "menunggu pemeriksaan Anda"),
    (Status.RETURNED, Status.SUBMITTED): ({"verifier"}, "waiting", "menunggu pemeriksaan Anda"),
    (Status.SUBMITTED, Status.OPEN): ({"verifier"}, "noted", "ditarik kembali oleh Pelaku, jadi belum perlu"),
    (Status.SUBMITTED, Status.RETURNED): (FILLERS, "returned", "dikembalikan oleh Pelaku: Sebab uji"),
    (Status.SUBMITTED, Status.VERIFIED): ({"head"}, "waiting", "menunggu persetujuan Anda"),
    (Status.VERIFIED, Status.RETURNED): (FILLERS, "returned", "dikembalikan oleh Pelaku: Sebab uji"),
    (Status.VERIFIED, Status.APPROVED): (FILLERS, "noted", "disetujui oleh Pelaku. Angkanya kini resmi."),
    (Status.APPROVED, Status.RETURNED): (FILLERS, "returned", "dibuka kembali oleh Pelaku: Sebab uji"),
}


def test_every_step_tells_somebody() -> None:
    assert TOLD.keys() == {(step.source, step.target) for step in STEPS}


@database
@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.source}-{step.target}")
def test_a_step_tells_whose_turn_it_is_and_never_who_took_it(there: Office, step: Step) -> None:
    bring(there, step.source)
    Notice.objects.all().delete()
    Membership.objects.all().delete()
    people(there)
    actor = person(step.roles[0], there, "pelaku", name="Pelaku")
    for role in {Role.OPERATOR, Role.VERIFIER, Role.HEAD} - {step.roles[0]}:
        builders.membership(actor, role, there.agency)
    signed = signature(there.report) if step.records_signature else None
    workflow.move(there.report, step.target, by=actor, note="Sebab uji", signature=signed)
    who, kind, sentence = TOLD[step.source, step.target]
    assert told(kind) == told() == who
    for notice in Notice.objects.all():
        assert notice.sentence.startswith("Triwulan III 2026 · Dinkop ")
        assert sentence in notice.sentence


@database
@pytest.mark.parametrize(
    ("notes", "sentences"),
    [
        (
            {"ksp": "Hitung ulang."},
            dict.fromkeys(("operator", "unit", "agency_admin"), "Koperasi sehat: Hitung ulang."),
        ),
        (
            {"pdrb": "Rilis lama."},
            dict.fromkeys(("operator", "agency_admin"), "Kontribusi PDRB: Rilis lama."),
        ),
    ],
)
def test_notes_on_rows_go_to_those_who_fill_these_rows(
    there: Office, notes: dict[str, str], sentences: dict[str, str]
) -> None:
    bring(there, Status.SUBMITTED)
    Membership.objects.all().delete()
    Notice.objects.all().delete()
    verifier = people(there)["verifier"]
    row_notes = {there.entry(code).pk: note for code, note in notes.items()}
    workflow.move(there.report, Status.RETURNED, by=verifier, note="Ada yang keliru.", row_notes=row_notes)
    found = dict(Notice.objects.values_list("user__username", "sentence"))
    head = "Triwulan III 2026 · Dinkop dikembalikan oleh Verifikator: Ada yang keliru."
    assert found == {name: f"{head}\n{line}" for name, line in sentences.items()}


@database
def test_where_nobody_fills_the_rows_that_carry_notes_all_who_fill_are_told(there: Office) -> None:
    bring(there, Status.SUBMITTED)
    Membership.objects.all().delete()
    Notice.objects.all().delete()
    verifier = person(Role.VERIFIER, there)
    person(Role.OPERATOR, there, "unit", unit=there.unit)
    person(Role.OPERATOR, there, "tanpa-isian", unit=builders.unit(there.agency))
    notes = {there.entry("pdrb").pk: "Rilis lama."}
    workflow.move(there.report, Status.RETURNED, by=verifier, note="Ada yang keliru.", row_notes=notes)
    assert told() == {"unit"}


@database
def test_a_step_that_is_refused_tells_nobody_and_an_account_that_is_closed_is_told_nothing(
    there: Office,
) -> None:
    staff = people(there)
    with pytest.raises(workflow.StepRefused):
        workflow.move(there.report, Status.SUBMITTED, by=staff["operator"])
    assert told() == set()
    User.objects.filter(pk=staff["verifier"].pk).update(is_active=False)
    fill(there, staff["operator"])
    workflow.move(there.report, Status.SUBMITTED, by=staff["operator"])
    assert told() == set()


# --- before the last day ------------------------------------------------------------------------------------


@database
@pytest.mark.parametrize(
    ("days", "ahead"),
    [(8, None), (7, 7), (6, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 1), (-1, None)],
)
def test_the_nearest_reminder_that_has_been_reached_is_given(
    there: Office, days: int, ahead: int | None
) -> None:
    person(Role.OPERATOR, there)
    run(before_end(there, days))
    closes = there.report.period.closes
    expected = [f"due:{ahead}:{closes.isoformat()}"] if ahead else []
    assert list(Notice.objects.values_list("occasion", flat=True)) == expected
    assert len(mail.outbox) == len(expected)


@database
@pytest.mark.parametrize(
    ("zone", "hour", "minute", "reached"),
    [
        (Agency.Zone.WIB, 16, 59, False),
        (Agency.Zone.WIB, 17, 0, True),
        (Agency.Zone.WITA, 15, 59, False),
        (Agency.Zone.WITA, 16, 0, True),
        (Agency.Zone.WIT, 14, 59, False),
        (Agency.Zone.WIT, 15, 0, True),
    ],
)
def test_a_day_begins_when_it_begins_at_the_agency(
    there: Office, zone: str, hour: int, minute: int, *, reached: bool
) -> None:
    Agency.objects.filter(pk=there.agency.pk).update(time_zone=zone)
    person(Role.OPERATOR, there)
    eve = there.report.period.closes - dt.timedelta(days=8)
    run(dt.datetime.combine(eve, dt.time(hour, minute), dt.UTC))
    assert Notice.objects.exists() == reached


@database
def test_reminders_come_once_each_however_often_the_command_runs(there: Office) -> None:
    person(Role.OPERATOR, there)
    for days in range(9, -2, -1):
        for hour in (1, 9, 23):
            run(before_end(there, days, hour))
    first_words = [str(m.body).split("Tinggal ")[1][:6] for m in mail.outbox]
    assert first_words == ["7 hari", "3 hari", "1 hari"]


@database
def test_after_days_without_a_run_only_the_nearest_reminder_is_given(there: Office) -> None:
    person(Role.OPERATOR, there)
    run(before_end(there, 10))
    run(before_end(there, 2))
    [message] = mail.outbox
    assert "Tinggal 2 hari." in str(message.body)


@database
def test_an_extension_begins_anew_and_settles_what_was_said_before(there: Office, client: Client) -> None:
    operator = person(Role.OPERATOR, there)
    run(before_end(there, 1))
    later = there.report.period.closes + dt.timedelta(days=10)
    region_admin = person(Role.REGION_ADMIN, there)
    workflow.extend(there.report, closes=later, reason="Data BPS terlambat", by=region_admin)
    run(before_end(there, 1, 10))
    assert len(mail.outbox) == 1
    assert "Batasnya diperpanjang" in read(client, operator)
    run(before_end(there, -3))
    assert f"sampai {format_date(later)}" in str(mail.outbox[1].body)


def ready(there: Office, *codes: str) -> None:
    by = builders.user(Role.OPERATOR, there.agency, is_active=False)
    for code in codes:
        entry = there.entry(code)
        entries.fill_entry(entry, {"ready": True}, based_on=entry.version, by=by, key=f"siap-{code}")


@database
@pytest.mark.parametrize(
    ("filled", "codes", "who"),
    [
        (False, [], {"operator", "unit", "agency_admin"}),
        (True, [], {"operator", "unit", "agency_admin"}),
        (True, ["ksp"], {"operator", "agency_admin"}),
        (True, ["ksp", "um", "pdrb", "opini", "sop"], {"operator", "agency_admin"}),
        (False, ["ksp"], {"operator", "unit", "agency_admin"}),
    ],
)
def test_reminded_are_those_with_rows_that_are_empty_or_not_ready_and_always_who_sends(
    there: Office, filled: bool, codes: list[str], who: set[str]
) -> None:
    people(there)
    person(Role.OPERATOR, there, "tanpa-isian", unit=builders.unit(there.agency))
    if filled:
        fill(there, builders.user(Role.OPERATOR, there.agency, is_active=False))
    ready(there, *codes)
    run(before_end(there, 3))
    assert told() == who


@database
def test_a_reminder_says_until_when_and_how_much_is_missing(there: Office) -> None:
    people(there)
    run(before_end(there, 3))
    end = format_date(there.report.period.closes)
    until = f"Triwulan III 2026 · Dinkop dapat diisi sampai {end} pukul 23.59 WIB."
    assert dict(Notice.objects.values_list("user__username", "sentence")) == {
        "operator": f"{until} 5 dari 5 isian Anda belum siap.",
        "unit": f"{until} 1 dari 1 isian Anda belum siap.",
        "agency_admin": f"{until} 5 dari 5 isian Anda belum siap.",
    }


@database
@pytest.mark.parametrize("role", [Role.AGENCY_ADMIN, Role.OPERATOR])
@pytest.mark.parametrize("codes", [[], ["ksp", "um", "pdrb", "opini", "sop"]])
def test_who_sends_a_report_that_is_filled_is_asked_to_send_it(
    there: Office, role: Role, codes: list[str]
) -> None:
    person(role, there)
    fill(there, builders.user(Role.OPERATOR, there.agency, is_active=False))
    ready(there, *codes)
    run(before_end(there, 1))
    assert "23.59 WIB. Tinggal dikirim. Tinggal 1 hari." in str(mail.outbox[0].body)


@database
def test_what_has_been_sent_or_has_not_begun_is_not_due(there: Office) -> None:
    operator = person(Role.OPERATOR, there)
    period = there.report.period
    period.opens = period.closes - dt.timedelta(days=2)
    period.save()
    run(before_end(there, 3))
    assert told() == set()
    period.opens = timezone.localdate()
    period.save()
    fill(there, operator)
    workflow.move(there.report, Status.SUBMITTED, by=operator)
    run(before_end(there, 3))
    assert told() == set()


# --- mail ---------------------------------------------------------------------------------------------------


def sent_elsewhere(short_name: str, verifier: User | None = None) -> Report:
    """Return the report of another agency in the same period, sent to its verifier."""
    set_ = builders.set_in_force(builders.agency(short_name=short_name), first_year=2026)
    report, by = builders.report(set_, 3, year=2026), builders.user(Role.OPERATOR, set_.agency)
    proof = {"source": "BPS", "document": "Rilis", "document_date": dt.date(2026, 9, 1)}
    changes = {"number": Decimal(50), **proof}
    entries.fill_entry(report.entries.get(), changes, based_on=0, by=by, key="isi")
    if verifier:
        builders.membership(verifier, Role.VERIFIER, set_.agency)
    return workflow.move(report, Status.SUBMITTED, by=by)


@pytest.fixture
def busy(there: Office) -> User:
    """Somebody with a report that came back and is due, one to verify, and one that was approved."""
    user = person(Role.OPERATOR, there, "operator", name="Operator Koperasi")
    verifier, head = person(Role.VERIFIER, there), person(Role.HEAD, there)
    fill(there, user)
    workflow.move(there.report, Status.SUBMITTED, by=user)
    notes = {there.entry("pdrb").pk: "Pakai rilis September."}
    workflow.move(there.report, Status.RETURNED, by=verifier, note="Sumbernya keliru.", row_notes=notes)
    approved = sent_elsewhere("Disdag")
    for role, member in ((Role.OPERATOR, user), (Role.VERIFIER, verifier), (Role.HEAD, head)):
        builders.membership(member, role, approved.agency)
    workflow.move(approved, Status.VERIFIED, by=verifier)
    workflow.move(approved, Status.APPROVED, by=head, signature=signature(approved))
    sent_elsewhere("Disperin", verifier=user)
    return user


@database
def test_one_mail_collects_everything_as_its_reader_sees_it(there: Office, busy: User, settings: Any) -> None:
    settings.PORTAL_URL = "https://iku.example.go.id"
    run(before_end(there, 3))
    [message] = [m for m in mail.outbox if m.to == [busy.email]]
    keys = {n.kind: n.pk for n in Notice.objects.filter(user=busy)}
    end = format_date(there.report.period.closes)
    rest = "WIB. 1 dari 5 isian Anda belum siap. Tinggal 3 hari."
    assert message.subject == "3 hal menunggu Anda di IKU Portal"
    assert (
        message.body
        == f"""Yth. Operator Koperasi,

DIKEMBALIKAN

- Triwulan III 2026 · Dinkop dikembalikan oleh Verifikator: Sumbernya keliru.
  Kontribusi PDRB: Pakai rilis September.
  https://iku.example.go.id/pemberitahuan/{keys["returned"]}/

BATAS PENGISIAN

- Triwulan III 2026 · Dinkop dapat diisi sampai {end} pukul 23.59 {rest}
  https://iku.example.go.id/pemberitahuan/{keys["due"]}/

MENUNGGU KEPUTUSAN ANDA

- Triwulan III 2026 · Disperin dikirim oleh Operator dan menunggu pemeriksaan Anda.
  https://iku.example.go.id/pemberitahuan/{keys["waiting"]}/

UNTUK DIKETAHUI

- Triwulan III 2026 · Disdag disetujui oleh Kepala perangkat daerah. Angkanya kini resmi.
  https://iku.example.go.id/pemberitahuan/{keys["noted"]}/

Tautan di atas meminta Anda masuk lebih dahulu. Semua pemberitahuan: https://iku.example.go.id/pemberitahuan/

--
IKU Portal
Surel ini dikirim otomatis; mohon tidak dibalas.
"""
    )
    run(before_end(there, 3, 10))
    assert len([m for m in mail.outbox if m.to == [busy.email]]) == 1


@database
def test_news_alone_is_no_task(there: Office) -> None:
    bring(there, Status.VERIFIED)
    Notice.objects.all().delete()
    person(Role.OPERATOR, there)
    workflow.move(
        there.report, Status.APPROVED, by=person(Role.HEAD, there), signature=signature(there.report)
    )
    run()
    assert [m.subject for m in mail.outbox] == ["1 kabar untuk Anda di IKU Portal"]


@database
def test_what_is_read_or_settled_before_the_mail_leaves_is_not_mailed(there: Office) -> None:
    staff = people(there)
    fill(there, staff["operator"])
    workflow.move(there.report, Status.SUBMITTED, by=staff["operator"])
    workflow.move(there.report, Status.VERIFIED, by=staff["verifier"])
    notices.mark_read(Notice.objects.filter(user=staff["head"]))
    assert told() == {"verifier", "head"}
    assert "0 surel dikirim." in run()
    assert mail.outbox == []


@database
def test_of_two_reminders_that_could_not_leave_the_later_one_is_mailed(there: Office) -> None:
    user = person(Role.OPERATOR, there)
    for days in (7, 3):
        notices.tell(notices.due(before_end(there, days)))
    run(before_end(there, 3))
    run(before_end(there, 2))
    [message] = mail.outbox
    assert message.subject == "1 hal menunggu Anda di IKU Portal"
    assert Notice.objects.filter(user=user, mailed_at=None).count() == 0


@database
def test_who_has_no_address_reads_in_the_portal_and_a_closed_account_gets_no_mail(
    there: Office, client: Client
) -> None:
    silent = builders.user(Role.OPERATOR, there.agency)
    closed = person(Role.AGENCY_ADMIN, there)
    notices.tell(notices.due(before_end(there, 3)))
    User.objects.filter(pk=closed.pk).update(is_active=False)
    run(before_end(there, 3))
    assert mail.outbox == []
    assert "5 dari 5 isian Anda belum siap" in read(client, silent)


@database
def test_a_dry_run_says_what_would_happen_and_does_nothing(there: Office) -> None:
    person(Role.OPERATOR, there)
    said = run(before_end(there, 3), dry_run=True)
    assert "Akan dikirim ke operator@contoh.go.id: 1 hal menunggu Anda di IKU Portal" in said
    assert "Triwulan III 2026 · Dinkop dapat diisi sampai" in said
    assert (Notice.objects.count(), len(mail.outbox)) == (0, 0)


@pytest.fixture
def smtp(settings: Any) -> Iterator[MailServer]:
    """A mail server, and settings that send to it."""
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        yield server


def receivers(server: MailServer) -> list[str]:
    return sorted(str(message["To"]) for message in server.mails)


@database
def test_a_mail_server_gets_indonesian_plain_text(there: Office, smtp: MailServer) -> None:
    person(Role.OPERATOR, there)
    assert "1 surel dikirim." in run(before_end(there, 1))
    [message] = smtp.mails
    assert message["Subject"] == "1 hal menunggu Anda di IKU Portal"
    assert message["From"] == "iku-portal@localhost"
    assert message.get_content_type() == "text/plain"
    assert "Triwulan III 2026 · Dinkop dapat diisi" in message.get_content()


@database
def test_one_address_that_is_refused_stops_nobody_else_and_is_tried_again(
    there: Office, smtp: MailServer
) -> None:
    staff = people(there)
    smtp.refused.add("operator@contoh.go.id")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="belum terkirim"):
        call_command("send_notices", now=before_end(there, 3), stderr=errors, stdout=io.StringIO())
    assert "Surel untuk operator@contoh.go.id gagal" in errors.getvalue()
    assert "550" in errors.getvalue()
    assert receivers(smtp) == ["agency_admin@contoh.go.id", "unit@contoh.go.id"]
    assert [notice.user for notice in Notice.objects.filter(mailed_at=None)] == [staff["operator"]]
    smtp.refused.clear()
    run(before_end(there, 3, 10))
    assert receivers(smtp)[1:] == ["operator@contoh.go.id", "unit@contoh.go.id"]
    assert len(smtp.mails) == 3


@database
def test_a_server_that_is_down_is_not_asked_for_everybody_and_nothing_counts_as_mailed(
    there: Office, settings: Any
) -> None:
    with mail_server() as server:
        settings.EMAIL_PORT = server.port  # free again in a moment
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    for n in range(5):
        person(Role.OPERATOR, there, f"operator-{n}")
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("send_notices", now=before_end(there, 3), stderr=errors, stdout=io.StringIO())
    assert errors.getvalue().count("gagal") == 3
    assert Notice.objects.filter(mailed_at=None).count() == 5


# --- notes --------------------------------------------------------------------------------------------------


def noted(there: Office, by: User, code: str = "", text: str = "Dari mana angka ini?") -> set[str]:
    """Note on a row or on the report, and return who is told of it."""
    entry = there.entry(code) if code else None
    notes.note(there.report, text, by=by, key=f"{by.pk} {code} {text}", entry=entry)
    newest = Event.objects.filter(kind=Event.Kind.NOTED).latest("pk")
    return set(
        Notice.objects.filter(occasion__endswith=f":{newest.pk}").values_list("user__username", flat=True)
    )


@database
@pytest.mark.parametrize(
    ("status", "code", "who"),
    [
        (Status.OPEN, "", {"operator", "unit", "agency_admin"}),
        (Status.OPEN, "ksp", {"operator", "unit", "agency_admin"}),
        (Status.OPEN, "pdrb", {"operator", "agency_admin"}),
        (Status.SUBMITTED, "pdrb", {"verifier"}),
        (Status.VERIFIED, "", {"head"}),
        (Status.APPROVED, "ksp", set()),
    ],
)
def test_a_note_tells_those_whose_turn_it_is(there: Office, status: Status, code: str, who: set[str]) -> None:
    bring(there, status)
    Membership.objects.all().delete()
    staff = people(there)
    entered = Event.objects.filter(kind__in=["value", "entry"]).values_list("by__username", flat=True)
    before = set(entered) if code else set()
    assert noted(there, staff["inspector"], code) - before == who


@database
def test_a_note_tells_who_filled_the_row_and_who_noted_there_before_once(there: Office) -> None:
    staff = people(there)
    fill(there, staff["operator"])
    workflow.move(there.report, Status.SUBMITTED, by=staff["operator"])
    assert noted(there, staff["inspector"], "ksp") == {"verifier", "operator"}
    assert noted(there, staff["operator"], "ksp", "Dari rekap bulanan.") == {"verifier", "inspector"}
    assert noted(there, staff["head"], text="Mohon dipercepat.") == {"verifier"}
    told_before = Notice.objects.count()
    assert noted(there, staff["head"], text="Mohon dipercepat.") == {"verifier"}, "sent twice"
    assert Notice.objects.count() == told_before


@database
def test_what_tells_of_a_note_leads_there_and_is_settled_once_it_was_looked_at(
    there: Office, client: Client
) -> None:
    staff = people(there)
    noted(there, staff["inspector"], "ksp")
    noted(there, staff["inspector"], "pdrb", "Pakai rilis September.")
    noted(there, staff["inspector"], text="Secara umum baik.")
    operator = staff["operator"]
    page = read(client, operator)
    assert "Catatan baru" in page
    assert f"Inspektorat memberi catatan pada “Koperasi sehat”, {there.report}:" in page
    assert "Dari mana angka ini?" in page
    assert bell(client, operator) == "Pemberitahuan 3 belum dibaca"
    first = Notice.objects.filter(user=operator).earliest("pk")
    row = reverse("entry-notes", args=[there.report.pk, there.entry("ksp").pk])
    assert client.get(reverse("notice-open", args=[first.pk])).headers["Location"] == row
    assert bell(client, operator) == "Pemberitahuan 2 belum dibaca"
    beside = reverse("entry-notes", args=[there.report.pk, there.entry("pdrb").pk])
    client.get(beside, headers={"Sec-Purpose": "prefetch"})
    assert bell(client, operator) == "Pemberitahuan 2 belum dibaca"
    client.get(beside, headers={"HX-Request": "true"})
    assert bell(client, operator) == "Pemberitahuan 1 belum dibaca"
    last = Notice.objects.filter(user=operator).latest("pk")
    url = f"{there.report.get_absolute_url()}#catatan"
    assert client.get(reverse("notice-open", args=[last.pk])).headers["Location"] == url
    assert bell(client, staff["agency_admin"]) == "Pemberitahuan 3 belum dibaca"
    client.get(there.report.get_absolute_url())
    assert bell(client, staff["agency_admin"]) == "Pemberitahuan"


@database
def test_a_note_stands_in_the_digest_unless_it_was_looked_at(there: Office, client: Client) -> None:
    staff = people(there)
    noted(there, staff["inspector"], text="Secara umum baik.\n\nLengkapi sumbernya.")
    client.force_login(staff["agency_admin"])
    client.get(reverse("report-notes", args=[there.report.pk]))
    run(before_end(there, 15))
    mails = {message.to[0]: message.body for message in mail.outbox}
    assert set(mails) == {"operator@contoh.go.id", "unit@contoh.go.id"}
    body = mails["operator@contoh.go.id"]
    assert "CATATAN BARU" in body
    assert "Secara umum baik. Lengkapi sumbernya." in body
    assert "/pemberitahuan/" in body


@database
def test_without_an_address_of_the_portal_no_mail_with_dead_links_leaves(
    there: Office, settings: Any
) -> None:
    settings.PORTAL_URL = ""
    with pytest.raises(CommandError, match="PORTAL_URL belum diisi"):
        run(before_end(there, 3))
    assert told() == set()


# --- the portal ---------------------------------------------------------------------------------------------


def bell(client: Client, user: User, page: str = "home") -> str:
    """Return what the bell says to `user` on a page."""
    client.force_login(user)
    [words] = re.findall(r'<a class="bell".*?</a>', client.get(reverse(page)).text, re.DOTALL)
    return " ".join(strip_tags(words.replace("<b", " <b")).split())


@database
def test_the_bell_counts_what_is_unread_and_the_list_marks_it_by_word(there: Office, client: Client) -> None:
    staff = people(there)
    assert bell(client, staff["verifier"]) == "Pemberitahuan"
    fill(there, staff["operator"])
    workflow.move(there.report, Status.SUBMITTED, by=staff["operator"])
    for page in ("home", "task-list", "notice-list"):
        assert bell(client, staff["verifier"], page) == "Pemberitahuan 1 belum dibaca"
    assert "1 pemberitahuan belum dibaca" in read(client, staff["verifier"], "task-list")
    page = read(client, staff["verifier"])
    assert "Belum dibaca Menunggu keputusan Anda" in page
    assert "Dinkop dikirim oleh Operator dan menunggu pemeriksaan Anda." in page
    assert bell(client, staff["head"]) == "Pemberitahuan"


@database
def test_what_is_settled_is_no_longer_counted_or_marked_though_nobody_read_it(
    there: Office, client: Client
) -> None:
    staff = people(there)
    notices.tell(notices.due(before_end(there, 3)))
    fill(there, staff["operator"])
    assert bell(client, staff["operator"]) == "Pemberitahuan 1 belum dibaca"
    workflow.move(there.report, Status.SUBMITTED, by=staff["operator"])
    assert bell(client, staff["operator"]) == "Pemberitahuan"
    page = read(client, staff["operator"])
    assert "Sudah dikirim" in page
    assert "Belum dibaca" not in page
    assert "Tandai semua sudah dibaca" not in page
    assert bell(client, staff["verifier"]) == "Pemberitahuan 1 belum dibaca"
    workflow.move(there.report, Status.RETURNED, by=staff["verifier"], note="Cek lagi.")
    assert bell(client, staff["verifier"]) == "Pemberitahuan"
    assert bell(client, staff["operator"]) == "Pemberitahuan 2 belum dibaca", "back, and due once more"


@database
def test_opening_a_notice_leads_to_the_report_and_marks_it_read(there: Office, client: Client) -> None:
    staff = people(there)
    fill(there, staff["operator"])
    workflow.move(there.report, Status.SUBMITTED, by=staff["operator"])
    url = reverse("notice-open", args=[Notice.objects.get().pk])
    client.force_login(staff["head"])
    assert client.get(url).status_code == 404
    client.force_login(staff["verifier"])
    client.head(url)
    assert Notice.objects.get().read_at is None
    assert client.get(url).headers["Location"] == there.report.get_absolute_url()
    page = read(client, staff["verifier"])
    assert "Sudah dibaca" in page
    assert "Belum dibaca" not in page
    first = Notice.objects.get().read_at
    client.get(url)
    assert Notice.objects.get().read_at == first


@database
def test_all_read_means_all_that_stood_on_the_page(there: Office, client: Client) -> None:
    staff = people(there)
    notices.tell(notices.due(before_end(there, 7)))
    client.force_login(staff["operator"])
    seen = client.get(reverse("notice-list")).context["newest"]
    notices.tell(notices.due(before_end(there, 3)))
    url = reverse("notice-read")
    assert client.get(url).status_code == 405
    for nonsense in ("", "semua", "9" * 40):
        client.post(url, {"newest": nonsense})
    assert notices.unread_count(staff["operator"]) == 2
    assert "Tandai semua sudah dibaca" in read(client, staff["operator"])
    client.post(url, {"newest": seen})
    assert notices.unread_count(staff["operator"]) == 1
    assert notices.unread_count(staff["unit"]) == 2
    client.post(url, {"newest": client.get(reverse("notice-list")).context["newest"]})
    assert "Tandai semua sudah dibaca" not in read(client, staff["operator"])


@database
def test_what_has_been_done_since_is_shown_as_settled(there: Office, client: Client) -> None:
    staff = people(there)
    notices.tell(notices.due(before_end(there, 7)))
    assert "Sudah dikirim" not in read(client, staff["unit"])
    fill(there, staff["operator"])
    workflow.move(there.report, Status.SUBMITTED, by=staff["operator"])
    assert "Sudah dikirim" in read(client, staff["unit"])
    assert "Tidak menunggu lagi" not in read(client, staff["verifier"])
    workflow.move(there.report, Status.RETURNED, by=staff["verifier"], note="Cek lagi.")
    assert "Sudah dikirim lagi" not in read(client, staff["unit"])
    workflow.move(there.report, Status.SUBMITTED, by=staff["operator"])
    assert "Sudah dikirim lagi" in read(client, staff["unit"])
    workflow.move(there.report, Status.VERIFIED, by=staff["verifier"])
    assert read(client, staff["head"]).count("Tidak menunggu lagi") == 0
    workflow.move(there.report, Status.APPROVED, by=staff["head"], signature=signature(there.report))
    assert read(client, staff["head"]).count("Tidak menunggu lagi") == 1


@database
def test_a_day_that_has_passed_is_settled(there: Office) -> None:
    user = person(Role.OPERATOR, there)
    notices.tell(notices.due(before_end(there, 0)))
    notice = notices.of(user).get()
    assert notices.settled(notice, before_end(there, 0, 23)) == ""
    assert notices.settled(notice, before_end(there, -1, 0)) == "batasnya sudah lewat"


@database
def test_who_lost_the_role_no_longer_reads_or_gets_what_is_said_about_the_report(
    there: Office, client: Client
) -> None:
    user = person(Role.OPERATOR, there)
    notices.tell(notices.due(before_end(there, 3)))
    Membership.objects.filter(user=user).delete()
    assert "Belum ada pemberitahuan." in read(client, user)
    assert bell(client, user) == "Pemberitahuan"
    assert client.get(reverse("notice-open", args=[Notice.objects.get().pk])).status_code == 404
    run(before_end(there, 3))
    assert mail.outbox == []


@database
def test_a_long_list_has_pages_and_costs_the_same_queries(there: Office, client: Client) -> None:
    user = person(Role.OPERATOR, there)
    counts = []
    for first in (0, 1):
        notices.tell(
            Notice(user=user, report=there.report, kind="due", occasion=f"due:{n}", sentence=f"Ke-{n}")
            for n in range(first, 1 + first * 30)
        )
        client.force_login(user)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("notice-list")).text
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "Ke-30<" in page
    assert "Ke-5<" not in page
    assert "Ke-5<" in client.get(reverse("notice-list"), {"page": "2"}).text


# --- several processes --------------------------------------------------------------------------------------

ARRANGE = """
import datetime as dt
from agencies.models import User
from agencies.roles import Role
from reports.models import Report
from tests import builders
from tests.reports.arranged import office
there = office(days=2)
for n in range({users}):
    builders.user(Role.AGENCY_ADMIN, there.agency, email=f"admin-{{n}}@contoh.go.id")
"""
SEND = "from django.core.management import call_command; call_command('send_notices')"
# The control: the same without the lock.
CARELESS = f"""
from contextlib import nullcontext
from reports import mailing
mailing._alone_with = lambda user: nullcontext(True)
{SEND}
"""
MARK_READ = """
from reports import notices
from reports.models import Notice
notices.mark_read(Notice.objects.all())
"""


def processes(test: Callable[..., None]) -> Callable[..., None]:
    """Let processes share the database of the tests on PostgreSQL; on SQLite they get a file instead."""
    return pytest.mark.django_db(transaction=True)(test) if connection.vendor == "postgresql" else test


@dataclass
class Shared:
    """A database that several processes use, and how they are set."""

    environment: dict[str, str]
    started: list[subprocess.Popen[str]]

    def start(self, code: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        pipe, env = subprocess.PIPE, self.environment
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
        self.started.append(process)
        return process

    def run(self, code: str) -> str:
        return done(self.start(code))


def done(process: subprocess.Popen[str]) -> str:
    """Wait for a process that must succeed, and return what it printed."""
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return output


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    path = tmp_path_factory.mktemp("notices") / "empty.sqlite3"
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{path}"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return path


@pytest.fixture
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Shared]]:
    """Make a database with so many admins whose report is due, and the settings of processes that use it."""
    if connection.vendor == "postgresql":
        row = connection.settings_dict
        password = f":{row['PASSWORD']}" if row["PASSWORD"] else ""
        url = f"postgres://{row['USER']}{password}@{row['HOST']}:{row['PORT'] or 5432}/{row['NAME']}"
    else:
        shutil.copy(request.getfixturevalue("empty"), tmp_path / "shared.sqlite3")
        url = f"sqlite:///{tmp_path / 'shared.sqlite3'}"

    started: list[subprocess.Popen[str]] = []

    def make(users: int, server: MailServer | None) -> Shared:
        found = Shared({**os.environ, "DATABASE_URL": url}, started)
        if server:
            to = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port), "EMAIL_USE_TLS": "false"}
            found.environment |= {**to, "PORTAL_URL": "http://127.0.0.1:8000"}
        found.run(ARRANGE.format(users=users))
        return found

    yield make
    for process in started:  # those of a test that failed in the middle
        with process:
            process.kill()


@processes
@pytest.mark.parametrize(("code", "mails"), [(SEND, 1), (CARELESS, 2)], ids=["locked", "control"])
def test_a_second_process_leaves_alone_whom_the_first_is_mailing_and_no_page_waits(
    shared: Callable[..., Shared], code: str, mails: int
) -> None:
    with mail_server() as server:
        there = shared(1, server)
        server.hold()
        first = there.start(code)
        assert server.first.wait(timeout=240), "the first process is in the middle of its mail"
        there.run(code)
        there.run(MARK_READ)
        assert first.poll() is None
        server.go_on.set()
        done(first)
        assert len(server.mails) == mails


@processes
def test_processes_that_start_at_once_tell_everybody_once(shared: Callable[..., Shared]) -> None:
    with mail_server() as server:
        there = shared(10, server)
        for process in [there.start(SEND) for _ in range(3)]:
            done(process)
        there.run(SEND)
        assert receivers(server) == sorted(f"admin-{n}@contoh.go.id" for n in range(10))


@processes
def test_a_process_that_dies_after_sending_repeats_one_mail_and_loses_none(
    shared: Callable[..., Shared],
) -> None:
    with mail_server() as server:
        there = shared(2, server)
        server.hold()
        first = there.start(SEND)
        assert server.first.wait(timeout=240)
        first.kill()
        first.communicate()
        server.go_on.set()
        there.run(SEND)
        assert set(receivers(server)) == {"admin-0@contoh.go.id", "admin-1@contoh.go.id"}
        assert len(server.mails) <= 3


@processes
def test_without_a_mail_server_the_mail_is_printed(shared: Callable[..., Shared]) -> None:
    printed = shared(1, None).run(SEND)
    assert "Subject: 1 hal menunggu Anda di IKU Portal" in printed
    assert "To: admin-0@contoh.go.id" in printed
    assert "http://127.0.0.1:8000/pemberitahuan/" in printed
