"""The grid: as a form and cell by cell the same checks, the same sentences, nothing lost or doubled."""

import datetime as dt
import html
import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from agencies.models import Agency, User
from agencies.roles import Role
from reports import entries, workflow
from reports.models import Period
from reports.status import Status
from tests import builders
from tests.reports.arranged import Office, bring, fill, office, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Office:
    return office()


@pytest.fixture
def operator(client: Client, there: Office) -> User:
    """Sign an operator of the whole agency in."""
    user = builders.user(Role.OPERATOR, there.agency, name="Operator Satu")
    client.force_login(user)
    return user


def grid(there: Office) -> str:
    return reverse("report-fill", args=[there.report.pk])


def inputs(client: Client, there: Office) -> dict[str, str]:
    """Return what a browser without script would send back: every input as the page shows it."""
    page = client.get(grid(there)).content.decode()
    form = page[page.index('id="isian"') :]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") not in {"checkbox", "radio"}:
            sent[found["name"]] = found.get("value", "")
    sent |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*(.*?)</textarea>', form, re.DOTALL))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def cell(there: Office, code: str, name: str = "number") -> str:
    if code in there.elements:
        return f"v{there.value(code).pk}-{name}"
    return f"e{there.entry(code).pk}-{name}"


def other_writes(there: Office, code: str, number: int) -> None:
    value = there.value(code)
    by = builders.user(Role.OPERATOR, there.agency, name="Operator Dua")
    entries.fill_value(
        there.report, value.element, Decimal(number), based_on=value.version, by=by, key=f"lain-{number}"
    )


# The plain form


def test_the_grid_says_what_is_asked(client: Client, there: Office, operator: User) -> None:
    page = client.get(grid(there)).content.decode()
    assert page.count(f'name="{cell(there, "seluruh")}"') == 1  # shared by two formulas, typed once
    assert "diisi di atas" in page
    assert "WTP" in page
    assert "Dokumen sumber" in page


def test_a_page_sent_stores_every_kind_of_figure(client: Client, there: Office, operator: User) -> None:
    sent = inputs(client, there) | {
        cell(there, "sehat"): "1.250",
        cell(there, "seluruh"): "2.500,5",
        cell(there, "pdrb"): "4,50",
        cell(there, "pdrb", "source"): "BPS",
        cell(there, "pdrb", "document_date"): "1 September 2026",
        cell(there, "opini"): "3",
        cell(there, "sop"): "1",
        cell(there, "um", "not_applicable"): "Tidak ada usaha mikro.",
    }
    page = client.post(grid(there), sent, follow=True).content.decode()
    assert "6 isian tersimpan pukul" in page
    assert there.value("sehat").number == 1250
    assert there.value("seluruh").number == Decimal("2500.5")
    assert there.value("mandiri").number is None
    assert there.entry("pdrb").document_date == dt.date(2026, 9, 1)
    texts = {code: there.entry(code).result_text for code in ("ksp", "pdrb", "opini", "sop")}
    assert texts == {"ksp": "49,99", "pdrb": "4,5", "opini": "WDP", "sop": "Ya"}
    assert there.entry("um").state == "not_applicable"
    assert "Jumlah sehat (1.250) ÷ Jumlah seluruh (2.500,5) × 100% = 49,99" in page


def test_what_is_wrong_is_said_and_stays_typed_while_the_rest_is_stored(
    client: Client, there: Office, operator: User
) -> None:
    sent = inputs(client, there) | {cell(there, "sehat"): "12,5o", cell(there, "seluruh"): "100"}
    page = client.post(grid(there), sent).content.decode()
    assert "&quot;12,5o&quot; bukan angka. Ketik angka saja" in page
    assert 'value="12,5o"' in page
    assert there.value("seluruh").number == 100
    assert there.value("sehat").version == 0


def test_a_page_sent_four_times_has_one_effect(client: Client, there: Office, operator: User) -> None:
    sent = inputs(client, there) | {cell(there, "sehat"): "75"}
    for _ in range(4):
        client.post(grid(there), sent)
    assert there.value("sehat").version == 1
    assert there.report.events.filter(kind="value").count() == 1


