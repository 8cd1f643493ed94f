"""Roles and what each may see and change: every rule about a role is a row of `ROLES`."""

from dataclasses import dataclass

from django.db import models


class Role(models.TextChoices):
    """What a user does for one agency or, for the regional roles, for all agencies of a region."""

    OPERATOR = "operator", "Operator"
    VERIFIER = "verifier", "Verifikator"
    HEAD = "head", "Kepala perangkat daerah"
    AGENCY_ADMIN = "agency_admin", "Admin perangkat daerah"
    REGION_ADMIN = "region_admin", "Admin daerah"
    INSPECTOR = "inspector", "Inspektorat"

    @property
    def rule(self) -> "RoleRule":
        """What this role may do."""
        return ROLES[self]

    @property
    def is_regional(self) -> bool:
        """Whether the role is held for a region instead of an agency."""
        return self.rule.regional


@dataclass(frozen=True)
class RoleRule:
    """One row of the role table.

    `regional`: held for a region, reaching every agency in it. `edits_master`: may change agency, units,
    officials, IKU sets and data elements. `reads_log`: may read who changed and downloaded what. `task` is
    the sentence shown to the user.
    """

    regional: bool
    edits_master: bool
    reads_log: bool
    task: str


ROLES: dict[Role, RoleRule] = {
    Role.OPERATOR: RoleRule(
        regional=False, edits_master=False, reads_log=False, task="mengisi realisasi bidang"
    ),
    Role.VERIFIER: RoleRule(
        regional=False, edits_master=False, reads_log=True, task="memeriksa isian sebelum disetujui"
    ),
    Role.HEAD: RoleRule(
        regional=False, edits_master=False, reads_log=True, task="membaca, menyetujui, dan menandatangani"
    ),
    Role.AGENCY_ADMIN: RoleRule(
        regional=False, edits_master=True, reads_log=True, task="mengelola data dan IKU perangkat daerah"
    ),
    Role.REGION_ADMIN: RoleRule(
        regional=True, edits_master=True, reads_log=True, task="mengelola semua perangkat daerah di daerahnya"
    ),
    Role.INSPECTOR: RoleRule(
        regional=True, edits_master=False, reads_log=True, task="mereviu laporan semua perangkat daerah"
    ),
}
REGIONAL_ROLES = tuple(role for role, rule in ROLES.items() if rule.regional)
AGENCY_ROLES = tuple(role for role, rule in ROLES.items() if not rule.regional)
MASTER_ROLES = tuple(role for role, rule in ROLES.items() if rule.edits_master)
LOG_ROLES = tuple(role for role, rule in ROLES.items() if rule.reads_log)
