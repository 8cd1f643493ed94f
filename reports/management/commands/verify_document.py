"""Say whether a PDF is a document of the portal, unchanged and signed by whom it says."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from indicators.numbers import format_date
from reports.models import IssuedDocument
from reports.signing.trust import BrokenTrust, Trust
from reports.signing.verdicts import Issued, Signature, Verdict
from reports.signing.verifying import verify

_WORDS = {
    "valid": "SESUAI: dokumen ini diterbitkan portal, utuh, dan ditandatangani secara sah.",
    "modified": "TIDAK SESUAI: berkas ini bukan lagi dokumen yang ditandatangani.",
    "invalid": "TIDAK SESUAI: tanda tangannya tidak sah.",
    "unknown": "TIDAK DIKENAL: berkas ini bukan dokumen bertanda tangan dari portal ini.",
}


class Command(BaseCommand):
    help = "Periksa keaslian sebuah dokumen PDF. Status keluar 0 hanya bila dokumen sesuai."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="BERKAS", type=Path)
        parser.add_argument("--json", action="store_true", help="tulis hasil sebagai JSON")
        parser.add_argument(
            "--trust",
            metavar="FOLDER",
            type=Path,
            default=settings.VAR_DIR / "trust",
            help="sertifikat dan daftar pencabutan yang dipercaya (bawaan: VAR_DIR/trust)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f'Berkas "{options["file"]}" tidak ada atau tidak dapat dibuka.') from error
        try:
            verdict = verify(data, Trust.load(options["trust"]), ledger=issued_document)
        except BrokenTrust as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_json(), ensure_ascii=False))
        else:
            self._show(verdict)
        if verdict.status != "valid":
            sys.exit(1)

    def _show(self, verdict: Verdict) -> None:
        self.stdout.write(_WORDS[verdict.status])
        if verdict.issued:
            document = verdict.issued.document
            self.stdout.write(f"  Dokumen: {document['title']}, {document['agency']}, {document['state']}")
        for problem in verdict.problems:
            self.stdout.write(f"  {problem.text}")
        for signature in verdict.signatures:
            self._show_signature(signature)

    def _show_signature(self, signature: Signature) -> None:
        when = f", {format_date(signature.timestamp.date())}" if signature.timestamp else ""
        self.stdout.write(f"  Tanda tangan {signature.signer} (PAdES {signature.level}{when})")
        for problem in signature.problems:
            self.stdout.write(f"    {problem.text}")


def issued_document(fingerprints: Sequence[str]) -> Issued | None:
    """Look up the document the portal issued with one of these bytes: a `Ledger` on the database."""
    found = IssuedDocument.objects.select_related("agency", "report", "indicator_set")
    document = found.filter(pdf_sha256__in=fingerprints).first()
    if document is None:
        return None
    return Issued(
        {
            "title": document.title,
            "number": document.number,
            "agency": document.agency.name,
            "version": document.version,
            "issued_at": document.issued_at.isoformat(),
            "state": document.state.label,
        }
    )
