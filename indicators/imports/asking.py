"""What is planned from: a file as it was understood, for an agency, by a user, with the answers so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from agencies.models import Agency, User
from indicators.imports.planned import Choices
from indicators.spreadsheets.tables import Understanding


@dataclass(frozen=True)
class Asked:
    """One import. `by` decides what may be changed; planning only reads."""

    understanding: Understanding
    agency: Agency
    by: User
    choices: Choices = field(default_factory=Choices)
