"""Why a write was not taken. Each is an answer to its sender, an Indonesian sentence; nothing was changed."""

from __future__ import annotations

from typing import Any

from reports.models import Availability, Entry, Value


class Refused(Exception):  # noqa: N818 - an answer, not a failure
    """Why a write was not taken, as an Indonesian sentence; nothing was changed."""


class Locked(Refused):
    """The report may not be filled now; `availability` says why and until when it could."""

    def __init__(self, availability: Availability) -> None:
        super().__init__(availability.why)
        self.availability = availability


class NotYours(Refused):
    """Somebody else answers for this."""


class KeyReused(Refused):
    """The key of this write named another one before."""


class Conflict(Refused):
    """Somebody wrote after the copy this write is based on: both figures, and the row as it is now."""

    def __init__(self, row: Value | Entry, theirs: dict[str, Any], mine: dict[str, Any]) -> None:
        super().__init__()
        self.row, self.theirs, self.mine = row, theirs, mine

    def __str__(self) -> str:
        who = self.row.changed_by.name if self.row.changed_by else "Seseorang"
        return f"{who} sudah mengubah isian ini. Pilih nilai mana yang dipakai."
