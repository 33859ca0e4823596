"""What is sent and what comes back. Written by scripts/openapi.py; do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "AccountGrants",
    "Alive",
    "Allowed",
    "Assign",
    "AttachEvidence",
    "Attachment",
    "Became",
    "Bodies",
    "Body",
    "BulkForm",
    "BulkView",
    "BulksSaid",
    "CaseFile",
    "CaseList",
    "Categories",
    "Changed",
    "Choice",
    "Classify",
    "ClockTold",
    "Clocks",
    "Close",
    "CloudEvent",
    "Coordinates",
    "Counts",
    "Decline",
    "Deliveries",
    "DeliveryTold",
    "Disclose",
    "Disclosure",
    "DraftResponse",
    "Duplicate",
    "Duplicates",
    "Ended",
    "Ending",
    "Escalations",
    "EventData",
    "EventPage",
    "Explained",
    "Extend",
    "Feedback",
    "Filters",
    "FoundBody",
    "FoundCategory",
    "FoundUnit",
    "GiveInput",
    "Given",
    "GivenThen",
    "Grants",
    "HandOver",
    "Handover",
    "Happened",
    "Heard",
    "History",
    "Identity",
    "Inform",
    "Instruct",
    "Item",
    "Known",
    "KnownOfficers",
    "Line",
    "Link",
    "May",
    "Me",
    "Merge",
    "NewReceipt",
    "NewReport",
    "NewSubscription",
    "Note",
    "Number",
    "Numbers",
    "Oldest",
    "OnTime",
    "OptionalReason",
    "ParamsFeedback",
    "ParamsSupplement",
    "Pause",
    "Places",
    "Progress",
    "ProgressAnswered",
    "Promise",
    "Ready",
    "Reason",
    "Receipt",
    "Redirect",
    "Replace",
    "Replacement",
    "Replay",
    "Replayed",
    "Reporter",
    "RequestInput",
    "Result",
    "Results",
    "Rotation",
    "SetSeverity",
    "Somewhere",
    "StageTime",
    "Stats",
    "StatsGroup",
    "SubscriptionFormsAnswered",
    "SubscriptionPage",
    "SubscriptionTold",
    "Supplement",
    "Tally",
    "Thread",
    "Threads",
    "ThreadsSaid",
    "UndoForm",
    "Unit",
    "Units",
    "Uploaded",
    "Verdict",
    "Where",
    "Who",
    "WithSecret",
    "Withdrawal",
]


class Sent(BaseModel):
    """Base of what is sent: nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Told(BaseModel):
    """Base of what comes back: a newer server may tell more."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class AccountGrants(Told):
    """What was given to an account within the admin's territory, the newest first.

    A claim of its issuer may give more.
    """

    account: str
    grants: tuple[str, ...]
    history: tuple[GivenThen, ...]


class Alive(Told):
    """The process answers."""

    alive: bool | None = None


class Allowed(Told):
    """Every command, as this person may give it now."""

    case_id: str
    version: int
    commands: tuple[May, ...]


class Assign(Sent):
    """`lead` handles the case (chủ trì), `coordinating` bodies help (phối hợp)."""

    lead: str
    reason: str | None = None
    coordinating: tuple[str, ...] | None = None


class AttachEvidence(Sent):
    """Descriptions of evidence, or files; a single description may be called `text` as well."""

    evidence: tuple[str, ...] | None = None
    text: str | None = None
    attachments: tuple[str, ...] | None = None


class Attachment(Told):
    """A file of a case. `scan` decides who may have it: see docs/api/README.md."""

    attachment_id: str
    media_type: str
    size: int
    sha256: str
    scan: str
    attached_at: datetime
    with_event: str
    by_role: str


class Became(Told):
    """What became of a command. A refused one changed nothing; `code` names the rule."""

    key: str
    outcome: str
    case_id: str
    version: int
    events: tuple[str, ...]
    code: str | None = None
    why: str | None = None
    specifics: str | None = None


class Bodies(Told):
    """Bodies in force on a day, the best match first."""

    on: date
    bodies: tuple[FoundBody, ...]


class Body(Told):
    """A body by its reference and its name."""

    ref: str
    name: str


class BulkForm(Sent):
    """One command for many cases: for those named in `cases`, or for all that `where` finds.

    `where` has the filters of the list of cases. `params` are those of the command.
    """

    command: Literal[
        "accept",
        "approve_response",
        "assign",
        "attach_evidence",
        "classify",
        "close",
        "decline",
        "draft_response",
        "escalate",
        "extend",
        "feedback",
        "give_input",
        "hand_over",
        "inform",
        "instruct",
        "link",
        "merge",
        "note",
        "pause",
        "redirect",
        "reopen",
        "request_input",
        "resume",
        "return",
        "return_response",
        "set_severity",
        "supplement",
        "take",
        "unmerge",
        "withdraw",
    ]
    params: dict[str, Any] | None = None
    cases: tuple[str, ...] | None = None
    where: Filters | None = None


class BulkView(Told):
    """A bulk. It is `planned` until it is started; an `expired` plan cannot be any more."""

    bulk_id: str
    command: str
    act_as: str
    state: str
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    counts: Counts
    undoes: str | None = None


class BulksSaid(Told):
    """What the rules made of a case: the events, or the refusal in the caller's language."""

    events: tuple[str, ...] | None = None
    code: str | None = None
    why: str | None = None
    specifics: str | None = None


