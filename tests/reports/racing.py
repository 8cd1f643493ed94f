"""A process that runs races: `python -m tests.reports.racing` on a database of its own (DATABASE_URL).

Each line it reads is a race, {"race": name, "without": [guards]}; each line it prints is what was found. The
racers are processes with connections of their own, begun together. Named guards are switched off in the
racers alone, to show that the race is one and that what is lost would be seen.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

import django

WRITERS, WRITES = 8, 3
FAILED = "failed: "
FORKED = multiprocessing.get_context("fork")
Found = dict[str, Any]
Job = Callable[[], Any]


# Rows. Everything of the portal is imported in the racers, behind django.setup().


def arrange() -> Found:
    """Make a report of one indicator with two figures, and its operators."""
    from agencies.roles import Role
    from indicators import sets
    from tests import builders

    set_ = builders.indicator_set()
    for code in "ab":
        builders.element(set_.agency, code)
    builders.indicator(builders.goal(set_), formula="a + b", unit="unit", quarter_method="sum")
    sets.put_in_force(set_, by=builders.user(is_superuser=True))
    report = builders.report(set_)
    users = [builders.user(Role.OPERATOR, set_.agency).pk for _ in range(WRITERS)]
    values = {value.element.code: value.pk for value in report.values.select_related("element")}
    return {"report": report.pk, "users": users, "values": values}


def judge(there: Found) -> Found:
    """Return figures, versions and histories, what came out of them, and how the report was left."""
    from reports import summaries
    from reports.entries.holding import read
    from reports.models import Entry, Event, Receipt, Report, Value

    found: Found = {"result": Entry.objects.get(report=there["report"]).result}
    mine = Report.objects.filter(pk__in=[there[name] for name in ("report", "year", "wide") if name in there])
    found["untrue"] = [str(said) for said in summaries.differences(read(mine))]
    for code, pk in there["values"].items():
        value = Value.objects.get(pk=pk)
        history = Event.objects.filter(value=value).order_by("pk").values_list("before", "after")
        found[code] = {
            "number": None if value.number is None else str(value.number.normalize()),
            "version": value.version,
            "history": [[before.get("number"), after.get("number")] for before, after in history],
        }
    if "year" in there:
        found["year"] = Entry.objects.get(report=there["year"]).result
    events = Event.objects.filter(report=there["report"]).order_by("pk")
    found["kinds"] = list(events.values_list("kind", flat=True))
    found["status"] = Report.objects.get(pk=there["report"]).status
    found["receipts"] = Receipt.objects.filter(user__in=there["users"]).count()
    return found


def write(there: Found, place: int, code: str, number: int, key: str, *, based_on: int | None = None) -> str:
    """Write a figure, after every conflict again from what is there, unless `based_on` says on what."""
    from agencies.models import User
    from reports import entries
    from reports.models import Value

    by = User.objects.get(pk=there["users"][place])
    while True:
        value = Value.objects.select_related("report__agency", "report__period").get(pk=there["values"][code])
        version = value.version if based_on is None else based_on
        change = entries.Change(value, {"number": Decimal(number)}, version, key)
        (answer,) = entries.fill_many(value.report, [change], by=by)
        if isinstance(answer, entries.Conflict) and based_on is None:
            continue
        if isinstance(answer, Exception):
            return type(answer).__name__
        return f"version {answer['version']}"


def now_in(there: Found, code: str) -> int | None:
    """Return the figure that is stored now."""
    from reports.models import Value

    number = Value.objects.get(pk=there["values"][code]).number
    return None if number is None else int(number)


def until(what: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.005)


# Races: what each of the processes does


def chain(there: Found) -> list[Job]:
    """Eight write to two figures of one report, three times each."""

    def job(place: int) -> list[str]:
        code = "ab"[place % 2]
        return [write(there, place, code, 100 * place + n + 1, f"{place}-{n}") for n in range(WRITES)]

    return [partial(job, place) for place in range(WRITERS)]


def one_copy(there: Found) -> list[Job]:
    """Eight write to one figure, all based on the same copy of it."""
    return [partial(write, there, place, "a", place + 1, "x", based_on=0) for place in range(WRITERS)]


def same_form(there: Found) -> list[Job]:
    """Four send the same write at once, and again after somebody else has written to the figure."""

    def send() -> list[str]:
        first = write(there, 0, "a", 7, "sama", based_on=0)
        until(lambda: now_in(there, "a") == 8)
        return [first, write(there, 0, "a", 7, "sama", based_on=0)]

    def other() -> list[str]:
        until(lambda: now_in(there, "a") == 7)
        time.sleep(0.3)  # all four have sent
        return [write(there, 1, "a", 8, "lain")]

    return [send, send, send, send, other]


def sending(there: Found) -> list[Job]:
    """Six write while a seventh sends the report."""

    def job(place: int) -> list[str]:
        return [write(there, place, "a", 10 * place + n + 20, f"{place}-{n}") for n in range(4)]

    def send() -> str:
        from agencies.models import User
        from reports import workflow
        from reports.models import Report
        from reports.status import Status

        until(lambda: now_in(there, "a") is not None and now_in(there, "a") != 1)
        by = User.objects.get(pk=there["users"][7])
        return str(workflow.move(Report.objects.get(pk=there["report"]), Status.SUBMITTED, by=by).status)

    for code in "ab":
        in_a_process(partial(write, there, 6, code, 1, f"mulai-{code}"))
    return [*(partial(job, place) for place in range(6)), send]


def closing(there: Found) -> list[Job]:
    """Six wait for a report that another process holds, and the period closes meanwhile."""
    late, held = FORKED.Event(), FORKED.Event()

    def job(place: int) -> str:
        from django.utils import timezone

        tells = timezone.now
        timezone.now = lambda: tells() + timedelta(days=60 if late.is_set() else 0)
        if not held.wait(10):
            raise TimeoutError
        return write(there, place, "a", place + 1, f"{place}")

    def holder() -> str:
        from django.db import transaction

        from reports import entries
        from reports.models import Report

        with transaction.atomic():
            entries.hold(Report.objects.get(pk=there["report"]))
            held.set()
            time.sleep(0.7)  # all six are waiting
            late.set()
        return "released"

    return [*(partial(job, place) for place in range(6)), holder]


def quarters(there: Found) -> list[Job]:
    """Four fill a quarter each while the report for the year is open."""

    def open_others() -> Found:
        from reports.models import Report
        from tests import builders

        agency = Report.objects.get(pk=there["report"]).agency
        opened = [builders.report(agency, part) for part in (5, 2, 3, 4)]
        values = {
            f"{value.element.code}{report.period.part}": value.pk
            for report in opened[1:]
            for value in report.values.select_related("element")
        }
        return {"year": opened[0].pk, "values": values}

    others = in_a_process(open_others)
    there["year"] = others["year"]
    there["values"] |= others["values"]

    def job(quarter: int) -> list[str]:
        code = "" if quarter == 1 else str(quarter)
        figures = [(f"b{code}", 0), *((f"a{code}", n * quarter) for n in (1, 2, 3))]
        return [
            write(there, quarter, name, number, f"{quarter}-{n}") for n, (name, number) in enumerate(figures)
        ]

    return [partial(job, quarter) for quarter in range(1, 5)]


def rows(there: Found) -> list[Job]:
    """Eight fill a row each of one report, which is summed up with every row."""

    def more() -> Found:
        from indicators import sets
        from tests import builders

        set_ = builders.indicator_set()
        goal = builders.goal(set_)
        for _ in range(WRITERS):
            builders.target(builders.indicator(goal))
        sets.put_in_force(set_, by=builders.user(is_superuser=True))
        report = builders.report(set_)
        return {"report": report.pk, "rows": list(report.entries.values_list("pk", flat=True))}

    def job(pk: int) -> str:
        from agencies.models import User
        from reports import entries
        from reports.models import Entry

        entry = Entry.objects.select_related("report").get(pk=pk)
        by = User.objects.filter(is_superuser=True).earliest("pk")
        return str(entries.fill_entry(entry, {"number": Decimal(90)}, based_on=0, by=by, key=f"b{pk}"))

    wide = in_a_process(more)
    there["wide"] = wide["report"]
    return [partial(job, pk) for pk in wide["rows"]]


def overlapping(there: Found) -> list[Job]:
    """Four apply imports of both figures, all planned before any of them went in."""

    def job(place: int) -> str:
        rows = planned(there, place, place + 1)
        everybody.wait(20)
        return applied(there, place, rows)

    everybody = FORKED.Barrier(4)
    return [partial(job, place) for place in range(4)]


def importing(there: Found) -> list[Job]:
    """Four import both figures, three times each, while four others write to one of them."""

    def job(place: int) -> list[str]:
        if place % 2:
            code = "ab"[place // 2 % 2]
            return [write(there, place, code, 100 * place + n + 1, f"{place}-{n}") for n in range(WRITES)]
        return [_imported(there, place, 100 * place + n + 1) for n in range(WRITES)]

    return [partial(job, place) for place in range(WRITERS)]


def _imported(there: Found, place: int, number: int) -> str:
    """Import a figure, after every refusal from a new comparison."""
    while True:
        answer = applied(there, place, planned(there, place, number))
        if answer != "Stale":
            return answer


def planned(there: Found, place: int, number: int) -> list[Any]:
    """Return the rows of a file that says `number` for both figures."""
    from agencies.models import User
    from reports.imports import values
    from reports.models import Report
    from tests.reports.imports import sheets

    by = User.objects.get(pk=there["users"][place])
    agency = Report.objects.select_related("agency").get(pk=there["report"]).agency
    file: list[list[Any]] = [sheets.DATA]
    file += [[agency.code, code, 2018, "TW I", number] for code in "ab"]
    return list(values.plan(sheets.asked(file, by, agency)))


def applied(there: Found, place: int, rows: list[Any]) -> str:
    """Apply planned rows; return the name of a refusal."""
    from django.db import transaction

    from agencies.models import User
    from indicators.imports.planned import Stale
    from reports.imports import values

    try:
        with transaction.atomic():
            record = values.apply(rows, by=User.objects.get(pk=there["users"][place]))
    except Stale:
        return "Stale"
    return f"applied {len(record['fills'])}"


RACES: Mapping[str, Callable[[Found], list[Job]]] = {
    race.__name__: race
    for race in (
        *(chain, quarters, rows, one_copy, same_form, sending, closing),
        *(overlapping, importing),
    )
}


# Guards, switched off in a racer


def without_hold() -> None:
    """Nobody waits: rows of reports are read without a lock, and SQLite begins without one."""
    from django.db import connection
    from django.db.models import QuerySet

    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"
        connection.settings_dict["OPTIONS"]["timeout"] = 1
    QuerySet.select_for_update = lambda self, **_: self  # type: ignore[method-assign]


def without_version() -> None:
    """Every write is taken for one that is based on what is stored."""
    from reports.entries.writing import Writing

    store = Writing.store
    Writing.store = lambda self, row, columns, *, based_on: store(  # type: ignore[method-assign]
        self, row, columns, based_on=row.version
    )


def without_key() -> None:
    """No write is known again."""
    from reports import entries

    fill = entries.fill_many
    entries.fill_many = lambda report, changes, *, by: fill(
        report, [replace(change, key=os.urandom(8).hex()) for change in changes], by=by
    )


def without_availability() -> None:
    """Whether the report may be filled is asked before it is held."""
    from django.utils import timezone

    from reports import entries
    from reports.models import Report

    fill, ask = entries.fill_many, Report.availability

    def early(report: Report, changes: Sequence[Any], *, by: Any) -> Any:
        answer = ask(report, timezone.now())
        Report.availability = lambda self, now: answer  # type: ignore[method-assign]
        return fill(report, changes, by=by)

    entries.fill_many = early


def without_triggers() -> None:
    """The database locks nothing by itself (asked once, by who arranges the race)."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("reports_value", "reports_entry"):
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                continue
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")


