"""Signing: the reviewed bytes stay, the level is what it says, the key goes, the passphrase is nowhere."""

from __future__ import annotations

import gc
import io
import json
import logging
import pickle
import sys
import traceback
from dataclasses import replace

import pikepdf
import pytest
from django.views.debug import ExceptionReporter

from reports.pdf import MissingGlyphs
from reports.signing import keys, stamp
from reports.signing.keys import Passphrase, opened
from reports.signing.local import Authorities, LocalSigner, field_box
from reports.signing.protocol import Appearance, Refused, sign
from tests.reports import selfcheck
from tests.reports.reading import pages
from tests.reports.signing import arranged
from tests.reports.signing.arranged import LOOK
from tests.reports.signing.conftest import LEVELS
from tests.reports.signing.pki import PASSPHRASE, Pki

# What the gate says of every signed file, and of no other: it has a form.
FORM = ["A: actions or forms", "own: a printed document has links or fields"]


def refused(pki: Pki, holder: str = "head", *, level: str = "B-B", data: bytes | None = None) -> str:
    with pytest.raises(Refused) as answer:
        arranged.signed(pki, level, getattr(pki, holder), data)
    return answer.value.code


@pytest.mark.parametrize("level", LEVELS)
def test_the_reviewed_bytes_stay_and_the_file_is_still_archive_grade(
    level: str, signed: dict[str, bytes]
) -> None:
    data = signed[level]
    assert data.startswith(arranged.document())
    assert selfcheck.check(data) == FORM
    with pikepdf.open(io.BytesIO(data)) as file:
        widgets = [
            a for page in file.pages for a in page.obj.get("/Annots", []) if str(a.get("/T")) == LOOK.field
        ]
        forms = [element for element, _ in selfcheck.elements(file) if selfcheck.kind(element) == "Form"]
        assert (
            [str(form.Alt) for form in forms]
            == [str(widget.TU) for widget in widgets]
            == ["Tanda tangan elektronik"]
        )
        drawn = widgets[0].AP.N.Resources.XObject
        fonts = [font for form in drawn.values() for font in form.Resources.Font.values()]
        assert all("Liberation-Sans" in str(font.BaseFont) and "/ToUnicode" in font for font in fonts)
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts)


def test_the_field_lies_where_the_layout_leaves_room_for_it() -> None:
    with pikepdf.open(io.BytesIO(arranged.document())) as file:
        (widget,) = file.pages[-1].obj.Annots
        left, bottom, right, top = (float(edge) for edge in widget.Rect)
        paper = [float(edge) for edge in file.pages[-1].mediabox]
    # The block is 82 mm wide at the right margin of 15 mm, the room in it 21 mm high.
    assert [round(points * 25.4 / 72) for points in (right - left, top - bottom, paper[2] - right)] == [
        82,
        21,
        15,
    ]
    assert 0 < bottom < top < paper[3]


def test_the_words_of_the_stamp_exist_only_in_the_signed_file(signed: dict[str, bytes]) -> None:
    def drawn(data: bytes) -> str:
        with pikepdf.open(io.BytesIO(data)) as file:
            form = file.pages[-1].obj.Annots[0].AP.N
            return str(list(form.Resources.keys()))

    assert "XObject" in drawn(signed["B-B"])
    assert "XObject" not in drawn(arranged.document())
    assert "Ditandatangani" not in " ".join(pages(arranged.document()))


def test_a_stamp_with_a_foreign_letter_is_refused_before_anything_is_signed(pki: Pki) -> None:
    with pytest.raises(MissingGlyphs, match="漢"):
        arranged.signed(pki, "B-B", look=replace(LOOK, lines=("Nama 漢",)))


def test_a_stamp_that_does_not_fit_its_field_is_never_drawn_over_the_document() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        stamp.draw(replace(LOOK, lines=("Baris",) * 20), 230, 60)


def test_a_signature_may_show_nothing(pki: Pki) -> None:
    data = arranged.signed(pki, "B-B", look=Appearance())
    assert selfcheck.check(data) == FORM


# Levels


def test_without_revocation_data_the_level_falls_and_nothing_else(pki: Pki) -> None:
    pki.down |= {"crl", "ocsp"}
    try:
        data = arranged.signed(pki, "B-LTA")
    finally:
        pki.down.clear()
    with pikepdf.open(io.BytesIO(data)) as file:
        assert "/DSS" not in file.Root


def test_a_silent_clock_refuses_and_says_so(pki: Pki) -> None:
    pki.down.add("tsa")
    try:
        assert refused(pki, level="B-T") == refused(pki, level="B-LTA") == "timestamp"
    finally:
        pki.down.clear()


def test_an_rsa_key_signs_too(pki: Pki) -> None:
    assert arranged.signed(pki, "B-B", pki.head_rsa).startswith(arranged.document())


# Who may not


