"""What every back end does: PDF bytes in, the same bytes with a signature behind them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

SIGNATURE_FIELD = "tanda-tangan"  # the name of the field a document declares


@dataclass(frozen=True)
class Appearance:
    """What a signature shows on the page, and says about itself.

    `lines` stand beside the QR code of `address`, which leads to the page that verifies the document. Without
    an address nothing is drawn. `field` names the field of the document that is signed.
    """

    lines: tuple[str, ...] = ()
    address: str = ""
    reason: str = ""
    location: str = ""
    field: str = SIGNATURE_FIELD


class Refused(Exception):  # noqa: N818 - an answer, not a failure
    """Why nothing was signed, as an Indonesian sentence; `code` is stable. Nothing half-signed exists.

    Codes: passphrase, key-file, no-key, usage, expired, not-yet, revoked, untrusted, no-field, not-pdf,
    timestamp, changed.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Signer(Protocol):
    """A back end that is ready to sign: for an official, with all it needs to do so."""

    def signed(self, pdf: bytes, appearance: Appearance) -> bytes:
        """Return `pdf` with a signature. Raises Refused."""


def sign(pdf: bytes, signer: Signer, appearance: Appearance) -> bytes:
    """Return `pdf`, byte for byte, followed by the signature of `signer`. Raises Refused.

    Whatever the back end answers is taken only if it begins with the very bytes that were given to it: what
    was reviewed is what is signed.
    """
    if not pdf.startswith(b"%PDF-"):
        raise Refused("not-pdf", "Yang hendak ditandatangani bukan berkas PDF.")
    answer = signer.signed(pdf, appearance)
    if not answer.startswith(pdf) or len(answer) == len(pdf):
        raise Refused(
            "changed",
            "Layanan tanda tangan mengembalikan dokumen yang lain dari yang ditinjau, jadi tidak disimpan. "
            "Ulangi; bila terulang, hubungi pengelola layanan.",
        )
    return answer
