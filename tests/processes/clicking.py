"""A person at the process pages, without a browser."""

from typing import Any

from django.test import Client
from django.urls import reverse

from processes.models import ProcessCase
from recovery.failures.selectors import item_reference


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url_of(case, verb="") -> str:
    reference = item_reference("process", case.pk)
    return (
        reverse("processes:verb", args=[reference, verb])
        if verb
        else reverse("processes:case", args=[reference])
    )


PLAN: dict[str, Any] = {
    "metric": "Requests not met",
    "baseline_count": 12,
    "baseline_days": 180,
    "target_ratio": 60,
    "look_days": "120, 240, 360",
    "reopen_limit": 2,
    "reopen_days": 90,
}


def press(client: Client, case: ProcessCase, verb: str, *, code: int = 303, **given) -> None:
    answer = client.post(url_of(case, verb), given)
    assert answer.status_code == code, (verb, answer.content.decode()[-3000:])
