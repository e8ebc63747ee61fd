"""How tests of the support pages reach them."""

from django.urls import reverse

from recovery.failures.selectors import item_reference, reference_of


def url_of(case, verb=""):
    reference = item_reference("employee", case.pk)
    return f"/support/{reference}/{verb}/" if verb else f"/support/{reference}/"


def failure_url(name, failure):
    return reverse(f"staff:{name}", args=[reference_of(failure.pk)])