class CaseFile(Told):
    """A case with all that is known of it, except what was opened only for a reason: who reported.

    `text` and `supplements` are for those who work on cases; null and empty for the others.
    """

    case_id: str
    code: str
    state: str
    rung: str
    accountable: Body
    unit: Unit
    category: str
    severity: str
    channel: str
    received_at: datetime
    changed_at: datetime
    due_at: datetime | None
    overdue: bool
    late: bool
    paused: bool
    open: bool
    reopened: int
    lead: Body | None
    assignee: str | None
    outcome: str | None
    merged_into: str | None
    closed_at: datetime | None
    version: int
    held_by: tuple[Body, ...]
    coordinating: tuple[Body, ...]
    asked: tuple[Body, ...]
    about_body: Body | None
    survivor_of: tuple[str, ...]
    identity_kept: bool
    returned: int
    evidence: int
    drafts: int
    informed_at: datetime | None
    satisfied: bool | None
    pack: str
    text: str | None
    supplements: tuple[str, ...]


class CaseList(Told):
    """A page of a list and the counts over all of it, as of one moment."""

    at: datetime
    cases: tuple[Item, ...]
    next: str | None
    total: int | None
    facets: dict[str, tuple[Tally, ...]] | None


class Categories(Told):
    """The categories of the policy in force on a day, in its order."""

    on: date
    pack: str
    categories: tuple[FoundCategory, ...]


class Changed(Sent):
    """What is to be otherwise; what is left out stays. `active` resumes, also after failures."""

    url: str | None = None
    types: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    state: Literal["active", "paused"] | None = None


class Choice(Told):
    """A unit that may be meant.

    `why`: it is `near`, or it is called so (`name`), or what it took the place of was
    (`former_name`, with `former`). `distance_m` is to the middle of the nearest part of it.
    """

    code: str
    name: str
    why: str
    former: str | None = None
    distance_m: int | None = None


class Classify(Sent):
    """`category` is an id of the policy pack in force."""

    category: str
    reason: str | None = None


class ClockTold(Told):
    """A clock with the lines that explain when it ends.

    `kind` is accept, assign, answer, inform or input:BODY; `stopped` is why it ended, null
    while it runs; `due_at` is null while it is paused. `basis` and the text of `lines` are in
    the caller's language.
    """

    clock_id: str
    kind: str
    body: Body
    rung: str
    started_at: datetime
    due_at: datetime | None
    overdue: bool
    paused: bool
    missed_at: datetime | None
    stopped: str | None
    extensions: int
    basis: tuple[str, ...]
    lines: tuple[Line, ...]


