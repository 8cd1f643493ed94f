"""SQL that is made once: what is asked and written with every keystroke must not be compiled anew each time.

Django builds and compiles a query in more time than a database needs to answer it by key. A `Prepared` is
told how to build its queryset from named values, compiles it once for each shape of these values, and from
then on puts new values into the finished SQL. What comes out is what the queryset would have given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

Row = TypeVar("Row")
Scalar = int | str
MAX_LIST = 40  # longer lists are compiled each time: there would be too many lengths to keep
# Values that no query says by itself, small enough for the smallest whole number a column holds.
_MARKS = (30_011, 31_019)


class _Asked:
    """All that the iterables of Django ask of a queryset and its query when the SQL is there already."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, compiler: Any) -> None:
        self._compiler = compiler

    @property
    def query(self) -> _Asked:
        return self

    def get_compiler(self, *_: object, **__: object) -> Any:
        return self._compiler


@dataclass(frozen=True)
class _Statement:
    """A compiled queryset: its SQL, the constants in it, and which value stands at which place."""

    rows_of: Callable[[_Asked], Iterable[Any]]
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]  # place among the parameters, place among the values

    def rows(self, values: Sequence[Scalar]) -> list[Any]:
        params = list(self.params)
        for place, number in self.places:
            params[place] = values[number]
        compiler = copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda: (self.sql, tuple(params))
        return list(self.rows_of(_Asked(compiler)))


class Prepared(Generic[Row]):
    """A query asked by named whole numbers, texts, and lists of these; `build` makes its queryset of them.

    `build` may use each value any number of times, but only as a parameter of the SQL: a value that decides
    how the query looks, or that is changed before it is sent, is refused with ValueError when first asked.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._known: dict[tuple[Any, ...], _Statement | None] = {}

    def __call__(self, **values: Scalar | Sequence[Scalar]) -> list[Row]:
        """Return the rows of the queryset that `build(**values)` makes."""
        if any(not isinstance(value, (int, str)) and len(value) > MAX_LIST for value in values.values()):
            return list(self._build(**values))
        shape = (connections[DEFAULT_DB_ALIAS].vendor, *map(_shape, values.values()), *values)
        if shape not in self._known:
            self._known[shape] = self._prepare(values)
        statement = self._known[shape]
        return [] if statement is None else statement.rows(_flat(values))

    def _prepare(self, values: Mapping[str, Any]) -> _Statement | None:
        """Compile the queryset with marks in place of the values; None where it can have no rows."""
        found = []
        for first in _MARKS:
            marks = _marked(values, first)
            queryset = self._build(**marks)
            compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
            try:
                sql, params = compiler.as_sql()
            except EmptyResultSet:
                return None
            number = {mark: place for place, mark in enumerate(_flat(marks))}
            places = [(place, number[p]) for place, p in enumerate(params) if _is_scalar(p) and p in number]
            converters = compiler.get_converters([column for column, *_ in compiler.select])
            compiler.get_converters = lambda _, converters=converters: converters
            rows_of: Any = queryset._iterable_class  # noqa: SLF001 - Django has no other word for it
            found.append(_Statement(rows_of, compiler, sql, tuple(params), tuple(places)))
        one, other = found
        if (one.sql, one.places) != (other.sql, other.places) or _missing(one, _flat(values)):
            raise ValueError("Nilai kueri ini bukan sekadar parameter, jadi SQL-nya tidak dapat disiapkan.")
        return one


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (int, str))


def _missing(statement: _Statement, values: Sequence[Scalar]) -> bool:
    return {number for _, number in statement.places} != set(range(len(values)))


def _shape(value: Scalar | Sequence[Scalar]) -> Any:
    return type(value) if isinstance(value, (int, str)) else (len(value), *{type(item) for item in value})


def _flat(values: Mapping[str, Any]) -> list[Scalar]:
    return [item for value in values.values() for item in ([value] if _is_scalar(value) else value)]


def _marked(values: Mapping[str, Any], first: int) -> dict[str, Any]:
    """Return marks in place of the values, no two alike."""
    marks = iter(range(first, first + 900))

    def mark(value: Scalar) -> Scalar:
        return next(marks) if isinstance(value, int) else f"mark-{next(marks)}"

    return {
        name: mark(value) if isinstance(value, (int, str)) else [mark(item) for item in value]
        for name, value in values.items()
    }


# Writing one row


def insert(row: models.Model) -> None:
    """Insert a new row, as `row.save()` does but for signals; nobody learns the key the database gives it."""
    sql, fields = _insertion(type(row))
    _write(sql, [field.get_db_prep_save(field.pre_save(row, add=True), _connection()) for field in fields])


def update(row: models.Model, names: Collection[str]) -> None:
    """Write the fields `names` of a row that is there, as `row.save(update_fields=names)` but for signals."""
    sql, fields = _change(type(row), tuple(sorted(names)))
    values = [field.get_db_prep_save(getattr(row, field.attname), _connection()) for field in fields]
    _write(sql, [*values, row.pk])


def put(row: models.Model) -> None:
    """Insert a row under its key, or write all its fields over the row that has it; no signals."""
    sql, fields = _putting(type(row))
    _write(sql, [field.get_db_prep_save(getattr(row, field.attname), _connection()) for field in fields])


def _connection() -> BaseDatabaseWrapper:
    return connections[DEFAULT_DB_ALIAS]


def _write(sql: str, values: list[Any]) -> None:
    with _connection().cursor() as cursor:
        cursor.execute(sql, values)


@cache
def _insertion(model: type[models.Model]) -> tuple[str, list[models.Field[Any, Any]]]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 - public
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{_table(model)}" ({columns}) VALUES ({places})', fields  # noqa: S608 - declared


@cache
def _putting(model: type[models.Model]) -> tuple[str, list[models.Field[Any, Any]]]:
    fields = list(model._meta.concrete_fields)  # noqa: SLF001 - public
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    key = next(field.column for field in fields if field.primary_key)
    settings = ", ".join(f'"{f.column}" = EXCLUDED."{f.column}"' for f in fields if not f.primary_key)
    sql = f'INSERT INTO "{_table(model)}" ({columns}) VALUES ({places})'  # noqa: S608 - declared
    return f'{sql} ON CONFLICT ("{key}") DO UPDATE SET {settings}', fields


@cache
def _change(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[models.Field[Any, Any]]]:
    fields = [model._meta.get_field(name) for name in names]  # noqa: SLF001 - public in Django
    settings = ", ".join(f'"{field.column}" = %s' for field in fields)  # type: ignore[union-attr]
    sql = f'UPDATE "{_table(model)}" SET {settings} WHERE "id" = %s'  # noqa: S608 - declared
    return sql, fields  # type: ignore[return-value]


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 - public in Django
