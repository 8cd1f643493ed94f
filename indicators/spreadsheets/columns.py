"""What each column holds: by its heading, and where that is silent or double by what stands below."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from indicators.numbers import format_date, format_number
from indicators.spreadsheets.bands import Band
from indicators.spreadsheets.board import Board
from indicators.spreadsheets.captions import Caption
from indicators.spreadsheets.cells import is_number_label, one_line
from indicators.spreadsheets.grid import Problem, letters
from indicators.spreadsheets.headings import (
    DESCRIPTIONS,
    MEASURES,
    NO_PERIOD,
    Heading,
    Period,
    is_unit,
    read_heading,
)

_MOST_ROWS = 300  # enough of a body to know a column by
SAMPLES = 3  # values that show a person what a column holds
_SAMPLE_LENGTH = 80  # characters
_MEASURE_WORDS = re.compile(
    r"(target|realisasi|capaian|% ?capaian|capaian ?\(?%\)?|t|r|c|%|persen(tase)? capaian|pagu"
    r"|anggaran)[.:]?",
    re.IGNORECASE,
)
_ROW_MEASURES = {
    "t": "target",
    "r": "realization",
    "c": "achievement",
    "%": "achievement",
    "p": "budget",
    "a": "budget",
}


@dataclass(frozen=True)
class Column:
    """One column: its field, "" where nothing is taken from it, the period of its figures, and why."""

    index: int
    field: str
    period: Period = NO_PERIOD
    unit: str = ""
    confidence: float = 0.0
    reason: str = ""
    of: str = ""  # of a number: "goal" or "indicator"
    also: str = ""  # a second field in the same column: goals among indicators
    heading: str = ""  # the texts above, as people read them
    samples: tuple[str, ...] = ()  # the first different texts of the body, numbers as people write them


@dataclass(frozen=True)
class Said:
    """What a person said of one column; `period` None where nothing was said of time."""

    field: str
    period: Period | None = None
    unit: str = ""


@dataclass(frozen=True)
class Profile:
    """Shares of the filled cells of a column, 0 to 1."""

    filled: int
    labels: float
    figures: float
    units: float
    long: float
    measures: float
    periods: float


def profile(board: Board, rows: list[int], index: int) -> Profile:
    """Count what stands in a column of the body."""
    texts = [text for row in rows[:_MOST_ROWS] if (text := board.own(row, index))]
    count = max(len(texts), 1)
    return Profile(
        len(texts),
        sum(map(is_number_label, texts)) / count,
        sum(bool(re.match(r"[-−]?\d[\d.,]*", text)) for text in texts) / count,
        sum(map(is_unit, texts)) / count,
        sum(len(text) > 14 and " " in text for text in texts) / count,
        sum(bool(_MEASURE_WORDS.fullmatch(text)) for text in texts) / count
        if len({row_measure(text) for text in texts} - {""}) > 1
        else 0,
        sum(bool(row_period(text, "").is_set) for text in texts) / count,
    )


def samples(board: Board, rows: list[int], index: int) -> tuple[str, ...]:
    """Return the first different texts of a column of the body, numbers as documents write them."""
    found: dict[str, None] = {}
    for row in rows[:_MOST_ROWS]:
        if board.own(row, index):
            found.setdefault(_sample(board, row, index))
        if len(found) == SAMPLES:
            break
    return tuple(found)


def _sample(board: Board, row: int, index: int) -> str:
    cell = board.sheet.cells[row, index]
    if isinstance(cell.value, Decimal):
        number = cell.value * 100 if cell.is_percent else cell.value
        return format_number(number, grouping=abs(number) >= 10_000) + ("%" if cell.is_percent else "")
    if isinstance(cell.value, dt.date):
        return format_date(cell.value)
    text = one_line(board.own(row, index))
    return text if len(text) <= _SAMPLE_LENGTH else f"{text[: _SAMPLE_LENGTH - 1]}…"


def row_measure(text: str) -> str:
    """Return the field a word in the body names: "Realisasi" in a column of kinds."""
    word = text.strip().lower()
    return _ROW_MEASURES.get(word[:1], "") if _MEASURE_WORDS.fullmatch(word) else ""


def row_period(text: str, kind: str) -> Period:
    """Return the period a cell of the body names; `kind` says what bare numbers are."""
    heading = read_heading(({"quarter": "Triwulan", "month": "Bulan", "year": ""}.get(kind, ""), text))
    return heading.period


class Columns:
    """Decides the columns of one table."""

    def __init__(
        self,
        board: Board,
        band: Band,
        rows: list[int],
        caption: Caption,
        said: Mapping[int, Said],
    ) -> None:
        """Take the header band, the rows of the body, what stands above the table and what people say of
        its columns."""
        self.board, self.band, self.rows, self.caption = board, band, rows, caption
        self.said = said
        self.problems: list[Problem] = []
        self.profiles = {index: profile(board, rows, index) for index in self._indexes()}

    def _indexes(self) -> list[int]:
        """Return the columns under the band, and filled ones beside it that nobody named."""
        named = sorted(self.band.paths)
        indexes = [*named, *(index for index in self.said if index not in self.band.paths)]
        for beside in (named[0] - 1, named[-1] + 1):
            if beside > 0 and sum(bool(self.board.own(row, beside)) for row in self.rows) >= max(
                2, len(self.rows) // 2
            ):
                indexes += [beside]
        return sorted(set(indexes))

    def decide(self) -> dict[int, Column]:
        """Return the columns by index; those with nothing to say are left out."""
        columns = {index: self._read(index) for index in self.profiles}
        self._obey(columns)
        self._share_headings(columns)
        self._move_headings(columns)
        self._name_unnamed(columns)
        self._find_row_kinds(columns)
        self._settle_explanations(columns)
        self._find_indicator(columns)
        self._settle_achievement(columns)
        self._obey(columns)
        self._complete_periods(columns)
        self._settle_doubles(columns)
        self._settle_numbers(columns)
        return {
            index: self._shown(column)
            for index, column in columns.items()
            if column.field or self.profiles[index].filled
        }

    def _obey(self, columns: dict[int, Column]) -> None:
        """Let what was said of columns stand in place of what was recognised."""
        for index, said in self.said.items():
            before = columns[index]
            columns[index] = Column(
                index,
                said.field,
                before.period if said.period is None else said.period,
                said.unit or before.unit,
                1.0,
                "ditetapkan oleh Anda",
                before.of,
                before.also if said.field == before.field else "",
            )

    def _shown(self, column: Column) -> Column:
        """Add to a column what a person knows it by: its heading, and what stands in it."""
        heading = " › ".join(" ".join(text.split()) for text in self.band.paths.get(column.index, ()))
        return replace(column, heading=heading, samples=samples(self.board, self.rows, column.index))

    def _read(self, index: int) -> Column:
        heading: Heading = read_heading(self.band.paths.get(index, ()))
        column = Column(
            index,
            heading.field or "",
            heading.period,
            heading.unit,
            heading.confidence,
            heading.reason,
            also=heading.also,
        )
        if heading.unknown:
            return replace(column, period=Period(), reason=f'judul "{heading.unknown}" tidak dikenali')
        if not heading.field and heading.period.is_set:
            return replace(
                column,
                field=self._untold_measure(),
                confidence=0.7,
                reason=f"judul hanya menyebut waktu: {' › '.join(self.band.paths[index])}",
            )
        return column

    def _untold_measure(self) -> str:
        """Return what figures under bare years are, by the words above the table."""
        title = " ".join(self.caption.title).lower()
        if "target" not in title and re.search(r"realisasi|hasil", title):
            return "realization"
        if "target" not in title and "capaian" in title:
            return "realization"
        return "target"

    # Headings over several columns, and none ----------------------------------------------------------------

    def _share_headings(self, columns: dict[int, Column]) -> None:
        """Under one merged heading the text is what it says; short numbers and units stand beside it."""
        by_place: dict[tuple[int, int], list[int]] = {}
        for index in columns:
            if index in self.band.places and self.band.paths[index]:
                by_place.setdefault(self.band.places[index], []).append(index)
        for shared in by_place.values():
            if len(shared) > 1:
                self._share(columns, shared)

    def _share(self, columns: dict[int, Column], shared: list[int]) -> None:
        figures = columns[shared[0]].field in MEASURES
        numbered = columns[shared[0]].field in {"indicator", "goal", "objective", "program"}
        best = max(shared, key=lambda index: (self._worth(index, figures=figures), -index))
        for index in shared:
            if index == best:
                continue
            guess = self._guess(index, columns) if numbered or figures else None
            columns[index] = guess or Column(index, "")

    def _move_headings(self, columns: dict[int, Column]) -> None:
        """A heading typed over the number column of a pair belongs to the text beside it."""
        for index, column in list(columns.items()):
            beside = index + 1
            if column.field not in {"indicator", "goal", "objective"} or self.band.paths.get(beside):
                continue
            mine, theirs = self.profiles[index], self.profiles.get(beside)
            if theirs and mine.labels >= 0.7 and theirs.filled and theirs.labels < 0.3 and theirs.long >= 0.5:
                columns[beside] = replace(
                    column, index=beside, reason=f"{column.reason}, ditulis di kolom nomornya"
                )
                columns[index] = Column(
                    index, "number", confidence=0.8, reason="berisi nomor pendek di kiri teksnya"
                )

    def _worth(self, index: int, *, figures: bool) -> float:
        seen = self.profiles[index]
        return seen.filled * (seen.figures if figures else (seen.long + 0.2 * (1 - seen.labels)))

    def _guess(self, index: int, columns: dict[int, Column]) -> Column | None:
        """Return what a column without a heading of its own holds, None when it cannot be told."""
        seen = self.profiles[index]
        if not seen.filled:
            return None
        if seen.labels >= 0.7 and seen.units < 0.5:
            return Column(index, "number", confidence=0.8, reason="tanpa judul sendiri, berisi nomor pendek")
        units = any(column.field == "unit" for column in columns.values())
        if seen.units >= 0.6 and not units:
            return Column(index, "unit", confidence=0.75, reason="tanpa judul sendiri, berisi satuan")
        return None

    def _name_unnamed(self, columns: dict[int, Column]) -> None:
        for index, column in list(columns.items()):
            if column.field or self.band.paths.get(index) or not self.profiles[index].filled:
                continue
            guess = self._guess(index, columns)
            if guess:
                columns[index] = guess
            else:
                self._flag(
                    index,
                    "unnamed_column",
                    f"Kolom {letters(index)} berisi data tetapi tidak berjudul; tidak dibaca.",
                )

    def _flag(self, index: int, code: str, message: str) -> None:
        self.problems.append(Problem(f"{letters(index)}{self.band.last}", code, message))

    # Kinds and periods that stand in rows -------------------------------------------------------------------

    def _find_row_kinds(self, columns: dict[int, Column]) -> None:
        """Find a column that says of each row whether it is target or realization, or which period."""
        for index, column in columns.items():
            seen = self.profiles[index]
            if column.field in {"indicator", "goal", "number"} or not seen.filled:
                continue
            if seen.measures >= 0.8:
                columns[index] = replace(
                    column,
                    field="measure",
                    confidence=0.9,
                    reason="berisi kata target, realisasi, atau capaian",
                )
            elif column.field == "measure":
                columns[index] = replace(column, field="")

    # Doubles ------------------------------------------------------------------------------------------------

    def _settle_explanations(self, columns: dict[int, Column]) -> None:
        """Beside a column of formulas "Penjelasan" is the definition."""
        same = [column for column in columns.values() if column.field == "formulation"]
        defined = any(column.field == "definition" for column in columns.values())
        for column in same:
            words = " ".join(self.band.paths.get(column.index, ())).lower()
            if len(same) > 1 and not defined and not re.search(r"formula|rumus|hitung", words):
                columns[column.index] = replace(column, field="definition")
                return

    def _find_indicator(self, columns: dict[int, Column]) -> None:
        """Without a heading "Indikator" the next best text column is one: "Uraian", a second goal column."""
        if any(column.field == "indicator" for column in columns.values()):
            texts = [column for column in columns.values() if column.field == "text"]
            for column in texts:
                columns[column.index] = replace(column, field="")
            return
        texts = [column for column in columns.values() if column.field == "text"]
        goals = [column for column in columns.values() if column.field == "goal"]
        if not texts and len(goals) == 1 and not self._measures(columns):
            return
        chosen = next(iter([*texts[:1], *goals[-1:]]), None)
        if chosen:
            columns[chosen.index] = replace(
                chosen,
                field="indicator",
                confidence=min(chosen.confidence, 0.73),
                reason=f"{chosen.reason}; tidak ada kolom indikator lain",
            )
        for column in columns.values():
            if column.field == "text":
                columns[column.index] = replace(column, field="")

    def _measures(self, columns: dict[int, Column]) -> list[Column]:
        return [column for column in columns.values() if column.field in MEASURES]

    def _settle_achievement(self, columns: dict[int, Column]) -> None:
        """ "Capaian" is a percentage beside "Realisasi", and the realization itself where nothing else is."""
        measures = self._measures(columns)
        unsure = [c for c in measures if c.field == "achievement" and not self._says_percent(c)]
        sure = [c for c in measures if c.field == "achievement" and c not in unsure]
        realized = {c.period for c in measures if c.field == "realization"}
        targeted = {c.period for c in measures if c.field in {"target", "revised_target"}}
        for column in unsure:
            beside_percent = any(c.period == column.period for c in sure) and column.period not in realized
            alone_in_year = (
                column.period.is_set and bool(targeted) and column.period not in targeted | realized
            )
            only = not realized and not targeted and not sure
            if beside_percent or alone_in_year or only:
                columns[column.index] = replace(
                    column,
                    field="realization",
                    confidence=0.75,
                    reason=f"{column.reason}; tanpa kolom realisasi, jadi dibaca sebagai realisasi",
                )

    def _says_percent(self, column: Column) -> bool:
        words = " ".join(self.band.paths.get(column.index, ())).lower()
        return bool(re.search(r"%|persen|prosen|tingkat|rasio", words))

    def _complete_periods(self, columns: dict[int, Column]) -> None:
        """Take the year, and the quarter of reports, from the title where headings have none."""
        self._inherit_periods(columns)
        period = self.caption.period
        dated = any(column.period.is_set for column in self._measures(columns) if column.field != "baseline")
        for column in self._measures(columns):
            found = column.period
            if found.ordinal and self.caption.span and not found.year:
                found = replace(found, year=self.caption.span[0] + found.ordinal - 1)
            elif column.field in {"baseline", "end_target"}:
                continue
            elif not found.year and not found.ordinal and period.year:
                whole = not dated and not found.is_set and column.field != "target"
                found = replace(found.within(period) if whole else found, year=period.year)
                if not dated and not column.period.is_set and self._is_report():
                    found = found.within(replace(period, cumulative=False))
            if found != column.period:
                columns[column.index] = replace(
                    column, period=found, reason=f"{column.reason}; waktu dari judul tabel"
                )

    def _inherit_periods(self, columns: dict[int, Column]) -> None:
        """Give figures without a period the one left of them: "Target TW I | Realisasi | Capaian"."""
        order = [columns[index] for index in sorted(columns) if columns[index].field in MEASURES]
        undated = sum(column.field == "achievement" and not column.period.is_set for column in order)
        for place, column in enumerate(order):
            if place == 0 or column.field in {"baseline", "end_target"}:
                continue
            left = columns[order[place - 1].index]
            found = column.period
            if not found.is_set and column.field in {"realization", "achievement"}:
                found = self._left_period(column, [columns[each.index] for each in order[:place]], undated)
            elif (
                (found.quarter or found.month)
                and not found.year
                and left.period.year
                and not self.caption.period.year
            ):
                found = replace(found, year=left.period.year)
            if found != column.period:
                reason = f"{column.reason}; waktu dari kolom di kirinya"
                columns[column.index] = replace(column, period=found, reason=reason)

    @staticmethod
    def _left_period(column: Column, lefts: list[Column], undated: int) -> Period:
        left = lefts[-1]
        others = {each.period for each in lefts if each.field == left.field}
        if left.field in {"baseline", "end_target"}:
            return column.period
        if (
            len(others) > 1
            and column.field == "realization"
            and len(lefts) > 1
            and lefts[-2].field == left.field
        ):
            return column.period
        if len(others) > 1 and undated == 1:
            return Period(year=left.period.year)
        return left.period

    def _is_report(self) -> bool:
        return bool(self.caption.period.quarter or self.caption.period.month)

    def _settle_doubles(self, columns: dict[int, Column]) -> None:
        """Of two columns that claim one field the better stays, the other is said and not read."""
        claims: dict[tuple[str, Period | None], list[Column]] = {}
        for column in columns.values():
            if column.field and column.field not in {"number", "budget", "note"}:
                key = (
                    column.period
                    if column.field in MEASURES
                    else (Period(ordinal=1) if column.also == "year" else None)
                )
                claims.setdefault((column.field, key), []).append(column)
        for (name, _), claimed in claims.items():
            if len(claimed) < 2:
                continue
            best = self._best(name, claimed, columns)
            for column in claimed:
                if column is not best:
                    columns[column.index] = replace(
                        column,
                        field="",
                        confidence=0.0,
                        reason=f"{column.reason}; kalah dari kolom {letters(best.index)}",
                    )
                    self._flag(
                        column.index,
                        "double_column",
                        f"Kolom {letters(column.index)} dan {letters(best.index)} sama-sama "
                        f"terbaca sebagai {name}; "
                        f"yang dipakai {letters(best.index)}.",
                    )

    def _best(self, name: str, claimed: list[Column], columns: dict[int, Column]) -> Column:
        indicator = max((c.index for c in columns.values() if c.field == "indicator"), default=0)
        goal = max((c.index for c in columns.values() if c.field == "goal"), default=0)

        def rank(column: Column) -> tuple[float, ...]:
            seen = self.profiles[column.index]
            empty = float(seen.filled > 0) + 2 * (column.index in self.said)
            if name in {"code", "weight"}:
                return (empty, -abs(indicator - column.index))
            if name == "goal":
                return (empty, -abs(indicator - column.index), column.confidence)
            if name == "indicator":
                near = -(column.index - goal) if column.index > goal else -100
                return (empty, seen.long > 0, near, column.confidence)
            return (empty, column.confidence, seen.filled, -column.index)

        return max(claimed, key=rank)

    # Numbers ------------------------------------------------------------------------------------------------

    def _settle_numbers(self, columns: dict[int, Column]) -> None:
        """Say whether a column of numbers counts goals or indicators."""
        numbers = [column for column in columns.values() if column.field == "number"]
        goal = next((c.index for c in columns.values() if c.field == "goal"), None)
        indicator = next((c.index for c in columns.values() if c.field == "indicator"), None)
        if indicator is None or not numbers:
            return
        before = [column for column in numbers if column.index < indicator]
        for column in numbers:
            of = "indicator"
            if goal is not None and column.index < goal:
                later = [other for other in before if goal < other.index]
                of = "goal" if later or self._counts_goals(column.index, goal, indicator) else "indicator"
            columns[column.index] = replace(column, of=of)
        for of, count in Counter(columns[column.index].of for column in numbers).items():
            if count > 1:
                for column in [c for c in numbers if columns[c.index].of == of][:-1]:
                    columns[column.index] = Column(column.index, "")

    def _counts_goals(self, number: int, goal: int, indicator: int) -> bool:
        """Whether numbers change as often as goals do, less often than indicators."""

        def changes(index: int) -> int:
            texts = [text for row in self.rows if (text := self.board.own(row, index))]
            texts = [text for text in texts if index != number or is_number_label(text)]
            return sum(1 for place, text in enumerate(texts) if place == 0 or text != texts[place - 1])

        return changes(number) <= changes(goal) < changes(indicator)


def kind_of(columns: dict[int, Column]) -> str:
    """Return "measurement", "targets" or "definitions" by the columns."""
    fields = {column.field for column in columns.values()}
    if fields & {"realization", "achievement"}:
        return "measurement"
    if "measure" in fields:
        return "measurement"
    described = fields & set(DESCRIPTIONS) - {"unit"}
    if fields & {"target", "revised_target", "end_target"} and len(described) < 2:
        return "targets"
    return "definitions"