class Clocks(Told):
    """The clocks of a case, ended ones too, in the order in which they began."""

    case_id: str
    version: int
    at: datetime
    clocks: tuple[ClockTold, ...]


class Close(Sent):
    """`reason` records why the reporter could not be informed, or a leader's waiver."""

    outcome: str
    reason: str | None = None
    basis: str | None = None


class CloudEvent(Told):
    """One event. `id` and `source` together name it for good; `subject` is the case."""

    id: str
    source: str
    type: str
    time: datetime
    data: EventData | dict[str, str]
    specversion: str | None = None
    subject: str | None = None
    datacontenttype: str | None = None


class Coordinates(Sent):
    """A point in degrees (WGS 84), as a telephone tells it; kept to a millionth."""

    latitude: float
    longitude: float


class Counts(Told):
    """Exact, from the outcomes of the commands. Together they are `total`.

    `skipped`: the rules refused them when it was planned; `waiting`: not tried yet; `done`;
    `unchanged`: allowed, and nothing had to change; `refused`; `not_done`: could not be
    reached, and is tried no more.
    """

    total: int
    skipped: int
    waiting: int
    done: int
    unchanged: int
    refused: int
    not_done: int


class Decline(Sent):
    """`basis` is the legal basis of the refusal."""

    reason: str
    basis: str


class Deliveries(Told):
    """Attempts, or dead events."""

    deliveries: tuple[DeliveryTold, ...]


class DeliveryTold(Told):
    """What became of one event: `error` is a code, as timeout or status_500."""

    position: int
    event_id: str
    case_id: str
    type: str
    state: str
    attempts: int
    status: int | None
    error: str | None
    milliseconds: int | None
    tried_at: datetime | None


class Disclose(Sent):
    """`basis` is the legal basis on which the identity is opened."""

    reason: str
    basis: str


class Disclosure(Told):
    """Who opened the reporter's identity, and why."""

    at: datetime
    to: str
    basis: str
    reason: str | None


class DraftResponse(Sent):
    """The answer; solved cases need the act, its date and evidence."""

    text: str
    act: str | None = None
    done_on: date | None = None
    evidence: tuple[str, ...] | None = None
    attachments: tuple[str, ...] | None = None


class Duplicate(Told):
    """A case that may be of the same thing. It is merged by a person or not at all."""

    case: Item
    score: int
    metres: int | None
    same_unit: bool
    hours_apart: int
    same_category: bool
    words: tuple[str, ...]
    why: tuple[str, ...]
    joined: str | None


class Duplicates(Told):
    """Candidates for one case, the likest first."""

    case_id: str
    candidates: tuple[Duplicate, ...]


class Ended(Told):
    """What counts no more from now on."""

    ended: str


class Ending(Sent):
    """Which tokens end: one that is shown, one by its id, or all that an account has so far."""

    reason: str
    token: str | None = None
    token_id: str | None = None
    issuer: str | None = None
    account: str | None = None


class Escalations(Told):
    """Cases escalated to a body of which nobody has acted yet."""

    waiting: Number
    oldest: Oldest | None


class EventData(Told):
    """`position` is the place in the order of all events, `version` in that of its case.

    `actor` is `role@body`, `reporter` or `system`; `body` holds the facts of the event.
    """

    position: int
    version: int
    actor: str
    body: dict[str, Any]


class EventPage(Told):
    """Events in the order of all of them. Ask for what comes `after` the position `next`.

    `next` is how far was looked: what lies before it and is not here is not for this account.
    """

    events: tuple[CloudEvent, ...]
    next: int
    more: bool


class Explained(Told):
    """What a kind of problem means, and what can be done about it."""

    type: str
    title: str
    status: int
    detail: str


class Extend(Sent):
    """`days` more working days."""

    reason: str
    days: int


class Feedback(Sent):
    """Whether the answer satisfied. Not satisfied with a reason asks to open the case again."""

    satisfied: bool
    text: str | None = None
    reason: str | None = None


