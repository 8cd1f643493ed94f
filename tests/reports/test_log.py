"""The page of the log: one list of what changed, in reports and outside them, for those who may read it."""

from __future__ import annotations

import csv
import datetime as dt
import re
import threading
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.audit import acting
from agencies.models import Agency, AuditRecord, ResponsibleUnit, User
from agencies.roles import Role
from indicators import sets
from indicators.models import Target
from reports import entries
from tests import builders
from tests.reports.arranged import VISITORS, Office, office, visitor

URL = reverse("audit-log")
DOWNLOAD = reverse("audit-log-download")
READERS = {"verifier", "head", "inspector", "admin", "region_admin", "superuser"}


def words(client: Client, **asked: str) -> str:
    """Return the table of the page as one line of words."""
    page = client.get(URL, asked).text
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[main.find("<tbody>") :])).split())


@pytest.fixture
def there(db: None) -> Office:
    return office()


@pytest.fixture
def admin(there: Office, client: Client) -> User:
    """The admin of the agency, signed in."""
    user = builders.user(Role.AGENCY_ADMIN, there.agency, name="Admin Dinkop", username="admin-dinkop")
    client.force_login(user)
    return user


@pytest.mark.parametrize("name", VISITORS)
def test_the_log_is_for_those_who_may_read_it(there: Office, client: Client, name: str) -> None:
    if name != "anonymous":
        client.force_login(visitor(name, there.agency))
    for url in (URL, DOWNLOAD):
        status = client.get(url).status_code
        expected = 302 if name == "anonymous" else 200 if name in READERS | {"other_region_admin"} else 404
        assert status == expected
    page = client.get(reverse("home")).text
    assert (URL in page) is (name in READERS | {"other_region_admin"})


def test_a_reader_of_another_place_sees_nothing_of_this_one(there: Office, client: Client) -> None:
    client.force_login(visitor("other_region_admin", there.agency))
    assert "Dinkop" not in client.get(URL).text
    assert "Dinkop" not in b"".join(client.get(DOWNLOAD)).decode()
    asked = client.get(URL, {"perangkat": there.agency.pk})
    assert asked.context["form"].errors.keys() == {"perangkat"}
    assert asked.context["lines"] == []


