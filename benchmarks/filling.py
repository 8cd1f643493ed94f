"""How long it takes to save one cell of a report and to open the grid, against the least a view can do.

Run: python benchmarks/filling.py. The production server (deploy/gunicorn.conf.py) answers real connections on
loopback, kept alive, each with a session of its own; on SQLite and on PostgreSQL, in databases made and
dropped here. The yardstick is a view behind the same middleware that inserts one row. A save compares
versions, logs before and after, computes what uses the figure, and keeps the key of the sender.

`alone` is one user; `8 users` save without a pause, all in one report, each a cell of their own; with `pause`
each types a figure every half a second. Yardstick and save take turns; a figure is the median of its rounds.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
USERS = 8
SIZES = (11, 200)
ROUNDS = 5
ALONE, TOGETHER, PAGES = 60, 25, {11: 20, 200: 6}  # requests of each user and round
PAUSE, PAUSED = 0.5, 8
CSRF = "b" * 32
FAILED: list[str] = []  # requests that were not answered with 200


def arrange() -> None:
    """Make a report of each size with its operators signed in; print what their browsers would know."""
    import datetime as dt

    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from agencies.roles import Role
    from indicators import sets
    from tests import builders

    known = {}
    for size in SIZES:
        draft = builders.indicator_set(first_year=2026)
        agency = draft.agency
        goals = [builders.goal(draft) for _ in range(3)]
        for n in range(size):
            for code in (f"bagian_{n}", f"seluruh_{n}"):
                builders.element(agency, code, label=f"Jumlah {code}")
            formula = f"bagian_{n} / seluruh_{n} * 100%"
            builders.target(builders.indicator(goals[n * 3 // size], formula=formula, position=n + 1), 2026)
        sets.put_in_force(draft, by=builders.user(is_superuser=True))
        reports = [builders.report(agency, part, year=2026) for part in (1, 2)]
        report = reports[-1]
        for each in reports:
            each.values.update(number=1000)
        today = dt.datetime.now(tz=dt.UTC).date()
        type(report.period).objects.update(opens=today - dt.timedelta(1), closes=today + dt.timedelta(30))
        sessions = []
        for _ in range(USERS):
            user = builders.user(Role.OPERATOR, agency)
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.save()
            sessions.append(session.session_key)
        cells = list(report.values.filter(element__code__startswith="bagian").order_by("pk"))
        known[size] = {
            "report": report.pk,
            "sessions": sessions,
            "cells": [cell.pk for cell in cells[:USERS]],
        }
    print(json.dumps(known))


@dataclass
class Browser:
    """One connection of one user, with the cell this user fills."""

    port: int
    session: str
    report: int
    cell: int
    version: int = 0

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.used = 0.0
        self.headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Accept-Encoding": "gzip",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def send(self, method: str, url: str, data: dict[str, Any] | None = None) -> tuple[float, bytes]:
        """Return the seconds of a request that was answered with 200, and its body."""
        if time.perf_counter() - self.used > 1:  # the server closes a quiet connection after two seconds
            self.connection.close()
            self.connection.connect()
        start = time.perf_counter()
        self.connection.request(method, url, urlencode(data) if data else None, self.headers)
        response = self.connection.getresponse()
        body = response.read()
        self.used = time.perf_counter()
        seconds = self.used - start
        if response.status != 200:
            raise RuntimeError(f"{url}: {response.status} {body[:300]!r}")
        if response.headers.get("Content-Encoding") == "gzip":
            import gzip

            body = gzip.decompress(body)
        return seconds, body

    def insert(self) -> float:
        """Ask the yardstick."""
        return self.send("POST", "/insert/", {"key": secrets.token_hex(8)})[0]

    def save(self) -> float:
        """Save another figure in the cell."""
        name = f"v{self.cell}"
        data = {
            f"{name}-number": secrets.randbelow(900) + 1,
            f"{name}-version": self.version,
            f"{name}-key": secrets.token_hex(16),
        }
        seconds, body = self.send("POST", f"/laporan/{self.report}/isi/sel/", data)
        answer = json.loads(body)["cells"][name]
        if answer["status"] != 200:
            raise RuntimeError(answer["error"])
        self.version = answer["version"]
        return seconds

    def open(self) -> float:
        """Open the grid."""
        return self.send("GET", f"/laporan/{self.report}/isi/")[0]


def quantiles(seconds: list[float]) -> tuple[float, float, float]:
    """Return the 50th, 95th and 99th percentile in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return cuts[49] * 1e3, cuts[94] * 1e3, cuts[98] * 1e3


