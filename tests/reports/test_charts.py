"""Charts as a reader sees them: where a figure stands, what joins, what is said, on page and paper."""

import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.template.loader import render_to_string
from weasyprint import HTML

from reports.charts import HEIGHT, WIDTH, Bullet, LineChart, Point, bullet, finding, line

TWO_YEARS = [("I", "2025"), ("II", "2025"), ("III", "2025"), ("IV", "2025"), ("I", "2026"), ("II", "2026")]


def points(values: list[int | str | None], target: int | None = None, **fields: Any) -> list[Point]:
    """Return quarters from TW I 2025 with the values; `new_definition` is the place where it changes."""
    changed = fields.pop("new_definition", None)
    return [
        Point(
            period=f"TW {tick} {group}",
            tick=tick,
            group=group,
            value=None if value is None else Decimal(value),
            text="" if value is None else str(value),
            target=None if target is None else Decimal(target),
            target_text="" if target is None else str(target),
            new_definition=place == changed,
            **fields,
        )
        for place, ((tick, group), value) in enumerate(zip(TWO_YEARS, values, strict=False))
    ]


def drawn(values: list[int | str | None], target: int | None = None, **fields: Any) -> LineChart:
    chart = line("Koperasi sehat", points(values, target, **fields))
    assert chart is not None
    return chart


def corners(path: str) -> int:
    return len(re.findall(r"[ML]", path))


def svg(chart: LineChart | Bullet) -> str:
    name = "line" if isinstance(chart, LineChart) else "bullet"
    return render_to_string(f"reports/_chart_{name}.html", {"chart": chart})


# Values over time


def test_a_higher_figure_stands_higher_and_a_later_one_further_right() -> None:
    chart = drawn([10, 30, 20])
    low, high, middle = chart.dots
    assert float(high.y) < float(middle.y) < float(low.y)
    assert float(low.x) < float(high.x) < float(middle.x)


@pytest.mark.parametrize(
    ("values", "joined"),
    [
        ([1, 2, 3], [3]),
        ([1, 2, None, 3, 4], [2, 2]),
        ([1, None, 3], []),  # two dots alone
        ([None, None, 5], []),
    ],
)
def test_a_gap_stays_a_gap(values: list[int | str | None], joined: list[int]) -> None:
    chart = drawn(values)
    assert [corners(path) for path in chart.lines] == joined
    assert len(chart.dots) == sum(value is not None for value in values)


def test_no_line_leads_over_a_change_of_definition() -> None:
    chart = drawn([1, 2, 30, 31], new_definition=2)
    assert [corners(path) for path in chart.lines] == [2, 2]
    assert len(chart.breaks) == 1
    assert "definisi berubah" in svg(chart)


def test_a_target_is_level_and_steps_where_it_changes() -> None:
    rows = [*points([1, 2], 3), *points([1, 2, 4, 5], 6)[2:]]
    chart = line("X", rows)
    assert chart is not None
    assert len(chart.targets) == 1
    assert chart.targets[0].count("V") == 1
    assert 'stroke-dasharray="5 3"' in svg(chart)
    assert "Target tahun" in svg(chart)


def test_without_a_target_none_is_drawn_or_named() -> None:
    chart = drawn([1, 2])
    assert chart.targets == []
    assert "Target" not in svg(chart)


def test_a_range_is_drawn_at_both_ends() -> None:
    assert len(drawn([6, 7], 7, upper=Decimal(8)).targets) == 2


@pytest.mark.parametrize(
    ("values", "target"),
    [
        ([0], None),
        ([5, 5, 5], 5),
        ([0, 0], 0),
        ([-5, -3], -4),
        (["0.0004", "0.0009"], None),
        (["999999999999999999999999", 1], 5),
        ([1, 2, 3], 10**9),
        (["12345678901234567890.123456789012345678901234567890", 3], None),
    ],
)
def test_every_figure_stays_inside_the_drawing(values: list[int | str | None], target: int | None) -> None:
    chart = drawn(values, target)
    top, bottom = float(chart.top), float(chart.bottom)
    for mark in [*chart.dots, *chart.grid]:
        assert top - 0.1 <= float(mark.y) <= bottom + 0.1
    assert all(float(chart.left) <= float(mark.x) <= WIDTH for mark in chart.dots)
    assert chart.last is not None
    assert 0 <= float(chart.last.box_y) <= HEIGHT - 15
    assert 2 <= len({mark.y for mark in chart.grid}) <= 6


@pytest.mark.parametrize(
    ("highest", "scale", "words"),
    [
        (900, "", "1.000"),
        (9_000, "dalam ribu", "10"),
        (45_000, "dalam ribu", "60"),
        (2_318_400_000, "dalam miliar", "3"),
        (7 * 10**12, "dalam triliun", "10"),
    ],
)
def test_large_figures_are_written_short_on_the_axis_and_in_full_at_the_last(
    highest: int, scale: str, words: str
) -> None:
    chart = drawn([1, highest])
    assert chart.scale == scale
    assert chart.grid[-1].text == words
    assert chart.last is not None
    assert chart.last.text == str(highest)


def test_levels_label_the_axis_with_their_words() -> None:
    levels = [(Decimal(2), "WDP"), (Decimal(3), "Wajar Tanpa Pengecualian")]
    chart = line("Opini", points([2, 3]), levels=levels)
    assert chart is not None
    assert [mark.text for mark in chart.grid] == ["WDP", "Wajar Tanpa P…"]


