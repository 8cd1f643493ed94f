"""Events in words: the one place that says what happened, for the report page, its rows and notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.models import Indicator
from indicators.numbers import format_date, format_number
from reports import outcomes, signatures
from reports.models import Entry, Event, Report
from reports.printed import moment
from reports.status import Status

# What an event is called where its subject does not say it; "{}" takes the subject.
TITLES = {
    Event.Kind.OPENED: "Laporan dibuka",
    Event.Kind.EXTENDED: "Pengisian diperpanjang",
    Event.Kind.ADOPTED: "Penetapan IKU berganti",
    Event.Kind.NOTED: "Catatan",
    Event.Kind.EVIDENCE: "Bukti dukung",
}
# Kinds whose title goes before the name of the row they are about.
ABOUT_A_ROW = (Event.Kind.NOTED, Event.Kind.EVIDENCE)
LABELS = {
    "number": "Nilai",
    "reason": "Alasan nilai janggal",
    "source": "Sumber",
    "document": "Dokumen sumber",
    "document_date": "Tanggal dokumen",
    "not_applicable": "Alasan tidak berlaku",
    "obstacle": "Kendala",
    "driver": "Faktor pendorong",
    "follow_up": "Tindak lanjut",
    "ready": "Siap dikirim",
    "evidence": "Bukti dukung",
    "closes": "Sampai",
    "status": "Status",
    "signature": "Tanda tangan basah",
}
# Figures that people read as words.
WORDS = (Indicator.Kind.ORDINAL, Indicator.Kind.YES_NO)


@dataclass(frozen=True)
class Told:
    """An event in words: when, what happened, and the figures or texts before and after by their label."""

    event: Event
    at: str
    title: str
    changes: list[tuple[str, str, str]]


def told(event: Event, report: Report) -> Told:
    """Return an event of `report` in words; its entry is read, so select it beforehand for many events."""
    changes = differences(event.before or {}, event.after or {}, event.entry)
    return Told(event, moment(event.at, report), title(event), changes)


def title(event: Event) -> str:
    """Return what happened, in a few words: the step, the row, or what became of the report."""
    kind = Event.Kind(event.kind)
    general = TITLES.get(kind)
    if general is None:
        return event.subject
    return f"{general}: {event.subject}" if kind in ABOUT_A_ROW and event.subject else general


def word(name: str, value: object, entry: Entry | None) -> str:
    """Return a logged value of the column `name` as people write it; `entry` gives a level its word."""
    if value is None or value == "":
        return "kosong"
    if isinstance(value, bool):
        return "ya" if value else "belum"
    if name == "signature" and isinstance(value, Mapping):
        return signatures.words(value)
    if name == "status":
        return str(Status(str(value)).label)
    if name == "number":
        number = Decimal(str(value))
        has_words = entry is not None and entry.definition["kind"] in WORDS
        return outcomes.named(entry.definition, number) if entry and has_words else format_number(number)
    if name in {"closes", "document_date"}:
        return format_date(dt.date.fromisoformat(str(value)[:10]))
    return str(value)


def differences(
    before: Mapping[str, object], after: Mapping[str, object], entry: Entry | None
) -> list[tuple[str, str, str]]:
    """Return label, old and new of the columns of `after` that read otherwise, in the order of LABELS.

    Which rows a step made ready is left to its name: sent is ready, noted is not.
    """
    texts = [
        (label, word(name, before.get(name), entry), word(name, after[name], entry))
        for name, label in LABELS.items()
        if name in after and not (name == "ready" and isinstance(after[name], Mapping))
    ]
    return [(label, old, new) for label, old, new in texts if old != new]
