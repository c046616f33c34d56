"""Django's settings: the composition root. What an operator may change comes from ``environment``."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from shuke.cli.extending import outside_apps
from shuke.cli.postgres import cluster_in
from shuke.config import environment
from shuke.config.database import django_database
from shuke.config.file_storage import attachment_storage
from shuke.config.mail import mail_server

ENVIRONMENT = environment.read()
SHUKE_DATA = ENVIRONMENT.data
SHUKE_SUPPORT_CONTACT = ENVIRONMENT.support_contact
_PACKAGE = Path(__file__).resolve().parents[1]

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key or environment.secret_key(SHUKE_DATA)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", socket.gethostname(), ENVIRONMENT.host, *ENVIRONMENT.allowed_hosts]

# ---- the only list of apps ------------------------------------------------------------------------------------------

# What installed packages bring (docs/adding-an-object.md).
OUTSIDE_APPS = outside_apps(ENVIRONMENT.without_apps)
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "captcha",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "shuke.engine.access",
    "shuke.engine.record",
    "shuke.engine.organisation",
    "shuke.engine.signing",
    "shuke.engine.events",
    "shuke.engine.options",
    "shuke.engine.numbering",
    "shuke.engine.stored",
    "shuke.engine.jobs",
    "shuke.engine.customfields",
    "shuke.engine.layouts",
    "shuke.engine.comments",
    "shuke.engine.files",
    "shuke.engine.company",
    "shuke.engine.marks",
    "shuke.engine.retention",
    "shuke.engine.automation",
    "shuke.engine.dispatch",
    "shuke.engine.exchange",
    "shuke.engine.bulk",
    "shuke.engine.views",
    "shuke.web",
    "shuke.api",
    "shuke.apps.people",
    "shuke.apps.sales",
    "shuke.apps.activities",
    *(app.module for app in OUTSIDE_APPS),
    # Last: what they install after a migration covers the tables of all apps above.
    "shuke.engine.query",
    "shuke.engine.audit",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "shuke.web.frame.built_files.BuiltFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shuke.config.sign_in.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "shuke.web.frame.errors.ErrorPages",
]

ROOT_URLCONF = "shuke.config.urls"
WSGI_APPLICATION = "shuke.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("shuke.web.frame.folding.Loader", ["django.template.loaders.app_directories.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shuke.web.frame.shell.shell",
            ],
        },
    },
]

# ---- database -------------------------------------------------------------------------------------------------------

# Without DATABASE_URL the server embedded in the data folder is used; commands start it, settings only address it.
EMBEDDED_DATABASE = ENVIRONMENT.database_url is None
DATABASES = {
    "default": django_database(
        ENVIRONMENT.database_url or cluster_in(SHUKE_DATA).url(),
        statement_timeout=ENVIRONMENT.statement_timeout if ENVIRONMENT.web else 0,
        pool_size=ENVIRONMENT.threads if ENVIRONMENT.web else 0,
    ),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Every app's jobs.py is imported, so that a worker knows all tasks.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# ---- language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [_PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "shuke_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ---- sign-in --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "shuke.engine.organisation.backend.SignInBackend",
    "shuke.engine.signing.backend.SecondFactorBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# A login is unique among the living (user_login_once); the manager's get_by_natural_key looks only there.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"

# Five wrong passwords for one account from one address lock that pair for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_USERNAME_FORM_FIELD = "username"  # as authenticate() is called; axes would look for the model's field, "login"
AXES_USERNAME_CALLABLE = "shuke.config.sign_in.counted_name"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "shuke.web.personal.sign_in.keep_answer"
AXES_VERBOSE = False

# No letters that look like digits; noise of lines and dots; five minutes to type it.
CAPTCHA_CHALLENGE_FUNCT = "shuke.config.sign_in.captcha_challenge"
CAPTCHA_TIMEOUT = 5
CAPTCHA_FONT_SIZE = 30
CAPTCHA_IMAGE_SIZE = (120, 44)
CAPTCHA_LETTER_ROTATION = (-22, 22)

# ---- sessions and browsers ------------------------------------------------------------------------------------------

SESSION_ENGINE = "shuke.web.frame.sessions"
SESSION_COOKIE_NAME = "__Host-shuke" if ENVIRONMENT.https else "shuke_session"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_NAME = "__Host-shuke-csrf" if ENVIRONMENT.https else "shuke_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = ENVIRONMENT.https
CSRF_FAILURE_VIEW = "shuke.web.frame.errors.csrf_failed"
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.trusted_origins)
SECURE_SSL_REDIRECT = ENVIRONMENT.https
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if ENVIRONMENT.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# ---- files ----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# Vite names files by their content, so they are served from where they are built: no collecting step to forget.
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/build/.+[-.][\w-]{8,}\.\w+$"
MEDIA_ROOT = SHUKE_DATA / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
SHUKE_FILE_LIMIT = ENVIRONMENT.file_limit_mb * 1024**2
# Spreadsheets to import may have 200 MB (engine/exchange/sheets.py).
SHUKE_LARGEST_UPLOAD = max(SHUKE_FILE_LIMIT, 200 * 1024**2)
SHUKE_BIN_DAYS = ENVIRONMENT.bin_days
SHUKE_JOB_DAYS = ENVIRONMENT.job_days
SHUKE_RUN_DAYS = ENVIRONMENT.run_days
SHUKE_SIGN_IN_DAYS = ENVIRONMENT.sign_in_days
SHUKE_DAILY_HOUR = ENVIRONMENT.daily_hour
SHUKE_WEBHOOK_HOSTS = ENVIRONMENT.webhook_hosts
FILE_UPLOAD_HANDLERS = [
    "shuke.config.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "attachments": attachment_storage(ENVIRONMENT),
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# ---- mail -----------------------------------------------------------------------------------------------------------

_MAIL = mail_server(ENVIRONMENT.mail_url)
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.tls, _MAIL.ssl
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
# Links in mails are made from this and never from what a request claims to be addressed to.
SHUKE_BASE_URL = ENVIRONMENT.base_url or f"http://{ENVIRONMENT.host}:{ENVIRONMENT.port}"

# ---- log ------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.log_level},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # One line a request says nothing that a proxy's log does not; errors still come through.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "procrastinate": {"level": "WARNING"},
    },
}
