"""Tests of the settings: what a server must have, what every answer carries, how the databases are driven."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse, reverse_lazy
from pytest_django.asserts import assertRedirects

ROOT = Path(__file__).resolve().parents[2]

PUBLIC = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "login",  # of the stock admin
}

STRICT_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def manage(tmp_path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` as a new process whose only settings are `variables` and an empty VAR_DIR."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **variables}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_without_a_secret_key_the_start_stops_with_what_to_do(tmp_path: Path) -> None:
    result = manage(tmp_path, "check")
    assert result.returncode != 0
    assert "SECRET_KEY belum diisi" in result.stderr
    assert "make run" in result.stderr


def test_debugging_needs_no_secret_key_and_is_off_unless_asked(tmp_path: Path) -> None:
    assert manage(tmp_path, "check", DEBUG="true").returncode == 0
    code = "from django.conf import settings; print(settings.DEBUG)"
    result = manage(tmp_path, "shell", "--no-imports", "-c", code, SECRET_KEY="k" * 60)
    assert result.stdout.strip() == "False"


def test_the_deployment_check_is_clean_in_production(tmp_path: Path) -> None:
    result = manage(
        tmp_path, "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=secrets.token_urlsafe(50)
    )
    assert (result.returncode, result.stderr.strip()) == (0, "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/tidak-ada/", reverse_lazy("account_login"), reverse_lazy("admin:index")]
)
def test_every_answer_carries_the_strict_policy(client: Client, path: str) -> None:
    client.raise_request_exception = False
    policy = client.get(str(path)).headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives == directives | STRICT_POLICY
    assert directives.keys() - STRICT_POLICY.keys() <= {"img-src"}
    assert "unsafe" not in policy
    assert "http" not in policy


SQLITE = """
import sqlite3
from django.db import connection, transaction

cursor = connection.cursor()
for name in ("journal_mode", "synchronous", "foreign_keys"):
    print(name, cursor.execute(f"PRAGMA {name}").fetchone()[0])
other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
with transaction.atomic():
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        print(error)
"""


def test_sqlite_waits_for_no_reader_and_locks_for_writing_when_a_transaction_begins(tmp_path: Path) -> None:
    result = manage(tmp_path, "shell", "--no-imports", "-c", SQLITE, SECRET_KEY="k" * 60)
    assert result.stdout.splitlines() == [
        "journal_mode wal",
        "synchronous 1",
        "foreign_keys 1",
        "database is locked",
    ], result.stderr
    assert (tmp_path / "iku.sqlite3").exists()


def test_a_database_url_switches_to_postgresql(tmp_path: Path) -> None:
    code = "from django.db import connection as c; s = c.settings_dict; print(c.vendor, s['NAME'], s['HOST'])"
    url = "postgres://iku:rahasia@basisdata.invalid:5433/iku_portal"
    result = manage(tmp_path, "shell", "--no-imports", "-c", code, SECRET_KEY="k" * 60, DATABASE_URL=url)
    assert result.stdout.split() == ["postgresql", "iku_portal", "basisdata.invalid"], result.stderr


def test_a_database_url_may_ask_for_an_encrypted_connection_or_be_left_empty(tmp_path: Path) -> None:
    code = "from django.db import connection as c; s = c.settings_dict; print(c.vendor, s['OPTIONS'])"
    command = ["shell", "--no-imports", "-c", code]
    url = "postgres://iku:rahasia@basisdata.invalid/iku?sslmode=verify-full"
    strict = manage(tmp_path, *command, SECRET_KEY="k" * 60, DATABASE_URL=url)
    assert strict.stdout.strip() == "postgresql {'sslmode': 'verify-full'}", strict.stderr
    empty = manage(tmp_path, *command, SECRET_KEY="k" * 60, DATABASE_URL="")
    assert empty.stdout.startswith("sqlite"), empty.stderr


ADDRESS = """
from allauth.account.adapter import get_adapter
from django.test import RequestFactory

request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
print(get_adapter().get_client_ip(request))
"""


@pytest.mark.parametrize(("trusted", "address"), [("true", "198.51.100.7"), ("false", "127.0.0.1")])
def test_failed_attempts_are_counted_by_the_visitor_and_not_by_the_proxy(
    tmp_path: Path, trusted: str, address: str
) -> None:
    command = ["shell", "--no-imports", "-c", ADDRESS]
    result = manage(tmp_path, *command, SECRET_KEY="k" * 60, TRUST_PROXY=trusted)
    assert result.stdout.strip() == address, result.stderr


def routes(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern)
        else:
            yield pattern


def test_a_visitor_who_has_not_signed_in_is_sent_to_the_sign_in_page_except_where_a_page_says_so() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    gate = LoginRequiredMiddleware(lambda request: HttpResponse())
    public = {
        route.name
        for route in routes(get_resolver())
        if gate.process_view(request, route.callback, (), {}) is None
    }
    assert public == PUBLIC


@pytest.mark.django_db
def test_the_gate_stands_before_the_pages(client: Client) -> None:
    assertRedirects(client.get("/"), f"{reverse('account_login')}?next=/", fetch_redirect_response=False)


MAIL = "from django.conf import settings as s; print(s.EMAIL_BACKEND.split('.')[-2], s.PORTAL_URL)"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "console http://127.0.0.1:8000"),
        ({"PORT": "8080"}, "console http://127.0.0.1:8080"),
        ({"EMAIL_BACKEND": "file"}, "filebased http://127.0.0.1:8000"),
        ({"EMAIL_HOST": "surel.invalid"}, "smtp"),
        (
            {"EMAIL_HOST": "surel.invalid", "PORTAL_URL": "https://iku.example.go.id/"},
            "smtp https://iku.example.go.id",
        ),
        ({"EMAIL_HOST": "surel.invalid", "EMAIL_BACKEND": "console"}, "console http://127.0.0.1:8000"),
    ],
)
def test_mail_is_printed_unless_there_is_a_server_or_it_shall_be_kept(
    tmp_path: Path, variables: dict[str, str], said: str
) -> None:
    result = manage(tmp_path, "shell", "--no-imports", "-c", MAIL, SECRET_KEY="k" * 60, **variables)
    assert result.stdout.strip() == said, result.stderr


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"EMAIL_BACKEND": "pos"}, "Isi console, file, atau smtp"),
        ({"EMAIL_BACKEND": "smtp"}, "untuk smtp isi juga EMAIL_HOST"),
        ({"PORTAL_URL": "iku.example.go.id"}, "misalnya https://iku.example.go.id"),
    ],
)
def test_a_setting_of_mail_that_cannot_be_stops_the_start_with_what_to_write(
    tmp_path: Path, variables: dict[str, str], sentence: str
) -> None:
    result = manage(tmp_path, "check", SECRET_KEY="k" * 60, **variables)
    assert result.returncode != 0
    assert sentence in result.stderr
