"""Filling a report: one grid that is a plain form, and the address to which its cells save themselves."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from agencies.accounts import UserRequest
from agencies.models import User
from reports import doubts, entries, evidence, lasts, outcomes
from reports.forms import (
    TEXTS,
    Conflict,
    Drawn,
    EntryForm,
    ValueForm,
    draw_entry,
    draw_reason,
    draw_value,
    repaired,
    repaired_place,
)
from reports.models import Entry, Report, Value
from reports.views.rows import Shown, predicate_scale, shown


@dataclass
class Row:
    """One indicator in the grid: what is typed for it, the figures typed here, and those of another row."""

    shown: Shown
    own: Drawn
    cells: list[Drawn] = field(default_factory=list)
    shared: list[Value] = field(default_factory=list)
    from_quarters: bool = False
    takes_evidence: bool = False

    @property
    def has_source(self) -> bool:
        """Whether the row asks where its figure comes from."""
        return len(self.own.texts) > len(TEXTS)

    @property
    def is_open(self) -> bool:
        """Whether the texts below the row are owed and not written, or were refused."""
        entry = self.shown.entry
        sources = (entry.source, entry.document, entry.document_date)
        lacks_source = entry.number is not None and self.has_source and not all(sources)
        lacks_explanation = self.shown.below and not (entry.obstacle and entry.follow_up)
        is_owed = lacks_explanation and entry.report.agency.requires_explanation
        return is_owed or lacks_source or self.own.was_refused


@dataclass
class Refused:
    """Forms of a sent page that were not stored, by prefix, and why nothing could be."""

    forms: dict[str, ValueForm | EntryForm] = field(default_factory=dict)
    why: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def report_fill(request: UserRequest, pk: int) -> HttpResponse:
    """Show the grid; sent as a form, store what was touched and show again what could not be stored."""
    refused = Refused()
    if request.method != "POST":
        report = _visible_report(request, pk)
        # Another set or target may count by now; whoever may fill the report sees it before typing.
        if entries.bring_up_to_date(report, by=request.user):
            report = _visible_report(request, pk)
    else:
        with _desk(request, pk) as desk:
            stored, refused = _store(desk, request.POST)
        report = desk.report
        if stored:
            messages.success(request, f"{stored} isian tersimpan pukul {_clock(report)}.")
        elif not refused.forms and "periksa" not in request.POST:
            messages.success(request, "Semua isian sudah tersimpan.")
        if not refused.forms and not refused.why:
            if "periksa" in request.POST:
                return redirect("report-detail", pk=pk)
            return redirect(reverse("report-fill", args=[pk]) + repaired_place(request.POST))
    return render(request, "reports/report_fill.html", _context(report, request.user, refused))


@require_POST
def cells_fill(request: UserRequest, pk: int) -> JsonResponse:
    """Store what cells of the grid send: for each row its prefix with -version and -key, and what was typed.

    Each row is answered by a status of its own: 200; 422 no figure; 409 somebody was first; 423, 403 not now,
    not you. What depends on the figures comes once for all of them.
    """
    with _desk(request, pk) as desk:
        cells = _take_cells(desk, request.POST)
    return JsonResponse({"cells": cells} | _now(desk))


def _visible_report(request: UserRequest, pk: int) -> Report:
    rows = Report.objects.visible_to(request.user).select_related("agency", "period")
    return get_object_or_404(rows, pk=pk)


# Reading


def _context(report: Report, user: User, refused: Refused) -> dict[str, Any]:
    now = timezone.now()
    availability = report.availability(now)
    own = entries.own_codes(report, user)
    rows = _rows(report, own if availability.editable else set(), refused)
    return {
        "report": report,
        "availability": availability,
        "fills": own != set(),
        "may_fill": availability.editable and own != set(),
        "groups": _grouped(rows),
        "done": sum(row.shown.entry.state != Entry.State.NOT_FILLED for row in rows),
        "total": len(rows),
        "why": refused.why,
        "problems": [form for form in refused.forms.values() if form.errors],
        "blank": draw_reason("PREFIX"),
        "key": secrets.token_hex(16),
        "limits": evidence.LIMITS,
        "days_left": (availability.closes - now).days,
    }


def _grouped(rows: list[Row]) -> list[tuple[dict[str, str], list[Row]]]:
    by_entry = {row.shown.entry.pk: row for row in rows}
    return [
        (goal, [by_entry[entry.pk] for entry in part])
        for goal, part in outcomes.by_goal(r.shown.entry for r in rows)
    ]


def _rows(report: Report, own: set[str] | None, refused: Refused) -> list[Row]:
    """Return the rows of the grid; a data element is typed at the first indicator that uses it.

    `own` are the codes that may be filled, None is all. The number of queries is fixed.
    """
    entry_rows = list(evidence.counted(report.entries.all()))
    all_values = list(report.values.select_related("element"))
    values, typed = {value.element.code: value for value in all_values}, dict[str, Value]()
    last = lasts.of(report, entry_rows)
    odd = _doubts(doubts.of_rows(report, entry_rows, all_values, last=last))
    quarterly, scale = report.codes_from_quarters(), predicate_scale()
    rows: list[Row] = []
    for entry in entry_rows:
        code, prefix = entry.definition["code"], _prefix(entry)
        may_fill = own is None or code in own
        drawn = draw_entry(
            entry,
            refused.forms.get(prefix),
            may_fill=may_fill,
            by_quarters=code in quarterly,
            asks_ready=own is not None,
            doubts=odd.get(prefix, ()),
            last=last.text(code),
        )
        row = Row(shown(entry, scale, last), drawn, from_quarters=code in quarterly, takes_evidence=may_fill)
        rows.append(row)
        if row.from_quarters:
            continue
        for name in outcomes.names(entry.definition):
            if value := values.pop(name, None):
                row.cells.append(_draw_value(value, own, refused, odd, last.text(name)))
                typed[name] = value
            elif name in typed:
                row.shared.append(typed[name])
    return rows


def _draw_value(
    value: Value, own: set[str] | None, refused: Refused, odd: Mapping[str, list[doubts.Doubt]], last: str
) -> Drawn:
    prefix, may_fill = _prefix(value), own is None or value.element.code in own
    return draw_value(
        value, refused.forms.get(prefix), may_fill=may_fill, doubts=odd.get(prefix, ()), last=last
    )


def _doubts(found: list[doubts.Doubt]) -> dict[str, list[doubts.Doubt]]:
    """Return what looks wrong, by the prefix of the form in which it is typed."""
    by_prefix: dict[str, list[doubts.Doubt]] = {}
    for doubt in found:
        by_prefix.setdefault(_prefix(doubt.row), []).append(doubt)
    return by_prefix


def _prefix(row: Value | Entry) -> str:
    """Return the prefix of the form in which a row is typed."""
    return f"v{row.pk}" if isinstance(row, Value) else f"e{row.pk}"


# Storing a page


@contextmanager
def _desk(request: UserRequest, pk: int) -> Iterator[entries.Desk]:
    """Hand out the desk of a report for the rows that were sent. Raises Http404."""
    keys = [(letter, int(key)) for letter, key in _sent(request.POST)]
    values, rows = ({key for kind, key in keys if kind == letter} for letter in "ve")
    try:
        with entries.at_desk(pk, values, rows, by=request.user) as desk:
            yield desk
    except Report.DoesNotExist:
        raise Http404("Laporan ini tidak ada.") from None


def _sent(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return letter and key of the rows that were sent, by the prefixes of their forms."""
    return [
        (found[1], found[2]) for name in data if (found := re.fullmatch(r"([ve])(\d{1,18})-version", name))
    ]


