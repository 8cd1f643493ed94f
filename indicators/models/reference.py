"""Reference data: predicate scales and layout profiles."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from indicators import achievement, layouts


class PredicateScale(models.Model):
    """A scale that turns an achievement into words; a change is a new version, a row of its own."""

    code = models.SlugField("kode", max_length=60)
    version = models.PositiveSmallIntegerField("versi", default=1)
    name = models.CharField("nama", max_length=150)
    source = models.CharField("sumber", max_length=200)
    footnote = models.TextField("catatan kaki", help_text="Aturan batas yang dicetak di bawah tabel.")
    classes = models.JSONField("kelas")

    class Meta:
        verbose_name = "skala predikat"
        verbose_name_plural = "skala predikat"
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="scale_version_unique",
                violation_error_message="Skala ini sudah punya versi tersebut.",
            )
        ]

    def __str__(self) -> str:
        return self.name if self.version == 1 else f"{self.name} (versi {self.version})"

    def clean(self) -> None:
        """Refuse a scale with a gap or an overlap."""
        try:
            self.scale()
        except (ValueError, KeyError, TypeError) as error:
            raise ValidationError({"classes": str(error)}) from error

    def scale(self) -> achievement.Scale:
        """Return the scale the pure core classifies with."""
        return achievement.Scale.from_data(
            {
                "code": self.code,
                "version": self.version,
                "name": self.name,
                "source": self.source,
                "footnote": self.footnote,
                "classes": self.classes,
            }
        )


class LayoutProfile(models.Model):
    """How a government prints its IKU table: headings, order, widths and the blocks around it, as data."""

    class Orientation(models.TextChoices):
        PORTRAIT = "portrait", "Tegak"
        LANDSCAPE = "landscape", "Mendatar"

    class FormulaStyle(models.TextChoices):
        STACKED = "stacked", "Pecahan bersusun"
        INLINE = "inline", "Sebaris dengan garis miring"

    code = models.SlugField("kode", max_length=60, unique=True)
    name = models.CharField("nama", max_length=120)
    title = models.TextField(
        "judul", help_text="Satu baris per baris; {year}, {agency}, {AGENCY} diisi sendiri."
    )
    orientation = models.CharField(
        "arah kertas", max_length=10, choices=Orientation, default=Orientation.LANDSCAPE
    )
    header_block = models.BooleanField("cetak Instansi, Tujuan, Fungsi", default=True)
    column_numbers = models.BooleanField("cetak baris nomor kolom", default=False)
    formula_style = models.CharField(
        "gaya rumus", max_length=10, choices=FormulaStyle, default=FormulaStyle.STACKED
    )
    columns = models.JSONField("kolom")

    class Meta:
        verbose_name = "profil tata letak"
        verbose_name_plural = "profil tata letak"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse columns that no table can be made of."""
        try:
            layouts.read_columns(self.columns)
        except ValueError as error:
            raise ValidationError({"columns": str(error)}) from error

    def layout(self) -> layouts.Layout:
        """Return the layout the documents are built with."""
        names = (
            "code",
            "name",
            "title",
            "orientation",
            "header_block",
            "column_numbers",
            "formula_style",
            "columns",
        )
        return layouts.Layout.from_data({name: getattr(self, name) for name in names})
