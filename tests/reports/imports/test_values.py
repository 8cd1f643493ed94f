"""Figures of a file held against the reports: what is written, what is the same, what is refused and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from agencies.models import User
from agencies.roles import Role
from indicators import sets
from indicators.imports.planned import Choices, Edited, Planned, Stale
from indicators.models import Indicator, IndicatorSet
from reports import entries, workflow
from reports.imports import values
from reports.imports.values import planning
from reports.models import Entry, Event, Report, Value
from reports.status import Status
from tests import builders
from tests.reports.imports.sheets import DATA, FLAT, asked

pytestmark = pytest.mark.django_db

LEVELS = [{"label": "WTP", "value": "4"}, {"label": "WDP", "value": "3"}]
RATIO = {"code": "rasio", "name": "Rasio koperasi sehat", "formula": "sehat / semua * 100%"}
EXTERNAL = {"code": "luar", "name": "Pertumbuhan ekonomi"}
FEWER = {"code": "kasus", "name": "Jumlah kasus", "unit": "Kasus", "polarity": "lower", "method": "F3"}
OPINION = {"code": "opini", "name": "Opini BPK", "kind": Indicator.Kind.ORDINAL, "levels": LEVELS}
DONE = {"code": "selesai", "name": "Aplikasi selesai", "kind": Indicator.Kind.YES_NO}


def report_of(*indicators: dict[str, Any], part: int = 1, unit_of: str = "", **fields: Any) -> Report:
    """Return the report of an agency that measures these indicators, each with a target of 50.

    The unit "Bidang" answers for the indicator `unit_of`; `fields` are those of the agency.
    """
    draft = builders.indicator_set(builders.agency(**fields))
    for code in ("sehat", "semua"):
        builders.element(draft.agency, code, label=f"Koperasi {code}", unit="Unit")
    goal = builders.goal(draft)
    for said_of in indicators or (RATIO, EXTERNAL):
        row = builders.indicator(goal, **said_of)
        builders.target(row, value=50)
        if said_of["code"] == unit_of:
            row.units.add(builders.unit(draft.agency, name="Bidang"))
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    return builders.report(draft, part)


def operator(report: Report, **fields: Any) -> User:
    return builders.user(Role.OPERATOR, report.agency, **fields)


def flat(
    report: Report, *rows: tuple[Any, ...], heads: list[str] = FLAT, period: str = "TW I"
) -> list[list[Any]]:
    """Return a flat table of codes and figures of one report; a third value is the note."""
    return [heads, *([report.agency.code, row[0], 2018, period, *row[1:]] for row in rows)]


def planned(
    rows: Sequence[Sequence[Any]], report: Report, by: User, choices: Choices | None = None
) -> list[Planned]:
    return list(values.plan(asked(rows, by, report.agency, choices)))


def applied(rows: list[Planned], by: User, note: str = "") -> dict[str, Any]:
    with transaction.atomic():
        return values.apply(rows, by=by, note=note)


def said(row: Planned) -> list[str]:
    return [message.code for message in row.messages]


def entry(report: Report, code: str) -> Entry:
    return report.entries.get(indicator__thread__code=code)


# Writing


def test_figures_of_a_flat_table_are_stored_computed_and_logged_with_where_they_come_from() -> None:
    report = report_of()
    by = operator(report)
    rows = planned(flat(report, ("sehat", 15), ("semua", 20), heads=DATA), report, by)
    assert [row.status for row in rows] == ["new", "new"]
    applied(rows, by, note="Impor rekap.xlsx")
    value = report.values.get(element__code="sehat")
    assert (value.number, value.version, value.changed_by) == (15, 1, by)
    assert entry(report, "rasio").result_text == "75,00"
    event = Event.objects.get(value=value)
    assert (event.by, event.before, event.after) == (by, {"number": None}, {"number": "15"})
    assert event.note == "Impor rekap.xlsx"


def test_a_code_of_a_data_element_is_known_in_the_column_of_indicators_too() -> None:
    report = report_of()
    rows = planned(flat(report, ("semua", 20), ("luar", "5,2")), report, operator(report))
    assert [(row.status, row.write["kind"]) for row in rows] == [("new", "value"), ("new", "entry")]


def test_the_same_file_changes_nothing_the_second_time_and_one_cell_changes_one_row() -> None:
    report = report_of()
    by = operator(report)
    file = flat(report, ("sehat", 15), ("semua", 20), ("luar", "5,2", "Data BPS"))
    applied(planned(file, report, by), by)
    again = planned(file, report, by)
    assert [row.status for row in again] == ["same"] * 3
    assert applied(again, by) == {"fills": []}
    file[2][4] = 25
    changed = planned(file, report, by)
    assert [row.status for row in changed] == ["same", "changed", "same"]
    assert (changed[1].before, changed[1].after) == ({"Nilai": "20"}, {"Nilai": "25"})
    assert changed[1].cells == {"Nilai": "E3"}


def test_the_note_of_a_row_is_kept_as_the_reason_of_its_figure() -> None:
    report = report_of()
    by = operator(report)
    applied(planned(flat(report, ("luar", "5,2", "Data BPS")), report, by), by)
    assert entry(report, "luar").reason == "Data BPS"
    (row,) = planned(flat(report, ("luar", "5,2", "Rilis BPS Mei")), report, by)
    assert (row.status, row.before["Catatan"], row.after["Catatan"]) == (
        "changed",
        "Data BPS",
        "Rilis BPS Mei",
    )


def test_an_empty_cell_never_takes_a_figure_away() -> None:
    report = report_of()
    by = operator(report)
    applied(planned(flat(report, ("luar", "5,2")), report, by), by)
    (row,) = planned(flat(report, ("luar", "-")), report, by)
    assert row.status == "skipped"
    assert row.messages[0].text == "Sel ini kosong; 5,2 yang tersimpan tidak dihapus."


def test_words_are_read_as_levels_and_as_yes_or_no() -> None:
    report = report_of(OPINION, DONE)
    by = operator(report)
    rows = planned(flat(report, ("opini", "Opini WTP"), ("selesai", "Sudah")), report, by)
    assert [row.after for row in rows] == [{"Realisasi": "WTP"}, {"Realisasi": "Ya"}]
    applied(rows, by)
    assert [entry(report, code).result for code in ("opini", "selesai")] == ["4", "1"]
    refused = planned(flat(report, ("opini", "Baik"), ("selesai", "Mungkin")), report, by)
    assert [said(row) for row in refused] == [["unknown_level"], ["not_yes_or_no"]]
    assert "WTP, WDP" in refused[0].messages[0].text


def test_a_figure_shown_as_percent_is_a_number_of_percents() -> None:
    report = report_of()
    (row,) = planned(flat(report, ("luar", "87,5%!")), report, operator(report))
    assert row.after == {"Realisasi": "87,5"}


# What is odd, and what cannot be


def test_an_odd_figure_is_said_and_does_not_block_and_its_repair_can_be_taken() -> None:
    report = report_of()
    by = operator(report)
    file = flat(report, ("luar", "0,52"))
    (row,) = planned(file, report, by)
    (message,) = row.messages
    assert (row.status, message.blocks, message.code, message.repair) == ("new", False, "fraction", "52")
    (taken,) = planned(file, report, by, Choices(repairs={"Lembar 1!E2": "accept"}))
    assert taken.after == {"Realisasi": "52"}
    (kept,) = planned(file, report, by, Choices(repairs={"Lembar 1!E2": "keep"}))
    assert (kept.after, kept.messages) == ({"Realisasi": "0,52"}, [])
    (silenced,) = planned(flat(report, ("luar", "0,52", "Memang kecil")), report, by)
    assert silenced.messages == []


def test_a_figure_is_odd_beside_the_one_before_it_in_the_same_file() -> None:
    report = report_of()
    builders.report(report.agency, 2)
    file = [*flat(report, ("semua", 20)), *flat(report, ("semua", 2000), period="TW II")[1:]]
    rows = planned(file, report, operator(report))
    assert [said(row) for row in rows] == [[], ["far"]]
    assert "TW I 2018 (20)" in rows[1].messages[0].text


def test_a_figure_with_more_digits_than_are_kept_is_rounded_only_when_that_is_accepted() -> None:
    report = report_of()
    by = operator(report)
    file = flat(report, ("luar", Decimal("94.68085106382979")))
    (row,) = planned(file, report, by)
    assert (row.status, said(row), row.messages[0].repair) == ("problem", ["too_many_decimals"], "94,680851")
    (taken,) = planned(file, report, by, Choices(repairs={"Lembar 1!E2": "accept"}))
    assert taken.write["number"] == "94.680851"
    (long,) = planned(flat(report, ("luar", Decimal(10) ** 20)), report, by)
    assert said(long) == ["too_long"]


@pytest.mark.parametrize("typed", ["80 - 90%", "sekitar 5", "1:32", "Rangking 6"])
def test_what_is_no_figure_is_refused_at_its_cell(typed: str) -> None:
    report = report_of()
    (row,) = planned(flat(report, ("luar", typed)), report, operator(report))
    assert (row.status, row.messages[0].cell, row.write) == ("problem", "E2", {})


def test_the_same_figure_twice_is_refused_the_second_time() -> None:
    report = report_of()
    rows = planned(flat(report, ("luar", 5), ("luar", 6)), report, operator(report))
    assert [row.status for row in rows] == ["new", "problem"]
    assert rows[1].messages[-1].text == "Angka yang sama sudah ada di E2. Sisakan satu baris."


def test_unknown_codes_and_periods_are_said_at_their_cells() -> None:
    report = report_of()
    file = flat(report, ("luarr", 5))
    file += [[report.agency.code, "luar", 2018, "TW II", 5], [report.agency.code, "luar", 2018, "", 5]]
    rows = planned([*file, ["dinas-lain", "luar", 2018, "TW I", 5]], report, operator(report))
    assert [(row.messages[0].cell, said(row)[0]) for row in rows] == [
        ("B2", "unknown_code"),
        ("E3", "no_report"),
        ("E4", "no_report"),
        ("A5", "unknown_agency"),
    ]
    assert 'Maksud Anda "luar"?' in rows[0].messages[0].text


# Who may, and when


def test_rows_of_an_agency_that_is_not_ones_own_are_unknown() -> None:
    mine, other = report_of(), report_of()
    rows = flat(other, ("luar", 5))
    (row,) = planned(rows, mine, operator(mine))
    assert said(row) == ["unknown_agency"]
    by = builders.user(Role.OPERATOR, mine.agency)
    builders.membership(by, Role.OPERATOR, other.agency)
    (elsewhere,) = planned(rows, mine, by)
    assert said(elsewhere) == ["other_agency"]


def test_a_file_of_several_agencies_goes_where_one_may_fill() -> None:
    mine, other = report_of(), report_of()
    by = builders.user(Role.OPERATOR, mine.agency)
    builders.membership(by, Role.VERIFIER, other.agency)
    file = [*flat(mine, ("luar", 5)), *flat(other, ("luar", 5))[1:]]
    rows = list(values.plan(asked(file, by, None)))
    assert [(row.status, said(row)) for row in rows] == [("new", []), ("problem", ["notyours"])]
    assert rows[0].about.endswith(mine.agency.short_name)


def test_an_operator_of_a_unit_writes_what_the_unit_answers_for() -> None:
    report = report_of(RATIO, EXTERNAL, unit_of="rasio")
    by = operator(report, unit=report.agency.units.get())
    rows = planned(flat(report, ("sehat", 5), ("luar", 5)), report, by)
    assert [(row.status, said(row)) for row in rows] == [("new", []), ("problem", ["notyours"])]


def test_a_sent_report_takes_nothing_and_the_same_figures_are_no_problem() -> None:
    report = report_of(DONE)
    by = operator(report)
    applied(planned(flat(report, ("selesai", "Ya")), report, by), by)
    workflow.move(report, Status.SUBMITTED, by=by)
    same, other = (planned(flat(report, ("selesai", word)), report, by)[0] for word in ("Ya", "Tidak"))
    assert (same.status, other.status, said(other)) == ("same", "problem", ["locked"])
    assert "sudah dikirim" in other.messages[0].text


def test_a_closed_period_takes_nothing() -> None:
    report = report_of(EXTERNAL)
    today = timezone.localdate()
    days = {"opens": today - dt.timedelta(9), "closes": today - dt.timedelta(3)}
    type(report.period).objects.filter(pk=report.period_id).update(**days)
    (row,) = planned(flat(report, ("luar", 6)), report, operator(report))
    assert (row.status, said(row)) == ("problem", ["locked"])
    assert "Batas pengisian sudah lewat" in row.messages[0].text


def test_a_report_goes_by_the_set_that_took_over_once_a_figure_comes_in() -> None:
    report = report_of(EXTERNAL)
    by = builders.user(is_superuser=True)
    draft = sets.revise(IndicatorSet.objects.get(pk=report.indicator_set_id), by=by, reason="Perubahan")
    builders.indicator(draft.goals.get(), code="baru", name="Indikator baru")
    sets.put_in_force(draft, by=by)
    rows = planned(flat(report, ("luar", 5), ("baru", 6)), report, by)
    assert [row.status for row in rows] == ["new", "new"]
    applied(rows, by)
    assert {e.definition["code"]: e.result for e in report.entries.all()} == {"luar": "5", "baru": "6"}


# What is only compared


def test_a_realization_that_a_formula_gives_is_compared_with_what_the_file_makes_of_it() -> None:
    report = report_of()
    by = operator(report)
    file = flat(report, ("sehat", 15), ("semua", 20), ("rasio", typed := Decimal("0.75")))
    *_, row = planned(file, report, by)
    assert (row.status, said(row), row.write) == ("skipped", ["computed_differs"], {})
    assert "Portal menghitung 75,00; di berkas 0,75." in row.messages[0].text
    assert "rasio, bukan persen" in row.messages[0].text
    file[3][4] = typed * 100
    *_, row = planned(file, report, by)
    assert (row.status, row.messages) == ("same", [])
    assert Value.objects.filter(number=None).count() == 2, "planning writes nothing"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("160", ""),
        ("166,67", ""),
        ("140", "Cocok dengan (2 × target − realisasi) ÷ target × 100%"),
        ("60", "Cocok dengan realisasi ÷ target × 100%"),
        ("166,66", "Dipotong, bukan dibulatkan"),
        ("120", "Dibatasi paling tinggi 120%"),
        ("1,6667", "Ditulis sebagai rasio, bukan persen"),
        ("133,33", "Target 40 di berkas"),
    ],
)
def test_a_typed_achievement_is_explained_by_the_rule_that_gives_it(typed: str, words: str) -> None:
    report = report_of(FEWER)
    head = ["No", "Indikator Kinerja", "Satuan", "Target", "Realisasi", "Capaian"]
    file: list[list[Any]] = [["TRIWULAN I TAHUN 2018"], head, [1, "Jumlah kasus", "Kasus", 40, 30, typed]]
    (row,) = planned(file, report, operator(report))
    assert (row.status, row.after) == ("new", {"Realisasi": "30"})
    if typed == "166,67":
        assert row.messages == []
        return
    (message,) = row.messages
    assert (message.code, message.cell, message.blocks) == ("achievement_differs", "F3", False)
    assert "hitungan portal 166,67%" in message.text
    assert words in message.text
    assert message.text.endswith("Capaian dari berkas tidak disimpan.")


def test_a_figure_of_the_year_that_its_quarters_give_is_compared_not_stored() -> None:
    report = report_of({**EXTERNAL, "quarter_method": "sum"})
    year = builders.report(report.agency, 5)
    by = operator(report)
    applied(planned(flat(report, ("luar", 5)), report, by), by)
    differs, agrees = (planned(flat(year, ("luar", n), period="Tahun"), year, by)[0] for n in (7, 5))
    assert (differs.status, said(differs)) == ("skipped", ["computed_differs"])
    assert agrees.status == "same"


def test_a_figure_of_what_does_not_apply_is_taken_with_a_word() -> None:
    report = report_of(EXTERNAL)
    by = operator(report)
    entries.fill_entry(entry(report, "luar"), {"not_applicable": "Tidak ada"}, based_on=0, by=by, key="k")
    (row,) = planned(flat(report, ("luar", 5)), report, by)
    assert (row.status, said(row)) == ("new", ["not_applicable"])


# Tables of measurements

HEAD = ["No", "Indikator Kinerja", "Satuan"]


def test_quarters_of_a_table_go_to_the_reports_of_their_quarters() -> None:
    report = report_of(EXTERNAL)
    second = builders.report(report.agency, 2)
    by = operator(report)
    head = [*HEAD, "Realisasi TW I 2018", "Realisasi TW II 2018"]
    rows = planned([head, [1, "Pertumbuhan Ekonomi", "Persen", "5,1", "5,3"]], report, by)
    applied(rows, by)
    assert [entry(r, "luar").number for r in (report, second)] == [Decimal("5.1"), Decimal("5.3")]


def test_a_name_that_is_nearly_known_is_asked_about_and_an_unknown_one_never_guessed() -> None:
    report = report_of(EXTERNAL)
    by = operator(report)
    head = [*HEAD, "Realisasi TW I 2018"]
    file: list[list[Any]] = [
        head,
        [1, "Pertumbuhan ekonmi", "Persen", 5],
        [2, "Angka harapan hidup", "Tahun", 6],
    ]
    near, unknown = planned(file, report, by)
    assert (said(near), said(unknown)) == (["near_name"], ["unknown_indicator"])
    first, second = values.questions(asked(file, by, report.agency))
    assert (first.topic, first.key, first.proposed) == ("match", "Lembar 1!2", "code:luar")
    assert (second.key, second.proposed, second.must) == ("Lembar 1!3", "", True)
    answers = Choices(match={"Lembar 1!2": "code:luar", "Lembar 1!3": "skip"})
    assert [row.status for row in planned(file, report, by, answers)] == ["new", "skipped"]


@pytest.mark.parametrize(
    ("method", "head", "figures", "expected"),
    [
        ("last", ["s.d. TW I"], [7], "7"),
        ("year_to_date", ["TW II", "s.d. TW II"], [4, 7], "7"),
        ("sum", ["TW II", "s.d. TW II"], [4, 7], "4"),
        ("sum", ["s.d. TW II"], [7], "cumulative"),
        ("sum", ["April", "Mei", "Juni"], [1, 2, 4], "7"),
        ("sum", ["April", "Mei"], [1, 2], "months"),
        ("last", ["April", "Mei", "Juni"], [1, 2, 4], "4"),
        ("last", ["April"], [1], "month"),
        ("mean", ["April", "Mei", "Juni"], [1, 2, 4], "months"),
        ("year_to_date", ["s.d. Juni"], [6], "6"),
        ("last", ["Semester I"], [6], "6"),
        ("sum", ["Semester I"], [6], "cumulative"),
    ],
)
def test_months_and_figures_since_january_count_where_they_are_what_the_quarter_holds(
    method: str, head: list[str], figures: list[int], expected: str
) -> None:
    report = report_of({**EXTERNAL, "quarter_method": method})
    builders.report(report.agency, 2)
    headings = [*HEAD, *(f"Realisasi {name} 2018" for name in head)]
    (row,) = planned([headings, [1, "Pertumbuhan ekonomi", "Persen", *figures]], report, operator(report))
    assert (row.after.get("Realisasi") or said(row)[0]) == expected


def test_a_long_file_is_taken_in_the_order_in_which_reports_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "BATCH", 2)
    later, first = (report_of(EXTERNAL, name=name) for name in ("Dinas Z", "Dinas A"))
    second = builders.report(first.agency, 2)
    file = [*flat(later, ("luar", 5)), *flat(second, ("luar", 5), period="TW II")[1:]]
    rows = list(
        values.plan(asked([*file, *flat(first, ("luar", 5))[1:]], builders.user(is_superuser=True), None))
    )
    assert [row.write["report"] for row in rows] == [first.pk, second.pk, later.pk]


# What happened meanwhile


def test_a_figure_that_somebody_changed_since_is_refused_with_both_figures_who_and_when() -> None:
    report = report_of()
    by, other = operator(report), operator(report, name="Operator Kedua")
    rows = planned(flat(report, ("sehat", 15), ("semua", 20)), report, by)
    value = report.values.get(element__code="semua")
    entries.fill_value(report, value.element, Decimal(25), based_on=0, by=other, key="k")
    with pytest.raises(Stale) as stale:
        applied(rows, by)
    (sentence,) = stale.value.sentences
    assert sentence.startswith("Lembar 1!3: Koperasi semua TW I 2018 diubah Operator Kedua pada ")
    assert sentence.endswith(" menjadi 25; di berkas 20.")
    assert report.values.get(element__code="sehat").number is None, "all or nothing"


def test_a_report_that_was_sent_since_is_refused() -> None:
    report = report_of(DONE)
    by = operator(report)
    rows = planned(flat(report, ("selesai", "Tidak")), report, by)
    applied(planned(flat(report, ("selesai", "Ya")), report, by), by)
    workflow.move(report, Status.SUBMITTED, by=by)
    with pytest.raises(Stale, match="sudah dikirim"):
        applied(rows, by)


def test_taking_back_gives_every_figure_and_result_again_and_says_so() -> None:
    report = report_of()
    by = operator(report)
    applied(planned(flat(report, ("sehat", 10), ("semua", 20)), report, by), by)
    file = flat(report, ("sehat", 15), ("semua", 60), ("luar", "5,2", "Data BPS"))
    record = applied(planned(file, report, by), by)
    assert entry(report, "rasio").result_text == "25,00"
    with transaction.atomic():
        values.undo(record, by=by)
    assert entry(report, "rasio").result_text == "50,00"
    assert (entry(report, "luar").number, entry(report, "luar").reason) == (None, "")
    value = report.values.get(element__code="sehat")
    assert (value.number, value.version) == (10, 3)
    assert Event.objects.filter(value=value)[0].note == "Impor diurungkan: nilai sebelumnya dikembalikan."


def test_taking_back_is_refused_with_names_where_somebody_edited_since() -> None:
    report = report_of(EXTERNAL)
    by, other = operator(report), operator(report, name="Operator Kedua")
    record = applied(planned(flat(report, ("luar", 5)), report, by), by)
    entries.fill_entry(entry(report, "luar"), {"number": Decimal(7)}, based_on=1, by=other, key="k")
    sentence = r"Pertumbuhan ekonomi TW I 2018 diubah Operator Kedua pada .* menjadi 7\."
    with pytest.raises(Edited, match=sentence):
        values.undo(record, by=by)
    assert entry(report, "luar").number == 7


def test_taking_back_is_refused_where_the_report_was_sent() -> None:
    report = report_of(DONE)
    by = operator(report)
    record = applied(planned(flat(report, ("selesai", "Ya")), report, by), by)
    workflow.move(report, Status.SUBMITTED, by=by)
    with pytest.raises(Edited, match="sudah dikirim"):
        values.undo(record, by=by)
