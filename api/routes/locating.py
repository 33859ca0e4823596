"""Which unit a place lies in, asked before anything is reported."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api.desk import desk_of
from api.places import Places, Somewhere, choice, spot
from domain.places import Spot, candidates
from domain.rejection import Rejected

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["reports"])


@router.post("/places", operation_id="find_places")
async def find_places(form: Somewhere, request: Request) -> Places:
    """The unit that a place lies in today, and the candidates where that is not clear.

    It changes nothing. The place is in the body, for an address in the URL would be in logs.
    """
    asked = spot(form.coordinates, form.address)
    if asked == Spot():
        raise Rejected("invalid", "Give coordinates or an address.", "coordinates")
    desk = desk_of(request)
    here = desk.law().at(await desk.now())
    found = candidates(asked, here.law.gazetteer, here.directory, here.today)
    located = found.located
    return Places(
        unit=choice(located.candidate, here.directory) if located else None,
        located_by=located.by if located else None,
        candidates=tuple(choice(one, here.directory) for one in found.candidates),
    )
