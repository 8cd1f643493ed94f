"""Indonesian numbers, dates and official codes: read what people type, write what documents print.

Reading never guesses. What has one meaning in Indonesian is read; what also has another common meaning is read and
echoed in words; what has no Indonesian meaning is refused with a sentence that says how to write it, and, where
there are any, with the readings to choose from. Writing is exact: one rounding, half-up, where the digits are named.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

MAX_WRITTEN_DIGITS = 1000  # digits before the comma, or after it, that a figure may take when written

_EXACT = Context(prec=2 * MAX_WRITTEN_DIGITS + 2, rounding=ROUND_HALF_UP)


def round_half_up(value: Decimal, digits: int) -> Decimal:
    """Return `value` with exactly `digits` decimals, halves away from zero, and never a negative zero.

    Raises ValueError for NaN, infinity and figures beyond MAX_WRITTEN_DIGITS.
    """
    if not value.is_finite() or value.adjusted() > MAX_WRITTEN_DIGITS or not 0 <= digits <= MAX_WRITTEN_DIGITS:
        raise ValueError(f"Angka tidak dapat dibulatkan ke {digits} desimal.")
    rounded = value.quantize(Decimal(1).scaleb(-digits), context=_EXACT)
    return rounded.copy_abs() if rounded.is_zero() else rounded


def format_number(value: Decimal, digits: int | None = None, *, grouping: bool = True) -> str:
    """Write `value` as Indonesian documents do: `1.234,56`; `read_number` reads it back.

    `digits` decimals, rounded half-up; None writes all decimals the value has, without trailing zeros, never an
    exponent. The minus is the plain hyphen-minus, so that a figure copied from a page stays a number in a
    spreadsheet and is found by a search. Raises ValueError as `round_half_up` does.
    """
    if digits is None:
        exponent = value.as_tuple().exponent
        digits = max(0, -exponent) if isinstance(exponent, int) else 0
        whole, _, decimals = f"{round_half_up(value, digits):f}".partition(".")
        decimals = decimals.rstrip("0")
    else:
        whole, _, decimals = f"{round_half_up(value, digits):f}".partition(".")
    if grouping:
        sign = "-" if whole.startswith("-") else ""
        whole = sign + f"{int(whole.removeprefix('-')):,}".replace(",", ".")
    return f"{whole},{decimals}" if decimals else whole
