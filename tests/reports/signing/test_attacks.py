"""Altered copies of signed files: not one of them passes, and every untouched one does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reports.documents import iku
from reports.signing import sandbox
from reports.signing.trust import Trust
from reports.signing.verdicts import Issued, Verdict
from reports.signing.verifying import fingerprints, verify
from tests.reports import seeds
from tests.reports.signing import arranged
from tests.reports.signing.alterations import ALTERATIONS, VALUE, Case
from tests.reports.signing.conftest import LEVELS
from tests.reports.signing.pki import Pki


@pytest.fixture(autouse=True)
def judged_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run what the child runs, here; test_verifying.py starts it."""
    monkeypatch.setattr(sandbox, "judge", arranged.judge_here)


@pytest.fixture(scope="module")
def other(pki: Pki) -> bytes:
    """Another document of the same official."""
    table = iku.build(seeds.kaltim(), seeds.LAYOUTS["target-5-tahun"], paper="A4")
    return arranged.signed(pki, "B-B", data=arranged.render(table))


def issued(given: Sequence[str]) -> Issued | None:
    """A ledger that holds the document as it was reviewed."""
    return Issued({"title": "IKU"}) if fingerprints(arranged.document())[0] in given else None


def words(verdict: Verdict) -> set[str]:
    return {
        each.text for each in (*verdict.problems, *(p for one in verdict.signatures for p in one.problems))
    }


@pytest.mark.parametrize("level", LEVELS)
def test_every_untouched_level_is_accepted(level: str, signed: dict[str, bytes], trust: Trust) -> None:
    verdict = verify(signed[level], trust, ledger=issued)
    assert (verdict.status, verdict.known, words(verdict)) == ("valid", True, set())
    (one,) = verdict.signatures
    assert (one.level, one.covers_whole_file, one.trusted) == (level, True, True)
    assert (one.timestamp is None) == (level == "B-B")


# What goes behind the last signature: there it matters that a time stamp follows the signature.
APPENDED = [
    "an empty revision",
    "a page appended",
    "a second signature by another trusted person",
    "data hidden behind the signature value",
    "validation data added with a stray key",
    "words after the end",
]


@pytest.mark.parametrize(
    ("name", "level"), [*((name, "B-B") for name in ALTERATIONS), *((name, "B-LTA") for name in APPENDED)]
)
def test_an_altered_file_is_told_from_the_good_one(
    name: str, level: str, signed: dict[str, bytes], other: bytes, pki: Pki, trust: Trust
) -> None:
    altered = ALTERATIONS[name](Case(signed[level], other, pki))
    assert altered != signed[level]
    verdict = verify(altered, trust)
    assert verdict.status == "modified" if verdict.signatures else verdict.status in ("modified", "unknown")
    assert words(verdict)


@pytest.mark.parametrize("level", LEVELS)
def test_a_flipped_byte_anywhere_is_noticed(level: str, signed: dict[str, bytes], trust: Trust) -> None:
    good = signed[level]
    # The value of the last signature or time stamp is what no signature protects.
    *_, value = VALUE.finditer(good)
    places = [*range(0, len(good), len(good) // 7), *range(value.start(1), value.end(1), len(value[1]) // 7)]
    for at in places:
        altered = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        assert verify(altered, trust).status in ("modified", "unknown"), at
