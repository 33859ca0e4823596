"""What can go wrong when the embedded stack starts, each with a message that says what to do."""


class EmbeddedError(Exception):
    """The embedded stack cannot run; the message names the cause and the remedy."""


class BinaryMissing(EmbeddedError):
    """A server program is not installed where it was looked for."""


class PortInUse(EmbeddedError):
    """A port that was asked for belongs to another program."""


class NotWritable(EmbeddedError):
    """The data folder cannot be written."""


class VersionMismatch(EmbeddedError):
    """The data on disk was made by another major version of PostgreSQL."""


class DataInUse(EmbeddedError):
    """Another living stack owns the data folder."""


class StartFailed(EmbeddedError):
    """A server ended, or did not become ready, while it was starting."""


class BadConfiguration(EmbeddedError):
    """The dynamic configuration file cannot be used."""
