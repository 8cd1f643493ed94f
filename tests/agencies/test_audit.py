"""The log: whatever road a change takes, it says who, what was and what is, and nobody rewrites it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from agencies import audit, locks
from agencies.audit import acting
from agencies.downloads import downloaded
from agencies.models import Agency, AuditRecord, Official, ResponsibleUnit, User
from agencies.roles import Role
from indicators import sets
from indicators.models import IndicatorSet, Target
from reports import workflow
from reports.models import Report
from tests import builders
from tests.agencies.test_admin import upload

PASSWORD = "sandi-uji-yang-panjang"


@dataclass
class There:
    """An agency with a set in force and a draft, its admin, and a superuser signed in to each client."""

    agency: Agency
    admin: User
    superuser: User
    as_admin: Client
    as_superuser: Client
    official: Official
    unit: ResponsibleUnit
    target: Target
    draft: IndicatorSet

    @property
    def draft_indicator(self) -> int:
        """The key of the indicator of the draft."""
        return self.draft.goals.get().indicators.get().pk


def place() -> There:
    agency = builders.agency(code="dinas", short_name="Disdag")
    admin = builders.user(Role.AGENCY_ADMIN, agency, name="Admin Disdag")
    admin.set_password(PASSWORD)
    admin.save()
    superuser = builders.user(is_superuser=True, is_staff=True, name="Admin sistem")
    set_ = builders.indicator_set(agency)
    target = builders.target(builders.indicator(builders.goal(set_), name="Koperasi sehat"), value=62)
    sets.put_in_force(set_, by=superuser)
    draft = builders.indicator_set(agency, first_year=2019)
    builders.indicator(builders.goal(draft), name="Usaha mandiri")
    as_admin, as_superuser = Client(), Client()
    as_admin.force_login(admin)
    as_superuser.force_login(superuser)
    return There(
        agency,
        admin,
        superuser,
        as_admin,
        as_superuser,
        builders.official(agency, name="Pejabat Lama"),
        builders.unit(agency, name="Bidang Koperasi"),
        target,
        draft,
    )


@pytest.fixture
def there(db: None) -> There:
    return place()


def sql(statement: str, *params: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


# --- by every road ------------------------------------------------------------------------------------------


def end_office(there: There) -> None:
    url = reverse("official-edit", args=["dinas", there.official.pk])
    form = {
        "name": "Pejabat Lama",
        "position": "Kepala Dinas",
        "capacity": "definitif",
        "starts": "02-01-2018",
        "ends": "01-01-2020",
    }
    assert there.as_admin.post(url, form).status_code == 302


def rename_unit(there: There) -> None:
    url = reverse("unit-edit", args=["dinas", there.unit.pk])
    assert there.as_admin.post(url, {"name": "Bidang UKM", "active": "on"}).status_code == 302


def delete_official(there: There) -> None:
    assert (
        there.as_admin.post(reverse("official-delete", args=["dinas", there.official.pk])).status_code == 302
    )


def revise_target(there: There) -> None:
    url = reverse("target-revise", args=[there.target.indicator_id, 2018])
    form = {"revised_value": "60,5", "decision": "SK 188/45/2018", "decision_date": "2 Juli 2018"}
    assert there.as_admin.post(url, form).status_code == 302


def set_draft_target(there: There) -> None:
    url = reverse("target-edit", args=[there.draft_indicator])
    page = there.as_admin.get(url)
    form = {field.html_name: "12,5" for field in page.context["form"] if "2019" in field.html_name}
    assert there.as_admin.post(url, form).status_code == 302


def choose_signatory(there: There) -> None:
    url = reverse("indicator-set-edit", args=[there.draft.pk])
    initial = there.as_admin.get(url).context["form"].initial
    form = {key: value for key, value in initial.items() if value not in (None, False)} | {
        "signatory": there.official.pk,
        "seen": "",
    }
    assert there.as_admin.post(url, form).status_code == 302


def put_in_force(there: There) -> None:
    url = reverse("indicator-set-put-in-force", args=[there.draft.pk])
    builders.target(there.draft.goals.get().indicators.get(), 2019)
    assert there.as_admin.post(url).status_code == 302


def give_a_role(there: There) -> None:
    page = there.as_superuser.get(reverse("admin:agencies_user_change", args=[there.admin.pk]))
    own = there.admin.memberships.get()
    form = {
        "username": there.admin.username,
        "name": there.admin.name,
        "email": "",
        "is_active": "on",
        "memberships-TOTAL_FORMS": "2",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": own.pk,
        "memberships-0-user": there.admin.pk,
        "memberships-0-role": own.role,
        "memberships-0-agency": there.agency.pk,
        "memberships-1-user": there.admin.pk,
        "memberships-1-role": "verifier",
        "memberships-1-agency": there.agency.pk,
    }
    answer = there.as_superuser.post(page.request["PATH_INFO"], form)
    assert answer.status_code == 302, answer.text


def lock_out(there: There) -> None:
    there.admin.refresh_from_db()
    page = there.as_superuser.get(reverse("admin:agencies_user_change", args=[there.admin.pk]))
    own = there.admin.memberships.get()
    form = {
        "username": there.admin.username,
        "name": there.admin.name,
        "email": "",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": own.pk,
        "memberships-0-user": there.admin.pk,
        "memberships-0-role": own.role,
        "memberships-0-agency": there.agency.pk,
    }
    assert there.as_superuser.post(page.request["PATH_INFO"], form).status_code == 302


def import_region(there: There) -> None:
    _, confirm = upload(
        there.as_superuser,
        "agencies_region",
        ["code", "name", "level", "kode_induk"],
        ["64", "Kaltim", "province", None],
    )
    there.as_superuser.post(reverse("admin:agencies_region_process_import"), confirm)


def change_password(there: There) -> None:
    there.as_admin.force_login(there.admin)
    new = "kata-sandi-baru-panjang"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert there.as_admin.post(reverse("account_change_password"), form).status_code == 302


def by_update(there: There) -> None:
    with acting(there.admin):
        Agency.objects.filter(pk=there.agency.pk).update(averaging="weighted")


def by_bulk_update(there: There) -> None:
    there.unit.active = False
    with acting(there.admin):
        ResponsibleUnit.objects.bulk_update([there.unit], ["active"])


def by_bulk_create(there: There) -> None:
    with acting(there.admin):
        ResponsibleUnit.objects.bulk_create([ResponsibleUnit(agency=there.agency, name="Bidang Niaga")])


def by_sql(there: There) -> None:
    with acting(there.superuser):
        sql("UPDATE agencies_official SET position = 'Sekretaris' WHERE id = %s", there.official.pk)


def by_command(there: There) -> None:
    call_command("shell", command="from agencies.models import Region; Region.objects.update(name='Kaltim')")


def extend_the_period(there: There) -> None:
    with acting(there.superuser):
        period = builders.period(there.agency.region)
        type(period).objects.filter(pk=period.pk).update(closes="2030-12-31")


# Road, who, kind, table, subject, what was, what is (columns left out are not asked).
Row = tuple[Callable[[There], None], str, str, str, str, dict[str, Any], dict[str, Any]]
ROADS: dict[str, Row] = {
    "a form": (
        end_office,
        "admin",
        "changed",
        "agencies_official",
        "Pejabat Lama",
        {"ends": None},
        {"ends": "2020-01-01"},
    ),
    "a unit": (
        rename_unit,
        "admin",
        "changed",
        "agencies_responsibleunit",
        "Bidang UKM",
        {"name": "Bidang Koperasi"},
        {"name": "Bidang UKM"},
    ),
    "a deletion": (
        delete_official,
        "admin",
        "deleted",
        "agencies_official",
        "Pejabat Lama",
        {"name": "Pejabat Lama", "position": "Kepala Dinas"},
        {},
    ),
    "a target by decision": (
        revise_target,
        "admin",
        "changed",
        "indicators_target",
        "Koperasi sehat (2018)",
        {"revised_value": None, "decision": ""},
        {"revised_value": "60.5", "decision": "SK 188/45/2018", "decision_date": "2018-07-02"},
    ),
    "a target of a draft": (
        set_draft_target,
        "admin",
        "created",
        "indicators_target",
        "Usaha mandiri (2019)",
        {},
        {"value": "12.5", "year": "2019"},
    ),
    "a signatory": (
        choose_signatory,
        "admin",
        "changed",
        "indicators_indicatorset",
        "IKU Disdag 2019",
        {"signatory_id": None},
        {},
    ),
    "a status": (
        put_in_force,
        "admin",
        "changed",
        "indicators_indicatorset",
        "IKU Disdag 2019",
        {"status": "draft"},
        {"status": "in_force"},
    ),
    "a role in the stock admin": (
        give_a_role,
        "superuser",
        "created",
        "agencies_membership",
        "Admin Disdag",
        {},
        {"role": "verifier"},
    ),
    "an account in the stock admin": (
        lock_out,
        "superuser",
        "changed",
        "agencies_user",
        "Admin Disdag",
        {},
        {},
    ),
    "an import": (
        import_region,
        "superuser",
        "changed",
        "agencies_region",
        "Kaltim",
        {"name": "Daerah 64"},
        {"name": "Kaltim"},
    ),
    "a password": (
        change_password,
        "admin",
        "changed",
        "agencies_user",
        "Admin Disdag",
        {"password": None},
        {"password": "diganti"},
    ),
    "update": (
        by_update,
        "admin",
        "changed",
        "agencies_agency",
        "Disdag",
        {"averaging": "per_indicator"},
        {"averaging": "weighted"},
    ),
    "bulk_update": (
        by_bulk_update,
        "admin",
        "changed",
        "agencies_responsibleunit",
        "Bidang Koperasi",
        {},
        {},
    ),
    "bulk_create": (
        by_bulk_create,
        "admin",
        "created",
        "agencies_responsibleunit",
        "Bidang Niaga",
        {},
        {"name": "Bidang Niaga"},
    ),
    "SQL": (
        by_sql,
        "superuser",
        "changed",
        "agencies_official",
        "Pejabat Lama",
        {"position": "Kepala Dinas"},
        {"position": "Sekretaris"},
    ),
    "a command": (
        by_command,
        "",
        "changed",
        "agencies_region",
        "Kaltim",
        {"name": "Daerah 64"},
        {"name": "Kaltim"},
    ),
    "a period": (
        extend_the_period,
        "superuser",
        "changed",
        "reports_period",
        "Triwulan I 2018",
        {},
        {"closes": "2030-12-31"},
    ),
}


@pytest.mark.parametrize("name", ROADS)
def test_every_road_leads_through_the_log(there: There, name: str) -> None:
    act, who, kind, table, subject, before, after = ROADS[name]
    last = AuditRecord.objects.first()
    assert last is not None
    act(there)
    record = AuditRecord.objects.filter(pk__gt=last.pk, table=table, kind=kind).first()
    assert record is not None
    assert record.subject == subject
    assert record.by == (getattr(there, who) if who else None)
    assert record.region == there.agency.region
    assert record.agency == (None if table in ("agencies_region", "reports_period") else there.agency)
    assert record.before.items() >= before.items()
    assert _plain(record.after).items() >= after.items()
    if kind == "changed":
        assert record.before.keys() == record.after.keys(), "an update says each column twice, and no other"


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Figures as people write them: PostgreSQL keeps the zeros at the end."""
    figures = ("value", "revised_value")
    return {
        key: value.rstrip("0").rstrip(".") if key in figures and value and "." in value else value
        for key, value in values.items()
    }