def test_twelve_years_leave_out_ticks_that_would_touch_but_never_the_last() -> None:
    years = [Point(f"Tahun {year}", str(year), Decimal(1), "1") for year in range(2015, 2027)]
    chart = line("X", years)
    assert chart is not None
    assert [mark.text for mark in chart.ticks] == ["2016", "2018", "2020", "2022", "2024", "2026"]


def test_quarters_share_the_label_of_their_year() -> None:
    chart = drawn([1, 2, 3, 4, 5, 6])
    assert [mark.text for mark in chart.groups] == ["2025", "2026"]
    assert [mark.text for mark in chart.ticks] == ["I", "II", "III", "IV", "I", "II"]


def test_nothing_to_draw_is_no_chart() -> None:
    assert line("X", points([None, None])) is None
    assert line("X", []) is None


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (points([]), "belum ada nilai."),
        (points([None, 7]), "baru satu nilai, 7 pada TW II 2025; 1 dari 2 periode tanpa nilai."),
        (points([5, 7], 6), "naik dari 5 (TW I 2025) menjadi 7 (TW II 2025), target tahun itu 6."),
        (points([7, 5]), "turun dari 7 (TW I 2025) menjadi 5 (TW II 2025)."),
        (points([7, 7]), "tetap 7 dari TW I 2025 sampai TW II 2025."),
        (
            points([7, None, 9]),
            "naik dari 7 (TW I 2025) menjadi 9 (TW III 2025); 1 dari 3 periode tanpa nilai.",
        ),
        (
            points([7, 9], new_definition=1),
            "9 pada TW II 2025; definisinya berubah, jadi tidak sebanding dengan 7 pada TW I 2025.",
        ),
    ],
)
def test_one_sentence_says_what_the_chart_shows(rows: list[Point], sentence: str) -> None:
    assert finding(rows) == sentence
    chart = line("Koperasi", rows)
    assert chart is None or f'aria-label="Grafik Koperasi: {sentence}"' in svg(chart)


# How far a target is reached


@pytest.mark.parametrize(
    ("achievement", "width", "shape", "sentence"),
    [
        (None, "", "none", "Capaian belum ada."),
        ("-20", "0", "negative", "Capaian -20%, target belum tercapai; batang dipotong pada 0%."),
        ("0", "0", "hollow", "Capaian 0%, target belum tercapai."),
        ("85.2", "85.2", "hollow", "Capaian 85,2%, target belum tercapai."),
        ("99.999", "100", "hollow", "Capaian 99,999%, target belum tercapai."),
        ("100", "100", "full", "Capaian 100%, target tercapai."),
        ("130", "130", "full", "Capaian 130%, target tercapai."),
        ("130.01", "130", "beyond", "Capaian 130,01%, target tercapai; batang dipotong pada 130%."),
        ("1000", "130", "beyond", "Capaian 1.000%, target tercapai; batang dipotong pada 130%."),
    ],
)
def test_a_bullet_says_by_its_shape_and_in_words_whether_the_target_is_reached(
    achievement: str | None, width: str, shape: str, sentence: str
) -> None:
    chart = bullet(None if achievement is None else Decimal(achievement))
    assert (chart.label, chart.bar) == (sentence, width)
    picture = svg(chart)
    assert f'aria-label="{sentence}"' in picture
    assert {
        "full": chart.reached and not chart.beyond,
        "beyond": chart.reached and chart.beyond,
        "negative": chart.negative and not chart.reached,
        "hollow": not (chart.reached or chart.beyond or chart.negative),
        "none": chart.bar == "",
    }[shape]
    # Full has no edge, hollow has one: told apart without colour.
    assert ('stroke-width="1.5"' in picture) is (shape == "hollow")


def test_the_printed_achievement_is_the_one_that_is_said() -> None:
    assert bullet(Decimal("104.0049"), "104,00").label == "Capaian 104,00%, target tercapai."


# The same picture on page and paper


PICTURES: dict[str, LineChart | Bullet] = {
    "line": drawn([50, 55, None, 60], 58, new_definition=3),
    "full": bullet(Decimal(104)),
    "hollow": bullet(Decimal(85)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_a_role_a_name_and_attributes_only(name: str) -> None:
    picture = svg(PICTURES[name])
    assert re.search(r'<svg [^>]*role="img" aria-label="[^"]+"', picture)
    assert "style" not in picture
    # The PDF paints black what does not say its colour itself.
    assert all(" fill=" in shape for shape in re.findall(r"<(?:path|rect|circle|text) [^>]*>", picture))
    assert re.findall(r' class="([^"]*)"', picture) == [
        f"chart chart-{'line' if name == 'line' else 'bullet'}"
    ]


@pytest.mark.parametrize(
    ("name", "colour"), [("line", "#0956c3"), ("full", "#0f7a48"), ("hollow", "#ffe2a3")]
)
def test_paper_shows_the_colours_of_the_page(name: str, colour: str) -> None:
    pdf = HTML(string=f"<p>{svg(PICTURES[name])}</p>").write_pdf()
    wanted = [round(int(colour[place : place + 2], 16) / 255, 2) for place in (1, 3, 5)]
    assert wanted in colours(pdf)


def colours(pdf: bytes) -> list[list[float]]:
    """Return every colour set in a document, drawings inside it too."""
    found = []
    with pikepdf.open(BytesIO(pdf)) as document:
        streams: list[Any] = [document.pages[0]]
        streams += [
            thing
            for thing in document.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Form"
        ]
        for stream in streams:
            operations: Any = pikepdf.parse_content_stream(stream)
            for operands, operator in operations:
                if str(operator) in {"rg", "RG", "sc", "SC", "scn", "SCN"}:
                    found.append([round(float(part), 2) for part in operands])
    return found
