"""What stands above the tables: the agency they name, and its objectives and functions, offered as changes.

Asks no database.
"""

from __future__ import annotations

from indicators.imports.names import NEAR, likeness, normalised
from indicators.imports.planned import Choices, Message, Planned, Question, Status
from indicators.imports.rows import tables_of
from indicators.imports.standing import Standing
from indicators.spreadsheets.tables import Table, Understanding

LABELS = {"objectives": "Tujuan", "functions": "Fungsi"}
ABOUT = {"objectives": "Tujuan perangkat daerah", "functions": "Fungsi perangkat daerah"}


def plan(
    understanding: Understanding, standing: Standing, choices: Choices
) -> tuple[list[Planned], list[Question]]:
    """Plan what the first table with such words says of the agency."""
    rows: list[Planned] = []
    questions: list[Question] = []
    done: set[str] = set()
    for sheet, table in tables_of(understanding, choices):
        if (row := _agency(sheet, table, standing)) and "agency" not in done:
            rows.append(row)
            done.add("agency")
        for name in LABELS:
            texts = table.caption.objectives if name == "objectives" else table.caption.functions
            if texts and name not in done:
                done.add(name)
                _list(sheet, table, name, texts, standing, choices, rows, questions)
    return rows, questions


def _agency(sheet: str, table: Table, standing: Standing) -> Planned | None:
    """Return a warning when the table names another agency."""
    typed = normalised(table.caption.agency)
    known = [normalised(name) for name in standing.agency]
    if not typed or any(likeness(typed, name) >= NEAR or typed in name or name in typed for name in known):
        return None
    text = f"Tabel ini milik instansi “{table.caption.agency}”, bukan {standing.agency[0]}. Periksa berkas."
    cell = f"A{table.area.first_row}"
    message = Message(cell, "other_agency", text, blocks=False)
    return Planned(sheet, table.area.first_row, "definition", "skipped", "Instansi", messages=[message])


def _list(
    sheet: str,
    table: Table,
    name: str,
    texts: tuple[str, ...],
    standing: Standing,
    choices: Choices,
    rows: list[Planned],
    questions: list[Question],
) -> None:
    label, now = LABELS[name], standing.header.get(name, ())
    status, messages = _status(table, name, texts, now, choices, questions)
    rows.append(
        Planned(
            sheet,
            table.area.first_row,
            "definition",
            status,
            ABOUT[name],
            {label: "\n".join(now)} if now and status != "same" else {},
            {label: "\n".join(texts)} if status != "same" else {},
            messages=messages,
            write={"header": name, "texts": list(texts), "was": list(now)},
        )
    )


def _status(
    table: Table,
    name: str,
    texts: tuple[str, ...],
    now: tuple[str, ...],
    choices: Choices,
    questions: list[Question],
) -> tuple[Status, list[Message]]:
    """Take the words of the file where the agency has none; else only when a person says so."""
    if texts == now:
        return "same", []
    answer = choices.header.get(name, "")
    label = LABELS[name].lower()
    questions.append(
        Question(
            "header",
            name,
            ABOUT[name],
            f"Ganti {label} perangkat daerah dengan yang di berkas?",
            [("take", f"Pakai {label} dari berkas"), ("keep", f"Biarkan {label} yang tercatat")],
            "keep" if now else "take",
            f"Yang tercatat berbeda ({len(now)} butir)." if now else f"Belum ada {label} yang tercatat.",
            chosen=answer,
        )
    )
    if (answer or ("keep" if now else "take")) == "take":
        return ("changed" if now else "new"), []
    text = f"{LABELS[name]} yang tercatat dibiarkan; di berkas berbeda."
    return "skipped", [Message(f"A{table.area.first_row}", "kept", text, blocks=False)]
