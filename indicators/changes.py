"""What changed between two descriptions of an IKU set (indicators.sets.describe), ready to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators.models import Indicator, IndicatorSet
from indicators.numbers import format_number


@dataclass(frozen=True)
class Change:
    """One difference between two descriptions: added, removed or changed; its texts are ready to be shown."""

    kind: str
    where: str
    field: str
    before: str
    after: str


SET_FIELDS = {
    "instrument": "Bentuk penetapan",
    "about": "Tentang",
    "title": "Judul tercetak",
    "years": "Tahun berlaku",
    "place": "Tempat",
    "signatory": "Penanda tangan",
}
FIELDS = {
    "goal": "Sasaran strategis",
    "number": "Nomor",
    "name": "Indikator",
    "unit": "Satuan",
    "definition": "Definisi operasional",
    "reason": "Alasan",
    "formulation": "Penjelasan/cara perhitungan",
    "kind": "Cara memperoleh angka",
    "formula": "Rumus",
    "draws_formula": "Cetak rumus di tabel",
    "printed_formula": "Rumus tercetak",
    "levels": "Jenjang",
    "sources": "Sumber data",
    "responsible": "Penanggung jawab",
    "polarity": "Arah",
    "method": "Rumus capaian",
    "zero_target": "Bila target 0",
    "floor": "Batas bawah capaian (%)",
    "cap": "Batas atas capaian (%)",
    "cap_in_averages_only": "Batas atas hanya untuk rata-rata",
    "quarter_method": "Dari triwulan ke tahun",
    "weight": "Bobot",
    "digits": "Angka di belakang koma",
    "targets": "Target",
}
WORDS: dict[str, dict[Any, Any]] = {
    "instrument": dict(IndicatorSet.Instrument.choices),
    "kind": dict(Indicator.Kind.choices),
    "polarity": dict(Indicator.Polarity.choices),
    "method": dict(Indicator.Method.choices),
    "zero_target": dict(Indicator.ZeroTarget.choices),
    "quarter_method": dict(Indicator.QuarterMethod.choices),
    "draws_formula": {True: "Ya", False: "Tidak"},
    "cap_in_averages_only": {True: "Ya", False: "Tidak"},
}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return what changed between two descriptions of an agency's IKU, indicator by indicator by their codes.

    The number and date of the instrument are left out: they are its name, and always another one.
    """
    changes = [
        Change("changed", "Instansi", label, "; ".join(before[name]), "; ".join(after[name]))
        for name, label in (("objectives", "Tujuan"), ("functions", "Fungsi"))
        if before[name] != after[name]
    ]
    changes += _changed("Penetapan", SET_FIELDS, _of_set(before), _of_set(after))
    old, new = dict(_by_code(before)), dict(_by_code(after))
    for code, indicator in new.items():
        if code in old:
            changes += _changed(indicator["name"], FIELDS, old[code], indicator)
        else:
            changes.append(Change("added", indicator["name"], "", "", indicator["name"]))
    changes += [
        Change("removed", old[code]["name"], "", old[code]["name"], "") for code in old if code not in new
    ]
    was, now = ([i["name"] for code, i in side.items() if code in old and code in new] for side in (old, new))
    if [code for code in old if code in new] != [code for code in new if code in old]:
        changes.append(Change("changed", "Penetapan", "Urutan indikator", "; ".join(was), "; ".join(now)))
    return changes


def _changed(
    where: str, fields: Mapping[str, str], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    for field, label in fields.items():
        was, now = shown(field, old.get(field)), shown(field, new.get(field))
        if was != now:
            yield Change("changed", where, label, was, now)


def _of_set(description: Mapping[str, Any]) -> dict[str, Any]:
    own, signatory = description["set"], description["signatory"]
    first, last = own["first_year"], own["last_year"]
    who = f"{signatory['position']} {signatory['name_with_titles'] or signatory['name']}" if signatory else ""
    return {**own, "years": str(first) if first == last else f"{first}–{last}", "signatory": who.strip()}


def _by_code(description: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for goal in description["goals"]:
        for indicator in goal["indicators"]:
            yield indicator["code"], {**indicator, "goal": goal["text"]}


def shown(field: str, value: Any) -> str:
    """Return what a field of a description says to people; "" where it says nothing."""
    if value is None:
        return ""
    if field == "targets":
        return ", ".join(f"{t['year']}: {_figure(t)}" for t in value)
    if field == "levels":
        return "; ".join(f"{level['label']} = {level['value']}" for level in value)
    if field in ("floor", "cap", "weight"):
        return format_number(Decimal(value))
    if isinstance(value, list):
        return "; ".join(value)
    return str(WORDS.get(field, {}).get(value, value))


def _figure(target: Mapping[str, Any]) -> str:
    if target["label"]:
        return str(target["label"])
    ends = [format_number(Decimal(target[name])) for name in ("value", "upper") if target[name] is not None]
    return "–".join(ends)
