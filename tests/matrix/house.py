"""One desk with everybody at it, one of everything, and who may open what."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from cases.models import Contact, Offering, Survey
from cases.selectors import status_token
from cases.selectors.customers import customer_reference
from cases.selectors.surveys import survey_token
from cases.services import add_party, begin_outreach, draft_list
from cases.services.budgeting import set_budget
from cases.services.foreseeing import ListRow
from cases.services.wording import Gift, Wording
from recovery.clocks.models import Standard
from recovery.clocks.policy.drafts import StandardDraft
from recovery.clocks.selectors import all_readings
from recovery.clocks.services import write_draft
from recovery.coordination.services import (
    ComplaintFacts,
    CustomerFacts,
    Report,
    add_affected,
    report_failures,
)
from recovery.escalation.models import Rule
from recovery.escalation.services import open_task
from recovery.escalation.states import TaskKind
from recovery.events.services import pump
from recovery.failures.models import WorkItem
from recovery.failures.selectors import item_reference, reference_of
from recovery.failures.services import request_waiver
from recovery.failures.states import Channel, Detection, TrackKind, WaiverReason
from recovery.messages.models import Message, Mute
from recovery.messages.services import add_endpoint, tell
from recovery.org.models import Absence, AuthorityLimit, CalendarException, Department, Person
from recovery.org.policy.authority import LimitDraft
from recovery.org.roles import ROLES, Permission, Role
from recovery.org.selectors import system_person
from recovery.org.services import write_limit
from staff.services import add_enablement, answer_readiness
from tests.factories import make_calendar, make_department, make_mode, make_person
from tests.matrix.table import Route, Who

CAST = (*(role for role in Role if role is not Role.SERVICE), "outsider", "elsewhere")
FOREIGN = ("account_", "mfa_", "socialaccount_")


@dataclass
class House:
    """One desk with everybody at it, and one of everything that has an address."""

    desk: Department
    people: dict[str, Person]
    samples: dict[str, str]


def a_complaint(desk: Department, mode_id: int, now: datetime) -> Report:
    return Report(
        what_happened="",
        channel=Channel.PHONE,
        detection=Detection.COMPLAINT,
        severity={"experience": 3},
        customers=(CustomerFacts(name="Kwame Osei", email="kwame@example.org"),),
        complaint=ComplaintFacts(words="Nobody came.", channel=Channel.PHONE, received_at=now),
        mode_id=mode_id,
        department_id=desk.pk,
    )


def a_nuisance(desk: Department, mode_id: int) -> Report:
    """So small that it waits in the pool."""
    return Report(
        what_happened="The screen was dark.",
        channel=Channel.INTERNAL,
        detection=Detection.STAFF,
        mode_id=mode_id,
        department_id=desk.pk,
    )


def cast_at(desk: Department) -> dict[str, Person]:
    people = {role.value: make_person(role, desk) for role in Role if role is not Role.SERVICE}
    elsewhere = make_person(Role.HANDLER, make_department())
    return people | {"outsider": make_person(), "elsewhere": elsewhere}


def waiver_and_action(
    failure_id: int, people: dict[str, Person], now: datetime
) -> dict[str, str]:
    waiver = request_waiver(
        failure_id=failure_id,
        kind=TrackKind.PROCESS,
        reason=WaiverReason.DISPROPORTIONATE,
        words="Once only.",
        actor=people["process_owner"],
        now=now,
    )
    given: dict[str, Any] = {"failure_id": failure_id, "actor": people["lead"], "now": now}
    answer_readiness(made_worse=True, area="tool", words="No list.", **given)
    action = add_enablement(
        words="A list", owner_id=people["lead"].pk, due_on=date(now.year + 1, 1, 1), **given
    )
    return {"waiver": str(waiver.pk), "action": str(action.pk)}


def a_calendar() -> dict[str, str]:
    """Weekdays, with one day that is different."""
    made = make_calendar()
    day = CalendarException.objects.create(
        calendar=made, date=date(2100, 5, 1), name="Works outing"
    )
    return {"calendar": str(made.pk), "exception": str(day.pk)}


def a_standard(people: dict[str, Person], now: datetime) -> dict[str, str]:
    """A house standard whose next version is a draft."""
    house = Standard.objects.get(key="house-acknowledge")
    draft = write_draft(
        standard_id=house.pk,
        draft=StandardDraft(
            words="Sooner.", source="Us", targets={1: 60}, around_clock=[1],
            owner_id=people["admin"].pk, verify_by=date(now.year + 1, 1, 1),
        ),
        actor=people["admin"],
        now=now,
    )  # fmt: skip
    held = house.versions.get(draft=False)
    return {"standard": str(house.pk), "version": str(draft.pk), "held": str(held.pk)}


def money_of(desk: Department, people: dict[str, Person], now: datetime) -> dict[str, str]:
    """An offering, a limit that is a draft, a budget."""
    limit = write_limit(
        draft=LimitDraft("case", 10_000, role=Role.HANDLER), actor=people["operator"], now=now
    )
    held = AuthorityLimit.objects.create(
        role=Role.FRONTLINE, scope="case", amount_minor=5_000, valid_from=now
    )
    # Whoever approves for the many has a limit to approve within.
    AuthorityLimit.objects.create(
        role=Role.LEAD, scope="case", amount_minor=50_000, valid_from=now
    )
    budget = set_budget(
        department_id=desk.pk, period="quarter", amount_minor=1_000_000,
        owner_id=people["lead"].pk, actor=people["admin"], now=now,
    )  # fmt: skip
    offering = Offering.objects.get(key="apology")
    return {
        "offering": str(offering.pk), "limit": str(limit.pk), "limit_held": str(held.pk),
        "budget": str(budget.pk),
    }  # fmt: skip


def a_survey(case_id: int, now: datetime) -> dict[str, str]:
    """A survey the customer was sent, its key and the secret part of its address."""
    asked = Contact.objects.create(
        case_id=case_id, direction="out", channel="email", at=now, by=system_person(),
        words="How did we do?", automatic=True, verb="survey",
    )  # fmt: skip
    survey = Survey.objects.create(
        case_id=case_id,
        round=0,
        contact=asked,
        asked_at=now,
        open_until=now + timedelta(days=30),
        first_rating=4,
        first_rated_at=now,
        rating=4,
    )
    return {"survey": str(survey.pk), "survey_token": survey_token(survey.pk)}


def a_task(item: WorkItem, actor: Person, now: datetime) -> str:
    """Something to do on the customer's case."""
    made = open_task(
        item_id=item.pk,
        kind=TaskKind.CALL_BACK,
        words="Call him when the bag is found",
        due_at=now + timedelta(hours=4),
        actor=actor,
        now=now,
    )
    return str(made.pk)


