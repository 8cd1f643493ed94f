"""Printed documents: archive-grade, the same everywhere, drawn from nothing but themselves."""

from __future__ import annotations

import gc
import hashlib
import io
import itertools
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from indicators.layouts import FIELDS, Column, Layout
from reports import pdf
from reports.documents import iku
from reports.pdf import continuation, typeface
from tests.reports import seeds, selfcheck
from tests.reports.reading import Table, pages

EVERY_PRINT = list(itertools.product(seeds.SEEDS, seeds.LAYOUTS, iku.PAPERS))


def printed(description: dict[str, Any], layout: str | Layout = "kaltim-8-kolom", paper: str = "A4") -> bytes:
    chosen = seeds.LAYOUTS[layout] if isinstance(layout, str) else layout
    return pdf.render(iku.build(description, chosen, paper=paper))


def size(data: bytes) -> tuple[int, int]:
    with pikepdf.open(io.BytesIO(data)) as file:
        box = [float(edge) for edge in file.pages[0].mediabox]
    return round(box[2] * 25.4 / 72), round(box[3] * 25.4 / 72)


# The gate


@pytest.mark.parametrize(("seed", "layout", "paper"), EVERY_PRINT)
def test_both_published_tables_pass_the_gate_in_every_layout_on_every_paper(
    seed: str, layout: str, paper: str
) -> None:
    assert selfcheck.check(printed(seeds.SEEDS[seed](), layout, paper)) == []


def test_the_gate_refuses_what_the_library_writes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.pdf.archive.finish", None)
    broken = selfcheck.check(printed(seeds.kaltim(), "target-5-tahun"))
    assert {
        "UA: not labelled PDF/UA-1 with its schema",
        "UA: TH without Scope",
        "UA: content outside the tag tree",
        "own: one table is several in the tag tree",
        "own: a cell names the wrong headers",
    } <= set(broken)


def test_the_gate_refuses_a_formula_without_words() -> None:
    with pikepdf.open(io.BytesIO(printed(seeds.probolinggo(), "probolinggo-6-kolom"))) as file:
        (formula, *_) = [e for e, _ in selfcheck.elements(file) if selfcheck.kind(e) == "Formula"]
        del formula["/Alt"]
        out = io.BytesIO()
        file.save(out)
    assert selfcheck.check(out.getvalue()) == ["UA: Formula without words"]


@pytest.mark.parametrize(
    ("layout", "paper", "expected"),
    [("kaltim-8-kolom", "A4", (297, 210)), ("kaltim-8-kolom", "F4", (330, 215))],
)
def test_paper_has_the_size_asked_for(layout: str, paper: str, expected: tuple[int, int]) -> None:
    assert size(printed(seeds.kaltim(), layout, paper)) == expected


def test_a_portrait_layout_stands_upright() -> None:
    layout = Layout.from_data({**vars(seeds.LAYOUTS["kaltim-8-kolom"]), **PORTRAIT})
    data = printed(seeds.kaltim(), layout, "F4")
    assert size(data) == (215, 330)
    assert selfcheck.check(data) == []


PORTRAIT = {
    "orientation": "portrait",
    "title": "INDIKATOR KINERJA UTAMA",
    "columns": [
        {"field": "goal", "heading": "Sasaran", "width": 2},
        {"field": "indicator", "heading": "Indikator", "width": 3},
    ],
}


# Content


@pytest.mark.parametrize(("seed", "layout"), list(itertools.product(seeds.SEEDS, seeds.LAYOUTS)))
def test_every_text_of_a_cell_is_drawn_and_hangs_in_its_cell(seed: str, layout: str) -> None:
    document = iku.build(seeds.SEEDS[seed](), seeds.LAYOUTS[layout], paper="F4")
    drawn = {re.sub(r"\W", "", text) for _, text, _ in Table(pdf.render(document)).cells}
    wanted = [
        "".join(block["text"] for block in cell["blocks"])
        for group in document["groups"]
        for row in group["rows"]
        for cell in row["cells"]
        # A stacked formula is drawn without the sign that divides it on one line.
    ]
    assert {re.sub(r"\W", "", text) for text in wanted} <= drawn


