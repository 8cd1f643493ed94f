"""How fast formulas are read and computed, and how fast a hostile one is refused.

Run: python benchmarks/formula.py. Prints one figure per line: what, value, unit, and for a goal the
limit it must keep. A hostile text is one that is refused; the dearest accepted formulas
are as costly as the limits allow; each of their steps is timed, and the slowest named.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from indicators.formula import FormulaError, Operand, check, draw, evaluate, explain, parse, to_html

read = parse.__wrapped__  # what is measured is reading, not finding a text that was read before
HOSTILE_LIMIT_MS = 5.0
ROUNDS = 7

USUAL = {
    "ratio": "koperasi_sehat / koperasi_seluruh * 100%",
    "growth": "(nilai - previous(nilai)) / previous(nilai) * 100%",
    "weighted": "round(40% * p + 35% * q + 25% * if_missing(r, 0%), 2)",
}
VALUES: dict[str, Decimal | None] = {
    "koperasi_sehat": Decimal(130),
    "koperasi_seluruh": Decimal(199),
    "nilai": Decimal("1234567890.55"),
    "p": Decimal("71.25"),
    "q": Decimal("88.4"),
    "r": None,
}
PREVIOUS: dict[str, Decimal | None] = {"nilai": Decimal("1134567890.05")}
KNOWN = {name: Operand(name, "Persen" if name in "pqr" else "unit") for name in VALUES}

HOSTILE = {
    "10,000 open parentheses": "(" * 10_000,
    "as many as fit": "(" * 1_000,
    "number of 10,000 digits": "9" * 10_000,
    "number that fits": "9" * 1_000,
    "exponent": "1e999999",
    "minus chain": "-" * 999 + "a",
    "long sum": "a" + "+a" * 100_000,
    "sum that fits": "a" + "+a" * 499,
    "nested functions": "sum(" * 249 + "a",
    "megabyte name": "a" * 1_000_000,
    "name that fits": "a" * 1_000,
    "digits of round": "round(a, 99999999)",
    "power tower": "9**9**9**9",
    "import": "__import__('os').system('x')",
    "null bytes": "\0" * 1_000,
    "unicode digits": "٣" * 1_000,
    "dots": "1." * 500,
    "commas": "1,1" * 333,
    "spaces": " " * 999 + "?",
    "unknown function": "a" * 900 + "(a)",
}
# Accepted, and as dear to check, compute, explain or draw as the limits allow.
DEAREST = {
    "long products": ("*".join(["a"] * 290), Decimal("9" * 34)),
    "sum of quotients": ("+".join(f"1/(a+{number})" for number in range(1, 59)), Decimal("1." + "3" * 33)),
    "quotient chain": ("/".join(["a"] * 290), Decimal("1." + "7" * 33)),
    "nested if_missing": ("if_missing(a," * 31 + "a" + ")" * 31, Decimal(1)),
    "if_missing of if_missing": ("if_missing(" * 31 + "a" + ",1)" * 31, Decimal(1)),
    "nested fractions of numbers": ("1/(" * 31 + "1/7" + "+1/7)" * 31 + "*a", Decimal(1)),
}


def best(run: Callable[[], object], repeat: int = 1) -> float:
    """Return the seconds of one run, the best of ROUNDS."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(repeat):
            run()
        times.append((time.perf_counter() - start) / repeat)
    return min(times)


def refuse(text: str) -> None:
    try:
        parse(text)
    except FormulaError:
        return
    raise AssertionError(f"not refused: {text[:40]}")


def measure() -> list[tuple[str, float, str, float | None]]:
    """Return rows of name, figure, unit, and the limit it must not exceed, if any."""
    rows: list[tuple[str, float, str, float | None]] = []
    for name, text in USUAL.items():
        seconds = best(lambda text=text: evaluate(read(text), VALUES, previous=PREVIOUS, known=KNOWN), 200)
        rows.append((f"parse and evaluate: {name}", 1 / seconds, "per second", None))
        formula = parse(text)
        seconds = best(lambda formula=formula: evaluate(formula, VALUES, previous=PREVIOUS, known=KNOWN), 200)
        rows.append((f"evaluate: {name}", 1 / seconds, "per second", None))
    hostile = {name: best(lambda text=text: refuse(text)) * 1e3 for name, text in HOSTILE.items()}
    worst = max(hostile, key=hostile.__getitem__)
    title = f"worst of {len(hostile)} hostile texts: {worst}"
    rows.append((title, hostile[worst], "ms", HOSTILE_LIMIT_MS))
    for name, (text, value) in DEAREST.items():
        steps = {step: best(run) * 1e3 for step, run in _steps(text, {"a": value}).items()}
        slowest = max(steps, key=steps.__getitem__)
        rows.append((f"dearest accepted: {name}, {slowest}", steps[slowest], "ms", HOSTILE_LIMIT_MS))
    many = {f"data_dasar_{number}": Operand("Data") for number in range(1_000)}
    rows.append(("unknown name among 1,000", best(lambda: _unknown(many)) * 1e3, "ms", HOSTILE_LIMIT_MS))
    return rows


def _steps(text: str, values: dict[str, Decimal | None]) -> dict[str, Callable[[], object]]:
    formula, known = parse(text), {"a": Operand("Data dasar", "Persen")}
    outcome = evaluate(formula, values, known=known)
    return {
        "parse": lambda: read(text),
        "check": lambda: check(formula, known, unit="Persen"),
        "evaluate": lambda: evaluate(formula, values, known=known),
        "explain": lambda: explain(formula, outcome, values, known=known),
        "draw": lambda: to_html(draw(formula, {"a": "Data dasar"})),
    }


def _unknown(known: dict[str, Operand]) -> None:
    try:
        check(parse("data_dasr_77"), known)
    except FormulaError:
        return
    raise AssertionError("an unknown name was taken")


def main() -> int:
    """Print all figures; return 1 if one is beyond its limit."""
    failed = False
    for name, figure, unit, limit in measure():
        over = limit is not None and figure > limit
        failed |= over
        goal = "" if limit is None else f"  (limit {limit:g} {unit}{', EXCEEDED' if over else ''})"
        print(f"{name:48} {figure:12,.2f} {unit}{goal}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
