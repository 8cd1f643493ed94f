"""The child process: what it may take, what it gives back, and what the parent makes of a child that lies
or dies."""

import ast
import datetime as dt
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.spreadsheets import guard, sandbox, wire
from indicators.spreadsheets.files import read
from indicators.spreadsheets.grid import Area, Cell, Problem, Sheet, Stored, Workbook
from indicators.spreadsheets.problems import Unreadable
from indicators.spreadsheets.sandbox import read_safely
from tests.indicators.spreadsheets import files

ROOT = Path(__file__).resolve().parents[3]


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run code as the child would, and return how it ended."""
    command = [
        sys.executable,
        "-E",
        "-s",
        "-c",
        "from indicators.spreadsheets import __main__ as child\n" + code,
    ]
    return subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, timeout=20, check=False)


# A process between the tests and the child: the peak of a process begins with that of the one that started
# it.
MEASURE = (
    "import resource, subprocess, sys\n"
    "command = [sys.executable, '-E', '-s', '-B', '-m', 'indicators.spreadsheets', sys.argv[1]]\n"
    "subprocess.run(command, env={}, stderr=subprocess.DEVNULL)\n"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
    "sys.stderr.write(f'[{used.ru_utime + used.ru_stime}, {used.ru_maxrss}]')\n"
)


def measured(data: bytes, name: str) -> tuple[Workbook | str, float, int, float]:
    """Return what a child said about a file (or the code of its refusal), its CPU seconds, peak bytes,
    wall seconds."""
    with tempfile.TemporaryFile() as question:
        question.write(data)
        question.seek(0)
        started = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-E", "-s", "-c", MEASURE, name],
            cwd=ROOT,
            env={},
            stdin=question,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdout is not None
        assert child.stderr is not None
        try:
            said: Workbook | str = wire.workbook_of(child.stdout, name)
        except Unreadable as error:
            said = error.code
        except ValueError:
            said = "answered nonsense"
        except EOFError:
            said = "died"
        child.stdout.close()
        cpu, peak = json.loads(child.stderr.read())
        child.stderr.close()
        child.wait()
        wall = time.perf_counter() - started
    return said, cpu, peak << 10, wall


LONG = "x" * 1_000_000
AMPLIFIED = files.raw_xlsx(
    "".join(f'<row r="{r}"><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' for r in range(1, 1_000)),
    texts=f"<si><t>{'x' * 32_000}</t></si>",
)
ODS_CELL = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{}"/>'
ODS_REPEAT = (
    '<table:table table:name="a"><table:table-row table:number-rows-repeated="{rows}">'
    f"{ODS_CELL.format('{columns}')}</table:table-row></table:table>"
)

# What comes, under which name, what is said: the code of a refusal, or "" for a file that is read.
HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "declared bomb": (lambda: files.raw_xlsx(" " * (101 << 20)), "a.xlsx", "inflates"),
    "bomb by ratio": (lambda: files.raw_xlsx("<c/>" * (2 << 20)), "a.xlsx", "inflates"),
    "real bomb": (files.lying_zip, "a.xlsx", "broken"),
    "shared bytes": (files.overlapping_zip, "a.xlsx", "inflates"),
    "far cell": (
        lambda: files.raw_xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "a.xlsx",
        "too-far",
    ),
    "far dimension": (
        lambda: files.cells_xlsx('<c r="A1"><v>1</v></c>', before='<dimension ref="A1:XFD1048576"/>'),
        "a.xlsx",
        "",
    ),
    "far merge": (
        lambda: files.cells_xlsx(
            '<c r="A1"><v>1</v></c>', after='<mergeCell ref="A1:XFD1048576"/>' * 100_000
        ),
        "a.xlsx",
        "inflates",
    ),
    "far hidden columns": (
        lambda: files.cells_xlsx(
            '<c r="A1"><v>1</v></c>', before='<cols><col min="1" max="999999999" hidden="1"/></cols>'
        ),
        "a.xlsx",
        "",
    ),
    "billion laughs": (lambda: files.with_doctype(files.LAUGHS, "&i;"), "a.xlsx", "doctype"),
    "quadratic entities": (lambda: files.with_doctype(files.QUADRATIC, "&a;" * 10_000), "a.xlsx", "doctype"),
    "external entity": (lambda: files.with_doctype(files.EXTERNAL), "a.xlsx", "doctype"),
    "locked": (lambda: files.ole("EncryptionInfo", "EncryptedPackage"), "a.xlsx", "encrypted"),
    "ten thousand sheets": (
        lambda: files.zipped(files.xlsx_parts(files.sheet_xml(""), names=[f"L{i}" for i in range(10_000)])),
        "a.xlsx",
        "too-many-sheets",
    ),
    "ten thousand parts": (
        lambda: files.zipped({f"p{i}": "" for i in range(10_000)}),
        "a.xlsx",
        "too-many-parts",
    ),
    "long inline text": (
        lambda: files.cells_xlsx(f'<c t="inlineStr"><is><t>{LONG}</t></is></c>'),
        "a.xlsx",
        "text-too-long",
    ),
    "long shared text": (
        lambda: files.cells_xlsx('<c t="s"><v>0</v></c>', texts=f"<si><t>{LONG}</t></si>"),
        "a.xlsx",
        "text-too-long",
    ),
    "long text of runs": (
        lambda: files.cells_xlsx(
            '<c t="s"><v>0</v></c>', texts="<si>" + f"<r><t>{LONG[:30_000]}</t></r>" * 30 + "</si>"
        ),
        "a.xlsx",
        "text-too-long",
    ),
    "long column": (lambda: files.cells_xlsx(f'<c r="{"A" * 1_000_000}1"><v>1</v></c>'), "a.xlsx", "broken"),
    "long number": (lambda: files.cells_xlsx(f"<c><v>{'9' * 39_000}</v></c>"), "a.xlsx", ""),
    "text repeated": (lambda: AMPLIFIED, "a.xlsx", "too-much-text"),
    "deep xml": (lambda: files.raw_xlsx("<a>" * 100_000), "a.xlsx", "too-deep"),
    "deep table": (lambda: files.docx("<w:tbl><w:tr><w:tc>" * 50_000), "a.docx", "too-deep"),
    "many names": (lambda: files.raw_xlsx("".join(f"<n{i}/>" for i in range(200_000))), "a.xlsx", "no-table"),
    "repeated far": (
        lambda: files.ods(ODS_REPEAT.format(rows=1_048_576, columns=16_384)),
        "a.ods",
        "too-far",
    ),
    "repeated near": (
        lambda: files.ods(ODS_REPEAT.format(rows=200_000, columns=1_000)),
        "a.ods",
        "too-many-cells",
    ),
    "repeated spaces": (
        lambda: files.ods(
            files.ods_table([["a"]]).replace("<text:p>", "<text:p>" + "<text:s text:c='999999999'/>" * 1_000)
        ),
        "a.ods",
        "text-too-long",
    ),
    "many short cells": (lambda: b"1;2;3;4;5;6;7;8;9\n" * 100_000, "a.csv", "too-many-cells"),
    "many empty cells": (lambda: (b";" * 100 + b"\n") * 45_000, "a.csv", "no-table"),
    "many texts": (
        lambda: b"".join(b"%06d;%05d;x%04d;y%d;z%d\n" % (i, i, i, i, i) for i in range(160_000)),
        "a.csv",
        "too-heavy",
    ),
    "many quotes": (lambda: b'"a";"b""' * 500_000, "a.csv", "too-far"),
    "NUL bytes": (lambda: b"a;b\0\n" * 1_000, "a.csv", "not-a-table"),
    "page of spans": (
        lambda: b"<table>" + b"<tr><td rowspan=65000 colspan=1000>a</td></tr>" * 2_000,
        "a.xls",
        "too-far",
    ),
    "page of open tags": (lambda: b"<table>" + b"<td " * 1_000_000, "a.xls", "broken"),
    "page of open comments": (lambda: b"<table><td>a" + b"<!--" * 1_000_000, "a.xls", ""),
    "page of open scripts": (lambda: b"<table><td>a" + b"<script>" * 500_000, "a.xls", ""),
    "page of open declarations": (lambda: b"<table><td>a" + b"<![x" * 1_000_000, "a.xls", "broken"),
    "page of entities": (lambda: b"<table><td>a" + b"&#x" * 1_000_000, "a.xls", "text-too-long"),
    "page of deep tables": (lambda: b"<table><tr><td>a" * 100_000, "a.xls", "text-too-long"),
    "large page": (lambda: b"<table>" + b"<tr><td>a" * 500_000, "a.xls", "too-large"),
    "xls of noise": (lambda: files.ole("Workbook") + b"\x09\x08" * 1_000_000, "a.xls", "broken"),
    "too large": (lambda: b"a;b\n" * (3 << 20), "a.csv", "too-large"),
    "polyglot": (lambda: files.raw_xlsx("") + b"<html>" * 100, "a.xlsx", "polyglot"),
    "macros": (
        lambda: files.zipped(
            files.xlsx_parts(files.sheet_xml("<row><c><v>1</v></c></row>")) | {"xl/vbaProject.bin": b"x"}
        ),
        "a.xlsm",
        "",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_no_hostile_file_takes_more_than_five_seconds_or_256_mib(case: str) -> None:
    build, name, code = HOSTILE[case]
    said, cpu, peak, wall = measured(build(), name)
    print(
        f"{case}: {said if isinstance(said, str) else 'read'}, {cpu:.2f} s CPU, {wall:.2f} s, {peak >> 20} "
        f"MiB"
    )
    assert (said if isinstance(said, str) else "") == code
    assert cpu <= 5
    assert peak <= 256 << 20


@pytest.mark.parametrize(
    "name", ["rekap.xlsx", "rekap.ods", "rekap.xls", "rekap.docx", "rekap.csv", "halaman.xls"]
)
def test_the_child_says_exactly_what_was_read(name: str, tmp_path: Path) -> None:
    data = {
        "rekap.xlsx": files.xlsx(
            [
                [
                    "a\n\U0001f600",
                    Decimal("0.1"),
                    True,
                    dt.date(2026, 7, 10),
                    dt.datetime.fromisoformat("2026-07-10T09:40"),
                    dt.time(9, 40),
                ]
            ]
        ),
        "rekap.ods": files.ods(files.ods_table([["a", 1]])),
        "rekap.xls": files.xls([["a", 0.5]]),
        "rekap.docx": files.docx(files.paragraph("judul") + files.docx_table(["a", "b"])),
        "rekap.csv": "a;é\n1;2\n".encode("cp1252"),
        "halaman.xls": b"<meta charset=iso-8859-1><table><tr><td colspan=2>\xe9</td></tr></table>",
    }[name]
    path = tmp_path / name
    path.write_bytes(data)
    assert read_safely(path, name) == read(data, name) == read_safely(data, name)
    assert list(tmp_path.iterdir()) == [path]


def test_everything_a_grid_can_hold_survives_the_way() -> None:
    held: list[Stored] = [
        "teks \u2028 \U0001f600",
        Decimal("0.1"),
        Decimal("1E-30"),
        Decimal(123456789012345000),
        True,
        False,
        dt.date(1900, 1, 1),
        dt.datetime.fromisoformat("2026-07-10T09:40:00.005"),
        dt.time(23, 59),
        None,
    ]
    sheet = Sheet(
        "a",
        hidden=True,
        hidden_rows={3},
        hidden_columns={1, 2},
        merges=[Area(1, 1, 2, 2)],
        preface=["judul"],
        comments={(1, 2): "Dari BPS."},
    )
    for row in range(1, 1_001):
        for column, value in enumerate(held, 1):
            sheet.cells[row, column] = Cell(
                row, column, value, "0.0%" if row % 2 else "", "formula" if value is None else ""
            )
    workbook = Workbook("ods", [sheet, Sheet("kosong")], [Problem("a!A1", "formula", "Sel A1.")])
    back = wire.workbook_of((line.encode() for line in wire.lines_of(workbook)), "a.ods")
    assert back == workbook
    assert [type(cell.value) for cell in back.sheets[0].cells.values()][:10] == [
        type(value) for value in held
    ]


def lines(*contents: object) -> list[bytes]:
    return [json.dumps(content).encode() for content in contents]


KIND = {"kind": "csv", "problems": []}
SHEET = {
    "sheet": "a",
    "hidden": False,
    "hidden_rows": [],
    "hidden_columns": [],
    "merges": [],
    "preface": [],
    "comments": [],
}
CELLS = {"kinds": "n", "rows": [1], "columns": [1], "values": ["1"], "formats": [""], "errors": [""]}
END = {"end": True}
WRONG_CELLS: list[dict[str, object]] = [
    {"values": ["NaN"]},
    {"values": ["Infinity"]},
    {"values": [1.5]},
    {"values": ["1", "2"]},
    {"kinds": "x"},
    {"kinds": "d"},
    {"kinds": "s", "values": [{}]},
    {"kinds": "b", "values": ["true"]},
    {"rows": [0]},
    {"rows": ["1"]},
    {"columns": [True]},
    {"formats": [None]},
    {"errors": [{}]},
]


@pytest.mark.parametrize(
    "answer",
    [
        lines(KIND, CELLS, END),
        lines({"kind": 1, "problems": []}, END),
        lines({"kind": "csv", "problems": [["a", "b", 1]]}, END),
        lines(KIND, SHEET | {"merges": [[1, 2, 3]]}, END),
        lines(KIND, SHEET | {"hidden_rows": [-1]}, END),
        lines(KIND, SHEET | {"comments": [[0, 1, "a"]]}, END),
        lines(KIND, SHEET | {"comments": [[1, 1, 1]]}, END),
        *(lines(KIND, SHEET, CELLS | change, END) for change in WRONG_CELLS),
        lines({"refused": "tidak-dikenal", "details": {}}),
        lines({"refused": "too-large", "details": {}}),
        lines({"refused": "empty", "details": {"a": 1}}),
        [b"bukan JSON\n"],
        [b"[" * 100_000],
        [b"[]"],
    ],
)
def test_an_answer_that_makes_no_sense_is_not_believed(answer: list[bytes]) -> None:
    assert wire.workbook_of(lines(KIND, SHEET, CELLS, END), "a").sheets[0].cells[1, 1].value == Decimal(1)
    with pytest.raises(ValueError, match=r"answer|Expecting|refusal|zip|isoformat"):
        wire.workbook_of(answer, "a")


@pytest.mark.parametrize("answer", [[], lines(KIND), lines(KIND, SHEET, CELLS)])
def test_an_answer_that_stops_short_is_not_believed(answer: list[bytes]) -> None:
    with pytest.raises(EOFError):
        wire.workbook_of(answer, "a")


def test_a_refusal_names_the_file_as_it_was_uploaded() -> None:
    with pytest.raises(Unreadable) as caught:
        read_safely(files.zipped({"[Content_Types].xml": "<a/>", "xl/workbook.bin": "a"}), "rekap akhir.xlsb")
    assert caught.value.code == "unsupported"
    assert (
        caught.value.message
        == 'Berkas "rekap akhir.xlsb" tidak dapat dibaca. Simpan sebagai .xlsx lalu unggah lagi.'
    )


def test_empty_and_too_large_files_start_no_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_ROOT", tmp_path / "tidak ada")
    large = tmp_path / "besar.csv"
    with large.open("wb") as file:
        file.truncate(guard.MAX_FILE + 1)
    for source, code in ((b"", "empty"), (large, "too-large"), (b"x" * (guard.MAX_FILE + 1), "too-large")):
        with pytest.raises(Unreadable) as caught:
            read_safely(source, "besar.csv")
        assert caught.value.code == code


def test_a_line_without_an_end_is_no_answer() -> None:
    with pytest.raises(EOFError):
        list(sandbox._lines(io.BytesIO(b"satu\ndua")))


def test_a_child_beyond_its_time_is_stopped_and_the_file_called_too_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.05)
    started = time.perf_counter()
    with pytest.raises(Unreadable) as caught:
        read_safely(b"1;2;3\n" * 200_000, "a.csv")
    assert caught.value.code == "too-slow"
    assert time.perf_counter() - started < 3


def test_an_answer_beyond_all_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MAX_ANSWER", 100)
    with pytest.raises(Unreadable) as caught:
        read_safely(b"a;b\n" * 100, "a.csv")
    assert caught.value.code == "too-heavy"


def test_the_child_has_no_more_time_than_it_is_given() -> None:
    result = run("child.CPU_SECONDS = 1\nchild.confine(0)\nwhile True: pass")
    assert result.returncode == -9


def test_the_child_has_no_more_memory_than_it_is_given() -> None:
    result = run(
        "child.confine(0)\ntry:\n  bytearray(256 << 20)\nexcept MemoryError:\n  print('tidak ada lagi')"
    )
    assert result.stdout == "tidak ada lagi\n"


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/hostname')",
        "socket.socket()",
        "os.open('/dev/null', os.O_WRONLY)",
        "os.pipe()",
        "subprocess.run('id')",
    ],
)
def test_the_child_can_open_no_file_no_socket_and_start_nothing(attempt: str) -> None:
    arranged = (
        "import os, socket, subprocess\nchild.confine(0)\n{}"
        f"try:\n  {attempt}\n  print('terbuka')\nexcept OSError:\n  print('tertutup')"
    )
    assert run(arranged.format("child.close_doors()\n")).stdout == "tertutup\n"
    # The control: without the closed doors all of it works.
    assert run(arranged.format("")).stdout.splitlines()[-1] == "terbuka"


def test_the_child_loads_neither_django_nor_anything_slow() -> None:
    result = run("import sys\nprint(sorted({name.partition('.')[0] for name in sys.modules}))")
    assert not {"django", "openpyxl", "xlrd", "lxml", "iku_portal", "agencies", "reports"} & set(
        ast.literal_eval(result.stdout)
    )


def test_the_environment_of_the_portal_does_not_reach_the_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "zipfile.py").write_text("raise SystemExit(1)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert read_safely(b"a;b\n", "a.csv").kind == "csv"
