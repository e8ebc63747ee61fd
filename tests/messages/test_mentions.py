"""Being named in a note: told once, only who may read the case, and support notes tell nobody."""

import pytest
from django.urls import reverse

from recovery.failures.models import Note
from recovery.failures.services import add_note, hand_over, named_nobody, tell_named
from recovery.messages import selectors, services
from recovery.messages.models import Message
from recovery.org.roles import Role
from tests.factories import NOON, make_department, make_failure, make_item, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_department()


@pytest.fixture
def item(desk):
    return make_item(make_failure(department=desk))


@pytest.fixture
def writer(desk):
    return make_person(Role.HANDLER, desk, name="Wanda Writer")


@pytest.fixture
def ana(desk):
    return make_person(Role.HANDLER, desk, name="Ana Prado")


def note(item, words, writer):
    return add_note(item_id=item.pk, words=words, actor=writer, now=NOON)


def named(person):
    return selectors.inbox(person).messages


@pytest.mark.parametrize("handle", ["@ana", "@Ana.Prado", "@prado", "@ANA, @ana.prado"])
def test_tells_who_is_named_once_and_in_neutral_words(item, writer, ana, handle):
    note(item, f"Could {handle} call Mr Osei back?", writer)
    (notice,) = named(ana)
    assert "you are named in a note" in notice.subject
    assert "Osei" not in notice.subject + "".join(notice.lines)
    assert notice.record.startswith("/cases/C-")
    assert not named_nobody(item_id=item.pk, actor=writer, at=NOON)


def test_tells_nobody_who_may_not_read_it(item, writer):
    stranger = make_person(Role.HANDLER, make_department(), name="Sara Stranger")
    supporter = make_person(Role.SUPPORTER, item.department, name="Sue Supporter")
    gone = make_person(Role.HANDLER, item.department, name="Gil Gone", is_active=False)
    note(item, "@sara @sue @gil", writer)
    assert not any(named(each) for each in (stranger, supporter, gone))
    assert named_nobody(item_id=item.pk, actor=writer, at=NOON)


def test_the_hint_is_the_same_for_strangers_and_for_names_nobody_has(client, item, writer):
    make_person(Role.HANDLER, make_department(), name="Sara Stranger")
    client.force_login(writer)
    said = []
    for words in ("Ask @sara.", "Ask @nobody."):
        client.post(reverse("console:note", args=[item.pk]), {"words": words})
        said.append([str(each) for each in client.get("/inbox/").context["messages"]])
    assert said[0] == said[1]
    assert "Nobody was told of the note" in " ".join(said[0])


def test_no_hint_where_nobody_is_named_or_somebody_was_told(client, item, writer, ana):
    client.force_login(writer)
    for words in ("Write to ana@example.org.", "Ask @ana."):
        client.post(reverse("console:note", args=[item.pk]), {"words": words})
        assert len(client.get("/inbox/").context["messages"]) == 1


def test_two_of_one_name_are_told_by_the_whole_name_only(item, writer, ana):
    other = make_person(Role.HANDLER, item.department, name="Ana Lopes")
    note(item, "@ana", writer)
    assert not named(ana)
    assert not named(other)
    note(item, "@ana.lopes", writer)
    assert len(named(other)) == 1
    assert not named(ana)


def test_naming_oneself_tells_nobody(item, writer):
    note(item, "@wanda was here", writer)
    assert not named(writer)


def test_reaches_in_spite_of_a_mute(item, writer, ana):
    note(item, "@ana", writer)
    services.mute(message_id=named(ana)[0].pk, person=ana, now=NOON)
    note(item, "@ana again", writer)
    assert Message.objects.filter(recipient=ana, channel="email", state="queued").count() == 2


def test_who_holds_it_is_told_after_it_went_to_another_desk(item, writer, ana):
    there = make_department()
    rui = make_person(Role.HANDLER, there, name="Rui Costa")
    hand_over(
        item_id=item.pk,
        department_id=there.pk,
        words="@rui @ana please",
        actor=writer,
        now=NOON,
    )
    assert len(named(rui)) == 1
    assert not named(ana)


def test_notes_on_support_tell_nobody(writer, ana):
    item = make_item(kind="employee", owner=ana)
    written = Note.objects.create(item=item, author=writer, words="@ana", at=NOON)
    tell_named(item, written)
    assert not named(ana)


def test_process_cases_name_those_who_read_processes(desk, ana):
    owner = make_person(Role.PROCESS_OWNER, desk, name="Pia Owner")
    lead = make_person(Role.LEAD, desk, name="Leo Lead")
    item = make_item(make_failure(department=desk), kind="process")
    note(item, "@leo @ana", owner)
    assert named(lead)[0].path.startswith("/processes/P-")
    assert not named(ana)


def test_a_case_without_names_costs_nothing_more(item, writer, django_assert_max_num_queries):
    written = Note.objects.create(item=item, author=writer, words="Nobody", at=NOON)
    with django_assert_max_num_queries(0):
        tell_named(item, written)


@pytest.mark.parametrize(
    ("failure", "case", "state"),
    [
        ({}, {}, "waiting"),
        ({}, {"priority": 1}, "queued"),
        ({"safety": 2}, {}, "waiting"),
        ({"safety": 3}, {}, "queued"),
    ],
)
def test_only_p1_and_safety_do_not_wait_for_a_digest(desk, writer, ana, failure, case, state):
    services.wish(person=ana, ways={"mention": "digest"}, digest_hours=[16], now=NOON)
    urgent = make_item(make_failure(department=desk, **failure), **case)
    note(urgent, "@ana", writer)
    assert Message.objects.get(recipient=ana, channel="email").state == state
