"""Periods, tasks and the page of a report: every page × visitor, and every step by its button."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.models import User
from agencies.roles import Role
from indicators import sets
from indicators.models import Indicator, IndicatorThread
from indicators.numbers import format_date
from reports import workflow
from reports.models import Entry, Period, Report
from reports.status import STEPS, Status
from tests import builders
from tests.reports.arranged import (
    MANAGERS,
    MEMBERS,
    OUTSIDERS,
    VISITORS,
    Office,
    bring,
    fill,
    office,
    signature,
    visitor,
)

pytestmark = pytest.mark.django_db

GRANTERS = {"region_admin", "superuser"}
INSIDE = {*MEMBERS, *MANAGERS}
EVERYBODY = {*INSIDE, *OUTSIDERS}
# Page → who reads it.
PAGES = {
    "task-list": EVERYBODY,
    "report-list": EVERYBODY,
    "report-detail": INSIDE,
    "report-fill": INSIDE,
    "report-extend": GRANTERS,
    "period-list": {*GRANTERS, "other_region_admin"},
    "period-open": GRANTERS,
    "period-detail": GRANTERS,
}


@pytest.fixture
def there() -> Office:
    return office()


def address(page: str, there: Office) -> str:
    match page:
        case "period-open":
            return reverse(page, args=[there.agency.region.code])
        case "period-detail":
            return reverse(page, args=[there.report.period_id])
        case "task-list" | "report-list" | "period-list":
            return reverse(page)
        case _:
            return reverse(page, args=[there.report.pk])


def signed_in(client: Client, name: str, there: Office) -> Client:
    client.force_login(visitor(name, there.agency))
    return client


@pytest.mark.parametrize("name", VISITORS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_for_those_who_may_see_it(client: Client, there: Office, page: str, name: str) -> None:
    url = address(page, there)
    if name == "anonymous":
        assert client.get(url).headers["Location"] == f"{reverse('account_login')}?next={url}"
        return
    response = signed_in(client, name, there).get(url)
    assert response.status_code == (200 if name in PAGES[page] else 404)


@pytest.mark.parametrize("name", OUTSIDERS)
def test_what_an_outsider_sends_changes_nothing(client: Client, there: Office, name: str) -> None:
    signed_in(client, name, there)
    report = there.report
    for url in (
        reverse("report-move", args=[report.pk, "submitted"]),
        reverse("cells-fill", args=[report.pk]),
        reverse("report-fill", args=[report.pk]),
        reverse("report-extend", args=[report.pk]),
    ):
        assert client.post(url, {"key": "k"}).status_code == 404
    assert report.events.count() == 1


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # a first visit is remembered, later ones are renewed
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["task-list", "report-list", "report-detail", "report-fill"])
def test_a_page_asks_the_database_as_often_for_a_thousand_indicators(
    client: Client, there: Office, name: str
) -> None:
    signed_in(client, "operator", there)
    few = queries_of(client, address(name, there))
    goal, definition = builders.goal(), there.entry("pdrb").definition
    threads = IndicatorThread.objects.bulk_create(
        IndicatorThread(agency=goal.indicator_set.agency, code=f"banyak_{place}") for place in range(1000)
    )
    indicators = Indicator.objects.bulk_create(
        Indicator(
            goal=goal, thread=thread, position=place, name=f"Banyak {place}", kind="external", unit="Persen"
        )
        for place, thread in enumerate(threads, 1)
    )
    Entry.objects.bulk_create(
        Entry(report=there.report, indicator=row, position=place, definition=definition | {"code": row.code})
        for place, row in enumerate(indicators, 50)
    )
    assert queries_of(client, address(name, there)) == few


def came_back(user: User) -> None:
    """Let a report come back to the operator `user` with a note on its row."""
    agency = builders.agency(region=builders.region())
    unit, draft = builders.unit(agency), builders.indicator_set(agency)
    builders.indicator(builders.goal(draft)).units.add(unit)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    report = builders.report(draft)
    for status in (Status.SUBMITTED, Status.RETURNED):
        Report.objects.filter(pk=report.pk).update(status=status)
    report.entries.update(returned_note="Periksa")
    user.memberships.create(role=Role.OPERATOR, agency=agency, unit=unit)


@pytest.mark.parametrize("page", ["task-list", "report-list"])
def test_a_list_asks_the_database_as_often_for_sixty_reports(client: Client, page: str) -> None:
    user, counts = builders.user(), []
    client.force_login(user)
    for more in (3, 57):
        for _ in range(more):
            came_back(user)
        counts.append(queries_of(client, reverse(page)))
    assert counts[0] == counts[1]


# Periods


def sent(**changes: str) -> dict[str, str]:
    return {"year": "2026", "part": "2", "opens": "1 Juli 2026", "closes": "10 Juli 2026"} | changes


def test_a_period_opens_for_all_agencies_and_names_those_left_out(client: Client, there: Office) -> None:
    builders.agency(region=there.agency.region, name="Dinas Tanpa IKU")
    signed_in(client, "region_admin", there)
    response = client.post(address("period-open", there), sent(), follow=True)
    page = response.content.decode()
    assert "Triwulan II 2026 dibuka untuk 1 perangkat daerah" in page
    assert "Dinas Tanpa IKU" in page
    report = Report.objects.get(period__part=2)
    assert report.entries.count() == 5


def test_an_agency_whose_set_comes_late_gets_its_report_too(client: Client, there: Office) -> None:
    late = builders.agency(region=there.agency.region, name="Dinas Terlambat", short_name="Disterlambat")
    signed_in(client, "region_admin", there)
    url = address("period-detail", there)

    def press() -> str:
        return client.post(url, {"perangkat": late.code}, follow=True).content.decode()

    assert f'name="perangkat" value="{late.code}"' in client.get(url).content.decode()
    assert "Disterlambat belum punya IKU yang berlaku pada 2026" in press()
    builders.set_in_force(late, first_year=2026)
    assert "Laporan Disterlambat untuk Triwulan III 2026 dibuka." in press()
    assert "Laporan Disterlambat sudah dibuka." in press()
    assert Report.objects.get(agency=late).entries.count() == 1
    elsewhere = builders.agency(region=builders.region("35"))
    assert client.post(url, {"perangkat": elsewhere.code}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"part": "3"}, "sudah dibuka untuk daerah tersebut"),
        ({"closes": "1 Juni 2026"}, "Tanggal tutup mendahului tanggal buka"),
        ({"opens": "kapan-kapan"}, "bukan tanggal"),
        ({"year": "1899"}, "Tahun paling awal 2000"),
        ({"opens": "31 Desember 1999"}, "Tanggal buka terletak antara 1 Januari 2000 dan 31 Desember 2101"),
        ({"closes": "31 Desember 9999"}, "Periksa tahunnya"),
    ],
)
def test_a_period_that_cannot_be_is_refused_with_a_sentence(
    client: Client, there: Office, changes: dict[str, str], sentence: str
) -> None:
    signed_in(client, "region_admin", there)
    response = client.post(address("period-open", there), sent(**changes))
    assert sentence in response.content.decode()
    assert Period.objects.count() == 1


def test_an_extension_needs_a_reason_and_is_kept(client: Client) -> None:
    there = office(days=0)
    signed_in(client, "region_admin", there)
    later = (timezone.localdate() + dt.timedelta(days=9)).isoformat()
    url = address("report-extend", there)
    assert "Tulis alasan" in client.post(url, {"closes": later, "reason": ""}).content.decode()
    client.post(url, {"closes": later, "reason": "Data BPS terlambat terbit."})
    extension = there.report.extensions.get()
    assert extension.closes.isoformat() == later
    assert "Data BPS terlambat terbit." in client.get(address("report-detail", there)).content.decode()


def test_an_extension_into_a_far_year_is_refused_and_what_was_typed_stays(
    client: Client, there: Office
) -> None:
    signed_in(client, "region_admin", there)
    url = address("report-extend", there)
    page = client.post(url, {"closes": "31 Desember 9999", "reason": "Data terlambat."}).content.decode()
    assert "Periksa tahunnya" in page
    assert 'value="31 Desember 9999"' in page
    assert not there.report.extensions.exists()


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"closes": "2 Januari 2018"}, "closes", "Tanggal perpanjangan sudah lewat."),
        ({"closes": "today"}, "closes", "Laporan ini sudah dapat diisi sampai"),
        ({"reason": "  "}, "reason", "Tulis alasan perpanjangan."),
    ],
)
def test_why_an_extension_is_refused_is_said_at_its_field(
    client: Client, there: Office, typed: dict[str, str], field: str, sentence: str
) -> None:
    signed_in(client, "region_admin", there)
    later = (timezone.localdate() + dt.timedelta(days=9)).isoformat()
    given = {"closes": later, "reason": "Data terlambat."} | typed
    if given["closes"] == "today":
        given["closes"] = timezone.localdate().isoformat()
    page = client.post(address("report-extend", there), given).content.decode()
    assert re.search(rf'id="id_{field}_error">.*{sentence}', page, re.DOTALL)
    assert re.search(rf'<a href="#id_{field}">[^<]*{sentence}', page)
    assert re.search(rf'name="{field}"[^>]* aria-invalid="true"', page)
    assert not there.report.extensions.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("name", ["period-list", "period-open", "period-detail", "report-extend"])
def test_a_page_of_periods_is_read_and_posted_and_nothing_else(
    client: Client, there: Office, name: str, method: str
) -> None:
    signed_in(client, "region_admin", there)
    assert client.get(address(name, there)).status_code == 200
    assert getattr(client, method)(address(name, there)).status_code == 405


# Tasks


def test_tasks_follow_the_report_from_hand_to_hand(client: Client, there: Office) -> None:
    people = {name: visitor(name, there.agency) for name in ("operator", "verifier", "head", "admin")}

    def waits_for() -> set[str]:
        found = set()
        for name, user in people.items():
            client.force_login(user)
            if "Tidak ada yang harus dikerjakan" not in client.get(reverse("task-list")).content.decode():
                found.add(name)
        return found

    assert waits_for() == {"operator", "admin"}
    fill(there, people["operator"])
    workflow.move(there.report, Status.SUBMITTED, by=people["operator"])
    assert waits_for() == {"verifier"}
    workflow.move(there.report, Status.VERIFIED, by=people["verifier"])
    assert waits_for() == {"head"}
    workflow.move(there.report, Status.APPROVED, by=people["head"], signature=signature(there.report))
    assert waits_for() == set()


def test_what_came_back_shows_its_notes(client: Client, there: Office) -> None:
    operator, verifier = visitor("operator", there.agency), visitor("verifier", there.agency)
    fill(there, operator)
    workflow.move(there.report, Status.SUBMITTED, by=operator)
    client.force_login(verifier)
    entry = there.entry("pdrb")
    url = reverse("report-move", args=[there.report.pk, "returned"])
    page = client.get(url).content.decode()
    assert "Catatan per indikator" in page
    refused = client.post(url, {"note": "", f"catatan-{entry.pk}": "Cek angka"}).content.decode()
    assert re.search(
        r'id="alasan-galat">.*Tulis alasannya sebelum menekan “Kembalikan”\.', refused, re.DOTALL
    )
    assert re.search(r'<textarea id="alasan"[^>]* aria-invalid="true" [^>]*alasan-galat" autofocus>', refused)
    assert "notice-bad" not in refused, "said where it is mended, and there alone"
    assert "Cek angka" in refused
    client.post(url, {"note": "Sumbernya keliru.", f"catatan-{entry.pk}": "Pakai rilis September."})
    client.force_login(operator)
    for page_name in ("task-list", "report-detail", "report-fill"):
        page = client.get(address(page_name, there)).content.decode()
        assert "Pakai rilis September." in page
    assert "Sumbernya keliru." in client.get(reverse("task-list")).content.decode()


def test_a_report_that_opens_later_is_announced(client: Client, there: Office) -> None:
    period = there.report.period
    period.opens = timezone.localdate() + dt.timedelta(days=2)
    period.save()
    page = signed_in(client, "operator", there).get(reverse("task-list")).content.decode()
    assert "Berikutnya: TW III 2026. Pengisian baru dibuka" in page


# The report


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("status", list(Status))
def test_buttons_are_the_steps_of_the_table(
    client: Client, there: Office, status: Status, role: Role
) -> None:
    bring(there, status)
    client.force_login(builders.user(role, there.agency.region if role.is_regional else there.agency))
    page = client.get(address("report-detail", there)).content.decode()
    for step in STEPS:
        url = reverse("report-move", args=[there.report.pk, step.target])
        offered = any(s.source == status and s.target == step.target and role in s.roles for s in STEPS)
        assert (url in page) == offered
        assert client.get(url).status_code == (200 if offered else 302)


def test_the_page_shows_figures_predicate_average_and_what_is_missing(client: Client, there: Office) -> None:
    page = signed_in(client, "operator", there).get(address("report-detail", there)).content.decode()
    assert "Belum dapat dikirim" in page
    assert "0 dihitung / 5 total" in page
    fill(there, visitor("operator", there.agency))
    page = client.get(address("report-detail", there)).content.decode()
    assert "Belum dapat dikirim" not in page
    assert "75,00" in page
    assert "125,00%" in page
    assert "5 dihitung / 5 total" in page
    assert "Jumlah sehat (75) ÷ Jumlah seluruh (100) × 100% = 75,00%" in page


def test_a_report_that_is_not_ready_says_what_is_missing(client: Client, there: Office) -> None:
    signed_in(client, "operator", there)
    url = reverse("report-move", args=[there.report.pk, "submitted"])
    page = client.post(url, follow=True).content.decode()
    assert "Belum dapat dikirim. Koperasi sehat" in page
    there.report.refresh_from_db()
    assert there.report.status == Status.OPEN


def buttons(client: Client, there: Office, to: str) -> str:
    """Return the address to which the page of the report sends the step `to`."""
    page = client.get(address("report-detail", there)).content.decode()
    url = reverse("report-move", args=[there.report.pk, to])
    found = re.search(f'action="({url}[^"]*)"', page)
    assert found, url
    return found[1]


def test_nobody_decides_on_what_was_sent_anew_since_the_page_was_opened(
    client: Client, there: Office
) -> None:
    bring(there, Status.SUBMITTED)
    operator = visitor("operator", there.agency)
    signed_in(client, "verifier", there)
    verify = buttons(client, there, "verified")
    workflow.move(there.report, Status.OPEN, by=operator, note="Salah ketik")
    workflow.move(there.report, Status.SUBMITTED, by=operator)
    page = client.post(verify, follow=True).content.decode()
    assert "Sejak Anda membuka halaman ini, Operator sudah menekan “Kirim ke verifikator”" in page
    there.report.refresh_from_db()
    assert there.report.status == Status.SUBMITTED
    client.post(buttons(client, there, "verified"))
    there.report.refresh_from_db()
    assert there.report.status == Status.VERIFIED


def test_a_reason_is_kept_when_somebody_was_first_and_counts_when_sent_again(
    client: Client, there: Office
) -> None:
    bring(there, Status.SUBMITTED)
    operator = visitor("operator", there.agency)
    signed_in(client, "verifier", there)
    page = client.get(reverse("report-move", args=[there.report.pk, "returned"])).content.decode()
    workflow.move(there.report, Status.OPEN, by=operator, note="Salah ketik")
    workflow.move(there.report, Status.SUBMITTED, by=operator)
    url = reverse("report-move", args=[there.report.pk, "returned"])
    for is_first in (True, False):
        token = re.search(r'name="sejak" value="(\d+)"', page)
        assert token
        page = client.post(url, {"note": "Cek lagi", "sejak": token[1]}, follow=True).content.decode()
        assert "Cek lagi" in page
        there.report.refresh_from_db()
        assert there.report.status == (Status.SUBMITTED if is_first else Status.RETURNED)


def test_a_step_sent_twice_is_one_step_and_no_error(client: Client, there: Office) -> None:
    signed_in(client, "operator", there)
    fill(there, visitor("operator", there.agency))
    send = buttons(client, there, "submitted")
    answers = [client.post(send, follow=True).content.decode() for _ in range(2)]
    for page in answers:
        assert "dikirim. Berikutnya: verifikator" in page
        assert "tidak dapat Anda ubah" not in page
    assert there.report.events.filter(kind="moved").count() == 1


@pytest.mark.parametrize(("to", "code"), [("approved", 302), ("entah", 404)])
def test_a_step_that_is_not_there_is_refused(client: Client, there: Office, to: str, code: int) -> None:
    signed_in(client, "operator", there)
    url = reverse("report-move", args=[there.report.pk, to])
    assert client.get(url).status_code == client.post(url).status_code == code
    there.report.refresh_from_db()
    assert there.report.status == Status.OPEN


@pytest.mark.parametrize("registered", [True, False])
def test_approving_asks_for_the_signature_and_shows_it(
    client: Client, there: Office, *, registered: bool
) -> None:
    if registered:
        builders.official(there.agency, name="Penanda tangan uji", position="Kepala Dinas")
    bring(there, Status.VERIFIED)
    signed_in(client, "head", there)
    url = reverse("report-move", args=[there.report.pk, "approved"])
    detail = client.get(address("report-detail", there)).content.decode()
    assert re.search(f'<a class="btn btn-primary" href="{url}[^"]*">Setujui</a>', detail)
    page = client.get(url).content.decode()
    today = timezone.localdate(timezone=there.agency.zone)
    assert f'name="day" value="{format_date(today)}"' in page
    assert ("<select" in page, 'name="name"' in page) == (registered, not registered)
    who = (
        {"official": str(there.agency.officials.get().pk)}
        if registered
        else {"name": "Penanda tangan uji", "position": "Kepala Dinas"}
    )
    client.post(url, who | {"day": format_date(today), "number": "050/12"})
    page = client.get(address("report-detail", there)).content.decode()
    words = f"Penanda tangan uji, Kepala Dinas, tanggal {format_date(today)}, nomor 050/12"
    assert f"· ditandatangani basah oleh {words}" in page
    assert f"Tanda tangan basah: <del>kosong</del> → <ins>{words}</ins>" in page
    assert "elektronik" not in page[page.index("<main") : page.index("</main>")]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": "besok"}, "bukan tanggal"),
        ({"day": "1 Januari 2020"}, "Isi tanggal tanda tangan hari itu atau sesudahnya."),
        ({"name": ""}, "Tulis nama yang menandatangani."),
        ({"position": ""}, "Tulis jabatan yang menandatangani."),
        ({"day": ""}, "Isi tanggal tanda tangan"),
    ],
)
def test_what_was_typed_about_a_signature_stays_when_it_is_refused(
    client: Client, there: Office, changes: dict[str, str], sentence: str
) -> None:
    bring(there, Status.VERIFIED)
    signed_in(client, "head", there)
    url = reverse("report-move", args=[there.report.pk, "approved"])
    today = format_date(timezone.localdate(timezone=there.agency.zone))
    typed = {"name": "Uji Nama", "position": "Uji Jabatan", "day": today, "number": "050/12"} | changes
    page = client.post(url, typed).content.decode()
    assert sentence in page
    for name, text in typed.items():
        assert not text or f'name="{name}" value="{text}"' in page
    there.report.refresh_from_db()
    assert there.report.status == Status.VERIFIED


def test_a_report_approved_twice_by_one_press_is_approved_once(client: Client, there: Office) -> None:
    bring(there, Status.VERIFIED)
    signed_in(client, "head", there)
    url = reverse("report-move", args=[there.report.pk, "approved"])
    token = re.search(r'name="sejak" value="(\d+)"', client.get(url).content.decode())
    assert token
    today = format_date(timezone.localdate(timezone=there.agency.zone))
    typed = {"name": "Uji", "position": "Kepala", "day": today, "sejak": token[1]}
    for _ in range(2):
        assert "disetujui. Tidak ada langkah berikutnya." in client.post(url, typed, follow=True).text
    assert there.report.events.filter(kind="moved").count() == 3


def test_the_history_names_a_step_and_no_keys_of_rows(client: Client, there: Office) -> None:
    bring(there, Status.SUBMITTED)
    assert "ready" in there.report.events.latest("pk").after
    page = signed_in(client, "verifier", there).get(address("report-detail", there)).content.decode()
    history = page[page.index('<ul class="history">') :]
    assert "<b>Kirim ke verifikator</b>" in history
    assert "Siap dikirim" not in history


def test_the_list_filters_by_period_status_and_agency(client: Client, there: Office) -> None:
    signed_in(client, "operator", there)
    url = reverse("report-list")
    for query, found in (
        ({"periode": "2026", "status": "open", "q": "koperasi"}, True),
        ({"periode": "2026-3"}, True),
        ({"periode": "2026-2"}, False),
        ({"periode": "2025"}, False),
        ({"status": "approved"}, False),
        ({"q": "perikanan"}, False),
        ({"periode": "dua", "status": "entah"}, True),
    ):
        page = client.get(url, query).content.decode()
        assert (there.report.get_absolute_url() in page) == found