def test_only_columns_that_changed_are_named(there: There) -> None:
    by_update(there)
    record = AuditRecord.objects.first()
    assert record is not None
    assert record.after == {"averaging": "weighted"}
    count = AuditRecord.objects.count()
    by_update(there)  # the same once more
    assert AuditRecord.objects.count() == count


def test_signing_in_changes_nothing_worth_a_record(there: There) -> None:
    count = AuditRecord.objects.count()
    Client().login(username=there.admin.username, password=PASSWORD)
    there.admin.refresh_from_db()
    assert there.admin.last_login is not None
    assert AuditRecord.objects.count() == count


def test_no_password_ever_stands_in_the_log(there: There) -> None:
    before = there.admin.password
    change_password(there)
    there.admin.refresh_from_db()
    with acting(there.superuser):
        User.objects.create_user("lain", password=PASSWORD, name="Lain").delete()
    assert there.admin.password != before
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM agencies_auditrecord")
        text = str(cursor.fetchall())
    assert "diganti" in text
    assert "md5$" in before
    assert "md5$" not in text
    assert PASSWORD not in text


def test_what_is_deleted_keeps_its_records(there: There) -> None:
    agency = builders.agency(name="Dinas Sebentar", short_name="Sebentar")
    pk = agency.pk
    with acting(there.superuser):
        agency.delete()
    record = AuditRecord.objects.first()
    assert record is not None
    assert (record.kind, record.agency_id, record.before["name"]) == ("deleted", pk, "Dinas Sebentar")
    connection.check_constraints()


