"""The frame of every page, the gallery, and the pages that answer when something went wrong."""

import re

import pytest
from django.conf import settings
from django.template import Context, RequestContext, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from agencies.models import User

# Words a reader meets when nothing is known about the request: no user, no token, no request at all.
BARE_PAGES = {
    "400.html": "Permintaan tidak dapat dibaca",
    "403.html": "Anda tidak berwenang membuka halaman ini",
    "403_csrf.html": "Halaman ini sudah kedaluwarsa",
    "404.html": "Halaman tidak ditemukan",
    "429.html": "Terlalu banyak permintaan",
    "500.html": "Server sedang bermasalah",
}


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_user("operator", "operator@contoh.go.id", name="Operator"))
    return client


@pytest.mark.parametrize(("template", "heading"), BARE_PAGES.items())
def test_an_error_page_needs_nothing_to_be_drawn(template: str, heading: str) -> None:
    html = render_to_string(template)
    assert f"<h1>{heading}</h1>" in html
    assert 'href="/"' in html


def test_the_page_of_a_failing_server_only_looks_up_file_names() -> None:
    source = (settings.BASE_DIR / "templates" / "500.html").read_text()
    assert {tag.split()[0] for tag in re.findall(r"{% (.+?) %}", source)} == {"load", "static"}
    assert "{{" not in source


def test_an_unknown_address_answers_404_in_indonesian(signed_in: Client) -> None:
    answer = signed_in.get("/tidak-ada/")
    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.content.decode()


def test_a_form_without_its_token_is_explained(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "operator"})
    assert answer.status_code == 403
    assert "Halaman ini sudah kedaluwarsa" in answer.content.decode()


def test_the_gallery_shows_every_component(signed_in: Client) -> None:
    answer = signed_in.get(reverse("gallery"), {"page": "2"})
    drawn = {template.name for template in answer.templates}
    folder = settings.BASE_DIR / "templates" / "components"
    missing = {f"components/{path.name}" for path in folder.glob("*.html")} - drawn
    assert missing == set()


def test_every_page_obeys_the_content_security_policy_by_its_markup(signed_in: Client) -> None:
    html = signed_in.get(reverse("gallery")).content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert all(source.startswith("/static/") for source in re.findall(r'<script[^>]*src="([^"]*)"', html))
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("path", "url_name", "current"),
    [
        ("/", "home", "page"),
        ("/bantuan/", "home", ""),
        ("/bantuan/", "help", "page"),
        ("/bantuan/a/", "help", "true"),
    ],
)
def test_the_menu_marks_the_part_one_is_in(path: str, url_name: str, current: str) -> None:
    request = RequestFactory().get(path)
    source = f'{{% load navigation %}}{{% nav_link "{url_name}" "Bagian" %}}'
    html = Template(source).render(RequestContext(request))
    assert re.findall(r'aria-current="(\w+)"', html) == ([current] if current else [])


def test_the_menu_can_be_drawn_without_a_request() -> None:
    assert "aria-current" not in Template('{% load navigation %}{% nav_link "home" "Beranda" %}').render(
        Context()
    )
