"""How an agency averages: a table of ways over one list of achievements, without a database."""

from decimal import Decimal

import pytest

from agencies.models import Agency
from reports import outcomes
from reports.models import Entry

# Achievement, goal, weight, cap of averages; an empty achievement does not count.
ROWS = [("100", 1, "3", None), ("50", 1, "1", None), ("130", 2, "4", "120"), ("", 2, "2", None)]
PER_INDICATOR, PER_GOAL, WEIGHTED = (
    Agency.Averaging.PER_INDICATOR,
    Agency.Averaging.PER_GOAL,
    Agency.Averaging.WEIGHTED,
)


def entry(achievement: str, goal: int, weight: str | None, cap: str | None) -> Entry:
    definition = {"goal": {"number": str(goal), "text": "Sasaran"}, "weight": weight, "cap": cap}
    return Entry(achievement=achievement, definition=definition)


@pytest.mark.parametrize(
    ("averaging", "value", "label"),
    [
        (PER_INDICATOR, "90", "per indikator"),  # (100 + 50 + 120) / 3
        (PER_GOAL, "97.5", "per sasaran"),  # (75 + 120) / 2
        (WEIGHTED, "103.75", "per indikator berbobot"),  # (300 + 50 + 480) / 8
    ],
)
def test_an_agency_averages_in_its_own_way(averaging: Agency.Averaging, value: str, label: str) -> None:
    found = outcomes.average(Agency(averaging=averaging), [entry(*row) for row in ROWS])
    assert (found.value, found.counted, found.total) == (Decimal(value), 3, 4)
    assert label in found.label


@pytest.mark.parametrize("missing", [None, ""])
def test_one_missing_weight_leaves_all_weights_out(missing: str | None) -> None:
    rows = [entry(*row) for row in ROWS]
    rows[0].definition["weight"] = missing
    found = outcomes.average(Agency(averaging=WEIGHTED), rows)
    assert found.value == 90


@pytest.mark.parametrize("averaging", Agency.Averaging)
@pytest.mark.parametrize("rows", [[], [("", 1, "1", None)]])
def test_nothing_to_count_has_no_average(
    averaging: Agency.Averaging, rows: list[tuple[str, int, str, None]]
) -> None:
    found = outcomes.average(Agency(averaging=averaging), [entry(*row) for row in rows])
    assert (found.value, found.counted, found.total) == (None, 0, len(rows))


def test_a_zero_counts() -> None:
    rows = [entry("0", 1, None, None), entry("100", 1, None, None)]
    assert outcomes.average(Agency(averaging=PER_INDICATOR), rows).value == 50
