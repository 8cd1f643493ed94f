"""Who gets what: every address × every visitor × the own agency, another of the region, another region.

A new address fails test_no_address_is_forgotten until it has a row in ADDRESSES.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from agencies.models import Agency, User
from agencies.roles import LOG_ROLES, MASTER_ROLES, REGIONAL_ROLES, Role
from indicators import sets
from reports import entries, evidence, issuing, notes
from reports.models import Notice, Report
from reports.signatures import Signature
from reports.status import FILLERS, GRANTERS
from tests import builders

pytestmark = pytest.mark.django_db

SCOPES = ("own", "sibling", "foreign")
OUTSIDERS = ("anonymous", "stranger")
VISITORS = (*OUTSIDERS, *Role, "superuser")
LOGIN = "/akun/masuk/"
Response = Any  # the test client adds to the response of Django

# Who is let in where they belong: a superuser everywhere, a regional role at every agency of its region.
EVERYBODY = "everybody who is signed in, wherever they belong"
NOBODY = "nobody else than the one it is for"
MEMBERS: tuple[Role, ...] = tuple(Role)


@dataclass(frozen=True)
class Address:
    """A row: who is let in, the parameters by the names of `Scene.things`, what is sent by POST if anything.

    `refused` is the answer to somebody who belongs there and has another role: 404 unless it says otherwise.
    `anywhere`: the address names no agency, so the role alone decides.
    """

    audience: str | tuple[Role, ...]
    parameters: dict[str, str] = field(default_factory=dict)
    post: dict[str, str] | None = None
    refused: int = 404
    let_in: tuple[int, ...] = (200, 302)
    anywhere: bool = False


AGENCY = {"code": "agency"}
DRAFT, GOAL, DRAFT_INDICATOR = {"pk": "draft"}, {"pk": "draft_goal"}, {"pk": "draft_indicator"}
REPORT, ENTRY = {"pk": "report"}, {"pk": "report", "entry": "entry"}
IMPORT = {"pk": "import"}
UP = "=naik"  # a parameter that begins with "=" stands for itself
ADDRESSES: dict[str, Address] = {
    "home": Address(EVERYBODY),
    "help": Address(EVERYBODY),
    "gallery": Address(EVERYBODY),
    # That regions, agencies and what they put in force exist is public to all who sign in.
    "region-list": Address(EVERYBODY),
    "region-detail": Address(EVERYBODY, {"code": "region"}),
    "agency-list": Address(EVERYBODY),
    "agency-detail": Address(EVERYBODY, AGENCY),
    "agency-add": Address(GRANTERS, anywhere=True),
    "agency-edit": Address(MASTER_ROLES, AGENCY),
    "unit-add": Address(MASTER_ROLES, AGENCY),
    "unit-edit": Address(MASTER_ROLES, {"code": "agency", "pk": "unit"}),
    "unit-delete": Address(MASTER_ROLES, {"code": "agency", "pk": "unit"}),
    "official-add": Address(MASTER_ROLES, AGENCY),
    "official-edit": Address(MASTER_ROLES, {"code": "agency", "pk": "official"}),
    "official-delete": Address(MASTER_ROLES, {"code": "agency", "pk": "official"}),
    "indicator-set-list": Address(EVERYBODY),
    "indicator-set-detail": Address(MEMBERS, DRAFT),
    "indicator-set-pdf": Address(MEMBERS, DRAFT),
    "indicator-set-export": Address(MEMBERS, {**DRAFT, "kind": "=csv"}),
    "indicator-set-changes": Address(MEMBERS, DRAFT),
    "indicator-set-issue": Address(MASTER_ROLES, {"pk": "set"}),
    "indicator-set-add": Address(MASTER_ROLES, AGENCY),
    "indicator-set-edit": Address(MASTER_ROLES, DRAFT),
    "indicator-set-compose": Address(MASTER_ROLES, DRAFT),
    "indicator-set-delete": Address(MASTER_ROLES, DRAFT),
    "indicator-set-revise": Address(MASTER_ROLES, {"pk": "other_set"}),
    "indicator-set-put-in-force": Address(MASTER_ROLES, DRAFT),
    "goal-add": Address(MASTER_ROLES, DRAFT),
    "goal-edit": Address(MASTER_ROLES, GOAL),
    "goal-delete": Address(MASTER_ROLES, GOAL),
    "goal-move": Address(MASTER_ROLES, {**GOAL, "direction": UP}, post={}),
    "formula-check": Address(MASTER_ROLES, GOAL, post={}),
    "indicator-add": Address(MASTER_ROLES, GOAL),
    "indicator-detail": Address(MEMBERS, DRAFT_INDICATOR),
    "indicator-edit": Address(MASTER_ROLES, DRAFT_INDICATOR),
    "indicator-delete": Address(MASTER_ROLES, DRAFT_INDICATOR),
    "indicator-move": Address(MASTER_ROLES, {**DRAFT_INDICATOR, "direction": UP}, post={}),
    "target-edit": Address(MASTER_ROLES, DRAFT_INDICATOR),
    "target-revise": Address(MASTER_ROLES, {"pk": "indicator", "year": "year"}),
    "data-element-list": Address(MEMBERS, AGENCY),
    "data-element-add": Address(MASTER_ROLES, AGENCY),
    "data-element-edit": Address(MASTER_ROLES, {"code": "agency", "pk": "element"}),
    "data-element-delete": Address(MASTER_ROLES, {"code": "agency", "pk": "element"}, let_in=(200, 409)),
    "indicator-years": Address(MEMBERS, {"pk": "thread"}),
    "indicator-years-export": Address(MEMBERS, {"pk": "thread", "kind": "=csv"}),
    "national-dashboard": Address((), anywhere=True),
    "region-dashboard": Address(REGIONAL_ROLES, {"code": "region"}),
    "period-list": Address(GRANTERS, anywhere=True),
    "period-open": Address(GRANTERS, {"code": "region"}),
    "period-detail": Address(GRANTERS, {"pk": "period"}),
    "task-list": Address(EVERYBODY),
    "report-list": Address(EVERYBODY),
    "report-list-export": Address(EVERYBODY, {"kind": "=csv"}),
    "report-export": Address(MEMBERS, {**REPORT, "kind": "=csv"}),
    "report-template": Address(MEMBERS, REPORT),
    "report-detail": Address(MEMBERS, REPORT),
    "report-fill": Address(MEMBERS, REPORT),
    "report-extend": Address(GRANTERS, REPORT),
    # Whose step it is not reads on the page of the report why.
    "report-move": Address(MEMBERS, {**REPORT, "to": "=submitted"}, post={}),
    "report-notes": Address(MEMBERS, REPORT),
    "report-document": Address(MEMBERS, REPORT),
    "report-document-pdf": Address(MEMBERS, REPORT),
    "report-issue": Address(MASTER_ROLES, REPORT, post={}),
    "issued-document": Address(MEMBERS, {"pk": "document"}),
    "issued-document-file": Address(MEMBERS, {"pk": "document", "kind": "=pdf"}),
    # Each cell is answered by a status of its own; test_entry_pages.py.
    "cells-fill": Address(MEMBERS, REPORT, post={"v{value}-version": "0", "v{value}-key": "{key}"}),
    "entry-panel": Address(MEMBERS, ENTRY),
    "entry-trend": Address(MEMBERS, ENTRY),
    "entry-history": Address(MEMBERS, ENTRY),
    "entry-notes": Address(MEMBERS, ENTRY, post={"text": "Sudah diperiksa.", "key": "{key}"}),
    "evidence-list": Address(MEMBERS, ENTRY),
    "evidence-download": Address(MEMBERS, {"pk": "evidence"}),
    "evidence-replace": Address(MEMBERS, {"pk": "evidence"}),
    "evidence-remove": Address(MEMBERS, {"pk": "evidence"}),
    # Of the reader alone; test_notices.py.
    "notice-list": Address(EVERYBODY),
    "notice-read": Address(EVERYBODY, post={}),
    "notice-open": Address(NOBODY, {"pk": "notice"}),
    # An import is seen by who manages the agency, and by its uploader; test_import_pages.py.
    "import-list": Address(EVERYBODY),
    "import-add": Address((*FILLERS, *GRANTERS), anywhere=True),
    "import-detail": Address(MASTER_ROLES, IMPORT),
    "import-mapping": Address(MASTER_ROLES, IMPORT),
    "import-questions": Address(MASTER_ROLES, IMPORT),
    "import-review": Address(MASTER_ROLES, IMPORT),
    "import-repair": Address(MASTER_ROLES, IMPORT, post={"key": "IKU!1", "value": "skip"}),
    "import-confirm": Address(MASTER_ROLES, IMPORT, post={"plan": "lama"}),
    "import-undo": Address(MASTER_ROLES, IMPORT),
    "import-drop": Address(MASTER_ROLES, IMPORT),
    "import-again": Address(MASTER_ROLES, IMPORT, post={}),
    "import-annotated": Address(MASTER_ROLES, IMPORT),
    "audit-log": Address(LOG_ROLES, anywhere=True),
    "audit-log-download": Address(LOG_ROLES, anywhere=True),
}
# Pages of the library that signs people in: they say the same to everybody.
OF_ALLAUTH = "account_"


@dataclass
class Scene:
    """One agency with a row of everything, whose private texts all hold its `mark`."""

    mark: str
    agency: Agency
    report: Report
    things: dict[str, Any]


def scene(agency: Agency, mark: str) -> Scene:
    """Put one row of everything into `agency`."""
    unit, official = builders.unit(agency), builders.official(agency)
    element = builders.element(agency, "bahan")
    in_force = builders.indicator_set(agency, first_year=2025, last_year=2026)
    indicator = builders.indicator(builders.goal(in_force), formula="bahan * 100%")
    builders.target(indicator, 2025)
    admin_ = builders.user(is_superuser=True)
    sets.put_in_force(in_force, by=admin_)
    draft = sets.revise(in_force, by=admin_, reason=f"{mark} alasan")
    goal = draft.goals.get()
    goal.text = f"{mark} sasaran"
    goal.save()
    other = builders.set_in_force(agency, first_year=2020)
    report = builders.report(agency, year=2025)
    entry, value = report.entries.get(), report.values.get()
    filler = builders.user(Role.OPERATOR, agency, name=f"{mark} pengisi")
    entries.fill_entry(entry, {"obstacle": f"{mark} kendala"}, based_on=0, by=filler, key=f"{mark}-e")
    upload = SimpleUploadedFile(f"{mark}.pdf", f"%PDF-1.7\n{mark}\n%%EOF\n".encode(), "application/pdf")
    kept = evidence.attach_file(entry, upload, by=filler, key=f"{mark}-f")
    notes.note(report, f"{mark} catatan laporan", by=filler, key=f"{mark}-n")
    notes.note(report, f"{mark} catatan baris", by=filler, key=f"{mark}-r", entry=entry)
    notice = Notice.objects.create(
        user=filler, report=report, kind="noted", occasion=mark, sentence=f"{mark} pemberitahuan"
    )
    table = f"Sasaran Strategis;Indikator Kinerja Utama;Satuan\nNaiknya mutu;{mark} impor;Nilai\n"
    batch = builders.import_batch(agency, admin_, table=table)
    signed = Signature(timezone.localdate(), name=f"{mark} penanda tangan", position="Kepala").record()
    document = issuing.issue_report(report, signed, by=admin_, at=timezone.now())
    things = {
        "document": document.pk,
        "import": batch.pk,
        "evidence": kept.evidence.pk,
        "notice": notice.pk,
        "region": agency.region.code,
        "agency": agency.code,
        "unit": unit.pk,
        "official": official.pk,
        "element": element.pk,
        "set": in_force.pk,
        "other_set": other.pk,
        "indicator": indicator.pk,
        "thread": indicator.thread_id,
        "year": 2025,
        "draft": draft.pk,
        "draft_goal": goal.pk,
        "draft_indicator": goal.indicators.get().pk,
        "period": report.period_id,
        "report": report.pk,
        "entry": entry.pk,
        "value": value.pk,
    }
    return Scene(mark, agency, report, things)


def reaches(visitor: str, scope: str) -> bool:
    """Whether a visitor who belongs to the own agency (or its region) belongs to that of `scope`."""
    if visitor == "superuser":
        return True
    if visitor in OUTSIDERS:
        return False
    return scope == "own" or (scope == "sibling" and Role(visitor).is_regional)


def expected(address: Address, visitor: str, scope: str) -> tuple[int, ...]:
    """Return the answers that are right."""
    if visitor == "anonymous":
        # What was typed is kept on the page that says the session has ended.
        return (302,) if address.post is None else (403,)
    if address.audience == EVERYBODY:
        return address.let_in
    if not (reaches(visitor, scope) or (address.anywhere and visitor not in OUTSIDERS)):
        return (404,)
    is_let_in = visitor in address.audience or (visitor == "superuser" and address.audience != NOBODY)
    return address.let_in if is_let_in else (address.refused,)


@dataclass
class World:
    """The three agencies, and a signed-in client for every visitor."""

    scenes: dict[str, Scene]
    clients: dict[str, Client]

    def ask(self, visitor: str, name: str, scope: str) -> Response:
        """Ask for the address `name` of the agency of `scope`; what it changes is taken back."""
        address, things = ADDRESSES[name], self.scenes[scope].things
        return self.send(
            visitor, name, address, {k: _thing(v, things) for k, v in address.parameters.items()}, things
        )

    def send(
        self, visitor: str, name: str, address: Address, parameters: dict[str, Any], things: dict[str, Any]
    ) -> Response:
        """Send the request, by POST where the address takes one, and take back what it changed."""
        url, client = reverse(name, kwargs=parameters), self.clients[visitor]
        before = transaction.savepoint()
        try:
            if address.post is None:
                return client.get(url)
            key = f"{visitor}-{name}"
            data = {k.format(**things): v.format(key=key) for k, v in address.post.items()}
            return client.post(url, data)
        finally:
            transaction.savepoint_rollback(before)


def _thing(name: str, things: dict[str, Any]) -> Any:
    return name[1:] if name.startswith("=") else things[name]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Make the world once, and unmake it."""
    with django_db_blocker.unblock(), transaction.atomic():
        here = builders.region("64")
        places = {"own": here, "sibling": here, "foreign": builders.region("35.74")}
        scenes = {
            scope: scene(builders.agency(region=region), f"RAHASIA-{scope.upper()}")
            for scope, region in places.items()
        }
        own = scenes["own"].agency
        users: dict[str, User | None] = {
            "anonymous": None,
            "stranger": builders.user(),
            "superuser": builders.user(is_superuser=True),
            **{role.value: user for role, user in builders.staff(own).items()},
        }
        clients = {name: Client(raise_request_exception=False) for name in users}
        for name, user in users.items():
            if user:
                clients[name].force_login(user)
        yield World(scenes, clients)
        transaction.set_rollback(True)


