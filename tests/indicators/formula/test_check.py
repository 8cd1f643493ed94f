"""Unknown names are errors; doubtful units and signs are warnings at their place."""

from decimal import Decimal
from fractions import Fraction

import pytest

from indicators.formula import FormulaError, Operand, check, parse
from indicators.formula.evaluation import Constants

KNOWN = {
    "koperasi_sehat": Operand("Koperasi sehat", "koperasi"),
    "koperasi": Operand("Seluruh koperasi", "Koperasi"),
    "umkm": Operand("Seluruh UMKM", "unit"),
    "anggaran": Operand("Anggaran", "Rupiah"),
    "realisasi": Operand("Realisasi anggaran", "rupiah"),
    "p": Operand("Persentase P", "Persen"),
    "q": Operand("Persentase Q", "%"),
    "tanpa": Operand("Data tanpa satuan"),
    "lain": Operand("Data lain"),
}


@pytest.mark.parametrize(
    ("text", "message", "position", "length"),
    [
        ("1 + koperasi_shat", 'Nama "koperasi_shat" tidak dikenal. Maksud Anda koperasi_sehat?', 4, 13),
        ("previous( angaran )", 'Nama "angaran" tidak dikenal. Maksud Anda anggaran?', 10, 7),
        ("if_missing(p, umkn)", 'Nama "umkn" tidak dikenal. Maksud Anda umkm?', 14, 4),
        (
            "zzz",
            'Nama "zzz" tidak dikenal. Pilih kode dari daftar data dasar, atau tambahkan data dasar baru.',
            0,
            3,
        ),
        ("1 * sum", 'Nama "sum" tidak dikenal. Sebagai fungsi, tulis sum(a, b, …).', 4, 3),
    ],
)
def test_an_unknown_name_is_an_error_that_offers_the_nearest(text, message, position, length):
    with pytest.raises(FormulaError) as raised:
        check(parse(text), KNOWN)
    error = raised.value
    assert (error.code, error.message, error.position, error.length) == (
        "unknown_name",
        message,
        position,
        length,
    )


def test_the_nearest_of_very_many_names_is_found():
    many = {f"data_dasar_{number}": Operand("Data") for number in range(2_000)} | KNOWN
    with pytest.raises(FormulaError, match=r"Maksud Anda koperasi_sehat\?"):
        check(parse("koperas_sehat"), many)
    with pytest.raises(FormulaError, match="Pilih kode dari daftar"):
        check(parse("qqq"), many)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("koperasi_sehat / koperasi * 100%", "Persen"),
        ("koperasi_sehat / koperasi * 100%", ""),
        ("koperasi_sehat / koperasi * 100", "persen"),
        ("100 * koperasi_sehat / koperasi", "%"),
        ("koperasi_sehat / koperasi", "Rasio"),
        ("koperasi_sehat / koperasi", ""),
        ("(koperasi - previous(koperasi)) / previous(koperasi) * 100%", "Persen"),
        ("-(koperasi_sehat - koperasi) / koperasi * 100%", "Persen"),
        ("p", "Persen"),
        ("p - previous(p)", "Persen"),
        ("p - q", "Persen"),
        ("100% - p", "Persen"),
        ("40% * p + 60% * q", "Persen"),
        ("0.4 * p + 0.6 * q", "Persen"),
        ("(p * koperasi + q * koperasi_sehat) / (koperasi + koperasi_sehat)", "Persen"),
        ("p * anggaran", "Rupiah"),
        ("10% * anggaran", "Rupiah"),
        ("anggaran * (1 + 5%)", "Rupiah"),
        ("anggaran * (1 - p)", "Rupiah"),
        ("anggaran + 10% * anggaran", "Rupiah"),
        ("anggaran + realisasi - 1000", "Rupiah"),
        ("anggaran + tanpa", "Rupiah"),
        ("anggaran / umkm", "Rupiah/unit"),
        ("anggaran / umkm - realisasi / umkm", "Rupiah/unit"),
        ("min(anggaran, realisasi)", "Rupiah"),
        ("max(p, 0%)", "Persen"),
        ("if_missing(p, 0%)", "Persen"),
        ("if_missing(anggaran, 0)", "Rupiah"),
        ("if_missing(p, 0)", "Persen"),
        ("round(koperasi_sehat / koperasi * 100%, 1)", "Persen"),
        ("round(koperasi)", "Koperasi"),
        ("round(tanpa * 5%)", "Orang"),
        ("sum(koperasi, koperasi_sehat)", "Koperasi"),
        ("sum(p)", "Persen"),
        ("tanpa / 100 * 5%", "Orang"),
        ("tanpa / 100 * 100%", "Persen"),
        ("koperasi_sehat / koperasi * 100", "per 100 penduduk"),
        ("umkm * 0.125", "unit"),
        ("umkm * 1000", "unit"),
        ("umkm * 1.0000", "unit"),
        ("max(1, 5, umkm)", "unit"),
        ("sum(1.5, 2)", ""),
        ("50% + 2%", "Persen"),
        ("p / 1%", "Indeks"),
        ("p / q", "Rasio"),
        ("koperasi / 0.5", "Koperasi"),
    ],
)
def test_a_sound_formula_is_not_warned_of(text, unit):
    assert check(parse(text), KNOWN, unit=unit) == []


