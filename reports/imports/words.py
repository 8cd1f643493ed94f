"""Imports in words: how many rows, what a job is doing, what a status of a row is called. A leaf."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from indicators.numbers import format_number
from reports.imports.states import State

# Kind of pill for each state.
PILLS = {
    State.READING: "info",
    State.ASKED: "warn",
    State.PLANNING: "info",
    State.QUESTIONED: "warn",
    State.PLANNED: "warn",
    State.APPLYING: "info",
    State.APPLIED: "ok",
    State.UNDOING: "info",
    State.UNDONE: "none",
    State.REFUSED: "bad",
    State.FAILED: "bad",
    State.DROPPED: "none",
}
WORK = {
    State.READING: "Membaca berkas",
    State.PLANNING: "Membandingkan dengan isi portal",
    State.APPLYING: "Memasukkan baris",
    State.UNDOING: "Mengurungkan",
}
# Status of a row → its word on the page, its kind of pill.
STATUSES = {
    "new": ("Baru", "ok"),
    "changed": ("Berubah", "info"),
    "same": ("Sama", "none"),
    "problem": ("Masalah", "bad"),
    "skipped": ("Dilewati", "none"),
}


def whole(number: int) -> str:
    """Return a count as people read it: "1.240"."""
    return format_number(Decimal(number))


def rows(counts: Mapping[str, int]) -> str:
    """Return "37 baris baru, 4 diubah, 96 sama, 6 bermasalah"; "" before anything was compared."""
    if not counts:
        return ""
    parts = [f"{whole(counts.get('new', 0))} baris baru", f"{whole(counts.get('changed', 0))} diubah"]
    for status, what in (("same", "sama"), ("problem", "bermasalah"), ("skipped", "dilewati")):
        if counts.get(status):
            parts.append(f"{whole(counts[status])} {what}")
    return ", ".join(parts)


def written(counts: Mapping[str, int]) -> str:
    """Return "37 baris baru, 4 diubah, 2 dilewati": what went in, and what did not."""
    left = sum(counts.get(status, 0) for status in ("problem", "skipped"))
    parts = [rows({name: counts.get(name, 0) for name in ("new", "changed", "same")})]
    return ", ".join([*parts, f"{whole(left)} dilewati"])
