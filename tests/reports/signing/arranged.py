"""What the tests of signing share: a document with a place for a signature, and signed copies of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import warnings
from typing import Any

from reports import pdf
from reports.documents import iku, printing
from reports.pdf import archive, continuation
from reports.signing import fields, judging
from reports.signing.keys import Passphrase, opened
from reports.signing.local import Authorities, LocalSigner
from reports.signing.protocol import Appearance, sign
from reports.signing.trust import Trust
from reports.signing.verdicts import Found
from tests.reports import seeds
from tests.reports.signing.pki import PASSPHRASE, Holder, Pki

ADDRESS = "https://iku.contoh.go.id/periksa/7F3K-9QXM"
LOOK = Appearance(
    lines=("Ditandatangani secara elektronik", "20 November 2026 11.05 WITA", "Periksa di iku.contoh.go.id"),
    address=ADDRESS,
    reason="Penetapan Indikator Kinerja Utama",
)


def render(document: dict[str, Any], *, with_field: bool = True) -> bytes:
    """Return a document with its data inside and an empty signature field on its signature block."""
    files = [pdf._file(one, document) for one in printing.attached(document)]

    def finish(pages: Any, file: Any) -> None:
        archive.finish(pages, file)
        if with_field:
            assert fields.declare(pages, file) == 1

    with pdf._lock, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed file .*sRGB2014", ResourceWarning)
        pages = continuation.lay_out(printing.arrange(document), pdf._lay_out)
        return archive.repack(
            pages.write_pdf(
                finisher=finish, pdf_variant=pdf.VARIANT, uncompressed_pdf=True, attachments=files
            )
        )


@functools.cache
def document() -> bytes:
    """Return the table of the first seed, ready to be signed."""
    return render(iku.build(seeds.kaltim(), seeds.LAYOUTS["kaltim-8-kolom"], paper="F4"))


def authorities(pki: Pki, level: str) -> Authorities:
    """Return what a signature of `level` needs."""
    roots: dict[str, Any] = {"roots": (pki.root.asn1,), "others": (pki.issuing.asn1,)}
    if level == "B-B":
        return Authorities(**roots)
    return Authorities.at(f"{pki.address}/tsa", **(roots if level == "B-LTA" else {}))


def signed(
    pki: Pki, level: str, holder: Holder | None = None, data: bytes | None = None, look: Appearance = LOOK
) -> bytes:
    """Return `data` (the document) signed by `holder` (the head)."""
    with opened(pki.pkcs12(holder or pki.head), Passphrase(PASSPHRASE)) as key:
        return sign(data or document(), LocalSigner(key, authorities(pki, level)), look)


def judge_here(data: bytes, trust: Trust, now: dt.datetime) -> Found:
    """Judge a file without a child, which takes longer to start than to judge."""
    return asyncio.run(judging.judge(data, trust, now))
