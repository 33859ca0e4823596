"""The packs that come with the project, and what their authors are told when a file is wrong."""

import shutil
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from domain.policy import CLOCKS, Limit, NoPolicyInForce, Pack, PolicyBook
from workers.packs import (
    SHIPPED,
    PackInvalid,
    calendars,
    check,
    read_book,
    read_calendar,
    read_pack,
)

LADDERS = {
    "classic": ("commune", "district", "province"),
    "since-2025-07": ("commune", "province"),
}
DAYS = {"classic": date(2024, 3, 4), "since-2025-07": date(2026, 3, 4)}
ORDINARY = ("normal", "attention", "complex")
ANSWERS = {  # working days: normal and attention, complex
    "commune": (10, 15),
    "district": (10, 15),
    "province": (15, 20),
}
CATEGORIES = [
    "road",
    "lighting",
    "waste",
    "water_pollution",
    "air_noise",
    "drainage_flood",
    "construction_order",
    "land",
    "public_order",
    "traffic",
    "trees",
    "animal",
    "health_food_safety",
    "education",
    "administrative_procedure",
    "social_policy",
    "official_conduct",
    "corruption",
    "denunciation",
    "other",
]
CHANNELS = [
    "zalo",
    "phone",
    "email",
    "letter",
    "in_person",
    "web",
    "app",
    "facebook",
    "meeting",
    "survey",
    "line_1022",
    "radio",
    "api",
    "import",
]


def working_days(amount: int) -> Limit:
    return Limit(amount=amount, unit="working_day")


def hours(amount: int) -> Limit:
    return Limit(amount=amount, unit="hour")


@pytest.fixture(scope="module")
def book() -> PolicyBook:
    return read_book()


@pytest.fixture(params=sorted(LADDERS))
def pack(request: pytest.FixtureRequest, book: PolicyBook) -> Pack:
    return book.get(request.param)


def places() -> list[tuple[str, str]]:
    return [(name, level) for name, ladder in LADDERS.items() for level in ladder]


# --- the shipped packs equal the table they were ordered by


@pytest.mark.parametrize(("name", "level"), places())
@pytest.mark.parametrize(
    ("clock", "severities", "limit", "on_breach", "top_every"),
    [
        ("accept", ORDINARY, working_days(2), "escalate", working_days(3)),
        ("accept", ("hot_spot",), hours(4), "escalate", hours(4)),
        ("assign", ORDINARY, working_days(2), "escalate", working_days(3)),
        ("assign", ("hot_spot",), hours(4), "escalate", hours(4)),
        ("answer", ("hot_spot",), hours(24), "escalate", hours(4)),
        ("inform", ORDINARY, working_days(3), "remind", working_days(3)),
        ("inform", ("hot_spot",), hours(24), "remind", hours(4)),
        ("input", (*ORDINARY, "hot_spot"), None, "remind", None),
    ],
)
def test_limits_that_are_the_same_on_every_rung(
    book: PolicyBook,
    name: str,
    level: str,
    clock: str,
    severities: tuple[str, ...],
    limit: Limit | None,
    on_breach: str,
    top_every: Limit | None,
) -> None:
    for severity in severities:
        rule = book.get(name).rule(clock, level, severity, DAYS[name])
        assert (rule.limit, rule.on_breach, rule.top_every) == (limit, on_breach, top_every)
        assert clock == "answer" or (rule.reminders, rule.extension) == ((), None)


@pytest.mark.parametrize(("name", "level"), places())
@pytest.mark.parametrize("severity", ORDINARY)
def test_answer_limits_by_rung(book: PolicyBook, name: str, level: str, severity: str) -> None:
    rule = book.get(name).rule("answer", level, severity, DAYS[name])
    assert rule.limit == working_days(ANSWERS[level][severity == "complex"])
    assert (rule.on_breach, rule.top_every) == ("escalate", working_days(3))
    assert rule.reminders == (working_days(3), working_days(1))
    assert rule.extension is not None
    assert rule.extension.times == 1
    assert rule.extension.max_days == (10 if severity == "complex" else 5)


