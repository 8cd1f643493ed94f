"""Form fields that read figures and dates the way Indonesian documents write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from indicators.numbers import DateReading, NumberError, format_date, format_number, read_date, read_number


class NumberField(forms.Field):
    """A figure typed as `1.234,56`; cleans to a Decimal, or to None when left blank.

    `unit` refuses a figure typed in another unit ("" accepts any). What was typed stays in the input when it
    is refused, with the sentence of `read_number`. After cleaning, `echo` says how an easily misread figure
    was read, else it is empty.
    """

    widget = forms.TextInput
    default_error_messages = {"required": "Isi dengan angka, misalnya 12,50."}

    def __init__(
        self,
        *,
        unit: str = "",
        max_digits: int = 24,
        decimal_places: int = 6,
        min_value: Decimal | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.unit, self.min_value = unit, min_value
        self.max_digits, self.decimal_places = max_digits, decimal_places
        self.echo = ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask a phone for its keyboard of figures, and the browser for no old figures."""
        return {"inputmode": "decimal", "autocomplete": "off", "class": "num"}

    def prepare_value(self, value: Any) -> Any:
        """Write a stored figure; text that was typed stays as it is."""
        return format_number(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        """Read what was typed; ValidationError with a sentence when it has no single meaning."""
        if value is None or isinstance(value, Decimal):
            return value
        try:
            reading = read_number(str(value), unit=self.unit)
        except NumberError as error:
            raise ValidationError(error.message, code=error.code) from error
        self.echo = reading.echo or ""
        return reading.value

    def validate(self, value: Decimal | None) -> None:
        """Refuse what the column cannot hold exactly."""
        super().validate(value)
        if value is None:
            return
        exponent = value.normalize().as_tuple().exponent
        whole = self.max_digits - self.decimal_places
        if isinstance(exponent, int) and -exponent > self.decimal_places:
            raise ValidationError(f"Paling banyak {self.decimal_places} angka di belakang koma. Bulatkan.")
        if value and value.adjusted() >= whole:
            raise ValidationError(f"Paling banyak {whole} angka di depan koma. Periksa angkanya.")
        if self.min_value is not None and value < self.min_value:
            raise ValidationError(f"Paling kecil {format_number(self.min_value)}.")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare figures, not spellings: "1.250" is 1250."""
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


def echoes(form: forms.BaseForm) -> str:
    """Return how the easily misread figures of a valid form were read, to be said after saving, or ""."""
    read = [
        f"{field.label} {field.echo}."
        for field in form.fields.values()
        if isinstance(field, NumberField) and field.echo
    ]
    return " ".join(read)


class MonthOrDayField(forms.Field):
    """A date typed as "2 Januari 2018", "02-01-2018" or, known by its month only, "Januari 2018".

    Cleans to a DateReading, or to None when left blank.
    """

    widget = forms.TextInput
    default_error_messages = {"required": "Isi tanggal, misalnya 2 Januari 2018."}

    def prepare_value(self, value: Any) -> Any:
        """Write a stored date; text that was typed stays as it is."""
        if isinstance(value, DateReading):
            return format_date(value.date, value.precision)
        return format_date(value) if isinstance(value, dt.date) else value

    def to_python(self, value: Any) -> Any:
        """Read what was typed; ValidationError with a sentence when it is no date."""
        if value is None or isinstance(value, DateReading):
            return value
        if isinstance(value, dt.date):
            return DateReading(value, "day")
        if not (text := str(value).strip()):
            return None
        try:
            return read_date(text)
        except NumberError as error:
            raise ValidationError(error.message, code=error.code) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare dates, not spellings."""
        try:
            return bool(self.to_python(data) != self.to_python(initial))
        except ValidationError:
            return True


class DayField(MonthOrDayField):
    """A date with its day; cleans to a datetime.date, or to None when left blank."""

    def to_python(self, value: Any) -> Any:
        """Refuse a date that is known by its month only."""
        reading = super().to_python(value)
        if reading is None:
            return None
        if reading.precision == "month":
            raise ValidationError(f"“{value}” belum bertanggal. Tulis lengkap, misalnya 2 Januari 2018.")
        return reading.date
