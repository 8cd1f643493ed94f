"""Rows planned against what stands, without a database: each way a cell is read, asked about or refused."""

from decimal import Decimal
from typing import Any

import pytest

from indicators.imports import aims, planning
from indicators.imports.aims import Aims, Measure
from indicators.imports.planned import Choices, Into, Question, TableChoice
from indicators.imports.planning import Plan
from indicators.imports.standing import GoalNow, IndicatorNow, Standing
from indicators.imports.years import years_of
from indicators.spreadsheets.cells import Notation, read_value
from indicators.spreadsheets.grid import Cell, Workbook
from indicators.spreadsheets.headings import Period
from indicators.spreadsheets.records import Figure
from indicators.spreadsheets.tables import understand
from tests.indicators.imports.importing import HEADINGS, table
from tests.indicators.spreadsheets import layouts
from tests.indicators.spreadsheets.layouts import Sketch

NEW = Standing("new", 2018, 2020, agency=("Dinas Contoh", "Dincon", "dincon"))
GOAL = "Meningkatnya mutu jalan"
WITH_TARGETS = (*HEADINGS[:4], "Target 2018", "Target 2019", "Target 2020")


def planned(workbook: Workbook, standing: Standing = NEW, choices: Choices | None = None) -> Plan:
    return planning.plan(understand(workbook), standing, choices or Choices())


def codes(plan: Plan, *, blocks: bool = True) -> list[str]:
    return [message.code for row in plan.rows for message in row.messages if message.blocks == blocks]


def asked(plan: Plan, topic: str) -> list[Question]:
    return [question for question in plan.questions if question.topic == topic]


def facts(**answers: str) -> Choices:
    return Choices(facts={"IKU!3": answers})


# Cells of targets -------------------------------------------------------------------------------------------


def figure(content: Any, year: int | None = 2018, cell: str = "E3", shown: str = "") -> Figure:
    stored = Cell(3, 5, Decimal(content) if isinstance(content, int) else content, shown)
    return Figure("target", Period(year=year), cell, read_value(stored, notation=Notation()))


def read(*figures: Figure, measure: Measure | None = None, year: int | None = None, **repairs: str) -> Aims:
    answers = {f"IKU!{cell}": answer for cell, answer in repairs.items()}
    how = measure or Measure("external", "higher")
    return aims.read(figures, how, sheet="IKU", year=year, repairs=answers)


def test_a_figure_is_its_target():
    (aim,) = read(figure("87,5 %")).by_year.values()
    assert (aim.year, aim.value, aim.upper, aim.shown, aim.cell) == (
        2018,
        Decimal("87.5"),
        None,
        "87,5",
        "E3",
    )


def test_a_year_that_the_column_does_not_name_is_the_chosen_one():
    assert list(read(figure(5, None), year=2024).by_year) == [2024]
    assert [each.code for each in read(figure(5, None)).messages] == ["no_year"]
    two = read(figure(5, None), figure(6, None, "F3"), year=2024)
    assert [each.code for each in two.messages] == ["no_year", "no_year"]


def test_six_decimals_are_kept():
    assert read(figure(Decimal("0.12345678"))).by_year[2018].value == Decimal("0.123457")
    assert [each.code for each in read(figure(Decimal(10) ** 18)).messages] == ["too_large"]


def test_a_figure_of_two_meanings_waits_for_a_choice():
    found = read(figure("1.250"))
    assert [(each.code, each.blocks) for each in found.messages] == [("ambiguous", True)]
    assert [value for value, _ in found.questions[0].options] == ["figure:1250", "figure:1.25", "skip"]
    assert (found.questions[0].key, found.questions[0].proposed) == ("IKU!E3", "")
    assert read(figure("1.250"), E3="figure:1.25").by_year[2018].value == Decimal("1.25")
    skipped = read(figure("1.250"), E3="skip")
    assert (skipped.by_year, [each.code for each in skipped.messages]) == ({}, ["skipped"])


