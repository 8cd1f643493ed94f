"""What is stored of a report as a whole, so that pages over many reports need not read their rows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from reports.models.reports import Report


class Summary(models.Model):
    """The rows of a report counted and averaged, in the transaction that changes them; see entries.summing.

    Every row is counted once: by why it has no figure, or by how far it reaches (see bands.Band). `average`
    is unrounded, as text, of `counted` achievements, and empty where there is none; `predicate` is its class
    as printed. `basis` says by which way of averaging, digits and scale that was: where these have changed
    since, the summary is out of date. Status and last day of the period stay where they are, in the report
    and its period; `extended_to` is the last day of the longest extension.
    """

    report = models.OneToOneField(
        Report, models.CASCADE, primary_key=True, related_name="summary", verbose_name="laporan"
    )
    total = models.PositiveSmallIntegerField("indikator")
    not_filled = models.PositiveSmallIntegerField("belum diisi")
    not_applicable = models.PositiveSmallIntegerField("tidak berlaku")
    not_computable = models.PositiveSmallIntegerField("tidak dapat dihitung")
    unjudged = models.PositiveSmallIntegerField("terisi tanpa capaian")
    reached = models.PositiveSmallIntegerField("tercapai")
    close = models.PositiveSmallIntegerField("hampir tercapai")
    far = models.PositiveSmallIntegerField("jauh dari target")
    average = models.TextField("rata-rata capaian tanpa pembulatan", blank=True)
    counted = models.PositiveSmallIntegerField("capaian yang dirata-rata")
    predicate = models.TextField("predikat", blank=True)
    basis = models.TextField("dasar perhitungan")
    extended_to = models.DateField("diperpanjang sampai", null=True, blank=True)

    class Meta:
        verbose_name = "ringkasan laporan"
        verbose_name_plural = "ringkasan laporan"
        ordering = ["report_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    total=F("not_filled")
                    + F("not_applicable")
                    + F("not_computable")
                    + F("unjudged")
                    + F("reached")
                    + F("close")
                    + F("far")
                ),
                name="summary_counts_every_row_once",
                violation_error_message="Jumlah indikator tidak sama dengan jumlah menurut keadaannya.",
            ),
            models.CheckConstraint(
                condition=Q(average="", counted=0) | (~Q(average="") & Q(counted__gt=0)),
                name="summary_average_of_something",
                violation_error_message="Rata-rata tersimpan hanya bila ada capaian yang dirata-rata.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.report)

    @property
    def done(self) -> int:
        """How many rows need no more filling."""
        return self.total - self.not_filled

    @property
    def judged(self) -> int:
        """How many rows have an achievement."""
        return self.reached + self.close + self.far
