"""What policy look-ups raise; every message says what there is instead."""

__all__ = [
    "NoPolicyInForce",
    "NoRule",
    "UnknownCategory",
    "UnknownLevel",
    "UnknownPack",
    "UnknownRule",
    "UnknownSeverity",
]


class NoPolicyInForce(LookupError):
    """No pack holds on that day."""


class UnknownPack(LookupError):
    """The book has no pack with that id."""


class UnknownRule(LookupError):
    """No pack of the book has that version of a rule."""


class NoRule(LookupError):
    """No rule of a pack holds for that clock, level, severity and day."""


class UnknownCategory(LookupError):
    """A category that the pack does not have; `close` lists the ids that look like it."""

    def __init__(self, asked: str, pack: str, close: tuple[str, ...], known: str) -> None:
        """Name the close ones, or all when none is close."""
        self.asked, self.close = asked, close
        hint = f"did you mean {' or '.join(close)}?" if close else f"it has: {known}"
        super().__init__(f"policy {pack} has no category {asked!r}; {hint}")


class UnknownLevel(LookupError):
    """A level that is no rung of the pack's ladder."""


class UnknownSeverity(LookupError):
    """A severity that the pack does not have."""
