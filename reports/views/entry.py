"""Filling a report: one grid that is a plain form, and the addresses to which its cells save themselves."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from agencies.accounts import UserRequest
from agencies.models import User
from reports import doubts, entries, outcomes
from reports.forms import Conflict, EntryForm, ValueForm
from reports.models import Entry, Report, Value
from reports.views.rows import Shown, predicate_scale, shown

Form = TypeVar("Form", ValueForm, EntryForm)


@dataclass
class Row:
    """One indicator in the grid: its own form, the figures typed here, and those typed at another row."""

    shown: Shown
    form: EntryForm
    cells: list[ValueForm] = field(default_factory=list)
    shared: list[Value] = field(default_factory=list)
    from_quarters: bool = False

    @property
    def forms(self) -> list[ValueForm | EntryForm]:
        """All forms of the row."""
        return [*self.cells, self.form]

    @property
    def is_open(self) -> bool:
        """Whether the texts below the row are of interest now."""
        entry = self.shown.entry
        filled = any((entry.obstacle, entry.follow_up, entry.not_applicable, entry.returned_note))
        lacks_source = entry.number is not None and "source" in self.form.fields and not entry.source
        return self.shown.below or filled or lacks_source or (self.form.is_bound and bool(self.form.errors))


@dataclass
class Refused:
    """Forms of a sent page that were not stored, by prefix, and why nothing could be."""

    forms: dict[str, ValueForm | EntryForm] = field(default_factory=dict)
    why: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def report_fill(request: UserRequest, pk: int) -> HttpResponse:
    """Show the grid; sent as a form, store what was touched and show again what could not be stored."""
    report = _visible_report(request, pk)
    refused = Refused()
    if request.method == "POST":
        stored, refused = _store(report, request)
        if stored:
            messages.success(request, f"{stored} isian tersimpan pukul {_clock(report)}.")
        elif not refused.forms and "periksa" not in request.POST:
            messages.success(request, "Semua isian sudah tersimpan.")
        if not refused.forms and not refused.why:
            return redirect("report-detail" if "periksa" in request.POST else "report-fill", pk=pk)
    return render(request, "reports/report_fill.html", _context(report, request.user, refused))


@require_POST
def value_fill(request: UserRequest, pk: int, element: int) -> HttpResponse:
    """Store one figure of a data element, as the grid sends it; answer with what changed."""
    report = _visible_report(request, pk)
    rows = report.values.select_related("element", "changed_by")
    return _save_cell(report, ValueForm(get_object_or_404(rows, element_id=element), request.POST), request)


@require_POST
def entry_fill(request: UserRequest, pk: int, entry: int) -> HttpResponse:
    """Store one text or figure of an indicator, as the grid sends it; answer with what changed."""
    report = _visible_report(request, pk)
    rows = report.entries.select_related("changed_by")
    return _save_cell(report, EntryForm(get_object_or_404(rows, pk=entry), request.POST), request)


def _visible_report(request: UserRequest, pk: int) -> Report:
    rows = Report.objects.visible_to(request.user).select_related("agency", "period", "indicator_set")
    return get_object_or_404(rows, pk=pk)


# Reading


def _context(report: Report, user: User, refused: Refused) -> dict[str, Any]:
    now = timezone.now()
    availability = report.availability(now)
    entry_rows = list(report.entries.select_related("changed_by"))
    own = entries.own_codes(report, user)
    rows = _rows(report, entry_rows, own if availability.editable else set(), refused)
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
        "key": secrets.token_hex(16),
        "days_left": (availability.closes - now).days,
    }


def _grouped(rows: list[Row]) -> list[tuple[dict[str, str], list[Row]]]:
    by_entry = {row.shown.entry.pk: row for row in rows}
    return [
        (goal, [by_entry[entry.pk] for entry in part])
        for goal, part in outcomes.by_goal(r.shown.entry for r in rows)
    ]


def _rows(report: Report, entry_rows: list[Entry], own: set[str] | None, refused: Refused) -> list[Row]:
    """Return the rows of the grid; a data element is typed at the first indicator that uses it."""
    values = {v.element.code: v for v in report.values.select_related("element", "changed_by")}
    quarterly = report.codes_from_quarters()
    scale = predicate_scale()
    odd = _doubts(report)
    typed: dict[str, Value] = {}
    rows: list[Row] = []
    for entry in entry_rows:
        code = entry.definition["code"]
        form = _refused_or(refused, EntryForm(entry))
        form.doubts = odd.get(str(form.prefix), [])
        if own is None:
            form.fields.pop("ready", None)
        row = Row(shown(entry, scale), form, from_quarters=code in quarterly)
        rows.append(row)
        _wire(form, report, own is None or code in own)
        if row.from_quarters:
            form.without_figure()
            continue
        for name in outcomes.names(entry.definition):
            if value := values.pop(name, None):
                cell = _refused_or(refused, ValueForm(value))
                cell.doubts = odd.get(str(cell.prefix), [])
                _wire(cell, report, own is None or name in own)
                row.cells.append(cell)
                typed[name] = value
            elif name in typed:
                row.shared.append(typed[name])
    return rows


def _doubts(report: Report) -> dict[str, list[doubts.Doubt]]:
    """Return what looks wrong, by the prefix of the form in which it is typed."""
    found: dict[str, list[doubts.Doubt]] = {}
    for doubt in doubts.of_report(report):
        letter = "v" if isinstance(doubt.row, Value) else "e"
        found.setdefault(f"{letter}{doubt.row.pk}", []).append(doubt)
    return found


def _refused_or(refused: Refused, form: Form) -> Form:
    """Return the form as it was sent and refused, else as it is stored."""
    sent = refused.forms.get(str(form.prefix))
    return sent if isinstance(sent, type(form)) else form


def _wire(form: ValueForm | EntryForm, report: Report, may_fill: bool) -> None:  # noqa: FBT001 - one fact
    """Tell the inputs where they save themselves, or close them."""
    if isinstance(form, ValueForm):
        url = reverse("value-fill", args=[report.pk, form.row.element_id])
    else:
        url = reverse("entry-fill", args=[report.pk, form.row.pk])
    for bound in form.typed():
        if may_fill:
            bound.field.widget.attrs["data-url"] = url
        else:
            bound.field.widget.attrs["disabled"] = True


# Storing a page


def _store(report: Report, request: UserRequest) -> tuple[int, Refused]:
    """Store every row that was touched; return how many, and what was refused with its inputs as typed."""
    refused, stored = Refused(), 0
    for form in _sent_forms(report, request.POST):
        prefix = str(form.prefix)
        if not form.is_valid():
            if "choice" in form.errors:
                form = _asked_again(form, request.POST, report)
            refused.forms[prefix] = form
            continue
        changes = form.changes()
        if not changes:
            continue
        try:
            _fill(report, form, changes, request)
        except entries.Conflict:
            refused.forms[prefix] = _asked_again(form, request.POST, report)
        except entries.Locked as locked:
            refused.forms[prefix], refused.why = form, str(locked)
        except (entries.Refused, ValidationError) as rule:
            form.add_error(None, _sentence(rule))
            refused.forms[prefix] = form
        else:
            stored += 1
    return stored, refused


def _sent_forms(report: Report, data: Mapping[str, Any]) -> Iterator[ValueForm | EntryForm]:
    for value in report.values.select_related("element", "changed_by"):
        if f"v{value.pk}-version" in data:
            yield ValueForm(value, data)
    for entry in report.entries.select_related("changed_by"):
        if f"e{entry.pk}-version" in data:
            form = EntryForm(entry, data)
            if f"e{entry.pk}-number" not in data:
                form.without_figure()
            yield form


def _fill(
    report: Report, form: ValueForm | EntryForm, changes: Mapping[str, Any], request: UserRequest
) -> dict[str, Any]:
    based_on = form.cleaned_data["version"]
    # Of the page and of what it says: sent twice it is one write, and a correction after "back" is another.
    said = f"{request.POST.get('key')} {form.prefix} {based_on} {sorted(changes.items())!r}"
    key = hashlib.sha256(said.encode()).hexdigest()
    if isinstance(form, ValueForm):
        row = form.row
        return entries.fill_value(
            report,
            row.element,
            changes.get("number", row.number),
            based_on=based_on,
            by=request.user,
            key=key,
            reason=changes.get("reason", row.reason),
        )
    return entries.fill_entry(form.row, changes, based_on=based_on, by=request.user, key=key)


def _remade(form: ValueForm | EntryForm, data: Mapping[str, Any] | None = None) -> ValueForm | EntryForm:
    """Return another form of the same row."""
    return ValueForm(form.row, data) if isinstance(form, ValueForm) else EntryForm(form.row, data)


def _asked_again(
    form: ValueForm | EntryForm, data: Mapping[str, Any], report: Report
) -> ValueForm | EntryForm:
    """Return the form with what was typed, based on what is stored now, asking whose figure counts."""
    form.row.refresh_from_db()
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
        f"{who} mengubah isian ini{at} menjadi {theirs_said}. Nilai Anda {mine_said}. Mana yang dipakai?"
    )
    return Conflict(sentence, mine_said, theirs_said)


# Storing a cell


def _save_cell(report: Report, form: ValueForm | EntryForm, request: UserRequest) -> JsonResponse:
    """Store what one input sent. 422: not a figure; 409: somebody was first; 423, 403: not now, not you."""
    if not form.is_valid():
        sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"error": sentence}, status=422)
    changes = {
        bound.name: form.cleaned_data[bound.name] for bound in form.typed() if bound.html_name in request.POST
    }
    try:
        answer = _fill(report, form, changes, request)
    except entries.Conflict:
        form.row.refresh_from_db()
        fresh = _remade(form)
        question = _conflict(report, form, fresh)
        body = {
            "error": question.sentence,
            "mine": question.mine,
            "theirs": question.theirs,
            "text": {name: fresh[name].value() or "" for name in changes},
            "version": form.row.version,
        }
        return JsonResponse(body, status=409)
    except entries.Locked as locked:
        return JsonResponse({"error": str(locked)}, status=423)
    except entries.NotYours as rule:
        return JsonResponse({"error": str(rule)}, status=403)
    except (entries.Refused, ValidationError) as rule:
        return JsonResponse({"error": _sentence(rule)}, status=422)
    return JsonResponse(_saved(report, form, changes, answer))


def _sentence(refusal: Exception) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def _saved(
    report: Report, form: ValueForm | EntryForm, changes: Mapping[str, Any], answer: Mapping[str, Any]
) -> dict[str, Any]:
    touched = [row["entry"] for row in answer["entries"]]
    scale = predicate_scale()
    cells = {
        entry.pk: render_to_string("reports/_outcome.html", {"row": shown(entry, scale)})
        for entry in report.entries.filter(pk__in=touched)
    }
    states = list(report.entries.values_list("state", flat=True))
    echo = getattr(form.fields.get("number"), "echo", "") if "number" in changes else ""
    return {
        "version": answer["version"],
        "text": {
            name: form.fields[name].prepare_value(value) if value is not None else ""
            for name, value in changes.items()
        },
        "echo": echo,
        "saved": f"Tersimpan {_clock(report)}",
        "outcomes": cells,
        "odd": answer["odd"],
        "done": sum(state != Entry.State.NOT_FILLED for state in states),
        "total": len(states),
    }


def _clock(report: Report, at: dt.datetime | None = None) -> str:
    """Return a time of day where the agency is: "09.42 WIB"."""
    local = timezone.localtime(at, report.agency.zone)
    return f"{local:%H.%M} {report.agency.get_time_zone_display()}"
