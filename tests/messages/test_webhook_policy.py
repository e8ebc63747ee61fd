"""Which addresses a webhook may go to, and what it hears of."""

from datetime import timedelta

import pytest

from recovery.messages.policy import (
    LONGEST_REST,
    is_address,
    is_outside,
    references_in,
    rest_after,
    topic_of,
)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.169.254", "0.1.2.3",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1", "ff02::1",
    ],
)  # fmt: skip
def test_an_address_of_ones_own_is_not_outside(address):
    assert not is_outside(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_a_public_address_is_outside(address):
    assert is_outside(address)


@pytest.mark.parametrize(
    ("url", "private", "fine"),
    [
        ("https://example.org/hook?x=1", False, True),
        ("https://example.org:8443/", False, True),
        ("http://example.org/", False, False),
        ("http://10.0.0.1:8000/", True, True),
        ("https://me:pass@example.org/", False, False),
        ("https://example.org/#there", False, False),
        ("https://example.org:port/", False, False),
        ("https://exa\nmple.org/", False, False),
        ("ftp://example.org/", True, False),
        ("file:///etc/passwd", True, False),
        ("https:///path", False, False),
        ("https://[::1/", False, False),
        ("", False, False),
    ],
)
def test_an_address_is_whole_and_hides_nothing(url, private, fine):
    assert is_address(url, private=private) is fine


@pytest.mark.parametrize(
    ("stream", "verb", "topic"),
    [
        ("failure:1", "failure.reported", "failure"),
        ("customer:1", "remedy.offered", "customer"),
        ("process:1", "process.proven", "process"),
        ("customer:1", "clock.breached", "time"),
        ("employee:1", "clock.breached", None),
        ("person:1", "person.wishes", None),
    ],
)
def test_an_event_has_one_topic_or_stays_at_home(stream, verb, topic):
    assert topic_of(stream, verb) == topic


def test_references_are_those_people_know():
    found = references_in("customer:12", 3)
    assert (found["failure"][:2], found["case"][:2]) == ("F-", "C-")
    assert list(references_in("process:12", None)) == ["case"]
    assert list(references_in("failure:12", 12)) == ["failure"]


def test_a_rest_grows_and_ends():
    rests = [rest_after(count) for count in range(20)]
    assert rests[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert rests[-1] == LONGEST_REST
