"""Imports whose worker or web server is killed at a random moment, on a database of its own (DATABASE_URL).

`python -m tests.reports.imports.kills [--kills 100] [--seed 1]` prints as JSON what was found. Every import
is a file of many rows for an agency of its own; victims are real processes that serve HTTP or work the queue
off, killed with SIGKILL and started again. Odd imports bring definitions and targets into a new draft, even
ones realizations into a report. With `--control` the worker writes without a transaction: what is lost must
show.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import random
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django

ROWS = 40
FORKED = multiprocessing.get_context("fork")
Process = Any


# Victims: processes that are killed


def start(what: Callable[[], None]) -> Process:
    """Run `what` in a process of its own, with connections of its own."""
    from django.db import connections

    connections.close_all()
    process = FORKED.Process(target=what)
    process.start()
    return process


def kill(process: Process) -> None:
    """Kill a process as the system does when memory is short."""
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def work(name: str = "utama") -> None:
    """Work the queue off as `manage.py run_jobs` does, quicker to look."""
    from django.core.management import call_command

    from reports.management.commands import run_jobs

    run_jobs.INTERVAL = 0.02
    call_command("run_jobs", name=name)


def work_without_versions(name: str) -> None:
    """Work the queue off, but take every row for one planned on what is there now."""
    from reports.imports import values
    from reports.models import Entry

    apply = values.apply

    def blind(rows: Any, **kwargs: Any) -> Any:
        now = dict(Entry.objects.values_list("indicator__thread__code", "version"))
        return apply(
            [replace(row, write=row.write | {"version": now[row.write["code"]]}) for row in rows], **kwargs
        )

    values.apply = blind
    work(name)


def work_without_transaction() -> None:
    """Work the queue off, but write rows one statement at a time and late."""
    from contextlib import nullcontext

    from django.db import connection, transaction

    from reports.imports import planners

    apply = planners.apply

    def late(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.5)
        return apply(*args, **kwargs)

    planners.apply = late
    transaction.atomic = lambda *_, **__: nullcontext()  # type: ignore[assignment]
    connection.features.has_select_for_update = False  # refused where no transaction would keep the lock
    work()


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def serve(port: int) -> Callable[[], None]:
    """Return what answers HTTP on `port` with the portal."""

    def run() -> None:
        from iku_portal.wsgi import application

        WSGIServer.allow_reuse_address = True
        make_server("127.0.0.1", port, application, handler_class=Quiet).serve_forever()

    return run


# The person at the browser


@dataclass
class Person:
    """Somebody signed in, over HTTP."""

    user: Any
    port: int
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(self.user)
        token = "t" * 32
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}",
            "X-CSRFToken": token,
            "Host": "127.0.0.1",
        }

    def post(self, path: str, body: bytes, content_type: str) -> int:
        """Send a form; return the status. Raises OSError or HTTPException where the server dies meanwhile."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", path, body, self.headers | {"Content-Type": content_type})
            return connection.getresponse().status
        finally:
            connection.close()

    def upload(self, name: str, content: bytes, place: str, key: str) -> int:
        """Send a file."""
        mark = secrets.token_hex(8)
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{field_}"\r\n\r\n{value}\r\n'.encode()
            for field_, value in (("place", place), ("key", key))
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        parts += [f"{head}Content-Type: text/csv\r\n\r\n".encode(), content, f"\r\n--{mark}--\r\n".encode()]
        return self.post(
            f"/impor/baru/?untuk={place}", b"".join(parts), f"multipart/form-data; boundary={mark}"
        )

    def confirm(self, batch: Any) -> int:
        """Press the button of the page of differences."""
        from reports.imports import batches

        form = urlencode({"plan": batches.plan_stamp(batch)}).encode()
        return self.post(f"/impor/{batch.pk}/masukkan/", form, "application/x-www-form-urlencoded")


# One import


@dataclass
class Case:
    """A file for an agency, and how to see what of it is in."""

    place: str
    content: bytes
    seen: Callable[[], int]
    choices: Any


def definitions(number: int) -> Case:
    """Return a table of new indicators with targets, for an agency that has none."""
    from indicators.imports.planned import Choices, Into
    from indicators.models import Indicator, Target
    from tests import builders

    agency = builders.agency()
    builders.layout()
    lines = ["Sasaran Strategis;Indikator Kinerja Utama;Satuan;Target 2030"]
    lines += [f"Naiknya mutu {n % 5};{word(n)} nomor {number};Nilai;{n + 1}" for n in range(ROWS)]

    def seen() -> int:
        mine = Indicator.objects.filter(goal__indicator_set__agency=agency)
        targets = Target.objects.filter(indicator__in=mine).count()
        goals = agency.indicator_sets.filter(goals__isnull=False).values("goals").distinct().count()
        whole = mine.count() == targets == ROWS and goals == 5 and agency.indicator_sets.count() == 1
        return ROWS if whole else mine.count() + targets + goals + agency.indicator_sets.count()

    into = Choices(into=Into("new", first_year=2030, last_year=2030))
    return Case(f"agency:{agency.code}", "\n".join(lines).encode(), seen, into)


