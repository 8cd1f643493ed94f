"""What a row is when it is no indicator: a total, a note, a signature, a page mark. Told by words. A leaf."""

from __future__ import annotations

import re

_TOTAL_TAIL = (
    r"(?:\s*(?:keseluruhan|seluruh(?:nya)?|anggaran|nilai|skor|bobot|capaian|pencapaian|kinerja"
    r"|sasaran|tujuan|indikator|iku|ikk|"
    r"program|kegiatan|strategis|utama|rata[- ]?rata|rerata|akhir|umum|opd|skpd|dinas|perangkat daerah"
    r"|realisasi|target|total|"
    r"triwulan|tw|tahun|per|dan|s/?d|ke|organisasi|misi|[ivx]+|[\d.,]+|%|\(%\)|\(rp\)|[:.]|=))*"
)
_TOTAL = re.compile(
    rf"(?:(?:sub[- ]?|grand )?(?:total|jumlah)|(?:(?:nilai|angka|jumlah|total|persentase|tingkat|%)\s+)*"
    rf"(?:rata[- ]*rata|rerata|rata2|average|mean)|(?:persentase |tingkat |% |nilai )?(?:capaian"
    rf"|realisasi|pencapaian) "
    rf"(?:kinerja )?(?:sasaran|tujuan|perangkat daerah|opd|keseluruhan|total|iku|rata[- ]?rata)"
    rf"|grand total|sum|"
    rf"(?:predikat|kategori|kesimpulan)(?: kinerja| capaian)*){_TOTAL_TAIL}",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:\*+\s*\)?|[¹²³†‡]\)?|\d\)\s(?=angka|data|target)|(?:catatan|keterangan|ket\.?"
    r"|sumber(?: data)?|notes?|nb|n\.b\.?|penjelasan|"
    r"disclaimer|definisi|cat\.?)\s*[:.)])(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_PAGE = re.compile(
    r"(?:hal(?:aman)?\.?\s*\d|page \d|lanjutan|bersambung|sambungan|[-–]\s*\d+\s*[-–]|dicetak|\(?lanjutan).*",
    re.IGNORECASE,
)
_MONTHS = (
    "januari|februari|pebruari|maret|april|mei|juni|juli|agustus|september|oktober|november|nopember|desember"
)
_PLACE_MONTH = re.compile(
    rf"[^\W\d][\w .'-]{{2,30}},?\s.{{0,12}}\b(?:{_MONTHS})\b\s*(?:20\d\d|19\d\d|[.…_]+)?.*",
    re.IGNORECASE | re.DOTALL,
)
_OFFICE = re.compile(
    r"(?:plt\.?|plh\.?|pj\.?|a\.?n\.?|u\.?b\.?)?\s*(?:kepala (?:dinas|badan|bagian|biro|kantor|satuan"
    r"|bidang|sub|uptd|seksi|skpd|opd|pelaksana)"
    r"|bupati|wali ?kota|gubernur|sekretaris (?:daerah|dinas|badan|dprd)|inspektur|camat|direktur"
    r"|lurah|pengguna anggaran|kasubbag"
    r"|pihak (?:pertama|kedua|kesatu)|kepala,|kepala$|ketua\b|disusun oleh|disetujui oleh|dibuat oleh"
    r"|diperiksa oleh).{0,90}",
    re.IGNORECASE | re.DOTALL,
)
_SIGNED = re.compile(
    r"\b(?:nip|n i p|nrp)\b\.?\s*[:.]?\s*[\d .]{0,30}|(?:mengetahui|menyetujui|yang membuat"
    r"|ditandatangani|tertanda|ttd|dto)\b.*"
    r"|pembina(?: utama)?(?: muda| madya| tk\.? ?i| tingkat i)?(?:\s*[,(/].*)?"
    r"|penata(?: muda)?(?: tk\.? ?i| tingkat i)?(?:\s*[,(/].*)?",
    re.IGNORECASE | re.DOTALL,
)


def is_total(text: str) -> bool:
    """Whether a text announces a sum or an average and nothing else: "Rata-rata capaian", "Sub Total I"."""
    return bool(_TOTAL.fullmatch(" ".join(text.split())))


def is_note(text: str) -> bool:
    """Whether a text is a note below a table: "*) angka sementara", "Keterangan:", "Sumber: BPS"."""
    return bool(_NOTE.match(text))


def is_page_mark(text: str) -> bool:
    """Whether a text belongs to the paper: "Halaman 2", "Lanjutan"."""
    return bool(_PAGE.fullmatch(" ".join(text.split())))


def is_signature(text: str) -> bool:
    """Whether a text opens or belongs to a block of signatures: place and date, office, NIP."""
    text = " ".join(text.split())
    if _OFFICE.fullmatch(text) or _SIGNED.match(text):
        return True
    return bool(_PLACE_MONTH.fullmatch(text) and len(text) < 60 and "," in text) or bool(
        re.match(r"ditetapkan di\b|pada tanggal\b", text, re.IGNORECASE)
    )
