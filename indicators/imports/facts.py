"""What a table of IKU cannot say of a new indicator: answered, guessed, or asked in one step.

An answer wins over the file, the file over what the indicator was in earlier years, that over a guess. A
guess that is not sure stands only once it is confirmed. Asks no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from indicators.achievement import METHODS, Polarity
from indicators.forms.indicators import METHODS_OFFERED, QUARTER_METHODS, LevelsField
from indicators.imports import aims, guesses
from indicators.imports.guesses import Guess
from indicators.imports.planned import Choices, Fact, Message, Question
from indicators.imports.rows import Merged
from indicators.imports.standing import IndicatorNow
from indicators.models import Indicator

OPTIONS: dict[Fact, list[tuple[str, str]]] = {
    "polarity": [(str(value), str(label)) for value, label in Indicator.Polarity.choices],
    "method": [(str(value), str(label)) for value, label in METHODS_OFFERED if value],
    "kind": [(str(value), str(label)) for value, label in Indicator.Kind.choices],
    "quarter_method": [(str(value), str(label)) for value, label in QUARTER_METHODS],
}
TEXTS: dict[Fact, str] = {
    "polarity": "Arah mana yang lebih baik?",
    "method": "Rumus capaian yang mana?",
    "unit": "Apa satuannya?",
    "kind": "Bagaimana angkanya diperoleh?",
    "quarter_method": "Bagaimana angka triwulan menjadi angka tahun?",
    "levels": "Jenjangnya apa saja, dengan nilainya? Satu per baris, misalnya WTP = 4.",
}
_OPEN = {
    "polarity": "Arah indikator ini belum dipastikan. Pilih arahnya.",
    "method": "Rumus capaian indikator ini belum dipilih.",
    "quarter_method": "Cara menjadikan triwulan angka tahun belum dipastikan. Pilih caranya.",
}


@dataclass
class Facts:
    """The facts of one new indicator by field, what is still asked, and what is in the way."""

    values: dict[str, Any] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)


def settle(about: Merged, choices: Choices, earlier: IndicatorNow | None) -> Facts:
    """Settle the facts of a new indicator; `earlier` is what it was in another set."""
    return _Settling(about, choices, earlier).run()


class _Settling:
    def __init__(self, about: Merged, choices: Choices, earlier: IndicatorNow | None) -> None:
        self.about, self.choices, self.earlier = about, choices, earlier
        self.row = about.first
        self.facts = Facts()
        self.figures = [figure for row in about.rows for figure in aims.annual(row.record.figures, "target")]

    def run(self) -> Facts:
        self._kind()
        self._polarity()
        self._quarters()
        if not self.about.fields().get("unit"):
            self._unit()
        return self.facts

    def _decide(self, fact: Fact, guess: Guess, default: str | None = None) -> str:
        """Take the answer, else the guess; `default` stands in its place until it is confirmed."""
        must = not guess.sure and default is None
        answer = self.choices.fact(self.row.key, fact)
        self.facts.questions.append(
            Question(
                fact,
                self.row.key,
                self.row.name,
                TEXTS[fact],
                OPTIONS.get(fact, []),
                guess.value,
                guess.reason,
                must,
                self.row.cell("indicator"),
                answer,
            )
        )
        if answer and (fact not in OPTIONS or answer in dict(OPTIONS[fact])):
            return answer
        if must:
            text = f"{_OPEN[fact]} Usulan: {dict(OPTIONS[fact])[guess.value].lower()}. {guess.reason}"
            self._say(f"{fact}_open", text)
        return guess.value if guess.sure or default is None else default

    def _say(self, code: str, text: str) -> None:
        self.facts.messages.append(Message(self.row.cell("indicator"), code, text, blocks=True))

    def _as_before(self, fact: str) -> Guess | None:
        if self.earlier is None or self.earlier.fields[fact] in ("", None, []):
            return None
        return Guess(self.earlier.fields[fact], "Seperti pada penetapan sebelumnya.")

    def _kind(self) -> None:
        words = aims.words_of(self.figures)
        printed = self.about.saying("formulation").printed
        guess = guesses.kind(
            self.about.saying("formulation").prose, words, formula=bool(printed and printed.certain)
        )
        default: str | None = guess.value
        if printed and not printed.certain and not words:
            over = " ÷ ".join(f"“{label}”" for label in printed.labels)
            guess = Guess("computed", f"Tampak seperti pembilang dan penyebut: {over}.", sure=False)
            default = "external"
        before = self._as_before("kind")
        if before and (before.value != "computed" or printed):
            guess = before
        kind = self._decide("kind", guess, default)
        if kind == "computed" and printed is None:
            self._say(
                "no_formula",
                "Rumus indikator ini tidak terbaca dari berkas. Pilih cara lain memperoleh angkanya; "
                "rumusnya dapat ditulis nanti di draf.",
            )
        self.facts.values["kind"] = kind
        self.facts.values["levels"] = self._levels(words) if kind == "ordinal" else []

    def _levels(self, words: Sequence[str]) -> list[dict[str, str]]:
        scale = guesses.scale_of(words) if words else None
        rows = scale[1] if scale else []
        proposed = "\n".join(f"{row['label']} = {row['value']}" for row in rows)
        reason = f"Jenjang {scale[0]}." if scale else "Jenjang ini tidak dikenal portal."
        if self.earlier and self.earlier.fields["levels"]:
            rows = self.earlier.fields["levels"]
            proposed = "\n".join(f"{row['label']} = {row['value']}" for row in rows)
            reason = "Seperti pada penetapan sebelumnya."
        answer = self._decide("levels", Guess(proposed, reason)).replace(";", "\n")
        try:
            found: list[dict[str, str]] = LevelsField(required=False).clean(answer)
        except ValidationError as error:
            self._say("levels", " ".join(error.messages))
            return []
        if not found:
            self._say("levels", "Tulis sedikitnya dua jenjang dengan nilainya, misalnya WTP = 4.")
        return found

    def _polarity(self) -> None:
        texts = self.about.saying("polarity").record.texts
        guess = self._as_before("polarity") or self._guessed_polarity()
        if said := guesses.said_polarity(texts.get("polarity", "")):
            guess = Guess(said, f"Tabel menulis “{texts['polarity']}”.")
        polarity = self._decide("polarity", guess)
        fitting = METHODS[Polarity(polarity)]
        proposed = self._as_before("method")
        if proposed is None or proposed.value not in fitting:
            proposed = guesses.method(polarity)
        # Always asked, for the polarity may be answered otherwise in the same step.
        method = self._decide("method", proposed)
        if len(fitting) == 1:
            method = fitting[0].value
        elif method not in fitting:
            labels = " atau ".join(dict(OPTIONS["method"])[each] for each in fitting)
            self._say("method_open", f"Arah ini memakai {labels}. Pilih salah satunya.")
        self.facts.values |= {"polarity": polarity, "method": method}

    def _guessed_polarity(self) -> Guess:
        ordered = sorted(self.figures, key=lambda figure: figure.period.year or 0)
        if ordered and all(figure.value.value_to is not None for figure in ordered):
            return Guess("range", f"Targetnya rentang: “{ordered[0].value.text}”.", sure=False)
        values = [figure.value.value for figure in ordered if figure.value.value is not None]
        texts = [figure.value.text for figure in ordered]
        return guesses.polarity(self.row.name, self.row.goal, values, texts)

    def _quarters(self) -> None:
        calculation = self.about.saying("calculation").record.texts.get("calculation", "")
        guess = guesses.quarter_method(calculation)
        if not calculation:
            guess = self._as_before("quarter_method") or guess
        method = self._decide("quarter_method", guess)
        if self.facts.values["kind"] == "ordinal" and method == "sum":
            self._say("quarter_method", "Jenjang tidak dapat dijumlahkan; pilih nilai terakhir.")
        self.facts.values["quarter_method"] = method

    def _unit(self) -> None:
        printed = self.about.saying("formulation").printed
        guess = self._as_before("unit") or guesses.unit(self.row.name, printed.factor if printed else "")
        self.facts.values["unit"] = self._decide("unit", guess)
