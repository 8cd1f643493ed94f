"""What has changed since somebody last looked: visits, and what is told of rows that changed many times."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.models import User
from agencies.roles import Role
from reports import entries, looks, workflow
from reports.models import Event, Look
from reports.status import Status
from tests import builders
from tests.reports.arranged import Office, bring, fill, office

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 7, 10, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def there() -> Office:
    return office()


@pytest.fixture
def head(there: Office) -> User:
    return builders.user(Role.HEAD, there.agency)


@pytest.fixture
def operator(there: Office) -> User:
    return builders.user(Role.OPERATOR, there.agency)


def newest(there: Office) -> int:
    return there.report.events.latest("pk").pk


def type_figure(there: Office, by: User, number: str | None, code: str = "sehat", **extra: Any) -> None:
    value = there.value(code)
    figure = None if number is None else Decimal(number)
    key = f"{code}-{value.version}-{by.pk}"
    entries.fill_value(
        there.report, there.elements[code], figure, based_on=value.version, by=by, key=key, **extra
    )


def told(there: Office, baseline: int, user: User) -> list[tuple[str, dict[str, tuple[Any, Any]]]]:
    return [
        (change.event.subject, {name: (before, after) for name, before, after in change.columns})
        for change in looks.changes_since(there.report, baseline, user)
    ]


# Visits


@pytest.mark.parametrize(
    ("minutes", "same"), [(0, True), (29, True), (30, True), (31, False), (60 * 24 * 90, False)]
)
def test_a_visit_ends_with_a_pause_of_more_than_half_an_hour(
    there: Office, head: User, operator: User, minutes: int, same: bool
) -> None:
    assert looks.visit(there.report, head, NOON) == looks.Visit(None, None)
    seen = newest(there)
    type_figure(there, operator, "70")
    second = looks.visit(there.report, head, NOON + minutes * MINUTE)
    assert second == (looks.Visit(None, None) if same else looks.Visit(seen, NOON))


def test_loading_the_page_again_swallows_nothing(there: Office, head: User, operator: User) -> None:
    looks.visit(there.report, head, NOON)
    seen = newest(there)
    type_figure(there, operator, "70")
    later = NOON + 60 * MINUTE
    for minute in range(0, 100, 20):
        assert looks.visit(there.report, head, later + minute * MINUTE).baseline == seen
    assert looks.visit(there.report, head, later + 200 * MINUTE).baseline == newest(there)


def test_what_comes_during_a_visit_is_new_in_it_and_not_in_the_next(
    there: Office, head: User, operator: User
) -> None:
    looks.visit(there.report, head, NOON)
    looks.visit(there.report, head, NOON + 60 * MINUTE)
    type_figure(there, operator, "70")
    again = looks.visit(there.report, head, NOON + 61 * MINUTE)
    assert again.baseline is not None
    assert told(there, again.baseline, head)
    following = looks.visit(there.report, head, NOON + 200 * MINUTE)
    assert following.baseline is not None
    assert told(there, following.baseline, head) == []


def test_a_look_that_does_not_count_leaves_no_trace(there: Office, head: User) -> None:
    assert looks.visit(there.report, head, NOON, counts=False) == looks.Visit(None, None)
    assert not Look.objects.exists()
    looks.visit(there.report, head, NOON)
    before = Look.objects.values().get()
    assert looks.visit(there.report, head, NOON + 60 * MINUTE, counts=False).since == NOON
    assert Look.objects.values().get() == before


def test_everybody_has_visits_of_their_own(there: Office, head: User, operator: User) -> None:
    looks.visit(there.report, head, NOON)
    assert looks.visit(there.report, operator, NOON + 60 * MINUTE).baseline is None
    other = builders.report(builders.set_in_force(builders.agency()))
    assert looks.visit(other, head, NOON + 60 * MINUTE).baseline is None


def test_a_look_does_not_count_as_a_change_of_the_report(there: Office, head: User) -> None:
    count = Event.objects.count()
    looks.visit(there.report, head, NOON)
    assert Event.objects.count() == count


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time by itself")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True])
def test_two_looks_at_once_are_one_visit(known: bool) -> None:
    there = office()
    head = builders.user(Role.HEAD, there.agency)
    if known:
        looks.visit(there.report, head, NOON)
    seen = newest(there)
    type_figure(there, builders.user(Role.OPERATOR, there.agency), "70")
    gate, found = threading.Barrier(6), []

    def look() -> None:
        gate.wait()
        try:
            found.append(looks.visit(there.report, head, NOON + 60 * MINUTE))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [looks.Visit(seen, NOON) if known else looks.Visit(None, None)] * 6
    assert Look.objects.count() == 1


# Changes


def test_many_changes_of_a_figure_are_one_from_first_to_last(
    there: Office, head: User, operator: User
) -> None:
    type_figure(there, operator, "60")
    baseline = newest(there)
    for number in ("70", "7", "75"):
        type_figure(there, operator, number)
    assert told(there, baseline, head) == [("Jumlah sehat", {"number": ("60", "75")})]


def test_what_is_again_as_it_was_is_no_change(there: Office, head: User, operator: User) -> None:
    type_figure(there, operator, "60")
    baseline = newest(there)
    type_figure(there, operator, "70")
    type_figure(there, operator, "60")
    assert told(there, baseline, head) == []


def test_columns_of_a_row_are_told_apart_and_together(there: Office, head: User, operator: User) -> None:
    baseline = newest(there)
    entry = there.entry("pdrb")
    changes: list[dict[str, Any]] = [
        {"number": Decimal("4.2"), "source": "BPS"},
        {"number": Decimal("4.5"), "obstacle": "Data terlambat"},
        {"source": ""},
    ]
    for step in changes:
        entry = there.entry("pdrb")
        entries.fill_entry(entry, step, based_on=entry.version, by=operator, key=f"pdrb-{entry.version}")
    [(subject, columns)] = told(there, baseline, head)
    assert subject == "Kontribusi PDRB"
    assert columns == {"number": (None, "4.5"), "obstacle": ("", "Data terlambat")}


def test_what_the_reader_wrote_is_known_and_counts_from_there(
    there: Office, head: User, operator: User
) -> None:
    baseline = newest(there)
    colleague = builders.user(Role.OPERATOR, there.agency)
    type_figure(there, operator, "10")
    type_figure(there, colleague, "20")
    assert told(there, baseline, colleague) == []
    assert told(there, baseline, head) == [("Jumlah sehat", {"number": (None, "20")})]
    type_figure(there, operator, "30")
    assert told(there, baseline, colleague) == [("Jumlah sehat", {"number": ("20", "30")})]


def test_moves_are_told_as_moves_and_the_newest_change_comes_first(
    there: Office, head: User, operator: User
) -> None:
    baseline = newest(there)
    fill(there, operator)
    workflow.move(there.report, Status.SUBMITTED, by=operator)
    verifier = builders.user(Role.VERIFIER, there.agency)
    workflow.move(there.report, Status.RETURNED, by=verifier, note="Periksa PDRB")
    found = looks.changes_since(there.report, baseline, head)
    assert [change.event.subject for change in found[:2]] == ["Kembalikan", "Kirim ke verifikator"]
    assert found[0].event.note == "Periksa PDRB"
    assert [change.event.pk for change in found] == sorted((c.event.pk for c in found), reverse=True)
    own = looks.changes_since(there.report, baseline, verifier)
    assert [change.event.subject for change in own if not change.columns] == ["Kirim ke verifikator"]


def test_changes_are_asked_for_once_however_many_there_are(there: Office, head: User, operator: User) -> None:
    baseline = newest(there)
    counts = []
    for number in range(20):
        type_figure(there, operator, str(number + 1))
        type_figure(there, operator, str(number + 1), code="seluruh")
        with CaptureQueriesContext(connection) as queries:
            for change in looks.changes_since(there.report, baseline, head):
                assert change.event.by.name
                assert change.event.value is None or change.event.value.element.label
        counts.append(len(queries))
    assert set(counts) == {1}


# The page


def see(client: Client, there: Office, **headers: str) -> str:
    return client.get(there.report.get_absolute_url(), headers=headers).content.decode()


def let_time_pass() -> None:
    Look.objects.update(at=timezone.now() - 31 * MINUTE)


def test_a_head_reads_what_changed_why_and_by_whom(
    client: Client, there: Office, head: User, operator: User
) -> None:
    client.force_login(head)
    first = see(client, there)
    assert "Anda baru pertama kali membuka laporan ini" in first
    assert 'ada di <a href="#riwayat">Riwayat</a>' in first
    let_time_pass()
    assert "Tidak ada yang diubah orang lain sejak" in see(client, there)
    type_figure(there, operator, "12.5", reason="Sensus ulang")
    let_time_pass()
    for page in (see(client, there), see(client, there)):
        assert "Berubah sejak" in page
        assert "Nilai: <del>kosong</del> → <ins>12,5</ins>" in page
        assert "“Sensus ulang”" in page
        assert f'href="#baris-{there.entry("ksp").pk}">Jumlah sehat</a>' in page
        assert f"{operator.name} · " in page


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender"])
def test_a_page_fetched_in_advance_has_not_been_read(
    client: Client, there: Office, head: User, purpose: str
) -> None:
    client.force_login(head)
    see(client, there, **{"Sec-Purpose": purpose})
    client.head(there.report.get_absolute_url())
    assert not Look.objects.exists()
    see(client, there)
    assert Look.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        (Status.OPEN, []),
        (Status.SUBMITTED, ["Operator"]),
        (Status.RETURNED, ["Verifikator"]),
        (Status.VERIFIED, ["Operator", "Verifikator"]),
        (Status.APPROVED, ["Operator", "Verifikator", "Kepala perangkat daerah"]),
    ],
)
def test_the_path_says_who_took_each_step_and_when(
    client: Client, there: Office, head: User, status: Status, steps: list[str]
) -> None:
    bring(there, status)
    client.force_login(head)
    page = see(client, there)
    path = page[page.index('<ol class="steps"') : page.index("</ol>", page.index('<ol class="steps"'))]
    for name in ("Operator", "Verifikator", "Kepala perangkat daerah"):
        assert path.count(f"<small>{name} · ") == steps.count(name)


def test_rows_are_counted_by_how_far_they_reach_and_by_kind_of_empty(
    client: Client, there: Office, head: User, operator: User
) -> None:
    call_command("loaddata", "predicate_scales", verbosity=0)
    fill(there, operator)
    type_figure(there, operator, "57")  # 57 of a target of 60: 95 %
    type_figure(there, operator, "10", code="mandiri")  # 10 of 20: 50 %
    entry = there.entry("sop")
    entries.fill_entry(entry, {"number": None}, based_on=entry.version, by=operator, key="kosong")
    client.force_login(head)
    page = client.get(there.report.get_absolute_url())
    tally = page.context["tally"]
    assert [(count.label, count.number) for count in tally.bands] == [
        ("Tercapai", 2),
        ("Hampir tercapai", 1),
        ("Jauh dari target", 1),
    ]
    assert [(count.label, count.number) for count in tally.empty] == [("belum diisi", 1)]
    assert [count.meaning for count in tally.bands] == ["100% ke atas", "di atas 90%", "90% ke bawah"]
    assert "1 belum diisi" in page.content.decode()
