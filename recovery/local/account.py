"""Whose name the servers run in: PostgreSQL refuses root, so root lends it another user."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recovery.local.errors import LocalError

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The user and group of the servers; `switched` when that is not ourselves."""

    uid: int
    gid: int
    switched: bool

    def popen(self) -> dict[str, Any]:
        """Arguments for subprocess that make the child run as this account."""
        if not self.switched:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Whether the account may enter the path; tried, since ACLs and mounts matter too."""
        if not self.switched:
            return os.access(path, os.X_OK)
        tried = subprocess.run(
            ["/usr/bin/env", "test", "-x", path], check=False, **self.popen()
        )
        return tried.returncode == 0

    def own_folder(self, path: Path) -> None:
        """Make the folder, private to the account; refuse one that somebody else made."""
        try:
            path.mkdir(mode=0o700, parents=True)
        except FileExistsError:
            found = path.lstat()
            if (
                not path.is_dir()
                or path.is_symlink()
                or found.st_uid not in {self.uid, os.getuid()}
            ):
                message = (
                    f"{path} belongs to somebody else. Remove it, or use another --data-dir."
                )
                raise LocalError(message) from None
        os.chown(path, self.uid, self.gid)


def server_account() -> Account:
    """Ourselves, or for root the first user of the machine that fits."""
    if os.getuid() != 0:
        return Account(os.getuid(), os.getgid(), switched=False)
    for name in CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid, switched=True)
    message = f"PostgreSQL refuses to run as root and none of the users {CANDIDATES} exists."
    raise LocalError(message)
