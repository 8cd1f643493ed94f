"""Forget which writes were received long ago."""

from typing import Any

from django.core.management.base import BaseCommand

from reports import entries


class Command(BaseCommand):
    """`manage.py prune_receipts`: once a day is plenty."""

    help = "Hapus tanda terima kiriman isian yang sudah lama; isian dan riwayatnya tetap."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many went."""
        self.stdout.write(f"{entries.prune_receipts()} tanda terima dihapus.")
