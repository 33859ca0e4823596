"""TCP ports on this machine: find a free one, or say that a wanted one is taken."""

import errno
import socket
from collections.abc import Awaitable, Callable

from workers.embedded.errors import PortInUse

HOST = "127.0.0.1"
ATTEMPTS = 3


def free_port() -> int:
    """Return a port that was free a moment ago; a start that loses the race tries another."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def claim(wanted: int | None) -> int:
    """Return the wanted port, or any free one when none is wanted.

    Raises:
        PortInUse: the wanted port is taken.
    """
    if wanted is None:
        return free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # A port in TIME_WAIT is free for a server: both servers set the same option.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise _taken(wanted, error) from error
    return wanted


async def retried(launch: Callable[[], Awaitable[None]]) -> None:
    """Launch again when a port that was free when it was found is lost before it is used."""
    for left in reversed(range(ATTEMPTS)):
        try:
            await launch()
        except PortInUse:
            if not left:
                raise
        else:
            return


def _taken(port: int, error: OSError) -> PortInUse | OSError:
    if error.errno not in (errno.EADDRINUSE, errno.EACCES):
        return error
    return PortInUse(
        f"Port {port} on {HOST} is in use by another program or not allowed. "
        "Stop that program, or leave the port out so that a free one is chosen."
    )
