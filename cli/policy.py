"""`hoiam policy check`: whether a policy pack, or a folder of packs, can be used."""

from __future__ import annotations

from pathlib import Path

from cli.errors import Exit, Failed
from cli.options import Json
from cli.output import as_json, complain, say
from workers.packs import check as check_packs

__all__ = ["check"]


def check(file: Path, /, *, json: Json = False) -> int:
    """Check a policy pack, or a folder of packs; each mistake with file, line and field.

    Ends with 2 when there is a mistake. It works without a running stack.

    Parameters
    ----------
    file
        A pack in YAML, or a folder that holds packs.
    """
    if not file.exists():
        raise Failed(f"There is no file {file}.", Exit.MISTAKE)
    problems = check_packs(file)
    if json:
        as_json({"ok": not problems, "problems": [problem._asdict() for problem in problems]})
    elif not problems:
        say(f"{file}: nothing is wrong with it.")
    for problem in problems:
        complain(str(problem))
    return Exit.MISTAKE if problems else Exit.OK
