"""Pengukuran Kinerja of a quarter or a year: `build` freezes what it says, documents.tables lays it out.

What is frozen is what happened, not how it is drawn: every figure with its exact value and the very text that
page, paper and workbook print, how it came about, from what, by whom and when. A figure that is not there
says which of the kinds of empty it is, and why; zero is a figure. Nothing after `build` asks the database or
computes. What `build` makes of each row is in reports.documents.facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from agencies.models import Agency, Official
from indicators import achievement as rules
from indicators import sets
from indicators.numbers import format_date, format_number
from reports import outcomes, printed, signatures
from reports.documents import facts, footnotes, signatories
from reports.models import Entry, Event, Report
from reports.status import Status

SCHEMA = 1
KIND = "measurement"
DOTS = "…" * 12  # room for ink
# What is read of a step that brought a report further, in the annex.
STEPS = {Status.SUBMITTED: "Dikirim", Status.VERIFIED: "Diverifikasi"}


def build(
    report: Report,
    *,
    at: dt.datetime | None = None,
    signed: Mapping[str, Any] | None = None,
    approved_by: str = "",
) -> dict[str, Any]:
    """Return the measurement of `report` as plain data: text, whole numbers, truths, lists and dicts only.

    With `signed`, a recorded signature (signatures.Signature.record), it is the document that `approved_by`
    approves `at` that moment, whether or not the report says so already. Without, it is a draft, or, of a
    verified report, the paper to be signed. The same rows give the same data. Keys: schema, kind, form
    (quarter, year), state (draft, for_signing, issued), paper, name, title, dated, agency, period, set,
    report, number, goals of indicators, average, scale, signature, signed, steps, notes.
    """
    agency, period = report.agency, report.period
    kinds = (Event.Kind.OPENED, Event.Kind.MOVED)
    moves = list(report.events.filter(kind__in=kinds).select_related("by").defer("before").order_by("pk"))
    at = at or moves[-1].at
    state = "issued" if signed else "for_signing" if report.status == Status.VERIFIED else "draft"
    scale = printed.predicate_scale()
    entries = list(report.entries.select_related("changed_by"))
    goals = _goals(report, entries, scale, at)
    what = f"{'Tahun' if period.is_year else period.get_part_display()} {period.year}"
    content = {
        "schema": SCHEMA,
        "kind": KIND,
        "form": "year" if period.is_year else "quarter",
        "state": state,
        "paper": agency.paper.lower(),
        "name": f"Pengukuran Kinerja {what} – {agency.name}",
        "title": ["PENGUKURAN KINERJA", _heading(report), agency.name.upper()],
        # A date of the content: the day of rendering must not change the bytes.
        "dated": at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "agency": _agency(agency),
        "period": {"year": period.year, "part": period.part, "label": what, "short": period.short},
        "set": _set(report),
        "report": {"version": report.version},
        "number": str(signed["number"]) if signed else "",
        "goals": goals,
        "average": _average(agency, entries, scale, goals),
        "scale": _scale(scale),
        "signature": _signature(report, state, signed),
        "signed": signatures.words(signed) if signed else "",
        "steps": _steps(report, moves) + (_approved(report, approved_by, at) if signed else []),
    }
    content["notes"] = footnotes.of(content)
    return content


def _heading(report: Report) -> str:
    period = report.period
    return (
        f"TAHUN {period.year}"
        if period.is_year
        else f"{period.get_part_display().upper()} TAHUN {period.year}"
    )


def _agency(agency: Agency) -> dict[str, Any]:
    return {
        "code": agency.code,
        "name": agency.name,
        "short_name": agency.short_name,
        "region": {"code": agency.region.code, "name": str(agency.region)},
        "averaging": agency.averaging,
        "digits": agency.digits,
    }


def _set(report: Report) -> dict[str, str]:
    """The instrument that fixed what is measured, in words."""
    its = report.indicator_set
    dated = f" tanggal {its.date_text}" if its.date_text else ""
    years = dict.fromkeys((its.first_year, its.last_year))
    return {"line": f"{its.instrument_line}{dated}", "years": "–".join(map(str, years))}


def _scale(scale: rules.Scale | None) -> dict[str, Any] | None:
    if scale is None:
        return None
    classes = [
        {
            "label": known.label,
            "bound": None if known.bound is None else outcomes.plain(known.bound),
            "inclusive": known.inclusive,
        }
        for known in scale.classes
    ]
    named = {"code": scale.code, "version": scale.version, "name": scale.name, "source": scale.source}
    return {**named, "footnote": scale.footnote, "classes": classes}


# Rows


def _goals(
    report: Report, entries: Sequence[Entry], scale: rules.Scale | None, at: dt.datetime
) -> list[dict[str, Any]]:
    sources = facts.Sources(report, scale, at)
    goals: list[dict[str, Any]] = []
    number = 0
    for goal, rows in outcomes.by_goal(entries):
        indicators = []
        for entry in rows:
            number += 1
            indicators.append(facts.indicator(number, entry, sources))
        found = outcomes.average(report.agency, rows)
        goals.append(
            {
                "number": goal["number"],
                "text": goal["text"],
                "average": facts.average(found, report.agency.digits, scale),
                "indicators": indicators,
            }
        )
    return goals


def _average(
    agency: Agency, entries: Sequence[Entry], scale: rules.Scale | None, goals: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The average of the report, with the sum it comes from."""
    found = outcomes.average(agency, entries)
    average = facts.average(found, agency.digits, scale)
    if found.value is None:
        return average
    parts: list[tuple[str, Decimal, Decimal | None]]
    if agency.averaging == Agency.Averaging.PER_GOAL:
        parts = [
            (f"sasaran {place}", Decimal(goal["average"]["value"]), None)
            for place, goal in enumerate(goals, 1)
            if goal["average"]["value"] is not None
        ]
    else:
        # The average of one indicator is its achievement as averages take it: the cap counts there.
        alone = [(no, entry, outcomes.average(agency, [entry]).value) for no, entry in enumerate(entries, 1)]
        is_weighted = found.basis == "per indikator berbobot"
        parts = [
            (f"No {no}", value, Decimal(entry.definition["weight"]) if is_weighted else None)
            for no, entry, value in alone
            if value is not None
        ]
    average["how"] = _sum(parts, found.value, average["text"])
    return average


