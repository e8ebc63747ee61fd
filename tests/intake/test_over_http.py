"""The example of the README, sent by curl to a server that really listens."""

import json
import shutil
import subprocess

import pytest
from django.core.management import call_command

from cases.models import Complaint
from tests.coordination.reporting import make_desk

CURL = shutil.which("curl")


@pytest.fixture
def key(live_url, capsys):
    make_desk()
    call_command("create_api_key", "website", "--scope", "complaints:write")
    return capsys.readouterr().out.strip()


def curl(*arguments):
    done = subprocess.run(  # noqa: S603
        [CURL or "curl", "--silent", "--show-error", "--include", *arguments],
        capture_output=True,
        check=True,
        timeout=30,
    )
    head, _gap, body = done.stdout.decode().partition("\r\n\r\n")
    status, *headers = head.split("\r\n")
    return (
        int(status.split()[1]),
        dict(line.split(": ", 1) for line in headers),
        json.loads(body),
    )


@pytest.mark.slow
@pytest.mark.skipif(CURL is None, reason="no curl on this machine")
def test_a_complaint_sent_by_curl_is_stored_once(live_url, key):
    words = {"what_happened": "Nobody came with the wheelchair.", "channel": "web"}
    arguments = [
        *("-X", "POST", f"{live_url}/api/v1/complaints/"),
        *("-H", f"Authorization: Bearer {key}"),
        *("-H", "Idempotency-Key: first-try"),
        *("-H", "Content-Type: application/json"),
        *("-d", json.dumps(words)),
    ]
    status, headers, body = curl(*arguments)
    again, headers_again, body_again = curl(*arguments)
    assert (status, again) == (201, 201)
    assert body == body_again
    assert headers_again["Idempotent-Replayed"] == "true"
    assert headers["Location"] == f"/api/v1/complaints/{body['customer_case']}/"
    assert body["url"] == f"{live_url}/failures/{body['failure']}/"
    assert Complaint.objects.get().words == words["what_happened"]


@pytest.mark.skipif(CURL is None, reason="no curl on this machine")
def test_what_is_wrong_is_said_to_curl_too(live_url, key):
    status, _headers, body = curl(
        *("-X", "POST", f"{live_url}/api/v1/complaints/", "-d", "{}"),
        *("-H", f"Authorization: Bearer {key}", "-H", "Content-Type: application/json"),
    )
    assert status == 422
    assert body["field"] == "what_happened"
