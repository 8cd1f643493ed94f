"""Which indicator a row is about: by code, by its name, by a near name once confirmed, or a new one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from indicators.imports.names import Match, Names
from indicators.imports.planned import Choices, Message, Question
from indicators.imports.rows import Row
from indicators.imports.standing import IndicatorNow, Standing

MOST_OPTIONS = 60


@dataclass(frozen=True)
class Identity:
    """What a row is about.

    "known": the indicator `code` of the set. "continues": not in the set, but the agency had `code` before.
    "new": nobody knows it. "open": it is asked, and `message` says what. "skip": left out by choice.
    """

    how: Literal["known", "continues", "new", "open", "skip"]
    code: str = ""
    message: Message | None = None
    question: Question | None = None


class Identities:
    """Finds the indicator of every row of a file; a name that one row has exactly is near to no other."""

    def __init__(self, rows: Sequence[Row], standing: Standing, choices: Choices) -> None:
        """Look at all rows first: what is found by code or name is taken."""
        self.standing, self.choices = standing, choices
        self._now = Names((code, each.fields["name"]) for code, each in standing.indicators.items())
        self._earlier = Names(
            (code, each.fields["name"])
            for code, each in standing.earlier.items()
            if code not in standing.indicators
        )
        self._exact = {row.key: self._surely(row) for row in rows}
        taken = {found.code for found in self._exact.values() if found}
        self._left = Names(
            (code, each.fields["name"])
            for code, each in [*standing.indicators.items(), *standing.earlier.items()]
            if code not in taken
        )

    def of(self, row: Row) -> Identity:
        """Return what a row is about."""
        answer = self.choices.match.get(row.key, "")
        if answer == "skip":
            return Identity("skip")
        if answer == "new":
            return Identity("new", question=self._question(row, None, answer))
        if answer.startswith("code:") and (found := self._by_code(answer.removeprefix("code:"))):
            return Identity(found.how, found.code, question=self._question(row, None, answer))
        if exact := self._exact[row.key]:
            return exact
        near = self._left.find(row.name)
        if near is not None:
            return Identity("open", message=self._near(row, near), question=self._question(row, near, ""))
        return Identity("new", question=self._question(row, None, "") if self.standing.indicators else None)

    def _surely(self, row: Row) -> Identity | None:
        typed = row.record.texts.get("code", "").strip().casefold()
        if found := self._by_code(typed):
            return found
        if code := self._now.same(row.name):
            return Identity("known", code)
        if code := self._earlier.same(row.name):
            return Identity("continues", code)
        return None

    def _by_code(self, code: str) -> Identity | None:
        if code in self.standing.indicators:
            return Identity("known", code)
        return Identity("continues", code) if code in self.standing.earlier else None

    def _name(self, code: str) -> str:
        known: IndicatorNow = self.standing.indicators.get(code) or self.standing.earlier[code]
        return str(known.fields["name"])

    def _near(self, row: Row, near: Match) -> Message:
        text = (
            f"Nama ini mirip “{self._name(near.key)}” ({near.likeness}%). "
            "Pastikan: indikator yang sama, atau indikator baru."
        )
        return Message(row.cell("indicator"), "near_name", text, blocks=True)

    def _question(self, row: Row, near: Match | None, answer: str) -> Question:
        codes = [near.key] if near else []
        codes += [code for code in self.standing.indicators if code not in codes][:MOST_OPTIONS]
        options = [(f"code:{code}", f"Sama dengan “{self._name(code)}”") for code in codes]
        reason = f"Namanya mirip “{self._name(near.key)}” ({near.likeness}%)." if near else ""
        return Question(
            "match",
            row.key,
            row.name,
            "Indikator mana ini?",
            [*options, ("new", "Indikator baru"), ("skip", "Lewati baris ini")],
            f"code:{near.key}" if near else "new",
            reason or "Nama ini tidak ada di penetapan.",
            must=near is not None,
            cell=row.cell("indicator"),
            chosen=answer,
        )
