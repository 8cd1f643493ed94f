"""What the verbs on sets promise, and what the database refuses whoever asks."""

import datetime as dt
import json
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from agencies.models import Agency, User
from indicators import locks, published, sets
from indicators.changes import differences
from indicators.models import (
    Indicator,
    IndicatorSet,
    IndicatorThread,
    LayoutProfile,
    StrategicGoal,
    Target,
    YearInForce,
)
from tests import builders

pytestmark = pytest.mark.django_db
Status = IndicatorSet.Status


@pytest.fixture
def superuser() -> User:
    return builders.user(is_superuser=True)


def put_in_force(indicator_set: IndicatorSet) -> IndicatorSet:
    sets.put_in_force(indicator_set, by=builders.user(is_superuser=True))
    return indicator_set


def filled_set(agency: Agency, **fields: Any) -> IndicatorSet:
    """Return a draft with one goal, an indicator computed from an element, its unit and its target."""
    draft = builders.indicator_set(agency, **fields)
    builders.element(agency, "koperasi_sehat", label="Jumlah koperasi sehat")
    indicator = builders.indicator(
        builders.goal(draft), code="sehat", name="Koperasi sehat", formula="koperasi_sehat * 100%"
    )
    indicator.units.add(builders.unit(agency, name="Bidang Koperasi"))
    builders.target(indicator, 2018, value=Decimal("62.50"))
    return draft


# --- describe -----------------------------------------------------------------------------------------------


def test_describe_gives_plain_data_with_figures_as_text() -> None:
    description = sets.describe(filled_set(builders.agency()))
    assert json.loads(json.dumps(description)) == description
    indicator = description["goals"][0]["indicators"][0]
    assert indicator["operands"] == {"koperasi_sehat": {"label": "Jumlah koperasi sehat", "unit": ""}}
    assert indicator["responsible"] == ["Bidang Koperasi"]
    assert indicator["targets"][0]["value"] == "62.5"


def test_describe_of_a_draft_with_a_wrong_formula_still_answers() -> None:
    draft = builders.indicator_set()
    builders.indicator(builders.goal(draft), formula="1 +")
    assert sets.describe(draft)["goals"][0]["indicators"][0]["operands"] == {}


def test_describe_of_a_set_in_force_says_what_it_said_that_day() -> None:
    agency = builders.agency(short_name="Dinas Lama")
    draft = put_in_force(filled_set(agency))
    agency.short_name = "Dinas Baru"
    agency.save()
    agency.data_elements.update(label="Nama lain")
    agency.units.update(name="Bidang lain")
    description = sets.describe(IndicatorSet.objects.get(pk=draft.pk))
    indicator = description["goals"][0]["indicators"][0]
    assert description["agency"]["short_name"] == "Dinas Lama"
    assert indicator["operands"]["koperasi_sehat"]["label"] == "Jumlah koperasi sehat"
    assert indicator["responsible"] == ["Bidang Koperasi"]


def test_describe_adds_the_target_changed_since_by_a_decision() -> None:
    indicator_set = put_in_force(filled_set(builders.agency()))
    Target.objects.update(revised_value=70, decision="050/12", decision_date=dt.date(2018, 7, 1))
    target = sets.describe(indicator_set)["goals"][0]["indicators"][0]["targets"][0]
    assert (target["value"], target["revised_value"]) == ("62.5", "70")
    assert (target["decision"], target["decision_date"]) == ("050/12", "2018-07-01")


@pytest.mark.parametrize("titled", [True, False])
def test_describe_gives_the_signatory_with_and_without_titles(titled: bool) -> None:
    agency = builders.agency(head_position="Kepala Dinas")
    names = {"name_with_titles": "Pejabat, S.E."} if titled else {}
    official = builders.official(agency, name="Pejabat", **names)
    draft = builders.indicator_set(agency, signatory=official)
    signatory = sets.describe(draft)["signatory"]
    assert (signatory["name"], signatory["name_with_titles"]) == (
        "Pejabat",
        "Pejabat, S.E." if titled else "",
    )