def test_readings_of_other_doubtful_figures():
    assert [value for value, _ in read(figure("(1,250)")).questions[0].options][-1] == "skip"
    bracketed = aims._readings("1,234.5")
    assert all(isinstance(each, Decimal) for each in bracketed)
    assert aims._readings("12") == []


@pytest.mark.parametrize(
    ("text", "code", "options"),
    [
        ("1:32", "ratio", ["figure:32", "skip"]),
        ("2:3", "ratio", ["skip"]),
        ("Peringkat 6", "ordinal", ["figure:6", "skip"]),
        ("Level I", "ordinal", ["skip"]),
        ("belum ada data pasti", "predicate", ["skip"]),
    ],
)
def test_what_is_no_figure_blocks_and_offers_what_it_may_mean(text, code, options):
    found = read(figure(text))
    assert [(each.code, each.blocks) for each in found.messages] == [(code, True)]
    assert [value for value, _ in found.questions[0].options] == options
    offered = options[0].removeprefix("figure:") if len(options) > 1 else ""
    assert found.messages[0].repair == offered
    assert found.questions[0].proposed == (options[0] if len(options) > 1 else "")


def test_an_error_cell_is_named():
    broken = Figure("target", Period(year=2018), "E3", read_value(Cell(3, 5, None, error="#REF!")))
    assert [each.code for each in read(broken).messages] == ["error_cell"]


def test_a_range_needs_its_polarity():
    within = Measure("external", "range")
    span, point = read(figure("7 - 8 bulan"), figure(9, 2019, "F3"), measure=within).by_year.values()
    assert [span.value, span.upper, span.shown] == [7, 8, "7–8"]
    assert [point.value, point.upper] == [9, 9]
    refused = read(figure("7 - 8 bulan"))
    assert [each.code for each in refused.messages] == ["range"]
    assert [value for value, _ in refused.questions[0].options] == ["figure:7", "figure:8", "skip"]


def test_levels_are_found_by_word_or_worth():
    opinion = Measure(
        "ordinal", "higher", levels=[{"label": "WTP", "value": "4"}, {"label": "WDP", "value": "3"}]
    )
    found = read(figure("wtp"), figure(3, 2019), figure("TMP", 2020), measure=opinion)
    assert [aim.shown for aim in found.by_year.values()] == ["WTP", "WDP"]
    assert [each.text for each in found.messages if each.blocks] == [
        "“TMP” bukan jenjang indikator ini (WTP, WDP). Tulis salah satunya."
    ]
    assert "(belum ada)" in read(figure("A"), measure=Measure("ordinal", "higher")).messages[0].text


def test_yes_is_said_in_many_ways():
    found = read(
        figure("Ada"),
        figure(1, 2019),
        figure(Decimal(1), 2020, shown="0%"),
        measure=Measure("yes_no", "higher"),
    )
    assert [aim.value for aim in found.by_year.values()] == [1, 1, 1]
    assert [each.code for each in read(figure(7), measure=Measure("yes_no", "higher")).messages] == ["no_yes"]


def test_what_is_odd_but_readable_is_only_said():
    assert [(each.code, each.blocks) for each in read(figure("≥ 80")).messages] == [("compared", False)]
    other = read(figure("80 %"), measure=Measure("external", "higher", "orang"))
    assert [(each.code, each.blocks) for each in other.messages] == [("other_unit", False)]
    assert read(figure("80 kali"), measure=Measure("external", "higher", "kali/tahun")).messages == []


def test_one_year_has_one_target():
    assert len(read(figure(5), figure(5, cell="F3")).by_year) == 1
    twice = read(figure(5), figure(6, cell="F3"))
    assert [(each.cell, each.code, each.blocks) for each in twice.messages] == [("F3", "twice", True)]


# Facts ------------------------------------------------------------------------------------------------------


