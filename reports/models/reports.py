"""Periods of a region, and the report of each agency in them: what may be filled, and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property

from agencies.models import Agency, Region, User
from agencies.prepared import Prepared
from indicators.models import IndicatorSet
from indicators.numbers import format_date, roman_quarter
from reports.status import EDITABLE, FILLERS, TURN, Status

YEARS = [
    MinValueValidator(2000, "Tahun paling awal 2000."),
    MaxValueValidator(2100, "Tahun paling akhir 2100."),
]
# The days a period and an extension may name: the years above, and one to fill the last of them.
DAYS = (dt.date(2000, 1, 1), dt.date(2101, 12, 31))


class Period(models.Model):
    """A quarter or a whole year in which the agencies of a region report, with its first and last day."""

    class Part(models.IntegerChoices):
        QUARTER_1 = 1, "Triwulan I"
        QUARTER_2 = 2, "Triwulan II"
        QUARTER_3 = 3, "Triwulan III"
        QUARTER_4 = 4, "Triwulan IV"
        YEAR = 5, "Tahun"

    region = models.ForeignKey(Region, models.PROTECT, related_name="periods", verbose_name="daerah")
    year = models.PositiveSmallIntegerField("tahun", validators=YEARS)
    part = models.PositiveSmallIntegerField("periode", choices=Part)
    opens = models.DateField("dibuka tanggal")
    closes = models.DateField("ditutup tanggal", help_text="Pengisian berakhir pukul 23.59 waktu setempat.")

    class Meta:
        verbose_name = "periode"
        verbose_name_plural = "periode"
        ordering = ["region", "-year", "-part"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "part"],
                name="period_unique_in_region",
                violation_error_message="Periode ini sudah dibuka untuk daerah tersebut.",
            ),
            models.CheckConstraint(
                condition=Q(closes__gte=F("opens")),
                name="period_closes_after_opening",
                violation_error_message="Tanggal tutup mendahului tanggal buka.",
            ),
            models.CheckConstraint(
                condition=Q(opens__range=DAYS),
                name="period_opens_in_reach",
                violation_error_message="Tanggal buka terletak antara 1 Januari 2000 dan 31 Desember 2101. "
                "Periksa tahunnya.",
            ),
            models.CheckConstraint(
                condition=Q(closes__range=DAYS),
                name="period_closes_in_reach",
                violation_error_message="Tanggal tutup terletak antara 1 Januari 2000 dan 31 Desember 2101. "
                "Periksa tahunnya.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.year}"

    @property
    def is_year(self) -> bool:
        """Whether the period is a whole year."""
        return self.part == self.Part.YEAR

    @property
    def short(self) -> str:
        """ "TW II 2026" or "Tahun 2026"."""
        return f"Tahun {self.year}" if self.is_year else f"{roman_quarter(self.part)} {self.year}"


@dataclass(frozen=True)
class Availability:
    """Whether a report may be filled now; `state` is a Status or "locked", `why` an Indonesian sentence."""

    editable: bool
    state: str
    why: str
    closes: dt.datetime


class Sibling(NamedTuple):
    """A report of the same agency, by its key, with its period."""

    pk: int
    year: int
    part: int

    def comes_after(self, period: Period) -> bool:
        """Whether the report can use figures of `period`: it is later in the year, or in a later year."""
        if self.year == period.year:
            return self.part > period.part
        return self.year > period.year and self.part >= period.part


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports by who may see them."""

    def visible_to(self, user: User) -> ReportQuerySet:
        """Keep the reports of the agencies `user` belongs to; a superuser sees all."""
        return self if user.is_superuser else self.filter(agency__in=Agency.objects.of(user))

    def waiting_for(self, user: User) -> ReportQuerySet:
        """Keep the reports whose next step is the user's; a superuser's are all that are not approved.

        No report waits for an operator of a unit if the unit answers for nothing. Whether a report may
        be filled already, or still, is said by its availability.
        """
        if user.is_superuser:
            return self.filter(status__in=list(TURN))
        turn = Q(pk__in=[])
        for membership in user.memberships.all():
            statuses = [status for status, roles in TURN.items() if membership.role in roles]
            if membership.agency_id is None or not statuses:
                continue
            here = Q(agency=membership.agency_id, status__in=statuses)
            if membership.unit_id is not None and membership.role in FILLERS:
                own = self.model.objects.filter(entries__indicator__units=membership.unit_id)
                here &= Q(pk__in=own.values("pk"))
            turn |= here
        return self.filter(turn)