@pytest.mark.parametrize(("name", "level"), places())
def test_a_hot_spot_is_reminded_of_in_hours_and_never_extended(
    book: PolicyBook, name: str, level: str
) -> None:
    rule = book.get(name).rule("answer", level, "hot_spot", DAYS[name])
    assert rule.reminders == (hours(6),)
    assert rule.extension is None


def test_ladders_words_and_reopening(pack: Pack) -> None:
    assert pack.levels == LADDERS[pack.id]
    assert {rung.body for rung in pack.ladder} == {"government"}
    assert [severity.id for severity in pack.severities] == [*ORDINARY, "hot_spot"]
    assert [category.id for category in pack.categories] == CATEGORIES
    assert list(pack.channels) == CHANNELS
    assert pack.text_limit == 20_000
    reopening = pack.reopening
    assert (reopening.window, reopening.times, reopening.climbs_on) == (working_days(10), 2, 2)
    assert (pack.voice.supplements, pack.voice.feedback) == (50, 10)


def test_only_corruption_and_denunciations_are_confidential(pack: Pack) -> None:
    confidential = {category.id for category in pack.categories if category.confidential}
    assert confidential == {"corruption", "denunciation"}


def test_every_rule_has_a_basis_and_what_is_unsure_in_it_is_marked(pack: Pack) -> None:
    marked = [(rule.basis, rule.assumption) for rule in pack.rules]
    others = [(part.basis, part.assumption) for part in (pack.reopening, pack.voice)]
    for basis, assumption in [*marked, *others]:
        unsure = any(word in basis for word in ("recalled", "To confirm", "No legal source"))
        assert assumption == unsure


def test_every_day_of_both_packs_has_one_rule_for_everything(pack: Pack) -> None:
    last = date(2025, 6, 30) if pack.id == "classic" else date(2999, 1, 1)
    levels, severities = pack.levels, (*ORDINARY, "hot_spot")
    for clock, level, severity in product(CLOCKS, levels, severities):
        for day in (pack.valid_from, last):
            assert pack.rule(clock, level, severity, day).basis


def test_the_district_level_ends_on_the_first_of_july_2025(book: PolicyBook) -> None:
    assert book.in_force(date(2004, 1, 1)).id == "classic"
    assert book.in_force(date(2025, 6, 30)).id == "classic"
    assert book.in_force(date(2025, 7, 1)).id == "since-2025-07"
    with pytest.raises(NoPolicyInForce, match="classic from 2004-01-01"):
        book.in_force(date(2003, 12, 31))


def test_the_shipped_folder_has_nothing_wrong() -> None:
    assert check(SHIPPED) == []
    assert read_pack(SHIPPED / "classic.yaml").id == "classic"


# --- calendars


def test_calendars_are_known_by_version_and_the_latest_by_id(tmp_path: Path) -> None:
    folder = tmp_path / "calendars"
    folder.mkdir()
    shipped = (SHIPPED / "calendars" / "vn.yaml").read_text(encoding="utf-8")
    (folder / "a.yaml").write_text(shipped.replace("version: 1", "version: 3"), encoding="utf-8")
    (folder / "b.yaml").write_text(shipped.replace("version: 1", "version: 2"), encoding="utf-8")
    found = calendars(tmp_path)
    assert set(found) >= {"vn@1", "vn@2", "vn@3", "vn", "us-ma"}
    assert found["vn"].key == "vn@3"
    assert calendars()["vn"].key == "vn@1"


def test_the_end_of_the_working_day_is_a_time_with_or_without_quotes(tmp_path: Path) -> None:
    shipped = (SHIPPED / "calendars" / "vn.yaml").read_text(encoding="utf-8")
    path = tmp_path / "late.yaml"
    lines = [line for line in shipped.splitlines() if not line.startswith("day_end")]
    path.write_text("\n".join([*lines, "day_end: 16:30"]), encoding="utf-8")
    day = date(2026, 3, 4)
    assert read_calendar(path).end_of_day(day).isoformat() == "2026-03-04T09:30:00+00:00"


def test_a_calendar_in_two_files_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "calendars"
    folder.mkdir()
    for name in ("a.yaml", "b.yaml"):
        shutil.copy(SHIPPED / "calendars" / "vn.yaml", folder / name)
    with pytest.raises(PackInvalid, match=r"b\.yaml.*: version: vn@1 is in another file too"):
        calendars(tmp_path)


