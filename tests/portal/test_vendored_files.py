"""Vendored files are exactly what VENDOR.toml says they are."""

import hashlib
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

FOLDERS = [settings.BASE_DIR / "static" / "vendor", settings.BASE_DIR / "tests" / "e2e" / "vendor"]
FACTS = {"name", "version", "licence", "source", "date", "files"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_vendored_file_is_listed_with_its_hash(folder: Path) -> None:
    packages = tomllib.loads((folder / "VENDOR.toml").read_text())["package"]
    listed = {name: digest for package in packages for name, digest in package["files"].items()}
    present = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "VENDOR.toml"
    }
    assert present == listed


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_vendored_package_states_its_origin_and_ships_its_licence(folder: Path) -> None:
    for package in tomllib.loads((folder / "VENDOR.toml").read_text())["package"]:
        assert set(package) >= FACTS, package["name"]
        assert any(name.endswith("/LICENSE") for name in package["files"]), package["name"]
