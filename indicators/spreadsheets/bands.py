"""Header bands: the one to four rows of a sheet that name the columns below them.

A band is found by what its cells mean together, never by its place: at least two cells name different fields,
most cells of the row are headings. It grows down over merged headings and rows of groups, and up over group
headings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from indicators.spreadsheets.board import Board
from indicators.spreadsheets.headings import (
    ACCEPTED,
    IGNORED_FIELD,
    MAX_HEADING,
    MEASURES,
    Heading,
    is_unit,
    might_be_heading,
    normalise,
    read_heading,
)

MOST_ROWS = 4
_ANCHORS = frozenset({"indicator", "goal", "text", "program", IGNORED_FIELD, *MEASURES})
_COLUMN_NUMBER = re.compile(
    r"\(?\s*(?:\d{1,2}|[a-z])\s*\)?\.?|\(?\d{1,2}\)?\s*=.{1,30}|\d{1,2}\s*[a-c]", re.IGNORECASE
)
_BARE = re.compile(r"\(?(?:[ivx]{1,4}|\d{1,2})\)?\.?", re.IGNORECASE)


@dataclass
class Band:
    """The rows of one header, and for each column the texts above it, the group first."""

    first: int
    last: int
    paths: dict[int, tuple[str, ...]] = field(default_factory=dict)
    # Columns under one merged heading share its place; that is how a number column without a name is known.
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    number_row: int | None = None  # the row of column numbers "(1) (2) …" below

    @property
    def end(self) -> int:
        """The last row before the body."""
        return self.number_row or self.last

    @property
    def signature(self) -> tuple[tuple[int, str], ...]:
        """What a header repeated after a page break has in common with the first."""
        return tuple((column, normalise(" ".join(path))) for column, path in sorted(self.paths.items()))


def find_bands(board: Board) -> list[Band]:
    """Return the header bands from top to bottom, those of other tables (programs, budgets) too."""
    bands: list[Band] = []
    done = 0
    for row in board.rows:
        if row <= done or not _starts_band(board, row):
            continue
        first = _grow_up(board, row, done)
        band = Band(first, _grow_down(board, row))
        _number_row(board, band)
        _lay_paths(board, band)
        bands.append(band)
        done = band.end
    return bands


def band_of(board: Board, first: int, last: int) -> Band:
    """Return the band a person pointed at; its `paths` are empty where nothing stands there."""
    band = Band(first, last)
    if any(board.columns_of(row) for row in range(first, last + 1)):
        _number_row(board, band)
        _lay_paths(board, band)
    return band


def _headings(board: Board, row: int) -> list[Heading]:
    return [read_heading((board.own(row, column),)) for column in board.columns_of(row)]


def _named(heading: Heading) -> bool:
    return heading.field is not None and heading.confidence >= ACCEPTED


def _starts_band(board: Board, row: int) -> bool:
    """Whether two cells name different fields, one of them surely, and most cells of the row are headings."""
    columns = board.columns_of(row)
    texts = [board.own(row, column) for column in columns]
    figures = sum(bool(re.fullmatch(r"[\d.,]*\d[\d.,]*%?", text)) and len(text) != 4 for text in texts)
    if len(texts) < 2 or figures > len(texts) / 2 or sum(might_be_heading(text) for text in texts) < 2:
        return False
    headings = _headings(board, row)
    named = [heading for heading in headings if _named(heading)]
    kinds = {heading.field for heading in named} | (
        {"when"} if any(h.period.is_set for h in headings) else set()
    )
    said = (
        sum(heading.says_something for heading in headings)
        + sum(
            1
            for text, heading in zip(texts, headings, strict=True)
            if not heading.says_something and _BARE.fullmatch(text)
        )
        * 0.5
    )
    return (
        len(kinds) >= 2
        and any(
            heading.field in _ANCHORS and len(text) > 2
            for text, heading in zip(texts, headings, strict=True)
            if _named(heading)
        )
        and any(heading.confidence >= 0.85 for heading in named)
        and said >= 0.6 * len(texts)
        and max(map(len, texts)) <= MAX_HEADING
        and not _reads_as_data(texts, headings)
    )


def _reads_as_data(texts: list[str], headings: list[Heading]) -> bool:
    """Whether figures stand in the row: "Capaian | Persen | 80 | 85,5" names fields by accident."""
    figures = sum(
        1
        for text, heading in zip(texts, headings, strict=True)
        if not heading.says_something and re.fullmatch(r"[\d.,%]*\d[\d.,%]*", text)
    )
    return figures > 0 and figures >= len(texts) - figures - 1


def is_column_numbers(board: Board, row: int) -> bool:
    """Whether a row only numbers the columns: "(1) (2) (3)", "1 2 3a 3b", "(6)=(5)/(4)"."""
    texts = [board.own(row, column) for column in board.columns_of(row)]
    if len(texts) < 2 or not all(_COLUMN_NUMBER.fullmatch(text) for text in texts):
        return False
    numbers = [int(found[0]) for text in texts if (found := re.search(r"\d+", text))]
    if not numbers:
        letters = [text.strip("(). ").lower() for text in texts]
        return len(letters) > 2 and letters == [chr(ord(letters[0]) + step) for step in range(len(letters))]
    rising = sum(1 for left, right in pairwise(numbers) if 0 <= right - left <= 1)
    return numbers[0] <= 2 and len(numbers) >= 2 and rising >= 0.75 * (len(numbers) - 1)


def _number_row(board: Board, band: Band) -> None:
    for row in (band.last + 1, band.last + 2):
        if is_column_numbers(board, row):
            band.number_row = row
            return
        if board.columns_of(row):
            return


def _grow_down(board: Board, row: int) -> int:
    """Return the last row of the band: merged headings reach it, or it holds nothing but lower headings."""
    last = row
    while last - row < MOST_ROWS - 1:
        reach = max(
            (
                board.area(each, column).last_row
                for each in range(row, last + 1)
                for column in board.columns_of(each)
            ),
            default=last,
        )
        below = last + 1
        if is_column_numbers(board, below) and not _continues(board, row, below):
            # Headings go on below the numbers now and then: "1 2 3 4" over "K Rp K Rp".
            if not _continues(board, row, below + 1):
                break
            below += 1
        if (reach > last and reach - row < MOST_ROWS and _could_be_lower(board, below)) or _continues(
            board, row, below
        ):
            last = below
            continue
        break
    return last


def _could_be_lower(board: Board, row: int) -> bool:
    """Whether a row reached by merged headings holds no sentence, so that no body is swallowed."""
    texts = [board.own(row, column) for column in board.columns_of(row)]
    return all(len(text) <= 60 or read_heading((text,)).says_something for text in texts)


def _continues(board: Board, first: int, row: int) -> bool:
    """Whether every cell of `row` stands under a heading of the band, as a group's part or a second line."""
    columns = board.columns_of(row)
    if not columns or _starts_again(board, first, row) or _numbers_everything(board, first, row):
        return False
    strong = 0
    for column in columns:
        text = board.own(row, column)
        above = next(
            (
                board.text(each, column)
                for each in range(row - 1, first - 1, -1)
                if board.text(each, column) and not _numbers_everything(board, first, each)
            ),
            "",
        )
        above = above or _left_group(board, first, row, column)
        alone, joined, upper = read_heading((text,)), read_heading((above, text)), read_heading((above,))
        if (
            alone.period.is_set
            or (_BARE.fullmatch(text) and joined.period.is_set and joined.period != upper.period)
            or (_named(alone) and (alone.confidence >= 0.9 or len(text) < 25))
            or (_named(joined) and joined.confidence == 1.0 and re.fullmatch(r"[^\d()]{3,24}", text))
            or (
                _named(joined)
                and joined.confidence > max(upper.confidence, alone.confidence)
                and len(text) < 40
            )
        ) or (re.fullmatch(r"\([^()]{1,20}\)", text) and is_unit(text)):
            strong += 1
        elif not re.fullmatch(r"\([^()]{1,20}\)|\W+", text):
            return False
    return strong > 0