def test_a_calendar_with_a_wrong_field_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("id: vn\nversion: 1\nzone: Asia/Nowhere\n", encoding="utf-8")
    with pytest.raises(PackInvalid, match=r"broken\.yaml:3: zone: time zone 'Asia/Nowhere'"):
        read_calendar(path)


# --- files with mistakes: (what to replace, by what, the line's text, field, message)

Change = tuple[str, str]
MISTAKES: dict[str, tuple[Change, str, str, str]] = {
    "malformed": (("text_limit: 20000", "text_limit: [1"), "", "", "malformed YAML"),
    "unknown field": (
        ("text_limit: 20000", "text_limit: 20000\ntext_limmit: 5"),
        "text_limmit",
        "text_limmit",
        "is not a known field; did you mean text_limit?",
    ),
    "unknown field without a likeness": (
        ("text_limit: 20000", "text_limit: 20000\nqqq: 5"),
        "qqq",
        "qqq",
        "is not a known field; remove it",
    ),
    "unknown field of a rule": (
        ("    on_breach: escalate", "    on_breech: x\n    on_breach: escalate"),
        "on_breech",
        "rules[0].on_breech",
        "did you mean on_breach?",
    ),
    "missing field": (("    clock: accept\n", ""), "id: accept", "rules[0].clock", "is missing"),
    "missing field of the pack": (("text_limit: 20000", ""), "id: classic", "text_limit", "add it"),
    "wrong type": (
        ("text_limit: 20000", "text_limit: many"),
        "text_limit",
        "text_limit",
        "should be a valid integer, not 'many'",
    ),
    "list for a value": (
        ("text_limit: 20000", "text_limit: [20000]"),
        "text_limit",
        "text_limit",
        "should be a valid integer, not a list",
    ),
    "value for a part": (
        ("    limit: {amount: 2, unit: working_day}", "    limit: 2 days"),
        "limit: 2 days",
        "rules[0].limit",
        "should be fields with values, not '2 days'",
    ),
    "no value": (
        ('title_en: "Three levels: commune, district, province"', "title_en:"),
        "title_en",
        "title_en",
        "should be a valid string, not empty",
    ),
    "unknown unit": (
        ("{amount: 4, unit: hour}", "{amount: 4, unit: week}"),
        "unit: week",
        "rules[1].limit.unit",
        "should be 'working_day', 'calendar_day' or 'hour', not 'week'",
    ),
    "impossible date": (
        ("valid_from: 2004-01-01\nvalid", "valid_from: 2004-02-30\nvalid"),
        "2004-02-30",
        "valid_from",
        "2004-02-30 is not a date",
    ),
    "duplicate key": (
        ("text_limit: 20000", "text_limit: 20000\ntext_limit: 30000"),
        "text_limit: 30000",
        "text_limit",
        "is here twice, first on line",
    ),
    "gap": (
        ("valid_to: 2025-07-01\n  - id: accept.hot", "valid_to: 2025-06-30\n  - id: accept.hot"),
        "    valid_to: 2025-06-30",
        "rules[0].valid_to",
        "no accept rule for commune/normal, commune/attention, commune/complex, district/normal",
    ),
    "overlap": (
        ("    severities: hot_spot\n", "    severities: [hot_spot, complex]\n"),
        "    valid_from: 2004-01-01",
        "rules[1].valid_from",
        "accept@1 and accept.hot_spot@1 both hold for accept commune/complex on 2004-01-01",
    ),
    "unknown severity": (
        ("    severities: hot_spot\n", "    severities: [hot_spot, x]\n"),
        "severities: [hot_spot, x]",
        "rules[1].severities[1]",
        "x is not one of the pack's severities: normal, attention, complex, hot_spot",
    ),
    "unknown level": (
        ("    levels: commune", "    levels: village"),
        "village",
        "rules[4].levels[0]",
        "village is not one of the pack's levels: commune, district, province",
    ),
    "duplicate rule": (
        ("  - id: answer.district\n", "  - id: answer.commune\n"),
        "- id: answer.commune",
        "rules[6]",
        "answer.commune@1 is in rules twice",
    ),
    "unknown calendar": (
        ("calendar: vn", "calendar: mars"),
        "calendar: mars",
        "calendar",
        "no calendar is called mars; there is",
    ),
    "another zone than the calendar's": (
        ("zone: Asia/Ho_Chi_Minh", "zone: Europe/Paris"),
        "zone: Europe/Paris",
        "zone",
        "is not the zone of calendar vn, Asia/Ho_Chi_Minh",
    ),
    "alias": (
        ("text_limit: 20000", "text_limit: &x 20000\nversion: *x"),
        "version: *x",
        "",
        "an alias is not read here",
    ),
    "tag": (
        ("text_limit: 20000", "text_limit: !!python/name:os.system 5"),
        "python",
        "",
        "malformed YAML: could not determine a constructor",
    ),
}


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, str], Path]:
    """A copy of the classic pack with one piece of text replaced."""

    def write(old: str, new: str) -> Path:
        text = (SHIPPED / "classic.yaml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "mine.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_a_mistake_is_shown_with_file_line_field_and_what_to_do(
    broken: Callable[[str, str], Path], mistake: str
) -> None:
    change, text, field, message = MISTAKES[mistake]
    path = broken(*change)
    (problem,) = check(path)
    assert problem.file == str(path)
    assert text in path.read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert problem.field == field
    assert message in problem.message
    with pytest.raises(PackInvalid) as refused:
        read_pack(path)
    assert refused.value.problems == (problem,)
    assert str(refused.value) == str(problem)


def test_every_mistake_of_a_file_is_shown_in_the_order_of_its_lines(
    broken: Callable[[str, str], Path],
) -> None:
    path = broken("text_limit: 20000", "text_limit: 0\nlimit: 1")
    text = path.read_text(encoding="utf-8").replace("version: 1\ntitle", "version: one\ntitle")
    path.write_text(text, encoding="utf-8")
    problems = check(path)
    assert [problem.field for problem in problems] == ["version", "text_limit", "limit"]
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert str(problems[0]).startswith(f"{path}:{problems[0].line}: version: should be")


# --- whole folders


def test_packs_of_a_folder_that_are_in_force_together_are_refused(
    broken: Callable[[str, str], Path],
) -> None:
    path = broken("valid_to: 2025-07-01", "valid_to: 2025-07-02")
    shutil.copy(SHIPPED / "since-2025-07.yaml", path.parent)
    text = path.read_text(encoding="utf-8").replace("valid_to: 2025-07-01", "valid_to: 2025-07-02")
    path.write_text(text, encoding="utf-8")
    (problem,) = check(path.parent)
    assert problem.file.endswith("since-2025-07.yaml")
    assert problem.field == "valid_from"
    assert "classic (from 2004-01-01" in problem.message
    assert "are both in force on 2025-07-01" in problem.message
    with pytest.raises(PackInvalid, match="both in force"):
        read_book(path.parent)


def test_one_bad_file_keeps_a_whole_folder_from_being_used(
    broken: Callable[[str, str], Path],
) -> None:
    path = broken("text_limit: 20000", "")
    shutil.copy(SHIPPED / "since-2025-07.yaml", path.parent)
    with pytest.raises(PackInvalid, match=r"mine\.yaml.*text_limit: is missing"):
        read_book(path.parent)


def test_one_pack_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        shutil.copy(SHIPPED / "classic.yaml", tmp_path / name)
    (problem,) = check(tmp_path)
    assert "policy classic is here twice, versions 1 and 1" in problem.message


def test_a_folder_without_packs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match="holds no policy pack"):
        read_book(tmp_path)


def test_a_pack_may_use_a_calendar_beside_it(broken: Callable[[str, str], Path]) -> None:
    path = broken("calendar: vn", "calendar: mine")
    (path.parent / "calendars").mkdir()
    vn = (SHIPPED / "calendars" / "vn.yaml").read_text(encoding="utf-8")
    own = path.parent / "calendars" / "mine.yaml"
    own.write_text(vn.replace("id: vn", "id: mine"), encoding="utf-8")
    assert read_pack(path).calendar == "mine"
    own.write_text("id: mine\n", encoding="utf-8")
    assert {problem.file for problem in check(path)} == {str(own)}
