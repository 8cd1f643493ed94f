"""Verbs that move goals and indicators of a draft; the printed numbers stay where they are printed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from indicators.models import Indicator, IndicatorSet, StrategicGoal


@transaction.atomic
def move_goal(goal: StrategicGoal, *, up: bool) -> None:
    """Exchange the goal with its neighbour; at the end of the list nothing happens."""
    goals = list(goal.indicator_set.goals.all())
    place = goals.index(goal)
    other = place + (-1 if up else 1)
    if other in range(len(goals)):
        numbers = [row.number for row in goals]
        continuous = _continuous_numbers(goal.indicator_set)
        goals[place], goals[other] = goals[other], goals[place]
        for row, number in zip(goals, numbers, strict=True):
            row.number = number
        _save_order(goals)
        _renumber(goal.indicator_set, continuous)


@transaction.atomic
def move_indicator(indicator: Indicator, *, up: bool) -> None:
    """Exchange the indicator with its neighbour; at the edge of its goal it goes into the next goal."""
    continuous = _continuous_numbers(indicator.goal.indicator_set)
    goals = list(indicator.goal.indicator_set.goals.all())
    home = goals.index(indicator.goal)
    rows = list(indicator.goal.indicators.all())
    place = rows.index(indicator)
    other, new_home = place + (-1 if up else 1), home + (-1 if up else 1)
    if other in range(len(rows)):
        rows[place].number, rows[other].number = rows[other].number, rows[place].number
        rows[place], rows[other] = rows[other], rows[place]
        _save_order(rows)
    elif new_home in range(len(goals)):
        neighbours = list(goals[new_home].indicators.all())
        rows[place].goal = goals[new_home]
        _save_order([*neighbours, rows[place]] if up else [rows[place], *neighbours])
    _renumber(indicator.goal.indicator_set, continuous)


def _save_order(rows: Sequence[StrategicGoal | Indicator]) -> None:
    for position, row in enumerate(rows, 1):
        row.position = position
        row.save()


def _in_order(indicator_set: IndicatorSet) -> list[Indicator]:
    return list(Indicator.objects.filter(goal__indicator_set=indicator_set))


def _continuous_numbers(indicator_set: IndicatorSet) -> list[str]:
    """The printed numbers in reading order when they run through the whole set, else nothing."""
    numbers = [indicator.number for indicator in _in_order(indicator_set)]
    return numbers if len(set(numbers)) == len(numbers) else []


def _renumber(indicator_set: IndicatorSet, numbers: list[str]) -> None:
    for indicator, number in zip(_in_order(indicator_set), numbers, strict=False):
        if indicator.number != number:
            indicator.number = number
            indicator.save(update_fields=["number"])
