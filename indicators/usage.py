"""Which indicators name a data element, in all sets of an agency: drafts, in force, superseded."""

from __future__ import annotations

import re

from agencies.models import Agency
from indicators import formula as formulas
from indicators.models import Indicator


def usage(agency: Agency) -> dict[str, list[Indicator]]:
    """Return for each name in a formula of `agency` the indicators using it, those of newer sets first."""
    found: dict[str, list[Indicator]] = {}
    rows = Indicator.objects.filter(goal__indicator_set__agency=agency).exclude(
        formula="", printed_formula=""
    )
    # What a set was published with is long, and would be read once for each of its indicators.
    related = rows.select_related("goal__indicator_set__agency").defer("goal__indicator_set__published")
    for indicator in related.order_by("-goal__indicator_set", "position"):
        for name in _names(indicator.formula) | _names(indicator.printed_formula):
            found.setdefault(name, []).append(indicator)
    return found


def _names(text: str) -> set[str]:
    if not text:
        return set()
    try:
        return set(formulas.parse(text).names)
    except formulas.FormulaError:
        # A formula that is not right yet still means what it names; a word too many only keeps a row longer.
        return set(re.findall(r"[a-z_][a-z0-9_]*", text))
