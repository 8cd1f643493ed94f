"""Load reference data and the published documents that come with the portal; what is there stays."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from agencies.models import User
from indicators import published
from indicators.models import LayoutProfile, PredicateScale


class Command(BaseCommand):
    """`manage.py load_published`: safe to run again and again."""

    help = "Muat profil tata letak, skala predikat, dan dokumen IKU terbitan. Data yang ada tidak diubah."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was loaded."""
        for row in _rows("layout_profiles"):
            LayoutProfile.objects.get_or_create(code=row["code"], defaults=row)
        for row in _rows("predicate_scales"):
            PredicateScale.objects.get_or_create(code=row["code"], version=row["version"], defaults=row)
        loader = _loader()
        for path in sorted((settings.BASE_DIR / "fixtures" / "published").glob("*.json")):
            loaded = published.load(json.loads(path.read_text(encoding="utf-8")), by=loader)
            self.stdout.write(f"{path.stem}: {'dimuat' if loaded else 'sudah ada'}")


def _rows(name: str) -> list[dict[str, Any]]:
    text = (settings.BASE_DIR / "fixtures" / f"{name}.json").read_text(encoding="utf-8")
    return [row["fields"] for row in json.loads(text)]


def _loader() -> User:
    """Return the account, without a password, that stands as the one who put the published sets in force."""
    defaults = {"name": "Pemuatan data awal"}
    user, created = User.objects.get_or_create(username="pemuatan-awal", defaults=defaults)
    if created:
        user.set_unusable_password()
        user.is_active = False
        user.save()
    return user
