"""`make run`: the web server and the worker live and end together, however one of them ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[[], tuple[subprocess.Popen[bytes], dict[str, int]]]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Start the portal as `make run` does and return its script, with the two it started by name."""
    var = tmp_path_factory.mktemp("jalan")
    started: list[subprocess.Popen[bytes]] = []

    def run() -> tuple[subprocess.Popen[bytes], dict[str, int]]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {**os.environ, "VAR_DIR": str(var), "PORT": str(port)}
        environment.pop("DATABASE_URL", None)
        log = var / f"{port}.log"
        with log.open("w") as output:
            script = subprocess.Popen(
                ["bash", "deploy/run.sh"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        started.append(script)
        _until(lambda: script.poll() is not None or _answers(port), 120)
        assert script.poll() is None, log.read_text()
        return script, _children(script.pid)

    yield run
    for script in started:
        if script.poll() is None:
            os.killpg(script.pid, signal.SIGKILL)


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/akun/masuk/"):
            return True
    except URLError:
        return False


def _children(pid: int) -> dict[str, int]:
    """Return the processes a script started: the web server and the worker."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            words = (folder / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            found["worker" if "run_jobs" in words else "web"] = int(folder.name)
    return found


def _is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def _until(what: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.parametrize("victim", ["", "worker", "web", "script"])
def test_whatever_ends_the_portal_ends_all_of_it(start: Run, victim: str) -> None:
    script, children = start()
    assert set(children) == {"web", "worker"}
    if victim:
        os.kill(children.get(victim, script.pid), signal.SIGKILL)
    else:
        script.terminate()
    status = script.wait(40)
    _until(lambda: all(map(_is_gone, children.values())))
    assert status == {"": 143, "script": -signal.SIGKILL}.get(victim, 1)