# --- in the same transaction --------------------------------------------------------------------------------


def test_what_is_rolled_back_leaves_no_record(there: There) -> None:
    count = AuditRecord.objects.count()

    def change_and_fail() -> None:
        with transaction.atomic(), acting(there.admin):
            there.agency.place = "Samarinda"
            there.agency.save()
            assert AuditRecord.objects.count() == count + 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert AuditRecord.objects.count() == count


def test_a_refused_save_leaves_no_record(there: There) -> None:
    count = AuditRecord.objects.count()
    url = reverse("official-edit", args=["dinas", there.official.pk])
    assert there.as_admin.post(url, {"name": ""}).status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic(), acting(there.admin):
        Target.objects.update(value=1)
    assert AuditRecord.objects.count() == count
    with acting(there.admin):
        rename = ResponsibleUnit.objects.filter(pk=there.unit.pk).update(name="Sesudahnya")
    assert rename == 1
    assert AuditRecord.objects.count() == count + 1


def test_figures_of_a_report_are_not_logged_twice(there: There) -> None:
    report = builders.report(there.agency)
    count = AuditRecord.objects.count()
    with acting(there.admin):
        report.entries.update(obstacle="Kendala")
        workflow.extend(
            Report.objects.get(pk=report.pk),
            closes=report.period.closes.replace(year=2090),
            reason="x",
            by=there.superuser,
        )
    assert AuditRecord.objects.count() == count


