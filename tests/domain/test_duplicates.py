"""How like two reports are: what speaks for it counts more the stronger it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.duplicates import LEAST, NEAR, Likeness, Place, metres_between
from domain.words import spelt, telling, words_of

SAME = Likeness(0, same_unit=True, apart=timedelta(), same_category=True, similarity=1.0)
LIKENESSES = st.builds(
    Likeness,
    metres=st.none() | st.integers(0, 2 * NEAR),
    same_unit=st.booleans(),
    apart=st.timedeltas(timedelta(), timedelta(days=60)),
    same_category=st.booleans(),
    similarity=st.floats(0, 1),
)
PLACES = st.builds(Place, st.integers(8_000_000, 24_000_000), st.integers(102_000_000, 110_000_000))


def test_the_same_thing_reported_twice_has_the_highest_score_of_all() -> None:
    assert SAME.score == 100


@given(LIKENESSES)
def test_a_score_is_between_none_and_all(likeness: Likeness) -> None:
    assert 0 <= likeness.score <= SAME.score


@given(LIKENESSES)
def test_nothing_that_speaks_against_it_raises_a_score(likeness: Likeness) -> None:
    weaker = [
        replace(likeness, apart=likeness.apart + timedelta(days=1)),
        replace(likeness, same_category=False),
        replace(likeness, similarity=likeness.similarity / 2),
    ]
    if likeness.metres is not None:
        weaker.append(replace(likeness, metres=likeness.metres + 50))
    else:
        weaker.append(replace(likeness, same_unit=False))
    assert max(one.score for one in weaker) <= likeness.score


@pytest.mark.parametrize(
    ("likeness", "shown"),
    [
        (replace(SAME, metres=None, similarity=0), True),
        (replace(SAME, metres=None, similarity=0, apart=timedelta(days=7)), True),
        (replace(SAME, metres=None, similarity=0, apart=timedelta(days=21)), False),
        (replace(SAME, metres=9000, similarity=0), False),
        (replace(SAME, metres=None, same_category=False, similarity=0), False),
        (replace(SAME, metres=None, same_category=False, similarity=0.5), False),
        (replace(SAME, metres=None, same_category=False), True),
        (replace(SAME, metres=20, same_category=False, similarity=0), True),
    ],
)
def test_one_thing_alone_is_not_enough(likeness: Likeness, shown: bool) -> None:
    assert (likeness.score >= LEAST) is shown


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Place(10_776_000, 106_701_000), Place(10_776_000, 106_701_000), 0),
        (Place(10_776_000, 106_701_000), Place(10_777_000, 106_701_000), 111),
        (Place(10_776_000, 106_701_000), Place(10_776_000, 106_702_000), 109),
        (Place(21_028_000, 105_834_000), Place(21_028_000, 105_835_000), 104),
        # The opera houses of Hà Nội and Hồ Chí Minh City, 1,140 km: far is all that matters.
        (Place(21_024_300, 105_857_700), Place(10_776_600, 106_703_100), 1_144_000),
    ],
)
def test_distances_are_those_on_the_ground(one: Place, other: Place, metres: int) -> None:
    assert metres_between(one, other) == pytest.approx(metres, rel=0.01, abs=1)


@given(PLACES, PLACES)
def test_a_distance_is_the_same_both_ways(one: Place, other: Place) -> None:
    assert metres_between(one, other) == metres_between(other, one) >= 0


def test_words_that_every_text_has_tell_nothing() -> None:
    text = words_of("Xin báo: ở đường này có nhiều rác")
    assert telling(text) == {"bao", "duong", "rac"}


def test_shared_words_are_told_as_the_text_spells_them() -> None:
    text = "Ổ gà lớn, trước cổng trường; CỔNG/gà Đa-Kao!"
    assert spelt(words_of("cổng gà đa")) == ()
    assert spelt(words_of("cong ga lon"), None, text) == ("gà", "lớn", "cổng")
    assert spelt(words_of("kao"), text) == ("đa-kao",)
