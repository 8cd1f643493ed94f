"""Indicators with the data they are computed from and the targets they are to reach."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from agencies.models import Agency, ResponsibleUnit
from indicators.fields import FigureField, in_order
from indicators.models.sets import YEAR, StrategicGoal

CODE = RegexValidator(
    r"^[a-z_][a-z0-9_]*$",
    "Tulis kode dengan huruf kecil, angka, dan garis bawah, diawali huruf; misalnya koperasi_sehat.",
)
CODE_TAKEN = (
    "Kode {code} sudah dipakai sebuah indikator, jadi rumus tidak dapat membedakannya. Pilih kode lain."
)


class DataElement(models.Model):
    """One figure an agency collects (a numerator, say), shared by every formula that names its code."""

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="data_elements", verbose_name="perangkat daerah"
    )
    code = models.CharField(
        "kode", max_length=60, validators=[CODE], help_text="Dipakai di rumus; misalnya koperasi_sehat."
    )
    label = models.CharField("nama data", max_length=250)
    unit = models.CharField("satuan", max_length=60, blank=True)
    minimum = FigureField("batas bawah", null=True, blank=True)
    maximum = FigureField("batas atas", null=True, blank=True)
    source = models.CharField("sumber data", max_length=250, blank=True)

    class Meta:
        verbose_name = "data dasar"
        verbose_name_plural = "data dasar"
        ordering = ["agency", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "code"],
                name="data_element_code_unique",
                violation_error_message="Perangkat daerah ini sudah punya data dasar dengan kode tersebut.",
            ),
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(maximum=None) | Q(in_order("minimum", "maximum")),
                name="data_element_limits_in_order",
                violation_error_message="Batas atas lebih kecil daripada batas bawah.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Refuse the code of an indicator: no formula could tell the two apart."""
        if IndicatorThread.objects.filter(agency=self.agency_id, code=self.code).exists():
            raise ValidationError(CODE_TAKEN.format(code=self.code))


