"""The tables of a measurement: frozen data laid out in columns, rows and cells for page, paper and workbook.

Nothing here computes: a cell holds a text of the frozen data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from indicators.numbers import roman_quarter
from reports.documents import grid
from reports.documents.grid import GOAL, Block, Row
from reports.documents.trace import trace


def arrange(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frozen measurement with its tables (main ones and annex), ready to be printed."""
    ids = iter(range(1_000_000))
    main = [_measured(content, ids)]
    if content["form"] == "year":
        main.append(_by_quarter(content, ids))
    main += [_averages(content, ids), *_explained(content, ids)]
    annex = [trace(content, ids)]
    draft = content["state"] == "draft"
    return {
        **content,
        "draft": draft,
        "header_block": _header_block(content),
        "main": [table["code"] for table in main],
        "tables": main + annex,
    }


def _header_block(content: Mapping[str, Any]) -> list[dict[str, Any]]:
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
    return [{"label": label, "text": text, "items": []} for label, text in lines.items() if text]


# The tables


def _measured(content: Mapping[str, Any], ids: Iterator[int]) -> dict[str, Any]:
    period = content["period"]
    columns = [
        grid.column("no", "No", 3.5, "center"),
        grid.column(GOAL, "Sasaran Strategis", 21),
        grid.column("indicator", "Indikator Kinerja", 23.5),
        grid.column("unit", "Satuan", 8.5),
        grid.column("target", f"Target {period['year']}", 12, "right"),
        grid.column("realization", f"Realisasi {period['short']}", 12, "right"),
        grid.column("achievement", "Capaian", 9, "right"),
        grid.column("predicate", "Predikat", 10.5, "center"),
    ]

    def blocks(row: Row) -> dict[str, list[Block]]:
        note = row["target"]["note"].partition(",")[0]
        return grid.named(row) | {
            "target": grid.figure(row["target"], note),
            "realization": grid.figure(row["realization"]),
            "achievement": grid.figure(row["achievement"]),
            "predicate": grid.text(row["predicate"]),
        }

    return grid.table(
        "capaian", "Target, realisasi, dan capaian", columns, grid.by_goal(content, ids, columns, blocks)
    )


def _by_quarter(content: Mapping[str, Any], ids: Iterator[int]) -> dict[str, Any]:
    columns = [grid.column("no", "No", 3.6, "center"), grid.column("indicator", "Indikator Kinerja", 17.6)]
    columns.append(grid.column("unit", "Satuan", 6.8))
    parts = {"target": ("Target", 5.8), "realization": ("Realisasi", 6.3), "achievement": ("Capaian", 5.9)}
    for quarter in range(1, 5):
        columns += [
            grid.column(f"{part}-{quarter}", heading, width, "right")
            for part, (heading, width) in parts.items()
        ]
    first = [grid.head(column["heading"], down=2) for column in columns[:3]]
    first += [grid.head(roman_quarter(quarter), across=3) for quarter in range(1, 5)]

    def blocks(row: Row) -> dict[str, list[Block]]:
        cells = {
            f"{part}-{quarter['quarter']}": grid.figure(quarter[part])
            for quarter in row["quarters"]
            for part in parts
        }
        return grid.named(row) | cells

    header = grid.header(first, grid.heads(columns[3:]))
    groups = grid.flat(content, ids, columns, blocks)
    return grid.table(
        "triwulan", "Target, realisasi, dan capaian tiap triwulan", columns, groups, header, fine=True
    )


def _averages(content: Mapping[str, Any], ids: Iterator[int]) -> dict[str, Any]:
    columns = [
        grid.column("goal", "Sasaran Strategis", 57),
        grid.column("counted", "Indikator dihitung", 20),
        grid.column("average", "Rata-rata capaian", 12, "right"),
        grid.column("predicate", "Predikat", 11, "center"),
    ]

    def blocks(name: str, average: Mapping[str, Any]) -> dict[str, list[Block]]:
        return {
            "goal": grid.text(name),
            "counted": grid.text(f"{average['counted']} dihitung / {average['total']} total"),
            "average": [{"kind": "figure", "text": average["text"], "value": average["value"]}],
            "predicate": grid.text(average["predicate"]),
        }

    goals = content["goals"] if len(content["goals"]) > 1 else []
    rows = [grid.row(ids, columns, blocks(goal["text"], goal["average"])) for goal in goals]
    whole = content["average"]
    rows.append(grid.row(ids, columns, blocks(f"Seluruhnya, rata-rata {whole['basis']}", whole)))
    rows[-1]["total"] = True
    return grid.table("rata-rata", "Rata-rata capaian", columns, [grid.group([row]) for row in rows])


def _explained(content: Mapping[str, Any], ids: Iterator[int]) -> list[dict[str, Any]]:
    """Obstacles, drivers and follow-ups, of the indicators that have any; no table where none has."""
    texts = {"obstacle": "Kendala", "driver": "Faktor Pendorong", "follow_up": "Tindak Lanjut"}
    columns = [grid.column("no", "No", 4, "center"), grid.column("indicator", "Indikator Kinerja", 21)]
    columns += [grid.column(field, heading, 25) for field, heading in texts.items()]

    def blocks(row: Row) -> dict[str, list[Block]]:
        return grid.named(row) | {field: grid.text(row[field]) or grid.text("–") for field in texts}

    groups = grid.flat(content, ids, columns, blocks, lambda row: any(row[field] for field in texts))
    caption = "Kendala, faktor pendorong, dan tindak lanjut"
    return [grid.table("kendala", caption, columns, groups)] if groups else []


def texts(tables: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield every text that stands in a cell of `tables`."""
    for table in tables:
        for group in table["groups"]:
            for row in group["rows"]:
                for cell in row["cells"]:
                    yield from (block["text"] for block in cell["blocks"])
