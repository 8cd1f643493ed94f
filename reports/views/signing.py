"""The form that records a signature in ink. Whether it can be is said by reports.signatures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from agencies.models import Official
from indicators.forms.fields import DayField
from reports import signatures
from reports.models import Report
from reports.signatures import Signature


class SignatureForm(forms.Form):
    """Who signed the printed report (typed where the agency has no officials), when, and its number."""

    official = forms.ModelChoiceField(
        Official.objects.none(),
        label="Penanda tangan",
        empty_label="Pilih pejabat",
        error_messages={
            "required": "Pilih pejabat yang menandatangani.",
            "invalid_choice": "Pejabat ini tidak ada lagi dalam daftar. Pilih pejabat yang menandatangani.",
        },
    )
    name = forms.CharField(
        label="Nama penanda tangan",
        max_length=200,
        help_text="Dengan gelar, seperti pada dokumen. Belum ada pejabat yang terdaftar.",
        error_messages={"required": "Tulis nama yang menandatangani."},
    )
    position = forms.CharField(
        label="Jabatan",
        max_length=150,
        help_text="Misalnya Kepala Dinas atau Plt. Kepala Dinas.",
        error_messages={"required": "Tulis jabatan yang menandatangani."},
    )
    day = DayField(
        label="Tanggal tanda tangan",
        help_text="Sejak laporan diverifikasi, paling akhir hari ini.",
        error_messages={"required": "Isi tanggal tanda tangan, misalnya 2 Januari 2018."},
    )
    number = forms.CharField(
        label="Nomor dokumen",
        max_length=100,
        required=False,
        help_text="Kosongkan bila dokumennya tidak bernomor.",
    )

    def __init__(self, report: Report, data: Mapping[str, Any] | None = None) -> None:
        signers = signatures.signers(report)
        known = list(signers[:2])
        super().__init__(
            data,
            initial={
                "day": timezone.localdate(timezone=report.agency.zone),
                "official": known[0] if len(known) == 1 else None,
            },
        )
        if known:
            chosen = self.fields["official"]
            assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101 - tells the types
            chosen.queryset = signers
            del self.fields["name"], self.fields["position"]
        else:
            del self.fields["official"]

    def signature(self) -> Signature:
        """Return what was typed into the valid form."""
        return Signature(**self.cleaned_data)
