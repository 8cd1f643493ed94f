"""Rows for tests: plain functions with valid defaults. Accounts by role, no persons."""

import datetime as dt
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from agencies.models import Agency, Membership, Official, Region, ResponsibleUnit, User
from agencies.roles import Role
from indicators import sets
from indicators.imports.planned import Choices, Into
from indicators.models import (
    DataElement,
    Indicator,
    IndicatorSet,
    IndicatorThread,
    LayoutProfile,
    StrategicGoal,
    Target,
)
from reports import entries
from reports.imports import batches, jobs
from reports.imports.states import State
from reports.models import ImportBatch, Period, Report

_number = count(1)


def region(code: str = "64", **fields: Any) -> Region:
    """Return the region of `code`, made when missing; "35.74" is a city and brings its province."""
    province, _, rest = code.partition(".")
    defaults = {
        "name": f"Daerah {code}",
        "level": Region.Level.CITY if rest else Region.Level.PROVINCE,
        "parent": region(province) if rest else None,
    }
    return Region.objects.get_or_create(code=code, defaults=defaults | fields)[0]


def agency(**fields: Any) -> Agency:
    """Return a new agency, in region 64 unless `region` says another."""
    n = next(_number)
    defaults = {"code": f"dinas-{n}", "name": f"Dinas Contoh {n}", "short_name": f"Dinas {n}"}
    if "region" not in fields:
        fields["region"] = region()
    return Agency.objects.create(**(defaults | fields))


def unit(agency: Agency, **fields: Any) -> ResponsibleUnit:
    """Return a new unit of `agency`."""
    return ResponsibleUnit.objects.create(**({"agency": agency, "name": f"Bidang {next(_number)}"} | fields))


def official(agency: Agency, **fields: Any) -> Official:
    """Return a new head of `agency`, in office since 2 January 2018."""
    defaults = {"name": f"Pejabat {next(_number)}", "position": "Kepala Dinas", "starts": dt.date(2018, 1, 2)}
    return Official.objects.create(**({"agency": agency} | defaults | fields))


def user(role: Role | None = None, at: Agency | Region | None = None, **fields: Any) -> User:
    """Return a new user who holds `role` at an agency or region; without a role one who belongs nowhere.

    `unit` narrows the role to one unit; `is_superuser=True` makes a superuser.
    """
    unit = fields.pop("unit", None)
    defaults = {"username": f"pengguna-{next(_number)}", "name": role.label if role else "Pengguna"}
    new = User.objects.create(**(defaults | fields))
    if role:
        scope = {"region": at} if role.is_regional else {"agency": at, "unit": unit}
        Membership.objects.create(user=new, role=role, **scope)
    return new


def layout(**fields: Any) -> LayoutProfile:
    """Return the layout of `code` ("uji"), made when missing: goal, indicator, unit, formulation, sources."""
    columns = [
        {"field": "goal_number", "heading": "No", "width": 5},
        {"field": "goal", "heading": "Sasaran Strategis", "width": 25},
        {"field": "indicator", "heading": "Indikator Kinerja Utama", "width": 25},
        {"field": "unit", "heading": "Satuan", "width": 10},
        {"field": "formulation", "heading": "Cara Perhitungan", "width": 25},
        {"field": "sources", "heading": "Sumber Data", "width": 10},
    ]
    defaults = {
        "name": "Tata letak uji",
        "title": "INDIKATOR KINERJA UTAMA {year}\n{AGENCY}",
        "columns": columns,
    }
    return LayoutProfile.objects.get_or_create(code=fields.pop("code", "uji"), defaults=defaults | fields)[0]


def indicator_set(of: Agency | None = None, **fields: Any) -> IndicatorSet:
    """Return a new, empty draft for 2018 of the agency `of`, or of a new agency."""
    defaults = {"first_year": 2018, "last_year": fields.get("first_year", 2018)}
    if "layout" not in fields:
        fields["layout"] = layout()
    return IndicatorSet.objects.create(**({"agency": of or agency()} | defaults | fields))


def set_in_force(of: Agency | None = None, **fields: Any) -> IndicatorSet:
    """Return a set with one goal and one indicator that is in force in its years."""
    new = indicator_set(of, **fields)
    indicator(goal(new))
    sets.put_in_force(new, by=user(is_superuser=True))
    return new


