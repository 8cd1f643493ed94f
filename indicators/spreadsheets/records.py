"""From rows to records: goals filled down, wrapped texts joined, the rest skipped with a reason.

Nothing is shifted silently: a row whose cells slipped into each other becomes a proposal that says what stood
where.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from indicators.spreadsheets.bands import is_column_numbers
from indicators.spreadsheets.board import Board
from indicators.spreadsheets.captions import Caption
from indicators.spreadsheets.cells import (
    Notation,
    Value,
    is_number_label,
    one_line,
    read_value,
    split_formulation,
    split_label,
    split_number,
)
from indicators.spreadsheets.columns import Column, row_measure, row_period
from indicators.spreadsheets.grid import Cell, Problem, address
from indicators.spreadsheets.headings import (
    DESCRIPTIONS,
    GOAL_STARTS,
    INDICATOR_STARTS,
    LABELS,
    MEASURES,
    Period,
    is_unit,
)
from indicators.spreadsheets.repairs import Repair, repair_collapsed
from indicators.spreadsheets.rows import is_note, is_page_mark, is_signature, is_total

# Texts that go from the row to the record as they are; prose keeps its lines.
PROSE = frozenset(
    {
        "formulation",
        "definition",
        "reason",
        "note",
        "obstacle",
        "driver",
        "follow_up",
        "evidence",
        "source",
        "responsible_unit",
        "program",
    }
)
_FILLED_DOWN = ("objective", "goal", "perspective", "agency", "program")
_NEVER_TEXT = frozenset({*MEASURES, "number", "budget", "measure", "period", ""})


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a record: which field, when, where it stands, and how it was read."""

    field: str
    period: Period
    cell: str
    value: Value


@dataclass(slots=True)
class Record:
    """One indicator: `texts` by field, where each stands in `cells`; `repair` is to be confirmed."""

    row: int
    texts: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    formula: dict[str, str] = field(default_factory=dict)
    repair: Repair | None = None
    last_row: int = 0
    comments: dict[str, str] = field(default_factory=dict)  # what people stuck to its cells, by address


@dataclass
class Read:
    """What the rows of one table gave."""

    records: list[Record] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)  # cells without the name of the sheet
    last_row: int = 0


class _Rows:
    """Cells of a row by what their columns hold."""

    def __init__(self, board: Board, columns: dict[int, Column]) -> None:
        self.board, self.columns = board, columns
        self.span = range(min(columns), max(columns) + 1)
        self.by_field: dict[str, int] = {}
        for column in columns.values():
            if column.field not in {*MEASURES, "number", "", "budget"}:
                self.by_field.setdefault(column.field, column.index)
        self.periods = [column for column in columns.values() if column.field == "period"]
        self.measures = [column for column in columns.values() if column.field in MEASURES]
        self.numbers = {column.of: column.index for column in columns.values() if column.field == "number"}

    def own(self, row: int, name: str) -> str:
        index = self.by_field.get(name)
        return self.board.own(row, index) if index else ""

    def number(self, row: int, of: str) -> str:
        index = self.numbers.get(of)
        return one_line(self.board.own(row, index)) if index else ""

    def seen(self, row: int, index: int) -> tuple[str, Cell | None]:
        """Return text and cell seen at a column, not what a merge from another column spreads over it."""
        origin = self.board.origin(row, index)
        shared = self.columns.get(origin[1], Column(0, "x")).field
        if origin[1] != index and shared in MEASURES and self.columns[index].field in MEASURES:
            # One figure merged over several years or quarters is the figure of each.
            return self.board.text(row, index), self.board.cell(row, index)
        if origin[1] != index and shared not in {"", "number"}:
            return "", None
        if origin[1] != index and origin[0] != row:
            return "", None
        if origin[1] != index and len(self.owns(row)) == 1:
            return "", None
        return self.board.text(row, index), self.board.cell(row, index)

    def owns(self, row: int) -> list[int]:
        """Columns of the table that hold something of their own in this row."""
        return [column for column in self.board.columns_of(row) if column in self.span]

    def has_figures(self, row: int) -> bool:
        return any(self.board.own(row, column.index) for column in self.measures)

    def described(self, row: int, *, code: bool = True) -> bool:
        """Whether the row says more than a name and a number."""
        names = [
            *DESCRIPTIONS,
            *(["code"] if code else []),
            "weight",
            "calculation",
            "polarity",
            "period",
            "measure",
        ]
        return self.has_figures(row) or any(self.own(row, name) for name in names)


