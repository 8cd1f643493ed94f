"""What stored values mean: numbers as Excel shows them, serial dates of both epochs, format codes, clean
text."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Literal

from indicators.spreadsheets.problems import UNSEEN

Shape = Literal["", "date", "time"]

# Format codes that files name by number only; 14 and 22 follow the region of the reader, so the ISO order is
# as
# good as any. 27-36 and 50-58 are the dates of East Asian editions.
BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    37: "#,##0;(#,##0)",
    38: "#,##0;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    41: "#,##0",
    42: "#,##0",
    43: "#,##0.00",
    44: "#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((*range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys(range(32, 36), "h:mm:ss"),
}

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_PLAIN = re.compile(r"0|-?[1-9][0-9]{0,14}")
# Quoted words, escaped and padding characters and anything in brackets say nothing about dates.
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKALIKE = re.compile(r"[^\D0-9]")

_DAY = dt.timedelta(days=1)
_MICROSECONDS = 86_400_000_000
_LAST_SERIAL = 2_958_466  # the day after 31 December 9999


def number(text: str) -> Decimal | None:
    """Return the number a file stores, rounded to 15 significant digits; None for what is no number.

    Spreadsheets store binary numbers with 17 digits and show at most 15: what Excel shows as 0,3 after 0,1 +
    0,2 is stored as 0.30000000000000004. The figure somebody saw and signed is the shown one, so 15 digits
    it is. NaN, infinity, digits of other scripts and numbers beyond what a spreadsheet can hold are no
    numbers.
    """
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if not _NUMBER.fullmatch(text):
        return None
    return from_float(float(text))


def from_float(value: float) -> Decimal | None:
    """Return a binary number as `number` does: 15 significant digits, plain notation up to 10**24."""
    if value != value or value in (float("inf"), float("-inf")):
        return None
    exact = Decimal(format(value, ".15g"))
    if exact.is_zero():
        return Decimal(0)
    # 1E+20 and 100000000000000000000 are equal; the plain one is also shown alike.
    return Decimal(format(exact, "f")) if -10 < exact.adjusted() < 24 else exact


def shape_of(code: str) -> Shape:
    """Tell whether a format code shows dates, times of day or neither (elapsed hours are numbers)."""
    first = code.partition(";")[0]
    if _ELAPSED.search(first):
        return ""
    letters = set(_NOT_CODE.sub("", first).lower().replace("general", ""))
    if letters & set("dy") or ("m" in letters and not letters & set("hs")):
        return "date"
    return "time" if letters & set("hs") else ""


def from_serial(serial: Decimal, shape: Shape, *, since_1904: bool) -> dt.date | dt.datetime | dt.time | None:
    """Return the date, time or both of a serial number; None where the calendar has no such day.

    The epoch of 1900 counts a 29 February 1900 that never was; serial 60 is therefore no date.
    """
    if not 0 <= serial < _LAST_SERIAL:
        return None
    days, rest = divmod(serial, 1)
    microseconds = round(rest * _MICROSECONDS / 1000) * 1000  # binary fractions are good to a millisecond
    moment = dt.timedelta(microseconds=microseconds)
    if shape == "time" and days == 0 and moment < _DAY:
        return (dt.datetime(1900, 1, 1) + moment).time()  # noqa: DTZ001 - a file knows no zone
    day = _day(int(days), since_1904=since_1904)
    if day is None:
        return None
    if not moment:
        return day
    try:
        return dt.datetime.combine(day, dt.time()) + moment
    except OverflowError:
        return None


def _day(days: int, *, since_1904: bool) -> dt.date | None:
    if since_1904:
        first = dt.date(1904, 1, 1)
    elif days == 60:
        return None
    else:
        first = dt.date(1899, 12, 31) if days < 60 else dt.date(1899, 12, 30)
    try:
        return first + dt.timedelta(days=days)
    except OverflowError:
        return None


def from_iso(text: str) -> dt.date | dt.datetime | None:
    """Return the date, or the date with time, that an ISO 8601 text says; None for anything else."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=None)
    return moment.date() if moment.time() == dt.time() else moment


def unescape(text: str) -> str:
    """Return a text of a workbook with its _x000D_ escapes resolved."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def clean(text: str) -> str:
    """Return a text with one kind of line break and without unseen characters; empty where only blanks
    are left."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = UNSEEN.sub("", text)
    return text if text.strip() else ""


def has_unseen(text: str) -> bool:
    """Whether a text has characters that nobody sees."""
    return UNSEEN.search(text.replace("\xad", "")) is not None


def has_lookalike_digits(text: str) -> bool:
    """Whether a text has digits of other scripts or widths, which look like 0-9 and are not."""
    return _LOOKALIKE.search(text) is not None
