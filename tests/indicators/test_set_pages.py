"""Pages of IKU sets: every page × visitor, the way of a draft into force, and what never becomes a 500."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Agency, User
from agencies.roles import Role
from indicators import sets
from indicators.forms.sets import next_number
from indicators.models import Indicator, IndicatorSet, IndicatorThread, StrategicGoal
from tests import builders

pytestmark = pytest.mark.django_db
Status = IndicatorSet.Status

MEMBERS = ["operator", "head", "inspector"]
MANAGERS = ["admin", "region_admin", "superuser"]
OUTSIDERS = ["other_admin", "other_region_admin", "stranger"]
VISITORS = ["anonymous", *MEMBERS, *MANAGERS, *OUTSIDERS]


@pytest.fixture
def agency() -> Agency:
    return builders.agency(code="dinas", name="Dinas Perdagangan", short_name="Disdag", place="Samarinda")


@pytest.fixture
def draft(agency: Agency) -> IndicatorSet:
    """Give a draft with two goals: one indicator in the first, two in the second, numbered 1 to 3."""
    new = builders.indicator_set(agency)
    first = builders.goal(new, text="Meningkatnya ekspor")
    second = builders.goal(new, text="Meningkatnya koperasi")
    builders.indicator(first, name="Nilai ekspor", number="1.")
    builders.indicator(second, name="Koperasi sehat", number="2")
    builders.indicator(second, name="Koperasi aktif", number="3")
    return new


@pytest.fixture
def in_force(agency: Agency) -> IndicatorSet:
    return builders.set_in_force(agency, first_year=2017)


@pytest.fixture
def admin(client: Client, agency: Agency) -> Client:
    """Give the browser of the agency's admin."""
    client.force_login(visitor("admin", agency))
    return client


def visitor(name: str, agency: Agency) -> User:
    match name:
        case "operator" | "head" | "inspector" | "region_admin":
            role = Role(name)
            return builders.user(role, agency.region if role.is_regional else agency)
        case "admin":
            return builders.user(Role.AGENCY_ADMIN, agency)
        case "other_admin":
            return builders.user(Role.AGENCY_ADMIN, builders.agency())
        case "other_region_admin":
            return builders.user(Role.REGION_ADMIN, builders.region("35"))
        case _:
            return builders.user(is_superuser=name == "superuser")


def address(page: str, draft: IndicatorSet, in_force: IndicatorSet) -> str:
    match page.split():
        case ["indicator-set-list"]:
            return reverse(page)
        case ["indicator-set-add"]:
            return reverse(page, args=[draft.agency.code])
        case ["indicator-set-revise"]:
            return reverse(page, args=[in_force.pk])
        case [name, "in_force"]:
            return reverse(name, args=[in_force.pk])
        case ["goal-edit" | "goal-delete"]:
            goal = draft.goals.first()
            assert goal
            return reverse(page, args=[goal.pk])
        case _:
            return reverse(page, args=[draft.pk])


EVERYBODY = {*MEMBERS, *MANAGERS, *OUTSIDERS}
READERS: dict[str, set[str]] = {
    "indicator-set-list": EVERYBODY,
    "indicator-set-changes in_force": EVERYBODY,
    "indicator-set-changes": {*MEMBERS, *MANAGERS},
    **{
        page: {*MANAGERS}
        for page in (
            "indicator-set-add",
            "indicator-set-edit",
            "indicator-set-compose",
            "indicator-set-delete",
            "indicator-set-revise",
            "indicator-set-put-in-force",
            "goal-add",
            "goal-edit",
            "goal-delete",
        )
    },
}


@pytest.mark.parametrize("name", VISITORS)
@pytest.mark.parametrize("page", READERS)
def test_every_page_lets_in_its_visitors_only(
    client: Client, draft: IndicatorSet, in_force: IndicatorSet, page: str, name: str
) -> None:
    url = address(page, draft, in_force)
    if name == "anonymous":
        assert client.get(url).headers["Location"] == f"{reverse('account_login')}?next={url}"
        return
    client.force_login(visitor(name, draft.agency))
    assert client.get(url).status_code == (200 if name in READERS[page] else 404)