def switch_off(guards: Sequence[str]) -> None:
    """Switch guards off in this process, and let every writer dawdle between reading and writing."""
    from reports.entries import computing, filling, many

    def dawdling(read: Callable[..., Any], seconds: Callable[..., float]) -> Callable[..., Any]:
        def dawdle(*arguments: Any) -> Any:
            found = read(*arguments)
            time.sleep(seconds(*arguments))
            return found

        return dawdle

    desks: tuple[Any, ...] = (filling.Desk, many.Counter)
    for desk in desks:
        desk.__init__ = dawdling(desk.__init__, lambda *_: 0.02)
    # Long enough for the first quarter, which has three later ones to compute before it comes to the year.
    computing._quarters = dawdling(computing._quarters, lambda of: 0.15 if of.period.is_year else 0)
    for guard in guards:
        globals()[f"without_{guard}"]()


# Processes


def in_a_process(job: Job) -> Any:
    """Run a job in a process, wait for it, and return its result; what fails there fails here."""
    answer = _finish(_start(job, (), None))
    if isinstance(answer, str) and answer.startswith(FAILED):
        raise RuntimeError(answer)
    return answer


def _start(job: Job, guards: Sequence[str], start: Barrier | None) -> tuple[Any, Connection]:
    mine, theirs = FORKED.Pipe()

    def run() -> None:
        from tests import builders

        builders._number = count(time.time_ns())  # processes must not give the same names
        try:
            switch_off(guards)
            if start:
                start.wait(20)
            theirs.send(job())
        except Exception as error:
            theirs.send(f"{FAILED}{type(error).__name__}: {error}")

    process = FORKED.Process(target=run)
    process.start()
    return process, mine


def _finish(started: tuple[Any, Connection]) -> Any:
    process, answers = started
    answer = answers.recv() if answers.poll(60) else "no answer"
    process.join(10)
    return answer


def race(name: str, guards: list[str]) -> Found:
    """Run a race and return what was found; no connection is open while processes are made."""
    there = in_a_process(arrange)
    if "triggers" in guards:
        in_a_process(without_triggers)
    jobs = RACES[name](there)
    off = [guard for guard in guards if guard != "triggers"]
    start = FORKED.Barrier(len(jobs))
    started = [_start(job, off, start) for job in jobs]
    answers = [_finish(one) for one in started]
    found = in_a_process(lambda: judge(there))
    return {"answers": answers, **found}


if __name__ == "__main__":
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(race(asked["race"], asked["without"])), flush=True)
