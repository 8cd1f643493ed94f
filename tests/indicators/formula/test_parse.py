"""What may be written, and what each mistake is answered with."""

import pytest

from indicators.formula import FormulaError, parse
from indicators.formula.tree import Name


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("(a + b) + c", "a + b + c"),
        ("a + (b + c)", "a + b + c"),
        ("a + (b - c)", "a + b - c"),
        ("a * (b * c)", "a * b * c"),
        ("(a / b) * c", "a / b * c"),
        ("(a / b * c) * d", "a / b * c * d"),
        ("(a * b) / c", "a * b / c"),
        ("((a))", "a"),
        ("-a * b", "(-a) * b"),
        ("- a", "-a"),
        ("a / b × 100%", "a / b * 100%"),
        ("a / b x 100%", "a / b * 100%"),
        ("a / b X 100%", "a / b * 100%"),
        ("a ÷ b", "a / b"),
        ("a − b – c", "a - b - c"),
        ("−a", "-a"),
        ("x x x", "x * x"),
        ("a\n\t/ b\u00a0* 100%", "a/b*100%"),
        ("sum (a , b)", "sum(a,b)"),
        ("1.50", "1.5"),
        ("round(a, 0)", "round(a)"),
        ("previous((a))", "previous(a)"),
    ],
)
def test_two_ways_to_write_the_same_formula(text, same):
    assert parse(text) == parse(same)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("a - (b + c)", "a - b + c"),
        ("a / (b * c)", "a / b * c"),
        ("a * (b / c)", "a * b / c"),
        ("(a / b * c) / d", "a / b * c / d"),
        ("-(a * b)", "-a * b"),
        ("100%", "100"),
        ("previous(a)", "a"),
        ("round(a, 1)", "round(a)"),
    ],
)
def test_what_differs_stays_different(text, other):
    assert parse(text) != parse(other)


@pytest.mark.parametrize(
    "name", ["sum", "avg", "min", "max", "round", "abs", "if_missing", "previous", "x", "_", "a1"]
)
def test_a_function_name_without_parenthesis_is_an_ordinary_name(name):
    assert parse(name).root == Name(name)
    assert parse(f"{name} * {name}").names == (name,)


def test_names_are_listed_once_in_order_with_those_inside_functions():
    formula = parse("if_missing(b, c) / previous(d) + b * previous(b) - a")
    assert formula.names == ("b", "c", "d", "a")
    assert formula.current_names == ("b", "c", "a")
    assert formula.previous_names == ("d", "b")
    assert formula.text == "if_missing(b, c) / previous(d) + b * previous(b) - a"


def marked(text: str) -> tuple[str, int, int]:
    """Return the text without the ⟦⟧ that mark where an error is expected, and the marked range."""
    start, end = text.index("⟦"), text.index("⟧")
    return text.replace("⟦", "").replace("⟧", ""), start, end - start - 1


