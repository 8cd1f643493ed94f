from django.apps import AppConfig

from agencies import triggers
from reports import locks


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Laporan"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the locks in the database."""
        triggers.keep(self, locks.triggers)
