"""Every step by every role, read from the table; what is outside it is refused and leaves no trace."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from agencies.models import Agency, Official, User
from agencies.roles import Role
from indicators import sets
from reports import entries, workflow
from reports.models import Entry, Event, Period, Report
from reports.status import EDITABLE, STEPS, Status, Step, step_between
from tests import builders
from tests.reports.arranged import signature

pytestmark = pytest.mark.django_db
keys = count(1)

PATHS: dict[Status, list[Status]] = {
    Status.OPEN: [],
    Status.SUBMITTED: [Status.SUBMITTED],
    Status.RETURNED: [Status.SUBMITTED, Status.RETURNED],
    Status.VERIFIED: [Status.SUBMITTED, Status.VERIFIED],
    Status.APPROVED: [Status.SUBMITTED, Status.VERIFIED, Status.APPROVED],
}


def empty_report(agency: Agency | None = None, **fields: Any) -> Report:
    """Return an open report with two indicators, the second outside."""
    new = builders.indicator_set(agency or builders.agency(**fields))
    goal = builders.goal(new)
    for code in "ab":
        builders.element(new.agency, code)
    builders.target(builders.indicator(goal, formula="a / b * 100%"))
    builders.target(builders.indicator(goal))
    sets.put_in_force(new, by=builders.user(is_superuser=True))
    return builders.report(new)


def fill(report: Report, *, by: User) -> None:
    for code, number in (("a", 60), ("b", 80)):
        value = report.values.get(element__code=code)
        entries.fill_value(
            report, value.element, Decimal(number), based_on=value.version, by=by, key=f"k{next(keys)}"
        )
    external = report.entries.get(position=2)
    changes = {
        "number": Decimal(90),
        "source": "BPS",
        "document": "Berita resmi 1",
        "document_date": dt.date(2018, 4, 1),
    }
    entries.fill_entry(external, changes, based_on=external.version, by=by, key=f"k{next(keys)}")


def filled(status: Status = Status.OPEN, **fields: Any) -> Report:
    """Return a filled report that stands at `status`."""
    report = empty_report(**fields)
    fill(report, by=builders.user(Role.OPERATOR, report.agency))
    for step in PATHS[status]:
        report = workflow.move(
            report,
            step,
            by=builders.user(is_superuser=True),
            note="Alasan",
            signature=signature(report) if step == Status.APPROVED else None,
        )
    return report


def trace(report: Report) -> tuple[object, ...]:
    """Return everything a step could change."""
    fresh = Report.objects.get(pk=report.pk)
    return fresh.status, fresh.version, list(fresh.entries.values()), list(fresh.events.values())


def last_event(report: Report) -> Event:
    return report.events.latest("pk")


# --- the table ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("source", Status)
def test_the_table_says_who_may_take_which_step(source: Status, role: Role) -> None:
    report = filled(source)
    user = builders.staff(report.agency)[role]
    stranger = builders.staff(builders.agency(region=builders.region("35")))[role]
    allowed = [step for step in STEPS if step.source == source and role in step.roles]
    assert workflow.steps_for(report, user) == allowed
    assert workflow.steps_for(report, stranger) == []
    before = trace(report)
    for target in Status:
        for who in (user, stranger):
            if who == user and step_between(source, target) in allowed:
                continue
            with pytest.raises(workflow.StepRefused):
                workflow.move(report, target, by=who, note="Alasan")
    assert trace(report) == before


@pytest.mark.parametrize(
    ("step", "role"),
    [(step, role) for step in STEPS for role in step.roles],
    ids=lambda x: x if isinstance(x, str) else f"{x.source}-{x.target}",
)
def test_a_step_of_the_table_is_taken_and_recorded(step: Step, role: Role) -> None:
    report = filled(step.source)
    user = builders.staff(report.agency)[role]
    events = report.events.count()
    signed = signature(report) if step.records_signature else None
    moved = workflow.move(report, step.target, by=user, note=" Alasan ", signature=signed)
    assert (moved.status, moved.version) == (step.target, 1 + step.new_version)
    event = last_event(report)
    assert report.events.count() == events + 1
    assert (event.by, event.kind, event.subject, event.note) == (user, "moved", step.label, "Alasan")
    assert (event.before["status"], event.after["status"]) == (step.source, step.target)


@pytest.mark.parametrize("step", [s for s in STEPS if s.needs_note], ids=lambda s: f"{s.source}-{s.target}")
def test_a_step_back_asks_for_its_reason(step: Step) -> None:
    report = filled(step.source)
    before = trace(report)
    with pytest.raises(workflow.StepRefused, match="Tulis alasannya"):
        workflow.move(report, step.target, by=builders.user(is_superuser=True), note="  ")
    assert trace(report) == before


# --- going back ---------------------------------------------------------------------------------------------


def test_a_report_goes_back_with_a_note_per_row_that_stays_until_it_is_sent_again() -> None:
    report = filled(Status.SUBMITTED)
    row = report.entries.get(position=1)
    verifier = builders.user(Role.VERIFIER, report.agency)
    workflow.move(report, Status.RETURNED, by=verifier, note="Periksa", row_notes={row.pk: " Salah ketik "})
    row.refresh_from_db()
    assert (row.returned_note, row.ready) == ("Salah ketik", False)
    event = last_event(report)
    assert event.after["row_notes"] == {str(row.pk): "Salah ketik"}
    workflow.move(report, Status.SUBMITTED, by=builders.user(Role.OPERATOR, report.agency))
    row.refresh_from_db()
    assert (row.returned_note, row.ready) == ("", True)


def test_a_note_for_a_row_of_another_report_is_refused() -> None:
    report, other = filled(Status.SUBMITTED), filled()
    before = trace(report)
    with pytest.raises(workflow.StepRefused, match="bukan isi laporan ini"):
        workflow.move(
            report,
            Status.RETURNED,
            by=builders.user(Role.VERIFIER, report.agency),
            note="Periksa",
            row_notes={other.entries.earliest("pk").pk: "Salah"},
        )
    assert trace(report) == before


def test_a_note_per_row_is_for_what_goes_back() -> None:
    report = filled(Status.SUBMITTED)
    notes = {report.entries.earliest("pk").pk: "Baik"}
    with pytest.raises(workflow.StepRefused, match="hanya untuk laporan yang dikembalikan"):
        workflow.move(
            report, Status.VERIFIED, by=builders.user(Role.VERIFIER, report.agency), row_notes=notes
        )


def test_reopening_keeps_the_version_that_was_approved() -> None:
    report = filled(Status.APPROVED)
    admin = builders.user(Role.AGENCY_ADMIN, report.agency)
    workflow.move(report, Status.RETURNED, by=admin, note="Data BPS direvisi.")
    event = last_event(report)
    kept = event.before
    assert kept["values"] == {"a": "60", "b": "80"}
    assert [row["result_text"] for row in kept["entries"]] == ["75,00", "90"]
    assert kept["entries"][1]["document"] == "Berita resmi 1"
    value = report.values.get(element__code="a")
    entries.fill_value(report, value.element, Decimal(61), based_on=value.version, by=admin, key="baru")
    assert report.entries.get(position=1).result_text == "76,25"


def test_what_could_not_be_sent_again_is_not_taken_back() -> None:
    report = filled(Status.SUBMITTED)
    yesterday = report.period.closes - dt.timedelta(days=31)
    Period.objects.filter(pk=report.period_id).update(closes=yesterday)
    with pytest.raises(workflow.StepRefused, match="Batas pengisian sudah lewat"):
        workflow.move(report, Status.OPEN, by=builders.user(Role.OPERATOR, report.agency), note="Alasan")


def test_a_report_is_not_sent_after_its_period_has_closed() -> None:
    report = filled()
    yesterday = report.period.closes - dt.timedelta(days=31)
    Period.objects.filter(pk=report.period_id).update(closes=yesterday)
    with pytest.raises(workflow.StepRefused, match="Batas pengisian sudah lewat"):
        workflow.move(report, Status.SUBMITTED, by=builders.user(Role.OPERATOR, report.agency))


def test_an_extension_ends_where_every_page_can_still_reckon_with_it() -> None:
    report, admin = filled(), builders.user(is_superuser=True)
    for day in (dt.date(2102, 1, 1), dt.date.max):
        with pytest.raises(workflow.StepRefused, match="paling akhir 31 Desember 2101"):
            workflow.extend(report, closes=day, reason="Alasan", by=admin)
    workflow.extend(report, closes=dt.date(2101, 12, 31), reason="Alasan", by=admin)
    assert Report.objects.get(pk=report.pk).closes.year in (2101, 2102)


def test_a_period_ends_where_every_page_can_still_reckon_with_it() -> None:
    first = dt.date(2019, 1, 1)
    who: dict[str, Any] = {"year": 2019, "part": 1, "by": builders.user(is_superuser=True)}
    with pytest.raises(ValidationError, match="Tanggal tutup terletak antara"):
        entries.open_period(builders.region(), opens=first, closes=dt.date.max, **who)
    with pytest.raises(ValidationError, match="Tanggal buka terletak antara"):
        entries.open_period(builders.region(), opens=dt.date.min, closes=first, **who)
    assert not Period.objects.exists()


def replayed(report: Report) -> dict[int, bool]:
    """Return which rows are ready by the log alone."""
    ready = dict.fromkeys(report.entries.values_list("pk", flat=True), False)
    for event in report.events.order_by("pk"):
        if event.entry_id is not None and "ready" in event.after:
            assert ready[event.entry_id] == event.before["ready"]
            ready[event.entry_id] = event.after["ready"]
        for row, is_ready in event.after.get("ready", {}).items() if event.kind == "moved" else ():
            assert ready[int(row)] != is_ready
            ready[int(row)] = is_ready
    return ready


def test_the_log_alone_tells_which_rows_were_ready_at_any_time() -> None:
    report = filled()
    first, second = report.entries.order_by("position")
    by = {role: builders.user(role, report.agency) for role in (Role.OPERATOR, Role.VERIFIER, Role.HEAD)}

    def as_stored() -> dict[int, bool]:
        return dict(report.entries.values_list("pk", "ready"))

    entries.fill_entry(first, {"ready": True}, based_on=first.version, by=by[Role.OPERATOR], key="siap")
    assert replayed(report) == as_stored() == {first.pk: True, second.pk: False}
    workflow.move(report, Status.SUBMITTED, by=by[Role.OPERATOR])
    assert last_event(report).after["ready"] == {str(second.pk): True}
    assert replayed(report) == as_stored() == {first.pk: True, second.pk: True}
    workflow.move(
        report, Status.RETURNED, by=by[Role.VERIFIER], note="Periksa", row_notes={second.pk: "Salah"}
    )
    assert replayed(report) == as_stored() == {first.pk: True, second.pk: False}
    workflow.move(report, Status.SUBMITTED, by=by[Role.OPERATOR])
    assert replayed(report) == as_stored() == {first.pk: True, second.pk: True}
    workflow.move(report, Status.VERIFIED, by=by[Role.VERIFIER])
    assert "ready" not in last_event(report).after
    workflow.move(report, Status.RETURNED, by=by[Role.HEAD], note="Periksa", row_notes={first.pk: "Salah"})
    assert replayed(report) == as_stored() == {first.pk: False, second.pk: True}


# --- signature ----------------------------------------------------------------------------------------------

DAY = dt.timedelta(days=1)


def today(report: Report) -> dt.date:
    return timezone.localdate(timezone=report.agency.zone)


def approve(report: Report, **fields: Any) -> Report:
    head = builders.user(Role.HEAD, report.agency)
    return workflow.move(report, Status.APPROVED, by=head, signature=signature(report, **fields))


def test_nothing_is_approved_without_a_signature_and_nothing_else_is_signed() -> None:
    report = filled(Status.VERIFIED)
    head = builders.user(Role.HEAD, report.agency)
    before = trace(report)
    with pytest.raises(workflow.StepRefused, match="Catat tanda tangan basahnya: siapa"):
        workflow.move(report, Status.APPROVED, by=head)
    with pytest.raises(workflow.StepRefused, match="hanya dicatat saat laporan disetujui"):
        workflow.move(report, Status.RETURNED, by=head, note="Periksa", signature=signature(report))
    assert trace(report) == before


def test_the_signature_is_recorded_as_it_was_when_the_official_later_changes() -> None:
    report = filled(Status.VERIFIED)
    official = builders.official(
        report.agency, name="Pejabat uji", name_with_titles="Pejabat uji, S.Uji", capacity="plt"
    )
    approve(report, official=official, name="", position="", number=" 050/12 ")
    Official.objects.filter(pk=official.pk).update(name_with_titles="Lain")
    assert last_event(report).after["signature"] == {
        "kind": "wet",
        "official": official.pk,
        "name": "Pejabat uji, S.Uji",
        "position": "Plt. Kepala Dinas",
        "day": today(report).isoformat(),
        "number": "050/12",
    }


def test_where_the_register_has_nobody_the_name_is_typed() -> None:
    report = filled(Status.VERIFIED)
    builders.official(builders.agency())
    builders.official(report.agency, ends=today(report) - DAY)
    approve(report, name=" Penanda tangan ", position=" Kepala ")
    signed = last_event(report).after["signature"]
    assert (signed["official"], signed["name"], signed["position"], signed["number"]) == (
        None,
        "Penanda tangan",
        "Kepala",
        "",
    )


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("tomorrow", "belum tiba. Isi hari ini"),
        ("before it was verified", "baru diverifikasi .* hari itu atau sesudahnya"),
        ("no name", "Tulis nama dan jabatan"),
        ("no position", "Tulis nama dan jabatan"),
        ("typed though somebody is in office", "Pilih penanda tangan dari pejabat"),
        ("of another agency", "tidak menjabat di"),
        ("no longer in office", "tidak menjabat di .* perbaiki masa jabatannya"),
        ("not yet in office", "tidak menjabat di"),
    ],
)
def test_a_signature_that_cannot_be_is_refused(case: str, sentence: str) -> None:
    report = filled(Status.VERIFIED)
    now = today(report)
    fields: dict[str, Any] = {}
    match case:
        case "tomorrow":
            fields["day"] = now + DAY
        case "before it was verified":
            fields["day"] = now - DAY
        case "no name" | "no position":
            fields[case.removeprefix("no ")] = " "
        case "typed though somebody is in office":
            builders.official(report.agency)
        case "of another agency":
            fields["official"] = builders.official(builders.agency())
        case "no longer in office":
            fields["official"] = builders.official(report.agency, ends=now - DAY)
        case "not yet in office":
            fields["official"] = builders.official(report.agency, starts=now + DAY)
    before = trace(report)
    with pytest.raises(workflow.StepRefused, match=sentence):
        approve(report, **fields)
    assert trace(report) == before


# --- own rows -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["value", "text"])
def test_nobody_verifies_the_rows_they_entered(what: str) -> None:
    report = filled()
    user = builders.user(Role.VERIFIER, report.agency)
    builders.membership(user, Role.OPERATOR, report.agency)
    if what == "value":
        value = report.values.get(element__code="a")
        entries.fill_value(report, value.element, Decimal(61), based_on=value.version, by=user, key="x")
    else:
        row = report.entries.get(position=1)
        entries.fill_entry(row, {"obstacle": "Hujan"}, based_on=row.version, by=user, key="x")
    workflow.move(report, Status.SUBMITTED, by=user)
    with pytest.raises(workflow.StepRefused, match="verifikator lain"):
        workflow.move(report, Status.VERIFIED, by=user)
    workflow.move(report, Status.VERIFIED, by=builders.user(Role.VERIFIER, report.agency))
    assert "verified_own_rows" not in last_event(report).after


def test_a_figure_stays_its_writers_when_others_write_beside_it() -> None:
    report = filled()
    user = builders.user(Role.VERIFIER, report.agency)
    builders.membership(user, Role.OPERATOR, report.agency)
    operator = builders.user(Role.OPERATOR, report.agency)
    for by, changes in ((user, {"number": Decimal(91)}), (operator, {"driver": "Musim baik"})):
        row = report.entries.get(position=2)
        entries.fill_entry(row, changes, based_on=row.version, by=by, key=f"k{next(keys)}")
    workflow.move(report, Status.SUBMITTED, by=operator)
    with pytest.raises(workflow.StepRefused, match="verifikator lain"):
        workflow.move(report, Status.VERIFIED, by=user)


def test_an_agency_may_allow_it_and_then_it_is_recorded() -> None:
    report = empty_report(allows_self_verification=True)
    user = builders.user(Role.VERIFIER, report.agency)
    builders.membership(user, Role.OPERATOR, report.agency)
    fill(report, by=user)
    workflow.move(report, Status.SUBMITTED, by=user)
    workflow.move(report, Status.VERIFIED, by=user)
    assert last_event(report).after["verified_own_rows"] is True


# --- what keeps a report ------------------------------------------------------------------------------------


def sentences(report: Report) -> list[tuple[int, str]]:
    return [(entry.position, sentence) for entry, sentence in workflow.shortcomings(report)]


def test_an_empty_report_is_not_sent_and_the_refusal_says_what_is_missing() -> None:
    report = empty_report()
    before = trace(report)
    with pytest.raises(workflow.StepRefused, match="Belum dapat dikirim") as refusal:
        workflow.move(report, Status.SUBMITTED, by=builders.user(Role.OPERATOR, report.agency))
    assert "A dan B belum diisi" in str(refusal.value)
    assert trace(report) == before


def test_an_outside_figure_carries_source_document_and_date() -> None:
    report = filled()
    assert sentences(report) == []
    report.entries.filter(position=2).update(document="")
    assert sentences(report) == [(2, "Lengkapi sumber, dokumen, dan tanggal dokumennya.")]


def test_what_does_not_apply_needs_nothing_more() -> None:
    report = filled()
    row = report.entries.get(position=2)
    changes = {"not_applicable": "Tidak ada survei.", "document": ""}
    user = builders.user(Role.AGENCY_ADMIN, report.agency)
    entries.fill_entry(row, changes, based_on=row.version, by=user, key="x")
    assert sentences(report) == []


def test_below_target_is_explained_where_the_agency_demands_it() -> None:
    report = filled(requires_explanation=True)
    why = "Capaian di bawah target: tulis kendala dan tindak lanjutnya."
    assert sentences(report) == [(1, why), (2, why)]
    report.entries.update(obstacle="Hujan", follow_up="Atap")
    assert sentences(report) == []


def test_an_odd_figure_keeps_the_report_until_it_has_a_reason() -> None:
    report = filled()
    user = builders.user(Role.OPERATOR, report.agency)
    value = report.values.get(element__code="a")
    entries.fill_value(report, value.element, Decimal(90), based_on=value.version, by=user, key="x")
    swapped = (
        "Pembilang (90) lebih besar dari penyebut (80), sehingga hasilnya di atas 100%. "
        "Periksa apakah tertukar."
    )
    assert sentences(report) == [(1, swapped)]
    row = report.entries.get(position=1)
    entries.fill_entry(row, {"reason": "Dua tahun buku."}, based_on=row.version, by=user, key="y")
    assert sentences(report) == []


def test_another_units_rows_wait_until_that_unit_says_they_are_ready() -> None:
    agency = builders.agency()
    units = [builders.unit(agency) for _ in range(2)]
    set_ = builders.indicator_set(agency)
    goal = builders.goal(set_)
    for unit, code in zip(units, "ab", strict=True):
        builders.element(agency, code)
        builders.indicator(goal, formula=code, unit="unit").units.add(unit)
    sets.put_in_force(set_, by=builders.user(is_superuser=True))
    report = builders.report(set_)
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    for code in "ab":
        value = report.values.get(element__code=code)
        entries.fill_value(report, value.element, Decimal(1), based_on=0, by=admin, key=code)
    user = builders.user(Role.OPERATOR, agency, unit=units[0])
    with pytest.raises(workflow.StepRefused, match="Belum ditandai siap"):
        workflow.move(report, Status.SUBMITTED, by=user)
    other = report.entries.get(position=2)
    entries.fill_entry(
        other,
        {"ready": True},
        based_on=0,
        by=builders.user(Role.OPERATOR, agency, unit=units[1]),
        key="siap",
    )
    workflow.move(report, Status.SUBMITTED, by=user)
    assert all(report.entries.values_list("ready", flat=True))


# --- locked -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [status for status in Status if status not in EDITABLE])
def test_nothing_is_filled_in_a_report_that_has_been_sent(status: Status) -> None:
    report = filled(status)
    user = builders.user(Role.AGENCY_ADMIN, report.agency)
    value, row = report.values.earliest("pk"), report.entries.earliest("pk")
    before = trace(report)
    with pytest.raises(entries.Locked, match="terkunci"):
        entries.fill_value(report, value.element, Decimal(1), based_on=value.version, by=user, key="x")
    with pytest.raises(entries.Locked, match="terkunci"):
        entries.fill_entry(row, {"obstacle": "x"}, based_on=row.version, by=user, key="y")
    assert trace(report) == before


def test_a_sent_report_is_never_computed_again() -> None:
    report = filled(Status.SUBMITTED)
    for target in report.entries.earliest("pk").indicator.targets.all():
        target.revised_value, target.decision, target.decision_date = 1, "050/1", dt.date(2018, 7, 1)
        target.save()
    verifier = builders.user(Role.VERIFIER, report.agency)
    workflow.move(report, Status.VERIFIED, by=verifier)
    assert Entry.objects.filter(report=report).earliest("pk").achievement_text == "75,00"
