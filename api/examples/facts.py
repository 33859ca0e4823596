"""What the examples have in common: one case, in one commune, on one day."""

from __future__ import annotations

from typing import Any

__all__ = [
    "ACCOUNT",
    "ADMIN",
    "CASE",
    "CITY",
    "CODE",
    "COMMUNE",
    "FRONT",
    "OTHER",
    "OTHER_CODE",
    "PACK",
    "TEXT",
    "UNIT",
    "Example",
]

CASE = "019c9a3e-6f1c-7e33-9d0f-0a8d5d0f8d11"
CODE = "HA-7K3M9-QX2CD-4"
#: Another report of the same thing.
OTHER = "019c9a41-0b52-7c18-8e6d-51f3c2a97b40"
OTHER_CODE = "HA-ENTDR-EK809-A"
#: The officer who has the case.
ACCOUNT = "5f0c2a9d41b87e63c0aa"
#: Who gives roles.
ADMIN = "0c1d2e3f405162738495"
UNIT = {"code": "26737", "name": "Phường Tân Định"}
CITY = {"ref": "unit:79", "name": "Ủy ban nhân dân Thành phố Hồ Chí Minh"}
COMMUNE = {"ref": "unit:26737", "name": "Ủy ban nhân dân phường Tân Định"}
FRONT = {"ref": "front:26737", "name": "Ủy ban Mặt trận Tổ quốc Việt Nam phường Tân Định"}
#: The policy and its version.
PACK = "since-2025-07@1"
TEXT = "Ổ gà lớn trước cổng trường, mưa xuống không nhìn thấy."

Example = dict[str, Any]
