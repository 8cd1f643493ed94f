"""Forget what imports need no longer."""

from typing import Any

from django.core.management.base import BaseCommand

from reports.imports.forgetting import forget


class Command(BaseCommand):
    """`manage.py prune_imports`: once a day is plenty."""

    help = (
        "Hapus baris rencana impor yang tidak dapat diurungkan lagi, dan sisa unggahan yang terputus; impor, "
        "berkas, dan tanda terimanya tetap."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many went."""
        emptied, removed = forget()
        self.stdout.write(f"{emptied} impor lama dikosongkan, {removed} berkas tidak tercatat dihapus.")
