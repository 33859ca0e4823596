"""Open311 GeoReport v2, for clients that know this standard: the same reports, the same scope."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response

from api.desk import desk_of
from api.headers import ActAs, Key
from api.language import Language, language_of
from api.open311 import services as offered
from api.open311.described import answers
from api.open311.errors import PREFIX
from api.open311.form import NewRequest, in_their_words, report_of
from api.open311.formats import Suffix, written
from api.open311.lookup import known, known_of
from api.open311.models import Created, Definition, Discovery, Issued, Service
from api.open311.models import Request as Told
from api.open311.notices import NOTICE, discovery
from api.open311.sight import Sight
from api.open311.wanted import Asked
from api.problems import Problem
from api.routes.reports import make_report
from domain.context import Context
from domain.policy import UnknownCategory
from domain.rejection import Rejected

__all__ = ["router"]


def no_key_in_address(request: Request) -> None:
    """Addresses are written into logs on their way. Raises Problem."""
    if "api_key" in request.query_params:
        raise Problem(
            "unauthenticated",
            "An api_key does not belong into an address, which is logged on its way: send it as "
            "Authorization: Bearer, or in the form. Have this one revoked.",
        )


router = APIRouter(prefix=PREFIX, tags=["open311"], dependencies=[Depends(no_key_in_address)])
_Format = Annotated[Suffix, Path(description="The format of the answer.")]
_Id = Annotated[str, Path(max_length=40, examples=["HA-7K3M9-QX2CD-4"])]


@router.get(
    "/discovery.{suffix}",
    operation_id="discover_open311",
    response_class=Response,
    responses=answers(Discovery),
)
async def discover_open311(request: Request, suffix: _Format) -> Response:
    """What there is here, and whom to ask for a token."""
    said = discovery(await _context(request), _language(request), str(request.base_url))
    return written("discovery", said, suffix)


@router.get(
    "/services.{suffix}",
    operation_id="list_services",
    response_class=Response,
    responses=answers(list[Service]),
)
async def list_services(request: Request, suffix: _Format) -> Response:
    """The categories of the policy in force."""
    said = offered.services(await _context(request), _language(request))
    return written("services", said, suffix)


@router.get(
    "/services/{service_code}.{suffix}",
    operation_id="define_service",
    response_class=Response,
    responses=answers(Definition),
)
async def define_service(
    service_code: Annotated[str, Path(max_length=200, examples=["road"])],
    request: Request,
    suffix: _Format,
) -> Response:
    """What is asked beside the standard: the body that is complained about, if there is one."""
    try:
        category = (await _context(request)).pack.category(service_code)
    except UnknownCategory:
        raise Problem("not_found", "There is no service with this service_code.") from None
    said = offered.definition_of(category, _language(request))
    return written("service_definition", said, suffix)


@router.post(
    "/requests.{suffix}",
    operation_id="create_request",
    response_class=Response,
    status_code=201,
    responses=answers(list[Created], 201),
)
async def create_request(
    form: Annotated[NewRequest, Form()],
    request: Request,
    suffix: _Format,
    key: Key = None,
    act_as: ActAs = None,
) -> Response:
    """Take a request in, as ``POST /v1/reports`` does; its secret is in this answer only."""
    try:
        taken = await make_report(report_of(form), request, Response(), key, act_as)
    except (Problem, Rejected) as error:
        raise in_their_words(error) from error
    notice = NOTICE.said_in(_language(request))
    said = Created(service_request_id=taken.code, service_notice=notice, secret=taken.secret)
    location = {"Location": f"{PREFIX}/requests/{taken.code}.{suffix}"}
    return written("service_requests", [said], suffix, 201, location)


@router.get(
    "/requests.{suffix}",
    operation_id="list_requests",
    response_class=Response,
    responses=answers(list[Told]),
)
async def list_requests(
    asked: Annotated[Asked, Query()], request: Request, suffix: _Format, act_as: ActAs = None
) -> Response:
    """The requests in the caller's scope; those named by their codes also without a token."""
    sight = await Sight.of(request, act_as)
    if asked.service_request_id is None:
        rows = await sight.listed(asked)
    else:
        rows = await known_of(request, asked.codes)
    return written("service_requests", await sight.tell(rows), suffix)


@router.get(
    "/requests/{service_request_id}.{suffix}",
    operation_id="show_request",
    response_class=Response,
    responses=answers(list[Told]),
)
async def show_request(
    service_request_id: _Id, request: Request, suffix: _Format, act_as: ActAs = None
) -> Response:
    """Where a request stands: without a token its status, service, times and unit."""
    sight = await Sight.of(request, act_as)
    row = await known(request, service_request_id)
    return written("service_requests", await sight.tell([row]), suffix)


@router.get(
    "/tokens/{token}.{suffix}",
    operation_id="show_token",
    response_class=Response,
    responses=answers(list[Issued]),
)
async def show_token(token: _Id, request: Request, suffix: _Format) -> Response:
    """The id behind a token: requests get theirs at once, so it is the token itself."""
    row = await known(request, token)
    said = Issued(service_request_id=row.code, token=token)
    return written("service_requests", [said], suffix)


async def _context(request: Request) -> Context:
    desk = desk_of(request)
    return desk.law().at(await desk.now())


def _language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))
