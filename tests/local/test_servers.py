"""The embedded servers: shared by whoever needs them, reachable, in private folders."""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from recovery.local import addresses, engines, place, ports
from recovery.local.account import Account, server_account
from recovery.local.errors import LocalError
from recovery.local.following import Follower
from recovery.local.holding import holding
from recovery.local.postgres import Postgres
from recovery.local.processes import wait_until
from recovery.local.running import the_only_one

only_root = pytest.mark.skipif(os.getuid() != 0, reason="only root lends another user's name")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder every user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="recovery-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data(open_folder) -> Iterator[Path]:
    folder = open_folder / "data"
    yield folder
    shutil.rmtree(addresses.socket_dir(folder), ignore_errors=True)


@pytest.mark.slow
def test_the_last_user_stops_the_servers(data):
    with holding(data, volatile=True) as servers:
        with holding(data, volatile=True):
            pass
        assert [server.answers() for server in servers] == [True, True]
        pids = [server.pid() for server in servers]

    assert [server.pid() for server in servers] == [None, None]
    assert None not in pids


@pytest.mark.slow
def test_servers_left_behind_are_adopted_and_stopped(data):
    started = Postgres(place.prepare_place(data), volatile=True)
    started.start()
    left = started.pid()

    with holding(data, broker=False, volatile=True) as (found,):
        assert found.pid() == left

    assert wait_until(lambda: started.pid() is None, seconds=5)


@pytest.mark.slow
def test_a_dead_cluster_s_note_naming_a_stranger_does_not_stop_the_next_start(data):
    with holding(data, broker=False, volatile=True) as (first,):
        note = first.place.cluster / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{first.place.cluster}\n")

    with holding(data, broker=False, volatile=True) as (again,):
        assert again.answers()


@pytest.mark.slow
def test_the_program_can_be_lent_to_another_user(open_folder, monkeypatch):
    monkeypatch.setattr(engines, "REACHABLE", open_folder)
    nowhere = Account(os.getuid(), os.getgid(), switched=False)
    monkeypatch.setattr(Account, "reaches", lambda self, path: False)

    postgres = engines.postgres_programs(nowhere) / "postgres"
    valkey = engines.valkey_program(nowhere)

    assert os.access(postgres, os.X_OK)
    assert os.access(valkey, os.X_OK)
    assert open_folder in postgres.parents
    assert engines.postgres_programs(nowhere) == postgres.parent, "lent once"


@only_root
def test_root_keeps_data_the_servers_cannot_reach_elsewhere(open_folder, monkeypatch):
    monkeypatch.setattr(place, "ELSEWHERE", open_folder / "clusters")
    hidden = open_folder / "home"
    hidden.mkdir(mode=0o700)

    first = place.prepare_place(hidden / "data")
    again = place.prepare_place(hidden / "data")
    shutil.rmtree(hidden / "data")
    afresh = place.prepare_place(hidden / "data")

    assert first.storage.parent == open_folder / "clusters"
    assert again.storage == first.storage
    assert afresh.storage != first.storage, "deleting the data folder starts afresh"
    assert first.account.reaches(first.cluster)
    shutil.rmtree(first.sockets)


@only_root
def test_refuses_a_socket_folder_somebody_else_made(data):
    folder = addresses.socket_dir(data)
    folder.mkdir()
    os.chown(folder, 54321, 54321)

    with pytest.raises(LocalError, match="belongs to somebody else"):
        place.prepare_place(data)


def test_refuses_a_folder_that_is_a_link(open_folder):
    (open_folder / "real").mkdir()
    (open_folder / "link").symlink_to(open_folder / "real")

    with pytest.raises(LocalError, match="belongs to somebody else"):
        server_account().own_folder(open_folder / "link")


def test_refuses_a_data_folder_it_cannot_write(open_folder):
    (open_folder / "file").touch()

    with pytest.raises(LocalError, match="Choose another --data-dir"):
        place.prepare_place(open_folder / "file" / "data")


def test_a_taken_port_is_refused_when_asked_for():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(LocalError, match=f"Port {port} is taken"):
            ports.choose(port)


def test_the_next_free_port_is_taken_when_none_is_asked_for(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(ports, "DEFAULT", taken.getsockname()[1])

        assert ports.choose(None) > ports.DEFAULT


def test_says_so_when_no_port_is_free(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda port: False)

    with pytest.raises(LocalError, match="all taken"):
        ports.choose(None)


def test_a_data_folder_runs_once(tmp_path):
    with (
        the_only_one(tmp_path, "http://one"),
        pytest.raises(LocalError, match=rf"http://one \(process {os.getpid()}\)"),
        the_only_one(tmp_path, "http://two"),
    ):
        pass

    with the_only_one(tmp_path, "http://three"):
        pass


def test_follows_a_log_by_whole_lines_and_leaves_chatter_out(tmp_path):
    log = Follower(tmp_path / "log")
    assert log.new_lines() == []
    log.path.write_text("LOG:  checkpoint\nERROR:  one\nhalf")

    assert log.new_lines() == ["ERROR:  one"]
    with log.path.open("a") as file:
        file.write(" whole\n")
    assert log.new_lines() == ["half whole"]


def test_stops_by_signals_that_end_sessions_first():
    assert Postgres.stop_signals == (signal.SIGINT, signal.SIGQUIT)
