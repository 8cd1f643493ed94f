"""Database triggers: what is in force is not editable, whoever asks, by whatever road.

A check constraint sees one row; that a goal, an indicator or a target belongs to a set in force is known by
its set. So the promise is kept by triggers, dropped before every migration and made again after it: SQLite
rebuilds a table to change it, which loses its triggers and stumbles over those of other tables that name it.
"""

from django.db import connections

MESSAGE = "Penetapan ini sudah berlaku dan tidak dapat diubah lagi. Buat perubahan penetapan."

_OF_GOAL = "{row}.indicator_set_id"
_OF_INDICATOR = "(SELECT g.indicator_set_id FROM indicators_strategicgoal g WHERE g.id = {row}.goal_id)"
_OF_PART = (
    "(SELECT g.indicator_set_id FROM indicators_indicator i"
    " JOIN indicators_strategicgoal g ON g.id = i.goal_id WHERE i.id = {row}.indicator_id)"
)
_LOCKED = "EXISTS (SELECT 1 FROM indicators_indicatorset s WHERE s.id = {owner} AND s.status <> 'draft')"
_ALL = ("INSERT", "UPDATE", "DELETE")

# Table, events, how a row finds its set, columns an update may change all the same (none: the row is locked).
RULES: tuple[tuple[str, tuple[str, ...], str, tuple[str, ...]], ...] = (
    ("indicators_strategicgoal", _ALL, _OF_GOAL, ()),
    ("indicators_indicator", _ALL, _OF_INDICATOR, ()),
    ("indicators_indicator_units", _ALL, _OF_PART, ()),
    ("indicators_target", _ALL, _OF_PART, ("revised_value", "revised_upper", "decision", "decision_date")),
    ("indicators_indicatorset", ("UPDATE", "DELETE"), "OLD.id", ("status",)),
)


_ROWS = {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}


def _condition(
    vendor: str, table: str, event: str, owner: str, free: tuple[str, ...], columns: list[str]
) -> str:
    if table == "indicators_indicatorset":
        locked = "OLD.status <> 'draft'"
    else:
        locked = " OR ".join(_LOCKED.format(owner=owner.format(row=row)) for row in _ROWS[event])
    if event == "UPDATE" and free:
        differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
        # PostgreSQL compares json by its text only: the type itself has no equality.
        side = "{0}.{1}" if vendor == "sqlite" else "{0}.{1}::text"
        changed = " OR ".join(
            f"{side.format('OLD', c)} {differs} {side.format('NEW', c)}" for c in columns if c not in free
        )
        back = " OR NEW.status = 'draft'" if table == "indicators_indicatorset" else ""
        locked = f"({locked}) AND ({changed}{back})"
    return locked


def _hold(table: str, event: str, owner: str) -> str:
    """What makes a change and a set coming into force wait for each other; SQLite has one writer anyway."""
    if table == "indicators_indicatorset":
        return ""
    return " ".join(
        f"PERFORM 1 FROM indicators_indicatorset s WHERE s.id = {owner.format(row=row)} FOR SHARE;"
        for row in _ROWS[event]
    )


def _name(table: str, event: str) -> str:
    return f"lock_{table.removeprefix('indicators_')}_{event.lower()}"


def drop(using: str) -> None:
    """Remove the triggers of the database `using`, where there are any."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table, events, _owner, _free in RULES:
            for event in events:
                if connection.vendor == "sqlite":
                    cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, event)}")
                elif table in tables:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, event)} ON {table}")


def install(using: str) -> None:
    """Make the triggers anew in the database `using`; without the tables (yet) it does nothing."""
    drop(using)
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if not all(table in tables for table, *_ in RULES):
            return
        for table, events, owner, free in RULES:
            columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
            for event in events:
                name = _name(table, event)
                condition = _condition(connection.vendor, table, event, owner, free, columns)
                if connection.vendor == "sqlite":
                    cursor.execute(
                        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
                        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
                    )
                    continue
                result = "OLD" if event == "DELETE" else "NEW"
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"{_hold(table, event, owner)} IF {condition} THEN "
                    f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END IF; "
                    f"RETURN {result}; END $$"
                )
                cursor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
                )
