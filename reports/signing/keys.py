"""Key files of officials (PKCS#12): opened with their owner's passphrase, held for one act, then let go."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from asn1crypto import pkcs12 as asn1_pkcs12
from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from reports.signing.protocol import Refused

MAX_KEY_FILE = 100_000  # bytes; a key with a long chain has 10,000
KINDS = (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey)


class Passphrase:
    """A passphrase that shows itself nowhere: not printed, not logged, not pickled, not compared."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Passphrase(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A passphrase is kept nowhere.")

    def forget(self) -> None:
        """Let go of the text; the passphrase opens nothing any more."""
        self._text = ""

    def opens(self, key_file: bytes) -> pkcs12.PKCS12KeyAndCertificates | None:
        """Return what a key file holds, None if this is not its passphrase (or it is no such file)."""
        # Straight into compiled code: no frame of a traceback ever holds the text as a variable.
        with contextlib.suppress(ValueError):
            return pkcs12.load_pkcs12(key_file, self._text.encode())
        return None


@dataclass(frozen=True)
class OpenKey:
    """A parsed key with its certificate and the certificates above; `key` is None once it was let go."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    _held: list[Any] = field(repr=False)

    @property
    def key(self) -> Any:
        """The private key. Raises Refused after the act."""
        if not self._held:
            raise Refused("no-key", "Kunci sudah ditutup. Masukkan frasa sandi lagi.")
        return self._held[0]


@contextlib.contextmanager
def opened(key_file: bytes, passphrase: Passphrase) -> Iterator[OpenKey]:
    """Give the key of a PKCS#12 file for one act; afterwards key and passphrase are let go.

    Raises Refused with the code "passphrase", "key-file" (no such file) or "no-key" (none in it that signs).
    """
    if not is_key_file(key_file):
        passphrase.forget()
        raise Refused(
            "key-file", "Berkas kunci bukan PKCS#12 (.p12 atau .pfx), atau rusak. Unggah lagi berkasnya."
        )
    content = passphrase.opens(key_file)
    passphrase.forget()
    if content is None:
        raise Refused("passphrase", "Frasa sandi salah. Periksa huruf besar dan kecilnya, lalu coba lagi.")
    if content.cert is None or not isinstance(content.key, KINDS):
        raise Refused("no-key", "Berkas kunci tidak memuat kunci penanda tangan dengan sertifikatnya.")
    others = tuple(_plain(other.certificate) for other in content.additional_certs)
    held = [content.key]
    own = OpenKey(_plain(content.cert.certificate), others, held)
    del content
    try:
        yield own
    finally:
        held.clear()


def is_key_file(data: bytes) -> bool:
    """Whether `data` is built like a PKCS#12 file; nothing is decrypted."""
    if len(data) > MAX_KEY_FILE:
        return False
    try:
        found = asn1_pkcs12.Pfx.load(data, strict=True)
        is_key = found["version"].native == "v3" and found["auth_safe"]["content_type"].native == "data"
        return bool(is_key)
    except (ValueError, TypeError):
        return False


def _plain(certificate: Any) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
