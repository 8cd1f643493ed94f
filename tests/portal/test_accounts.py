"""Signing in and out, passwords, and that nothing opens without signing in."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.html import strip_tags

from agencies.accounts import WRONG_LOGIN, display_name
from agencies.models import User
from agencies.roles import Role
from tests import builders

PASSWORD = "kata-sandi-percobaan-1"
NEW_PASSWORD = "kata-sandi-percobaan-2"
LOGIN = "/akun/masuk/"

# The only pages for people who are not signed in; the link of the reset mail has a test of its own.
PUBLIC = {
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "admin:login",
}


@pytest.fixture(autouse=True)
def _forgotten_attempts() -> None:
    """Empty the counters of failed attempts, which live in the cache."""
    cache.clear()


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_user("operator", "operator@contoh.go.id", PASSWORD, name="Operator Koperasi")


@pytest.fixture
def signed_in(client: Client, operator: User) -> Client:
    client.force_login(operator)
    return client


def text_of(response: object) -> str:
    """Return the words of a page, without tags and runs of blanks."""
    html = response.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", unescape(strip_tags(html)))


def link_in_mail() -> str:
    """Return the path of the link in the newest mail."""
    found = re.search(r"https?://[^/]+(\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def pages(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, path) of every address, with 1 in the place of each variable part."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).lstrip("^").replace("\\Z", "").rstrip("$")
        if isinstance(entry, URLResolver):
            yield from pages(entry, route, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            path = re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]+>", "1", route)
            yield f"{space}{entry.name}", f"/{path}"


@pytest.mark.django_db
def test_nothing_opens_without_signing_in(client: Client) -> None:
    closed = [(name, path) for name, path in pages(get_resolver()) if name not in PUBLIC]
    answers = {path: client.get(path) for _, path in closed}
    logins = (LOGIN, "/admin-sistem/login/")
    opened = [
        path for path, answer in answers.items() if not answer.headers.get("Location", "").startswith(logins)
    ]
    assert len(closed) > 5
    assert opened == []


@pytest.mark.parametrize(
    "typed", ["operator", "operator@contoh.go.id", "OPERATOR@contoh.go.id", " operator "]
)
def test_one_signs_in_by_name_or_address_and_lands_where_one_wanted(
    client: Client, operator: User, typed: str
) -> None:
    operator.memberships.create(role=Role.OPERATOR, agency=builders.agency())
    page = reverse("account_change_password")
    answer = client.post(f"{LOGIN}?next={page}", {"login": typed, "password": PASSWORD, "next": page})
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert client.session["_auth_user_id"] == str(operator.pk)


def test_sign_in_never_leads_to_another_host(client: Client, operator: User) -> None:
    form = {"login": "operator", "password": PASSWORD, "next": "https://jahat.example/"}
    assert client.post(LOGIN, form).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("roles", "superuser", "page"),
    [
        *(([role], False, "report-list" if role.is_regional else "task-list") for role in Role),
        ([Role.INSPECTOR, Role.OPERATOR], False, "task-list"),
        ([Role.OPERATOR], True, "home"),
        ([], True, "home"),
        ([], False, "home"),
    ],
)
def test_one_lands_where_ones_work_is(
    client: Client, operator: User, roles: list[Role], superuser: bool, page: str
) -> None:
    User.objects.filter(pk=operator.pk).update(is_superuser=superuser)
    agency = builders.agency()
    for role in roles:
        place = {"region": agency.region} if role.is_regional else {"agency": agency}
        operator.memberships.create(role=role, **place)
    answer = client.post(LOGIN, {"login": "operator", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain == [(reverse(page), 302)]
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("operator", "salah"),
        ("operator@contoh.go.id", "salah"),
        ("tidak-ada", PASSWORD),
        ("x@contoh.go.id", PASSWORD),
    ],
)
def test_a_wrong_sign_in_says_the_same_whatever_was_wrong(
    client: Client, operator: User, login: str, password: str
) -> None:
    answer = client.post(LOGIN, {"login": login, "password": password})
    assert answer.status_code == 200
    assert WRONG_LOGIN in text_of(answer)
    assert "_auth_user_id" not in client.session


def test_an_empty_sign_in_names_what_is_missing(client: Client, db: None) -> None:
    words = text_of(client.post(LOGIN, {}))
    assert "Isi nama pengguna atau alamat surel Anda." in words
    assert "Isi kata sandi Anda." in words


def test_guessing_is_stopped_even_for_the_right_password(client: Client, operator: User) -> None:
    for _ in range(5):
        client.post(LOGIN, {"login": "operator", "password": "salah"})
    answer = client.post(LOGIN, {"login": "operator", "password": PASSWORD})
    assert "Tunggu 5 menit" in text_of(answer)
    assert "_auth_user_id" not in client.session


def test_an_inactive_account_is_told_whom_to_ask(client: Client, operator: User) -> None:
    operator.is_active = False
    operator.save()
    answer = client.post(LOGIN, {"login": "operator", "password": PASSWORD}, follow=True)
    assert "_auth_user_id" not in client.session
    assert "admin perangkat daerah Anda" in text_of(answer)


def test_a_link_asks_before_signing_out_and_the_button_does_it(signed_in: Client) -> None:
    assert "Keluar dari portal?" in text_of(signed_in.get(reverse("account_logout")))
    assert "_auth_user_id" in signed_in.session
    answer = signed_in.post(reverse("account_logout"), follow=True)
    assert "_auth_user_id" not in signed_in.session
    assert "Anda sudah keluar." in text_of(answer)


def test_changing_the_password_keeps_one_in_and_sends_a_notice(signed_in: Client, operator: User) -> None:
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    answer = signed_in.post(reverse("account_change_password"), form)
    assert answer.headers["Location"] == "/"
    assert signed_in.session["_auth_user_id"] == str(operator.pk)
    operator.refresh_from_db()
    assert operator.check_password(NEW_PASSWORD)
    assert mail.outbox[-1].subject == "IKU Portal: Kata sandi diganti"
    assert "Bukan Anda yang melakukannya?" in str(mail.outbox[-1].body)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"oldpassword": "salah"}, "Kata sandi saat ini salah."),
        ({"password2": "lain-sama-sekali-1"}, "Kedua kata sandi baru tidak sama."),
        ({"password1": "pendek", "password2": "pendek"}, "12 karakter"),
        ({"password1": "", "password2": ""}, "Wajib diisi."),
    ],
)
def test_a_refused_new_password_says_why(
    signed_in: Client, operator: User, change: dict[str, str], sentence: str
) -> None:
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, **change}
    answer = signed_in.post(reverse("account_change_password"), form)
    assert sentence in text_of(answer)
    operator.refresh_from_db()
    assert operator.check_password(PASSWORD)


def test_a_forgotten_password_is_replaced_through_the_mailed_link(client: Client, operator: User) -> None:
    asked = client.post(reverse("account_reset_password"), {"email": "operator@contoh.go.id"}, follow=True)
    assert "Periksa surel Anda" in text_of(asked)
    [message] = mail.outbox
    assert message.subject == "IKU Portal: Tautan untuk membuat kata sandi baru"
    assert "Yth. Operator Koperasi" in str(message.body)

    link = link_in_mail()
    form = client.get(link, follow=True)
    assert "Buat kata sandi baru" in text_of(form)
    path = form.request["PATH_INFO"]
    assert path != link, "the key must not stay in the address"
    done = client.post(path, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert "Kata sandi sudah diganti" in text_of(done)

    assert client.post(LOGIN, {"login": "operator", "password": PASSWORD}).status_code == 200
    assert client.post(LOGIN, {"login": "operator", "password": NEW_PASSWORD}).status_code == 302
    assert "tidak berlaku lagi" in text_of(Client().get(link, follow=True)), "the link works once"


def test_a_broken_link_offers_a_new_one(client: Client, db: None) -> None:
    words = text_of(client.get(reverse("account_reset_password_from_key", args=["1", "bukan-kunci"])))
    assert "Tautan ini tidak berlaku lagi" in words
    assert "Minta tautan baru" in words


def test_asking_for_a_link_does_not_tell_which_addresses_exist(client: Client, operator: User) -> None:
    known, unknown = (
        client.post(reverse("account_reset_password"), {"email": address}, follow=True)
        for address in ("operator@contoh.go.id", "tidak-ada@contoh.go.id")
    )
    assert text_of(known) == text_of(unknown)
    assert mail.outbox[-1].to == ["tidak-ada@contoh.go.id"]
    assert "tidak ada akun dengan alamat ini" in str(mail.outbox[-1].body)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up(client: Client, db: None, method: str) -> None:
    form = {"username": "baru", "email": "baru@contoh.go.id", "password1": PASSWORD, "password2": PASSWORD}
    answer = getattr(client, method)(reverse("account_signup"), form)
    assert "Akun dibuat oleh admin" in text_of(answer)
    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "login/code/confirm/"])
def test_unused_pages_of_the_package_have_no_address(signed_in: Client, path: str) -> None:
    assert signed_in.get(f"/akun/{path}").status_code == 404


@pytest.mark.parametrize(("name", "shown"), [("Operator Koperasi", "Operator Koperasi"), ("", "operator")])
def test_people_are_shown_by_name_or_else_by_user_name(name: str, shown: str) -> None:
    assert display_name(User(username="operator", name=name)) == shown


def test_an_address_somebody_no_longer_has_gets_no_link(client: Client, operator: User) -> None:
    # allauth keeps the address it once sent a link to, which may be somebody else's mailbox by now.
    old, operator.email = operator.email, "baru@contoh.go.id"
    operator.save()
    EmailAddress.objects.create(user=operator, email=old)
    client.post(reverse("account_reset_password"), {"email": old})
    assert "tidak ada akun dengan alamat ini" in str(mail.outbox[-1].body)
    client.post(reverse("account_reset_password"), {"email": "Baru@contoh.go.id"})
    assert link_in_mail()
