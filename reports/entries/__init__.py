"""The one bridge between rows and formulas: open, fill, compute; what comes too late or stale is refused.

Every write goes through a desk (`fill_many`): one transaction that holds the report, asks its availability,
compares versions, logs before and after, computes what depends on the figures (in later reports too), and
remembers the senders' keys.
"""

from reports.entries.computing import compute
from reports.entries.filling import (
    Answer,
    Answers,
    Change,
    Desk,
    answered,
    at_desk,
    bring_up_to_date,
    fill_entry,
    fill_many,
    fill_value,
    own_codes,
    prune_receipts,
)
from reports.entries.holding import hold
from reports.entries.opening import DROPPED, Opened, adopt, may_grant, open_period, open_report
from reports.entries.refusals import Conflict, KeyReused, Locked, NotYours, Refused
from reports.entries.summing import sum_up
from reports.entries.writing import TYPED, typed

__all__ = [
    "DROPPED",
    "TYPED",
    "Answer",
    "Answers",
    "Change",
    "Conflict",
    "Desk",
    "KeyReused",
    "Locked",
    "NotYours",
    "Opened",
    "Refused",
    "adopt",
    "answered",
    "at_desk",
    "bring_up_to_date",
    "compute",
    "fill_entry",
    "fill_many",
    "fill_value",
    "hold",
    "may_grant",
    "open_period",
    "open_report",
    "own_codes",
    "prune_receipts",
    "sum_up",
    "typed",
]
