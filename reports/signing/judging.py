"""Judges the signatures of a file by the rule of the portal. Runs in the child process of sandbox.py.

The rule: exactly one signature, a certification that allows no change; it and its time stamps are intact and
trusted at their time; nothing was changed since but time stamps added; the last of them covers the file to
its end, and nothing hides in the room left over for it.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import Any

from asn1crypto import algos, cms, core, x509
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from reports.signing import chains
from reports.signing.chains import Evidence
from reports.signing.trust import Trust
from reports.signing.verdicts import INVALID, MODIFIED, Found, Problem, Signature

MAX_SIGNATURES = 20
_AHEAD = dt.timedelta(minutes=5)  # clocks differ

BROKEN = "Susunan berkas PDF rusak atau tidak lazim, jadi tanda tangannya tidak dapat dipercaya."
CHANGED = "Isi berkas berubah sesudah ditandatangani."
FORGED = "Tanda tangannya tidak cocok dengan kunci penanda tangan."
PARTIAL = "Tanda tangan hanya mencakup sebagian berkas."
ADDED = "Ada isi yang ditambahkan sesudah ditandatangani."
HIDDEN = "Ada data tersembunyi di dalam tempat tanda tangan."
OPEN = "Tanda tangan ini masih mengizinkan perubahan isi, tidak seperti dokumen yang diterbitkan portal."
CROWD = "Berkas memuat tanda tangan lain di samping tanda tangan pengesahan."


async def judge(data: bytes, trust: Trust, now: dt.datetime) -> Found:
    """Return what is to be said of a file, as of `now`. Never raises for what the file holds."""
    try:
        return await _judge(data, trust, now)
    except Exception:  # whatever breaks the reader is a broken file
        return Found(problems=[Problem(MODIFIED, BROKEN)])


async def _judge(data: bytes, trust: Trust, now: dt.datetime) -> Found:
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    if reader.encrypted or not data.startswith(b"%PDF-"):
        raise PdfReadError("no file of the portal is like that")
    filled = list(enumerate_sig_fields(reader, filled_status=True))
    every = reader.embedded_signatures
    found = Found(readable=True)
    if not every and not filled:
        return found
    if len(every) != len(filled) or len(every) > MAX_SIGNATURES:
        found.problems.append(Problem(MODIFIED, BROKEN))
    regular = [one for one in every if one.sig_object_type == "/Sig"]
    clocks = [one for one in every if one.sig_object_type != "/Sig"]
    if len(regular) != 1:
        found.problems.append(Problem(MODIFIED, CROWD if regular else BROKEN))
    case = _Case(data, reader, trust, now, every[-1] if every else None)
    doubts = await case.wind_back(clocks)
    for one in regular:
        found.signatures.append(await case.judge(one, doubts))
    return found


class _Case:
    """One file before the judge."""

    def __init__(
        self,
        data: bytes,
        reader: PdfFileReader,
        trust: Trust,
        now: dt.datetime,
        last: EmbeddedPdfSignature | None,
    ) -> None:
        self.data, self.now, self.last = data, now, last
        own = _carried(reader)
        self.own = Evidence(trust.roots, (*trust.others, *own.others), own.lists, own.answers)
        self.all = replace(self.own, lists=(*trust.lists, *own.lists))
        self.ours = replace(self.own, lists=trust.lists, answers=())
        self.moment, self.archived = now, False

    async def wind_back(self, clocks: list[EmbeddedPdfSignature]) -> list[Problem]:
        """Go back in time from one document time stamp to the one before; return what is wrong."""
        doubts = []
        for clock in reversed(clocks):
            evidence = self.all.with_certificates(clock.other_embedded_certs)
            if await self._strays(clock.other_embedded_certs):
                doubts.append(Problem(MODIFIED, HIDDEN))
            status = await async_validate_pdf_timestamp(clock, evidence.path_only(self.moment))
            doubts += self._bytes(clock, status)
            if not (status.valid and status.intact):
                doubts.append(Problem(MODIFIED, CHANGED))
            elif wrong := await self._clock_fault(clock.signer_cert, evidence, status.timestamp):
                doubts.append(wrong)
            else:
                self.moment, self.archived = status.timestamp, True
        return doubts

    async def _clock_fault(
        self, certificate: x509.Certificate, evidence: Evidence, said: dt.datetime
    ) -> Problem | None:
        why = await chains.fault(certificate, evidence.path_only(self.moment), clock=True)
        why = why or await chains.fault(certificate, evidence.of_clock(self.moment), clock=True)
        if why in ("", "unproven") and self.ours.lists:
            ours = await chains.fault(
                certificate, replace(evidence, answers=(), lists=self.ours.lists).of_clock(self.moment)
            )
            why = "revoked" if ours == "revoked" else why
        if why:
            return Problem(INVALID, chains.WORDS[why].format(who="otoritas penanda waktu"))
        if said > self.moment + _AHEAD:
            return Problem(INVALID, "Penanda waktunya menyebut waktu yang belum tiba.")
        return None

    async def judge(self, one: EmbeddedPdfSignature, doubts: list[Problem]) -> Signature:
        """Return what is to be said of a signature in the file."""
        said = _time_said(one)
        moment = min(said, self.moment) if said else self.moment
        above = [each.chosen for stamp in _stamps(one) for each in stamp["certificates"]]
        if await self._strays([*one.other_embedded_certs, *above]):
            doubts = [*doubts, Problem(MODIFIED, HIDDEN)]
        evidence = self.all.with_certificates([*one.other_embedded_certs, *above])
        status = await async_validate_pdf_signature(
            one, evidence.path_only(moment), evidence.path_only(self.moment)
        )
        problems = [*self._bytes(one, status), *doubts]
        if not status.intact:
            problems.append(Problem(MODIFIED, CHANGED))
        elif not status.valid:
            problems.append(Problem(MODIFIED, FORGED))
        elif not status.docmdp_ok or status.modification_level > ModificationLevel.LTA_UPDATES:
            problems.append(Problem(MODIFIED, ADDED))
        if one.docmdp_level != MDPPerm.NO_CHANGES or not _certifies(one):
            problems.append(Problem(INVALID, OPEN))
        clock = await self._time_fault(status, evidence) if said else None
        who, proven = await self._who_fault(one, moment, said=bool(said))
        problems += [wrong for wrong in (clock, who) if wrong]
        if not who and not status.trusted:
            problems.append(Problem(INVALID, chains.WORDS["usage"].format(who="penanda tangan")))
        stamped = bool(said) and clock is None
        return Signature(
            signer=_name(one.signer_cert),
            level=self._level(one, stamped=stamped, proven=proven),
            covers_whole_file=self._covered(),
            trusted=who is None and bool(status.trusted),
            timestamp=said if stamped else None,
            certificate=one.signer_cert.sha256.hex(),
            problems=tuple(dict.fromkeys(problems)),
        )

    async def _time_fault(self, status: Any, evidence: Evidence) -> Problem | None:
        """Return what is wrong with the time stamp of a signature."""
        stamp = status.timestamp_validity
        if stamp is None or not (stamp.intact and stamp.valid):
            return Problem(MODIFIED, "Penanda waktu tanda tangan ini rusak.")
        return await self._clock_fault(stamp.signing_cert, evidence, stamp.timestamp)

    async def _who_fault(
        self, one: EmbeddedPdfSignature, moment: dt.datetime, *, said: bool
    ) -> tuple[Problem | None, bool]:
        """Return what is wrong with the signer, and whether the file itself proves that nothing is."""
        more = one.other_embedded_certs
        own = self.own.with_certificates(more)
        why = await chains.fault(one.signer_cert, own.path_only(moment))
        why = why or await chains.fault(one.signer_cert, own.of_signer(moment))
        proven = not why
        if why == "unproven":
            why = await chains.fault(one.signer_cert, self.all.with_certificates(more).of_signer(moment))
        elif not why and self.ours.lists:
            # Whatever the file says of itself: a list of our own may know better.
            ours = await chains.fault(one.signer_cert, self.ours.with_certificates(more).of_signer(moment))
            why = "revoked" if ours == "revoked" else ""
        text = chains.WORDS[why].format(who="penanda tangan") if why else ""
        return (Problem(INVALID, text) if why else None), proven

    async def _strays(self, carried: list[x509.Certificate]) -> bool:
        """Whether a certificate beside the signer's leads nowhere: no signature protects its bytes."""
        roots_only = replace(self.all, lists=(), answers=(), others=())
        for one in carried:
            rest = [other for other in carried if other is not one]
            evidence = roots_only.with_certificates(rest)
            if await chains.fault(one, evidence.path_only(self.now)) not in ("", "expired", "early"):
                return True
        return False

    def _bytes(self, one: EmbeddedPdfSignature, status: Any) -> list[Problem]:
        """Return what is wrong with the bytes around a signature."""
        problems = []
        if not _fills_gap(self.data, one):
            problems.append(Problem(MODIFIED, PARTIAL))
        value = cms.ContentInfo.load(one.pkcs7_content)
        spare = one.pkcs7_content[len(value.dump()) :]
        anew = cms.ContentInfo.load(value.dump()).dump(force=True)
        if (
            spare.strip(b"\0")
            or anew != value.dump()
            or not all(map(_plainly_framed, [one.signed_data, *_stamps(one)]))
        ):
            problems.append(Problem(MODIFIED, HIDDEN))
        if one is self.last and status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
            problems.append(Problem(MODIFIED, ADDED))
        elif status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            problems.append(Problem(MODIFIED, PARTIAL))
        return problems

    def _covered(self) -> bool:
        last = self.last
        return (
            last is not None
            and _fills_gap(self.data, last)
            and last.byte_range[2] + last.byte_range[3] == len(self.data)
        )

    def _level(self, one: EmbeddedPdfSignature, *, stamped: bool, proven: bool) -> str:
        if one.sig_object.get("/SubFilter") != SigSeedSubFilter.PADES.value:
            return "lain"
        if not stamped:
            return "B-B"
        if not proven:
            return "B-T"
        return "B-LTA" if self.archived else "B-LT"