def read_records(
    board: Board, columns: dict[int, Column], rows: list[int], headers: set[int], caption: Caption
) -> Read:
    """Read the body rows of a table; `headers` are rows of repeated headers among them."""
    reader = _Reader(board, columns, rows, headers, caption)
    reader.run()
    return reader.result


class _Reader:
    """Walks down the rows once; what was seen above decides what a row means."""

    def __init__(
        self, board: Board, columns: dict[int, Column], rows: list[int], headers: set[int], caption: Caption
    ) -> None:
        self.board, self.columns, self.rows, self.headers = board, columns, rows, headers
        self.cells = _Rows(board, columns)
        self.result = Read()
        self.current: dict[str, tuple[str, str]] = {}  # filled-down field → text, place
        self.goal_number = ("", "")
        self.goal_rows: list[Record] = []
        self.signed = False
        self.notations: dict[int, Notation] = {}
        self.after_band = False
        if caption.goal and "goal" not in self.cells.by_field:
            self.current["goal"] = (caption.goal, "")
        self.last = self._last_record_row()
        self.bare_numbers = self._numbers_are_bare()
        self.sparse = self._is_sparse()

    # What the table as a whole is like ----------------------------------------------------------------------

    def _numbers_are_bare(self) -> bool:
        """Whether most indicators open with a number without a mark: "7 Persentase …"."""
        texts = [text for row in self.rows if (text := self.cells.own(row, "indicator"))]
        return bool(texts) and sum(bool(re.match(r"\d{1,3}\s+[A-Z]", text)) for text in texts) >= 0.6 * len(
            texts
        )

    def _is_sparse(self) -> bool:
        """Whether rows have nothing beside the indicator, so that its absence tells nothing."""
        with_name = [row for row in self.rows if self.cells.own(row, "indicator") and row not in self.headers]
        return sum(self.cells.described(row) for row in with_name) < 0.3 * len(with_name)

    def _last_record_row(self) -> int:
        """Return the last row that is surely an indicator; below it stand totals, notes and signatures."""
        last = 0
        previous = 0
        for row in self.rows:
            if row in self.headers or not self.cells.owns(row):
                continue
            name = self.cells.own(row, "indicator")
            solid = bool(name) and (
                self.cells.described(row)
                or bool(self.cells.number(row, "indicator") or self.cells.own(row, "goal"))
                or (
                    previous == last
                    and last == row - 1
                    and len(self.cells.owns(row)) == 1
                    and not _is_footer(name)
                )
            )
            name_column = self.cells.by_field.get("indicator", 0)
            covered = self.board.origin(row, name_column)[0] < row and bool(self.board.text(row, name_column))
            measured = row_measure(self.cells.own(row, "measure")) != ""
            more = covered or (measured and self.cells.has_figures(row))
            if ((solid or more) and not self._is_footer_row(row)) or self._collapsed(row):
                last = row
            previous = row
        return last

    def _is_footer_row(self, row: int) -> bool:
        texts = [self.board.own(row, index) for index in self.cells.owns(row)]
        return any(is_signature(text) for text in texts) or _is_footer(texts[0]) or self._total(row)

    def _collapsed(self, row: int) -> int:
        """Return the column of a cell that swallowed those beside it, 0 when none did.

        It opens with a number, is long, and stands where only numbers do or leaves the number's cell empty.
        """
        name = self.cells.by_field["indicator"]
        numbers = self.cells.numbers
        if self.cells.own(row, "indicator"):
            return self._collapsed_name(row, name)
        for index in (numbers.get("indicator", 0), numbers.get("goal", 0)):
            number, rest = split_number(one_line(self.board.own(row, index)), bare=True)
            right = [each for each in self.cells.owns(row) if each > index]
            spread = self.board.area(row, index).last_column > index
            if not number or len(rest) < 12:
                continue
            if right or (index == numbers.get("indicator") and not spread and self._follows(row, number)):
                return index
        return 0

    def _follows(self, row: int, number: str) -> bool:
        """Whether a number goes on counting from the row right above."""
        above = [each for each in self.rows if each < row and self.cells.owns(each)][-1:]
        before = self.cells.number(above[0], "indicator").strip("(). ") if above else ""
        return before.isdigit() and number.strip("(). ") == str(int(before) + 1)

    def _collapsed_name(self, row: int, index: int) -> int:
        number = self.cells.numbers.get("indicator")
        text = one_line(self.board.own(row, index))
        if not number or self.board.text(row, number) or not re.match(r"\d{1,3}\.? [A-Z]", text):
            return 0
        return index if len(text) > 70 and self._others_numbered() else 0

    def _others_numbered(self, but: int = 0) -> bool:
        with_name = [row for row in self.rows if row != but and self.cells.own(row, "indicator")]
        return sum(bool(self.cells.number(row, "indicator")) for row in with_name) >= 0.7 * len(with_name)

    # The walk -----------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Classify each row and do what it asks for."""
        for row in self.rows:
            if row in self.headers:
                self._skip(row, "judul kolom berulang")
            elif is_column_numbers(self.board, row) and self._numbers_columns(row):
                self._skip(row, "nomor kolom")
            elif not self.cells.owns(row):
                self._blank(row)
            else:
                self._row(row)
        self._finish()

    def _row(self, row: int) -> None:
        for rule in (
            self._footer,
            self._total_row,
            self._repair,
            self._band,
            self._indicator,
            self._goal_row,
            self._more,
        ):
            if rule(row):
                return
        self._skip(row, "tidak dikenali")
        self._say(
            row,
            self.cells.owns(row)[0],
            "unread_row",
            "Baris ini tidak dikenali dan tidak dibaca. Periksa isinya.",
        )

    def _skip(self, row: int, reason: str) -> None:
        self.result.skipped.append((row, reason))

    def _say(self, row: int, column: int, code: str, message: str) -> None:
        self.result.problems.append(Problem(address(row, column), code, message))

    def _numbers_columns(self, row: int) -> bool:
        """Whether the row really only numbers columns: the indicator itself is a number there."""
        return len(self.cells.owns(row)) >= 2 and is_number_label(self.cells.own(row, "indicator") or "1")

    def _blank(self, row: int) -> None:
        if self.cells.board.columns_of(row):
            self._skip(row, "di luar kolom tabel")
        elif row <= self.last:
            self._skip(row, "baris kosong")

    # Rows that are no record --------------------------------------------------------------------------------

    def _footer(self, row: int) -> bool:
        """Take notes, page marks and signatures; after the first signature all below is one."""
        owns = self.cells.owns(row)
        texts = [self.board.own(row, index) for index in owns]
        solid = bool(self.cells.own(row, "indicator")) and self.cells.described(row)
        if row > self.last and (self.signed or any(is_signature(text) for text in texts)):
            self.signed = True
            self._skip(row, "blok tanda tangan")
            return True
        if is_note(texts[0]) and not solid and len(owns) <= 3:
            self._skip(row, "catatan di bawah tabel")
            return True
        if len(owns) == 1 and is_page_mark(texts[0]):
            self._skip(row, "penanda halaman")
            return True
        if row > self.last and not self._total(row) and not self._continues(row) and not self._ends_goal(row):
            self._skip(row, "teks di bawah tabel")
            return True
        return False

    def _total(self, row: int) -> bool:
        """Whether the first words of a row announce a total, and it has no number of its own."""
        texts = [(index, self.board.own(row, index)) for index in self.cells.owns(row)]
        words = [(index, text) for index, text in texts if not re.match(r"[-−(]?[\d.,]+\s*%?\)?$", text)]
        if not words or not is_total(words[0][1]):
            return False
        unit = self.cells.own(row, "unit")
        if words[0][0] == self.cells.by_field.get("indicator") and unit not in {
            "",
            "%",
            "Persen",
            "persen",
            "-",
        }:
            return False
        own_number = self.cells.number(row, "indicator")
        return not (own_number and is_number_label(own_number)) or own_number == words[0][1]

    def _total_row(self, row: int) -> bool:
        if not self._total(row):
            return False
        self._skip(row, "baris jumlah atau rata-rata")
        return True

    def _band(self, row: int) -> bool:
        """Take a text that stands alone over the columns: a goal, or whatever its label says."""
        owns = [index for index in self.cells.owns(row) if not is_number_label(self.board.own(row, index))]
        if self._label_apart(row):
            return True
        if len(owns) != 1 or self.cells.has_figures(row):
            return False
        text = one_line(self.board.own(row, owns[0]))
        numbers = [self.board.own(row, index) for index in self.cells.owns(row) if index != owns[0]]
        area = self.board.area(row, owns[0])
        wide = area.last_column > area.first_column
        column = self.columns.get(owns[0], Column(0, ""))
        kind, number, rest = split_label(text)
        in_place = column.field in {"goal", "indicator", "number"} and not wide
        if kind and kind != "indicator" and not (in_place and column.field == "goal" and kind == "goal"):
            return self._set(kind, number or (numbers[0] if numbers else ""), rest, row, owns[0])
        if column.field == "goal" and not wide:
            return False
        if column.field == "indicator" and not self._is_goal_among_indicators(row, text, wide=wide):
            return False
        if column.field not in {"goal", "indicator", "number", "", *_FILLED_DOWN} and not wide:
            return False
        if column.field == "number" and not wide and len(text) < 12:
            return False
        number, rest = split_number(text, bare=True)
        return self._set(
            self._kind_of_band(row, rest), number or (numbers[0] if numbers else ""), rest, row, owns[0]
        )

    def _label_apart(self, row: int) -> bool:
        """Take "Sasaran 1", ":" and the text from cells of their own."""
        owns = self.cells.owns(row)
        texts = [one_line(self.board.own(row, index)) for index in owns]
        if not 2 <= len(texts) <= 3 or not re.fullmatch(
            r"(sasaran|tujuan|perspektif|program|misi)( strategis)?( [\divx]+)?\s*:?", texts[0], re.IGNORECASE
        ):
            return False
        if len(texts) == 3 and texts[1] != ":" and not is_number_label(texts[1]):
            return False
        kind, number, rest = split_label(
            " ".join(texts) if ":" in texts[:-1] else f"{texts[0]} : {' '.join(texts[1:])}"
        )
        return bool(kind) and self._set(kind, number, rest.lstrip(": "), row, owns[-1])

    def _kind_of_band(self, row: int, text: str) -> str:
        word = (re.findall(r"[^\W\d_]+", text.lower()) or [""])[0]
        if word in {"program", "kegiatan", "sub", "subkegiatan"}:
            return "program"
        if word == "tujuan":
            return "objective"
        if "goal" in self.cells.by_field and word not in GOAL_STARTS:
            return "section"
        if word in {
            "bidang",
            "sekretariat",
            "bagian",
            "uptd",
            "urusan",
            "iku",
            "indikator",
            "misi",
            "perspektif",
        }:
            return "perspective" if word == "perspektif" else "section"
        return "goal"

    def _set(self, kind: str, number: str, text: str, row: int, column: int) -> bool:
        """Let a text hold for the rows below."""
        place = address(row, column)
        names = {"goal": "sasaran", "objective": "tujuan", "perspective": "perspektif", "program": "program"}
        if kind == "goal":
            upper = self.current.get("goal", ("", ""))
            if self.after_band and upper[0] and self._is_child(number, self.goal_number[0]):
                self.current["objective"] = upper
            self.current["goal"] = (text, place)
            self.goal_number = (number, place if number else "")
            self.goal_rows = []
            self.after_band = True
        elif kind in _FILLED_DOWN:
            self.current[kind] = (text, place)
        self._skip(row, f"baris {names.get(kind, 'judul bagian')}")
        return True

    @staticmethod
    def _is_child(number: str, parent: str) -> bool:
        number, parent = number.strip("(). "), parent.strip("(). ")
        return bool(parent) and number.startswith(f"{parent}.")

    def _is_goal_among_indicators(self, row: int, text: str, *, wide: bool) -> bool:
        """Whether a text in the indicator column is the goal of the indicators below it."""
        mixed = self.columns[self.cells.by_field["indicator"]].also == "goal"
        if ("goal" in self.cells.by_field and not mixed) or self.cells.described(row, code=False):
            return False
        below = self._next_name(row)
        if not below:
            return False
        if self._is_child(self.cells.own(below, "code"), self.cells.own(row, "code")):
            return True
        number = self.cells.number(row, "indicator") or split_number(text, bare=True)[0]
        lower = (
            self.cells.number(below, "indicator")
            or split_number(self.cells.own(below, "indicator"), bare=True)[0]
        )
        words = re.findall(r"[^\W\d_]+", split_number(text, bare=True)[1].lower()) or [""]
        if words[0] in GOAL_STARTS or self._is_child(lower, number) or (wide and not self._is_wide(below)):
            return True
        styled = bool(number and lower) and _style(number) != _style(lower) and _style(lower) == "a"
        plain = words[0] not in INDICATOR_STARTS and not self.sparse and self.cells.described(below)
        # Where goals stand among indicators the first of them comes before any indicator.
        plain = plain and (not self.result.records or "goal" in self.current)
        return styled or (
            plain and not text[:1].islower() and (mixed or text.isupper() or bool(number) != bool(lower))
        )

    def _is_wide(self, row: int) -> bool:
        area = self.board.area(row, self.cells.by_field["indicator"])
        return area.last_column > area.first_column

    def _next_name(self, row: int) -> int:
        return next(
            (
                each
                for each in self.rows
                if each > row and each not in self.headers and self.cells.own(each, "indicator")
            ),
            0,
        )

    def _goal_row(self, row: int) -> bool:
        """Take a goal that stands in its column on a row before its indicators."""
        text = self.cells.own(row, "goal")
        if not text or self.cells.own(row, "indicator"):
            return False
        if self.cells.has_figures(row):
            return False
        if self._extends_goal(row, text):
            self._skip(row, "lanjutan sasaran")
            return True
        self._fill_down(row)
        self._skip(row, "baris sasaran")
        return True

    def _ends_goal(self, row: int) -> bool:
        """Whether the last goal goes on in the row right below the last indicator."""
        text = self.cells.own(row, "goal")
        return bool(text) and text[:1].islower() and row == self.last + 1 and len(self.cells.owns(row)) == 1

    def _extends_goal(self, row: int, text: str) -> bool:
        """Join a goal that goes on in the next row; the rest of the row may hold an indicator."""
        goal, place = self.current.get("goal", ("", ""))
        if not goal or not text[:1].islower() or self.cells.number(row, "goal"):
            return False
        whole = f"{goal} {one_line(text)}"
        self.current["goal"] = (whole, place)
        for record in self.goal_rows:
            record.texts["goal"] = whole
        return True

    # Records ------------------------------------------------------------------------------------------------

    def _indicator(self, row: int) -> bool:
        text = self.cells.own(row, "indicator")
        if not text:
            return False
        if self._continues(row):
            return self._append(row)
        if self._repeats_last(row, one_line(text)):
            self._add_figures(self.result.records[-1], row)
            self.result.records[-1].last_row = row
            self._skip(row, "baris angka dari indikator di atasnya")
            return True
        self._fill_down(row)
        record = Record(row, last_row=row)
        self._name(record, text)
        self._describe(record)
        self._add_figures(record, row)
        self._add(record)
        if self._is_doubtful(row):
            self._say(
                row,
                self.cells.by_field["indicator"],
                "maybe_continuation",
                "Baris ini hanya berisi nama. Mungkin lanjutan indikator di atasnya; periksa.",
            )
        return True

    def _add(self, record: Record) -> None:
        self.result.records.append(record)
        self.goal_rows.append(record)
        self.result.last_row = record.row
        self.after_band = False

    def _repeats_last(self, row: int, text: str) -> bool:
        """Whether a row of a table with periods or kinds in rows goes on with the same indicator."""
        if not self.result.records or not ({"period", "measure"} & set(self.cells.by_field)):
            return False
        last = self.result.records[-1]
        _, name = split_number(text, bare=self.bare_numbers)
        own = self.cells.number(row, "indicator")
        return name == last.texts.get("indicator") and (not own or own == last.texts.get("number"))

    def _is_doubtful(self, row: int) -> bool:
        numbered = "indicator" in self.cells.numbers
        bare = not self.cells.described(row) and not self.cells.own(row, "goal")
        return (
            not self.sparse
            and bare
            and not (numbered and self.cells.number(row, "indicator"))
            and len(self.result.records) > 1
        )

    def _continues(self, row: int) -> bool:
        """Whether the row holds the second lines of the record above: small letter, nothing of its own."""
        if not self.result.records or self.result.records[-1].last_row != row - 1:
            return False
        text = self.cells.own(row, "indicator")
        own = [name for name in self.cells.by_field if self.cells.own(row, name) and name not in PROSE]
        if not text or set(own) - {"indicator", "goal"} or self.cells.has_figures(row):
            return False
        if self.cells.number(row, "indicator") or self.cells.number(row, "goal"):
            return False
        above = self.result.records[-1].texts.get("indicator", "")
        opened = bool(
            re.search(r"(?:[-,(/&]|\b(?:dan|yang|di|ke|dari|pada|untuk|atau|dengan|terhadap|per))$", above)
        )
        lowered = text[:1].islower() and not above[:1].islower()
        if not (lowered or opened or self._lacks_number(row, text)):
            return False
        goal = self.cells.own(row, "goal")
        return not goal or goal[:1].islower()

    def _lacks_number(self, row: int, text: str) -> bool:
        """Whether a lone text stands where every indicator has a number: it belongs to the one above."""
        words = re.findall(r"[^\W\d_]+", text.lower()) or [""]
        alone = len(self.cells.owns(row)) == 1 and not text.isupper()
        named = words[0] in GOAL_STARTS | INDICATOR_STARTS or bool(split_number(text, bare=True)[0])
        return alone and not named and "indicator" in self.cells.numbers and self._others_numbered(but=row)

    def _append(self, row: int) -> bool:
        """Join the texts of a row to the record above."""
        record = self.result.records[-1]
        if self._lacks_number(row, self.cells.own(row, "indicator")):
            self._say(
                row,
                self.cells.by_field["indicator"],
                "joined_line",
                "Baris ini tidak bernomor dan hanya berisi teks; digabung dengan indikator di atasnya.",
            )
        if goal := self.cells.own(row, "goal"):
            self._extends_goal(row, goal)
        for name in self.cells.by_field:
            text = self.cells.own(row, name)
            if text and (name in PROSE or name == "indicator"):
                above = record.texts.get(name, "")
                joiner = (
                    "\n"
                    if name in {"formulation", "definition", "program"} and not text[:1].islower()
                    else " "
                )
                record.texts[name] = (
                    one_line(f"{above} {text}") if name == "indicator" else f"{above}{joiner}{text}".strip()
                )
                record.cells.setdefault(name, address(row, self.cells.by_field[name]))
        record.last_row = row
        self.result.last_row = row
        self._skip(row, f"lanjutan baris {record.row}")
        return True

    def _more(self, row: int) -> bool:
        """Take a row without a name of its own: figures or further lines of the indicator above."""
        if not self.result.records or row > self.last + 1:
            return False
        record = self.result.records[-1]
        index = self.cells.by_field.get("indicator", 0)
        covered = self.board.origin(row, index)[0] == record.row
        kinds = bool({"period", "measure"} & set(self.cells.by_field))
        if self.cells.has_figures(row) and (covered or kinds) and not self.cells.number(row, "indicator"):
            self._add_figures(record, row)
            record.last_row = row
            self.result.last_row = row
            self._skip(row, "baris angka dari indikator di atasnya")
            return True
        own = {self.columns[i].field for i in self.cells.owns(row) if i in self.columns}
        if (record.last_row == row - 1 or covered) and own and own <= PROSE | {"", "budget"}:
            return self._append(row)
        return False

    def _name(self, record: Record, text: str) -> None:
        """Set indicator and number, taken from their columns or from one text."""
        row, index = record.row, self.cells.by_field["indicator"]
        name, number, place = one_line(text), "", address(row, index)
        kind, labelled, rest = split_label(name)
        inside, short = split_number(name, bare=self.bare_numbers)
        if kind == "indicator" and labelled and len(rest) > 3:
            number, name = labelled, rest
        elif inside:
            number, name = inside, short
        record.texts["indicator"], record.cells["indicator"] = name, place
        own, own_place = self._number_seen(row, "indicator")
        if own and number and own.strip("(). ") != number.strip("(). "):
            record.texts["indicator"], number = one_line(text), own
        if own or number:
            record.texts["number"], record.cells["number"] = own or number, own_place if own else place

    def _number_seen(self, row: int, of: str) -> tuple[str, str]:
        index = self.cells.numbers.get(of)
        if not index:
            return "", ""
        text, _ = self.cells.seen(row, index)
        return one_line(text), address(*self.board.origin(row, index)) if text else ""

    def _fill_down(self, row: int) -> None:
        """Take goals and the like from this row, or keep those from above."""
        for name in _FILLED_DOWN:
            index = self.cells.by_field.get(name)
            text = self.cells.seen(row, index)[0] if index else ""
            if not text or index is None:
                continue
            place = address(*self.board.origin(row, index))
            if name == "goal":
                if self.board.own(row, index) and self._extends_goal(row, text):
                    continue
                self._new_goal(row, one_line(text), place)
            else:
                self.current[name] = (split_number(one_line(text))[1], place)
        number, place = self._number_seen(row, "goal")
        if number and place != self.goal_number[1]:
            self._number_goal(row, number, place)

    def _new_goal(self, row: int, text: str, place: str) -> None:
        kind, labelled, rest = split_label(text)
        number, short = (labelled, rest) if kind == "goal" and labelled else split_number(text)
        name = short if number else text
        if place == self.current.get("goal", ("", ""))[1] or name == self.current.get("goal", ("", ""))[0]:
            return
        if kind == "objective":
            # An indicator of a tujuan in the column of sasaran has no sasaran.
            self.current["objective"], self.current["goal"] = (rest, place), ("", "")
            self.goal_number, self.goal_rows = ("", ""), []
            return
        if kind == "goal" and rest:
            name = rest
        self.current["goal"] = (name, place)
        self.goal_number = (number, place if number else "")
        self.goal_rows = []

    def _number_goal(self, row: int, number: str, place: str) -> None:
        """A number printed on a later row of its goal is the goal's, and said to be misplaced."""
        late = bool(self.goal_rows)
        if late and not self.goal_number[0]:
            for record in self.goal_rows:
                record.texts["goal_number"], record.cells["goal_number"] = number, place
            self._say(
                row,
                self.cells.numbers["goal"],
                "misplaced_number",
                f'Nomor sasaran "{number}" tercetak pada baris berikutnya; dianggap milik sasaran itu.',
            )
        elif late and number != self.goal_number[0] and not self._goal_changed(row):
            self._say(
                row,
                self.cells.numbers["goal"],
                "number_without_goal",
                f'Nomor sasaran "{number}" tanpa teks sasaran; baris ini dianggap milik sasaran di atasnya.',
            )
            return
        self.goal_number = (number, place)

    def _goal_changed(self, row: int) -> bool:
        return bool(self.cells.own(row, "goal"))

    def _describe(self, record: Record) -> None:
        """Take every text column of the record, and the filled-down ones."""
        for name in _FILLED_DOWN:
            text, place = self.current.get(name, ("", ""))
            if text:
                record.texts[name] = text
                if place:
                    record.cells[name] = place
        if self.goal_number[0]:
            record.texts["goal_number"], record.cells["goal_number"] = self.goal_number
        for name, index in self.cells.by_field.items():
            if name in _NEVER_TEXT or name in _FILLED_DOWN or name == "indicator":
                continue
            text, _ = self.cells.seen(record.row, index)
            if text:
                record.texts[name] = text if name in PROSE else one_line(text)
                record.cells[name] = address(*self.board.origin(record.row, index))

    # Figures ------------------------------------------------------------------------------------------------

    def _add_figures(self, record: Record, row: int) -> None:
        measure = row_measure(self.cells.own(row, "measure")) if "measure" in self.cells.by_field else ""
        period = self._period_of(row)
        unit = record.texts.get("unit", "")
        for column in self.cells.measures:
            text, cell = self.cells.seen(row, column.index)
            if not text or cell is None:
                continue
            name = measure or column.field
            if name == "budget":
                continue
            place = self.board.origin(row, column.index)
            whole = "%" if name == "achievement" else (column.unit or unit)
            value = read_value(cell, unit=whole, notation=self._notation(row, column.index, cell))
            if value.value is not None and not value.unit and column.unit:
                value = replace(value, unit=column.unit)
            record.figures.append(Figure(name, period.within(column.period), address(*place), value))
            if value.code:
                self._say(*place, value.code, value.message)

    def _period_of(self, row: int) -> Period:
        period = Period()
        for column in self.cells.periods:
            period = row_period(self.cells.seen(row, column.index)[0], column.also).within(period)
        return period

    def _notation(self, row: int, index: int, cell: Cell) -> Notation | None:
        """Look around only where it can matter: at a text with one dot."""
        if not isinstance(cell.value, str) or not re.search(r"\d[.,]\d", cell.value):
            return None
        if index not in self.notations:
            self.notations[index] = Notation.of(
                self.board.cell(each, index) for each in self.rows if self.board.own(each, index)
            )
        return self.notations[index].beside(self.board.cell(row, each.index) for each in self.cells.measures)

    # Slipped rows -------------------------------------------------------------------------------------------

    def _repair(self, row: int) -> bool:
        """Propose where the texts of a collapsed row belong; without a safe proposal keep it whole."""
        index = self._collapsed(row)
        if not index:
            return False
        of = "goal" if index == self.cells.numbers.get("goal") else "indicator"
        repair = repair_collapsed(self.board, self.columns, row, index, self._samples())
        self._fill_down_without_number(row, of)
        record = Record(row, repair=repair, last_row=row)
        self._describe(record)
        for name in [name for name in record.texts if name not in {*_FILLED_DOWN, "goal_number"}]:
            del record.texts[name], record.cells[name]
        record.texts.update(repair.texts)
        record.cells.update(repair.cells)
        self._add_repaired_figures(record, repair)
        self._add(record)
        self._say(row, index, "collapsed_row", repair.message)
        return True

    def _add_repaired_figures(self, record: Record, repair: Repair) -> None:
        for column in self.cells.measures:
            if column.index in repair.moved:
                source = repair.moved[column.index]
                cell = self.board.cell(record.row, source)
                if cell:
                    value = read_value(cell, unit=record.texts.get("unit", ""))
                    record.figures.append(Figure(column.field, column.period, cell.address, value))

    def _fill_down_without_number(self, row: int, of: str) -> None:
        kept = self.cells.numbers
        self.cells.numbers = {name: index for name, index in kept.items() if name != of}
        self._fill_down(row)
        self.cells.numbers = kept

    def _samples(self) -> Callable[[int], list[str]]:
        def texts(index: int) -> list[str]:
            return [
                text for row in self.rows if row not in self.headers and (text := self.board.own(row, index))
            ]

        return texts

    # At the end ---------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        for record in self.result.records:
            self._split_number_of_unit(record)
            problem = settle_formulation(record)
            self.result.problems += [problem] if problem else []
        self._unit_from_values()
        for record in self.result.records:
            self._report_gaps(record)
        seen = {record.row for record in self.result.records}
        self.result.last_row = max(
            [
                self.result.last_row,
                *seen,
                *(row for row, reason in self.result.skipped if reason == "baris jumlah atau rata-rata"),
            ]
        )

    def _split_number_of_unit(self, record: Record) -> None:
        """A sentence in the unit column is said: something slipped."""
        unit = record.texts.get("unit", "")
        if len(unit) > 40 and not is_unit(unit):
            self.result.problems.append(
                Problem(
                    record.cells["unit"],
                    "odd_unit",
                    "Kolom satuan berisi kalimat. Mungkin isi baris ini bergeser; periksa.",
                )
            )

    def _unit_from_values(self) -> None:
        """Without a column of units the unit typed with the figures is the indicator's."""
        if "unit" in self.cells.by_field:
            return
        for record in self.result.records:
            units = {
                figure.value.unit
                for figure in record.figures
                if figure.value.unit and figure.field != "achievement"
            }
            if len(units) == 1 and not record.texts.get("unit"):
                record.texts["unit"] = units.pop()
                record.cells["unit"] = next(figure.cell for figure in record.figures if figure.value.unit)

    def _report_gaps(self, record: Record) -> None:
        """Say which descriptions the table has a column for and the record has not."""
        names = DESCRIPTIONS if record.texts.get("objective") else ("goal", *DESCRIPTIONS)
        for name in names:
            index = self.cells.by_field.get(name)
            if index and not record.texts.get(name):
                self._say(
                    record.row,
                    index,
                    "gap",
                    f'{LABELS[name].capitalize()} "{record.texts["indicator"][:60]}" kosong.',
                )


def settle_formulation(record: Record) -> Problem | None:
    """Take formula, fraction and prose of a record apart; return what is unsure about it."""
    text = record.texts.get("formulation", "")
    if not text:
        return None
    place = record.cells["formulation"]
    split = split_formulation(text)
    for name, content in split.labelled.items():
        if name == "formulation" or not record.texts.get(name):
            record.texts[name] = content
            record.cells.setdefault(name, place)
    if split.labelled and "formulation" not in split.labelled:
        del record.texts["formulation"], record.cells["formulation"]
    elif split.prose and not record.texts.get("definition"):
        record.texts["formulation"], record.texts["definition"] = split.formula, split.prose
        record.cells["definition"] = place
    if split.numerator:
        record.formula = {
            "numerator": split.numerator,
            "denominator": split.denominator,
            "factor": split.factor,
        }
    return Problem(place, split.code, split.message) if split.code else None


def _style(number: str) -> str:
    word = number.strip("(). ")
    return "1" if word[:1].isdigit() else ("a" if len(word) == 1 and word.islower() else "I")


def _is_footer(text: str) -> bool:
    return is_note(text) or is_signature(text) or is_page_mark(text) or is_total(text)
