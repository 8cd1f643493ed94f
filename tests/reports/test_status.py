"""The table of steps is sound: every state can be reached and left, every step has a label and somebody."""

import pytest
from django.conf import settings

from agencies.roles import Role
from reports.status import EDITABLE, FILLERS, GRANTERS, STEPS, Status, Step, step_between


def test_no_two_steps_join_the_same_states() -> None:
    assert len({(step.source, step.target) for step in STEPS}) == len(STEPS)


@pytest.mark.parametrize("status", Status)
def test_every_state_is_left_by_some_step(status: Status) -> None:
    assert any(step.source == status for step in STEPS)


@pytest.mark.parametrize("status", [status for status in Status if status != Status.OPEN])
def test_every_state_is_reached_from_the_first(status: Status) -> None:
    reached = {Status.OPEN}
    for _ in Status:
        reached |= {step.target for step in STEPS if step.source in reached}
    assert status in reached


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.source}-{step.target}")
def test_a_step_has_somebody_who_takes_it_and_goes_back_only_with_a_note(step: Step) -> None:
    assert step.roles
    assert step.label
    assert step.needs_note == (step.source not in EDITABLE and step.target in EDITABLE)


def test_what_opens_an_approved_report_starts_a_new_version() -> None:
    assert {step.new_version for step in STEPS if step.source == Status.APPROVED} == {True}
    assert not any(step.new_version for step in STEPS if step.source != Status.APPROVED)


def test_the_inspectorate_takes_no_step_and_fills_nothing() -> None:
    assert not any(Role.INSPECTOR in roles for roles in (*(step.roles for step in STEPS), FILLERS, GRANTERS))


def test_step_between_knows_only_the_table() -> None:
    assert step_between(Status.OPEN, Status.SUBMITTED) == STEPS[0]
    assert step_between(Status.OPEN, Status.APPROVED) is None
    assert step_between(Status.OPEN, Status.OPEN) is None


def test_the_readme_shows_the_steps_as_they_are() -> None:
    rows = []
    for step in STEPS:
        roles = ", ".join(role.label for role in step.roles)
        rows.append(f"| {step.source.label} | {step.label} | {step.target.label} | {roles} |")
    assert "\n".join(rows) in (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