def test_describe_leaves_room_for_an_unknown_signatory_and_none_without_a_block() -> None:
    agency = builders.agency(head_position="Kepala Dinas")
    draft = builders.indicator_set(agency)
    assert sets.describe(draft)["signatory"]["position"] == "Kepala Dinas"
    draft.has_signature_block = False
    assert sets.describe(draft)["signatory"] is None


# --- problems and gaps --------------------------------------------------------------------------------------


def test_a_set_without_goals_is_not_ready() -> None:
    (problem,) = sets.problems(builders.indicator_set())
    assert problem.text == "Penetapan ini belum punya sasaran strategis."


def test_a_goal_without_indicators_is_named() -> None:
    goal = builders.goal(text="Meningkatnya ekspor")
    (problem,) = sets.problems(goal.indicator_set)
    assert problem.text == "Sasaran “Meningkatnya ekspor” belum punya indikator."
    assert problem.row == goal


@pytest.mark.parametrize("field", ["formula", "printed_formula"])
def test_a_wrong_formula_is_named_with_its_indicator(field: str) -> None:
    goal = builders.goal()
    indicator = builders.indicator(goal, name="Ekspor", **{"formula": "1", field: "tidak_ada * 2"})
    (problem,) = sets.problems(goal.indicator_set)
    assert problem.text.startswith("Rumus indikator “Ekspor”: ")
    assert problem.row == indicator


def test_formulas_that_point_at_each_other_are_a_circle() -> None:
    goal = builders.goal()
    builders.indicator(goal, code="satu", formula="dua + 1")
    builders.indicator(goal, code="dua", formula="satu + 1")
    (problem,) = sets.problems(goal.indicator_set)
    assert "saling menunjuk" in problem.text
    assert isinstance(problem.row, Indicator)


def test_a_year_ruled_by_another_set_is_a_problem_of_the_draft() -> None:
    ruling = builders.set_in_force(first_year=2018, last_year=2019)
    draft = builders.indicator_set(ruling.agency, first_year=2019, last_year=2020)
    builders.indicator(builders.goal(draft))
    (problem,) = sets.problems(draft)
    assert problem.text.startswith(f"Tahun 2019 sudah diatur oleh {ruling}.")
    assert problem.row == draft


def test_gaps_name_what_may_stay_empty() -> None:
    agency = builders.agency()
    draft = filled_set(agency, first_year=2018, last_year=2019)
    bare = builders.indicator(draft.goals.get(), unit="")
    full = Indicator.objects.get(name="Koperasi sehat")
    Indicator.objects.filter(pk=full.pk).update(sources="Laporan bidang")
    found = sets.gaps(draft)
    assert found == {
        "satuan": [bare],
        "sumber data": [bare],
        "penanggung jawab": [bare],
        "target": [full, bare],  # 2019 is missing
    }


# --- putting in force ---------------------------------------------------------------------------------------


def test_put_in_force_takes_the_years_and_freezes_what_is_said(superuser: User) -> None:
    draft = filled_set(builders.agency(), first_year=2018, last_year=2020)
    sets.put_in_force(draft, by=superuser)
    draft.refresh_from_db()
    assert (draft.status, draft.published_by) == (Status.IN_FORCE, superuser)
    assert draft.published is not None
    assert draft.published["set"]["status"] == "in_force"
    assert [year.year for year in draft.years.all()] == [2018, 2019, 2020]
    assert IndicatorSet.objects.in_force(draft.agency, 2019) == draft
    assert IndicatorSet.objects.in_force(draft.agency, 2021) is None


