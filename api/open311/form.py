"""A new request as Open311 clients send it, and the report that it is here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.models import Coordinates, NewReport, Reporter
from api.problems import Problem, refusal
from domain.params import Address, Text, Word
from domain.places import Unlocated
from domain.rejection import Rejected
from domain.shapes import like

__all__ = ["NewRequest", "in_their_words", "report_of"]

_Short = Annotated[Word, Field(max_length=200)]
_CHANNEL = "api"
#: What our members are called in the standard.
_NAMES = {
    "unit": "address_id",
    "category": "service_code",
    "text": "description",
    "about_body": "attribute[about_body]",
    "coordinates": "lat, long",
    "address": "address_string",
}


class NewRequest(BaseModel):
    """The standard's form. What it does not know is refused, so that nothing is lost silently.

    ``device_id``, ``account_id`` and ``jurisdiction_id`` are taken and kept nowhere.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    service_code: Annotated[_Short, Field(min_length=1)]
    description: Annotated[Text, Field(min_length=1, max_length=4_000)]
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    long: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    address_string: Address | None = None
    address_id: Annotated[_Short | None, Field(description="Code of the unit, as 26737.")] = None
    email: _Short | None = None
    first_name: _Short | None = None
    last_name: _Short | None = None
    phone: _Short | None = None
    media_url: Annotated[
        str | None,
        Field(
            max_length=1_000,
            description="Kept as the last line of the report; it is not fetched.",
        ),
        like(
            r"^https?://[\x21-\x7e]+$",
            "Viết một địa chỉ http hoặc https, không có dấu cách.",
            "Write an address of http or https, without spaces.",
        ),
    ] = None
    about_body: Annotated[_Short | None, Field(alias="attribute[about_body]")] = None
    channel_message_id: Annotated[
        _Short | None,
        Field(description="Beside the standard: one message makes one report. With a token only."),
    ] = None
    api_key: Annotated[
        str | None,
        Field(max_length=8_192, description="A token, where the header Authorization cannot be."),
    ] = None
    device_id: _Short | None = None
    account_id: _Short | None = None
    jurisdiction_id: _Short | None = None


def report_of(form: NewRequest) -> NewReport:
    """The same report as ``POST /v1/reports`` takes. Raises Problem."""
    said: dict[str, Any] = {
        "category": form.service_code,
        "text": _text(form),
        "channel": _CHANNEL,
        "channel_message_id": form.channel_message_id,
        "about_body": form.about_body,
        "reporter": _reporter(form),
    }
    return NewReport(**said, **_place(form))


def in_their_words(error: Problem | Rejected) -> Problem:
    """A refusal with the standard's names; a service that is not there is not found."""
    if isinstance(error, Unlocated):
        return _wrong("address_id", _choices(error))
    problem = error if isinstance(error, Problem) else refusal(error.rejection)
    faults = [_renamed(fault) for fault in problem.extra.get("errors", ())]
    if any(fault.get("pointer") == "/service_code" for fault in faults):
        return Problem("not_found", "There is no service with this service_code.")
    if faults:
        problem.extra = {**problem.extra, "errors": faults, "specifics": None}
    return problem


def _renamed(fault: Mapping[str, str]) -> dict[str, str]:
    member = fault.get("pointer", "").strip("/")
    return {**fault, "pointer": f"/{_NAMES.get(member, member)}"}


def _choices(error: Unlocated) -> str:
    """What may be meant, for a person to choose from."""
    units = (one.unit for one in error.candidates)
    shown = "; ".join(f"{unit.code} {unit.full_name}" for unit in units)
    return f"{error.rejection.detail} {shown}".strip().rstrip(".")


def _place(form: NewRequest) -> dict[str, Any]:
    """All that was said of the place; the unit is found from it where it is not named."""
    if (form.lat is None) != (form.long is None):
        raise _wrong("lat, long", "send both")
    if not any((form.address_id, form.address_string, form.lat is not None)):
        raise _wrong("address_id", "say where: address_id, lat and long, or address_string")
    point = None
    if form.lat is not None and form.long is not None:
        point = Coordinates(latitude=form.lat, longitude=form.long)
    return {"unit": form.address_id, "coordinates": point, "address": form.address_string}


def _wrong(name: str, detail: str) -> Problem:
    return Problem("invalid", errors=[{"pointer": f"/{name}", "detail": detail}])


def _text(form: NewRequest) -> str:
    return form.description if form.media_url is None else f"{form.description}\n{form.media_url}"


def _reporter(form: NewRequest) -> Reporter | None:
    """The family name comes first, as in Vietnamese."""
    name = " ".join(part for part in (form.last_name, form.first_name) if part)
    said = {"name": name or None, "phone": form.phone, "email": form.email}
    return Reporter(**said) if any(said.values()) else None
