"""Tables sorted by their headings, which are links: it works without a script and stays in the address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column:
    """A column: its name in the address, its heading, and what it is sorted by.

    `by` makes of a row what sorts it, None where it has nothing. Sorted by it for the first time, the
    smallest comes first unless `largest_first`.
    """

    name: str
    heading: str
    by: Callable[[Any], Any]
    largest_first: bool = False


@dataclass(frozen=True)
class Heading:
    """The heading of a column: `state` is the value of aria-sort, "" if the table is not sorted by it.

    `value` is how it is asked for: as the table is sorted now, or for the first time.
    """

    label: str
    url: str
    state: str
    value: str


@dataclass(frozen=True)
class Sorting:
    """How a table is sorted: by which column, and whether the other way round."""

    columns: Sequence[Column]
    column: Column
    backwards: bool

    @classmethod
    def asked(cls, text: str, columns: Sequence[Column], default: str) -> Sorting:
        """Read "capaian", or "-capaian" for the other way round; anything else is the default."""
        known = {column.name: column for column in columns}
        column = known.get(text.removeprefix("-"))
        return cls(columns, column or known[default], backwards=column is not None and text.startswith("-"))

    @property
    def descends(self) -> bool:
        """Whether the largest comes first."""
        return self.column.largest_first != self.backwards

    def rows(self, rows: Iterable[Row]) -> list[Row]:
        """Return the rows as they are sorted; what has nothing to sort by comes last both ways."""
        keyed = [(self.column.by(row), row) for row in rows]
        there = [pair for pair in keyed if pair[0] is not None]
        there.sort(key=lambda pair: pair[0], reverse=self.descends)
        return [row for _, row in there] + [row for key, row in keyed if key is None]

    def headings(self, asked: Mapping[str, str]) -> list[Heading]:
        """Return the headings, each a link to the page as it is `asked` for, sorted by that column."""
        found = []
        for column in self.columns:
            state = ("descending" if self.descends else "ascending") if column is self.column else ""
            other = f"-{column.name}" if state and not self.backwards else column.name
            value = f"-{column.name}" if state and self.backwards else column.name
            found.append(Heading(column.heading, within(asked, urut=other), state, value))
        return found


def within(asked: Mapping[str, str], **changes: str) -> str:
    """Return the query of the address that asks for this, with changes."""
    return f"?{urlencode({name: value for name, value in {**asked, **changes}.items() if value})}"
