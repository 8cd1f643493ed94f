"""Records of tables as rows to plan: texts cleaned, lists parted, the formula read. Pure.

What a row does not say is absent; an empty cell never erases anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from indicators.imports import fractions
from indicators.imports.planned import Choices, place
from indicators.spreadsheets.cells import one_line
from indicators.spreadsheets.records import Record
from indicators.spreadsheets.tables import Table, Understanding

# Field of a record → field of an indicator, for what goes over as it is.
_SAME = {"number": "number", "definition": "definition", "reason": "reason", "unit": "unit"}
_BULLET = re.compile(r"^\s*(?:[-–•▪●·*]|\(?\d{1,2}[.)](?!\d)|\(?[a-z][.)])\s+")
_PART = (
    r"(?:bidang|bagian|sekretariat|sekretaris|seksi|sub ?bagian|subbag|subbid|uptd?|unit|kepala|biro"
    r"|inspektorat|inspektur|balai|dinas|badan|kantor)"
)
_BETWEEN_PARTS = re.compile(rf"\s*(?:,|/|&|\bdan\b|\bserta\b)\s*(?={_PART}\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One record of one table, `fields` by name of the indicator's field, `cells` likewise."""

    sheet: str
    table: str
    kind: str
    record: Record
    key: str  # its name in `Choices`

    @property
    def number(self) -> int:
        """Its row in the sheet."""
        return self.record.row

    @cached_property
    def name(self) -> str:
        """The indicator."""
        return one_line(self.record.texts.get("indicator", ""))

    @cached_property
    def goal(self) -> str:
        """The goal; a table of objectives alone has those for goals."""
        texts = self.record.texts
        return one_line(texts.get("goal") or texts.get("objective", ""))

    @property
    def goal_number(self) -> str:
        """The number printed before the goal."""
        return self.record.texts.get("goal_number", "")

    @cached_property
    def fields(self) -> dict[str, str]:
        """What the row says of the indicator beside goal, formula, prose and parts of the agency."""
        texts = {**self.record.texts, "definition": self.definition}
        found = {field_: texts.get(name, "") for name, field_ in _SAME.items()}
        found |= {"name": self.name, "unit": one_line(found["unit"])}
        found["sources"] = "\n".join(items(texts.get("source", "")))
        return {name: text for name, text in found.items() if text}

    @property
    def definition(self) -> str:
        """The definition that stands by itself."""
        return fractions.definition_of(self.record.texts, self.record.cells)

    @property
    def prose(self) -> str:
        """The whole text about the formula."""
        return fractions.prose_of(self.record.texts, self.record.cells)

    @cached_property
    def printed(self) -> fractions.Printed | None:
        """The formula, where it can be read."""
        return fractions.read(self.record.texts, self.record.cells, self.record.formula)

    @cached_property
    def responsible(self) -> list[str]:
        """The parts of the agency that answer for the indicator."""
        return parts(self.record.texts.get("responsible_unit", ""))

    def cell(self, name: str) -> str:
        """Return where a field of the record stands: "C8", or the row's indicator where it is unknown."""
        cells = self.record.cells
        return cells.get(name) or cells.get("indicator", f"A{self.record.row}")


def rows_of(understanding: Understanding, choices: Choices) -> Iterator[Row]:
    """Yield the records of all tables in use, in the order of the file.

    Of two tables side by side the second goes by the cell of its indicator, for its rows are taken.
    """
    keys: set[str] = set()
    for sheet, table in tables_of(understanding, choices):
        for record in table.records:
            key = place(sheet, record.row)
            if key in keys:
                key = place(sheet, record.cells["indicator"])
            keys.add(key)
            yield Row(sheet, str(table.area), kind_of(sheet, table, choices), record, key)


def tables_of(understanding: Understanding, choices: Choices) -> Iterator[tuple[str, Table]]:
    """Yield the tables in use with the names of their sheets."""
    for sheet in understanding.sheets:
        for table in sheet.tables:
            choice = choices.tables.get(place(sheet.name, table.area))
            if choice is None or choice.use:
                yield sheet.name, table


def kind_of(sheet: str, table: Table, choices: Choices) -> str:
    """Return what a table is: as a person said, else as recognised."""
    choice = choices.tables.get(place(sheet, table.area))
    return (choice.kind if choice else "") or table.kind


@dataclass
class Merged:
    """All rows about one indicator; the first that says something counts."""

    first: Row
    more: list[Row] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        """Its rows in the order in which they count."""
        return [self.first, *self.more]

    def fields(self) -> dict[str, str]:
        """What the rows say together."""
        found: dict[str, str] = {}
        for row in self.rows:
            found = row.fields | found
        return found

    def saying(self, name: str) -> Row:
        """Return the first row whose record has a text in the field, else the first row."""
        return next((row for row in self.rows if row.record.texts.get(name)), self.first)

    def cells(self, names: Mapping[str, str]) -> dict[str, str]:
        """Return where each field stands, by the label in `names` (field of the record → label).

        A cell of another sheet than the first row's carries its name.
        """
        found = {}
        for name, label in names.items():
            row = self.saying(name)
            if cell := row.record.cells.get(name):
                found[label] = cell if row.sheet == self.first.sheet else place(row.sheet, cell)
        return found


def items(text: str) -> list[str]:
    """Return the items of a cell: a line or a ";" parts them, a line that goes on is joined."""
    found: list[str] = []
    for line in filter(None, (part.strip() for part in re.split(r"\n|;", text))):
        bare = _BULLET.sub("", line)
        if found and bare == line and (line[0].islower() or found[-1].endswith((",", "/", "-", " dan", "("))):
            glue = "" if found[-1].endswith(("/", "-", "(")) else " "
            found[-1] = f"{found[-1]}{glue}{line}"
        else:
            found.append(bare)
    return found


def parts(text: str) -> list[str]:
    """Return the parts of an agency named in a cell; "Bidang Koperasi dan UKM" is one."""
    named = [one_line(part) for item in items(text) for part in _BETWEEN_PARTS.split(item)]
    return list(dict.fromkeys(name.strip(" ,.") for name in named if name.strip(" ,.-–—")))
