"""Promises that the database keeps about regions, agencies, units, officials, users, with the sentences."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, Value

from agencies.models import Agency, Membership, Official, Region, ResponsibleUnit, User
from agencies.roles import Role
from tests import builders

pytestmark = pytest.mark.django_db


def refuses(row: models.Model, sentence: str) -> None:
    """Check that a form would say `sentence` and that the database refuses the row without any form."""
    with pytest.raises(ValidationError) as error:
        row.full_clean()
    assert sentence in " ".join(error.value.messages)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"code": "35.74", "level": "province"}, "Kode provinsi 2 angka (64)"),
        ({"code": "36", "level": "city", "parent": True}, "Kode ini tidak berada di Provinsi"),
        ({"code": "36", "level": "province", "parent": True}, "Kabupaten/kota punya provinsi induk"),
        ({"code": "35.74", "level": "city"}, "Kabupaten/kota punya provinsi induk"),
        ({"code": "35", "level": "province"}, "Kode wilayah ini sudah terdaftar"),
    ],
)
def test_a_region_fits_its_level(fields: dict[str, Any], sentence: str) -> None:
    province = builders.region("35")
    parent = province if fields.get("parent") else None
    refuses(Region(name="Contoh", **(fields | {"parent": parent})), sentence)


@pytest.mark.parametrize("code", ["3574", "35.7", "35-74", "ab", "357", "35.745"])
def test_a_region_code_has_its_form(code: str) -> None:
    region = Region(code=code, name="Contoh", level="city", parent=builders.region("35"))
    with pytest.raises(ValidationError, match="Tulis kode wilayah dua angka"):
        region.full_clean()


def test_a_city_lies_in_the_province_its_code_begins_with() -> None:
    region = Region(code="35.74", name="Contoh", level="city", parent=builders.region("64"))
    with pytest.raises(ValidationError, match="kodenya harus diawali 64"):
        region.full_clean()


def test_the_database_refuses_a_level_or_role_that_no_form_offers() -> None:
    city = builders.region("35.74")
    with pytest.raises(IntegrityError, match="region_code_fits_level"), transaction.atomic():
        Region.objects.filter(pk=city.pk).update(level="desa")
    builders.user(Role.OPERATOR, builders.agency())
    with pytest.raises(IntegrityError, match="membership_scope_fits_role"), transaction.atomic():
        Membership.objects.update(role="raja")


def test_a_region_is_called_with_its_level() -> None:
    assert str(builders.region("35.74", name="Probolinggo")) == "Kota Probolinggo"
    assert str(builders.region("64", name="Kalimantan Timur")) == "Provinsi Kalimantan Timur"


def test_an_agency_name_is_unique_in_its_region() -> None:
    agency = builders.agency(name="Dinas Perdagangan")
    twin = Agency(region=agency.region, code="lain", name="Dinas Perdagangan", short_name="Lain")
    refuses(twin, "Daerah ini sudah punya perangkat daerah dengan nama tersebut")


def test_an_agency_code_is_unique_everywhere() -> None:
    builders.agency(code="dinas")
    twin = Agency(region=builders.region("35"), code="dinas", name="Dinas", short_name="Dinas")
    refuses(twin, "Kode ini sudah dipakai perangkat daerah lain")


def test_an_agency_shows_at_most_six_decimals() -> None:
    agency = builders.agency(digits=6)
    agency.digits = 7
    refuses(agency, "Angka di belakang koma paling banyak 6")


def test_a_unit_name_is_unique_in_its_agency_only() -> None:
    unit = builders.unit(builders.agency(), name="Bidang Koperasi")
    builders.unit(builders.agency(), name="Bidang Koperasi")
    refuses(
        ResponsibleUnit(agency=unit.agency, name=unit.name),
        "Perangkat daerah ini sudah punya bidang dengan nama tersebut",
    )


def test_a_term_of_office_does_not_end_before_it_begins() -> None:
    official = builders.official(builders.agency(), starts=dt.date(2018, 1, 2), ends=dt.date(2018, 1, 2))
    official.ends = dt.date(2018, 1, 1)
    refuses(official, "Tanggal akhir jabatan mendahului tanggal mulai")


def test_a_nip_is_kept_as_eighteen_digits() -> None:
    official = builders.official(builders.agency())
    official.nip = "19751229 199902 2 001"
    official.full_clean()
    official.save()
    official.refresh_from_db()
    assert official.nip == "197512291999022001"
    assert official.nip_grouped == "19751229 199902 2 001"


def test_the_database_refuses_a_nip_of_another_length() -> None:
    official = builders.official(builders.agency())
    with pytest.raises(IntegrityError), transaction.atomic():
        Official.objects.filter(pk=official.pk).update(nip=Value("1975", output_field=models.CharField()))


def test_a_wrong_nip_is_refused_with_its_sentence() -> None:
    official = builders.official(builders.agency())
    official.nip = "19751329 199902 2 001"
    with pytest.raises(ValidationError, match="19751329 bukan tanggal"):
        official.full_clean()


@pytest.mark.parametrize(
    ("day", "in_office"),
    [
        (dt.date(2018, 1, 1), False),
        (dt.date(2018, 1, 2), True),
        (dt.date(2019, 6, 30), True),
        (dt.date(2019, 7, 1), False),
    ],
)
def test_both_ends_of_a_term_are_in_office(day: dt.date, in_office: bool) -> None:
    official = builders.official(builders.agency(), starts=dt.date(2018, 1, 2), ends=dt.date(2019, 6, 30))
    assert Official.objects.filter(pk=official.pk).in_office(day).exists() is in_office


def test_a_term_without_end_goes_on() -> None:
    builders.official(builders.agency())
    assert Official.objects.in_office(dt.date(2099, 1, 1)).exists()


@pytest.mark.parametrize(
    ("capacity", "line"),
    [
        ("definitif", "Kepala Dinas"),
        ("plt", "Plt. Kepala Dinas"),
        ("plh", "Plh. Kepala Dinas"),
        ("pj", "Pj. Kepala Dinas"),
    ],
)
def test_acting_forms_stand_before_the_position(capacity: str, line: str) -> None:
    assert builders.official(builders.agency(), capacity=capacity).position_line == line


def test_an_address_belongs_to_one_user_in_whatever_case() -> None:
    builders.user(email="operator@contoh.go.id")
    twin = User(username="lain", name="Lain", email="Operator@contoh.go.id", password="!")
    refuses(twin, "Alamat surel ini sudah dipakai pengguna lain")
    builders.user(email="")
    builders.user(email="")


def test_a_user_without_a_name_is_called_by_the_name_to_sign_in() -> None:
    assert str(builders.user(name="", username="operator")) == "operator"
    assert builders.user(name="Operator").get_full_name() == "Operator"
    assert builders.user(name="Operator").get_short_name() == "Operator"


def test_deleting_never_destroys_history() -> None:
    agency = builders.agency()
    unit, official = builders.unit(agency), builders.official(agency)
    builders.user(Role.OPERATOR, agency, unit=unit)
    builders.indicator_set(agency, signatory=official)
    for row in (agency.region, agency, unit, official):
        with pytest.raises(ProtectedError):
            row.delete()
