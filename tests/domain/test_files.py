"""Which uploads a report or a command may attach, and what events say of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.actor import Actor
from domain.commands import Command
from domain.decide import Decision, decide
from domain.files import File, Upload, chosen, owner_of
from domain.rejection import Rejected
from tests.domain.given import INTAKE, LEADER, OFFICER, Story, accepted, assigned, in_progress

NOW = accepted().now
ID, OTHER = "a" * 32, "b" * 32
FILE = File(attachment_id=ID, sha256="00" * 32, media_type="image/jpeg", size=9)
AN = Actor.parse(f"{OFFICER}#an")
MINE = Upload(FILE, "an", NOW + timedelta(days=1))


def attaching(
    story: Story, name: str, by: str, upload: Upload | None, **params: object
) -> Decision:
    uploads = {ID: upload} if upload else {}
    context = replace(story.law.of(story.case, story.now), uploads=uploads)
    command = Command(name, {"attachments": [ID], **params})
    return decide(story.case, command, Actor.parse(by), context)


def test_ones_own_upload_is_told_of_by_the_event() -> None:
    decision = attaching(accepted(), "attach_evidence", f"{OFFICER}#an", MINE)
    [event] = decision.events
    assert event.body.files == (FILE,)  # type: ignore[attr-defined]
    assert decision.case.evidence == 1


def test_a_reporter_may_add_a_file_without_a_word() -> None:
    upload = replace(MINE, owner="public")
    [event] = attaching(accepted(), "supplement", "reporter", upload).events
    assert (event.type, event.body.files) == ("ReportSupplemented", (FILE,))  # type: ignore[attr-defined]


def test_the_files_of_a_draft_count_as_evidence_of_the_answer() -> None:
    decision = attaching(in_progress(), "draft_response", f"{OFFICER}#an", MINE, text="Đã vá.")
    assert decision.case.draft is not None
    assert decision.case.draft.evidence_count == 1


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (None, "unknown_attachment"),
        (replace(MINE, owner="binh"), "unknown_attachment"),
        (replace(MINE, owner="public"), "unknown_attachment"),
        (replace(MINE, expires_at=NOW), "unknown_attachment"),
        (replace(MINE, case_id="x"), "attachment_taken"),
        (replace(MINE, case_id="x", owner="binh"), "unknown_attachment"),
        (replace(MINE, case_id="x", expires_at=NOW), "attachment_taken"),
    ],
)
def test_what_cannot_be_attached_is_refused_by_the_parameter(
    upload: Upload | None, code: str
) -> None:
    decision = attaching(accepted(), "attach_evidence", f"{OFFICER}#an", upload)
    assert decision.rejection is not None
    assert (decision.rejection.code, decision.rejection.param) == (code, "attachments")
    assert decision.events == ()


def test_who_may_not_give_the_command_learns_nothing_of_an_upload() -> None:
    for upload in (None, MINE):
        decision = attaching(accepted(), "draft_response", "collaborator@unit:1", upload, text="x")
        assert decision.rejection is not None
        assert decision.rejection.code == "not_permitted"


def test_an_account_has_uploads_of_its_own_and_everybody_else_those_of_the_public() -> None:
    assert owner_of(AN) == "an"
    for actor in ("reporter", INTAKE, LEADER, "system"):
        assert owner_of(Actor.parse(actor)) == "public"


def test_files_are_told_of_in_the_order_in_which_they_were_named() -> None:
    second = replace(MINE, file=FILE.model_copy(update={"attachment_id": OTHER}))
    uploads = {ID: MINE, OTHER: second}
    told = chosen([OTHER, ID], uploads, AN, NOW)
    assert [file.attachment_id for file in told] == [OTHER, ID]
    with pytest.raises(Rejected):
        chosen([OTHER, ID], {ID: MINE}, AN, NOW)


@pytest.mark.parametrize(
    "ids", [["x"], [ID.upper()], ["../" + "a" * 29], [f"{'a' * 31}{n}" for n in "abcdefghijk"], 7]
)
def test_what_is_no_list_of_ids_is_refused(ids: object) -> None:
    context = assigned().law.of(assigned().case, NOW)
    command = Command("attach_evidence", {"attachments": ids})
    refused = decide(assigned().case, command, AN, context).rejection
    assert refused is not None
    assert (refused.code, refused.param) == ("invalid", "attachments")


def test_the_moment_that_counts_is_that_of_the_decision() -> None:
    end: datetime = MINE.expires_at
    assert chosen([ID], {ID: MINE}, AN, end - timedelta(microseconds=1)) == (FILE,)
    with pytest.raises(Rejected):
        chosen([ID], {ID: MINE}, AN, end)
