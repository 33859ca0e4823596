"""The samples and their plan, as the demo reads them."""

from __future__ import annotations

import pytest

from domain.context import Context, Law
from workers.demo.plan import Plan, make_plan
from workers.demo.run import MORNING
from workers.demo.samples import Sample, read_samples
from workers.law import load_law


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law()


@pytest.fixture(scope="session")
def first_day(law: Law) -> Context:
    return law.at(MORNING)


@pytest.fixture(scope="session")
def samples() -> tuple[Sample, ...]:
    return read_samples()


@pytest.fixture(scope="session")
def plan(samples: tuple[Sample, ...], first_day: Context) -> Plan:
    return make_plan(samples, first_day)
