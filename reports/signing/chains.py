"""Whether a certificate counted at a moment: its way to a root, its period, its revocation. Offline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext, errors
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    FreshnessReqType,
)

# Time stamping authorities are judged by what was said of them when the file was made.
_STALE = dt.timedelta(days=3650)


@dataclass(frozen=True)
class Evidence:
    """Certificates to build ways from, and what says whether they were revoked; all DER."""

    roots: tuple[bytes, ...]
    others: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()

    def with_certificates(self, more: Iterable[x509.Certificate]) -> Evidence:
        return replace(self, others=(*self.others, *(one.dump() for one in more)))

    def path_only(self, moment: dt.datetime) -> ValidationContext:
        """Return a context that asks for the way to a root and the period, not for revocation."""
        return self._context(moment, CertRevTrustPolicy(NO_REVOCATION))

    def of_signer(self, moment: dt.datetime) -> ValidationContext:
        """Return a context in which revocation data count if they reach up to `moment`."""
        return self._context(moment, CertRevTrustPolicy(REQUIRE_REVINFO, retroactive_revinfo=True))

    def of_clock(self, moment: dt.datetime) -> ValidationContext:
        """Return a context for time stamping authorities, in which older revocation data count too."""
        kept = FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION
        policy = CertRevTrustPolicy(REQUIRE_REVINFO, freshness=_STALE, freshness_req_type=kept)
        return self._context(moment, policy)

    def _context(self, moment: dt.datetime, policy: CertRevTrustPolicy) -> ValidationContext:
        return ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in self.roots],
            other_certs=[x509.Certificate.load(der) for der in self.others],
            crls=list(self.lists),
            ocsps=list(self.answers),
            moment=moment,
            revinfo_policy=policy,
        )


async def fault(certificate: x509.Certificate, context: ValidationContext, *, clock: bool = False) -> str:
    """Return why `certificate` did not count in `context`, "" if it did.

    One of: revoked, expired, early, unproven (nothing says whether it was revoked), usage, untrusted.
    """
    validator = CertificateValidator(certificate, validation_context=context)
    try:
        if clock:
            await validator.async_validate_usage(set(), {"time_stamping"})
        else:
            await validator.async_validate_usage(set())
    except errors.RevokedError:
        return "revoked"
    except errors.ExpiredError:
        return "expired"
    except errors.NotYetValidError:
        return "early"
    except errors.InsufficientRevinfoError:
        return "unproven"
    except errors.InvalidCertificateError:
        return "usage"
    except (errors.PathError, errors.ValidationError):
        return "untrusted"
    return ""


WORDS = {
    "revoked": "Sertifikat {who} sudah dicabut.",
    "expired": "Sertifikat {who} sudah kedaluwarsa, tanpa bukti bahwa tanda tangan dibuat sebelumnya.",
    "early": "Sertifikat {who} belum berlaku pada waktu itu.",
    "unproven": "Tidak ada yang membuktikan bahwa sertifikat {who} belum dicabut waktu itu.",
    "usage": "Sertifikat {who} bukan untuk menandatangani.",
    "untrusted": "Sertifikat {who} tidak berasal dari penerbit yang dipercaya portal.",
}