def goal(of: IndicatorSet | None = None, **fields: Any) -> StrategicGoal:
    """Return a new goal, the last of the set `of`, or of a new draft."""
    indicator_set_ = of or indicator_set()
    position = indicator_set_.goals.count() + 1
    defaults = {"position": position, "number": f"{position}.", "text": f"Meningkatnya hal {next(_number)}"}
    return StrategicGoal.objects.create(**({"indicator_set": indicator_set_} | defaults | fields))


def indicator(of: StrategicGoal | None = None, **fields: Any) -> Indicator:
    """Return a new indicator, the last of the goal `of`, or of a new one.

    External unless `formula` is given, then computed. `code` names its thread, taken up again when it exists.
    """
    goal_ = of or goal()
    n = next(_number)
    thread, _ = IndicatorThread.objects.get_or_create(
        agency=goal_.indicator_set.agency, code=fields.pop("code", f"indikator_{n}")
    )
    kind = Indicator.Kind.COMPUTED if fields.get("formula") else Indicator.Kind.EXTERNAL
    defaults = {
        "position": goal_.indicators.count() + 1,
        "name": f"Indikator {n}",
        "unit": "Persen",
        "kind": kind,
    }
    return Indicator.objects.create(**({"goal": goal_, "thread": thread} | defaults | fields))


def element(of: Agency, code: str | None = None, **fields: Any) -> DataElement:
    """Return a new data element of the agency `of`; its label is its code in words."""
    code = code or f"data_{next(_number)}"
    defaults = {"agency": of, "code": code, "label": code.replace("_", " ").capitalize()}
    return DataElement.objects.create(**(defaults | fields))


def target(of: Indicator, year: int = 2018, **fields: Any) -> Target:
    """Return the target of the indicator `of` for `year`, 100 unless `value` says otherwise."""
    return Target.objects.create(**({"indicator": of, "year": year, "value": 100} | fields))


def staff(at: Agency) -> dict[Role, User]:
    """Return a user for every role that reaches the agency `at`."""
    return {role: user(role, at.region if role.is_regional else at) for role in Role}


def period(in_region: Region | None = None, part: int = 1, **fields: Any) -> Period:
    """Return a new period of 2018, open today and for a month around it."""
    today = timezone.localdate()
    month = dt.timedelta(days=30)
    defaults = {"year": 2018, "opens": today - month, "closes": today + month}
    return Period.objects.create(**({"region": in_region or region(), "part": part} | defaults | fields))


def report(of: IndicatorSet | Agency, part: int = 1, **fields: Any) -> Report:
    """Return the report of an agency (or of the agency of a set in force), its period opened when missing."""
    agency_ = of.agency if isinstance(of, IndicatorSet) else of
    year = fields.get("year", 2018)
    found = Period.objects.filter(region=agency_.region, year=year, part=part).first()
    opened = entries.open_report(
        found or period(agency_.region, part, **fields), agency_, by=user(is_superuser=True)
    )
    if opened is None:
        raise ValueError("No set is in force.")
    return opened


def import_batch(of: Agency, by: User, *, table: str = "", applied: bool = False) -> ImportBatch:
    """Return an import that was compared with the portal, or also applied, into a new draft of 2030.

    `table` is the file as CSV; by default one goal with one indicator.
    """
    text = (
        table or "Sasaran Strategis;Indikator Kinerja Utama;Satuan\nMeningkatnya hal;Nilai hal baru;Nilai\n"
    )
    batch = batches.upload(ContentFile(text.encode()), "rekap.csv", of, by=by, hand=jobs.keep)
    jobs.finish(batch)
    choices = Choices(into=Into("new", first_year=2030, last_year=2030))
    batches.compare(batch, choices, hand=jobs.keep)
    jobs.finish(batch)
    if batch.state == State.QUESTIONED:
        batches.answer(batch, {}, seen=batches.plan_stamp(batch), all_seen=True, hand=jobs.keep)
        jobs.finish(batch)
    if applied:
        batches.confirm(batch, seen=batches.plan_stamp(batch), partial=True, by=by, hand=jobs.keep)
        jobs.finish(batch)
    return batch


def membership(of: User, role: Role, at: Agency | Region) -> Membership:
    """Give the user `of` one more role."""
    scope = {"region": at} if role.is_regional else {"agency": at}
    return Membership.objects.create(user=of, role=role, **scope)