NO_SUCH_FUNCTION = (
    'Fungsi "__import__" tidak ada. Fungsi yang ada: sum, avg, min, max, round, abs, if_missing, previous. '
    "Untuk mengalikan, tulis __import__ * (…)."
)
ERRORS = [
    ("⟦⟧", "empty", "Rumus masih kosong. Tulis perhitungannya, misalnya a / b * 100%."),
    ("⟦  ⟧", "empty", "Rumus masih kosong. Tulis perhitungannya, misalnya a / b * 100%."),
    ("⟦12,5⟧ * a", "decimal_comma", "Tulis 12.5: angka desimal dalam rumus memakai titik, bukan koma."),
    ("⟦1.234,56⟧", "decimal_comma", "Tulis 1234.56: angka desimal dalam rumus memakai titik, bukan koma."),
    ("sum((⟦1,5⟧))", "decimal_comma", "Tulis 1.5: angka desimal dalam rumus memakai titik, bukan koma."),
    ("a⟦,⟧ b", "comma", "Koma hanya memisahkan isi fungsi, misalnya sum(a, b). Hapus koma ini."),
    ("a1⟦,⟧5", "comma", "Koma hanya memisahkan isi fungsi, misalnya sum(a, b). Hapus koma ini."),
    ("12⟦,⟧ b", "comma", "Koma hanya memisahkan isi fungsi, misalnya sum(a, b). Hapus koma ini."),
    ("12 ⟦,⟧5", "comma", "Koma hanya memisahkan isi fungsi, misalnya sum(a, b). Hapus koma ini."),
    ("12.5⟦,⟧5", "comma", "Koma hanya memisahkan isi fungsi, misalnya sum(a, b). Hapus koma ini."),
    ("⟦1.000.000⟧ * a", "thousands_dot", "Tulis 1000000: angka dalam rumus tanpa titik pemisah ribuan."),
    ("⟦1.2.3⟧", "number_form", "Dalam satu angka hanya boleh ada satu titik, misalnya 12.5."),
    ("⟦1..2⟧", "number_form", "Dalam satu angka hanya boleh ada satu titik, misalnya 12.5."),
    ("⟦.5⟧", "number_form", "Tulis 0.5: di depan dan di belakang titik harus ada angka."),
    ("⟦.5%⟧", "number_form", "Tulis 0.5%: di depan dan di belakang titik harus ada angka."),
    ("⟦5.⟧ + a", "number_form", "Tulis 5: di depan dan di belakang titik harus ada angka."),
    ("⟦1e9⟧", "exponent", 'Tulis angkanya lengkap tanpa "e", misalnya 1000000.'),
    ("a ⟦+⟧", "missing_operand", 'Setelah "+" harus ada angka, nama data, atau "(".'),
    ("a ⟦*⟧  ", "missing_operand", 'Setelah "*" harus ada angka, nama data, atau "(".'),
    ("⟦-⟧", "missing_operand", 'Setelah "-" harus ada angka, nama data, atau "(".'),
    ("⟦+⟧a", "missing_operand", 'Tanda "+" di sini tidak diperlukan. Hapus "+" ini.'),
    ("⟦*⟧ a", "missing_operand", 'Di sini harus ada angka, nama data, atau "(", bukan "*".'),
    ("a / ⟦*⟧ b", "missing_operand", 'Di sini setelah "/" harus ada angka, nama data, atau "(", bukan "*".'),
    ("(a + ⟦)⟧", "missing_operand", 'Di sini setelah "+" harus ada angka, nama data, atau "(", bukan ")".'),
    ("sum(a,⟦)⟧", "missing_operand", 'Di sini setelah "," harus ada angka, nama data, atau "(", bukan ")".'),
    ("a ⟦b⟧", "missing_operator",
     'Sebelum "b" harus ada tanda hitung: +, -, *, atau /. Bila keduanya satu nama, tulis a_b.'),
    ("2⟦a⟧", "missing_operator", 'Sebelum "a" harus ada tanda hitung: +, -, *, atau /.'),
    ("2 ⟦e1⟧", "missing_operator", 'Sebelum "e1" harus ada tanda hitung: +, -, *, atau /.'),
    ("(a)⟦(⟧b)", "missing_operator", 'Sebelum "(" harus ada tanda hitung: +, -, *, atau /.'),
    ("(a) ⟦b⟧", "missing_operator", 'Sebelum "b" harus ada tanda hitung: +, -, *, atau /.'),
    ("a ⟦5⟧", "missing_operator", 'Sebelum "5" harus ada tanda hitung: +, -, *, atau /.'),
    ("a ⟦kali⟧ b", "unsupported_sign", 'Tulis "*", bukan "kali".'),
    ("a ⟦Dibagi⟧ b", "unsupported_sign", 'Tulis "/", bukan "Dibagi".'),
    ("⟦(⟧a + b", "unclosed", 'Kurung ini belum ditutup. Tambahkan ")".'),
    ("sum⟦(⟧a, b", "unclosed", 'Kurung ini belum ditutup. Tambahkan ")".'),
    ("a + b⟦)⟧", "unopened", 'Kurung ini tidak punya pasangan. Hapus, atau tambahkan "(" di depannya.'),
    ("a * ⟦( )⟧", "empty_parentheses", 'Kurung ini kosong. Isi dengan angka, nama data, atau "(".'),
    ("⟦sum()⟧", "argument_count", "sum memerlukan paling sedikit 1 isi, di sini ada 0. Tulis sum(a, b, …)."),
    ("⟦abs(a, b)⟧", "argument_count", "abs memerlukan 1 isi, di sini ada 2. Tulis abs(a)."),
    ("⟦if_missing(a)⟧", "argument_count",
     "if_missing memerlukan 2 isi, di sini ada 1. Tulis if_missing(a, 0)."),
    ("⟦round(a, 1, 2)⟧", "argument_count",
     "round memerlukan 1 atau 2 isi, di sini ada 3. Tulis round(a) atau round(a, 2)."),
    ("round(a, ⟦b⟧)", "round_digits",
     "Isi kedua round adalah banyaknya angka di belakang koma: tulis angka bulat 0 sampai 10."),
    ("round(a, ⟦-1⟧)", "round_digits",
     "Isi kedua round adalah banyaknya angka di belakang koma: tulis angka bulat 0 sampai 10."),
    ("round(a, ⟦1.5⟧)", "round_digits",
     "Isi kedua round adalah banyaknya angka di belakang koma: tulis angka bulat 0 sampai 10."),
    ("round(a, ⟦2%⟧)", "round_digits",
     "Isi kedua round adalah banyaknya angka di belakang koma: tulis angka bulat 0 sampai 10."),
    ("round(a, ⟦99999999⟧)", "round_digits",
     "Isi kedua round adalah banyaknya angka di belakang koma: tulis angka bulat 0 sampai 10."),
    ("previous(⟦a / b⟧)", "previous_of_name",
     "previous hanya untuk satu nama data, misalnya previous(a) / previous(b)."),
    ("previous(⟦previous(a)⟧)", "previous_of_name",
     "previous hanya untuk satu nama data, misalnya previous(a) / previous(b)."),
    ("⟦jumlah⟧(a, b)", "unknown_function",
     'Fungsi "jumlah" tidak ada. Maksud Anda sum? Untuk mengalikan, tulis jumlah * (…).'),
    ("⟦roud⟧(a)", "unknown_function",
     'Fungsi "roud" tidak ada. Maksud Anda round? Untuk mengalikan, tulis roud * (…).'),
    ("⟦__import__⟧(a)", "unknown_function", NO_SUCH_FUNCTION),
    ("⟦SUM⟧(a)", "uppercase", "Nama fungsi ditulis dengan huruf kecil: sum."),
    ("⟦Koperasi⟧ / b", "uppercase", "Nama ditulis dengan huruf kecil: koperasi."),
    ("100 ⟦%⟧", "percent_position", 'Tulis "%" langsung setelah angkanya, tanpa spasi: 100%.'),
    ("a⟦%⟧", "percent_position",
     '"%" hanya boleh langsung setelah angka. Untuk hasil dalam persen, tulis "* 100%".'),
    ("⟦%⟧", "percent_position",
     '"%" hanya boleh langsung setelah angka. Untuk hasil dalam persen, tulis "* 100%".'),
    ("5%⟦%⟧", "percent_position", 'Cukup satu "%" setelah angka. Hapus "%" ini.'),
    ("a ⟦**⟧ 2", "unsupported_sign", 'Pangkat tidak tersedia. Tulis perkalian, misalnya "a * a".'),
    ("9⟦**⟧9**9", "unsupported_sign", 'Pangkat tidak tersedia. Tulis perkalian, misalnya "a * a".'),
    ("a⟦^⟧2", "unsupported_sign", 'Pangkat tidak tersedia. Tulis perkalian, misalnya "a * a".'),
    ("a ⟦:⟧ b", "unsupported_sign", 'Tulis "/" untuk membagi, bukan ":".'),
    ("hasil ⟦=⟧ a", "unsupported_sign", 'Tulis hanya perhitungannya, tanpa "=".'),
    ("sum(a⟦;⟧ b)", "unsupported_sign", 'Pisahkan isi fungsi dengan koma, bukan ";".'),
    ("⟦[⟧a]", "unsupported_sign", 'Tulis "(", bukan "[".'),
    ("a ⟦>⟧ b", "unsupported_sign",
     "Perbandingan tidak tersedia dalam rumus. Untuk memilih nilai, pakai min(…) atau max(…)."),
    ("⟦'⟧a'", "unsupported_sign", "Tulis kode data tanpa tanda kutip, misalnya koperasi_sehat."),
    ("a⟦.⟧b", "unsupported_sign",
     "Titik hanya dipakai sebagai tanda desimal di dalam angka, misalnya 12.5."),
    ("⟦٣⟧", "unknown_character", 'Tulis angka dengan 0 sampai 9, bukan "٣".'),
    ("kop⟦é⟧", "unknown_character", 'Huruf "é" tidak dapat dipakai. Nama memakai a–z, 0–9, dan garis bawah.'),
    ("a⟦\0⟧", "unknown_character", "Di sini ada karakter yang tidak tampak (U+0000). Hapus karakter itu."),
    ("a ⟦$⟧ b", "unknown_character", 'Tanda "$" tidak dikenal. Yang ada: + - * / ( ) % dan koma.'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "message"), ERRORS)
