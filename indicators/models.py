"""What is measured: IKU sets, goals, indicators with formulas, data elements, targets, scales, layouts."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from agencies.models import Agency, Official, ResponsibleUnit, User
from indicators import achievement, layouts
from indicators.fields import FigureField, in_order
from indicators.numbers import format_date

CODE = RegexValidator(
    r"^[a-z_][a-z0-9_]*$",
    "Tulis kode dengan huruf kecil, angka, dan garis bawah, diawali huruf; misalnya koperasi_sehat.",
)
YEAR = [
    MinValueValidator(2000, "Tahun paling awal 2000."),
    MaxValueValidator(2100, "Tahun paling akhir 2100."),
]


class PredicateScale(models.Model):
    """A scale that turns an achievement into words; a change is a new version, a row of its own."""

    code = models.SlugField("kode", max_length=60)
    version = models.PositiveSmallIntegerField("versi", default=1)
    name = models.CharField("nama", max_length=150)
    source = models.CharField("sumber", max_length=200)
    footnote = models.TextField("catatan kaki", help_text="Aturan batas yang dicetak di bawah tabel.")
    classes = models.JSONField("kelas")

    class Meta:
        verbose_name = "skala predikat"
        verbose_name_plural = "skala predikat"
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="scale_version_unique",
                violation_error_message="Skala ini sudah punya versi tersebut.",
            )
        ]

    def __str__(self) -> str:
        return self.name if self.version == 1 else f"{self.name} (versi {self.version})"

    def clean(self) -> None:
        """Refuse a scale with a gap or an overlap."""
        try:
            self.scale()
        except (ValueError, KeyError, TypeError) as error:
            raise ValidationError({"classes": str(error)}) from error

    def scale(self) -> achievement.Scale:
        """Return the scale the pure core classifies with."""
        return achievement.Scale.from_data(
            {
                "code": self.code,
                "version": self.version,
                "name": self.name,
                "source": self.source,
                "footnote": self.footnote,
                "classes": self.classes,
            }
        )


class LayoutProfile(models.Model):
    """How a government prints its IKU table: headings, order, widths and the blocks around it, as data."""

    class Orientation(models.TextChoices):
        PORTRAIT = "portrait", "Tegak"
        LANDSCAPE = "landscape", "Mendatar"

    class FormulaStyle(models.TextChoices):
        STACKED = "stacked", "Pecahan bersusun"
        INLINE = "inline", "Sebaris dengan garis miring"

    code = models.SlugField("kode", max_length=60, unique=True)
    name = models.CharField("nama", max_length=120)
    title = models.TextField(
        "judul", help_text="Satu baris per baris; {year}, {agency}, {AGENCY} diisi sendiri."
    )
    orientation = models.CharField(
        "arah kertas", max_length=10, choices=Orientation, default=Orientation.LANDSCAPE
    )
    header_block = models.BooleanField("cetak Instansi, Tujuan, Fungsi", default=True)
    column_numbers = models.BooleanField("cetak baris nomor kolom", default=False)
    formula_style = models.CharField(
        "gaya rumus", max_length=10, choices=FormulaStyle, default=FormulaStyle.STACKED
    )
    columns = models.JSONField("kolom")

    class Meta:
        verbose_name = "profil tata letak"
        verbose_name_plural = "profil tata letak"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse columns that no table can be made of."""
        try:
            layouts.read_columns(self.columns)
        except ValueError as error:
            raise ValidationError({"columns": str(error)}) from error

    def layout(self) -> layouts.Layout:
        """Return the layout the documents are built with."""
        names = (
            "code",
            "name",
            "title",
            "orientation",
            "header_block",
            "column_numbers",
            "formula_style",
            "columns",
        )
        return layouts.Layout.from_data({name: getattr(self, name) for name in names})


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
        return f"IKU {self.agency.short_name} {years}{' (draf)' if self.is_draft else ''}"

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
            raise ValidationError(
                f"Kode {self.code} sudah dipakai sebuah indikator, jadi rumus tidak dapat membedakannya. "
                "Pilih kode lain."
            )


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
