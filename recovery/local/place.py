"""Where the servers keep their files: in the data folder, or near it when they cannot enter."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from recovery.local import addresses
from recovery.local.account import Account, server_account
from recovery.local.errors import LocalError

ELSEWHERE = Path("/var/lib/recovery/clusters")


@dataclass(frozen=True)
class Place:
    """The folders of one pair of embedded servers and the account that owns them."""

    data: Path
    account: Account
    sockets: Path
    storage: Path

    @property
    def cluster(self) -> Path:
        return self.storage / "postgres"

    @property
    def logs(self) -> Path:
        return self.data / "logs"


def prepare_place(data: Path) -> Place:
    """Make the folders of the servers under `data`, owned by their account."""
    account = server_account()
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / "logs").mkdir(exist_ok=True)
    except OSError as error:
        message = f"Cannot write to {data} ({error.strerror}). Choose another --data-dir."
        raise LocalError(message) from error
    sockets = addresses.socket_dir(data)
    account.own_folder(sockets)
    storage = data if account.reaches(data) else _storage_elsewhere(data, account)
    place = Place(data=data, account=account, sockets=sockets, storage=storage)
    account.own_folder(place.cluster)
    return place


def _storage_elsewhere(data: Path, account: Account) -> Path:
    """A folder root keeps for a data folder under its home, which PostgreSQL cannot enter.

    Its name is random and noted in the data folder: deleting that starts afresh.
    """
    note = data / "cluster-location"
    if not note.exists():
        ELSEWHERE.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{ELSEWHERE / secrets.token_hex(8)}\n")
    storage = Path(note.read_text().strip())
    account.own_folder(storage)
    return storage
