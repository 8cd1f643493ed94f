from django.apps import AppConfig

from agencies import audit, triggers
from indicators import locks, logged


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = "Indikator"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the locks and the log in the database."""
        triggers.keep(self, locks.triggers)
        audit.keep(self, logged.LOGGED)
