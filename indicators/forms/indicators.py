"""Forms for an indicator, its targets of all years, and the change of one target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from agencies.changes import ChangeNotice, ChangeNoticingForm
from agencies.models import ResponsibleUnit
from indicators import formula as formulas
from indicators.achievement import METHODS, Levels, Polarity
from indicators.forms.fields import DayField, NumberField
from indicators.models import CODE, DataElement, Indicator, IndicatorThread, StrategicGoal, Target
from indicators.numbers import NumberError, format_number, read_number
from indicators.worked_examples import Scope, scope_of

CODE_LENGTH = 60
# Labels that spell the arithmetic: "kumulatif" means the sum to some agencies, the running total to others.
QUARTER_METHODS = [
    (Indicator.QuarterMethod.LAST, "Nilai triwulan terakhir yang terisi"),
    (Indicator.QuarterMethod.SUM, "Jumlah: TW I + TW II + TW III + TW IV"),
    (Indicator.QuarterMethod.MEAN, "Rata-rata: jumlah triwulan yang terisi ÷ banyaknya triwulan yang terisi"),
    (
        Indicator.QuarterMethod.YEAR_TO_DATE,
        "Isian sudah kumulatif sejak Januari; yang dipakai isian terakhir",
    ),
]
METHODS_OFFERED = [
    ("", "Menurut arah (rumus pertama yang cocok)"),
    (Indicator.Method.F1, "realisasi ÷ target × 100%"),
    (Indicator.Method.F2, "(2 × target − realisasi) ÷ target × 100% (PermenPANRB 8/2021)"),
    (Indicator.Method.F3, "target ÷ realisasi × 100%"),
]


def suggest_code(name: str) -> str:
    """Return a code made of the words of `name`: "Persentase Koperasi Sehat" is persentase_koperasi_sehat."""
    code = "_".join(re.findall(r"[a-z0-9]+", name.lower()))
    if code[:1].isdigit():
        code = f"_{code}"
    if len(code) > CODE_LENGTH:
        code = code[: CODE_LENGTH + 1].rpartition("_")[0] or code[:CODE_LENGTH]
    return code


class LevelsField(forms.CharField):
    """Levels of an ordinal indicator, one to a line: "WTP = 4". Cleans to the rows of `Indicator.levels`."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Write stored rows; text that was typed stays as it is."""
        if isinstance(value, list):
            return "\n".join(f"{row['label']} = {format_number(Decimal(str(row['value'])))}" for row in value)
        return value

    def to_python(self, value: Any) -> Any:
        """Read the lines; ValidationError naming the first that cannot be read."""
        lines = [line.strip() for line in str(value or "").splitlines()]
        return [self._row(line) for line in lines if line]

    def _row(self, line: str) -> dict[str, str]:
        label, equals, figure = (part.strip() for part in line.rpartition("="))
        if not equals or not label:
            raise ValidationError(
                f"Baris “{line}” belum lengkap. Tulis nama jenjang = nilainya, misalnya WTP = 4."
            )
        try:
            value = read_number(figure).value
        except NumberError as error:
            raise ValidationError(f"Baris “{line}”: {error.message}") from error
        if value is None:
            raise ValidationError(f"Jenjang “{label}” belum bernilai. Tulis misalnya {label} = 4.")
        return {"label": label, "value": format(value, "f")}

    def validate(self, value: Any) -> None:
        """Refuse rows that are no scale, such as a level that stands twice."""
        super().validate(value)
        try:
            Levels.from_data(value)
        except ValueError as error:
            if value:
                raise ValidationError(str(error)) from error

    def run_validators(self, value: Any) -> None:
        """Rows are not text: the validators of CharField have nothing to look at."""


