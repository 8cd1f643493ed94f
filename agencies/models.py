"""Who: regions, agencies with objectives and functions, units, officials, users and their memberships."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Lower
from django.urls import reverse

from agencies.nip import NipError, format_nip, read_nip
from agencies.roles import AGENCY_ROLES, MASTER_ROLES, REGIONAL_ROLES, Role

models.CharField.register_lookup(Length)


class NipField(models.CharField):  # type: ignore[type-arg]
    """Eighteen digits; what is typed may be grouped by spaces."""

    def to_python(self, value: object) -> str:
        """Read a typed NIP; a wrong one is a ValidationError that says which part is wrong."""
        text = str(value or "")
        try:
            return read_nip(text) if text.strip() else ""
        except NipError as error:
            raise ValidationError(str(error)) from error

    def formfield(self, **kwargs: Any) -> Any:
        """Leave room for the spaces between the groups."""
        return super().formfield(**{"max_length": 30, **kwargs})


class User(AbstractUser):
    """Somebody who signs in. What they may do is said by their memberships, never by flags here."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("nama", max_length=150)
    email = models.EmailField("alamat surel", blank=True)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "email"]

    class Meta:
        verbose_name = "pengguna"
        verbose_name_plural = "pengguna"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_unique",
                violation_error_message="Alamat surel ini sudah dipakai pengguna lain.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """Return the name as shown on screen."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the name as shown on screen."""
        return str(self)

    @property
    def role_line(self) -> str:
        """What the user does and where, for the corner of every page: "Operator · DKUPP"."""
        if self.is_superuser:
            return "Admin sistem"
        return " · ".join(str(m) for m in self.memberships.select_related("agency", "region")[:2])


