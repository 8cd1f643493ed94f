"""No page asks the database more for 1,000 indicators than for 10, and no saved figure does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from django.utils import timezone

from agencies.models import ResponsibleUnit, User
from indicators import sets
from indicators import urls as indicators_urls
from indicators.models import (
    DataElement,
    Indicator,
    IndicatorSet,
    IndicatorThread,
    StrategicGoal,
    Target,
)
from reports import entries, evidence, issuing
from reports import urls as reports_urls
from reports.models import Evidence, ImportBatch, IssuedDocument, Notice, Report
from tests import builders
from tests.reports.arranged import signature

pytestmark = pytest.mark.django_db

FEW, MANY = 10, 1_000
# Typesetting a paper of 1,000 rows, and reading a file of as many, takes half a minute; a query for each row
# is seen with fewer.
HEAVY, SOME = re.compile("pdf|document|^import-|-issue$"), 60


@dataclass
class Made:
    """An agency with so many indicators in force, reported and partly filled, and as a draft."""

    in_force: IndicatorSet
    draft: IndicatorSet
    report: Report
    unit: ResponsibleUnit
    batch: ImportBatch | None = None
    document: IssuedDocument | None = None

    def arguments(self, name: str, names: list[str]) -> dict[str, Any]:
        """Return the arguments of an address by its name."""
        of_draft = Indicator.objects.filter(goal__indicator_set=self.draft).earliest("pk")
        rows = {
            "indicator-set": self.draft.pk,
            "indicator-set-detail": self.in_force.pk,
            "indicator-set-pdf": self.in_force.pk,
            "indicator-set-revise": self.in_force.pk,
            "goal": of_draft.goal_id,
            "goal-add": self.draft.pk,
            "indicator-add": of_draft.goal_id,
            "formula": of_draft.goal_id,
            "indicator": of_draft.pk,
            "indicator-years": self.report.entries.earliest("pk").indicator.thread_id,
            "target": of_draft.pk,
            "target-revise": Indicator.objects.filter(goal__indicator_set=self.in_force).earliest("pk").pk,
            "period": self.report.period_id,
            "data-element": self.report.values.earliest("pk").element_id,
            "evidence": Evidence.objects.get(entry__report=self.report).pk,
            "evidence-list": self.report.pk,
            "notice": Notice.objects.get(report=self.report).pk,
            "import": self.batch.pk if self.batch else 0,
            "issued-document": self.document.pk if self.document else 0,
        }
        prefixes = sorted((key for key in rows if name.startswith(key)), key=len)
        row = self.report.entries.earliest("pk")
        known: dict[str, Any] = {
            "pk": rows[prefixes[-1]] if prefixes else self.report.pk,
            "entry": row.pk,
            "year": 2018,
            "to": "submitted",
            "direction": "turun",
            "kind": "json" if name.startswith("issued-document") else "csv",
            "code": self.report.agency.region.code
            if name.startswith(("period", "region"))
            else self.report.agency.code,
        }
        return {argument: known[argument] for argument in names}


def make(size: int, reader: User, *, heavy: bool = False) -> Made:
    """Return an agency with `size` indicators of every kind of row, made in few statements.

    `heavy`: with a file of as many rows that was compared, and with its report as an issued document.
    """
    draft = builders.indicator_set(first_year=2018)
    agency, unit = draft.agency, builders.unit(draft.agency)
    goals = StrategicGoal.objects.bulk_create(
        StrategicGoal(indicator_set=draft, position=n, number=f"{n}.", text=f"Sasaran {n}")
        for n in range(1, size // 5 + 1)
    )
    threads = IndicatorThread.objects.bulk_create(
        IndicatorThread(agency=agency, code=f"i_{n}") for n in range(size)
    )
    DataElement.objects.bulk_create(
        DataElement(agency=agency, code=f"{side}_{n}", label=f"Data {side} {n}")
        for n in range(size)
        for side in "ab"
    )
    rows = Indicator.objects.bulk_create(
        Indicator(
            goal=goals[n // 5],
            thread=thread,
            position=n % 5 + 1,
            name=f"Indikator {n}",
            unit="Persen",
            kind=Indicator.Kind.COMPUTED if n % 5 else Indicator.Kind.EXTERNAL,
            formula=f"a_{n} / b_{n} * 100%" if n % 5 else "",
        )
        for n, thread in enumerate(threads)
    )
    Target.objects.bulk_create(Target(indicator=row, year=2018, value=50) for row in rows)
    units = Indicator.units.through.objects
    units.bulk_create(Indicator.units.through(indicator=row, responsibleunit=unit) for row in rows)
    by = builders.user(is_superuser=True)
    sets.put_in_force(draft, by=by)
    report = builders.report(draft)
    values = list(report.values.select_related("element"))
    changes = [
        entries.Change(value, {"number": Decimal(7)}, 0, f"{size}-{value.pk}")
        for value in values
        if not value.element.code.endswith("1")
    ]
    assert all(isinstance(a, dict) for a in entries.fill_many(report, changes, by=by))
    link = evidence.Link("https://contoh.go.id/rekap")
    evidence.attach_link(report.entries.earliest("pk"), link, by=by, key=f"{size}-bukti")
    Notice.objects.create(user=reader, report=report, kind="due", occasion="due:7", sentence="Segera isi.")
    revision = IndicatorSet.objects.get(pk=sets.revise(draft, by=by, reason="Perubahan").pk)
    made = Made(IndicatorSet.objects.get(pk=draft.pk), revision, report, unit)
    if heavy:
        lines = "".join(f"Sasaran {n // 5};Indikator berkas {n};Nilai\n" for n in range(size))
        head = "Sasaran Strategis;Indikator Kinerja Utama;Satuan\n"
        made.batch = builders.import_batch(agency, by, table=f"{head}{lines}")
        signed = signature(report).record()
        made.document = issuing.issue_report(report, signed, by=by, at=timezone.now())
    return made


def counted(act: Callable[[], Any]) -> tuple[int, Any]:
    """Return how many statements something takes, and what it answers."""
    with CaptureQueriesContext(connection) as queries:
        answer = act()
    return len(queries), answer


def pages() -> list[tuple[str, list[str]]]:
    """Return name and arguments of every address of reports and indicators."""
    patterns = [*reports_urls.urlpatterns, *indicators_urls.urlpatterns]
    return [
        (str(pattern.name), list(pattern.pattern.converters))
        for pattern in patterns
        if isinstance(pattern, URLPattern)
    ]


def test_no_page_asks_more_for_more_indicators(client: Client) -> None:
    reader = builders.user(is_superuser=True)
    client.force_login(reader)
    few, some, many = make(FEW, reader, heavy=True), make(SOME, reader, heavy=True), make(MANY, reader)
    grows, seen = {}, set()
    for name, arguments in pages():
        counts = []
        for made in (few, some if HEAVY.search(name) else many):
            url = reverse(name, kwargs=made.arguments(name, arguments))
            asked, response = counted(lambda url=url: client.get(url))  # type: ignore[misc]
            assert response.status_code in {200, 302, 405, 409}, f"{url}: {response.status_code}"
            if response.status_code == 200:
                seen.add(name)
            counts.append(asked)
        if counts[0] != counts[1]:
            grows[name] = counts
    assert {"report-fill", "report-detail", "task-list", "indicator-set-compose", "import-review"} <= seen
    assert grows == {}


def test_saving_one_figure_asks_no_more_for_more_indicators(client: Client) -> None:
    reader = builders.user(is_superuser=True)
    client.force_login(reader)
    cells, forms = [], []
    for size in (FEW, MANY):
        report = make(size, reader).report
        value = report.values.get(element__code="b_2")
        name = f"v{value.pk}"
        cell = {f"{name}-number": "9", f"{name}-version": "1", f"{name}-key": "k"}
        asked, response = counted(
            lambda report=report, cell=cell: client.post(reverse("cells-fill", args=[report.pk]), cell)  # type: ignore[misc]
        )
        assert response.json()["cells"][name]["status"] == 200
        assert len(response.json()["outcomes"]) == 1
        cells.append(asked)
        page = {f"{name}-number": "10", f"initial-{name}-number": "9", f"{name}-version": "2", "key": "k"}
        asked, response = counted(
            lambda report=report, page=page: client.post(reverse("report-fill", args=[report.pk]), page)  # type: ignore[misc]
        )
        assert response.status_code == 302
        forms.append(asked)
        assert report.values.get(pk=value.pk).number == 10
    assert cells[0] == cells[1]
    assert forms[0] == forms[1]
    assert cells[0] <= 24