def a_person_on(item: WorkItem, actor: Person, now: datetime) -> str:
    """Somebody who calls for the customer, without a mandate."""
    made = add_party(case_id=item.pk, role="contact", name="Ama Osei", actor=actor, now=now)
    return str(made.pk)


def a_webhook(admin: Person, now: datetime) -> str:
    """An address that hears of failures."""
    made, _secret = add_endpoint(
        name="Data house",
        url="https://hooks.invalid/",
        topics=["failure"],
        actor=admin,
        now=now,
    )
    return str(made.pk)


def a_list(failure_id: int, handler: Person, now: datetime) -> str:
    """People affected, looked through and not added yet."""
    rows = [ListRow(1, CustomerFacts(name="Ana Reis")), ListRow(2, refusal="Too long.")]
    return str(draft_list(failure_id=failure_id, rows=rows, actor=handler, now=now).pk)


def an_outreach(failure_id: int, handler: Person, now: datetime) -> str:
    """A message to somebody silent, with more to give than its writer may."""
    ana = CustomerFacts(name="Ana Reis", email="ana@example.org")
    add_affected(failure_id=failure_id, customers=[ana], actor=handler, now=now)
    gift = Gift(line="goodwill", kind="voucher", words="a meal", amount_minor=1_000)
    wording = Wording(
        words="{{ what_happened }} {{ remedy }}",
        what_happened="Your flight left late.",
        gift=gift,
    )
    made = begin_outreach(
        failure_id=failure_id, wording=wording, key="sample", actor=handler, now=now
    )
    return str(made.pk)


def an_absence(person: Person) -> str:
    """One that the person may take back."""
    begins = timezone.now() + timedelta(days=30)
    Absence.objects.filter(person=person).delete()
    made = Absence.objects.create(
        person=person, during=(begins, begins + timedelta(days=1)), noted_by=person,
        noted_at=begins,
    )  # fmt: skip
    return str(made.pk)


