"""An installation with so many cases, its server, and those who ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from api.accounts import Grant
from bench.load import Load, load, request
from bench.million.seed import seed
from bench.office import fresh_office
from bench.servers import served
from eventlog.feed import last_position
from workers.bootstrap import Log, Office
from workers.tokens import issue_token

__all__ = ["Site", "site"]

_REACHED = """
insert into projection (name, position) values ($1, $2)
on conflict (name) do update set position = excluded.position
"""


@dataclass(frozen=True, slots=True)
class Site:
    """``leaders`` are tokens for the leader of each province, by its code."""

    office: Office
    address: str
    leaders: Mapping[str, str]

    async def token(self, role: str, body: str) -> str:
        """A token for a role."""
        issued = await issue_token(self.office.log, Grant(role, body), "bench", _LASTS)
        return issued.token

    def requests(self, paths: list[tuple[str, str]]) -> list[bytes]:
        """As they go over the wire: each a path, and the province whose leader asks."""
        return [
            request("GET", path, {"Authorization": f"Bearer {self.leaders[code]}"})
            for path, code in paths
        ]

    async def asked(self, paths: list[tuple[str, str]]) -> Load:
        """Ask for these, one after another."""
        return await load(self.address, self.requests(paths), 1, 200)


_LASTS = timedelta(hours=12)


@asynccontextmanager
async def site(cases: int) -> AsyncIterator[Site]:
    """Write so many cases and serve them while the context lasts."""
    async with fresh_office() as office:
        if cases:
            seconds = await seed(office.log.settings, cases, await office.log.now())
            print(f"  {cases:,} cases were written in {seconds:,.0f} s", flush=True)
            await _skip_projections(office.log)
        async with served("ours", office) as address:
            yield Site(office, address, await _leaders(office.log))


async def _skip_projections(log: Log) -> None:
    """Texts and statistics are not measured here, and would take long to catch up."""
    position = await last_position(log.pool)
    for projection in log.projections:
        await log.pool.execute(_REACHED, projection.name, position)


async def _leaders(log: Log) -> Mapping[str, str]:
    law = log.law()
    today = law.at(await log.now()).today
    ids = {unit.unit_id for unit in law.directory.territory.units}
    units = [law.directory.unit(unit_id, today) for unit_id in sorted(ids)]
    codes = [unit.code for unit in units if unit is not None and unit.level == "province"]
    return {code: await _leader(log, code) for code in codes}


async def _leader(log: Log, code: str) -> str:
    issued = await issue_token(log, Grant("leader", f"unit:{code}"), "bench", _LASTS)
    return issued.token
