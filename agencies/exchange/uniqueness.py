"""What no two rows of a model may share, asked for a whole file at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, Q, QuerySet, UniqueConstraint
from django.db.models.functions import Lower

from agencies.exchange import conditions

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Unique:
    """Columns no two rows share: `expressions` are F or Lower of F.

    A row outside `condition` does not count.
    """

    expressions: tuple[Any, ...]
    message: str
    condition: Q | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(_name(expression) for expression in self.expressions)

    def of(self, row: Model) -> Key | None:
        """Return what `row` must share with no other; None where it may."""
        if self.condition is not None and conditions.holds(self.condition, row) is not True:
            return None
        key = tuple(conditions.worth(expression, row) for expression in self.expressions)
        # What names a row that only comes with the same file meets nothing yet.
        return None if any(value is None or isinstance(value, Model) for value in key) else key

    def like(self, queryset: QuerySet[Any], keys: Iterable[Key]) -> QuerySet[Any]:
        """Keep the rows whose columns are each among those of `keys`: all with such a key, and few others."""
        for place, (expression, values) in enumerate(
            zip(self.expressions, zip(*keys, strict=True), strict=True)
        ):
            if isinstance(expression, Lower):
                name = f"unique_{place}"
                queryset = queryset.alias(**{name: expression}).filter(**{f"{name}__in": _lowered(values)})
            else:
                queryset = queryset.filter(**{f"{expression.name}__in": set(values)})
        return queryset


def _name(expression: Any) -> str:
    inner = expression.get_source_expressions()[0] if isinstance(expression, Lower) else expression
    return conditions.column_of(inner)


def _lowered(values: Iterable[str]) -> set[str]:
    """Return both ways in which databases lower these texts: SQLite knows the letters of ASCII only."""
    found = set(values)
    return found | {"".join(s.upper() if not s.isascii() else s for s in text) for text in found}


def of_model(model: type[Model], more: Sequence[UniqueConstraint] = ()) -> list[Unique]:
    """Return what the model, and `more`, say to be unique; the key is left to the database."""
    opts = model._meta  # noqa: SLF001 - public in Django
    found = [
        Unique((F(field.name),), str(field.error_messages["unique"] % _names(model, field.verbose_name)))
        for field in opts.concrete_fields
        if field.unique and not field.primary_key
    ]
    for constraint in (*opts.constraints, *more):
        if isinstance(constraint, UniqueConstraint):
            expressions = constraint.expressions or tuple(F(name) for name in constraint.fields)
            message = str(constraint.get_violation_error_message())
            found.append(Unique(tuple(expressions), message, constraint.condition))
    return found


def _names(model: type[Model], label: Any) -> dict[str, str]:
    return {"model_name": str(model._meta.verbose_name), "field_label": str(label)}  # noqa: SLF001


def identity(uniques: Sequence[Unique], columns: Sequence[str]) -> Unique:
    """Return how a file names a row by `columns`: as the database tells them apart, where it does."""
    for unique in uniques:
        if set(unique.columns) == set(columns) and unique.condition is None:
            return unique
    return Unique(tuple(F(column) for column in columns), "")
