"""Text to tree: the grammar of the formula language and every way to be told what is wrong with a text.

    formula  = sum
    sum      = product { ("+" | "-") product }
    product  = unary { ("*" | "/") unary }
    unary    = { "-" } primary
    primary  = number | name | "(" sum ")" | function
    function = ("sum" | "avg" | "min" | "max") "(" sum { "," sum } ")"
             | "abs" "(" sum ")"
             | "round" "(" sum [ "," digits ] ")"          digits: a whole number, 0 to 10
             | "if_missing" "(" sum "," sum ")"            the second where the first lacks a value
             | "previous" "(" name ")"                     the value of the year before
    number   = digit { digit } [ "." digit { digit } ] [ "%" ]
    name     = (a-z | "_") { a-z | "_" | 0-9 }

Products bind closer than sums, both from left to right; the minus sign of a number binds closest.
`%` stands right behind its number. A function name without "(" behind it is an ordinary name. White
space, line ends included, may stand between all other signs.

Signs of printed documents are read as what they mean: `×` and a free-standing `x` between two operands
are `*`, `÷` is `/`, the long minus signs `−` and `–` are `-`; so `a / b x 100%` can be copied from a
decree. None of them could mean anything else where it is accepted. A colon can (ratio or division), so
it is refused, like every other sign, with the sign to write instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NoReturn

from indicators.formula import limits, repairs
from indicators.formula.errors import FormulaError
from indicators.formula.tree import Call, Formula, Name, Negative, Node, Number, make_product, make_sum

# Function: fewest and most arguments (None: any number), and how it is written.
FUNCTIONS: dict[str, tuple[int, int | None, str]] = {
    "sum": (1, None, "sum(a, b, …)"),
    "avg": (1, None, "avg(a, b, …)"),
    "min": (1, None, "min(a, b, …)"),
    "max": (1, None, "max(a, b, …)"),
    "round": (1, 2, "round(a) atau round(a, 2)"),
    "abs": (1, 1, "abs(a)"),
    "if_missing": (2, 2, "if_missing(a, 0)"),
    "previous": (1, 1, "previous(a)"),
}

_SYNONYMS = {"×": "*", "x": "*", "X": "*", "÷": "/", "−": "-", "–": "-"}

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)*|\.[0-9]+)%?)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<refused>\*\*|//)"
    r"|(?P<sign>[-+*/(),%×÷−–])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_WHOLE = re.compile(r"[0-9]+(?:\.[0-9]{3})?")  # what Indonesians write before a decimal comma
_DIGITS = re.compile(r"[0-9]+")
_EXPECTED = 'angka, nama data, atau "("'


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["number", "word", "sign", "end"]
    text: str
    position: int

    @property
    def end(self) -> int:
        return self.position + len(self.text)


@lru_cache(maxsize=4096)  # a portal has few formulas and reads each at every figure; trees are never changed
def parse(text: str) -> Formula:
    """Read `text` and return its tree.

    Raises FormulaError, and nothing else, for a text that is not in the grammar of this module or goes
    beyond `limits`. Whether its names exist is for `check` to say.
    """
    if len(text) > limits.CHARACTERS:
        raise FormulaError(
            "too_long",
            f"Rumus terlalu panjang: {len(text)} karakter, paling banyak {limits.CHARACTERS}. "
            "Bagi rumus ini menjadi beberapa indikator.",
            limits.CHARACTERS,
            len(text) - limits.CHARACTERS,
        )
    return Formula(_Parser(text).formula(), text)


class _Parser:
    """Recursive descent with one token of look-ahead; errors are found from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.nodes = 0
        self.before: _Token | None = None  # the token read last
        self.token = self._scan(0)  # the token to be read next

    def formula(self) -> Node:
        if self._at_end():
            raise FormulaError(
                "empty", "Rumus masih kosong. Tulis perhitungannya, misalnya a / b * 100%.", 0, len(self.text)
            )
        root = self._sum(0)
        return root if self._at_end() else self._fail_after_operand()

    # --- grammar ---

    def _sum(self, depth: int) -> Node:
        first = self._product(depth)
        rest: list[tuple[Literal["+", "-"], Node]] = []
        while sign := self._operator("+", "-"):
            rest.append(("+" if sign.text == "+" else "-", self._product(depth)))
        if not rest:
            return first
        self._count(first)
        return make_sum(first, rest)

    def _product(self, depth: int) -> Node:
        first = self._unary(depth)
        rest: list[tuple[Literal["*", "/"], Node]] = []
        while sign := self._operator("*", "/"):
            rest.append(("/" if sign.text in {"/", "÷"} else "*", self._unary(depth)))
        if not rest:
            return first
        self._count(first)
        return make_product(first, rest)

    def _unary(self, depth: int) -> Node:
        signs: list[_Token] = []
        while sign := self._operator("-"):
            signs.append(sign)
            self._check_depth(depth + len(signs), sign)
        node = self._primary(depth + len(signs))
        for sign in reversed(signs):
            node = Negative(node, position=sign.position, length=node.end - sign.position)
            self._count(node)
        return node

    def _primary(self, depth: int) -> Node:
        token = self.token
        node: Node
        if token.kind == "number":
            node = self._number(self._advance())
        elif token.kind == "word":
            self._advance()
            if self._is("("):
                return self._call(token, depth + 1)
            node = self._name(token)
        elif self._is("("):
            return self._group(depth + 1)
        else:
            self._fail_without_operand()
        self._count(node)
        return node

    def _group(self, depth: int) -> Node:
        opening = self._advance()
        self._check_depth(depth, opening)
        if self._is(")"):
            raise FormulaError(
                "empty_parentheses",
                f"Kurung ini kosong. Isi dengan {_EXPECTED}.",
                opening.position,
                self.token.end - opening.position,
            )
        inner = self._sum(depth)
        closing = self._close(opening)
        # Within a chain that melts away the parentheses, positions still cover them.
        return replace(inner, position=opening.position, length=closing.end - opening.position)

    def _call(self, word: _Token, depth: int) -> Node:
        if word.text not in FUNCTIONS:
            raise _at(word, *repairs.unknown_function(word.text, FUNCTIONS))
        opening = self._advance()
        self._check_depth(depth, word)
        arguments: list[Node] = []
        if not self._is(")"):
            arguments.append(self._sum(depth))
            while self._is(","):
                self._advance()
                arguments.append(self._sum(depth))
        closing = self._close(opening)
        node = _apply(word, arguments, closing.end - word.position)
        self._count(node)
        return node

    def _close(self, opening: _Token) -> _Token:
        if self._is(")"):
            return self._advance()
        if self._at_end():
            raise FormulaError("unclosed", 'Kurung ini belum ditutup. Tambahkan ")".', opening.position, 1)
        return self._fail_after_operand()

    def _number(self, token: _Token) -> Number:
        digits = token.text.removesuffix("%")
        if len(digits.replace(".", "")) > limits.NUMBER_DIGITS:
            too_long = f"Angka ini terlalu panjang: paling banyak {limits.NUMBER_DIGITS} digit."
            raise _at(token, "number_too_long", too_long)
        if digits.count(".") > 1:
            groups = digits.split(".")
            if all(len(group) == 3 for group in groups[1:]):
                raise _at(
                    token,
                    "thousands_dot",
                    f"Tulis {''.join(groups)}: angka dalam rumus tanpa titik pemisah ribuan.",
                )
            raise _at(token, "number_form", "Dalam satu angka hanya boleh ada satu titik, misalnya 12.5.")
        if digits[0] == "." or digits[-1] == ".":
            whole, _, decimals = digits.partition(".")
            better = f"{whole or '0'}{'.' + decimals if decimals else ''}{token.text[len(digits) :]}"
            raise _at(
                token, "number_form", f"Tulis {better}: di depan dan di belakang titik harus ada angka."
            )
        percent = token.text != digits
        return Number(Decimal(digits), percent, position=token.position, length=len(token.text))

    def _name(self, token: _Token) -> Name:
        if token.text != token.text.lower():
            raise _at(
                token, "uppercase", f"Nama ditulis dengan huruf kecil: {repairs.short(token.text.lower())}."
            )
        if len(token.text) > limits.NAME_CHARACTERS:
            raise _at(
                token,
                "name_too_long",
                f"Nama ini terlalu panjang: paling banyak {limits.NAME_CHARACTERS} karakter.",
            )
        start = token.position
        return Name(token.text, name_position=start, position=start, length=len(token.text))

    # --- tokens ---

    def _at_end(self) -> bool:
        return self.token.kind == "end"

    def _is(self, sign: str) -> bool:
        return self.token.kind == "sign" and self.token.text == sign

    def _operator(self, *signs: str) -> _Token | None:
        """Read one of `signs`, or a synonym of it, where an operator may stand."""
        return self._advance() if _SYNONYMS.get(self.token.text, self.token.text) in signs else None

    def _advance(self) -> _Token:
        token = self.token
        self.before = token
        self.token = self._scan(token.end)
        return token

    def _scan(self, start: int) -> _Token:
        match = _TOKEN.match(self.text, start)
        if match and match.lastgroup == "space":
            match = _TOKEN.match(self.text, match.end())
        if not match:
            return _Token("end", "", len(self.text))
        text = match.group()
        match match.lastgroup:
            case "number":
                return _Token("number", text, match.start())
            case "word":
                return _Token("word", text, match.start())
            case "sign" if text != "%":
                return _Token("sign", text, match.start())
        before = self.before.text if self.before else ""
        raise FormulaError(*repairs.refused(text, before), match.start(), len(text))

    # --- limits ---

    def _count(self, node: Node) -> None:
        self.nodes += 1
        if self.nodes > limits.NODES:
            raise FormulaError(
                "too_many_nodes",
                f"Rumus terlalu rumit: paling banyak {limits.NODES} angka, nama, dan fungsi. "
                "Bagi rumus ini menjadi beberapa indikator.",
                node.position,
                node.length,
            )

    def _check_depth(self, depth: int, token: _Token) -> None:
        if depth > limits.DEPTH:
            raise _at(
                token,
                "too_deep",
                f"Kurung, fungsi, dan tanda minus bertumpuk terlalu dalam: "
                f"paling banyak {limits.DEPTH} tingkat.",
            )

    # --- what to say ---

    def _fail_without_operand(self) -> NoReturn:
        """Refuse the next token, where a number, a name or a parenthesis should start."""
        token, before = self.token, self.before
        if token.kind == "end" and before:
            raise _at(before, "missing_operand", f'Setelah "{before.text}" harus ada {_EXPECTED}.')
        if token.text == "+":
            raise _at(token, "missing_operand", 'Tanda "+" di sini tidak diperlukan. Hapus "+" ini.')
        after = f' setelah "{repairs.short(before.text)}"' if before else ""
        raise _at(token, "missing_operand", f'Di sini{after} harus ada {_EXPECTED}, bukan "{token.text}".')

    def _fail_after_operand(self) -> NoReturn:
        """Refuse the next token, where an operator or the end should stand."""
        token, before = self.token, self.before
        if token.text == ",":
            raise self._comma_error(token)
        if token.text == ")":
            raise _at(
                token, "unopened", 'Kurung ini tidak punya pasangan. Hapus, atau tambahkan "(" di depannya.'
            )
        if before and before.kind == "number" and before.end == token.position and token.text[0] in "eE":
            raise FormulaError(
                "exponent",
                'Tulis angkanya lengkap tanpa "e", misalnya 1000000.',
                before.position,
                token.end - before.position,
            )
        if sign := repairs.WORD_SIGNS.get(token.text.lower()):
            raise _at(token, "unsupported_sign", f'Tulis "{sign}", bukan "{token.text}".')
        hint = ""
        if before and before.kind == token.kind == "word":
            one_name = f"{before.text}_{token.text}".lower()
            hint = f" Bila keduanya satu nama, tulis {repairs.short(one_name)}."
        raise _at(
            token,
            "missing_operator",
            f'Sebelum "{repairs.short(token.text)}" harus ada tanda hitung: +, -, *, atau /.{hint}',
        )

    def _comma_error(self, comma: _Token) -> FormulaError:
        number = self.before
        decimals = _DIGITS.match(self.text, comma.end)
        if not number or not decimals or number.end != comma.position or not _WHOLE.fullmatch(number.text):
            return _at(
                comma, "comma", "Koma hanya memisahkan isi fungsi, misalnya sum(a, b). Hapus koma ini."
            )
        better = f"{number.text.replace('.', '')}.{decimals.group()}"
        return FormulaError(
            "decimal_comma",
            f"Tulis {repairs.short(better)}: angka desimal dalam rumus memakai titik, bukan koma.",
            number.position,
            decimals.end() - number.position,
        )


