"""Targets of a row beside those that stand: new, changed, the same, or for a decision to change. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.imports import aims
from indicators.imports.aims import Aim, Aims, Measure
from indicators.imports.planned import Choices, Message, Planned, Question, Status
from indicators.imports.rows import Row
from indicators.imports.standing import IndicatorNow, Standing
from indicators.numbers import format_number
from indicators.spreadsheets.cells import plain

Stored = Mapping[str, str | None]


@dataclass
class TargetPlan:
    """The row of the targets, None where the row has none, and what is asked about their cells."""

    planned: Planned | None = None
    questions: list[Question] = field(default_factory=list)


@dataclass(frozen=True)
class Goal:
    """The indicator that is aimed at: its code, how its targets are read, and what it has already."""

    code: str
    name: str
    measure: Measure
    now: IndicatorNow | None
    in_the_way: str = ""  # why nothing can be written: its definition is a problem


def plan(row: Row, goal: Goal, standing: Standing, choices: Choices, earlier: dict[int, Aim]) -> TargetPlan:
    """Plan the targets of a row; `earlier` are those of other rows about the same indicator, and grows."""
    read = _read(row, "target", goal, choices)
    revised = _read(row, "revised_target", goal, choices)
    if not (read.by_year or read.messages or revised.by_year or revised.messages):
        return TargetPlan()
    comparing = _Comparing(row, goal, standing, choices)
    for aim in read.by_year.values():
        if (before := earlier.get(aim.year)) and before.shown != aim.shown:
            text = f"Target {aim.year} tertulis dua kali: {before.shown} ({before.cell}) dan {aim.shown}."
            comparing.say(aim.cell, "twice", f"{text} Samakan keduanya.", blocks=True)
        earlier.setdefault(aim.year, aim)
        comparing.original(aim)
    for aim in revised.by_year.values():
        comparing.by_decision(aim)
    planned = comparing.planned([*read.messages, *revised.messages])
    return TargetPlan(planned, [*read.questions, *revised.questions])


def _read(row: Row, name: str, goal: Goal, choices: Choices) -> Aims:
    figures = aims.annual(row.record.figures, name)
    return aims.read(figures, goal.measure, sheet=row.sheet, year=choices.year, repairs=choices.repairs)


class _Comparing:
    """Holds the targets of one row against those that stand, year by year."""

    def __init__(self, row: Row, goal: Goal, standing: Standing, choices: Choices) -> None:
        self.row, self.goal, self.standing, self.choices = row, goal, standing, choices
        self.stored: Mapping[int, Stored] = goal.now.targets if goal.now else {}
        self.messages: list[Message] = []
        self.before: dict[str, str] = {}
        self.after: dict[str, str] = {}
        self.cells: dict[str, str] = {}
        self.targets: dict[str, dict[str, str | None]] = {}
        self.revised: dict[str, dict[str, str | None]] = {}
        self.only_read = row.kind == "measurement" and standing.how == "in_force"
        self.left_out = False

    def say(self, cell: str, code: str, text: str, *, blocks: bool) -> None:
        self.messages.append(Message(cell, code, text, blocks))

    def original(self, aim: Aim) -> None:
        """Take the target as the document set it."""
        stored = self.stored.get(aim.year)
        if self.standing.how != "in_force":
            self._into_draft(aim, stored)
        elif stored is None:
            self._no_target_in_force(aim)
        elif not _same(aim, stored, "") and not _same(aim, stored, "revised_"):
            self.by_decision(aim)

    def _into_draft(self, aim: Aim, stored: Stored | None) -> None:
        if stored and _same(aim, stored, ""):
            return
        if not stored and not self.standing.first_year <= aim.year <= self.standing.last_year:
            years = f"{self.standing.first_year}–{self.standing.last_year}"
            text = (
                f"Tahun {aim.year} di luar masa berlaku penetapan ({years}), jadi targetnya tidak disimpan."
            )
            self.say(aim.cell, "outside_years", text, blocks=False)
            return
        self._show(f"Target {aim.year}", aim, _shown(stored, "") if stored else "")
        self.targets[str(aim.year)] = {"value": plain(aim.value), "upper": _plain(aim.upper)}

    def _no_target_in_force(self, aim: Aim) -> None:
        if self.only_read:
            self._only_say(aim, "belum ditetapkan")
            return
        text = (
            f"Target {aim.year} belum ada di penetapan yang berlaku, jadi tidak dapat ditambahkan. "
            "Buat perubahan penetapan, lalu impor ke drafnya."
        )
        self.say(aim.cell, "in_force", text, blocks=True)

    def _only_say(self, aim: Aim, stands: str) -> None:
        self.left_out = True
        text = (
            f"Target {aim.year} di berkas {aim.shown}, di penetapan {stands}. "
            "Tabel pengukuran tidak mengubah target."
        )
        self.say(aim.cell, "other_target", text, blocks=False)

    def by_decision(self, aim: Aim) -> None:
        """Take a target that a decision puts beside the original one."""
        stored = self.stored.get(aim.year)
        if stored and _same(aim, stored, "revised_"):
            return
        if self.only_read:
            self._only_say(
                aim, _shown(stored, "revised_") or _shown(stored, "") if stored else "belum ditetapkan"
            )
            return
        if not (self.choices.decision and self.choices.decision_date):
            text = (
                f"Target {aim.year} hanya berubah dengan keputusan. Isi nomor dan tanggal keputusan yang "
                f"mengubahnya menjadi {aim.shown}, atau buat perubahan penetapan."
            )
            self.say(aim.cell, "needs_decision", text, blocks=True)
            return
        if stored is None and str(aim.year) not in self.targets:
            text = f"Target {aim.year} belum ada, jadi belum dapat diubah. Isi dulu target awalnya."
            self.say(aim.cell, "no_original", text, blocks=True)
            return
        day = dt.date.fromisoformat(self.choices.decision_date)
        self._show(f"Target perubahan {aim.year}", aim, _shown(stored, "revised_") if stored else "")
        self.revised[str(aim.year)] = {
            "revised_value": plain(aim.value),
            "revised_upper": _plain(aim.upper),
            "decision": self.choices.decision,
            "decision_date": day.isoformat(),
        }

    def _show(self, label: str, aim: Aim, before: str) -> None:
        if before:
            self.before[label] = before
        self.after[label] = aim.shown
        self.cells[label] = aim.cell

    def planned(self, said: Sequence[Message]) -> Planned:
        messages = [*said, *self.messages]
        if self.goal.in_the_way:
            messages.append(
                Message(self.row.cell("indicator"), "definition", self.goal.in_the_way, blocks=True)
            )
        return Planned(
            self.row.sheet,
            self.row.number,
            "target",
            self._status(messages),
            self.goal.name,
            self.before,
            self.after,
            self.cells,
            messages,
            {
                "code": self.goal.code,
                "targets": self.targets,
                "revised": self.revised,
                "seen": self.goal.now.targets_seen if self.goal.now else "",
            },
        )

    def _status(self, messages: Sequence[Message]) -> Status:
        if any(message.blocks for message in messages):
            return "problem"
        if self.after:
            return "changed" if self.before else "new"
        return "skipped" if self.left_out else "same"


def _same(aim: Aim, stored: Stored, which: str) -> bool:
    value, upper = stored[f"{which}value"], stored[f"{which}upper"]
    return (
        value is not None and Decimal(value) == aim.value and (Decimal(upper) if upper else None) == aim.upper
    )


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _shown(stored: Stored, which: str) -> str:
    ends = (stored[f"{which}value"], stored[f"{which}upper"])
    figures = "–".join(format_number(Decimal(end)) for end in ends if end is not None)
    return stored[f"{which}label"] or figures
