"""Writes planned rows, set by set: the number of statements does not grow with the rows.

Runs inside the caller's transaction. What is written is taken down for `undoing`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model

from agencies.models import Agency, ResponsibleUnit, User
from indicators import sets
from indicators.imports import undoing
from indicators.imports.loading import load, lock
from indicators.imports.planned import Choices, Into, Planned, Stale
from indicators.imports.standing import Standing
from indicators.models import (
    DataElement,
    Indicator,
    IndicatorSet,
    IndicatorThread,
    LayoutProfile,
    StrategicGoal,
    Target,
)

# Where a column of a layout is recognised by the label of a planned row.
_LAYOUT = {
    "Satuan": "unit",
    "Alasan": "reason",
    "Nomor": "indicator_number",
    "Definisi operasional": "definition",
    "Penjelasan/cara perhitungan": "formulation",
    "Sumber data": "sources",
    "Penanggung jawab": "responsible",
    "Sasaran strategis": "goal",
    "Nomor sasaran": "goal_number",
    "Indikator": "indicator",
}
Row = TypeVar("Row", bound=Model)


def apply(agency: Agency, rows: Sequence[Planned], choices: Choices, *, by: User) -> dict[str, Any]:
    """Write the new and changed definitions and targets among `rows`; return what undoing them needs.

    Raises Stale, and has written nothing, when what they were planned against is not what stands now.
    """
    wanted = [row for row in rows if row.writes and row.kind in ("definition", "target")]
    if not wanted:
        return {}
    place = wanted[0].write["into"]
    lock(agency, place["set"])
    standing = load(agency, by, _into(place, choices), (place["first_year"], place["last_year"]))
    if stale := _stale(wanted, standing, place):
        raise Stale(stale)
    return _Writing(agency, wanted, choices, standing, by).run()


def _into(place: Mapping[str, Any], choices: Choices) -> Into:
    how = {"in_force": "", "new": "new", "draft": "draft", "revise": "revise"}[place["how"]]
    return Into(how, place["set"], choices.into.reason)  # type: ignore[arg-type]


# Has it changed? --------------------------------------------------------------------------------------------


def _stale(rows: Sequence[Planned], standing: Standing, place: Mapping[str, Any]) -> list[str]:
    if standing.place != place or standing.problem:
        return [standing.problem or "Penetapan tujuan impor ini berubah sejak ditinjau. Tinjau lagi."]
    found = []
    for row in rows:
        write = row.write
        if "header" in write:
            if list(standing.header[write["header"]]) != write["was"]:
                found.append(f"{row.about} diubah sejak ditinjau.")
        elif row.kind == "target":
            now = standing.indicators.get(write["code"])
            if write["seen"] != (now.targets_seen if now else ""):
                found.append(f"Target “{row.about}” diubah sejak ditinjau.")
        else:
            found += _stale_definition(row, standing)
    return found


def _stale_definition(row: Planned, standing: Standing) -> list[str]:
    write, now = row.write, standing.indicators.get(row.write["code"])
    if write["seen"] != (now.seen if now else ""):
        gone = "dihapus" if now is None else "diubah"
        return [f"Indikator “{row.about}” {gone if write['seen'] else 'ditambahkan'} sejak ditinjau."]
    if write["new"] and not write["continues"] and write["code"] in standing.codes:
        return [f"Kode {write['code']} untuk “{row.about}” dipakai sejak ditinjau."]
    if write["goal"] and write["goal"]["was"] not in {"", *(goal.text for goal in standing.goals)}:
        return [f"Sasaran “{write['goal']['was']}” diubah atau dihapus sejak ditinjau."]
    taken = [each["code"] for each in write["elements"] if each["code"] in standing.elements]
    return [f"Data dasar {code} dibuat sejak ditinjau." for code in taken]


# Writing ----------------------------------------------------------------------------------------------------


class _Writing:
    def __init__(
        self, agency: Agency, rows: Sequence[Planned], choices: Choices, standing: Standing, by: User
    ) -> None:
        self.agency, self.choices, self.standing, self.by = agency, choices, standing, by
        self.headers = [row for row in rows if "header" in row.write]
        self.definitions = [row for row in rows if row.kind == "definition" and "header" not in row.write]
        self.targets = [row for row in rows if row.kind == "target"]
        self.record: dict[str, Any] = {"agency": agency.pk, "made": "", "set": None}

    def run(self) -> dict[str, Any]:
        self.record["header"] = [self._header(row) for row in self.headers]
        if self.definitions or self.targets:
            self.set = self._set()
            self.record |= {"set": self.set.pk, "title": str(self.set)}
            self.record["units"] = self._units()
            self.record["elements"] = self._elements()
            self._goals()
            self._indicators()
            self._write_targets()
            codes = {row.write["code"] for row in [*self.definitions, *self.targets]}
            self.record |= undoing.left(self.set, codes, whole=bool(self.record["made"]))
        return self.record

    def _header(self, row: Planned) -> dict[str, Any]:
        undoing.put_header(self.agency, row.write["header"], row.write["texts"])
        return {name: row.write[name] for name in ("header", "was", "texts")}

    def _set(self) -> IndicatorSet:
        if self.standing.how == "new":
            self.record["made"] = "new"
            return self._new_set()
        chosen = IndicatorSet.objects.get(agency=self.agency, pk=self.standing.set or 0)
        if self.standing.how == "revise":
            self.record["made"] = "revise"
            return sets.revise(chosen, by=self.by, reason=self.choices.into.reason)
        return chosen

    def _new_set(self) -> IndicatorSet:
        """Begin a draft as the agency's last one was; the first takes the layout most like the table."""
        last = self.agency.indicator_sets.select_related("layout").first()
        return IndicatorSet.objects.create(
            agency=self.agency,
            first_year=self.standing.first_year,
            last_year=self.standing.last_year,
            place=self.agency.place,
            instrument=last.instrument if last else IndicatorSet.Instrument.DECREE,
            layout=last.layout if last else self._layout(),
        )

    def _layout(self) -> LayoutProfile:
        seen = {_LAYOUT[label] for row in self.definitions for label in row.cells if label in _LAYOUT}

        def likeness(profile: LayoutProfile) -> int:
            fields = {column["field"] for column in profile.columns}
            return len(fields & seen) - len(fields ^ seen)

        return max(LayoutProfile.objects.order_by("name"), key=likeness)

    def _units(self) -> list[dict[str, Any]]:
        known = {name.lower() for name in self.agency.units.values_list("name", flat=True)}
        names = dict.fromkeys(name for row in self.definitions for name in row.write["units"] or ())
        made = ResponsibleUnit.objects.bulk_create(
            ResponsibleUnit(agency=self.agency, name=name) for name in names if name.lower() not in known
        )
        return [{"pk": unit.pk, "name": unit.name} for unit in made]

    def _elements(self) -> list[dict[str, Any]]:
        wanted = {each["code"]: each for row in self.definitions for each in row.write["elements"]}
        made = DataElement.objects.bulk_create(
            DataElement(agency=self.agency, **each) for each in wanted.values()
        )
        return [{"pk": each.pk, "code": each.code, "label": each.label, "unit": each.unit} for each in made]

    def _goals(self) -> None:
        """Make and reword goals; afterwards `goal_of` finds the one a row means."""
        stored = {goal.text: goal for goal in self.set.goals.all()}
        position = max((goal.position for goal in stored.values()), default=0)
        new: dict[str, StrategicGoal] = {}
        changed: dict[int, tuple[StrategicGoal, dict[str, str]]] = {}
        self.goal_of: dict[str, StrategicGoal] = {}
        for row in self.definitions:
            if not (said := row.write["goal"]):
                continue
            goal = stored.get(said["was"]) or new.get(said["text"])
            if goal is None:
                position += 1
                goal = StrategicGoal(
                    indicator_set=self.set, position=position, number=said["number"], text=said["text"]
                )
                new[said["text"]] = goal
            elif said["was"] and (goal.text, goal.number) != (said["text"], said["number"]):
                changed[goal.pk] = (goal, {"text": goal.text, "number": goal.number})
                goal.text, goal.number = said["text"], said["number"]
            self.goal_of[row.write["code"]] = goal
        StrategicGoal.objects.bulk_create(new.values())
        _update(StrategicGoal, [goal for goal, _ in changed.values()], ["text", "number"])
        self.record["goals"] = {
            "made": [goal.pk for goal in new.values()],
            "changed": [{"pk": key, **was} for key, (_, was) in changed.items()],
        }

    def _indicators(self) -> None:
        new = [row for row in self.definitions if row.write["new"]]
        changed = [row for row in self.definitions if not row.write["new"]]
        rows = Indicator.objects.select_for_update(of=("self",), no_key=True).select_related("thread", "goal")
        self.indicators = {row.code: row for row in rows.filter(goal__indicator_set=self.set)}
        self.record["indicators"] = {"changed": self._change(changed), "made": self._create(new)}
        self._answer_for()

    def _create(self, rows: Sequence[Planned]) -> list[dict[str, Any]]:
        threads = {thread.code: thread for thread in IndicatorThread.objects.filter(agency=self.agency)}
        fresh = IndicatorThread.objects.bulk_create(
            IndicatorThread(agency=self.agency, code=row.write["code"])
            for row in rows
            if row.write["code"] not in threads
        )
        self.record["threads"] = [thread.pk for thread in fresh]
        threads |= {thread.code: thread for thread in fresh}
        places: dict[int, int] = {}
        for there in self.indicators.values():
            places[there.goal_id] = max(places.get(there.goal_id, 0), there.position)
        made = []
        for row in rows:
            goal = self.goal_of[row.write["code"]]
            places[goal.pk] = places.get(goal.pk, 0) + 1
            made.append(
                Indicator(
                    goal=goal,
                    thread=threads[row.write["code"]],
                    position=places[goal.pk],
                    digits=self.agency.digits,
                    **row.write["fields"],
                )
            )
        Indicator.objects.bulk_create(made)
        self.indicators |= {each.code: each for each in made}
        return [{"pk": each.pk, "code": each.code, "name": each.name} for each in made]

    def _change(self, rows: Sequence[Planned]) -> list[dict[str, Any]]:
        before: list[dict[str, Any]] = []
        names: set[str] = set()
        for row in rows:
            indicator, write = self.indicators[row.write["code"]], row.write
            old = {name: _stored(getattr(indicator, name)) for name in write["fields"]}
            if write["moves"]:
                old["goal_id"] = indicator.goal_id
                indicator.goal = self.goal_of[write["code"]]
            for name, content in write["fields"].items():
                setattr(indicator, name, content)
            names |= old.keys()
            if old:  # else only its goal or its parts of the agency change
                before.append({"pk": indicator.pk, "code": indicator.code, "fields": old})
        _update(Indicator, [self.indicators[each["code"]] for each in before], sorted(names))
        return before

    def _answer_for(self) -> None:
        """Link the parts of the agency; those of a changed indicator are replaced."""
        link = Indicator.units.through
        units = {unit.name.lower(): unit.pk for unit in self.agency.units.all()}
        rows = [row for row in self.definitions if row.write["units"] is not None]
        replaced = [self.indicators[row.write["code"]].pk for row in rows if not row.write["new"]]
        old = list(
            link.objects.filter(indicator__in=replaced).values_list("indicator_id", "responsibleunit_id")
        )
        link.objects.filter(indicator__in=replaced).delete()
        link.objects.bulk_create(
            link(indicator_id=self.indicators[row.write["code"]].pk, responsibleunit_id=units[name.lower()])
            for row in rows
            for name in row.write["units"]
        )
        self.record["links"] = {"of": replaced, "was": [list(pair) for pair in old]}

    def _write_targets(self) -> None:
        wanted: dict[tuple[int, int], dict[str, Any]] = {}
        for row in self.targets:
            key = self.indicators[row.write["code"]].pk
            for part in ("targets", "revised"):  # a revised target beside a new one is one row
                for year, figures in row.write[part].items():
                    wanted.setdefault((key, int(year)), {}).update(figures)
        stored = _targets_of(self.set, wanted)
        new: list[Target] = []
        before: list[dict[str, Any]] = []
        for place, figures in wanted.items():
            if "decision_date" in figures:
                figures["decision_date"] = dt.date.fromisoformat(figures["decision_date"])
            target = stored.get(place)
            if target is None:
                new.append(Target(indicator_id=place[0], year=place[1], **figures))
                continue
            old = {name: _stored(getattr(target, name)) for name in figures}
            before.append({"pk": target.pk, "fields": old})
            for name, figure in figures.items():
                setattr(target, name, figure)
        made = Target.objects.bulk_create(new)
        names = sorted({name for figures in wanted.values() for name in figures})
        _update(Target, [stored[place] for place in wanted if place in stored], names)
        self.record["targets"] = {"made": [target.pk for target in made], "changed": before}


def _targets_of(
    indicator_set: IndicatorSet, keys: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], Target]:
    rows = Target.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(indicator__goal__indicator_set=indicator_set)
    wanted = set(keys)
    return {
        (target.indicator_id, target.year): target
        for target in found
        if (target.indicator_id, target.year) in wanted
    }


def _update(model: type[Row], rows: Sequence[Row], names: Sequence[str]) -> None:
    """Write the columns of rows that are there; nothing to write is nothing asked."""
    if rows and names:
        columns = [name.removesuffix("_id") for name in names]
        model._default_manager.bulk_update(rows, columns, batch_size=200)  # noqa: SLF001 - public in Django


def _stored(value: Any) -> Any:
    """Return a column as JSON holds it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, list)) else str(value)
