"""Database triggers, on PostgreSQL and SQLite alike: promises that no check constraint can keep.

They are dropped before every migration and made again after it: SQLite rebuilds a table to change it, which
loses its triggers and stumbles over those of other tables that name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate


class Rule(Protocol):
    """A trigger: the table it stands on, all tables it needs, and how it is made."""

    @property
    def table(self) -> str:
        """The table it stands on."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The tables without which it is not made."""

    @property
    def name(self) -> str:
        """The name in the database."""

    def statements(self, vendor: str) -> list[str]:
        """Return the SQL that makes the trigger; [] where the database has no such thing."""


@dataclass(frozen=True)
class Trigger:
    """Refuse `event` on rows of `table` with `message` where `refused` holds.

    `event` is INSERT, UPDATE, DELETE, or TRUNCATE, which PostgreSQL alone knows and which names no row.
    `refused` is SQL over OLD and NEW. `hold` are statements that PostgreSQL runs first, to make writers
    wait for each other; SQLite has one writer anyway. `kind` tells two triggers of one table and event apart.
    """

    table: str
    event: str
    refused: str
    message: str
    hold: str = ""
    kind: str = "lock"

    @property
    def needs(self) -> tuple[str, ...]:
        """The tables without which it is not made."""
        return (self.table,)

    @property
    def name(self) -> str:
        """The name in the database."""
        return f"{self.kind}_{self.table.partition('_')[2]}_{self.event.lower()}"

    def statements(self, vendor: str) -> list[str]:
        """Return the SQL that makes the trigger."""
        whole = self.event == "TRUNCATE"
        head = f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table}"
        head += " FOR EACH STATEMENT" if whole else " FOR EACH ROW"
        if vendor == "sqlite":
            raising = f"{head} WHEN {self.refused} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
            return [] if whole else [raising]
        result = "NULL" if whole else "OLD" if self.event == "DELETE" else "NEW"
        function = (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{self.hold} IF {self.refused} THEN RAISE EXCEPTION '{self.message}' "
            f"USING ERRCODE = 'check_violation'; END IF; RETURN {result}; END $$"
        )
        return [function, f"{head} EXECUTE FUNCTION {self.name}()"]


# Makes the triggers of an app for a vendor and the columns of each table (none where the table is missing).
Rules = Callable[[str, Mapping[str, list[str]]], Iterable[Rule]]


def append_only(table: str, message: str) -> Iterator[Trigger]:
    """Yield the triggers that let rows of `table` only be added."""
    for event in ("UPDATE", "DELETE", "TRUNCATE"):
        yield Trigger(table, event, "1 = 1", message)
    # SQLite may replace a row without running the triggers for DELETE.
    is_there = f"EXISTS (SELECT 1 FROM {table} e WHERE e.id = NEW.id)"  # noqa: S608 - declared
    yield Trigger(table, "INSERT", is_there, message)


def differs(vendor: str, column: str) -> str:
    """Return the condition that an update changes `column`, NULL included."""
    operator = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    return f"OLD.{column} {operator} NEW.{column}"


def keep(config: AppConfig, rules: Rules) -> None:
    """Keep the triggers of `rules` in every database through every migration of the app `config`."""

    def drop_all(using: str, **kwargs: Any) -> None:
        drop(using, rules)

    def install_all(using: str, **kwargs: Any) -> None:
        install(using, rules)

    # Not weak: nothing else holds these functions.
    pre_migrate.connect(drop_all, sender=config, weak=False)
    post_migrate.connect(install_all, sender=config, weak=False)


def drop(using: str, rules: Rules) -> None:
    """Remove the triggers from the database `using`, where they are there."""
    connection = connections[using]
    columns = _columns(connection, rules)
    with connection.cursor() as cursor:
        for trigger in rules(connection.vendor, columns):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")
            elif columns[trigger.table]:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")


def install(using: str, rules: Rules) -> None:
    """Make the triggers anew in the database `using`; while one of their tables is missing, do nothing."""
    drop(using, rules)
    connection = connections[using]
    columns = _columns(connection, rules)
    if not all(columns.values()):
        return
    with connection.cursor() as cursor:
        for trigger in rules(connection.vendor, columns):
            for statement in trigger.statements(connection.vendor):
                cursor.execute(statement)


def _columns(connection: BaseDatabaseWrapper, rules: Rules) -> dict[str, list[str]]:
    """Return the columns of every table the rules are about, none for a table that is not there."""
    tables = dict.fromkeys(table for trigger in rules(connection.vendor, {}) for table in trigger.needs)
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        return {
            table: [c.name for c in connection.introspection.get_table_description(cursor, table)]
            if table in existing
            else []
            for table in tables
        }
