"""A prepared query answers as the queryset it was made of, with other values each time."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from agencies import prepared
from agencies.models import Agency, User
from agencies.prepared import Prepared
from agencies.roles import REGIONAL_ROLES, Role
from tests import builders

pytestmark = pytest.mark.django_db


def test_it_gives_the_rows_of_its_queryset_for_every_value() -> None:
    agencies = [builders.agency() for _ in range(3)]
    by_code = Prepared(lambda code: Agency.objects.filter(code=code).select_related("region"))
    for agency in agencies:
        (found,) = by_code(code=agency.code)
        assert found == agency
        with CaptureQueriesContext(connection) as asked:
            assert found.region == agency.region
        assert not asked.captured_queries
    assert by_code(code="tidak-ada") == []


def test_lists_of_any_length_are_asked_for() -> None:
    keys = [builders.agency().pk for _ in range(4)]
    among = Prepared(
        lambda keys, year: Agency.objects.filter(pk__in=keys, pk__gte=year).values_list("pk", flat=True)
    )
    for length in (0, 1, 3, 4, 2):
        assert sorted(among(keys=keys[:length], year=0)) == keys[:length]
    assert among(keys=[*keys, *range(10**6, 10**6 + prepared.MAX_LIST)], year=keys[3]) == [keys[3]]


def test_the_sql_is_made_once() -> None:
    made = []

    def build(pk: int) -> QuerySet[Agency]:
        made.append(pk)
        return Agency.objects.filter(pk=pk)

    rows = Prepared(build)
    agency = builders.agency()
    assert [rows(pk=key) for key in (agency.pk, agency.pk, 10**9)] == [[agency], [agency], []]
    assert len(made) == 2, "twice with marks, to see where the values stand"


@pytest.mark.parametrize(
    "build",
    [
        lambda pk: Agency.objects.filter(pk=1 if pk > 30_500 else pk),
        lambda pk: Agency.objects.filter(pk=pk + 1),
        lambda pk: Agency.objects.all()[:pk],
        lambda pk: Agency.objects.all(),
    ],
    ids=["decides", "reckoned with", "length", "unused"],
)
def test_what_is_more_than_a_parameter_is_refused(build: object) -> None:
    with pytest.raises(ValueError, match="bukan sekadar parameter"):
        Prepared(build)(pk=5)  # type: ignore[arg-type]


def test_a_user_belongs_to_the_agencies_the_queryset_keeps() -> None:
    region, other = builders.region("64"), builders.region("35.74")
    here, beside, elsewhere = (
        builders.agency(region=region),
        builders.agency(region=region),
        builders.agency(region=other),
    )
    users = [builders.user(), builders.user(is_superuser=True)]
    users += [builders.user(role, here) for role in (Role.OPERATOR, Role.HEAD, Role.AGENCY_ADMIN)]
    users += [builders.user(role, region) for role in REGIONAL_ROLES]
    for user in User.objects.filter(pk__in=[user.pk for user in users]):
        kept = set(Agency.objects.of(user))
        for agency in (here, beside, elsewhere):
            assert user.belongs_to(agency) == (agency in kept), (user, agency)


def test_one_row_is_written_as_saving_it_would() -> None:
    agency = builders.agency()
    agency.name, agency.address, agency.digits = "Dinas Baru", "Jalan Contoh 1", 3
    prepared.update(agency, {"name", "digits"})
    stored = Agency.objects.get(pk=agency.pk)
    assert (stored.name, stored.digits, stored.address) == ("Dinas Baru", 3, "")
    prepared.insert(Agency(region=agency.region, code="dinas-lain", name="Dinas Lain", short_name="Lain"))
    assert Agency.objects.get(code="dinas-lain").name == "Dinas Lain"


def test_one_row_is_put_where_there_is_none_and_over_the_one_with_its_key() -> None:
    agency = builders.agency()
    agency.name, agency.digits = "Dinas Baru", 3
    prepared.put(agency)
    fresh = Agency(pk=10**9, region=agency.region, code="baru", name="Dinas Lain", short_name="Lain")
    prepared.put(fresh)
    stored = Agency.objects.in_bulk([agency.pk, fresh.pk])
    assert [(row.name, row.digits) for row in stored.values()] == [("Dinas Baru", 3), ("Dinas Lain", 2)]
    assert Agency.objects.count() == 2
