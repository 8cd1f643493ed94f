"""Reads the file of a stranger in a child process with little memory, little time and nothing to open.

The parent never parses a byte of the file; it takes lines of JSON from the child and checks them.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TypeVar

from indicators.spreadsheets import wire
from indicators.spreadsheets.grid import Note, Workbook
from indicators.spreadsheets.guard import MAX_FILE
from indicators.spreadsheets.problems import Unreadable, extension

WALL_SECONDS = 30.0  # the child stops after some seconds of its own; this is for a busy machine
MAX_ANSWER = 160 << 20  # bytes
_MAX_LINE = 64 << 20
_ROOT = Path(__file__).resolve().parents[2]

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


def read_safely(source: Path | bytes, name: str) -> Workbook:
    """Read an uploaded file into a grid of cells; `name` is the name as uploaded.

    Raises Unreadable with a stable code and an Indonesian sentence, and nothing else that the file could
    cause. What the file hides or leaves open is in the `problems` of the workbook.
    """
    data = _checked(source, name)
    return _ask([_plain_name(name)], [data], name, lambda stream: wire.workbook_of(_lines(stream), name))


def annotate_safely(source: Path | bytes, name: str, notes: Iterable[Note]) -> bytes:
    """Return an uploaded file as .xlsx with notes in its very cells, without anything that could run.

    A file beyond annotating.MAX_CELLS gives back the rows with notes only. Raises Unreadable as read_safely.
    """
    data, said = _checked(source, name), wire.line_of(notes)
    arguments = [_plain_name(name), str(len(said))]
    return _ask(arguments, [said, data], name, lambda stream: wire.file_of(_whole(stream), name))


def _checked(source: Path | bytes, name: str) -> bytes:
    """Return the bytes of a file that is neither empty nor too large."""
    data = source if isinstance(source, bytes) else _bytes_of(source)
    if not data:
        raise Unreadable("empty", file=name)
    if len(data) > MAX_FILE:
        raise Unreadable("too-large", file=name, size=-(-len(data) >> 20), limit=MAX_FILE >> 20)
    return data


def _ask(
    arguments: list[str], question: list[bytes], name: str, read: Callable[[IO[bytes]], Answer]
) -> Answer:
    """Let a child answer a question within its limits."""
    # -E, -s: nothing from the environment or the home folder decides what the child runs.
    command = [sys.executable, "-E", "-s", "-B", "-X", "utf8", "-m", "indicators.spreadsheets", *arguments]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, cwd=_ROOT, env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        watch = threading.Timer(WALL_SECONDS, child.kill)
        watch.start()
        try:
            return _answer(child, question, name, read)
        finally:
            watch.cancel()
            child.kill()


def _bytes_of(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_FILE:
        raise Unreadable("too-large", file=path.name, size=-(-size >> 20), limit=MAX_FILE >> 20)
    return path.read_bytes()


def _plain_name(name: str) -> str:
    """Return a name of which only the extension is the stranger's: the child needs no more."""
    letters = "".join(letter for letter in extension(name)[1:9] if letter.isascii() and letter.isalnum())
    return f"berkas.{letters}" if letters else "berkas"


def _answer(
    child: subprocess.Popen[bytes], question: list[bytes], name: str, read: Callable[[IO[bytes]], Answer]
) -> Answer:
    assert child.stdin is not None  # noqa: S101 - both are pipes
    assert child.stdout is not None  # noqa: S101
    try:
        with child.stdin as pipe:
            for part in question:
                pipe.write(part)
        return read(child.stdout)
    except (EOFError, BrokenPipeError) as error:  # the child died: of which limit, its status tells
        status = child.wait()
        logger.warning("Reading %r ended with status %s", extension(name), status)
        code = "too-slow" if status in (-signal.SIGXCPU, -signal.SIGKILL) else "too-heavy"
        raise Unreadable(code, file=name) from error
    except ValueError as error:
        logger.warning("Reading %r gave %s", extension(name), error)
        raise Unreadable("too-heavy", file=name) from error


def _whole(stream: IO[bytes]) -> bytes:
    answer = stream.read(MAX_ANSWER)
    if len(answer) == MAX_ANSWER:
        raise ValueError("an answer beyond all measure")
    return answer


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    left = MAX_ANSWER
    while line := stream.readline(_MAX_LINE):
        left -= len(line)
        if left < 0 or len(line) == _MAX_LINE:
            raise ValueError("an answer beyond all measure")
        if not line.endswith(b"\n"):
            raise EOFError
        yield line