def test_answers_win_over_guesses():
    row = (1, GOAL, "Disparitas harga", None, "Berdasarkan survei")
    choices = facts(polarity="lower", method="F3", unit="poin", quarter_method="mean", kind="external")
    fields = planned(table(row), choices=choices).rows[0].write["fields"]
    assert {name: fields[name] for name in choices.facts["IKU!3"]} == choices.facts["IKU!3"]


def test_a_method_that_does_not_suit_the_polarity():
    row = (1, GOAL, "Disparitas harga", "Persen", "Berdasarkan survei")
    assert (
        planned(table(row), choices=facts(polarity="higher", method="F2")).rows[0].write["fields"]["method"]
        == "F1"
    )
    assert codes(planned(table(row), choices=facts(polarity="lower", method="F1"))) == ["method_open"]
    assert codes(planned(table(row), choices=facts(polarity="sideways"))) == ["polarity_open", "method_open"]


def test_a_column_of_polarity_settles_it():
    headings = (*HEADINGS[:4], "Polarisasi")
    plan = planned(
        table((1, GOAL, "Indeks X", "Indeks", "Minimize"), headings=headings), choices=facts(method="F2")
    )
    assert (plan.rows[0].status, plan.rows[0].write["fields"]["polarity"]) == ("new", "lower")
    assert asked(plan, "polarity")[0].reason == "Tabel menulis “Minimize”."


def test_kumulatif_is_always_asked():
    headings = (*HEADINGS[:4], "Tipe Penghitungan")
    workbook = table((1, GOAL, "Jumlah rambu", "unit", "Kumulatif"), headings=headings)
    assert codes(planned(workbook)) == ["quarter_method_open"]
    assert codes(planned(workbook, choices=facts(quarter_method="year_to_date"))) == []


def test_computed_needs_a_formula_that_can_be_read():
    row = (1, GOAL, "Indeks X", "Indeks", "Berdasarkan survei")
    assert codes(planned(table(row), choices=facts(kind="computed"))) == ["no_formula"]


def test_levels_nobody_knows_are_typed():
    row = (1, GOAL, "Tingkat kematangan", "Level", "Pratama", "Madya", "Utama")
    workbook = table(row, headings=WITH_TARGETS)
    plan = planned(workbook)
    assert codes(plan) == ["levels", "no_level", "no_level", "no_level", "definition"]
    typed = facts(levels="Pratama = 1; Madya = 2; Utama = 3")
    assert [each["label"] for each in planned(workbook, choices=typed).rows[0].write["fields"]["levels"]] == [
        "Pratama",
        "Madya",
        "Utama",
    ]
    assert "levels" in codes(planned(workbook, choices=facts(levels="Pratama")))
    summed = facts(levels="Pratama = 1; Madya = 2; Utama = 3", quarter_method="sum")
    assert "quarter_method" in codes(planned(workbook, choices=summed))


def earlier(**fields: Any) -> IndicatorNow:
    blank: dict[str, Any] = {
        "number": "",
        "name": "Jumlah rambu",
        "unit": "unit",
        "definition": "",
        "reason": "",
        "formulation": "",
        "kind": "external",
        "formula": "",
        "printed_formula": "",
        "levels": [],
        "sources": "",
        "polarity": "higher",
        "method": "F1",
        "quarter_method": "last",
        "weight": None,
    }
    return IndicatorNow("jumlah_rambu", GOAL, "1", {**blank, **fields})


def continuing(**fields: Any) -> Standing:
    return Standing(
        "new", 2018, 2020, earlier={"jumlah_rambu": earlier(**fields)}, codes=frozenset({"jumlah_rambu"})
    )


