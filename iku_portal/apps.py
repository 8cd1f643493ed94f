from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "iku_portal"
    verbose_name = "IKU Portal"


class PortalAdminConfig(AdminConfig):
    default_site = "iku_portal.admin.PortalAdminSite"

    def ready(self) -> None:
        """Register what the apps have, but not the queue of jobs, whose pages are English."""
        from django_tasks_db.models import DBTaskResult

        super().ready()
        admin.site.unregister(DBTaskResult)
