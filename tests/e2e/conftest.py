"""A real portal behind the production server, and a page that fails its test on what a browser dislikes.

Both live for the browser tests only (scope "package"): Playwright keeps an event loop in the thread, and the
database layer of Django refuses to work beside one.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.urls import reverse
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
AXE = next((ROOT / "tests/e2e/vendor").glob("axe-core-*/axe.min.js"))
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event =>
    window.reportViolation(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`));
"""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder; one worker of xdist gets all of it, with one portal."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")
            item.add_marker(pytest.mark.xdist_group("e2e"))


@dataclass
class Portal:
    """A running portal: its address, its environment, its demo accounts by username."""

    url: str
    environment: dict[str, str]
    log: Path
    passwords: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, Any] = field(default_factory=dict)

    def manage(self, *arguments: str) -> str:
        """Run a `manage.py` command beside the server and return what it prints."""
        return self.run("manage.py", *arguments)

    def run(self, *arguments: str) -> str:
        """Run Python with `arguments` beside the server and return what it prints."""
        command = [sys.executable, *arguments]
        result = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def learn_passwords(self) -> None:
        """Read the list of demo accounts, at the start and whenever some were added."""
        told = Path(self.environment["VAR_DIR"], "akun-demo.txt").read_text(encoding="utf-8")
        self.passwords |= {username: password for username, password, *_ in map(str.split, told.splitlines())}


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Prepare a new portal as `make run` does, and serve it on a free port until the last browser test."""
    var = tmp_path_factory.mktemp("portal")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "VAR_DIR": str(var), "PORT": str(port), "HTTPS": "false"}
    environment.pop("DATABASE_URL", None)
    portal = Portal(f"http://127.0.0.1:{port}", environment, var / "server.log")
    portal.manage("prepare", "--demo")
    portal.learn_passwords()
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "iku_portal.wsgi"]
    jobs = [sys.executable, "manage.py", "run_jobs"]
    with portal.log.open("w") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        worker = subprocess.Popen(jobs, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        _wait_for(portal.url + reverse("account_login"), server, portal.log)
        yield portal
    finally:
        for process in (server, worker):
            process.terminate()
            process.wait(timeout=30)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urlopen(url):  # noqa: S310 - the address of our own server
                return
        except URLError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    pytest.fail(f"The portal did not start:\n{log.read_text()}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where it is missing, browser tests are skipped, and fail in CI."""
    executable = shutil.which("chromium")
    if executable is None:
        missing = "Chromium is missing: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    expect.set_options(timeout=10_000)  # as actions wait; a busy machine answers late
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about; a test that provokes a complaint removes it."""
    return []


@pytest.fixture
def new_page(browser: Browser, portal: Portal, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Open pages with other options (`javaScriptEnabled`, `viewport`, `reduced_motion`…), all watched."""
    contexts: list[BrowserContext] = []

    def open_page(**options: Any) -> Page:
        defaults: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}, "locale": "id-ID"}
        context = browser.new_context(base_url=portal.url, service_workers="block", **{**defaults, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        _watch(context, portal.url, complaints)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    print(portal.log.read_text(encoding="utf-8")[-4000:])  # pytest shows it where a test failed
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page at 1366 × 768, signed out."""
    return new_page()


def _watch(context: BrowserContext, url: str, complaints: list[str]) -> None:
    """Collect CSP violations, script errors, failed loads and every request that leaves the portal."""
    context.expose_function("reportViolation", lambda text: complaints.append(f"CSP {text}"))
    context.add_init_script(REPORT_VIOLATIONS)

    def request(request: Request) -> None:
        if urlsplit(request.url).scheme not in ("data", "blob") and not request.url.startswith(f"{url}/"):
            complaints.append(f"request to another host: {request.url}")

    def failed(request: Request) -> None:
        # Aborted: the page was left, or the answer was a download.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"failed: {request.url} {request.failure}")

    def response(response: Response) -> None:
        # The status of a page itself is for the test to judge.
        if response.status >= 400 and not response.request.is_navigation_request():
            complaints.append(f"{response.status}: {response.url}")

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            complaints.append(f"console: {message.text}")

    context.on("request", request)
    context.on("requestfailed", failed)
    context.on("response", response)
    context.on("console", console)
    context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))


@pytest.fixture
def sign_in(portal: Portal) -> Callable[..., None]:
    """Sign a page in: `sign_in(page, "operator", "dkupp-probolinggo")`, `sign_in(page, "admin-sistem")`.

    First the word that begins the username (operator, verifikator, kepala, admin, admin-daerah, inspektorat),
    then the code of the agency or region. The form is filled once per account; later pages get its cookies.
    """

    def sign_in(page: Page, role: str, place: str = "") -> None:
        username = f"{role}-{place.replace('.', '-')}" if place else role
        if username not in portal.cookies:
            page.goto(reverse("account_login"))
            page.fill("main [name=login]", username)
            page.fill("main [name=password]", portal.passwords[username])
            page.click("main form button[type=submit]")
            page.wait_for_url(lambda url: urlsplit(url).path != reverse("account_login"))
            portal.cookies[username] = page.context.cookies()
        page.context.add_cookies(portal.cookies[username])

    return sign_in


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Return the accessibility violations of a page: rule, what it asks for, where it is broken."""

    def axe(page: Page) -> list[str]:
        # Evaluated by the debugger, so that the policy of the page stays as strict as it is.
        page.evaluate(AXE.read_text(encoding="utf-8"))
        violations = page.evaluate("axe.run().then(result => result.violations)")
        return [
            f"{violation['id']}: {violation['help']} – {node['html'][:160]}"
            for violation in violations
            for node in violation["nodes"]
        ]

    return axe
