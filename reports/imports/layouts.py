"""How tables were read before: kept by their headings for an agency or region, once somebody confirms."""

from __future__ import annotations

from typing import Any

from agencies.models import User
from indicators.spreadsheets.corrections import recalled, remembered
from indicators.spreadsheets.recognised import Understanding
from reports.imports.reading import recognised_columns, tables_of
from reports.models import ImportBatch, ImportLayout


def known(batch: ImportBatch, understanding: Understanding) -> dict[str, dict[str, Any]]:
    """Return the corrections, perhaps empty, of the tables laid out as one confirmed before, by key."""
    tables = list(tables_of(understanding))
    kept = dict(_of(batch, {table.fingerprint for table in tables}).values_list("fingerprint", "choice"))
    return {
        table.key: recalled(kept[table.fingerprint], table.origin, table.columns)
        for table in tables
        if table.fingerprint in kept
    }


def remember(batch: ImportBatch, *, by: User) -> None:
    """Keep how the tables of a batch are read, for the next file with the same headings."""
    layouts = {}
    for sheet in batch.reading["sheets"]:
        for table in sheet["tables"]:
            content = batch.corrections.get(table["key"], {})
            row, column = table["origin"]
            choice = remembered(content, (row, column), recognised_columns(table))
            layouts[table["fingerprint"]] = ImportLayout(
                agency=batch.agency,
                region=batch.region,
                fingerprint=table["fingerprint"],
                choice=choice,
                confirmed_by=by,
            )
    _of(batch, set(layouts)).delete()
    ImportLayout.objects.bulk_create(layouts.values(), ignore_conflicts=True)


def _of(batch: ImportBatch, fingerprints: set[str]) -> Any:
    return ImportLayout.objects.filter(agency=batch.agency, region=batch.region, fingerprint__in=fingerprints)
