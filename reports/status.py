"""States of a report and the steps between them, as tables; what is not in the table is refused. A leaf.

Buttons, permissions, the diagram in the README and the tests read the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from agencies.roles import Role


class Status(models.TextChoices):
    """Where a report stands."""

    OPEN = "open", "Diisi"
    SUBMITTED = "submitted", "Dikirim"
    RETURNED = "returned", "Dikembalikan"
    VERIFIED = "verified", "Diverifikasi"
    APPROVED = "approved", "Disetujui"


EDITABLE = (Status.OPEN, Status.RETURNED)

# Who fills figures (an operator with a unit: those of the unit), and who opens periods and extends them.
FILLERS = (Role.OPERATOR, Role.AGENCY_ADMIN)
GRANTERS = (Role.REGION_ADMIN,)


@dataclass(frozen=True)
class Step:
    """One step that some roles may take. `needs_note`: a reason is asked for and kept.

    `new_version`: the report as it was is kept, and a new version begins. `own_rows_bar`: whoever entered
    rows of the report may not take this step, unless the agency allows it. `records_signature`: the step
    records who signed the printed report in ink.
    """

    source: Status
    target: Status
    roles: tuple[Role, ...]
    label: str
    needs_note: bool = False
    new_version: bool = False
    own_rows_bar: bool = False
    records_signature: bool = False


STEPS: tuple[Step, ...] = (
    Step(Status.OPEN, Status.SUBMITTED, (Role.OPERATOR, Role.AGENCY_ADMIN), "Kirim ke verifikator"),
    Step(Status.RETURNED, Status.SUBMITTED, (Role.OPERATOR, Role.AGENCY_ADMIN), "Kirim lagi"),
    Step(Status.SUBMITTED, Status.OPEN, (Role.OPERATOR, Role.AGENCY_ADMIN), "Tarik kembali", needs_note=True),
    Step(Status.SUBMITTED, Status.RETURNED, (Role.VERIFIER,), "Kembalikan", needs_note=True),
    Step(Status.SUBMITTED, Status.VERIFIED, (Role.VERIFIER,), "Verifikasi", own_rows_bar=True),
    Step(Status.VERIFIED, Status.RETURNED, (Role.VERIFIER, Role.HEAD), "Kembalikan", needs_note=True),
    Step(Status.VERIFIED, Status.APPROVED, (Role.HEAD,), "Setujui", records_signature=True),
    Step(
        Status.APPROVED,
        Status.RETURNED,
        (Role.AGENCY_ADMIN, Role.REGION_ADMIN),
        "Buka kembali",
        needs_note=True,
        new_version=True,
    ),
)

# Whose turn it is: the roles of the step that leads on from each status.
ONWARD = (Status.SUBMITTED, Status.VERIFIED, Status.APPROVED)
TURN = {step.source: step.roles for step in STEPS if step.target in ONWARD}


def step_between(source: Status, target: Status) -> Step | None:
    """Return the step from `source` to `target`, or None where the table has none."""
    return next((step for step in STEPS if (step.source, step.target) == (source, target)), None)
