"""Making rules and their next versions, and retiring them. What waits keeps what it began with."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.text import slugify

from recovery.escalation.models import Rule, RuleVersion, Watch
from recovery.escalation.policy.rule_drafts import RuleDraft, faults_of_rule
from recovery.escalation.policy.triggers import BY_TIME
from recovery.escalation.selectors import circles_held, rules
from recovery.events.models import Audience
from recovery.events.services import record
from recovery.kernel.refusals import Conflict, Invalid, NotFound
from recovery.kernel.text import gettext_noop
from recovery.org.models import Person
from recovery.org.roles import Permission
from recovery.org.services import require

MOST_NAME: Final = 120
KEY_LENGTH: Final = 50


@transaction.atomic
def make_rule(
    *, name: str, draft: RuleDraft, since: datetime | None, actor: Person, now: datetime
) -> Rule:
    """Put a new rule in force from `since` (None: now). Raises Invalid with every fault."""
    require(actor, Permission.SETTINGS)
    said = name.strip()
    faults = _faults(draft, since, now)
    if not said or len(said) > MOST_NAME or "\x00" in said:
        faults.append(Invalid("no_name", gettext_noop("Give it a short name."), field="name"))
    if Rule.objects.filter(name__iexact=said).exists():
        faults.append(
            Invalid(
                "twice", gettext_noop("There is a rule of this name already."), field="name"
            )
        )
    if faults:
        raise Invalid.gather(faults)
    rule = Rule.objects.create(key=_key(said), name=said)
    _write(rule, draft, number=1, begins=since or now, actor=actor, now=now)
    return rule


@transaction.atomic
def make_rule_version(
    *, rule_id: int, draft: RuleDraft, since: datetime | None, actor: Person, now: datetime
) -> RuleVersion:
    """Let a rule say something else from `since` (None: now) on.

    Raises Invalid with every fault, among them a time at or before another version's beginning.
    """
    require(actor, Permission.SETTINGS)
    rule = _held(rule_id)
    last = rule.versions.order_by("-number").first()
    faults = _faults(draft, since, now)
    begins = since or now
    if last is not None and last.effective.lower >= begins:
        faults.append(
            Invalid(
                "overlaps",
                gettext_noop(
                    "Version %(number)s begins then or later. Choose a time after that."
                ),
                field="since",
                number=last.number,
            )
        )
    if faults:
        raise Invalid.gather(faults)
    if last is not None and (last.effective.upper is None or last.effective.upper > begins):
        _end(last, begins)
    number = last.number + 1 if last else 1
    return _write(rule, draft, number=number, begins=begins, actor=actor, now=now)


def refuse_bad_rule(*, draft: RuleDraft) -> None:
    """Raise Invalid with every fault of a rule that is only tried; writes nothing."""
    if faults := faults_of_rule(draft, held=circles_held()):
        raise Invalid.gather(faults)


@transaction.atomic
def retire_rule(*, rule_id: int, actor: Person, now: datetime) -> None:
    """End a rule: nothing sets it off from now on; what it has planned still comes.

    Raises Conflict where none is in force, or a later version is planned.
    """
    require(actor, Permission.SETTINGS)
    rule = _held(rule_id)
    last = rule.versions.order_by("-number").first()
    if last is None or (last.effective.upper and last.effective.upper <= now):
        raise Conflict("none", gettext_noop("This rule is not in force."))
    if last.effective.lower >= now:
        raise Conflict(
            "planned",
            gettext_noop("Version %(number)s has not begun. Wait until it has."),
            number=last.number,
        )
    _end(last, now)
    _record(rule, "rule.retired", actor=actor, now=now, version=last.number)


def _faults(draft: RuleDraft, since: datetime | None, now: datetime) -> list[Invalid]:
    faults = faults_of_rule(draft, held=circles_held())
    if since is not None and since < now:
        faults.append(
            Invalid("past", gettext_noop("Choose a time to come, or none."), field="since")
        )
    return faults


def _held(rule_id: int) -> Rule:
    found = Rule.objects.select_for_update(no_key=True).filter(pk=rule_id).first()
    if found is None:
        raise NotFound("not_found", gettext_noop("There is no such rule."))
    return found


def _key(name: str) -> str:
    start = slugify(name)[:KEY_LENGTH] or "rule"
    taken = Rule.objects.filter(key__startswith=start).count()
    return f"{start}-{taken + 1}" if taken else start


def _end(version: RuleVersion, at: datetime) -> None:
    version.effective = DateTimeTZRange(version.effective.lower, at)
    version.save(update_fields=["effective"])


def _write(
    rule: Rule, draft: RuleDraft, *, number: int, begins: datetime, actor: Person, now: datetime
) -> RuleVersion:
    version = RuleVersion.objects.create(
        rule=rule,
        number=number,
        effective=DateTimeTZRange(begins, None),
        trigger=draft.trigger,
        wait_minutes=draft.wait_minutes,
        in_hours=draft.in_hours,
        when=[each.as_json() for each in draft.when],
        every=draft.every or 0,
        most=draft.most or 1,
        tells=draft.tells,
        level=draft.level,
        assigns=draft.assigns,
        task_kind=draft.task_kind,
        task_words=draft.task_words.strip(),
        task_days=draft.task_days or 0,
        made_by=actor,
        made_at=now,
    )
    if draft.trigger in BY_TIME:
        # Cases were told when to be looked at without knowing of this one.
        Watch.objects.filter(look_at__gt=begins).update(look_at=begins)
    _record(rule, "rule.changed", actor=actor, now=now, version=number)
    return version


def _record(rule: Rule, verb: str, *, actor: Person, now: datetime, version: int) -> None:
    record(
        stream=f"rule:{rule.pk}",
        verb=verb,
        actor_id=actor.pk,
        at=now,
        audience=Audience.MEMBERS,
        public={"rule": rule.pk, "version": version},
    )
    transaction.on_commit(rules.forget)
