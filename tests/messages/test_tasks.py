"""What a worker does with a heap of mail, and in which order it takes its work."""

from recovery.celery import app
from recovery.local.programs import worker
from recovery.messages import tasks


def test_a_heap_of_mail_is_left_to_the_next_ring_when_the_time_is_up(monkeypatch):
    rounds = []
    monkeypatch.setattr(tasks, "AT_MOST", 0.0)
    for name in ("deliver", "call_endpoints"):
        monkeypatch.setattr(
            tasks.services, name, lambda now, name=name: rounds.append(name) or 1
        )
    tasks.deliver()
    tasks.call(unknown="from a newer version")
    assert rounds == ["deliver", "call_endpoints"]


def test_what_is_urgent_is_taken_first():
    options = app.conf.broker_transport_options
    assert options["queue_order_strategy"] == "priority"
    queues = worker()[worker().index("--queues") + 1]
    assert queues == "urgent,default,bulk"
