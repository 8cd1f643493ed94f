"""Whatever way a table is laid out: into a draft, nothing new the second time, and out again."""

import pytest

from indicators import sets
from indicators.imports.planned import Choices, Into
from tests import builders
from tests.indicators.imports.importing import applied, settled, statuses, study, undone
from tests.indicators.spreadsheets.layouts import Layout, all_layouts

pytestmark = pytest.mark.django_db


def one_of_each() -> list[Layout]:
    """Return the first of the layouts that differ by their parameters only."""
    return list({layout.name.split(" ", 1)[0]: layout for layout in reversed(all_layouts())}.values())[::-1]


@pytest.mark.parametrize("layout", one_of_each(), ids=lambda layout: layout.name)
def test_a_layout_goes_in_stays_the_same_and_comes_out(layout):
    builders.layout()
    by, agency = builders.user(is_superuser=True), builders.agency()
    found, choices = settled(
        layout.workbook, agency, by, Choices(into=Into("new", first_year=2019, last_year=2026), year=2024)
    )
    assert [question for question in found.questions if question.must and not question.chosen] == []
    blocked = {message.code for row in found.rows for message in row.messages if message.blocks}
    assert blocked <= {"unknown"}  # a table of targets that names no goals
    record = applied(found.rows, agency, by, choices)
    if not record:
        assert not {*statuses(found)} & {"new", "changed"}
        return
    draft = agency.indicator_sets.get()
    assert sets.problems(draft) == []
    named = {each["indicator"] for each in layout.expected if each.get("goal")}
    assert named <= {row.name for goal in draft.goals.all() for row in goal.indicators.all()}
    again = study(layout.workbook, agency, by, Choices(into=Into("draft", draft.pk), year=2024))
    assert {*statuses(again)} <= {"same", "skipped"}
    undone(record, by)
    assert not agency.indicator_sets.exists()
    assert not agency.threads.exists()
    assert not agency.data_elements.exists()
    assert not agency.units.exists()
