"""Pages of imports: what people see, what stays chosen, who is let in, and what is sent twice."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agencies.models import AuditRecord, User
from agencies.roles import Role
from indicators import sets
from indicators.imports.planned import Choices, Into
from reports.imports import batches, drafts
from reports.imports.states import State
from reports.models import ImportBatch, ImportRow, Report
from tests import builders
from tests.reports.imports import books
from tests.reports.imports.uploads import (
    NEW,
    applied,
    compared,
    csv,
    figures,
    filled,
    iku,
    numbers,
    upload,
    worked_off,
)

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def admin_of(report: Report) -> User:
    return builders.user(Role.AGENCY_ADMIN, report.agency)


def page(client: Client, name: str, batch: ImportBatch | None = None, **query: str) -> str:
    response = client.get(reverse(name, args=[batch.pk] if batch else []), query)
    assert response.status_code == 200, response.headers.get("Location", response.status_code)
    return response.content.decode()


def send(client: Client, name: str, batch: ImportBatch, data: Any = None) -> Any:
    return client.post(reverse(name, args=[batch.pk]), data or {})


# Uploading


def post_file(client: Client, place: str, content: bytes, *, key: str = "kunci", **headers: str) -> Any:
    form = {"place": place, "key": key, "file": SimpleUploadedFile("mutu.csv", content)}
    return client.post(reverse("import-add"), form, headers=headers)


def test_a_plain_form_uploads_and_leads_to_the_import() -> None:
    report = filled("satu")
    client = signed_in(admin_of(report))
    assert "Untuk" in page(client, "import-add")
    response = post_file(client, f"agency:{report.agency.code}", figures(report, satu=5))
    batch = ImportBatch.objects.get()
    assert response.headers["Location"] == batch.get_absolute_url()
    again = post_file(client, f"agency:{report.agency.code}", figures(report, satu=5))
    assert again.headers["Location"] == batch.get_absolute_url()
    assert ImportBatch.objects.count() == 1


def test_script_is_answered_where_the_import_is_or_what_is_wrong() -> None:
    report = filled("satu")
    client = signed_in(admin_of(report))
    place = f"agency:{report.agency.code}"
    answer = post_file(client, place, figures(report, satu=5), accept="application/json")
    assert answer.json() == {"url": ImportBatch.objects.get().get_absolute_url()}
    empty = post_file(client, place, b"", key="lain", accept="application/json")
    assert empty.status_code == 422
    assert "kosong" in empty.json()["error"]


def test_a_form_without_a_file_says_so_at_the_field() -> None:
    report = filled("satu")
    client = signed_in(admin_of(report))
    response = client.post(reverse("import-add"), {"place": f"agency:{report.agency.code}", "key": "k"})
    assert response.status_code == 422
    assert "Pilih berkas yang akan diimpor." in response.content.decode()


def test_a_place_of_others_is_no_choice() -> None:
    report, other = filled("satu"), filled("satu")
    response = post_file(signed_in(admin_of(report)), f"agency:{other.agency.code}", figures(other, satu=5))
    assert response.status_code == 422
    assert not ImportBatch.objects.exists()


def test_who_neither_fills_nor_manages_is_not_asked_for_files() -> None:
    report = filled("satu")
    client = signed_in(builders.user(Role.HEAD, report.agency))
    assert client.get(reverse("import-add")).status_code == 404
    assert "Impor berkas</a>" not in page(client, "task-list")


def test_importing_is_offered_where_the_work_is() -> None:
    report = filled("satu")
    client = signed_in(admin_of(report))
    here = f"{reverse('import-add')}?untuk=agency:{report.agency.code}"
    assert here in client.get(report.agency.get_absolute_url()).content.decode()
    assert here in client.get(report.get_absolute_url()).content.decode()
    for name in ("task-list", "report-list", "indicator-set-list"):
        assert reverse("import-list") in page(client, name), name


# Waiting


def test_the_page_of_a_running_import_tells_how_far_it_is_and_asks_again() -> None:
    report = filled("satu")
    admin = admin_of(report)
    client = signed_in(admin)
    post_file(client, f"agency:{report.agency.code}", figures(report, satu=5))
    batch = ImportBatch.objects.get()
    words = "Membaca lembar 2 dari 4, 128 baris"
    ImportBatch.objects.update(progress={"words": words, "done": 1, "total": 4})
    shown = page(client, "import-detail", batch)
    assert f"{words}…" in shown
    assert '<progress max="4" value="1"' in shown
    assert 'hx-trigger="every 1s"' in shown
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in shown
    worked_off(batch)
    asked = client.get(batch.get_absolute_url(), headers={"HX-Request": "true"})
    assert asked.headers["HX-Redirect"] == batch.get_absolute_url()
    assert client.get(batch.get_absolute_url()).headers["Location"] == reverse(
        "import-mapping", args=[batch.pk]
    )


# Columns


def mapping(batch: ImportBatch, **changed: str) -> dict[str, str]:
    """Return the form of columns as the page shows it, with these changes."""
    form: dict[str, str] = {}
    for number, table in enumerate(batch.reading["sheets"][0]["tables"]):
        form |= {f"t{number}-use": "on", f"t{number}-kind": table["kind"]}
        for column in table["columns"]:
            form[f"t{number}-{column['letters']}-field"] = column["field"]
            form[f"t{number}-{column['letters']}-year"] = str(column["year"] or "")
            form[f"t{number}-{column['letters']}-when"] = f"q{column['quarter']}" if column["quarter"] else ""
    return form | {"into": "new", "first_year": "2030", "last_year": "2030"} | changed


def test_columns_are_shown_with_heading_samples_meaning_and_reason() -> None:
    agency = builders.agency()
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    batch = upload(iku("Nilai layanan", "Nilai mutu"), agency, admin)
    shown = page(signed_in(admin), "import-mapping", batch)
    for text in (
        "Indikator Kinerja Utama",
        "Nilai layanan",
        "Nilai mutu",
        "sama dengan",
        "Yakin",
        "Draf baru",
    ):
        assert text in shown, text
    assert '<option value="indicator" selected' in shown


def test_what_was_chosen_stays_when_something_is_missing() -> None:
    agency = builders.agency()
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    batch = upload(iku("Nilai layanan"), agency, admin)
    form = mapping(batch, **{"t0-C-field": "note", "first_year": "2031", "last_year": "2030"})
    response = send(signed_in(admin), "import-mapping", batch, form)
    assert response.status_code == 422
    shown = response.content.decode()
    assert "Tahun akhir (2030) mendahului tahun mulai (2031)." in shown
    assert '<option value="note" selected' in shown


def test_a_corrected_column_is_read_anew() -> None:
    builders.layout()
    agency = builders.agency()
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    head = ("Sasaran Strategis", "Indikator Kinerja Utama", "Satuan", "Lain-lain")
    batch = upload(csv(head, ("Naiknya mutu", "Nilai layanan", "Nilai", "Survei")), agency, admin)
    send(signed_in(admin), "import-mapping", batch, mapping(batch, **{"t0-D-field": "source"}))
    batch = worked_off(batch)
    assert '"Sumber data":"Survei"' in batch.rows.get().content


def test_a_table_that_is_not_wanted_is_left_out() -> None:
    agency = builders.agency()
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    batch = upload(iku("Nilai layanan"), agency, admin)
    form = mapping(batch)
    del form["t0-use"]
    send(signed_in(admin), "import-mapping", batch, form)
    batch = worked_off(batch)
    assert sum(batch.counts.values()) == 0


def test_a_table_of_targets_may_be_taken_for_definitions_on_the_same_page() -> None:
    builders.layout()
    agency = builders.agency()
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    head = ("Indikator Kinerja Utama", "Target 2030")
    batch = upload(csv(head, ("Nilai layanan", 5)), agency, admin)
    assert batch.reading["kinds"] == ["targets"]
    client = signed_in(admin)
    revised = mapping(batch, into="new", first_year="", last_year="")
    assert send(client, "import-mapping", batch, revised | {"t0-kind": "definitions"}).status_code == 422
    send(client, "import-mapping", batch, mapping(batch, **{"t0-kind": "definitions"}))
    batch = worked_off(batch)
    assert batch.chosen.into == Into("new", first_year=2030, last_year=2030)
    assert batch.corrections[f"{batch.reading['sheets'][0]['name']}!A1:B2"]["kind"] == "definitions"


def test_the_likely_place_of_definitions_is_the_draft_then_the_set_in_force_then_a_new_one() -> None:
    agency = builders.agency()
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    batch = upload(iku("Nilai layanan"), agency, admin)
    assert drafts.likely(batch, admin, 2018).how == "new"
    in_force = builders.set_in_force(agency)
    assert drafts.likely(batch, admin, 2018) == Into("revise", in_force.pk)
    assert drafts.likely(batch, admin, 2020).how == "new"
    draft = builders.indicator_set(agency, first_year=2021)
    assert drafts.likely(batch, admin, 2018) == Into("draft", draft.pk)


def test_a_sheet_without_a_table_can_be_told_where_its_headings_are() -> None:
    agency = builders.agency()
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    batch = upload(csv(("Rekap",), ("Hal", "Apa"), ("Naiknya mutu", "Nilai layanan")), agency, admin)
    shown = page(signed_in(admin), "import-mapping", batch)
    assert "Tidak ada tabel yang dikenali di lembar ini." in shown
    send(signed_in(admin), "import-mapping", batch, {"s0-header": "2"})
    assert list(ImportBatch.objects.get().corrections) == [f"{batch.reading['sheets'][0]['name']}!A2"]


# Questions


@pytest.fixture
def asked() -> tuple[ImportBatch, User]:
    """An import that waits for answers, and its admin."""
    builders.layout()
    agency = builders.agency()
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    batch = upload(iku("Angka kemiskinan"), agency, admin)
    batches.choose(batch, NEW, {}, by=admin)
    return worked_off(batch), admin


def test_what_the_table_cannot_say_is_asked_with_the_likely_answer_marked(
    asked: tuple[ImportBatch, User],
) -> None:
    batch, admin = asked
    assert batch.state == State.QUESTIONED
    shown = page(signed_in(admin), "import-questions", batch)
    assert "Arah mana yang lebih baik?" in shown
    assert "selected>Makin kecil makin baik</option>" in shown


def test_answers_are_taken_and_not_asked_again(asked: tuple[ImportBatch, User]) -> None:
    batch, admin = asked
    client = signed_in(admin)
    answers = {f"q{n}": q.proposed for n, q in enumerate(batches.asked(batch))}
    send(client, "import-questions", batch, answers | {"plan": batches.plan_stamp(batch)})
    batch = worked_off(batch)
    assert batch.state == State.PLANNED
    assert all(q.chosen == q.proposed for q in batches.asked(batch))
    assert client.get(batch.get_absolute_url()).headers["Location"] == reverse(
        "import-review", args=[batch.pk]
    )


def test_an_answer_that_is_no_choice_is_refused_and_the_others_stay(asked: tuple[ImportBatch, User]) -> None:
    batch, admin = asked
    number = next(n for n, q in enumerate(batches.asked(batch)) if q.topic == "polarity")
    response = send(
        signed_in(admin),
        "import-questions",
        batch,
        {f"q{number}": "ke samping", "plan": batches.plan_stamp(batch)},
    )
    assert response.status_code == 422
    assert "Pilih salah satu jawaban yang ada." in response.content.decode()


# Differences


def test_old_is_struck_through_new_stands_beside_it_and_figures_say_how_they_were_read() -> None:
    report = filled("satu", "dua", "tiga")
    admin = admin_of(report)
    applied(compared(figures(report, satu="1.000,0", dua=6), report.agency, admin), admin)
    batch = compared(figures(report, satu="1.500,0", dua=6, tiga="12,5o"), report.agency, admin)
    shown = page(signed_in(admin), "import-review", batch)
    assert '<del><span class="visually-hidden">semula </span>1.000</del>' in shown
    assert "menjadi </span>1.500</ins>" in shown
    assert "0 baris baru, 1 diubah, 1 sama, 1 bermasalah" in shown
    assert "(E2): 1.500,0 → 1.500" in shown
    assert "Lembar 1!E4</b>" in shown
    assert "12,5o" in shown
    assert "Masukkan 1 baris" in shown


@pytest.mark.parametrize(
    ("kept", "there"), [("baru", 2), ("masalah", 1), ("sama", 0), ("catatan", 1), ("aneh", 3)]
)
def test_rows_are_kept_by_status(kept: str, there: int) -> None:
    report = filled("satu", "dua", "tiga")
    admin = admin_of(report)
    batch = compared(figures(report, satu=5, dua=6, tiga="12,5o"), report.agency, admin)
    shown = page(signed_in(admin), "import-review", batch, saring=kept)
    assert shown.count('class="import-place"') == there


def test_a_page_of_differences_is_light_however_long_the_file_is(django_assert_max_num_queries: Any) -> None:
    report = filled("satu")
    admin = admin_of(report)
    batch = compared(figures(report, satu="12,5o"), report.agency, admin)
    (row,) = batch.rows.all()
    content = json.loads(row.content)
    content["planned"]["messages"] *= 4
    content["planned"]["after"] = {f"Isian {n}": "panjang " * 40 for n in range(14)}
    ImportRow.objects.bulk_create(
        ImportRow(
            batch=batch,
            position=n,
            sheet=row.sheet,
            row=n,
            kind=row.kind,
            status="problem",
            noted=True,
            content=json.dumps(content),
        )
        for n in range(1, 2_000)
    )
    client = signed_in(admin)
    with django_assert_max_num_queries(12):
        shown = page(client, "import-review", batch)
    assert len(shown) < 300_000
    assert "Halaman <b" in shown


def test_a_repair_is_one_click_and_the_file_is_compared_anew() -> None:
    builders.layout()
    agency = builders.agency()
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    head = ("Sasaran Strategis", "Indikator Kinerja Utama", "Satuan", "Target 2030")
    batch = upload(csv(head, ("Naiknya mutu", "Rasio guru", "Orang", "1:32")), agency, admin)
    batches.choose(batch, NEW, {}, by=admin)
    batch = worked_off(batch)
    batches.answer(batch, {}, seen=batches.plan_stamp(batch), all_seen=True)
    batch = worked_off(batch)
    assert batch.counts["problem"] == 1
    question = next(q for q in batches.asked(batch) if q.topic == "repair")
    client = signed_in(admin)
    shown = page(client, "import-review", batch, saring="masalah")
    assert question.key in shown
    answer = {"key": question.key, "value": question.options[0][0], "plan": batches.plan_stamp(batch)}
    send(client, "import-repair", batch, answer)
    batch = worked_off(batch)
    assert batch.state == State.PLANNED
    assert batch.counts["problem"] == 0


# The end


def test_confirming_leads_to_the_receipt_and_a_second_click_to_the_same() -> None:
    report = filled("satu")
    admin = admin_of(report)
    client = signed_in(admin)
    batch = compared(figures(report, satu=5), report.agency, admin)
    form = {"plan": batches.plan_stamp(batch)}
    for _ in range(2):
        assert send(client, "import-confirm", batch, form).headers["Location"] == batch.get_absolute_url()
    worked_off(batch)
    shown = page(client, "import-detail", batch)
    assert "1 baris baru, 0 diubah, 0 dilewati." in shown
    assert report.get_absolute_url() in shown
    assert "Urungkan impor ini" in shown
    assert send(client, "import-confirm", batch, form).status_code == 302
    assert numbers(report) == {"satu": "5"}


def test_problems_hold_the_confirmation_back_and_the_page_says_why() -> None:
    report = filled("satu", "dua")
    admin = admin_of(report)
    client = signed_in(admin)
    batch = compared(figures(report, satu=5, dua="12,5o"), report.agency, admin)
    send(client, "import-confirm", batch, {"plan": batches.plan_stamp(batch)})
    assert "1 baris masih bermasalah" in page(client, "import-review", batch)
    send(client, "import-confirm", batch, {"plan": batches.plan_stamp(batch), "partial": "1"})
    worked_off(batch)
    assert numbers(report) == {"satu": "5", "dua": None}


def test_an_import_is_taken_back_from_its_page() -> None:
    report = filled("satu")
    admin = admin_of(report)
    client = signed_in(admin)
    batch = applied(compared(figures(report, satu=5), report.agency, admin), admin)
    assert "Urungkan impor ini?" in page(client, "import-undo", batch)
    send(client, "import-undo", batch)
    worked_off(batch)
    assert "Sudah diurungkan" in page(client, "import-detail", batch)
    assert numbers(report) == {"satu": None}


def test_an_import_is_left_after_a_question() -> None:
    report = filled("satu")
    admin = admin_of(report)
    client = signed_in(admin)
    batch = compared(figures(report, satu=5), report.agency, admin)
    assert "Tinggalkan impor ini?" in page(client, "import-drop", batch)
    send(client, "import-drop", batch)
    assert "Impor ini ditinggalkan" in page(client, "import-detail", batch)


def test_the_workbook_comes_back_with_notes_in_its_cells_and_the_log_knows() -> None:
    agency = builders.agency()
    builders.layout()
    admin = builders.user(Role.AGENCY_ADMIN, agency)
    batch = compared(books.kaltim(), agency, admin, name="IKU 2018.xlsx")
    response = signed_in(admin).get(reverse("import-annotated", args=[batch.pk]))
    assert 'filename="IKU 2018 - dengan catatan.xlsx"' in response.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(response.content))["IKU 2018"]
    assert "menumpuk" in sheet["C10"].comment.text
    assert AuditRecord.objects.filter(kind="downloaded", by=admin, agency=agency).count() == 1


# Who sees what


def test_an_operator_sees_the_own_imports_and_a_manager_all_of_the_agency() -> None:
    report = filled("satu")
    operator, colleague = (builders.user(Role.OPERATOR, report.agency) for _ in range(2))
    batch = compared(figures(report, satu=5), report.agency, operator)
    assert "mutu.csv" in page(signed_in(operator), "import-list")
    assert "mutu.csv" not in page(signed_in(colleague), "import-list")
    assert signed_in(colleague).get(reverse("import-review", args=[batch.pk])).status_code == 404
    assert "mutu.csv" in page(signed_in(admin_of(report)), "import-list")
    assert "mutu.csv" in page(
        signed_in(builders.user(Role.REGION_ADMIN, report.agency.region)), "import-list"
    )


def test_who_left_the_agency_sees_its_imports_no_more() -> None:
    report = filled("satu")
    operator = builders.user(Role.OPERATOR, report.agency)
    batch = compared(figures(report, satu=5), report.agency, operator)
    operator.memberships.all().delete()
    assert signed_in(operator).get(batch.get_absolute_url()).status_code == 404


def test_a_flat_table_of_several_agencies_is_imported_for_their_region() -> None:
    region = builders.region("64.71")
    reports = []
    for _ in range(2):
        set_ = builders.indicator_set(builders.agency(region=region))
        builders.indicator(builders.goal(set_), code="satu")
        sets.put_in_force(set_, by=builders.user(is_superuser=True))
        reports.append(builders.report(set_))
    admin = builders.user(is_superuser=True)
    content = figures(reports[0], satu=5) + b"\n" + figures(reports[1], satu=7).split(b"\n")[1]
    client = signed_in(admin)
    place = f"region:{region.code}"
    assert "Beberapa perangkat daerah" in page(client, "import-add", untuk=place)
    form = {"place": place, "key": "kunci", "file": SimpleUploadedFile("mutu.csv", content)}
    client.post(f"{reverse('import-add')}?untuk={place}", form)
    batch = worked_off(ImportBatch.objects.get())
    batches.choose(batch, Choices(), {}, by=admin)
    batch = applied(worked_off(batch), admin)
    assert batch.state == State.APPLIED, batch.said
    assert [numbers(report) for report in reports] == [{"satu": "5"}, {"satu": "7"}]


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    django_assert_max_num_queries: Any,
) -> None:
    report = filled("satu")
    admin = admin_of(report)
    for number in range(12):
        upload(figures(report, satu=number), report.agency, admin)
    client = signed_in(admin)
    with django_assert_max_num_queries(9):
        page(client, "import-list")
