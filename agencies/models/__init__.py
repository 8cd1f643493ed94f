"""Who: regions, agencies with objectives and functions, units, officials, users, memberships, and the log."""

from agencies.models.agencies import (
    Agency,
    AgencyQuerySet,
    Function,
    Objective,
    Region,
    ResponsibleUnit,
    Statement,
)
from agencies.models.audit import AuditRecord
from agencies.models.people import Membership, NipField, Official, User
from agencies.models.staged import StagedImport

__all__ = [
    "Agency",
    "AgencyQuerySet",
    "AuditRecord",
    "Function",
    "Membership",
    "NipField",
    "Objective",
    "Official",
    "Region",
    "ResponsibleUnit",
    "StagedImport",
    "Statement",
    "User",
]
