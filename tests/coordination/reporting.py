"""Reports as tests start from them, and a desk that can take them."""

from datetime import UTC, datetime, timedelta

from psycopg2.extras import DateTimeTZRange

from recovery.clocks.models import Standard, StandardVersion
from recovery.clocks.selectors import catalogue
from recovery.clocks.states import ClockKind
from recovery.coordination.services import ComplaintFacts, CustomerFacts, Report
from recovery.failures.states import Channel, Detection
from recovery.kernel.snapshots import forget_all
from recovery.org.models import Organisation
from recovery.org.roles import Role
from tests.factories import NOON, make_department, make_person

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
HOURS = {
    ClockKind.ACKNOWLEDGE: 4,
    ClockKind.RESOLVE: 72,
    ClockKind.OUTREACH: 24,
}


def make_desk(name="Customer desk"):
    """A department with a handler, and standards for the clocks that intake starts."""
    Organisation.objects.get_or_create(pk=1, defaults={"name": "Halden Air"})
    desk = make_department(name)
    make_person(Role.HANDLER, desk)
    Standard.objects.filter(retired_at=None).update(retired_at=LONG_AGO)
    for kind, hours in HOURS.items():
        make_standard(kind, hours)
    catalogue.forget()
    forget_all()
    return desk


def make_standard(kind, hours):
    standard = Standard.objects.create(
        key=f"{kind}-{Standard.objects.count()}",
        name=kind.word,
        words=kind.word,
        clock_kind=kind,
    )
    seconds = int(timedelta(hours=hours).total_seconds())
    StandardVersion.objects.create(
        standard=standard,
        number=1,
        effective=DateTimeTZRange(LONG_AGO, None),
        targets={str(priority): seconds for priority in range(1, 5)},
    )


def a_customer(**facts):
    return CustomerFacts(**{"name": "Rui Tavares", "email": "rui@example.org"} | facts)


def a_complaint(words="Nobody told us why.", **facts):
    return ComplaintFacts(
        **{"words": words, "channel": Channel.PHONE, "received_at": NOON} | facts
    )


def a_report(**facts):
    """A complaint by one customer, unless said otherwise."""
    base = {
        "what_happened": "Flight cancelled at the gate.",
        "channel": Channel.PHONE,
        "detection": Detection.COMPLAINT,
        "customers": (a_customer(),),
        "complaint": a_complaint(),
    }
    return Report(**base | facts)


def a_silent_report(**facts):
    """A failure that nobody complained about."""
    base = {
        "detection": Detection.MONITORING,
        "channel": Channel.INTERNAL,
        "complaint": None,
    }
    return a_report(**base | facts)
