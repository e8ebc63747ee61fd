"""Words that went to the customer or came back."""

from datetime import datetime

from django.db import transaction

from cases.models import Contact, CustomerCase
from cases.services.holding import Held, hold, keep, known, move, say, words_of
from cases.services.letters import send_letter
from cases.services.pace import HELD_MEANWHILE
from cases.states import CaseState, ContactDirection, ContactMark
from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind, MetBy
from recovery.failures.states import Channel
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person

FIRST_ANSWER = (ClockKind.OUTREACH, ClockKind.ACKNOWLEDGE)


def write_contact(
    held: Held,
    *,
    direction: ContactDirection,
    channel: str,
    words: str,
    automatic: bool = False,
    delivered: bool = True,
    verb: str = "",
    send: bool = False,
    retold: bool = False,
) -> Contact:
    """Write one contact on a held case; the verb it belongs to records that it was made.

    With `send` the words leave by mail as well. Raises Invalid when there is nowhere to send
    them.
    """
    if direction == ContactDirection.OUTGOING and delivered and not automatic:
        held.spoke = True
    contact = Contact.objects.create(
        case=held.case,
        direction=direction,
        channel=known(channel, tuple(Channel), name="channel"),
        at=held.now,
        by=held.actor,
        words=words,
        automatic=automatic,
        delivered=delivered,
        verb=verb,
        retold=retold,
    )
    if send:
        send_letter(held, contact)
    return contact


@transaction.atomic
def acknowledge(
    *,
    case_id: int,
    words: str,
    channel: str,
    send: bool = False,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """Tell the customer, in a person's own words, that we know and what happens next.

    Meets the outreach and acknowledge clocks; the time to put it right runs from here for
    those who never complained. With `send` the words leave by mail: as they are, or as a recap
    of what was said. Raises Invalid without words, or to send without an address.
    """
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    said = words_of(words, ask=gettext_noop("Write what you tell the customer."))
    before = held.state
    move(held, "acknowledge")
    told(held, words=said, channel=channel, verb="acknowledge", send=send)
    _answered(held)
    say(held, "case.acknowledged", channel=channel)
    owed = [ClockKind.RESPOND]
    if before == CaseState.DETECTED:
        owed.append(ClockKind.RESOLVE)
    for kind in owed:
        clocks.start(item_id=case_id, kind=kind, at=now, actor_id=actor.pk)
    return keep(held)


def first_answered(held: Held) -> None:
    """A person's words have arrived: whatever waited for a first answer is met."""
    item_id, actor_id = held.item.pk, held.actor.pk
    clocks.meet(item_id=item_id, kinds=FIRST_ANSWER, at=held.now, actor_id=actor_id)
    clocks.meet_laws(item_id=item_id, verbs=[MetBy.ANSWER], at=held.now, actor_id=actor_id)


def _answered(held: Held) -> None:
    first_answered(held)
    if held.case.acknowledged_at is None:
        held.set(acknowledged_at=held.now, acknowledged_by=held.actor)


@transaction.atomic
def log_contact(
    *,
    case_id: int,
    direction: str,
    channel: str,
    words: str = "",
    delivered: bool = True,
    mark: ContactMark | None = None,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
    via: str = "",
) -> CustomerCase:
    """Write down one contact. What is automatic or did not arrive meets no clock.

    Words from the customer end our waiting for them. A person's words that arrived answer a
    complaint that came in later. What did not arrive counts as a try to reach the customer.
    How often a customer had to tell it all again is counted.
    """
    held = hold(
        case_id=case_id, actor=actor, now=now, expected_version=expected_version, via=via
    )
    way = known(direction, tuple(ContactDirection), name="direction")
    incoming = way == ContactDirection.INCOMING
    automatic = mark is ContactMark.AUTOMATIC and not incoming
    answers = not incoming and delivered and not automatic
    ask = gettext_noop("Write in a sentence what was said.")
    contact = write_contact(
        held,
        direction=way,
        channel=channel,
        words=words_of(words, ask=ask) if incoming or answers or words.strip() else "",
        automatic=automatic,
        delivered=delivered or incoming,
        retold=mark is ContactMark.RETOLD and (incoming or delivered),
    )
    say(
        held,
        "case.contacted",
        contact=contact.pk,
        direction=contact.direction,
        channel=contact.channel,
        automatic=contact.automatic,
        delivered=contact.delivered,
        retold=contact.retold,
    )
    if incoming and held.state == CaseState.AWAITING_CUSTOMER:
        stop_waiting(held)
    if answers and held.state not in {CaseState.DETECTED, CaseState.RECEIVED}:
        first_answered(held)
    return keep(held)


@transaction.atomic
def write_to_customer(
    *,
    case_id: int,
    words: str,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
) -> CustomerCase:
    """Write a letter to the customer; a person's words, so they answer a later complaint.

    Raises Invalid without words or an address.
    """
    held = hold(case_id=case_id, actor=actor, now=now, expected_version=expected_version)
    said = words_of(words, ask=gettext_noop("Write what you tell the customer."))
    contact = told(held, words=said, channel=Channel.EMAIL, send=True)
    say(
        held,
        "case.contacted",
        contact=contact.pk,
        direction=contact.direction,
        channel=contact.channel,
        automatic=False,
        delivered=True,
    )
    if held.state not in {CaseState.DETECTED, CaseState.RECEIVED}:
        first_answered(held)
    return keep(held)


def stop_waiting(held: Held, *, verb: str = "customer_answered") -> None:
    """Our turn again: the time to put it right runs on."""
    move(held, verb)
    clocks.resume(
        item_id=held.item.pk,
        kinds=HELD_MEANWHILE,
        at=held.now,
        actor_id=held.actor.pk,
    )
    if verb == "customer_answered":
        say(held, "case.customer_answered")


def heard(held: Held, *, words: str, channel: str) -> None:
    """Write down the customer's own words, if there are any, that came with an answer."""
    if words.strip():
        write_contact(
            held,
            direction=ContactDirection.INCOMING,
            channel=channel,
            words=words_of(words),
        )


def told(
    held: Held, *, words: str, channel: str, verb: str = "", send: bool = False
) -> Contact:
    """Write down what a person told the customer, and with `send` have it sent."""
    return write_contact(
        held,
        direction=ContactDirection.OUTGOING,
        channel=channel,
        words=words_of(words),
        verb=verb,
        send=send,
    )
