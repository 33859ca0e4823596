"""PostgreSQL refuses to run as root: choose the account it runs under then, and how to switch."""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from workers.embedded.errors import BinaryMissing

# In this order: the usual account of PostgreSQL, and the one that every system has.
CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged account for the server, or none when we are not root ourselves."""

    uid: int | None
    gid: int | None

    def command(self, *words: str) -> list[str]:
        """Return the words as a command that runs under this account.

        Besides its account, the process keeps the right to pass folders: the data and the
        programs often lie below a folder that only root may enter, and opening that folder to
        everybody would be worse. It keeps it under access(2) too, by which initdb looks for its
        programs and which asks with no rights at all otherwise.
        """
        if self.uid is None:
            return list(words)
        return [
            *(_setpriv(), f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"),
            *("--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"),
            *("--securebits=+no_setuid_fixup", "--"),
            *words,
        ]

    def own(self, folder: Path) -> None:
        """Give a folder and all in it to this account, if they belong to somebody else."""
        if self.uid is None or self.gid is None or folder.stat().st_uid == self.uid:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(data: Path) -> Account:
    """Return the account to run PostgreSQL under: ours, or an unprivileged one if we are root.

    Data that an unprivileged account owns already stays with that account.

    Raises:
        BinaryMissing: we are root and there is no way to switch to another account.
    """
    if os.geteuid() != 0:
        return Account(None, None)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in CANDIDATES:
        if name in known:
            return Account(known[name].pw_uid, known[name].pw_gid)
    raise _cannot_switch(f"none of the accounts {', '.join(CANDIDATES)} exists")


def _setpriv() -> str:
    program = shutil.which("setpriv")
    if program is None:
        raise _cannot_switch("the program setpriv (package util-linux) is missing")
    return program


def _cannot_switch(why: str) -> BinaryMissing:
    return BinaryMissing(
        f"PostgreSQL does not run as root, and it cannot be run as another user: {why}. "
        "Run hoiam as an ordinary user."
    )
