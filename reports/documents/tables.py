"""The tables of a measurement: frozen data laid out in columns, rows and cells for page, paper and workbook.

Cells have the shape of those of the IKU table (reports.documents.iku). Nothing here computes: a cell holds a
text of the frozen data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from indicators.models import Indicator
from indicators.numbers import roman_quarter
from reports.documents import footnotes

Row = Mapping[str, Any]
Block = dict[str, Any]
GOAL = "goal"  # the merged column; a group that runs over a page has it again
KINDS_OF_EMPTY = ("not_filled", "not_due", "not_applicable", "not_computable")


def arrange(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frozen measurement with its tables (main ones and annex), ready to be printed."""
    ids = iter(range(1_000_000))
    main = [_measured(content, ids)]
    if content["form"] == "year":
        main.append(_by_quarter(content, ids))
    main += [_averages(content, ids), *_explained(content, ids)]
    annex = [_trace(content, ids)]
    draft = content["state"] == "draft"
    return {
        **content,
        "draft": draft,
        "header_block": _header_block(content),
        "main": [table["code"] for table in main],
        "tables": main + annex,
    }


def _header_block(content: Mapping[str, Any]) -> list[dict[str, str]]:
    average = content["average"]
    summary = average["text"]
    if average["value"] is not None:
        summary = f"{average['text']} ({average['predicate']}), {average['label']}"
    number = content["number"] or ("…" * 12 if content["state"] == "for_signing" else "")
    lines = {
        "Instansi": content["agency"]["name"],
        "Periode": content["period"]["label"],
        "Dasar": f"{content['set']['line']}, IKU tahun {content['set']['years']}",
        "Nomor": number,
        "Rata-rata capaian": summary,
    }
    return [{"label": label, "text": text} for label, text in lines.items() if text]


# Columns


def _column(field: str, heading: str, width: float, align: str = "left") -> dict[str, str]:
    return {"field": field, "heading": heading, "width": f"{width:.3f}", "align": align}


def _heads(columns: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    return [_head(column["heading"], down=1) for column in columns]


def _head(text: str, *, across: int = 1, down: int = 1) -> dict[str, Any]:
    return {"text": text, "colspan": across, "rowspan": down}


def _header(*rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"numbers": False, "headings": list(row)} for row in rows]


def _table(
    code: str,
    caption: str,
    columns: list[dict[str, str]],
    groups: list[dict[str, Any]],
    header: list[dict[str, Any]] | None = None,
    *,
    fine: bool = False,
) -> dict[str, Any]:
    return {
        "code": code,
        "caption": caption,
        "fine": fine,
        "columns": columns,
        "header": header or _header(_heads(columns)),
        "groups": groups,
    }


# Cells


def _cell(
    at: int, column: Mapping[str, str], blocks: list[Block], *, rowspan: int = 1, merged: bool = False
) -> dict[str, Any]:
    return {
        "column": at,
        "field": column["field"],
        "align": column["align"],
        "blocks": blocks,
        "gap": "",
        "rowspan": rowspan,
        "merged": merged,
    }


def _text(*paragraphs: str) -> list[Block]:
    lines = (line.strip() for text in paragraphs for line in text.splitlines())
    return [{"kind": "text", "text": line} for line in lines if line]


def _figure(figure: Mapping[str, Any], *notes: str) -> list[Block]:
    """A figure, or in words which kind of empty it is."""
    if figure["state"] in KINDS_OF_EMPTY:
        return [{"kind": "empty", "text": figure["text"]}, *_text(*notes)]
    return [{"kind": "figure", "text": figure["text"], "value": figure["value"]}, *_text(*notes)]


def _group(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"rows": rows, "divided": False, "new_page": False}


def _row(
    ids: Iterator[int], columns: Sequence[Mapping[str, str]], blocks: Mapping[str, list[Block]], **merged: int
) -> dict[str, Any]:
    """One row; `merged` says of fields how many rows their cell is high, 0 where another row has it."""
    cells = [
        _cell(
            at, column, blocks[column["field"]], rowspan=merged.get(column["field"], 1), merged=field_merged
        )
        for at, column in enumerate(columns)
        for field_merged in [column["field"] in merged]
        if merged.get(column["field"], 1)
    ]
    return {"id": next(ids), "cells": cells}


def _by_goal(
    content: Mapping[str, Any],
    ids: Iterator[int],
    columns: list[dict[str, str]],
    blocks: Callable[[Row], dict[str, list[Block]]],
) -> list[dict[str, Any]]:
    """The rows of all indicators, a group for each goal whose cell covers them."""
    groups = []
    for goal in content["goals"]:
        rows = []
        for place, row in enumerate(goal["indicators"]):
            height = 0 if place else len(goal["indicators"])
            rows.append(_row(ids, columns, {GOAL: _text(goal["text"]), **blocks(row)}, **{GOAL: height}))
        groups.append(_group(rows))
    return groups


def _flat(
    content: Mapping[str, Any],
    ids: Iterator[int],
    columns: list[dict[str, str]],
    blocks: Callable[[Row], dict[str, list[Block]]],
    keep: Callable[[Row], bool] = lambda row: True,
) -> list[dict[str, Any]]:
    """The rows of the indicators that `keep` keeps, each a group of its own."""
    rows = (row for goal in content["goals"] for row in goal["indicators"])
    return [_group([_row(ids, columns, blocks(row))]) for row in rows if keep(row)]


def _named(row: Row) -> dict[str, list[Block]]:
    return {"no": _text(str(row["no"])), "indicator": _text(row["name"]), "unit": _text(row["unit"])}


# The tables


