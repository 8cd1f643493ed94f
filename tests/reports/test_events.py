"""The database itself keeps what was sent and what happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from agencies.roles import Role
from indicators import sets
from reports import entries, locks
from reports.models import Entry, Event, Extension, Period, Receipt, Report, Value
from reports.status import EDITABLE, Status, step_between
from tests import builders

PATHS: dict[Status, list[Status]] = {
    Status.SUBMITTED: [Status.SUBMITTED],
    Status.VERIFIED: [Status.SUBMITTED, Status.VERIFIED],
    Status.APPROVED: [Status.SUBMITTED, Status.VERIFIED, Status.APPROVED],
    Status.RETURNED: [Status.SUBMITTED, Status.RETURNED],
    Status.OPEN: [],
}


def report_at(status: Status = Status.OPEN) -> Report:
    """Return a report with one indicator of two figures, moved on by the database's own rules."""
    set_ = builders.indicator_set()
    goal = builders.goal(set_)
    for code in "ab":
        builders.element(set_.agency, code)
    builders.target(builders.indicator(goal, formula="a + b", unit="unit"))
    sets.put_in_force(set_, by=builders.user(is_superuser=True))
    report = builders.report(set_)
    for step in PATHS[status]:
        Report.objects.filter(pk=report.pk).update(status=step)
    report.refresh_from_db()
    return report


# --- what was sent ------------------------------------------------------------------------------------------


