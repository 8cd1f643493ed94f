"""Filling a report: exact figures, five kinds of empty, versions, keys, quarters and years."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.models import User
from agencies.roles import Role
from indicators import published, sets
from indicators.models import IndicatorSet, Target
from reports import entries
from reports.models import Entry, Event, Receipt, Report, Value
from reports.status import Status
from tests import builders

pytestmark = pytest.mark.django_db
keys = count(1)


def in_force(
    *indicators: dict[str, Any], elements: tuple[str, ...] = ("a", "b"), **fields: Any
) -> IndicatorSet:
    """Return a set in force with these indicators, each with a target of 100 unless `target` says another."""
    new = builders.indicator_set(builders.agency(), **fields)
    for code in elements:
        builders.element(new.agency, code)
    goal = builders.goal(new)
    for fields_ in indicators:
        own = dict(fields_)
        target = own.pop("target", {"value": 100})
        row = builders.indicator(goal, **own)
        if target:
            builders.target(row, **target)
    sets.put_in_force(new, by=builders.user(is_superuser=True))
    return new


def operator(report: Report) -> User:
    return builders.user(Role.OPERATOR, report.agency)


def put(
    report: Report, code: str, number: object, *, by: User | None = None, **kwargs: Any
) -> dict[str, Any]:
    """Write a figure based on the version there is, as somebody alone would."""
    value = report.values.get(element__code=code)
    figure = None if number is None else Decimal(str(number))
    given: dict[str, Any] = {"based_on": value.version, "key": f"k{next(keys)}"} | kwargs
    return entries.fill_value(report, value.element, figure, by=by or operator(report), **given)


def write(entry: Entry, *, by: User | None = None, **changes: Any) -> dict[str, Any]:
    fresh = Entry.objects.get(pk=entry.pk)
    who = by or operator(entry.report)
    return entries.fill_entry(fresh, changes, based_on=fresh.version, by=who, key=f"k{next(keys)}")


def only(report: Report) -> Entry:
    return report.entries.get()


RATIO = {"formula": "a / b * 100%", "code": "rasio", "name": "Rasio"}


# --- opening ------------------------------------------------------------------------------------------------


def test_a_period_opens_a_report_for_every_agency_with_a_set_in_force() -> None:
    region = builders.region("35")
    first = builders.set_in_force(builders.agency(region=region)).agency
    without = builders.agency(region=region)
    elsewhere = builders.set_in_force(builders.agency(region=builders.region("64"))).agency
    admin = builders.user(Role.REGION_ADMIN, region)
    today = timezone.localdate()
    opened = entries.open_period(region, year=2018, part=1, opens=today, closes=today, by=admin)
    assert [report.agency for report in opened.reports] == [first]
    assert opened.without_set == [without]
    assert not elsewhere.reports.exists()
    assert opened.reports[0].events.get().kind == "opened"


def test_a_period_is_opened_once() -> None:
    period = builders.period()
    with pytest.raises(ValidationError, match="sudah dibuka"):
        entries.open_period(
            period.region,
            year=2018,
            part=1,
            opens=period.opens,
            closes=period.closes,
            by=builders.user(is_superuser=True),
        )


@pytest.mark.parametrize("role", [role for role in Role if role != Role.REGION_ADMIN])
def test_only_the_region_opens_periods(role: Role) -> None:
    agency = builders.agency()
    user = builders.staff(agency)[role]
    with pytest.raises(entries.NotYours):
        entries.open_report(builders.period(agency.region), agency, by=user)


# --- exact figures ------------------------------------------------------------------------------------------


def test_figures_are_computed_with_their_explanation() -> None:
    report = builders.report(in_force(RATIO))
    put(report, "a", 131)
    assert put(report, "b", 199) == {"version": 1}
    entry = only(report)
    assert entry.state == "computed"
    assert entry.result == "65.829145728643216080402010050251256281407035175879"
    assert entry.result_text == "65,83"
    assert "131" in entry.explanation
    assert "199" in entry.explanation
    assert entry.achievement_text == "65,83"
    assert entry.achievement_explanation.endswith("terhadap target tahun 2018")


SAMPLES = {
    "kota-probolinggo": (
        {
            "koperasi_sehat": "131",
            "seluruh_koperasi": "199",
            "usaha_mikro_mandiri": "4821",
            "usaha_mikro": "17348",
            "nilai_produksi_industri": "1234567890123.45",
            "nilai_ekspor_nonmigas": "987654321.5",
        },
        {},
        {
            "persentase_koperasi_sehat": "65,83",
            "persentase_usaha_mikro_mandiri": "27,79",
            "nilai_produksi_sektor_industri": "1.234.567.890.123,45",
            "nilai_ekspor_perdagangan": "987.654.321,5",
        },
    ),
    "prov-kaltim": (
        {
            "harga_provinsi": "12500",
            "harga_kab_kota": "13100",
            "barang_tidak_standar": "7",
            "koperasi_unggulan": "0",
            "kontak_dagang": "24",
            "kemitraan": "12",
            "wub": "1350",
        },
        {
            "produk_unggulan": "80",
            "kontribusi_industri_pdrb": "18.345",
            "nilai_ekspor_non_migas": "17845.325",
            "sumbangan_pdrb_koperasi_ukm": "4.115",
            "penyerapan_tenaga_kerja": "2.5",
        },
        {
            "produk_unggulan": "80",
            "kontribusi_industri_pdrb": "18,35",
            "nilai_ekspor_non_migas": "17.845,33",
            "disparitas_harga": "95,42",
            "jumlah_barang_tidak_standar": "7",
            "jumlah_koperasi_unggulan": "0",
            "sumbangan_pdrb_koperasi_ukm": "4,12",
            "penyerapan_tenaga_kerja": "2,5",
            "jumlah_kontak_dagang": "24",
            "jumlah_kemitraan": "12",
            "penumbuhan_wub": "1.350",
        },
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_both_published_agencies_are_filled_exactly(name: str) -> None:
    values, typed, expected = SAMPLES[name]
    call_command("loaddata", "layout_profiles", "predicate_scales", verbosity=0)
    data = json.loads((Path("fixtures/published") / f"{name}.json").read_text())
    loaded = published.load(data, by=builders.user(is_superuser=True))
    assert loaded is not None
    report = builders.report(loaded, year=loaded.first_year)
    user = builders.user(Role.AGENCY_ADMIN, loaded.agency)
    assert set(report.values.values_list("element__code", flat=True)) == set(values)
    for code, number in values.items():
        put(report, code, number, by=user)
    for entry in report.entries.all():
        if entry.definition["code"] in typed:
            write(entry, by=user, number=Decimal(typed[entry.definition["code"]]))
    assert {e.definition["code"]: e.result_text for e in report.entries.all()} == expected


def test_an_indicator_may_use_another() -> None:
    first = {"code": "x", "formula": "a + b", "unit": "unit"}
    report = builders.report(in_force({"code": "y", "formula": "x * 2", "unit": "unit"}, first))
    put(report, "a", 1)
    put(report, "b", 2)
    assert list(report.entries.values_list("result_text", flat=True)) == ["6", "3"]


def test_the_year_before_is_read_from_its_report() -> None:
    growth = {"code": "tumbuh", "formula": "(a - previous(a)) / previous(a) * 100%", "unit": "Persen"}
    set_ = in_force(growth, first_year=2018, last_year=2019)
    last = builders.report(set_)
    this = builders.report(set_, year=2019)
    put(this, "a", 150)
    assert only(this).state == "not_filled"
    put(last, "a", 100)
    assert only(this).result_text == "50,00", "the next year's report follows while it is open"


def test_a_revised_target_counts_from_the_next_figure() -> None:
    set_ = in_force(RATIO)
    report = builders.report(set_)
    put(report, "b", 100)
    Target.objects.update(revised_value=50, decision="050/1", decision_date=dt.date(2018, 7, 1))
    put(report, "a", 25)
    assert (only(report).result_text, only(report).achievement_text) == ("25,00", "50,00")


def test_a_range_target_is_met_inside() -> None:
    range_ = RATIO | {"polarity": "range", "target": {"value": 80, "upper": 90}}
    report = builders.report(in_force(range_))
    put(report, "a", 85)
    put(report, "b", 100)
    assert only(report).achievement_text == "100,00"


LEVELS = [{"label": "WDP", "value": "3"}, {"label": "WTP", "value": "4"}]


def test_an_ordinal_indicator_takes_one_of_its_levels() -> None:
    opinion = {"kind": "ordinal", "levels": LEVELS, "unit": "opini", "target": {"value": 4}}
    report = builders.report(in_force(opinion))
    write(only(report), number=Decimal(3))
    assert (only(report).result_text, only(report).achievement_text) == ("WDP", "75,00")
    assert "WTP = 4" in only(report).achievement_explanation
    with pytest.raises(ValidationError, match="WDP, WTP"):
        write(only(report), number=Decimal(5))


@pytest.mark.parametrize(("number", "text", "achievement"), [(1, "Ya", "100,00"), (0, "Tidak", "0,00")])
def test_a_yes_no_indicator(number: int, text: str, achievement: str) -> None:
    report = builders.report(in_force({"kind": "yes_no", "unit": "", "target": None}))
    write(only(report), number=Decimal(number))
    assert (only(report).result_text, only(report).achievement_text) == (text, achievement)
    with pytest.raises(ValidationError, match="ya atau tidak"):
        write(only(report), number=Decimal(2))


@pytest.mark.parametrize("number", ["0.1234567", "1234567890123456789.1", "NaN", "Infinity"])
def test_a_figure_that_no_column_holds_exactly_is_refused(number: str) -> None:
    report = builders.report(in_force(RATIO))
    with pytest.raises(ValidationError):
        put(report, "a", number)
    assert report.values.get(element__code="a").version == 0


def test_a_computed_figure_is_not_typed() -> None:
    with pytest.raises(ValidationError, match="dihitung dengan rumus"):
        write(only(builders.report(in_force(RATIO))), number=Decimal(5))


def test_only_typed_columns_are_written() -> None:
    with pytest.raises(ValueError, match="result"):
        write(only(builders.report(in_force(RATIO))), result="99")


# --- five kinds of empty ------------------------------------------------------------------------------------


def test_zero_is_a_figure_and_empty_is_none() -> None:
    report = builders.report(in_force(RATIO))
    put(report, "a", 0)
    assert only(report).state == "not_filled"
    put(report, "b", 4)
    assert (only(report).state, only(report).result, only(report).result_text) == ("computed", "0", "0,00")
    put(report, "a", None)
    assert (only(report).state, only(report).result, only(report).result_text) == ("not_filled", "", "")
    assert "A belum diisi" in only(report).state_reason


def test_a_division_by_zero_says_why_there_is_no_figure() -> None:
    report = builders.report(in_force(RATIO))
    put(report, "a", 1)
    put(report, "b", 0)
    assert only(report).state == "not_computable"
    assert "(penyebut) bernilai 0" in only(report).state_reason


def test_not_applicable_needs_a_reason_and_gives_way_to_the_figure_again() -> None:
    report = builders.report(in_force(RATIO))
    put(report, "a", 1)
    put(report, "b", 2)
    write(only(report), not_applicable="Kegiatan ditiadakan.")
    assert (only(report).state, only(report).state_reason) == ("not_applicable", "Kegiatan ditiadakan.")
    assert (only(report).result, only(report).achievement) == ("", "")
    write(only(report), not_applicable="")
    assert only(report).result_text == "50,00"


def test_what_uses_an_indicator_that_does_not_apply_cannot_be_computed() -> None:
    first = {"code": "x", "name": "Koperasi", "formula": "a", "unit": "unit"}
    second = {"code": "y", "formula": "x * 2 + b", "unit": "unit"}
    report = builders.report(in_force(first, second))
    entry, user = report.entries.get(position=1), report.entries.get(position=2)
    write(entry, not_applicable="Tidak ada koperasi.")
    user.refresh_from_db()
    assert user.state == "not_filled", "b is still to be filled"
    put(report, "b", 1)
    user.refresh_from_db()
    assert (user.state, user.state_reason) == (
        "not_computable",
        "Tidak dapat dihitung: Koperasi tidak berlaku.",
    )


def test_before_its_period_nothing_is_due() -> None:
    today = timezone.localdate()
    report = builders.report(in_force(RATIO), opens=today + dt.timedelta(days=3))
    now = timezone.now()
    assert only(report).state_at(now) == Entry.State.NOT_DUE
    assert only(report).state_at(now + dt.timedelta(days=4)) == Entry.State.NOT_FILLED
    with pytest.raises(entries.Locked, match="baru dibuka"):
        put(report, "a", 1)


def test_a_target_of_zero_leaves_the_realization_without_achievement() -> None:
    report = builders.report(in_force(RATIO | {"target": {"value": 0}}))
    put(report, "a", 1)
    put(report, "b", 2)
    entry = only(report)
    assert (entry.result_text, entry.achievement, entry.achievement_text) == ("50,00", "", "")
    assert "Target indikator ini 0" in entry.achievement_explanation


def test_a_cap_that_no_rule_allows_does_not_keep_figures_out() -> None:
    report = builders.report(in_force(RATIO | {"cap": Decimal(0)}))
    put(report, "a", 1)
    put(report, "b", 2)
    assert only(report).achievement_explanation.startswith("Batas atas capaian")


# --- versions, keys, rights ---------------------------------------------------------------------------------


def test_a_stale_write_is_refused_with_both_figures() -> None:
    report = builders.report(in_force(RATIO))
    first, second = operator(report), operator(report)
    put(report, "a", "61.2", by=first, based_on=0)
    with pytest.raises(entries.Conflict, match=first.name) as conflict:
        put(report, "a", "61.8", by=second, based_on=0)
    assert conflict.value.theirs == {"number": "61.2", "reason": ""}
    assert conflict.value.mine == {"number": "61.8", "reason": ""}
    assert conflict.value.row.version == 1
    put(report, "a", "61.8", by=second, based_on=1)
    assert report.values.get(element__code="a").number == Decimal("61.8")


def test_two_who_typed_the_same_do_not_disagree() -> None:
    report = builders.report(in_force(RATIO))
    put(report, "a", "61.20", based_on=0)
    assert put(report, "a", "61.2", based_on=0)["version"] == 1
    assert report.events.filter(kind="value").count() == 1


def test_a_write_sent_again_has_one_effect_and_the_same_answer() -> None:
    report = builders.report(in_force(RATIO))
    user = operator(report)
    first = put(report, "a", 1, by=user, key="sekali")
    put(report, "a", 2, by=user)
    assert put(report, "a", 1, by=user, key="sekali") == first
    assert report.values.get(element__code="a").number == 2
    assert report.events.filter(kind="value").count() == 2


def test_receipts_are_kept_for_a_month(capsys: pytest.CaptureFixture[str]) -> None:
    report = builders.report(in_force(RATIO))
    user = operator(report)
    put(report, "a", 1, by=user, key="lama")
    put(report, "b", 2, by=user, key="baru")
    Receipt.objects.filter(key="lama").update(at=timezone.now() - dt.timedelta(days=31))
    call_command("prune_receipts")
    assert "1 tanda terima dihapus." in capsys.readouterr().out
    assert list(Receipt.objects.values_list("key", flat=True)) == ["baru"]
    assert put(report, "a", 1, by=user, key="lama", based_on=0) == {"version": 1}
    with pytest.raises(entries.Conflict):
        put(report, "a", 3, by=user, key="lain", based_on=0)


def test_many_changes_are_taken_or_refused_one_by_one_and_computed_once() -> None:
    codes = [f"c{n}" for n in range(40)]
    own = [{"formula": f"{code} * 2", "unit": "unit"} for code in codes]
    report = builders.report(in_force(*own, elements=tuple(codes)))
    user, values = operator(report), list(report.values.select_related("element"))
    put(report, "c3", 5)

    def send(rows: list[Value]) -> tuple[entries.Answers, int]:
        changes = [
            entries.Change(
                value, {"number": Decimal(1 if value.element.code != "c4" else "NaN")}, 0, str(value.pk)
            )
            for value in rows
        ]
        with CaptureQueriesContext(connection) as queries:
            return entries.fill_many(report, changes, by=user), len(queries)

    filled, asked = send(values)
    refused = {
        value.element.code: type(answer)
        for value, answer in zip(values, filled, strict=True)
        if isinstance(answer, Exception)
    }
    assert refused == {"c3": entries.Conflict, "c4": ValidationError}
    assert report.values.filter(number=1).count() == report.entries.filter(result="2").count() == 38
    assert asked < 40, "not one computation for each"
    again, _ = send(values)
    assert [a for a in again if isinstance(a, dict)] == [{"version": 1}] * 38
    assert report.events.filter(kind="value").count() == 39


def test_opening_the_grid_lets_a_report_go_by_what_counts_today() -> None:
    set_ = in_force(RATIO)
    report = builders.report(set_)
    user = operator(report)
    assert not entries.bring_up_to_date(report, by=user)
    Target.objects.update(revised_value=50, decision="050/1", decision_date=dt.date(2018, 7, 1))
    reader = builders.user(Role.VERIFIER, report.agency)
    assert not entries.bring_up_to_date(report, by=reader)
    assert entries.bring_up_to_date(report, by=user)
    assert only(report).definition["target"]["revised_value"] == "50"
    assert not entries.bring_up_to_date(report, by=user)
    draft = sets.revise(set_, by=builders.user(is_superuser=True), reason="Perubahan")
    draft.goals.get().indicators.update(name="Nama baru")
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    assert entries.bring_up_to_date(report, by=user)
    assert str(only(report)) == "Nama baru"
    report.refresh_from_db()
    assert not entries.bring_up_to_date(report, by=user)
    assert report.events.filter(kind="adopted").count() == 1


def test_a_key_belongs_to_its_user_and_its_cell() -> None:
    report = builders.report(in_force(RATIO))
    user = operator(report)
    put(report, "a", 1, by=user, key="sama")
    put(report, "a", 2, key="sama")
    with pytest.raises(entries.KeyReused):
        put(report, "b", 1, by=user, key="sama")
    assert report.values.get(element__code="b").number is None


def test_a_key_of_a_write_that_was_refused_may_be_used_again() -> None:
    report = builders.report(in_force(RATIO))
    user = operator(report)
    put(report, "a", 1)
    with pytest.raises(entries.Conflict):
        put(report, "a", 2, by=user, key="lagi", based_on=0)
    put(report, "a", 2, by=user, key="lagi", based_on=1)
    assert report.values.get(element__code="a").number == 2


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.OPERATOR, Role.AGENCY_ADMIN}])
def test_who_does_not_fill_is_refused_and_leaves_no_trace(role: Role) -> None:
    report = builders.report(in_force(RATIO))
    user = builders.staff(report.agency)[role]
    with pytest.raises(entries.NotYours):
        put(report, "a", 1, by=user)
    with pytest.raises(entries.NotYours):
        write(only(report), by=user, obstacle="x")
    assert report.events.count() == 1
    assert not user.events.exists()


def test_an_operator_of_a_unit_fills_what_the_unit_answers_for() -> None:
    set_ = builders.indicator_set(builders.agency())
    units = [builders.unit(set_.agency) for _ in range(2)]
    goal = builders.goal(set_)
    for unit, code in zip(units, "ab", strict=True):
        builders.element(set_.agency, code)
        builders.indicator(goal, formula=code, unit="unit").units.add(unit)
    sets.put_in_force(set_, by=builders.user(is_superuser=True))
    report = builders.report(set_)
    user = builders.user(Role.OPERATOR, set_.agency, unit=units[0])
    units[0].name = "Nama baru"  # the unit is the same under another name
    units[0].save()
    put(report, "a", 1, by=user)
    with pytest.raises(entries.NotYours):
        put(report, "b", 1, by=user)
    assert entries.own_codes(report, user) == {"a", report.entries.get(position=1).definition["code"]}


def test_an_operator_elsewhere_fills_nothing_here() -> None:
    report = builders.report(in_force(RATIO))
    with pytest.raises(entries.NotYours):
        put(report, "a", 1, by=builders.user(Role.OPERATOR, builders.agency()))


# --- quarters and years -------------------------------------------------------------------------------------


def yearly(method: str, figures: dict[int, int], **fields: Any) -> Entry:
    """Return the entry for the year of an indicator with these figures by quarter."""
    set_ = in_force({"formula": "a", "unit": "unit", "quarter_method": method, "digits": 0} | fields)
    year = builders.report(set_, 5)
    for part in range(1, 5):
        quarter = builders.report(set_, part)
        if part in figures:
            put(quarter, "a", figures[part])
    return only(year)


@pytest.mark.parametrize(
    ("method", "figures", "explanation"),
    [
        ("sum", {1: 10, 2: 20, 3: 30}, "jumlah TW I–III = 60"),
        ("sum", {1: 0, 3: 30}, "jumlah TW I, TW III = 30"),
        ("last", {1: 10, 2: 20}, "nilai terakhir terisi: TW II = 20"),
        ("last", {1: 10, 2: 0}, "nilai terakhir terisi: TW II = 0"),
        ("mean", {1: 10, 2: 20, 4: 60}, "rata-rata TW I–II, TW IV = 30"),
        ("year_to_date", {1: 10, 2: 25}, "s.d. TW II = 25"),
    ],
)
def test_the_year_comes_from_its_quarters_and_spells_the_arithmetic(
    method: str, figures: dict[int, int], explanation: str
) -> None:
    entry = yearly(method, figures)
    assert entry.explanation == explanation
    assert entry.result_text == explanation.rpartition(" ")[2]


def test_a_year_without_a_filled_quarter_is_not_filled() -> None:
    entry = yearly("sum", {})
    assert (entry.state, entry.state_reason) == ("not_filled", "Belum ada triwulan yang terisi.")


def test_a_year_follows_its_quarters_until_it_is_sent() -> None:
    entry = yearly("sum", {1: 10})
    Report.objects.filter(pk=entry.report_id).update(status=Status.SUBMITTED)
    put(Report.objects.get(agency=entry.report.agency, period__part=2), "a", 5)
    entry.refresh_from_db()
    assert entry.result_text == "10"


@pytest.mark.parametrize(
    ("method", "achievement", "words"),
    [
        ("sum", "30", "jumlah TW I–II = 30; "),
        ("mean", "15", "rata-rata TW I–II = 15; "),
        ("last", "20", ""),
        ("year_to_date", "20", ""),
    ],
)
def test_a_quarter_is_held_against_the_year_with_what_came_before(
    method: str, achievement: str, words: str
) -> None:
    set_ = in_force({"formula": "a", "unit": "unit", "quarter_method": method, "digits": 0})
    first, second = builders.report(set_, 1), builders.report(set_, 2)
    put(second, "a", 20)
    put(first, "a", 10)
    entry = only(second)
    assert entry.achievement_text == achievement
    assert entry.achievement_explanation.startswith(words)


# --- another set comes into force ---------------------------------------------------------------------------


def test_an_open_report_goes_by_the_set_that_took_over() -> None:
    superuser = builders.user(is_superuser=True)
    set_ = in_force(
        {"code": "tetap", "formula": "a", "unit": "unit"},
        {"code": "hilang", "formula": "b", "unit": "unit"},
        {"code": "kosong", "formula": "b"},
    )
    report = builders.report(set_)
    put(report, "a", 1)
    put(report, "b", 2)
    write(report.entries.get(position=2), obstacle="Sudah ditulis.")
    draft = sets.revise(set_, by=superuser, reason="Perubahan")
    goal = draft.goals.get()
    for code in ("hilang", "kosong"):
        sets.discard(goal.indicators.get(thread__code=code))
    goal.indicators.update(name="Nama baru")
    builders.indicator(goal, code="baru", formula="a * 2", unit="unit", position=9)
    sets.put_in_force(draft, by=superuser)
    put(report, "a", 5)
    report.refresh_from_db()
    assert report.indicator_set == draft
    assert {code: row[1:] for code, row in shown(report).items()} == {
        "tetap": ("computed", "5"),
        "baru": ("computed", "10"),
        "hilang": ("not_applicable", ""),
    }
    assert shown(report)["tetap"][0] == "Nama baru"
    assert report.entries.get(position=1).indicator.goal == goal
    assert report.events.filter(kind="adopted").count() == 1

    again = sets.revise(draft, by=superuser, reason="Dikembalikan")
    builders.indicator(again.goals.get(), code="hilang", formula="b", unit="unit")
    sets.put_in_force(again, by=superuser)
    put(report, "a", 6)
    assert shown(report)["hilang"][1:] == ("computed", "2"), "what was typed is there again"
    entry = report.entries.get(indicator__thread__code="hilang")
    assert (entry.obstacle, entry.version) == ("Sudah ditulis.", entry.events.count())


def shown(report: Report) -> dict[str, tuple[str, str, str]]:
    return {e.definition["code"]: (str(e), e.state, e.result_text) for e in report.entries.all()}


def test_a_sent_report_keeps_the_set_it_was_filled_by() -> None:
    set_ = in_force(RATIO)
    report = builders.report(set_)
    Report.objects.filter(pk=report.pk).update(status=Status.SUBMITTED)
    draft = sets.revise(set_, by=builders.user(is_superuser=True), reason="Perubahan")
    draft.goals.get().indicators.update(name="Nama baru")
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    with pytest.raises(entries.Locked, match="dikirim"):
        put(report, "a", 1)
    assert str(only(report)) == "Rasio"


# --- cost ---------------------------------------------------------------------------------------------------


def test_a_write_costs_the_same_with_few_and_with_many_indicators() -> None:
    def cost(size: int) -> int:
        extra = [{"formula": f"c{i}", "unit": "unit"} for i in range(size)]
        elements = ("a", "b", *(f"c{i}" for i in range(size)))
        report = builders.report(in_force(RATIO, *extra, elements=elements))
        builders.report(report.agency, 5)
        put(report, "b", 4)
        user = operator(report)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            put(report, "a", 2, by=user)
        return len(queries)

    assert cost(60) == cost(2)


def test_the_history_of_a_row_is_a_chain() -> None:
    report = builders.report(in_force(RATIO))
    for number in (1, 2, None, 0):
        put(report, "a", number)
    chain = list(Event.objects.filter(value__element__code="a", value__report=report).order_by("pk"))
    assert [event.after["number"] for event in chain] == ["1", "2", None, "0"]
    assert all(late.before == early.after for early, late in pairwise(chain))
    assert Value.objects.get(report=report, element__code="a").version == len(chain)
