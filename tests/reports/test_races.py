"""Writers who come at once, as processes on a real database: nothing lost, doubled, late or torn.

Every race has its control: with its guard switched off in the racers, the same check must fail.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2  # type: ignore[import-untyped]
import pytest
from django.db import connection

from tests.reports import racing

ROOT = Path(__file__).resolve().parents[2]
TRIES = 6
Found = dict[str, Any]
Run = Callable[..., Found]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run races on a database of their own, of the kind of this test run: a file, or one on the server."""
    folder = tmp_path_factory.mktemp("race")
    url = f"sqlite:///{folder / 'race.sqlite3'}"
    if connection.vendor == "postgresql":
        name = f"{connection.settings_dict['NAME'].removeprefix('test_')}_race_{os.getpid()}"
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "iku_portal.settings"}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.reports.racing"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def race(name: str, *without: str) -> Found:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps({"race": name, "without": without}) + "\n")
        process.stdin.flush()
        found: Found = json.loads(process.stdout.readline())
        return found

    yield race
    process.communicate(timeout=60)
    if connection.vendor == "postgresql":
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(*statements: str) -> None:
    server = psycopg2.connect(os.environ["TEST_DATABASE_URL"])
    server.autocommit = True  # databases are not made in a transaction
    with server.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    server.close()


def written(found: Found, code: str) -> list[str]:
    """Return the figures in the order in which they were written: each joins the last, the last stands."""
    history = found[code]["history"]
    assert all(late[0] == early[1] for early, late in pairwise(history)), "the chain is torn"
    assert found[code]["version"] == len(history)
    if history:
        assert history[0][0] is None
        assert found[code]["number"] is not None
        assert Decimal(found[code]["number"]) == Decimal(history[-1][1])
    return [after for _, after in history]


def adds_up(found: Found) -> bool:
    """Return whether the result is that of the figures that are stored."""
    return bool(Decimal(found["result"]) == Decimal(found["a"]["number"]) + Decimal(found["b"]["number"]))


def nothing_is_lost(found: Found) -> None:
    for start, code in enumerate("ab"):
        expected = {
            str(100 * place + n + 1)
            for place in range(start, racing.WRITERS, 2)
            for n in range(racing.WRITES)
        }
        figures = written(found, code)
        assert len(figures) == len(expected)
        assert set(figures) == expected
    assert adds_up(found)
    assert found["receipts"] == racing.WRITERS * racing.WRITES


def the_year_follows(found: Found) -> None:
    assert all(answer.startswith("version") for answers in found["answers"] for answer in answers)
    assert found["year"] == str(3 * (1 + 2 + 3 + 4))


def all_rows_are_counted(found: Found) -> None:
    assert found["answers"] == ["{'version': 1}"] * racing.WRITERS
    assert found["untrue"] == []


def one_is_taken(found: Found) -> None:
    assert sorted(found["answers"]) == ["Conflict"] * (racing.WRITERS - 1) + ["version 1"]
    assert len(written(found, "a")) == 1


def one_effect_and_one_answer(found: Found) -> None:
    assert found["answers"] == [["version 1", "version 1"]] * 4 + [["version 2"]]
    assert written(found, "a") == ["7", "8"]


def it_is_sent_whole(found: Found) -> None:
    *writers, sender = found["answers"]
    assert sender == found["status"] == "submitted"
    taken = set()
    for place, answers in enumerate(writers):
        assert isinstance(answers, list), answers
        assert all(answer == "Locked" or answer.startswith("version") for answer in answers)
        taken |= {str(10 * place + n + 20) for n, answer in enumerate(answers) if answer != "Locked"}
    assert set(written(found, "a")) == {"1"} | taken
    assert found["kinds"][-1] == "moved", "nothing came after it was sent"
    assert adds_up(found)


def nothing_is_late(found: Found) -> None:
    assert found["answers"] == ["Locked"] * 6 + ["released"]
    assert found["a"] == {"number": None, "version": 0, "history": []}


def one_import_is_taken_whole(found: Found) -> None:
    assert sorted(found["answers"]) == ["Stale"] * 3 + ["applied 2"]
    assert written(found, "a") == written(found, "b")
    assert len(written(found, "a")) == 1
    assert adds_up(found)


def no_import_and_no_cell_is_lost(found: Found) -> None:
    assert all(isinstance(answers, list) for answers in found["answers"]), found["answers"]
    for start, code in enumerate("ab"):
        cells = range(2 * start + 1, racing.WRITERS, 4)
        expected = {
            str(100 * place + n + 1)
            for place in (*range(0, racing.WRITERS, 2), *cells)
            for n in range(racing.WRITES)
        }
        figures = written(found, code)
        assert len(figures) == len(expected)
        assert set(figures) == expected
    assert adds_up(found)


RACES: dict[str, tuple[Callable[[Found], None], tuple[str, ...]]] = {
    "chain": (nothing_is_lost, ("hold",)),
    "quarters": (the_year_follows, ("hold",)),
    "rows": (all_rows_are_counted, ("hold",)),
    "one_copy": (one_is_taken, ("version",)),
    "same_form": (one_effect_and_one_answer, ("key",)),
    "closing": (nothing_is_late, ("availability",)),
    "overlapping": (one_import_is_taken_whole, ("version",)),
    "importing": (no_import_and_no_cell_is_lost, ("hold",)),
    "sending": (it_is_sent_whole, ("hold", "triggers")),  # the last: its control takes the triggers away
}


@pytest.mark.parametrize("name", RACES)
def test_a_race_loses_nothing_and_without_its_guard_the_loss_is_seen(run: Run, name: str) -> None:
    check, guards = RACES[name]
    found = run(name)
    check(found)
    assert found["untrue"] == [], "a summary says otherwise than the rows"

    def unguarded() -> None:
        # A loss needs two to meet; on a slow machine they may miss each other once.
        for _ in range(TRIES):
            check(run(name, *guards))

    with pytest.raises(AssertionError):
        unguarded()
