"""What can go wrong with the embedded servers, in a sentence for the terminal."""


class LocalError(Exception):
    """The servers cannot do what was asked; the message says what to do about it."""