def _fills_gap(data: bytes, one: EmbeddedPdfSignature) -> bool:
    """Whether the signed ranges leave out exactly the signature, as it stands in the file."""
    spans = [int(number) for number in one.byte_range]
    if len(spans) != 4 or spans[0] != 0 or min(spans) < 0:
        return False
    _, before, after, rest = spans
    gap = data[before:after]
    if after + rest > len(data) or gap[:1] != b"<" or gap[-1:] != b">":
        return False
    digits = one.pkcs7_content.hex().encode()
    return gap[1:-1] in (digits, digits.upper())


def _plainly_framed(signed: cms.SignedData) -> bool:
    """Whether the parts around a signature that it does not protect itself are as the standard has them."""
    (signer,) = signed["signer_infos"]
    content = signed["encap_content_info"]["content_type"].native
    digest = signer["digest_algorithm"]["algorithm"].native
    plain = {
        algos.DigestAlgorithm(each).dump()
        for each in ({"algorithm": digest}, {"algorithm": digest, "parameters": core.Null()})
    }
    loose = {each["type"].native for each in signer["unsigned_attrs"]}
    return (
        loose <= {"signature_time_stamp_token"}
        and signed["version"].native == ("v1" if content == "data" else "v3")
        and signer["version"].native == ("v1" if signer["sid"].name == "issuer_and_serial_number" else "v3")
        and {each.dump() for each in (signer["digest_algorithm"], *signed["digest_algorithms"])} <= plain
    )


