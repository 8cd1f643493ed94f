"""Both published documents, drawn as an agency would draw them, become the drafts that were published."""

import dataclasses
from typing import Any

import pytest

from agencies.models import Agency, User
from indicators import published as publishing
from indicators import sets
from indicators.imports.planned import Choices, Question
from indicators.models import Indicator, IndicatorSet
from indicators.spreadsheets.grid import Workbook
from indicators.spreadsheets.sandbox import read_safely
from tests import builders
from tests.indicators.imports.importing import (
    NEW,
    applied,
    as_file,
    imported,
    settled,
    statuses,
    study,
    undone,
)
from tests.indicators.spreadsheets import layouts

pytestmark = pytest.mark.django_db

KALTIM = [
    layouts.kaltim(merged=merged, heading_over=over, number_cells=numbers, start=start)
    for merged, over, numbers, start in (
        (True, "both", False, 1),
        (False, "right", True, 4),
        (True, "left", True, 2),
        (False, "both", False, 6),
    )
]
PROBOLINGGO = [
    layouts.probolinggo(merged=merged, repeated=repeated, split_head=split, start=start)
    for merged, repeated, split, start in (
        (True, True, False, 1),
        (False, True, True, 3),
        (True, False, False, 2),
        (False, False, True, 7),
    )
]


@pytest.fixture
def by() -> User:
    return builders.user(is_superuser=True)


@pytest.fixture
def agency() -> Agency:
    builders.layout()
    return builders.agency()


def draft_of(agency: Agency) -> IndicatorSet:
    return agency.indicator_sets.get(status="draft")


def told(indicator: Indicator) -> dict[str, Any]:
    return {
        "name": indicator.name,
        "number": indicator.number,
        "unit": indicator.unit,
        "reason": indicator.reason,
        "sources": indicator.sources,
        "units": [unit.name for unit in indicator.units.all()],
    }


def goals_of(draft: IndicatorSet) -> list[tuple[str, str, list[dict[str, Any]]]]:
    return [
        (goal.number, goal.text, [told(indicator) for indicator in goal.indicators.all()])
        for goal in draft.goals.all()
    ]


