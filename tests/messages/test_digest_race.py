"""Several workers make the digest of one person at the same moment."""

import threading

from django.db import connection

from recovery.messages import services
from tests.messages.test_digest import AT_FOUR, bundling, states, tell


def test_two_workers_at_once_make_one_digest(own_database):
    ana = bundling()
    for number in range(20):
        tell(ana, f"case:{number}")
    ready = threading.Barrier(4)

    def work():
        ready.wait()
        try:
            services.compose_digests(AT_FOUR)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(states(ana)) == ["bundled"] * 20 + ["queued"]
