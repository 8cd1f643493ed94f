"""From tree and values to a result: exact, and never an exception or a silent 0.

Everything is computed in fractions, so 1 / 3 * 3 is 1 and no step rounds but round() itself. The
result becomes a Decimal once, with `limits.PRECISION` significant digits. Where that is not enough, it
is cut with ROUND_05UP, the rounding after which a second one, half-up to the digits shown, still gives
what rounding the exact result would have given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_05UP, Context, Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from indicators.formula import limits
from indicators.formula.tree import (
    Call,
    Formula,
    Name,
    Negative,
    Node,
    Number,
    Product,
    Sum,
    children,
    names_of,
)
from indicators.formula.units import Operand, is_percent, of_product
from indicators.formula.words import joined, label_of, words

Values = Mapping[str, Decimal | None]

NOTHING: Mapping[str, Decimal | None] = MappingProxyType({})
UNLABELLED: Mapping[str, Operand] = MappingProxyType({})

_CONTEXT = Context(prec=limits.PRECISION, rounding=ROUND_05UP, Emin=-9_999, Emax=9_999, traps=[])
_LARGEST = 10**limits.RESULT_DIGITS
_SMALLEST = Fraction(1, 10**limits.SMALLEST_POWER)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of a formula, or why nothing did.

    value: in the unit of the indicator, unrounded; None unless `status` is "computed".
    percent: whether `value` is a number of percents. exact: whether `value` is the whole result or
    its first `limits.PRECISION` digits. code, reason, position: empty, "" and None when computed, else
    "missing_value", "division_by_zero", "too_large", "too_small" or "not_a_number", an Indonesian
    sentence, and where in the text the reason stands. missing: names that lack a value, `previous(a)`
    for last year's. defaulted: those that lack one and were replaced through if_missing.
    """

    status: Literal["computed", "incomplete", "not_computable"]
    value: Decimal | None = None
    percent: bool = False
    exact: bool = True
    code: str = ""
    reason: str = ""
    position: int | None = None
    missing: tuple[str, ...] = ()
    defaulted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount; `percent` when it is meant in hundredths. 75% has the amount 3/4."""

    amount: Fraction
    percent: bool = False


class _NoResultError(Exception):
    """Internal: the formula has no result for these values."""

    def __init__(self, code: str, reason: str, node: Node) -> None:
        super().__init__(reason)
        self.code = code
        self.node = node


def evaluate(
    formula: Formula,
    values: Values,
    *,
    previous: Values = NOTHING,
    known: Mapping[str, Operand] = UNLABELLED,
    unit: str = "",
) -> Outcome:
    """Return what `formula` gives for `values`, each in the unit that `known` states for it.

    `previous` holds the values of the year before. A value that is None or absent is missing; the
    result is then incomplete unless if_missing replaces it, and the reason names all that is missing.
    `unit` is that of the indicator: see `units` for what it does to percents.
    """
    missing: dict[str, Name] = {}
    for leaf in missing_names(formula.root, values, previous):
        missing.setdefault(leaf.key, leaf)
    if missing:
        labels = [label_of(leaf, known) for leaf in missing.values()]
        first = next(iter(missing.values()))
        return Outcome(
            "incomplete",
            code="missing_value",
            reason=f"Belum lengkap: {joined(labels)} belum diisi.",
            position=first.position,
            missing=tuple(missing),
        )
    run = _Run(values, previous, known)
    try:
        quantity = run.quantity(formula.root)
        percent = is_percent(unit) or (not unit.strip() and quantity.percent)
        exact = quantity.amount * 100 if quantity.percent and percent else quantity.amount
        _check_result(exact, formula.root)
    except _NoResultError as refusal:
        reason = f"Tidak dapat dihitung: {refusal}"
        return Outcome("not_computable", code=refusal.code, reason=reason, position=refusal.node.position)
    value = _CONTEXT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    return Outcome(
        "computed",
        value=value,
        percent=percent,
        exact=Fraction(value) == exact,
        defaulted=tuple(dict.fromkeys(run.defaulted)),
    )


def missing_names(node: Node, values: Values, previous: Values) -> Iterator[Name]:
    """Every name below `node` whose value is needed and missing, in the order of the text."""
    if isinstance(node, Name):
        if (previous if node.previous else values).get(node.name) is None:
            yield node
    elif isinstance(node, Call) and node.function == "if_missing":
        wanted, replacement = node.arguments
        if any(missing_names(wanted, values, previous)):
            yield from missing_names(replacement, values, previous)
    else:
        for child in children(node):
            yield from missing_names(child, values, previous)


class _Run:
    """One evaluation: the values, and which of them were replaced."""

    def __init__(self, values: Values, previous: Values, known: Mapping[str, Operand]) -> None:
        self.values = values
        self.previous = previous
        self.known = known
        self.defaulted: list[str] = []

    def quantity(self, node: Node) -> Quantity:
        match node:
            case Number():
                amount = Fraction(node.value)
                return Quantity(amount / 100 if node.percent else amount, node.percent)
            case Name():
                return self._value(node)
            case Negative():
                inner = self.quantity(node.operand)
                return Quantity(-inner.amount, inner.percent)
            case Sum():
                return self._sum(node)
            case Product():
                return self._product(node)
            case _:
                return self._call(node)

    def _value(self, node: Name) -> Quantity:
        value = (self.previous if node.previous else self.values)[node.name]
        label = label_of(node, self.known)
        if value is None or not value.is_finite():
            raise _NoResultError("not_a_number", f"nilai {label} bukan angka.", node)
        if len(value.as_tuple().digits) > limits.VALUE_DIGITS or abs(value.adjusted()) > limits.VALUE_DIGITS:
            raise _NoResultError(
                "too_large", f"nilai {label} lebih panjang dari {limits.VALUE_DIGITS} digit.", node
            )
        percent = node.name in self.known and self.known[node.name].is_percent
        amount = Fraction(value)
        return Quantity(amount / 100 if percent else amount, percent)

    def _sum(self, node: Sum) -> Quantity:
        total = self.quantity(node.first)
        for sign, operand in node.rest:
            term = self.quantity(operand)
            amount = total.amount + term.amount if sign == "+" else total.amount - term.amount
            total = _bounded(amount, total.percent and term.percent, node)
        return total

    def _product(self, node: Product) -> Quantity:
        total = self.quantity(node.first)
        for sign, operand in node.rest:
            factor = self.quantity(operand)
            percent = of_product(total.percent, sign, factor.percent)
            if sign == "*":
                total = _bounded(total.amount * factor.amount, percent, node)
            elif factor.amount == 0:
                raise _NoResultError("division_by_zero", self._zero(operand), operand)
            else:
                total = _bounded(total.amount / factor.amount, percent, node)
        return total

    def _zero(self, divisor: Node) -> str:
        """Say which divisor is 0, in words where it is an expression."""
        text = words(divisor, lambda leaf: label_of(leaf, self.known))
        if isinstance(divisor, Number):
            return f"penyebut dalam rumus adalah angka {text}."
        return f"{text if isinstance(divisor, Name) else f'“{text}”'} (penyebut) bernilai 0."

    def _call(self, node: Call) -> Quantity:
        if node.function == "if_missing":
            return self._if_missing(node)
        arguments = [self.quantity(argument) for argument in node.arguments]
        percent = all(argument.percent for argument in arguments)
        amounts = [argument.amount for argument in arguments]
        match node.function:
            case "round":
                return Quantity(_rounded(amounts[0], node.digits + (2 if percent else 0)), percent)
            case "abs":
                return Quantity(abs(amounts[0]), percent)
            case "min":
                return Quantity(min(amounts), percent)
            case "max":
                return Quantity(max(amounts), percent)
        total = Fraction(0)
        for amount in amounts:
            total = _bounded(total + amount, percent, node).amount
        return Quantity(total / len(amounts) if node.function == "avg" else total, percent)

    def _if_missing(self, node: Call) -> Quantity:
        wanted, replacement = node.arguments
        missing = list(missing_names(wanted, self.values, self.previous))
        if not missing:
            return self.quantity(wanted)
        self.defaulted.extend(leaf.key for leaf in missing)
        return self.quantity(replacement)


class Constants(_Run):
    """The amounts of parts of one formula that have no names, each computed once however often asked for."""

    def __init__(self) -> None:
        super().__init__(NOTHING, NOTHING, UNLABELLED)
        self.computed: dict[int, Quantity] = {}

    def amount(self, node: Node) -> Fraction | None:
        """Return the amount of `node`, None where it has names or no result."""
        if any(names_of(node)):
            return None
        try:
            return self.quantity(node).amount
        except _NoResultError:
            return None

    def quantity(self, node: Node) -> Quantity:
        if id(node) not in self.computed:
            self.computed[id(node)] = super().quantity(node)
        return self.computed[id(node)]


def _bounded(amount: Fraction, percent: bool, node: Node) -> Quantity:  # noqa: FBT001
    """Return the quantity; its parts must stay small enough for the next step to be quick."""
    if max(amount.numerator.bit_length(), amount.denominator.bit_length()) > limits.EXACT_BITS:
        raise _NoResultError(
            "too_large", "angka di tengah perhitungan terlalu panjang. Sederhanakan rumusnya.", node
        )
    return Quantity(amount, percent)


def _rounded(amount: Fraction, digits: int) -> Fraction:
    """Round half-up, that is halves away from 0, as `numbers.round_half_up` does."""
    scale = 10**digits
    nearest = (abs(amount) * scale + Fraction(1, 2)).__floor__()
    return Fraction(nearest if amount >= 0 else -nearest, scale)


def _check_result(exact: Fraction, root: Node) -> None:
    if abs(exact) >= _LARGEST:
        raise _NoResultError(
            "too_large", f"hasilnya lebih dari {limits.RESULT_DIGITS} digit di depan koma.", root
        )
    if exact and abs(exact) < _SMALLEST:
        raise _NoResultError("too_small", "hasilnya terlalu dekat dengan 0, tetapi bukan 0.", root)
