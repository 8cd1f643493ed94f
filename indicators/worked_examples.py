"""A formula tried on sample numbers: what the formula editor says while one types, and the example on a page.

Text in, plain objects out; nothing of it is stored. The sample numbers come from the inputs `sample-<name>`
(the year before: `sample-previous-<name>`) or, where nothing has been typed yet, from `_default`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.safestring import SafeString, mark_safe

from indicators import formula as formulas
from indicators import sets
from indicators.achievement import AchievementRule, Method, Polarity, ZeroTarget
from indicators.formula.tree import Name
from indicators.models import Indicator, IndicatorSet
from indicators.numbers import NumberError, format_number, read_number

_FIRST_SAMPLES = ("130", "200", "80", "150", "60", "120")
_PERCENT_SAMPLES = ("65", "80", "50", "75")
_MONEY = {"rupiah", "rp", "dolar", "us$", "usd"}


@dataclass(frozen=True)
class Scope:
    """What a formula is read against: the names it may use, the unit of its result, its own code.

    `neighbours` are the formulas of the other indicators of the set; no `code`, no look for a circle.
    """

    known: Mapping[str, formulas.Operand]
    unit: str = ""
    code: str = ""
    neighbours: Mapping[str, formulas.Formula] = field(default_factory=dict)

    def read(self, text: str) -> tuple[formulas.Formula, list[formulas.FormulaWarning]]:
        """Return the formula with its warnings; FormulaError where it cannot be used, a circle included."""
        try:
            formula = formulas.parse(text)
            warnings = formulas.check(formula, self.known, unit=self.unit)
        except formulas.FormulaError as error:
            raise self._typed_label(text, error) or error from None
        if self.code:
            self._refuse_circle(formula)
        return formula, warnings

    def _typed_label(self, text: str, error: formulas.FormulaError) -> formulas.FormulaError | None:
        """Return what to say where the label of an operand is typed in place of its code, else None."""
        if error.code == "too_long":
            return None
        found = [
            (match.start(), match.end(), code)
            for code, operand in self.known.items()
            for match in _spelled(operand.label).finditer(text)
            if match.start() <= error.position < match.end() and match.group() != code
        ]
        if not found:
            return None
        start, end, code = max(found, key=lambda place: place[1] - place[0])
        typed = " ".join(text[start:end].split())
        message = f'"{typed}" adalah nama data, sedangkan rumus memakai kodenya. Maksud Anda {code}?'
        return formulas.FormulaError("label", message, start, end - start)

    def _refuse_circle(self, formula: formulas.Formula) -> None:
        circle = formulas.cycle({self.code: formula, **self.neighbours})
        if circle is None or self.code not in circle:
            return
        # A ring of names: turned so that it starts here, its second name stands in this formula.
        start = circle.index(self.code)
        ring = [*circle[start:-1], *circle[:start], self.code]
        leaf = next(leaf for leaf in formula.leaves() if leaf.name == ring[1] and not leaf.previous)
        message = (
            f"Rumus ini menunjuk dirinya sendiri tanpa akhir: {' → '.join(ring)}. "
            f"Ganti {ring[1]}, atau pakai nilai tahun sebelumnya: previous({ring[1]})."
        )
        raise formulas.FormulaError("cycle", message, leaf.position, leaf.length)


def _spelled(label: str) -> re.Pattern[str]:
    """Find `label` as whole words, in capitals or not, however it is spaced; an empty one is nowhere."""
    words = r"\s+".join(re.escape(word) for word in label.split())
    return re.compile(rf"(?<!\w){words}(?!\w)" if words else r"(?!)", re.IGNORECASE)


def scope_of(indicator_set: IndicatorSet, *, unit: str = "", code: str = "", label: str = "") -> Scope:
    """Return what a formula of the indicator `code` of a draft is read against; `label` names a new one."""
    known = sets.operands(indicator_set.agency, indicator_set)
    if code:
        known.setdefault(code, formulas.Operand(label=label or code, unit=unit))
    neighbours: dict[str, formulas.Formula] = {}
    rows = Indicator.objects.filter(goal__indicator_set=indicator_set, kind=Indicator.Kind.COMPUTED)
    for indicator in rows.exclude(thread__code=code).select_related("thread"):
        try:
            neighbours[indicator.code] = formulas.parse(indicator.formula)
        except formulas.FormulaError:
            continue  # its own page says so
    return Scope(known, unit, code, neighbours)


@dataclass(frozen=True)
class Sample:
    """One number to try a formula on: the name of its input, what it stands for, what was typed, its value.

    `error` is an Indonesian sentence where the text is no number; `value` is None then, and when blank.
    """

    name: str
    label: str
    unit: str
    text: str
    value: Decimal | None = None
    error: str = ""


@dataclass(frozen=True)
class Trial:
    """What can be said about a formula text: an error with its place, or a drawing, warnings and an example.

    `repair` is what to write instead of the wrong part, where that is known.
    """

    text: str
    error: formulas.FormulaError | None = None
    repair: str = ""
    drawing: str = ""
    words: str = ""
    warnings: list[formulas.FormulaWarning] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    outcome: formulas.Outcome | None = None
    result: str = ""
    sentence: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to say yet."""
        return not self.text.strip()

    @property
    def caret(self) -> str:
        """Two lines: the line of the text that holds the error, and carets under it."""
        return self.error.caret(self.text) if self.error else ""

    @property
    def place(self) -> str:
        """Where the error is, in words: "karakter ke-14", with its line when there are several."""
        if self.error is None:
            return ""
        before = self.text[: self.error.position]
        column = len(before) - before.rfind("\n")
        line = f"baris {before.count(chr(10)) + 1}, " if "\n" in self.text else ""
        return f"{line}karakter ke-{column}"

    @property
    def status(self) -> str:
        """The whole in one sentence, for those who hear the page."""
        if self.is_blank:
            return ""
        if self.error:
            return f"Rumus belum benar, {self.place}: {self.error.message}"
        warned = f" {len(self.warnings)} peringatan." if self.warnings else ""
        return f"{self.verdict}.{warned} Contoh: {self.sentence}"

    @property
    def computes(self) -> bool:
        """Whether there are numbers that give a result; there are none where a denominator is always 0."""
        has_result = self.outcome is not None and self.outcome.value is not None
        return has_result or all(warning.code != "division_by_zero" for warning in self.warnings)

    @property
    def verdict(self) -> str:
        """What the formula without an error is worth, as a heading."""
        return "Rumus dapat dihitung" if self.computes else "Rumus ini tidak akan pernah menghasilkan angka"


