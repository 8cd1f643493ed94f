"""What every row of a file would do, and all that is wrong with it, in a handful of queries for them all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CheckConstraint, Model, QuerySet

from agencies.exchange import conditions, uniqueness
from agencies.exchange.cells import CodeCell, quoted, same_text
from agencies.exchange.tables import SheetDataset

if TYPE_CHECKING:
    from agencies.exchange.resources import PortalResource

TOO_MANY = "Portal berisi lebih dari satu baris dengan {columns} ini. Ubah di halamannya, bukan lewat impor."


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row: its number, the column ("" for the whole row), what stood there, a sentence."""

    number: int
    column: str
    cell: str
    found: str
    message: str


@dataclass
class Planned:
    """A row of the file and the row it means: as it is (`before`) and as it would be (`after`)."""

    number: int
    raw: Mapping[str, Any]
    after: Model
    values: dict[str, Any] = field(default_factory=dict)
    before: Model | None = None
    faults: dict[str, list[str]] = field(default_factory=dict)  # by attribute, "" for the row
    changed: list[str] = field(default_factory=list)  # attributes

    @property
    def kind(self) -> str:
        """What would happen, in the words of the library."""
        if self.faults:
            return "invalid"
        return "new" if self.before is None else "update" if self.changed else "skip"

    def fault(self, attribute: str, message: str) -> None:
        """Say what is wrong; the first thing said about a column is enough."""
        self.faults.setdefault(attribute, []).append(message)


