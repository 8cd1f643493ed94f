"""Labels of a printed formula as data elements: those the agency has, else new ones with a code. Pure."""

from __future__ import annotations

from collections.abc import Collection

from indicators.forms.indicators import CODE_LENGTH, suggest_code
from indicators.imports import fractions
from indicators.imports.fractions import Printed
from indicators.imports.names import free_code, normalised


class Elements:
    """The data of an agency by label; what is asked for and not there is made once, with its own code."""

    def __init__(self, known: dict[str, str], taken: Collection[str]) -> None:
        """Take the labels by code, and all codes that are taken."""
        self._codes = {normalised(label): code for code, label in known.items()}
        self._taken = {*known, *taken}
        self.new: dict[str, dict[str, str]] = {}

    def known(self, printed: Printed, unit: str) -> tuple[str, str] | None:
        """Return the formula and the printed one where the agency has all its data, else None."""
        codes = tuple(self._codes.get(normalised(label), "") for label in printed.labels)
        return fractions.written(codes, printed.factor, unit) if all(codes) else None

    def write(self, printed: Printed, unit: str) -> tuple[str, str, list[dict[str, str]]]:
        """Return the formula, the printed one ("" if the same) and the data to be made for it.

        A quantity has the unit of its indicator; of the parts of a fraction no unit is known.
        """
        own = unit if len(printed.labels) == 1 else ""
        codes = tuple(self._code(label, own) for label in printed.labels)
        formula, as_printed = fractions.written(codes, printed.factor, unit)
        return formula, as_printed, [self.new[code] for code in dict.fromkeys(codes) if code in self.new]

    def _code(self, label: str, unit: str) -> str:
        plain = normalised(label)
        if plain not in self._codes:
            short, whole = suggest_code(fractions.short_label(label)), suggest_code(label)
            wanted = (whole if short in self._taken else short) or "data"
            code = free_code(wanted, self._taken, length=CODE_LENGTH)
            self._codes[plain] = code
            self._taken.add(code)
            self.new[code] = {"code": code, "label": label, "unit": unit}
        return self._codes[plain]
