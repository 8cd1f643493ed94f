"""Regions, and agencies with what their documents need: objectives, functions, units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Lower
from django.urls import reverse

from agencies.roles import LOG_ROLES, MASTER_ROLES, REGIONAL_ROLES, Role

if TYPE_CHECKING:
    from agencies.models.people import User

models.CharField.register_lookup(Length)


class RegionQuerySet(models.QuerySet["Region"]):
    """Regions by what a user may read there."""

    def logged_for(self, user: User) -> RegionQuerySet:
        """Keep the regions whose log `user` may read."""
        if user.is_superuser:
            return self
        return self.filter(pk__in=user.memberships.filter(role__in=LOG_ROLES).values("region"))

    def overseen_by(self, user: User) -> RegionQuerySet:
        """Keep the regions whose agencies `user` reads all together; whoever has a role in one does not."""
        if user.is_superuser:
            return self
        return self.filter(pk__in=user.places(REGIONAL_ROLES)[1])


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

    objects = RegionQuerySet.as_manager()

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
        return self._where(user, Role)

    def managed_by(self, user: User) -> AgencyQuerySet:
        """Keep the agencies whose master data and IKU sets `user` may change."""
        return self._where(user, MASTER_ROLES)

    def logged_for(self, user: User) -> AgencyQuerySet:
        """Keep the agencies whose log `user` may read."""
        return self._where(user, LOG_ROLES)

    def _where(self, user: User, roles: Iterable[Role]) -> AgencyQuerySet:
        if user.is_superuser:
            return self
        # What one user holds is little; nested, it would cost every query that starts here more.
        agencies, regions = user.places(roles)
        return self.filter(Q(pk__in=agencies) | Q(region__in=regions))


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
