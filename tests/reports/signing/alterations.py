"""Ways to alter a signed file, after the families of pdf-insecurity.org; each gives bytes that must not pass.

An alteration takes the case (the good files and the infrastructure) and returns the altered bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from reports.signing.keys import Passphrase, opened
from reports.signing.local import _KeptKey
from tests.reports.signing import arranged
from tests.reports.signing.pki import PASSPHRASE, Pki


@dataclass
class Case:
    """The good file at hand, and what an attacker may have besides it."""

    good: bytes
    other: bytes  # another document, signed by the same official
    pki: Pki


Alteration = Callable[[Case], bytes]
ALTERATIONS: dict[str, Alteration] = {}


def alteration(work: Alteration) -> Alteration:
    ALTERATIONS[work.__name__.replace("_", " ")] = work
    return work


def updated(data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Return a file with an appended revision."""
    writer, out = IncrementalPdfFileWriter(io.BytesIO(data), strict=False), io.BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def rewritten(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """Return a file written anew, as by an editor."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


VALUE = re.compile(rb"/Contents\s*<([0-9a-fA-F]{1000,})>")


def spans(data: bytes) -> tuple[re.Match[bytes], list[int]]:
    """Return the place of the first signature's value, and its signed ranges."""
    value = VALUE.search(data)
    ranges = re.search(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", data)
    assert value
    assert ranges
    return value, [int(number) for number in ranges.groups()]


def same_length(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new.ljust(len(old)), 1)


def page(writer: IncrementalPdfFileWriter) -> tuple[Any, Any]:
    reference = writer.find_page_for_modification(0)[0]
    return reference, reference.get_object()


def drawn(text: str) -> generic.StreamObject:
    return generic.StreamObject(stream_data=f"q 1 0 0 rg 60 60 400 200 re f Q % {text}".encode())


# Bytes


@alteration
def a_byte_of_the_page_changed(case: Case) -> bytes:
    at = case.good.index(b"stream") + 20
    return case.good[:at] + bytes([case.good[at] ^ 1]) + case.good[at + 1 :]


@alteration
def a_byte_of_the_signature_value_changed(case: Case) -> bytes:
    value, _ = spans(case.good)
    at = value.start(1) + 2 * 900
    digit = b"0" if case.good[at : at + 1] != b"0" else b"1"
    return case.good[:at] + digit + case.good[at + 1 :]


@alteration
def data_hidden_behind_the_signature_value(case: Case) -> bytes:
    value, _ = spans(case.good)
    return case.good[: value.end(1) - 40] + b"deadbeef" * 5 + case.good[value.end(1) :]


@alteration
def digits_of_the_signature_in_the_other_case(case: Case) -> bytes:
    value, _ = spans(case.good)
    return case.good[: value.start(1)] + value[1][:800].swapcase() + case.good[value.start(1) + 800 :]


@alteration
def words_after_the_end(case: Case) -> bytes:
    return case.good + b"\n% Angka yang benar: 99,9\n"


@alteration
def spaces_after_the_end(case: Case) -> bytes:
    return case.good + b"\n"


@alteration
def words_before_the_beginning(case: Case) -> bytes:
    return b"% Disalin dari\n" + case.good


@alteration
def the_end_cut_off(case: Case) -> bytes:
    return case.good[:-60]


@alteration
def an_object_without_any_index_appended(case: Case) -> bytes:
    return case.good + b"\n4 0 obj\n<< /Length 2 >>\nstream\nq\nendstream\nendobj\n"


# Appended revisions


@alteration
def a_page_appended(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        from pyhanko.pdf_utils.writer import PageObject

        stream = writer.add_object(drawn("lembar tambahan"))
        writer.insert_page(PageObject(contents=stream, media_box=(0, 0, 600, 400)))

    return updated(case.good, change)


@alteration
def the_content_of_a_page_replaced(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference, found = page(writer)
        found[pdf_name("/Contents")] = writer.add_object(drawn("isi lain"))
        writer.mark_update(reference)

    return updated(case.good, change)


@alteration
def a_drawing_over_a_page(case: Case) -> bytes:
    return updated(
        case.good, lambda writer: writer.add_stream_to_page(0, writer.add_object(drawn("tempelan"))) and None
    )


@alteration
def a_note_over_a_figure(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference, _ = page(writer)
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (60, 60, 460, 260))),
                pdf_name("/Contents"): generic.TextStringObject("99,9"),
            }
        )
        writer.register_annotation(reference, writer.add_object(note))

    return updated(case.good, change)


@alteration
def the_title_changed(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        info = generic.DictionaryObject({pdf_name("/Title"): generic.TextStringObject("Judul lain")})
        writer.set_info(writer.add_object(info))

    return updated(case.good, change)


@alteration
def an_empty_revision(case: Case) -> bytes:
    return updated(case.good, lambda writer: writer.update_root())


@alteration
def a_second_signature_by_another_trusted_person(case: Case) -> bytes:
    with opened(case.pki.pkcs12(case.pki.second), Passphrase(PASSPHRASE)) as key:
        out = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(case.good))
        fields.append_signature_field(writer, fields.SigFieldSpec("lain", box=(0, 0, 600, 900)))
        meta = signers.PdfSignatureMetadata(field_name="lain")
        # Past the library's own refusal: it will not sign what is certified against changes.
        signer = signers.PdfSigner(meta, signer=_KeptKey(key))
        signer._enforce_certification_constraints = lambda reader: None  # type: ignore[method-assign]
        signer.sign_pdf(writer, output=out)
        return out.getvalue()


@alteration
def an_attachment_swapped(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        spec = names[1]
        spec["/EF"][pdf_name("/F")] = writer.add_object(generic.StreamObject(stream_data=b'{"nilai":"99,9"}'))
        writer.update_container(spec["/EF"])

    return updated(case.good, change)


@alteration
def an_attachment_swapped_by_an_editor(case: Case) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        name = next(iter(pdf.attachments))
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, b'{"nilai":"99,9"}', filename=name)  # type: ignore[call-arg]

    return rewritten(case.good, change)


@alteration
def a_form_field_of_values_added(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference, _ = page(writer)
        widget = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): generic.TextStringObject("capaian"),
                pdf_name("/V"): generic.TextStringObject("99,9"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (60, 60, 460, 260))),
            }
        )
        added = writer.add_object(widget)
        writer.register_annotation(reference, added)
        form = writer.root["/AcroForm"]
        form["/Fields"].append(added)
        writer.update_container(form["/Fields"])

    return updated(case.good, change)


