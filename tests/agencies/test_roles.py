"""The role table: what each role reaches, and that the database refuses a role in the wrong place."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agencies.models import Agency, Membership
from agencies.roles import MASTER_ROLES, REGIONAL_ROLES, ROLES, Role
from tests import builders

pytestmark = pytest.mark.django_db


def test_every_role_has_a_row() -> None:
    assert set(ROLES) == set(Role)
    assert {role for role in Role if role.is_regional} == set(REGIONAL_ROLES)


@pytest.mark.parametrize("role", Role)
def test_a_role_reaches_its_own_agency_or_those_of_its_region(role: Role) -> None:
    own, neighbour = builders.agency(), builders.agency()
    elsewhere = builders.agency(region=builders.region("35.74"))
    user = builders.user(role, own.region if role.is_regional else own)
    reached = {own, neighbour} if role.is_regional else {own}
    assert set(Agency.objects.of(user)) == reached
    assert set(Agency.objects.managed_by(user)) == (reached if role in MASTER_ROLES else set())
    assert elsewhere not in Agency.objects.of(user)


def test_a_superuser_reaches_every_agency_and_a_stranger_none() -> None:
    agency = builders.agency()
    superuser, stranger = builders.user(is_superuser=True), builders.user()
    assert list(Agency.objects.of(superuser)) == list(Agency.objects.managed_by(superuser)) == [agency]
    assert not Agency.objects.of(stranger)
    assert not Agency.objects.managed_by(stranger)


def test_a_province_role_does_not_reach_into_its_cities() -> None:
    city_agency = builders.agency(region=builders.region("35.74"))
    admin = builders.user(Role.REGION_ADMIN, builders.region("35"))
    assert city_agency not in Agency.objects.managed_by(admin)


def test_a_user_with_two_roles_at_one_agency_meets_it_once() -> None:
    agency = builders.agency()
    user = builders.user(Role.OPERATOR, agency)
    Membership.objects.create(user=user, role=Role.VERIFIER, agency=agency)
    assert list(Agency.objects.of(user)) == [agency]


@pytest.mark.parametrize("role", Role)
def test_the_database_refuses_a_role_in_the_wrong_place(role: Role) -> None:
    agency, user = builders.agency(), builders.user()
    wrong: dict[str, Any] = {"agency": agency} if role.is_regional else {"region": agency.region}
    membership = Membership(user=user, role=role, **wrong)
    with pytest.raises(
        ValidationError, match=r"Peran daerah \(admin daerah, inspektorat\) membutuhkan daerah saja"
    ):
        membership.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        membership.save()


@pytest.mark.parametrize("scope", ["agency", "region", "unit"])
def test_nobody_has_the_same_role_twice_in_one_place(scope: str) -> None:
    agency, user = builders.agency(), builders.user()
    unit = builders.unit(agency)
    places: dict[str, tuple[Role, dict[str, Any]]] = {
        "agency": (Role.OPERATOR, {"agency": agency}),
        "region": (Role.INSPECTOR, {"region": agency.region}),
        "unit": (Role.OPERATOR, {"agency": agency, "unit": unit}),
    }
    role, place = places[scope]
    Membership.objects.create(user=user, role=role, **place)
    again = Membership(user=user, role=role, **place)
    with pytest.raises(ValidationError, match="Pengguna ini sudah punya peran tersebut di sana"):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_a_membership_names_no_unit_of_another_agency() -> None:
    agency, other = builders.agency(), builders.agency()
    membership = Membership(
        user=builders.user(), role=Role.OPERATOR, agency=agency, unit=builders.unit(other)
    )
    with pytest.raises(ValidationError, match="Bidang ini bukan bagian dari perangkat daerah yang dipilih"):
        membership.full_clean()


def test_the_corner_of_the_page_says_what_somebody_does_and_where() -> None:
    agency = builders.agency(short_name="Dinas Contoh")
    assert builders.user(Role.HEAD, agency).role_line == "Kepala perangkat daerah · Dinas Contoh"
    assert builders.user(Role.INSPECTOR, builders.region("35.74", name="Contoh")).role_line == (
        "Inspektorat · Kota Contoh"
    )
    assert builders.user(is_superuser=True).role_line == "Admin sistem"
    assert builders.user().role_line == ""
