"""A formula as documents print it: stacked fractions in HTML, and one line of plain text.

The drawing follows the text of the formula: each division becomes a fraction whose numerator is what
has been multiplied since the fraction before it, so `a / b * 100%` is a over b, times 100 %. A fraction
line groups what is above and below it, so parentheses stand only round sums next to × and around a
second minus sign. Functions are written in Indonesian words.

The HTML is for browsers and WeasyPrint alike: nested spans with classes, no style of its own.

    <span class="formula">
      <span class="formula-drawing" aria-hidden="true">
        <span class="scaled">
          <span class="fraction"><span class="numerator">…</span><span class="denominator">…</span></span>
          <span class="factor"><span class="operator">×</span> <span class="number">100%</span></span>
        </span>
      </span>
      <span class="visually-hidden">A / B × 100%</span>
    </span>

Classes: formula, formula-drawing, fraction, numerator, denominator, scaled, factor, operator, label,
number, function. A line may break before an operator, never behind it; `scaled` keeps a factor such as
× 100% beside its fraction however narrow the column (display: inline-flex).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

from indicators.formula.tree import Call, Formula, Name, Negative, Node, Number, Product, Sum
from indicators.formula.units import Operand
from indicators.formula.words import FUNCTION_WORDS, MINUS, TIMES, label_of, number_text, words

# A label that holds a sign of the formula language is quoted in plain text, where it could be misread.
_LIKE_A_SIGN = re.compile(r"[+*/×÷=;]|\s[-−–x]\s")


@dataclass(frozen=True, slots=True)
class Ink:
    """A run of text; "plain" is what needs no class: spaces, parentheses, semicolons."""

    kind: Literal["label", "number", "operator", "function", "plain"]
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """Parts side by side; gaps between them are parts too."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Fraction:
    """One part above another, a line between them."""

    numerator: Part
    denominator: Part


@dataclass(frozen=True, slots=True)
class Scaled:
    """A fraction and the numbers it is multiplied by: these stay beside it where a line is narrow."""

    fraction: Fraction
    factor: Row