def test_a_formula_is_read_as_one_line_and_its_words_are_not_drawn_twice() -> None:
    data = printed(seeds.probolinggo(), "probolinggo-6-kolom", "F4")
    with pikepdf.open(io.BytesIO(data)) as file:
        read = [str(e.Alt) for e, _ in selfcheck.elements(file) if selfcheck.kind(e) == "Formula"]
    assert read == [
        "Jumlah Koperasi Sehat / Jumlah Seluruh Koperasi × 100%",
        "Jumlah Pelaku Usaha Mikro yang Mandiri / Jumlah Pelaku Usaha Mikro",
    ]
    assert pages(data)[0].count("Jumlah Seluruh Koperasi") == 1


def test_every_page_says_which_page_of_how_many_it_is() -> None:
    texts = pages(printed(seeds.enlarged(seeds.kaltim(), 60)))
    assert len(texts) > 3
    for number, text in enumerate(texts, 1):
        assert f"Halaman {number} dari {len(texts)}" in text


def test_header_rows_are_drawn_on_every_page_and_told_once() -> None:
    data = printed(seeds.enlarged(seeds.kaltim(), 40))
    assert all("Cara Perhitungan" in text for text in pages(data))
    assert Table(data).headings.count("Cara Perhitungan") == 1


def test_a_gap_is_left_empty_on_paper() -> None:
    assert "belum diisi" not in " ".join(pages(printed(seeds.kaltim())))


def test_a_draft_says_so_across_every_page_and_a_set_in_force_does_not() -> None:
    draft = seeds.kaltim()
    draft["set"]["status"] = "draft"
    data = printed(draft)
    assert selfcheck.check(data) == []
    assert "DRAF" not in " ".join(pages(data))  # a mark on the paper, no content

    def marks(data: bytes) -> list[bool]:
        with pikepdf.open(io.BytesIO(data)) as file:
            return [bool(re.search(rb"/x\d+ Do", page.Contents.read_bytes())) for page in file.pages]

    assert set(marks(data)) == {True}
    assert set(marks(printed(seeds.kaltim()))) == {False}


# Pages


@pytest.mark.parametrize("rows", [9, 10, 11, 20])
def test_a_signature_never_stands_alone_on_its_page(rows: int) -> None:
    for description in (seeds.enlarged(seeds.kaltim(), rows), seeds.in_one_goal(seeds.kaltim(), rows)):
        last = description["goals"][-1]["indicators"][-1]["name"].split()[0]
        final = pages(printed(description))[-1]
        assert "Samarinda, Januari 2018" in final
        assert last in final.split("Cara Perhitungan")[1]


def test_a_goal_that_runs_over_pages_is_named_again_on_each() -> None:
    description = seeds.in_one_goal(seeds.kaltim(), 40)
    data = printed(description)
    first, *others = [" ".join(text.split()) for text in pages(data)]
    assert len(others) > 2
    assert "(lanjutan)" not in first
    for text in others:
        assert text.count("(lanjutan)") == 1
        assert text.index("Meningkatnya daya saing") < text.index("(lanjutan)")
    assert selfcheck.check(data) == []


@pytest.mark.parametrize("sizes", [(14, 14, 14), (1, 30, 2, 30, 1), (12, 1, 25), (9, 9, 9, 9, 9)])
def test_several_goals_that_run_over_pages_are_named_where_they_continue_and_nowhere_else(
    sizes: tuple[int, ...],
) -> None:
    description = seeds.kaltim()
    goals = [seeds.in_one_goal(description, rows)["goals"][0] for rows in sizes]
    document = iku.build(
        {**description, "goals": [{**goal, "number": f"S{n}"} for n, goal in enumerate(goals)]},
        seeds.LAYOUTS["kaltim-8-kolom"],
        paper="A4",
    )
    laid: list[dict[str, Any]] = []

    def lay(divided: dict[str, Any]) -> Any:
        laid.append(divided)
        return pdf._lay_out(divided)

    with pdf._lock:
        result = continuation.lay_out(document, lay)
    lies = continuation.where(result)
    for group in laid[-1]["groups"]:
        landed = {page for row in group["rows"] for page in lies[row["id"]]}
        assert len(landed) == 1, "a part of a goal lies on one page"
    for before, after in itertools.pairwise(laid[-1]["groups"]):
        blocks = [block for cell in after["rows"][0]["cells"] for block in cell["blocks"]]
        if any("(lanjutan)" in block["text"] for block in blocks):
            assert lies[after["rows"][0]["id"]] > lies[before["rows"][-1]["id"]]
    assert len(laid) <= 6


