"""The panel of a row: what it measures, how it came out, the periods before, what happened, who said what."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.roles import Role
from indicators import sets
from indicators.models import Target
from reports import entries, notes, trends, workflow
from reports.models import Entry, Report
from reports.status import Status
from reports.views.panel import EVENTS
from tests import builders
from tests.reports.arranged import MANAGERS, MEMBERS, VISITORS, Office, bring, fill, office, visitor

pytestmark = pytest.mark.django_db

PAGES = ["entry-panel", "entry-trend", "entry-history", "entry-notes"]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def there() -> Office:
    return office()


@pytest.fixture
def reader(client: Client, there: Office) -> Client:
    """A browser in which the inspector is signed in."""
    client.force_login(builders.user(Role.INSPECTOR, there.agency.region, name="Auditor"))
    return client


def address(page: str, entry: Entry) -> str:
    return reverse(page, args=[entry.report_id, entry.pk])


def words(client: Client, page: str, entry: Entry, query: str = "", *, whole: bool = False) -> str:
    """Return what the part (or the whole page) says, without its tags."""
    answer = client.get(address(page, entry) + query, headers={} if whole else HTMX)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())


def put(there: Office, code: str, number: int, name: str) -> None:
    value = there.value(code)
    user = builders.user(Role.OPERATOR, there.agency, name=name)
    entries.fill_value(
        there.report, value.element, Decimal(number), based_on=value.version, by=user, key=f"{name}-{number}"
    )


# Who


@pytest.mark.parametrize("name", VISITORS)
@pytest.mark.parametrize("page", PAGES)
def test_the_panel_is_for_those_who_read_the_report(
    client: Client, there: Office, page: str, name: str
) -> None:
    url = address(page, there.entry("ksp"))
    if name == "anonymous":
        assert client.get(url).status_code == 302
        assert client.get(url, headers=HTMX).status_code == 403
        return
    client.force_login(visitor(name, there.agency))
    assert client.get(url).status_code == (200 if name in {*MEMBERS, *MANAGERS} else 404)


@pytest.mark.parametrize("page", PAGES)
def test_a_row_of_another_report_is_not_found(reader: Client, there: Office, page: str) -> None:
    other = builders.report(builders.set_in_force()).entries.get()
    assert reader.get(reverse(page, args=[there.report.pk, other.pk])).status_code == 404


# What it measures and how it came out


def test_it_says_what_is_measured_and_how_it_came_out(reader: Client, there: Office) -> None:
    fill(there, builders.user(Role.OPERATOR, there.agency))
    said = words(reader, "entry-panel", there.entry("ksp"))
    for part in (
        "Indikator 1 dari 5",
        "Jumlah sehat (75) ÷ Jumlah seluruh (100) × 100% = 75,00%",
        "Capaian 125,00%",
        "Data dasar TW III 2026 Jumlah sehat sumber belum diisi 75 Jumlah seluruh sumber belum diisi 100",
        "Definisi operasional definisi operasional belum diisi",
        "Target 2026 60",
        "Arah Makin besar makin baik",
        f"Penanggung jawab {there.unit.name}",
    ):
        assert part in said


def test_a_target_changed_by_a_decision_names_it_and_its_date(reader: Client, there: Office) -> None:
    row = Target.objects.get(indicator=there.entry("ksp").indicator)
    row.revised_value, row.decision, row.decision_date = Decimal(70), "SK 12/2026", dt.date(2026, 5, 4)
    row.save()
    put(there, "sehat", 75, "Operator")
    put(there, "seluruh", 100, "Operator")
    said = words(reader, "entry-panel", there.entry("ksp"))
    assert "Target 2026 70 semula 60, diubah dengan SK 12/2026, 4 Mei 2026" in said


def test_an_empty_row_says_what_is_missing(reader: Client, there: Office) -> None:
    said = words(reader, "entry-panel", there.entry("ksp"))
    assert "Belum diisi" in said
    assert "Capaian" not in said


# Light until opened


def test_heavy_parts_are_fetched_when_they_are_opened(reader: Client, there: Office) -> None:
    fill(there, builders.user(Role.OPERATOR, there.agency))
    head = builders.user(Role.HEAD, there.agency)
    notes.note(there.report, "Rahasia", by=head, key="1", entry=there.entry("ksp"))
    panel = reader.get(address("entry-panel", there.entry("ksp")), headers=HTMX).content.decode()
    assert "<html" not in panel
    assert "chart-line" not in panel
    assert "Rahasia" not in panel
    assert re.search(r"Catatan <span class=\"tag\">1</span>", panel)
    for page in PAGES[1:]:
        assert f'hx-get="{address(page, there.entry("ksp"))}"' in panel


@pytest.mark.parametrize(
    ("page", "part", "sentence"),
    [
        ("entry-trend", "tren", "Baru satu nilai, 75,00 pada TW III 2026"),
        ("entry-history", "riwayat", "Jumlah sehat"),
        ("entry-notes", "catatan", "Catatan baru"),
    ],
)
def test_without_script_each_part_is_the_page_with_it_open(
    reader: Client, there: Office, page: str, part: str, sentence: str
) -> None:
    fill(there, builders.user(Role.OPERATOR, there.agency))
    answer = reader.get(address(page, there.entry("ksp")))
    html = answer.content.decode()
    assert "<html" in html
    assert re.findall(r'id="(\w+)" open', html) == [part]
    assert sentence in unescape(html)
    assert "HX-Request" in answer.headers["Vary"]


# The periods before


def trend_of(there: Office, figures: dict[tuple[int, int], int]) -> Report:
    """Open and fill a report for each period (its figure of "pdrb"); return the report of the last."""
    admin = builders.user(is_superuser=True)
    for year in sorted({year for year, _ in figures}):
        if year == 2026:
            continue
        draft = builders.indicator_set(there.agency, first_year=year)
        row = builders.indicator(builders.goal(draft), code="pdrb", name="Kontribusi PDRB")
        builders.target(row, year, value=4)
        sets.put_in_force(draft, by=admin)
    for (year, part), number in figures.items():
        report = Report.objects.filter(
            agency=there.agency, period__year=year, period__part=part
        ).first() or builders.report(there.agency, part, year=year)
        entry = report.entries.get(indicator__thread__code="pdrb")
        entries.fill_entry(
            entry, {"number": Decimal(number)}, based_on=0, by=admin, key=f"{year}-{part}-{number}"
        )
    return there.report


def test_the_last_twelve_quarters_stand_in_the_table_and_gaps_stay_gaps(
    reader: Client, there: Office
) -> None:
    figures = {(2023, 2): 1, (2023, 4): 3, (2025, 3): 5, (2025, 5): 99, (2026, 3): 7}
    trend_of(there, figures)
    entry = there.entry("pdrb")
    steps = trends.of(there.report, [entry])[entry.pk]
    periods = [(step.year, step.part) for step in steps]
    # Twelve quarters end here: TW II 2023 is the thirteenth, the year report is another kind.
    assert periods[0] == (2023, 4)
    assert periods[-1] == (2026, 3)
    assert len(periods) == 12
    assert [step.entry.result for step in steps if step.entry] == ["3", "5", "7"]
    said = words(reader, "entry-trend", entry)
    assert "Naik dari 5 (TW III 2025) menjadi 7 (TW III 2026), target tahun itu 4" in said
    assert "9 dari 12 periode tanpa nilai" in said
    assert "TW III 2026 7 4 175,00% TW II 2026 tidak ada – –" in said


def test_a_report_of_a_year_looks_back_on_years(there: Office) -> None:
    trend_of(there, {(2024, 1): 1, (2024, 5): 1, (2025, 5): 2})
    report = Report.objects.get(agency=there.agency, period__year=2025, period__part=5)
    entry = report.entries.get()
    steps = trends.of(report, [entry])[entry.pk]
    assert [(step.year, step.part) for step in steps] == [(2024, 5), (2025, 5)]


def test_what_comes_after_the_period_is_not_shown(there: Office) -> None:
    trend_of(there, {(2026, 1): 1, (2026, 3): 7})
    first = Report.objects.get(agency=there.agency, period__year=2026, period__part=1)
    entry = first.entries.get(indicator__thread__code="pdrb")
    assert [(s.year, s.part) for s in trends.of(first, [entry])[entry.pk]] == [(2026, 1)]


@pytest.mark.parametrize(
    ("fields", "breaks"),
    [
        ({"unit": "Orang"}, True),
        ({"formula": "sehat + seluruh", "kind": "computed"}, True),
        ({"name": "Nama lain", "definition": "Uraian lain"}, False),
    ],
)
def test_another_measure_breaks_the_trend(
    reader: Client, there: Office, fields: dict[str, str], breaks: bool
) -> None:
    draft = builders.indicator_set(there.agency, first_year=2025)
    builders.target(builders.indicator(builders.goal(draft), code="pdrb", **fields), 2025, value=4)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    report = builders.report(there.agency, 4, year=2025)
    by = builders.user(Role.OPERATOR, there.agency)
    if "formula" in fields:
        for code in ("sehat", "seluruh"):
            entries.fill_value(report, there.elements[code], Decimal(2), based_on=0, by=by, key=code)
    else:
        entries.fill_entry(report.entries.get(), {"number": Decimal(5)}, based_on=0, by=by, key="a")
    entries.fill_entry(there.entry("pdrb"), {"number": Decimal(6)}, based_on=0, by=by, key="b")
    said = words(reader, "entry-trend", there.entry("pdrb"))
    assert ("definisi berubah mulai di sini" in said) is breaks
    assert ("definisinya berubah, jadi tidak sebanding" in said) is breaks


def test_no_figure_draws_no_chart(reader: Client, there: Office) -> None:
    assert "Belum ada nilai untuk digambar." in words(reader, "entry-trend", there.entry("pdrb"))


def test_levels_and_yes_or_no_are_drawn_in_words(reader: Client, there: Office) -> None:
    fill(there, builders.user(Role.OPERATOR, there.agency))
    said = words(reader, "entry-trend", there.entry("opini"))
    assert "WDP WTP" in said
    assert "Baru satu nilai, WTP pada TW III 2026, target tahun itu WTP." in said
    assert "Baru satu nilai, Ya pada TW III 2026, target tahun itu Ya." in words(
        reader, "entry-trend", there.entry("sop")
    )


# What happened


def test_the_history_tells_who_changed_which_figure_from_what_to_what(reader: Client, there: Office) -> None:
    put(there, "sehat", 70, "Operator Satu")
    put(there, "seluruh", 100, "Operator Satu")
    put(there, "sehat", 75, "Operator Dua")
    put(there, "mandiri", 30, "Operator Tiga")
    said = words(reader, "entry-history", there.entry("ksp"))
    newest, oldest = said.index("Nilai: 70 → 75"), said.index("Nilai: kosong → 70")
    assert newest < oldest
    assert "· Operator Dua Nilai: 70 → 75" in said
    assert "Operator Tiga" not in said  # a figure of another row


def test_the_history_tells_why(reader: Client, there: Office) -> None:
    entry = there.entry("pdrb")
    user = builders.user(Role.OPERATOR, there.agency)
    entries.fill_entry(
        entry, {"number": Decimal(9), "reason": "Metode BPS baru"}, based_on=0, by=user, key="1"
    )
    assert "Alasan nilai janggal: kosong → Metode BPS baru" in words(reader, "entry-history", entry)


def test_the_history_tells_what_the_verifier_wrote_to_this_row(reader: Client, there: Office) -> None:
    bring(there, Status.SUBMITTED)
    workflow.move(
        there.report,
        Status.RETURNED,
        by=builders.user(Role.VERIFIER, there.agency),
        note="Perbaiki",
        row_notes={there.entry("ksp").pk: "Penyebutnya tahun lalu"},
    )
    assert "“Penyebutnya tahun lalu”" in words(reader, "entry-history", there.entry("ksp"))
    assert "Kembalikan" not in words(reader, "entry-history", there.entry("um"))


def test_notes_are_not_told_twice(reader: Client, there: Office) -> None:
    entry = there.entry("ksp")
    notes.note(there.report, "Halo", by=builders.user(Role.HEAD, there.agency), key="1", entry=entry)
    assert "Halo" not in words(reader, "entry-history", entry)
    assert "Halo" in words(reader, "entry-notes", entry)


def test_a_long_history_comes_in_pages_and_none_is_left_out(reader: Client, there: Office) -> None:
    for number in range(2 * EVENTS + 1):
        put(there, "sehat", number + 1, "Operator")
    entry, query, found = there.entry("ksp"), "", []
    for _ in range(3):
        page = reader.get(address("entry-history", entry) + query, headers=HTMX).content.decode()
        found += re.findall(r"<ins>(\d+)</ins>", page)
        more = re.search(r'hx-get="[^"]*(\?sebelum=\d+)"', page)
        query = more[1] if more else ""
    assert found == [str(number + 1) for number in reversed(range(2 * EVENTS + 1))]
    assert query == ""


def test_an_address_with_a_strange_page_shows_the_newest(reader: Client, there: Office) -> None:
    put(there, "sehat", 75, "Operator")
    for garbage in ("x", "9" * 30, "9" * 5000):
        assert "kosong → 75" in words(reader, "entry-history", there.entry("ksp"), f"?sebelum={garbage}")


def test_a_row_from_quarters_says_where_its_history_is(reader: Client, there: Office) -> None:
    year = builders.report(there.agency, 5, year=2026)
    entry = year.entries.get(indicator__thread__code="pdrb")
    assert "ada pada laporan triwulan tahun 2026" in words(reader, "entry-history", entry)


# Notes on the row


def test_a_note_sent_in_the_panel_stands_there_for_the_others(reader: Client, there: Office) -> None:
    entry = there.entry("ksp")
    answer = reader.post(address("entry-notes", entry), {"text": "Sumbernya?", "key": "k"}, headers=HTMX)
    assert "Catatan terkirim." in answer.content.decode()
    reader.force_login(builders.user(Role.OPERATOR, there.agency))
    assert "Auditor Inspektorat" in (said := words(reader, "entry-notes", entry))
    assert "Sumbernya?" in said
    assert "Sumbernya?" not in words(reader, "entry-notes", there.entry("um"))


def test_without_script_a_note_leads_back_to_the_row(reader: Client, there: Office) -> None:
    url = address("entry-notes", there.entry("ksp"))
    answer = reader.post(url, {"text": "Sumbernya?", "key": "k"}, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    refused = reader.post(url, {"text": " ", "key": "k"})
    assert "Tulis catatannya dahulu" in refused.content.decode()
    assert 'id="catatan" open' in refused.content.decode()


# Queries


@pytest.mark.parametrize("page", PAGES)
def test_the_number_of_queries_does_not_grow(reader: Client, there: Office, page: str) -> None:
    entry = there.entry("ksp")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            reader.get(address(page, entry), headers=HTMX)
        return len(found)

    put(there, "sehat", 1, "Operator")
    put(there, "seluruh", 100, "Operator")
    few = queries()
    for number in range(2, EVENTS):
        put(there, "sehat", number, f"Operator {number}")
        user = builders.user(Role.HEAD, there.agency)
        notes.note(there.report, str(number), by=user, key=str(number), entry=entry)
    for part in (1, 2):
        builders.report(there.agency, part, year=2026)
    assert queries() == few
    assert few <= 14


def test_trends_of_many_rows_take_one_query(there: Office) -> None:
    rows = list(there.report.entries.select_related("indicator"))
    with CaptureQueriesContext(connection) as found:
        trends.of(there.report, rows)
    assert len(found) == 1
