"""What has changed since somebody last looked at a report. A look is no business: it writes no event."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max

from agencies.models import User
from reports.models import Event, Look, Report

# Looks closer together than this are one visit: a page loaded again does not swallow what changed.
PAUSE = dt.timedelta(minutes=30)
ROW_KINDS = (Event.Kind.VALUE, Event.Kind.ENTRY)


@dataclass(frozen=True)
class Visit:
    """What the present visit is held against: the last event seen before it, and when; None in the first."""

    baseline: int | None
    since: dt.datetime | None


@dataclass
class Change:
    """What others made of one row, or one thing that happened: `event` is its last event.

    `columns` are name, before and after as logged, of what is not as it was; empty for what is no row.
    """

    event: Event
    columns: list[tuple[str, Any, Any]] = field(default_factory=list)


@transaction.atomic
def visit(report: Report, user: User, now: dt.datetime, *, counts: bool = True) -> Visit:
    """Return what the visit of `user` is held against, and remember the look.

    A visit goes on while its looks follow within PAUSE. A look that does not count, say of a browser that
    loads the page before anybody asked for it, leaves no trace. Simultaneous looks are one visit.
    """
    if not counts:
        seen = Look.objects.filter(report=report, user=user).first()
        return Visit(None, None) if seen is None else Visit(*_baseline(seen, now))
    newest = report.events.aggregate(newest=Max("pk"))["newest"] or 0
    look, is_new = Look.objects.select_for_update().get_or_create(
        report=report, user=user, defaults={"seen": newest, "at": now}
    )
    if not is_new:
        look.before, look.before_at = _baseline(look, now)
        # Of two looks at once the later one may have asked earlier.
        look.seen, look.at = max(look.seen, newest), max(look.at, now)
        look.save(update_fields=["before", "before_at", "seen", "at"])
    return Visit(look.before, look.before_at)


def _baseline(look: Look, now: dt.datetime) -> tuple[int | None, dt.datetime | None]:
    if now - look.at > PAUSE:
        return look.seen, look.at
    return look.before, look.before_at


def changes_since(report: Report, baseline: int, user: User) -> list[Change]:
    """Return what others changed after the event `baseline`, the newest first; one query.

    A row changed many times is one change from the first "before" to the last "after" of each column; what is
    again as it was is left out. So is what `user` did: what somebody wrote, they know, and what others change
    in it counts from there.
    """
    events = report.events.filter(pk__gt=baseline).select_related("by", "entry", "value__element")
    rows: dict[tuple[int | None, int | None], dict[str, tuple[Any, Any, Event]]] = {}
    changes: list[Change] = []
    for event in events.order_by("pk"):
        if event.kind not in ROW_KINDS:
            if event.by_id != user.pk:
                changes.append(Change(event))
            continue
        columns = rows.setdefault((event.value_id, event.entry_id), {})
        for name, after in event.after.items():
            if event.by_id == user.pk:
                columns.pop(name, None)
            else:
                first = columns[name][0] if name in columns else event.before.get(name)
                columns[name] = (first, after, event)
    for columns in rows.values():
        changed = {name: step for name, step in columns.items() if step[0] != step[1]}
        if changed:
            last = max((event for _, _, event in changed.values()), key=lambda event: event.pk)
            changes.append(Change(last, [(name, old, new) for name, (old, new, _) in changed.items()]))
    return sorted(changes, key=lambda change: -change.event.pk)
