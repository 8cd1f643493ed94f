"""The annex of a measurement: how each of its figures came about, from what, by whom and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from indicators.models import Indicator
from indicators.numbers import roman_quarter
from reports.documents import footnotes, grid
from reports.documents.grid import Block, Row


def trace(content: Mapping[str, Any], ids: Iterator[int]) -> dict[str, Any]:
    """Return the table of traces, a row for each indicator and one for the average."""
    columns = [
        grid.column("no", "No", 4, "center"),
        grid.column("indicator", "Indikator Kinerja", 18),
        grid.column("realization", "Asal realisasi", 29),
        grid.column("achievement", "Asal capaian", 26),
        grid.column("origin", "Data, sumber, pengisi", 23),
    ]

    def blocks(row: Row) -> dict[str, list[Block]]:
        return grid.named(row) | {
            "realization": grid.text(*_realized(row)),
            "achievement": grid.text(*_judged(row)),
            "origin": grid.text(*_origin(row)),
        }

    groups = grid.flat(content, ids, columns, blocks)
    average = content["average"]
    if average["how"]:
        nothing: list[Block] = []
        how = {
            "no": nothing,
            "indicator": grid.text("Rata-rata capaian"),
            "realization": nothing,
            "achievement": grid.text(average["how"]),
            "origin": grid.text(average["label"]),
        }
        groups.append(grid.group([grid.row(ids, columns, how)]))
    return grid.table("jejak", "Jejak perhitungan", columns, groups)


def _realized(row: Row) -> Iterator[str]:
    figure, kind = row["realization"], row["rule"]["kind"]
    if row["formula"]:
        yield f"Rumus: {row['formula']}"
    if figure["value"] is None:
        yield f"{figure['text']}. {_reason(figure)}".strip()
        return
    if row["formula"] or "=" in figure["how"]:
        yield f"Hitungan: {figure['how']}"
    else:
        yield str(Indicator.Kind(kind).label)
    if kind == Indicator.Kind.ORDINAL:
        yield f"Hasil: {figure['text']}, bernilai {figure['exact']}"
    elif kind == Indicator.Kind.YES_NO:
        yield f"Hasil: {figure['text']}"
    else:
        yield _exactly(figure)


def _judged(row: Row) -> Iterator[str]:
    figure, rule = row["achievement"], row["rule"]
    yield f"Cara: {footnotes.method(rule)}"
    if limited := footnotes.limits(rule):
        yield f"Dengan {limited}"
    if figure["value"] is None:
        yield f"{figure['text']}. {_reason(figure)}".strip() if figure["text"] != "–" else "Tanpa realisasi."
        return
    yield f"Hitungan: {figure['how']}"
    yield _exactly(figure, "%")
    yield f"Predikat: {row['predicate']}"


def _reason(figure: Mapping[str, Any]) -> str:
    reason: str = figure["reason"].strip()
    return "" if reason.rstrip(".").casefold() == figure["text"].casefold() else reason


def _exactly(figure: Mapping[str, Any], sign: str = "") -> str:
    """The figure before and after the one rounding, where that made a difference."""
    printed: str = figure["text"].removesuffix(sign)
    shortest = printed.rstrip("0").rstrip(",") if "," in printed else printed
    if figure["exact"] == shortest:
        return f"Hasil: {figure['text']}, tanpa pembulatan"
    return f"Sebelum dibulatkan: {figure['exact']}{sign}; tercetak: {figure['text']}"


def _origin(row: Row) -> Iterator[str]:
    for quarter in row["quarters"]:
        if quarter["realization"]["value"] is not None:
            yield f"{roman_quarter(quarter['quarter'])}: {quarter['realization']['text']}"
    for given in row["inputs"]:
        unit = f" {given['unit']}" if given["unit"] and given["value"] is not None else ""
        yield " · ".join(
            filter(None, (f"{given['label']}: {given['text']}{unit}", given["source"], _who(given)))
        )
        if given["reason"]:
            yield f"Alasan nilai janggal: {given['reason']}"
    if row["source"]["text"]:
        yield f"Sumber: {row['source']['text']}"
    if row["typed"]["by"]:
        yield f"Isian: {_who(row['typed'])}"


def _who(typed: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (typed["by"], typed["at"])))
