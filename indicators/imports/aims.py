"""Cells of targets read as what an indicator is to reach: a figure, a range, a level, a yes. Pure.

What has no single meaning is said at its cell, with the readings to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.imports import guesses
from indicators.imports.names import normalised
from indicators.imports.planned import Message, Question, place
from indicators.numbers import NumberError, format_number, read_number, round_half_up
from indicators.spreadsheets.cells import Value, plain
from indicators.spreadsheets.records import Figure

DECIMALS, WHOLE_DIGITS = 6, 18
_DOTTED = re.compile(r"(?<![\d.,])(\d{1,3})([.,])(\d{3})(?![\d.,])")
_RANK = re.compile(r"\D*(\d{1,4})\D*")
_RATIO_TO_ONE = re.compile(r"\s*1\s*(?::|banding|berbanding)\s*(\d{1,6}(?:,\d+)?)(?![\d.,]).*", re.IGNORECASE)
_SKIPPED = "skip"


@dataclass(frozen=True)
class Measure:
    """What decides how a target is read: kind and polarity of the indicator, its levels and its unit."""

    kind: str
    polarity: str
    unit: str = ""
    levels: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class Aim:
    """The target of a year; `shown` is how people are shown it."""

    year: int
    value: Decimal
    upper: Decimal | None
    shown: str
    cell: str


@dataclass
class Aims:
    """The targets of one row by year, with what there is to say and to ask about its cells."""

    by_year: dict[int, Aim] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


class _Refused(Exception):  # noqa: N818 - an answer
    def __init__(self, code: str, text: str, readings: Sequence[Decimal] = ()) -> None:
        super().__init__(text)
        self.code, self.text, self.readings = code, text, readings


def annual(figures: Iterable[Figure], name: str) -> list[Figure]:
    """Return the figures of a field that are of a whole year and say something."""
    return [
        figure
        for figure in figures
        if figure.field == name
        and not (figure.period.quarter or figure.period.month or figure.period.semester)
        and not figure.value.is_blank
        and (figure.value.text or figure.value.code)
    ]


def words_of(figures: Sequence[Figure]) -> list[str]:
    """Return the targets that are words ("WTP", "Ada"), not figures or ranks."""
    return [figure.value.text for figure in figures if figure.value.code == "predicate"]


def read(
    figures: Sequence[Figure], measure: Measure, *, sheet: str, year: int | None, repairs: Mapping[str, str]
) -> Aims:
    """Read the targets of a row; `year` is that of the one figure whose column names none."""
    aims = Aims()
    nameless = sum(figure.period.year is None for figure in figures)
    for figure in figures:
        when = figure.period.year or (year if nameless == 1 else None)
        if when is None:
            text = "Tahun target ini tidak diketahui. Pilih tahunnya, atau tulis tahun di judul kolom."
            aims.messages.append(Message(figure.cell, "no_year", text, blocks=True))
        else:
            _read_one(figure, when, measure, place(sheet, figure.cell), repairs, aims)
    return aims


def _read_one(
    figure: Figure, year: int, measure: Measure, key: str, repairs: Mapping[str, str], aims: Aims
) -> None:
    answer = repairs.get(key, "")
    if answer == _SKIPPED:
        text = f"Target {year} dilewati atas pilihan Anda."
        aims.messages.append(Message(figure.cell, "skipped", text, blocks=False))
        return
    try:
        value, upper, shown = _meaning(_answered(figure.value, answer), measure)
    except _Refused as refused:
        _ask(refused, figure, year, key, aims)
        return
    said = figure.value
    if said.code and said.message and not answer:
        aims.messages.append(Message(figure.cell, said.code, said.message, blocks=False))
    if said.unit and measure.unit and not _same_unit(said.unit, measure.unit):
        text = f"Target ditulis dalam “{said.unit}”, sedangkan satuan indikator “{measure.unit}”. Periksa."
        aims.messages.append(Message(figure.cell, "other_unit", text, blocks=False))
    before = aims.by_year.get(year)
    if before and (before.value, before.upper) != (value, upper):
        text = f"Target {year} tertulis dua kali: {before.shown} ({before.cell}) dan {shown}. Hapus satu."
        aims.messages.append(Message(figure.cell, "twice", text, blocks=True))
        return
    aims.by_year[year] = Aim(year, value, upper, shown, figure.cell)


def _ask(refused: _Refused, figure: Figure, year: int, key: str, aims: Aims) -> None:
    offered = plain(refused.readings[0]) if len(refused.readings) == 1 else ""
    aims.messages.append(Message(figure.cell, refused.code, refused.text, blocks=True, repair=offered))
    options = [(f"figure:{plain(reading)}", format_number(reading)) for reading in refused.readings]
    aims.questions.append(
        Question(
            "repair",
            key,
            f"Target {year}: {figure.value.text}",
            refused.text,
            [*options, (_SKIPPED, "Lewati target ini")],
            options[0][0] if len(options) == 1 else "",
            must=True,
            cell=figure.cell,
        )
    )


def _answered(value: Value, answer: str) -> Value:
    """Return what a person said a cell means, else what it says."""
    if answer.startswith("figure:"):
        return Value(value.text, Decimal(answer.removeprefix("figure:")), unit=value.unit)
    return value


def _meaning(value: Value, measure: Measure) -> tuple[Decimal, Decimal | None, str]:
    if measure.kind == "ordinal":
        return _level(value, measure.levels)
    if measure.kind == "yes_no":
        return _yes(value)
    if value.value is None:
        raise _Refused(*_unread(value))
    return _figure(value, measure)


def _level(value: Value, levels: Sequence[Mapping[str, str]]) -> tuple[Decimal, None, str]:
    for level in levels:
        worth = Decimal(level["value"])
        if normalised(level["label"]) == normalised(value.text) or value.value == worth:
            return worth, None, level["label"]
    known = ", ".join(level["label"] for level in levels) or "belum ada"
    raise _Refused("no_level", f"“{value.text}” bukan jenjang indikator ini ({known}). Tulis salah satunya.")


def _yes(value: Value) -> tuple[Decimal, None, str]:
    if guesses.is_yes(value.text) or value.value in (1, 100):
        return Decimal(1), None, "Ya"
    raise _Refused("no_yes", f"“{value.text}” tidak berarti ya atau terlaksana. Tulis Ya, atau kosongkan.")


def _figure(value: Value, measure: Measure) -> tuple[Decimal, Decimal | None, str]:
    assert value.value is not None  # noqa: S101 - the caller looked
    low = _fitting(value.value)
    if measure.polarity == "range":
        # A single figure is the range that begins and ends there.
        high = low if value.value_to is None else _fitting(value.value_to)
        return low, high, f"{format_number(low)}–{format_number(high)}"
    if value.value_to is not None:
        raise _Refused(
            "range",
            f"“{value.text}” adalah rentang. Pilih arah “di dalam rentang” bagi indikatornya, atau 1 angka.",
            (value.value, value.value_to),
        )
    return low, None, format_number(low)


def _fitting(value: Decimal) -> Decimal:
    """Return a figure as the column of targets keeps it: six decimals."""
    if value and value.adjusted() >= WHOLE_DIGITS:
        raise _Refused("too_large", f"Paling banyak {WHOLE_DIGITS} angka di depan koma. Periksa angkanya.")
    return Decimal(plain(round_half_up(value, DECIMALS)))


def _unread(value: Value) -> tuple[str, str, Sequence[Decimal]]:
    """Return code, sentence and possible readings of a cell that is no plain figure."""
    if value.code == "ratio" and (match := _RATIO_TO_ONE.fullmatch(value.text)):
        figure = Decimal(match[1].replace(",", "."))
        text = f"“{value.text}” adalah rasio. Target disimpan sebagai satu angka: banyaknya untuk setiap 1."
        return "ratio", text, [figure]
    if value.code == "ordinal" and (match := _RANK.fullmatch(value.text)):
        return (
            "ordinal",
            f"“{value.text}” adalah peringkat. Simpan sebagai angka {match[1]}?",
            [Decimal(match[1])],
        )
    if value.code == "ambiguous":
        return value.code, value.message, _readings(value.text)
    message = value.message.rstrip(".") or f"“{value.text}” bukan angka"
    return value.code or "not_numeric", f"{message}. Tulis target sebagai angka, misalnya 87,5.", []


def _readings(text: str) -> list[Decimal]:
    """Return what a figure of two meanings may mean: "1.250" is 1250 or 1.25."""
    if match := _DOTTED.search(text):
        return [Decimal(match[1] + match[3]), Decimal(f"{match[1]}.{match[3]}")]
    try:
        read_number(text)
    except NumberError as error:
        values = (read_number(reading).value for reading in error.readings)
        return [value for value in values if value is not None]
    return []


def _same_unit(typed: str, unit: str) -> bool:
    return normalised(typed) == normalised(unit) or normalised(typed) in normalised(unit).split()