# What is done → what the list says of it.
TOLD: dict[str, tuple[Callable[[Office, User], Any], list[str]]] = {
    "a setting": (
        lambda there, _: Agency.objects.filter(pk=there.agency.pk).update(
            averaging="weighted", requires_explanation=True
        ),
        [
            "Perangkat daerah diubah",
            "Cara merata-rata: semula Rata-rata semua indikator → menjadi Rata-rata berbobot indikator",
            "Wajibkan kendala dan tindak lanjut: semula tidak → menjadi ya",
        ],
    ),
    "a target": (
        lambda there, _: Target.objects.filter(indicator__thread__code="ksp").update(
            revised_value=Decimal("62.5"), decision="SK 1", decision_date=dt.date(2026, 7, 2)
        ),
        [
            "Target diubah · Koperasi sehat (2026)",
            "Target perubahan: semula kosong → menjadi 62,5",
            "Tanggal keputusan: semula kosong → menjadi 2 Juli 2026",
        ],
    ),
    "a signatory": (
        lambda there, _: builders.indicator_set(
            there.agency, signatory=builders.official(there.agency, name="Sri Contoh")
        ),
        ["Penetapan IKU dibuat", "Penanda tangan Sri Contoh – Kepala Dinas", "Status Draf"],
    ),
    "a role": (
        lambda there, _: builders.user(Role.VERIFIER, there.agency, name="Verifikator Baru"),
        ["Keanggotaan dibuat · Verifikator Baru", "Peran Verifikator", "Perangkat daerah Dinas Koperasi"],
    ),
    "a deletion": (
        lambda there, _: builders.unit(there.agency, name="Bidang Sebentar").delete(),
        ["Bidang dihapus · Bidang Sebentar", "Nama bidang Bidang Sebentar", "Masih ada ya"],
    ),
    "a password": (
        lambda there, _: User.objects.filter(
            pk=builders.user(Role.HEAD, there.agency, name="Kepala Dinkop").pk
        ).update(password="rahasia-sekali"),
        ["Pengguna diubah · Kepala Dinkop Kata sandi: diganti"],
    ),
    "a figure": (
        lambda there, by: entries.fill_value(
            there.report, there.elements["sehat"], Decimal("7.5"), based_on=0, by=by, key="x"
        ),
        ["Laporan Triwulan III 2026", "Nilai: semula kosong → menjadi 7,5"],
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_happened_is_told_in_words(there: Office, client: Client, admin: User, name: str) -> None:
    act, sentences = TOLD[name]
    with acting(admin):
        act(there, admin)
    said = words(client)
    for sentence in sentences:
        assert sentence in said
    assert "Admin Dinkop" in said
    assert "Dinkop" in said
    assert "rahasia" not in said


def test_what_no_account_did_is_the_systems(there: Office, client: Client, admin: User) -> None:
    ResponsibleUnit.objects.filter(pk=there.unit.pk).update(name="Bidang Sistem")
    assert " Sistem " in words(client, siapa="sistem", q="Bidang Sistem")


FILTERS: dict[str, tuple[dict[str, str], set[str]]] = {
    "nothing": ({}, {"satu", "dua", "lama", "angka"}),
    "a word": ({"q": "satu"}, {"satu"}),
    "words of a kind of row": ({"q": "bidang DUA"}, {"dua"}),
    "a word of what was": ({"q": "Semula-lama"}, {"lama"}),
    "who": ({"siapa": "rani"}, {"dua"}),
    "who by username": ({"siapa": "operator-x"}, {"angka"}),
    "kind": ({"jenis": "changed"}, {"lama"}),
    "kind of event": ({"jenis": "value"}, {"angka"}),
    "agency": ({"perangkat": "own"}, {"satu", "dua", "lama", "angka"}),
    "from tomorrow": ({"dari": "tomorrow"}, set()),
    "until today": ({"sampai": "today"}, {"satu", "dua", "lama", "angka"}),
    "until yesterday": ({"sampai": "yesterday"}, set()),
}


@pytest.mark.parametrize("name", FILTERS)
def test_the_list_is_narrowed(there: Office, client: Client, admin: User, name: str) -> None:
    asked, expected = FILTERS[name]
    with acting(admin):
        builders.unit(there.agency, name="Bidang satu")
        unit = builders.unit(there.agency, name="Semula-lama")
        ResponsibleUnit.objects.filter(pk=unit.pk).update(name="Kini-lama")
    with acting(builders.user(name="Rani Contoh")):
        builders.unit(there.agency, name="Bidang dua")
    operator = builders.user(Role.OPERATOR, there.agency, username="operator-x", name="Operator")
    element = there.elements["sehat"]
    entries.fill_value(there.report, element, Decimal(123), based_on=0, by=operator, key="x")
    today = timezone.localdate()
    days = {"tomorrow": 1, "today": 0, "yesterday": -1}
    sent = {
        key: str(there.agency.pk)
        if value == "own"
        else f"{today + dt.timedelta(days=days[value]):%d-%m-%Y}"
        if value in days
        else value
        for key, value in asked.items()
    }
    said = words(client, **sent)
    found = {"satu": "Bidang satu", "dua": "Bidang dua", "lama": "menjadi Kini-lama", "angka": "menjadi 123"}
    assert {key for key, sentence in found.items() if sentence in said} == expected


def test_a_date_that_is_none_is_said_and_nothing_is_lost(client: Client, admin: User) -> None:
    page = client.get(URL, {"dari": "kemarin", "q": "bidang"})
    assert "dari" in page.context["form"].errors
    assert 'value="kemarin"' in page.text
    assert 'value="bidang"' in page.text
    swapped = client.get(URL, {"dari": "2 Januari 2026", "sampai": "1 Januari 2026"})
    assert "Tanggal akhir mendahului tanggal awal" in swapped.text


def test_older_pages_show_every_line_once(there: Office, client: Client, admin: User) -> None:
    operator = builders.user(Role.OPERATOR, there.agency)
    # Whole pages of the one kind, so that the place in the other has to be kept.
    many = [ResponsibleUnit(agency=there.agency, name=f"Seksi {n}") for n in range(120)]
    ResponsibleUnit.objects.bulk_create(many)
    for n in range(60):
        builders.unit(there.agency, name=f"Bidang ke-{n:02}")
        entries.fill_value(
            there.report, there.elements["sehat"], Decimal(n), based_on=n, by=operator, key=f"k{n}"
        )
    seen: list[str] = []
    address = URL
    for _ in range(9):
        page = client.get(address)
        seen += [f"{line.title}|{line.about}|{line.changes}" for line in page.context["lines"]]
        if (older := page.context["older"]) is None:
            break
        address = f"{URL}?sebelum={older}"
        assert str(older) in page.text
    assert len(seen) == AuditRecord.objects.visible_to(admin).count() + there.report.events.count()
    made = [line for line in seen if "Bidang ke-" in line]
    assert [line.split("|")[1] for line in made] == [f"Bidang ke-{n:02}" for n in reversed(range(60))]
    assert "Terbaru" in client.get(f"{URL}?sebelum=1-1").text
    assert client.get(f"{URL}?sebelum=bukan").status_code == 200


def test_a_longer_log_costs_no_more_queries(there: Office, client: Client, admin: User) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            official = builders.official(there.agency)
            unit = builders.unit(there.agency)
            builders.user(Role.OPERATOR, there.agency, unit=unit)
            builders.indicator_set(there.agency, signatory=official)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    add(1)
    few = queries()
    add(9)
    assert queries() <= few <= 16


# --- downloads ----------------------------------------------------------------------------------------------


def rows_of(client: Client, **asked: str) -> list[list[str]]:
    answer = client.get(DOWNLOAD, asked)
    assert answer.headers["Content-Type"].startswith("text/csv")
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))


