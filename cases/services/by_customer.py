"""What customers do themselves on their own page: the same verbs, acted by rule, said so.

Each is done once, however often it is sent: sent again it changes nothing and says False.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext

from cases.models import Complaint, Contact, Remedy
from cases.services.answers import accept_remedy, decline_remedy
from cases.services.bounces import mark_bounced
from cases.services.complaints import receive_complaint
from cases.services.contacts import heard, log_contact
from cases.services.holding import Held, hold, keep, say, words_of
from cases.services.opening import ComplaintFacts
from cases.services.outcomes import confirm_not_solved, confirm_solved
from cases.services.telling import tell_from_page
from cases.states import CASE, CaseState, ContactDirection, LineKind, RemedyState
from recovery.failures.states import Channel
from recovery.kernel.refusals import Conflict, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.selectors import system_person

VIA: Final = "status_page"
# The same words again within this time are the same press.
SAME_WORDS: Final = timedelta(days=1)
_GONE = gettext_noop("This is not part of your case any more. Look at the page again.")


@transaction.atomic
def accept_offer(*, case_id: int, remedy_id: int, words: str = "", now: datetime) -> bool:
    """The customer takes an open offer. Raises Conflict once it was taken back or turned down."""
    return _answer(
        accept_remedy,
        RemedyState.ACCEPTED,
        case_id=case_id,
        remedy_id=remedy_id,
        words=words,
        now=now,
    )


@transaction.atomic
def turn_down_offer(*, case_id: int, remedy_id: int, words: str = "", now: datetime) -> bool:
    """The customer does not take an open offer; `words` say what would be right, if they do."""
    return _answer(
        decline_remedy,
        RemedyState.DECLINED,
        case_id=case_id,
        remedy_id=remedy_id,
        words=words,
        now=now,
    )


def _answer(
    verb: Callable[..., Remedy],
    wanted: RemedyState,
    *,
    case_id: int,
    remedy_id: int,
    words: str,
    now: datetime,
) -> bool:
    held = _hold(case_id, now)
    remedy = Remedy.objects.filter(pk=remedy_id, case_id=case_id).first()
    if remedy is None or remedy.line == LineKind.ENTITLEMENT:
        raise NotFound("not_found", _GONE)
    if remedy.state == wanted:
        return False
    if remedy.state != RemedyState.OFFERED or CASE.is_end(held.state):
        raise Conflict(
            "offer_closed",
            gettext_noop(
                "This offer is not open any more. Look at the page again, and tell us if that "
                "is not right."
            ),
        )
    verb(
        remedy_id=remedy_id,
        words=words,
        channel=Channel.WEB,
        actor=held.actor,
        now=now,
        via=VIA,
    )
    tell_from_page(held, what="answered")
    return True


@transaction.atomic
def say_something(*, case_id: int, words: str, now: datetime) -> bool:
    """The customer writes to us; whoever holds the case is told. What we waited for is ended."""
    held = _hold(case_id, now)
    said = words_of(words, ask=gettext_noop("Write what you want to tell us."))
    if held.state == CaseState.MERGED:
        raise _not_now()
    if _said_before(held, said):
        return False
    log_contact(
        case_id=case_id,
        direction=ContactDirection.INCOMING,
        channel=Channel.WEB,
        words=said,
        actor=held.actor,
        now=now,
        via=VIA,
    )
    tell_from_page(held, what="said")
    return True


@transaction.atomic
def say_solved(*, case_id: int, words: str = "", now: datetime) -> bool:
    """The customer says that it is solved: their own word ends the case as recovered.

    Raises Conflict while the law owes them something, and where nobody can say so yet.
    """
    held = _hold(case_id, now)
    if held.state == CaseState.RECOVERED:
        return False
    if not CASE.allows(held.state, "confirm_solved"):
        raise _not_now()
    said = words.strip() or gettext("It is solved.")
    confirm_solved(
        case_id=case_id, words=said, channel=Channel.WEB, actor=held.actor, now=now, via=VIA
    )
    return True


@transaction.atomic
def say_not_solved(*, case_id: int, words: str, now: datetime) -> bool:
    """The customer says that it is not solved; after an end they complain once more.

    A final answer is not undone so: see `disagree`.
    """
    held = _hold(case_id, now)
    said = words_of(words, ask=gettext_noop("Write what is still wrong."))
    if _said_before(held, said):
        return False
    if CASE.allows(held.state, "confirm_not_solved"):
        confirm_not_solved(
            case_id=case_id, words=said, channel=Channel.WEB, actor=held.actor, now=now, via=VIA
        )
    elif CASE.allows(held.state, "complain_again") and held.state != CaseState.FINAL_RESPONSE:
        again = ComplaintFacts(words=said, channel=Channel.WEB, received_at=now)
        receive_complaint(case_id=case_id, complaint=again, actor=held.actor, now=now, via=VIA)
    else:
        raise _not_now()
    tell_from_page(held, what="not_solved")
    return True


@transaction.atomic
def say_not_told(*, case_id: int, contact_id: int, now: datetime) -> bool:
    """The customer was never told what we noted as said: it did not arrive, and leads hear of it.

    Where nothing else had reached them, the case waits for its first answer again.
    """
    held = _hold(case_id, now)
    contact = Contact.objects.filter(pk=contact_id, case_id=case_id, automatic=False).first()
    if contact is None or contact.direction != ContactDirection.OUTGOING:
        raise NotFound("not_found", _GONE)
    if not contact.delivered:
        return False
    if CASE.is_end(held.state):
        raise _not_now()
    mark_bounced(contact_id=contact_id, actor=held.actor, now=now, via=VIA)
    tell_from_page(held, what="not_told", leads_too=True)
    return True


@transaction.atomic
def disagree(*, case_id: int, words: str, now: datetime) -> bool:
    """The customer does not accept the final answer; owner and leads are told, once.

    The case stays as it is: whether it is taken up again is for them to say.
    """
    held = _hold(case_id, now)
    said = words_of(words, ask=gettext_noop("Write why you disagree."))
    if held.state != CaseState.FINAL_RESPONSE:
        raise _not_now()
    if held.case.disagreed_at is not None:
        return False
    heard(held, words=said, channel=Channel.WEB)
    held.set(disagreed_at=now)
    say(held, "case.disagreed")
    keep(held)
    tell_from_page(held, what="disagreed", leads_too=True)
    return True


def _hold(case_id: int, now: datetime) -> Held:
    return hold(case_id=case_id, actor=system_person(), now=now, via=VIA)


def _said_before(held: Held, words: str) -> bool:
    """Whether the same words came from the same page just now; the case is locked."""
    since = held.now - SAME_WORDS
    return (
        Contact.objects.filter(
            case=held.case,
            direction=ContactDirection.INCOMING,
            channel=Channel.WEB,
            words=words,
            at__gt=since,
        ).exists()
        or Complaint.objects.filter(
            case=held.case, channel=Channel.WEB, words=words, received_at__gt=since
        ).exists()
    )


def _not_now() -> Conflict:
    return Conflict(
        "not_now",
        gettext_noop(
            "That cannot be done as things stand now. Look at the page again; you can always "
            "write to us there."
        ),
    )