def test_what_it_was_before_is_what_it_is():
    stands = continuing(polarity="lower", method="F3", quarter_method="sum", unit="buah")
    plan = planned(table((1, GOAL, "Jumlah rambu", None, "Berdasarkan survei")), stands)
    fields = plan.rows[0].write["fields"]
    assert (fields["polarity"], fields["method"], fields["quarter_method"], fields["unit"]) == (
        "lower",
        "F3",
        "sum",
        "buah",
    )
    assert plan.rows[0].write["continues"]
    assert {each.reason for each in asked(plan, "polarity")} == {"Seperti pada penetapan sebelumnya."}


def test_a_formula_that_is_not_in_the_file_does_not_come_back():
    stands = continuing(kind="computed", formula="rambu")
    plan = planned(table((1, GOAL, "Jumlah rambu", "unit", "Berdasarkan survei")), stands)
    assert plan.rows[0].write["fields"]["kind"] == "external"


def test_levels_come_back():
    levels = [{"label": "Pratama", "value": "1"}, {"label": "Madya", "value": "2"}]
    stands = continuing(kind="ordinal", levels=levels)
    plan = planned(
        table((1, GOAL, "Jumlah rambu", "Level", "Madya", None, None), headings=WITH_TARGETS), stands
    )
    assert plan.rows[0].write["fields"]["levels"] == levels
    assert plan.rows[1].after == {"Target 2018": "Madya"}


# Definitions ------------------------------------------------------------------------------------------------


def draft(*names: IndicatorNow, **fields: Any) -> Standing:
    goals = (GoalNow(GOAL, "1"),)
    return Standing(
        "draft",
        2018,
        2020,
        7,
        "IKU Contoh",
        goals=goals,
        indicators={each.code: each for each in names},
        **fields,
    )


def test_what_is_too_long_is_said_at_its_cell():
    row = (1, GOAL, "x" * 301, "Satuan " * 10, "Berdasarkan survei")
    plan = planned(table(row))
    assert [(each.code, each.cell) for each in plan.rows[0].messages if each.blocks] == [
        ("too_long", "C3"),
        ("too_long", "D3"),
    ]


def test_a_long_number_or_a_doubtful_weight_is_left_out():
    headings = ("No", "Sasaran Strategis", "Indikator", "Satuan", "Bobot")
    fine = planned(table((1, GOAL, "Jumlah rambu", "unit", "25%"), headings=headings))
    assert fine.rows[0].write["fields"]["weight"] == "25"
    odd = planned(table(("1.1.1.1.1.1.1.1", GOAL, "Jumlah rambu", "unit", "-3"), headings=headings))
    assert {"too_long", "weight"} >= {*codes(odd, blocks=False)} - {"no_unit"}
    assert odd.rows[0].write["fields"]["weight"] is None


def test_an_indicator_needs_a_goal():
    headings = HEADINGS[2:]
    assert codes(
        planned(table(("Jumlah rambu", "unit", "Berdasarkan survei", "Dishub", None), headings=headings))
    ) == ["no_goal"]


def test_an_empty_cell_erases_nothing():
    now = earlier(reason="alasan", sources="Dishub")
    plan = planned(table((None, GOAL, "Jumlah rambu", None, "Berdasarkan survei")), draft(now))
    assert (plan.rows[0].status, plan.rows[0].after) == (
        "changed",
        {"Penjelasan/cara perhitungan": "Berdasarkan survei"},
    )


def test_an_indicator_that_names_no_goal_keeps_its_own():
    headings = ("Indikator Kinerja Utama", "Satuan", "Sumber Data")
    plan = planned(table(("Jumlah rambu", "unit", "Dishub"), headings=headings), draft(earlier()))
    assert (plan.rows[0].status, plan.rows[0].write["goal"]) == ("changed", None)


def test_another_polarity_in_the_table_is_only_said():
    headings = (*HEADINGS[:4], "Polarisasi", "Sumber Data")
    plan = planned(
        table((None, GOAL, "Jumlah rambu", "unit", "Minimize", "BPS"), headings=headings), draft(earlier())
    )
    assert codes(plan, blocks=False) == ["other_polarity"]
    assert plan.rows[0].write["fields"] == {"sources": "BPS"}


