"""Parts of the agency named in a table beside those it has: known, nearly known (asked), or new. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indicators.imports.names import Names, normalised
from indicators.imports.planned import Choices, Message, Question
from indicators.imports.rows import Row
from indicators.imports.standing import Standing

LENGTH = 200


@dataclass
class Named:
    """The names a row ends up with; those in `new` are not known to the agency yet."""

    names: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)


class Units:
    """Resolves names; a name nobody knows becomes a new part of the agency, and that is said."""

    def __init__(self, standing: Standing, choices: Choices) -> None:
        self.standing, self.choices = standing, choices
        self.names = Names(standing.units.items())
        self.own = {normalised(name) for name in standing.agency}
        self.questions: dict[str, Question] = {}

    def of(self, row: Row) -> Named:
        """Return the parts of the agency that a row names."""
        found = Named()
        for name in row.responsible:
            self._one(name, row, found)
        return found

    def _one(self, name: str, row: Row, found: Named) -> None:
        cell = row.cell("responsible_unit")
        answer = self.choices.responsible.get(name, "")
        match = self.names.find(name)
        if answer == "skip" or normalised(name) in self.own:
            text = f"“{name}” tidak dicatat sebagai penanggung jawab: itu perangkat daerah ini sendiri."
            if answer == "skip":
                text = f"Penanggung jawab “{name}” dilewati atas pilihan Anda."
            found.messages.append(Message(cell, "left_out", text, blocks=False))
        elif answer.startswith("unit:") and (key := answer.removeprefix("unit:")) in self.standing.units:
            self._put(self.standing.units[key], found)
        elif len(name) > LENGTH:
            text = f"Nama penanggung jawab lebih dari {LENGTH} huruf. Pendekkan, atau pisahkan per baris."
            found.messages.append(Message(cell, "too_long", text, blocks=True))
        elif match and match.how == "name":
            self._put(self.standing.units[match.key], found)
        elif match and answer != "new":
            self._ask(name, match.key, cell, found)
        else:
            text = f"Bidang “{name}” belum terdaftar; akan ditambahkan ke perangkat daerah ini."
            found.messages.append(Message(cell, "new_unit", text, blocks=False))
            found.new.append(name)
            self._put(name, found)

    def _put(self, name: str, found: Named) -> None:
        if name not in found.names:
            found.names.append(name)

    def _ask(self, name: str, key: str, cell: str, found: Named) -> None:
        near = self.standing.units[key]
        text = f"Bidang “{name}” mirip “{near}”. Pastikan: bidang yang sama, atau bidang baru."
        found.messages.append(Message(cell, "near_unit", text, blocks=True))
        options = [*self._options(), ("new", f"Bidang baru: {name}"), ("skip", "Lewati")]
        self.questions[name] = Question(
            "responsible",
            name,
            name,
            text,
            options,
            f"unit:{key}",
            f"Namanya mirip “{near}”.",
            must=True,
            cell=cell,
        )

    def _options(self) -> list[tuple[str, str]]:
        known: Mapping[str, str] = self.standing.units
        return [(f"unit:{key}", name) for key, name in sorted(known.items(), key=lambda each: each[1])]
