"""Resources: which columns a model has in a spreadsheet, and the library's import done for a whole file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import BooleanField, DateField, IntegerField, Model, QuerySet, UniqueConstraint
from django.utils.text import capfirst, slugify
from import_export import fields, resources
from import_export.results import Result, RowResult
from tablib import Dataset

from agencies.exchange import cells, writing
from agencies.exchange.rows import Fault, Plan, Planned
from agencies.exchange.tables import SheetDataset, Table, dataset_of, heading

KEPT = 1_000  # rows that change, and rows that are wrong, which a result keeps to be shown


class PlanResult(Result):  # type: ignore[misc]
    """What an import would do or did. Good rows are counted, the first KEPT that change are kept.

    `faults` holds all that is wrong, KEPT rows of it. `seen` has a fingerprint for each row, see Plan.seen;
    `moved` the numbers of rows whose fingerprint is no longer that of the preview.
    """

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Fault] = []
        self.seen: dict[str, str] = {}
        self.moved: list[int] = []

    def append_row_result(self, row_result: RowResult) -> None:
        """Keep a row that changes something, as long as there is room."""
        if len(self.rows) < KEPT:
            super().append_row_result(row_result)


class ChangedRow(RowResult):  # type: ignore[misc]
    """A row that is new or changed: its number in the file, and for each column what is and what would be."""

    def __init__(self, kind: str, number: int, diff: list[tuple[str, str]]) -> None:
        super().__init__()
        self.import_type, self.number, self.diff = kind, number, diff


def by_code(model: type[Model], attribute: str, column: str, field: str = "code") -> fields.Field:
    """Return a column that names a row of `model` by its code."""
    return fields.Field(attribute=attribute, column_name=column, widget=cells.CodeCell(model, field))


class PortalResource(resources.ModelResource):  # type: ignore[misc]
    """A resource that checks as forms do, all rows at once, and takes all of them or none.

    Columns bear the names of the model's own fields in Indonesian, "kode_wilayah"; a file may use the
    English identifiers too. `also_unique` are constraints on top of those of the model.
    """

    also_unique: Sequence[UniqueConstraint] = ()

    class Meta:
        use_transactions = True

    def objections(self, rows: Sequence[Planned]) -> Iterable[tuple[Planned, str, str]]:
        """Yield what else is wrong: a row, the attribute ("" for the row) and a sentence."""
        return ()

    def clean_row(self, row: Any) -> None:
        """Check one row without asking the database; by default as its model does."""
        row.clean()

    def complete(self, row: Any) -> None:
        """Put what a new row needs and no file says."""

    @property
    def model(self) -> type[Model]:
        """The model whose rows are imported."""
        model: type[Model] = self._meta.model
        return model

    # Columns

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> fields.Field:  # noqa: FBT001
        """Return the column of a field: its cell by the kind of the field, its heading by its name."""
        column = slugify(str(django_field.verbose_name)).replace("-", "_")
        return fields.Field(attribute=field_name, column_name=column, widget=cls.cell_of(django_field))

    @classmethod
    def cell_of(cls, field: Any) -> cells.Cell:
        """Return how cells of a field are read and written."""
        if field.choices:
            return cells.ChoiceCell(field.flatchoices)
        for kind, cell in (
            (BooleanField, cells.YesNoCell),
            (IntegerField, cells.WholeCell),
            (DateField, cells.DateCell),
        ):
            if isinstance(field, kind):
                return cell()
        return cells.TextCell()

    @classmethod
    def sheet(cls) -> str:
        """The name of the sheet that is written, and looked for first in what is read."""
        return str(capfirst(cls._meta.model._meta.verbose_name_plural))  # noqa: SLF001

    def read(self, table: Table) -> SheetDataset:
        """Return the rows of a sheet under its header. Raises FileRefused."""
        columns = {heading(name): column.column_name for name, column in self.fields.items()}
        columns |= {heading(column.column_name): column.column_name for column in self.fields.values()}
        ordered = {column.column_name: "" for column in self.get_import_fields()}
        known = dict(sorted(columns.items(), key=lambda pair: list(ordered).index(pair[1])))
        return dataset_of(
            table, known, [self.fields[name].column_name for name in self.get_import_id_fields()]
        )

    # Import

    def get_diff_headers(self) -> list[str]:
        """Return the headings of the columns."""
        return [column.column_name for column in self.get_import_fields()]

    def import_data(self, dataset: Dataset, dry_run: bool = False, **kwargs: Any) -> PlanResult:  # noqa: FBT001, FBT002
        """Import as the library does. A dry run opens no transaction: nothing is written, nothing is locked.

        `seen` are the fingerprints of a preview: rows that no longer have them keep everything out. An error
        of the database goes on to the caller, with everything rolled back.
        """
        if dry_run:
            return self.import_data_inner(dataset, True, True, False, False)
        kwargs |= {"use_transactions": True, "rollback_on_validation_errors": True, "raise_errors": True}
        result: PlanResult = super().import_data(dataset, dry_run=False, **kwargs)
        return result

    def import_data_inner(
        self,
        dataset: Dataset,
        dry_run: bool,  # noqa: FBT001
        raise_errors: bool,  # noqa: FBT001
        using_transactions: bool,  # noqa: FBT001
        collect_failed_rows: bool,  # noqa: FBT001
        *,
        seen: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> PlanResult:
        """Plan all rows with a few queries and, unless it is a dry run or one row is wrong, write them."""
        plan = Plan(self, _numbered(dataset), locked=not dry_run)
        result = PlanResult()
        result.diff_headers = plan.dataset.headers
        result.total_rows = len(plan.rows)
        for row in plan.rows:
            self._tell(result, plan, row)
        if seen is not None:
            result.moved = [
                int(number) for number, print_ in result.seen.items() if seen.get(number) != print_
            ]
        if not (dry_run or result.faults or result.moved):
            writing.write(plan, using=self.get_db_connection_name())
        return result

    def _tell(self, result: PlanResult, plan: Plan, row: Planned) -> None:
        result.seen[str(row.number)] = plan.seen(row)
        result.totals[row.kind] += 1
        if row.faults:
            if len(result.invalid_rows) < KEPT:
                faults = list(plan.faults(row))
                result.faults += faults
                told = "; ".join(f"{f.column}: {f.message}" if f.column else f.message for f in faults)
                result.append_invalid_row(row.number, row.raw, resources.ValidationError(told))
        elif row.kind != RowResult.IMPORT_TYPE_SKIP:
            result.append_row_result(ChangedRow(row.kind, row.number, plan.cells(row)))

    # Export

    def filter_export(self, queryset: QuerySet[Any], **kwargs: Any) -> QuerySet[Any]:
        """Read the rows that codes name along with those that name them."""
        names = [name for name, column in self.fields.items() if isinstance(column.widget, cells.CodeCell)]
        return queryset.select_related(*names)

    def after_export(self, queryset: QuerySet[Any], dataset: Dataset, **kwargs: Any) -> None:
        """Name the sheet, and say which columns are text."""
        dataset.title = self.sheet()
        dataset.text_columns = [column.widget.holds_text for column in self.get_export_fields()]


def _numbered(dataset: Dataset) -> SheetDataset:
    if isinstance(dataset, SheetDataset):
        return dataset
    numbered = SheetDataset(dataset.headers)
    for index, row in enumerate(dataset):
        numbered.add(index + 2, row)
    return numbered
