"""Which of the known names a typed name is: the same but for spelling, nearly the same, or none. Pure.

A name that is nearly the same is never taken for the same: a person confirms it.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

NEAR = 78  # the least likeness, of 100, at which a name is worth a question
MOST_COMPARED = 12  # names compared letter by letter
_WORDS = re.compile(r"[^\W_]+|%")
_SYNONYMS = {"%": "persentase", "persen": "persentase", "prosentase": "persentase", "jml": "jumlah"}


@dataclass(frozen=True)
class Match:
    """The key of a known name and how it was found; `likeness` of 100, with 100 for all but "near"."""

    key: str
    how: Literal["code", "name", "near"]
    likeness: int = 100


@lru_cache(maxsize=8192)
def normalised(name: str) -> str:
    """Return a name as it compares: small letters, no punctuation, "&" and "%" as words, single spaces."""
    text = unicodedata.normalize("NFKC", name).casefold().replace("&", " dan ")
    return " ".join(_SYNONYMS.get(word, word) for word in _WORDS.findall(text))


def likeness(one: str, other: str) -> int:
    """Return how like two normalised names are, of 100: letters in order, or words in any order."""
    in_order = difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    as_words = difflib.SequenceMatcher(
        None, " ".join(sorted(one.split())), " ".join(sorted(other.split())), autojunk=False
    ).ratio()
    return int(100 * max(in_order, as_words))


class Names:
    """Known names by key; one key may have several, as an indicator had in earlier years."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """Take (key, name) pairs; of equal names the first key is found."""
        self.keys: dict[str, str] = {}
        self._by_word: dict[str, set[str]] = {}
        for key, name in names:
            self.add(key, name)

    def add(self, key: str, name: str) -> None:
        """Know one more name."""
        plain = normalised(name)
        if not plain or plain in self.keys:
            return
        self.keys[plain] = key
        for word in plain.split():
            self._by_word.setdefault(word, set()).add(plain)

    def same(self, name: str) -> str:
        """Return the key of the name that differs in spelling only, "" when there is none."""
        return self.keys.get(normalised(name), "")

    def find(self, name: str) -> Match | None:
        """Return the same name, else the nearest one that is near enough, else None."""
        plain = normalised(name)
        if plain in self.keys:
            return Match(self.keys[plain], "name")
        near = [(likeness(plain, other), other) for other in self._candidates(plain)]
        best = max(near, key=lambda each: each[0], default=(0, ""))
        return Match(self.keys[best[1]], "near", best[0]) if best[0] >= NEAR else None

    def _candidates(self, plain: str) -> list[str]:
        """Return the names that are worth a closer look: those that share the rarest words.

        For a single word, which may be misspelt, any name of one word is.
        """
        words = set(plain.split())
        shared: dict[str, float] = {}
        for word in words:
            sharing = self._by_word.get(word, ())
            for other in sharing:
                shared[other] = shared.get(other, 0) + 1 / len(sharing)
        if len(words) == 1:
            shared |= dict.fromkeys((other for other in self.keys if " " not in other), 1)
        return sorted(shared, key=lambda other: (-shared[other], other))[:MOST_COMPARED]


def free_code(wanted: str, taken: Collection[str], *, length: int) -> str:
    """Return `wanted`, or it with the first number behind it that makes it free: koperasi_sehat_2."""
    code, number = wanted[:length], 1
    while code in taken:
        number += 1
        ending = f"_{number}"
        code = f"{wanted[: length - len(ending)]}{ending}"
    return code
