"""Takes an import back, exactly, as long as nobody changed what it wrote since.

Runs in the caller's transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError
from django.forms.models import model_to_dict
from django.utils import timezone

from agencies.models import Agency, AuditRecord, Function, Objective, ResponsibleUnit, User
from indicators import sets
from indicators.imports.loading import indicators_now, lock, rows_of_set
from indicators.imports.planned import Edited
from indicators.imports.standing import IndicatorNow, digest
from indicators.models import DataElement, Indicator, IndicatorSet, IndicatorThread, StrategicGoal, Target
from indicators.usage import usage

_ELEMENTS = "indicators_dataelement"


def put_header(agency: Agency, name: str, texts: Sequence[str]) -> None:
    """Replace the "objectives" or "functions" of an agency."""
    if name == "objectives":
        Objective.objects.filter(agency=agency).delete()
        Objective.objects.bulk_create(
            Objective(agency=agency, position=position, text=text) for position, text in enumerate(texts, 1)
        )
    else:
        Function.objects.filter(agency=agency).delete()
        Function.objects.bulk_create(
            Function(agency=agency, position=position, text=text) for position, text in enumerate(texts, 1)
        )


def left(indicator_set: IndicatorSet, codes: Collection[str], *, whole: bool) -> dict[str, Any]:
    """Return digests of what an import leaves behind: of its indicators, or of the `whole` set it made."""
    now = indicators_now(rows_of_set(indicator_set.pk), indicator_set.pk)
    return {
        "at": timezone.now().isoformat(),
        "left": {
            code: [each.seen, each.targets_seen] for code, each in now.items() if whole or code in codes
        },
        "left_set": _of_set(indicator_set) if whole else "",
    }


def _of_set(indicator_set: IndicatorSet) -> str:
    own = {name: str(value) for name, value in model_to_dict(indicator_set).items()}
    goals = list(indicator_set.goals.order_by("pk").values_list("pk", "position", "text", "number"))
    return digest([own, [list(goal) for goal in goals]])


def undo(record: Mapping[str, Any], *, by: User) -> None:
    """Delete what an import made and put back what it changed.

    Raises Edited where somebody changed any of it since; the caller's transaction is to be rolled back then.
    PermissionDenied where `by` does not manage the agency.
    """
    if not record:
        return
    agency = Agency.objects.managed_by(by).filter(pk=record["agency"]).first()
    if agency is None:
        raise PermissionDenied
    lock(agency, record["set"])
    if changed := _headers_changed(record, agency):
        raise Edited(changed)
    for each in record["header"]:
        put_header(agency, each["header"], each["was"])
    if record["set"]:
        _Undoing(record, agency).run()


def _headers_changed(record: Mapping[str, Any], agency: Agency) -> list[str]:
    labels = {"objectives": "Tujuan", "functions": "Fungsi"}
    return [
        f"{labels[each['header']]} {agency} diubah setelah impor."
        for each in record["header"]
        if _texts(each["header"], agency) != each["texts"]
    ]


def _texts(name: str, agency: Agency) -> list[str]:
    rows = agency.objectives if name == "objectives" else agency.functions
    return list(rows.values_list("text", flat=True))


class _Undoing:
    def __init__(self, record: Mapping[str, Any], agency: Agency) -> None:
        self.record, self.agency = record, agency
        self.since = dt.datetime.fromisoformat(record["at"])

    def run(self) -> None:
        found = IndicatorSet.objects.filter(pk=self.record["set"]).first()
        if found is None:
            who = self._who("indicators_indicatorset", [self.record["set"]])
            raise Edited([f"{self.record['title']} sudah dihapus{who}."])
        self.set = found
        if not found.is_draft and not self._only_decisions():
            raise Edited([f"{found} sudah diberlakukan, jadi impornya tidak dapat diurungkan lagi."])
        self.now = indicators_now(rows_of_set(found.pk), found.pk)
        if changed := self._changed():
            raise Edited(changed)
        if self.record["made"]:
            sets.discard(found)
        else:
            self._restore()
        self._remove_elements()
        self._remove_units()

    def _only_decisions(self) -> bool:
        """Whether the import only put changed targets beside those in force."""
        indicators = self.record["indicators"]
        return not (indicators["made"] or indicators["changed"] or self.record["targets"]["made"])

    # Has somebody changed it? -------------------------------------------------------------------------------

    def _changed(self) -> list[str]:
        changed = []
        for code, (seen, targets_seen) in self.record["left"].items():
            now = self.now.get(code)
            if now is None:
                changed.append(f"Indikator {code} dihapus setelah impor.")
                continue
            if now.seen != seen:
                changed.append(f"Indikator “{now.fields['name']}” diubah setelah impor.")
            if now.targets_seen != targets_seen:
                changed.append(self._targets_changed(code, now))
        return changed + (self._set_changed() if self.record["made"] else self._goals_in_use())

    def _targets_changed(self, code: str, now: IndicatorNow) -> str:
        rows = Target.objects.filter(indicator__goal__indicator_set=self.set, indicator__thread__code=code)
        who = self._who("indicators_target", list(rows.values_list("pk", flat=True)))
        return f"Target “{now.fields['name']}” diubah setelah impor{who}."

    def _set_changed(self) -> list[str]:
        changed = [
            f"Indikator “{now.fields['name']}” ditambahkan setelah impor."
            for code, now in self.now.items()
            if code not in self.record["left"]
        ]
        if _of_set(self.set) != self.record["left_set"]:
            who = self._who("indicators_indicatorset", [self.set.pk])
            changed.append(f"Keterangan atau sasaran {self.set} diubah setelah impor{who}.")
        return changed

    def _goals_in_use(self) -> list[str]:
        """Goals the import made that others put an indicator into."""
        own = [each["pk"] for each in self.record["indicators"]["made"]]
        own += [each["pk"] for each in self.record["indicators"]["changed"]]
        rows = Indicator.objects.filter(goal__in=self.record["goals"]["made"]).exclude(pk__in=own)
        return [f"Indikator “{row.name}” ditambahkan ke sasaran “{row.goal}” setelah impor." for row in rows]

    def _who(self, table: str, keys: Sequence[int]) -> str:
        """Return " oleh …": who the log says changed these rows since, "" where it does not know."""
        rows = AuditRecord.objects.filter(table=table, row__in=keys, at__gt=self.since, by__isnull=False)
        names = dict.fromkeys(rows.order_by("at").values_list("by__name", flat=True))
        return f" oleh {', '.join(names)}" if names else ""

    # Putting back -------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        targets, indicators = self.record["targets"], self.record["indicators"]
        Target.objects.filter(pk__in=targets["made"]).delete()
        _put_back(Target, targets["changed"])
        _put_back(Indicator, indicators["changed"])
        link = Indicator.units.through
        links = self.record["links"]
        link.objects.filter(indicator__in=links["of"]).delete()
        link.objects.bulk_create(link(indicator_id=i, responsibleunit_id=u) for i, u in links["was"])
        Indicator.objects.filter(pk__in=[each["pk"] for each in indicators["made"]]).delete()
        IndicatorThread.objects.filter(pk__in=self.record["threads"], indicators=None).delete()
        goals = self.record["goals"]
        StrategicGoal.objects.filter(pk__in=goals["made"]).delete()
        _put_back(
            StrategicGoal,
            [
                {"pk": each["pk"], "fields": {"text": each["text"], "number": each["number"]}}
                for each in goals["changed"]
            ],
        )

    def _remove_elements(self) -> None:
        made = {each["pk"]: each for each in self.record["elements"]}
        rows = list(DataElement.objects.filter(pk__in=made))
        used = usage(self.agency) if rows else {}
        changed = [
            f"Data dasar “{row.label}” dipakai atau diubah setelah impor{self._who(_ELEMENTS, [row.pk])}."
            for row in rows
            if row.code in used or (row.label, row.unit) != (made[row.pk]["label"], made[row.pk]["unit"])
        ]
        if changed:
            raise Edited(changed)
        try:
            DataElement.objects.filter(pk__in=made).delete()
        except ProtectedError as error:
            raise Edited(["Data dasar yang dibuat impor ini sudah punya isian."]) from error

    def _remove_units(self) -> None:
        # One that was renamed shows in the indicators that answer to it, and was told before.
        made = [each["pk"] for each in self.record["units"]]
        used = Indicator.objects.filter(units__in=made).values_list("units__name", flat=True)
        if names := sorted(set(used)):
            raise Edited([f"Bidang “{name}” sudah dipakai indikator lain." for name in names])
        try:
            ResponsibleUnit.objects.filter(pk__in=made).delete()
        except ProtectedError as error:
            raise Edited(
                ["Bidang yang dibuat impor ini sudah dipakai, misalnya oleh sebuah akun."]
            ) from error


def _put_back(model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give rows their old columns back."""
    if not rows:
        return
    stored = model.objects.in_bulk([row["pk"] for row in rows])
    names: set[str] = set()
    for row in rows:
        for name, value in row["fields"].items():
            field = model._meta.get_field(name.removesuffix("_id"))  # noqa: SLF001 - public in Django
            setattr(stored[row["pk"]], field.attname, field.to_python(value) if value is not None else None)
            names.add(field.name)
    model.objects.bulk_update(stored.values(), sorted(names), batch_size=200)