@pytest.mark.parametrize(
    ("holder", "level", "code"),
    [
        ("expired", "B-B", "expired"),
        ("early", "B-B", "not-yet"),
        ("dismissed", "B-LTA", "revoked"),
        ("stranger", "B-LTA", "untrusted"),
        ("encipherer", "B-B", "usage"),
    ],
)
def test_a_certificate_that_does_not_count_signs_nothing(
    pki: Pki, holder: str, level: str, code: str
) -> None:
    assert refused(pki, holder, level=level) == code


def test_only_a_document_with_an_empty_field_is_signed(pki: Pki, signed: dict[str, bytes]) -> None:
    assert refused(pki, data=signed["B-B"]) == "no-field"
    assert refused(pki, data=b"GIF89a") == "not-pdf"
    assert refused(pki, data=b"%PDF-1.7 broken") == "not-pdf"


def test_what_a_back_end_answers_must_begin_with_what_it_was_given(signed: dict[str, bytes]) -> None:
    class Rewriting:
        def __init__(self, answer: bytes) -> None:
            self.answer = answer

        def signed(self, pdf: bytes, appearance: Appearance) -> bytes:
            return self.answer

    good = signed["B-B"]
    assert sign(arranged.document(), Rewriting(good), LOOK) == good
    for answer in (b"", b"<html>", arranged.document(), b"%PDF-1.7" + good):
        with pytest.raises(Refused) as error:
            sign(arranged.document(), Rewriting(answer), LOOK)
        assert error.value.code == "changed"


# Keys and passphrases


@pytest.mark.parametrize("data", [b"", b"bukan kunci", b"\x30\x82" * 60_000])
def test_a_file_that_is_no_key_file_is_told_from_a_wrong_passphrase(pki: Pki, data: bytes) -> None:
    with pytest.raises(Refused) as error, opened(data, Passphrase(PASSPHRASE)):
        pass
    assert error.value.code == "key-file"
    with pytest.raises(Refused) as error, opened(pki.pkcs12(pki.head), Passphrase("salah")):
        pass
    assert error.value.code == "passphrase"


def test_the_key_is_gone_after_the_act(pki: Pki) -> None:
    passphrase = Passphrase(PASSPHRASE)
    with opened(pki.pkcs12(pki.head), passphrase) as key:
        signer = LocalSigner(key, Authorities())
        assert signer.signed(arranged.document(), LOOK)
    with pytest.raises(Refused) as error:
        signer.signed(arranged.document(), LOOK)
    assert error.value.code == "no-key"
    assert passphrase.opens(pki.pkcs12(pki.head)) is None


def test_a_passphrase_shows_itself_nowhere() -> None:
    passphrase = Passphrase(PASSPHRASE)
    shown = [
        repr(passphrase),
        str(passphrase),
        f"{passphrase}",
        repr([passphrase]),
        repr(vars(type(passphrase))),
    ]
    assert not any(PASSPHRASE in text for text in shown)
    for keep in (pickle.dumps, json.dumps):
        with pytest.raises(TypeError):
            keep(passphrase)


@pytest.mark.parametrize("what", ["success", "wrong passphrase", "crash"])
def test_no_log_and_no_error_report_holds_the_passphrase_or_the_key(
    what: str, pki: Pki, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    data = pki.pkcs12(pki.head, PASSPHRASE if what != "wrong passphrase" else PASSPHRASE[::-1])
    report = ""
    if what == "crash":
        monkeypatch.setattr(LocalSigner, "signed", lambda *_: 1 / 0)
    try:
        with opened(data, Passphrase(PASSPHRASE)) as key:
            sign(arranged.document(), LocalSigner(key, Authorities()), LOOK)
            assert what == "success"
    except (Refused, ZeroDivisionError):
        assert what != "success"
        report = ExceptionReporter(None, *sys.exc_info()).get_traceback_html() + traceback.format_exc()
        assert "reports/signing/" in report
    kept = caplog.text + report
    assert PASSPHRASE not in kept
    secret = format(pki.head.key.private_numbers().private_value, "x")
    assert secret not in kept
    assert str(int(secret, 16)) not in kept


def test_nothing_that_lives_on_holds_the_passphrase(pki: Pki) -> None:
    with opened(pki.pkcs12(pki.head), Passphrase(PASSPHRASE)) as key:
        sign(arranged.document(), LocalSigner(key, Authorities()), LOOK)
    gc.collect()
    living = [each for each in gc.get_objects() if isinstance(each, Passphrase | keys.OpenKey)]
    assert not any(getattr(each, "_text", "") or getattr(each, "_held", []) for each in living)


def test_the_box_of_a_field_is_asked_of_the_document() -> None:
    assert tuple(round(edge) for edge in field_box(arranged.document(), LOOK.field)) == (232, 60)
    with pytest.raises(Refused, match="tidak menyediakan tempat"):
        field_box(arranged.document(), "lain")
