"""The formula language of indicators: parse → check → evaluate → explain → draw.

    formula = parse("koperasi_sehat / koperasi_seluruh * 100%")      FormulaError points at the character
    check(formula, known, unit="Persen")                             unknown names, doubtful units
    outcome = evaluate(formula, values, known=known, unit="Persen")  exact; never an exception, never 0
    explain(formula, outcome, values, known=known).sentence          in words and numbers, with the result
    to_html(draw(formula, labels)), to_text(draw(formula, labels))   as a document prints it

Grammar: `parser`. What percent means: `units`. Bounds: `limits`. Formulas that refer to other
indicators: `cycle` and `order`. Standard library only, and `indicators.numbers` for writing numbers.
"""

from indicators.formula.checking import FormulaWarning, check
from indicators.formula.draw import Drawing, draw, to_html, to_text
from indicators.formula.errors import FormulaError
from indicators.formula.evaluation import Outcome, evaluate
from indicators.formula.explanation import Explanation, explain
from indicators.formula.graph import cycle, order
from indicators.formula.parser import FUNCTIONS, parse
from indicators.formula.tree import Formula
from indicators.formula.units import Operand

__all__ = [
    "FUNCTIONS",
    "Drawing",
    "Explanation",
    "Formula",
    "FormulaError",
    "FormulaWarning",
    "Operand",
    "Outcome",
    "check",
    "cycle",
    "draw",
    "evaluate",
    "explain",
    "order",
    "parse",
    "to_html",
    "to_text",
]
