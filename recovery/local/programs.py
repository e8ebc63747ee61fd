"""The command lines of what `up` runs; docker-compose.yml has its own, for containers."""

import sys


def web(port: int, *, workers: int, host: str = "127.0.0.1") -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "recovery.wsgi:application"),
        *("--interface", "wsgi"),
        *("--host", host),
        *("--port", str(port)),
        *("--workers", str(workers)),
        *("--blocking-threads", "4"),
        *("--workers-kill-timeout", "3"),
        "--respawn-failed-workers",
        "--no-ws",
    ]


def worker(*, concurrency: int = 2) -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--quiet", "--app", "recovery.celery", "worker"),
        *("--queues", "urgent,default,bulk"),
        *("--concurrency", str(concurrency)),
        *("--loglevel", "INFO"),
        "--without-gossip",
        "--without-mingle",
    ]


def beat() -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--quiet", "--app", "recovery.celery", "beat"),
        *("--loglevel", "WARNING"),
    ]
