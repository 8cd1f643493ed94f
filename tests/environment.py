"""Settings of a test run, made before Django reads them; loaded by `-p tests.environment` (pyproject.toml).

Nothing of the machine leaks in: variables of a real portal are dropped, VAR_DIR is a folder of this run. The
database is SQLite in memory, or PostgreSQL where TEST_DATABASE_URL says so. Workers of xdist inherit what the
first process set.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

_FOREIGN = (
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DEBUG",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "LOG_LEVEL",
    "PORT",
    "PORTAL_URL",
    "TRUST_PROXY",
)
_IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ

if not _IS_WORKER:
    for name in _FOREIGN:
        os.environ.pop(name, None)
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="iku-uji-")
    # WhiteNoise warns about a missing folder, and a warning is an error here.
    (Path(os.environ["VAR_DIR"]) / "static").mkdir()
    os.environ["SECRET_KEY"] = "kunci-uji-" + "x" * 50
    os.environ["HTTPS"] = "false"
    if url := os.environ.get("TEST_DATABASE_URL"):
        # A name of its own: two checkouts on one server must not share a test database.
        checkout = hashlib.sha256(os.fsencode(Path(__file__).resolve())).hexdigest()[:8]
        os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/iku_{checkout}").geturl()
else:
    # What lies in the folder of a portal, its lock for mailing say, is not shared by two.
    os.environ["VAR_DIR"] = str(Path(os.environ["VAR_DIR"], os.environ["PYTEST_XDIST_WORKER"]))
    (Path(os.environ["VAR_DIR"]) / "static").mkdir(parents=True, exist_ok=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder of this run."""
    if not _IS_WORKER:
        shutil.rmtree(os.environ["VAR_DIR"], ignore_errors=True)
