"""The list of tasks as its reader sees it: the own unit first, what came back, what is not yet due."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import User
from agencies.roles import Role
from reports import workflow
from reports.models import Period
from reports.status import Status
from tests import builders
from tests.reports.arranged import Office, fill, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Office:
    return office()


def of_unit(there: Office) -> User:
    return builders.user(Role.OPERATOR, there.agency, unit=there.unit)


def tasks(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get(reverse("task-list")).content.decode()


def test_an_operator_sees_the_progress_of_the_own_unit_beside_the_whole(
    client: Client, there: Office
) -> None:
    page = tasks(client, of_unit(there))
    assert 'aria-label="0 dari 1 terisi"' in page
    assert there.unit.name in page
    assert "0 dari 5" in page
    fill(there, builders.user(Role.OPERATOR, there.agency))
    page = tasks(client, of_unit(there))
    assert 'aria-label="1 dari 1 terisi"' in page
    assert "Bagian Anda lengkap" in page


def test_what_came_back_leads_to_the_first_marked_row_of_the_own_unit(client: Client, there: Office) -> None:
    operator = builders.user(Role.OPERATOR, there.agency)
    fill(there, operator)
    workflow.move(there.report, Status.SUBMITTED, by=operator)
    own, other = there.entry("ksp"), there.entry("pdrb")
    notes = {other.pk: "Sumber lama", own.pk: "Hitung ulang"}
    verifier = builders.user(Role.VERIFIER, there.agency)
    workflow.move(there.report, Status.RETURNED, by=verifier, note="Dua baris", row_notes=notes)
    page = tasks(client, of_unit(there))
    grid = reverse("report-fill", args=[there.report.pk])
    assert f'class="btn btn-primary" href="{grid}#isian-{own.pk}"' in page
    assert page.index("Hitung ulang") < page.index("Sumber lama")


@pytest.mark.parametrize(
    ("opens", "closes", "sentence"),
    [
        (-9, -1, "Isian yang sudah tersimpan tetap aman."),
        (3, 9, "Tidak ada yang harus dikerjakan sekarang."),
        (-1, 2, "Harus diisi"),
    ],
)
def test_a_task_stands_where_its_time_puts_it(
    client: Client, there: Office, opens: int, closes: int, sentence: str
) -> None:
    today = timezone.localdate()
    days = {"opens": today + dt.timedelta(days=opens), "closes": today + dt.timedelta(days=closes)}
    Period.objects.update(**days)
    assert sentence in tasks(client, builders.user(Role.OPERATOR, there.agency))


def test_who_only_reads_is_told_so(client: Client, there: Office) -> None:
    page = tasks(client, builders.user(Role.INSPECTOR, there.agency.region))
    assert "Peran Anda membaca laporan" in page


def test_who_keeps_the_periods_is_led_to_them(client: Client, there: Office) -> None:
    page = tasks(client, builders.user(Role.REGION_ADMIN, there.agency.region))
    assert "Anda membuka periode" in page
    assert "Peran Anda membaca laporan" not in page
    assert f'href="{reverse("period-list")}"' in page


@pytest.mark.parametrize("name", ["report-detail", "report-fill"])
def test_before_a_period_opens_its_rows_are_not_yet_due(client: Client, there: Office, name: str) -> None:
    Period.objects.update(opens=timezone.localdate() + dt.timedelta(days=2))
    client.force_login(builders.user(Role.OPERATOR, there.agency))
    page = client.get(reverse(name, args=[there.report.pk])).content.decode()
    assert page.count("Belum jatuh tempo") == 5
