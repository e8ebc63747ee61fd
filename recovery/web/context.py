"""What every template may say."""

import structlog
from django.http import HttpRequest


def current_request_id() -> str:
    """The id bound by the middleware or by the task; empty outside both."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def request_id(request: HttpRequest) -> dict[str, str]:
    """The request id, for error pages: people read it out, we find the log lines."""
    return {"request_id": current_request_id()}