def test_what_nobody_touched_is_not_written_over(client: Client, there: Office, operator: User) -> None:
    sent = inputs(client, there) | {cell(there, "seluruh"): "100"}
    other_writes(there, "sehat", 60)
    client.post(grid(there), sent)
    assert there.value("sehat").number == 60
    assert there.value("seluruh").number == 100


@pytest.mark.parametrize(("choice", "number"), [("mine", 75), ("theirs", 60)])
def test_a_stale_figure_is_refused_with_both_and_a_choice(
    client: Client, there: Office, operator: User, choice: str, number: int
) -> None:
    sent = inputs(client, there) | {cell(there, "sehat"): "75"}
    other_writes(there, "sehat", 60)
    page = client.post(grid(there), sent).content.decode()
    assert re.search(
        r"Operator Dua mengubah isian ini pukul \d\d\.\d\d WIB menjadi 60\. Nilai Anda 75\. Mana yang",
        page,
    )
    assert there.value("sehat").number == 60
    again = sent | {
        cell(there, "sehat", "version"): "1",
        cell(there, "sehat", "asked"): "1",
        f"initial-{cell(there, 'sehat')}": "60",
    }
    assert "Mana yang dipakai" in client.post(grid(there), again).content.decode()
    client.post(grid(there), again | {cell(there, "sehat", "choice"): choice})
    assert there.value("sehat").number == number


def test_checking_leads_to_the_report(client: Client, there: Office, operator: User) -> None:
    sent = inputs(client, there) | {cell(there, "sehat"): "75", "periksa": "1"}
    assert client.post(grid(there), sent).headers["Location"] == there.report.get_absolute_url()


def test_a_page_sent_too_late_keeps_what_was_typed(client: Client, there: Office, operator: User) -> None:
    sent = inputs(client, there) | {cell(there, "sehat"): "75"}
    Period.objects.update(opens=dt.date(2026, 1, 1), closes=timezone.localdate() - dt.timedelta(days=1))
    page = client.post(grid(there), sent).content.decode()
    assert "Batas pengisian sudah lewat" in page
    assert re.search(rf'id="id_{cell(there, "sehat")}">.*?<b class="num">75</b>', page), "to be copied"
    assert there.value("sehat").number is None


@pytest.mark.parametrize("name", ["verifier", "head", "inspector", "region_admin"])
def test_who_does_not_fill_reads(client: Client, there: Office, name: str) -> None:
    client.force_login(visitor(name, there.agency))
    page = client.get(grid(there)).content.decode()
    assert "Anda membaca isian ini." in page
    assert "data-cell" not in page.replace("data-cells", "")


def test_who_does_not_fill_reads_figures_and_texts_and_no_closed_boxes(
    client: Client, there: Office, operator: User
) -> None:
    save(client, there, "sehat", "1250", key="a")
    save(client, there, "opini", "3", key="b")
    save(client, there, "um", "Data terlambat\ndari kelurahan", name="obstacle", key="c")
    client.force_login(visitor("verifier", there.agency))
    page = client.get(grid(there)).content.decode()
    form = page[page.index('id="isian"') : page.index("</table>")]
    assert not re.findall(r"<(?:textarea|select|input (?!type=\"hidden\"))[^>]*>", form)
    said = " ".join(strip_tags(form).split())
    assert "Jumlah sehat 1.250" in said
    assert "Jumlah seluruh belum diisi" in said
    assert "Realisasi WDP" in said
    assert "Kendala Data terlambat dari kelurahan" in said
    assert "Faktor pendorong" not in said, "nobody wrote any"


