"""The table of all commands, and the one place where a command ends."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import NoReturn

from cyclopts import App, CycloptsError, Parameter

from cli.errors import Exit, Failed
from cli.output import as_json, complain

__all__ = ["app", "main", "run"]

_HELP = """Hồi Âm (an answer comes back): every report gets an owner, a deadline and an answer.

Start with `hoiam up`, or look at the story first: `hoiam demo`. Each command has its own --help.

Exit codes: 0 done; 1 a fault of ours, or a check that failed; 2 a mistake in the call;
3 refused by the rules; 4 nothing runs, or it cannot be reached."""

#: Group, command, where it is, what it is for. A command's module is imported only when it runs,
#: so that `hoiam --help` does not load what it does not need.
_COMMANDS = (
    ("System", "up", "cli.stack:up", "Run the whole system on this machine until Ctrl-C."),
    ("System", "worker", "cli.stack:worker", "Run the worker of a real installation."),
    ("System", "api", "cli.stack:api", "Serve the HTTP interface of a real installation."),
    ("System", "token", "cli.token:token", "Print a token for the HTTP interface."),
    ("System", "revoke", "cli.token:revoke", "End a token, or all tokens of an account."),
    ("System", "codec-key", "cli.codec_key:codec_key", "Write a program's key for Temporal."),
    ("System", "status", "cli.status:status", "What runs, and at which addresses."),
    ("System", "advance", "cli.care:advance", "Move the time of a virtual stack ahead."),
    ("System", "migrate", "cli.care:migrate", "Bring the database to this version's form."),
    ("System", "recover", "cli.care:recover", "Give every open case its timer back from the log."),
    ("System", "verify", "cli.verify:verify", "Check hashes, positions and lists against the log."),
    ("Cases", "report", "cli.reports:report", "Take a report in: its case and its receipt."),
    ("Cases", "do", "cli.doing:do", "Give a command on a case."),
    ("Cases", "case list", "cli.listing:listing", "Cases by rung, state, body; with counts."),
    ("Cases", "case show", "cli.cases:show", "Where a case stands now."),
    ("Cases", "case history", "cli.cases:history", "What happened to a case, told in sentences."),
    ("Cases", "case explain", "cli.cases:explain", "Why each clock of a case ends when it does."),
    ("Cases", "import", "cli.importing:import_file", "Bring in the file of another system."),
    (
        "Rules",
        "units search",
        "cli.units:search",
        "Find a unit by its name, with or without accents.",
    ),
    (
        "Rules",
        "policy check",
        "cli.policy:check",
        "Check a policy pack; mistakes with their lines.",
    ),
    (
        "Rules",
        "deadline",
        "cli.deadline:deadline",
        "When a time limit ends, explained line by line.",
    ),
    ("Rules", "drill", "cli.drill:drill", "Run a scenario and see whether it goes as it should."),
    ("Rules", "demo", "cli.demo:demo", "The whole story in two minutes, in virtual time."),
)
_FAMILIES = {
    "case": ("Cases", "Look at cases."),
    "units": ("Rules", "The register of units."),
    "policy": ("Rules", "Policy packs."),
}


def _built() -> App:
    defaults = Parameter(negative=())
    built = App(name="hoiam", help=_HELP, version=_version, default_parameter=defaults)
    families = {
        name: App(name=name, help=text, group=group) for name, (group, text) in _FAMILIES.items()
    }
    for family in families.values():
        built.command(family)
    for group, name, place, text in _COMMANDS:
        family_name, _, own = name.rpartition(" ")
        if family_name:
            families[family_name].command(place, name=own, help=text)
        else:
            built.command(place, name=name, help=text, group=group)
    return built


def _version() -> str:
    return f"hoiam {version('hoiam')}"


app = _built()


def run() -> NoReturn:
    """The console script: what was said is out, and the process ends with the command's code."""
    code = main(sys.argv[1:])
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    # Not sys.exit: Temporal's client has threads of its own, and one that still lets go of an
    # answer while Python ends aborts the process (sdk-python #300; 9 in 100 on a busy machine).
    os._exit(code)


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; whatever goes wrong is told on stderr."""
    try:
        _check_encoding(arguments)
        code = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
        return code if isinstance(code, int) else Exit.OK
    except CycloptsError as error:
        complain(f"{str(error).strip()} See `hoiam --help`.")
        return Exit.MISTAKE
    except Failed as failure:
        return _ended(failure, in_json="--json" in arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (`head`) has what it wanted; Python must not complain about it at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except Exception as error:  # noqa: BLE001 - the last place where anything can be told
        return _fault(error)


def _check_encoding(arguments: Sequence[str]) -> None:
    for place, argument in enumerate(arguments, start=1):
        if any("\ud800" <= letter <= "\udfff" for letter in argument):
            message = f"Argument {place} holds bytes that are not UTF-8; send text as UTF-8."
            raise Failed(message, Exit.MISTAKE)


def _ended(failure: Failed, *, in_json: bool) -> int:
    complain(str(failure))
    if failure.refusal is not None and in_json:
        refusal = failure.refusal
        param = {"param": refusal.param} if refusal.param else {}
        as_json({"rejected": refusal.code, "detail": refusal.detail, **param})
    return failure.code


def _fault(error: Exception) -> int:
    complain(f"This is a fault of ours, please report it: {type(error).__name__}: {error}")
    if os.environ.get("HOIAM_LOG_LEVEL") == "debug":
        traceback.print_exception(error)
    else:
        complain("Set HOIAM_LOG_LEVEL=debug to see where it happened.")
    return Exit.FAULT
