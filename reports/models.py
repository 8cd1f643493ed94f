"""What an agency reports: periods, reports with entries and values, and the log of all that happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from agencies.models import Agency, Region, User
from indicators.fields import FigureField
from indicators.models import DataElement, Indicator, IndicatorSet
from indicators.numbers import format_date, roman_quarter
from reports.status import EDITABLE, Status

YEARS = [
    MinValueValidator(2000, "Tahun paling awal 2000."),
    MaxValueValidator(2100, "Tahun paling akhir 2100."),
]


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


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports by who may see them."""

    def visible_to(self, user: User) -> ReportQuerySet:
        """Keep the reports of the agencies `user` belongs to; a superuser sees all."""
        return self.filter(agency__in=Agency.objects.of(user))


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
        return max([self.period.closes, *(extension.closes for extension in self.extensions.all())])

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

    def codes_from_quarters(self) -> set[str]:
        """Return the codes of the indicators whose figure comes from the quarters of the year."""
        if not self.period.is_year:
            return set()
        quarters = Entry.objects.filter(
            report__agency=self.agency_id,
            report__period__year=self.period.year,
            report__period__part__lt=Period.Part.YEAR,
        )
        return set(quarters.values_list("indicator__thread__code", flat=True))


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
        ordering = ["report", "closes"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="extension_has_reason",
                violation_error_message="Tulis alasan perpanjangan.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} sampai {format_date(self.closes)}"


class Value(models.Model):
    """The figure of a data element in one report, entered once for all formulas that use it.

    `number` None is "belum diisi"; zero is a figure. `version` counts the writes: a write says on which it is
    based.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="values", verbose_name="laporan")
    element = models.ForeignKey(DataElement, models.PROTECT, related_name="values", verbose_name="data dasar")
    number = FigureField("nilai", null=True, blank=True)
    reason = models.TextField("alasan nilai janggal", blank=True)
    version = models.PositiveIntegerField("versi", default=0)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="diubah oleh"
    )
    changed_at = models.DateTimeField("diubah pada", null=True, blank=True)

    class Meta:
        verbose_name = "nilai data dasar"
        verbose_name_plural = "nilai data dasar"
        ordering = ["report", "element"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "element"],
                name="value_unique_in_report",
                violation_error_message="Data dasar ini sudah punya nilai di laporan tersebut.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.element}: {self.number}"


class Entry(models.Model):
    """One indicator in one report: what is measured, frozen, and what came out.

    `definition` is the indicator's part of sets.describe with its target, renewed while the report may be
    filled and never after. `result` and `achievement` are unrounded decimals as text (they may have fifty
    digits), the texts are what page and paper print. An external, ordinal or yes/no figure is typed into
    `number`. `state` never says NOT_DUE: see state_at.
    """

    class State(models.TextChoices):
        NOT_FILLED = "not_filled", "Belum diisi"
        NOT_DUE = "not_due", "Belum jatuh tempo"
        NOT_APPLICABLE = "not_applicable", "Tidak berlaku"
        NOT_COMPUTABLE = "not_computable", "Tidak dapat dihitung"
        COMPUTED = "computed", "Terisi"

    report = models.ForeignKey(Report, models.PROTECT, related_name="entries", verbose_name="laporan")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="entries", verbose_name="indikator")
    position = models.PositiveSmallIntegerField("urutan")
    definition = models.JSONField("definisi saat diisi")
    number = FigureField("angka yang diisi", null=True, blank=True)
    reason = models.TextField("alasan nilai janggal", blank=True)
    source = models.CharField("sumber", max_length=250, blank=True)
    document = models.CharField("dokumen sumber", max_length=250, blank=True)
    document_date = models.DateField("tanggal dokumen", null=True, blank=True)
    not_applicable = models.TextField("alasan tidak berlaku", blank=True)
    state = models.CharField("keadaan", max_length=15, choices=State, default=State.NOT_FILLED)
    state_reason = models.TextField("keterangan keadaan", blank=True)
    result = models.CharField("hasil tanpa pembulatan", max_length=120, blank=True)
    result_text = models.TextField("hasil tercetak", blank=True)
    explanation = models.TextField("cara hitung", blank=True)
    achievement = models.CharField("capaian tanpa pembulatan", max_length=120, blank=True)
    achievement_text = models.CharField("capaian tercetak", max_length=60, blank=True)
    achievement_explanation = models.TextField("cara menilai", blank=True)
    obstacle = models.TextField("kendala", blank=True)
    driver = models.TextField("faktor pendorong", blank=True)
    follow_up = models.TextField("tindak lanjut", blank=True)
    ready = models.BooleanField("siap dikirim", default=False)
    returned_note = models.TextField("catatan pengembalian", blank=True)
    version = models.PositiveIntegerField("versi", default=0)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="diubah oleh"
    )
    changed_at = models.DateTimeField("diubah pada", null=True, blank=True)

    class Meta:
        verbose_name = "isian"
        verbose_name_plural = "isian"
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "indicator"],
                name="entry_unique_in_report",
                violation_error_message="Indikator ini sudah ada di laporan tersebut.",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_applicable") | ~Q(not_applicable=""),
                name="entry_not_applicable_has_reason",
                violation_error_message="Tulis alasan mengapa indikator ini tidak berlaku.",
            ),
            models.CheckConstraint(
                condition=Q(state="computed") & ~Q(result="") | ~Q(state="computed") & Q(result=""),
                name="entry_has_result_when_computed",
                violation_error_message="Isian yang terisi menyimpan hasilnya; yang lain tidak punya hasil.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.definition["name"])

    def state_at(self, now: dt.datetime) -> State:
        """Return the state, which is NOT_DUE for what is not filled before its period opens."""
        if self.state == self.State.NOT_FILLED and now < self.report.opens:
            return self.State.NOT_DUE
        return self.State(self.state)


class Event(models.Model):
    """One thing that happened to a report: who, when, what was and what is; the database refuses a change.

    What happened to one row names it: its events in order are its history, each `before` the last `after`.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", "Dibuka"
        VALUE = "value", "Data dasar diisi"
        ENTRY = "entry", "Isian diubah"
        MOVED = "moved", "Status berubah"
        EXTENDED = "extended", "Diperpanjang"
        ADOPTED = "adopted", "Penetapan IKU berganti"

    at = models.DateTimeField("pada", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="events", verbose_name="oleh")
    report = models.ForeignKey(Report, models.PROTECT, related_name="events", verbose_name="laporan")
    value = models.ForeignKey(
        Value, models.PROTECT, null=True, blank=True, related_name="events", verbose_name="nilai data dasar"
    )
    entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="events", verbose_name="isian"
    )
    kind = models.CharField("jenis", max_length=10, choices=Kind)
    subject = models.CharField("tentang", max_length=120, blank=True)
    before = models.JSONField("sebelum", default=dict, blank=True)
    after = models.JSONField("sesudah", default=dict, blank=True)
    note = models.TextField("catatan", blank=True)

    class Meta:
        verbose_name = "peristiwa"
        verbose_name_plural = "peristiwa"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}" if self.subject else self.get_kind_display()


class Receipt(models.Model):
    """A write that took effect, by the key its sender gave it: sent again, it is answered, not repeated."""

    key = models.CharField("kunci", max_length=64)
    about = models.CharField("untuk", max_length=40)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="pengguna")
    answer = models.JSONField("jawaban")
    at = models.DateTimeField("pada", auto_now_add=True)

    class Meta:
        verbose_name = "tanda terima"
        verbose_name_plural = "tanda terima"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="receipt_unique",
                violation_error_message="Kiriman ini sudah diterima.",
            )
        ]

    def __str__(self) -> str:
        return self.key