class Plan:
    """The rows of a dataset under a resource. `locked`: the rows they meet stay as they are until commit."""

    def __init__(self, resource: PortalResource, dataset: SheetDataset, *, locked: bool) -> None:
        self.resource, self.dataset, self.locked = resource, dataset, locked
        self.model: type[Model] = resource.model
        self.opts = self.model._meta  # noqa: SLF001 - public in Django
        by_column = {column.column_name: name for name, column in resource.fields.items()}
        self.attributes = [by_column[column] for column in dataset.headers]
        # Where nothing is an empty text.
        self.texts = {f.name for f in self.opts.concrete_fields if f.empty_strings_allowed and not f.null}
        self.uniques = uniqueness.of_model(self.model, resource.also_unique)
        self.identity = uniqueness.identity(self.uniques, resource.get_import_id_fields())
        self.rows = [self._read(index) for index in range(len(dataset))]
        self._resolve()
        self._match()
        for row in self.rows:
            self._fill(row)
            self._check(row)
        for row, attribute, message in resource.objections(self.rows):
            row.fault(attribute, message)
        for unique in self.uniques:
            self._compare(unique)
        self._repeat()

    # Reading

    def _read(self, index: int) -> Planned:
        raw = dict(zip(self.dataset.headers, self.dataset[index], strict=True))
        row = Planned(self.dataset.number_of(index), raw, self.model())
        for attribute, value in zip(self.attributes, raw.values(), strict=True):
            try:
                read = self.resource.fields[attribute].widget.clean(value)
            except ValueError as error:
                row.fault(attribute, str(error))
            else:
                row.values[attribute] = "" if read is None and attribute in self.texts else read
        return row

    def _resolve(self) -> None:
        """Put the rows that codes name in place of the codes; the file itself may bring them."""
        for attribute in self.attributes:
            widget = self.resource.fields[attribute].widget
            if isinstance(widget, CodeCell):
                known = self._named(
                    widget, {row.values[attribute] for row in self.rows if attribute in row.values}
                )
                for row in self.rows:
                    if attribute in row.values:
                        self._name(row, attribute, known, widget.what)

    def _named(self, widget: CodeCell, codes: set[str]) -> dict[str, Model]:
        """Return the rows of these codes, those of the database before those of the file."""
        brought = (
            {row.values[widget.field]: row.after for row in self.rows if widget.field in row.values}
            if widget.model is self.model
            else {}
        )
        found = self._lock(widget.rows().filter(**{f"{widget.field}__in": codes - {""}}))
        return brought | {getattr(other, widget.field): other for other in found}

    def _name(self, row: Planned, attribute: str, known: Mapping[str, Model], what: str) -> None:
        code = row.values.pop(attribute)
        if code and code not in known:
            row.fault(attribute, f"Tidak ada {what} dengan kode {quoted(code)}. Periksa kodenya.")
        else:
            row.values[attribute] = known[code] if code else None

    def _lock(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Read as it is, or hold until commit, in one order so that two imports never wait for each other."""
        return (
            queryset.order_by("pk").select_for_update(of=("self",), no_key=True) if self.locked else queryset
        )

    # Matching

    def _match(self) -> None:
        """Find the row each row of the file means."""
        named = {}
        for row in self.rows:
            for attribute, value in row.values.items():
                setattr(row.after, attribute, value)
            if not any(attribute in row.faults for attribute in self.identity.columns):
                key = self.identity.of(row.after)
                if key is not None:
                    named[id(row)] = key
        existing: dict[uniqueness.Key, list[Model]] = {}
        for other in self.like(self.identity, set(named.values())):
            existing.setdefault(self.identity.of(other) or (), []).append(other)
        for row in self.rows:
            found = existing.get(named.get(id(row), ()), [])
            if len(found) > 1:
                columns = ", ".join(self.label(name) for name in self.identity.columns)
                row.fault("", TOO_MANY.format(columns=columns))
            elif found:
                row.before = found[0]

    def like(self, unique: uniqueness.Unique, keys: set[uniqueness.Key]) -> Iterable[Model]:
        """Return the rows that may have one of these keys, a few thousand keys at a time."""
        relations = [name for name, c in self.resource.fields.items() if isinstance(c.widget, CodeCell)]
        queryset = self.model._default_manager.select_related(*relations)  # noqa: SLF001
        ordered = sorted(keys, key=repr)
        for start in range(0, len(ordered), 5_000):
            yield from self._lock(unique.like(queryset, ordered[start : start + 5_000]))

    # Checking

    def _fill(self, row: Planned) -> None:
        """Put the values into the row they mean; give a new row what no file says."""
        if row.before is None:
            self.resource.complete(row.after)
        else:
            given, row.after = row.values, copy(row.before)
            for attribute, value in given.items():
                setattr(row.after, attribute, value)

    def _check(self, row: Planned) -> None:
        """Check a row by what its model says of one row alone."""
        required = self.attributes if row.before is not None else self.resource.fields
        for attribute in required:
            self._require(row, attribute)
        everything = {field.name for field in self.opts.concrete_fields}
        unread = set() if row.before is None else everything - {*self.attributes}
        relations = {field.name for field in self.opts.concrete_fields if field.is_relation}
        self._collect(row, lambda: row.after.clean_fields(exclude=relations | unread | set(row.faults)))
        wrong = set(row.faults)
        self._collect(row, lambda: self.resource.clean_row(row.after), wrong)
        for constraint in self.opts.constraints:
            if isinstance(constraint, CheckConstraint) and self._breaks(row, constraint, wrong):
                row.fault("", str(constraint.get_violation_error_message()))
        self._note_changes(row)

    def _breaks(self, row: Planned, constraint: CheckConstraint, wrong: set[str]) -> bool:
        """Whether a row breaks a constraint; where a column it speaks of is wrong, nothing is known."""
        condition = constraint.condition
        return not conditions.named(condition) & wrong and conditions.holds(condition, row.after) is False

    def _require(self, row: Planned, attribute: str) -> None:
        """Say that a cell must not be empty, or leave what a new row has by default."""
        field: Any = self.opts.get_field(attribute)
        value = getattr(row.after, attribute, None)
        if value not in (None, "") or field.blank or attribute in row.faults:
            return
        if row.before is None and field.has_default():
            setattr(row.after, attribute, field.get_default())
        else:
            row.fault(attribute, "Kosong. Kolom ini harus diisi.")

    def _collect(self, row: Planned, check: Callable[[], None], wrong: Collection[str] = ()) -> None:
        """Run a check of the model; what it says of columns that are `wrong` anyway says nothing new."""
        try:
            check()
        except ValidationError as error:
            told = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
            for attribute, texts in told.items():
                name = "" if attribute == NON_FIELD_ERRORS else attribute
                if not wrong or (name and name not in wrong):
                    for text in texts:
                        row.fault(name, text)

    def _note_changes(self, row: Planned) -> None:
        if row.before is None:
            return
        for attribute in self.attributes:
            old, new = getattr(row.before, attribute), getattr(row.after, attribute)
            if isinstance(old, str) and isinstance(new, str) and same_text(old, new):
                setattr(row.after, attribute, old)
            elif old != new:
                row.changed.append(attribute)

    # Comparing rows

    def _compare(self, unique: uniqueness.Unique) -> None:
        """Refuse what another row of the file, or one outside it, has already."""
        wanted: dict[uniqueness.Key, Planned] = {}
        for row in self.rows:
            key = None if set(unique.columns) & set(row.faults) else unique.of(row.after)
            if key is None:
                continue
            first = wanted.setdefault(key, row)
            if first is not row and unique is not self.identity:
                row.fault(self._place(unique), f"{unique.message} Lihat baris {first.number}.")
        moved = {k: r for k, r in wanted.items() if r.before is None or unique.of(r.before) != k}
        mine = {row.before.pk for row in self.rows if row.before is not None}
        if unique is self.identity or not moved:
            return
        for other in self.like(unique, set(moved)):
            rival = moved.get(unique.of(other) or ())
            if rival is not None and other.pk not in mine:
                rival.fault(self._place(unique), unique.message)

    def _place(self, unique: uniqueness.Unique) -> str:
        own = [name for name in unique.columns if name in self.attributes]
        return own[-1] if own else ""

    def _repeat(self) -> None:
        """Refuse a row that means the same as one above it."""
        first: dict[uniqueness.Key, int] = {}
        for row in self.rows:
            if set(self.identity.columns) & set(row.faults):
                continue
            key = self.identity.of(row.after)
            if key is not None and first.setdefault(key, row.number) != row.number:
                columns = ", ".join(self.label(name) for name in self.identity.columns)
                row.fault("", f"Sama dengan baris {first[key]}: {columns}. Hapus salah satunya.")

    # Telling

    def label(self, attribute: str) -> str:
        """Return the heading of a column; of one a resource does not have, what forms call it."""
        if attribute in self.resource.fields:
            return str(self.resource.fields[attribute].column_name)
        field: Any = self.opts.get_field(attribute)
        return str(field.verbose_name)

    def faults(self, row: Planned) -> Iterator[Fault]:
        """Yield all that is wrong with a row, from left to right."""
        places = {attribute: place for place, attribute in enumerate(self.attributes)}
        for attribute, messages in sorted(row.faults.items(), key=lambda f: places.get(f[0], len(places))):
            column = self.label(attribute) if attribute else ""
            letter = self.dataset.letters.get(column, "")
            found = row.raw.get(column)
            for message in messages:
                cell = f"{letter}{row.number}" if letter else ""
                yield Fault(row.number, column, cell, "" if found is None else str(found), message)

    def cells(self, row: Planned) -> list[tuple[str, str]]:
        """Return for every column what stands there now and what would, as pages print it."""
        shown = []
        for attribute in self.attributes:
            show = self.resource.fields[attribute].widget.show
            old = "" if row.before is None else show(getattr(row.before, attribute))
            changes = row.before is None or attribute in row.changed
            shown.append((old, show(getattr(row.after, attribute)) if changes else old))
        return shown

    def seen(self, row: Planned) -> str:
        """Return a fingerprint of what a preview of this row rests on: the row it meets, those it names."""
        fields: list[Any] = [self.opts.get_field(name) for name in self.resource.fields]
        before = (
            [] if row.before is None else [getattr(row.before, f.attname) for f in (self.opts.pk, *fields)]
        )
        named = [getattr(row.after, f.attname) for f in fields if f.is_relation]
        return hashlib.sha256(json.dumps([before, named], default=str).encode()).hexdigest()[:20]


def is_required(field: Any) -> bool:
    """Whether a new row cannot do without a cell for this field."""
    return not field.blank and not field.has_default()
