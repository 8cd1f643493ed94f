"""IKU sets: the instrument, the years it is in force, its goals."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from agencies.models import Agency, Official, User
from indicators.models.reference import LayoutProfile
from indicators.numbers import format_date

YEAR = [
    MinValueValidator(2000, "Tahun paling awal 2000."),
    MaxValueValidator(2100, "Tahun paling akhir 2100."),
]


class IndicatorSetQuerySet(models.QuerySet["IndicatorSet"]):
    """IKU sets by who may see them and by the year they are in force."""

    def visible_to(self, user: User) -> IndicatorSetQuerySet:
        """Keep what is or was in force, which the law makes public, and the drafts of the own agencies."""
        return self.filter(~Q(status=IndicatorSet.Status.DRAFT) | Q(agency__in=Agency.objects.of(user)))

    def managed_by(self, user: User) -> IndicatorSetQuerySet:
        """Keep the sets of agencies whose IKU `user` may change."""
        return self.filter(agency__in=Agency.objects.managed_by(user))

    def in_force(self, agency: Agency, year: int) -> IndicatorSet | None:
        """Return the one set in force in `agency` in `year`, or None."""
        return self.filter(years__agency=agency, years__year=year).first()


class IndicatorSet(models.Model):
    """The IKU of an agency as one instrument fixed them; a revision is a new set.

    While a set is a draft everything in it may change. Once in force nothing does: database triggers refuse
    it, and `published` keeps what the set said that day (see indicators.sets.describe), so that a later
    change of a name elsewhere does not reach back.
    """

    class Instrument(models.TextChoices):
        PERBUP = "perbup", "Peraturan Bupati"
        PERWAL = "perwal", "Peraturan Wali Kota"
        PERGUB = "pergub", "Peraturan Gubernur"
        DECREE = "sk", "Surat Keputusan"
        TABLE = "table", "Tabel tanpa surat keputusan"

    class DatePrecision(models.TextChoices):
        DAY = "day", "Tanggal lengkap"
        MONTH = "month", "Bulan dan tahun saja"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draf"
        IN_FORCE = "in_force", "Berlaku"
        SUPERSEDED = "superseded", "Digantikan"

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="indicator_sets", verbose_name="perangkat daerah"
    )
    instrument = models.CharField(
        "bentuk penetapan", max_length=10, choices=Instrument, default=Instrument.DECREE
    )
    number = models.CharField("nomor", max_length=80, blank=True)
    date = models.DateField("tanggal", null=True, blank=True)
    date_precision = models.CharField(
        "ketelitian tanggal", max_length=5, choices=DatePrecision, default=DatePrecision.DAY
    )
    about = models.CharField("tentang", max_length=300, blank=True)
    title = models.TextField(
        "judul tercetak",
        blank=True,
        help_text="Kosongkan untuk memakai judul dari tata letak. Satu baris per baris.",
    )
    first_year = models.PositiveSmallIntegerField("berlaku mulai tahun", validators=YEAR)
    last_year = models.PositiveSmallIntegerField("sampai tahun", validators=YEAR)
    layout = models.ForeignKey(
        LayoutProfile, models.PROTECT, related_name="indicator_sets", verbose_name="tata letak tabel"
    )
    place = models.CharField("tempat", max_length=60, blank=True)
    has_signature_block = models.BooleanField("cetak blok tanda tangan", default=True)
    signatory = models.ForeignKey(
        Official,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="indicator_sets",
        verbose_name="penanda tangan",
        help_text="Kosongkan bila belum ada; ruang tanda tangan tetap dicetak.",
    )
    notes = models.TextField("catatan", blank=True, help_text="Tidak dicetak; misalnya asal dokumen.")
    revises = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="revisions", verbose_name="perubahan atas"
    )
    reason = models.TextField("alasan perubahan", blank=True)
    status = models.CharField("status", max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    published = models.JSONField("isi saat berlaku", null=True, blank=True, editable=False)
    published_at = models.DateTimeField("diberlakukan pada", null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="diberlakukan oleh",
    )

    objects = IndicatorSetQuerySet.as_manager()

    class Meta:
        verbose_name = "penetapan IKU"
        verbose_name_plural = "penetapan IKU"
        ordering = ["agency", "-first_year", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="set_years_in_order",
                violation_error_message="Tahun akhir mendahului tahun mulai.",
            ),
            models.CheckConstraint(
                condition=Q(first_year__gte=2000, last_year__lte=2100),
                name="set_years_plausible",
                violation_error_message="Tahun berlaku antara 2000 dan 2100.",
            ),
            models.CheckConstraint(
                condition=Q(last_year__lte=F("first_year") + 9),
                name="set_at_most_10_years",
                violation_error_message="Satu penetapan berlaku paling lama 10 tahun.",
            ),
            models.CheckConstraint(
                condition=Q(revises=None) | ~Q(reason=""),
                name="set_revision_has_reason",
                violation_error_message="Tulis alasan perubahan penetapan ini.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published=None)
                | (~Q(status="draft") & Q(published__isnull=False)),
                name="set_published_when_in_force",
                violation_error_message="Penetapan yang berlaku menyimpan isinya; draf belum.",
            ),
            models.UniqueConstraint(
                fields=["revises"],
                condition=Q(status="draft"),
                name="set_one_draft_revision",
                violation_error_message="Sudah ada draf perubahan atas penetapan ini.",
            ),
        ]

    def __str__(self) -> str:
        years = (
            str(self.first_year)
            if self.first_year == self.last_year
            else f"{self.first_year}–{self.last_year}"
        )
        # The one in force is the IKU of those years; others say what they are.
        state = "" if self.status == self.Status.IN_FORCE else f" ({self.get_status_display().lower()})"
        return f"IKU {self.agency.short_name} {years}{state}"

    def get_absolute_url(self) -> str:
        """Return the page of the set."""
        return reverse("indicator-set-detail", args=[self.pk])

    def clean(self) -> None:
        """Refuse a span that no plan has, and a signatory from elsewhere."""
        if self.first_year and self.last_year and self.last_year - self.first_year > 9:
            raise ValidationError({"last_year": "Satu penetapan berlaku paling lama 10 tahun."})
        if self.signatory and self.signatory.agency_id != self.agency_id:
            raise ValidationError({"signatory": "Pejabat ini bukan pejabat perangkat daerah tersebut."})

    @property
    def is_draft(self) -> bool:
        """Whether the set may still be edited."""
        return self.status == self.Status.DRAFT

    @property
    def span(self) -> range:
        """The years of validity."""
        return range(self.first_year, self.last_year + 1)

    @property
    def date_text(self) -> str:
        """The date as the instrument gives it: "2 Januari 2018", "Januari 2018" or empty."""
        return format_date(self.date, self.date_precision) if self.date else ""

    @property
    def instrument_line(self) -> str:
        """ "Peraturan Wali Kota Nomor 14 Tahun 2017" as far as it is known."""
        year = f" Tahun {self.date.year}" if self.date and self.instrument.startswith("per") else ""
        return self.get_instrument_display() + (f" Nomor {self.number}{year}" if self.number else "")


class YearInForce(models.Model):
    """The set an agency goes by in one year. The unique constraint is what keeps it to exactly one."""

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="years_in_force", verbose_name="perangkat daerah"
    )
    year = models.PositiveSmallIntegerField("tahun")
    indicator_set = models.ForeignKey(
        IndicatorSet, models.PROTECT, related_name="years", verbose_name="penetapan IKU"
    )

    class Meta:
        verbose_name = "tahun berlaku"
        verbose_name_plural = "tahun berlaku"
        ordering = ["agency", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year"],
                name="one_set_in_force_per_agency_and_year",
                violation_error_message="Perangkat daerah ini sudah punya penetapan IKU untuk tahun itu.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency.short_name} {self.year}"


class StrategicGoal(models.Model):
    """A sasaran strategis of a set. `number` is what the document prints ("1."), `position` the order."""

    indicator_set = models.ForeignKey(
        IndicatorSet, models.CASCADE, related_name="goals", verbose_name="penetapan IKU"
    )
    position = models.PositiveSmallIntegerField("urutan")
    number = models.CharField("nomor tercetak", max_length=12, blank=True)
    text = models.TextField("sasaran strategis")

    class Meta:
        verbose_name = "sasaran strategis"
        verbose_name_plural = "sasaran strategis"
        ordering = ["indicator_set", "position", "pk"]

    def __str__(self) -> str:
        return self.text
