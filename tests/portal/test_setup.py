"""Tests of the commands a new user types: what they say when something is missing, and that data stays."""

import os
import re
import stat
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from agencies.models import Agency, Membership, User
from agencies.roles import Role

ROOT = Path(__file__).resolve().parents[2]


def shell(script: str, tools: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `script` after deploy/common.sh, with the programs in `tools` found first."""
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", **variables}
    command = ["bash", "-c", f"source deploy/common.sh; {script}"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def tool(folder: Path, name: str, script: str) -> None:
    """Put a program called `name` into `folder`: the machine of the user, as far as the script can see it."""
    path = folder / name
    path.write_text(f"#!/bin/bash\n{script}\n")
    path.chmod(0o755)


def test_without_root_and_sudo_the_exact_command_is_named(tmp_path: Path) -> None:
    tool(tmp_path, "id", "echo 1000")
    tool(tmp_path, "sudo", "exit 1")
    tool(tmp_path, "apt-get", "echo 'must not be called' >&2; exit 7")
    result = shell("install_packages libpango-1.0-0 libpangoft2-1.0-0", tmp_path)
    assert result.returncode == 1
    assert "apt-get update && apt-get install --yes libpango-1.0-0 libpangoft2-1.0-0" in result.stderr
    assert "must not be called" not in result.stderr


def test_a_machine_without_apt_is_told_what_to_install(tmp_path: Path) -> None:
    for name in ("bash", "dirname"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    result = shell("install_packages python3-venv", tmp_path, PATH=str(tmp_path))
    assert result.returncode == 1
    assert "python3-venv" in result.stderr
    assert "tidak memakai apt" in result.stderr


def test_package_lists_are_fetched_only_when_a_package_is_not_found(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    tool(tmp_path, "id", "echo 0")
    tool(
        tmp_path,
        "apt-get",
        f'echo "$DEBIAN_FRONTEND $1" >>"{calls}"; [ "$1" = update ] || [ "$(wc -l <"{calls}")" -gt 1 ]',
    )
    result = shell("install_packages chromium", tmp_path)
    assert result.returncode == 0, result.stderr
    assert [line.split()[-1] for line in calls.read_text().splitlines()] == ["install", "update", "install"]
    assert calls.read_text().startswith("noninteractive")


def test_a_failed_installation_says_so_and_stops(tmp_path: Path) -> None:
    tool(tmp_path, "id", "echo 0")
    tool(tmp_path, "apt-get", "echo 'E: broken' >&2; exit 100")
    result = shell("install_packages chromium; echo went on", tmp_path)
    assert result.returncode == 1
    assert "apt gagal memasang chromium" in result.stderr
    assert "E: broken" in result.stderr
    assert "went on" not in result.stdout


def test_make_alone_lists_the_targets() -> None:
    result = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.findall(r"make (\w+)", result.stdout)[:6] == ["help", "setup", "run", "check", "test", "bench"]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_says_what_it_is_for(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.startswith(("#", "-r ")):
            assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+ +# \S.*", line), line


def is_demo(user: User) -> bool:
    return user.email.endswith("@contoh.invalid")


@pytest.mark.django_db
def test_a_new_portal_gets_both_agencies_and_an_account_for_every_role(
    settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    call_command("prepare", demo=True, stdout=StringIO())
    assert Agency.objects.count() == 2
    held = {(m.role, m.agency_id, m.region_id) for m in Membership.objects.all()}
    assert held == {
        (role.value, None if role.is_regional else agency.pk, agency.region_id if role.is_regional else None)
        for agency in Agency.objects.all()
        for role in Role
    }
    assert [user.username for user in User.objects.filter(is_superuser=True)] == ["admin-sistem"]


@pytest.mark.django_db
def test_demo_passwords_open_the_accounts_and_are_for_the_owner_only(
    settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    call_command("load_published", stdout=StringIO())
    said = StringIO()
    call_command("demo_accounts", stdout=said)
    kept = tmp_path / "akun-demo.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    lines = kept.read_text(encoding="utf-8").splitlines()
    assert len(lines) == sum(map(is_demo, User.objects.all())) == 13
    passwords = set()
    for line in lines:
        username, password = line.split()[:2]
        assert line in said.getvalue()
        assert User.objects.get(username=username).check_password(password)
        passwords.add(password)
    assert len(passwords) == len(lines)


@pytest.mark.django_db
def test_a_second_run_keeps_accounts_and_what_was_changed(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    call_command("prepare", demo=True, stdout=StringIO())
    kept = (tmp_path / "akun-demo.txt").read_text(encoding="utf-8")
    agency = Agency.objects.all()[0]
    agency.code = "diganti-admin"
    agency.save()
    User.objects.filter(username="admin-sistem").delete()
    said = StringIO()
    call_command("prepare", demo=True, stdout=said)
    assert said.getvalue() == ""
    assert (tmp_path / "akun-demo.txt").read_text(encoding="utf-8") == kept
    assert Agency.objects.count() == 2
    assert not User.objects.filter(username="admin-sistem").exists()


@pytest.mark.django_db
def test_asking_for_demo_accounts_again_makes_only_the_missing_ones(
    settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    call_command("load_published", stdout=StringIO())
    call_command("demo_accounts", stdout=StringIO())
    before = (tmp_path / "akun-demo.txt").read_text(encoding="utf-8").splitlines()
    User.objects.filter(username="admin-sistem").delete()
    call_command("demo_accounts", stdout=StringIO())
    after = (tmp_path / "akun-demo.txt").read_text(encoding="utf-8").splitlines()
    assert after[:-1] == before[:-1]
    assert after[-1].startswith("admin-sistem ")
    assert after[-1] != before[-1]
    said = StringIO()
    call_command("demo_accounts", stdout=said)
    assert "sudah ada" in said.getvalue()


@pytest.mark.django_db
def test_static_files_are_collected_when_they_changed(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a{}")
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    settings.STATICFILES_DIRS = [source]
    for change in ("a{}", "a{b:c}"):
        (source / "a.css").write_text(change)
        call_command("prepare", stdout=StringIO())
        assert (tmp_path / "static/a.css").read_text() == change
    (tmp_path / "static/a.css").unlink()
    call_command("prepare", stdout=StringIO())
    assert not (tmp_path / "static/a.css").exists()
