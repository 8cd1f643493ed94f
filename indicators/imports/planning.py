"""All rows of a file planned against what stands: what is new, changed, the same, or in the way.

Asks no database: what stands comes as plain data, and so does the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from indicators.imports import header, targets
from indicators.imports.aims import Aim, Measure
from indicators.imports.composing import Composer, Definition
from indicators.imports.matching import Identities, Identity
from indicators.imports.names import normalised
from indicators.imports.planned import Choices, Kind, Message, Planned, Question, Status
from indicators.imports.rows import Merged, Row, rows_of
from indicators.imports.standing import Standing
from indicators.spreadsheets.repairs import Repair
from indicators.spreadsheets.tables import Understanding


@dataclass
class Plan:
    """What would be written, row by row in the order of the file, and what a person is asked."""

    rows: list[Planned] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def plan(understanding: Understanding, standing: Standing, choices: Choices) -> Plan:
    """Plan definitions and targets of all tables in use."""
    return _Planner(understanding, standing, choices).run()


class _Planner:
    def __init__(self, understanding: Understanding, standing: Standing, choices: Choices) -> None:
        self.standing, self.choices = standing, choices
        self.plan = Plan(*header.plan(understanding, standing, choices))
        self.own = {normalised(name) for name in standing.agency}
        self.all = list(rows_of(understanding, choices))
        self.found: dict[str, list[Planned]] = {row.key: [] for row in self.all}
        # Rows whose repair is planned as if it were accepted, until it is.
        self.unconfirmed: dict[str, tuple[Message, Question]] = {}
        self.rows = [row for row in self.all if self._is_usable(row)]
        self.identities = Identities(self.rows, standing, choices)

    def run(self) -> Plan:
        groups = list(self._groups())
        composer = Composer(self.standing, self.choices, groups)
        for about, identity in groups:
            self._group(about, identity, composer)
        for row in self.all:
            self.plan.rows += self.found[row.key]
        self.plan.questions += composer.units.questions.values()
        return self.plan

    # Which rows count ---------------------------------------------------------------------------------------

    def _is_usable(self, row: Row) -> bool:
        """Whether a row can be planned; else it is a problem or skipped, and that is said."""
        agency = row.record.texts.get("agency", "")
        if agency and normalised(agency) not in self.own:
            text = f"Baris ini milik “{agency}”, bukan perangkat daerah ini."
            self._put(row, "skipped", Message(row.cell("agency"), "other_agency", text, blocks=False))
            return False
        repair = row.record.repair
        if repair and (message := self._repair(row, repair)):
            self._put(row, "problem", message)
            return False
        return True

    def _repair(self, row: Row, repair: Repair) -> Message | None:
        """Ask whether the repair of a collapsed row is right; return why the row cannot be planned, if so."""
        cell = row.cell("number") if "number" in row.record.cells else row.cell("indicator")
        if not repair.certain:
            return Message(cell, "collapsed_row", repair.message, blocks=True)
        answer = self.choices.repairs.get(row.key, "")
        shown = "; ".join(f"{text} ({repair.cells[name]})" for name, text in repair.texts.items())
        question = Question(
            "repair",
            row.key,
            row.name,
            repair.message,
            [("accept", "Terapkan usulan perbaikan"), ("keep", "Tolak; baris ini tidak diimpor")],
            "accept",
            f"Usulan: {shown}",
            must=True,
            cell=cell,
            chosen=answer,
        )
        if answer:
            self.plan.questions.append(question)
        if answer == "keep":
            text = f"Usulan perbaikan ditolak. Perbaiki baris {row.number} di berkas, lalu unggah lagi."
            return Message(cell, "repair_refused", text, blocks=True)
        if answer != "accept":
            message = Message(cell, "collapsed_row", repair.message, blocks=True, repair=shown)
            self.unconfirmed[row.key] = (message, question)
        return None

    # Rows about one indicator -------------------------------------------------------------------------------

    def _groups(self) -> Iterator[tuple[Merged, Identity]]:
        """Yield the rows about one indicator together, those of a table of definitions first."""
        groups: dict[str, tuple[Merged, Identity]] = {}
        ordered = sorted(self.rows, key=lambda row: row.kind != "definitions")
        for row in ordered:
            identity = self.identities.of(row)
            if identity.question:
                self.plan.questions.append(identity.question)
            if identity.how == "skip":
                text = "Dilewati atas pilihan Anda."
                self._put(row, "skipped", Message(row.cell("indicator"), "skipped", text, blocks=False))
                continue
            alone = identity.question is not None and identity.question.chosen == "new"
            key = identity.code or (row.key if alone or identity.how == "open" else normalised(row.name))
            before = groups.get(key)
            if before is None:
                groups[key] = (Merged(row), identity)
            elif before[0].first.table == row.table and before[0].first.sheet == row.sheet:
                self._twice(row, before[0].first)
            else:
                before[0].more.append(row)
        order = {row.key: place for place, row in enumerate(self.rows)}
        yield from sorted(groups.values(), key=lambda group: order[group[0].first.key])

    def _put(self, row: Row, status: Status, message: Message) -> None:
        kind: Kind = "definition" if row.goal else "target"
        self.found[row.key].append(Planned(row.sheet, row.number, kind, status, row.name, messages=[message]))

    def _twice(self, row: Row, first: Row) -> None:
        text = (
            f"Indikator ini sudah ada di baris {first.number}. Bila memang indikator lain, pilih “indikator "
            "baru”; bila tidak, lewati baris ini."
        )
        self._put(row, "problem", Message(row.cell("indicator"), "twice", text, blocks=True))
        self.plan.questions.append(
            Question(
                "match",
                row.key,
                row.name,
                "Indikator ini tertulis dua kali.",
                [("new", "Indikator baru"), ("skip", "Lewati baris ini")],
                "skip",
                f"Sama dengan baris {first.number}.",
                must=True,
                cell=row.cell("indicator"),
            )
        )

    def _group(self, about: Merged, identity: Identity, composer: Composer) -> None:
        if identity.message:  # asked, and not answered yet
            for row in about.rows:
                self._put(row, "problem", identity.message)
            return
        open_ = [self.unconfirmed[row.key] for row in about.rows if row.key in self.unconfirmed]
        said = [message for message, _ in open_]
        definition = composer.compose(about, identity, said, defines=self._defines(about))
        if definition.planned and definition.planned.status != "same":
            self.plan.questions += [question for _, question in open_]
        self.plan.questions += definition.questions
        if definition.planned:
            self.found[about.first.key].append(definition.planned)
        aimed: dict[int, Aim] = {}
        for row in about.rows if definition.fields else ():
            self._targets(row, about, definition, aimed)

    def _defines(self, about: Merged) -> bool:
        """Whether these rows are to define the indicator, not only to give its figures."""
        if any(row.kind == "definitions" for row in about.rows):
            return True
        return self.standing.takes_definitions and any(row.goal for row in about.rows)

    def _targets(self, row: Row, about: Merged, definition: Definition, aimed: dict[int, Aim]) -> None:
        goal = targets.Goal(
            definition.code,
            row.name,
            Measure(
                definition.fields["kind"],
                definition.fields["polarity"],
                definition.fields["unit"],
                definition.fields["levels"],
            ),
            self.standing.indicators.get(definition.code),
            definition.in_the_way,
        )
        planned = targets.plan(row, goal, self.standing, self.choices, aimed)
        self.plan.questions += planned.questions
        if planned.planned:
            self.found[row.key].append(planned.planned)
        elif row is not about.first and row.kind != "measurement":
            text = f"Indikator ini sudah dibaca dari {about.first.key}."
            self._put(row, "same", Message(row.cell("indicator"), "elsewhere", text, blocks=False))
