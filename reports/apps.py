from django.apps import AppConfig

from agencies import audit, triggers
from reports import locks, logged


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Laporan"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the locks and the log in the database."""
        triggers.keep(self, locks.triggers)
        audit.keep(self, logged.LOGGED)
