"""The rows of a report: figures of data elements, entries of indicators, and the evidence for them."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import models
from django.db.models import Q

from agencies.models import User
from indicators.fields import FigureField
from indicators.models import DataElement, Indicator
from reports.models.reports import Report


class Value(models.Model):
    """The figure of a data element in one report, entered once for all formulas that use it.

    `number` None is "belum diisi"; zero is a figure. `version` counts the writes: a write says on which it is
    based.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="values", verbose_name="laporan")
    element = models.ForeignKey(DataElement, models.PROTECT, related_name="values", verbose_name="data dasar")
    number = FigureField("nilai", null=True, blank=True)
    reason = models.TextField("alasan nilai janggal", blank=True)
    version = models.PositiveIntegerField("versi", default=0)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="diubah oleh"
    )
    changed_at = models.DateTimeField("diubah pada", null=True, blank=True)

    class Meta:
        verbose_name = "nilai data dasar"
        verbose_name_plural = "nilai data dasar"
        ordering = ["report_id", "element_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "element"],
                name="value_unique_in_report",
                violation_error_message="Data dasar ini sudah punya nilai di laporan tersebut.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.element}: {self.number}"


class Entry(models.Model):
    """One indicator in one report: what is measured, frozen, and what came out.

    `definition` is the indicator's part of sets.describe with its target, renewed while the report may be
    filled and never after. `result` and `achievement` are unrounded decimals as text (they may have fifty
    digits), the texts are what page and paper print. An external, ordinal or yes/no figure is typed into
    `number`. `state` never says NOT_DUE: see state_at.
    """

    class State(models.TextChoices):
        NOT_FILLED = "not_filled", "Belum diisi"
        NOT_DUE = "not_due", "Belum jatuh tempo"
        NOT_APPLICABLE = "not_applicable", "Tidak berlaku"
        NOT_COMPUTABLE = "not_computable", "Tidak dapat dihitung"
        COMPUTED = "computed", "Terisi"

    report = models.ForeignKey(Report, models.PROTECT, related_name="entries", verbose_name="laporan")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="entries", verbose_name="indikator")
    position = models.PositiveSmallIntegerField("urutan")
    definition = models.JSONField("definisi saat diisi")
    number = FigureField("angka yang diisi", null=True, blank=True)
    reason = models.TextField("alasan nilai janggal", blank=True)
    source = models.CharField("sumber", max_length=250, blank=True)
    document = models.CharField("dokumen sumber", max_length=250, blank=True)
    document_date = models.DateField("tanggal dokumen", null=True, blank=True)
    not_applicable = models.TextField("alasan tidak berlaku", blank=True)
    state = models.CharField("keadaan", max_length=15, choices=State, default=State.NOT_FILLED)
    state_reason = models.TextField("keterangan keadaan", blank=True)
    result = models.CharField("hasil tanpa pembulatan", max_length=120, blank=True)
    result_text = models.TextField("hasil tercetak", blank=True)
    explanation = models.TextField("cara hitung", blank=True)
    achievement = models.CharField("capaian tanpa pembulatan", max_length=120, blank=True)
    achievement_text = models.CharField("capaian tercetak", max_length=60, blank=True)
    achievement_explanation = models.TextField("cara menilai", blank=True)
    obstacle = models.TextField("kendala", blank=True)
    driver = models.TextField("faktor pendorong", blank=True)
    follow_up = models.TextField("tindak lanjut", blank=True)
    ready = models.BooleanField("siap dikirim", default=False)
    returned_note = models.TextField("catatan pengembalian", blank=True)
    version = models.PositiveIntegerField("versi", default=0)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="diubah oleh"
    )
    changed_at = models.DateTimeField("diubah pada", null=True, blank=True)

    class Meta:
        verbose_name = "isian"
        verbose_name_plural = "isian"
        ordering = ["report_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "indicator"],
                name="entry_unique_in_report",
                violation_error_message="Indikator ini sudah ada di laporan tersebut.",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_applicable") | ~Q(not_applicable=""),
                name="entry_not_applicable_has_reason",
                violation_error_message="Tulis alasan mengapa indikator ini tidak berlaku.",
            ),
            models.CheckConstraint(
                condition=Q(state="computed") & ~Q(result="") | ~Q(state="computed") & Q(result=""),
                name="entry_has_result_when_computed",
                violation_error_message="Isian yang terisi menyimpan hasilnya; yang lain tidak punya hasil.",
            ),
        ]

    def __str__(self) -> str:
        """Return the name as it stands in a sentence, without the full stop it may end in."""
        return str(self.definition["name"]).rstrip(" .")

    def state_at(self, now: dt.datetime) -> State:
        """Return the state, which is NOT_DUE for what is not filled before its period opens."""
        if self.state == self.State.NOT_FILLED and now < self.report.opens:
            return self.State.NOT_DUE
        return self.State(self.state)


def unguessable_name(_evidence: Evidence, _name: str) -> str:
    """Return a name on disk that nobody can guess and that keeps nothing of the name that was sent."""
    name = secrets.token_hex(20)
    return f"evidence/{name[:2]}/{name}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Evidence by who may see it and by whether it counts."""

    def visible_to(self, user: User) -> EvidenceQuerySet:
        """Keep the evidence of the reports `user` may see."""
        return self.filter(entry__report__in=Report.objects.visible_to(user))

    def current(self) -> EvidenceQuerySet:
        """Leave out what was replaced or taken away; both are kept."""
        return self.filter(replaced_by=None, removed_at=None)


class Evidence(models.Model):
    """A file or a link that shows where the figure of an entry comes from.

    `title` is the name of the file as it was sent, or what the link is called. `content_type` is what the
    bytes are, never what the browser said. A file's name on disk says nothing and cannot be guessed.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="evidence", verbose_name="isian")
    title = models.CharField("nama", max_length=200)
    link = models.URLField("tautan", max_length=1000, blank=True)
    file = models.FileField("berkas", upload_to=unguessable_name, max_length=120, blank=True)
    content_type = models.CharField("jenis isi", max_length=100, blank=True)
    size = models.PositiveBigIntegerField("ukuran dalam bita", default=0)
    sha256 = models.CharField("sidik jari SHA-256", max_length=64, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="menggantikan"
    )
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="ditambahkan oleh")
    added_at = models.DateTimeField("ditambahkan pada", auto_now_add=True)
    removed_at = models.DateTimeField("dihapus pada", null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "bukti dukung"
        verbose_name_plural = "bukti dukung"
        ordering = ["entry_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(link="", sha256__length=64) & ~Q(file="") | ~Q(link="") & Q(file="", sha256=""),
                name="evidence_is_file_or_link",
                violation_error_message="Bukti dukung adalah satu berkas atau satu tautan.",
            )
        ]

    def __str__(self) -> str:
        return self.title