def test_what_is_not_ready_is_refused_with_its_reasons(superuser: User) -> None:
    draft = builders.indicator_set()
    with pytest.raises(sets.NotReady) as refusal:
        sets.put_in_force(draft, by=superuser)
    assert refusal.value.reasons == ["Penetapan ini belum punya sasaran strategis."]
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_set_comes_into_force_only_once(superuser: User) -> None:
    indicator_set = builders.set_in_force()
    with pytest.raises(sets.NotReady, match="sudah diberlakukan"):
        sets.put_in_force(indicator_set, by=superuser)


def test_a_second_set_for_the_same_year_is_refused(superuser: User) -> None:
    first = builders.set_in_force(first_year=2018)
    second = builders.indicator_set(first.agency, first_year=2018)
    builders.indicator(builders.goal(second))
    with pytest.raises(sets.NotReady, match="2018 sudah diatur"):
        sets.put_in_force(second, by=superuser)


def test_the_database_keeps_one_set_in_force_per_agency_and_year() -> None:
    first = builders.set_in_force(first_year=2018)
    second = builders.indicator_set(first.agency, first_year=2018)
    with pytest.raises(IntegrityError), transaction.atomic():
        YearInForce.objects.create(agency=first.agency, year=2018, indicator_set=second)


def test_two_agencies_each_have_a_set_for_the_same_year() -> None:
    sets_in_force = [builders.set_in_force(first_year=2018) for _ in range(2)]
    assert all(i.status == Status.IN_FORCE for i in sets_in_force)


# --- revising -----------------------------------------------------------------------------------------------


def test_revise_copies_everything_and_keeps_the_threads(superuser: User) -> None:
    original = put_in_force(filled_set(builders.agency(), number="14", date=dt.date(2018, 1, 2)))
    draft = sets.revise(original, by=superuser, reason="Hasil evaluasi")
    assert (draft.revises, draft.reason, draft.status) == (original, "Hasil evaluasi", Status.DRAFT)
    assert (draft.number, draft.date, draft.published) == ("", None, None)
    old = Indicator.objects.get(goal__indicator_set=original)
    new = Indicator.objects.get(goal__indicator_set=draft)
    assert new.pk != old.pk
    assert new.thread == old.thread
    assert list(new.units.all()) == list(old.units.all())
    assert [(t.year, t.value) for t in new.targets.all()] == [(2018, Decimal("62.5"))]
    assert differences(sets.describe(original), sets.describe(draft)) == []


def test_only_a_set_in_force_can_be_revised(superuser: User) -> None:
    with pytest.raises(sets.NotReady, match="sedang berlaku"):
        sets.revise(builders.indicator_set(), by=superuser, reason="Alasan")


def test_a_set_has_one_draft_revision_at_a_time(superuser: User) -> None:
    original = builders.set_in_force()
    sets.revise(original, by=superuser, reason="Pertama")
    with pytest.raises(sets.NotReady, match="Sudah ada draf perubahan"):
        sets.revise(original, by=superuser, reason="Kedua")
    with pytest.raises(IntegrityError), transaction.atomic():
        builders.indicator_set(original.agency, revises=original, reason="Kedua")


def test_a_revision_of_all_years_supersedes_its_original(superuser: User) -> None:
    original = builders.set_in_force()
    draft = put_in_force(sets.revise(original, by=superuser, reason="Alasan"))
    original.refresh_from_db()
    assert (original.status, draft.status) == (Status.SUPERSEDED, Status.IN_FORCE)
    assert IndicatorSet.objects.in_force(original.agency, 2018) == draft


def test_a_revision_of_some_years_leaves_the_others_with_the_original(superuser: User) -> None:
    original = builders.set_in_force(first_year=2018, last_year=2023)
    draft = sets.revise(original, by=superuser, reason="Renstra berubah")
    draft.first_year = 2020
    draft.save()
    put_in_force(draft)
    original.refresh_from_db()
    assert original.status == Status.IN_FORCE
    assert [year.year for year in original.years.all()] == [2018, 2019]
    assert [year.year for year in draft.years.all()] == [2020, 2021, 2022, 2023]