def _certifies(one: EmbeddedPdfSignature) -> bool:
    """Whether the catalogue names this very signature as the one that certifies the document."""
    try:
        named = one.reader.root["/Perms"].raw_get("/DocMDP")
        return bool(named.reference == one.sig_field.raw_get("/V").reference)
    except (KeyError, AttributeError):
        return False


def _time_said(one: EmbeddedPdfSignature) -> dt.datetime | None:
    """Return the time in the time stamp of a signature, believed or not."""
    said: list[dt.datetime] = [
        stamp["encap_content_info"]["content"].parsed["gen_time"].native for stamp in _stamps(one)
    ]
    return min(said, default=None)


def _stamps(one: EmbeddedPdfSignature) -> list[cms.SignedData]:
    """Return the time stamps on the value of a signature."""
    return list(extract_tst_data_iter(one.signer_info, signed=False))


def _name(certificate: x509.Certificate) -> str:
    """Return the common name and nothing else: certificates of officials hold their NIK."""
    name = certificate.subject.native.get("common_name", "")
    return str(name if isinstance(name, str) else name[0])


def _carried(reader: PdfFileReader) -> Evidence:
    """Return the validation data inside a file."""
    # `get` would give the reference, not what it leads to.
    store = reader.root["/DSS"] if "/DSS" in reader.root else {}  # noqa: SIM401
    certificates, lists, answers = (
        tuple(item.get_object().data for item in store[key]) if key in store else ()
        for key in ("/Certs", "/CRLs", "/OCSPs")
    )
    return Evidence((), certificates, lists, answers)
