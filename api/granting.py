"""What an admin may give to accounts and take from them: within their own territory only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from api.accounts import Grant, kept_grants
from api.acting import Acting, Granted, place_of
from api.problems import Problem
from domain.context import Context
from eventlog.accounts import Accounts, Given, GivenMeanwhile

__all__ = ["Admin", "give", "in_sight"]

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Admin:
    """Who acts as an admin, and what holds now."""

    acting: Acting
    context: Context

    @property
    def at_the_top(self) -> bool:
        """Whether no unit is above the territory."""
        return len(self.context.directory.path(self.acting.root, self.context.today)) == 1

    def place(self, grant: Grant) -> Granted | None:
        """Where a grant holds today; None: it gives nothing."""
        return place_of(grant, self.context.directory, self.context.today)

    def covers(self, grant: Grant) -> bool:
        """Whether a grant holds within the territory. One that gives nothing is nobody's."""
        place = self.place(grant)
        return place is not None and self.acting.covers(place.root, self.context)

    def sees(self, grant: Grant) -> bool:
        """Whether a grant is theirs to know of."""
        return self.at_the_top or self.covers(grant)

    def covers_all(self, grants: Iterable[Grant]) -> bool:
        """Whether all that an account may do is within the territory.

        Of who has nothing that is known here, only an admin at the top may say so.
        """
        live = [grant for grant in grants if self.place(grant) is not None]
        return self.at_the_top or (bool(live) and all(map(self.covers, live)))

    def may_end(self, came: Iterable[Grant], given: Iterable[Grant]) -> bool:
        """Whether an account is theirs to end, by all it came in with and all it was given.

        What was given does not make it known: its issuer may have given it more.
        """
        live = [grant for grant in came if self.place(grant) is not None]
        return self.at_the_top or (bool(live) and self.covers_all((*live, *given)))

    def fixed(self, text: str) -> Grant:
        """A grant with what it means today. Raises Problem: it is none, or is not theirs to give.

        Raises ValueError for what cannot be read.
        """
        grant = Grant.parse(text)
        place = self.place(grant)
        if place is None:
            raise ValueError(f"{grant} gives nothing: look at the body and the unit.")
        if not self.covers(grant):
            raise Problem("out_of_scope", f"{grant} is not in the territory of this admin.")
        return replace(grant, body_id=place.body.body_id, unit_id=place.root)


async def give(
    accounts: Accounts, admin: Admin, account: str, wanted: Sequence[Grant], reason: str
) -> None:
    """Give an account exactly these grants within the admin's territory; others stay as they are.

    The same again changes nothing.
    """
    for _ in range(_ATTEMPTS):
        known = await accounts.versions(account)
        before = kept_grants(known[0].grants) if known else ()
        after = (*_elsewhere(before, admin), *wanted)
        if set(after) == set(before):
            return
        try:
            await accounts.give(
                account,
                known[0].version + 1 if known else 1,
                [asdict(grant) for grant in after],
                str(admin.acting.actor),
                reason,
            )
        except GivenMeanwhile:
            continue
        return
    raise TimeoutError(f"The grants changed {_ATTEMPTS} times while they were given.")


def in_sight(
    admin: Admin, versions: Sequence[Given], most: int
) -> Iterator[tuple[Given, tuple[Grant, ...]]]:
    """Of the newest ``most`` versions of an account what an admin may know of each.

    The grants within the territory, and nothing of a version that changed nothing there. An admin
    at the top sees all. Each is compared with the one before: ``versions`` has one more.
    """
    parts = [tuple(filter(admin.sees, kept_grants(one.grants))) for one in versions]
    for one, part, before in zip(versions[:most], parts, [*parts[1:], ()], strict=False):
        if admin.at_the_top or set(part) != set(before):
            yield one, part


def _elsewhere(grants: Iterable[Grant], admin: Admin) -> tuple[Grant, ...]:
    """What somebody else has given: in force, and outside the territory."""
    return tuple(
        grant for grant in grants if admin.place(grant) is not None and not admin.covers(grant)
    )
