"""How tests of the case page reach it and press its buttons."""

from django.urls import reverse

from cases import services
from recovery.failures.models import WorkItem
from recovery.failures.selectors import item_reference
from tests.factories import NOON


def url_of(case, verb=None):
    reference = item_reference("customer", case.pk)
    if verb is None:
        return reverse("cases:case", args=[reference])
    return reverse("cases:verb", args=[reference, verb])


def post(client, case, verb, **fields):
    version = WorkItem.objects.values_list("version", flat=True).get(pk=case.pk)
    return client.post(url_of(case, verb), {"version": version, **fields})


def acknowledge(case, desk):
    services.acknowledge(
        case_id=case.pk, words="We know.", channel="phone", actor=desk.handler, now=NOON
    )


def offer(case, desk, amount_minor=8_000):
    return services.offer_remedy(
        case_id=case.pk,
        line="goodwill",
        kind="voucher",
        amount_minor=amount_minor,
        words="Voucher",
        actor=desk.handler,
        now=NOON,
    )
