"""What pages and paper print of a row beside its figures: the target, and the scale of the predicates."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from indicators import achievement as rules
from indicators.models import Indicator, PredicateScale
from indicators.numbers import format_number
from reports import outcomes

SCALE = "permendagri-86-2017"


def predicate_scale() -> rules.Scale | None:
    """Return the newest version of the scale of the Ministry of Home Affairs, None where it is not loaded."""
    row = PredicateScale.objects.filter(code=SCALE).order_by("-version").first()
    return row.scale() if row else None


def target_texts(d: Mapping[str, Any]) -> tuple[str, str]:
    """Return the target in effect, and a note on the decision that changed it; empty without one."""
    target = d["target"]
    if d["kind"] == Indicator.Kind.YES_NO:
        return "Ya", ""
    if target is None:
        return "", ""
    text = _target(d, target, "" if target["revised_value"] is None else "revised_")
    if target["revised_value"] is None:
        return text, ""
    return text, f"semula {_target(d, target, '')}, diubah dengan {target['decision']}"


def _target(d: Mapping[str, Any], target: Mapping[str, Any], prefix: str) -> str:
    low, high = Decimal(target[f"{prefix}value"]), outcomes.figure(target[f"{prefix}upper"])
    first = outcomes.level_of(d, low) or format_number(low)
    return first if high is None else f"{first}–{format_number(high)}"
