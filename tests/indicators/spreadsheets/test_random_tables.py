"""Random tables, laid out at random, are read back exactly: property tests."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.spreadsheets.cells import plain
from indicators.spreadsheets.description import describe
from indicators.spreadsheets.grid import address
from indicators.spreadsheets.tables import understand
from tests.indicators.spreadsheets.comparing import differences
from tests.indicators.spreadsheets.layouts import Layout, Sketch

_GOAL_VERBS = ("Meningkatnya", "Terwujudnya", "Menurunnya", "Optimalnya")
_INDICATOR_KINDS = ("Persentase", "Jumlah", "Indeks", "Nilai", "Rasio", "Angka", "Cakupan", "Rata-rata")
_THINGS = (
    "koperasi sehat",
    "jalan mantap",
    "layanan publik",
    "penduduk miskin",
    "usaha mikro yang mandiri",
    "air bersih di desa",
    "arsip",
    "kepuasan masyarakat",
    "sampah terkelola",
    "inovasi daerah",
)
_UNITS = ("%", "Persen", "orang", "unit", "Indeks", "dokumen", "Nilai")
_SOURCES = ("Dinas Kesehatan", "BPS", "Laporan bidang", "Survei tahunan")
_MEASURES = (("Target",), ("Target", "Realisasi"), ("Target", "Realisasi", "% Capaian"))
_FIELDS = {"Target": "target", "Realisasi": "realization", "% Capaian": "achievement"}

figures = st.decimals(0, 9999, allow_nan=False, places=2).map(lambda number: Decimal(plain(number)))


@dataclass(frozen=True)
class Plan:
    """How a table is laid out."""

    row: int
    column: int
    title: bool
    numbers: str  # "", "continuous", "dotted"
    goals: str  # "merged", "blank", "repeated", "band", "alternating"
    described: bool  # a column of sources
    measures: tuple[str, ...]
    periods: tuple[int | None, ...]  # years, or (None,) for one year in the title
    quarters: bool
    merged_header: bool
    flat_header: bool
    column_numbers: bool
    page: int  # records between repeated headers, 0 for none
    totals: bool
    blanks: bool
    footer: int


plans = st.builds(
    Plan,
    row=st.integers(0, 6),
    column=st.integers(1, 4),
    title=st.booleans(),
    numbers=st.sampled_from(["", "continuous", "dotted"]),
    goals=st.sampled_from(["merged", "blank", "repeated", "band", "alternating"]),
    described=st.booleans(),
    measures=st.sampled_from(_MEASURES),
    periods=st.sampled_from([(2024,), (2023, 2024), (2021, 2022, 2023, 2024, 2025, 2026)]),
    quarters=st.booleans(),
    merged_header=st.booleans(),
    flat_header=st.booleans(),
    column_numbers=st.booleans(),
    page=st.sampled_from([0, 0, 2, 3]),
    totals=st.booleans(),
    blanks=st.booleans(),
    footer=st.integers(0, 3),
)


@st.composite
def contents(draw: st.DrawFn, columns: int) -> list[tuple[str, list[dict[str, Any]]]]:
    """Goals with their indicators, all names different."""
    names = [f"{kind} {thing}" for kind in _INDICATOR_KINDS for thing in _THINGS]
    left = list(draw(st.permutations(names)))
    goals = [f"{verb} {thing}" for verb in _GOAL_VERBS for thing in _THINGS]
    chosen = draw(st.lists(st.sampled_from(goals), min_size=1, max_size=4, unique=True))
    return [
        (
            goal,
            [
                {
                    "indicator": left.pop(),
                    "unit": draw(st.sampled_from(_UNITS)),
                    "source": draw(st.sampled_from(_SOURCES)),
                    "figures": draw(st.lists(figures, min_size=columns, max_size=columns)),
                }
                for _ in range(draw(st.integers(1, 4)))
            ],
        )
        for goal in chosen
    ]


def keys_of(plan: Plan) -> list[tuple[str, int | None, int | None]]:
    """Return what each column of figures holds: measure, year, quarter."""
    parts = [
        (year, quarter) for year in plan.periods for quarter in ((1, 2, 3, 4) if plan.quarters else (None,))
    ]
    return [(measure, year, quarter) for year, quarter in parts for measure in plan.measures]


class Drawing:
    """Draws a plan."""

    def __init__(self, plan: Plan, content: list[tuple[str, list[dict[str, Any]]]]) -> None:
        self.plan, self.content, self.keys = plan, content, keys_of(plan)
        self.sketch = Sketch()
        self.fixed = [
            *(["No"] if plan.numbers else []),
            *([] if plan.goals == "band" else ["Sasaran Strategis"]),
            "Indikator Kinerja",
            "Satuan",
            *(["Sumber Data"] if plan.described else []),
        ]
        self.expected: list[dict[str, Any]] = []

    def line(self, *values: Any) -> int:
        return self.sketch.line(*values, at=self.plan.column)

    def merge(self, first_row: int, first: int, last_row: int, last: int) -> None:
        """Merge cells by offsets of columns."""
        start = self.plan.column
        if (first_row, first) != (last_row, last):
            self.sketch.merge(f"{address(first_row, start + first)}:{address(last_row, start + last)}")

    def draw(self) -> Layout:
        plan = self.plan
        self.sketch.skip(plan.row)
        if plan.title:
            self.line("INDIKATOR KINERJA UTAMA DINAS CONTOH")
            self.sketch.skip()
        self.header()
        count = 0
        for number, (goal, indicators) in enumerate(self.content, 1):
            self.goal(number, goal)
            first = self.sketch.row + 1
            for place, indicator in enumerate(indicators, 1):
                if count and plan.page and count % plan.page == 0:
                    self.close(first)
                    self.sketch.skip()
                    self.header()
                    first = self.sketch.row + 1
                count += 1
                self.record(count, number, place, goal, indicator)
            self.close(first)
            self.after_goal()
        self.footer()
        return Layout(str(plan), self.sketch.workbook, self.expected)

    def header(self) -> None:
        plan, keys = self.plan, self.keys
        if plan.flat_header:
            self.line(*self.fixed, *[_flat(*key) for key in keys])
        else:
            levels: list[list[Any]] = [[year for _, year, _ in keys]]
            levels += [[f"TW {quarter}" for _, _, quarter in keys]] if plan.quarters else []
            levels += [[measure for measure, _, _ in keys]]
            first = self.sketch.row + 1
            for depth, level in enumerate(levels):
                upper = list(zip(*levels[: depth + 1], strict=True))
                # A group's name is written over the first of its columns; the lowest row has every name.
                shown = [
                    name
                    if depth == len(levels) - 1 or place == 0 or upper[place] != upper[place - 1]
                    else None
                    for place, name in enumerate(level)
                ]
                row = self.line(*(self.fixed if depth == 0 else [None] * len(self.fixed)), *shown)
                if plan.merged_header and depth < len(levels) - 1:
                    self.merge_groups(row, upper)
            if plan.merged_header:
                for column in range(len(self.fixed)):
                    self.merge(first, column, self.sketch.row, column)
        if plan.column_numbers:
            self.line(*[f"({number})" for number in range(1, len(self.fixed) + len(keys) + 1)])

    def merge_groups(self, row: int, upper: list[tuple[Any, ...]]) -> None:
        first = 0
        for place in range(1, len(upper) + 1):
            if place == len(upper) or upper[place] != upper[first]:
                self.merge(row, len(self.fixed) + first, row, len(self.fixed) + place - 1)
                first = place

    def goal(self, number: int, goal: str) -> None:
        if self.plan.goals == "band":
            row = self.line(f"Sasaran {number}: {goal}")
            self.merge(row, 0, row, len(self.fixed) + len(self.keys) - 1)
        elif self.plan.goals == "alternating":
            self.line(*([None] if self.plan.numbers else []), goal)

    def record(self, count: int, number: int, place: int, goal: str, indicator: dict[str, Any]) -> None:
        plan = self.plan
        shown = str(count) if plan.numbers == "continuous" else f"{number}.{place}"
        again = plan.goals == "repeated" or (plan.goals in {"blank", "merged"} and place == 1)
        self.line(
            *([shown] if plan.numbers else []),
            *([] if plan.goals == "band" else [goal if again else None]),
            indicator["indicator"],
            indicator["unit"],
            *([indicator["source"]] if plan.described else []),
            *indicator["figures"],
        )
        values = {
            (_FIELDS[measure], year, quarter, None): plain(figure)
            for (measure, year, quarter), figure in zip(self.keys, indicator["figures"], strict=True)
        }
        expected = {
            "goal": goal,
            "indicator": indicator["indicator"],
            "unit": indicator["unit"],
            "values": values,
        }
        expected |= {"number": shown} if plan.numbers else {}
        expected |= {"source": indicator["source"]} if plan.described else {}
        self.expected.append({**expected, "row": self.sketch.row})

    def close(self, first: int) -> None:
        if self.plan.goals == "merged" and self.sketch.row > first:
            column = 1 if self.plan.numbers else 0
            if self.sketch.sheet.cells.get((first, self.plan.column + column)):
                self.merge(first, column, self.sketch.row, column)

    def after_goal(self) -> None:
        if self.plan.totals:
            self.line("Rata-rata capaian", *[None] * (len(self.fixed) + len(self.keys) - 2), Decimal("99.5"))
        if self.plan.blanks:
            self.sketch.skip(2)

    def footer(self) -> None:
        lines = [("Keterangan: *) angka sementara",), ("Contoh, 10 Januari 2025",), ("Kepala Dinas Contoh,",)]
        for line in lines[: self.plan.footer]:
            self.line(*line)


def _flat(measure: str, year: int | None, quarter: int | None) -> str:
    return f"{measure} {f'TW {quarter} ' if quarter else ''}Tahun {year}"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.data())
def test_a_random_table_is_read_back_exactly(data: st.DataObject) -> None:
    plan = data.draw(plans)
    layout = Drawing(plan, data.draw(contents(len(keys_of(plan))))).draw()
    assert differences(layout, describe(understand(layout.workbook))) == []


cells = st.one_of(
    st.sampled_from(
        [
            "No",
            "Indikator",
            "Target 2024",
            "Sasaran",
            "Satuan",
            "Jumlah",
            "1.",
            "Rata-rata",
            "NIP",
            "(1)",
            "%",
            "7 Persentase jalan persen untuk",
            "Keterangan:",
            "1.250",
            "TW I",
            "Sasaran 1: x",
            ":",
        ]
    ),
    st.text(max_size=30),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.none(),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(cells, max_size=7), max_size=9),
    st.lists(st.tuples(*[st.integers(1, 9)] * 4), max_size=4),
)
def test_no_sheet_breaks_the_reader_and_no_row_is_told_twice(
    rows: list[list[Any]], areas: list[tuple[int, ...]]
) -> None:
    sketch = Sketch()
    for row in rows:
        sketch.line(*row)
    for a, b, c, d in areas:
        sketch.merge(f"{address(min(a, b), min(c, d))}:{address(max(a, b), max(c, d))}")
    for sheet in describe(understand(sketch.workbook))["sheets"]:
        for table in sheet["tables"]:
            told = [record["row"] for record in table["records"]] + [each["row"] for each in table["skipped"]]
            assert len(told) == len(set(told))