class IndicatorForm(ChangeNoticingForm):
    """All of an indicator but its targets; goal, thread and order are not for the browser to say."""

    instance: Indicator

    code = forms.CharField(
        label="Kode",
        required=False,
        max_length=CODE_LENGTH,
        help_text="Dipakai di rumus indikator lain dan tidak berubah lagi. "
        "Kosongkan untuk memakai kode dari nama indikator.",
    )
    levels = LevelsField(
        label="Jenjang",
        required=False,
        help_text="Hanya untuk jenjang. Satu per baris dengan nilainya, misalnya <code>WTP = 4</code>.",
    )

    method = forms.ChoiceField(
        label="Rumus capaian",
        choices=METHODS_OFFERED,
        required=False,
        help_text="Makin besar makin baik selalu memakai realisasi ÷ target. Makin kecil makin baik memakai "
        "salah satu dari dua rumus lainnya. Untuk rentang, rumus ini dipakai terhadap batas terdekat bila "
        "realisasi di luar rentang.",
    )
    quarter_method = forms.ChoiceField(label="Dari triwulan ke tahun", choices=QUARTER_METHODS)

    class Meta:
        model = Indicator
        fields = (
            "number",
            "name",
            "unit",
            "kind",
            "formula",
            "draws_formula",
            "printed_formula",
            "levels",
            "digits",
            "definition",
            "formulation",
            "reason",
            "sources",
            "units",
            "polarity",
            "method",
            "zero_target",
            "floor",
            "cap",
            "cap_in_averages_only",
            "quarter_method",
            "weight",
        )
        field_classes = {"floor": NumberField, "cap": NumberField, "weight": NumberField}
        widgets = {
            "kind": forms.RadioSelect,
            "polarity": forms.RadioSelect,
            "zero_target": forms.RadioSelect,
            "units": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "number": "Seperti di dokumen, misalnya 1. atau 7.",
            "unit": "Misalnya Persen, Rupiah, unit.",
            "formula": "Ketik kode data dasar, atau awal nama datanya lalu pilih dari daftar. "
            "Tanda hitung: + − × ÷ ( ) dan persen, misalnya <code>a / b * 100%</code>.",
            "draws_formula": "Rumus digambar sebagai pecahan di kolom penjelasan.",
            "definition": "Apa yang diukur dan apa yang tidak.",
            "formulation": "Teks kolom penjelasan/cara perhitungan, di bawah rumus.",
            "reason": "Mengapa indikator ini dipilih.",
            "sources": "Satu sumber per baris. Boleh kosong; tabel menandainya “sumber data belum diisi”.",
            "zero_target": "Target 0 tidak dapat menjadi pembagi, jadi cara menilainya dipilih di sini.",
            "floor": "Misalnya 0, supaya capaian tidak negatif. Kosongkan bila tanpa batas.",
            "cap": "Misalnya 120. Kosongkan bila tanpa batas.",
            "cap_in_averages_only": "Tabel tetap mencetak capaian yang sebenarnya.",
            "weight": "Hanya bila perangkat daerah merata-rata menurut bobot.",
            "digits": "0 sampai 6.",
        }
        error_messages = {
            "name": {"required": "Tulis nama indikator, misalnya Persentase Koperasi Sehat."},
            "digits": {"max_value": "Angka di belakang koma paling banyak 6."},
        }

    def __init__(self, *args: Any, goal: StrategicGoal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goal = goal
        self.agency = goal.indicator_set.agency
        self.warnings: list[str] = []
        if self.instance.pk:
            del self.fields["code"]
        self._offer()
        for name, rows in {"formulation": 4, "definition": 3, "reason": 3, "sources": 3, "levels": 4}.items():
            self.fields[name].widget.attrs["rows"] = rows
        plain_text = {"class": "code", "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}
        self.fields["formula"].widget.attrs |= {**plain_text, "rows": 3}
        self.fields["printed_formula"].widget.attrs |= {**plain_text, "rows": 2}
        if "code" in self.fields:
            self.fields["code"].widget.attrs |= plain_text
        self.fields["digits"].widget.attrs |= {"min": 0, "max": 6, "inputmode": "numeric"}

    def _offer(self) -> None:
        units = cast("forms.ModelMultipleChoiceField[ResponsibleUnit]", self.fields["units"])
        offered = Q(active=True)
        if self.instance.pk:
            offered |= Q(indicators=self.instance)  # a unit that is gone stays where it was named
        units.queryset = self.agency.units.filter(offered).distinct()
        if not self.instance.pk:
            self.initial["method"] = ""

    @property
    def code_of(self) -> str:
        """The code of the indicator: its own, the one typed, or the one its name suggests."""
        if self.instance.pk:
            return self.instance.code
        typed = str(self["code"].value() or "").strip()
        return typed or suggest_code(str(self["name"].value() or ""))

    def scope(self) -> Scope:
        """Return what the formula is read against, with the name and the unit as they are typed now."""
        return scope_of(
            self.goal.indicator_set,
            unit=str(self["unit"].value() or ""),
            code=self.code_of,
            label=str(self["name"].value() or ""),
        )

    def clean_code(self) -> str:
        """Return the code of a new indicator: typed or made of its name, free in the agency."""
        code = str(self.cleaned_data["code"]).strip() or suggest_code(str(self.cleaned_data.get("name", "")))
        if not code:
            return code  # the name is missing, and says so
        CODE(code)
        element = DataElement.objects.filter(agency=self.agency, code=code).first()
        if element:
            raise ValidationError(
                f"Kode {code} sudah dipakai data dasar “{element.label}”. "
                f"Pilih kode lain, misalnya iku_{code}."
            )
        here = Indicator.objects.filter(
            goal__indicator_set=self.goal.indicator_set, thread__code=code
        ).first()
        if here:
            raise ValidationError(
                f"Kode {code} sudah dipakai indikator “{here.name}” di penetapan ini. "
                f"Pilih kode lain, misalnya {code}_2."
            )
        return code

    def continued(self) -> Indicator | None:
        """The indicator of an earlier set whose thread a new one of the same code takes up again."""
        earlier = Indicator.objects.filter(thread__agency=self.agency, thread__code=self.cleaned_data["code"])
        return earlier.exclude(pk=self.instance.pk).order_by("-pk").first()

    def clean_digits(self) -> int:
        """Refuse more digits than the column and the eye can hold."""
        digits = int(self.cleaned_data["digits"])
        if digits > 6:
            raise ValidationError("Angka di belakang koma paling banyak 6.")
        return digits

    def clean_cap(self) -> Decimal | None:
        """Refuse a cap that nothing could stay under."""
        cap: Decimal | None = self.cleaned_data["cap"]
        if cap is not None and cap <= 0:
            raise ValidationError("Batas atas capaian harus lebih besar daripada 0, misalnya 120.")
        return cap

    def clean_weight(self) -> Decimal | None:
        """Refuse a weight that would leave the indicator out of the average."""
        weight: Decimal | None = self.cleaned_data["weight"]
        if weight is not None and weight <= 0:
            raise ValidationError("Bobot harus lebih besar daripada 0; kosongkan bila tidak berbobot.")
        return weight

    def clean(self) -> dict[str, Any]:
        """Check what depends on one another: formula, levels and kind, method and direction, limits."""
        data = super().clean() or self.cleaned_data
        self._check_formula(data)
        self._check_kind(data)
        self._check_method(data)
        floor, cap = data.get("floor"), data.get("cap")
        if floor is not None and cap is not None and cap <= floor:
            self.add_error(
                "cap", f"Batas atas harus lebih besar daripada batas bawah ({format_number(floor)})."
            )
        return data

    def _check_formula(self, data: dict[str, Any]) -> None:
        scope = self.scope()
        for name in ("formula", "printed_formula"):
            text = str(data.get(name) or "").strip()
            if not text:
                continue
            # A decree may print what it likes, so only the formula that computes is looked at closely.
            against = scope if name == "formula" else Scope(scope.known)
            try:
                _, warnings = against.read(text)
            except formulas.FormulaError as error:
                self.add_error(name, ValidationError(error.message, code=error.code))
            else:
                self.warnings += [warning.message for warning in warnings if name == "formula"]
        if data.get("printed_formula") == data.get("formula"):
            data["printed_formula"] = ""

    def _check_kind(self, data: dict[str, Any]) -> None:
        kind, formula, levels = data.get("kind"), data.get("formula"), data.get("levels")
        if kind == Indicator.Kind.COMPUTED and "formula" in data and not formula:
            self.add_error("formula", "Tulis rumus indikator ini, atau pilih cara lain memperoleh angkanya.")
        if kind and kind != Indicator.Kind.COMPUTED and formula:
            self.add_error(
                "formula",
                "Rumus hanya untuk indikator yang dihitung. "
                "Kosongkan rumus, atau pilih “Dihitung dengan rumus”.",
            )
        if kind == Indicator.Kind.ORDINAL and "levels" in data:
            if not levels:
                self.add_error("levels", "Tulis sedikitnya dua jenjang dengan nilainya, misalnya WTP = 4.")
            if data.get("quarter_method") == Indicator.QuarterMethod.SUM:
                self.add_error("quarter_method", "Jenjang tidak dapat dijumlahkan; pilih nilai terakhir.")
        elif kind and levels:
            self.add_error("levels", "Jenjang hanya untuk cara “Jenjang”. Kosongkan, atau pilih cara itu.")

    def _check_method(self, data: dict[str, Any]) -> None:
        polarity = data.get("polarity")
        if not polarity or "method" not in data:
            return
        fitting = METHODS[Polarity(polarity)]
        data["method"] = data["method"] or fitting[0].value
        if data["method"] not in fitting:
            labels = " atau ".join(dict(Indicator.Method.choices)[method] for method in fitting)
            direction = dict(Indicator.Polarity.choices)[polarity].lower()
            self.add_error(
                "method", f"Arah “{direction}” memakai {labels}. Pilih rumus itu, atau ubah arahnya."
            )

    @transaction.atomic
    def save(self, commit: bool = True) -> Indicator:  # noqa: FBT001, FBT002 - the signature of ModelForm
        """Store the indicator; a new one goes to the end of its goal and begins or takes up a thread."""
        if not self.instance.pk:
            self.instance.goal = self.goal
            self.instance.thread, _ = IndicatorThread.objects.get_or_create(
                agency=self.agency, code=self.cleaned_data["code"]
            )
            last = self.goal.indicators.order_by("-position").first()
            self.instance.position = last.position + 1 if last else 1
        super().save(commit)
        return self.instance


def level_choices(indicator: Indicator) -> list[tuple[str, str]] | None:
    """Return the levels an ordinal or yes/no indicator can have as (figure, word), None for other kinds."""
    if indicator.kind == Indicator.Kind.YES_NO:
        return [("1", "Ya, terlaksana")]
    if indicator.kind == Indicator.Kind.ORDINAL:
        return [
            (format(Decimal(str(row["value"])).normalize(), "f"), str(row["label"]))
            for row in indicator.levels
        ]
    return None


def target_field(indicator: Indicator, **kwargs: Any) -> forms.Field:
    """Return the field for one target of `indicator`: a figure in its unit, or one of its levels."""
    choices = level_choices(indicator)
    if choices is None:
        return NumberField(unit=indicator.unit, **kwargs)
    return forms.TypedChoiceField(
        choices=[("", "Belum ditetapkan"), *choices], coerce=Decimal, empty_value=None, **kwargs
    )


def _initial(indicator: Indicator, value: Decimal | None) -> Decimal | str | None:
    if value is None or level_choices(indicator) is None:
        return value
    return format(value.normalize(), "f")


@dataclass(frozen=True)
class TargetRow:
    """One year of the table of targets: its fields and the stored target, if any."""

    year: int
    value: forms.BoundField
    upper: forms.BoundField | None
    target: Target | None


class TargetsForm(ChangeNotice):
    """The targets of an indicator for all years of its set; a year left blank has none."""

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        self.targets = {target.year: target for target in indicator.targets.all()}
        self.years = sorted({*indicator.goal.indicator_set.span, *self.targets})
        self.has_range = indicator.polarity == Indicator.Polarity.RANGE and level_choices(indicator) is None
        for year in self.years:
            target = self.targets.get(year)
            ends = {"value": "Dari"} | ({"upper": "Sampai"} if self.has_range else {})
            for end, word in ends.items():
                self.fields[f"{end}-{year}"] = target_field(
                    indicator,
                    label=f"{word} {year}" if self.has_range else f"Target {year}",
                    required=False,
                    initial=_initial(indicator, getattr(target, end)) if target else None,
                )
        self.remember({name: field.initial for name, field in self.fields.items() if name != "seen"})

    def rows(self) -> Iterator[TargetRow]:
        """Return the years in order."""
        for year in self.years:
            upper = self[f"upper-{year}"] if self.has_range else None
            yield TargetRow(year, self[f"value-{year}"], upper, self.targets.get(year))

    def clean(self) -> dict[str, Any]:
        """Refuse half a range, and one whose ends are swapped."""
        data = super().clean() or self.cleaned_data
        for year in self.years if self.has_range else ():
            value, upper = data.get(f"value-{year}"), data.get(f"upper-{year}")
            if f"value-{year}" not in data or f"upper-{year}" not in data:
                continue
            if (value is None) != (upper is None):
                empty = "value" if value is None else "upper"
                self.add_error(
                    f"{empty}-{year}", "Rentang punya dua batas. Isi keduanya, atau kosongkan keduanya."
                )
            elif value is not None and upper is not None and upper < value:
                self.add_error(
                    f"upper-{year}", f"Batas atas lebih kecil daripada batas bawah ({format_number(value)})."
                )
        return data

    @transaction.atomic
    def save(self) -> None:
        """Store what was typed; a target that is left out is removed."""
        for year in self.years:
            value = self.cleaned_data[f"value-{year}"]
            if value is None:
                self.indicator.targets.filter(year=year).delete()
                continue
            figures = {"value": value, "upper": self.cleaned_data.get(f"upper-{year}")}
            Target.objects.update_or_create(indicator=self.indicator, year=year, defaults=figures)


class TargetRevisionForm(ChangeNotice):
    """A target changed during the year by a decision; the original stays beside it."""

    REVISION = ("revised_value", "revised_upper", "decision", "decision_date")

    decision = forms.CharField(
        label="Dasar perubahan",
        max_length=200,
        help_text="Nomor surat keputusan atau perubahan perjanjian kinerja.",
        error_messages={"required": "Tulis nomor keputusan yang mengubah target ini."},
    )
    decision_date = DayField(label="Tanggal keputusan", help_text="Misalnya 2 Juli 2018.")

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        indicator = target.indicator
        has_range = target.upper is not None
        figures: dict[str, forms.Field] = {
            "revised_value": target_field(
                indicator,
                label="Target perubahan, dari" if has_range else "Target perubahan",
                initial=_initial(indicator, target.revised_value),
            )
        }
        if has_range:
            figures["revised_upper"] = target_field(indicator, label="Sampai", initial=target.revised_upper)
        self.fields = figures | self.fields
        self.fields["decision"].initial = target.decision
        self.fields["decision_date"].initial = target.decision_date
        self.remember({name: getattr(target, name) for name in self.REVISION})

    def clean(self) -> dict[str, Any]:
        """Refuse a range whose ends are swapped."""
        data = super().clean() or self.cleaned_data
        value, upper = data.get("revised_value"), data.get("revised_upper")
        if value is not None and upper is not None and upper < value:
            self.add_error(
                "revised_upper", f"Batas atas lebih kecil daripada batas bawah ({format_number(value)})."
            )
        return data

    def save(self) -> Target:
        """Store the change; only the columns of a change are written, the rest of the row is locked."""
        for name in self.REVISION:
            setattr(self.target, name, self.cleaned_data.get(name))
        self.target.save(update_fields=self.REVISION)
        return self.target
