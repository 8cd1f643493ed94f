"""`manage.py check_evidence [--clean]`: is all evidence there and unchanged, and what lies there unnamed."""

from __future__ import annotations

import datetime as dt
import hashlib
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.models import Evidence

FOLDER = "evidence"
DAY = dt.timedelta(days=1)


class Command(BaseCommand):
    """Compare the table with the disk; leave with status 1 when a file is missing or changed."""

    help = (
        "Memeriksa berkas bukti dukung: yang hilang atau berubah (status keluar 1), dan yang tidak tercatat, "
        "misalnya sisa unggahan yang terputus."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --clean."""
        parser.add_argument(
            "--clean",
            action="store_true",
            help="hapus berkas tidak tercatat yang berumur lebih dari satu hari",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Report, clean when asked, and fail when evidence is missing or changed."""
        damaged = 0
        rows = Evidence.objects.exclude(file="").order_by("pk")
        total = rows.count()
        for evidence in rows.iterator():
            if problem := _problem(evidence):
                damaged += 1
                self.stderr.write(f"{problem}: bukti {evidence.pk} “{evidence.title}” ({evidence.file.name})")
        # The disk is read first: what is attached meanwhile is in the table by the time it is asked.
        there = list(_files(FOLDER))
        known = set(rows.values_list("file", flat=True))
        for name in there:
            if name not in known:
                self._unnamed(name, clean=options["clean"])
        if damaged:
            raise CommandError(f"{damaged} dari {total} berkas bukti rusak. Pulihkan dari cadangan.")
        self.stdout.write(f"{total} berkas bukti utuh.")

    def _unnamed(self, name: str, *, clean: bool) -> None:
        """Report a file no row names; take it away when asked and nobody can be about to name it."""
        is_old = timezone.now() - default_storage.get_modified_time(name) > DAY
        if clean and is_old:
            default_storage.delete(name)
            self.stdout.write(f"Tidak tercatat, dihapus: {name}")
        else:
            note = "" if is_old else " (belum sehari)"
            self.stdout.write(f"Tidak tercatat{note}: {name}")


def _problem(evidence: Evidence) -> str:
    """Return what is wrong with the file of `evidence`, empty when nothing is."""
    digest = hashlib.sha256()
    try:
        with default_storage.open(str(evidence.file.name)) as file:
            for chunk in file.chunks():
                digest.update(chunk)
    except FileNotFoundError:
        return "Hilang"
    return "" if digest.hexdigest() == evidence.sha256 else "Berubah"


def _files(folder: str) -> Iterator[str]:
    """Yield the names of all files in `folder` and below."""
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _files(f"{folder}/{name}")
