"""What of this app the log watches (see agencies.audit).

Goals and indicators are not in it: in force they are locked, and what a revision changes in them is shown by
comparing the two sets, each as it was published. Their targets are: a decision changes them in force.
"""

from agencies.audit import Logged

_SET_OF_TARGET = (
    "(SELECT {what} FROM indicators_indicator i JOIN indicators_strategicgoal g ON g.id = i.goal_id"
    " JOIN indicators_indicatorset s ON s.id = g.indicator_set_id WHERE i.id = {{row}}.indicator_id)"
)

LOGGED = (
    Logged(
        "indicators_target",
        "(SELECT i.name FROM indicators_indicator i WHERE i.id = {row}.indicator_id)"
        " || ' (' || CAST({row}.year AS TEXT) || ')'",
        agency=_SET_OF_TARGET.format(what="s.agency_id"),
    ),
    Logged(
        "indicators_indicatorset",
        "'IKU ' || (SELECT a.short_name FROM agencies_agency a WHERE a.id = {row}.agency_id) || ' '"
        " || CAST({row}.first_year AS TEXT) || CASE WHEN {row}.first_year = {row}.last_year THEN ''"
        " ELSE '–' || CAST({row}.last_year AS TEXT) END",
        agency="{row}.agency_id",
        # What a set said when it came into force is the set; when and by whom is the record itself.
        left_out=("published", "published_at", "published_by_id"),
    ),
    Logged("indicators_dataelement", "{row}.label", agency="{row}.agency_id"),
    Logged("indicators_layoutprofile", "{row}.name"),
    Logged("indicators_predicatescale", "{row}.name"),
)