# --- who ----------------------------------------------------------------------------------------------------


def signed() -> list[str | None]:
    """Return who made the units, the last first."""
    found = AuditRecord.objects.filter(table="agencies_responsibleunit", kind="created")
    return [record.by.username if record.by else None for record in found.select_related("by")]


def test_a_name_ends_with_its_block_and_the_inner_one_counts(there: There) -> None:
    inner = builders.user(username="dalam")
    with acting(there.admin):
        with acting(inner):
            builders.unit(there.agency)
        builders.unit(there.agency)
    builders.unit(there.agency)
    assert signed()[:3] == [None, there.admin.username, "dalam"]


def test_a_name_does_not_outlive_a_rollback_or_a_refused_statement(there: There) -> None:
    same_name = [ResponsibleUnit(agency=there.agency, name=name) for name in ("Sekali", "sekali")]
    with transaction.atomic():
        with acting(there.admin), pytest.raises(IntegrityError), transaction.atomic():
            ResponsibleUnit.objects.bulk_create(same_name)
        builders.unit(there.agency)
    assert signed()[0] is None
    with acting(there.superuser):
        builders.unit(there.agency)
    builders.unit(there.agency)
    assert signed()[:3] == [None, there.superuser.username, None]


def test_a_request_of_nobody_takes_no_name_away(there: There) -> None:
    with acting(there.admin):
        Client().post(reverse("account_reset_password"), {"email": "x@example.go.id"})
        builders.unit(there.agency)
    assert signed()[0] == there.admin.username


# --- it only grows ------------------------------------------------------------------------------------------


def replace(_: AuditRecord) -> None:
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    sql(f"{verb} INTO agencies_auditrecord SELECT * FROM agencies_auditrecord")  # noqa: S608


REWRITING: dict[str, Callable[[AuditRecord], object]] = {
    "save": lambda r: r.save(),
    "delete": lambda r: r.delete(),
    "update": lambda r: AuditRecord.objects.update(note="x"),
    "delete all": lambda r: AuditRecord.objects.all().delete(),
    "raw update": lambda r: sql("UPDATE agencies_auditrecord SET by_id = NULL"),
    "raw delete": lambda r: sql("DELETE FROM agencies_auditrecord"),
    "replace": replace,
}


