"""Make accounts to try the portal with: one per role and agency or region, and one superuser."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from agencies.models import Agency, Membership, Region, User
from agencies.roles import Role

# Without l, o, 0 and 1, so that a password can be read from paper.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
USERNAMES = {
    Role.OPERATOR: "operator",
    Role.VERIFIER: "verifikator",
    Role.HEAD: "kepala",
    Role.AGENCY_ADMIN: "admin",
    Role.REGION_ADMIN: "admin-daerah",
    Role.INSPECTOR: "inspektorat",
}


@dataclass(frozen=True)
class Account:
    """One account to make; without a membership it is the superuser."""

    username: str
    name: str
    membership: Membership | None


class Command(BaseCommand):
    """`manage.py demo_accounts`: safe to run again; an account that exists keeps its password."""

    help = "Buat akun contoh untuk setiap peran dan perangkat daerah; akun yang sudah ada tidak diubah."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the missing accounts, and print and keep their passwords."""
        path: Path = settings.VAR_DIR / "akun-demo.txt"
        with transaction.atomic():
            made = {account.username: _make(account) for account in _accounts() if _is_missing(account)}
            if made:
                _keep(path, made)
        if not made:
            self.stdout.write(f"Semua akun contoh sudah ada; kata sandinya di {path}")
            return
        self.stdout.write("Akun contoh (nama pengguna, kata sandi, nama):")
        for line in made.values():
            self.stdout.write(f"  {line}")
        self.stdout.write(f"Daftar ini disimpan di {path} dan tidak dicetak lagi.")


def _accounts() -> list[Account]:
    places: list[Agency | Region] = [*Agency.objects.select_related("region")]
    places += Region.objects.filter(agencies__isnull=False).distinct()
    pairs = (
        (role, place) for place in places for role in Role if role.is_regional == isinstance(place, Region)
    )
    return [*(_account(role, place) for role, place in pairs), Account("admin-sistem", "Admin sistem", None)]


def _account(role: Role, place: Agency | Region) -> Account:
    if isinstance(place, Region):
        membership, code, label = Membership(role=role, region=place), place.code, str(place)
    else:
        membership, code = Membership(role=role, agency=place), place.code
        label = place.short_name
    return Account(f"{USERNAMES[role]}-{code.replace('.', '-')}", f"{role.label} – {label}", membership)


def _is_missing(account: Account) -> bool:
    return not User.objects.filter(username=account.username).exists()


def _make(account: Account) -> str:
    """Make `account` with a random password and return its line of the list."""
    password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    user = User(
        username=account.username,
        name=account.name,
        email=f"{account.username}@contoh.invalid",  # never delivers, so nobody gets mail by accident
        is_staff=account.membership is None,
        is_superuser=account.membership is None,
    )
    user.set_password(password)
    user.full_clean()
    user.save()
    if account.membership:
        account.membership.user = user
        account.membership.full_clean()
        account.membership.save()
    return f"{account.username:<40} {password}  {account.name}"


def _keep(path: Path, made: dict[str, str]) -> None:
    """Add the lines of `made` to the list at `path`, readable by its owner only."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = [line for line in lines if line.split()[0] not in made]
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("".join(f"{line}\n" for line in (*kept, *made.values())), encoding="utf-8")
