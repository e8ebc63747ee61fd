"""The words of messages: what they are about, and how somebody wants to have them."""

from enum import StrEnum
from typing import Final

from recovery.kernel.text import Word, gettext_noop


class Group(StrEnum):
    """What a notice is about: people choose by these, not by every single kind."""

    TIME = "time"
    DECISION = "decision"
    WORK = "work"
    MENTION = "mention"
    PRIVATE = "private"


class Way(StrEnum):
    """How a notice leaves the house; the inbox has it in any case."""

    NOW = "now"
    DIGEST = "digest"
    INBOX = "inbox"


class Topic(StrEnum):
    """What an address outside hears of."""

    FAILURE = "failure"
    CUSTOMER = "customer"
    PROCESS = "process"
    TIME = "time"


TOPIC_WORDS: Final = {
    Topic.FAILURE: Word(gettext_noop("Failures: reported, changed, recovered")),
    Topic.CUSTOMER: Word(gettext_noop("Customers’ cases: answers, remedies, ends")),
    Topic.PROCESS: Word(gettext_noop("Learning: causes, actions, proof")),
    Topic.TIME: Word(gettext_noop("Time: clocks, promises, tasks, escalations")),
}

GROUP_WORDS: Final = {
    Group.TIME: Word(gettext_noop("Time runs out")),
    Group.DECISION: Word(gettext_noop("Somebody needs or has made a decision")),
    Group.WORK: Word(gettext_noop("Something happened to your work")),
    Group.MENTION: Word(gettext_noop("You are named in a note")),
    Group.PRIVATE: Word(gettext_noop("Private tasks")),
}

WAY_WORDS: Final = {
    Way.NOW: Word(gettext_noop("Mail at once")),
    Way.DIGEST: Word(gettext_noop("In a digest")),
    Way.INBOX: Word(gettext_noop("Inbox only")),
}
