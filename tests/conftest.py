"""What every test shares: settings that only make tests quick, and the coverage the pure cores owe."""

from collections.abc import Iterator
from io import StringIO

import pytest
from coverage import Coverage
from django.db import connection
from django.test import override_settings
from hypothesis import settings as hypothesis_settings

# A busy machine makes an example slow, not wrong; `make bench` measures time.
hypothesis_settings.register_profile("iku", deadline=None)
hypothesis_settings.load_profile("iku")

PURE_CORES = ["indicators/formula/*", "indicators/achievement.py", "indicators/numbers.py"]


@pytest.fixture(scope="session", autouse=True)
def quick_settings() -> Iterator[None]:
    """Hash passwords fast, serve static files without a manifest; browser tests use the real settings."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        yield


@pytest.fixture(autouse=True)
def emptied_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a test with transactions of its own be emptied on PostgreSQL, where logs refuse TRUNCATE.

    Emptying ends with the signal of a migration, which puts the triggers back.
    """
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction") and connection.vendor == "postgresql"):
        yield
        return
    request.getfixturevalue("transactional_db")  # ends after this
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgrelid::regclass FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgtype::int & 32 = 32"  # TRIGGER_TYPE_TRUNCATE
        )
        for name, table in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name} ON {table}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that holds a coverage gate when a line or branch of a pure core was not reached."""
    config = session.config
    if not config.getoption("cov_fail_under", None) or hasattr(config, "workerinput"):
        return
    coverage, report = Coverage(), StringIO()
    coverage.load()
    if coverage.report(include=PURE_CORES, skip_covered=True, show_missing=True, file=report) < 100:
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        assert reporter is not None
        reporter.write_line("")
        reporter.write_line(f"The pure cores owe 100 % coverage:\n{report.getvalue()}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