def _numbers_everything(board: Board, first: int, row: int) -> bool:
    """Whether a row of numbers stands under names as well, not only under a group of years or quarters."""
    if not is_column_numbers(board, row):
        return False
    above = [read_heading((board.text(first, column),)) for column in board.columns_of(row)]
    return any(heading.field is not None and heading.field not in MEASURES for heading in above)


def _starts_again(board: Board, first: int, row: int) -> bool:
    """Whether a row repeats the headings above it: the header printed twice, or another table's."""
    upper = {normalise(board.own(first, column)) for column in board.columns_of(first)}
    lower = [normalise(board.own(row, column)) for column in board.columns_of(row)]
    return len(lower) >= 3 and sum(text in upper for text in lower) >= 0.8 * len(lower)


def _left_group(board: Board, first: int, row: int, column: int) -> str:
    for each in range(row - 1, first - 1, -1):
        lefts = [left for left in board.columns_of(each) if left < column]
        if lefts:
            return board.own(each, lefts[-1])
    return ""


def _grow_up(board: Board, row: int, done: int) -> int:
    """Return the first row of the band: rows above with nothing but headings of groups belong to it."""
    first = row
    columns = board.columns_of(row)
    width = columns[-1] - columns[0] + 1
    while first - 1 > done and row - first < MOST_ROWS - 2:
        above = board.columns_of(first - 1)
        if not above:
            break
        headings = _headings(board, first - 1)
        spans = [board.area(first - 1, column) for column in above]
        groups = all(
            (
                (
                    heading.field in {*MEASURES, IGNORED_FIELD, "indicator", "number", "goal"}
                    or heading.period.is_set
                )
                and area.first_column > columns[0]
                and area.last_column - area.first_column + 1 < 0.8 * width
            )
            or (len(above) > 1 and heading.says_something)
            for heading, area in zip(headings, spans, strict=True)
        )
        if not groups or any(":" in board.own(first - 1, column) for column in above):
            break
        first -= 1
    return first


