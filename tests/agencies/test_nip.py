"""NIP: 18 digits, read with spaces, refused with a sentence that says which part is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.nip import NipError, format_nip, read_nip


@pytest.mark.parametrize(
    "text",
    ["197512291999022001", "19751229 199902 2 001", " 19751229\u00a0199902 2 001 ", "1975 1229 1999 0220 01"],
)
def test_a_nip_may_be_grouped_in_any_way(text: str) -> None:
    assert read_nip(text) == "197512291999022001"


def test_a_contract_official_has_no_month_and_is_accepted() -> None:
    assert read_nip("19900115 202321 1 002") == "199001152023211002"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("19751229 199902 2 00", "yang diketik 17"),
        ("19751229 199902 2 0011", "yang diketik 19"),
        ("", "yang diketik 0"),
        ("19751229 199902 2 O01", "Tanda ke-16 NIP, “O”, bukan angka"),
        ("١٩٧٥١٢٢٩١٩٩٩٠٢٢٠٠١", "Tanda ke-1 NIP"),
        ("19751329 199902 2 001", "19751329 bukan tanggal"),
        ("19750230 199902 2 001", "19750230 bukan tanggal"),
        ("00000101 199902 2 001", "00000101 bukan tanggal"),
        ("18991229 199902 2 001", "1899 tidak mungkin"),
        ("21011229 199902 2 001", "2101 tidak mungkin"),
        ("19751229 199902 3 001", "jenis kelamin, 1 atau 2, bukan 3"),
        ("197512291999022000", "Tiga angka terakhir NIP adalah nomor urut"),
    ],
)
def test_a_wrong_nip_is_refused_with_the_part_that_is_wrong(text: str, sentence: str) -> None:
    with pytest.raises(NipError, match=sentence):
        read_nip(text)


def test_documents_print_a_nip_in_groups() -> None:
    assert format_nip("197512291999022001") == "19751229 199902 2 001"


def test_what_is_no_nip_is_printed_as_it_is() -> None:
    assert format_nip("") == ""


@given(st.dates(), st.integers(0, 999_999), st.sampled_from("12"), st.integers(1, 999))
def test_what_is_printed_is_read_back(birth: object, appointed: int, sex: str, sequence: int) -> None:
    nip = f"{birth:%Y%m%d}".zfill(8) + f"{appointed:06d}{sex}{sequence:03d}"
    if 1900 <= int(nip[:4]) <= 2100:
        assert read_nip(format_nip(nip)) == nip


@given(st.text())
def test_any_text_is_eighteen_digits_or_refused(text: str) -> None:
    try:
        nip = read_nip(text)
    except NipError:
        return
    assert len(nip) == 18
    assert set(nip) <= set("0123456789")