TWICE = (
    "Angka persen di sini masih dikali atau dibagi 100, padahal persen sudah dihitung per seratus. "
    "Hapus 100 ini."
)
WITHOUT = 'Satuan indikator ini persen, tetapi rumusnya tidak dikalikan 100%. Tambahkan "* 100%".'
SUMMED = (
    "Persentase dijumlahkan atau dirata-ratakan tanpa bobot, padahal penyebutnya bisa berbeda. "
    "Hitung dari jumlah pembilang dan jumlah penyebut, atau kalikan tiap persen dengan bobot."
)
NOT_PERCENT = (
    "Rumus dikalikan 100, padahal satuan indikator ini Koperasi. Hapus perkalian ini, atau ubah "
    "satuannya menjadi persen."
)
WARNINGS = [
    ("⟦koperasi_sehat / koperasi⟧", "Persen", "percent_without_hundred", WITHOUT),
    ("⟦1 - koperasi_sehat / koperasi⟧", "Persen", "percent_without_hundred",
     WITHOUT.replace("Tambahkan", "Beri kurung pada seluruh rumus, lalu tambahkan")),
    ("⟦p / q⟧", "Persen", "percent_without_hundred", WITHOUT),
    ("100 * koperasi_sehat / koperasi * ⟦100⟧", "Persen", "hundred_twice",
     "Rumus dikalikan 100 lebih dari sekali. Hapus salah satunya."),
    ("koperasi_sehat / koperasi * ⟦100%⟧", "Koperasi", "hundred_without_percent", NOT_PERCENT),
    ("⟦100⟧ * koperasi_sehat / koperasi", "Koperasi", "hundred_without_percent", NOT_PERCENT),
    ("⟦p - q⟧", "Indeks", "percent_result",
     ('Hasil rumus ini persen, padahal satuan indikator ini Indeks: 75% akan menjadi 0,75. Ubah'
      ' satuannya menjadi persen, atau beri kurung pada seluruh rumus, lalu'
      ' tambahkan "/ 1%" agar menjadi 75.')),
    ("⟦p⟧", "Indeks", "percent_result",
     ('Hasil rumus ini persen, padahal satuan indikator ini Indeks: 75% akan menjadi 0,75. Ubah'
      ' satuannya menjadi persen, atau tambahkan "/ 1%" agar menjadi 75.')),
    ("koperasi_sehat / koperasi * 100% * ⟦100⟧", "Persen", "scaled_twice", TWICE),
    ("⟦100⟧ * p", "Persen", "scaled_twice", TWICE),
    ("p / ⟦100⟧ * anggaran", "Rupiah", "scaled_twice", TWICE),
    ("⟦100⟧ * koperasi_sehat / koperasi * 100%", "Persen", "scaled_twice", TWICE),
    ("anggaran + ⟦p⟧", "Rupiah", "mixed_units",
     ("Satuan yang berbeda digabungkan: Anggaran (Rupiah) dan Persentase P (persen). Samakan "
      "satuannya dahulu.")),
    ("anggaran - tanpa - ⟦umkm⟧", "Rupiah", "mixed_units",
     "Satuan yang berbeda digabungkan: Anggaran (Rupiah) dan Seluruh UMKM (unit). Samakan satuannya dahulu."),
    ("sum(anggaran, ⟦p * umkm⟧)", "Rupiah", "mixed_units",
     ("Satuan yang berbeda digabungkan: Anggaran (Rupiah) dan Persentase P × Seluruh UMKM "
      "(unit). Samakan satuannya dahulu.")),
    ("if_missing(anggaran / umkm, ⟦umkm / anggaran / anggaran⟧)", "", "mixed_units",
     ("Satuan yang berbeda digabungkan: Anggaran ÷ Seluruh UMKM (Rupiah/unit) dan Seluruh UMKM "
      "÷ Anggaran ÷ Anggaran (unit/Rupiah/Rupiah). Samakan satuannya dahulu.")),
    ("max(koperasi_sehat / koperasi, ⟦1 / umkm⟧)", "", "mixed_units",
     ("Satuan yang berbeda digabungkan: Koperasi sehat ÷ Seluruh koperasi (tanpa satuan) dan 1 "
      "÷ Seluruh UMKM (1/unit). Samakan satuannya dahulu.")),
    ("⟦tanpa⟧ + 5%", "", "percent_plus_plain",
     ("Data tanpa satuan bukan persen, tetapi digabungkan dengan persen (10% dihitung 0,1). "
      "Bila maksudnya sekian persen dari angka itu, tulis sebagai perkalian.")),
    ("100% - ⟦umkm / tanpa * 100⟧", "Persen", "percent_plus_plain",
     ("Seluruh UMKM ÷ Data tanpa satuan × 100 bukan persen, tetapi digabungkan dengan persen "
      '(10% dihitung 0,1). Tulis "100%", bukan "100", agar hasilnya juga persen.')),
    ("⟦100⟧ - p", "Persen", "percent_plus_plain",
     ("100 bukan persen, tetapi digabungkan dengan persen (10% dihitung 0,1). Bila maksudnya "
      "persen, tulis 100%.")),
    ("max(p, ⟦0⟧)", "", "percent_plus_plain",
     "0 bukan persen, tetapi digabungkan dengan persen (10% dihitung 0,1). Bila maksudnya persen, tulis 0%."),
    ("⟦p + q⟧", "Persen", "percent_summed", SUMMED),
    ("⟦avg(p, q)⟧", "Persen", "percent_summed", SUMMED),
    ("⟦koperasi_sehat / koperasi * 100% + 100% * umkm / tanpa⟧", "Persen", "percent_summed", SUMMED),
    ("umkm / ⟦0⟧", "", "division_by_zero",
     "Penyebut ini selalu 0, sehingga rumus tidak dapat dihitung. Ganti penyebutnya."),
    ("umkm / ⟦(2 - 2)⟧", "", "division_by_zero",
     "Penyebut ini selalu 0, sehingga rumus tidak dapat dihitung. Ganti penyebutnya."),
    ("umkm * ⟦1.000⟧", "unit", "thousands_dot",
     "1.000 dibaca dengan titik sebagai tanda desimal. Bila maksudnya ribuan, tulis 1000 tanpa titik."),
    ("max(umkm, ⟦12⟧,5)", "unit", "comma_between_digits",
     "Koma di sini memisahkan dua isi fungsi. Bila maksudnya satu angka, tulis 12.5."),
    ("⟦round(10% * anggaran)⟧", "Rupiah", "percent_rounded",
     ("Isi round ini berupa persen, sehingga angka persennya yang dibulatkan. Tulis persen "
      "sebagai angka biasa, misalnya 0.1 untuk 10%.")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "unit", "code", "message"), WARNINGS)
