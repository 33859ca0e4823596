"""`hoiam verify`: whether what the log says can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from cli.desk import log_at
from cli.errors import Exit
from cli.options import Data, Json
from cli.output import as_json, say, table
from domain.events import Event
from domain.evolve import fold
from domain.project import row_of
from domain.row import CaseRow
from eventlog.rebuild_projection import check_projections
from eventlog.verify import Finding
from eventlog.verify import verify as verify_log
from eventlog.verify_files import verify_files

__all__ = ["project", "verify"]


async def verify(*, data: Data = None, files: bool = False, json: Json = False) -> int:
    """Check hash chains, payloads, dense positions, and that lists and read models equal the log.

    Ends with 1 when something was found. It proves nothing against somebody who could rewrite
    the whole database and its keys.

    Parameters
    ----------
    files
        Read every attached file too, and compare it with what the log says of it.
    """
    async with log_at(data) as log:
        findings = await verify_log(log.pool, project)
        dsn = log.settings.database_url.get_secret_value()
        findings += await check_projections(dsn, log.projections, log.keys)
        if files:
            findings += await verify_files(log.pool, log.files.objects)
    if json:
        as_json({"ok": not findings, "findings": [asdict(finding) for finding in findings]})
    else:
        _tell(findings)
    return Exit.FAULT if findings else Exit.OK


def project(case_id: str, events: Sequence[Event]) -> CaseRow:
    """A case's row as its events make it."""
    case = fold(case_id, events)
    if case is None:
        raise ValueError(f"Case {case_id} has no events.")
    return row_of(case)


def _tell(findings: Sequence[Finding]) -> None:
    if not findings:
        say("Verified: hash chains, positions, lists and read models agree with the log.")
        return
    rows = ((f.kind, f.case_id, f.version, f.detail) for f in findings)
    table(f"{len(findings)} findings", ("what", "case", "version", "detail"), rows)
