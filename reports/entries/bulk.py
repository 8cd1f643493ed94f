"""Rows of a table written in sets, in one statement: whole on PostgreSQL, by executemany on SQLite.

Nothing is computed in SQL, and no signal is sent. Triggers and constraints of the database hold as ever.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.db import connection, models

Column = models.Field[Any, Any]
Rows = Iterable[Sequence[Any]]
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


def insert(model: type[models.Model], names: Sequence[str], rows: Rows) -> None:
    """Insert rows whose fields `names` are given; the database gives their keys."""
    fields = fields_of(model, names)
    table, columns = model._meta.db_table, listed(fields)  # noqa: SLF001 - public in Django
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", lines_of(fields, rows))
            return
        places = ", ".join(["%s"] * len(fields))
        sql = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - declared
        cursor.executemany(sql, ready_rows(fields, rows))


def update(model: type[models.Model], names: Sequence[str], rows: Rows) -> None:
    """Set the fields `names` of rows that are there; each comes with its key at the end."""
    own, key = fields_of(model, names), fields_of(model, ["pk"])[0]
    table = model._meta.db_table  # noqa: SLF001 - public in Django
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            settings = ", ".join(f'"{field.column}" = new."{field.column}"' for field in own)
            sql = f"UPDATE {table} SET {settings} FROM {_records(table)} AS new"  # noqa: S608 - declared
            same = f'{table}."{key.column}" = new."{key.column}"'
            cursor.execute(f"{sql} WHERE {same}", [_json_of([*own, key], rows)])
            return
        settings = ", ".join(f'"{field.column}" = %s' for field in own)
        sql = f'UPDATE {table} SET {settings} WHERE "{key.column}" = %s'  # noqa: S608 - declared
        cursor.executemany(sql, ready_rows([*own, key], rows))


def upsert(model: type[models.Model], names: Sequence[str], rows: Rows) -> None:
    """Set the fields `names` of rows whose key comes at the end, and insert those that are missing."""
    own, key = fields_of(model, names), fields_of(model, ["pk"])[0]
    fields = [*own, key]
    table, columns = model._meta.db_table, listed(fields)  # noqa: SLF001 - public in Django
    settings = ", ".join(f'"{field.column}" = excluded."{field.column}"' for field in own)
    there = f'ON CONFLICT ("{key.column}") DO UPDATE SET {settings}'
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            given = f"SELECT {columns} FROM {_records(table)} AS new"  # noqa: S608 - declared
            sql = f"INSERT INTO {table} ({columns}) {given} {there}"
            cursor.execute(sql, [_json_of(fields, rows)])
            return
        places = ", ".join(["%s"] * len(fields))
        sql = f"INSERT INTO {table} ({columns}) VALUES ({places}) {there}"  # noqa: S608 - declared
        cursor.executemany(sql, ready_rows(fields, rows))


def fields_of(model: type[models.Model], names: Sequence[str]) -> list[Column]:
    """Return the fields of these names; "pk" is the key, whatever its name."""
    meta = model._meta  # noqa: SLF001 - public in Django
    return [meta.pk if name == "pk" else meta.get_field(name) for name in names]  # type: ignore[misc]


def listed(fields: Sequence[Column]) -> str:
    """Return their columns as SQL lists them."""
    return ", ".join(f'"{field.column}"' for field in fields)


def ready_rows(fields: Sequence[Column], rows: Rows) -> list[list[Any]]:
    """Return rows as the database takes them."""
    readers = [_reader(field) for field in fields]
    return [[read(value) for read, value in zip(readers, row, strict=True)] for row in rows]


def lines_of(fields: Sequence[Column], rows: Rows) -> StringIO:
    """Return rows as COPY reads them."""
    lines = StringIO()
    for row in ready_rows(fields, rows):
        lines.write("\t".join(["\\N" if c is None else str(c).translate(_ESCAPED) for c in row]) + "\n")
    lines.seek(0)
    return lines


def _records(table: str) -> str:
    """Return the records of a parameter in JSON, with the types of the table."""
    return f"json_populate_recordset(NULL::{table}, %s)"


def _json_of(fields: Sequence[Column], rows: Rows) -> str:
    columns = [field.column for field in fields]
    return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str)


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
