"""What becomes of each line of a batch: written, the same, refused with the reason, or only compared."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from decimal import Decimal

from agencies.models import Agency
from indicators.imports.planned import Choices, Planned, Question, place
from indicators.models import Indicator
from reports.entries.many import allowed
from reports.entries.refusals import Refused
from reports.imports.values.figures import read
from reports.imports.values.lines import Line, Unfit, settle
from reports.imports.values.there import Row, There
from reports.imports.values.typed import compare
from reports.imports.values.verdict import NOTE, REALIZATION, VALUE, Verdict, shown
from reports.models import Entry, Period, Report

_SKIP = "skip"


class _Blocked(Exception):  # noqa: N818 - an answer
    """Why a line cannot be taken: the field of the cell it is about, a stable code, a sentence."""

    def __init__(self, name: str, code: str, text: str) -> None:
        super().__init__(text)
        self.name, self.code, self.text = name, code, text


class Verdicts:
    """Judges the lines of a batch. `seen` are the figures of earlier batches, and grows."""

    def __init__(
        self, there: There, lines: Sequence[Line], choices: Choices, seen: dict[tuple[int, str], str]
    ) -> None:
        self.there, self.lines, self.choices, self.seen = there, lines, choices, seen
        self._verdicts = {at: self._judge(lines[at]) for at in self._in_time()}
        compare(self._verdicts.values(), there.hall)

    def _in_time(self) -> list[int]:
        """Return the places of the lines in the order of time: what looks odd depends on what came before."""
        when = [(line.year or 0, line.part or 0) for line in self.lines]
        return sorted(range(len(self.lines)), key=when.__getitem__)

    def planned(self) -> Iterator[Planned]:
        """Yield what becomes of the lines, in their order."""
        for at in range(len(self.lines)):
            yield self._verdicts[at].planned(names_agency=self.there.known.own is None)

    def questions(self) -> Iterator[Question]:
        """Yield what has to be settled about the lines."""
        for at in range(len(self.lines)):
            if question := self._verdicts[at].question:
                yield question

    # One line

    def _judge(self, line: Line) -> Verdict:
        verdict = Verdict(line, place(line.sheet, line.cell))
        if self.choices.match.get(line.key) == _SKIP or self.choices.repairs.get(verdict.key) == _SKIP:
            verdict.say(line.cell, "skipped", "Dilewati atas pilihan Anda.")
            return verdict
        if not line.figures and line.achievement is None:
            return verdict
        try:
            self._place(verdict)
            self._take(verdict)
        except _Blocked as blocked:
            cell = line.cells.get(blocked.name) or line.cell
            verdict.say(cell, blocked.code, blocked.text, blocks=True)
        if verdict.is_blocked:
            verdict.status = "problem"
        return verdict

    def _place(self, verdict: Verdict) -> None:
        """Find the report and the row a line is about."""
        line = verdict.line
        agency = self._agency(line)
        if line.year is None or line.part is None:
            raise _Blocked("year", "no_period", "Tahun atau periode baris ini tidak diketahui. Isi keduanya.")
        verdict.report = self.there.report(line)
        if verdict.report is None:
            period = Period(year=line.year, part=line.part).short
            text = f"Laporan {period} {agency.short_name} belum dibuka. Minta admin daerah membukanya."
            raise _Blocked("period", "no_report", text)
        verdict.code = self._code(verdict, verdict.report)
        hall, key = self.there.hall, verdict.report.pk
        is_data = not line.code and bool(line.data_code)
        verdict.row = None if is_data else hall.row(key, "entry", verdict.code)
        verdict.row = verdict.row or hall.row(key, "value", verdict.code)

    def _agency(self, line: Line) -> Agency:
        known = self.there.known
        agency = known.agency_of(line)
        if agency is None:
            named = f'Instansi "{line.agency[:60]}" tidak ada di antara perangkat daerah Anda.'
            text = f"{named} Periksa kodenya." if line.agency else "Isi kode instansi baris ini."
            raise _Blocked("agency_code", "unknown_agency", text)
        if known.own is not None and agency != known.own:
            text = f"Baris ini milik {agency.short_name}, bukan {known.own.short_name}, tujuan berkas ini."
            raise _Blocked("agency_code", "other_agency", text)
        return agency

    def _code(self, verdict: Verdict, report: Report) -> str:
        line, hall = verdict.line, self.there.hall
        if (said := self.choices.match.get(line.key, "")).startswith("code:") and not line.has_code:
            verdict.question = self._which(line, report, "")
            return said.removeprefix("code:")
        for typed, kinds in ((line.code, ("entry", "value")), (line.data_code, ("value",))):
            code = typed.strip()
            if code and any(hall.row(report.pk, kind, code) for kind in kinds):  # type: ignore[arg-type]
                return code
        typed = (line.code or line.data_code).strip()
        if not line.has_code:
            return self._code_by_name(verdict, report)
        near = difflib.get_close_matches(typed, [*hall.entries[report.pk], *hall.values[report.pk]], n=1)
        meant = f' Maksud Anda "{near[0]}"?' if near else ""
        text = f'Kode "{typed[:60]}" tidak ada dalam laporan {report}.{meant} Periksa kodenya.'
        raise _Blocked("code" if line.code else "data_code", "unknown_code", text)

    def _code_by_name(self, verdict: Verdict, report: Report) -> str:
        line = verdict.line
        match = self.there.names(report).find(line.name)
        if match is not None and match.how != "near":
            return match.key
        verdict.question = self._which(line, report, match.key if match else "")
        if match is None:
            text = (
                f"“{line.name[:120]}” tidak ada dalam IKU yang berlaku tahun {line.year}. Pilih indikatornya."
            )
            raise _Blocked("indicator", "unknown_indicator", text)
        name = self.there.hall.entries[report.pk][match.key].definition["name"]
        raise _Blocked("indicator", "near_name", f"Mungkin yang dimaksud “{name}”. Pastikan indikatornya.")

    def _which(self, line: Line, report: Report, proposed: str) -> Question:
        entries = self.there.hall.entries[report.pk].items()
        options = [(f"code:{code}", str(entry)) for code, entry in entries]
        return Question(
            "match",
            line.key,
            line.name,
            "Indikator mana yang dimaksud baris ini?",
            [*options, (_SKIP, "Lewati baris ini")],
            f"code:{proposed}" if proposed else "",
            "Namanya hampir sama." if proposed else "Tidak ada indikator dengan nama yang mirip.",
            must=True,
            cell=line.cells.get("indicator", ""),
            chosen=self.choices.match.get(line.key, ""),
        )

    # Its figure

    def _take(self, verdict: Verdict) -> None:
        line, row, report = verdict.line, verdict.row, verdict.report
        assert report is not None  # noqa: S101 - placed before
        if row is None:
            raise _Blocked("indicator", "unknown_code", f"Laporan {report} tidak memuat “{verdict.code}”.")
        if line.proposal and self.choices.repairs.get(line.key) != "accept":
            raise _Blocked("indicator", "proposal", line.proposal)
        method = row.definition["quarter_method"] if isinstance(row, Entry) else Indicator.QuarterMethod.LAST
        value = settle(line, method)
        if isinstance(value, Unfit):
            raise _Blocked("", value.code, value.text)
        if value is None:
            self._blank(verdict, row)
            return
        measure = self.there.measure(report, row)
        answer = self.choices.repairs.get(verdict.key, "")
        said = read(value, line.cell, measure, answer=answer, silent=bool(line.note or row.reason))
        if self._is_ours(verdict, row, report):
            verdict.typed = said.number if said.number is not None else value.value
            return
        verdict.messages += said.messages
        if isinstance(row, Entry) and row.not_applicable:
            text = "Indikator ini ditandai tidak berlaku, jadi angkanya disimpan tetapi tidak dihitung."
            verdict.say(line.cell, "not_applicable", text)
        if said.number is not None and not said.is_blocked:
            self._number(verdict, row, report, said.number)

    def _is_ours(self, verdict: Verdict, row: Row, report: Report) -> bool:
        """Whether the figure is computed here: by a formula, or from the quarters of the year."""
        if not isinstance(row, Entry):
            return False
        return row.definition["kind"] == Indicator.Kind.COMPUTED or verdict.code in self.there.from_quarters(
            report
        )

    def _blank(self, verdict: Verdict, row: Row) -> None:
        if row.number is not None and verdict.line.figures:
            text = f"Sel ini kosong; {shown(row, row.number)} yang tersimpan tidak dihapus."
            verdict.say(verdict.line.cell, "blank", text)

    def _number(self, verdict: Verdict, row: Row, report: Report, number: Decimal) -> None:
        line = verdict.line
        first = self.seen.setdefault((report.pk, verdict.code), verdict.key)
        if first != verdict.key:
            text = f"Angka yang sama sudah ada di {first.rpartition('!')[2]}. Sisakan satu baris."
            raise _Blocked("", "twice", text)
        label = REALIZATION if isinstance(row, Entry) else VALUE
        verdict.after[label] = shown(row, number)
        if row.number is not None:
            verdict.before[label] = shown(row, row.number)
        is_new_note = bool(line.note) and line.note != row.reason
        if is_new_note:
            verdict.after[NOTE] = line.note
            if row.reason:
                verdict.before[NOTE] = row.reason
        if number == row.number and not is_new_note:
            verdict.status = "same"
            return
        own = self.there.own[report.pk]
        try:
            allowed(row, verdict.code, {"number": number}, self.there.availability[report.pk], own)
        except Refused as refusal:
            raise _Blocked("", type(refusal).__name__.lower(), str(refusal)) from None
        verdict.status = "new" if row.number is None else "changed"
        verdict.number = row.number = number  # what comes after it in the file is judged by it