def test_a_second_revision_proposes_only_the_years_still_ruled(superuser: User) -> None:
    original = builders.set_in_force(first_year=2018, last_year=2023)
    draft = sets.revise(original, by=superuser, reason="Renstra berubah")
    draft.first_year = 2020
    draft.save()
    put_in_force(draft)
    again = sets.revise(original, by=superuser, reason="Salah ketik")
    assert (again.first_year, again.last_year) == (2018, 2019)


def test_discarding_a_revision_leaves_the_threads_of_its_original(superuser: User) -> None:
    original = builders.set_in_force()
    draft = sets.revise(original, by=superuser, reason="Alasan")
    builders.indicator(draft.goals.get(), code="baru")
    sets.discard(draft)
    codes = set(IndicatorThread.objects.values_list("code", flat=True))
    assert codes == {i.code for i in Indicator.objects.filter(goal__indicator_set=original)}


@pytest.mark.parametrize("what", ["set", "goal", "indicator"])
def test_discarding_frees_the_codes_of_what_goes(what: str) -> None:
    indicator = builders.indicator(code="baru")
    rows: dict[str, IndicatorSet | StrategicGoal | Indicator]
    rows = {"set": indicator.goal.indicator_set, "goal": indicator.goal, "indicator": indicator}
    sets.discard(rows[what])
    assert not IndicatorThread.objects.exists()


# --- what changed -------------------------------------------------------------------------------------------


def test_differences_show_what_changed_indicator_by_indicator(superuser: User) -> None:
    agency = builders.agency()
    original = filled_set(agency, place="Kota")
    gone = builders.indicator(original.goals.get(), name="Yang hilang")
    put_in_force(original)
    draft = sets.revise(original, by=superuser, reason="Alasan")
    draft.place, draft.last_year = "Kabupaten", 2019
    draft.save()
    indicator = Indicator.objects.get(goal__indicator_set=draft, thread__code="sehat")
    indicator.name, indicator.weight, indicator.cap_in_averages_only = "Koperasi aktif", Decimal("0.5"), False
    indicator.save()
    indicator.units.clear()
    indicator.targets.update(value=Decimal("64.25"))
    Indicator.objects.get(goal__indicator_set=draft, thread=gone.thread).delete()
    builders.indicator(draft.goals.get(), name="Yang baru")
    agency.objectives.create(position=1, text="Tujuan baru")
    found = differences(sets.describe(original), sets.describe(draft))
    assert [(c.kind, c.where, c.field, c.before, c.after) for c in found] == [
        ("changed", "Instansi", "Tujuan", "", "Tujuan baru"),
        ("changed", "Penetapan", "Tahun berlaku", "2018", "2018–2019"),
        ("changed", "Penetapan", "Tempat", "Kota", "Kabupaten"),
        ("changed", "Koperasi aktif", "Indikator", "Koperasi sehat", "Koperasi aktif"),
        ("changed", "Koperasi aktif", "Penanggung jawab", "Bidang Koperasi", ""),
        ("changed", "Koperasi aktif", "Batas atas hanya untuk rata-rata", "Ya", "Tidak"),
        ("changed", "Koperasi aktif", "Bobot", "", "0,5"),
        ("changed", "Koperasi aktif", "Target", "2018: 62,5", "2018: 64,25"),
        ("added", "Yang baru", "", "", "Yang baru"),
        ("removed", "Yang hilang", "", "Yang hilang", ""),
    ]


