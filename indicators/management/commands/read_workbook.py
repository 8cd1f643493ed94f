"""Show what is understood of a workbook, without a database: for support, and for scripts."""

import json
import sys
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from indicators.numbers import format_number
from indicators.spreadsheets.cells import one_line
from indicators.spreadsheets.corrections import FLAT_LABELS
from indicators.spreadsheets.description import describe
from indicators.spreadsheets.headings import LABELS
from indicators.spreadsheets.problems import Unreadable
from indicators.spreadsheets.sandbox import read_safely
from indicators.spreadsheets.tables import understand

_KINDS = {
    "definitions": "definisi IKU",
    "targets": "target",
    "measurement": "pengukuran",
    "flat": "datar",
}
_LABELS = LABELS | FLAT_LABELS
_SHOWN = ("unit", "formulation", "definition", "reason", "source", "responsible_unit", "note")
_LEAST_SURE = 0.9  # columns below are shown with their reason


class Command(BaseCommand):
    help = "Tampilkan apa yang dipahami dari sebuah berkas lembar kerja, tanpa basis data."

    requires_system_checks = []  # it touches neither the database nor a page

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="BERKAS", help=".xlsx, .ods, .xls, .csv, atau .docx")
        parser.add_argument("--json", action="store_true", help="tulis hasil sebagai JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            content = describe(understand(read_safely(path, path.name)))
        except OSError:
            self._fail(options, "missing", f'Berkas "{path}" tidak ada atau tidak dapat dibuka.')
        except Unreadable as error:
            self._fail(options, error.code, error.message)
        if options["json"]:
            self.stdout.write(json.dumps(content, ensure_ascii=False))
        else:
            self._show(content)
        if not any(sheet["tables"] for sheet in content["sheets"]):
            sys.exit(1)

    def _fail(self, options: dict[str, Any], code: str, message: str) -> None:
        """Say why nothing was read, in the same shape as an answer, and end with status 1."""
        if options["json"]:
            problem = {"cell": "", "code": code, "message": message}
            self.stdout.write(json.dumps({"sheets": [], "problems": [problem]}, ensure_ascii=False))
        else:
            self.stderr.write(message)
        sys.exit(1)

    def _show(self, content: dict[str, Any]) -> None:
        for sheet in content["sheets"]:
            self.stdout.write(f"Lembar {sheet['name']}: {len(sheet['tables'])} tabel")
            for table in sheet["tables"]:
                self._show_table(table)
        if content["problems"]:
            self.stdout.write(f"Perlu diperiksa ({len(content['problems'])}):")
        for problem in content["problems"]:
            self.stdout.write(f"  {problem['cell'] or 'berkas'}: {problem['message']}")

    def _show_table(self, table: dict[str, Any]) -> None:
        head = table["head"]
        headers = ", ".join(
            f"{first}–{last}" if last > first else str(first) for first, last in table["header_rows"]
        )
        self.stdout.write(f"  Tabel {_KINDS[table['kind']]} {table['range']}, judul kolom di baris {headers}")
        for line in filter(None, [*head["title"], head["agency"]]):
            self.stdout.write(f"    {line}")
        for name, items in (("Tujuan", head["objectives"]), ("Fungsi", head["functions"])):
            if items:
                self.stdout.write(f"    {name}: {len(items)}")
        for letters, column in table["columns"].items():
            self.stdout.write(f"    Kolom {letters}: {_column(column)}")
        goal = None
        for record in table["records"]:
            if record["goal"] != goal:
                goal = record["goal"]
                self.stdout.write(
                    f"    Sasaran: {_numbered(record.get('goal_number'), goal or 'tanpa teks')}"
                )
            self._show_record(record)
        for skipped in table["skipped"]:
            self.stdout.write(f"    Baris {skipped['row']} dilewati: {skipped['reason']}")

    def _show_record(self, record: dict[str, Any]) -> None:
        name = record["indicator"] or record["code"] or record.get("data_code", "")
        self.stdout.write(f"      Baris {record['row']}: {_numbered(record['number'], name)}")
        for name in _SHOWN:
            if record[name]:
                self.stdout.write(f"        {LABELS[name]}: {one_line(record[name])}")
        values = [_value(value) for value in record["values"]]
        if values:
            self.stdout.write(f"        {'; '.join(values)}")
        if "proposal" in record:
            self.stdout.write(f"        USULAN: {record['proposal']['message']}")


def _numbered(number: str | None, text: str) -> str:
    return f"{number} {text}" if number else text


def _when(content: dict[str, Any]) -> str:
    parts = [
        f"bulan {content['month']}" if content["month"] else "",
        f"TW {content['quarter']}" if content["quarter"] else "",
    ]
    return " ".join(filter(None, [*parts, str(content["year"] or "")]))


def _column(column: dict[str, Any]) -> str:
    if not column["field"]:
        return "tidak dibaca"
    name = _LABELS[column["field"]] + (" sasaran" if column.get("of") == "goal" else "")
    text = " ".join(filter(None, [name, _when(column)]))
    if column["field"] == "budget":
        return f"{text}, tidak dibaca"
    unsure = column["confidence"] < _LEAST_SURE
    return f"{text} ({round(column['confidence'] * 100)}%: {column['reason']})" if unsure else text


def _value(value: dict[str, Any]) -> str:
    ends = [format_number(Decimal(end)) for end in (value["value"], value["value_to"]) if end is not None]
    read = " s.d. ".join(ends) or f'"{one_line(value["text"])}"'
    shown = " ".join(filter(None, [read, value["unit"]]))
    return f"{LABELS[value['field']]} {_when(value)}".strip() + f" = {shown}"
