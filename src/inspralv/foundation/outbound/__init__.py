"""The only way out to other machines: deadline, retry, breaker, size cap, and never inside a transaction."""

from inspralv.foundation.outbound.answer import Answer
from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.outbound.errors import (
    AnswerTooLarge,
    EgressRefused,
    NetworkInsideTransaction,
    OutboundError,
    TimedOut,
    Unavailable,
    Unreachable,
    Unsendable,
)

__all__ = [
    "Answer",
    "AnswerTooLarge",
    "EgressRefused",
    "NetworkInsideTransaction",
    "Outbound",
    "OutboundError",
    "TimedOut",
    "Unavailable",
    "Unreachable",
    "Unsendable",
]