def _lay_paths(board: Board, band: Band) -> None:
    """Write above each column what stands over it, groups without merged cells included."""
    rows = [
        row
        for row in range(band.first, band.last + 1)
        if row == band.first or not _numbers_everything(board, band.first, row)
    ]
    reached = [
        column
        for row in rows
        for own in board.columns_of(row)
        for column in range(own, min(board.area(row, own).last_column, board.last_column) + 1)
    ]
    for column in range(min(reached), max(reached) + 1):
        places: list[tuple[int, int]] = []
        for row in rows:
            place = board.origin(row, column)
            if place not in board.texts:
                place = _group_place(board, band, row, column)
            if place in board.texts and place not in places:
                places.append(place)
        band.paths[column] = tuple(board.texts[place] for place in places)
        if places:
            band.places[column] = places[-1]
    _lend_groups(band)


def _group_place(board: Board, band: Band, row: int, column: int) -> tuple[int, int]:
    """Return the place of the group heading left of an empty cell, if the group has parts below."""
    nothing = (row, column)
    below = [each for each in range(row + 1, band.last + 1) if board.text(each, column)]
    if not below or any(board.text(each, column) for each in range(band.first, row)):
        return nothing
    lefts = [left for left in board.columns_of(row) if left < column]
    if not lefts:
        return nothing
    left = board.area(row, lefts[-1])
    parts = any(board.own(each, left.first_column) for each in range(left.last_row + 1, band.last + 1))
    merged = left.last_column > left.first_column
    return (left.first_row, left.first_column) if parts and not merged else nothing


def _lend_groups(band: Band) -> None:
    """A group heading written over the middle of its parts is theirs on the left as well."""
    columns = sorted(band.paths, reverse=True)
    for right, column in pairwise(columns):
        mine, theirs = read_heading(band.paths[column]), read_heading(band.paths[right])
        alone = len(band.paths[column]) == 1 and mine.field is None and mine.period.is_set
        grouped = len(band.paths[right]) > 1 and theirs.field in {*MEASURES, IGNORED_FIELD}
        if alone and grouped and theirs.period.is_set:
            band.paths[column] = (*band.paths[right][:-1], *band.paths[column])


def is_useful(band: Band) -> bool:
    """Whether the columns together name an indicator and something about it."""
    headings = [read_heading(path) for path in band.paths.values() if path]
    fields = {heading.field for heading in headings if _named(heading)}
    if any(heading.period.is_set and heading.field is None for heading in headings):
        fields.add("target")
    named = "indicator" in fields or ("goal" in fields and len(fields) > 1)
    return len(fields) >= 2 and (named or ("text" in fields and bool(fields & {*MEASURES, "unit"})))
