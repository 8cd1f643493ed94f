"""The database itself keeps what was sent and what happened, and writers who come at once lose nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from agencies.models import User
from agencies.roles import Role
from indicators import sets
from reports import entries, locks, workflow
from reports.models import Entry, Event, Extension, Receipt, Report, Value
from reports.status import EDITABLE, Status, step_between
from tests import builders
from tests.reports import racing

ROOT = Path(__file__).resolve().parents[2]

PATHS: dict[Status, list[Status]] = {
    Status.SUBMITTED: [Status.SUBMITTED],
    Status.VERIFIED: [Status.SUBMITTED, Status.VERIFIED],
    Status.APPROVED: [Status.SUBMITTED, Status.VERIFIED, Status.APPROVED],
    Status.RETURNED: [Status.SUBMITTED, Status.RETURNED],
    Status.OPEN: [],
}


def report_at(status: Status = Status.OPEN) -> Report:
    """Return a report with one indicator of two figures, moved on by the database's own rules."""
    set_ = builders.indicator_set()
    goal = builders.goal(set_)
    for code in "ab":
        builders.element(set_.agency, code)
    builders.target(builders.indicator(goal, formula="a + b", unit="unit"))
    sets.put_in_force(set_, by=builders.user(is_superuser=True))
    report = builders.report(set_)
    for step in PATHS[status]:
        Report.objects.filter(pk=report.pk).update(status=step)
    report.refresh_from_db()
    return report


# --- what was sent ------------------------------------------------------------------------------------------


