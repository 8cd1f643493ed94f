"""One process of a race on a database in a file: `python -m tests.reports.racing arrange|write|judge …`.

arrange: make a report and print {"report": key, "users": [key, …]}.
write <report> <user> <place> <go>: make the file <go>-<place>, wait for <go>, then write WRITES figures.
judge <report>: print what the database holds afterwards.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

WRITERS, WRITES = 6, 3


def figure(place: int, n: int) -> int:
    """Return the nth figure of a writer, which nobody else writes."""
    return 100 * place + n


def arrange() -> dict[str, Any]:
    """Make a report with one figure, and its writers."""
    from agencies.roles import Role
    from indicators import sets
    from tests import builders

    set_ = builders.indicator_set()
    builders.element(set_.agency, "a")
    builders.indicator(builders.goal(set_), formula="a", unit="unit")
    sets.put_in_force(set_, by=builders.user(is_superuser=True))
    report = builders.report(set_)
    users = [builders.user(Role.OPERATOR, set_.agency).pk for _ in range(WRITERS)]
    return {"report": report.pk, "users": users}


def write(report: str, user: str, place: str, go: str) -> dict[str, Any]:
    """Write figures, each sent twice, after every conflict again from what is there."""
    from agencies.models import User
    from reports import entries
    from reports.models import Value

    by, conflicts = User.objects.get(pk=user), 0
    Path(f"{go}-{place}").touch()
    while not Path(go).exists():
        time.sleep(0.01)
    for n in range(WRITES):
        number, key = Decimal(figure(int(place), n)), f"{place}-{n}"
        while True:
            value = Value.objects.select_related("element", "report").get(report=int(report))
            given: dict[str, Any] = {"based_on": value.version, "by": by, "key": key}
            try:
                entries.fill_value(value.report, value.element, number, **given)
            except entries.Conflict:
                conflicts += 1
                continue
            entries.fill_value(value.report, value.element, number, **given)
            break
    return {"conflicts": conflicts}


def judge(report: str) -> dict[str, Any]:
    """Return the figure, its version and its history, and what came out of it."""
    from reports.models import Entry, Event, Receipt, Value

    value = Value.objects.get(report=int(report))
    history = Event.objects.filter(value=value).order_by("pk").values_list("before", "after")
    return {
        "number": str(value.number),
        "version": value.version,
        "history": [[before["number"], after["number"]] for before, after in history],
        "result": Entry.objects.get(report=int(report)).result,
        "receipts": Receipt.objects.count(),
    }


if __name__ == "__main__":
    django.setup()
    name, *arguments = sys.argv[1:]
    commands: dict[str, Callable[..., dict[str, Any]]] = {"arrange": arrange, "write": write, "judge": judge}
    print(json.dumps(commands[name](*arguments)))
