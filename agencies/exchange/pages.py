"""The screens of import and export in the stock admin: upload, preview, confirmation, download."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Protocol, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst, slugify
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from import_export.formats import base_formats
from import_export.forms import ExportForm

from agencies.downloads import downloaded
from agencies.exchange import formats, staging
from agencies.exchange.resources import PortalResource
from agencies.exchange.rows import is_required
from agencies.exchange.tables import FileRefused, Table
from agencies.models import StagedImport

if TYPE_CHECKING:
    from agencies.models import User

PER_PAGE = 100  # rows of a preview
_VIEWS = {"": "Semua", "new": "Baru", "update": "Diubah"}


class SpreadsheetSite(Protocol):
    """An admin site that reads files for these screens; the web process itself never opens one."""

    def read_table(self, upload: UploadedFile[Any], sheet: str) -> Table:
        """Return the sheet of that name, or the first. Raises FileRefused."""


class UploadForm(forms.Form):
    """The file to import; what it is, its content tells."""

    import_file = forms.FileField(
        label="Berkas",
        help_text="Berkas .xlsx atau .csv, paling besar 10 MB.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": "Pilih berkas .xlsx atau .csv terlebih dahulu.",
            "empty": "Berkas ini kosong. Pilih berkas yang berisi tabel.",
        },
    )


class MasterDataMixin(ImportExportMixin):  # type: ignore[misc]
    """Import and export of one model in the stock admin. `import_note` is a sentence above the form."""

    # All columns: the page on which to choose some is full of inline styles and scripts.
    export_form_class = ExportForm
    import_template_name = "admin/exchange/import.html"
    import_note = ""

    # Who may

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Let in who may both add and change; the library by default lets in everybody of the staff."""
        may: bool = self.has_add_permission(request) and self.has_change_permission(request)
        return may and super().has_import_permission(request)

    def _resource(self, request: HttpRequest) -> PortalResource:
        if not self.has_import_permission(request):
            raise PermissionDenied
        resource: PortalResource = self.get_import_resource_classes(request)[0]()
        return resource

    def _staged(self, request: HttpRequest, pk: int) -> StagedImport:
        """Return the preview of this user in this session; for others it does not exist."""
        return get_object_or_404(
            StagedImport.objects.of(cast("User", request.user)),
            pk=pk,
            model=self.opts.label_lower,
            session=staging.session_mark(request.session.session_key),
        )

    # Import

    def get_urls(self) -> list[Any]:
        """Add the page of a preview to those of the library."""
        preview = path(
            "import/<int:pk>/",
            self.admin_site.admin_view(self.import_preview),
            name="{}_{}_import_preview".format(*self.get_model_info()),
        )
        return [preview, *super().get_urls()]

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask for a file; read it and go to its preview."""
        resource = self._resource(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["import_file"]
            try:
                staged = self._stage(request, resource, upload)
            except FileRefused as refusal:
                form.add_error("import_file", str(refusal))
            else:
                return redirect(self._preview_address(staged))
        return self._answer(request, "admin/exchange/import.html", form=form, columns=_described(resource))

    def _stage(
        self, request: HttpRequest, resource: PortalResource, upload: UploadedFile[Any]
    ) -> StagedImport:
        table = cast("SpreadsheetSite", self.admin_site).read_table(upload, resource.sheet())
        upload.seek(0)
        return staging.stage(
            resource,
            resource.read(table),
            by=cast("User", request.user),
            session_key=request.session.session_key,
            file_name=str(upload.name),
            sha256=hashlib.sha256(upload.read()).hexdigest(),
        )

    def _preview_address(self, staged: StagedImport) -> str:
        return reverse("admin:{}_{}_import_preview".format(*self.get_model_info()), args=[staged.pk])

    def import_preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what is wrong in the file or, if nothing is, what would change; nothing is written."""
        self._resource(request)
        staged = self._staged(request, pk)
        if staged.applied_at:
            messages.info(request, "Berkas ini sudah dimasukkan. Unggah lagi bila ada yang perlu diubah.")
            return redirect("admin:{}_{}_import".format(*self.get_model_info()))
        plan = staged.plan
        kind = request.GET.get("tampil", "")
        rows = plan["faults"] or [row for row in plan["rows"] if kind in ("", row[1])]
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("halaman"))
        return self._answer(
            request,
            "admin/exchange/preview.html",
            staged=staged,
            plan=plan,
            page=page,
            kind=kind if kind in _VIEWS else "",
            views=[(name, label, plan["counts"].get(name)) for name, label in _VIEWS.items()],
            changes=plan["counts"]["new"] + plan["counts"]["update"],
            more=plan["counts"]["new"] + plan["counts"]["update"] > len(plan["rows"]),
        )

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Put in what the preview showed."""
        return require_POST(self._confirm)(request)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        resource = self._resource(request)
        number = request.POST.get("staged", "")
        staged = self._staged(request, int(number) if number.isascii() and number.isdigit() else 0)
        try:
            counts = staging.confirm(staged, resource, fingerprint=request.POST.get("fingerprint", ""))
        except staging.ImportRefused as refusal:
            messages.warning(request, str(refusal))
            return redirect(self._changelist() if staged.applied_at else self._preview_address(staged))
        messages.success(
            request,
            f"Sudah dimasukkan: {counts['new']} baris baru, {counts['update']} diubah, "
            f"{counts['skip']} tetap.",
        )
        return redirect(self._changelist())

    def _changelist(self) -> str:
        return reverse("admin:{}_{}_changelist".format(*self.get_model_info()))

    def _answer(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        request.current_app = self.admin_site.name
        context |= {
            **self.admin_site.each_context(request),
            "title": f"Impor {self.opts.verbose_name_plural}",
            "opts": self.opts,
            "note": self.import_note,
        }
        return TemplateResponse(request, template, context)

    # Export

    def get_export_formats(self) -> list[type[base_formats.Format]]:
        """Offer what is read again."""
        return [formats.Workbook, formats.Text]

    def get_export_filename(self, request: HttpRequest, queryset: QuerySet[Any], file_format: Any) -> str:
        """Name the file in Indonesian, with the day."""
        name = slugify(str(self.opts.verbose_name_plural))
        return f"{name}-{timezone.localdate():%Y-%m-%d}.{file_format.get_extension()}"

    def get_export_data(
        self, file_format: base_formats.Format, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any
    ) -> bytes:
        """Log the file that is sent: of all places at once, so that it is for superusers to read."""
        data: bytes = super().get_export_data(file_format, request, queryset, **kwargs)
        extension = file_format.get_extension().upper()
        downloaded(
            f"{capfirst(str(self.opts.verbose_name))} ({extension})",
            by=cast("User", request.user),
            sha256=hashlib.sha256(data).hexdigest(),
        )
        return data


def _described(resource: PortalResource) -> list[tuple[str, str, str]]:
    """Return for each column its heading, what it holds, and where it must be filled."""
    opts, keys = resource.model._meta, resource.get_import_id_fields()  # noqa: SLF001 - public in Django
    described = []
    for name in resource.get_import_order():
        field: Any = opts.get_field(name)
        column = resource.fields[name]
        hint = column.widget.hint or str(field.help_text or capfirst(field.verbose_name))
        needed = "wajib" if name in keys else "wajib untuk baris baru" if is_required(field) else ""
        described.append((column.column_name, hint, needed))
    return described
