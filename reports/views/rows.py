"""What pages show of the rows of a report: target, outcome, predicate, and the average of what counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from indicators import achievement as rules
from indicators.numbers import format_number
from reports import charts, lasts, outcomes
from reports.bands import HUNDRED, Band, band, reached
from reports.models import Entry, Report
from reports.printed import predicate_scale as predicate_scale
from reports.printed import target_texts

# From the best class down; a scale with more classes than shapes ends in the last.
PREDICATE_PILLS = ("ok", "info", "warn", "warn", "bad")
STATE_PILLS = {
    Entry.State.NOT_FILLED: "none",
    Entry.State.NOT_DUE: "none",
    Entry.State.NOT_APPLICABLE: "info",
    Entry.State.NOT_COMPUTABLE: "warn",
    Entry.State.COMPUTED: "ok",
}


@dataclass(frozen=True)
class Shown:
    """An entry with what is derived for reading: texts only, empty where there is nothing.

    `state` is the state at this moment: what is not filled before its period opens is not yet due.
    """

    entry: Entry
    target: str
    target_note: str
    predicate: str
    predicate_pill: str
    state: Entry.State
    state_pill: str
    band: Band
    below: bool
    change: lasts.Change | None = None  # against the last result, where it was asked for

    @cached_property
    def bullet(self) -> charts.Bullet | None:
        """The bar of the achievement, drawn where a page asks for it."""
        entry = self.entry
        return charts.bullet(_printed(entry), entry.achievement_text) if entry.achievement else None


@dataclass(frozen=True)
class Mean:
    """An average of achievements as text, its label ("… 3 dihitung / 4 total") and predicate."""

    text: str
    label: str
    predicate: str
    pill: str


@dataclass(frozen=True)
class Count:
    """So many rows of one kind: what they are called, what that means, and the shape of its pill."""

    number: int
    label: str
    meaning: str
    pill: str


@dataclass(frozen=True)
class Tally:
    """The rows of a report counted: by how far they reach, and the kinds of empty there are."""

    total: int
    bands: list[Count]
    empty: list[Count]


def shown(entry: Entry, scale: rules.Scale | None, last: lasts.Lasts | None = None) -> Shown:
    """Return what pages show of `entry`; with `last`, what came before, also how it changed."""
    d = entry.definition
    value = _printed(entry)
    predicate, pill = predicate_of(scale, value, d["digits"])
    target, note = target_texts(d)
    state = entry.state_at(timezone.now())
    return Shown(
        entry=entry,
        target=target,
        target_note=note,
        predicate=predicate,
        predicate_pill=pill,
        state=state,
        state_pill=STATE_PILLS[state],
        band=band(state, scale, value),
        below=entry.achievement != "" and Decimal(entry.achievement) < HUNDRED,
        change=None if last is None else lasts.change(entry, last.results.get(d["code"])),
    )


def _printed(entry: Entry) -> Decimal | None:
    return reached(entry.achievement, entry.definition["digits"])


def predicate_of(scale: rules.Scale | None, value: Decimal | None, digits: int) -> tuple[str, str]:
    """Return the class of a value in percent and the shape of its pill; "" and "none" where it has none."""
    label = scale.classify(value, digits) if scale else None
    if scale is None or label is None:
        return "", "none"
    place = next(place for place, known in enumerate(scale.classes) if known.label == label)
    return label, PREDICATE_PILLS[min(place, len(PREDICATE_PILLS) - 1)]


def mean(report: Report, entries: list[Entry], scale: rules.Scale | None) -> Mean:
    """Return the average of the report as its agency averages."""
    agency, found = report.agency, outcomes.average(report.agency, entries)
    predicate, pill = predicate_of(scale, found.value, agency.digits)
    text = "" if found.value is None else f"{format_number(found.value, agency.digits)}%"
    return Mean(text, found.label, predicate, pill)


def tally(rows: Sequence[Shown], scale: rules.Scale | None) -> Tally:
    """Count the rows by how far they reach and, where there is no figure, by the kind of empty."""
    bands, states = Counter(row.band for row in rows), Counter(row.state for row in rows)
    reached = Count(bands[Band.REACHED], "Tercapai", "100% ke atas", "ok")
    if scale and scale.classes[0].bound is not None:
        bound = f"{format_number(scale.classes[0].bound)}%"
        is_in = scale.classes[0].inclusive
        below = [
            Count(
                bands[Band.CLOSE],
                "Hampir tercapai",
                f"{bound} ke atas" if is_in else f"di atas {bound}",
                "warn",
            ),
            Count(
                bands[Band.FAR],
                "Jauh dari target",
                f"di bawah {bound}" if is_in else f"{bound} ke bawah",
                "bad",
            ),
        ]
    else:
        below = [Count(bands[Band.FAR], "Belum tercapai", "di bawah 100%", "bad")]
    empty = [
        Count(states[state], state.label.lower(), "", STATE_PILLS[state])
        for state in Entry.State
        if state != Entry.State.COMPUTED and states[state]
    ]
    if bands[Band.UNJUDGED]:
        empty.append(Count(bands[Band.UNJUDGED], "terisi tanpa capaian", "", "warn"))
    return Tally(len(rows), [reached, *below], empty)
