"""The stock admin: superusers only, signed in through the portal's own page."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from agencies.exchange.tables import Table


class PortalAdminSite(admin.AdminSite):
    """Django's admin with the portal's name and a narrower door."""

    site_header = "IKU Portal – admin sistem"
    site_title = "IKU Portal"
    index_title = "Data induk"

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send who is not signed in to the portal's own page; refuse who is, but is no superuser."""
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("admin:index"), reverse("account_login"))
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def has_permission(self, request: HttpRequest) -> bool:
        """Let superusers in, nobody else."""
        return bool(request.user.is_active and request.user.is_superuser)

    def read_table(self, upload: UploadedFile[Any], sheet: str) -> Table:
        """Read a file for the pages of agencies.exchange; loaded when needed, as this site is made early."""
        from indicators.exchange import read_table

        return read_table(upload, sheet)
