"""Intake against the floor: one durable transaction of many rows against one row."""

import itertools
import json
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import django

from tests.benchmarks.loading import Load, load, request
from tests.benchmarks.serving import WORKERS, cpu_seconds, database, say, site

CONNECTIONS = (1, 4, 8)
BATCH = 100
WORDS = "Flight cancelled at the gate, nobody told us why and there was nobody to ask. " * 4


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement of one variant."""

    load: Load
    web_ms: float
    database_ms: float


def run(*, seconds: float, repeats: int) -> None:
    """Print rates, times and CPU of floor, single and batch intake, interleaved."""
    with database() as server:
        django.setup()
        key = _prepare()
        _print_statements(key)
        with site("tests.benchmarks.floor:application") as (port, web):
            postgres = server.pid()
            assert postgres is not None

            def measure(sender: Callable[[], bytes], connections: int, each: int) -> Run:
                before = cpu_seconds(web), cpu_seconds(postgres)
                found = load(port, sender, connections=connections, seconds=seconds)
                after = cpu_seconds(web), cpu_seconds(postgres)
                done = len(found.times) * each
                web_ms, database_ms = (
                    (b - a) * 1000 / done for a, b in zip(before, after, strict=True)
                )
                return Run(found, web_ms, database_ms)

            _print_table(_measured(measure, key, repeats))


def _measured(
    measure: Callable[[Callable[[], bytes], int, int], Run], key: str, repeats: int
) -> dict[tuple[str, int], list[Run]]:
    numbers = itertools.count()
    variants: dict[str, tuple[Callable[[], bytes], int]] = {
        "floor": (lambda: request("/floor/", key, _body(next(numbers), customer=False)), 1),
        "single": (lambda: request("/api/v1/complaints/", key, _body(next(numbers))), 1),
        "batch": (lambda: request("/api/v1/complaints/batch/", key, _batch(numbers)), BATCH),
    }
    found: dict[tuple[str, int], list[Run]] = {}
    for sender, each in variants.values():
        measure(sender, max(CONNECTIONS), each)  # every thread warm
    for _, connections in itertools.product(range(repeats), CONNECTIONS):
        for name, (sender, each) in variants.items():
            result = measure(sender, connections, each)
            found.setdefault((name, connections), []).append(result)
    return found


def _facts(number: int, *, customer: bool = True) -> dict[str, object]:
    """A complaint; every second customer is one of a hundred known ones."""
    facts: dict[str, object] = {
        "what_happened": WORDS,
        "channel": "web",
        "received_at": "2026-01-05T10:00:00Z",
        "severity": number % 4,
    }
    if customer:
        who = f"known-{number % 100}" if number % 2 else f"new-{os.getpid()}-{number}"
        facts |= {
            "source": "bench",
            "external_id": f"{os.getpid()}-{number}",
            "service_reference": "HA 418",
            "customer": {
                "external_id": who,
                "name": "Rui Tavares",
                "email": f"{who}@example.org",
            },
        }
    return facts


def _body(number: int, *, customer: bool = True) -> bytes:
    return json.dumps(_facts(number, customer=customer)).encode()


def _batch(numbers: Iterator[int]) -> bytes:
    complaints = [_facts(next(numbers)) for _ in range(BATCH)]
    return json.dumps({"complaints": complaints}).encode()


def _prepare() -> str:
    from django.utils import timezone  # noqa: PLC0415  (settings come first)

    from recovery.org.models import Department, Organisation  # noqa: PLC0415
    from recovery.org.selectors import system_person  # noqa: PLC0415
    from recovery.org.services import create_api_key  # noqa: PLC0415

    Organisation.objects.get_or_create(pk=1, defaults={"name": "Bench"})
    Department.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    return create_api_key(
        name="bench", scopes=["complaints:write"], actor=system_person(), now=timezone.now()
    )


def _print_statements(key: str) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from rest_framework.test import APIClient  # noqa: PLC0415

    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}", HTTP_HOST="127.0.0.1")
    client.post("/api/v1/complaints/", _facts(1_000_000_002))
    with CaptureQueriesContext(connection) as queries:
        client.post(
            "/api/v1/complaints/", _facts(1_000_000_004), headers={"Idempotency-Key": key[-9:]}
        )
    sent = [query["sql"] for query in queries if query["sql"] not in {"BEGIN", "COMMIT"}]
    inserts = sum(sql.count("INSERT INTO") for sql in sent)
    say(
        f"One complaint: {len(sent)} statements between BEGIN and COMMIT, {inserts} INSERTs in them"
    )


def _print_table(found: dict[tuple[str, int], list[Run]]) -> None:
    floors = {c: median(run.load.rate for run in found["floor", c]) for c in CONNECTIONS}
    say(
        f"Intake against one INSERT; {WORKERS} workers, Python {platform.python_version()}, "
        f"Django {django.__version__}, load {os.getloadavg()[0]:.1f}, medians"
    )
    say(
        "variant   c  requests/s  complaints/s  p50 ms  p95 ms  web+db CPU ms  to floor [range]"
    )
    for (name, connections), runs in sorted(found.items(), key=lambda item: item[0][1]):
        each = BATCH if name == "batch" else 1
        rates = [run.load.rate * each for run in runs]
        floor = [run.load.rate for run in found["floor", connections]]
        ratios = sorted(rate / base for rate, base in zip(rates, floor, strict=True))
        say(
            f"{name:8} {connections:2} {median(run.load.rate for run in runs):11.0f} "
            f"{median(rates):13.0f} {median(run.load.percentile(50) for run in runs):7.1f} "
            f"{median(run.load.percentile(95) for run in runs):7.1f} "
            f"{median(run.web_ms for run in runs):8.2f}+{median(run.database_ms for run in runs):.2f} "
            f"{median(rates) / floors[connections]:8.2f} [{ratios[0]:.2f}-{ratios[-1]:.2f}]"
        )
        refused = {
            status: n for run in runs for status, n in run.load.answers.items() if status > 201
        }
        if refused:
            say(f"         not taken: {refused}")