Part = Ink | Row | Fraction | Scaled


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn formula: its parts, and the same on one line."""

    root: Part
    text: str


def draw(formula: Formula, labels: Mapping[str, str]) -> Drawing:
    """Return the drawing of `formula`; a name without a label stands for itself."""
    known = {name: Operand(label) for name, label in labels.items()}

    def plain(leaf: Name) -> str:
        label = label_of(leaf, known)
        return f"“{label}”" if _LIKE_A_SIGN.search(label) and leaf is not formula.root else label

    root = _Pen(lambda leaf: label_of(leaf, known)).whole(formula.root)
    return Drawing(root, words(formula.root, plain, over="/"))


def to_text(drawing: Drawing) -> str:
    """Return the drawing on one line, for spreadsheets and screen readers."""
    return drawing.text


def to_html(drawing: Drawing, *, hidden_class: str = "visually-hidden") -> str:
    """Return the drawing as safe HTML; screen readers get the plain text, in a span of `hidden_class`."""
    return (
        f'<span class="formula"><span class="formula-drawing" aria-hidden="true">{_html(drawing.root)}</span>'
        f'<span class="{escape(hidden_class)}">{escape(drawing.text)}</span></span>'
    )


def _html(part: Part) -> str:
    match part:
        case Ink(kind="plain"):
            return escape(part.text)
        case Ink():
            return f'<span class="{part.kind}">{escape(part.text)}</span>'
        case Row():
            return "".join(_html(inner) for inner in part.parts)
        case Scaled():
            return (
                f'<span class="scaled">{_html(part.fraction)} '
                f'<span class="factor">{_html(part.factor)}</span></span>'
            )
        case _:
            return (
                f'<span class="fraction"><span class="numerator">{_html(part.numerator)}</span>'
                f'<span class="denominator">{_html(part.denominator)}</span></span>'
            )


def _plain(text: str) -> Ink:
    return Ink("plain", text)


def _enclosed(part: Part) -> Part:
    return Row((_plain("("), part, _plain(")")))


def _signed(sign: str, part: Part) -> tuple[Part, ...]:
    """Return a sign with what stands behind it; no line breaks between the two."""
    return (Ink("operator", sign), _plain("\N{NO-BREAK SPACE}"), part)


def _multiplied(parts: list[Part]) -> Part:
    """Return the parts with × between them."""
    first, *rest = parts
    factors = [_signed(TIMES, part) for part in rest]
    spaced = [piece for factor in factors for piece in (_plain(" "), *factor)]
    if isinstance(first, Fraction) and all(isinstance(part, Ink) and part.kind == "number" for part in rest):
        return Scaled(first, Row(tuple(spaced[1:])))
    return Row((first, *spaced))


def _starts_with_minus(part: Part) -> bool:
    match part:
        case Row():
            return _starts_with_minus(part.parts[0])
        case Ink():
            return part == Ink("operator", MINUS)
        case _:
            return False  # the line of a fraction stands first


class _Pen:
    def __init__(self, leaf: Callable[[Name], str]) -> None:
        self.leaf = leaf

    def whole(self, node: Node) -> Part:
        """Draw what stands alone: at the top, above or below a line, inside parentheses."""
        match node:
            case Number():
                return Ink("number", number_text(node))
            case Name():
                return Ink("label", self.leaf(node))
            case Negative():
                return Row((Ink("operator", MINUS), self._beside(node.operand, first=False)))
            case Sum():
                return self._sum(node)
            case Product():
                return self._product(node)
            case _:
                return self._call(node)

    def _beside(self, node: Node, *, first: bool) -> Part:
        """Draw a factor, or what a minus sign stands before; two signs never stand side by side."""
        part = self.whole(node)
        enclosed = isinstance(node, Sum) or (not first and _starts_with_minus(part))
        return _enclosed(part) if enclosed else part

    def _sum(self, node: Sum) -> Row:
        row: list[Part] = [self.whole(node.first)]
        for sign, operand in node.rest:
            term = self._beside(operand, first=False)
            row += [_plain(" "), *_signed("+" if sign == "+" else MINUS, term)]
        return Row(tuple(row))

    def _product(self, node: Product) -> Part:
        drawn: list[Part] = []  # finished fractions
        waiting = [node.first]  # factors since the fraction before
        for sign, operand in node.rest:
            if sign == "*":
                waiting.append(operand)
            else:
                numerator = self._factors(waiting) if waiting else drawn.pop()
                drawn.append(Fraction(numerator, self.whole(operand)))
                waiting = []
        tail = [self._beside(factor, first=not drawn and at == 0) for at, factor in enumerate(waiting)]
        parts = drawn + tail
        return parts[0] if len(parts) == 1 else _multiplied(parts)

    def _factors(self, nodes: list[Node]) -> Part:
        if len(nodes) == 1:
            return self.whole(nodes[0])
        return _multiplied([self._beside(node, first=at == 0) for at, node in enumerate(nodes)])

    def _call(self, node: Call) -> Part:
        if node.function == "if_missing":
            wanted, replacement = node.arguments
            row = self._beside(wanted, first=False)
            if isinstance(wanted, Product) and not isinstance(row, Fraction):
                row = _enclosed(row)
            bound = (_plain(" ("), self.whole(replacement), _plain(" "), Ink("function", "bila kosong"))
            return Row((row, *bound, _plain(")")))
        arguments = [self.whole(argument) for argument in node.arguments]
        inside: list[Part] = [arguments[0]]
        for argument in arguments[1:]:
            inside += [_plain("; "), argument]
        if node.function == "round" and node.digits:
            inside += [_plain("; "), Ink("function", f"{node.digits} desimal")]
        return Row(
            (Ink("function", FUNCTION_WORDS[node.function]), _plain(" "), _enclosed(Row(tuple(inside))))
        )
