"""What is wrong, or probably wrong, with a formula before it has met a value.

An unknown name is an error. Everything else is a warning: the formula computes, but perhaps not what
its author meant. The checks follow, for every part of a formula, what unit it has as far as that is
known, whether it is a percent (see `units`) and how often it has been multiplied by 100.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from indicators.formula.errors import FormulaError
from indicators.formula.evaluation import Constants
from indicators.formula.parser import FUNCTIONS
from indicators.formula.repairs import nearest
from indicators.formula.tree import Call, Formula, Name, Negative, Node, Number, Product, Sum, children
from indicators.formula.units import Operand, is_percent, of_product
from indicators.formula.words import label_of, words

# The exponent of each unit, () for a bare number, None if not known.
_Unit = tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, slots=True)
class FormulaWarning:
    """Something in a formula that is allowed and probably not meant; positions as in FormulaError."""

    code: str
    message: str
    position: int
    length: int


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is known of a part of a formula without its values.

    hundreds: how often it has been multiplied by the number 100. hundred: the 100 or 100% it was
    multiplied by last. weighted: a percent of something, `40% * p`, that may be added to others.
    """

    unit: _Unit
    percent: bool = False
    constant: bool = False
    hundreds: int = 0
    hundred: Number | None = None
    weighted: bool = False

    @property
    def is_bare_percent(self) -> bool:
        return self.percent and not self.weighted


def check(formula: Formula, known: Mapping[str, Operand], *, unit: str = "") -> list[FormulaWarning]:
    """Return what is probably not meant in `formula`, in the order of its text.

    `known` holds every name that may be used, `unit` is that of the indicator, "" where not stated.
    Raises FormulaError "unknown_name" for the first name that is not in `known`.
    """
    for leaf in formula.leaves():
        if leaf.name not in known:
            raise _unknown(leaf, known)
    return sorted(_Checker(known, unit.strip()).check(formula), key=lambda warning: warning.position)


def _unknown(leaf: Name, known: Mapping[str, Operand]) -> FormulaError:
    if near := nearest(leaf.name, known):
        repair = f"Maksud Anda {near}?"
    elif leaf.name in FUNCTIONS:
        repair = f"Sebagai fungsi, tulis {FUNCTIONS[leaf.name][2]}."
    else:
        repair = "Pilih kode dari daftar data dasar, atau tambahkan data dasar baru."
    message = f'Nama "{leaf.name}" tidak dikenal. {repair}'
    return FormulaError("unknown_name", message, leaf.name_position, len(leaf.name))


