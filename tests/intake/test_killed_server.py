"""kill -9 of web workers during intake: what was answered is stored once, the rest can be resent."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.utils import timezone

from recovery.coordination.models import Submission
from recovery.failures.models import Failure, Track
from recovery.local import addresses
from recovery.org.selectors import system_person
from recovery.org.services import create_api_key
from tests.coordination.reporting import make_desk
from tests.databases import PRODUCTION_LIKE

SENDERS, EACH, KILLS = 4, 30, 4


@pytest.fixture
def key(own_database):
    make_desk()
    return create_api_key(
        name="website", scopes=["complaints:write"], actor=system_person(), now=timezone.now()
    )


@pytest.fixture
def server(own_database):
    """Two web workers on the test's own database, as `up` runs them; yields (port, process)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603
        [
            *(sys.executable, "-m", "granian", "recovery.wsgi:application"),
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "2", "--blocking-threads", "2", "--no-ws", "--log-level", "error"),
            "--respawn-failed-workers",
        ],
        cwd=addresses.CHECKOUT,
        env={**os.environ, **PRODUCTION_LIKE, "DATABASE_URL": own_database},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(port):
    for _ in range(200):
        with contextlib.suppress(OSError, http.client.HTTPException):
            if ask(port, "GET", "/healthz")[0] == 200:
                return
        time.sleep(0.2)
    pytest.fail("the server does not answer")


def ask(port, method, path, body=None, **headers):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with contextlib.closing(link):
        link.request(method, path, body, headers)
        answer = link.getresponse()
        return answer.status, answer.read(), answer.headers


def send(port, key, name):
    return ask(
        port,
        "POST",
        "/api/v1/complaints/",
        json.dumps({"what_happened": f"Complaint {name}."}),
        **{
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": name,
        },
    )


def try_to_send(port, key, name):
    """The answer, or None when the connection broke."""
    try:
        return send(port, key, name)
    except (OSError, http.client.HTTPException):
        time.sleep(0.5)  # a new worker is on its way; do not spend all names on its absence
        return None


def kill_a_worker(process):
    """kill -9 the first of the processes that share the server's socket."""
    workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(workers[0]), signal.SIGKILL)


@pytest.mark.slow
def test_every_answer_is_stored_once_and_the_rest_can_be_sent_again(server, key):
    port, process = server
    names = [f"{sender}-{number}" for sender in range(SENDERS) for number in range(EACH)]
    with ThreadPoolExecutor(SENDERS) as pool:
        first = [pool.submit(try_to_send, port, key, name) for name in names]
        for enough in range(10, 10 + 15 * KILLS, 15):
            while sum(each.done() for each in first) < enough:
                time.sleep(0.02)
            kill_a_worker(process)
        answers = dict(zip(names, (each.result() for each in first), strict=True))
    wait_for(port)
    answered = {name: answer[1] for name, answer in answers.items() if answer}
    assert {answer[0] for answer in answers.values() if answer} == {201}
    stored = set(Submission.objects.values_list("key", flat=True))
    assert set(answered) <= stored

    again = {name: send(port, key, name) for name in names}
    assert {answer[0] for answer in again.values()} == {201}
    assert all(again[name][1] == body for name, body in answered.items())
    assert Submission.objects.count() == Failure.objects.count() == len(names)
    assert Track.objects.count() == 3 * len(names)
