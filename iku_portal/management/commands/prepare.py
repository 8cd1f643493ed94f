"""Bring the portal into a state in which it can be served: database, first data, static files."""

import hashlib
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from agencies.models import Agency


class Command(BaseCommand):
    """`manage.py prepare`: before every start of the server; what is done already costs next to nothing."""

    help = "Siapkan basis data, data awal, dan berkas statis; data yang sudah ada tidak diubah."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--demo`."""
        parser.add_argument(
            "--demo", action="store_true", help="buat juga akun dan laporan contoh saat data awal dimuat"
        )

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        """Do what is missing."""
        call_command("migrate", interactive=False, verbosity=0)
        # Only into an empty portal: what an administrator renames or removes later must not come back.
        if not Agency.objects.exists():
            with transaction.atomic():
                call_command("load_published", stdout=self.stdout)
                if demo:
                    call_command("demo_accounts", stdout=self.stdout)
                    call_command("demo_reports", stdout=self.stdout)
        # A version of the portal that sums reports up otherwise starts with summaries of its own.
        call_command("reconcile_summaries", stale=True)
        stamp, state = settings.VAR_DIR / "static.stamp", _static_state()
        if not stamp.exists() or stamp.read_text() != state:
            # Without clear a file restored with its old date would not replace a newer one.
            call_command("collectstatic", interactive=False, verbosity=0, clear=True)
            stamp.write_text(state)


def _static_state() -> str:
    """Return a hash that changes when a static file of the portal or its packages does."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()
