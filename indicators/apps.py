from django.apps import AppConfig

from agencies import triggers
from indicators import locks


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = "Indikator"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the locks in the database."""
        triggers.keep(self, locks.triggers)
