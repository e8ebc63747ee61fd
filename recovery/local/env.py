"""Reading the environment: each value typed, and refused with a hint when it makes no sense."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def env(name: str, default: str | None = None, *, hint: str) -> str:
    """One value; refused with the hint when it is missing and has no default."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        message = f"{name} is not set. {hint}"
        raise ImproperlyConfigured(message)
    return value


def env_bool(name: str, *, default: bool) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False}
    value = env(name, str(default), hint="").lower()
    if value not in words:
        message = f"{name}={value!r} is neither true nor false. Use 1 or 0."
        raise ImproperlyConfigured(message)
    return words[value]


def env_int(name: str, default: int, *, least: int = 0) -> int:
    value = env(name, str(default), hint="")
    if not value.isdecimal() or int(value) < least:
        message = f"{name}={value!r} is not a whole number of at least {least}."
        raise ImproperlyConfigured(message)
    return int(value)


def env_choice(name: str, default: str, choices: set[str]) -> str:
    value = env(name, default, hint="")
    if value not in choices:
        message = f"{name}={value!r} is none of {', '.join(sorted(choices))}."
        raise ImproperlyConfigured(message)
    return value


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def env_database(name: str, default: str) -> dict[str, Any]:
    """postgresql://user:password@host:port/name?sslmode=… as a Django DATABASES entry."""
    url = urlsplit(env(name, default, hint=""))
    if url.scheme not in {"postgresql", "postgres"} or not url.path.strip("/"):
        message = f"{name} must look like postgresql://user:password@host:5432/name."
        raise ImproperlyConfigured(message)
    options: dict[str, Any] = dict(parse_qsl(url.query))
    host = options.pop("host", url.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": env_int("RECOVERY_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": os.environ.get("RECOVERY_PROCESS", "recovery"),
            "connect_timeout": 5,
            "options": "-c lock_timeout=3000 -c idle_in_transaction_session_timeout=60000",
            **options,
        },
    }


def env_redis(name: str, default: str) -> str:
    value = env(name, default, hint="")
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        message = f"{name} must look like redis://host:6379/0 or unix:///path/to/socket?db=0."
        raise ImproperlyConfigured(message)
    return value
