from django.apps import AppConfig
from django.db.backends.signals import connection_created

from agencies import audit, locks, triggers


class AgenciesConfig(AppConfig):
    name = "agencies"
    verbose_name = "Perangkat daerah"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the log, and tell every connection who is acting."""
        connection_created.connect(audit.introduce)
        triggers.keep(self, locks.triggers)
        audit.keep(self, locks.LOGGED)
