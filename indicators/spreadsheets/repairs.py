"""A row whose cells collapsed into the number cell: where its texts belong, as a proposal somebody confirms.

Seen in a published document: number, indicator, unit and a cut-off start of the reason share one cell, and
what follows stands one column too far left.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations, islice, pairwise

from indicators.spreadsheets.board import Board
from indicators.spreadsheets.cells import is_number_label, one_line, split_number
from indicators.spreadsheets.columns import Column
from indicators.spreadsheets.grid import address
from indicators.spreadsheets.headings import UNITS, is_unit

_LEAST_PREFIX = 10  # characters of a cut-off text that must be found again in the next cell


@dataclass(frozen=True)
class Repair:
    """A proposal: texts by field and the cells they come from; `original` is the row as it stands."""

    texts: dict[str, str]
    cells: dict[str, str]
    original: dict[str, str]
    message: str
    certain: bool
    moved: dict[int, int] = field(default_factory=dict)  # column → the column its content stands in


def repair_collapsed(
    board: Board,
    columns: dict[int, Column],
    row: int,
    number_column: int,
    samples: Callable[[int], list[str]],
) -> Repair:
    """Propose fields for a collapsed row; `samples` gives the texts of a column for comparison."""
    collapsed = one_line(board.own(row, number_column))
    number, rest = split_number(collapsed, bare=True)
    right = [index for index in board.columns_of(row) if index > number_column and index <= max(columns)]
    original = {address(row, index): board.own(row, index) for index in [number_column, *right]}
    after = [index for index in sorted(columns) if index > number_column and columns[index].field]
    unit_column = next((index for index in after if columns[index].field == "unit"), None)
    units = {text for text in samples(unit_column) if len(text) <= 30} if unit_column else set()
    found = _find_unit(rest, units, [board.own(row, index) for index in right])
    texts = {"number": number, "indicator": rest}
    taken = {"indicator"}
    if found:
        texts["indicator"], texts["unit"], _ = found
        taken.add("unit")
    moved = _places(
        board, columns, row, right, [index for index in after if columns[index].field not in taken], samples
    )
    place = address(row, number_column)
    cells = dict.fromkeys(texts, place)
    if moved is None:
        message = (
            f'Isi beberapa kolom menumpuk dalam satu sel: "{collapsed[:60]}…". Pemisahannya tidak pasti; '
            "periksa dan lengkapi baris ini."
        )
        return Repair(texts, cells, original, message, certain=False)
    for target, source in moved.items():
        name = columns[target].field
        texts[name], cells[name] = board.own(row, source), address(row, source)
    shifted = any(target != source for target, source in moved.items())
    message = (
        f'Isi beberapa kolom menumpuk dalam satu sel: "{collapsed[:60]}…"'
        + (", dan sel di kanannya bergeser" if shifted else "")
        + ". Usulan perbaikan menunggu persetujuan Anda."
    )
    return Repair(texts, cells, original, message, certain=True, moved=moved)


def _find_unit(text: str, own: set[str], others: list[str]) -> tuple[str, str, str] | None:
    """Return name, unit and the cut-off rest of "Persentase … persen untuk mengetahui …"."""
    known = {unit.lower() for unit in own} | UNITS
    words = list(re.finditer(r"\S+", text))
    candidates: list[tuple[int, str, str, str]] = []
    for start in range(1, len(words)):
        for stop in range(start + 1, min(start + 4, len(words)) + 1):
            unit = text[words[start].start() : words[stop - 1].end()]
            if unit.strip(".()").lower() not in known:
                continue
            tail = text[words[stop - 1].end() :].strip()
            if tail and any(
                len(tail) >= _LEAST_PREFIX and one_line(other).startswith(tail) for other in others
            ):
                candidates.append((2, text[: words[start].start()].strip(), unit, tail))
            elif not tail and unit.lower() in {each.lower() for each in own}:
                candidates.append((1, text[: words[start].start()].strip(), unit, tail))
    if not candidates:
        return None
    best = max(candidates, key=lambda each: (each[0], len(each[2])))
    return best[1:]


def _places(
    board: Board,
    columns: dict[int, Column],
    row: int,
    right: list[int],
    wanted: list[int],
    samples: Callable[[int], list[str]],
) -> dict[int, int] | None:
    """Match the cells right of the collapsed one to columns, in order; None when two ways are as good."""
    if len(right) > len(wanted):
        return None
    ways = [(0.0, ())] if not right else _orders(board, row, right, wanted, samples)
    ways.sort(key=lambda way: way[0], reverse=True)
    if len(ways) > 1 and ways[0][0] - ways[1][0] < 0.05:
        return None
    return dict(zip(ways[0][1], right, strict=True)) if ways[0][1] or not right else None


def _orders(
    board: Board, row: int, right: list[int], wanted: list[int], samples: Callable[[int], list[str]]
) -> list[tuple[float, tuple[int, ...]]]:
    """Return every ascending way to place `right` into `wanted`, with how well each text suits its column."""
    ways = []
    for targets in islice(combinations(wanted, len(right)), 2000):
        score = sum(
            suits(
                board.own(row, source), [text for text in samples(target) if text != board.own(row, source)]
            )
            for source, target in zip(right, targets, strict=True)
        )
        # Cells that stayed together stayed in order; staying in place is likelier than moving.
        score += sum(0.2 for source, target in zip(right, targets, strict=True) if source == target)
        score -= 0.1 * sum(
            1 for left, then in pairwise(targets) if wanted.index(then) - wanted.index(left) > 1
        )
        ways.append((score, targets))
    return ways


def suits(text: str, others: list[str]) -> float:
    """Return how much a text is like those of a column: kind, first word, words in common, 0 to 2."""
    if not others:
        return 0.3
    kind = sum(_kind(text) == _kind(other) for other in others) / len(others)
    first = text.lower().split()[:1]
    opening = sum(other.lower().split()[:1] == first for other in others) / len(others)
    mine = set(re.findall(r"\w{3,}", text.lower()))
    shared = max(
        (
            len(mine & theirs) / max(len(mine | theirs), 1)
            for theirs in ({*re.findall(r"\w{3,}", other.lower())} for other in others)
        ),
        default=0,
    )
    return kind * 0.5 + opening * 0.8 + shared * 0.7


def _kind(text: str) -> str:
    if is_number_label(text):
        return "label"
    if is_unit(text):
        return "unit"
    if re.match(r"[-−]?\d", text):
        return "figure"
    return "text"
