"""How templates write what stands beside a figure."""

import pytest

from indicators.templatetags.figures import unit_in_text


@pytest.mark.parametrize(
    ("unit", "written"),
    [
        ("Persen", "persen"),
        ("persen", "persen"),
        ("Unit Usaha", "unit usaha"),
        ("WUB", "WUB"),
        ("Pelaku UKM", "pelaku UKM"),
        ("Rp", "Rp"),
        ("kWh", "kWh"),
        ("", ""),
    ],
)
def test_a_unit_after_a_figure_is_small_but_an_abbreviation_stays(unit: str, written: str) -> None:
    assert unit_in_text(unit) == written
