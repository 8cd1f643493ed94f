"""How a result came about, for the reader who checks it with a pocket calculator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Context, Decimal

from indicators.formula import limits
from indicators.formula.evaluation import NOTHING, UNLABELLED, Outcome, Values, missing_names
from indicators.formula.tree import Call, Formula, Name, Negative, Node, Product, Sum
from indicators.formula.units import Operand
from indicators.formula.words import label_of, words
from indicators.numbers import format_number, round_half_up

_UNROUNDED_DIGITS = 6  # decimals of an endless result before "…", more if more are shown rounded
_CUT = Context(prec=limits.PRECISION, rounding=ROUND_DOWN)


@dataclass(frozen=True)
class Explanation:
    """A formula and its result in writing; `unrounded` and `rounded` are "" where there is no result.

    words: "Koperasi sehat ÷ Seluruh koperasi × 100%". numbers: "131 ÷ 199 × 100%", "…" for what is
    missing. unrounded: "65,829145…%". rounded: "65,83%". sentence: all of it, or the reason.
    """

    unrounded: str
    rounded: str
    sentence: str
    _words: Callable[[], str]
    _numbers: Callable[[], str]

    @property
    def words(self) -> str:
        """The formula with labels for its names, written when it is asked for."""
        return self._words()

    @property
    def numbers(self) -> str:
        """The formula with its figures, written when it is asked for."""
        return self._numbers()


def explain(
    formula: Formula,
    outcome: Outcome,
    values: Values,
    *,
    previous: Values = NOTHING,
    known: Mapping[str, Operand] = UNLABELLED,
    digits: int = 2,
) -> Explanation:
    """Write out how `formula` gave `outcome` for the same `values`, `previous` and `known`.

    `digits` (0 to `limits.ROUND_DIGITS`) is how many decimals the result is shown with; it is rounded
    half-up, once. Raises ValueError for other `digits`.
    """
    if digits not in range(limits.ROUND_DIGITS + 1):
        raise ValueError(f"Angka di belakang koma: 0 sampai {limits.ROUND_DIGITS}, bukan {digits}.")

    def number(leaf: Name) -> str | None:
        value = (previous if leaf.previous else values).get(leaf.name)
        if value is None:
            return None
        percent = leaf.name in known and known[leaf.name].is_percent
        return _plain(value) + ("%" if percent else "")

    def label_with_number(leaf: Name) -> str:
        shown = number(leaf) or ("belum diisi" if leaf.key in outcome.missing else None)
        return f"{label_of(leaf, known)} ({shown})" if shown else label_of(leaf, known)

    def in_words() -> str:
        return words(formula.root, lambda leaf: label_of(leaf, known))

    def in_numbers() -> str:
        used = _resolved(formula.root, values, previous, replaced=True)
        return words(used, lambda leaf: number(leaf) or "…")

    both = words(_resolved(formula.root, values, previous, replaced=False), label_with_number)
    if outcome.value is None:
        return Explanation("", "", f"{both}. {outcome.reason}", in_words, in_numbers)
    sign = "%" if outcome.percent else ""
    rounded = format_number(outcome.value, digits) + sign
    unrounded = _unrounded(outcome, digits) + sign
    matters = not outcome.exact or round_half_up(outcome.value, digits) != outcome.value
    result = f"{unrounded} ≈ {rounded}" if matters else rounded
    return Explanation(unrounded, rounded, f"{both} = {result}", in_words, in_numbers)


def _plain(value: Decimal) -> str:
    """Write a value with the decimals it has; what no result can be made of stays recognisable."""
    if value.is_finite() and abs(value.adjusted()) <= limits.VALUE_DIGITS:
        return format_number(value)
    return str(value)


def _unrounded(outcome: Outcome, digits: int) -> str:
    value = outcome.value or Decimal(0)
    kept = max(_UNROUNDED_DIGITS, digits)
    cut = value.quantize(Decimal(1).scaleb(-kept), context=_CUT)
    if outcome.exact and cut == value:
        return format_number(value)
    return f"{format_number(cut, kept)}…"


def _resolved(node: Node, values: Values, previous: Values, *, replaced: bool) -> Node:
    """Return `node` with each if_missing that had its value written as that value alone.

    With `replaced`, one that had not is written as its replacement.
    """

    def resolved(inner: Node) -> Node:
        return _resolved(inner, values, previous, replaced=replaced)

    match node:
        case Negative():
            return replace(node, operand=resolved(node.operand))
        case Sum():
            rest = tuple((sign, resolved(operand)) for sign, operand in node.rest)
            return replace(node, first=resolved(node.first), rest=rest)
        case Product():
            factors = tuple((sign, resolved(operand)) for sign, operand in node.rest)
            return replace(node, first=resolved(node.first), rest=factors)
        case Call(function="if_missing", arguments=(wanted, replacement)):
            if not any(missing_names(wanted, values, previous)):
                return resolved(wanted)
            return resolved(replacement) if replaced else node
        case Call():
            return replace(node, arguments=tuple(resolved(argument) for argument in node.arguments))
        case _:
            return node
