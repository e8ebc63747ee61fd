"""Notes are encrypted with keys outside the database; whoever reads them is written down."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from recovery.events.models import Event
from recovery.events.selectors import timeline
from recovery.kernel.refusals import Invalid, NotFound
from staff import services
from staff.models import SupportNote
from staff.policy import MOST_WORDS
from tests.factories import NOON
from tests.staff.conftest import HOUR

WORDS = "I could not sleep after that call. 😶"


@pytest.fixture
def keys(settings):
    """Two keys; the first encrypts."""
    settings.SUPPORT_KEYS = [Fernet.generate_key().decode(), Fernet.generate_key().decode()]
    return settings.SUPPORT_KEYS


@pytest.fixture
def case(house):
    return house.offered()


def write(case, actor, words=WORDS):
    return services.write_note(item_id=case.pk, words=words, actor=actor, now=NOON)


def read(case, actor):
    return services.read_notes(item_id=case.pk, actor=actor, now=NOON + HOUR)


def rotate(**options):
    said = io.StringIO()
    call_command("rotate_support_keys", stdout=said, stderr=io.StringIO(), **options)
    return said.getvalue()


@pytest.mark.parametrize("reader", ["agent", "supporter"])
def test_both_readers_write_and_read(house, case, keys, reader):
    write(case, getattr(house, reader))
    (note,) = read(case, house.agent)
    assert (note.words, note.author, note.at) == (WORDS, getattr(house, reader).name, NOON)


def test_what_is_stored_does_not_hold_the_words(house, case, keys):
    stored = bytes(write(case, house.agent).cipher)
    assert WORDS.encode() not in stored
    assert b"sleep" not in stored
    assert Fernet(keys[0]).decrypt(stored).decode() == WORDS


def test_each_reading_is_written_down_and_shown_to_the_person(house, case, keys):
    write(case, house.agent)
    read(case, house.supporter)
    read(case, house.supporter)
    seen = timeline(viewer_id=house.agent.pk, streams=[f"employee:{case.pk}"]).entries
    looks = [each.actor_id for each in seen if each.verb == "support.notes_read"]
    assert looks == [house.supporter.pk] * 2


def test_finding_no_notes_is_no_reading(house, case, keys):
    assert read(case, house.supporter) == []
    assert not Event.objects.filter(verb="support.notes_read").exists()


@pytest.mark.parametrize("who", ["lead", "deputy"])
def test_others_neither_read_nor_write(house, case, keys, who):
    write(case, house.agent)
    with pytest.raises(NotFound):
        read(case, getattr(house, who))
    with pytest.raises(NotFound):
        write(case, getattr(house, who))


@pytest.mark.parametrize("words", ["", "  \n", "x" * (MOST_WORDS + 1)])
def test_refuses_blank_and_endless_notes(house, case, keys, words):
    with pytest.raises(Invalid):
        write(case, house.agent, words)


class TestKeys:
    def test_an_old_key_still_opens(self, house, case, keys, settings):
        write(case, house.agent)
        settings.SUPPORT_KEYS = [Fernet.generate_key().decode(), *keys]
        assert read(case, house.agent)[0].words == WORDS

    def test_rotation_leaves_notes_readable_with_the_new_key_alone(
        self, house, case, keys, settings
    ):
        for number in range(5):
            write(case, house.agent, f"{WORDS} {number}")
        new = Fernet.generate_key().decode()
        settings.SUPPORT_KEYS = [new, *keys]
        assert rotate(chunk=2) == "5 notes now need the first key only.\n"
        settings.SUPPORT_KEYS = [new]
        assert [each.words[-1] for each in read(case, house.agent)] == list("01234")

    def test_rotation_names_notes_that_no_key_opens_and_does_the_rest(
        self, house, case, keys, settings
    ):
        lost = write(case, house.agent)
        settings.SUPPORT_KEYS = [Fernet.generate_key().decode()]
        write(case, house.agent)
        with pytest.raises(CommandError, match=rf"1 notes done; no key opens 1: {lost.pk}\."):
            rotate(chunk=1)

    @pytest.mark.parametrize("missing", [[], ["not a key"]])
    def test_without_a_key_notes_refuse_with_a_hint_and_the_rest_works(
        self, house, case, settings, missing
    ):
        settings.SUPPORT_KEYS = missing
        with pytest.raises(services.Locked, match="RECOVERY_SUPPORT_KEYS"):
            write(case, house.agent)
        assert not SupportNote.objects.exists()
        services.accept(item_id=case.pk, actor=house.agent, now=NOON)

    def test_without_the_right_key_reading_refuses_and_writes_nothing_down(
        self, house, case, keys, settings
    ):
        write(case, house.agent)
        settings.SUPPORT_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(services.Locked, match="no longer here"):
            read(case, house.agent)
        assert not Event.objects.filter(verb="support.notes_read").exists()

    def test_rotation_without_a_key_says_so(self, db, settings):
        settings.SUPPORT_KEYS = []
        with pytest.raises(CommandError, match="RECOVERY_SUPPORT_KEYS"):
            rotate()
