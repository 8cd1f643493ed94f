"""`manage.py import_workbook`: what it tells, what it writes, and its exit status."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from agencies.roles import Role
from indicators.models import Indicator
from reports.models import ImportBatch, Report
from tests import builders
from tests.reports.imports import books
from tests.reports.imports.uploads import figures, filled, iku, numbers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _superuser() -> None:
    builders.user(is_superuser=True)


def run(path: Path, agency: str, *options: str, year: int = 2018) -> tuple[int, str]:
    """Return the exit status and what was told on stdout or stderr."""
    told = StringIO()
    try:
        call_command(
            "import_workbook",
            str(path),
            "--agency",
            agency,
            "--year",
            str(year),
            *options,
            stdout=told,
            stderr=told,
        )
    except SystemExit as ended:
        return int(str(ended.code)), told.getvalue()
    return 0, told.getvalue()


def answer(path: Path, agency: str, *options: str, **more: Any) -> tuple[int, dict[str, Any]]:
    status, told = run(path, agency, "--json", *options, **more)
    return status, json.loads(told)


def saved(folder: Path, content: bytes, name: str = "mutu.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def two(report: Report, folder: Path) -> Path:
    return saved(folder, figures(report, satu=5, dua=6))


def test_by_default_it_compares_and_writes_nothing(tmp_path: Path) -> None:
    report = filled("satu", "dua")
    status, told = answer(two(report, tmp_path), report.agency.code)
    assert status == 0
    assert told["rows"] == [
        {"sheet": "Lembar 1", "row": row, "status": "new", "messages": []} for row in (2, 3)
    ]
    assert told["counts"] == {"new": 2, "changed": 0, "same": 0, "problem": 0, "skipped": 0}
    assert (told["problems"], told["applied"]) == ([], False)
    assert told["batch"] == ImportBatch.objects.get().pk
    assert numbers(report) == {"satu": None, "dua": None}


def test_with_apply_it_writes_and_a_second_time_nothing_changes(tmp_path: Path) -> None:
    report = filled("satu", "dua")
    status, told = answer(two(report, tmp_path), report.agency.code, "--apply")
    assert (status, told["applied"]) == (0, True)
    assert numbers(report) == {"satu": "5", "dua": "6"}
    status, told = answer(two(report, tmp_path), report.agency.code, "--apply")
    assert (status, told["applied"], told["counts"]["same"]) == (0, False, 2)


def test_a_bad_row_ends_with_2_names_its_cell_and_keeps_all_out(tmp_path: Path) -> None:
    report = filled("satu", "dua")
    path = saved(tmp_path, figures(report, satu=5, dua="12,5o"))
    status, told = answer(path, report.agency.code, "--apply")
    assert (status, told["applied"]) == (2, False)
    (problem,) = [each for each in told["problems"] if each["cell"] == "E3"]
    assert problem["sheet"] == "Lembar 1"
    assert problem["code"]
    assert "12,5o" in problem["message"]
    assert numbers(report) == {"satu": None, "dua": None}
    status, words = run(path, report.agency.code)
    assert status == 2
    assert "Lembar 1!E3: " in words
    assert "Belum ada yang dimasukkan" in words


def test_a_file_that_is_refused_whole_ends_with_1(tmp_path: Path) -> None:
    report = filled("satu")
    status, told = answer(saved(tmp_path, b"%PDF-1.7\n", "rekap.pdf"), report.agency.code)
    assert (status, told["rows"], told["counts"], told["applied"]) == (1, [], {}, False)
    assert "adalah PDF" in told["problems"][0]["message"]
    status, words = run(tmp_path / "tidak-ada.xlsx", report.agency.code)
    assert status == 1
    assert "tidak ada atau tidak dapat dibuka" in words


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--agency", "tidak-ada"], "Tidak ada perangkat daerah berkode “tidak-ada”."),
        (["--user", "tidak-ada"], "Tidak ada pengguna “tidak-ada”."),
    ],
)
def test_an_unknown_agency_or_user_ends_with_1(tmp_path: Path, options: list[str], sentence: str) -> None:
    report = filled("satu")
    status, words = run(saved(tmp_path, figures(report, satu=5)), report.agency.code, *options)
    assert status == 1
    assert sentence in words
    assert not ImportBatch.objects.exists()


def test_a_table_of_iku_goes_into_a_new_draft_of_the_year(tmp_path: Path) -> None:
    agency = builders.agency()
    builders.layout()
    status, told = answer(saved(tmp_path, iku("Nilai layanan")), agency.code, "--apply", year=2031)
    assert (status, told["applied"]) == (0, True)
    draft = agency.indicator_sets.get()
    assert (draft.status, draft.first_year) == ("draft", 2031)
    assert Indicator.objects.get().name == "Nilai layanan"


def test_the_collapsed_row_of_kaltim_is_a_problem_until_somebody_confirms_it(tmp_path: Path) -> None:
    agency = builders.agency()
    builders.layout()
    path = saved(tmp_path, books.kaltim(), "IKU 2018.xlsx")
    status, told = answer(path, agency.code, "--apply")
    assert (status, told["applied"]) == (2, False)
    # Two more wait for the answer whether less is better.
    assert [row["row"] for row in told["rows"] if row["status"] == "problem"] == [7, 8, 10]
    problems = {(each["sheet"], each["cell"], each["code"]) for each in told["problems"]}
    assert ("IKU 2018", "C10", "collapsed_row") in problems
    assert not agency.indicator_sets.exists()


def test_somebody_else_imports_with_their_own_rights(tmp_path: Path) -> None:
    report = filled("satu")
    reader = builders.user(Role.HEAD, report.agency)
    path = saved(tmp_path, figures(report, satu=5))
    status, told = answer(path, report.agency.code, "--apply", "--user", reader.username)
    assert (status, told["applied"]) == (2, False)
    assert numbers(report) == {"satu": None}