def addresses(resolver: URLResolver | None = None) -> Iterator[str]:
    """Yield the names of all addresses but those of the stock admin, which takes superusers only."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from addresses(pattern)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def test_no_address_is_forgotten() -> None:
    assert {name for name in addresses() if not name.startswith(OF_ALLAUTH)} == set(ADDRESSES)


@pytest.mark.parametrize("name", ADDRESSES)
def test_everybody_gets_what_is_theirs_and_nothing_else(world: World, name: str) -> None:
    address = ADDRESSES[name]
    scopes = SCOPES if any(not v.startswith("=") for v in address.parameters.values()) else SCOPES[:1]
    wrong = []
    for visitor, scope in itertools.product(VISITORS, scopes):
        response = world.ask(visitor, name, scope)
        right = expected(address, visitor, scope)
        to_login = response.status_code == 302 and response.headers["Location"].startswith(LOGIN)
        if response.status_code not in right or to_login != (right == (302,) and visitor == "anonymous"):
            wrong.append(f"{visitor} at {scope}: {response.status_code}, not {right}")
        hidden = [
            s
            for s in SCOPES
            if not reaches(visitor, s) and world.scenes[s].mark.encode() in response.getvalue()
        ]
        if hidden:
            wrong.append(f"{visitor} at {scope} reads what belongs to {', '.join(hidden)}")
    assert wrong == []


@pytest.mark.parametrize("name", [name for name in ADDRESSES if len(ADDRESSES[name].parameters) > 1])
def test_a_row_of_another_agency_is_not_reached_through_the_own(world: World, name: str) -> None:
    address = ADDRESSES[name]
    names = [k for k, v in address.parameters.items() if not v.startswith("=") and v != "year"]
    if len(names) < 2:
        return
    own, foreign = world.scenes["own"].things, world.scenes["foreign"].things
    mixed = {k: _thing(v, own) for k, v in address.parameters.items()}
    mixed[names[-1]] = foreign[address.parameters[names[-1]]]
    assert world.send("superuser", name, address, mixed, own).status_code == 404


def test_the_marks_are_there_to_be_seen(world: World) -> None:
    """A control of the search for what is hidden: who belongs there does read it."""
    for name in ("report-detail", "indicator-set-detail", "indicator-set-changes"):
        for scope in SCOPES:
            assert world.scenes[scope].mark in world.ask("superuser", name, scope).content.decode()
    assert world.scenes["own"].mark in world.ask("operator", "report-detail", "own").content.decode()


@pytest.mark.parametrize("visitor", VISITORS)
def test_the_stock_admin_takes_superusers_only(world: World, visitor: str) -> None:
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert (world.clients[visitor].get(url).status_code == 200) == (visitor == "superuser"), url
