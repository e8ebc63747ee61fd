"""Marking of sentences for translation, where rules may not import the framework."""


def gettext_noop(message: str) -> str:
    """Mark `message` for makemessages and return it unchanged; it is translated at the edge."""
    return message


class Word(str):
    """A word inside a sentence that is itself translated when the sentence is shown."""

    __slots__ = ()
