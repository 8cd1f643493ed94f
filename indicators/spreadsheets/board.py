"""A sheet seen as people see it: merged cells cover their whole area, and every cell has its text. A leaf."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indicators.spreadsheets.cells import text_of
from indicators.spreadsheets.grid import Area, Cell, Sheet


class Board:
    """Cells of a sheet by place, merges laid out. With `columns` only those columns are seen."""

    def __init__(self, sheet: Sheet, columns: range | None = None) -> None:
        """Lay out `sheet`; merges reach no further than the cells do."""
        self.sheet = sheet
        self.texts = {
            place: text
            for place, cell in sheet.cells.items()
            if (columns is None or place[1] in columns) and (text := text_of(cell) or cell.error)
        }
        self.last_row = max((row for row, _ in self.texts), default=0)
        self.last_column = max((column for _, column in self.texts), default=0)
        self._areas: dict[tuple[int, int], Area] = {}
        self._origins: dict[tuple[int, int], tuple[int, int]] = {}
        for area in sheet.merges:
            self._cover(area)
        self._rows: dict[int, list[int]] = {}
        for row, column in sorted(self.texts):
            self._rows.setdefault(row, []).append(column)

    def _cover(self, area: Area) -> None:
        origin = (area.first_row, area.first_column)
        if origin not in self.texts:
            return
        self._areas[origin] = area
        # A title merged over all 16,384 columns is not worth laying out beyond what is used.
        for row in range(area.first_row, min(area.last_row, self.last_row + 1) + 1):
            for column in range(area.first_column, min(area.last_column, self.last_column + 2) + 1):
                # Overlapping merges of a broken file: what has a cell of its own keeps it.
                if (row, column) == origin or (row, column) not in self.texts:
                    self._origins[row, column] = origin

    @property
    def rows(self) -> list[int]:
        """Rows that hold something, in order."""
        return list(self._rows)

    def columns_of(self, row: int) -> list[int]:
        """Columns of `row` that hold something of their own, in order."""
        return self._rows.get(row, [])

    def own(self, row: int, column: int) -> str:
        """Return the text stored at a place, "" when it holds nothing or is only covered by a merge."""
        return self.texts.get((row, column), "")

    def cell(self, row: int, column: int) -> Cell | None:
        """Return the cell seen at a place: its own, or that of the merge which covers it."""
        return self.sheet.cells.get(self.origin(row, column)) if self.text(row, column) else None

    def text(self, row: int, column: int) -> str:
        """Return the text seen at a place."""
        return self.texts.get(self.origin(row, column), "")

    def origin(self, row: int, column: int) -> tuple[int, int]:
        """Return the place whose cell is seen here."""
        return self._origins.get((row, column), (row, column))

    def area(self, row: int, column: int) -> Area:
        """Return the area which the cell seen here covers."""
        origin = self.origin(row, column)
        return self._areas.get(origin, Area(*origin, *origin))

    def blocks(self) -> Iterator[range]:
        """Yield runs of columns parted by columns that are empty from top to bottom."""
        used: set[int] = set()
        for row, columns in self._rows.items():
            for column in columns:
                area = self.area(row, column)
                alone = len(columns) == 1  # a title over both tables joins nothing
                used.update([column] if alone else range(column, min(area.last_column, self.last_column) + 1))
        yield from runs(sorted(used))


def runs(numbers: Iterable[int]) -> Iterator[range]:
    """Yield the unbroken runs of ascending numbers."""
    first = last = None
    for number in numbers:
        if last is None or first is None or number > last + 1:
            if first is not None and last is not None:
                yield range(first, last + 1)
            first = number
        last = number
    if first is not None and last is not None:
        yield range(first, last + 1)