class Filters(Sent):
    """What is asked of a list: of cases, of who works on them, and of what they say."""

    unit: tuple[str, ...] | None = None
    rung: tuple[str, ...] | None = None
    state: (
        tuple[
            Literal[
                "received",
                "accepted",
                "assigned",
                "in_progress",
                "answered",
                "informed",
                "closed",
                "declined",
                "redirected",
                "merged",
                "withdrawn",
            ],
            ...,
        ]
        | None
    ) = None
    severity: tuple[str, ...] | None = None
    category: tuple[str, ...] | None = None
    channel: tuple[str, ...] | None = None
    accountable: tuple[str, ...] | None = None
    open: bool | None = None
    overdue: bool | None = None
    late: bool | None = None
    paused: bool | None = None
    due_before: datetime | None = None
    received_since: datetime | None = None
    received_before: datetime | None = None
    view: Literal["mine", "due_today", "overdue", "new", "hot"] | None = None
    assignee: tuple[str, ...] | None = None
    q: str | None = None


class FoundBody(Told):
    """A body as it is on the day; `ref` is how it is written in Act-As and in commands."""

    ref: str
    name: str
    kind: str
    unit: Unit
    valid_from: date | None
    valid_to: date | None


class FoundCategory(Told):
    """What reports are about; of a confidential category no identity is ever kept."""

    id: str
    vi: str
    en: str
    confidential: bool


class FoundUnit(Told):
    """A unit as it is on the day. Of two that have one name, `above` tells them apart."""

    code: str
    name: str
    kind: str
    level: str
    above: tuple[Unit, ...]
    valid_from: date | None
    valid_to: date | None


class GiveInput(Sent):
    """The input of the body that was asked."""

    text: str


class Given(Told):
    """What a command led to. `version` is the case's; all of it can be read at once."""

    case_id: str
    version: int
    events: tuple[str, ...]


class GivenThen(Told):
    """What an account had from a moment on, who gave it and why."""

    version: int
    grants: tuple[str, ...]
    given_by: str
    reason: str
    at: datetime


class Grants(Sent):
    """All that the account shall have within the admin's territory, and why."""

    grants: tuple[str, ...]
    reason: str


class HandOver(Sent):
    """`to` is the account of the officer who goes on with the work."""

    reason: str
    to: str


class Handover(Sent):
    """All open cases of one officer to another one; `from` and `to` are accounts."""

    from_: str = Field(alias="from")
    to: str
    reason: str


class Happened(Told):
    """An event. Bodies and units in `facts` are ids of the directory, times are UTC.

    `words` is what people wrote, by the name of its field: null for those who see no text, and
    empty where there is none or its key was destroyed.
    """

    version: int
    event_id: str
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor: Who
    facts: dict[str, Any]
    words: dict[str, Any] | None


class Heard(Told):
    """What became of what the reporter said.

    `events` are the types of what was written. `reopened` is about feedback that is not
    satisfied; `why_not` names the rule that forbids it, and `why` says what can be done.
    """

    version: int
    events: tuple[str, ...] | None = None
    reopened: bool | None = None
    why_not: str | None = None
    why: str | None = None


class History(Told):
    """A page of the history, the oldest event first."""

    case_id: str
    version: int
    events: tuple[Happened, ...]
    next: int | None


class Identity(Told):
    """Who reported. That it was opened, by whom and why is an event which the reporter sees."""

    version: int
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


class Inform(Sent):
    """`reason` says why informing the reporter was impossible; leave it out otherwise."""

    reason: str | None = None
    text: str | None = None
    channel: str | None = None


class Instruct(Sent):
    """An instruction to `body`; to the accountable body if none is named."""

    text: str
    body: str | None = None


