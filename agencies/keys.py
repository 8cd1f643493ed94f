"""A condition on any number of keys, sent as one parameter: databases refuse or crawl at many."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, TextField, Value
from django.db.models.sql.compiler import SQLCompiler


class Among(Func):
    """The right side of `__in`: `filter(pk__in=Among(keys))`, for keys that are whole numbers."""

    template = "(SELECT value FROM json_each(%(expressions)s))"
    output_field = TextField()

    def __init__(self, keys: Iterable[int]) -> None:
        super().__init__(Value(json.dumps(sorted(set(keys)))))

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """Return the SQL for PostgreSQL: of an array it knows how long it is, and plans accordingly."""
        braced = "translate(%(expressions)s, '[]', '{}')"
        template = f"(SELECT unnest(CAST({braced} AS bigint[])))"
        return self.as_sql(compiler, connection, template=template, **context)