def _measured(content: Mapping[str, Any], ids: Iterator[int]) -> dict[str, Any]:
    period = content["period"]
    columns = [
        _column("no", "No", 3.5, "center"),
        _column(GOAL, "Sasaran Strategis", 21),
        _column("indicator", "Indikator Kinerja", 23.5),
        _column("unit", "Satuan", 8.5),
        _column("target", f"Target {period['year']}", 12, "right"),
        _column("realization", f"Realisasi {period['short']}", 12, "right"),
        _column("achievement", "Capaian", 9, "right"),
        _column("predicate", "Predikat", 10.5, "center"),
    ]

    def blocks(row: Row) -> dict[str, list[Block]]:
        note = row["target"]["note"].partition(",")[0]
        return _named(row) | {
            "target": _figure(row["target"], note),
            "realization": _figure(row["realization"]),
            "achievement": _figure(row["achievement"]),
            "predicate": _text(row["predicate"]),
        }

    return _table(
        "capaian", "Target, realisasi, dan capaian", columns, _by_goal(content, ids, columns, blocks)
    )


def _by_quarter(content: Mapping[str, Any], ids: Iterator[int]) -> dict[str, Any]:
    columns = [_column("no", "No", 3.6, "center"), _column("indicator", "Indikator Kinerja", 17.6)]
    columns.append(_column("unit", "Satuan", 6.8))
    parts = {"target": ("Target", 5.8), "realization": ("Realisasi", 6.3), "achievement": ("Capaian", 5.9)}
    for quarter in range(1, 5):
        columns += [
            _column(f"{part}-{quarter}", heading, width, "right") for part, (heading, width) in parts.items()
        ]
    first = [_head(column["heading"], down=2) for column in columns[:3]]
    first += [_head(roman_quarter(quarter), across=3) for quarter in range(1, 5)]

    def blocks(row: Row) -> dict[str, list[Block]]:
        cells = {
            f"{part}-{quarter['quarter']}": _figure(quarter[part])
            for quarter in row["quarters"]
            for part in parts
        }
        return _named(row) | cells

    header = _header(first, _heads(columns[3:]))
    groups = _flat(content, ids, columns, blocks)
    return _table(
        "triwulan", "Target, realisasi, dan capaian tiap triwulan", columns, groups, header, fine=True
    )


def _averages(content: Mapping[str, Any], ids: Iterator[int]) -> dict[str, Any]:
    columns = [
        _column("goal", "Sasaran Strategis", 57),
        _column("counted", "Indikator dihitung", 20),
        _column("average", "Rata-rata capaian", 12, "right"),
        _column("predicate", "Predikat", 11, "center"),
    ]

    def blocks(name: str, average: Mapping[str, Any]) -> dict[str, list[Block]]:
        return {
            "goal": _text(name),
            "counted": _text(f"{average['counted']} dihitung / {average['total']} total"),
            "average": [{"kind": "figure", "text": average["text"], "value": average["value"]}],
            "predicate": _text(average["predicate"]),
        }

    goals = content["goals"] if len(content["goals"]) > 1 else []
    rows = [_row(ids, columns, blocks(goal["text"], goal["average"])) for goal in goals]
    whole = content["average"]
    rows.append(_row(ids, columns, blocks(f"Seluruhnya, rata-rata {whole['basis']}", whole)))
    rows[-1]["total"] = True
    return _table("rata-rata", "Rata-rata capaian", columns, [_group([row]) for row in rows])


def _explained(content: Mapping[str, Any], ids: Iterator[int]) -> list[dict[str, Any]]:
    """Obstacles, drivers and follow-ups, of the indicators that have any; no table where none has."""
    texts = {"obstacle": "Kendala", "driver": "Faktor Pendorong", "follow_up": "Tindak Lanjut"}
    columns = [_column("no", "No", 4, "center"), _column("indicator", "Indikator Kinerja", 21)]
    columns += [_column(field, heading, 25) for field, heading in texts.items()]

    def blocks(row: Row) -> dict[str, list[Block]]:
        return _named(row) | {field: _text(row[field]) or _text("–") for field in texts}

    groups = _flat(content, ids, columns, blocks, lambda row: any(row[field] for field in texts))
    caption = "Kendala, faktor pendorong, dan tindak lanjut"
    return [_table("kendala", caption, columns, groups)] if groups else []


# The annex


def _trace(content: Mapping[str, Any], ids: Iterator[int]) -> dict[str, Any]:
    columns = [
        _column("no", "No", 4, "center"),
        _column("indicator", "Indikator Kinerja", 18),
        _column("realization", "Asal realisasi", 29),
        _column("achievement", "Asal capaian", 26),
        _column("origin", "Data, sumber, pengisi", 23),
    ]

    def blocks(row: Row) -> dict[str, list[Block]]:
        return _named(row) | {
            "realization": _text(*_realized(row)),
            "achievement": _text(*_judged(row)),
            "origin": _text(*_origin(row)),
        }

    groups = _flat(content, ids, columns, blocks)
    average = content["average"]
    if average["how"]:
        nothing: list[Block] = []
        how = {
            "no": nothing,
            "indicator": _text("Rata-rata capaian"),
            "realization": nothing,
            "achievement": _text(average["how"]),
            "origin": _text(average["label"]),
        }
        groups.append(_group([_row(ids, columns, how)]))
    return _table("jejak", "Jejak perhitungan", columns, groups)


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


def texts(tables: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield every text that stands in a cell of `tables`."""
    for table in tables:
        for group in table["groups"]:
            for row in group["rows"]:
                for cell in row["cells"]:
                    yield from (block["text"] for block in cell["blocks"])
