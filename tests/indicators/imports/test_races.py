"""Two admins import overlapping files at once: nothing is lost, and the second is told. On PostgreSQL."""

import time
from typing import Any

import pytest

from indicators.imports import loading, writing
from indicators.imports.planned import Choices, Into, Stale
from indicators.models import Indicator
from tests import builders
from tests.indicators.imports.importing import applied, imported, settled, table
from tests.indicators.test_sets import at_once, two_writers

ROW = (
    1,
    "Meningkatnya mutu jalan",
    "Jumlah rambu terpasang",
    "unit",
    "Berdasarkan laporan",
    "Dishub",
    "Bidang Jalan",
)


@pytest.fixture
def slow(monkeypatch):
    """Let both look at what stands before either has written, unless one waits for the other."""
    load = loading.load

    def loaded(*args: Any, **kwargs: Any) -> Any:
        found = load(*args, **kwargs)
        time.sleep(0.4)
        return found

    monkeypatch.setattr(writing, "load", loaded)


def race() -> tuple[list[str], Indicator]:
    """Give the same indicator two units at once; return what each import came to, and the indicator."""
    builders.layout()
    agency, by = builders.agency(), builders.user(is_superuser=True)
    imported(table(ROW), agency, by)
    into = Choices(into=Into("draft", agency.indicator_sets.get().pk))
    plans = [
        settled(table((*ROW[:3], unit, *ROW[4:])), agency, by, into)[0].rows for unit in ("buah", "titik")
    ]
    results = at_once(*(lambda rows=rows: applied(rows, agency, by, into) for rows in plans))
    return sorted(type(result).__name__ for result in results), Indicator.objects.get()


@two_writers
@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_the_second_is_told(slow):
    results, indicator = race()
    assert results == [Stale.__name__, dict.__name__]
    assert indicator.unit in {"buah", "titik"}


@two_writers
@pytest.mark.django_db(transaction=True)
def test_without_holding_the_draft_one_of_them_would_be_lost(slow, monkeypatch):
    monkeypatch.setattr(writing, "lock", lambda agency, own: None)
    results, _ = race()
    assert results == [dict.__name__, dict.__name__]


@two_writers
@pytest.mark.django_db(transaction=True)
def test_of_two_new_drafts_at_once_the_second_is_told(slow):
    builders.layout()
    agency, by = builders.agency(), builders.user(is_superuser=True)
    choices = Choices(into=Into("new", first_year=2018))
    plans = [settled(table(ROW), agency, by, choices)[0].rows for _ in range(2)]
    results = at_once(*(lambda rows=rows: applied(rows, agency, by, choices) for rows in plans))
    assert sorted(type(result).__name__ for result in results) == [Stale.__name__, dict.__name__]
    assert agency.indicator_sets.count() == 1
