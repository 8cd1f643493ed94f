"""How cells of master data are read, and constraints told without the database."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Exists, F, Model, Q

from agencies.exchange import conditions, uniqueness
from agencies.exchange.cells import Cell, ChoiceCell, DateCell, TextCell, WholeCell, YesNoCell, same_text
from agencies.exchange.pages import MasterDataMixin
from agencies.exchange.tables import BadCell, SheetDataset, Value, heading, pack, unpack
from agencies.harmless import harmless, meant
from agencies.models import Agency, Official, Region, User
from indicators.models import DataElement

DAY = dt.date(2018, 1, 2)
CHOICE = ChoiceCell(Official.Capacity.choices)
READ: list[tuple[Cell, Any, Any]] = [
    (TextCell(), "  Dinas Koperasi ", "Dinas Koperasi"),
    (TextCell(), "007", "007"),
    (TextCell(), Decimal("35.74"), "35.74"),
    (TextCell(), Decimal("1E+20"), "100000000000000000000"),
    (TextCell(), "'=1+1", "=1+1"),
    (TextCell(), "' =1", " =1"),
    (TextCell(), "'biasa'", "'biasa'"),
    (TextCell(), None, ""),
    (WholeCell(), Decimal("2.0"), 2),
    (WholeCell(), "-12", -12),
    (WholeCell(), " ", None),
    (DateCell(), DAY, DAY),
    (DateCell(), "02-01-2018", DAY),
    (DateCell(), "2018-01-02", DAY),
    (DateCell(), "2/1/2018", DAY),
    (CHOICE, "Definitif", "definitif"),
    (CHOICE, "PLT", "plt"),
    (CHOICE, "plt.  (Pelaksana Tugas)", "plt"),
    (YesNoCell(), True, True),
    (YesNoCell(), "Tidak", False),
    (YesNoCell(), Decimal("1.0").normalize(), True),
]
REFUSED: list[tuple[Cell, Any, str]] = [
    (TextCell(), True, "TRUE bukan teks."),
    (TextCell(), DAY, "“2018-01-02” adalah tanggal atau jam."),
    (TextCell(), dt.time(8, 0), "“08:00:00” adalah tanggal atau jam."),
    (TextCell(), BadCell("Sel A1 berisi kesalahan #REF!."), "Sel A1 berisi kesalahan #REF!."),
    (WholeCell(), Decimal("2.5"), "“2.5” bukan bilangan bulat."),
    (WholeCell(), Decimal("1E+30"), "“1E+30” bukan bilangan bulat."),
    (WholeCell(), True, "“True” bukan bilangan bulat."),
    (WholeCell(), "1_000", "“1_000” bukan bilangan bulat."),
    (WholeCell(), "٣", "“٣” bukan bilangan bulat."),
    (WholeCell(), "1e1000000", "“1e1000000” bukan bilangan bulat."),
    (DateCell(), "31-02-2018", "“31-02-2018” bukan tanggal."),
    (DateCell(), Decimal(43102), "“43102” bukan tanggal."),
    (DateCell(), dt.datetime(2018, 1, 2, 8), "“2018-01-02 08:00:00” memuat jam."),  # noqa: DTZ001
    (DateCell(), dt.date(18, 1, 2), "Tahun 18 di luar 1900–2100."),
    (CHOICE, "Penjabat", "“Penjabat” tidak dikenal. Tulis salah satu: Definitif; Plt."),
    (YesNoCell(), "mungkin", "“mungkin” tidak terbaca. Tulis ya atau tidak."),
    (YesNoCell(), Decimal(2), "“2” tidak terbaca."),
]


@pytest.mark.parametrize(("cell", "found", "meaning"), READ, ids=lambda value: repr(value)[:40])
def test_a_cell_is_read(cell: Cell, found: Any, meaning: Any) -> None:
    read = cell.clean(found)
    assert (type(read), read) == (type(meaning), meaning)


@pytest.mark.parametrize(("cell", "found", "message"), REFUSED, ids=lambda value: repr(value)[:40])
def test_a_cell_is_refused_with_a_whole_sentence(cell: Cell, found: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r".*") as refusal:
        cell.clean(found)
    assert str(refusal.value).startswith(message)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (DateCell(), DAY),
        (YesNoCell(), False),
        (WholeCell(), 12),
        (CHOICE, "plh"),
        (TextCell(), "-5"),
        (CHOICE, ""),
    ],
)
def test_what_is_written_is_read_back(cell: Cell, value: Any) -> None:
    written = cell.render(value)
    for found in (written if not isinstance(written, int) else Decimal(written), harmless(cell.show(value))):
        assert (cell.clean(found) or "") == (value or "") or cell.clean(found) is value


@pytest.mark.parametrize(
    "text",
    ["=1", "+1", "-1", "@A", "\t=1", "\r=1", "\n=1", " =1", "\0=1", "'=1", "''=1", "＝1", "−1", "' =1"],
)
def test_what_would_run_gets_an_apostrophe_and_loses_it_again(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert meant(harmless(text)) == text


@pytest.mark.parametrize("text", ["", "Dinas", "'tanda' kutip", "a=1", "0=1", "(+1)"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == meant(text) == text


def test_texts_are_the_same_that_differ_in_what_a_file_loses() -> None:
    assert same_text("a\r\nb ", "a\nb")
    assert same_text("a\u200bb", "ab")
    assert not same_text("a b", "ab")
    assert not same_text("A", "a")


def test_headings_are_known_however_they_are_spelt() -> None:
    assert heading(" Kode  Perangkat-Daerah ") == heading("kode_perangkat_daerah") == "kode_perangkat_daerah"


def test_rows_wait_as_they_were_read() -> None:
    values: list[Value] = [
        "007",
        Decimal("0.10"),
        DAY,
        dt.datetime(2018, 1, 2, 8),  # noqa: DTZ001
        dt.time(8),
        True,
        None,
        BadCell("Salah."),
    ]
    dataset = SheetDataset([f"k{n}" for n in range(len(values))])
    dataset.letters, dataset.notes = {"k0": "A"}, ["catatan"]
    dataset.add(7, values)
    again = unpack(pack(dataset))
    assert [(type(value), value) for value in again[0]] == [(type(value), value) for value in values]
    assert (again.headers, again.numbers, again.letters, again.notes) == (
        dataset.headers,
        [7],
        {"k0": "A"},
        ["catatan"],
    )


# Constraints


def _regions() -> list[Model]:
    parents = [None, Region(pk=1, code="35")]
    return [
        Region(code=code, level=level, parent=parent)
        for code, level, parent in itertools.product(("35", "35.74", ""), Region.Level.values, parents)
    ]


def _officials() -> list[Model]:
    ends = [None, dt.date(2018, 1, 1), DAY, dt.date(2019, 1, 1)]
    return [
        Official(starts=DAY, ends=end, nip=nip)
        for end, nip in itertools.product(ends, ("", "197512291999022001", "1975"))
    ]


def _elements() -> list[Model]:
    limits = [None, Decimal("-1.5"), Decimal(9), Decimal(10)]
    return [DataElement(minimum=low, maximum=high) for low, high in itertools.product(limits, limits)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [_regions(), _officials(), _elements(), [Agency(digits=digits) for digits in (0, 6, 7)]],
    ids=["region", "official", "data element", "agency"],
)
def test_a_constraint_says_of_a_row_what_the_database_says(rows: list[Model]) -> None:
    constraints = [c for c in rows[0]._meta.constraints if isinstance(c, CheckConstraint)]
    verdicts = set()
    assert constraints
    for row, constraint in itertools.product(rows, constraints):
        try:
            constraint.validate(type(row), row)
            allowed = True
        except ValidationError:
            allowed = False
        assert (conditions.holds(constraint.condition, row) is not False) is allowed, vars(row)
        verdicts.add(allowed)
    assert verdicts == {True, False}


def test_every_constraint_of_what_is_imported_is_understood() -> None:
    models = [model for model, page in admin.site._registry.items() if isinstance(page, MasterDataMixin)]
    assert Region in models
    for model in models:
        row = model()
        for constraint in model._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                conditions.holds(constraint.condition, row)
                assert conditions.named(constraint.condition)
        for unique in uniqueness.of_model(model):
            assert unique.of(row) is None or unique.columns


@pytest.mark.parametrize(
    "condition", [Exists(User.objects.all()), Q(name__icontains="a"), Q(name=F("name") + 1)]
)
def test_a_condition_that_is_not_understood_is_no_guess(condition: Any) -> None:
    with pytest.raises((NotImplementedError, KeyError)):
        conditions.holds(condition, User(name="a"))
