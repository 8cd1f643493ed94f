"""Compute one formula on the command line, for scripts and for answering questions of users."""

import json
import re
import sys
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand

from indicators import formula as formulas
from indicators.formula import limits

_SETTING = re.compile(r"([a-z_][a-z0-9_]*)=(-?[0-9]+(?:\.[0-9]+)?)")


class SettingError(Exception):
    """An option that cannot be used: what is wrong with it, and how to write it."""


class Command(BaseCommand):
    help = (
        "Hitung sebuah rumus: manage.py formula 'a / b * 100%' --set a=3 --set b=4. "
        "Rumus yang diawali tanda minus ditulis paling akhir, setelah --."
    )

    requires_system_checks = []  # it touches neither the database nor a page

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", metavar="RUMUS", help="misalnya 'a / b * 100%%'")
        parser.add_argument("--set", action="append", default=[], metavar="NAMA=NILAI", dest="values",
                            help="nilai sebuah nama, dengan titik desimal; boleh berulang")  # fmt: skip
        parser.add_argument("--previous", action="append", default=[], metavar="NAMA=NILAI",
                            help="nilai tahun sebelumnya; boleh berulang")  # fmt: skip
        parser.add_argument("--unit", default="", metavar="SATUAN", help="satuan hasil, misalnya persen")
        parser.add_argument(
            "--digits", default="2", metavar="N", help="angka di belakang koma pada hasil (bawaan: 2)"
        )
        parser.add_argument("--json", action="store_true", help="tulis hasil sebagai JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        text = options["text"]
        try:
            values = _settings("--set", options["values"])
            previous = _settings("--previous", options["previous"])
            digits = _digits(options["digits"])
            formula = formulas.parse(text)
        except SettingError as error:
            self._fail(options, "bad_setting", str(error), None)
        except formulas.FormulaError as error:
            self._fail(options, error.code, error.message, error.position, error.caret(text))
        known = {name: formulas.Operand(name) for name in formula.names}
        outcome = formulas.evaluate(formula, values, previous=previous, known=known, unit=options["unit"])
        explanation = formulas.explain(
            formula, outcome, values, previous=previous, known=known, digits=digits
        )
        if outcome.value is None:
            self._fail(options, outcome.code, outcome.reason, outcome.position)
        elif options["json"]:
            self._write(plain(outcome.value), explanation.rounded, explanation.sentence, None)
        else:
            self.stdout.write(explanation.sentence)
            for warning in formulas.check(formula, known, unit=options["unit"]):
                self.stderr.write(f"Perhatikan: {warning.message}")

    def _fail(
        self, options: dict[str, Any], code: str, message: str, position: int | None, caret: str = ""
    ) -> None:
        """Say what is wrong, as JSON on stdout or as a sentence on stderr, and end with status 1."""
        if options["json"]:
            self._write(None, None, None, {"code": code, "message": message, "position": position})
        else:
            self.stderr.write("\n".join(filter(None, (message, caret))))
        sys.exit(1)

    def _write(
        self, value: str | None, text: str | None, explanation: str | None, error: dict[str, Any] | None
    ) -> None:
        content = {"value": value, "text": text, "explanation": explanation, "error": error}
        self.stdout.write(json.dumps(content, ensure_ascii=False))


def plain(value: Decimal) -> str:
    """Write a value for programs: dot, no exponent, no trailing zeros."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _digits(text: str) -> int:
    if text not in {str(digits) for digits in range(limits.ROUND_DIGITS + 1)}:
        raise SettingError(f'--digits "{text}" di luar batas. Tulis 0 sampai {limits.ROUND_DIGITS}.')
    return int(text)


def _settings(option: str, pairs: list[str]) -> dict[str, Decimal | None]:
    """Read NAME=NUMBER pairs. Raises SettingError for anything else, and for a name given twice."""
    values: dict[str, Decimal | None] = {}
    for pair in pairs:
        match = _SETTING.fullmatch(pair)
        if not match:
            raise SettingError(
                f'{option} "{pair}" tidak terbaca. Tulis nama=angka dengan titik desimal, misalnya a=12.5.'
            )
        if match[1] in values:
            raise SettingError(f'{option} untuk "{match[1]}" diberikan dua kali. Hapus salah satunya.')
        values[match[1]] = Decimal(match[2])
    return values
