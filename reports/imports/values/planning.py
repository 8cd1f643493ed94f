"""What would become of each figure of a file, and what a person has to settle first. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.imports.asking import Asked
from indicators.imports.planned import Planned, Question
from reports.entries.bulk import seldom_collecting
from reports.imports.values.lines import Line, lines_of
from reports.imports.values.there import There, known
from reports.imports.values.verdicts import Verdicts

BATCH = 5_000  # lines that are held against the portal at a time


def plan(asked: Asked) -> Iterator[Planned]:
    """Yield what would become of each figure of the file; nothing is written or locked.

    Rows come in the order of the file; of a file longer than BATCH, report after report
    in the order in which reports are held (see entries.many).
    """
    for verdicts in _verdicts(asked, _lines(asked)):
        yield from verdicts.planned()


def questions(asked: Asked) -> list[Question]:
    """Return what a person has to settle first: which indicators rows with unfamiliar names are about."""
    found: dict[str, Question] = {}
    for verdicts in _verdicts(asked, [line for line in _lines(asked) if not line.has_code]):
        for question in verdicts.questions():
            found.setdefault(question.key, question)
    return list(found.values())


def _lines(asked: Asked) -> list[Line]:
    with seldom_collecting():
        return list(lines_of(asked))


def _verdicts(asked: Asked, lines: list[Line]) -> Iterator[Verdicts]:
    who = known(asked.by, asked.agency, lines)
    seen: dict[tuple[int, str], str] = {}
    if len(lines) > BATCH:
        lines = who.in_order(lines)
    for start in range(0, len(lines), BATCH):
        part = lines[start : start + BATCH]
        with seldom_collecting():
            verdicts = Verdicts(There(who, part), part, asked.choices, seen)
        yield verdicts
