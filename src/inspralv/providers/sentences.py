"""What we say when a provider does not do what was asked for. Stored with what it concerns, said again in the language
of whoever reads it; what the provider says itself is the `reason` and stays in its own words."""

from typing import Final

from inspralv.foundation.language.stored import Stored

NO_ANSWER: Final = Stored("%(provider)s gave no answer: %(reason)s")
NOT_ANSWERING: Final = Stored("%(provider)s is not answering: %(reason)s")
ANSWERED: Final = Stored("%(provider)s answered %(status)s: %(reason)s")
NO_SUCH_ANSWER: Final = Stored("%(provider)s answered %(status)s, which is no answer to this question")
TOO_LONG: Final = Stored("The answer of %(provider)s is too long: %(reason)s")
IMPOSSIBLE_KEY: Final = Stored("the key holds characters that no key can hold")
NO_REASON: Final = Stored("no reason given")
TURNED_AWAY: Final = Stored("the front door of %(provider)s turned the request away")
BUSY: Final = Stored("%(provider)s is busy with this: %(reason)s")
UNKNOWN_START_WHY: Final = Stored("%(provider)s did not say whether the call was started: %(reason)s")
UNKNOWN_START: Final = Stored("%(provider)s did not say whether the call was started")

KEY_REFUSED: Final = Stored("%(provider)s does not accept the key: %(reason)s")
NOT_REACHABLE: Final = Stored("%(provider)s is not reachable: %(reason)s")
NOT_REACHABLE_YET: Final = Stored(
    "%(provider)s is not reachable at the moment; this is tried again by itself. (%(reason)s)"
)
OUR_FAULT: Final = Stored("Something went wrong on our side. Try again; the support finds the cause in the log.")
