"""A figure of a file as an indicator or a data element takes it: words, digits, units, what looks odd."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from indicators.fields import DECIMAL_PLACES, MAX_DIGITS
from indicators.formula.units import is_percent
from indicators.imports.names import normalised
from indicators.imports.planned import Message
from indicators.models import Indicator
from indicators.numbers import format_number, round_half_up
from indicators.spreadsheets.cells import Value, plain
from reports import oddities

_YES = {"ya", "y", "yes", "sudah", "ada", "terlaksana", "tercapai", "selesai", "1"}
_NO = {"tidak", "t", "no", "belum", "tidak ada", "tidak terlaksana", "belum terlaksana", "belum ada", "0"}


@dataclass(frozen=True)
class Measure:
    """What a figure is measured by: kind ("" of a data element), unit, levels, and what is expected of it."""

    kind: str
    unit: str
    levels: tuple[Mapping[str, Any], ...] = ()
    expected: oddities.Expected = field(default_factory=oddities.Expected)


@dataclass
class Said:
    """The figure that was said, None where there is none to take, and what there is to say about it."""

    number: Decimal | None = None
    messages: list[Message] = field(default_factory=list)

    @property
    def is_blocked(self) -> bool:
        """Whether the figure cannot be taken."""
        return any(message.blocks for message in self.messages)


def read(value: Value, cell: str, measure: Measure, *, answer: str = "", silent: bool = False) -> Said:
    """Read a cell.

    `answer` is what a person said of it (see Choices.repairs), `silent` says that a reason is given.
    """
    said = Said()
    number = _figure_of(value, answer, measure, cell, said)
    if number is None or said.is_blocked:
        return said
    number = _fitting(number, cell, said, accept=answer == "accept")
    if measure.kind in {"", Indicator.Kind.EXTERNAL} and not said.is_blocked:
        number = _doubted(number, value, measure, cell, said, answer=answer, silent=silent)
    said.number = number
    return said


def _figure_of(value: Value, answer: str, measure: Measure, cell: str, said: Said) -> Decimal | None:
    if answer.startswith("figure:"):
        return Decimal(answer.removeprefix("figure:"))
    if measure.kind == Indicator.Kind.YES_NO:
        return _yes_or_no(value, cell, said)
    if measure.kind == Indicator.Kind.ORDINAL:
        return _level(value, measure, cell, said)
    if value.value is None or value.value_to is not None:
        said.messages.append(Message(cell, value.code or "not_a_number", _why_no_number(value), blocks=True))
        return None
    if value.code:  # read, but not as it is written: said, and shown with the figure
        said.messages.append(Message(cell, value.code, value.message, blocks=False))
    return value.value


def _why_no_number(value: Value) -> str:
    if value.value_to is not None:
        return f'"{value.text[:40]}" adalah rentang. Realisasi adalah satu angka; tulis angkanya.'
    return value.message or f'"{value.text[:40]}" bukan angka. Tulis angka saja, misalnya 12,50.'


def _yes_or_no(value: Value, cell: str, said: Said) -> Decimal | None:
    word = normalised(value.text) if value.value is None else plain(value.value)
    if word in _YES:
        return Decimal(1)
    if word in _NO:
        return Decimal(0)
    said.messages.append(
        Message(
            cell,
            "not_yes_or_no",
            f'"{value.text[:40]}" bukan jawaban ya atau tidak. Tulis Ya atau Tidak.',
            blocks=True,
        )
    )
    return None


def _level(value: Value, measure: Measure, cell: str, said: Said) -> Decimal | None:
    worth = {normalised(str(level["label"])): Decimal(str(level["value"])) for level in measure.levels}
    word = re.sub(r"^(?:opini|predikat|peringkat|level|nilai) ", "", normalised(value.text))
    found = worth.get(normalised(value.text), worth.get(word))
    if found is None and value.value is not None and value.value in worth.values():
        found = value.value
    if found is None:
        labels = ", ".join(str(level["label"]) for level in measure.levels)
        text = f'"{value.text[:40]}" bukan jenjang indikator ini. Tulis salah satu: {labels}.'
        said.messages.append(Message(cell, "unknown_level", text, blocks=True))
    return found


def _fitting(number: Decimal, cell: str, said: Said, *, accept: bool) -> Decimal:
    """Return a figure the columns can hold; one with too many digits is refused, rounded where accepted."""
    shown = plain(number)
    whole, _, decimals = shown.lstrip("-").partition(".")
    if len(whole) > MAX_DIGITS - DECIMAL_PLACES:
        text = (
            f"Angka ini punya {len(whole)} digit di depan koma; paling banyak {MAX_DIGITS - DECIMAL_PLACES}."
        )
        said.messages.append(Message(cell, "too_long", text, blocks=True))
        return number
    if len(decimals) <= DECIMAL_PLACES:
        return number
    rounded = round_half_up(number, DECIMAL_PLACES)
    if not accept:
        repair = format_number(rounded, grouping=False)
        text = (
            f"Angka ini punya {len(decimals)} desimal; paling banyak {DECIMAL_PLACES}. "
            f"Bulatkan menjadi {format_number(rounded)}, atau tulis angkanya."
        )
        said.messages.append(Message(cell, "too_many_decimals", text, blocks=True, repair=repair))
    return rounded


def _doubted(
    number: Decimal, value: Value, measure: Measure, cell: str, said: Said, *, answer: str, silent: bool
) -> Decimal:
    """Say what is odd about a figure; return it, or what is probably meant where that was accepted."""
    if value.unit and measure.unit and not _same_unit(value.unit, measure.unit):
        text = f"Ditulis dalam “{value.unit}”, sedangkan satuannya “{measure.unit}”. Periksa angkanya."
        said.messages.append(Message(cell, "other_unit", text, blocks=False))
    if silent or answer == "keep" or answer.startswith("figure:"):
        return number
    for oddity in oddities.of_figure(number, measure.expected):
        if oddity.repair is not None and answer == "accept":
            return oddity.repair
        repair = "" if oddity.repair is None else format_number(oddity.repair, grouping=False)
        said.messages.append(Message(cell, oddity.kind.value, oddity.sentence, blocks=False, repair=repair))
    return number


def _same_unit(one: str, other: str) -> bool:
    if is_percent(one) or is_percent(other):
        return is_percent(one) == is_percent(other)
    return normalised(one) == normalised(other) or {normalised(one), normalised(other)} == {"rp", "rupiah"}