def test_an_operator_of_a_unit_fills_its_rows_and_marks_them_ready(client: Client, there: Office) -> None:
    client.force_login(builders.user(Role.OPERATOR, there.agency, unit=there.unit))
    page = client.get(grid(there)).content.decode()
    own, foreign = (re.search(rf'<input[^>]*"{cell(there, c)}"[^>]*>', page) for c in ("sehat", "pdrb"))
    assert own is not None
    assert "data-cell" in own[0]
    assert foreign is None
    sent = inputs(client, there) | {cell(there, "ksp", "ready"): "on", cell(there, "pdrb"): "4"}
    assert "tanggung jawab bidang lain" in client.post(grid(there), sent).content.decode()
    assert there.entry("ksp").ready
    assert there.entry("pdrb").number is None


def test_a_report_for_a_year_takes_its_figures_from_the_quarters(
    client: Client, there: Office, operator: User
) -> None:
    fill(there, operator)
    today = timezone.localdate()
    admin = builders.user(is_superuser=True)
    region = there.agency.region
    year = entries.open_period(region, year=2026, part=5, opens=today, closes=today, by=admin).reports[0]
    page = client.get(reverse("report-fill", args=[year.pk])).content.decode()
    assert page.count("Dihitung sendiri dari triwulan.") == 5
    assert "nilai terakhir terisi: TW III" in page


def test_what_looks_odd_asks_for_a_reason(client: Client, there: Office, operator: User) -> None:
    sent = inputs(client, there) | {cell(there, "sehat"): "300", cell(there, "seluruh"): "100"}
    page = client.post(grid(there), sent, follow=True).content.decode()
    assert "Pembilang (300) lebih besar dari penyebut (100)" in page
    reason = {cell(there, "ksp", "reason"): "Penyebut belum dimutakhirkan."}
    client.post(grid(there), inputs(client, there) | reason)
    assert there.entry("ksp").reason == "Penyebut belum dimutakhirkan."
    client.force_login(visitor("verifier", there.agency))
    for url in (grid(there), there.report.get_absolute_url()):
        assert "Penyebut belum dimutakhirkan." in client.get(url).content.decode()


