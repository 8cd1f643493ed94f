"""What a measurement says of one indicator: its figures, how they came about, from what, by whom and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_DOWN, Context, Decimal
from typing import Any

from django.db.models import F

from indicators import achievement as rules
from indicators import formula as formulas
from indicators.numbers import format_date, format_number
from reports import outcomes, printed
from reports.models import Entry, Period, Report, Value

State = Entry.State
CUT = 6  # decimals of an endless figure in a sentence, before "…"
LONG = 15  # and where it stands for itself; the frozen data has all of them
_DOWN = Context(prec=2000, rounding=ROUND_DOWN)
# Of a definition what a reader needs to compute again.
RULE = (
    "kind",
    "formula",
    "operands",
    "levels",
    "polarity",
    "method",
    "zero_target",
    "floor",
    "cap",
    "cap_in_averages_only",
    "quarter_method",
    "weight",
    "digits",
)
# Where an achievement is missing beside a figure: no target, or one that nothing can be held against.
NO_TARGET = "Belum ada target"


class Sources:
    """What the rows of a report draw on, read once: three queries, two more for a year."""

    def __init__(self, report: Report, scale: rules.Scale | None, at: dt.datetime) -> None:
        self.report, self.scale, self.at = report, scale, at
        values = report.values.select_related("element", "changed_by")
        self.values: dict[str, Value] = {value.element.code: value for value in values}
        self.quarters: dict[str, dict[int, Entry]] = {}
        self.opened: set[int] = set()
        if report.period.is_year:
            self._read_quarters()

    def _read_quarters(self) -> None:
        period = self.report.period
        of_year = {"agency": self.report.agency_id, "period__year": period.year}
        reports = Report.objects.filter(**of_year, period__part__lt=Period.Part.YEAR)
        known = {report.pk: report for report in reports.select_related("agency", "period").order_by()}
        self.opened = {report.period.part for report in known.values()}
        rows = Entry.objects.filter(report__in=list(known)).order_by()
        for entry in rows.annotate(thread_code=F("indicator__thread__code")):
            entry.report = known[entry.report_id]
            self.quarters.setdefault(entry.thread_code, {})[entry.report.period.part] = entry


def indicator(number: int, entry: Entry, sources: Sources) -> dict[str, Any]:
    """Return all that the document says of `entry`, the `number`th of its table."""
    d, report = entry.definition, sources.report
    # The figure of a year comes from its quarters where there are any.
    names = () if d["code"] in sources.quarters else outcomes.names(d)
    return {
        "no": number,
        "code": d["code"],
        "number": d["number"],
        "name": d["name"],
        "unit": d["unit"],
        "definition": d["definition"],
        "rule": {name: d[name] for name in RULE},
        **figures(entry, sources),
        "obstacle": entry.obstacle,
        "driver": entry.driver,
        "follow_up": entry.follow_up,
        "formula": _formula_in_words(d),
        "inputs": [_input(sources.values[name], report) for name in names if name in sources.values],
        "source": _source(entry),
        "typed": _who(entry, report),
        "quarters": _quarters(d, sources) if report.period.is_year else [],
    }


def figures(entry: Entry, sources: Sources) -> dict[str, Any]:
    """Return target, realization, achievement and predicate; each has a text that is never empty."""
    d, state = entry.definition, entry.state_at(sources.at)
    target = _target(d)
    realization = {
        "state": state.value,
        "text": entry.result_text or str(state.label),
        "value": entry.result or None,
        "exact": cut(Decimal(entry.result), LONG) if entry.result else "",
        "reason": "" if entry.result else _for_paper(state, entry.state_reason),
        "how": entry.explanation,
    }
    return {
        "target": target,
        "realization": realization,
        "achievement": _achievement(entry, state),
        "predicate": _predicate(entry, sources.scale),
    }


def _target(d: Mapping[str, Any]) -> dict[str, Any]:
    """The target in effect and, where a decision changed it, the original beside the decision."""
    text, note = printed.target_texts(d)
    known = d["target"]
    if known is None:
        nothing = {"note": "", "value": None, "upper": None, "original": None}
        if text:
            return {"state": State.COMPUTED.value, "text": text, **nothing}
        return {"state": State.NOT_FILLED.value, "text": str(State.NOT_FILLED.label), **nothing}
    prefix = "" if known["revised_value"] is None else "revised_"
    original = None
    if prefix:
        day = format_date(dt.date.fromisoformat(known["decision_date"]))
        note += f" tanggal {day}"
        original = {name: known[name] for name in ("value", "upper", "decision", "decision_date")}
    return {
        "state": State.COMPUTED.value,
        "text": text,
        "note": note,
        "value": known[f"{prefix}value"],
        "upper": known[f"{prefix}upper"],
        "original": original,
    }


def _achievement(entry: Entry, state: Entry.State) -> dict[str, Any]:
    if entry.achievement:
        text, reason = f"{entry.achievement_text}%", ""
    elif state != State.COMPUTED:
        text, reason = "–", ""
    else:
        state = State.NOT_FILLED if entry.definition["target"] is None else State.NOT_COMPUTABLE
        text = NO_TARGET if state == State.NOT_FILLED else str(state.label)
        reason = _for_paper(state, entry.achievement_explanation)
    return {
        "state": state.value,
        "text": text,
        "value": entry.achievement or None,
        "exact": cut(Decimal(entry.achievement), LONG) if entry.achievement else "",
        "reason": reason,
        "how": entry.achievement_explanation if entry.achievement else "",
    }


def _for_paper(state: Entry.State, reason: str) -> str:
    """Leave out what the portal tells whoever fills; a reason that somebody wrote stays whole."""
    if state == State.NOT_APPLICABLE:
        return reason
    first, found, _ = reason.partition(". ")
    return f"{first}." if found else reason


def _predicate(entry: Entry, scale: rules.Scale | None) -> str:
    if not (scale and entry.achievement):
        return "–"
    return scale.classify(Decimal(entry.achievement), entry.definition["digits"]) or "–"


def _quarters(d: Mapping[str, Any], sources: Sources) -> list[dict[str, Any]]:
    """The four quarters of a year; one without a report or without the indicator says so."""
    rows = sources.quarters.get(d["code"], {})
    return [
        {"quarter": quarter, **_of_quarter(rows.get(quarter), quarter, sources)} for quarter in range(1, 5)
    ]


def _of_quarter(entry: Entry | None, quarter: int, sources: Sources) -> dict[str, Any]:
    if entry is not None:
        known = figures(entry, sources)
        return {name: known[name] for name in ("target", "realization", "achievement")}
    state, reason = State.NOT_DUE, "Laporan triwulan ini belum dibuka."
    if quarter in sources.opened:
        state, reason = State.NOT_APPLICABLE, "Indikator ini belum ada dalam laporan triwulan itu."
    nothing = {"state": state.value, "text": "–", "value": None, "exact": "", "reason": "", "how": ""}
    return {
        "target": {
            "state": state.value,
            "text": "–",
            "note": "",
            "value": None,
            "upper": None,
            "original": None,
        },
        "realization": nothing | {"text": str(state.label), "reason": reason},
        "achievement": nothing,
    }


def average(found: rules.Average, digits: int, scale: rules.Scale | None) -> dict[str, Any]:
    """Return an average with what is always printed beside it."""
    text = "–" if found.value is None else f"{format_number(found.value, digits)}%"
    return {
        "text": text,
        "value": None if found.value is None else outcomes.plain(found.value),
        "counted": found.counted,
        "total": found.total,
        "basis": found.basis,
        "label": found.label,
        "predicate": (scale.classify(found.value, digits) if scale else None) or "–",
        "how": "",
    }


# How a figure came about


def _formula_in_words(d: Mapping[str, Any]) -> str:
    """The formula with the names of its data: "Koperasi sehat / Seluruh koperasi × 100%"; "" without one."""
    if not d["formula"]:
        return ""
    labels = {name: operand["label"] for name, operand in d["operands"].items()}
    return formulas.to_text(formulas.draw(formulas.parse(d["formula"]), labels))


def _input(value: Value, report: Report) -> dict[str, Any]:
    """A figure that a formula uses, with who entered it."""
    element = value.element
    return {
        "code": element.code,
        "label": element.label,
        "unit": element.unit,
        "value": None if value.number is None else outcomes.plain(value.number),
        "text": str(State.NOT_FILLED.label) if value.number is None else format_number(value.number),
        "source": element.source,
        "reason": value.reason,
        **_who(value, report),
    }


def _source(entry: Entry) -> dict[str, Any]:
    day = entry.document_date
    parts = (entry.source, entry.document, format_date(day) if day else "")
    return {
        "source": entry.source,
        "document": entry.document,
        "date": day.isoformat() if day else None,
        "text": ", ".join(filter(None, parts)),
    }


def _who(row: Entry | Value, report: Report) -> dict[str, str]:
    if row.changed_by is None or row.changed_at is None:
        return {"by": "", "at": ""}
    return {"by": str(row.changed_by), "at": printed.moment(row.changed_at, report)}


def cut(value: Decimal, decimals: int = CUT) -> str:
    """Write a figure with all its decimals, or those before "…" when it has more."""
    short = value.quantize(Decimal(1).scaleb(-decimals), context=_DOWN)
    return format_number(value) if short == value else f"{format_number(short, decimals)}…"
