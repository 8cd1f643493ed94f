"""Spreadsheets in the stock admin: django-import-export with its open doors closed.

Rows are found by codes and names, never by `id`; a wrong row leaves everything as it was, also at the
confirm step; only .xlsx and .csv; what a spreadsheet would run as a formula is written as text. An export is
logged as any download is.
"""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.db.models import DecimalField, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from import_export import resources, widgets
from import_export.admin import ImportExportMixin
from import_export.formats import base_formats
from import_export.forms import ExportForm
from import_export.results import Result

from agencies.downloads import downloaded

if TYPE_CHECKING:
    from agencies.models import User


class ExactDecimalWidget(widgets.Widget):  # type: ignore[misc]
    """A decimal as typed or stored in a sheet; refuses NaN, exponents, and what could be read in two ways."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        """Return the decimal, or None for an empty cell. Raises ValueError in Indonesian."""
        text = str("" if value is None else value).strip()
        if not text:
            return None
        # A number cell arrives with a dot; a dot before three digits might as well separate thousands.
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,3}(\.\d{3})+", text):
            raise ValueError(f"“{text}” dapat dibaca dua cara. Tulis {text.replace('.', '')} atau {text},0.")
        if not re.fullmatch(r"-?\d{1,18}([.,]\d{1,6})?", text, re.ASCII):
            raise ValueError(f"“{text}” bukan angka. Tulis angka saja, misalnya 12,5.")
        return Decimal(text.replace(",", "."))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Write the decimal with a comma, without trailing zeros or grouping."""
        return "" if value is None else f"{value.normalize():f}".replace(".", ",")


class PlainDiff(resources.Diff):  # type: ignore[misc]
    """The preview of a change, coloured by the style sheet: the policy allows no style in the page."""

    def as_html(self) -> list[SafeString]:
        """Return each cell; what stands in it is escaped already, so a tag in it is the library's own."""
        tags = re.compile(r'<(ins|del) style="[^"]*">')
        return [mark_safe(tags.sub(r"<\1>", html)) for html in super().as_html()]


class PortalResource(resources.ModelResource):  # type: ignore[misc]
    """A resource that validates as forms do and reports an unchanged row as skipped."""

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    def get_diff_class(self) -> type[PlainDiff]:
        """Show changes without inline styles."""
        return PlainDiff

    @classmethod
    def widget_from_django_field(cls, f: Any, default: Any = widgets.Widget) -> Any:
        """Give decimal columns the exact widget."""
        if isinstance(f, DecimalField):
            return ExactDecimalWidget
        return super().widget_from_django_field(f, default)


class MasterDataMixin(ImportExportMixin):  # type: ignore[misc]
    """Import and export of one model in the stock admin."""

    formats = (base_formats.XLSX, base_formats.CSV)
    # All columns: the page on which to choose some is full of inline styles and scripts.
    export_form_class = ExportForm

    def get_import_formats(self) -> list[type[base_formats.Format]]:
        """Offer what is read right; the library takes .ods for text."""
        return list(self.formats)

    def get_export_formats(self) -> list[type[base_formats.Format]]:
        """Offer the same for export."""
        return list(self.formats)

    def get_export_data(
        self, file_format: base_formats.Format, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any
    ) -> str | bytes:
        """Log the file that is sent: of all places at once, so that it is for superusers to read."""
        data: str | bytes = super().get_export_data(file_format, request, queryset, **kwargs)
        extension = file_format.get_extension().upper()
        downloaded(
            f"{capfirst(str(queryset.model._meta.verbose_name))} ({extension})",  # noqa: SLF001 - public in Django
            by=cast("User", request.user),
            sha256=hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest(),
        )
        return data

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Roll back at the confirm step too, where the library would drop wrong rows and say nothing."""
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """Call a failed import failed: the library shows it as finished."""
        if result.has_errors() or result.has_validation_errors():
            faults = [f"baris {row.number}: {row.error}" for row in result.invalid_rows]
            faults += [f"baris {number}: {e[0].error}" for number, e in result.row_errors()]
            messages.error(
                request,
                "Tidak ada yang diimpor karena data berubah sejak pratinjau. "
                + "; ".join(faults[:5])
                + ". Ulangi impor.",
            )
            info = self.get_model_info()
            return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*info)))
        finished: HttpResponse = super().process_result(result, request)
        return finished
