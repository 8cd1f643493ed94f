"""Make reports to try the portal with: a quarter that is approved, one under way, and one that is open."""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from agencies.models import Agency, Membership, Official, User
from agencies.roles import Role
from indicators import sets
from indicators.models import Indicator, IndicatorSet, Target
from indicators.numbers import roman_quarter
from reports import entries, workflow
from reports.models import Period, Report
from reports.signatures import Signature
from reports.status import Status

FILE = settings.BASE_DIR / "fixtures" / "demo_reports.json"
DAYS_TO_FILL = 6
SOURCE = "Data contoh"
# Who leads a report to where the file says it stands.
WAYS: dict[Status, tuple[tuple[Status, Role], ...]] = {
    Status.OPEN: (),
    Status.RETURNED: ((Status.SUBMITTED, Role.OPERATOR), (Status.RETURNED, Role.VERIFIER)),
    Status.VERIFIED: ((Status.SUBMITTED, Role.OPERATOR), (Status.VERIFIED, Role.VERIFIER)),
    Status.APPROVED: (
        (Status.SUBMITTED, Role.OPERATOR),
        (Status.VERIFIED, Role.VERIFIER),
        (Status.APPROVED, Role.HEAD),
    ),
}


@dataclass(frozen=True)
class Quarter:
    """A quarter of a year."""

    year: int
    part: int

    @property
    def begins(self) -> dt.date:
        """The first day."""
        return dt.date(self.year, 3 * self.part - 2, 1)

    @property
    def before(self) -> "Quarter":
        """The quarter before this one."""
        return Quarter(self.year - 1, 4) if self.part == 1 else Quarter(self.year, self.part - 1)


class Command(BaseCommand):
    """`manage.py demo_reports`: an agency that has a report already is left as it is."""

    help = "Buat laporan contoh untuk mencoba portal; angkanya dikarang dan ditandai “data contoh”."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the reports of every agency in the file that has none."""
        told = json.loads(FILE.read_text(encoding="utf-8"))
        with transaction.atomic():
            for code, wanted in told["agencies"].items():
                agency = Agency.objects.filter(code=code).select_related("region").first()
                if agency is None or agency.reports.exists():
                    continue
                _make(agency, wanted, told["about"])
                self.stdout.write(f"Laporan contoh dibuat: {agency.short_name}")


def _make(agency: Agency, wanted: dict[str, Any], about: str) -> None:
    last = _quarter_of(timezone.localdate(timezone=agency.zone))
    quarters = [last.before.before, last.before, last]
    _set_of(agency, wanted["targets"], quarters, about)
    for quarter, report in zip(quarters, wanted["reports"], strict=True):
        _report(agency, quarter, report)


def _quarter_of(day: dt.date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def _member(agency: Agency, role: Role) -> User:
    place = {"region": agency.region} if role.is_regional else {"agency": agency}
    seat = Membership.objects.filter(role=role, **place).select_related("user").first()
    if seat is None:
        raise CommandError("Buat dahulu akun contoh: manage.py demo_accounts")
    return seat.user


def _set_of(agency: Agency, targets: dict[str, str], quarters: list[Quarter], about: str) -> None:
    """Put a revision of the published set in force for the years of the quarters, with targets."""
    by = _member(agency, Role.AGENCY_ADMIN)
    published = IndicatorSet.objects.get(agency=agency, status=IndicatorSet.Status.IN_FORCE)
    draft = sets.revise(published, by=by, reason=about)
    draft.first_year, draft.last_year = quarters[0].year, quarters[-1].year
    years = (
        f"{draft.first_year}"
        if draft.first_year == draft.last_year
        else f"{draft.first_year}–{draft.last_year}"
    )
    draft.title = f"INDIKATOR KINERJA UTAMA {years} (DATA CONTOH)\n{agency.name.upper()}"
    draft.notes = about
    draft.save()
    for indicator in Indicator.objects.filter(goal__indicator_set=draft).select_related("thread"):
        for year in draft.span:
            Target.objects.create(indicator=indicator, year=year, value=Decimal(targets[indicator.code]))
    sets.put_in_force(draft, by=by)


def _report(agency: Agency, quarter: Quarter, wanted: dict[str, Any]) -> None:
    granter = _member(agency, Role.REGION_ADMIN)
    today = timezone.localdate(timezone=agency.zone)
    until = today + dt.timedelta(days=DAYS_TO_FILL)
    period = Period.objects.filter(region=agency.region, year=quarter.year, part=quarter.part).first()
    if period is None:
        due = max(quarter.begins + dt.timedelta(days=100), quarter.begins)
        closes = until if quarter == _quarter_of(today) else due
        period = entries.open_period(
            agency.region,
            year=quarter.year,
            part=quarter.part,
            opens=quarter.begins,
            closes=closes,
            by=granter,
        ).period
    report = Report.objects.get(agency=agency, period=period)
    if report.last_day < until:
        workflow.extend(
            report, closes=until, reason="Data contoh diisikan saat portal disiapkan.", by=granter
        )
    _fill(report, wanted)
    _lead(report, wanted)


def _fill(report: Report, wanted: dict[str, Any]) -> None:
    by = _member(report.agency, Role.OPERATOR)
    for value in report.values.filter(element__code__in=wanted["values"]).select_related("element"):
        number = Decimal(wanted["values"][value.element.code])
        entries.fill_value(
            report,
            value.element,
            number,
            based_on=value.version,
            by=by,
            key=f"contoh-{report.pk}-v{value.pk}",
        )
    figures = wanted.get("entries", {})
    for entry in report.entries.filter(indicator__thread__code__in=figures):
        changes = {
            "number": Decimal(figures[entry.definition["code"]]),
            "source": SOURCE,
            "document": f"Rekapitulasi {roman_quarter(report.period.part)} {report.period.year}",
            "document_date": report.period.opens,
        }
        entries.fill_entry(
            entry, changes, based_on=entry.version, by=by, key=f"contoh-{report.pk}-e{entry.pk}"
        )


def _lead(report: Report, wanted: dict[str, Any]) -> None:
    """Take the report step by step to where it stands in the file."""
    notes = {
        entry.pk: wanted["row_notes"][entry.definition["code"]]
        for entry in report.entries.filter(indicator__thread__code__in=wanted.get("row_notes", {}))
    }
    for to, role in WAYS[Status(wanted["status"])]:
        goes_back = to == Status.RETURNED
        workflow.move(
            report,
            to,
            by=_member(report.agency, role),
            note=wanted["note"] if goes_back else "",
            row_notes=notes if goes_back else None,
            signature=_signature(report.agency) if to == Status.APPROVED else None,
        )


def _signature(agency: Agency) -> Signature:
    """Return a signature of today that says it is invented; of whoever is in office, as no other can sign."""
    today = timezone.localdate(timezone=agency.zone)
    head = Official.objects.in_office(today).filter(agency=agency).first()
    return Signature(today, head, "Kepala (data contoh)", "Kepala perangkat daerah", number=SOURCE)
