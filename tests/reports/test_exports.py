"""Tables as .xlsx and .csv: what stands in them, how it is typed, that nothing runs, that it is logged."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl.worksheet.worksheet import Worksheet

from agencies.models import AuditRecord, User
from agencies.roles import Role
from indicators.spreadsheets.files import read
from reports import entries
from reports.exports import Column, Figure, Table, as_text, as_workbook
from reports.exports.contents import printed
from reports.exports.writing import sheet_name
from reports.models import Entry, Value
from reports.views.rows import shown
from tests import builders
from tests.reports.arranged import Office, fill, office

RISKY = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "=cmd|'/C calc'!A0", "'=1"]


def opened(content: bytes) -> list[Worksheet]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets)


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def table(*rows: list[Any], **more) -> Table:
    columns = more.pop("columns", [Column("A"), Column("B")])
    return Table("Tabel", columns, rows, **more)


# Writing ----------------------------------------------------------------------------------------------------


def test_numbers_are_numbers_with_the_decimals_that_are_printed():
    rows: list[list[Any]] = [
        [Figure(Decimal("64.516129"), 2), Figure(Decimal(1250), 0)],
        [7, dt.date(2026, 7, 10)],
    ]
    (sheet,) = opened(as_workbook(table(*rows)))
    assert [(c.value, c.data_type, c.number_format) for c in sheet[2]] == [
        (64.52, "n", "#,##0.00"),
        (1250, "n", "#,##0"),
    ]
    assert (sheet["A3"].value, sheet["B3"].value) == (7, dt.datetime.fromisoformat("2026-07-10"))
    assert lines(as_text(table(*rows)))[1:] == [["64,52", "1250"], ["7", "2026-07-10"]]


def test_half_a_unit_is_rounded_up_as_on_the_page():
    (sheet,) = opened(as_workbook(table([Figure(Decimal("2.675"), 2), None])))
    assert sheet["A2"].value == 2.68
    assert lines(as_text(table([Figure(Decimal("2.675"), 2), None])))[1] == ["2,68", ""]


def test_a_number_too_long_for_a_workbook_is_text_with_all_its_digits():
    (sheet,) = opened(as_workbook(table([Figure(Decimal("123456789012345678.5"), 1), None])))
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("123.456.789.012.345.678,5", "s")


@pytest.mark.parametrize("text", RISKY)
def test_text_that_a_program_would_run_runs_nowhere(text):
    content = as_workbook(table([text, "aman"], columns=[Column(text), Column("B")]))
    (sheet,) = opened(content)
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s"
        assert cell.quotePrefix == (text.lstrip()[:1] in "=+-@") or text[0] in "'＝"
    assert sheet["A2"].value.strip("\r") == text.strip("\r")
    for row in lines(as_text(table([text, "aman"], columns=[Column(text), Column("B")]))):
        assert not row[0].lstrip("\t\r\n ").startswith(("=", "+", "-", "@", "＝"))


def test_words_that_look_like_errors_or_escapes_stay_words():
    rows = [["#N/A", "_x0041_"], ["0012", "a\x00b\ud800"], ["x" * 40_000, ""]]
    content = as_workbook(table(*rows))
    values = [cell.value for cell in read(content, "a.xlsx").sheets[0].cells.values()]
    assert values[2:] == ["#N/A", "_x0041_", "0012", "ab", "x" * 32_767]


def test_headings_are_real_frozen_and_repeated_on_each_page():
    columns = [Column("No", 6), Column("2025", 10, group="Target"), Column("2026", 10, group="Target")]
    content = as_workbook(
        table([1, 2, 3], columns=columns, title=["Judul", "Dinas"], notes=["Catatan."], paper="F4")
    )
    (sheet,) = opened(content)
    assert [[c.value for c in row] for row in sheet["A4:C5"]] == [
        ["No", "Target", None],
        [None, "2025", "2026"],
    ]
    assert sorted(str(area) for area in sheet.merged_cells.ranges) == ["A4:A5", "B4:C4"]
    assert (sheet["A1"].value, sheet["A8"].value) == ("Judul", "Catatan.")
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A6", "$4:$5")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 14)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.column_dimensions["A"].width == 6
    text = as_text(table([1, 2, 3], columns=columns, title=["Judul"], notes=["Catatan."]))
    assert lines(text) == [["No", "Target 2025", "Target 2026"], ["1", "2", "3"]]


def test_equal_cells_below_each_other_are_one_cell_where_that_is_asked():
    columns = [Column("No", merges=True), Column("Sasaran", merges=True), Column("IKU")]
    rows = [["1", "a", "x"], ["1", "a", "x"], ["2", "a", "x"], ["3", "b", "y"]]
    (sheet,) = opened(as_workbook(table(*rows, columns=columns)))
    assert sorted(str(area) for area in sheet.merged_cells.ranges) == ["A2:A3", "B2:B3"]


def test_an_empty_table_has_its_headings():
    (sheet,) = opened(as_workbook(table()))
    assert [cell.value for cell in sheet[1]] == ["A", "B"]
    assert lines(as_text(table())) == [["A", "B"]]


def test_the_same_table_gives_the_same_bytes():
    assert as_workbook(table(["a", 1])) == as_workbook(table(["a", 1]))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("TW I 2026", "TW I 2026"), ("a/b:c", "a b c"), ("[*]", "Tabel"), ("x" * 40, "x" * 31)],
)
def test_a_sheet_bears_a_name_it_may_bear(name, expected):
    assert sheet_name(name) == expected


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("64.516129", "64,52", Figure(Decimal("64.516129"), 2)),
        ("1250", "1.250", Figure(Decimal(1250), 0)),
        ("4", "WTP", "WTP"),
        ("80", "80–90", "80–90"),
    ],
)
def test_a_figure_is_a_number_where_the_page_prints_one(value, text, expected):
    assert printed(Decimal(value), text) == expected


# Reports ----------------------------------------------------------------------------------------------------


@pytest.fixture
def there(db) -> Office:
    return office()


@pytest.fixture
def user(there: Office) -> User:
    return builders.user(Role.OPERATOR, there.agency)


@pytest.fixture
def browser(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def get(browser: Client, name: str, *arguments: object, query: str = "") -> bytes:
    answer = browser.get(reverse(name, args=arguments) + query)
    assert answer.status_code == 200
    return answer.content


def figures(content: bytes) -> dict[str, dict[str, str]]:
    """Return the rows of a .csv of a report by the code of the indicator."""
    head, *rows = lines(content)
    return {row[2]: dict(zip(head, row, strict=True)) for row in rows}


def test_a_report_says_in_its_files_what_its_page_prints(there, user, browser):
    fill(there, user)
    page = browser.get(there.report.get_absolute_url()).content.decode()
    rows = figures(get(browser, "report-export", there.report.pk, "csv"))
    sheet = opened(get(browser, "report-export", there.report.pk, "xlsx"))[0]
    in_sheet = {row[2].value: row for row in sheet.iter_rows(min_row=5) if row[2].value}
    entry: Entry
    for entry in there.report.entries.all():
        code, row = entry.definition["code"], shown(entry, None)
        assert entry.result_text
        assert f"<b>{entry.result_text}</b>" in page
        assert rows[code]["Realisasi"] == entry.result_text.replace(".", "")
        assert rows[code]["Capaian (%)"] == entry.achievement_text.replace(".", "")
        assert rows[code]["Target"] == row.target.replace(".", "")
        assert rows[code]["Keadaan"] == "Terisi"
        if code in {"ksp", "um", "pdrb"}:
            assert in_sheet[code][7].data_type == in_sheet[code][8].data_type == "n"
    assert (in_sheet["ksp"][7].value, in_sheet["ksp"][7].number_format) == (75, "#,##0.00")
    assert in_sheet["opini"][7].value == "WTP"


def test_what_has_no_figure_says_why(there, user, browser):
    entry = there.entry("pdrb")
    entries.fill_entry(entry, {"not_applicable": "Tidak disurvei."}, based_on=0, by=user, key="a")
    rows = figures(get(browser, "report-export", there.report.pk, "csv"))
    assert rows["pdrb"]["Keadaan"] == "Tidak berlaku: Tidak disurvei."
    assert rows["opini"]["Keadaan"] == "Belum diisi"
    assert (rows["pdrb"]["Realisasi"], rows["pdrb"]["Capaian (%)"]) == ("", "")


def test_the_workbook_of_a_report_has_its_data_elements(there, user, browser):
    element = there.elements["sehat"]
    entries.fill_value(there.report, element, Decimal("1250.5"), based_on=0, by=user, key="a")
    first, second = opened(get(browser, "report-export", there.report.pk, "xlsx"))
    assert (first.title, second.title) == ("Triwulan III 2026", "Data dasar")
    rows = {row[0].value: row[3].value for row in second.iter_rows(min_row=5)}
    assert rows == {"mandiri": "Belum diisi", "sehat": 1250.5, "seluruh": "Belum diisi"}


def test_goals_are_merged_unless_the_address_asks_for_them_in_each_row(there, browser):
    for query, merged in (("", True), ("?sasaran=ulang", False)):
        sheet = opened(get(browser, "report-export", there.report.pk, "xlsx", query=query))[0]
        assert bool(sheet.merged_cells.ranges) == merged
    rows = figures(get(browser, "report-export", there.report.pk, "csv")).values()
    goals = [row["Sasaran Strategis"] for row in rows]
    assert len(goals) == 5
    assert len(set(goals)) == 2


def test_a_changed_target_says_what_it_was(there, browser):
    entry = there.entry("pdrb")
    entry.definition["target"] |= {"revised_value": "5", "revised_upper": None, "decision": "SK 9"}
    Entry.objects.filter(pk=entry.pk).update(definition=entry.definition)
    rows = figures(get(browser, "report-export", there.report.pk, "csv"))
    assert rows["pdrb"]["Target"] == "5 (semula 4, diubah dengan SK 9)"


def test_a_row_without_a_target_has_none(there, browser):
    entry = there.entry("pdrb")
    Entry.objects.filter(pk=entry.pk).update(definition=entry.definition | {"target": None})
    assert figures(get(browser, "report-export", there.report.pk, "csv"))["pdrb"]["Target"] == ""


def test_the_list_is_that_of_the_page(there, browser):
    older = builders.period(there.agency.region, part=2, year=2026)
    entries.open_report(older, there.agency, by=builders.user(is_superuser=True))
    head, *rows = lines(get(browser, "report-list-export", "csv"))
    assert head[:4] == ["Tahun", "Periode", "Kode Instansi", "Perangkat Daerah"]
    assert [row[1] for row in rows] == ["Triwulan III", "Triwulan II"]
    assert rows[0][2:] == [there.agency.code, there.agency.name, str(there.agency.region), "Diisi", "0", "5"]
    _, *found = lines(get(browser, "report-list-export", "csv", query="?periode=2026-2&q=Koperasi"))
    assert [row[1] for row in found] == ["Triwulan II"]
    (sheet,) = opened(get(browser, "report-list-export", "xlsx", query="?status=submitted"))
    assert sheet.max_row == 3


def test_the_table_of_a_set_is_as_it_is_published(browser, there):
    indicator_set = there.report.indicator_set
    (sheet,) = opened(get(browser, "indicator-set-export", indicator_set.pk, "xlsx"))
    texts = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(place for place, row in enumerate(texts) if row[0] == "No")
    assert texts[head] == [
        "No",
        "Sasaran Strategis",
        "Indikator Kinerja Utama",
        "Satuan",
        "Cara Perhitungan",
        "Sumber Data",
    ]
    assert [row[2] for row in texts[head + 1 :]] == [
        "Koperasi sehat",
        "Usaha mandiri",
        "Kontribusi PDRB",
        "Opini BPK",
        "SOP ditetapkan",
    ]
    assert len(sheet.merged_cells.ranges) == 4
    rows = lines(get(browser, "indicator-set-export", indicator_set.pk, "csv"))
    assert [row[0] for row in rows] == ["No", "1.", "1.", "2.", "2.", "2."]
    assert "Jumlah sehat" in rows[1][4]


def test_targets_of_a_set_are_numbers_under_their_years(db, client):
    columns = [
        {"field": "indicator_number", "heading": "Indikator", "width": 5, "join": True},
        {"field": "indicator", "heading": "", "width": 40},
        {"field": "targets", "heading": "Target", "width": 10},
    ]
    layout = builders.layout(code="bertarget", columns=columns, header_block=True)
    draft = builders.indicator_set(first_year=2025, last_year=2027, layout=layout)
    goal = builders.goal(draft)
    one, two = (
        builders.indicator(goal, number="1.", name="Satu"),
        builders.indicator(goal, number="2.", name="Dua"),
    )
    builders.goal(draft)
    builders.target(one, 2025, value=Decimal("1250.5"))
    builders.target(one, 2026, value=80, upper=90)
    builders.target(two, 2027, value=Decimal(7))
    client.force_login(builders.user(is_superuser=True))
    rows = lines(get(client, "indicator-set-export", draft.pk, "csv"))
    assert rows == [
        ["Nomor indikator", "Indikator kinerja utama", "Target 2025", "Target 2026", "Target 2027"],
        ["1.", "Satu", "1250,5", "80–90", ""],
        ["2.", "Dua", "", "", "7"],
        ["", "", "", "", ""],
    ]
    (sheet,) = opened(get(client, "indicator-set-export", draft.pk, "xlsx"))
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == 1250.5)
    assert cell.number_format == "#,##0.0"
    assert any(str(row[0].value).startswith("Instansi: Dinas") for row in sheet.iter_rows())


def test_every_file_that_is_sent_is_logged_with_its_fingerprint(there, browser):
    for name, arguments in (
        ("report-export", (there.report.pk, "xlsx")),
        ("report-export", (there.report.pk, "csv")),
        ("report-list-export", ("xlsx",)),
        ("indicator-set-export", (there.report.indicator_set_id, "csv")),
        ("report-template", (there.report.pk,)),
    ):
        before = AuditRecord.objects.filter(kind="downloaded").count()
        address = reverse(name, args=arguments)
        assert browser.head(address).status_code == 200
        assert AuditRecord.objects.filter(kind="downloaded").count() == before
        answer = browser.get(address)
        record = AuditRecord.objects.filter(kind="downloaded").latest("pk")
        assert AuditRecord.objects.filter(kind="downloaded").count() == before + 1
        assert len(record.after["sha256"]) == 64
        assert record.region == there.agency.region
        assert "attachment" in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "private, no-store"


def test_an_unknown_kind_of_file_is_not_found(there, browser):
    for name, arguments in (("report-export", (there.report.pk, "exe")), ("report-list-export", ("pdf",))):
        assert browser.get(reverse(name, args=arguments)).status_code == 404


def test_files_are_made_by_a_fixed_number_of_queries(there, browser):
    def queries() -> list[int]:
        counts = []
        for name, arguments in (
            ("report-export", (there.report.pk, "xlsx")),
            ("report-list-export", ("csv",)),
        ):
            with CaptureQueriesContext(connection) as asked:
                get(browser, name, *arguments)
            counts.append(len(asked))
        return counts

    few = queries()
    for part in (1, 2, 4):
        period = builders.period(there.agency.region, part=part, year=2026)
        entries.open_report(period, there.agency, by=builders.user(is_superuser=True))
    for number in range(20):
        element = builders.element(there.agency, f"data_{number}_lain")
        Value.objects.create(report=there.report, element=element)
    assert queries() == few


def test_what_is_not_yet_due_says_so(db, client):
    indicator_set = builders.set_in_force(first_year=2018)
    opens = timezone.localdate() + dt.timedelta(days=5)
    report = builders.report(indicator_set, opens=opens, closes=opens + dt.timedelta(days=5))
    client.force_login(builders.user(Role.HEAD, indicator_set.agency))
    (row,) = figures(get(client, "report-export", report.pk, "csv")).values()
    assert row["Keadaan"] == "Belum jatuh tempo"
