"""Rows into a table, one statement for thousands of them: they travel as one parameter of JSON.

Django's own `bulk_create` sends a statement for every hundred rows on SQLite, and `bulk_update` a case for
every value. Triggers of the log run as ever.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.models import Model

if TYPE_CHECKING:
    from agencies.exchange.rows import Plan

BATCH = 5_000  # rows of a statement


def write(plan: Plan, *, using: str) -> None:
    """Add what is new, first what other rows of the file name, and put what changed."""
    own = [field.name for field in plan.opts.concrete_fields if field.related_model is plan.model]
    waiting = [row.after for row in plan.rows if row.before is None]
    while waiting:
        later = [row for row in waiting if any(_comes_along(getattr(row, name)) for name in own)]
        held = {id(row) for row in later}
        ready = [row for row in waiting if id(row) not in held]
        # Rows that name each other in a circle go as they are: the database refuses them.
        insert(plan.model, ready or waiting, using=using)
        waiting = later if ready else []
        if later:
            _learn_keys(plan, ready, own)
    changed = [row for row in plan.rows if row.before is not None and row.changed]
    names = sorted({name for row in changed for name in row.changed}, key=plan.attributes.index)
    update(plan.model, [row.after for row in changed], names, using=using)


def _comes_along(row: Model | None) -> bool:
    return row is not None and row.pk is None


def _learn_keys(plan: Plan, added: Sequence[Model], own: Sequence[str]) -> None:
    """Give rows that were just added the keys they got, and tell those that name them."""
    by_key = {plan.identity.of(row): row for row in added}
    for found in plan.like(plan.identity, {key for key in by_key if key is not None}):
        if (row := by_key.get(plan.identity.of(found))) is not None:
            row.pk = found.pk
    for planned in plan.rows:
        for name in own:
            setattr(planned.after, name, getattr(planned.after, name))


def insert(model: type[Model], rows: Sequence[Model], *, using: str) -> None:
    """Add rows that have no key yet."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]  # noqa: SLF001
    names = ", ".join(_quoted(field, using) for field in fields)
    table = connections[using].ops.quote_name(model._meta.db_table)  # noqa: SLF001
    for batch in _batches(rows):
        _run(f"INSERT INTO {table} ({names}) SELECT {names} FROM", fields, batch, "", using)


def update(model: type[Model], rows: Sequence[Model], names: Sequence[str], *, using: str) -> None:
    """Put the columns `names` of rows that have a key."""
    opts = model._meta  # noqa: SLF001 - public in Django
    fields: list[Any] = [opts.get_field(name) for name in names]
    table, key = connections[using].ops.quote_name(opts.db_table), _quoted(opts.pk, using)
    changes = ", ".join(f"{_quoted(field, using)} = x.{_quoted(field, using)}" for field in fields)
    for batch in _batches(rows):
        _run(
            f"UPDATE {table} SET {changes} FROM",  # noqa: S608 - names of columns
            [opts.pk, *fields],
            batch,
            f"WHERE {table}.{key} = x.{key}",
            using,
        )


def _batches(rows: Sequence[Model]) -> Any:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _quoted(field: Any, using: str) -> str:
    return connections[using].ops.quote_name(field.column)


def _type(field: Any, using: str) -> str:
    """Return the type of a column; that of a key without making keys."""
    connection = connections[using]
    return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))


def _run(head: str, fields: Sequence[Any], rows: Sequence[Model], tail: str, using: str) -> None:
    """Send a statement that reads columns from x, the rows."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        parts = [
            f"json_extract(v.value, '$[{place}]') AS {_quoted(f, using)}" for place, f in enumerate(fields)
        ]
        source = "json_each(%s) AS v"
    else:
        parts = [
            f"(v.value->>{place})::{_type(field, using)} AS {_quoted(field, using)}"
            for place, field in enumerate(fields)
        ]
        source = "jsonb_array_elements(%s::jsonb) AS v"
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"{head} (SELECT {', '.join(parts)} FROM {source}) AS x {tail}",  # noqa: S608 - names of columns
            [json.dumps(values, default=str)],
        )