def test_divisions_that_lead_to_each_other_end_in_forced_breaks() -> None:
    """Two divisions that answer each other, as when naming a goal again pushes a row over."""
    rows = [{"id": i, "cells": []} for i in range(4)]
    document = {"groups": [{"rows": rows}]}
    calls = []

    def page(ids: range) -> Any:
        boxes = [SimpleNamespace(element_tag="tr", element={"data-row": str(i)}) for i in ids]
        return SimpleNamespace(anchors={}, _page_box=SimpleNamespace(descendants=lambda: boxes))

    def cut(places: set[int]) -> Any:
        edges = [0, *sorted(places), 4]
        return SimpleNamespace(pages=[page(range(a, b)) for a, b in itertools.pairwise(edges)])

    def lay(divided: dict[str, Any]) -> Any:
        calls.append(divided)
        forced = {g["rows"][0]["id"] for g in divided["groups"] if g.get("new_page")} - {0}
        starts = {g["rows"][0]["id"] for g in divided["groups"]} - {0}
        return cut(forced or ({1} if starts != {1} else {2}))

    result = continuation.lay_out(document, lay)
    assert len(calls) < 10
    assert [g["rows"][0]["id"] for g in calls[-1]["groups"]] == [0, 1, 2]
    assert len(result.pages) == 3


def test_a_row_taller_than_a_page_is_printed_whole() -> None:
    description = seeds.kaltim()
    description["goals"][0]["indicators"][0]["reason"] = "\n".join(f"alasan nomor {n}" for n in range(120))
    data = printed(description)
    text = " ".join(pages(data))
    assert all(f"alasan nomor {n}" in text for n in range(120))
    assert selfcheck.check(data) == []


def test_a_row_taller_than_a_page_is_one_row_of_its_table_and_its_goal_goes_on_below() -> None:
    description = seeds.in_one_goal(seeds.kaltim(), 4)
    for place in (0, 2):
        description["goals"][0]["indicators"][place]["reason"] = "\n".join(f"alasan {n}" for n in range(60))
    data = printed(description)
    assert selfcheck.check(data) == []
    rows = [text for column, text, _ in Table(data).cells if column == 2]
    assert rows == ["1.", "2", "3", "4"]


def test_a_goal_without_indicators_and_a_set_without_goals_are_printed() -> None:
    empty = {**seeds.kaltim(), "goals": []}
    assert selfcheck.check(printed(empty)) == []
    no_indicators = seeds.kaltim()
    no_indicators["goals"][2]["indicators"] = []
    data = printed(no_indicators)
    assert selfcheck.check(data) == []
    assert "Terwujudnya sistem distribusi yang efisien" in pages(data)[0]


# Headers of cells


@st.composite
def tables(draw: st.DrawFn) -> tuple[Layout, list[int], int]:
    """Draw a layout of any columns, the number of indicators of each goal, and the last year of validity."""
    fields = draw(st.permutations(sorted(FIELDS)))[: draw(st.integers(1, 9))]
    if "indicator" not in fields:
        fields.append("indicator")
    columns: list[Column] = []
    for place, field in enumerate(fields):
        if columns and columns[-1].join:
            columns.append(Column(field, "", draw(st.integers(1, 20))))
            continue
        joinable = field != "targets" and place + 1 < len(fields) and fields[place + 1] != "targets"
        join = joinable and draw(st.booleans())
        columns.append(Column(field, f"Judul {place}", draw(st.integers(5, 20)), join=join))
    layout = Layout(
        code="uji",
        name="Uji",
        title=("INDIKATOR KINERJA UTAMA",),
        orientation=draw(st.sampled_from(["portrait", "landscape"])),
        header_block=draw(st.booleans()),
        column_numbers=draw(st.booleans()),
        formula_style=draw(st.sampled_from(["stacked", "inline"])),
        columns=tuple(columns),
    )
    heights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=6))
    return layout, heights, 2018 + draw(st.integers(0, 4))