def realizations(number: int) -> Case:
    """Return a flat table of figures for an open report."""
    from indicators import sets
    from indicators.imports.planned import Choices
    from reports.models import Entry, Event
    from tests import builders

    set_ = builders.indicator_set()
    goal = builders.goal(set_)
    codes = [builders.indicator(goal, name=f"{word(n)} {number}").code for n in range(ROWS)]
    sets.put_in_force(set_, by=builders.user(is_superuser=True))
    report = builders.report(set_)
    lines = ["kode_instansi;kode_indikator;tahun;periode;nilai;catatan"]
    lines += [f"{set_.agency.code};{code};2018;TW I;{n + 1};" for n, code in enumerate(codes)]

    def seen() -> int:
        rows = Entry.objects.filter(report=report).exclude(number=None)
        told = Event.objects.filter(report=report, kind=Event.Kind.ENTRY).count()
        computed = rows.filter(state="computed").count()
        return ROWS if rows.count() == told == computed == ROWS else rows.count() + told

    return Case(f"agency:{set_.agency.code}", "\n".join(lines).encode(), seen, Choices())


def word(number: int) -> str:
    """Return a name that is like no other."""
    syllables = ("ka", "ri", "su", "mo", "le", "ta", "ni", "bu", "go", "pe")
    first, second = divmod(number, 10)
    return f"{syllables[first]}{syllables[second]}{syllables[(first * 3 + second) % 10]}".capitalize() * 2


@dataclass
class Stand:
    """Web server and worker, started again whenever they were killed."""

    port: int
    control: bool = False
    processes: dict[str, Process] = field(default_factory=dict)

    def begin(self) -> None:
        """Start what does not run."""
        if not self.lives("worker"):
            self.processes["worker"] = start(work_without_transaction if self.control else work)
        if not self.lives("web"):
            self.processes["web"] = start(serve(self.port))
            until(self._answers)

    def lives(self, name: str) -> bool:
        """Whether the web server or the worker runs."""
        return name in self.processes and self.processes[name].is_alive()

    def _answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/akun/masuk/")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def end(self) -> None:
        """Stop both."""
        for name, process in self.processes.items():
            if self.lives(name):
                kill(process)


