"""What importing hands on survives JSON, and answers find their place."""

import json
from typing import Any

import pytest

from indicators.imports.planned import (
    Choices,
    ColumnChoice,
    Edited,
    Into,
    Message,
    Planned,
    Question,
    Stale,
    TableChoice,
    counts,
)

ROW = Planned(
    sheet="IKU 2018",
    row=8,
    kind="definition",
    status="changed",
    about="Disparitas harga antarwilayah",
    before={"Satuan": "Persen"},
    after={"Satuan": "poin"},
    cells={"Satuan": "E8"},
    messages=[Message("E8", "odd_unit", "Satuan ini jarang dipakai.", blocks=False, repair="Persen")],
    write={"code": "disparitas_harga", "digits": "2"},
)


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data))


def test_a_planned_row_survives_json():
    assert Planned.from_json(through_json(ROW.as_json())) == ROW


def test_a_question_survives_json():
    question = Question(
        "polarity",
        "IKU!8",
        "Disparitas harga",
        "Arah indikator ini?",
        [("higher", "Makin besar makin baik"), ("lower", "Makin kecil makin baik")],
        "lower",
        "Namanya memuat “disparitas”.",
        must=True,
        cell="D8",
    )
    assert Question.from_json(through_json(question.as_json())) == question


def test_choices_survive_json():
    choices = Choices(
        tables={
            "IKU!A3:H14": TableChoice(
                True, "definitions", {"D": ColumnChoice("indicator"), "E": ColumnChoice("target", 2024, 1)}
            )
        },
        year=2024,
        part=2,
        into=Into("revise", 7, "Perubahan Renstra", 2024, 2026),
        match={"IKU!8": "code:disparitas_harga"},
        facts={"IKU!8": {"polarity": "lower"}},
        repairs={"IKU!11": "accept"},
        responsible={"Bidang Koprasi": "unit:3"},
        header={"objectives": "take"},
        decision="100.3/12/2024",
        decision_date="2024-07-02",
        partial=True,
    )
    assert Choices.from_json(through_json(choices.as_json())) == choices


def test_what_nobody_chose_is_as_recognised():
    choices = Choices.from_json({"tables": {"IKU!A1:C9": {}}})
    assert choices == Choices(tables={"IKU!A1:C9": TableChoice()})
    assert not choices.partial
    assert choices.into.how == ""


def test_a_message_survives_json():
    message = ROW.messages[0]
    assert Message.from_json(through_json(message.as_json())) == message


def test_a_row_names_its_place_and_whether_it_writes():
    assert ROW.key == "IKU 2018!8"
    assert ROW.writes
    assert not Planned("IKU", 9, "target", "same", "x").writes


def test_counts_name_every_status():
    assert counts([ROW]) == {"new": 0, "changed": 1, "same": 0, "problem": 0, "skipped": 0}


@pytest.mark.parametrize(
    ("topic", "key", "value", "expected"),
    [
        ("match", "IKU!8", "new", Choices(match={"IKU!8": "new"})),
        ("unit", "IKU!8", "Persen", Choices(facts={"IKU!8": {"unit": "Persen"}})),
        ("repair", "IKU!11", "accept", Choices(repairs={"IKU!11": "accept"})),
        ("responsible", "Bidang X", "new", Choices(responsible={"Bidang X": "new"})),
        ("header", "functions", "keep", Choices(header={"functions": "keep"})),
    ],
)
def test_an_answer_goes_where_its_question_points_and_can_be_taken_back(topic, key, value, expected):
    question = Question(topic, key, "", "")
    answered = Choices().answer(question, value)
    assert answered == expected
    assert answered.answer(question, "") == Choices()


def test_answers_about_one_row_stand_together():
    polarity, unit = Question("polarity", "IKU!8", "", ""), Question("unit", "IKU!8", "", "")
    choices = Choices().answer(polarity, "lower").answer(unit, "Persen")
    assert choices.fact("IKU!8", "polarity") == "lower"
    assert choices.fact("IKU!8", "unit") == "Persen"
    assert choices.fact("IKU!9", "unit") == ""


@pytest.mark.parametrize("refusal", [Stale, Edited])
def test_a_refusal_carries_its_sentences(refusal):
    error = refusal(["Satu.", "Dua."])
    assert error.sentences == ["Satu.", "Dua."]
    assert str(error) == "Satu. Dua."