class IndicatorThread(models.Model):
    """What stays the same of an indicator through all revisions: its agency and its code."""

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="threads", verbose_name="perangkat daerah"
    )
    code = models.CharField("kode", max_length=60, validators=[CODE])

    class Meta:
        verbose_name = "riwayat indikator"
        verbose_name_plural = "riwayat indikator"
        ordering = ["agency", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "code"],
                name="indicator_code_unique_in_agency",
                violation_error_message="Perangkat daerah ini sudah punya indikator dengan kode tersebut.",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Indicator(models.Model):
    """An indikator kinerja utama as one set defines it.

    `formula` computes; `printed_formula` is drawn in the table where the decree prints another one.
    `formulation` is the prose of the cell, `reason` the alasan column. Sources stand one to a line; empty is
    a gap, and shown as one.
    """

    class Kind(models.TextChoices):
        COMPUTED = "computed", "Dihitung dengan rumus"
        EXTERNAL = "external", "Angka dari luar (dengan dokumen sumber)"
        ORDINAL = "ordinal", "Jenjang (predikat, opini, peringkat)"
        YES_NO = "yes_no", "Ya/tidak"

    class Polarity(models.TextChoices):
        HIGHER = "higher", "Makin besar makin baik"
        LOWER = "lower", "Makin kecil makin baik"
        RANGE = "range", "Di dalam rentang"

    class Method(models.TextChoices):
        F1 = "F1", "realisasi ÷ target × 100"
        F2 = "F2", "(2 × target − realisasi) ÷ target × 100"
        F3 = "F3", "target ÷ realisasi × 100"

    class ZeroTarget(models.TextChoices):
        NOT_COMPUTABLE = "not_computable", "Capaian tidak dapat dihitung"
        MET = "met", "Nol-target tercapai (realisasi 0 = 100)"

    class QuarterMethod(models.TextChoices):
        SUM = "sum", "Jumlah triwulan"
        LAST = "last", "Nilai triwulan terakhir yang terisi"
        MEAN = "mean", "Rata-rata triwulan yang terisi"
        YEAR_TO_DATE = "year_to_date", "Isian sudah kumulatif sejak Januari"

    goal = models.ForeignKey(
        StrategicGoal, models.CASCADE, related_name="indicators", verbose_name="sasaran strategis"
    )
    thread = models.ForeignKey(
        IndicatorThread,
        models.PROTECT,
        related_name="indicators",
        verbose_name="riwayat indikator",
        editable=False,
    )
    position = models.PositiveSmallIntegerField("urutan", default=0)
    number = models.CharField("nomor tercetak", max_length=12, blank=True)
    name = models.CharField("indikator kinerja utama", max_length=300)
    unit = models.CharField("satuan", max_length=60, blank=True)
    definition = models.TextField("definisi operasional", blank=True)
    reason = models.TextField("alasan", blank=True)
    formulation = models.TextField("penjelasan/cara perhitungan", blank=True)
    kind = models.CharField("cara memperoleh angka", max_length=10, choices=Kind, default=Kind.COMPUTED)
    formula = models.TextField("rumus", blank=True)
    draws_formula = models.BooleanField("cetak rumus di tabel", default=True)
    printed_formula = models.TextField(
        "rumus tercetak",
        blank=True,
        help_text="Hanya bila dokumen mencetak rumus yang berbeda dari rumus hitungan.",
    )
    levels = models.JSONField("jenjang", default=list, blank=True)
    sources = models.TextField("sumber data", blank=True, help_text="Satu sumber per baris.")
    units = models.ManyToManyField(
        ResponsibleUnit, related_name="indicators", blank=True, verbose_name="penanggung jawab"
    )
    polarity = models.CharField("arah", max_length=10, choices=Polarity, default=Polarity.HIGHER)
    method = models.CharField("rumus capaian", max_length=2, choices=Method, default=Method.F1)
    zero_target = models.CharField(
        "bila target 0", max_length=15, choices=ZeroTarget, default=ZeroTarget.NOT_COMPUTABLE
    )
    floor = models.DecimalField(
        "batas bawah capaian (%)", null=True, blank=True, max_digits=7, decimal_places=2
    )
    cap = models.DecimalField("batas atas capaian (%)", null=True, blank=True, max_digits=7, decimal_places=2)
    cap_in_averages_only = models.BooleanField("batas atas hanya untuk rata-rata", default=True)
    quarter_method = models.CharField(
        "dari triwulan ke tahun", max_length=15, choices=QuarterMethod, default=QuarterMethod.LAST
    )
    weight = models.DecimalField("bobot", null=True, blank=True, max_digits=9, decimal_places=4)
    digits = models.PositiveSmallIntegerField("angka di belakang koma", default=2)

    class Meta:
        verbose_name = "indikator"
        verbose_name_plural = "indikator"
        ordering = ["goal__position", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["computed", "external", "ordinal", "yes_no"]),
                name="indicator_kind_known",
                violation_error_message="Cara memperoleh angka ini tidak dikenal; pilih dari daftar.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="computed") | ~Q(formula=""),
                name="indicator_computed_has_formula",
                violation_error_message="Indikator yang dihitung membutuhkan rumus; isi rumusnya.",
            ),
            models.CheckConstraint(
                condition=Q(kind="computed") | Q(formula=""),
                name="indicator_formula_only_when_computed",
                violation_error_message="Rumus hanya untuk indikator yang dihitung; kosongkan.",
            ),
            models.CheckConstraint(
                condition=Q(polarity="higher", method="F1")
                | Q(polarity="lower", method__in=["F2", "F3"])
                | Q(polarity="range"),
                name="indicator_method_fits_polarity",
                violation_error_message=(
                    "Rumus capaian tidak cocok dengan arah: makin besar makin baik memakai realisasi ÷ "
                    "target, makin kecil makin baik memakai salah satu dari dua rumus lainnya."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(kind="ordinal", quarter_method="sum"),
                name="indicator_ordinal_never_summed",
                violation_error_message="Jenjang tidak dapat dijumlahkan; pilih nilai terakhir.",
            ),
            models.CheckConstraint(
                condition=Q(digits__lte=6),
                name="indicator_digits_at_most_6",
                violation_error_message="Angka di belakang koma paling banyak 6.",
            ),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gt=0),
                name="indicator_weight_positive",
                violation_error_message="Bobot harus lebih besar daripada 0; kosongkan bila tidak berbobot.",
            ),
            models.CheckConstraint(
                condition=Q(cap=None) | Q(floor=None) | Q(cap__gt=F("floor")),
                name="indicator_cap_above_floor",
                violation_error_message="Batas atas capaian harus lebih besar daripada batas bawahnya.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page of the indicator."""
        return reverse("indicator-detail", args=[self.pk])

    @property
    def code(self) -> str:
        """The code, the same in every revision."""
        return self.thread.code


class Target(models.Model):
    """What an indicator should reach by the end of a year, in its unit; `upper` is the other end of a range.

    The original value stays; a change during the year stands beside it with the decision that made it.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets", verbose_name="indikator")
    year = models.PositiveSmallIntegerField("tahun", validators=YEAR)
    value = FigureField("target")
    upper = FigureField("sampai (untuk rentang)", null=True, blank=True)
    revised_value = FigureField("target perubahan", null=True, blank=True)
    revised_upper = FigureField("sampai (perubahan)", null=True, blank=True)
    decision = models.CharField(
        "dasar perubahan", max_length=200, blank=True, help_text="Nomor surat keputusan."
    )
    decision_date = models.DateField("tanggal keputusan", null=True, blank=True)

    class Meta:
        verbose_name = "target"
        verbose_name_plural = "target"
        ordering = ["indicator", "year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="target_year_plausible",
                violation_error_message="Tahun target antara 2000 dan 2100.",
            ),
            models.UniqueConstraint(
                fields=["indicator", "year"],
                name="target_unique_per_year",
                violation_error_message="Indikator ini sudah punya target untuk tahun tersebut.",
            ),
            models.CheckConstraint(
                condition=Q(upper=None) | Q(in_order("value", "upper")),
                name="target_range_in_order",
                violation_error_message="Ujung atas rentang lebih kecil daripada ujung bawahnya.",
            ),
            models.CheckConstraint(
                condition=Q(revised_upper=None) | Q(in_order("revised_value", "revised_upper")),
                name="target_revised_range_in_order",
                violation_error_message="Ujung atas rentang perubahan lebih kecil daripada ujung bawahnya.",
            ),
            models.CheckConstraint(
                condition=Q(revised_value=None, decision="", decision_date=None, revised_upper=None)
                | (Q(revised_value__isnull=False, decision_date__isnull=False) & ~Q(decision="")),
                name="target_revision_has_decision",
                violation_error_message="Target perubahan membutuhkan nomor dan tanggal keputusannya.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"

    @property
    def in_effect(self) -> tuple[Decimal, Decimal | None]:
        """What counts, with the other end of a range: the change by a decision if any, else the original."""
        if self.revised_value is not None:
            return self.revised_value, self.revised_upper
        return self.value, self.upper
