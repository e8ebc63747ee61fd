"""Addresses outside: adding one, pausing it, a trial. Its secret is shown once and kept sealed."""

import base64
import hashlib
import secrets
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _

from recovery.events.services import record
from recovery.kernel.refusals import Conflict, Invalid
from recovery.kernel.text import gettext_noop
from recovery.messages.models import Endpoint, Message
from recovery.messages.policy import is_address
from recovery.messages.selectors import endpoint_of
from recovery.messages.services.telling import STALE_AFTER
from recovery.messages.states import Topic
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.services import require

PREFIX: Final = "whsec_"
TRIAL: Final = "webhook.trial"
LONGEST_URL: Final = 500


@transaction.atomic
def add_endpoint(
    *, name: str, url: str, topics: Collection[str], actor: Person, now: datetime
) -> tuple[Endpoint, str]:
    """Let an address hear of what happens from now on; returns it with its secret, shown once.

    Raises Invalid with everything that is wrong.
    """
    require(actor, Permission.SETTINGS)
    name, url = name.strip()[:80], url.strip()
    wrong = list(_wrong(name, url, topics))
    if wrong:
        raise Invalid.gather(wrong)
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    owner = Person.objects.create_user(
        email=f"webhook-{secrets.token_hex(8)}@service.invalid",
        name=name,
        kind=Person.Kind.SERVICE,
    )
    endpoint = Endpoint.objects.create(
        owner=owner, url=url, topics=sorted(set(topics)), made_by=actor, made_at=now,
        sealed=_seal().encrypt(secret.encode()).decode(),
    )  # fmt: skip
    _say(endpoint, "webhook.added", actor=actor, now=now)
    return endpoint, secret


@transaction.atomic
def pause_endpoint(*, endpoint_id: int, actor: Person, now: datetime) -> Endpoint:
    """Send nothing there until it is resumed; what happens meanwhile waits for two days."""
    return _switch(endpoint_id, on=False, actor=actor, now=now)


@transaction.atomic
def resume_endpoint(*, endpoint_id: int, actor: Person, now: datetime) -> Endpoint:
    """Send there again, beginning with what waited, and at once if it was left alone."""
    return _switch(endpoint_id, on=True, actor=actor, now=now)


@transaction.atomic
def try_endpoint(*, endpoint_id: int, actor: Person, now: datetime) -> Message:
    """Line up a trial, which goes the way of every other delivery. Raises Conflict while paused."""
    require(actor, Permission.SETTINGS)
    endpoint = endpoint_of(endpoint_id)
    if not endpoint.active:
        raise Conflict("paused", gettext_noop("This webhook is paused. Resume it first."))
    Endpoint.objects.filter(pk=endpoint.pk).update(rests_until=None)
    return Message.objects.create(
        recipient_id=endpoint.owner_id,
        channel=Message.Channel.WEBHOOK,
        kind=TRIAL,
        subject=_("A trial"),
        endpoint=endpoint,
        body={"type": TRIAL, "timestamp": now.isoformat(), "data": {}},
        dedupe_key=f"webhook:{endpoint.pk}:trial:{secrets.token_hex(8)}",
        created_at=now,
        due_at=now,
        next_try_at=now,
        expires_at=now + STALE_AFTER,
    )


def secret_of(endpoint: Endpoint) -> str:
    """The secret that signs what goes to an address; raises InvalidToken under another key."""
    return _seal().decrypt(endpoint.sealed.encode()).decode()


def _wrong(name: str, url: str, topics: Collection[str]) -> Iterator[Invalid]:
    if not name:
        yield Invalid(
            "blank", gettext_noop("Say who hears it, in a word or two."), field="name"
        )
    if len(url) > LONGEST_URL or not is_address(url, private=settings.WEBHOOKS_PRIVATE):
        yield Invalid(
            "bad_address",
            gettext_noop("Give a whole address like https://example.org/hooks/recovery."),
            field="url",
        )
    if not topics or set(topics) - set(Topic):
        yield Invalid(
            "no_topic", gettext_noop("Choose at least one thing it hears of."), field="topics"
        )


def _switch(endpoint_id: int, *, on: bool, actor: Person, now: datetime) -> Endpoint:
    require(actor, Permission.SETTINGS)
    endpoint = endpoint_of(endpoint_id)
    if Endpoint.objects.filter(pk=endpoint.pk, active=not on).update(
        active=on, failures=0, rests_until=None
    ):
        _say(endpoint, "webhook.resumed" if on else "webhook.paused", actor=actor, now=now)
    return endpoint


def _say(endpoint: Endpoint, verb: str, *, actor: Person, now: datetime) -> None:
    record(
        stream=f"webhook:{endpoint.pk}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        public={"endpoint": endpoint.pk},
    )


def _seal() -> MultiFernet:
    """Keys made from the site's own, so that the database alone opens nothing."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"webhooks:" + force_bytes(key)).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(each)) for each in digests])
