"""The stock admin: superusers only, signed in through the portal's own page."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest


class PortalAdminSite(admin.AdminSite):
    """Django's admin with the portal's name and a narrower door."""

    site_header = "IKU Portal – admin sistem"
    site_title = "IKU Portal"
    index_title = "Data induk"
    login = secure_admin_login(admin.AdminSite.login)

    def has_permission(self, request: HttpRequest) -> bool:
        """Let superusers in, nobody else."""
        return bool(request.user.is_active and request.user.is_superuser)