class Report(models.Model):
    """What one agency reports for one period, against the IKU set in force in that year."""

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="reports", verbose_name="perangkat daerah"
    )
    period = models.ForeignKey(Period, models.PROTECT, related_name="reports", verbose_name="periode")
    indicator_set = models.ForeignKey(
        IndicatorSet, models.PROTECT, related_name="reports", verbose_name="penetapan IKU"
    )
    status = models.CharField("status", max_length=10, choices=Status, default=Status.OPEN, editable=False)
    version = models.PositiveSmallIntegerField("versi", default=1, editable=False)

    set_in_force: int | None  # of a report that is held: the key of the set its agency goes by today

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "laporan"
        verbose_name_plural = "laporan"
        ordering = ["agency", "-period__year", "-period__part"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "period"],
                name="report_unique_per_period",
                violation_error_message="Perangkat daerah ini sudah punya laporan untuk periode tersebut.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="report_status_known",
                violation_error_message="Status laporan ini tidak dikenal.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.agency.short_name}"

    def get_absolute_url(self) -> str:
        """Return the page of the report."""
        return reverse("report-detail", args=[self.pk])

    @property
    def last_day(self) -> dt.date:
        """The last day on which the report may be filled; the longest extension counts."""
        return max(self.period.closes, self.extended_to or self.period.closes)

    @cached_property
    def extended_to(self) -> dt.date | None:
        """The last day of the longest extension; a report that is held comes with it."""
        return max((extension.closes for extension in self.extensions.all()), default=None)

    @property
    def closes(self) -> dt.datetime:
        """The moment the last day ends: midnight of the agency's time zone."""
        return self._midnight_after(self.last_day)

    @property
    def opens(self) -> dt.datetime:
        """The moment the first day begins in the agency's time zone."""
        return dt.datetime.combine(self.period.opens, dt.time(), self.agency.zone)

    def availability(self, now: dt.datetime) -> Availability:
        """Say whether the report may be filled at `now`, and why: form, API, import and jobs ask this."""
        name, last_day = self.agency.get_time_zone_display(), self.last_day
        closes, end = self._midnight_after(last_day), f"{format_date(last_day)}, 23.59 {name}"
        if self.status not in EDITABLE:
            why = f"Laporan ini sudah {self.get_status_display().lower()}, jadi isiannya terkunci."
            return Availability(False, self.status, why, closes)
        if now < self.opens:
            why = f"Pengisian baru dibuka {format_date(self.period.opens)} pukul 00.00 {name}."
            return Availability(False, "locked", why, closes)
        if now >= closes:
            why = f"Batas pengisian sudah lewat ({end}). Minta perpanjangan kepada admin daerah."
            return Availability(False, "locked", why, closes)
        return Availability(True, self.status, f"Dapat diisi sampai {end}.", closes)

    def _midnight_after(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), self.agency.zone)

    @cached_property
    def siblings(self) -> list[Sibling]:
        """The reports of the agency since the year before, read once for this object."""
        rows = _SIBLINGS(agency=self.agency_id, since=self.period.year - 1)
        return [Sibling(*row) for row in rows]

    def codes_from_quarters(self) -> set[str]:
        """Return the codes of the indicators whose figure comes from the quarters of the year."""
        if not self.period.is_year:
            return set()
        quarters = Report.objects.filter(
            agency=self.agency_id,
            period__year=self.period.year,
            period__part__lt=Period.Part.YEAR,
            entries__isnull=False,
        )
        return set(quarters.values_list("entries__indicator__thread__code", flat=True))


_SIBLINGS = Prepared(
    lambda agency, since: (
        Report.objects.filter(agency=agency, period__year__gte=since)
        .order_by()
        .values_list("pk", "period__year", "period__part")
    )
)


class Extension(models.Model):
    """A later last day for one report: an extension, or a backfill long after, with its reason."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="extensions", verbose_name="laporan")
    closes = models.DateField("diperpanjang sampai")
    reason = models.TextField("alasan")
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="diberikan oleh")
    granted_at = models.DateTimeField("diberikan pada", auto_now_add=True)

    class Meta:
        verbose_name = "perpanjangan"
        verbose_name_plural = "perpanjangan"
        ordering = ["report_id", "closes"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="extension_has_reason",
                violation_error_message="Tulis alasan perpanjangan.",
            ),
            models.CheckConstraint(
                condition=Q(closes__range=DAYS),
                name="extension_closes_in_reach",
                violation_error_message="Tanggal perpanjangan paling akhir 31 Desember 2101. "
                "Periksa tahunnya.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} sampai {format_date(self.closes)}"
