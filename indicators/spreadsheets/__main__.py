"""The child process of sandbox.py: a file on standard input, lines of wire.py on standard output.

Usage: python -m indicators.spreadsheets NAME < FILE. With NAME LENGTH it answers the file with notes in its
cells as .xlsx: LENGTH bytes of JSON, a list of notes, stand before the file. It gives up everything it does
not need before it looks at the first byte that somebody else wrote: memory, time, files, sockets, further
processes.
"""

from __future__ import annotations

import codecs
import contextlib
import gc
import resource
import sys

from indicators.spreadsheets import files, guard, wire
from indicators.spreadsheets.problems import Unreadable

MEMORY = 256 << 20  # bytes of address space
CPU_SECONDS = 5  # and one more for every full MB of the file
# What text files, names of parts and old workbooks are written in; later it could not be loaded.
CODECS = ("ascii", "cp437", "cp1252", "latin-1", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")


def confine(size: int) -> None:
    """Give up memory beyond MEMORY, time beyond what a file of `size` bytes may take, writing files,
    dumping core and starting processes."""
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS + (size >> 20)),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(kind, (limit, limit))


def close_doors() -> None:
    """Give up opening anything: with the three standard streams as the only descriptors, no file and no
    socket opens."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def main() -> int:
    """Read the file and answer; 0 where there is an answer."""
    gc.disable()  # one file, then the end
    name, *length = sys.argv[1:]
    notes = sys.stdin.buffer.read(int(length[0])) if length else None
    data = sys.stdin.buffer.read(guard.MAX_FILE + 1)
    confine(len(data))
    for codec in CODECS:
        codecs.lookup(codec)
    with contextlib.suppress(Unreadable):
        files.reader_of(guard.sniff(data, name))  # loaded while files still open; `read` judges
    try:
        if notes is None:
            close_doors()
            for line in wire.lines_of(files.read(data, name)):
                sys.stdout.write(line)
        else:
            from indicators.spreadsheets import annotating  # slow to load, and only needed here

            annotating.warm_up()
            close_doors()
            sys.stdout.buffer.write(annotating.annotate(data, name, wire.notes_of(notes)))
        sys.stdout.flush()
    except Unreadable as error:
        sys.stdout.write(wire.refusal_of(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
