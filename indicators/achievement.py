"""Achievement (capaian): how near a realization comes to its target, in percent, and what is made of it.

Figures are Decimals of up to 50 significant digits; each is rounded once, half-up, where it is printed.
Every special case is a policy of the indicator or a refusal with its reason, never an accident of arithmetic:

no target or no realization    NOT_FILLED, never 0
target 0                       NOT_COMPUTABLE; with ZeroTarget.MET 100 if met (F1 R ≥ 0, F2, F3 R ≤ 0),
                               0 if not; no ratio to zero can say by how much
target below 0                 NOT_COMPUTABLE: R/T would call -5 against -10 "50%" although it is better
realization below 0, F1, F2    computed: F1 is negative unless there is a floor, F2 is above 200
realization 0, F3              the cap; NOT_COMPUTABLE without one, or with ZeroRealization.NOT_COMPUTABLE
realization below 0, F3        NOT_COMPUTABLE: T/R would be negative although it is better
range target                   100 inside, outside the formula against the nearest bound

Sources: PermenPANRB 8/2021, annex (F2, range targets); F1, F3, caps, quarters and averages as the published
reports of local governments have them.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal, InvalidOperation
from enum import StrEnum
from functools import reduce
from typing import Any, Self

from indicators.numbers import format_number, roman, round_half_up

_WORK = Context(prec=50)
# A mean is rounded to fewer digits than its parts have: what is a tie in fractions (thirds that make a whole)
# is then a tie, and not 12,34499…9, when it is rounded half-up for print.
_MEAN = Context(prec=40)
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)


class Polarity(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    RANGE = "range"


class Method(StrEnum):
    """The formula of the achievement: F1 R/T, F2 (2T − R)/T, F3 T/R, each × 100%."""

    F1 = "F1"
    F2 = "F2"
    F3 = "F3"


METHODS = {
    Polarity.HIGHER: (Method.F1,),
    Polarity.LOWER: (Method.F2, Method.F3),
    Polarity.RANGE: (Method.F1, Method.F2, Method.F3),
}


class ZeroTarget(StrEnum):
    """What a target of zero means."""

    NOT_COMPUTABLE = "not_computable"
    MET = "met"


class ZeroRealization(StrEnum):
    """What F3 makes of a realization of zero."""

    CAP = "cap"
    NOT_COMPUTABLE = "not_computable"


class QuarterMethod(StrEnum):
    """How the quarters make the year."""

    SUM = "sum"
    LAST = "last"
    MEAN = "mean"
    YEAR_TO_DATE = "year_to_date"


class Status(StrEnum):
    """A figure, or one of the four ways not to have one (zero is a figure)."""

    COMPUTED = "computed"
    NOT_FILLED = "not_filled"
    NOT_DUE = "not_due"
    NOT_APPLICABLE = "not_applicable"
    NOT_COMPUTABLE = "not_computable"


@dataclass(frozen=True)
class TargetRange:
    """A target from `lower` to `upper`, both included, in the unit of the indicator."""

    lower: Decimal
    upper: Decimal

    def __post_init__(self) -> None:
        if not (self.lower.is_finite() and self.upper.is_finite() and self.lower <= self.upper):
            raise ValueError("Batas bawah target harus lebih kecil daripada batas atasnya.")


@dataclass(frozen=True)
class AchievementRule:
    """How one indicator is judged; floor and cap are in percent, None means none.

    With `cap_in_averages_only` the printed figure keeps its height and only averages use the capped one.
    Raises ValueError when the parts contradict each other.
    """

    polarity: Polarity
    method: Method
    zero_target: ZeroTarget = ZeroTarget.NOT_COMPUTABLE
    zero_realization: ZeroRealization = ZeroRealization.CAP
    floor: Decimal | None = None
    cap: Decimal | None = None
    cap_in_averages_only: bool = False

    def __post_init__(self) -> None:
        if self.method not in METHODS[self.polarity]:
            allowed = " atau ".join(METHODS[self.polarity])
            raise ValueError(f"Rumus {self.method} tidak cocok dengan arah {self.polarity}; pilih {allowed}.")
        lowest = _ZERO if self.floor is None else max(self.floor, _ZERO)
        if self.cap is not None and self.cap <= lowest:
            raise ValueError("Batas atas capaian harus lebih besar daripada 0 dan daripada batas bawahnya.")


@dataclass(frozen=True)
class Outcome:
    """The achievement of one indicator in percent, unrounded, or the reason why there is none.

    `value` is the formula's own result, `printed` the figure for tables (floor, and cap unless it is for
    averages only), `averaged` the figure for averages (floor and cap). None unless `status` is COMPUTED.
    """

    status: Status
    value: Decimal | None = None
    printed: Decimal | None = None
    averaged: Decimal | None = None
    working: str = ""
    reason: str | None = None

    def explain(self, digits: int = 2) -> str:
        """Return the working with its result, "(2 × 100 − 80) ÷ 100 × 100% = 120,00%", or the reason."""
        if self.value is None or self.printed is None:
            return self.reason or ""
        text = f"{self.working} = {format_number(self.value, digits)}%"
        if self.printed != self.value:
            text += f", dibatasi menjadi {format_number(self.printed, digits)}%"
        return text


class _NotComputable(Exception):  # noqa: N818 - not an error: an answer
    """No achievement exists; the text is the reason."""


def achievement(
    target: Decimal | TargetRange | None, realization: Decimal | None, rule: AchievementRule
) -> Outcome:
    """Return the achievement of `realization` against `target`, both in the unit of the indicator.

    The module's docstring lists the special cases. Raises ValueError for NaN, infinity, and figures too
    long to be written (`numbers.MAX_WRITTEN_DIGITS`).
    """
    if target is None or realization is None:
        missing = "Target" if target is None else "Realisasi"
        return Outcome(Status.NOT_FILLED, reason=f"{missing} belum diisi.")
    if not realization.is_finite() or (isinstance(target, Decimal) and not target.is_finite()):
        raise ValueError("Target dan realisasi harus berupa angka.")
    try:
        if isinstance(target, TargetRange):
            value, working = _against_range(target, realization, rule)
        else:
            value, working = _against_point(target, realization, rule)
    except _NotComputable as reason:
        return Outcome(Status.NOT_COMPUTABLE, reason=str(reason))
    return _limited(value, working, rule)


def _limited(value: Decimal, working: str, rule: AchievementRule) -> Outcome:
    floored = value if rule.floor is None else max(value, rule.floor)
    capped = floored if rule.cap is None else min(floored, rule.cap)
    printed = floored if rule.cap_in_averages_only else capped
    return Outcome(Status.COMPUTED, value, printed, capped, working)


def _against_range(target: TargetRange, realization: Decimal, rule: AchievementRule) -> tuple[Decimal, str]:
    span = f"rentang {format_number(target.lower)} s.d. {format_number(target.upper)}"
    if target.lower <= realization <= target.upper:
        return _HUNDRED, f"Realisasi {_shown(realization)} berada di dalam {span}"
    bound = target.lower if realization < target.lower else target.upper
    value, working = _against_point(bound, realization, rule)
    return value, f"Di luar {span}, dinilai terhadap batas terdekat {format_number(bound)}: {working}"


def _against_point(target: Decimal, realization: Decimal, rule: AchievementRule) -> tuple[Decimal, str]:
    if target.is_zero():
        return _against_zero(realization, rule)
    if target < 0:
        raise _NotComputable(
            f"Target {_shown(target)} kurang dari 0, jadi persentase capaian tidak bermakna. "
            "Ubah indikator menjadi ukuran yang tidak negatif, misalnya nilai alih-alih pertumbuhannya."
        )
    if rule.method is Method.F3 and realization <= 0:
        return _inverse_of_nothing(realization, rule)
    shown_target, shown = _shown(target), _operand(realization)
    if rule.method is Method.F1:
        return _percent(realization, target), f"{shown} ÷ {shown_target} × 100%"
    if rule.method is Method.F2:
        twice_less = _WORK.subtract(_WORK.multiply(Decimal(2), target), realization)
        return _percent(twice_less, target), f"(2 × {shown_target} − {shown}) ÷ {shown_target} × 100%"
    return _percent(target, realization), f"{shown_target} ÷ {shown} × 100%"


def _against_zero(realization: Decimal, rule: AchievementRule) -> tuple[Decimal, str]:
    if rule.zero_target is ZeroTarget.NOT_COMPUTABLE:
        raise _NotComputable(
            "Target indikator ini 0, jadi capaian tidak dapat dihitung. "
            "Minta admin memilih cara menilai target 0."
        )
    met = realization >= 0 if rule.method is Method.F1 else realization <= 0
    word = "tercapai" if met else "tidak tercapai"
    return (_HUNDRED if met else _ZERO), f"Target 0 {word} dengan realisasi {_shown(realization)}"


def _inverse_of_nothing(realization: Decimal, rule: AchievementRule) -> tuple[Decimal, str]:
    if realization < 0:
        raise _NotComputable(
            f"Realisasi {_shown(realization)} kurang dari 0, jadi target ÷ realisasi tidak bermakna."
        )
    if rule.cap is None or rule.zero_realization is ZeroRealization.NOT_COMPUTABLE:
        raise _NotComputable(
            "Realisasi 0, jadi target ÷ realisasi tidak dapat dihitung. "
            "Minta admin menetapkan batas atas capaian atau memilih rumus (2 × target − realisasi) ÷ target."
        )
    return rule.cap, "Realisasi 0, dinilai sama dengan batas atas capaian"


def _percent(numerator: Decimal, denominator: Decimal) -> Decimal:
    return _WORK.divide(_WORK.multiply(numerator, _HUNDRED), denominator)


def _shown(figure: Decimal) -> str:
    """Return a figure for a sentence, visibly cut after six decimals."""
    whole, comma, decimals = format_number(figure).partition(",")
    return f"{whole},{decimals[:6]}…" if len(decimals) > 6 else f"{whole}{comma}{decimals}"


def _operand(figure: Decimal) -> str:
    return f"({_shown(figure)})" if figure < 0 else _shown(figure)


# --- ordinal and yes/no -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Levels:
    """The levels of an ordinal indicator with their worth, say WTP 4, WDP 3 (opini BPK)."""

    values: Mapping[str, Decimal]

    @classmethod
    def from_data(cls, data: object) -> Self:
        """Read `[{"label": "WTP", "value": "4"}, …]`; raises ValueError with an Indonesian sentence."""
        values: dict[str, Decimal] = {}
        for row in _rows(data, "jenjang"):
            label = _label(row, values, "jenjang")
            values[label] = _figure(row.get("value"), label)
        return cls(values)

    def value(self, label: str) -> Decimal:
        """Return the worth of a level; raises ValueError naming the levels there are."""
        if label not in self.values:
            raise ValueError(f'Jenjang "{label}" tidak dikenal. Pilih salah satu: {", ".join(self.values)}.')
        return self.values[label]


def ordinal_achievement(
    target: str | None, realization: str | None, levels: Levels, rule: AchievementRule
) -> Outcome:
    """Return the achievement of one level against another: their worth, then the formula of `rule`."""
    worth = {label: levels.value(label) for label in (target, realization) if label is not None}
    outcome = achievement(
        None if target is None else worth[target], None if realization is None else worth[realization], rule
    )
    legend = ", ".join(f"{label} = {format_number(value)}" for label, value in worth.items())
    return replace(outcome, working=f"{legend}: {outcome.working}") if outcome.working else outcome


def yes_no_achievement(done: bool | None) -> Outcome:  # noqa: FBT001 - the one thing it is about
    """Return 100 for what was done and 0 for what was not."""
    if done is None:
        return Outcome(Status.NOT_FILLED, reason="Realisasi belum diisi.")
    value = _HUNDRED if done else _ZERO
    return Outcome(Status.COMPUTED, value, value, value, "Terlaksana" if done else "Tidak terlaksana")


# --- quarters -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuarterOutcome:
    """What the quarters make together; `label` spells the arithmetic, `quarters` (1–4) are those it used."""

    value: Decimal | None
    quarters: tuple[int, ...]
    label: str


def combine_quarters(
    values: Sequence[Decimal | None], method: QuarterMethod, *, ordinal: bool = False
) -> QuarterOutcome:
    """Combine up to four quarters, TW I first; None is a quarter without a figure and never counts as 0.

    Raises ValueError for more than four quarters and for the sum of an ordinal indicator.
    """
    if len(values) > 4:
        raise ValueError("Satu tahun hanya punya empat triwulan.")
    if ordinal and method is QuarterMethod.SUM:
        raise ValueError("Jenjang tidak dapat dijumlahkan; pilih nilai terakhir.")
    filled = {quarter: value for quarter, value in enumerate(values, start=1) if value is not None}
    if not filled:
        return QuarterOutcome(None, (), "belum ada triwulan yang terisi")
    if method in {QuarterMethod.LAST, QuarterMethod.YEAR_TO_DATE}:
        last = max(filled)
        label = "nilai terakhir terisi: TW" if method is QuarterMethod.LAST else "s.d. TW"
        return QuarterOutcome(filled[last], (last,), f"{label} {roman(last)}")
    total = _total(filled.values())
    if method is QuarterMethod.SUM:
        return QuarterOutcome(total, tuple(filled), f"jumlah {_quarters(filled)}")
    return QuarterOutcome(
        _MEAN.divide(total, Decimal(len(filled))), tuple(filled), f"rata-rata {_quarters(filled)}"
    )


def combine_targets(
    targets: Sequence[Decimal | None],
    realizations: Sequence[Decimal | None],
    method: QuarterMethod,
    *,
    ordinal: bool = False,
) -> QuarterOutcome:
    """Combine the targets of the quarters that have a realization, so that like is compared with like.

    A quarter that is realized but has no target leaves no value, and the label says which. Raises ValueError
    as `combine_quarters` does, and when the two lists differ in length.
    """
    used = combine_quarters(realizations, method, ordinal=ordinal).quarters
    pairs = zip(targets, realizations, strict=True)
    chosen = [target if quarter in used else None for quarter, (target, _) in enumerate(pairs, start=1)]
    if missing := [quarter for quarter in used if chosen[quarter - 1] is None]:
        return QuarterOutcome(None, used, f"target {_quarters(missing)} belum diisi")
    return combine_quarters(chosen, method, ordinal=ordinal)


def _quarters(quarters: Sequence[int] | Mapping[int, Decimal]) -> str:
    """Return "TW I–III" for neighbours and "TW I, TW III" for others."""
    runs: list[list[int]] = []
    for quarter in quarters:
        if runs and runs[-1][-1] == quarter - 1:
            runs[-1].append(quarter)
        else:
            runs.append([quarter])
    return ", ".join("TW " + "–".join(dict.fromkeys((roman(run[0]), roman(run[-1])))) for run in runs)


def _total(figures: Iterable[Decimal]) -> Decimal:
    return reduce(_WORK.add, figures, _ZERO)


# --- averages -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Average:
    """A mean of achievements in percent, and how many of all indicators it counts; None if none."""

    value: Decimal | None
    counted: int
    total: int
    basis: str

    @property
    def label(self) -> str:
        """Return what is printed beside every average: "rata-rata per indikator, 3 dihitung / 4 total"."""
        return f"rata-rata {self.basis}, {self.counted} dihitung / {self.total} total"


def average(outcomes: Sequence[Outcome], weights: Sequence[Decimal] | None = None) -> Average:
    """Return the mean over indicators: zeros count, outcomes without a figure do not, but are in the total.

    With `weights` each counted indicator weighs as given, relative to the others counted. Raises ValueError
    for weights that are not one per outcome and above 0.
    """
    if weights is not None and (len(weights) != len(outcomes) or not all(weight > 0 for weight in weights)):
        raise ValueError(
            "Isi bobot setiap indikator dengan angka lebih besar daripada 0, atau kosongkan semuanya."
        )
    pairs = zip(outcomes, weights or [Decimal(1)] * len(outcomes), strict=True)
    counted = [(outcome.averaged, weight) for outcome, weight in pairs if outcome.averaged is not None]
    basis = "per indikator" if weights is None else "per indikator berbobot"
    if not counted:
        return Average(None, 0, len(outcomes), basis)
    weighted = _total(_WORK.multiply(figure, weight) for figure, weight in counted)
    value = _MEAN.divide(weighted, _total(weight for _, weight in counted))
    return Average(value, len(counted), len(outcomes), basis)


def average_of_goals(goals: Sequence[Average]) -> Average:
    """Return the mean of the means of the goals (sasaran); a goal that counts no indicator is left out.

    It differs from the mean over indicators when goals have unequal numbers of them.
    """
    means = [goal.value for goal in goals if goal.value is not None]
    value = _MEAN.divide(_total(means), Decimal(len(means))) if means else None
    return Average(
        value, sum(goal.counted for goal in goals), sum(goal.total for goal in goals), "per sasaran"
    )


# --- predicate scales ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScaleClass:
    """One class of a scale: above `bound`, or from it on if `inclusive`; None has no lower end."""

    label: str
    bound: Decimal | None
    inclusive: bool

    def holds(self, value: Decimal) -> bool:
        """Return whether `value` reaches this class."""
        return self.bound is None or value > self.bound or (self.inclusive and value == self.bound)


@dataclass(frozen=True)
class Scale:
    """Words for achievements, best class first; a value has the first class it reaches: there is no gap."""

    code: str
    name: str
    version: int
    source: str
    footnote: str
    classes: tuple[ScaleClass, ...]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read a scale from plain data, its classes from the best down and the last without a bound.

        A class is `{"label": "Tinggi", "above": "75"}` or, bound included, `{"label": "Baik", "from": "75"}`.
        Raises ValueError with an Indonesian sentence for bounds that do not fall, or leave a gap.
        """
        classes: list[ScaleClass] = []
        rows = _rows(data["classes"], "kelas")
        for row in rows:
            label = _label(row, [known.label for known in classes], "kelas")
            bounds = [key for key in ("above", "from") if key in row]
            if len(bounds) != (0 if row is rows[-1] else 1):
                raise ValueError(
                    f'Kelas "{label}" harus punya satu batas, "above" (di atas) atau "from" (mulai dari); '
                    "hanya kelas terakhir tanpa batas, supaya semua nilai di bawahnya tertampung."
                )
            bound = _figure(row[bounds[0]], label) if bounds else None
            previous = classes[-1].bound if classes else None
            if bound is not None and previous is not None and bound >= previous:
                raise ValueError(f'Batas kelas "{label}" harus lebih kecil daripada batas kelas sebelumnya.')
            classes.append(ScaleClass(label, bound, inclusive=bounds == ["from"]))
        return cls(
            data["code"], data["name"], data["version"], data["source"], data["footnote"], tuple(classes)
        )

    def classify(self, value: Decimal | None, digits: int = 2) -> str | None:
        """Return the label for an achievement as printed with `digits` decimals; no figure has no class."""
        if value is None:
            return None
        printed = round_half_up(value, digits)
        return next(known.label for known in self.classes if known.holds(printed))


def _rows(data: object, what: str) -> list[Mapping[str, object]]:
    if not isinstance(data, list) or len(data) < 2 or not all(isinstance(row, dict) for row in data):
        raise ValueError(f"Isi sedikitnya dua {what}, masing-masing dengan nama.")
    return data


def _label(row: Mapping[str, object], known: Container[str], what: str) -> str:
    label = row.get("label")
    if not isinstance(label, str) or not label.strip():
        raise ValueError(f"Setiap {what} harus punya nama.")
    if label in known:
        raise ValueError(f'Nama {what} "{label}" dipakai dua kali.')
    return label


def _figure(data: object, label: str) -> Decimal:
    """Return a number kept as text or integer; a JSON fraction would already have lost its last digits."""
    if isinstance(data, str | int) and not isinstance(data, bool):
        try:
            figure = Decimal(data)
        except InvalidOperation:
            figure = Decimal("NaN")
        if figure.is_finite():
            return figure
    raise ValueError(f'Angka pada "{label}" harus ditulis sebagai teks, misalnya "90" atau "90.5".')