@alteration
def validation_data_added_with_a_stray_key(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name("/DSS")] = writer.add_object(
            generic.DictionaryObject({pdf_name("/Catatan"): generic.TextStringObject("99,9")})
        )
        writer.update_root()

    return updated(case.good, change)


# Written anew


@alteration
def the_file_saved_by_an_editor(case: Case) -> bytes:
    return rewritten(case.good, lambda pdf: None)


@alteration
def the_signature_stripped_by_an_editor(case: Case) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.AcroForm
        for each in pdf.pages:
            if "/Annots" in each.obj:
                del each.obj["/Annots"]

    return rewritten(case.good, change)


@alteration
def the_signed_revision_cut_away(case: Case) -> bytes:
    return arranged.document()


@alteration
def the_value_taken_out_of_the_field(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        for field in writer.root["/AcroForm"]["/Fields"]:
            del field.get_object()["/V"]
            writer.mark_update(field.reference)

    return updated(case.good, change)


# Signature wrapping and universal forgery


@alteration
def signed_bytes_moved_to_the_end_behind_another_content(case: Case) -> bytes:
    value, (_, before, _, rest) = spans(case.good)
    tail = case.good[value.end() : value.end() + rest]
    head = case.good[:before]
    evil = b"\n4 0 obj\n<< /Length 2 >>\nstream\nq\nendstream\nendobj\n"
    moved = len(head) + len(value[1]) + 2 + len(evil)
    digits = re.search(rb"/ByteRange\s*\[[^\]]*\]", head) or re.search(rb"/ByteRange\s*\[[^\]]*\]", tail)
    assert digits
    wrapped = head + b"<" + value[1] + b">" + evil + tail
    new = f"/ByteRange [0 {before} {moved} {rest}]".encode()
    return wrapped.replace(digits[0], new.ljust(len(digits[0]))[: len(digits[0])], 1)


@alteration
def a_forged_field_that_points_to_the_old_value(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference, found = page(writer)
        found[pdf_name("/Contents")] = writer.add_object(drawn("isi lain"))
        writer.mark_update(reference)
        field = writer.root["/AcroForm"]["/Fields"][0].get_object()
        copy = generic.DictionaryObject(dict(field.items()))
        copy[pdf_name("/T")] = generic.TextStringObject("baru")
        writer.root["/AcroForm"][pdf_name("/Fields")] = generic.ArrayObject([writer.add_object(copy)])
        writer.update_container(writer.root["/AcroForm"])

    return updated(case.good, change)


@alteration
def ranges_that_leave_out_a_page(case: Case) -> bytes:
    _, ranges = spans(case.good)
    old = re.search(rb"/ByteRange\s*\[[^\]]*\]", case.good)
    assert old
    new = f"/ByteRange [0 100 {ranges[2]} {ranges[3]}]".encode()
    return same_length(case.good, old[0], new)


@alteration
def ranges_removed(case: Case) -> bytes:
    return case.good.replace(b"/ByteRange", b"/ByteRangX", 1)


@alteration
def ranges_of_nothing(case: Case) -> bytes:
    old = re.search(rb"/ByteRange\s*\[[^\]]*\]", case.good)
    assert old
    return same_length(case.good, old[0], b"/ByteRange [0 0 0 0]")


@alteration
def ranges_below_zero(case: Case) -> bytes:
    old = re.search(rb"/ByteRange\s*\[[^\]]*\]", case.good)
    assert old
    return same_length(case.good, old[0], b"/ByteRange [0 -1 -1 0]")


@alteration
def a_value_of_zeros(case: Case) -> bytes:
    value, _ = spans(case.good)
    return case.good[: value.start(1)] + b"0" * len(value[1]) + case.good[value.end(1) :]


@alteration
def a_value_without_digits(case: Case) -> bytes:
    value, _ = spans(case.good)
    return case.good[: value.start(1)] + b" " * len(value[1]) + case.good[value.end(1) :]


@alteration
def the_value_removed(case: Case) -> bytes:
    return case.good.replace(b"/Contents <", b"/Contentz <", 1).replace(b"/Contents<", b"/Contentz<", 1)


@alteration
def an_unknown_kind_of_signature(case: Case) -> bytes:
    return same_length(case.good, b"/ETSI.CAdES.detached", b"/ETSI.CAdES.detachex")


@alteration
def the_signature_of_another_document(case: Case) -> bytes:
    mine, theirs = spans(case.good)[0], spans(case.other)[0]
    value = theirs[1].ljust(len(mine[1]), b"0")[: len(mine[1])]
    return case.good[: mine.start(1)] + value + case.good[mine.end(1) :]


# Shadow attacks: content prepared before the document was signed, brought forth afterwards


def shadowed(case: Case, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Return a document with a hidden layer, content and field from before, signed by the official."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        hidden = pdf.make_stream(b"q 1 0 0 rg 60 60 400 200 re f Q")
        cover = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Square,
            Rect=[60, 60, 460, 260],
            Contents="penutup",
            F=4,
        )
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(cover)])
        pdf.Root.Bayangan = pdf.make_indirect(hidden)

    with opened(case.pki.pkcs12(case.pki.head), Passphrase(PASSPHRASE)) as key:
        from reports.signing.local import LocalSigner

        prepared = LocalSigner(key, arranged.authorities(case.pki, "B-B")).signed(
            rewritten(arranged.document(), prepare), arranged.LOOK
        )
    return updated(prepared, change)


@alteration
def shadow_hide(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference, found = page(writer)
        del found["/Annots"]
        writer.mark_update(reference)

    return shadowed(case, change)


@alteration
def shadow_replace(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        _, found = page(writer)
        note = found["/Annots"][0]
        note[pdf_name("/Contents")] = generic.TextStringObject("99,9")
        writer.update_container(note)

    return shadowed(case, change)


@alteration
def shadow_hide_and_replace(case: Case) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference, found = page(writer)
        found[pdf_name("/Contents")] = writer.root.raw_get("/Bayangan")
        writer.mark_update(reference)

    return shadowed(case, change)
