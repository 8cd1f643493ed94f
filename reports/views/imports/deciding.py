"""Pages on which people decide: what columns hold, what the file leaves open, whether differences go in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.accounts import UserRequest
from indicators.imports.planned import Message, Planned, Question, place
from reports.imports import batches, staging, words
from reports.imports.mapping import MappingForm
from reports.imports.moving import Passed
from reports.imports.states import State, may_go
from reports.models import ImportBatch, ImportRow
from reports.views.imports.common import context_of, may_act, passed, refused, visible_batch

METHODS = ["GET", "HEAD", "POST"]
PAGE_SIZE = 40
QUESTIONS_A_PAGE = 120
FIRST_FACTS = 4  # of a new row; the others are folded away
# The filter of the page → how rows are kept.
FILTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "": ("Semua", {}),
    "baru": ("Baru", {"status": "new"}),
    "berubah": ("Berubah", {"status": "changed"}),
    "masalah": ("Masalah", {"status": "problem"}),
    "catatan": ("Dengan catatan", {"noted": True}),
    "sama": ("Sama", {"status": "same"}),
    "dilewati": ("Dilewati", {"status": "skipped"}),
}


# Columns


@require_http_methods(METHODS)
def import_mapping(request: UserRequest, pk: int) -> HttpResponse:
    """Show how the tables were read, and take what is to be read otherwise."""
    batch = visible_batch(request, pk)
    if not (may_act(request, batch) and may_go(batch.state, State.PLANNING) and not batch.is_working):
        return redirect(batch)
    only = request.GET.get("tabel", "")
    form = MappingForm(
        batch, request.user, request.POST or None, only=int(only) if only.isascii() and only.isdigit() else 0
    )
    context = context_of(batch, request, at=1) | {"form": form}
    if request.method == "POST":
        if not form.is_valid():
            return refused(request, "reports/imports/import_mapping.html", context)
        try:
            batches.choose(batch, form.choices(), form.corrections(), by=request.user)
        except Passed as why:
            return passed(request, batch, why)
        return redirect(batch)
    return render(request, "reports/imports/import_mapping.html", context)


# Questions


@dataclass
class Asked:
    """A question on the page: the name of its input, what is marked, and what is wrong with the answer."""

    name: str
    question: Question
    marked: str
    error: str = ""


@dataclass
class Group:
    """The questions about one row of the file."""

    about: str
    cell: str
    questions: list[Asked] = field(default_factory=list)


@require_http_methods(METHODS)
def import_questions(request: UserRequest, pk: int) -> HttpResponse:
    """Ask what the file cannot say, with what is likely marked beforehand, and take the answers."""
    batch = visible_batch(request, pk)
    if not (may_act(request, batch) and batch.state in (State.QUESTIONED, State.PLANNED)):
        return redirect(batch)
    shown = _shown(batch)
    if request.method == "POST":
        shown = [_answered(request, asked) for asked in shown]
        if not any(asked.error for asked in shown):
            answers = {(str(a.question.topic), a.question.key): a.marked for a in shown}
            try:
                batches.answer(batch, answers, seen=request.POST.get("plan", ""))
            except Passed as why:
                return passed(request, batch, why)
            return redirect(batch)
    context = context_of(batch, request, at=2) | {
        "groups": _groups(shown),
        "left": len(batch.questions) - len(shown),
        "plan": batches.plan_stamp(batch),
        "errors": [asked for asked in shown if asked.error],
    }
    if context["errors"]:
        return refused(request, "reports/imports/import_questions.html", context)
    return render(request, "reports/imports/import_questions.html", context)


def _shown(batch: ImportBatch) -> list[Asked]:
    """Return the questions of this page: those not answered yet come first."""
    questions = list(enumerate(batches.asked(batch)))
    if len(questions) > QUESTIONS_A_PAGE:
        questions = sorted(questions, key=lambda pair: bool(pair[1].chosen))[:QUESTIONS_A_PAGE]
        questions.sort(key=lambda pair: pair[0])
    return [Asked(f"q{number}", q, q.chosen or q.proposed) for number, q in questions]


def _answered(request: UserRequest, asked: Asked) -> Asked:
    asked.marked = request.POST.get(asked.name, "").strip()
    values = [value for value, _ in asked.question.options]
    if asked.marked and values and asked.marked not in values:
        asked.error = "Pilih salah satu jawaban yang ada."
    elif asked.question.must and not asked.marked:
        asked.error = "Pilih jawabannya." if values else "Isi jawabannya."
    return asked


def _groups(shown: list[Asked]) -> list[Group]:
    groups: dict[tuple[str, str], Group] = {}
    for asked in shown:
        question = asked.question
        groups.setdefault(
            (question.about, question.cell), Group(question.about, question.cell)
        ).questions.append(asked)
    return list(groups.values())


# Differences


@dataclass
class Choice:
    """A button that repairs a cell: what it says, and the answer it sends."""

    label: str
    key: str
    value: str
    is_chosen: bool = False


@dataclass
class Said:
    """A message with the whole address of its cell and the repairs that are offered."""

    message: Message
    cell: str
    choices: list[Choice]


@dataclass
class Change:
    """One fact of a row: what was, what would be, where it stands and how the file writes it if otherwise."""

    label: str
    before: str
    after: str
    cell: str
    written: str


@dataclass
class Difference:
    """One planned row as the page shows it."""

    row: Planned
    word: str
    pill: str
    changes: list[Change]
    more: list[Change]
    said: list[Said]

    @property
    def is_new(self) -> bool:
        """Whether nothing of it was there before."""
        return not self.row.before


@require_safe
def import_review(request: UserRequest, pk: int) -> HttpResponse:
    """Show what would change, row by row, and ask for the decision."""
    batch = visible_batch(request, pk)
    if batch.state not in (State.PLANNED, State.APPLIED, State.UNDONE):
        return redirect(batch)
    kept = request.GET.get("saring", "")
    kept = kept if kept in FILTERS else ""
    rows = batch.rows.filter(**FILTERS[kept][1]).order_by("position")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    may_decide = batch.state == State.PLANNED and may_act(request, batch)
    repairs = _repairs(batch) if may_decide else {}
    counts = batch.counts
    number = batches.writes(counts)
    context = context_of(batch, request, at=2) | {
        "page_obj": page,
        "differences": [_difference(row, repairs) for row in page],
        "filters": _filters(batch, kept),
        "kept": kept,
        "sentence": words.rows(counts),
        "number": words.whole(number),
        "writes": number,
        "problems": counts.get("problem", 0),
        "may_decide": may_decide,
        "plan": batches.plan_stamp(batch),
        "earlier": batches.earlier(batch) if may_decide else None,
        "here": f"{reverse('import-review', args=[batch.pk])}?{request.GET.urlencode()}",
        "file_problems": batch.reading.get("problems", []),
    }
    return render(request, "reports/imports/import_review.html", context)


def _filters(batch: ImportBatch, kept: str) -> list[tuple[str, str, str, bool]]:
    """Return value, label, number and whether it is kept, of the filters that keep anything."""
    numbers = {"": sum(batch.counts.values()), "catatan": batch.rows.filter(noted=True).count()}
    numbers |= {
        name: batch.counts.get(by["status"], 0) for name, (_, by) in FILTERS.items() if "status" in by
    }
    return [
        (name, label, words.whole(numbers[name]), name == kept)
        for name, (label, _) in FILTERS.items()
        if numbers[name] or name in ("", "masalah", kept)
    ]


def _repairs(batch: ImportBatch) -> dict[str, Question]:
    return {question.key: question for question in batches.asked(batch) if question.topic == "repair"}


def _difference(staged: ImportRow, repairs: dict[str, Question]) -> Difference:
    content = json.loads(staged.content)
    row, written = staging.planned_of(content), content["written"]
    word, pill = words.STATUSES[row.status]
    labels = dict.fromkeys([*row.after, *row.before])
    changes = [
        Change(
            label,
            row.before.get(label, ""),
            row.after.get(label, ""),
            row.cells.get(label, ""),
            written.get(label, ""),
        )
        for label in labels
    ]
    if row.status == "changed":
        changes = [change for change in changes if change.before != change.after] or changes
    said = [
        Said(
            message,
            place(row.sheet, message.cell) if message.cell else row.key,
            _choices(row, message, repairs),
        )
        for message in row.messages
    ]
    first = len(changes) if row.status == "changed" else FIRST_FACTS
    return Difference(row, word, pill, changes[:first], changes[first:], said)


def _choices(row: Planned, message: Message, repairs: dict[str, Question]) -> list[Choice]:
    """Return the answers that mend what a message says: those of its question, else what it offers itself."""
    for key in (place(row.sheet, message.cell), row.key):
        if question := repairs.get(key):
            return [
                Choice(label, key, value, is_chosen=value == question.chosen)
                for value, label in question.options
            ]
    return []


@require_POST
def import_repair(request: UserRequest, pk: int) -> HttpResponse:
    """Take one repair from the page of differences, and compare anew."""
    batch = visible_batch(request, pk)
    if not may_act(request, batch):
        return redirect(batch)
    answer = {("repair", request.POST.get("key", "")): request.POST.get("value", "")}
    try:
        batches.answer(batch, answer, seen=request.POST.get("plan", ""))
    except Passed as why:
        return passed(request, batch, why)
    return redirect(batch)
