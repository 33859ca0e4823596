"""What the demo shows to people: a line for each stop, and the tables at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from cli.output import say, table
from cli.sentences import Teller
from cli.wording import WORDS
from domain.case import STATES
from domain.context import Law
from domain.directory import UnknownBody
from domain.events import CaseReported
from workers.demo.run import Beat, Ending
from workers.demo.story import Climb, Deadline, Standing, Told
from workers.importing.report import ImportReport

__all__ = ["show_beat", "show_ending"]

#: What of a stop is counted, and what it is called.
_COUNTED = (
    ("ReminderDue", "reminded (đôn đốc)"),
    ("DeadlineMissed", "missed (quá hạn)"),
    ("CaseEscalated", "climbed (chuyển cấp trên)"),
    ("TopRungReminder", "top reminders (đôn đốc cấp cuối)"),
    ("CaseClosed", "ended (kết thúc)"),
)
_EXAMPLES = 6
_STATES = {
    "received": "mới tiếp nhận",
    "accepted": "đã thụ lý",
    "assigned": "đã phân công",
    "in_progress": "đang xử lý",
    "answered": "đã trả lời",
    "informed": "đã phản hồi người phản ánh",
    "closed": "kết thúc",
    "declined": "từ chối",
    "redirected": "đã chuyển cơ quan khác",
    "merged": "đã gộp",
    "withdrawn": "đã rút",
}
_CAUSES = {
    "deadline": "a missed deadline (quá hạn)",
    "officer": "submitted by a leader (trình)",
    "reopened": "reopened again (mở lại)",
}
_NEXT = """
Where to look next
  hoiam up                       the same system over a folder of yours, until Ctrl-C
  hoiam report … / hoiam do …    put a report in, act on it; hoiam case history CODE tells it
  make drills                    the rule book as scenarios (examples/drills)
  README.md, docs/architecture.md, docs/glossary.md"""


def show_beat(beat: Beat) -> None:
    """One line: how far time has moved and what happened on the way."""
    local = beat.at.astimezone(ZoneInfo(beat.zone))
    given = [
        f"reports taken in (tiếp nhận) {beat.reports}" if beat.reports else "",
        f"commands {beat.commands}" if beat.commands else "",
    ]
    happened = [f"{words} {beat.events[name]}" for name, words in _COUNTED if beat.events.get(name)]
    told = ", ".join(part for part in (*given, *happened) if part) or "nothing"
    say(f"  working day {beat.day:>2}, {local:%a %Y-%m-%d %H:%M}: {told}")


def show_ending(ending: Ending, law: Law, seconds: float) -> None:
    """Everything that came of it."""
    standing = ending.standing
    say("")
    if ending.imported is not None:
        _show_import(ending.imported)
    _show_places(standing)
    _show_climbs(standing.climbs, law)
    if ending.played is not None:
        _show_refusals(ending.played.refusals)
    if ending.history is not None:
        _show_history(ending.history, law)
    if ending.deadline is not None:
        _show_deadline(ending.deadline)
    _show_verdict(ending, seconds)
    say(_NEXT)


def _show_import(report: ImportReport) -> None:
    verdict = report.verdict
    compared = verdict.agree + verdict.disagree
    share = f" ({100 * verdict.agree / compared:.2f} %)" if compared else ""
    say(
        f"Imported {report.imported} of {report.read} rows, rejected {report.rejected}: "
        f"{report.events} events in {report.seconds:.1f} s.",
        f"On time or late: the engine, from events, agrees with the file on {verdict.agree} of "
        f"{compared} closed rows{share}.",
        "",
    )


def _show_places(standing: Standing) -> None:
    rungs = sorted({rung for rung, _ in standing.by_place})
    states = [state for state in STATES if any(there == state for _, there in standing.by_place)]
    rows = [
        (
            f"{state} ({_STATES[state]})",
            *(standing.by_place.get((rung, state), 0) or None for rung in rungs),
        )
        for state in states
    ]
    title = (
        f"{standing.cases} cases by state and rung: {standing.open} open, "
        f"{standing.late} late (quá hạn) at some time"
    )
    table(title, ("state", *(_both(rung) for rung in rungs)), rows)
    outcomes = sorted(standing.by_outcome.items(), key=lambda item: -item[1])
    say("Outcomes: " + ", ".join(f"{n} {_both(name)}" for name, n in outcomes), "")


def _show_climbs(climbs: Sequence[Climb], law: Law) -> None:
    kinds = Counter((c.from_rung, c.to_rung, c.cause) for c in climbs)
    rows = [
        (_both(low), _both(high), _CAUSES[cause], n)
        for (low, high, cause), n in kinds.most_common()
    ]
    table(f"{len(climbs)} escalations (chuyển cấp trên)", ("from", "to", "because of", "n"), rows)
    step = max(1, len(climbs) // _EXAMPLES)
    shown = climbs[::step][:_EXAMPLES]
    examples = [
        (
            c.code,
            c.category,
            f"{c.at.astimezone(ZoneInfo(c.zone)):%Y-%m-%d %H:%M}",
            _body(c.from_body, c, law),
            _body(c.to_body, c, law),
        )
        for c in shown
    ]
    table("Some of them", ("case", "category", "when", "from", "to"), examples)


def _body(body_id: str, climb: Climb, law: Law) -> str:
    body = law.directory.body(body_id, climb.at.astimezone(ZoneInfo(climb.zone)).date())
    try:
        return body.name if body else law.directory.body_name(body_id)
    except UnknownBody:
        return body_id


def _show_refusals(refusals: Mapping[str, int]) -> None:
    told = ", ".join(f"{n} {code}" for code, n in Counter(refusals).most_common())
    say(f"Commands that the rules refused, as they had to: {told}", "")


def _show_history(told: Told, law: Law) -> None:
    first = told.history[0].body
    if not isinstance(first, CaseReported):
        return
    teller = Teller(law, first.pack, told.zone)
    say(f"The history of {told.code} (nhật ký sự kiện), told in sentences:")
    if first.text:
        say(f"  In the reporter's words: “{first.text}”")
    for event in told.history:
        say(f"  {teller.local(event.occurred_at)}  {teller.tell(event)}")
    say("")


def _show_deadline(deadline: Deadline) -> None:
    say(f"Why the answer of {deadline.code} was due when it was (hạn xử lý), line by line:")
    for line in deadline.lines:
        day = f"{line.day:%a %Y-%m-%d}" if line.day else " " * 14
        say(f"  {day}  {line.text}")
    say("")


def _show_verdict(ending: Ending, seconds: float) -> None:
    events = ending.standing.events
    if ending.findings:
        rows = [(f.kind, f.case_id, f.version, f.detail) for f in ending.findings]
        table("The log does NOT verify", ("what", "case", "version", "detail"), rows)
    else:
        say(
            f"Verified: {events} events; hash chains, dense positions, and the lists equal to a "
            "rebuild from the log."
        )
    for surprise in ending.played.surprises if ending.played else ():
        say(f"NOT as planned: {surprise}")
    if ending.stuck:
        say(f"NOT as it must be: {ending.stuck} cases are past their time and did not climb.")
    else:
        say("Every case whose time was over has climbed.")
    if ending.played is not None and not ending.played.surprises:
        stories = len(ending.played.cases)
        say(f"All {stories} stories ended as planned: state, rung, outcome and escalations.")
    say(f"It took {seconds:.0f} s.")


def _both(word: str) -> str:
    english, vietnamese = WORDS.get(word, (word, ""))
    return f"{english} ({vietnamese})" if vietnamese and vietnamese != english else english
