"""Notes: everybody who reads a report may say something, in every state of it, and nothing said is unsaid."""

import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import User
from agencies.roles import Role
from reports import entries, notes
from reports.models import Event
from reports.status import Status
from reports.views.notes import SHOWN
from tests import builders
from tests.reports.arranged import MANAGERS, MEMBERS, OUTSIDERS, WAYS, Office, bring, office, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Office:
    return office()


def inspector(there: Office) -> User:
    return builders.user(Role.INSPECTOR, there.agency.region, name="Auditor")


def page(there: Office) -> str:
    return reverse("report-notes", args=[there.report.pk])


def test_a_note_is_kept_with_who_said_it_and_as_what(there: Office) -> None:
    user = inspector(there)
    event = notes.note(there.report, "  Dari mana angka ini?\n", by=user, key="1", entry=there.entry("ksp"))
    event.refresh_from_db()
    assert (event.kind, event.by, event.note) == (Event.Kind.NOTED, user, "Dari mana angka ini?")
    assert (event.entry, event.subject) == (there.entry("ksp"), "Koperasi sehat")
    assert event.after == {"roles": ["inspector"]}


@pytest.mark.parametrize("status", WAYS)
def test_a_note_is_taken_in_every_state_of_the_report(there: Office, status: Status) -> None:
    bring(there, status)
    notes.note(there.report, "Terbaca", by=inspector(there), key="1", entry=there.entry("pdrb"))
    assert notes.of(there.report, there.entry("pdrb")).count() == 1


@pytest.mark.parametrize("name", [*MEMBERS, *MANAGERS])
def test_whoever_reads_the_report_may_note(client: Client, there: Office, name: str) -> None:
    client.force_login(visitor(name, there.agency))
    answer = client.post(page(there), {"text": "Sudah saya baca.", "key": "k"}, follow=True)
    assert "Catatan terkirim." in answer.content.decode()
    assert [event.note for event in notes.of(there.report)] == ["Sudah saya baca."]


@pytest.mark.parametrize("name", OUTSIDERS)
def test_who_does_not_read_the_report_may_not(client: Client, there: Office, name: str) -> None:
    user = visitor(name, there.agency)
    client.force_login(user)
    assert client.post(page(there), {"text": "Halo", "key": "k"}).status_code == 404
    with pytest.raises(entries.NotYours):
        notes.note(there.report, "Halo", by=user, key="k")
    assert not notes.of(there.report).exists()


def test_a_note_sent_twice_is_one_note_and_another_text_is_another(client: Client, there: Office) -> None:
    client.force_login(inspector(there))
    for text in ("Satu", "Satu", "Dua"):
        client.post(page(there), {"text": text, "key": "halaman"})
    assert [event.note for event in notes.of(there.report)] == ["Dua", "Satu"]


def test_the_key_of_a_note_names_one_row_only(there: Office) -> None:
    user = inspector(there)
    notes.note(there.report, "Satu", by=user, key="k", entry=there.entry("ksp"))
    with pytest.raises(entries.KeyReused):
        notes.note(there.report, "Satu", by=user, key="k", entry=there.entry("um"))


def test_a_row_of_another_report_is_refused(there: Office) -> None:
    other = builders.report(builders.set_in_force()).entries.get()
    with pytest.raises(entries.NotYours):
        notes.note(there.report, "Halo", by=inspector(there), key="k", entry=other)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("  \n", "Tulis catatannya dahulu"), ("a" * 2001, "Catatan ini 2001 karakter, paling banyak 2000.")],
)
def test_a_refused_note_comes_back_as_typed(client: Client, there: Office, text: str, sentence: str) -> None:
    client.force_login(inspector(there))
    answer = client.post(page(there), {"text": text, "key": "k"}).content.decode()
    assert sentence in answer
    assert text.strip() in answer
    assert not notes.of(there.report).exists()


def test_the_longest_note_is_taken(there: Office) -> None:
    assert notes.note(there.report, "a" * 2000, by=inspector(there), key="k").pk


def test_the_database_refuses_to_change_or_remove_a_note(there: Office) -> None:
    event = notes.note(there.report, "Begini", by=inspector(there), key="k")
    for change in (lambda: Event.objects.filter(pk=event.pk).update(note="Begitu"), event.delete):
        with pytest.raises(DatabaseError, match="tidak dapat diubah"), transaction.atomic():
            change()


def test_the_board_names_the_row_and_the_role_of_each_note(client: Client, there: Office) -> None:
    notes.note(
        there.report, "Bandingkan dengan BPS.", by=inspector(there), key="1", entry=there.entry("pdrb")
    )
    notes.note(there.report, "<b>Umum</b>", by=builders.user(Role.HEAD, there.agency), key="2")
    client.force_login(builders.user(Role.OPERATOR, there.agency))
    board = client.get(page(there)).content.decode()
    assert board.index("&lt;b&gt;Umum&lt;/b&gt;") < board.index("Bandingkan dengan BPS.")
    assert re.search(r"<b>Auditor</b>\s*<span class=\"tag\">Inspektorat</span>", board)
    assert "Kontribusi PDRB</a>" in board


def test_many_notes_are_shown_when_asked_for_and_cost_no_more_queries(client: Client, there: Office) -> None:
    user = inspector(there)
    client.force_login(user)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(page(there))
        return len(found)

    notes.note(there.report, "Catatan 0", by=user, key="0")
    few = queries()
    for number in range(1, SHOWN + 2):
        notes.note(there.report, f"Catatan {number}.", by=user, key=str(number), entry=there.entry("um"))
    assert queries() <= few + 1  # how many there are
    board = client.get(page(there)).content.decode()
    assert f"Tampilkan semua {SHOWN + 2} catatan" in board
    assert "Catatan 0" not in board
    assert "Catatan 0" in client.get(page(there), {"semua": "1"}).content.decode()


def test_htmx_gets_the_board_alone(client: Client, there: Office) -> None:
    client.force_login(inspector(there))
    answer = client.post(page(there), {"text": "Halo", "key": "k"}, headers={"HX-Request": "true"})
    assert "HX-Request" in answer.headers["Vary"]
    assert "<html" not in answer.content.decode()
    assert "Catatan terkirim." in answer.content.decode()
