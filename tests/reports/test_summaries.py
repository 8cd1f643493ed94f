"""What is stored of a report as a whole says what its rows say, whatever happens to them."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from io import StringIO
from itertools import count
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.models import Agency
from agencies.roles import Role
from indicators import sets
from indicators.models import IndicatorSet, PredicateScale, Target
from indicators.numbers import format_number
from reports import entries, summaries, workflow
from reports.entries.holding import read
from reports.entries.many import Fill, Filling
from reports.models import Report, Summary
from reports.status import Status
from reports.views.rows import mean, predicate_scale, shown, tally
from tests import builders
from tests.reports.arranged import LEVELS

pytestmark = pytest.mark.django_db
keys = count(1)
PARTS = [(2025, 4), (2025, 5), (2026, 1), (2026, 2), (2026, 5)]
OF_ROWS: list[dict[str, Any]] = [
    {"code": "rasio", "formula": "a / b * 100%", "weight": Decimal(2), "cap": Decimal(120)},
    {"code": "jumlah", "formula": "a + b", "unit": "Unit", "quarter_method": "sum", "weight": Decimal(1)},
    {"code": "luar", "weight": Decimal("0.5")},
    {"code": "turun", "polarity": "lower", "method": "F3", "unit": "Kasus", "quarter_method": "mean"},
    {"code": "opini", "kind": "ordinal", "levels": LEVELS},
    {"code": "sudah", "kind": "yes_no"},
]


@pytest.fixture(autouse=True)
def scale(db: None) -> None:
    call_command("loaddata", "predicate_scales", verbosity=0)


def office(**fields: Any) -> tuple[IndicatorSet, list[Report]]:
    """Return a set in force of every kind of indicator, and reports of two years."""
    draft = builders.indicator_set(builders.agency(**fields), first_year=2025, last_year=2026)
    for code in "ab":
        builders.element(draft.agency, code)
    goals = [builders.goal(draft) for _ in range(2)]
    for place, row in enumerate(OF_ROWS):
        indicator = builders.indicator(goals[place // 3], name=row["code"].title(), **row)
        for year in (2025, 2026):
            builders.target(indicator, year, value=4 if row["code"] == "opini" else 50)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    return draft, [builders.report(draft, part, year=year) for year, part in PARTS]


def told() -> list[str]:
    """Return the differences between what is stored and what the rows say."""
    return [str(difference) for difference in summaries.differences(read(Report.objects.all()))]


# Random acts


class Acts:
    """What may happen to reports, taken by chance; what is refused changes nothing."""

    def __init__(self, chance: random.Random, in_force: IndicatorSet, reports: list[Report]) -> None:
        self.chance, self.in_force, self.reports = chance, in_force, reports
        self.by, self.chose_average = builders.user(is_superuser=True), False
        self.taken: set[str] = set()

    def act(self) -> None:
        report = Report.objects.get(pk=self.chance.choice(self.reports).pk)
        often = [self.figure] * 6 + [self.row] * 6 + [self.many] * 3 + [self.move] * 6
        act = self.chance.choice([*often, self.extend, self.retarget, self.revise, self.average])
        try:
            with transaction.atomic():
                act(report)
            self.taken.add(act.__name__)
        except (workflow.StepRefused, entries.Refused):
            pass

    def number(self) -> Decimal | None:
        return self.chance.choice(
            [None, *map(Decimal, ("0", "1", "3", "4", "-2", "12.5", "48.9", "50", "777"))]
        )

    def figure(self, report: Report) -> None:
        value = report.values.select_related("element").get(element__code=self.chance.choice("ab"))
        self.write(report, value, {"number": self.number()})

    def row(self, report: Report) -> None:
        row = self.chance.choice(list(report.entries.all()))
        columns: list[dict[str, Any]] = [
            {"number": self.number()},
            {"not_applicable": self.chance.choice(["", "Kegiatannya dihentikan."])},
            {"obstacle": "Anggaran terlambat.", "ready": True},
        ]
        self.write(report, row, self.chance.choice(columns))

    def write(self, report: Report, row: Any, columns: dict[str, Any]) -> None:
        change = entries.Change(row, columns, row.version, f"k{next(keys)}")
        entries.fill_many(report, [change], by=self.by)

    def many(self, report: Report) -> None:
        fills = [
            Fill(r.pk, "value", code, {"number": self.number()}, r.values.get(element__code=code).version)
            for r in self.chance.sample(self.reports, 3)
            for code in "ab"
        ]
        Filling(by=self.by).fill(fills)

    def move(self, report: Report) -> None:
        """Take a step; a report that can be sent is filled first. What approving prints has its own tests."""
        steps = [step for step in workflow.steps_for(report, self.by) if not step.records_signature]
        step = self.chance.choice(steps)
        if step.target == Status.SUBMITTED:
            self.complete(report)
        workflow.move(report, step.target, by=self.by, note="Alasan uji")

    def complete(self, report: Report) -> None:
        entries.bring_up_to_date(report, by=self.by)
        source = {"source": "BPS", "document": "Berita resmi", "document_date": dt.date(2026, 1, 2)}
        for value in report.values.filter(number=None).select_related("element"):
            self.write(report, value, {"number": Decimal(4)})
        for row in report.entries.all():
            if row.definition["kind"] == "external":
                self.write(report, row, {"number": row.number or Decimal(3), **source})
            elif row.state == "not_filled":
                number = Decimal(4 if row.definition["kind"] == "ordinal" else 1)
                self.write(report, row, {} if row.definition["formula"] else {"number": number})

    def extend(self, report: Report) -> None:
        until = timezone.localdate() + dt.timedelta(days=self.chance.randrange(20, 90))
        workflow.extend(report, closes=until, reason="Bencana banjir", by=self.by)

    def retarget(self, report: Report) -> None:
        targets = Target.objects.filter(indicator__goal__indicator_set=self.in_force, year=report.period.year)
        target = self.chance.choice(list(targets.exclude(indicator__kind="ordinal")))
        value = Decimal(self.chance.choice(["0", "40", "60"]))
        Target.objects.filter(pk=target.pk).update(
            revised_value=value, decision="SK 7", decision_date=dt.date(2026, 3, 2)
        )
        entries.bring_up_to_date(report, by=self.by)

    def revise(self, report: Report) -> None:
        draft = sets.revise(self.in_force, by=self.by, reason="Perubahan Renstra")
        gone = self.chance.choice(list(draft.goals.first().indicators.all()))  # type: ignore[union-attr]
        sets.discard(gone)
        fresh = builders.indicator(draft.goals.first(), kind="yes_no", weight=None)
        builders.target(fresh, report.period.year)
        sets.put_in_force(draft, by=self.by)
        self.in_force = draft
        entries.bring_up_to_date(report, by=self.by)

    def average(self, report: Report) -> None:
        self.chose_average = True
        Agency.objects.update(
            averaging=self.chance.choice(Agency.Averaging.values), digits=self.chance.randrange(4)
        )


@pytest.mark.parametrize("seed", range(6))
def test_after_any_acts_the_stored_summaries_say_what_the_rows_say(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    acts = Acts(
        chance, *office(averaging=chance.choice(Agency.Averaging.values), allows_self_verification=True)
    )
    for _ in range(40):
        acts.act()
        if acts.chose_average:
            summaries.settle(Report.objects.all())
            acts.chose_average = False
        assert told() == []
    assert acts.taken >= {"figure", "row", "many", "move"}


def test_the_page_of_a_report_and_its_summary_say_the_same() -> None:
    _, reports = office(digits=1)
    acts = Acts(random.Random(3), reports[0].indicator_set, reports)  # noqa: S311 - nothing secret
    for report in reports:
        acts.complete(report)
        scale, rows = predicate_scale(), list(report.entries.all())
        page, counts = mean(report, rows, scale), tally([shown(row, scale) for row in rows], scale)
        stored = Summary.objects.get(report=report)
        assert (stored.predicate, stored.total) == (page.predicate, counts.total)
        assert [stored.reached, stored.close, stored.far] == [count.number for count in counts.bands]
        assert f"{stored.counted} dihitung / {stored.total} total" in page.label
        assert page.text == f"{format_number(Decimal(stored.average), 1)}%"


def test_a_save_asks_three_statements_more_for_the_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    _, (report, *_) = office()
    value, by = report.values.get(element__code="a"), builders.user(is_superuser=True)
    other = report.values.get(element__code="b")

    def statements(row: Any, number: int) -> int:
        row.refresh_from_db()
        change = entries.Change(row, {"number": Decimal(number)}, row.version, f"k{next(keys)}")
        with CaptureQueriesContext(connection) as asked:
            entries.fill_many(report, [change], by=by)
        return len(asked)

    Report.objects.exclude(pk=report.pk).update(status=Status.SUBMITTED)  # nobody computes with it later
    statements(value, 1), statements(other, 2)
    kept = statements(value, 3)
    monkeypatch.setattr("reports.entries.filling.sum_up", lambda reports: None)
    assert kept - statements(value, 4) == 3


def test_what_moves_no_state_and_no_achievement_writes_no_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    _, (report, *_) = office()
    monkeypatch.setattr("reports.entries.filling.sum_up", lambda reports: pytest.fail("written"))
    row, by = report.entries.get(indicator__thread__code="luar"), builders.user(is_superuser=True)
    entries.fill_entry(row, {"obstacle": "Hujan"}, based_on=0, by=by, key="k")
    half = report.values.get(element__code="a")
    entries.fill_value(report, half.element, Decimal(1), based_on=0, by=by, key="v")


def test_a_summary_that_was_not_kept_is_named_and_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    _, (report, *_) = office()
    row, by = report.entries.get(indicator__thread__code="sudah"), builders.user(is_superuser=True)
    with monkeypatch.context() as patch:
        patch.setattr("reports.entries.filling.sum_up", lambda reports: None)
        entries.fill_entry(row, {"number": Decimal(1)}, based_on=0, by=by, key="k")
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match=r"Ringkasan 1 dari 5 laporan tidak cocok .* --repair"):
        call_command("reconcile_summaries", stdout=out, stderr=err)
    assert f"{report}: tercapai tersimpan “0”, seharusnya “1”" in err.getvalue().splitlines()
    call_command("reconcile_summaries", "--repair", stdout=out, stderr=StringIO())
    assert out.getvalue() == "Ringkasan 1 dari 5 laporan diperbaiki.\n"
    call_command("reconcile_summaries", stdout=out)
    assert out.getvalue().splitlines()[-1] == "Ringkasan 5 laporan cocok dengan isiannya."


def test_reports_without_a_summary_get_one(capsys: pytest.CaptureFixture[str]) -> None:
    office()
    Summary.objects.all().delete()
    assert len(told()) == 5
    assert all("belum ada ringkasannya" in line for line in told())
    call_command("reconcile_summaries", "--stale")
    assert told() == []


def test_another_way_of_averaging_and_another_scale_make_summaries_stale() -> None:
    _, reports = office()
    everything = Report.objects.all()
    assert summaries.settle(everything) == 0
    Agency.objects.update(averaging=Agency.Averaging.WEIGHTED)
    assert set(summaries.stale(everything)) == set(reports)
    assert summaries.settle(everything, at_once=2) == 3
    assert summaries.settle(everything) == 0
    scale = PredicateScale.objects.get(code="permendagri-86-2017")
    PredicateScale.objects.filter(pk=scale.pk).update(
        classes=[{**scale.classes[0], "above": "95"}, *scale.classes[1:]]
    )
    assert set(summaries.stale(everything)) == set(reports)
    summaries.settle(everything)
    assert told() == []


def test_asking_whether_summaries_are_stale_takes_two_queries() -> None:
    office()
    with CaptureQueriesContext(connection) as asked:
        summaries.settle(Report.objects.all())
    assert len(asked) == 2


def test_an_extension_is_in_the_summary() -> None:
    _, (report, *_) = office()
    by = builders.user(Role.REGION_ADMIN, report.agency.region)
    first, second = (timezone.localdate() + dt.timedelta(days=days) for days in (60, 70))
    for day in (first, second):
        workflow.extend(report, closes=day, reason="Banjir", by=by)
    assert Summary.objects.get(report=report).extended_to == second


def test_an_average_no_column_of_numbers_would_hold_is_kept_whole() -> None:
    in_force, (report, *_) = office()
    Target.objects.filter(indicator__goal__indicator_set=in_force, indicator__kind="external").update(
        revised_value=Decimal("0.000001"), decision="SK 7", decision_date=dt.date(2026, 3, 2)
    )
    row, by = report.entries.get(indicator__thread__code="luar"), builders.user(is_superuser=True)
    entries.fill_entry(row, {"number": Decimal(9 * 10**17)}, based_on=0, by=by, key="k")
    entries.compute(entries.hold(report))
    assert Decimal(Summary.objects.get(report=report).average) == Decimal(9 * 10**25)


def test_the_database_refuses_counts_that_do_not_add_up() -> None:
    office()
    with pytest.raises(IntegrityError), transaction.atomic():
        Summary.objects.update(reached=99)
