"""Charts as geometry: figures in, what a template draws as SVG out. No models, no clock, no colours.

The same SVG stands on the page, in its print and in the PDF, whose renderer knows attributes only: positions
come as text ready to print, and meaning never hangs on colour. Every chart says itself in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby

from indicators.numbers import format_number

# Width of a letter of the size drawn, about, and of a capital.
_LETTER, _CAPITAL = Decimal("6.2"), Decimal("8.4")


def _px(place: Decimal) -> str:
    """Write a place in the drawing: a tenth of a pixel is enough for every eye."""
    return f"{place.quantize(Decimal('0.1')).normalize():f}"


def _wide(text: str) -> Decimal:
    return sum((_CAPITAL if letter.isupper() else _LETTER for letter in text), Decimal(0))


# --- values over time ---------------------------------------------------------------------------------------

WIDTH, HEIGHT = 340, 176  # of a chart in a column; one that has the page to itself is drawn wider
WIDE, HIGH = 760, 260
_TOP = Decimal(26)
_BREAK_STRIP = 14
_GRID_LINES = 3
_LONG = 10_000  # from here on the axis counts in thousands or more
_WORD = 14  # letters of a level on the axis
_SCALES = (
    (Decimal(10) ** 12, "triliun"),
    (Decimal(10) ** 9, "miliar"),
    (Decimal(10) ** 6, "juta"),
    (Decimal(10) ** 3, "ribu"),
)


@dataclass(frozen=True)
class _Frame:
    """The size of a drawing, and where its axes end."""

    width: int
    height: int

    @property
    def right(self) -> Decimal:
        return Decimal(self.width - 12)

    @property
    def bottom(self) -> Decimal:
        return Decimal(self.height - 36)


@dataclass(frozen=True)
class Point:
    """A period with its figure (None: none) and its target, with `upper` the range from one to the other.

    `text` and `target_text` are as printed. `tick` and `group` label the axis ("II" over "2026").
    `new_definition`: from here on something else is measured, so no line leads here from what was before.
    `reached` says whether the figure reached its target, None where nobody says.
    """

    period: str
    tick: str
    value: Decimal | None = None
    text: str = ""
    group: str = ""
    target: Decimal | None = None
    upper: Decimal | None = None
    target_text: str = ""
    new_definition: bool = False
    reached: bool | None = None


@dataclass(frozen=True)
class Mark:
    """A place in the drawing with the text that stands there."""

    x: str
    y: str
    text: str = ""


@dataclass(frozen=True)
class Tag:
    """The text beside the last figure, in a box that keeps lines out of it; x is its right edge."""

    x: str
    y: str
    text: str
    box_x: str
    box_y: str
    box_width: str


@dataclass(frozen=True)
class LineChart:
    """What _chart_line.html draws: `lines` and `targets` are the data of paths, `breaks` upright lines.

    `dots` are full; `hollow` are those of figures that did not reach their target. `is_judged`: what full and
    hollow mean has to be said.
    """

    label: str
    scale: str
    left: str
    top: str
    grid: list[Mark]
    ticks: list[Mark]
    groups: list[Mark]
    lines: list[str]
    dots: list[Mark]
    hollow: list[Mark]
    is_judged: bool
    targets: list[str]
    breaks: list[str]
    break_text: Mark | None
    last: Tag | None
    width: int
    height: int
    right: str
    bottom: str


def line(
    name: str, points: Sequence[Point], *, levels: Sequence[tuple[Decimal, str]] = (), wide: bool = False
) -> LineChart | None:
    """Return the chart of `points`, oldest first; None where no figure is among them.

    A gap stays a gap. `levels` are the words of an ordinal scale, which then label the axis.
    """
    if all(point.value is None for point in points):
        return None
    frame = _Frame(WIDE, HIGH) if wide else _Frame(WIDTH, HEIGHT)
    low, high, grid, scale = _axis(points, levels)
    left = max(Decimal(14), max(_wide(text) for _, text in grid) + 8)
    has_break = any(point.new_definition for point in points)
    top = _TOP + (_BREAK_STRIP if has_break else 0)
    step = (frame.right - left) / len(points)

    def x(place: int) -> Decimal:
        return left + step * (place + Decimal("0.5"))

    def y(value: Decimal) -> Decimal:
        return frame.bottom - (value - low) / (high - low) * (frame.bottom - top)

    lines: list[str] = []
    dots: list[Mark] = []
    hollow: list[Mark] = []
    for run in _runs(points):
        places = [(_px(x(place)), _px(y(value))) for place, value in run]
        for (place, _), at_place in zip(run, places, strict=True):
            (hollow if points[place].reached is False else dots).append(Mark(*at_place))
        if len(places) > 1:
            lines.append("M" + "L".join(f"{a} {b}" for a, b in places))
    at = [left + step * place for place, point in enumerate(points) if point.new_definition and place]
    return LineChart(
        label=f"Grafik {name}: {finding(points)}",
        scale=scale,
        left=_px(left),
        top=_px(top),
        grid=[Mark(_px(left - 6), _px(y(value)), text) for value, text in grid],
        ticks=_ticks(points, [x(place) for place in range(len(points))], step, frame),
        groups=_groups(points, [x(place) for place in range(len(points))], frame),
        lines=lines,
        dots=dots,
        hollow=hollow,
        is_judged=any(point.reached is not None for point in points),
        targets=[
            path
            for ends in ([p.target for p in points], [p.upper for p in points])
            for path in _stairs(ends, left, step, y)
        ],
        breaks=[_px(place) for place in at],
        break_text=Mark(_px(min(max(at[-1], left + 48), frame.right - 48)), _px(_TOP + 6), "definisi berubah")
        if at
        else None,
        last=_tag(points, x, y, (left, frame.right)),
        width=frame.width,
        height=frame.height,
        right=_px(frame.right),
        bottom=_px(frame.bottom),
    )


def finding(points: Sequence[Point]) -> str:
    """Say in one sentence what the figures did last, against which target, and how many are missing."""
    known = [(place, point) for place, point in enumerate(points) if point.value is not None]
    if not known:
        return "belum ada nilai."
    _, now = known[-1]
    said = _movement(points, known)
    if now.target_text:
        said += f", target tahun itu {now.target_text}"
    missing = len(points) - len(known)
    if missing:
        said += f"; {missing} dari {len(points)} periode tanpa nilai"
    return f"{said}."


def _movement(points: Sequence[Point], known: list[tuple[int, Point]]) -> str:
    place, now = known[-1]
    if len(known) == 1:
        return f"baru satu nilai, {now.text} pada {now.period}"
    earlier, before = known[-2]
    if any(point.new_definition for point in points[earlier + 1 : place + 1]):
        return (
            f"{now.text} pada {now.period}; definisinya berubah, jadi tidak sebanding dengan "
            f"{before.text} pada {before.period}"
        )
    if now.value == before.value:
        return f"tetap {now.text} dari {before.period} sampai {now.period}"
    # Both are there: they stand in `known`.
    moved = "naik" if (now.value or 0) > (before.value or 0) else "turun"
    return f"{moved} dari {before.text} ({before.period}) menjadi {now.text} ({now.period})"


def _axis(
    points: Sequence[Point], levels: Sequence[tuple[Decimal, str]]
) -> tuple[Decimal, Decimal, list[tuple[Decimal, str]], str]:
    """Return the lowest and highest value of the axis, its lines with their words, and the scale in words."""
    if levels:
        rows = sorted(
            (value, word if len(word) <= _WORD else f"{word[: _WORD - 1]}…") for value, word in levels
        )
        low, high = rows[0][0], rows[-1][0]
        room = (high - low) / 8 or Decimal(1)
        return low - room, high + room, rows, ""
    values = [v for p in points for v in (p.value, p.target, p.upper) if v is not None]
    low, high = min(values), max(values)
    if low == high:
        room = abs(low) / 10 or Decimal(1)
        low, high = (low if low == 0 else low - room), high + room
    step = _nice((high - low) / _GRID_LINES)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    lines = [step * number for number in range(int(first), int(last) + 1)]
    highest = max(map(abs, lines))
    size, scale = Decimal(1), ""
    if highest >= _LONG:
        size, word = next((size, word) for size, word in _SCALES if highest >= size)
        scale = f"dalam {word}"
    return lines[0], lines[-1], [(value, format_number(value / size)) for value in lines], scale


def _nice(step: Decimal) -> Decimal:
    """Return 1, 2 or 5 times a power of ten, the next above `step`."""
    power = Decimal(1).scaleb(step.adjusted())
    return next(power * times for times in (1, 2, 5, 10) if power * times >= step)


def _runs(points: Sequence[Point]) -> Iterable[list[tuple[int, Decimal]]]:
    """Return the figures that a line joins: side by side, of one definition."""
    run: list[tuple[int, Decimal]] = []
    for place, point in enumerate(points):
        if run and (point.value is None or point.new_definition):
            yield run
            run = []
        if point.value is not None:
            run.append((place, point.value))
    if run:
        yield run


def _ticks(points: Sequence[Point], places: list[Decimal], step: Decimal, frame: _Frame) -> list[Mark]:
    """Return the labels of the axis, as many as there is room for; the last is always among them."""
    every = 1
    while max(_wide(point.tick) for point in points) + 2 > step * every:
        every += 1
    count = len(points)
    return [
        Mark(_px(place), _px(frame.bottom + 14), point.tick)
        for number, (place, point) in enumerate(zip(places, points, strict=True))
        if (count - 1 - number) % every == 0
    ]


def _groups(points: Sequence[Point], places: list[Decimal], frame: _Frame) -> list[Mark]:
    """Return the labels below the ticks, each under the middle of the periods that share it."""
    found = []
    for group, rows in groupby(zip(points, places, strict=True), key=lambda row: row[0].group):
        xs = [place for _, place in rows]
        if group:
            found.append(Mark(_px((xs[0] + xs[-1]) / 2), _px(frame.bottom + 28), group))
    return found


def _stairs(
    ends: Sequence[Decimal | None], left: Decimal, step: Decimal, y: Callable[[Decimal], Decimal]
) -> list[str]:
    """Return the paths of a target: level through each period, up or down between two."""
    paths = []
    for known, rows in groupby(enumerate(ends), key=lambda row: row[1] is not None):
        if not known:
            continue
        path, height = "", ""
        for place, value in rows:
            here = _px(y(value or Decimal(0)))
            if not path:
                path = f"M{_px(left + step * place)} {here}"
            elif here != height:
                path += f"V{here}"
            path += f"H{_px(left + step * (place + 1))}"
            height = here
        paths.append(path)
    return paths


def _tag(
    points: Sequence[Point],
    x: Callable[[int], Decimal],
    y: Callable[[Decimal], Decimal],
    ends: tuple[Decimal, Decimal],
) -> Tag | None:
    """Return the text of the last figure, above its dot and inside the drawing."""
    place, point = next((n, p) for n, p in reversed(list(enumerate(points))) if p.value is not None)
    wide = _wide(point.text) + 6
    right = min(ends[1], max(x(place) + wide / 2, ends[0] + wide))
    below = y(point.value or Decimal(0)) - 10
    return Tag(_px(right - 3), _px(below), point.text, _px(right - wide), _px(below - 11), _px(wide))


# --- parts of a whole ---------------------------------------------------------------------------------------

_WHOLE = Decimal(140)  # pixels
_EDGE_OF_BOX = Decimal("0.5")  # so that lines of a pixel are drawn sharp


@dataclass(frozen=True)
class Part:
    """A part of a bar: where it begins and how wide it is; `look` is its place among the kinds of parts."""

    x: str
    width: str
    look: int


@dataclass(frozen=True)
class Shares:
    """What _chart_shares.html draws: parts side by side in a frame, dark, then light, then hollow."""

    label: str
    parts: list[Part]
    width: str = _px(_WHOLE + 1)


def shares(counts: Sequence[tuple[int, str]]) -> Shares:
    """Return the bar of `counts` of indicators with their words; the last kind is left empty."""
    total = sum(number for number, _ in counts)
    parts, at = [], _EDGE_OF_BOX
    for look, (number, _) in enumerate(counts[:-1]):
        if number:
            wide = _WHOLE * number / total
            parts.append(Part(_px(at), _px(wide), look))
            at += wide
    said = ", ".join(f"{number} {word}" for number, word in counts if number)
    return Shares(f"Dari {total} indikator: {said}." if said else "Belum ada indikator.", parts)


# --- how far a target is reached ----------------------------------------------------------------------------

HUNDRED, FURTHEST = Decimal(100), Decimal(130)
_EDGE = Decimal(6)  # room for the marks of what lies beyond


@dataclass(frozen=True)
class Bullet:
    """What _chart_bullet.html draws: a bar from 0 to 130 % (a pixel each) with the target at 100.

    `bar` is its width, empty without an achievement. `reached`: full and dark, else hollow. `beyond` and
    `negative`: the bar ends where the drawing does, and says so by its shape.
    """

    label: str
    bar: str
    reached: bool
    beyond: bool
    negative: bool
    start: str = _px(_EDGE)
    target: str = _px(_EDGE + HUNDRED)
    end: str = _px(_EDGE + FURTHEST)
    width: str = _px(2 * _EDGE + FURTHEST)


def bullet(achievement: Decimal | None, text: str = "") -> Bullet:
    """Return the bar of an achievement in percent; `text` is how it is printed ("104,00")."""
    if achievement is None:
        return Bullet("Capaian belum ada.", "", reached=False, beyond=False, negative=False)
    reached, beyond, negative = achievement >= HUNDRED, achievement > FURTHEST, achievement < 0
    label = f"Capaian {text or format_number(achievement)}%, target {'' if reached else 'belum '}tercapai"
    if beyond or negative:
        label += f"; batang dipotong pada {'130' if beyond else '0'}%"
    width = min(max(achievement, Decimal(0)), FURTHEST)
    return Bullet(f"{label}.", _px(width), reached, beyond, negative)