class Item(Told):
    """A case in a list. Times are local to the case, with their offset."""

    case_id: str
    code: str
    state: str
    rung: str
    accountable: Body
    unit: Unit
    category: str
    severity: str
    channel: str
    received_at: datetime
    changed_at: datetime
    due_at: datetime | None
    overdue: bool
    late: bool
    paused: bool
    open: bool
    reopened: int
    lead: Body | None
    assignee: str | None
    outcome: str | None
    merged_into: str | None
    closed_at: datetime | None
    version: int


class Known(Told):
    """An account that has come in with a role in the body; who it is, its issuer knows."""

    account: str
    roles: tuple[str, ...]
    last_seen: datetime
    open_cases: int


class KnownOfficers(Told):
    """A page; `next` is the `after` of the following one."""

    body: str
    officers: tuple[Known, ...]
    next: str | None


class Line(Told):
    """A line of an explanation: a local day, the number it got in the count, and why."""

    day: date | None
    counted: int | None
    text: str


class Link(Sent):
    """`to` is the id of the related case."""

    to: str
    reason: str | None = None


class May(Told):
    """One command: whether it may be given now, in which roles, and if not, why not.

    What depends on its parameters, on evidence or on a window of time is told when it is given.
    """

    command: str
    allowed: bool
    act_as: tuple[str, ...]
    code: str | None = None
    why: str | None = None
    specifics: str | None = None


class Me(Told):
    """The account of the token and its roles, as they are written in Act-As."""

    account: str
    roles: tuple[str, ...]


class Merge(Sent):
    """`into` is the id of the case that goes on."""

    reason: str
    into: str


class NewReceipt(Told):
    """What the reporter keeps from now on; the receipt before it opens nothing any more."""

    case_id: str
    code: str
    secret: str
    number: int
    version: int


class NewReport(Sent):
    """A report. Who has a token may enter one for somebody else, with `received_at`.

    `about_body` is a body the report complains about: it will not handle it. Without `unit`
    it is found from `coordinates`, `address` or both; where that is not clear, the answer is
    a problem with candidates. What stands beside `unit` tells where in it.
    """

    text: str
    unit: str | None = None
    coordinates: Coordinates | None = None
    address: str | None = None
    category: str | None = None
    channel: str | None = None
    channel_message_id: str | None = None
    about_body: str | None = None
    received_at: datetime | None = None
    reporter: Reporter | None = None
    attachments: tuple[str, ...] | None = None


class NewSubscription(Sent):
    """What to be told of, and where. Lists that are empty or left out narrow nothing."""

    url: str
    types: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    after: int | None = None


class Note(Sent):
    """Progress, in words."""

    text: str


class Number(Told):
    """How many cases, and the list of them."""

    n: int
    href: str | None = None


class Numbers(Told):
    """What is counted of some cases. A case merged into another counts in `merged` alone."""

    received: Number
    open: Number
    closed: Number
    solved: Number
    merged: Number
    entered_later: Number
    state: dict[str, Number]
    rung: dict[str, Number]
    severity: dict[str, Number]
    outcome: dict[str, Number]
    on_time: dict[str, OnTime]
    stages: dict[str, StageTime]
    escalations: Escalations


class Oldest(Told):
    """The escalation that has waited longest for the body it came to."""

    since: datetime
    to: Body
    case_id: str


class OnTime(Told):
    """Of what was due by then, how much was done in time; what is overdue was not."""

    due: Number
    on_time: Number
    share: float | None


class OptionalReason(Sent):
    """A command that may say why."""

    reason: str | None = None


class ParamsFeedback(Sent):
    """Whether the answer satisfied the reporter."""

    satisfied: bool
    reason: str | None = None
    text: str | None = None


class ParamsSupplement(Sent):
    """What the reporter adds: words, files, or both; `attachments` are ids of uploads."""

    text: str | None = None
    attachments: tuple[str, ...] | None = None


class Pause(Sent):
    """`waiting_for` names whom or what the case waits for (a role, a body, a season)."""

    reason: str
    waiting_for: str


class Places(Told):
    """The unit of a place, if it is clear (with `located_by`), and all that may be meant."""

    unit: Choice | None
    located_by: str | None
    candidates: tuple[Choice, ...]


