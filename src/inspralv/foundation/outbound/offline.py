"""Marks the time in which a database transaction is open, so that the outbound client can refuse to talk.

The unit of work calls `enter` after BEGIN and `leave` after COMMIT or ROLLBACK; the mark follows the task.
"""

from contextvars import ContextVar, Token

from inspralv.foundation.outbound.errors import NetworkInsideTransaction

transaction_open: ContextVar[bool] = ContextVar("transaction_open", default=False)


def enter() -> Token[bool]:
    """Start of a transaction; hand what it returns to `leave`, in the same task."""
    return transaction_open.set(True)


def leave(mark: Token[bool]) -> None:
    transaction_open.reset(mark)


def refuse_inside_transaction(what: str) -> None:
    """Raises NetworkInsideTransaction, naming the call, when this task has a transaction open."""
    if transaction_open.get():
        raise NetworkInsideTransaction(f"{what}: finish the transaction first, then talk, then write")
