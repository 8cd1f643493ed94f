"""The log only grows, and what it watches: the tables of this app, as rules of the database."""

from collections.abc import Iterator, Mapping

from agencies.audit import TABLE, Logged
from agencies.triggers import Trigger, append_only

APPEND_ONLY = "Catatan tidak dapat diubah atau dihapus."

_OWN = "{row}.agency_id"
_OF_AGENCY = "(SELECT region_id FROM agencies_agency WHERE id = {agency})"
# Every place where somebody works keeps the log of the account; of an account without a role no place does.
_PLACES_OF_USER = (
    "SELECT DISTINCT m.agency_id AS agency, COALESCE(m.region_id, a.region_id) AS region"
    " FROM (SELECT {row}.id AS id) u LEFT JOIN agencies_membership m ON m.user_id = u.id"
    " LEFT JOIN agencies_agency a ON a.id = m.agency_id"
)

LOGGED = (
    Logged("agencies_region", "{row}.name", region="{row}.id"),
    Logged("agencies_agency", "{row}.short_name", agency="{row}.id", region="{row}.region_id"),
    Logged("agencies_objective", "{row}.text", agency=_OWN),
    Logged("agencies_function", "{row}.text", agency=_OWN),
    Logged("agencies_responsibleunit", "{row}.name", agency=_OWN),
    Logged("agencies_official", "{row}.name", agency=_OWN),
    Logged(
        "agencies_membership",
        "(SELECT name FROM agencies_user WHERE id = {row}.user_id)",
        agency=_OWN,
        region=f"COALESCE({{row}}.region_id, {_OF_AGENCY.format(agency=_OWN)})",
    ),
    Logged(
        "agencies_user",
        "{row}.name",
        places=_PLACES_OF_USER,
        left_out=("last_login",),
        hidden=("password",),
    ),
)


def triggers(vendor: str, columns: Mapping[str, list[str]]) -> Iterator[Trigger]:
    """Yield the triggers that keep the log as it was written."""
    yield from append_only(TABLE, APPEND_ONLY)
