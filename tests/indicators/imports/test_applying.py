"""What a file adds to and changes in what is there, when that is refused, and how it is taken back."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from agencies.audit import acting
from agencies.models import Agency, ResponsibleUnit, User
from agencies.roles import Role
from indicators import sets
from indicators.imports.planned import Choices, Edited, Into, Stale, counts
from indicators.models import DataElement, Indicator, IndicatorSet, IndicatorThread, StrategicGoal, Target
from indicators.spreadsheets.grid import Workbook
from reports.models import Value
from tests import builders
from tests.indicators.imports.importing import (
    HEADINGS,
    NEW,
    applied,
    imported,
    settled,
    statuses,
    study,
    table,
    undone,
)

pytestmark = pytest.mark.django_db

ROADS = (
    1,
    "Meningkatnya mutu jalan",
    "Persentase jalan mantap",
    "Persen",
    "Panjang jalan mantap / Panjang jalan x 100%",
    "Dinas PU",
    "Bidang Jalan",
)
BRIDGES = (2, None, "Jumlah jembatan baik", "unit", "Jumlah jembatan baik", "Dinas PU", "Bidang Jembatan")
SIGNS = (
    3,
    "Terwujudnya ketertiban",
    "Jumlah rambu terpasang",
    "unit",
    "Berdasarkan laporan",
    "Dishub",
    "Bidang Jalan",
)


@pytest.fixture
def by() -> User:
    return builders.user(is_superuser=True)


@pytest.fixture
def agency() -> Agency:
    builders.layout()
    return builders.agency()


@pytest.fixture
def draft(agency, by) -> IndicatorSet:
    """A draft with the three indicators of the file."""
    imported(table(ROADS, BRIDGES, SIGNS), agency, by)
    return IndicatorSet.objects.get(agency=agency)


def named(draft: IndicatorSet, name: str) -> Indicator:
    return Indicator.objects.get(goal__indicator_set=draft, name=name)


def into(draft: IndicatorSet) -> Choices:
    return Choices(into=Into("draft", draft.pk))


# Where it goes ----------------------------------------------------------------------------------------------


def test_a_new_draft_begins_as_the_last_set_was(agency, by):
    builders.set_in_force(agency, first_year=2017, instrument="perwal", layout=builders.layout(code="lain"))
    imported(table(ROADS), agency, by)
    made = agency.indicator_sets.get(status="draft")
    assert (made.instrument, made.layout.code, made.span) == ("perwal", "lain", range(2018, 2019))


def test_the_first_draft_takes_the_layout_most_like_the_table(agency, by):
    sources = [{"field": name, "heading": name, "width": 9} for name in ("goal", "indicator", "sources")]
    builders.layout(code="sempit", columns=sources[:2])
    builders.layout(code="sumber", columns=sources)
    headings = ("Sasaran", "Indikator Kinerja", "Sumber Data")
    imported(table(("Meningkatnya mutu jalan", "Jalan mantap", "Dinas PU"), headings=headings), agency, by)
    assert agency.indicator_sets.get().layout.code == "sumber"


def test_without_a_choice_the_draft_of_the_year_is_held_against_the_file(agency, by, draft):
    found = study(table(ROADS, BRIDGES, SIGNS), agency, by, Choices(year=2018))
    assert (found.standing.how, found.standing.set) == ("draft", draft.pk)


def test_figures_are_held_against_the_set_in_force_first(agency, by, draft):
    sets.put_in_force(draft, by=by)
    other = builders.indicator_set(agency)
    measured = table(
        ("Persentase jalan mantap", 80, 81), headings=("Indikator", "Target 2018", "Realisasi 2018")
    )
    assert study(measured, agency, by, Choices()).standing.set == draft.pk
    assert study(table(ROADS), agency, by, Choices(year=2018)).standing.set == other.pk


@pytest.mark.parametrize(
    ("choices", "problem"),
    [
        (Choices(into=Into("new")), "Tahun berlaku tidak tertulis"),
        (Choices(into=Into("new", first_year=2018, last_year=2030)), "tidak wajar"),
        (Choices(into=Into("new", first_year=1990)), "tidak wajar"),
        (Choices(into=Into("draft", 0)), "Draf yang dipilih sudah tidak ada"),
        (Choices(into=Into("revise", 0, "alasan")), "tidak berlaku lagi"),
    ],
)
def test_without_a_set_to_go_into_every_row_says_why(agency, by, choices, problem):
    found = study(table(ROADS, BRIDGES), agency, by, choices)
    assert problem in found.standing.problem
    assert statuses(found) == ["problem", "problem"]
    assert all(found.standing.problem in {message.text for message in row.messages} for row in found.rows)


def test_who_does_not_manage_the_agency_plans_nothing(agency):
    with pytest.raises(PermissionDenied):
        study(table(ROADS), agency, builders.user(Role.OPERATOR, agency))


def test_an_admin_of_the_agency_may_import(agency):
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    assert statuses(study(table(ROADS), agency, admin)) == ["new"]


# A set in force ---------------------------------------------------------------------------------------------


def test_what_is_in_force_is_not_changed(agency, by, draft):
    sets.put_in_force(draft, by=by)
    changed = (*ROADS[:3], "Poin", *ROADS[4:])
    found = study(table(changed, BRIDGES, SIGNS), agency, by, Choices(year=2018))
    assert statuses(found) == ["problem", "same", "same"]
    assert "sedang berlaku" in found.rows[0].messages[0].text


def test_a_revision_takes_the_change(agency, by, draft):
    sets.put_in_force(draft, by=by)
    changed = (*ROADS[:3], "Poin", *ROADS[4:])
    choices = Choices(into=Into("revise", draft.pk, "Hasil evaluasi"))
    found, choices = settled(table(changed, BRIDGES, SIGNS), agency, by, choices)
    assert statuses(found) == ["changed", "same", "same"]
    record = applied(found.rows, agency, by, choices)
    revision = agency.indicator_sets.get(status="draft")
    assert (revision.revises, revision.reason) == (draft, "Hasil evaluasi")
    assert named(revision, ROADS[2]).unit == "Poin"
    assert named(draft, ROADS[2]).unit == "Persen"
    undone(record, by)
    assert agency.indicator_sets.get() == draft


@pytest.mark.parametrize("reason", ["", "Hasil evaluasi"])
def test_a_revision_needs_a_reason_and_no_other_draft(agency, by, draft, reason):
    sets.put_in_force(draft, by=by)
    sets.revise(draft, by=by, reason="sudah ada")
    found = study(table(ROADS), agency, by, Choices(into=Into("revise", draft.pk, reason)))
    assert found.standing.problem.startswith("Sudah ada draf" if reason else "Tulis alasan")


def test_an_indicator_of_an_earlier_set_goes_on(agency, by, draft):
    sets.put_in_force(draft, by=by)
    choices = Choices(into=Into("new", first_year=2019))
    found, choices = settled(table(ROADS, BRIDGES), agency, by, choices)
    assert {message.code for message in found.rows[0].messages} == {"continues"}
    applied(found.rows, agency, by, choices)
    new = agency.indicator_sets.get(status="draft")
    assert named(new, ROADS[2]).thread == named(draft, ROADS[2]).thread


# Matching ---------------------------------------------------------------------------------------------------


def test_a_near_name_is_asked_about(agency, by, draft):
    near = (*ROADS[:2], "Persentase panjang jalan mantap", *ROADS[3:])
    found = study(table(near, BRIDGES, SIGNS), agency, by, into(draft))
    assert statuses(found) == ["problem", "same", "same"]
    assert [message.code for message in found.rows[0].messages] == ["near_name"]
    question = next(each for each in found.questions if each.topic == "match")
    assert (question.key, question.proposed, question.must) == ("IKU!3", "code:persentase_jalan_mantap", True)
    same = study(table(near, BRIDGES, SIGNS), agency, by, into(draft).answer(question, question.proposed))
    assert statuses(same) == ["changed", "same", "same"]
    assert same.rows[0].before == {"Indikator": ROADS[2]}
    new = study(table(near, BRIDGES, SIGNS), agency, by, into(draft).answer(question, "new"))
    assert (new.rows[0].status, new.rows[0].write["code"]) == ("new", "persentase_panjang_jalan_mantap")
    left = study(table(near, BRIDGES, SIGNS), agency, by, into(draft).answer(question, "skip"))
    assert statuses(left) == ["skipped", "same", "same"]


def test_a_code_finds_its_indicator_whatever_the_name(agency, by, draft):
    headings = ("Kode", "Sasaran Strategis", "Indikator Kinerja Utama", "Satuan")
    rows = table(("jumlah_jembatan_baik", ROADS[1], "Banyaknya jembatan", "unit"), headings=headings)
    found = study(rows, agency, by, into(draft))
    assert [(row.status, row.before) for row in found.rows] == [("changed", {"Indikator": BRIDGES[2]})]


def test_an_unknown_indicator_is_offered_as_new(agency, by, draft):
    lamps = (4, ROADS[1], "Lampu penerangan menyala", "unit", "Berdasarkan laporan", "Dishub", "Bidang Jalan")
    found = study(table(ROADS, lamps), agency, by, into(draft))
    assert statuses(found) == ["same", "new"]
    question = next(each for each in found.questions if each.topic == "match")
    assert (question.key, question.proposed, question.must) == ("IKU!4", "new", False)
    record = applied(found.rows, agency, by, into(draft))
    added = named(draft, lamps[2])
    assert (added.goal.text, added.position) == (ROADS[1], 3)
    undone(record, by)
    assert not IndicatorThread.objects.filter(agency=agency, code="lampu_penerangan_menyala").exists()
    assert draft.goals.count() == 2


def test_one_indicator_twice_in_a_table_is_asked_about(agency, by):
    found = study(table(ROADS, SIGNS, ROADS), agency, by)
    assert statuses(found) == ["new", "new", "problem"]
    question = next(each for each in found.questions if each.topic == "match")
    assert (question.key, question.proposed) == ("IKU!5", "skip")
    both = study(table(ROADS, SIGNS, ROADS), agency, by, NEW.answer(question, "new"))
    assert [row.write["code"] for row in both.rows if row.status == "new"] == [
        "persentase_jalan_mantap",
        "jumlah_rambu_terpasang",
        "persentase_jalan_mantap_2",
    ]


# Goals, units, data -----------------------------------------------------------------------------------------


def test_a_reworded_goal_is_the_same_goal(agency, by, draft):
    reworded = (ROADS[0], "Meningkatnya mutu jalan daerah", *ROADS[2:])
    record = imported(table(reworded, BRIDGES, SIGNS), agency, by, into(draft))
    assert [goal.text for goal in draft.goals.all()] == ["Meningkatnya mutu jalan daerah", SIGNS[1]]
    undone(record, by)
    assert [goal.text for goal in draft.goals.all()] == [ROADS[1], SIGNS[1]]


def test_an_indicator_moves_to_another_goal_and_back(agency, by, draft):
    moved = (SIGNS[0], ROADS[1], *SIGNS[2:])
    record = imported(table(ROADS, BRIDGES, moved), agency, by, into(draft))
    assert named(draft, SIGNS[2]).goal.text == ROADS[1]
    undone(record, by)
    assert named(draft, SIGNS[2]).goal.text == SIGNS[1]


def test_other_parts_of_the_agency_answer_and_then_again_the_old_ones(agency, by, draft):
    other = (*ROADS[:6], "Bidang Jembatan\nSekretariat")
    record = imported(table(other, BRIDGES, SIGNS), agency, by, into(draft))
    assert [unit.name for unit in named(draft, ROADS[2]).units.all()] == ["Bidang Jembatan", "Sekretariat"]
    undone(record, by)
    assert [unit.name for unit in named(draft, ROADS[2]).units.all()] == ["Bidang Jalan"]
    assert not agency.units.filter(name="Sekretariat").exists()


def test_a_part_of_the_agency_is_known_by_its_name_in_any_letters(agency, by):
    known = builders.unit(agency, name="BIDANG JALAN")
    imported(table(ROADS), agency, by)
    assert agency.units.get() == known


def test_data_the_agency_has_is_used_again(agency, by):
    known = builders.element(agency, "jalan_mantap_km", label="panjang  jalan mantap")
    imported(table(ROADS), agency, by)
    assert Indicator.objects.get().formula == "jalan_mantap_km / panjang_jalan * 100%"
    assert {element.code for element in agency.data_elements.all()} == {known.code, "panjang_jalan"}


def test_hostile_texts_are_texts(agency, by):
    evil = "=cmd|' /C calc'!A0"
    row = (
        1,
        f"{evil} sasaran",
        f"{evil} <script>alert(1)</script>",
        "@SUM(1)",
        evil,
        "+1+1\n-2+3",
        "<b>Bidang</b>",
    )
    imported(table(row), agency, by)
    stored = Indicator.objects.get()
    assert stored.name == row[2]
    assert (stored.goal.text, stored.unit, stored.formulation) == (row[1], "@SUM(1)", evil)
    assert stored.sources == "+1+1\n-2+3"
    assert [unit.name for unit in stored.units.all()] == ["<b>Bidang</b>"]
    assert statuses(study(table(row), agency, by, Choices(year=2018))) == ["same"]


# Targets ----------------------------------------------------------------------------------------------------

TARGETS = (*HEADINGS[:4], "Target 2018", "Target 2019", "Target 2020")
YEARS = Choices(into=Into("new", first_year=2018, last_year=2020))


def test_targets_of_all_years_go_into_the_draft(agency, by):
    row = (*ROADS[:4], "80", Decimal("82.5"), "85 %")
    imported(table(row, headings=TARGETS), agency, by, YEARS)
    stored = Target.objects.filter(indicator__name=ROADS[2]).values_list("year", "value")
    assert {*stored} == {(2018, Decimal(80)), (2019, Decimal("82.5")), (2020, Decimal(85))}


def test_one_changed_target_is_one_change(agency, by):
    rows = ((*ROADS[:4], 80, 82, 85), (*SIGNS[:4], 10, 11, 12))
    imported(table(*rows, headings=TARGETS), agency, by, YEARS)
    draft = agency.indicator_sets.get()
    changed = table((*ROADS[:4], 80, 83, 85), rows[1], headings=TARGETS)
    found = study(changed, agency, by, into(draft))
    assert counts(found.rows)["changed"] == 1
    (row,) = (row for row in found.rows if row.status == "changed")
    assert (row.kind, row.before, row.after) == ("target", {"Target 2019": "82"}, {"Target 2019": "83"})
    assert row.cells == {"Target 2019": "F3"}
    record = applied(found.rows, agency, by, into(draft))
    assert Target.objects.get(indicator__name=ROADS[2], year=2019).value == 83
    undone(record, by)
    assert {*statuses(study(table(*rows, headings=TARGETS), agency, by, into(draft)))} == {"same"}


def test_a_missing_year_is_added_and_taken_out_again(agency, by):
    imported(table((*ROADS[:4], 80, None, None), headings=TARGETS), agency, by, YEARS)
    draft = agency.indicator_sets.get()
    record = imported(table((*ROADS[:4], 80, 82, "-"), headings=TARGETS), agency, by, into(draft))
    assert Target.objects.count() == 2
    undone(record, by)
    assert Target.objects.get().year == 2018


def test_ranges_words_and_ratios(agency, by):
    rows = (
        (1, "Terwujudnya layanan", "Lama sewa gedung", "bulan", "7 - 8 bulan", "7-8", "7 – 8 bulan"),
        (2, None, "Opini atas laporan keuangan", "Opini", "WDP", "WTP", "WTP"),
        (3, None, "Rasio guru terhadap siswa", "siswa", "1:32", "1:30", "1 : 28"),
        (4, None, "Tersusunnya peta jalan", "dokumen", "Ada", "Ada", "Ada"),
        (5, None, "Posisi di provinsi", "peringkat", "Peringkat 6", "Peringkat 5", "Peringkat 4"),
    )
    record = imported(table(*rows, headings=TARGETS), agency, by, YEARS)
    draft = agency.indicator_sets.get()
    lease, opinion, ratio, road, place = (named(draft, row[2]) for row in rows)
    assert (lease.polarity, [(t.value, t.upper) for t in lease.targets.all()]) == ("range", [(7, 8)] * 3)
    assert (opinion.kind, [t.value for t in opinion.targets.all()]) == ("ordinal", [3, 4, 4])
    assert opinion.levels[0] == {"label": "WTP", "value": "4"}
    assert [t.value for t in ratio.targets.all()] == [32, 30, 28]
    assert (road.kind, [t.value for t in road.targets.all()]) == ("yes_no", [1, 1, 1])
    assert [t.value for t in place.targets.all()] == [6, 5, 4]
    assert sets.problems(draft) == []
    assert {*statuses(study(table(*rows[:2], rows[3], headings=TARGETS), agency, by, into(draft)))} == {
        "same"
    }
    undone(record, by)


def in_force(agency: Agency, by: User) -> IndicatorSet:
    imported(table((*ROADS[:4], 80, 82, 85), headings=TARGETS), agency, by, YEARS)
    indicator_set = agency.indicator_sets.get()
    sets.put_in_force(indicator_set, by=by)
    return indicator_set


def test_targets_in_force_change_by_a_decision_only(agency, by):
    indicator_set = in_force(agency, by)
    file = table((*ROADS[:4], 80, 84, 85), headings=TARGETS)
    refused = study(file, agency, by, Choices())
    assert statuses(refused) == ["problem"]
    assert [message.code for message in refused.rows[0].messages] == ["needs_decision"]
    decided = Choices(decision="100.3/7/2019", decision_date="2019-07-02")
    record = imported(file, agency, by, decided)
    target = Target.objects.get(year=2019)
    assert (target.value, target.revised_value, target.decision) == (82, 84, "100.3/7/2019")
    assert target.decision_date == dt.date(2019, 7, 2)
    assert statuses(study(file, agency, by, Choices())) == ["same"]
    undone(record, by)
    target.refresh_from_db()
    assert [target.revised_value, target.decision, target.decision_date] == [None, "", None]
    assert indicator_set.is_draft is False


def test_a_second_decision_is_undone_to_the_first(agency, by):
    in_force(agency, by)
    first = Choices(decision="SK 1", decision_date="2019-07-02")
    imported(table((*ROADS[:4], 80, 84, 85), headings=TARGETS), agency, by, first)
    second = Choices(decision="SK 2", decision_date="2019-09-02")
    record = imported(table((*ROADS[:4], 80, 86, 85), headings=TARGETS), agency, by, second)
    assert list(Target.objects.get(year=2019).in_effect) == [86, None]
    undone(record, by)
    target = Target.objects.get(year=2019)
    assert [*target.in_effect, target.decision, target.decision_date] == [
        84,
        None,
        "SK 1",
        dt.date(2019, 7, 2),
    ]


def test_a_year_without_target_in_force_cannot_get_one(agency, by):
    in_force(agency, by)
    headings = (*HEADINGS[:4], "Target 2019", "Target 2021")
    found = study(table((*ROADS[:4], 82, 90), headings=headings), agency, by, Choices())
    assert [message.code for row in found.rows for message in row.messages] == ["in_force"]


def test_a_table_of_figures_does_not_change_targets(agency, by):
    in_force(agency, by)
    headings = ("Indikator", "Satuan", "Target 2019", "Target 2021", "Realisasi 2019")
    found = study(table((ROADS[2], "Persen", 90, 95, 81), headings=headings), agency, by, Choices())
    assert [(row.kind, row.status) for row in found.rows] == [("target", "skipped")]
    assert "di berkas 90, di penetapan 82" in found.rows[0].messages[0].text
    assert "di penetapan belum ditetapkan" in found.rows[0].messages[1].text


def test_a_table_of_targets_names_no_unknown_indicator(agency, by):
    in_force(agency, by)
    found = study(table((1, None, "Panen raya", "ton", 1, 2, 3), headings=TARGETS), agency, by, Choices())
    assert [(row.kind, row.status, row.messages[0].code) for row in found.rows] == [
        ("target", "problem", "unknown")
    ]


def test_a_revised_target_in_the_table_needs_its_decision(agency, by):
    headings = (*HEADINGS[:4], "Target 2018", "Target Perubahan 2018")
    file = table((*ROADS[:4], 80, 78), headings=headings)
    found, _ = settled(file, agency, by, NEW)
    assert [message.code for message in found.rows[1].messages if message.blocks] == ["needs_decision"]
    choices = Choices(into=NEW.into, decision="SK 1", decision_date="2018-07-02")
    imported(file, agency, by, choices)
    assert list(Target.objects.get().in_effect) == [78, None]
    assert {*statuses(study(file, agency, by, into(agency.indicator_sets.get())))} == {"same"}


# Changed meanwhile ------------------------------------------------------------------------------------------


def test_a_draft_that_changed_since_is_refused_with_what_changed(agency, by, draft):
    lamps = (
        4,
        SIGNS[1],
        "Lampu penerangan menyala",
        "unit",
        "Jumlah lampu menyala",
        "Dishub",
        "Bidang Jalan",
    )
    workbook = table((*ROADS[:3], "Poin", *ROADS[4:]), (*BRIDGES[:3], "buah", *BRIDGES[4:]), SIGNS, lamps)
    found, choices = settled(workbook, agency, by, into(draft))
    Indicator.objects.filter(name=ROADS[2]).update(reason="lain")
    sets.discard(named(draft, BRIDGES[2]))
    StrategicGoal.objects.filter(text=SIGNS[1]).update(text="Tertibnya jalan")
    builders.element(agency, "lampu_menyala")
    with pytest.raises(Stale) as refusal:
        applied(found.rows, agency, by, choices)
    assert refusal.value.sentences == [
        f"Indikator “{ROADS[2]}” diubah sejak ditinjau.",
        f"Indikator “{BRIDGES[2]}” dihapus sejak ditinjau.",
        f"Sasaran “{SIGNS[1]}” diubah atau dihapus sejak ditinjau.",
    ]


def test_a_code_taken_since_is_refused(agency, by):
    found, choices = settled(table(BRIDGES[:1] + ROADS[1:2] + BRIDGES[2:], SIGNS), agency, by)
    IndicatorThread.objects.create(agency=agency, code="jumlah_rambu_terpasang")
    builders.element(agency, "jembatan_baik")
    with pytest.raises(Stale) as refusal:
        applied(found.rows, agency, by, choices)
    assert refusal.value.sentences == [
        "Data dasar jembatan_baik dibuat sejak ditinjau.",
        f"Kode jumlah_rambu_terpasang untuk “{SIGNS[2]}” dipakai sejak ditinjau.",
    ]


def test_an_indicator_added_since_is_refused(agency, by, draft):
    lamps = (4, SIGNS[1], "Lampu penerangan menyala", "unit", "Berdasarkan laporan", "Dishub", "Bidang Jalan")
    found, choices = settled(table(lamps), agency, by, into(draft))
    imported(table(lamps), agency, by, into(draft))
    with pytest.raises(Stale) as refusal:
        applied(found.rows, agency, by, choices)
    assert refusal.value.sentences == [f"Indikator “{lamps[2]}” ditambahkan sejak ditinjau."]


def test_targets_changed_since_are_refused(agency, by):
    imported(table((*ROADS[:4], 80, 82, 85), headings=TARGETS), agency, by, YEARS)
    draft = agency.indicator_sets.get()
    found, choices = settled(table((*ROADS[:4], 80, 83, 85), headings=TARGETS), agency, by, into(draft))
    Target.objects.filter(year=2018).update(value=79)
    with pytest.raises(Stale) as refusal:
        applied(found.rows, agency, by, choices)
    assert refusal.value.sentences == [f"Target “{ROADS[2]}” diubah sejak ditinjau."]


def headed() -> Workbook:
    workbook = table(ROADS)
    sheet = workbook.sheets[0]
    sheet.cells[1, 1] = dataclasses.replace(
        sheet.cells[1, 1], value="Tujuan : 1. Memperbaiki jalan\n2. Menjaga jalan"
    )
    return workbook


def test_objectives_changed_since_are_refused(agency, by):
    found, choices = settled(headed(), agency, by)
    agency.objectives.create(position=1, text="Lain")
    with pytest.raises(Stale, match=r"^Tujuan perangkat daerah diubah sejak ditinjau\.$"):
        applied(found.rows, agency, by, choices)


def test_objectives_alone_are_taken_and_put_back(agency, by, draft):
    agency.objectives.create(position=1, text="Lain")
    take = Choices(into=into(draft).into, header={"objectives": "take"})
    record = imported(headed(), agency, by, take)
    assert [each.text for each in agency.objectives.all()] == ["Memperbaiki jalan", "Menjaga jalan"]
    undone(record, by)
    assert [each.text for each in agency.objectives.all()] == ["Lain"]
    again = imported(headed(), agency, by, take)
    agency.objectives.first().delete()
    assert refusal_of(again, by) == [f"Tujuan {agency} diubah setelah impor."]


def test_a_table_without_goals_changes_what_it_names(agency, by, draft):
    headings = ("Indikator Kinerja Utama", "Satuan", "Bobot")
    record = imported(table((ROADS[2], "Persen", 25), headings=headings), agency, by, into(draft))
    assert named(draft, ROADS[2]).weight == 25
    again = imported(table((ROADS[2], "Persen", 30), headings=headings), agency, by, into(draft))
    undone(again, by)
    assert named(draft, ROADS[2]).weight == 25
    undone(record, by)
    assert named(draft, ROADS[2]).weight is None


def test_a_draft_put_in_force_since_is_refused(agency, by, draft):
    found, choices = settled(table((*ROADS[:3], "Poin", *ROADS[4:])), agency, by, into(draft))
    sets.put_in_force(draft, by=by)
    with pytest.raises(Stale, match="sudah tidak ada atau sudah berlaku"):
        applied(found.rows, agency, by, choices)


def test_a_user_who_lost_the_role_writes_nothing(agency):
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    found, choices = settled(table(ROADS), agency, admin)
    admin.memberships.all().delete()
    with pytest.raises(PermissionDenied):
        applied(found.rows, agency, User.objects.get(pk=admin.pk), choices)
    assert not agency.indicator_sets.exists()


# Taken back -------------------------------------------------------------------------------------------------


def refusal_of(record, by) -> list[str]:
    with pytest.raises(Edited) as refusal:
        undone(record, by)
    return refusal.value.sentences


def test_what_somebody_changed_since_is_not_undone(agency, by):
    record = imported(
        table((*ROADS[:4], 80, 82, 85), (*SIGNS[:4], 1, 2, 3), headings=TARGETS), agency, by, YEARS
    )
    other = builders.user(is_superuser=True, name="Admin lain")
    with acting(other):
        Target.objects.filter(indicator__name=ROADS[2], year=2018).update(value=79)
        IndicatorSet.objects.filter(agency=agency).update(number="5")
    Indicator.objects.filter(name=SIGNS[2]).update(reason="lain")
    draft = agency.indicator_sets.get()
    builders.indicator(draft.goals.first(), name="Indikator tambahan")
    sentences = refusal_of(record, by)
    assert f"Target “{ROADS[2]}” diubah setelah impor oleh Admin lain." in sentences
    assert f"Indikator “{SIGNS[2]}” diubah setelah impor." in sentences
    assert "Indikator “Indikator tambahan” ditambahkan setelah impor." in sentences
    assert f"Keterangan atau sasaran {draft} diubah setelah impor oleh Admin lain." in sentences
    assert Target.objects.count() == 6


def test_a_set_put_in_force_since_stays(agency, by):
    record = imported(table(ROADS), agency, by)
    draft = agency.indicator_sets.get()
    sets.put_in_force(draft, by=by)
    assert "sudah diberlakukan" in refusal_of(record, by)[0]


def test_a_draft_deleted_since_cannot_be_undone(agency, by):
    record = imported(table(ROADS), agency, by)
    with acting(builders.user(is_superuser=True, name="Admin lain")):
        sets.discard(agency.indicator_sets.get())
    assert refusal_of(record, by) == [f"{record['title']} sudah dihapus oleh Admin lain."]


def test_an_indicator_deleted_since_is_told(agency, by, draft):
    record = imported(table((*ROADS[:3], "Poin", *ROADS[4:])), agency, by, into(draft))
    sets.discard(named(draft, ROADS[2]))
    assert refusal_of(record, by) == ["Indikator persentase_jalan_mantap dihapus setelah impor."]


def test_a_goal_others_use_by_now_stays(agency, by, draft):
    lamps = (
        4,
        "Terangnya jalan",
        "Lampu penerangan menyala",
        "unit",
        "Berdasarkan laporan",
        "Dishub",
        "Bidang Jalan",
    )
    record = imported(table(lamps), agency, by, into(draft))
    builders.indicator(draft.goals.get(text="Terangnya jalan"), name="Tiang berdiri")
    assert refusal_of(record, by) == [
        "Indikator “Tiang berdiri” ditambahkan ke sasaran “Terangnya jalan” setelah impor."
    ]


def test_data_others_use_by_now_stays(agency, by):
    record = imported(table(ROADS), agency, by)
    other = builders.indicator_set(agency, first_year=2020)
    builders.indicator(builders.goal(other), formula="panjang_jalan")
    assert refusal_of(record, by) == ["Data dasar “Panjang jalan” dipakai atau diubah setelah impor."]


def test_renamed_data_stays(agency, by):
    record = imported(table(ROADS), agency, by)
    with acting(builders.user(is_superuser=True, name="Admin lain")):
        DataElement.objects.filter(code="panjang_jalan").update(unit="km")
    assert refusal_of(record, by) == [
        "Data dasar “Panjang jalan” dipakai atau diubah setelah impor oleh Admin lain."
    ]


def test_data_with_figures_stays(agency, by):
    record = imported(table(ROADS), agency, by)
    report = builders.report(builders.set_in_force(agency))
    element = DataElement.objects.get(code="panjang_jalan")
    Value.objects.create(report=report, element=element, number=5)
    assert refusal_of(record, by) == ["Data dasar yang dibuat impor ini sudah punya isian."]


def test_a_part_of_the_agency_others_use_stays(agency, by):
    record = imported(table(SIGNS), agency, by)
    unit = ResponsibleUnit.objects.get(name="Bidang Jalan")
    builders.indicator(builders.goal(builders.indicator_set(agency, first_year=2020))).units.add(unit)
    assert refusal_of(record, by) == ["Bidang “Bidang Jalan” sudah dipakai indikator lain."]


def test_a_renamed_part_of_the_agency_stays(agency, by):
    record = imported(table(SIGNS), agency, by)
    ResponsibleUnit.objects.update(name="Bidang Lalu Lintas")
    # The indicator answers to another name by now, so that is told before.
    assert refusal_of(record, by) == [f"Indikator “{SIGNS[2]}” diubah setelah impor."]


def test_a_part_of_the_agency_with_an_account_stays(agency, by):
    record = imported(table(SIGNS), agency, by)
    builders.user(Role.OPERATOR, agency, unit=agency.units.get())
    assert refusal_of(record, by) == [
        "Bidang yang dibuat impor ini sudah dipakai, misalnya oleh sebuah akun."
    ]


def test_only_who_manages_the_agency_takes_back(agency, by):
    record = imported(table(ROADS), agency, by)
    with pytest.raises(PermissionDenied):
        undone(record, builders.user(Role.OPERATOR, agency))


def test_nothing_written_is_nothing_to_undo(agency, by):
    assert applied([], agency, by) == {}
    undone({}, by)


# Set by set -------------------------------------------------------------------------------------------------


def many(count: int, unit: str = "unit"):
    rows = [
        (
            number,
            f"Meningkatnya hal {number // 5}",
            f"Jumlah {_word(number)} yang terbina",
            unit,
            f"Jumlah {_word(number)} terbina / Jumlah {_word(number)} x 100",
            "Dinas",
            f"Bidang {_word(number % 7)}",
            number,
            number + 1,
        )
        for number in range(1, count + 1)
    ]
    return table(*rows, headings=(*HEADINGS, "Target 2018", "Target 2019"))


def _word(number: int) -> str:
    letters = "bcdfghjklm"
    return "".join(f"{letters[int(digit)]}a" for digit in f"{number:03}")


def steps(count: int, by: User) -> dict[str, int]:
    """Return how many statements each step takes for a file of `count` rows."""
    agency = builders.agency()
    choices = Choices(into=Into("new", first_year=2018, last_year=2019))
    found = {}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        plan = study(many(count), agency, by, choices)
    found["plan"] = len(queries)
    assert counts(plan.rows)["new"] == 2 * count
    with CaptureQueriesContext(connection) as queries:
        record = applied(plan.rows, agency, by, choices)
    found["apply"] = len(queries)
    draft = agency.indicator_sets.get()
    changed = study(many(count, "buah"), agency, by, into(draft))
    assert counts(changed.rows)["changed"] == count
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        undone(record, by)
        transaction.set_rollback(True)
    found["undo"] = len(queries)
    with CaptureQueriesContext(connection) as queries:
        change = applied(changed.rows, agency, by, into(draft))
    found["change"] = len(queries)
    with CaptureQueriesContext(connection) as queries:
        undone(change, by)
    found["undo change"] = len(queries)
    found["revise"] = revising(count, draft, by)
    return found


def revising(count: int, draft: IndicatorSet, by: User) -> int:
    """Return how many statements a change takes that begins a revision, and take all back."""
    sets.put_in_force(draft, by=by)
    choices = Choices(into=Into("revise", draft.pk, "Hasil evaluasi"))
    plan = study(many(count, "buah"), draft.agency, by, choices)
    with CaptureQueriesContext(connection) as queries:
        record = applied(plan.rows, draft.agency, by, choices)
    undone(record, by)
    return len(queries)


def test_statements_do_not_grow_with_the_rows(by):
    builders.layout()
    few, more = steps(10, by), steps(200, by)
    assert (more["plan"], more["change"], more["undo change"]) == (
        few["plan"],
        few["change"],
        few["undo change"],
    )
    # SQLite takes 999 values at a time, so new rows go in by some thirty; rows are deleted by the hundred.
    by_the_hundred = 0 if connection.vendor == "postgresql" else 12
    assert more["apply"] - few["apply"] <= by_the_hundred
    assert more["revise"] - few["revise"] <= by_the_hundred
    assert more["undo"] - few["undo"] <= 12
