from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from indicators import locks


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = "Indikator"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the locks in the database through every migration."""
        pre_migrate.connect(_drop_locks, sender=self)
        post_migrate.connect(_install_locks, sender=self)


def _drop_locks(using: str, **kwargs: Any) -> None:
    locks.drop(using)


def _install_locks(using: str, **kwargs: Any) -> None:
    locks.install(using)
