"""What each address of a case does: its form, its service, what it acts on, what is said after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases import services
from cases.forms import case, customers, remedies
from cases.forms.survey import GuessForm
from cases.presenters.offerings import offering_rows
from cases.selectors import CaseFile, letter_address, may_see_customer
from cases.selectors.catalogue import offerings_for
from cases.services.opening import ComplaintFacts
from cases.services.recognising import CustomerFacts
from cases.services.surveys import guess
from cases.states import ContactMark, LineKind, RemedyWish
from recovery.clocks.forms import AgreeForm, KeptForm, PromiseForm, ReleaseForm
from recovery.clocks.presenters import beside_words, promised
from recovery.clocks.services import (
    keep_promise,
    make_promise,
    release_promise,
    renegotiate_promise,
    standard_beside,
)
from recovery.failures.states import Channel
from recovery.org.roles import Permission
from recovery.org.selectors import departments, lineage_of, people_with
from recovery.web.forms import PageForm

if TYPE_CHECKING:
    from recovery.org.models import Person

type Given = Mapping[str, Any]


def _as_given(given: Given, _now: datetime) -> dict[str, Any]:
    return dict(given)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a form may know before it is filled in: the case, who looks, when, what was chosen."""

    file: CaseFile
    viewer: "Person"
    now: datetime
    chosen: Mapping[str, str]


def _no_more(_sight: Sight) -> dict[str, Any]:
    return {}


def _promise(given: Given, _now: datetime) -> dict[str, Any]:
    facts = dict(given)
    return facts | {"desk_id": facts.pop("desk"), "holder_id": facts.pop("holder")}


def _promising(sight: Sight) -> dict[str, Any]:
    """The desks and people of a case, and what the standard would be."""
    item, cards = sight.file.case.item, departments()
    people = people_with(Permission.CASE_WORK, item.department_id)
    return {
        "desks": [
            (key, cards[key].name) for key in lineage_of(item.department_id) if key in cards
        ],
        "people": [(each.pk, each.name) for each in people],
        "beside": beside_words(standard_beside(item, sight.now), sight.now),
        "initial": {"desk": item.department_id, "holder": sight.viewer.pk},
    }


def _telling(sight: Sight) -> dict[str, Any]:
    """The address that words can be sent to; whoever must not know it learns only that."""
    address, item = letter_address(sight.file.case), sight.file.case.item
    if address and not may_see_customer(sight.viewer, item.department_id, item.owner_id):
        address = gettext("their address")
    return {"address": address}


def _offer(given: Given, _now: datetime) -> dict[str, Any]:
    facts = dict(given)
    amount_minor, offering_id = facts.pop("amount"), facts.pop("offering", None)
    return facts | {"amount_minor": amount_minor, "offering_id": offering_id}


def _from_catalogue(sight: Sight) -> dict[str, Any]:
    """What the catalogue holds for this case, and what was chosen of it filled in."""
    rows = offering_rows(offerings_for(sight.file.case, sight.now))
    chosen = next((each for each in rows if str(each.id) == sight.chosen.get("offering")), None)
    return {"rows": rows, "initial": chosen.initial if chosen else {}}


def _owe(given: Given, now: datetime) -> dict[str, Any]:
    return _offer(given, now) | {"line": LineKind.ENTITLEMENT.value}


def _contact(given: Given, _now: datetime) -> dict[str, Any]:
    facts = dict(given)
    missed, retold = facts.pop("missed"), facts.pop("retold")
    return facts | {"delivered": not missed, "mark": ContactMark.RETOLD if retold else None}


def _naming(given: Given, _now: datetime) -> dict[str, Any]:
    facts = dict(given)
    number = facts.pop("number").strip()
    source = "bookings" if number else ""
    return {"facts": CustomerFacts(**facts, source=source, external_id=number)}


def _complaint(given: Given, now: datetime) -> dict[str, Any]:
    wishes = [each for each in RemedyWish if each == given["wish"]]
    channels = [each for each in Channel if each == given["channel"]]
    return {
        "complaint": ComplaintFacts(
            words=given["words"],
            channel=channels[0],
            received_at=given["received_at"] or now,
            wish=wishes[0] if wishes else None,
            wished_outcome=given["wished_outcome"],
        )
    }


@dataclass(frozen=True, slots=True)
class Verb:
    """How one address acts: its form, its service, what it acts on, and what is said after.

    `fitted` gives the form what it must know of the case, `after` words what came of it.
    """

    form: type[PageForm]
    service: Callable[..., object]
    done: Promise
    on: str = "case"
    facts: Callable[[Given, datetime], dict[str, Any]] = _as_given
    fitted: Callable[["Sight"], dict[str, Any]] = _no_more
    after: Callable[[Any, datetime], str] | None = None