CHANGING = [
    "indicator-set-edit",
    "indicator-set-delete",
    "indicator-set-put-in-force",
    "goal-add",
    "goal-delete",
]


@pytest.mark.parametrize("name", [*MEMBERS, *OUTSIDERS])
@pytest.mark.parametrize("page", CHANGING)
def test_nobody_else_changes_a_draft(
    client: Client, draft: IndicatorSet, in_force: IndicatorSet, page: str, name: str
) -> None:
    client.force_login(visitor(name, draft.agency))
    assert client.post(address(page, draft, in_force)).status_code == 404
    draft.refresh_from_db()
    assert draft.is_draft
    assert draft.goals.count() == 2


@pytest.mark.parametrize("name", [*MEMBERS, *OUTSIDERS])
@pytest.mark.parametrize("page", ["goal-move", "indicator-move"])
def test_nobody_else_moves_a_row(client: Client, draft: IndicatorSet, page: str, name: str) -> None:
    client.force_login(visitor(name, draft.agency))
    row = draft.goals.all()[1] if page == "goal-move" else Indicator.objects.get(name="Koperasi aktif")
    assert client.post(reverse(page, args=[row.pk, "naik"])).status_code == 404


# --- what is in force ---------------------------------------------------------------------------------------

EDITING = ["edit", "compose", "delete", "put-in-force"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", EDITING)
def test_a_set_in_force_answers_that_it_is_only_revisable(
    admin: Client, in_force: IndicatorSet, page: str, method: str
) -> None:
    response = getattr(admin, method)(reverse(f"indicator-set-{page}", args=[in_force.pk]))
    assert response.status_code == 409
    assert "hanya dapat dibaca" in response.content.decode()
    assert reverse("indicator-set-revise", args=[in_force.pk]) in response.content.decode()


@pytest.mark.parametrize("page", ["goal-edit", "goal-delete", "goal-move", "indicator-move"])
def test_rows_of_a_set_in_force_answer_the_same(admin: Client, in_force: IndicatorSet, page: str) -> None:
    row = in_force.goals.get() if page.startswith("goal") else Indicator.objects.get()
    args = [row.pk, "naik"] if page.endswith("move") else [row.pk]
    response = admin.post(reverse(page, args=args), {"number": "9", "text": "Lain"})
    assert response.status_code == 409
    assert in_force.goals.get().text != "Lain"


def test_a_set_with_an_open_revision_leads_to_it(admin: Client, in_force: IndicatorSet) -> None:
    draft = sets.revise(in_force, by=builders.user(), reason="Alasan")
    for page, method in (("edit", admin.get), ("revise", admin.get), ("revise", admin.post)):
        response = method(reverse(f"indicator-set-{page}", args=[in_force.pk]), {"reason": "Lagi"})
        assert response.status_code == 409
        assert reverse("indicator-set-compose", args=[draft.pk]) in response.content.decode()


def test_a_superseded_set_is_history(admin: Client, in_force: IndicatorSet) -> None:
    draft = sets.revise(in_force, by=builders.user(), reason="Alasan")
    sets.put_in_force(draft, by=builders.user())
    response = admin.get(reverse("indicator-set-revise", args=[in_force.pk]))
    assert response.status_code == 409
    assert "disimpan sebagai riwayat" in response.content.decode()


# --- the list -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("q=disdag", True),
        ("q=perdagangan+14", True),
        ("q=perikanan", False),
        ("status=in_force", True),
        ("status=superseded", False),
        ("status=draft", False),
        ("status=apa-saja", True),
        ("page=tujuh", True),
    ],
)
def test_the_list_is_searched_by_words_and_status(
    client: Client, agency: Agency, query: str, found: bool
) -> None:
    indicator_set = builders.set_in_force(agency, number="14")
    client.force_login(builders.user())
    response = client.get(f"{reverse('indicator-set-list')}?{query}")
    assert (indicator_set.get_absolute_url() in response.content.decode()) is found