def test_differences_show_ranges_levels_and_another_order(superuser: User) -> None:
    original = builders.indicator_set()
    goal = builders.goal(original)
    levels = [{"label": "WTP", "value": 4}, {"label": "WDP", "value": 3}]
    opinion = builders.indicator(goal, name="Opini", kind="ordinal", levels=levels[:1])
    builders.target(opinion, 2018, value=4)
    served = builders.indicator(goal, name="Waktu layanan", polarity="range", method="F2")
    builders.target(served, 2018, value=7, upper=8)
    put_in_force(original)
    draft = sets.revise(original, by=superuser, reason="Alasan")
    new = {i.name: i for i in Indicator.objects.filter(goal__indicator_set=draft)}
    Indicator.objects.filter(pk=new["Opini"].pk).update(levels=levels, position=9)
    new["Opini"].targets.update(value=3)
    new["Waktu layanan"].targets.update(upper=9)
    found = differences(sets.describe(original), sets.describe(draft))
    assert [(c.where, c.field, c.before, c.after) for c in found] == [
        ("Waktu layanan", "Target", "2018: 7–8", "2018: 7–9"),
        ("Opini", "Jenjang", "WTP = 4", "WTP = 4; WDP = 3"),
        ("Opini", "Target", "2018: WTP", "2018: WDP"),
        ("Penetapan", "Urutan indikator", "Opini; Waktu layanan", "Waktu layanan; Opini"),
    ]


# --- what the database refuses ------------------------------------------------------------------------------


def locked_rows() -> dict[str, Any]:
    """Return the rows of a set in force by their kind."""
    indicator_set = put_in_force(filled_set(builders.agency()))
    indicator = Indicator.objects.get(goal__indicator_set=indicator_set)
    return {
        "set": indicator_set,
        "goal": indicator.goal,
        "indicator": indicator,
        "target": indicator.targets.get(),
        "unit": indicator.units.get(),
    }


