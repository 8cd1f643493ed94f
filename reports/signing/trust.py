"""Whom the portal believes: root certificates, the authorities below them, and their revocation lists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from asn1crypto import crl, pem, x509

MAX_TRUST_FILE = 20 << 20  # bytes; a national revocation list has a few MB


class BrokenTrust(Exception):  # noqa: N818 - a state of the folder
    """A file of the trust folder is neither certificate nor revocation list; says which, in Indonesian."""


@dataclass(frozen=True)
class Trust:
    """Certificates and lists, each as DER. Whoever signed must lead to one of `roots`."""

    roots: tuple[bytes, ...] = ()
    others: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> Trust:
        """Read every .pem, .crt, .cer, .der and .crl of `folder`; a missing folder is trust in nobody.

        A certificate that its own subject issued is a root, every other one helps to find the way to a root.
        Raises BrokenTrust.
        """
        found: dict[str, list[bytes]] = {"roots": [], "others": [], "lists": []}
        for path in sorted(folder.glob("*")):
            if path.suffix.lower() in (".pem", ".crt", ".cer", ".der", ".crl"):
                for kind, der in _read(path):
                    found[kind].append(der)
        return cls(**{kind: tuple(every) for kind, every in found.items()})


def _read(path: Path) -> list[tuple[str, bytes]]:
    """Return what a file holds: several of them, if it is PEM."""
    if path.stat().st_size > MAX_TRUST_FILE:
        raise BrokenTrust(f"Berkas {path.name} di folder kepercayaan terlalu besar.")
    data = path.read_bytes()
    try:
        ders = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        return [_kind(der) for der in ders]
    except (ValueError, TypeError) as broken:
        raise BrokenTrust(
            f"Berkas {path.name} di folder kepercayaan bukan sertifikat atau daftar pencabutan. "
            "Ganti dengan berkas PEM atau DER dari penerbitnya."
        ) from broken


def _kind(der: bytes) -> tuple[str, bytes]:
    try:
        certificate = x509.Certificate.load(der, strict=True)
        own = certificate.subject.dump() == certificate.issuer.dump()
    except (ValueError, TypeError):
        # Parsed for good: the library loads lazily, and a broken list would only fail in use.
        crl.CertificateList.load(der, strict=True)["tbs_cert_list"].native  # noqa: B018
        return "lists", der
    return ("roots" if own else "others"), der
