"""Tables of a workbook, recognised by structure: any sheet, any row, several to a sheet, headers repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from indicators.spreadsheets import cards, flat
from indicators.spreadsheets.bands import Band, band_of, find_bands, is_column_numbers, is_useful
from indicators.spreadsheets.board import Board
from indicators.spreadsheets.captions import Caption, read_caption
from indicators.spreadsheets.cells import split_label
from indicators.spreadsheets.columns import Columns, kind_of
from indicators.spreadsheets.corrections import Correction, area_of, corrections_of, fingerprint
from indicators.spreadsheets.grid import Area, Problem, Sheet, Workbook, address, letters
from indicators.spreadsheets.headings import read_heading
from indicators.spreadsheets.recognised import SheetReading, Table, Understanding
from indicators.spreadsheets.records import Read, read_records
from indicators.spreadsheets.rows import is_note, is_page_mark, is_total

__all__ = ["SheetReading", "Table", "Understanding", "read_sheet", "understand"]


def understand(workbook: Workbook, forced: Mapping[str, Mapping[str, Any]] | None = None) -> Understanding:
    """Recognise every table of every sheet, hidden ones too.

    `forced` holds what a person said of tables by their key, as corrections.py describes it: it wins over
    what was recognised, and the rows are read anew. A key of no recognised table that names header rows makes
    one. Raises ValueError for corrections that make no sense.
    """
    corrections = corrections_of(forced or {})
    result = Understanding(problems=list(workbook.problems))
    for sheet in workbook.sheets:
        told = {place: said for (name, place), said in corrections.items() if name == sheet.name}
        reading, problems = read_sheet(sheet, told)
        result.sheets.append(reading)
        result.problems += [
            Problem(
                f"{sheet.name}!{problem.cell}" if problem.cell else sheet.name, problem.code, problem.message
            )
            for problem in problems
        ]
    if not any(reading.tables for reading in result.sheets):
        result.problems.append(
            Problem(
                "",
                "no_table",
                "Tidak ada tabel indikator yang dikenali. Beri judul kolom, misalnya Indikator dan Target.",
            )
        )
    return result


def read_sheet(
    sheet: Sheet, told: Mapping[str, Correction] | None = None
) -> tuple[SheetReading, list[Problem]]:
    """Recognise the tables of one sheet; problems name cells without the sheet. `told` has corrections by
    range."""
    reading, problems = SheetReading(sheet.name), _hidden(sheet)
    board = Board(sheet)
    left = dict(told or {})
    for draft in _drafts_of(sheet, board):
        table, said = _read_table(draft)
        if not table.records:
            continue
        place = str(table.area)
        if place in left:
            table, said = _obey(draft, table, left.pop(place))
        reading.tables.append(replace(table, key=f"{sheet.name}!{place}"))
        problems += said
    for place, correction in left.items():
        if correction.header and correction.used:
            table, said = _point_out(board, sheet, place, correction)
            reading.tables.append(replace(table, key=f"{sheet.name}!{place}"))
            problems += said
    if sheet.comments:
        _add_comments(sheet, reading.tables)
    reading.tables.sort(key=lambda table: (table.area.first_row, table.area.first_column))
    return reading, problems


def _add_comments(sheet: Sheet, tables: list[Table]) -> None:
    """Give each record the comments on its cells."""
    for table in tables:
        columns = range(table.area.first_column, table.area.last_column + 1)
        by_row = {row: record for record in table.records for row in range(record.row, record.last_row + 1)}
        for (row, column), text in sheet.comments.items():
            if row in by_row and column in columns:
                by_row[row].comments[address(row, column)] = text


def _hidden(sheet: Sheet) -> list[Problem]:
    problems = []
    if sheet.hidden:
        problems.append(Problem("", "hidden_sheet", f'Lembar "{sheet.name}" tersembunyi; tetap dibaca.'))
    filled_rows = {row for row, _ in sheet.cells}
    filled_columns = {column for _, column in sheet.cells}
    problems += [
        Problem(f"A{row}", "hidden_row", f"Baris {row} tersembunyi; tetap dibaca.")
        for row in sorted(sheet.hidden_rows & filled_rows)
    ]
    problems += [
        Problem(f"{letters(column)}1", "hidden_column", f"Kolom {letters(column)} tersembunyi; tetap dibaca.")
        for column in sorted(sheet.hidden_columns & filled_columns)
    ]
    return problems


def _parts(sheet: Sheet, board: Board) -> list[tuple[Board, list[Band]]]:
    """Return tables side by side apart; where only one side is a table, the columns belong together."""
    blocks = list(board.blocks())
    if len(blocks) > 1:
        sides = [(side, find_bands(side)) for side in (Board(sheet, columns) for columns in blocks)]
        named = [(side, bands) for side, bands in sides if _has_indicator(bands)]
        if len(named) > 1:
            return named
    return [(board, find_bands(board))]


def _has_indicator(bands: list[Band]) -> bool:
    return any(read_heading(path).field == "indicator" for band in bands for path in band.paths.values())


@dataclass
class _Group:
    """A header band with its repetitions after page breaks."""

    bands: list[Band]


@dataclass
class _Draft:
    """Where a table is: its cells, its headers, the words above it, the row where the next one begins."""

    part: Board
    bands: list[Band]
    caption: Caption
    stop: int
    shape: str = "rows"  # or "flat", "cards"


def _drafts_of(sheet: Sheet, board: Board) -> Iterator[_Draft]:
    """Yield the tables of a sheet; a flat one has it for itself."""
    header = flat.find_header(board)
    if header is not None:
        yield _draft_of(board, sheet, header, "flat")
        return
    profiles = cards.rows_of(board)
    if profiles:
        yield _draft_of(board, sheet, profiles.start, "cards")
    for part, bands in _parts(sheet, board):
        yield from (
            draft for draft in _drafts(part, board, bands, sheet) if draft.bands[0].first not in profiles
        )


def _draft_of(board: Board, sheet: Sheet, row: int, shape: str) -> _Draft:
    """Return a table that begins at `row` and is read in a way of its own."""
    caption = read_caption(board, [each for each in board.rows if each < row], sheet.name, sheet.preface)
    return _Draft(board, [band_of(board, row, row)], caption, board.last_row + 1, shape)


def _drafts(part: Board, board: Board, bands: list[Band], sheet: Sheet) -> list[_Draft]:
    """Return each table with the words above it and the row where the next begins."""
    groups: list[_Group] = []
    for band in bands:
        before = groups[-1].bands[-1] if groups else None
        if (
            before
            and band.signature == groups[-1].bands[0].signature
            and _is_page_break(part, before, band, groups[-1])
        ):
            groups[-1].bands.append(band)
        else:
            groups.append(_Group([band]))
    found = []
    for number, group in enumerate(groups):
        if not is_useful(group.bands[0]):
            continue
        stop = groups[number + 1].bands[0].first if number + 1 < len(groups) else board.last_row + 1
        above = _rows_above(part if number else board, group, groups[number - 1] if number else None)
        if part is not board and not number:
            above = [row for row in above if part.columns_of(row) or len(board.columns_of(row)) == 1]
        preface = [] if number else sheet.preface
        caption = read_caption(part if number else board, above, sheet.name, preface)
        found.append(_Draft(part, group.bands, caption, stop))
    return found


def _is_page_break(board: Board, before: Band, band: Band, group: _Group) -> bool:
    """Whether what stands between two equal headers is the table itself, not the title of another one."""
    loose = []
    for row in range(band.first - 1, before.end, -1):
        columns = board.columns_of(row)
        if not columns:
            continue
        if len(columns) > 2:
            break
        text = board.own(row, columns[0])
        if is_page_mark(text) or is_note(text) or is_total(text) or split_label(text)[0] == "goal":
            continue
        loose.append(text)
    title = {
        board.own(row, column) for row in range(1, group.bands[0].first) for column in board.columns_of(row)
    }
    fresh = [text for text in loose if text not in title]
    headed = any(":" in text or text.isupper() for text in fresh)
    return not (headed and _restarts(board, before, band))


def _restarts(board: Board, before: Band, band: Band) -> bool:
    """Whether the first number below a header is the one the table above began with."""
    first = min(band.paths)

    def number(start: int) -> str:
        return next(
            (text.strip("(). ") for row in range(start, start + 4) if (text := board.own(row, first))), ""
        )

    return not number(band.end + 1)[:1].isdigit() or number(band.end + 1) in {"1", number(before.end + 1)}


def _rows_above(board: Board, group: _Group, before: _Group | None) -> list[int]:
    """Return the rows of words above a table, back to the last row of the table before it."""
    first = group.bands[0].first
    start = before.bands[-1].end if before else 0
    rows = [row for row in board.rows if start < row < first]
    if before is None:
        return rows
    kept: list[int] = []
    for row in reversed(rows):
        if len(board.columns_of(row)) > 2 or (kept and kept[-1] - row > 3):
            break
        kept.append(row)
    return kept[::-1]


def _read_table(draft: _Draft, correction: Correction | None = None) -> tuple[Table, list[Problem]]:
    """Read the rows of a table; without a column of indicators it has no records."""
    part, first, said = draft.part, draft.bands[0], correction.columns if correction else {}
    if draft.shape == "flat":
        return flat.read(part, first, draft.caption, draft.stop - 1, said)
    if draft.shape == "cards":
        return cards.read(part, draft.caption)
    repeated = {row for band in draft.bands[1:] for row in range(band.first, band.last + 1)}
    last = min(draft.stop - 1, part.last_row)
    body = [row for row in range(first.end + 1, last + 1) if row not in repeated]
    filled = [row for row in body if part.columns_of(row) and not is_column_numbers(part, row)]
    decided = Columns(part, first, filled, draft.caption, said)
    columns = decided.decide()
    read = Read()
    if any(column.field == "indicator" for column in columns.values()):
        read = read_records(part, columns, list(range(first.last + 1, last + 1)), repeated, draft.caption)
    table = Table(
        kind_of(columns),
        Area(first.first, min(columns), max(read.last_row, first.last), max(columns)),
        [(band.first, band.last) for band in draft.bands],
        columns,
        draft.caption,
        read.records,
        read.skipped,
        origin=(first.first, min(first.paths)),
        fingerprint=fingerprint(first),
    )
    return table, [*decided.problems, *read.problems]


# What a person says -----------------------------------------------------------------------------------------


def _obey(draft: _Draft, table: Table, correction: Correction) -> tuple[Table, list[Problem]]:
    """Read a table anew as a person says; it stays the same table by its origin and fingerprint."""
    if not correction.used:
        return replace(table, used=False), []
    if correction.header:
        band = band_of(draft.part, *correction.header)
        draft = replace(
            draft, shape="rows", bands=[band, *(later for later in draft.bands if later.first > band.end)]
        )
    if correction.year:
        period = replace(draft.caption.period, year=correction.year)
        draft = replace(draft, caption=replace(draft.caption, period=period, span=None))
    if "flat" in (correction.kind, draft.shape):
        draft = replace(draft, shape="flat" if correction.kind in {"", "flat"} else "rows")
    if not draft.bands[0].paths:
        said = "Baris {row} kosong, jadi bukan judul kolom. Pilih baris yang berisi Indikator dan Target."
        row = draft.bands[0].first
        empty = replace(table, header_rows=[(row, draft.bands[0].last)], columns={}, records=[], skipped=[])
        return empty, [Problem(address(row, 1), "empty_header", said.format(row=row))]
    read, problems = _read_table(draft, correction)
    if not read.records:
        said = "Tidak ada baris indikator di bawah judul ini. Pilih kolom yang berisi nama indikator."
        problems = [Problem(address(draft.bands[0].first, 1), "no_indicator", said), *problems]
    kind = correction.kind or read.kind
    return replace(read, kind=kind, origin=table.origin, fingerprint=table.fingerprint), problems


def _point_out(board: Board, sheet: Sheet, place: str, correction: Correction) -> tuple[Table, list[Problem]]:
    """Read a table that only a person saw, down to where the next begins."""
    area = area_of(place)
    header = correction.header or (area.first_row, area.first_row)
    band = band_of(board, *header)
    above = [row for row in board.rows if row < band.first]
    stop = board.last_row + 1
    draft = _Draft(board, [band], read_caption(board, above, sheet.name, sheet.preface), stop)
    origin = (band.first, min(band.paths, default=1))
    table = Table(
        "definitions", area, [header], {}, draft.caption, origin=origin, fingerprint=fingerprint(band)
    )
    return _obey(draft, table, correction)