def as_published(document: dict[str, Any]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    blank = {"number": "", "reason": "", "units": []}
    return [
        (
            goal["number"],
            goal["text"],
            [
                {
                    name: ({**blank, **i})[name]
                    for name in ("name", "number", "unit", "reason", "sources", "units")
                }
                for i in goal["indicators"]
            ],
        )
        for goal in document["goals"]
    ]


def with_units(workbook: Workbook, agency: Agency, by: User, choices: Choices) -> Choices:
    """Answer "Rupiah" where nothing tells the unit, as the published set has it."""
    for question in study(workbook, agency, by, choices).questions:
        if question.topic == "unit" and not question.proposed:
            choices = choices.answer(question, "Rupiah")
    return choices


@pytest.mark.parametrize("layout", PROBOLINGGO, ids=lambda layout: layout.name)
def test_probolinggo_becomes_its_published_set(layout, agency, by):
    record = imported(layout.workbook, agency, by, with_units(layout.workbook, agency, by, NEW))
    draft = draft_of(agency)
    document = layouts.published("kota-probolinggo")
    assert goals_of(draft) == as_published(document)
    assert [len(indicators) for _, _, indicators in goals_of(draft)] == [2, 2]
    assert [each.text for each in agency.objectives.all()] == document["agency"]["objectives"]
    assert [each.text for each in agency.functions.all()] == document["agency"]["functions"]
    assert {unit.name for unit in agency.units.all()} == {*document["agency"]["units"]}
    assert {each.label for each in agency.data_elements.all()} == {
        each["label"] for each in document["agency"]["data_elements"]
    }
    assert sets.problems(draft) == []
    assert record["set"] == draft.pk


@pytest.mark.parametrize(
    ("layout", "code"),
    [(PROBOLINGGO[0], "kota-probolinggo"), (KALTIM[0], "prov-kaltim")],
    ids=["Probolinggo", "Kaltim"],
)
def test_a_file_becomes_the_published_set(layout, code, agency, by):
    workbook = read_safely(as_file(layout.workbook), "iku.xlsx")
    imported(workbook, agency, by, with_units(workbook, agency, by, NEW))
    assert goals_of(draft_of(agency)) == as_published(layouts.published(code))


def test_formulas_of_probolinggo_compute_and_print_as_published(agency, by):
    imported(PROBOLINGGO[0].workbook, agency, by)
    rows = {row.name: row for row in Indicator.objects.filter(goal__indicator_set=draft_of(agency))}
    healthy = rows["Persentase Koperasi Sehat"]
    assert healthy.formula == "koperasi_sehat / seluruh_koperasi * 100%"
    assert healthy.formulation.startswith("Koperasi berkualitas adalah")
    independent = rows["Persentase Pelaku Usaha Mikro yang Mandiri"]
    assert independent.formula == "pelaku_usaha_mikro_yang_mandiri / pelaku_usaha_mikro * 100%"
    assert independent.printed_formula == "pelaku_usaha_mikro_yang_mandiri / pelaku_usaha_mikro"
    assert independent.formulation.startswith("Aspek usaha mikro yang mandiri adalah")
    assert rows["Nilai Produksi Sektor Industri"].formula == "jumlah_nilai_produksi_sektor_industri"


def test_an_unconfirmed_fraction_stays_prose(agency, by):
    found = study(PROBOLINGGO[0].workbook, agency, by)
    row = next(row for row in found.rows if row.about == "Persentase Pelaku Usaha Mikro yang Mandiri")
    assert row.status == "new"
    assert row.after["Cara memperoleh angka"].startswith("Angka dari luar")
    assert row.after["Penjelasan/cara perhitungan"].startswith("Jumlah Pelaku Usaha Mikro yang Mandiri\n")


@pytest.mark.parametrize("layout", KALTIM, ids=lambda layout: layout.name)
def test_kaltim_becomes_its_published_set(layout, agency, by):
    imported(layout.workbook, agency, by)
    draft = draft_of(agency)
    assert goals_of(draft) == as_published(layouts.published("prov-kaltim"))
    assert [len(indicators) for _, _, indicators in goals_of(draft)] == [1, 2, 1, 1, 5, 1]
    assert sets.problems(draft) == []
    assert {indicator.number for indicator in sets.gaps(draft)["sumber data"]} == {"2", "6", "9", "10", "11"}
    lower = Indicator.objects.filter(goal__indicator_set=draft, polarity="lower").values_list(
        "number", flat=True
    )
    assert {*lower} == {"4", "5"}


def test_row_7_of_kaltim_waits_for_its_repair(agency, by):
    found = study(KALTIM[0].workbook, agency, by)
    row = next(row for row in found.rows if row.row == 10)
    assert row.status == "problem"
    assert [message.code for message in row.messages if message.blocks] == ["collapsed_row"]
    assert row.messages[0].cell == "C10"
    question = next(each for each in found.questions if each.topic == "repair")
    assert (question.key, question.proposed, question.must) == ("IKU 2018!10", "accept", True)
    kept = study(KALTIM[0].workbook, agency, by, NEW.answer(question, "keep"))
    refused = next(row for row in kept.rows if row.row == 10)
    assert (refused.status, refused.messages[0].code) == ("problem", "repair_refused")


def test_facts_of_a_row_to_repair_are_asked_in_the_same_step(agency, by):
    found = study(KALTIM[0].workbook, agency, by)
    once, _ = settled(KALTIM[0].workbook, agency, by)

    def asked(questions: list[Question]) -> set[tuple[str, str]]:
        return {(question.topic, question.key) for question in questions}

    assert asked(found.questions) == asked(once.questions)
    assert [question for question in once.questions if question.must and not question.chosen] == []


def test_lower_is_better_is_never_taken_for_granted(agency, by):
    found = study(KALTIM[0].workbook, agency, by)
    disparity = next(row for row in found.rows if row.about == "Disparitas harga antarwilayah")
    assert disparity.status == "problem"
    assert {message.code for message in disparity.messages if message.blocks} == {
        "polarity_open",
        "method_open",
    }
    marked = [each for each in found.questions if each.topic == "polarity" and each.proposed == "lower"]
    assert [(each.key, each.reason, each.must) for each in marked] == [
        ("IKU 2018!7", "Namanya memuat “disparitas”.", True),
        ("IKU 2018!8", "Namanya memuat “tidak sesuai”.", True),
    ]


@pytest.mark.parametrize("layout", [PROBOLINGGO[0], KALTIM[0]], ids=["Probolinggo", "Kaltim"])
def test_the_same_file_again_changes_nothing(layout, agency, by):
    imported(layout.workbook, agency, by)
    again = study(layout.workbook, agency, by, Choices(year=2018))
    assert {*statuses(again)} - {"skipped"} == {"same"}
    assert [question for question in again.questions if question.must] == []
    assert applied(again.rows, agency, by, Choices(year=2018)) == {}
    sets.put_in_force(draft_of(agency), by=by)
    assert {*statuses(study(layout.workbook, agency, by, Choices(year=2018)))} - {"skipped"} == {"same"}


@pytest.mark.parametrize(
    ("code", "layout"),
    [("kota-probolinggo", PROBOLINGGO[0]), ("prov-kaltim", KALTIM[0])],
    ids=["Probolinggo", "Kaltim"],
)
def test_the_document_says_nothing_new_about_its_published_set(code, layout, by):
    builders.layout(code="probolinggo-6-kolom")
    builders.layout(code="kaltim-8-kolom")
    publishing.load(layouts.published(code), by=by)
    agency = Agency.objects.get(code=layouts.published(code)["agency"]["code"])
    assert {*statuses(study(layout.workbook, agency, by, Choices(year=2018)))} == {"same"}


@pytest.mark.parametrize("layout", [PROBOLINGGO[0], KALTIM[0]], ids=["Probolinggo", "Kaltim"])
def test_undoing_leaves_nothing_behind(layout, agency, by):
    undone(imported(layout.workbook, agency, by), by)
    for left in (agency.indicator_sets, agency.threads, agency.data_elements, agency.units):
        assert not left.exists()
    assert not agency.objectives.exists()
    assert not agency.functions.exists()


@pytest.mark.parametrize(
    ("place", "text", "label"),
    [
        ((9, 4), "Jumlah koperasi unggulan baru", "Indikator"),
        ((7, 5), "Poin", "Satuan"),
        ((8, 6), "alasan lain", "Alasan"),
        ((4, 7), "BPS", "Sumber data"),
        ((4, 8), "Berdasarkan survei", "Penjelasan/cara perhitungan"),
        ((9, 2), "Meningkatnya Kinerja Kelembagaan serta Usaha Koperasi dan UKM", "Sasaran strategis"),
        ((14, 1), "7", "Nomor sasaran"),
        ((5, 3), "2.", "Nomor"),
    ],
)
def test_one_changed_cell_is_one_change(place, text, label, agency, by):
    layout = layouts.kaltim()
    imported(layout.workbook, agency, by)
    sheet = layout.workbook.sheets[0]
    sheet.cells[place] = dataclasses.replace(sheet.cells[place], value=text)
    found, choices = settled(layout.workbook, agency, by, Choices(year=2018))
    changed = [row for row in found.rows if row.status != "same"]
    assert [(row.status, [*row.after]) for row in changed] == [("changed", [label])]
    record = applied(found.rows, agency, by, choices)
    assert {*statuses(study(layout.workbook, agency, by, Choices(year=2018)))} == {"same"}
    before = {*statuses(study(layouts.kaltim().workbook, agency, by, Choices(year=2018)))}
    assert before != {"same"}
    undone(record, by)
    assert {*statuses(study(layouts.kaltim().workbook, agency, by, Choices(year=2018)))} == {"same"}