@pytest.mark.parametrize("name", REWRITING)
def test_the_log_only_grows(there: There, name: str) -> None:
    record = AuditRecord.objects.latest("pk")
    with pytest.raises(IntegrityError, match=locks.APPEND_ONLY), transaction.atomic():
        REWRITING[name](record)
    record.refresh_from_db()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", ["agencies_auditrecord", "reports_event", "reports_extension"])
def test_the_log_is_not_emptied(there: There, table: str) -> None:
    builders.report(there.agency)
    connection.check_constraints()  # what is still to be checked keeps a table from being emptied, too
    with pytest.raises(IntegrityError, match="tidak dapat diubah atau dihapus"), transaction.atomic():
        sql(f"TRUNCATE {table} CASCADE")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a road of SQLite")
def test_a_row_that_is_replaced_is_logged_as_deleted_and_made(there: There) -> None:
    with acting(there.admin):
        sql("INSERT OR REPLACE INTO agencies_region SELECT * FROM agencies_region WHERE code = '64'")
    kinds = AuditRecord.objects.filter(table="agencies_region", by=there.admin).values_list("kind", flat=True)
    assert list(kinds[:2]) == ["created", "deleted"]


# --- who reads ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_a_role_reads_the_log_of_its_place_if_it_reads_any(db: None, role: Role) -> None:
    own, elsewhere = builders.agency(), builders.agency(region=builders.region("35"))
    neighbour = builders.agency(region=own.region)
    for agency in (own, neighbour, elsewhere):
        builders.unit(agency)
    user = builders.user(role, own.region if role.is_regional else own)
    records = AuditRecord.objects.visible_to(user)
    found = set(records.filter(table="agencies_responsibleunit").values_list("agency", flat=True))
    assert found == (
        set() if role == Role.OPERATOR else {own.pk, neighbour.pk} if role.is_regional else {own.pk}
    )
    assert records.filter(table="agencies_region").exists() == role.is_regional
    assert not records.filter(agency=None, region=None).exists()


def readers_of(records: QuerySet[AuditRecord], *readers: User) -> list[int]:
    """Return how many of the records each reader finds in the log."""
    return [AuditRecord.objects.visible_to(reader).filter(pk__in=records).count() for reader in readers]


def test_a_role_that_moves_is_told_where_it_was_and_where_it_goes(there: There) -> None:
    elsewhere = builders.agency(region=builders.region("35"))
    seat = builders.user(Role.OPERATOR, there.agency).memberships.get()
    reader, bystander = (
        builders.user(Role.VERIFIER, agency)
        for agency in (elsewhere, builders.agency(region=there.agency.region))
    )
    regions = [builders.user(Role.INSPECTOR, agency.region) for agency in (there.agency, elsewhere)]
    last = AuditRecord.objects.latest("pk")

    page = reverse("admin:agencies_user_change", args=[seat.user.pk])
    form = {
        "username": seat.user.username,
        "name": seat.user.name,
        "is_active": "on",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": seat.pk,
        "memberships-0-user": seat.user.pk,
        "memberships-0-role": seat.role,
        "memberships-0-agency": elsewhere.pk,
    }
    assert there.as_superuser.post(page, form).status_code == 302
    moved = AuditRecord.objects.filter(pk__gt=last.pk, table="agencies_membership")
    assert readers_of(moved, there.admin, reader, bystander, *regions) == [1, 1, 0, 1, 1]
    assert {record.after["agency_id"] for record in moved} == {str(elsewhere.pk)}

    # Within the place it is one record; for a region it leaves the agency, which is told.
    type(seat).objects.filter(pk=seat.pk).update(role=Role.HEAD)
    last = AuditRecord.objects.latest("pk")
    assert readers_of(AuditRecord.objects.filter(pk=last.pk), there.admin, reader) == [0, 1]
    assert moved.all().count() == 3
    type(seat).objects.filter(pk=seat.pk).update(role=Role.INSPECTOR, agency=None, region=there.agency.region)
    left = AuditRecord.objects.filter(pk__gt=last.pk)
    assert readers_of(left, there.admin, reader, *regions) == [0, 1, 1, 1]


