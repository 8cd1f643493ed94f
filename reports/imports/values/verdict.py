"""What becomes of one line of a file: the verdict, and the planned row it is shown and applied as."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from indicators.imports.planned import Message, Planned, Question, Status
from indicators.models import Indicator
from indicators.numbers import format_number
from indicators.spreadsheets.cells import plain
from reports import outcomes
from reports.imports.values.lines import Line
from reports.imports.values.there import Row
from reports.models import Entry, Report

REALIZATION, VALUE, NOTE = "Realisasi", "Nilai", "Catatan"
_WORDS = {Indicator.Kind.ORDINAL, Indicator.Kind.YES_NO}


@dataclass
class Verdict:
    """What is known of a line so far.

    `key` is the name of its cell in `Choices`, `number` the figure to be stored, `typed` one that is only
    compared. `before` and `after` are label → text, as `Planned` has them.
    """

    line: Line
    key: str
    status: Status = "skipped"
    report: Report | None = None
    row: Row | None = None
    code: str = ""
    number: Decimal | None = None
    typed: Decimal | None = None
    messages: list[Message] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    question: Question | None = None

    def say(self, cell: str, code: str, text: str, *, blocks: bool = False) -> None:
        """Add something to say at a cell."""
        self.messages.append(Message(cell, code, text, blocks))

    @property
    def is_blocked(self) -> bool:
        """Whether something said stands in the way."""
        return any(message.blocks for message in self.messages)

    def planned(self, *, names_agency: bool) -> Planned:
        """Return the planned row; where a file is about several agencies, it names its own."""
        line = self.line
        cells = {label: line.note_cell if label == NOTE else line.cell for label in self.after}
        return Planned(
            line.sheet,
            line.row,
            "realization",
            self.status,
            self._about(names_agency=names_agency),
            self.before,
            self.after,
            cells,
            self.messages,
            self._write(),
        )

    def _write(self) -> dict[str, object]:
        """Return what applying needs: report, kind of row and code, figure as text, the version seen."""
        if self.status not in {"new", "changed"} or self.row is None or self.report is None:
            return {}
        write: dict[str, object] = {
            "report": self.report.pk,
            "kind": "entry" if isinstance(self.row, Entry) else "value",
            "code": self.code,
            "number": None if self.number is None else plain(self.number),
            "version": self.row.version,
        }
        return write | ({"reason": self.line.note} if NOTE in self.after else {})

    def _about(self, *, names_agency: bool) -> str:
        line, row, report = self.line, self.row, self.report
        name = line.name or line.code or line.data_code
        if row is not None:
            name = str(row) if isinstance(row, Entry) else row.element.label
        if report is None:
            return name
        return f"{name} · {report.period.short}{f' · {report.agency.short_name}' if names_agency else ''}"


def shown(row: Row, number: Decimal) -> str:
    """Return a figure of a row with all its digits, or the word it stands for."""
    if isinstance(row, Entry) and row.definition["kind"] in _WORDS:
        return outcomes.named(row.definition, number)
    return format_number(number)