def with_goals(heights: list[int], last_year: int) -> dict[str, Any]:
    """Return a description with goals of these heights and targets up to the last year."""
    description = seeds.kaltim()
    description["set"]["last_year"] = last_year
    target = {"upper": None, "label": "", "decision": "", "revised_value": None, "revised_upper": None}
    goals = [
        {**seeds.in_one_goal(description, height)["goals"][0], "number": str(height)} for height in heights
    ]
    for goal in goals:
        for one in goal["indicators"]:
            one["targets"] = [{"year": y, "value": str(y), **target} for y in range(2018, last_year + 1)]
    return {**description, "goals": goals}


def headings_of_columns(layout: Layout, years: range) -> list[list[str]]:
    """Say for each column which headings it stands under, from the layout alone."""
    columns: list[list[str]] = []
    covering = ""
    for column in layout.columns:
        if column.field == "targets":
            columns += [[column.heading, str(year)] for year in years]
        else:
            columns.append([column.heading or covering])
        covering = column.heading if column.join else ""
    if layout.column_numbers:
        columns = [[*headings, f"({n})"] for n, headings in enumerate(columns, 1)]
    return columns


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[
        Phase.explicit,
        Phase.generate,
    ],  # a smaller example would take longer to find than to read this one
    suppress_health_check=[HealthCheck.too_slow],
)
@given(tables())
def test_every_data_cell_names_the_headings_of_its_own_column(table: tuple[Layout, list[int], int]) -> None:
    layout, heights, last_year = table
    data = printed(with_goals(heights, last_year), layout)
    assert selfcheck.check(data) == []
    wanted = headings_of_columns(layout, range(2018, last_year + 1))
    for column, _, named in Table(data).cells:
        # In a narrow column a heading breaks anywhere.
        assert ["".join(name.split()) for name in named] == ["".join(name.split()) for name in wanted[column]]


# The same bytes everywhere

RENDER = """
import hashlib, sys, django
django.setup()
from reports import pdf
from reports.documents import iku
from tests.reports import seeds
for seed, layout in (("probolinggo", "per9-resmi"), ("kaltim", "kaltim-8-kolom")):
    document = iku.build(seeds.SEEDS[seed](), seeds.LAYOUTS[layout], paper="F4")
    print(hashlib.sha256(pdf.render(document)).hexdigest())
"""
NO_FONTS = "<?xml version='1.0'?><fontconfig></fontconfig>"


def test_the_same_content_gives_the_same_bytes_in_any_process_hash_seed_zone_locale_and_with_any_fonts(
    tmp_path: Path,
) -> None:
    (tmp_path / "none.conf").write_text(NO_FONTS)
    surroundings = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Jayapura", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "FONTCONFIG_FILE": str(tmp_path / "none.conf"), "SOURCE_DATE_EPOCH": "1"},
    ]
    outputs = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", RENDER],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "iku_portal.settings", **extra},
            cwd=seeds.ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for extra in surroundings
    }
    here = "".join(
        hashlib.sha256(printed(seeds.SEEDS[seed](), layout, "F4")).hexdigest() + "\n"
        for seed, layout in (("probolinggo", "per9-resmi"), ("kaltim", "kaltim-8-kolom"))
    )
    assert outputs == {here}


def test_a_day_later_the_bytes_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    before = printed(seeds.kaltim())
    monkeypatch.setattr("time.time", lambda: 4102444800.0)
    assert printed(seeds.kaltim()) == before


def test_the_dates_of_the_file_are_those_of_the_document() -> None:
    with pikepdf.open(io.BytesIO(printed(seeds.kaltim()))) as file:
        assert str(file.docinfo["/CreationDate"]) == str(file.docinfo["/ModDate"]) == "D:20180101000000Z"


