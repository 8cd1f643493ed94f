"""Imports of master data that were previewed and wait to be confirmed."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone

from agencies.models.people import User

KEPT = dt.timedelta(days=1)


class StagedImportQuerySet(models.QuerySet["StagedImport"]):
    """Staged imports by whose they are."""

    def of(self, user: User) -> StagedImportQuerySet:
        """Keep those `user` uploaded: nobody confirms what somebody else looked at."""
        return self.filter(user=user)

    def stale(self) -> StagedImportQuerySet:
        """Keep those nobody will confirm any more."""
        return self.filter(created_at__lt=timezone.now() - KEPT)


class StagedImport(models.Model):
    """The rows of an uploaded file with what they would do, for its uploader, in one session, once.

    `table` are the rows (see agencies.exchange.tables.pack) and `plan` what was shown of them (see
    agencies.exchange.staging); `fingerprint` is that of both, and goes along with the confirmation. Once it
    is applied only the counts are kept, and all goes after KEPT.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="pengunggah")
    session = models.CharField("sesi", max_length=64)
    model = models.CharField("data", max_length=100)
    file_name = models.CharField("nama berkas", max_length=255)
    sha256 = models.CharField("sidik berkas", max_length=64)
    table = models.JSONField("baris")
    plan = models.JSONField("rencana")
    fingerprint = models.CharField("sidik pratinjau", max_length=64)
    created_at = models.DateTimeField("diunggah pada", auto_now_add=True)
    applied_at = models.DateTimeField("dimasukkan pada", null=True)

    objects = StagedImportQuerySet.as_manager()

    class Meta:
        verbose_name = "pratinjau impor"
        verbose_name_plural = "pratinjau impor"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name
