"""How far an achievement reaches, for counting: pages, paper and what is stored of a report sort by this."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from functools import lru_cache

from indicators import achievement as rules
from indicators.numbers import round_half_up
from reports.models import Entry

HUNDRED = Decimal(100)


class Band(Enum):
    """How far a row reaches, by its printed achievement; UNJUDGED has a figure but no achievement."""

    REACHED = "reached"
    CLOSE = "close"
    FAR = "far"
    UNJUDGED = "unjudged"
    EMPTY = "empty"


@lru_cache(maxsize=20_000)  # the rows of a report are read again with every figure that is saved
def reached(achievement: str, digits: int) -> Decimal | None:
    """Return a stored achievement as it is printed: 99,996% reads 100,00% and has reached the target."""
    return round_half_up(Decimal(achievement), digits) if achievement else None


def band(state: str, scale: rules.Scale | None, value: Decimal | None) -> Band:
    """Return the band of a row by its state and its printed achievement."""
    if state != Entry.State.COMPUTED:
        return Band.EMPTY
    if value is None:
        return Band.UNJUDGED
    if value >= HUNDRED:
        return Band.REACHED
    return Band.CLOSE if scale is not None and scale.classes[0].holds(value) else Band.FAR
