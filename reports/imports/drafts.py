"""Where the definitions of a file may go: an open draft, a new one, a revision of what is in force."""

from __future__ import annotations

from django.utils import timezone

from agencies.models import Agency, User
from indicators.imports.planned import Into
from indicators.models import IndicatorSet
from reports.models import ImportBatch


def options(batch: ImportBatch, by: User) -> list[tuple[str, str]]:
    """Return value and label of each place, [] for who may not change the IKU of the agency."""
    drafts, in_force = _sets(batch, by)
    if batch.agency is None or not _manages(batch.agency, by):
        return []
    return [
        *((f"draft:{draft.pk}", f"Draf yang ada: {draft}") for draft in drafts),
        ("new", "Draf baru"),
        *((f"revise:{old.pk}", f"Draf perubahan atas {old} yang berlaku") for old in in_force),
    ]


def likely(batch: ImportBatch, by: User, year: int | None = None) -> Into:
    """Return where they most likely go: the one draft, else a revision of what is in force then, else new.

    `year` is that of the file; without it, the years its targets name count.
    """
    drafts, in_force = _sets(batch, by)
    years = batch.reading.get("years") or [year or timezone.localdate().year] * 2
    first, last = years
    if len(drafts) == 1:
        return Into("draft", drafts[0].pk)
    for old in in_force:
        if old.first_year <= (year or first) <= old.last_year:
            return Into("revise", old.pk)
    return Into("new", first_year=first, last_year=min(last, first + 9))


def _sets(batch: ImportBatch, by: User) -> tuple[list[IndicatorSet], list[IndicatorSet]]:
    """Return the drafts, and what is in force and has no draft that revises it."""
    sets = list(IndicatorSet.objects.managed_by(by).filter(agency=batch.agency).defer("published"))
    drafts = [each for each in sets if each.status == IndicatorSet.Status.DRAFT]
    revised = {draft.revises_id for draft in drafts}
    in_force = [s for s in sets if s.status == IndicatorSet.Status.IN_FORCE and s.pk not in revised]
    return drafts, in_force


def _manages(agency: Agency, by: User) -> bool:
    return Agency.objects.managed_by(by).filter(pk=agency.pk).exists()
