"""The log only grows, and what it watches: the tables of this app, as rules of the database."""

from collections.abc import Iterator, Mapping

from agencies.audit import TABLE, Logged
from agencies.triggers import Trigger, append_only

APPEND_ONLY = "Catatan tidak dapat diubah atau dihapus."

_OWN = "{row}.agency_id"
_OF_AGENCY = "(SELECT region_id FROM agencies_agency WHERE id = {agency})"
# The first place where somebody works keeps the log of the account.
_FIRST = (
    "(SELECT {column} FROM agencies_membership"
    " WHERE user_id = {{row}}.id AND {column} IS NOT NULL ORDER BY id LIMIT 1)"
)
_AGENCY_OF_USER = _FIRST.format(column="agency_id")
_REGION_OF_USER = (
    f"COALESCE({_OF_AGENCY.format(agency=_AGENCY_OF_USER)}, {_FIRST.format(column='region_id')})"
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
        agency=_AGENCY_OF_USER,
        region=_REGION_OF_USER,
        left_out=("last_login",),
        hidden=("password",),
    ),
)


def triggers(vendor: str, columns: Mapping[str, list[str]]) -> Iterator[Trigger]:
    """Yield the triggers that keep the log as it was written."""
    yield from append_only(TABLE, APPEND_ONLY)
