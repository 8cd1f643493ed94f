"""Reports whose measurement shows everything a measurement can show, and documents enlarged from them."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.management import call_command

from agencies.models import Agency, User
from agencies.roles import Role
from indicators import sets
from indicators.models import Target
from reports import entries
from reports.models import Report
from tests import builders
from tests.reports.arranged import LEVELS

YEAR = 2026
SOURCE = {"source": "BPS", "document": "Berita Resmi Statistik 12", "document_date": dt.date(2026, 7, 1)}


def agency(**fields: Any) -> Agency:
    """Return an agency with a set in force in 2026: an indicator of every kind, with every kind of target."""
    call_command("loaddata", "predicate_scales", verbosity=0)
    defaults = {"name": "Dinas Koperasi Kota Contoh", "short_name": "Dinkop", "place": "Contoh"}
    new = builders.agency(**(defaults | fields))
    for code in ("sehat", "seluruh", "keluhan", "layanan"):
        builders.element(new, code, label=f"Jumlah {code}", source="Bidang Koperasi")
    draft = builders.indicator_set(new, first_year=YEAR, number="050/12/2026", date=dt.date(2026, 1, 5))
    first = builders.goal(draft, text="Meningkatnya koperasi yang sehat")
    second = builders.goal(draft, text="Membaiknya layanan dan tata kelola")
    _indicators(first, second)
    admin = builders.user(is_superuser=True)
    sets.put_in_force(draft, by=admin)
    revised = {"revised_value": Decimal(5), "decision": "SK 7/2026", "decision_date": dt.date(2026, 3, 2)}
    Target.objects.filter(indicator__thread__code="pdrb", indicator__thread__agency=new).update(**revised)
    return new


def _indicators(first: Any, second: Any) -> None:
    of_first: list[tuple[str, str | None, dict[str, Any]]] = [
        ("ksp", "60", {"name": "Persentase koperasi sehat", "formula": "sehat / seluruh * 100%"}),
        ("pdrb", "4", {"name": "Kontribusi terhadap PDRB", "cap": Decimal(120)}),
        ("nol", "0", {"name": "Koperasi dibubarkan", "unit": "unit"}),
        ("kosong", "10", {"name": "Koperasi baru", "unit": "unit"}),
        ("tanpa", None, {"name": "Anggota baru tanpa target", "unit": "orang"}),
    ]
    lower = {"polarity": "lower", "method": "F2"}
    of_second: list[tuple[str, str | None, dict[str, Any]]] = [
        ("keluh", "5", {"name": "Keluhan", "formula": "keluhan / layanan * 100%", **lower}),
        ("gugur", "3", {"name": "Layanan yang ditiadakan", "unit": "layanan"}),
        ("opini", "4", {"name": "Opini BPK", "kind": "ordinal", "levels": LEVELS, "unit": "predikat"}),
        ("sop", "1", {"name": "SOP ditetapkan", "kind": "yes_no", "unit": ""}),
        ("tambah", "8", {"name": "Pelatihan", "unit": "kali", "quarter_method": "sum"}),
    ]
    for goal, rows in ((first, of_first), (second, of_second)):
        for code, value, fields in rows:
            indicator = builders.indicator(goal, code=code, **fields)
            if value is not None:
                builders.target(indicator, YEAR, value=Decimal(value))


def report(of: Agency, part: int, *, shift: int = 0) -> Report:
    """Return a filled report: a figure, a zero, nothing, a reason for none; figures larger by `shift`."""
    new = builders.report(of, part, year=YEAR)
    by = builders.user(Role.OPERATOR, of, name="Operator Bidang Koperasi")
    if new.period.is_year:
        return new
    for code, number in (("sehat", 131 + shift), ("seluruh", 199), ("keluhan", 7), ("layanan", 120)):
        value = new.values.select_related("element").get(element__code=code)
        entries.fill_value(new, value.element, Decimal(number), based_on=0, by=by, key=f"{new.pk}-{code}")
    below = {"obstacle": "Anggaran terlambat cair.", "follow_up": "Percepatan lelang pada triwulan berikut."}
    rows: dict[str, dict[str, Any]] = {
        "pdrb": {"number": Decimal("6.5"), **SOURCE, "driver": "Ekspor naik."},
        "nol": {"number": Decimal(2), **SOURCE},
        "tanpa": {"number": Decimal(0), **SOURCE},
        "gugur": {"not_applicable": "Layanan dihentikan sejak Maret."},
        "opini": {"number": Decimal(3), **below},
        "sop": {"number": Decimal(1)},
        "tambah": {"number": Decimal(0), **SOURCE, **below},
    }
    for code, changes in rows.items():
        fill(new, code, changes, by=by)
    return new


def fill(of: Report, code: str, changes: dict[str, Any], *, by: User) -> None:
    """Write into the row of an indicator."""
    entry = of.entries.get(indicator__thread__code=code)
    entries.fill_entry(entry, changes, based_on=entry.version, by=by, key=f"{of.pk}-{code}-{entry.version}")


def year(of: Agency) -> Report:
    """Return the report of a year: two quarters are filled, the third is empty, the fourth not open."""
    for part in (1, 2):
        report(of, part, shift=part)
    builders.report(of, 3, year=YEAR)
    return builders.report(of, 5, year=YEAR)


def enlarged(content: dict[str, Any], rows: int) -> dict[str, Any]:
    """Return a measurement with its goals repeated until it has `rows` indicators, numbered anew."""
    big = copy.deepcopy(content)
    goals: list[dict[str, Any]] = []
    number = 0
    while number < rows:
        goal = copy.deepcopy(content["goals"][len(goals) % len(content["goals"])])
        goal["indicators"] = goal["indicators"][: rows - number]
        for row in goal["indicators"]:
            number += 1
            row["no"] = number
        goals.append(goal)
    return {**big, "goals": goals}


def indicators(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the indicators of a measurement by their code."""
    return {row["code"]: row for goal in content["goals"] for row in goal["indicators"]}
