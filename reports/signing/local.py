"""Signing with an opened key: a PAdES certification signature that allows no change after it.

The level is the best that can be had: B-LTA with a time stamp and revocation data, B-T with a time stamp
alone, B-B with neither. Validation data go into the signed revision, so that the last signature or time stamp
covers the whole file. A certificate that is revoked, expired or not trusted signs nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.stamp import NoOpStampStyle, StaticStampStyle
from pyhanko_certvalidator import ValidationContext, errors
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.registry import SimpleCertificateStore

from reports.signing import stamp
from reports.signing.keys import OpenKey
from reports.signing.protocol import Appearance, Refused

# The library writes a line for every step of every signature, and tracebacks of what is answered here.
for _chatty in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_chatty).setLevel(logging.CRITICAL)

TIMEOUT = 10  # seconds for one answer of an authority


@dataclass(frozen=True)
class Authorities:
    """Whom a signer's certificate is traced to, and who says what time it is.

    With `timestamps` but without `roots` there is no revocation data, hence B-T at best.
    """

    roots: tuple[x509.Certificate, ...] = ()
    others: tuple[x509.Certificate, ...] = ()
    timestamps: TimeStamper | None = None

    @classmethod
    def at(cls, url: str, **more: Any) -> Authorities:
        """Return authorities whose time stamps come from `url` (RFC 3161 over HTTP)."""
        return cls(timestamps=HTTPTimeStamper(url, timeout=TIMEOUT), **more)

    def context(self, network: AIOHttpFetcherBackend) -> ValidationContext:
        """Return what a certificate is judged with today; revocation data come from the `network`."""
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=list(self.others),
            allow_fetching=True,
            revocation_mode="hard-fail",
            fetcher_backend=network,
        )


class LocalSigner:
    """Signs with a key in memory, as often as the act needs."""

    def __init__(self, key: OpenKey, authorities: Authorities) -> None:
        self._key = key
        self._authorities = authorities

    def signed(self, pdf: bytes, appearance: Appearance) -> bytes:
        """Return `pdf` with a signature in the field `appearance` names. Raises Refused."""
        _check(self._key.certificate)
        box = field_box(pdf, appearance.field)
        with contextlib.ExitStack() as open_files:
            drawn = open_files.enter_context(stamp.style(appearance, *box)) if appearance.address else None
            if (clock := self._authorities.timestamps) and self._authorities.roots:
                with contextlib.suppress(_NoRevocationData):
                    return asyncio.run(self._with_proof(pdf, appearance, drawn, clock))
            return asyncio.run(self._sign(pdf, _metadata(appearance), drawn))

    async def _with_proof(
        self, pdf: bytes, appearance: Appearance, drawn: StaticStampStyle | None, clock: TimeStamper
    ) -> bytes:
        """Sign with revocation data inside, and put a time stamp on all of it."""
        network = AIOHttpFetcherBackend(per_request_timeout=TIMEOUT)
        context = self._authorities.context(network)
        try:
            meta = replace(
                _metadata(appearance),
                embed_validation_info=True,
                validation_context=context,
                dss_settings=DSSContentSettings(
                    include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
                ),
            )
            return await _stamp_time(await self._sign(pdf, meta, drawn), clock, context)
        finally:
            await network.close()

    async def _sign(
        self, pdf: bytes, meta: signers.PdfSignatureMetadata, drawn: StaticStampStyle | None
    ) -> bytes:
        out = io.BytesIO()
        signer = signers.PdfSigner(
            meta,
            signer=_KeptKey(self._key),
            timestamper=self._authorities.timestamps,
            stamp_style=drawn or NoOpStampStyle(),
        )
        with _told():
            await signer.async_sign_pdf(_Appending(io.BytesIO(pdf)), output=out)
        return out.getvalue()


class _Appending(IncrementalPdfFileWriter):
    """Writes a revision that leaves title, dates and labels of the document as they were reviewed."""

    def _update_meta(self) -> None:
        """Do nothing, where the library would write the metadata anew in its own words."""


async def _stamp_time(signed: bytes, clock: TimeStamper, context: ValidationContext) -> bytes:
    """Return a signed file with a time stamp on all of it, and with what proves that the clock counts."""
    out = io.BytesIO()
    with _told():
        await signers.PdfTimeStamper(clock).async_timestamp_pdf(
            _Appending(io.BytesIO(signed)),
            "sha256",
            context,
            output=out,
            dss_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
        )
    return out.getvalue()


class _KeptKey(signers.Signer):
    """The library's own signer parses and checks the key anew at every use: six times the work for RSA."""

    def __init__(self, key: OpenKey) -> None:
        above = SimpleCertificateStore()
        above.register_multiple(key.chain)
        super().__init__(signing_cert=key.certificate, cert_registry=above, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002
        key, digest = self._key.key, getattr(hashes, digest_algorithm.upper())()
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), digest)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(data, ec.ECDSA(digest))
        signature: bytes = key.sign(data)
        return signature