def test_threads_render_side_by_side_and_the_collector_is_on_afterwards() -> None:
    results: list[bytes] = []
    threads = [threading.Thread(target=lambda: results.append(printed(seeds.kaltim()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert len(set(results)) == 1
    assert gc.isenabled()


# Typeface


@pytest.mark.parametrize("path", typeface.FACES, ids=lambda path: path.stem)
def test_every_face_has_every_character_of_the_data(path: Path) -> None:
    data = json.dumps([seed() for seed in seeds.SEEDS.values()], ensure_ascii=False)
    wanted = set(data) | set("≥≤∑√−×÷±≠≈–—“”‘’…•·½²³°§Δ")
    with TTFont(path) as face:
        assert wanted <= set(map(chr, face.getBestCmap()))


def test_four_faces_are_vendored_with_their_licence() -> None:
    assert [path.stem for path in typeface.FACES] == [
        "LiberationSans-Bold",
        "LiberationSans-BoldItalic",
        "LiberationSans-Italic",
        "LiberationSans-Regular",
    ]
    assert list(typeface.FACES[0].parent.glob("LICENSE*"))


def test_a_character_the_typeface_lacks_is_named_with_its_place() -> None:
    description = seeds.kaltim()
    description["goals"][0]["indicators"][0]["reason"] = "untuk mengetahui 漢 produk"
    with pytest.raises(pdf.MissingGlyphs) as refused:
        printed(description)
    assert refused.value.characters == "漢"
    assert "“漢” (U+6F22)" in str(refused.value)
    assert "untuk mengetahui 漢 produk" in str(refused.value)


def test_the_place_of_a_missing_character_is_told_in_words_without_tags() -> None:
    description = seeds.kaltim()
    description["goals"][0]["indicators"][0]["reason"] = "harga & mutu 漢"
    with pytest.raises(pdf.MissingGlyphs, match="pertama kali pada “harga & mutu 漢”"):
        printed(description)


def test_a_long_target_goes_on_in_the_next_line_after_its_thousands() -> None:
    description = seeds.kaltim()
    description["set"] |= {"first_year": 2019, "last_year": 2023}
    facts = {"upper": None, "label": "", "revised_value": None, "revised_upper": None, "decision": ""}
    description["goals"][0]["indicators"][0]["targets"] = [{"year": 2019, **facts, "value": "1250000000"}]
    data = printed(description, "target-5-tahun")
    assert selfcheck.check(data) == []
    shown = pages(data)[0].replace("\u200b", "")
    assert any(lines in shown for lines in ("1.250. 000.000", "1.250. 000. 000")), shown


def test_signs_of_formulas_and_invisible_characters_are_drawn_from_our_typeface() -> None:
    description = seeds.kaltim()
    description["goals"][0]["indicators"][0]["reason"] = "≥ ≤ ∑ √ − × ÷ a\u00adb c\u200bd e\u00a0f"
    data = printed(description)
    assert selfcheck.check(data) == []
    assert "≥ ≤ ∑ √ − × ÷" in pages(data)[0]


# Nothing is fetched

CANARY = "KENARI9b1c"


class _Recorder(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, list[str]]]:
    """What a document must never read: a server, a folder, and what was asked of the server."""
    folder = tmp_path_factory.mktemp("kenari")
    (folder / "c.txt").write_text(CANARY)
    (folder / "c.css").write_text(f"p::after {{ content: '{CANARY}' }}")
    (folder / "c.svg").write_text(
        f"<svg xmlns='http://www.w3.org/2000/svg' width='200' height='20'><text y='12'>{CANARY}</text></svg>"
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Recorder)
    server.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", folder.as_uri(), server.seen  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


XLINK = "xmlns:xlink='http://www.w3.org/1999/xlink'"
WAYS_IN = {
    "img": "<img alt=x src='{a}/c.svg'>",
    "attachment link": "<link rel=attachment href='{a}/c.txt'>",
    "attachment anchor": "<a rel=attachment href='{a}/c.txt'>x</a>",
    "style sheet link": "<link rel=stylesheet href='{a}/c.css'><p>x",
    "style import": "<style>@import '{a}/c.css';</style><p>x",
    "style background": "<p style=\"background:url('{a}/c.svg')\">x",
    "content url": "<style>p::before{{content:url('{a}/c.svg')}}</style><p>x",
    "font face": "<style>@font-face{{font-family:q;src:url('{a}/f.woff')}}p{{font-family:q}}</style><p>x",
    "local font": "<style>@font-face{{font-family:q;src:local('DejaVu Sans')}}p{{font-family:q}}</style><p>x",
    "svg image": "<svg width=9 height=9 " + XLINK + "><image xlink:href='{a}/c.svg' width=9 /></svg>",
    "svg use": "<svg width=200 height=20 " + XLINK + "><use xlink:href='{a}/c.svg#x'/></svg>",
    "object": "<object data='{a}/c.svg'></object>",
    "embed": "<embed src='{a}/c.svg'>",
    "iframe": "<iframe src='{a}/c.svg'></iframe>",
    "base": "<base href='{a}/'><img alt=x src='c.svg'>",
    "body background": "<body background='{a}/c.svg'>x",
    "list style": "<ul style=\"list-style-image:url('{a}/c.svg')\"><li>x</ul>",
    "script": "<script src='{a}/x.js'></script>",
    "meta refresh": "<meta http-equiv=refresh content='0;url={a}/m'>",
    "inlined style sheet": "<link rel=stylesheet href=\"data:text/css,@import '{a}/c.css';\"><p>x",
    "inlined svg": "<img alt=x src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' "
    + XLINK
    + "><image xlink:href='{a}/c.svg' width='9' height='9'/></svg>\">",
}


def contents(data: bytes) -> bytes:
    """Return every stream of a PDF, unpacked."""
    with pikepdf.open(io.BytesIO(data)) as file:
        streams = [item for item in file.objects if isinstance(item, pikepdf.Stream)]
        return data + b"".join(item.read_bytes() for item in streams)


@pytest.mark.parametrize("way", WAYS_IN)
@pytest.mark.parametrize("at", ["web", "file"])
def test_a_document_reads_no_address_and_no_file(way: str, at: str, trap: tuple[str, str, list[str]]) -> None:
    web, files, seen = trap
    html = WAYS_IN[way].format(a=web if at == "web" else files)
    with pdf._lock:
        page = pdf.lay_out_html(f"<html lang=id><title>x</title><body>{html}</body></html>")
        data: bytes = page.write_pdf()
    assert seen == []
    assert CANARY.encode() not in contents(data)
    assert CANARY not in " ".join(pages(data))
    with pikepdf.open(io.BytesIO(data)) as file:
        assert not file.attachments


@pytest.mark.parametrize("way", ["img", "attachment link", "style import", "inlined svg"])
def test_markup_in_the_data_is_printed_as_text(way: str, trap: tuple[str, str, list[str]]) -> None:
    _, files, seen = trap
    markup = WAYS_IN[way].format(a=files)
    description = seeds.kaltim()
    description["set"]["title"] = [markup]
    description["goals"][0]["text"] = description["goals"][0]["indicators"][0]["sources"][0] = markup
    description["goals"][2]["indicators"][0]["operands"]["harga_provinsi"]["label"] = markup
    description["signatory"] = seeds.official(position=markup, name_with_titles=markup)
    for layout in ("kaltim-8-kolom", "probolinggo-6-kolom"):
        document = iku.build(description, seeds.LAYOUTS[layout], paper="F4")
        drawn = re.sub(r"\s", "", " ".join(pages(pdf.render(document))))
        assert re.sub(r"\s", "", markup) in drawn
    assert seen == []


def test_the_fetcher_of_the_style_sheets_answers_our_own_files_and_no_other() -> None:
    own, other = typeface.FACES[:2]
    fetcher = typeface.OwnFiles(own)
    assert fetcher.fetch(own.as_uri()).read() == own.read_bytes()
    elsewhere = ("http://127.0.0.1:9/", "ftp://127.0.0.1/", "FILE:///etc/passwd")
    for address in (other.as_uri(), own.as_uri() + "?x", *elsewhere):
        with pytest.raises(ValueError, match="disallowed protocol"):
            fetcher.fetch(address)
