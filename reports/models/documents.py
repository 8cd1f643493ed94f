"""Issued documents: what was said, the bytes that said it, and what has taken their place since."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from agencies.models import Agency, User
from indicators.models import IndicatorSet
from reports.models.reports import Report
from reports.status import Status


class IssuedDocumentQuerySet(models.QuerySet["IssuedDocument"]):
    """Issued documents by who may see them and by whether another has taken their place."""

    def visible_to(self, user: User) -> IssuedDocumentQuerySet:
        """Keep the documents of the reports and IKU sets that `user` may see."""
        return self.filter(
            Q(report__in=Report.objects.visible_to(user))
            | Q(indicator_set__in=IndicatorSet.objects.visible_to(user))
        )

    def current(self) -> IssuedDocumentQuerySet:
        """Leave out what another document has taken the place of."""
        return self.filter(superseded_by=None)


class IssuedDocument(models.Model):
    """A document as it was issued; the database refuses every change and deletion.

    `content` is the frozen data as canonical JSON, the file holds the bytes made of it, both with their
    SHA-256. A correction is a new document that names the one it takes the place of, and why. `signatory` is
    the signature block as printed, {} where there is none.
    """

    class Kind(models.TextChoices):
        IKU = "iku", "Indikator Kinerja Utama"
        MEASUREMENT = "measurement", "Pengukuran Kinerja"

    class State(models.TextChoices):
        IN_FORCE = "in_force", "Berlaku"
        UNDER_REPAIR = "under_repair", "Sedang diperbaiki"
        SUPERSEDED = "superseded", "Digantikan"

    kind = models.CharField("jenis", max_length=12, choices=Kind)
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="issued_documents", verbose_name="perangkat daerah"
    )
    report = models.ForeignKey(
        Report, models.PROTECT, null=True, related_name="documents", verbose_name="laporan"
    )
    indicator_set = models.ForeignKey(
        IndicatorSet, models.PROTECT, null=True, related_name="documents", verbose_name="penetapan IKU"
    )
    version = models.PositiveSmallIntegerField("versi")
    title = models.CharField("judul", max_length=400)
    number = models.CharField("nomor", max_length=100, blank=True)
    signatory = models.JSONField("penanda tangan tercetak", default=dict, blank=True)
    content = models.TextField("isi yang dibekukan")
    content_sha256 = models.CharField("sidik jari isi", max_length=64)
    file = models.FileField("berkas", max_length=120)
    pdf_sha256 = models.CharField("sidik jari PDF", max_length=64)
    size = models.PositiveIntegerField("ukuran dalam bita")
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="superseded_by",
        verbose_name="menggantikan",
    )
    reason = models.TextField("alasan penggantian", blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="diterbitkan oleh")
    issued_at = models.DateTimeField("diterbitkan pada")

    objects = IssuedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "dokumen terbit"
        verbose_name_plural = "dokumen terbit"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="iku", indicator_set__isnull=False, report=None)
                | Q(kind="measurement", report__isnull=False, indicator_set=None),
                name="document_of_its_kind",
                violation_error_message="Dokumen IKU dibuat dari penetapan, pengukuran dari laporan.",
            ),
            models.UniqueConstraint(
                fields=["report", "version"],
                name="document_version_of_report",
                violation_error_message="Versi dokumen laporan ini sudah terbit.",
            ),
            models.UniqueConstraint(
                fields=["indicator_set", "version"],
                name="document_version_of_set",
                violation_error_message="Versi dokumen penetapan ini sudah terbit.",
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None, reason="") | Q(supersedes__isnull=False) & ~Q(reason=""),
                name="document_replacement_has_reason",
                violation_error_message="Tulis alasan dokumen sebelumnya digantikan.",
            ),
            models.CheckConstraint(
                condition=Q(content_sha256__length=64, pdf_sha256__length=64),
                name="document_has_fingerprints",
                violation_error_message="Dokumen terbit menyimpan sidik jari isi dan berkasnya.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (versi {self.version})" if self.version > 1 else self.title

    def get_absolute_url(self) -> str:
        """Return the page of the document."""
        return reverse("issued-document", args=[self.pk])

    @property
    def data(self) -> dict[str, Any]:
        """The frozen data."""
        content: dict[str, Any] = json.loads(self.content)
        return content

    @property
    def successor(self) -> IssuedDocument | None:
        """The document that took the place of this one."""
        return IssuedDocument.objects.filter(supersedes=self.pk).first()

    @property
    def state(self) -> State:
        """Whether it counts: it does until its successor is issued, though its report may be repaired.

        That of an IKU set counts no longer when no year is left to the set.
        """
        the_set = self.indicator_set
        if self.successor is not None or (the_set and the_set.status == IndicatorSet.Status.SUPERSEDED):
            return self.State.SUPERSEDED
        if self.report is not None and self.report.status != Status.APPROVED:
            return self.State.UNDER_REPAIR
        return self.State.IN_FORCE
