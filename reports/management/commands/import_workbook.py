"""Import a workbook as the pages do, from the command line: for support, and for scripts."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand

from agencies.models import Agency, User
from indicators.imports.planned import Planned
from reports.imports import batches, drafts, jobs, staging, words
from reports.imports.states import State
from reports.models import ImportBatch

WRONG_ROWS, WRONG_FILE = 2, 1


class Refused(Exception):  # noqa: N818 - an answer
    """The file, or the whole call, is refused; nothing was written."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Command(BaseCommand):
    """`manage.py import_workbook FILE --agency CODE --year Y [--apply] [--json]`."""

    help = (
        "Bandingkan lembar kerja dengan isi portal; dengan --apply masukkan juga. Status keluar 0 bila tidak "
        "ada masalah, 2 bila ada baris bermasalah (tidak ada yang dimasukkan), 1 bila berkas ditolak."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, its agency and year, and whether to apply."""
        parser.add_argument("file", metavar="BERKAS", help=".xlsx, .ods, .xls, .csv, atau .docx")
        parser.add_argument("--agency", required=True, metavar="KODE", help="kode perangkat daerah")
        parser.add_argument(
            "--year", required=True, type=int, metavar="TAHUN", help="tahun nilai yang tidak menyebut tahun"
        )
        parser.add_argument("--apply", action="store_true", help="masukkan; tanpa ini hanya dibandingkan")
        parser.add_argument("--json", action="store_true", help="tulis hasil sebagai JSON")
        parser.add_argument(
            "--user", metavar="NAMA", help="nama pengguna yang mengimpor (bawaan: superuser pertama)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, tell, and end with the status that says how it went."""
        try:
            batch = _imported(options)
        except Refused as refusal:
            self._refuse(options, refusal.code, str(refusal))
        if batch.state in (State.REFUSED, State.FAILED):
            self._refuse(options, batch.state, " ".join(batch.said), batch)
        rows = [row for chunk in staging.chunks(batch.rows.all()) for row in chunk]
        said = [each for row in rows for each in _of_row(row)]
        problems = [each for each in _of_file(batch) if each not in said] + said
        if options["json"]:
            answer = {
                "rows": [_told(row) for row in rows],
                "counts": batch.counts,
                "problems": problems,
                "applied": batch.state == State.APPLIED,
                "batch": batch.pk,
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self._tell(batch, problems)
        if batch.counts.get("problem") or batch.said:
            sys.exit(WRONG_ROWS)

    def _refuse(self, options: dict[str, Any], code: str, why: str, batch: ImportBatch | None = None) -> None:
        if options["json"]:
            problem = {"sheet": "", "cell": "", "code": code, "message": why}
            answer = {
                "rows": [],
                "counts": {},
                "problems": [problem],
                "applied": False,
                "batch": batch.pk if batch else None,
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stderr.write(why)
        sys.exit(WRONG_FILE)

    def _tell(self, batch: ImportBatch, problems: list[dict[str, str]]) -> None:
        for problem in problems:
            where = f"{problem['sheet']}!{problem['cell']}" if problem["cell"] else problem["sheet"]
            self.stdout.write(f"{where or 'Berkas'}: {problem['message']}")
        for sentence in batch.said:
            self.stdout.write(sentence)
        sentence = words.rows(batch.counts)
        done = "Sudah dimasukkan" if batch.state == State.APPLIED else "Belum ada yang dimasukkan"
        self.stdout.write(f"{sentence}. {done} (impor nomor {batch.pk}).")


def _imported(options: dict[str, Any]) -> ImportBatch:
    """Bring the file as far as it goes: compared, or applied where asked and without problems."""
    agency, by, path = _agency(options["agency"]), _user(options["user"]), Path(options["file"])
    try:
        with path.open("rb") as file:
            batch = batches.upload(File(file), path.name, agency, by=by, hand=jobs.keep)
    except OSError as error:
        raise Refused("missing", f'Berkas "{path}" tidak ada atau tidak dapat dibuka.') from error
    except batches.Refused as refusal:
        raise Refused("refused", str(refusal)) from refusal
    jobs.finish(batch)
    if batch.state in (State.ASKED, State.QUESTIONED, State.PLANNED):
        choices = replace(batch.chosen, year=options["year"])
        if "definitions" in batch.reading["kinds"]:
            into = drafts.likely(batch, by, options["year"])
            choices = replace(choices, into=replace(into, reason=f"Impor {batch.name}"))
        batches.compare(batch, choices, hand=jobs.keep)
        jobs.finish(batch)
    if batch.state == State.QUESTIONED:  # what nobody answered stays open, and is a problem where it must be
        batches.answer(batch, {}, seen=batches.plan_stamp(batch), all_seen=True, hand=jobs.keep)
        jobs.finish(batch)
    is_good = batch.state == State.PLANNED and not batch.counts["problem"] and not batch.said
    if options["apply"] and is_good and batches.writes(batch.counts):
        batches.confirm(batch, seen=batches.plan_stamp(batch), partial=False, by=by, hand=jobs.keep)
        jobs.finish(batch)
    return batch


def _agency(code: str) -> Agency:
    agency = Agency.objects.select_related("region").filter(code=code).first()
    if agency is None:
        raise Refused("unknown-agency", f"Tidak ada perangkat daerah berkode “{code}”.")
    return agency


def _user(name: str | None) -> User:
    users = User.objects.filter(is_active=True).order_by("pk")
    user = users.filter(username=name).first() if name else users.filter(is_superuser=True).first()
    if user is None:
        why = (
            f"Tidak ada pengguna “{name}”." if name else "Belum ada superuser; sebut pengguna dengan --user."
        )
        raise Refused("unknown-user", why)
    return user


def _told(row: Planned) -> dict[str, Any]:
    messages = [{"cell": m.cell, "code": m.code, "message": m.text} for m in row.messages]
    return {"sheet": row.sheet, "row": row.row, "status": row.status, "messages": messages}


def _of_row(row: Planned) -> list[dict[str, str]]:
    return [
        {"sheet": row.sheet, "cell": m.cell, "code": m.code, "message": m.text}
        for m in row.messages
        if m.blocks
    ]


def _of_file(batch: ImportBatch) -> list[dict[str, str]]:
    found = []
    for problem in batch.reading.get("problems", []):
        sheet, _, cell = problem["cell"].rpartition("!")
        found.append({"sheet": sheet, "cell": cell, "code": problem["code"], "message": problem["message"]})
    return found