VERBS: Mapping[str, Verb] = {
    "acknowledge": Verb(
        case.AcknowledgeForm, services.acknowledge, _("Told."), fitted=_telling
    ),
    "write": Verb(
        case.WriteForm, services.write_to_customer, _("Written. It leaves in 15 seconds.")
    ),
    "take-back": Verb(
        case.PressForm, services.take_back_letter, _("Taken back."), on="contact"
    ),
    "assess": Verb(case.AssessForm, services.assess, _("Looked at.")),
    "investigate": Verb(case.PressForm, services.investigate, _("Begun.")),
    "wait": Verb(
        case.AskForm,
        services.wait_for_customer,
        _("Asked. Our time stands still."),
        fitted=_telling,
    ),
    "answered": Verb(case.SaidForm, services.customer_answered, _("Written down.")),
    "offer": Verb(
        remedies.OfferForm,
        services.offer_remedy,
        _("Written down."),
        facts=_offer,
        fitted=_from_catalogue,
    ),
    "give": Verb(
        remedies.GiveForm,
        services.give_remedy,
        _("Given."),
        facts=_offer,
        fitted=_from_catalogue,
    ),
    "owe": Verb(remedies.OweForm, services.offer_remedy, _("Written down."), facts=_owe),
    "put-right": Verb(case.PressForm, services.put_right, _("Put right.")),
    "ask": Verb(case.AskForm, services.ask_if_solved, _("Asked."), fitted=_telling),
    "solved": Verb(case.SaidForm, services.confirm_solved, _("Solved, in their own words.")),
    "not-solved": Verb(case.SaidForm, services.confirm_not_solved, _("Back at work.")),
    "final-no": Verb(case.FinalForm, services.final_response, _("Ended with a final no.")),
    "unreachable": Verb(case.PressForm, services.mark_unreachable, _("Ended.")),
    "lost": Verb(case.ReasonForm, services.mark_lost, _("Ended.")),
    "outside": Verb(case.BodyForm, services.outside_body_takes_it, _("Written down.")),
    "ruled-for": Verb(case.ProofForm, services.ruled_for_customer, _("Ended by ruling.")),
    "ruled-against": Verb(case.FoundForm, services.ruled_against_customer, _("Ended.")),
    "reopen": Verb(case.NewFactsForm, services.reopen, _("Open again.")),
    "complaint": Verb(
        case.ComplaintForm, services.receive_complaint, _("Added."), facts=_complaint
    ),
    "contact": Verb(case.ContactForm, services.log_contact, _("Logged."), facts=_contact),
    "bounced": Verb(case.PressForm, services.mark_bounced, _("Noted."), on="contact"),
    "name": Verb(
        customers.NameForm, services.name_customer, _("Now we know who it is."), facts=_naming
    ),
    "guess": Verb(GuessForm, guess, _("Kept. Nobody sees it as the customer’s."), on="survey"),
    "person": Verb(customers.PartyForm, services.add_party, _("On the case.")),
    "promise": Verb(
        PromiseForm,
        make_promise,
        _("Promised."),
        on="item",
        facts=_promise,
        fitted=_promising,
        after=promised,
    ),
    "keep-promise": Verb(KeptForm, keep_promise, _("Kept."), on="promise"),
    "agree-later": Verb(AgreeForm, renegotiate_promise, _("Agreed."), on="promise"),
    "release-promise": Verb(ReleaseForm, release_promise, _("Noted."), on="promise"),
    "accept": Verb(case.AnswerForm, services.accept_remedy, _("Accepted."), on="remedy"),
    "decline": Verb(case.AnswerForm, services.decline_remedy, _("Noted."), on="remedy"),
    "deliver": Verb(remedies.DeliverForm, services.deliver_remedy, _("Given."), on="remedy"),
    "pay": Verb(remedies.PayForm, services.deliver_remedy, _("Paid."), on="remedy"),
    "withdraw": Verb(
        case.ShortReasonForm, services.withdraw_remedy, _("Taken back."), on="remedy"
    ),
    "approve": Verb(case.PressForm, services.approve_remedy, _("Approved."), on="remedy"),
    "refuse": Verb(
        case.ShortReasonForm, services.refuse_remedy, _("Not approved."), on="remedy"
    ),
    "bounce": Verb(
        remedies.CameBackForm, services.bounce_remedy, _("Written down."), on="remedy"
    ),
    "claw-back": Verb(
        remedies.CameBackForm, services.take_back_remedy, _("Taken back."), on="remedy"
    ),
    "refuse-right": Verb(
        remedies.RefuseRightForm,
        services.ask_to_refuse_entitlement,
        _("Asked for. A second person decides."),
        on="remedy",
    ),
    "agree-refusal": Verb(
        case.PressForm, services.refuse_entitlement, _("The right is refused."), on="remedy"
    ),
    "keep-right": Verb(
        case.PressForm, services.keep_entitlement, _("The right stands."), on="remedy"
    ),
}

# Which step each of the addresses that send a letter takes.
SENT_BY: Mapping[str, str] = {
    "acknowledge": "acknowledge",
    "wait": "wait_for_customer",
    "ask": "ask_if_solved",
    "write": "",
}