def make_house() -> House:
    """Everybody, a failure with its three cases, and another one in the pool."""
    now, desk = timezone.now(), make_department()
    people, small = cast_at(desk), make_mode(department=desk)
    [made, _pooled] = report_failures(
        [a_complaint(desk, make_mode(department=desk).pk, now), a_nuisance(desk, small.pk)],
        actor=people["frontline"],
        now=now,
    )
    pump(now)
    item = {kind: WorkItem.objects.get(kind=kind) for kind in TrackKind}
    tell(
        person_ids=[each.pk for each in people.values()], kind="test", subject="Hello", lines=[],
        path="/", dedupe_key="hello", at=now,
    )  # fmt: skip
    samples = waiver_and_action(made.failure_id, people, now) | {
        "failure": reference_of(made.failure_id),
        "case": item_reference("customer", item[TrackKind.CUSTOMER].pk),
        "process": item_reference("process", item[TrackKind.PROCESS].pk),
        "support": item_reference("employee", item[TrackKind.EMPLOYEE].pk),
        "item": str(item[TrackKind.CUSTOMER].pk),
        **a_survey(item[TrackKind.CUSTOMER].pk, now),
        "customer": customer_reference(item[TrackKind.CUSTOMER].case.customer_id or 0),
        "party": a_person_on(item[TrackKind.CUSTOMER], people["handler"], now),
        "clock": str(all_readings(item[TrackKind.CUSTOMER].pk, now)[0].id),
        "mode": str(small.pk),
        "rule": str(Rule.objects.get(key="call-back").pk),
        "task": a_task(item[TrackKind.CUSTOMER], people["handler"], now),
        "list": a_list(made.failure_id, people["handler"], now),
        "outreach": an_outreach(made.failure_id, people["handler"], now),
        "webhook": a_webhook(people["admin"], now),
        **a_calendar(),
        **money_of(desk, people, now),
        **a_standard(people, now),
    }
    return House(desk, people, samples)


def our_routes() -> set[str]:
    """Every named address that no library brought."""
    return {name for name, _path in named() if not name.startswith(FOREIGN)}


def named() -> set[tuple[str, str]]:
    """Every named address, with its pattern."""
    found: set[tuple[str, str]] = set()

    def walk(resolver: URLResolver, namespace: str = "", before: str = "") -> None:
        for each in resolver.url_patterns:
            path = before + str(each.pattern)
            if isinstance(each, URLPattern):
                name = f"{namespace}:{each.name}" if namespace else str(each.name)
                found.add((name, path))
            else:
                walk(each, each.namespace or namespace, path)

    walk(get_resolver())
    return found


def address_of(name: str, route: Route, house: House, person: Person | None) -> str:
    # Somebody may just have ended the address of the customer's page and made a new one.
    samples = house.samples | {"token": status_token(int(house.samples["item"]))}
    if person is not None and name == "messages:unmute":
        muted, _new = Mute.objects.get_or_create(
            person=person, record="/cases/C-AAAAAA/", defaults={"since": timezone.now()}
        )
        samples["mute"] = str(muted.pk)
    if person is not None and name == "console:withdraw_absence":
        samples["absence"] = an_absence(person)
    if name == "messages:send_again":
        samples["delivery"] = str(Message.objects.filter(channel="email").latest("pk").pk)
    if person is not None and name in {"messages:open", "messages:mute"}:
        samples["message"] = str(
            Message.objects.filter(recipient=person, channel="inbox").values_list(
                "pk", flat=True
            )[0]
        )
    samples = {"message": "1", "mute": "1", "absence": "1"} | samples
    return reverse(name, kwargs={key: samples.get(use, use) for key, use in route.kwargs})


def may(who: Who, member: str, route: Route) -> bool:
    """Whether this member of the cast is to be let in."""
    if who in {"open", "all", "anybody"}:
        return True
    if who == "readers":
        return member == Role.SUPPORTER
    if who in {"key", "customer"} or member == "outsider":
        return False
    if member == "elsewhere":
        return not route.kwargs and who in ROLES[Role.HANDLER].permissions
    return isinstance(who, Permission) and who in ROLES[Role(member)].permissions
