"""Every setting, read from the environment and nowhere else.

With DATABASE_URL or REDIS_URL unset the embedded servers of recovery.local stand in: their
addresses and keys are computed from RECOVERY_DATA_DIR, so nothing need run to read this file.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from recovery.local import addresses, keys
from recovery.local.env import (
    env,
    env_bool,
    env_choice,
    env_database,
    env_int,
    env_list,
    env_redis,
)
from recovery.web.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent


# Where we are
DATA_DIR = addresses.data_dir()
EMBEDDED = not os.environ.get("DATABASE_URL", "").strip()
DEBUG = env_bool("RECOVERY_DEBUG", default=False)
PUBLIC_URL = env(
    "RECOVERY_PUBLIC_URL",
    "http://127.0.0.1:8000" if EMBEDDED else None,
    hint="Set the address people open, such as https://recovery.example.org.",
).rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured(
        "RECOVERY_PUBLIC_URL must look like https://recovery.example.org."
    )
HTTPS = _public.scheme == "https"
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [_public.hostname, *LOCAL_HOSTS, *env_list("RECOVERY_ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "recovery.urls"
WSGI_APPLICATION = "recovery.wsgi.application"

# Secrets: required in production; beside the embedded cluster one is made, readable by its owner
if EMBEDDED and not os.environ.get("RECOVERY_SECRET_KEY", "").strip():
    SECRET_KEY = keys.read_or_make(DATA_DIR / "secret-key", keys.new_secret_key)
else:
    SECRET_KEY = env(
        "RECOVERY_SECRET_KEY",
        hint="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(60))'",
    )
# Former keys: what was signed with them is still known as ours, nothing new is signed.
SECRET_KEY_FALLBACKS = env_list("RECOVERY_SECRET_KEY_FALLBACKS")
# First key encrypts, all decrypt. Empty: pages with support notes refuse, the rest runs.
SUPPORT_KEYS = env_list("RECOVERY_SUPPORT_KEYS")
if EMBEDDED and not SUPPORT_KEYS:
    SUPPORT_KEYS = [keys.read_or_make(DATA_DIR / "support-key", keys.new_support_key)]

INSTALLED_APPS = [
    "recovery.local",
    "recovery.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "recovery.events",
    "recovery.org",
    "recovery.messages",
    "recovery.failures",
    "recovery.clocks",
    "recovery.escalation",
    "cases",
    "processes",
    "staff",
    "recovery.coordination",
    "recovery.console",
    "recovery.intake",
    "recovery.insight",
    "recovery.demo",
]

MIDDLEWARE = [
    "recovery.web.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "recovery.web.zones.ReaderZoneMiddleware",
    "recovery.web.refusing.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recovery.web.context.request_id",
                "recovery.web.shell.shell",
            ],
        },
    },
]

# State: all of it in PostgreSQL; the broker is a bell and may vanish
DATABASES = {"default": env_database("DATABASE_URL", addresses.database_url(DATA_DIR))}
REDIS_URL = env_redis("REDIS_URL", addresses.redis_url(DATA_DIR))
BEAT_PULSE = env("RECOVERY_BEAT_PULSE", "", hint="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14

# Who signs in
AUTH_USER_MODEL = "org.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "recovery.web.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_FORMS = {
    "login": "recovery.web.account_forms.LoginForm",
    "change_password": "recovery.web.account_forms.ChangePasswordForm",
    "reset_password": "recovery.web.account_forms.ResetPasswordForm",
    "reset_password_from_key": "recovery.web.account_forms.ResetPasswordKeyForm",
    "reauthenticate": "recovery.web.account_forms.ReauthenticateForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("RECOVERY_TRUSTED_PROXIES", 0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# An administrator sets the address up; there is no other way to vouch for it.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_ADAPTER = "recovery.web.adapters.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "recovery.web.account_forms.SecondStepForm",
    "reauthenticate": "recovery.web.account_forms.SecondStepAgainForm",
    "activate_totp": "recovery.web.account_forms.TurnOnForm",
}

# Words, dates, files
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "locale"]
STATIC_URL = "static/"
# Collected where the image is built; embedded, the finders serve straight from the checkout.
STATIC_ROOT = None if EMBEDDED else BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
MEDIA_ROOT = Path(env("RECOVERY_MEDIA_DIR", str(DATA_DIR / "media"), hint=""))
WHITENOISE_USE_FINDERS = EMBEDDED
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if EMBEDDED else 60
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# Mail: filed, not sent, until a server is named
DEFAULT_FROM_EMAIL = env("RECOVERY_MAIL_FROM", f"recovery@{_public.hostname}", hint="")
MAIL_REPLY_TO = env_list("RECOVERY_MAIL_REPLY_TO")  # nobody reads answers while it is empty
# Webhooks go to public addresses by https only, unless the house's own are meant to be reached.
WEBHOOKS_PRIVATE = env_bool("RECOVERY_WEBHOOKS_PRIVATE", default=False)
SMTP_HOST = env("RECOVERY_SMTP_HOST", "", hint="")
_filed = {
    "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
    "OPTIONS": {"file_path": DATA_DIR / "mail"},
}
_sent = {
    "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "OPTIONS": {
        "host": SMTP_HOST,
        "port": env_int("RECOVERY_SMTP_PORT", 587),
        "username": env("RECOVERY_SMTP_USER", "", hint=""),
        "password": env("RECOVERY_SMTP_PASSWORD", "", hint=""),
        "use_tls": env_bool("RECOVERY_SMTP_TLS", default=True),
        "timeout": 10,
    },
}
MAILERS = {"default": _sent if SMTP_HOST else _filed}

# Browser
CSRF_FAILURE_VIEW = "recovery.web.views.csrf_failure"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env_int("RECOVERY_HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["recovery.web.parsing.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["recovery.web.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "recovery.web.paging.KeyPaging",
    "EXCEPTION_HANDLER": "recovery.web.errors.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Recovery",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

LOG_LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR"}
LOGGING = logging_config(
    form=env_choice(
        "RECOVERY_LOG_FORMAT", "console" if EMBEDDED else "json", {"console", "json"}
    ),
    level=env_choice("RECOVERY_LOG_LEVEL", "INFO", LOG_LEVELS),
)