class Region(models.Model):
    """A province, regency or city with its code of the Ministry of Home Affairs ("64", "35.74")."""

    class Level(models.TextChoices):
        PROVINCE = "province", "Provinsi"
        REGENCY = "regency", "Kabupaten"
        CITY = "city", "Kota"

    code = models.CharField(
        "kode wilayah",
        max_length=5,
        unique=True,
        validators=[
            RegexValidator(
                r"^\d\d(\.\d\d)?$",
                "Tulis kode wilayah dua angka untuk provinsi (64), bertitik untuk kabupaten/kota (35.74).",
            )
        ],
        error_messages={"unique": "Kode wilayah ini sudah terdaftar."},
    )
    name = models.CharField("nama", max_length=120, help_text="Tanpa kata Provinsi, Kabupaten, atau Kota.")
    level = models.CharField("tingkat", max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="provinsi induk"
    )

    class Meta:
        verbose_name = "daerah"
        verbose_name_plural = "daerah"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level="province", code__length=2)
                | Q(level__in=["regency", "city"], code__length=5),
                name="region_code_fits_level",
                violation_error_message="Kode provinsi 2 angka (64), kode kabupaten/kota 5 tanda (35.74).",
            ),
            models.CheckConstraint(
                condition=Q(level="province", parent=None) | (~Q(level="province") & Q(parent__isnull=False)),
                name="region_parent_fits_level",
                violation_error_message="Kabupaten/kota punya provinsi induk; provinsi tidak.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.name}"

    def get_absolute_url(self) -> str:
        """Return the page of the region."""
        return reverse("region-detail", args=[self.code])

    def clean(self) -> None:
        """Refuse a regency or city whose code does not begin with the code of its province."""
        if self.parent and not self.code.startswith(f"{self.parent.code}."):
            raise ValidationError(
                {"code": f"Kode ini tidak berada di {self.parent}; kodenya harus diawali {self.parent.code}."}
            )


class AgencyQuerySet(models.QuerySet["Agency"]):
    """Which agencies a user may work in. That an agency exists is public; its drafts and staff are not."""

    def of(self, user: User) -> AgencyQuerySet:
        """Keep the agencies `user` belongs to, directly or through a regional role; a superuser to all."""
        if user.is_superuser:
            return self
        own = Membership.objects.filter(user=user)
        return self.filter(
            Q(pk__in=own.exclude(agency=None).values("agency"))
            | Q(region__in=own.exclude(region=None).values("region"))
        )

    def managed_by(self, user: User) -> AgencyQuerySet:
        """Keep the agencies whose master data and IKU sets `user` may change."""
        if user.is_superuser:
            return self
        own = Membership.objects.filter(user=user, role__in=MASTER_ROLES)
        return self.filter(
            Q(pk__in=own.exclude(agency=None).values("agency"))
            | Q(region__in=own.exclude(region=None).values("region"))
        )


class Agency(models.Model):
    """A perangkat daerah with what its documents need: letterhead, paper, and defaults for computing."""

    class Paper(models.TextChoices):
        A4 = "A4", "A4 (210 × 297 mm)"
        F4 = "F4", "F4/Folio (215 × 330 mm)"

    class Averaging(models.TextChoices):
        PER_INDICATOR = "per_indicator", "Rata-rata semua indikator"
        PER_GOAL = "per_goal", "Rata-rata dari rata-rata tiap sasaran"
        WEIGHTED = "weighted", "Rata-rata berbobot indikator"

    class Zone(models.TextChoices):
        WIB = "Asia/Jakarta", "WIB"
        WITA = "Asia/Makassar", "WITA"
        WIT = "Asia/Jayapura", "WIT"

    region = models.ForeignKey(Region, models.PROTECT, related_name="agencies", verbose_name="daerah")
    code = models.SlugField(
        "kode",
        max_length=60,
        unique=True,
        help_text="Huruf kecil, angka, tanda hubung; dipakai di alamat halaman, misalnya dkupp-probolinggo.",
        error_messages={"unique": "Kode ini sudah dipakai perangkat daerah lain."},
    )
    name = models.CharField("nama", max_length=250)
    short_name = models.CharField("nama singkat", max_length=60)
    address = models.TextField("alamat kop surat", blank=True)
    place = models.CharField(
        "tempat penetapan", max_length=60, blank=True, help_text="Kota di blok tanda tangan."
    )
    head_position = models.CharField("sebutan jabatan kepala", max_length=120, default="Kepala Dinas")
    paper = models.CharField("ukuran kertas", max_length=2, choices=Paper, default=Paper.A4)
    averaging = models.CharField(
        "cara merata-rata", max_length=15, choices=Averaging, default=Averaging.PER_INDICATOR
    )
    digits = models.PositiveSmallIntegerField("angka di belakang koma", default=2)
    time_zone = models.CharField("zona waktu", max_length=20, choices=Zone, default=Zone.WIB)

    requires_explanation = models.BooleanField(
        "wajibkan kendala dan tindak lanjut",
        default=False,
        help_text="Untuk indikator di bawah target, sebelum laporan dikirim.",
    )
    allows_self_verification = models.BooleanField(
        "pengisi boleh memverifikasi isiannya sendiri",
        default=False,
        help_text="Tercatat di riwayat laporan.",
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "perangkat daerah"
        verbose_name_plural = "perangkat daerah"
        ordering = ["region__code", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"],
                name="agency_name_unique_in_region",
                violation_error_message="Daerah ini sudah punya perangkat daerah dengan nama tersebut.",
            ),
            models.CheckConstraint(
                condition=Q(digits__lte=6),
                name="agency_digits_at_most_6",
                violation_error_message="Angka di belakang koma paling banyak 6.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page of the agency."""
        return reverse("agency-detail", args=[self.code])

    @property
    def zone(self) -> ZoneInfo:
        """The agency's time zone."""
        return ZoneInfo(self.time_zone)


class Statement(models.Model):
    """A numbered sentence of an agency."""

    position = models.PositiveSmallIntegerField("urutan")
    text = models.TextField("uraian")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


class Objective(Statement):
    """A tujuan of an agency."""

    agency = models.ForeignKey(
        Agency, models.CASCADE, related_name="objectives", verbose_name="perangkat daerah"
    )

    class Meta:
        verbose_name = "tujuan"
        verbose_name_plural = "tujuan"
        ordering = ["agency", "position", "pk"]


class Function(Statement):
    """A fungsi of an agency."""

    agency = models.ForeignKey(
        Agency, models.CASCADE, related_name="functions", verbose_name="perangkat daerah"
    )

    class Meta:
        verbose_name = "fungsi"
        verbose_name_plural = "fungsi"
        ordering = ["agency", "position", "pk"]


class ResponsibleUnit(models.Model):
    """A bidang, sekretariat or other part of an agency that answers for indicators."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="units", verbose_name="perangkat daerah")
    name = models.CharField("nama bidang", max_length=200)
    active = models.BooleanField("masih ada", default=True)

    class Meta:
        verbose_name = "bidang"
        verbose_name_plural = "bidang"
        ordering = ["agency", "name"]
        constraints = [
            models.UniqueConstraint(
                "agency",
                Lower("name"),
                name="unit_name_unique_in_agency",
                violation_error_message=(
                    "Perangkat daerah ini sudah punya bidang dengan nama tersebut; "
                    "huruf besar dan kecil dianggap sama."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class OfficialQuerySet(models.QuerySet["Official"]):
    """Officials by the day they are in office."""

    def in_office(self, day: dt.date) -> OfficialQuerySet:
        """Keep those in office on `day`, both ends of the term included."""
        return self.filter(Q(ends=None) | Q(ends__gte=day), starts__lte=day)


class Official(models.Model):
    """A person in a position of an agency for a time, definitive or acting."""

    class Capacity(models.TextChoices):
        DEFINITIVE = "definitif", "Definitif"
        PLT = "plt", "Plt. (pelaksana tugas)"
        PLH = "plh", "Plh. (pelaksana harian)"
        PJ = "pj", "Pj. (penjabat)"

    class Rank(models.TextChoices):
        III_A = "III/a", "Penata Muda (III/a)"
        III_B = "III/b", "Penata Muda Tk. I (III/b)"
        III_C = "III/c", "Penata (III/c)"
        III_D = "III/d", "Penata Tk. I (III/d)"
        IV_A = "IV/a", "Pembina (IV/a)"
        IV_B = "IV/b", "Pembina Tk. I (IV/b)"
        IV_C = "IV/c", "Pembina Utama Muda (IV/c)"
        IV_D = "IV/d", "Pembina Utama Madya (IV/d)"
        IV_E = "IV/e", "Pembina Utama (IV/e)"

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="officials", verbose_name="perangkat daerah"
    )
    name = models.CharField("nama tanpa gelar", max_length=150)
    name_with_titles = models.CharField(
        "nama dengan gelar", max_length=200, blank=True, help_text="Dipakai pada laporan dan surat."
    )
    nip = NipField("NIP", max_length=18, blank=True, help_text="18 angka; spasi boleh diketik.")
    rank = models.CharField("pangkat (golongan)", max_length=5, choices=Rank, blank=True)
    position = models.CharField("jabatan", max_length=150)
    capacity = models.CharField("kedudukan", max_length=10, choices=Capacity, default=Capacity.DEFINITIVE)
    starts = models.DateField("menjabat sejak")
    ends = models.DateField("sampai", null=True, blank=True, help_text="Kosongkan bila masih menjabat.")

    objects = OfficialQuerySet.as_manager()

    class Meta:
        verbose_name = "pejabat"
        verbose_name_plural = "pejabat"
        ordering = ["agency", "position", "-starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")),
                name="official_ends_after_start",
                violation_error_message="Tanggal akhir jabatan mendahului tanggal mulai.",
            ),
            models.CheckConstraint(
                condition=Q(nip="") | Q(nip__length=18),
                name="official_nip_18_digits",
                violation_error_message="NIP terdiri atas 18 angka.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_with_titles or self.name} – {self.position_line}"

    @property
    def nip_grouped(self) -> str:
        """The NIP as documents print it."""
        return format_nip(self.nip)

    @property
    def position_line(self) -> str:
        """The position with its acting form: "Plt. Kepala Dinas"."""
        return (
            self.position
            if self.capacity == "definitif"
            else f"{self.capacity.capitalize()}. {self.position}"
        )


class Membership(models.Model):
    """What a user does: a role in one agency (perhaps one unit of it) or in a whole region."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="pengguna")
    role = models.CharField("peran", max_length=15, choices=Role)
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name="perangkat daerah",
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name="daerah"
    )
    unit = models.ForeignKey(
        ResponsibleUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name="bidang",
    )

    class Meta:
        verbose_name = "keanggotaan"
        verbose_name_plural = "keanggotaan"
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=REGIONAL_ROLES, region__isnull=False, agency=None, unit=None)
                | Q(role__in=AGENCY_ROLES, agency__isnull=False, region=None),
                name="membership_scope_fits_role",
                violation_error_message=(
                    "Peran daerah (admin daerah, inspektorat) membutuhkan daerah saja; "
                    "peran lain membutuhkan perangkat daerah."
                ),
            ),
            *(
                models.UniqueConstraint(
                    fields=["user", "role", *scope],
                    condition=condition,
                    name=f"membership_unique_in_{name}",
                    violation_error_message="Pengguna ini sudah punya peran tersebut di sana.",
                )
                for name, scope, condition in (
                    ("region", ["region"], Q(region__isnull=False)),
                    ("agency", ["agency"], Q(agency__isnull=False, unit=None)),
                    ("unit", ["agency", "unit"], Q(unit__isnull=False)),
                )
            ),
        ]

    def __str__(self) -> str:
        place = self.agency.short_name if self.agency else str(self.region)
        return f"{self.get_role_display()} · {place}"

    def clean(self) -> None:
        """Refuse a unit of another agency."""
        if self.unit and self.unit.agency_id != self.agency_id:
            raise ValidationError({"unit": "Bidang ini bukan bagian dari perangkat daerah yang dipilih."})
