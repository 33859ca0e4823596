"""`hoiam codec-key`: the key with which other programs read and write what Temporal stores."""

from __future__ import annotations

import os
from pathlib import Path

from cli.desk import log_at
from cli.errors import Exit, Failed
from cli.options import Data, Json
from cli.output import as_json, say
from workers.bootstrap import CODEC

__all__ = ["codec_key"]


async def codec_key(file: Path, *, data: Data = None, json: Json = False) -> None:
    """Write the key that a program needs to start cases through Temporal (docs/api/temporal.md).

    Whoever has it and reaches Temporal can read every command and report there: hand it on as the
    master key's own child, over a way that nobody else reads.

    Parameters
    ----------
    file
        A file that is not there yet; only its owner may read it.
    """
    async with log_at(data) as log:
        key = log.keys.derive(CODEC)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Failed(f"Cannot write {file}: {error.strerror}.", Exit.MISTAKE) from None
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(key)
    if json:
        as_json({"file": str(file)})
    else:
        say(f"Written to {file}, for its owner only.")
