"""What parent and child of sandbox.py say to each other: JSON without anything that could run."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import asdict
from typing import Any

from reports.signing.trust import Trust
from reports.signing.verdicts import INVALID, MODIFIED, Found, Problem, Signature

_LEVELS = ("B-B", "B-T", "B-LT", "B-LTA", "lain")
_KINDS = ("roots", "others", "lists")


def question(trust: Trust, now: dt.datetime) -> bytes:
    """Return what the child is told before it gets the file."""
    told: dict[str, Any] = {
        kind: [base64.b64encode(der).decode() for der in getattr(trust, kind)] for kind in _KINDS
    }
    return json.dumps(told | {"now": now.isoformat()}).encode()


def asked(told: bytes) -> tuple[Trust, dt.datetime]:
    """Return what `question` was made of."""
    content = json.loads(told)
    trust = Trust(**{kind: tuple(map(base64.b64decode, content[kind])) for kind in _KINDS})
    return trust, dt.datetime.fromisoformat(content["now"])


def said(found: Found) -> dict[str, Any]:
    """Return findings as plain data."""
    return {
        "readable": found.readable,
        "problems": [asdict(problem) for problem in found.problems],
        "signatures": [
            asdict(one) | {"timestamp": one.timestamp.isoformat() if one.timestamp else None}
            for one in found.signatures
        ],
    }


def heard(answer: bytes) -> Found:
    """Return the findings of the child. Raises ValueError for anything that is not built like some."""
    try:
        content = json.loads(answer)
        return Found(
            readable=content["readable"] is True,
            problems=[_problem(one) for one in content["problems"]],
            signatures=[_signature(one) for one in content["signatures"]],
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not findings") from error


def _problem(content: dict[str, Any]) -> Problem:
    if content["kind"] not in (MODIFIED, INVALID):
        raise ValueError("not a kind")
    return Problem(content["kind"], str(content["text"]))


def _signature(content: dict[str, Any]) -> Signature:
    if content["level"] not in _LEVELS:
        raise ValueError("not a level")
    return Signature(
        signer=str(content["signer"]),
        level=content["level"],
        covers_whole_file=content["covers_whole_file"] is True,
        trusted=content["trusted"] is True,
        timestamp=dt.datetime.fromisoformat(content["timestamp"]) if content["timestamp"] else None,
        certificate=str(content["certificate"]),
        problems=tuple(_problem(one) for one in content["problems"]),
    )
