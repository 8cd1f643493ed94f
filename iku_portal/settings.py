"""Settings of the portal: one file, everything that differs between servers comes from the environment.

Variables (all optional but SECRET_KEY): SECRET_KEY, DEBUG, ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, DATABASE_URL,
HTTPS, TRUST_PROXY, EMAIL_BACKEND (console, file, smtp), EMAIL_HOST (_PORT, _HOST_USER, _HOST_PASSWORD,
EMAIL_USE_TLS), DEFAULT_FROM_EMAIL, PORTAL_URL, PORT, LOG_LEVEL, VAR_DIR. `make run` writes a SECRET_KEY
into var/env.
"""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
env.read_env(str(VAR_DIR / "env"), recurse=False)

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY belum diisi. Jalankan `make run`, yang membuatnya sendiri, atau isi variabel "
            "lingkungan SECRET_KEY dengan sedikitnya 50 huruf acak, misalnya hasil "
            "`python -c 'import secrets; print(secrets.token_urlsafe(50))'`."
        )
    SECRET_KEY = "hanya-untuk-pengembangan-" + "0" * 50

ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "iku_portal.apps.PortalConfig",
    "agencies",
    "indicators",
    "reports",
    "iku_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "django_htmx",
    "import_export",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A table of ten indicators shrinks to a quarter on the slow link; random padding hides lengths (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Login is the default; a public view says so with @login_not_required.
    "iku_portal.gate.SignInGate",
    "iku_portal.gate.RefuseNullCharacters",
    "agencies.audit.name_the_actor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "iku_portal.gate.explain_not_allowed",
]

ROOT_URLCONF = "iku_portal.urls"
WSGI_APPLICATION = "iku_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
# Form and field templates come from templates/django/forms, so label, hint and error look alike everywhere.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# A variable that is written down but left empty counts as not there.
_DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{VAR_DIR / 'iku.sqlite3'}"
DATABASES = {"default": dict(dj_database_url.parse(_DATABASE_URL))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets readers go on while one writes; IMMEDIATE takes the write lock at BEGIN, so that a transaction
    # that reads first and writes later waits for its turn instead of failing with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        # Eight who save at once on a busy machine wait longer than the ten seconds one would expect.
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
# To open a connection takes longer than most pages ask of it, on SQLite too: kept for a minute.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "agencies.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "agencies.accounts.LoginForm",
    "reset_password": "agencies.accounts.ResetPasswordForm",
}
# Whoever changes a password is told by mail, so that a stolen session cannot do it unseen.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_DISPLAY = "agencies.accounts.display_name"

# Without a mail server messages are printed where the portal runs, so that the operator can still hand on a
# reset link; a server whose log others read keeps them in files instead (EMAIL_BACKEND=file).
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = VAR_DIR / "mail"
_MAIL = env.str("EMAIL_BACKEND", "") or ("smtp" if EMAIL_HOST else "console")
_MAIL_BACKENDS = {"console": "console", "file": "filebased", "smtp": "smtp"}
if _MAIL not in _MAIL_BACKENDS or (_MAIL == "smtp" and not EMAIL_HOST):
    raise ImproperlyConfigured(
        f"EMAIL_BACKEND={_MAIL} tidak dapat dipakai. Isi console, file, atau smtp; "
        "untuk smtp isi juga EMAIL_HOST."
    )
EMAIL_BACKEND = f"django.core.mail.backends.{_MAIL_BACKENDS[_MAIL]}.EmailBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "iku-portal@localhost")
# Where the links of mails lead. A mail that really leaves must not point to the reader's own machine.
PORTAL_URL = env.str("PORTAL_URL", "").rstrip("/")
if not PORTAL_URL and _MAIL != "smtp":
    PORTAL_URL = f"http://127.0.0.1:{env.int('PORT', 8000)}"
if PORTAL_URL and not PORTAL_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(
        f"PORTAL_URL={PORTAL_URL} bukan alamat. Tulis lengkap, misalnya https://iku.example.go.id"
    )

# Long work waits in the database for `manage.py run_jobs`, queued in the transaction that asks for it.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LANGUAGE_CODE = "id"
TIME_ZONE = "Asia/Jakarta"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "reports.storage.DurableStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Evidence. No address serves this folder: a file leaves it through a view that asks who may see its report.
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "reports.uploads.LimitedUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 25
# Only hashed names are ever linked; keeping the plain copies too would double the time of the first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# The library's own default lets every staff user import; superusers hold every permission.
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"

CSRF_FAILURE_VIEW = "iku_portal.gate.refuse_token"
# Each input of the grid is sent with what it showed: 200 indicators are some 4,000 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 40_000
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# HTTPS=false serves an intranet or a trial on the own machine without certificates; production leaves it on.
HTTPS = env.bool("HTTPS", not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.bool("TRUST_PROXY", False):
    # Only behind a proxy that always sets or strips these headers. Without the second, all visitors would
    # share the address of the proxy, and ten wrong passwords of anybody would keep everybody out.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    # These tell every step of a render or of a job.
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("weasyprint", "fontTools", "pikepdf", "django_tasks", "django_tasks_db")
    },
}
