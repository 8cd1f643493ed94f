"""Pengukuran Kinerja: what is frozen, that nothing after freezing asks or computes, what the paper says."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from agencies.models import Agency
from agencies.roles import Role
from iku_portal.management.commands import demo_reports
from indicators import sets
from indicators.numbers import format_number, round_half_up
from reports import entries, outcomes, pdf
from reports.documents import measurement, tables, workbook
from reports.documents.canonical import canonical, fingerprint
from reports.documents.facts import cut
from reports.models import Entry, Report
from reports.status import Status
from tests import builders
from tests.reports import arranged, measured, selfcheck
from tests.reports.reading import pages

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def agency() -> Agency:
    return measured.agency()


def built(report: Report, **facts: Any) -> dict[str, Any]:
    rows = Report.objects.select_related("agency__region", "period", "indicator_set")
    return measurement.build(rows.get(pk=report.pk), **facts)


def printed(content: dict[str, Any]) -> bytes:
    return pdf.render(tables.arrange(content))


def checked(content: dict[str, Any]) -> list[str]:
    document = tables.arrange(content)
    return selfcheck.check(pdf.render(document), len(document["tables"]))


def cells(content: dict[str, Any], code: str) -> list[list[str]]:
    """Return the texts of the cells of the table `code`, row by row."""
    (table,) = [table for table in tables.arrange(content)["tables"] if table["code"] == code]
    return [
        ["\n".join(block["text"] for block in cell["blocks"]) for cell in row["cells"]]
        for group in table["groups"]
        for row in group["rows"]
    ]


# What is frozen


def test_the_data_are_plain_and_the_same_for_the_same_report(agency: Agency) -> None:
    report = measured.report(agency, 2)
    content = built(report)
    assert json.loads(canonical(content)) == content
    assert canonical(content) == canonical(built(report))


def test_a_float_is_never_part_of_a_document() -> None:
    with pytest.raises(TypeError, match=r"\$\.rows\[1\]\.value"):
        canonical({"rows": [{"value": "1"}, {"value": 0.1}]})


def test_the_canonical_text_has_one_form() -> None:
    assert canonical({"b": "é", "a": [1, None, True]}) == '{"a":[1,null,true],"b":"é"}'
    assert fingerprint("é") == fingerprint("é".encode())


def test_the_table_of_a_quarter_reads_as_the_form_asks(agency: Agency) -> None:
    rows = cells(built(measured.report(agency, 2)), "capaian")
    goal = "Meningkatnya koperasi yang sehat"
    assert rows[0] == [
        "1", goal, "Persentase koperasi sehat", "Persen", "60", "65,83", "109,72%", "Sangat Tinggi"
    ]  # fmt: skip
    assert rows[1] == [
        "2",
        "Kontribusi terhadap PDRB",
        "Persen",
        "5\nsemula 4",
        "6,5",
        "130,00%",
        "Sangat Tinggi",
    ]
    assert [row[0] for row in rows] == [str(number) for number in range(1, 11)]


def test_the_kinds_of_empty_are_kept_apart_and_zero_is_a_figure(agency: Agency) -> None:
    report = measured.report(agency, 2)
    rows = measured.indicators(built(report))
    shown = {code: (row["realization"]["text"], row["achievement"]["text"]) for code, row in rows.items()}
    assert shown["nol"] == ("2", "Tidak dapat dihitung")
    assert shown["kosong"] == ("Belum diisi", "–")
    assert shown["tanpa"] == ("0", "Belum ada target")
    assert shown["gugur"] == ("Tidak berlaku", "–")
    assert shown["tambah"] == ("0", "0,00%")
    assert rows["tanpa"]["target"]["text"] == "Belum diisi"
    assert rows["tambah"]["realization"]["value"] == "0"
    notes = {note["about"]: note["text"] for note in built(report)["notes"]}
    assert "No 7: tidak berlaku – Layanan dihentikan sejak Maret." in notes["Tanpa angka"]
    assert "No 4: belum diisi." in notes["Tanpa angka"]
    assert "No 3: capaian tidak dapat dihitung – Target indikator ini 0" in notes["Tanpa angka"]
    assert "Minta admin" not in canonical(built(report))


def test_what_is_not_due_says_so(agency: Agency) -> None:
    year = measured.year(agency)
    rows = cells(built(year), "triwulan")
    assert rows[0][2:] == [
        "Persen",
        *("60", "66,33", "110,55%"),
        *("60", "66,83", "111,39%"),
        *("60", "Belum diisi", "–"),
        *("–", "Belum jatuh tempo", "–"),
    ]


def test_an_average_says_how_many_it_counts_and_how_it_came_about(agency: Agency) -> None:
    content = built(measured.report(agency, 2))
    average = content["average"]
    assert (average["counted"], average["total"]) == (6, 10)
    assert cells(content, "rata-rata")[-1][1] == "6 dihitung / 10 total"
    # The cap of 120% counts in the average, not on the row.
    assert "120 [No 2]" in average["how"]
    assert average["how"].endswith(f"÷ 6 = {cut(Decimal(average['value']))} ≈ {average['text']}")


@pytest.mark.parametrize("averaging", Agency.Averaging.values)
def test_every_way_to_average_can_be_recomputed_from_what_is_printed(agency: Agency, averaging: str) -> None:
    Agency.objects.filter(pk=agency.pk).update(averaging=averaging)
    average = built(measured.report(agency, 2))["average"]
    inside, divisor = re.fullmatch(r"\((.*)\) ÷ ([\d,.]+) = .*", average["how"]).groups()  # type: ignore[union-attr]
    parts = [Decimal(part.split(" ")[0].rstrip("…").replace(",", ".")) for part in inside.split(" + ")]
    again = sum(parts) / Decimal(divisor)
    assert abs(again - Decimal(average["value"])) < Decimal("0.00001")


def test_every_figure_can_be_traced(agency: Agency) -> None:
    content = built(measured.report(agency, 2))
    realized, judged, origin = cells(content, "jejak")[0][2:5]
    assert realized.splitlines() == [
        "Rumus: Jumlah sehat / Jumlah seluruh × 100%",
        "Hitungan: Jumlah sehat (131) ÷ Jumlah seluruh (199) × 100% = 65,829145…% ≈ 65,83%",
        "Sebelum dibulatkan: 65,829145728643216…; tercetak: 65,83",
    ]
    assert judged.splitlines() == [
        "Cara: makin besar makin baik, realisasi ÷ target × 100",
        "Hitungan: 65,829145… ÷ 60 × 100% = 109,72% terhadap target tahun 2026",
        "Sebelum dibulatkan: 109,715242881072026…%; tercetak: 109,72%",
        "Predikat: Sangat Tinggi",
    ]
    assert origin.splitlines()[0].startswith(
        "Jumlah sehat: 131 · Bidang Koperasi · Operator Bidang Koperasi, "
    )
    assert "Sumber: BPS, Berita Resmi Statistik 12, 1 Juli 2026" in cells(content, "jejak")[1][4]


def test_the_exact_figures_are_in_the_data_digit_by_digit(agency: Agency) -> None:
    report = measured.report(agency, 2)
    row = measured.indicators(built(report))["ksp"]
    entry = report.entries.get(indicator__thread__code="ksp")
    assert row["realization"]["value"] == entry.result
    assert len(row["achievement"]["value"]) > 40
    assert {given["code"]: given["value"] for given in row["inputs"]} == {"sehat": "131", "seluruh": "199"}


def test_a_year_names_the_quarters_its_figures_come_from(agency: Agency) -> None:
    content = built(measured.year(agency))
    realized, _, origin = cells(content, "jejak")[0][2:5]
    assert "Hitungan: nilai terakhir terisi: TW II = 66,83" in realized
    assert origin.splitlines() == ["TW I: 66,33", "TW II: 66,83"]


def test_revised_targets_name_the_decision(agency: Agency) -> None:
    notes = {note["about"]: note["text"] for note in built(measured.report(agency, 2))["notes"]}
    assert "No 2: semula 4, diubah dengan SK 7/2026 tanggal 2 Maret 2026." in notes["Target"]


def test_obstacles_drivers_and_follow_ups_stand_in_a_table_of_their_own(agency: Agency) -> None:
    rows = cells(built(measured.report(agency, 2)), "kendala")
    assert [row[0] for row in rows] == ["2", "8", "10"]
    assert rows[0][2:] == ["–", "Ekspor naik.", "–"]


def test_building_asks_as_often_for_many_rows_as_for_few() -> None:
    small, large = office_of(3), office_of(60)
    counts = []
    for report in (small, large):
        built(report)  # what is kept ready once
        with CaptureQueriesContext(
            connection,
        ) as asked:
            built(report)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9


def office_of(rows: int) -> Report:
    """Return a report of `rows` indicators, filled."""
    new = builders.agency()
    draft = builders.indicator_set(new, first_year=2026)
    goal = builders.goal(draft)
    for number in range(rows):
        builders.target(builders.indicator(goal, code=f"iku_{number}"), 2026, value=50)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    return builders.report(new, 1, year=2026)


# Nothing after freezing asks or computes


def test_arranging_and_printing_ask_nothing(agency: Agency, django_assert_num_queries: Any) -> None:
    content = built(measured.report(agency, 2))
    with django_assert_num_queries(0):
        printed(content)


def test_the_same_data_give_the_same_bytes_in_another_process_zone_and_hash_seed(
    agency: Agency, tmp_path: Path
) -> None:
    content = built(measured.report(agency, 2))
    file = tmp_path / "content.json"
    file.write_text(canonical(content))
    script = (
        "import sys, json, django; django.setup()\n"
        "from reports import pdf; from reports.documents import tables\n"
        "content = json.load(open(sys.argv[1]))\n"
        "attached = [pdf.Attached('data.json', 'Data', 'Source', b'{}')]\n"
        "sys.stdout.buffer.write(pdf.render(tables.arrange(content), attached))\n"
    )
    attached = [pdf.Attached("data.json", "Data", "Source", b"{}")]
    here = pdf.render(tables.arrange(json.loads(file.read_text())), attached)
    for seed, zone in (("1", "Asia/Jayapura"), ("2", "America/Los_Angeles")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", script, str(file)], env=environment, capture_output=True, check=True
        )
        assert done.stdout == here


# What the paper says


@pytest.mark.parametrize("paper", Agency.Paper.values)
def test_a_quarter_and_a_year_pass_the_gate(agency: Agency, paper: str) -> None:
    Agency.objects.filter(pk=agency.pk).update(paper=paper)
    year = measured.year(agency)
    assert checked(built(year)) == []
    assert checked(built(year.agency.reports.get(period__part=2))) == []


def test_attached_files_keep_the_gate_and_can_be_taken_out(agency: Agency) -> None:
    content = built(measured.report(agency, 2))
    document = tables.arrange(content)
    data = pdf.render(document, [pdf.Attached("data.json", "Data", "Source", canonical(content).encode())])
    assert selfcheck.check(data, len(document["tables"])) == []
    with pikepdf.open(io.BytesIO(data)) as file:
        assert file.attachments["data.json"].get_file().read_bytes().decode() == canonical(content)


def test_the_gate_refuses_a_file_attached_without_its_relationship(agency: Agency) -> None:
    document = tables.arrange(built(measured.report(agency, 2)))
    data = pdf.render(document, [pdf.Attached("data.json", "Data", "Unspecified", b"{}")])
    assert selfcheck.check(data, len(document["tables"])) == [
        "A: an attached file without its relationship or name"
    ]


@pytest.mark.parametrize("form", ["quarter", "year"])
@pytest.mark.parametrize("rows", [1, 200])
def test_long_and_short_tables_lose_nothing(agency: Agency, form: str, rows: int) -> None:
    year = measured.year(agency)
    report = year if form == "year" else year.agency.reports.get(period__part=2)
    document = tables.arrange(measured.enlarged(built(report), rows))
    data = pdf.render(document)
    assert selfcheck.check(data, len(document["tables"])) == []
    drawn = letters(" ".join(pages(data)))
    for text in set(tables.texts(document["tables"])):
        assert letters(text) in drawn, text


def letters(text: str) -> str:
    return re.sub(r"\s|\u200b", "", text)


def test_the_header_is_repeated_and_a_goal_that_runs_over_the_page_is_named_again(agency: Agency) -> None:
    content = measured.enlarged(built(measured.report(agency, 2)), 40)
    rows = [row for goal in content["goals"] for row in goal["indicators"]]
    content["goals"] = [{**content["goals"][0], "indicators": rows}]
    texts = pages(printed(content))
    with_table = [
        text for text in texts if "Persentase koperasi sehat" in text and "Sasaran Strategis" in text
    ]
    assert len(with_table) > 1
    for text in with_table[1:]:
        assert "Meningkatnya koperasi yang sehat (lanjutan)" in text


def test_cells_of_two_thousand_characters_are_printed_whole(agency: Agency) -> None:
    content = measured.enlarged(built(measured.report(agency, 2)), 3)
    long = ("Pengadaan tertunda karena lelang gagal dua kali. " * 50)[:2000]
    row = content["goals"][0]["indicators"][0]
    row |= {"obstacle": long, "name": long}
    assert checked(content) == []
    assert letters(" ".join(pages(printed(content)))).count(letters("lelang gagal dua kali.")) >= 80


def test_a_report_without_indicators_is_still_a_document(agency: Agency) -> None:
    content = built(measured.report(agency, 2)) | {"goals": []}
    assert checked(content) == []


def test_the_signature_never_stands_alone_on_a_page(agency: Agency) -> None:
    builders.official(agency, name="Nama Pejabat", name_with_titles="Drs. Nama Pejabat, M.M.")
    content = built(measured.report(agency, 2)) | {"state": "issued", "signature": SIGNATURE}
    for rows in range(1, 40, 3):
        texts = pages(printed(measured.enlarged(content, rows)))
        (signed,) = [text for text in texts if "Drs. Nama Pejabat" in text]
        assert "Pembulatan" in signed or "Tanpa angka" in signed or "Kendala" in signed


SIGNATURE = {
    "place_and_date": "Contoh, 10 Juli 2026",
    "position": "Kepala Dinas,",
    "name": "Drs. Nama Pejabat, M.M.",
    "rank": "",
    "nip": "",
}


# Drafts, paper to be signed, issued documents


def test_a_draft_is_marked_and_has_no_place_to_sign(agency: Agency) -> None:
    content = built(measured.report(agency, 2))
    assert (content["state"], content["signature"], content["number"]) == ("draft", None, "")
    text = " ".join(pages(printed(content)))
    assert "draf, belum disetujui" in text
    assert "Kepala Dinas," not in text
    assert "elektronik" not in text


def test_a_verified_report_is_printed_to_be_signed() -> None:
    there = arranged.office()
    Agency.objects.filter(pk=there.agency.pk).update(place="Samarinda")
    official = {"name_with_titles": "Drs. Nama, M.M.", "rank": "IV/c", "nip": "197512291999022001"}
    builders.official(there.agency, **official)
    arranged.bring(there, Status.VERIFIED)
    content = built(there.report)
    assert content["state"] == "for_signing"
    assert content["signature"] == {
        "place_and_date": f"Samarinda, {measurement.DOTS}",
        "position": "Kepala Dinas,",
        "name": "Drs. Nama, M.M.",
        "rank": "Pembina Utama Muda (IV/c)",
        "nip": "NIP 19751229 199902 2 001",
    }
    assert [step["step"] for step in content["steps"]] == ["Dikirim", "Diverifikasi"]
    assert "draf" not in " ".join(pages(printed(content)))


# The same figures everywhere

figure = st.one_of(
    st.none(),
    st.decimals(min_value=-9_999, max_value=10**13, places=3, allow_nan=False, allow_infinity=False),
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(figure, st.integers(0, 10**12), st.integers(0, 4)), min_size=1, max_size=8))
def test_every_figure_of_the_page_is_the_same_string_on_paper_and_in_the_data(
    rows: list[tuple[Decimal | None, int, int]],
) -> None:
    report = of_figures(rows)
    content = built(report)
    document = tables.arrange(content)
    drawn = letters(" ".join(pages(pdf.render(document))))
    data, book = canonical(content), read_book(workbook.to_workbook(document))
    for (number, _, digits), row in zip(rows, measured.indicators(content).values(), strict=True):
        entry = report.entries.get(indicator__thread__code=row["code"])
        shown = [row["target"]["text"], row["realization"]["text"], row["achievement"]["text"]]
        if number is None:
            assert shown[1:] == ["Belum diisi", "–"]
        else:
            assert Decimal(row["realization"]["value"]) == number
            assert shown[1] == entry.result_text == outcomes.named(entry.definition, number)
        if entry.achievement:
            exact = round_half_up(Decimal(entry.achievement), digits)
            assert shown[2] == f"{format_number(exact, digits)}%"
        for text in [*shown, row["predicate"], content["average"]["text"]]:
            assert letters(text) in drawn
            assert json.dumps(text, ensure_ascii=False) in data
            assert text in book


def read_book(data: bytes) -> set[str]:
    """Return the texts of all cells as somebody sees them who reads Indonesian numbers."""
    seen = set()
    for sheet in load_workbook(io.BytesIO(data)):
        percents = {
            cell.column
            for row in sheet.iter_rows(max_row=5)
            for cell in row
            if str(cell.value).endswith("(%)")
        }
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if isinstance(cell.value, int | float):
                digits = len(cell.number_format.partition(".")[2])
                text = format_number(Decimal(repr(cell.value)), digits)
                seen.add(f"{text}%" if cell.column in percents else text)
            else:
                seen.add(str(cell.value))
    return seen


def of_figures(rows: list[tuple[Decimal | None, int, int]]) -> Report:
    """Return a report with an external figure, a target and so many digits for every row."""
    call_command("loaddata", "predicate_scales", verbosity=0)
    new = builders.agency()
    draft = builders.indicator_set(new, first_year=2026)
    goal = builders.goal(draft)
    for place, (_, target, digits) in enumerate(rows):
        indicator = builders.indicator(goal, code=f"iku_{place}", digits=digits)
        builders.target(indicator, 2026, value=target)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    report = builders.report(new, 2, year=2026)
    by = builders.user(Role.OPERATOR, new)
    for place, (number, _, _) in enumerate(rows):
        if number is not None:
            entry = Entry.objects.get(report=report, indicator__thread__code=f"iku_{place}")
            entries.fill_entry(entry, {"number": number}, based_on=entry.version, by=by, key=f"f-{place}")
    return report


# The published agencies


PUBLISHED = ["dkupp-probolinggo", "disperindagkop-kaltim"]


def told(content: dict[str, Any]) -> str:
    """Return what is printed, without the moments, which are those of the day of the test."""
    text = "\n".join(pages(printed(content)))
    return re.sub(r"\d+ \w+ 20\d\d \d\d\.\d\d WI(B|TA|T)", "‹saat›", text) + "\n"


@pytest.mark.parametrize("code", PUBLISHED)
def test_the_reports_of_the_demo_read_as_they_always_did(code: str) -> None:
    call_command("loaddata", "layout_profiles", "predicate_scales", verbosity=0)
    call_command("load_published", verbosity=0)
    call_command("demo_accounts", verbosity=0)
    demo = json.loads(demo_reports.FILE.read_text())
    wanted = demo["agencies"][code]
    agency = Agency.objects.select_related("region").get(code=code)
    quarter = demo_reports.Quarter(2026, 2)
    demo_reports._set_of(agency, wanted["targets"], [quarter], demo["about"])
    demo_reports._report(agency, quarter, {**wanted["reports"][0], "status": "verified"})
    content = built(agency.reports.get())
    golden = GOLDEN / f"measurement-{code}.txt"
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_text(told(content))
        golden.with_suffix(".json").write_text(canonical(content) + "\n")
    assert told(content) == golden.read_text()


@pytest.mark.parametrize("code", PUBLISHED)
def test_what_was_frozen_long_ago_is_still_printed(code: str) -> None:
    content = json.loads((GOLDEN / f"measurement-{code}.json").read_text())
    assert told(content) == (GOLDEN / f"measurement-{code}.txt").read_text()
    assert checked(content) == []
