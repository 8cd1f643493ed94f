"""A formula as one line of text for people: in words, with numbers, or as plain text of a drawing.

One writer for all of them; they differ in what stands for a name and in the sign for division.
Parentheses stand only where the line would otherwise be read differently. Reading the line back gives
the same tree when the names stand for themselves, there are no functions, and numbers need no
Indonesian punctuation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from indicators.formula.tree import Call, Name, Negative, Node, Number, Product, Sum
from indicators.formula.units import Operand
from indicators.numbers import format_number

MINUS = "−"
TIMES = "×"
OVER = "÷"

# Before the parenthesis with the arguments.
FUNCTION_WORDS = {
    "sum": "jumlah dari",
    "avg": "rata-rata dari",
    "min": "nilai terkecil dari",
    "max": "nilai terbesar dari",
    "abs": "nilai mutlak dari",
    "round": "pembulatan dari",
}

Leaf = Callable[[Name], str]


def label_of(leaf: Name, known: Mapping[str, Operand]) -> str:
    """Return the label of a name, or the name where it has none, and says so when it is last year's."""
    label = known[leaf.name].label if leaf.name in known else leaf.name
    return f"{label} (tahun sebelumnya)" if leaf.previous else label


def number_text(number: Number) -> str:
    """Write a number of the formula as documents do, with the decimals its author gave it."""
    exponent = number.value.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    return format_number(number.value, digits) + ("%" if number.percent else "")


def joined(labels: list[str]) -> str:
    """List labels as a sentence does: "A", "A dan B", "A, B, dan C"."""
    if len(labels) < 3:
        return " dan ".join(labels)
    return f"{', '.join(labels[:-1])}, dan {labels[-1]}"


def words(node: Node, leaf: Leaf, *, over: str = OVER) -> str:
    """Write `node` on one line; `leaf` gives the text of a name, `over` is the sign for division."""
    return _Writer(leaf, over).write(node)


class _Writer:
    def __init__(self, leaf: Leaf, over: str) -> None:
        self.leaf = leaf
        self.over = over

    def write(self, node: Node) -> str:
        match node:
            case Number():
                return number_text(node)
            case Name():
                return self.leaf(node)
            case Negative():
                return MINUS + self._operand(node.operand, (Sum, Product))
            case Sum():
                parts = [self.write(node.first)]
                for sign, operand in node.rest:
                    parts += ["+" if sign == "+" else MINUS, self._operand(operand, (Sum,))]
                return " ".join(parts)
            case Product():
                factors = [self._first_factor(node.first)]
                for operator, operand in node.rest:
                    factors += [
                        TIMES if operator == "*" else self.over,
                        self._operand(operand, (Sum, Product)),
                    ]
                return " ".join(factors)
            case _:
                return self._call(node)

    def _first_factor(self, node: Node) -> str:
        text = self.write(node)
        return f"({text})" if isinstance(node, (Sum, Product)) else text

    def _operand(self, node: Node, enclosed: tuple[type, ...]) -> str:
        """Write what stands behind a sign: in parentheses if `enclosed`, or if a minus would follow."""
        text = self.write(node)
        return f"({text})" if isinstance(node, enclosed) or text.startswith((MINUS, "-")) else text

    def _call(self, node: Call) -> str:
        if node.function == "if_missing":
            wanted, replacement = node.arguments
            return f"{self._operand(wanted, (Sum, Product))} ({self.write(replacement)} bila kosong)"
        arguments = "; ".join(self.write(argument) for argument in node.arguments)
        if node.function == "round" and node.digits:
            arguments += f"; {node.digits} desimal"
        return f"{FUNCTION_WORDS[node.function]} ({arguments})"
