"""Goals of a file beside those of the set: the same, spelled anew, or new. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indicators.imports.names import Names, normalised
from indicators.imports.standing import GoalNow


@dataclass(frozen=True)
class GoalPlan:
    """What becomes of a goal: `was` is the text it has in the set, "" for a new one."""

    was: str
    text: str
    number: str
    was_number: str = ""

    @property
    def changes(self) -> bool:
        """Whether a goal of the set gets another text or number."""
        return bool(self.was) and (self.was, self.was_number) != (self.text, self.number)


class Goals:
    """Finds the goal of each row.

    A goal that is nowhere in the set but much like one that is nowhere in the file is that one, reworded.
    """

    def __init__(self, known: Iterable[GoalNow], in_file: Iterable[tuple[str, str]]) -> None:
        """Take the goals of the set and (text, number) of each row of the file."""
        self._known = {goal.text: goal for goal in known}
        self._names = Names((text, text) for text in self._known)
        self._plans: dict[str, GoalPlan] = {}
        numbers: dict[str, str] = {}
        texts: dict[str, str] = {}
        for text, number in in_file:
            if plain := normalised(text):
                texts.setdefault(plain, text)
                numbers[plain] = numbers.get(plain) or number
        left = {text for text in self._known if normalised(text) not in texts}
        near = Names((text, text) for text in sorted(left))
        for plain, text in texts.items():
            was = self._names.same(text)
            if not was and (found := near.find(text)) and found.key in left:
                was = found.key
                left.remove(was)
            self._plans[plain] = self._plan(was, text, numbers[plain])

    def _plan(self, was: str, text: str, number: str) -> GoalPlan:
        old = self._known[was].number if was else ""
        # Too long to be a number; an empty one does not erase.
        return GoalPlan(was, text, (number if len(number) <= 12 else "") or old, old)

    def of(self, text: str) -> GoalPlan:
        """Return what becomes of the goal with this text in the file."""
        return self._plans[normalised(text)]
