from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from recovery.org.models import ApiKey, Person
from recovery.org.selectors import find_api_key

pytestmark = pytest.mark.django_db


def create(*arguments):
    out = StringIO()
    call_command("create_api_key", *arguments, stdout=out)
    return out.getvalue()


def test_prints_the_key_alone():
    printed = create("website", "--scope", "complaints:write", "--scope", "failures:read")
    grant = find_api_key(printed.strip())
    assert printed.count("\n") == 1
    assert grant.scopes == {"complaints:write", "failures:read"}
    assert grant.person.kind == Person.Kind.SERVICE


def test_keeps_only_a_digest():
    printed = create("website", "--scope", "failures:read").strip()
    assert printed.encode() not in bytes(ApiKey.objects.get().digest)


def test_ends_after_the_days_given():
    create("website", "--scope", "failures:read", "--days", "30")
    left = ApiKey.objects.get().expires_at - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("website", "--scope", "everything"), "complaints:write.*not known: everything"),
        (("  ", "--scope", "failures:read"), "Give the key a name"),
        (("website", "--scope", "failures:read", "--days", "0"), "from 1 to 3650"),
        (("website",), "--scope"),
    ],
)
def test_refuses_with_what_to_do(arguments, said):
    with pytest.raises(CommandError, match=said):
        create(*arguments)
    assert not ApiKey.objects.exists()
