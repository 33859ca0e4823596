"""What Open311 GeoReport v2 answers with, under the names that its specification gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

__all__ = [
    "Attribute",
    "Created",
    "Definition",
    "Discovery",
    "Endpoint",
    "Error",
    "Issued",
    "Request",
    "Service",
    "Value",
]

_Code = Annotated[str, Field(description="The public code.", examples=["HA-7K3M9-QX2CD-4"])]


class Service(BaseModel):
    """A category of the policy in force."""

    service_code: Annotated[str, Field(examples=["road"])]
    service_name: Annotated[str, Field(examples=["Đường sá, vỉa hè"])]
    description: str
    metadata: bool
    type: Literal["realtime"] = "realtime"
    keywords: Annotated[str, Field(description="Separated by commas.")]
    group: str


class Value(BaseModel):
    """One of the values to choose from."""

    key: str
    name: str


class Attribute(BaseModel):
    """One more question that a form asks."""

    variable: bool
    code: str
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
    required: bool
    datatype_description: str | None = None
    order: int
    description: str
    values: tuple[Value, ...] = ()


class Definition(BaseModel):
    """What a form of a service asks beside the standard."""

    service_code: str
    attributes: tuple[Attribute, ...]


class Created(BaseModel):
    """A request that was taken in.

    ``secret`` is beside the standard: with the code it is the receipt, shown here and nowhere
    else.
    """

    service_request_id: _Code
    service_notice: str
    account_id: str | None = None
    secret: Annotated[str, Field(description="160 random bits; keep it with the code.")]


class Issued(BaseModel):
    """The request behind a token. Requests have their id at once, so it is its own token."""

    service_request_id: _Code
    token: str


class Request(BaseModel):
    """Where a request stands. What the caller may not see is null."""

    service_request_id: _Code
    status: Literal["open", "closed"]
    status_notes: str
    service_name: str
    service_code: str
    description: str | None = None
    agency_responsible: str | None = None
    service_notice: str | None = None
    requested_datetime: datetime
    updated_datetime: datetime
    expected_datetime: datetime | None = None
    address: str
    address_id: str
    zipcode: str | None = None
    lat: float | None = None
    long: float | None = None
    media_url: str | None = None


class Endpoint(BaseModel):
    """Where a version of the interface is, and in which formats it answers."""

    specification: str = "http://wiki.open311.org/GeoReport_v2"
    url: str
    changeset: str
    type: Literal["production", "test"] = "production"
    formats: tuple[str, ...] = ("text/xml", "application/json")


class Discovery(BaseModel):
    """What there is, and whom to ask."""

    changeset: str
    contact: str
    key_service: str
    endpoints: tuple[Endpoint, ...]


class Error(BaseModel):
    """What is wrong, for a person to read."""

    code: int
    description: str