def test_a_doubtful_formula_is_warned_of_at_its_place(text, unit, code, message):
    start, end = text.index("⟦"), text.index("⟧") - 1
    text = text.replace("⟦", "").replace("⟧", "")
    (warning,) = check(parse(text), KNOWN, unit=unit)
    assert (warning.code, warning.message) == (code, message)
    assert (warning.position, warning.length) == (start, end - start)


def test_warnings_come_in_the_order_of_the_text():
    warnings = check(parse("avg(p, q) + umkm / 0"), KNOWN, unit="Persen")
    assert [warning.code for warning in warnings] == ["percent_summed", "mixed_units", "division_by_zero"]


def amount(text: str) -> Fraction | None:
    return Constants().amount(parse(text).root)


def test_a_constant_is_known_before_there_are_values():
    assert amount("2 * 50%") == 1
    assert amount("if_missing(a, 0)") is None
    assert amount("1 / 0") is None
    assert amount("a") is None
    assert amount("0.5") == Decimal("0.5")


def test_a_part_of_a_formula_is_computed_once_however_often_its_amount_is_asked_for():
    root = parse("1 / (1 / (1 / 7 + 1) + 1)").root
    constants = Constants()
    assert constants.amount(root) == Fraction(8, 15)
    assert constants.quantity(root) is constants.quantity(root)