def until(what: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


class Import:
    """One import from the upload to the receipt, whatever dies on the way."""

    def __init__(self, case: Case, by: Any, stand: Stand) -> None:
        self.case, self.by, self.stand = case, by, stand
        self.key, self.torn = secrets.token_hex(8), list[str]()
        self.person = Person(by, stand.port)

    def run(self, victim: str = "", after: float = 0.0) -> dict[str, Any]:
        """Import to the end; the `victim` dies `after` seconds on. Return what was found."""
        self.stand.begin()
        doomed = self.stand.processes.get(victim)
        begun = time.monotonic()
        if doomed and not self.stand.control:
            threading.Timer(after, os.kill, (doomed.pid, signal.SIGKILL)).start()
        while time.monotonic() < begun + 60:
            if doomed and self._is_dead(doomed):
                doomed.join()
                doomed = None
                self._judge()
                self.stand.begin()
            if (ended := self._step()) and doomed is None:
                return self._found(ended, time.monotonic() - begun)
            time.sleep(0.004)
        raise TimeoutError(self._state())

    def _is_dead(self, doomed: Process) -> bool:
        """Whether the victim is dead; of the control, once the batch says it is in, it is killed here."""
        if self.stand.control and self._state() == "applied":
            kill(doomed)
        return not doomed.is_alive()

    def _state(self) -> str:
        from reports.models import ImportBatch

        return ImportBatch.objects.filter(key=self.key).values_list("state", flat=True).first() or ""

    def _step(self) -> str:
        """Do what the person does next; return the state once it ended."""
        from reports.imports.moving import Passed

        try:
            return self._press()
        except (OSError, http.client.HTTPException, Passed):
            self.stand.begin()
            return ""

    def _press(self) -> str:
        from reports.imports import batches
        from reports.imports.states import ENDED, State
        from reports.models import ImportBatch

        batch = ImportBatch.objects.filter(key=self.key).first()
        if batch is None:
            self.person.upload("mutu.csv", self.case.content, self.case.place, self.key)
        elif batch.state == State.ASKED:
            batches.choose(batch, self.case.choices, batch.corrections, by=self.by)
        elif batch.state == State.QUESTIONED:
            answers = {(str(q.topic), q.key): q.chosen or q.proposed for q in batches.asked(batch)}
            batches.answer(batch, answers, seen=batches.plan_stamp(batch))
        elif batch.state == State.PLANNED:
            self.person.confirm(batch)
        elif batch.state in (*ENDED, State.FAILED):
            return str(batch.state)
        return ""

    def _judge(self) -> None:
        """See whether what is in is all of the file, where the batch says so, and nothing where not."""
        for _ in range(20):
            before, seen, after = self._state(), self.case.seen(), self._state()
            if before == after:
                if seen != (ROWS if after == "applied" else 0):
                    self.torn.append(f"{after}: {seen}")
                return

    def _found(self, ended: str, seconds: float) -> dict[str, Any]:
        from reports.models import ImportBatch

        batch = ImportBatch.objects.get(key=self.key)
        with batch.file.open("rb") as file:
            is_whole = file.read() == self.case.content
        return {
            "seconds": seconds,
            "ended": ended,
            "said": batch.said,
            "torn": self.torn,
            "in": self.case.seen(),
            "file": is_whole,
            "again": None if self.stand.control else self._again(),
        }

    def _again(self) -> int:
        """Import the same file once more; return how many rows would change."""
        from reports.imports import batches, drafts, jobs
        from reports.models import ImportBatch

        first = ImportBatch.objects.select_related("agency").get(key=self.key)
        with first.file.open("rb") as file:
            batch = batches.upload(file, "lagi.csv", first.place, by=self.by, hand=jobs.keep)
        jobs.finish(batch)
        choices = replace(self.case.choices, into=drafts.likely(batch, self.by))
        batches.compare(batch, choices, hand=jobs.keep)
        jobs.finish(batch)
        return batches.writes(batch.counts)


def trial(kills: int, seed: int, *, control: bool = False) -> dict[str, Any]:
    """Run `kills` imports, each with a victim of its own; return what was wrong, and what was tried."""
    from tests import builders

    dice, by = random.Random(seed), builders.user(is_superuser=True)  # noqa: S311 - moments, no secrets
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        stand = Stand(probe.getsockname()[1], control)
    kinds, wrong, hit = (definitions, realizations), [], dict.fromkeys(("worker", "web"), 0)
    try:
        clean = [] if control else [Import(kind(0), by, stand).run()["seconds"] for kind in kinds]
        for number in range(1, kills + 1):
            kind = kinds[number % 2]
            victim = "worker" if control or number % 3 else "web"
            after = 0 if control else dice.uniform(0, clean[number % 2])
            found = Import(kind(number), by, stand).run(victim, after)
            hit[victim] += 1
            if not is_right(found):
                wrong.append({"kind": kind.__name__, "victim": victim, "after": after, **found})
    finally:
        stand.end()
    return {"kills": hit, "clean": clean, "wrong": wrong}


def race(*, control: bool = False) -> dict[str, Any]:
    """Let two admins confirm overlapping files at once, with a worker for each; return what came of it."""
    from django.core.files.base import ContentFile

    from agencies.models import Agency
    from reports.imports import batches, jobs
    from reports.imports.states import State
    from reports.models import Entry, ImportBatch
    from tests import builders

    case = realizations(1)
    agency = Agency.objects.get(code=case.place.partition(":")[2])
    keys = []
    for tenfold in (b"", b"0"):
        by = builders.user(is_superuser=True)
        lines = case.content.split(b"\n")
        content = b"\n".join([lines[0], *(line[:-1] + tenfold + b";" for line in lines[1:])])
        batch = batches.upload(ContentFile(content), "mutu.csv", agency, by=by, hand=jobs.keep)
        jobs.finish(batch)
        batches.compare(batch, case.choices, hand=jobs.keep)
        jobs.finish(batch)
        batches.confirm(batch, seen=batches.plan_stamp(batch), partial=False, by=by)
        keys.append(batch.pk)
    run = work_without_versions if control else work
    workers = [start(partial(run, "satu"))]
    mine = ImportBatch.objects.filter(pk__in=keys)
    ended = (State.APPLIED, State.PLANNED, State.FAILED)
    try:
        if control:  # what is there is read before one waits for the other
            until(lambda: mine.filter(state__in=ended).exists())
        workers.append(start(partial(run, "dua")))
        until(lambda: mine.filter(state__in=ended).count() == 2)
    finally:
        for worker in workers:
            kill(worker)
    numbers = set(Entry.objects.filter(report__agency=agency).values_list("number", flat=True))
    return {
        "states": sorted(mine.values_list("state", flat=True)),
        "said": sorted(len(batch.said) for batch in mine),
        "whole": [numbers == {n * by for n in range(1, ROWS + 1)} for by in (1, 10)],
    }


def is_right(found: dict[str, Any]) -> bool:
    """Whether an import came out whole, once, with its file, and the same file changes nothing more."""
    whole = found["ended"] == "applied" and found["in"] == ROWS and found["file"]
    return bool(whole and not found["torn"] and found["again"] == 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--race", action="store_true", help="two overlapping imports at once instead")
    asked = parser.parse_args()
    django.setup()
    from tests import builders

    builders._number = count(time.time_ns())  # an earlier trial used the first names
    if asked.race:
        told = race(control=asked.control)
    else:
        told = trial(asked.kills, asked.seed, control=asked.control)
    sys.stdout.write(json.dumps(told) + "\n")
