"""Formulas as documents print them, read as data elements: "A / B x 100%", or a quantity by its name. Pure.

Only what is clear is read. What might be a fraction is offered for confirmation, the rest stays prose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_LABEL = 200
_OPERATORS = re.compile(
    r"[×÷=+*^√∑Σ{}\[\]|]|\s[-−–/:]\s|\d\s*[-−–/]\s*\d|\bn\s*[-−–+]\s*\d|\(n\)"
    r"|\b(?:dibagi|dikali|dikalikan|dikurangi|ditambah|x|pangkat|per jumlah|selisih)\b",
    re.IGNORECASE,
)
_QUANTITY = r"(?:jumlah|total|banyaknya|banyak|nilai|luas|panjang|volume|produksi)"
_STARTS = re.compile(rf"{_QUANTITY}\b\s+\S", re.IGNORECASE)
_DROPPED = re.compile(r"(?:jumlah|total|banyaknya|banyak)\s+(?=\S)", re.IGNORECASE)
_DEFINING = re.compile(
    r"\b(?:adalah|merupakan|yaitu|ialah|artinya|dimaksud|meliputi|diukur|dihitung|diperoleh|berdasarkan)\b",
    re.IGNORECASE,
)
_PERCENT_UNITS = frozenset({"persen", "%", "prosen", "persentase", "percent"})


@dataclass(frozen=True)
class Printed:
    """What a cell says of the formula: one label (a quantity) or two (a fraction), the factor behind them.

    `factor` is "100%", "1000" … or "". `rest` is the prose beside it. If not `certain` it is a proposal.
    """

    labels: tuple[str, ...]
    factor: str
    rest: str
    certain: bool = True


def is_percent(unit: str) -> bool:
    """Whether a unit is percent."""
    return unit.strip(" .()").casefold() in _PERCENT_UNITS


def prose_of(texts: Mapping[str, str], cells: Mapping[str, str]) -> str:
    """Return the whole text of the cell of the formulation, prose that was parted from it included."""
    parts = [texts.get("formulation", "")]
    if _shares_cell(texts, cells):
        parts.append(texts["definition"])
    return "\n".join(part for part in parts if part)


def definition_of(texts: Mapping[str, str], cells: Mapping[str, str]) -> str:
    """Return the definition that has a cell of its own, or its own label; "" when there is none."""
    return "" if _shares_cell(texts, cells) else texts.get("definition", "")


def _shares_cell(texts: Mapping[str, str], cells: Mapping[str, str]) -> bool:
    both = "definition" in texts and "formulation" in texts
    return both and cells.get("definition") == cells.get("formulation")


def read(texts: Mapping[str, str], cells: Mapping[str, str], parts: Mapping[str, str]) -> Printed | None:
    """Read the formula of a record; `parts` are numerator, denominator and factor as the reader found them.

    None where nothing is clear enough.
    """
    beside = texts["definition"] if _shares_cell(texts, cells) else ""
    if parts:
        labels = (parts["numerator"], parts["denominator"])
        if not all(map(_is_clear, labels)):
            return None
        factor = _factor(parts["factor"])
        return None if factor is None else Printed(labels, factor, beside)
    return _read_lines(texts.get("formulation", ""), beside)


def _read_lines(text: str, beside: str) -> Printed | None:
    lines = text.split("\n")
    if len(lines) == 1:
        return Printed((text,), "", beside) if _is_quantity(text) else None
    first, second, *rest = lines
    same_start = first.split()[:1] == second.split()[:1]
    if _is_quantity(first) and _is_quantity(second) and same_start:
        return Printed((first, second), "", "\n".join([*rest, *filter(None, [beside])]), certain=False)
    return None


def _is_quantity(text: str) -> bool:
    return bool(_STARTS.match(text)) and _is_clear(text) and len(text) <= MAX_LABEL and "." not in text[:-1]


def _is_clear(label: str) -> bool:
    """Whether a label names one figure and computes nothing itself."""
    sound = 3 <= len(label) <= MAX_LABEL and label.count("(") == label.count(")")
    return sound and not _OPERATORS.search(label) and not _DEFINING.search(label)


def _factor(text: str) -> str | None:
    """Return "100%", "1000", "" for none, or None for a factor that is not understood."""
    digits = re.sub(r"[.,](?=\d{3}(?!\d))", "", text)
    digits = re.sub(r"[.,]0+(?!\d)", "", digits)
    if not (match := re.search(r"\d+", digits)):
        return None if text else ""
    percent = "%" in text or "persen" in text.lower()
    return f"{match[0]}%" if percent else match[0]


def short_label(label: str) -> str:
    """Return the words a code is made of: "Jumlah Koperasi Sehat" is "Koperasi Sehat"."""
    return _DROPPED.sub("", label, count=1)


def written(codes: tuple[str, ...], factor: str, unit: str) -> tuple[str, str]:
    """Return the formula that computes and the one that is printed, "" where it is the same.

    A fraction with the unit percent is computed with × 100%, also where the document leaves it out.
    """
    printed = " / ".join(codes)
    if factor:
        printed += f" * {factor}"
    if len(codes) == 2 and not factor and is_percent(unit):
        return f"{printed} * 100%", printed
    return printed, ""
