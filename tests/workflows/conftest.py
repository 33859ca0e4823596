"""One installation in virtual time, shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.stacks import Site, opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with opened(tmp_path_factory.mktemp("site")) as site:
        await site.start_work()
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def site(installation: Site) -> AsyncIterator[Site]:
    """The installation; the cases of a test are ended after it."""
    yield installation
    await installation.finish()
