"""What a file holds, row by row with the numbers a spreadsheet shows, before anybody knows what it means."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tablib import Dataset

from agencies.harmless import meant

MAX_ROWS = 20_000  # rows of data in a file
_HEADER_WITHIN = 30  # rows of a file that may be its header


class FileRefused(Exception):  # noqa: N818 - it says what happened to the file
    """A file nothing is taken from; the message is Indonesian and says how to repair it."""


@dataclass(frozen=True)
class BadCell:
    """A cell without a value: an error, a formula nobody computed. `message` is a whole sentence."""

    message: str

    def __str__(self) -> str:
        return ""


Value = str | Decimal | bool | dt.date | dt.datetime | dt.time | BadCell | None


@dataclass(frozen=True)
class Row:
    """A row that holds something: its number and its cells by their column, both from 1."""

    number: int
    cells: Mapping[int, Value]


@dataclass
class Table:
    """A sheet of a file. `notes` say what was odd about it: hidden rows, dropped signs."""

    sheet: str
    rows: list[Row]
    notes: list[str] = field(default_factory=list)


class SheetDataset(Dataset):  # type: ignore[misc]
    """A dataset that knows where its rows stood in the file: `numbers`, and `letters` of the columns."""

    def __init__(self, headers: Sequence[str]) -> None:
        super().__init__(headers=list(headers))
        self.numbers: list[int] = []
        self.letters: dict[str, str] = {}
        self.notes: list[str] = []

    def add(self, number: int, values: Sequence[Value]) -> None:
        """Append a row of the file."""
        self.append(list(values))
        self.numbers.append(number)

    def number_of(self, index: int) -> int:
        """Return the number of a row in the file; in a dataset made otherwise rows begin below a header."""
        return self.numbers[index] if self.numbers else index + 2


def dataset_of(table: Table, columns: Mapping[str, str], required: Iterable[str]) -> SheetDataset:
    """Return the rows below the header of `table` under the columns it names.

    `columns` gives the column of each heading that is understood, normalised by `heading`. Rows without any
    value are left out, columns nobody knows are noted. Raises FileRefused where a `required` column is
    missing, a column stands there twice, or no row is left.
    """
    needed = list(required)
    header, found = _header(table, columns, needed)
    places = {column: place for place, column in found.items()}
    dataset = SheetDataset([column for column in dict.fromkeys(columns.values()) if column in places])
    dataset.letters = {column: letters(place) for column, place in places.items()}
    dataset.notes = [*table.notes, *_unknown(header, found)]
    wanted = [places[column] for column in dataset.headers]
    for row in table.rows:
        if row.number > header.number and any(row.cells.get(place) is not None for place in wanted):
            dataset.add(row.number, [row.cells.get(place) for place in wanted])
    if not dataset.numbers:
        raise FileRefused(
            f"Di bawah baris judul (baris {header.number}) lembar “{table.sheet}” tidak ada data. "
            "Isi sedikitnya satu baris, simpan, lalu unggah lagi."
        )
    if len(dataset.numbers) > MAX_ROWS:
        raise FileRefused(
            f"Berkas ini berisi {len(dataset.numbers)} baris data; paling banyak {MAX_ROWS}. "
            "Bagi menjadi beberapa berkas."
        )
    return dataset


def _header(table: Table, columns: Mapping[str, str], needed: list[str]) -> tuple[Row, dict[int, str]]:
    """Return the first row with all needed headings and the columns of its places."""
    best: tuple[Row, dict[int, str]] | None = None
    for row in table.rows[:_HEADER_WITHIN]:
        found = {
            place: columns[heading(text)]
            for place, text in row.cells.items()
            if isinstance(text, str) and heading(text) in columns
        }
        if set(needed) <= set(found.values()):
            _refuse_twice(row, found)
            return row, found
        if best is None or len(found) > len(best[1]):
            best = row, found
    present = set(best[1].values()) if best else set()
    missing = ", ".join(f"“{column}”" for column in needed if column not in present)
    where = f"Baris judul lembar “{table.sheet}”" + (f" (baris {best[0].number})" if present and best else "")
    raise FileRefused(
        f"{where} tidak memuat kolom {missing}. Tulis judul kolom persis seperti pada hasil Ekspor, "
        "lalu unggah lagi."
    )


def _refuse_twice(header: Row, found: Mapping[int, str]) -> None:
    seen: dict[str, int] = {}
    for place, column in found.items():
        if column in seen:
            raise FileRefused(
                f"Kolom “{column}” ada dua kali di baris judul (baris {header.number}): di kolom "
                f"{letters(seen[column])} dan {letters(place)}. Hapus salah satunya."
            )
        seen[column] = place


def _unknown(header: Row, found: Mapping[int, str]) -> list[str]:
    names = [
        f"{letters(place)} “{str(text)[:40]}”"
        for place, text in header.cells.items()
        if place not in found and text is not None
    ]
    if not names:
        return []
    more = f" dan {len(names) - 5} lagi" if len(names) > 5 else ""
    return [f"Kolom yang tidak dikenal tidak dibaca: {', '.join(names[:5])}{more}."]


def heading(text: str) -> str:
    """Return a heading without what does not tell it from another: "Kode Wilayah " is "kode_wilayah"."""
    return re.sub(r"[\W_]+", "_", meant(text).casefold()).strip("_")


def letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


# Rows wait in the database as JSON; text is itself, all else says what it is.
_PACKED: dict[str, Any] = {
    "number": Decimal,
    "date": dt.date.fromisoformat,
    "moment": dt.datetime.fromisoformat,
    "time": dt.time.fromisoformat,
    "bad": BadCell,
}


def pack(dataset: SheetDataset) -> dict[str, Any]:
    """Return a dataset as JSON can keep it."""
    return {
        "headers": dataset.headers,
        "numbers": dataset.numbers,
        "letters": dataset.letters,
        "notes": dataset.notes,
        "rows": [[_packed(value) for value in row] for row in dataset],
    }


def unpack(kept: Mapping[str, Any]) -> SheetDataset:
    """Return the dataset that `pack` was given."""
    dataset = SheetDataset(kept["headers"])
    dataset.letters, dataset.notes = kept["letters"], kept["notes"]
    for number, row in zip(kept["numbers"], kept["rows"], strict=True):
        dataset.add(number, [_unpacked(value) for value in row])
    return dataset


def _packed(value: Value) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    kinds = ((Decimal, "number"), (dt.datetime, "moment"), (dt.date, "date"), (dt.time, "time"))
    if isinstance(value, BadCell):
        return ["bad", value.message]
    kind = next(name for type_, name in kinds if isinstance(value, type_))
    return [kind, str(value) if isinstance(value, Decimal) else value.isoformat()]


def _unpacked(kept: Any) -> Value:
    if not isinstance(kept, list):
        value: Value = kept
    else:
        value = _PACKED[kept[0]](kept[1])
    return value
