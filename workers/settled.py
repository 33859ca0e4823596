"""A process that is ready for work: what it has read by then stays as long as it does."""

from __future__ import annotations

import gc

__all__ = ["settle"]


def settle() -> None:
    """Keep the garbage collector from looking through all that was loaded, again and again.

    That is the law, the register of units and the code, some millions of objects: to look through
    them takes a tenth of a second and more, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()
