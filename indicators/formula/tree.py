"""What a formula is once it has been read: a small frozen tree.

Sums and products are chains (`a - b + c` is one Sum), so the depth of a tree is the depth to which
its author nested parentheses, bounded by `limits.DEPTH`, and plain recursion over it is safe.
The tree is in a normal form without superfluous parentheses: `(a + b) + c`, `a + (b + c)` and
`a + b + c` are the same tree, and so are `a * (b * c)` and `a * b * c`; arithmetic is exact, so
they have the same value. Positions say where a node stands in the text and do not take part in `==`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    position: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)

    @property
    def end(self) -> int:
        return self.position + self.length


@dataclass(frozen=True, slots=True)
class Number(_Node):
    """A number as written; with `percent`, the number before the sign: 100% has the value 100."""

    value: Decimal
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Name(_Node):
    """The value of a data element or indicator, this year's or, with `previous`, the year before's.

    `name_position` is where the name itself stands, inside previous( ) too.
    """

    name: str
    previous: bool = False
    name_position: int = field(default=0, compare=False, kw_only=True)

    @property
    def key(self) -> str:
        """What tells this year's value from last year's: `a` or `previous(a)`."""
        return f"previous({self.name})" if self.previous else self.name


@dataclass(frozen=True, slots=True)
class Negative(_Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Sum(_Node):
    first: Node
    rest: tuple[tuple[Literal["+", "-"], Node], ...]


@dataclass(frozen=True, slots=True)
class Product(_Node):
    """Factors and divisors, worked off from left to right: a / b * c is (a / b) * c."""

    first: Node
    rest: tuple[tuple[Literal["*", "/"], Node], ...]


@dataclass(frozen=True, slots=True)
class Call(_Node):
    """A function and what it is applied to; `digits` belongs to round alone."""

    function: str
    arguments: tuple[Node, ...]
    digits: int = 0


Node = Number | Name | Negative | Sum | Product | Call


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that has been read; two are equal when they compute the same in the same steps."""

    root: Node
    text: str = field(compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names used, each once, in order of appearance, with those inside if_missing and previous."""
        return tuple(dict.fromkeys(leaf.name for leaf in self.leaves()))

    @property
    def current_names(self) -> tuple[str, ...]:
        """Names whose value of the same year is used: what must be computed before this formula."""
        return tuple(dict.fromkeys(leaf.name for leaf in self.leaves() if not leaf.previous))

    @property
    def previous_names(self) -> tuple[str, ...]:
        """Names whose value of the year before is used."""
        return tuple(dict.fromkeys(leaf.name for leaf in self.leaves() if leaf.previous))

    def leaves(self) -> Iterator[Name]:
        """Every name in the order of the text."""
        return names_of(self.root)


def names_of(node: Node) -> Iterator[Name]:
    """Every name below `node` in the order of the text."""
    if isinstance(node, Name):
        yield node
    for child in children(node):
        yield from names_of(child)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below `node`, in the order of the text."""
    match node:
        case Negative():
            return (node.operand,)
        case Sum() | Product():
            return (node.first, *(operand for _, operand in node.rest))
        case Call():
            return node.arguments
        case _:
            return ()


def make_sum(first: Node, rest: list[tuple[Literal["+", "-"], Node]]) -> Sum:
    """Return the chain in normal form: a sum at its start or after a plus melts into it."""
    terms: list[tuple[Literal["+", "-"], Node]] = []
    start = first
    if isinstance(first, Sum):
        start = first.first
        terms.extend(first.rest)
    for sign, operand in rest:
        if sign == "+" and isinstance(operand, Sum):
            terms.append(("+", operand.first))
            terms.extend(operand.rest)
        else:
            terms.append((sign, operand))
    return Sum(start, tuple(terms), position=first.position, length=rest[-1][1].end - first.position)


def make_product(first: Node, rest: list[tuple[Literal["*", "/"], Node]]) -> Product:
    """Return the chain in normal form: a product at its start, or one without divisors after a times.

    A quotient after a times keeps its parentheses: with percents, p * (a / q) and p * a / q differ.
    So does (a / b * c) / d: it is drawn with all of it above the line, a / b * c / d with c alone.
    """
    factors: list[tuple[Literal["*", "/"], Node]] = []
    start = first
    if isinstance(first, Product) and not (rest[0][0] == "/" and _ends_beside_a_quotient(first)):
        start = first.first
        factors.extend(first.rest)
    for sign, operand in rest:
        if sign == "*" and isinstance(operand, Product) and all(inner == "*" for inner, _ in operand.rest):
            factors.append(("*", operand.first))
            factors.extend(operand.rest)
        else:
            factors.append((sign, operand))
    return Product(start, tuple(factors), position=first.position, length=rest[-1][1].end - first.position)


def _ends_beside_a_quotient(product: Product) -> bool:
    """Tell whether a factor follows the last division."""
    signs = [sign for sign, _ in product.rest]
    return signs[-1] == "*" and "/" in signs
