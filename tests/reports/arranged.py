"""An agency whose quarter is open, with one indicator of each kind, and the people who work on its report."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from agencies.models import Agency, ResponsibleUnit, User
from agencies.roles import Role
from indicators import sets
from indicators.models import DataElement, StrategicGoal
from reports import entries, workflow
from reports.models import Entry, Report, Value
from reports.signatures import Signature
from reports.status import Status
from tests import builders

MEMBERS = ["operator", "verifier", "head", "inspector"]
MANAGERS = ["admin", "region_admin", "superuser"]
OUTSIDERS = ["other_operator", "other_region_admin", "stranger"]
VISITORS = ["anonymous", *MEMBERS, *MANAGERS, *OUTSIDERS]

LEVELS = [{"label": "WTP", "value": "4"}, {"label": "WDP", "value": "3"}]


@dataclass
class Office:
    """The agency, the unit of the first indicator, the open report, the data elements by code."""

    agency: Agency
    unit: ResponsibleUnit
    report: Report
    elements: dict[str, DataElement]

    def entry(self, code: str) -> Entry:
        """Return the entry of the indicator `code` as it is stored."""
        return self.report.entries.get(indicator__thread__code=code)

    def value(self, code: str) -> Value:
        """Return the value of the data element `code` as it is stored."""
        return self.report.values.get(element__code=code)


def office(*, days: int = 5) -> Office:
    """Return an agency with a report that is open for `days` more days."""
    agency = builders.agency(name="Dinas Koperasi", short_name="Dinkop")
    unit = builders.unit(agency)
    codes = ("sehat", "seluruh", "mandiri")
    elements = {code: builders.element(agency, code, label=f"Jumlah {code}") for code in codes}
    draft = builders.indicator_set(agency, first_year=2026)
    first, second = builders.goal(draft), builders.goal(draft)
    rows: list[tuple[StrategicGoal, str, Decimal, dict[str, Any]]] = [
        (first, "ksp", Decimal(60), {"name": "Koperasi sehat", "formula": "sehat / seluruh * 100%"}),
        (first, "um", Decimal(20), {"name": "Usaha mandiri", "formula": "mandiri / seluruh * 100%"}),
        (second, "pdrb", Decimal(4), {"name": "Kontribusi PDRB"}),
        (second, "opini", Decimal(4), {"name": "Opini BPK", "kind": "ordinal", "levels": LEVELS}),
        (second, "sop", Decimal(1), {"name": "SOP ditetapkan", "kind": "yes_no", "unit": ""}),
    ]
    for goal, code, value, fields in rows:
        indicator = builders.indicator(goal, code=code, **fields)
        builders.target(indicator, 2026, value=value)
        if code == "ksp":
            indicator.units.add(unit)
    admin = builders.user(is_superuser=True)
    sets.put_in_force(draft, by=admin)
    today = timezone.localdate()
    opened = entries.open_period(
        agency.region, year=2026, part=3, opens=today, closes=today + dt.timedelta(days=days), by=admin
    )
    return Office(agency, unit, opened.reports[0], elements)


def fill(there: Office, by: User) -> None:
    """Fill every row so that the report can be sent."""
    for code, number in (("sehat", 75), ("seluruh", 100), ("mandiri", 30)):
        entries.fill_value(
            there.report,
            there.elements[code],
            Decimal(number),
            based_on=0,
            by=by,
            key=f"isi-{code}",
        )
    external = {
        "number": Decimal("4.5"),
        "source": "BPS",
        "document": "PDRB",
        "document_date": dt.date(2026, 9, 1),
    }
    for code, changes in (
        ("pdrb", external),
        ("opini", {"number": Decimal(4)}),
        ("sop", {"number": Decimal(1)}),
    ):
        entry = there.entry(code)
        entries.fill_entry(entry, changes, based_on=entry.version, by=by, key=f"isi-{code}")


WAYS: dict[Status, list[tuple[Status, Role]]] = {
    Status.OPEN: [],
    Status.SUBMITTED: [(Status.SUBMITTED, Role.OPERATOR)],
    Status.RETURNED: [(Status.SUBMITTED, Role.OPERATOR), (Status.RETURNED, Role.VERIFIER)],
    Status.VERIFIED: [(Status.SUBMITTED, Role.OPERATOR), (Status.VERIFIED, Role.VERIFIER)],
    Status.APPROVED: [
        (Status.SUBMITTED, Role.OPERATOR),
        (Status.VERIFIED, Role.VERIFIER),
        (Status.APPROVED, Role.HEAD),
    ],
}


def bring(there: Office, status: Status) -> None:
    """Fill the report and lead it to `status`, each step by somebody who may take it."""
    fill(there, builders.user(Role.OPERATOR, there.agency))
    for to, role in WAYS[status]:
        workflow.move(
            there.report,
            to,
            by=builders.user(role, there.agency),
            note="Alasan uji",
            signature=signature(there.report) if to == Status.APPROVED else None,
        )


def signature(report: Report, **fields: Any) -> Signature:
    """Return a signature of today, typed as for an agency without officials unless `fields` say otherwise."""
    today = timezone.localdate(timezone=report.agency.zone)
    defaults: dict[str, Any] = {"day": today, "name": "Penanda tangan uji", "position": "Kepala Dinas"}
    return Signature(**(defaults | fields))


def visitor(name: str, agency: Agency) -> User:
    """Return a new user by the names in VISITORS."""
    match name:
        case "operator" | "verifier" | "head" | "inspector" | "region_admin":
            role = Role(name)
            return builders.user(role, agency.region if role.is_regional else agency)
        case "admin":
            return builders.user(Role.AGENCY_ADMIN, agency)
        case "other_operator":
            return builders.user(Role.OPERATOR, builders.agency(region=agency.region))
        case "other_region_admin":
            return builders.user(Role.REGION_ADMIN, builders.region("35"))
        case _:
            return builders.user(is_superuser=name == "superuser")
