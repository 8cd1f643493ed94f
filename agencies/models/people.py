"""People: users who sign in with their memberships, and officials who sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from agencies.models.agencies import Agency, Region, ResponsibleUnit
from agencies.nip import NipError, format_nip, read_nip
from agencies.prepared import Prepared
from agencies.roles import AGENCY_ROLES, LOG_ROLES, REGIONAL_ROLES, Role


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
        return " · ".join(str(membership) for membership in self.seats[:2])

    @property
    def reads_log(self) -> bool:
        """Whether there is a log the user may read."""
        return self.is_superuser or any(Role(membership.role) in LOG_ROLES for membership in self.seats)

    @cached_property
    def seats(self) -> list[Membership]:
        """The memberships with their places, read once for this object: every request has its own."""
        return _SEATS(user=self.pk)

    def places(self, roles: Iterable[Role]) -> tuple[set[int], set[int]]:
        """Return the keys of the agencies and of the regions where the user holds one of `roles`."""
        held = [seat for seat in self.seats if Role(seat.role) in roles]
        return (
            {seat.agency_id for seat in held if seat.agency_id},
            {seat.region_id for seat in held if seat.region_id},
        )

    def belongs_to(self, agency: Agency) -> bool:
        """Whether the agency is one of `Agency.objects.of(user)`, without asking the database again."""
        agencies, regions = self.places(Role)
        return self.is_superuser or agency.pk in agencies or agency.region_id in regions


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


_SEATS = Prepared(lambda user: Membership.objects.filter(user=user).select_related("agency", "region"))
