"""What can be wrong with a file, in words: codes are stable, sentences are Indonesian. A leaf.

`Unreadable` is for files nothing can be taken from; a `Problem` (grid.py) is about a place of a file that
was read.
"""

from __future__ import annotations

import re

# Characters that cannot be seen and change how a text looks or compares: control characters, zero-width
# spaces, marks that turn the direction of writing, byte order marks, halves of surrogate pairs.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)
MAX_SHOWN_NAME = 80

_EXCEL = "Buka di Excel atau LibreOffice, simpan ulang, lalu unggah lagi."
_XLSX = "Simpan sebagai .xlsx lalu unggah lagi."

# {file} is the name as uploaded; other fields are named by who raises.
REFUSALS = {
    # What the file is
    "empty": 'Berkas "{file}" kosong. Pilih berkas yang berisi tabel.',
    "too-large": 'Berkas "{file}" {size} MB melebihi batas {limit} MB. Hapus gambar dan lembar yang tidak '
    "perlu, lalu unggah lagi.",
    "unsupported": 'Berkas "{file}" tidak dapat dibaca. Simpan sebagai .xlsx lalu unggah lagi.',
    "old-text": 'Berkas "{file}" adalah dokumen {what}. Simpan sebagai .docx lalu unggah lagi.',
    "pdf": 'Berkas "{file}" adalah PDF. Unggah berkas asalnya (.xlsx, .ods, .xls, .csv, atau .docx).',
    "picture": 'Berkas "{file}" adalah gambar. Unggah berkas asalnya (.xlsx, .ods, .xls, .csv, atau .docx).',
    "archive": 'Berkas "{file}" adalah arsip, bukan lembar kerja. Keluarkan berkas di dalamnya lalu unggah '
    "satu per satu.",
    "not-a-table": 'Berkas "{file}" bukan lembar kerja. Unggah berkas .xlsx, .ods, .xls, .csv, atau .docx.',
    "wrong-extension": 'Isi berkas "{file}" adalah teks biasa, bukan {extension}. Ubah akhiran namanya '
    "menjadi .csv atau unggah berkas {extension} yang sebenarnya.",
    "encrypted": 'Berkas "{file}" dikunci dengan kata sandi. Buka di Excel, hapus kata sandinya, simpan, '
    "lalu unggah lagi.",
    # Damage and attack
    "broken": f'Berkas "{{file}}" rusak atau terpotong. {_EXCEL}',
    "polyglot": f'Berkas "{{file}}" bercampur dengan isi lain di luar lembar kerja. {_EXCEL}',
    "odd-names": f'Berkas "{{file}}" berisi nama bagian yang tidak wajar. {_EXCEL}',
    "inflates": f'Isi berkas "{{file}}" mengembang jauh melebihi ukuran yang wajar. {_EXCEL}',
    "doctype": f'Berkas "{{file}}" berisi definisi XML (DOCTYPE) yang tidak diizinkan. {_EXCEL}',
    "too-deep": f'Susunan isi berkas "{{file}}" terlalu dalam. {_EXCEL}',
    # Size
    "too-many-parts": 'Berkas "{file}" berisi {count} bagian; batasnya {limit}. Hapus gambar yang tidak '
    "perlu, lalu unggah lagi.",
    "too-many-sheets": 'Berkas "{file}" berisi lebih dari {limit} lembar atau tabel. Pisahkan menjadi '
    "beberapa berkas.",
    "too-far": 'Sel {cell} pada lembar "{sheet}" berada di luar batas {rows} baris dan {columns} kolom. '
    "Hapus isi yang terlalu jauh itu, lalu unggah lagi.",
    "too-many-cells": 'Berkas "{file}" berisi lebih dari {limit} sel. Pisahkan menjadi beberapa berkas.',
    "too-much-text": 'Berkas "{file}" berisi terlalu banyak teks. Pisahkan menjadi beberapa berkas.',
    "text-too-long": 'Berkas "{file}" berisi sel dengan teks lebih dari {limit} karakter. Pendekkan teksnya, '
    "lalu unggah lagi.",
    "no-table": 'Tidak ada tabel di dalam berkas "{file}". Pilih berkas yang berisi tabel.',
    # The reading itself
    "too-slow": 'Berkas "{file}" terlalu lama dibaca. Hapus lembar yang tidak perlu atau pisahkan menjadi '
    "beberapa berkas.",
    "too-heavy": 'Berkas "{file}" memerlukan terlalu banyak memori. Hapus lembar yang tidak perlu atau '
    "pisahkan menjadi beberapa berkas.",
}


class Unreadable(Exception):  # noqa: N818 - it says what the file is
    """A file from which nothing was taken. `code` is one of REFUSALS; `message` is one Indonesian
    sentence or two.

    Whoever raises need not know the name of the file: `read` puts it in.
    """

    def __init__(self, code: str, *, file: str = "", **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.file = file
        self.details = {name: str(value) for name, value in details.items()}

    @property
    def message(self) -> str:
        """What happened and how to repair it, for the person who uploaded the file."""
        return REFUSALS[self.code].format(file=shown_name(self.file), **self.details)

    def __str__(self) -> str:
        return self.message


def shown_name(name: str) -> str:
    """Return the bare name of an uploaded file as it may stand in a sentence."""
    bare = (
        UNSEEN.sub("", name.replace("\\", "/").rpartition("/")[2])
        .replace("\n", " ")
        .replace('"', "'")
        .strip()
    )
    return bare if len(bare) <= MAX_SHOWN_NAME else f"{bare[: MAX_SHOWN_NAME - 12]}…{bare[-11:]}"


def extension(name: str) -> str:
    """Return the extension of a file name in small letters with its dot, empty where there is none."""
    stem, dot, last = shown_name(name).rpartition(".")
    return f".{last.lower()}" if stem and dot else ""
