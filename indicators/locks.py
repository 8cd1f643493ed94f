"""Database triggers: what is in force is not editable, whoever asks, by whatever road.

A check constraint sees one row; that a goal, an indicator or a target belongs to a set in force is known by
its set. So the promise is kept by triggers (see agencies.triggers).
"""

from collections.abc import Iterator, Mapping

from agencies.triggers import Trigger, differs

MESSAGE = "Penetapan ini sudah berlaku dan tidak dapat diubah lagi. Buat perubahan penetapan."
IN_USE = "Kode ini dipakai penetapan yang sudah berlaku, jadi tidak dapat diganti atau dihapus."
BY_VERB = "Status dan tahun berlaku hanya berubah saat sebuah penetapan diberlakukan."
ONE_CODE = "Satu kode menandai satu indikator di tiap penetapan, milik perangkat daerah penetapan itu."

_OF_GOAL = "({row}.indicator_set_id)"
_OF_INDICATOR = "(SELECT g.indicator_set_id FROM indicators_strategicgoal g WHERE g.id = {row}.goal_id)"
_OF_PART = (
    "(SELECT g.indicator_set_id FROM indicators_indicator i"
    " JOIN indicators_strategicgoal g ON g.id = i.goal_id WHERE i.id = {row}.indicator_id)"
)
_OF_THREAD = (
    "(SELECT g.indicator_set_id FROM indicators_indicator i"
    " JOIN indicators_strategicgoal g ON g.id = i.goal_id WHERE i.thread_id = {row}.id)"
)
# A formula names an element where its code stands as a whole word.
_OF_ELEMENT = (
    "(SELECT o.id FROM indicators_indicatorset o"
    " JOIN indicators_strategicgoal g ON g.indicator_set_id = o.id"
    " JOIN indicators_indicator i ON i.goal_id = g.id WHERE o.agency_id = {row}.agency_id"
    " AND (' ' || i.formula || ' ' || i.printed_formula || ' ')"
    " {like} ('{any}[^a-z0-9_]' || {row}.code || '[^a-z0-9_]{any}'))"
)
_WORDS = {"sqlite": {"like": "GLOB", "any": "*"}, "postgresql": {"like": "~", "any": ""}}
_LOCKED = "EXISTS (SELECT 1 FROM indicators_indicatorset s WHERE s.id IN {owner} AND s.status <> 'draft')"

# Table, events, how a row finds its sets, columns an update may change all the same, what is said.
RULES: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    ("indicators_strategicgoal", "INSERT UPDATE DELETE", _OF_GOAL, (), MESSAGE),
    ("indicators_indicator", "INSERT UPDATE DELETE", _OF_INDICATOR, (), MESSAGE),
    ("indicators_indicator_units", "INSERT UPDATE DELETE", _OF_PART, (), MESSAGE),
    (
        "indicators_target",
        "INSERT UPDATE DELETE",
        _OF_PART,
        ("revised_value", "revised_upper", "decision", "decision_date"),
        MESSAGE,
    ),
    ("indicators_indicatorset", "UPDATE DELETE", "({row}.id)", ("status",), MESSAGE),
    ("indicators_indicatorthread", "UPDATE DELETE", _OF_THREAD, (), IN_USE),
    (
        "indicators_dataelement",
        "UPDATE DELETE",
        _OF_ELEMENT,
        ("label", "unit", "minimum", "maximum", "source"),
        IN_USE,
    ),
)

_RULES_THE_YEAR = (
    "EXISTS (SELECT 1 FROM indicators_indicatorset s WHERE s.id = NEW.indicator_set_id"
    " AND s.status = 'in_force' AND s.agency_id = NEW.agency_id"
    " AND NEW.year BETWEEN s.first_year AND s.last_year)"
)
_PASSES_TO_REVISION = (
    "NEW.agency_id = OLD.agency_id AND NEW.year = OLD.year"
    " AND EXISTS (SELECT 1 FROM indicators_indicatorset s WHERE s.id = NEW.indicator_set_id"
    " AND (s.id = OLD.indicator_set_id OR s.revises_id = OLD.indicator_set_id))"
)
_NEXT_STATUS = (
    "NEW.status = OLD.status OR (OLD.status = 'draft' AND NEW.status = 'in_force')"
    " OR (OLD.status = 'in_force' AND NEW.status = 'superseded' AND NOT EXISTS"
    " (SELECT 1 FROM indicators_yearinforce y WHERE y.indicator_set_id = OLD.id))"
)
_OWN_THREAD = (
    "EXISTS (SELECT 1 FROM indicators_strategicgoal g"
    " JOIN indicators_indicatorset s ON s.id = g.indicator_set_id"
    " JOIN indicators_indicatorthread t ON t.agency_id = s.agency_id"
    " WHERE g.id = NEW.goal_id AND t.id = NEW.thread_id) AND NOT EXISTS"
    " (SELECT 1 FROM indicators_indicator i JOIN indicators_strategicgoal g ON g.id = i.goal_id"
    " WHERE i.thread_id = NEW.thread_id AND g.indicator_set_id ="
    " (SELECT h.indicator_set_id FROM indicators_strategicgoal h WHERE h.id = NEW.goal_id){but_itself})"
)

# Table, event, what must hold, what is said.
PROMISES: tuple[tuple[str, str, str, str], ...] = (
    ("indicators_indicatorset", "INSERT", "NEW.status = 'draft'", BY_VERB),
    ("indicators_indicatorset", "UPDATE", _NEXT_STATUS, BY_VERB),
    # A year once ruled stays ruled, and only a revision takes it over.
    ("indicators_yearinforce", "INSERT", _RULES_THE_YEAR, BY_VERB),
    ("indicators_yearinforce", "UPDATE", f"{_RULES_THE_YEAR} AND {_PASSES_TO_REVISION}", BY_VERB),
    ("indicators_yearinforce", "DELETE", "1 = 0", BY_VERB),
    ("indicators_indicator", "INSERT", _OWN_THREAD.format(but_itself=""), ONE_CODE),
    ("indicators_indicator", "UPDATE", _OWN_THREAD.format(but_itself=" AND i.id <> NEW.id"), ONE_CODE),
)


_ROWS = {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}


def triggers(vendor: str, columns: Mapping[str, list[str]]) -> Iterator[Trigger]:
    """Yield the triggers for a database of `vendor` whose tables have these columns."""
    for table, events, of, free, message in RULES:
        for event in events.split():
            owners = [of.format(row=row, **_WORDS[vendor]) for row in _ROWS[event]]
            if table == "indicators_indicatorset":
                refused, hold = "OLD.status <> 'draft'", ""
            else:
                refused = " OR ".join(_LOCKED.format(owner=owner) for owner in owners)
                # A change and a set coming into force wait for each other; SQLite has one writer anyway.
                hold = " ".join(
                    f"PERFORM 1 FROM indicators_indicatorset s WHERE s.id IN {owner} FOR SHARE;"
                    for owner in owners
                )
            if event == "UPDATE" and free:
                changed = " OR ".join(differs(vendor, c) for c in columns.get(table, ()) if c not in free)
                refused = f"({refused}) AND ({changed})"
            yield Trigger(table, event, refused, message, hold)
    for table, event, promise, message in PROMISES:
        yield Trigger(table, event, f"NOT ({promise})", message, kind="promise")