def test_the_filtered_list_comes_as_csv_and_runs_nothing(there: Office, client: Client, admin: User) -> None:
    with acting(admin):
        builders.unit(there.agency, name="=HYPERLINK(1)")
        builders.unit(there.agency, name="Bidang lain")
    head, *found = rows_of(client, q="HYPERLINK")
    assert head[0] == "Waktu"
    assert [row[1:5] for row in found] == [["Admin Dinkop", "Bidang dibuat", "'=HYPERLINK(1)", "Dinkop"]]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows_of(client) for cell in row)


def test_taking_the_log_along_is_logged(there: Office, client: Client, admin: User) -> None:
    client.head(DOWNLOAD)
    assert not AuditRecord.objects.filter(kind="downloaded").exists()
    rows_of(client, q="bidang")
    record = AuditRecord.objects.get(kind="downloaded")
    assert (record.by, record.agency, record.note) == (admin, there.agency, "Cari kata: bidang")
    assert "Diunduh · Catatan (CSV)" in words(client)


def test_a_long_log_comes_whole(there: Office, client: Client, admin: User) -> None:
    ResponsibleUnit.objects.bulk_create(
        [ResponsibleUnit(agency=there.agency, name=f"Bidang ke-{n}") for n in range(1100)]
    )
    assert len({row[3] for row in rows_of(client, q="ke-")}) == 1101  # and the head


def test_a_pdf_is_logged_when_its_bytes_are_sent(there: Office, client: Client, admin: User) -> None:
    set_ = there.report.indicator_set
    url = reverse("indicator-set-pdf", args=[set_.pk])
    client.head(url)
    assert not AuditRecord.objects.filter(kind="downloaded").exists()
    sent = client.get(url)
    record = AuditRecord.objects.get(kind="downloaded")
    assert (record.by, record.agency, record.row) == (admin, there.agency, set_.pk)
    assert f'"{record.after["sha256"]}"' == sent.headers["ETag"]
    assert client.get(url, headers={"If-None-Match": sent.headers["ETag"]}).status_code == 304
    assert AuditRecord.objects.filter(kind="downloaded").count() == 1
    assert f"Diunduh · {set_} (PDF)" in words(client)
    assert client.get(url.replace(str(set_.pk), "999999")).status_code == 404
    assert AuditRecord.objects.filter(kind="downloaded").count() == 1


# --- at once ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory has one connection")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_target_at_once_one_is_told() -> None:
    draft = builders.indicator_set()
    target = builders.target(builders.indicator(builders.goal(draft)))
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    users = [builders.user(Role.AGENCY_ADMIN, draft.agency) for _ in range(2)]
    url = reverse("target-revise", args=[target.indicator_id, 2018])
    clients = []
    for user in users:
        client = Client()
        client.force_login(user)
        clients.append((client, client.get(url).context["form"]["seen"].value()))
    barrier, answers = threading.Barrier(2), [0, 0]

    def save(place: int) -> None:
        client, seen = clients[place]
        form = {"revised_value": f"{place + 1}", "decision": f"SK {place}", "decision_date": "2 Juli 2018"}
        barrier.wait(timeout=20)
        answers[place] = client.post(url, form | {"seen": seen}).status_code
        connections.close_all()

    for _ in range(5):
        threads = [threading.Thread(target=save, args=(place,)) for place in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert sorted(answers) == [200, 302]
        target.refresh_from_db()
        assert target.revised_value == Decimal(answers.index(302) + 1)
        last = AuditRecord.objects.filter(table="indicators_target", kind="changed").latest("pk")
        assert last.by == users[answers.index(302)]
        Target.objects.update(revised_value=None, revised_upper=None, decision="", decision_date=None)


@pytest.mark.django_db
def test_everybody_whose_log_is_sent_finds_that_in_it(client: Client) -> None:
    regions = [builders.region("64"), builders.region("35")]
    client.force_login(reader := builders.user(Role.REGION_ADMIN, regions[0]))
    builders.membership(reader, Role.REGION_ADMIN, regions[1])
    builders.membership(reader, Role.INSPECTOR, regions[1])
    list(client.get(reverse("audit-log-download")))
    for region in regions:
        client.force_login(builders.user(Role.INSPECTOR, region))
        assert len(client.get(reverse("audit-log"), {"q": "CSV"}).context["lines"]) == 1
