"""`manage.py reconcile_summaries [--repair | --stale]`: do the stored summaries say what the reports say."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports import summaries
from reports.models import Report


class Command(BaseCommand):
    """Compute every summary anew and compare; leave with status 1 when one differs and was not repaired."""

    help = (
        "Menghitung ulang ringkasan semua laporan dari isiannya dan menyebut setiap perbedaan "
        "(status keluar 1 bila ada yang tidak diperbaiki)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --repair or --stale."""
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--repair", action="store_true", help="perbaiki ringkasan yang berbeda")
        either.add_argument(
            "--stale",
            action="store_true",
            help="hanya buat ulang yang belum ada, atau yang dasar perhitungannya berubah",
        )

    def handle(self, *args: Any, repair: bool, stale: bool, **options: Any) -> None:
        """Name the differences, and repair them when asked."""
        if stale:
            summaries.settle(Report.objects.all(), None)
            return
        told = set()
        for difference in summaries.reconcile(repair=repair):
            told.add(difference.report.pk)
            self.stderr.write(str(difference))
        total = Report.objects.count()
        if told and not repair:
            raise CommandError(
                f"Ringkasan {len(told)} dari {total} laporan tidak cocok dengan isiannya. "
                "Perbaiki dengan: manage.py reconcile_summaries --repair"
            )
        self.stdout.write(
            f"Ringkasan {len(told)} dari {total} laporan diperbaiki."
            if told
            else f"Ringkasan {total} laporan cocok dengan isiannya."
        )
