"""What of this app the log watches (see agencies.audit): figures and reports have their own events."""

from agencies.audit import Logged

_PARTS = "CASE {row}.part WHEN 5 THEN 'Tahun' ELSE 'Triwulan ' || CAST({row}.part AS TEXT) END"

LOGGED = (
    Logged(
        "reports_period",
        f"{_PARTS} || ' ' || CAST({{row}}.year AS TEXT)",
        region="{row}.region_id",
    ),
)
