"""What explains a typed figure that is not ours: the rules other systems and spreadsheets compute by. Pure.

Looked for are the three formulas of achievement, caps, a floor of nothing, digits cut instead of rounded, a
ratio in the place of a percentage, and another target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal, DecimalException

from indicators.achievement import Method
from indicators.numbers import format_number, round_half_up
from indicators.spreadsheets.cells import plain

CAPS = tuple(map(Decimal, (100, 110, 120, 150, 200)))
MOST_DIGITS = 6  # of a typed figure that count: beyond them a spreadsheet calculates in floats
_WORK = Context(prec=50)
_HUNDRED = Decimal(100)
_FORMULAS = {
    Method.F1: "realisasi ÷ target × 100%",
    Method.F2: "(2 × target − realisasi) ÷ target × 100%",
    Method.F3: "target ÷ realisasi × 100%",
}


def agrees(typed: Decimal, ours: Decimal, digits: int) -> bool:
    """Whether a typed figure is ours, rounded to its own digits or to those that are printed."""
    own = _digits(typed)
    return round_half_up(typed, own) == round_half_up(ours, own) or (
        own > digits and round_half_up(typed, digits) == round_half_up(ours, digits)
    )


def why(typed: Decimal, ours: Decimal) -> str:
    """Return what makes a typed realization of ours: cut digits, a ratio; "" where nothing known does."""
    if _is_cut(typed, ours):
        return "Angka di berkas dipotong, bukan dibulatkan."
    if _is_seen_in(typed, ours / _HUNDRED):
        return "Angka di berkas ditulis sebagai rasio, bukan persen."
    if _is_seen_in(typed, ours * _HUNDRED):
        return "Angka di berkas seratus kali angka portal."
    return ""


@dataclass(frozen=True)
class Given:
    """What an achievement may have been computed from: realizations and targets with the words for them."""

    method: str
    realizations: tuple[tuple[str, Decimal], ...]
    targets: tuple[tuple[str, Decimal], ...]


def why_achieved(typed: Decimal, given: Given) -> str:
    """Return the rule that gives a typed achievement, as a sentence; "" where none of those in use does.

    The likeliest come first: our own formula, our own figures, nothing cut.
    """
    found = [sentence for distance, sentence in sorted(_explanations(typed, given))]
    return found[0] if found else ""


def _explanations(typed: Decimal, given: Given) -> Iterator[tuple[int, str]]:
    methods = sorted(Method, key=lambda method: method != given.method)
    for m, method in enumerate(methods):
        for r, (named, realization) in enumerate(given.realizations):
            for t, (aimed, target) in enumerate(given.targets):
                value = _achieved(method, target, realization)
                if value is None:
                    continue
                words = [f"Cocok dengan {_FORMULAS[method]}"] if method != given.method else []
                words += [word for word in (named, aimed) if word]
                for far, how in _forms(typed, value):
                    parts = [*words, *filter(None, [how])]
                    if parts:
                        yield 10 * (m + r + t) + far, _sentence(parts)


def _sentence(parts: list[str]) -> str:
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _achieved(method: Method, target: Decimal, realization: Decimal) -> Decimal | None:
    try:
        if method is Method.F1:
            return _WORK.divide(realization * _HUNDRED, target)
        if method is Method.F2:
            return _WORK.divide((2 * target - realization) * _HUNDRED, target)
        return _WORK.divide(target * _HUNDRED, realization)
    except DecimalException:  # nothing to divide by
        return None


def _forms(typed: Decimal, value: Decimal) -> Iterable[tuple[int, str]]:
    """Yield how a value, capped, floored or cut, reads as what was typed; how far-fetched, and the words."""
    if _is_seen_in(typed, value):
        yield 0, ""
    for cap in CAPS:
        if value > cap and typed == cap:
            yield 1, f"dibatasi paling tinggi {format_number(cap)}%"
    if value < 0 and typed.is_zero():
        yield 1, "dibatasi paling rendah 0%"
    if _is_cut(typed, value):
        yield 2, "dipotong, bukan dibulatkan"
    if _is_seen_in(typed, value / _HUNDRED):
        yield 3, "ditulis sebagai rasio, bukan persen"


def _digits(typed: Decimal) -> int:
    return min(len(plain(typed).partition(".")[2]), MOST_DIGITS)


def _is_seen_in(typed: Decimal, value: Decimal) -> bool:
    digits = _digits(typed)
    return round_half_up(typed, digits) == round_half_up(value, digits)


def _is_cut(typed: Decimal, value: Decimal) -> bool:
    digits = _digits(typed)
    if digits != len(plain(typed).partition(".")[2]) or _is_seen_in(typed, value):
        return False
    return typed == value.quantize(Decimal(1).scaleb(-digits), ROUND_DOWN, context=_WORK)
