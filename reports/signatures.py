"""The signature in ink on the printed report: who signed it, on which day, which paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from agencies.models import Official
from agencies.models.people import OfficialQuerySet
from indicators.numbers import format_date
from reports.models import Event, Report


@dataclass(frozen=True)
class Signature:
    """A signature in ink, dated `day`: of an `official` of the agency, or of `name` in `position` as typed.

    Only an agency that has no official in office on that day has the name typed. `number` is that of the
    paper, empty where it has none.
    """

    day: dt.date
    official: Official | None = None
    name: str = ""
    position: str = ""
    number: str = ""

    def record(self) -> dict[str, Any]:
        """Return what the log keeps: it stays as it was signed when the official later changes."""
        official = self.official
        return {
            "kind": "wet",
            "official": official.pk if official else None,
            "name": (official.name_with_titles or official.name) if official else self.name.strip(),
            "position": official.position_line if official else self.position.strip(),
            "day": self.day.isoformat(),
            "number": self.number.strip(),
        }


def words(record: Mapping[str, Any]) -> str:
    """Return a recorded signature as people write it: "Nama, Kepala Dinas, tanggal 10 Juli 2026, nomor 5"."""
    day = format_date(dt.date.fromisoformat(record["day"]))
    number = f", nomor {record['number']}" if record["number"] else ""
    return f"{record['name']}, {record['position']}, tanggal {day}{number}"


def signers(report: Report) -> OfficialQuerySet:
    """Return the officials of the agency in office on some day on which the report may have been signed."""
    ended = Q(ends__lt=_earliest(report))
    return Official.objects.filter(agency=report.agency_id, starts__lte=_today(report)).exclude(ended)


def refusal(report: Report, signature: Signature) -> str:
    """Return why `signature` cannot be recorded for a verified report, as a sentence; "" if it can."""
    day, earliest = format_date(signature.day), _earliest(report)
    if signature.day > _today(report):
        return "Tanggal tanda tangan belum tiba. Isi hari ini atau sebelumnya."
    if signature.day < earliest:
        return (
            f"Laporan ini baru diverifikasi {format_date(earliest)}. "
            "Isi tanggal tanda tangan hari itu atau sesudahnya."
        )
    in_office = Official.objects.in_office(signature.day).filter(agency=report.agency_id)
    if signature.official is not None:
        if in_office.filter(pk=signature.official.pk).exists():
            return ""
        return (
            f"{signature.official} tidak menjabat di {report.agency.short_name} pada {day}. "
            "Pilih pejabat yang menjabat hari itu, atau perbaiki masa jabatannya di data pejabat."
        )
    if in_office.exists():
        return f"Pilih penanda tangan dari pejabat {report.agency.short_name} yang menjabat pada {day}."
    if not (signature.name.strip() and signature.position.strip()):
        return "Tulis nama dan jabatan yang menandatangani."
    return ""


def _today(report: Report) -> dt.date:
    return timezone.localdate(timezone=report.agency.zone)


def _earliest(report: Report) -> dt.date:
    """Return the day of the last step, on the agency's calendar: what is signed is what was verified."""
    steps = report.events.filter(kind__in=(Event.Kind.OPENED, Event.Kind.MOVED)).order_by("-pk")
    at = steps.values_list("at", flat=True).first()
    return timezone.localdate(at, report.agency.zone) if at else report.period.opens
