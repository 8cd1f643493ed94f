"""What stands above a table: title, year, and the blocks Instansi, Tujuan, Tugas, Fungsi."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from indicators.spreadsheets.board import Board
from indicators.spreadsheets.cells import split_label, split_number
from indicators.spreadsheets.headings import NO_PERIOD, Period, find_period, find_span

_LABELS = {
    "agency": r"(?:nama )?(?:instansi|skpd|opd|perangkat daerah|unit organisasi|unit kerja"
    r"|satuan kerja|organisasi|agency)"
    r"(?: pemerintah(?:an)?)?(?:/\s*\w+)?|nama (?:dinas|badan)",
    "objectives": r"tujuan(?: strategis| pd| opd| perangkat daerah)?(?: \d+| [ivx]+)?",
    "duties": r"tugas(?: pokok)?(?: dan fungsi)?|tupoksi",
    "functions": r"fungsi",
    "vision": r"visi",
    "mission": r"misi(?: \d+| [ivx]+)?",
    "affairs": r"urusan",
    "goal": r"sasaran(?: strategis| program)?(?: \d+| [ivx]+)?",
    "position": r"jabatan",
    "year": r"tahun(?: anggaran| pelaporan| pengukuran)?|periode|masa berlaku",
    "quarter": r"triwulan",
}
_LABELLED = re.compile(
    r"(?:\d+[.)]|[a-z][.)])?\s*(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")\s*:\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_LISTS = frozenset({"objectives", "functions"})
_DECREE = re.compile(r"\b(?:lampiran|nomor|peraturan|keputusan|tanggal|tentang)\b", re.IGNORECASE)
_BULLET = re.compile(r"^[-•▪●·]\s*")


@dataclass(frozen=True)
class Caption:
    """The words above one table."""

    title: tuple[str, ...] = ()
    agency: str = ""
    objectives: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    others: dict[str, str] = field(default_factory=dict)
    goal: str = ""  # one goal for the whole table
    period: Period = NO_PERIOD
    span: tuple[int, int] | None = None


def read_caption(board: Board, rows: list[int], sheet_name: str, preface: list[str] | None = None) -> Caption:
    """Read the rows above a table, after the paragraphs of a text document.

    The name of the sheet has the year where they do not.
    """
    title: list[str] = []
    found: dict[str, list[str]] = {}
    last = ""
    for text in [*(preface or []), *(_row_text(board, row) for row in rows)]:
        match = _LABELLED.fullmatch(text)
        if match and match.lastgroup:
            last = next(name for name in _LABELS if match[name] is not None)
            found.setdefault(last, []).extend(_lines(match["rest"]))
        elif last in found and (last in _LISTS or split_number(text)[0]) and not _looks_like_title(text):
            found[last].extend(_lines(text))
        else:
            title.extend(text.split("\n"))
            last = ""
    return _dated(_caption(title, found), found, sheet_name)


def _row_text(board: Board, row: int) -> str:
    return re.sub(r"\s+:", " :", " ".join(board.own(row, column) for column in board.columns_of(row))).strip()


def _looks_like_title(text: str) -> bool:
    return text.isupper() and not split_number(text)[0]


def _lines(text: str) -> list[str]:
    """Return the items of a list: numbers inside a line start new ones."""
    text = re.sub(r"(?<=[;.,])\s+(?=\d{1,2}[.)]\s?\D)", "\n", text)
    return [line.strip() for line in text.split("\n") if line.strip()]


def _items(lines: list[str]) -> tuple[str, ...]:
    """Join continued lines and take the numbers off."""
    items: list[str] = []
    numbered = any(split_number(line, bare=True)[0] or _BULLET.match(line) for line in lines)
    for line in lines:
        number, rest = split_number(line, bare=True)
        rest = _BULLET.sub("", rest)
        starts = bool(number) or rest != line
        if items and ((numbered and not starts) or (not starts and line[0].islower())):
            items[-1] = f"{items[-1]} {line}"
        else:
            items.append(rest)
    return tuple(items)


def _caption(title: list[str], found: dict[str, list[str]]) -> Caption:
    texts = {name: " ".join(lines) for name, lines in found.items()}
    kept = {name: text for name, text in texts.items() if name not in {"agency", "goal", *_LISTS}}
    return Caption(
        tuple(line for line in title if line),
        texts.get("agency", ""),
        _items(found.get("objectives", [])),
        _items(found.get("functions", [])),
        kept,
        split_number(texts.get("goal", ""))[1] or split_label(texts.get("goal", ""))[2],
    )


def _dated(caption: Caption, found: dict[str, list[str]], sheet_name: str) -> Caption:
    lines = [line for line in caption.title if not _DECREE.search(line)]
    lines += [f"tahun {line}" for line in found.get("year", [])] + [
        f"triwulan {line}" for line in found.get("quarter", [])
    ]
    span = next((span for line in lines if (span := find_span(line))), None)
    period = Period()
    years = set()
    for line in lines:
        seen = find_period(line)
        years.add(seen.year)
        period = period.within(seen)
    if len(years - {None}) > 1:
        period = replace(period, year=None)
    if not period.year and not span and len(years - {None}) == 0:
        period = period.within(find_period(sheet_name.replace("_", " ")))
    return replace(caption, period=replace(period, ordinal=None), span=span)
