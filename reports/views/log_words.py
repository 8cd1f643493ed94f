"""Records of the log in words: tables and columns by their names, values as people write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator, capfirst

from agencies.models import Agency, AuditRecord
from indicators.numbers import format_date, format_number

EMPTY = "kosong"
LONGEST = 300
# What naming a row of these asks for besides.
_WITH = {"indicators_indicatorset": ("agency",), "agencies_agency": ("region",)}

Change = tuple[str, str, str]


def tables() -> dict[str, type[models.Model]]:
    """Return the model of every table."""
    return {model._meta.db_table: model for model in apps.get_models()}  # noqa: SLF001 - public in Django


def moment(at: dt.datetime, agency: Agency | None) -> str:
    """Return a moment on the clock of `agency`, by default of the portal: "10 Juli 2026 09.40 WIB"."""
    zone = agency.zone if agency else timezone.get_default_timezone()
    clock = agency.get_time_zone_display() if agency else Agency.Zone(str(zone)).label
    local = timezone.localtime(at, zone)
    return f"{format_date(local.date())} {local:%H.%M} {clock}"


@dataclass
class Words:
    """Says records; the rows they name are read once, by one query for each table."""

    names: dict[tuple[type[models.Model], str], str] = field(default_factory=dict)
    tables: dict[str, type[models.Model]] = field(default_factory=tables)

    @classmethod
    def of(cls, records: Iterable[AuditRecord]) -> Words:
        """Read the names of what `records` point to."""
        words = cls()
        wanted: dict[type[models.Model], set[str]] = {}
        for record in records:
            for column, value in [*record.before.items(), *record.after.items()]:
                target = words._points_to(record, column)
                if target is not None and value is not None:
                    wanted.setdefault(target, set()).add(value)
        for model, keys in wanted.items():
            meta = model._meta  # noqa: SLF001 - public in Django
            rows = model._default_manager.select_related(*_WITH.get(meta.db_table, ()))  # noqa: SLF001
            if meta.db_table == "indicators_indicatorset":
                rows = rows.defer("published")
            words.names.update({(model, str(row.pk)): str(row) for row in rows.filter(pk__in=keys)})
        return words

    def title(self, record: AuditRecord) -> str:
        """Return what happened to what: "Pejabat diubah"."""
        model = self.tables.get(record.table)
        if record.kind == AuditRecord.Kind.DOWNLOADED or model is None:
            return record.get_kind_display()
        return f"{capfirst(model._meta.verbose_name)} {record.get_kind_display().lower()}"  # noqa: SLF001

    def changes(self, record: AuditRecord) -> list[Change]:
        """Return label, before and after of every column; of a row made or deleted those that are filled."""
        model = self.tables.get(record.table)
        order = [known.column for known in model._meta.concrete_fields] if model else []  # noqa: SLF001
        columns = sorted(record.before | record.after, key=lambda c: order.index(c) if c in order else -1)
        found = [
            (
                self._label(record, column),
                self._value(record, column, record.before),
                self._value(record, column, record.after),
            )
            for column in columns
        ]
        return [change for change in found if change[1:] not in ((EMPTY, ""), ("", EMPTY))]

    def _column(self, record: AuditRecord, column: str) -> Any:
        model = self.tables.get(record.table)
        if model is None:
            return None
        fields = model._meta.concrete_fields  # noqa: SLF001 - public in Django
        return next((found for found in fields if found.column == column), None)

    def _points_to(self, record: AuditRecord, column: str) -> type[models.Model] | None:
        target: type[models.Model] | None = getattr(self._column(record, column), "related_model", None)
        return target

    def _label(self, record: AuditRecord, column: str) -> str:
        if record.kind == AuditRecord.Kind.DOWNLOADED and column == "sha256":
            return "Sidik jari SHA-256"
        if column == "password":
            return "Kata sandi"
        known = self._column(record, column)
        return str(capfirst(known.verbose_name)) if known is not None else column

    def _value(self, record: AuditRecord, column: str, side: Mapping[str, Any]) -> str:
        """Return a value in words; "" where the side does not have the column."""
        if column not in side:
            return ""
        value, known = side[column], self._column(record, column)
        if value is None or value == "":
            return "" if column == "password" else EMPTY
        target = self._points_to(record, column)
        if target is not None:
            return self.names.get((target, str(value)), f"nomor {value} (sudah dihapus)")
        if known is not None and known.choices:
            labels = {str(key): str(label) for key, label in known.flatchoices}
            return labels.get(str(value), str(value))
        return _plain(known, str(value), record)


def _plain(column: Any, value: str, record: AuditRecord) -> str:
    if isinstance(column, models.BooleanField):
        return "ya" if value in ("1", "true") else "tidak"
    if isinstance(column, models.DateTimeField):
        at = parse_datetime(value)
        if at is None:
            return value
        return moment(at if timezone.is_aware(at) else at.replace(tzinfo=ZoneInfo("UTC")), record.agency)
    if isinstance(column, models.DateField):
        return format_date(dt.date.fromisoformat(value[:10]))
    if isinstance(column, models.DecimalField):
        try:
            return format_number(Decimal(value))
        except InvalidOperation:
            return value
    return str(Truncator(value).chars(LONGEST))
