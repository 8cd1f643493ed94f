"""What changed outside the reports, and what was downloaded: who, when, what was and what is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from agencies.models.agencies import Agency, Region
from agencies.models.people import User


class AuditQuerySet(models.QuerySet["AuditRecord"]):
    """Records by who may read them."""

    def visible_to(self, user: User) -> AuditQuerySet:
        """Keep the records of the agencies and regions whose log `user` may read; a superuser reads all."""
        if user.is_superuser:
            return self
        return self.filter(
            Q(agency__in=Agency.objects.logged_for(user)) | Q(region__in=Region.objects.logged_for(user))
        )


class AuditRecord(models.Model):
    """One row of a table made, changed or deleted, or one document downloaded.

    Database triggers write it (see agencies.audit) and refuse every change of it (see agencies.locks).
    `before` and `after` hold columns as text: those that changed, or all of a row made or deleted. Agency
    and region are kept as they were, also when they are gone.
    """

    class Kind(models.TextChoices):
        CREATED = "created", "Dibuat"
        CHANGED = "changed", "Diubah"
        DELETED = "deleted", "Dihapus"
        DOWNLOADED = "downloaded", "Diunduh"

    at = models.DateTimeField("pada", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="oleh")
    agency = models.ForeignKey(
        Agency,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name="perangkat daerah",
    )
    region = models.ForeignKey(
        Region,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name="daerah",
    )
    kind = models.CharField("jenis", max_length=10, choices=Kind)
    table = models.CharField("tabel", max_length=60, blank=True)
    row = models.PositiveBigIntegerField("baris", null=True)
    subject = models.TextField("tentang", blank=True)
    before = models.JSONField("sebelum", default=dict)
    after = models.JSONField("sesudah", default=dict)
    note = models.TextField("catatan", blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = "catatan"
        verbose_name_plural = "catatan"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["agency", "-id"], name="audit_by_agency"),
            models.Index(fields=["region", "-id"], name="audit_by_region"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"
