"""What importing hands on, as plain data: rows planned, questions, what the admin chose. Knows no Django.

Everything here turns into JSON and back unchanged (`as_json`, `from_json`), so that a batch can be staged,
shown page by page, and applied by another process. Figures travel as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self, get_args

Status = Literal["new", "changed", "same", "problem", "skipped"]
Kind = Literal["definition", "target", "realization"]
Fact = Literal["polarity", "method", "unit", "kind", "quarter_method", "levels"]
Topic = Literal[
    "match",
    "polarity",
    "method",
    "unit",
    "kind",
    "quarter_method",
    "levels",
    "repair",
    "responsible",
    "header",
]
STATUSES: tuple[Status, ...] = get_args(Status)
FACTS: tuple[Fact, ...] = get_args(Fact)


class Stale(Exception):  # noqa: N818 - a state of the batch, not a failure
    """What changed since the rows were planned; `sentences` say where. Plan again, show the differences."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class Edited(Exception):  # noqa: N818 - a state of the batch, not a failure
    """Why a batch cannot be taken back; `sentences` say who changed what since."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def place(sheet: str, where: object) -> str:
    """Return the name of a place as `Choices` uses it: "IKU!8" for a row, "IKU!C8" for a cell."""
    return f"{sheet}!{where}"


@dataclass(frozen=True)
class Message:
    """Something to say at a cell, "C8". `blocks`: its row cannot be applied; `repair` may be put there."""

    cell: str
    code: str
    text: str
    blocks: bool
    repair: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `as_json` gave."""
        return cls(**data)


@dataclass(frozen=True)
class Planned:
    """What would become of one row of a sheet; a row that says several things is planned several times.

    `before` and `after` are label → text as people are shown it and `cells` label → address. `write` is for
    whoever applies it: keys, figures as text, and what was seen in the database.
    """

    sheet: str
    row: int
    kind: Kind
    status: Status
    about: str
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    write: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name of its row in `Choices`: "IKU!8"."""
        return place(self.sheet, self.row)

    @property
    def writes(self) -> bool:
        """Whether applying it changes anything."""
        return self.status in ("new", "changed")

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `as_json` gave."""
        return cls(**{**data, "messages": [Message.from_json(message) for message in data["messages"]]})


def counts(rows: list[Planned]) -> dict[Status, int]:
    """Return how many rows there are of each status, 0 included."""
    return {status: sum(row.status == status for row in rows) for status in STATUSES}


@dataclass(frozen=True)
class Question:
    """Something a person has to settle before the plan is whole.

    `topic` says what about, `key` about which row, cell or text of the file, `chosen` what was answered
    already: see `Choices.answer`. `options` are (value, label), empty where text is typed; `proposed` is
    marked beforehand and `reason` says why. Without an answer that `must` be given its row is a problem.
    """

    topic: Topic
    key: str
    about: str
    text: str
    options: list[tuple[str, str]] = field(default_factory=list)
    proposed: str = ""
    reason: str = ""
    must: bool = False
    cell: str = ""
    chosen: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `as_json` gave."""
        return cls(**{**data, "options": [(value, label) for value, label in data["options"]]})


@dataclass(frozen=True)
class ColumnChoice:
    """What a column holds, said by a person; `field` as the reader names it, "" to leave the column out."""

    field: str
    year: int | None = None
    quarter: int | None = None


@dataclass(frozen=True)
class TableChoice:
    """How a table is to be read; an empty `kind` and columns left out stay as recognised."""

    use: bool = True
    kind: str = ""
    columns: dict[str, ColumnChoice] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `asdict` gave; what is missing is as recognised."""
        columns = {letters: ColumnChoice(**column) for letters, column in data.get("columns", {}).items()}
        return cls(data.get("use", True), data.get("kind", ""), columns)


@dataclass(frozen=True)
class Into:
    """Where definitions go: a new draft, the draft `set`, or a new draft revising the set in force `set`.

    With "" the file is held against what there is: the draft for its years, else the set in force, else a new
    draft (see `destination`).
    """

    how: Literal["", "new", "draft", "revise"] = ""
    set: int | None = None
    reason: str = ""
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True)
class Choices:
    """What the admin answered. Keys: "<sheet>!<range>" of tables, "<sheet>!<row>", "<sheet>!<cell>".

    tables       how each table is read
    year, part   where a table says none: the year, the quarter 1–4
    into         where definitions go
    match        row → "code:<code>", "new" or "skip"
    facts        row → what the table cannot hold: see `Fact`
    repairs      cell or row → "accept", "keep", or for an unclear figure "figure:12.5"
    responsible  name in the file → "unit:<key>", "new" or "skip"
    header       "objectives", "functions" → "take" or "keep" (those of the agency)
    decision, decision_date  what changes targets in force: its number, its date as "2018-07-02"
    partial      True: apply all good rows; False: all or nothing
    """

    tables: dict[str, TableChoice] = field(default_factory=dict)
    year: int | None = None
    part: int | None = None
    into: Into = field(default_factory=Into)
    match: dict[str, str] = field(default_factory=dict)
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    repairs: dict[str, str] = field(default_factory=dict)
    responsible: dict[str, str] = field(default_factory=dict)
    header: dict[str, str] = field(default_factory=dict)
    decision: str = ""
    decision_date: str = ""
    partial: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `as_json` gave; what is missing has not been answered."""
        tables = {name: TableChoice.from_json(table) for name, table in data.get("tables", {}).items()}
        return cls(**{**data, "tables": tables, "into": Into(**data.get("into", {}))})

    def answer(self, question: Question, value: str) -> Self:
        """Return the choices with one more answer; an empty one takes an earlier answer back."""
        if question.topic in FACTS:
            own = _put(self.facts.get(question.key, {}), question.topic, value)
            facts = {**self.facts, question.key: own}
            return replace(self, facts={key: answers for key, answers in facts.items() if answers})
        name = {"repair": "repairs"}.get(question.topic, question.topic)
        changed: dict[str, Any] = {name: _put(getattr(self, name), question.key, value)}
        return replace(self, **changed)

    def fact(self, key: str, name: Fact) -> str:
        """Return what was answered about a row, "" when nothing was."""
        return self.facts.get(key, {}).get(name, "")


def _put(answers: Mapping[str, str], key: str, value: str) -> dict[str, str]:
    left = {name: answer for name, answer in answers.items() if name != key}
    return left | {key: value} if value else left
