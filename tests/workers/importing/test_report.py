"""What an import tells: the same of the same file, in whatever order its batches were written."""

from __future__ import annotations

from itertools import permutations

from workers.importing.report import Tally, Verdict


def test_disagreements_stand_as_in_the_file_in_whatever_order_they_were_found() -> None:
    found = ((2, "b"), (3, "a"), (9, "c"))
    for order in permutations(found):
        tally = Tally()
        for line, ref in order:
            tally.compare(line, ref, agrees=False)
        assert tally.report(1.0, None).verdict == Verdict(0, 3, ("b", "a", "c"))


def test_the_first_hundred_of_the_file_are_named_and_all_are_counted() -> None:
    tally = Tally()
    for line in reversed(range(2, 302)):
        tally.compare(line, str(line), agrees=False)
    verdict = tally.report(1.0, None).verdict
    assert verdict.disagree == 300
    assert verdict.disagreements == tuple(map(str, range(2, 102)))
