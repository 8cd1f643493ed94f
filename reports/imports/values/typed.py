"""Figures that are typed in a file but computed here, held against what comes out of the file's own."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from indicators.numbers import format_number
from reports import outcomes
from reports.entries.hall import Hall
from reports.imports.values import rules
from reports.imports.values.verdict import Verdict
from reports.models import Entry

OURS, THEIRS = "Hitungan portal", "Di berkas"
NOT_STORED = "dari berkas tidak disimpan."


def compare(verdicts: Collection[Verdict], hall: Hall) -> None:
    """Say at each line where what is typed differs from ours, and the rule that explains it.

    The rows of the hall carry the figures of the file already; they are computed here, in memory.
    """
    asked = [v for v in verdicts if v.status != "problem" and isinstance(v.row, Entry)]
    asked = [v for v in asked if v.typed is not None or v.line.achievement]
    if not asked:
        return
    changed: dict[int, set[str]] = {}
    for verdict in verdicts:
        if verdict.number is not None and verdict.report is not None:
            changed.setdefault(verdict.report.pk, set()).add(verdict.code)
    hall.compute(changed)
    for verdict in asked:
        entry, reached = verdict.row, verdict.line.achievement
        assert isinstance(entry, Entry)  # noqa: S101 - asked above
        if verdict.typed is not None:
            _result(verdict, entry, verdict.typed)
        if reached is not None and reached.value.value is not None:
            _achievement(verdict, entry, reached.value.value, reached.cell, hall)


def _result(verdict: Verdict, entry: Entry, typed: Decimal) -> None:
    ours, cell = outcomes.figure(entry.result), verdict.line.cell
    verdict.after = {THEIRS: format_number(typed)}
    if ours is None:
        text = f"Realisasi ini dihitung portal dan belum ada hasilnya. {entry.state_reason}"
        verdict.say(cell, "computed", f"{text} Angka {NOT_STORED}")
        return
    verdict.before = {OURS: entry.result_text}
    if rules.agrees(typed, ours, entry.definition["digits"]):
        verdict.status = "same"
        return
    text = f"Portal menghitung {entry.result_text}; di berkas {format_number(typed)}."
    verdict.say(cell, "computed_differs", _joined(text, rules.why(typed, ours), f"Angka {NOT_STORED}"))


def _achievement(verdict: Verdict, entry: Entry, typed: Decimal, cell: str, hall: Hall) -> None:
    ours = outcomes.figure(entry.achievement)
    if ours is None or rules.agrees(typed, ours, entry.definition["digits"]):
        return
    given = _given(verdict, entry, hall)
    why = rules.why_achieved(typed, given) if given else ""
    text = f"Capaian di berkas {format_number(typed)}%; hitungan portal {entry.achievement_text}%."
    verdict.say(cell, "achievement_differs", _joined(text, why, f"Capaian {NOT_STORED}"))


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _given(verdict: Verdict, entry: Entry, hall: Hall) -> rules.Given | None:
    """Return what the typed achievement may have been computed from; None without a figure and a target."""
    result, d = outcomes.figure(entry.result), entry.definition
    aim = None if d["target"] is None else outcomes.target_in_effect(d["target"])
    if result is None or not isinstance(aim, Decimal):
        return None
    until, _ = outcomes.to_date(entry, result, hall.quarters(entry.report).get(d["code"], {}))
    realizations, targets = [("", until)], [("", aim)]
    if until != result:
        realizations.append(("hanya angka triwulan ini", result))
    typed = verdict.line.target.value.value if verdict.line.target else None
    if typed is not None and typed != aim:
        targets.append((f"target {format_number(typed)} di berkas", typed))
    return rules.Given(d["method"], tuple(realizations), tuple(targets))
