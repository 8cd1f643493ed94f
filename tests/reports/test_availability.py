"""One answer to "may this report be filled now": by status, dates, extensions and time zone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from agencies.models import Agency
from agencies.roles import Role
from reports import workflow
from reports.models import Extension, Report
from reports.status import Status
from tests import builders

pytestmark = pytest.mark.django_db

OPENS, CLOSES = dt.date(2018, 4, 1), dt.date(2018, 4, 10)


def report(**fields: object) -> Report:
    agency = builders.agency(**fields)
    builders.set_in_force(agency)
    return builders.report(agency, opens=OPENS, closes=CLOSES)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


# Midnight of the agency is 17.00, 16.00 and 15.00 of the day before in UTC.
MIDNIGHTS = [
    (Agency.Zone.WIB, "2018-03-31T17:00", "2018-04-10T17:00"),
    (Agency.Zone.WITA, "2018-03-31T16:00", "2018-04-10T16:00"),
    (Agency.Zone.WIT, "2018-03-31T15:00", "2018-04-10T15:00"),
]
SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(("zone", "first", "end"), MIDNIGHTS)
def test_a_day_begins_and_ends_at_midnight_where_the_agency_is(zone: str, first: str, end: str) -> None:
    filled = report(time_zone=zone)
    opens, closes = utc(first), utc(end)
    answers = [filled.availability(now) for now in (opens - SECOND, opens, closes - SECOND, closes)]
    assert [a.editable for a in answers] == [False, True, True, False]
    assert [a.state for a in answers] == ["locked", "open", "open", "locked"]
    assert {a.closes for a in answers} == {closes}
    name = Agency.Zone(zone).label
    assert answers[0].why == f"Pengisian baru dibuka 1 April 2018 pukul 00.00 {name}."
    assert answers[1].why == f"Dapat diisi sampai 10 April 2018, 23.59 {name}."
    assert answers[3].why.startswith(f"Batas pengisian sudah lewat (10 April 2018, 23.59 {name}).")


PATHS = {
    Status.OPEN: [],
    Status.SUBMITTED: [Status.SUBMITTED],
    Status.RETURNED: [Status.SUBMITTED, Status.RETURNED],
    Status.VERIFIED: [Status.SUBMITTED, Status.VERIFIED],
    Status.APPROVED: [Status.SUBMITTED, Status.VERIFIED, Status.APPROVED],
}


@pytest.mark.parametrize("moment", ["2018-03-01T00:00", "2018-04-05T00:00", "2018-05-01T00:00"])
@pytest.mark.parametrize("status", Status)
def test_availability_is_a_table_of_status_and_moment(status: Status, moment: str) -> None:
    filled = report()
    for step in PATHS[status]:
        Report.objects.filter(pk=filled.pk).update(status=step)
    filled.refresh_from_db()
    answer = filled.availability(utc(moment))
    may = status in {Status.OPEN, Status.RETURNED}
    assert answer.editable == (may and moment == "2018-04-05T00:00")
    assert answer.state == ("locked" if may and not answer.editable else status)
    if not may:
        assert answer.why == f"Laporan ini sudah {status.label.lower()}, jadi isiannya terkunci."


def test_the_longest_extension_counts() -> None:
    filled = report()
    admin = builders.user(Role.REGION_ADMIN, filled.agency.region)
    for day in (20, 15):
        Extension.objects.create(
            report=filled, closes=dt.date(2018, 4, day), reason="Data terlambat.", granted_by=admin
        )
    extended = Report.objects.get(pk=filled.pk)
    assert extended.availability(utc("2018-04-20T16:59")).editable
    assert not extended.availability(utc("2018-04-20T17:00")).editable


# --- extending ----------------------------------------------------------------------------------------------


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def test_an_extension_opens_a_report_long_after_its_period_and_is_recorded() -> None:
    filled = report()
    admin = builders.user(Role.REGION_ADMIN, filled.agency.region)
    workflow.extend(filled, closes=in_days(3), reason=" Data BPS terlambat. ", by=admin)
    assert Report.objects.get(pk=filled.pk).availability(timezone.now()).editable
    event = filled.events.get(kind="extended")
    assert (event.by, event.note) == (admin, "Data BPS terlambat.")
    assert (event.before, event.after) == ({"closes": "2018-04-10"}, {"closes": in_days(3).isoformat()})


@pytest.mark.parametrize("role", [role for role in Role if role != Role.REGION_ADMIN])
def test_only_the_region_extends(role: Role) -> None:
    filled = report()
    user = builders.staff(filled.agency)[role]
    with pytest.raises(workflow.StepRefused, match="admin daerah"):
        workflow.extend(filled, closes=in_days(3), reason="Alasan", by=user)
    assert not filled.extensions.exists()
    assert filled.events.count() == 1


@pytest.mark.parametrize(
    ("days", "reason", "message"),
    [
        (3, "  ", "Tulis alasan"),
        (-1, "Alasan", "sudah lewat"),
    ],
)
def test_an_extension_that_makes_no_sense_is_refused(days: int, reason: str, message: str) -> None:
    filled = report()
    admin = builders.user(Role.REGION_ADMIN, filled.agency.region)
    with pytest.raises(workflow.StepRefused, match=message):
        workflow.extend(filled, closes=in_days(days), reason=reason, by=admin)


def test_an_extension_makes_the_time_longer_not_shorter() -> None:
    filled = report()
    admin = builders.user(Role.REGION_ADMIN, filled.agency.region)
    workflow.extend(filled, closes=in_days(9), reason="Alasan", by=admin)
    with pytest.raises(workflow.StepRefused, match="sudah dapat diisi sampai"):
        workflow.extend(filled, closes=in_days(3), reason="Alasan", by=admin)


def test_a_sent_report_is_not_extended() -> None:
    filled = report()
    Report.objects.filter(pk=filled.pk).update(status=Status.SUBMITTED)
    with pytest.raises(workflow.StepRefused, match="dikirim"):
        workflow.extend(filled, closes=in_days(3), reason="Alasan", by=builders.user(is_superuser=True))