class Progress(Told):
    """Where a report stands. `merged` says that it goes on together with a like one.

    `located_by` tells from what the `unit` was known. Of a case that was not taken on,
    `refused_on` is the legal basis; of one that another body must decide, that is
    `redirected_to`.
    """

    code: str
    state: str
    outcome: str | None
    refused_on: str | None
    redirected_to: Body | None
    received_at: datetime
    unit: Unit
    located_by: str
    category: str
    accountable: Body
    promised: Promise | None
    paused: bool
    reopened: int
    merged: bool
    supplements: int
    answers: tuple[ProgressAnswered, ...]
    disclosures: tuple[Disclosure, ...]
    replacements: tuple[Replacement, ...]


class ProgressAnswered(Told):
    """What the reporter was told: the answer that was approved, and the words it came with."""

    at: datetime
    reached: bool
    text: str | None = None
    act: str | None = None
    done_on: date | None = None
    message: str | None = None


class Promise(Told):
    """When the accountable body must do its next step, and why then.

    `step` is accept, assign, answer or inform; `due_at` is None while it is paused. `basis`
    and `explanation` are in the caller's language.
    """

    step: str
    due_at: datetime | None
    overdue: bool
    basis: tuple[str, ...]
    explanation: tuple[str, ...]


class Ready(Told):
    """Reports are taken in while PostgreSQL answers; everything else needs Temporal too."""

    ready: bool
    postgresql: str
    temporal: str


class Reason(Sent):
    """A command that changes a course says why."""

    reason: str


class Receipt(Told):
    """What the reporter keeps. Whoever has the secret may see and do what the reporter may."""

    case_id: str
    code: str
    secret: str
    identity_kept: bool
    unit: Where | None


class Redirect(Sent):
    """`to` is the competent body."""

    reason: str
    to: str


class Replace(Sent):
    """What the person said of themselves, and `basis`: how the officer knows who it is."""

    reason: str
    basis: str
    name: str | None = None
    phone: str | None = None
    email: str | None = None


class Replacement(Told):
    """Who gave out another receipt, and why: the one before opens nothing since then."""

    at: datetime
    by: str
    basis: str
    reason: str | None


class Replay(Sent):
    """Send dead events again, of one case or of all; or everything after a position."""

    case_id: str | None = None
    after: int | None = None


class Replayed(Told):
    """How many dead events wait again, or from which position on everything is sent again."""

    revived: int
    after: int | None = None


