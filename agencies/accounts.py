"""Signing in: what django-allauth asks the project. Accounts are made by an admin, so nobody signs up."""

from typing import Any, cast

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from agencies.models import User

WRONG_LOGIN = (
    "Nama pengguna atau kata sandi salah. Periksa huruf besar dan kecilnya, "
    "atau pilih “Lupa kata sandi?” untuk membuat kata sandi baru."
)


class UserRequest(HttpRequest):
    """A request of somebody who is signed in, as the views behind the login receive it."""

    user: User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed sign-up, where one lands, our subject line, and messages that say how to go on."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Akun ini tidak aktif. Hubungi admin perangkat daerah Anda.",
        # One sentence for all of them: a message must not tell which accounts exist.
        "email_password_mismatch": WRONG_LOGIN,
        "username_password_mismatch": WRONG_LOGIN,
        "invalid_login": WRONG_LOGIN,
        "incorrect_password": "Kata sandi salah. Ketik kata sandi yang Anda pakai untuk masuk.",
        "enter_current_password": "Kata sandi saat ini salah. Ketik kata sandi yang Anda pakai untuk masuk.",
        "invalid_password_reset": "Tautan ini tidak berlaku lagi. Minta tautan baru.",
        "too_many_login_attempts": "Terlalu banyak percobaan yang gagal. Tunggu 5 menit, lalu coba lagi.",
        "rate_limited": "Terlalu banyak permintaan. Tunggu 1 menit, lalu coba lagi.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up; an admin makes the account."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Begin with the work: one's own tasks in an agency, the reports of a region, else the home page."""
        user = cast("UserRequest", request).user
        if not user.is_superuser and user.seats:
            return reverse("task-list" if any(seat.agency_id for seat in user.seats) else "report-list")
        return str(super().get_login_redirect_url(request))

    def format_email_subject(self, subject: str) -> str:
        """Name the portal in front: the host name says nothing to the reader of an inbox."""
        return f"IKU Portal: {subject}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Leave the form once the password is changed."""
        return reverse("home")


class LoginForm(forms.LoginForm):  # type: ignore[misc]
    """Name or address, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = "Nama pengguna atau alamat surel"
        login.error_messages["required"] = "Isi nama pengguna atau alamat surel Anda."
        login.widget.attrs |= {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        password.error_messages["required"] = "Isi kata sandi Anda."
        # The link stands below the button: between name and password it would catch every Tab.
        password.help_text = ""


class ResetPasswordForm(forms.ResetPasswordForm):  # type: ignore[misc]
    """The address that gets the link."""

    users: list[User]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = "Alamat surel"
        email.error_messages |= {
            "required": "Isi alamat surel yang terdaftar pada akun Anda.",
            "invalid": "Alamat surel belum lengkap. Contoh: nama@instansi.go.id.",
        }

    def clean_email(self) -> str:
        """Keep only who has this address today: allauth remembers earlier ones, which others may read now."""
        email = str(super().clean_email())
        self.users = [user for user in self.users if user.email.casefold() == email.casefold()]
        return email


def display_name(user: User) -> str:
    """Return the name of `user` as pages and mails show it."""
    return str(user)
