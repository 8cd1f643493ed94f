"""Tests of the reports to try the portal with."""

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from indicators.models import IndicatorSet
from reports import doubts
from reports.models import Entry, Report
from reports.status import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> str:
    """Load the published agencies, make the accounts and the reports, and return what was said."""
    said = StringIO()
    for command in ("load_published", "demo_accounts", "demo_reports"):
        call_command(command, stdout=said)
    return said.getvalue()


def test_every_agency_has_a_finished_a_running_and_an_open_quarter(demo: str) -> None:
    found = {
        code: list(
            Report.objects.filter(agency__code=code)
            .order_by("period__year", "period__part")
            .values_list("status", flat=True)
        )
        for code in ("dkupp-probolinggo", "disperindagkop-kaltim")
    }
    assert found == {
        "dkupp-probolinggo": [Status.APPROVED, Status.RETURNED, Status.OPEN],
        "disperindagkop-kaltim": [Status.APPROVED, Status.VERIFIED, Status.OPEN],
    }
    assert "Laporan contoh dibuat: DKUPP Kota Probolinggo" in demo


def test_one_row_came_back_with_a_note(demo: str) -> None:
    returned = Report.objects.get(status=Status.RETURNED)
    marked = [str(entry) for entry in returned.entries.exclude(returned_note="")]
    assert marked == ["Persentase Pelaku Usaha Mikro yang Mandiri"]


def test_an_odd_figure_waits_to_be_repaired(demo: str) -> None:
    report = Report.objects.get(agency__code="disperindagkop-kaltim", status=Status.OPEN)
    assert [doubt.oddity.repair_label for doubt in doubts.of_report(report)] == ["Ubah menjadi 54"]


def test_invented_figures_say_so(demo: str) -> None:
    for indicator_set in IndicatorSet.objects.filter(revises__isnull=False):
        assert "DATA CONTOH" in indicator_set.title
        assert "dikarang" in indicator_set.notes
    sources = set(Entry.objects.exclude(number=None).values_list("source", flat=True))
    assert sources == {"Data contoh"}


def test_a_second_run_changes_nothing(demo: str) -> None:
    before = list(Report.objects.order_by("pk").values_list("pk", "status", "version"))
    said = StringIO()
    call_command("demo_reports", stdout=said)
    assert list(Report.objects.order_by("pk").values_list("pk", "status", "version")) == before
    assert said.getvalue() == ""


def test_without_accounts_it_says_what_to_do_first() -> None:
    call_command("load_published", stdout=StringIO())
    with pytest.raises(CommandError, match="demo_accounts"):
        call_command("demo_reports", stdout=StringIO())
    assert not Report.objects.exists()


def test_the_file_names_only_what_is_published() -> None:
    told = json.loads((settings.FIXTURE_DIRS[0] / "demo_reports.json").read_text(encoding="utf-8"))
    for code, wanted in told["agencies"].items():
        published = next(
            data
            for path in (settings.FIXTURE_DIRS[0] / "published").glob("*.json")
            if (data := json.loads(path.read_text(encoding="utf-8")))["agency"]["code"] == code
        )
        indicators = {i["code"] for goal in published["goals"] for i in goal["indicators"]}
        elements = {element["code"] for element in published["agency"]["data_elements"]}
        assert set(wanted["targets"]) == indicators
        for report in wanted["reports"]:
            assert set(report["values"]) <= elements
            assert set(report.get("entries", {})) <= indicators
            assert set(report.get("row_notes", {})) <= indicators
