"""The trigger machinery: a refused row stays, the triggers are named apart and outlive a migration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from django.db import IntegrityError, connection, transaction

from agencies import triggers
from agencies.models import Region
from agencies.triggers import Trigger
from tests import builders

pytestmark = pytest.mark.django_db
SAYS = "Nama ini tetap."


def rules(vendor: str, columns: Mapping[str, list[str]]) -> Iterator[Trigger]:
    """Refuse to change the name of a region, and to delete the one called Tetap."""
    yield Trigger("agencies_region", "UPDATE", triggers.differs(vendor, "name"), SAYS)
    yield Trigger("agencies_region", "DELETE", "OLD.name = 'Tetap'", SAYS)


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    triggers.install("default", rules)
    yield
    triggers.drop("default", rules)


def test_what_is_refused_stays_and_says_why() -> None:
    region = builders.region("64", name="Tetap")
    for refused in (lambda: Region.objects.update(name="Lain"), lambda: region.delete()):
        with pytest.raises(IntegrityError, match=SAYS), transaction.atomic():
            refused()
    assert Region.objects.get().name == "Tetap"


def test_what_is_not_refused_happens() -> None:
    region = builders.region("64", name="Lain")
    Region.objects.update(code="65")
    region.delete()
    assert not Region.objects.exists()


def test_installing_twice_is_installing_once() -> None:
    triggers.install("default", rules)
    triggers.drop("default", rules)
    builders.region("64", name="Tetap")
    assert Region.objects.update(name="Lain") == 1


def test_without_their_table_there_are_none() -> None:
    def elsewhere(vendor: str, columns: Mapping[str, list[str]]) -> Iterator[Trigger]:
        yield from rules(vendor, columns)
        yield Trigger("agencies_missing", "DELETE", "1 = 1", SAYS)

    triggers.install("default", elsewhere)
    builders.region("64", name="Tetap")
    assert Region.objects.update(name="Lain") == 1


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [("1", "2", True), ("1", "1", False), ("NULL", "1", True), ("NULL", "NULL", False)],
)
def test_differs_sees_null(old: str, new: str, refused: bool) -> None:
    condition = triggers.differs(connection.vendor, "x")
    with connection.cursor() as cursor:
        cast = "" if connection.vendor == "sqlite" else "::text"
        query = condition.replace("OLD.x", f"({old}){cast}").replace("NEW.x", f"({new}){cast}")
        cursor.execute(f"SELECT {query}")
        assert bool(cursor.fetchone()[0]) is refused


def test_triggers_of_one_table_are_told_apart() -> None:
    names = {Trigger("app_row", event, "", "", kind=kind).name for event in "AB" for kind in ("x", "y")}
    assert names == {"x_row_a", "x_row_b", "y_row_a", "y_row_b"}