def sql(statement: str, *params: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


ROADS: dict[str, Callable[[Report], object]] = {
    "value save": lambda r: r.values.earliest("pk").save(),
    "value update": lambda r: r.values.update(number=Decimal(1)),
    "value delete": lambda r: r.values.all().delete(),
    "value insert": lambda r: Value.objects.create(report=r, element=builders.element(r.agency)),
    "value moved out": lambda r: r.values.update(report=builders.report(r.agency, 2)),
    "value moved in": lambda r: Value.objects.filter(
        pk=Value.objects.create(report=builders.report(r.agency, 2), element=builders.element(r.agency)).pk
    ).update(report=r),
    "entry save": lambda r: r.entries.get().save(),
    "entry update": lambda r: r.entries.update(obstacle="x"),
    "entry delete": lambda r: r.entries.all().delete(),
    "entry insert": lambda r: Entry.objects.create(
        report=r, indicator=builders.indicator(), position=9, definition={"name": "x"}
    ),
    "entry bulk": lambda r: Entry.objects.bulk_update(list(r.entries.all()), ["obstacle"]),
    "raw value": lambda r: sql("UPDATE reports_value SET number = '1' WHERE report_id = %s", r.pk),
    "raw entry": lambda r: sql("DELETE FROM reports_entry WHERE report_id = %s", r.pk),
}


@pytest.mark.django_db
@pytest.mark.parametrize("status", [status for status in Status if status not in EDITABLE])
@pytest.mark.parametrize("road", ROADS)
def test_rows_of_a_sent_report_are_locked_by_every_road(road: str, status: Status) -> None:
    report = report_at(status)
    with pytest.raises(IntegrityError, match=locks.SENT), transaction.atomic():
        ROADS[road](report)


@pytest.mark.django_db
@pytest.mark.parametrize("target", Status)
@pytest.mark.parametrize("source", Status)
def test_the_database_knows_only_the_steps_of_the_table(source: Status, target: Status) -> None:
    report = report_at(source)
    step = step_between(source, target)
    rows = Report.objects.filter(pk=report.pk)
    if step is None and source != target:
        with pytest.raises(IntegrityError, match=locks.BY_STEP), transaction.atomic():
            rows.update(status=target)
        return
    if step is not None:
        wrong_version = report.version + (not step.new_version)
        with pytest.raises(IntegrityError, match=locks.BY_STEP), transaction.atomic():
            rows.update(status=target, version=wrong_version)
    assert rows.update(status=target, version=report.version + bool(step and step.new_version)) == 1


STRAY: dict[str, Callable[[Report], object]] = {
    "another agency": lambda r: Report.objects.filter(pk=r.pk).update(agency=builders.agency()),
    "another period": lambda r: Report.objects.filter(pk=r.pk).update(period=builders.period(part=4)),
    "another set": lambda r: Report.objects.filter(pk=r.pk).update(indicator_set=builders.set_in_force()),
    "another version": lambda r: Report.objects.filter(pk=r.pk).update(version=2),
    "born approved": lambda r: Report.objects.create(
        agency=r.agency,
        period=builders.period(r.agency.region, 3),
        indicator_set=r.indicator_set,
        status=Status.APPROVED,
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", STRAY)
def test_a_sent_report_is_what_it_is(name: str) -> None:
    report = report_at(Status.SUBMITTED)
    with pytest.raises(IntegrityError, match=locks.BY_STEP), transaction.atomic():
        STRAY[name](report)


# --- what happened ------------------------------------------------------------------------------------------


def replace_event(report: Report) -> None:
    if connection.vendor == "sqlite":
        sql(
            "INSERT OR REPLACE INTO reports_event SELECT * FROM reports_event WHERE report_id = %s", report.pk
        )
    else:
        sql("INSERT INTO reports_event SELECT * FROM reports_event WHERE report_id = %s", report.pk)


REWRITING: dict[str, Callable[[Report], object]] = {
    "update": lambda r: r.events.update(note="x"),
    "save": lambda r: r.events.get().save(),
    "delete": lambda r: r.events.get().delete(),
    "delete all": lambda r: Event.objects.all().delete(),
    "raw update": lambda r: sql("UPDATE reports_event SET note = 'x'"),
    "raw delete": lambda r: sql("DELETE FROM reports_event"),
    "replace": replace_event,
    "extension update": lambda r: r.extensions.update(reason="x"),
    "extension delete": lambda r: Extension.objects.all().delete(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", REWRITING)
def test_the_log_only_grows(name: str) -> None:
    report = report_at()
    Extension.objects.create(
        report=report,
        closes=report.period.closes,
        reason="Alasan",
        granted_by=builders.user(is_superuser=True),
    )
    with pytest.raises(IntegrityError, match=locks.APPEND_ONLY), transaction.atomic():
        REWRITING[name](report)


@pytest.mark.django_db
def test_the_log_is_made_in_the_transaction_of_what_it_logs() -> None:
    report = report_at()
    value = report.values.earliest("pk")
    user = builders.user(Role.OPERATOR, report.agency)

    def fill_and_fail() -> None:
        with transaction.atomic():
            entries.fill_value(report, value.element, Decimal(1), based_on=0, by=user, key="x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fill_and_fail()
    assert (report.events.count(), Receipt.objects.count()) == (1, 0)
    assert report.values.get(pk=value.pk).number is None


# --- at once ------------------------------------------------------------------------------------------------

at_once_test = pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite in memory has one connection, and its triggers refuse the flush",
)


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run the jobs in threads with connections of their own, begun together; return results or exceptions."""
    barrier = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=20)
            results[place] = job()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return results


def chain(value: Value) -> list[str | None]:
    """Return the figures of a value in the order in which they were written; each joins the last."""
    events = list(value.events.order_by("pk"))
    assert all(late.before["number"] == early.after["number"] for early, late in pairwise(events))
    assert value.version == len(events)
    return [event.after["number"] for event in events]


def guarded(report: Report, code: str, number: int, by: User, key: str) -> dict[str, Any]:
    """Write a figure as somebody who reads again and decides after every conflict."""
    while True:
        value = Value.objects.select_related("element").get(report=report, element__code=code)
        try:
            return entries.fill_value(
                report, value.element, Decimal(number), based_on=value.version, by=by, key=key
            )
        except entries.Conflict:
            continue


@at_once_test
@pytest.mark.django_db(transaction=True)
def test_eight_writers_on_one_report_lose_nothing() -> None:
    report = report_at()
    writers = [builders.user(Role.OPERATOR, report.agency) for _ in range(8)]
    numbers = range(1, 4)

    def job(place: int, user: User) -> Callable[[], None]:
        def write() -> None:
            for n in numbers:
                guarded(report, "ab"[place % 2], 100 * place + n, user, f"{place}-{n}")

        return write

    results = at_once([job(place, user) for place, user in enumerate(writers)])
    assert results == [None] * 8
    total = Decimal(0)
    for place, code in enumerate("ab"):
        value = report.values.get(element__code=code)
        written = chain(value)
        expected = {str(100 * p + n) for p in range(place, 8, 2) for n in numbers}
        assert len(written) == len(expected)
        assert set(written) == expected
        assert value.number == Decimal(str(written[-1]))
        total += value.number
    assert Decimal(report.entries.get().result) == total
    assert Receipt.objects.count() == 24


@at_once_test
@pytest.mark.django_db(transaction=True)
def test_of_eight_writes_based_on_one_copy_one_is_taken() -> None:
    report = report_at()
    writers = [builders.user(Role.OPERATOR, report.agency) for _ in range(8)]
    value = report.values.select_related("element").get(element__code="a")

    def job(place: int, user: User) -> Callable[[], Any]:
        return lambda: entries.fill_value(
            report, value.element, Decimal(place + 1), based_on=0, by=user, key="x"
        )

    results = at_once([job(place, user) for place, user in enumerate(writers)])
    assert sum(isinstance(result, entries.Conflict) for result in results) == 7
    value.refresh_from_db()
    assert [Decimal(str(number)) for number in chain(value)] == [value.number]


@at_once_test
@pytest.mark.django_db(transaction=True)
def test_without_hold_and_version_the_same_checks_find_what_is_lost() -> None:
    """The control of the races above: writers who do not ask break the chain, and it is seen."""
    report = report_at()
    writers = [builders.user(Role.OPERATOR, report.agency) for _ in range(2)]
    have_read = threading.Barrier(2)

    def job(place: int, user: User) -> Callable[[], None]:
        def write() -> None:
            value = Value.objects.get(report=report, element__code="a")
            have_read.wait(timeout=20)
            before, value.number = value.number, Decimal(place + 1)
            value.version += 1
            value.save()
            Event.objects.create(
                report=report,
                by=user,
                kind=Event.Kind.VALUE,
                value=value,
                before={"number": before},
                after={"number": str(value.number)},
            )

        return write

    assert at_once([job(place, user) for place, user in enumerate(writers)]) == [None, None]
    with pytest.raises(AssertionError):
        chain(report.values.get(element__code="a"))


@at_once_test
@pytest.mark.django_db(transaction=True)
def test_the_same_write_sent_four_times_at_once_has_one_effect() -> None:
    report = report_at()
    user = builders.user(Role.OPERATOR, report.agency)
    value = report.values.select_related("element").get(element__code="a")
    results = at_once(
        [
            lambda: entries.fill_value(report, value.element, Decimal(7), based_on=0, by=user, key="sama")
            for _ in range(4)
        ]
    )
    assert results == [results[0]] * 4
    assert results[0]["version"] == 1
    value.refresh_from_db()
    assert chain(value) == ["7"]
    assert Receipt.objects.count() == 1


@at_once_test
@pytest.mark.django_db(transaction=True)
def test_a_report_sent_while_figures_are_saved_is_sent_whole() -> None:
    report = report_at()
    writers = [builders.user(Role.OPERATOR, report.agency) for _ in range(6)]
    for code in "ab":
        guarded(report, code, 1, writers[0], f"mulai-{code}")

    def writing(place: int, user: User) -> Callable[[], list[int]]:
        def write() -> list[int]:
            taken = []
            for n in range(2, 6):
                number = 10 * place + n
                try:
                    guarded(report, "a", number, user, f"{place}-{n}")
                except entries.Locked:
                    break
                taken.append(number)
            return taken

        return write

    def sending() -> Status:
        return Status(workflow.move(report, Status.SUBMITTED, by=writers[0]).status)

    jobs: list[Callable[[], Any]] = [writing(place, user) for place, user in enumerate(writers)]
    results = at_once([*jobs, sending])
    assert results[-1] == Status.SUBMITTED
    value = report.values.get(element__code="a")
    taken = {str(number) for numbers in results[:-1] for number in numbers}
    assert set(chain(value)) == {"1"} | taken
    sent = report.events.get(kind="moved")
    assert not report.events.filter(pk__gt=sent.pk).exists(), "nothing came after it was sent"
    values = report.values.values_list("number", flat=True)
    assert Decimal(report.entries.get().result) == sum(filter(None, values))


@at_once_test
@pytest.mark.django_db(transaction=True)
def test_quarters_saved_at_once_make_the_right_year() -> None:
    set_ = builders.indicator_set()
    builders.element(set_.agency, "a")
    builders.indicator(builders.goal(set_), formula="a", unit="unit", quarter_method="sum")
    sets.put_in_force(set_, by=builders.user(is_superuser=True))
    year = builders.report(set_, 5)
    quarters = [builders.report(set_, part) for part in range(1, 5)]
    writers = [builders.user(Role.OPERATOR, set_.agency) for _ in quarters]

    def job(quarter: Report, user: User) -> Callable[[], None]:
        def write() -> None:
            for n in range(1, 4):
                guarded(quarter, "a", n * quarter.period.part, user, f"{quarter.pk}-{n}")

        return write

    results = at_once([job(quarter, user) for quarter, user in zip(quarters, writers, strict=True)])
    assert results == [None] * 4
    assert year.entries.get().result == str(3 * (1 + 2 + 3 + 4))


def racer(database: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start a process of the race on a database file (see tests.reports.racing)."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "iku_portal.settings",
    }
    command = [sys.executable, *(str(argument) for argument in arguments)]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def answer(process: subprocess.Popen[str]) -> Any:
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return json.loads(output or "null")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL races in the tests above")
def test_processes_that_write_to_one_file_lose_nothing(tmp_path: Path) -> None:
    database, go = tmp_path / "race.sqlite3", tmp_path / "go"
    race = ("-m", "tests.reports.racing")
    answer(racer(database, "manage.py", "migrate", "--verbosity=0"))
    arranged = answer(racer(database, *race, "arrange"))
    report = arranged["report"]
    writers = [
        racer(database, *race, "write", report, user, place, go)
        for place, user in enumerate(arranged["users"])
    ]
    ready = [tmp_path / f"go-{place}" for place in range(racing.WRITERS)]
    while not all(file.exists() for file in ready):
        assert all(writer.poll() is None for writer in writers)
        time.sleep(0.01)
    go.touch()
    for writer in writers:
        answer(writer)
    found = answer(racer(database, *race, "judge", report))
    written = [after for _, after in found["history"]]
    assert sorted(written, key=int) == [
        str(racing.figure(place, n)) for place in range(racing.WRITERS) for n in range(racing.WRITES)
    ]
    assert [before for before, _ in found["history"]] == [None, *written[:-1]]
    assert found["version"] == found["receipts"] == len(written)
    assert Decimal(found["number"]) == Decimal(found["result"]) == Decimal(written[-1])