def test_an_error_says_what_where_and_how_to_repair(text, code, message):
    text, position, length = marked(text)
    with pytest.raises(FormulaError) as raised:
        parse(text)
    error = raised.value
    assert (error.code, error.message) == (code, message)
    assert (error.position, error.length) == (position, length)
    assert str(error) == message


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("koperasi_sehat / ^ b", "koperasi_sehat / ^ b\n                 ^"),
        ("12,5 * a", "12,5 * a\n^^^^"),
        ("a\n+ b c\n- d", "+ b c\n    ^"),
        ("a\t\0", "a  \n  ^"),
        ("", "\n^"),
        ("a + " * 50 + "^", "…" + ("a + " * 50 + "^")[164:] + "\n" + " " * 37 + "^"),
        ("a ^ " * 50, ("a ^ " * 50)[:72] + "…\n  ^"),
        ("a+" * 60 + "^" + "+a" * 60, "…" + "a+" * 18 + "^" + "+a" * 17 + "+…\n" + " " * 37 + "^"),
    ],
)
def test_the_caret_stands_under_the_error(text, view):
    with pytest.raises(FormulaError) as raised:
        parse(text)
    assert raised.value.caret(text) == view


@pytest.mark.parametrize(
    "word", ["a" * 200, "A" * 200, "a b" + "c" * 200, "a" * 200 + "(b)", "1," + "5" * 200]
)
def test_a_huge_word_does_not_fill_the_message(word):
    with pytest.raises(FormulaError) as raised:
        parse(word)
    assert len(raised.value.message) < 300


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 900,
        "9" * 10_000,
        "9" * 900,
        "1e999999",
        "-" * 900 + "a",
        "a" + "+a" * 400,
        "a" + "+a" * 100_000,
        "a" * 900,
        "round(a, 99999999)",
        "**".join("9" * 300),
        "__import__('os').system('true')",
        "\0" * 500,
        "٣" * 500,
        "sum(" * 200 + "a" + ")" * 200,
        "," * 900,
        "%" * 900,
        "." * 900,
        "1." * 450,
        "1,1" * 300,
        "a " * 450,
        "\ud800",
        "\u202e" * 10,
    ],
)
def test_a_hostile_text_is_refused(text):
    with pytest.raises(FormulaError):
        parse(text)