def test_another_formula_is_a_change_and_makes_its_data():
    now = earlier(kind="computed", formula="rambu", unit="Persen")
    plan = planned(
        table((None, GOAL, "Jumlah rambu", "Persen", "Jumlah rambu baik / Jumlah rambu x 100%")),
        draft(now, elements={"rambu": "Jumlah rambu"}, codes=frozenset({"jumlah_rambu"})),
    )
    assert plan.rows[0].before == {"Rumus": "rambu"}
    assert plan.rows[0].after == {"Rumus": "rambu_baik / rambu * 100%"}
    assert plan.rows[0].write["elements"] == [
        {"code": "rambu_baik", "label": "Jumlah rambu baik", "unit": ""}
    ]


def test_an_unsure_formula_does_not_replace_one_that_computes():
    now = earlier(kind="computed", formula="lain", formulation="lama")
    text = "Jumlah rambu baik\nJumlah rambu\nRambu adalah tanda di jalan yang dipasang."
    plan = planned(table((None, GOAL, "Jumlah rambu", "unit", text)), draft(now))
    assert [*plan.rows[0].after] == ["Penjelasan/cara perhitungan"]


def test_names_without_letters_get_a_code_all_the_same():
    plan = planned(table((1, GOAL, "数据 数据", "unit", "Jumlah 数据 数据")))
    assert plan.rows[0].write["code"] == "indikator"
    assert plan.rows[0].write["fields"]["formula"] == "data"


# Rows aside -------------------------------------------------------------------------------------------------


def test_rows_of_other_agencies_are_skipped():
    headings = ("Perangkat Daerah", *HEADINGS[1:4])
    workbook = table(
        ("Dinas Contoh", GOAL, "Jumlah rambu", "unit"),
        ("Dinas Lain", GOAL, "Jumlah marka", "unit"),
        headings=headings,
    )
    assert [(row.about, row.status) for row in planned(workbook).rows] == [
        ("Jumlah rambu", "new"),
        ("Jumlah marka", "skipped"),
    ]


def test_a_row_that_cannot_be_repaired_is_a_problem():
    workbook = understand(layouts.kaltim().workbook)
    record = next(each for each in workbook.sheets[0].tables[0].records if each.repair)
    assert record.repair is not None
    record.repair = type(record.repair)(
        record.repair.texts, record.repair.cells, {}, "Tidak pasti.", certain=False
    )
    del record.cells["number"]
    plan = planning.plan(workbook, NEW, Choices())
    (row,) = (row for row in plan.rows if row.row == 10)
    assert [(each.code, each.blocks) for each in row.messages] == [("collapsed_row", True)]
    assert asked(plan, "repair") == []


def test_a_table_can_be_left_out():
    workbook = table((1, GOAL, "Jumlah rambu", "unit", "Berdasarkan survei"))
    area = str(understand(workbook).sheets[0].tables[0].area)
    assert planned(workbook, choices=Choices(tables={f"IKU!{area}": TableChoice(use=False)})).rows == []
    forced = Choices(tables={f"IKU!{area}": TableChoice(kind="measurement")})
    assert [row.status for row in planned(workbook, choices=forced).rows] == ["new"]


def test_two_tables_about_one_indicator_are_one_definition():
    sketch = Sketch("IKU")
    sketch.line("TARGET KINERJA TAHUN 2018 - 2019")
    sketch.line("No", "Sasaran Strategis", "Indikator Kinerja", "Satuan", "2018", "2019")
    sketch.line(1, GOAL, "Jumlah rambu", "unit", 5, 6)
    sketch.skip(3)
    sketch.line("INDIKATOR KINERJA UTAMA")
    sketch.line(*HEADINGS)
    sketch.line(1, GOAL, "Jumlah rambu", None, "Berdasarkan survei", "Dishub", "Bidang Jalan")
    sketch.line(2, None, "Jumlah marka", "m", "Berdasarkan survei", "Dishub", "Bidang Jalan")
    plan = planned(sketch.workbook)
    assert [(row.row, row.kind, row.status) for row in plan.rows] == [
        (3, "target", "new"),
        (9, "definition", "new"),
        (10, "definition", "new"),
    ]
    assert plan.rows[1].write["fields"]["unit"] == "unit"
    assert plan.rows[1].cells["Satuan"] == "D3"


