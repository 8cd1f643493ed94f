"""Whose turn it is: status × role, as the notices and the list of tasks ask it."""

import pytest

from agencies.roles import Role
from reports.models import Report
from reports.status import Status
from tests import builders
from tests.reports.arranged import VISITORS, Office, bring, office, visitor

pytestmark = pytest.mark.django_db

TURN = {
    Status.OPEN: {"operator", "admin", "superuser"},
    Status.RETURNED: {"operator", "admin", "superuser"},
    Status.SUBMITTED: {"verifier", "superuser"},
    Status.VERIFIED: {"head", "superuser"},
    Status.APPROVED: set[str](),
}
NAMES = [name for name in VISITORS if name != "anonymous"]


@pytest.mark.parametrize("status", TURN)
def test_a_report_waits_for_those_who_take_its_next_step(status: Status) -> None:
    there = office()
    bring(there, status)
    waits = {
        name
        for name in NAMES
        if Report.objects.waiting_for(visitor(name, there.agency)).contains(there.report)
    }
    assert waits == TURN[status]


def of_unit(there: Office, name: str, role: Role = Role.OPERATOR) -> list[Report]:
    unit = there.unit if name == there.unit.name else builders.unit(there.agency, name=name)
    user = builders.user()
    user.memberships.create(role=role, agency=there.agency, unit=unit)
    return list(Report.objects.waiting_for(user))


def test_a_report_waits_for_an_operator_only_where_the_unit_answers_for_an_indicator() -> None:
    there = office()
    assert of_unit(there, there.unit.name) == [there.report]
    assert of_unit(there, "Bidang tanpa indikator") == []


def test_the_unit_of_a_verifier_takes_no_turn_away() -> None:
    there = office()
    bring(there, Status.SUBMITTED)
    assert of_unit(there, "Bidang tanpa indikator", Role.VERIFIER) == [there.report]


def test_a_report_stands_once_for_somebody_with_two_roles() -> None:
    there = office()
    user = builders.user(Role.OPERATOR, there.agency)
    builders.membership(user, Role.AGENCY_ADMIN, there.agency)
    user.memberships.create(role=Role.OPERATOR, agency=there.agency, unit=there.unit)
    assert list(Report.objects.waiting_for(user)) == [there.report]
