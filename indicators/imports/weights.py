"""Weights as tables write them: "25", "25%", "0,25". Pure."""

from __future__ import annotations

from decimal import Decimal

from indicators.numbers import NumberError, read_number
from indicators.spreadsheets.cells import plain

MOST = Decimal(100_000)
DECIMALS = 4


def read_weight(text: str) -> str | None:
    """Return a weight as text, "25"; None where it is no positive figure that the column of weights holds."""
    try:
        value = read_number(text).value
    except NumberError:
        return None
    if value is None or not 0 < value < MOST or value != round(value, DECIMALS):
        return None
    return plain(value)
