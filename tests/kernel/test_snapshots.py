from itertools import count

from recovery.kernel.snapshots import Snapshot, forget_all


def test_reads_once_while_fresh():
    numbers = count()
    kept = Snapshot(lambda: next(numbers))
    assert (kept(), kept()) == (0, 0)


def test_reads_anew_when_old():
    numbers = count()
    kept = Snapshot(lambda: next(numbers), seconds=-1)
    assert (kept(), kept()) == (0, 1)


def test_keeps_what_counts_as_nothing():
    reads = []
    kept = Snapshot(lambda: reads.append(1))
    assert kept() is None
    assert kept() is None
    assert reads == [1]


def test_all_are_forgotten_together():
    numbers = count()
    kept = Snapshot(lambda: next(numbers))
    kept()
    forget_all()
    assert kept() == 1