def _metadata(appearance: Appearance) -> signers.PdfSignatureMetadata:
    return signers.PdfSignatureMetadata(
        field_name=appearance.field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=appearance.reason or None,
        location=appearance.location or None,
    )


def field_box(pdf: bytes, name: str) -> tuple[float, float]:
    """Return width and height in points of the empty signature field `name`. Raises Refused without one."""
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        for found, _, field in enumerate_sig_fields(writer, filled_status=False):
            if found == name:
                left, bottom, right, top = (float(edge) for edge in field.get_object()["/Rect"])
                return right - left, top - bottom
    except (PdfReadError, KeyError, ValueError) as broken:
        raise Refused("not-pdf", "Berkas PDF yang hendak ditandatangani tidak dapat dibaca.") from broken
    raise Refused(
        "no-field", "Dokumen ini tidak menyediakan tempat tanda tangan elektronik yang masih kosong."
    )


# What stands in the way, in words


class _NoRevocationData(Exception):  # noqa: N818 - a step on the way, never seen outside
    """Nobody says whether the certificate still counts; a lower level needs no such answer."""


def _check(certificate: x509.Certificate) -> None:
    """Refuse what any reader of the file would refuse, whatever the authorities say."""
    usage = certificate.key_usage_value
    if usage is None or "non_repudiation" not in usage.native:
        raise Refused("usage", "Sertifikat ini bukan untuk menandatangani. Pakai sertifikat tanda tangan.")
    period = certificate["tbs_certificate"]["validity"]
    now = dt.datetime.now(dt.UTC)
    if now > period["not_after"].native:
        raise Refused(
            "expired", "Sertifikat penanda tangan sudah kedaluwarsa. Perbarui sertifikatnya di penerbit."
        )
    if now < period["not_before"].native:
        raise Refused("not-yet", "Sertifikat penanda tangan belum mulai berlaku.")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what the library raises into what an official can act upon."""
    try:
        yield
    except (SigningError, errors.PathError, errors.ValidationError) as error:
        raise _reason(error) from None
    except OSError:
        # Whichever authority did not answer, it was the clock: the others are fetched under SigningError.
        raise Refused(
            "timestamp",
            "Otoritas penanda waktu tidak menjawab. Belum ada yang ditandatangani; coba beberapa saat lagi.",
        ) from None


def _reason(error: Exception) -> Exception:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, errors.RevokedError):
            return Refused(
                "revoked", "Sertifikat penanda tangan sudah dicabut. Minta sertifikat baru di penerbit."
            )
        if isinstance(cause, errors.ExpiredError):
            return Refused("expired", "Sertifikat dalam rantai penerbit sudah kedaluwarsa.")
        if isinstance(
            cause, (errors.InsufficientRevinfoError, errors.CRLValidationError, errors.OCSPValidationError)
        ):
            return _NoRevocationData()
        cause = cause.__cause__ or cause.__context__
    return Refused(
        "untrusted",
        "Sertifikat penanda tangan tidak berasal dari penerbit yang dipercaya portal.",
    )
