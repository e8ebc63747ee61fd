"""Words of the spine: track states and ends, the whole status, channels, reasons."""

from enum import StrEnum

from recovery.kernel.text import gettext_noop


class Worded(StrEnum):
    """A code with the word people read; `choices()` feeds model fields."""

    word: str

    def __new__(cls, code: str, word: str = "") -> "Worded":
        member = str.__new__(cls, code)
        member._value_ = code
        member.word = word
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.word) for member in cls]


class TrackKind(Worded):
    CUSTOMER = "customer", gettext_noop("Customer")
    PROCESS = "process", gettext_noop("Process")
    EMPLOYEE = "employee", gettext_noop("Employee")


class TrackState(Worded):
    NOT_REQUIRED = "not_required", gettext_noop("not required")
    WAITING = "waiting", gettext_noop("waiting")
    ACTIVE = "active", gettext_noop("under way")
    ENDED = "ended", gettext_noop("ended")


class TrackEnd(Worded):
    OK = "ok", gettext_noop("done")
    OK_UNCONFIRMED = "ok_unconfirmed", gettext_noop("done, unconfirmed")
    POOLED = "pooled", gettext_noop("learning pooled")
    WAIVED = "waived", gettext_noop("waived")
    FAILED = "failed", gettext_noop("not recovered")
    PARTLY = "partly", gettext_noop("recovered for some")


class Whole(Worded):
    """What the three tracks together say. Only `recovered` counts as recovered."""

    NOTED = "noted", gettext_noop("Noted")
    OPEN = "open", gettext_noop("Open")
    RECOVERING = "recovering", gettext_noop("Recovering")
    REOPENED = "reopened", gettext_noop("Reopened")
    RECOVERED = "recovered", gettext_noop("Recovered")
    RECOVERED_UNCONFIRMED = "recovered_unconfirmed", gettext_noop("Recovered, unconfirmed")
    CLOSED_WAIVED = "closed_waived", gettext_noop("Closed, part waived")
    CLOSED_PARTLY = "closed_partly", gettext_noop("Closed, some recovered")
    CLOSED_UNRECOVERED = "closed_unrecovered", gettext_noop("Closed, not recovered")
    MERGED = "merged", gettext_noop("Merged")
    VOID = "void", gettext_noop("Void")


class Channel(Worded):
    """How word of it reached us."""

    PHONE = "phone", gettext_noop("Phone")
    EMAIL = "email", gettext_noop("E-mail")
    WEB = "web", gettext_noop("Web")
    SOCIAL = "social", gettext_noop("Social media")
    IN_PERSON = "in_person", gettext_noop("In person")
    LETTER = "letter", gettext_noop("Letter")
    API = "api", gettext_noop("Another system")
    INTERNAL = "internal", gettext_noop("Inside the house")


class Detection(Worded):
    """Who or what noticed; kept apart from the channel."""

    COMPLAINT = "complaint", gettext_noop("Complaint")
    STAFF = "staff", gettext_noop("Noticed by staff")
    MONITORING = "monitoring", gettext_noop("Monitoring")
    AUDIT = "audit", gettext_noop("Audit")
    SURVEY = "survey", gettext_noop("Survey")
    CUSTOMER_CONTACT = "customer_contact", gettext_noop("Customer contact, no complaint")


class WaiverReason(Worded):
    NOT_OURS_TO_DO = "not_ours_to_do", gettext_noop("Another organisation must do this")
    CUSTOMER_DECLINED = "customer_declined", gettext_noop("The customer wants nothing done")
    EXTERNAL_BODY = "external_body", gettext_noop("An outside body decides")
    RISK_ACCEPTED = "risk_accepted", gettext_noop("Remaining risk accepted by name")
    DISPROPORTIONATE = "disproportionate", gettext_noop("Effort out of proportion")


SEVERITIES = ("experience", "trust", "safety", "quality", "money", "legal")
CLOSED_STATUSES = frozenset(
    {
        Whole.NOTED,
        Whole.RECOVERED,
        Whole.RECOVERED_UNCONFIRMED,
        Whole.CLOSED_WAIVED,
        Whole.CLOSED_PARTLY,
        Whole.CLOSED_UNRECOVERED,
        Whole.MERGED,
        Whole.VOID,
    }
)
OPEN_STATUSES = frozenset(Whole) - CLOSED_STATUSES
