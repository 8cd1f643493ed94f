"""The one text of a document's data, and its fingerprint: what is hashed, stored and attached."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(content: dict[str, Any]) -> str:
    """Return `content` as JSON that is the same for the same data: sorted keys, no spaces, no escapes.

    Raises TypeError for a float anywhere: figures are exact decimals, and these are text.
    """
    _refuse_floats(content, "$")
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def fingerprint(data: str | bytes) -> str:
    """Return the SHA-256 of a text (as UTF-8) or of bytes, in hexadecimal."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def _refuse_floats(value: object, where: str) -> None:
    if isinstance(value, float):
        raise TypeError(f"{where} is a float; write the exact figure as text.")
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_floats(inner, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            _refuse_floats(inner, f"{where}[{place}]")
