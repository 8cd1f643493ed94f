"""`manage.py achievement` as scripts and support see it; no test here may touch the database."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[2]
NOTHING = "--target 10 --realization 0 --polarity lower --method F3"


def run(arguments: str) -> str:
    out = StringIO()
    call_command("achievement", *arguments.split(), stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("arguments", "value", "text", "predicate"),
    [
        ("--target 100 --realization 80 --polarity lower --method F2", "120", "120,00", "Sangat Tinggi"),
        ("--target 100 --realization 80 --polarity lower --method F3", "125", "125,00", "Sangat Tinggi"),
        (
            "--target 100 --realization 80 --polarity lower --method F3 --cap 120",
            "120",
            "120,00",
            "Sangat Tinggi",
        ),
        ("--target 100 --realization 300 --polarity lower --method F2", "-100", "-100,00", "Sangat Rendah"),
        (
            "--target 100 --realization 300 --polarity lower --method F2 --floor 0",
            "0",
            "0,00",
            "Sangat Rendah",
        ),
        ("--target 100 --realization 200 --polarity lower --method F2", "0", "0,00", "Sangat Rendah"),
        (
            "--target 0 --realization 0 --polarity lower --method F2 --zero-target met",
            "100",
            "100,00",
            "Sangat Tinggi",
        ),
        (
            "--target 10 --realization 0 --polarity lower --method F3 --cap 120",
            "120",
            "120,00",
            "Sangat Tinggi",
        ),
        (
            "--target 62 --realization 64.5 --digits 0",
            "104.0322580645161290322580645",
            "104",
            "Sangat Tinggi",
        ),
        ("--target 100 --realization -5", "-5", "-5,00", "Sangat Rendah"),
        ("--target 100 --realization -0", "0", "0,00", "Sangat Rendah"),
        (
            "--target 80 --target-upper 90 --realization 70 --polarity range --method F1",
            "87.5",
            "87,50",
            "Tinggi",
        ),
        ("--target 100 --realization 80 --scale akip-88-2021", "80", "80,00", "BB (Sangat Baik)"),
        ("--target 100000 --realization 90004 --digits 2", "90.004", "90,00", "Tinggi"),
        ("--target 1 --realization 999", "99900", "99.900,00", "Sangat Tinggi"),
    ],
)
def test_json_gives_the_figure_its_text_and_its_predicate(
    arguments: str, value: str, text: str, predicate: str
) -> None:
    assert json.loads(run(f"{arguments} --json")) == {
        "value": value,
        "text": text,
        "predicate": predicate,
        "status": "computed",
        "reason": None,
    }


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("--target 0 --realization 0 --polarity lower --method F2", "Target indikator ini 0, jadi capaian"),
        (NOTHING, "Realisasi 0, jadi target ÷ realisasi"),
        (
            f"{NOTHING} --cap 120 --zero-realization not_computable",
            "Realisasi 0, jadi target ÷ realisasi",
        ),
        ("--target -10 --realization -5", "Target -10 kurang dari 0"),
    ],
)
def test_what_is_not_computable_is_an_answer_with_its_reason(arguments: str, reason: str) -> None:
    answer = json.loads(run(f"{arguments} --json"))
    assert answer.pop("reason").startswith(reason)
    assert answer == {"value": None, "text": None, "predicate": None, "status": "not_computable"}
    assert run(arguments).startswith(f"Tidak dapat dihitung. {reason}")


def test_without_json_the_answer_is_a_sentence() -> None:
    arguments = "--target 100 --realization 80 --polarity lower --method F2"
    assert run(arguments) == "(2 × 100 − 80) ÷ 100 × 100% = 120,00% (Sangat Tinggi)\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--realization 80", "--target belum diisi. Contoh: --target 100"),
        ("--target 100", "--realization belum diisi."),
        ("--target 1,5 --realization 80", '--target "1,5" bukan angka. Tulis dengan titik desimal'),
        ("--target NaN --realization 80", '--target "NaN" bukan angka.'),
        ("--target 100 --realization 1e5", '--realization "1e5" bukan angka.'),
        (f"--target {'9' * 25} --realization 1", "bukan angka."),
        ("--target 100 --realization 80 --polarity lower", "--method belum diisi. Untuk arah lower"),
        (
            "--target 100 --realization 80 --polarity up",
            '--polarity "up" tidak dikenal. Pilih salah satu: h',
        ),
        ("--target 100 --realization 80 --method F2", '--method "F2" tidak dikenal. Pilih salah satu: F1.'),
        ("--target 100 --realization 80 --zero-target x", '--zero-target "x" tidak dikenal.'),
        (
            "--target 100 --realization 80 --scale x",
            '--scale "x" tidak dikenal. Pilih salah satu: permendagri',
        ),
        ("--target 100 --realization 80 --cap 0", "Batas atas capaian harus lebih besar"),
        (
            "--target 9 --target-upper 8 --realization 8",
            "--target-upper: Batas bawah target harus lebih kecil",
        ),
        (
            "--target 80 --realization 95 --polarity range --method F1",
            "--target-upper belum diisi. Arah range memerlukan",
        ),
        ("--target 100 --realization 80 --digits 7", '--digits "7" harus 0 sampai 6.'),
        ("--target 100 --realization 80 --digits x", '--digits "x" harus 0 sampai 6.'),
    ],
)
def test_what_is_not_understood_is_refused_with_a_sentence(arguments: str, message: str) -> None:
    with pytest.raises(CommandError) as refusal:
        run(arguments)
    assert message in str(refusal.value)


def test_the_command_works_from_a_shell_without_a_database(tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": "", "VAR_DIR": str(tmp_path), "SECRET_KEY": "x" * 50}
    environment.pop("DATABASE_URL")
    command = [sys.executable, str(ROOT / "manage.py"), "achievement", "--target", "100"]
    done = subprocess.run(
        [*command, "--realization", "80", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["text"] == "80,00"
    assert not list(tmp_path.glob("*.sqlite3"))
    failed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "--realization belum diisi" in failed.stderr
