"""`manage.py formula`: one formula, computed for a script or a person."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def run(*arguments: str) -> tuple[int, str, str]:
    """Return the exit status, and what was written to stdout and stderr."""
    out, err = StringIO(), StringIO()
    try:
        call_command("formula", *arguments, stdout=out, stderr=err, no_color=True)
    except SystemExit as stop:
        return int(str(stop.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("arguments", "value", "text", "explanation"),
    [
        (["a / b * 100", "--set", "a=3", "--set", "b=4"], "75", "75,00", "a (3) ÷ b (4) × 100 = 75,00"),
        (["a / b * 100%", "--set", "a=3", "--set", "b=4"], "75", "75,00%", "a (3) ÷ b (4) × 100% = 75,00%"),
        (["a / b x 100%", "--set", "a=3", "--set", "b=4"], "75", "75,00%", "a (3) ÷ b (4) × 100% = 75,00%"),
        (
            ["a / b * 100", "--set=a=3", "--set=b=4", "--unit=persen"],
            "75",
            "75,00%",
            "a (3) ÷ b (4) × 100 = 75,00%",
        ),
        (["10% * a", "--set=a=5", "--unit=Rupiah"], "0.5", "0,50", "10% × a (5) = 0,50"),
        (["a * 10", "--set=a=1500.5", "--digits=0"], "15005", "15.005", "a (1.500,5) × 10 = 15.005"),
        (["a", "--set=a=-1.50"], "-1.5", "-1,50", "a (-1,5) = -1,50"),
        (["a - a", "--set=a=100"], "0", "0,00", "a (100) − a (100) = 0,00"),
        (["a * 100", "--set=a=100"], "10000", "10.000,00", "a (100) × 100 = 10.000,00"),
        (
            ["a / previous(a)", "--set", "a=3", "--previous", "a=2"],
            "1.5",
            "1,50",
            "a (3) ÷ a (tahun sebelumnya) (2) = 1,50",
        ),
        (["2 / 3"], "0." + "6" * 50, "0,67", "2 ÷ 3 = 0,666666… ≈ 0,67"),
        (["1 / 10000000000"], "0.0000000001", "0,00", "1 ÷ 10.000.000.000 = 0,000000… ≈ 0,00"),
        (["if_missing(a, 0)"], "0", "0,00", "a (0 bila kosong) = 0,00"),
    ],
)
def test_a_result_as_json(arguments, value, text, explanation):
    status, out, err = run(*arguments, "--json")
    assert json.loads(out) == {"value": value, "text": text, "explanation": explanation, "error": None}
    assert (status, err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "message", "position"),
    [
        (["a ^ 2"], "unsupported_sign", 'Pangkat tidak tersedia. Tulis perkalian, misalnya "a * a".', 2),
        (["a / b", "--set=a=1"], "missing_value", "Belum lengkap: b belum diisi.", 4),
        (
            ["a / b", "--set=a=1", "--set=b=0"],
            "division_by_zero",
            "Tidak dapat dihitung: b (penyebut) bernilai 0.",
            4,
        ),
        (
            ["a", "--set=a=1,5"],
            "bad_setting",
            '--set "a=1,5" tidak terbaca. Tulis nama=angka dengan titik desimal, misalnya a=12.5.',
            None,
        ),
        (
            ["a", "--previous=A=1"],
            "bad_setting",
            '--previous "A=1" tidak terbaca. Tulis nama=angka dengan titik desimal, misalnya a=12.5.',
            None,
        ),
        (
            ["a", "--set=a=1", "--set=a=2"],
            "bad_setting",
            '--set untuk "a" diberikan dua kali. Hapus salah satunya.',
            None,
        ),
        (
            ["a", "--set=a=1", "--digits=11"],
            "bad_setting",
            '--digits "11" di luar batas. Tulis 0 sampai 10.',
            None,
        ),
        (["a", "--digits=x"], "bad_setting", '--digits "x" di luar batas. Tulis 0 sampai 10.', None),
    ],
)
def test_an_error_as_json_ends_with_status_1(arguments, code, message, position):
    status, out, err = run(*arguments, "--json")
    assert json.loads(out) == {
        "value": None,
        "text": None,
        "explanation": None,
        "error": {"code": code, "message": message, "position": position},
    }
    assert (status, err) == (1, "")


def test_a_result_as_a_sentence():
    assert run("a / b * 100%", "--set=a=130", "--set=b=200") == (0, "a (130) ÷ b (200) × 100% = 65,00%\n", "")


def test_what_is_doubtful_is_told_beside_the_result():
    status, out, err = run("a / b", "--set=a=3", "--set=b=4", "--unit=persen")
    assert (status, out) == (0, "a (3) ÷ b (4) = 0,75%\n")
    assert err == (
        'Perhatikan: Satuan indikator ini persen, tetapi rumusnya tidak dikalikan 100%. Tambahkan "* 100%".\n'
    )


def test_an_error_as_a_sentence_has_a_caret():
    assert run("a : b") == (1, "", 'Tulis "/" untuk membagi, bukan ":".\na : b\n  ^\n')
    assert run("a") == (1, "", "Belum lengkap: a belum diisi.\n")


def test_a_formula_that_starts_with_a_minus_stands_behind_two_dashes():
    assert run("--set=a=1", "--", "-a") == (0, "−a (1) = -1,00\n", "")


def test_a_missing_formula_is_told_by_the_command_line():
    with pytest.raises(CommandError):
        run()
