"""Statements sent for many figures: a fixed number for a batch, whatever there is in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from agencies.models import User
from indicators import sets
from indicators.imports.planned import Planned
from indicators.models import DataElement
from reports.entries import bulk
from reports.imports import values
from reports.models import Report
from tests import builders
from tests.reports.imports.sheets import DATA, asked

pytestmark = pytest.mark.django_db

MOST, BATCH = 12, 5_000  # statements for a batch, and its figures
PER_INDICATOR, INDICATORS = 50, 5


def reports_of(agencies: int) -> list[Report]:
    """Return the four quarters of agencies whose indicators each add up 50 figures."""
    found = []
    for _ in range(agencies):
        draft = builders.indicator_set()
        goal = builders.goal(draft)
        for n in range(INDICATORS):
            codes = [f"data_{n}_{m}" for m in range(PER_INDICATOR)]
            DataElement.objects.bulk_create(DataElement(agency=draft.agency, code=c, label=c) for c in codes)
            row = builders.indicator(goal, code=f"jumlah_{n}", formula=" + ".join(codes), unit="Unit")
            builders.target(row)
        sets.put_in_force(draft, by=builders.user(is_superuser=True))
        found += [builders.report(draft, part) for part in (1, 2, 3, 4)]
    return found


def file_of(reports: list[Report], number: int) -> list[list[Any]]:
    """Return a flat table of all their figures."""
    rows = [
        [report.agency.code, code, 2018, f"TW {'I' * report.period.part}".replace("IIII", "IV"), number]
        for report in reports
        for code in report.values.values_list("element__code", flat=True)
    ]
    return [DATA, *rows]


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Yield the statements that are sent in the block; COPY, which Django does not see, is one too."""
    sent: list[str] = []
    insert = bulk.insert

    def seen(execute: Any, sql: str, *arguments: Any) -> Any:
        sent.append(sql)
        return execute(sql, *arguments)

    def copied(*arguments: Any) -> None:
        if connection.vendor == "postgresql":
            sent.append("COPY")
        insert(*arguments)

    with monkeypatch.context() as patched, connection.execute_wrapper(seen):
        patched.setattr(bulk, "insert", copied)
        yield sent


def of_transactions(sql: str) -> bool:
    return sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN"))


def measured(reports: list[Report], by: User, number: int, patch: pytest.MonkeyPatch) -> dict[str, int]:
    """Return how many statements it takes to compare, write, compare again and take back all figures."""
    told = asked(file_of(reports, number), by, None)
    found: dict[str, int] = {}
    rows: list[Planned] = []
    record: dict[str, Any] = {}

    def take(name: str, sent: list[str]) -> None:
        found[name] = sum(not of_transactions(sql) for sql in sent)

    with counted(patch) as sent:
        rows = list(values.plan(told))
    take("plan", sent)
    assert {row.status for row in rows} == {"new"}
    with counted(patch) as sent, transaction.atomic():
        record = values.apply(rows, by=by)
    take("apply", sent)
    assert len(record["fills"]) == len(rows) == len(reports) * INDICATORS * PER_INDICATOR
    with counted(patch) as sent:
        same = list(values.plan(told))
    take("plan of the same", sent)
    assert {row.status for row in same} == {"same"}
    with counted(patch) as sent, transaction.atomic():
        values.undo(record, by=by)
    take("undo", sent)
    return found


def test_five_thousand_figures_take_as_many_statements_as_one_thousand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by = builders.user(is_superuser=True)
    few = measured(reports_of(1), by, 7, monkeypatch)
    many = measured(reports_of(BATCH // (4 * INDICATORS * PER_INDICATOR)), by, 7, monkeypatch)
    assert many == few
    assert max(many.values()) <= MOST, many
    assert many["plan of the same"] <= MOST // 2


def test_figures_of_more_than_a_batch_take_as_many_statements_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from reports.imports.values import planning, writing

    monkeypatch.setattr(planning, "BATCH", 500)
    monkeypatch.setattr(writing, "BATCH", 500)
    by = builders.user(is_superuser=True)
    found = measured(reports_of(1), by, 7, monkeypatch)
    assert max(found.values()) <= 2 * MOST, found
