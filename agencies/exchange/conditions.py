"""Constraints of a model without the database: a query for each row and constraint suits a form, not a file.

Only what constraints of exchanged models say is understood; anything else raises NotImplementedError, which
a test of the resource meets before a user does. The database keeps the last word: it refuses the same rows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from django.db.models import F, Model, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Lower
from django.db.models.lookups import Lookup

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "in": lambda value, some: value in some,
}


def holds(condition: Any, row: Model) -> bool | None:
    """Whether a Q or a comparison is true of `row`; None, as in SQL, where an empty value decides."""
    if isinstance(condition, Q):
        parts = [holds(child, row) for child in condition.children]
        found = _all(parts) if condition.connector == Q.AND else _any(parts)
        return None if found is None else found is not condition.negated
    if isinstance(condition, tuple):
        return _lookup(condition[0], condition[1], row)
    if isinstance(condition, Lookup):
        return _compare(str(condition.lookup_name), worth(condition.lhs, row), worth(condition.rhs, row))
    raise NotImplementedError(repr(condition))


def worth(expression: Any, row: Model) -> Any:
    """Return the value of an expression over the columns of `row`; a key is that of the row it names."""
    if isinstance(expression, F):
        return _column(row, column_of(expression))
    if isinstance(expression, Value):
        return expression.value
    if isinstance(expression, Cast | Lower):
        value = worth(expression.get_source_expressions()[0], row)
        return value.lower() if isinstance(expression, Lower) and value is not None else value
    if isinstance(expression, Combinable):
        raise NotImplementedError(repr(expression))
    return expression


def column_of(expression: Any) -> str:
    """Return the column that an F names."""
    return str(expression.name)


def _column(row: Model, name: str) -> Any:
    field = row._meta.get_field(name)  # noqa: SLF001 - public in Django
    value = getattr(row, field.attname)  # type: ignore[union-attr]
    if value is None and field.is_relation:
        # A row of the same file, which has no key yet.
        return getattr(row, name, None)
    return value


def _lookup(path: str, wanted: Any, row: Model) -> bool | None:
    name, *transforms = path.split("__")
    lookup = (
        transforms.pop()
        if transforms and (transforms[-1] in _COMPARED or transforms[-1] == "isnull")
        else "exact"
    )
    value = _column(row, name)
    for transform in transforms:
        if transform != "length":
            raise NotImplementedError(path)
        value = None if value is None else len(value)
    wanted = worth(wanted, row)
    if lookup == "isnull" or wanted is None:
        return (value is None) is (wanted is not False)
    return _compare(lookup, value, wanted)


def _compare(lookup: str, value: Any, wanted: Any) -> bool | None:
    if value is None or wanted is None:
        return None
    return _COMPARED[lookup](value, wanted)


def _all(parts: list[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True


def _any(parts: list[bool | None]) -> bool | None:
    return True if True in parts else None if None in parts else False


def named(condition: Any) -> set[str]:
    """Return the columns a condition speaks of."""
    if isinstance(condition, F):
        return {column_of(condition)}
    if isinstance(condition, tuple):
        return {condition[0].partition("__")[0], *named(condition[1])}
    if isinstance(condition, Q):
        return set().union(*map(named, condition.children))
    if hasattr(condition, "get_source_expressions"):
        return set().union(*map(named, condition.get_source_expressions()))
    return set()
