"""One id from the request into the log, the answer and the task it set off."""

import json
import logging
import re
import subprocess

import pytest
import structlog

from recovery import celery
from recovery.local import programs
from recovery.local.addresses import CHECKOUT
from recovery.local.processes import wait_until
from recovery.web.context import current_request_id
from recovery.web.logs import logging_config


@pytest.mark.django_db
class TestAnswers:
    def test_carry_the_caller_s_id(self, client):
        answer = client.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"})

        assert answer.headers["X-Request-ID"] == "from-the-proxy-1"

    @pytest.mark.parametrize(
        "given", ["", "short", "x" * 65, "a b c d e f g", "id\u0000-12345678"]
    )
    def test_carry_a_new_id_instead_of_a_strange_one(self, client, given):
        answer = client.get("/healthz", headers={"X-Request-ID": given})

        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])

    def test_differ_from_each_other(self, client):
        ids = {client.get("/healthz").headers["X-Request-ID"] for _ in range(5)}

        assert len(ids) == 5


def test_nothing_is_bound_outside_a_request(client):
    assert current_request_id() == ""


def test_publishing_sends_the_id_along():
    headers: dict[str, str] = {}

    with structlog.contextvars.bound_contextvars(request_id="abc-12345"):
        celery.send_request_id(headers=headers)

    assert headers == {"recovery_request_id": "abc-12345"}


def test_json_lines_carry_the_id():
    config = logging_config(form="json", level="INFO")
    formatter = structlog.stdlib.ProcessorFormatter(
        **{key: value for key, value in config["formatters"]["lines"].items() if key != "()"}
    )
    record = logging.LogRecord("recovery", logging.INFO, "x.py", 1, "Logged %s", ("it",), None)

    with structlog.contextvars.bound_contextvars(request_id="abc-12345"):
        line = formatter.format(record)

    assert '"request_id": "abc-12345"' in line
    assert '"event": "Logged it"' in line


@pytest.mark.slow
def test_a_task_logs_under_the_id_of_the_request_that_set_it_off(program_environment, tmp_path):
    log = tmp_path / "worker"
    environment = {**program_environment, "RECOVERY_LOG_FORMAT": "json"}
    command = [*programs.worker(), "--include", "tests.local.echo"]
    with log.open("w") as out:
        worker = subprocess.Popen(
            command, env=environment, cwd=CHECKOUT, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        wait_until(lambda: " ready." in log.read_text(), seconds=40)
        with structlog.contextvars.bound_contextvars(request_id="abc-12345"):
            celery.app.send_task("tests.echo", queue="urgent")
        assert wait_until(lambda: '"heard"' in log.read_text(), seconds=20), log.read_text()
    finally:
        worker.terminate()
        worker.wait(20)
    (line,) = [line for line in log.read_text().splitlines() if '"heard"' in line]
    assert json.loads(line)["request_id"] == "abc-12345"