def test_drafts_are_listed_for_members_and_continued_by_managers(client: Client, draft: IndicatorSet) -> None:
    compose = reverse("indicator-set-compose", args=[draft.pk])
    for name, sees, continues in (
        ("stranger", False, False),
        ("operator", True, False),
        ("admin", True, True),
    ):
        client.force_login(visitor(name, draft.agency))
        page = client.get(reverse("indicator-set-list")).content.decode()
        assert (draft.get_absolute_url() in page, compose in page) == (sees, continues)


def test_the_list_says_which_years_a_revised_set_still_rules(client: Client, agency: Agency) -> None:
    original = builders.set_in_force(agency, first_year=2018, last_year=2023)
    draft = sets.revise(original, by=builders.user(), reason="Alasan")
    draft.first_year = draft.last_year = 2020
    draft.save()
    sets.put_in_force(draft, by=builders.user())
    client.force_login(builders.user())
    assert "untuk 2018–2019, 2021–2023" in client.get(reverse("indicator-set-list")).content.decode()


@pytest.mark.parametrize(("agencies", "shown"), [(1, 1), (3, 3), (14, 12)])
def test_a_manager_begins_a_set_for_each_managed_agency(client: Client, agencies: int, shown: int) -> None:
    for _ in range(agencies):
        builders.agency()
    client.force_login(builders.user(is_superuser=True))
    page = client.get(reverse("indicator-set-list")).content.decode()
    assert page.count("/iku/tambah/") == shown
    assert ("Perangkat daerah lain" in page) is (agencies > shown)


