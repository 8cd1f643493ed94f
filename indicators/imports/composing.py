"""The definition of one indicator, composed of all its rows and held against what stands.

Asks no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from indicators.changes import FIELDS as SHOWN
from indicators.changes import shown
from indicators.forms.indicators import CODE_LENGTH, suggest_code
from indicators.imports import facts, guesses
from indicators.imports.elements import Elements
from indicators.imports.goals import GoalPlan, Goals
from indicators.imports.matching import Identity
from indicators.imports.names import free_code
from indicators.imports.planned import Choices, Message, Planned, Question, Status
from indicators.imports.responsible import Units
from indicators.imports.rows import Merged
from indicators.imports.standing import FIELDS, IndicatorNow, Standing
from indicators.imports.weights import read_weight

LENGTHS = {"name": 300, "unit": 60}
NUMBER_LENGTH = 12
GOAL_NUMBER = "Nomor sasaran"
LABELS = {**SHOWN, "goal_number": GOAL_NUMBER}
# Field of a record → field of an indicator, where people look for it.
CELLS = {
    "goal": "goal",
    "goal_number": "goal_number",
    "number": "number",
    "indicator": "name",
    "unit": "unit",
    "definition": "definition",
    "reason": "reason",
    "formulation": "formulation",
    "source": "sources",
    "responsible_unit": "responsible",
    "weight": "weight",
    "polarity": "polarity",
}
_BLANK: dict[str, Any] = {
    name: [] if name == "levels" else None if name == "weight" else "" for name in FIELDS
}


@dataclass
class Definition:
    """An indicator as it would be: its code, all its fields, the row planned (None: not defined here).

    No `fields`: nobody knows the indicator, and the rows do not define it.
    """

    code: str
    fields: dict[str, Any]
    planned: Planned | None = None
    questions: list[Question] = field(default_factory=list)
    in_the_way: str = ""


class Composer:
    """Composes the definitions of a file; codes, data and parts of the agency made once are shared."""

    def __init__(
        self, standing: Standing, choices: Choices, groups: Sequence[tuple[Merged, Identity]]
    ) -> None:
        """Give the new indicators their codes before any data gets one."""
        self.standing, self.choices = standing, choices
        self.units = Units(standing, choices)
        self.goals = Goals(
            standing.goals, [(row.goal, row.goal_number) for about, _ in groups for row in about.rows]
        )
        self.codes: dict[str, str] = {}
        taken = {*standing.codes, *standing.elements}
        for about, identity in groups:
            if identity.how == "new":
                wanted = suggest_code(about.first.name) or "indikator"
                code = free_code(wanted, taken, length=CODE_LENGTH)
                taken.add(code)
                self.codes[about.first.key] = code
        self.elements = Elements(standing.elements, taken)
        self.told: set[str] = set()

    def compose(
        self, about: Merged, identity: Identity, said: Sequence[Message], *, defines: bool
    ) -> Definition:
        """Return the definition that the rows about one indicator amount to.

        `said` is told with it, unless all of it stands like that already.
        """
        code = identity.code or self.codes[about.first.key]
        now = self.standing.indicators.get(code)
        if now and not defines:
            return Definition(code, now.fields)
        if not defines:
            return self._unknown(about, code)
        composing = _Composing(self, about, code, said)
        return composing.change(now) if now else composing.create(self.standing.earlier.get(code))

    def _unknown(self, about: Merged, code: str) -> Definition:
        """A table of targets names what the set does not have; one of figures is judged elsewhere."""
        if all(row.kind == "measurement" for row in about.rows):
            return Definition(code, {})
        row = about.first
        where = self.standing.title or "penetapan ini"
        text = f"Indikator ini tidak ada di {where}. Pilih indikator yang dimaksud, atau lewati baris ini."
        if self.standing.takes_definitions:
            text = "Indikator ini belum ada, dan tabel tidak menyebut sasarannya. Tambahkan di berkas."
        message = Message(row.cell("indicator"), "unknown", text, blocks=True)
        planned = Planned(row.sheet, row.number, "target", "problem", row.name, messages=[message])
        return Definition(code, {}, planned)


class _Composing:
    """One definition on its way."""

    def __init__(self, composer: Composer, about: Merged, code: str, said: Sequence[Message]) -> None:
        self.composer, self.about, self.code = composer, about, code
        self.standing = composer.standing
        self.row = about.first
        self.said = said
        self.messages: list[Message] = []
        self.questions: list[Question] = []
        self.fields = self._said()
        self.named = composer.units.of(about.saying("responsible_unit"))
        self.messages += self.named.messages
        self.elements: list[dict[str, str]] = []
        if self.standing.problem:
            self._say("indicator", "no_set", self.standing.problem, blocks=True)

    def _say(self, name: str, code: str, text: str, *, blocks: bool) -> None:
        self.messages.append(Message(self.about.saying(name).cell(name), code, text, blocks))

    def _said(self) -> dict[str, Any]:
        """What the rows say, but for what is too long."""
        said: dict[str, Any] = self.about.fields()
        for name, limit in LENGTHS.items():
            if len(said.get(name, "")) > limit:
                text = f"{LABELS[name]} lebih dari {limit} huruf. Pendekkan di berkas, lalu unggah lagi."
                self._say("indicator" if name == "name" else name, "too_long", text, blocks=True)
        if len(said.get("number", "")) > NUMBER_LENGTH:
            text = f"Nomor lebih dari {NUMBER_LENGTH} huruf, jadi tidak disimpan."
            self._say("number", "too_long", text, blocks=False)
            del said["number"]
        if typed := self.about.saying("weight").record.texts.get("weight"):
            weight = read_weight(typed)
            if weight is None:
                text = f"Bobot “{typed}” tidak terbaca, jadi tidak disimpan. Tulis misalnya 25."
                self._say("weight", "weight", text, blocks=False)
            else:
                said["weight"] = weight
        return said

    # An indicator that is there -----------------------------------------------------------------------------

    def change(self, now: IndicatorNow) -> Definition:
        """Hold what the rows say against an indicator of the set."""
        self._formula_of(now)
        self._polarity_of(now)
        fields = {name: text for name, text in self.fields.items() if text != now.fields[name]}
        goal = self._goal(now)
        before, after = self._pairs(fields, now)
        units = self._units_of(now, before, after)
        self._goal_pairs(goal, now, before, after)
        if after and self.standing.how == "in_force":
            text = (
                f"{self.standing.title} sedang berlaku, jadi tidak dapat diubah. Pilih “buat perubahan "
                "penetapan” dan tulis alasannya, atau kosongkan pilihan definisi."
            )
            self._say("indicator", "in_force", text, blocks=True)
        return self._definition("changed" if after else "same", now, fields, goal, units, before, after)

    def _formula_of(self, now: IndicatorNow) -> None:
        """Read the formula against the one that is there, as it computes or as it is printed."""
        source = self.about.saying("formulation")
        printed, prose = source.printed, source.prose
        self.fields.pop("formulation", None)
        if now.fields["kind"] == "computed" and printed:
            has = {now.fields["formula"], now.fields["printed_formula"]} - {""}
            unit = self.fields.get("unit", now.fields["unit"])
            found = self.composer.elements.known(printed, unit)
            if found and has & {*found}:
                prose = printed.rest
            elif printed.certain:
                formula, as_printed, self.elements = self.composer.elements.write(printed, unit)
                self.fields |= {"formula": formula, "printed_formula": as_printed}
                prose = printed.rest
        if prose:
            self.fields["formulation"] = prose

    def _polarity_of(self, now: IndicatorNow) -> None:
        typed = self.about.saying("polarity").record.texts.get("polarity", "")
        said = guesses.said_polarity(typed)
        if said and said != now.fields["polarity"]:
            stands = shown("polarity", now.fields["polarity"]).lower()
            text = f"Tabel menulis arah “{typed}”, sedangkan di penetapan {stands}. Ubah di draf bila perlu."
            self._say("polarity", "other_polarity", text, blocks=False)

    def _goal(self, now: IndicatorNow) -> GoalPlan | None:
        row = next((row for row in self.about.rows if row.goal), None)
        return self.composer.goals.of(row.goal) if row else None

    def _goal_pairs(
        self, goal: GoalPlan | None, now: IndicatorNow, before: dict[str, str], after: dict[str, str]
    ) -> None:
        """Show another goal, or what changes in the goal itself at its first indicator."""
        if goal is None:
            return
        if goal.was != now.goal:
            before[LABELS["goal"]], after[LABELS["goal"]] = now.goal, goal.text
        elif goal.changes and goal.was not in self.composer.told:
            if goal.text != goal.was:
                before[LABELS["goal"]], after[LABELS["goal"]] = goal.was, goal.text
            if goal.number != goal.was_number:
                before[GOAL_NUMBER], after[GOAL_NUMBER] = goal.was_number, goal.number
        self.composer.told.add(goal.was)

    def _pairs(self, fields: dict[str, Any], now: IndicatorNow) -> tuple[dict[str, str], dict[str, str]]:
        before = {LABELS[name]: shown(name, now.fields[name]) for name in fields}
        return before, {LABELS[name]: shown(name, text) for name, text in fields.items()}

    def _units_of(self, now: IndicatorNow, before: dict[str, str], after: dict[str, str]) -> list[str] | None:
        if not self.named.names or set(self.named.names) == set(now.units):
            return None
        before[LABELS["responsible"]] = "; ".join(now.units)
        after[LABELS["responsible"]] = "; ".join(self.named.names)
        return self.named.names

    # A new one ----------------------------------------------------------------------------------------------

    def create(self, earlier: IndicatorNow | None) -> Definition:
        """Compose a new indicator; `earlier` is what it was in another set."""
        settled = facts.settle(self.about, self.composer.choices, earlier)
        self.questions += settled.questions
        self.messages += settled.messages
        self.fields = {**_BLANK, **settled.values, **self.fields}
        self._write_formula()
        if not self.fields["unit"]:
            text = "Satuan belum diisi; tampil sebagai kekosongan sampai diisi di draf."
            self._say("indicator", "no_unit", text, blocks=False)
        if earlier:
            text = f"Melanjutkan riwayat kode {self.code} dari penetapan sebelumnya."
            self._say("indicator", "continues", text, blocks=False)
        row = next((row for row in self.about.rows if row.goal), None)
        goal = self.composer.goals.of(row.goal) if row else None
        if goal is None:
            text = "Sasaran strategis indikator ini kosong. Isi sasarannya di berkas, lalu unggah lagi."
            self._say("indicator", "no_goal", text, blocks=True)
        after = self._after(goal)
        return self._definition("new", None, self.fields, goal, self.named.names, {}, after)

    def _write_formula(self) -> None:
        source = self.about.saying("formulation")
        printed = source.printed
        self.fields["formulation"] = source.prose
        if self.fields["kind"] != "computed" or printed is None:
            return
        formula, as_printed, self.elements = self.composer.elements.write(printed, self.fields["unit"])
        self.fields |= {"formula": formula, "printed_formula": as_printed, "formulation": printed.rest}
        if as_printed:
            text = "Dokumen tidak mencetak “x 100%”; rumus hitungannya memakai, karena satuannya persen."
            self._say("formulation", "percent_added", text, blocks=False)

    def _after(self, goal: GoalPlan | None) -> dict[str, str]:
        after = {LABELS["goal"]: goal.text} if goal else {}
        if goal and not goal.was and goal.number and goal.text not in self.composer.told:
            after[GOAL_NUMBER] = goal.number
        if goal:
            self.composer.told.add(goal.was or goal.text)
        after |= {LABELS[name]: shown(name, text) for name, text in self.fields.items() if text}
        if self.named.names:
            after[LABELS["responsible"]] = "; ".join(self.named.names)
        return after

    # Both ---------------------------------------------------------------------------------------------------

    def _definition(
        self,
        status: Status,
        now: IndicatorNow | None,
        fields: dict[str, Any],
        goal: GoalPlan | None,
        units: list[str] | None,
        before: dict[str, str],
        after: dict[str, str],
    ) -> Definition:
        if status != "same":
            self.messages = [*self.said, *self.messages]
        blocked = any(message.blocks for message in self.messages)
        planned = Planned(
            self.row.sheet,
            self.row.number,
            "definition",
            "problem" if blocked else status,
            self.row.name,
            before,
            after,
            {
                label: cell
                for label, cell in self.about.cells({k: LABELS[v] for k, v in CELLS.items()}).items()
                if label in after
            },
            self.messages,
            {
                "code": self.code,
                "new": now is None,
                "continues": now is None and self.code in self.standing.codes,
                "fields": fields,
                "goal": None
                if goal is None
                else {
                    "was": goal.was,
                    "text": goal.text,
                    "number": goal.number,
                },
                "moves": now is None or (goal is not None and goal.was != now.goal),
                "units": units,
                "elements": self.elements,
                "seen": now.seen if now else "",
            },
        )
        whole = {**(now.fields if now else {}), **self.fields}
        in_the_way = (
            "Definisi indikator ini bermasalah, jadi targetnya belum dapat disimpan." if blocked else ""
        )
        return Definition(self.code, whole, planned, self.questions, in_the_way)
