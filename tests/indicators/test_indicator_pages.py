"""Pages of an indicator: who sees and changes what, the formula editor, targets, what stays out of reach."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from html import escape, unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from agencies.models import User
from agencies.roles import Role
from indicators import sets
from indicators.forms.indicators import IndicatorForm, suggest_code
from indicators.models import DataElement, Indicator, IndicatorSet, IndicatorThread, Target
from tests import builders

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db

SCRIPT = '<script>alert("x")</script>'


@pytest.fixture
def draft() -> IndicatorSet:
    """A draft with one goal, one computed indicator and the two data elements of its formula."""
    indicator_set = builders.indicator_set(first_year=2018, last_year=2020)
    agency = indicator_set.agency
    builders.element(
        agency, "koperasi_sehat", label="Jumlah koperasi sehat", unit="koperasi", source="Bidang"
    )
    builders.element(agency, "seluruh_koperasi", label="Jumlah seluruh koperasi", unit="koperasi")
    builders.indicator(
        builders.goal(indicator_set),
        code="persen_sehat",
        name="Persentase koperasi sehat",
        formula="koperasi_sehat / seluruh_koperasi * 100%",
    )
    return indicator_set


@pytest.fixture
def indicator(draft: IndicatorSet) -> Indicator:
    """The computed indicator of the draft."""
    return Indicator.objects.get(goal__indicator_set=draft)


@pytest.fixture
def manager(draft: IndicatorSet, client: Client) -> Client:
    """A browser in which the admin of the agency is signed in."""
    client.force_login(builders.user(Role.AGENCY_ADMIN, draft.agency))
    return client


def entered(**changes: Any) -> dict[str, Any]:
    """Return what a browser sends for a complete new indicator, with `changes`."""
    values: dict[str, Any] = {
        "name": "Persentase usaha mikro mandiri",
        "code": "",
        "number": "2.",
        "unit": "Persen",
        "kind": "computed",
        "formula": "koperasi_sehat / seluruh_koperasi * 100%",
        "printed_formula": "",
        "draws_formula": "on",
        "levels": "",
        "digits": "2",
        "definition": "",
        "formulation": "",
        "reason": "",
        "sources": "",
        "polarity": "higher",
        "method": "",
        "zero_target": "not_computable",
        "floor": "",
        "cap": "",
        "quarter_method": "last",
        "weight": "",
    }
    return values | changes


def text_of(response: Response) -> str:
    """Return the page with its entities resolved, to look for sentences."""
    return re.sub(r"\s+>", ">", unescape(response.content.decode()))


def said(response: Response) -> list[str]:
    """Return the messages that the next page shows."""
    return [str(message) for message in get_messages(response.wsgi_request)]


# --- page × visitor -----------------------------------------------------------------------------------------

VISITORS = {
    "manager": (Role.AGENCY_ADMIN, "own"),
    "region admin": (Role.REGION_ADMIN, "region"),
    "operator": (Role.OPERATOR, "own"),
    "inspector": (Role.INSPECTOR, "region"),
    "manager elsewhere": (Role.AGENCY_ADMIN, "other"),
    "nobody": (None, None),
}
READERS = {"manager", "region admin", "operator", "inspector"}
MANAGERS = {"manager", "region admin"}
EDITING = ("indicator-edit", "indicator-delete", "target-edit", "indicator-add", "formula-check")


def visitor(name: str, indicator_set: IndicatorSet) -> User:
    """Return a new user who is to the agency of the set what `name` says."""
    role, where = VISITORS[name]
    places = {
        "own": indicator_set.agency,
        "region": indicator_set.agency.region,
        "other": builders.agency(region=builders.region("35")),
        None: None,
    }
    return builders.user(role, places[where])


def visit(client: Client, page: str, indicator: Indicator) -> Response:
    """Open `page` for the indicator or its goal."""
    if page == "formula-check":
        return client.post(reverse(page, args=[indicator.goal_id]), {"formula": "1"})
    pk = indicator.goal_id if page == "indicator-add" else indicator.pk
    return client.get(reverse(page, args=[pk]))


@pytest.mark.parametrize("name", VISITORS)
def test_a_draft_is_read_by_its_agency_only(client: Client, indicator: Indicator, name: str) -> None:
    client.force_login(visitor(name, indicator.goal.indicator_set))
    assert visit(client, "indicator-detail", indicator).status_code == (200 if name in READERS else 404)


@pytest.mark.parametrize("name", VISITORS)
def test_what_is_in_force_is_read_by_everybody_signed_in(client: Client, name: str) -> None:
    indicator = Indicator.objects.get(goal__indicator_set=builders.set_in_force())
    client.force_login(visitor(name, indicator.goal.indicator_set))
    assert visit(client, "indicator-detail", indicator).status_code == 200


@pytest.mark.parametrize("page", EDITING)
@pytest.mark.parametrize("name", VISITORS)
def test_a_draft_is_edited_by_its_managers_only(
    client: Client, indicator: Indicator, page: str, name: str
) -> None:
    client.force_login(visitor(name, indicator.goal.indicator_set))
    assert visit(client, page, indicator).status_code == (200 if name in MANAGERS else 404)


@pytest.mark.parametrize("page", ["indicator-detail", *EDITING])
def test_who_is_not_signed_in_is_asked_to_sign_in(client: Client, indicator: Indicator, page: str) -> None:
    response = visit(client, page, indicator)
    if page == "formula-check":
        assert response.status_code == 403  # sent by script; tests/portal/test_gate.py
        return
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("page", ["indicator-edit", "indicator-delete", "target-edit", "indicator-add"])
def test_what_is_in_force_is_only_revisable(
    manager: Client, draft: IndicatorSet, indicator: Indicator, page: str
) -> None:
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    response = visit(manager, page, indicator)
    assert response.status_code == 409
    assert reverse("indicator-set-revise", args=[draft.pk]) in text_of(response)


def test_reading_offers_editing_to_managers_alone(client: Client, indicator: Indicator) -> None:
    url = reverse("indicator-edit", args=[indicator.pk])
    for name in ("manager", "operator"):
        client.force_login(visitor(name, indicator.goal.indicator_set))
        assert (url in text_of(visit(client, "indicator-detail", indicator))) is (name in MANAGERS)


# --- reading ------------------------------------------------------------------------------------------------


def test_detail_draws_the_formula_and_lists_its_data(manager: Client, indicator: Indicator) -> None:
    page = text_of(manager.get(indicator.get_absolute_url()))
    assert '<span class="numerator"><span class="label">Jumlah koperasi sehat</span></span>' in page
    assert "<code>seluruh_koperasi</code>" in page
    assert "sumber data belum diisi" in page
    assert "penanggung jawab belum diisi" in page
    assert "realisasi ÷ target × 100%" in page


@pytest.mark.parametrize(
    ("printed", "note"),
    [
        ("koperasi_sehat / seluruh_koperasi", "Dokumen mencetak rumus tanpa × 100%"),
        ("koperasi_sehat", "Dokumen mencetak rumus yang berbeda"),
    ],
)
def test_detail_says_how_the_printed_formula_differs(
    manager: Client, indicator: Indicator, printed: str, note: str
) -> None:
    Indicator.objects.filter(pk=indicator.pk).update(printed_formula=printed)
    assert note in text_of(manager.get(indicator.get_absolute_url()))


def test_detail_draws_a_formula_that_is_printed_only(manager: Client, indicator: Indicator) -> None:
    other = builders.indicator(indicator.goal, printed_formula="koperasi_sehat / seluruh_koperasi")
    page = text_of(manager.get(other.get_absolute_url()))
    assert "Dokumen mencetak rumus ini; portal tidak menghitungnya." in page
    assert "<code>seluruh_koperasi</code>" in page


def test_detail_of_a_set_in_force_keeps_the_names_of_that_day(
    manager: Client, draft: IndicatorSet, indicator: Indicator
) -> None:
    indicator.units.add(builders.unit(draft.agency, name="Bidang Koperasi"))
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    DataElement.objects.filter(code="koperasi_sehat").update(label="Nama baru")
    draft.agency.units.update(name="Bidang baru")
    page = text_of(manager.get(indicator.get_absolute_url()))
    assert "Jumlah koperasi sehat" in page
    assert "Bidang Koperasi" in page
    assert "Nama baru" not in page
    assert "Bidang baru" not in page


def test_detail_shows_the_thread_with_what_changed(
    manager: Client, draft: IndicatorSet, indicator: Indicator
) -> None:
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    revision = sets.revise(draft, by=builders.user(is_superuser=True), reason="Definisi diperjelas.")
    revised = Indicator.objects.get(goal__indicator_set=revision)
    revised.definition = "Koperasi yang lulus pemeriksaan."
    revised.save()
    page = text_of(manager.get(revised.get_absolute_url()))
    assert "Koperasi yang lulus pemeriksaan.</ins>" in page
    assert indicator.get_absolute_url() in page
    assert "Pertama kali ditetapkan." in page


def test_a_reader_from_elsewhere_does_not_learn_of_the_draft_in_the_thread(
    client: Client, draft: IndicatorSet, indicator: Indicator
) -> None:
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    revision = sets.revise(draft, by=builders.user(is_superuser=True), reason="Diperjelas.")
    revised = Indicator.objects.get(goal__indicator_set=revision)
    client.force_login(builders.user())
    assert revised.get_absolute_url() not in text_of(client.get(indicator.get_absolute_url()))


def test_worked_example_computes_result_and_achievement(manager: Client, indicator: Indicator) -> None:
    typed = {"sample-koperasi_sehat": "131", "sample-seluruh_koperasi": "199", "target": "62"}
    page = text_of(manager.get(indicator.get_absolute_url(), typed))
    assert "Jumlah koperasi sehat (131) ÷ Jumlah seluruh koperasi (199) × 100% = 65,829145…% ≈ 65,83%" in page
    assert "Capaian 106,18%" in page


def test_worked_example_opens_with_the_target_a_decision_made(manager: Client, indicator: Indicator) -> None:
    decided: dict[str, Any] = {"decision": "SK 7", "decision_date": dt.date(2018, 7, 2)}
    builders.target(indicator, value=80, revised_value=65, **decided)
    example = manager.get(indicator.get_absolute_url()).context["example"]
    assert example.target.text == "65"


def test_worked_example_opens_with_the_target_of_the_indicator(manager: Client, indicator: Indicator) -> None:
    builders.target(indicator, value=Decimal("62.5"))
    page = text_of(manager.get(indicator.get_absolute_url()))
    assert 'name="target" value="62,5"' in page
    assert "Capaian 104,00%" in page


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [
        ("0", "Tidak dapat dihitung: Jumlah seluruh koperasi (penyebut) bernilai 0."),
        ("", "Belum lengkap: Jumlah seluruh koperasi belum diisi."),
        ("1.5", "Maksud Anda 1,5 (satu koma lima) atau 15 (lima belas)?"),
        ("tujuh", '"tujuh" bukan angka.'),
    ],
)
def test_worked_example_says_why_there_is_no_result(
    manager: Client, indicator: Indicator, sample: str, sentence: str
) -> None:
    typed = {"sample-koperasi_sehat": "1", "sample-seluruh_koperasi": sample}
    assert sentence in text_of(manager.get(indicator.get_absolute_url(), typed))


@pytest.mark.parametrize(
    ("fields", "typed", "sentence"),
    [
        ({"polarity": "lower", "method": "F2"}, {"realization": "80", "target": "100"}, "Capaian 120,00%"),
        ({"polarity": "lower", "method": "F3"}, {"realization": "80", "target": "100"}, "Capaian 125,00%"),
        (
            {"polarity": "range", "method": "F2"},
            {"realization": "9", "target": "7", "upper": "8"},
            "Capaian 87,50%",
        ),
        (
            {"polarity": "range", "method": "F2"},
            {"realization": "9", "target": "8", "upper": "7"},
            "Batas bawah",
        ),
        ({"kind": "yes_no"}, {"realization": "1"}, "Capaian 100,00%"),
        ({"kind": "yes_no"}, {"realization": "0"}, "Capaian 0,00%"),
        (
            {
                "kind": "ordinal",
                "levels": [{"label": "WTP", "value": "4"}, {"label": "WDP", "value": "3"}],
            },
            {"realization": "3", "target": "4"},
            "Capaian 75,00%",
        ),
        ({}, {"realization": "5", "target": "0"}, "Target indikator ini 0"),
        (
            {"cap": Decimal(120)},
            {"realization": "300", "target": "100"},
            "Dalam rata-rata dihitung 120,00%.",
        ),
    ],
)
def test_worked_example_judges_every_kind(
    manager: Client, indicator: Indicator, fields: dict[str, Any], typed: dict[str, str], sentence: str
) -> None:
    other = builders.indicator(indicator.goal, unit="", **fields)
    assert sentence in text_of(manager.get(other.get_absolute_url(), typed))


def test_detail_survives_a_formula_whose_data_is_gone(manager: Client, indicator: Indicator) -> None:
    DataElement.objects.filter(code="koperasi_sehat").delete()
    page = text_of(manager.get(indicator.get_absolute_url()))
    assert 'Nama "koperasi_sehat" tidak dikenal.' in page
    assert "data dasar ini tidak ada lagi" in page


def test_detail_survives_a_formula_that_cannot_be_read(manager: Client, indicator: Indicator) -> None:
    Indicator.objects.filter(pk=indicator.pk).update(formula=f"a / {SCRIPT}")
    response = manager.get(indicator.get_absolute_url())
    assert response.status_code == 200
    assert SCRIPT not in response.content.decode()


# --- writing ------------------------------------------------------------------------------------------------


def test_add_stores_an_indicator_with_a_code_from_its_name(manager: Client, indicator: Indicator) -> None:
    response = manager.post(reverse("indicator-add", args=[indicator.goal_id]), entered())
    new = Indicator.objects.get(name="Persentase usaha mikro mandiri")
    assert response["Location"] == new.get_absolute_url()
    assert (new.code, new.goal_id, new.position, new.method) == (
        "persentase_usaha_mikro_mandiri",
        indicator.goal_id,
        2,
        "F1",
    )


def test_add_can_go_on_to_the_targets(manager: Client, indicator: Indicator) -> None:
    response = manager.post(
        reverse("indicator-add", args=[indicator.goal_id]), entered(then_targets="1", code="mandiri")
    )
    assert response["Location"] == reverse(
        "target-edit", args=[Indicator.objects.get(thread__code="mandiri").pk]
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Persentase Koperasi Sehat", "persentase_koperasi_sehat"),
        ("Nilai Ekspor (PLN)", "nilai_ekspor_pln"),
        ("5 besar", "_5_besar"),
        ("kata " * 30, "_".join(["kata"] * 12)),
        ("x" * 80, "x" * 60),
        ("–", ""),
    ],
)
def test_a_code_is_made_of_the_words_of_the_name(name: str, code: str) -> None:
    assert suggest_code(name) == code


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ""}, "name", "Tulis nama indikator"),
        ({"code": "Kode Salah"}, "code", "Tulis kode dengan huruf kecil"),
        ({"code": "koperasi_sehat"}, "code", "sudah dipakai data dasar “Jumlah koperasi sehat”"),
        ({"code": "persen_sehat"}, "code", "sudah dipakai indikator “Persentase koperasi sehat”"),
        ({"formula": ""}, "formula", "Tulis rumus indikator ini"),
        ({"kind": "external"}, "formula", "Rumus hanya untuk indikator yang dihitung."),
        ({"formula": "koperasi_sehat /"}, "formula", 'Setelah "/" harus ada'),
        ({"formula": "koperasi_seht"}, "formula", "Maksud Anda koperasi_sehat?"),
        ({"printed_formula": "koperasi_seht"}, "printed_formula", "Maksud Anda koperasi_sehat?"),
        ({"kind": "ordinal", "formula": ""}, "levels", "Tulis sedikitnya dua jenjang"),
        ({"kind": "ordinal", "formula": "", "levels": "WTP = 4"}, "levels", "sedikitnya dua jenjang"),
        ({"kind": "ordinal", "formula": "", "levels": "WTP"}, "levels", "Baris “WTP” belum lengkap."),
        ({"kind": "ordinal", "formula": "", "levels": "A = 1.5\nB = 2"}, "levels", "Maksud Anda 1,5"),
        ({"kind": "ordinal", "formula": "", "levels": "A = \nB = 2"}, "levels", "belum bernilai"),
        ({"levels": "A = 1\nB = 2"}, "levels", "Jenjang hanya untuk cara “Jenjang”."),
        (
            {"kind": "ordinal", "formula": "", "levels": "A = 1\nB = 2", "quarter_method": "sum"},
            "quarter_method",
            "Jenjang tidak dapat dijumlahkan",
        ),
        ({"polarity": "lower", "method": "F1"}, "method", "Arah “makin kecil makin baik” memakai"),
        ({"polarity": "higher", "method": "F3"}, "method", "Arah “makin besar makin baik” memakai"),
        ({"cap": "0"}, "cap", "harus lebih besar daripada 0"),
        ({"cap": "100", "floor": "100"}, "cap", "lebih besar daripada batas bawah (100)"),
        ({"cap": "1.5"}, "cap", "Maksud Anda 1,5 (satu koma lima) atau 15 (lima belas)?"),
        ({"digits": "7"}, "digits", "paling banyak 6"),
        ({"weight": "0"}, "weight", "Bobot harus lebih besar daripada 0"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    manager: Client, indicator: Indicator, changes: dict[str, str], field: str, sentence: str
) -> None:
    sent = entered(definition="Definisi yang panjang", **changes)
    response = manager.post(reverse("indicator-add", args=[indicator.goal_id]), sent)
    assert response.status_code == 200
    form: IndicatorForm = response.context["form"]
    assert any(sentence in str(error) for error in form.errors[field]), form.errors
    page = text_of(response)
    assert f'href="#id_{field}"' in page
    assert "Definisi yang panjang" in page
    assert not IndicatorThread.objects.exclude(code="persen_sehat").exists()
    for name in ("name", "formula", "cap", "levels"):
        assert form[name].value() == sent[name]


@pytest.mark.parametrize(("polarity", "method"), [("higher", "F1"), ("lower", "F2"), ("range", "F1")])
def test_the_first_fitting_method_is_taken_where_none_is_chosen(
    manager: Client, indicator: Indicator, polarity: str, method: str
) -> None:
    manager.post(reverse("indicator-add", args=[indicator.goal_id]), entered(polarity=polarity, code="baru"))
    assert Indicator.objects.get(thread__code="baru").method == method


def test_levels_are_stored_as_text_that_keeps_every_digit(manager: Client, indicator: Indicator) -> None:
    sent = entered(kind="ordinal", formula="", levels="WTP = 4\n\nWDP = 3,50\n", code="opini")
    manager.post(reverse("indicator-add", args=[indicator.goal_id]), sent)
    opinion = Indicator.objects.get(thread__code="opini")
    assert opinion.levels == [{"label": "WTP", "value": "4"}, {"label": "WDP", "value": "3.50"}]
    page = text_of(manager.get(reverse("indicator-edit", args=[opinion.pk])))
    assert "WTP = 4\nWDP = 3,5" in page


def test_a_formula_error_points_at_the_character(manager: Client, indicator: Indicator) -> None:
    sent = entered(formula="koperasi_seht / seluruh_koperasi * 100%")
    response = manager.post(reverse("indicator-edit", args=[indicator.pk]), sent)
    page = text_of(response)
    assert "Rumus belum benar, karakter ke-1" in page
    caret = re.search(r'<pre class="caret-error"[^>]*>([^<]*)</pre>', page)
    assert caret
    assert caret[1] == f"koperasi_seht / seluruh_koperasi * 100%\n{'^' * 13}"
    assert 'data-repair="koperasi_sehat" data-start="0" data-length="13"' in page


def test_a_formula_of_several_lines_names_the_line(manager: Client, indicator: Indicator) -> None:
    response = check(manager, indicator, formula="koperasi_sehat\n/ salah * 100%")
    assert "Rumus belum benar, baris 2, karakter ke-3" in text_of(response)


def test_warnings_do_not_block_and_are_shown_after_saving(manager: Client, indicator: Indicator) -> None:
    sent = entered(formula="koperasi_sehat / seluruh_koperasi", code="tanpa_persen")
    response = manager.post(reverse("indicator-add", args=[indicator.goal_id]), sent)
    assert response.status_code == 302
    assert any(message.startswith("Periksa rumusnya: ") for message in said(response))


def test_figures_easily_misread_are_echoed_after_saving(manager: Client, indicator: Indicator) -> None:
    response = manager.post(
        reverse("indicator-add", args=[indicator.goal_id]), entered(cap="1.250", code="batas")
    )
    assert any("dibaca 1.250 (seribu dua ratus lima puluh)" in message for message in said(response))


def test_a_circle_of_formulas_is_refused_by_its_names(manager: Client, indicator: Indicator) -> None:
    builders.indicator(indicator.goal, code="rerata", formula="persen_sehat + 1")
    sent = entered(name=indicator.name, formula="rerata / 2")
    response = manager.post(reverse("indicator-edit", args=[indicator.pk]), sent)
    errors = response.context["form"].errors["formula"]
    assert "persen_sehat → rerata → persen_sehat" in errors[0]
    assert "Rumus belum benar, karakter ke-1" in text_of(response)


@pytest.mark.parametrize(
    ("formula", "status"), [("persen_sehat * 2", 200), ("previous(persen_sehat) * 2", 302)]
)
def test_a_formula_may_use_its_own_value_of_the_year_before_only(
    manager: Client, indicator: Indicator, formula: str, status: int
) -> None:
    sent = entered(name=indicator.name, formula=formula)
    assert manager.post(reverse("indicator-edit", args=[indicator.pk]), sent).status_code == status


def test_a_circle_elsewhere_in_the_draft_does_not_stop_this_indicator(
    manager: Client, indicator: Indicator
) -> None:
    builders.indicator(indicator.goal, code="a", formula="b")
    builders.indicator(indicator.goal, code="b", formula="a")
    builders.indicator(indicator.goal, code="c", formula="rusak (")
    sent = entered(name="Baru", code="baru")
    response = manager.post(reverse("indicator-add", args=[indicator.goal_id]), sent)
    assert response.status_code == 302


def test_what_belongs_to_the_draft_cannot_be_posted(manager: Client, indicator: Indicator) -> None:
    elsewhere = builders.indicator(code="lain")
    sent = entered(
        name="Nama baru",
        code="kode_baru",
        goal=str(elsewhere.goal_id),
        thread=str(elsewhere.thread_id),
        position="99",
        status="in_force",
        indicator_set=str(elsewhere.goal.indicator_set_id),
        id=str(elsewhere.pk),
    )
    before = (indicator.goal_id, indicator.thread_id, indicator.position)
    manager.post(reverse("indicator-edit", args=[indicator.pk]), sent)
    indicator.refresh_from_db()
    assert indicator.name == "Nama baru"
    assert (indicator.goal_id, indicator.thread_id, indicator.position) == before
    assert indicator.goal.indicator_set.is_draft


def test_units_of_other_agencies_are_refused(manager: Client, indicator: Indicator) -> None:
    foreign = builders.unit(builders.agency())
    own = builders.unit(indicator.goal.indicator_set.agency)
    url = reverse("indicator-edit", args=[indicator.pk])
    assert manager.post(url, entered(units=[str(foreign.pk)])).context["form"].errors["units"]
    assert manager.post(url, entered(units=[str(own.pk)])).status_code == 302
    assert list(indicator.units.all()) == [own]


def test_a_unit_that_is_gone_stays_where_it_was_named(manager: Client, indicator: Indicator) -> None:
    gone = builders.unit(indicator.goal.indicator_set.agency, active=False)
    url = reverse("indicator-edit", args=[indicator.pk])
    assert manager.post(url, entered(units=[str(gone.pk)])).status_code == 200
    indicator.units.add(gone)
    assert manager.post(url, entered(units=[str(gone.pk)])).status_code == 302


def test_the_printed_formula_is_kept_only_where_it_differs(manager: Client, indicator: Indicator) -> None:
    url = reverse("indicator-edit", args=[indicator.pk])
    manager.post(url, entered(printed_formula="koperasi_sehat / seluruh_koperasi * 100%"))
    indicator.refresh_from_db()
    assert indicator.printed_formula == ""
    manager.post(url, entered(printed_formula="koperasi_sehat / seluruh_koperasi"))
    indicator.refresh_from_db()
    assert indicator.printed_formula == "koperasi_sehat / seluruh_koperasi"


def test_delete_asks_then_removes_indicator_and_thread(manager: Client, indicator: Indicator) -> None:
    url = reverse("indicator-delete", args=[indicator.pk])
    assert "Hapus indikator ini dari draf?" in text_of(manager.get(url))
    assert Indicator.objects.filter(pk=indicator.pk).exists()
    manager.post(url)
    assert not IndicatorThread.objects.filter(code="persen_sehat").exists()


def test_delete_keeps_the_thread_of_other_sets(
    manager: Client, draft: IndicatorSet, indicator: Indicator
) -> None:
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    revision = sets.revise(draft, by=builders.user(is_superuser=True), reason="Diperjelas.")
    revised = Indicator.objects.get(goal__indicator_set=revision)
    manager.post(reverse("indicator-delete", args=[revised.pk]))
    assert list(Indicator.objects.filter(thread=indicator.thread)) == [indicator]


def test_an_indicator_deleted_by_mistake_takes_up_its_thread_again(
    manager: Client, draft: IndicatorSet, indicator: Indicator
) -> None:
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    revision = sets.revise(draft, by=builders.user(is_superuser=True), reason="Diperjelas.")
    revised = Indicator.objects.get(goal__indicator_set=revision)
    goal = revised.goal
    manager.post(reverse("indicator-delete", args=[revised.pk]))
    answer = manager.post(reverse("indicator-add", args=[goal.pk]), entered(code="persen_sehat"), follow=True)
    assert "melanjutkan riwayat kode persen_sehat, “Persentase koperasi sehat”" in " ".join(said(answer))
    assert Indicator.objects.get(goal=goal).thread == indicator.thread


def test_delete_names_the_formulas_that_would_break(manager: Client, indicator: Indicator) -> None:
    user = builders.indicator(indicator.goal, formula="persen_sehat * 2")
    page = text_of(manager.get(reverse("indicator-delete", args=[indicator.pk])))
    assert "Indikator ini dipakai rumus lain" in page
    assert user.name in page


# --- the formula editor -------------------------------------------------------------------------------------


def check(client: Client, indicator: Indicator, **sent: str) -> Response:
    """Ask what the formula means, as the editor does while one types."""
    url = reverse("formula-check", args=[indicator.goal_id])
    return client.post(f"{url}?indicator={indicator.pk}", {"unit": "Persen", "digits": "2"} | sent)


def test_check_answers_with_a_part_of_the_page(manager: Client, indicator: Indicator) -> None:
    page = text_of(check(manager, indicator, formula="koperasi_sehat / seluruh_koperasi * 100%"))
    assert "<html" not in page
    assert "Rumus dapat dihitung" in page
    assert 'class="fraction"' in page
    assert "Jumlah koperasi sehat (130) ÷ Jumlah seluruh koperasi (200) × 100% = 65,00%" in page


def test_check_computes_with_the_numbers_that_are_typed(manager: Client, indicator: Indicator) -> None:
    typed = {"sample-koperasi_sehat": "1", "sample-seluruh_koperasi": "3", "digits": "4"}
    page = text_of(check(manager, indicator, formula="koperasi_sehat / seluruh_koperasi * 100%", **typed))
    assert '<p class="result">33,3333%</p>' in page


def test_check_asks_for_the_year_before_apart(manager: Client, indicator: Indicator) -> None:
    formula = "(koperasi_sehat - previous(koperasi_sehat)) / previous(koperasi_sehat) * 100%"
    typed = {"sample-koperasi_sehat": "150", "sample-previous-koperasi_sehat": "120"}
    page = text_of(check(manager, indicator, formula=formula, **typed))
    assert "Jumlah koperasi sehat (tahun sebelumnya)" in page
    assert '<p class="result">25,00%</p>' in page


def test_check_finds_a_circle_while_one_types(manager: Client, indicator: Indicator) -> None:
    builders.indicator(indicator.goal, code="rerata", formula="persen_sehat + 1")
    assert "persen_sehat → rerata → persen_sehat" in text_of(check(manager, indicator, formula="rerata"))


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("", "Gambar, peringatan, dan contoh hitungan tampil di sini."),
        ("koperasi_sehat / seluruh_koperasi", "<b>Periksa:</b>"),
        ("KOPERASI_SEHAT", "Ganti jadi koperasi_sehat"),
        ("koperasi_sehat + (", "Rumus belum benar, karakter ke-18"),
        ("1 / 0", "Tidak dapat dihitung"),
    ],
)
def test_check_says_what_the_text_means(
    manager: Client, indicator: Indicator, formula: str, sentence: str
) -> None:
    assert sentence in text_of(check(manager, indicator, formula=formula))


@pytest.mark.parametrize("formula", ["koperasi_sehat / 0", "koperasi_sehat / (1 - 1) * 100%"])
def test_a_denominator_that_is_always_0_is_not_called_computable(
    manager: Client, indicator: Indicator, formula: str
) -> None:
    page = text_of(check(manager, indicator, formula=formula))
    assert "Rumus dapat dihitung" not in page
    assert "Rumus ini tidak akan pernah menghasilkan angka" in page
    assert "Penyebut ini selalu 0" in page


@pytest.mark.parametrize(
    ("formula", "start"),
    [
        ("Jumlah koperasi sehat / seluruh_koperasi", 0),
        ("jumlah koperasi  sehat / seluruh_koperasi", 0),
        ("100% * JUMLAH KOPERASI SEHAT", 7),
    ],
)
def test_the_name_of_data_in_place_of_its_code_is_answered_with_the_code(
    manager: Client, indicator: Indicator, formula: str, start: int
) -> None:
    page = text_of(check(manager, indicator, formula=formula))
    assert "adalah nama data, sedangkan rumus memakai kodenya. Maksud Anda koperasi_sehat?" in page
    assert f'data-repair="koperasi_sehat" data-start="{start}"' in page


def test_a_code_that_is_also_the_label_is_left_alone(manager: Client, indicator: Indicator) -> None:
    builders.element(indicator.goal.indicator_set.agency, "inflasi", label="inflasi")
    page = text_of(check(manager, indicator, formula="2 inflasi"))
    assert 'Sebelum "inflasi" harus ada tanda hitung' in page


@pytest.mark.parametrize("sent", [{}, {"digits": "banyak"}, {"digits": "-1"}, {"formula": "(" * 5000}])
def test_check_answers_whatever_is_sent(manager: Client, indicator: Indicator, sent: dict[str, str]) -> None:
    assert check(manager, indicator, **sent).status_code == 200


def test_check_is_not_for_reading_by_address(manager: Client, indicator: Indicator) -> None:
    assert manager.get(reverse("formula-check", args=[indicator.goal_id])).status_code == 405


def test_check_knows_indicators_of_its_own_set_only(manager: Client, indicator: Indicator) -> None:
    other = builders.indicator()
    url = reverse("formula-check", args=[indicator.goal_id])
    assert manager.post(f"{url}?indicator={other.pk}", {"formula": "1"}).status_code == 404


def test_without_script_the_check_button_brings_everything_back(
    manager: Client, indicator: Indicator
) -> None:
    sent = entered(name="", definition="Belum selesai", cap="1.5", check="1", formula="koperasi_sehat / 2")
    response = manager.post(reverse("indicator-add", args=[indicator.goal_id]), sent)
    page = text_of(response)
    assert "Rumus dapat dihitung" in page
    assert "Belum selesai" in page
    assert 'value="1.5"' in page
    assert "Belum tersimpan" not in page
    assert Indicator.objects.count() == 1


def test_without_script_the_codes_are_there_to_read(manager: Client, indicator: Indicator) -> None:
    page = text_of(manager.get(reverse("indicator-edit", args=[indicator.pk])))
    assert "Jumlah koperasi sehat <code>koperasi_sehat</code>" in page
    assert 'name="check"' in page


@pytest.mark.parametrize("page", ["indicator-detail", "indicator-edit", "formula-check"])
def test_names_are_text_wherever_a_formula_is_drawn(manager: Client, indicator: Indicator, page: str) -> None:
    DataElement.objects.filter(code="koperasi_sehat").update(label=SCRIPT, unit=SCRIPT[:60], source=SCRIPT)
    Indicator.objects.filter(pk=indicator.pk).update(name=SCRIPT, sources=SCRIPT, unit='"><img src=x>')
    if page == "formula-check":
        response = check(manager, indicator, formula=indicator.formula)
    else:
        response = visit(manager, page, indicator)
    raw = response.content.decode()
    assert SCRIPT not in raw
    assert "<img" not in raw
    assert escape(SCRIPT, quote=False).replace('"', "&quot;") in raw


def test_what_is_typed_as_a_formula_comes_back_as_text(manager: Client, indicator: Indicator) -> None:
    raw = check(manager, indicator, formula=f"1 + {SCRIPT}").content.decode()
    assert SCRIPT not in raw
    assert "&lt;script&gt;" in raw


# --- targets ------------------------------------------------------------------------------------------------


def targets(indicator: Indicator) -> dict[int, tuple[Decimal, Decimal | None]]:
    """Return the stored targets by year."""
    return {target.year: (target.value, target.upper) for target in indicator.targets.all()}


def test_targets_of_all_years_are_typed_the_indonesian_way(manager: Client, indicator: Indicator) -> None:
    url = reverse("target-edit", args=[indicator.pk])
    builders.target(indicator, 2020, value=1)
    sent = {"value-2018": "62,5", "value-2019": "1.234,5 persen", "value-2020": ""}
    assert manager.post(url, sent).status_code == 302
    assert targets(indicator) == {2018: (Decimal("62.5"), None), 2019: (Decimal("1234.5"), None)}
    assert 'value="62,5"' in text_of(manager.get(url))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1.5", "Maksud Anda 1,5 (satu koma lima) atau 15 (lima belas)?"),
        ("tujuh", '"tujuh" bukan angka.'),
        ("5 hari", 'memakai satuan "hari", padahal satuannya "Persen"'),
        ("80 - 90", "berisi lebih dari satu angka"),
    ],
)
def test_a_target_without_one_meaning_is_refused_with_its_readings(
    manager: Client, indicator: Indicator, typed: str, sentence: str
) -> None:
    sent = {"value-2018": typed, "value-2019": "70"}
    response = manager.post(reverse("target-edit", args=[indicator.pk]), sent)
    assert sentence in response.context["form"].errors["value-2018"][0]
    assert f'value="{typed}"' in text_of(response)
    assert 'value="70"' in text_of(response)
    assert not targets(indicator)


@pytest.mark.parametrize(
    ("lower", "upper", "field"),
    [("7", "8", None), ("8", "7", "upper-2018"), ("7", "", "upper-2018"), ("", "8", "value-2018")],
)
def test_a_range_has_two_ends_in_order(
    manager: Client, indicator: Indicator, lower: str, upper: str, field: str | None
) -> None:
    span = builders.indicator(indicator.goal, unit="bulan", polarity="range", method="F2")
    sent = {"value-2018": lower, "upper-2018": upper}
    response = manager.post(reverse("target-edit", args=[span.pk]), sent)
    if field:
        assert list(response.context["form"].errors) == [field]
        assert not targets(span)
    else:
        assert targets(span) == {2018: (Decimal(7), Decimal(8))}
        assert "7 s.d. 8" in text_of(manager.get(span.get_absolute_url()))


def test_the_target_of_an_ordinal_indicator_is_one_of_its_levels(
    manager: Client, indicator: Indicator
) -> None:
    levels = [{"label": "WTP", "value": "4"}, {"label": "WDP", "value": "3.5"}]
    opinion = builders.indicator(indicator.goal, unit="", kind="ordinal", levels=levels)
    url = reverse("target-edit", args=[opinion.pk])
    assert '<option value="3.5">WDP</option>' in text_of(manager.get(url))
    assert manager.post(url, {"value-2018": "5"}).context["form"].errors
    manager.post(url, {"value-2018": "3.5"})
    assert targets(opinion) == {2018: (Decimal("3.5"), None)}
    assert '<option value="3.5" selected>WDP</option>' in text_of(manager.get(url))
    assert "WDP" in text_of(manager.get(opinion.get_absolute_url()))


def test_years_that_are_not_of_the_set_are_not_taken(manager: Client, indicator: Indicator) -> None:
    manager.post(reverse("target-edit", args=[indicator.pk]), {"value-2018": "1", "value-2021": "1"})
    assert list(targets(indicator)) == [2018]


@pytest.fixture
def in_force(draft: IndicatorSet, indicator: Indicator) -> Target:
    """The target of 2018 of the indicator, its set in force."""
    target = builders.target(indicator, value=62)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    return target


def test_a_target_is_changed_by_a_decision_and_the_original_stays(manager: Client, in_force: Target) -> None:
    url = reverse("target-revise", args=[in_force.indicator_id, 2018])
    sent = {
        "revised_value": "60,5",
        "decision": "SK 188/45/2018",
        "decision_date": "2 Juli 2018",
        "value": "1",
    }
    response = manager.post(url, sent)
    assert response["Location"] == in_force.indicator.get_absolute_url()
    in_force.refresh_from_db()
    assert (in_force.value, in_force.revised_value) == (Decimal(62), Decimal("60.5"))
    assert (in_force.decision, in_force.decision_date) == ("SK 188/45/2018", dt.date(2018, 7, 2))
    page = text_of(manager.get(response["Location"]))
    for shown in ("62", "60,5", "SK 188/45/2018", "2 Juli 2018"):
        assert shown in page


@pytest.mark.parametrize("missing", ["revised_value", "decision", "decision_date"])
def test_a_changed_target_needs_value_number_and_date(
    manager: Client, in_force: Target, missing: str
) -> None:
    sent = {"revised_value": "60", "decision": "SK 1", "decision_date": "2 Juli 2018"} | {missing: ""}
    response = manager.post(reverse("target-revise", args=[in_force.indicator_id, 2018]), sent)
    assert list(response.context["form"].errors) == [missing]
    in_force.refresh_from_db()
    assert in_force.revised_value is None


def test_the_range_of_a_changed_target_is_in_order(
    manager: Client, draft: IndicatorSet, indicator: Indicator
) -> None:
    span = builders.indicator(indicator.goal, unit="bulan", polarity="range", method="F2")
    builders.target(span, value=7, upper=8)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    url = reverse("target-revise", args=[span.pk, 2018])
    sent = {"revised_value": "9", "revised_upper": "8", "decision": "SK 1", "decision_date": "2 Juli 2018"}
    assert list(manager.post(url, sent).context["form"].errors) == ["revised_upper"]
    assert manager.post(url, sent | {"revised_upper": "10"}).status_code == 302


@pytest.mark.parametrize("name", VISITORS)
def test_targets_in_force_are_changed_by_managers_only(client: Client, in_force: Target, name: str) -> None:
    client.force_login(visitor(name, in_force.indicator.goal.indicator_set))
    url = reverse("target-revise", args=[in_force.indicator_id, 2018])
    assert client.get(url).status_code == (200 if name in MANAGERS else 404)


def test_a_year_without_target_cannot_be_changed(manager: Client, in_force: Target) -> None:
    assert manager.get(reverse("target-revise", args=[in_force.indicator_id, 2019])).status_code == 404


def test_targets_of_a_draft_are_edited_not_changed_by_decision(manager: Client, indicator: Indicator) -> None:
    builders.target(indicator)
    response = manager.get(reverse("target-revise", args=[indicator.pk, 2018]))
    assert response["Location"] == reverse("target-edit", args=[indicator.pk])


def test_targets_of_a_superseded_set_stay(manager: Client, draft: IndicatorSet, in_force: Target) -> None:
    revision = sets.revise(draft, by=builders.user(is_superuser=True), reason="Diperjelas.")
    sets.put_in_force(revision, by=builders.user(is_superuser=True))
    assert manager.get(reverse("target-revise", args=[in_force.indicator_id, 2018])).status_code == 409