def sql(statement: str, *params: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


ROADS: dict[str, Callable[[Report], object]] = {
    "value save": lambda r: r.values.earliest("pk").save(),
    "value update": lambda r: r.values.update(number=Decimal(1)),
    "value delete": lambda r: r.values.all().delete(),
    "value insert": lambda r: Value.objects.create(report=r, element=builders.element(r.agency)),
    "value moved out": lambda r: r.values.update(report=builders.report(r.agency, 2)),
    "value moved in": lambda r: Value.objects.filter(
        pk=Value.objects.create(report=builders.report(r.agency, 2), element=builders.element(r.agency)).pk
    ).update(report=r),
    "entry save": lambda r: r.entries.get().save(),
    "entry update": lambda r: r.entries.update(obstacle="x"),
    "entry delete": lambda r: r.entries.all().delete(),
    "entry insert": lambda r: Entry.objects.create(
        report=r, indicator=builders.indicator(), position=9, definition={"name": "x"}
    ),
    "entry bulk": lambda r: Entry.objects.bulk_update(list(r.entries.all()), ["obstacle"]),
    "raw value": lambda r: sql("UPDATE reports_value SET number = '1' WHERE report_id = %s", r.pk),
    "raw entry": lambda r: sql("DELETE FROM reports_entry WHERE report_id = %s", r.pk),
}


@pytest.mark.django_db
@pytest.mark.parametrize("status", [status for status in Status if status not in EDITABLE])
@pytest.mark.parametrize("road", ROADS)
def test_rows_of_a_sent_report_are_locked_by_every_road(road: str, status: Status) -> None:
    report = report_at(status)
    with pytest.raises(IntegrityError, match=locks.SENT), transaction.atomic():
        ROADS[road](report)


@pytest.mark.django_db
@pytest.mark.parametrize("target", Status)
@pytest.mark.parametrize("source", Status)
def test_the_database_knows_only_the_steps_of_the_table(source: Status, target: Status) -> None:
    report = report_at(source)
    step = step_between(source, target)
    rows = Report.objects.filter(pk=report.pk)
    if step is None and source != target:
        with pytest.raises(IntegrityError, match=locks.BY_STEP), transaction.atomic():
            rows.update(status=target)
        return
    if step is not None:
        wrong_version = report.version + (not step.new_version)
        with pytest.raises(IntegrityError, match=locks.BY_STEP), transaction.atomic():
            rows.update(status=target, version=wrong_version)
    assert rows.update(status=target, version=report.version + bool(step and step.new_version)) == 1


STRAY: dict[str, Callable[[Report], object]] = {
    "another agency": lambda r: Report.objects.filter(pk=r.pk).update(agency=builders.agency()),
    "another period": lambda r: Report.objects.filter(pk=r.pk).update(period=builders.period(part=4)),
    "another set": lambda r: Report.objects.filter(pk=r.pk).update(indicator_set=builders.set_in_force()),
    "another version": lambda r: Report.objects.filter(pk=r.pk).update(version=2),
    "born approved": lambda r: Report.objects.create(
        agency=r.agency,
        period=builders.period(r.agency.region, 3),
        indicator_set=r.indicator_set,
        status=Status.APPROVED,
    ),
}


def replace_report(report: Report) -> None:
    insert = (
        "INSERT INTO reports_report (id, agency_id, period_id, indicator_set_id, status, version)"
        " SELECT id, agency_id, period_id, indicator_set_id, 'open', 1 FROM reports_report WHERE id = %s"
    )
    sql(insert.replace("INSERT", "INSERT OR REPLACE") if connection.vendor == "sqlite" else insert, report.pk)


STRAY["replaced by an open one"] = replace_report
STRAY["another key"] = lambda r: Report.objects.filter(pk=r.pk).update(id=r.pk + 1000)


@pytest.mark.django_db
@pytest.mark.parametrize("name", STRAY)
def test_a_sent_report_is_what_it_is(name: str) -> None:
    report = report_at(Status.SUBMITTED)
    with pytest.raises(IntegrityError, match=locks.BY_STEP), transaction.atomic():
        STRAY[name](report)


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["year", "part"])
def test_a_period_with_reports_stays_the_one_they_are_about(column: str) -> None:
    report = report_at(Status.APPROVED)
    periods = Period.objects.filter(pk=report.period_id)
    with pytest.raises(IntegrityError, match=locks.REPORTED), transaction.atomic():
        periods.update(**{column: 2 if column == "part" else 2020})
    assert periods.update(closes=report.period.closes + dt.timedelta(days=1)) == 1


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows")
def test_a_shell_without_the_settings_of_the_portal_replaces_no_locked_row() -> None:
    report = report_at(Status.SUBMITTED)
    locked, other = report.values.earliest("pk"), builders.report(report.agency, 2)
    free = Value.objects.create(report=other, element=builders.element(report.agency))
    sql("PRAGMA recursive_triggers = OFF")
    try:
        for statement, params in (
            (
                "INSERT OR REPLACE INTO reports_value (id, report_id, element_id) VALUES (%s, %s, %s)",
                (locked.pk, other.pk, locked.element_id),
            ),
            ("UPDATE OR REPLACE reports_value SET id = %s WHERE id = %s", (locked.pk, free.pk)),
        ):
            with pytest.raises(IntegrityError, match=locks.SENT), transaction.atomic():
                sql(statement, *params)
    finally:
        sql("PRAGMA recursive_triggers = ON")
    assert report.values.filter(pk=locked.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("day", [dt.date(1999, 12, 31), dt.date(2102, 1, 1), dt.date(9999, 12, 31)])
def test_no_road_leads_to_a_day_that_no_page_can_reckon_with(day: dt.date) -> None:
    report = report_at()
    periods = Period.objects.filter(pk=report.period_id)
    who = builders.user(is_superuser=True)
    roads: list[Callable[[], object]] = [
        lambda: periods.update(opens=day, closes=day),
        lambda: Extension.objects.create(report=report, closes=day, reason="Alasan", granted_by=who),
    ]
    for road in roads:
        with pytest.raises(IntegrityError, match="in_reach"), transaction.atomic():
            road()


# --- what happened ------------------------------------------------------------------------------------------


def replace_event(report: Report) -> None:
    if connection.vendor == "sqlite":
        sql(
            "INSERT OR REPLACE INTO reports_event SELECT * FROM reports_event WHERE report_id = %s", report.pk
        )
    else:
        sql("INSERT INTO reports_event SELECT * FROM reports_event WHERE report_id = %s", report.pk)


REWRITING: dict[str, Callable[[Report], object]] = {
    "update": lambda r: r.events.update(note="x"),
    "save": lambda r: r.events.get().save(),
    "delete": lambda r: r.events.get().delete(),
    "delete all": lambda r: Event.objects.all().delete(),
    "raw update": lambda r: sql("UPDATE reports_event SET note = 'x'"),
    "raw delete": lambda r: sql("DELETE FROM reports_event"),
    "replace": replace_event,
    "extension update": lambda r: r.extensions.update(reason="x"),
    "extension delete": lambda r: Extension.objects.all().delete(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", REWRITING)
def test_the_log_only_grows(name: str) -> None:
    report = report_at()
    Extension.objects.create(
        report=report,
        closes=report.period.closes,
        reason="Alasan",
        granted_by=builders.user(is_superuser=True),
    )
    with pytest.raises(IntegrityError, match=locks.APPEND_ONLY), transaction.atomic():
        REWRITING[name](report)


@pytest.mark.django_db
def test_the_log_is_made_in_the_transaction_of_what_it_logs() -> None:
    report = report_at()
    value = report.values.earliest("pk")
    user = builders.user(Role.OPERATOR, report.agency)

    def fill_and_fail() -> None:
        with transaction.atomic():
            entries.fill_value(report, value.element, Decimal(1), based_on=0, by=user, key="x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fill_and_fail()
    assert (report.events.count(), Receipt.objects.count()) == (1, 0)
    assert report.values.get(pk=value.pk).number is None
