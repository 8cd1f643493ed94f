"""What one transaction writes to the rows of a held report, with its log, in few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from agencies import prepared
from agencies.models import User
from reports import outcomes
from reports.entries.refusals import Conflict
from reports.models import Entry, Event, Receipt, Report, Value

# Columns of an entry that are typed; all others are computed.
TYPED = (
    "number",
    "not_applicable",
    "reason",
    "source",
    "document",
    "document_date",
    "obstacle",
    "driver",
    "follow_up",
    "ready",
)


class Writing:
    """What one transaction writes to the rows of a held report, with its log, in few statements."""

    def __init__(self, report: Report, by: User) -> None:
        self.report, self.by = report, by
        self._dirty: dict[tuple[type, int], tuple[Value | Entry, set[str]]] = {}
        self._events: list[Event] = []

    def store(self, row: Value | Entry, columns: Mapping[str, Any], *, based_on: int) -> set[str]:
        """Set typed columns and log it; return those that changed. To say what the row says is no conflict.

        Raises Conflict, and ValidationError by column; then the row is as it was.
        """
        _refuse_unfit(row, columns)
        before = {name: plain(getattr(row, name)) for name in columns}
        after = {name: plain(value) for name, value in columns.items()}
        changed = {name for name in columns if before[name] != after[name]}
        if not changed:
            return changed
        if row.version != based_on:
            raise Conflict(row, theirs=before, mine=after)
        for name in changed:
            setattr(row, name, columns[name])
        row.version += 1
        row.changed_by, row.changed_at = self.by, timezone.now()
        self.touch(row, *changed, "version", "changed_by", "changed_at")
        if isinstance(row, Entry) and row.state == Entry.State.NOT_APPLICABLE and not row.not_applicable:
            row.state = Entry.State.NOT_FILLED  # of a row that has left the set; all others are computed
            self.touch(row, "state")
        names = sorted(changed)
        self._tell(row, {name: before[name] for name in names}, {name: after[name] for name in names})
        return changed

    def _tell(self, row: Value | Entry, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Remember what is to be logged of a row."""
        kept = {"kind": kind_of(row), "subject": subject_of(row), "before": before, "after": after}
        about: dict[str, Any] = {"value": row} if isinstance(row, Value) else {"entry": row}
        self._events.append(Event(report=self.report, by=self.by, **about, **kept))

    def touch(self, row: Value | Entry, *columns: str) -> None:
        """Remember that these columns of the row are to be written."""
        self._dirty.setdefault((type(row), row.pk), (row, set()))[1].update(columns)

    def flush(self) -> None:
        """Write the rows and the log, in as many statements for many rows as for two."""
        for kind in (Value, Entry):
            write_rows(kind, [dirty for dirty in self._dirty.values() if isinstance(dirty[0], kind)])
        write_new(Event, self._events)
        self._dirty, self._events = {}, []


def write_new(kind: type[Event] | type[Receipt], rows: Sequence[Any]) -> None:
    """Insert rows in one statement."""
    if len(rows) == 1:
        prepared.insert(rows[0])
    else:
        kind.objects.bulk_create(rows)


def kind_of(row: Value | Entry) -> Event.Kind:
    """Return the kind of event that a change of the row is."""
    return Event.Kind.VALUE if isinstance(row, Value) else Event.Kind.ENTRY


def subject_of(row: Value | Entry) -> str:
    """Return what an event of the row is about."""
    return (row.element.label if isinstance(row, Value) else str(row))[:120]


def typed(entry: Entry) -> dict[str, Any]:
    """Return the typed columns of an entry as plain data."""
    return {name: plain(getattr(entry, name)) for name in TYPED}


def plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return outcomes.plain(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _refuse_unfit(row: Value | Entry, columns: Mapping[str, Any]) -> None:
    """Refuse what the columns cannot hold exactly. Raises ValidationError by column."""
    errors = {}
    for name, value in columns.items():
        try:
            row._meta.get_field(name).clean(value, row)  # type: ignore[union-attr]  # noqa: SLF001 - public
        except ValidationError as error:
            errors[name] = error.messages
    if errors:
        raise ValidationError(errors)


def write_rows(kind: type[Value] | type[Entry], changed: Sequence[tuple[Any, Collection[str]]]) -> None:
    """Write columns of rows in one statement (a few, where SQLite takes no more at once)."""
    if len(changed) == 1:
        prepared.update(*changed[0])
    elif changed:
        names = set[str]().union(*(columns for _, columns in changed))
        kind.objects.bulk_update([row for row, _ in changed], sorted(names))
