"""How fast files become grids, and how that compares with the guard alone and the usual readers.

Run: python benchmarks/reading.py. Prints one figure per line: what, value, unit, and for a goal the limit it
must keep. The ways to read are taken in turn, round after round, each in a process of its own; ratios compare
the best CPU seconds, so that a busy machine says the same as an idle one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
SIZES = (1_000, 10_000, 100_000)
WHOLE_WAY_LIMIT = 1.4  # times (guard + openpyxl, values only, reading as a stream)
MEMORY_LIMIT = 150  # MiB over an idle process

# A workbook of invented figures: agency, indicator, year, quarter, value, note.
MAKE = """
import openpyxl, random
chance = random.Random(7)
notes = (None, None, None, "Berdasarkan laporan dinas (data contoh)", "Data sementara (data contoh)")
workbook = openpyxl.Workbook(write_only=True)
sheet = workbook.create_sheet("Realisasi")
sheet.append(["perangkat daerah", "indikator", "tahun", "triwulan", "realisasi", "keterangan"])
for row in range({rows}):
    value = round(chance.uniform(0, 1e5), chance.choice((0, 2, 4)))
    names = [f"PD-{{row // 400:04}}", f"IKU-{{row % 10:02}}"]
    sheet.append([*names, 2017 + row % 10, row % 4 + 1, value, chance.choice(notes)])
workbook.save({path!r})
"""

GUARD = """
from indicators.spreadsheets import guard
from pathlib import Path
container, budget = guard.Container(Path({path!r}).read_bytes()), guard.Budget()
for name in sorted(name for name in container.names if name.endswith(".xml")):
    guard.parse_xml(container.chunks(name, budget), budget, starts={{}}, ends={{}})
"""
OPENPYXL = """
import openpyxl
for row in openpyxl.load_workbook({path!r}, read_only=True).active.iter_rows(values_only=True):
    pass
"""
CALAMINE = """
import python_calamine
python_calamine.load_workbook({path!r}).get_sheet_by_index(0).to_python()
"""
OURS = """
from indicators.spreadsheets.sandbox import read_safely
from pathlib import Path
read_safely(Path({path!r}), "rekap.xlsx")
"""
STOCK = """
import openpyxl
openpyxl.load_workbook({path!r}, data_only=True)
"""
IDLE = "from indicators.spreadsheets import sandbox"
WAYS = {
    "guard alone": GUARD,
    "openpyxl as a stream": OPENPYXL,
    "openpyxl with formats": STOCK,
    "calamine": CALAMINE,
    "whole way": OURS,
}
# Seconds of CPU of this process and its child, and the peak of each in MiB.
REPORT = """
import resource, sys
own, child = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
seconds = sum(used.ru_utime + used.ru_stime for used in (own, child))
print(seconds, own.ru_maxrss / 1024, child.ru_maxrss / 1024)
"""


def run(code: str) -> tuple[float, float, float]:
    """Return the seconds of CPU and the peaks of a process that runs the code, and of its child."""
    command = [sys.executable, "-c", code + REPORT]
    seconds, own, child = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return float(seconds), float(own), float(child)


def main() -> int:
    """Print the figures; return 1 where a goal is missed."""
    missed = 0
    idle = min((run(IDLE) for _ in range(ROUNDS)), key=lambda figures: figures[0])
    print(f"idle process: {idle[0] * 1000:.0f} ms, {idle[1]:.0f} MiB")
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"{size}.xlsx"
            run(MAKE.format(rows=size, path=str(path)))
            best: dict[str, tuple[float, float, float]] = {}
            for _ in range(ROUNDS):
                for way, code in WAYS.items():
                    figures = run(code.format(path=str(path)))
                    best[way] = min(best.get(way, figures), figures)
            missed += report(size, best, idle)
    return int(bool(missed))


def report(size: int, best: dict[str, tuple[float, float, float]], idle: tuple[float, float, float]) -> int:
    """Print the figures of a size; return how many goals it missed."""
    for way, (seconds, own, child) in best.items():
        peak = f"{max(own, child) - idle[1]:.0f} MiB over idle"
        print(f"{size:,} rows, {way}: {seconds:.2f} s CPU, {size / seconds:,.0f} rows/s, {peak}")
    seconds, own, child = best["whole way"]
    bare = best["guard alone"][0] + best["openpyxl as a stream"][0]
    ratio = seconds / bare
    print(f"{size:,} rows, whole way to guard + openpyxl: {ratio:.2f} times (limit {WHOLE_WAY_LIMIT})")
    print(
        f"{size:,} rows, whole way to guard + calamine: "
        f"{seconds / (best['guard alone'][0] + best['calamine'][0]):.2f} times"
    )
    parent_peak, child_peak = own - idle[1], child - idle[1]
    print(f"{size:,} rows, parent over idle: {parent_peak:.0f} MiB (limit {MEMORY_LIMIT})")
    print(f"{size:,} rows, child over idle: {child_peak:.0f} MiB (limit {MEMORY_LIMIT})")
    return (ratio > WHOLE_WAY_LIMIT) + (parent_peak > MEMORY_LIMIT) + (child_peak > MEMORY_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