def _sent_forms(desk: entries.Desk, data: Mapping[str, Any]) -> Iterator[ValueForm | EntryForm]:
    """Yield the forms of the rows that were sent; what is no row of the report is passed over."""
    for letter, key in _sent(data):
        row = desk.row(Value if letter == "v" else Entry, int(key))
        if row is not None:
            yield ValueForm(row, data) if isinstance(row, Value) else EntryForm(row, data)


def _store(desk: entries.Desk, data: QueryDict) -> tuple[int, Refused]:
    """Store every row that was touched; return how many, and what was refused with its inputs as typed."""
    refused, sent = Refused(), []
    data = repaired(data)
    for form in _sent_forms(desk, data):
        if isinstance(form, EntryForm) and f"{form.prefix}-number" not in data:
            form.without_figure()  # the page did not ask for it
        if form.is_valid():
            if changes := form.changes():
                sent.append((form, _change(form, changes, data.get("key", ""))))
        else:
            asks = "choice" in form.errors
            refused.forms[str(form.prefix)] = _asked_again(form, data, desk.report) if asks else form
    stored = 0
    for (form, _), answer in zip(sent, desk.take([change for _, change in sent]), strict=True):
        if not isinstance(answer, Exception):
            stored += 1
            continue
        if isinstance(answer, entries.Conflict):
            form.row = answer.row
            form = _asked_again(form, data, desk.report)
        elif isinstance(answer, entries.Locked):
            refused.why = str(answer)
        else:
            form.add_error(None, _sentence(answer))
        refused.forms[str(form.prefix)] = form
    return stored, refused


def _change(form: ValueForm | EntryForm, changes: Mapping[str, Any], key: str) -> entries.Change:
    """Return the write of a form; sent twice it is one write, and a correction after "back" is another."""
    based_on = form.cleaned_data["version"]
    said = f"{key} {form.prefix} {based_on} {sorted(changes.items())!r}"
    return entries.Change(form.row, changes, based_on, hashlib.sha256(said.encode()).hexdigest())


def _remade(form: ValueForm | EntryForm, data: Mapping[str, Any] | None = None) -> ValueForm | EntryForm:
    """Return another form of the same row."""
    return ValueForm(form.row, data) if isinstance(form, ValueForm) else EntryForm(form.row, data)


