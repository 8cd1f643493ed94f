"""What is measured: IKU sets, goals, indicators with formulas, data elements, targets, scales, layouts."""

from indicators.models.indicators import CODE, DataElement, Indicator, IndicatorThread, Target
from indicators.models.reference import LayoutProfile, PredicateScale
from indicators.models.sets import YEAR, IndicatorSet, StrategicGoal, YearInForce

__all__ = [
    "CODE",
    "YEAR",
    "DataElement",
    "Indicator",
    "IndicatorSet",
    "IndicatorThread",
    "LayoutProfile",
    "PredicateScale",
    "StrategicGoal",
    "Target",
    "YearInForce",
]
