"""Load an agency with its published IKU set from plain data, by the verbs a user's click calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from agencies.models import Agency, Function, Objective, Region, ResponsibleUnit, User
from indicators import sets
from indicators.models import (
    DataElement,
    Indicator,
    IndicatorSet,
    IndicatorThread,
    LayoutProfile,
    StrategicGoal,
)


@transaction.atomic
def load(data: Mapping[str, Any], *, by: User) -> IndicatorSet | None:
    """Make the agency of `data` and put its set in force; None, and nothing changed, where the agency exists.

    `data` holds regions (provinces first), agency, set and goals, as fixtures/published/*.json show.
    """
    if Agency.objects.filter(code=data["agency"]["code"]).exists():
        return None
    agency = _agency(data)
    layout = LayoutProfile.objects.get(code=data["set"]["layout"])
    indicator_set = IndicatorSet(**{**data["set"], "agency": agency, "layout": layout})
    indicator_set.full_clean()
    indicator_set.save()
    units = {unit.name: unit for unit in agency.units.all()}
    for place, goal_data in enumerate(data["goals"], 1):
        goal = StrategicGoal.objects.create(
            indicator_set=indicator_set, position=place, number=goal_data["number"], text=goal_data["text"]
        )
        for order, fields in enumerate(goal_data["indicators"], 1):
            own = {name: value for name, value in fields.items() if name not in ("code", "units")}
            thread = IndicatorThread.objects.create(agency=agency, code=fields["code"])
            indicator = Indicator(goal=goal, thread=thread, position=order, **own)
            indicator.full_clean()
            indicator.save()
            indicator.units.set(units[name] for name in fields.get("units", ()))
    sets.put_in_force(indicator_set, by=by)
    return indicator_set


def _agency(data: Mapping[str, Any]) -> Agency:
    for row in data["regions"]:
        parent = Region.objects.get(code=row["parent"]) if "parent" in row else None
        Region.objects.get_or_create(
            code=row["code"], defaults={"name": row["name"], "level": row["level"], "parent": parent}
        )
    lists = ("objectives", "functions", "units", "data_elements")
    own = {name: value for name, value in data["agency"].items() if name not in lists}
    agency = Agency(**{**own, "region": Region.objects.get(code=own["region"])})
    agency.full_clean()
    agency.save()
    for model, name in ((Objective, "objectives"), (Function, "functions")):
        for position, text in enumerate(data["agency"][name], 1):
            model.objects.create(agency=agency, position=position, text=text)
    for name in data["agency"]["units"]:
        ResponsibleUnit.objects.create(agency=agency, name=name)
    for fields in data["agency"]["data_elements"]:
        element = DataElement(agency=agency, **fields)
        element.full_clean()
        element.save()
    return agency
