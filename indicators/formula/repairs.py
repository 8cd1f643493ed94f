"""What to write instead: Indonesian advice for what people type that the formula language does not have."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable

from indicators.formula import limits

_CANDIDATES = 20  # names compared closely with one that is not known

# What people call the functions elsewhere.
_OTHER_NAMES = {
    "jumlah": "sum",
    "total": "sum",
    "average": "avg",
    "mean": "avg",
    "rata_rata": "avg",
    "rerata": "avg",
    "minimum": "min",
    "terkecil": "min",
    "maks": "max",
    "maximum": "max",
    "maksimum": "max",
    "terbesar": "max",
    "bulat": "round",
    "bulatkan": "round",
    "pembulatan": "round",
    "mutlak": "abs",
    "if": "if_missing",
    "jika": "if_missing",
    "iferror": "if_missing",
    "jika_kosong": "if_missing",
    "sebelumnya": "previous",
    "tahun_lalu": "previous",
}

# A sign the language does not have, and what to write instead.
_REPAIRS = {
    "**": 'Pangkat tidak tersedia. Tulis perkalian, misalnya "a * a".',
    "^": 'Pangkat tidak tersedia. Tulis perkalian, misalnya "a * a".',
    "²": 'Pangkat tidak tersedia. Tulis perkalian, misalnya "a * a".',
    "³": 'Pangkat tidak tersedia. Tulis perkalian, misalnya "a * a * a".',
    "//": 'Tulis satu "/" untuk membagi.',
    ":": 'Tulis "/" untuk membagi, bukan ":".',
    "\\": 'Tulis "/" untuk membagi, bukan "\\".',
    "·": 'Tulis "*" untuk mengalikan, bukan "·".',
    "•": 'Tulis "*" untuk mengalikan, bukan "•".',
    "=": 'Tulis hanya perhitungannya, tanpa "=".',
    ";": 'Pisahkan isi fungsi dengan koma, bukan ";".',
    "[": 'Tulis "(", bukan "[".',
    "{": 'Tulis "(", bukan "{".',
    "]": 'Tulis ")", bukan "]".',
    "}": 'Tulis ")", bukan "}".',
    "<": "Perbandingan tidak tersedia dalam rumus. Untuk memilih nilai, pakai min(…) atau max(…).",
    ">": "Perbandingan tidak tersedia dalam rumus. Untuk memilih nilai, pakai min(…) atau max(…).",
    "≤": "Perbandingan tidak tersedia dalam rumus. Untuk memilih nilai, pakai min(…) atau max(…).",
    "≥": "Perbandingan tidak tersedia dalam rumus. Untuk memilih nilai, pakai min(…) atau max(…).",
    "“": "Tulis kode data tanpa tanda kutip, misalnya koperasi_sehat.",
    "”": "Tulis kode data tanpa tanda kutip, misalnya koperasi_sehat.",
    '"': "Tulis kode data tanpa tanda kutip, misalnya koperasi_sehat.",
    "'": "Tulis kode data tanpa tanda kutip, misalnya koperasi_sehat.",
    "∑": "Tulis sum(a, b, …) untuk menjumlahkan.",
    "Σ": "Tulis sum(a, b, …) untuk menjumlahkan.",
    "√": "Akar tidak tersedia dalam rumus.",
    "½": "Tulis 0.5.",
    "‰": 'Tulis "* 1000" untuk permil.',
    ".": "Titik hanya dipakai sebagai tanda desimal di dalam angka, misalnya 12.5.",
}

# Words people write for signs.
WORD_SIGNS = {
    "kali": "*",
    "dikali": "*",
    "dikalikan": "*",
    "bagi": "/",
    "dibagi": "/",
    "per": "/",
    "tambah": "+",
    "ditambah": "+",
    "plus": "+",
    "kurang": "-",
    "dikurangi": "-",
    "minus": "-",
}


def short(text: str) -> str:
    """Return `text`, cut where it would fill the message."""
    return text if len(text) <= limits.NAME_CHARACTERS else f"{text[: limits.NAME_CHARACTERS]}…"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the name of `known` that was most likely meant, if any comes near.

    Comparing closely is dear; only the names that share most pairs of letters are.
    """
    wanted = _pairs(name)
    candidates = heapq.nlargest(_CANDIDATES, known, key=lambda other: len(wanted & _pairs(other)))
    return next(iter(difflib.get_close_matches(name, candidates, n=1)), None)


def _pairs(name: str) -> set[str]:
    return {name[at : at + 2] for at in range(len(name))}


def unknown_function(name: str, functions: Iterable[str]) -> tuple[str, str]:
    """Code and message for a name before "(" that is not one of `functions`."""
    names = list(functions)
    lower = name.lower()
    if lower in names:
        return "uppercase", f"Nama fungsi ditulis dengan huruf kecil: {lower}."
    near = _OTHER_NAMES.get(lower) or nearest(lower[: limits.NAME_CHARACTERS], names)
    meant = f"Maksud Anda {near}?" if near else f"Fungsi yang ada: {', '.join(names)}."
    shown = short(name)
    return "unknown_function", f'Fungsi "{shown}" tidak ada. {meant} Untuk mengalikan, tulis {shown} * (…).'


def refused(text: str, before: str) -> tuple[str, str]:
    """Code and message for a sign that the language does not have at this place."""
    if text == "%":
        if before.endswith("%"):
            return "percent_position", 'Cukup satu "%" setelah angka. Hapus "%" ini.'
        if before and before[0] in "0123456789.":
            return "percent_position", f'Tulis "%" langsung setelah angkanya, tanpa spasi: {before}%.'
        return (
            "percent_position",
            '"%" hanya boleh langsung setelah angka. Untuk hasil dalam persen, tulis "* 100%".',
        )
    if text in _REPAIRS:
        return "unsupported_sign", _REPAIRS[text]
    if text.isnumeric():
        return "unknown_character", f'Tulis angka dengan 0 sampai 9, bukan "{text}".'
    if text.isalpha():
        return (
            "unknown_character",
            f'Huruf "{text}" tidak dapat dipakai. Nama memakai a–z, 0–9, dan garis bawah.',
        )
    if not text.isprintable():
        return (
            "unknown_character",
            f"Di sini ada karakter yang tidak tampak (U+{ord(text):04X}). Hapus karakter itu.",
        )
    return "unknown_character", f'Tanda "{text}" tidak dikenal. Yang ada: + - * / ( ) % dan koma.'
