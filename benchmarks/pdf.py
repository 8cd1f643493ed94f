"""How long the portal takes to print an IKU table, against typst and Chromium printing the same table.

Run: python benchmarks/pdf.py. Rounds are interleaved, every round prints new texts, a figure is the best of
its rounds. `ours` is what the portal sends (PDF/A-3a and PDF/UA-1), `plain` the same pages as the library
writes them, `typst` writes PDF/A-3a and PDF/UA-1 too, `chromium` an untagged file. Needs Debian's chromium.

`report` is the measurement of a quarter with its trace, data and workbook inside, as it is issued;
`report_plain` the same pages as the library writes them.

The library is held against the other engines, and what the archive-grade file adds against the library.
The product of the two, `ours` against the other engines, is printed without a goal of its own.
"""

from __future__ import annotations

import copy
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iku_portal.settings")
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
os.environ.setdefault("LOG_LEVEL", "ERROR")

Engine = Callable[[dict[str, Any]], bytes]
# Rounds for each number of indicators.
WARM = {11: 15, 110: 5, 1100: 2}
COLD = {11: 5, 110: 3, 1100: 1}
ENGINES = ("ours", "plain", "typst", "chromium")
REPORTS = {11: 15, 110: 3}
QUARTER = 1.5  # data and workbook inside come on top of the tags
FROZEN = ROOT / "tests" / "reports" / "golden" / "measurement-disperindagkop-kaltim.json"

TYPST = r"""
#let d = json(bytes(sys.inputs.data))
#set document(title: d.name)
#set page(width: 330mm, height: 215mm, margin: (x: 15mm, top: 16mm, bottom: 18mm),
  footer: context { set text(7.5pt); d.agency; h(1fr)
    [Halaman #counter(page).display() dari #counter(page).final().first()] })
#set text(font: "Liberation Sans", size: 9pt, lang: "id", hyphenate: false)
#align(center, text(13pt, weight: "bold", d.title.join(linebreak())))
#set table.cell(breakable: false)
#table(columns: d.columns.map(c => float(c.width) * 1fr), stroke: 0.5pt, inset: (x: 1.5mm, y: 1.1mm),
  table.header(..d.header.map(row => row.headings.map(h => table.cell(colspan: h.colspan, rowspan: h.rowspan,
    fill: rgb("#dde5f1"), align: center + horizon, strong(h.text)))).flatten()),
  ..d.groups.map(g => g.rows.map(row => row.cells.map(c => table.cell(rowspan: c.rowspan,
    c.blocks.map(b => b.text).join(parbreak()))))).flatten())
#align(right, block(width: 82mm, breakable: false,
  align(center)[#d.signature.place_and_date \ #d.signature.position #v(21mm)]))
"""


def document(rows: int, turn: int) -> dict[str, Any]:
    """Return the table of Kalimantan Timur with its goals repeated to `rows` indicators, new each turn."""
    from reports.documents import iku
    from tests.reports import seeds

    description = seeds.enlarged(copy.deepcopy(seeds.kaltim()), rows)
    for goal in description["goals"]:
        goal["text"] += f" {turn}"
        for indicator in goal["indicators"]:
            indicator["name"] += f" {turn}"
    return iku.build(description, seeds.LAYOUTS["kaltim-8-kolom"], paper="F4")


def quarter(rows: int, turn: int) -> dict[str, Any]:
    """Return the frozen measurement of Kalimantan Timur with `rows` indicators, new each turn."""
    from tests.reports import measured

    content = measured.enlarged(json.loads(FROZEN.read_text()), rows)
    for goal in content["goals"]:
        for indicator in goal["indicators"]:
            indicator["name"] += f" {turn}"
    return content


def report() -> Engine:
    """Return the portal's own way to issue the measurement of a quarter."""
    from reports.documents import printing

    return printing.to_pdf


def report_plain() -> Engine:
    """Return the library's way to print the same pages."""
    from reports.documents import printing

    table = plain()
    return lambda content: table(printing.arrange(content))


def ours() -> Engine:
    """Return the portal's own way."""
    from reports import pdf

    return pdf.render


def plain() -> Engine:
    """Return the library's way: the same page, style sheet and fonts, nothing repaired."""
    from django.template.loader import render_to_string

    from reports import pdf

    def render(content: dict[str, Any]) -> bytes:
        with pdf._lock, pdf._collector_paused():  # noqa: SLF001 - the same conditions
            template = f"reports/documents/{content['kind']}.html"
            pages = pdf.lay_out_html(render_to_string(template, {"document": content}))
            data: bytes = pages.write_pdf()
        return data

    return render


def typst() -> Engine:
    """Return the compiled yardstick, with our typeface."""
    import typst as compiler

    from reports.pdf import typeface

    folder = Path(tempfile.mkdtemp())
    (folder / "iku.typ").write_text(TYPST)
    fonts = [str(typeface.FACES[0].parent)]
    worker = compiler.Compiler(
        str(folder / "iku.typ"), root=str(folder), font_paths=fonts, ignore_system_fonts=True
    )

    def render(content: dict[str, Any]) -> bytes:
        data: bytes = worker.compile(
            format="pdf", sys_inputs={"data": json.dumps(content)}, pdf_standards=["a-3a", "ua-1"]
        )
        return data

    return render


def chromium() -> Engine:
    """Return a running Chromium that prints the same HTML with the same style sheets."""
    from django.template.loader import render_to_string
    from playwright.sync_api import sync_playwright

    from reports.pdf import typeface

    style = "".join(sheet.read_text() for sheet in typeface.STYLE_SHEETS)
    browser = (
        sync_playwright()
        .start()
        .chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
    )
    page = browser.new_page()

    def render(content: dict[str, Any]) -> bytes:
        html = render_to_string("reports/documents/iku.html", {"document": content})
        page.set_content(html.replace("</head>", f"<style>{style}</style></head>"), wait_until="load")
        return page.pdf(prefer_css_page_size=True, print_background=True, tagged=False, outline=False)

    return render