def test_the_list_asks_the_database_as_often_for_many_sets_as_for_one(client: Client) -> None:
    client.force_login(builders.user(is_superuser=True))
    counts = []
    for _ in range(2):
        builders.set_in_force()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("indicator-set-list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- beginning and describing a draft -----------------------------------------------------------------------


def typed(**changes: Any) -> dict[str, Any]:
    """Return what a browser sends for the form of a set."""
    fields = {"instrument": "sk", "first_year": "2018", "last_year": "2019", "layout": builders.layout().pk}
    return fields | changes


def test_a_new_draft_is_begun_and_then_composed(admin: Client, agency: Agency) -> None:
    response = admin.post(
        reverse("indicator-set-add", args=["dinas"]), typed(date="Januari 2018", number="14")
    )
    draft = agency.indicator_sets.get()
    assert response.headers["Location"] == reverse("indicator-set-compose", args=[draft.pk])
    assert (draft.date, draft.date_precision, draft.date_text) == (
        dt.date(2018, 1, 1),
        "month",
        "Januari 2018",
    )


def test_a_new_draft_proposes_what_the_last_one_said(admin: Client, agency: Agency) -> None:
    layout = builders.layout(code="lain", name="Lain")
    builders.indicator_set(agency, instrument="pergub", layout=layout)
    form = admin.get(reverse("indicator-set-add", args=["dinas"])).context["form"]
    assert (form["instrument"].value(), form["layout"].value(), form["place"].value()) == (
        "pergub",
        layout.pk,
        "Samarinda",
    )


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"date": "tujuh"}, "date", "bukan tanggal"),
        ({"first_year": "2020"}, "last_year", "Tahun akhir (2019) mendahului tahun mulai (2020)."),
        ({"last_year": "2035"}, "last_year", "paling lama 10 tahun"),
        ({"first_year": "dua ribu"}, "first_year", "empat angka"),
        ({"first_year": "1018"}, "first_year", "paling awal 2000"),
        ({"layout": ""}, "layout", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_stays_typed(
    admin: Client, agency: Agency, changes: dict[str, str], field: str, sentence: str
) -> None:
    response = admin.post(reverse("indicator-set-add", args=["dinas"]), typed(**changes))
    assert response.status_code == 200
    assert sentence in " ".join(response.context["form"].errors[field])
    for name, value in changes.items():
        assert response.context["form"][name].value() == value
    assert not agency.indicator_sets.exists()


def test_only_officials_of_the_agency_may_sign(admin: Client, agency: Agency) -> None:
    stranger = builders.official(builders.agency())
    response = admin.post(reverse("indicator-set-add", args=["dinas"]), typed(signatory=stranger.pk))
    assert "signatory" in response.context["form"].errors
    own = builders.official(agency, name="Kepala", ends=dt.date(2020, 12, 31))
    page = admin.get(reverse("indicator-set-add", args=["dinas"])).content.decode()
    assert "Kepala – Kepala Dinas (2 Januari 2018 – 31 Desember 2020)" in page
    assert str(stranger) not in page
    admin.post(reverse("indicator-set-add", args=["dinas"]), typed(signatory=own.pk))
    assert agency.indicator_sets.get().signatory == own


def test_a_draft_shows_its_date_as_it_was_typed_and_keeps_it(admin: Client, draft: IndicatorSet) -> None:
    url = reverse("indicator-set-edit", args=[draft.pk])
    admin.post(url, typed(date="Januari 2018"))
    assert 'value="Januari 2018"' in admin.get(url).content.decode()
    admin.post(url, typed(date="2 Januari 2018"))
    draft.refresh_from_db()
    assert (draft.date, draft.date_precision) == (dt.date(2018, 1, 2), "day")
    admin.post(url, typed(date=""))
    draft.refresh_from_db()
    assert draft.date is None


def test_a_revision_keeps_its_reason(admin: Client, in_force: IndicatorSet) -> None:
    draft = sets.revise(in_force, by=builders.user(), reason="Alasan")
    url = reverse("indicator-set-edit", args=[draft.pk])
    response = admin.post(url, typed(reason=" "))
    assert response.context["form"].errors["reason"] == ["Tulis alasan perubahan penetapan ini."]
    admin.post(url, typed(reason="Alasan lain"))
    draft.refresh_from_db()
    assert draft.reason == "Alasan lain"


# --- composing ----------------------------------------------------------------------------------------------


def test_the_working_page_lists_what_is_missing_with_the_way_to_it(
    admin: Client, draft: IndicatorSet
) -> None:
    empty = builders.goal(draft, text="Sasaran kosong")
    broken = builders.indicator(draft.goals.all()[0], formula="tidak_ada", name="Rusak")
    page = admin.get(reverse("indicator-set-compose", args=[draft.pk])).content.decode()
    assert "Sasaran “Sasaran kosong” belum punya indikator." in page
    assert f'href="{reverse("indicator-add", args=[empty.pk])}">Perbaiki' in page
    assert f'href="{reverse("indicator-edit", args=[broken.pk])}">Perbaiki' in page
    assert "sumber data belum diisi" in page
    assert reverse("target-edit", args=[broken.pk]) in page


def test_an_empty_draft_asks_for_its_first_goal(admin: Client, agency: Agency) -> None:
    draft = builders.indicator_set(agency)
    page = admin.get(reverse("indicator-set-compose", args=[draft.pk])).content.decode()
    assert "Draf ini belum berisi sasaran." in page
    assert f'href="{reverse("goal-add", args=[draft.pk])}">Perbaiki' in page


def test_the_working_page_asks_the_database_as_often_for_many_indicators(
    admin: Client, draft: IndicatorSet
) -> None:
    url = reverse("indicator-set-compose", args=[draft.pk])
    counts = []
    for _ in range(2):
        builders.indicator(draft.goals.all()[0], formula="1")
        with CaptureQueriesContext(connection) as queries:
            admin.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def order(draft: IndicatorSet) -> list[tuple[str, list[str]]]:
    return [
        (goal.text, [f"{i.number} {i.name}" for i in goal.indicators.all()])
        for goal in draft.goals.prefetch_related("indicators")
    ]


def move(client: Client, row: StrategicGoal | Indicator, direction: str) -> str:
    name = "goal-move" if isinstance(row, StrategicGoal) else "indicator-move"
    response = client.post(reverse(name, args=[row.pk, direction]))
    assert response.status_code == 302
    return response.headers["Location"]


def test_an_indicator_moves_within_its_goal_and_the_numbers_stay_in_order(
    admin: Client, draft: IndicatorSet
) -> None:
    row = Indicator.objects.get(name="Koperasi aktif")
    compose = reverse("indicator-set-compose", args=[draft.pk])
    assert move(admin, row, "naik") == f"{compose}#naik-indikator-{row.pk}"
    assert order(draft)[1][1] == ["2 Koperasi aktif", "3 Koperasi sehat"]
    move(admin, row, "turun")
    assert order(draft)[1][1] == ["2 Koperasi sehat", "3 Koperasi aktif"]


def test_the_first_indicator_moves_up_to_the_end_of_the_goal_before(
    admin: Client, draft: IndicatorSet
) -> None:
    move(admin, Indicator.objects.get(name="Koperasi sehat"), "naik")
    assert [names for _, names in order(draft)] == [
        ["1. Nilai ekspor", "2 Koperasi sehat"],
        ["3 Koperasi aktif"],
    ]


def test_the_last_indicator_moves_down_to_the_start_of_the_goal_after(
    admin: Client, draft: IndicatorSet
) -> None:
    move(admin, Indicator.objects.get(name="Nilai ekspor"), "turun")
    assert [names for _, names in order(draft)] == [
        [],
        ["1. Nilai ekspor", "2 Koperasi sehat", "3 Koperasi aktif"],
    ]


@pytest.mark.parametrize(("name", "direction"), [("Nilai ekspor", "naik"), ("Koperasi aktif", "turun")])
def test_at_the_ends_of_the_set_nothing_moves(
    admin: Client, draft: IndicatorSet, name: str, direction: str
) -> None:
    before = order(draft)
    move(admin, Indicator.objects.get(name=name), direction)
    assert order(draft) == before


def test_a_goal_moves_with_its_indicators_and_running_numbers_stay_running(
    admin: Client, draft: IndicatorSet
) -> None:
    second = draft.goals.all()[1]
    compose = reverse("indicator-set-compose", args=[draft.pk])
    assert move(admin, second, "naik") == f"{compose}#turun-sasaran-{second.pk}"  # it cannot go up again
    assert order(draft) == [
        ("Meningkatnya koperasi", ["1. Koperasi sehat", "2 Koperasi aktif"]),
        ("Meningkatnya ekspor", ["3 Nilai ekspor"]),
    ]
    assert [goal.number for goal in draft.goals.all()] == ["1.", "2."]
    move(admin, second, "naik")  # already first
    assert order(draft)[0][0] == "Meningkatnya koperasi"


def test_numbers_that_restart_in_each_goal_go_with_their_goal(admin: Client, draft: IndicatorSet) -> None:
    for name, number in (("Nilai ekspor", "1."), ("Koperasi sehat", "1."), ("Koperasi aktif", "2.")):
        Indicator.objects.filter(name=name).update(number=number)
    move(admin, draft.goals.all()[0], "turun")
    assert [names for _, names in order(draft)] == [
        ["1. Koperasi sehat", "2. Koperasi aktif"],
        ["1. Nilai ekspor"],
    ]
    move(admin, Indicator.objects.get(name="Koperasi aktif"), "naik")
    assert order(draft)[0][1] == ["1. Koperasi aktif", "2. Koperasi sehat"]


@pytest.mark.parametrize(
    ("name", "directions", "button"),
    [
        ("Koperasi aktif", ["naik"], "naik"),
        ("Koperasi aktif", ["naik", "naik", "naik"], "turun"),
        ("Nilai ekspor", ["turun"], "turun"),
        ("Nilai ekspor", ["turun", "turun", "turun"], "naik"),
    ],
)
def test_the_focus_goes_to_the_same_button_of_the_moved_row_or_at_the_end_to_the_other(
    admin: Client, draft: IndicatorSet, name: str, directions: list[str], button: str
) -> None:
    row = Indicator.objects.get(name=name)
    place = [move(admin, row, direction) for direction in directions][-1]
    anchor = f"{button}-indikator-{row.pk}"
    assert place.endswith(f"#{anchor}")
    assert f'id="{anchor}"' in admin.get(place).content.decode()


@pytest.mark.parametrize("page", ["goal-move", "indicator-move"])
def test_moving_needs_a_post_and_a_known_direction(admin: Client, draft: IndicatorSet, page: str) -> None:
    row = draft.goals.all()[0] if page == "goal-move" else Indicator.objects.all()[0]
    assert admin.get(reverse(page, args=[row.pk, "naik"])).status_code == 405
    assert admin.post(reverse(page, args=[row.pk, "kiri"])).status_code == 404


def test_the_ends_of_the_working_page_offer_no_way_out_of_it(admin: Client, draft: IndicatorSet) -> None:
    page = admin.get(reverse("indicator-set-compose", args=[draft.pk])).content.decode()
    assert (page.count("Naikkan "), page.count("Turunkan ")) == (3, 3)  # 1 goal and 2 indicators each


def test_goals_are_added_at_the_end_with_the_next_number(admin: Client, draft: IndicatorSet) -> None:
    url = reverse("goal-add", args=[draft.pk])
    assert admin.get(url).context["form"]["number"].value() == "3."
    response = admin.post(url, {"number": "3.", "text": "Meningkatnya industri"})
    goal = draft.goals.last()
    assert goal is not None
    assert goal.text == "Meningkatnya industri"
    assert response.headers["Location"].endswith(f"#sasaran-{goal.pk}")
    response = admin.post(url, {"text": "Berikutnya", "indikator": "1"})
    goal = draft.goals.last()
    assert goal is not None
    assert response.headers["Location"] == reverse("indicator-add", args=[goal.pk])


@pytest.mark.parametrize(
    ("last", "following"), [("1.", "2."), ("9", "10"), ("1.4", "1.5"), ("A", ""), ("", "")]
)
def test_the_next_number_is_spelled_like_the_last(last: str, following: str) -> None:
    assert next_number(last) == following


def test_a_goal_needs_its_text(admin: Client, draft: IndicatorSet) -> None:
    response = admin.post(reverse("goal-edit", args=[draft.goals.all()[0].pk]), {"number": "1", "text": " "})
    assert "text" in response.context["form"].errors


def test_deleting_a_goal_says_what_goes_and_frees_the_codes(admin: Client, draft: IndicatorSet) -> None:
    url = reverse("goal-delete", args=[draft.goals.all()[1].pk])
    assert "Koperasi sehat" in admin.get(url).content.decode()
    admin.post(url)
    assert [text for text, _ in order(draft)] == ["Meningkatnya ekspor"]
    assert IndicatorThread.objects.count() == 1


def test_deleting_a_draft_says_exactly_what_goes(admin: Client, draft: IndicatorSet) -> None:
    builders.target(Indicator.objects.all()[0])
    url = reverse("indicator-set-delete", args=[draft.pk])
    assert "2 sasaran, 3 indikator, dan 1 target" in admin.get(url).content.decode()
    assert admin.post(url).headers["Location"] == reverse("indicator-set-list")
    assert not IndicatorSet.objects.exists()


def test_deleting_a_revision_leads_back_to_its_original(admin: Client, in_force: IndicatorSet) -> None:
    draft = sets.revise(in_force, by=builders.user(), reason="Alasan")
    response = admin.post(reverse("indicator-set-delete", args=[draft.pk]))
    assert response.headers["Location"] == in_force.get_absolute_url()


# --- revising and putting in force --------------------------------------------------------------------------


def test_a_set_is_revised_with_a_reason(admin: Client, in_force: IndicatorSet) -> None:
    url = reverse("indicator-set-revise", args=[in_force.pk])
    assert admin.post(url, {"reason": ""}).context["form"].errors["reason"]
    response = admin.post(url, {"reason": "Hasil evaluasi"})
    draft = in_force.revisions.get()
    assert response.headers["Location"] == reverse("indicator-set-compose", args=[draft.pk])
    assert draft.reason == "Hasil evaluasi"


def test_revising_a_draft_leads_to_the_draft(admin: Client, draft: IndicatorSet) -> None:
    response = admin.get(reverse("indicator-set-revise", args=[draft.pk]))
    assert response.headers["Location"] == reverse("indicator-set-compose", args=[draft.pk])


def test_the_changes_of_a_revision_are_shown_before_and_after(admin: Client, in_force: IndicatorSet) -> None:
    draft = sets.revise(in_force, by=builders.user(), reason="Hasil evaluasi")
    url = reverse("indicator-set-changes", args=[draft.pk])
    assert "Belum ada yang berubah." in admin.get(url).content.decode()
    old = Indicator.objects.get(goal__indicator_set=in_force).name
    Indicator.objects.filter(goal__indicator_set=draft).update(name="Nama baru")
    builders.indicator(draft.goals.get(), name="Tambahan")
    page = admin.get(url).content.decode()
    assert f'<del><span class="visually-hidden">semula: </span>{old}</del>' in page
    assert '<ins><span class="visually-hidden">menjadi: </span>Nama baru</ins>' in page
    assert "Indikator baru" in page
    assert "Hasil evaluasi" in page


def test_a_first_set_changes_nothing(admin: Client, in_force: IndicatorSet) -> None:
    page = admin.get(reverse("indicator-set-changes", args=[in_force.pk])).content.decode()
    assert "Penetapan ini bukan perubahan." in page


def test_a_draft_comes_into_force_after_a_last_look(admin: Client, draft: IndicatorSet) -> None:
    url = reverse("indicator-set-put-in-force", args=[draft.pk])
    assert admin.get(url).status_code == 200
    draft.refresh_from_db()
    assert draft.is_draft
    assert admin.post(url).headers["Location"] == draft.get_absolute_url()
    draft.refresh_from_db()
    assert draft.status == Status.IN_FORCE
    assert admin.post(url).status_code == 409  # the second click finds it in force


def test_a_revision_says_which_years_it_takes(admin: Client, agency: Agency) -> None:
    original = builders.set_in_force(agency, first_year=2018, last_year=2023, number="14")
    draft = sets.revise(original, by=builders.user(), reason="Alasan")
    draft.first_year = 2020
    draft.save()
    page = admin.get(reverse("indicator-set-put-in-force", args=[draft.pk])).content.decode()
    assert "Surat Keputusan Nomor 14, yang berlaku sekarang, digantikan untuk tahun 2020–2023." in page


def test_what_is_not_ready_stays_a_draft_and_says_why(admin: Client, agency: Agency) -> None:
    draft = builders.indicator_set(agency)
    response = admin.post(reverse("indicator-set-put-in-force", args=[draft.pk]))
    assert response.status_code == 409
    assert response.context["refused"] == ["Penetapan ini belum punya sasaran strategis."]
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_year_ruled_by_another_set_is_refused_with_the_way_out(
    admin: Client, draft: IndicatorSet, agency: Agency
) -> None:
    builders.set_in_force(agency, first_year=2018)
    page = admin.post(reverse("indicator-set-put-in-force", args=[draft.pk])).content.decode()
    assert "Tahun 2018 sudah diatur oleh IKU Disdag 2018." in page
    assert f'href="{reverse("indicator-set-edit", args=[draft.pk])}">Perbaiki' in page
