"""`hoiam demo`: the whole story on real servers in a temporary folder, in about a minute."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from cli.demo_json import ending_json
from cli.demo_show import show_beat, show_ending
from cli.desk import translated
from cli.errors import Exit, Failed
from cli.options import Json
from cli.output import as_json, say
from domain.context import Law
from workers.core_logs import forward_core_logs
from workers.demo.run import Beat, Ending, play_file, play_samples
from workers.demo.stage import temporary_office
from workers.embedded.errors import BinaryMissing, EmbeddedError, StartFailed
from workers.importing.profile import UnknownProfile
from workers.importing.rows import FileRefused
from workers.logging import configure_logging

__all__ = ["demo"]

Input = Annotated[Path | None, Parameter(name="--input", help="A file of your own to import.")]
ProfileName = Annotated[
    str | None,
    Parameter(name="--profile", help="How to read it: boston311, or csv:MAPPING.yaml."),
]
Rows = Annotated[
    int | None,
    Parameter(name="--rows", validator=Number(gte=1), help="Only the first so many rows."),
]


async def demo(
    *, file: Input = None, profile: ProfileName = None, rows: Rows = None, json: Json = False
) -> int:
    """Show the whole story: reports come in, clocks run out, cases climb, and all is verified.

    It runs on a real PostgreSQL and a real Temporal in a temporary folder, in virtual time, and
    leaves nothing behind. Ends with 1 unless the log verifies and every case that had to climb
    has climbed.
    """
    _check(file, profile, rows)
    configure_logging("error")
    forward_core_logs()
    began, screen = time.monotonic(), _Screen(quiet=json)
    async with _ended_by_sigterm():
        ending, law = await _played(file, profile, rows, screen)
    seconds = time.monotonic() - began
    if json:
        as_json(ending_json(ending, screen.beats, seconds))
    else:
        show_ending(ending, law, seconds)
    return Exit.OK if ending.ok else Exit.FAULT


@dataclass(frozen=True, slots=True)
class _Screen:
    """What is said while it runs: for people line by line, for programs kept for the end."""

    quiet: bool
    beats: list[Beat] = field(default_factory=list)

    def line(self, text: str) -> None:
        if not self.quiet:
            say(text)

    def beat(self, beat: Beat) -> None:
        self.beats.append(beat)
        if not self.quiet:
            show_beat(beat)


def _check(file: Path | None, profile: str | None, rows: int | None) -> None:
    if file is None and (profile or rows):
        raise Failed("--profile and --rows are about a file: name it by --input.", Exit.MISTAKE)
    if file is not None and profile is None:
        message = "Say how to read the file: --profile boston311, or --profile csv:MAPPING.yaml."
        raise Failed(message, Exit.MISTAKE)
    if file is not None and not file.is_file():
        raise Failed(f"There is no file {file}.", Exit.MISTAKE)


async def _played(
    file: Path | None, profile: str | None, rows: int | None, screen: _Screen
) -> tuple[Ending, Law]:
    screen.line("Starting PostgreSQL and Temporal in a temporary folder …")
    with _wrong(), translated():
        async with temporary_office() as office:
            law = office.log.law()
            packs = ", ".join(pack.id for pack in law.book.packs)
            screen.line(f"Loaded the register of units (đơn vị hành chính) and the packs {packs}.")
            if file is None or profile is None:
                screen.line("Sample reports come in; officers act on some, nobody on others:")
                ending = await play_samples(office, screen.beat)
            else:
                screen.line(f"Importing {file} ({profile}); then nobody acts, and time moves on:")
                ending = await play_file(office, file, profile, rows, screen.beat)
            return ending, law


@contextmanager
def _wrong() -> Iterator[None]:
    try:
        yield
    except (BinaryMissing, StartFailed) as error:
        raise Failed(str(error), Exit.UNAVAILABLE) from error
    except (EmbeddedError, UnknownProfile, FileRefused) as error:
        raise Failed(str(error), Exit.MISTAKE) from error


@asynccontextmanager
async def _ended_by_sigterm() -> AsyncIterator[None]:
    """Let SIGTERM end the servers and the folder too, as Ctrl-C does."""
    task, told = asyncio.current_task(), False

    def stop() -> None:
        nonlocal told
        told = True
        if task is not None:
            task.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    try:
        yield
    except (asyncio.CancelledError, Failed):
        # Whatever was under way was cancelled, and may have failed by that in words of its own.
        if not told:
            raise
        raise Failed("Stopped before the end.", Exit.FAULT) from None
