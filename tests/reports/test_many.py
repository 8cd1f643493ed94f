"""Many reports filled at once come out as if somebody had filled each at its own desk."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.db import transaction

from agencies.models import User
from indicators import sets
from indicators.models import Indicator, Target
from reports import entries
from reports.entries.many import Answers, Fill, Filling
from reports.models import Report, Summary
from tests import builders

pytestmark = pytest.mark.django_db
keys = count(1)

LEVELS = [{"label": "WTP", "value": "4"}, {"label": "WDP", "value": "3"}]
KINDS: list[dict[str, Any]] = [
    {"formula": "a / b * 100%", "code": "rasio"},
    {"formula": "a + c", "code": "jumlah", "unit": "Unit", "quarter_method": "sum"},
    {"formula": "(a - previous(a)) / previous(a) * 100%", "code": "tumbuh"},
    {"formula": "rasio + luar", "code": "gabungan", "quarter_method": "mean"},
    {"code": "luar", "quarter_method": "year_to_date"},
    {"code": "turun", "polarity": "lower", "method": "F3", "unit": "Kasus", "quarter_method": "sum"},
    {"code": "opini", "kind": Indicator.Kind.ORDINAL, "levels": LEVELS},
    {"code": "sudah", "kind": Indicator.Kind.YES_NO},
]


def agency_with_reports(parts: list[tuple[int, int]]) -> list[Report]:
    """Return reports of a new agency whose set has every kind of indicator, for these years and parts."""
    draft = builders.indicator_set(first_year=2024, last_year=2026)
    for code in "abc":
        builders.element(draft.agency, code)
    goal = builders.goal(draft)
    for kind in KINDS:
        row = builders.indicator(goal, name=kind["code"].title(), **kind)
        for year in (2024, 2025, 2026):
            builders.target(row, year, value=4 if kind["code"] == "opini" else 50)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    return [builders.report(draft, part, year=year) for year, part in parts]


@dataclass(frozen=True)
class Write:
    """One write as both ways are told it: a place without keys."""

    report: int  # place in the list of reports
    kind: str
    code: str
    columns: dict[str, Any]
    behind: int = 0


def random_writes(chance: random.Random, reports: list[Report]) -> list[Write]:
    writes = []
    for place in range(len(reports)):
        for code in "abc":
            if chance.random() < 0.7:
                number = chance.choice([None, Decimal(0), Decimal(chance.randrange(1, 10**6)).scaleb(-2)])
                writes.append(Write(place, "value", code, {"number": number}, chance.random() < 0.05))
        for code in ("luar", "turun", "opini", "sudah", "rasio"):
            if chance.random() < 0.5:
                number = Decimal(chance.choice(["0", "1", "3", "4", "12.5", "1234567.123456", "0.1234567"]))
                columns = {"number": number, "reason": chance.choice(["", "memang\tbegitu\n\\N"])}
                writes.append(Write(place, "entry", code, columns, chance.random() < 0.05))
    return writes


def version_of(report: Report, write: Write) -> int:
    if write.kind == "value":
        return report.values.get(element__code=write.code).version
    return report.entries.get(indicator__thread__code=write.code).version


def at_desks(reports: list[Report], writes: list[Write], by: User) -> list[Any]:
    """Write at the desk of each report, in the order of time."""
    answers = []
    for place, report in enumerate(reports):
        changes = []
        for write in (w for w in writes if w.report == place):
            rows = report.values if write.kind == "value" else report.entries
            path = "element__code" if write.kind == "value" else "indicator__thread__code"
            row: Any = rows.get(**{path: write.code})
            changes.append(entries.Change(row, write.columns, row.version - write.behind, f"k{next(keys)}"))
        answers += entries.fill_many(report, changes, by=by)
    return answers


def at_once(reports: list[Report], writes: list[Write], by: User, note: str = "") -> Answers:
    fills = [
        Fill(reports[w.report].pk, w.kind, w.code, w.columns, version_of(reports[w.report], w) - w.behind)  # type: ignore[arg-type]
        for w in sorted(writes, key=lambda w: w.report)
    ]
    with transaction.atomic():
        return Filling(by=by, note=note).fill(fills)


LEFT_OUT = {"id", "report_id", "element_id", "indicator_id", "changed_by_id", "changed_at", "definition"}


def everything(reports: list[Report]) -> list[Any]:
    """Return all that is stored of reports, without the keys and moments in which two agencies differ."""
    found: list[Any] = []
    for report in reports:
        both: list[Any] = [(report.values, "element__code"), (report.entries, "indicator__thread__code")]
        for rows, name in both:
            for row in rows.order_by(name).values():
                said = {k: v for k, v in row.items() if k not in LEFT_OUT}
                target = row["definition"]["target"] if "definition" in row else None
                found.append((said, target, row["changed_by_id"] is not None))
        (summary,) = Summary.objects.filter(report=report).values()
        found.append({name: said for name, said in summary.items() if name != "report_id"})
        events = report.events.order_by("kind", "subject", "pk")
        found += list(events.values_list("kind", "subject", "before", "after"))
    return found


def named(answer: Any) -> Any:
    return type(answer).__name__ if isinstance(answer, Exception) else "taken"


PARTS = [(2025, 1), (2025, 2), (2025, 5), (2026, 1), (2026, 2), (2026, 3), (2026, 4), (2026, 5)]


@pytest.mark.parametrize("seed", range(12))
def test_many_reports_at_once_come_out_as_at_their_desks(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    parts = sorted(chance.sample(PARTS, chance.randrange(2, len(PARTS) + 1)))
    by = builders.user(is_superuser=True)
    twins = [agency_with_reports(parts) for _ in range(2)]
    for turn in range(3):
        writes = random_writes(chance, twins[0])
        Target.objects.filter(indicator__thread__code="luar", year=2026).update(
            revised_value=60 + turn, decision="SK 1", decision_date=dt.date(2026, 5, 1)
        )
        answers = [at_desks(twins[0], writes, by), at_once(twins[1], writes, by)]
        assert [named(a) for a in answers[0]] == [named(a) for a in answers[1]]
        assert everything(twins[1]) == everything(twins[0])