def test_a_page_sent_after_the_session_ended_comes_back_and_is_stored(there: Office) -> None:
    client = Client(enforce_csrf_checks=True)
    user = builders.user(Role.OPERATOR, there.agency, username="operator-uji")
    user.set_password("kata-sandi-panjang-1")
    user.save()
    client.force_login(user)
    typed = {
        cell(there, "sehat"): "1.250",
        cell(there, "pdrb", "source"): "BPS & “dinas”",
        cell(there, "um", "obstacle"): "Baris satu\r\nbaris dua",
        cell(there, "opini"): "3",
    }
    sent = inputs(client, there) | typed | {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    Session.objects.all().delete()
    kept = client.post(grid(there), sent)
    assert kept.status_code == 403
    page = kept.content.decode()
    assert "belum tersimpan" in page
    assert f'action="{grid(there)}"' in page
    assert there.value("sehat").version == 0

    sign_in = client.get(reverse("account_login")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', sign_in)
    assert token is not None
    signed_in = client.post(
        reverse("account_login"),
        {"login": user.username, "password": "kata-sandi-panjang-1", "csrfmiddlewaretoken": token[1]},
    )
    assert signed_in.status_code == 302

    def carried(page: str) -> dict[str, str]:
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page, re.DOTALL)
        return {name: html.unescape(value) for name, value in hidden}

    elsewhere = client.post(grid(there), carried(page), headers={"origin": "http://lain.example"})
    assert elsewhere.status_code == 403
    assert "1.250" not in elsewhere.content.decode()
    # Signing in made the token of the page an old one; a script renews it, without one a page asks again.
    here = {"origin": "http://testserver"}
    once_more = client.post(grid(there), carried(page), headers=here)
    assert "Kirim isian sekali lagi" in once_more.content.decode()
    answer = client.post(grid(there), carried(once_more.content.decode()), headers=here, follow=True)
    assert "4 isian tersimpan pukul" in answer.content.decode()
    assert there.value("sehat").number == 1250
    assert there.entry("pdrb").source == "BPS & “dinas”"
    assert there.entry("um").obstacle.splitlines() == ["Baris satu", "baris dua"]


# Cell by cell


def save(client: Client, there: Office, code: str, text: str, version: int = 0, **more: str) -> Any:
    name = more.pop("name", "number")
    data = {
        cell(there, code, name): text,
        cell(there, code, "version"): str(version),
        cell(there, code, "key"): more.pop("key", "kunci"),
    }
    return client.post(reverse("cells-fill", args=[there.report.pk]), data)


def answered(response: Any) -> dict[str, Any]:
    """Return the answer to the one cell that was sent."""
    (answer,) = response.json()["cells"].values()
    return dict(answer)


def test_a_cell_saves_itself_and_brings_its_result(client: Client, there: Office, operator: User) -> None:
    save(client, there, "seluruh", "2.000")
    response = save(client, there, "sehat", "1.250", key="dua")
    assert answered(response) == {
        "status": 200,
        "version": 1,
        "text": {"number": "1.250"},
        "echo": "dibaca 1.250 (seribu dua ratus lima puluh)",
    }
    answer = response.json()
    assert re.fullmatch(r"Tersimpan \d\d\.\d\d WIB", answer["saved"])
    assert (answer["done"], answer["total"]) == (1, 5)
    outcome = answer["outcomes"][str(there.entry("ksp").pk)]
    assert "62,50" in outcome
    assert "Capaian" in outcome


@pytest.mark.parametrize(
    ("code", "name", "text", "stored"),
    [
        ("pdrb", "number", "4,5", Decimal("4.5")),
        ("pdrb", "document_date", "1-9-2026", dt.date(2026, 9, 1)),
        ("pdrb", "source", "BPS", "BPS"),
        ("opini", "number", "4", Decimal(4)),
        ("sop", "number", "0", Decimal(0)),
        ("um", "obstacle", "Data terlambat", "Data terlambat"),
        ("um", "follow_up", "Rapat bulanan", "Rapat bulanan"),
        ("um", "driver", "Pendampingan", "Pendampingan"),
    ],
)
def test_every_column_of_an_entry_saves_itself(
    client: Client, there: Office, operator: User, code: str, name: str, text: str, stored: object
) -> None:
    assert answered(save(client, there, code, text, name=name))["status"] == 200
    assert getattr(there.entry(code), name) == stored


@pytest.mark.parametrize(
    ("code", "text", "sentence"),
    [
        ("sehat", "12,5o", "bukan angka"),
        ("sehat", "4.25", "Maksud Anda"),
        ("sehat", "1" * 19, "Paling banyak 18 angka di depan koma"),
        ("opini", "9", ""),
        ("sehat", "5 orang utan 7", "bukan angka"),
    ],
)
def test_a_cell_that_is_no_figure_is_refused_with_the_sentence_of_the_form(
    client: Client, there: Office, operator: User, code: str, text: str, sentence: str
) -> None:
    answer = answered(save(client, there, code, text))
    assert answer["status"] == 422
    assert sentence in answer["error"]
    page = client.post(grid(there), inputs(client, there) | {cell(there, code): text})
    assert sentence in page.content.decode()


def test_a_cell_sent_again_is_answered_and_not_repeated(
    client: Client, there: Office, operator: User
) -> None:
    answers = [answered(save(client, there, "sehat", "75")) for _ in range(4)]
    assert {answer["version"] for answer in answers} == {1}
    assert there.report.events.filter(kind="value").count() == 1


def test_a_stale_cell_brings_both_figures(client: Client, there: Office, operator: User) -> None:
    other_writes(there, "sehat", 60)
    save(client, there, "seluruh", "100")
    response = save(client, there, "sehat", "75")
    body = answered(response)
    assert body["status"] == 409
    assert "60,00" in response.json()["outcomes"][str(there.entry("ksp").pk)], "what came of the other figure"
    assert (body["mine"], body["theirs"], body["version"]) == ("75", "60", 1)
    assert body["text"] == {"number": "60"}
    assert "Operator Dua mengubah isian ini" in body["error"]
    assert answered(save(client, there, "sehat", "75", version=1, key="jawab"))["status"] == 200
    assert there.value("sehat").number == 75


def test_a_cell_may_be_emptied(client: Client, there: Office, operator: User) -> None:
    save(client, there, "sehat", "75")
    assert answered(save(client, there, "sehat", "", version=1, key="kosong"))["status"] == 200
    assert there.value("sehat").number is None


def test_a_locked_or_foreign_cell_says_why(client: Client, there: Office) -> None:
    client.force_login(visitor("verifier", there.agency))
    assert answered(save(client, there, "sehat", "75"))["status"] == 403
    bring(there, Status.SUBMITTED)
    client.force_login(builders.user(Role.OPERATOR, there.agency))
    answer = answered(save(client, there, "sehat", "80", version=1))
    assert answer["status"] == 423
    assert "terkunci" in answer["error"]


def test_a_reason_leaves_the_figure_alone(client: Client, there: Office, operator: User) -> None:
    save(client, there, "sehat", "75")
    save(client, there, "sehat", "Sudah dicek", version=1, name="reason", key="alasan")
    value = there.value("sehat")
    assert (value.number, value.reason) == (75, "Sudah dicek")


def test_the_history_tells_before_and_after(client: Client, there: Office, operator: User) -> None:
    save(client, there, "sehat", "75")
    save(client, there, "sehat", "1.080", version=1, key="dua")
    page = client.get(there.report.get_absolute_url()).content.decode()
    assert "<del>75</del> → <ins>1.080</ins>" in page
    assert "Operator Satu" in page


def test_a_report_sent_back_and_forth_reads_in_its_history(
    client: Client, there: Office, operator: User
) -> None:
    bring(there, Status.RETURNED)
    workflow.move(there.report, Status.SUBMITTED, by=operator)
    page = client.get(there.report.get_absolute_url()).content.decode()
    assert "Alasan uji" in page
    assert "Kirim lagi" in page


# What came before, and the repair of a figure that looks wrong


def earlier(there: Office, numbers: dict[str, str], part: int = 2) -> None:
    """Report an earlier quarter of the office with these figures, by code."""
    admin, today = builders.user(is_superuser=True), timezone.localdate()
    opened = entries.open_period(
        there.agency.region, year=2026, part=part, opens=today, closes=today, by=admin
    )
    report = opened.reports[0]
    for code, number in numbers.items():
        if code in there.elements:
            row: Any = report.values.get(element__code=code)
        else:
            row = report.entries.get(indicator__thread__code=code)
        change = entries.Change(row, {"number": Decimal(number)}, 0, f"dulu-{part}-{code}")
        (answer,) = entries.fill_many(report, [change], by=admin)
        assert answer == {"version": 1}


def row_of(page: str, there: Office, code: str) -> str:
    """Return the words of one row of the grid."""
    start = page.index(f'id="isian-{there.entry(code).pk}"')
    words = re.sub(r"<[^>]+>", " ", page[start : page.index("</tr>", start)].partition(">")[2])
    return html.unescape(" ".join(words.split()))


def test_each_figure_stands_beside_the_last_one(client: Client, there: Office, operator: User) -> None:
    earlier(there, {"sehat": "50", "opini": "3"}, part=1)
    earlier(there, {"sehat": "60.5", "seluruh": "121", "pdrb": "4.2", "sop": "0"})
    page = client.get(grid(there)).content.decode()
    assert "TW II 2026: 60,5" in row_of(page, there, "ksp")
    assert "TW II 2026: 121" in row_of(page, there, "ksp")
    assert "TW II 2026: 4,2" in row_of(page, there, "pdrb")
    assert "TW I 2026: WDP" in row_of(page, there, "opini")
    assert "TW II 2026: Tidak" in row_of(page, there, "sop")
    assert "TW" not in row_of(page, there, "um").replace("diisi di atas", "")


@pytest.mark.parametrize(
    ("code", "before", "now", "words"),
    [
        ("pdrb", "4.2", "5.4", "▲ naik 1,2 poin dari TW II 2026"),
        ("pdrb", "5.4", "4.2", "▼ turun 1,2 poin dari TW II 2026"),
        ("pdrb", "4.2", "4.201", "= tetap dari TW II 2026"),
        ("pdrb", "0", "1.5", "▲ naik 1,5 poin dari TW II 2026"),
        ("opini", "3", "4", "▲ naik dari TW II 2026 (WDP)"),
        ("opini", "4", "4", "= tetap dari TW II 2026"),
        ("sop", "0", "1", "berubah dari TW II 2026 (Tidak)"),
    ],
)
def test_a_result_says_how_it_moved(
    client: Client, there: Office, operator: User, code: str, before: str, now: str, words: str
) -> None:
    earlier(there, {code: before})
    entry = there.entry(code)
    entries.fill_entry(
        entry, {"number": Decimal(now)}, based_on=entry.version, by=operator, key=f"kini-{code}"
    )
    assert words in row_of(client.get(grid(there)).content.decode(), there, code)


def test_a_first_result_moved_from_nothing(client: Client, there: Office, operator: User) -> None:
    fill(there, operator)
    page = client.get(grid(there)).content.decode()
    assert "outcome-change" not in page
    assert 'class="last"' not in page


def test_one_press_repairs_a_figure_without_script(client: Client, there: Office, operator: User) -> None:
    earlier(there, {"sehat": "53"})
    save(client, there, "sehat", "540")
    page = client.get(grid(there)).content.decode()
    button = re.search(r'<button[^>]*name="repair" value="([^"]+)">([^<]+)</button>', page)
    assert button is not None
    assert button[2] == "Ubah menjadi 54"
    sent = inputs(client, there) | {"repair": button[1], cell(there, "seluruh"): "100"}
    answer = client.post(grid(there), sent)
    assert answer.headers["Location"] == f"{grid(there)}#id_{cell(there, 'sehat')}"
    assert there.value("sehat").number == 54
    assert there.value("seluruh").number == 100, "what was typed beside it is stored too"
    assert 'name="repair"' not in client.get(grid(there)).content.decode()


def test_a_repair_asks_when_somebody_was_first(client: Client, there: Office, operator: User) -> None:
    earlier(there, {"sehat": "53"})
    save(client, there, "sehat", "540")
    sent = inputs(client, there) | {"repair": f"v{there.value('sehat').pk}:54"}
    other_writes(there, "sehat", 60)
    page = client.post(grid(there), sent).content.decode()
    assert "menjadi 60. Nilai Anda 54. Mana yang dipakai?" in page
    assert there.value("sehat").number == 60


def test_a_name_printed_with_a_full_stop_stands_before_a_colon_without_it(
    client: Client, there: Office, operator: User
) -> None:
    row = there.entry("pdrb")
    row.definition["name"] = "Nilai ekspor non migas."
    row.save()
    page = client.get(there.report.get_absolute_url()).content.decode()
    assert "Nilai ekspor non migas</a>: Belum diisi." in page
    assert ".</a>:" not in page
    assert "Nilai ekspor non migas." in client.get(grid(there)).content.decode(), "as it is printed"


def test_a_question_ends_its_sentences_once_and_is_not_asked_of_who_agrees(
    client: Client, there: Office, operator: User
) -> None:
    sent = inputs(client, there) | {cell(there, "um", "obstacle"): "Data kurang."}
    um = there.entry("um")
    admin = builders.user(is_superuser=True, name="Admin")
    entries.fill_entry(um, {"obstacle": "Data terlambat."}, based_on=um.version, by=admin, key="lebih-dulu")
    page = client.post(grid(there), sent).content.decode()
    assert "menjadi Data terlambat. Nilai Anda Data kurang. Mana yang dipakai?" in page
    asked = {"version": str(there.entry("um").version), "asked": "1", "obstacle": "Data terlambat."}
    again = sent | {cell(there, "um", name): text for name, text in asked.items()}
    again[f"initial-{cell(there, 'um', 'obstacle')}"] = "Data terlambat."
    answer = client.post(grid(there), again)
    assert answer.status_code == 302, "nothing is left to ask"
    assert there.entry("um").obstacle == "Data terlambat."


@pytest.mark.parametrize(
    "repair", ["", "54", "v1", "v1:", "x1:54", "v1:54:55 66", "v99999:5", "v1:" + "9" * 90]
)
def test_a_repair_that_makes_no_sense_changes_nothing(
    client: Client, there: Office, operator: User, repair: str
) -> None:
    client.post(grid(there), inputs(client, there) | {"repair": repair})
    assert not there.report.events.filter(kind="value").exists()


def test_enter_without_script_presses_no_repair(client: Client, there: Office, operator: User) -> None:
    earlier(there, {"sehat": "53"})
    save(client, there, "sehat", "540")
    page = client.get(grid(there)).content.decode()
    form = page[page.index('id="isian"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert "name" not in first[0]  # a browser presses the first button of a form


def test_readers_see_what_looks_odd_and_no_repair(client: Client, there: Office, operator: User) -> None:
    earlier(there, {"sehat": "53"})
    save(client, there, "sehat", "540")
    client.force_login(visitor("verifier", there.agency))
    page = client.get(grid(there)).content.decode()
    assert "sekitar 10 kali nilai TW II 2026 (53)" in page
    assert 'name="repair"' not in page


def test_what_drove_a_result_is_written(client: Client, there: Office, operator: User) -> None:
    sent = inputs(client, there) | {cell(there, "um", "driver"): "Pendampingan rutin"}
    page = client.post(grid(there), sent, follow=True).content.decode()
    assert there.entry("um").driver == "Pendampingan rutin"
    assert "Faktor pendorong" in page
    assert "Pendampingan rutin" in page
    assert re.search(rf'id="lain-{there.entry("um").pk}">', page), "folded"
    assert '<span class="more-said">Faktor pendorong: Pendampingan rutin</span>' in page


def test_texts_below_a_row_unfold_only_while_they_are_owed_and_empty(
    client: Client, there: Office, operator: User
) -> None:
    def unfolded() -> set[str]:
        page = client.get(grid(there)).content.decode()
        keys = {there.entry(code).pk: code for code in ("ksp", "um", "pdrb", "opini", "sop")}
        return {keys[int(pk)] for pk in re.findall(r'<details class="more" id="lain-(\d+)" open>', page)}

    assert unfolded() == set()
    for code, number in (("sehat", "30"), ("seluruh", "100"), ("pdrb", "5")):
        save(client, there, code, number, key=code)
    assert unfolded() == {"pdrb"}, "it lacks its source; the other is only below target"
    Agency.objects.update(requires_explanation=True)
    assert unfolded() == {"ksp", "pdrb"}
    save(client, there, "ksp", "Data terlambat", name="obstacle")
    assert unfolded() == {"ksp", "pdrb"}
    save(client, there, "ksp", "Dipercepat", name="follow_up", version=1, key="lanjut")
    assert unfolded() == {"pdrb"}
    page = client.get(grid(there)).content.decode()
    assert "Kendala: Data terlambat · Tindak lanjut: Dipercepat" in page


def test_what_was_emptied_is_stored_empty(client: Client, there: Office, operator: User) -> None:
    save(client, there, "um", "Data terlambat", name="obstacle")
    sent = inputs(client, there)
    assert sent[cell(there, "um", "obstacle")] == "Data terlambat"
    client.post(grid(there), sent | {cell(there, "um", "obstacle"): ""})
    assert there.entry("um").obstacle == ""


def test_markup_that_is_typed_stays_text(client: Client, there: Office, operator: User) -> None:
    typed = '</textarea><script>alert("1")</script>'
    save(client, there, "um", typed, name="obstacle")
    save(client, there, "pdrb", '"><script>', name="source")
    page = client.post(grid(there), inputs(client, there) | {cell(there, "sehat"): '"><b>1'}).content.decode()
    assert "<script>alert" not in page
    assert '"><script>' not in page
    assert '"><b>1' not in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
