"""NIP, the number of a civil servant: 18 digits, read and written. Pure: standard library only.

Birth date (8), month of first appointment (6), sex (1), sequence (3); Perka BKN 22/2007. Contract officials
(PPPK) have 21 and more where others have the month (PP 49/2018), so that part is not checked.
"""

import datetime as dt


class NipError(ValueError):
    """What is wrong with a NIP, as an Indonesian sentence."""


def read_nip(text: str) -> str:
    """Return the 18 digits of `text`, which may hold spaces. Raises NipError."""
    digits = "".join(text.split())
    for place, sign in enumerate(digits, 1):
        if sign not in "0123456789":
            raise NipError(f"Tanda ke-{place} NIP, “{sign}”, bukan angka. Ketik 18 angka saja; spasi boleh.")
    if len(digits) != 18:
        raise NipError(
            f"NIP terdiri atas 18 angka, yang diketik {len(digits)}. Periksa angka yang kurang atau lebih."
        )
    try:
        dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise NipError(
            f"Delapan angka pertama NIP adalah tanggal lahir (tahun bulan hari); {digits[:8]} bukan tanggal."
        ) from None
    if not 1900 <= int(digits[:4]) <= 2100:
        raise NipError(f"Empat angka pertama NIP adalah tahun lahir; {digits[:4]} tidak mungkin.")
    if digits[14] not in "12":
        raise NipError(f"Angka ke-15 NIP adalah jenis kelamin, 1 atau 2, bukan {digits[14]}.")
    # A spreadsheet keeps 15 digits of a number and puts zeros for the rest.
    if digits[15:] == "000":
        raise NipError(
            "Tiga angka terakhir NIP adalah nomor urut, mulai 001, bukan 000. "
            "Bila disalin dari lembar kerja, jadikan selnya teks dan ketik ulang NIP-nya."
        )
    return digits


def format_nip(nip: str) -> str:
    """Write 18 digits in groups, as documents do: "19751229 199902 2 001"."""
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}" if len(nip) == 18 else nip
