"""Planned rows in the database: put there in few statements, read page by page, never all at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from indicators.imports.planned import STATUSES, Planned, Status
from reports.models import ImportBatch, ImportRow

CHUNK = 5_000  # rows that are in memory at a time
_COLUMNS = ("batch_id", "position", "sheet", "row", "kind", "status", "noted", "content")
_TABLE = ImportRow._meta.db_table  # noqa: SLF001 - public in Django


def restage(
    batch: ImportBatch, rows: Iterable[Planned], written: Callable[[Planned], dict[str, str]]
) -> dict[Status, int]:
    """Put `rows` in the place of what was planned before; return how many there are of each status.

    `written` tells by label how the file writes what is shown otherwise: "1.500" for 1500. For a transaction;
    one statement for each 5,000 rows.
    """
    batch.rows.all().delete()
    found: dict[Status, int] = dict.fromkeys(STATUSES, 0)
    waiting, position = iter(rows), 0
    while chunk := list(islice(waiting, CHUNK)):
        _insert([_columns(batch, position + n, row, written(row)) for n, row in enumerate(chunk)])
        position += len(chunk)
        for row in chunk:
            found[row.status] += 1
    return found


def _columns(batch: ImportBatch, position: int, row: Planned, written: dict[str, str]) -> tuple[Any, ...]:
    content = json.dumps(
        {"planned": row.as_json(), "written": written}, ensure_ascii=False, separators=(",", ":")
    )
    return (batch.pk, position, row.sheet[:255], row.row, row.kind, row.status, bool(row.messages), content)


def _insert(rows: list[tuple[Any, ...]]) -> None:
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = StringIO()
            for row in rows:
                lines.write("\t".join(map(_escaped, row)) + "\n")
            lines.seek(0)
            cursor.copy_expert(f"COPY {_TABLE} ({columns}) FROM STDIN", lines)
        else:
            marks = ", ".join(["%s"] * len(_COLUMNS))
            statement = f"INSERT INTO {_TABLE} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our own
            cursor.executemany(statement, rows)


def _escaped(value: object) -> str:
    """Return a value as COPY reads it; PostgreSQL knows no NUL, and the reader leaves none."""
    text = str(value)
    for raw, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(raw, written)
    return text


def planned_of(content: Mapping[str, Any]) -> Planned:
    """Return what was planned from the content of a staged row, {"planned", "written"}."""
    return Planned.from_json(content["planned"])


def chunks(rows: QuerySet[ImportRow]) -> Iterator[list[Planned]]:
    """Yield what was planned in the order of the file, 5,000 rows at a time, each read by one statement."""
    last = -1
    while chunk := list(rows.filter(position__gt=last).order_by("position")[:CHUNK]):
        last = chunk[-1].position
        yield [planned_of(json.loads(row.content)) for row in chunk]
