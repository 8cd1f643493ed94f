"""Planned figures written in sets, and taken back. Whoever asks for it gives the transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone

from agencies.keys import Among
from agencies.models import User
from indicators.imports.planned import Edited, Planned, Stale
from indicators.numbers import format_date, format_number
from reports.entries.bulk import seldom_collecting
from reports.entries.many import ORDER, Fill, Filled, Filling, Kind
from reports.entries.refusals import Conflict, Refused
from reports.models import Entry, Report, Value

BATCH = 5_000  # rows that are written at a time
MOST_SENTENCES = 20
TAKEN_BACK = "Impor diurungkan: nilai sebelumnya dikembalikan."


class _Write(NamedTuple):
    """A planned write, and the place in the file it comes from, "" for one that is taken back."""

    report: int
    kind: Kind
    code: str
    columns: tuple[tuple[str, str | None], ...]
    version: int
    place: str

    def fill(self) -> Fill:
        return Fill(self.report, self.kind, self.code, _columns(self.columns), self.version)


def apply(rows: Iterable[Planned], *, by: User, note: str = "") -> dict[str, Any]:
    """Write planned rows in the caller's transaction; return as plain data what `undo` needs.

    `note` goes into the history of each row. Other kinds of rows, and rows that change nothing, are left out.
    Raises Stale, which has to end the transaction, where something changed since the rows were planned.
    """
    with seldom_collecting():
        writes = [_planned(row) for row in rows if row.kind == "realization" and row.writes]
        done = [
            [write.report, write.kind, write.code, dict(answer.before), answer.version]
            for write, answer in _written(writes, by, note, Stale)
        ]
    return {"fills": done}


def undo(record: Mapping[str, Any], *, by: User) -> None:
    """Give back what was there before `apply`, as new versions with a word in the history.

    In the caller's transaction, which Edited has to end: somebody edited since, or the report is locked.
    """
    with seldom_collecting():
        writes = [
            _Write(report, kind, code, tuple(before.items()), version, "")
            for report, kind, code, before, version in record["fills"]
        ]
        for _ in _written(writes, by, TAKEN_BACK, Edited):
            pass


def _planned(row: Planned) -> _Write:
    w = row.write
    columns = tuple((name, w[name]) for name in ("number", "reason") if name in w)
    return _Write(w["report"], w["kind"], w["code"], columns, w["version"], row.key)


def _columns(columns: Iterable[tuple[str, str | None]]) -> dict[str, Any]:
    return {name: Decimal(text) if name == "number" and text is not None else text for name, text in columns}


def _written(
    writes: list[_Write], by: User, note: str, refused: type[Stale | Edited]
) -> Iterator[tuple[_Write, Filled]]:
    """Write in batches; yield what came of each. Raises `refused` with sentences where any was not taken."""
    filling = Filling(by=by, note=note)
    for batch in _batches(writes):
        answers = filling.fill([write.fill() for write in batch])
        pairs = list(zip(batch, answers, strict=True))
        wrong = [(write, answer) for write, answer in pairs if not isinstance(answer, Filled)]
        if wrong:
            sentences = [_sentence(write, answer) for write, answer in wrong[:MOST_SENTENCES]]
            more = len(wrong) - len(sentences)
            raise refused([*sentences, f"Begitu juga {more} baris lain."] if more else sentences)
        yield from ((write, answer) for write, answer in pairs if isinstance(answer, Filled))


def _batches(writes: list[_Write]) -> Iterator[list[_Write]]:
    """Yield writes report by report in the order in which reports are held, at most BATCH at a time."""
    reports = Report.objects.filter(pk__in=Among({write.report for write in writes}))
    rank = {key: place for place, key in enumerate(reports.order_by(*ORDER).values_list("pk", flat=True))}
    writes.sort(key=lambda write: rank.get(write.report, len(rank)))
    for start in range(0, len(writes), BATCH):
        yield writes[start : start + BATCH]


def _sentence(write: _Write, answer: Exception | Filled) -> str:
    """Say why a write was not taken: where, both figures, who and when."""
    where = f"{write.place}: " if write.place else ""
    if isinstance(answer, Conflict):
        row = answer.row
        label = str(row) if isinstance(row, Entry) else row.element.label
        who = row.changed_by.name if row.changed_by else "seseorang"
        when = _moment(row)
        theirs, mine = (_shown(said) for said in (answer.theirs, answer.mine))
        said = f"{where}{label} {row.report.period.short} diubah {who}{when} menjadi {theirs}"
        return f"{said}; di berkas {mine}." if write.place else f"{said}."
    if isinstance(answer, ValidationError):
        return f"{where}{' '.join(answer.messages)}"
    assert isinstance(answer, Refused)  # noqa: S101 - there is no other answer
    return f"{where}{answer}"


def _shown(said: Mapping[str, Any]) -> str:
    number = said.get("number")
    return "kosong" if number is None else format_number(Decimal(number))


def _moment(row: Value | Entry) -> str:
    if row.changed_at is None:
        return ""
    at = timezone.localtime(row.changed_at, row.report.agency.zone)
    return f" pada {format_date(at.date())} pukul {at:%H.%M}"
