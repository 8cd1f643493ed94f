"""Forms of agencies, units and officials: what is typed, what is kept, what is said."""

import datetime as dt
from typing import Any

import pytest

from agencies.forms import (
    AgencyAddForm,
    AgencyForm,
    ObjectiveFormSet,
    OfficialForm,
    StatementFormSet,
    UnitForm,
)
from agencies.models import Agency, Objective, Official, Region, ResponsibleUnit
from tests import builders

pytestmark = pytest.mark.django_db

AGENCY = {
    "code": "dinas-perdagangan",
    "name": "Dinas Perdagangan",
    "short_name": "Disdag",
    "head_position": "Kepala Dinas",
    "place": "",
    "address": "",
    "paper": "A4",
    "time_zone": "Asia/Jakarta",
    "averaging": "per_indicator",
    "digits": "2",
}
OFFICIAL = {
    "name": "Pejabat",
    "name_with_titles": "",
    "nip": "",
    "rank": "",
    "position": "Kepala Dinas",
    "capacity": "definitif",
    "starts": "2018-01-02",
    "ends": "",
}


def rows(*lines: dict[str, str], initial: int = 0) -> dict[str, str]:
    """Return what a browser sends for a list with these rows."""
    data = {"objectives-TOTAL_FORMS": str(len(lines)), "objectives-INITIAL_FORMS": str(initial)}
    for number, line in enumerate(lines):
        data |= {f"objectives-{number}-{name}": value for name, value in line.items()}
    return data


def objectives(agency: Agency, data: dict[str, str]) -> StatementFormSet:
    return ObjectiveFormSet(data, instance=agency, prefix="objectives")


def test_only_what_the_form_shows_can_be_changed() -> None:
    agency = builders.agency(code="lama")
    sent = AGENCY | {"code": "baru", "region": str(builders.region("35").pk)}
    form = AgencyForm(sent, instance=agency)
    assert form.is_valid(), form.errors
    form.save()
    agency.refresh_from_db()
    assert (agency.name, agency.code, agency.region.code) == ("Dinas Perdagangan", "lama", "64")


def test_a_new_agency_goes_into_an_offered_region_only() -> None:
    own, other = builders.region("64"), builders.region("35")
    form = AgencyAddForm(AGENCY | {"region": str(other.pk)}, regions=Region.objects.filter(pk=own.pk))
    assert "region" in form.errors
    form = AgencyAddForm(AGENCY | {"region": str(own.pk)}, regions=Region.objects.filter(pk=own.pk))
    assert form.is_valid(), form.errors


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"code": "Tambah"}, "“tambah” sudah menjadi alamat halaman"),
        ({"code": "DINAS-LAMA"}, "Kode ini sudah dipakai perangkat daerah lain."),
        ({"digits": "7"}, "Angka di belakang koma paling banyak 6."),
        ({"name": "Dinas Lama"}, "Daerah ini sudah punya perangkat daerah dengan nama tersebut."),
    ],
)
def test_a_new_agency_is_refused_with_a_sentence(sent: dict[str, str], sentence: str) -> None:
    old = builders.agency(code="dinas-lama", name="Dinas Lama")
    form = AgencyAddForm(AGENCY | {"region": str(old.region.pk)} | sent, regions=Region.objects.all())
    assert sentence in str(form.errors)


def test_a_code_is_written_small() -> None:
    region = builders.region()
    form = AgencyAddForm(AGENCY | {"region": str(region.pk), "code": "Disdag"}, regions=Region.objects.all())
    assert form.is_valid(), form.errors
    assert form.save().code == "disdag"


def test_rows_are_kept_in_the_order_asked_for_and_numbered_from_one() -> None:
    agency = builders.agency()
    first = Objective.objects.create(agency=agency, position=1, text="satu")
    second = Objective.objects.create(agency=agency, position=2, text="dua")
    data = rows(
        {"id": str(first.pk), "text": "satu", "ORDER": "2"},
        {"id": str(second.pk), "text": "dua", "ORDER": "1"},
        {"id": "", "text": "tanpa urutan", "ORDER": ""},
        {"id": "", "text": "", "ORDER": ""},
        {"id": "", "text": "di tengah", "ORDER": "1"},
        initial=2,
    )
    formset = objectives(agency, data)
    assert formset.is_valid(), formset.errors
    formset.save_in_order(agency)
    assert list(agency.objectives.values_list("position", "text")) == [
        (1, "dua"),
        (2, "di tengah"),
        (3, "satu"),
        (4, "tanpa urutan"),
    ]


