"""`manage.py achievement`: the achievement of one indicator, for scripts and support; needs no database."""

import json
import re
from argparse import ArgumentParser
from collections.abc import Iterable
from decimal import Context, Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from indicators.achievement import (
    METHODS,
    AchievementRule,
    Method,
    Polarity,
    Scale,
    Status,
    TargetRange,
    ZeroRealization,
    ZeroTarget,
    achievement,
)
from indicators.numbers import MAX_DIGITS, format_number

_NUMBER = re.compile(rf"-?[0-9]{{1,{MAX_DIGITS}}}(?:\.[0-9]{{1,{MAX_DIGITS}}})?")
_SHOWN = Context(prec=28)
MAX_SHOWN_DECIMALS = 6

Choice = TypeVar("Choice", bound=StrEnum)


def _number(option: str, text: str | None) -> Decimal | None:
    """Return the value of an option; scripts write numbers with a decimal dot and nothing else."""
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise CommandError(
            f'{option} "{text[:40]}" bukan angka. Tulis dengan titik desimal tanpa titik ribuan, misal 66.5.'
        )
    return Decimal(text)


def _required(option: str, text: str | None) -> Decimal:
    value = _number(option, text)
    if value is None:
        raise CommandError(
            f"{option} belum diisi. Contoh: --target 100 --realization 80 --polarity lower --method F2."
        )
    return value


def _choice(option: str, text: str, choices: type[Choice] | tuple[Choice, ...]) -> Choice:
    for choice in choices:
        if choice == text:
            return choice
    raise CommandError(f'{option} "{text}" tidak dikenal. Pilih salah satu: {_listed(choices)}.')


def _listed(choices: Iterable[StrEnum]) -> str:
    return ", ".join(choices)


def _scale(code: str) -> Scale:
    """Return the newest version of a shipped scale, read from its file: there may be no database yet."""
    rows = json.loads((settings.BASE_DIR / "fixtures" / "predicate_scales.json").read_text(encoding="utf-8"))
    versions = [row["fields"] for row in rows if row["fields"]["code"] == code]
    if not versions:
        known = ", ".join(dict.fromkeys(row["fields"]["code"] for row in rows))
        raise CommandError(f'--scale "{code}" tidak dikenal. Pilih salah satu: {known}.')
    return Scale.from_data(max(versions, key=lambda fields: int(fields["version"])))


def _rule(options: dict[str, Any]) -> AchievementRule:
    polarity = _choice("--polarity", options["polarity"], Polarity)
    methods = METHODS[polarity]
    if options["method"] is None and len(methods) > 1:
        # The two formulas for lower is better give different answers; none is the default.
        raise CommandError(
            f"--method belum diisi. Untuk arah {polarity} pilih salah satu: {_listed(methods)}."
        )
    method = methods[0] if options["method"] is None else _choice("--method", options["method"], methods)
    try:
        return AchievementRule(
            polarity,
            method,
            zero_target=_choice("--zero-target", options["zero_target"], ZeroTarget),
            zero_realization=_choice("--zero-realization", options["zero_realization"], ZeroRealization),
            floor=_number("--floor", options["floor"]),
            cap=_number("--cap", options["cap"]),
        )
    except ValueError as error:
        raise CommandError(str(error)) from error


def _target(options: dict[str, Any]) -> Decimal | TargetRange:
    lower = _required("--target", options["target"])
    upper = _number("--target-upper", options["target_upper"])
    if upper is None and options["polarity"] == Polarity.RANGE:
        raise CommandError("--target-upper belum diisi. Arah range memerlukan batas bawah dan batas atas.")
    try:
        return lower if upper is None else TargetRange(lower, upper)
    except ValueError as error:
        raise CommandError(f"--target-upper: {error}") from error


class Command(BaseCommand):
    """Compute one achievement and print a sentence, or JSON for scripts."""

    help = "Hitung capaian satu indikator. Angka ditulis dengan titik desimal, misalnya 66.5."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take every value as text, so that each refusal is a sentence of ours."""
        parser.add_argument("--target", help="target, atau batas bawahnya")
        parser.add_argument("--target-upper", help="batas atas target rentang")
        parser.add_argument("--realization", help="realisasi, dalam satuan target")
        parser.add_argument("--polarity", default=Polarity.HIGHER, help=_listed(Polarity))
        parser.add_argument("--method", help=_listed(Method))
        parser.add_argument("--zero-target", default=ZeroTarget.NOT_COMPUTABLE, help=_listed(ZeroTarget))
        parser.add_argument("--zero-realization", default=ZeroRealization.CAP, help=_listed(ZeroRealization))
        parser.add_argument("--floor", help="batas bawah capaian dalam persen")
        parser.add_argument("--cap", help="batas atas capaian dalam persen")
        parser.add_argument("--scale", default="permendagri-86-2017", help="kode skala predikat")
        parser.add_argument(
            "--digits", default="2", help=f"angka di belakang koma, 0 sampai {MAX_SHOWN_DECIMALS}"
        )
        parser.add_argument("--json", action="store_true", help="cetak JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the answer; "not computable" is one too; only what is not understood ends with status 1."""
        if options["digits"] not in {str(digits) for digits in range(MAX_SHOWN_DECIMALS + 1)}:
            raise CommandError(f'--digits "{options["digits"]}" harus 0 sampai {MAX_SHOWN_DECIMALS}.')
        digits = int(options["digits"])
        rule, target, scale = _rule(options), _target(options), _scale(options["scale"])
        outcome = achievement(target, _required("--realization", options["realization"]), rule)
        figure = outcome.printed
        predicate = scale.classify(figure, digits)
        if options["json"]:
            answer = {
                "value": None if figure is None else f"{_SHOWN.plus(figure).normalize(_SHOWN):f}",
                "text": None if figure is None else format_number(figure, digits),
                "predicate": predicate,
                "status": outcome.status,
                "reason": outcome.reason,
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        elif outcome.status is Status.COMPUTED:
            self.stdout.write(f"{outcome.explain(digits)} ({predicate})")
        else:
            self.stdout.write(f"Tidak dapat dihitung. {outcome.reason}")
