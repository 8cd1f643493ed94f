"""What looks wrong and may be right: typing goes on, and a reason silences it. No queries, nothing stored.

Every limit is published here. A figure is odd when it is FAR times the last one or a FAR-th of it; the factor
10, 100 or 1000 explains it when what remains is within a half of the last figure. A factor is said as people
say it, up to ABSURD: beyond that no number of times helps anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import Any

from indicators import formula as formulas
from indicators.formula.tree import Name, Node, Number, Product, Sum, names_of
from indicators.formula.units import is_percent
from indicators.numbers import format_number

FAR = 3
ABSURD = 100
POWERS = (1, 2, 3)  # of ten, that a slip of the comma or of the unit makes
_PARTS = {1: "sepersepuluh", 2: "seperseratus", 3: "seperseribu"}
_NEAR = (Decimal("0.5"), Decimal("1.5"))
_WORK = Context(prec=50, rounding=ROUND_HALF_UP)


class Kind(StrEnum):
    """Why a figure looks wrong."""

    FRACTION = "fraction"
    FAR = "far"
    LIMITS = "limits"
    ABOVE_WHOLE = "above_whole"


@dataclass(frozen=True)
class Oddity:
    """One warning as an Indonesian sentence; `repair` is the figure that is probably meant."""

    kind: Kind
    sentence: str
    repair: Decimal | None = None

    @property
    def repair_label(self) -> str:
        """The words of the button that repairs, empty without a repair."""
        return "" if self.repair is None else f"Ubah menjadi {format_number(self.repair)}"


@dataclass(frozen=True)
class Last:
    """The last figure before this one, and its period ("TW I 2026")."""

    value: Decimal
    period: str


@dataclass(frozen=True)
class Expected:
    """What is known of a figure before it is typed: its unit, its limits and the last one."""

    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    last: Last | None = None


def of_figure(value: Decimal | None, expected: Expected) -> list[Oddity]:
    """Return what is odd about a typed figure; nothing typed is not odd, and zero is a figure."""
    if value is None:
        return []
    found = list(_outside(value, expected))
    fraction = list(_fraction(value, expected))
    # One sentence about one slip: 0,875 after 87 is far because it is a fraction.
    return found + (fraction or list(_far(value, expected.last)))


def _outside(value: Decimal, expected: Expected) -> Iterator[Oddity]:
    low, high = expected.minimum, expected.maximum
    for bound, is_out, words in (
        (low, low is not None and value < low, "di bawah batas bawah"),
        (high, high is not None and value > high, "di atas batas atas"),
    ):
        if bound is not None and is_out:
            sentence = (
                f"Nilai {format_number(value)} {words} data ini ({format_number(bound)}). "
                "Kalau memang benar, tulis alasannya; kalau tidak, ubah nilainya."
            )
            yield Oddity(Kind.LIMITS, sentence)


def _fraction(value: Decimal, expected: Expected) -> Iterator[Oddity]:
    if not is_percent(expected.unit) or not 0 < value <= 1:
        return
    if expected.last and 0 < expected.last.value <= 1:
        return  # small percentages are the rule here
    meant = value.scaleb(2, _WORK)
    text = format_number(meant)
    sentence = f"Satuannya persen. Anda mengetik {format_number(value)}; maksudnya {text}%?"
    yield Oddity(Kind.FRACTION, sentence, meant)


def _far(value: Decimal, last: Last | None) -> Iterator[Oddity]:
    # From nothing to something, or across zero, there is no factor.
    if last is None or value.is_zero() or last.value.is_zero() or value.is_signed() != last.value.is_signed():
        return
    ratio = _WORK.divide(value, last.value)
    if Decimal(1) / FAR < ratio < FAR:
        return
    grew = ratio >= FAR
    power = _slip(value, last.value, grew=grew)
    times = ratio if grew else _WORK.divide(Decimal(1), ratio)
    sentence = (
        f"Nilai {format_number(value)} {_times(times, power, grew=grew)} nilai {last.period} "
        f"({format_number(last.value)}). Kalau memang benar, tulis alasannya; kalau tidak, ubah nilainya."
    )
    meant = value.scaleb(-power if grew else power, _WORK) if power else None
    yield Oddity(Kind.FAR, sentence, meant)


def _times(times: Decimal, power: int, *, grew: bool) -> str:
    """Say how a figure compares with another: "sekitar 10 kali", "sekitar seperseratus", "jauh di atas"."""
    if power:
        return f"sekitar {format_number(Decimal(10) ** power)} kali" if grew else f"sekitar {_PARTS[power]}"
    if times >= ABSURD:
        return f"jauh di {'atas' if grew else 'bawah'}"
    factor = format_number(times, 0 if times >= 10 else 1).removesuffix(",0")
    return f"sekitar {factor} kali{'' if grew else ' lebih kecil dari'}"


def _slip(value: Decimal, last: Decimal, *, grew: bool) -> int:
    """Return the power of ten that makes the figure far, 0 where none does."""
    for power in POWERS:
        meant = value.scaleb(-power if grew else power, _WORK)
        if _NEAR[0] <= _WORK.divide(meant, last) <= _NEAR[1]:
            return power
    return 0


def of_ratio(definition: Mapping[str, Any], figures: Mapping[str, Decimal | None]) -> list[Oddity]:
    """Return whether the part exceeds the whole in an indicator in percent whose formula is part / whole.

    Growth, which compares with the year before, and anything else than one quotient, is left alone.
    """
    if not definition["formula"] or not is_percent(definition["unit"]):
        return []
    sides = _sides(formulas.parse(definition["formula"]).root)
    if sides is None:
        return []
    part, whole = (formulas.evaluate(formulas.Formula(side, ""), figures, unit="-").value for side in sides)
    if part is None or whole is None or part <= whole or whole <= 0:
        return []
    sentence = (
        f"Pembilang ({format_number(part)}) lebih besar dari penyebut ({format_number(whole)}), sehingga "
        "hasilnya di atas 100%. Periksa apakah tertukar."
    )
    return [Oddity(Kind.ABOVE_WHOLE, sentence)]


def _sides(root: Node) -> tuple[Node, Node] | None:
    """Return part and whole of `part / whole * 100%`, in any order; None for other formulas."""
    if not isinstance(root, Product):
        return None
    factors = [("*", root.first), *root.rest]
    above = [node for sign, node in factors if sign == "*" and not isinstance(node, Number)]
    below = [node for sign, node in factors if sign == "/"]
    if len(above) != 1 or len(below) != 1:
        return None
    sides = above[0], below[0]
    if not all(isinstance(side, Name | Sum) for side in sides):
        return None
    if any(leaf.previous for side in sides for leaf in names_of(side)):
        return None
    return sides