class Reporter(Sent):
    """Who reports, as far as they want to say. It goes into the vault and into no event."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


class RequestInput(Sent):
    """`body` is asked for its input within `days` working days."""

    body: str
    days: int
    reason: str | None = None
    text: str | None = None


class Result(Told):
    """A case of a bulk: what was planned at `version`, and what came of it."""

    number: int
    case_id: str
    version: int
    forecast: BulksSaid
    outcome: str
    result: BulksSaid | None = None
    new_version: int | None = None


class Results(Told):
    """A page; `next` is the `after` of the following one, None after the last."""

    results: tuple[Result, ...]
    next: int | None


class Rotation(Sent):
    """For how long the old secret signs beside the new one."""

    overlap_hours: int | None = None


class SetSeverity(Sent):
    """`severity` is an id of the policy pack in force."""

    reason: str
    severity: str


class Somewhere(Sent):
    """A place: coordinates, an address in words, or both."""

    coordinates: Coordinates | None = None
    address: str | None = None


class StageTime(Told):
    """How long a stage took, in hours around the clock; of `done` cases."""

    done: Number
    median_hours: float | None
    p90_hours: float | None


class Stats(Told):
    """The numbers as of a moment: of all cases that were asked for, and by group."""

    as_of: datetime
    behind: int
    by: str | None
    total: Numbers
    groups: tuple[StatsGroup, ...]


class StatsGroup(Told):
    """One group: `key` is the id of a unit, a body, a category, a channel or a first day."""

    received: Number
    open: Number
    closed: Number
    solved: Number
    merged: Number
    entered_later: Number
    state: dict[str, Number]
    rung: dict[str, Number]
    severity: dict[str, Number]
    outcome: dict[str, Number]
    on_time: dict[str, OnTime]
    stages: dict[str, StageTime]
    escalations: Escalations
    key: str
    name: str | None


class SubscriptionFormsAnswered(Told):
    """How the receiver answered; `error` is a code where it did not."""

    taken: bool
    status: int | None
    error: str | None
    milliseconds: int


class SubscriptionPage(Told):
    """Subscriptions in the order of their ids. Ask for what comes `after` the id `next`."""

    subscriptions: tuple[SubscriptionTold, ...]
    next: str | None


class SubscriptionTold(Told):
    """A subscription. It is told of the area of `unit` in the name of `body`.

    `looked` is the position up to which it was looked through, `waiting` and `dead` count
    events. `why` it is not active: `by_request`, `failing` (nothing succeeded for hours), or
    `gone` (its receiver answered 410).
    """

    id: str
    role: str
    body: str
    unit: str
    url: str
    types: tuple[str, ...]
    units: tuple[str, ...]
    categories: tuple[str, ...]
    state: str
    why: str | None
    looked: int
    waiting: int
    dead: int
    failures: int
    created_at: datetime
    old_secret_until: datetime | None


class Supplement(Sent):
    """What the reporter adds: words, files, or both."""

    text: str | None = None
    attachments: tuple[str, ...] | None = None


class Tally(Told):
    """How many cases have a value; asking the filter of this name for the value lists them."""

    value: str
    cases: int
    name: str | None = None


class Thread(Told):
    """One reporter's side of the matter. Who it is stays in the vault."""

    case_id: str
    code: str
    state: str
    received_at: datetime
    channel: str
    category: str
    text: str | None
    address: str | None
    supplements: tuple[ThreadsSaid, ...]
    merged_into: str | None
    merged_at: datetime | None
    informed_at: datetime | None
    verdicts: tuple[Verdict, ...]
    identity_kept: bool


class Threads(Told):
    """All reporters who are owed the answer of a case, its own one first, then by receipt."""

    case_id: str
    reporters: tuple[Thread, ...]


class ThreadsSaid(Told):
    """Something a reporter added, in their own words; null once the text was erased."""

    at: datetime
    text: str | None


class UndoForm(Sent):
    """Parameters of the opposite command, as its reason; what each case had is put in by itself."""

    params: dict[str, Any] | None = None


class Unit(Told):
    """A unit by its code and its full name, as it was called last."""

    code: str
    name: str


class Units(Told):
    """Units in force on a day, the best match first."""

    on: date
    units: tuple[FoundUnit, ...]


class Uploaded(Told):
    """A file that waits to be attached. Whoever has the id may do that: keep it to yourself."""

    attachment_id: str
    media_type: str
    size: int
    sha256: str
    expires_at: datetime


class Verdict(Told):
    """What a reporter said of the answer."""

    at: datetime
    satisfied: bool
    text: str | None
    reason: str | None


class Where(Told):
    """The unit that a report was given to, and from what that was known.

    `distance_m` is from the coordinates to the middle of the unit; the farther, the less sure.
    """

    code: str
    name: str
    located_by: str
    distance_m: int | None = None


class Who(Told):
    """Who did it: a role of a body and the account, the reporter, or the system's own clock."""

    role: str
    body: Body | None
    account: str | None


class WithSecret(Told):
    """A subscription and the secret that its messages are signed with."""

    id: str
    role: str
    body: str
    unit: str
    url: str
    types: tuple[str, ...]
    units: tuple[str, ...]
    categories: tuple[str, ...]
    state: str
    why: str | None
    looked: int
    waiting: int
    dead: int
    failures: int
    created_at: datetime
    old_secret_until: datetime | None
    secret: str


class Withdrawal(Sent):
    """The reporter takes the report back."""

    reason: str | None = None
