"""Run a PostgreSQL server over one folder, reachable from this machine only, with a password."""

import asyncio
import signal
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import psutil

from workers.embedded import binaries, cluster
from workers.embedded.account import Account
from workers.embedded.folders import secret_file
from workers.embedded.ports import HOST, claim, retried
from workers.embedded.processes import Child, end_all, running_in

ROLE = DATABASE = "hoiam"
START_SECONDS = 60.0  # a recovery after a power cut may take its time


def _buffers() -> int:
    """Megabytes of memory for tables and indexes: of a machine that others use, too."""
    return min(2048, max(128, psutil.virtual_memory().total // 2**24))


SETTINGS = {
    "listen_addresses": HOST,
    # TCP only: the path of a Unix socket may have 107 bytes, a data folder may be deeper.
    "unix_socket_directories": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": f"{_buffers()}MB",
    "max_connections": "200",
    # A forgotten transaction would stall the sealer.
    "idle_in_transaction_session_timeout": "30s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",  # short statements only: compiling them costs more than it gains
    "logging_collector": "off",
}


class EmbeddedPostgres:
    """A PostgreSQL of our own over `data_dir`, by default from the binaries of the wheel."""

    name = "postgres"

    def __init__(
        self,
        data_dir: Path,
        bin_dir: Path | None = None,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Name the folder, a port if it must be a certain one, and settings other than ours."""
        self._folder = data_dir.absolute()
        self._settings = {**SETTINGS, **(settings or {})}
        self._bin_dir = bin_dir
        self._wanted_port = port
        self._port = port
        self._child: Child | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self._folder / "data"

    @property
    def port(self) -> int | None:
        """The port it listens on, once it was started."""
        return self._port

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._child.pid if self.running and self._child else None

    @property
    def running(self) -> bool:
        """Whether the server process is there."""
        return self._child is not None and self._child.running

    @property
    def crashed(self) -> bool:
        """Whether the server process ended without being stopped."""
        return self._child is not None and self._child.crashed

    @property
    def dsn(self) -> str:
        """The address with the password of the application's role."""
        return self._address(ROLE, DATABASE, secret_file(self._folder / "password"))

    async def start(self) -> str:
        """Start the server, make the application's role and database if missing, return the DSN.

        Raises:
            EmbeddedError: it cannot run; the message says why and what to do.
        """
        programs = binaries.postgres_folder(self._bin_dir)
        secret = self._folder / "admin-password"
        account = await asyncio.to_thread(cluster.prepare, self.data, secret, programs)
        await retried(lambda: self._launch(programs / "postgres", account))
        await self._ensure_database()
        self._wanted_port = self._port  # a restart comes back at the same address
        return self.dsn

    async def stop(self) -> None:
        """Stop the server cleanly: sessions are ended, everything is on disk."""
        if self._child is not None:
            await self._child.end(signal.SIGINT, signal.SIGQUIT)
            self._child = None

    async def clear(self) -> None:
        """End what a killed owner left running here; call it only when nobody else can be here."""
        left = await asyncio.to_thread(running_in, self.data, self.name)
        await asyncio.to_thread(end_all, left, signal.SIGINT, signal.SIGQUIT)
        # Its number may belong to another program by now, and PostgreSQL would not start then.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    async def _launch(self, program: Path, account: Account) -> None:
        self._port = claim(self._wanted_port)
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        words = [str(program), "-D", str(self.data), f"--port={self._port}", *settings]
        self._child = Child(account.command(*words), self.data, self._folder / "postgres.log")
        try:
            await self._child.until(self._is_ready, START_SECONDS, "PostgreSQL")
        except BaseException:
            await self.stop()
            raise

    async def _is_ready(self) -> bool:
        """Read the server's own status file: process id in the first line, state in the eighth."""
        try:
            lines = (self.data / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(self.pid)] and [line.strip() for line in lines[7:8]] == ["ready"]

    async def _ensure_database(self) -> None:
        admin = self._address(
            cluster.SUPERUSER, "postgres", secret_file(self._folder / "admin-password")
        )
        connection = await asyncpg.connect(admin)
        try:
            await _create_missing(connection, secret_file(self._folder / "password"))
        finally:
            await connection.close()

    def _address(self, role: str, database: str, password: str) -> str:
        return f"postgresql://{role}:{password}@{HOST}:{self._port}/{database}?sslmode=disable"


async def _create_missing(connection: "asyncpg.Connection[asyncpg.Record]", password: str) -> None:
    """Make the role (it owns its database but is no superuser) and the database."""
    if not await connection.fetchval("select 1 from pg_roles where rolname = $1", ROLE):
        # The password is made of letters, digits, - and _ only.
        await connection.execute(
            f"create role {ROLE} login createdb createrole password '{password}'"
        )
    if not await connection.fetchval("select 1 from pg_database where datname = $1", DATABASE):
        await connection.execute(f"create database {DATABASE} owner {ROLE}")
