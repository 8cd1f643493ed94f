"""What happened to a report, and who has been answered, has looked and has been told."""

from __future__ import annotations

from django.db import models

from agencies.models import User
from reports.models.entries import Entry, Value
from reports.models.reports import Report


class Event(models.Model):
    """One thing that happened to a report: who, when, what was and what is; the database refuses a change.

    What happened to one row names it: its events in order are its history, each `before` the last `after`.
    One thing a step changes in rows: whether they are ready. The step is one event of the report, so its
    `after["ready"]` tells it for all of them: True or False by the key of the entry as text, only of rows
    that were otherwise before.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", "Dibuka"
        VALUE = "value", "Data dasar diisi"
        ENTRY = "entry", "Isian diubah"
        MOVED = "moved", "Status berubah"
        EXTENDED = "extended", "Diperpanjang"
        ADOPTED = "adopted", "Penetapan IKU berganti"
        NOTED = "noted", "Catatan"
        EVIDENCE = "evidence", "Bukti dukung"

    at = models.DateTimeField("pada", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="events", verbose_name="oleh")
    report = models.ForeignKey(Report, models.PROTECT, related_name="events", verbose_name="laporan")
    value = models.ForeignKey(
        Value, models.PROTECT, null=True, blank=True, related_name="events", verbose_name="nilai data dasar"
    )
    entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="events", verbose_name="isian"
    )
    kind = models.CharField("jenis", max_length=10, choices=Kind)
    subject = models.CharField("tentang", max_length=120, blank=True)
    before = models.JSONField("sebelum", default=dict, blank=True)
    after = models.JSONField("sesudah", default=dict, blank=True)
    note = models.TextField("catatan", blank=True)

    class Meta:
        verbose_name = "peristiwa"
        verbose_name_plural = "peristiwa"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}" if self.subject else self.get_kind_display()


class Receipt(models.Model):
    """A write that took effect, by the key its sender gave it: sent again, it is answered, not repeated."""

    key = models.CharField("kunci", max_length=64)
    about = models.CharField("untuk", max_length=40)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="pengguna")
    answer = models.JSONField("jawaban")
    at = models.DateTimeField("pada", auto_now_add=True)

    class Meta:
        verbose_name = "tanda terima"
        verbose_name_plural = "tanda terima"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="receipt_unique",
                violation_error_message="Kiriman ini sudah diterima.",
            )
        ]

    def __str__(self) -> str:
        return self.key


class Look(models.Model):
    """How far a user has read the events of a report: `seen` now, `before` when the present visit began."""

    user = models.ForeignKey(User, models.CASCADE, related_name="looks", verbose_name="pengguna")
    report = models.ForeignKey(Report, models.CASCADE, related_name="looks", verbose_name="laporan")
    seen = models.PositiveBigIntegerField("peristiwa terakhir yang dilihat")
    at = models.DateTimeField("dilihat pada")
    before = models.PositiveBigIntegerField("terakhir dilihat sebelum kunjungan ini", null=True, blank=True)
    before_at = models.DateTimeField("kunjungan sebelumnya", null=True, blank=True)

    class Meta:
        verbose_name = "kunjungan"
        verbose_name_plural = "kunjungan"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "report"],
                name="look_unique",
                violation_error_message="Kunjungan ini sudah tercatat.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.report}"


class Notice(models.Model):
    """A sentence to a user about a report: shown in the portal until read, and mailed once.

    `occasion` names what it is about ("due:7:2026-07-03", "moved:981"): the same one is never told twice.
    """

    class Kind(models.TextChoices):
        DUE = "due", "Batas pengisian"
        RETURNED = "returned", "Dikembalikan"
        WAITING = "waiting", "Menunggu Anda"
        NOTED = "noted", "Catatan"

    user = models.ForeignKey(User, models.CASCADE, related_name="notices", verbose_name="pengguna")
    report = models.ForeignKey(Report, models.CASCADE, related_name="notices", verbose_name="laporan")
    kind = models.CharField("jenis", max_length=10, choices=Kind)
    occasion = models.CharField("kejadian", max_length=60)
    sentence = models.TextField("pemberitahuan")
    at = models.DateTimeField("pada", auto_now_add=True)
    read_at = models.DateTimeField("dibaca pada", null=True, blank=True)
    mailed_at = models.DateTimeField("dikirim lewat surel pada", null=True, blank=True)

    class Meta:
        verbose_name = "pemberitahuan"
        verbose_name_plural = "pemberitahuan"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "report", "occasion"],
                name="notice_told_once",
                violation_error_message="Pemberitahuan ini sudah disampaikan.",
            )
        ]

    def __str__(self) -> str:
        return self.sentence