class _Checker:
    """One check: the kinds of all parts from the leaves up, and the warnings met on the way."""

    def __init__(self, known: Mapping[str, Operand], unit: str) -> None:
        self.known = known
        self.unit = unit
        self.spelling: dict[str, str] = {}
        for operand in known.values():
            self.spelling.setdefault(operand.unit.strip().casefold(), operand.unit.strip())
        self.constants = Constants()
        self.warnings: list[FormulaWarning] = []

    def check(self, formula: Formula) -> list[FormulaWarning]:
        self._check_result(formula.root, self._kind(formula.root))
        return self.warnings

    def _warn(self, code: str, message: str, node: Node) -> None:
        self.warnings.append(FormulaWarning(code, message, node.position, node.length))

    # --- kinds ---

    def _kind(self, node: Node) -> _Kind:
        match node:
            case Number():
                return self._number(node)
            case Name():
                operand = self.known[node.name]
                key = operand.unit.strip().casefold()
                if operand.is_percent:
                    return _Kind((), percent=True)
                return _Kind(((key, 1),) if key else None)
            case Negative():
                return self._kind(node.operand)
            case Sum():
                return self._sum(node)
            case Product():
                return self._product(node)
            case _:
                return self._call(node)

    def _number(self, node: Number) -> _Kind:
        if node.value.as_tuple().exponent == -3 and 1 <= node.value < 1000:
            whole = f"{node.value}".replace(".", "")
            self._warn(
                "thousands_dot",
                f"{node.value} dibaca dengan titik sebagai tanda desimal. "
                f"Bila maksudnya ribuan, tulis {whole} tanpa titik.",
                node,
            )
        is_hundred = node.value == 100
        return _Kind(
            (),
            node.percent,
            constant=True,
            hundreds=1 if is_hundred and not node.percent else 0,
            hundred=node if is_hundred else None,
        )

    def _sum(self, node: Sum) -> _Kind:
        signs = ["+", *(sign for sign, _ in node.rest)]
        kinds = [self._kind(operand) for operand in children(node)]
        added = [kind for sign, kind in zip(signs, kinds, strict=True) if sign == "+"]
        self._check_percents_added(node, added)
        return self._together(node, kinds)

    def _product(self, node: Product) -> _Kind:
        total = self._kind(node.first)
        for sign, operand in node.rest:
            if sign == "/" and self.constants.amount(operand) == 0:
                always_zero = "Penyebut ini selalu 0, sehingga rumus tidak dapat dihitung. Ganti penyebutnya."
                self._warn("division_by_zero", always_zero, operand)
            total = self._step(total, sign, self._kind(operand))
        return total

    def _step(self, left: _Kind, sign: Literal["*", "/"], right: _Kind) -> _Kind:
        times = sign == "*"
        percent = of_product(left.percent, sign, right.percent)
        hundreds = left.hundreds + (right.hundreds if times else -right.hundreds)
        hundred = (right.hundred or left.hundred) if times else left.hundred
        scaled = right if right.hundreds > 0 and (times or left.percent) else left
        if percent and scaled.hundreds > 0 and scaled.hundred:
            self._warn_scaled_twice(scaled.hundred)
            hundreds = 0
        by_hundred = any(kind.constant and kind.hundred for kind in (left, right))
        return _Kind(
            _unit_of_product(left.unit, right.unit, 1 if times else -1),
            percent,
            constant=left.constant and right.constant,
            hundreds=hundreds,
            hundred=hundred,
            weighted=percent and (left.weighted or right.weighted or (times and not by_hundred)),
        )

    def _call(self, node: Call) -> _Kind:
        kinds = [self._kind(argument) for argument in node.arguments]
        if node.function == "round" and kinds[0].percent and kinds[0].unit and not is_percent(self.unit):
            self._warn(
                "percent_rounded",
                "Isi round ini berupa persen, sehingga angka persennya yang dibulatkan. "
                "Tulis persen sebagai angka biasa, misalnya 0.1 untuk 10%.",
                node,
            )
        if node.function in {"sum", "avg"}:
            self._check_percents_added(node, kinds)
        self._check_commas(node)
        if node.function == "if_missing" and self.constants.amount(node.arguments[1]) == 0:
            return kinds[0]  # 0 is 0 in every unit
        return self._together(node, kinds)

    def _together(self, node: Sum | Call, kinds: list[_Kind]) -> _Kind:
        """Return the kind of what is added to, or chosen from, one another, and warn where they differ."""
        self._check_same_unit(children(node), kinds)
        variable = [kind for kind in kinds if not kind.constant] or kinds
        largest = max(variable, key=lambda kind: kind.hundreds)
        units = {kind.unit for kind in variable}
        return _Kind(
            units.pop() if len(units) == 1 else None,
            all(kind.percent for kind in kinds),
            constant=all(kind.constant for kind in kinds),
            hundreds=largest.hundreds,
            hundred=largest.hundred,
            weighted=any(kind.weighted for kind in variable),
        )

    # --- warnings ---

    def _check_same_unit(self, operands: Sequence[Node], kinds: Sequence[_Kind]) -> None:
        """Warn of the first operand that cannot be added to, or compared with, those before it."""
        pairs = list(zip(operands, kinds, strict=True))
        stated = [(operand, kind) for operand, kind in pairs if not kind.constant and kind.unit is not None]
        for (before, one), (operand, other) in pairwise(stated):
            if self._differ(one, other):
                self._warn(
                    "mixed_units",
                    f"Satuan yang berbeda digabungkan: {self._words(before)} ({self._unit_text(one)}) dan "
                    f"{self._words(operand)} ({self._unit_text(other)}). Samakan satuannya dahulu.",
                    operand,
                )
                return
        if not any(kind.is_bare_percent for kind in kinds):
            return
        # 1 is 100%: `nilai * (1 + 5%)` and `1 - persentase` mean what they say.
        plain = [pair for pair in pairs if not pair[1].percent and self.constants.amount(pair[0]) != 1]
        if plain:
            operand, kind = plain[0]
            self._warn(
                "percent_plus_plain",
                f"{self._words(operand)} bukan persen, tetapi digabungkan dengan persen (10% dihitung 0,1). "
                + _repair_plain(operand, kind),
                operand,
            )

    def _check_percents_added(self, node: Node, kinds: Sequence[_Kind]) -> None:
        bare = [kind for kind in kinds if kind.is_bare_percent and not kind.constant]
        if len(bare) > 1:
            self._warn(
                "percent_summed",
                "Persentase dijumlahkan atau dirata-ratakan tanpa bobot, padahal penyebutnya bisa berbeda. "
                "Hitung dari jumlah pembilang dan jumlah penyebut, atau kalikan tiap persen dengan bobot.",
                node,
            )

    def _check_commas(self, node: Call) -> None:
        for one, other in pairwise(node.arguments):
            if isinstance(one, Number) and isinstance(other, Number) and other.position == one.end + 1:
                self._warn(
                    "comma_between_digits",
                    f"Koma di sini memisahkan dua isi fungsi. Bila maksudnya satu angka, "
                    f"tulis {one.value:f}.{other.value:f}.",
                    one,
                )

    def _warn_scaled_twice(self, hundred: Number) -> None:
        self._warn(
            "scaled_twice",
            "Angka persen di sini masih dikali atau dibagi 100, padahal persen sudah dihitung per seratus. "
            "Hapus 100 ini.",
            hundred,
        )

    def _check_result(self, root: Node, kind: _Kind) -> None:
        """Warn where the unit of the indicator and what the formula gives do not go together."""
        if not self.unit:
            return
        is_sum = isinstance(root, Sum)  # what is added behind a sum would take its last term alone
        if is_percent(self.unit):
            # Where units are mixed, the repair of that comes first.
            told = any(warning.code in {"percent_plus_plain", "mixed_units"} for warning in self.warnings)
            if not kind.percent and kind.hundreds < 1 and not told:
                self._warn(
                    "percent_without_hundred",
                    "Satuan indikator ini persen, tetapi rumusnya tidak dikalikan 100%. "
                    + ("Beri kurung pada seluruh rumus, lalu tambahkan" if is_sum else "Tambahkan")
                    + ' "* 100%".',
                    root,
                )
            elif kind.hundreds > 1 and kind.hundred:
                self._warn(
                    "hundred_twice",
                    "Rumus dikalikan 100 lebih dari sekali. Hapus salah satunya.",
                    kind.hundred,
                )
        elif kind.hundred and "100" not in self.unit:
            self._warn(
                "hundred_without_percent",
                f"Rumus dikalikan 100, padahal satuan indikator ini {self.unit}. "
                "Hapus perkalian ini, atau ubah satuannya menjadi persen.",
                kind.hundred,
            )
        elif kind.percent and kind.unit == ():
            self._warn(
                "percent_result",
                f"Hasil rumus ini persen, padahal satuan indikator ini {self.unit}: 75% akan menjadi 0,75. "
                "Ubah satuannya menjadi persen, atau "
                + ("beri kurung pada seluruh rumus, lalu " if is_sum else "")
                + 'tambahkan "/ 1%" agar menjadi 75.',
                root,
            )

    @staticmethod
    def _differ(one: _Kind, other: _Kind) -> bool:
        """Tell whether two operands have units that are known and not the same."""
        return one.unit != other.unit and not (one.is_bare_percent and other.is_bare_percent)

    def _words(self, node: Node) -> str:
        return words(node, lambda leaf: label_of(leaf, self.known))

    def _unit_text(self, kind: _Kind) -> str:
        """Spell a unit as people do: "Rupiah", "Rupiah/unit", "persen"."""
        if kind.is_bare_percent:
            return "persen"
        above = [self.spelling[key] for key, power in kind.unit or () for _ in range(power)]
        below = [self.spelling[key] for key, power in kind.unit or () for _ in range(-power)]
        if not above and not below:
            return "tanpa satuan"
        return "/".join([" × ".join(above) or "1", *below])


def _unit_of_product(one: _Unit, other: _Unit, sign: int) -> _Unit:
    """Multiply two units, or divide them with `sign` -1; not known if either is not."""
    if one is None or other is None:
        return None
    powers = dict(one)
    for key, power in other:
        powers[key] = powers.get(key, 0) + sign * power
    return tuple(sorted((key, power) for key, power in powers.items() if power))


def _repair_plain(node: Node, kind: _Kind) -> str:
    """Say how to write what stands beside a percent and is none."""
    if isinstance(node, Number):
        return f"Bila maksudnya persen, tulis {node.value:f}%."
    if kind.hundreds > 0:
        return 'Tulis "100%", bukan "100", agar hasilnya juga persen.'
    return "Bila maksudnya sekian persen dari angka itu, tulis sebagai perkalian."
