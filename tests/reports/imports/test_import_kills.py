"""Imports whose worker or web server is killed at a random moment: wholly in or not at all, and in once.

`python -m tests.reports.imports.kills` does the same a hundred times.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2  # type: ignore[import-untyped]
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]
Trial = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """Run trials on a database of their own, of the kind of this test run: a file, or one on the server."""
    folder = tmp_path_factory.mktemp("kills")
    (folder / "static").mkdir()
    url = f"sqlite:///{folder / 'kills.sqlite3'}"
    name = ""
    if connection.vendor == "postgresql":
        name = f"{connection.settings_dict['NAME'].removeprefix('test_')}_kills_{os.getpid()}"
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    environment = os.environ | {
        "DATABASE_URL": url,
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "iku_portal.settings",
    }
    for command in (["migrate"], ["collectstatic", "--noinput"]):
        call = [sys.executable, "manage.py", *command, "--verbosity=0"]
        subprocess.run(call, cwd=ROOT, env=environment, check=True)

    def run(*arguments: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.reports.imports.kills", *arguments]
        ended = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600
        )
        assert ended.returncode == 0, ended.stderr[-3000:]
        found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
        return found

    yield run
    if name:
        _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _on_server(*statements: str) -> None:
    server = psycopg2.connect(os.environ["TEST_DATABASE_URL"])
    server.autocommit = True  # databases are not made in a transaction
    with server.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    server.close()


def test_an_import_survives_a_dead_worker_or_web_server_whole_and_once(trial: Trial) -> None:
    found = trial("--kills", "10", "--seed", str(int.from_bytes(os.urandom(3))))
    assert found["wrong"] == []
    assert found["kills"] == {"worker": 7, "web": 3}


def test_without_its_transaction_a_dead_worker_would_leave_an_import_torn(trial: Trial) -> None:
    found = trial("--kills", "1", "--control")
    assert [wrong["torn"] for wrong in found["wrong"]] == [["applied: 0"]]


def test_of_two_overlapping_imports_confirmed_at_once_one_goes_in_and_the_other_is_told(trial: Trial) -> None:
    found = trial("--race")
    assert found["states"] == ["applied", "planned"]
    assert found["said"][0] == 0 < found["said"][1]
    assert sorted(found["whole"]) == [False, True]


def test_without_versions_the_second_import_would_silently_win(trial: Trial) -> None:
    assert trial("--race", "--control")["states"] == ["applied", "applied"]
