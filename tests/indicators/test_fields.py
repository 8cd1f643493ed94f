"""Figures are exact on every database, and their order is kept by the database itself."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from indicators.models import DataElement, Target
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "figure",
    ["123456789012345678.123456", "0.000001", "-999999999999999999.999999", "0.1", "2318400000000.07", "0"],
)
def test_a_figure_comes_back_as_it_went_in(figure: str) -> None:
    target = Target.objects.create(indicator=builders.indicator(), year=2018, value=Decimal(figure))
    target.refresh_from_db()
    assert target.value == Decimal(figure)


def test_the_database_compares_limits_as_numbers_not_as_text() -> None:
    element = DataElement(
        agency=builders.agency(), code="nilai", label="Nilai", minimum=Decimal(9), maximum=Decimal(10)
    )
    element.full_clean()
    element.save()


def test_limits_out_of_order_are_refused_in_the_form_and_by_the_database() -> None:
    element = DataElement(
        agency=builders.agency(), code="nilai", label="Nilai", minimum=Decimal(10), maximum=Decimal(9)
    )
    with pytest.raises(ValidationError, match="Batas atas lebih kecil daripada batas bawah"):
        element.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        element.save()
