"""The notes below a measurement: by which rule each figure was judged, capped, rounded, averaged, classed.

From the frozen data alone; indicators are named by their number in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from indicators.models import Indicator
from indicators.numbers import format_number, roman_quarter
from reports.models import Entry

Row = Mapping[str, Any]
ROUNDING = (
    "Setiap angka dibulatkan satu kali, setengah ke atas, saat dicetak. Capaian dihitung dari angka yang "
    "belum dibulatkan, predikat dari capaian tercetak."
)
_STATES = (
    Entry.State.NOT_FILLED,
    Entry.State.NOT_DUE,
    Entry.State.NOT_APPLICABLE,
    Entry.State.NOT_COMPUTABLE,
)


def of(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the notes of a measurement, each with what it is about and its sentences."""
    rows = [row for goal in content["goals"] for row in goal["indicators"]]
    is_year = content["form"] == "year"
    notes = [
        ("Metode", _methods(rows)),
        ("Batas capaian", _caps(rows)),
        ("Target", _targets(rows, content["period"], is_year=is_year)),
        ("Triwulan ke tahun", _year(rows) if is_year else _to_date(rows)),
        ("Rata-rata", _averages(content["average"])),
        ("Predikat", _predicates(content["scale"])),
        ("Pembulatan", [ROUNDING] if rows else []),
        ("Tanpa angka", _empty(rows, content)),
        ("Tanda tangan", _signed(content["signed"])),
    ]
    return [{"about": about, "text": " ".join(sentences)} for about, sentences in notes if sentences]


def numbers(found: Iterable[int]) -> str:
    """Return "No 1–3, 5": neighbours as a span."""
    runs: list[list[int]] = []
    for number in found:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spans = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return f"No {', '.join(spans)}"


def _alike(rows: Sequence[Row], say: Callable[[Row], str]) -> list[str]:
    """Return each sentence once, with the numbers of the rows it is true of; none for an empty sentence."""
    found: dict[str, list[int]] = {}
    for row in rows:
        if sentence := say(row):
            found.setdefault(sentence, []).append(row["no"])
    return [f"{numbers(those)}: {sentence}" for sentence, those in found.items()]


def method(rule: Mapping[str, Any]) -> str:
    """Return how an indicator is judged, in words."""
    if rule["kind"] == Indicator.Kind.YES_NO:
        return "ya = 100%, tidak = 0%"
    polarity = str(Indicator.Polarity(rule["polarity"]).label).lower()
    return f"{polarity}, {Indicator.Method(rule['method']).label}"


def _methods(rows: Sequence[Row]) -> list[str]:
    return _alike(rows, lambda row: f"{method(row['rule'])}.")


def limits(rule: Mapping[str, Any]) -> str:
    """Return the floor and the cap of an indicator in words; "" without either."""
    parts = []
    if rule["floor"] is not None:
        parts.append(f"batas bawah {_percent(rule['floor'])}")
    if rule["cap"] is not None:
        where = " dalam rata-rata saja" if rule["cap_in_averages_only"] else ""
        parts.append(f"batas atas {_percent(rule['cap'])}{where}")
    return ", ".join(parts)


def _percent(figure: str) -> str:
    return f"{format_number(Decimal(figure))}%"


def _caps(rows: Sequence[Row]) -> list[str]:
    limited = _alike(rows, lambda row: f"{limits(row['rule'])}." if limits(row["rule"]) else "")
    if len([row for row in rows if limits(row["rule"])]) < len(rows):
        limited.append(
            "Lainnya tanpa batas atas dan bawah."
            if limited
            else "Capaian dicetak tanpa batas atas dan bawah."
        )
    return limited


def _targets(rows: Sequence[Row], period: Mapping[str, Any], *, is_year: bool) -> list[str]:
    if not rows:
        return []
    general = f"Target adalah target tahun {period['year']}."
    if is_year:
        general += " Pada tiap triwulan tercetak target tahun yang berlaku saat laporan triwulan itu diisi."
    return [general, *_alike(rows, lambda row: f"{row['target']['note']}." if row["target"]["note"] else "")]


def _year(rows: Sequence[Row]) -> list[str]:
    def from_quarters(row: Row) -> str:
        if not any(quarter["realization"]["value"] is not None for quarter in row["quarters"]):
            return ""
        return f"{Indicator.QuarterMethod(row['rule']['quarter_method']).label.lower()}."

    return _alike(rows, from_quarters)


def _to_date(rows: Sequence[Row]) -> list[str]:
    def summed(row: Row) -> str:
        label, found, _ = row["achievement"]["how"].partition("; ")
        return f"capaian dihitung dari {label}." if found else ""

    return _alike(rows, summed)


def _averages(average: Mapping[str, Any]) -> list[str]:
    if not average["total"]:
        return []
    label = average["label"]
    missing = average["total"] - average["counted"]
    left_out = f"{missing} indikator tanpa capaian tidak ikut dihitung; capaian 0 ikut." if missing else ""
    return [f"{label[0].upper()}{label[1:]}.", *filter(None, [left_out])]


def _predicates(scale: Mapping[str, Any] | None) -> list[str]:
    if scale is None:
        return []
    footnote = scale["footnote"].rstrip(".")
    return [f"{scale['name']} ({scale['source']}). {footnote}."]


def _empty(rows: Sequence[Row], content: Mapping[str, Any]) -> list[str]:
    """Say of every figure that is not there why, the kinds of empty apart."""

    def figure(row: Row) -> str:
        return _missing(row["realization"], "")

    def judged(row: Row) -> str:
        return _missing(row["achievement"], "capaian ") if row["realization"]["value"] is not None else ""

    sentences = _alike(rows, figure) + _alike(rows, judged)
    for quarter in range(1, 5) if content["form"] == "year" else ():
        sentences += _alike(
            rows,
            lambda row, at=quarter: _of_quarter(row["quarters"][at - 1], at),  # type: ignore[misc]
        )
    return sentences


def _of_quarter(quarter: Mapping[str, Any], number: int) -> str:
    realization = quarter["realization"]
    if realization["value"] is not None:
        return ""
    return _missing(realization, f"{roman_quarter(number)} ")


def _missing(figure: Mapping[str, Any], what: str) -> str:
    if figure["value"] is not None or figure["state"] not in _STATES:
        return ""
    label = str(Entry.State(figure["state"]).label).lower()
    reason = figure["reason"].strip()
    if not reason or reason.rstrip(".").casefold() == label:
        return f"{what}{label}."
    said = reason if reason.endswith((".", "!", "?", "…")) else f"{reason}."
    prefix = f"{label}: "
    if said.casefold().startswith((prefix, f"{label} ")):
        return f"{what}{said[0].lower()}{said[1:]}"
    return f"{what}{label} – {said}"


def _signed(words: str) -> list[str]:
    return [f"Naskah aslinya ditandatangani basah oleh {words}."] if words else []
