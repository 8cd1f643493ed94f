"""Form fields read and write figures and dates the Indonesian way, and keep what was typed."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from indicators.forms.fields import DayField, MonthOrDayField, NumberField, echoes
from indicators.numbers import DateReading

DAY = DateReading(dt.date(2018, 1, 2), "day")
MONTH = DateReading(dt.date(2018, 1, 1), "month")


class Example(forms.Form):
    figure = NumberField(label="Angka", required=False)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1.234,56", "1234.56"), ("0", "0"), ("-5", "-5"), ("Rp 1.250.000,-", "1250000"), ("12,5%", "12.5")],
)
def test_a_figure_is_read_exactly(typed: str, value: str) -> None:
    assert NumberField().clean(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "-", "n/a", "  "])
def test_a_blank_figure_is_none_or_asked_for(typed: str) -> None:
    assert NumberField(required=False).clean(typed) is None
    with pytest.raises(ValidationError, match="Isi dengan angka"):
        NumberField().clean(typed)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (NumberField(), "tujuh", "bukan angka"),
        (NumberField(), "4.25", "Maksud Anda 4,25"),
        (NumberField(unit="persen"), "5 unit", "satuannya"),
        (NumberField(min_value=Decimal(0)), "-1", "Paling kecil 0."),
        (NumberField(decimal_places=2), "0,125", "Paling banyak 2 angka di belakang koma"),
        (NumberField(max_digits=5, decimal_places=2), "1.000", "Paling banyak 3 angka di depan koma"),
    ],
)
def test_a_refused_figure_says_why(field: NumberField, typed: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        field.clean(typed)


@pytest.mark.parametrize("typed", ["999,99", "-999,99", "0,10", "0,01", "0"])
def test_a_figure_at_the_limit_is_taken(typed: str) -> None:
    NumberField(max_digits=5, decimal_places=2).clean(typed)


def test_a_stored_figure_is_written_and_a_typed_one_kept() -> None:
    assert 'value="1.250,5"' in str(Example(initial={"figure": Decimal("1250.500000")})["figure"])
    assert 'value="tujuh"' in str(Example({"figure": "tujuh"})["figure"])


def test_an_easily_misread_figure_is_echoed() -> None:
    form = Example({"figure": "1.250"})
    assert form.is_valid()
    assert echoes(form) == "Angka dibaca 1.250 (seribu dua ratus lima puluh)."
    form = Example({"figure": "12"})
    assert form.is_valid()
    assert echoes(form) == ""


@pytest.mark.parametrize(
    ("initial", "typed", "changed"),
    [(Decimal("1250.0"), "1.250", False), (Decimal(1), "2", True), (None, "-", False), (None, "x", True)],
)
def test_a_figure_has_changed_when_its_value_did(initial: Decimal | None, typed: str, changed: bool) -> None:
    assert NumberField(required=False).has_changed(initial, typed) is changed


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (MonthOrDayField(), "2 Januari 2018", DAY),
        (MonthOrDayField(), "Januari 2018", MONTH),
        (MonthOrDayField(required=False), " ", None),
        (DayField(), "02-01-2018", DAY.date),
        (DayField(required=False), "", None),
    ],
)
def test_a_date_is_read(field: forms.Field, typed: str, value: Any) -> None:
    assert field.clean(typed) == value


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (MonthOrDayField(), "tujuh", "bukan tanggal"),
        (MonthOrDayField(), "", "Isi tanggal"),
        (DayField(), "Januari 2018", "belum bertanggal"),
    ],
)
def test_a_refused_date_says_why(field: forms.Field, typed: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        field.clean(typed)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (DAY, "2 Januari 2018"),
        (MONTH, "Januari 2018"),
        (dt.date(2018, 1, 2), "2 Januari 2018"),
        ("abc", "abc"),
        (None, None),
    ],
)
def test_a_stored_date_is_written_and_a_typed_one_kept(value: Any, written: str | None) -> None:
    assert MonthOrDayField().prepare_value(value) == written


@pytest.mark.parametrize(
    ("field", "initial", "typed", "changed"),
    [
        (MonthOrDayField(), DAY, "2/1/2018", False),
        (MonthOrDayField(), dt.date(2018, 1, 2), "2 Januari 2018", False),
        (MonthOrDayField(), MONTH, "1 Januari 2018", True),
        (MonthOrDayField(), None, "tujuh", True),
        (DayField(), dt.date(2018, 1, 2), "2/1/2018", False),
    ],
)
def test_a_date_has_changed_when_its_meaning_did(
    field: forms.Field, initial: Any, typed: str, changed: bool
) -> None:
    assert field.has_changed(initial, typed) is changed
