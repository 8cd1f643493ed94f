"""What a table of IKU does not say, guessed from its words with the reason, for a person to confirm. Pure.

The words are in guesses.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from indicators.imports.names import normalised
from indicators.numbers import format_number

_DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "guesses.toml").read_text(encoding="utf-8"))


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


_LOWER, _FLIPS, _NEVER = (
    _any(_DATA[part][name]) for part, name in (("lower", "words"), ("flips", "words"), ("flips", "never"))
)
_GOALS = re.compile(rf"(?:{'|'.join(_DATA['lower']['goals'])})\b")
_POLARITIES = {name: _any(words) for name, words in _DATA["polarity"].items()}
_QUARTERS = {name: _any(words) for name, words in _DATA["quarter_method"].items()}
_EXTERNAL = re.compile(rf"(?:{'|'.join(_DATA['external']['starts'])})\b")
_YES = frozenset(_DATA["yes"]["words"])
_SHARE = re.compile(r"(?:persentase|tingkat persentase|proporsi)\b|.*\bdalam persentase\b")
_AT_MOST = re.compile(r"\s*(?:≤|<=|=<|<|maks|paling banyak|kurang dari)", re.IGNORECASE)
Level = dict[str, str]


@dataclass(frozen=True)
class Guess:
    """A value with the reason for it; a guess that is not `sure` has to be confirmed."""

    value: str
    reason: str
    sure: bool = True


def polarity(name: str, goal: str, targets: Sequence[Decimal], texts: Sequence[str] = ()) -> Guess:
    """Guess which way is better: by the name, the goal, targets in the order of years and as they stand."""
    plain = normalised(name)
    against = _FLIPS.search(plain) if not _NEVER.search(plain) else None
    if (found := _LOWER.search(plain)) and not against:
        return Guess("lower", f"Namanya memuat “{found[0]}”.", sure=False)
    if any(_AT_MOST.match(text) for text in texts):
        return Guess("lower", "Targetnya ditulis sebagai batas atas (≤).", sure=False)
    if len(targets) > 2 and all(after < before for before, after in pairwise(targets)):
        ends = f"{format_number(targets[0])} menjadi {format_number(targets[-1])}"
        return Guess("lower", f"Targetnya turun tiap tahun, dari {ends}.", sure=False)
    if (found := _GOALS.match(normalised(goal))) and not against:
        return Guess("lower", f"Sasarannya berbunyi “{found[0].capitalize()} …”.", sure=False)
    if against:
        return Guess("higher", f"Namanya memuat “{against[0]}”, jadi yang lebih besar lebih baik.")
    return Guess("higher", "Tidak ada tanda bahwa yang lebih kecil lebih baik.")


def said_polarity(text: str) -> str:
    """Return what a column of polarity says: "higher", "lower", "range", or "" when that is not known."""
    plain = normalised(text)
    return next((name for name, words in _POLARITIES.items() if words.fullmatch(plain)), "")


def method(polarity_: str) -> Guess:
    """Guess the formula of the achievement that suits a polarity; lower-is-better has two, so ask."""
    if polarity_ == "lower":
        return Guess(
            "F2", "PermenPANRB 8/2021 menulis rumus ini; sebagian daerah memakai yang lain.", sure=False
        )
    return Guess("F1", "Rumus untuk arah ini.")


def quarter_method(calculation: str) -> Guess:
    """Guess how quarters make the year, by a column "Tipe penghitungan"."""
    plain = normalised(calculation)
    said = f"Tabel menulis “{' '.join(calculation.split())}”."
    for name in ("last", "mean", "sum"):
        if _QUARTERS[name].search(plain):
            return Guess(name, said)
    if _QUARTERS["unsure"].search(plain):
        both = "Sebagian daerah menjumlahkan triwulan, sebagian mengisi angka berjalan sejak Januari."
        return Guess("sum", f"{said} {both}", sure=False)
    return Guess("last", "Tabel tidak menyebutnya.")


def unit(name: str, factor: str) -> Guess:
    """Guess the unit of a table without units; "" where nothing tells."""
    if _SHARE.match(normalised(name)):
        return Guess("Persen", "Namanya menyebut persentase.")
    if "%" in factor:
        return Guess("Persen", "Rumusnya dikalikan 100%.")
    return Guess("", "Tabel tidak memuat satuan.")


def kind(formulation: str, labels: Sequence[str], *, formula: bool) -> Guess:
    """Guess how figures come about; `labels` are targets that are words ("WTP")."""
    if labels and all(normalised(label) in _YES for label in labels):
        return Guess("yes_no", f"Targetnya “{labels[0]}”.", sure=False)
    if labels:
        scale = scale_of(labels)
        why = f" ({scale[0]})" if scale else ""
        return Guess("ordinal", f"Targetnya “{labels[0]}”{why}, bukan angka.", sure=False)
    if formula:
        return Guess("computed", "Rumusnya terbaca.")
    if _EXTERNAL.match(normalised(formulation)):
        return Guess("external", f"Cara perhitungan: “{' '.join(formulation.split())[:80]}”.")
    return Guess("external", "Tidak ada rumus yang terbaca; angkanya diisi beserta sumbernya.")


def scale_of(labels: Sequence[str]) -> tuple[str, list[Level]] | None:
    """Return the known scale that has all these levels, with its rows as `Indicator.levels` holds them."""
    wanted = {normalised(label) for label in labels}
    for scale in _DATA["scales"]:
        if wanted <= {normalised(label) for label, _ in scale["levels"]}:
            return scale["name"], [{"label": label, "value": value} for label, value in scale["levels"]]
    return None


def is_yes(text: str) -> bool:
    """Whether a target of words says that something is to be done: "Ada", "Terlaksana"."""
    return normalised(text) in _YES
