"""How a cell is read and written, by kind of column: strict, exact, with Indonesian sentences.

`clean` takes what the file holds (text, Decimal, bool, date …) and returns what the model keeps; it raises
ValueError with a sentence that begins with what was found and ends with the repair. `render` returns what a
written cell holds: text stays text, so that codes keep their zeros. `show` is what pages print.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from import_export import widgets

from agencies.exchange.tables import BadCell
from agencies.forms import TermDateField
from agencies.harmless import meant

_YEARS = range(1900, 2101)
Written = str | Decimal | int | dt.date | None


def quoted(value: object) -> str:
    """Return what stood in a cell as a sentence may quote it."""
    text = str(value)
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


class Cell(widgets.Widget):  # type: ignore[misc]
    """Any cell: an error cell says so, an empty one is None."""

    holds_text = False  # whether the column is kept as text, so that a program does not change what is typed
    hint = ""  # what the column holds, where the field of the model does not say it

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """Return the value. Raises ValueError in Indonesian."""
        if isinstance(value, BadCell):
            raise ValueError(value.message)  # noqa: TRY004 - what a widget raises for a wrong cell
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        return self.read(value.strip() if isinstance(value, str) and not value.startswith("'") else value)

    def read(self, value: Any) -> Any:
        """Return what a cell that holds something means."""
        raise NotImplementedError

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Written:
        """Return what a written cell holds."""
        return None if value is None else str(value)

    def show(self, value: Any) -> str:
        """Return the value as pages print it."""
        return "" if value is None else str(value)


class TextCell(Cell):
    """Text, and codes: a number is written out, what a program took for a date is refused."""

    holds_text = True

    def read(self, value: Any) -> str:
        """Return the text as it was before it was made harmless."""
        if isinstance(value, str):
            text = meant(value)
            return value.strip() if text == value else text
        if isinstance(value, bool):
            raise ValueError(  # noqa: TRY004
                f"{'TRUE' if value else 'FALSE'} bukan teks. Jadikan selnya teks, lalu ketik ulang isinya."
            )
        if isinstance(value, Decimal):
            return f"{value:f}"
        raise ValueError(
            f"{quoted(value)} adalah tanggal atau jam. Jadikan selnya teks, lalu ketik ulang isinya."
        )

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Return the text, empty for an empty cell."""
        return super().clean(value, row, **kwargs) or ""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return the text; the file makes it harmless."""
        return str(value or "")


class WholeCell(Cell):
    """A whole number; 2.5 is none, and neither is TRUE."""

    def read(self, value: Any) -> int:
        """Return the number."""
        if isinstance(value, Decimal) and value.adjusted() < 18 and value == value.to_integral_value():
            return int(value)
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
            return int(value)
        raise ValueError(f"{quoted(value)} bukan bilangan bulat. Tulis angka saja, misalnya 2.")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> int | None:
        """Return the number."""
        return None if value is None else int(value)


class DateCell(Cell):
    """A day: a date cell, or text as the forms of the portal take it."""

    hint = "Tanggal, misalnya 02-01-2018."

    def read(self, value: Any) -> dt.date:
        """Return the day."""
        if isinstance(value, dt.datetime):
            raise ValueError(f"{quoted(value)} memuat jam. Tulis tanggalnya saja, misalnya 02-01-2018.")  # noqa: TRY004
        if not isinstance(value, dt.date):
            value = self._typed(value)
        if value.year not in _YEARS:
            raise ValueError(f"Tahun {value.year} di luar {_YEARS[0]}–{_YEARS[-1]}. Periksa tahunnya.")
        return value  # type: ignore[no-any-return]

    def _typed(self, value: Any) -> Any:
        if isinstance(value, str):
            try:
                return TermDateField().clean(value)
            except ValidationError:
                pass
        raise ValueError(
            f"{quoted(value)} bukan tanggal. Tulis tanggal, bulan, dan tahun, misalnya 02-01-2018."
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> dt.date | None:
        """Return the day; a workbook keeps it as a date."""
        return value  # type: ignore[no-any-return]

    def show(self, value: Any) -> str:
        """Return the day as digits, day first."""
        return f"{value:%d-%m-%Y}" if value else ""


class ChoiceCell(Cell):
    """One of some values: written and shown by its label, read by label or value in any case."""

    holds_text = True

    def __init__(self, choices: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.labels = {value: str(label) for value, label in choices if value not in (None, "")}
        self.hint = "; ".join(self.labels.values())
        self._values = {
            _plain(text): value for value, label in self.labels.items() for text in (value, label)
        }

    def read(self, value: Any) -> Any:
        """Return the value that is meant."""
        if not isinstance(value, bool) and _plain(value) in self._values:
            return self._values[_plain(value)]
        raise ValueError(
            f"{quoted(value)} tidak dikenal. Tulis salah satu: {'; '.join(self.labels.values())}."
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return the label."""
        return self.labels.get(value, str("" if value is None else value))

    show = render


_YES, _NO = ("ya", "y", "1", "benar", "true"), ("tidak", "t", "0", "salah", "false")


class YesNoCell(Cell):
    """Ya or tidak; a logical cell, and what people write for it, are read too."""

    hint = "Ya atau tidak."

    def read(self, value: Any) -> bool:
        """Return whether it is so."""
        if isinstance(value, bool):
            return value
        word = _plain(f"{value:f}" if isinstance(value, Decimal) else value)
        if word in _YES or word in _NO:
            return word in _YES
        raise ValueError(f"{quoted(value)} tidak terbaca. Tulis ya atau tidak.")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return the word."""
        return "" if value is None else "ya" if value else "tidak"

    show = render


class CodeCell(TextCell):
    """The code (or other unique text) of a row of another table; all of a file are looked up at once."""

    def __init__(self, model: type[Model], field: str = "code", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model, self.field = model, field
        self.hint = f"Kode {self.what}."

    @property
    def what(self) -> str:
        """What such a row is called."""
        return str(self.model._meta.verbose_name)  # noqa: SLF001 - public in Django

    def rows(self) -> QuerySet[Any]:
        """Return the rows that may be named."""
        return self.model._default_manager.all()  # noqa: SLF001 - public in Django

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return the code of the row."""
        return "" if value is None else str(getattr(value, self.field))

    show = render


def _plain(value: object) -> str:
    return " ".join(str(value).casefold().split())


def same_text(one: str, other: str) -> bool:
    """Whether two texts differ by nothing that a file loses on its way: kind of line break, unseen signs,
    blanks around."""
    return one == other or _kept(one) == _kept(other)


def _kept(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(s for s in text if s in "\n\t" or unicodedata.category(s) not in ("Cc", "Cf")).strip()
