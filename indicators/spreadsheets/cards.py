"""Profile cards of a "Manual IKU": one indicator a block, labels on the left, what they say on the right.

A block is known by its labels together: an indicator and at least three further facts, one below the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from indicators.spreadsheets.bands import Band
from indicators.spreadsheets.board import Board
from indicators.spreadsheets.captions import Caption
from indicators.spreadsheets.cells import is_number_label, one_line, read_value, split_number
from indicators.spreadsheets.columns import Column, samples
from indicators.spreadsheets.corrections import fingerprint
from indicators.spreadsheets.grid import Area, Problem, address
from indicators.spreadsheets.headings import LABELS, MEASURES, NO_PERIOD, Period, read_heading
from indicators.spreadsheets.recognised import Table
from indicators.spreadsheets.records import PROSE, Figure, Record, settle_formulation

_SURE = 0.9  # the least confidence with which a label names a field
_LEAST_FACTS = 3
MAX_ROWS = 5_000  # of a sheet; a longer one is no collection of cards
_LABEL = re.compile(
    r"(?:\(?(?:\d{1,2}|[a-zA-Z])[.)]\s*)?(?P<label>[^:]{2,60}?)\s*(?::\s*(?P<rest>.*))?", re.DOTALL
)
_NOT_FACTS = frozenset({"number", "text", "budget", "measure", "period", "note", "agency", "category"})


@dataclass
class _Line:
    """A row of a card: what its label names, and the columns of the cells that say it."""

    row: int
    field: str
    label: str
    period: Period
    values: list[int]
    inline: str = ""  # what stands behind the colon of the label's own cell


@dataclass
class _Card:
    """The lines of one indicator, with the rows that go on with the line above them."""

    lines: list[_Line] = field(default_factory=list)
    more: dict[int, list[int]] = field(default_factory=dict)  # row of a line → rows below it

    @property
    def last_row(self) -> int:
        """The last row of the card."""
        rows = {line.row for line in self.lines}.union(*self.more.values())
        return max(rows)

    def is_profile(self, board: Board) -> bool:
        """Whether the labels make the profile of an indicator."""
        fields = {line.field for line in self.lines} - _NOT_FACTS - set(MEASURES)
        named = [line for line in self.lines if line.field == "indicator" and _said(board, line)]
        return bool(named) and len(fields) > _LEAST_FACTS and not _heads_a_table(board, named[0])


def rows_of(board: Board) -> range:
    """Return the rows from the first card of a sheet to its last; an empty range where there is none."""
    cards = _profiles(board)
    return range(cards[0].lines[0].row, cards[-1].last_row + 1) if cards else range(0)


def _profiles(board: Board) -> list[_Card]:
    return [card for card in _cards(board) if card.is_profile(board)] if len(board.rows) <= MAX_ROWS else []


def read(board: Board, caption: Caption) -> tuple[Table, list[Problem]]:
    """Read the cards of a sheet, which has some, into a table with a record each."""
    cards = _profiles(board)
    problems: list[Problem] = []
    records = [_record(board, card, problems) for card in cards]
    first, last = cards[0].lines[0].row, cards[-1].last_row
    labels = min(min(board.columns_of(line.row)) for card in cards for line in card.lines)
    values = [column for card in cards for line in card.lines for column in line.values]
    area = Area(first, labels, last, max([labels, *values]))
    taken = {row for card in cards for line in card.lines for row in (line.row, *card.more.get(line.row, ()))}
    skipped = [(row, "di luar kartu") for row in board.rows if first <= row <= last and row not in taken]
    rows = [line.row for card in cards for line in card.lines]
    columns = {
        index: Column(index, "", reason="kartu profil", samples=samples(board, rows, index))
        for index in sorted({labels, *values})
    }
    mark = fingerprint(Band(first, first, {at: (line.label,) for at, line in enumerate(cards[0].lines, 1)}))
    return (
        Table(
            "definitions",
            area,
            [(first, first)],
            columns,
            caption,
            records,
            skipped,
            origin=(first, labels),
            fingerprint=mark,
            shape="cards",
        ),
        problems,
    )


# Finding them -----------------------------------------------------------------------------------------------


def _cards(board: Board) -> Iterator[_Card]:
    """Yield runs of labelled rows; a field that comes again begins the next card."""
    card = _Card()
    for row in board.rows:
        if card.lines and _goes_on(board, row, card):
            card.more.setdefault(card.lines[-1].row, []).append(row)
            continue
        if _heads_columns(board, row):
            yield card
            card = _Card()
            continue
        line = _line(board, row)
        if line is None:
            continue
        if line.field not in {"", *MEASURES} and any(line.field == other.field for other in card.lines):
            yield card
            card = _Card()
        if line.field or card.lines:
            card.lines.append(line)
    yield card


def _heads_columns(board: Board, row: int) -> bool:
    """Whether a row is the header of a table: labels beside each other."""
    texts = [text for column in board.columns_of(row) if (text := board.own(row, column)).strip(" :")]
    headings = [read_heading((text,)) for text in texts]
    return len(texts) > 2 and all(heading.field and heading.confidence == 1.0 for heading in headings[:3])


def _line(board: Board, row: int) -> _Line | None:
    """Return what a row says: a label and its cells; None for a row without a label."""
    columns = board.columns_of(row)
    texts = [(column, board.own(row, column)) for column in columns]
    while texts and is_number_label(texts[0][1]):
        texts.pop(0)
    if not texts:
        return None
    match = _LABEL.fullmatch(texts[0][1])
    values = [column for column, text in texts[1:] if text.strip(" :")]
    if match is None:
        return None
    heading = read_heading((match["label"],))
    name = heading.field if heading.field and heading.confidence >= _SURE else ""
    if name in {"", "indicator"} and not (match["rest"] or values):
        return None  # a title, not a label without a word beside it
    return _Line(row, name or "", one_line(match["label"]), heading.period, values, match["rest"] or "")


def _goes_on(board: Board, row: int, card: _Card) -> bool:
    """Whether a row without a label stands right below the last one, under its values."""
    last = card.lines[-1]
    above = card.more.get(last.row, [last.row])[-1]
    return bool(last.values) and row == above + 1 and min(board.columns_of(row)) >= min(last.values)


def _said(board: Board, line: _Line) -> str:
    parts = [line.inline, *(board.own(line.row, column) for column in line.values)]
    return " ".join(part.strip().lstrip(": ") for part in parts if part.strip(" :"))


def _heads_a_table(board: Board, line: _Line) -> bool:
    """Whether what stands beside the label is a heading itself: the line is the header of a table."""
    heading = read_heading((board.own(line.row, line.values[0]) if line.values else line.inline,))
    return heading.field is not None and heading.confidence == 1.0


# Reading them -----------------------------------------------------------------------------------------------


def _record(board: Board, card: _Card, problems: list[Problem]) -> Record:
    record = Record(card.lines[0].row, last_row=card.last_row)
    times: dict[int, Period] = {}
    for line in card.lines:
        rows = [line.row, *card.more.get(line.row, ())]
        if _times(board, line.row, line.values):
            times = _times(board, line.row, line.values)
            if line.field in MEASURES:
                _measure(record, board, line, rows[1:], times, problems)
        elif line.field in MEASURES:
            _measure(record, board, line, rows, times, problems)
        elif line.field:
            _describe(record, board, line, rows)
    number, name = split_number(record.texts["indicator"], bare=False)
    if number:
        record.texts["indicator"] = name
        record.texts.setdefault("number", number)
    problem = settle_formulation(record)
    problems += [problem] if problem else []
    missing = [line for line in card.lines if line.field in _ASKED and line.field not in record.texts]
    for line in missing:
        message = f'{LABELS[line.field].capitalize()} "{record.texts["indicator"][:60]}" kosong.'
        problems.append(Problem(address(line.row, min(board.columns_of(line.row))), "gap", message))
    return record


_ASKED = frozenset({"goal", "unit", "formulation", "definition", "reason", "source", "responsible_unit"})


def _describe(record: Record, board: Board, line: _Line, rows: list[int]) -> None:
    said = [_said(board, line)]
    said += [" ".join(board.own(row, column) for column in board.columns_of(row)) for row in rows[1:]]
    text = "\n".join(part for part in said if part)
    if not text:
        return
    record.texts[line.field] = text if line.field in PROSE else one_line(text)
    record.cells[line.field] = address(
        line.row, line.values[0] if line.values else min(board.columns_of(line.row))
    )


def _times(board: Board, row: int, columns: list[int]) -> dict[int, Period]:
    """Return the time of each column where a row names nothing else: "Target | 2024 | 2025"."""
    found = {column: read_heading((board.own(row, column),)) for column in columns}
    named = [heading for heading in found.values() if heading.period.is_set and heading.field is None]
    if len(named) < 2 or len(named) < len(found):
        return {}
    return {column: heading.period for column, heading in found.items()}


def _measure(
    record: Record,
    board: Board,
    line: _Line,
    rows: list[int],
    times: dict[int, Period],
    problems: list[Problem],
) -> None:
    """Add the figures of a line; above them may stand the times of their columns."""
    for row in rows:
        for column in [column for column in board.columns_of(row) if column in line.values]:
            cell = board.sheet.cells[row, column]
            value = read_value(cell, unit=record.texts.get("unit", ""))
            period = times.get(column, NO_PERIOD).within(line.period)
            record.figures.append(Figure(line.field, period, cell.address, value))
            if value.code:
                problems.append(Problem(cell.address, value.code, value.message))
