"""How somebody wants to be told, what is refused, mutes, and what the log of deliveries allows."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from recovery.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from recovery.messages import selectors, services
from recovery.messages.models import Message, Mute, Preference
from recovery.messages.services import replaying
from recovery.org.roles import Role
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def wish(person, **facts):
    return services.wish(**({"person": person, "ways": {}, "now": NOON} | facts))


def tell(*people, key="case:1", **facts):
    defaults = {"kind": "test", "subject": "Look", "lines": [], "path": "/cases/C-7K3Q9X/"}
    defaults |= {"dedupe_key": key, "at": NOON} | facts
    services.tell(person_ids=[each.pk for each in people], **defaults)


def mail_of(person):
    return Message.objects.filter(recipient=person, channel="email").latest("pk")


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"quiet_from": time(8), "quiet_until": time(8)}, "quiet_until", "quiet_equal"),
        ({"quiet_from": time(8)}, "quiet_until", "quiet_half"),
        ({"quiet_until": time(8)}, "quiet_from", "quiet_half"),
        ({"zone": "Mars/Olympus"}, "zone", "unknown_zone"),
        ({"zone": "../etc/passwd"}, "zone", "unknown_zone"),
        ({"ways": {"work": "digest"}}, "digest_hours", "digest_without_hour"),
        ({"digest_hours": [24]}, "digest_hours", "no_hour"),
        ({"ways": {"work": "pigeon"}}, "work", "unknown_code"),
        ({"ways": {"gossip": "now"}}, "gossip", "unknown_code"),
    ],
)
def test_refuses_wishes_that_cannot_be_kept_and_says_why(facts, field, code):
    ana = make_person()
    with pytest.raises(Invalid) as refused:
        wish(ana, **facts)
    assert [(each.field, each.code) for each in refused.value.parts] == [(field, code)]
    assert not Preference.objects.filter(person=ana).exists()


@pytest.mark.parametrize(
    "facts", [{"quiet_from": "08:00", "quiet_until": "08:00"}, {"digest_hours": [24]}]
)
def test_the_database_refuses_them_as_well(facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(person=make_person(), **facts)


def test_quiet_hours_count_in_the_person_s_own_zone():
    ana = make_person()
    wish(ana, quiet_from=time(20), quiet_until=time(7), zone="Asia/Tokyo")  # it is 21:00 there
    tell(ana)
    assert services.deliver(NOON) == 0
    assert mail_of(ana).due_at == NOON.replace(hour=22)
    assert selectors.unread_count(ana) == 1
    assert services.deliver(NOON.replace(hour=22)) == 1


def test_mail_held_over_the_week_end_is_not_stale_when_it_may_go():
    ana, friday = make_person(), NOON + 2 * DAY
    wish(ana, ways={"work": "digest"}, digest_hours=[9], working_days_only=True, zone="UTC")
    tell(ana, at=friday)
    assert services.deliver(friday + 3 * DAY) == 1


def test_a_muted_record_sends_no_mail_but_is_in_the_inbox():
    ana, rui = make_person(), make_person()
    tell(ana, rui)
    services.deliver(NOON)
    mail.outbox.clear()
    notice = selectors.inbox(ana).messages[0]
    assert services.mute(message_id=notice.pk, person=ana, now=NOON) == "/cases/C-7K3Q9X/"
    services.mute(message_id=notice.pk, person=ana, now=NOON)
    tell(ana, rui, key="case:2")
    tell(ana, key="other", path="/cases/C-7K3Q9Y/")
    services.deliver(NOON)
    assert [each.to for each in mail.outbox] == [[rui.email], [ana.email]]
    assert selectors.unread_count(ana) == 3
    kept = Message.objects.get(dedupe_key=f"case:2:{ana.pk}:email")
    assert (kept.state, kept.error) == ("kept", "muted")


def test_who_holds_the_case_is_reached_in_spite_of_a_mute_and_unmuting_ends_it():
    ana = make_person()
    tell(ana)
    services.mute(message_id=selectors.inbox(ana).messages[0].pk, person=ana, now=NOON)
    tell(ana, key="mine", personal=True)
    assert mail_of(ana).state == "queued"
    mutes = selectors.mutes_of(ana)
    services.unmute(mute_id=mutes["/cases/C-7K3Q9X/"], person=ana)
    tell(ana, key="again")
    assert mail_of(ana).state == "queued"


def test_mutes_nothing_by_somebody_else_s_notice_nor_what_is_no_record():
    ana, rui = make_person(), make_person()
    tell(rui)
    tell(ana, path="/support/")
    theirs, mine = [selectors.inbox(each).messages[0].pk for each in (rui, ana)]
    with pytest.raises(NotFound):
        services.mute(message_id=theirs, person=ana, now=NOON)
    with pytest.raises(Invalid):
        services.mute(message_id=mine, person=ana, now=NOON)
    services.mute(message_id=theirs, person=rui, now=NOON)
    with pytest.raises(NotFound):
        services.unmute(mute_id=Mute.objects.get().pk, person=ana)


@pytest.fixture
def operator():
    return make_person(Role.OPERATOR)


def dead(person, key):
    tell(person, key=key)
    message = mail_of(person)
    Message.objects.filter(pk=message.pk).update(state="dead", tries=8, error="X: full")
    return message


def test_sends_a_dead_letter_again_with_its_old_names(operator):
    message = dead(make_person(), "case:1")
    later = NOON + 9 * DAY
    services.send_again(message_id=message.pk, actor=operator, now=later)
    assert services.deliver(later) == 1
    assert f"<message-{message.pk}@" in mail.outbox[0].extra_headers["Message-ID"]
    message.refresh_from_db()
    assert message.state == "sent"
    assert message.dedupe_key.startswith("case:1:")
    with pytest.raises(Conflict):
        services.send_again(message_id=message.pk, actor=operator, now=later)
    assert services.deliver(later) == 0


def test_sends_all_of_a_kind_again_and_nothing_else(operator):
    for number in range(3):
        dead(make_person(), f"case:{number}")
    tell(make_person(), key="other", kind="waiver.asked")
    Message.objects.filter(kind="waiver.asked", channel="email").update(state="dead")
    assert selectors.dead_by_kind() == [("test", 3), ("waiver.asked", 1)]
    assert services.send_all_again(kind="test", actor=operator, now=NOON) == 3
    assert selectors.dead_by_kind() == [("waiver.asked", 1)]


def test_only_operators_send_again():
    message = dead(make_person(), "case:1")
    for verb in (services.send_again, services.send_all_again):
        what = {"kind": "test"} if verb is services.send_all_again else {}
        what = what or {"message_id": message.pk}
        with pytest.raises(NotAllowed):
            verb(actor=make_person(Role.LEAD), now=NOON, **what)


def test_throws_away_what_is_old_and_nothing_that_waits_or_is_unread(monkeypatch):
    ana = make_person()
    tell(ana, key="sent")
    services.deliver(NOON)
    tell(ana, key="unread")
    read = Message.objects.get(dedupe_key=f"sent:{ana.pk}:inbox")
    services.mark_read(message_id=read.pk, person=ana, now=NOON)
    assert services.prune(now=NOON + replaying.READ_KEPT) == 0
    assert services.prune(now=NOON + replaying.READ_KEPT + DAY) == 2
    left = set(Message.objects.values_list("dedupe_key", flat=True))
    assert left == {f"unread:{ana.pk}:inbox", f"unread:{ana.pk}:email"}
    assert services.prune(now=NOON + replaying.UNREAD_KEPT + DAY) == 1
    assert Message.objects.get().state == "queued"


def test_what_waits_for_its_time_does_not_look_late():
    ana = make_person()
    wish(ana, quiet_from=time(8), quiet_until=time(20), zone="UTC")
    tell(ana)
    assert selectors.oldest_unsent() == NOON.replace(hour=20)
