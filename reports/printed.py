"""What pages and paper print beside the figures of a report: targets, the scale of predicates, moments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from agencies.prepared import Prepared
from indicators import achievement as rules
from indicators.models import Indicator, PredicateScale
from indicators.numbers import format_date, format_number
from reports import outcomes
from reports.models import Report

SCALE = "permendagri-86-2017"


def predicate_scale() -> rules.Scale | None:
    """Return the newest version of the scale of the Ministry of Home Affairs, None where it is not loaded."""
    return next((row.scale() for row in _SCALES(code=SCALE)), None)


_SCALES = Prepared(lambda code: PredicateScale.objects.filter(code=code).order_by("-version")[:1])


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


def moment(at: dt.datetime, report: Report) -> str:
    """Return a moment on the clock of the report's agency: "10 Juli 2026 09.40 WIB"."""
    local = timezone.localtime(at, report.agency.zone)
    return f"{format_date(local.date())} {local:%H.%M} {report.agency.get_time_zone_display()}"
