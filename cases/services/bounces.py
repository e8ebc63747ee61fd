"""Words that never reached the customer: they came back, or were taken back in time."""

from datetime import datetime

from django.db import transaction

from cases.models import Contact, CustomerCase
from cases.services.contacts import stop_waiting
from cases.services.holding import Held, hold, keep, move, say
from cases.services.pace import AFTER_FIRST, OURS, take_back
from cases.services.telling import tell_undelivered
from cases.states import CaseState, ContactDirection
from recovery.clocks import services as clocks
from recovery.clocks.states import ClockKind
from recovery.failures.states import Channel
from recovery.kernel.refusals import Conflict, NotFound
from recovery.kernel.text import gettext_noop
from recovery.messages.services import call_back
from recovery.org.models import Person
from recovery.org.selectors import leads_of, system_person


@transaction.atomic
def mark_bounced(
    *,
    contact_id: int,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
    via: str = "",
) -> CustomerCase:
    """Note that words we sent never arrived: then they were only a try.

    If nothing else had reached the customer, the case waits for its first answer again and the
    clock for it starts anew. A question that never arrived is no reason to wait. Raises Conflict
    for words of the customer.
    """
    held, contact = _hold_contact(
        contact_id, actor=actor, now=now, expected_version=expected_version, via=via
    )
    _expect_sent(contact)
    _never_said(held, contact)
    say(held, "case.contact_bounced", contact=contact.pk)
    return keep(held)


@transaction.atomic
def letter_undelivered(*, message_id: int, now: datetime) -> bool:
    """A letter was given up: its words were never said, and whoever wrote them learns of it.

    False when that was known already.
    """
    found = Contact.objects.filter(letter_id=message_id, delivered=True)
    contact_id = found.values_list("pk", flat=True).first()
    if contact_id is None:
        return False
    held, contact = _hold_contact(contact_id, actor=system_person(), now=now)
    if not contact.delivered:
        return False
    _never_said(held, contact)
    say(held, "case.contact_bounced", contact=contact.pk)
    if not contact.automatic:
        owner = [] if held.item.owner_id is None else [held.item.owner_id]
        leads = [each.pk for each in leads_of(held.item.department_id)]
        tell_undelivered(held, contact, {contact.by_id, *(owner or leads)})
    keep(held)
    return True


@transaction.atomic
def take_back_letter(
    *, contact_id: int, actor: Person, now: datetime, expected_version: int | None = None
) -> CustomerCase:
    """Stop a letter that has not left yet. Of a spoken contact only the recap is stopped.

    Raises Conflict when it has left already.
    """
    held, contact = _hold_contact(
        contact_id, actor=actor, now=now, expected_version=expected_version
    )
    if contact.letter_id is None or not call_back(message_id=contact.letter_id, at=now):
        raise Conflict(
            "has_left",
            gettext_noop("It has left already. If something in it was wrong, write again."),
        )
    if contact.channel == Channel.EMAIL:
        contact.taken_back_at = now
        _never_said(held, contact)
    say(held, "case.letter_taken_back", contact=contact.pk)
    return keep(held)


def _hold_contact(
    contact_id: int,
    *,
    actor: Person,
    now: datetime,
    expected_version: int | None = None,
    via: str = "",
) -> tuple[Held, Contact]:
    found = Contact.objects.filter(pk=contact_id).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such contact."))
    held = hold(case_id=found, actor=actor, now=now, expected_version=expected_version, via=via)
    return held, Contact.objects.get(pk=contact_id)


def _expect_sent(contact: Contact) -> None:
    if contact.direction == ContactDirection.INCOMING or not contact.delivered:
        raise Conflict(
            "cannot_bounce",
            gettext_noop("Only words that we sent and thought delivered can come back."),
        )


def _never_said(held: Held, contact: Contact) -> None:
    """Undo what the words did: of the answer, of the question, of the next word owed."""
    contact.delivered = False
    contact.save(update_fields=["delivered", "taken_back_at"])
    if contact.automatic:  # nothing followed from it
        return
    others = Contact.objects.filter(
        case=held.case, direction=ContactDirection.OUTGOING, delivered=True, automatic=False
    )
    before = others.order_by("at").last()
    if held.state == CaseState.ACKNOWLEDGED and before is None:
        _unanswer(held)
        return
    is_latest = not others.filter(verb=contact.verb, at__gte=contact.at).exists()
    if contact.verb == "wait_for_customer" and is_latest:
        _unask(held)
    elif contact.verb == "ask_if_solved" and is_latest:
        _unask_if_solved(held)
    if held.state in OURS:
        since = before.at if before else contact.at
        actor_id = held.actor.pk
        take_back(held.item.pk, [ClockKind.NEXT_UPDATE], at=held.now, actor_id=actor_id)
        clocks.start(
            item_id=held.item.pk, kind=ClockKind.NEXT_UPDATE, at=since, actor_id=actor_id
        )


def _unanswer(held: Held) -> None:
    verb = "complaint_bounced" if held.case.complained else "outreach_bounced"
    kind = ClockKind.ACKNOWLEDGE if held.case.complained else ClockKind.OUTREACH
    move(held, verb)
    held.set(acknowledged_at=None, acknowledged_by=None)
    take_back(held.item.pk, AFTER_FIRST, at=held.now, actor_id=held.actor.pk)
    clocks.start(item_id=held.item.pk, kind=kind, at=held.now, actor_id=held.actor.pk)


def _unask(held: Held) -> None:
    if held.state == CaseState.AWAITING_CUSTOMER:
        stop_waiting(held, verb="question_bounced")


def _unask_if_solved(held: Held) -> None:
    if held.state == CaseState.CONFIRMING:
        move(held, "asking_bounced")
        clocks.start(
            item_id=held.item.pk,
            kind=ClockKind.FOLLOW_UP,
            at=held.now,
            actor_id=held.actor.pk,
        )