def attempt(text: str, scope: Scope, typed: Mapping[str, str], *, digits: int) -> Trial:
    """Try the formula `text` on the numbers in `typed`. Never raises for anything that can be typed."""
    try:
        formula, warnings = scope.read(text)
    except formulas.FormulaError as error:
        return Trial(text, error, _repair(text, error, scope.known))
    samples: list[Sample] = []
    values: dict[str, Decimal | None] = {}
    values_before: dict[str, Decimal | None] = {}
    for leaf, sample in _samples(formula, scope.known, typed):
        samples.append(sample)
        (values_before if leaf.previous else values)[leaf.name] = sample.value
    outcome = formulas.evaluate(formula, values, previous=values_before, known=scope.known, unit=scope.unit)
    written = formulas.explain(
        formula, outcome, values, previous=values_before, known=scope.known, digits=digits
    )
    return Trial(
        text,
        drawing=drawn(formula, scope.known),
        words=written.words,
        warnings=warnings,
        samples=samples,
        outcome=outcome,
        result=written.rounded,
        sentence=written.sentence,
    )


def _repair(text: str, error: formulas.FormulaError, known: Mapping[str, formulas.Operand]) -> str:
    wrong = text[error.position : error.position + error.length]
    if error.code == "uppercase":
        return wrong.lower()
    if error.code == "label":
        return next((code for code, operand in known.items() if _spelled(operand.label).fullmatch(wrong)), "")
    near = difflib.get_close_matches(wrong, known, n=1) if error.code == "unknown_name" else []
    return near[0] if near else ""


def drawn(formula: formulas.Formula, known: Mapping[str, formulas.Operand]) -> SafeString:
    """Return the formula as stacked fractions in HTML, every label escaped."""
    drawing = formulas.draw(formula, {name: operand.label for name, operand in known.items()})
    return mark_safe(formulas.to_html(drawing))


def _samples(
    formula: formulas.Formula, known: Mapping[str, formulas.Operand], typed: Mapping[str, str]
) -> Iterator[tuple[Name, Sample]]:
    leaves = {(leaf.name, leaf.previous): leaf for leaf in formula.leaves()}
    for place, leaf in enumerate(leaves.values()):
        operand = known[leaf.name]
        name = f"sample-previous-{leaf.name}" if leaf.previous else f"sample-{leaf.name}"
        label = f"{operand.label} (tahun sebelumnya)" if leaf.previous else operand.label
        sample = Sample(name, label, operand.unit, typed.get(name, _default(place, operand.unit)))
        yield leaf, read_sample(sample)


def read_sample(sample: Sample) -> Sample:
    """Return the sample with the number its text means, or with the reason why it means none."""
    try:
        return replace(sample, value=read_number(sample.text, unit=sample.unit).value)
    except NumberError as error:
        return replace(sample, error=error.message)


def _default(place: int, unit: str) -> str:
    """Return a number of a plausible size, the same every time; the first two make a fraction below one."""
    spelled = unit.strip().casefold()
    if spelled in {"persen", "%"}:
        return _PERCENT_SAMPLES[place % len(_PERCENT_SAMPLES)]
    number = _FIRST_SAMPLES[place % len(_FIRST_SAMPLES)]
    return format_number(Decimal(number) * 10_000_000) if spelled in _MONEY else number


def rule_of(indicator: Indicator) -> AchievementRule:
    """Return how the achievement of `indicator` is judged."""
    return AchievementRule(
        Polarity(indicator.polarity),
        Method(indicator.method),
        ZeroTarget(indicator.zero_target),
        floor=indicator.floor,
        cap=indicator.cap,
        cap_in_averages_only=indicator.cap_in_averages_only,
    )
