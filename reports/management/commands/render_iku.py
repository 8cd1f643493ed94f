"""`manage.py render_iku --agency KODE --year 2018 [--layout NAMA] [--paper F4] --out BERKAS`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from agencies.models import Agency
from indicators import sets
from indicators.models import IndicatorSet, LayoutProfile, YearInForce
from reports import pdf
from reports.documents import iku


class Command(BaseCommand):
    """Print the IKU set in force in an agency and year."""

    help = "Cetak tabel IKU yang berlaku di satu perangkat daerah pada satu tahun sebagai PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be asked for."""
        parser.add_argument("--agency", required=True, metavar="KODE", help="kode perangkat daerah")
        parser.add_argument("--year", required=True, type=int, metavar="TAHUN", help="tahun berlaku")
        parser.add_argument(
            "--layout", metavar="NAMA", help="kode atau nama profil tata letak; bawaan: milik penetapan"
        )
        parser.add_argument(
            "--paper", choices=iku.PAPERS, help="ukuran kertas; bawaan: milik perangkat daerah"
        )
        parser.add_argument(
            "--out", required=True, type=Path, metavar="BERKAS", help="berkas PDF yang ditulis"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Find the set and its layout, render, write. Raises CommandError that says what to type instead."""
        agency = _agency(options["agency"])
        indicator_set = _indicator_set(agency, options["year"])
        profile = _profile(options["layout"]) if options["layout"] else indicator_set.layout
        document = iku.build(
            sets.describe(indicator_set), profile.layout(), paper=options["paper"] or agency.paper
        )
        try:
            data = pdf.render(document)
            options["out"].write_bytes(data)
        except pdf.MissingGlyphs as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"{options['out']} tidak dapat ditulis: {error.strerror}. Pilih berkas lain."
            ) from error
        self.stdout.write(f"{options['out']}: {len(data):,} bita".replace(",", "."))


def _agency(code: str) -> Agency:
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        known = ", ".join(Agency.objects.order_by("code").values_list("code", flat=True)) or "belum ada"
        raise CommandError(f"Perangkat daerah “{code}” tidak ditemukan. Kode yang ada: {known}.")
    return agency


def _indicator_set(agency: Agency, year: int) -> IndicatorSet:
    indicator_set = IndicatorSet.objects.in_force(agency, year)
    if indicator_set is None:
        years = YearInForce.objects.filter(agency=agency).order_by("year").values_list("year", flat=True)
        known = ", ".join(map(str, years)) or "belum ada"
        raise CommandError(f"Tidak ada IKU {agency.code} yang berlaku pada {year}. Tahun yang ada: {known}.")
    return indicator_set


def _profile(name: str) -> LayoutProfile:
    profile = LayoutProfile.objects.filter(Q(code=name) | Q(name__iexact=name)).first()
    if profile is None:
        known = (
            ", ".join(LayoutProfile.objects.order_by("code").values_list("code", flat=True)) or "belum ada"
        )
        raise CommandError(f"Profil tata letak “{name}” tidak ditemukan. Profil yang ada: {known}.")
    return profile
