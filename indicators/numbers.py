"""Indonesian numbers and dates: read what people type, write what documents print.

Reading never guesses. What has one meaning in Indonesian is read; what is correct Indonesian but often meant
otherwise is read and echoed in words; everything else is refused with a sentence that says how to write it
and, where there are any, offers the readings to choose from. Writing is exact: one rounding, half-up.

Source: PUEBI/EYD (dot for thousands, comma for decimals). A NIP belongs to an official: see agencies.nip.
"""

import datetime as dt
import difflib
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Literal

# Published limits, each tested at the limit and one beyond.
MAX_TEXT = 80  # characters of a typed number, its unit included, or of a typed date
MAX_DIGITS = 24  # digits of a typed number, decimals included
MAX_WRITTEN_DIGITS = 1000  # digits before the comma, and after it, of a figure to be written
YEARS = range(1900, 2101)  # of typed dates

Precision = Literal["day", "month"]


class NumberError(ValueError):
    """A text that has no single meaning.

    `code` is stable; `message` is Indonesian and starts with the quoted text, so that a form can put the name
    of the field before it; `readings` are texts that could be meant and would be read, the likeliest first.
    """

    def __init__(self, code: str, message: str, readings: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.readings = readings


@dataclass(frozen=True)
class Reading:
    """What a text means: a number with the unit it was typed with, or one of the ways to say "nothing".

    `echo` is set when the text is correct Indonesian but often meant otherwise: "dibaca 1.250 (seribu …)".
    """

    kind: Literal["number", "blank"]
    value: Decimal | None = None
    unit: str | None = None
    echo: str | None = None


@dataclass(frozen=True)
class DateReading:
    """A date; with the precision "month" it is the first of that month and the day is not printed."""

    date: dt.date
    precision: Precision


# --- writing numbers ----------------------------------------------------------------------------------------

_EXACT = Context(prec=2 * MAX_WRITTEN_DIGITS + 2, rounding=ROUND_HALF_UP)


def round_half_up(value: Decimal, digits: int) -> Decimal:
    """Return `value` with exactly `digits` decimals, halves away from zero, and never a negative zero.

    Raises ValueError for NaN, infinity and figures beyond MAX_WRITTEN_DIGITS.
    """
    if not value.is_finite() or value.adjusted() >= MAX_WRITTEN_DIGITS or digits > MAX_WRITTEN_DIGITS:
        raise ValueError(f"Angka ini tidak dapat ditulis dengan {digits} desimal.")
    rounded = value.quantize(_unit(digits), context=_EXACT)
    return rounded.copy_abs() if rounded.is_zero() else rounded


@lru_cache(maxsize=64)
def _unit(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)


_SWAPPED = str.maketrans(".,", ",.")


def format_number(value: Decimal, digits: int | None = None, *, grouping: bool = True) -> str:
    """Write `value` as Indonesian documents do, `1.234,56`; `read_number` reads it back.

    `digits` decimals, rounded half-up; None writes all decimals the value has, without trailing zeros, never
    an exponent. The minus is the plain hyphen-minus: a figure copied from a page stays a number in a
    spreadsheet and is found by a search. Raises ValueError as `round_half_up` does.
    """
    if digits is None:
        exponent = value.as_tuple().exponent
        own_digits = max(0, -exponent) if isinstance(exponent, int) else 0
        text = f"{round_half_up(value, own_digits):{',' if grouping else ''}f}".translate(_SWAPPED)
        return text.rstrip("0").rstrip(",") if "," in text else text
    return f"{round_half_up(value, digits):{',' if grouping else ''}f}".translate(_SWAPPED)


_ONES = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_SIZES = (
    (10**21, "sekstiliun"),
    (10**18, "kuintiliun"),
    (10**15, "kuadriliun"),
    (10**12, "triliun"),
    (10**9, "miliar"),
    (10**6, "juta"),
    (10**3, "ribu"),
    (100, "ratus"),
    (10, "puluh"),
)


def _spell_whole(number: int) -> str:
    if number < 10:
        return _ONES[number]
    if number < 20:
        return {10: "sepuluh", 11: "sebelas"}.get(number) or f"{_ONES[number - 10]} belas"
    size, name = next((size, name) for size, name in _SIZES if size <= number)
    head, tail = divmod(number, size)
    words = f"se{name}" if head == 1 and size <= 1000 else f"{_spell_whole(head)} {name}"
    return f"{words} {_spell_whole(tail)}" if tail else words


def spell(value: Decimal) -> str:
    """Return `value` in words, decimals one by one: "seribu dua ratus koma lima nol".

    Raises ValueError from 10^24 on, where no common names exist.
    """
    if not value.is_finite() or value.adjusted() >= 24:
        raise ValueError("Angka ini terlalu besar untuk ditulis dengan huruf.")
    whole, _, decimals = f"{value.copy_abs():f}".partition(".")
    words = ("minus " if value.is_signed() else "") + _spell_whole(int(whole))
    return " ".join([words, "koma", *(_ONES[int(digit)] for digit in decimals)]) if decimals else words


# --- reading numbers ----------------------------------------------------------------------------------------

BLANK_FORMS = frozenset({"", "-", "−", "–", "—", "n/a"})
_WORD_SIZES = {"ribu": 3, "rb": 3, "juta": 6, "jt": 6, "miliar": 9, "milyar": 9, "triliun": 12, "trilyun": 12}
_UNIT_SYNONYMS = {"%": "persen", "rp": "rupiah"}

_SHAPE = re.compile(
    r"(?P<sign>(?:[-−–—] ?|\+)?)"
    r"(?P<currency>(?:Rp\.? ?)?)"
    r"(?P<inner_sign>[-−]?)"
    r"(?P<figure>[0-9](?:[0-9.,]*[0-9])?)"
    r"(?P<no_cents>(?:,[-–]{1,2})?)"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[0-9]+(?:,[0-9]+)?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_DOT_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
_ENGLISH = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
# One dot and three digits are a decimal elsewhere, one comma and three digits a thousand.
_OFTEN_MEANT_OTHERWISE = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")

_LETTER = r"[^\W\d_²³]"
_WORD = rf"[/(]?{_LETTER}(?:{_LETTER}|[23²³/().'-])*"
# "bh" may touch the number, "m" may not: `12,5o` is a slip of the finger. "per 100.000 penduduk" is a unit.
_UNIT = re.compile(rf"(?:(?={_LETTER}{{2}})| (?:per [0-9][0-9.]* )?){_WORD}(?: {_WORD})*")
_LOOKALIKES = re.compile(r"[oli]+", re.IGNORECASE)
_EXPONENT = re.compile(r" ?(?:e|x ?10\^?) ?[-+−]?[0-9]", re.IGNORECASE)
_SECOND_NUMBER = re.compile(
    r" ?(?:[-−–—~:;/+*]|s\.?/?d\.?|sampai|hingga|dan|atau|dari)? ?[-−]?[0-9]", re.IGNORECASE
)
_WORD_SIZE = re.compile(rf" ?({'|'.join(_WORD_SIZES)})\b", re.IGNORECASE)
_LETTER_SIZES = {
    "M": 9,
    "T": 12,
}  # of money, and where no unit is known: `5 M` is five miliar, `5 m` is a length
_LETTER_SIZE = re.compile(r" ?([MT])")


def _quoted(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:40])
    return f'"{shown}…"' if len(text) > 40 else f'"{shown}"'


def _not_a_number(text: str) -> NumberError:
    return NumberError("not_a_number", f"{_quoted(text)} bukan angka. Ketik angka saja, misalnya 12,50.")


def _value(figure: str) -> Decimal:
    return Decimal(figure.replace(".", "").replace(",", "."))


def _choice(figures: list[str]) -> str:
    return " atau ".join(f"{figure} ({spell(_value(figure))})" for figure in figures)


def _read_figure(text: str, figure: str, start: int) -> Decimal:
    """Return the value of `figure`, found at `start` of `text`, or refuse it with what could be meant."""
    if len(re.sub(r"[.,]", "", figure)) > MAX_DIGITS:
        raise NumberError(
            "too_long",
            f"{_quoted(text)} terlalu panjang. Angka paling banyak {MAX_DIGITS} digit, termasuk desimal.",
        )
    if _PLAIN.fullmatch(figure) or _GROUPED.fullmatch(figure):
        return _value(figure)
    swapped = figure.translate(str.maketrans(".,", ",."))
    if _DOT_DECIMAL.fullmatch(figure):
        joined = figure.replace(".", "")
        figures = [swapped] if joined.startswith("0") else [swapped, joined]
        sentence = f"{_quoted(text)} memakai titik. Maksud Anda {_choice(figures)}?"
    elif _ENGLISH.fullmatch(figure):
        figures = [swapped]
        sentence = f"{_quoted(text)} memakai koma untuk ribuan. Maksud Anda {_choice(figures)}?"
    else:
        raise NumberError(
            "separators",
            f"{_quoted(text)} memakai titik atau koma yang tidak pada tempatnya. "
            "Titik memisahkan tiap tiga angka, koma hanya satu di depan desimal, misalnya 1.234.567,89.",
        )
    raise NumberError(
        "ambiguous",
        f"{sentence} Titik memisahkan ribuan, koma memisahkan desimal.",
        tuple(text[:start] + choice + text[start + len(figure) :] for choice in figures),
    )


def _word_size(text: str, shape: re.Match[str], word: re.Match[str]) -> NumberError:
    """Return the refusal of `1,5 juta`, which offers the number in full."""
    start, unit = shape.start("figure"), shape["rest"][word.end() :]
    if shape["no_cents"] or (unit and (shape["currency"] or not _UNIT.fullmatch(unit))):
        return _not_a_number(text)
    value = _read_figure(text, shape["figure"], start).scaleb(
        _LETTER_SIZES.get(word[1]) or _WORD_SIZES[word[1].lower()]
    )
    full = format_number(value)
    _read_figure(text, full, start)  # still within the limit?
    return NumberError(
        "word_size",
        f'{_quoted(text)} memakai kata "{word[1]}". Tulis angkanya penuh: {full}.',
        (text[:start] + full + unit,),
    )


def _read_unit(text: str, shape: re.Match[str], expected: str) -> str | None:
    """Return the unit typed with the number, or refuse what follows the number."""
    rest = shape["rest"]
    if _SECOND_NUMBER.match(rest):
        raise NumberError(
            "two_numbers",
            f"{_quoted(text)} berisi lebih dari satu angka. Ketik satu angka, misalnya 12,50; "
            "target rentang diisi sebagai batas bawah dan batas atas.",
        )
    if _EXPONENT.match(rest):
        raise NumberError(
            "exponent", f"{_quoted(text)} memakai pangkat. Tulis angkanya penuh, misalnya 100.000."
        )
    money = shape["currency"] or expected.casefold() in {"", "rp", "rupiah"}
    if word := _WORD_SIZE.match(rest) or (money and _LETTER_SIZE.fullmatch(rest)):
        raise _word_size(text, shape, word)
    if shape["currency"] or shape["no_cents"]:
        if rest:
            raise _not_a_number(text)
        return "Rp"
    unit = rest.strip()
    if unit in {"", "%"}:
        return unit or None
    if not _UNIT.fullmatch(rest) or _LOOKALIKES.fullmatch(rest):
        raise _not_a_number(text)
    return unit


def _check_unit(text: str, typed: str | None, expected: str) -> None:
    names = [_UNIT_SYNONYMS.get(unit.casefold(), unit.casefold()) for unit in (typed or expected, expected)]
    if expected and names[0] != names[1]:
        raise NumberError(
            "unit",
            f'{_quoted(text)} memakai satuan "{typed}", padahal satuannya "{expected}". '
            f"Hitung dahulu dalam {expected}, lalu ketik angkanya saja.",
        )


def _read_brackets(text: str, unit: str) -> NumberError:
    """Return the refusal of `(5)`: a loss to a bookkeeper, the number of a column in an official table."""
    inner = text[1:-1].strip()
    value = read_number(inner, unit=unit).value
    if value is None or inner.startswith(("-", "−", "+")):
        return _not_a_number(text)
    return NumberError(
        "ambiguous",
        f"{_quoted(text)} memakai kurung. Maksud Anda -{inner} (kurang dari nol) atau {inner}?",
        (f"-{inner}", inner),
    )


def read_number(text: str, *, unit: str = "") -> Reading:
    """Read a number as people type and spreadsheets show it; `unit` is the one expected, "" when any will do.

    Reads `1.234,56` · `1234,5` · `Rp 1.500.000,00` · `Rp 1.250.000,-` · `12,5%` · `−5` · `60 kali`
    and the BLANK_FORMS. Raises NumberError with one of the codes not_a_number, ambiguous, separators,
    two_numbers, exponent, word_size, foreign_digits, too_long, unit.
    """
    text = " ".join(text.split())
    if text.casefold() in BLANK_FORMS:
        return Reading("blank")
    if len(text) > MAX_TEXT:
        raise NumberError(
            "too_long",
            f"{_quoted(text)} terlalu panjang. Ketik angka saja, paling banyak {MAX_TEXT} karakter.",
        )
    if any(sign.isnumeric() and not sign.isascii() and sign not in "²³" for sign in text):
        raise NumberError(
            "foreign_digits",
            f"{_quoted(text)} memakai angka selain 0–9. Ketik dengan angka 0–9, misalnya 12,50.",
        )
    if text.startswith("(") and text.endswith(")"):
        raise _read_brackets(text, unit)
    shape = _SHAPE.fullmatch(text)
    if shape is None or (shape["sign"] and shape["inner_sign"]):
        raise _not_a_number(text)
    typed_unit = _read_unit(text, shape, unit)
    value = _read_figure(text, shape["figure"], shape.start("figure"))
    _check_unit(text, typed_unit, unit)
    sign = shape["sign"] or shape["inner_sign"]
    if sign not in {"", "+", "-", "−"}:
        # A dash that does not touch the number starts a list as often as it means minus.
        bare = text[len(sign) :]
        raise NumberError(
            "ambiguous",
            f"{_quoted(text)} diawali garis. Maksud Anda -{bare} (kurang dari nol) atau {bare}?",
            (f"-{bare}", bare),
        )
    if sign in {"-", "−"} and not value.is_zero():
        value = value.copy_negate()
    echo = None
    if _OFTEN_MEANT_OTHERWISE.fullmatch(shape["figure"]) and not (
        shape["currency"] and "." in shape["figure"]
    ):
        echo = f"dibaca {'-' if value.is_signed() else ''}{shape['figure']} ({spell(value)})"
    return Reading("number", value, typed_unit, echo)


# --- dates and Roman numerals -------------------------------------------------------------------------------

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
_MONTH_NUMBERS = (
    {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
    | {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
    | {"pebruari": 2, "peb": 2, "agt": 8, "ags": 8, "sept": 9, "nopember": 11, "nop": 11}
)
_NAMED_DATE = re.compile(r"(?:(?P<day>[0-9]{1,2}) )?(?P<name>[A-Za-z]+) (?P<year>[0-9]{4})")
_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})([-/.])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})")
_ISO_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")