def update(model: type[Model], **values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda rows: model._default_manager.update(**values)


def draft_goal(agency: Agency) -> StrategicGoal:
    return builders.goal(builders.indicator_set(agency))


REFUSED: dict[str, Callable[[dict[str, Any]], object]] = {
    "set update": update(IndicatorSet, about="Lain"),
    "set delete": lambda r: IndicatorSet.objects.filter(pk=r["set"].pk)._raw_delete("default"),
    "goal update": update(StrategicGoal, text="Lain"),
    "goal delete": lambda r: r["goal"].delete(),
    "goal insert": lambda r: builders.goal(r["set"]),
    "goal moved out": lambda r: update(StrategicGoal, indicator_set=builders.indicator_set())(r),
    "indicator update": update(Indicator, formula="koperasi_sehat"),
    "indicator delete": lambda r: r["indicator"].delete(),
    "indicator insert": lambda r: builders.indicator(r["goal"]),
    "indicator moved in": lambda r: Indicator.objects.filter(
        pk=builders.indicator(draft_goal(r["set"].agency)).pk
    ).update(goal=r["goal"]),
    "units add": lambda r: r["indicator"].units.add(builders.unit(r["set"].agency)),
    "units remove": lambda r: r["indicator"].units.remove(r["unit"]),
    "target update": update(Target, value=1),
    "target year": update(Target, year=2020),
    "target delete": lambda r: r["target"].delete(),
    "target insert": lambda r: builders.target(r["indicator"], 2019),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses_to_change_what_is_in_force(name: str) -> None:
    rows = locked_rows()
    with pytest.raises(IntegrityError, match=locks.MESSAGE), transaction.atomic():
        REFUSED[name](rows)


BY_VERB: dict[str, Callable[[dict[str, Any]], object]] = {
    "set back to draft": update(IndicatorSet, status="draft"),
    "set superseded while it rules": update(IndicatorSet, status="superseded"),
    "set of an unknown status": update(IndicatorSet, status="berlaku"),
    "set born in force": lambda r: builders.indicator_set(status="in_force", published={}),
    "draft superseded": lambda r: IndicatorSet.objects.filter(pk=builders.indicator_set().pk).update(
        status="superseded", published={}
    ),
    "year given up": lambda r: r["set"].years.all().delete(),
    "year to another draft": lambda r: update(
        YearInForce, indicator_set=builders.indicator_set(r["set"].agency)
    )(r),
    "year to another set in force": lambda r: update(
        YearInForce, indicator_set=builders.set_in_force(r["set"].agency, first_year=2019)
    )(r),
    "year of another agency": update(YearInForce, agency_id=0),
    "year moved": update(YearInForce, year=2019),
    "year ruled by a draft": lambda r: add_year(builders.indicator_set(), 2018),
    "year outside the span": lambda r: add_year(r["set"], 2019),
}


def add_year(indicator_set: IndicatorSet, year: int) -> YearInForce:
    return YearInForce.objects.create(agency=indicator_set.agency, year=year, indicator_set=indicator_set)


@pytest.mark.parametrize("name", BY_VERB)
def test_only_putting_a_set_in_force_changes_who_rules_a_year(name: str) -> None:
    rows = locked_rows()
    with pytest.raises(IntegrityError, match=locks.BY_VERB), transaction.atomic():
        BY_VERB[name](rows)


IN_USE: dict[str, Callable[[dict[str, Any]], object]] = {
    "indicator code": lambda r: r["set"].agency.threads.update(code="lain"),
    "indicator thread to another agency": lambda r: r["set"].agency.threads.update(agency=builders.agency()),
    "element code": lambda r: r["set"].agency.data_elements.update(code="lain"),
    "element to another agency": lambda r: r["set"].agency.data_elements.update(agency=builders.agency()),
    "element deleted": lambda r: r["set"].agency.data_elements.all().delete(),
}


@pytest.mark.parametrize("name", IN_USE)
def test_a_code_that_a_set_in_force_names_stays(name: str) -> None:
    rows = locked_rows()
    with pytest.raises(IntegrityError, match=locks.IN_USE), transaction.atomic():
        IN_USE[name](rows)


@pytest.mark.parametrize("formula", ["koperasi_sehat * 2", "max(1, sehat_koperasi)", "koperasi_sehat"])
def test_a_code_is_free_while_formulas_in_force_only_hold_it_inside_a_longer_one(formula: str) -> None:
    agency = builders.agency()
    for code in ("koperasi", "sehat", "koperasi_sehat", "sehat_koperasi"):
        builders.element(agency, code)
    draft = builders.indicator_set(agency)
    builders.indicator(builders.goal(draft), formula=formula)
    put_in_force(draft)
    agency.data_elements.filter(code="koperasi").update(code="lain")
    agency.data_elements.filter(code="sehat").delete()
    agency.data_elements.update(label="Nama baru")  # a name may always change
    assert agency.data_elements.count() == 3


@pytest.mark.parametrize("other", [False, True], ids=["twice in a set", "code of another agency"])
def test_a_code_stands_for_one_indicator_of_its_agency(other: bool) -> None:
    first = builders.indicator()
    goal = builders.goal() if other else first.goal
    twin = Indicator(goal=goal, thread=first.thread, name="Kembar", kind="external")
    with pytest.raises(IntegrityError, match=locks.ONE_CODE), transaction.atomic():
        twin.save()


def test_a_superseded_set_stays_locked(superuser: User) -> None:
    original = builders.set_in_force()
    put_in_force(sets.revise(original, by=superuser, reason="Alasan"))
    with pytest.raises(IntegrityError, match=locks.MESSAGE), transaction.atomic():
        original.goals.update(text="Lain")


def test_a_target_in_force_may_be_revised_by_a_decision() -> None:
    target = locked_rows()["target"]
    target.revised_value, target.decision, target.decision_date = Decimal(70), "050/1", dt.date(2018, 7, 1)
    target.save()
    target.refresh_from_db()
    assert (target.value, target.revised_value) == (Decimal("62.5"), Decimal(70))


def test_a_revised_target_needs_its_decision() -> None:
    target = locked_rows()["target"]
    with pytest.raises(IntegrityError, match="target_revision_has_decision"), transaction.atomic():
        Target.objects.filter(pk=target.pk).update(revised_value=70)


def test_a_draft_may_change_freely() -> None:
    draft = filled_set(builders.agency())
    draft.goals.update(text="Lain")
    Indicator.objects.update(name="Lain")
    Target.objects.update(value=1)
    draft.delete()
    assert not StrategicGoal.objects.exists()


@pytest.mark.parametrize(
    ("model", "values", "sentence"),
    [
        (IndicatorSet, {"first_year": 1999}, "Tahun berlaku antara 2000 dan 2100"),
        (IndicatorSet, {"last_year": 2101}, "Tahun berlaku antara 2000 dan 2100"),
        (IndicatorSet, {"last_year": 2028}, "paling lama 10 tahun"),
        (Indicator, {"kind": "lain", "formula": ""}, "Cara memperoleh angka ini tidak dikenal"),
        (Target, {"year": 20018}, "Tahun target antara 2000 dan 2100"),
    ],
)
def test_the_database_refuses_years_and_kinds_that_no_form_offers(
    model: type[Model], values: dict[str, Any], sentence: str
) -> None:
    filled_set(builders.agency())
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.update(**values)
    row = model._default_manager.get()
    for name, value in values.items():
        setattr(row, name, value)
    with pytest.raises(ValidationError, match=sentence):
        row.validate_constraints()


# --- two at once, where the database lets two write ---------------------------------------------------------

two_writers = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer, and its triggers refuse the flush"
)


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run the jobs in threads with connections of their own; return what each gave or raised."""
    results: list[object] = [None] * len(jobs)
    start = threading.Barrier(len(jobs))

    def run(place: int, job: Callable[[], object]) -> None:
        start.wait()
        try:
            results[place] = job()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@two_writers
@pytest.mark.django_db(transaction=True)
def test_of_two_drafts_that_race_for_a_year_one_comes_into_force(superuser: User) -> None:
    agency = builders.agency()
    drafts = [builders.indicator_set(agency) for _ in range(2)]
    for draft in drafts:
        builders.indicator(builders.goal(draft))
    results = at_once(*(lambda d=draft: sets.put_in_force(d, by=superuser) for draft in drafts))
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NotReady"]
    assert YearInForce.objects.filter(agency=agency, year=2018).count() == 1


@two_writers
@pytest.mark.django_db(transaction=True)
def test_a_goal_added_meanwhile_is_in_what_was_published_or_refused(superuser: User) -> None:
    for _ in range(5):
        draft = builders.indicator_set()
        builders.indicator(builders.goal(draft))
        goal = StrategicGoal(indicator_set=draft, position=2, text="Menyusul")
        at_once(lambda d=draft: sets.put_in_force(d, by=superuser), goal.save)  # type: ignore[misc]
        draft.refresh_from_db()
        texts = [] if draft.published is None else [g["text"] for g in draft.published["goals"]]
        assert draft.is_draft or texts == list(draft.goals.values_list("text", flat=True))


# --- loading the published documents ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kota-probolinggo", "prov-kaltim"])
def test_a_published_document_is_loaded_once_and_in_force(name: str, superuser: User) -> None:
    data = json.loads((settings.BASE_DIR / "fixtures" / "published" / f"{name}.json").read_text("utf-8"))
    for row in json.loads((settings.BASE_DIR / "fixtures" / "layout_profiles.json").read_text("utf-8")):
        LayoutProfile.objects.create(**row["fields"])
    indicator_set = published.load(data, by=superuser)
    assert indicator_set is not None
    assert indicator_set.status == Status.IN_FORCE
    described = sets.describe(indicator_set)
    assert [goal["text"] for goal in described["goals"]] == [goal["text"] for goal in data["goals"]]
    names = [i["name"] for goal in described["goals"] for i in goal["indicators"]]
    assert names == [i["name"] for goal in data["goals"] for i in goal["indicators"]]
    assert published.load(data, by=superuser) is None
    assert IndicatorSet.objects.count() == 1
