"""Rows of a table written in sets: by COPY on PostgreSQL, by executemany on SQLite. For a transaction.

Nothing is computed in SQL, and no signal is sent. Triggers and constraints of the database hold as ever.
"""

from __future__ import annotations

import gc
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.db import connection, models

Column = models.Field[Any, Any]
COLLECTED_AFTER = 50_000  # objects
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for rubbish seldom while rows come by the thousand: nearly all goes without being looked for."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Bulk:
    """Writes of one transaction; a table is staged once, however many times it is written."""

    def __init__(self) -> None:
        self._stages: dict[str, str] = {}

    def insert(self, model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows whose fields `names` are given; the database gives their keys."""
        fields = fields_of(model, names)
        table, columns = model._meta.db_table, listed(fields)  # noqa: SLF001 - public in Django
        if connection.vendor == "postgresql":
            copy(table, fields, rows)
            return
        places = ", ".join(["%s"] * len(fields))
        _many(f"INSERT INTO {table} ({columns}) VALUES ({places})", fields, rows)  # noqa: S608 - declared

    def update(self, model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Set the fields `names` of rows that are there; each comes with its key at the end."""
        fields = fields_of(model, [*names, "id"])
        table, columns = model._meta.db_table, listed(fields)  # noqa: SLF001 - public in Django
        own = fields[:-1]
        if connection.vendor != "postgresql":
            settings = ", ".join(f'"{field.column}" = %s' for field in own)
            _many(f'UPDATE {table} SET {settings} WHERE "id" = %s', fields, rows)  # noqa: S608 - declared
            return
        stage = self._stage(table, columns)
        copy(stage, fields, rows)
        settings = ", ".join(f'"{field.column}" = new."{field.column}"' for field in own)
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH new AS (DELETE FROM {stage} RETURNING *) UPDATE {table} SET {settings} "  # noqa: S608
                f'FROM new WHERE {table}."id" = new."id"'
            )

    def upsert(
        self, model: type[models.Model], key: str, names: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Insert rows whose fields `names` are given, or set these where the unique field `key` is there."""
        fields = fields_of(model, names)
        table, columns = model._meta.db_table, listed(fields)  # noqa: SLF001 - public in Django
        (unique,) = fields_of(model, [key])
        own = ", ".join(f'"{f.column}" = excluded."{f.column}"' for f in fields if f is not unique)
        there = f'ON CONFLICT ("{unique.column}") DO UPDATE SET {own}'
        if connection.vendor != "postgresql":
            places = ", ".join(["%s"] * len(fields))
            _many(f"INSERT INTO {table} ({columns}) VALUES ({places}) {there}", fields, rows)  # noqa: S608
            return
        stage = self._stage(table, columns)
        copy(stage, fields, rows)
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH new AS (DELETE FROM {stage} RETURNING *) "  # noqa: S608 - declared
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM new {there}"
            )

    def _stage(self, table: str, columns: str) -> str:
        """Return a temporary table of these columns, which ends with the transaction."""
        asked = f"{table} ({columns})"
        if asked not in self._stages:
            name = self._stages[asked] = f"stage_{zlib.crc32(asked.encode()):08x}"
            with connection.cursor() as cursor:
                cursor.execute(
                    f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ON COMMIT DROP "  # noqa: S608 - declared
                    f"AS SELECT {columns} FROM {table} WITH NO DATA"
                )
        return self._stages[asked]


def fields_of(model: type[models.Model], names: Sequence[str]) -> list[Column]:
    """Return the fields of these names."""
    return [model._meta.get_field(name) for name in names]  # type: ignore[misc]  # noqa: SLF001 - public


def listed(fields: Sequence[Column]) -> str:
    """Return their columns as SQL lists them."""
    return ", ".join(f'"{field.column}"' for field in fields)


def ready_rows(fields: Sequence[Column], rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Return rows as the database takes them."""
    readers = [_reader(field) for field in fields]
    return [[read(value) for read, value in zip(readers, row, strict=True)] for row in rows]


def lines_of(fields: Sequence[Column], rows: Iterable[Sequence[Any]]) -> StringIO:
    """Return rows as COPY reads them."""
    lines = StringIO()
    for row in ready_rows(fields, rows):
        lines.write("\t".join(["\\N" if c is None else str(c).translate(_ESCAPED) for c in row]) + "\n")
    lines.seek(0)
    return lines


def copy(table: str, fields: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Copy rows into a table of PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({listed(fields)}) FROM STDIN", lines_of(fields, rows))


def _many(sql: str, fields: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(sql, ready_rows(fields, rows))


def _reader(field: Column) -> Callable[[Any], Any]:
    """Return what makes of a value of the field, which is of its type, what the database takes."""
    if isinstance(field, models.JSONField):
        return json.dumps
    if isinstance(field, models.DecimalField):
        digits = (field.max_digits, field.decimal_places)
        return lambda value: connection.ops.adapt_decimalfield_value(value, *digits)
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