def format_date(date: dt.date, precision: str = "day") -> str:
    """Write "2 Januari 2018", or with the precision "month" "Januari 2018"; raises ValueError for others."""
    if precision not in {"day", "month"}:
        raise ValueError(f'Ketelitian tanggal "{precision}" tidak dikenal.')
    month = f"{MONTHS[date.month - 1]} {date.year}"
    return f"{date.day} {month}" if precision == "day" else month


def _month_number(text: str, name: str) -> int:
    number = _MONTH_NUMBERS.get(name.lower())
    if number is not None:
        return number
    near = difflib.get_close_matches(name.capitalize(), MONTHS, n=1)
    meant = f' Maksud Anda "{near[0]}"?' if near else ""
    raise NumberError(
        "date",
        f"{_quoted(text)} memuat bulan {_quoted(name)} yang tidak dikenal.{meant} "
        "Tulis misalnya 2 Januari 2018.",
        tuple(text.replace(name, month) for month in near),
    )


def read_date(text: str) -> DateReading:
    """Read "2 Januari 2018", "02-01-2018" or "2/1/2018" (day first), "2018-01-02", "Januari 2018" (month).

    Raises NumberError with the code "date".
    """
    text = " ".join(text.split())
    match = _NAMED_DATE.fullmatch(text) or _DAY_FIRST.fullmatch(text) or _ISO_DATE.fullmatch(text)
    if match is None or len(text) > MAX_TEXT:
        raise NumberError(
            "date",
            f"{_quoted(text)} bukan tanggal. Tulis misalnya 2 Januari 2018, 02-01-2018, atau Januari 2018.",
        )
    parts = match.groupdict()
    month = _month_number(text, parts["name"]) if "name" in parts else int(parts["month"])
    year = int(parts["year"])
    if year not in YEARS:
        raise NumberError(
            "date", f"{_quoted(text)} memuat tahun di luar {YEARS[0]}–{YEARS[-1]}. Periksa tahunnya."
        )
    try:
        date = dt.date(year, month, int(parts["day"] or 1))
    except ValueError:
        raise NumberError(
            "date",
            f"{_quoted(text)} tidak ada di kalender. Tulis tanggal, bulan, tahun, misalnya 02-01-2018.",
        ) from None
    return DateReading(date, "day" if parts["day"] else "month")


def roman(number: int) -> str:
    """Return 1–3999 in Roman numerals; raises ValueError outside."""
    if not 1 <= number <= 3999:
        raise ValueError("Angka Romawi hanya untuk 1 sampai 3999.")
    letters = ""
    for size, letter in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        count, number = divmod(number, size)
        letters += letter * count
    return letters


def roman_quarter(quarter: int) -> str:
    """Return "TW I" … "TW IV" for a quarter 1–4; raises ValueError outside."""
    if quarter not in range(1, 5):
        raise ValueError("Triwulan hanya 1 sampai 4.")
    return f"TW {roman(quarter)}"
