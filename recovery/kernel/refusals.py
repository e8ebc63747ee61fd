"""Why a verb was not carried out: typed, with a sentence the person can act on.

A refusal is raised by rules and services in English and turned into the reader's language and
an HTTP answer at the edge. Sentences are marked with `gettext_noop` where they are written.
"""

from collections.abc import Callable, Iterable
from typing import ClassVar, Self

from recovery.kernel.text import Word

type Translate = Callable[[str], str]


def _as_written(message: str) -> str:
    return message


class Refusal(Exception):  # noqa: N818  (a refusal is an answer, not an error)
    """`sentence` is English with %(name)s places, filled from `params`.

    `code` is for programs and never changes; `field` names the input at fault, if one is.
    """

    http_status: ClassVar[int] = 400

    def __init__(
        self, code: str, sentence: str, /, *, field: str | None = None, **params: object
    ) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence
        self.field = field
        self.params = params

    def say(self, translate: Translate = _as_written) -> str:
        """Return the sentence, translated, with its places filled.

        `Word` values are translated as well; tuples and lists are joined by commas.
        """
        spoken = translate(self.sentence)
        if not self.params:
            return spoken
        return spoken % {name: _shown(value, translate) for name, value in self.params.items()}

    def __str__(self) -> str:
        return self.say()


def _shown(value: object, translate: Translate) -> object:
    if isinstance(value, Word):
        return translate(value)
    if isinstance(value, tuple | list):
        return ", ".join(str(_shown(item, translate)) for item in value)
    return value


class NotAllowed(Refusal):
    """The actor may not do this."""

    http_status = 403


class NotFound(Refusal):
    """There is no such thing, or none the actor may see: the two answer alike."""

    http_status = 404


class Conflict(Refusal):
    """The thing has moved on: a stale version or a move its state does not have."""

    http_status = 409


class Busy(Refusal):
    """Locked by somebody else for longer than we wait; trying again helps."""

    http_status = 503


class Invalid(Refusal):
    """The input is wrong, in one field or in several (`parts`)."""

    http_status = 422

    def __init__(
        self, code: str, sentence: str, /, *, field: str | None = None, **params: object
    ) -> None:
        super().__init__(code, sentence, field=field, **params)
        self.parts: tuple[Invalid, ...] = (self,)

    @classmethod
    def gather(cls, parts: Iterable["Invalid"]) -> Self:
        """Make one refusal of many, so that a person corrects everything in one go.

        It takes code, sentence and field of the first. Raises ValueError when there is none.
        """
        flat = tuple(each for part in parts for each in part.parts)
        if not flat:
            message = "a refusal needs at least one reason"
            raise ValueError(message)
        first = flat[0]
        whole = cls(first.code, first.sentence, field=first.field, **first.params)
        whole.parts = flat
        return whole

    def by_field(self, translate: Translate = _as_written) -> dict[str, list[str]]:
        """Return the sentences under each field; "" holds those about no single field."""
        found: dict[str, list[str]] = {}
        for part in self.parts:
            found.setdefault(part.field or "", []).append(Refusal.say(part, translate))
        return found

    @property
    def errors(self) -> dict[str, list[str]]:
        """The untranslated sentences under each field."""
        return self.by_field()
