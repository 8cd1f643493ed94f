"""Several facts in one cell taken apart: numbers before texts, values with units, formulas with prose.

What cannot be taken apart safely stays whole, with a code and a sentence that say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from statistics import median

from indicators.numbers import BLANK_FORMS, NumberError, Reading, format_number, read_number
from indicators.spreadsheets.grid import Cell
from indicators.spreadsheets.headings import is_counted

# --- text ---------------------------------------------------------------------------------------------------


def plain(value: Decimal) -> str:
    """Write a value for programs: dot, no exponent, no trailing zeros."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def text_of(cell: Cell | None) -> str:
    """Return what a cell says, lines kept, other white space closed up; "" for nothing and for errors."""
    if cell is None or cell.value is None or cell.error:
        return ""
    if isinstance(cell.value, str):
        return _tidy(cell.value)
    if isinstance(cell.value, bool):
        return "Ya" if cell.value else "Tidak"
    if isinstance(cell.value, Decimal):
        return plain(cell.value)
    return cell.value.isoformat()


def _tidy(text: str) -> str:
    if "\n" not in text and "\r" not in text:
        line = " ".join(text.split())
        return text if line == text else line  # the same object where it can be: half the memory
    lines = (" ".join(line.split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Return `text` without line breaks; a word broken by a hyphen at the end of a line is joined."""
    if "\n" not in text:
        line = " ".join(text.split())
        return text if line == text else line
    text = re.sub(r"(?<=[a-z])-\n(?=[a-z])", _joined_hyphen(text), text)
    return " ".join(text.split())


def _joined_hyphen(text: str) -> str:
    # "rata-\nrata" is a doubled word and keeps its hyphen.
    match = re.search(r"(\w+)-\n(\w+)", text)
    return "-" if match and match[1].lower() == match[2].lower() else ""


# --- numbers before texts -----------------------------------------------------------------------------------

_MARKED_NUMBER = re.compile(
    r"(?P<number>\(?(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}|[a-zA-Z])[.)]{1,2}|\d{1,3}(?:\.\d{1,3})+"
    r"|(?:IKU|IKK|IKP|IKSS|IKSP|IKS|IK|SS|SP|IS|KPI)[-. ]?\d{1,3}(?:\.\d{1,3})*\s*[.:)]?)"
    r"(?:\s+|(?<=[.)])(?=[A-Z]))(?P<rest>[^\W\d].*)",
    re.DOTALL,
)
_BARE_NUMBER = re.compile(r"(?P<number>\d{1,3})\s+(?P<rest>[A-Z][^\W\d].*)", re.DOTALL)
_SHORT_NUMBER = re.compile(
    r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6}|[a-zA-Z])[.)]?|[A-Z]{1,5}[-. ]?\d{1,3}(?:[.-]\d{1,3})*\.?"
)


def is_number_label(text: str) -> bool:
    """Whether a text is only a number of a list: "1.", "1.1.1", "(3)", "IV", "a.", "IKU-3"."""
    return bool(_SHORT_NUMBER.fullmatch(text.strip()))


def split_number(text: str, *, bare: bool = False) -> tuple[str, str]:
    """Return the number before a text, and the text: "1.2 Persentase …"; `bare` also takes "7 Persentase"."""
    match = _MARKED_NUMBER.fullmatch(text) or (_BARE_NUMBER.fullmatch(text) if bare else None)
    return (match["number"].strip(), match["rest"].strip()) if match else ("", text)


_LABEL = re.compile(
    r"(?P<kind>sasaran(?: strategis| program| kegiatan| perangkat daerah| daerah)?|tujuan|misi"
    r"|perspektif|program|kegiatan"
    r"|sub kegiatan|ss|indikator(?: kinerja(?: utama)?)?|iku|goal|strategic goal|bidang|urusan)"
    r"\s*(?:(?:ke\s*-?\s*)?(?P<number>(?:\d{1,3}(?:\.\d{1,3})*"
    r"|[ivx]{1,5})\b)\.?)?\s*(?P<mark>[:.–—-])?\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_KINDS = {
    "sasaran": "goal",
    "ss": "goal",
    "goal": "goal",
    "strategic": "goal",
    "tujuan": "objective",
    "misi": "section",
    "perspektif": "perspective",
    "program": "program",
    "kegiatan": "program",
    "sub": "program",
    "bidang": "section",
    "urusan": "section",
    "indikator": "indicator",
    "iku": "indicator",
}


def split_label(text: str) -> tuple[str, str, str]:
    """Return kind, number and text of "Sasaran Strategis 1: Meningkatnya …"; kind "" without a label.

    A label needs a number or a colon, otherwise "Program kesehatan" would be one.
    """
    match = _LABEL.fullmatch(text.strip())
    if match is None or not match["rest"].strip() or not (match["number"] or match["mark"] in {":", "."}):
        return "", "", text
    return _KINDS[match["kind"].lower().split()[0]], match["number"] or "", match["rest"].strip()


# --- values -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value:
    """A figure as the file has it, and as it is read: `value` None where it is not a plain number."""

    text: str
    value: Decimal | None = None
    value_to: Decimal | None = None
    unit: str = ""
    code: str = ""  # of the problem, "" when there is none
    message: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether it says that there is nothing."""
        return self.text.casefold() in BLANK_FORMS | {"na", "n.a", "n.a.", "nihil", "tad", "--", "…", "..."}


@dataclass
class Notation:
    """What the other cells of a row and column tell about "1.250": their notation and their size."""

    dot_is_thousands: bool = False
    dot_is_decimal: bool = False
    neighbours: list[Decimal] = field(default_factory=list)

    @classmethod
    def of(cls, column: Iterable[Cell | None]) -> Notation:
        """Learn the notation from the texts of a column."""
        notation = cls()
        for cell in column:
            text = text_of(cell) if cell and isinstance(cell.value, str) else ""
            if re.search(r"\d\.\d{3}\.\d{3}|\d\.\d{3},\d|(?<![\d.])\d+,(?:\d{1,2}|\d{4,})(?!\d)", text):
                notation.dot_is_thousands = True
            if re.search(r"(?<![\d.,])\d+\.(?:\d{1,2}|\d{4,})(?![\d.])|(?<!\d)0\.\d", text):
                notation.dot_is_decimal = True
        return notation

    def beside(self, row: Iterable[Cell | None]) -> Notation:
        """Return the notation with the sizes of the plain numbers of a row."""
        neighbours = []
        for cell in row:
            if cell is None or cell.is_percent:
                continue
            if isinstance(cell.value, Decimal):
                neighbours.append(cell.value)
            elif isinstance(cell.value, str) and re.fullmatch(r"\d{1,3}|\d{4,}", cell.value.strip()):
                neighbours.append(Decimal(cell.value.strip()))
        return replace(self, neighbours=neighbours)

    def choose(self, thousands: Decimal, decimal: Decimal) -> Decimal | None:
        """Return the reading the neighbours speak for, None when they are silent or disagree."""
        votes = set()
        if self.dot_is_thousands != self.dot_is_decimal:
            votes.add(thousands if self.dot_is_thousands else decimal)
        sizes = [abs(number) for number in self.neighbours if number]
        if sizes:
            middle = median(sizes)
            near = [each for each in (thousands, decimal) if middle / 20 <= abs(each) <= middle * 20]
            if len(near) == 1:
                votes.add(near[0])
        return votes.pop() if len(votes) == 1 else None


_TRAILING_MARKS = re.compile(
    r"\s*(?:\*+\)?|[†‡¹]|\((?:angka )?(?:sementara|sangat sementara|prognosis|estimasi)\))+$", re.IGNORECASE
)
_RANGE = re.compile(
    r"(?P<first>(?:Rp\.? ?)?\d[\d.,]*)\s*(?P<unit1>%|[^\W\d_]+)?\s*(?:-|–|—|~|s\.?\s?/?d\.?"
    r"|sampai(?: dengan)?|hingga|to)\s*"
    r"(?P<second>(?:Rp\.? ?)?\d[\d.,]*)(?P<unit2>\s*(?:%|[^\W\d_].*)?)",
    re.IGNORECASE,
)
_RATIO = re.compile(r"\d[\d.,]*\s*(?::|banding|berbanding)\s*\d[\d.,]*\b.*", re.IGNORECASE)
_ORDINAL = re.compile(
    r"(?:ran[gk]+ing|peringkat|urutan|juara|rank|posisi|level|tingkat|zona|kelas"
    r"|ke)\s*[-:]?\s*(?:ke\s*-?\s*)?[\dIVX]+.*|\d+ besar\b.*",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?P<sign>≥|≤|>=|<=|=>|=<|>|<|min(?:imal)?\.?|maks(?:imal)?\.?|paling (?:sedikit|banyak)"
    r"|lebih dari|kurang dari|±|\+/-)"
    r"\s*(?P<rest>\d.*)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?P<head>\D*)(?P<figure>[1-9]\d{0,2}[.,]\d{3})(?P<tail>(?![\d.,]).*)", re.DOTALL)
_NOT_NUMERIC = {
    "ratio": "adalah rasio; disimpan sebagai teks",
    "ordinal": "adalah peringkat, bukan jumlah; disimpan sebagai teks",
    "predicate": "adalah predikat, bukan angka; disimpan sebagai teks",
    "date": "dibaca sebagai tanggal oleh program lembar kerja; periksa apakah maksudnya angka atau rentang",
}


def _shown(text: str) -> str:
    return f'"{one_line(text)[:60]}"'


def read_value(cell: Cell, *, unit: str = "", notation: Notation | None = None) -> Value:
    """Read a cell of a column of figures; `unit` is what the table says it is counted in, "" when nothing.

    Number cells are exact; shown as percent they are multiplied by 100 and have the unit "%".
    """
    if cell.error:
        return Value(cell.error, code="error_cell", message=f"Sel berisi galat {cell.error}, bukan angka.")
    if isinstance(cell.value, bool):
        return Value(
            text_of(cell), code="predicate", message=f"{_shown(text_of(cell))} {_NOT_NUMERIC['predicate']}."
        )
    if isinstance(cell.value, Decimal):
        if cell.is_percent:
            return Value(text_of(cell), cell.value * 100, unit="%")
        return Value(text_of(cell), cell.value)
    if not isinstance(cell.value, str):
        return Value(text_of(cell), code="date", message=f"{_shown(text_of(cell))} {_NOT_NUMERIC['date']}.")
    text = text_of(cell)
    value = replace(_read_text(one_line(text), unit, notation or Notation()), text=text)
    return replace(value, unit="") if value.value is None else value


def _read_text(text: str, unit: str, notation: Notation) -> Value:
    if Value(text).is_blank or not text:
        return Value(text)
    bare = _TRAILING_MARKS.sub("", text) or text
    if match := _RANGE.fullmatch(bare):
        value = _read_range(text, match, unit, notation)
        if value:
            return value
    if _RATIO.fullmatch(bare):
        return Value(text, code="ratio", message=f"{_shown(text)} {_NOT_NUMERIC['ratio']}.")
    if _ORDINAL.fullmatch(bare):
        return Value(text, code="ordinal", message=f"{_shown(text)} {_NOT_NUMERIC['ordinal']}.")
    if match := _COMPARED.fullmatch(bare):
        value = _read_figure(match["rest"], unit, notation)
        if value.value is not None:
            message = f'{_shown(text)} memakai batas "{match["sign"]}"; dibaca {format_number(value.value)}.'
            return replace(value, text=text, code="compared", message=message)
    if not any(sign.isdigit() for sign in bare):
        return Value(text, code="predicate", message=f"{_shown(text)} {_NOT_NUMERIC['predicate']}.")
    return replace(_read_figure(bare, unit, notation), text=text)


def _read_range(text: str, match: re.Match[str], unit: str, notation: Notation) -> Value | None:
    """Read "80 - 90%", "7 – 8 bulan"; None when an end is not a number."""
    last = _read_figure(match["second"] + match["unit2"], unit, notation)
    first = _read_figure(match["first"], unit or last.unit, notation)
    if first.value is None or last.value is None:
        broken = first if first.code == "ambiguous" else last
        return replace(broken, text=text) if broken.code == "ambiguous" else None
    if first.value > last.value:
        return Value(
            text, code="range", message=f"{_shown(text)} adalah rentang yang batas bawahnya lebih besar."
        )
    found = last.unit or (match["unit1"] or "")
    return Value(text, first.value, last.value, found, first.code or last.code, first.message or last.message)


def _read_figure(text: str, unit: str, notation: Notation) -> Value:
    try:
        reading = read_number(text)
    except NumberError as error:
        return _settle(text, error, notation)
    assert reading.value is not None  # noqa: S101 - only words are blank, and these were told before
    own = reading.unit or ""
    if own.startswith("("):
        return Value(
            text,
            code="not_numeric",
            message=f"{_shown(text)} berisi angka dan keterangan; tulis angkanya saja.",
        )
    if reading.echo:
        return _settle_echo(text, reading.value, own, unit, notation)
    return Value(text, reading.value, unit=own)


def _settle_echo(text: str, value: Decimal, own: str, unit: str, notation: Notation) -> Value:
    """Decide "1.250" by what is counted and by the neighbours, or say that it cannot be decided."""
    match = _DOTTED.fullmatch(text)
    dot = bool(match and "." in match["figure"])
    thousands = value if dot else value * 1000
    decimal = value / 1000 if dot else value
    if is_counted(own or unit):
        return Value(text, thousands, unit=own) if dot else _ambiguous(text, thousands, decimal)
    chosen = notation.choose(thousands, decimal) if dot else (decimal if notation.dot_is_thousands else None)
    return _ambiguous(text, thousands, decimal) if chosen is None else Value(text, chosen, unit=own)


def _ambiguous(text: str, thousands: Decimal, decimal: Decimal) -> Value:
    message = (
        f"{_shown(text)} dapat berarti {format_number(thousands)} atau {format_number(decimal)}. "
        "Pilih yang benar; angkanya belum dibaca."
    )
    return Value(text, code="ambiguous", message=message)


def _settle(text: str, error: NumberError, notation: Notation) -> Value:
    """Take the one reading that is left of a text in other notation, and say so; else say what is wrong."""
    left = _left_of(error)
    if error.code == "ambiguous":
        dashed = text[0] in "(–—" or "." not in text
        if left is None or left.value is None or dashed or _ONE_SEPARATOR.search(text):
            return Value(text, code="ambiguous", message=error.message)
        message = f"{_shown(text)} memakai titik untuk desimal; dibaca {format_number(left.value)}."
        if notation.dot_is_decimal and not notation.dot_is_thousands:
            return Value(text, left.value, unit=left.unit or "")
        return Value(text, left.value, unit=left.unit or "", code="dot_decimal", message=message)
    if error.code == "word_size" and left and left.value is not None:
        message = f"{_shown(text)} dibaca {format_number(left.value)}."
        return Value(text, left.value, unit=left.unit or "", code="word_size", message=message)
    if error.code in {"not_a_number", "two_numbers"} and re.match(r"[^\W\d]", text):
        return Value(text, code="predicate", message=f"{_shown(text)} {_NOT_NUMERIC['predicate']}.")
    code = "not_numeric" if error.code == "not_a_number" else error.code
    return Value(text, code=code, message=error.message)


_ONE_SEPARATOR = re.compile(r"(?<![\d.,])[1-9]\d{0,2}[.,]\d{3}(?![\d.,])")


def _left_of(error: NumberError) -> Reading | None:
    """Return what the first reading an error offers says, None where it is no number either."""
    try:
        return read_number(error.readings[0]) if error.readings else None
    except NumberError:
        return None


# --- formulas and prose -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Formulation:
    """A cell of "Penjelasan/Formulasi" taken apart. What is missing is ""."""

    formula: str = ""
    numerator: str = ""
    denominator: str = ""
    factor: str = ""
    prose: str = ""
    labelled: dict[str, str] = field(default_factory=dict)
    code: str = ""
    message: str = ""


_FACTOR = (
    r"(?P<factor>(?:x|×|X|\*|dikali(?:kan)?)\s*"
    r"(?:100(?:[.,]0+)?\s*(?:%|persen)?|1\.?000(?:\.000)?)(?![\d.,]*\d))"
)
_WITH_FACTOR = re.compile(rf"(?P<fraction>.{{3,600}}?)\s*{_FACTOR}(?P<after>.*)", re.DOTALL | re.IGNORECASE)
_DIVIDED = re.compile(
    r"\s+dibagi(?: dengan)?\s+|\s+per\s+(?=jumlah|total)|\s*[÷:]\s+|\s+/\s*|\s*/\s+|(?<=\))\s*/\s*(?=\()",
    re.IGNORECASE,
)
_RULE_LINE = re.compile(r"\s*\n\s*[-–—_=─━]{3,}\s*\n?\s*|\s+[-–—_─━]{4,}\s+")
_ENDS_IN_RULE = re.compile(r"(.+?)\s*\n\s*[-–—_=─━]{3,}\s*", re.DOTALL)
_DEFINING = re.compile(
    r"\b(?:adalah|merupakan|yaitu|ialah|artinya|dimaksud|meliputi|diukur)\b", re.IGNORECASE
)
_FIELD_LABELS = {
    "alasan": "reason",
    "alasan pemilihan": "reason",
    "formulasi": "formulation",
    "formula": "formulation",
    "rumus": "formulation",
    "cara perhitungan": "formulation",
    "cara penghitungan": "formulation",
    "formulasi penghitungan": "formulation",
    "formulasi perhitungan": "formulation",
    "formulasi pengukuran": "formulation",
    "definisi": "definition",
    "definisi operasional": "definition",
    "pengertian": "definition",
    "tipe penghitungan": "calculation",
    "tipe perhitungan": "calculation",
    "jenis perhitungan": "calculation",
    "sumber data": "source",
    "sumber": "source",
    "satuan": "unit",
    "penanggung jawab": "responsible_unit",
    "rumus perhitungan": "formulation",
    "keterangan": "definition",
}
_LABELLED = re.compile(
    r"(?:(?<=\n)|^)[\s•▪●*·o-]*(?:[a-z0-9][.)]\s*)?"
    rf"(?P<label>{'|'.join(sorted(_FIELD_LABELS, key=len, reverse=True))})\s*:\s*",
    re.IGNORECASE,
)


def split_formulation(text: str) -> Formulation:
    """Take apart formula and prose: labels ("Alasan: … Formulasi: …"), fractions, "A dibagi B dikali 100"."""
    labels = list(_LABELLED.finditer(text))
    if labels:
        return _split_labels(text, labels)
    match = _WITH_FACTOR.fullmatch(text)
    if match:
        return _split_fraction(text, match)
    return _split_plain(text)


def _split_labels(text: str, labels: list[re.Match[str]]) -> Formulation:
    ends = [label.start() for label in labels[1:]] + [len(text)]
    labelled: dict[str, str] = {}
    before = text[: labels[0].start()].strip()
    for label, end in zip(labels, ends, strict=True):
        name = _FIELD_LABELS[label["label"].lower()]
        labelled[name] = "\n".join(filter(None, (labelled.get(name, ""), text[label.end() : end].strip())))
    inner = split_formulation(labelled["formulation"]) if labelled.get("formulation") else Formulation()
    if before:
        labelled["definition"] = "\n".join(filter(None, (before, labelled.get("definition", ""))))
    return replace(inner, labelled=labelled)


def _fraction(text: str) -> tuple[str, str]:
    """Return numerator and denominator of what stands before the factor, "" and "" when it cannot be told."""
    text = re.sub(r"^[^=\n]{0,120}=\s*", "", text.strip())
    if text.startswith("(") and text.endswith(")") and text.find(")") == len(text) - 1:
        text = text[1:-1]
    for pattern in (_RULE_LINE, _DIVIDED):
        parts = [part.strip() for part in pattern.split(text) if part.strip()]
        if len(parts) == 2:
            numerator, denominator = (" ".join(part.split()).strip() for part in parts)
            return _unbracketed(numerator), _unbracketed(denominator)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) == 2:
        return lines[0], lines[1]
    return "", ""


def _unbracketed(text: str) -> str:
    return text[1:-1].strip() if text.startswith("(") and text.find(")") == len(text) - 1 else text


def _split_fraction(text: str, match: re.Match[str]) -> Formulation:
    fraction, after = match["fraction"], match["after"]
    lines = after.split("\n", 1)
    same_line, rest = lines[0], lines[1] if len(lines) > 1 else ""
    start = "Hasil kali tidak dapat dipisahkan dari penjelasannya"
    # A stacked fraction whose factor was typed beside the rule: the denominator follows the factor.
    if "\n" not in fraction.strip() and rest and not same_line.strip() and not any(_fraction(fraction)):
        return Formulation(text, code="fraction_unclear", message=f"{start}; sel disimpan utuh.")
    prose = f"{same_line}\n{rest}".strip(" \n.;,")
    if prose and not (same_line.strip(" .;") == "" or prose[0].isupper() or prose[0] in "(*•-"):
        return Formulation(text, code="formula_unclear", message=f"{start}; sel disimpan utuh.")
    before, fraction = _leading_prose(fraction)
    if (ruled := _ENDS_IN_RULE.fullmatch(fraction)) and rest and not same_line.strip():
        # The factor was typed beside the rule: the denominator is the line after it.
        denominator, _, prose = rest.partition("\n")
        formula = f"{fraction.strip()} {match['factor'].strip()}\n{denominator}"
        prose = "\n".join(filter(None, (before, prose.strip())))
        return Formulation(formula, ruled[1].strip(), denominator.strip(), match["factor"].strip(), prose)
    numerator, denominator = _fraction(fraction)
    formula = f"{fraction.strip()} {match['factor'].strip()}".strip()
    split = Formulation(
        formula,
        numerator,
        denominator,
        match["factor"].strip(),
        "\n".join(filter(None, (before, f"{same_line}\n{rest}".strip()))),
    )
    if not numerator:
        message = "Pembilang dan penyebut tidak dapat dipisahkan dengan pasti; periksa rumusnya."
        return replace(split, code="fraction_unclear", message=message)
    return split


def _leading_prose(fraction: str) -> tuple[str, str]:
    """Return prose lines before a fraction, and the fraction."""
    lines = fraction.split("\n")
    last = max((number for number, line in enumerate(lines) if _DEFINING.search(line)), default=-1)
    return "\n".join(lines[: last + 1]).strip(), "\n".join(lines[last + 1 :])


def _split_plain(text: str) -> Formulation:
    """Without a factor only a line of its own that is a fraction is taken for the formula."""
    lines = text.split("\n")
    if len(lines) > 1 and not _DEFINING.search(lines[0]) and _DIVIDED.search(lines[0]):
        numerator, denominator = _fraction(lines[0])
        if numerator and _DEFINING.search(lines[1]):
            return Formulation(lines[0].strip(), numerator, denominator, "", "\n".join(lines[1:]).strip())
    if len(lines) == 1 and not _DEFINING.search(text):
        numerator, denominator = _fraction(text)
        if numerator and (re.search(r"\bdibagi\b|÷| / |=", text)):
            return Formulation(text, numerator, denominator)
    if _DEFINING.search(text) and len(text) > 60 and re.match(r"jumlah|total|nilai", text, re.IGNORECASE):
        message = "Rumus dan penjelasan tidak dapat dipisahkan dengan pasti; sel disimpan utuh."
        return Formulation(text, code="kept_whole", message=message)
    return Formulation(text)