def _asked_again(
    form: ValueForm | EntryForm, data: Mapping[str, Any], report: Report
) -> ValueForm | EntryForm:
    """Return the form with what was typed, based on what is stored now, asking whose figure counts."""
    fresh = _remade(form)
    stored = {bound.html_initial_name: bound.value() or "" for bound in fresh.typed()}
    again = _remade(
        form,
        {name: data[name] for name in data if not name.endswith("-choice")}
        | stored
        | {f"{form.prefix}-version": form.row.version, f"{form.prefix}-asked": "1"},
    )
    again.conflict = _conflict(report, form, fresh)
    return again


def _conflict(report: Report, mine: ValueForm | EntryForm, theirs: ValueForm | EntryForm) -> Conflict:
    """Return both figures, who wrote the other and when."""
    row = theirs.row
    names = [bound.name for bound in mine.typed() if bound.html_name in mine.data]
    texts = [(mine.said(name), theirs.said(name)) for name in names if mine.said(name) != theirs.said(name)]
    who = row.changed_by.name if row.changed_by else "Seseorang"
    at = f" pukul {_clock(report, row.changed_at)}" if row.changed_at else ""
    mine_said, theirs_said = ("; ".join(side) for side in zip(*texts, strict=True)) if texts else ("", "")
    sentence = (
        f"{who} mengubah isian ini{at} menjadi {theirs_said.rstrip('.')}. "
        f"Nilai Anda {mine_said.rstrip('.')}. Mana yang dipakai?"
    )
    return Conflict(sentence, mine_said, theirs_said)


# Storing cells


def _take_cells(desk: entries.Desk, data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Take every cell; return an answer for each, by the prefix of its form."""
    cells: dict[str, dict[str, Any]] = {}
    sent = []
    for form in _sent_forms(desk, data):
        if form.is_valid():
            sent.append((form, _change(form, _typed(form), data.get(f"{form.prefix}-key", ""))))
        else:
            sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
            cells[str(form.prefix)] = {"status": 422, "error": sentence}
    for (form, _), answer in zip(sent, desk.take([change for _, change in sent]), strict=True):
        cells[str(form.prefix)] = _cell(desk.report, form, answer)
    return cells


def _typed(form: ValueForm | EntryForm) -> dict[str, Any]:
    """Return what a cell sent, touched or not: its script knows what was touched."""
    return {
        bound.name: form.cleaned_data[bound.name] for bound in form.typed() if bound.html_name in form.data
    }


def _cell(report: Report, form: ValueForm | EntryForm, answer: entries.Answer | Exception) -> dict[str, Any]:
    """Return the answer to one cell."""
    if isinstance(answer, entries.Conflict):
        mine, form.row = form, answer.row
        fresh = _remade(form)
        question = _conflict(report, mine, fresh)
        return {
            "status": 409,
            "error": question.sentence,
            "mine": question.mine,
            "theirs": question.theirs,
            "text": {name: fresh[name].value() or "" for name in _typed(form)},
            "version": form.row.version,
        }
    if isinstance(answer, Exception):
        statuses = {entries.Locked: 423, entries.NotYours: 403}
        return {"status": statuses.get(type(answer), 422), "error": _sentence(answer)}
    typed = _typed(form)
    return {
        "status": 200,
        "version": answer["version"],
        "text": {
            name: form.fields[name].prepare_value(value) if value is not None else ""
            for name, value in typed.items()
        },
        "echo": getattr(form.fields["number"], "echo", "") if "number" in typed else "",
    }


def _now(desk: entries.Desk) -> dict[str, Any]:
    """Return what follows: outcomes and doubts of rows that use what was sent, and progress that moved."""
    report, codes = desk.report, desk.touched
    touched = [entry for entry in desk.entries if entry.definition["code"] in codes]
    scale = predicate_scale() if any(entry.achievement for entry in touched) else None
    prefixes = [f"e{entry.pk}" for entry in touched]
    prefixes += [f"v{value.pk}" for value in desk.values if value.element.code in codes]
    odd: dict[str, list[dict[str, Any]]] = {prefix: [] for prefix in prefixes}
    last = lasts.of(report, touched, codes)
    for doubt in doubts.of_rows(report, desk.entries, desk.values, codes, last=last):
        odd.setdefault(_prefix(doubt.row), []).append(doubt.plain())
    return {
        "saved": f"Tersimpan {_clock(report)}",
        "outcomes": {
            entry.pk: render_to_string("reports/_outcome.html", {"row": shown(entry, scale, last)})
            for entry in touched
        },
        "odd": odd,
    } | desk.progress


def _sentence(refusal: Exception) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def _clock(report: Report, at: dt.datetime | None = None) -> str:
    """Return a time of day where the agency is: "09.42 WIB"."""
    local = timezone.localtime(at, report.agency.zone)
    return f"{local:%H.%M} {report.agency.get_time_zone_display()}"