def work(engine: str) -> None:
    """Print the tables asked for, "ROWS TURN" a line, and answer with the seconds of each."""
    import django

    django.setup()
    render: Engine = globals()[engine]()
    made = quarter if engine in ("report", "report_plain") else document
    render(made(11, 0))
    print("ready", flush=True)
    for line in sys.stdin:
        rows, turn = map(int, line.split())
        content = made(rows, turn)
        start = time.perf_counter()
        render(content)
        print(time.perf_counter() - start, flush=True)
    os._exit(0)  # Chromium's own processes go with the pipe


class Worker:
    """A warm process of one engine."""

    def __init__(self, engine: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, engine], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.answer()

    def ask(self, rows: int, turn: int) -> None:
        assert self.process.stdin  # noqa: S101
        self.process.stdin.write(f"{rows} {turn}\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        assert self.process.stdout  # noqa: S101
        return self.process.stdout.readline()

    def seconds(self, rows: int, turn: int) -> float:
        self.ask(rows, turn)
        return float(self.answer())

    def stop(self) -> None:
        assert self.process.stdin  # noqa: S101
        self.process.stdin.close()
        self.process.wait()


def warm(engines: tuple[str, ...], sizes: dict[int, int]) -> dict[tuple[str, int], float]:
    """Return the best seconds of every engine and size."""
    workers = {engine: Worker(engine) for engine in engines}
    best: dict[tuple[str, int], float] = {}
    for rows, rounds in sizes.items():
        for turn in range(1, rounds + 1):
            for engine, worker in workers.items():
                best[engine, rows] = min(best.get((engine, rows), 1e9), worker.seconds(rows, turn))
    for worker in workers.values():
        worker.stop()
    return best


def cold() -> dict[tuple[str, int], float]:
    """Return the best seconds from the start of a process to its first table."""
    best: dict[tuple[str, int], float] = {}
    for rows, rounds in COLD.items():
        for _ in range(rounds):
            for engine in ("ours", "typst", "chromium"):
                start = time.perf_counter()
                subprocess.run(
                    [sys.executable, __file__, engine, str(rows)], check=True, stdout=subprocess.DEVNULL
                )
                best[engine, rows] = min(best.get((engine, rows), 1e9), time.perf_counter() - start)
    return best


def print_once(engine: str, rows: int) -> None:
    """Print one table in this fresh process."""
    import django

    django.setup()
    globals()[engine]()(document(rows, 1))
    os._exit(0)


def speed_up(each: int = 12, rounds: int = 7) -> float:
    """Return how many times the tables of one worker two workers print in the same time."""
    pair = [Worker("ours"), Worker("ours")]

    def duration(workers: list[Worker]) -> float:
        start = time.perf_counter()
        for turn in range(each):
            for worker in workers:
                worker.ask(11, turn)
        for worker in workers:
            for _ in range(each):
                worker.answer()
        return time.perf_counter() - start

    turns = [(duration(pair[:1]), duration(pair)) for _ in range(rounds)]
    one, two = map(min, zip(*turns, strict=True))
    for worker in pair:
        worker.stop()
    return 2 * one / two


def main() -> int:
    """Measure, print a line for each figure, and return 1 if a goal was missed."""
    if len(sys.argv) == 2:
        work(sys.argv[1])
    if len(sys.argv) == 3:
        print_once(sys.argv[1], int(sys.argv[2]))
    times, first = warm(ENGINES, WARM), cold()
    reports = warm(("report", "report_plain"), REPORTS)
    print(f"{'milliseconds':<28}" + "".join(f"{engine:>10}" for engine in ENGINES))
    for name, table in (("warm", times), ("cold", first)):
        for rows in sorted({rows for _, rows in table}):
            figures = [table.get((engine, rows)) for engine in ENGINES]
            cells = "".join(f"{'-' if s is None else format(s * 1000, '.0f'):>10}" for s in figures)
            print(f"{f'{name}, {rows} indicators':<28}{cells}")
    for rows in REPORTS:
        both = (reports["report", rows] * 1000, reports["report_plain", rows] * 1000)
        print(f"{f'quarter report, {rows}':<28}{both[0]:>10.0f}{both[1]:>10.0f}")
    goals = [
        ("quarter 11, ours / plain", reports["report", 11] / reports["report_plain", 11], "<=", QUARTER),
        ("quarter, 110 / 11", reports["report", 110] / reports["report", 11], "<=", 12.5),
        ("warm 11, plain / typst", times["plain", 11] / times["typst", 11], "<=", 8.0),
        ("warm 11, plain / chromium", times["plain", 11] / times["chromium", 11], "<=", 2.2),
        ("warm 11, ours / plain", times["ours", 11] / times["plain", 11], "<=", 1.30),
        ("ours, 1,100 / 110", times["ours", 1100] / times["ours", 110], "<=", 12.5),
        ("two workers / one", speed_up(), ">=", 1.9),
    ]
    print(f"\n{'ratio':<28}{'measured':>10}{'goal':>10}  verdict")
    for engine in ("typst", "chromium"):
        print(f"{f'warm 11, ours / {engine}':<28}{times['ours', 11] / times[engine, 11]:>10.2f}{'-':>10}")
    missed = 0
    for goal, ratio, sign, limit in goals:
        kept = ratio <= limit if sign == "<=" else ratio >= limit
        missed += not kept
        print(f"{goal:<28}{ratio:>10.2f}{f'{sign} {limit}':>10}  {'ok' if kept else 'MISSED'}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