def together(
    browsers: list[Browser], act: Callable[[Browser], float], times: int, pause: float
) -> list[float]:
    """Let all browsers act at once; return all seconds."""
    found: list[float] = []
    begun = threading.Barrier(len(browsers))

    def run(place: int, browser: Browser) -> None:
        begun.wait()
        time.sleep(pause * place / len(browsers))
        for _ in range(times):
            try:
                seconds = act(browser)
            except RuntimeError as refusal:
                FAILED.append(str(refusal))
                continue
            found.append(seconds)
            time.sleep(max(0.0, pause - seconds))

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@contextmanager
def portal(database: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Serve a portal on a new database; yield its port and what was arranged."""
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.yardstick.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "VAR_DIR": str(var),
            "HTTPS": "false",
            "LOG_LEVEL": "ERROR",
            "DATABASE_URL": "",
            "PYTHONPATH": str(ROOT),
        }
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = environment["PORT"] = str(probe.getsockname()[1])
        if database == "postgresql":
            environment["DATABASE_URL"] = stack.enter_context(postgres_database())

        def run(*command: str) -> str:
            done = subprocess.run(
                [sys.executable, *command],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(done.stderr)
            return done.stdout

        run("manage.py", "prepare")
        known = json.loads(run(__file__, "arrange"))
        command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "iku_portal.wsgi"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                        break
                time.sleep(0.1)
            yield int(port), known
        finally:
            server.terminate()
            server.wait(timeout=30)


@contextmanager
def postgres_database() -> Iterator[str]:
    """Make a database and drop it in the end; yield its address."""
    name = f"iku_bench_{os.getpid()}"
    _on_server(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(POSTGRES)._replace(path=f"/{name}").geturl()
    finally:
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(statement: str) -> None:
    import psycopg2

    server = psycopg2.connect(POSTGRES)
    server.autocommit = True  # databases are not made in a transaction
    with server.cursor() as cursor:
        cursor.execute(statement)
    server.close()


Figures = tuple[float, float, float]


def measure(port: int, known: dict[str, Any]) -> dict[str, Figures]:
    """Return percentiles by the name of the line, each the median of its rounds."""
    rooms = {
        size: [
            Browser(port, session, known[str(size)]["report"], cell)
            for session, cell in zip(known[str(size)]["sessions"], known[str(size)]["cells"], strict=True)
        ]
        for size in SIZES
    }
    for size, browsers in rooms.items():  # warm both processes
        for browser in browsers:
            for _ in range(3):
                browser.insert(), browser.save()
        together(browsers, Browser.open, 1 if size > 100 else 3, 0)
    small, large = (rooms[size] for size in SIZES)
    turns: dict[str, tuple[list[Browser], Callable[[Browser], float], int, float]] = {
        "insert, alone": (small[:1], Browser.insert, ALONE, 0),
        "save of 11, alone": (small[:1], Browser.save, ALONE, 0),
        "save of 200, alone": (large[:1], Browser.save, ALONE, 0),
        "grid of 11, alone": (small[:1], Browser.open, PAGES[11], 0),
        "grid of 200, alone": (large[:1], Browser.open, PAGES[200], 0),
        "insert, 8 users": (small, Browser.insert, TOGETHER, 0),
        "save of 11, 8 users": (small, Browser.save, TOGETHER, 0),
        "save of 200, 8 users": (large, Browser.save, TOGETHER, 0),
        "insert, 8 users, pause": (small, Browser.insert, PAUSED, PAUSE),
        "save of 11, 8 users, pause": (small, Browser.save, PAUSED, PAUSE),
    }
    rounds: dict[str, list[Figures]] = {name: [] for name in turns}
    for _ in range(ROUNDS):
        for name, turn in turns.items():
            rounds[name].append(quantiles(together(*turn)))
    return {
        name: tuple(statistics.median(column) for column in zip(*each, strict=True))  # type: ignore[misc]
        for name, each in rounds.items()
    }


def report(database: str, times: dict[str, Figures]) -> int:
    """Print a line for each figure and each goal; return how many goals were missed."""
    print(f"{database + ', milliseconds':<34}{'p50':>8}{'p95':>8}{'p99':>8}   p50 / insert")
    for name, figures in times.items():
        mode = name.partition(", ")[2]
        ratio = figures[0] / times[f"insert, {mode}"][0]
        cells = "".join(f"{figure:>8.1f}" for figure in figures)
        print(f"{name:<34}{cells}   {'' if name.startswith('insert') else format(ratio, '.1f')}".rstrip())
    goals = [
        ("save of 11 / insert, alone, p50", times["save of 11, alone"][0] / times["insert, alone"][0], 3.0),
        (
            "save of 11 / insert, 8 users, p50",
            times["save of 11, 8 users"][0] / times["insert, 8 users"][0],
            3.0,
        ),
        ("save of 11, 8 users, pause, p95 ms", times["save of 11, 8 users, pause"][1], 30.0),
        ("save of 11, 8 users, p95 ms", times["save of 11, 8 users"][1], 30.0),
    ]
    missed = 0
    for goal, figure, limit in goals:
        missed += figure > limit
        print(f"{goal:<38}{figure:>8.2f}  <= {limit:g}  {'ok' if figure <= limit else 'MISSED'}")
    print()
    return missed


def main() -> int:
    """Measure on both databases, and return 1 if a goal was missed."""
    if sys.argv[1:] == ["arrange"]:
        arrange()
        return 0
    missed = 0
    for database in sys.argv[1:] or ("sqlite", "postgresql"):
        with portal(database) as (port, known):
            missed += report(database, measure(port, known))
            print(f"requests not answered: {len(FAILED)}\n")
            missed += len(FAILED)
            FAILED.clear()
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
