"""The access matrix: who is answered what, on every route, standing where to the case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["CALLERS", "PLACES", "TABLE", "Cell", "cells"]

#: In the order of the letters below: roles, then a caller without a token, and one without a
#: token but with the receipt of the case.
CALLERS = (
    "collaborator",
    "intake_officer",
    "case_officer",
    "leader",
    "auditor",
    "admin",
    "integration",
    "nobody",
    "reporter",
)

#: Where the case is and where the caller's role is held. ``heir``: the case complains about a
#: commune that ceased, and the caller is of the commune that took its place.
PLACES = ("own", "other", "above", "under", "about", "heir")

#: Routes | own | another province | a unit under the caller's | the unit over it | about the
#: caller's body | about a body whose place it took. One sign for each caller (the last two only
#: where nothing depends on a place): + allowed, and lists show the case; . answered, without the
#: case; 1 unauthenticated; 3 not permitted or out of scope; ! not accountable; 4 not found; ~ not
#: before a scanner has looked at the file. A bulk was planned by the leader whose account asks.
TABLE = """
is_alive is_ready explain_problem           | +++++++++
find_places search_units search_bodies      | +++++++++
search_categories discover_open311          | +++++++++
list_services define_service show_token     | +++++++++
who_am_i                                    | +++++++11

make_report create_request                  | ++++33+++ | 3333333 | ++++33+ | 3333333
upload_file                                 | ++++33+++

track_report supplement_report judge_answer | 44444444+
withdraw_report list_own_attachments        | 44444444+
download_own_attachment                     | 44444444~

list_cases export_cases                     | 3+++++311 | 3.....3 | 3+++++3 | 3.....3 | 3.....3 | 3.....3
show_statistics                             | 3+++++311 | 3.....3 | 3+++++3 | 3.....3 | 3.....3 | 3.....3
list_requests                               | 3+++++333 | 3.....3 | 3+++++3 | 3.....3 | 3.....3 | 3.....3
read_events                                 | 333++++11 | 333.... | 333++++ | 333.... | 333.... | 333....
show_request                                | .+++..... | ....... | .+++... | ....... | ....... | .......
read_case read_history explain_clocks       | 3+++++311 | 3444443 | 3+++++3 | 3444443 | 3444443 | 3444443
list_attachments                            | 3+++++311 | 3444443 | 3+++++3 | 3444443 | 3444443 | 3444443
download_attachment                         | 3+++~~311 | 3444443 | 3+++~~3 | 3444443 | 3444443 | 3444443
find_duplicates list_reporters              | 3+++33311 | 3444333 | 3+++333 | 3444333 | 3444333 | 3444333
what_is_allowed                             | ++++++311 | 4444443 | 4+++++3 | 4444443 | 4444443 | 4444443
disclose_identity replace_receipt           | 3+++33311 | 3444333 | 3333333 | 3444333 | 3444333 | 3444333

command_accept command_decline              | 3+3+33311 | 3434333 | 3!3!333 | 3434333 | 3434333 | 3434333
command_redirect command_merge              | 3+3+33311 | 3434333 | 3!3!333 | 3434333 | 3434333 | 3434333
command_unmerge command_assign              | 3+3+33311 | 3434333 | 3!3!333 | 3434333 | 3434333 | 3434333
command_reopen                              | 3+3+33311 | 3434333 | 3!3!333 | 3434333 | 3434333 | 3434333
command_classify command_set_severity       | 3+++33311 | 3444333 | 3!!!333 | 3444333 | 3444333 | 3444333
command_link command_request_input          | 3+++33311 | 3444333 | 3!!!333 | 3444333 | 3444333 | 3444333
command_pause command_resume                | 3+++33311 | 3444333 | 3!!!333 | 3444333 | 3444333 | 3444333
command_escalate command_draft_response     | 3+++33311 | 3444333 | 3!!!333 | 3444333 | 3444333 | 3444333
command_inform command_close                | 3+++33311 | 3444333 | 3!!!333 | 3444333 | 3444333 | 3444333
command_take command_return                 | 33++33311 | 3344333 | 33!!333 | 3344333 | 3344333 | 3344333
command_hand_over                           | 333+33311 | 3344333 | 333!333 | 3344333 | 3344333 | 3344333
command_give_input command_attach_evidence  | ++++33311 | 4444333 | 4!!!333 | 4444333 | 4444333 | 4444333
command_note                                | ++++33311 | 4444333 | 4+++333 | 4444333 | 4444333 | 4444333
command_instruct                            | 333+33311 | 3334333 | 333+333 | 3334333 | 3334333 | 3334333
command_supplement                          | ++3333311 | 4433333 | 4!33333 | 4433333 | 4433333 | 4433333
command_feedback command_withdraw           | 3+3333311 | 3433333 | 3!33333 | 3433333 | 3433333 | 3433333
command_extend command_approve_response     | 333+33311 | 3334333 | 333!333 | 3334333 | 3334333 | 3334333
command_return_response                     | 333+33311 | 3334333 | 333!333 | 3334333 | 3334333 | 3334333

what_became                                 | ++++33311 | 4444333
plan_bulk                                   | 3+++33311 | 3...333 | 3+++333 | 3...333 | 3...333 | 3...333
plan_handover                               | 33++33311
plan_undo see_bulk see_bulk_results         | 3+++33311 | 3444333
start_bulk                                  | 333+33311 | 3444333
stop_bulk                                   | 3+++33311 | 3444333
list_officers                               | 3+++3+311 | 3333333 | 3+++3+3 | 3333333

revoke_tokens                               | 33333+311 | 33333+3 | 33333+3 | 3333333
read_grants                                 | 33333+311 | 33333+3 | 33333+3 | 33333+3
give_grants                                 | 33333+311 | 3333333 | 33333+3 | 3333333

subscribe                                   | 33333++11
list_subscriptions                          | 33333++11 | 33333.. | 33333+. | 33333..
show_subscription change_subscription       | 33333++11 | 3333344 | 33333+4 | 3333344
unsubscribe rotate_secret list_deliveries   | 33333++11 | 3333344 | 33333+4 | 3333344
list_dead replay ping_subscription          | 33333++11 | 3333344 | 33333+4 | 3333344
"""  # noqa: E501 - a table is read across


@dataclass(frozen=True)
class Cell:
    """What every caller is answered on a route, at a place."""

    route: str
    place: str
    signs: str


def cells() -> Iterator[Cell]:
    """The table, read. Raises ValueError where it is not well formed."""
    for line in filter(None, TABLE.splitlines()):
        routes, *columns = (part.strip() for part in line.split("|"))
        for place, signs in zip(PLACES, columns, strict=False):
            if len(signs) != (len(CALLERS) if place == "own" else len(CALLERS) - 2):
                raise ValueError(f"{routes}, {place}: {signs}")
            yield from (Cell(route, place, signs) for route in routes.split())
