"""What verifying answers: one word, and for every signature what is known of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MODIFIED, INVALID = "modified", "invalid"


@dataclass(frozen=True)
class Problem:
    """Something that speaks against a file: `kind` is MODIFIED (the bytes) or INVALID (who signed, when)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Signature:
    """One signature. `level` is B-B, B-T, B-LT, B-LTA, or "lain" where it is no PAdES signature.

    `timestamp` is the time a trusted authority vouches for, None where the signer only says so.
    `certificate` is the SHA-256 of the signer's certificate.
    """

    signer: str
    level: str
    covers_whole_file: bool
    trusted: bool
    timestamp: dt.datetime | None
    certificate: str
    problems: tuple[Problem, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "signer": self.signer,
            "level": self.level,
            "covers_whole_file": self.covers_whole_file,
            "trusted": self.trusted,
            "timestamp": self.timestamp.isoformat() if self.timestamp else None,
            "problems": [problem.text for problem in self.problems],
        }


@dataclass
class Found:
    """What is known of a file: whether it is read at all, and its signatures with their problems."""

    readable: bool = False
    problems: list[Problem] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)


@dataclass(frozen=True)
class Issued:
    """What the portal knows of a document it issued, as it may be shown to anybody.

    `certificates` are the SHA-256 of those that may have signed it, `files` those of the signed file as it
    was stored (and stamped anew since); None where that was not recorded.
    """

    document: Mapping[str, Any]
    certificates: frozenset[str] | None = None
    files: frozenset[str] | None = None


# Looks up an issued document by SHA-256: of the file, or of the bytes before a revision of it.
Ledger = Callable[[Sequence[str]], Issued | None]


@dataclass(frozen=True)
class Verdict:
    """What a file is. Statuses:

    valid     signed by whom we trust, whole, unchanged (and issued by us, where a ledger was asked)
    modified  not the bytes that were signed, or more than those
    invalid   the bytes are whole, but the signature does not count
    unknown   nothing that could be judged: no PDF, no signature, or not issued by us
    """

    status: str
    issued: Issued | None = None
    signatures: tuple[Signature, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def known(self) -> bool:
        """Whether the portal issued it, or what it was made from."""
        return self.issued is not None

    def as_json(self) -> dict[str, Any]:
        return {
            "known": self.known,
            "status": self.status,
            "document": dict(self.issued.document) if self.issued else {},
            "signatures": [signature.as_json() for signature in self.signatures],
        }
