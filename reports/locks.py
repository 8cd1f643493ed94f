"""What has been sent is not changed, and what has happened is never rewritten: the rules as triggers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agencies.triggers import Trigger, differs
from reports.status import EDITABLE, STEPS

SENT = "Laporan ini sudah dikirim, jadi isiannya terkunci. Minta dikembalikan atau dibuka kembali."
BY_STEP = "Laporan hanya berubah lewat langkah yang tersedia untuknya."
APPEND_ONLY = "Riwayat tidak dapat diubah atau dihapus."

_EDITABLE = ", ".join(f"'{status.value}'" for status in EDITABLE)
_ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
_OF_SENT = (
    "EXISTS (SELECT 1 FROM reports_report r WHERE r.id = {row}.report_id AND r.status NOT IN ({editable}))"
)
_IS_THERE = "EXISTS (SELECT 1 FROM {table} e WHERE e.id = NEW.id)"
_STEP = "(OLD.status = '{}' AND NEW.status = '{}' AND NEW.version = OLD.version + {})"
_ALLOWED = " OR ".join(_STEP.format(step.source, step.target, int(step.new_version)) for step in STEPS)
_STAYS = "(OLD.status = NEW.status AND NEW.version = OLD.version)"


def triggers(vendor: str, columns: Mapping[str, list[str]]) -> Iterator[Trigger]:
    """Yield the triggers: figures follow the state of their report, a report its steps, events only grow."""
    for table in ("reports_value", "reports_entry"):
        for event, rows in _ROWS.items():
            refused = " OR ".join(_OF_SENT.format(row=row, editable=_EDITABLE) for row in rows)
            # A figure and a report being sent wait for each other.
            hold = " ".join(
                f"PERFORM 1 FROM reports_report r WHERE r.id = {row}.report_id FOR SHARE;" for row in rows
            )
            yield Trigger(table, event, refused, SENT, hold)
    fixed = " OR ".join(differs(vendor, column) for column in ("agency_id", "period_id"))
    other_set = f"({differs(vendor, 'indicator_set_id')} AND OLD.status NOT IN ({_EDITABLE}))"
    moved = f"NOT ({_STAYS} OR {_ALLOWED}) OR {fixed} OR {other_set}"
    yield Trigger("reports_report", "UPDATE", moved, BY_STEP)
    yield Trigger("reports_report", "INSERT", "NEW.status <> 'open' OR NEW.version <> 1", BY_STEP)
    for table in ("reports_event", "reports_extension"):
        for event in ("UPDATE", "DELETE"):
            yield Trigger(table, event, "1 = 1", APPEND_ONLY)
        # SQLite replaces a row without running the triggers for DELETE.
        yield Trigger(table, "INSERT", _IS_THERE.format(table=table), APPEND_ONLY)