def _sum(parts: Sequence[tuple[str, Decimal, Decimal | None]], value: Decimal, text: str) -> str:
    """Write out a mean: "(104,032258… [No 1] + 91 [No 3]) ÷ 2 = 97,516129… ≈ 97,52%"."""
    shown = [
        f"{f'{format_number(weight)} × ' if weight is not None else ''}{facts.cut(figure)} [{name}]"
        for name, figure, weight in parts
    ]
    weights = [weight for _, _, weight in parts if weight is not None]
    divisor = format_number(sum(weights, Decimal())) if weights else str(len(parts))
    return f"({' + '.join(shown)}) ÷ {divisor} = {facts.cut(value)} ≈ {text}"


# Who signs, and who did what


def _signature(report: Report, state: str, signed: Mapping[str, Any] | None) -> dict[str, str] | None:
    """The block of the signer; a draft has none, and paper to be signed has room for what ink will say."""
    if state == "draft":
        return None
    if signed:
        official = Official.objects.filter(pk=signed["official"]).first() if signed["official"] else None
        day = format_date(dt.date.fromisoformat(signed["day"]))
    else:
        today = timezone.localdate(timezone=report.agency.zone)
        in_office = Official.objects.in_office(today).filter(agency=report.agency)[:2]
        official, day = (in_office[0] if len(in_office) == 1 else None), DOTS
    place_and_date = ", ".join(filter(None, (report.agency.place, day)))
    if signed and official is None:
        return {
            "place_and_date": place_and_date,
            "position": f"{signed['position']},",
            "name": str(signed["name"]),
            "rank": "",
            "nip": "",
        }
    return signatories.block(sets.signatory(report.agency, official), place_and_date, decree=False)


def _approved(report: Report, by: str, at: dt.datetime) -> list[dict[str, str]]:
    return [{"step": "Disetujui", "by": by, "at": printed.moment(at, report)}]


def _steps(report: Report, events: Sequence[Event]) -> list[dict[str, str]]:
    """The last steps that led to the approval, with who took them and when; none that was taken back."""
    last: dict[Status, dict[str, str]] = {}
    for event in events:
        if event.kind != Event.Kind.MOVED:
            continue
        to = Status(event.after["status"])
        if to in (Status.RETURNED, Status.OPEN):
            last = {}
        elif to in STEPS:
            last[to] = {"step": STEPS[to], "by": str(event.by), "at": printed.moment(event.at, report)}
    return list(last.values())