def test_a_marked_row_is_deleted_and_the_rest_closes_up() -> None:
    agency = builders.agency()
    first = Objective.objects.create(agency=agency, position=1, text="satu")
    second = Objective.objects.create(agency=agency, position=2, text="dua")
    data = rows(
        {"id": str(first.pk), "text": "satu", "ORDER": "1", "DELETE": "on"},
        {"id": str(second.pk), "text": "dua", "ORDER": "2"},
        {"id": "", "text": "tidak jadi", "ORDER": "", "DELETE": "on"},
        initial=2,
    )
    formset = objectives(agency, data)
    assert formset.is_valid(), formset.errors
    formset.save_in_order(agency)
    assert list(agency.objectives.values_list("position", "text")) == [(1, "dua")]


def test_a_row_of_another_agency_cannot_be_taken_over() -> None:
    agency, other = builders.agency(), builders.agency()
    foreign = Objective.objects.create(agency=other, position=1, text="milik lain")
    formset = objectives(agency, rows({"id": str(foreign.pk), "text": "diambil", "ORDER": "1"}, initial=1))
    assert formset.is_valid()
    formset.save_in_order(agency)
    foreign.refresh_from_db()
    assert (foreign.agency, foreign.text) == (other, "milik lain")


def test_an_order_that_is_no_number_is_refused() -> None:
    formset = objectives(builders.agency(), rows({"id": "", "text": "satu", "ORDER": "pertama"}))
    assert "Tulis urutan dengan angka, misalnya 2." in str(formset.errors)


def test_a_row_with_a_place_but_no_words_is_refused() -> None:
    formset = objectives(builders.agency(), rows({"id": "", "text": "  ", "ORDER": "1"}))
    assert "Tulis uraiannya, atau centang “Hapus baris ini”." in str(formset.errors)


@pytest.mark.parametrize("name", ["Bidang Koperasi", "BIDANG KOPERASI", "bidang koperasi"])
def test_a_second_unit_of_that_name_is_refused_at_the_form_in_capitals_or_not(name: str) -> None:
    unit = builders.unit(builders.agency(), name="Bidang Koperasi")
    form = UnitForm({"name": name, "active": "on"}, instance=ResponsibleUnit(agency=unit.agency))
    assert "Perangkat daerah ini sudah punya bidang dengan nama tersebut;" in str(form.errors)


def test_the_case_of_the_own_name_may_be_changed() -> None:
    unit = builders.unit(builders.agency(), name="BIDANG KOPERASI")
    assert UnitForm({"name": "Bidang Koperasi", "active": "on"}, instance=unit).is_valid()


def official_form(**sent: Any) -> OfficialForm:
    return OfficialForm(OFFICIAL | sent, instance=Official(agency=builders.agency()))


def test_a_nip_may_be_typed_in_groups_and_is_kept_as_digits() -> None:
    form = official_form(nip="19751229 199902 2 001")
    assert form.is_valid(), form.errors
    assert form.save().nip == "197512291999022001"


def test_a_kept_nip_is_shown_in_groups() -> None:
    official = builders.official(builders.agency(), nip="197512291999022001")
    assert OfficialForm(instance=official)["nip"].value() == "19751229 199902 2 001"


@pytest.mark.parametrize("text", ["2018-01-02", "02-01-2018", "2-1-2018", "02/01/2018", "02.01.2018"])
def test_a_day_is_read_day_first_or_as_the_browser_sends_it(text: str) -> None:
    form = official_form(starts=text)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts"] == dt.date(2018, 1, 2)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"nip": "1975"}, "NIP terdiri atas 18 angka, yang diketik 4."),
        ({"nip": "19751229 199902 3 001"}, "Angka ke-15 NIP adalah jenis kelamin"),
        ({"starts": "31-02-2018"}, "Tanggal ini tidak terbaca."),
        ({"ends": "2017-12-31"}, "Tanggal akhir jabatan mendahului tanggal mulai."),
    ],
)
def test_a_wrong_official_is_refused_with_a_sentence(sent: dict[str, str], sentence: str) -> None:
    assert sentence in str(official_form(**sent).errors)


def test_an_agency_says_how_strict_its_reports_are() -> None:
    form = AgencyForm(AGENCY | {"requires_explanation": "on"}, instance=builders.agency())
    assert form.is_valid(), form.errors
    agency = form.save()
    assert (agency.requires_explanation, agency.allows_self_verification) == (True, False)
