"""What looks wrong in a report as it is stored: oddities, with the row where a reason silences them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from indicators.models import Indicator
from indicators.numbers import format_number
from reports import lasts, oddities, outcomes
from reports.models import Entry, Report, Value


@dataclass(frozen=True)
class Doubt:
    """What is odd about one row, and the entry that shows it; `silenced` where a reason was given for it."""

    row: Value | Entry
    entry: Entry
    oddity: oddities.Oddity
    silenced: bool

    @property
    def repair_text(self) -> str:
        """The figure that is probably meant as one types it, empty without one."""
        return "" if self.oddity.repair is None else format_number(self.oddity.repair, grouping=False)

    def plain(self) -> dict[str, Any]:
        """Return it as plain data, for the grid."""
        o, kind = self.oddity, "value" if isinstance(self.row, Value) else "entry"
        return {
            kind: self.row.pk,
            "kind": o.kind.value,
            "sentence": o.sentence,
            "repair": self.repair_text,
            "repair_label": o.repair_label,
            "silenced": self.silenced,
        }


def of_report(report: Report) -> list[Doubt]:
    """Return what looks wrong in a report, in the order of its rows; the number of queries is fixed."""
    return of_rows(report, list(report.entries.all()), list(report.values.select_related("element")))


def of_rows(
    report: Report,
    entries: list[Entry],
    values: list[Value],
    about: Collection[str] | None = None,
    *,
    last: lasts.Lasts | None = None,
) -> list[Doubt]:
    """Return what looks wrong in a report whose rows are at hand; `about` keeps rows of these codes only.

    `last` is what came before the report, read here where it is not given.
    """
    derived = report.codes_from_quarters()
    unused = {value.element.code: value for value in values}
    figures = {code: value.number for code, value in unused.items()}
    rows = [row for row in entries if not row.not_applicable and row.definition["code"] not in derived]
    asked: list[tuple[Entry, list[Value]]] = []
    for entry in rows:
        used = [unused.pop(name) for name in outcomes.names(entry.definition) if name in unused]
        used = [value for value in used if about is None or value.element.code in about]
        if used or about is None or entry.definition["code"] in about:
            asked.append((entry, used))
    figures_before = (last or lasts.of(report, entries, about)).figures
    found = []
    for entry, used in asked:
        d = entry.definition
        for value in used:
            e = value.element
            expected = oddities.Expected(e.unit, e.minimum, e.maximum, figures_before.get(e.code))
            strange = oddities.of_figure(value.number, expected)
            found += [Doubt(value, entry, o, bool(value.reason)) for o in strange]
        if d["kind"] == Indicator.Kind.EXTERNAL:
            expected = oddities.Expected(d["unit"], last=figures_before.get(d["code"]))
            strange = oddities.of_figure(entry.number, expected)
        else:
            strange = oddities.of_ratio(d, figures)
        found += [Doubt(entry, entry, o, bool(entry.reason)) for o in strange]
    return found
