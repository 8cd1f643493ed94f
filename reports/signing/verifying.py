"""The way in: `verify` says what any bytes are, whoever sent them."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from reports.signing import sandbox
from reports.signing.trust import Trust
from reports.signing.verdicts import INVALID, MODIFIED, Found, Issued, Ledger, Problem, Verdict

MAX_FILE = 20 << 20  # bytes
MAX_OBJECTS = 100_000  # a document of a thousand rows has 20,000
MAX_REVISIONS = 64

_END = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")

EMPTY = "Berkas kosong."
LARGE = (
    f"Berkas lebih besar dari {MAX_FILE >> 20} MB, lebih besar dari dokumen mana pun yang diterbitkan portal."
)
HEAVY = "Berkas terlalu rumit untuk diperiksa: tidak ada dokumen portal yang seperti itu."
NO_PDF = "Berkas ini bukan PDF. Unggah berkas PDF yang Anda terima, bukan foto atau pindaian."
UNSIGNED = "Berkas ini tidak memuat tanda tangan elektronik."
STRANGE = "Tanda tangannya sah, tetapi dokumen ini tidak diterbitkan oleh portal ini."
ANOTHER = "Tanda tangannya utuh, tetapi berkas ini bukan berkas bertanda tangan yang diterbitkan portal."
OTHER = "Yang menandatangani bukan pejabat yang berwenang atas dokumen ini."


def verify(
    data: bytes, trust: Trust, *, ledger: Ledger | None = None, at: dt.datetime | None = None
) -> Verdict:
    """Return the verdict on `data` as of `at` (now).

    `ledger` finds the document the portal issued; without one only the signatures are judged. Bounded in
    size, objects and seconds; never raises for what the bytes are.
    """
    if refused := _refused(data):
        return Verdict("unknown", problems=(Problem(INVALID, refused),))
    given = fingerprints(data)
    issued = ledger(given) if ledger else None
    try:
        found = sandbox.judge(data, trust, at or dt.datetime.now(dt.UTC))
    except sandbox.GaveUp:
        return Verdict("modified" if issued else "unknown", issued, problems=(Problem(MODIFIED, HEAVY),))
    problems = [*found.problems, *_of_document(found, issued, given[0], asked=ledger is not None)]
    return Verdict(
        _status(data, found, issued, problems),
        issued,
        tuple(found.signatures),
        tuple(dict.fromkeys(problems)),
    )


def fingerprints(data: bytes) -> list[str]:
    """Return the SHA-256 of a file, and of what it may have been before each of its revisions."""
    digest, done, found = hashlib.sha256(), 0, []
    for end in _END.finditer(data):
        digest.update(data[done : end.end()])
        done = end.end()
        found.append(digest.hexdigest())
    digest.update(data[done:])
    return list(dict.fromkeys([digest.hexdigest(), *found]))


def _refused(data: bytes) -> str:
    """Return why a file is not even looked into, "" if it is."""
    if not data:
        return EMPTY
    if len(data) > MAX_FILE:
        return LARGE
    if b"%PDF-" not in data[:1024]:
        return NO_PDF
    if len(_END.findall(data)) > MAX_REVISIONS or data.count(b" obj") > MAX_OBJECTS:
        return HEAVY
    return ""


def _of_document(found: Found, issued: Issued | None, sha256: str, *, asked: bool) -> list[Problem]:
    """Return what is wrong between a file and what the portal knows of it."""
    if not found.signatures:
        return [Problem(INVALID, UNSIGNED)] if found.readable else []
    if asked and issued is None:
        return [Problem(INVALID, STRANGE)] if not _kinds(found) else []
    if issued is None:
        return []
    signers = {one.certificate for one in found.signatures}
    if issued.certificates is not None and not signers <= issued.certificates:
        return [Problem(INVALID, OTHER)]
    if issued.files is not None and sha256 not in issued.files and not _kinds(found):
        return [Problem(MODIFIED, ANOTHER)]
    return []


def _kinds(found: Found) -> set[str]:
    every = [*found.problems, *(problem for one in found.signatures for problem in one.problems)]
    return {problem.kind for problem in every}


def _status(data: bytes, found: Found, issued: Issued | None, problems: list[Problem]) -> str:
    kinds = _kinds(found) | {problem.kind for problem in problems}
    if MODIFIED in kinds:
        # What cannot be read and never was signed, as far as one sees, is no document of anybody.
        signed = found.signatures or issued or b"/ByteRange" in data
        return "modified" if signed else "unknown"
    if not found.signatures or Problem(INVALID, STRANGE) in problems:
        return "invalid" if issued else "unknown"
    return "invalid" if kinds else "valid"
