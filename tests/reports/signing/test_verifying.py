"""Verdicts: as of which day, by whose trust, known to whom; within limits; as other readers say too."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from reports import signing
from reports.models import IssuedDocument
from reports.signing import sandbox, verifying
from reports.signing.trust import BrokenTrust, Trust
from reports.signing.verdicts import Issued, Ledger, Verdict
from reports.signing.verifying import fingerprints, verify
from tests import builders
from tests.reports.signing import arranged
from tests.reports.signing.conftest import LEVELS
from tests.reports.signing.pki import NOW, Pki

YEARS = dt.timedelta(days=365)


def said(verdict: Verdict) -> str:
    every = [*verdict.problems, *(p for one in verdict.signatures for p in one.problems)]
    return " ".join(each.text for each in every)


# In the child


def test_the_child_says_what_a_good_file_is(signed: dict[str, bytes], trust: Trust) -> None:
    verdict = verify(signed["B-LTA"], trust)
    answer = verdict.as_json()
    stamped = answer["signatures"][0].pop("timestamp")
    assert abs(dt.datetime.fromisoformat(stamped) - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=1)
    assert answer == {
        "known": False,
        "status": "valid",
        "document": {},
        "signatures": [
            {
                "signer": "Kepala Dinas, S.T., M.Si.",
                "level": "B-LTA",
                "covers_whole_file": True,
                "trusted": True,
                "problems": [],
            }
        ],
    }


def test_the_child_has_nothing_to_open_and_little_to_spend(tmp_path: Path) -> None:
    tried = tmp_path / "rahasia"
    tried.write_text("x")
    program = f"""
import resource, socket
from reports.signing.__main__ import confine, MEMORY
confine(500_000)
for doing in (lambda: open({str(tried)!r}), socket.socket, lambda: bytearray(MEMORY)):
    try:
        doing()
    except (OSError, MemoryError) as error:
        print(type(error).__name__)
print(resource.getrlimit(resource.RLIMIT_CPU)[0])
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["OSError", "OSError", "MemoryError", "20"]


def test_a_file_that_takes_too_long_is_given_up(
    signed: dict[str, bytes], trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.05)
    verdict = verify(signed["B-B"], trust)
    assert (verdict.status, said(verdict)) == ("unknown", verifying.HEAVY)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", verifying.EMPTY),
        (b"\x89PNG", verifying.NO_PDF),
        (b"%PDF-1.7" + b"%%EOF\n" * (verifying.MAX_REVISIONS + 1), verifying.HEAVY),
        (b"%PDF-1.7" + b"1 0 obj\n" * (verifying.MAX_OBJECTS + 1), verifying.HEAVY),
        (b"%PDF-1.7" + bytes(verifying.MAX_FILE), verifying.LARGE),
    ],
    ids=["empty", "picture", "revisions", "objects", "size"],
)
def test_what_is_beyond_all_measure_is_not_even_looked_into(
    data: bytes, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "judge", None)
    verdict = verify(data, Trust())
    assert (verdict.status, said(verdict), verdict.as_json()["signatures"]) == ("unknown", words, [])


@pytest.mark.parametrize("data", [b"%PDF-1.7 kosong", b"%PDF-1.7\n1 0 obj\n<<" + b"[" * 50_000])
def test_a_broken_file_that_nobody_signed_is_unknown(data: bytes) -> None:
    assert verify(data, Trust()).status == "unknown"


def test_a_file_without_signature_is_unknown_and_told_so() -> None:
    verdict = verify(arranged.document(), Trust())
    assert (verdict.status, said(verdict)) == ("unknown", verifying.UNSIGNED)


# Clocks and trust


