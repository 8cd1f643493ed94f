"""`manage.py render_iku` on the published documents as they stand in the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from agencies.models import Agency
from indicators import sets
from indicators.models import IndicatorSet
from reports.documents import iku
from tests.reports import seeds, selfcheck
from tests.reports.reading import pages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published(db: None) -> None:
    """The two published sets, in force."""
    call_command("load_published", verbosity=0)


def codes() -> Iterator[tuple[str, str]]:
    """Yield the codes of both agencies with the seed they came from."""
    for seed in seeds.SEEDS:
        yield Agency.objects.get(name=seeds.SEEDS[seed]()["agency"]["name"]).code, seed


def render(out: Path, code: str, **options: str) -> bytes:
    given = [word for name, value in options.items() for word in (f"--{name}", value)]
    call_command("render_iku", "--agency", code, "--year", "2018", "--out", str(out), *given)
    return out.read_bytes()


def test_both_agencies_print_in_their_own_layout(tmp_path: Path) -> None:
    for code, _ in codes():
        assert selfcheck.check(render(tmp_path / "iku.pdf", code)) == []


def test_layout_and_paper_may_be_chosen(tmp_path: Path) -> None:
    (code, _), *_ = codes()
    by_code = render(tmp_path / "a.pdf", code, layout="per9-resmi", paper="F4")
    assert "(6)" in pages(by_code)[0]
    assert render(tmp_path / "b.pdf", code, layout="PER/9 resmi", paper="F4") == by_code


def test_what_is_in_the_database_prints_as_the_published_text_does() -> None:
    for code, seed in codes():
        indicator_set = IndicatorSet.objects.in_force(Agency.objects.get(code=code), 2018)
        assert indicator_set is not None
        layout = indicator_set.layout.layout()
        stored = iku.build(sets.describe(indicator_set), layout, paper="A4")
        published = iku.build(seeds.SEEDS[seed](), layout, paper="A4")
        for part in ("title", "header_block", "columns", "header", "signature"):
            assert stored[part] == published[part], part
        assert _texts(stored) == _texts(published)


def _texts(document: dict[str, Any]) -> list[tuple[int, list[str]]]:
    """Return how high each cell is and what it says, formula or prose."""
    rows = [row for group in document["groups"] for row in group["rows"]]
    return [
        (cell["rowspan"], [block["text"] for block in cell["blocks"]])
        for row in rows
        for cell in row["cells"]
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--agency", "tidak-ada", "--year", "2018"], "Kode yang ada: "),
        (["--agency", "{code}", "--year", "1999"], "Tahun yang ada: 2018"),
        (["--agency", "{code}", "--year", "2018", "--layout", "tidak-ada"], "probolinggo-6-kolom"),
    ],
)
def test_what_is_not_there_is_refused_with_what_there_is(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    (code, _), *_ = codes()
    words = [argument.format(code=code) for argument in arguments]
    with pytest.raises(CommandError) as refused:
        call_command("render_iku", *words, "--out", str(tmp_path / "iku.pdf"))
    assert message in str(refused.value)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (code, _), *_ = codes()
    with pytest.raises(CommandError, match="tidak dapat ditulis"):
        render(tmp_path / "tidak-ada" / "iku.pdf", code)
