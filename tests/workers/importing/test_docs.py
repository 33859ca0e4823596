"""The page on importing names what there is, and its example does what it says."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eventlog.store import EventStore
from tests.workers.importing.files import law
from workers.importing.choice import Choice
from workers.importing.importer import import_file
from workers.importing.mapping import OUTCOMES, Mapping
from workers.importing.profile import open_profile
from workers.importing.report import ImportReport

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "importing.md").read_text("utf-8")
_INLINE = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL))
CODE = set(re.findall(r"[\w-]+", " ".join(_INLINE)))
FLAGS = "".join(
    (ROOT / "workers" / "importing" / name).read_text("utf-8")
    for name in ("entry.py", "clocks.py", "times.py")
)


@pytest.mark.parametrize(
    "names",
    [
        set(Mapping.model_fields),
        set(Choice.model_fields),
        OUTCOMES,
        set(ImportReport().as_json()),
        {f"unknown_{field}" for field in ("unit", "category", "channel", "lead")},
        set(re.findall(r'"((?:no|target|closed|nonexistent|ambiguous|calendar)_[a-z_]+)"', FLAGS)),
    ],
    ids=["mapping", "choice", "outcomes", "report", "unknown", "flags"],
)
def test_the_page_names_every_word_that_can_be_written_or_read(names: set[str]) -> None:
    assert names
    assert names - CODE == set()


async def test_the_example_does_what_the_page_says(store: EventStore, tmp_path: Path) -> None:
    folder = ROOT / "examples" / "import"
    report = await import_file(
        folder / "so-phan-anh.csv",
        open_profile(f"csv:{folder / 'so-phan-anh.yaml'}"),
        store,
        law,
        rejected=tmp_path / "rejected.csv",
        now=datetime(2026, 1, 5, tzinfo=UTC),
    )
    assert (report.read, report.imported, report.rejected) == (7, 6, 1)
    assert (report.verdict.agree, report.verdict.disagree) == (3, 0)
    written = report.rejected_file
    assert written is not None
    assert "99999" in await asyncio.to_thread(written.read_text, "utf-8")
