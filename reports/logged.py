"""What of this app the log watches (see agencies.audit): figures and reports have their own events."""

from agencies.audit import Logged

_PART = (
    "CASE {row}.part WHEN 1 THEN 'Triwulan I' WHEN 2 THEN 'Triwulan II' WHEN 3 THEN 'Triwulan III'"
    " WHEN 4 THEN 'Triwulan IV' ELSE 'Tahun' END"
)

LOGGED = (
    Logged("reports_period", _PART + " || ' ' || CAST({row}.year AS TEXT)", region="{row}.region_id"),
    # The frozen data are in the document itself.
    Logged("reports_issueddocument", "{row}.title", "{row}.agency_id", left_out=("content", "signatory")),
)