def test_an_account_is_watched_wherever_it_has_a_role(there: There) -> None:
    elsewhere = builders.agency(region=builders.region("35"))
    user = builders.user(Role.OPERATOR, there.agency)
    for role, place in (
        (Role.VERIFIER, {"agency": there.agency}),
        (Role.HEAD, {"agency": elsewhere}),
        (Role.INSPECTOR, {"region": there.agency.region}),
    ):
        user.memberships.create(role=role, **place)
    readers = [there.admin, builders.user(Role.HEAD, elsewhere), builders.user(Role.HEAD, builders.agency())]
    last = AuditRecord.objects.latest("pk")
    user.email = "baru@example.go.id"
    user.save()
    changed = AuditRecord.objects.filter(pk__gt=last.pk)
    assert readers_of(changed, *readers) == [1, 1, 0]
    assert changed.count() == 3, "two agencies and a region, each told once"


def test_an_account_without_a_role_is_in_the_log_of_superusers_only(there: There) -> None:
    inspector = builders.user(Role.INSPECTOR, there.agency.region)
    last = AuditRecord.objects.latest("pk")
    builders.user(name="Tanpa Peran").delete()
    records = AuditRecord.objects.filter(pk__gt=last.pk)
    assert [record.kind for record in records] == ["deleted", "created"]
    assert readers_of(records, there.superuser, there.admin, inspector) == [2, 0, 0]


def test_a_superuser_reads_all_and_a_stranger_nothing(there: There) -> None:
    assert AuditRecord.objects.visible_to(there.superuser).count() == AuditRecord.objects.count()
    assert not AuditRecord.objects.visible_to(builders.user()).exists()


def test_a_download_is_logged_with_its_fingerprint(there: There) -> None:
    record = downloaded("IKU", by=there.admin, row=there.draft, agency=there.agency, sha256="ab")
    record.refresh_from_db()
    assert (record.kind, record.by, record.agency) == ("downloaded", there.admin, there.agency)
    assert (record.region, record.after) == (there.agency.region, {"sha256": "ab"})
    assert (record.table, record.row) == ("indicators_indicatorset", there.draft.pk)


# --- at once ------------------------------------------------------------------------------------------------


def many_at_once(client_of: Callable[[int], tuple[Client, str]], rounds: int, writers: int) -> None:
    """Let clients in threads of their own save in turns that are as close as can be."""
    barrier = threading.Barrier(writers)
    failed: list[BaseException] = []

    def run(n: int) -> None:
        client, url = client_of(n)
        try:
            for round_ in range(rounds):
                barrier.wait(timeout=30)
                assert client.post(url, {"name": f"Bidang {n}-{round_}"}).status_code == 302
        except BaseException as error:
            failed.append(error)
            barrier.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failed == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory has one connection")
@pytest.mark.django_db(transaction=True)
def test_requests_at_once_never_mix_their_names() -> None:
    agency = builders.agency()
    users = [builders.user(Role.AGENCY_ADMIN, agency) for _ in range(4)]

    def client_of(n: int) -> tuple[Client, str]:
        client = Client()
        client.force_login(users[n])
        return client, reverse("unit-add", args=[agency.code])

    many_at_once(client_of, rounds=8, writers=4)
    records = AuditRecord.objects.filter(table="agencies_responsibleunit", kind="created")
    assert records.count() == 32
    assert {(r.subject.split()[1].split("-")[0], r.by) for r in records} == {
        (str(n), user) for n, user in enumerate(users)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('iku.acting_user', true)")
        assert not cursor.fetchone()[0]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="a setting of PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_a_name_is_used_once() -> None:
    agency, user = builders.agency(), builders.user()
    with acting(user):
        sql(
            "INSERT INTO agencies_responsibleunit (agency_id, name, active) VALUES (%s, 'A', true)", agency.pk
        )
        with pytest.raises(IntegrityError):
            sql(
                "INSERT INTO agencies_responsibleunit (agency_id, name, active) VALUES (%s, 'a', true)",
                agency.pk,
            )
    sql("INSERT INTO agencies_responsibleunit (agency_id, name, active) VALUES (%s, 'B', true)", agency.pk)
    assert signed() == [None, user.username]


def test_threads_do_not_inherit_a_name(there: There) -> None:
    seen: list[int | None] = []
    with acting(there.admin):
        thread = threading.Thread(target=lambda: seen.append(audit._acting.get()))
        thread.start()
        thread.join()
    assert seen == [None]
