"""What a heading means: a field, a period, a unit, with a confidence and the reason.

A heading is read as a path, from the group above to the cell below: ("Tahun 2024", "Triwulan I", "Target").
Words are compared as sets, so order, punctuation, line breaks and small slips do not matter. The words are in
headings.toml.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

ACCEPTED = 0.72  # the least confidence with which a heading names a field
MAX_HEADING = 160  # characters; a longer text is no heading
MEASURES = ("target", "revised_target", "end_target", "realization", "achievement", "baseline")
# What tells an indicator apart when it is said of it, not measured.
DESCRIPTIONS = ("unit", "formulation", "definition", "reason", "source", "responsible_unit")
IGNORED_FIELD = "budget"

_DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "headings.toml").read_text(encoding="utf-8"))
_IGNORED = frozenset(_DATA["words"]["ignored"])
COUNTED_UNITS = frozenset(_DATA["words"]["counted"])
UNITS = COUNTED_UNITS | frozenset(_DATA["words"]["measured"])
GOAL_STARTS = frozenset(_DATA["words"]["goal_starts"])
INDICATOR_STARTS = frozenset(_DATA["words"]["indicator_starts"])
LABELS: dict[str, str] = {name: content["label"] for name, content in _DATA["fields"].items()}


@dataclass(frozen=True)
class Period:
    """When a figure is of. `ordinal` is the "3" of "Tahun ke-3"; `annual` a whole year without its number."""

    year: int | None = None
    quarter: int | None = None
    month: int | None = None
    semester: int | None = None
    ordinal: int | None = None
    cumulative: bool = False
    annual: bool = False

    @property
    def is_set(self) -> bool:
        """Whether any time is named."""
        return self != Period()

    def within(self, group: Period) -> Period:
        """Return this period completed by the one of the group above it."""
        return Period(
            self.year or group.year,
            self.quarter or group.quarter,
            self.month or group.month,
            self.semester or group.semester,
            self.ordinal or group.ordinal,
            self.cumulative or group.cumulative,
            self.annual or group.annual,
        )


NO_PERIOD = Period()


@dataclass(frozen=True)
class Heading:
    """What a heading means; without a field it may still name a period or a unit."""

    field: str | None = None
    confidence: float = 0.0
    reason: str = ""
    period: Period = NO_PERIOD
    unit: str = ""
    also: str = ""  # a second field the heading names: goals and indicators in one column
    unknown: str = ""  # words that name no field

    @property
    def says_something(self) -> bool:
        """Whether it is a heading at all."""
        return self.field is not None or self.period.is_set


# --- normalising --------------------------------------------------------------------------------------------

_BROKEN_WORD = re.compile(r"(?<=\w)[-\u00ad]\s*\n\s*(?=[a-z])")
# "SATUAN" with the number of its column on a second line; not "Triwulan" with its number.
_OWN_NUMBER = re.compile(
    r"(?<!wulan)(?<!tw)(?<!tahun)(?<!bulan)(?<!ke)(?<!ke-)(?<!ester)(?<!q)\s*\n\s*\(?\d{1,2}\)?\s*$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"(?:\s*(?:\*+\)?|[†‡¹²³]\)?|(?<=[a-z])\d\)))+$")
_SPACED_LETTERS = re.compile(r"(?:\b\w\b ){2,}\b\w\b")
_WORDS = re.compile(r"[^\W_]+|%|#")


def normalise(text: str) -> str:
    """Return `text` in lower case on one line: broken words joined, spaced letters closed, no marks."""
    text = _OWN_NUMBER.sub("", text)
    text = _BROKEN_WORD.sub("", unicodedata.normalize("NFKC", text.replace("²", "2")).replace("\u00ad", ""))
    text = " ".join(text.lower().replace("penanggungjawab", "penanggung jawab").split())
    text = _MARKS.sub("", text)
    return _SPACED_LETTERS.sub(lambda match: match[0].replace(" ", ""), text)


def is_unit(text: str) -> bool:
    """Whether `text` is a unit by its word: "Persen", "unit usaha", "orang/tahun"."""
    word = normalise(text).strip(" .()")
    return word in UNITS or word.split("/")[0].strip() in UNITS


def is_counted(unit: str) -> bool:
    """Whether things of this unit are counted one by one."""
    return normalise(unit).strip(" .()") in COUNTED_UNITS


# --- periods ------------------------------------------------------------------------------------------------

_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari pebruari february feb peb",
            "maret march mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agt agu ags aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}
_N = r"(?:ke\s*-?\s*)?(?P<n>xii|xi|ix|iv|viii|vii|vi|v|x|iii|ii|i|1[0-2]|0?[1-9])\b"
_QUARTER = re.compile(
    rf"\b(?:tri\s?wulan|t\.?\s?w\.?|trw|trwl|ku?[aw]+rtal|quarter|q)\s*[-.:]?\s*{_N}", re.IGNORECASE
)
_SEMESTER = re.compile(rf"\b(?:semester|smt|smtr)\.?\s*{_N}")
_NUMBERED_MONTH = re.compile(rf"\b(?:bulan|bln\.?|month)\s*[-.:]?\s*{_N}|\bb(?P<b>0[1-9]|1[0-2])\b")
_NAMED_MONTH = re.compile(rf"\b(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b")
_ORDINAL_YEAR = re.compile(rf"\b(?:tahun|thn\.?|th\.?|year)\s*[-.:]?\s*{_N}")
_YEAR_SPAN = re.compile(r"\b(?:19|20)\d\d\s*(?:[-–—/]|s\.?\s?/?d\.?|sampai(?: dengan)?)\s*(?:19|20)\d\d\b")
_YEAR = re.compile(r"\b(?:19[5-9]\d|20\d\d)\b")
_CUMULATIVE = re.compile(r"\b(?:s\s?\.?\s?/?\s?d\b\.?|sampai dengan|sampai|hingga|kumulatif)")
_RELATIVE = re.compile(r"\(?\b(?:tahun )?n\s*[-+−–]\s*\d\)?|\btahun n\b|\(n\)")
_ANNUAL = re.compile(r"\b(?:tahunan|setahun|1 \(?satu\)? tahun|satu tahun|1 tahun|full year|annual)\b")
_TIME_WORDS = re.compile(r"\b(?:tahun anggaran|tahun|thn|th|t\.a|ta|bulan|bln|year|fy|akhir tahun)\b\.?")
_EXPECTED = (
    ("quarter", re.compile(r"\b(?:tri\s?wulan|tw|kuartal|quarter)\b\.?(?:\s*ke\b\s*-?)?")),
    ("month", re.compile(r"\b(?:bulan|bln|month)\b\.?(?:\s*ke\b\s*-?)?")),
    ("year", re.compile(r"\b(?:tahun|thn|year)\b\.?(?:\s*ke\b\s*-?)?")),
)
_BARE = re.compile(rf"(?:\(\s*)?{_N}\s*\)?\.?")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]")
_IN_UNIT = re.compile(
    r"\bdalam (%|persen|rupiah|rp\.?[^ ]*|juta(?: rupiah)?|ribu(?: rupiah)?|miliar(?: rupiah)?)"
)


def find_period(text: str) -> Period:
    """Return the period named in running text, as in a title: "CAPAIAN KINERJA TRIWULAN II TAHUN 2024"."""
    return _take_period(normalise(text))[0]


def find_span(text: str) -> tuple[int, int] | None:
    """Return first and last year of "2021–2026" in a text."""
    match = _YEAR_SPAN.search(normalise(text))
    if match is None:
        return None
    first, last = (int(year) for year in re.findall(r"(?:19|20)\d\d", match[0]))
    return (first, last) if first < last else None


@dataclass(frozen=True)
class _Part:
    """One text of a path: what is left of it when periods and units are taken out."""

    core: str
    period: Period
    unit: str
    expects: str  # "quarter", "month", "year": what bare numbers below it would be
    bare: int | None  # a number alone
    inside: str  # what stood in brackets


def _number(match: re.Match[str], name: str = "n") -> int:
    found = match[name].lower()
    return _ROMAN.get(found) or int(found)


def _take(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    match = pattern.search(text)
    return match, f"{text[: match.start()]} {text[match.end() :]}" if match else text


def _take_period(text: str) -> tuple[Period, str]:
    """Return the period named in a normalised text, and the text without it."""
    period = Period()
    _, text = _take(_RELATIVE, text)
    span, text = _take(_YEAR_SPAN, text)
    quarter, text = _take(_QUARTER, text)
    if quarter and _number(quarter) <= 4:
        period = replace(period, quarter=_number(quarter))
    semester, text = _take(_SEMESTER, text)
    if semester and _number(semester) <= 2:
        period = replace(period, semester=_number(semester))
    month, text = _take(_NUMBERED_MONTH, text)
    if month:
        period = replace(period, month=int(month["b"]) if month["b"] else _number(month))
    named, text = _take(_NAMED_MONTH, text)
    if named:
        period = replace(period, month=_MONTHS[named[0]])
    year, text = _take(_YEAR, text)
    if year and not span:
        period = replace(period, year=int(year[0]))
    ordinal, text = _take(_ORDINAL_YEAR, text) if not year else (None, text)
    if ordinal:
        period = replace(period, ordinal=_number(ordinal))
    if period.is_set and (until := _CUMULATIVE.search(text)):
        period = replace(period, cumulative=True)
        text = text[: until.start()] + " " + text[until.end() :]
    if _ANNUAL.search(text):
        period = replace(period, annual=True)
    if period.is_set or span:
        text = _TIME_WORDS.sub(" ", text)
    return period, text


def _take_unit(text: str) -> tuple[str, str, str]:
    """Return the unit in a heading, the text without it, and what else stood in brackets."""
    unit, inside = "", ""
    for bracketed in _BRACKETED.finditer(text):
        content = bracketed[1].strip()
        if is_unit(content) or content.startswith(("rp", "dalam ", "us$")):
            unit = content.removeprefix("dalam ")
        elif not content.isdigit() or _YEAR.fullmatch(content):
            inside = content
    text = _BRACKETED.sub(" ", text)
    match, text = _take(_IN_UNIT, text)
    return (match[1] if match else unit), text, inside


@lru_cache(maxsize=8192)
def _parse(text: str) -> _Part:
    text = normalise(text)
    bare = _BARE.fullmatch(text)
    unit, without, inside = _take_unit(text)
    if _YEAR.search(inside) or _NAMED_MONTH.search(inside) or _QUARTER.search(inside):
        without, inside = f"{without} {inside}", ""
    period, core = _take_period(without)
    expects = ""
    for name, pattern in _EXPECTED:
        match, left = _take(pattern, core)
        if match:
            expects, core = name, left
            break
    words = _WORDS.findall(core)
    return _Part(
        " ".join(core.split()) if words else "",
        period,
        unit,
        expects,
        _number(bare) if bare else None,
        inside,
    )


# --- fields -------------------------------------------------------------------------------------------------


def _words(text: str) -> tuple[str, ...]:
    found = tuple(_WORDS.findall(text))
    return tuple(word for word in found if word not in _IGNORED) or found


@dataclass(frozen=True)
class _Synonym:
    field: str
    text: str
    words: frozenset[str]


_SYNONYMS = [
    _Synonym(name, text, frozenset(_words(text)))
    for name, content in _DATA["fields"].items()
    for text in content["words"]
]
_WHOLE: dict[str, _Synonym] = {
    "".join(_words(text)): _Synonym(name, text, frozenset(_words(text)))
    for name, content in _DATA["fields"].items()
    for text in [*content.get("exact", ()), *content["words"]]
}
_VOCABULARY = sorted({word for synonym in _SYNONYMS for word in synonym.words if len(word) > 2})
_KNOWN = frozenset(_VOCABULARY)
_INDEX: dict[str, list[_Synonym]] = {}
for _synonym in _SYNONYMS:
    for _word in _synonym.words:
        _INDEX.setdefault(_word, []).append(_synonym)


@lru_cache(maxsize=8192)
def _closest(word: str) -> tuple[str, float]:
    """Return the word of the vocabulary nearest to `word`, and how near; the word itself when none is."""
    if word in _KNOWN or len(word) < 5 or any(sign.isdigit() for sign in word):
        return word, 1.0
    near = difflib.get_close_matches(word, _VOCABULARY, n=1, cutoff=0.82)
    return (near[0], difflib.SequenceMatcher(None, word, near[0]).ratio()) if near else (word, 1.0)


@dataclass(frozen=True)
class _Match:
    field: str
    score: float
    synonym: str


@lru_cache(maxsize=8192)
def _match(core: str) -> _Match | None:
    """Return the field whose synonym is nearest to a text without periods and units."""
    words = _words(core)
    if not words or len(words) > 14:
        return None
    whole = _WHOLE.get("".join(words))
    if whole:
        return _Match(whole.field, 1.0, whole.text)
    if len("".join(words)) < 3:
        return None
    close = dict(_closest(word) for word in words)
    best: _Match | None = None
    for synonym in dict.fromkeys(synonym for word in close for synonym in _INDEX.get(word, ())):
        common = sum(near for word, near in close.items() if word in synonym.words)
        score = 2 * common / (len(close) + len(synonym.words))
        if best is None or score > best.score:
            best = _Match(synonym.field, min(score, 0.98), synonym.text)
    if (best is None or best.score < ACCEPTED) and all(len(word) > 1 for word in words):
        near = difflib.get_close_matches("".join(words), _WHOLE, n=1, cutoff=0.86)
        if near and len(near[0]) > 4:
            return _Match(_WHOLE[near[0]].field, 0.86, _WHOLE[near[0]].text)
    first = _WHOLE.get(words[0])
    if (best is None or best.score < ACCEPTED) and first and first.field in MEASURES and len(words) > 3:
        return _Match(first.field, 0.74, first.text)
    return best


def _match_names(core: str) -> tuple[_Match | None, str]:
    """Match a text of one or several names ("Sasaran/Outcome"); also return a second field it names."""
    whole = _match(core)
    if whole and whole.score == 1.0:
        return whole, ""
    names = [name.strip() for name in re.split(r"\s*[/&;|]\s*|\s+dan\s+", core) if name.strip()]
    parts = [match for match in map(_match, names) if match and match.score >= 0.8]
    fields = list(dict.fromkeys(match.field for match in parts))
    if len(names) < 2 or (len(parts) < 2 and not (parts and len(parts) == len(names))):
        return whole, ""
    best = max(parts, key=lambda match: match.score)
    if len(fields) == 1:
        return replace(best, score=max(best.score * 0.97, whole.score if whole else 0)), ""
    if set(fields) <= {"goal", "objective", "indicator"} and "indicator" in fields:
        return _Match("indicator", 0.9, core), "goal"
    if set(fields) == {"goal", "objective"}:
        return _Match("goal", 0.95, core), ""
    if whole and whole.score >= 0.85:
        return whole, ""
    return replace(parts[0], score=0.75), fields[1]


@lru_cache(maxsize=8192)
def might_be_heading(text: str) -> bool:
    """Whether a cell deserves a closer look; cheap, for the many cells that do not."""
    if len(text) > MAX_HEADING:
        return False
    part = _parse(text)
    words = _words(part.core)
    return part.period.is_set or "".join(words) in _WHOLE or any(word in _KNOWN for word in words)


# --- paths --------------------------------------------------------------------------------------------------


def _pick(parts: list[_Part]) -> tuple[_Match | None, str]:
    """Choose between what the lowest text says alone and what the texts say together."""
    cores = [part.core for part in parts if part.core]
    if not cores:
        return None, ""
    leaf, also = _match_names(cores[-1])
    if leaf is None or leaf.score < ACCEPTED:
        inside = [_match(part.inside) for part in parts[-1:] if part.inside]
        leaf = next((match for match in inside if match and match.score == 1.0), leaf)
    if len(cores) == 1:
        return leaf, also
    groups = [match for match, _ in map(_match_names, cores[:-1]) if match and match.score >= ACCEPTED]
    if any(group.field == IGNORED_FIELD for group in groups) and (
        leaf is None or leaf.score < ACCEPTED or leaf.field in {*MEASURES, "unit", "note"}
    ):
        return _Match(IGNORED_FIELD, 0.95, cores[0]), ""
    together = max(
        filter(None, (_match(" ".join(cores)), _match(" ".join(cores[-2:])))),
        key=lambda match: match.score,
        default=None,
    )
    if together and together.score >= 0.95 and together.field not in {*MEASURES, "measure", "period", "text"}:
        return together, ""
    if leaf and leaf.score >= ACCEPTED and leaf.field != "text":
        return _leaf_in_group(leaf, groups), also
    if together and together.score >= ACCEPTED:
        return together, ""
    return (replace(groups[-1], score=groups[-1].score * 0.9), "") if groups else (leaf, also)


def _leaf_in_group(leaf: _Match, groups: list[_Match]) -> _Match:
    """Under "Target", "%" and "K" (kinerja) are figures of the target."""
    measures = [group for group in groups if group.field in MEASURES]
    if leaf.synonym == "kinerja" and not measures:
        return replace(leaf, score=0.0)
    if measures and leaf.field == "target" and measures[-1].field in {"end_target", "revised_target"}:
        return measures[-1]
    if measures and leaf.synonym in {"kinerja", "%", "persen", "persentase", "c"}:
        group = measures[-1]
        if leaf.synonym == "kinerja" or (leaf.synonym != "c" and group.field != "realization"):
            return replace(group, score=max(group.score * 0.95, ACCEPTED))
    return leaf


_ABBREVIATIONS = {"k": "kinerja"}


def _numbered_period(kind: str, number: int) -> Period:
    return {"quarter": Period(quarter=number), "month": Period(month=number), "year": Period(ordinal=number)}[
        kind
    ]


def _period_of(parts: list[_Part], measured: bool) -> Period:  # noqa: FBT001 – one fact of the same column
    period = Period()
    expects = ""
    for part in parts:
        period = part.period.within(period)
        if part.bare is not None and not part.period.is_set:
            kind = expects or ("quarter" if measured and part.bare <= 4 else "")
            limit = {"quarter": 4, "month": 12, "year": 10}.get(kind, 0)
            if part.bare <= limit:
                period = _numbered_period(kind, part.bare).within(period)
        expects = part.expects or expects
    return period


@lru_cache(maxsize=8192)
def read_heading(path: tuple[str, ...]) -> Heading:
    """Read the texts above a column, the group first. A path of empty texts means nothing."""
    texts = [text for text in path if text.strip() and len(text) <= MAX_HEADING]
    parts = [_parse(_ABBREVIATIONS.get(normalise(text), text)) for text in texts]
    if not parts:
        return Heading()
    named = [part if part.bare is None or part.core == "c" else replace(part, core="") for part in parts]
    if len(named) > 1 and named[-1].core in {"i", "v"}:
        named[-1] = replace(named[-1], core="")
    match, also = _pick(named)
    measured = match is not None and match.field in (*MEASURES, IGNORED_FIELD)
    period = _period_of(parts, measured)
    unit = next((part.unit for part in reversed(parts) if part.unit), "")
    if match is None or match.score < ACCEPTED:
        expected = next((part.expects for part in reversed(parts) if part.expects), "")
        if expected and not period.is_set:
            return Heading(
                "period", 0.9, f'judul "{texts[-1].strip()}" menyebut waktu', period, unit, expected
            )
        unknown = " ".join(part.core for part in named if part.core)
        return Heading(None, 0.0, "", period, unit, unknown=unknown)
    if match.field == "achievement" and not unit and "%" in normalise(texts[-1]):
        unit = "%"
    how = "sama dengan" if match.score == 1.0 else "mirip"
    shown = " › ".join(" ".join(text.split()) for text in texts)
    reason = f'judul "{shown}" {how} "{match.synonym}" ({LABELS[match.field]})'
    return Heading(match.field, round(match.score, 2), reason, period, unit, also)
