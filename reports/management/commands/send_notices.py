"""`manage.py send_notices [--dry-run]`: what is due, and one mail to everybody who has something to know."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from agencies.models import User
from reports import mailing, notices

# After so many failures in a row the server is taken for down; each of them may take a whole timeout.
GIVE_UP_AFTER = 3


class Command(BaseCommand):
    """Run by cron every few minutes; safe to run twice, also at once: nobody is told the same thing twice."""

    help = (
        "Tulis pengingat batas pengisian (H-7, H-3, H-1) dan kirim surel berisi semua pemberitahuan yang "
        "belum disampaikan. Aman dijalankan berkali-kali, misalnya tiap 10 menit."
    )
    stealth_options = ("now",)  # for tests: the moment it is

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be asked for."""
        parser.add_argument(
            "--dry-run", action="store_true", help="hanya sebutkan yang akan ditulis dan dikirim"
        )

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """Write, then mail. Raises CommandError when a mail failed; the next run tries again."""
        now: dt.datetime = options.get("now") or timezone.now()
        if not settings.PORTAL_URL:
            raise CommandError(
                "PORTAL_URL belum diisi, jadi surel tidak punya tautan ke portal. Isi dengan alamat portal, "
                "misalnya PORTAL_URL=https://iku.example.go.id"
            )
        if dry_run:
            self._say_only(now)
            return
        due = notices.due(now)
        notices.tell(due)
        self.stdout.write(f"{len(due)} pengingat baru.")
        self._mail(now)

    def _say_only(self, now: dt.datetime) -> None:
        with transaction.atomic():
            notices.tell(notices.due(now))
            digests = [found for user in mailing.addressees() if (found := mailing.digest(user, now))]
            transaction.set_rollback(True)
        for digest in digests:
            self.stdout.write(f"Akan dikirim ke {digest.user.email}: {digest.message.subject}")
            for _, items in digest.sections:
                for item in items:
                    self.stdout.write(f"  {item.lines[0]}")
        self.stdout.write(f"{len(digests)} surel akan dikirim; tidak ada yang ditulis.")

    def _mail(self, now: dt.datetime) -> None:
        sent, failed, in_a_row = 0, 0, 0
        for user in mailing.addressees():
            try:
                sent += mailing.mail(user, now) is not None
                in_a_row = 0
            except (OSError, ValueError) as error:
                failed, in_a_row = failed + 1, in_a_row + 1
                self._complain(user, error)
            if in_a_row == GIVE_UP_AFTER:
                break
        self.stdout.write(f"{sent} surel dikirim.")
        if failed:
            raise CommandError(
                "Ada surel yang belum terkirim; pemberitahuannya tetap ada di portal dan dikirim lagi pada "
                "jalan berikutnya. Periksa EMAIL_HOST dan server surelnya."
            )

    def _complain(self, user: User, error: Exception) -> None:
        reason = " ".join(str(error).split()) or type(error).__name__
        self.stderr.write(f"Surel untuk {user.email} gagal: {reason}")
