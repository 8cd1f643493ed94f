"""What has been sent is not changed, and what has happened is never rewritten: the rules as triggers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agencies.triggers import Trigger, append_only, differs
from reports.status import EDITABLE, STEPS

SENT = "Laporan ini sudah dikirim, jadi isiannya terkunci. Minta dikembalikan atau dibuka kembali."
BY_STEP = "Laporan hanya berubah lewat langkah yang tersedia untuknya."
REPORTED = "Periode yang sudah dilaporkan hanya dapat diganti tanggal buka dan tutupnya."
APPEND_ONLY = "Riwayat tidak dapat diubah atau dihapus."
ISSUED = "Dokumen yang sudah terbit tidak dapat diubah atau dihapus. Terbitkan penggantinya."
KEPT = "Bukti dukung tidak dapat diubah atau dihapus. Ganti, atau tandai sebagai dihapus."

_EDITABLE = ", ".join(f"'{status.value}'" for status in EDITABLE)
_ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
_OF_SENT = (
    "EXISTS (SELECT 1 FROM reports_report r WHERE r.id = {row}.report_id AND r.status NOT IN ({editable}))"
)
_OF_SENT_ENTRY = (
    "EXISTS (SELECT 1 FROM reports_entry e JOIN reports_report r ON r.id = e.report_id "
    "WHERE e.id = {row}.entry_id AND r.status NOT IN ({editable}))"
)
_REPORT_OF_ENTRY = "SELECT e.report_id FROM reports_entry e WHERE e.id = {row}.entry_id"
_IS_THERE = "EXISTS (SELECT 1 FROM {table} e WHERE e.id = NEW.id)"
_IS_REPLACED = "EXISTS (SELECT 1 FROM reports_evidence e WHERE e.replaces_id = NEW.replaces_id)"
_STEP = "(OLD.status = '{}' AND NEW.status = '{}' AND NEW.version = OLD.version + {})"
_ALLOWED = " OR ".join(_STEP.format(step.source, step.target, int(step.new_version)) for step in STEPS)
_STAYS = "(OLD.status = NEW.status AND NEW.version = OLD.version)"


def triggers(vendor: str, columns: Mapping[str, list[str]]) -> Iterator[Trigger]:
    """Yield the triggers: rows follow the state of their report, a report its steps, events only grow."""
    yield from _evidence(vendor, columns)
    yield from append_only("reports_issueddocument", ISSUED)
    for table in ("reports_value", "reports_entry"):
        for event, rows in _ROWS.items():
            refused = " OR ".join(_OF_SENT.format(row=row, editable=_EDITABLE) for row in rows)
            # SQLite may replace a row without running the triggers for DELETE, by the key of a locked one.
            if event != "DELETE":
                refused += f" OR {_IS_THERE.format(table=table) if event == 'INSERT' else 'OLD.id <> NEW.id'}"
            # A figure and a report being sent wait for each other.
            hold = " ".join(
                f"PERFORM 1 FROM reports_report r WHERE r.id = {row}.report_id FOR SHARE;" for row in rows
            )
            yield Trigger(table, event, refused, SENT, hold)
    fixed = " OR ".join(differs(vendor, column) for column in ("id", "agency_id", "period_id"))
    other_set = f"({differs(vendor, 'indicator_set_id')} AND OLD.status NOT IN ({_EDITABLE}))"
    moved = f"NOT ({_STAYS} OR {_ALLOWED}) OR {fixed} OR {other_set}"
    yield Trigger("reports_report", "UPDATE", moved, BY_STEP)
    born = f"NEW.status <> 'open' OR NEW.version <> 1 OR {_IS_THERE.format(table='reports_report')}"
    yield Trigger("reports_report", "INSERT", born, BY_STEP)
    other = " OR ".join(differs(vendor, column) for column in ("id", "region_id", "year", "part"))
    reported = "EXISTS (SELECT 1 FROM reports_report r WHERE r.period_id = OLD.id)"
    yield Trigger("reports_period", "UPDATE", f"({other}) AND {reported}", REPORTED)
    for table in ("reports_event", "reports_extension"):
        for event in ("UPDATE", "DELETE", "TRUNCATE"):
            yield Trigger(table, event, "1 = 1", APPEND_ONLY)
        # SQLite replaces a row without running the triggers for DELETE.
        yield Trigger(table, "INSERT", _IS_THERE.format(table=table), APPEND_ONLY)


def _evidence(vendor: str, columns: Mapping[str, list[str]]) -> Iterator[Trigger]:
    """Evidence of a sent report is locked; in an open one it grows, and no longer counts when removed."""
    table = "reports_evidence"
    for event, rows in _ROWS.items():
        refused = " OR ".join(_OF_SENT_ENTRY.format(row=row, editable=_EDITABLE) for row in rows)
        hold = " ".join(
            f"PERFORM 1 FROM reports_report r WHERE r.id = ({_REPORT_OF_ENTRY.format(row=row)}) FOR SHARE;"
            for row in rows
        )
        yield Trigger(table, event, refused, SENT, hold)
    fixed = [differs(vendor, column) for column in columns.get(table, []) if column != "removed_at"]
    changed = " OR ".join([*fixed, f"(OLD.removed_at IS NOT NULL AND {differs(vendor, 'removed_at')})"])
    yield Trigger(table, "UPDATE", changed, KEPT, kind="keep")
    for event in ("DELETE", "TRUNCATE"):
        yield Trigger(table, event, "1 = 1", KEPT, kind="keep")
    # SQLite replaces a row without running the triggers for DELETE, by its key or by what it replaces.
    again = f"{_IS_THERE.format(table=table)} OR {_IS_REPLACED}"
    yield Trigger(table, "INSERT", again, KEPT, kind="keep")