def test_a_second_table_that_adds_nothing_says_where_it_was_read():
    sketch = Sketch("IKU")
    for title in ("INDIKATOR KINERJA UTAMA", "LAMPIRAN LAIN"):
        sketch.line(title)
        sketch.line(*HEADINGS)
        sketch.line(1, GOAL, "Jumlah rambu", "unit", "Berdasarkan survei", "Dishub", "Bidang Jalan")
        sketch.line(2, None, "Jumlah marka", "m", "Berdasarkan survei", "Dishub", "Bidang Jalan")
        sketch.skip(5)
    plan = planned(sketch.workbook)
    assert [row.status for row in plan.rows] == ["new", "new", "same", "same"]
    assert plan.rows[2].messages[0].text == "Indikator ini sudah dibaca dari IKU!3."


def test_two_tables_must_not_disagree_about_a_target():
    sketch = Sketch("IKU")
    for value in (5, 6):
        sketch.line(f"TABEL {value}")
        sketch.line(*WITH_TARGETS[:5])
        sketch.line(1, GOAL, "Jumlah rambu", "unit", value)
        sketch.line(2, None, "Jumlah marka", "m", 1)
        sketch.skip(5)
    plan = planned(sketch.workbook)
    assert codes(plan) == ["twice"]


def test_tables_side_by_side_have_keys_of_their_own():
    sketch = Sketch("IKU")
    sketch.line(*HEADINGS[1:4], None, None, *HEADINGS[1:4])
    for name in ("rambu", "marka", "lampu"):
        sketch.line(GOAL, f"Jumlah {name}", "unit", None, None, GOAL, f"Panjang {name}", "m")
    plan = planned(sketch.workbook)
    assert [row.about for row in plan.rows] == [
        "Jumlah rambu",
        "Jumlah marka",
        "Jumlah lampu",
        "Panjang rambu",
        "Panjang marka",
        "Panjang lampu",
    ]
    keys = [question.key for question in asked(plan, "polarity")]
    assert keys == ["IKU!2", "IKU!3", "IKU!4", "IKU!G2", "IKU!G3", "IKU!G4"]


# Units and header -------------------------------------------------------------------------------------------

UNITS = {"1": "Bidang Perdagangan", "2": "Sekretariat"}
RESPONSIBLE = (1, GOAL, "Jumlah rambu", "unit", "Berdasarkan survei", "Dishub")


def of_unit(name: str, choices: Choices | None = None) -> Plan:
    standing = Standing("new", 2018, 2018, agency=("Dinas Contoh",), units=UNITS)
    return planned(table((*RESPONSIBLE, name)), standing, choices)


def test_a_near_part_of_the_agency_is_asked_about():
    plan = of_unit("Bidang Perdagangn")
    assert codes(plan) == ["near_unit"]
    (question,) = asked(plan, "responsible")
    assert (question.key, question.proposed, question.must) == ("Bidang Perdagangn", "unit:1", True)
    assert [value for value, _ in question.options] == ["unit:1", "unit:2", "new", "skip"]
    for answer, names in (("unit:1", ["Bidang Perdagangan"]), ("new", ["Bidang Perdagangn"]), ("skip", [])):
        answered = of_unit("Bidang Perdagangn", Choices().answer(question, answer))
        assert codes(answered) == []
        assert answered.rows[0].write["units"] == names


def test_the_agency_itself_is_no_part_of_it():
    plan = of_unit("DINAS CONTOH")
    assert (plan.rows[0].write["units"], codes(plan)) == ([], [])
    assert "left_out" in codes(plan, blocks=False)