def _at(token: _Token, code: str, message: str) -> FormulaError:
    return FormulaError(code, message, token.position, len(token.text))


def _apply(word: _Token, arguments: list[Node], length: int) -> Call | Name:
    """Return the node of a function, its arguments checked."""
    fewest, most, pattern = FUNCTIONS[word.text]
    if len(arguments) < fewest or (most is not None and len(arguments) > most):
        wanted = (
            f"{fewest}" if fewest == most else f"{fewest} atau {most}" if most else f"paling sedikit {fewest}"
        )
        raise FormulaError(
            "argument_count",
            f"{word.text} memerlukan {wanted} isi, di sini ada {len(arguments)}. Tulis {pattern}.",
            word.position,
            length,
        )
    first = arguments[0]
    if word.text == "previous":
        if not isinstance(first, Name) or first.previous:
            raise FormulaError(
                "previous_of_name",
                "previous hanya untuk satu nama data, misalnya previous(a) / previous(b).",
                first.position,
                first.length,
            )
        return replace(first, previous=True, position=word.position, length=length)
    if word.text == "round" and len(arguments) == 2:
        digits = _round_digits(arguments[1])
        return Call("round", (first,), digits, position=word.position, length=length)
    return Call(word.text, tuple(arguments), position=word.position, length=length)


def _round_digits(node: Node) -> int:
    if isinstance(node, Number) and not node.percent and node.value in range(limits.ROUND_DIGITS + 1):
        return int(node.value)
    raise FormulaError(
        "round_digits",
        "Isi kedua round adalah banyaknya angka di belakang koma: "
        f"tulis angka bulat 0 sampai {limits.ROUND_DIGITS}.",
        node.position,
        node.length,
    )
