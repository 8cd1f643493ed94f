"""The log of what changes outside the reports: who, when, what was and what is.

Database triggers write it, so that no road around the code goes unlogged: forms, the stock admin, imports,
`QuerySet.update` and SQL alike, in the transaction of the change itself. The code only says who is acting.
SQLite asks it through the function `acting_user` that every connection of the portal is given. PostgreSQL
reads the setting `iku.acting_user`, which stands only while one statement runs: a connection that is used
again, or a rollback, can never sign with somebody else's name. What nobody is named for is the system's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponseBase

from agencies import triggers
from agencies.triggers import differs

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from agencies.models import User

TABLE = "agencies_auditrecord"
CHANGED = "diganti"  # stands for a value that is nobody's to read
_KINDS = {"INSERT": "created", "UPDATE": "changed", "DELETE": "deleted"}
PQTRANS_IDLE, PQTRANS_INTRANS = 0, 2  # libpq
_REGION_OF = "(SELECT region_id FROM agencies_agency WHERE id = {agency})"
_NONE = "CAST(NULL AS bigint)"


# What is logged


@dataclass(frozen=True)
class Logged:
    """A table whose rows are logged.

    `subject` names a row and `agency` finds the agency it belongs to, both SQL over {row}; `region` is that
    of the agency unless it is said. What belongs to several places has a query `places` over {row} instead,
    with a row of agency and region, either or both NULL, for each. Columns `left_out` are not looked at; of
    those `hidden` only shows that they were changed.
    """

    table: str
    subject: str
    agency: str = _NONE
    region: str = ""
    places: str = ""
    left_out: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def places_of(self, row: str) -> str:
        """Return a query for the agency and the region of each place that `row` (OLD, NEW) belongs to."""
        if self.places:
            return self.places.format(row=row)
        agency = self.agency.format(row=row)
        region = self.region.format(row=row) or _REGION_OF.format(agency=agency)
        return f"SELECT {agency} AS agency, {region} AS region"


@dataclass(frozen=True)
class LogTrigger:
    """Write into the log after every `event` on a row of a logged table; see agencies.triggers.Rule.

    Every place the row belongs to gets a record of its own; of a row that moves, the old place too.
    """

    of: Logged
    event: str
    columns: tuple[str, ...]

    @property
    def table(self) -> str:
        """The table it stands on."""
        return self.of.table

    @property
    def needs(self) -> tuple[str, ...]:
        """The tables without which it is not made."""
        return self.of.table, TABLE

    @property
    def name(self) -> str:
        """The name in the database."""
        return f"log_{self.table.partition('_')[2]}_{self.event.lower()}"

    def statements(self, vendor: str) -> list[str]:
        """Return the SQL that makes the trigger."""
        head = f"CREATE TRIGGER {self.name} AFTER {self.event} ON {self.table} FOR EACH ROW"
        if self.event == "UPDATE":
            head += f" WHEN ({' OR '.join(differs(vendor, _quoted(column)) for column in self.columns)})"
        if vendor == "sqlite":
            return [f"{head} BEGIN {self._insert(vendor)}; END"]
        function = (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{self._insert(vendor)}; RETURN NULL; END $$"
        )
        return [function, f"{head} EXECUTE FUNCTION {self.name}()"]

    def _insert(self, vendor: str) -> str:
        row = "OLD" if self.event == "DELETE" else "NEW"
        # UNION leaves each place once.
        rows = ("OLD", "NEW") if self.event == "UPDATE" else (row,)
        places = " UNION ".join(map(self.of.places_of, rows))
        empty = "'{}'"
        before = empty if self.event == "INSERT" else self._values(vendor, "OLD")
        after = empty if self.event == "DELETE" else self._values(vendor, "NEW")
        if vendor == "sqlite":
            now, by = "strftime('%Y-%m-%d %H:%M:%f', 'now')", "acting_user()"
        else:
            now, by = "clock_timestamp()", "NULLIF(current_setting('iku.acting_user', true), '')::bigint"
        values = {
            "at": now,
            "by_id": by,
            "agency_id": "place.agency",
            "region_id": "place.region",
            "kind": f"'{_KINDS[self.event]}'",
            "table": f"'{self.table}'",
            "row": f"{row}.id",
            "subject": f"COALESCE({self.of.subject.format(row=row)}, '')",
            "before": before,
            "after": after,
            "note": "''",
        }
        columns = ", ".join(map(_quoted, values))
        record = ", ".join(values.values())
        return f"INSERT INTO {TABLE} ({columns}) SELECT {record} FROM ({places}) AS place"  # noqa: S608 - declared

    def _values(self, vendor: str, row: str) -> str:
        """Return SQL for the columns of `row` as JSON, values as text; of an update those that change."""
        seen, pairs = [c for c in self.columns if c not in self.of.hidden], []
        for column in seen if self.event != "UPDATE" else self.columns:
            value = f"{row}.{_quoted(column)}"
            if column in self.of.hidden:
                value = f"'{CHANGED}'" if row == "NEW" else "NULL"
            elif vendor == "sqlite":
                value = f"CAST({value} AS TEXT)"
            else:
                value = f"to_jsonb({value}) #>> '{{}}'"  # dates as ISO, whatever the server prefers
            changed = differs(vendor, _quoted(column)) if self.event == "UPDATE" else "1 = 1"
            pairs.append(f"('{column}', {value}, {changed})")
        listed = ", ".join(pairs)
        made, source, condition = "jsonb_object_agg(k, v)", f"(VALUES {listed}) AS c(k, v, t)", "t"
        if vendor == "sqlite":
            made, source, condition = "json_group_object(column1, column2)", f"(VALUES {listed})", "column3"
        return f"(SELECT {made} FROM {source} WHERE {condition})"  # noqa: S608 - declared


def _quoted(column: str) -> str:
    return f'"{column}"'


_logged: set[str] = set()


def keep(config: AppConfig, tables: Sequence[Logged]) -> None:
    """Log the tables of the app `config` in every database, through every migration."""

    def rules(vendor: str, columns: Mapping[str, list[str]]) -> Iterator[LogTrigger]:
        for of in tables:
            kept = tuple(c for c in columns.get(of.table, ()) if c != "id" and c not in of.left_out)
            for event in _KINDS:
                yield LogTrigger(of, event, kept)

    _logged.update(of.table for of in tables)
    triggers.keep(config, rules)


# Who


_acting: ContextVar[int | None] = ContextVar("acting", default=None)


@contextmanager
def acting(user: User | AnonymousUser) -> Iterator[None]:
    """Sign with `user` what this thread writes in the block; who is not signed in has no name."""
    with ExitStack() as wrapped:
        for connection in connections.all():
            if connection.vendor == "postgresql":
                wrapped.enter_context(connection.execute_wrapper(_signed))
        token = _acting.set(user.pk)
        try:
            yield
        finally:
            _acting.reset(token)


def name_the_actor(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Sign what a request writes with the user who sent it. Stands after the authentication."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with acting(request.user):
            return get_response(request)

    return middleware


def introduce(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Give a new connection to SQLite the function that the log asks; for the signal `connection_created`."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("acting_user", 0, _acting.get)
        # A row that is replaced is deleted first, and that too is logged or refused.
        connection.connection.execute("PRAGMA recursive_triggers = ON")


def _signed(
    execute: Callable[..., Any],
    sql: Any,
    params: Any,
    many: bool,  # noqa: FBT001 - Django calls it so
    context: dict[str, Any],
) -> Any:
    """Run a statement that writes into a logged table with the name of who is acting, for PostgreSQL."""
    actor, connection = _acting.get(), context["connection"]
    if actor is None or not _writes_what_is_logged(sql) or connection.needs_rollback:
        return execute(sql, params, many, context)
    # In a transaction the setting goes with it, should it be rolled back.
    local = not connection.get_autocommit()
    _set_actor(connection, str(actor), local=local)
    try:
        return execute(sql, params, many, context)
    finally:
        if _takes_statements(connection):
            _set_actor(connection, "", local=local)


def _writes_what_is_logged(sql: Any) -> bool:
    text = str(sql)
    return text.lstrip()[:6].upper() != "SELECT" and any(table in text for table in _logged)


def _takes_statements(connection: Any) -> bool:
    """Whether the statement left its transaction, or the connection, in order."""
    driver = connection.connection
    return driver is not None and driver.info.transaction_status in (PQTRANS_IDLE, PQTRANS_INTRANS)


def _set_actor(connection: Any, actor: str, *, local: bool) -> None:
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('iku.acting_user', %s, %s)", [actor, local])