@pytest.fixture
def judged_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run what the child runs, here; the first tests start it."""
    monkeypatch.setattr(sandbox, "judge", arranged.judge_here)


@pytest.fixture(scope="module")
def brief(pki: Pki) -> dict[str, bytes]:
    """Copies signed with a certificate that ends in a year."""
    return {level: arranged.signed(pki, level, pki.short) for level in LEVELS}


@pytest.mark.usefixtures("judged_here")
@pytest.mark.parametrize("level", LEVELS)
def test_years_later_a_proven_time_keeps_a_signature_valid(
    level: str, brief: dict[str, bytes], trust: Trust
) -> None:
    verdict = verify(brief[level], trust, at=NOW + 3 * YEARS)
    assert verdict.status == ("invalid" if level == "B-B" else "valid"), said(verdict)
    if level == "B-B":
        assert "sudah kedaluwarsa" in said(verdict)


@pytest.mark.usefixtures("judged_here")
def test_before_the_certificate_counts_nothing_does(signed: dict[str, bytes], trust: Trust) -> None:
    verdict = verify(signed["B-B"], trust, at=dt.datetime(2019, 1, 1, tzinfo=dt.UTC))
    assert (verdict.status, "belum berlaku" in said(verdict)) == ("invalid", True)


@pytest.mark.usefixtures("judged_here")
def test_a_time_stamp_of_tomorrow_is_not_believed(signed: dict[str, bytes], trust: Trust) -> None:
    verdict = verify(signed["B-T"], trust, at=NOW - dt.timedelta(days=1))
    assert (verdict.status, "belum tiba" in said(verdict)) == ("invalid", True)


@pytest.mark.usefixtures("judged_here")
def test_a_revoked_signer_is_told_from_one_revoked_later(pki: Pki, trust: Trust) -> None:
    before = arranged.signed(pki, "B-B", pki.dismissed)
    verdict = verify(before, trust)
    assert (verdict.status, "sudah dicabut" in said(verdict)) == ("invalid", True)
    assert not verdict.signatures[0].trusted
    # Signed and stamped today, revoked tomorrow: the signature still counts, if its time is proven.
    tomorrow = {pki.second.certificate.serial_number: NOW + dt.timedelta(days=1)}
    copies = {level: arranged.signed(pki, level, pki.second) for level in ("B-B", "B-T")}
    pki.revoked |= tomorrow
    try:
        lists = (pki.crl(pki.root), pki.crl(pki.issuing, at=NOW + dt.timedelta(days=2)))
    finally:
        pki.revoked.pop(*tomorrow)
    later, newer = NOW + dt.timedelta(days=3), replace(trust, lists=lists)
    assert verify(copies["B-T"], newer, at=later).status == "valid"
    assert verify(copies["B-B"], newer, at=later).status == "invalid"


@pytest.mark.usefixtures("judged_here")
def test_a_list_of_ours_knows_better_than_what_the_file_says_of_itself(
    pki: Pki, signed: dict[str, bytes], trust: Trust
) -> None:
    serial = pki.head.certificate.serial_number
    pki.revoked[serial] = NOW - dt.timedelta(days=2)
    try:
        newer = replace(trust, lists=(pki.crl(pki.root), pki.crl(pki.issuing)))
    finally:
        del pki.revoked[serial]
    verdict = verify(signed["B-LTA"], newer)
    assert (verdict.status, "sudah dicabut" in said(verdict)) == ("invalid", True)


@pytest.mark.usefixtures("judged_here")
def test_whoever_is_not_trusted_is_invalid_and_the_level_says_no_more_than_is_proven(
    pki: Pki, signed: dict[str, bytes], trust: Trust
) -> None:
    same_name = arranged.signed(pki, "B-B", pki.stranger)
    verdict = verify(same_name, trust)
    assert (verdict.status, verdict.signatures[0].trusted) == ("invalid", False)
    assert "tidak berasal dari penerbit" in said(verdict)
    bare = replace(trust, lists=())
    assert verify(signed["B-LTA"], bare).status == "valid"
    unproven = verify(signed["B-T"], bare)
    assert (unproven.status, unproven.signatures[0].level) == ("invalid", "B-B")
    assert "Tidak ada yang membuktikan" in said(unproven)


# Known documents


@pytest.mark.usefixtures("judged_here")
def test_only_what_the_portal_issued_is_known(pki: Pki, signed: dict[str, bytes], trust: Trust) -> None:
    good = signed["B-B"]
    head = pki.head.asn1.sha256.hex()

    def ledger(certificate: str) -> Ledger:
        issued = Issued({"title": "IKU"}, frozenset({certificate}))
        return lambda given: issued if fingerprints(arranged.document())[0] in given else None

    assert verify(good, trust, ledger=ledger(head)).as_json()["document"] == {"title": "IKU"}
    by_another = verify(good, trust, ledger=ledger("0" * 64))
    assert (by_another.known, by_another.status, said(by_another)) == (True, "invalid", verifying.OTHER)
    foreign = verify(good, trust, ledger=lambda given: None)
    assert (foreign.known, foreign.status, said(foreign)) == (False, "unknown", verifying.STRANGE)
    longer = verify(good + b"\n", trust, ledger=ledger(head))
    assert (longer.known, longer.status) == (True, "modified")
    stripped = verify(arranged.document(), trust, ledger=ledger(head))
    assert (stripped.known, stripped.status, said(stripped)) == (True, "invalid", verifying.UNSIGNED)


@pytest.mark.usefixtures("judged_here")
def test_signing_the_reviewed_bytes_again_makes_no_second_original(
    pki: Pki, signed: dict[str, bytes], trust: Trust
) -> None:
    issued = Issued({"title": "IKU"}, files=frozenset(fingerprints(signed["B-B"])[:1]))
    assert verify(signed["B-B"], trust, ledger=lambda given: issued).status == "valid"
    again = verify(arranged.signed(pki, "B-B"), trust, ledger=lambda given: issued)
    assert (again.status, said(again)) == ("modified", verifying.ANOTHER)


# Other readers


@pytest.mark.parametrize("level", LEVELS)
def test_the_validator_of_the_library_agrees(
    level: str, pki: Pki, signed: dict[str, bytes], trust: Trust
) -> None:
    (one,) = PdfFileReader(io.BytesIO(signed[level])).embedded_regular_signatures
    context = ValidationContext(
        trust_roots=[pki.root.asn1],
        other_certs=[pki.issuing.asn1],
        crls=trust.lists,
        revocation_mode="require",
    )
    status = validate_pdf_signature(one, context)
    assert status.bottom_line
    assert status.docmdp_ok


@pytest.mark.parametrize("level", LEVELS)
def test_poppler_agrees(level: str, pki: Pki, signed: dict[str, bytes], tmp_path: Path) -> None:
    if shutil.which("pdfsig") is None and not os.environ.get("CI"):
        pytest.skip("pdfsig (poppler-utils) is not installed")
    file = tmp_path / "ttd.pdf"
    file.write_bytes(signed[level])
    alone = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    command = ["pdfsig", "-nocert", "-no-ocsp", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=alone)
    first, _, clock = ran.stdout.partition("Signature #2")
    assert "Signature is Valid" in first
    assert "Kepala Dinas, S.T., M.Si." in first
    assert "Total document signed" in (clock if level == "B-LTA" else first)


# The trust folder and the command


@pytest.fixture
def folder(pki: Pki, tmp_path: Path) -> Path:
    """A trust folder as an administrator fills it."""
    made = tmp_path / "trust"
    made.mkdir()
    (made / "induk.pem").write_bytes(pki.root.pem + pki.issuing.pem)
    (made / "issuing.crl").write_bytes(pki.crl(pki.issuing))
    (made / "root.crl").write_bytes(pki.crl(pki.root))
    (made / "BACA.txt").write_text("bukan sertifikat")
    return made


def test_a_trust_folder_is_read_by_what_its_files_are(folder: Path, pki: Pki, tmp_path: Path) -> None:
    trust = Trust.load(folder)
    assert (trust.roots, trust.others, len(trust.lists)) == ((pki.root.der,), (pki.issuing.der,), 2)
    assert Trust.load(tmp_path / "tidak ada") == Trust()
    (folder / "rusak.crt").write_bytes(b"0\x03abc")
    with pytest.raises(BrokenTrust, match=r"rusak\.crt"):
        Trust.load(folder)


def run(file: Path, folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    status = 0
    try:
        call_command("verify_document", str(file), f"--trust={folder}", *more)
    except SystemExit as ended:
        status = int(str(ended.code))
    return status, capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_knows_issued_documents_and_ends_with_0_only_for_them(
    folder: Path, signed: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "iku.pdf"
    file.write_bytes(signed["B-T"])
    status, text = run(file, folder, capsys)
    assert (status, text.splitlines()[0].partition(":")[0]) == (1, "TIDAK DIKENAL")
    of = builders.indicator_set()
    IssuedDocument.objects.create(
        kind=IssuedDocument.Kind.IKU,
        agency=of.agency,
        indicator_set=of,
        version=1,
        title="IKU 2018",
        number="065/12",
        content="{}",
        content_sha256="0" * 64,
        file="documents/x.pdf",
        pdf_sha256=fingerprints(arranged.document())[0],
        size=len(arranged.document()),
        issued_by=builders.user(),
        issued_at=NOW,
    )
    status, text = run(file, folder, capsys, "--json")
    answer = json.loads(text)
    assert (status, answer["known"], answer["status"]) == (0, True, "valid")
    assert (answer["document"]["title"], answer["document"]["number"]) == ("IKU 2018", "065/12")
    assert list(answer) == ["known", "status", "document", "signatures"]
    status, text = run(file, folder, capsys)
    assert (status, text.splitlines()[0].partition(":")[0]) == (0, "SESUAI")
    assert "PAdES B-T" in text
    file.write_bytes(signed["B-T"] + b"\n")
    status, text = run(file, folder, capsys)
    assert (status, text.partition(":")[0]) == (1, "TIDAK SESUAI")
    assert "ditambahkan sesudah" in text


@pytest.mark.django_db
def test_the_command_says_what_it_cannot_read(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="tidak ada atau tidak dapat dibuka"):
        call_command("verify_document", str(tmp_path / "lain.pdf"))
    (folder / "rusak.crt").write_bytes(b"x")
    (tmp_path / "ada.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(CommandError, match=r"rusak\.crt"):
        call_command("verify_document", str(tmp_path / "ada.pdf"), f"--trust={folder}")


def test_verifying_loads_no_reader_of_pdf_in_the_process_of_the_portal() -> None:
    program = """
import sys
import reports.signing.verifying
print([name for name in sys.modules if name.split(".")[0] in ("pyhanko", "django")])
"""
    root = Path(signing.__file__).parents[2]
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert ran.stdout.strip() == "[]"
