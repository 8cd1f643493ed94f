"""Percent and the units of what a formula uses.

A percent is a number of hundredths that remembers it: 75% has the amount 3/4 and is percent. 100% is
therefore exactly 1, and "× 100%" means what the reader of a printed table means by it. A value whose
unit is persen is such a percent too, as a cell with the format percent is in a spreadsheet.

| operation                                | result                                          |
|------------------------------------------|-------------------------------------------------|
| percent × anything, percent ÷ plain      | percent                                         |
| plain ÷ percent, percent ÷ percent       | plain                                           |
| percent ± percent; function of percents  | percent                                         |
| percent ± plain; function of both        | plain: the percent counts as hundredths (warned)|

The result of a formula is a number of percents where the unit of the indicator is persen or not
stated, else the plain amount: `10% * nilai` in Rupiah is a tenth of nilai.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operand:
    """What a name stands for: a label for people, and the unit of its value ("" where it is unknown)."""

    label: str
    unit: str = ""

    @property
    def is_percent(self) -> bool:
        return is_percent(self.unit)


def is_percent(unit: str) -> bool:
    """Tell whether `unit` is the percent unit, however it is spelled: Persen, persen, %."""
    return unit.strip().casefold() in {"persen", "%"}


def of_product(left: bool, operator: str, right: bool) -> bool:  # noqa: FBT001
    """Tell whether a product or quotient of two amounts, each percent or not, is percent."""
    return left or right if operator == "*" else left and not right
