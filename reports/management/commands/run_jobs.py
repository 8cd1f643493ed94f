"""Run the long work of the portal beside the web server, until told to stop."""

from __future__ import annotations

import fcntl
import logging
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from reports.imports import jobs

INTERVAL = 0.3  # seconds between two looks at an empty queue
LOOK_ROUND = 60  # seconds between two looks for jobs that were left lying

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """`manage.py run_jobs [--name NAME] [--once]`."""

    help = (
        "Mengerjakan antrean portal (membaca dan memasukkan berkas impor) sampai dihentikan. Satu nama hanya "
        "boleh berjalan satu kali; pekerjaan yang terputus dikerjakan lagi begitu nama itu berjalan lagi."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the name of this worker, and whether it ends with the queue."""
        parser.add_argument("--name", default="utama", help="nama pekerja (bawaan: %(default)s)")
        parser.add_argument("--once", action="store_true", help="kerjakan yang ada di antrean, lalu selesai")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work the queue off again and again. A signal lets the job in hand finish, a second does not."""
        with _alone(options["name"]):
            worker = Worker(
                queue_names=["*"],
                interval=INTERVAL,
                batch=True,
                backend_name="default",
                startup_delay=False,
                max_tasks=None,
                worker_id=options["name"],
                excluded_queue_names=[],
            )
            worker.configure_signals()
            jobs.resume(options["name"])
            looked = time.monotonic()
            while worker.running:
                _patiently(worker.run)
                if time.monotonic() - looked >= LOOK_ROUND:
                    looked = time.monotonic()
                    _patiently(lambda: jobs.resume(options["name"]))
                if options["once"]:
                    return
                if worker.running:
                    time.sleep(INTERVAL)


def _patiently(act: Any) -> None:
    """Go on after trouble with the database: it restarts, or another writer holds SQLite for long."""
    try:
        act()
    except (InterfaceError, OperationalError) as error:
        logger.warning("The database did not answer: %s", error)
        close_old_connections()


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Hold the name while working; the system lets it go when this process ends, however it ends."""
    folder = Path(settings.VAR_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"pekerja-{Path(name).name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                f'Pekerja "{name}" sudah berjalan. Hentikan yang itu, atau beri nama lain dengan --name.'
            ) from error
        yield
