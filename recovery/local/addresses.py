"""Where the embedded servers live: computed from the data folder, so that no server need run.

A Unix socket path may hold 107 bytes and a checkout may lie anywhere, so sockets get a short
folder under /tmp named after the data folder. /tmp rather than XDG_RUNTIME_DIR: the latter is
set in a login session and not under sudo or cron, and every command must find the same socket.
"""

import hashlib
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASE = "recovery"
ROLE = "recovery"


def data_dir() -> Path:
    """The folder of everything local: RECOVERY_DATA_DIR, else .recovery in the checkout."""
    given = os.environ.get("RECOVERY_DATA_DIR", "").strip()
    return Path(given).expanduser().resolve() if given else CHECKOUT / ".recovery"


def socket_dir(data: Path) -> Path:
    """The short folder of both servers' sockets; one per data folder and user."""
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path("/tmp") / f"recovery-{os.getuid()}-{digest}"  # noqa: S108 (owner is checked)


def database_url(data: Path, name: str = DATABASE) -> str:
    """The address of a database in the embedded cluster, as libpq and DATABASE_URL take it."""
    return f"postgresql://{ROLE}@/{name}?host={socket_dir(data)}"


def redis_url(data: Path) -> str:
    """The address of the embedded Valkey, as redis-py and REDIS_URL take it."""
    return f"unix://{socket_dir(data) / 'valkey.sock'}?db=0"
