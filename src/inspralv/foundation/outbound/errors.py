class OutboundError(Exception):
    """A call that brought no answer. `maybe_sent` tells whether the other side may have acted on it all the same."""

    maybe_sent: bool = False


class Unavailable(OutboundError):
    """The other side cannot be used now. `retry_after` is in seconds; None when nobody can tell."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Unreachable(Unavailable):
    """No connection, or one that broke before the answer was complete."""

    def __init__(self, reason: str, *, maybe_sent: bool) -> None:
        super().__init__(reason)
        self.maybe_sent = maybe_sent


class TimedOut(OutboundError):
    """The deadline passed before the answer was complete."""

    maybe_sent = True

    def __init__(self, reason: str, *, deadline: float) -> None:
        super().__init__(reason)
        self.deadline = deadline


class AnswerTooLarge(OutboundError):
    """The answer is longer than the caller is ready to hold in memory."""

    maybe_sent = True


class Unsendable(OutboundError):
    """The request itself is no valid HTTP: an address that is none, a header with a line break. Not counted."""


class EgressRefused(OutboundError):
    """An address that was given by a user points to where our own machines live, or is no web address."""


class NetworkInsideTransaction(RuntimeError):
    """A mistake of ours: a call to another machine would hold a database transaction open for as long as it lasts."""
