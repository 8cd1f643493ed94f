"""The child process of sandbox.py: a question on standard input, findings as JSON on standard output.

Usage: python -m reports.signing LENGTH < QUESTION FILE, of which the first LENGTH bytes are the question
(sandbox.question). Before it looks at the first byte that somebody else wrote it gives up everything it does
not need: memory, time, files, sockets, further processes.
"""

from __future__ import annotations

import asyncio
import codecs
import gc
import importlib
import json
import logging
import resource
import sys

from reports.signing import judging, wire

MEMORY = 384 << 20  # bytes of address space; an ordinary file takes 80 MB
CPU_SECONDS = 10  # a document of a hundred rows takes one or two
MORE_SECONDS = 20  # and so much for every MB
MAX_SECONDS = 40
# What the library only loads when it is needed; later it could not be loaded.
LATER = ("cryptography.hazmat.backends.openssl.backend", "lxml.etree", "pyhanko.pdf_utils.filters")
CODECS = ("ascii", "latin-1", "cp1252", "utf-8", "utf-16-be", "utf-16-le", "utf-32-be", "idna")


def confine(size: int) -> None:
    """Give up memory beyond MEMORY, time beyond what a file of `size` bytes may take, writing files, dumping
    core, starting processes and, with only the descriptors open already, opening any file or socket."""
    seconds = min(CPU_SECONDS + MORE_SECONDS * size // 1_000_000, MAX_SECONDS)
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(kind, (limit, limit))


def main() -> int:
    """Judge the file and answer."""
    gc.disable()  # one file, then the end
    logging.disable(logging.CRITICAL)  # the library writes a traceback for every doubt
    trust, now = wire.asked(sys.stdin.buffer.read(int(sys.argv[1])))
    data = sys.stdin.buffer.read()
    for name in LATER:
        importlib.import_module(name)
    for name in CODECS:
        codecs.lookup(name)
    with asyncio.Runner() as runner:
        runner.get_loop()  # it needs descriptors of its own
        confine(len(data))
        found = runner.run(judging.judge(data, trust, now))
    sys.stdout.write(json.dumps(wire.said(found)))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
