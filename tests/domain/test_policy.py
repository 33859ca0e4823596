"""Policy packs: what holds on a day, and which contradictions are refused."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from domain.policy import (
    CLOCKS,
    Faults,
    NoPolicyInForce,
    NoRule,
    Pack,
    PolicyBook,
    UnknownCategory,
    UnknownLevel,
    UnknownPack,
    UnknownRule,
    UnknownSeverity,
)

START, END = date(2020, 1, 1), date(2021, 1, 1)
WD = {"unit": "working_day"}


def rule(clock: str, **changes: Any) -> dict[str, Any]:
    given = {
        "id": clock,
        "version": 1,
        "clock": clock,
        "levels": "*",
        "severities": "*",
        "limit": {"amount": 5, **WD},
        "on_breach": "remind",
        "basis": "an example",
        "valid_from": START,
        "valid_to": END,
    }
    return {**given, **changes}


def pack(rules: list[dict[str, Any]] | None = None, **changes: Any) -> Pack:
    given = {
        "id": "small",
        "version": 1,
        "title_vi": "Nhỏ",
        "title_en": "Small",
        "valid_from": START,
        "valid_to": END,
        "calendar": "vn",
        "zone": "Asia/Ho_Chi_Minh",
        "ladder": [{"level": name, "body": "government"} for name in ("low", "high")],
        "severities": [{"id": name, "vi": name, "en": name} for name in ("calm", "grave")],
        "categories": [
            {"id": "road", "vi": "Đường sá", "en": "Roads"},
            {"id": "corruption", "vi": "Tham nhũng", "en": "Corruption", "confidential": True},
        ],
        "channels": ["phone"],
        "text_limit": 100,
        "reopening": {
            "window": {"amount": 10, **WD},
            "times": 2,
            "climbs_on": 2,
            "basis": "an example",
        },
        "voice": {"supplements": 3, "feedback": 2, "basis": "an example"},
        "rules": rules if rules is not None else [rule(clock) for clock in CLOCKS],
    }
    return Pack.model_validate({**given, **changes})


def others() -> list[dict[str, Any]]:
    """Rules for every clock but `answer`."""
    return [rule(clock) for clock in CLOCKS if clock != "answer"]


def faults(rules: list[dict[str, Any]], **changes: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        pack(rules, **changes)
    return str(refused.value)


# --- one pack


def test_every_clock_level_and_severity_has_a_rule_from_the_first_day_to_the_last() -> None:
    small = pack()
    for clock, level, severity in product(CLOCKS, ("low", "high"), ("calm", "grave")):
        for day in (START, date(2020, 12, 31)):
            assert small.rule(clock, level, severity, day).ref == f"{clock}@1"


@pytest.mark.parametrize("day", [date(2019, 12, 31), END])
def test_no_rule_holds_before_a_pack_begins_or_on_the_day_it_has_ended(day: date) -> None:
    with pytest.raises(NoRule, match=r"no answer rule for low/calm on .*from 2020-01-01"):
        pack().rule("answer", "low", "calm", day)


def test_no_rule_is_found_for_a_clock_level_or_severity_that_the_pack_does_not_have() -> None:
    for asked in (("nap", "low", "calm"), ("answer", "moon", "calm"), ("answer", "low", "blue")):
        with pytest.raises(NoRule, match="low, high and severities calm, grave"):
            pack().rule(*asked, START)


def test_a_new_version_of_a_rule_holds_from_its_own_day_and_the_old_one_until_then() -> None:
    change = date(2020, 6, 1)
    versions = [
        rule("answer", version=2, valid_from=change, limit={"amount": 7, **WD}),
        rule("answer", valid_to=change),
    ]
    small = pack([*others(), *versions])
    assert small.rule("answer", "low", "calm", date(2020, 5, 31)).ref == "answer@1"
    assert small.rule("answer", "low", "calm", change).ref == "answer@2"


def test_a_rule_may_name_one_level_or_severity_without_a_list() -> None:
    split = [rule("answer", id=f"answer.{level}", levels=level) for level in ("low", "high")]
    small = pack([*others(), *split])
    assert small.rule("answer", "high", "calm", START).levels == ("high",)


def test_the_ladder_ends_at_its_top() -> None:
    small = pack()
    assert small.levels == ("low", "high")
    assert small.top == "high"
    assert small.next_level("low") == "high"
    assert small.next_level("high") is None
    with pytest.raises(UnknownLevel, match="its ladder is low, high"):
        small.next_level("district")


def test_only_a_graver_severity_counts_as_raised() -> None:
    small = pack()
    assert small.raised("calm", "grave")
    assert not small.raised("grave", "calm")
    assert not small.raised("grave", "grave")
    with pytest.raises(UnknownSeverity, match="it has: calm, grave"):
        small.raised("calm", "blue")


def test_an_unknown_category_names_the_ones_it_resembles_by_id_or_by_name() -> None:
    small = pack()
    assert small.category("corruption").confidential
    assert not small.category("road").confidential
    for asked in ("raod", "roads", "Đường xá"):
        with pytest.raises(UnknownCategory, match=r"did you mean road\?") as refused:
            small.category(asked)
        assert refused.value.close == ("road",)
    with pytest.raises(UnknownCategory, match="it has: road, corruption"):
        small.category("zzz")


def test_a_pack_survives_a_round_trip_through_json() -> None:
    small = pack()
    small.rule("answer", "low", "calm", START)
    assert Pack.model_validate_json(small.model_dump_json()) == small


# --- contradictions inside a pack


def test_a_gap_is_refused_with_its_dates_and_everything_it_concerns() -> None:
    late = rule("answer", levels="high", valid_from=date(2020, 2, 1))
    said = faults([*others(), rule("answer", id="answer.low", levels="low"), late])
    assert "no answer rule for high/calm, high/grave from 2020-01-01 to 2020-02-01" in said
    assert "low/calm" not in said


def test_a_gap_at_the_end_of_an_open_pack_has_no_last_day() -> None:
    rules = [rule(clock, valid_to=None) for clock in CLOCKS if clock != "answer"]
    said = faults([*rules, rule("answer")], valid_to=None)
    assert (
        "no answer rule for low/calm, low/grave, high/calm, high/grave from 2021-01-01 on" in said
    )


def test_an_overlap_is_refused_with_both_rules() -> None:
    twice = [rule("answer"), rule("answer", version=2, valid_from=date(2020, 6, 1))]
    said = faults([*others(), *twice])
    assert "answer@1 and answer@2 both hold for answer low/calm on 2020-06-01" in said


def test_a_long_rule_overlaps_a_later_one_even_when_a_short_one_lies_between() -> None:
    between = rule("answer", version=2, valid_from=date(2020, 2, 1), valid_to=date(2020, 3, 1))
    after = rule("answer", version=3, valid_from=date(2020, 4, 1))
    said = faults([*others(), rule("answer"), between, after])
    assert "answer@1 and answer@2" in said
    assert "answer@1 and answer@3" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"limit": None}, "answer@1 needs a limit"),
        ({"on_breach": "escalate"}, "answer@1 escalates, so it needs top_every"),
        ({"reminders": [{"amount": 5, **WD}]}, "reminds before its clock starts"),
        ({"reminders": [{"amount": 1, **WD}] * 2}, "has this reminder twice"),
        ({"levels": ["low", "low"]}, "names levels twice"),
        ({"levels": ["*", "low"]}, "names levels twice"),
        ({"levels": []}, "at least 1 item"),
        ({"levels": "district"}, "district is not one of the pack's levels: low, high"),
        ({"severities": "blue"}, "blue is not one of the pack's severities: calm, grave"),
        ({"valid_to": date(2020, 1, 1)}, "valid_to 2020-01-01 must be later than valid_from"),
        ({"valid_from": date(2019, 12, 31)}, "answer@1 begins before its pack does"),
        ({"valid_to": None}, "answer@1 must end with its pack"),
        ({"limit": {"amount": 0, **WD}}, "greater than or equal to 1"),
        ({"limit": {"amount": "5", **WD}}, "valid integer"),
        ({"limit": {"amount": True, **WD}}, "valid integer"),
        ({"limit": {"amount": 5, "unit": "week"}}, "'working_day', 'calendar_day' or 'hour'"),
        ({"basis": "  "}, "rules.4.basis"),
        ({"id": "answer@x"}, "rules.4.id"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(changes: dict[str, Any], said: str) -> None:
    assert said in faults([*others(), rule("answer", **changes)])


def test_a_clock_that_the_engine_does_not_have_is_refused() -> None:
    assert "'accept', 'assign', 'answer', 'inform' or 'input'" in faults([*others(), rule("nap")])


def test_a_rule_is_in_a_pack_once() -> None:
    assert "answer@1 is in rules twice" in faults([*others(), rule("answer"), rule("answer")])


@pytest.mark.parametrize("listing", ["ladder", "severities", "categories", "channels"])
def test_a_word_is_in_a_list_of_a_pack_once(listing: str) -> None:
    doubled = pack().model_dump()[listing] * 2
    with pytest.raises(ValidationError, match=f"is in {listing} twice"):
        pack(**{listing: doubled})


@pytest.mark.parametrize("zone", ["Asia/Nowhere", "../etc"])
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError, match="no time zone is called"):
        pack(zone=zone)


def test_an_unknown_key_is_refused_rather_than_ignored() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        pack(deadline=3)


# --- several packs


def dated(name: str, start: date, end: date | None, version: int = 1) -> Pack:
    rules = [
        rule(clock, version=version, valid_from=start, valid_to=end, id=f"{name}.{clock}")
        for clock in CLOCKS
    ]
    return pack(rules, id=name, version=version, valid_from=start, valid_to=end)


def test_the_pack_in_force_changes_on_its_first_day() -> None:
    book = PolicyBook([dated("new", END, None), dated("old", START, END)])
    assert book.in_force(START).id == "old"
    assert book.in_force(date(2020, 12, 31)).id == "old"
    assert book.in_force(END).id == "new"
    assert book.in_force(date(2999, 1, 1)).id == "new"
    assert [known.id for known in book.packs] == ["old", "new"]


def test_no_policy_is_in_force_before_the_first_pack_between_packs_or_after_the_last() -> None:
    later = dated("later", date(2022, 1, 1), date(2023, 1, 1))
    book = PolicyBook([dated("old", START, END), later])
    for day in (date(2019, 12, 31), END, date(2023, 1, 1)):
        with pytest.raises(NoPolicyInForce, match=r"old from 2020-01-01 up to, not including"):
            book.in_force(day)
    with pytest.raises(NoPolicyInForce, match="packs here: none"):
        PolicyBook([]).in_force(START)


def test_an_unknown_pack_names_the_known_ones() -> None:
    book = PolicyBook([dated("old", START, END)])
    assert book.get("old").id == "old"
    with pytest.raises(UnknownPack, match="there is old"):
        book.get("new")


def test_a_running_clock_finds_the_very_version_it_started_under() -> None:
    book = PolicyBook([dated("old", START, END), dated("new", END, None)])
    assert book.rule("old.answer@1").valid_to == END
    with pytest.raises(UnknownRule, match=r"close to it: old\.answer@1"):
        book.rule("old.answer@2")


def test_packs_in_force_on_the_same_day_are_refused() -> None:
    with pytest.raises(Faults, match=r"old .* and new .* are both in force on 2020-12-31") as error:
        PolicyBook([dated("new", date(2020, 12, 31), None), dated("old", START, END)])
    assert error.value.faults[0].path == (0, "valid_from")


def test_one_pack_in_two_versions_is_refused() -> None:
    with pytest.raises(Faults, match="policy old is here twice, versions 1 and 2; keep one"):
        PolicyBook([dated("old", START, END), dated("old", END, None, version=2)])


def test_two_packs_do_not_share_a_version_of_a_rule() -> None:
    shared = [rule(clock, valid_from=END, valid_to=None) for clock in CLOCKS]
    with pytest.raises(Faults, match="answer@1 is in small and in other; raise its version"):
        PolicyBook([pack(), pack(shared, id="other", valid_from=END, valid_to=None)])


# --- the words of a basis


def test_a_basis_is_told_in_both_languages_as_long_as_its_rule_has_it() -> None:
    rules = [
        rule("accept", basis_vi="một ví dụ"),
        *(rule(one) for one in CLOCKS if one != "accept"),
    ]
    book = PolicyBook([pack(rules)])
    assert book.basis("accept@1", "an example").said_in("vi") == "một ví dụ"
    assert book.basis("accept@1", "an example").said_in("en") == "an example"
    for ref, written in (
        ("accept@1", "an older text"),
        ("assign@1", "an example"),
        ("x@9", "its own"),
    ):
        assert {book.basis(ref, written).said_in(one) for one in ("vi", "en")} == {written}