def test_a_new_part_is_made_and_said_and_a_long_name_refused():
    assert "new_unit" in codes(of_unit("Bidang Pasar"), blocks=False)
    assert codes(of_unit("Bidang " + "x" * 200)) == ["too_long"]
    twice = of_unit("SEKRETARIAT\nSekretariat")
    assert twice.rows[0].write["units"] == ["Sekretariat"]


def headed(agency: str = "Dinas Contoh") -> Workbook:
    sketch = Sketch("IKU")
    sketch.line(f"Instansi : {agency}")
    sketch.line("Tujuan : 1. Meningkatkan jalan\n2. Menertibkan jalan")
    sketch.line(*HEADINGS)
    sketch.line(*RESPONSIBLE, "Sekretariat")
    return sketch.workbook


def test_objectives_replace_those_of_the_agency_only_when_somebody_says_so():
    stands = Standing("new", 2018, 2018, agency=("Dinas Contoh",), header={"objectives": ("Lama",)})
    plan = planned(headed(), stands)
    assert (plan.rows[0].about, plan.rows[0].status) == ("Tujuan perangkat daerah", "skipped")
    (question,) = asked(plan, "header")
    assert (question.key, question.proposed, question.must) == ("objectives", "keep", False)
    taken = planned(headed(), stands, Choices(header={"objectives": "take"}))
    assert (taken.rows[0].status, taken.rows[0].before) == ("changed", {"Tujuan": "Lama"})


def test_a_table_of_another_agency_is_pointed_out():
    stands = Standing("new", 2018, 2018, agency=("Dinas Contoh",))
    assert codes(planned(headed("Badan Pusat Arsip"), stands), blocks=False)[0] == "other_agency"
    assert "other_agency" not in codes(planned(headed("Dinas Contoh Kota Uji"), stands), blocks=False)


# Targets ----------------------------------------------------------------------------------------------------


def test_years_outside_the_set_are_said_and_left_out():
    plan = planned(
        table((1, GOAL, "Jumlah rambu", "unit", 5, 6, 7), headings=WITH_TARGETS), Standing("new", 2018, 2019)
    )
    assert plan.rows[1].after == {"Target 2018": "5", "Target 2019": "6"}
    assert "outside_years" in codes(plan, blocks=False)


def test_targets_of_a_definition_in_the_way_wait():
    plan = planned(table((1, GOAL, "Disparitas", "Persen", 5, 6, 7), headings=WITH_TARGETS))
    assert [row.status for row in plan.rows] == ["problem", "problem"]
    assert plan.rows[1].messages[-1].code == "definition"


def test_a_revised_target_needs_an_original():
    headings = (*HEADINGS[:4], "Target Perubahan 2018")
    choices = Choices(decision="SK 1", decision_date="2018-07-02")
    assert codes(planned(table((1, GOAL, "Jumlah rambu", "unit", 5), headings=headings), NEW, choices)) == [
        "no_original"
    ]


# Years ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("workbook", "choices", "years"),
    [
        (table(RESPONSIBLE), Choices(), None),
        (table(RESPONSIBLE), Choices(year=2020), (2020, 2020)),
        (table(RESPONSIBLE), Choices(into=Into(first_year=2020)), (2020, 2020)),
        (table(RESPONSIBLE), Choices(into=Into(first_year=2020, last_year=2024)), (2020, 2024)),
        (layouts.kaltim().workbook, Choices(year=2020), (2018, 2018)),
        (table((*RESPONSIBLE[:4], 5, 6, 7), headings=WITH_TARGETS), Choices(), (2018, 2020)),
        (layouts.renstra_objectives().workbook, Choices(), (2021, 2025)),
    ],
)
def test_the_years_of_a_file(workbook, choices, years):
    assert years_of(understand(workbook), choices) == years
