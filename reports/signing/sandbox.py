"""Judges the file of a stranger in a child process with little memory, little time and nothing to open."""

from __future__ import annotations

import datetime as dt
import logging
import signal
import subprocess
import sys
from pathlib import Path

from reports.signing import wire
from reports.signing.trust import Trust
from reports.signing.verdicts import Found

WALL_SECONDS = 60.0  # the child stops after seconds of its own; this is for a busy machine
_ROOT = Path(__file__).resolve().parents[2]

logger = logging.getLogger(__name__)


class GaveUp(Exception):  # noqa: N818 - an answer, not a failure
    """The file asks for more time or memory than any file of ours."""


def judge(data: bytes, trust: Trust, now: dt.datetime) -> Found:
    """Return what the child says of the file. Raises GaveUp."""
    told = wire.question(trust, now)
    # -E, -s: nothing from the environment or the home folder decides what the child runs.
    command = [sys.executable, "-E", "-s", "-B", "-X", "utf8", "-m", "reports.signing", str(len(told))]
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            cwd=_ROOT,
            env={},
            input=told + data,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
        )
        if child.returncode == 0:
            return wire.heard(child.stdout)
    except subprocess.TimeoutExpired:
        logger.warning("Judging a file of %d bytes took too long", len(data))
    except ValueError:
        logger.warning("Judging a file of %d bytes gave no findings", len(data))
    else:
        slow = child.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
        logger.warning(
            "Judging a file of %d bytes ended with %s%s",
            len(data),
            child.returncode,
            " (time)" if slow else "",
        )
    raise GaveUp
