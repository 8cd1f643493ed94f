"""The one writer of summaries: a held report counted and averaged from its rows, as they were just written.

Few statements, for this follows every figure that is saved: the rows without their definitions, which the
plan of the set has at hand, and the scale of predicates; then one write, however many reports.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from agencies import prepared
from agencies.models import Agency
from agencies.prepared import Prepared
from indicators import achievement as rules
from reports import outcomes
from reports.bands import Band, band, reached
from reports.entries.plans import plan
from reports.models import Entry, Report, Summary
from reports.printed import predicate_scale

# The columns of an entry that a summary says something of.
SAYS = frozenset({"state", "achievement", "definition"})


class Row(NamedTuple):
    """What counts of an entry."""

    state: str
    achievement: str
    definition: Mapping[str, Any]


def matters(changed: Iterable[tuple[object, set[str]]]) -> bool:
    """Say whether one of these rows, with the columns that were written, may change a summary."""
    return any(not columns.isdisjoint(SAYS) for _, columns in changed)


def sum_up(reports: Sequence[Report]) -> None:
    """Store what the rows of held reports say now, as `holding.read` gives these reports."""
    if reports:
        rows = _rows(reports)
        write(reports, {report.pk: rows.get(report.pk, []) for report in reports})


def write(reports: Iterable[Report], rows: Mapping[int, Sequence[Row | Entry]]) -> None:
    """Store summaries of held reports whose rows, in their order, are at hand, by key of the report."""
    scale = predicate_scale()
    found = [summed_up(report, rows[report.pk], scale) for report in reports]
    if len(found) == 1:
        prepared.put(found[0])
    else:
        Summary.objects.bulk_create(
            found, update_conflicts=True, unique_fields=["report"], update_fields=COLUMNS
        )


COLUMNS = [field.name for field in Summary._meta.concrete_fields if not field.primary_key]  # noqa: SLF001


def summed_up(report: Report, rows: Sequence[Row | Entry], scale: rules.Scale | None) -> Summary:
    """Return the summary of a report with these rows, in their order; nothing is asked or stored."""
    states = Counter(str(row.state) for row in rows)
    bands = Counter(_band(row, scale) for row in rows)
    mean = outcomes.average(report.agency, rows)
    return Summary(
        report=report,
        total=len(rows),
        not_filled=states[Entry.State.NOT_FILLED],
        not_applicable=states[Entry.State.NOT_APPLICABLE],
        not_computable=states[Entry.State.NOT_COMPUTABLE],
        unjudged=bands[Band.UNJUDGED],
        reached=bands[Band.REACHED],
        close=bands[Band.CLOSE],
        far=bands[Band.FAR],
        average="" if mean.value is None else outcomes.plain(mean.value),
        counted=mean.counted,
        predicate=(scale and scale.classify(mean.value, report.agency.digits)) or "",
        basis=f"{basis_of(report.agency)}{scale_key(scale)}",
        extended_to=report.extended_to,
    )


def basis_of(agency: Agency) -> str:
    """Return how an agency averages and rounds, the first part of the basis of a summary."""
    return f"{agency.averaging} {agency.digits} "


def scale_key(scale: rules.Scale | None) -> str:
    """Return which scale it is and what its classes were, the second part."""
    if scale is None:
        return "-"
    return f"{scale.code} {scale.version} {zlib.crc32(repr(scale.classes).encode()):08x}"


def _band(row: Row | Entry, scale: rules.Scale | None) -> Band:
    return band(row.state, scale, reached(row.achievement, row.definition["digits"]))


def _rows(reports: Iterable[Report]) -> dict[int, list[Row]]:
    """Return the rows of reports by their keys; a set in force says for good what its indicators are."""
    known = {
        (report.pk, its.keys[code]): definition
        for report in reports
        for its in (plan(report),)
        for code, definition in its.indicators.items()
    }
    found = _ROWS(reports=[report.pk for report in reports])
    # What has left the set keeps the definition it had.
    left = [pk for report, pk, indicator, _, _ in found if (report, indicator) not in known]
    kept = dict(_DEFINITIONS(entries=left)) if left else {}
    rows: dict[int, list[Row]] = {}
    for report, pk, indicator, state, achievement in found:
        definition = known.get((report, indicator)) or kept[pk]
        rows.setdefault(report, []).append(Row(state, achievement, definition))
    return rows


_ROWS = Prepared(
    lambda reports: (
        Entry.objects.filter(report__in=reports)
        .order_by("report", "position")
        .values_list("report", "pk", "indicator", "state", "achievement")
    )
)
_DEFINITIONS = Prepared(
    lambda entries: Entry.objects.filter(pk__in=entries).order_by().values_list("pk", "definition")
)
