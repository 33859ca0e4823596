"""`hoiam import`: the file of another system, row by row, each row once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from cli.desk import log_at
from cli.errors import mistakes
from cli.options import Data, File, Json
from cli.output import as_json, say
from domain.policy import UnknownPack
from workers.importing.importer import import_file as import_rows
from workers.importing.profile import UnknownProfile, open_profile
from workers.importing.report import ImportReport, Progress
from workers.importing.rows import FileRefused

__all__ = ["import_file"]


async def import_file(
    file: File,
    /,
    *,
    profile: str,
    rejected: Path | None = None,
    rows: Annotated[int | None, Parameter(validator=Number(gte=0))] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Bring in a CSV file. Closed rows become histories, open ones live cases; again is harmless.

    Parameters
    ----------
    file
        The file to read.
    profile
        boston311, or csv:MAPPING.yaml for a file of yours (docs/importing.md).
    rejected
        Where rejected rows are written, with their line and reason; FILE.rejected.csv if left out.
    rows
        Read only so many rows.
    """
    target = rejected or file.with_name(f"{file.name}.rejected.csv")
    report = await _imported(file, profile, target, rows, data)
    as_json(report.as_json()) if json else _tell(report)


async def _imported(
    file: Path, profile: str, rejected: Path, rows: int | None, data: Path | None
) -> ImportReport:
    async with log_at(data) as log:
        with mistakes(UnknownProfile, FileRefused, UnknownPack):
            chosen = open_profile(profile, log.settings.profiles_dir)
            with _shown() as shown:
                return await import_rows(
                    file,
                    chosen,
                    log.store,
                    log.law,
                    rejected=rejected,
                    progress=shown,
                    limit=rows,
                    now=await log.now(),
                )


@contextmanager
def _shown() -> Iterator[Callable[[Progress], None]]:
    """A bar on stderr while a person looks on."""
    console = Console(stderr=True)
    columns = (BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading")

        def show(at: Progress) -> None:
            told = f"{at.imported} imported, {at.already} already, {at.rejected} rejected"
            bar.update(task, total=at.bytes_total, completed=at.bytes_read, description=told)

        yield show


def _tell(report: ImportReport) -> None:
    verdict = report.verdict
    say(
        f"{report.read} rows read: {report.imported} imported, {report.already} here already, "
        f"{report.rejected} rejected.",
        f"{report.events} events in {report.seconds:.1f} s.",
        f"On time or late: {verdict.agree} as the file says, {verdict.disagree} otherwise.",
    )
    if report.rejected_file is not None:
        say(f"Rejected rows, with their lines and reasons: {report.rejected_file}")
