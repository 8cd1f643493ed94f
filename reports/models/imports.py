"""Imports: the file somebody uploaded, what is planned from it row by row, and what taking it back needs."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, Region, User
from agencies.roles import MASTER_ROLES
from indicators.imports.planned import STATUSES, Choices
from reports.imports.states import WORKING, State

UNDO_DAYS = 30


def import_name(_batch: ImportBatch, _name: str) -> str:
    """Return a name on disk that nobody can guess and that keeps nothing of the name that was sent."""
    name = secrets.token_hex(20)
    return f"imports/{name[:2]}/{name}"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Imports by who may see them."""

    def visible_to(self, user: User) -> ImportBatchQuerySet:
        """Keep what `user` uploaded for a place they still belong to, and all of the agencies they manage.

        What is imported for a whole region is seen by its uploader and by who manages the region.
        """
        if user.is_superuser:
            return self
        managed = {s.region_id for s in user.seats if s.region_id and s.role in MASTER_ROLES}
        belongs = Q(agency__in=Agency.objects.of(user)) | Q(
            region__in={seat.region_id for seat in user.seats if seat.region_id}
        )
        return self.filter(
            Q(agency__in=Agency.objects.managed_by(user))
            | Q(region__in=managed)
            | (Q(uploaded_by=user) & belongs)
        )


class ImportBatch(models.Model):
    """One uploaded file on its way into the portal, for one agency or, in the flat layout, for a region.

    `state` moves by reports.imports.states alone. `reading` is what the page of columns shows (see
    reports.imports.reading), `corrections` what was said of its tables (indicators.spreadsheets.corrections),
    `questions` what was asked at last, `asked_before` [topic, key] of what was on a page already, `choices`
    what was answered (indicators.imports.planned), `counts` the planned rows by status, `progress` {"words",
    "done", "total"} of the running job, `said` sentences for the reader: why it was refused, failed or
    compared again. `receipt` says what went in and where it is.
    """

    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="imports",
        verbose_name="perangkat daerah",
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="imports", verbose_name="daerah"
    )
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, related_name="imports", verbose_name="diunggah oleh"
    )
    uploaded_at = models.DateTimeField("diunggah pada", auto_now_add=True)
    key = models.CharField("kunci kiriman", max_length=64)
    name = models.CharField("nama berkas", max_length=200)
    file = models.FileField("berkas", upload_to=import_name, max_length=120)
    size = models.PositiveIntegerField("ukuran dalam bita")
    sha256 = models.CharField("sidik jari SHA-256", max_length=64)

    state = models.CharField("keadaan", max_length=10, choices=State, default=State.READING)
    since = models.DateTimeField("keadaan sejak", default=timezone.now)
    job = models.UUIDField("pekerjaan", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("percobaan", default=0)
    progress = models.JSONField("kemajuan", default=dict, blank=True)
    said = models.JSONField("keterangan", default=list, blank=True)

    reading = models.JSONField("hasil baca", default=dict, blank=True)
    corrections = models.JSONField("cara baca", default=dict, blank=True)
    choices = models.JSONField("pilihan", default=dict, blank=True)
    questions = models.JSONField("pertanyaan", default=list, blank=True)
    asked_before = models.JSONField("yang sudah ditanyakan", default=list, blank=True)
    counts = models.JSONField("jumlah baris", default=dict, blank=True)
    planned_at = models.DateTimeField("dibandingkan pada", null=True, blank=True)

    applied_at = models.DateTimeField("dimasukkan pada", null=True, blank=True)
    applied_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="dimasukkan oleh"
    )
    receipt = models.JSONField("tanda terima", default=dict, blank=True)
    undone_at = models.DateTimeField("diurungkan pada", null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="diurungkan oleh"
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "impor"
        verbose_name_plural = "impor"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__isnull=False, region=None) | Q(agency=None, region__isnull=False),
                name="import_is_of_agency_or_region",
                violation_error_message="Impor adalah milik satu perangkat daerah atau satu daerah.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values),
                name="import_state_known",
                violation_error_message="Keadaan impor ini tidak dikenal.",
            ),
            models.UniqueConstraint(
                fields=["uploaded_by", "key"],
                name="import_unique_upload",
                violation_error_message="Kiriman ini sudah diterima.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page of the import, which leads on to the step that is due."""
        return reverse("import-detail", args=[self.pk])

    @property
    def place(self) -> Agency | Region:
        """The agency or the region it is for."""
        place = self.agency or self.region
        assert place is not None  # noqa: S101 - one of them, by constraint
        return place

    @property
    def place_name(self) -> str:
        """The place in a few words."""
        return self.agency.short_name if self.agency else str(self.region)

    @property
    def chosen(self) -> Choices:
        """What was answered so far."""
        return Choices.from_json(self.choices)

    @property
    def is_working(self) -> bool:
        """Whether a job is due or runs."""
        return self.state in WORKING

    @property
    def undo_until(self) -> dt.datetime | None:
        """The moment after which it cannot be taken back; None while nothing went in."""
        return self.applied_at + dt.timedelta(days=UNDO_DAYS) if self.applied_at else None


class ImportRow(models.Model):
    """A planned row in the order of the file; `content` as reports.imports.staging puts it."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name="impor")
    position = models.PositiveIntegerField("urutan")
    sheet = models.CharField("lembar", max_length=255)
    row = models.PositiveIntegerField("baris")
    kind = models.CharField("jenis", max_length=12)
    status = models.CharField("status", max_length=8, choices=[(status, status) for status in STATUSES])
    noted = models.BooleanField("ada catatan")
    content = models.TextField("isi")

    class Meta:
        verbose_name = "baris impor"
        verbose_name_plural = "baris impor"
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "position"],
                name="import_row_unique",
                violation_error_message="Baris ini sudah ada di impor tersebut.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet}!{self.row}"


class ImportRecord(models.Model):
    """What a planner needs to take back what it wrote, in the order of writing; `writer` is the planner."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="records", verbose_name="impor")
    position = models.PositiveIntegerField("urutan")
    writer = models.CharField("penulis", max_length=12)
    content = models.JSONField("isi")

    class Meta:
        verbose_name = "catatan impor"
        verbose_name_plural = "catatan impor"
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "position"],
                name="import_record_unique",
                violation_error_message="Catatan ini sudah ada di impor tersebut.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.position}"


class ImportLayout(models.Model):
    """How a table with these headings is read in an agency or region, as somebody confirmed it at last."""

    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="perangkat daerah"
    )
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="daerah"
    )
    fingerprint = models.CharField("sidik jari judul kolom", max_length=64)
    choice = models.JSONField("cara baca")
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="ditetapkan oleh")
    confirmed_at = models.DateTimeField("ditetapkan pada", auto_now=True)

    class Meta:
        verbose_name = "tata letak impor"
        verbose_name_plural = "tata letak impor"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "fingerprint"],
                condition=Q(agency__isnull=False),
                name="import_layout_unique_in_agency",
                violation_error_message="Tata letak ini sudah diingat.",
            ),
            models.UniqueConstraint(
                fields=["region", "fingerprint"],
                condition=Q(region__isnull=False),
                name="import_layout_unique_in_region",
                violation_error_message="Tata letak ini sudah diingat.",
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:12]
