"""The column that keeps figures exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual

MAX_DIGITS, DECIMAL_PLACES = 24, 6


class FigureField(models.DecimalField):  # type: ignore[type-arg]
    """A decimal of up to 24 digits, 6 of them after the comma, exact on every database.

    SQLite has no decimals: a column declared as one turns figures of more than 15 digits into floats. There
    the figure is kept as text, so it must not be ordered or compared in SQL without a cast (see `in_order`).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_digits": MAX_DIGITS, "decimal_places": DECIMAL_PLACES})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Leave out the digits, which are always the same."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        """Have a type of its own, so that the float converter of SQLite stays away."""
        return "FigureField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return text on SQLite, numeric elsewhere."""
        return "text" if connection.vendor == "sqlite" else f"numeric({MAX_DIGITS}, {DECIMAL_PLACES})"

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Decimal | None:
        """Return the figure as a Decimal."""
        return None if value is None else Decimal(value)


def in_order(low: str, high: str) -> GreaterThanOrEqual:
    """Return the condition that the figure in `high` is not below the one in `low`.

    Compared as floats because text has another order: figures in the right order always pass.
    """
    return GreaterThanOrEqual(Cast(high, models.FloatField()), Cast(low, models.FloatField()))
