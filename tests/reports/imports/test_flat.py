"""The workbook in which a report is filled away: what stands in it, what is locked, and the way back."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from openpyxl.worksheet.worksheet import Worksheet

from agencies.models import User
from agencies.roles import Role
from indicators.imports.asking import Asked
from indicators.imports.planned import Planned, counts
from indicators.spreadsheets.sandbox import read_safely
from indicators.spreadsheets.tables import understand
from reports import entries
from reports.imports import values
from reports.imports.flat import template
from tests import builders
from tests.indicators.spreadsheets import files
from tests.reports.arranged import Office, fill, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Office:
    return office()


@pytest.fixture
def user(there: Office) -> User:
    return builders.user(Role.OPERATOR, there.agency)


def book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(sheet: Worksheet) -> dict[str, tuple[Any, ...]]:
    """Return the rows below the headings by their code."""
    return {row[1].value: row for row in sheet.iter_rows(min_row=5)}


def planned(content: bytes, there: Office, by: User) -> list[Planned]:
    """Return what an upload of the workbook would change."""
    understanding = understand(read_safely(content, "isian.xlsx"))
    assert understanding.problems == []
    assert {table.kind for sheet in understanding.sheets for table in sheet.tables} == {"flat"}
    return list(values.plan(Asked(understanding, there.agency, by)))


def changed(content: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """Return the workbook after somebody changed it."""
    opened = book(content)
    change(opened)
    return files.saved(opened)


def test_what_is_typed_has_a_row_and_what_is_computed_has_none(there, user):
    opened = book(template(there.report, by=user))
    assert opened.sheetnames == ["Indikator", "Data dasar", "Petunjuk"]
    heads = [cell.value for cell in opened["Indikator"][4]]
    assert heads == [
        "kode_instansi",
        "kode_indikator",
        "nama_indikator",
        "satuan",
        "tahun",
        "periode",
        "nilai",
        "catatan",
    ]
    assert [cell.value for cell in opened["Data dasar"][4]][1:3] == ["kode_data", "nama_data"]
    assert list(rows(opened["Indikator"])) == ["pdrb", "opini", "sop"]
    assert list(rows(opened["Data dasar"])) == ["mandiri", "sehat", "seluruh"]
    row = [cell.value for cell in rows(opened["Indikator"])["pdrb"]]
    assert row == [there.agency.code, "pdrb", "Kontribusi PDRB", "Persen", 2026, "TW III", None, None]


def test_figures_that_are_there_stand_in_their_cells(there, user):
    fill(there, user)
    opened = book(template(there.report, by=user))
    found = rows(opened["Indikator"])
    assert [found[code][6].value for code in ("pdrb", "opini", "sop")] == [4.5, "WTP", "Ya"]
    assert found["pdrb"][6].number_format == "#,##0.0"
    assert rows(opened["Data dasar"])["sehat"][6].value == 75


def test_only_values_and_notes_are_open(there, user):
    opened = book(template(there.report, by=user))
    for name in ("Indikator", "Data dasar"):
        sheet = opened[name]
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        open_columns = {
            cell.column_letter for row in sheet.iter_rows() for cell in row if not cell.protection.locked
        }
        assert open_columns == {"G", "H"}
        assert all(cell.protection.locked for cell in sheet[4])
    assert opened["Petunjuk"].protection.sheet


def allowed(opened: openpyxl.Workbook, sheet: str, address: str) -> tuple[str, list[str]]:
    """Return the kind of rule a cell has, and the words its list offers."""
    rule = next(rule for rule in opened[sheet].data_validations.dataValidation if address in rule.sqref)
    if rule.type != "list":
        return rule.type, []
    name, _, cells = rule.formula1.replace("$", "").partition("!")
    return rule.type, [row[0].value for row in opened[name][cells]]


def test_cells_offer_what_they_may_hold(there, user):
    opened = book(template(there.report, by=user))
    assert allowed(opened, "Indikator", "G5") == ("decimal", [])
    assert allowed(opened, "Indikator", "G6") == ("list", ["WTP", "WDP"])
    assert allowed(opened, "Indikator", "G7") == ("list", ["Ya", "Tidak"])
    assert allowed(opened, "Indikator", "F5") == ("list", ["TW I", "TW II", "TW III", "TW IV", "Tahun"])
    assert allowed(opened, "Data dasar", "G5") == ("decimal", [])


def test_codes_stay_text_and_keep_their_zeros(there, user):
    there.agency.code = "0217"
    there.agency.save()
    there.report.refresh_from_db()
    content = template(there.report, by=user)
    cell = rows(book(content)["Indikator"])["pdrb"][0]
    assert (cell.value, cell.data_type, cell.number_format) == ("0217", "s", "@")
    (first, *_) = understand(read_safely(content, "a.xlsx")).sheets[0].tables[0].records
    assert first.texts["agency_code"] == "0217"


def test_an_operator_of_a_unit_gets_the_rows_of_the_unit(there):
    operator = builders.user(Role.OPERATOR, there.agency, unit=there.unit)
    opened = book(template(there.report, by=operator))
    assert opened.sheetnames == ["Data dasar", "Petunjuk"]
    assert list(rows(opened["Data dasar"])) == ["sehat", "seluruh"]


def test_who_fills_nothing_sees_all_rows(there):
    inspector = builders.user(Role.INSPECTOR, there.agency.region)
    assert list(rows(book(template(there.report, by=inspector))["Indikator"])) == ["pdrb", "opini", "sop"]


def test_a_year_leaves_out_what_comes_from_its_quarters(there, user):
    year = builders.period(there.agency.region, part=5, year=2026)
    report = entries.open_report(year, there.agency, by=builders.user(is_superuser=True))
    assert report is not None
    opened = book(template(report, by=user))
    assert "Indikator" not in opened.sheetnames


def test_a_year_of_its_own_says_tahun(db):
    indicator_set = builders.set_in_force()
    report = builders.report(indicator_set, part=5)
    (row,) = rows(book(template(report, by=builders.user(is_superuser=True)))["Indikator"]).values()
    assert [cell.value for cell in row[4:6]] == [2018, "Tahun"]


def test_the_same_report_gives_the_same_bytes(there, user):
    assert template(there.report, by=user) == template(there.report, by=user)


# The way back -----------------------------------------------------------------------------------------------


def test_uploaded_as_it_was_sent_it_changes_nothing(there, user):
    assert counts(planned(template(there.report, by=user), there, user))["new"] == 0
    fill(there, user)
    plan = planned(template(there.report, by=user), there, user)
    assert counts(plan) == {"new": 0, "changed": 0, "same": 6, "problem": 0, "skipped": 0}


def test_figures_of_any_length_and_their_notes_come_back_as_they_were(there, user):
    numbers = {"sehat": "0.000001", "seluruh": "123456789012345678.123456", "mandiri": "-1250.50"}
    for code, number in numbers.items():
        entries.fill_value(
            there.report,
            there.elements[code],
            Decimal(number),
            based_on=0,
            by=user,
            key=code,
            reason="=lain  dari biasanya\n- karena baru",
        )
    plan = planned(template(there.report, by=user), there, user)
    assert counts(plan)["changed"] == counts(plan)["problem"] == 0
    assert counts(plan)["same"] == 3


def test_one_changed_cell_is_exactly_one_change(there, user):
    fill(there, user)

    def change(opened: openpyxl.Workbook) -> None:
        rows(opened["Data dasar"])["sehat"][6].value = 76

    plan = planned(changed(template(there.report, by=user), change), there, user)
    assert counts(plan) == {"new": 0, "changed": 1, "same": 5, "problem": 0, "skipped": 0}
    (row,) = [row for row in plan if row.status == "changed"]
    assert (row.sheet, list(row.before.values()), list(row.after.values())) == ("Data dasar", ["75"], ["76"])


def test_a_filled_template_fills_the_report(there, user):
    def change(opened: openpyxl.Workbook) -> None:
        for sheet, figures in (
            ("Indikator", {"pdrb": 4.25, "opini": "WDP", "sop": "Tidak"}),
            ("Data dasar", {"sehat": 75, "seluruh": 100, "mandiri": 30}),
        ):
            for code, figure in figures.items():
                rows(opened[sheet])[code][6].value = figure
        rows(opened["Indikator"])["pdrb"][7].value = "Angka sementara."

    content = changed(template(there.report, by=user), change)
    plan = planned(content, there, user)
    assert counts(plan) == {"new": 6, "changed": 0, "same": 0, "problem": 0, "skipped": 0}
    values.apply(plan, by=user)
    assert [there.entry(code).result_text for code in ("ksp", "um", "pdrb", "opini", "sop")] == [
        "75,00",
        "30,00",
        "4,25",
        "WDP",
        "Tidak",
    ]
    assert there.entry("pdrb").reason == "Angka sementara."
    assert counts(planned(content, there, user))["same"] == 6
    assert counts(planned(template(there.report, by=user), there, user))["same"] == 6


def test_a_value_that_is_no_number_is_said_at_its_cell(there, user):
    def change(opened: openpyxl.Workbook) -> None:
        rows(opened["Indikator"])["opini"][6].value = "Bagus"

    (row,) = [
        row
        for row in planned(changed(template(there.report, by=user), change), there, user)
        if row.status == "problem"
    ]
    assert (row.sheet, [message.cell for message in row.messages]) == ("Indikator", ["G6"])


def test_the_table_of_a_report_uploaded_again_changes_nothing(there, user, client):
    fill(there, user)
    client.force_login(user)
    answer = client.get(reverse("report-export", args=[there.report.pk, "xlsx"]))
    understanding = understand(read_safely(answer.content, "laporan.xlsx"))
    (table,) = (table for sheet in understanding.sheets for table in sheet.tables)
    assert (table.kind, len(table.records)) == ("measurement", 5)
    plan = list(values.plan(Asked(understanding, there.agency, user)))
    assert counts(plan)["new"] == counts(plan)["changed"] == counts(plan)["problem"] == 0
    assert counts(plan)["same"] >= 3
